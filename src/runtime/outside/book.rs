//! The log, wherever it is: a file of the workspace, or a database. Must not know what is asked.

use std::ops::ControlFlow;
#[cfg(feature = "postgres")]
use std::sync::Arc;

#[cfg(feature = "postgres")]
use tokio::runtime::Handle;

#[cfg(feature = "postgres")]
use crate::live::postgres::Postgres;
use crate::ports::JournalError;
use crate::store::{Count, Filter, Log, Logged, Tally};

/// A log that is open. Answers on the thread that asks, which must not be one of the runtime's.
pub enum Book<'a> {
    /// The workspace's.
    Here(&'a Log),
    /// A database's.
    #[cfg(feature = "postgres")]
    There(Arc<Postgres>, &'a Handle),
}

impl Book<'_> {
    pub fn page(&self, filter: &Filter) -> Result<Vec<Logged>, JournalError> {
        match self {
            Self::Here(log) => log.page(filter),
            #[cfg(feature = "postgres")]
            Self::There(log, runtime) => runtime.block_on(log.page(filter)),
        }
    }

    pub fn runs(&self, filter: &Filter, each: impl FnMut(Logged) -> ControlFlow<()>) -> Result<(), JournalError> {
        match self {
            Self::Here(log) => log.runs(filter, each),
            #[cfg(feature = "postgres")]
            Self::There(log, runtime) => runtime.block_on(log.runs(filter, each)),
        }
    }

    pub fn count(&self, filter: &Filter) -> Result<Count, JournalError> {
        match self {
            Self::Here(log) => log.count(filter),
            #[cfg(feature = "postgres")]
            Self::There(log, runtime) => runtime.block_on(log.count(filter)),
        }
    }

    pub fn tallies(&self, action: &str) -> Result<Vec<Tally>, JournalError> {
        match self {
            Self::Here(log) => log.tallies(Some(action)),
            #[cfg(feature = "postgres")]
            Self::There(log, runtime) => runtime.block_on(log.tallies(Some(action))),
        }
    }
}
