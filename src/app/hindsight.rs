//! The runs of the log by which toggles that are changed and not saved are judged: those that were made together last, so
//! that no conversation counts twice. Asked for once they are needed, and again when the log has grown. Must not know what
//! toggles mean.

use super::App;
use super::effect::Effect;
use super::layer::{Layer, Page};
use super::msg::{Generation, LoggedRun};
use super::settings::{difference, played_in_words};
use crate::domain::run::format_instant;

/// Runs of the log, and the question for them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hindsight {
    /// In the log's order.
    pub runs: Vec<LoggedRun>,
    /// There are more of them, earlier ones.
    pub more: bool,
    /// The last question, and how many runs the log had.
    asked: Option<(Generation, u64)>,
}

impl Hindsight {
    /// Takes an answer in; one to an older question is dropped.
    pub fn take(&mut self, generation: Generation, result: Result<(Vec<LoggedRun>, bool), String>) {
        if self.asked.is_none_or(|(asked, _)| asked != generation) {
            return;
        }
        // why the log cannot be read stands where it would
        (self.runs, self.more) = result.unwrap_or_default();
    }
}

impl App {
    pub(super) fn want_hindsight(&mut self, out: &mut Vec<Effect>) {
        let playing = self.playing.as_ref().is_some_and(super::playing::Playing::is_on);
        let Some(opened) = self.opened.as_mut().filter(|o| !playing && o.toggled().is_some()) else { return };
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
        let hindsight = &opened.hindsight;
        let lines: Vec<String> = hindsight.runs.iter().filter_map(differs).collect();
        let title = format!("{} of {} differ", lines.len(), played_in_words(&hindsight.runs, hindsight.more));
        self.layers.push(Layer::Page(Page { title, lines, top: 0 }));
    }
}
