//! Copies of a workspace: for somebody who only looks, and whole ones to go back to. What is done to a copy is done to
//! nobody's files. Secrets stay where they are unless they are asked for.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::error::WorkspaceError;
use super::files;
use super::workspace::Folders;

/// How long a copy waits for another process's write.
const PATIENCE: Duration = Duration::from_secs(30);

impl Folders {
    /// Copies what the screen shows into `to`, a folder of the caller's own: configuration, drafts, log, the sandbox's
    /// contacts. No tokens, no client secrets. Of a workspace that is not there yet, nothing.
    ///
    /// # Errors
    /// The workspace is a file, or something in it cannot be read; `to` cannot be written.
    pub fn copy_to(&self, to: &Path) -> Result<Self, WorkspaceError> {
        let copy = Self::under(to);
        match fs::metadata(&self.config) {
            Ok(meta) if !meta.is_dir() => return Err(WorkspaceError::NotAFolder { path: self.config.clone() }),
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(copy),
            _ => {}
        }
        for file in ["agent.toml", "accounts.toml", "config.toml"] {
            copy_file(&self.config.join(file), &copy.config.join(file))?;
        }
        copy_files(&self.config.join("actions"), &copy.config.join("actions"), "toml")?;
        copy_drafts(&self.data, &copy.data)?;
        for database in ["state.db", "sandbox.db"] {
            copy_database(&self.data.join(database), &copy.data.join(database))?;
        }
        Ok(copy)
    }

    /// Copies everything that matters into `to`, where nothing is yet, also while the workspace is used. With `secrets`, tokens and client secrets too,
    /// as they are kept: encrypted or not, for the owner alone.
    ///
    /// # Errors
    /// Something is there already; something cannot be read or written.
    pub fn copy_whole(&self, to: &Self, secrets: bool) -> Result<(), WorkspaceError> {
        for folder in [&to.config, &to.data] {
            let is_used = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
            if is_used || folder.is_file() {
                return Err(WorkspaceError::Taken { path: folder.clone() });
            }
        }
        files::private_folder(&to.data).map_err(WorkspaceError::io("make the folder", &to.data))?;
        for file in ["agent.toml", "accounts.toml", "config.toml"] {
            copy_file(&self.config.join(file), &to.config.join(file))?;
        }
        copy_files(&self.config.join("actions"), &to.config.join("actions"), "toml")?;
        copy_drafts(&self.data, &to.data)?;
        for database in ["live.db", "state.db", "sandbox.db", "credits.db"] {
            copy_database(&self.data.join(database), &to.data.join(database))?;
        }
        if secrets {
            self.copy_secrets(to)?;
        } else {
            forget_credentials(&to.data.join("sandbox.db"))?;
        }
        [&to.config, &to.data, &to.secrets].into_iter().try_for_each(|folder| sync(folder))
    }

    fn copy_secrets(&self, to: &Self) -> Result<(), WorkspaceError> {
        files::private_folder(&to.secrets).map_err(WorkspaceError::io("make the folder", &to.secrets))?;
        for name in files_in(&self.secrets, "json")? {
            let (from, to) = (self.secrets.join(&name), to.secrets.join(&name));
            let content = fs::read(&from).map_err(WorkspaceError::io("read", &from))?;
            files::create(&to, &content, files::Readers::Owner).map_err(WorkspaceError::io("write", &to))?;
        }
        Ok(())
    }

