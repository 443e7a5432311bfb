//! Who travels, where somebody asks for a seat or a boarding pass and only they are heard.
//!
//! Owns the booking's code and the bare name before, beside or after it. Must not know other reasons to write.
//!
//! Such a chat asks for two things, the passenger's name and the code. A word that no list knows is nothing by itself; beside
//! the code it is the name, for nothing else was asked for.

use super::super::name::{Name, Part, build};
use super::super::proposal::sure;
use super::super::words::{Said, Word, is_city, is_common, is_first_name, is_function, is_surname, listed, state_at};
use super::{JOINTS, LABELS, begin, has_digit, is_strange, may_name};

/// The most words of a passenger's name.
const LONGEST: usize = 4;
/// How many words may say what the code is.
const LABELLED: usize = 9;
/// How many pieces a code may be typed in: "a 4 g 4 f 3".
const PIECES: usize = 8;
/// What the letters of a code are not: a day, an hour, an amount.
const COUNTED: &str = "usd rs inr adult adults seat row ok no";
/// What follows a number that is counted: "5 pm", "21 st".
const UNITS: &str = "am pm st nd rd th gb mb hr hrs min mins kg";
/// What a code is called, however it is typed.
const CODED: &str = "confirmation booking number conforming";
/// Words of such a chat that are mistyped often.
const SPOKEN: &str = "okay aisle window middle seat thanks sure please boarding confirmation confirm number booking nothing change waiting \
    yes welcome morning evening superb thank comfortable correct assignment reserve great airways airlines economy";

/// Do the words from `from` to the end hold nothing but a booking's code and what says that it is one?
fn is_code(said: &Said<'_>, from: usize) -> bool {
    let n = said.words.len();
    let label = |k: usize| {
        let low = said.low(k);
        (listed(LABELS, low) || listed(JOINTS, low) || mistyped(CODED, low))
            && !(low.len() < 3 && said.words.get(k + 1).is_some_and(has_digit) && low != "is" && low != "no")
    };
    let to = (from..n.min(from + LABELLED)).find(|&k| !label(k)).unwrap_or(n);
    let pieces = &said.words[to..];
    let code = |w: &Word<'_>| {
        let letters = w.low.chars().filter(|c| c.is_alphabetic()).count();
        let spoken = letters > 3 && (is_surname(&w.low) || is_first_name(&w.low));
        letters < 6 && !spoken && w.text.len() < 12 && !listed(COUNTED, &w.low) && !listed(super::MONTHS, &w.low)
    };
    let count = |what: fn(&char) -> bool| pieces.iter().map(|w| w.text.chars().filter(what).count()).sum::<usize>();
    let (digits, letters) = (count(char::is_ascii_digit), count(char::is_ascii_alphabetic));
    let named = (from..to).any(|k| listed(LABELS, said.low(k)));
    let counted = pieces.windows(2).any(|w| w[0].is_digits() && w[0].text.len() < 3 && listed(UNITS, &w[1].low));
    // a word among them that is one: "2 persons"
    let worded = pieces.iter().any(|w| !has_digit(w) && w.low.chars().count() > 3 && is_common(&w.low));
    (1..=PIECES).contains(&pieces.len())
        && pieces.iter().all(code)
        && !worded
        && !counted
        && digits > 0
        && (letters > 0 && digits + letters > 4 || named && digits > 2)
}

/// Is it one of these with a letter wrong?
fn mistyped(list: &'static str, low: &str) -> bool {
    let n = low.chars().count();
    n > 2
        && list.split(' ').any(|word| {
            word.len().abs_diff(low.len()) <= 2
                && strsim::damerau_levenshtein(word, low) <= if n > 6 { 2 } else { usize::from(n > 3) }
        })
}

/// May it be a part of a passenger's name?
fn is_part(w: &Word<'_>) -> bool {
    let low = &*w.low;
    let given = is_first_name(low) && !is_function(low);
    // "jsmithgooglecom"
    let address = low.ends_with("com") && low.chars().count() > 6;
    w.is_alphabetic()
        && !address
        && (given
            || may_name(w) && is_strange(w) && !low.ends_with("ed") && !low.ends_with("ing") && !mistyped(SPOKEN, low))
}

