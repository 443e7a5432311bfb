//! What a date looks like: in digits, with its month in words, or spoken whole ("the third of March nineteen eighty-four").
//!
//! Owns the reading of dates. Must not know what a date is asked for. A date that may be read in more ways than one stays as said.

use super::numbers::{ONES, below_hundred};
use super::shape::{Value, span};
use super::words::{Gap, Said, listed};

const MONTHS: &str = "january february march april may june july august september october november december jan feb mar apr jun jul \
    aug sep sept oct nov dec";
const DATE_WORDS: &str = "today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday next last this the of week month st nd rd th";
const ORDINALS: &[&str] = &[
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];
/// How many words a date may have behind its label.
const LONGEST: usize = 14;

/// Where a date that may begin at word `i` ends at the latest; `clause` ends the clause. A year stands behind a comma.
pub(super) fn end(said: &Said<'_>, i: usize, clause: usize) -> usize {
    let most = said.words.len().min(i + LONGEST);
    let year = said.words.get(clause).is_some_and(|w| {
        w.gap == Gap::Comma && (listed("nineteen twenty two", &w.low) || w.is_digits() && w.text.len() == 4)
    });
    if year { most.min(clause + 5) } else { most.min(clause) }
}

/// From the first to the last word of a date, as said.
pub(super) fn date(said: &Said<'_>, from: usize, to: usize, voice: bool) -> Option<Value> {
    if let Some(value) = in_words(said, from, to.min(from + 16)) {
        return Some(value);
    }
    let strong = |k: usize| {
        let w = &said.words[k];
        w.text.bytes().any(|b| b.is_ascii_digit()) || listed(MONTHS, &w.low)
    };
    let part = |k: usize| strong(k) || listed(DATE_WORDS, said.low(k));
    let day = |k: usize| {
        listed("today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday", said.low(k))
    };
    let first = (from..to.min(from + 16)).find(|&k| {
        let digits = said.words[k].text.bytes().filter(u8::is_ascii_digit).count();
        let number = said.words[k].text.starts_with(|c: char| c.is_ascii_digit());
        number && (1..=8).contains(&digits) && (digits >= 6 || k + 1 < to && part(k + 1))
            || listed(MONTHS, said.low(k)) && k + 1 < to && part(k + 1)
            || day(k)
    })?;
    // "next Tuesday"
    let first = if first > from && day(first) && listed("next this", said.low(first - 1)) { first - 1 } else { first };
    let mut end = first + 1;
    while end < to && end - first < 8 && part(end) && !matches!(said.words[end].gap, Gap::Stop) {
        end += 1;
    }
    while end > first + 1 && !strong(end - 1) && !day(end - 1) {
        end -= 1;
    }
    let value = span(said, first, end);
    let plain = plain_date(said, first, end).or_else(|| voice.then(|| heard_date(&value.text)).flatten());
    Some(Value { text: plain.unwrap_or_else(|| value.text.clone()), ..value })
}

/// Is it a year, a month and a day?
pub(super) fn is_plain_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// A date in digits alone, as a recogniser writes it, in whatever groups: "2601 1979". Only one that can be read in one way:
/// the year last, and a day beyond 12 (or the same as the month).
fn heard_date(text: &str) -> Option<String> {
    if text.chars().any(char::is_alphabetic) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() != 8 {
        return None;
    }
    let (a, b): (i8, i8) = (digits[..2].parse().ok()?, digits[2..4].parse().ok()?);
    let year: i16 = digits[4..].parse().ok().filter(|y| (1900..2100).contains(y))?;
    let (day, month) = match (a > 12, b > 12) {
        (true, false) => (a, b),
        (false, true) => (b, a),
        (false, false) if a == b => (a, b),
        _ => return None,
    };
    Some(jiff::civil::Date::new(year, month, day).ok()?.to_string())
}

/// A date with its month in words, as year, month and day; any other may be read in more ways than one and stays as said.
fn plain_date(said: &Said<'_>, from: usize, to: usize) -> Option<String> {
    let digits = |k: usize| -> String { said.low(k).chars().filter(char::is_ascii_digit).collect() };
    let (mut year, mut month, mut day) = (None, None, None);
    for k in from..to {
        let number: Option<i16> = digits(k).parse().ok();
        match (digits(k).len(), number) {
            (4, Some(n)) if year.is_none() && (1900..2100).contains(&n) => year = Some(n),
            (1 | 2, Some(n)) if day.is_none() => day = i8::try_from(n).ok(),
            (0, _) => month = month.or(month_named(said.low(k))),
            _ => return None,
        }
    }
    let date = jiff::civil::Date::new(year?, month?, day?).ok()?;
    Some(date.to_string())
}

/// A date of which at least the day or the year is in words; only one whose year is whole.
fn in_words(said: &Said<'_>, from: usize, to: usize) -> Option<Value> {
    (from..to).find_map(|m| in_words_at(said, m, from, to))
}

/// The same with its month at word `m`.
fn in_words_at(said: &Said<'_>, m: usize, from: usize, to: usize) -> Option<Value> {
    let month = month_named(said.low(m))?;
    // "the third of March", "third March"; else "March the third"
    let of = m - usize::from(m > from && said.low(m - 1) == "of");
    let before = (from.max(of.saturating_sub(2))..of)
        .find_map(|k| day(said, k).filter(|(_, end)| *end == of).map(|(d, _)| (k, d)));
    let (start, day, mut next) = match before {
        Some((k, d)) => (k, d, m + 1),
        None => {
            let k = m + 1 + usize::from(said.low(m + 1) == "the");
            let (d, end) = day(said, k)?;
            (m, d, end)
        }
    };
    while listed("in of the year", said.low(next)) && next < to {
        next += 1;
    }
    let (year, end) = year(said, next)?;
    let spoken =
        (start..end).any(|k| k != m && !said.words[k].text.bytes().any(|b| b.is_ascii_digit()) && said.low(k) != "of");
    if end > to || !spoken || (start + 1..end).any(|k| said.words[k].gap == Gap::Stop) {
        return None;
    }
    let date = jiff::civil::Date::new(year, month, day).ok()?;
    Some(Value { text: date.to_string(), ..span(said, start, end) })
}

