//! The Action Library.

use astra_zoho::app::effect::Effect;
use astra_zoho::app::keymap::Keymap;
use astra_zoho::app::layout::Pane;
use astra_zoho::app::msg::{Located, Msg};
use astra_zoho::app::{Options, Shelf};
use astra_zoho::domain::action::{Row, State};
use astra_zoho::domain::metadata::KeptFields;
use astra_zoho::domain::problem::Problem;

use super::support::harness::Harness;
use super::support::world::{NOW, World};
use crate::snapshot;

#[test]
fn enter_deletes_nothing() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("d <enter>");
    assert!(!t.asked.iter().any(|e| matches!(e, Effect::DeleteAction { .. })), "a key too many");
    assert!(t.text().contains("y does it, n leaves it"), "{}", t.text());
    t.keys("y");
    assert!(t.asked.iter().any(|e| matches!(e, Effect::DeleteAction { .. })));
}

#[test]
fn the_first_frame_has_its_title_before_anything_was_read() {
    for (width, height) in [(60, 16), (80, 24), (120, 40), (160, 48)] {
        let t = Harness::new(width, height, World::sample());
        assert!(t.rows()[0].contains("Action Library"), "{width}x{height}");
    }
    snapshot!(Harness::new(80, 24, World::sample()), "first_frame");
}

#[test]
fn an_action_that_cannot_run_is_marked_before_anybody_opens_it() {
    let mut world = World::sample();
    world.actions[0].action.mapping.push(Row::new("Nope", "phone"));
    let mut t = Harness::new(80, 24, world);
    t.settle();
    assert!(!t.text().contains("✗ 1"), "what is not known is not told");
    let mut world = t.world;
    let kept = KeptFields::new(world.fields["sandbox"].clone().unwrap());
    world.kept_fields.insert("sandbox".into(), (NOW.parse().unwrap(), kept));
    let mut t = Harness::new(80, 24, world);
    t.settle();
    assert!(t.text().contains("✗ 1") && t.text().contains("have no field Nope"), "{}", t.text());
    assert!(!t.asked.iter().any(|e| matches!(e, Effect::FetchFields { .. })), "Zoho is not asked");
}

#[test]
fn actions_are_listed() {
    snapshot!(Harness::new(80, 24, World::sample()).settle(), "library_80x24");
    snapshot!(Harness::new(60, 16, World::sample()).settle(), "library_60x16");
    snapshot!(Harness::new(120, 40, World::sample()).settle(), "library_120x40");
}

#[test]
fn an_empty_library_teaches() {
    snapshot!(Harness::new(80, 24, World::empty()).settle(), "empty");
}

#[test]
fn too_small_says_so() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().resize(50, 12);
    snapshot!(t, "too_small");
    t.resize(80, 24);
    assert!(t.rows()[0].contains("Action Library"));
}

#[test]
fn without_colours_and_beyond_ascii() {
    let options = Options { mono: true, ascii: true, ..Options::default() };
    let mut t = Harness::with(80, 24, World::sample(), options);
    t.settle().keys("<enter> 4").settle();
    snapshot!(t, "mono_ascii");
    assert!(t.text().is_ascii(), "{}", t.text());
}

#[test]
fn deleting_asks_first() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("d");
    snapshot!(t, "delete");
    t.keys("<esc>").settle();
    assert_eq!(t.world.actions.len(), 1);
    t.keys("d y").settle();
    assert!(t.world.actions.is_empty());
    assert!(t.text().contains("Save contact to Zoho is deleted"));
}

#[test]
fn duplicate_rename_to_draft_and_activate() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("c").settle().keys("<down> m <c-u> Another <enter>").settle();
    assert_eq!(t.world.actions[1].action.name, "Another");
    t.keys("A y").settle();
    t.keys("<up> B y").settle();
    snapshot!(t, "two_actions");
}

fn problem(code: &'static str, place: &str, what: &str, fix: &str, file: &str, line: usize) -> Located {
    Located { problem: Problem::error(code, place, what, fix), file: format!("/home/ana/{file}"), line, column: 1 }
}

