//! `run` by itself: the queue and the journal in the workspace, worked by this process alone.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Arguments, GLANCE, GRACE, Home, PAUSE, RELOAD, Service, model_sums, since, tell};
use crate::cli::Context;
use crate::cli::out::Failure;
use crate::domain::action::Action;
use crate::domain::conversation::Conversation;
use crate::live::queue::Queue;
use crate::live::sqlite::SqliteQueue;
use crate::live::worker::Worker;
use crate::play::{Chosen, digest_of};
use crate::store::{Held, Journal, Leases, NewReplay, ReplayState, Workspace};

/// How long a request may be on its way after whoever sent it was lost: as long as the client of Zoho waits for an answer.
const ON_ITS_WAY: Duration = Duration::from_secs(30);

/// The queue, held by this process.
pub(super) struct Alone {
    queue: Arc<SqliteQueue>,
    journal: Journal,
    leases: Leases,
    _held: Held,
}

impl Alone {
    pub(super) fn open(workspace: &Workspace) -> Result<Self, Failure> {
        let failed = |e: crate::ports::JournalError| Failure::unreadable(&e);
        let live = workspace.live_db();
        if !live.exists()
            && let Some(away) = SqliteQueue::put_away_of(&live).map_err(failed)?.last()
        {
            return Err(Failure::new(
                1,
                format!(
                    "the queue was moved into a database: name it with --database, or as database below [run] in config.toml; to begin anew here, move {} away",
                    away.display()
                ),
            ));
        }
        let leases = workspace.leases();
        let Some(held) = leases.hold_live().map_err(failed)? else {
            return Err(Failure::new(1, "another `astra-zoho run` works this workspace: stop it first"));
        };
        Ok(Self {
            queue: Arc::new(SqliteQueue::open(&live).map_err(failed)?),
            journal: Journal::open(&workspace.state_db()).map_err(failed)?,
            leases,
            _held: held,
        })
    }
}

impl Home for Alone {
    type Queue = SqliteQueue;

    fn queue(&self) -> &Arc<SqliteQueue> {
        &self.queue
    }

    async fn begin(&self, _: &Service<SqliteQueue>) -> Result<(), Failure> {
        Ok(())
    }

    async fn with(
        &self,
        arguments: &Arguments,
        service: &Service<SqliteQueue>,
        context: &mut Context,
        chosen: &Chosen,
        changed: &dyn Fn() -> bool,
    ) -> Result<bool, Failure> {
        let failed = |e: crate::ports::JournalError| Failure::of(1, &e);
        let understanding = context.understanding()?;
        let told = understanding.clone();
        service.metrics.tell_also(move || model_sums(&told));
        let targets = chosen.targets(Arc::clone);
        let actions: Vec<&Action> = chosen.actions.iter().map(|(a, _)| a).collect();
        let now = context.clock.now();
        let ids: Vec<String> = actions.iter().map(|a| a.id.clone()).collect();
        let since = since(&ids, service, now).await?;
        let stream = self
            .journal
            .start_replay(&NewReplay {
                started_at: now,
                actions: ids,
                actions_digest: digest_of(&actions).map_err(|e| Failure::of(1, &e))?,
                input_digest: String::new(),
                description: "live".into(),
                dry_run: false,
            })
            .map_err(failed)?;
        let worker = Worker {
            queue: service.queue.as_ref(),
            journal: &self.journal,
            leases: &self.leases,
            clock: Arc::clone(&context.clock),
            stream,
            targets: &targets,
            since: &since,
            lateness: Duration::from_secs(u64::from(arguments.lateness)),
            marks: &service.marks,
            listen: |c: &Conversation| understanding.listen(c.channel),
            metrics: &service.metrics,
        };
        let several = actions.len() > 1;
        // a server on this machine that gets no further with a request is gone itself
        let on_its_way = if chosen.remote().is_some() { ON_ITS_WAY } else { Duration::ZERO };
        let ends = || service.stopped() || changed();
        let (mut fresh, mut trouble) = (true, String::new());
        let ended = loop {
            let out = &mut context.out;
            let mut unsaid = None;
            let mut report = |record: &_| {
                if let Err(e) = tell(out, arguments.format, record, several) {
                    unsaid.get_or_insert(e);
                }
            };
            let worked = async {
                if fresh {
                    worker.take_up(on_its_way).await?;
                }
                worker.work(ends, &mut report).await
            };
            let clock = &context.clock;
            let too_long = async {
                while !ends() {
                    clock.sleep(GLANCE).await;
                }
                clock.sleep(GRACE).await;
            };
            let worked = tokio::select! {
                worked = worked => worked,
                // Zoho does not answer: as after a death, what became of each is looked up when it is made again
                () = too_long => worker.take_up(on_its_way).await.map(|()| None),
            };
            let next = match worked {
                Ok(next) => {
                    fresh = false;
                    if !std::mem::take(&mut trouble).is_empty() {
                        context.out.notice("the work goes on")?;
                    }
                    next
                }
                Err(e) => {
                    // nothing is lost: what was claimed is taken up again when the disk is back
                    fresh = true;
                    if e.message != trouble {
                        context.out.notice(&format!("{e}; trying again every {} s", PAUSE.as_secs()))?;
                    }
                    trouble = e.message;
                    context.clock.now().checked_add(PAUSE).ok()
                }
            };
            if let Some(e) = unsaid {
                return Err(e.into());
            }
            if service.stopped() || (arguments.until_idle && !fresh && idle(service).await?) {
                break false;
            }
            if changed() {
                break true;
            }
            let until_next = next.map_or(RELOAD, |next| {
                let ms = next.as_millisecond() - context.clock.now().as_millisecond();
                Duration::from_millis(u64::try_from(ms).unwrap_or(0)).min(RELOAD)
            });
            tokio::select! {
                () = service.came.notified(), if !fresh => {}
                () = context.clock.sleep(until_next) => {}
            }
        };
        self.journal.set_replay_state(stream, ReplayState::Finished).map_err(failed)?;
        Ok(ended)
    }
}

/// Every input is read, no timer runs and no run is due.
async fn idle(service: &Service<SqliteQueue>) -> Result<bool, Failure> {
    let standing = service.queue.standing().await.map_err(|e| Failure::of(1, &e))?;
    Ok(service.reading.load(Ordering::Relaxed) == 0 && standing.timers == 0 && standing.due == 0)
}
