//! The agent's fields, in a screen of their own: the built-in ones and the operator's, created, changed, deleted, and tried
//! on a conversation. What is changed is saved at once, field by field: what others changed beside it stays. Must not know
//! how words are understood.

use super::command::{Command, Ready};
use super::effect::{Effect, Source};
use super::form::{About, Form};
use super::layer::{Confirm, Item, Layer, Pick, Picker, Then};
use super::layout::{self, AgentLayout};
use super::msg::{FieldTrouble, Generation, HalfField, Request};
use super::opened::KEEP_AFTER_MS;
use super::trying::Trial;
use super::{App, Changing};
use crate::domain::action::Action;
use crate::domain::field::{Agent, AstraField, AstraType};
use crate::domain::field_edit::{FieldEdit, FieldRefused, mapped_in_words};

/// How many changes can be undone.
const REMEMBERED: usize = 200;

/// The screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AgentScreen {
    /// The line selected: the fields in their order, then the one that creates another.
    pub selected: usize,
    /// The same where the cursor rested last: the conversation does not follow what it only passes.
    pub rested: usize,
    /// The conversation has the focus.
    pub reading: bool,
    /// The conversation's first row shown; `None` follows the selected field.
    pub top: Option<usize>,
    /// A conversation of a file; `None` is the example that is shown everywhere.
    pub source: Option<Source>,
    /// What was found.
    pub trial: Trial,
    /// What lay over the screen below.
    below: Vec<Layer>,
    /// A file's list of conversations that is waited for.
    pub(super) listing: Option<(Generation, String)>,
    /// The file that was listed last, with the ids of its conversations.
    pub(super) listed: Option<(String, Vec<String>)>,
    /// The key of a field that is selected once it is there.
    wanted: Option<String>,
}

impl AgentScreen {
    /// Keeps the selection among the fields.
    pub(super) fn refresh(&mut self, agent: &Agent, moving: bool) {
        let place = self.wanted.as_ref().and_then(|key| agent.fields.iter().position(|f| f.key == *key));
        if let Some(place) = place {
            (self.selected, self.wanted) = (place, None);
        }
        self.selected = self.selected.min(agent.fields.len());
        self.rested = if moving { self.rested } else { self.selected };
    }
}

/// Changes of fields, across screens.
#[derive(Debug, Default)]
pub(super) struct FieldChanges {
    undo: Vec<(String, FieldEdit)>,
    redo: Vec<(String, FieldEdit)>,
    saving: Option<Saving>,
    /// The conversation of a file that fields were last tried on, and that file's list: they are there again.
    tried_on: (Option<Source>, Option<(String, Vec<String>)>),
    /// A form that was closed half filled in.
    parked: Option<Form>,
    /// What was kept of a field being typed, and when it is to be kept.
    kept: Option<HalfField>,
    /// Why it cannot be kept.
    unkept: Option<String>,
    pub(super) keep_at: Option<jiff::Timestamp>,
}

#[derive(Debug)]
struct Saving {
    request: Request,
    title: String,
    edit: FieldEdit,
    inverse: FieldEdit,
    way: Way,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Fresh,
    Undo,
    Redo,
}

/// A field that two people changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contest {
    /// What was to be made of it; `None`: it was to be deleted.
    mine: Option<AstraField>,
    /// What it is now; `None` where it is gone.
    theirs: Option<AstraField>,
}

/// A type as it is called in files and lists.
pub fn type_in_words(kind: AstraType) -> &'static str {
    match kind {
        AstraType::Text => "text",
        AstraType::Email => "email",
        AstraType::Phone => "phone",
        AstraType::Url => "url",
    }
}

impl App {
    /// The screen of the agent's fields, where it is open.
    pub fn agent_screen(&self) -> Option<&AgentScreen> {
        self.agent.as_deref()
    }

    /// Where its parts stand.
    pub fn agent_layout(&self) -> AgentLayout {
        let typing = self.agent.is_some().then(|| self.field_form()).flatten().map_or(0, |f| f.lines.len());
        let reading = self.agent.as_ref().is_some_and(|a| a.reading);
        layout::agent(self.size, u16::try_from(typing).unwrap_or(u16::MAX), reading)
    }

    /// The field that is being typed.
    fn field_form(&self) -> Option<&Form> {
        match self.layers.last() {
            Some(Layer::Form(form)) if matches!(form.about, About::NewField | About::Field(_)) => Some(form),
            _ => None,
        }
    }

