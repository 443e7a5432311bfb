//! What an operator meets who has never seen the program: nothing is lost, nothing happens unseen, every key answers.

use astra_zoho::app::effect::{Effect, Source};
use astra_zoho::app::layer::Layer;
use astra_zoho::app::msg::{Located, Msg, ReplayEvent};
use astra_zoho::app::{Options, Shelf};
use astra_zoho::domain::action::State;
use astra_zoho::domain::problem::Problem;

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

fn library(width: u16, height: u16) -> Harness {
    let mut t = Harness::new(width, height, World::sample());
    t.settle();
    t
}

fn open(width: u16, height: u16) -> Harness {
    let mut t = library(width, height);
    t.keys("<enter>").settle();
    t
}

fn footer(t: &Harness) -> String {
    t.app.footer().iter().map(|e| format!("{} {}", e.key, e.words)).collect::<Vec<_>>().join("  ")
}

/// The text on the screen, its rows put together.
fn said(t: &Harness) -> String {
    t.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn who_never_stops_typing_loses_a_second_at_most() {
    let mut t = open(80, 24);
    t.keys("e");
    for n in 0..12 {
        t.keys("x").wait_ms(300);
        let typed = t.world.kept.last().map_or(0, |a| a.intent.matches('x').count());
        assert!(typed + 4 > n, "after {n} letters {typed} were kept");
    }
    // from one edit straight to the next
    let mut t = open(80, 24);
    t.keys("e X <esc>").wait_ms(400).keys("4 a").wait_ms(400).keys("fax").wait_ms(400);
    assert!(t.world.kept.last().unwrap().intent.ends_with('X'));
}

#[test]
fn on_a_screen_that_is_too_small_nothing_is_done_but_what_the_notice_names() {
    let mut t = open(80, 24);
    t.keys("e X").resize(40, 10).keys("Y <esc> O").paste("Z");
    let Some(Layer::Text(text)) = t.app.layers().last() else { panic!("the text was left") };
    assert!(text.editor.text().ends_with('X'));
    assert!(said(&t).contains("or q quits"), "{}", t.text());
    t.keys("q");
    assert_eq!(t.asked.last(), Some(&Effect::Quit));
    assert!(t.world.kept.last().unwrap().intent.ends_with('X'));
    // by another key, where that was chosen
    let options = Options { keys: vec![("quit".into(), vec!["<c-x>".into()])], ..Options::default() };
    let mut t = Harness::with(40, 10, World::sample(), options);
    t.settle().keys("q");
    assert!(said(&t).contains("or Ctrl-x quits") && !t.asked.contains(&Effect::Quit));
    t.keys("<c-x>");
    assert_eq!(t.asked.last(), Some(&Effect::Quit));
}

#[test]
fn what_runs_is_taken_out_of_service_only_on_purpose() {
    let mut t = open(80, 24);
    t.keys("O s");
    snapshot!(t, "save_as_draft");
    t.resize(60, 16);
    snapshot!(t, "save_as_draft_60x16");
    t.keys("<esc>").settle();
    assert_eq!(t.app.opened().unwrap().editing.unsaved(), 1, "nothing was saved");
    assert!(footer(&t).contains("S Save active"), "{}", footer(&t));
    t.keys("s S").settle();
    let saved = &t.world.actions[0].action;
    assert_eq!((saved.state, saved.offline_sync), (State::Active, true));
    assert!(!footer(&t).contains("Save"), "nothing is left to save: {}", footer(&t));
    t.keys("R s <enter>").settle();
    assert_eq!(t.world.actions[0].action.state, State::Draft);
    t.keys("s").settle();
    assert!(t.app.layers().is_empty(), "what does not run is saved without a word");
}

#[test]
fn a_file_that_is_named_is_what_is_replayed_and_enter_says_whether_it_writes() {
    let mut t = open(80, 24);
    t.keys("W");
    assert!(footer(&t).contains("enter Start, writes to Sandbox"), "{}", footer(&t));
    t.keys("<down> c.jsonl");
    snapshot!(t, "replay_a_file");
    t.keys("<down> <down> <right>");
    assert!(footer(&t).contains("enter Start, dry run"), "{}", footer(&t));
    t.keys("<enter>");
    let asked = t.asked.iter().rev().find_map(|e| if let Effect::StartReplay(r) = e { Some(&r.source) } else { None });
    assert_eq!(asked, Some(&Source::File("c.jsonl".into())));
    // pasted too
    let mut t = open(80, 24);
    t.keys("W <down>").paste("/tmp/c.jsonl").keys("<up>");
    assert!(t.text().contains("< a file >"), "{}", t.text());
}

#[test]
fn a_paused_replay_says_how_it_goes_on() {
    let mut t = open(80, 24);
    t.keys("5 r");
    let generation = t.app.playing().unwrap().generation;
    t.tell(Msg::Replay { generation, event: ReplayEvent::Paused });
    assert!(footer(&t).contains("p Go on"), "{}", footer(&t));
    t.keys("W");
    assert!(t.text().contains("a replay is paused: go on (p) or stop it (X) first"), "{}", t.text());
}

#[test]
fn leaving_a_name_in_the_library_renames_nothing() {
    let mut t = library(80, 24);
    t.keys("m Other");
    assert!(footer(&t).contains("enter Rename  esc Cancel"), "{}", footer(&t));
    t.keys("<esc>").settle();
    assert!(t.text().contains("not renamed"));
    assert_eq!(t.world.actions[0].action.name, "Save contact to Zoho");
    // an edit of an open action can be undone: leaving keeps it, and says so
    t.keys("<enter>").settle().keys("<home> <enter> er");
    assert!(footer(&t).contains("enter/esc Done"), "{}", footer(&t));
    t.keys("<esc>");
    assert_eq!(t.app.opened().unwrap().editing.action.name, "Save contact to Zohoer");
}

#[test]
fn a_broken_file_that_every_action_needs_is_named_wherever_one_would_run() {
    let mut world = World::sample();
    let problem = Problem::error("syntax", "", "it is no TOML: a key is written twice", "take one of them out");
    world.problems = vec![Located { problem, file: "/home/ana/agent.toml".into(), line: 7, column: 1 }];
    let mut t = Harness::new(80, 24, world);
    t.settle();
    snapshot!(t, "broken_agent");
    t.keys("<enter>").settle();
    snapshot!(t, "broken_agent_open");
    t.keys("r");
    assert!(t.text().contains("it cannot run yet: agent.toml:7: it is no TOML"), "{}", t.text());
    t.keys("R");
    snapshot!(t, "broken_agent_review");
}

#[test]
fn accounts_in_the_smallest_screen_overlap_nothing() {
    let mut t = Harness::new(60, 16, World::sample().with_a_real_account());
    t.settle().keys("<enter> 2").settle();
    snapshot!(t, "accounts_60x16");
}

#[test]
fn an_empty_intent_is_not_complained_of_while_it_is_written() {
    let mut t = Harness::new(80, 24, World::empty());
    t.settle().keys("<enter> e When");
    assert!(!t.text().contains("the intent is empty"), "{}", t.text());
    assert!(footer(&t).contains("enter New line"), "{}", footer(&t));
    t.keys("<enter> asked <esc>");
    assert_eq!(t.app.opened().unwrap().editing.action.intent, "When\nasked");
}

#[test]
fn names_have_the_room_that_others_do_not_need_and_a_copy_is_selected() {
    let mut t = library(80, 24);
    t.keys("c").settle();
    assert_eq!(t.app.shelf(), Shelf::Mine(1), "the copy");
    t.keys("m s <space> in <space> winter <enter>").settle();
    assert!(t.text().contains("Save contact to Zoho copys in"), "{}", t.text());
    // what was kept of edits, and a file that cannot be read
    t.keys("g j <enter>").settle().keys("O <esc>");
    let mut broken = t.world.actions[1].clone();
    (broken.action.id, broken.broken) = ("odd".into(), true);
    broken.action.name.clear();
    t.world.actions.push(broken);
    t.reload().wait(1);
    snapshot!(t, "library_marks");
}

#[test]
fn a_replay_of_another_action_is_named() {
    let mut t = library(80, 24);
    t.keys("c").settle().keys("g j <enter>").settle().keys("5 r").settle().keys("<esc> j <enter>").settle();
    snapshot!(t, "replay_of_another");
}

#[test]
fn what_the_example_does_not_fit_is_in_the_review_too() {
    let mut t = open(80, 24);
    t.keys("R");
    assert!(t.text().contains("\"text\" is not one of the"), "{}", t.text());
    assert!(!t.text().contains("Nothing is missing"));
}

#[test]
fn the_value_that_led_to_the_options_is_there_and_email_takes_no_default() {
    let mut t = open(80, 24);
    t.keys("4 <end> <up> o");
    let Some(Layer::Form(form)) = t.app.layers().last() else { panic!("no form") };
    assert_eq!((form.lines.len(), form.lines[2].input.value()), (4, "text"));
    t.keys("<down> <down> <down> c <up>");
    let Some(Layer::Form(form)) = t.app.layers().last() else { panic!("no form") };
    assert_eq!(form.lines.len(), 6, "room for another pair");
    t.keys("<esc>").settle();
    t.keys("<home> o x <enter>");
    assert_eq!(t.app.opened().unwrap().editing.action.mapping[0].default, None);
}

#[test]
fn every_key_answers() {
    let mut t = library(80, 24);
    t.keys("R");
    assert!(t.text().contains("R, Review and activate, is for an open action: enter opens one"), "{}", t.text());
    for (key, said) in [("u", "is for an open action"), ("!", "no file has a problem"), ("<c-c>", "q quits")] {
        t.keys(key);
        assert!(t.text().contains(said), "{key}: {}", t.text());
    }
    t.keys("<enter>").settle().keys("R r").settle().keys("G");
    assert!(footer(&t).contains("enter Show the run"), "{}", footer(&t));
    t.keys("<enter> S");
    assert!(t.text().contains("S does nothing here: esc Close"), "{}", t.text());
}

#[test]
fn leaving_a_filtered_log_shows_all_of_it_first() {
    let mut t = open(80, 24);
    t.keys("5 r").settle().keys("o").settle().keys("<esc>").settle();
    assert!(t.app.opened().is_some_and(|o| !o.log.is_filtered()));
    t.keys("<esc>");
    assert!(t.app.opened().is_none());
}

#[test]
fn the_list_of_commands_has_their_keys_and_names_whether_they_are_ready_or_not() {
    let mut t = open(80, 24);
    t.keys("? redo");
    assert!(t.text().contains("U") && t.text().contains("nothing to redo. In config.toml: redo"), "{}", t.text());
}
