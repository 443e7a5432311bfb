//! An action being edited: what it says now, what its file says, and every change with its inverse, so that undo goes back
//! by whole operations, across saves. Must not know keys or screens.

use super::differences;
use super::msg::{ActionFile, Revision};
use crate::domain::action::{Action, Permissions, Row};
use crate::domain::mapping::{self, Edit, EditRefused};

/// How many changes can be undone.
const REMEMBERED: usize = 1_000;

/// One change of an action.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The name.
    Name(String),
    /// The intent.
    Intent(String),
    /// Offline Sync.
    OfflineSync(bool),
    /// The account.
    Account(String),
    /// The two toggles.
    Contacts(Permissions),
    /// The rows.
    Mapping(Edit),
    /// All of it, or back.
    Whole(Box<Action>),
    /// All of it, and what the file says: somebody else's in place of what one began with, or back, so that saving one's own
    /// after all meets theirs again.
    Theirs(Box<(Action, Option<ActionFile>)>),
}

/// An action as edited.
#[derive(Debug, Clone, PartialEq)]
pub struct Editing {
    /// What it says now.
    pub action: Action,
    /// What its file says; `None` where there is none yet.
    pub saved: Option<ActionFile>,
    undo: Vec<(String, Change)>,
    redo: Vec<(String, Change)>,
}

/// What was done to an action and can be undone, apart from it.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    undo: Vec<(String, Change)>,
    redo: Vec<(String, Change)>,
    /// The rows as they were left: changes of rows are told by their places.
    rows: Vec<Row>,
}

impl Editing {
    /// Begins with what a file says.
    pub fn of(file: ActionFile) -> Self {
        Self { action: file.action.clone(), saved: Some(file), undo: Vec::new(), redo: Vec::new() }
    }

    /// Begins with an action that has no file.
    pub fn new(action: Action) -> Self {
        Self { action, saved: None, undo: Vec::new(), redo: Vec::new() }
    }

    /// The action, and what was done to it.
    pub fn parted(mut self) -> (Self, History) {
        let (undo, redo) = (std::mem::take(&mut self.undo), std::mem::take(&mut self.redo));
        let rows = self.action.mapping.clone();
        (self, History { undo, redo, rows })
    }

    /// Goes on with what was done before, where the rows are as they were then: else no change of theirs would find its
    /// place.
    pub fn resume(&mut self, history: History) {
        if history.rows == self.action.mapping {
            (self.undo, self.redo) = (history.undo, history.redo);
        }
    }

    /// Makes a change; `title` says what was done: "map Phone".
    ///
    /// # Errors
    /// The mapping's rules forbid it; nothing is changed.
    pub fn change(&mut self, title: impl Into<String>, change: Change) -> Result<(), EditRefused> {
        let before = self.action.clone();
        let inverse = apply(&mut self.action, &mut self.saved, change)?;
        if self.action != before {
            self.undo.push((title.into(), inverse));
            if self.undo.len() > REMEMBERED {
                self.undo.remove(0);
            }
            self.redo.clear();
        }
        Ok(())
    }

    /// Takes the last change back and gives its title.
    pub fn undo(&mut self) -> Option<String> {
        let (title, change) = self.undo.pop()?;
        self.redo.push((title.clone(), apply(&mut self.action, &mut self.saved, change).ok()?));
        Some(title)
    }

    /// Does again what was undone last and gives its title.
    pub fn redo(&mut self) -> Option<String> {
        let (title, change) = self.redo.pop()?;
        self.undo.push((title.clone(), apply(&mut self.action, &mut self.saved, change).ok()?));
        Some(title)
    }

    /// What undo would take back.
    pub fn undoable(&self) -> Option<&str> {
        self.undo.last().map(|(title, _)| title.as_str())
    }

    /// What redo would do again.
    pub fn redoable(&self) -> Option<&str> {
        self.redo.last().map(|(title, _)| title.as_str())
    }

    /// The text it was edited from.
    pub fn base(&self) -> Option<Revision> {
        self.saved.as_ref().map(|f| f.revision)
    }

    /// How many parts of the action are not as in its file: name, intent, Offline Sync, account, each toggle, each row that
    /// was added, removed or changed, and their order.
    pub fn unsaved(&self) -> usize {
        let Some(saved) = self.saved.as_ref().map(|f| &f.action) else { return 1 };
        differences::between(saved, &self.action).len()
    }
}

fn apply(action: &mut Action, saved: &mut Option<ActionFile>, change: Change) -> Result<Change, EditRefused> {
    use std::mem::replace;
    Ok(match change {
        Change::Name(to) => Change::Name(replace(&mut action.name, to)),
        Change::Intent(to) => Change::Intent(replace(&mut action.intent, to)),
        Change::OfflineSync(to) => Change::OfflineSync(replace(&mut action.offline_sync, to)),
        Change::Account(to) => Change::Account(replace(&mut action.account, to)),
        Change::Contacts(to) => Change::Contacts(replace(&mut action.contacts, to)),
        Change::Whole(to) => Change::Whole(Box::new(replace(action, *to))),
        Change::Theirs(to) => {
            let (theirs, file) = *to;
            Change::Theirs(Box::new((replace(action, theirs), replace(saved, file))))
        }
        Change::Mapping(edit) => Change::Mapping(mapping::apply(&mut action.mapping, edit)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::{Row, State, TEMPLATE};

    fn action() -> Action {
        Action {
            id: "a".into(),
            template: TEMPLATE.into(),
            name: "A".into(),
            intent: "I".into(),
            state: State::Draft,
            offline_sync: false,
            account: "sandbox".into(),
            contacts: Permissions::default(),
            mapping: mapping::required(),
        }
    }

    #[test]
    fn every_change_goes_back_and_forth() {
        let file = ActionFile { action: action(), revision: Revision(1), problems: vec![], broken: false };
        let mut editing = Editing::of(file);
        let changes = [
            Change::Name("B".into()),
            Change::Intent("J".into()),
            Change::OfflineSync(true),
            Change::Account("x".into()),
            Change::Contacts(Permissions { create_and_update_new: false, update_existing: true }),
            Change::Mapping(Edit::Insert(2, Row::new("Phone", "phone"))),
            Change::Mapping(Edit::Replace(0, Row::new("Email", "other"))),
        ];
        let mut states = vec![editing.action.clone()];
        for change in changes {
            editing.change("it", change).unwrap();
            states.push(editing.action.clone());
        }
        assert_eq!(editing.unsaved(), 8);
        for state in states.iter().rev().skip(1) {
            assert_eq!(editing.undo().as_deref(), Some("it"));
            assert_eq!(&editing.action, state);
        }
        assert_eq!((editing.undo(), editing.unsaved()), (None, 0));
        for state in states.iter().skip(1) {
            editing.redo().unwrap();
            assert_eq!(&editing.action, state);
        }
        editing.undo();
        editing.change("nothing", Change::Name("B".into())).unwrap();
        assert!(editing.redoable().is_some(), "what changes nothing is no change");
        assert!(editing.change("no", Change::Mapping(Edit::Remove(0))).is_err());
        assert_eq!(editing.undoable(), Some("it"));
    }
}
