//! Live runs as the screen sees them: how they stand, what waits and why, and what becomes of those that failed; in the
//! workspace or in a database. Whoever keeps them says when to look; nobody looks by the clock.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::Handle;

use super::Shared;
use crate::app::msg::{Live, LiveAction, LiveParked, LiveStanding, LiveWorker};
use crate::live::database::{self, Database};
use crate::live::queue::{Queue, Standing, Which};
use crate::live::sqlite::SqliteQueue;
use crate::live::told;
#[cfg(feature = "postgres")]
use crate::{
    app::msg::LastRun,
    live::postgres::{Postgres, ahead_ms, listen},
};

/// How many lines of a kind are told of what waits.
const SHOWN: usize = 200;
/// How soon after one another what a database's workers say is looked at, at most.
#[cfg(feature = "postgres")]
const PAUSE: std::time::Duration = std::time::Duration::from_secs(1);
/// How soon a database that cannot be reached is tried again.
#[cfg(feature = "postgres")]
const AGAIN: std::time::Duration = std::time::Duration::from_secs(10);

/// Where live runs are kept.
pub struct LiveHome {
    shared: Arc<Shared>,
    runtime: Handle,
    /// The workspace's queue, once there is one.
    queue: Option<SqliteQueue>,
    #[cfg(feature = "postgres")]
    there: Option<There>,
    /// What was told last.
    told: Option<Live>,
}

#[cfg(feature = "postgres")]
struct There {
    shown: String,
    home: Arc<Postgres>,
    /// The number of the last run that was there when somebody looked.
    newest: i64,
    listens: tokio::task::JoinHandle<()>,
}

#[cfg(feature = "postgres")]
impl Drop for There {
    fn drop(&mut self) {
        self.listens.abort();
    }
}