#[test]
fn the_first_key_waits_for_the_workspace_and_opens_the_first_own_action() {
    let mut t = Harness::new(80, 24, World::sample());
    t.resize(81, 24).keys("<enter>");
    assert!(t.app.opened().is_none(), "nothing is known yet");
    t.settle();
    assert_eq!(t.app.opened().unwrap().editing.action.id, "save-contact");
    // more keys than one, and the palette and quitting wait for nothing
    let mut t = Harness::new(80, 24, World::sample());
    t.keys("k <enter>").settle();
    assert!(t.app.opened().unwrap().editing.saved.is_none(), "up to the template, then Enter");
    let mut t = Harness::new(80, 24, World::empty());
    t.keys("q");
    assert_eq!(t.asked.last(), Some(&Effect::Quit));
    let mut t = Harness::new(80, 24, World::empty());
    t.keys("<enter>").settle();
    assert!(t.app.opened().unwrap().editing.saved.is_none(), "without an action, the template");
}

#[test]
fn what_is_typed_ahead_keeps_its_order_and_is_all_there() {
    let mut t = Harness::new(80, 24, World::sample());
    t.keys("<enter> 3 <space>").settle();
    let opened = t.app.opened().unwrap();
    assert_eq!(opened.focus, Pane::Settings);
    assert!(!opened.editing.action.contacts.create_and_update_new, "and the space toggled");
    // letters that are commands elsewhere, and a paste between them
    let mut t = Harness::new(80, 24, World::sample());
    t.keys("<enter> e <c-u> q u").paste("ick ").keys("q <esc>");
    assert_eq!(t.asked.iter().filter(|e| **e == Effect::Quit).count(), 0);
    t.settle();
    assert!(t.app.opened().unwrap().editing.action.intent.ends_with("quick q"));
    // a size told meanwhile waits for nothing
    let mut t = Harness::new(80, 24, World::sample());
    t.keys("<enter> 4").resize(120, 40).keys("j").settle();
    let opened = t.app.opened().unwrap();
    assert_eq!((opened.focus, opened.selected[Pane::Mapping as usize]), (Pane::Mapping, 1));
    // a disk that never answers can be left
    let mut t = Harness::new(80, 24, World::sample());
    t.keys("<enter> q").keys("<c-c>");
    assert!(t.text().contains("what was typed ahead is dropped; the workspace is still being read, q quits"));
    t.keys("q");
    assert_eq!(t.asked.last(), Some(&Effect::Quit));
    // and no more is held than the longest text
    let mut t = Harness::new(80, 24, World::sample());
    t.keys("<enter> e").paste(&"x".repeat(8_000)).paste("y");
    assert!(t.app.notice().unwrap().text.contains("nothing more is taken until it is there"));
}

#[test]
fn keys_that_wait_are_forgotten_where_the_workspace_cannot_be_read() {
    let mut t = Harness::new(80, 24, World::sample());
    t.keys("<enter>").tell(Msg::WorkspaceFailed("/x cannot be read; check its rights".into()));
    t.keys("<enter>");
    assert!(t.text().contains("/x cannot be read; check its rights"));
}

#[test]
fn the_selection_stays_on_its_action_whatever_files_come_and_go() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("c").settle().keys("<down>");
    t.world.actions.last_mut().unwrap().action.name = "Another name".into();
    t.reload();
    assert_eq!(t.app.shelf(), Shelf::Mine(0));
    t.keys("<enter>").settle().keys("<esc>");
    assert_eq!(t.app.shelf(), Shelf::Mine(0), "back from the action, it is selected");
}

#[test]
fn intent_and_replay_open_the_selected_action() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("e ! <esc>");
    assert!(t.app.opened().unwrap().editing.action.intent.ends_with('!'));
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("r").settle();
    assert!(t.text().contains("Replay finished"));
    let mut t = Harness::new(80, 24, World::empty());
    t.settle().keys("r");
    assert!(t.text().contains("select one of My actions first"));
}

