//! Numbers said aloud within other words: "one twenty three Oak Street".
//!
//! Owns how spoken numbers are put in digits. Must not know what they count.

use super::numbers::below_hundred;
use super::words::{Said, listed};

/// The text with its spoken numbers in digits, as a house number or a postcode is said: one group behind the other. `None`
/// where it has none.
pub(super) fn in_digits(said: &Said<'_>) -> Option<String> {
    let mut out = String::with_capacity(said.text.len());
    let (mut at, mut i) = (0, 0);
    let mut any = false;
    while i < said.words.len() {
        let (digits, next) = run(said, i);
        if next == i {
            i += 1;
            continue;
        }
        let spoken = (i..next).any(|k| !said.words[k].is_digits());
        if spoken {
            any = true;
            out.push_str(&said.text[at..said.words[i].start]);
            out.push_str(&digits);
            at = said.words[next - 1].end;
            // "apartment four b"
            let unit = i > 0 && listed("apartment apt flat unit suite number", said.low(i - 1));
            if let Some(letter) = said.words.get(next).filter(|w| unit && w.low.len() == 1 && w.is_alphabetic()) {
                out.push_str(letter.text);
                at = letter.end;
                i = next + 1;
                continue;
            }
        }
        i = next;
    }
    out.push_str(&said.text[at..]);
    any.then_some(out)
}

/// The number that begins at word `i`, and the word behind it; `i` where there is none.
fn run(said: &Said<'_>, i: usize) -> (String, usize) {
    let mut out = String::new();
    let mut k = i;
    while k < said.words.len() && out.len() < 12 && (k == i || !said.breaks(k)) {
        let low = said.low(k);
        if let Some((ordinal, behind)) = ordinal(said, k) {
            // "west forty second street": a number by itself
            if k > i {
                return (out, k);
            }
            return (ordinal, behind);
        }
        if low == "double" && !out.is_empty() {
            let (digit, behind) = run_of_one(said, k + 1);
            out.push_str(&digit.repeat(2));
            k = behind;
        } else if said.words[k].is_digits() {
            out.push_str(low);
            k += 1;
        } else if listed("zero oh nought", low) || low == "o" && !out.is_empty() {
            out.push('0');
            k += 1;
        } else if let Some((n, next)) = below_hundred(said, k) {
            if said.low(next) == "hundred" {
                let rest = next + 1 + usize::from(said.low(next + 1) == "and");
                let (more, behind) = below_hundred(said, rest).unwrap_or((0, next + 1));
                out.push_str(&(n * 100 + more).to_string());
                k = behind;
            } else {
                out.push_str(&n.to_string());
                k = next;
            }
        } else {
            break;
        }
    }
    (out, k)
}

/// "forty second", "fifty-first": the words of streets that are counted.
fn ordinal(said: &Said<'_>, k: usize) -> Option<(String, usize)> {
    const UNITS: [&str; 9] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];
    let (tens, unit, behind) = match said.low(k).split_once('-') {
        Some((tens, unit)) => (tens, unit, k + 1),
        None => (said.low(k), said.low(k + 1), k + 2),
    };
    let tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(' ').position(|t| t == tens)? + 2;
    let unit = UNITS.iter().position(|u| *u == unit)? + 1;
    let ending = ["st", "nd", "rd"].get(unit - 1).unwrap_or(&"th");
    Some((format!("{tens}{unit}{ending}"), behind))
}

/// The digit at word `k`, and the word behind it.
fn run_of_one(said: &Said<'_>, k: usize) -> (String, usize) {
    match (said.low(k), below_hundred(said, k)) {
        ("zero" | "oh" | "o" | "nought", _) => ("0".into(), k + 1),
        (_, Some((n, next))) if n < 10 => (n.to_string(), next),
        _ => (String::new(), k),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_between_words() {
        for (text, want) in [
            ("one twenty three oak street springfield six two seven oh one", Some("123 oak street springfield 62701")),
            ("it's four fifty-two mill road", Some("it's 452 mill road")),
            ("two hundred and six high street", Some("206 high street")),
            ("twelve mill road", Some("12 mill road")),
            ("eighteen hundred maple avenue apartment four b", Some("1800 maple avenue apartment 4b")),
            ("two fifteen west forty second street one double oh three six", Some("215 west 42nd street 10036")),
            ("12 mill road", None),
            ("mill road", None),
        ] {
            assert_eq!(in_digits(&Said::new(text)).as_deref(), want, "{text}");
        }
    }
}
