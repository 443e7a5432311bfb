//! Cards' numbers that are given in two messages.
//!
//! Owns how a part of such a number is written. Must not know what is said around it.

use super::super::number::{luhn, run_at};
use super::super::words::Said;

/// Of how many digits the groups are.
const GROUP: usize = 4;
/// Of how many a number is that is known by its check digit alone.
const WHOLE: usize = 16;

/// The digits that the message ends with, where they are written as a card's are begun: "4539 1488".
pub(in super::super) fn beginning(said: &Said<'_>) -> String {
    let group = |k: usize| said.words.get(k).is_some_and(|w| w.is_digits() && w.text.len() == GROUP);
    let end = said.words.len();
    let first = (end.saturating_sub(3)..end).find(|&from| (from..end).all(group));
    first.map(|from| said.words[from..].iter().map(|w| w.text).collect()).unwrap_or_default()
}

/// Where in bytes the number ends whose beginning was said before and whose rest the message begins with, and the rest.
pub(in super::super) fn end(said: &Said<'_>, beginning: &str) -> Option<(usize, String)> {
    let run = said.words.first().filter(|_| !beginning.is_empty()).and_then(|_| run_at(said, 0))?;
    let whole = beginning.len() + run.digits.len() == WHOLE && run.digits.len().is_multiple_of(GROUP);
    (whole && luhn(beginning.bytes().chain(run.digits.bytes()))).then_some((run.to, run.digits))
}
