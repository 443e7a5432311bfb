//! What the two toggles mean together: for each state of a contact, what a run would do. Must not know screens.

use super::hindsight::MadeLast;
use super::msg::LoggedRun;
use crate::domain::action::{Action, Permissions};
use crate::domain::run::{Outcome, Rule};
use crate::domain::trace::Case as State;
use crate::domain::words::{plural, rule_in_words};

/// What Offline Sync means as it is.
pub fn switch_in_words(offline_sync: bool) -> &'static str {
    match offline_sync {
        true => " one run when a conversation has ended: 10 minutes of silence, or the call's end",
        false => " runs during the conversation",
    }
}

/// Which runs a line of the table counts. Their own look-up says so, whatever the toggles are by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// Those whose look-up saw one of these, which this rule decides with the settings as they are here.
    Seen(&'static [State], Rule),
    /// Those that failed.
    Failed,
    /// Those of a version that kept nothing of it.
    NotKept,
}

impl Met {
    /// A run is among them.
    pub fn holds(self, run: &LoggedRun) -> bool {
        match (self, run.trace.case, run.record.outcome) {
            (met, _, Outcome::Failed) => met == Self::Failed,
            (Self::Seen(states, _), Some(state), _) => states.contains(&state),
            (met, None, _) => met == Self::NotKept,
            _ => false,
        }
    }
}

/// A line of the table: a state of the contact, and what happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// What the look-up found.
    pub contact: &'static str,
    /// What a run does.
    pub then: &'static str,
    /// Which runs met it.
    pub met: Met,
}

/// The table for an action's settings as they are here, in the order in which a run asks, then what `runs` leave untold.
/// Every run is counted on one line.
pub fn cases(action: &Action, runs: &[LoggedRun]) -> Vec<Case> {
    use State as S;
    let on = action.contacts;
    let case = |contact, then, states, rule| Case { contact, then, met: Met::Seen(states, rule) };
    let mut out = vec![case("no usable email", "nothing", &[S::NoEmail], Rule::NoEmail)];
    if on.create_and_update_new {
        out.push(case("none found", "create it", &[S::New], Rule::Create));
        out.push(case("none, no last name", "nothing", &[S::Nameless], Rule::NoLastName));
    } else {
        out.push(case("none found", "nothing", &[S::New, S::Nameless], Rule::CreationOff));
    }
    let (ours, others): (&[S], &[S]) = (&[S::Ours, S::OursWithSummary], &[S::Others, S::OthersWithSummary]);
    let all: &[S] = &[S::Ours, S::OursWithSummary, S::Others, S::OthersWithSummary];
    match (on.update_existing, on.create_and_update_new, action.maps_summary()) {
        (true, ..) => out.push(case("found", "update all mapped", all, Rule::UpdateExisting)),
        (false, true, summary) => {
            out.push(case("found, by Astra", "update all mapped", ours, Rule::UpdateAstraContact));
            if summary {
                let with: &[S] = &[S::OthersWithSummary];
                out.push(case("found, by others", "the summary only", with, Rule::SummaryOnly));
                out.push(case("found, no summary", "nothing", &[S::Others], Rule::UpdatesOff));
            } else {
                out.push(case("found, by others", "nothing", others, Rule::UpdatesOff));
            }
        }
        (false, false, true) => {
            let with: &[S] = &[S::OursWithSummary, S::OthersWithSummary];
            out.push(case("found", "the summary only", with, Rule::SummaryOnly));
            out.push(case("found, no summary", "nothing", &[S::Ours, S::Others], Rule::UpdatesOff));
        }
        (false, false, false) => out.push(case("found", "nothing", all, Rule::UpdatesOff)),
    }
    let untold = [("(the run failed)", Met::Failed), ("(it was not kept)", Met::NotKept)];
    let there = untold.into_iter().filter(|(_, met)| runs.iter().any(|r| met.holds(r)));
    out.extend(there.map(|(then, met)| Case { contact: "not known", then, met }));
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

    /// What a run came to; `None`: it failed.
    fn that_was(run: &LoggedRun) -> Option<Self> {
        Some(match (run.record.outcome, run.record.rule) {
            (Outcome::Created, _) => Self::Created,
            (Outcome::Updated, Some(Rule::SummaryOnly)) => Self::SummaryOnly,
            (Outcome::Updated, _) => Self::Updated,
            (Outcome::Unchanged, _) => Self::Unchanged,
            (Outcome::Skipped, _) => Self::Skipped,
            (Outcome::Failed, _) => return None,
        })
    }
}

