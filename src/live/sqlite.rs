//! The queue's home on one machine: SQLite, in the workspace's data folder. One process at a time works it, any number
//! look at it.
//!
//! Owns its tables. Must not know what an event means, nor how runs are made.

mod away;
mod forget;
mod meant;
mod rows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params, params_from_iter};
use rusqlite_migration::{M, Migrations};

use super::event::{Event, What};
use super::forgotten::{digest, digest_of_text};
use super::plan::{Mark, NewRun, Told, counts_at};
use super::queue::{
    Beat, Claimed, Conversations, DueRuns, Gone, OfAction, Parked, Polled, Queue, Queued, SHOWN, SetAside, Standing,
    Waiting, Which, state_of,
};
use crate::domain::conversation::Channel;
use crate::domain::moment::Moment;
use crate::ports::JournalError;
use crate::store;
use meant::{BEING_MADE, WAITING, meant};
pub use rows::Rows;

/// Times are milliseconds since 1970 UTC. An event's `at_ms` is when it counts. A run that is due leaves the table when it
/// is settled: its record is the journal's.
const STEPS: &[M<'_>] = &[
    M::up(
        "CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        channel TEXT NOT NULL,
        marks TEXT NOT NULL,
        events INTEGER NOT NULL,
        last_ms INTEGER NOT NULL,
        wake_ms INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX conversations_wake ON conversations (wake_ms) WHERE wake_ms IS NOT NULL;
    CREATE TABLE events (
        conversation TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        nth INTEGER NOT NULL,
        event_id TEXT NOT NULL,
        what TEXT NOT NULL,
        PRIMARY KEY (conversation, at_ms, nth)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX events_id ON events (conversation, event_id);
    CREATE TABLE due (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        action TEXT NOT NULL,
        conversation TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        email TEXT,
        moment TEXT NOT NULL,
        state TEXT NOT NULL,
        stream INTEGER,
        not_before_ms INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0,
        why TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX due_next ON due (state, action, at_ms, seq);
    CREATE INDEX due_email ON due (email, state, at_ms, seq) WHERE email IS NOT NULL;
    CREATE INDEX due_conversation ON due (conversation);
    CREATE TABLE heard_of (email TEXT NOT NULL, conversation TEXT NOT NULL, PRIMARY KEY (email, conversation))
        STRICT, WITHOUT ROWID;
    CREATE TABLE parked (
        account TEXT PRIMARY KEY,
        until_ms INTEGER NOT NULL,
        why TEXT NOT NULL,
        failures INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE actions (id TEXT PRIMARY KEY, since_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE set_aside (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        came_ms INTEGER NOT NULL,
        source TEXT NOT NULL,
        why TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT;",
    ),
    M::up(
        // by the SHA-256 of their ids; the time of the last event each had
        "CREATE TABLE forgotten (conversation TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE tried (id INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT;",
    ),
];

/// The queue in a file.
pub struct SqliteQueue {
    db: Mutex<Connection>,
    path: PathBuf,
}

/// A queue that stands still.
#[derive(Debug)]
pub struct StandingStill {
    /// Its transaction ends with it.
    _db: Connection,
}

impl SqliteQueue {
    /// Opens the queue, made or brought up to date where that is needed.
    ///
    /// # Errors
    /// It is damaged, made by a newer program, locked, or cannot be written.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let failed = |e| store::database_failed(path, e);
        // two processes that make or migrate it at once would trip over each other
        let lock = path.with_extension("lock");
        let _alone = store::hold(&lock).map_err(|e| JournalError {
            message: format!("cannot write {}: {e}", lock.display()),
            source: Some(Box::new(e)),
        })?;
        let mut db = Connection::open(path).map_err(failed)?;
        let set_up = |db: &Connection| -> rusqlite::Result<()> {
            db.busy_timeout(Duration::from_secs(30))?;
            db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
            // what is acknowledged survives a power cut
            db.pragma_update(None, "synchronous", "FULL")?;
            db.set_prepared_statement_cache_capacity(64);
            Ok(())
        };
        set_up(&db).map_err(failed)?;
        Migrations::from_slice(STEPS).to_latest(&mut db).map_err(|e| match e {
            rusqlite_migration::Error::RusqliteError { err, .. } => failed(err),
            other => JournalError {
                message: format!(
                    "{} was made by a newer astra-zoho, or is damaged: update this program, or move it away",
                    path.display()
                ),
                source: Some(Box::new(other)),
            },
        })?;
        Ok(Self { db: Mutex::new(db), path: path.to_owned() })
    }

    /// Not in the database: it is said often, and need not survive a power cut.
    fn beat_path(&self) -> PathBuf {
        self.path.with_extension("worker")
    }

    /// Leaves nothing of what was deleted: neither in free pages, nor in the file of last changes.
    fn erase(&self) -> Result<(), JournalError> {
        self.read(|db| {
            db.execute("VACUUM", [])?;
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        })
    }

    /// Keeps everybody from handing out and settling runs, until what it gives back is dropped.
    ///
    /// # Errors
    /// The queue cannot be opened or is written for too long.
    pub fn stand_still(&self) -> Result<StandingStill, JournalError> {
        let hold = || {
            let db = Connection::open(&self.path)?;
            db.busy_timeout(Duration::from_secs(30))?;
            db.execute_batch("BEGIN IMMEDIATE")?;
            Ok(StandingStill { _db: db })
        };
        hold().map_err(|e| store::database_failed(&self.path, e))
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        work(&db).map_err(|e| store::database_failed(&self.path, e))
    }

    /// Does `work` in one transaction: all of it is kept or nothing.
    fn write<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        let mut db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let transact = || {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        transact().map_err(|e| store::database_failed(&self.path, e))
    }
}

/// JSON that only this program writes.
fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(e)))
}

fn to_json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let ms = row.get::<_, i64>(column)?;
    Timestamp::from_millisecond(ms).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, ms))
}

