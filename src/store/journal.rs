//! The journal of runs on SQLite: replays, records, intents, the ledger. Implements `ports::Journal`.
//!
//! Calls are made in place, on a mutex-guarded connection: they take microseconds, or one wait for the disk, which is less
//! than handing them to another thread costs. Must not know how runs are decided, nor how the log is looked through
//! (`log`).

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::schema::{self, explain};
use super::search::keep_words;
use crate::domain::health::Health;
use crate::domain::run::Outcome;
use crate::ports::{self, Created, Intent, JournalError, Settled};

/// Whether a replay has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayState {
    /// It runs, or its process was killed: whether it lives is told by its lock (`ReplayLocks`).
    Running,
    /// Stopped before its end; can be resumed.
    Stopped,
    /// Ran to its end.
    Finished,
}

impl ReplayState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
        }
    }

    fn from_str(word: &str) -> Option<Self> {
        [Self::Running, Self::Stopped, Self::Finished].into_iter().find(|s| s.as_str() == word)
    }
}

/// A replay that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReplay {
    /// When, on the wall clock.
    pub started_at: Timestamp,
    /// The ids of its actions.
    pub actions: Vec<String>,
    /// Says whether an action was edited since.
    pub actions_digest: String,
    /// Says whether the input is the same.
    pub input_digest: String,
    /// For people: what is replayed.
    pub description: String,
    /// Nothing is written.
    pub dry_run: bool,
}

/// A replay in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Its number, never used again.
    pub id: i64,
    /// What it began as.
    pub start: NewReplay,
    /// How far it came.
    pub state: ReplayState,
    /// How many runs it has kept.
    pub runs: u64,
    /// How many of them failed.
    pub failed: u64,
}

/// What a commit survives before it returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    /// The end of the process, at any moment.
    Kill,
    /// A power cut too: waits for the disk, with all that was committed before.
    PowerCut,
}

/// The journal, open for writing.
pub struct Journal {
    // closed before the writer, which as the last one brings the database into one file
    reader: Mutex<Connection>,
    writer: Mutex<(Connection, Lasting)>,
    path: PathBuf,
}

