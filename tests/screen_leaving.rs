//! Leaving: a text put back, Escape going back to where one was led from, undo that survives the Action Library, and what
//! is said once the program has ended.

use astra_zoho::app::form::Form;
use astra_zoho::app::layer::Layer;
use astra_zoho::app::layout::Pane;

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

fn open(width: u16, height: u16) -> Harness {
    let mut t = Harness::new(width, height, World::sample());
    t.settle().keys("<enter>").settle();
    t
}

fn form(t: &Harness) -> &Form {
    match t.app.layers().last() {
        Some(Layer::Form(form)) => form,
        other => panic!("no form: {other:?}"),
    }
}

fn place(t: &Harness) -> (Pane, Option<usize>) {
    let opened = t.app.opened().unwrap();
    (opened.focus, opened.review)
}

#[test]
fn a_value_of_a_list_is_found_by_what_is_typed_and_the_form_put_back() {
    let mut t = open(80, 24);
    t.keys("4 <end> <up> o").settle();
    let before = t.app.opened().unwrap().editing.action.clone();
    let value = |t: &Harness| form(t).lines[0].input.value().to_owned();
    t.keys("c");
    let first = value(&t);
    t.keys("h");
    assert_eq!((first.as_str(), value(&t).as_str()), ("Cold Call", "Chat"));
    snapshot!(t, "finding");
    t.keys("q");
    assert!(t.text().contains("no value has the letters \"chq\" in this order"), "{}", t.text());
    assert_eq!(value(&t), "Chat", "what was found stays");
    t.keys("<backspace> <backspace> <backspace> web <space> d");
    assert_eq!(value(&t), "Web Download", "a space is one of the letters once some are typed");
    t.keys("<c-g>");
    assert!(t.app.layers().is_empty());
    assert_eq!(t.app.opened().unwrap().editing.action, before);
    assert!(t.text().contains("as it was before: U brings what was typed"));
    t.keys("U");
    assert_eq!(t.app.opened().unwrap().editing.action.mapping[5].default.as_deref(), Some("Web Download"));
    t.keys("u o").settle().keys("<c-c>");
    assert!(t.text().contains("as it was before: nothing was changed"));
}

#[test]
fn an_intent_and_a_name_are_put_back() {
    let mut t = open(80, 24);
    let before = t.app.opened().unwrap().editing.action.clone();
    t.keys("e <c-u> Nothing <space> of <space> it");
    assert!(t.rows()[23].contains("Ctrl-g Put back"), "{}", t.rows()[23]);
    t.keys("<c-g>").wait(2);
    assert_eq!(t.app.opened().unwrap().editing.action, before);
    assert!(t.world.drafts.is_empty(), "nothing is unsaved");
    t.keys("U");
    assert!(t.app.opened().unwrap().editing.action.intent.ends_with("Nothing of it"));
    t.keys("u 1 <home> <enter> <c-u> Other <c-g>");
    assert_eq!(t.app.opened().unwrap().editing.action, before);
    // a field that is being typed is dropped
    t.keys("4 a title <enter> Zebra <enter> X <c-g> <esc> <esc>").wait(2);
    assert!(t.world.drafts.is_empty() && t.app.opened().unwrap().parked.is_none());
}

#[test]
fn what_was_filled_in_gives_way_to_what_is_typed() {
    for (keys, label) in [("B u d", "Bud"), ("<left> y", "Zebrya"), ("<backspace> B", "B"), ("<end> s", "Zebras")] {
        let mut t = open(80, 24);
        t.keys("4 a title <enter> Zebra <enter>").keys(keys);
        assert_eq!(form(&t).lines[0].input.value(), label);
    }
    let mut t = open(80, 24);
    t.keys("4 a title <enter> Zebra <enter>");
    snapshot!(t, "filled_in");
    t.keys("<down> <up> s");
    assert_eq!(form(&t).lines[0].input.value(), "Zebras", "passed by, it is kept");
    // what was captured and does not fit is begun with
    let mut t = open(80, 24);
    t.keys("4 <end> <up> o").settle().keys("<down> <down>");
    assert_eq!(form(&t).lines[2].input.value(), "text");
    t.keys("voice");
    assert_eq!(form(&t).lines[2].input.value(), "voice");
}

