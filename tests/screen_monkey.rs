//! A monkey at the keyboard: keys, pastes, resizes, answers that come late or not at all. Nothing panics, nothing hostile
//! gets through, the footer keeps its word.

use astra_zoho::app::key::{Key, KeyCode};
use astra_zoho::app::msg::{Input, Msg};

use super::support::harness::Harness;
use super::support::world::World;

const SEEDS: u64 = 20;
const STEPS: u64 = 2_000;
/// Looking at every frame would take minutes: each seed looks at others.
const LOOKS: u64 = 4;

struct Dice(u64);

impl Dice {
    /// A number below `n` (splitmix64).
    fn roll(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

fn any_key(dice: &mut Dice) -> Key {
    const CODES: [KeyCode; 13] = [
        KeyCode::Enter,
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
    ];
    match dice.roll(10) {
        0..=2 => Key::plain(CODES[usize::try_from(dice.roll(CODES.len() as u64)).unwrap()]),
        3 => Key::ctrl(char::from(b'a' + u8::try_from(dice.roll(26)).unwrap())),
        _ => Key::char(char::from(b' ' + u8::try_from(dice.roll(95)).unwrap())),
    }
}

#[test]
fn a_monkey_breaks_nothing() {
    play((0..SEEDS).step_by(2));
}

/// The same with the other seeds: two tests share two processors.
#[test]
fn another_monkey_breaks_nothing() {
    play((1..SEEDS).step_by(2));
}

fn play(seeds: impl Iterator<Item = u64>) {
    for seed in seeds {
        let mut dice = Dice(seed);
        let mut t = Harness::new(80, 24, World::sample().with_a_real_account());
        t.looks_every(LOOKS, seed);
        for _ in 0..STEPS {
            match dice.roll(60) {
                0 => {
                    let (width, height) = (dice.roll(170), dice.roll(50));
                    t.resize(u16::try_from(width).unwrap(), u16::try_from(height).unwrap());
                }
                1 => {
                    t.paste("a\u{1b}[2J\u{202e}b\r\n\t日本👩‍👧\u{9b}");
                }
                2..=12 => {
                    t.answers(1);
                }
                13 => {
                    t.wait(1);
                }
                14 => {
                    t.tell(Msg::Input(Input::Resumed));
                }
                _ => {
                    t.tell(Msg::Input(Input::Key(any_key(&mut dice))));
                }
            }
        }
    }
}
