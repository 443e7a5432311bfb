//! Secrets taken out of text that people will read.
//!
//! Owns which words are secret: card numbers, IBANs, PINs, passwords, security codes, social security numbers. Must not know
//! where the text goes.

use super::spelled;
use super::words::{Gap, Said};

/// What stands in a secret's place.
pub(super) const MASK: &str = "****";
/// From how many digits on a run of them is taken for a card or account number; behind a plus sign it is a phone number.
const CARD_DIGITS: usize = 13;
/// As short as a card number is at all, and then only with its check digit right.
const SHORT_CARD: usize = 12;
/// How long an IBAN is, in characters.
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;
/// How many words behind a secret's label are looked at.
const REACH: usize = 8;

/// The text with secrets replaced by `****`: runs of 13 or more digits, written or spoken, IBANs, digits behind "PIN", "CVV", "SSN" and the like,
/// and what follows "password is".
pub fn mask_secrets(text: &str) -> String {
    let said = Said::new(text);
    let mut hide: Vec<(usize, usize)> = Vec::new();
    let mut i = 0;
    // since a label that makes digits secret, and whether any word is
    let mut label: Option<(usize, bool)> = None;
    while i < said.words.len() {
        let w = &said.words[i];
        if let Some(word_too) = secret_label(&said, i) {
            label = Some((i, word_too));
        }
        if let Some(end) = iban_at(&said, i) {
            hide.push((w.start, said.words[end - 1].end));
            i = end;
            continue;
        }
        // "four one one one ..."
        let (spoken, behind) =
            if w.text.is_ascii() && !w.is_digits() { spelled::digits(&said, i) } else { Default::default() };
        let labelled = label.is_some_and(|(l, _)| i - l <= REACH && i > l);
        if spoken.len() >= CARD_DIGITS || labelled && spoken.len() >= 3 {
            hide.push((w.start, said.words[behind - 1].end));
            i = behind;
            continue;
        }
        if w.low.bytes().any(|b| b.is_ascii_digit()) {
            let mut end = i + 1;
            while end < said.words.len() && said.words[end].is_digits() && same_number(&said, end) {
                end += 1;
            }
            // "... 1111thanks": the number ends within a word
            let last = said.words.get(end).filter(|w| end > i && !w.is_digits() && same_number(&said, end));
            let tail = last.map_or("", |w| &w.text[..w.text.bytes().take_while(u8::is_ascii_digit).count()]);
            let digits: usize =
                said.words[i..end].iter().map(|w| w.text.bytes().filter(u8::is_ascii_digit).count()).sum();
            let digits = digits + tail.len();
            let plus = text[..w.start].trim_end_matches('(').ends_with('+');
            let card = digits >= CARD_DIGITS && !plus
                || digits >= SHORT_CARD
                    && !plus
                    && luhn(said.words[i..end].iter().flat_map(|w| w.text.bytes()).chain(tail.bytes()));
            if card || label.is_some_and(|(l, _)| i - l <= REACH) {
                let glued = card && !tail.is_empty();
                let to = if glued { said.words[end].start + tail.len() } else { said.words[end - 1].end };
                // symbols belong to a password
                let word_too = label.is_some_and(|(_, word_too)| word_too);
                hide.push((w.start, if word_too { token_end(text, to) } else { to }));
            }
            i = end + usize::from(card && !tail.is_empty());
            continue;
        }
        if let Some((l, true)) = label
            && i > l
            && (matches!(said.low(i - 1), "is" | "was" | "es" | "ist" | "lautet" | "est" | "è" | "é")
                || w.gap == Gap::Colon)
            && !matches!(&*w.low, "not" | "is" | "wrong" | "incorrect" | "lost" | "expired" | "the" | "my" | "a" | "as")
        {
            hide.push((w.start, token_end(text, w.end)));
            label = None;
        }
        if label.is_some_and(|(l, _)| i - l > REACH) {
            label = None;
        }
        i += 1;
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in hide {
        if start >= from {
            out.push_str(&text[from..start]);
            out.push_str(MASK);
            from = end;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Where the spaces behind byte `from` begin, without the sentence's full stop or comma.
fn token_end(text: &str, from: usize) -> usize {
    let end = text[from..].find(char::is_whitespace).map_or(text.len(), |n| from + n);
    from + text[from..end].trim_end_matches(['.', ',', ';', '"', ')']).len()
}

/// Does a label of a secret stand at `i`, and may the secret be a word?
fn secret_label(said: &Said<'_>, i: usize) -> Option<bool> {
    match said.low(i) {
        "password" | "passcode" | "passphrase" | "pwd" | "contraseña" | "passwort" | "kennwort" | "senha"
        | "wachtwoord" | "пароль" => Some(true),
        "mot" if said.has(i, &["mot", "de", "passe"]) => Some(true),
        "pin" if !matches!(said.low(i + 1), "code") || !said.any(&["zip", "postal"]) => Some(false),
        "cvv" | "cvc" | "cvv2" | "ssn" | "pins" | "otp" | "nip" => Some(false),
        "pass" if said.low(i + 1) == "word" => Some(true),
        "security" if matches!(said.low(i + 1), "code" | "number") => Some(false),
        _ => None,
    }
}

/// Is the last digit the check digit of those before?
fn luhn(bytes: impl Iterator<Item = u8>) -> bool {
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
fn iban_at(said: &Said<'_>, i: usize) -> Option<usize> {
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

    #[test]
    fn hides_what_is_secret() {
        for (text, want) in [
            ("my card is 4111 1111 1111 1111 ok", "my card is **** ok"),
            ("pay with 4111 1111 1111 1111now", "pay with ****now"),
            ("PIN 4821, thanks", "PIN ****, thanks"),
            ("the password is h0rse! now", "the password is **** now"),
            ("my ssn number is 078-05-1120", "my ssn number is ****"),
            ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN **** please"),
            ("it is GB82WEST12345698765432", "it is ****"),
            ("my pin is four eight two one ok", "my pin is **** ok"),
            ("four one one one one one one one one one one one one one one one", "****"),
            ("call me on +44 20 7946 0018 or (555) 010-9999", "call me on +44 20 7946 0018 or (555) 010-9999"),
            ("el cvv es 123", "el cvv es ****"),
            ("mein Passwort lautet Sommer24!", "mein Passwort lautet ****"),
            ("it is 4821 or maybe 4822", "it is 4821 or maybe 4822"),
            ("I forgot my password, please reset it", "I forgot my password, please reset it"),
        ] {
            assert_eq!(mask_secrets(text), want, "{text}");
        }
    }
}
