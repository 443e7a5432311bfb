//! What a few words without a verb are about: "status of my claim", "new cable connection"; and what a customer was told to ask for:
//! "ask to change my address".
//!
//! Owns the signs of these. Must not know what is made of them.

use super::order;
use super::wish::DEEDS;
use super::words::{Said, Word, is_first_name, is_function, listed};

/// What a business does something about.
const MATTERS: &str = "assignment claim claims pass boarding insurance bill bills balance service services connection status loan plan plans \
    internet cable booking reservation appointment transfer expense expenses reimbursement warranty subscription refund ticket tickets \
    flight order orders delivery invoice payment update updates upgrade statement membership repair replacement quote price prices rates \
    contract licence license policy proof exchange return complaint cancellation cancelation renewal seat";
/// What is said of them, though verbs are told in such words.
const OF_THEM: &str = "boarding banking billing booking shipping existing missing outstanding monthly purchase change cancel transfer update \
    upgrade claim return exchange order book review report repair renew used replacement check rent lost unlimited limited";
/// Between the words.
const JOINTS: &str = "my our the a an of for on in with your this one new some and current";
/// What is asked of a customer, and no matter.
const OWN: &str = "number name phone email mail zip code ssn pin password id address city street date birth cash want wants wand need needs like haii";
/// The most words it has.
const MOST: usize = 8;

/// Is all that is said, from word `from` on, what it is about?
pub(super) fn is_topic(said: &Said<'_>, from: usize) -> bool {
    let words = &said.words[from.min(said.words.len())..];
    let fits = |(k, w): (usize, &Word<'_>)| {
        let low = &*w.low;
        let size = w.is_digits() && listed("gb mb mbps", said.low(from + k + 1));
        let verb = (low.ends_with("ed") || low.ends_with("ing")) && low.len() > 4;
        listed(JOINTS, low)
            || listed(MATTERS, low)
            || listed(OF_THEM, low)
            || size
            || w.is_alphabetic() && !is_function(low) && !verb && !is_first_name(low) && !listed(OWN, low)
    };
    (2..=MOST).contains(&words.len())
        && words.iter().any(|w| listed(MATTERS, &w.low))
        && words.iter().enumerate().all(fits)
        && !has_verb(said, from)
        && !listed("to of for in with and", &words[words.len() - 1].low)
        && !said.text.contains(['?', '@', ':'])
}

/// A word for what a business does something about, and for nothing that is done.
pub(super) fn is_matter(low: &str) -> bool {
    listed(MATTERS, low) && !listed(DEEDS, low)
}

/// Where a customer reads out what they were told to ask for, the word at which that begins, and whether it is something to do:
/// "ask to cancel it", "ask for a refund", "ask the agent about my order".
pub(super) fn told_to_ask(said: &Said<'_>, i: usize) -> Option<(usize, Asks)> {
    if said.low(i) != "ask" {
        return None;
    }
    let agent = (said.low(i + 1) == "the" && listed("agent company", said.low(i + 2)))
        || listed("him her them", said.low(i + 1));
    let k = i + 1 + if listed("him her them", said.low(i + 1)) { 1 } else { usize::from(agent) * 2 };
    let asks = match said.low(k) {
        "to" => Asks::Deed,
        "for" => Asks::Thing,
        "about" => Asks::About,
        _ => return None,
    };
    (said.words.len() > k + 2).then_some((k + 1, asks))
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Deed,
    Thing,
    About,
}

/// Behind "I like", "I prefer": something to be had from word `from` on, and no taste.
pub(super) fn is_had(said: &Said<'_>, from: usize) -> bool {
    let first = said.low(from);
    // "I really like the service there"
    if from >= 3 && said.low(from - 1) == "like" && listed("really do also always", said.low(from - 2)) {
        return false;
    }
    let end = said.words.len().min(from + 7);
    let thing = (from..end).any(|k| {
        listed("plan service connection gb package seat appointment flight", said.low(k)) || order::is_food(said.low(k))
    });
    let taste = listed("to it this that your how when what you these those them", first) || end == from;
    !taste && thing && !(from..end).any(|k| said.breaks(k) && k > from) && !said.text.contains('?')
}

/// Is something done in it, or to be done: a verb of a deed that is no name of a matter, or one of a trouble?
fn has_verb(said: &Said<'_>, from: usize) -> bool {
    const NAMES: &str = "claim pass refund return exchange order book bill deal transfer update upgrade check plan play ticket repair report review ship show \
        help rent cancel change purchase charge update set stay start stop issue register email phone trade travel view visit lock";
    const AMISS: &str = "lost stolen broken broke crack cracked damaged wrong error errors problem problems issue issues trouble failed failing \
        crashed crashes charged overcharged fraud stuck locked blocked expired late delayed defective faulty keeps unable";
    (from..said.words.len()).any(|k| {
        let low = said.low(k);
        let first = k == from
            && !(low == "pass"
                || said.low(k + 1) == "status"
                || listed("refund claim order ticket", low) && listed("for of on", said.low(k + 1)));
        listed(AMISS, low) || listed(DEEDS, low) && (first || !listed(NAMES, low))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_is_about() {
        for text in [
            "status of my claim",
            "claim status",
            "my seat assignment",
            "boarding pass",
            "new cable connection",
            "my current bill",
            "car insurance",
            "refund for my order",
            "5 gb data plan",
        ] {
            assert!(is_topic(&Said::new(text), 0), "{text}");
        }
        for text in [
            "my order is late",
            "my flight was cancelled",
            "my order number",
            "order 2231 please",
            "cancel my plan now i want",
            "your price?",
            "john flight",
            "credit card",
            "pass",
            "send my ticket",
        ] {
            assert!(!is_topic(&Said::new(text), 0), "{text}");
        }
    }

    #[test]
    fn what_was_to_be_asked() {
        let asked = |text: &str| told_to_ask(&Said::new(text), 0);
        assert_eq!(asked("ask to change my address"), Some((2, Asks::Deed)));
        assert_eq!(asked("ask the agent about my order"), Some((4, Asks::About)));
        assert_eq!(asked("ask for a new card"), Some((2, Asks::Thing)));
        assert_eq!(asked("ask me anything"), None);
    }
}
