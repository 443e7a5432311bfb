//! Where events and due runs wait: what a home for them must be able to do.
//!
//! Owns the seam between the worker and its home (SQLite or PostgreSQL). Must not know how either keeps things.

use std::collections::BTreeMap;
use std::future::Future;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::plan::{Mark, NewRun, Told};
use crate::ports::JournalError;

/// How much of a text that is no event is kept, in bytes.
pub const SHOWN: usize = 2000;

/// What became of events that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Accepted {
    /// Kept, durably.
    pub accepted: u64,
    /// Known already by their ids.
    pub duplicates: u64,
}

impl std::ops::AddAssign for Accepted {
    fn add_assign(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.duplicates += other.duplicates;
    }
}

/// A run to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// The run.
    pub run: NewRun,
    /// Its look-up address, trimmed and in lower case; `None`: it looks nobody up.
    pub email: Option<String>,
}

/// A run taken out of the queue to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its number in the queue, never used again.
    pub seq: u64,
    /// Its conversation's id.
    pub conversation: String,
    /// The run.
    pub run: NewRun,
    /// How often it was given back.
    pub tries: u32,
}

/// A run that is not settled: it waits for its turn, for its account, or for an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Its number in the queue.
    pub seq: u64,
    /// The action's id.
    pub action: String,
    /// The conversation's id.
    pub conversation: String,
    /// The look-up address.
    pub email: Option<String>,
    /// Conversation time of the run.
    pub at: Timestamp,
    /// `failed`: waits for an operator. `due`: goes on by itself. `running`: is being made.
    pub state: &'static str,
    /// How often it was tried.
    pub tries: u32,
    /// One sentence: the code and what happened when it was tried last; empty where it never was.
    pub why: String,
    /// The number of an earlier run of the same address that is not made yet.
    pub behind: Option<u64>,
}

/// The state of a run, as both homes keep it.
pub(super) fn state_of(kept: &str) -> &'static str {
    match kept {
        "failed" => "failed",
        "running" => "running",
        _ => "due",
    }
}

/// Something that came and is no event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAside {
    /// Its number.
    pub id: u64,
    /// Where it came from.
    pub source: String,
    /// When it came.
    pub came_at: Timestamp,
    /// What is wrong with it.
    pub why: String,
    /// Its beginning.
    pub text: String,
}

/// An account whose runs wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parked {
    /// The account's id.
    pub account: String,
    /// When it is tried again.
    pub until: Timestamp,
    /// Why, in one sentence.
    pub why: String,
    /// How many times in a row it went wrong.
    pub failures: u32,
}

/// A worker, as it was heard of last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// Tells it from others: its machine and process.
    pub worker: String,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was heard of.
    pub seen_at: Timestamp,
    /// It ended by itself.
    pub ended: bool,
}

/// What an action's runs wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct OfAction {
    /// Runs that are due and not made yet.
    pub due: u64,
    /// Runs that failed for good.
    pub failed: u64,
}

/// How the queue stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Standing {
    /// Conversations with a timer that runs.
    pub timers: u64,
    /// Events that came by SQL and were not looked at yet.
    pub arriving: u64,
    /// Runs that are due and not made yet.
    pub due: u64,
    /// Runs that failed for good and wait for an operator.
    pub failed: u64,
    /// Texts that were no events.
    pub set_aside: u64,
    /// Conversation time of the oldest run that is due.
    pub oldest: Option<Timestamp>,
    /// When the next timer ends.
    pub next_timer: Option<Timestamp>,
    /// Accounts whose runs wait.
    pub parked: Vec<Parked>,
    /// The same by action.
    pub actions: BTreeMap<String, OfAction>,
    /// Who works it or did, the one heard of last first.
    pub workers: Vec<Beat>,
    /// The clock by which workers were seen, where it is not this machine's.
    pub clock: Option<Timestamp>,
}

/// Which runs an operator means: failed ones, of those the ones that are left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Which {
    /// Those that are due and not being made too.
    pub due_too: bool,
    /// This one.
    pub seq: Option<u64>,
    /// Those of this action.
    pub action: Option<String>,
    /// Those whose reason holds this text.
    pub why: Option<String>,
    /// Those that left one of these records: stream and number in it.
    pub runs: Option<Vec<(i64, u64)>>,
}

/// What left the queue for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gone {
    /// Conversations.
    pub conversations: u64,
    /// Texts that were no events.
    pub set_aside: u64,
}

impl std::ops::AddAssign for Gone {
    fn add_assign(&mut self, other: Self) {
        self.conversations += other.conversations;
        self.set_aside += other.set_aside;
    }
}

/// A home for events and due runs, as senders and operators know it. Everything that returns `Ok` survives a power cut.
pub trait Queue: Send + Sync {
    /// Keeps events; those whose ids their conversations know are dropped. `late_ms`: how long after its time a
    /// conversation is looked at, in milliseconds. Says of each whether it was new.
    fn accept(&self, events: &[Event], late_ms: i64) -> impl Future<Output = Result<Vec<bool>, JournalError>> + Send;

