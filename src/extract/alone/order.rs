//! What somebody says who has something brought: a town behind a street, a number to call.
//!
//! Owns the ends of such an answer. Must not know streets (`address`) or who orders.

use super::super::about::{About, is_food};
use super::super::proposal::{Key, Proposal, sure};
use super::super::words::{Gap, Said, Word, is_city, is_common, is_everyday, is_function, listed};
use super::{has_digit, missing_of};

/// What is still missing of an answer to "name, address and phone". `numbered`: no number to call is known yet.
pub(super) fn hear(said: &Said<'_>, about: About, numbered: bool, seen: &mut Vec<Proposal>) {
    if missing_of(seen, Key::City) && missing_of(seen, Key::State) {
        seen.extend(town_behind(said, seen));
    }
    if !about.has(About::FOOD.with(About::ADDRESS)) || about.has(About::TRAVEL.with(About::HOME)) {
        return;
    }
    if missing_of(seen, Key::Street) {
        seen.extend(number_behind(said));
    }
    if missing_of(seen, Key::Street) && about.has(About::FOOD) {
        street_to_call(said, numbered, seen);
    }
    if numbered && about.has(About::FOOD) && !about.has(About::MONEY) {
        seen.extend(number(said));
    }
}

/// "9 mill lane dover": a town at the end behind the street, its state not said.
fn town_behind(said: &Said<'_>, seen: &[Proposal]) -> Option<Proposal> {
    let street = seen.iter().find(|p| p.key == Key::Street)?;
    let end = street.at + street.value.len();
    let from = said.words.partition_point(|w| w.start < end);
    let words = said.words.get(from..)?;
    let zip = words.last().is_some_and(|w| w.is_digits() && matches!(w.text.len(), 5 | 6));
    let words = &words[..words.len() - usize::from(zip)];
    let (first, last) = (words.first()?, words.last()?);
    let value = said.text.get(first.start..last.end)?;
    let low = value.to_lowercase();
    let plain = words.iter().all(|w| w.is_alphabetic() && matches!(w.gap, Gap::Space | Gap::Comma));
    (words.len() <= 3 && plain && !is_everyday(&low) && is_city(&low))
        .then(|| Proposal::new(Key::City, value, sure::LIKELY, first.start))
}

/// "mill lane number 9"
fn number_behind(said: &Said<'_>) -> Option<Proposal> {
    let n = said.words.len();
    let last = said.words.last()?;
    let number = (3..=7).contains(&n) && last.is_digits() && last.text.len() < 5;
    let to = n - 1 - usize::from(listed("number no", said.low(n.checked_sub(2)?)));
    let kind = listed("street road avenue lane drive boulevard", said.low(to.checked_sub(1)?));
    let words = &said.words[..to];
    let named = words.len() > 1
        && words.iter().all(|w| w.is_alphabetic() && !is_function(&w.low) && !has_digit(w))
        && words[..to - 1].iter().all(|w| !listed("address new house home", &w.low))
        && words[..to - 1].iter().any(|w| !is_common(&w.low) || to < n - 1);
    (number && kind && named)
        .then(|| Proposal::new(Key::Street, &said.text[words[0].start..last.end], sure::LIKELY, words[0].start))
}

/// "mill street dover 7654321098": a street of which no number is said, its town, and the number to call behind it.
fn street_to_call(said: &Said<'_>, numbered: bool, seen: &mut Vec<Proposal>) {
    let from = (0..said.words.len().min(6))
        .find(|&k| !(listed(super::LEADS, said.low(k)) || listed("address delivery", said.low(k))));
    let Some((number, words)) = from.and_then(|from| said.words.get(from..)).and_then(<[_]>::split_last) else {
        return;
    };
    let called = number.is_digits() && (9..=12).contains(&number.text.len());
    let named = |w: &Word<'_>| {
        w.is_alphabetic() && !is_function(&w.low) && !is_common(&w.low) && !is_food(&w.low) && w.gap != Gap::Stop
    };
    let kind = words.iter().position(|w| listed("street road nagar avenue lane salai", &w.low));
    let Some(kind) = kind.filter(|k| called && (1..4).contains(k) && words.len() <= k + 3) else { return };
    if !words.iter().enumerate().all(|(k, w)| k == kind || named(w)) {
        return;
    }
    // "madurai mill street": the town before it
    let town = |k: usize| words.get(k).is_some_and(|w| is_city(&w.low));
    let first = usize::from(kind > 1 && town(0));
    let text = |a: usize, b: usize| &said.text[words[a].start..words[b].end];
    seen.push(Proposal::new(Key::Street, text(first, kind), sure::LIKELY, words[first].start));
    let city = if first > 0 { Some(0) } else { (kind + 1..words.len()).find(|&k| town(k)) };
    if let Some(k) = city.filter(|_| missing_of(seen, Key::City)) {
        seen.push(Proposal::new(Key::City, text(k, k), sure::LIKELY, words[k].start));
    }
    if numbered && missing_of(seen, Key::Phone) {
        seen.push(Proposal::new(Key::Phone, number.text, sure::GUESSED, number.start));
    }
}

/// A number by itself that has a digit too many or too few: nothing else is asked for that is so long.
fn number(said: &Said<'_>) -> Option<Proposal> {
    let [number] = &said.words[..] else { return None };
    let whole = number.is_digits() && matches!(number.text.len(), 9 | 11) && !number.text.ends_with("000");
    whole.then(|| Proposal::new(Key::Phone, number.text, sure::GUESSED, number.start))
}

/// "9 natham madurai": a number and where it is, to the end; nothing that one eats.
pub(super) fn is_placed(said: &Said<'_>, from: usize) -> bool {
    let Some((number, rest)) = said.words.get(from..).and_then(<[_]>::split_first) else { return false };
    let Some(last) = rest.last() else { return false };
    number.is_digits()
        && number.text.len() < 5
        && (2..7).contains(&rest.len())
        && is_city(&last.low)
        && !is_everyday(&last.low)
        && !rest.iter().any(|w| is_function(&w.low) || is_food(&w.low))
}
