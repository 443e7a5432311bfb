//! The journal's tables, opening its database, and what its errors mean to an operator. Must not know what a run is.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{HookResult, M, Migrations};

use super::{files, search};
use crate::ports::JournalError;

/// How long a call waits for another process's write before it gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Times are milliseconds since 1970 UTC. `seq` is a run's place in its replay. What `runs` holds of a record is what is
/// filtered and sorted by; the record itself stands in `records`, so that looking through many runs reads little.
fn steps() -> Vec<M<'static>> {
    let words = |db: &rusqlite::Transaction<'_>| -> HookResult { Ok(search::word_all(db)?) };
    vec![M::up(FIRST), M::up(SECOND), M::up(THIRD), M::up(FOURTH), M::up_with_hook(FIFTH, words)]
}

const FIRST: &str = "CREATE TABLE replays (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        started_ms INTEGER NOT NULL,
        actions TEXT NOT NULL,
        actions_digest TEXT NOT NULL,
        input_digest TEXT NOT NULL,
        description TEXT NOT NULL,
        dry_run INTEGER NOT NULL,
        state TEXT NOT NULL,
        runs INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        replay INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        rule TEXT,
        action TEXT NOT NULL,
        dry_run INTEGER NOT NULL,
        haystack TEXT NOT NULL,
        UNIQUE (replay, seq)
    ) STRICT;
    CREATE INDEX runs_time ON runs (at_ms, seq);
    CREATE INDEX runs_replay ON runs (replay, at_ms, seq);
    CREATE INDEX runs_outcome ON runs (outcome, at_ms, seq, id, rule);
    CREATE INDEX runs_replay_outcome ON runs (replay, outcome, at_ms, seq, id, rule);
    CREATE INDEX runs_action ON runs (action, at_ms, seq);
    CREATE TABLE records (
        id INTEGER PRIMARY KEY,
        record TEXT NOT NULL
    ) STRICT;
    CREATE TABLE intents (
        id INTEGER PRIMARY KEY,
        replay INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        organisation TEXT NOT NULL,
        email TEXT NOT NULL,
        intent TEXT NOT NULL,
        UNIQUE (replay, seq)
    ) STRICT;
    CREATE INDEX intents_email ON intents (organisation, email);
    CREATE TABLE ledger (
        organisation TEXT NOT NULL,
        contact_id TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        email TEXT NOT NULL,
        run_id TEXT NOT NULL,
        PRIMARY KEY (organisation, contact_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ledger_email ON ledger (organisation, email);
    CREATE TABLE fields_cache (
        account TEXT PRIMARY KEY,
        fetched_ms INTEGER NOT NULL,
        body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;";

/// Runs stand in the order in which they were kept, which within a replay is that of conversation time: every index ends
/// in the run's number. `search` holds the words of a run, not the texts (`FIFTH` makes it anew). `tallies`
/// counts the runs, so that nobody has to: `seen` is the word of what the look-up saw, empty where none is known.
const SECOND: &str = "ALTER TABLE runs ADD COLUMN conversation TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN seen TEXT;
    ALTER TABLE records ADD COLUMN trace TEXT;
    UPDATE runs SET conversation =
        coalesce((SELECT record ->> '$.conversation' FROM records WHERE records.id = runs.id), '');
    CREATE VIRTUAL TABLE search USING fts5(
        words, kind, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');
    INSERT INTO search (rowid, words, kind) SELECT id, haystack, outcome || ' ' || coalesce(rule, '') FROM runs;
    DROP INDEX runs_time;
    DROP INDEX runs_replay;
    DROP INDEX runs_outcome;
    DROP INDEX runs_replay_outcome;
    DROP INDEX runs_action;
    ALTER TABLE runs DROP COLUMN haystack;
    CREATE INDEX runs_action ON runs (action);
    CREATE INDEX runs_outcome ON runs (action, outcome);
    CREATE INDEX runs_rule ON runs (action, rule);
    CREATE INDEX runs_outcome_rule ON runs (action, outcome, rule);
    CREATE INDEX runs_conversation ON runs (conversation);
    CREATE TABLE tallies (
        action TEXT NOT NULL,
        outcome TEXT NOT NULL,
        rule TEXT NOT NULL,
        seen TEXT NOT NULL,
        runs INTEGER NOT NULL,
        PRIMARY KEY (action, outcome, rule, seen)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO tallies
        SELECT action, outcome, coalesce(rule, ''), '', count(*) FROM runs GROUP BY action, outcome, rule;
    CREATE TRIGGER runs_tallied AFTER INSERT ON runs BEGIN
        INSERT INTO tallies VALUES (new.action, new.outcome, coalesce(new.rule, ''), coalesce(new.seen, ''), 1)
            ON CONFLICT DO UPDATE SET runs = runs + 1;
    END;";

/// Runs that leave the log leave the tallies.
const THIRD: &str = "CREATE TRIGGER runs_untallied AFTER DELETE ON runs BEGIN
        UPDATE tallies SET runs = runs - 1 WHERE action = old.action AND outcome = old.outcome
            AND rule = coalesce(old.rule, '') AND seen = coalesce(old.seen, '');
    END;";

/// What the last look at an account's connection found.
const FOURTH: &str = "CREATE TABLE account_checks (
        account TEXT PRIMARY KEY,
        checked_ms INTEGER NOT NULL,
        body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;";

/// The index knows the beginnings of words, so that none has to be gathered however many runs there are, and each run's
/// action as one word. It is filled anew from the records.
const FIFTH: &str = "DROP TABLE search;
    CREATE VIRTUAL TABLE search USING fts5(
        words, made_by, content='', columnsize=0, prefix='1 2 3 4 5 6', tokenize='unicode61 remove_diacritics 2');";

/// Opens the database for writing, made or brought up to date where that is needed.
pub(super) fn open_to_write(path: &Path) -> Result<Connection, JournalError> {
    // two processes that make or migrate it at once would trip over each other
    let lock = path.with_extension("lock");
    let _alone = files::hold(&lock).map_err(|e| system_failed("write", path, e))?;
    let mut db = Connection::open(path).map_err(|e| explain(path, e))?;
    let set_up = |db: &Connection| -> rusqlite::Result<()> {
        db.busy_timeout(PATIENCE)?;
        db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(())
    };
    set_up(&db).map_err(|e| explain(path, e))?;
    Migrations::new(steps()).to_latest(&mut db).map_err(|e| migration_failed(path, e))?;
    Ok(db)
}

/// Opens the database for reading alone. `None` where there is none yet.
pub(super) fn open_to_read(path: &Path) -> Result<Option<Connection>, JournalError> {
    if !std::fs::exists(path).map_err(|e| system_failed("read", path, e))? {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let version = |db: &Connection| -> rusqlite::Result<usize> {
        db.busy_timeout(PATIENCE)?;
        db.set_prepared_statement_cache_capacity(64);
        db.query_row("PRAGMA user_version", [], |r| r.get::<_, i64>(0))
            .map(|v| usize::try_from(v).unwrap_or(usize::MAX))
    };
    let plain = Connection::open_with_flags(path, flags).and_then(|db| version(&db).map(|v| (db, v)));
    let (db, version) = match plain {
        // a read-only disk has no room for the files beside a WAL database; without such files it can be read as it is
        Err(e) if matches!(e.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)) => {
            let mut wal = path.as_os_str().to_owned();
            wal.push("-wal");
            if std::fs::metadata(&wal).is_ok_and(|m| m.len() > 0) {
                let path = path.display();
                let message = format!(
                    "{path} cannot be read where nothing can be written, since its last changes stand in {path}-wal: copy both"
                );
                return Err(JournalError { message, source: Some(Box::new(e)) });
            }
            let mut uri = url::Url::from_file_path(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
                .map_err(|()| explain(path, e))?;
            uri.set_query(Some("immutable=1"));
            let opened = Connection::open_with_flags(uri.as_str(), flags).and_then(|db| version(&db).map(|v| (db, v)));
            opened.map_err(|e| explain(path, e))?
        }
        other => other.map_err(|e| explain(path, e))?,
    };
    let latest = steps().len();
    match version {
        0 => Ok(None),
        v if v > latest => Err(newer(path)),
        // what an earlier version made is read once it is brought up to date
        v if v < latest => {
            drop(db);
            drop(open_to_write(path)?);
            open_to_read(path)
        }
        _ => Ok(Some(db)),
    }
}

fn newer(path: &Path) -> JournalError {
    let message =
        format!("{} was made by a newer astra-zoho: update this program, or use another workspace", path.display());
    JournalError { message, source: None }
}

fn migration_failed(path: &Path, error: rusqlite_migration::Error) -> JournalError {
    use rusqlite_migration::{Error, MigrationDefinitionError};
    match error {
        Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => newer(path),
        Error::RusqliteError { err, .. } => explain(path, err),
        other => JournalError {
            message: format!("{} could not be brought up to date: restore a copy, or move it away", path.display()),
            source: Some(Box::new(other)),
        },
    }
}

pub(super) fn system_failed(doing: &str, path: &Path, error: std::io::Error) -> JournalError {
    let message = format!("cannot {doing} {}: {}", path.display(), super::error::reason(&error));
    JournalError { message, source: Some(Box::new(error)) }
}

/// A database error as a sentence.
pub fn explain(path: &Path, error: rusqlite::Error) -> JournalError {
    JournalError { message: sentence(path, &error), source: Some(Box::new(error)) }
}

pub(super) fn sentence(path: &Path, error: &rusqlite::Error) -> String {
    let path = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            format!(
                "{path} is damaged: restore a copy, or move it away and a new one is made (the log of runs starts anew)"
            )
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
            format!("{path} is locked by another program: end that program, or try again when it is done")
        }
        Some(ErrorCode::ReadOnly) => {
            format!(
                "{path} cannot be written: the file or its disk is read-only; make it writable, or name another folder with --workspace DIR"
            )
        }
        Some(ErrorCode::DiskFull) => {
            format!("the disk is full, so {path} cannot be written: free some space and try again")
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            format!("{path} cannot be opened: check that its folder exists and who may write there")
        }
        Some(ErrorCode::SystemIoFailure) => format!("{path}: the disk failed to read or write: {error}"),
        _ => format!("{path}: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn each_failure_says_what_to_do() {
        let said = |code| {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            sentence(Path::new("DB"), &error)
        };
        assert_eq!(
            said(ffi::SQLITE_BUSY),
            "DB is locked by another program: end that program, or try again when it is done"
        );
        assert_eq!(said(ffi::SQLITE_FULL), "the disk is full, so DB cannot be written: free some space and try again");
        assert_eq!(
            said(ffi::SQLITE_READONLY),
            "DB cannot be written: the file or its disk is read-only; make it writable, or name another folder with \
             --workspace DIR"
        );
        assert_eq!(
            said(ffi::SQLITE_CANTOPEN),
            "DB cannot be opened: check that its folder exists and who may write there"
        );
        assert!(said(ffi::SQLITE_CORRUPT).contains("is damaged") && said(ffi::SQLITE_NOTADB).contains("is damaged"));
        assert!(said(ffi::SQLITE_IOERR).contains("the disk failed"));
    }
}
