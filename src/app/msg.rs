//! What comes to the app: the operator's input, and the answers of what it asked for. Plain data: every path, connection
//! and database stays with whoever answers. Mirrors the store's and the engine's types where the app must not know them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::hindsight::MadeLast;
use super::key::Key;
use super::playing::Heard;
use crate::domain::account::Account;
use crate::domain::action::Action;
use crate::domain::conversation::{Channel, Role};
use crate::domain::field::{Agent, AstraField, ZohoField};
use crate::domain::field_edit::FieldRefused;
use crate::domain::health::{ConnectionState, Health};
use crate::domain::metadata::FieldChange;
use crate::domain::problem::Problem;
use crate::domain::run::{Outcome, Rule, RunRecord};
use crate::domain::trace::{Case, Trace};
use crate::domain::tried::Tried;

/// What happens to the program from outside, and what it is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// The terminal.
    Input(Input),
    /// The time of [`App::next_deadline`](super::App::next_deadline) has come.
    Due,
    /// The workspace as it is on disk now: the answer to `LoadWorkspace`, and again whenever a file changed.
    Workspace(Box<Snapshot>),
    /// The workspace cannot be read; one sentence. What was shown stays.
    WorkspaceFailed(String),
    /// A command that the terminal was lent to has ended.
    ErrandDone {
        /// What it was about.
        title: String,
        /// It went well, did not, or could not be started: then one sentence.
        result: Result<bool, String>,
    },
    /// An action was saved, or not.
    Saved {
        /// The request's number.
        request: Request,
        /// The action's id.
        action: String,
        /// How it went.
        result: Result<Revision, SaveRefused>,
    },
    /// What is being edited could not be kept: it would not survive the program.
    NotKept {
        /// What was to be kept.
        draft: Box<Draft>,
        /// One sentence why not.
        why: String,
    },
    /// What could not be kept before is kept now: the action's id.
    KeptAgain(String),
    /// A field of the agent was changed, or not.
    FieldChanged {
        /// The request's number.
        request: Request,
        /// How it went.
        result: Result<(), FieldTrouble>,
    },
    /// A conversation was understood with the fields as they are being edited.
    Tried {
        /// As asked.
        generation: Generation,
        /// What was found, or one sentence why it cannot be told.
        result: Result<Box<Tried>, String>,
    },
    /// Anything else that changes files (an action deleted, an account chosen) is done, or not; one sentence.
    Changed {
        /// The request's number.
        request: Request,
        /// How it went.
        result: Result<(), String>,
    },
    /// The fields of an account.
    Fields {
        /// The account's id.
        account: String,
        /// As asked: an answer to an older question is dropped.
        generation: Generation,
        /// The fields, or why there are none.
        result: Result<FieldList, Trouble>,
    },
    /// A connection was looked at, or nobody could be asked.
    AccountTested {
        /// The account's id.
        account: String,
        /// As asked.
        generation: Generation,
        /// What Zoho said.
        result: Result<Box<Connected>, Trouble>,
    },
    /// The passphrase was asked for.
    Unlocked {
        /// The account that it was asked for.
        account: String,
        /// Whether the secrets are open now, or one sentence why not.
        result: Result<bool, String>,
    },
    /// A stretch of the log.
    Runs {
        /// As asked.
        generation: Generation,
        /// The runs, or one sentence why not.
        result: Result<RunsPage, String>,
    },
    /// What is kept of an account's fields.
    KeptFields {
        /// The account's id.
        account: String,
        /// As asked.
        generation: Generation,
        /// The fields; `None` where none are kept.
        list: Option<Box<FieldList>>,
    },
    /// A field that is being typed cannot be kept (why), or it can again.
    FieldKept(Result<(), String>),
    /// What a search for the log's last runs found so far; there may be more.
    RunsSoFar {
        /// As asked.
        generation: Generation,
        /// In the log's order.
        runs: Vec<LoggedRun>,
    },
    /// How many runs of an action came out how.
    RunCounts {
        /// As asked.
        generation: Generation,
        /// The counts, or one sentence why not.
        result: Result<Counts, String>,
    },
    /// The runs of an action that were made together last.
    LastRuns {
        /// As asked.
        generation: Generation,
        /// The runs, or one sentence why not.
        result: Result<MadeLast, String>,
    },
    /// How live runs stand; told again whenever that changes, but at most once a second. Nothing is told where nobody ever
    /// ran any and no database is named.
    Live(Box<Live>),
    /// What waits of live runs, and why, line by line.
    Waiting {
        /// As asked.
        generation: Generation,
        /// The lines, or one sentence why not.
        result: Result<Vec<String>, String>,
    },
    /// Failed runs are tried again, or dropped: one sentence, or why not.
    QueueChanged(Result<String, String>),
    /// Runs were added to the log by somebody else: another process, a replay of another screen.
    LogGrew,
    /// What the action as edited would do with a sample.
    Rehearsed {
        /// As asked.
        generation: Generation,
        /// Its runs in order, or one sentence why there is no plan.
        result: Result<Vec<RunRecord>, String>,
    },
    /// Something happened in a replay.
    Replay {
        /// Which replay: what an older one still says is dropped.
        generation: Generation,
        /// What.
        event: ReplayEvent,
    },
    /// What the samples or a file hold, for choosing.
    Conversations {
        /// As asked.
        generation: Generation,
        /// The conversations, or one sentence why not.
        result: Result<Vec<Heading>, String>,
    },
    /// A text was copied: one sentence that says where to, or that nothing is known.
    Copied(Result<String, String>),
    /// The log was exported: one sentence that names the file and how many runs, or why not.
    Exported(Result<String, String>),
}

