//! What the agent asks for of a secret, in so many words and in others.
//!
//! Owns how such a question is put. Must not know what is answered.

use super::super::mask::{self, Kind};
use super::super::words::{Said, listed};

/// What numbers something else.
const OTHERS: &str = "zip post postal area country promo promotion discount voucher coupon product booking reference sort bar qr order \
    tracking phone mobile cell invoice ticket error serial model part item fault claim case policy loyalty member membership";

/// What the agent asks for of a secret, and whether for nothing but it and in so many words. `code`: one was spoken of; `of_card`: a
/// card was.
pub(super) fn asks(said: &Said<'_>, bank: bool, code: bool, of_card: bool) -> Option<(Kind, bool)> {
    if is_security_question(said) {
        return Some((Kind::Word, true));
    }
    let texted = said.any(&["sms"]) || (0..said.words.len()).any(|k| said.has(k, &["text", "message"]));
    let sent = said.any(&["sent", "received", "texted", "sms"]);
    let told = Asking { texted, sent, bank, code: code || of_card, of_card };
    let mut kind = None;
    // where what is asked for is named
    let (mut named_from, mut named_to, mut plainly) = (usize::MAX, 0, false);
    for i in 0..said.words.len() {
        let named = mask::named_at(said, i, bank).or_else(|| told.unnamed(said, i).map(|kind| (kind, 1)));
        plainly |= told.is_beside_card(said, i);
        let last = (i.saturating_sub(5)..i).any(|k| matches!(said.low(k), "last" | "ending"));
        // "the name on the card"
        let name_on = (i.saturating_sub(4)..i).any(|k| said.has(k, &["name", "on"]));
        let label = named.filter(|(k, _)| !(name_on && *k == Kind::Card));
        let label = label.filter(|(k, _)| !(last && matches!(k, Kind::Card | Kind::Account)));
        if let Some((_, len)) = label {
            (named_from, named_to) = (named_from.min(i), i + len);
        }
        kind = kind.max(label.map(|(kind, _)| kind));
    }
    let named = kind.is_some();
    let kind = kind.or_else(|| mask::asks_entry(said).then_some(Kind::Entry)).or_else(|| told.which_code(said))?;
    let any = |list: &'static str| said.words.iter().any(|w| listed(list, &w.low));
    // "and your pin"
    let asks = said.text.contains(['?', '\u{ff1f}'])
        || said.words.len() <= if said.low(0) == "and" { 7 } else { 4 }
        || named && ends_with_it(said, named_from, named_to)
        || plainly
        || any(
            "please need tell give enter provide confirm verify read say type share what what's may can could choose characters letters",
        );
    let warns = any("never")
        || said.words.windows(2).any(|w| listed("don't not", &w[0].low) && listed("send share tell give", &w[1].low));
    // "I've sent you a code just now": the customer reads it out unasked
    let on_its_way = (kind == Kind::Digits || any("passcode otp")) && any("send sending sent went text texted texting");
    if !(asks || on_its_way) || warns {
        return None;
    }
    // "what is your password" asks for nothing else
    let what_is =
        (0..said.words.len()).any(|k| said.has(k, &["what", "is"]) && listed("your the a this that", said.low(k + 2)));
    // "may i have your pin"
    let has = (0..said.words.len()).any(|k| said.low(k) == "have" && (k == 0 || !listed("i we", said.low(k - 1))));
    let other = any("is") && !what_is
        || has
        || any(
            "problem issue trouble wrong error link sent emailed reset changed forgot forgotten remember try tried when why how name username email phone \
        did do does has are",
        );
    Some((kind, !other || said.words.len() <= 3))
}

