//! A postcode, typed: by its form, by what it is called, in answer to the question for it.
//!
//! Owns the forms of postcodes with letters. Must not know how postcodes sound (`postcode`), nor the address around one.

use std::sync::LazyLock;

use regex::{Match, Regex};

use super::asked::Asked;
use super::eircode;
use super::proposal::{Key, Proposal, Scene, is_foreign, sure};
use super::spelled;
use super::words::{Gap, Said, Word};

const ZIP_LABELS: &[&str] = &["zip", "zipcode", "postcode", "pincode", "postal", "eircode"];

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static LETTERED: LazyLock<Regex> = LazyLock::new(|| {
    // United Kingdom, Canada, Netherlands
    Regex::new(r"(?i)\b(?:[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z][ -]?\d[a-z]\d|\d{4} ?[a-z]{2})\b").unwrap()
});

/// A postcode with letters that begins within `within` bytes behind byte `from`. Looks no further, so that a message full
/// of numbers costs no more than its length.
pub(super) fn lettered(text: &str, from: usize, within: usize) -> Option<Match<'_>> {
    let mut end = (from + within + 10).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    LETTERED.find_at(&text[..end], from).filter(|m| m.start() <= from + within)
}

pub(super) fn is_zip(w: &Word<'_>) -> bool {
    w.is_digits() && w.text.len() == 5
}

/// The postcode at `i`, with the four digits behind it if they are there.
pub(super) fn zip_value(said: &Said<'_>, i: usize) -> String {
    let end = match said.words.get(i + 1) {
        Some(w) if w.gap == Gap::Tight && w.is_digits() && w.text.len() == 4 => w.end,
        _ => said.words[i].end,
    };
    said.text[said.words[i].start..end].to_owned()
}

/// A postcode that is called one, or asked for.
pub(super) fn zip(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    let n = said.words.len();
    if (scene.asked.has(Asked::ZIP) || said.any(&["eircode", "postcode"]))
        && let Some(code) = eircode::find(said, sure::ANSWERED)
    {
        return Some(code);
    }
    for i in 0..n {
        let label =
            ZIP_LABELS.contains(&said.low(i)) || said.has(i, &["pin", "code"]) || said.has(i, &["post", "code"]);
        if !label {
            continue;
        }
        let mut k = i + 1;
        while k < n
            && k < i + 9
            && matches!(
                said.low(k),
                "code"
                    | "is"
                    | "it's"
                    | "its"
                    | "number"
                    | "my"
                    | "actually"
                    | "it"
                    | "should"
                    | "be"
                    | "the"
                    | "would"
                    | "area"
                    | "sorry"
                    | "for"
                    | "me"
                    | "correct"
                    | "one"
                    | "was"
            )
        {
            k += 1;
        }
        if let Some(p) = postcode_at(said, k, sure::STATED)
            && !is_foreign(said, i)
        {
            return Some(p);
        }
        // "98187 is my zip code"
        let before = (0..i).rev().take(5).find(|&k| said.words[k].is_digits());
        if let Some(k) = before
            && said.words[k + 1..i].iter().all(|w| matches!(&*w.low, "is" | "my" | "the" | "as"))
            && let Some(p) = postcode_at(said, k, sure::STATED)
        {
            return Some(p);
        }
    }
    if scene.asked.has(Asked::ZIP) {
        let found = (0..n).find_map(|k| {
            let w = &said.words[k];
            let alone = n <= 12
                && (k == 0 || !said.words[k - 1].is_digits())
                && !matches!(said.low(k.wrapping_sub(1)), "account" | "order" | "pin" | "number" | "room");
            (w.is_digits() && matches!(w.text.len(), 5 | 6) && alone)
                .then(|| postcode_at(said, k, sure::ANSWERED))
                .flatten()
        });
        return found
            .or_else(|| {
                LETTERED.find(said.text).map(|m| Proposal::new(Key::Zip, m.as_str(), sure::ANSWERED, m.start()))
            })
            .or_else(|| {
                let i = (0..n).find(|&i| spelled::digits(said, i).0.len() >= 4)?;
                let (digits, _) = spelled::digits(said, i);
                (digits.len() <= 6).then(|| Proposal::new(Key::Zip, digits, sure::ANSWERED, said.words[i].start))
            });
    }
    if scene.after_city
        && scene.one_sided()
        && n == 1
        && said.words[0].is_digits()
        && matches!(said.words[0].text.len(), 5 | 6)
    {
        return postcode_at(said, 0, sure::LIKELY);
    }
    None
}

fn postcode_at(said: &Said<'_>, k: usize, how: f32) -> Option<Proposal> {
    let w = said.words.get(k)?;
    if w.is_digits() && (4..=6).contains(&w.text.len()) {
        return Some(Proposal::new(Key::Zip, zip_value(said, k), how, w.start));
    }
    let found = lettered(said.text, w.start, 0)?;
    Some(Proposal::new(Key::Zip, found.as_str(), how, w.start))
}
