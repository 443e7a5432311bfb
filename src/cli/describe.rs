//! A run in words, for people: what came out, by which rule, what was written and what was not. Used by `replay` and `runs`.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use super::out::{Out, Role};
use crate::domain::run::{Outcome, Reason, Rule, RunRecord, format_instant};
use crate::domain::text::visible;
use crate::domain::words::{reason_in_words, remedy, rule_in_words, warning_in_words};

/// How much of a value is shown, in characters.
const SHOWN: usize = 60;

/// The role of an outcome.
pub fn role(outcome: Outcome) -> Role {
    match outcome {
        Outcome::Created | Outcome::Updated => Role::Good,
        Outcome::Unchanged => Role::Dim,
        Outcome::Skipped => Role::Doubtful,
        Outcome::Failed => Role::Bad,
    }
}

/// The value on one line, cut where it is long; `skip` characters are left out at its start.
fn shown(value: &str, skip: usize) -> String {
    let value = visible(value);
    let dots = if skip > 0 { "…" } else { "" };
    let mut rest = value.chars().skip(skip);
    let mut out: String = dots.chars().chain(rest.by_ref().take(SHOWN - 1)).collect();
    let last = rest.next();
    out.extend(if rest.next().is_some() { Some('…') } else { last });
    out
}

/// Where two values begin to differ, with a few characters before it; 0 where that is within sight anyway.
fn same_start(a: &str, b: &str) -> usize {
    let same = visible(a).chars().zip(visible(b).chars()).take_while(|(a, b)| a == b).count();
    if same > SHOWN / 2 { same - 12 } else { 0 }
}

/// The lines that tell a run; with the action's name where `several` are told.
pub fn lines(out: &Out, record: &RunRecord, several: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let at = format_instant(record.at);
    let time = format!("{} {}", &at[..10], &at[11..19]);
    let would = if record.dry_run { "would be " } else { "" };
    let outcome = out.styled(role(record.outcome), &format!("{would}{}", record.outcome));
    let who = record.email.as_deref().map_or("-".into(), visible);
    let place = match (&record.contact_id, record.episode) {
        (Some(id), _) => format!("  contact {}", visible(id)),
        (None, _) => String::new(),
    };
    let episode = if record.episode > 1 { format!(" episode {}", record.episode) } else { String::new() };
    let action = if several { format!("{}  ", visible(&record.action)) } else { String::new() };
    lines.push(format!(
        "{time}  {action}{outcome}  {}  {}{}{}",
        out.styled(Role::Strong, &who),
        visible(&record.conversation),
        episode,
        out.styled(Role::Dim, &place)
    ));
    if let Some(rule) = record.rule {
        lines.push(format!("    {}  {}", out.styled(Role::Dim, rule.as_str()), rule_in_words(rule)));
    }
    if let Some(error) = &record.error {
        let text = format!("{}: {}", visible(&error.code), visible(&error.message));
        lines.push(format!("    {}", out.styled(Role::Bad, &text)));
        let todo = remedy(error);
        lines.push(format!("    what would make it pass: {}", visible(&todo)));
    }
    let width = record.changes.iter().map(|c| c.zoho.width()).max().unwrap_or(0);
    for c in &record.changes {
        let pad = " ".repeat(width - c.zoho.width());
        let name = visible(&c.zoho);
        let what = match &c.from {
            None => format!("+ {name}{pad}  {}", shown(&c.to, 0)),
            Some(from) => {
                let skip = same_start(from, &c.to);
                format!("~ {name}{pad}  {} -> {}", shown(from, skip), shown(&c.to, skip))
            }
        };
        lines.push(format!("    {}", out.styled(Role::Good, &what)));
    }
    let mut left_out: BTreeMap<Reason, Vec<String>> = BTreeMap::new();
    for l in &record.left_out {
        left_out.entry(l.reason).or_default().push(visible(&l.zoho).into_owned());
    }
    for (reason, fields) in left_out {
        let text = format!("- {}: {}", reason_in_words(reason), fields.join(", "));
        lines.push(format!("    {}", out.styled(Role::Dim, &text)));
    }
    for w in &record.warnings {
        lines.push(format!("    {}", out.styled(Role::Doubtful, &format!("! {}", warning_in_words(*w)))));
    }
    lines
}

/// What runs came to, added up.
#[derive(Debug, Default)]
pub struct Totals {
    counts: BTreeMap<(Outcome, Option<Rule>), u64>,
    runs: u64,
    requests: f64,
    credits: f64,
}

impl Totals {
    /// Counts a run.
    pub fn add(&mut self, record: &RunRecord) {
        *self.counts.entry((record.outcome, record.rule)).or_default() += 1;
        self.runs += 1;
        self.requests += record.requests;
        self.credits += record.credits;
    }

    /// How many runs failed.
    pub fn failed(&self) -> u64 {
        self.counts.iter().filter(|((o, _), _)| *o == Outcome::Failed).map(|(_, n)| n).sum()
    }

    /// How many runs there were.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// A table by outcome and rule, and what it cost; `look` gives an outcome's word its look.
    pub fn lines(&self, look: impl Fn(Role, &str) -> String) -> Vec<String> {
        let mut lines = Vec::new();
        for ((outcome, rule), n) in &self.counts {
            let rule = rule.map_or("no rule reached", Rule::as_str);
            let word = look(role(*outcome), &format!("{outcome:<9}"));
            lines.push(format!("  {word}  {rule:<20}  {n:>8}"));
        }
        lines.push(format!("  {:<9}  {:<20}  {:>8}", "requests", "", rounded(self.requests)));
        lines.push(format!("  {:<9}  {:<20}  {:>8}", "credits", "", rounded(self.credits)));
        lines
    }
}

/// Shares add up to whole numbers but for the last digits of floating point.
fn rounded(v: f64) -> String {
    let near = v.round();
    if (v - near).abs() < 0.01 { format!("{near:.0}") } else { format!("{v:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_and_shown_where_they_differ() {
        assert_eq!(shown("short", 0), "short");
        let long = "x".repeat(70);
        assert_eq!(shown(&long, 0), format!("{}…", "x".repeat(59)));
        assert_eq!(shown(&"x".repeat(60), 0), "x".repeat(60));
        let (a, b) = (format!("{long}one"), format!("{long}two"));
        let skip = same_start(&a, &b);
        assert_eq!((shown(&a, skip), shown(&b, skip)), ("…xxxxxxxxxxxxone".into(), "…xxxxxxxxxxxxtwo".into()));
        assert_eq!(same_start("abc", "abd"), 0);
        assert_eq!(shown("\u{1b}[31m", 0), "␛[31m");
    }
}
