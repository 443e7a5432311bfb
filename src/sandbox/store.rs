//! The sandbox's database: schema, opening, the organisation it makes for itself, its start and the way back to it.
//!
//! Owns the file and its tables. Must not know HTTP. Two processes may have the same file open: every request is one
//! immediate transaction, and nothing that another process could change is kept in memory.

use super::SandboxError;
use super::contact::{self, Contact};
use super::fields::Module;
use super::oauth::secret;
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};
use rusqlite_migration::{M, MigrationDefinitionError, Migrations};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The first id that a store without contacts of its own gives. Ids count up from here, on every machine alike.
const FIRST_ID: i64 = 5_551_234_000_001_000_001;

const STEPS: &[M] = &[M::up(
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE contact(
         id INTEGER PRIMARY KEY, created_s INTEGER NOT NULL, modified_s INTEGER NOT NULL,
         changed_ms INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
     CREATE TABLE seed(
         id INTEGER PRIMARY KEY, created_s INTEGER NOT NULL, modified_s INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
     CREATE TABLE entry(
         field TEXT NOT NULL, value TEXT NOT NULL, contact INTEGER NOT NULL,
         PRIMARY KEY(field, value, contact)) STRICT, WITHOUT ROWID;
     CREATE TABLE refresh(token TEXT PRIMARY KEY, scopes TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE access(
         token TEXT PRIMARY KEY, refresh TEXT, scopes TEXT NOT NULL, created_ms INTEGER NOT NULL,
         expires_s INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE INDEX access_refresh ON access(refresh);
     CREATE TABLE code(
         code TEXT PRIMARY KEY, scopes TEXT NOT NULL, redirect_uri TEXT, challenge TEXT, method TEXT,
         offline INTEGER NOT NULL, expires_s INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE device(
         device_code TEXT PRIMARY KEY, user_code TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL, offline INTEGER NOT NULL,
         state TEXT NOT NULL, polls INTEGER NOT NULL, polled_ms INTEGER, expires_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE credit(bucket INTEGER PRIMARY KEY, used INTEGER NOT NULL) STRICT;",
)];

/// What is unlike in every store, made when the store is made.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    /// The organisation's id, digits.
    pub zgid: String,
    pub client_id: String,
    pub client_secret: String,
    pub refresh_token: String,
}

/// The database of one organisation.
#[derive(Debug)]
pub(super) struct Store {
    connection: Connection,
}

impl Store {
    /// Opens the store; a new one gets its identity and its first contacts.
    pub fn open(
        path: Option<&Path>,
        module: &Module,
        contacts: &str,
        now: Timestamp,
    ) -> Result<(Self, Identity), SandboxError> {
        let wrong = |source| SandboxError::Store { path: path.map(Path::to_owned), source };
        let _held = path.map(hold).transpose()?;
        let mut connection = connect(path)?;
        Migrations::from_slice(STEPS)
            .to_latest(&mut connection)
            .map_err(|source| SandboxError::Schema { path: path.map(Path::to_owned), source: Box::new(source) })?;
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(wrong)?;
        let identity = match identity(&tx).map_err(wrong)? {
            Some(identity) => identity,
            // a copy without secrets: the organisation is the same, its credentials are new
            None if meta(&tx, "zgid").map_err(wrong)?.is_some() => {
                let zgid = meta(&tx, "zgid").map_err(wrong)?.unwrap_or_default();
                let identity = Identity { zgid, ..new_identity()? };
                keep_identity(&tx, &identity).map_err(wrong)?;
                identity
            }
            None => {
                let start = contact::read_seeds(contacts, module, now, FIRST_ID)?;
                let identity = new_identity()?;
                begin(&tx, &identity, &start.contacts, start.next_id).map_err(wrong)?;
                restore(&tx, &module.indexed).map_err(wrong)?;
                identity
            }
        };
        keep_index(&tx, &module.indexed).map_err(wrong)?;
        tx.commit().map_err(wrong)?;
        Ok((Self { connection }, identity))
    }

    /// Gives its organisation another id.
    pub fn rename(&self, path: &Path, organisation: &str) -> Result<(), SandboxError> {
        let wrong = |source| SandboxError::Store { path: Some(path.to_owned()), source };
        set_meta(&self.connection, "zgid", organisation).map_err(wrong)
    }

    /// One request's transaction. It takes the write lock at once: what it read cannot change before it writes.
    pub fn begin(&mut self) -> rusqlite::Result<Transaction<'_>> {
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate)
    }
}

/// Puts contacts, ids and times of a store back to its start, also while servers have it open. A file that does not
/// exist is at its start already.
pub(super) fn reset(path: &Path) -> Result<(), SandboxError> {
    let wrong = |source| SandboxError::Store { path: Some(path.to_owned()), source };
    if !path.exists() {
        return Ok(());
    }
    let _held = hold(path)?;
    let mut connection = connect(Some(path))?;
    Migrations::from_slice(STEPS)
        .to_latest(&mut connection)
        .map_err(|source| SandboxError::Schema { path: Some(path.to_owned()), source: Box::new(source) })?;
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(wrong)?;
    if let Some(indexed) = meta(&tx, "indexed").map_err(wrong)? {
        let indexed: Vec<String> = indexed.split_whitespace().map(str::to_owned).collect();
        restore(&tx, &indexed).map_err(wrong)?;
    }
    tx.commit().map_err(wrong)
}

/// Says what is wrong with a store, as far as a look tells that writes nothing. A file that does not exist is fine, and so
/// is one that cannot be opened for other reasons than what is in it.
pub(super) fn examine(path: &Path) -> Result<(), SandboxError> {
    if !path.exists() {
        return Ok(());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let version = Connection::open_with_flags(path, flags)
        .and_then(|db| db.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)));
    let path = Some(path.to_owned());
    match version {
        Ok(version) if usize::try_from(version).is_ok_and(|v| v > STEPS.len()) => {
            let source = rusqlite_migration::Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead);
            Err(SandboxError::Schema { path, source: Box::new(source) })
        }
        Err(source)
            if matches!(source.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)) =>
        {
            Err(SandboxError::Store { path, source })
        }
        _ => Ok(()),
    }
}

