//! Columns that line up: widths are counted in a terminal's cells, so that wide scripts do not shift what follows.

use unicode_width::UnicodeWidthStr;

use super::out::{Out, Role};
use crate::domain::text::visible;

/// Rows of cells; what comes in is made visible.
#[derive(Default)]
pub struct Table {
    rows: Vec<Vec<(Role, String)>>,
}

impl Table {
    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [(Role, &str); N]) {
        self.rows.push(cells.map(|(role, text)| (role, visible(text).into_owned())).into());
    }

    /// How wide the widest row is.
    pub fn width(&self) -> usize {
        let widths = self.widths();
        widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)
    }

    /// Where the last column begins.
    pub fn last_at(&self) -> usize {
        self.width() - self.widths().last().copied().unwrap_or(0)
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |i: usize| self.rows.iter().filter_map(|r| r.get(i)).map(|(_, t)| t.width()).max().unwrap_or(0);
        (0..columns).map(width).collect()
    }

    /// The rows as lines, two spaces between the columns, none at the end.
    pub fn lines(&self, out: &Out) -> Vec<String> {
        let widths = self.widths();
        let line = |row: &Vec<(Role, String)>| {
            let mut line = String::new();
            let mut gap = 0;
            for ((role, text), width) in row.iter().zip(&widths) {
                if !text.is_empty() {
                    line.push_str(&" ".repeat(std::mem::take(&mut gap)));
                    line.push_str(&out.styled(*role, text));
                }
                gap += width - text.width() + 2;
            }
            line
        };
        self.rows.iter().map(line).collect()
    }
}
