//! What can be done for a customer, or by one.
//!
//! Owns the verbs. Must not know how they are asked for.

use super::super::number::run_at;
use super::super::topic::is_matter;
use super::super::words::{Gap, Said, is_function, listed};
use super::talk::is_own;

/// What can be done for a customer, or by one. After a beginning of a wish anything else is talk: "say no", "brush up", "wait".
pub(in super::super) const DEEDS: &str = "activate add adjust apply applying rsvp signup appeal arrange ask assign book borrow bring browse build buy call cancel change charge check \
    choose claim clear close collect compare complain complete configure confirm connect contact convert correct create customise \
    customize deactivate decrease delete deliver deposit disable dispute donate download downgrade edit enable end enrol enroll exchange \
    expedite extend file fill find finish fix fly follow get give go grab have hire identify include increase inform inquire enquire insert inspect install \
    insure investigate invest issue join know learn lease link list locate lock log look lower make match merge migrate modify move obtain open \
    order organise organize override participate pass pay pick place plan play postpone process proceed provide purchase put raise reactivate rebook receive \
    recharge recommend reconnect recover redeem refill refund register reinstate relocate remove renew rent reorder repair replace replay report \
    request resend reschedule research reserve reset resolve restart restore resume retrieve return review save schedule search see select sell send set \
    setup share shift ship sign speak split start stop submit subscribe suggest suspend swap switch talk terminate text throw top trace track trade train transfer travel \
    troubleshoot turn unblock unlock unsubscribe update upgrade upload validate verify view visit watch waive withdraw write block \
    discuss explain help stay become freeze pause unfreeze ring phone email mail hurry speed notify remind bill deal \
    raise reach inspect forward";
/// Of those, what one only speaks of: "I have to go", "let's see".
const TALK: &str = "go have put give see look start play use talk help set follow end make pass write work turn finish";

/// Numbers and the like, before things.
pub(super) const AMOUNTS: &str =
    "a an the my our one two three four five six seven eight nine ten some another more any large small medium half";

/// "add 2 lamps", "cancel order 12", "block card": a command of few words, at word `i`.
pub(super) fn is_order_of(said: &Said<'_>, i: usize) -> bool {
    let Some(next) = said.words.get(i + 1).filter(|w| w.gap == Gap::Space) else { return false };
    let amount = next.is_digits() && next.text.len() <= 2 || listed(AMOUNTS, &next.low);
    let more = said.words.len() > i + 2;
    let done = next.low.ends_with("ed") || next.low == "done";
    // "transfer 200 dollars from one account to the other"
    let sum = said.low(i) == "transfer"
        && next.low.trim_start_matches('$').starts_with(|c: char| c.is_ascii_digit())
        && said.words.len() >= i + 4;
    // "order nine zero two one came broken"
    if !sum && run_at(said, i + 1).is_some_and(|r| r.digits.len() >= 3) {
        return false;
    }
    let sends = listed("ship send deliver return extend renew raise upgrade", said.low(i)) && said.words.len() >= i + 4;
    let signs = listed("sign sing", said.low(i)) && said.low(i + 1) == "up" && more || said.low(i) == "signup";
    // "check seat assignment", "check your balance", "search for a flight"
    let checks = listed("check search book schedule reserve", said.low(i))
        && !listed("that this it these if what", &next.low)
        && (listed(if said.low(i) == "search" { "for" } else { "your" }, &next.low) && said.words.len() >= i + 4
            || (i + 1..i + 3).any(|k| is_matter(said.low(k)) && !said.breaks(k)));
    if signs
        || checks
        || sum
        || listed("transfer purchase", said.low(i)) && listed("money amount new", &next.low) && more
    {
        return true;
    }
    (sends || listed("add block cancel reset update change", said.low(i)))
        && !is_function(&next.low)
        && !next.is_digits()
        && !done
        || listed("add book order reserve cancel", said.low(i)) && amount && more
}

/// Is it something that can be done, at word `i`? What one only speaks of needs to be said in so many words.
pub(super) fn deed(said: &Said<'_>, i: usize, firm: bool) -> bool {
    let verb = said.low(i);
    // "go ahead and book it", "go back to ..." are answers
    let time = listed("have take", verb)
        && (i + 1..i + 5)
            .any(|k| listed("time day weekend evening night moment minute", said.low(k)) && !said.any(&["off"]));
    let bot = verb == "ask" && listed("you u", said.low(i + 1));
    let answer = time
        || bot
        || verb == "go" && listed("ahead back with for", said.low(i + 1))
        || said.has(i, &["give", "it"])
        || verb == "get" && listed("there here home", said.low(i + 1))
        || verb == "get" && listed("it this that", said.low(i + 1)) && listed("done over", said.low(i + 2))
        || said.has(i, &["get", "back"]);
    let answer = answer || is_own(said, i);
    let passive = verb == "be" && said.low(i + 1).ends_with("ed");
    let ordered =
        listed("take place make", verb) && listed("my our the an", said.low(i + 1)) && said.low(i + 2) == "order";
    let sure = ordered || said.has(i, &["make", "sure"]) || said.has(i, &["set", "up"]) || said.has(i, &["sing", "up"]);
    let sure = sure || verb == "play" && (i + 1..i + 4).any(|k| listed("trivia game quiz", said.low(k)));
    // "make me a reservation"
    let made = verb == "make"
        && (i + 1..i + 5)
            .any(|k| listed("reservation booking appointment payment transfer claim complaint purchase", said.low(k)));
    // "take this number off your list"
    let off = verb == "take" && (i + 2..i + 6).any(|k| said.low(k) == "off");
    let sure = sure || made;
    let talk = verb == "make" && listed("it sense up", said.low(i + 1)) && !sure;
    !talk
        && (off || ordered || listed(DEEDS, verb) && (firm || sure || !listed(TALK, verb)) || firm && passive)
        && !answer
}