/// Takes the lock under which a store is made and migrated. It is a file of its own: a second descriptor on the
/// database itself would drop SQLite's locks when it is closed.
fn hold(path: &Path) -> Result<File, SandboxError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let wrong = |source| SandboxError::Folder { path: PathBuf::from(&name), source };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(wrong)?;
    }
    let file = File::options().create(true).append(true).open(&name).map_err(wrong)?;
    file.lock().map_err(wrong)?;
    Ok(file)
}

fn connect(path: Option<&Path>) -> Result<Connection, SandboxError> {
    let wrong = |source| SandboxError::Store { path: path.map(Path::to_owned), source };
    let connection = match path {
        Some(path) => {
            for_its_owner(path);
            Connection::open(path)
        }
        None => Connection::open_in_memory(),
    }
    .map_err(wrong)?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(wrong)?;
    connection.set_prepared_statement_cache_capacity(64);
    if path.is_some() {
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).map_err(wrong)?;
        // A power cut may lose the last writes but cannot damage the file: enough for an imitation, and it spares a
        // sync of the disk for every request. What a killed process committed is kept.
        connection.pragma_update(None, "synchronous", "normal").map_err(wrong)?;
    }
    Ok(connection)
}

/// Tokens and the client's secret stand in the file: nobody else reads it. SQLite gives the files beside it the same
/// permissions. What cannot be opened here, SQLite cannot open either and says why.
fn for_its_owner(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let file = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path);
        let kept = file.and_then(|file| match file.metadata()?.permissions().mode() & 0o077 {
            0 => Ok(()),
            _ => file.set_permissions(std::fs::Permissions::from_mode(0o600)),
        });
        if let Err(e) = kept {
            tracing::debug!("{}: its permissions stay as they are: {e}", path.display());
        }
    }
    #[cfg(not(unix))]
    let _: &Path = path;
}

pub(super) fn meta(db: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()
}

pub(super) fn set_meta(db: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")?
        .execute([key, value])
        .map(|_| ())
}

/// The next id of the sequence.
pub(super) fn take_id(db: &Connection) -> rusqlite::Result<i64> {
    let next = meta(db, "next_id")?.and_then(|text| text.parse().ok()).unwrap_or(FIRST_ID);
    set_meta(db, "next_id", &(next + 1).to_string())?;
    Ok(next)
}

fn identity(db: &Connection) -> rusqlite::Result<Option<Identity>> {
    let (Some(zgid), Some(client_id), Some(client_secret), Some(refresh_token)) =
        (meta(db, "zgid")?, meta(db, "client_id")?, meta(db, "client_secret")?, meta(db, "refresh_token")?)
    else {
        return Ok(None);
    };
    Ok(Some(Identity { zgid, client_id, client_secret, refresh_token }))
}

fn new_identity() -> Result<Identity, SandboxError> {
    Ok(Identity {
        zgid: format!("7{}", secret::digits(8)?),
        client_id: format!("1000.{}", secret::capitals(30)?),
        client_secret: secret::hex(21)?,
        refresh_token: secret::token()?,
    })
}

fn keep_identity(db: &Connection, identity: &Identity) -> rusqlite::Result<()> {
    set_meta(db, "zgid", &identity.zgid)?;
    set_meta(db, "client_id", &identity.client_id)?;
    set_meta(db, "client_secret", &identity.client_secret)?;
    set_meta(db, "refresh_token", &identity.refresh_token)
}

fn begin(db: &Connection, identity: &Identity, seeds: &[Contact], next_id: i64) -> rusqlite::Result<()> {
    keep_identity(db, identity)?;
    set_meta(db, "first_id", &next_id.to_string())?;
    let mut insert = db.prepare("INSERT INTO seed(id, created_s, modified_s, record) VALUES(?1, ?2, ?3, ?4)")?;
    for seed in seeds {
        insert.execute(params![seed.id, seed.created_s, seed.modified_s, seed.text()])?;
    }
    Ok(())
}

/// The seeds become the contacts. What an organisation used up today is forgotten with them.
fn restore(db: &Connection, indexed: &[String]) -> rusqlite::Result<()> {
    db.execute_batch(
        "DELETE FROM contact; DELETE FROM credit;
         INSERT INTO contact(id, created_s, modified_s, changed_ms, record)
             SELECT id, created_s, modified_s, 0, record FROM seed;",
    )?;
    let first = meta(db, "first_id")?.unwrap_or_else(|| FIRST_ID.to_string());
    set_meta(db, "next_id", &first)?;
    index_all(db, indexed)
}

/// Makes the index anew when other fields are to be found in it than when it was made.
fn keep_index(db: &Connection, indexed: &[String]) -> rusqlite::Result<()> {
    if meta(db, "indexed")?.as_deref() == Some(indexed.join(" ").as_str()) {
        return Ok(());
    }
    index_all(db, indexed)
}

fn index_all(db: &Connection, indexed: &[String]) -> rusqlite::Result<()> {
    db.execute("DELETE FROM entry", [])?;
    contact::scan(db, false, |found| {
        contact::index(db, indexed, &found)?;
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    set_meta(db, "indexed", &indexed.join(" "))
}
