//! Words that ran together and numbers that came apart where a message lost its signs: "avenuemanchesterconnecticut", "600 040".
//!
//! Owns where such a word is cut, and which digits belong together. Must not know what an address is.

use super::super::about::About;
use super::super::words::{Gap, Said, is_city, is_common, listed, state_at};
use super::LABELS;

/// What a street ends with, before the town that ran into it.
const KINDS: [&str; 7] = ["street", "avenue", "road", "lane", "drive", "boulevard", "nagar"];
/// How long a word is that may be two, and at most.
const LENGTHS: std::ops::RangeInclusive<usize> = 10..=40;

/// The message with what ran together cut apart; nothing where all is as it should be.
pub(in crate::extract) fn parted(said: &Said<'_>) -> Option<String> {
    const READ: usize = 60;
    let mut out: Option<String> = None;
    let mut done = 0;
    for w in said.words.iter().take(READ).skip(1) {
        if !LENGTHS.contains(&w.low.len()) || !w.low.bytes().all(|b| b.is_ascii_lowercase()) || is_common(&w.low) {
            continue;
        }
        let Some(cuts) = cuts(&w.low) else { continue };
        let text = out.get_or_insert_default();
        let mut from = 0;
        for cut in cuts {
            text.push_str(&said.text[done..w.start + cut]);
            text.push(' ');
            (done, from) = (w.start + cut, cut);
        }
        text.push_str(&said.text[w.start + from..w.end]);
        done = w.end;
    }
    if let Some(text) = &mut out {
        text.push_str(&said.text[done..]);
    }
    out
}

/// Where a word is cut, in bytes.
fn cuts(low: &str) -> Option<Vec<usize>> {
    let kind = KINDS.iter().find_map(|kind| low.strip_prefix(kind).map(|rest| (kind.len(), rest)));
    if let Some((at, rest)) = kind {
        return placed(rest).map(|cut| std::iter::once(at).chain(cut.map(|c| at + c)).collect());
    }
    placed(low)?.map(|cut| vec![cut])
}

/// A town, a state, or one behind the other: where it is cut.
fn placed(low: &str) -> Option<Option<usize>> {
    let state = |low: &str| {
        let said = Said::new(low);
        state_at(&said, 0).is_some_and(|(len, short)| !short && len == said.words.len())
    };
    if is_city(low) || state(low) {
        return Some(None);
    }
    (4..low.len().saturating_sub(3)).find(|&cut| is_city(&low[..cut]) && state(&low[cut..])).map(Some)
}

/// "chennai 600 040": the message with the two halves of an Indian postcode put together.
pub(super) fn pin(said: &Said<'_>, about: About) -> Option<String> {
    let fits = about.has(About::HOME.with(About::FOOD).with(About::ADDRESS)) && !about.has(About::EXPENSES);
    let [.., before, first, last] = &said.words[..] else { return None };
    let half = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
    let halves = half(first.text) && half(last.text) && last.gap == Gap::Space && !first.text.starts_with(['0', '9']);
    let low = &*before.low;
    let called = listed("pin code pincode zip zipcode postcode", low);
    let town = before.is_alphabetic() && low.chars().count() > 2 && !is_common(low) && !listed(LABELS, low);
    let named = called || town;
    (fits && halves && named).then(|| format!("{}{}", &said.text[..first.end], last.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ran_together_is_cut_where_both_sides_are_known() {
        for (text, want) in [
            ("9 elm avenuebostonmassachusetts", Some("9 elm avenue boston massachusetts")),
            ("9 elm streetchicago 60601", Some("9 elm street chicago 60601")),
            ("9 elm street bostonmassachusetts", Some("9 elm street boston massachusetts")),
            ("9 elm avenue boston", None),
            ("streetwise and roadworthy", None),
            ("a laneways bostonian", None),
            ("", None),
        ] {
            assert_eq!(parted(&Said::new(text)).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn the_halves_of_a_postcode() {
        for (text, want) in [
            ("salem 636 007", Some("salem 636007")),
            ("code 636 007", Some("code 636007")),
            ("travel 150 200", None),
            ("card 636 007", None),
            ("636 007", None),
            ("99 636 007", None),
        ] {
            assert_eq!(pin(&Said::new(text), About::HOME).as_deref(), want, "{text}");
        }
        assert_eq!(pin(&Said::new("salem 636 007"), About::EXPENSES), None);
    }
}
