//! The one door for text: whatever is drawn goes through here, made harmless, measured in cells, cut by grapheme. Must not
//! know what is drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::theme::{Role, Sign, Theme};
use crate::app::layout::Area;
use crate::domain::text::visible;

/// A part of the screen to draw on.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    /// How roles look.
    pub theme: Theme,
    /// Where the terminal's cursor stands, where a text is typed.
    pub cursor: Option<(u16, u16)>,
}

/// Pieces of a line, each with its role.
pub type Pieces<'t> = Vec<(Role, std::borrow::Cow<'t, str>)>;

impl<'a> Canvas<'a> {
    /// Draws on a buffer.
    pub fn new(buffer: &'a mut Buffer, theme: Theme) -> Self {
        Self { buffer, theme, cursor: None }
    }

    /// Text on a row of an area, from its column `x` on, in at most `width` cells; gives the cells used.
    pub fn put(&mut self, area: Area, x: u16, y: u16, width: u16, role: Role, text: &str) -> u16 {
        if y >= area.height || x >= area.width {
            return 0;
        }
        let width = width.min(area.width - x);
        let text = cut(text, width.into(), self.theme.sign(Sign::Cut));
        let style = self.theme.style(role);
        self.write(area.x + x, area.y + y, &text, style)
    }

    fn write(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let inside = Rect::new(x, y, 1, 1).intersects(self.buffer.area);
        if !inside {
            return 0;
        }
        let (end, _) = self.buffer.set_stringn(x, y, text, text.width(), style);
        end - x
    }

    /// Pieces one after the other on a row; gives the column behind them.
    pub fn pieces(&mut self, area: Area, x: u16, y: u16, pieces: &[(Role, impl AsRef<str>)]) -> u16 {
        let mut x = x;
        for (role, text) in pieces {
            x += self.put(area, x, y, u16::MAX, *role, text.as_ref());
        }
        x
    }

    /// Text that ends at the area's right edge; gives the column where it begins.
    pub fn put_right(&mut self, area: Area, y: u16, width: u16, role: Role, text: &str) -> u16 {
        let text = cut(text, width.into(), self.theme.sign(Sign::Cut));
        let cells = u16::try_from(text.width()).unwrap_or(u16::MAX).min(area.width);
        self.put(area, area.width - cells, y, cells, role, &text);
        area.width - cells
    }

    /// Text over several rows, broken between words; gives the rows used. What is too long ends in an ellipsis.
    pub fn paragraph(&mut self, area: Area, y: u16, role: Role, text: &str) -> u16 {
        let mark = self.theme.sign(Sign::Cut);
        self.paragraph_or(area, y, role, text, mark)
    }

    /// The same; what is too long ends, after a whole word, in `mark`.
    pub fn paragraph_or(&mut self, area: Area, y: u16, role: Role, text: &str, mark: &str) -> u16 {
        let text = visible_lines(text);
        let rows = crate::app::edit::wrap(&text, area.width.into());
        let room = area.height.saturating_sub(y);
        for (row, range) in (0..room).zip(&rows) {
            let last = row + 1 == room && rows.len() > usize::from(room);
            let piece = text[range.clone()].trim_end();
            if last {
                let room = usize::from(area.width).saturating_sub(mark.width() + 1);
                let first = crate::app::edit::wrap(piece, room).into_iter().next().unwrap_or_default();
                self.put(area, 0, y + row, area.width, role, &format!("{} {mark}", piece[first].trim_end()));
            } else {
                self.put(area, 0, y + row, area.width, role, piece);
            }
        }
        u16::try_from(rows.len()).unwrap_or(u16::MAX).min(room)
    }

