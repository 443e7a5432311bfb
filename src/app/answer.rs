//! What comes of a layer's answer: a yes, a line picked, a text typed, a form filled in.

use super::command::Command;
use super::edit::Editor;
use super::editing::Change;
use super::effect::Effect;
use super::form::{About, Form};
use super::key::{Key, KeyCode};
use super::layer::{Becomes, Layer, Pick, Picker, Text, Then};
use super::msg::SaveRefused;
use super::{App, Changing};
use crate::domain::action::{Action, Row, State};
use crate::domain::mapping::Edit;
use crate::domain::text::{LONGEST_NAME, is_blank};

impl App {
    pub(super) fn answer(&mut self, command: Command, out: &mut Vec<Effect>) {
        if command == Command::ShowReasons {
            if let Some(Layer::Picker(picker)) = self.layers.last_mut() {
                picker.with_reasons = !picker.with_reasons;
                picker.search();
                let (items, n) = (&picker.items, picker.unlisted());
                let of_those =
                    picker.hits.iter().position(|h| items[h.index].reason.is_some() && !items[h.index].mapped);
                if let Some(first) = of_those.filter(|_| picker.with_reasons) {
                    picker.selected = first;
                    let key = self.keymap.shown(command);
                    self.say(format!(
                        "{n} fields that cannot be mapped stand at the end, each with why; {key} hides them"
                    ));
                } else if picker.with_reasons {
                    self.say(format!("of the {n} fields that cannot be mapped, none has these letters"));
                }
            }
            return;
        }
        match self.layers.last().cloned() {
            Some(Layer::Confirm(confirm)) => {
                self.layers.pop();
                if command == Command::Yes {
                    self.confirmed(confirm.then, out);
                }
            }
            Some(Layer::Picker(picker)) => self.picked(picker, out),
            Some(Layer::Text(text)) => {
                // what is typed next is still meant for the line
                if let Some(why) = self.line_trouble(&text) {
                    return self.complain(why);
                }
                self.layers.pop();
                self.typed(text, out);
            }
            Some(Layer::Form(form)) => self.filled_in(form, out),
            Some(Layer::Page(_) | Layer::Plan(_)) | None => {}
        }
    }

    fn confirmed(&mut self, then: Then, out: &mut Vec<Effect>) {
        match then {
            Then::Quit => {
                self.keep_draft(true, out);
                self.quit(out);
            }
            Then::Delete(id) => {
                let Some(file) = self.world.action(&id) else { return };
                let (base, said) = (file.revision, format!("{} is deleted", file.action.name));
                self.stop_replay_of(&id, out);
                self.take_over(&id, out);
                self.world.forget_draft(&id);
                self.histories.remove(&id);
                let request = self.request();
                self.changing.push(Changing { request, said, action: None });
                out.push(Effect::DeleteAction { request, action: id, base });
            }
            Then::Forget(action) => {
                if let Some(draft) = self.world.drafts.get(&action) {
                    let said = format!("{} is deleted", draft.action.name);
                    self.say(said);
                }
                self.take_over(&action, out);
                self.world.forget_draft(&action);
                self.histories.remove(&action);
                out.push(Effect::DropDraft { action });
            }
            Then::Activate(id) => self.activate(id, out),
            Then::BackToDraft(id) => {
                let Some(file) = self.world.action(&id).cloned() else { return };
                let action = Action { state: State::Draft, ..file.action };
                self.save(action, Some(file.revision), None, "back to draft: it no longer runs", out);
            }
            Then::DeleteField(field) => self.delete_field(*field, out),
            Then::Queue(change) => out.push(Effect::ChangeQueue(change)),
            Then::Discard => self.discard(),
            Then::SaveAsDraft => self.save_opened(State::Draft, None, out),
        }
    }

