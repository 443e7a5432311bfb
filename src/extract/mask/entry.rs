//! Codes that open something: a door, a gate, a lockbox, a bicycle's lock.
//!
//! Owns what has such a code and how it is told. Must not know of codes that are sent, nor of cards.

use super::super::number::Run;
use super::super::words::{Gap, Said, listed};
use super::{IS, account};

/// How many digits such a code has.
pub(super) const DIGITS: std::ops::RangeInclusive<usize> = 3..=8;
/// What has nothing but its code.
const LOCKED: &str = "lockbox keybox keysafe lock-box key-box key-safe keypad padlock";
/// What may have a number of its own: "the gate is 4471#".
const ENTRANCES: &str = "gate door buzzer intercom garage entrance lobby building";
/// With what somebody enters a code.
const ENTERS: &str = "use enter punch type press dial key put try code in is was";

/// The name of what is locked that begins at word `i`, and of how many words it is.
pub(super) fn label_at(said: &Said<'_>, i: usize) -> Option<usize> {
    let low = said.low(i);
    let next = said.words.get(i + 1).filter(|w| w.gap != Gap::Stop).map_or("", |w| &*w.low);
    match low {
        _ if listed(LOCKED, low) => Some(1),
        "key" if listed("safe box", next) => Some(2),
        "lock" if next == "box" => Some(2),
        _ => listed(ENTRANCES, low).then_some(1),
    }
}

/// Is the run of digits that begins at word `i` the code of what was named, `asked`: by the agent?
pub(super) fn is_code(said: &Said<'_>, i: usize, run: &Run, asked: bool) -> bool {
    let ended = ends_with_key(said, run);
    let plain = said.breaks(run.end) || listed("and then to for on at or if so it", said.low(run.end));
    let before = if i > 0 { said.low(i - 1) } else { "" };
    let entered =
        said.words[i].gap == Gap::Colon || listed(IS, before) || listed(ENTERS, before) || listed(LOCKED, before);
    DIGITS.contains(&run.digits.len())
        && !account::is_of_other(said, i)
        && !is_of_house(said, i)
        && (ended || plain && (asked || entered && named(said, i)))
}

/// "the gate is 1200 Oak Street", "flat 302"
fn is_of_house(said: &Said<'_>, i: usize) -> bool {
    (i.saturating_sub(2)..i).any(|k| {
        listed(
            "flat apartment apt unit floor room suite number no house block level ring call extension ext model",
            said.low(k),
        )
    })
}

/// Is what is locked by nothing but a code named, or a code, a few words before? A door may be told by its number.
fn named(said: &Said<'_>, i: usize) -> bool {
    (i.saturating_sub(8)..i).any(|k| {
        listed(LOCKED, said.low(k))
            || said.low(k) == "code"
            || listed("safe box", said.low(k)) && k > 0 && listed("key lock", said.low(k - 1))
    })
}

/// "use 9083# at the door", whoever asked: only a code is written so.
pub(super) fn is_by_itself(said: &Said<'_>, i: usize, run: &Run) -> bool {
    let rest = said.text[run.to..].strip_prefix('#');
    let alone = rest.is_some_and(|r| !r.starts_with(|c: char| c.is_alphanumeric() || c == '#'));
    let near = said.words.get(i.saturating_sub(8)..said.words.len().min(i + 8)).unwrap_or_default();
    let extension = near.iter().any(|w| listed("extension ext", &w.low));
    let one = run.end == i + 1 && said.words[i].is_digits();
    one && alone && DIGITS.contains(&run.digits.len()) && !is_of_house(said, i) && !extension
}

/// "9083#", "2580 then star": only a code ends so.
fn ends_with_key(said: &Said<'_>, run: &Run) -> bool {
    let k = run.end + usize::from(listed("then and", said.low(run.end)));
    said.text[run.to..].starts_with(['#', '*'])
        || listed("hash pound star asterisk", said.low(k))
        || listed("hash pound star", said.low(k + 1)) && listed("the press hit", said.low(k))
}

/// Does the agent ask how one gets in, or for what opens it?
pub(in super::super) fn is_asked(said: &Said<'_>) -> bool {
    let n = said.words.len();
    let label = |list: &'static str| said.words.iter().any(|w| listed(list, &w.low));
    let locked = (0..n).any(|k| label_at(said, k).is_some_and(|len| len > 1 || listed(LOCKED, said.low(k))));
    let enters = label("code combination access open enter entry unlock")
        || (0..n).any(|k| {
            listed("get let getting come", said.low(k)) && (k + 1..k + 5).any(|j| listed("in into inside", said.low(j)))
        });
    locked || enters && label("gate door buzzer intercom garage entrance lobby building driver courier technician")
}
