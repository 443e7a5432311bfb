//! What the app asks of the world, as plain data: a test asserts what a key asks for, the runtime does it. Every effect
//! that takes time names the generation or request that its answer carries. Targets are captured when the effect is made:
//! what the operator does next changes nothing about it.

/// As many of a file's conversations are listed: nobody chooses from more. Those after are replayed all the same.
pub const MOST_LISTED: usize = 1000;

use super::msg::{Generation, HalfField, Place, Request, Revision};
use crate::domain::action::Action;
use crate::domain::field::{Agent, AstraField};
use crate::domain::field_edit::FieldEdit;
use crate::domain::run::{Outcome, Rule};

/// Something to be done outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read the workspace; answered by `Msg::Workspace` or `Msg::WorkspaceFailed`.
    LoadWorkspace,
    /// From now on, read it again whenever one of its files changes.
    WatchWorkspace,
    /// Write an action's file; answered by `Msg::Saved`, and by a new `Msg::Workspace`.
    SaveAction {
        /// Its answer's number.
        request: Request,
        /// What to write; its id names the file.
        action: Box<Action>,
        /// The text it was edited from: another text in the file now is a conflict. `None`: the file must not exist.
        base: Option<Revision>,
        /// The text that the operator saw and chose to replace.
        overwrite: Option<Revision>,
    },
    /// Keep what is being edited, so that it survives the program; answered by nothing, or where that fails by
    /// `Msg::NotKept`, then by `Msg::KeptAgain` once it is possible.
    KeepDraft {
        /// As edited.
        action: Box<Action>,
        /// The text it was edited from.
        base: Option<Revision>,
        /// A new Astra field that is being typed.
        field: Option<Box<AstraField>>,
    },
    /// What a program that has ended left of an action is ours from now on; answered by nothing.
    TakeDraft {
        /// The action's id.
        action: String,
        /// Where it was left.
        from: u32,
    },
    /// What was kept is no longer wanted; answered by nothing.
    DropDraft {
        /// The action's id.
        action: String,
    },
    /// What another program left of a field that was being typed is ours from now on; answered by nothing.
    TakeField {
        /// Where it was left.
        from: u32,
    },
    /// Tell what is kept of an account's fields; Zoho is not asked, the sandbox is. Answered by `Msg::KeptFields`.
    KeptFields {
        /// The account's id.
        account: String,
        /// Comes back with the answer.
        generation: Generation,
    },
    /// Delete an action's file; answered by `Msg::Changed`.
    DeleteAction {
        /// Its answer's number.
        request: Request,
        /// The action's id.
        action: String,
        /// The text that the operator saw.
        base: Revision,
    },
    /// Change a field in `agent.toml`, whatever others changed beside it; answered by `Msg::FieldChanged`, and by a new
    /// `Msg::Workspace`.
    ChangeField {
        /// Its answer's number.
        request: Request,
        /// What to change.
        edit: FieldEdit,
    },
    /// Keep a field that is being typed on its own, so that it survives the program; `None`: it is no longer wanted. Answered
    /// by nothing.
    KeepField(Option<Box<HalfField>>),
    /// Understand a conversation with these fields; answered by `Msg::Tried`.
    TryFields {
        /// Of the answer.
        generation: Generation,
        /// The agent as it is being edited.
        agent: Box<Agent>,
        /// Which conversation: a sample, or one of a file.
        source: Source,
    },
    /// The fields of an account, the kept ones at once; answered by `Msg::Fields`, twice where those are old.
    FetchFields {
        /// The account's id.
        account: String,
        /// Of the answer.
        generation: Generation,
        /// Ask Zoho even so.
        force: bool,
    },
    /// What changed about an account's fields was seen: it is not told again; answered by nothing.
    AcknowledgeFields {
        /// The account's id.
        account: String,
        /// When the fields that were seen had been told: what others changed since is not acknowledged.
        fetched_at: jiff::Timestamp,
    },
    /// Try a connection; answered by `Msg::AccountTested`.
    TestAccount {
        /// The account's id.
        account: String,
        /// Of the answer.
        generation: Generation,
    },
    /// A stretch of the log; answered by `Msg::Runs`.
    QueryRuns {
        /// Of the answer.
        generation: Generation,
        /// Which runs.
        filter: RunFilter,
        /// Which of them.
        window: Window,
    },
    /// How many runs of an action came out how; answered by `Msg::RunCounts`.
    CountRuns {
        /// Of the answer.
        generation: Generation,
        /// The action's id.
        action: String,
        /// In the database of live runs.
        live: bool,
    },
    /// The runs of an action that were made together last: of its last replay, or live; answered by `Msg::LastRuns`.
    LastRuns {
        /// Of the answer.
        generation: Generation,
        /// The action's id.
        action: String,
        /// In the database of live runs.
        live: bool,
    },
    /// What waits of live runs; answered by `Msg::Waiting`.
    ListWaiting {
        /// Of the answer.
        generation: Generation,
    },
    /// Try failed live runs again, or drop them; answered by `Msg::QueueChanged`.
    ChangeQueue(QueueChange),
    /// What can be replayed; answered by `Msg::Conversations`.
    ListConversations {
        /// Of the answer.
        generation: Generation,
        /// Where from.
        source: Source,
    },
    /// Run the action on one sample as a dry run that leaves no trace, not even in the log, once those asked for before
    /// are given up; answered by `Msg::Rehearsed`.
    Rehearse(Box<Rehearsal>),
    /// Begin a replay, ending the one before; answered by `Msg::Replay` until it has ended.
    StartReplay(Box<Replay>),
    /// Change how the running replay goes on.
    SteerReplay {
        /// Which replay.
        generation: Generation,
        /// How.
        steer: Steer,
    },
    /// Write the runs of a filter to a file in the working folder; answered by `Msg::Exported`.
    Export {
        /// Which runs.
        filter: RunFilter,
        /// How.
        format: Format,
    },
    /// Copy a text; answered by `Msg::Copied`.
    Copy(String),
    /// Lend the terminal to a command of this program, which asks and explains on the normal screen; answered by
    /// `Msg::ErrandDone` once it has ended.
    Errand {
        /// What it is about, for what is said afterwards.
        title: String,
        /// The command's arguments; no secret.
        arguments: Vec<String>,
    },
    /// Ask for the passphrase of the accounts' secrets on the normal screen, in this very process; answered by
    /// `Msg::Unlocked`.
    Unlock {
        /// The account that it is asked for.
        account: String,
    },
    /// Nobody knows what the terminal shows: draw everything anew.
    Redraw,
    /// Hand the terminal back to the shell until the program is continued; then `Input::Resumed`.
    Suspend,
    /// End the program: no more messages come.
    Quit,
}

