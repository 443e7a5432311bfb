//! The runs of the log by which the permissions are told: those that were made together last, so that no conversation counts
//! twice. Asked for once they are needed, and again when the log has grown. Must not know what permissions mean.

use super::App;
use super::effect::Effect;
use super::layer::{Layer, Page};
use super::layout::Pane;
use super::msg::{Generation, LoggedRun};
use super::settings::{difference, played_in_words};
use crate::domain::run::{Rule, format_instant};

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

    /// How many of them this rule decided.
    pub fn decided_by(&self, rule: Rule) -> usize {
        self.made.runs.iter().filter(|r| r.record.rule == Some(rule)).count()
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

    /// Each run that would come out differently, with why.
    pub(super) fn list_differing(&mut self) {
        let Some(opened) = &self.opened else { return };
        let Some((before, after)) = opened.toggled() else { return };
        let differs = |run: &LoggedRun| {
            let why = difference(run, before, after)?;
            let at = &format_instant(run.record.at)[11..19];
            let who = run.record.email.as_ref().map_or_else(String::new, |e| format!(" {e}"));
            Some(format!("{at} {}{who}: {why}", run.record.conversation))
        };
        let made = &opened.hindsight.made;
        let mut lines: Vec<String> = made.runs.iter().filter_map(differs).collect();
        let title = format!("{} of {} differ", lines.len(), played_in_words(made));
        // a small screen has no room for all of it beside the toggles
        if let Some(forecast) = opened.forecast() {
            lines.insert(0, format!("{}.", forecast.moved()));
        }
        self.layers.push(Layer::Page(Page { title, lines, top: 0 }));
    }
}
