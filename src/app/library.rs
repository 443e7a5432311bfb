//! What the commands of the Action Library do.

use super::command::Command;
use super::edit::Editor;
use super::editing::Editing;
use super::effect::Effect;
use super::layer::{Becomes, Confirm, Layer, Text, Then};
use super::{App, Shelf};
use crate::domain::action::{Action, Permissions, State, TEMPLATE};

impl App {
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
            (C::Open, Some(file)) => {
                let draft = self.world.drafts.get(&file.action.id).cloned();
                let mut editing = Editing::of(file);
                if let Some(draft) = draft.filter(|d| d.action != editing.action) {
                    // what was kept was edited from another text than the file's of today: saving it is a conflict
                    if let (Some(base), Some(saved)) = (draft.base, &mut editing.saved) {
                        saved.revision = base;
                    }
                    editing.action = draft.action;
                    self.say("unsaved changes of last time are here again: s saves them");
                }
                self.open(editing, out);
            }
            (C::Duplicate, Some(file)) => {
                let name = free_name(&format!("{} copy", file.action.name), |n| self.world.is_taken(n));
                let id = self.free_id(&name);
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
            (C::Delete, Some(file)) => self.layers.push(Layer::Confirm(Confirm {
                question: format!("Delete {}?", file.action.name),
                detail: format!("actions/{}.toml is deleted. Its runs stay in the log.", file.action.id),
                then: Then::Delete(file.action.id),
            })),
            (C::Activate, Some(file)) => {
                let account = self.world.account(&file.action.account);
                let whose = account.map_or_else(|| file.action.account.clone(), |a| a.label.clone());
                self.layers.push(Layer::Confirm(Confirm {
                    question: format!("Activate {}?", file.action.name),
                    detail: format!("From now on it runs and writes contacts to {whose}."),
                    then: Then::Activate(file.action.id),
                }));
            }
            (C::BackToDraft, Some(file)) => {
                let base = Some(file.revision);
                self.save(
                    Action { state: State::Draft, ..file.action },
                    base,
                    None,
                    "back to draft: it no longer runs",
                    out,
                );
            }
            _ => {}
        }
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
        self.open(Editing::new(draft.action), out);
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
