//! What leaves for the terminal, in bytes: lines of 9.6 kB/s and links of 300 ms are where operators sit.

use astra_zoho::app::command::Scope;
use astra_zoho::app::{Options, Size};
use astra_zoho::term::Screen;
use astra_zoho::view;
use astra_zoho::view::theme::{Role, Theme};

use super::support::harness::Harness;
use super::support::picture;
use super::support::world::World;
use ratatui::style::Color;

/// What a step of the cursor costs at most, in bytes.
const MOVE: usize = 200;
/// The same where the list goes on by half a page, and what follows once the cursor rests.
const PAGE: usize = 2_100;
/// Steps there, and as many back.
const STEPS: usize = 14;

/// Names as long as they are shown, much to say about every line.
fn world() -> World {
    let mut world = World::sample().with_a_real_account();
    for n in 0..8 {
        let mut file = world.actions[0].clone();
        file.action.id = format!("copy-{n}");
        file.action.name = format!("Save contact to Zoho {n}th of the shop, Kiel");
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

/// Every list: where it is, the way there, the keys that move in it.
const LISTS: [(&str, Scope, &str, [&str; 2]); 22] = [
    ("library", Scope::Library, "", ["j", "k"]),
    ("fields", Scope::Agent, "6 <home>", ["j", "k"]),
    ("action", Scope::Intent, "<enter> 1", ["j", "k"]),
    ("accounts", Scope::Account, "<enter> 2", ["j", "k"]),
    ("settings", Scope::Settings, "<enter> 3", ["j", "k"]),
    ("settings after a replay", Scope::Settings, "<enter> r 3", ["j", "k"]),
    ("settings not saved", Scope::Settings, "<enter> r 3 <space>", ["j", "k"]),
    ("mapper", Scope::Mapping, "<enter> 4", ["j", "k"]),
    ("log", Scope::Log, "<enter> r 5", ["k", "j"]),
    ("narrowed log", Scope::Log, "<enter> r 5 o", ["k", "j"]),
    ("zoho picker", Scope::Picker, "<enter> 4 a", ["<down>", "<up>"]),
    ("zoho picker with reasons", Scope::Picker, "<enter> 4 a <c-r>", ["<down>", "<up>"]),
    ("astra picker", Scope::Picker, "<enter> 4 <down> <right> <enter>", ["<down>", "<up>"]),
    ("palette", Scope::Picker, "?", ["<down>", "<up>"]),
    ("palette of an action", Scope::Picker, "<enter> 4 ?", ["<down>", "<up>"]),
    ("problems", Scope::Picker, "!", ["<down>", "<up>"]),
    ("conversations", Scope::Picker, "<enter> W <down> <down> <right> <enter>", ["<down>", "<up>"]),
    ("ways to connect", Scope::Picker, "<enter> 2 n", ["<down>", "<up>"]),
    ("review", Scope::Review, "j j j j j j <enter> R", ["j", "k"]),
    ("review with a plan", Scope::Review, "<enter> R r", ["j", "k"]),
    ("form", Scope::Form, "<enter> 4 o", ["<tab>", "<s-tab>"]),
    ("new field", Scope::Form, "<enter> 4 a title <enter> Zebra <enter>", ["<tab>", "<s-tab>"]),
];

/// The row of the cursor: the sign in the look of what has the focus, the last one where a layer lies over others.
fn cursor_row(t: &Harness) -> isize {
    let focus = Theme { mono: t.app.options().mono, ascii: false }.style(Role::Focus);
    let (buffer, _) = picture::draw(&t.app);
    let width = usize::from(buffer.area.width);
    let looks = |c: &ratatui::buffer::Cell| {
        c.symbol() == "▸" && c.modifier == focus.add_modifier && c.fg == focus.fg.unwrap_or(Color::Reset)
    };
    let layer = !t.app.layers().is_empty();
    let mut at = (0..buffer.content.len()).filter(|i| looks(&buffer.content[*i]));
    let found = if layer { at.next_back() } else { at.next() };
    found.map_or(-1, |i| (i / width).try_into().unwrap())
}

/// What a key cost, and how far the cursor's row moved.
struct Step {
    bytes: Vec<u8>,
    rows: isize,
}

fn step(t: &mut Harness, screen: &mut Screen, key: &str, at: &mut isize) -> Step {
    t.keys(key).settle();
    let bytes = screen.frame(|frame| view::draw(frame, &t.app));
    let before = std::mem::replace(at, cursor_row(t));
    Step { bytes, rows: *at - before }
}

/// Walks through every list and back, and gives what was too dear.
fn dear(size: (u16, u16), mono: bool) -> Vec<String> {
    let (width, height) = size;
    let mut dear = Vec::new();
    for (name, scope, way, moves) in LISTS {
        let mut t = Harness::with(width, height, world(), Options { mono, ..Options::default() });
        t.looks_every(16, 0).settle();
        for key in way.split_whitespace() {
            t.keys(key).settle();
        }
        t.wait(1).settle();
        assert_eq!(t.app.scopes()[0], scope, "{name} at {size:?} is not where {way:?} leads");
        let mut screen = Screen::new(Size { width, height });
        screen.frame(|frame| view::draw(frame, &t.app));
        let (mut moved, mut at) = (0, cursor_row(&t));
        // at speed on the way there, with a rest at every line on the way back
        for (n, key) in moves.iter().flat_map(|key| (1..=STEPS).map(move |n| (n, *key))) {
            let step = step(&mut t, &mut screen, key, &mut at);
            let down = matches!(key, "j" | "<down>" | "<tab>");
            let scrolled = if down { step.rows <= 0 } else { step.rows >= 0 };
            moved += usize::from(!scrolled);
            let (said, most) = (step.bytes.len(), if scrolled { PAGE } else { MOVE });
            let what = format!("{name} at {size:?}, mono {mono}: {key} for the {n}th time");
            if said >= most {
                dear.push(format!("{what}: {said} bytes, {} rows on: {}", step.rows, step.bytes.escape_ascii()));
            }
            if key == moves[1] {
                t.wait(1).settle();
                let said = screen.frame(|frame| view::draw(frame, &t.app)).len();
                if said >= PAGE {
                    dear.push(format!("{what}, a rest after it: {said} bytes"));
                }
            }
        }
        assert!(moved > 0, "{name} at {size:?}: {moves:?} move nothing");
    }
    dear
}

/// For each size a test, so that they run beside each other.
fn cheap(size: (u16, u16)) {
    let dear: Vec<String> = [false, true].into_iter().flat_map(|mono| dear(size, mono)).collect();
    assert!(dear.is_empty(), "{}", dear.join("\n"));
}

#[test]
fn a_cursor_move_is_a_few_bytes_at_60x16() {
    cheap((60, 16));
}

#[test]
fn a_cursor_move_is_a_few_bytes_at_80x24() {
    cheap((80, 24));
}

#[test]
fn a_cursor_move_is_a_few_bytes_at_120x40() {
    cheap((120, 40));
}

#[test]
fn a_cursor_move_is_a_few_bytes_at_160x48() {
    cheap((160, 48));
}

#[test]
fn what_the_cursor_passes_is_told_once_it_rests() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("<enter> 3").settle().keys("j");
    assert!(t.text().contains("Off: of contacts that others made a run…"), "{}", t.text());
    t.wait(1);
    assert!(
        t.text().contains("Off: of contacts that others made a run writes only the fields fed by the"),
        "{}",
        t.text()
    );
    assert_eq!(t.app.next_deadline(), None, "and then nobody is woken");
    t.keys("k <space>");
    assert!(!t.app.is_moving(), "what is done is told at once");
}