/// "thank you Ana and your social security number": said aloud, such a question has no mark; it ends with what is asked for.
fn ends_with_it(said: &Said<'_>, named_from: usize, named_to: usize) -> bool {
    const TAIL: &str = "please now then for me us you to verify verification security on the of your card account back full as well too number";
    let tail = (named_to..said.words.len()).all(|k| listed(TAIL, said.low(k)));
    // "and your", "and the full"
    let asked = (named_from.saturating_sub(6)..named_to).any(|k| {
        listed("and then also just now okay ok great perfect thanks", said.low(k))
            && (k + 1..k + 3).any(|j| listed("your the his her", said.low(j)))
    });
    tail && asked
}

/// Does the agent ask for a number or a date that is no secret, so that no code is waited for any more?
pub(super) fn asks_other(said: &Said<'_>) -> bool {
    const MORE: &str = "birth birthday address street house date year time age people seats quantity amount number city state name email \
        postcode zipcode account quote budget";
    let other = |low: &str| listed(OTHERS, low) || listed(MORE, low);
    let labelled = (0..said.words.len()).any(|i| mask::named_at(said, i, false).is_some());
    // "your zip code" asks for no other one
    let code = (0..said.words.len())
        .any(|i| listed("code codes", said.low(i)) && (i == 0 || !listed(OTHERS, said.low(i - 1))));
    !labelled && !code && said.words.iter().any(|w| other(&w.low))
}

/// What bears on a question that has no name for the secret.
struct Asking {
    texted: bool,
    sent: bool,
    bank: bool,
    /// A code was spoken of, or a card.
    code: bool,
    of_card: bool,
}

impl Asking {
    /// The secret that is asked for at word `i`: "the long number on the front", "the code we sent".
    fn unnamed(&self, said: &Said<'_>, i: usize) -> Option<Kind> {
        let low = said.low(i);
        if said.has(i, &["long", "number"]) || said.has(i, &["16", "digit"]) || said.has(i, &["16", "digits"]) {
            return Some(Kind::Card);
        }
        let other = (i.saturating_sub(2)..i).any(|k| listed(OTHERS, said.low(k)));
        // "the number in the text message", "the six digits we sent you"
        let counted = is_counted(said, i);
        let read_out = listed("number digits", low) && (self.texted || self.sent && counted) && !other;
        let code = low == "code" && (self.sent || self.code || counted || self.is_read(said)) && !other;
        // "the four digit number you chose for telephone banking"
        let chosen = counted && listed("number code", low) && said.any(&["banking", "chose", "verification"]) && !other;
        // "which account should the refund go to"
        let paid = || {
            said.any(&["into", "to"])
                && said.any(&["pay", "money", "transfer", "credit", "paid", "deposit", "compensation"])
        };
        let into = low == "account"
            && (i.saturating_sub(3)..i).any(|k| listed("which what", said.low(k)))
            && (self.bank || paid())
            && said.any(&["pay", "refund", "send", "transfer", "money", "into", "deposit", "credit", "paid", "go"]);
        if into {
            return Some(Kind::Account);
        }
        (read_out || code || chosen || self.is_beside_card(said, i)).then_some(Kind::Digits)
    }

    /// "the four digits on the front", "the three digit number by the signature"
    fn is_beside_card(&self, said: &Said<'_>, i: usize) -> bool {
        let other = (i.saturating_sub(2)..i).any(|k| listed(OTHERS, said.low(k)));
        if other || !listed("digits digit number numbers code three four", said.low(i)) {
            return false;
        }
        let of_card = self.of_card || said.any(&["card", "signature", "strip"]);
        let side = said.has(i + 1, &["on", "the"]) && listed("front back reverse", said.low(i + 3));
        let there = said.any(&["back", "reverse", "signature", "strip", "behind", "flip"]);
        side && (of_card || said.breaks(i + 4)) || is_counted(said, i) && of_card && there
    }

    /// "read me the code", "what code did you get": a code that came to the customer.
    fn is_read(&self, said: &Said<'_>) -> bool {
        said.any(&["read", "got", "get", "entered", "enter", "typed", "received"])
            && !said.words.iter().any(|w| listed(OTHERS, &w.low))
    }

