//! The virtual clock of a replay: it stands where the replay is, and waiting moves it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::ports::Clock;

/// A clock that is set, and that waiting advances without anybody waiting.
pub struct VirtualClock {
    now: Mutex<Timestamp>,
    /// Also waited on, so many times as fast: where the other side, or who watches, lives in real time.
    beside: Option<(Arc<dyn Clock>, f64)>,
}

impl VirtualClock {
    /// A clock that stands at `now`; waiting takes no time.
    pub fn at(now: Timestamp) -> Self {
        Self { now: Mutex::new(now), beside: None }
    }

    /// A clock that stands at `now`; waiting also waits on `beside`, `times` (above 0) as fast: for a server whose limits
    /// end in real time, or a replay that is watched.
    pub fn beside(now: Timestamp, beside: Arc<dyn Clock>, times: f64) -> Self {
        Self { now: Mutex::new(now), beside: Some((beside, times)) }
    }

    /// Waiting takes as long as it says, so that what comes back in time is back then.
    pub fn is_real(&self) -> bool {
        self.beside.as_ref().is_some_and(|(_, times)| *times <= 1.0)
    }

    /// Moves it, in either direction.
    pub fn set(&self, now: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        let later = self.now().checked_add(time).unwrap_or(Timestamp::MAX);
        self.set(later);
        Box::pin(async move {
            if let Some((clock, times)) = &self.beside {
                clock.sleep(Duration::try_from_secs_f64(time.as_secs_f64() / times).unwrap_or(time)).await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_moves_it() {
        let clock = VirtualClock::at("2026-03-02T09:00:00Z".parse().unwrap());
        clock.sleep(Duration::from_secs(600)).await;
        assert_eq!(clock.now().to_string(), "2026-03-02T09:10:00Z");
    }

    #[tokio::test]
    async fn beside_another_it_waits_there_too() {
        let start: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let wall = Arc::new(VirtualClock::at(start));
        let clock = VirtualClock::beside(start, Arc::clone(&wall) as Arc<dyn Clock>, 60.0);
        clock.sleep(Duration::from_secs(600)).await;
        assert_eq!(clock.now().to_string(), "2026-03-02T09:10:00Z");
        assert_eq!(wall.now().to_string(), "2026-03-02T09:00:10Z");
    }
}