/// What a run would come to with these permissions, and by which rule, or why nobody can tell.
fn with(run: &LoggedRun, on: Permissions) -> Result<(Rule, Effect), &'static str> {
    let was = Effect::that_was(run).ok_or("it failed, so what it would have come to is not known")?;
    let rule = run.trace.case.ok_or("what it found was not kept")?.rule(on);
    let effect = match (Effect::of(rule), was, run.record.rule) {
        // the permissions it was made with come to the same
        (_, was, Some(then)) if then == rule => was,
        (Effect::Updated, Effect::Unchanged, Some(Rule::SummaryOnly)) => {
            return Err("the summary stood in Zoho already, and no other field was looked at");
        }
        // what finds all that it might write in Zoho already finds less of it there too
        (Effect::Updated | Effect::SummaryOnly, Effect::Unchanged, _) => Effect::Unchanged,
        (effect, ..) => effect,
    };
    Ok((rule, effect))
}

/// How a run would come out differently from how it did, and why; `None` where it would not, or nobody can tell.
pub fn difference(run: &LoggedRun, on: Permissions) -> Option<String> {
    let (was, (rule, now)) = (Effect::that_was(run)?, with(run, on).ok()?);
    (was != now).then(|| format!("{} -> {}; {}", was.name(), now.name(), rule_in_words(rule)))
}

/// Why nobody can tell how a run would come out; `None` where it can be told.
pub fn untold(run: &LoggedRun, on: Permissions) -> Option<String> {
    with(run, on).err().map(|why| format!("cannot be told; {why}"))
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

/// What other permissions would have meant for the runs of the log, each by itself, with what its look-up saw then. Either
/// side adds up to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forecast {
    /// How many runs came to what, and would come to it, in the order of [`Effect::ALL`].
    pub runs: [(u64, u64); 5],
    /// How many failed.
    pub failed: u64,
    /// How many would come to something else than they did.
    pub different: u64,
    /// How many nobody can tell of: they failed, what they saw was not kept, or they did not look at all that might be
    /// written now.
    pub unknown: u64,
}

/// Of those updated: not one more kind of run.
const OF_THEM: &str = "  of summary only";

impl Forecast {
    /// How many runs are judged.
    pub fn all(&self) -> u64 {
        self.failed + self.runs.iter().map(|(was, _)| was).sum::<u64>()
    }

