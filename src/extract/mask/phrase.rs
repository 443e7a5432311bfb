//! Passwords of everyday words, beside the word "password": before it, behind it, from one to another.
//!
//! Owns which words there are a password and which tell of one. Must not know of other secrets.

use super::super::number::run_at;
use super::super::words::{Said, is_common, is_function, listed};
use super::token::{is_address, is_odd};
use super::{SETS, STATES};

/// Of how many words a password is that nobody says to be one but by its place.
const MOST: usize = 5;
/// What a password's page and the like are called: "password reset link".
const COMPOUNDS: &str = "manager managers reset resets link links page pages field fields box screen hint hints policy rules rule \
    requirements requirement recovery change changes update updates email emails mail mails app form prompt option options button \
    generator strength check checker length history section setting settings message messages request requests window protection \
    security vault sheet expiry expiration attempt attempts entry error errors thing problem problems issue issues question \
    questions help access sms text notification code reminder process procedure step steps part";
/// What is said to be the password's matter, and is none.
const ABOUT: &str = "problem problems trouble issue issues question thing matter reason concern blocker hurdle request need topic subject \
    left point login email mail name username number account phone word link page access help field box first second third next \
    last case part step priority goal task focus cause culprit error obstacle worry remaining soon long far well twice once";
/// From where somebody changes a password.
const PLACES: &str = "home work phone mobile laptop desktop computer tablet pc app website site browser settings profile account email scratch \
    today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday morning abroad inside within";
/// Before what is said to be the password.
const OPENS: &str = "uh um er hm hmm yeah yes yep ok okay so and well sorry sure hi hello hey like right no but or think believe say said guess \
    because cause then actually";
/// With what somebody says to use a password.
const USES: &str = "use used uses using set tried try typed type typing enter entered chose choose put putting picked have had has with keep kept";

/// The words of a number.
pub(in super::super) fn is_number(said: &Said<'_>, k: usize) -> bool {
    said.words.get(k).is_some() && run_at(said, k).is_some()
}

/// May the word be one of a password's?
fn is_content(said: &Said<'_>, k: usize) -> bool {
    let Some(w) = said.words.get(k) else { return false };
    if matches!(&*w.low, "one" | "to" | "for") {
        return w.low == "one" && k > 0 && is_number(said, k - 1);
    }
    !is_function(&w.low) && !listed(STATES, &w.low) && !listed("please thanks thank pls now", &w.low)
}

/// The word behind the password of words that begins at word `i`.
pub(super) fn content_end(said: &Said<'_>, i: usize) -> usize {
    let mut end = i;
    while end - i < MOST && is_content(said, end) && (end == i || !said.breaks(end)) {
        end += 1;
    }
    end
}

/// Is there nothing from word `i` to the clause's end but a few words that may be a password?
pub(super) fn is_whole(said: &Said<'_>, i: usize) -> bool {
    let end = content_end(said, i);
    end > i && end <= i + 3 && (end >= said.words.len() || said.breaks(end) || listed("and but it", said.low(end)))
}

/// Do these words tell of nothing else?
fn is_telling(said: &Said<'_>, from: usize, end: usize) -> bool {
    let numbered = (from + 1..end).any(|k| is_number(said, k));
    let unheard = |k: usize| !is_common(said.low(k)) && !said.low(k).ends_with("ly");
    !is_number(said, from) && (numbered || (from..end).all(unheard))
}

/// Is the label that ends before word `k` a part of a name of something else: "password reset link"?
pub(super) fn is_compound(said: &Said<'_>, k: usize) -> bool {
    !said.breaks(k) && listed(COMPOUNDS, said.low(k))
}

/// The word behind the password that stands at once behind its label: "my password blue goose seven is wrong".
pub(super) fn inline_end(said: &Said<'_>, i: usize) -> Option<usize> {
    const THEN: &str = "is isn't isnt was wasn't wasnt doesn't doesnt does did didn't didnt keeps gets won't wont can't cant cannot not no \
        never stopped expired fails failed works worked";
    if said.breaks(i) || is_compound(said, i) {
        return None;
    }
    let end = content_end(said, i);
    let then = listed(THEN, said.low(end)) && !said.breaks(end);
    let verb = said.low(i).ends_with("ed") || said.low(i).ends_with("ing");
    (end > i && then && !verb && !is_address(said, i) && is_telling(said, i, end)).then_some(end)
}

/// Do so many words follow one another that the first of them tells nothing of a password: "correct horse battery staple"?
pub(super) fn is_long(said: &Said<'_>, i: usize) -> bool {
    (i + 1..i + 3).all(|k| is_content(said, k) && !said.breaks(k) && !is_address(said, k))
}

/// Where the quotation that word `i` begins ends, in bytes: `"correct horse battery"`.
pub(super) fn quotation_end(said: &Said<'_>, i: usize) -> Option<usize> {
    const LONGEST: usize = 80;
    let start = said.words.get(i)?.start;
    let close = match said.text[..start].chars().next_back()? {
        '"' => '"',
        '\u{201c}' | '\u{201e}' => '\u{201d}',
        '\'' => '\'',
        _ => return None,
    };
    let rest = &said.text[start..said.text.floor_char_boundary(start + LONGEST)];
    let end = rest.find(|c: char| c == close || close == '\u{201d}' && c == '\u{201c}')?;
    (end > 2 && !rest[..end].contains(['\n', '?'])).then_some(start + end)
}

/// Is it what a password is changed from, which begins at word `i`: "from swordfish seventy seven to"?
pub(super) fn is_changed_from(said: &Said<'_>, i: usize) -> bool {
    let end = content_end(said, i);
    end > i && said.low(end) == "to" && !said.breaks(end) && !(i..end).any(|k| listed(PLACES, said.low(k)))
}

/// Does a password of words that begins at word `i` end its clause?
pub(super) fn ends_clause(said: &Said<'_>, i: usize, found: bool) -> bool {
    let end = content_end(said, i);
    let ends = said.breaks(end) || listed("please thanks thank and or not pls now instead", said.low(end));
    end > i + 1 && ends && (found || (i + 1..end).any(|k| is_number(said, k)))
}

/// The first word of the password that ends with word `last`, before the words `link` and the label.
pub(super) fn before_label(said: &Said<'_>, last: usize, link: &str) -> Option<usize> {
    let mut from = last + 1;
    while last + 1 - from < MOST && from > 0 && is_content(said, from - 1) {
        let uses = listed(USES, said.low(from - 1)) || listed(OPENS, said.low(from - 1));
        if uses || listed(SETS, said.low(from - 1)) {
            break;
        }
        from -= 1;
        if said.breaks(from) {
            break;
        }
    }
    let before = from.checked_sub(1).filter(|_| !said.breaks(from)).map(|k| said.low(k));
    let telling = from <= last
        && !listed(ABOUT, said.low(last))
        && !listed(ABOUT, said.low(from))
        && !(from..=last).any(|k| is_address(said, k))
        && (from..=last).any(|k| !is_number(said, k));
    let opened = match (link, before) {
        ("as" | "for" | "=", Some(b)) => listed(USES, b) || listed(SETS, b),
        ("as" | "for" | "=", None) => link == "=",
        (_, None) => true,
        (_, Some(b)) => listed(OPENS, b),
    };
    (telling && opened && !is_odd(said, last)).then_some(from)
}
