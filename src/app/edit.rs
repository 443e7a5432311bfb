//! A small editor for one line or several: text, a cursor that stands between graphemes, the usual keys. Takes nothing
//! that a terminal would obey. Must not know where it is drawn, but for how wide.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::key::{Key, KeyCode};
use crate::domain::text::seen;

/// The most that is taken in, in characters: a text of several lines is held whole even where it is too long to be used.
const LONGEST_LINE: usize = 500;
const LONGEST_AREA: usize = 100_000;

/// Text being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    text: String,
    /// A byte index at a grapheme's boundary.
    cursor: usize,
    several_lines: bool,
    /// All of it is selected: what is typed first takes its place.
    selected: bool,
}

impl Editor {
    /// One line, the cursor at its end.
    pub fn line(text: &str) -> Self {
        Self::holding(text, false)
    }

    /// One line that nobody typed: it is selected, so that what is typed first takes its place, and a key that moves the
    /// cursor keeps it.
    pub fn prefilled(text: &str) -> Self {
        let line = Self::line(text);
        Self { selected: !line.is_empty(), ..line }
    }

    /// Several lines, the cursor at the end.
    pub fn area(text: &str) -> Self {
        Self::holding(text, true)
    }

    /// What is there already is there whole, however much of it there is.
    fn holding(text: &str, several_lines: bool) -> Self {
        let mut editor = Self { text: String::new(), cursor: 0, several_lines, selected: false };
        editor.put_in(text, usize::MAX);
        editor
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// All of it is selected.
    pub fn is_selected(&self) -> bool {
        self.selected
    }

    /// What was filled in stays: nothing is selected any more.
    pub fn keep(&mut self) {
        self.selected = false;
    }

    /// The cursor's place in the text, in bytes.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// How many characters are taken in at most.
    pub fn most(&self) -> usize {
        if self.several_lines { LONGEST_AREA } else { LONGEST_LINE }
    }

    /// Nothing more is taken in.
    pub fn is_full(&self) -> bool {
        !self.selected && self.text.chars().count() >= self.most()
    }

    /// Puts text in at the cursor, as far as there is room, and gives how many characters there was none for: line breaks
    /// only where there are several lines, and nothing that a terminal would obey or a reader would not see.
    pub fn insert(&mut self, text: &str) -> usize {
        if !text.is_empty() && std::mem::take(&mut self.selected) {
            self.erase(0..self.text.len());
        }
        self.put_in(text, self.most().saturating_sub(self.text.chars().count()))
    }

    fn put_in(&mut self, text: &str, room: usize) -> usize {
        // what joins letters is judged by what it stands behind
        let before = if self.text[..self.cursor].ends_with(|c: char| !c.is_ascii()) { "é" } else { "e" };
        let text = seen(&format!("{before}{}", text.replace("\r\n", "\n")));
        let text = &text[before.len()..];
        let line_break = if self.several_lines { '\n' } else { ' ' };
        let own = |c| match c {
            '\n' | '\r' => line_break,
            '\t' => ' ',
            c => c,
        };
        let clean: String = text.chars().take(room).map(own).collect();
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
        self.settle();
        text.chars().count().saturating_sub(room)
    }

    /// Does what a key does in an editor `width` cells wide; false where it does nothing there.
    pub fn key(&mut self, key: Key, width: usize) -> bool {
        if let Some(c) = key.typed() {
            self.insert(c.encode_utf8(&mut [0; 4]));
            return true;
        }
        let whole = std::mem::take(&mut self.selected);
        if whole && matches!(key.code, KeyCode::Backspace | KeyCode::Delete) {
            self.erase(0..self.text.len());
            return true;
        }
        let word = key.ctrl || key.alt;
        let (start, end) = self.line_around();
        match (key.code, word) {
            (KeyCode::Left, false) => self.cursor = self.before(),
            (KeyCode::Right, false) => self.cursor = self.after(),
            (KeyCode::Left, true) | (KeyCode::Char('b'), true) => self.cursor = self.word_before(),
            (KeyCode::Right, true) | (KeyCode::Char('f'), true) => self.cursor = self.word_after(),
            (KeyCode::Home, _) => self.cursor = start,
            (KeyCode::End, _) | (KeyCode::Char('e'), true) => self.cursor = end,
            (KeyCode::Backspace, false) => self.erase(self.before()..self.cursor),
            (KeyCode::Backspace, true) | (KeyCode::Char('w'), true) => self.erase(self.word_before()..self.cursor),
            (KeyCode::Delete, _) | (KeyCode::Char('d'), true) => self.erase(self.cursor..self.after()),
            (KeyCode::Char('u'), true) => self.erase(start..self.cursor),
            (KeyCode::Char('k'), true) => self.erase(self.cursor..end),
            (KeyCode::Enter, _) if self.several_lines => drop(self.insert("\n")),
            (KeyCode::Up, _) if self.several_lines => self.vertical(width, -1),
            (KeyCode::Down, _) if self.several_lines => self.vertical(width, 1),
            (KeyCode::PageUp, _) if self.several_lines => self.vertical(width, -8),
            (KeyCode::PageDown, _) if self.several_lines => self.vertical(width, 8),
            _ => {
                self.selected = whole;
                return false;
            }
        }
        true
    }

    /// The row and the cell of the cursor in rows of `width` cells.
    pub fn position(&self, width: usize) -> (usize, usize) {
        let rows = wrap(&self.text, width);
        let row = rows.iter().rposition(|r| r.start <= self.cursor).unwrap_or(0);
        let column = rows.get(row).map_or(0, |r| self.text[r.start..self.cursor.min(r.end)].width());
        (row, column)
    }

    fn vertical(&mut self, width: usize, by: isize) {
        let rows = wrap(&self.text, width);
        let (row, column) = self.position(width);
        let to = row.saturating_add_signed(by).min(rows.len().saturating_sub(1));
        let Some(range) = rows.get(to) else { return };
        let mut at = range.start;
        for (i, g) in self.text[range.clone()].grapheme_indices(true) {
            if self.text[range.start..range.start + i].width() >= column {
                break;
            }
            at = range.start + i + g.len();
        }
        // the end of a row that goes on below is the start of the next one
        if at == range.end && rows.get(to + 1).is_some_and(|next| next.start == at) {
            at = self.text[range.clone()].grapheme_indices(true).next_back().map_or(at, |(i, _)| range.start + i);
        }
        self.cursor = at;
    }

    fn erase(&mut self, range: Range<usize>) {
        self.cursor = range.start;
        self.text.replace_range(range, "");
        self.settle();
    }

    /// What was put together may have become one grapheme.
    fn settle(&mut self) {
        if self.cursor < self.text.len() {
            let ends = self.text.grapheme_indices(true).map(|(i, _)| i);
            self.cursor = ends.take_while(|i| *i <= self.cursor).last().unwrap_or(0);
        }
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(i, _)| i)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |g| self.cursor + g.len())
    }

    fn word_before(&self) -> usize {
        let head = &self.text[..self.cursor];
        head.unicode_word_indices().next_back().map_or(0, |(i, _)| i)
    }

    fn word_after(&self) -> usize {
        let next = self.text[self.cursor..].unicode_word_indices().next();
        next.map_or(self.text.len(), |(i, w)| self.cursor + i + w.len())
    }

    fn line_around(&self) -> (usize, usize) {
        let start = self.text[..self.cursor].rfind('\n').map_or(0, |i| i + 1);
        let end = self.text[self.cursor..].find('\n').map_or(self.text.len(), |i| self.cursor + i);
        (start, end)
    }
}

