//! What an operator meets who has never seen the program: nothing is lost, nothing happens unseen, every key answers.

use astra_zoho::app::effect::{Effect, Source, Steer};
use astra_zoho::app::layer::Layer;
use astra_zoho::app::msg::{Ended, Located, Msg, ReplayEvent};
use astra_zoho::app::{Options, Shelf};
use astra_zoho::domain::action::State;
use astra_zoho::domain::problem::Problem;
use astra_zoho::domain::trace::{Call, CallKind};

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
    t.keys("q").settle();
    assert!(!t.asked.contains(&Effect::Quit) && said(&t).contains("are kept as a draft. q once more quits"));
    t.keys("x");
    assert!(said(&t).contains("or q quits"), "any other key stays");
    t.keys("q");
    assert_eq!(t.asked.last(), Some(&Effect::Quit), "it is known by now that all is kept");
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
fn on_a_screen_that_is_too_small_what_cannot_be_kept_is_asked_about() {
    for typed in ["e LOST <esc>", "e LOST"] {
        let mut world = World::sample();
        world.unwritable = Some("the disk is full: free some space and try again".into());
        let mut t = Harness::new(80, 24, world);
        t.settle().keys("<enter>").settle().keys(typed).resize(40, 10).keys("q").settle();
        let lost = "are lost: the disk is full: free some space and try again. q once more quits";
        assert!(!t.asked.contains(&Effect::Quit) && said(&t).contains(lost), "{}", t.text());
        t.resize(80, 24).resize(40, 10);
        assert!(said(&t).contains("or q quits"), "{}", t.text());
        t.keys("q");
        assert!(!t.asked.contains(&Effect::Quit));
        t.keys("q");
        assert_eq!(t.asked.last(), Some(&Effect::Quit));
    }
    // runs that are under way
    let mut t = open(80, 24);
    t.keys("5 r").answers(7).resize(40, 10).keys("q");
    assert!(!t.asked.contains(&Effect::Quit) && said(&t).contains("--resume"), "{}", t.text());
    t.keys("q");
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

#[test]
fn an_action_whose_file_was_deleted_is_written_anew_and_its_edits_are_never_lost() {
    let mut t = open(80, 24);
    t.keys("e <space> MINE <esc>").wait(2);
    t.world.actions.clear();
    t.reload().keys("S").settle();
    assert!(t.text().contains("Overwrite with mine"), "{}", t.text());
    t.keys("<down> <down> <enter>").settle();
    assert!(t.text().contains("saved and active"), "{}", t.text());
    assert!(t.world.actions[0].action.intent.ends_with("MINE"));
    // left instead: it is offered in the library
    let mut t = open(80, 24);
    t.keys("e <space> MINE <esc>").wait(2);
    t.world.actions.clear();
    t.reload().keys("<esc>").settle();
    assert!(t.text().contains("Save contact to Zoho") && t.text().contains("never saved"), "{}", t.text());
    t.keys("G <enter>").settle().keys("S").settle();
    assert!(t.world.actions[0].action.intent.ends_with("MINE"), "{}", t.text());
}

#[test]
fn what_cannot_be_kept_is_said_at_once_and_asked_about_before_it_is_lost() {
    let mut world = World::sample();
    world.unwritable = Some("cannot write data/drafts/1: permission denied: check who owns it and its mode".into());
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter>").settle().keys("e LOST <esc>").wait(2).settle();
    assert!(said(&t).contains("unsaved changes cannot be kept: cannot write data/drafts/1: permission denied"));
    t.keys("<esc>").settle();
    assert!(t.text().contains("unsaved changes are here until the program ends"), "{}", t.text());
    t.keys("<enter>").settle();
    assert!(t.app.opened().unwrap().editing.action.intent.ends_with("LOST"), "they are here");
    t.keys("q");
    snapshot!(t, "quit_and_lose");
    t.keys("n q");
    assert!(!t.asked.contains(&Effect::Quit));
    t.keys("y");
    assert_eq!(t.asked.last(), Some(&Effect::Quit));
    // within the first second too: the answer to the question comes after that of the disk
    let mut world = World::sample();
    world.unwritable = Some("the disk is full: free some space and try again".into());
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter>").settle().keys("e LOST <esc> q").settle();
    assert!(said(&t).contains("Quit and lose them?"), "{}", t.text());
    // undone, there is nothing to lose
    t.keys("n u q");
    assert_eq!(t.asked.last(), Some(&Effect::Quit));
}

#[test]
fn quitting_in_the_middle_of_a_replay_that_writes_asks_and_says_how_it_goes_on() {
    let mut t = open(80, 24);
    t.keys("5 r").answers(7).keys("q");
    assert!(t.app.playing().unwrap().is_on());
    assert!(said(&t).contains("`astra-zoho replay save-contact --resume`"), "{}", t.text());
    assert!(!t.asked.contains(&Effect::Quit));
    t.keys("y");
    assert_eq!(t.asked.last(), Some(&Effect::Quit));
}

#[test]
fn a_replay_is_seen_and_stopped_in_the_library_and_before_its_action_is_deleted() {
    let mut t = open(80, 24);
    t.keys("5 r").answers(7).keys("<esc>");
    assert!(t.text().contains("replay 3 of") && footer(&t).contains("X Stop replay"), "{}", t.text());
    t.keys("X");
    assert!(matches!(t.asked.last(), Some(Effect::SteerReplay { steer: Steer::Stop, .. })), "{:?}", t.asked.last());
    t.keys("d");
    assert!(said(&t).contains("Its replay is under way and is stopped."), "{}", t.text());
    t.keys("y");
    let last = &t.asked[t.asked.len() - 2..];
    assert!(matches!(last, [Effect::SteerReplay { steer: Steer::Stop, .. }, Effect::DeleteAction { .. }]), "{last:?}");
    let generation = t.app.playing().unwrap().generation;
    t.tell(Msg::Replay { generation, event: ReplayEvent::Ended(Ended::Stopped) });
    assert!(!footer(&t).contains("Stop replay"));
}

#[test]
fn taking_an_action_out_of_service_is_asked_in_the_library_too() {
    let mut t = library(80, 24);
    t.keys("B").settle();
    assert!(said(&t).contains("Take Save contact to Zoho out of service?"), "{}", t.text());
    t.keys("<esc>").settle();
    assert_eq!(t.world.actions[0].action.state, State::Active);
    t.keys("B y").settle();
    assert_eq!(t.world.actions[0].action.state, State::Draft);
}

#[test]
fn a_line_with_a_mistake_stays_open_with_the_reason() {
    let mut t = open(80, 24);
    t.keys("2 n <enter> test <space> acct <enter>");
    assert!(t.text().contains("a short name has letters"), "{}", t.text());
    let typed = |t: &Harness| match t.app.layers().last() {
        Some(Layer::Text(text)) => text.editor.text().to_owned(),
        other => panic!("the line was left: {other:?}"),
    };
    assert_eq!(typed(&t), "test acct");
    t.keys("<c-u> sandbox <enter>");
    assert!(t.text().contains("there is an account sandbox already"), "{}", t.text());
    assert_eq!(typed(&t), "sandbox");
    t.keys("2 <enter>");
    assert!(matches!(t.asked.last(), Some(Effect::Errand { .. })), "{:?}", t.asked.last());
    let mut t = library(80, 24);
    t.keys("c").settle().keys("m <c-u> <enter>");
    assert!(t.text().contains("a name is needed"), "{}", t.text());
    t.keys("Save <space> contact <space> to <space> Zoho <enter>");
    assert!(t.text().contains("another action is called Save contact to Zoho"), "{}", t.text());
    assert_eq!(typed(&t), "Save contact to Zoho");
}

#[test]
fn what_was_chosen_to_be_replayed_is_of_the_action_it_was_chosen_for() {
    let mut t = library(80, 24);
    t.keys("n e Offers. <esc> W").settle().keys("c.jsonl <enter>").settle();
    let asked = |t: &Harness| {
        let replays = t.asked.iter().rev().find_map(|e| if let Effect::StartReplay(r) = e { Some(&**r) } else { None });
        replays.map(|r| (r.source.clone(), r.dry_run)).unwrap()
    };
    assert_eq!(asked(&t), (Source::File("c.jsonl".into()), true), "typed on the first line, it is a file's name");
    t.keys("5 ? replay");
    assert!(t.text().contains("Replay the conversations of c.jsonl"), "{}", t.text());
    t.keys("<esc> s").settle().keys("<esc> k").settle();
    t.keys("g j <enter>").settle();
    assert_eq!(t.app.opened().unwrap().editing.action.id, "save-contact");
    assert!(t.app.wish() == astra_zoho::app::playing::Wish::default());
    t.keys("r");
    assert_eq!(asked(&t), (Source::Samples, false));
}

#[test]
fn escape_and_the_key_after_it_sent_together_are_both() {
    let mut t = open(80, 24);
    t.keys("e X <a-5>").settle();
    assert!(t.app.layers().is_empty() && t.app.opened().unwrap().focus == astra_zoho::app::layout::Pane::Log);
    // what an editor knows is the editor's
    t.keys("e one <space> two <a-b> Y");
    let Some(Layer::Text(text)) = t.app.layers().last() else { panic!("the text was left") };
    assert!(text.editor.text().ends_with("one Ytwo"), "{}", text.editor.text());
    t.keys("<esc> W <a-4>");
    assert!(t.app.layers().is_empty() && t.app.opened().unwrap().focus == astra_zoho::app::layout::Pane::Mapping);
}

#[test]
fn the_screen_is_redrawn_by_a_key_wherever_one_is() {
    let mut t = open(80, 24);
    for keys in ["<c-l>", "e <c-l>", "<esc> ? <c-l>", "<esc> W <c-l>"] {
        t.asked.clear();
        t.keys(keys);
        assert_eq!(t.asked.last(), Some(&Effect::Redraw), "{keys}");
    }
}

#[test]
fn the_last_check_is_read_as_soon_as_there_is_one() {
    let mut t = open(80, 24);
    t.keys("2 w");
    assert!(t.text().contains("Zoho is being asked"), "{}", t.text());
    t.settle();
    assert!(t.text().contains("The connection of Sandbox") && !t.text().contains("being asked"), "{}", t.text());
    // another key is another wish
    let mut t = open(80, 24);
    t.keys("2 w j").settle();
    assert!(t.app.layers().is_empty());
}

#[test]
fn a_key_that_is_taken_is_mended_where_it_was_typed_and_a_form_for_a_new_field_begins_empty() {
    let mut t = open(80, 24);
    t.keys("6 n Budget <down> email <enter>");
    let form = |t: &Harness| match t.app.layers().last() {
        Some(Layer::Form(form)) => form.clone(),
        other => panic!("no form: {other:?}"),
    };
    assert_eq!((form(&t).focus, form(&t).lines[0].error.is_none()), (1, true), "{}", t.text());
    t.keys("<esc> n");
    assert_eq!(form(&t).half_field(), None, "{}", t.text());
    assert!(footer(&t).contains("Ctrl-r Typed before: Budget"), "{}", footer(&t));
    t.keys("C <c-r>");
    assert_eq!(form(&t).half_field().unwrap().label, "Budget");
    t.keys("<c-r>");
    assert_eq!(form(&t).half_field().unwrap().label, "C");
    t.keys("<enter>").settle();
    assert_eq!(t.world.agent.fields.last().unwrap().label, "C");
    t.keys("n <c-r>");
    assert_eq!(form(&t).half_field().unwrap().label, "Budget", "it is still there");
}

#[test]
fn a_file_broken_while_its_action_is_open_is_told_with_its_line_and_what_is_shown_stays() {
    let mut t = open(80, 24);
    let problem = Problem::error("syntax", "", "key with no value, expected `=`", "mend the TOML at this line");
    let mut broken = t.world.actions[0].clone();
    broken.problems = vec![Located { problem, file: "/w/actions/save-contact.toml".into(), line: 60, column: 9 }];
    broken.broken = true;
    broken.revision = astra_zoho::app::msg::Revision(99);
    broken.action.mapping.clear();
    t.world.actions[0] = broken;
    t.reload();
    assert!(said(&t).contains("save-contact.toml:60: key with no value"), "{}", t.text());
    assert_eq!(t.app.opened().unwrap().editing.action.mapping.len(), 6, "what is shown stays");
    t.keys("O S");
    assert!(said(&t).contains("not yet: save-contact.toml:60: key with no value"), "{}", t.text());
    t.keys("R <enter>");
    assert!(said(&t).contains("It is mended in the file, with any editor."), "{}", t.text());
}

#[test]
fn filters_step_through_what_there_is() {
    let mut t = open(80, 24);
    t.keys("5 r").settle().keys("o").settle().keys("l").settle();
    for _ in 0..6 {
        assert!(!t.text().contains("No run is like this"), "{}", t.text());
        t.keys("l").settle();
    }
    t.keys("x").settle().keys("T 01-first <enter>").settle();
    assert!(t.text().contains("only 01-first-tent: "), "{}", t.text());
}

#[test]
fn a_dry_run_says_what_would_be_and_a_share_is_no_zero() {
    let mut t = open(80, 24);
    t.keys("W <down> <down> <down> <right> <enter>").settle();
    let mut run = t.app.opened().unwrap().log.runs.last().unwrap().clone();
    (run.record.requests, run.record.credits) = (0.325, 1.0);
    let call = |kind, answer: &str| Call { kind, runs: 1, requests: 0.0, ms: 0, answer: answer.into() };
    run.trace.calls = vec![call(CallKind::LookUp, "1 contact"), call(CallKind::Update, "written")];
    let told = t.app.explain(Some(&run)).join("\n");
    assert!(told.contains("update: would be written") && !told.contains("update: written"), "{told}");
    assert!(told.contains("0.325 requests, 1 credit, 1 attempt"), "{told}");
    run.record.dry_run = false;
    assert!(t.app.explain(Some(&run)).join("\n").contains("update: written"));
    let mut t = Harness::new(120, 40, t.world);
    t.world.runs.iter_mut().for_each(|r| r.record.requests = 0.325);
    t.settle().keys("<enter>").settle().keys("5").settle();
    assert!(t.text().contains("0.33 req"), "{}", t.text());
}
