//! A key press, and how keys are written: `a`, `?`, `<enter>`, `<c-s>`, `<s-tab>`, `<space>`. The same notation serves
//! `config.toml`, the footer, the tests and `astra-zoho render --keys`. Must not know bytes or escape sequences.

use std::fmt;

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyCode {
    /// A character as typed: a capital is a capital here, not `shift`. Never a control character.
    Char(char),
    /// Return.
    Enter,
    /// Escape on its own.
    Esc,
    /// Tab; with `shift`, back.
    Tab,
    /// The key that erases to the left.
    Backspace,
    /// The key that erases to the right.
    Delete,
    /// Insert.
    Insert,
    /// Home.
    Home,
    /// End.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// A function key, from 1.
    F(u8),
}

/// A key with what was held down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// With Ctrl; the character is then in lower case.
    pub ctrl: bool,
    /// With Alt, or with Escape just before it.
    pub alt: bool,
    /// With Shift; never set for a character, which tells it by itself.
    pub shift: bool,
}

/// A key that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{got}` is not a key: write one character, or a name such as <enter>, <space>, <c-s>, <s-tab>, <f1>")]
pub struct NotAKey {
    /// What was written.
    pub got: String,
}

/// Names between `<` and `>`; the first name of a code is the one written.
const NAMES: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("return", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("del", KeyCode::Delete),
    ("delete", KeyCode::Delete),
    ("ins", KeyCode::Insert),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("space", KeyCode::Char(' ')),
    ("lt", KeyCode::Char('<')),
    ("gt", KeyCode::Char('>')),
];

impl Key {
    /// The key with nothing held down.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// A character with Ctrl.
    pub const fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c), ctrl: true, alt: false, shift: false }
    }

    /// The character that this key types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// Reads one key: `a`, `<enter>`, `<c-s>`; also `enter`, `Ctrl-s`, `F5`, as the screen and README name keys.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let wrong = || NotAKey { got: text.to_owned() };
        let mut chars = text.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return if c.is_control() || c.is_whitespace() { Err(wrong()) } else { Ok(Self::char(c)) };
        }
        // `<c-s>`, or as people read it: `Ctrl-s`
        let short = text.strip_prefix('<').and_then(|t| t.strip_suffix('>'));
        let mut name = short.unwrap_or(text);
        let mut key = Self::char(' ');
        while let Some((modifier, rest)) = name.split_once('-').filter(|(_, rest)| !rest.is_empty()) {
            let held = match (modifier.to_lowercase().as_str(), short) {
                ("ctrl", _) | ("c", Some(_)) => &mut key.ctrl,
                ("alt", _) | ("a", Some(_)) => &mut key.alt,
                ("shift", _) | ("s", Some(_)) => &mut key.shift,
                _ => return Err(wrong()),
            };
            *held = true;
            name = rest;
        }
        let lower = name.to_lowercase();
        let mut chars = name.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() => KeyCode::Char(c),
            _ => match NAMES.iter().find(|(n, _)| *n == lower) {
                Some((_, code)) => *code,
                None => {
                    let n = lower.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=24).contains(n));
                    KeyCode::F(n.ok_or_else(wrong)?)
                }
            },
        };
        Ok(key.settled())
    }

    /// Characters tell Shift by themselves, and with Ctrl they have no case: brings a key into that form. Ctrl-J is Return:
    /// pressed before the terminal was made a screen, that comes as a line feed.
    #[must_use]
    pub fn settled(mut self) -> Self {
        if self == Self::ctrl('j') {
            return Self::plain(KeyCode::Enter);
        }
        if let KeyCode::Char(c) = self.code {
            let one = |mut cs: std::char::ToUppercase| cs.next().filter(|_| cs.next().is_none());
            if self.ctrl {
                self.code = KeyCode::Char(c.to_ascii_lowercase());
            } else if self.shift {
                self.code = KeyCode::Char(one(c.to_uppercase()).unwrap_or(c));
            }
            self.shift = false;
        }
        self
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = NAMES.iter().find(|(_, code)| *code == self.code).map(|(name, _)| (*name).to_owned());
        let held = self.ctrl || self.alt || self.shift;
        let name = match (self.code, named) {
            (_, Some(name)) => name,
            (KeyCode::Char(c), None) if !held => return write!(f, "{c}"),
            (KeyCode::Char(c), None) => c.to_string(),
            (KeyCode::F(n), None) => format!("f{n}"),
            (code, None) => format!("{code:?}").to_lowercase(),
        };
        f.write_str("<")?;
        for (on, prefix) in [(self.ctrl, "c-"), (self.alt, "a-"), (self.shift, "s-")] {
            if on {
                f.write_str(prefix)?;
            }
        }
        write!(f, "{name}>")
    }
}

/// Reads keys as `astra-zoho render --keys` takes them: tokens separated by white space; `<name>` is a key, any other
/// token is typed letter by letter.
///
/// # Errors
/// A `<name>` that is no key.
pub fn sequence(text: &str) -> Result<Vec<Key>, NotAKey> {
    let mut keys = Vec::new();
    for token in text.split_whitespace() {
        // what begins like a name and is none is a slip of the pen: nobody types `<enter`
        if token.len() > 1 && token.starts_with('<') {
            keys.push(Key::parse(token)?);
        } else {
            keys.extend(token.chars().filter(|c| !c.is_control()).map(Key::char));
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_as_they_are_written() {
        for text in
            ["a", "A", "?", "<enter>", "<c-s>", "<s-tab>", "<space>", "<lt>", "<a-x>", "<f12>", "<c-space>", "-"]
        {
            assert_eq!(Key::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Key::parse("<C-S>").unwrap(), Key::ctrl('s'));
        for (read, written) in [
            ("Ctrl-z", "<c-z>"),
            ("space", "<space>"),
            ("F5", "<f5>"),
            ("Alt-x", "<a-x>"),
            ("Shift-tab", "<s-tab>"),
            ("enter", "<enter>"),
            ("ctrl-alt-del", "<c-a-del>"),
        ] {
            assert_eq!(Key::parse(read).unwrap(), Key::parse(written).unwrap(), "{read}");
        }
        assert_eq!(Key::parse("<s-a>").unwrap(), Key::char('A'));
        assert_eq!(Key::parse("<c-->").unwrap(), Key::ctrl('-'));
        for text in ["", "ab", "<>", "<f0>", "<x-a>", "<nope>", "c-s", "x-a", "Ctrl-", "\u{1b}", "\n"] {
            assert!(Key::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_sequence_types_what_is_no_name() {
        let keys = sequence("<enter> 4 a emai <space> <").unwrap();
        let text: String = keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(text, "<enter> 4 a e m a i <space> <lt>");
        for wrong in ["a <no>", "<enter", "<>", "<enter>x"] {
            assert!(sequence(wrong).is_err(), "{wrong}");
        }
    }
}
