//! A worker says that it works: often enough to be missed soon when it dies, and soon after something happened, so that
//! whoever watches looks.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::Service;
use crate::domain::live::BEAT_MS;
use crate::live::queue::{Beat, Queue};
use crate::ports::Clock;

/// How soon what happened is told.
const SOON: Duration = Duration::from_secs(1);

/// A worker's beats, until it ends.
pub(super) struct Beating<Q> {
    queue: Arc<Q>,
    beat: Beat,
    clock: Arc<dyn Clock>,
    task: JoinHandle<()>,
}

/// Says from now on that this process works.
pub(super) fn begin<Q: Queue + 'static>(service: &Service<Q>, clock: Arc<dyn Clock>) -> Beating<Q> {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let now = clock.now();
    let beat = Beat { worker: format!("{host}:{}", std::process::id()), began_at: now, seen_at: now, ended: false };
    let (queue, metrics) = (Arc::clone(&service.queue), Arc::clone(&service.metrics));
    let (mut saying, at) = (beat.clone(), Arc::clone(&clock));
    let task = tokio::spawn(async move {
        let mut told = None;
        let mut quiet = Duration::ZERO;
        loop {
            let happened = metrics.happened();
            if told != Some(happened) || quiet.as_millis() >= u128::from(BEAT_MS.unsigned_abs()) {
                (told, quiet) = (Some(happened), Duration::ZERO);
                saying.seen_at = at.now();
                if let Err(error) = queue.beat(&saying).await {
                    tracing::debug!(%error, "nobody hears that this process works");
                    told = None;
                }
            }
            tokio::time::sleep(SOON).await;
            quiet += SOON;
        }
    });
    Beating { queue: Arc::clone(&service.queue), beat, clock, task }
}

impl<Q: Queue> Beating<Q> {
    /// Says that it ends by itself.
    pub(super) async fn end(self) {
        self.task.abort();
        let last = Beat { seen_at: self.clock.now(), ended: true, ..self.beat };
        if let Err(error) = self.queue.beat(&last).await {
            tracing::debug!(%error, "nobody hears that this process ended");
        }
    }
}
