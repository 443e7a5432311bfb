//! How far in event time the inputs were read that are still catching up: what may still come of them is not late.
//!
//! Owns "now" as timers see it. Must not know what an input is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

/// One mark an input.
#[derive(Debug, Clone, Default)]
pub struct Watermarks(Arc<Mutex<Vec<Option<Timestamp>>>>);

/// One input's mark.
#[derive(Debug, Clone)]
pub struct Watermark {
    all: Watermarks,
    index: usize,
}

impl Watermarks {
    /// An input that was not read yet: until it was, timers stand still.
    pub fn input(&self) -> Watermark {
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        marks.push(Some(Timestamp::MIN));
        Watermark { all: self.clone(), index: marks.len() - 1 }
    }

    /// The time for timers: the clock's, or that of the input that is furthest behind.
    pub fn time(&self, now: Timestamp) -> Timestamp {
        let marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        marks.iter().flatten().copied().fold(now, Timestamp::min)
    }
}

impl Watermarks {
    /// The time of the input that is furthest behind; `None`: all were read to their ends.
    pub fn behind(&self) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().flatten().min().copied()
    }
}

impl Watermark {
    /// The input was read and kept up to an event of this time; more of the same instant may follow.
    pub fn reached(&self, at: Timestamp) {
        let at = at.checked_sub(Duration::from_millis(1)).unwrap_or(at);
        self.set(|mark| Some(mark.map_or(at, |m| m.max(at))));
    }

    /// The input was read to its end: what comes of it from now on comes when it happens.
    pub fn caught_up(&self) {
        self.set(|_| None);
    }

    fn set(&self, change: impl FnOnce(Option<Timestamp>) -> Option<Timestamp>) {
        let mut marks = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mark) = marks.get_mut(self.index) {
            *mark = change(*mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_furthest_behind_holds_timers_back() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let marks = Watermarks::default();
        assert_eq!(marks.time(at(50)), at(50));
        let (a, b) = (marks.input(), marks.input());
        assert_eq!(marks.time(at(50)), Timestamp::MIN);
        let before = |s| at(s).checked_sub(Duration::from_millis(1)).unwrap();
        a.reached(at(10));
        b.reached(at(30));
        b.reached(at(20));
        assert_eq!(marks.time(at(50)), before(10));
        a.caught_up();
        assert_eq!(marks.time(at(50)), before(30));
        b.caught_up();
        assert_eq!(marks.time(at(50)), at(50));
    }
}
