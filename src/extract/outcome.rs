//! What a sentence of the agent's is: a courtesy, an outcome, or a finding.
//!
//! Owns the signs by which the summary tells them apart. Must not know how they are put together.

mod undone;

use super::order::is_amount;
use super::retell::skip_interjections;
use super::words::{Said, Word, is_first_name, is_function, listed};
use undone::is_negated;
pub(super) use undone::{denies, is_contact_done, is_correction, is_of_warning, is_warning, unthanked};

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
    generated reserved paid receive done registered placed issued unlocked created voided resent escalated opened activated \
    arranged forwarded moved frozen dispatched unsubscribed deleted extended corrected raised increased switched upgraded downgraded swapped \
    rebooked recorded filed signed installed sold applied waived passed credited recovered restored unblocked reactivated reopened rescheduled reinstated held";
/// Signs that it cannot be had.
const FAILED: &str = "unfortunately unable declined rejected denied";
/// How courtesies begin; a `|` between them.
const COURTESIES: &str = "thanks for|give me|you're welcome|you are welcome|welcome|have a great|have a nice|have a good|have a wonderful|\
    good bye|goodbye|bye|anything else|how can i help|how may i|how can i assist|let me know|feel free|glad|my pleasure|take care|\
    no problem|no worries|of course|i can help|i'd be happy|i would be happy|i'll help|hello|i am sorry to hear|i'm sorry to hear|\
    sorry i|enjoy your|please hold|one moment|let me|please confirm|i can assist|a pleasure|i'm here|i hope|nice playing|if there's|\
    if you have|i understand|take your time|no rush|sure|i apologize for the inconvenience|i don't quite understand|good luck|apologies|we're here|we are here|\
    happy to|i'm happy to|nice to meet|talk soon";
/// The same anywhere in a sentence.
const COURTESIES_WITHIN: &str = "anything else|would that be all|will that be all|is that all|is that everything|would that be everything|feel free|have a great|what can i do for you|of assistance|other questions|how may i|how can we|have a nice|have a good|how can i help|let me know|thanks for reaching|\
    don't quite understand|didn't understand|i can help you with|able to help you book|look forward|sorry for the inconvenience";

/// Greetings, thanks, good-bye, "anything else?"
pub(super) fn is_courtesy(said: &Said<'_>) -> bool {
    let opens = |w: &&Word<'_>| listed("okay ok alright sure great well and yes", &w.low);
    let head = said.words.iter().take_while(opens).count().min(2);
    let head = if said.words.len() > head + 2 { head } else { 0 };
    let text = said.words.iter().skip(head).map(|w| &*w.low).take(24).collect::<Vec<_>>().join(" ");
    let begins = |c: &str| text.strip_prefix(c).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let alone = |c: &str| {
        !matches!(c, "sure" | "of course" | "no problem" | "no worries")
            || said.words.len() <= 4 && !said.words.iter().any(|w| is_done(&w.low))
    };
    // "I'm very sorry, Brian", "415 555 0161, thank you"
    let n = said.words.len();
    let sorry = n <= 6 && said.any(&["sorry"]) && listed("i'm i sorry", said.low(0));
    let foreign =
        n <= 3 && listed("grazie gracias danke merci obrigado obrigada arigato diolch tack tak dziękuję", said.low(0));
    // "Sorry, we can't." says not what
    let sorry =
        sorry || n <= 3 && listed("sorry unfortunately", said.low(0)) && listed("can't cannot not no", said.low(n - 1));
    let set = n <= 6
        && said.words.windows(3).any(|w| listed("you're are", &w[0].low) && w[1].low == "all" && w[2].low == "set");
    let greeting = n <= 3 && listed("hi hey hiya", said.low(0)) && !said.words.iter().any(|w| is_done(&w.low));
    // "alright Ines see you Friday"
    let farewell = greeting || (0..n.min(3)).any(|k| said.has(k, &["see", "you"]) && n <= k + 4);
    if sorry
        || foreign
        || farewell
        || is_introduction(said)
        || set
        || n <= 10
            && n > 2
            && said.has(n - 2, &["thank", "you"])
            && said.breaks(n - 2)
            && !said.words.iter().any(|w| listed(DONE, &w.low))
    {
        return true;
    }
    // "Thanks, Bo.", where the thanks are cut off
    let only_name = n == 1 && said.words[0].is_capital() && is_first_name(&said.words[0].low);
    if only_name && !is_done(said.low(0)) {
        return true;
    }
    if listed("thank thanks", said.low(0)) && skip_interjections(said) == 0 {
        return true;
    }
    COURTESIES.split('|').any(|c| begins(c) && alone(c)) || COURTESIES_WITHIN.split('|').any(|c| text.contains(c))
}

