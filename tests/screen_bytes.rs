//! How much is written: the bytes that a cursor move costs, in every list, at every size, with colours and without.

use astra_zoho::app::{Options, Size};
use astra_zoho::term::Screen;
use astra_zoho::view;

use super::support::harness::Harness;
use super::support::world::World;

/// What a cursor move costs, in bytes: half of them less than the first; less than the second where each line has a
/// sentence of its own to tell, a problem or the rule of a run.
const MOVE: usize = 200;
const TOLD: usize = 300;
/// A list that goes on by half a page is drawn anew: at most every other step, in the smallest.
const PAGE: usize = 2_100;
const SIZES: [(u16, u16); 4] = [(60, 16), (80, 24), (120, 40), (160, 48)];

fn world() -> World {
    let mut world = World::sample().with_a_real_account();
    for n in 0..8 {
        let mut file = world.actions[0].clone();
        file.action.id = format!("copy-{n}");
        file.action.name = format!("{n}th copy of it");
        // each has its own words, one of them many
        file.action.intent = match n {
            3 => "When anything at all is known about a customer. ".repeat(20),
            n => format!("{n}: when the customer asks for a call, an offer or a visit, and has told us {n} facts."),
        };
        if n == 5 {
            file.action.mapping.clear();
        }
        world.actions.push(file);
    }
    world
}

/// The bytes of every frame after a key, a list walked through and back.
fn walked(size: (u16, u16), mono: bool, way: &str, moves: [&str; 2]) -> Vec<usize> {
    let (width, height) = size;
    let mut t = Harness::with(width, height, world(), Options { mono, ..Options::default() });
    t.settle().keys(way).settle();
    let mut screen = Screen::new(Size { width, height });
    screen.frame(|frame| view::draw(frame, &t.app));
    let mut out = Vec::new();
    for key in moves {
        for _ in 0..12 {
            t.keys(key).settle();
            out.push(screen.frame(|frame| view::draw(frame, &t.app)).len());
        }
    }
    out
}

/// Every list, the way there, the keys that move in it.
const LISTS: [(&str, &str, [&str; 2]); 11] = [
    ("library", "", ["j", "k"]),
    ("action", "<enter> 1", ["j", "k"]),
    ("accounts", "<enter> 2", ["j", "k"]),
    ("settings", "<enter> 3", ["j", "k"]),
    ("mapper", "<enter> 4", ["j", "k"]),
    ("log", "<enter> r 5", ["k", "j"]),
    ("zoho picker", "<enter> 4 a", ["<down>", "<up>"]),
    ("astra picker", "<enter> 4 <down> <right> <enter>", ["<down>", "<up>"]),
    ("palette", "?", ["<down>", "<up>"]),
    ("review", "j j j j j j <enter> R", ["j", "k"]),
    ("form", "<enter> 4 o", ["<tab>", "<s-tab>"]),
];

#[test]
fn a_cursor_move_is_a_few_bytes_everywhere() {
    let mut dear = Vec::new();
    for (size, mono) in SIZES.map(|s| (s, false)).into_iter().chain([((80, 24), true)]) {
        for (name, way, moves) in LISTS {
            let mut moved: Vec<usize> = walked(size, mono, way, moves).into_iter().filter(|n| *n > 0).collect();
            moved.sort_unstable();
            let scrolls = moved.iter().filter(|n| **n >= TOLD).count();
            let most = if matches!(name, "review" | "log") { TOLD } else { MOVE };
            let middle = moved.get(moved.len() / 2).copied().unwrap_or(usize::MAX);
            if middle >= most || moved.last().is_some_and(|n| *n >= PAGE) || scrolls * 2 > moved.len() {
                dear.push(format!("{name} at {size:?}, mono {mono}: {moved:?}"));
            }
        }
    }
    assert!(dear.is_empty(), "{dear:#?}");
}
