//! What lies over a screen: the top layer gets the key first, and the screen below waits. Must not know what an answer
//! leads to; each layer carries its purpose, fixed when it was opened.

use super::command::{Command, Scope};
use super::edit::Editor;
use super::effect::MOST_LISTED;
use super::form::Form;
use super::fuzzy::{self, Hit};
use crate::domain::words::counted;

/// A layer.
#[derive(Debug, Clone, PartialEq)]
pub enum Layer {
    /// A question.
    Confirm(Confirm),
    /// A list to pick from.
    Picker(Picker),
    /// One line, or several.
    Text(Text),
    /// A form.
    Form(Form),
    /// A text to read.
    Page(Page),
    /// The plan for the example conversation, from this line on.
    Plan(usize),
}

impl Layer {
    /// Where its keys are looked for.
    pub fn scopes(&self) -> &'static [Scope] {
        match self {
            Self::Confirm(_) => &[Scope::Confirm],
            Self::Picker(_) => &[Scope::Picker, Scope::Typing],
            Self::Text(t) if t.several_lines => &[Scope::Area, Scope::Typing],
            Self::Text(_) => &[Scope::Line, Scope::Typing],
            Self::Form(_) => &[Scope::Form, Scope::Typing],
            Self::Page(_) => &[Scope::Page, Scope::List],
            Self::Plan(_) => &[Scope::Plan, Scope::List],
        }
    }
}

impl Layer {
    /// The text that is being typed.
    pub fn editor(&self) -> Option<&Editor> {
        match self {
            Self::Picker(picker) => Some(&picker.query),
            Self::Text(text) => Some(&text.editor),
            Self::Form(form) => form.editor(),
            Self::Confirm(_) | Self::Page(_) | Self::Plan(_) => None,
        }
    }
}

/// A question with a yes and a no.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirm {
    /// What is asked.
    pub question: String,
    /// What yes would mean, in a sentence.
    pub detail: String,
    /// What yes leads to.
    pub then: Then,
}

/// What a yes leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// The action's file is deleted.
    Delete(String),
    /// What was begun and never saved is dropped.
    Forget(String),
    /// The action runs from now on.
    Activate(String),
    /// The action, active, runs no longer.
    BackToDraft(String),
    /// The Astra field is deleted.
    DeleteField(Box<crate::domain::field::AstraField>),
    /// The open action, active as saved, is saved as a draft.
    SaveAsDraft,
    /// What is unsaved of the open action is given up.
    Discard,
    /// Failed live runs are tried again, or dropped.
    Queue(super::effect::QueueChange),
    /// The program ends.
    Quit,
}

/// A text to read, scrolled.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What it is about.
    pub title: String,
    /// Its paragraphs.
    pub lines: Vec<String>,
    /// The first row shown.
    pub top: usize,
}

/// A text being typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// What it is.
    pub title: &'static str,
    /// What it is for.
    pub hint: &'static str,
    /// The text.
    pub editor: Editor,
    /// It has line breaks.
    pub several_lines: bool,
    /// What it becomes.
    pub becomes: Becomes,
}

/// What a typed text becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    /// The open action's name.
    Name,
    /// The open action's intent.
    Intent,
    /// The name of an action in the library.
    NameOf(String),
    /// The log's filter.
    LogSearch,
    /// The conversation that the log is narrowed down to.
    LogConversation,
    /// The short name of an account to be connected in this way.
    AccountId(String),
}

/// What is picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// The Zoho field of a new row, or of the row at an index.
    Zoho(Option<usize>),
    /// The Astra field of a new row with this Zoho field.
    AstraForNew(String),
    /// The Astra field of the row at an index.
    Astra(usize),
    /// A command.
    Command,
    /// The conversation to replay.
    Conversation(super::playing::Wish),
    /// The conversation to try the agent's fields on: a sample, or one of this file.
    Trial(Option<String>),
    /// What becomes of a field that somebody else changed meanwhile: mine with what it was edited from, theirs.
    FieldConflict(Box<super::agent::Contest>),
    /// What becomes of an action that somebody else saved meanwhile.
    Conflict,
    /// A part of the open action that is not as in its file.
    Unsaved,
    /// How an account is connected: a new one, or this one anew.
    Way(Option<String>),
    /// A problem of the workspace's files, by its place in the list.
    Finding(Vec<super::findings::Finding>),
    /// A row that the account's fields no longer are what they were for.
    Places(super::drift::Places),
}

