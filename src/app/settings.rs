//! What the two toggles mean together: for each state of a contact, what a run would do. Must not know screens.

use super::hindsight::MadeLast;
use super::msg::LoggedRun;
use crate::domain::action::{Action, Permissions};
use crate::domain::run::{Outcome, Rule};
use crate::domain::words::rule_in_words;

/// What Offline Sync means as it is.
pub fn switch_in_words(offline_sync: bool) -> &'static str {
    match offline_sync {
        true => " one run when a conversation has ended: 10 minutes of silence, or the call's end",
        false => " runs during the conversation",
    }
}

/// A line of the table: a state of the contact, and what happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// What the look-up found.
    pub contact: &'static str,
    /// What a run does.
    pub then: &'static str,
    /// The rule that decides so: by it runs are counted and filtered.
    pub rule: Rule,
}

/// The table for an action's present settings, in the order in which a run asks.
pub fn cases(action: &Action) -> Vec<Case> {
    let on = action.contacts;
    let case = |contact, then, rule| Case { contact, then, rule };
    let mut out = vec![case("no usable email", "nothing", Rule::NoEmail)];
    if on.create_and_update_new {
        out.push(case("none found", "create it", Rule::Create));
        out.push(case("none, no last name", "nothing", Rule::NoLastName));
    } else {
        out.push(case("none found", "nothing", Rule::CreationOff));
    }
    if on.update_existing {
        out.push(case("found", "update all mapped", Rule::UpdateExisting));
        return out;
    }
    let mut found = "found";
    if on.create_and_update_new {
        out.push(case("found, by Astra", "update all mapped", Rule::UpdateAstraContact));
        found = "found, by others";
    }
    if action.maps_summary() {
        out.push(case(found, "the summary only", Rule::SummaryOnly));
        out.push(case("found, no summary", "nothing", Rule::UpdatesOff));
    } else {
        out.push(case(found, "nothing", Rule::UpdatesOff));
    }
    out
}

/// What a run comes to by its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A contact is made.
    Created,
    /// Every mapped field may be written.
    Updated,
    /// The fields fed by the summary may be written.
    SummaryOnly,
    /// What may be written stands in Zoho already.
    Unchanged,
    /// Nothing is written.
    Skipped,
}

impl Effect {
    /// In the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Created, Self::Updated, Self::SummaryOnly, Self::Unchanged, Self::Skipped];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::SummaryOnly => "summary only",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
        }
    }

    fn of(rule: Rule) -> Self {
        match rule {
            Rule::Create => Self::Created,
            Rule::UpdateExisting | Rule::UpdateAstraContact => Self::Updated,
            Rule::SummaryOnly => Self::SummaryOnly,
            Rule::NoEmail | Rule::CreationOff | Rule::NoLastName | Rule::UpdatesOff => Self::Skipped,
        }
    }

    /// What a run like this one comes to by a rule. One that found all that it might write in Zoho already would find less of
    /// it there too; of more, nobody knows.
    fn of_run(run: &LoggedRun, rule: Rule) -> Option<Self> {
        match (Self::of(rule), run.record.rule.map(Self::of)) {
            (effect, _) if run.record.outcome != Outcome::Unchanged => Some(effect),
            (Self::Updated, Some(Self::SummaryOnly)) => None,
            (Self::Updated | Self::SummaryOnly, _) => Some(Self::Unchanged),
            (effect, _) => Some(effect),
        }
    }
}

/// What a run comes to under both permissions; `None` where that cannot be told: it failed, what it saw was not kept, or it
/// did not look at all that might be written now.
fn both(run: &LoggedRun, before: Permissions, after: Permissions) -> Option<[(Rule, Effect); 2]> {
    let case = run.trace.case.filter(|_| run.record.outcome != Outcome::Failed)?;
    let of = |on| Some((case.rule(on), Effect::of_run(run, case.rule(on))?));
    Some([of(before)?, of(after)?])
}