#[test]
fn escape_goes_back_to_where_one_was_led_from() {
    let mut t = Harness::new(80, 24, World::empty());
    t.settle().keys("<enter>").settle().keys("4 R <enter>");
    assert_eq!(place(&t), (Pane::Action, None), "led to what is missing");
    assert!(t.rows()[23].contains("esc Back to Review"), "{}", t.rows()[23]);
    t.keys("<esc>");
    assert_eq!(place(&t), (Pane::Mapping, Some(0)));
    t.keys("<esc>");
    assert_eq!(place(&t), (Pane::Mapping, None));
    t.keys("<esc>");
    assert!(t.app.opened().is_none(), "with nothing behind, the Action Library");
    // who goes on by themselves leaves no way back
    t.keys("<end> <enter>").settle().keys("R <enter> 3 <esc>");
    assert!(t.app.opened().is_none());
    // from a line of the settings to its runs, and back to all of them
    let mut t = open(80, 24);
    t.keys("r").settle().keys("3 <down> <down> <down> <enter>").settle();
    let log = &t.app.opened().unwrap().log;
    assert_eq!((place(&t).0, log.is_filtered()), (Pane::Log, true));
    t.keys("<esc>").settle();
    assert_eq!((place(&t).0, t.app.opened().unwrap().log.is_filtered()), (Pane::Settings, false));
    t.keys("<esc>");
    assert!(t.app.opened().is_none());
}

#[test]
fn what_was_done_can_be_undone_after_a_look_at_the_library() {
    let mut t = open(80, 24);
    t.keys("O 4 <end> <up> d <esc>").settle().keys("<enter>").settle();
    assert_eq!(t.app.opened().unwrap().editing.unsaved(), 2);
    t.keys("u u");
    assert_eq!(t.app.opened().unwrap().editing.unsaved(), 0);
    t.keys("U U s <enter>").settle().keys("<esc>").settle();
    // renamed in the Library: another text of the file, the same rows
    t.keys("m <c-u> Other <enter>").settle().keys("<enter>").settle();
    t.keys("u");
    assert!(t.text().contains("undone: remove Lead Source"), "{}", t.text());
    // somebody else's rows: nothing of it would find its place
    let mut t = open(80, 24);
    t.keys("4 <end> <up> d s <enter>").settle().keys("<esc>").settle();
    t.world.actions[0].action.mapping.pop();
    t.world.actions[0].revision.0 += 1;
    t.reload().keys("<enter>").settle().keys("u");
    assert!(t.text().contains("nothing to undo"), "{}", t.text());
}

#[test]
fn what_is_kept_is_said_once_the_program_has_ended() {
    let mut t = open(80, 24);
    assert_eq!(t.app.farewell(), None);
    t.keys("O").wait(2).keys("q");
    let said = "The unsaved changes of Save contact to Zoho are kept as a draft and are there again next time.";
    assert_eq!(t.app.farewell().as_deref(), Some(said));
    let mut t = open(80, 24);
    t.keys("O <esc>").settle().keys("<home> n").settle().keys("e Begun. <esc> <esc>").settle().keys("q");
    assert!(t.app.farewell().unwrap().contains("and of 1 more are kept"), "{:?}", t.app.farewell());
}

#[test]
fn a_long_intent_leaves_the_pane_its_order() {
    let mut t = open(80, 24);
    t.keys("e <c-u>").paste(&"Save them when the customer asked for it. ".repeat(40)).keys("<esc> 1");
    snapshot!(t, "long_intent_80x24");
    t.resize(60, 16);
    snapshot!(t, "long_intent_60x16");
}

#[test]
fn a_name_holds_what_is_seen_and_no_more_than_a_list_shows() {
    let mut t = open(80, 24);
    t.keys("1 <home> <enter> <c-u>").paste("\u{1b}[31mSa\u{200B}ve\u{1b}[0m\u{FEFF}").keys("<enter>");
    assert_eq!(t.app.opened().unwrap().editing.action.name, "Save");
    t.keys("<enter>").paste(&"n".repeat(120)).keys("<enter>");
    assert!(t.text().contains("a name has no more than 100 characters, this one 124: shorten it"), "{}", t.text());
    t.keys("<c-g>");
    assert_eq!(t.app.opened().unwrap().editing.action.name, "Save");
    // written by hand, it is told as `check` tells it
    let mut world = World::sample();
    world.actions[0].action.name = "Sa\u{200B}ve".into();
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter>").settle();
    assert!(t.text().contains("the name: \"Save\" holds a character that nobody sees (U+200B)"), "{}", t.text());
}
