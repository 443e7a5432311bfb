//! How live runs stand, in lines for people: the command and the screen say the same.
//!
//! Must not know where the lines are shown.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::queue::{Beat, SetAside, Standing, Waiting};
use crate::domain::action::{Action, State};
use crate::domain::live::MISSED_MS;
use crate::domain::run::{RunError, format_instant};
use crate::domain::text::visible;
use crate::domain::words::{plural, remedy};
use crate::store::{Loaded, Workspace, WorkspaceError};

/// The actions that are active in a workspace, and the account that each writes to.
pub type Active = BTreeMap<String, String>;

/// Which these are. One that cannot be read counts: whoever works goes on with it as it was.
///
/// # Errors
/// The workspace cannot be read.
pub fn active(workspace: &Workspace) -> Result<Active, WorkspaceError> {
    let runs = |a: &Loaded<Action>| a.is_broken() || a.value.state == State::Active;
    Ok(workspace.actions()?.into_iter().filter(runs).map(|a| (a.value.id, a.value.account)).collect())
}

/// Works, as far as anybody heard by `now`, on the clock by which it was seen.
pub fn works(beat: &Beat, now: Timestamp) -> bool {
    !beat.ended && now.as_millisecond() - beat.seen_at.as_millisecond() < MISSED_MS
}

/// Says of each run why it waits, where nothing that happened to it says so.
pub fn explain(waiting: &mut [Waiting], standing: &Standing, active: &Active, now: Timestamp) {
    let worked = standing.workers.iter().any(|beat| works(beat, standing.clock.unwrap_or(now)));
    for run in waiting {
        if let Some(why) = why(run, standing, active, now, worked) {
            run.why = why;
        }
    }
}

fn why(run: &Waiting, standing: &Standing, active: &Active, now: Timestamp, worked: bool) -> Option<String> {
    let rests = |account: &String| standing.parked.iter().find(|p| p.account == *account && p.until > now);
    let account = active.get(&run.action);
    let seq = run.seq;
    if run.state == "failed" {
        return None;
    }
    if run.state == "running" && account.is_none() {
        return Some(
            "is being made though its action is not active here any more; it is handed back where Zoho does not answer"
                .into(),
        );
    }
    if account.is_none() {
        return Some(format!(
            "its action is not active here: activate it, or forget the run with `astra-zoho queue drop {seq}`"
        ));
    }
    if let Some(parked) = account.and_then(rests) {
        return Some(format!("its account {} rests until {}", parked.account, format_instant(parked.until)));
    }
    if !worked && let Some(beat) = standing.workers.iter().find(|b| !b.ended) {
        let (name, at) = (visible(&beat.worker), format_instant(beat.seen_at));
        return Some(format!("worker {name} was not heard of since {at}: see what it says, or start `astra-zoho run`"));
    }
    if !worked {
        return Some("nobody works the queue: start `astra-zoho run`".into());
    }
    match (run.state, run.behind) {
        ("running", _) => {
            Some("is being made: Zoho is asked; where its worker died, it is taken over within a minute".into())
        }
        (_, Some(earlier)) => Some(format!("comes after run {earlier}, of the same address")),
        _ if run.why.is_empty() => Some("comes next".into()),
        _ => None,
    }
}

