//! The Sync log and replays.

use astra_zoho::app::effect::{Effect, Steer};

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

fn replayed(width: u16, height: u16) -> Harness {
    let mut t = Harness::new(width, height, World::sample());
    t.settle().keys("<enter> 5 r").settle();
    t
}

#[test]
fn a_replay_fills_the_log_and_the_settings_count_it() {
    let mut t = replayed(80, 24);
    snapshot!(t, "replayed_80x24");
    t.keys("3");
    snapshot!(t, "settings_counted");
    t.resize(120, 40).keys("5");
    snapshot!(t, "replayed_120x40");
    t.resize(160, 48);
    snapshot!(t, "replayed_160x48");
}

#[test]
fn a_replay_under_way_shows_clock_and_messages_and_obeys() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("<enter> 5 r").answers(12).keys("p");
    let Some(Effect::SteerReplay { steer, .. }) = t.asked.last() else { panic!("p pauses") };
    assert_eq!(*steer, Steer::Pause);
    snapshot!(t, "under_way");
}

#[test]
fn a_run_explains_itself() {
    let mut t = replayed(80, 24);
    t.keys("g <enter>");
    snapshot!(t, "explained");
    t.keys("<esc> y").settle();
    assert!(t.world.copied[0].starts_with(r#"{"run_id""#));
}

#[test]
fn filters_narrow_down_and_go_away() {
    let mut t = replayed(80, 24);
    let all = t.app.opened().unwrap().log.total.runs;
    t.keys("o").settle();
    snapshot!(t, "only_created");
    assert!(t.app.opened().unwrap().log.total.runs < all);
    t.keys("x / nobody <enter>").settle();
    assert!(t.text().contains("No run is like this"));
    t.keys("x").settle();
    assert_eq!(t.app.opened().unwrap().log.total.runs, all);
    t.keys("3 <end> <enter>").settle();
    assert!(t.app.opened().unwrap().log.is_filtered());
}

#[test]
fn a_long_log_is_a_window() {
    let mut t = replayed(80, 24);
    let pattern = t.world.runs.clone();
    for i in 0..5_000_i64 {
        let mut run = pattern[usize::try_from(i).unwrap() % pattern.len()].clone();
        run.place.0 = 1_000 + i;
        t.world.runs.push(run);
    }
    t.keys("x G").tell(astra_zoho::app::msg::Msg::LogGrew).settle();
    let log = |t: &Harness| t.app.opened().unwrap().log.clone();
    assert_eq!(log(&t).total.runs, t.world.runs.len() as u64);
    assert!(log(&t).following);
    for _ in 0..60 {
        t.keys("<pgup>").settle();
    }
    assert!(log(&t).runs.len() <= 600 && !log(&t).following);
    t.keys("g").settle();
    assert_eq!((log(&t).earlier, log(&t).selected), (false, 0));
    for _ in 0..100 {
        t.keys("<pgdn>").settle();
    }
    let l = log(&t);
    assert!(l.earlier && l.runs.len() <= 600);
    let ids: Vec<_> = l.runs.iter().map(|r| r.place).collect();
    assert!(ids.is_sorted(), "no run twice, none missing");
}