/// Which runs of the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunFilter {
    /// Of this action.
    pub action: Option<String>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// Decided by this rule.
    pub rule: Option<Rule>,
    /// Of this replay.
    pub replay: Option<i64>,
    /// Of this conversation.
    pub conversation: Option<String>,
    /// With this text, without case, in what a run says.
    pub search: Option<String>,
    /// In the database of live runs, where there is one; else in the workspace.
    pub live: bool,
}

/// What becomes of failed live runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueChange {
    /// They are tried again; else nobody can.
    pub retry: bool,
    /// Those that the log shows under this filter.
    pub filter: RunFilter,
    /// This one of them alone.
    pub one: Option<Place>,
}

/// Which stretch of a log that is ordered as it was kept; at most `limit` runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From where.
    pub from: From,
    /// How many.
    pub limit: u32,
}

/// Where a stretch of the log begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The first runs.
    Start,
    /// The last runs.
    End,
    /// Those just before a run.
    Before(Place),
    /// Those just after a run.
    After(Place),
}

/// Where a replay's conversations come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Source {
    /// The samples that the program brings along.
    #[default]
    Samples,
    /// One of them.
    Sample(String),
    /// A file of JSON Lines, as the operator wrote its name; `~` is the home folder.
    File(String),
    /// One conversation of a file.
    InFile {
        /// The file, as the operator wrote its name.
        name: String,
        /// The conversation's id.
        id: String,
    },
}

impl Source {
    /// One conversation of what is looked at as a whole.
    #[must_use]
    pub fn one(&self, id: &str) -> Self {
        match self {
            Self::Samples | Self::Sample(_) => Self::Sample(id.to_owned()),
            Self::File(name) | Self::InFile { name, .. } => Self::InFile { name: name.clone(), id: id.to_owned() },
        }
    }

    /// All that it is one of.
    #[must_use]
    pub fn whole(&self) -> Self {
        match self {
            Self::Samples | Self::Sample(_) => Self::Samples,
            Self::File(name) | Self::InFile { name, .. } => Self::File(name.clone()),
        }
    }
}

/// A plan for one conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsal {
    /// Its answer's number.
    pub generation: Generation,
    /// The action as it is now, edited or not.
    pub action: Action,
    /// The conversation, of the samples or of a file.
    pub source: Source,
    /// When the fields of its account that are on the screen were told: older ones are not to be used.
    pub fields_at: jiff::Timestamp,
}

/// A replay to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// Of its events.
    pub generation: Generation,
    /// The action as it is now, edited or not.
    pub action: Action,
    /// Which conversations.
    pub source: Source,
    /// How fast.
    pub pace: Pace,
    /// Read Zoho, write nothing.
    pub dry_run: bool,
    /// First put the sandbox back to how it was made.
    pub restart: bool,
}

/// How fast conversation time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// So many times as fast as the wall clock; at least 1.
    Times(u32),
    /// As fast as the work is done.
    AtOnce,
}

/// How a running replay goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steer {
    /// Stand still.
    Pause,
    /// Go on.
    Resume,
    /// Go to the next event, then stand still.
    Step,
    /// Another pace.
    Pace(Pace),
    /// Settle what was begun, then end.
    Stop,
}

/// How runs are written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    JsonLines,
    /// Comma-separated values.
    Csv,
}