    /// The latest time that the workspace itself remembers: of a replay, of a list of fields, or of a look at a connection.
    pub fn last_touched(&self) -> Option<Timestamp> {
        let db = Connection::open_with_flags(self.data.join("state.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
        let sql = "SELECT max(ms) FROM (SELECT max(started_ms) AS ms FROM replays UNION ALL \
                   SELECT max(fetched_ms) FROM fields_cache UNION ALL SELECT max(checked_ms) FROM account_checks)";
        let ms: Option<i64> = db.query_row(sql, [], |row| row.get(0)).ok()?;
        Timestamp::from_millisecond(ms?).ok()
    }
}

/// The embedded CRM's own credentials, which it makes anew where they are missing, leave its database; so does every token
/// that it gave, to whomever.
fn forget_credentials(sandbox: &Path) -> Result<(), WorkspaceError> {
    if !sandbox.exists() {
        return Ok(());
    }
    let forget = |db: &Connection| {
        db.execute("DELETE FROM meta WHERE key IN ('client_secret', 'refresh_token')", [])?;
        for table in ["refresh", "access", "code", "device"] {
            // an older program's has fewer
            if db.table_exists(None, table)? {
                db.execute(&format!("DELETE FROM {table}"), [])?;
            }
        }
        db.execute_batch("VACUUM")
    };
    Connection::open(sandbox).and_then(|db| forget(&db)).or_else(|e| {
        // damaged: what is in it nobody can tell, so it is left out
        tracing::warn!("{} is left out of the copy: {e}", sandbox.display());
        fs::remove_file(sandbox).map_err(WorkspaceError::io("remove", sandbox))
    })
}

/// Makes what is in a folder last through a power cut. A folder that is not there has nothing.
fn sync(folder: &Path) -> Result<(), WorkspaceError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(WorkspaceError::io("read", folder)(e)),
    };
    for entry in entries {
        let path = entry.map_err(WorkspaceError::io("read", folder))?.path();
        if path.is_dir() {
            sync(&path)?;
        } else {
            fs::File::open(&path).and_then(|f| f.sync_all()).map_err(WorkspaceError::io("write", &path))?;
            files::sync_folder(&path).map_err(WorkspaceError::io("write", &path))?;
        }
    }
    Ok(())
}

/// The names of a folder's files, hidden ones and folders in it left out.
fn files_in(from: &Path, extension: &str) -> Result<Vec<OsString>, WorkspaceError> {
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(WorkspaceError::io("read", from)(e)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(WorkspaceError::io("read", from))?.file_name();
        let path = from.join(&name);
        let hidden = name.as_encoded_bytes().starts_with(b".");
        if !hidden && path.extension().is_some_and(|e| e == extension) && !path.is_dir() {
            names.push(name);
        }
    }
    Ok(names)
}

/// What is being edited, by whichever program: in the copy nobody holds it.
fn copy_drafts(from: &Path, to: &Path) -> Result<(), WorkspaceError> {
    let (from, to) = (from.join("drafts"), to.join("drafts"));
    copy_files(&from, &to, "json")?;
    let entries = match fs::read_dir(&from) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(WorkspaceError::io("read", from)(e)),
    };
    for entry in entries {
        let entry = entry.map_err(WorkspaceError::io("read", &from))?;
        if entry.path().is_dir() {
            copy_files(&entry.path(), &to.join(entry.file_name()), "json")?;
        }
    }
    Ok(())
}

fn copy_files(from: &Path, to: &Path, extension: &str) -> Result<(), WorkspaceError> {
    files_in(from, extension)?.iter().try_for_each(|name| copy_file(&from.join(name), &to.join(name)))
}

/// The content alone: the copy can be written also where the original cannot. A file that is not there is none there.
fn copy_file(from: &Path, to: &Path) -> Result<(), WorkspaceError> {
    // a folder where a file should be: the screen says of the copy what it says of the original
    if from.is_dir() {
        return fs::create_dir_all(to).map_err(WorkspaceError::io("make the folder", to));
    }
    let mut original = match fs::File::open(from) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(WorkspaceError::io("read", from)(e)),
    };
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(WorkspaceError::io("make the folder", folder))?;
    }
    let mut copy = fs::File::create(to).map_err(WorkspaceError::io("write", to))?;
    io::copy(&mut original, &mut copy).map_err(WorkspaceError::io("copy", from))?;
    Ok(())
}

