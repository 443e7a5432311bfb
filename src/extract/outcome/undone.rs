//! What an agent's sentence says was not done, and what it says beside the matter: a warning, a change of contact data.
//!
//! Owns the signs of these. Must not know the matter.

use super::super::words::{Said, is_common, is_first_name, is_surname, listed};

/// Words that deny.
const NOT: &str = "not never no none nothing nobody neither nor cannot without noone isnt wasnt hasnt havent werent arent didnt dont cant couldnt wont";
/// Behind "no" and "not" these deny nothing that was done.
const IDIOMS: &str = "problem problems worries worry rush trouble hurry charge charges cost costs fee fees extra matter later only doubt need wonder";
/// Past these a new clause begins.
const CLAUSES: &str = "but and so however then";
/// What only the customer may know.
const SECRETS: &str = "pin pins password passwords passcode cvv cvc otp ssn";
/// How what is known is put right.
const CORRECTED: &str = "updated changed corrected recorded registered added saved noted amended edited";
/// What is known of a customer.
const CONTACT: &str = "email e-mail mail phone mobile number address contact details password name surname spelling pin birthday language";
/// Behind "thank you" the same sentence goes on.
const THANKED_FOR: &str = "for so very to and in again that";

fn is_not(low: &str) -> bool {
    listed(NOT, low) || low.ends_with("n't") || low.ends_with("n\u{2019}t")
}

/// Does word `k` deny something? "No, it was" and "no problem" do not.
fn denies_at(said: &Said<'_>, k: usize) -> bool {
    let (low, next) = (said.low(k), said.low(k + 1));
    let answer = k == 0
        && low == "no"
        && (said.breaks(1) || listed("i i'm i've it it's its we we've you you're your the that they he she", next));
    let idiom = listed("no not", low)
        && (listed(IDIOMS, next) || listed("a any to the extra", next) && listed(IDIOMS, said.low(k + 2)));
    is_not(low) && !answer && !idiom
}

/// Is anything denied? Then all of it has to be told.
pub(in super::super) fn is_negated(said: &Said<'_>) -> bool {
    let yet = (0..said.words.len()).any(|k| said.has(k, &["yet", "to"]) || said.has(k, &["still", "to"]));
    yet || (0..said.words.len()).any(|k| denies_at(said, k))
}

/// Is it said that something was not done? "nothing was changed", "the booking has not been cancelled"
pub(in super::super) fn denies(said: &Said<'_>, is_done: impl Fn(&str) -> bool) -> bool {
    let mut denied = false;
    for k in 0..said.words.len() {
        let low = said.low(k);
        denied &= !(listed(CLAUSES, low) || listed("i i've we we've you they he she", low) || said.breaks(k));
        denied |= denies_at(said, k) && low != "without" || listed("yet still", low) && said.low(k + 1) == "to";
        if denied && is_done(low) && !is_not(low) {
            return true;
        }
    }
    false
}

/// Does what was done wait: "the date has to be confirmed"?
pub(in super::super) fn awaits(said: &Said<'_>, is_done: impl Fn(&str) -> bool) -> bool {
    (0..said.words.len()).any(|k| said.has(k, &["to", "be"]) && is_done(said.low(k + 2)))
}

/// "Never share your PIN", "for your security please use the keypad": said for safety, and about no matter.
pub(in super::super) fn is_warning(said: &Said<'_>) -> bool {
    let n = said.words.len();
    let has = |from: usize, to: usize, list: &'static str| (from..to.min(n)).any(|k| listed(list, said.low(k)));
    let safe = (0..n.min(4))
        .any(|k| said.low(k) == "for" && said.low(k + 1) == "your" && has(k + 2, k + 4, "security safety protection"));
    let last = (0..n.min(4)).any(|k| said.has(k, &["last", "four"]) || said.has(k, &["last", "4"]));
    let not = (0..n).any(|k| {
        let forbids =
            listed("never don't dont", said.low(k)) || said.low(k) == "not" && said.low(k.saturating_sub(1)) == "do";
        let who = if k > 0 { said.low(k - 1) } else { "" };
        let by_us = listed("we i they", who) || said.low(k) == "not" && k > 1 && listed("we i they", said.low(k - 2));
        let verb = (k + 1..n.min(k + 6))
            .find(|&v| listed("share tell say disclose reveal post give send type write enter read", said.low(v)));
        let Some(v) = verb.filter(|_| forbids) else {
            return forbids && by_us && has(k + 1, k + 3, "ask") && has(k + 1, n, SECRETS);
        };
        let secret = has(v + 1, v + 7, SECRETS)
            || has(v + 1, v + 5, "card") && has(v + 1, v + 7, "number numbers details data chat here");
        let tells = listed("share tell say disclose reveal post", said.low(v));
        let spread = tells && has(v + 1, v + 4, "anyone anybody it that them these those");
        let card = has(v + 1, n, "card cards") && has(v + 1, n, "chat here number numbers details me");
        let there = has(v + 1, n, "chat here") && has(v + 1, v + 4, "it that them this these those");
        !by_us && (secret || spread || card || there)
            || listed("you", who) && has(k + 1, n, "card") && said.has(v + 1, &["me"])
    });
    n >= 3 && (safe || not || last && said.any(&["enough", "only", "just"]))
}