    fn picked(&mut self, picker: Picker, out: &mut Vec<Effect>) {
        let Some(item) = picker.item().cloned() else { return };
        if let Some(reason) = &item.reason {
            return self.complain(format!("{}: {reason}", item.label));
        }
        match picker.pick {
            Pick::Command => {
                self.layers.pop();
                if let Some(command) = item.command {
                    self.carry_out(command, Key::plain(KeyCode::Enter), out);
                }
            }
            Pick::Zoho(None) => self.pick_astra(Pick::AstraForNew(item.key.clone()), &item.key),
            Pick::Zoho(Some(i)) => {
                self.layers.pop();
                let Some(row) = self.opened.as_ref().and_then(|o| o.editing.action.mapping.get(i)).cloned() else {
                    return;
                };
                let title = format!("change {} to {}", self.called(&row.zoho), item.label);
                self.change(title, Change::Mapping(Edit::Replace(i, Row { zoho: item.key, ..row })));
            }
            pick @ (Pick::AstraForNew(_) | Pick::Astra(_)) if item.creates => {
                let form = Form::new_field(picker.query.text());
                self.mapping_new_field = Some((super::msg::Request(0), String::new(), pick));
                self.layers.push(Layer::Form(form));
            }
            pick @ (Pick::AstraForNew(_) | Pick::Astra(_)) => self.take_astra(&pick, &item.key),
            Pick::Way(account) => {
                self.layers.pop();
                self.connect(account, item.key, out);
            }
            Pick::Finding(all) => {
                let at =
                    item.key.split(' ').next().and_then(|i| i.parse().ok()).and_then(|i: usize| all.get(i).cloned());
                if let Some(finding) = at {
                    self.go_to_finding(finding, out);
                }
            }
            Pick::Places(places) => self.go_to_place(places, &item, out),
            Pick::Conflict if item.key.starts_with("look") => self.show_sides(item),
            Pick::Unsaved => self.unsaved_picked(item),
            Pick::Conversation(wish) => {
                let id = if item.creates { picker.query.text().trim().to_owned() } else { item.key };
                if is_blank(&id) {
                    return self.complain("type the conversation's id first");
                }
                self.layers.pop();
                self.replay_one(wish, id, out);
            }
            Pick::Trial(ref file) => self.trial_picked(file.clone(), &picker, &item, out),
            Pick::FieldConflict(contest) => {
                self.layers.pop();
                self.settle_field(*contest, &item.key, out);
            }
            Pick::Conflict => {
                self.layers.pop();
                self.settle_conflict(&item.key, out);
            }
        }
    }

    /// The Astra field of a row is chosen.
    pub(super) fn take_astra(&mut self, pick: &Pick, key: &str) {
        let ours = |l: &Layer| matches!(l, Layer::Picker(p) if matches!(p.pick, Pick::Zoho(_) | Pick::Astra(_) | Pick::AstraForNew(_)));
        self.layers.retain(|l| !ours(l));
        let Some(opened) = &self.opened else { return };
        match pick {
            Pick::AstraForNew(zoho) => {
                let at = opened.editing.action.mapping.len();
                let title = format!("map {}", self.called(zoho));
                self.change(title, Change::Mapping(Edit::Insert(at, Row::new(zoho, key))));
                self.select_row(zoho);
            }
            Pick::Astra(i) => {
                let Some(row) = opened.editing.action.mapping.get(*i).cloned() else { return };
                let source = self.world.agent.field(key).map_or(key, |f| f.label.as_str());
                let title = format!("feed {} from {source}", self.called(&row.zoho));
                self.change(title, Change::Mapping(Edit::Replace(*i, Row { astra: key.to_owned(), ..row })));
            }
            _ => {}
        }
    }

    /// A line that no undo could bring back is left: nothing of it counts.
    pub(super) fn give_up_line(&mut self) {
        let Some(Layer::Text(text)) = self.layers.pop() else { return };
        self.say(match text.becomes {
            Becomes::NameOf(_) => "not renamed",
            _ => "no account was added",
        });
    }

    /// Why a line that no undo could bring back cannot be taken.
    fn line_trouble(&self, text: &Text) -> Option<String> {
        let value = text.editor.text().trim();
        let leave = self.keymap.shown(Command::LeaveLine);
        match &text.becomes {
            Becomes::NameOf(_) if is_blank(value) => Some(format!("a name is needed: type one, or {leave} cancels")),
            Becomes::NameOf(id) => {
                let taken = self.world.actions.iter().any(|f| f.action.id != *id && f.action.name.trim() == value);
                let taken =
                    taken.then(|| format!("another action is called {value}: type another name, or {leave} cancels"));
                taken.or_else(|| too_long(value).map(|why| format!("{why}, or {leave} cancels")))
            }
            Becomes::Name => too_long(value),
            Becomes::AccountId(_) => self.account_id_trouble(value).map(|why| format!("{why}, or {leave} cancels")),
            _ => None,
        }
    }

    pub(super) fn typed(&mut self, text: Text, out: &mut Vec<Effect>) {
        let value = text.editor.text().to_owned();
        match text.becomes {
            Becomes::Name if is_blank(&value) => self.complain("a name is needed: the one before stays"),
            Becomes::Name => self.change("change the name", Change::Name(value.trim().to_owned())),
            // what was only looked at stays as its file has it
            Becomes::Intent
                if self.opened.as_ref().is_some_and(|o| Editor::area(&o.editing.action.intent).text() == value) => {}
            Becomes::Intent => self.change("edit the intent", Change::Intent(value)),
            Becomes::NameOf(id) => {
                let Some(file) = self.world.action(&id).cloned() else { return };
                let name = value.trim().to_owned();
                if name == file.action.name {
                    return;
                }
                self.save(Action { name, ..file.action }, Some(file.revision), None, "renamed", out);
            }
            Becomes::AccountId(way) => self.connect_as(value.trim(), &way, out),
            Becomes::LogSearch => {
                if let Some(opened) = &mut self.opened {
                    opened.log.filter.search = Some(value).filter(|v| !is_blank(v));
                }
                self.reload_log(true, out);
            }
            Becomes::LogConversation => {
                if let Some(opened) = &mut self.opened {
                    let typed = value.trim();
                    let meant = (!typed.is_empty()).then(|| opened.log.conversation_meant(typed));
                    opened.log.filter.conversation = meant;
                }
                self.reload_log(true, out);
            }
        }
    }

