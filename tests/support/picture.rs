//! A frame as a reviewer reads it: a header, the rows with a right border, then the runs of cells that are not plain, by
//! role.

use std::fmt::Write;

use astra_zoho::app::App;
use astra_zoho::view::theme::{Role, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// Draws the app; gives the cells and where the terminal's cursor stands.
pub fn draw(app: &App) -> (Buffer, Option<Position>) {
    let size = app.size();
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    let mut cursor = None;
    let frame = terminal
        .draw(|frame| {
            astra_zoho::view::draw(frame, app);
        })
        .unwrap();
    let buffer = frame.buffer.clone();
    if terminal.backend().cursor_visible() {
        cursor = Some(terminal.backend().cursor_position());
    }
    (buffer, cursor)
}

/// The role that a cell was drawn in.
fn role(theme: Theme, cell: &Cell) -> Option<Role> {
    let look = |style: Style| {
        let mut plain = Cell::new(" ");
        plain.set_style(style);
        (plain.fg, plain.bg, plain.modifier)
    };
    Role::ALL.into_iter().find(|r| look(theme.style(*r)) == (cell.fg, cell.bg, cell.modifier))
}

/// The rows of a frame, each in its cells.
pub fn rows(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    let row = |y| {
        let mut text = String::new();
        let mut x = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            text.push_str(symbol);
            x += u16::try_from(symbol.width().max(1)).unwrap();
        }
        text
    };
    (0..area.height).map(row).collect()
}

/// The picture.
pub fn picture(app: &App, buffer: &Buffer, cursor: Option<Position>, header: &str) -> String {
    let theme = Theme { mono: app.options().mono, ascii: app.options().ascii };
    let size = app.size();
    let mut out = String::new();
    write!(out, "{}x{}  {header}", size.width, size.height).unwrap();
    if let Some(Position { x, y }) = cursor {
        write!(out, "  cursor {x},{y}").unwrap();
    }
    out.push('\n');
    for row in rows(buffer) {
        writeln!(out, "{row}|").unwrap();
    }
    for y in 0..size.height {
        let mut runs = String::new();
        let mut x = 0;
        while x < size.width {
            let here = role(theme, &buffer[(x, y)]);
            let start = x;
            while x < size.width && role(theme, &buffer[(x, y)]) == here {
                x += 1;
            }
            match here {
                Some(Role::Text) => {}
                Some(role) => write!(runs, " {start}-{} {}", x - 1, format!("{role:?}").to_lowercase()).unwrap(),
                None => write!(runs, " {start}-{} ?", x - 1).unwrap(),
            }
        }
        if !runs.is_empty() {
            writeln!(out, "{y:>2}{runs}").unwrap();
        }
    }
    out
}