    /// The agent as it would be with what is being typed, and the key of the field looked at.
    pub fn agent_as_typed(&self) -> (Agent, Option<String>) {
        let mut agent = self.world.agent.clone();
        let Some(form) = self.field_form().filter(|_| self.agent.is_some()) else {
            let at = self.agent.as_ref().map_or(0, |a| a.rested);
            let key = agent.fields.get(at).map(|f| f.key.clone());
            return (agent, key);
        };
        let typed = form.astra_field();
        match (&form.about, agent.fields.iter_mut().find(|f| f.key == typed.key)) {
            (About::Field(_), Some(field)) => *field = typed.clone(),
            // a key that another field has is refused when the form is done
            (_, Some(_)) => {}
            (_, None) if typed.key.is_empty() => {}
            (_, None) => agent.fields.push(typed.clone()),
        }
        (agent, Some(typed.key))
    }

    /// Where a field is mapped, in words: in the actions' files, in what is kept of edits, in the action being edited.
    pub fn where_mapped(&self, field: &AstraField) -> Option<String> {
        let opened = self.opened.as_ref().map(|o| &o.editing.action);
        let is_opened = |a: &&Action| opened.is_some_and(|o| o.id == a.id);
        let drafts = self.world.drafts.values().map(|d| &d.action).filter(|a| !is_opened(a));
        let drafts: Vec<&Action> = drafts.collect();
        let files = self.world.actions.iter().map(|f| &f.action);
        let files = files.filter(|a| !is_opened(a) && !drafts.iter().any(|d| d.id == a.id && d.mapping == a.mapping));
        let all = files.chain(drafts.iter().copied()).chain(opened);
        mapped_in_words(all, field)
    }

    /// The field under the cursor.
    pub fn selected_field(&self) -> Option<&AstraField> {
        self.world.agent.fields.get(self.agent.as_ref()?.selected)
    }

    pub(super) fn open_agent(&mut self) {
        let below = std::mem::take(&mut self.layers);
        let picked = below.iter().rev().find_map(|l| match l {
            Layer::Picker(p) if is_of_astra(&p.pick) => p.item().map(|i| i.key.clone()),
            _ => None,
        });
        let first_own = self.world.agent.fields.iter().position(|f| !f.built_in);
        let picked = picked.and_then(|key| self.world.agent.fields.iter().position(|f| f.key == key));
        let selected = picked.or(first_own).unwrap_or(0);
        let (source, listed) = std::mem::take(&mut self.fields.tried_on);
        let screen = AgentScreen { selected, rested: selected, below, source, listed, ..AgentScreen::default() };
        self.agent = Some(Box::new(screen));
    }

    /// Back to where one was; a list of fields that lay there is made anew.
    fn close_agent(&mut self) {
        let Some(agent) = self.agent.take() else { return };
        self.fields.tried_on = (agent.source, agent.listed);
        self.layers = agent.below;
        if let Some(Layer::Picker(picker)) =
            self.layers.last().filter(|l| matches!(l, Layer::Picker(p) if is_of_astra(&p.pick)))
        {
            let (pick, title) = (picker.pick.clone(), picker.title.clone());
            self.layers.pop();
            let zoho = match &pick {
                Pick::AstraForNew(zoho) => zoho.clone(),
                Pick::Astra(i) => {
                    let row = self.opened.as_ref().and_then(|o| o.editing.action.mapping.get(*i));
                    row.map_or(title, |r| r.zoho.clone())
                }
                _ => title,
            };
            self.pick_astra(pick, &zoho);
        }
    }

    pub(super) fn ready_in_agent(&self, command: Command) -> Ready {
        use Command as C;
        let saving = self.fields.saving.is_some();
        match command {
            C::OpenAgent => Ready::if_or_hidden(self.agent.is_none()),
            C::FieldsFromPicker => match self.layers.last() {
                Some(Layer::Picker(p)) if is_of_astra(&p.pick) => Ready::Ready,
                _ => Ready::Hidden,
            },
            C::EditField | C::NewField | C::DeleteField if saving => Ready::Disabled("it is being saved".into()),
            C::NewField => Ready::if_or(self.world.loaded, "the workspace is being read"),
            C::EditField => Ready::if_or(self.world.loaded, "the workspace is being read"),
            C::DeleteField => match self.selected_field() {
                None => Ready::Disabled("select a field first".into()),
                Some(f) if f.built_in => {
                    Ready::Disabled(format!("{} is built in: it is always there; leave it unmapped", f.label))
                }
                Some(f) => match self.where_mapped(f) {
                    Some(places) => Ready::Disabled(format!("{places}: map those rows to another field first")),
                    None => Ready::Ready,
                },
            },
            C::NextTrial | C::PreviousTrial => Ready::if_or_hidden(self.world.examples.len() > 1),
            C::UndoField if saving => Ready::Disabled("it is being saved".into()),
            C::RedoField if saving => Ready::Disabled("it is being saved".into()),
            C::UndoField => Ready::if_or(!self.fields.undo.is_empty(), "nothing to undo"),
            C::RedoField => Ready::if_or(!self.fields.redo.is_empty(), "nothing to redo"),
            _ => Ready::Ready,
        }
    }