/// The terminal's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// Text pasted in one piece (bracketed paste). Hostile until it went through the editor.
    Paste(String),
    /// The terminal has this many cells.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// The line is gone: save what must not be lost, ask nothing, draw nothing.
    Hangup,
    /// TERM or INT: an orderly end.
    Terminate,
    /// Back from suspension: everything is drawn anew.
    Resumed,
}

/// Live runs, as whoever keeps them tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// The database that keeps them, for people; `None`: the workspace itself.
    pub database: Option<String>,
    /// How they stand, or one sentence why that cannot be told.
    pub standing: Result<LiveStanding, String>,
    /// The last run of each action, by action id, where the workspace's own log does not have it.
    pub last_runs: BTreeMap<String, LastRun>,
}

/// How live runs stand. Times are on this machine's clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveStanding {
    /// Who works, or did.
    pub workers: Vec<LiveWorker>,
    /// Conversations with a timer that runs.
    pub timers: u64,
    /// Events that came by SQL and were not looked at yet.
    pub arriving: u64,
    /// When the next timer ends.
    pub next_timer: Option<Timestamp>,
    /// Runs that are due and not made yet.
    pub due: u64,
    /// Conversation time of the oldest of them.
    pub oldest: Option<Timestamp>,
    /// Runs that failed for good and wait for an operator.
    pub failed: u64,
    /// The same by action.
    pub actions: Vec<LiveAction>,
    /// Accounts that rest.
    pub parked: Vec<LiveParked>,
}

/// A worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveWorker {
    /// When it was heard of last.
    pub seen_at: Timestamp,
    /// It ended by itself.
    pub ended: bool,
}

/// What waits of an action's runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveAction {
    /// The action's id.
    pub action: String,
    /// Due and not made yet.
    pub due: u64,
    /// Failed for good.
    pub failed: u64,
}

/// An account whose runs wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveParked {
    /// The account's id.
    pub account: String,
    /// Until when.
    pub until: Timestamp,
}

/// A number that tells one question from the next of its kind: counted up by the app, sent back by the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Generation(pub u64);

/// A number that tells one change to files from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Request(pub u64);

