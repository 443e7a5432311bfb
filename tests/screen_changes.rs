//! What is unsaved: listed, given up, and told from what somebody else changed meanwhile.

use astra_zoho::app::command::{Command, Ready};
use astra_zoho::app::layer::Layer;
use astra_zoho::app::msg::{ActionFile, Revision};
use astra_zoho::domain::action::Action;

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

fn library(width: u16, height: u16, world: World) -> Harness {
    let mut t = Harness::new(width, height, world);
    t.settle();
    t
}

fn open(width: u16, height: u16) -> Harness {
    let mut t = library(width, height, World::sample());
    t.keys("<enter>").settle();
    t
}

fn action(t: &Harness) -> &Action {
    &t.app.opened().unwrap().editing.action
}

/// Somebody else saves the action.
fn theirs(t: &mut Harness, change: impl FnOnce(&mut Action), revision: u64) {
    let file = &mut t.world.actions[0];
    change(&mut file.action);
    *file = ActionFile { revision: Revision(revision), ..file.clone() };
    t.reload();
}

#[test]
fn what_is_unsaved_is_listed_and_discarded_after_coming_back_too() {
    let mut t = open(80, 24);
    let saved = action(&t).clone();
    assert!(matches!(t.app.ready(Command::ListUnsaved), Ready::Disabled(_)));
    t.keys("O 3 <down> <space> 4 <end> <up> d e <c-u> New <space> words <esc> <esc>");
    assert!(t.text().contains("unsaved changes are kept: enter goes on, = lists and discards"), "{}", t.text());
    // another program, another day
    let mut t = library(80, 24, t.world);
    assert!(t.text().contains("it has changes that were not saved: enter goes on, = lists and discards"));
    t.keys("=").settle().keys("<esc> =");
    snapshot!(t, "unsaved_80x24");
    for line in ["Intent", "Offline Sync", "Updating existing fields", "Row Lead Source", "Discard changes"] {
        assert!(t.text().contains(line), "{line}: {}", t.text());
    }
    assert!(t.text().contains("off -> on") && t.text().contains("<- channel -> not mapped"));
    t.resize(60, 16);
    snapshot!(t, "unsaved_60x16");
    t.resize(80, 24).keys("<enter>");
    assert!(t.text().contains("Saved:") && t.text().contains("New words"), "both sides in whole: {}", t.text());
    t.keys("<esc> disc <enter>");
    snapshot!(t, "discard");
    t.keys("n");
    assert_eq!(t.app.opened().unwrap().editing.unsaved(), 4, "nothing without a yes");
    t.keys("= disc <enter> y");
    assert_eq!(*action(&t), saved);
    assert!(t.world.drafts.is_empty() && !t.rows()[0].contains("unsaved"));
    assert!(t.text().contains("as in the file again: u brings the changes back"));
    t.keys("u");
    assert_eq!(t.app.opened().unwrap().editing.unsaved(), 4);
    // by the palette too, and where nothing is unsaved it says so
    t.keys("? discard <enter> y = ");
    assert!(t.app.layers().is_empty() && t.text().contains("nothing is unsaved"), "{}", t.text());
}

#[test]
fn a_half_typed_field_is_no_change_of_the_action_and_can_be_dropped() {
    let mut t = open(80, 24);
    t.keys("4 a title <enter> Zebra <enter> <esc> <esc> <esc> <esc>");
    let kept = "the new field Zebra, typed and not created, is kept: enter goes on, = lists and discards";
    assert_eq!(t.app.notice().unwrap().text, kept);
    assert!(!t.text().contains("unsaved"));
    let mut t = library(80, 24, t.world);
    assert!(t.text().contains("the new field Zebra was being typed there and is not created"), "{}", t.text());
    t.keys("<enter>").settle();
    assert!(!t.rows()[0].contains("unsaved"));
    t.keys("= <enter>");
    let Some(Layer::Form(form)) = t.app.layers().last() else { panic!("no form") };
    assert_eq!(form.lines[0].input.value(), "Zebra", "its form, to go on");
    t.keys("<esc> = disc <enter>");
    let Some(Layer::Confirm(asked)) = t.app.layers().last() else { panic!("no question") };
    assert_eq!(asked.detail, "What was typed of the new field Zebra is dropped: nothing brings it back.");
    t.keys("y");
    assert!(t.world.drafts.is_empty());
    t.keys("<esc>");
    assert!(!t.text().contains("Zebra"), "{}", t.text());
    let mut t = library(80, 24, t.world);
    t.keys("<enter>").settle();
    assert!(!t.text().contains("was being typed"));
}

