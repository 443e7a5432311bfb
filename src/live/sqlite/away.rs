//! A queue that was moved into a database and stands beside, in case it is wanted again.
//!
//! Owns how such a file is called and made whole; must not know where the queue was moved to.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::SqliteQueue;
use crate::ports::JournalError;

/// How the names of the files begin and end; seconds since 1970 UTC stand between.
const NAME: (&str, &str) = ("live.moved-", ".db");

impl SqliteQueue {
    /// Puts the file away, with all that was written and stood beside it so far; gives its new name. Others that have it open
    /// see nothing new in it.
    ///
    /// # Errors
    /// Somebody writes into it, or it cannot be renamed.
    pub fn put_away(self, now: Timestamp) -> Result<PathBuf, JournalError> {
        let path = self.path.clone();
        let held: i64 = self.read(|db| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)))?;
        if held != 0 {
            let message =
                format!("{} is being used: close the screens of this workspace and try again", path.display());
            return Err(JournalError { message, source: None });
        }
        drop(self);
        let away = path.with_file_name(format!("{}{}{}", NAME.0, now.as_second(), NAME.1));
        let failed = |e: std::io::Error| JournalError {
            message: format!("{} cannot be put away: {e}; do so by hand", path.display()),
            source: Some(Box::new(e)),
        };
        std::fs::rename(&path, &away).map_err(failed)?;
        // empty by now, and another queue under the old name must not find them
        for beside in ["-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(beside);
            match std::fs::remove_file(&name) {
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(failed(e)),
                _ => {}
            }
        }
        Ok(away)
    }

    /// The files that were put away beside the queue at this path.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn put_away_of(path: &Path) -> Result<Vec<PathBuf>, JournalError> {
        let Some(folder) = path.parent() else { return Ok(Vec::new()) };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => {
                let message = format!("{} cannot be read: {e}", folder.display());
                return Err(JournalError { message, source: Some(Box::new(e)) });
            }
        };
        let is_one = |path: &PathBuf| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            name.starts_with(NAME.0) && name.ends_with(NAME.1)
        };
        let mut found: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(is_one).collect();
        found.sort();
        Ok(found)
    }
}
