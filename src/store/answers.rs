//! Answers of a language model, one file each, by the digest of their question: a replay of the same conversations with the
//! same fields repeats. Readable by the owner alone: customers' data is in them. Must not know what was asked.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use secrecy::SecretString;

use super::error::WorkspaceError;
use super::files::{self, Readers};
use super::vault::open_model_key;
use super::workspace::Workspace;
use crate::ports::{KeptAnswers, ModelAnswer, SecretsError};

/// The largest answer that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// How many answers are kept: the newest.
const MOST: usize = 10_000;
/// For how long an answer is kept: 90 days.
const LONGEST: Duration = Duration::from_secs(90 * 24 * 3600);
/// After how many new answers the old ones are looked at.
const EVERY: u32 = 100;

/// The folder.
#[derive(Debug, Clone)]
pub struct Answers {
    folder: PathBuf,
    /// How many were kept by this process.
    kept: Arc<AtomicU32>,
}

impl Workspace {
    /// What a language model answered before.
    pub fn answers(&self) -> Answers {
        Answers { folder: self.folders().data.join("answers"), kept: Arc::default() }
    }
}

/// The variable that gives the key instead of the file.
const KEY: &str = "ASTRA_ZOHO_EXTRACTOR_KEY";

impl Workspace {
    /// The key of the language model's server: of the environment, or the first line of `secrets/extractor.key`, which others
    /// must not be able to read, and which may be encrypted. `None` where there is neither.
    ///
    /// # Errors
    /// The file cannot be read, or others can read it.
    pub fn model_key(&self) -> Result<Option<SecretString>, SecretsError> {
        let own = std::env::var(KEY).ok();
        let own = own.as_deref().map(str::trim).filter(|k| !k.is_empty());
        if let Some(key) = own {
            return Ok(Some(key.into()));
        }
        let read = open_model_key(&self.folders().secrets, None)?;
        let line = read.as_ref().and_then(|(bytes, _)| std::str::from_utf8(bytes).ok()?.lines().next());
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

    /// Removes what is older than 90 days, and of more than 10,000 the oldest. Counted from the newest: no clock is needed.
    fn bound(&self) -> io::Result<()> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            all.push((entry.metadata()?.modified()?, entry.path()));
        }
        all.sort_unstable_by(|a, b| b.cmp(a));
        let Some(newest) = all.first().map(|(at, _)| *at) else { return Ok(()) };
        let old = |at: &SystemTime| newest.duration_since(*at).is_ok_and(|age| age > LONGEST);
        for (_, path) in all.iter().enumerate().filter(|(i, (at, _))| *i >= MOST || old(at)).map(|(_, one)| one) {
            fs::remove_file(path)?;
        }
        Ok(())
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
        if self.kept.fetch_add(1, Ordering::Relaxed).is_multiple_of(EVERY)
            && let Err(e) = self.bound()
        {
            tracing::warn!("old answers of the language model could not be removed: {e}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_answers_and_too_many_go() {
        let dir = tempfile::tempdir().unwrap();
        let answers = Answers { folder: dir.path().to_owned(), kept: Arc::default() };
        let aged = |name: &str, days: u64| {
            let path = dir.path().join(name);
            fs::write(&path, "{}").unwrap();
            let newest = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
            let at = newest - Duration::from_secs(days * 24 * 3600);
            fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
        };
        for (name, days) in [("new", 0), ("week", 7), ("quarter", 89), ("old", 91)] {
            aged(name, days);
        }
        answers.bound().unwrap();
        let mut left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["new", "quarter", "week"]);
        let answer = ModelAnswer { content: "{}".into(), tokens_in: 1, tokens_out: 2 };
        answers.keep("d", &answer);
        assert_eq!(answers.recall("d"), Some(answer));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "those of long before the newest go");
    }
}
