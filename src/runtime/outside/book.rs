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
    /// A page of runs; `None` where it was given up. `meanwhile` is told what was found so far, again and again, where
    /// finding all of it takes long.
    pub fn page(
        &self,
        filter: &Filter,
        mut meanwhile: impl FnMut(&[Logged]) -> ControlFlow<()>,
    ) -> Result<Option<Vec<Logged>>, JournalError> {
        match self {
            Self::Here(log) => {
                let mut page = Vec::new();
                let mut look = log.look(filter)?;
                let mut keep = |page: &mut Vec<Logged>| {
                    look.go_on(&mut |run| {
                        page.push(run);
                        ControlFlow::Continue(())
                    })
                };
                while keep(&mut page)? {
                    if meanwhile(&page).is_break() {
                        return Ok(None);
                    }
                }
                Ok(Some(page))
            }
            #[cfg(feature = "postgres")]
            Self::There(log, runtime) => runtime.block_on(log.page(filter)).map(Some),
        }
    }

    pub fn runs(&self, filter: &Filter, each: impl FnMut(Logged) -> ControlFlow<()>) -> Result<(), JournalError> {
        match self {
            Self::Here(log) => log.runs(filter, each),
            #[cfg(feature = "postgres")]
            Self::There(log, runtime) => runtime.block_on(log.runs(filter, each)),
        }
    }

    /// How many runs there are; `None` where it was given up.
    pub fn count(&self, filter: &Filter, given_up: impl FnMut() -> bool) -> Result<Option<Count>, JournalError> {
        match self {
            Self::Here(log) => log.count_unless(filter, given_up),
            #[cfg(feature = "postgres")]
            Self::There(log, runtime) => runtime.block_on(log.count(filter)).map(Some),
        }
    }

    /// The runs of a replay are live ones.
    pub fn is_live(&self, replay: i64) -> Result<bool, JournalError> {
        match self {
            Self::Here(log) => log.is_live(replay),
            #[cfg(feature = "postgres")]
            Self::There(..) => Ok(true),
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
