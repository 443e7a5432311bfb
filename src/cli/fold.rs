//! Lines for a terminal, broken between words: a terminal by itself breaks them anywhere. Must not know what they say.

use unicode_width::UnicodeWidthChar as _;

/// On a narrower terminal there is no room for rows that stand in.
pub const NARROWEST: usize = 40;
/// How far the rows of a line stand in, further than the line.
const FURTHER: usize = 4;

/// The rows of a line in so many cells. A word that is longer than a row, an address to be copied perhaps, stays whole.
pub fn fold(line: &str, cells: usize) -> Vec<String> {
    let begins = line.len() - line.trim_start_matches(' ').len();
    fold_at(line, cells, begins + FURTHER)
}

/// The same where what follows the first row stands in so far, as below a column.
pub fn fold_at(line: &str, cells: usize, stands_in: usize) -> Vec<String> {
    let stands_in = stands_in.min(cells / 2);
    let (mut rows, mut row, mut used) = (Vec::new(), String::new(), 0);
    for word in line.split_inclusive(' ') {
        if used + width(word.trim_end_matches(' ')) > cells && !row.trim_start().is_empty() {
            rows.push(row.trim_end().to_owned());
            (row, used) = (" ".repeat(stands_in), stands_in);
        }
        row.push_str(word);
        used += width(word);
    }
    rows.push(row);
    rows
}

/// The cells of a text; codes of colours take none.
fn width(text: &str) -> usize {
    let mut code = false;
    let cells = text.chars().map(|c| match c {
        '\x1b' => {
            code = true;
            0
        }
        _ if code => {
            code = c != 'm';
            0
        }
        c => c.width().unwrap_or(0),
    });
    cells.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_stand_in() {
        assert_eq!(fold("one two three", 13), ["one two three"]);
        assert_eq!(fold("one two three", 12), ["one two", "    three"]);
        assert_eq!(fold("  one two three four", 13), ["  one two", "      three", "      four"]);
        assert_eq!(fold("\x1b[32mone\x1b[0m two", 7), ["\x1b[32mone\x1b[0m two"], "colours take no room");
        assert_eq!(fold_at("what  one two three", 13, 6), ["what  one two", "      three"]);
        assert_eq!(fold("日本 日本", 8), ["日本", "    日本"]);
        assert_eq!(fold("open https://accounts.zoho.eu/oauth", 12), ["open", "    https://accounts.zoho.eu/oauth"]);
        assert_eq!(fold("", 12), [""]);
    }
}
