//! A replay as the screen follows it. What it runs was captured when it began; nothing here changes it but steering. Must
//! not know how it is run.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::effect::{Pace, Replay, Source};
use super::msg::{Ended, Generation, LoggedRun, ReplayEvent, Timer};
use crate::domain::conversation::Role;
use crate::domain::run::Outcome;

/// The paces one steps through.
pub const PACES: [Pace; 5] = [Pace::Times(1), Pace::Times(10), Pace::Times(60), Pace::Times(600), Pace::AtOnce];
/// How many messages are kept to be seen.
const SEEN: usize = 50;

/// A pace as people read it.
pub fn pace_in_words(pace: Pace) -> String {
    match pace {
        Pace::Times(n) => format!("{n}x"),
        Pace::AtOnce => "at once".into(),
    }
}

/// What the operator wants replayed, and how: what is not said is as the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Which conversations.
    pub source: Source,
    /// How fast at the start.
    pub pace: Pace,
    /// Write nothing.
    pub dry_run: bool,
    /// Put the sandbox back to its start first.
    pub fresh: bool,
}

impl Default for Wish {
    fn default() -> Self {
        Self { source: Source::Samples, pace: Pace::Times(60), dry_run: false, fresh: false }
    }
}

/// How a replay stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Being planned.
    Planning,
    /// Under way.
    Running,
    /// Standing still.
    Paused,
    /// Over.
    Over(Ended),
    /// It never began, for these reasons.
    Refused(Vec<String>),
}

/// A message of a conversation that is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The conversation's id.
    pub conversation: String,
    /// Its place among all, from 1.
    pub nth: u64,
    /// Who.
    pub role: Role,
    /// What.
    pub text: String,
}

/// A replay, followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Playing {
    /// Which one.
    pub generation: Generation,
    /// What was asked for.
    pub asked: Box<Replay>,
    /// It writes nothing.
    pub dry_run: bool,
    /// How fast.
    pub pace: Pace,
    /// How it stands.
    pub stage: Stage,
    /// The virtual clock.
    pub clock: Option<Timestamp>,
    /// How many conversations there are.
    pub conversations: u64,
    /// How many runs are due.
    pub due: u64,
    /// How many runs are over, by outcome.
    pub outcomes: [u64; 5],
    /// What was heard last.
    pub heard: VecDeque<Heard>,
    /// Episodes that wait for their end.
    pub timers: Vec<Timer>,
    /// How many more wait.
    pub more_timers: u64,
    /// Lines that are no conversation: the first few.
    pub rejected: Vec<String>,
    /// How many there are.
    pub unusable: u64,
    /// It is over, and its strip was closed.
    pub closed: bool,
    /// The folder that the program was given as its workspace.
    pub workspace: Option<String>,
    /// Its runs, where they are kept for looking at: the plan of a dry run.
    pub runs: Vec<LoggedRun>,
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-~+:@".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

impl Playing {
    /// One that was asked for.
    pub fn new(asked: Replay) -> Self {
        Self {
            generation: asked.generation,
            dry_run: asked.dry_run,
            pace: asked.pace,
            asked: Box::new(asked),
            stage: Stage::Planning,
            clock: None,
            conversations: 0,
            due: 0,
            outcomes: [0; 5],
            heard: VecDeque::new(),
            timers: Vec::new(),
            more_timers: 0,
            rejected: Vec::new(),
            unusable: 0,
            closed: false,
            workspace: None,
            runs: Vec::new(),
        }
    }

    /// It has not ended.
    pub fn is_on(&self) -> bool {
        matches!(self.stage, Stage::Planning | Stage::Running | Stage::Paused)
    }

    /// How many runs are over.
    pub fn done(&self) -> u64 {
        self.outcomes.iter().sum()
    }

    /// How it goes on where it was left before its end: which runs wait, and who makes them.
    pub fn to_go_on(&self) -> String {
        let (left, due) = (self.due - self.done().min(self.due), self.due);
        let wait = if left == 1 { "waits" } else { "wait" };
        match self.dry_run {
            true => format!("{left} of {due} runs {wait}: begin the dry run anew"),
            false => format!("{left} of {due} runs {wait} for {}", self.resuming()),
        }
    }

    /// The command that goes on with it.
    pub fn resuming(&self) -> String {
        let conversations = match self.asked.source.whole() {
            Source::File(name) => format!(" --conversations {}", quoted(&name)),
            _ => String::new(),
        };
        let workspace = self.workspace.as_ref().map_or(String::new(), |dir| format!(" --workspace {}", quoted(dir)));
        format!("`astra-zoho replay {} --resume{conversations}{workspace}`", self.asked.action.id)
    }

    /// How many runs came out so.
    pub fn came_out(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// What was heard of the conversation that was heard last.
    pub fn conversation(&self) -> impl DoubleEndedIterator<Item = &Heard> {
        let id = self.heard.back().map(|h| h.conversation.as_str());
        self.heard.iter().filter(move |h| Some(h.conversation.as_str()) == id)
    }

    /// Takes an event in.
    pub fn take(&mut self, event: ReplayEvent) {
        match event {
            ReplayEvent::Started { conversations, runs, rejected, unusable } => {
                self.stage = Stage::Running;
                (self.conversations, self.due) = (conversations, runs);
                (self.rejected, self.unusable) = (rejected, unusable);
            }
            ReplayEvent::Refused(reasons) => self.stage = Stage::Refused(reasons),
            ReplayEvent::Clock(at) => self.clock = Some(at),
            ReplayEvent::Heard { conversation, nth, at, role, text, .. } => {
                self.clock = Some(at);
                self.heard.push_back(Heard { conversation, nth, role, text });
                if self.heard.len() > SEEN {
                    self.heard.pop_front();
                }
            }
            ReplayEvent::Ran(run) => {
                self.outcomes[run.record.outcome as usize] += 1;
                self.clock = self.clock.max(Some(run.record.at));
                if self.dry_run && self.runs.len() < 1_000 {
                    self.runs.push(*run);
                }
            }
            ReplayEvent::Recalled(heard) => self.heard = heard.into(),
            ReplayEvent::Timers { first, more } => (self.timers, self.more_timers) = (first, more),
            ReplayEvent::Paused => self.stage = Stage::Paused,
            ReplayEvent::Resumed => self.stage = Stage::Running,
            ReplayEvent::Ended(ended) => {
                self.stage = Stage::Over(match ended {
                    Ended::Failed(why) if self.done() < self.due => {
                        Ended::Failed(format!("{why}. {}", self.to_go_on()))
                    }
                    ended => ended,
                });
                self.timers.clear();
                self.more_timers = 0;
            }
        }
    }
}
