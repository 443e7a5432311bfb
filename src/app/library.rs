//! What the commands of the Action Library do.

use super::command::{Command, Ready};
use super::edit::Editor;
use super::editing::Editing;
use super::effect::Effect;
use super::form::Form;
use super::layer::{Becomes, Confirm, Layer, Text, Then};
use super::layout::Pane;
use super::msg::{ActionFile, Revision};
use super::{App, Shelf};
use crate::domain::action::{Action, Permissions, State, TEMPLATE};

impl App {
    /// What is selected in the Action Library.
    pub fn shelf(&self) -> Shelf {
        match self.shelf.checked_sub(1) {
            None => Shelf::Template,
            Some(i) if i < self.world.actions.len() => Shelf::Mine(i),
            Some(i) => match i - self.world.actions.len() {
                i if i < self.world.begun().count() => Shelf::Begun(i),
                _ => Shelf::Template,
            },
        }
    }

    /// Puts the selection of the Action Library on an action, where it is there.
    pub(super) fn select_action(&mut self, id: &str) {
        let mine = self.world.actions.iter().map(|f| f.action.id.as_str());
        let all = mine.chain(self.world.begun().map(|d| d.action.id.as_str()));
        if let Some(i) = all.into_iter().position(|i| i == id) {
            self.shelf = i + 1;
        }
    }

    /// The id of the action selected in the Action Library.
    pub(super) fn selected_action(&self) -> Option<String> {
        match self.shelf() {
            Shelf::Template => None,
            Shelf::Mine(i) => self.world.actions.get(i).map(|f| f.action.id.clone()),
            Shelf::Begun(i) => self.world.begun().nth(i).map(|d| d.action.id.clone()),
        }
    }

    pub(super) fn last_shelf(&self) -> usize {
        self.world.actions.len() + self.world.begun().count()
    }

    pub(super) fn in_library(&mut self, command: Command, out: &mut Vec<Effect>) {
        use Command as C;
        let selected = match self.shelf() {
            Shelf::Mine(i) => self.world.actions.get(i).cloned(),
            Shelf::Template => None,
            Shelf::Begun(i) => return self.with_begun(command, i, out),
        };
        match (command, selected) {
            (C::New, _) | (C::Open, None) => {
                let name = free_name("Save contact to Zoho", |n| self.world.is_taken(n));
                let action = Action {
                    id: self.free_id(&name),
                    template: TEMPLATE.into(),
                    name,
                    intent: String::new(),
                    state: State::Draft,
                    offline_sync: false,
                    account: crate::domain::account::SANDBOX.into(),
                    contacts: Permissions::default(),
                    mapping: crate::domain::mapping::required(),
                };
                self.open(Editing::new(action), out);
            }
            (C::Open, Some(file)) => self.open_file(file, out),
            (C::Duplicate, Some(file)) => {
                let name = free_name(&format!("{} copy", file.action.name), |n| self.world.is_taken(n));
                let id = self.free_id(&name);
                self.selecting = Some(id.clone());
                self.save(
                    Action { id, name, state: State::Draft, ..file.action },
                    None,
                    None,
                    "duplicated as a draft",
                    out,
                );
            }
            (C::Rename, Some(file)) => {
                let editor = Editor::line(&file.action.name);
                self.layers.push(Layer::Text(Text {
                    title: "Name",
                    hint: "The name people see; the file keeps its own",
                    editor,
                    several_lines: false,
                    becomes: Becomes::NameOf(file.action.id),
                }));
            }
            (C::Delete, Some(file)) => {
                let id = file.action.id;
                let active = match file.action.state {
                    State::Active => "It is active: it stops running and writes nothing any more. ",
                    State::Draft => "",
                };
                let replay = if self.is_played(&id) { "Its replay is under way and is stopped. " } else { "" };
                let mut detail = format!(
                    "{active}{replay}{}actions/{id}.toml is deleted: only a backup or git brings it back. Its runs stay in the log.",
                    self.live_left(&id)
                );
                if self.world.is_edited(&id) {
                    detail.push_str(" Its unsaved changes go with it.");
                }
                let question = format!("Delete {}?", file.action.name);
                self.layers.push(Layer::Confirm(Confirm { question, detail, then: Then::Delete(id) }));
            }
            (C::Activate, Some(file)) => {
                let account = self.world.account(&file.action.account);
                let whose = account.map_or_else(|| file.action.account.clone(), |a| a.label.clone());
                self.layers.push(Layer::Confirm(Confirm {
                    question: format!("Activate {}?", file.action.name),
                    detail: format!(
                        "It is checked against the fields of {whose}. Where nothing is missing, it runs from now on and writes contacts there."
                    ),
                    then: Then::Activate(file.action.id),
                }));
            }
            (C::BackToDraft, Some(file)) => self.layers.push(Layer::Confirm(Confirm {
                question: format!("Take {} out of service?", file.action.name),
                detail: "It is active. As a draft it stops running and writes nothing until it is activated again."
                    .into(),
                then: Then::BackToDraft(file.action.id),
            })),
            _ => {}
        }
    }

