//! Irish postcodes, typed or said aloud: "D02 X285", "d oh two x two eight five".
//!
//! Owns their form. Must not know who asked, nor British postcodes (`postcode`).

use super::mail_aloud;
use super::numbers;
use super::proposal::{Key, Proposal};
use super::spelled;
use super::words::{Said, listed};

/// How many words of a message are looked at.
const READ: usize = 64;
/// How many characters there are.
const LENGTH: usize = 7;
/// The letters that are used.
const LETTERS: &str = "ACDEFHKNPRTVWXY";

/// The first one of a message. Seven characters of that form are nothing else where a postcode is spoken of.
pub(super) fn find(said: &Said<'_>, how: f32) -> Option<Proposal> {
    (0..said.words.len().min(READ)).find_map(|i| {
        let code = read(said, i)?;
        let (area, unit) = code.split_at(3);
        Some(Proposal::new(Key::Zip, format!("{area} {unit}"), how, said.words[i].start))
    })
}

/// Is it one, as it is written here?
pub(super) fn is_one(value: &str) -> bool {
    is_code(&value.replace(' ', ""))
}

fn is_code(code: &str) -> bool {
    let at = |i: usize| code.chars().nth(i).unwrap_or(' ');
    let letter = |c: char| LETTERS.contains(c);
    let units = code.chars().skip(3);
    code.chars().count() == LENGTH
        && letter(at(0))
        && at(1).is_ascii_digit()
        && (at(2).is_ascii_digit() || at(2) == 'W')
        && letter(at(3))
        && units.clone().all(|c| letter(c) || c.is_ascii_digit())
        && units.filter(char::is_ascii_digit).count() > 0
}

/// The code that begins at word `i` and that no further letter or digit follows.
fn read(said: &Said<'_>, i: usize) -> Option<String> {
    let mut code = String::new();
    let mut k = i;
    while k < said.words.len() && k < i + 24 {
        let (piece, next) = piece(said, k);
        if next == k {
            break;
        }
        code.push_str(&piece);
        if code.len() > LENGTH {
            return None;
        }
        k = next;
    }
    is_code(&code).then_some(code)
}

/// The characters that the word at `k` stands for, and the word behind.
fn piece(said: &Said<'_>, k: usize) -> (String, usize) {
    let low = said.low(k);
    if listed("oh o", low) {
        return ("0".to_owned(), k + 1);
    }
    let run = numbers::run(said, k, said.words.len(), numbers::no_sound);
    if run.next > k {
        return (run.digits, run.next);
    }
    // "space", said or not
    if low == "space" {
        return (String::new(), k + 1);
    }
    let written = low.chars().count() <= LENGTH && low.bytes().any(|b| b.is_ascii_digit());
    if written && low.bytes().all(|b| b.is_ascii_alphanumeric()) || listed("double-u", low) {
        return (low.to_uppercase(), k + 1);
    }
    let letter = mail_aloud::letter(said, k).or_else(|| spelled::alphabet(low).map(|c| (c, k + 1)));
    letter.map_or((String::new(), k), |(c, next)| (c.to_uppercase().collect(), next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_and_said_aloud() {
        for (text, want) in [
            ("it's D02 X285", Some("D02 X285")),
            ("d oh two x two eight five", Some("D02 X285")),
            ("a six five f four e two", Some("A65 F4E2")),
            ("delta six whiskey xray two eight five", Some("D6W X285")),
            ("12 main street cork t12 axc4", Some("T12 AXC4")),
            ("my postcode is e16 1an", None),
            ("d oh two", None),
        ] {
            assert_eq!(find(&Said::new(text), 0.9).map(|p| p.value).as_deref(), want, "{text}");
        }
    }
}