/// How a run would come out differently, and why; `None` where it would not, or nobody can tell.
pub fn difference(run: &LoggedRun, before: Permissions, after: Permissions) -> Option<String> {
    let [(_, then), (rule, now)] = both(run, before, after)?;
    (then != now).then(|| format!("{} -> {}; {}", then.name(), now.name(), rule_in_words(rule)))
}

/// Which runs are judged.
pub fn played_in_words(made: &MadeLast) -> String {
    let n = made.runs.len();
    let runs_of = if n == 1 { "run" } else { "runs" };
    let dry = if made.runs.iter().any(|r| r.record.dry_run) { ", a dry run" } else { "" };
    match (made.live, made.more) {
        (true, _) => format!("the last {n} live {runs_of}"),
        (false, true) => format!("the last {n} runs of the last replay{dry}"),
        (false, false) => format!("the {n} {runs_of} of the last replay{dry}"),
    }
}

/// The same over a column of numbers.
pub fn counted_in_words(made: &MadeLast) -> &'static str {
    match made.runs.first() {
        None => "runs",
        Some(_) if made.live => "runs, live",
        Some(run) if run.record.dry_run => "runs, last dry run",
        Some(_) => "runs, last replay",
    }
}

/// What other permissions would have meant for the runs of the log, each by itself, with what its look-up saw then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forecast {
    /// How many runs come to what under the one and the other permissions, in the order of [`Effect::ALL`].
    pub runs: [(u64, u64); 5],
    /// How many runs come to something else.
    pub different: u64,
    /// How many nobody can tell of: they failed, what they saw was not kept, or they did not look at all that might be
    /// written now.
    pub unknown: u64,
}

/// Of those updated: not one more kind of run.
const OF_THEM: &str = "  of summary only";

impl Forecast {
    /// What is worth a line, with how many runs come to it before and after: as a replay counts them, so that they add up,
    /// and of those updated, how many by the summary alone. `unchanged` may be of no run at all.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, (u64, u64))> {
        let of = |effect: Effect| self.runs[effect as usize];
        let (all, summary) = (of(Effect::Updated), of(Effect::SummaryOnly));
        let lines = [
            (Effect::Created.name(), of(Effect::Created), true),
            (Effect::Updated.name(), (all.0 + summary.0, all.1 + summary.1), true),
            (OF_THEM, summary, summary != (0, 0)),
            (Effect::Unchanged.name(), of(Effect::Unchanged), of(Effect::Unchanged) != (0, 0)),
            (Effect::Skipped.name(), of(Effect::Skipped), true),
        ];
        lines.into_iter().filter(|(.., there)| *there).map(|(name, runs, _)| (name, runs))
    }

    /// What moves, and what cannot be told, in words.
    pub fn moved(&self) -> String {
        let summary = self.runs[Effect::SummaryOnly as usize];
        let moves = |(before, after): (u64, u64)| before != after;
        let said = |(name, (before, after)): (&str, (u64, u64))| {
            let of_summary = name == Effect::Updated.name() && moves(summary);
            let aside =
                if of_summary { format!(" (summary only {} -> {})", summary.0, summary.1) } else { String::new() };
            (of_summary || moves((before, after))).then(|| format!("{name} {before} -> {after}{aside}"))
        };
        let moved: Vec<String> = self.lines().filter(|(name, _)| *name != OF_THEM).filter_map(said).collect();
        let unknown = match self.unknown {
            0 => String::new(),
            n => format!("; {n} cannot be told"),
        };
        let runs = if moved.is_empty() { "as they are".to_owned() } else { moved.join(", ") };
        format!("{runs}{unknown}")
    }
}

