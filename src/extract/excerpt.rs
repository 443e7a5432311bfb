//! The words around a value, for people who ask where it was said.
//!
//! Owns how much of a message is kept as evidence. Must not know secrets: what is cut here has none any more.

use super::lit::lit;

/// The longest excerpt, in characters.
pub(super) const EXCERPT: usize = 160;
/// How much of it may stand before the value.
const BEFORE: usize = EXCERPT / 3;
/// How far a cut may move to stand between two words, in bytes.
const WORD: usize = 24;
/// What stands where something is left out.
const LEFT_OUT: char = '\u{2026}';

/// The message's own words around a value that stands near byte `at`, on one line, at most 160 characters; `…` at either end
/// where more was said.
pub(super) fn excerpt(text: &str, value: &str, at: usize) -> String {
    let room = EXCERPT - 2;
    if text.chars().nth(EXCERPT).is_none() {
        return on_one_line(text);
    }
    let at = lit(text, value, at).first().map_or(at, |r| r.start).min(text.len());
    let before = BEFORE.min(room.saturating_sub(value.chars().count()) / 2);
    let from = text[..text.floor_char_boundary(at)].char_indices().rev().take(before).last().map_or(0, |(i, _)| i);
    // not within a word
    let from = match text[from..].find(char::is_whitespace) {
        Some(n) if from > 0 && n < WORD && from + n < at => from + n,
        _ => from,
    };
    let end = text[from..].char_indices().nth(room).map_or(text.len(), |(i, _)| from + i);
    let end = match text[from..end].rfind(char::is_whitespace) {
        Some(n) if end < text.len() && from + n + WORD > end => from + n,
        _ => end,
    };
    let mut out = String::new();
    out.extend((from > 0).then_some(LEFT_OUT));
    out.push_str(&on_one_line(&text[from..end]));
    out.extend((end < text.len()).then_some(LEFT_OUT));
    out
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_messages_own_words() {
        assert_eq!(excerpt("I'm  Ana,\nhello", "Ana", 5), "I'm Ana, hello");
        let long = format!("{}write to ana@example.com {}", "first of all ".repeat(20), "and so on ".repeat(40));
        let cut = excerpt(&long, "ana@example.com", 0);
        assert!(cut.chars().count() <= EXCERPT && cut.starts_with('…') && cut.ends_with('…'), "{cut}");
        let within = cut.trim_matches('…');
        assert!(long.contains(within) && within.contains("write to ana@example.com and so on"), "{cut}");
        assert!(long.contains(&format!(" {within} ")), "whole words: {cut}");
        let unspaced = "é".repeat(500);
        assert_eq!(excerpt(&unspaced, "x", 301).chars().count(), EXCERPT);
    }
}
