//! A journal that keeps no failure which is the account's and not the run's: such a run is made again later.
//!
//! Owns which failures those are. Must not know when "later" is.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::domain::run::RunError;
use crate::ports::{Created, Intent, Journal, JournalError, Settled};

/// Codes of failures that pass without anybody touching the run: the connection, the limits, Zoho itself.
const ACCOUNTS: [&str; 8] = [
    "network",
    "timeout",
    "auth_expired",
    "auth_revoked",
    "missing_scope",
    "rate_limited",
    "credits_exhausted",
    "SERVICE_UNAVAILABLE",
];
/// Codes that may be either: made again a few times, then the run's.
const EITHER: [&str; 2] = ["INTERNAL_ERROR", "bad_response"];
/// How often one of those is made again.
const TRIES: u32 = 5;

/// The failure is not the run's, which was given back so many times already.
pub fn is_the_accounts(code: &str, tries: u32) -> bool {
    ACCOUNTS.contains(&code) || (EITHER.contains(&code) && tries < TRIES)
}

/// A journal in front of another.
pub struct Withholding<'a, J> {
    journal: &'a J,
    /// How often each run was given back.
    tries: Vec<(u64, u32)>,
    withheld: Mutex<Vec<(u64, RunError)>>,
}

impl<'a, J> Withholding<'a, J> {
    /// In front of `journal`, for runs (number, times given back).
    pub fn new(journal: &'a J, tries: Vec<(u64, u32)>) -> Self {
        Self { journal, tries, withheld: Mutex::default() }
    }

    /// The runs that were not kept, and why.
    pub fn withheld(&self) -> Vec<(u64, RunError)> {
        self.withheld.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<J: Journal> Journal for Withholding<'_, J> {
    async fn ours(&self, organisation: &str, contacts: &[(String, Timestamp)]) -> Result<Vec<bool>, JournalError> {
        self.journal.ours(organisation, contacts).await
    }

    async fn created_for(&self, organisation: &str, email: &str) -> Result<Vec<String>, JournalError> {
        self.journal.created_for(organisation, email).await
    }

    async fn unsettled(&self, organisation: &str, emails: &[String]) -> Result<Vec<Intent>, JournalError> {
        self.journal.unsettled(organisation, emails).await
    }

    async fn intend(&self, intents: &[Intent]) -> Result<(), JournalError> {
        self.journal.intend(intents).await
    }

    async fn resolve(&self, intent: &Intent, created: Option<&Created>) -> Result<(), JournalError> {
        self.journal.resolve(intent, created).await
    }

    async fn settle(&self, replay: i64, settled: &[Settled]) -> Result<(), JournalError> {
        let withheld = |s: &&Settled| {
            let tries = self.tries.iter().find(|(seq, _)| *seq == s.seq).map_or(0, |(_, tries)| *tries);
            s.record.error.as_ref().is_some_and(|e| is_the_accounts(&e.code, tries))
        };
        let (back, keep): (Vec<&Settled>, Vec<&Settled>) = settled.iter().partition(withheld);
        self.withheld
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(back.into_iter().filter_map(|s| Some((s.seq, s.record.error.clone()?))));
        let keep: Vec<Settled> = keep.into_iter().cloned().collect();
        if keep.is_empty() { Ok(()) } else { self.journal.settle(replay, &keep).await }
    }
}