    pub(super) fn in_agent(&mut self, command: Command, out: &mut Vec<Effect>) {
        use Command as C;
        match command {
            C::OpenAgent | C::FieldsFromPicker => return self.open_agent(),
            C::CloseAgent => return self.close_agent(),
            C::UndoField | C::RedoField => return self.take_back(command == C::UndoField, out),
            C::NewField => return self.type_field(None),
            C::EditField => return self.type_field(self.selected_field().cloned()),
            C::DeleteField => return self.ask_delete_field(),
            C::ChooseTrial => return self.choose_another_trial(out),
            C::NextTrial if self.step_in_file(1) => return,
            C::PreviousTrial if self.step_in_file(-1) => return,
            _ => {}
        }
        let all = self.world.examples.len().max(1);
        let Some(agent) = &mut self.agent else { return };
        match command {
            C::OtherHalf => agent.reading = !agent.reading,
            C::NextTrial | C::PreviousTrial => {
                (agent.top, agent.source) = (None, None);
                let by = if command == C::NextTrial { 1 } else { all - 1 };
                self.example = (self.example + by) % all;
            }
            _ => {}
        }
    }

    /// Moves in the list, or reads on.
    pub(super) fn go_in_agent(&mut self, by: isize) {
        let (rows, room) = self.trial_rows();
        let shown = self.trial_top(&rows, room);
        let last = self.world.agent.fields.len();
        let Some(agent) = &mut self.agent else { return };
        if agent.reading {
            let most = rows.len().saturating_sub(usize::from(room));
            agent.top = Some(shown.saturating_add_signed(by).min(most));
        } else {
            agent.selected = agent.selected.saturating_add_signed(by).min(last);
            agent.top = None;
        }
    }

    /// The form for a field, or for a new one, with what was typed before.
    fn type_field(&mut self, was: Option<AstraField>) {
        // what was typed into a form for a new field is offered there, not mixed with what is typed next
        let about = was.as_ref().map(|w| About::Field(Box::new(w.clone())));
        let parked = self.fields.parked.take_if(|f| Some(&f.about) == about.as_ref());
        let fresh = || was.as_ref().map_or_else(|| Form::new_field(""), Form::field);
        let form = parked.unwrap_or_else(fresh);
        if let Some(agent) = &mut self.agent {
            (agent.reading, agent.top) = (false, None);
        }
        self.layers.push(Layer::Form(form));
    }

    fn ask_delete_field(&mut self) {
        let Some(field) = self.selected_field().cloned() else { return };
        let undo = self.keymap.shown(Command::UndoField);
        self.layers.push(Layer::Confirm(Confirm {
            question: format!("Delete {}?", field.label),
            detail: format!(
                "The agent no longer collects it, and it is looked for in no conversation. Values that were written to \
                 Zoho stay there; {undo} brings the field back."
            ),
            then: Then::DeleteField(Box::new(field)),
        }));
    }

    pub(super) fn delete_field(&mut self, field: AstraField, out: &mut Vec<Effect>) {
        let at = self.world.agent.fields.iter().position(|f| f.key == field.key).unwrap_or(0);
        let title = format!("delete {}", field.label);
        let inverse = FieldEdit::Add(at, field.clone());
        let said = format!("{} is deleted", field.label);
        self.change_field(title, FieldEdit::Remove(field), inverse, Way::Fresh, said, out);
    }

    /// A field is created; the number of its answer.
    pub(super) fn create_field(&mut self, field: AstraField, out: &mut Vec<Effect>) -> Request {
        let said = format!("{} is one of the agent's fields now", field.label);
        let (title, at) = (format!("create {}", field.label), self.world.agent.fields.len());
        if let Some(agent) = &mut self.agent {
            agent.wanted = Some(field.key.clone());
        }
        let edit = FieldEdit::Add(at, field.clone());
        self.change_field(title, edit, FieldEdit::Remove(field), Way::Fresh, said, out)
    }

    /// A form for a field is done.
    pub(super) fn field_typed(&mut self, was: AstraField, now: AstraField, out: &mut Vec<Effect>) {
        if was == now {
            return;
        }
        let (title, said) = (format!("change {}", was.label), format!("{} is changed", now.label));
        let inverse = FieldEdit::Change { was: now.clone(), now: was.clone() };
        self.change_field(title, FieldEdit::Change { was, now }, inverse, Way::Fresh, said, out);
    }