/// "I'm Nora from the workshop": who speaks, and nothing of the matter.
fn is_introduction(said: &Said<'_>) -> bool {
    let from = skip_interjections(said);
    let len = match said.low(from) {
        "i'm" => 1,
        "i" | "this" | "it" => 1 + usize::from(listed("am is", said.low(from + 1))),
        "my" if said.has(from, &["my", "name", "is"]) => 3,
        _ => return false,
    };
    let at = from + len;
    let named = len > 1 || said.low(from) == "i'm";
    let name = said.words.get(at).is_some_and(|w| {
        !said.breaks(at) && (is_first_name(&w.low) || w.is_capital() && !is_function(&w.low) && w.low != "i")
    });
    let house = said.words.len() <= at + 2 || listed("from with at of in here", said.low(at + 1));
    // "my name is Laura, I'm with the workshop"
    let house = house || len == 3 && said.breaks(at + 1) && listed("i'm i", said.low(at + 1));
    named
        && name
        && house
        && said.words.len() <= at + 9
        && !said.words.iter().any(|w| is_done(&w.low) || listed("your you", &w.low))
}

/// "k u n t z at example dot c h", "four four nine two": letters and digits that are read back.
pub(super) fn is_spelled(said: &Said<'_>) -> bool {
    let one = |w: &Word<'_>| {
        w.low.chars().count() == 1
            || listed("zero oh one two three four five six seven eight nine double at dot dash", &w.low)
    };
    said.words.len() > 3 && said.words.iter().filter(|w| one(w)).count() * 4 >= said.words.len() * 3
}

/// What a statement says of what came of it; `None` where it says nothing.
pub(super) fn outcome(said: &Said<'_>) -> Option<Outcome> {
    let n = said.words.len();
    let has = |list: &'static str| said.words.iter().any(|w| listed(list, &w.low));
    // a word of a riddle is left out
    if listed("if unless", said.low(0)) || is_spelled(said) || said.text.contains("__") {
        return None;
    }
    // what would be is no outcome, nor the way to a place
    if listed("after once when before until", said.low(0)) {
        return None;
    }
    let if_so = listed("to for as please in", said.low(0)) || has("repeat catch");
    if if_so {
        return (n > 5 && has("your you")).then_some(Outcome::Told);
    }
    let sorry = has("sorry") && has("not but couldn't cannot can't unable");
    if n >= 4 && (sorry || has(FAILED)) {
        return Some(Outcome::Failed);
    }
    if n >= 2 && denies(said, is_done) {
        return Some(Outcome::Failed);
    }
    // the way to it, and the head of a list
    // "I have located the account", but not "the inn, located at the lake"
    let located = (1..n).any(|k| said.low(k) == "located" && !said.breaks(k) && !listed("is are", said.low(k - 1)));
    if located
        || has("authenticated verified identity authenticate verify apologize apologise")
        || said.text.trim_end_matches([' ', '*', '\n']).ends_with(':')
    {
        return None;
    }
    // "It was closed by mistake." tells why
    let mistaken = (0..n)
        .any(|k| said.has(k, &["by", "mistake"]) || said.has(k, &["by", "accident"]) || said.has(k, &["in", "error"]));
    if mistaken && n <= 10 {
        return Some(Outcome::Told);
    }
    // "Completed, thank you"
    let short = listed("completed done success booked confirmed changed updated cancelled canceled", said.low(0))
        || said.has(0, &["all", "set"])
        || n <= 4 && has(DONE) && !has("receive") && !is_negated(said);
    let place = |list: &'static str| said.words.iter().position(|w| listed(list, &w.low));
    let will = place("would could should may might can will i'll we'll you'll");
    let will = will.is_some_and(|will| place(DONE).is_none_or(|done| will < done)) || undone::awaits(said, is_done);
    let through = said.words.windows(2).any(|w| listed("went gone goes", &w[0].low) && w[1].low == "through");
    let set = through || said.words.windows(2).any(|w| listed("is are", &w[0].low) && w[1].low == "set");
    if short || set || n >= 4 && has(DONE) && !will {
        return Some(Outcome::Done);
    }
    // "and the cat's name" is a question, on the phone
    let asks = n <= 5 && said.low(0) == "and" && !said.text.contains(['.', '!']);
    (n > 3 && !has("please") && !asks).then_some(Outcome::Told)
}

