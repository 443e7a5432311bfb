//! Every size, nothing panics and nothing hostile gets through.

use super::support::harness::Harness;
use super::support::world::World;

#[test]
fn no_size_is_too_odd() {
    // a screen, the panes, and each layer
    let ways = [
        "",
        "<enter>",
        "<enter> 4",
        "<enter> 5 r",
        "<enter> e",
        "<enter> 4 a",
        "<enter> 4 o",
        "?",
        "d",
        "<enter> R",
        "<enter> 2 n",
        "6",
        "6 <tab>",
        "6 <enter>",
        "6 n",
        "6 v",
    ];
    for way in ways {
        let mut t = Harness::new(80, 24, World::sample());
        t.settle().keys(way).settle();
        for width in (0..=130).step_by(5) {
            for height in (0..=45).step_by(3) {
                t.resize(width, height);
            }
        }
        for width in 55..65 {
            t.resize(width, 16).resize(width + 60, 40);
        }
    }
}

#[test]
fn hostile_text_is_harmless_everywhere() {
    let evil = "\u{1b}]0;x\u{7}\u{1b}[2J\u{202e}evil\r\n\u{9b}5n日本👩‍👧";
    let hostile = || {
        let mut world = World::sample();
        let action = &mut world.actions[0].action;
        action.name = evil.into();
        action.intent = evil.into();
        action.mapping[2].astra = evil.into();
        world.accounts[0].label = evil.into();
        world.agent.name = evil.into();
        world.agent.fields[1].label = evil.into();
        world.conversations[0].messages[0].text = evil.into();
        world
    };
    for size in [(60, 16), (80, 24), (120, 40), (160, 48)] {
        let mut t = Harness::new(size.0, size.1, hostile());
        t.settle().keys("d <esc> <enter> e <esc> 2 3 4 <enter> <esc> a e <enter> <esc> <esc> r").settle();
        t.keys("5 <enter> <esc> R ?").paste(evil);
        t.keys("<esc> 6")
            .settle()
            .keys("<tab> <down> <tab> n")
            .paste(evil)
            .settle()
            .keys("<esc> <enter>")
            .paste(evil)
            .settle();
    }
}