/// The line of a file's conversations that stands for those beyond the first: they are found by their ids.
pub(super) fn beyond_listed(listed: usize) -> Option<Item> {
    let label = format!("Not among the first {}: type its whole id", counted(MOST_LISTED));
    (listed >= MOST_LISTED).then(|| Item { label, creates: true, ..Item::default() })
}

/// A list to pick from, narrowed by typing.
#[derive(Debug, Clone, PartialEq)]
pub struct Picker {
    /// What is picked.
    pub pick: Pick,
    /// The list's title.
    pub title: String,
    /// What was typed.
    pub query: Editor,
    /// Everything, in the order shown while nothing is typed.
    pub items: Vec<Item>,
    /// Those that cannot be taken are listed too.
    pub with_reasons: bool,
    /// Those that match, the best first.
    pub hits: Vec<Hit>,
    /// Which of those.
    pub selected: usize,
}

/// A line of a picker.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// What it stands for: an api_name, a key, a command's id.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What it does, in a sentence.
    pub help: String,
    /// What stands beside it: type and length, keys.
    pub note: String,
    /// Why it cannot be taken.
    pub reason: Option<String>,
    /// It was mapped already: it can be taken where that makes sense, and comes last.
    pub mapped: bool,
    /// It is no field but "create a new one": always shown, last.
    pub creates: bool,
    /// The command it stands for.
    pub command: Option<Command>,
}

/// How much of a word is typed before it is looked for in what commands do.
const LONG_ENOUGH: usize = 4;

impl Picker {
    /// A list with everything that can be taken.
    pub fn new(pick: Pick, title: impl Into<String>, items: Vec<Item>) -> Self {
        let mut picker = Self {
            pick,
            title: title.into(),
            query: Editor::line(""),
            items,
            with_reasons: false,
            hits: Vec::new(),
            selected: 0,
        };
        picker.search();
        picker
    }

    /// Finds what matches now.
    pub fn search(&mut self) {
        let names = self.items.iter().map(|i| (i.label.as_str(), i.key.as_str()));
        let mut hits = fuzzy::search(self.query.text(), names);
        let commands = self.is_of_commands();
        hits.retain(|h| self.lists(&self.items[h.index]));
        // what a command does, where it is not called so
        let typed = self.query.text().trim().to_lowercase();
        if self.pick == Pick::Command && typed.chars().count() >= LONG_ENOUGH {
            let listed: Vec<usize> = hits.iter().map(|h| h.index).collect();
            let told = |i: &usize| !listed.contains(i) && self.items[*i].help.to_lowercase().contains(&typed);
            hits.extend((0..self.items.len()).filter(told).map(Hit::anyhow));
        }
        // what cannot be taken or is taken already comes last, whatever it scores
        hits.sort_by_key(|h| {
            let item = &self.items[h.index];
            (!commands && item.reason.is_some(), item.mapped)
        });
        let creates = self.items.iter().enumerate().filter(|(_, i)| i.creates);
        hits.extend(creates.map(|(at, _)| Hit::anyhow(at)));
        self.hits = hits;
        self.selected = self.selected.min(self.hits.len().saturating_sub(1));
    }

    /// What cannot be taken is told too.
    fn is_of_commands(&self) -> bool {
        matches!(
            self.pick,
            Pick::Command
                | Pick::Conflict
                | Pick::Unsaved
                | Pick::FieldConflict(_)
                | Pick::Finding(_)
                | Pick::Places(_)
        )
    }

    /// It is shown where nothing is typed.
    pub fn lists(&self, item: &Item) -> bool {
        !item.creates && (self.is_of_commands() || self.with_reasons || item.reason.is_none() || item.mapped)
    }

    /// Moves the selection.
    pub fn go(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.hits.len().saturating_sub(1));
    }

    /// The item selected.
    pub fn item(&self) -> Option<&Item> {
        self.hits.get(self.selected).map(|h| &self.items[h.index])
    }

    /// How many match, without the line that creates.
    pub fn found(&self) -> usize {
        self.hits.iter().filter(|h| !self.items[h.index].creates).count()
    }

    /// There are more than are listed: a file is not listed to its end.
    pub fn is_cut(&self) -> bool {
        let conversations = match self.pick {
            Pick::Conversation(_) => true,
            Pick::Trial(ref file) => file.is_some(),
            _ => false,
        };
        conversations && self.items.len() > MOST_LISTED
    }

    /// How many are not listed for a reason.
    pub fn unlisted(&self) -> usize {
        self.items.iter().filter(|i| i.reason.is_some()).count()
    }
}
