//! A worker among others: does what jobs say, until it is told to stop.
//!
//! Owns what each kind of job does, and how soon a worker that died is missed. Must not know how a conversation is looked
//! at, nor how a run is made.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use graphile_worker::{
    IntoTaskHandlerResult, LocalQueueConfig, RefetchDelayConfig, TaskHandler, WorkerContext, WorkerOptions,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::failed::Failed;
use super::{JOBS, Lane, Postgres};
use crate::domain::conversation::Conversation;
use crate::domain::moment::Listen;
use crate::domain::run::RunRecord;
use crate::engine::run::Target;
use crate::live::event::Event;
use crate::live::metrics::Metrics;
use crate::live::queue::{Accepted, Queue};
use crate::live::watermark::Watermarks;
use crate::live::worker::Worker;
use crate::ports::{Clock, Crm, JournalError};

/// How many jobs are done at once: more than there are lanes, so that looks do not wait for runs.
const AT_ONCE: usize = 8;
/// How many jobs are fetched at once.
const FETCHED: usize = 16;
/// How often jobs are looked for whose time has come; those that are due at once are told of.
const LOOK: Duration = Duration::from_millis(500);
/// How long a worker that found nothing does not look again, unless it is told of a job. Without it version 0.14.1 looks again
/// at once, a thousand times a second: the end of one look wakes the next.
const REST: Duration = Duration::from_millis(250);
/// How often a worker says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long a worker is not heard of before others take over its jobs.
const MISSED: Duration = Duration::from_secs(5);
/// How often timers and lanes are looked through for those that lost their jobs.
const MEND: Duration = Duration::from_secs(60);

/// Whoever hears of each record once it is kept.
pub type Report = Box<dyn Fn(&RunRecord) + Send + Sync>;

/// A worker, with the actions as they are now.
pub struct Crew<C, F> {
    /// The queue.
    pub home: Arc<Postgres>,
    /// The clock, of timers, waits and durations.
    pub clock: Arc<dyn Clock>,
    /// The number under which the runs of these actions are kept.
    pub stream: i64,
    /// The actions and where they write.
    pub targets: Vec<Target<C>>,
    /// From when on each counts.
    pub since: BTreeMap<String, Timestamp>,
    /// Makes a fresh understanding of a conversation.
    pub listen: F,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Whether nothing more is to be begun.
    pub stop: watch::Receiver<bool>,
    /// How long a job that was begun may go on then. After that it is handed back.
    pub grace: Duration,
    /// Hears of records.
    pub report: Report,
}

/// What jobs ask for.
trait Hands: Send + Sync {
    fn look(&self, conversation: String) -> BoxFuture<'_, Result<(), JournalError>>;
    fn run(&self, lane: i32) -> BoxFuture<'_, Result<(), JournalError>>;
    fn event(&self, event: serde_json::Value) -> BoxFuture<'_, Result<(), JournalError>>;
}

impl<C, F, U> Hands for Crew<C, F>
where
    C: Crm,
    F: Fn(&Conversation) -> U + Send + Sync,
    U: Listen,
{
    fn look(&self, conversation: String) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            let now = self.home.time(self.clock.now()).await.map_err(|e| self.home.failed(e))?;
            self.worker(self.home.as_ref(), &Watermarks::default()).look_at(&conversation, now).await
        })
    }

    fn run(&self, lane: i32) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            let lane = Lane::take_over(&self.home, lane).await?;
            loop {
                let mut made = false;
                for target in &self.targets {
                    if *self.stop.borrow() {
                        return lane.leave().await;
                    }
                    let marks = Watermarks::default();
                    made |= self.worker(&lane, &marks).make(target, &mut |record| (self.report)(record)).await?;
                }
                if !made {
                    return lane.leave().await;
                }
            }
        })
    }

    fn event(&self, event: serde_json::Value) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            let now = self.clock.now();
            let text = event.to_string();
            match Event::from_value(event).and_then(|e| e.not_ahead(now)) {
                Ok(event) => {
                    let new = self.home.accept(&[event], self.home.late_ms).await?.first() == Some(&true);
                    self.metrics.came(Accepted { accepted: new.into(), duplicates: (!new).into() });
                }
                Err(why) => {
                    self.home.set_aside("SQL", &text, &why.to_string(), now).await?;
                    self.metrics.set_aside();
                }
            }
            Ok(())
        })
    }
}

