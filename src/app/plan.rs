//! What the action as edited would do with the example conversation, before anything is written: when that is asked for,
//! the last answer, and its lines. Must not know who answers, nor where the lines are drawn.

use jiff::{SignedDuration, Timestamp};

use super::App;
use super::effect::{Effect, MOST_LISTED, Rehearsal, Source};
use super::layer::Layer;
use super::msg::Generation;
use crate::domain::account::Account;
use crate::domain::action::Action;
use crate::domain::decide::Fields;
use crate::domain::field::Agent;
use crate::domain::problem::{Problem, Severity};
use crate::domain::run::{Outcome, Reason, RunRecord, format_instant};
use crate::domain::words::{reason_in_words, rule_in_words, warning_in_words};

/// How long after the last change a plan is asked for, in milliseconds.
pub const PAUSE_MS: i64 = 400;

/// What a plan is made from: another one asks for another plan.
#[derive(Debug, Clone, PartialEq)]
struct Subject {
    action: Action,
    conversation: String,
    source: Source,
    agent: Agent,
    account: Option<Account>,
    fields_at: Timestamp,
    /// How many replays wrote since the start.
    written: u64,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The conversation it is about.
    pub conversation: String,
    /// Its runs in order, or one sentence why there is no plan.
    pub result: Result<Vec<RunRecord>, String>,
}

/// The plan for the example conversation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExamplePlan {
    answer: Option<Planned>,
    of: Option<Subject>,
    /// The answer that is waited for; `None` where none is.
    waiting: Option<Generation>,
    due: Option<Timestamp>,
}

impl ExamplePlan {
    /// The last answer, which a change makes old but does not take away until the next one is there.
    pub fn answer(&self) -> Option<&Planned> {
        self.answer.as_ref()
    }

    /// A newer answer is on its way.
    pub fn is_old(&self) -> bool {
        self.waiting.is_some() || self.due.is_some()
    }

    /// When it is to be asked for.
    pub fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// Takes an answer in; an answer to an older question is dropped.
    pub fn take(&mut self, generation: Generation, result: Result<Vec<RunRecord>, String>) {
        if self.waiting != Some(generation) {
            return;
        }
        self.waiting = None;
        let Some(of) = &self.of else { return };
        self.answer = Some(Planned { conversation: of.conversation.clone(), result });
    }

    /// Gives what to ask for once the time has come; a change within the pause begins it anew.
    fn want(&mut self, subject: Subject, now: Timestamp, next: &mut u64) -> Option<Effect> {
        let first = self.of.is_none();
        if self.of.as_ref() != Some(&subject) {
            self.of = Some(subject);
            self.waiting = None;
            let pause = if first { 0 } else { PAUSE_MS };
            self.due = now.checked_add(SignedDuration::from_millis(pause)).ok();
        }
        self.due.take_if(|due| *due <= now)?;
        *next += 1;
        let generation = Generation(*next);
        self.waiting = Some(generation);
        let Subject { action, source, fields_at, .. } = self.of.clone()?;
        Some(Effect::Rehearse(Box::new(Rehearsal { generation, action, source, fields_at })))
    }

    /// Nobody looks: what was to be asked for waits until somebody does.
    fn unwanted(&mut self) {
        if self.due.take().is_some() {
            self.of = None;
        }
    }
}

impl App {
    /// Asks for the plan where it is seen, once nothing has changed for a moment.
    pub(super) fn want_plan(&mut self, out: &mut Vec<Effect>) {
        let shown = self.shows_plan();
        let playing = self.playing.as_ref().is_some_and(super::playing::Playing::is_on);
        let example = self.world.examples.get(self.example).map(|e| e.id.clone());
        let (now, written) = (self.now, self.written);
        let Some(opened) = &mut self.opened else { return };
        let account = &opened.editing.action.account;
        let known = self.world.fields(account).map(|k| k.list.fetched_at);
        let (Some(conversation), Some(fields_at), true) = (example, known, shown && !playing) else {
            return opened.plan.unwanted();
        };
        if let Some(problem) = in_the_way(&opened.problems) {
            let result = Err(format!("no plan: {problem}"));
            opened.plan = ExamplePlan { answer: Some(Planned { conversation, result }), ..ExamplePlan::default() };
            return;
        }
        let account = self.world.account(account).cloned();
        // what people and agents read decides nothing
        let mut action = opened.editing.action.clone();
        (action.name, action.intent, action.state) = Default::default();
        let source = self.world.examples_of.one(&conversation);
        let subject =
            Subject { action, conversation, source, agent: self.world.agent.clone(), account, fields_at, written };
        out.extend(opened.plan.want(subject, now, &mut self.counter));
    }

    /// The plan is on the screen.
    fn shows_plan(&self) -> bool {
        let seen = |o: &&super::opened::Opened| o.review.is_none() && self.agent.is_none();
        let Some(opened) = self.opened.as_deref().filter(seen) else { return false };
        let layout = self.layout();
        let under_rows = || !layout.under_rows(opened.rows.len()).is_empty();
        matches!(self.layers.last(), Some(Layer::Plan(_))) || !layout.plan.is_empty() || under_rows()
    }