fn channel(row: &Row<'_>, column: usize) -> rusqlite::Result<Channel> {
    Ok(if row.get_ref(column)?.as_str()? == Channel::Voice.as_str() { Channel::Voice } else { Channel::Text })
}

fn run(row: &Row<'_>) -> rusqlite::Result<Claimed> {
    let moment: Moment = json(row, 4)?;
    Ok(Claimed {
        seq: row.get::<_, i64>(0)?.cast_unsigned(),
        conversation: row.get(2)?,
        run: NewRun { action: row.get(1)?, at: time(row, 3)?, moment },
        tries: row.get(5)?,
    })
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn limited(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl Queue for SqliteQueue {
    async fn accept(&self, events: &[Event], late_ms: i64) -> Result<Vec<bool>, JournalError> {
        self.write(|db| {
            let mut known = db.prepare_cached("SELECT marks FROM conversations WHERE id = ?")?;
            let mut seen = db.prepare_cached("SELECT 1 FROM events WHERE conversation = ? AND event_id = ?")?;
            let mut touch = db.prepare_cached(
                "INSERT INTO conversations (id, channel, marks, events, last_ms, wake_ms) VALUES (?1, ?2, '{}', 1, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET events = events + 1, last_ms = max(last_ms, ?3),
                 wake_ms = min(coalesce(wake_ms, ?4), ?4) RETURNING events",
            )?;
            let mut keep = db.prepare_cached("INSERT INTO events VALUES (?, ?, ?, ?, ?)")?;
            let some_forgotten = db.prepare_cached("SELECT 1 FROM forgotten")?.exists([])?;
            let mut gone = db.prepare_cached("SELECT 1 FROM forgotten WHERE conversation = ? AND until_ms >= ?")?;
            let mut out = Vec::with_capacity(events.len());
            for event in events {
                let forgotten = some_forgotten
                    && gone.exists(params![digest(&event.conversation), event.at.as_millisecond()])?;
                if forgotten || seen.exists(params![event.conversation, event.id])? {
                    out.push(false);
                    continue;
                }
                let marks: Option<BTreeMap<String, Mark>> =
                    known.query_row([&event.conversation], |r| json(r, 0)).optional()?;
                let settled = marks.and_then(|m| m.into_values().max());
                let at = counts_at(event.at.as_millisecond(), settled);
                let nth: i64 = touch.query_row(
                    params![event.conversation, event.channel.as_str(), at, at + late_ms],
                    |r| r.get(0),
                )?;
                keep.execute(params![event.conversation, at, nth, event.id, to_json(&event.what)?])?;
                out.push(true);
            }
            Ok(out)
        })
    }

    async fn set_aside(&self, source: &str, text: &str, why: &str, now: Timestamp) -> Result<(), JournalError> {
        let text = &text[..text.floor_char_boundary(SHOWN)];
        // told once more by a file that is read again, it is known; and so is what was forgotten
        let sql = "INSERT INTO set_aside (came_ms, source, why, text) SELECT ?1, ?2, ?3, ?4
                   WHERE NOT EXISTS (SELECT 1 FROM set_aside WHERE source = ?2 AND text = ?4)
                   AND NOT EXISTS (SELECT 1 FROM forgotten WHERE conversation = ?5)";
        let values = params![now.as_millisecond(), source, why, text, digest_of_text(text)];
        self.write(|db| db.prepare_cached(sql)?.execute(values)).map(drop)
    }

    async fn can_keep(&self) -> Result<(), JournalError> {
        let sql = "INSERT INTO tried VALUES (1, 1) ON CONFLICT DO UPDATE SET times = times + 1";
        self.write(|db| db.prepare_cached(sql)?.execute([])).map(drop)
    }

    async fn beat(&self, beat: &Beat) -> Result<(), JournalError> {
        let path = self.beat_path();
        store::put(&path, &serde_json::to_vec(beat).unwrap_or_default()).map_err(|e| JournalError {
            message: format!("cannot write {}: {e}", path.display()),
            source: Some(Box::new(e)),
        })
    }

    async fn standing(&self) -> Result<Standing, JournalError> {
        let beat = std::fs::read(self.beat_path()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        self.read(|db| {
            let count =
                |sql: &str| db.prepare_cached(sql)?.query_row([], |r| r.get::<_, i64>(0)).map(i64::cast_unsigned);
            let mut actions: BTreeMap<String, OfAction> = BTreeMap::new();
            let mut of_actions =
                db.prepare_cached("SELECT action, state = 'failed', count(*) FROM due GROUP BY 1, 2")?;
            let mut rows = of_actions.query([])?;
            while let Some(row) = rows.next()? {
                let of = actions.entry(row.get(0)?).or_default();
                *(if row.get(1)? { &mut of.failed } else { &mut of.due }) += row.get::<_, i64>(2)?.cast_unsigned();
            }
            let first = |sql: &str| {
                let ms = db.prepare_cached(sql)?.query_row([], |r| r.get::<_, Option<i64>>(0))?;
                Ok::<_, rusqlite::Error>(ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()))
            };
            Ok(Standing {
                timers: count("SELECT count(*) FROM conversations WHERE wake_ms IS NOT NULL")?,
                arriving: 0,
                due: actions.values().map(|a| a.due).sum(),
                failed: actions.values().map(|a| a.failed).sum(),
                set_aside: count("SELECT count(*) FROM set_aside")?,
                oldest: first("SELECT min(at_ms) FROM due WHERE state IN ('due', 'running')")?,
                next_timer: first("SELECT min(wake_ms) FROM conversations WHERE wake_ms IS NOT NULL")?,
                parked: parked(db)?,
                actions,
                workers: Vec::from_iter(beat),
                clock: None,
            })
        })
    }

    async fn since(&self, action: &str, now: Timestamp) -> Result<Timestamp, JournalError> {
        self.write(|db| {
            db.prepare_cached(
                "INSERT OR IGNORE INTO actions SELECT ?1, CASE WHEN EXISTS (SELECT 1 FROM conversations) THEN ?2 ELSE ?3 END",
            )?
            .execute(params![action, now.as_millisecond(), Timestamp::MIN.as_millisecond()])?;
            db.prepare_cached("SELECT since_ms FROM actions WHERE id = ?")?.query_row([action], |r| time(r, 0))
        })
    }

    async fn rest(&self, account: &str, parked: Option<&Parked>) -> Result<(), JournalError> {
        self.park(account, parked).await
    }

    async fn stopped(&self, actions: &[String]) -> Result<(), JournalError> {
        self.write(|db| {
            let mut forget = db.prepare_cached("DELETE FROM actions WHERE id = ?")?;
            actions.iter().try_for_each(|action| forget.execute([action]).map(drop))
        })
    }

    async fn waiting(&self, limit: usize) -> Result<Vec<Waiting>, JournalError> {
        let sql = "SELECT seq, action, conversation, email, at_ms, state, tries, why, (
                       SELECT seq FROM due AS e WHERE e.email = d.email AND e.state IN ('due', 'running')
                       AND (e.at_ms, e.seq) < (d.at_ms, d.seq) ORDER BY at_ms, seq LIMIT 1)
                   FROM due AS d ORDER BY state <> 'failed', at_ms, seq LIMIT ?";
        let row = |r: &Row<'_>| {
            Ok(Waiting {
                seq: r.get::<_, i64>(0)?.cast_unsigned(),
                action: r.get(1)?,
                conversation: r.get(2)?,
                email: r.get(3)?,
                at: time(r, 4)?,
                state: state_of(r.get_ref(5)?.as_str()?),
                tries: r.get(6)?,
                why: r.get(7)?,
                behind: r.get::<_, Option<i64>>(8)?.map(i64::cast_unsigned),
            })
        };
        self.read(|db| db.prepare_cached(sql)?.query_map([limited(limit)], row)?.collect())
    }

    async fn aside(&self, limit: usize) -> Result<Vec<SetAside>, JournalError> {
        let sql = "SELECT id, source, came_ms, why, text FROM set_aside ORDER BY id DESC LIMIT ?";
        let row = |r: &Row<'_>| {
            Ok(SetAside {
                id: r.get::<_, i64>(0)?.cast_unsigned(),
                source: r.get(1)?,
                came_at: time(r, 2)?,
                why: r.get(3)?,
                text: r.get(4)?,
            })
        };
        self.read(|db| db.prepare_cached(sql)?.query_map([limited(limit)], row)?.collect())
    }

    async fn retry(&self, which: &Which) -> Result<u64, JournalError> {
        let (filter, values) = meant(which, WAITING);
        self.write(|db| {
            let seqs: Vec<i64> = db
                .prepare(&format!("SELECT seq FROM due {filter} ORDER BY at_ms, seq"))?
                .query_map(params_from_iter(&values), |r| r.get(0))?
                .collect::<Result<_, _>>()?;
            // to the journal it is a new run, since the record of the first stays
            let mut anew = db.prepare_cached(
                "INSERT INTO due (action, conversation, at_ms, email, moment, state)
                 SELECT action, conversation, at_ms, email, moment, 'due' FROM due WHERE seq = ?",
            )?;
            let mut drop = db.prepare_cached("DELETE FROM due WHERE seq = ?")?;
            for seq in &seqs {
                anew.execute([seq])?;
                drop.execute([seq])?;
            }
            Ok(seqs.len() as u64)
        })
    }

    async fn being_made(&self, which: &Which) -> Result<u64, JournalError> {
        let (filter, values) = meant(which, BEING_MADE);
        let count = |db: &Connection| {
            db.query_row(&format!("SELECT count(*) FROM due {filter}"), params_from_iter(&values), |r| r.get(0))
        };
        self.read(count).map(i64::cast_unsigned)
    }

    async fn drop_runs(&self, which: &Which) -> Result<u64, JournalError> {
        let (filter, values) = meant(which, WAITING);
        self.write(|db| {
            db.prepare(&format!("DELETE FROM due {filter}"))?.execute(params_from_iter(&values)).map(|n| n as u64)
        })
    }

    async fn purge(&self, before: Timestamp) -> Result<Gone, JournalError> {
        self.purge_before(before)
    }

    async fn forget(&self, email: &str) -> Result<Gone, JournalError> {
        self.forget_customer(email)
    }
}

