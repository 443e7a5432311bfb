//! The Sync log and replays.

use astra_zoho::app::effect::{Effect, Steer};
use astra_zoho::domain::run::{Outcome, Rule};

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
    t.resize(160, 48).wait(1);
    snapshot!(t, "replayed_160x48");
    t.resize(60, 16);
    snapshot!(t, "replayed_60x16");
}

#[test]
fn beside_the_list_the_selected_run_explains_itself_and_reads_on() {
    let mut t = replayed(160, 48);
    t.keys("g").wait(1);
    let first = t.text();
    assert!(t.app.layers().is_empty() && first.contains(" Run ") && first.contains("enter reads on"), "{first}");
    t.keys("<enter>");
    assert!(t.app.layers().is_empty(), "it is no layer here");
    snapshot!(t, "reads_on_160x48");
    t.keys("<enter>");
    assert_eq!(t.text(), first, "back to the top");
    let explained = |t: &Harness| t.app.opened().unwrap().log.explained.unwrap().0;
    t.keys("<enter> j j");
    assert_eq!(explained(&t), 1, "while the cursor moves, nothing else does");
    t.keys("<enter>");
    assert_eq!(explained(&t), 3, "asked for, at once");
    t.keys("j").wait(1);
    assert_eq!((explained(&t), t.app.opened().unwrap().log.detail), (4, 0), "another run begins at its top");
    assert_eq!(t.app.next_deadline(), None, "and then nobody is woken");
    t.keys("j").resize(80, 24);
    assert_eq!(t.app.next_deadline(), None, "where it is not shown, nothing waits");
}

#[test]
fn a_failed_run_says_what_to_do() {
    use astra_zoho::domain::run::{Outcome, RunError};
    use astra_zoho::domain::trace::{Call, CallKind};
    let mut t = replayed(80, 24);
    let run = t.world.runs.last_mut().unwrap();
    run.record.outcome = Outcome::Failed;
    run.record.changes.clear();
    let message = "Zoho says that Last_Name is missing".to_owned();
    run.record.error = Some(RunError { code: "MANDATORY_NOT_FOUND".into(), message });
    let call = |kind, runs, answer: &str| Call { kind, runs, requests: 1.0, ms: 9, answer: answer.into() };
    run.trace.calls =
        vec![call(CallKind::LookUp, 3, "1 contact"), call(CallKind::Update, 1, "MANDATORY_NOT_FOUND: it is missing")];
    t.tell(astra_zoho::app::msg::Msg::LogGrew).settle().keys("<enter>");
    snapshot!(t, "failed_explained");
    assert!(t.text().contains("what would make it pass: map the field"));
}

#[test]
fn conversation_and_rule_narrow_down_too() {
    let mut t = replayed(80, 24);
    let log = |t: &Harness| t.app.opened().unwrap().log.clone();
    let all = log(&t).total.runs;
    t.keys("t").settle();
    snapshot!(t, "only_this_conversation");
    assert!(log(&t).runs.iter().all(|r| r.record.conversation == "20-ana-calls-back") && log(&t).total.runs < all);
    t.keys("t").settle();
    assert_eq!(log(&t).total.runs, all);
    t.keys("T 0 1 - f i r s t - s t e p s <enter>").settle();
    assert_eq!(log(&t).filter.conversation.as_deref(), Some("01-first-steps"));
    t.keys("T <c-u> <enter> x").settle();
    let mut rules = Vec::new();
    for _ in 0..20 {
        t.keys("l").settle();
        let Some(rule) = log(&t).filter.rule else { break };
        assert!(log(&t).total.runs > 0 && log(&t).runs.iter().all(|r| r.record.rule == Some(rule)));
        rules.push(rule);
    }
    assert!(rules.len() > 2 && rules.is_sorted(), "each rule that decided, once: {rules:?}");
}