    /// Text with some graphemes in another role.
    pub fn lit(
        &mut self,
        area: Area,
        at: (u16, u16),
        width: u16,
        roles: (Role, Role),
        text: &str,
        letters: &[u32],
    ) -> u16 {
        let (mut x, y) = at;
        let end = x.saturating_add(width).min(area.width);
        if cut(text, end.saturating_sub(x).into(), "").as_ref() != visible(text).as_ref() {
            return self.put(area, x, y, end.saturating_sub(x), roles.0, text);
        }
        for (i, g) in text.graphemes(true).enumerate() {
            let hit = u32::try_from(i).is_ok_and(|i| letters.contains(&i));
            x += self.put(area, x, y, end.saturating_sub(x), if hit { roles.1 } else { roles.0 }, g);
        }
        x - at.0
    }

    /// A frame with a title; what is inside is emptied.
    pub fn frame(&mut self, area: Area, title: &[(Role, String)], role: Role) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        self.clear(area);
        let [h, v, corners] = if self.theme.ascii { ["-", "|", "++++"] } else { ["─", "│", "┌┐└┘"] };
        let corner: Vec<String> = corners.chars().map(String::from).collect();
        let line = h.repeat((area.width - 2).into());
        let style = self.theme.style(role);
        let (right, bottom) = (area.x + area.width - 1, area.y + area.height - 1);
        self.write(area.x, area.y, &format!("{}{line}{}", corner[0], corner[1]), style);
        self.write(area.x, bottom, &format!("{}{line}{}", corner[2], corner[3]), style);
        for y in area.y + 1..bottom {
            self.write(area.x, y, v, style);
            self.write(right, y, v, style);
        }
        let inside = area.columns(2, area.width - 3).rows(0, 1);
        let mut x = 0;
        for (role, text) in title {
            x += self.put(inside, x, 0, u16::MAX, *role, text);
        }
    }

    /// A line across.
    pub fn rule(&mut self, area: Area, y: u16) {
        let h = if self.theme.ascii { "-" } else { "─" };
        self.put(area, 0, y, area.width, Role::Dim, &h.repeat(area.width.into()));
    }

    /// Empties an area.
    pub fn clear(&mut self, area: Area) {
        let rect = Rect::new(area.x, area.y, area.width, area.height).intersection(self.buffer.area);
        for y in rect.top()..rect.bottom() {
            for x in rect.left()..rect.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// Puts the terminal's cursor into a cell of an area.
    pub fn point(&mut self, area: Area, x: usize, y: usize) {
        let x = u16::try_from(x).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
        let y = u16::try_from(y).unwrap_or(u16::MAX).min(area.height.saturating_sub(1));
        if !area.is_empty() {
            self.cursor = Some((area.x + x, area.y + y));
        }
    }
}

/// Harmless, with its own line breaks.
fn visible_lines(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

/// A text made harmless, in at most `width` cells; what is too long ends in `mark`.
pub fn cut<'t>(text: &'t str, width: usize, mark: &str) -> std::borrow::Cow<'t, str> {
    // what is far too long is not measured as a whole
    let far = text.char_indices().nth(4 * width + 16).map_or(text.len(), |(i, _)| i);
    let shown = visible(&text[..far]);
    if far == text.len() && shown.width() <= width {
        return shown;
    }
    let room = width.saturating_sub(mark.width());
    let (mut out, mut cells) = (String::new(), 0);
    for g in shown.graphemes(true) {
        if cells + g.width() > room {
            break;
        }
        cells += g.width();
        out.push_str(g);
    }
    if mark.width() <= width {
        out.push_str(mark);
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_cells_and_made_harmless() {
        assert_eq!(cut("plain", 5, "…"), "plain");
        assert_eq!(cut("plainer", 5, "…"), "plai…");
        assert_eq!(cut("日本語", 5, "…"), "日本…");
        assert_eq!(cut("日本語", 4, "…"), "日…");
        assert_eq!(cut("a👩‍👧b", 2, "~"), "a~");
        assert_eq!(cut("\u{1b}[2J\u{202e}", 40, "…"), "␛[2J<U+202E>");
        assert_eq!(cut("abc", 0, "…"), "");
        assert_eq!(cut(&"e\u{301}".repeat(50), 3, "…").width(), 3);
    }
}