    /// What is worth a line, with how many runs came and would come to it: as a replay counts them, so that they add up,
    /// and of those updated, how many by the summary alone.
    fn effects(&self) -> impl Iterator<Item = (&'static str, (u64, u64))> {
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

    /// The table: what, how many came and would come to it, and whether that moves.
    pub fn lines(&self) -> Vec<(&'static str, String, bool)> {
        let line = |(name, (was, now)): (_, (u64, u64))| (name, format!("{was:>5} -> {now}"), was != now);
        let mut lines: Vec<_> = self.effects().map(line).collect();
        if self.failed > 0 {
            lines.push(("failed", format!("{:>5} ->", self.failed), false));
        }
        if self.unknown > 0 {
            lines.push(("cannot be told", format!("{:>5} -> {}", "", self.unknown), false));
        }
        lines
    }

    /// The table's head.
    pub fn title(&self) -> String {
        match (self.different, self.unknown) {
            (0, 0) => "no run would differ".to_owned(),
            (0, n) => format!("cannot be told for {n} of {}", plural(self.all(), "run")),
            (n, _) => format!("{} would differ", plural(n, "run")),
        }
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
        let unknown = format!("{} of {} cannot be told", self.unknown, self.all());
        if self.different == 0 {
            return match self.unknown {
                0 => "as they are".to_owned(),
                n if n == self.all() => unknown,
                _ => format!("{unknown}, no other would differ"),
            };
        }
        let moved: Vec<String> = self.effects().filter(|(name, _)| *name != OF_THEM).filter_map(said).collect();
        let moved = moved.join(", ");
        if self.unknown == 0 { moved } else { format!("{moved}; {unknown}") }
    }
}

/// Compares what runs came to with what they would come to.
pub fn forecast(runs: &[LoggedRun], on: Permissions) -> Forecast {
    let mut out = Forecast::default();
    for run in runs {
        let was = Effect::that_was(run);
        match was {
            Some(was) => out.runs[was as usize].0 += 1,
            None => out.failed += 1,
        }
        match with(run, on) {
            Ok((_, now)) => {
                out.runs[now as usize].1 += 1;
                out.different += u64::from(was != Some(now));
            }
            Err(_) => out.unknown += 1,
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::msg::Place;
    use super::*;
    use crate::domain::run::{RunRecord, Trigger};
    use crate::domain::trace::Trace;

    fn on(create_and_update_new: bool, update_existing: bool) -> Permissions {
        Permissions { create_and_update_new, update_existing }
    }

    fn run(outcome: Outcome, rule: Option<Rule>, case: Option<State>) -> LoggedRun {
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

    /// Runs as they come out with these permissions.
    fn counts(on: Permissions, some: &[(Outcome, Option<State>, usize)]) -> Vec<LoggedRun> {
        let made = |&(outcome, case, n): &(Outcome, Option<State>, usize)| {
            let rule = case.filter(|_| outcome != Outcome::Failed).map(|c| c.rule(on));
            vec![run(outcome, rule, case); n]
        };
        some.iter().flat_map(made).collect()
    }

    fn log() -> Vec<LoggedRun> {
        let some = [
            (Outcome::Created, Some(State::New), 14),
            (Outcome::Skipped, Some(State::Nameless), 3),
            (Outcome::Skipped, Some(State::NoEmail), 2),
            (Outcome::Unchanged, Some(State::OursWithSummary), 2),
            (Outcome::Updated, Some(State::Ours), 5),
            (Outcome::Updated, Some(State::OthersWithSummary), 4),
            (Outcome::Failed, Some(State::New), 1),
            (Outcome::Created, None, 6),
        ];
        counts(on(true, false), &some)
    }

    fn action(contacts: Permissions, summary: bool) -> Action {
        use crate::domain::action::{Row, TEMPLATE};
        let mapping = if summary { vec![Row::new("Description", "summary")] } else { vec![] };
        Action {
            id: "a".into(),
            template: TEMPLATE.into(),
            name: "A".into(),
            intent: "I".into(),
            state: crate::domain::action::State::Draft,
            offline_sync: false,
            account: "sandbox".into(),
            contacts,
            mapping,
        }
    }

    #[test]
    fn every_run_is_counted_on_one_line_whatever_the_toggles() {
        let log = log();
        for (n, summary) in [0, 1, 2, 3].into_iter().flat_map(|n| [(n, true), (n, false)]) {
            let lines = cases(&action(on(n & 1 > 0, n & 2 > 0), summary), &log);
            for run in &log {
                let met = lines.iter().filter(|c| c.met.holds(run)).count();
                assert_eq!(met, 1, "{n} {summary} {:?}", run.trace.case);
            }
            let of = |contact: &str| {
                let here: Vec<&Case> = lines.iter().filter(|c| c.contact == contact).collect();
                log.iter().filter(|r| here.iter().any(|c| c.met.holds(r))).count()
            };
            assert_eq!(of("no usable email"), 2);
            assert_eq!(of("not known"), 7);
        }
        let found = |on: Permissions| {
            let lines = cases(&action(on, true), &log);
            let met = |c: &Case| (c.contact, log.iter().filter(|r| c.met.holds(r)).count());
            lines.iter().filter(|c| c.contact.starts_with("found")).map(met).collect::<Vec<_>>()
        };
        assert_eq!(found(on(true, true)), [("found", 11)]);
        assert_eq!(found(on(true, false)), [("found, by Astra", 7), ("found, by others", 4), ("found, no summary", 0)]);
        assert_eq!(found(on(false, false)), [("found", 6), ("found, no summary", 5)]);
    }

    #[test]
    fn toggles_move_runs_and_lose_none() {
        let log = log();
        let same = forecast(&log, on(true, false));
        let was = [20, 5, 4, 2, 5];
        assert_eq!(same.runs.map(|r| r.0), was, "what they came to");
        assert_eq!((same.runs.map(|r| r.1), same.different, same.unknown), ([14, 5, 4, 2, 5], 0, 7));
        assert_eq!((same.failed, same.all()), (1, 37));
        assert_eq!(same.moved(), "7 of 37 cannot be told, no other would differ");
        assert_eq!(same.title(), "cannot be told for 7 of 37 runs");
        let less = forecast(&log, on(false, false));
        assert_eq!((less.runs.map(|r| r.1), less.different), ([0, 0, 4, 2, 24], 19));
        let more = forecast(&log, on(true, true));
        assert_eq!((more.runs.map(|r| r.1), more.different), ([14, 9, 0, 2, 5], 4));
        assert_eq!(
            more.moved(),
            "created 20 -> 14, updated 9 -> 9 (summary only 4 -> 0); 7 of 37 cannot be told",
            "of the updated, as a replay counts them"
        );
        assert_eq!(less.moved(), "created 20 -> 0, updated 9 -> 4, skipped 5 -> 24; 7 of 37 cannot be told");
        for b in 0..4 {
            let f = forecast(&log, on(b & 1 > 0, b & 2 > 0));
            let sum = |side: fn(&(u64, u64)) -> u64| f.runs.iter().map(side).sum::<u64>();
            assert_eq!((sum(|r| r.0) + f.failed, sum(|r| r.1) + f.unknown), (37, 37));
        }
    }

    #[test]
    fn runs_that_were_made_with_the_same_permissions_do_not_differ() {
        let made = on(false, true);
        let some = [(Outcome::Skipped, Some(State::New), 3), (Outcome::Updated, Some(State::OthersWithSummary), 2)];
        let f = forecast(&counts(made, &some), made);
        assert_eq!((f.different, f.unknown, f.moved().as_str()), (0, 0, "as they are"));
        assert_eq!(f.title(), "no run would differ");
    }

    #[test]
    fn runs_that_failed_are_not_said_to_stay_as_they_are() {
        let mut log = vec![run(Outcome::Failed, None, None); 25];
        let f = forecast(&log, on(false, true));
        assert_eq!(f.moved(), "25 of 25 cannot be told");
        log.extend(counts(on(true, false), &[(Outcome::Skipped, Some(State::NoEmail), 1)]));
        let f = forecast(&log, on(false, true));
        assert_eq!(f.moved(), "25 of 26 cannot be told, no other would differ");
        assert_eq!(f.title(), "cannot be told for 25 of 26 runs");
        let told = |run: &LoggedRun| (difference(run, on(false, true)), untold(run, on(false, true)).is_some());
        assert_eq!((told(&log[0]), told(&log[25])), ((None, true), (None, false)));
    }

    #[test]
    fn what_was_unchanged_stays_so_where_less_is_written_and_cannot_be_told_where_more_is() {
        let of = |rule| vec![run(Outcome::Unchanged, Some(rule), Some(State::OthersWithSummary)); 3];
        let mut log = of(Rule::SummaryOnly);
        let same = forecast(&log, on(false, false));
        assert_eq!((same.runs[Effect::Unchanged as usize], same.different, same.unknown), ((3, 3), 0, 0));
        let more = forecast(&log, on(true, true));
        assert_eq!((more.runs[Effect::Unchanged as usize], more.unknown), ((3, 0), 3));
        assert_eq!(more.moved(), "3 of 3 cannot be told");
        log = of(Rule::UpdateExisting);
        let less = forecast(&log, on(true, false));
        assert_eq!((less.runs[Effect::Unchanged as usize], less.different), ((3, 3), 0));
        assert_eq!(less.lines().len(), 4);
    }
}
