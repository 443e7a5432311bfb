//! Secrets taken out of text that people will read.
//!
//! Owns which words are secret: card numbers, PINs, passwords, security codes, social security numbers. Must not know
//! where the text goes.

use super::words::{Gap, Said};

/// What stands in a secret's place.
const MASK: &str = "****";
/// From how many digits on a run of them is taken for a card or account number.
const CARD_DIGITS: usize = 12;
/// How many words behind a secret's label are looked at.
const REACH: usize = 8;

/// The text with secrets replaced by `****`: runs of 12 or more digits, digits behind "PIN", "CVV", "SSN" and the like,
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
        if w.low.bytes().any(|b| b.is_ascii_digit()) {
            let mut end = i + 1;
            while end < said.words.len() && said.words[end].is_digits() && same_number(&said, end) {
                end += 1;
            }
            let digits: usize =
                said.words[i..end].iter().map(|w| w.text.bytes().filter(u8::is_ascii_digit).count()).sum();
            if digits >= CARD_DIGITS || label.is_some_and(|(l, _)| i - l <= REACH) {
                let to = said.words[end - 1].end;
                // symbols belong to a password
                let word_too = label.is_some_and(|(_, word_too)| word_too);
                hide.push((w.start, if word_too { token_end(text, to) } else { to }));
            }
            i = end;
            continue;
        }
        if let Some((l, true)) = label
            && i > l
            && (matches!(said.low(i - 1), "is" | "was") || w.gap == Gap::Colon)
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
        "password" | "passcode" | "passphrase" | "pwd" => Some(true),
        "pin" if !matches!(said.low(i + 1), "code") || !said.any(&["zip", "postal"]) => Some(false),
        "cvv" | "cvc" | "ssn" | "pins" | "otp" => Some(false),
        "pass" if said.low(i + 1) == "word" => Some(true),
        "security" if matches!(said.low(i + 1), "code" | "number") => Some(false),
        _ => None,
    }
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
            ("PIN 4821, thanks", "PIN ****, thanks"),
            ("the password is h0rse! now", "the password is **** now"),
            ("my ssn number is 078-05-1120", "my ssn number is ****"),
            ("it is 4821 or maybe 4822", "it is 4821 or maybe 4822"),
            ("I forgot my password, please reset it", "I forgot my password, please reset it"),
        ] {
            assert_eq!(mask_secrets(text), want, "{text}");
        }
    }
}