impl<C, F> Crew<C, F> {
    fn worker<'a, Q>(&'a self, queue: &'a Q, marks: &'a Watermarks) -> Worker<'a, Q, Q, Q, C, &'a F> {
        Worker {
            queue,
            journal: queue,
            leases: queue,
            clock: Arc::clone(&self.clock),
            stream: self.stream,
            targets: &self.targets,
            since: &self.since,
            lateness: Duration::from_millis(self.home.late_ms.unsigned_abs()),
            marks,
            listen: &self.listen,
            metrics: &self.metrics,
        }
    }
}

impl<C, F, U> Crew<C, F>
where
    C: Crm + 'static,
    F: Fn(&Conversation) -> U + Send + Sync + 'static,
    U: Listen + 'static,
{
    /// Works until it is to stop, and finishes what was begun.
    ///
    /// # Errors
    /// The database failed: what was begun is taken over, by this worker or another one.
    pub async fn work(self) -> Result<(), JournalError> {
        let home = Arc::clone(&self.home);
        let failed = |e: String| home.failed(Failed::Jobs(e));
        let (mut stop, grace) = (self.stop.clone(), self.grace);
        let stop = async move { stop.wait_for(|stop| *stop).await.map(drop).unwrap_or_default() };
        let hands: Arc<dyn Hands> = Arc::new(self);
        // one job that it is told of is enough to look
        let rest = RefetchDelayConfig::default().with_duration(REST).with_max_abort_threshold(1);
        let worker = WorkerOptions::default()
            .database(home.jobs.clone())
            .schema(JOBS)
            .concurrency(AT_ONCE)
            // without it a worker does as many jobs a look as it does at once, and then waits
            .local_queue(LocalQueueConfig::default().with_size(FETCHED).with_refetch_delay(rest))
            .poll_interval(LOOK)
            .heartbeat_interval(HEARTBEAT)
            .sweep_interval(HEARTBEAT)
            .sweep_threshold(MISSED)
            .recovery_delay(Duration::ZERO)
            .listen_os_shutdown_signals(false)
            .shutdown_signal(stop)
            .shutdown_grace_period(grace)
            .shutdown_interrupted_job_retry_delay(Duration::ZERO)
            .add_extension(Given(hands))
            .define_job::<Look>()
            .define_job::<Run>()
            .define_job::<Told>()
            .init()
            .await
            .map_err(|e| failed(e.to_string()))?;
        let mut mending = tokio::time::interval(MEND);
        let working = worker.run();
        tokio::pin!(working);
        loop {
            tokio::select! {
                ended = &mut working => return ended.map_err(|e| failed(e.to_string())),
                _ = mending.tick() => {
                    if let Err(error) = home.mend().await {
                        tracing::error!(%error, "timers cannot be looked through");
                    }
                }
            }
        }
    }
}

impl Postgres {
    async fn mend(&self) -> Result<(), JournalError> {
        let mend = async { Ok(self.client().await?.query_one("SELECT astra_zoho.mend()::text", &[]).await?) };
        mend.await.map(drop).map_err(|e| self.failed(e))
    }
}

#[derive(Clone)]
struct Given(Arc<dyn Hands>);

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given")
    }
}

fn hands(context: &WorkerContext) -> Result<Arc<dyn Hands>, String> {
    context.get_ext::<Given>().map(|given| Arc::clone(&given.0)).ok_or_else(|| "nobody does jobs".to_owned())
}

/// The job comes again, so this is for those who look why it takes long.
fn said(error: JournalError) -> String {
    tracing::error!(%error, "a job failed and comes again");
    error.message
}

/// A conversation's timer has ended.
#[derive(Serialize, Deserialize)]
struct Look {
    conversation: String,
}

impl TaskHandler for Look {
    const IDENTIFIER: &'static str = "look";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        hands(&context)?.look(self.conversation).await.map_err(said)
    }
}

/// Runs of a lane are due.
#[derive(Serialize, Deserialize)]
struct Run {
    lane: i32,
}

impl TaskHandler for Run {
    const IDENTIFIER: &'static str = "run";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        hands(&context)?.run(self.lane).await.map_err(said)
    }
}

/// An event came by SQL.
#[derive(Serialize, Deserialize)]
struct Told {
    event: serde_json::Value,
}

impl TaskHandler for Told {
    const IDENTIFIER: &'static str = "event";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        hands(&context)?.event(self.event).await.map_err(said)
    }
}
