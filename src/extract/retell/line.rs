//! The summary's sentences as lines of text: masked, with a capital and a full stop, and short enough.
//!
//! Owns length and letters. Must not know what is told.

use unicode_segmentation::UnicodeSegmentation;

use super::super::mask::{MASK, mask_secrets};
use super::super::words::is_common;
use super::SENTENCE;

/// With a small first letter, unless the first word is a name or an abbreviation.
pub(in super::super) fn lowered(text: &str) -> String {
    let first = text.split(|c: char| !c.is_alphanumeric() && c != '\'').next().unwrap_or_default();
    let low = first.to_lowercase();
    let plain = (is_common(&low) || low.ends_with("'ll"))
        && first.chars().skip(1).all(|c| c.is_lowercase() || c == '\'')
        && low != "i";
    if plain { format!("{low}{}", &text[first.len()..]) } else { text.to_owned() }
}

/// Masked, on one line, without markup, with a capital and a full stop, and not too long.
pub(in super::super) fn sentence(text: &str) -> String {
    let unmarked: Vec<String> = text.split(MASK).map(|part| part.replace("**", "")).collect();
    let plain: String = unmarked
        .join(MASK)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '`' | '|'))
        .collect();
    // what stands far apart, or has marks within, may be one number once it is plain
    let plain = mask_secrets(&plain.split_whitespace().collect::<Vec<_>>().join(" "));
    let plain = cut(&plain, SENTENCE);
    let mut chars = plain.chars();
    let mut out: String = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    out.push_str(chars.as_str());
    if !out.ends_with(['.', '!', '?', '…', '\u{3002}', '\u{ff01}', '\u{ff1f}', '\u{964}']) && !out.is_empty() {
        let quoted = out.ends_with('"')
            && out[..out.len() - 1].ends_with(['.', '!', '?', '…', '\u{3002}', '\u{ff01}', '\u{ff1f}']);
        if !quoted {
            out.push('.');
        }
    }
    out
}

/// A quotation, short enough to stay whole within its sentence.
pub(in super::super) fn shorten(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('"', "'");
    cut(&one_line, SENTENCE - 40)
}

/// At most `max` characters, cut between graphemes and with an ellipsis.
pub(in super::super) fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut left = max.saturating_sub(1);
    for g in text.graphemes(true) {
        let n = g.chars().count();
        if n > left {
            break;
        }
        left -= n;
        out.push_str(g);
    }
    // a word cut in the middle is dropped, unless it is most of the text
    if let Some(space) = out.rfind(' ').filter(|s| *s * 2 > out.len()) {
        out.truncate(space);
    }
    if max > 0 {
        out.push('…');
    }
    out
}