/// Is nothing said but that it is done: "All changed, Pete"?
pub(super) fn is_bare(said: &Said<'_>, from: usize) -> bool {
    let mut words = &said.words[from.min(said.words.len())..];
    // "Booked, Ngozi!"
    let n = said.words.len();
    if (2..=4).contains(&n) && said.breaks(n - 1) && said.words[n - 1].is_capital() && (from < n - 1 || n == 2) {
        words = &said.words[from.min(n - 1)..n - 1];
    }
    let nothing = |w: &Word<'_>| {
        listed(DONE, &w.low) || is_function(&w.low) || is_first_name(&w.low) || listed("set success", &w.low)
    };
    let whose = words.first().is_some_and(|w| listed("you you're your i've i we've we", &w.low));
    let until = words.iter().any(|w| listed("until till on at by for to from in with already", &w.low));
    words.len() <= 5 && !whose && !until && words.iter().all(nothing) && !is_negated(said)
}

/// Is it a word for something done?
pub(super) fn is_done(low: &str) -> bool {
    listed(DONE, low)
}

/// "Changed." alone says what was done, and not to what; `None` where it says something else.
pub(super) fn bare_done(said: &Said<'_>, from: usize) -> Option<String> {
    let words = &said.words[from.min(said.words.len())..];
    if is_negated(said) {
        return None;
    }
    match words.iter().find(|w| listed(DONE, &w.low) && w.low.ends_with("ed")) {
        Some(w) => Some(format!("It was {}", w.low)),
        None if said.any(&["sent", "resent"]) => Some("It was sent".to_owned()),
        None if said.any(&["paid"]) => Some("It was paid".to_owned()),
        None => said.any(&["done", "set", "success", "successful", "successfully"]).then(|| "It was done".to_owned()),
    }
}

/// A figure that belongs to what was done: a total, a number, a time.
pub(super) fn is_figure(said: &Said<'_>) -> bool {
    const OF: &str = "total price amount id number code reference confirmation fee deposit cost costs difference plate charge charged pay refund \
        arrives arrive starts start begins minutes days hours";
    said.text.bytes().any(|b| b.is_ascii_digit())
        && !said.text.contains("//")
        && said.words.iter().any(|w| listed(OF, &w.low))
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
    // on the phone no mark stands before it
    let unmarked = !said.cased && !said.text.contains(['.', ',', '!']);
    let joined = |k: usize| listed("if that what when where which so how who as until before after than", said.low(k));
    (from..said.words.len()).any(|k| {
        (k == from
            || said.breaks(k)
            || listed("and but or", said.low(k - 1))
            || unmarked && listed("can could", said.low(k + 1)) && !joined(k - 1))
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
    // "sure can i have your name"
    let head = from..said.words.len().min(from + 3);
    let from = from
        + head
            .take_while(|&k| listed("sure okay ok yes yeah great alright certainly perfect good", said.low(k)))
            .count();
    let wh = listed("what what's whats when when's where who who's how which why", said.low(from));
    let aux = listed("can could may would do is are did has have shall will", said.low(from))
        && listed("i you we it this that there the your", said.low(from + 1));
    // "we will is it still the same number"
    let within = (from + 1..said.words.len()).any(|k| {
        said.low(k) == "is"
            && listed("it that this", said.low(k + 1))
            && listed("still the your right correct okay", said.low(k + 2))
    });
    // "okay and your date of birth", "and an email where i can send it"
    let and = (0..said.words.len().min(3)).find(|&k| said.low(k) == "and" && !said.text.contains(['.', '!', ',']));
    let thing = and.is_some_and(|k| {
        listed("your an a the", said.low(k + 1))
            && !(k + 1..said.words.len()).any(|j| {
                is_done(said.low(j))
                    || listed("is are was were will has i've we've i'll we'll it's there's that's you'll", said.low(j))
            })
    });
    let wants = said.has(from, &["you", "want"]) && !said.text.contains(['.', '!']);
    said.words.len() >= from + 3 && (wh || aux || within || wants) || thing && said.words.len() <= 16
}

/// "Yes, we do!", "It is."
pub(super) fn is_yes(said: &Said<'_>) -> bool {
    let from = usize::from(listed("yes yeah sure", said.low(0)));
    let n = said.words.len();
    n == 1 && from == 1
        || n == from + 2
            && listed("we it they i you he she there", said.low(from))
            && listed("do are is can have does has will am", said.low(from + 1))
}
