//! What a sentence of the agent's is: a courtesy, an outcome, or a finding.
//!
//! Owns the signs by which the summary tells them apart. Must not know how they are put together.

use super::order::is_amount;
use super::retell::skip_interjections;
use super::words::{Said, listed};

/// What came of something, from the least telling to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Something was told.
    Told,
    /// It cannot be had.
    Failed,
    /// It is done.
    Done,
}

/// Signs that it is done.
const DONE: &str = "successfully successful confirmed booked updated cancelled canceled submitted sent processed refunded scheduled \
    changed removed added ordered completed resolved fixed transferred closed requested renewed reset shipped activated blocked approved \
    generated reserved paid receive done available registered placed issued unlocked created voided resent escalated opened activated \
    cancelled refunded arranged forwarded moved frozen";
/// Signs that somebody will do something.
const PROMISES: &str = "will i'll we'll they'll he'll she'll it'll";
/// What is promised.
const PROMISED: &str = "send call contact write come bring get have pick ship email mail arrive look check refund replace deliver forward \
    visit reply answer tell see receive there";
/// Signs that it cannot be had.
const FAILED: &str = "unfortunately unable declined rejected denied";
/// How courtesies begin; a `|` between them.
const COURTESIES: &str = "thanks for|give me|you're welcome|you are welcome|welcome|have a great|have a nice|have a good|have a wonderful|\
    good bye|goodbye|bye|anything else|how can i help|how may i|how can i assist|let me know|feel free|glad|my pleasure|take care|\
    no problem|no worries|of course|i can help|i'd be happy|i would be happy|i'll help|hello|i am sorry to hear|i'm sorry to hear|\
    sorry i|enjoy your|please hold|one moment|let me|please confirm|i can assist|a pleasure|i'm here|i hope|nice playing|if there's|\
    if you have|i understand|take your time|no rush|sure|i apologize for the inconvenience|i don't quite understand|good luck";
/// The same anywhere in a sentence.
const COURTESIES_WITHIN: &str = "anything else|feel free|have a great|what can i do for you|of assistance|other questions|how may i|how can we|have a nice|have a good|how can i help|let me know|thanks for reaching|\
    don't quite understand|didn't understand|i can help you with|able to help you book|look forward|sorry for the inconvenience";

/// Greetings, thanks, good-bye, "anything else?"
pub(super) fn is_courtesy(said: &Said<'_>) -> bool {
    let text = said.words.iter().map(|w| &*w.low).take(24).collect::<Vec<_>>().join(" ");
    let begins = |c: &str| text.strip_prefix(c).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let alone = |c: &str| !matches!(c, "sure") || said.words.len() <= 4;
    if listed("thank thanks", said.low(0)) && skip_interjections(said) == 0 {
        return true;
    }
    COURTESIES.split('|').any(|c| begins(c) && alone(c)) || COURTESIES_WITHIN.split('|').any(|c| text.contains(c))
}

/// What a statement says of what came of it; `None` where it says nothing.
pub(super) fn outcome(said: &Said<'_>) -> Option<Outcome> {
    let n = said.words.len();
    let has = |list: &str| said.words.iter().any(|w| listed(list, &w.low));
    if listed("if unless", said.low(0)) {
        return None;
    }
    // what would be is no outcome
    let if_so = listed("after once when before until to for as please in", said.low(0)) || has("repeat catch");
    if if_so {
        return (n > 5 && has("your you")).then_some(Outcome::Told);
    }
    let sorry = has("sorry") && has("not but couldn't cannot can't unable");
    if n >= 4 && (sorry || has(FAILED)) {
        return Some(Outcome::Failed);
    }
    // the way to it, and the head of a list
    if has("authenticated located verified identity authenticate verify apologize apologise")
        || said.text.trim_end().ends_with(':')
    {
        return None;
    }
    // "Completed, thank you"
    let short = listed("completed done success booked confirmed changed updated cancelled canceled", said.low(0))
        || said.has(0, &["all", "set"])
        || n == 3 && listed("it's its it", said.low(0)) && has(DONE);
    let promised = (0..n).any(|k| {
        listed(PROMISES, said.low(k))
            && (k + 1..k + 4).any(|j| listed(PROMISED, said.low(j)))
            && !listed("not", said.low(k + 1))
    });
    if promised && n >= 4 && !has("if unless would could can't cannot not") {
        return Some(Outcome::Done);
    }
    let will = has("would could should may might can");
    if short || n >= 4 && has(DONE) && !will {
        return Some(Outcome::Done);
    }
    (n > 3 && !has("please")).then_some(Outcome::Told)
}

/// Does it speak of the customer's matter, and not only to the customer?
pub(super) fn is_finding(said: &Said<'_>) -> bool {
    let digits = said.words.iter().any(|w| w.low.bytes().any(|b| b.is_ascii_digit()));
    said.words.len() >= 4
        && (digits || said.any(&["your"]) || listed("the it there you yes", said.low(0)))
        && !said.any(&["sorry", "understand", "apologize", "apologise"])
}

/// "I can send a new one for free"
pub(super) fn is_offer(said: &Said<'_>) -> bool {
    let from = skip_interjections(said);
    (from..said.words.len()).any(|k| {
        (k == from || said.breaks(k) || listed("and but or", said.low(k - 1)))
            && match said.low(k) {
                "i" | "we" if said.low(k + 1) == "have" => is_amount(said.low(k + 2)),
                "i" | "we" => listed("can could", said.low(k + 1)) && !listed("see help", said.low(k + 2)),
                "i'd" | "we'd" => said.low(k + 1) == "like",
                _ => false,
            }
    }) && said.words.len() >= from + 4
        && !said.any(&["not", "sorry", "unfortunately", "can't", "cannot"])
}

/// A question without its mark, as a recogniser writes it.
pub(super) fn is_asking(said: &Said<'_>) -> bool {
    let from = skip_interjections(said);
    let from = from + usize::from(listed("and so", said.low(from)));
    let wh = listed("what what's whats when when's where who who's how which why", said.low(from));
    let aux = listed("can could may would do is are did has have shall will", said.low(from))
        && listed("i you we it this that there the your", said.low(from + 1));
    said.words.len() >= from + 3 && (wh || aux)
}