impl Conversations for SqliteQueue {
    async fn told(&self, conversation: &str) -> Result<Option<(Told, u64)>, JournalError> {
        self.read(|db| {
            let head = db
                .prepare_cached("SELECT channel, marks, events FROM conversations WHERE id = ?")?
                .query_row([conversation], |r| Ok((channel(r, 0)?, json(r, 1)?, r.get::<_, i64>(2)?)))
                .optional()?;
            let Some((channel, marks, count)) = head else { return Ok(None) };
            let events: Vec<(i64, What)> = db
                .prepare_cached("SELECT at_ms, what FROM events WHERE conversation = ? ORDER BY at_ms, nth")?
                .query_map([conversation], |r| Ok((r.get(0)?, json(r, 1)?)))?
                .collect::<Result<_, _>>()?;
            Ok(Some((Told { id: conversation.to_owned(), channel, events, marks }, count.cast_unsigned())))
        })
    }

    async fn plan(
        &self,
        conversation: &str,
        events: u64,
        runs: &[Queued],
        marks: &BTreeMap<String, Mark>,
        wake: Option<Timestamp>,
    ) -> Result<bool, JournalError> {
        self.write(|db| {
            let done = db
                .prepare_cached("UPDATE conversations SET marks = ?, wake_ms = ? WHERE id = ? AND events = ?")?
                .execute(params![to_json(marks)?, wake.map(|w| w.as_millisecond()), conversation, signed(events)])?;
            if done == 0 {
                return Ok(false);
            }
            let mut queue = db.prepare_cached(
                "INSERT INTO due (action, conversation, at_ms, email, moment, state) VALUES (?, ?, ?, ?, ?, 'due')",
            )?;
            let mut hear = db.prepare_cached("INSERT OR IGNORE INTO heard_of VALUES (?, ?)")?;
            for Queued { run, email } in runs {
                let at = run.at.as_millisecond();
                queue.execute(params![run.action, conversation, at, email, to_json(&run.moment)?])?;
                if let Some(email) = email {
                    hear.execute(params![email, conversation])?;
                }
            }
            Ok(true)
        })
    }
}

