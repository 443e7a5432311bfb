//! API credits used, by account and ten minutes, and what Zoho last said is left. Implements `ports::Meter` with a small
//! database of its own: it is written while another process holds the journal's. Must not know what costs how much.
//!
//! Zoho counts credits over the last 24 hours, moving ("API limits"), so that is the day counted here. What a process
//! used is written once a second and when it ends; one that is killed may lose its last second.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use crate::ports::{Meter, Usage};

/// Credits are summed in slices of so many seconds.
const SLICE_S: i64 = 600;
/// 24 hours of them.
const DAY: i64 = 24 * 3_600 / SLICE_S;
/// How often what was used is written.
const FLUSH: SignedDuration = SignedDuration::from_secs(1);

/// One account's credits.
pub struct Credits {
    path: PathBuf,
    account: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Not written yet, by slice.
    used: Vec<(i64, u64)>,
    told: Option<(Timestamp, u64)>,
    flushed: Option<Timestamp>,
}

fn slice(at: Timestamp) -> i64 {
    at.as_second().div_euclid(SLICE_S)
}

impl Credits {
    pub(super) fn new(path: PathBuf, account: &str) -> Self {
        Self { path, account: account.to_owned(), state: Mutex::default() }
    }

    fn flush(&self, state: &mut State) {
        let written = open(&self.path).and_then(|mut db| {
            let transaction = db.transaction()?;
            for (slice, credits) in &state.used {
                transaction.execute(
                    "INSERT INTO used (account, slice, credits) VALUES (?, ?, ?)
                     ON CONFLICT DO UPDATE SET credits = credits + excluded.credits",
                    params![self.account, slice, credits.cast_signed()],
                )?;
                let old = slice - 2 * DAY;
                transaction.execute("DELETE FROM used WHERE account = ? AND slice < ?", params![self.account, old])?;
            }
            if let Some((at, left)) = state.told {
                transaction.execute(
                    "INSERT OR REPLACE INTO told (account, at_s, credits_left) VALUES (?, ?, ?)",
                    params![self.account, at.as_second(), left.cast_signed()],
                )?;
            }
            transaction.commit()
        });
        match written {
            Ok(()) => (state.used, state.told) = (Vec::new(), None),
            // counting is no reason to stop
            Err(e) => tracing::debug!(account = %self.account, error = %e, "credits are not counted"),
        }
    }

    /// What is left by the slices, at a time; `None` where Zoho did not say in the last day.
    fn left(db: &Connection, account: &str, at: Timestamp) -> rusqlite::Result<Option<u64>> {
        let told: Option<(i64, i64)> = db
            .query_row("SELECT at_s, credits_left FROM told WHERE account = ?", [account], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
            .optional()?;
        let Some((told_s, left)) = told.filter(|(s, _)| (0..DAY * SLICE_S).contains(&(at.as_second() - s))) else {
            return Ok(None);
        };
        let (then, now) = (told_s.div_euclid(SLICE_S), slice(at));
        let back = sum(db, account, then - DAY, now - DAY)?;
        let since = sum(db, account, then, now)?;
        Ok(Some(u64::try_from(left + back - since).unwrap_or(0)))
    }
}

/// Used after slice `after`, up to and including `until`.
fn sum(db: &Connection, account: &str, after: i64, until: i64) -> rusqlite::Result<i64> {
    let sql = "SELECT coalesce(sum(credits), 0) FROM used WHERE account = ? AND slice > ? AND slice <= ?";
    db.query_row(sql, params![account, after, until], |r| r.get(0))
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         CREATE TABLE IF NOT EXISTS used (
             account TEXT NOT NULL, slice INTEGER NOT NULL, credits INTEGER NOT NULL, PRIMARY KEY (account, slice)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS told (
             account TEXT PRIMARY KEY, at_s INTEGER NOT NULL, credits_left INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID;",
    )?;
    Ok(db)
}

impl Meter for Credits {
    fn count(&self, at: Timestamp, credits: u64, left: Option<u64>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = slice(at);
        match state.used.last_mut().filter(|(s, _)| *s == now) {
            Some((_, used)) => *used += credits,
            None => state.used.push((now, credits)),
        }
        state.told = left.map(|left| (at, left)).or(state.told);
        if state.flushed.is_none_or(|last| at.duration_since(last).abs() >= FLUSH) {
            state.flushed = Some(at);
            self.flush(&mut state);
        }
    }

    fn usage(&self, at: Timestamp) -> Usage {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.used.is_empty() || state.told.is_some() {
            self.flush(&mut state);
        }
        // asking makes no file
        if !self.path.exists() {
            return Usage::default();
        }
        let read = open(&self.path).and_then(|db| {
            let now = slice(at);
            let used = u64::try_from(sum(&db, &self.account, now - DAY, now)?).unwrap_or(0);
            Ok(Usage { used, left: Self::left(&db, &self.account, at)? })
        });
        read.unwrap_or_else(|e| {
            tracing::debug!(account = %self.account, error = %e, "credits cannot be read");
            Usage::default()
        })
    }

    fn until(&self, at: Timestamp, floor: u64) -> Option<Duration> {
        let db = open(&self.path).ok()?;
        let step = u64::try_from(SLICE_S).ok()?;
        (1..=u64::try_from(DAY).ok()?).map(|n| Duration::from_secs(n * step)).find(|wait| {
            let later = at.checked_add(*wait).unwrap_or(at);
            matches!(Self::left(&db, &self.account, later), Ok(Some(left)) if left >= floor)
        })
    }
}

impl Drop for Credits {
    fn drop(&mut self) {
        let mut state = std::mem::take(self.state.get_mut().unwrap_or_else(PoisonError::into_inner));
        if !state.used.is_empty() || state.told.is_some() {
            self.flush(&mut state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_comes_back_after_a_day() {
        let dir = tempfile::tempdir().unwrap();
        let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let hours = |n: i64| start + SignedDuration::from_hours(n);
        let one = Credits::new(dir.path().join("credits.db"), "main");
        assert_eq!(one.usage(start), Usage::default());
        one.count(start, 300, None);
        one.count(hours(2), 200, Some(1_000));
        one.count(hours(2), 1, None);
        let other = Credits::new(dir.path().join("credits.db"), "other");
        other.count(hours(2), 7, None);
        drop(other);
        assert_eq!(one.usage(hours(2)), Usage { used: 501, left: Some(1_000) });
        one.count(hours(3), 100, None);
        // by another process
        let two = Credits::new(dir.path().join("credits.db"), "main");
        drop(one);
        assert_eq!(two.usage(hours(3)), Usage { used: 601, left: Some(900) });
        // what was used at the start is back 24 hours after it
        assert_eq!(two.until(hours(3), 1_200), Some(Duration::from_secs(21 * 3_600)));
        assert_eq!(two.usage(hours(24)), Usage { used: 301, left: Some(1_200) });
        assert_eq!(two.until(hours(3), 1_000_000), None);
        assert_eq!(two.usage(hours(40)), Usage { used: 0, left: None });
    }
}
