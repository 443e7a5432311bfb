//! Answers of a language model, one file each, by the digest of their question: a replay of the same conversations with the
//! same fields repeats. Readable by the owner alone: customers' data is in them. Must not know what was asked.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use jiff::Timestamp;
use secrecy::SecretString;

use super::error::WorkspaceError;
use super::files::{self, Readers};
use super::secrets::read_private;
use super::workspace::Workspace;
use crate::ports::{KeptAnswers, ModelAnswer, SecretsError};

/// The largest answer that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// The folder.
#[derive(Debug, Clone)]
pub struct Answers {
    folder: PathBuf,
}

impl Workspace {
    /// What a language model answered before.
    pub fn answers(&self) -> Answers {
        Answers { folder: self.folders().data.join("answers") }
    }
}

/// The variable that gives the key instead of the file.
const KEY: &str = "ASTRA_ZOHO_EXTRACTOR_KEY";

impl Workspace {
    /// The key of the language model's server: of the environment, or the first line of `secrets/extractor.key`, which others
    /// must not be able to read. `None` where there is neither.
    ///
    /// # Errors
    /// The file cannot be read, or others can read it.
    pub fn model_key(&self) -> Result<Option<SecretString>, SecretsError> {
        let own = std::env::var(KEY).ok();
        let own = own.as_deref().map(str::trim).filter(|k| !k.is_empty());
        if let Some(key) = own {
            return Ok(Some(key.into()));
        }
        let read = read_private(&self.folders().secrets.join("extractor.key"))?;
        let line = read.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok()?.lines().next());
        Ok(line.map(str::trim).filter(|l| !l.is_empty()).map(SecretString::from))
    }
}

impl Answers {
    /// Forgets answers: those kept before a time, or all, since nothing tells whose they are. Says how many.
    ///
    /// # Errors
    /// The folder cannot be read, or a file cannot be removed.
    pub fn forget(&self, before: Option<Timestamp>) -> Result<u64, WorkspaceError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(e) => return Err(WorkspaceError::io("read", &self.folder)(e)),
        };
        let mut gone = 0;
        for entry in entries {
            let path = entry.map_err(WorkspaceError::io("read", &self.folder))?.path();
            let kept = fs::metadata(&path).and_then(|m| m.modified()).map_err(WorkspaceError::io("read", &path))?;
            if before.is_none_or(|before| kept < SystemTime::from(before)) {
                fs::remove_file(&path).map_err(WorkspaceError::io("remove", &path))?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{digest}.json"))
    }
}

impl KeptAnswers for Answers {
    fn recall(&self, digest: &str) -> Option<ModelAnswer> {
        let path = self.path(digest);
        let small = fs::metadata(&path).is_ok_and(|m| m.len() <= LARGEST);
        small.then(|| fs::read(&path).ok()).flatten().and_then(|bytes| serde_json::from_slice(&bytes).ok())
    }

    fn keep(&self, digest: &str, answer: &ModelAnswer) {
        let Ok(text) = serde_json::to_vec(answer) else { return };
        let kept = files::private_folder(&self.folder)
            .and_then(|()| files::replace(&self.path(digest), &text, Readers::Owner));
        if let Err(e) = kept {
            tracing::warn!("an answer of the language model could not be kept: {e}");
        }
    }
}
