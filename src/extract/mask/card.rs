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

/// Where what belongs to a card ends behind its number: when it expires, and its code. `to`: where the number ends, and maybe
/// the month.
pub(super) fn beside(text: &str, to: usize) -> usize {
    let digits = |from: usize, most: usize| {
        let n = text[from..].bytes().take_while(u8::is_ascii_digit).count();
        (1..=most).contains(&n).then_some(from + n)
    };
    let spaces = |from: usize| from + text[from..].bytes().take_while(|b| matches!(b, b' ' | b',')).count();
    let year = |from: usize| text[from..].starts_with(['/', '-']).then(|| digits(from + 1, 4)).flatten();
    let expires = year(to).or_else(|| digits(spaces(to), 2).and_then(year));
    let Some(expires) = expires else { return to };
    let code = digits(spaces(expires), 4).filter(|end| end - spaces(expires) >= 3 && *end > expires + 3);
    code.filter(|&end| !text[end..].starts_with(char::is_alphanumeric)).unwrap_or(expires)
}

/// Where in bytes the number ends whose beginning was said before and whose rest the message begins with, and the rest.
pub(in super::super) fn end(said: &Said<'_>, beginning: &str) -> Option<(usize, String)> {
    let run = said.words.first().filter(|_| !beginning.is_empty()).and_then(|_| run_at(said, 0))?;
    let whole = beginning.len() + run.digits.len() == WHOLE && run.digits.len().is_multiple_of(GROUP);
    (whole && luhn(beginning.bytes().chain(run.digits.bytes()))).then_some((run.to, run.digits))
}