/// A month by its name or its first letters.
fn month_named(low: &str) -> Option<i8> {
    let names = MONTHS.split_ascii_whitespace();
    let long = names.clone().take(12).position(|m| m == low);
    let short = || names.skip(12).filter(|m| *m != "sept").position(|m| m == low);
    // there is no short form of May
    let short = || short().map(|n| n + usize::from(n >= 4));
    let sept = (low == "sept").then_some(8);
    long.or(sept).or_else(short).and_then(|n| i8::try_from(n + 1).ok())
}

/// The day of a month at word `k`, with the index behind it: "third", "twenty first", "thirty-first", "3rd", "three".
fn day(said: &Said<'_>, k: usize) -> Option<(i8, usize)> {
    let low = said.low(k);
    let ordinal = |word: &str| ORDINALS.iter().position(|w| *w == word).and_then(|n| i8::try_from(n + 1).ok());
    let tens = |word: &str| match word {
        "twenty" => Some(20),
        "thirty" => Some(30),
        _ => None,
    };
    if let Some(n) = ordinal(low) {
        return Some((n, k + 1));
    }
    if let Some((ten, unit)) = low.split_once('-') {
        let unit =
            ordinal(unit).or_else(|| ONES.iter().position(|w| *w == unit).and_then(|n| i8::try_from(n + 1).ok()));
        return Some((tens(ten)? + unit.filter(|n| *n < 10)?, k + 1));
    }
    match low {
        "twentieth" => return Some((20, k + 1)),
        "thirtieth" => return Some((30, k + 1)),
        _ => {}
    }
    if let (Some(ten), Some(unit)) = (tens(low), ordinal(said.low(k + 1)).filter(|n| *n < 10)) {
        return Some((ten + unit, k + 2));
    }
    let digits = low.trim_end_matches(char::is_alphabetic);
    if !digits.is_empty() && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit()) {
        let tail = &low[digits.len()..];
        return matches!(tail, "" | "st" | "nd" | "rd" | "th").then(|| digits.parse().ok().map(|n| (n, k + 1)))?;
    }
    let (n, end) = below_hundred(said, k)?;
    Some((i8::try_from(n).ok()?, end))
}

/// The year at word `k`, with the index behind it: "nineteen eighty four", "two thousand and five", "twenty twelve", "1984".
/// Two digits alone are none.
fn year(said: &Said<'_>, k: usize) -> Option<(i16, usize)> {
    let low = said.low(k);
    if low.len() == 4 && low.bytes().all(|b| b.is_ascii_digit()) {
        return Some((low.parse().ok().filter(|y| (1900..2100).contains(y))?, k + 1));
    }
    if low == "two" && said.low(k + 1) == "thousand" {
        let rest = k + 2 + usize::from(said.low(k + 2) == "and");
        return Some(match below_hundred(said, rest).filter(|_| !said.breaks(rest)) {
            Some((n, end)) => (2000 + n, end),
            None => (2000, k + 2),
        });
    }
    let century = match low {
        "nineteen" | "19" => 1900,
        "twenty" | "20" => 2000,
        _ => return None,
    };
    let next = said.low(k + 1);
    if listed("oh o zero nought", next) {
        let (n, end) = below_hundred(said, k + 2).filter(|(n, _)| *n < 10)?;
        return Some((century + n, end));
    }
    if next == "hundred" && century == 1900 {
        let rest = k + 2 + usize::from(said.low(k + 2) == "and");
        return Some(match below_hundred(said, rest).filter(|(n, _)| *n < 10 && !said.breaks(rest)) {
            Some((n, end)) => (century + n, end),
            None => (century, k + 2),
        });
    }
    // "nineteen four" is none
    let (n, end) = below_hundred(said, k + 1).filter(|(n, _)| *n >= 10)?;
    Some((century + n, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let said = Said::new(text);
        date(&said, 0, said.words.len(), true).map(|v| v.text)
    }

    #[test]
    fn dates_in_words() {
        for (text, want) in [
            ("the third of march nineteen eighty four", "1984-03-03"),
            ("March the third, nineteen eighty-four", "1984-03-03"),
            ("thirty first of october two thousand and one", "2001-10-31"),
            ("twenty-second may nineteen oh five", "1905-05-22"),
            ("it's may twenty second twenty twelve", "2012-05-22"),
            ("the 1st of june nineteen ninety", "1990-06-01"),
            ("nineteenth of september 1977", "1977-09-19"),
            ("first of sept two thousand", "2000-09-01"),
            ("july four nineteen hundred and nine", "1909-07-04"),
            ("14 december nineteen 84", "1984-12-14"),
        ] {
            assert_eq!(read(text).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_date_is_none_in_words() {
        for text in [
            "the third of march eighty four",
            "the thirty first of february nineteen eighty",
            "nineteen eighty four",
            "march nineteen four",
            "the third of may",
            "in march. The third one, nineteen eighty",
        ] {
            assert!(!read(text).is_some_and(|v| is_plain_date(&v)), "{text}: {:?}", read(text));
        }
    }
}
