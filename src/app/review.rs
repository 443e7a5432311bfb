//! Review and activate: its lines are the problems, then the runs that a dry run over the samples planned. Must not know
//! how it is drawn.

use super::App;
use super::findings;
use super::layer::{Layer, Page};
use super::layout::Pane;
use super::msg::LoggedRun;
use super::opened::Opened;
use super::plan;
use super::playing::Playing;

impl App {
    /// The dry run of the open action.
    pub fn rehearsed(&self) -> Option<&Playing> {
        let action = &self.opened.as_ref()?.editing.action;
        self.playing.as_ref().filter(|p| p.dry_run && p.asked.action.id == action.id)
    }

    /// The action was edited since the dry run.
    pub fn rehearsed_is_old(&self) -> bool {
        let now = self.opened.as_ref().map(|o| &o.editing.action);
        let then = self.rehearsed().map(|p| &p.asked.action);
        now.zip(then).is_some_and(|(a, b)| {
            (a.offline_sync, &a.account, a.contacts, &a.mapping) != (b.offline_sync, &b.account, b.contacts, &b.mapping)
        })
    }

    /// How many lines the review has.
    pub fn review_lines(&self) -> usize {
        let problems = self.opened.as_ref().map_or(0, |o| o.problems.len());
        problems + self.rehearsed().map_or(0, |p| p.runs.len())
    }

    /// The planned run under the cursor; while the cursor is on a problem, the first one.
    pub fn reviewed_run(&self) -> Option<&LoggedRun> {
        self.planned_at(self.opened.as_ref()?.review?)
    }

    /// The same where the cursor rested last: moving on through a list writes little, however slow the line.
    pub fn rested_run(&self) -> Option<&LoggedRun> {
        self.planned_at(self.opened.as_ref()?.reviewed)
    }

    fn planned_at(&self, line: usize) -> Option<&LoggedRun> {
        let at = line.saturating_sub(self.opened.as_ref()?.problems.len());
        self.rehearsed()?.runs.get(at)
    }

    /// The cursor of the review is on a planned run.
    pub(super) fn on_a_planned_run(&self) -> bool {
        let at = self.opened.as_ref().and_then(|o| Some((o.review?, o.problems.len())));
        at.is_some_and(|(line, problems)| line >= problems) && self.reviewed_run().is_some()
    }

    /// What one run would do, a line each.
    pub fn run_lines(&self, run: &LoggedRun) -> Vec<plan::Line> {
        let account = self.opened.as_ref().map(|o| o.editing.action.account.as_str());
        let fields = account.and_then(|a| self.world.fields(a)).map(|k| &k.by_name);
        plan::lines(&run.record, fields, &self.world.agent)
    }

    /// To the place of the problem under the cursor; of a run, shows all of it.
    pub(super) fn go_from_review(&mut self) {
        let Some(opened) = &mut self.opened else { return };
        let Some(line) = opened.review else { return };
        if let Some(problem) = opened.problems.get(line).filter(|p| Opened::is_elsewhere(p)) {
            let lines = vec![problem.to_string(), String::new(), findings::IN_THE_FILE.into()];
            let title = Opened::whereabouts(problem).to_owned();
            return self.layers.push(Layer::Page(Page { title, lines, top: 0 }));
        }
        if let Some((pane, line)) = opened.problems.get(line).map(Opened::place_of) {
            let account = &opened.editing.action.account;
            let line = match pane {
                Pane::Account => self.world.accounts.iter().position(|a| a.id == *account).unwrap_or(line),
                _ => line,
            };
            opened.leave_behind();
            opened.review = None;
            opened.focus = pane;
            opened.selected[pane as usize] = line;
            return;
        }
        let Some(run) = self.reviewed_run() else { return };
        let title = format!("Plan for {} (dry run)", run.record.conversation);
        let lines = self.run_lines(run).into_iter().map(|l| l.text).collect();
        self.layers.push(Layer::Page(Page { title, lines, top: 0 }));
    }
}
