//! Numbers of identity papers: a passport, a driver's licence, a national insurance number.
//!
//! Owns how they are named and what they look like. Must not know whether they were asked for.

use super::super::number::run_at;
use super::super::words::{Gap, Said, is_function, listed};
use super::IS;

/// How many digits such a number has at least, so that a year is none.
const DIGITS: usize = 5;
/// How many letters and digits at most.
const MOST: usize = 16;

/// The name of such a paper that begins at word `i`, and of how many words it is.
pub(super) fn label_at(said: &Said<'_>, i: usize) -> Option<usize> {
    let next = said.words.get(i + 1).filter(|w| w.gap != Gap::Stop).map_or("", |w| &*w.low);
    let licence = listed("license licence permit", next);
    match said.low(i) {
        "passport" | "passports" => Some(1),
        "driver's" | "drivers" | "driver" | "driving" if licence => Some(2),
        "national" if listed("insurance id identity", next) => Some(2),
        "identity" | "id" if next == "card" => Some(2),
        "ni" if next == "number" => Some(2),
        "license" | "licence" if next == "number" => Some(2),
        "nhs" | "medicare" | "medicaid" if listed("number no id", next) => Some(2),
        "social" if next == "insurance" => Some(2),
        "tax" if listed("id number identification payer identity reference file", next) => Some(2),
        "taxpayer" if listed("id number identification", next) => Some(2),
        "nino"
        | "itin"
        | "ein"
        | "cpf"
        | "bsn"
        | "pesel"
        | "nif"
        | "curp"
        | "personnummer"
        | "steuer-id"
        | "steuernummer"
        | "steueridentifikationsnummer"
        | "fødselsnummer" => Some(1),
        "tin" | "sin" | "dni" if said.words[i].text.bytes().all(|b| b.is_ascii_uppercase()) => Some(1),
        _ => None,
    }
}

/// Is the number that begins at word `i` told of the paper, and not of a house: behind "is", a colon, the name itself?
pub(super) fn is_told(said: &Said<'_>, i: usize, end: usize, asked: bool) -> bool {
    let before = if i > 0 { said.low(i - 1) } else { "" };
    let behind = said.words[i].gap == Gap::Colon
        || listed(IS, before)
        || listed("number no nr num passport license licence card insurance id", before)
        || i > 0 && label_at(said, i - 1).is_some();
    let ends = said.breaks(end) || is_function(said.low(end));
    ends && (asked || behind)
}

/// The word behind the number that begins at word `i`: "X1234567", "QQ 12 34 56 C".
pub(super) fn number_at(said: &Said<'_>, i: usize) -> Option<usize> {
    let w = said.words.get(i)?;
    let part = |k: usize| {
        said.words.get(k).is_some_and(|w| {
            w.text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                && (w.text.bytes().any(|b| b.is_ascii_digit()) || w.text.len() <= 2)
        })
    };
    let mut end = i;
    let (mut digits, mut long) = (0, 0);
    while part(end) && (end == i || said.words[end].gap != Gap::Stop && !said.breaks(end)) {
        let text = said.words[end].text;
        digits += text.bytes().filter(u8::is_ascii_digit).count();
        long += text.len();
        end += 1;
    }
    if digits >= DIGITS && long <= MOST {
        return Some(end);
    }
    // in small letters, or said aloud
    let one = w.text.bytes().all(|b| b.is_ascii_alphanumeric())
        && w.text.bytes().filter(u8::is_ascii_digit).count() >= DIGITS
        && w.text.len() <= MOST;
    if one {
        return Some(i + 1);
    }
    run_at(said, i).filter(|r| (DIGITS + 1..=MOST).contains(&r.digits.len())).map(|r| r.end)
}