    fn filled_in(&mut self, mut form: Form, out: &mut Vec<Effect>) {
        if !form.is_right(&self.world.agent) {
            if let Some(top) = self.layers.last_mut() {
                *top = Layer::Form(form);
            }
            return;
        }
        self.layers.pop();
        match &form.about {
            About::NewField => {
                let (field, key) = (form.astra_field(), form.field_key());
                // no more than this was typed before
                let is_made = |f: &mut Form| f.half_field().is_some_and(|half| half.label == field.label);
                if let Some(opened) = &mut self.opened {
                    opened.parked.take_if(is_made);
                }
                let request = self.create_field(field, out);
                if let Some((wanted, named, _)) = &mut self.mapping_new_field {
                    (*wanted, *named) = (request, key);
                }
            }
            About::Field(was) => self.field_typed((**was).clone(), form.astra_field(), out),
            About::Replay => self.replay_chosen(&form, out),
            About::Row(i, ..) => self.take_options(*i, &form),
        }
    }

    /// A form was left: what was typed into it is not lost. Options are taken as they are, a new field is there again.
    pub(super) fn put_away(&mut self, form: Form) {
        self.mapping_new_field = None;
        match form.about {
            About::Field(_) => self.park_field(form),
            About::NewField if self.agent.is_some() => self.park_field(form),
            About::NewField => {
                if let Some(opened) = self.opened.as_mut().filter(|_| form.half_field().is_some()) {
                    opened.parked = Some(form);
                }
            }
            About::Replay => {}
            About::Row(i, ..) => {
                let before = self.opened.as_ref().map(|o| o.editing.action.mapping.clone());
                self.take_options(i, &form);
                if form.half_a_pair().is_some() {
                    let again = self.keymap.shown(Command::RowOptions);
                    self.complain(format!(
                        "a pair that lacks one of its two values is not taken: {again} has it again until the action is left"
                    ));
                } else if self.opened.as_ref().map(|o| &o.editing.action.mapping) != before.as_ref() {
                    let undo = self.keymap.shown(Command::Undo);
                    self.say(format!("the options are as typed: {undo} takes them back"));
                }
            }
        }
    }

    pub(super) fn take_options(&mut self, i: usize, form: &Form) {
        let Some(opened) = &mut self.opened else { return };
        opened.parked_options = form.half_a_pair().is_some().then(|| Form { finding: String::new(), ..form.clone() });
        let Some(row) = opened.editing.action.mapping.get(i).cloned() else { return };
        let title = format!("change the options of {}", self.called(&row.zoho));
        self.change(title, Change::Mapping(Edit::Replace(i, form.options_of(&row))));
    }

    fn settle_conflict(&mut self, how: &str, out: &mut Vec<Effect>) {
        let Some(opened) = &mut self.opened else { return };
        let Some((SaveRefused::Conflict { theirs, merged, .. }, state)) = opened.conflict.take() else { return };
        match (how, theirs, merged) {
            ("merge", Some(theirs), Some(merged)) => {
                self.change("put both together", Change::Theirs(Box::new((*merged, Some(*theirs)))));
                self.say("both changes are here together: save again to keep them; undo (u) brings yours back");
            }
            ("reload", Some(theirs), _) => {
                let action = theirs.action.clone();
                self.change("reload theirs", Change::Theirs(Box::new((action, Some(*theirs)))));
                self.say("theirs is here; undo (u) brings yours back, and saving asks again");
            }
            ("overwrite", Some(theirs), _) => self.save_opened(state, Some(theirs.revision), out),
            // the file is gone: it is made anew
            ("overwrite", None, _) => {
                opened.editing.saved = None;
                self.save_opened(state, None, out);
            }
            _ => opened.conflict = None,
        }
    }
}

/// Why a name is refused.
fn too_long(name: &str) -> Option<String> {
    let long = name.chars().count();
    (long > LONGEST_NAME)
        .then(|| format!("a name has no more than {LONGEST_NAME} characters, this one {long}: shorten it"))
}