impl DueRuns for SqliteQueue {
    async fn claim(
        &self,
        action: &str,
        stream: i64,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Claimed>, JournalError> {
        self.write(|db| {
            let found: Vec<Claimed> = db
                .prepare_cached(
                    "SELECT seq, action, conversation, at_ms, moment, tries FROM due AS d
                     WHERE state = 'due' AND action = ? AND not_before_ms <= ? AND NOT EXISTS (
                         SELECT 1 FROM due AS e WHERE e.email = d.email AND e.state IN ('due', 'running')
                         AND (e.at_ms, e.seq) < (d.at_ms, d.seq))
                     ORDER BY at_ms, seq LIMIT ?",
                )?
                .query_map(params![action, now.as_millisecond(), limited(limit)], run)?
                .collect::<Result<_, _>>()?;
            let mut take = db.prepare_cached("UPDATE due SET state = 'running', stream = ? WHERE seq = ?")?;
            found.iter().try_for_each(|c| take.execute(params![stream, signed(c.seq)]).map(drop))?;
            Ok(found)
        })
    }

    async fn settle(&self, runs: &[(u64, Option<String>)]) -> Result<(), JournalError> {
        self.write(|db| {
            let mut done = db.prepare_cached("DELETE FROM due WHERE seq = ?")?;
            let mut fail =
                db.prepare_cached("UPDATE due SET state = 'failed', tries = tries + 1, why = ? WHERE seq = ?")?;
            runs.iter().try_for_each(|(seq, why)| match why {
                None => done.execute([signed(*seq)]).map(drop),
                Some(why) => fail.execute(params![why, signed(*seq)]).map(drop),
            })
        })
    }

    async fn give_back(&self, runs: &[(u64, String)], not_before: Timestamp) -> Result<(), JournalError> {
        let sql =
            "UPDATE due SET state = 'due', stream = NULL, tries = tries + 1, why = ?, not_before_ms = ? WHERE seq = ?";
        self.write(|db| {
            let mut back = db.prepare_cached(sql)?;
            let at = not_before.as_millisecond();
            runs.iter().try_for_each(|(seq, why)| back.execute(params![why, at, signed(*seq)]).map(drop))
        })
    }

    async fn is_due(&self, action: &str, now: Timestamp) -> Result<bool, JournalError> {
        let sql = "SELECT 1 FROM due WHERE state = 'due' AND action = ? AND not_before_ms <= ?";
        self.read(|db| db.prepare_cached(sql)?.exists(params![action, now.as_millisecond()]))
    }

    async fn park(&self, account: &str, parked: Option<&Parked>) -> Result<(), JournalError> {
        self.write(|db| match parked {
            None => db.prepare_cached("DELETE FROM parked WHERE account = ?")?.execute([account]).map(drop),
            Some(p) => db
                .prepare_cached("INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?)")?
                .execute(params![account, p.until.as_millisecond(), p.why, p.failures])
                .map(drop),
        })
    }

    async fn parked(&self, account: &str) -> Result<Option<Parked>, JournalError> {
        self.read(|db| Ok(parked(db)?.into_iter().find(|p| p.account == account)))
    }
}

impl Polled for SqliteQueue {
    async fn woken(&self, now: Timestamp, limit: usize) -> Result<Vec<String>, JournalError> {
        let sql = "SELECT id FROM conversations WHERE wake_ms <= ? ORDER BY wake_ms LIMIT ?";
        self.read(|db| {
            db.prepare_cached(sql)?.query_map(params![now.as_millisecond(), limited(limit)], |r| r.get(0))?.collect()
        })
    }

