//! The screen as it stands, for somebody who has no terminal: its cells, and how they are written as text, as text with
//! the terminal's styles, or (`svg`) as a picture. Must not know how the app came to where it is.

use std::convert::Infallible;
use std::fmt::Write as _;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use crate::app::App;

/// A frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Its cells.
    pub cells: Buffer,
    /// Where the terminal's cursor stands, where it is shown.
    pub cursor: Option<Position>,
}

impl Picture {
    /// What the app shows now.
    pub fn of(app: &App) -> Self {
        let size = app.size();
        match drawn(TestBackend::new(size.width, size.height), app) {
            Ok(picture) => picture,
            Err(never) => match never {},
        }
    }

    /// The rows, each cell in its column; what is blank at a row's end is left out.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for y in 0..self.cells.area.height {
            let row: String = self.row(y).map(|(_, cell)| harmless(cell.symbol())).collect();
            out.push_str(row.trim_end());
            out.push('\n');
        }
        out
    }

    /// The rows with their styles as a terminal takes them (SGR); each row ends in the plain style.
    pub fn ansi(&self) -> String {
        let mut out = String::new();
        for y in 0..self.cells.area.height {
            let plain = style_code(&Cell::EMPTY);
            let blank = |cell: &Cell| cell.symbol().trim().is_empty() && style_code(cell) == plain;
            let end = self.row(y).filter(|(_, cell)| !blank(cell)).last().map_or(0, |(x, _)| x + 1);
            let mut before = plain.clone();
            for (_, cell) in self.row(y).take_while(|(x, _)| *x < end) {
                let code = style_code(cell);
                if code != before {
                    // fmt::Write to a String cannot fail
                    write!(out, "\x1b[{code}m").unwrap_or_default();
                    before = code;
                }
                out.push_str(&harmless(cell.symbol()));
            }
            if before != plain {
                out.push_str("\x1b[0m");
            }
            out.push('\n');
        }
        out
    }

    /// The cells of a row with their columns, those left out that a wide one before covers.
    pub(super) fn row(&self, y: u16) -> impl Iterator<Item = (u16, &Cell)> {
        let mut covered = 0;
        (0..self.cells.area.width).filter_map(move |x| {
            let cell = &self.cells[(x, y)];
            if x < covered {
                return None;
            }
            covered = x.saturating_add(width(cell));
            Some((x, cell))
        })
    }
}

fn drawn(backend: TestBackend, app: &App) -> Result<Picture, Infallible> {
    let mut terminal = Terminal::new(backend)?;
    let cells = terminal.draw(|frame| super::draw(frame, app))?.buffer.clone();
    let backend = terminal.backend();
    Ok(Picture { cells, cursor: backend.cursor_visible().then(|| backend.cursor_position()) })
}

/// How many columns a cell's text takes.
pub(super) fn width(cell: &Cell) -> u16 {
    u16::try_from(cell.symbol().width()).unwrap_or(1).max(1)
}

/// A last door: the screen has made hostile text visible before it came here.
pub(super) fn harmless(symbol: &str) -> String {
    symbol
        .chars()
        .map(|c| if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { '\u{FFFD}' } else { c })
        .collect()
}

fn style_code(cell: &Cell) -> String {
    let modifiers = [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
    ];
    let mut code = String::from("0");
    for (modifier, number) in modifiers {
        if cell.modifier.contains(modifier) {
            code.push(';');
            code.push_str(number);
        }
    }
    for (colour, base) in [(cell.fg, 30), (cell.bg, 40)] {
        let place = match colour {
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::White => 7,
            // the theme uses no others
            _ => continue,
        };
        write!(code, ";{}", base + place).unwrap_or_default();
    }
    code
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    pub fn hostile() -> Picture {
        let mut cells = Buffer::empty(Rect::new(0, 0, 24, 3));
        cells.set_string(0, 0, "<a href=\"x\">&'日本", Style::new().fg(Color::Red).add_modifier(Modifier::BOLD));
        cells[(0, 1)].set_symbol("\u{1b}");
        cells[(1, 1)].set_symbol("\u{7}");
        cells[(2, 1)].set_symbol("]]>");
        cells[(5, 1)].set_symbol("\u{FFFF}");
        cells[(9, 2)].modifier = Modifier::REVERSED;
        Picture { cells, cursor: None }
    }

    #[test]
    fn text_is_rows_and_nothing_else() {
        assert_eq!(hostile().text(), "<a href=\"x\">&'日本\n\u{FFFD}\u{FFFD}]]>\u{FFFD}\n\n");
    }

    #[test]
    fn ansi_says_styles_and_ends_each_row_plainly() {
        assert_eq!(
            hostile().ansi(),
            "\x1b[0;1;31m<a href=\"x\">&'日本\x1b[0m\n\u{FFFD}\u{FFFD}]]>\u{FFFD}\n         \x1b[0;7m \x1b[0m\n"
        );
    }
}