/// Which text of a file something was read from; the same text has the same revision, another text another one. What it
/// is made of is the store's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Revision(pub u64);

/// The workspace at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The actions, by file name.
    pub actions: Vec<ActionFile>,
    /// The agent and its fields.
    pub agent: Agent,
    /// The accounts, the sandbox always among them.
    pub accounts: Vec<Account>,
    /// What is wrong with `agent.toml`, `accounts.toml` and `config.toml`.
    pub problems: Vec<Located>,
    /// Drafts that were saved by themselves and not saved since, by action id.
    pub drafts: BTreeMap<String, Draft>,
    /// The last run of each action, by action id.
    pub last_runs: BTreeMap<String, LastRun>,
    /// A field that was being typed when the program ended.
    pub half_field: Option<HalfField>,
    /// What the last look at each connection found, by account id.
    pub healths: BTreeMap<String, Health>,
    /// What stands in a connection's way whatever the last look found, by account id.
    pub troubles: BTreeMap<String, Trouble>,
    /// The language model that is asked when a run is due.
    pub model: Option<Model>,
}

/// A language model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Where it is asked.
    pub host: String,
    /// That is this machine.
    pub here: bool,
}

/// An action as its file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionFile {
    /// What it says.
    pub action: Action,
    /// Of which text.
    pub revision: Revision,
    /// What reading it found wrong.
    pub problems: Vec<Located>,
    /// It is no TOML: it can be looked at, not saved over.
    pub broken: bool,
}

/// A problem and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// What is wrong and how to mend it.
    pub problem: Problem,
    /// The file, as people write it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// An action as it was being edited.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// As edited.
    pub action: Action,
    /// The file's text when the editing began; `None` for an action that has no file yet.
    pub base: Option<Revision>,
    /// What that text said, where that is known: by it one's own changes are told from others'.
    pub from: Option<Box<Action>>,
    /// A new Astra field that was being typed, as it was left.
    pub field: Option<AstraField>,
    /// When it was kept.
    pub kept_at: Timestamp,
    /// Where a program that has ended left it; `None`: it is this one's own.
    pub left_on: Option<u32>,
}

/// How an action's last run came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastRun {
    /// How.
    pub outcome: Outcome,
    /// On the wall clock.
    pub at: Timestamp,
    /// It wrote nothing.
    pub dry_run: bool,
}

/// A field that was being typed and is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfField {
    /// The field that is being changed, as it was; `None` for a new one.
    pub was: Option<AstraField>,
    /// As typed, however unfinished.
    pub typed: AstraField,
    /// Where a program that has ended left it; `None`: it is this one's own.
    pub left_on: Option<u32>,
}

/// Why a field was not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldTrouble {
    /// By the rules of fields, or because somebody else changed it.
    Refused(FieldRefused),
    /// The file could not be read or written; one sentence.
    Failed(String),
}

/// Why an action was not saved.
#[derive(Debug, Clone, PartialEq)]
pub enum SaveRefused {
    /// Somebody else changed the file meanwhile; `theirs` is what it says now, `None` where it was deleted.
    Conflict {
        /// What the file says now.
        theirs: Option<Box<ActionFile>>,
        /// Both sides put together, where no section was changed by both.
        merged: Option<Box<Action>>,
        /// The titles of the sections that both changed.
        both: Vec<String>,
    },
    /// One sentence.
    Failed(String),
}

/// Why an account did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// `network`, `timeout`, `auth_expired`, `auth_revoked`, `missing_scope`, ...: the codes of run records.
    pub code: String,
    /// One sentence with what to do.
    pub message: String,
}

impl Trouble {
    /// The code where the account's secrets are encrypted and there is no passphrase, or a wrong one.
    pub const LOCKED: &str = "locked";

    /// The state of a connection that this comes to.
    pub fn state(&self) -> ConnectionState {
        ConnectionState::of_code(&self.code)
    }
}