impl Journal {
    /// Opens the journal, made or brought up to date where that is needed.
    ///
    /// # Errors
    /// It is damaged, made by a newer program, locked, or cannot be written.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let db = schema::open_to_write(path)?;
        let reader = schema::open_to_read(path)?.ok_or_else(|| {
            schema::system_failed("open", path, std::io::Error::other("it went away while it was opened"))
        })?;
        // SQLite begins with the strictest
        let writer = Mutex::new((db, Lasting::PowerCut));
        Ok(Self { reader: Mutex::new(reader), writer, path: path.to_owned() })
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        let db = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        query(&db).map_err(|e| explain(&self.path, e))
    }

    /// Does `work` in one transaction: all of it is kept or nothing.
    pub(super) fn write<T>(
        &self,
        lasting: Lasting,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, JournalError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let (db, now) = &mut *writer;
        let transact = || {
            if *now != lasting {
                let word = if lasting == Lasting::PowerCut { "FULL" } else { "NORMAL" };
                db.pragma_update(None, "synchronous", word)?;
                *now = lasting;
            }
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        transact().map_err(|e| explain(&self.path, e))
    }

    /// Leaves nothing of what was deleted: neither in the index, nor in the file of last changes.
    pub(super) fn erase(&self) -> Result<(), JournalError> {
        let (db, _) = &mut *self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let erase = || {
            db.execute("INSERT INTO search (search) VALUES ('optimize')", [])?;
            // pages that were free before still hold what stood there
            db.execute("VACUUM", [])?;
            // another process that reads just now keeps it for as long as that
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        };
        erase().map_err(|e| explain(&self.path, e))
    }

    /// Begins a replay; returns its number.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn start_replay(&self, new: &NewReplay) -> Result<i64, JournalError> {
        let sql = "INSERT INTO replays (started_ms, actions, actions_digest, input_digest, description, dry_run, state)
                   VALUES (?, ?, ?, ?, ?, ?, 'running')";
        self.write(Lasting::Kill, |db| {
            db.prepare_cached(sql)?.insert(params![
                new.started_at.as_millisecond(),
                new.actions.join("\n"),
                new.actions_digest,
                new.input_digest,
                new.description,
                new.dry_run
            ])
        })
    }

    /// Says how far a replay came; afterwards all its records survive a power cut.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn set_replay_state(&self, replay: i64, state: ReplayState) -> Result<(), JournalError> {
        let sql = "UPDATE replays SET state = ? WHERE id = ?";
        self.write(Lasting::PowerCut, |db| db.prepare_cached(sql)?.execute(params![state.as_str(), replay])).map(drop)
    }

    /// A replay by its number.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn replay(&self, id: i64) -> Result<Option<Replay>, JournalError> {
        let sql = format!("{REPLAYS} WHERE id = ?");
        self.read(|db| db.prepare_cached(&sql)?.query_row([id], read_replay).optional())
    }

    /// The replay of this input by these actions that began last, dry runs not counted. Whether an action was edited since
    /// is told by `actions_digest`; whether it still runs, by its lock.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn newest(&self, input_digest: &str, actions: &[String]) -> Result<Option<Replay>, JournalError> {
        let sql = format!("{REPLAYS} WHERE NOT dry_run AND input_digest = ? AND actions = ? ORDER BY id DESC LIMIT 1");
        let actions = actions.join("\n");
        self.read(|db| db.prepare_cached(&sql)?.query_row([input_digest, &actions], read_replay).optional())
    }

    /// The places of a replay whose runs are kept, ascending: what resuming it leaves out.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn settled_seqs(&self, replay: i64) -> Result<Vec<u64>, JournalError> {
        let sql = "SELECT seq FROM runs WHERE replay = ? ORDER BY seq";
        self.read(|db| db.prepare_cached(sql)?.query_map([replay], |r| r.get(0).map(i64::cast_unsigned))?.collect())
    }

    /// Whether a replay's run at this place is kept.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn has_record(&self, replay: i64, seq: u64) -> Result<bool, JournalError> {
        let sql = "SELECT 1 FROM runs WHERE replay = ? AND seq = ?";
        self.read(|db| db.prepare_cached(sql)?.exists(params![replay, seq.cast_signed()]))
    }

    /// Whether a replay's run at this place was about to write, and it is not known what became of it.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn has_intent(&self, replay: i64, seq: u64) -> Result<bool, JournalError> {
        let sql = "SELECT 1 FROM intents WHERE replay = ? AND seq = ?";
        self.read(|db| db.prepare_cached(sql)?.exists(params![replay, seq.cast_signed()]))
    }

    /// The ids of a replay's kept runs: what resuming it leaves out where places may have moved.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn settled_run_ids(&self, replay: i64) -> Result<Vec<String>, JournalError> {
        let sql = "SELECT record ->> 'run_id' FROM runs JOIN records USING (id) WHERE replay = ?";
        self.read(|db| db.prepare_cached(sql)?.query_map([replay], |r| r.get(0))?.collect())
    }

    /// Keeps in mind that a replay went on with an edited action: places of before and after stand for different runs, so
    /// nothing that reads `actions_digest` takes it for a replay of one action again.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn resumed_edited(&self, replay: i64) -> Result<(), JournalError> {
        let sql = "UPDATE replays SET actions_digest = '' WHERE id = ?";
        self.write(Lasting::PowerCut, |db| db.prepare_cached(sql)?.execute([replay])).map(drop)
    }

    /// Forgets an organisation's ledger and intents: its contacts are gone.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn forget_organisation(&self, organisation: &str) -> Result<(), JournalError> {
        self.write(Lasting::PowerCut, |db| {
            db.execute("DELETE FROM ledger WHERE organisation = ?", [organisation])?;
            db.execute("DELETE FROM intents WHERE organisation = ?", [organisation]).map(drop)
        })
    }

    /// Keeps what Zoho said of an account's fields.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn keep_fields(&self, account: &str, fetched_at: Timestamp, body: &str) -> Result<(), JournalError> {
        let sql = "INSERT OR REPLACE INTO fields_cache (account, fetched_ms, body) VALUES (?, ?, ?)";
        let at = fetched_at.as_millisecond();
        self.write(Lasting::Kill, |db| db.prepare_cached(sql)?.execute(params![account, at, body])).map(drop)
    }

    /// Keeps what a look at an account's connection found.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn keep_health(&self, account: &str, health: &Health) -> Result<(), JournalError> {
        let sql = "INSERT OR REPLACE INTO account_checks (account, checked_ms, body) VALUES (?, ?, ?)";
        let at = health.checked_at.as_millisecond();
        let body = serde_json::to_string(health).map_err(|e| JournalError {
            message: format!("what was found of account {account} cannot be written down"),
            source: Some(Box::new(e)),
        })?;
        self.write(Lasting::Kill, |db| db.prepare_cached(sql)?.execute(params![account, at, body])).map(drop)
    }

    /// Forgets it: the account is gone, or connected anew.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn forget_health(&self, account: &str) -> Result<(), JournalError> {
        let sql = "DELETE FROM account_checks WHERE account = ?";
        self.write(Lasting::Kill, |db| db.execute(sql, [account])).map(drop)
    }

    /// What Zoho last said of an account's fields, and when.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn kept_fields(&self, account: &str) -> Result<Option<(Timestamp, String)>, JournalError> {
        let sql = "SELECT fetched_ms, body FROM fields_cache WHERE account = ?";
        self.read(|db| db.prepare_cached(sql)?.query_row([account], |r| Ok((time(r, 0)?, r.get(1)?))).optional())
    }
}

