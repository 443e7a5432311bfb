//! Live runs on the screen: how they stand, that nobody works them, and what is done about those that failed.

use astra_zoho::app::effect::{Effect, QueueChange};
use astra_zoho::app::msg::{Live, LiveAction, LiveParked, LiveStanding, LiveWorker, Msg, Place};
use astra_zoho::domain::run::{Outcome, RunError};
use jiff::{SignedDuration, Timestamp};

use super::support::harness::Harness;
use super::support::world::{NOW, World};
use crate::snapshot;

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn standing() -> LiveStanding {
    LiveStanding {
        workers: vec![LiveWorker { seen_at: now(), ended: false }],
        timers: 3,
        arriving: 0,
        next_timer: Some(now() + SignedDuration::from_mins(4)),
        due: 2,
        oldest: Some(now() - SignedDuration::from_secs(7)),
        failed: 1,
        actions: vec![LiveAction { action: "save-contact".into(), due: 2, failed: 1 }],
        parked: vec![],
    }
}

fn live(standing: LiveStanding) -> Msg {
    Msg::Live(Box::new(Live { database: None, standing: Ok(standing), last_runs: Default::default() }))
}

/// The sample action with a log whose last run failed.
fn with_a_failed_run(width: u16, height: u16) -> Harness {
    let mut t = Harness::new(width, height, World::sample());
    t.settle().keys("<enter> 5 r").settle();
    let run = t.world.runs.last_mut().unwrap();
    run.record.outcome = Outcome::Failed;
    run.record.changes.clear();
    run.record.error = Some(RunError { code: "MANDATORY_NOT_FOUND".into(), message: "Last_Name is missing".into() });
    t.keys("o x").settle();
    t
}

#[test]
fn the_library_tells_how_live_runs_stand_and_that_nobody_works_them() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle();
    let before = t.text();
    assert_eq!(t.app.next_deadline(), None);
    t.tell(live(standing()));
    assert!(t.text().contains("live: 1 worker"), "{}", t.text());
    snapshot!(t, "library_80x24");
    // heard of again and again, it is not missed
    t.wait(10);
    let seen = LiveWorker { seen_at: now() + SignedDuration::from_secs(10), ended: false };
    t.tell(live(LiveStanding { workers: vec![seen], ..standing() }));
    t.wait(14);
    assert!(t.text().contains("1 worker"), "{}", t.text());
    t.wait(2);
    assert!(t.text().contains("no worker since 12:00: 3 conversations, 2 runs wait; start `astra-zoho run`"));
    assert_eq!(t.app.next_deadline(), None, "and nobody is woken any more");
    // ended by itself with nothing left to do, nobody is missed
    let ended = LiveWorker { seen_at: now(), ended: true };
    t.tell(live(LiveStanding { workers: vec![ended], ..LiveStanding::default() }));
    assert!(t.text().contains("live: 0 workers"), "{}", t.text());
    let died = LiveWorker { seen_at: now(), ended: false };
    t.tell(live(LiveStanding { workers: vec![died], ..LiveStanding::default() }));
    assert!(t.text().contains("no worker since 12:00: nothing waits yet"), "{}", t.text());
    assert_ne!(t.text(), before);
}

#[test]
fn the_list_of_what_waits_is_that_of_now() {
    let mut t = Harness::new(100, 30, World::sample());
    t.settle();
    t.tell(live(standing()));
    t.keys("7");
    let asked = |t: &Harness| match t.asked.last() {
        Some(Effect::ListWaiting { generation }) => Some(*generation),
        _ => None,
    };
    let first = asked(&t).unwrap();
    t.tell(Msg::Waiting { generation: first, result: Ok(vec!["2 due".into()]) });
    assert!(t.text().contains("2 due"), "{}", t.text());
    t.tell(live(LiveStanding { due: 3, ..standing() }));
    let second = asked(&t).unwrap();
    assert_ne!(first, second, "asked anew as something happened");
    t.tell(Msg::Waiting { generation: second, result: Ok(vec!["3 due now".into()]) });
    assert!(t.text().contains("3 due now"), "{}", t.text());
    t.keys("<esc>");
    assert!(!t.text().contains("3 due now"), "it is one page");
    let before = t.asked.len();
    t.tell(live(LiveStanding { due: 4, ..standing() }));
    assert!(!t.asked[before..].iter().any(|e| matches!(e, Effect::ListWaiting { .. })), "nobody reads it");
}