    pub(super) fn open_file(&mut self, file: ActionFile, out: &mut Vec<Effect>) {
        self.take_over(&file.action.id, out);
        let draft = self.world.drafts.get(&file.action.id).cloned();
        let field = draft.as_ref().and_then(|d| d.field.clone());
        let (theirs, edited) = (file.clone(), self.world.is_edited(&file.action.id));
        let mut editing = Editing::of(file);
        let mut kept = field.clone().map(|field| (editing.action.clone(), Some(field)));
        if field.is_some() {
            let list = self.keymap.shown(Command::ListUnsaved);
            self.say(format!("a new Astra field was being typed: its form has it again; {list} discards it"));
        }
        let mut others = false;
        if let Some(draft) = draft.filter(|_| edited) {
            // what was kept was edited from another text than the file's of today: saving it is a conflict
            if let (Some(base), Some(saved)) = (draft.base, &mut editing.saved) {
                others = saved.revision != base;
                saved.revision = base;
                saved.action = draft.from.map_or_else(|| saved.action.clone(), |from| *from);
            }
            editing.action = draft.action;
            kept = Some((editing.action.clone(), field.clone()));
            let (save, list) = (self.keymap.shown(Command::SaveDraft), self.keymap.shown(Command::ListUnsaved));
            if others {
                self.complain(format!(
                    "somebody else changed this action since you began: saving ({save}) shows both sides, {list} lists yours"
                ));
            } else {
                self.say(format!("unsaved changes of last time are here again: {save} saves, {list} lists them"));
            }
        }
        self.resume_history(&mut editing);
        self.open(editing, out);
        if let Some(opened) = &mut self.opened {
            opened.said_of = others.then_some(Some(theirs.revision));
            opened.kept = kept;
            opened.parked = field.as_ref().map(Form::half_done);
        }
    }

    /// Opens the selected action, then goes on there.
    pub(super) fn open_and(&mut self, command: Command, out: &mut Vec<Effect>) {
        self.in_library(Command::Open, out);
        self.refresh();
        match command {
            Command::LibraryIntent => self.type_intent(),
            Command::LibraryChanges => self.list_unsaved(),
            _ => {
                if let Some(opened) = &mut self.opened {
                    opened.focus = Pane::Log;
                }
                match self.ready(Command::Replay) {
                    Ready::Disabled(reason) => self.say(reason),
                    _ => self.in_replays(Command::Replay, out),
                }
            }
        }
    }

    /// Activates an action from the library as its own screen does: with its account's fields, asked for where they are not
    /// known. What is missing is shown by the review.
    pub(super) fn activate(&mut self, id: String, out: &mut Vec<Effect>) {
        let Some(file) = self.world.action(&id) else { return };
        let account = file.action.account.clone();
        let unknown = self.world.fields(&account).is_none() && self.world.account(&account).is_some();
        let unsaved = self.world.is_edited(&id);
        if unsaved || !unknown {
            return self.activate_known(&id, unsaved, out);
        }
        self.activating = Some(id);
        self.say(format!("asking {account} for its fields"));
        if !self.world.fields_waiting(&account) {
            self.fetch_fields(account, false, out);
        }
    }

    /// Fields have come: what waited for them goes on.
    pub(super) fn go_on_activating(&mut self, account: &str, out: &mut Vec<Effect>) {
        if self.world.fields_waiting(account) {
            return;
        }
        if self.opened.is_some() {
            return self.go_on_here(account, out);
        }
        let waited = |id: &mut String| self.world.action(id).is_none_or(|f| f.action.account == account);
        if let Some(id) = self.activating.take_if(waited) {
            self.activate_known(&id, false, out);
        }
    }

    /// Saves the open action as active, once its account's fields are known.
    pub(super) fn activate_opened(&mut self, out: &mut Vec<Effect>) {
        let Some(opened) = &mut self.opened else { return };
        let account = opened.editing.action.account.clone();
        let waiting = self.world.fields_waiting(&account);
        if self.world.fields(&account).is_some() && !waiting {
            return self.save_opened(State::Active, None, out);
        }
        opened.activating = Some(opened.editing.action.clone());
        self.say(format!("asking {account} for its fields: where they fit, it is saved and active"));
        if !waiting {
            self.fetch_fields(account, false, out);
        }
    }

