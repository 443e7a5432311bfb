//! Fields that one word alone may call: "device", or "password" for the password of the wifi.
//!
//! Owns the signs that such a word speaks of something else. Must not know how fields are found in words (`custom`).

use super::super::words::{Gap, Said, is_common, is_function, listed};

/// What every house has many of: the word alone never tells which.
const SECRETS: &str = "password passwords passcode passphrase pin code codes key secret";
/// What stands before a noun and does not say which one it is.
const DETERMINERS: &str =
    "the your a an this that which what what's is and or for any new current preferred exact full own ur us me have";
/// What asks for a thing rather than speaks of it.
const ASKS: &str = "which what what's whats whose tell give enter share provide specify know have need get select choose name kind type";
/// Between such a word and the noun: it is asked what is the matter with the thing.
const PARTS: &str = "wrong happened with about on in to at problem trouble error doing";
/// How things and people fare, and no name of them.
const STATES: &str = "wrong broken sick ill dead gone late early great good bad fine ok okay nice perfect awful terrible horrible \
    missing empty full closed open sold out waiting working running leaking ringing beeping flashing failing stuck slow fast \
    damaged delayed cancelled canceled finished done lost stolen expired blocked locked delivered shipped completed disappointed \
    frustrated faulty defective ready unavailable available overpriced expensive cheap tight urgent different same important \
    correct right true false dirty noisy loud hot cold wet dry old off on up down back here there coming getting going not still \
    already too really very so always never amazing excellent useless rubbish ugly beautiful happy unhappy angry better worse \
    confusing unclear unknown unhelpful helpful fixed resolved";

/// "your account password" for the password of the wifi: does the noun at `from..to`, the last word of a field's label, name
/// another thing?
pub(super) fn is_other_kind(said: &Said<'_>, from: usize, to: usize) -> bool {
    let secret = listed(SECRETS, said.low(from));
    let kind = from > 0
        && said.words[from].gap == Gap::Space
        && said.words[from - 1].is_alphabetic()
        && !listed(DETERMINERS, said.low(from - 1))
        && !listed(DETERMINERS, said.low(from));
    secret
        || kind && is_common(said.low(from - 1)) && !is_function(said.low(from - 1))
        || listed("of for in", said.low(to)) && listed("your the my our", said.low(to + 1))
        || listed("reason", said.low(to - 1)) && listed("for why you that behind", said.low(to))
}

/// Does the agent ask for the thing at `from..to`, or speak of it: "did you restart the device?"
pub(super) fn is_asked_for(said: &Said<'_>, from: usize, to: usize) -> bool {
    if to - from > 1 {
        return true;
    }
    let begins = (0..=from).rev().find(|&k| matches!(said.words[k].gap, Gap::Start | Gap::Stop)).unwrap_or(0);
    let ends = (to..said.words.len()).find(|&k| said.words[k].gap == Gap::Stop).unwrap_or(said.words.len());
    let asks = (begins..from).rev().find(|&k| listed(ASKS, said.low(k)));
    let plain = |k: usize| (k + 1..from).all(|k| !listed(PARTS, said.low(k)));
    // "your device?", "and the colour, please"
    let alone = (begins..ends)
        .all(|k| (from..to).contains(&k) || listed("and your the a any please ok okay thanks great", said.low(k)));
    asks.is_some_and(|k| from - k <= 6 && plain(k)) || alone
}

/// "my pet is sick": how the thing fares, and not what it is.
pub(super) fn is_state(said: &Said<'_>, at: usize) -> bool {
    let first = said.words.partition_point(|w| w.start < at);
    said.words.get(first).is_some_and(|w| listed(STATES, &w.low) && !w.is_capital())
}
