//! Numbers in words, and how they are put in digits: "eighty four", "nineteen eighty five", "double oh seven".
//!
//! Owns the words that make numbers. Must not know what is counted, called or dated with them.

use super::words::{Gap, Said, listed};

/// One to nineteen.
pub(super) const ONES: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
/// Twenty to ninety.
pub(super) const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ZEROS: &str = "zero oh nought";
const MULTIPLES: &str = "hundred thousand double triple";
/// The most digits of one run.
const LONGEST: usize = 32;

/// Is it a word of which numbers are made? "oh" and "o" are not: they say other things too.
pub(super) fn is_number_word(low: &str) -> bool {
    low == "zero" || low == "nought" || ONES.contains(&low) || TENS.contains(&low) || listed(MULTIPLES, low) || {
        low.split_once('-').is_some_and(|(tens, one)| TENS.contains(&tens) && ONES[..9].contains(&one))
    }
}

fn place(list: &[&str], word: &str) -> Option<i16> {
    list.iter().position(|w| *w == word).and_then(|n| i16::try_from(n).ok())
}

/// One to nineteen.
fn one(word: &str) -> Option<i16> {
    place(ONES, word).map(|n| n + 1)
}

/// The digit that a word means, and nothing else that it may sound like.
pub(super) fn digit(low: &str) -> Option<char> {
    if listed(ZEROS, low) {
        return Some('0');
    }
    one(low).filter(|n| *n < 10).and_then(|n| u32::try_from(n).ok()).and_then(|n| char::from_digit(n, 10))
}

/// The number below a hundred at word `k`, with the index behind it: "eighty four", "eighty-four", "nineteen", "84".
pub(super) fn below_hundred(said: &Said<'_>, k: usize) -> Option<(i16, usize)> {
    let low = said.low(k);
    if low.len() == 2 && low.bytes().all(|b| b.is_ascii_digit()) {
        return Some((low.parse().ok()?, k + 1));
    }
    if let Some((tens, unit)) = low.split_once('-') {
        return Some((place(TENS, tens)? * 10 + 20 + one(unit).filter(|n| *n < 10)?, k + 1));
    }
    if let Some(tens) = place(TENS, low) {
        let unit = one(said.low(k + 1)).filter(|n| *n < 10 && !said.breaks(k + 1));
        return Some((tens * 10 + 20 + unit.unwrap_or(0), k + 1 + usize::from(unit.is_some())));
    }
    Some((one(low)?, k + 1))
}

/// A run of spoken numbers, as one types them one behind the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// Nothing but digits; none where no number begins.
    pub digits: String,
    /// The word behind the run.
    pub next: usize,
    /// It can be read in more ways than one: "nine hundred twelve" is 912 or 900 12.
    pub guessed: bool,
}

/// The numbers said from word `i` on, before word `to`. `sound` gives the digits that a recogniser's words may stand for within a
/// run.
pub(super) fn run(said: &Said<'_>, i: usize, to: usize, sound: fn(&str) -> Option<char>) -> Run {
    let mut out = Run { next: i, ..Run::default() };
    let to = to.min(said.words.len());
    let mut k = i;
    let mut times = 1;
    while k < to && out.digits.len() < LONGEST && (k == i || !matches!(said.words[k].gap, Gap::Stop | Gap::Colon)) {
        let low = said.low(k);
        let running = !out.digits.is_empty();
        if let Some(n) = listed("double triple", low).then(|| if low == "double" { 2 } else { 3 }) {
            times = n;
            k += 1;
            continue;
        }
        // "eight hundred", "nineteen hundred", "two thousand and four"
        if let Some((whole, next, guessed)) = multiple(said, k, to) {
            out.digits.push_str(&whole);
            out.guessed |= guessed;
            k = next;
        } else if said.words[k].is_digits() && low.len() <= 15 {
            out.digits.push_str(&low.repeat(if low.len() == 1 { times } else { 1 }));
            k += 1;
        } else if let Some(c) = digit(low).or_else(|| (low == "o" && (running || starts(said, k + 1))).then_some('0')) {
            if low == "oh" && !running && times == 1 && !starts(said, k + 1) {
                break;
            }
            out.digits.extend(std::iter::repeat_n(c, times));
            k += 1;
        } else if let Some((n, next)) = below_hundred(said, k).filter(|(_, next)| *next <= to) {
            out.digits.push_str(&n.to_string());
            k = next;
        } else if let Some(c) = sound(low).filter(|_| running) {
            out.digits.extend(std::iter::repeat_n(c, times));
            k += 1;
        } else {
            break;
        }
        times = 1;
        out.next = k;
    }
    out
}

