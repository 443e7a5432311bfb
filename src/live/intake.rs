//! The way in: events from any number of senders are kept together, as many at once as are waiting, and each sender hears
//! of it when its own are on the disk.
//!
//! Owns that nothing is acknowledged before it is kept. Must not know who the senders are.

use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot};

use super::event::Event;
use super::queue::{Accepted, Queue};
use crate::ports::JournalError;

/// How many senders may wait before further ones are held up.
const WAITING: usize = 1024;
/// How many events are kept in one commit at most, unless one sender brought more.
const AT_ONCE: usize = 4096;

/// Where senders hand in their events.
#[derive(Clone)]
pub struct Intake {
    to: mpsc::Sender<Brought>,
}

struct Brought {
    events: Vec<Event>,
    answer: oneshot::Sender<Result<Accepted, NotKept>>,
}

/// Events could not be kept: send them again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// The queue cannot be written.
    #[error("{0}")]
    Queue(String),
    /// The program is ending.
    #[error("the program is ending: send it again")]
    Ending,
}

impl Intake {
    /// Hands events in. Once this returns `Ok` they survive a power cut.
    ///
    /// # Errors
    /// They were not kept.
    pub async fn keep(&self, events: Vec<Event>) -> Result<Accepted, NotKept> {
        let (answer, told) = oneshot::channel();
        self.to.send(Brought { events, answer }).await.map_err(|_| NotKept::Ending)?;
        told.await.map_err(|_| NotKept::Ending)?
    }

    /// As [`Intake::keep`], for a thread that may wait.
    ///
    /// # Errors
    /// They were not kept.
    pub fn keep_blocking(&self, events: Vec<Event>) -> Result<Accepted, NotKept> {
        let (answer, told) = oneshot::channel();
        self.to.blocking_send(Brought { events, answer }).map_err(|_| NotKept::Ending)?;
        told.blocking_recv().map_err(|_| NotKept::Ending)?
    }
}

/// Opens the way in; events are kept by the task given back, which ends when every [`Intake`] is gone. `came` is told when
/// there is something new.
pub fn open<Q: Queue + 'static>(
    queue: Arc<Q>,
    late_ms: i64,
    came: Arc<Notify>,
) -> (Intake, impl Future<Output = ()> + Send) {
    let (to, from) = mpsc::channel(WAITING);
    (Intake { to }, keep_all(queue, late_ms, came, from))
}

async fn keep_all<Q: Queue>(queue: Arc<Q>, late_ms: i64, came: Arc<Notify>, mut from: mpsc::Receiver<Brought>) {
    while let Some(first) = from.recv().await {
        let mut all = first.events;
        let mut senders = vec![(first.answer, all.len())];
        while all.len() < AT_ONCE
            && let Ok(next) = from.try_recv()
        {
            senders.push((next.answer, next.events.len()));
            all.extend(next.events);
        }
        let kept: Result<Vec<bool>, JournalError> = queue.accept(&all, late_ms).await;
        came.notify_one();
        let mut kept = kept.map(Vec::into_iter).map_err(|e| NotKept::Queue(e.to_string()));
        for (sender, n) in senders {
            let answer = match &mut kept {
                Ok(kept) => {
                    let accepted = kept.by_ref().take(n).filter(|new| *new).count() as u64;
                    Ok(Accepted { accepted, duplicates: n as u64 - accepted })
                }
                Err(e) => Err(e.clone()),
            };
            // a sender that went away sends again, and finds its events known
            sender.send(answer).unwrap_or_default();
        }
    }
}
