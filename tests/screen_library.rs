//! The Action Library.

use astra_zoho::app::Options;

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

#[test]
fn the_first_frame_has_its_title_before_anything_was_read() {
    for (width, height) in [(60, 16), (80, 24), (120, 40), (160, 48)] {
        let t = Harness::new(width, height, World::sample());
        assert!(t.rows()[0].contains("Action Library"), "{width}x{height}");
    }
    snapshot!(Harness::new(80, 24, World::sample()), "first_frame");
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
    t.keys("<up> B").settle();
    snapshot!(t, "two_actions");
}