    /// "which one did you enter?", where a code is spoken of.
    fn which_code(&self, said: &Said<'_>) -> Option<Kind> {
        let asks = said.text.contains('?') && said.words.len() <= 12;
        let which = said.any(&["which", "what"]) && said.any(&["one", "ones", "enter", "type", "say", "says", "show"]);
        (self.code && !self.of_card && asks && which && !said.words.iter().any(|w| listed(OTHERS, &w.low)))
            .then_some(Kind::Digits)
    }
}

/// "three digit number", "six digits", "the little number"
fn is_counted(said: &Said<'_>, i: usize) -> bool {
    let Some(before) = i.checked_sub(1).map(|k| said.low(k)) else { return false };
    before.ends_with("digit")
        || before == "little"
        || listed("digits numbers", said.low(i)) && mask::is_number(said, i - 1)
}

/// "What was your mother's maiden name?", "the name of your first pet": only the customer is to know the answer.
fn is_security_question(said: &Said<'_>) -> bool {
    let n = said.words.len();
    let bare = |k: usize| said.low(k).strip_suffix("'s").unwrap_or(said.low(k)).to_owned();
    let any = |words: &[&str]| (0..n).any(|k| words.contains(&bare(k).as_str()));
    // said aloud it has no mark: "thank you and your first pet's name"
    let begins = listed("and thanks thank okay ok great perfect now then next", said.low(0)) || n <= 6;
    let asks = said.text.contains(['?', '\u{ff1f}']) || any(&["what", "whats", "please", "which"]) || begins;
    let of_youth = (0..n).any(|k| {
        let what = |j: usize| bare(j);
        let soon = |list: &'static str| (k + 1..k + 4).any(|j| listed(list, &what(j)));
        match said.low(k) {
            "first" => {
                soon("pet teacher school")
                    || any(&["was", "what"]) && listed("car job concert", &what(k + 1)) && any(&["was"])
            }
            "childhood" | "child" => soon("pet friend nickname street hero teacher school"),
            "favorite" | "favourite" => soon("pet teacher"),
            _ => false,
        }
    });
    let born = any(&["city", "town", "hospital", "place", "where"]) && (0..n).any(|k| said.has(k, &["born", "in"]));
    let young = any(&["pet"]) && (0..n).any(|k| said.has(k, &["as", "a", "child"]) || said.has(k, &["growing", "up"]));
    let grown = any(&["street", "road"]) && any(&["grow", "grew"]);
    let maiden = any(&["maiden"]) && any(&["name", "mother", "mothers", "mum", "mom"]);
    let secret = (0..n)
        .any(|i| listed("security secret memorable", said.low(i)) && listed("question word answer", said.low(i + 1)));
    // "is that your maiden name?"
    let maiden = maiden && !matches!(said.low(0), "is" | "was");
    asks && n <= 24 && (maiden || of_youth || young || born || grown || secret)
}

/// Does the agent wait for the rest of a number: "yes", "go on", "and the remaining digits"? What was given may be said once more.
pub(super) fn hears_on(said: &Said<'_>) -> bool {
    const REST: &str = "card rest remaining next other digits missing half";
    const OTHERS: &str =
        "name email mail phone zip postcode address street city order invoice booking amount date expiry expiration";
    let any = |list: &'static str| said.words.iter().any(|w| listed(list, &w.low));
    !any(OTHERS) && (said.words.len() <= 4 && !said.text.contains('?') || any(REST) || repeats(said))
}

/// Is the message nothing but digits and that they were heard: "okay, nine", "that's one seven three three, correct?"
pub(super) fn repeats(said: &Said<'_>) -> bool {
    const HEARD: &str = "okay ok yes yeah mhm hm hmm uh huh um got it right perfect great thanks thank you go on ahead and then next so \
        that's is correct i have";
    (0..said.words.len()).all(|k| listed(HEARD, said.low(k)) || mask::is_number(said, k))
}
