//! What leaves the queue for good, and does not come back when it is told once more. Must not know who asked for it.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::SqliteQueue;
use crate::live::forgotten::{digest, digest_of_text, json_mentions};
use crate::live::queue::Gone;
use crate::ports::JournalError;

impl SqliteQueue {
    /// As [`Queue::purge`](crate::live::queue::Queue::purge).
    pub(super) fn purge_before(&self, before: Timestamp) -> Result<Gone, JournalError> {
        let gone = self.write(|db| {
            let ms = before.as_millisecond();
            let mut old = db.prepare("SELECT id FROM set_aside WHERE came_ms < ?")?;
            let old = old.query_map([ms], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            forget_aside(db, &old)?;
            let gone = "SELECT id FROM conversations c WHERE last_ms < ?1 AND wake_ms IS NULL
                        AND NOT EXISTS (SELECT 1 FROM due WHERE conversation = c.id AND state <> 'failed')";
            let ids = db.prepare(gone)?.query_map([ms], |r| r.get(0))?.collect::<Result<_, _>>()?;
            Ok(Gone { conversations: forget(db, ids)?, set_aside: old.len() as u64 })
        })?;
        self.erase()?;
        Ok(gone)
    }

    /// As [`Queue::forget`](crate::live::queue::Queue::forget).
    pub(super) fn forget_customer(&self, email: &str) -> Result<Gone, JournalError> {
        let gone = self.write(|db| {
            let known = "SELECT conversation FROM heard_of WHERE email = ?1";
            let mut ids: Vec<String> =
                db.prepare(known)?.query_map([email], |r| r.get(0))?.collect::<Result<_, _>>()?;
            let nobodys = "SELECT conversation, what FROM events AS e WHERE instr(lower(what), ?1) > 0
                           AND NOT EXISTS (SELECT 1 FROM heard_of WHERE conversation = e.conversation)";
            ids.extend(mentioning(db, nobodys, email)?);
            let aside =
                mentioning::<i64>(db, "SELECT id, text FROM set_aside WHERE instr(lower(text), ?1) > 0", email)?;
            forget_aside(db, &aside)?;
            Ok(Gone { conversations: forget(db, ids)?, set_aside: aside.len() as u64 })
        })?;
        self.erase()?;
        Ok(gone)
    }
}

/// The first column of the rows whose second names the address, each once for its neighbours.
fn mentioning<T: rusqlite::types::FromSql + PartialEq>(
    db: &Connection,
    sql: &str,
    email: &str,
) -> rusqlite::Result<Vec<T>> {
    let mut query = db.prepare(sql)?;
    let mut rows = query.query([email])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        if found.last() != Some(&id) && json_mentions(row.get_ref(1)?.as_str()?, email) {
            found.push(id);
        }
    }
    Ok(found)
}

/// Deletes what was set aside.
fn forget_aside(db: &Connection, ids: &[i64]) -> rusqlite::Result<()> {
    let mut delete = db.prepare("DELETE FROM set_aside WHERE id = ? RETURNING text")?;
    let mut remember = db.prepare("INSERT OR IGNORE INTO forgotten VALUES (?, ?)")?;
    for id in ids {
        let text: String = delete.query_row([id], |r| r.get(0))?;
        remember.execute(params![digest_of_text(&text), i64::MAX])?;
    }
    Ok(())
}

/// Deletes conversations with everything that was heard in them; says how many there were.
fn forget(db: &Connection, ids: Vec<String>) -> rusqlite::Result<u64> {
    let mut gone = 0;
    let mut last = db.prepare_cached("SELECT last_ms FROM conversations WHERE id = ?")?;
    let mut remember = db.prepare_cached(
        "INSERT INTO forgotten VALUES (?, ?) ON CONFLICT DO UPDATE SET until_ms = max(until_ms, excluded.until_ms)",
    )?;
    for id in ids {
        let Some(last_ms) = last.query_map([&id], |r| r.get::<_, i64>(0))?.next().transpose()? else { continue };
        remember.execute(params![digest(&id), last_ms])?;
        for sql in [
            "DELETE FROM events WHERE conversation = ?",
            "DELETE FROM due WHERE conversation = ?",
            "DELETE FROM heard_of WHERE conversation = ?",
            "DELETE FROM conversations WHERE id = ?",
        ] {
            db.prepare_cached(sql)?.execute([&id])?;
        }
        gone += 1;
    }
    Ok(gone)
}