    /// Keeps the beginning of a text that is no event, for people to see.
    fn set_aside(
        &self,
        source: &str,
        text: &str,
        why: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Writes something, durably: an event could be kept as well.
    fn can_keep(&self) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// A worker says that it works, or that it has ended.
    fn beat(&self, beat: &Beat) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// How the queue stands.
    fn standing(&self) -> impl Future<Output = Result<Standing, JournalError>> + Send;

    /// From when on an action counts: kept when it is asked for the first time. In an empty queue that is for ever, so
    /// that what waits outside is not lost, else `now`.
    fn since(&self, action: &str, now: Timestamp) -> impl Future<Output = Result<Timestamp, JournalError>> + Send;

    /// An account's runs wait until a time; `None`: they need not.
    fn rest(&self, account: &str, parked: Option<&Parked>) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Actions that stopped: activated again, each counts from then on.
    fn stopped(&self, actions: &[String]) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Runs that are not settled: those that failed first, then by time.
    fn waiting(&self, limit: usize) -> impl Future<Output = Result<Vec<Waiting>, JournalError>> + Send;

    /// What was set aside, newest first.
    fn aside(&self, limit: usize) -> impl Future<Output = Result<Vec<SetAside>, JournalError>> + Send;

    /// Failed runs are due again, behind those of the same address that are due. Returns how many.
    fn retry(&self, which: &Which) -> impl Future<Output = Result<u64, JournalError>> + Send;

    /// How many of the runs that are meant, were they due, are being made now: neither tried again nor dropped before that
    /// is over.
    fn being_made(&self, which: &Which) -> impl Future<Output = Result<u64, JournalError>> + Send;

    /// Runs are forgotten; the records of those that failed stay in the log. Returns how many.
    fn drop_runs(&self, which: &Which) -> impl Future<Output = Result<u64, JournalError>> + Send;

    /// Forgets conversations that have nothing due and of which nothing was heard since a time, and what was set aside
    /// before it.
    fn purge(&self, before: Timestamp) -> impl Future<Output = Result<Gone, JournalError>> + Send;

    /// Forgets the conversations in which this address was looked up, those that name it where nobody was looked up yet, and
    /// what was set aside and names it.
    fn forget(&self, email: &str) -> impl Future<Output = Result<Gone, JournalError>> + Send;
}

/// Conversations as they are looked at.
pub trait Conversations: Send + Sync {
    /// A conversation, and which version of it this is: another one once events came or it was planned.
    fn told(&self, conversation: &str) -> impl Future<Output = Result<Option<(Told, u64)>, JournalError>> + Send;

    /// Queues the runs that a look at this version of a conversation found due, and remembers how far it looked and when
    /// to look again: all in one. `false`, and nothing is done, where there is a newer version.
    fn plan(
        &self,
        conversation: &str,
        version: u64,
        runs: &[Queued],
        marks: &BTreeMap<String, Mark>,
        wake: Option<Timestamp>,
    ) -> impl Future<Output = Result<bool, JournalError>> + Send;
}

/// Due runs as they are made.
pub trait DueRuns: Send + Sync {
    /// Takes due runs of an action out of the queue for the stream that makes them, in order of conversation time: none
    /// whose address an earlier unfinished run has, so all their addresses differ.
    fn claim(
        &self,
        action: &str,
        stream: i64,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Claimed>, JournalError>> + Send;

    /// Claimed runs are settled; those with a reason failed for good and can be tried again by an operator.
    fn settle(&self, runs: &[(u64, Option<String>)]) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Claimed runs go back to their places, to be claimed again not before a time.
    fn give_back(
        &self,
        runs: &[(u64, String)],
        not_before: Timestamp,
    ) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Whether a run of an action waits for nothing but its turn.
    fn is_due(&self, action: &str, now: Timestamp) -> impl Future<Output = Result<bool, JournalError>> + Send;

    /// An account's runs wait until a time; `None`: they need not.
    fn park(&self, account: &str, parked: Option<&Parked>) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// An account whose runs wait, or waited and were not made since.
    fn parked(&self, account: &str) -> impl Future<Output = Result<Option<Parked>, JournalError>> + Send;
}

/// What a home whose only worker asks for work must tell besides.
pub trait Polled: Send + Sync {
    /// Conversations that are to be looked at by now, the longest overdue first.
    fn woken(&self, now: Timestamp, limit: usize) -> impl Future<Output = Result<Vec<String>, JournalError>> + Send;

    /// Runs that were claimed and neither settled nor given back, with their stream: what a worker that died left.
    fn claimed(&self) -> impl Future<Output = Result<Vec<(u64, i64)>, JournalError>> + Send;

    /// When the next conversation is to be looked at, or the next run given back can be claimed.
    fn next(&self) -> impl Future<Output = Result<Option<Timestamp>, JournalError>> + Send;
}
