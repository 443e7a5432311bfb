//! The number by which a matter is known: of an order, a booking, a claim.
//!
//! Owns how it is told from other numbers. Must not know accounts, cards and codes: those are nobody's business.

use super::number::run_at;
use super::words::{Gap, Said, listed};

/// What has such a number.
const NOUNS: &str = "order booking ticket invoice reservation claim case policy tracking reference repair contract";
/// Between the noun and its number.
const BETWEEN: &str = "number no nr num nummer id ref code is it's its was with the confirmation called";
/// How many characters a number has.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=20;
/// How many digits a number that is said aloud has.
const ALOUD: std::ops::RangeInclusive<usize> = 4..=10;

/// A matter's number: "order 88231".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub noun: String,
    pub number: String,
}

/// What a question asks the number of.
pub(super) fn asked(said: &Said<'_>) -> Option<String> {
    let k = (0..said.words.len().min(24))
        .find(|&k| listed(NOUNS, said.low(k)) && (k + 1..k + 3).any(|j| listed("number no nr id", said.low(j))))?;
    Some(said.low(k).to_owned())
}

/// The number that is given with what it is of.
pub(super) fn named(said: &Said<'_>) -> Option<Reference> {
    (0..said.words.len().min(64)).filter(|&k| listed(NOUNS, said.low(k))).find_map(|k| {
        let mut at = k + 1;
        while at < k + 5 && listed(BETWEEN, said.low(at)) && said.words[at].gap != Gap::Stop {
            at += 1;
        }
        let number = number_at(said, at)?;
        Some(Reference { noun: said.low(k).to_owned(), number })
    })
}

/// The number that answers the question for it.
pub(super) fn answered(said: &Said<'_>, noun: &str) -> Option<Reference> {
    // a number of letters that are spelled is not read here
    let spelled = said.words.iter().any(|w| w.low.len() == 1 && w.is_alphabetic() && !listed("i a", &w.low));
    if said.words.len() > 16 || said.text.contains('@') || spelled {
        return None;
    }
    let number = (0..said.words.len()).find_map(|k| number_at(said, k))?;
    Some(Reference { noun: noun.to_owned(), number })
}

fn number_at(said: &Said<'_>, k: usize) -> Option<String> {
    let word = said.words.get(k).filter(|w| w.gap != Gap::Stop)?;
    let rest = &said.text[word.start..];
    let chunk = rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ')' | '(' | '?' | '!')).next()?;
    let chunk = chunk.trim_end_matches(['.', ':', '"', '\'']);
    let digits = chunk.bytes().filter(u8::is_ascii_digit).count();
    let plain = chunk.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/' | b'_'));
    if digits >= 3 && plain && LENGTH.contains(&chunk.len()) && !is_year(chunk) {
        return Some(chunk.to_owned());
    }
    let spelled = k > 0 && (said.low(k - 1).len() == 1 || listed("dash ray", said.low(k - 1)));
    let run = run_at(said, k).filter(|_| !spelled).filter(|r| digits == 0 && ALOUD.contains(&r.digits.len()))?;
    let mut digits = run.digits;
    // "two zero four one eight and one leg"
    if run.end >= k + 4
        && said.low(run.end - 2) == "and"
        && said.low(run.end - 1) == "one"
        && run.end < said.words.len()
    {
        digits.pop();
    }
    Some(digits)
}

fn is_year(chunk: &str) -> bool {
    chunk.len() == 4 && (chunk.starts_with("19") || chunk.starts_with("20"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_matters() {
        for (text, want) in [
            ("my order 77120 is late", "order 77120"),
            ("Order number: B-5512-C", "order B-5512-C"),
            ("it's about booking #KT-4410.", "booking KT-4410"),
            ("i'm calling about order number five five one two zero", "order 55120"),
        ] {
            let found = named(&Said::new(text)).map(|r| format!("{} {}", r.noun, r.number));
            assert_eq!(found.as_deref(), Some(want), "{text}");
        }
        for text in ["I want to order 2 lamps", "my order is late", "the order from 2024", "order a lamp for 349"] {
            assert_eq!(named(&Said::new(text)), None, "{text}");
        }
        assert_eq!(asked(&Said::new("What's the order number?")).as_deref(), Some("order"));
        assert_eq!(
            answered(&Said::new("three three four one eight"), "order").map(|r| r.number).as_deref(),
            Some("33418")
        );
    }
}