    /// Which of the example conversations is shown, and of how many; `None` where there is no other.
    pub fn example_of(&self) -> Option<String> {
        let (nth, all) = (self.example + 1, self.world.examples.len());
        // a longer file is not listed to its end
        let first = if all >= MOST_LISTED { "the first " } else { "" };
        (all > 1).then(|| format!("{nth} of {first}{all}"))
    }

    /// The lines of the plan for the example conversation.
    pub fn plan_lines(&self) -> Vec<Line> {
        let Some(opened) = &self.opened else { return Vec::new() };
        let line = |kind, text: &str| vec![Line { kind, text: text.to_owned() }];
        let fields = self.world.fields(&opened.editing.action.account).map(|k| &k.by_name);
        let example = self.example().map(|e| e.id.as_str());
        let playing = self.playing.as_ref().is_some_and(super::playing::Playing::is_on);
        // what was planned for another conversation is not this one's
        let answer = opened.plan.answer().filter(|p| Some(p.conversation.as_str()) == example);
        match answer.map(|p| &p.result) {
            None if playing => line(Kind::Note, "planned once the replay has ended"),
            None if self.world.examples.is_empty() => line(Kind::Note, "there is no example conversation"),
            None if fields.is_none() => line(Kind::Note, "waiting for the account's fields"),
            None => line(Kind::Note, "being planned: Zoho is read, nothing is written"),
            Some(Err(why)) => line(Kind::Wrong, why),
            Some(Ok(runs)) if runs.is_empty() => line(Kind::Note, "no run: this conversation triggers none"),
            Some(Ok(runs)) => runs.iter().flat_map(|r| lines(r, fields, &self.world.agent)).collect(),
        }
    }
}

/// What keeps an action from running, other than what only people and agents read.
fn in_the_way(problems: &[Problem]) -> Option<&Problem> {
    let read = ["no_name", "same_name", "no_intent", "long_intent"];
    problems.iter().find(|p| p.severity == Severity::Error && !read.contains(&p.code))
}

/// What a line of a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// How a run would come out.
    Outcome(Outcome),
    /// A field that would be written.
    Change,
    /// Fields that stay as they are, or are left out.
    Beside,
    /// Something to know.
    Note,
    /// Something that went wrong.
    Wrong,
}

/// A line of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// What it says.
    pub text: String,
}

/// What a run would do, a line each: the outcome with its rule in words, every field that would be written from and to,
/// what stays and what is left out.
pub fn lines(record: &RunRecord, fields: Option<&Fields>, agent: &Agent) -> Vec<Line> {
    let label = |zoho: &str| fields.and_then(|f| f.get(zoho)).map_or_else(|| zoho.to_owned(), |f| f.label.clone());
    let mut out = Vec::new();
    let mut say = |kind, text: String| out.push(Line { kind, text });
    let at = &format_instant(record.at)[11..19];
    let contact = record.contact_id.as_deref();
    let whose = if record.created_through_astra { ", created through Astra" } else { "" };
    let who = record.email.as_deref().unwrap_or("nobody");
    let what = match record.outcome {
        Outcome::Created => format!("would CREATE a contact for {who}"),
        Outcome::Updated => match contact {
            Some(id) => format!("would UPDATE contact {id}{whose}"),
            None => format!("would UPDATE the contact created above for {who}"),
        },
        Outcome::Unchanged => format!("would leave {} as it is", contact.map_or(who, |id| id)),
        Outcome::Skipped => format!("would SKIP {who}"),
        Outcome::Failed => format!("would fail for {who}"),
    };
    say(Kind::Outcome(record.outcome), format!("{at} {what}"));
    if let Some(rule) = record.rule {
        say(Kind::Note, format!("{rule}: {}", rule_in_words(rule)));
    }
    if let Some(error) = &record.error {
        say(Kind::Wrong, format!("{}: {}", error.code, error.message));
    }
    for c in &record.changes {
        let from = c.from.as_deref().map_or_else(|| "(blank)".to_owned(), |v| v.replace('\n', " "));
        let to = c.to.replace('\n', " ");
        let source = agent.field(&c.astra).map_or(c.astra.as_str(), |f| f.label.as_str());
        let text = match record.outcome {
            Outcome::Created => format!("{}: {to}  (from {source})", label(&c.zoho)),
            _ => format!("{}: {from} -> {to}  (from {source})", label(&c.zoho)),
        };
        say(Kind::Change, text);
    }
    let reasons = Reason::ALL.iter().copied().filter(|reason| record.left_out.iter().any(|l| l.reason == *reason));
    // what stays as it is comes first
    let (stays, others): (Vec<Reason>, Vec<Reason>) = reasons.partition(|r| *r == Reason::Unchanged);
    for reason in stays.into_iter().chain(others) {
        let left = record.left_out.iter().filter(|l| l.reason == reason).map(|l| label(&l.zoho));
        let left = left.collect::<Vec<_>>().join(", ");
        let text = match reason {
            Reason::Unchanged => format!("unchanged: {left}"),
            reason => format!("left out: {left} ({})", reason_in_words(reason)),
        };
        say(Kind::Beside, text);
    }
    for w in &record.warnings {
        say(Kind::Note, format!("note: {}", warning_in_words(*w)));
    }
    out
}
