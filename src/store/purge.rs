//! Taking runs out of the log for good: what is too old, or one customer's. Must not know what a run decides.
//!
//! What a run created stays in the ledger, without the address: the contact in Zoho is still one that Astra made.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::journal::{Journal, Lasting};
use super::search::forget_words;
use crate::domain::run::RunRecord;
use crate::ports::JournalError;

/// How many runs leave in one transaction: whoever keeps runs meanwhile waits for no more.
const AT_ONCE: i64 = 1_000;

/// What leaves the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purge {
    /// The runs of conversations before this time.
    Before(Timestamp),
    /// The runs of every conversation in which this address was looked up, and what else names it. Trimmed, lower case.
    Customer(String),
}

impl Journal {
    /// Takes runs out of the log, out of its index and off the disk; says how many. A replay that lost a run cannot be
    /// resumed any more: it would make that run again.
    ///
    /// # Errors
    /// The journal cannot be read or written: what left so far is gone, and doing it again goes on.
    pub fn purge(&self, purge: &Purge) -> Result<u64, JournalError> {
        self.write(Lasting::Kill, |db| {
            db.execute_batch("CREATE TEMP TABLE IF NOT EXISTS leaving (id INTEGER PRIMARY KEY); DELETE FROM leaving")?;
            match purge {
                Purge::Before(at) => {
                    db.execute("INSERT INTO leaving SELECT id FROM runs WHERE at_ms < ?", [at.as_millisecond()])
                }
                Purge::Customer(email) => db.execute(
                    "INSERT INTO leaving SELECT id FROM runs WHERE conversation IN (
                        SELECT conversation FROM runs JOIN records USING (id) WHERE record ->> '$.email' = ?)",
                    [email],
                ),
            }
        })?;
        let mut gone = 0;
        loop {
            let left = self.write(Lasting::Kill, leave)?;
            if left == 0 {
                break;
            }
            gone += left;
        }
        self.write(Lasting::PowerCut, |db| {
            match purge {
                Purge::Before(at) => {
                    db.execute("UPDATE ledger SET email = '' WHERE created_ms < ?", [at.as_millisecond()])?;
                }
                Purge::Customer(email) => {
                    db.execute("DELETE FROM intents WHERE email = ?", [email])?;
                    db.execute("UPDATE ledger SET email = '' WHERE email = ?", [email])?;
                }
            }
            db.execute_batch("DROP TABLE temp.leaving")
        })?;
        self.erase()?;
        Ok(gone)
    }
}

/// The next ones.
fn leave(db: &Connection) -> rusqlite::Result<u64> {
    let mut query = db.prepare_cached(
        "SELECT id, replay, record FROM leaving JOIN runs USING (id) JOIN records USING (id) ORDER BY id LIMIT ?",
    )?;
    let read = query.query_map([AT_ONCE], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let leaving: Vec<(i64, i64, String)> = read.collect::<Result<_, _>>()?;
    for (id, replay, record) in &leaving {
        // one that cannot be read has words in the index that nobody knows any more
        if let Ok(record) = serde_json::from_str::<RunRecord>(record) {
            forget_words(db, *id, &record)?;
        }
        for sql in
            ["DELETE FROM records WHERE id = ?", "DELETE FROM runs WHERE id = ?", "DELETE FROM leaving WHERE id = ?"]
        {
            db.prepare_cached(sql)?.execute(params![id])?;
        }
        db.prepare_cached("UPDATE replays SET input_digest = '' WHERE id = ?")?.execute(params![replay])?;
    }
    Ok(leaving.len() as u64)
}
