//! Whether two pieces of a conversation speak of the same.
//!
//! Owns which words say what something is about. Must not know what is made of it.

use super::wish::Wish;
use super::words::{Said, is_function, listed};

/// The words of a text that say what it is about.
pub(super) fn telling(text: &str) -> Vec<String> {
    const ANY: &str = "get know check want need like make see have find please new same also now today";
    let all = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).take(64);
    all.filter(|w| !w.is_empty() && !is_function(w) && !listed(ANY, w)).collect()
}

/// Do they speak of something alike? "successfully" and "the customer" are no such thing.
pub(super) fn shares(text: &str, said: &Said<'_>) -> bool {
    const ANY: &str = "successfully customer customer's agent confirmed done been unfortunately sorry s great will";
    telling(text).iter().filter(|w| !listed(ANY, w)).any(|w| said.words.iter().any(|s| s.low == *w))
}

/// Do two wishes speak of the same? Most of what the shorter one speaks of is in the other.
pub(super) fn same(a: &Wish, b: &Wish) -> bool {
    // "check my seat" and "change my seat to the window"
    let does = |w: &Wish| match w {
        Wish::Do(text) | Wish::Ask(text) => text.split(' ').next().map(|v| listed("change cancel close", v)),
        _ => None,
    };
    if does(a).zip(does(b)).is_some_and(|(a, b)| a != b) {
        return false;
    }
    let (a, b) = (telling(a.text()), telling(b.text()));
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let shared = short.iter().filter(|w| long.contains(w)).count();
    let number = |w: &&String| w.bytes().any(|b| b.is_ascii_digit());
    let numbers = short.iter().filter(number).all(|w| long.contains(w));
    short.is_empty() || numbers && shared * 4 >= short.len() * 3
}
