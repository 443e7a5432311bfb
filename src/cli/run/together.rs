//! `run` with others: the queue and the journal in a database, worked by any number of processes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::{Arguments, GLANCE, GRACE, Home, Service, model_sums, tell};
use crate::cli::Context;
use crate::cli::out::Failure;
use crate::domain::action::Action;
use crate::domain::conversation::Conversation;
use crate::domain::run::RunRecord;
use crate::live::postgres::{Address, Crew, Postgres, Shared};
use crate::live::queue::Queue;
use crate::play::{Chosen, digest_of};
use crate::ports::JournalError;

/// How long to wait after the database failed.
const PAUSE: Duration = Duration::from_secs(1);
/// How often a database that is away at the start is tried.
const AWAY: Duration = Duration::from_secs(5);
/// How often others are told how far inputs were read that catch up.
const TELL: Duration = Duration::from_millis(100);
/// How often timers are let go that a reader held which died.
const LET_GO: Duration = Duration::from_secs(5);

/// The queue in a database.
pub(super) struct Together {
    queue: Arc<Postgres>,
}

impl Together {
    /// Opens it, once it is there.
    pub(super) async fn open(address: &Address, arguments: &Arguments, context: &mut Context) -> Result<Self, Failure> {
        let late_ms = i64::from(arguments.lateness) * 1000;
        let mut said = String::new();
        loop {
            match Postgres::open(address, late_ms).await {
                Ok(queue) => return Ok(Self { queue: Arc::new(queue) }),
                Err(e) if Postgres::is_away(&e) && !arguments.until_idle => {
                    if e.message != said {
                        context
                            .out
                            .notice(&format!("{e}; waiting for it, and listening nowhere before that is over"))?;
                        said = e.message;
                    }
                    context.clock.sleep(AWAY).await;
                }
                Err(e) => return Err(Failure::unreadable(&e)),
            }
        }
    }
}

impl Home for Together {
    type Queue = Postgres;

    fn queue(&self) -> &Arc<Postgres> {
        &self.queue
    }

    async fn begin(&self, service: &Service<Postgres>) -> Result<(), Failure> {
        let (queue, marks, stop) = (Arc::clone(&self.queue), service.marks.clone(), Arc::clone(&service.stop));
        let mut told = marks.behind();
        if told.is_some() {
            queue.reached(told).await.map_err(|e| Failure::of(1, &e))?;
        }
        tokio::spawn(async move {
            let mut gone = false;
            while !stop.load(Ordering::Relaxed) {
                let mark = marks.behind();
                let wait = if mark.is_some() || told.is_some() { TELL } else { LET_GO };
                match queue.reached(mark).await {
                    Ok(()) => {
                        told = mark;
                        if std::mem::take(&mut gone) {
                            tracing::info!("the database is back: the work goes on");
                        }
                    }
                    Err(error) => {
                        if !std::mem::replace(&mut gone, true) {
                            tracing::warn!("{error}; waiting for it");
                        }
                    }
                }
                tokio::time::sleep(wait).await;
            }
        });
        Ok(())
    }

    async fn with(
        &self,
        arguments: &Arguments,
        service: &Service<Postgres>,
        context: &mut Context,
        chosen: &Chosen,
        changed: &dyn Fn() -> bool,
    ) -> Result<bool, Failure> {
        let (told, mut records) = mpsc::unbounded_channel();
        let mut trouble = String::new();
        let several = chosen.actions.len() > 1;
        loop {
            let (stop, stopping) = watch::channel(false);
            let mut again = false;
            let worked = match self.crew(service, context, chosen, stopping, told.clone()).await? {
                Ok(working) => {
                    if !std::mem::take(&mut trouble).is_empty() {
                        context.out.notice("the database is back: the work goes on")?;
                    }
                    tokio::pin!(working);
                    let mut glances = tokio::time::interval(GLANCE);
                    loop {
                        tokio::select! {
                            Some(record) = records.recv() => {
                                tell(&mut context.out, arguments.format, &record, several)?;
                            }
                            worked = &mut working => break worked,
                            _ = glances.tick(), if !*stop.borrow() => {
                                again = changed();
                                let idle = arguments.until_idle && self.is_idle(service).await;
                                if again || idle || service.stopped() {
                                    stop.send_replace(true);
                                }
                            }
                        }
                    }
                }
                Err(e) => Err(e),
            };
            while let Ok(record) = records.try_recv() {
                tell(&mut context.out, arguments.format, &record, several)?;
            }
            match worked {
                Ok(()) if *stop.borrow() => return Ok(again),
                Ok(()) => {}
                // what was begun is taken over, by this worker or another one
                Err(e) if e.message == trouble => {}
                Err(e) => {
                    context.out.notice(&format!("{e}; trying again every second"))?;
                    trouble = e.message;
                }
            }
            if service.stopped() {
                return Ok(false);
            }
            context.clock.sleep(PAUSE).await;
        }
    }
}

impl Together {
    /// A worker with these actions, at work; the outer error is final.
    async fn crew(
        &self,
        service: &Service<Postgres>,
        context: &Context,
        chosen: &Chosen,
        stop: watch::Receiver<bool>,
        told: mpsc::UnboundedSender<RunRecord>,
    ) -> Result<Result<impl Future<Output = Result<(), JournalError>> + use<>, JournalError>, Failure> {
        for live in &chosen.live {
            let (home, clock) = (Arc::clone(&self.queue), Arc::clone(&context.clock));
            let client = &live.link.client;
            client.share(|most, floor| Arc::new(Shared::new(home, clock, &live.link.account.id, most, floor)));
        }
        let understanding = context.understanding()?;
        let asked = understanding.clone();
        service.metrics.tell_also(move || model_sums(&asked));
        let actions: Vec<&Action> = chosen.actions.iter().map(|(a, _)| a).collect();
        let ids: Vec<String> = actions.iter().map(|a| a.id.clone()).collect();
        let digest = digest_of(&actions).map_err(|e| Failure::of(1, &e))?;
        let now = context.clock.now();
        let begun = async {
            let mut since = BTreeMap::new();
            for id in &ids {
                since.insert(id.clone(), self.queue.since(id, now).await?);
            }
            Ok((since, self.queue.start_stream(now, &ids, &digest).await?))
        };
        let (since, stream) = match begun.await {
            Ok(begun) => begun,
            Err(e) => return Ok(Err(e)),
        };
        let crew = Crew {
            home: Arc::clone(&self.queue),
            clock: Arc::clone(&context.clock),
            stream,
            targets: chosen.targets(Arc::clone),
            since,
            listen: move |c: &Conversation| understanding.listen(c.channel),
            metrics: Arc::clone(&service.metrics),
            stop,
            grace: GRACE,
            // nobody hears of it any more where the program ends
            report: Box::new(move |record| told.send(record.clone()).unwrap_or_default()),
        };
        Ok(Ok(crew.work()))
    }

    /// Every input is read, no timer runs and no run is due; unknown is no.
    async fn is_idle(&self, service: &Service<Postgres>) -> bool {
        service.reading.load(Ordering::Relaxed) == 0 && self.queue.is_idle().await.unwrap_or(false)
    }
}
