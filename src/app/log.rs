//! The Sync log's view: a window of runs around the selection, whatever the log's length; following, filters, pages asked
//! for. Must not know how the log is kept.

use jiff::Timestamp;

use super::effect::{Effect, From, RunFilter, Window};
use super::msg::{Counts, Generation, LoggedRun, Place, RunsPage, Tally, Total};
use crate::domain::found::found;
use crate::domain::run::{Outcome, Rule};

/// How many runs are asked for at a time.
const PAGE: u32 = 200;
/// How many are held at most.
const HELD: usize = 600;

/// A window of the log.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogView {
    /// Which runs.
    pub filter: RunFilter,
    /// The runs held, in the log's order.
    pub runs: Vec<LoggedRun>,
    /// There are runs before those held.
    pub earlier: bool,
    /// There are runs after those held.
    pub later: bool,
    /// How many there are under the filter.
    pub total: Total,
    /// Which of those held is selected.
    pub selected: usize,
    /// It stays at the end.
    pub following: bool,
    /// How many came while it did not follow.
    pub new: u64,
    /// How many of the action came out how, whatever the filter.
    pub counts: Counts,
    /// It was read at least once.
    pub loaded: bool,
    /// What went wrong with reading it.
    pub trouble: Option<String>,
    /// Whose explanation stands beside the list: the run that the cursor rested on last.
    pub explained: Option<Place>,
    /// The first row shown of it.
    pub detail: usize,
    /// The run under the cursor, and when it will have rested there long enough.
    resting: Option<(Place, Timestamp)>,
    /// Which runs are held: under another filter, they are being searched for.
    held: RunFilter,
    asked: Generation,
    counted: Generation,
    /// What the page on its way is joined to.
    waiting: Option<From>,
    /// Those held are what was found so far of the page on its way.
    so_far: bool,
}

impl LogView {
    /// The log of an action, at its end.
    pub fn of(action: &str) -> Self {
        let filter = RunFilter { action: Some(action.to_owned()), ..RunFilter::default() };
        Self { held: filter.clone(), filter, following: true, ..Self::default() }
    }

    /// Some filter other than the action's is set.
    pub fn is_filtered(&self) -> bool {
        self.filter != self.unfiltered()
    }

    /// All runs of the action, wherever they are.
    pub fn unfiltered(&self) -> RunFilter {
        RunFilter { action: self.filter.action.clone(), live: self.filter.live, ..RunFilter::default() }
    }

    /// What is shown is from before the filter changed: the runs it leaves are still being looked for.
    pub fn is_searching(&self) -> bool {
        self.held != self.filter
    }

    /// The run selected.
    pub fn run(&self) -> Option<&LoggedRun> {
        self.runs.get(self.selected)
    }

    /// The run under the cursor is explained once the cursor rests: moving on through a list writes little, however slow
    /// the line.
    pub(super) fn rest(&mut self, now: Timestamp, has_room: bool) {
        let rested = self.resting.take();
        let Some(place) = self.run().map(|r| r.place).filter(|p| has_room && self.explained != Some(*p)) else {
            return;
        };
        let until = now.checked_add(super::RESTS).unwrap_or(now);
        let due = rested.filter(|(p, _)| *p == place).map_or(until, |(_, at)| at);
        if due <= now || self.explained_run().is_none() {
            self.explain_here();
        } else {
            self.resting = Some((place, due));
        }
    }

    /// The run under the cursor is explained now.
    pub fn explain_here(&mut self) {
        self.explained = self.run().map(|r| r.place);
        self.resting = None;
        self.detail = 0;
    }

    /// The run whose explanation stands beside the list.
    pub fn explained_run(&self) -> Option<&LoggedRun> {
        self.runs.iter().find(|r| Some(r.place) == self.explained)
    }

    /// When the cursor will have rested long enough.
    pub fn rests_at(&self) -> Option<Timestamp> {
        self.resting.map(|(_, at)| at)
    }

