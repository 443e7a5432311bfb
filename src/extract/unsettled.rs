//! Numbers that a message takes back or leaves open: "85201, no wait, 85203", "42 or 43".
//!
//! Owns what is said between two such numbers. Must not know what they count.

use std::borrow::Cow;

use super::custom::without;
use super::numbers::{self, no_sound};
use super::words::{Said, listed};
use super::zip::lettered;

/// What stands between a number and the one that takes its place; one of the first list has to.
const TAKES_BACK: &str = "no nope wait sorry scratch meant mean correction oops actually rather";
const BESIDE: &str =
    "that i it it's its is make the um uh uhm not my bad was should be one typo mistake to let me hang on hold";
/// What leaves two numbers open.
const EITHER: &str = "or maybe perhaps possibly was it is even";
/// How many words stand between them at most.
const BETWEEN: usize = 7;
/// How many numbers of a message are compared.
const MOST: usize = 64;
/// From how many digits on a number can be called, and is looked after elsewhere.
const CALLED: usize = 7;

/// A number: its words, how many digits it has, and which where all of it is a number.
struct Number {
    from: usize,
    to: usize,
    digits: usize,
    said: String,
}

fn numbers_of(said: &Said<'_>) -> Vec<Number> {
    let n = said.words.len();
    let mut out = Vec::new();
    let mut i = 0;
    while i < n && out.len() < MOST {
        let run = numbers::run(said, i, n, no_sound);
        if run.next > i {
            out.push(Number { from: i, to: run.next, digits: run.digits.len(), said: run.digits });
            i = run.next;
            continue;
        }
        // "AC-4412"
        let digits = said.words[i].text.bytes().filter(u8::is_ascii_digit).count();
        if digits > 1 {
            out.push(Number { from: i, to: i + 1, digits, said: String::new() });
        }
        i += 1;
    }
    out
}

/// Where numbers stand that do not count, in bytes.
pub(super) fn places(said: &Said<'_>) -> Vec<(usize, usize)> {
    let cue = |low: &str| low == "or" || listed(TAKES_BACK, low);
    if !said.words.iter().any(|w| cue(&w.low)) {
        return Vec::new();
    }
    let all = numbers_of(said);
    let mut out = postcodes(said);
    for (n, pair) in all.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        let between = a.to..b.from;
        if between.is_empty() || between.len() > BETWEEN || a.digits < b.digits || a.digits >= CALLED {
            continue;
        }
        let all_of = |lists: [&'static str; 2]| between.clone().all(|k| lists.iter().any(|l| listed(l, said.low(k))));
        let any_of = |list: &'static str| between.clone().any(|k| listed(list, said.low(k)));
        let (start, end) = (said.words[a.from].start, said.words[b.to - 1].end);
        if a.digits > b.digits {
            if a.digits > 3 && b.digits > 1 && any_of(TAKES_BACK) && all_of([TAKES_BACK, BESIDE]) {
                // "61605. Wait, 04. 61604": the end alone and then all of it
                let whole = all.get(n + 2).filter(|c| {
                    let near = c.from - b.to <= 2 && c.digits == a.digits;
                    near && b.said.len() > 1 && c.said.ends_with(&b.said)
                });
                if let Some(c) = whole {
                    out.push((start, said.words[c.from].start));
                } else if b.said.starts_with('0') || any_of("end last") {
                    out.push((start, end));
                }
            }
            continue;
        }
        if a.digits > 1 && any_of("or") && all_of([EITHER, "um uh the"]) {
            out.push((start, end));
        } else if a.digits > 2 && any_of(TAKES_BACK) && all_of([TAKES_BACK, BESIDE]) {
            out.push((start, said.words[b.from].start));
        }
    }
    out
}

/// "LS1 4AP, no hang on, LS1 4BP": the first of two postcodes with letters.
fn postcodes(said: &Said<'_>) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    while found.len() < MOST
        && let Some(code) = lettered(said.text, found.last().map_or(0, |f| f.1), said.text.len())
    {
        found.push((code.start(), code.end()));
    }
    let replaced = |pair: &[(usize, usize)]| {
        let &[(start, end), (next, _)] = pair else { return None };
        let words = || said.words.iter().filter(|w| (end..next).contains(&w.start));
        let taken_back = words().any(|w| listed(TAKES_BACK, &w.low)) && words().count() <= BETWEEN;
        let only = words().all(|w| listed(TAKES_BACK, &w.low) || listed(BESIDE, &w.low));
        (taken_back && only).then_some((start, next))
    };
    found.windows(2).filter_map(replaced).collect()
}

/// The message without them, of the same length; nothing where there are none.
pub(super) fn settled(said: &Said<'_>) -> Option<String> {
    match without(said.text, &places(said)) {
        Cow::Owned(text) => Some(text),
        Cow::Borrowed(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_or_left_open() {
        let rest = |text: &str| {
            let rest = settled(&Said::new(text)).unwrap_or_else(|| text.to_owned());
            rest.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(rest("eight five two oh one no wait eight five two oh three"), ", eight five two oh three");
        assert_eq!(rest("it's 60614, sorry, 60641"), "it's , 60641");
        assert_eq!(rest("one two three four scratch that one two three five"), ", one two three five");
        assert_eq!(rest("AC-4412, I mean AC-4413"), ", AC-4413");
        assert_eq!(rest("it is 4412 or 4413"), "it is ,");
        assert_eq!(rest("42 or maybe 43"), ",");
        assert_eq!(rest("six one six oh five. Wait, oh four. Six one six oh four."), ", Six one six oh four.");
        assert_eq!(rest("I think it's LS1 4AP... no hang on, LS1 4BP"), "I think it's , LS1 4BP");
        assert_eq!(rest("it's 61605. Sorry, 04. 61604"), "it's , 61604");
        assert_eq!(rest("six one six oh five, no wait, oh four"), ",");
        for kept in [
            "2 or 3 people",
            "4412 for me and 4413 for her",
            "212 555 0100 or 212 555 0101",
            "no, 60614",
            "1500, no wait, 900",
            "61605, no 2 pieces",
            "from LS1 4AP to LS1 4BP, sorry",
            "12 Oak Street, sorry, 60614",
        ] {
            assert_eq!(rest(kept), kept);
        }
    }
}
