//! A run explained: which message gave each value, what the look-up saw, the rule in words, field by field what became of
//! it, and what was asked of Zoho. Must not know where it is shown.

use jiff::Timestamp;

use super::msg::LoggedRun;
use crate::domain::decide::Fields;
use crate::domain::field::Agent;
use crate::domain::run::{Outcome, RunRecord, Trigger, format_instant};
use crate::domain::trace::{Asked, Call, CallKind, Doubt, Origin, Source, Trace};
use crate::domain::words::{plural, reason_in_words, remedy, rule_in_words, took, warning_in_words};

/// The decision of a run, step by step, a paragraph each.
///
/// `replays`: the key that makes it again, where it is a replay's.
pub fn explain(run: &LoggedRun, fields: Option<&Fields>, agent: &Agent, replays: Option<&str>) -> Vec<String> {
    let (record, trace) = (&run.record, &run.trace);
    let label = |zoho: &str| fields.and_then(|f| f.get(zoho)).map_or_else(|| zoho.to_owned(), |f| f.label.clone());
    let named = |key: &str| agent.field(key).map_or_else(|| key.to_owned(), |f| f.label.clone());
    let mut steps = values(trace, named);
    steps.extend(trace.doubts.iter().map(|d| doubt(d, named)));
    steps.extend(trace.asked.as_ref().map(asked));
    steps.push(look_up(record));
    steps.push(match record.rule {
        Some(rule) => format!("rule {rule}: {}", rule_in_words(rule)),
        None => "no rule was reached".into(),
    });
    if let Some(error) = &record.error {
        steps.push(format!("failed, {}: {}", error.code, error.message));
        let todo = remedy(error);
        let todo =
            replays.map_or(todo.clone(), |key| todo.replace("run it again", &format!("replay it again ({key})")));
        steps.push(format!("what would make it pass: {todo}"));
    }
    for c in &record.changes {
        let from = c.from.as_deref().unwrap_or("(blank)");
        steps.push(format!("{}: {from} -> {}  (from {})", label(&c.zoho), c.to, named(&c.astra)));
    }
    for l in &record.left_out {
        steps.push(format!("{}: left out, {}", label(&l.zoho), reason_in_words(l.reason)));
    }
    steps.extend(trace.calls.iter().map(|c| call(c, record.dry_run)));
    steps.extend(record.warnings.iter().map(|w| format!("note: {}", warning_in_words(*w))));
    if record.outcome != Outcome::Skipped || record.requests > 0.0 {
        let tries = plural(record.attempts, "attempt");
        let (requests, credits) = (plural(record.requests, "request"), plural(record.credits, "credit"));
        steps.push(format!("{requests}, {credits}, {tries}, {}", took(record)));
    }
    let steps = (1..).zip(steps).map(|(n, step)| format!("{n} {step}"));
    [heading(record, trace), String::new()].into_iter().chain(steps).collect()
}

fn heading(record: &RunRecord, trace: &Trace) -> String {
    let at = format_instant(record.at);
    let when = match record.trigger {
        Trigger::During => "during the conversation",
        Trigger::Offline => "at the end of the episode",
    };
    let would = if record.dry_run { "would be " } else { "" };
    let channel = trace.channel.map_or(String::new(), |c| format!("{}, ", c.as_str()));
    format!("{would}{}  {} {}, {channel}{when}", record.outcome, &at[..10], &at[11..19])
}

/// Which message gave what; values of one message stand together.
fn values(trace: &Trace, named: impl Fn(&str) -> String) -> Vec<String> {
    let mut said: Vec<(&Source, Vec<String>)> = Vec::new();
    for source in &trace.sources {
        let same =
            |(s, _): &&mut (&Source, _)| (s.at_ms, s.origin, &s.words) == (source.at_ms, source.origin, &source.words);
        match said.iter_mut().find(same) {
            Some((_, names)) => names.push(sure(source, named(&source.astra))),
            None => said.push((source, vec![sure(source, named(&source.astra))])),
        }
    }
    let step = |(source, names): (&Source, Vec<String>)| {
        let at = clock(source.at_ms);
        let names = names.join(", ");
        match source.origin {
            Origin::Customer => format!("{at} customer \"{}\" -> {names}", source.words),
            Origin::Agent => format!("{at} agent, confirmed \"{}\" -> {names}", source.words),
            Origin::Captured => format!("{at} captured by the agent -> {names}"),
        }
    };
    said.sort_by_key(|(source, _)| source.at_ms);
    said.into_iter().map(step).collect()
}

/// What was heard and not used, and why.
fn doubt(doubt: &Doubt, named: impl Fn(&str) -> String) -> String {
    let Doubt { value, source } = doubt;
    let who = if source.origin == Origin::Agent { "agent, confirmed" } else { "customer" };
    let name = sure(source, named(&source.astra));
    format!(
        "{} {who} \"{}\" -> not used: {name} \"{value}\", less sure than `threshold`",
        clock(source.at_ms),
        source.words
    )
}

/// The time of day, UTC.
fn clock(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(|_| "?".into(), |t| format_instant(t)[11..19].to_owned())
}

/// A field with how sure its value is.
fn sure(source: &Source, name: String) -> String {
    let by = if source.by_model { ", pointed out by the language model" } else { "" };
    source.sure.map_or_else(|| name.clone(), |s| format!("{name} ({s} %{by})"))
}

fn asked(asked: &Asked) -> String {
    let Asked { model, tokens_in, tokens_out, kept, dropped, trouble } = asked;
    if let Some(why) = trouble {
        return format!("{model} gave no answer, so the built-in rules stand alone: {why}");
    }
    let cost =
        if *kept { "its answer was kept from before".into() } else { format!("{tokens_in} + {tokens_out} tokens") };
    let dropped = match dropped {
        0 => String::new(),
        n => format!("; {} not in the conversation, dropped", plural(*n, "value")),
    };
    format!("{model} was asked: {cost}{dropped}")
}

fn look_up(record: &RunRecord) -> String {
    match (&record.email, record.matches) {
        (None, _) => "no usable email address was captured".into(),
        // without an answer no rule is reached
        (Some(email), _) if record.rule.is_none() && record.error.is_some() => format!("could not look up {email}"),
        (Some(email), 0) => format!("looked up {email}: no contact has it"),
        (Some(email), n) => {
            let ours = if record.created_through_astra { "created through Astra" } else { "not created through Astra" };
            let which = record.contact_id.as_deref().unwrap_or("?");
            format!("looked up {email}: {n} found, contact {which}, {ours}")
        }
    }
}

fn call(call: &Call, dry_run: bool) -> String {
    let Call { kind, runs, requests, ms, answer } = call;
    let what = match kind {
        CallKind::LookUp => "look-up",
        CallKind::Create => "create",
        CallKind::Update => "update",
    };
    if dry_run && *kind != CallKind::LookUp {
        // nobody was asked: what it would have been is what is told
        return format!("{what}: would be {answer}");
    }
    let others = match runs.saturating_sub(1) {
        0 => String::new(),
        n => format!(", together with {}", plural(n, "other run")),
    };
    let requests = plural(*requests, "request");
    format!("{what}: {answer}  ({requests} in {ms} ms{others})")
}
