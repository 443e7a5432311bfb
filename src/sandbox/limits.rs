//! What an organisation may use: API credits in 24 hours, and requests at once.
//!
//! Owns the editions and their limits (Zoho's "API limits" page, v4 to v8). Must not know routes.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The edition that the organisation bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edition {
    /// 5,000 credits, 5 requests at once.
    Free,
    /// 50,000 credits and 250 a user, at most 100,000; 10 requests at once.
    Standard,
    /// 50,000 credits and 500 a user, at most 3,000,000; 15 requests at once.
    Professional,
    /// 50,000 credits and 1,000 a user, at most 5,000,000; 20 requests at once.
    #[default]
    Enterprise,
    /// 50,000 credits and 2,000 a user, without an upper limit; 25 requests at once.
    Ultimate,
}

impl Edition {
    /// As `license_details.paid_type` of `/org` spells it, and as [`Edition::parse`] reads it.
    pub fn paid_type(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Standard => "standard",
            Self::Professional => "professional",
            Self::Enterprise => "enterprise",
            Self::Ultimate => "ultimate",
        }
    }

    /// The edition of that name, or `None`.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Free, Self::Standard, Self::Professional, Self::Enterprise, Self::Ultimate]
            .into_iter()
            .find(|edition| edition.paid_type().eq_ignore_ascii_case(name))
    }

    /// Credits in any 24 hours for that many user licences.
    pub fn credits(self, licences: u32) -> u64 {
        let licences = u64::from(licences);
        match self {
            Self::Free => 5_000,
            Self::Standard => (50_000 + 250 * licences).min(100_000),
            Self::Professional => (50_000 + 500 * licences).min(3_000_000),
            Self::Enterprise => (50_000 + 1_000 * licences).min(5_000_000),
            Self::Ultimate => 50_000 + 2_000 * licences,
        }
    }

    /// Requests at once.
    pub fn concurrency(self) -> usize {
        match self {
            Self::Free => 5,
            Self::Standard => 10,
            Self::Professional => 15,
            Self::Enterprise => 20,
            Self::Ultimate => 25,
        }
    }
}

/// COQL, and writes of more than ten records, at once; in every edition.
pub(super) const SUB_CONCURRENCY: usize = 10;

/// Credits are summed in slices of this many seconds.
const SLICE_S: i64 = 600;
const SLICES_A_DAY: i64 = 24 * 3_600 / SLICE_S;

/// Credits used in the 24 hours before `now`.
pub(super) fn used(db: &Connection, now: Timestamp) -> rusqlite::Result<u64> {
    let slice = now.as_second().div_euclid(SLICE_S);
    let sum: i64 = db
        .prepare_cached("SELECT coalesce(sum(used), 0) FROM credit WHERE bucket > ?1 AND bucket <= ?2")?
        .query_row([slice - SLICES_A_DAY, slice], |row| row.get(0))?;
    Ok(u64::try_from(sum).unwrap_or(0))
}

/// Counts credits as used now.
pub(super) fn charge(db: &Connection, now: Timestamp, credits: u64) -> rusqlite::Result<()> {
    let slice = now.as_second().div_euclid(SLICE_S);
    let credits = i64::try_from(credits).unwrap_or(i64::MAX);
    let known =
        db.prepare_cached("UPDATE credit SET used = used + ?2 WHERE bucket = ?1")?.execute(params![slice, credits])?;
    if known == 0 {
        db.prepare_cached("DELETE FROM credit WHERE bucket <= ?1")?.execute([slice - SLICES_A_DAY])?;
        db.prepare_cached("INSERT INTO credit(bucket, used) VALUES(?1, ?2)")?.execute(params![slice, credits])?;
    }
    Ok(())
}

/// Requests in flight at this server.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    all: AtomicUsize,
    heavy: AtomicUsize,
}

/// A request's place among those in flight; given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    of: Arc<InFlight>,
    heavy: bool,
}

impl InFlight {
    /// A place, or `None` when there are too many.
    pub fn enter(self: &Arc<Self>, heavy: bool, limit: usize) -> Option<Place> {
        take(&self.all, limit).then_some(())?;
        if heavy && !take(&self.heavy, SUB_CONCURRENCY) {
            self.all.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        Some(Place { of: Arc::clone(self), heavy })
    }
}

fn take(counter: &AtomicUsize, limit: usize) -> bool {
    counter.fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| (n < limit).then_some(n + 1)).is_ok()
}

impl Drop for Place {
    fn drop(&mut self) {
        self.of.all.fetch_sub(1, Ordering::AcqRel);
        if self.heavy {
            self.of.heavy.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_and_given_back() {
        let flight = Arc::new(InFlight::default());
        let heavy: Vec<_> = (0..SUB_CONCURRENCY).map(|_| flight.enter(true, 12).unwrap()).collect();
        assert!(flight.enter(true, 12).is_none(), "the eleventh heavy one");
        let light = flight.enter(false, 12).unwrap();
        let last = flight.enter(false, 12).unwrap();
        assert!(flight.enter(false, 12).is_none());
        drop((heavy, light, last));
        assert!(flight.enter(true, 1).is_some());
    }

    #[test]
    fn credits_roll_over_24_hours() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE credit(bucket INTEGER PRIMARY KEY, used INTEGER NOT NULL)").unwrap();
        let at = |s| Timestamp::from_second(s).unwrap();
        charge(&db, at(1_000_000), 5).unwrap();
        charge(&db, at(1_050_000), 7).unwrap();
        assert_eq!(used(&db, at(1_050_000)).unwrap(), 12);
        assert_eq!(used(&db, at(1_000_000 + 86_400)).unwrap(), 7);
        assert_eq!(used(&db, at(1_200_000)).unwrap(), 0);
    }
}
