//! What can go wrong with the workspace's files, as sentences. Must not know what is in them.

use std::io;
use std::path::PathBuf;

use super::document::Loaded;

/// The workspace could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// Neither `--workspace` nor a home folder.
    #[error("no home folder is known for this user: name the workspace's folder with --workspace DIR")]
    NoHome,
    /// `--workspace` names a file.
    #[error("the workspace {path} is not a folder: name a folder with --workspace DIR")]
    NotAFolder {
        /// What was named.
        path: PathBuf,
    },
    /// A copy would mix with what is there.
    #[error("{path} is not empty: move it away, or name another folder")]
    Taken {
        /// What is there.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot {doing} {path}: {}", reason(source))]
    Io {
        /// What was tried: `read`, `write`, ...
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An action's or account's id that cannot be a file's name.
    #[error("`{id}` cannot be a file's name: use letters, digits, `-`, `_` and `.`")]
    BadId {
        /// The id.
        id: String,
    },
    /// No such action.
    #[error("there is no action `{id}` in {folder}{hint}")]
    NoAction {
        /// The id asked for.
        id: String,
        /// The folder of the actions.
        folder: PathBuf,
        /// `: did you mean ...?`, or what there is.
        hint: String,
    },
    /// A new file's name is taken.
    #[error("{path} is already there: choose another name")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file with mistakes in its TOML cannot be changed without losing what is in it.
    #[error("{path} is not valid TOML, so it was left as it is: mend it by hand (`astra-zoho check` shows where)")]
    Broken {
        /// The file.
        path: PathBuf,
    },
}

impl WorkspaceError {
    pub(super) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}

/// What the system said, with what to do about it where that is known.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => {
            "the disk is read-only: make it writable, or name another folder with --workspace DIR".into()
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full: free some space and try again".into()
        }
        io::ErrorKind::PermissionDenied => "permission denied: check who owns it and its mode".into(),
        io::ErrorKind::NotFound => "it is not there".into(),
        _ => error.to_string(),
    }
}

/// A file changed since it was read: nothing was written.
#[derive(Debug)]
pub struct Conflict<T> {
    /// The file.
    pub path: PathBuf,
    /// What it says now; `None` where it is gone.
    pub theirs: Option<Loaded<T>>,
    /// What was to be saved.
    pub mine: T,
    /// What it said when it was read.
    pub base: T,
}

/// A file could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError<T> {
    /// Somebody else changed the file meanwhile.
    #[error("{} was changed by somebody else meanwhile: reload it, overwrite it, or merge", .0.path.display())]
    Conflict(Box<Conflict<T>>),
    /// The file could not be written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}
