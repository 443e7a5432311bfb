//! What a database's failures mean to an operator. Must not know what was asked.

use deadpool_postgres::PoolError;

use crate::ports::JournalError;

/// No connection was had in time.
#[derive(Debug, thiserror::Error)]
#[error("no connection was had in time")]
pub(super) struct Silent;

/// Something went wrong with the database.
#[derive(Debug)]
pub(super) enum Failed {
    Database(tokio_postgres::Error),
    /// No connection could be had.
    Pool(String),
    /// graphile_worker failed.
    Jobs(String),
    /// Something that only this program writes cannot be read.
    Json(serde_json::Error),
    /// Made by a newer program.
    Newer,
    /// No queue is there.
    None,
    /// What was claimed is somebody else's by now.
    Taken,
}

impl From<tokio_postgres::Error> for Failed {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

impl From<PoolError> for Failed {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(e) => Self::Database(e),
            PoolError::Timeout(_) => Self::Pool("it does not answer".into()),
            other => Self::Pool(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Failed {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl Failed {
    /// As a sentence, with where the database is.
    pub fn told(self, shown: &str) -> JournalError {
        let message = match &self {
            Self::Database(e) => match e.as_db_error() {
                Some(db) => format!("{shown}: {} ({})", db.message(), db.code().code()),
                None => format!("{shown} cannot be reached: {}", cause(e)),
            },
            Self::Pool(why) => format!("{shown} cannot be reached: {why}"),
            Self::Jobs(why) => format!("{shown}: its jobs fail: {why}"),
            Self::Json(_) => format!("{shown} holds what this program did not write: restore a copy"),
            Self::Newer => format!("{shown} was made by a newer astra-zoho: update this program"),
            Self::None => {
                format!("{shown} holds no queue: name the right one, or start `astra-zoho run` there, which makes it")
            }
            Self::Taken => {
                "another worker took over these runs, since this one was not heard of for a while".to_owned()
            }
        };
        let source: Option<Box<dyn std::error::Error + Send + Sync>> = match self {
            Self::Database(e) => Some(Box::new(e)),
            Self::Json(e) => Some(Box::new(e)),
            Self::Pool(_) => Some(Box::new(Silent)),
            _ => None,
        };
        JournalError { message, source }
    }
}

/// The last of an error's causes, which says what the system said.
fn cause(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}