#[test]
fn the_log_is_exported_and_copied_in_either_form() {
    use astra_zoho::app::effect::Format;
    let mut t = replayed(80, 24);
    t.keys("o").settle().keys("E V").settle();
    let exported = |e: &Effect| match e {
        Effect::Export { filter, format } => Some((filter.outcome.is_some(), *format)),
        _ => None,
    };
    let asked: Vec<_> = t.asked.iter().filter_map(exported).collect();
    assert_eq!(asked, [(true, Format::JsonLines), (true, Format::Csv)]);
    t.keys("y Y").settle();
    assert!(t.world.copied[0].starts_with(r#"{"run_id""#) && t.world.copied[1].starts_with("created  2026-"));
}

#[test]
fn toggles_that_are_not_saved_tell_what_would_differ() {
    let mut t = replayed(80, 24);
    t.keys("3 <home>");
    assert!(!t.text().contains("not saved:"));
    t.keys("<space>").settle();
    snapshot!(t, "forecast_80x24");
    // which runs, and why
    t.keys("w");
    snapshot!(t, "forecast_runs_80x24");
    assert!(t.text().contains("created 14 -> 0, updated 5 -> 5 (summary only 0 -> 5), skipped 5 -> 19."));
    t.keys("<esc>");
    t.resize(60, 16);
    snapshot!(t, "forecast_60x16");
    t.resize(120, 40);
    snapshot!(t, "forecast_120x40");
    t.resize(160, 48);
    snapshot!(t, "forecast_160x48");
    // the same conversations played again count once, and a dry run is said to be one
    let judged = |t: &Harness| t.app.opened().unwrap().forecast().unwrap().runs.iter().map(|r| r.0).sum::<u64>();
    assert_eq!(judged(&t), 26);
    t.resize(80, 24).keys("r").settle().keys("3 <home>").settle();
    assert_eq!((judged(&t), t.world.runs.len()), (26, 52));
    assert!(t.text().contains("of the last replay, a dry run, each with"), "{}", t.text());
    t.keys("<space>");
    assert!(!t.text().contains("not saved:"), "as saved again");
    t.keys("w");
    assert!(t.text().contains("both toggles are as saved"));
}

/// The screen's words, however they are broken into rows.
fn said(t: &Harness) -> String {
    t.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the table under the toggles counts, line by line.
fn met(t: &Harness) -> Vec<(&'static str, usize)> {
    let opened = t.app.opened().unwrap();
    let line = |c: astra_zoho::app::settings::Case| (c.contact, opened.hindsight.those(c.met).count());
    opened.cases().into_iter().map(line).collect()
}

#[test]
fn the_table_counts_states_of_contacts_whatever_the_toggles() {
    let mut t = replayed(80, 24);
    t.keys("3 <home>").settle();
    let sum = |t: &Harness| met(t).iter().map(|(_, n)| n).sum::<usize>();
    let before = met(&t);
    assert_eq!(sum(&t), 26);
    // off and on: no line is relabelled
    t.keys("<space>").settle();
    assert_eq!(sum(&t), 26, "{:?}", met(&t));
    t.keys("<down> <space>").settle();
    assert_eq!(sum(&t), 26, "{:?}", met(&t));
    assert_eq!(met(&t)[1..], [("none found", 17), ("found", 7)]);
    t.keys("<end>").wait(1);
    assert!(said(&t).contains("7 of the 26 runs of the last replay met this: Enter shows them."), "{}", t.text());
    // two rules decided those: the log shows one at a time
    t.keys("<up> <enter>");
    assert!(said(&t).contains("they were decided by no_last_name, create:"), "{}", t.text());
    t.keys("u u").settle();
    assert_eq!(met(&t), before);
}

#[test]
fn of_runs_that_failed_it_is_said_that_nobody_can_tell() {
    let mut world = replayed(80, 24).world;
    for run in &mut world.runs[1..] {
        (run.record.outcome, run.record.rule, run.trace.case) = (Outcome::Failed, None, None);
    }
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter> 3").settle().keys("<home> <space>").settle();
    assert!(t.text().contains("1 would differ and 25 cannot be told: w lists them with why."), "{}", t.text());
    assert_eq!(met(&t).last(), Some(&("not known", 25)));
    t.keys("<space> <down> <space>").settle();
    assert!(said(&t).contains("25 cannot be told (w says why); no other would differ."), "{}", t.text());
    t.keys("w").settle();
    snapshot!(t, "forecast_failed");
    t.keys("<esc>").resize(160, 48);
    assert!(t.text().contains("not saved: cannot be told for 25 of 26 runs"), "{}", t.text());
    t.keys("<end>").wait(1);
    assert!(said(&t).contains("25 of the 26 runs of the last replay met this: Enter shows them."), "{}", t.text());
    t.keys("<enter>").settle();
    let log = &t.app.opened().unwrap().log;
    assert_eq!((log.filter.outcome, log.total.runs), (Some(Outcome::Failed), 25));
}

#[test]
fn a_dry_run_with_the_toggles_as_they_are_here_would_not_differ() {
    let mut t = replayed(80, 24);
    t.keys("3 <home> <space>").settle();
    assert!(t.text().contains("19 would differ"), "{}", t.text());
    t.keys("r").settle().keys("3 <home>").settle();
    assert!(t.text().contains("not saved: no run would differ"), "{}", t.text());
}

#[test]
fn scrolled_up_it_says_how_many_came() {
    let mut t = replayed(80, 24);
    t.keys("k");
    let before = t.app.opened().unwrap().log.selected;
    t.keys("r").settle();
    let log = t.app.opened().unwrap().log.clone();
    assert_eq!((log.new, log.following, log.selected), (26, false, before), "nothing moves under the operator");
    assert!(t.text().contains("26 new below (f)"));
    t.keys("f").settle();
    let log = t.app.opened().unwrap().log.clone();
    assert_eq!((log.new, log.following, log.total.runs), (0, true, 52));
    let places: Vec<_> = log.runs.iter().map(|r| r.place).collect();
    assert!(places.is_sorted(), "the second replay comes after the first");
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
    t.keys("3 <home> <down> <down> <down> <enter>").settle();
    assert!(t.app.opened().unwrap().log.is_filtered(), "{}", t.text());
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

#[test]
fn while_it_searches_the_title_says_so_and_shows_what_was_found_so_far() {
    use astra_zoho::app::msg::Msg;
    let asked = |t: &Harness| {
        let mut questions = t.asked.iter().rev();
        questions
            .find_map(|e| if let Effect::QueryRuns { generation, .. } = e { Some(*generation) } else { None })
            .unwrap()
    };
    for (width, height) in [(80, 24), (160, 48)] {
        let mut t = replayed(width, height);
        t.keys("/ a n a <enter>");
        let before = t.app.opened().unwrap().log.runs.clone();
        assert!(t.text().contains("only \"ana\": searching"), "{}", t.text());
        assert!(!t.text().contains(" above"), "how many there are is not known yet:\n{}", t.text());
        // the last two that have the word, then one before them
        let runs: Vec<_> = before.iter().filter(|r| r.record.searched().contains("ana")).cloned().collect();
        let last = runs.len() - 2;
        let generation = asked(&t);
        t.tell(Msg::RunsSoFar { generation, runs: runs[last..].to_vec() });
        let log = |t: &Harness| t.app.opened().unwrap().log.clone();
        assert_eq!((log(&t).runs.len(), log(&t).selected), (2, 1));
        assert!(t.text().contains("searching"), "there may be more");
        let generation = asked(&t);
        t.keys("k").tell(Msg::RunsSoFar { generation, runs: runs[last - 1..].to_vec() });
        assert_eq!((log(&t).runs.len(), log(&t).selected), (3, 1), "who went up stays on the run");
        t.settle();
        assert!(!t.text().contains("searching"), "{}", t.text());
        assert_eq!(log(&t).runs[log(&t).selected], runs[last], "and stays there once all is found");
        // what comes late of a search that was given up changes nothing
        let old = asked(&t);
        t.keys("/ <c-u> z z z z <enter>").tell(Msg::RunsSoFar { generation: old, runs: runs[..1].to_vec() });
        assert!(t.text().contains("searching"));
        t.settle();
        assert!(t.text().contains("No run is like this") && log(&t).runs.is_empty());
        t.keys("/ <c-u> y y y <enter>");
        assert!(t.text().contains("searching the log") && !t.text().contains("No run is like this"), "{}", t.text());
    }
}

#[test]
fn the_settings_count_the_runs_that_were_made_together_last_and_say_which() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle()
        .keys("<enter>")
        .settle()
        .keys("r")
        .settle()
        .keys("r")
        .settle()
        .keys("3 <down> <down> <down>")
        .settle()
        .wait(1);
    let of = |t: &Harness, contact: &str| {
        let opened = t.app.opened().unwrap();
        let case = opened.cases().into_iter().find(|c| c.contact == contact).unwrap();
        opened.hindsight.those(case.met).count()
    };
    let (none, created) = (of(&t, "none found"), t.app.opened().unwrap().log.counts.0.clone());
    let all: u64 = created.iter().filter(|c| c.rule == Some(Rule::Create)).map(|c| c.runs).sum();
    assert_eq!((none, all), (14, 28), "each conversation counts once");
    assert!(t.text().contains("runs, last replay"));
    assert!(t.text().contains("14 of the 26"), "{}", t.text());
    // the list has as many as the line says
    t.keys("<down> <down> <enter>").settle();
    let ours = of(&t, "found, by Astra");
    assert_eq!(t.app.opened().unwrap().log.total.runs, ours as u64);
    assert!(t.rows()[3].contains(&format!("only update_astra_contact, one replay: {ours}")), "{}", t.rows()[3]);
    // live runs are no replay's
    let mut world = t.world;
    world.made_live = true;
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter> 3").settle().keys("<space>").settle();
    assert!(t.text().contains("runs, live") && t.text().contains("Of the last 26 live runs"), "{}", t.text());
    assert!(!t.text().contains("replay"), "{}", t.text());
}
