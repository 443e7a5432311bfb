//! What is counted while events come and runs are made, in Prometheus's text format.
//!
//! Owns the counters' names. Must not know how they are asked for.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::queue::{Accepted, Standing};
use crate::domain::run::RunRecord;

/// Which of many times of the same are told of: the 1st, 10th, 100th, ...: who floods the door must not flood the journal.
pub fn is_told(times: u64) -> bool {
    times.checked_ilog10().is_some_and(|n| times == 10_u64.pow(n))
}

/// Counters since the process began.
#[derive(Debug, Default)]
pub struct Metrics {
    counts: Mutex<Counts>,
    also: Mutex<Option<Also>>,
}

/// A sum that somebody else keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sum {
    /// Behind `astra_zoho_`.
    pub name: &'static str,
    /// What it is, for people.
    pub help: &'static str,
    /// How much.
    pub value: f64,
}

/// Asks somebody else for sums.
struct Also(Box<dyn Fn() -> Vec<Sum> + Send + Sync>);

impl std::fmt::Debug for Also {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Also")
    }
}

#[derive(Debug, Default)]
struct Counts {
    /// How often anything was counted.
    happened: u64,
    /// By action, outcome, rule and error code.
    runs: BTreeMap<(String, &'static str, &'static str, String), u64>,
    accepted: u64,
    duplicates: u64,
    set_aside: u64,
    refused: BTreeMap<&'static str, u64>,
    given_back: u64,
    attempts: u64,
    requests: f64,
    credits: f64,
    timeouts: u64,
    /// Milliseconds from a run's moment to its record.
    lag_ms: i64,
}

impl Metrics {
    fn with(&self, change: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.happened += 1;
        change(&mut counts);
    }