    fn go_on_here(&mut self, account: &str, out: &mut Vec<Effect>) {
        let waited = |a: &mut Action| a.account == account;
        let Some(wanted) = self.opened.as_mut().and_then(|o| o.activating.take_if(waited)) else { return };
        self.refresh();
        let trouble = self.world.fields_trouble(account).filter(|_| self.world.fields(account).is_none());
        let trouble = trouble.map(|t| t.message.clone());
        let Some(opened) = &mut self.opened else { return };
        if let Some(why) = trouble {
            return self.complain(format!("not activated: the fields of {account} are not known: {why}"));
        }
        if opened.editing.action != wanted || opened.saving.is_some() {
            return self.complain("not activated: it was changed meanwhile; look at it and activate it again");
        }
        if let Some(first) = opened.problems.first().filter(|_| opened.has_errors()) {
            let why = format!("not activated: {first}");
            opened.leave_behind();
            opened.review = Some(0);
            return self.complain(why);
        }
        self.save_opened(State::Active, None, out);
    }

    fn activate_known(&mut self, id: &str, unsaved: bool, out: &mut Vec<Effect>) {
        let Some(i) = self.world.actions.iter().position(|f| f.action.id == id) else { return };
        let Some(file) = self.world.actions.get(i).cloned() else { return };
        let account = &file.action.account;
        let trouble = self.world.fields_trouble(account).filter(|_| self.world.fields(account).is_none());
        let why = match (trouble, self.errors_of(i)) {
            (Some(trouble), _) => format!("not activated: the fields of {account} are not known: {}", trouble.message),
            (None, 0) if unsaved => {
                "not activated: it has changes that were not saved; S saves and activates it".into()
            }
            (None, 0) => {
                let action = Action { state: State::Active, ..file.action };
                return self.save(action, Some(file.revision), None, "active: it runs from now on", out);
            }
            (None, n) => {
                let first = self.first_of(i).map(|f| match f.action {
                    Some(_) => f.problem.to_string(),
                    None => format!("{}: {}", f.place, f.problem),
                });
                let first = first.unwrap_or_default();
                let all = if n > 1 { format!(" (first of {n})") } else { String::new() };
                format!("not activated: {first}{all}")
            }
        };
        self.open_file(file, out);
        if let Some(opened) = &mut self.opened {
            opened.review = Some(0);
        }
        self.complain(why);
    }

    /// What was kept of edits goes on from what the library saved: its name and its state.
    pub(super) fn carry_over(&mut self, saved: &Action, revision: Revision, out: &mut Vec<Effect>) {
        self.take_over(&saved.id, out);
        let before = self.world.action(&saved.id).map(|f| f.revision);
        // edited from an older text than the library's: saving it still shows both sides
        let Some(draft) = self.world.drafts.get_mut(&saved.id).filter(|d| d.base == before) else { return };
        (draft.base, draft.from) = (Some(revision), Some(Box::new(saved.clone())));
        draft.action.name.clone_from(&saved.name);
        draft.action.state = saved.state;
        let (action, field) = (Box::new(draft.action.clone()), draft.field.clone().map(Box::new));
        out.push(Effect::KeepDraft { action, base: draft.base, field });
        // what is told of the save was read before this was kept
        out.push(Effect::LoadWorkspace);
    }

    fn with_begun(&mut self, command: Command, i: usize, out: &mut Vec<Effect>) {
        let Some(draft) = self.world.begun().nth(i).cloned() else { return };
        if command == Command::Delete {
            return self.layers.push(Layer::Confirm(Confirm {
                question: format!("Delete {}?", draft.action.name),
                detail: "It was never saved: nothing of it stays.".into(),
                then: Then::Forget(draft.action.id),
            }));
        }
        self.take_over(&draft.action.id, out);
        let mut editing = Editing::new(draft.action);
        self.resume_history(&mut editing);
        self.open(editing, out);
        if let Some(opened) = &mut self.opened {
            opened.parked = draft.field.as_ref().map(Form::half_done);
        }
    }

    fn free_id(&self, name: &str) -> String {
        let mut id = String::new();
        for c in name.to_lowercase().chars() {
            if c.is_ascii_alphanumeric() {
                id.push(c);
            } else if !id.is_empty() && !id.ends_with('-') {
                id.push('-');
            }
        }
        let id = Some(id.trim_end_matches('-')).filter(|i| !i.is_empty()).unwrap_or("action").to_owned();
        (1..)
            .map(|n| if n == 1 { id.clone() } else { format!("{id}-{n}") })
            .find(|i| !self.world.is_taken(i))
            .unwrap_or(id)
    }
}

/// The name itself, or with the first number that makes it one of its own.
fn free_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = |n: u32| if n == 1 { name.to_owned() } else { format!("{name} {n}") };
    (1..).map(numbered).find(|n| !taken(n)).unwrap_or_else(|| name.to_owned())
}