#[test]
fn activating_from_the_library_asks_for_the_fields_first() {
    let mut world = World::sample();
    world.actions[0].action.state = State::Draft;
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("A y");
    assert!(matches!(t.asked.last(), Some(Effect::FetchFields { .. })));
    assert!(t.text().contains("asking sandbox for its fields"));
    t.settle();
    assert_eq!(t.world.actions[0].action.state, State::Active);
    assert!(t.text().contains("active: it runs from now on"));
}

#[test]
fn what_keeps_an_action_from_being_activated_is_shown_by_the_review() {
    let mut world = World::sample().with_a_real_account();
    (world.actions[0].action.state, world.actions[0].action.account) = (State::Draft, "nordwind".into());
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("A y").settle();
    snapshot!(t, "not_activated");
    assert_eq!(t.world.actions[0].action.state, State::Draft);
    // without an answer it is not activated either
    let mut world = World::sample();
    world.actions[0].action.state = State::Draft;
    world.fields.clear();
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("A y").settle();
    assert!(t.text().contains("not activated: the fields of sandbox are not known: the host does not answer"));
    assert_eq!(t.world.actions[0].action.state, State::Draft);
}

#[test]
fn unsaved_changes_are_not_activated_unseen_and_go_on_from_what_the_library_saves() {
    let mut world = World::sample();
    world.actions[0].action.state = State::Draft;
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter>").settle().keys("O <esc>");
    t.keys("m <c-u> Other <enter>").settle().keys("A y").settle();
    assert!(t.text().contains("not activated: it has changes that were not saved"));
    t.keys("S").settle();
    let saved = &t.world.actions[0].action;
    assert_eq!((saved.name.as_str(), saved.offline_sync, saved.state), ("Other", true, State::Active));
}

#[test]
fn problems_of_files_are_counted_told_and_listed_and_lead_to_their_place() {
    let mut world = World::sample();
    world.actions[0].problems = vec![
        problem(
            "unknown_key",
            "colour",
            "unknown key `colour`",
            "known here are name, intent",
            "actions/save-contact.toml",
            4,
        ),
        problem(
            "unknown_astra_field",
            "mapping[3].astra",
            "the agent has no field `fone`",
            "did you mean `phone`?",
            "actions/save-contact.toml",
            24,
        ),
    ];
    world.actions[0].action.mapping[3].astra = "fone".into();
    world.problems = vec![problem(
        "unknown_word",
        "field[0].type",
        "`type` is \"number\"",
        "allowed: \"text\", \"email\"",
        "agent.toml",
        9,
    )];
    let mut t = Harness::new(80, 24, world);
    t.settle();
    snapshot!(t, "problems_80x24");
    t.keys("!");
    snapshot!(t, "problems_list");
    t.resize(60, 16);
    snapshot!(t, "problems_list_60x16");
    t.keys("<esc>");
    snapshot!(t, "problems_60x16");
    t.resize(80, 24).keys("! agent <enter>");
    assert!(t.text().contains("It is mended in the file"));
    t.keys("<esc> <c-u> fone <enter>").settle();
    let opened = t.app.opened().unwrap();
    assert_eq!((opened.focus, opened.selected[Pane::Mapping as usize]), (Pane::Mapping, 3));
    t.keys("R");
    assert!(t.text().contains("unknown key `colour`"));
}

#[test]
fn settings_with_mistakes_start_the_screen_and_are_listed() {
    let keys = vec![("undo".to_owned(), vec!["s".to_owned()])];
    let problems = Keymap::new(&keys).problems().to_vec();
    let located = |problem| Located { problem, file: "/home/ana/config.toml".into(), line: 2, column: 8 };
    let options = Options { keys, problems: problems.into_iter().map(located).collect(), ..Options::default() };
    let mut t = Harness::with(80, 24, World::sample(), options);
    assert!(t.text().contains("the key s belongs to both `undo` and `save_draft`"));
    t.settle();
    snapshot!(t, "config_conflict");
    t.keys("!");
    assert!(t.text().contains("config.toml:2"));
    t.keys("<esc> <enter>").settle().keys("O s <enter>").settle();
    assert!(t.text().contains("saved as draft"));
}
