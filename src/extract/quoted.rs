//! Words that a customer repeats and that are somebody else's: your rep said "call me at 800 555 0100".
//!
//! Owns where such a quotation stands. Must not know what is looked for in it.

use super::words::listed;

/// Verbs and nouns behind which somebody else's words are quoted.
const SAYS: &str = "said says say saying told tells tell wrote writes reads read stated states message letter email mail text note sign \
    voicemail recording advert ad banner called answered replied";
/// How many quotations of one message are looked at.
const MOST: usize = 16;
/// How far before a quotation its verb is looked for, in bytes.
const REACH: usize = 60;

/// Where somebody else is quoted, in bytes.
pub(super) fn places(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut from = 0;
    for _ in 0..MOST {
        let Some(open) = text[from..].find(['"', '\u{201c}', '\u{201e}', '\u{ab}']).map(|i| from + i) else { break };
        let mark = text[open..].chars().next().map_or(1, char::len_utf8);
        let Some(close) = text[open + mark..].find(['"', '\u{201d}', '\u{201c}', '\u{bb}']).map(|i| open + mark + i)
        else {
            break;
        };
        let end = close + text[close..].chars().next().map_or(1, char::len_utf8);
        if by_another(&text[from..open]) {
            out.push((open, end));
        }
        from = end;
    }
    out
}

/// Does what stands before a quotation make it somebody else's?
fn by_another(before: &str) -> bool {
    let mut at = before.len().saturating_sub(REACH);
    while !before.is_char_boundary(at) {
        at += 1;
    }
    let clause = before[at..].rsplit(['.', '!', '?', '\n']).next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> =
        clause.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|w| !w.is_empty()).collect();
    let Some(verb) = words.iter().rposition(|w| listed(SAYS, w)) else { return false };
    let own = verb > 0 && listed("i i've my mine our we", words[verb - 1])
        || listed("my our", words.first().copied().unwrap_or_default());
    !own && words.len() - verb <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_said() {
        let quoted = |text: &str| places(text).into_iter().map(|(a, b)| text[a..b].to_owned()).collect::<Vec<_>>();
        assert_eq!(quoted("your rep said \"I'm Linda\" and left"), ["\"I'm Linda\""]);
        assert_eq!(quoted("The letter says: \u{201c}call 800 555 0100\u{201d}"), ["\u{201c}call 800 555 0100\u{201d}"]);
        for text in ["I said \"my name is Bo\"", "my name is \"Bo\"", "a 24\" screen said", "she told me", "\"", ""] {
            assert!(places(text).is_empty(), "{text}");
        }
    }
}
