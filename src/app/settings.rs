//! What the two toggles mean together: for each state of a contact, what a run would do. Must not know screens.

use super::msg::{Counts, Tally};
use crate::domain::action::{Action, Permissions};
use crate::domain::run::{Outcome, Rule};

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

    /// What runs like these come to by a rule. One that found all that it might write in Zoho already would find less of it
    /// there too; of more, nobody knows.
    fn of_runs(tally: &Tally, rule: Rule) -> Option<Self> {
        match (Self::of(rule), tally.rule.map(Self::of)) {
            (effect, _) if tally.outcome != Outcome::Unchanged => Some(effect),
            (Self::Updated, Some(Self::SummaryOnly)) => None,
            (Self::Updated | Self::SummaryOnly, _) => Some(Self::Unchanged),
            (effect, _) => Some(effect),
        }
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

impl Forecast {
    /// The effects that are worth a line, with how many runs come to them: `unchanged` alone may be of no run at all.
    pub fn lines(&self) -> impl Iterator<Item = (Effect, (u64, u64))> {
        let all = Effect::ALL.into_iter().zip(self.runs);
        all.filter(|(effect, runs)| *effect != Effect::Unchanged || *runs != (0, 0))
    }

    /// What moves, and what cannot be told, in words.
    pub fn moved(&self) -> String {
        let moved = self.lines().filter(|(_, (before, after))| before != after);
        let moved: Vec<String> =
            moved.map(|(e, (before, after))| format!("{} {before} -> {after}", e.name())).collect();
        let unknown = match self.unknown {
            0 => String::new(),
            n => format!("; {n} cannot be told"),
        };
        let runs = if moved.is_empty() { "as they are".to_owned() } else { moved.join(", ") };
        format!("{runs}{unknown}")
    }
}

/// Compares two permissions over the counted runs; takes as long as there are kinds of runs, not runs.
pub fn forecast(counts: &Counts, before: Permissions, after: Permissions) -> Forecast {
    let mut out = Forecast::default();
    for tally in &counts.0 {
        let case = tally.case.filter(|_| tally.outcome != Outcome::Failed);
        let [then, now] = [before, after].map(|on| case.and_then(|case| Effect::of_runs(tally, case.rule(on))));
        let (Some(then), Some(now)) = (then, now) else {
            out.unknown += tally.runs;
            continue;
        };
        out.runs[then as usize].0 += tally.runs;
        out.runs[now as usize].1 += tally.runs;
        if then != now {
            out.different += tally.runs;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::trace::Case;

    fn on(create_and_update_new: bool, update_existing: bool) -> Permissions {
        Permissions { create_and_update_new, update_existing }
    }

    fn counts(some: &[(Outcome, Option<Case>, u64)]) -> Counts {
        Counts(some.iter().map(|&(outcome, case, runs)| Tally { outcome, rule: None, case, runs }).collect())
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
        let mut log = counts(&[(Outcome::Unchanged, Some(Case::OthersWithSummary), 3)]);
        log.0[0].rule = Some(Rule::SummaryOnly);
        let same = forecast(&log, on(true, false), on(false, false));
        assert_eq!((same.runs[Effect::Unchanged as usize], same.different, same.unknown), ((3, 3), 0, 0));
        let more = forecast(&log, on(true, false), on(true, true));
        assert_eq!((more.runs, more.unknown, more.moved().as_str()), ([(0, 0); 5], 3, "as they are; 3 cannot be told"));
        log.0[0].rule = Some(Rule::UpdateExisting);
        let less = forecast(&log, on(true, true), on(true, false));
        assert_eq!((less.runs[Effect::Unchanged as usize], less.different), ((3, 3), 0));
        assert_eq!(less.lines().count(), 5);
    }
}