/// All that is known: who works, what waits and why, what was no event.
pub fn lines(standing: &Standing, waiting: &[Waiting], aside: &[SetAside], now: Timestamp) -> Vec<String> {
    let next = standing.next_timer.map_or(String::new(), |t| format!(", the next at {}", format_instant(t)));
    let arriving = match standing.arriving {
        0 => String::new(),
        n => format!("{n} handed in by SQL and not looked at, "),
    };
    let mut out = vec![format!(
        "{arriving}{} due, {} failed, {} running{next}, {} set aside",
        standing.due,
        standing.failed,
        plural(standing.timers, "timer"),
        standing.set_aside
    )];
    let now = standing.clock.unwrap_or(now);
    let (ended, others): (Vec<&Beat>, Vec<&Beat>) = standing.workers.iter().partition(|beat| beat.ended);
    out.extend(others.iter().map(|beat| {
        let name = visible(&beat.worker);
        if works(beat, now) {
            format!("worker {name} works since {}", format_instant(beat.began_at))
        } else {
            format!("worker {name} not heard of since {}", format_instant(beat.seen_at))
        }
    }));
    if let Some(last) = ended.iter().max_by_key(|beat| beat.seen_at) {
        let (name, at) = (visible(&last.worker), format_instant(last.seen_at));
        out.push(match ended.len() {
            1 => format!("worker {name} ended at {at}"),
            n => format!("{n} workers ended, the last, {name}, at {at}"),
        });
    }
    out.extend(standing.parked.iter().map(|parked| {
        let until = format_instant(parked.until);
        format!("account {} rests until {until}: {}", visible(&parked.account), visible(&parked.why))
    }));
    for run in waiting {
        let email = run.email.as_deref().map_or("-".into(), visible);
        let tried = if run.tries == 0 { String::new() } else { format!("  tried {}", run.tries) };
        out.push(format!(
            "{:>6}  {:<7}  {}  {}  {}  {}{tried}: {}",
            run.seq,
            run.state,
            format_instant(run.at),
            visible(&run.action),
            visible(&run.conversation),
            email,
            visible(&run.why)
        ));
        if run.state == "failed" {
            let remedy = remedy(&RunError::of_sentence(&run.why));
            out.push(format!("        what would make it pass: {}", visible(&remedy)));
        }
    }
    let all = standing.due + standing.failed;
    if all > waiting.len() as u64 && !waiting.is_empty() {
        out.push(format!("and {} runs more", all - waiting.len() as u64));
    }
    out.extend(
        aside.iter().map(|s| format!("set aside {}: {}: {}", visible(&s.source), visible(&s.why), visible(&s.text))),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::queue::Parked;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_772_442_000 + 60 * minute).unwrap()
    }

    fn run(action: &str, state: &'static str, why: &str) -> Waiting {
        Waiting {
            seq: 7,
            action: action.into(),
            conversation: "c".into(),
            email: None,
            at: at(0),
            state,
            tries: 0,
            why: why.into(),
            behind: None,
        }
    }

    #[test]
    fn each_run_says_what_it_waits_for() {
        let works = Beat { worker: "here:1".into(), began_at: at(0), seen_at: at(5), ended: false };
        let rests = Parked { account: "ext".into(), until: at(9), why: "Zoho is away".into(), failures: 1 };
        let mut standing = Standing { workers: vec![works], parked: vec![rests], ..Standing::default() };
        let active = Active::from([("ours".into(), "own".into()), ("theirs".into(), "ext".into())]);
        let told = |standing: &Standing, mut run: Waiting| {
            explain(std::slice::from_mut(&mut run), standing, &active, at(5));
            run.why
        };
        assert_eq!(told(&standing, run("ours", "due", "")), "comes next");
        assert_eq!(told(&standing, run("ours", "due", "unavailable: 503")), "unavailable: 503");
        let behind = Waiting { behind: Some(3), ..run("ours", "due", "") };
        assert_eq!(told(&standing, behind), "comes after run 3, of the same address");
        assert!(told(&standing, run("ours", "running", "")).starts_with("is being made"));
        assert!(told(&standing, run("theirs", "due", "x")).starts_with("its account ext rests until"));
        assert!(told(&standing, run("gone", "due", "")).contains("`astra-zoho queue drop 7`"));
        assert_eq!(told(&standing, run("gone", "failed", "INVALID_DATA: Phone")), "INVALID_DATA: Phone");
        standing.workers[0].ended = true;
        assert!(told(&standing, run("ours", "due", "")).contains("start `astra-zoho run`"));
        standing.workers[0] = Beat { ended: false, seen_at: at(0), ..standing.workers[0].clone() };
        assert!(told(&standing, run("ours", "due", "")).contains("here:1 was not heard of since"));
        standing.workers[0].ended = true;
        standing.parked[0].until = at(4);
        assert!(told(&standing, run("theirs", "due", "")).contains("start `astra-zoho run`"), "it rests no more");
    }

    #[test]
    fn workers_that_ended_are_one_line() {
        let ended = |n: i64| Beat { worker: format!("here:{n}"), began_at: at(0), seen_at: at(n), ended: true };
        let standing = Standing { workers: (1..=40).map(ended).collect(), ..Standing::default() };
        let told = lines(&standing, &[], &[], at(50));
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[1].starts_with("40 workers ended, the last, here:40, at "), "{told:?}");
    }
}
