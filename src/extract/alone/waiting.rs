//! A word or two that stood by themselves, until a later message tells what they are: "melur" and then "625101", "ravi" and then a
//! phone number, "kiara" and later kiara45@.
//!
//! Owns what such a message tells. Must not know which messages wait (`alone`).

use super::super::about::About;
use super::super::excerpt::excerpt;
use super::super::proposal::{Key, Proposal, sure};
use super::super::words::{Said, Word, is_city, is_common, is_first_name, listed, state_at};
use super::super::{Listener, Words};
use super::{JOINTS, LABELS, begin, has_digit, is_strange, journey, may_name, place};
use crate::domain::conversation::Role;

#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub said: String,
    pub text: String,
    pub nth: usize,
    pub at_ms: i64,
    /// May it be a passenger?
    pub passenger: bool,
}

impl Listener {
    /// A name by itself, or beside numbers and the address, is the customer's when their address begins with it.
    pub(super) fn single(&mut self, said: &Said<'_>, seen: &[Proposal], at_ms: i64) {
        let address = seen.iter().find(|p| p.key == Key::Email);
        if let Some(one) = by_itself(said, address) {
            let text = excerpt(&self.said_last, one.text, one.start);
            self.alone.single =
                Some(Waiting { said: one.text.to_owned(), text, nth: self.nth, at_ms, passenger: false });
        }
        let address = address.map(|p| p.value.to_lowercase());
        if let (Some(address), Some(before)) = (address, &self.alone.single)
            && let Some(rest) = address.strip_prefix(&before.said.to_lowercase())
            && rest.starts_with(|c: char| !c.is_alphabetic())
            && !rest.starts_with('.')
        {
            let (value, text) = (before.said.clone(), before.text.clone());
            let words = Words { role: Role::Customer, at_ms: before.at_ms, nth: before.nth, text };
            self.keep(Proposal::new(Key::FirstName, value, sure::LIKELY, 0), words, false);
        }
    }

    /// Who travels stood by themselves before the code.
    pub(super) fn keep_passenger(&mut self, before: &Waiting) {
        let Some(name) = journey::bare(&Said::new(&before.said)) else { return };
        for (key, value) in [(Key::FirstName, name.first), (Key::LastName, name.last)] {
            let Some(value) = value else { continue };
            let text = before.text.clone();
            let words = Words { role: Role::Customer, at_ms: before.at_ms, nth: before.nth, text };
            self.keep(Proposal::new(key, value, name.sure, 0), words, false);
        }
    }

    /// Does this message tell what the one before was?
    pub(super) fn tell(&mut self, before: &Waiting, said: &Said<'_>, seen: &mut Vec<Proposal>) {
        let about = self.alone.about;
        let k = (0..said.words.len().min(8)).find(|&k| {
            !(listed(LABELS, said.low(k)) || listed(JOINTS, said.low(k)) || listed("zip zipcode pincode", said.low(k)))
        });
        let Some(number) = k.and_then(|k| said.words.get(k)) else { return };
        let alone = number.is_digits() && k.is_none_or(|k| k + 1 >= said.words.len());
        let placed = seen.iter().any(|p| p.key == Key::City) || self.get("city").is_some();
        let word = Said::new(&before.said);
        let key = match number.text.len() {
            5 | 6 if alone && about.has(About::HOME) && !placed => {
                let state = state_at(&word, 0).is_some_and(|(len, _)| len == word.words.len())
                    && !is_city(&before.said.to_lowercase())
                    || place::is_state_like(&before.said);
                if !seen.iter().any(|p| p.key == Key::Zip) {
                    seen.push(Proposal::new(Key::Zip, number.text, sure::LIKELY, number.start));
                }
                if state { Key::State } else { Key::City }
            }
            _ if self.tells_name(&word, said, alone.then_some(number.text.len())) => {
                if word.words.len() > 2 || self.get("first_name").is_some() || self.get("last_name").is_some() {
                    return;
                }
                Key::FirstName
            }
            _ => return,
        };
        let mut keep = |key, value: &str| {
            let text = before.text.clone();
            let words = Words { role: Role::Customer, at_ms: before.at_ms, nth: before.nth, text };
            self.keep(Proposal::new(key, value, sure::GUESSED, 0), words, false);
        };
        if key != Key::FirstName {
            if !listed("usa us india uk canada america england", &before.said.to_lowercase()) {
                keep(key, &before.said);
            }
            return;
        }
        let given = |low: &str| is_first_name(low) && !is_common(low);
        let named =
            word.words.first().is_some_and(|w| (w.low.chars().count() > 3 || given(&w.low)) && !is_city(&w.low));
        match &word.words[..] {
            [first] if named => keep(key, first.text),
            [first, last] if named => {
                keep(key, first.text);
                keep(Key::LastName, last.text);
            }
            _ => {}
        }
    }

    /// Is what stood by itself before this message a name?
    fn tells_name(&self, word: &Said<'_>, said: &Said<'_>, digits: Option<usize>) -> bool {
        let about = self.alone.about;
        let Some(first) = word.words.first() else { return false };
        let given = is_first_name(&first.low) && !is_common(&first.low);
        // "ravi" and then a phone number
        if (given || word.words.len() == 2) && matches!(digits, Some(10..=12)) && !about.has(About::TRAVEL) {
            return true;
        }
        if word.words.len() > 1 {
            return false;
        }
        // the town, who they are, and then the number that goes with it
        let called = self.alone.called.iter().any(|c| *c == *first.low);
        if about == About::HOME && given && !called && self.get("city").is_some() && digits.is_some_and(|n| n > 3) {
            return true;
        }
        let number = said.words.iter().any(has_digit) && said.words.len() < 9;
        if about.has(About::HOME.with(About::FOOD).with(About::TRAVEL)) || !number {
            return false;
        }
        about.has(About::PAPERS.with(About::ADDRESS)) || given && digits.is_some_and(|n| n > 3)
    }
}

/// A word that may be a name, with nothing beside it but numbers, what they are called, and an address.
fn by_itself<'s, 'a>(said: &'s Said<'a>, address: Option<&Proposal>) -> Option<&'s Word<'a>> {
    const SHORTEST: usize = 4;
    let from = begin(said).min(3);
    let (one, rest) = said.words.get(from..)?.split_first()?;
    let within = |w: &Word<'_>| address.is_some_and(|a| (a.at..a.at + a.value.len()).contains(&w.start));
    let beside = |w: &Word<'_>| {
        has_digit(w) || within(w) || listed(LABELS, &w.low) || listed(JOINTS, &w.low) || listed("email mail e", &w.low)
    };
    let given = is_first_name(&one.low) && !is_common(&one.low);
    let strange = is_strange(one) && may_name(one) && one.low.chars().count() >= SHORTEST;
    ((given || strange) && !within(one) && rest.len() < 12 && rest.iter().all(beside)).then_some(one)
}