/// The rows of a text in at most `width` cells, as ranges of bytes: broken at line breaks, between words where there is a
/// space, else anywhere between graphemes. Spaces at a row's end may hang over. There is always one.
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    let width = width.max(1);
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let end = start + line.len();
        let (mut row, mut cells, mut space) = (start, 0, None);
        for (i, g) in line.grapheme_indices(true) {
            let at = start + i;
            let w = g.width();
            // a space that has no room hangs at the end of its row
            if cells + w > width && at > row && g != " " {
                let cut = space.filter(|s| *s > row).unwrap_or(at);
                rows.push(row..cut);
                row = cut;
                cells = text[row..at].width();
                space = None;
            }
            cells += w;
            if g == " " {
                space = Some(at + 1);
            }
        }
        rows.push(row..end);
        start = end + 1;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::key::sequence;
    use super::*;

    fn after(mut editor: Editor, keys: &str) -> String {
        for key in sequence(keys).unwrap() {
            editor.key(key, 10);
        }
        let (a, b) = editor.text.split_at(editor.cursor);
        format!("{a}|{b}")
    }

    #[test]
    fn keys_edit_by_grapheme_and_word() {
        assert_eq!(after(Editor::line("ab"), "<left> c"), "ac|b");
        assert_eq!(after(Editor::line("a👩‍👧é"), "<backspace> <backspace>"), "a|");
        assert_eq!(after(Editor::line("one two"), "<c-w> x"), "one x|");
        assert_eq!(after(Editor::line("one two"), "<home> <c-right> <c-k>"), "one|");
        assert_eq!(after(Editor::line("abc"), "<enter> <up>"), "abc|");
        assert_eq!(after(Editor::area("abc"), "<enter> d"), "abc\nd|");
        assert_eq!(after(Editor::area("one two three four"), "<up>"), "one two| three four");
    }

    #[test]
    fn what_was_filled_in_gives_way_to_what_is_typed() {
        assert_eq!(after(Editor::prefilled("two"), "o"), "o|");
        assert_eq!(after(Editor::prefilled("two"), "<left> a"), "twa|o");
        assert_eq!(after(Editor::prefilled("two"), "<end> o"), "twoo|");
        assert_eq!(after(Editor::prefilled("two"), "<backspace> o"), "o|");
        assert_eq!(after(Editor::prefilled("two"), "<enter> o"), "o|", "a key that does nothing there changes nothing");
        let mut pasted = Editor::prefilled("two");
        pasted.insert("three");
        assert_eq!((pasted.text(), pasted.is_selected()), ("three", false));
        assert!(!Editor::prefilled("").is_selected(), "there is nothing to select");
    }

    #[test]
    fn nothing_a_terminal_obeys_gets_in() {
        let mut editor = Editor::line("");
        editor.insert("a\u{1b}[31m\u{9b}b\r\nc\u{202e}\td");
        assert_eq!(editor.text(), "a c d");
        assert!(!editor.is_full());
        assert_eq!(editor.insert(&"x".repeat(2 * LONGEST_LINE)), LONGEST_LINE + 5, "what had no room is told");
        assert_eq!((editor.text().chars().count(), editor.is_full()), (LONGEST_LINE, true));
        let whole = "y".repeat(2 * LONGEST_LINE);
        assert_eq!(Editor::line(&whole).text(), whole, "what was there is not cut");
    }

    #[test]
    fn rows_break_between_words() {
        let rows = |text: &str, width| wrap(text, width).into_iter().map(|r| text[r].to_owned()).collect::<Vec<_>>();
        assert_eq!(rows("one two three", 8), ["one two ", "three"]);
        assert_eq!(rows("one two three", 7), ["one two ", "three"], "a word that just fits stays");
        assert_eq!(rows("one two\nthree four", 7), ["one two", "three ", "four"], "own line breaks stay");
        assert_eq!(rows("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(rows("日本語", 4), ["日本", "語"]);
        assert_eq!(rows("a\n\nb", 4), ["a", "", "b"]);
        assert_eq!(rows("", 0), [""]);
    }
}
