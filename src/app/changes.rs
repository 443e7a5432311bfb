//! What is unsaved of the open action: listed part by part, and given up where that is wanted. Somebody else's change to its
//! file is never one's own. Must not know how it is kept.

use super::App;
use super::command::Command;
use super::differences::{self, Part};
use super::editing::Change;
use super::layer::{Confirm, Item, Layer, Page, Pick, Picker, Then};
use super::msg::{ActionFile, SaveRefused};
use crate::domain::action::Action;
use crate::domain::decide::Fields;
use crate::domain::text::{is_blank, one_line};

/// A text that is longer has no room beside another one.
const SHORT: usize = 40;

/// The keys of the lines that are no part of the action.
const FIELD: &str = "field";
const DISCARD: &str = "discard";

impl App {
    /// What a new Astra field that was not created is called by now.
    pub(super) fn half_typed_name(&self) -> Option<String> {
        let field = self.half_field()?;
        let name = [&field.label, &field.key, &field.description].into_iter().find(|t| !is_blank(t)).cloned();
        Some(one_line(&name.unwrap_or_default()))
    }

    fn parts_unsaved(&self) -> Vec<Part> {
        let Some(opened) = &self.opened else { return Vec::new() };
        let saved = opened.editing.saved.as_ref().map(|f| &f.action);
        saved.map_or_else(Vec::new, |saved| differences::between(saved, &opened.editing.action))
    }

    /// There is something to list, or why there is not.
    pub(super) fn nothing_unsaved(&self) -> Option<String> {
        let opened = self.opened.as_ref()?;
        let nothing = opened.editing.saved.is_some() && opened.editing.unsaved() == 0 && self.half_field().is_none();
        let delete = self.keymap.shown(Command::Delete);
        match opened.editing.saved {
            None if self.half_field().is_none() => {
                Some(format!("it was never saved: {delete} in the Action Library deletes it"))
            }
            _ => nothing.then(|| "nothing is unsaved".to_owned()),
        }
    }

    /// Every part that is not as in the file, with both sides; what is half typed; and the way to be rid of it all.
    pub(super) fn list_unsaved(&mut self) {
        let Some(opened) = &self.opened else { return };
        let now = &opened.editing.action;
        let fields = self.world.fields_or_kept(&now.account);
        let mut items = Vec::new();
        if let Some(saved) = opened.editing.saved.as_ref().map(|f| &f.action) {
            items.extend(differences::between(saved, now).into_iter().map(|part| {
                let (before, after) = (part.of(saved), part.of(now));
                let note = match short(&before).zip(short(&after)) {
                    Some((before, after)) => format!("{before} -> {after}"),
                    None => "changed".to_owned(),
                };
                looked_at(&part, fields, note, format!("Saved:\n{before}\n\nNow:\n{after}"))
            }));
        }
        if let Some(name) = self.half_typed_name() {
            let help = "It is typed and not created: Enter goes on with it.".to_owned();
            let label = "New Astra field".to_owned();
            items.push(Item { key: FIELD.into(), label, note: format!("{name}: half typed"), help, ..Item::default() });
        }
        let help = "Takes all of it back, after asking.".to_owned();
        let (key, label) = (DISCARD.to_owned(), "Discard changes".to_owned());
        items.push(Item { key, label, note: "asks first".into(), help, ..Item::default() });
        self.layers.push(Layer::Picker(Picker::new(Pick::Unsaved, "Unsaved changes: saved -> now", items)));
    }

    pub(super) fn unsaved_picked(&mut self, item: Item) {
        match item.key.as_str() {
            DISCARD => {
                self.layers.pop();
                self.ask_discard();
            }
            FIELD => {
                self.layers.pop();
                self.in_mapping(Command::CreateField, super::key::Key::plain(super::key::KeyCode::Enter));
            }
            _ => self.show_sides(item),
        }
    }

    /// Both sides of a part, in whole.
    pub(super) fn show_sides(&mut self, item: Item) {
        let lines = item.help.lines().map(str::to_owned).collect();
        self.layers.push(Layer::Page(Page { title: item.label, lines, top: 0 }));
    }

    pub(super) fn ask_discard(&mut self) {
        let Some(opened) = &self.opened else { return };
        let fields = self.world.fields_or_kept(&opened.editing.action.account);
        let parts: Vec<String> = self.parts_unsaved().iter().map(|p| p.title(fields)).collect();
        let mut detail = Vec::new();
        if !parts.is_empty() {
            let undo = self.keymap.shown(Command::Undo);
            let (is, it) = if parts.len() == 1 { ("is", "it") } else { ("are", "them") };
            let parts = listed(&parts);
            detail.push(format!("{parts} {is} as in the file again; {undo} brings {it} back until the program ends."));
        }
        if let Some(name) = self.half_typed_name() {
            detail.push(format!("What was typed of the new field {name} is dropped: nothing brings it back."));
        }
        let question = "Discard the unsaved changes?".to_owned();
        let detail = detail.join(" ");
        self.layers.push(Layer::Confirm(Confirm { question, detail, then: Then::Discard }));
    }

