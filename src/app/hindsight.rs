//! The runs of the log by which the permissions are told: those that were made together last, so that no conversation counts
//! twice. Asked for once they are needed, and again when the log has grown. Must not know what permissions mean.

use std::collections::BTreeSet;

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::layer::{Layer, Page};
use super::layout::Pane;
use super::msg::{Generation, LoggedRun};
use super::settings::{Case, Met, difference, played_in_words, untold};
use crate::domain::run::{Outcome, Rule, format_instant};

/// How many runs are held at most.
const HELD: usize = 2_000;

/// The runs of an action that were made together last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MadeLast {
    /// The latest of them, in the log's order.
    pub runs: Vec<LoggedRun>,
    /// There are more of them, earlier ones.
    pub more: bool,
    /// They are live ones; else of a replay.
    pub live: bool,
}

/// Runs of the log, and the question for them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hindsight {
    /// The runs.
    pub made: MadeLast,
    /// The last question, and how many runs the log had.
    asked: Option<(Generation, u64)>,
}

impl Hindsight {
    /// Takes an answer in; one to an older question is dropped.
    pub fn take(&mut self, generation: Generation, result: Result<MadeLast, String>) {
        if self.asked.is_none_or(|(asked, _)| asked != generation) {
            return;
        }
        // why the log cannot be read stands where it would
        self.made = result.unwrap_or_default();
    }

    /// A replay made a run.
    pub fn ran(&mut self, run: LoggedRun) {
        if self.made.runs.last().is_none_or(|last| last.replay != run.replay) {
            self.made = MadeLast::default();
        }
        self.made.runs.push(run);
        let over = self.made.runs.len().saturating_sub(HELD);
        self.made.more |= over > 0;
        self.made.runs.drain(..over);
    }

    /// Those of them that a line of the table counts.
    pub fn those(&self, met: Met) -> impl Iterator<Item = &LoggedRun> {
        self.made.runs.iter().filter(move |r| met.holds(r))
    }

    /// The replay they are of; live runs are of none.
    pub fn replay(&self) -> Option<i64> {
        self.made.runs.last().map(|r| r.replay).filter(|_| !self.made.live)
    }
}

impl App {
    pub(super) fn want_hindsight(&mut self, out: &mut Vec<Effect>) {
        let playing = self.playing.as_ref().is_some_and(super::playing::Playing::is_on);
        let seen = !self.layout().panes[Pane::Settings as usize].is_empty();
        let wanted = |o: &&mut Box<super::opened::Opened>| !playing && (seen || o.toggled().is_some());
        let Some(opened) = self.opened.as_mut().filter(wanted) else { return };
        let all = opened.log.runs_in_all();
        if all == 0 || opened.hindsight.asked.is_some_and(|(_, then)| then == all) {
            return;
        }
        self.counter += 1;
        let generation = Generation(self.counter);
        opened.hindsight.asked = Some((generation, all));
        let (action, live) = (opened.editing.action.id.clone(), opened.log.filter.live);
        out.push(Effect::LastRuns { generation, action, live });
    }

    /// Each run that would come out differently, and each of which nobody can tell, with why.
    pub(super) fn list_differing(&mut self) {
        let Some(opened) = &self.opened else { return };
        let Some(on) = opened.toggled() else { return };
        let line = |run: &LoggedRun, why: String| {
            let at = &format_instant(run.record.at)[11..19];
            let who = run.record.email.as_ref().map_or_else(String::new, |e| format!(" {e}"));
            format!("{at} {}{who}: {why}", run.record.conversation)
        };
        let made = &opened.hindsight.made;
        let mut lines: Vec<String> = made.runs.iter().filter_map(|run| Some(line(run, difference(run, on)?))).collect();
        let differ = lines.len();
        lines.extend(made.runs.iter().filter_map(|run| Some(line(run, untold(run, on)?))));
        let cannot = match lines.len() - differ {
            0 => String::new(),
            n => format!(", {n} cannot be told"),
        };
        let title = format!("Of {}: {differ} would differ{cannot}", played_in_words(made));
        // a small screen has no room for all of it beside the toggles
        if let Some(forecast) = opened.forecast() {
            lines.insert(0, format!("{}.", forecast.moved()));
        }
        self.layers.push(Layer::Page(Page { title, lines, top: 0 }));
    }

    /// The log with the runs that a line of the table counts: the rule that decided them then leads to them.
    pub(super) fn show_met(&mut self, case: Case, out: &mut Vec<Effect>) {
        let filter_rule = self.keymap.shown(Command::FilterRule);
        let Some(opened) = &mut self.opened else { return };
        let n = opened.hindsight.those(case.met).count();
        let rules: BTreeSet<Rule> = opened.hindsight.those(case.met).filter_map(|r| r.record.rule).collect();
        let failed = (case.met == Met::Failed).then_some(Outcome::Failed);
        let rule = rules.first().copied().filter(|_| rules.len() == 1 && failed.is_none());
        if n == 0 {
            return self.say(format!("{}: no run met this", case.contact));
        }
        if rule.is_none() && failed.is_none() {
            let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
            let by = if rules.is_empty() { "no rule that was kept".to_owned() } else { rules.join(", ") };
            return self
                .complain(format!("they were decided by {by}: {filter_rule} in the log shows those of one rule"));
        }
        let more = opened.hindsight.made.runs.iter().filter(|r| rule.is_some() && r.record.rule == rule).count();
        opened.leave_behind();
        (opened.log.filter.rule, opened.log.filter.outcome) = (rule, failed);
        opened.log.filter.replay = opened.hindsight.replay();
        opened.focus = Pane::Log;
        self.reload_log(true, out);
        if let Some(rule) = rule.filter(|_| more > n) {
            self.say(format!("all {more} that {rule} decided then, the {n} among them"));
        }
    }
}