    /// Reads anew from the end, and counts.
    pub fn reload(&mut self, next: &mut impl FnMut() -> Generation, out: &mut Vec<Effect>) {
        self.following = true;
        self.new = 0;
        self.ask(From::End, next, out);
        self.counted = next();
        let action = self.filter.action.clone().unwrap_or_default();
        out.push(Effect::CountRuns { generation: self.counted, action, live: self.filter.live });
    }

    fn ask(&mut self, from: From, next: &mut impl FnMut() -> Generation, out: &mut Vec<Effect>) {
        self.asked = next();
        (self.waiting, self.so_far) = (Some(from), false);
        let window = Window { from, limit: PAGE };
        out.push(Effect::QueryRuns { generation: self.asked, filter: self.filter.clone(), window });
    }

    /// Moves the selection, and asks for what lies beyond the window when it comes near its edge.
    pub fn go(&mut self, to: isize, next: &mut impl FnMut() -> Generation, out: &mut Vec<Effect>) {
        let last = self.runs.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(to).min(last);
        self.following = self.selected == last && !self.later;
        if self.following {
            self.new = 0;
        }
        if self.waiting.is_some() {
            return;
        }
        let margin = PAGE as usize / 4;
        match (self.runs.first(), self.runs.last()) {
            (Some(first), _) if self.selected < margin && self.earlier => {
                self.ask(From::Before(first.place), next, out)
            }
            (_, Some(end)) if self.selected + margin > last && self.later => {
                self.ask(From::After(end.place), next, out)
            }
            _ => {}
        }
    }

    /// To the first run, or to the last.
    pub fn jump(&mut self, end: bool, next: &mut impl FnMut() -> Generation, out: &mut Vec<Effect>) {
        if end {
            if !self.later && self.new == 0 {
                self.go(isize::MAX, next, out);
            } else {
                self.reload(next, out);
            }
        } else if !self.earlier {
            self.go(isize::MIN, next, out);
        } else {
            self.following = false;
            self.ask(From::Start, next, out);
        }
    }

    /// Takes a page in; an answer to an older question is dropped.
    pub fn page(&mut self, generation: Generation, result: Result<RunsPage, String>) {
        if generation != self.asked {
            return;
        }
        let Some(from) = self.waiting.take() else { return };
        self.loaded = true;
        self.held.clone_from(&self.filter);
        let page = match result {
            Ok(page) => page,
            Err(trouble) => {
                self.trouble = Some(trouble);
                return;
            }
        };
        self.trouble = None;
        self.total = page.total.unwrap_or(self.total);
        match from {
            From::Start => {
                (self.earlier, self.later) = (page.earlier, page.later);
                (self.selected, self.runs) = (0, page.runs);
            }
            From::End => {
                (self.earlier, self.later) = (page.earlier, page.later);
                self.end(page.runs);
                self.so_far = false;
            }
            From::Before(_) => {
                self.earlier = page.earlier;
                self.selected += page.runs.len();
                self.runs.splice(0..0, page.runs);
                self.later |= self.runs.len() > HELD;
                self.runs.truncate(HELD);
            }
            From::After(_) => {
                self.later = page.later;
                self.runs.extend(page.runs);
                self.let_go();
            }
        }
    }

    /// Takes in what a search found so far.
    pub fn found(&mut self, generation: Generation, runs: Vec<LoggedRun>) {
        if generation == self.asked && self.waiting == Some(From::End) {
            (self.earlier, self.later) = (true, false);
            (self.loaded, self.trouble) = (true, None);
            self.end(runs);
            self.so_far = true;
        }
    }

    /// Takes in the log's last runs. Who went up among the first of them stays where they are.
    fn end(&mut self, runs: Vec<LoggedRun>) {
        let from_end = if self.so_far { self.runs.len().saturating_sub(self.selected) } else { 1 };
        self.selected = runs.len().saturating_sub(from_end.max(1));
        self.runs = runs;
    }