const REPLAYS: &str = "SELECT id, started_ms, actions, actions_digest, input_digest, description, dry_run, state, runs, \
                       failed FROM replays";

fn read_replay(row: &Row<'_>) -> rusqlite::Result<Replay> {
    Ok(Replay {
        id: row.get(0)?,
        start: NewReplay {
            started_at: time(row, 1)?,
            actions: row.get::<_, String>(2)?.split('\n').filter(|a| !a.is_empty()).map(str::to_owned).collect(),
            actions_digest: row.get(3)?,
            input_digest: row.get(4)?,
            description: row.get(5)?,
            dry_run: row.get(6)?,
        },
        state: parsed(row, 7, ReplayState::from_str)?,
        runs: row.get::<_, i64>(8)?.cast_unsigned(),
        failed: row.get::<_, i64>(9)?.cast_unsigned(),
    })
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let ms = row.get::<_, i64>(column)?;
    Timestamp::from_millisecond(ms).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, ms))
}

/// A text column that only this program writes: what it cannot read was damaged or made by another version.
fn parsed<T>(row: &Row<'_>, column: usize, parse: impl FnOnce(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    parse(text).ok_or_else(|| rusqlite::Error::InvalidColumnType(column, text.chars().take(40).collect(), Type::Text))
}

impl ports::Journal for Journal {
    async fn ours(&self, organisation: &str, contacts: &[(String, Timestamp)]) -> Result<Vec<bool>, JournalError> {
        let sql = "SELECT 1 FROM ledger WHERE organisation = ? AND contact_id = ? AND created_ms = ?";
        self.read(|db| {
            let mut query = db.prepare_cached(sql)?;
            contacts.iter().map(|(id, at)| query.exists(params![organisation, id, at.as_millisecond()])).collect()
        })
    }

    async fn created_for(&self, organisation: &str, email: &str) -> Result<Vec<String>, JournalError> {
        let sql = "SELECT contact_id FROM ledger WHERE organisation = ? AND email = ? ORDER BY created_ms, contact_id";
        self.read(|db| db.prepare_cached(sql)?.query_map([organisation, email], |r| r.get(0))?.collect())
    }

    async fn unsettled(&self, organisation: &str, emails: &[String]) -> Result<Vec<Intent>, JournalError> {
        let sql = "SELECT id, intent FROM intents WHERE organisation = ? AND email = ?";
        let mut found = self.read(|db| {
            let mut query = db.prepare_cached(sql)?;
            let mut found: Vec<(i64, Intent)> = Vec::new();
            for email in emails {
                for intent in query.query_map([organisation, email], |r| Ok((r.get(0)?, read_intent(r)?)))? {
                    found.push(intent?);
                }
            }
            Ok(found)
        })?;
        found.sort_by_key(|(id, _)| *id);
        found.dedup_by_key(|(id, _)| *id);
        Ok(found.into_iter().map(|(_, intent)| intent).collect())
    }