    fn change_field(
        &mut self,
        title: String,
        edit: FieldEdit,
        inverse: FieldEdit,
        way: Way,
        said: String,
        out: &mut Vec<Effect>,
    ) -> Request {
        let request = self.request();
        self.changing.push(Changing { request, said, action: None });
        self.fields.saving = Some(Saving { request, title, edit: edit.clone(), inverse, way });
        out.push(Effect::ChangeField { request, edit });
        request
    }

    fn take_back(&mut self, undo: bool, out: &mut Vec<Effect>) {
        let (from, way) = if undo { (&self.fields.undo, Way::Undo) } else { (&self.fields.redo, Way::Redo) };
        let Some((title, edit)) = from.last().cloned() else { return };
        let mut agent = self.world.agent.clone();
        let inverse = match crate::domain::field_edit::apply(&mut agent, edit.clone()) {
            Ok(inverse) => inverse,
            Err(why) => return self.complain(format!("{title} cannot be taken back: {why}")),
        };
        if let FieldEdit::Remove(field) = &edit
            && let Some(places) = self.where_mapped(field)
        {
            return self.complain(format!("{places}: map those rows to another field first"));
        }
        let said = if undo { format!("undone: {title}") } else { format!("done again: {title}") };
        self.change_field(title, edit, inverse, way, said, out);
    }

    /// How a change of a field went.
    pub(super) fn field_changed(&mut self, request: Request, result: Result<(), FieldTrouble>) {
        let said = self.changed_by(request).map(|c| c.said);
        let Some(saving) = self.fields.saving.take_if(|s| s.request == request) else { return };
        let Saving { title, edit, inverse, way, .. } = saving;
        match result {
            Ok(()) => {
                let changes = &mut self.fields;
                match way {
                    Way::Fresh => {
                        changes.redo.clear();
                        changes.undo.push((title, inverse));
                        let over = changes.undo.len().saturating_sub(REMEMBERED);
                        changes.undo.drain(..over);
                    }
                    Way::Undo => {
                        changes.undo.pop();
                        changes.redo.push((title, inverse));
                    }
                    Way::Redo => {
                        changes.redo.pop();
                        changes.undo.push((title, inverse));
                    }
                }
                self.say(said.unwrap_or_default());
            }
            Err(why) => {
                self.mapping_new_field.take_if(|(r, ..)| *r == request);
                self.field_refused(why, edit);
            }
        }
    }

    fn field_refused(&mut self, why: FieldTrouble, edit: FieldEdit) {
        let theirs = match why {
            FieldTrouble::Refused(FieldRefused::Changed(theirs)) => theirs.map(|t| *t),
            FieldTrouble::Refused(why) => return self.complain(why.to_string()),
            FieldTrouble::Failed(why) => return self.complain(why),
        };
        let mine = match edit {
            FieldEdit::Change { now, .. } | FieldEdit::Add(_, now) => Some(now),
            FieldEdit::Remove(_) => None,
        };
        if mine.is_none() && theirs.is_none() {
            return self.say("it was deleted already");
        }
        let told = |field: &Option<AstraField>| match field {
            Some(f) => format!("{}, {}: {}", f.label, type_in_words(f.kind), f.description),
            None => "deleted".to_owned(),
        };
        let item = |key: &str, label: &str, field: &Option<AstraField>| Item {
            key: key.into(),
            label: label.into(),
            note: told(field),
            help: told(field),
            ..Item::default()
        };
        let items = vec![item("theirs", "Keep theirs", &theirs), item("mine", "Overwrite with mine", &mine)];
        let pick = Pick::FieldConflict(Box::new(Contest { mine, theirs }));
        self.layers.push(Layer::Picker(Picker::new(pick, "Somebody else changed this field", items)));
    }

    pub(super) fn settle_field(&mut self, contest: Contest, how: &str, out: &mut Vec<Effect>) {
        if how == "theirs" {
            return self.say("theirs stays");
        }
        let (edit, inverse) = match (contest.mine, contest.theirs) {
            (Some(mine), Some(theirs)) => (
                FieldEdit::Change { was: theirs.clone(), now: mine.clone() },
                FieldEdit::Change { was: mine, now: theirs },
            ),
            (Some(mine), None) => (FieldEdit::Add(usize::MAX, mine.clone()), FieldEdit::Remove(mine)),
            (None, Some(theirs)) => (FieldEdit::Remove(theirs.clone()), FieldEdit::Add(usize::MAX, theirs)),
            (None, None) => return,
        };
        self.change_field("overwrite a field".into(), edit, inverse, Way::Fresh, "yours is written".into(), out);
    }

