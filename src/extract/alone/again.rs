//! A house number that is put right by itself: "101 gandhi street", and then "sorry 1001".
//!
//! Owns which number is meant for which. Must not know how streets are found.

use super::super::Listener;
use super::super::proposal::{Key, Proposal, sure};
use super::super::words::{Said, listed};

/// What such a message says besides the number.
const CUES: &str = "sorry oops mistake correction typo wrong actually mean meant";
const AROUND: &str = "oh i its it's it is no ok that was a my the number house door so by";

impl Listener {
    /// The street of the message before with the number that this one gives.
    pub(super) fn house_put_right(&self, said: &Said<'_>) -> Option<Proposal> {
        let street = self.get("street").filter(|s| s.nth + 1 == self.nth)?;
        let mut numbers = said.words.iter().filter(|w| w.is_digits());
        let (Some(new), None) = (numbers.next(), numbers.next()) else { return None };
        let rest = || said.words.iter().filter(|w| !w.is_digits());
        let cued =
            rest().any(|w| listed(CUES, &w.low)) && rest().all(|w| listed(CUES, &w.low) || listed(AROUND, &w.low));
        let old = street.value.split(' ').next()?;
        let numbered = old.bytes().all(|b| b.is_ascii_digit()) && new.text.len() < 6;
        // one digit more, less or other
        let like = numbered && old != new.text && strsim::damerau_levenshtein(old, new.text) == 1;
        (cued && like && said.words.len() < 8).then(|| {
            let value = format!("{}{}", new.text, &street.value[old.len()..]);
            Proposal::new(Key::Street, value, sure::STATED, new.start)
        })
    }
}
