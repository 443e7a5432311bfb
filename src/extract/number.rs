//! Runs of digits, written in groups or spoken one by one, in pairs and by hundreds, and the check digits of account numbers.
//!
//! Owns how a number is put together from words. Must not know what it numbers.

use super::words::{Gap, Said, listed};

/// How many digits of one run are kept.
const MOST: usize = 40;
/// How many digits a card's number has.
const CARD: std::ops::RangeInclusive<usize> = 13..=19;
/// The longest group that a card's number is written in.
const GROUP: usize = 6;
/// How long an IBAN is, in characters.
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;
/// How far apart the groups of a card's number may be written, in characters.
const APART: usize = 12;

/// Digits that belong together.
#[derive(Debug, PartialEq)]
pub(super) struct Run {
    pub digits: String,
    /// The word behind it.
    pub end: usize,
    /// The byte behind it.
    pub to: usize,
    /// Its groups are written far apart, and its check digit is right.
    pub is_card: bool,
    /// It is written in one, or in groups as of a card: "9791521233 5697" may be two numbers.
    pub is_even: bool,
}

/// The digits that begin with word `i`.
pub(super) fn run_at(said: &Said<'_>, i: usize) -> Option<Run> {
    let mut run = Run { digits: String::new(), end: i, to: 0, is_card: false, is_even: true };
    let (mut groups, mut widest) = (0, 0);
    let mut lengths = [0; 4];
    let mut times = 1;
    let mut k = i;
    while let Some(w) = said.words.get(k).filter(|_| run.digits.len() < MOST) {
        let spoken = !w.text.bytes().any(|b| b.is_ascii_digit());
        let linked = k == i
            || matches!(w.gap, Gap::Space | Gap::Tight | Gap::Comma) && (spoken || is_spoken(said, k - 1))
            || same_number(said, k);
        if !linked {
            break;
        }
        let mut used = 1;
        let mut digits = String::new();
        if !spoken {
            let text = w.text;
            let head = text.bytes().take_while(u8::is_ascii_digit).count();
            if head == text.len() {
                digits.push_str(text);
            } else if k == i
                && (text.ends_with(|c: char| c.is_ascii_digit())
                    || text.bytes().filter(u8::is_ascii_digit).count() >= *CARD.start())
            {
                digits.extend(text.chars().filter(char::is_ascii_digit));
            } else if k > i && head > 0 {
                // "... 1111thanks": the number ends within a word
                run.digits.push_str(&text[..head]);
                (run.end, run.to) = (k + 1, w.start + head);
                break;
            } else {
                break;
            }
        } else if listed("double triple", &w.low) {
            if !is_spoken(said, k + 1) && !said.words.get(k + 1).is_some_and(|w| w.is_digits()) {
                break;
            }
            times = if w.low == "double" { 2 } else { 3 };
            k += 1;
            continue;
        } else if let Some((value, n)) = spoken_at(said, k, run.digits.len()) {
            (digits, used) = (value, n);
        } else if k > i && listed("uh um er dash hyphen space then and slash comma", &w.low) && is_spoken(said, k + 1) {
            k += 1;
            continue;
        } else {
            break;
        }
        if let Some(length) = lengths.get_mut(groups) {
            *length = digits.len();
        }
        (groups, widest) = (groups + 1, widest.max(digits.len()));
        run.digits.push_str(&digits.repeat(if digits.len() == 1 { times } else { 1 }));
        times = 1;
        k += used;
        (run.end, run.to) = (k, said.words[k - 1].end);
    }
    // "10019 212 555 0148": a postcode, and a number to call
    let coded = groups == 4 && matches!(lengths, [5 | 6, 3, 3, 4]);
    run.is_even = groups <= 1 || widest <= GROUP && !coded;
    if run.digits.is_empty() {
        return None;
    }
    if run.digits.len() < *CARD.start()
        && said.words[i].is_digits()
        && let Some(card) = spread(said, i)
    {
        return Some(card);
    }
    Some(run)
}

/// A card's number whose groups are written with anything but words between.
fn spread(said: &Said<'_>, i: usize) -> Option<Run> {
    let mut digits = String::new();
    for (k, w) in said.words.iter().enumerate().skip(i) {
        let apart = k > i && said.words[k - 1].end + APART < w.start;
        if apart || !w.is_digits() || digits.len() > *CARD.end() {
            return None;
        }
        digits.push_str(w.text);
        if CARD.contains(&digits.len()) && w.text.len() >= 3 && luhn(digits.bytes()) {
            return Some(Run { digits, end: k + 1, to: w.end, is_card: true, is_even: true });
        }
    }
    None
}

fn is_spoken(said: &Said<'_>, k: usize) -> bool {
    spoken_at(said, k, 2).is_some()
}