    /// A form for a field was closed: what was typed is there again.
    pub(super) fn park_field(&mut self, form: Form) {
        if form.half_field().is_some() {
            self.fields.parked = Some(form);
        }
    }

    fn parked_slot(&mut self) -> Option<&mut Option<Form>> {
        if self.agent.is_some() { Some(&mut self.fields.parked) } else { self.opened.as_mut().map(|o| &mut o.parked) }
    }

    /// What was typed into a form for a new field that was closed, where such a form is open.
    pub(super) fn typed_before(&self) -> Option<&Form> {
        let open = matches!(self.layers.last(), Some(Layer::Form(f)) if f.about == About::NewField);
        let parked = match &self.agent {
            Some(_) => self.fields.parked.as_ref(),
            None => self.opened.as_ref()?.parked.as_ref(),
        };
        parked.filter(|f| open && f.about == About::NewField)
    }

    /// It takes the place of what is typed now, which is kept in its place.
    pub(super) fn recall_field(&mut self) {
        let Some(Layer::Form(now)) = self.layers.pop() else { return };
        let before = self.parked_slot().and_then(|slot| match now.half_field() {
            Some(_) => slot.replace(now.clone()),
            None => slot.take(),
        });
        self.layers.push(Layer::Form(before.unwrap_or(now)));
    }

    /// What was being typed when the program ended last time.
    pub(super) fn take_half_field(&mut self, half: Option<HalfField>, out: &mut Vec<Effect>) {
        let Some(mut half) = half else { return };
        out.extend(half.left_on.take().map(|from| Effect::TakeField { from }));
        let label = half.was.as_ref().unwrap_or(&half.typed).label.clone();
        self.fields.parked = Some(match &half.was {
            None => Form::half_done(&half.typed),
            Some(was) => {
                let mut form = Form::field(&AstraField { built_in: was.built_in, ..half.typed.clone() });
                form.title = Form::field(was).title;
                form.about = About::Field(Box::new(was.clone()));
                form
            }
        });
        self.fields.kept = Some(half);
        let key = self.keymap.shown(Command::OpenAgent);
        self.say(format!("the field {label} was being typed and is not done: {key} leads to the agent's fields"));
    }

    /// The field that is being typed in the agent's screen, or was when its form was closed.
    fn half_typed(&self) -> Option<HalfField> {
        let half = |form: &Form| {
            let was = match &form.about {
                About::Field(was) => Some((**was).clone()),
                _ => None,
            };
            Some(HalfField { was, typed: form.half_field()?, left_on: None })
        };
        let open = self.field_form().filter(|_| self.agent.is_some());
        open.and_then(half).or_else(|| half(self.fields.parked.as_ref()?))
    }

    /// Keeps the field being typed once it is due, at once where `all` is to be kept.
    pub(super) fn keep_half(&mut self, all: bool, out: &mut Vec<Effect>) {
        let half = self.half_typed();
        let changes = &mut self.fields;
        if half == changes.kept {
            changes.keep_at = None;
            return;
        }
        let pause = jiff::SignedDuration::from_millis(KEEP_AFTER_MS);
        let now = self.now;
        let due = *changes.keep_at.get_or_insert_with(|| now.checked_add(pause).unwrap_or(now));
        if all || half.is_none() || due <= now {
            changes.keep_at = None;
            changes.kept.clone_from(&half);
            out.push(Effect::KeepField(half.map(Box::new)));
        }
    }

    /// Whether it could be kept. Where it cannot be, that is said at once, and asked about before the program ends.
    pub(super) fn half_kept(&mut self, result: Result<(), String>) {
        self.fields.unkept = result.err();
        if let Some(why) = self.fields.unkept.clone() {
            self.complain(format!("the field that is being typed cannot be kept: {why}"));
        }
    }

    /// Why what is typed of a field would be lost.
    pub(super) fn half_unkept(&self) -> Option<&str> {
        self.fields.unkept.as_deref().filter(|_| self.half_typed().is_some())
    }

    /// The same as an effect, where it is still to be kept.
    pub(super) fn unkept_half(&self) -> Option<Effect> {
        self.fields.keep_at?;
        Some(Effect::KeepField(self.half_typed().map(Box::new)))
    }
}

fn is_of_astra(pick: &Pick) -> bool {
    matches!(pick, Pick::Astra(_) | Pick::AstraForNew(_))
}