/// As it is at one moment, whoever writes it meanwhile.
fn copy_database(from: &Path, to: &Path) -> Result<(), WorkspaceError> {
    if !fs::exists(from).map_err(WorkspaceError::io("read", from))? {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(WorkspaceError::io("make the folder", folder))?;
    }
    let wal = beside(from);
    let is_used = || fs::exists(&wal).map_err(WorkspaceError::io("read", &wal));
    // SQLite's own way of reading makes files beside the original, which nobody else's reading needs
    let copied = match is_used()? {
        false => {
            let copied = vacuum(from, to, "immutable=1");
            if is_used()? {
                // somebody began to write meanwhile
                fs::remove_file(to).map_err(WorkspaceError::io("write", to))?;
                vacuum(from, to, "mode=ro")
            } else {
                copied
            }
        }
        true => vacuum(from, to, "mode=ro"),
    };
    match copied {
        Ok(()) => Ok(()),
        // damaged, or on a disk where SQLite cannot even read: the screen says of the copy what it says of the original
        Err(e) => {
            tracing::debug!("{} is copied as it stands: {e}", from.display());
            copy_file(from, to)?;
            copy_file(&wal, &beside(to))
        }
    }
}

fn vacuum(from: &Path, to: &Path, how: &str) -> rusqlite::Result<()> {
    let whole = std::path::absolute(from).ok().and_then(|path| url::Url::from_file_path(path).ok());
    let mut uri = whole.ok_or_else(|| rusqlite::Error::InvalidPath(from.to_owned()))?;
    uri.set_query(Some(how));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(uri.as_str(), flags)?;
    db.busy_timeout(PATIENCE)?;
    let to = to.to_str().ok_or_else(|| rusqlite::Error::InvalidPath(to.to_owned()))?;
    db.execute("VACUUM INTO ?1", [to]).map(drop)
}

/// The last changes, which SQLite keeps in a file of its own for a while.
fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Journal, Workspace};

    #[test]
    fn everything_but_secrets_is_copied_and_the_original_stays() {
        let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let workspace = Workspace::open(Some(home.path().to_owned())).unwrap();
        workspace.make_data_folder().unwrap();
        let journal = Journal::open(&workspace.state_db()).unwrap();
        let at: Timestamp = "2026-03-05T12:00:00Z".parse().unwrap();
        journal.keep_fields("sandbox", at, "[]").unwrap();
        fs::create_dir(home.path().join("secrets")).unwrap();
        fs::write(home.path().join("secrets/sandbox.json"), "{}").unwrap();
        fs::create_dir(home.path().join("data/drafts")).unwrap();
        fs::write(home.path().join("data/drafts/x.json"), "{}").unwrap();
        fs::create_dir(home.path().join("data/drafts/2")).unwrap();
        fs::write(home.path().join("data/drafts/2/y.json"), "{}").unwrap();
        fs::write(home.path().join("data/drafts/2/held"), "").unwrap();
        // the journal is open and its last changes are not in the main file yet
        let copy = workspace.folders().copy_to(other.path()).unwrap();
        assert_eq!(copy.last_touched(), Some(at));
        let copied = Workspace::open(Some(other.path().to_owned())).unwrap();
        assert!(!copied.was_made());
        assert_eq!(copied.action_ids().unwrap(), workspace.action_ids().unwrap());
        assert!(
            other.path().join("data/drafts/2/y.json").exists() && !other.path().join("data/drafts/2/held").exists()
        );
        assert!(other.path().join("data/drafts/x.json").exists() && !other.path().join("secrets").exists());
        Journal::open(&copied.state_db()).unwrap().keep_fields("crm", at, "[]").unwrap();
        assert_eq!(journal.kept_fields("crm").unwrap(), None);
    }

    #[test]
    fn what_is_not_there_or_damaged_is_copied_as_that() {
        let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let nowhere = Folders::under(&home.path().join("none"));
        assert_eq!(nowhere.copy_to(other.path()).unwrap().last_touched(), None);
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
        fs::create_dir(home.path().join("data")).unwrap();
        fs::write(home.path().join("data/state.db"), "no database").unwrap();
        fs::create_dir(home.path().join("config.toml")).unwrap();
        Folders::under(home.path()).copy_to(other.path()).unwrap();
        assert!(other.path().join("config.toml").is_dir());
        assert_eq!(fs::read_to_string(other.path().join("data/state.db")).unwrap(), "no database");
        let file = Folders::under(&home.path().join("data/state.db"));
        assert!(matches!(file.copy_to(other.path()), Err(WorkspaceError::NotAFolder { .. })));
    }
}