/// Compares two permissions over runs.
pub fn forecast(runs: &[LoggedRun], before: Permissions, after: Permissions) -> Forecast {
    let mut out = Forecast::default();
    for run in runs {
        let Some([(_, then), (_, now)]) = both(run, before, after) else {
            out.unknown += 1;
            continue;
        };
        out.runs[then as usize].0 += 1;
        out.runs[now as usize].1 += 1;
        out.different += u64::from(then != now);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::msg::Place;
    use super::*;
    use crate::domain::run::{RunRecord, Trigger};
    use crate::domain::trace::{Case, Trace};

    fn on(create_and_update_new: bool, update_existing: bool) -> Permissions {
        Permissions { create_and_update_new, update_existing }
    }

    fn run(outcome: Outcome, rule: Option<Rule>, case: Option<Case>) -> LoggedRun {
        let record = RunRecord {
            run_id: String::new(),
            action: "a".into(),
            conversation: "c".into(),
            episode: 1,
            trigger: Trigger::During,
            at: jiff::Timestamp::UNIX_EPOCH,
            outcome,
            rule,
            contact_id: None,
            email: None,
            matches: 0,
            created_through_astra: false,
            changes: vec![],
            left_out: vec![],
            warnings: vec![],
            error: None,
            dry_run: false,
            attempts: 1,
            requests: 1.0,
            credits: 1.0,
            duration_ms: 1,
        };
        LoggedRun { place: Place(1), replay: 1, record, trace: Trace { case, ..Trace::default() } }
    }

    fn counts(some: &[(Outcome, Option<Case>, usize)]) -> Vec<LoggedRun> {
        some.iter().flat_map(|&(outcome, case, n)| vec![run(outcome, None, case); n]).collect()
    }

    #[test]
    fn toggles_move_runs_and_lose_none() {
        let log = counts(&[
            (Outcome::Created, Some(Case::New), 14),
            (Outcome::Skipped, Some(Case::Nameless), 3),
            (Outcome::Skipped, Some(Case::NoEmail), 2),
            (Outcome::Unchanged, Some(Case::OursWithSummary), 2),
            (Outcome::Updated, Some(Case::Ours), 5),
            (Outcome::Updated, Some(Case::OthersWithSummary), 4),
            (Outcome::Failed, Some(Case::New), 1),
            (Outcome::Created, None, 6),
        ]);
        let same = forecast(&log, on(true, false), on(true, false));
        assert_eq!((same.runs, same.different, same.unknown), ([(14, 14), (5, 5), (4, 4), (2, 2), (5, 5)], 0, 7));
        let less = forecast(&log, on(true, false), on(false, false));
        assert_eq!((less.runs, less.different), ([(14, 0), (5, 0), (4, 4), (2, 2), (5, 24)], 19));
        let more = forecast(&log, on(true, false), on(true, true));
        assert_eq!((more.runs, more.different), ([(14, 14), (5, 9), (4, 0), (2, 2), (5, 5)], 4));
        assert_eq!(
            more.moved(),
            "updated 9 -> 9 (summary only 4 -> 0); 7 cannot be told",
            "of the updated, as a replay counts them"
        );
        assert_eq!(less.moved(), "created 14 -> 0, updated 9 -> 4, skipped 5 -> 24; 7 cannot be told");
        for a in 0..4 {
            for b in 0..4 {
                let f = forecast(&log, on(a & 1 > 0, a & 2 > 0), on(b & 1 > 0, b & 2 > 0));
                let sum = |side: fn(&(u64, u64)) -> u64| f.runs.iter().map(side).sum::<u64>();
                assert_eq!((sum(|r| r.0), sum(|r| r.1), f.unknown), (30, 30, 7));
            }
        }
    }

    #[test]
    fn what_was_unchanged_stays_so_where_less_is_written_and_cannot_be_told_where_more_is() {
        let of = |rule| vec![run(Outcome::Unchanged, Some(rule), Some(Case::OthersWithSummary)); 3];
        let mut log = of(Rule::SummaryOnly);
        let same = forecast(&log, on(true, false), on(false, false));
        assert_eq!((same.runs[Effect::Unchanged as usize], same.different, same.unknown), ((3, 3), 0, 0));
        let more = forecast(&log, on(true, false), on(true, true));
        assert_eq!((more.runs, more.unknown, more.moved().as_str()), ([(0, 0); 5], 3, "as they are; 3 cannot be told"));
        log = of(Rule::UpdateExisting);
        let less = forecast(&log, on(true, true), on(true, false));
        assert_eq!((less.runs[Effect::Unchanged as usize], less.different), ((3, 3), 0));
        assert_eq!(less.lines().count(), 4);
    }
}
