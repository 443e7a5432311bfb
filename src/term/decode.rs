//! Bytes from the terminal, in whatever pieces they come, as keys and pastes. Knows no clock: whoever reads says when
//! the silence after a byte was long enough.

use termina::event::{KeyCode as Code, KeyEvent, KeyEventKind, Modifiers};
use termina::{Event, Parser};

use crate::app::key::{Key, KeyCode};
use crate::app::msg::Input;

/// The longest paste that is kept, in bytes; what is beyond is dropped.
pub const LONGEST_PASTE: usize = 1 << 20;
/// No key is longer, in bytes.
const LONGEST_SEQUENCE: usize = 256;
const ESC: u8 = 0x1b;
const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// What is not decided yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// Nothing.
    No,
    /// An Escape that may be the key, or the first byte of another.
    Escape,
    /// The middle of something.
    Sequence,
}

/// Turns bytes into input.
#[derive(Default)]
pub struct Decoder {
    parser: Parser,
    /// The bytes that the parser holds.
    held: Vec<u8>,
    /// What is held is a sequence that the parser does not know.
    unknown: bool,
    paste: Option<Paste>,
}

#[derive(Default)]
struct Paste {
    bytes: Vec<u8>,
    /// How much of its end mark was seen.
    ending: usize,
}

impl Decoder {
    /// Takes bytes in.
    pub fn take(&mut self, bytes: &[u8], mut give: impl FnMut(Input)) {
        for byte in bytes {
            self.byte(*byte, &mut give);
        }
    }

    /// What waits for more bytes, or for silence.
    pub fn waiting(&self) -> Waiting {
        match (&self.paste, self.held.as_slice()) {
            (Some(_), _) => Waiting::No,
            (None, []) => Waiting::No,
            (None, [ESC]) => Waiting::Escape,
            (None, _) => Waiting::Sequence,
        }
    }

    /// Nothing came for long enough: an Escape is the key; the beginning of anything else is dropped.
    pub fn silence(&mut self, mut give: impl FnMut(Input)) {
        if self.waiting() == Waiting::Escape {
            give(Input::Key(Key::plain(KeyCode::Esc)));
        }
        self.forget();
    }

    fn forget(&mut self) {
        self.held.clear();
        self.unknown = false;
        self.parser = Parser::default();
    }

    fn byte(&mut self, byte: u8, give: &mut impl FnMut(Input)) {
        if let Some(paste) = &mut self.paste {
            if paste.ends_with(byte) {
                let bytes = std::mem::take(&mut paste.bytes);
                self.paste = None;
                give(Input::Paste(pasted(&bytes)));
            }
            return;
        }
        match self.held.as_slice() {
            // twice Escape, or Escape before a key: the first one stands for itself
            [ESC] if byte == ESC => {
                give(Input::Key(Key::plain(KeyCode::Esc)));
                self.forget();
            }
            // a key that broke off takes nothing of what follows with it
            [ESC, b'[' | b'O', ..] if byte == ESC => self.forget(),
            [ESC, first, ..] | [first, ..] if *first >= 0x80 && byte & 0xC0 != 0x80 => self.forget(),
            held if held.len() >= LONGEST_SEQUENCE => self.forget(),
            _ => {}
        }
        self.held.push(byte);
        if self.held == PASTE_BEGINS {
            self.forget();
            self.paste = Some(Paste::default());
            return;
        }
        self.parser.parse(&[byte], true);
        let event = self.parser.pop();
        let inside = self.held.starts_with(b"\x1b[") && !ends(&self.held);
        // of a control sequence that it does not know the parser takes the rest for keys
        self.unknown |= inside && event.is_some();
        match event {
            Some(event) if !self.unknown => {
                self.held.clear();
                if let Some(input) = input(event) {
                    give(input);
                }
            }
            _ if ends(&self.held) => self.forget(),
            _ => {}
        }
    }
}

impl Paste {
    /// Keeps a byte, and says whether it was the last one of the end mark.
    fn ends_with(&mut self, byte: u8) -> bool {
        if byte == PASTE_ENDS[self.ending] {
            self.ending += 1;
            return self.ending == PASTE_ENDS.len();
        }
        // only the mark's first byte can begin another one
        let kept = &PASTE_ENDS[..self.ending];
        self.ending = usize::from(byte == ESC);
        let own = if self.ending == 0 { &[byte][..] } else { &[] };
        let room = LONGEST_PASTE.saturating_sub(self.bytes.len());
        self.bytes.extend(kept.iter().chain(own).take(room));
        false
    }
}

/// What was held cannot go on: a control sequence with its last byte, or a byte that begins nothing.
fn ends(held: &[u8]) -> bool {
    match held {
        [] => true,
        // X10 mouse reports and the Linux console's function keys go on behind what looks like their last byte
        [ESC, b'[', b'M', ..] => held.len() >= 6,
        [ESC, b'[', b'[', ..] => held.len() >= 4,
        [ESC, b'[', _, .., last] => (0x40..=0x7e).contains(last),
        [ESC, b'[', last] => (0x40..=0x7e).contains(last),
        [ESC, b'O', _] => true,
        [ESC, b'[' | b'O' | b']' | b'P', ..] | [ESC] => false,
        [ESC, first, rest @ ..] | [first, rest @ ..] => rest.len() + 1 >= character(*first),
    }
}

/// How many bytes a character has that begins like this.
fn character(first: u8) -> usize {
    match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    }
}

/// Terminals send the line ends of a paste as the Return key's byte.
fn pasted(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n")
}

fn input(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => Some(Input::Key(self::key(key)?)),
        Event::Paste(text) => Some(Input::Paste(text)),
        _ => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let code = match event.code {
        Code::Char(c) if c.is_control() => return None,
        Code::Char(c) => KeyCode::Char(c),
        Code::Enter => KeyCode::Enter,
        Code::Backspace => KeyCode::Backspace,
        Code::Tab | Code::BackTab => KeyCode::Tab,
        Code::Escape => KeyCode::Esc,
        Code::Left => KeyCode::Left,
        Code::Right => KeyCode::Right,
        Code::Up => KeyCode::Up,
        Code::Down => KeyCode::Down,
        Code::Home => KeyCode::Home,
        Code::End => KeyCode::End,
        Code::PageUp => KeyCode::PageUp,
        Code::PageDown => KeyCode::PageDown,
        Code::Insert => KeyCode::Insert,
        Code::Delete => KeyCode::Delete,
        Code::Function(n) => KeyCode::F(n),
        _ => return None,
    };
    let key = Key {
        code,
        ctrl: event.modifiers.contains(Modifiers::CONTROL),
        alt: event.modifiers.intersects(Modifiers::ALT | Modifiers::META),
        shift: event.modifiers.contains(Modifiers::SHIFT) || event.code == Code::BackTab,
    };
    // a capital came as one: nothing is left of Shift to apply
    let capital = matches!(code, KeyCode::Char(c) if c.is_uppercase());
    Some(if capital { Key { shift: false, ..key } } else { key }.settled())
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