    /// Another number whenever something happened.
    pub fn happened(&self) -> u64 {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).happened
    }

    /// A run has its record.
    pub fn made(&self, record: &RunRecord, now: Timestamp) {
        self.with(|c| {
            let error = record.error.as_ref().map(|e| e.code.clone()).unwrap_or_default();
            c.timeouts += u64::from(error == "timeout");
            let rule = record.rule.map_or("", |r| r.as_str());
            *c.runs.entry((record.action.clone(), record.outcome.as_str(), rule, error)).or_default() += 1;
            c.attempts += u64::from(record.attempts);
            c.requests += record.requests;
            c.credits += record.credits;
            c.lag_ms = now.as_millisecond() - record.at.as_millisecond();
        });
    }

    /// How many runs have their records.
    pub fn runs_made(&self) -> u64 {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).runs.values().sum()
    }

    /// Tells along what somebody else counts, from now on; a sum may begin anew, as a counter does with its process.
    pub fn tell_also(&self, sums: impl Fn() -> Vec<Sum> + Send + Sync + 'static) {
        *self.also.lock().unwrap_or_else(PoisonError::into_inner) = Some(Also(Box::new(sums)));
    }

    /// Runs were given back.
    pub fn given_back(&self, runs: usize) {
        self.with(|c| c.given_back += runs as u64);
    }

    /// Events came.
    pub fn came(&self, accepted: Accepted) {
        self.with(|c| {
            c.accepted += accepted.accepted;
            c.duplicates += accepted.duplicates;
        });
    }

    /// Something came that is no event.
    pub fn set_aside(&self) {
        self.with(|c| c.set_aside += 1);
    }

    /// A request was refused: `signature`, `time`, `size`, `events`, `busy`; says how many were for this.
    pub fn refused(&self, why: &'static str) -> u64 {
        let mut times = 0;
        self.with(|c| {
            let refused = c.refused.entry(why).or_default();
            *refused += 1;
            times = *refused;
        });
        times
    }

    /// The text that Prometheus reads (exposition format 0.0.4).
    pub fn text(&self, standing: &Standing, now: Timestamp) -> String {
        let also = self.also.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|also| (also.0)());
        let c = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        let mut say = |name: &str, kind: &str, help: &str, lines: &[(String, String)]| {
            let lines = lines.iter().fold(String::new(), |mut text, (labels, value)| {
                // writing into a String cannot fail
                writeln!(text, "astra_zoho_{name}{labels} {value}").unwrap_or_default();
                text
            });
            write!(out, "# HELP astra_zoho_{name} {help}\n# TYPE astra_zoho_{name} {kind}\n{lines}")
                .unwrap_or_default();
        };
        let one = |n: String| [(String::new(), n)];
        let runs: Vec<_> = c
            .runs
            .iter()
            .map(|((action, outcome, rule, error), n)| {
                let action = quoted(action);
                let error = quoted(error);
                (format!("{{action={action},outcome=\"{outcome}\",rule=\"{rule}\",error={error}}}"), n.to_string())
            })
            .collect();
        say("runs_total", "counter", "Runs made, by outcome and rule.", &runs);
        say("events_accepted_total", "counter", "Events kept.", &one(c.accepted.to_string()));
        say("events_duplicate_total", "counter", "Events known already.", &one(c.duplicates.to_string()));
        say("events_set_aside_total", "counter", "Texts that were no events.", &one(c.set_aside.to_string()));
        let refused: Vec<_> = c.refused.iter().map(|(why, n)| (format!("{{why=\"{why}\"}}"), n.to_string())).collect();
        say("requests_refused_total", "counter", "HTTP requests refused.", &refused);
        say("runs_given_back_total", "counter", "Runs given back to be made later.", &one(c.given_back.to_string()));
        say("attempts_total", "counter", "Look-ups tried, first ones included.", &one(c.attempts.to_string()));
        say("timeouts_total", "counter", "Runs that ended by a time-out.", &one(c.timeouts.to_string()));
        say("zoho_requests_total", "counter", "HTTP requests to Zoho.", &one(c.requests.to_string()));
        say("zoho_credits_total", "counter", "API credits spent.", &one(c.credits.to_string()));
        say("lag_seconds", "gauge", "From a run's moment to its record, of the last run.", &one(seconds(c.lag_ms)));
        let waits = standing.oldest.map_or(0, |o| (now.as_millisecond() - o.as_millisecond()).max(0));
        say("queue_oldest_seconds", "gauge", "Age of the oldest run that is due.", &one(seconds(waits)));
        say("queue_due", "gauge", "Runs that are due and not made yet.", &one(standing.due.to_string()));
        say("queue_failed", "gauge", "Runs that wait for an operator.", &one(standing.failed.to_string()));
        let arriving = one(standing.arriving.to_string());
        say("queue_arriving", "gauge", "Events that came by SQL and were not looked at yet.", &arriving);
        say("timers", "gauge", "Conversations with a timer that runs.", &one(standing.timers.to_string()));
        let parked: Vec<_> = standing
            .parked
            .iter()
            .map(|p| (format!("{{account={}}}", quoted(&p.account)), p.failures.to_string()))
            .collect();
        say("account_failures", "gauge", "Failures in a row of accounts that rest.", &parked);
        for Sum { name, help, value } in also.unwrap_or_default() {
            say(name, "counter", help, &one(value.to_string()));
        }
        out
    }
}

fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms / 1000, (ms % 1000).abs())
}

/// A label's value: backslash, quote and line break are escaped (exposition format), other controls left out.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_count_is_told_along() {
        let metrics = Metrics::default();
        let standing = Standing::default();
        assert!(!metrics.text(&standing, Timestamp::UNIX_EPOCH).contains("model"));
        metrics.tell_also(|| vec![Sum { name: "model_seconds_total", help: "Waited.", value: 1.25 }]);
        let text = metrics.text(&standing, Timestamp::UNIX_EPOCH);
        assert!(text.ends_with(
            "# HELP astra_zoho_model_seconds_total Waited.\n# TYPE astra_zoho_model_seconds_total counter\n\
             astra_zoho_model_seconds_total 1.25\n"
        ));
    }
}