/// One whole number at word `i`, in digits, and the index behind it: "two thousand", "twenty five", "a hundred and six".
pub(super) fn whole(said: &Said<'_>, i: usize, to: usize) -> Option<(String, usize)> {
    let low = said.low(i);
    if said.words[i].is_digits() || !is_number_word(low) || listed(MULTIPLES, low) {
        return None;
    }
    let (mut text, mut next) = match multiple(said, i, to) {
        Some((text, next, _)) => (text, next),
        None => below_hundred(said, i)
            .map(|(n, next)| (n.to_string(), next))
            .or_else(|| Some((digit(low)?.to_string(), i + 1)))?,
    };
    if said.low(next) == "thousand" {
        text.push_str("000");
        next += 1;
    }
    // "two or three", "two point five", "two million": not in so many words
    (!listed("or to point million billion dozen", said.low(next))).then_some((text, next))
}

/// Nothing else is a digit.
pub(super) fn no_sound(_: &str) -> Option<char> {
    None
}

fn starts(said: &Said<'_>, k: usize) -> bool {
    !said.breaks(k)
        && (said.words[k].is_digits()
            || digit(said.low(k)).is_some()
            || is_number_word(said.low(k))
            || said.low(k) == "o")
}

/// A number of hundreds or thousands at word `k`, the index behind it, and whether it can be read in another way.
fn multiple(said: &Said<'_>, k: usize, to: usize) -> Option<(String, usize, bool)> {
    let low = said.low(k);
    let (n, next) = match low.parse::<i16>() {
        Ok(n) if low.len() == 1 => (n, k + 1),
        _ => below_hundred(said, k)?,
    };
    if next >= to || n == 0 {
        return None;
    }
    let single = |k: usize| {
        let digit = digit(said.low(k)).is_some() || listed("double triple", said.low(k));
        k < to && digit && !listed("hundred thousand", said.low(k + 1))
    };
    match said.low(next) {
        "hundred" => {
            let and = said.low(next + 1) == "and";
            let rest = next + 1 + usize::from(and);
            let plain = (format!("{n}00"), next + 1);
            // "eight hundred five five five": the digits stand for themselves
            if rest >= to || !and && single(rest) && single(rest + 1) || said.low(rest) == "oh" {
                return Some((plain.0, plain.1, false));
            }
            match below_hundred(said, rest).filter(|(_, end)| *end <= to) {
                Some((m, end)) => {
                    let more = end < to && starts(said, end);
                    Some((format!("{n}{m:02}"), end, !and && (m >= 10 || more)))
                }
                None => Some((plain.0, plain.1, false)),
            }
        }
        "thousand" => {
            let and = said.low(next + 1) == "and";
            let rest = next + 1 + usize::from(and);
            if rest >= to || !and && single(rest) && single(rest + 1) || said.low(rest) == "oh" {
                return Some((format!("{n}000"), next + 1, false));
            }
            let hundreds = below_hundred(said, rest)
                .filter(|(m, end)| *m < 10 && *end < to && said.low(*end) == "hundred")
                .map(|(m, end)| (m, end + 1 + usize::from(said.low(end + 1) == "and")));
            let (h, rest) = hundreds.unwrap_or((0, rest));
            match below_hundred(said, rest).filter(|(_, end)| *end <= to) {
                Some((m, end)) => Some((format!("{n}{h}{m:02}"), end, false)),
                None if h > 0 => Some((format!("{n}{h}00"), rest, false)),
                None => Some((format!("{n}000"), next + 1, false)),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_they_are_typed() {
        for (text, want) in [
            ("eighty four", "84"),
            ("ninety-nine", "99"),
            ("nineteen eighty five", "1985"),
            ("two thousand and four", "2004"),
            ("two thousand twelve", "2012"),
            ("twenty twenty", "2020"),
            ("twenty oh four", "2004"),
            ("double oh seven", "007"),
            ("triple six", "666"),
            ("one twenty three", "123"),
            ("one oh one", "101"),
            ("one hundred", "100"),
            ("one hundred and one", "101"),
            ("eight hundred five five five oh one", "80055501"),
            ("double oh nine hundred one two three", "00900123"),
            ("twelve thirty four", "1234"),
            ("nineteen hundred", "1900"),
            ("five five five six thousand", "5556000"),
            ("4 hundred", "400"),
            ("one thousand two hundred and six", "1206"),
            ("oh yes", ""),
            ("double a", ""),
            ("hundred", ""),
        ] {
            let said = Said::new(text);
            assert_eq!(run(&said, 0, said.words.len(), no_sound).digits, want, "{text}");
        }
        assert!(run(&Said::new("nine hundred twelve"), 0, 3, no_sound).guessed);
    }
}
