//! Verbs of the agent's sentences, told of somebody else: "we ship" is "the company ships".
//!
//! Owns which words are verbs there and how they end. Must not know who does it.

use super::super::words::{Said, listed};

/// What an agent says of both in the present; a word that is as often a noun behind "you" is none.
const PRESENT: &str = "accept agree allow arrive ask believe bring buy call cancel carry change charge choose close collect come contact cover \
    deal decide deliver do enjoy expect find follow get give go guarantee handle have hope keep know leave let like live look make mean move need \
    offer open order own owe pay prefer process promise provide read receive recommend refund remember repair replace require return say claim advertise see sell send \
    ship show sign sound spend start stay stop suggest support take talk tell think travel try understand use visit wait want wish work write";
/// Past forms that do not end in "ed".
const PAST: &str = "bought brought came chose did found gave got had heard kept left lost made meant paid said saw sent sold spent spoke told took \
    thought understood used went wrote were was could would might";
/// What ends in "ed" and is of the present.
const NOT_PAST: &str = "need proceed succeed exceed feed speed";

/// Is it a past form, the same of whoever does it?
pub(super) fn is_past(low: &str) -> bool {
    listed(PAST, low) || low.ends_with("ed") && low.len() > 4 && !listed(NOT_PAST, low)
}

/// The verb at word `k` as somebody else does it: "ships", "has", "tries".
pub(super) fn third(said: &Said<'_>, k: usize) -> Option<String> {
    let low = said.low(k);
    if !listed(PRESENT, low) || said.breaks(k) {
        return None;
    }
    Some(match low {
        "have" => "has".to_owned(),
        _ if low.ends_with(['s', 'o', 'x']) || low.ends_with("sh") || low.ends_with("ch") => format!("{low}es"),
        _ if low.ends_with('y') && !vowel_before_y(low) => {
            format!("{}ies", low.trim_end_matches('y'))
        }
        _ => format!("{low}s"),
    })
}

fn vowel_before_y(low: &str) -> bool {
    low.strip_suffix('y').is_some_and(|head| head.ends_with(['a', 'e', 'i', 'o', 'u']))
}

/// Does a clause begin at word `k`, so that "we" or "you" is who does it?
pub(super) fn is_subject(said: &Said<'_>, from: usize, k: usize) -> bool {
    k == from
        || said.breaks(k)
        || listed(
            "and or that when if because then so until once where what but as while although though which since after before",
            said.low(k - 1),
        )
}
