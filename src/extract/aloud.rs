//! Numbers said aloud within other words: "one twenty three Oak Street".
//!
//! Owns how spoken numbers are put in digits. Must not know what they count.

use super::numbers::below_hundred;
use super::postcode::is_area;
use super::words::{Said, Word, is_city, is_everyday, is_function, listed, state_at};

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
    let joined = postcode_joined(&Said::new(&out));
    let (any, out) = (any || joined.is_some(), joined.unwrap_or(out));
    town_parted(&Said::new(&out)).or_else(|| any.then_some(out))
}

/// "it's nine one two pine street oakland": is a street told with its number?
pub(super) fn tells_street(said: &Said<'_>) -> bool {
    const KINDS: &str = "street road avenue lane drive boulevard court close crescent way";
    (2..said.words.len()).any(|k| {
        let from = k.saturating_sub(4);
        let number = (from..k).rev().find(|&n| below_hundred(said, n).is_some());
        listed(KINDS, said.low(k)) && number.is_some_and(|n| (n + 1..k).all(|m| !is_function(said.low(m))) && n + 1 < k)
    })
}

/// The text with the comma that nobody says, between a street and a town that end it: "9 mill lane, ely, CB2 1RX".
fn town_parted(said: &Said<'_>) -> Option<String> {
    const STREETS: &str =
        "street road lane close avenue drive court way place crescent grove terrace gardens boulevard";
    let n = said.words.len();
    let k = (1..n.saturating_sub(1)).rev().find(|&k| listed(STREETS, said.low(k)))?;
    let numbered = (k.saturating_sub(4)..k).any(|i| said.words[i].is_digits());
    // "twelve willow court flat three bristol"
    let unit =
        listed("flat apartment apt unit suite", said.low(k + 1)) && said.words.get(k + 2).is_some_and(Word::is_digits);
    let k = if unit { k + 2 } else { k };
    let from = k + 1 + usize::from(said.low(k + 1) == "in");
    let coded = n > from + 2 && is_area(&said.words[n - 2].low.to_uppercase()) && said.words[n - 1].low.len() == 3;
    let to = if coded { n - 2 } else { n };
    let town = said.words.get(from..to).filter(|town| matches!(town.len(), 1..=2))?;
    let plain = |w: &Word<'_>| w.is_alphabetic() && w.low.len() > 2 && (!is_everyday(&w.low) || is_city(&w.low));
    let named = town.iter().all(|w| plain(w) && !listed(STREETS, &w.low)) && state_at(said, from).is_none();
    let state = town.len() > 1 && state_at(said, to - 1).is_some();
    if !numbered || !named || state || said.text.contains(',') {
        return None;
    }
    let street = &said.text[..said.words[k].end];
    let name = &said.text[town[0].start..town[town.len() - 1].end];
    let code = if coded { format!(", {}", &said.text[said.words[to].start..]) } else { String::new() };
    Some(format!("{street}, {name}{code}"))
}

/// The text with a British postcode that is said letter by letter in writing: "lane cambridge c b 21 r x".
fn postcode_joined(said: &Said<'_>) -> Option<String> {
    let letter = |k: usize| said.low(k).len() == 1 && said.words[k].is_alphabetic() && (k == 0 || !said.breaks(k));
    for k in 1..said.words.len().saturating_sub(2) {
        let digits = said.low(k);
        if !(said.words[k].is_digits() && (2..=3).contains(&digits.len()) && letter(k + 1) && letter(k + 2)) {
            continue;
        }
        let ends = said.words.len() == k + 3 || !letter(k + 3);
        for from in [k.saturating_sub(2), k - 1] {
            let area: String = (from..k).map(|k| said.low(k)).collect::<String>().to_uppercase();
            if (from..k).all(letter) && ends && is_area(&area) {
                let (district, sector) = digits.split_at(digits.len() - 1);
                let unit = format!("{}{}", said.low(k + 1), said.low(k + 2)).to_uppercase();
                let (before, behind) = (&said.text[..said.words[from].start], &said.text[said.words[k + 2].end..]);
                return Some(format!("{before}{area}{district} {sector}{unit}{behind}"));
            }
        }
    }
    None
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
            ("nine mill lane ely c b two one r x", Some("9 mill lane, ely, CB2 1RX")),
            ("b twelve nine q x fourteen mill road", Some("B12 9QX 14 mill road")),
            ("twenty three barrack street in cork", Some("23 barrack street, cork")),
            ("twelve mill road please", Some("12 mill road please")),
            ("12 mill road", None),
            ("mill road", None),
        ] {
            assert_eq!(in_digits(&Said::new(text)).as_deref(), want, "{text}");
        }
    }
}