    /// Holds no more than is needed around the end.
    fn let_go(&mut self) {
        let over = self.runs.len().saturating_sub(HELD);
        self.earlier |= over > 0;
        self.runs.drain(..over);
        self.selected = self.selected.saturating_sub(over);
    }

    /// Takes the counts in; an answer to an older question is dropped.
    pub fn count(&mut self, generation: Generation, result: Result<Counts, String>) {
        if generation != self.counted {
            return;
        }
        match result {
            Ok(counts) => self.counts = counts,
            Err(trouble) => self.trouble = Some(trouble),
        }
    }

    /// A run was added to the log.
    pub fn ran(&mut self, run: LoggedRun) {
        let r = &run.record;
        if self.filter.live || self.filter.action.as_ref().is_some_and(|a| *a != r.action) {
            return;
        }
        let key = (r.outcome, r.rule, run.trace.case);
        match self.counts.0.iter_mut().find(|t| (t.outcome, t.rule, t.case) == key) {
            Some(tally) => tally.runs += 1,
            None => self.counts.0.push(Tally { outcome: key.0, rule: key.1, case: key.2, runs: 1 }),
        }
        let f = &self.filter;
        let wanted = f.outcome.is_none_or(|o| o == r.outcome)
            && f.rule.is_none_or(|w| Some(w) == r.rule)
            && f.replay.is_none_or(|replay| replay == run.replay)
            && f.conversation.as_ref().is_none_or(|c| *c == r.conversation)
            && f.search.as_ref().is_none_or(|s| found(s, &r.searched()));
        if !wanted {
            return;
        }
        self.total.runs += u64::from(!self.total.or_more);
        if !self.later && (self.following || self.runs.len() < HELD) {
            self.runs.push(run);
            self.let_go();
        } else {
            self.later = true;
        }
        if self.following {
            self.selected = self.runs.len().saturating_sub(1);
        } else {
            self.new += 1;
        }
    }

    /// Narrows down by the next rule that decided any run, in the order of the decision table; after the last, by none.
    pub fn next_rule(&mut self) {
        let now = self.filter.rule;
        let wanted = |t: &&Tally| self.filter.outcome.is_none_or(|o| o == t.outcome);
        let there: Vec<Rule> =
            self.counts.0.iter().filter(wanted).filter(|t| t.runs > 0).filter_map(|t| t.rule).collect();
        let mut rules = Rule::ALL.iter().copied().filter(|r| now.is_none_or(|n| *r > n));
        self.filter.rule = rules.find(|r| there.contains(r));
    }

    /// Narrows down by the next outcome that any run of the rule has; after the last, by none.
    pub fn next_outcome(&mut self) {
        let now = self.filter.outcome;
        let wanted = |t: &&Tally| self.filter.rule.is_none_or(|r| Some(r) == t.rule);
        let there: Vec<Outcome> =
            self.counts.0.iter().filter(wanted).filter(|t| t.runs > 0).map(|t| t.outcome).collect();
        let mut outcomes = Outcome::ALL.iter().copied().filter(|o| now.is_none_or(|n| *o as usize > n as usize));
        self.filter.outcome = outcomes.find(|o| there.contains(o));
    }

    /// The id of the conversation that is meant by its beginning: of the runs held, the only one that begins so.
    pub fn conversation_meant(&self, typed: &str) -> String {
        let mut ids: Vec<&str> = self.runs.iter().map(|r| r.record.conversation.as_str()).collect();
        ids.retain(|id| id.starts_with(typed));
        ids.sort_unstable();
        ids.dedup();
        match ids.as_slice() {
            [only] => (*only).to_owned(),
            _ => typed.to_owned(),
        }
    }

    /// Narrows down to the selected run's conversation, or widens again.
    pub fn this_conversation(&mut self) {
        let here = self.run().map(|r| r.record.conversation.clone());
        self.filter.conversation = if self.filter.conversation.is_some() { None } else { here };
    }

    /// How many runs the action has.
    pub fn runs_in_all(&self) -> u64 {
        self.counts.0.iter().map(|t| t.runs).sum()
    }
}
