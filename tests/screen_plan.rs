//! The plan for the example conversation, before anything is written.

use astra_zoho::app::effect::{Effect, Rehearsal};
use astra_zoho::app::msg::Msg;
use astra_zoho::app::{App, Options};
use astra_zoho::domain::action::State;

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

fn open(width: u16, height: u16, world: World) -> Harness {
    let mut t = Harness::new(width, height, world);
    t.settle().keys("<enter> 4").settle();
    t
}

fn asked(t: &Harness) -> Vec<&Rehearsal> {
    t.asked.iter().filter_map(|e| if let Effect::Rehearse(r) = e { Some(&**r) } else { None }).collect()
}

fn conversation(app: &App) -> String {
    app.opened().unwrap().plan.answer().unwrap().conversation.clone()
}

#[test]
fn it_stands_beside_the_mapper_where_there_is_room() {
    let mut t = open(160, 48, World::sample());
    snapshot!(t, "boxed_160x48");
    t.resize(120, 40).settle();
    snapshot!(t, "under_rows_120x40");
    t.resize(80, 24).settle();
    snapshot!(t, "under_rows_80x24");
    t.keys("P");
    snapshot!(t, "layer_80x24");
    t.keys("c").wait(1).settle();
    assert!(t.text().contains("2 of 20"), "{}", t.text());
    t.resize(60, 16).settle();
    snapshot!(t, "layer_60x16");
    t.keys("<down> <down> <esc>");
    assert!(t.app.layers().is_empty());
    assert!(!t.text().contains("dry run"), "no room: only by its key");
    let options = Options { mono: true, ascii: true, ..Options::default() };
    let mut t = Harness::with(160, 48, World::sample(), options);
    t.settle().keys("<enter> 4").settle();
    snapshot!(t, "boxed_mono");
}

#[test]
fn it_is_of_the_action_as_edited_and_asked_for_after_a_pause() {
    let mut t = open(160, 48, World::sample());
    assert_eq!(asked(&t).len(), 1, "at once the first time");
    // three edits in a row, one question; what only people read asks for none
    t.keys("3 <space> <down> <space> O");
    assert!(t.text().contains("updating"));
    t.settle();
    assert_eq!(asked(&t).len(), 1);
    t.wait(1).settle();
    assert_eq!(asked(&t).len(), 2);
    let action = &asked(&t)[1].action;
    assert!(action.offline_sync && action.contacts.update_existing && !action.contacts.create_and_update_new);
    assert_eq!(action.state, State::Draft);
    assert!(t.text().contains("would SKIP ana.ruiz@example.com"), "{}", t.text());
    t.keys("e more <esc>").wait(5).settle();
    assert_eq!(asked(&t).len(), 2);
    // back to what it was: that is another plan
    t.keys("u u").wait(1).settle();
    assert_eq!(asked(&t).len(), 3);
    assert!(t.world.runs.is_empty(), "nothing is in the log");
}

#[test]
fn an_answer_to_an_older_question_is_dropped() {
    let mut t = open(160, 48, World::sample());
    let first = asked(&t)[0].generation;
    t.keys("c").wait(1);
    let before = t.text();
    t.tell(Msg::Rehearsed { generation: first, result: Err("late".into()) });
    assert_eq!(t.text(), before);
    assert_eq!(conversation(&t.app), "01-first-tent");
    t.settle();
    assert_ne!(conversation(&t.app), "01-first-tent");
    t.keys("C").wait(1).settle();
    assert_eq!(conversation(&t.app), "01-first-tent");
}

#[test]
fn nobody_looks_nothing_is_asked() {
    let mut t = open(60, 16, World::sample());
    t.keys("5").wait(9).settle();
    assert_eq!(asked(&t).len(), 0);
    t.keys("P");
    assert!(t.text().contains("being planned"));
    t.settle();
    assert_eq!(asked(&t).len(), 1);
}

#[test]
fn what_keeps_the_action_from_running_is_said_instead() {
    let mut world = World::sample();
    world.actions[0].action.mapping[4].astra = "nickname".into();
    let t = open(120, 40, world);
    assert_eq!(asked(&t).len(), 0);
    snapshot!(t, "no_plan_120x40");
    // a new action has no intent yet: that keeps no plan away
    let mut t = Harness::new(160, 48, World::empty());
    t.settle().keys("<enter> 4").settle();
    assert!(t.text().contains("would CREATE"), "{}", t.text());
}

#[test]
fn after_a_replay_that_wrote_the_plan_is_another_one() {
    let mut t = open(160, 48, World::sample());
    t.keys("r").settle().wait(1).settle();
    assert_eq!(asked(&t).len(), 2);
}