/// The digits that one or two words stand for, and how many words they are; what only sounds like a number counts among others.
fn spoken_at(said: &Said<'_>, k: usize, before: usize) -> Option<(String, usize)> {
    const TEENS: [&str; 10] =
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let unit = |low: &str| unit(low).filter(|_| !(before == 0 && matches!(low, "o" | "un")));
    let low = said.low(k);
    if let Some(n) = unit(low) {
        return Some((n.to_string(), 1));
    }
    if let Some(n) = TEENS.iter().position(|w| *w == low) {
        return Some((format!("1{n}"), 1));
    }
    if let Some(n) = TENS.iter().position(|w| *w == low) {
        let next =
            said.words.get(k + 1).filter(|w| matches!(w.gap, Gap::Space | Gap::Tight)).and_then(|w| unit(&w.low));
        return Some(match next.filter(|n| *n > 0) {
            Some(one) => (format!("{}{one}", n + 2), 2),
            None => (format!("{}0", n + 2), 1),
        });
    }
    if let Some((ten, one)) = low.split_once('-') {
        let (n, one) = (TENS.iter().position(|w| *w == ten)?, unit(one)?);
        return Some((format!("{}{one}", n + 2), 1));
    }
    match low {
        "hundred" if before > 0 => Some(("00".into(), 1)),
        "thousand" if before > 0 => Some(("000".into(), 1)),
        _ if before >= 2 => {
            let n = match low {
                "won" => 1,
                "to" | "too" => 2,
                "for" | "fore" => 4,
                "sick" => 6,
                "ate" => 8,
                _ => return None,
            };
            let next = said.low(k + 1);
            let among = unit(next).is_some() || TEENS.contains(&next) || TENS.contains(&next);
            among.then(|| (n.to_string(), 1))
        }
        _ => None,
    }
}

/// The digit that a word says.
pub(super) fn unit(low: &str) -> Option<u8> {
    Some(match low {
        "zero" | "oh" | "o" | "nought" | "null" | "cero" | "zéro" => 0,
        "one" | "eins" | "uno" | "un" => 1,
        "two" | "zwei" | "zwo" | "dos" | "deux" => 2,
        "three" | "drei" | "tres" | "trois" => 3,
        "four" | "vier" | "cuatro" | "quatre" => 4,
        "five" | "fünf" | "cinco" | "cinq" => 5,
        "six" | "sechs" | "seis" => 6,
        "seven" | "sieben" | "siete" | "sept" => 7,
        "eight" | "acht" | "ocho" | "huit" => 8,
        "nine" | "neun" | "nueve" | "neuf" => 9,
        _ => return None,
    })
}

/// Is the last digit the check digit of those before?
pub(super) fn luhn(bytes: impl Iterator<Item = u8>) -> bool {
    let digits: Vec<u8> = bytes.filter(u8::is_ascii_digit).map(|b| b - b'0').take(32).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let twice = u32::from(*d) * 2;
            if i % 2 == 0 { u32::from(*d) } else { twice / 10 + twice % 10 }
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// The index behind an IBAN that begins at word `i`, written in one or in groups; its check digits must be right.
pub(super) fn iban_at(said: &Said<'_>, i: usize) -> Option<usize> {
    let head = said.words[i].text.as_bytes();
    let begins =
        head.len() >= 4 && head[..2].iter().all(u8::is_ascii_alphabetic) && head[2..4].iter().all(u8::is_ascii_digit);
    if !begins {
        return None;
    }
    let mut all = String::new();
    for k in i..said.words.len().min(i + 9) {
        let text = said.words[k].text;
        if k > i && !same_number(said, k) || !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            break;
        }
        all.push_str(text);
        if IBAN.contains(&all.len()) && has_iban_check(&all) {
            return Some(k + 1);
        }
        if all.len() > *IBAN.end() {
            break;
        }
    }
    None
}

/// ISO 13616: the first four characters put last, letters as 10 to 35, the whole leaves 1 when divided by 97.
fn has_iban_check(iban: &str) -> bool {
    let rest = iban
        .chars()
        .skip(4)
        .chain(iban.chars().take(4))
        .filter_map(|c| c.to_digit(36))
        .fold(0u32, |rest, n| if n < 10 { (rest * 10 + n) % 97 } else { (rest * 100 + n) % 97 });
    rest == 1
}

fn same_number(said: &Said<'_>, i: usize) -> bool {
    let between = &said.text[said.words[i - 1].end..said.words[i].start];
    between.len() <= 2 && between.chars().all(|c| matches!(c, ' ' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> String {
        run_at(&Said::new(text), 0).map(|r| r.digits).unwrap_or_default()
    }

    #[test]
    fn spoken_and_written() {
        for (text, want) in [
            ("forty one eleven eleven eleven", "41111111"),
            ("forty-one eleven oh seven", "411107"),
            ("four double one five hundred", "411500"),
            ("fifty three ninety nine uh sixty", "539960"),
            ("4111-1111 1111", "411111111111"),
            ("4111 1111now", "41111111"),
            ("one two for four to nine", "124429"),
            ("to be", ""),
        ] {
            assert_eq!(digits(text), want, "{text}");
        }
    }
}