#[test]
fn the_log_tells_of_its_action_and_of_accounts_that_rest() {
    let mut t = with_a_failed_run(120, 40);
    let parked = LiveParked { account: "sandbox".into(), until: now() + SignedDuration::from_mins(9) };
    t.tell(live(LiveStanding { parked: vec![parked], ..standing() }));
    snapshot!(t, "log_120x40");
    let why = "the database crm at db.example cannot be reached: connection refused".to_owned();
    let gone = Live {
        database: Some("the database crm at db.example".into()),
        standing: Err(why),
        last_runs: Default::default(),
    };
    t.tell(Msg::Live(Box::new(gone)));
    assert!(t.text().contains("live runs cannot be seen: the database crm"), "{}", t.text());
}

#[test]
fn what_failed_is_tried_again_or_dropped_one_or_all_after_asking() {
    let mut t = with_a_failed_run(100, 30);
    t.keys("5 b");
    assert!(!t.asked.iter().any(|e| matches!(e, Effect::ChangeQueue(_))), "there is no queue to change");
    t.tell(live(standing()));
    let last = |t: &Harness| match t.asked.last() {
        Some(Effect::ChangeQueue(change)) => Some(change.clone()),
        _ => None,
    };
    let place = t.app.opened().unwrap().log.run().unwrap().place;
    let filter = t.app.opened().unwrap().log.filter.clone();
    t.keys("b");
    assert_eq!(last(&t), Some(QueueChange { retry: true, filter: filter.clone(), one: Some(place) }));
    t.keys("d");
    assert!(t.text().contains("Drop the failed run?"), "{}", t.text());
    let before = t.asked.len();
    t.keys("n");
    assert_eq!(t.asked.len(), before, "asked first");
    t.keys("d y");
    assert_eq!(last(&t), Some(QueueChange { retry: false, filter: filter.clone(), one: Some(place) }));
    t.keys("B y");
    assert_eq!(last(&t), Some(QueueChange { retry: true, filter: filter.clone(), one: None }));
    t.keys("Z y");
    assert_eq!(last(&t), Some(QueueChange { retry: false, filter, one: None }));
    t.tell(Msg::QueueChanged(Ok("1 run is due again".into())));
    assert!(t.text().contains("1 run is due again"));
    t.keys("k b");
    assert!(t.text().contains("only a run that failed"), "{}", t.text());
    assert!(place > Place(0));
}

#[test]
fn what_waits_is_listed_with_its_reason() {
    let mut t = Harness::new(100, 30, World::sample());
    t.settle().keys("7");
    assert!(t.app.layers().is_empty(), "there is nothing to show");
    t.tell(live(standing())).keys("7");
    let Some(Effect::ListWaiting { generation }) = t.asked.last().cloned() else { panic!("{:?}", t.asked.last()) };
    t.tell(Msg::Waiting { generation, result: Ok(vec!["2 due, 1 failed, 3 timers running, 0 set aside".into()]) });
    assert!(t.text().contains("2 due, 1 failed, 3 timers running"), "{}", t.text());
    t.keys("<esc>");
    t.tell(Msg::Waiting { generation, result: Ok(vec!["again".into()]) });
    assert!(t.app.layers().is_empty(), "answered already");
}

#[test]
fn where_a_database_keeps_live_runs_the_log_shows_those_or_the_replays() {
    let mut t = Harness::new(100, 30, World::sample());
    let there = Live {
        database: Some("the database crm at db".into()),
        standing: Ok(standing()),
        last_runs: Default::default(),
    };
    t.settle().tell(Msg::Live(Box::new(there))).keys("<enter> 5").settle();
    let of_live = |t: &Harness| {
        t.asked.iter().rev().find_map(|e| match e {
            Effect::QueryRuns { filter, .. } => Some(filter.live),
            _ => None,
        })
    };
    assert_eq!(of_live(&t), Some(true));
    t.keys("L").settle();
    assert_eq!(of_live(&t), Some(false));
    t.keys("L").settle();
    assert_eq!(of_live(&t), Some(true));
    t.keys("r").settle();
    assert_eq!(of_live(&t), Some(false), "a replay is watched where it is kept");
}