impl LiveHome {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            runtime: Handle::current(),
            queue: None,
            #[cfg(feature = "postgres")]
            there: None,
            told: None,
        }
    }

    /// The database that is named.
    fn database(&self) -> Result<Option<Database>, String> {
        let workspace = self.shared.workspace().map_err(|e| e.to_string())?;
        database::of(None, &workspace)
    }

    /// The workspace's queue; `None` where nobody ever worked it.
    fn queue(&mut self) -> Result<Option<&SqliteQueue>, String> {
        let path = self.shared.workspace().map_err(|e| e.to_string())?.live_db();
        if !path.exists() {
            self.queue = None;
            return Ok(None);
        }
        let queue = match self.queue.take() {
            Some(queue) => queue,
            None => SqliteQueue::open(&path).map_err(|e| e.to_string())?,
        };
        Ok(Some(self.queue.insert(queue)))
    }

    /// How live runs stand, where that is not what was told last; and whether a database's log grew.
    pub fn look(&mut self, look_again: &(impl Fn() -> bool + Clone + Send + Sync + 'static)) -> (Option<Live>, bool) {
        let (live, grew) = self.standing(look_again);
        let live = live.filter(|live| self.told.as_ref() != Some(live));
        if live.is_some() {
            self.told.clone_from(&live);
        }
        (live, grew)
    }

    #[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "the workspace's files are watched"))]
    fn standing(&mut self, look_again: &(impl Fn() -> bool + Clone + Send + Sync + 'static)) -> (Option<Live>, bool) {
        let unknown = |database: Option<String>, why: String| Live {
            database,
            standing: Err(why),
            last_runs: Default::default(),
        };
        match self.database() {
            Err(why) => (Some(unknown(None, why)), false),
            Ok(None) => {
                #[cfg(feature = "postgres")]
                drop(self.there.take());
                let runtime = self.runtime.clone();
                let standing = match self.queue() {
                    Ok(None) => return (None, false),
                    Ok(Some(queue)) => runtime.block_on(queue.standing()).map_err(|e| e.to_string()),
                    Err(why) => Err(why),
                };
                let standing = standing.map(|s| shown(s, 0));
                (Some(Live { database: None, standing, last_runs: Default::default() }), false)
            }
            #[cfg(not(feature = "postgres"))]
            Ok(Some(none)) => match none {},
            #[cfg(feature = "postgres")]
            Ok(Some(address)) => {
                let shown = address.shown().to_owned();
                match self.look_there(&address, look_again) {
                    Ok((live, grew)) => (Some(live), grew),
                    Err(why) => (Some(unknown(Some(shown), why)), false),
                }
            }
        }
    }

    /// What waits of live runs and why, in lines.
    pub fn waiting(&mut self) -> Result<Vec<String>, String> {
        let (runtime, now) = (self.runtime.clone(), self.shared.clock.now());
        let workspace = self.shared.workspace().map_err(|e| e.to_string())?;
        let active = told::active(&workspace).map_err(|e| e.to_string())?;
        #[cfg(feature = "postgres")]
        if let Some(there) = self.there()? {
            return runtime.block_on(all_of(there.as_ref(), &active, now));
        }
        match self.queue()? {
            Some(queue) => runtime.block_on(all_of(queue, &active, now)),
            None => Ok(vec!["Nobody ever ran `astra-zoho run` in this workspace.".into()]),
        }
    }

    /// Has failed runs tried again, or dropped; says how many.
    pub fn change(&mut self, retry: bool, runs: Vec<(i64, u64)>) -> Result<u64, String> {
        let runtime = self.runtime.clone();
        let which = Which { runs: Some(runs), ..Which::default() };
        #[cfg(feature = "postgres")]
        if let Some(there) = self.there()? {
            return runtime.block_on(changed(there.as_ref(), retry, &which));
        }
        match self.queue()? {
            Some(queue) => runtime.block_on(changed(queue, retry, &which)),
            None => Ok(0),
        }
    }
}

#[cfg(feature = "postgres")]
impl LiveHome {
    /// The database, once somebody looked at it; `None` where none is named.
    pub fn there(&mut self) -> Result<Option<Arc<Postgres>>, String> {
        match (self.database()?, &self.there) {
            (None, _) => Ok(None),
            (Some(_), Some(there)) => Ok(Some(Arc::clone(&there.home))),
            (Some(address), None) => Err(format!("{} was not reached yet", address.shown())),
        }
    }

    pub fn runtime(&self) -> &Handle {
        &self.runtime
    }

    fn look_there(
        &mut self,
        address: &Database,
        look_again: &(impl Fn() -> bool + Clone + Send + Sync + 'static),
    ) -> Result<(Live, bool), String> {
        let told = |e: crate::ports::JournalError| e.to_string();
        let there = match self.there.take().filter(|t| t.shown == address.shown()) {
            Some(there) => self.there.insert(there),
            None => {
                // whoever listens says at once that it does, and whenever the database is back
                let listens = self.runtime.spawn(listen_for_ever(address.clone(), look_again.clone()));
                match self.runtime.block_on(Postgres::look(address)) {
                    Ok(home) => {
                        let shown = address.shown().to_owned();
                        self.there.insert(There { shown, home: Arc::new(home), newest: i64::MAX, listens })
                    }
                    Err(e) => {
                        listens.abort();
                        look_later(&self.runtime, look_again.clone());
                        return Err(told(e));
                    }
                }
            }
        };
        let home = Arc::clone(&there.home);
        let actions = self.shared.workspace().and_then(|w| w.action_ids()).map_err(|e| e.to_string())?;
        let asked = self.runtime.block_on(async {
            let standing = home.standing().await?;
            let newest = home.newest().await?;
            let mut last_runs = std::collections::BTreeMap::new();
            for action in actions {
                if let Some(run) = home.latest(&action).await? {
                    last_runs.insert(action, LastRun { outcome: run.outcome, at: run.at, dry_run: run.dry_run });
                }
            }
            Ok((standing, newest, last_runs))
        });
        let (standing, newest, last_runs) = asked.map_err(told)?;
        let ahead = ahead_ms(standing.clock, self.shared.clock.now());
        let grew = newest > std::mem::replace(&mut there.newest, newest);
        let live = Live { database: Some(there.shown.clone()), standing: Ok(shown(standing, ahead)), last_runs };
        Ok((live, grew))
    }
}

/// Looks whenever workers say something, and when the database is lost or back.
#[cfg(feature = "postgres")]
async fn listen_for_ever(address: Database, look: impl Fn() -> bool + Clone) {
    loop {
        if let Err(error) = listen(&address, PAUSE, look.clone()).await {
            tracing::debug!(%error, "nobody listens to the workers");
        }
        if !look() {
            return;
        }
        tokio::time::sleep(AGAIN).await;
    }
}

#[cfg(feature = "postgres")]
fn look_later(runtime: &Handle, look: impl Fn() -> bool + Send + 'static) {
    runtime.spawn(async move {
        tokio::time::sleep(AGAIN).await;
        look();
    });
}

async fn all_of(queue: &impl Queue, active: &told::Active, now: Timestamp) -> Result<Vec<String>, String> {
    let ask = async {
        let standing = queue.standing().await?;
        let mut waiting = queue.waiting(SHOWN).await?;
        told::explain(&mut waiting, &standing, active, now);
        Ok(told::lines(&standing, &waiting, &queue.aside(SHOWN).await?, now))
    };
    ask.await.map_err(|e: crate::ports::JournalError| e.to_string())
}

async fn changed(queue: &impl Queue, retry: bool, which: &Which) -> Result<u64, String> {
    let done = if retry { queue.retry(which).await } else { queue.drop_runs(which).await };
    done.map_err(|e| e.to_string())
}

/// As the app sees it; workers were seen on a clock that is so far ahead of ours.
fn shown(standing: Standing, ahead_ms: i64) -> LiveStanding {
    let ours = |at: Timestamp| Timestamp::from_millisecond(at.as_millisecond() - ahead_ms).unwrap_or(at);
    let action =
        |(action, of): (String, crate::live::queue::OfAction)| LiveAction { action, due: of.due, failed: of.failed };
    LiveStanding {
        workers: standing.workers.iter().map(|b| LiveWorker { seen_at: ours(b.seen_at), ended: b.ended }).collect(),
        timers: standing.timers,
        arriving: standing.arriving,
        next_timer: standing.next_timer,
        due: standing.due,
        oldest: standing.oldest,
        failed: standing.failed,
        actions: standing.actions.into_iter().map(action).collect(),
        parked: standing.parked.into_iter().map(|p| LiveParked { account: p.account, until: p.until }).collect(),
    }
}
