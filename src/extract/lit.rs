//! Which words of a message gave a value, for people who look: the value as it stands there, or the words and letters it was
//! put together from.
//!
//! Must not know how the value was found.

use std::ops::Range;

use super::numbers::{digit, is_number_word};
use super::words::{LOOKED_AT, is_word_char};

/// From how many digits on a number is known by them alone, however it is written.
const TELLING: usize = 4;

struct Token {
    at: Range<usize>,
    low: String,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut start = None;
    for (i, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (is_word_char(c), start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                out.push(Token { at: from..i, low: text[from..i].to_lowercase() });
                start = None;
            }
            _ => {}
        }
    }
    out
}

/// The words of a value in a message, in bytes, in order. The value as it stands there counts first (the place nearest to
/// `near`), then its digits, then the words, letters and digits that it was spelled with.
pub(super) fn lit(text: &str, value: &str, near: usize) -> Vec<Range<usize>> {
    let mut end = text.len().min(LOOKED_AT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (said, parts) = (tokens(&text[..end]), tokens(value));
    let nearest = |found: Vec<Range<usize>>| found.into_iter().min_by_key(|r| r.start.abs_diff(near));
    if let Some(whole) = nearest(as_it_stands(&said, &parts)).or_else(|| nearest(by_digits(&said, value))) {
        return vec![whole];
    }
    join(text, spelled(&said, &parts))
}

/// Where a value stands in a message as a whole, and not as a part of a word or number: as it is, by its digits, or, where it was
/// `heard`, spoken out ("john dot smith at gmail dot com").
pub(super) fn stands(text: &str, value: &str, heard: bool) -> Vec<Range<usize>> {
    let (said, parts) = (tokens(text), tokens(value));
    let mut all = as_it_stands(&said, &parts);
    if all.is_empty() {
        all = by_digits(&said, value);
    }
    if all.is_empty() && heard {
        all = spoken(&said, value);
    }
    all.retain(|r| is_whole(text, r));
    all
}

/// Does nothing beside it belong to the same word or number?
fn is_whole(text: &str, at: &Range<usize>) -> bool {
    let (before, after) = (&text[..at.start], &text[at.end..]);
    let inside = &text[at.clone()];
    // "0199" of "555 0199", "99213" of "A-99213"
    let joins = |c: char| matches!(c, ' ' | '.' | '-' | '(' | ')' | '/' | ',' | ':');
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let run = |rest: &mut dyn Iterator<Item = char>| rest.take(3).find(|c| !joins(*c));
    let number_before = digit(inside.chars().next()) && digit(run(&mut before.chars().rev()));
    let number_after = digit(inside.chars().next_back()) && digit(run(&mut after.chars()));
    let tied = |mut rest: Box<dyn Iterator<Item = char> + '_>| {
        let sign =
            rest.next().is_some_and(|c| matches!(c, '@' | '.' | '-' | '_' | '+' | '/' | '\'' | '\u{2019}' | '&'));
        sign && rest.next().is_some_and(char::is_alphanumeric)
    };
    // a list's comma stands between two numbers: "80202, 303 555 0100"
    let listed = |between: Option<char>| between == Some(',');
    !(number_before && !listed(before.trim_end().chars().next_back())
        || number_after && !listed(after.chars().next())
        || tied(Box::new(before.chars().rev()))
        || tied(Box::new(after.chars())))
}

fn spoken(said: &[Token], value: &str) -> Vec<Range<usize>> {
    let wanted: String = value.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let mut out = Vec::new();
    for first in 0..said.len() {
        let mut built = String::new();
        for t in &said[first..] {
            built.push_str(&written(&t.low));
            if !wanted.starts_with(&built) {
                break;
            }
            if built == wanted {
                out.push(said[first].at.start..t.at.end);
                break;
            }
        }
    }
    out
}

/// A spoken sign or digit as it is written.
fn written(word: &str) -> String {
    let sign = match word {
        "at" => "@",
        "dot" | "point" => ".",
        "underscore" => "_",
        "dash" | "hyphen" => "-",
        other => return digit(other).map_or_else(|| other.to_owned(), String::from),
    };
    sign.to_owned()
}