/// An account's fields.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldList {
    /// In Zoho's order, those that cannot be mapped too.
    pub fields: Vec<ZohoField>,
    /// When Zoho said so.
    pub fetched_at: Timestamp,
    /// What changed since somebody last said to have seen it.
    pub changed: Vec<FieldChange>,
    /// They are old, Zoho is being asked, and another answer to the same question follows.
    pub followed: bool,
}

/// What a connection said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// The account with its organisation, user and scopes.
    pub account: Account,
    /// Check by check.
    pub health: Health,
}

/// A run's place in the log: its number, given as it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub i64);

/// A run of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedRun {
    /// Where it stands.
    pub place: Place,
    /// The replay it belongs to.
    pub replay: i64,
    /// The record.
    pub record: RunRecord,
    /// What it went by.
    pub trace: Trace,
}

/// A stretch of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct RunsPage {
    /// In the log's order: the earliest first.
    pub runs: Vec<LoggedRun>,
    /// There are runs before the first one.
    pub earlier: bool,
    /// There are runs after the last one.
    pub later: bool,
    /// How many there are in all under the filter; `None`: as many as was said before.
    pub total: Option<Total>,
}

/// How many runs there are under a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// So many.
    pub runs: u64,
    /// Or more: nobody counted further.
    pub or_more: bool,
}

/// How many runs came out how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts(pub Vec<Tally>);

/// How many runs came out so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How.
    pub outcome: Outcome,
    /// By which rule.
    pub rule: Option<Rule>,
    /// What the look-up saw, where that is known.
    pub case: Option<Case>,
    /// How many.
    pub runs: u64,
}

/// A conversation to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its id.
    pub id: String,
    /// Text or voice.
    pub channel: Channel,
    /// When it began.
    pub started_at: Timestamp,
    /// How many messages it has.
    pub messages: usize,
    /// What is known at its end, by Astra field: the examples beside the mapping.
    pub values: BTreeMap<String, String>,
}

/// What happens in a replay, in the order in which it happens.
#[derive(Debug, Clone, PartialEq)]
pub enum ReplayEvent {
    /// It is planned and begins.
    Started {
        /// How many conversations.
        conversations: u64,
        /// How many runs are due.
        runs: u64,
        /// Lines that are no conversation, one sentence each; at most the first few.
        rejected: Vec<String>,
        /// How many lines are no conversation.
        unusable: u64,
    },
    /// It was refused before anything ran: every reason, one sentence each.
    Refused(Vec<String>),
    /// The virtual clock stands here; sent at most a few times a second, and when it jumps.
    Clock(Timestamp),
    /// A message of a conversation was heard.
    Heard {
        /// The conversation's id.
        conversation: String,
        /// Its place among the conversations of the replay, from 1.
        nth: u64,
        /// Text or voice.
        channel: Channel,
        /// When, on the virtual clock.
        at: Timestamp,
        /// Who.
        role: Role,
        /// What was said.
        text: String,
    },
    /// A run is over and in the log.
    Ran(Box<LoggedRun>),
    /// What was said in the conversation of the last run: in place of what was heard, where not everything was told.
    Recalled(Vec<Heard>),
    /// Episodes that wait for their end; replaces what was said before.
    Timers {
        /// The earliest first.
        first: Vec<Timer>,
        /// How many more there are.
        more: u64,
    },
    /// It stands still: by `PauseReplay`, or after a step.
    Paused,
    /// It goes on.
    Resumed,
    /// It is over.
    Ended(Ended),
}

/// An episode that ends if nothing is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// The conversation's id.
    pub conversation: String,
    /// Of text ends by silence; a call when somebody hangs up, which nobody can know before.
    pub channel: Channel,
    /// When, on the virtual clock.
    pub at: Timestamp,
}

/// How a replay ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Every run is settled.
    Finished,
    /// It was stopped; the runs so far are settled.
    Stopped,
    /// It could not go on; one sentence.
    Failed(String),
}