    /// The action is as its file has it now, whoever wrote that.
    pub(super) fn discard(&mut self) {
        let Some(opened) = &mut self.opened else { return };
        (opened.parked, opened.parked_options, opened.conflict) = (None, None, None);
        let was = opened.editing.unsaved();
        let now = opened.editing.saved.as_ref().and_then(|f| self.world.action(&f.action.id)).filter(|f| !f.broken);
        if let Some(now) = now {
            opened.editing.saved = Some(now.clone());
        }
        let Some(action) = opened.editing.saved.as_ref().map(|f| f.action.clone()) else {
            return self.say("what was typed is dropped");
        };
        self.change("discard the changes", Change::Whole(Box::new(action)));
        let undo = self.keymap.shown(Command::Undo);
        self.say(match was {
            0 => "what was typed is dropped".to_owned(),
            _ => format!("as in the file again: {undo} brings the changes back"),
        });
    }

    /// What to say on leaving an action of which something is kept.
    pub(super) fn say_kept(&mut self, id: &str, unsaved: usize, half: Option<String>) {
        let why = self.world.unkept.get(id).map(|(_, why)| why.clone());
        let (open, list) = (self.keymap.shown(Command::Open), self.keymap.shown(Command::LibraryChanges));
        let what = match (unsaved, half) {
            (0, Some(name)) => format!("the new field {name}, typed and not created,"),
            (0, None) => return,
            _ => "unsaved changes".to_owned(),
        };
        let is = if unsaved > 0 { "are" } else { "is" };
        match why {
            Some(why) => self.complain(format!("{what} {is} here until the program ends: {why}")),
            None => self.say(format!("{what} {is} kept: {open} goes on, {list} lists and discards")),
        }
    }
}

/// One line that leads to both sides.
fn looked_at(part: &Part, fields: Option<&Fields>, note: String, help: String) -> Item {
    let title = part.title(fields);
    Item { key: format!("look {title}"), label: title, note, help, ..Item::default() }
}

fn short(text: &str) -> Option<String> {
    let text = one_line(text);
    (text.chars().count() <= SHORT).then(|| if is_blank(&text) { "(blank)".into() } else { text })
}

/// A few of them by name, the others by number.
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}

/// Both sides of a save that somebody else's change stopped: what can be done, then each part with who changed it since
/// `base`.
pub(super) fn conflict_picker(
    conflict: &SaveRefused,
    mine: &Action,
    base: Option<&ActionFile>,
    fields: Option<&Fields>,
) -> Picker {
    let base = base.filter(|b| !b.broken);
    let mut items = Vec::new();
    let mut item = |key: &str, label: &str, note: &str, help: String, reason: Option<String>| {
        items.push(Item { key: key.into(), label: label.into(), note: note.into(), help, reason, ..Item::default() });
    };
    if let SaveRefused::Conflict { theirs, merged, both } = conflict {
        let nothing = || "nothing is lost: undo (u) brings yours back".to_owned();
        let gone = theirs.is_none().then(|| "they deleted the file: there is nothing of theirs".to_owned());
        let both = match (merged, &gone) {
            (Some(_), _) => None,
            (None, None) if both.is_empty() => Some("what you both began with is not known".to_owned()),
            (None, None) => Some(format!("both of you changed {}", listed(both))),
            (None, Some(gone)) => Some(gone.clone()),
        };
        // always in this order, so that no habit overwrites what was to be put together
        let help = both.as_ref().map_or_else(nothing, |why| {
            format!("They are put together where each part was changed by one of you: {why}.")
        });
        item("merge", "Put both together", "no part was changed by both", help, both);
        item("reload", "Reload theirs", "undo (u) brings yours back", nothing(), gone);
        let gone = if theirs.is_some() { "their change is replaced" } else { "they deleted the file" };
        item("overwrite", "Overwrite with mine", gone, format!("what you have here is written: {gone}"), None);
        let theirs = theirs.as_ref().map(|t| &t.action);
        items.extend(theirs.into_iter().flat_map(|theirs| {
            differences::between(mine, theirs).into_iter().map(|part| {
                let (mine, theirs) = (part.of(mine), part.of(theirs));
                let was = base.map(|b| part.of(&b.action));
                let note = match was {
                    Some(was) if was == mine => changed("theirs", &was, &theirs),
                    Some(was) if was == theirs => changed("mine", &was, &mine),
                    was => match (short(&mine).zip(short(&theirs)), was) {
                        (Some((mine, theirs)), Some(_)) => format!("both: mine {mine}, theirs {theirs}"),
                        (Some((mine, theirs)), None) => format!("mine {mine}, theirs {theirs}"),
                        (None, Some(_)) => "both changed it".to_owned(),
                        (None, None) => "not the same".to_owned(),
                    },
                };
                looked_at(&part, fields, note, format!("Mine:\n{mine}\n\nTheirs:\n{theirs}"))
            })
        }));
    }
    Picker::new(Pick::Conflict, "Somebody else changed this action", items)
}

fn changed(whose: &str, was: &str, now: &str) -> String {
    match short(was).zip(short(now)) {
        Some((was, now)) => format!("{whose}: {was} -> {now}"),
        None => format!("{whose} changed it"),
    }
}