fn as_it_stands(said: &[Token], parts: &[Token]) -> Vec<Range<usize>> {
    if parts.is_empty() {
        return Vec::new();
    }
    let same = said.windows(parts.len()).filter(|w| w.iter().zip(parts).all(|(a, b)| a.low == b.low));
    same.map(|w| w[0].at.start..w[w.len() - 1].at.end).collect()
}

/// "(602) 555-0118" for "+1 602-555-0118".
fn by_digits(said: &[Token], value: &str) -> Vec<Range<usize>> {
    let wanted: String = value.chars().filter(char::is_ascii_digit).collect();
    if wanted.len() < TELLING || value.chars().any(char::is_alphabetic) {
        return Vec::new();
    }
    let number = |t: &Token| t.low.bytes().all(|b| b.is_ascii_digit());
    let mut out = Vec::new();
    for (i, first) in said.iter().enumerate().filter(|(_, t)| number(t)) {
        let mut digits = String::new();
        for t in said[i..].iter().take_while(|t| number(t)) {
            digits.push_str(&t.low);
            if digits.len() > wanted.len() {
                break;
            }
            // a country's prefix may have been added, or a leading zero left out
            let same = wanted == digits || digits.len() >= 7 && wanted.ends_with(digits.trim_start_matches('0'));
            if same {
                out.push(first.at.start..t.at.end);
            }
        }
    }
    out
}

/// The words that are part of the value, letters and digits said one by one, and what joins them.
fn spelled(said: &[Token], parts: &[Token]) -> Vec<Range<usize>> {
    let whole: String = parts.iter().map(|p| p.low.as_str()).collect();
    let has_digits = whole.bytes().any(|b| b.is_ascii_digit());
    let single = |t: &Token| t.low.chars().count() == 1 && whole.contains(&t.low);
    let is_part = |i: usize| {
        let t = &said[i];
        let by_neighbour = |k: Option<usize>| k.and_then(|k| said.get(k)).is_some_and(single);
        match t.low.chars().count() {
            1 => single(t) && (by_neighbour(i.checked_sub(1)) || by_neighbour(Some(i + 1))),
            2 => parts.iter().any(|p| p.low == t.low) || has_digits && t.low == "oh",
            _ => whole.contains(&t.low) || has_digits && is_number_word(&t.low),
        }
    };
    let part: Vec<bool> = (0..said.len()).map(is_part).collect();
    let joins = |i: usize| {
        let before = i.checked_sub(1).is_some_and(|k| part[k]);
        JOINTS.contains(&said[i].low.as_str()) && before && part.get(i + 1).copied().unwrap_or(false)
    };
    (0..said.len()).filter(|i| part[*i] || joins(*i)).map(|i| said[i].at.clone()).collect()
}

const JOINTS: &[&str] = &["at", "dot", "underscore", "dash", "hyphen", "point", "double", "triple"];

/// Neighbours with nothing but spaces and marks between them are one.
fn join(text: &str, found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for r in found {
        match out.last_mut() {
            Some(last) if !text[last.end..r.start].chars().any(is_word_char) => last.end = r.end,
            _ => out.push(r),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<'t>(text: &'t str, value: &str) -> Vec<&'t str> {
        lit(text, value, 0).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn the_words_that_gave_a_value_are_told() {
        assert_eq!(words("It's Ana.Ruiz@Example.com, thanks", "ana.ruiz@example.com"), ["Ana.Ruiz@Example.com"]);
        assert_eq!(words("call (602) 555-0118 please", "+1 602-555-0118"), ["(602) 555-0118".trim_start_matches('(')]);
        assert_eq!(words("i'm ana ruiz and ruiz is spelled r u i z", "Ruiz"), ["ruiz"]);
        assert_eq!(
            words("that is john dot smith at gmail dot com ok", "john.smith@gmail.com"),
            ["john dot smith at gmail dot com"]
        );
        assert_eq!(words("it's o l h a right", "Olha"), ["o l h a"]);
        assert_eq!(words("five five five oh one two", "555012"), ["five five five oh one two"]);
        assert!(words("nothing of it", "Zürich").is_empty());
        assert!(words("", "x").is_empty() && words("x", "").is_empty());
    }

    #[test]
    fn of_two_places_the_nearer_one_counts() {
        let text = "not ana, the name is ana";
        assert_eq!(lit(text, "Ana", 20)[0], 21..24);
        assert_eq!(lit(text, "Ana", 0)[0], 4..7);
    }
}