    async fn intend(&self, intents: &[Intent]) -> Result<(), JournalError> {
        let texts = intents.iter().map(|i| self.json(i)).collect::<Result<Vec<_>, _>>()?;
        let sql = "INSERT OR REPLACE INTO intents (replay, seq, organisation, email, intent) VALUES (?, ?, ?, ?, ?)";
        self.write(Lasting::PowerCut, |db| {
            let mut insert = db.prepare_cached(sql)?;
            intents.iter().zip(&texts).try_for_each(|(i, text)| {
                insert.execute(params![i.replay, i.seq.cast_signed(), i.organisation, i.email, text]).map(drop)
            })
        })
    }

    async fn resolve(&self, intent: &Intent, created: Option<&Created>) -> Result<(), JournalError> {
        self.write(Lasting::Kill, |db| {
            created.map_or(Ok(()), |c| keep_created(db, c))?;
            end_intent(db, intent.replay, intent.seq)
        })
    }

    // A power cut may take the last results, but then their intents stand again, and those tell what became of them.
    async fn settle(&self, replay: i64, settled: &[Settled]) -> Result<(), JournalError> {
        let texts =
            settled.iter().map(|s| Ok((self.json(&s.record)?, self.json(&s.trace)?))).collect::<Result<Vec<_>, _>>()?;
        self.write(Lasting::Kill, |db| {
            let mut ids = Vec::with_capacity(settled.len());
            for (one, (text, trace)) in settled.iter().zip(&texts) {
                ids.push(keep_record(db, replay, one, text, trace)?);
                one.created.as_ref().map_or(Ok(()), |c| keep_created(db, c))?;
                if !one.uncertain {
                    end_intent(db, replay, one.seq)?;
                }
            }
            // all at once: between other writes the index would be put down after each
            for (id, one) in ids.into_iter().zip(settled) {
                keep_words(db, id, &one.record)?;
            }
            let failed = settled.iter().filter(|s| s.record.outcome == Outcome::Failed).count();
            db.prepare_cached("UPDATE replays SET runs = runs + ?, failed = failed + ? WHERE id = ?")?
                .execute(params![settled.len().cast_signed(), failed.cast_signed(), replay])
                .map(drop)
        })
    }
}

impl Journal {
    fn json(&self, value: &impl serde::Serialize) -> Result<String, JournalError> {
        serde_json::to_string(value).map_err(|e| JournalError {
            message: format!("a run could not be written down for {}", self.path.display()),
            source: Some(Box::new(e)),
        })
    }
}

fn keep_record(db: &Connection, replay: i64, settled: &Settled, text: &str, trace: &str) -> rusqlite::Result<i64> {
    let record = &settled.record;
    let id = db
        .prepare_cached(
            "INSERT INTO runs (replay, seq, at_ms, outcome, rule, action, dry_run, conversation, seen)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .insert(params![
            replay,
            settled.seq.cast_signed(),
            record.at.as_millisecond(),
            record.outcome.as_str(),
            record.rule.map(|r| r.as_str()),
            record.action,
            record.dry_run,
            record.conversation,
            settled.trace.case.map(|c| c.as_str()),
        ])?;
    db.prepare_cached("INSERT INTO records (id, record, trace) VALUES (?, ?, ?)")?.execute(params![id, text, trace])?;
    Ok(id)
}

fn keep_created(db: &Connection, created: &Created) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO ledger (organisation, contact_id, created_ms, email, run_id) VALUES (?, ?, ?, ?, ?)",
    )?
    .execute(params![
        created.organisation,
        created.contact_id,
        created.created_at.as_millisecond(),
        created.email,
        created.run_id
    ])
    .map(drop)
}

fn end_intent(db: &Connection, replay: i64, seq: u64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM intents WHERE replay = ? AND seq = ?")?
        .execute(params![replay, seq.cast_signed()])
        .map(drop)
}

fn read_intent(row: &Row<'_>) -> rusqlite::Result<Intent> {
    parsed(row, 1, |text| serde_json::from_str(text).ok())
}