    async fn claimed(&self) -> Result<Vec<(u64, i64)>, JournalError> {
        let sql = "SELECT seq, stream FROM due WHERE state = 'running' ORDER BY seq";
        self.read(|db| {
            let row = |r: &Row<'_>| Ok((r.get::<_, i64>(0)?.cast_unsigned(), r.get(1)?));
            db.prepare_cached(sql)?.query_map([], row)?.collect()
        })
    }

    async fn next(&self) -> Result<Option<Timestamp>, JournalError> {
        self.read(|db| {
            let ms: Option<i64> = db
                .prepare_cached(
                    "SELECT min(at) FROM (SELECT min(wake_ms) AS at FROM conversations WHERE wake_ms IS NOT NULL
                     UNION ALL SELECT min(not_before_ms) FROM due WHERE state = 'due')",
                )?
                .query_row([], |r| r.get(0))?;
            Ok(ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()))
        })
    }
}

impl SqliteQueue {
    /// An account is well again as far as anybody knows: its runs, which are those of these actions, need not wait any more.
    ///
    /// # Errors
    /// The queue cannot be written.
    pub fn wake(&self, account: &str, actions: &[String]) -> Result<(), JournalError> {
        self.write(|db| {
            db.prepare_cached("DELETE FROM parked WHERE account = ?")?.execute([account])?;
            let mut due = db.prepare_cached("UPDATE due SET not_before_ms = 0 WHERE state = 'due' AND action = ?")?;
            actions.iter().try_for_each(|action| due.execute([action]).map(drop))
        })
    }
}

fn parked(db: &Connection) -> rusqlite::Result<Vec<Parked>> {
    let row = |r: &Row<'_>| Ok(Parked { account: r.get(0)?, until: time(r, 1)?, why: r.get(2)?, failures: r.get(3)? });
    db.prepare_cached("SELECT account, until_ms, why, failures FROM parked ORDER BY account")?
        .query_map([], row)?
        .collect()
}