#[test]
fn somebody_elses_change_is_still_said_after_leaving_and_never_counted_as_mine() {
    let mut t = open(80, 24);
    t.keys("O").wait(2);
    theirs(&mut t, |a| a.contacts.update_existing = true, 77);
    assert!(t.text().contains("somebody else changed this action meanwhile"));
    assert!(t.rows()[0].contains("1 unsaved") && t.rows()[0].contains("! 2"), "{}", t.rows()[0]);
    // left and opened again, here and in another program
    t.keys("<esc>").settle().keys("<enter>").settle();
    for _ in 0..2 {
        assert!(t.text().contains("somebody else changed this action since you began"), "{}", t.text());
        assert!(t.rows()[0].contains("1 unsaved"), "theirs is not mine: {}", t.rows()[0]);
        assert!(!action(&t).contacts.update_existing && action(&t).offline_sync);
        t.keys("=");
        let Some(Layer::Picker(picker)) = t.app.layers().last() else { panic!("no list") };
        assert_eq!(picker.items.len(), 2, "Offline Sync, and to discard it");
        t.keys("<esc>");
        t = library(80, 24, t.world);
        t.keys("<enter>").settle();
    }
    // it stays among what is to be looked at
    t.keys("R").settle();
    assert!(t.text().contains("somebody else changed this action since you began"));
    t.keys("<esc> s <enter>").settle();
    snapshot!(t, "conflict_80x24");
    assert!(t.text().contains("mine: off -> on") && t.text().contains("theirs: off -> on"), "{}", t.text());
    t.resize(60, 16);
    snapshot!(t, "conflict_60x16");
    // given up, theirs is what is there
    t.resize(80, 24).keys("<esc> = disc <enter> y");
    assert!(action(&t).contacts.update_existing && !action(&t).offline_sync);
    assert!(!t.rows()[0].contains("unsaved"));
    // renamed in the library, it is a conflict all the same
    let mut t = open(80, 24);
    t.keys("O").wait(2).keys("<esc>").settle();
    theirs(&mut t, |a| a.contacts.update_existing = true, 77);
    t.keys("m ! <enter>").settle().keys("<enter>").settle();
    assert!(t.rows()[0].contains("1 unsaved"), "{}", t.rows()[0]);
    t.keys("s <enter>").settle();
    assert!(t.text().contains("Somebody else changed this action"), "theirs is not overwritten in silence");
}

#[test]
fn what_cannot_be_kept_is_never_said_to_be() {
    let mut world = World::sample();
    world.unwritable = Some("the folder is read-only".into());
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter>").settle().keys("O").wait(2).settle().keys("<esc>").settle();
    assert!(t.text().contains("unsaved changes are here until the program ends: the folder is read-only"));
    t.keys("<up> <down>").wait(1);
    assert!(t.text().contains("it has changes that were not saved and cannot be kept: they are here"), "{}", t.text());
}

#[test]
fn letters_that_do_nothing_say_what_does() {
    let mut t = library(80, 24, World::sample());
    t.keys("A");
    assert!(t.text().contains("it is active already"));
    t.keys("B A");
    assert!(t.text().contains("A does nothing here: y Yes, n No"), "{}", t.text());
    t.keys("y").settle().keys("B");
    assert!(t.text().contains("it is a draft already"));
    // a line of the table shows runs, and toggles nothing
    t.keys("<enter> 3").settle();
    assert!(t.rows()[23].contains("space Toggle"));
    t.keys("<down> <down>").wait(1);
    assert!(t.rows()[23].contains("enter Show runs") && !t.rows()[23].contains("Toggle"), "{}", t.rows()[23]);
    t.keys("4 <end> <up> d");
    assert!(t.text().contains("Lead Source is no longer mapped"));
    // what is saved and active has nothing left to do
    t.keys("R").settle().keys("S").settle();
    assert!(t.text().contains("it is saved and active, and runs"), "{}", t.text());
    t.keys("<esc> u");
    assert!(t.text().contains("undone: remove Lead Source"));
}

#[test]
fn names_have_the_room_that_other_columns_leave() {
    let mut world = World::sample();
    let first = world.actions[0].clone();
    let action = Action { id: "long".into(), name: "Save what they said to Zoho".into(), ..first.action.clone() };
    world.actions.push(ActionFile { action, ..first });
    let mut t = library(80, 24, world);
    t.keys("<end> <enter>").settle().keys("O <esc>").settle();
    assert!(t.text().contains("Save what they said to Zoho unsaved"), "{}", t.text());
    snapshot!(t, "long_names_80x24");
    t.keys("<up> <down> <up>").wait(1);
    assert!(t.text().contains("6 rows"), "what has no column is told below: {}", t.text());
}