/// "I recommend changing it now", behind a warning: what is meant is what was warned of.
pub(in super::super) fn is_of_warning(said: &Said<'_>) -> bool {
    const VERBS: &str = "change changing reset resetting use using delete deleting remove removing send sending share sharing type keep keeping enter \
        entering changed deleted removed";
    (1..said.words.len()).any(|k| listed("it them that this", said.low(k)) && listed(VERBS, said.low(k - 1)))
        || said.words.len() <= 8 && said.words.iter().any(|w| listed(SECRETS, &w.low))
}

/// Was what is known of a customer put right, and not the matter? `gave`: the customer gave some of it just before.
pub(in super::super) fn is_contact_done(said: &Said<'_>, bare: bool, gave: bool) -> bool {
    let corrected = said.words.iter().any(|w| listed(CORRECTED, &w.low));
    // another deed in the same breath is no such thing
    let only = !said.words.iter().any(|w| w.low == "and");
    let own = said.words.iter().any(|w| listed(CONTACT, &w.low))
        && !said.any(&["order", "booking", "appointment", "plan", "subscription"]);
    corrected && (bare && gave || own && only)
}

/// Does a wish speak of what is known of a customer, or of a change at all?
pub(in super::super) fn is_correction(wish: &str) -> bool {
    const CHANGES: &str = "update updated change changed changes correct corrected edit fix wrong new add added register registered record put \
        name misspelled married typo set modify amend save note switch move moved";
    let mut words = wish.split(|c: char| !c.is_alphanumeric() && c != '-').map(str::to_lowercase);
    words.any(|w| listed(CHANGES, &w) || listed(CONTACT, &w))
}

/// What a recogniser wrote in one go, cut where a thank-you or a warning begins or ends.
pub(in super::super) fn unthanked(one: &str) -> Vec<&str> {
    let said = Said::new(one);
    let n = said.words.len();
    if n < 5 || (1..n).any(|k| said.breaks(k)) {
        return vec![one];
    }
    let mut cuts: Vec<usize> = Vec::new();
    for k in 0..n {
        let thanks = if said.has(k, &["thank", "you"]) { 2 } else { usize::from(said.low(k) == "thanks") };
        if thanks > 0 && !listed(THANKED_FOR, said.low(k + thanks)) {
            let mut end = k + thanks;
            let titled = |k: usize| listed("mr mrs ms miss mister dr doctor", said.low(k));
            let named = |k: usize| {
                let low = said.low(k);
                titled(k)
                    || titled(k - 1)
                    || listed("sir madam ma'am", low)
                    || (is_first_name(low) || is_surname(low)) && !is_common(low)
            };
            while end < k + thanks + 3 && named(end) {
                end += 1;
            }
            if end + 3 <= n {
                cuts.extend([k, end]);
            } else if end == n && k >= 2 {
                cuts.push(k);
            }
        }
        let warns =
            said.low(k) == "please" && (listed("don't never dont", said.low(k + 1)) || said.has(k + 1, &["do", "not"]));
        if warns && k >= 2 {
            cuts.push(k);
        }
        let secret = listed(SECRETS, said.low(k))
            && (k.saturating_sub(7)..k).any(|j| listed("never don't dont not", said.low(j)));
        if secret && k + 4 <= n && listed("the your i i'm i've i'll we we've we'll you it", said.low(k + 1)) {
            cuts.push(k + 1);
        }
    }
    let mut out = Vec::new();
    let mut from = 0;
    for cut in cuts {
        let at = said.words.get(cut).map_or(one.len(), |w| w.start);
        if at > from {
            let part = one[from..at].trim_end();
            out.push(part.strip_suffix(" and").unwrap_or(part));
            from = at;
        }
    }
    out.push(&one[from..]);
    out.retain(|p| !p.is_empty());
    out
}