/// Who travels, by the words from `from` to `to` beside the code.
fn build_of(said: &Said<'_>, from: usize, to: usize) -> Option<Name> {
    let words = said.words.get(from..to).filter(|words| (1..=LONGEST).contains(&words.len()))?;
    let initials = words.iter().take_while(|w| w.is_alphabetic() && w.low.chars().count() == 1).count();
    let after = words.iter().rev().take_while(|w| w.is_alphabetic() && w.low.chars().count() == 1).count();
    let core = words.get(initials..words.len() - after.min(words.len()))?;
    let (first, last) = (core.first()?, words.last()?);
    let broken = (from + 1..to).any(|k| said.breaks(k));
    if broken || core.len() > 3 || initials > 2 || after > 2 || !core.iter().all(is_part) {
        return None;
    }
    let place = |text: &str, w: &Word<'_>| is_city(text) && !is_first_name(&w.low);
    if place(&said.text[first.start..last.end].to_lowercase(), first) || place(&first.low, first) {
        return None;
    }
    if state_at(said, from).is_some_and(|(_, short)| !short) && !is_first_name(&first.low) {
        return None;
    }
    let known = |w: &Word<'_>| is_first_name(&w.low) || is_surname(&w.low);
    let weight = if core.iter().any(known) { sure::LIKELY } else { sure::GUESSED };
    if initials > 0 && words.len() > 1 {
        let text = |words: &[Word<'_>]| words.iter().map(|w| w.text).collect::<Vec<_>>().join(" ");
        let (last, rest) = words.split_last()?;
        return Some(Name {
            first: Some(text(rest)),
            last: Some(last.text.to_owned()),
            sure: sure::GUESSED,
            at: words[0].start,
        });
    }
    let all: Vec<&Word<'_>> = core.iter().collect();
    let family = core.len() == 1 && is_surname(&first.low) && !is_first_name(&first.low);
    build(&all, if family { Part::Last } else { Part::Whole }, weight)
}

/// Past what an answer begins with, and past "name", which some write before it.
fn from(said: &Said<'_>) -> usize {
    let from = begin(said);
    from + usize::from(listed("myself", said.low(from)))
}

/// "ravi confirmation number ab 12 c", "ravi and w 58 d 85": a name beside the code.
pub(super) fn beside(said: &Said<'_>) -> Option<Name> {
    let n = said.words.len();
    let from = from(said);
    if n > from + LONGEST + LABELLED + PIECES || !said.words.iter().any(has_digit) {
        return None;
    }
    // the longest name behind which all is code; its last letters may be the code's
    let part = |k: &usize| {
        let w = &said.words[*k];
        w.is_alphabetic()
            && (w.low.len() == 1 || !listed(LABELS, &w.low) && !listed(JOINTS, &w.low) && !mistyped(CODED, &w.low))
    };
    let most = (from..n.min(from + LONGEST)).take_while(part).count();
    let to = (1..=most).rev().map(|len| from + len).find(|&to| {
        let last = &said.words[to - 1];
        let known = is_first_name(&last.low) || is_surname(&last.low);
        let letters =
            to > from + 1 && said.words.get(to).is_some_and(has_digit) && last.low.chars().count() < 5 && !known;
        !letters && is_code(said, to)
    })?;
    build_of(said, from, to)
}

/// Nothing but words that may be a passenger's name, to be told by the code before or after them.
pub(super) fn bare(said: &Said<'_>) -> Option<Name> {
    let from = from(said);
    (said.words.len() <= from + LONGEST).then(|| build_of(said, from, said.words.len())).flatten()
}

/// Nothing but the code.
pub(super) fn code(said: &Said<'_>) -> bool {
    said.words.len() <= LABELLED + PIECES && said.words.iter().any(has_digit) && is_code(said, begin(said))
}
