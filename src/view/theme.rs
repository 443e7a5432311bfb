//! The looks: a dozen roles, in the terminal's own 16 colours on its own background, or in none at all. Colour never says
//! anything that a word or a sign does not say too.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Plain.
    Text,
    /// Beside the point.
    Dim,
    /// A title.
    Title,
    /// The frame of the pane in focus, and what stands under the cursor.
    Focus,
    /// The line under the cursor, in a list.
    Selected,
    /// All right.
    Good,
    /// Doubtful.
    Doubtful,
    /// Wrong.
    Bad,
    /// A key in the footer.
    Key,
    /// A letter that matched what was typed.
    Match,
    /// A real organisation.
    Real,
    /// What is being typed.
    Input,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Text,
        Self::Dim,
        Self::Title,
        Self::Focus,
        Self::Selected,
        Self::Good,
        Self::Doubtful,
        Self::Bad,
        Self::Key,
        Self::Match,
        Self::Real,
        Self::Input,
    ];
}

/// How roles look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// No colours.
    pub mono: bool,
    /// No characters beyond ASCII in our own chrome.
    pub ascii: bool,
}

impl Theme {
    /// The look of a role.
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let with = |m: Modifier| plain.add_modifier(m);
        const BOLD: Modifier = Modifier::BOLD;
        const UNDER: Modifier = Modifier::UNDERLINED;
        if self.mono {
            return match role {
                Role::Text => plain,
                Role::Dim => with(Modifier::DIM),
                Role::Title => with(BOLD),
                Role::Focus => with(BOLD.union(Modifier::ITALIC)),
                Role::Selected => with(Modifier::REVERSED),
                Role::Good => with(Modifier::ITALIC),
                Role::Doubtful => with(UNDER),
                Role::Bad => with(BOLD.union(UNDER)),
                Role::Key => with(UNDER.union(Modifier::ITALIC)),
                Role::Match => with(BOLD.union(UNDER).union(Modifier::ITALIC)),
                Role::Real => with(BOLD.union(Modifier::REVERSED)),
                Role::Input => with(UNDER.union(Modifier::DIM)),
            };
        }
        match role {
            Role::Text => plain,
            // bright black is no colour at all on some dark palettes: dim leaves it to the terminal
            Role::Dim => with(Modifier::DIM),
            Role::Title => with(BOLD),
            Role::Focus => plain.fg(Color::Cyan).add_modifier(BOLD),
            Role::Selected => with(Modifier::REVERSED),
            Role::Good => plain.fg(Color::Green),
            Role::Doubtful => plain.fg(Color::Yellow),
            Role::Bad => plain.fg(Color::Red).add_modifier(BOLD),
            Role::Key => plain.fg(Color::Cyan),
            Role::Match => plain.fg(Color::Magenta).add_modifier(BOLD.union(UNDER)),
            Role::Real => plain.fg(Color::Magenta).add_modifier(BOLD.union(Modifier::REVERSED)),
            Role::Input => with(UNDER),
        }
    }

    /// One of our own signs, or its twin in ASCII.
    pub fn sign(self, sign: Sign) -> &'static str {
        let (fine, ascii) = match sign {
            Sign::Cursor => ("▸", ">"),
            Sign::Good => ("✓", "v"),
            Sign::Doubtful => ("!", "!"),
            Sign::Bad => ("✗", "x"),
            Sign::On => ("●", "*"),
            Sign::Off => ("○", "o"),
            Sign::From => ("←", "<-"),
            Sign::To => ("→", "->"),
            Sign::Cut => ("…", "~"),
            Sign::Trail => ("›", ">"),
            Sign::Dot => ("·", "-"),
        };
        if self.ascii { ascii } else { fine }
    }
}

/// Our own signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// The line under the cursor.
    Cursor,
    /// All right.
    Good,
    /// Doubtful.
    Doubtful,
    /// Wrong.
    Bad,
    /// Active, chosen.
    On,
    /// Not.
    Off,
    /// Fed by.
    From,
    /// Becomes.
    To,
    /// Something was cut off here.
    Cut,
    /// Further in.
    Trail,
    /// Between two facts.
    Dot,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_apart_with_colours_and_without() {
        for mono in [false, true] {
            let theme = Theme { mono, ascii: false };
            for (i, a) in Role::ALL.iter().enumerate() {
                for b in &Role::ALL[i + 1..] {
                    assert_ne!(theme.style(*a), theme.style(*b), "{a:?} and {b:?}, mono {mono}");
                }
            }
        }
    }
}
