//! Every size, nothing panics and nothing hostile gets through.

use super::support::harness::Harness;
use super::support::world::World;

/// The screens, the panes, and each layer.
const WAYS: [&str; 22] = [
    "",
    "!",
    "?",
    "d",
    "<enter>",
    "<enter> e",
    "<enter> 2",
    "<enter> 2 n",
    "<enter> 3 <space>",
    "<enter> 4",
    "<enter> 4 a <c-r>",
    "<enter> 4 o",
    "<enter> 4 P",
    "<enter> r 5",
    "<enter> r 5 <enter>",
    "<enter> W",
    "<enter> R r",
    "6",
    "6 <tab>",
    "6 <enter>",
    "6 n",
    "6 v",
];

/// Every size of the range where these screens are, of all from 0x0 to 130x45 those at the edges.
fn sweep(ways: &[&str]) {
    for way in ways {
        let mut t = Harness::new(80, 24, World::sample());
        t.settle();
        for key in way.split_whitespace() {
            t.keys(key).settle();
        }
        for width in 0..=130 {
            t.resize(width, 16).resize(width, 40);
        }
        for height in 0..=45 {
            t.resize(60, height).resize(130, height);
        }
        for width in 60..=100 {
            // each other one: the rest is the next width's
            for height in (16..=40).skip(usize::from(width % 2)).step_by(2) {
                t.resize(width, height);
            }
        }
    }
}

#[test]
fn no_size_is_too_odd_for_the_library_and_an_action() {
    sweep(&WAYS[..6]);
}

#[test]
fn no_size_is_too_odd_for_the_panes() {
    sweep(&WAYS[6..12]);
}

#[test]
fn no_size_is_too_odd_for_plan_log_and_review() {
    sweep(&WAYS[12..17]);
}

#[test]
fn no_size_is_too_odd_for_what_opens_by_6() {
    sweep(&WAYS[17..]);
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
