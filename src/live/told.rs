//! How live runs stand, in lines for people: the command and the screen say the same.
//!
//! Must not know where the lines are shown.

use jiff::Timestamp;

use super::queue::{Beat, SetAside, Standing, Stuck};
use crate::domain::live::MISSED_MS;
use crate::domain::run::{RunError, format_instant};
use crate::domain::text::visible;
use crate::domain::words::remedy;

/// Works, as far as anybody heard by `now`, on the clock by which it was seen.
pub fn works(beat: &Beat, now: Timestamp) -> bool {
    !beat.ended && now.as_millisecond() - beat.seen_at.as_millisecond() < MISSED_MS
}

/// All that is known: who works, what waits and why, what was no event.
pub fn lines(standing: &Standing, stuck: &[Stuck], aside: &[SetAside], now: Timestamp) -> Vec<String> {
    let next = standing.next_timer.map_or(String::new(), |t| format!(", the next at {}", format_instant(t)));
    let mut out = vec![format!(
        "{} due, {} failed, {} timers running{next}, {} set aside",
        standing.due, standing.failed, standing.timers, standing.set_aside
    )];
    let now = standing.clock.unwrap_or(now);
    out.extend(standing.workers.iter().map(|beat| {
        let (began, seen) = (format_instant(beat.began_at), format_instant(beat.seen_at));
        let how = match (works(beat, now), beat.ended) {
            (true, _) => format!("works since {began}"),
            (false, true) => format!("ended at {seen}"),
            (false, false) => format!("not heard of since {seen}"),
        };
        format!("worker {} {how}", visible(&beat.worker))
    }));
    out.extend(standing.parked.iter().map(|parked| {
        let until = format_instant(parked.until);
        format!("account {} rests until {until}: {}", visible(&parked.account), visible(&parked.why))
    }));
    for s in stuck {
        let email = s.email.as_deref().map_or("-".into(), visible);
        out.push(format!(
            "{:>6}  {:<6}  {}  {}  {}  {}  tried {}: {}",
            s.seq,
            s.state,
            format_instant(s.at),
            visible(&s.action),
            visible(&s.conversation),
            email,
            s.tries,
            visible(&s.why)
        ));
        if s.state == "failed" {
            out.push(format!("        what would make it pass: {}", visible(&remedy(&RunError::of_sentence(&s.why)))));
        }
    }
    out.extend(
        aside.iter().map(|s| format!("set aside {}: {}: {}", visible(&s.source), visible(&s.why), visible(&s.text))),
    );
    out
}
