//! What a password looks like among words.
//!
//! Owns the shape of a word with its signs. Must not know what is said around it.

use super::super::words::Said;

/// How far a word with signs in it is looked at, in bytes.
const TOKEN: usize = 128;

/// Where the spaces behind byte `from` begin, without the sentence's full stop or comma.
pub(super) fn token_end(text: &str, from: usize) -> usize {
    let end = text[from..].find(char::is_whitespace).map_or(text.len(), |n| from + n);
    from + text[from..end].trim_end_matches(['.', ',', ';', ':', '"', '\'', ')', '\u{201d}', '?']).len()
}

/// The same for word `i`, looked for no farther than anybody's password reaches.
pub(super) fn near_end(said: &Said<'_>, i: usize) -> usize {
    let w = &said.words[i];
    token_end(&said.text[..said.text.floor_char_boundary(w.end + TOKEN)], w.end)
}

/// Where the signs before a password begin: "#Sommer24".
pub(super) fn token_start(text: &str, from: usize) -> usize {
    text[..from].trim_end_matches(['#', '$', '!', '%', '&', '*', '^', '~', '@', '_']).len()
}

/// Letters and digits, or signs within: what only a password looks like.
pub(super) fn is_odd(said: &Said<'_>, i: usize) -> bool {
    const ENDS: &[&str] =
        &["st", "nd", "rd", "th", "am", "pm", "min", "mins", "h", "hrs", "x", "k", "gb", "mb", "kg", "cm", "mm", "m"];
    let Some(w) = said.words.get(i) else { return false };
    let token = &said.text[w.start..near_end(said, i)];
    let token = token.split_once('/').map_or(token, |(head, _)| head);
    let has = |f: fn(char) -> bool| token.chars().any(f);
    let (letter, digit) = (has(char::is_alphabetic), has(|c| c.is_ascii_digit()));
    let head = token.trim_end_matches(['!', '*']);
    let sign = head.contains(['!', '#', '$', '%', '&', '*', '^', '~', '+', '=', '@']) || head.len() + 1 < token.len();
    let amount = ENDS
        .iter()
        .any(|e| token.to_lowercase().strip_suffix(e).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit())));
    token.chars().count() >= 4 && letter && (digit || sign) && !amount
}

/// An email or web address.
pub(super) fn is_address(said: &Said<'_>, i: usize) -> bool {
    let (start, end) = (said.words[i].start, near_end(said, i));
    let near = said.text.ceil_char_boundary(start.saturating_sub(TOKEN));
    let from = start - said.text[near..start].rsplit(char::is_whitespace).next().map_or(0, str::len);
    let token = said.text.get(from..end).unwrap_or_default();
    let at = token.find('@').filter(|at| *at > 0 && token[*at..].contains('.'));
    at.is_some() || token.contains("://") || token.to_lowercase().starts_with("www.")
}

pub(super) fn has_capital_within(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next();
    word.chars().any(char::is_lowercase) && chars.any(char::is_uppercase)
}

/// The first word of those without spaces between that end with word `i`: "Regen!77". A slash parts them.
pub(super) fn token_first(said: &Said<'_>, i: usize) -> usize {
    let mut first = i;
    let parts = |k: usize| {
        said.text[said.words[k - 1].end..said.words[k].start].contains(|c: char| c.is_whitespace() || c == '/')
    };
    while first > 0 && !parts(first) && said.words[i].start - said.words[first].start < TOKEN {
        first -= 1;
    }
    first
}
