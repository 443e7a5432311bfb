//! Every size, nothing panics and nothing hostile gets through.

use astra_zoho::app::{Size, layout};

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

/// Every size from 0x0 to 130x45; smaller than the smallest, where all see the same notice, with one screen and one layer.
fn sweep(ways: &[&str]) {
    for way in ways {
        let mut t = Harness::new(80, 24, World::sample());
        t.settle();
        for key in way.split_whitespace() {
            t.keys(key).settle();
        }
        let all = ["", "<enter> e"].contains(way);
        for width in 0..=130 {
            for height in 0..=45 {
                if all || !layout::too_small(Size { width, height }) {
                    t.glance(width, height);
                }
            }
        }
        // what must always be so, at the sizes where a layout begins
        for (width, height) in [(0, 0), (59, 16), (60, 16), (73, 18), (100, 24), (119, 40), (120, 40), (150, 44)] {
            t.resize(width, height);
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
fn the_strip_of_panes_is_whole_at_every_width() {
    let mut world = World::sample().with_a_real_account();
    let action = &mut world.actions[0].action;
    (action.name, action.intent, action.account) = (String::new(), String::new(), "gone".into());
    for row in &mut action.mapping {
        row.astra.push('x');
    }
    for world in [World::sample(), world] {
        let mut t = Harness::new(80, 24, world);
        t.settle().keys("<enter> r").settle();
        for pane in ["1", "2", "3", "4", "5"] {
            t.keys(pane).settle();
            for width in 60..120 {
                t.resize(width, 24);
                let strip = t.rows()[1].clone();
                let (open, close) = (strip.find('['), strip.find(']'));
                let focused = open.zip(close).map(|(a, b)| &strip[a + 1..b]);
                assert!(focused.is_some_and(|f| f.starts_with(&format!("{pane} "))), "{width}: {strip}");
                let numbers = strip.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
                let first = numbers.filter(|w| ["1", "2", "3", "4", "5"].contains(w)).collect::<String>();
                assert!(["1", "2", "3", "4", "5"].iter().all(|n| first.contains(n)), "{width}: {strip}");
                assert!(!strip.contains('…'), "{width}: {strip}");
            }
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
