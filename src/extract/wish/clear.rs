//! Whether a wish tells a reader anything.
//!
//! Owns the signs of one that does not: "do that", "help with it". Must not know how wishes begin.

use super::super::retell::reported;
use super::super::words::{Said, listed};
use super::{Wish, past_noise};

/// What is done to something that was spoken of: "block it". The rest of what one does says nothing without its object.
const TO_IT: &str = "block cancel return exchange replace refund book reserve repair fix report lock unlock deactivate reschedule \
    upgrade buy renew sell unblock stop dispute hurry";

/// "I ordered a shelf, but I'd like to exchange it": without what it speaks of the wish says nothing, so all of it is told.
pub(super) fn depends(said: &Said<'_>, i: usize, from: usize) -> Option<Wish> {
    let start = past_noise(said);
    let refers = listed("it them that this those these one", said.low(from + 1));
    let whole = refers && i >= start + 4 && listed("i my our we there the", said.low(start));
    whole.then(|| Wish::Trouble(reported(said, start)))
}

/// "do that", "help with it", "close due to personal" tell a reader nothing.
pub(super) fn is_clear(wish: &Wish, known: bool) -> bool {
    let text = wish.text();
    let mut words = text.split_whitespace();
    let count = words.clone().count();
    let second = words.nth(1).unwrap_or_default().to_lowercase();
    let last = text.rsplit(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).unwrap_or_default().to_lowercase();
    let whole = matches!(wish, Wish::Trouble(_) | Wish::Question(_));
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    let has = |list: &'static str| text.split(|c: char| !c.is_alphanumeric()).any(|w| listed(list, &w.to_lowercase()));
    // "give them more details", "one more thing", "the next step"
    let on = has("more next another other further little")
        && has("detail details detailed thing question questions instruction instructions step steps help info");
    if on && (known && count <= 9 || count <= 4) && !whole {
        return false;
    }
    // where it is to be sent, and not what
    let place = text.split_whitespace().skip(1).all(|w| {
        listed("me my them their to on the this that another other new same email e-mail mail address id phone number mobile", &w.to_lowercase())
    });
    let at_it = text.starts_with("look into ") && listed("it this that matter issue problem", &last) && count <= 5;
    if first == "send" && count >= 3 && place || at_it {
        return false;
    }
    let sends = first == "send" && (count > 2 || second == "it");
    if known && listed("it them", &second) && (count == 2 && listed(TO_IT, &first) || sends) {
        return true;
    }
    // "please send him"
    if !whole && first == "send" && count == 2 && listed("him her someone somebody", &second) {
        return false;
    }
    // "take that off"
    if !whole && second == "that" && (count == 2 || count == 3 && listed("off out down up away back", &last)) {
        return false;
    }
    if count == 2 && listed("many much several", &second) {
        return false;
    }
    if last == "them" && count == 2 && listed("call text ring phone contact email", &first) {
        return true;
    }
    count >= 2
        && (whole || !listed("due because since so but and as", &second))
        && (whole
            || (text.ends_with(" to them")
                || text.ends_with(" for them")
                || text.ends_with(" with them") && !text.starts_with("get help"))
                && count >= 4
            || !(listed("that this it one so them something there", &last) && count <= 6))
        && (whole || !(listed("again please", &last) && count <= 2))
}
