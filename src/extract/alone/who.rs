//! Who the customer is, in a chat of which only their side is known.
//!
//! Owns the bare name and what stands beside it: a number that goes with it, a house, nothing. Must not know what a later message
//! may tell of it (`waiting`).

use super::super::about::About;
use super::super::company::is_trade;
use super::super::name::{Name, Part, build};
use super::super::proposal::{Key, Proposal, Scene, sure};
use super::super::words::{Said, Word, is_city, is_common, is_first_name, is_surname, listed, state_at};
use super::{Alone, CARS, Tail, begin, has_digit, is_pronounced, is_strange, journey, may_name, order, past, tail};

/// How many of the customer's messages may come before who they are.
const EARLY: u32 = 9;

/// Who the customer is: a name by itself or with the number that identifies them.
pub(in crate::extract) fn named(
    said: &Said<'_>,
    scene: &Scene,
    alone: &Alone,
    seen: &[Proposal],
    given_before: Option<&str>,
) -> Option<Name> {
    if scene.agent_spoke || scene.voice || alone.turns > EARLY || said.cased && said.words.len() > 8 {
        return None;
    }
    if alone.about.has(About::SEAT) && !scene.opening && given_before.is_none() {
        // "gandhi" and then "lu 5467": the code that was asked for beside the name
        if alone.waiting.as_ref().is_some_and(|w| w.passenger) && journey::code(said) {
            return None;
        }
        let called =
            |n: &Name| n.last.is_none() && n.first.as_ref().is_some_and(|f| alone.called.contains(&f.to_lowercase()));
        // later on only a name that is known to be one
        let single = |n: &Name| n.last.is_none() && n.first.as_ref().is_some_and(|f| is_first_name(&f.to_lowercase()));
        let after = || journey::bare(said).filter(|n| alone.coded || alone.booked && single(n));
        if let Some(name) = journey::beside(said).or_else(after).filter(|n| !called(n)) {
            return Some(name);
        }
    }
    let from = begin(said);
    // "myself aura lane"
    if said.low(from) == "myself" {
        return myself(said, from + 1);
    }
    let mut to = from;
    // "nathan k flores"
    let initial = |k: usize| {
        k > from && said.low(k).len() == 1 && said.words.get(k + 1).is_some_and(|w| is_surname(&w.low) || is_strange(w))
    };
    while to < said.words.len()
        && to < from + 3
        && (to == from || !said.breaks(to))
        && (may_name(&said.words[to]) || initial(to) && said.words[to].is_alphabetic())
    {
        to += 1;
    }
    // "kumar lkj 784": letters of a code
    let known = |w: &Word<'_>| is_first_name(&w.low) || is_surname(&w.low) && !is_common(&w.low);
    if to > from + 1
        && said.words.get(to).is_some_and(|w| has_digit(w))
        && (said.low(to - 1).chars().count() < 4 || !is_pronounced(said.low(to - 1)))
        && !known(&said.words[to - 1])
    {
        to -= 1;
    }
    let words = &said.words[from..to];
    let first = words.first()?;
    // "ana ruiz 12 mill lane dover"
    // "john m 12 mill lane": a letter behind the name
    let past_initial =
        to + usize::from(words.len() < 3 && said.words.get(to).is_some_and(|w| w.is_alphabetic() && w.low.len() == 1));
    let begins =
        |k: usize| said.words.get(k).is_some_and(|w| seen.iter().any(|p| p.key == Key::Street && p.at == w.start));
    let housed = begins(to) || past_initial > to && begins(past_initial);
    let about = alone.about;
    let placed = || about.has(About::FOOD) && order::is_placed(said, to);
    let housed = housed || placed();
    let after = if housed { Tail::Number(5, true) } else { tail(said, to) };
    let given = is_first_name(&first.low) && !is_common(&first.low);
    let place = is_city(&first.low) && !is_first_name(&first.low)
        || state_at(said, from).is_some()
        || is_city(&said.text[first.start..words[words.len() - 1].end].to_lowercase());
    let car = words.iter().any(|w| listed(CARS, &w.low)) && !given;
    if place || car || after == Tail::Other || alone.called.iter().any(|c| *c == *first.low) && words.len() == 1 {
        return None;
    }
    // "namejoseph and the password 2558"
    if let Some(rest) = first.low.strip_prefix("name").filter(|rest| is_first_name(rest) && first.text.is_ascii()) {
        let shown = first.text[first.text.len() - rest.len()..].to_owned();
        let at = first.start + first.text.len() - rest.len();
        return Some(Name { first: Some(shown), last: None, sure: sure::GUESSED, at });
    }
    let all: Vec<&Word<'_>> = words.iter().collect();
    if scene.opening {
        let whole = words.len() == 2
            && from == 0
            && seen.is_empty()
            && !said.cased
            && after == Tail::End
            && given
            && is_surname(&words[1].low);
        let numbered =
            matches!(after, Tail::Number(4, _)) && (given || is_strange(first) && first.low.chars().count() > 4);
        let whole = whole || numbered && words.len() < 3;
        return whole.then(|| build(&all, Part::Whole, sure::BARE)).flatten();
    }
    if words.len() > 1 {
        // "ravi" and later "ravi menon"
        if words.len() == 2
            && given_before.is_some_and(|g| *g.to_lowercase() == *first.low)
            && after == Tail::End
            && is_strange(all[1])
        {
            return build(&all, Part::Whole, sure::LIKELY);
        }
        let names = all.iter().filter(|w| known(w)).count();
        let strange = all.iter().filter(|w| is_strange(w)).count();
        let fits = names * 2 + strange >= words.len() && (names > 0 || strange == words.len());
        // "melur town 625101", "anna nagar 600040"
        let towns = about.has(About::HOME) && matches!(after, Tail::Number(5 | 6, _));
        let number = match after {
            Tail::Number(4, _) if about.has(About::PAPERS) && !about.has(About::HOME.with(About::FOOD)) => true,
            Tail::Number(n, labelled) => {
                n > 2 && (given || housed && names > 0 || !about.has(About::FOOD) && (labelled || names > 0))
            }
            // "i am siva natarajan"
            Tail::End
                if names == 0
                    && about.has(About::PAPERS)
                    && (said.has(from.wrapping_sub(2), &["i", "am"])
                        || said.has(from.wrapping_sub(2), &["this", "is"])) =>
            {
                words.len() == 2 && words.iter().all(|w| is_strange(w) && w.low.chars().count() > 3 && !past(&w.low))
            }
            _ => from > 0 && given && !(about.has(About::FOOD) && names < 2),
        };
        return (fits && number && !towns).then(|| build(&all, Part::Whole, sure::LIKELY)).flatten();
    }
    if given_before.is_some() {
        // "nathan" and then "kumar"
        let family = is_surname(&first.low) && !is_common(&first.low) && !alone.called.iter().any(|c| *c == *first.low);
        let other = given_before.is_some_and(|g| *g.to_lowercase() != *first.low);
        let whole = from == 0 && said.words.len() == 1;
        return (alone.given && family && other && whole).then(|| build(&all, Part::Last, sure::GUESSED)).flatten();
    }
    // on a journey the last name is asked for: nobody knows which one it is
    if about.has(About::TRAVEL) {
        let last = is_surname(&first.low) && !is_first_name(&first.low) && !is_common(&first.low);
        return last.then(|| build(&all, Part::Last, sure::GUESSED)).flatten();
    }
    // "this is lally"
    let introduced = from > 1 && said.has(from - 2, &["this", "is"]) && after == Tail::End;
    if introduced && is_strange(first) && first.low.chars().count() > 3 && !past(&first.low) {
        return build(&all, Part::Whole, sure::LIKELY);
    }
    let weight = match after {
        Tail::Number(..) if given && housed => Some(sure::LIKELY),
        Tail::Number(n, _) if given => (n > 2 && !(about.has(About::HOME) && matches!(n, 5 | 6)))
            .then_some(if about.has(About::FOOD) && n < 10 { sure::DOUBTFUL } else { sure::GUESSED }),
        // "alex" and then "velox 3303"
        Tail::Number(..) if alone.introduced => None,
        Tail::Number(n @ 4..=9, labelled) => {
            let round = said.text.trim_end().ends_with("00") || has_year(said);
            let settled = about.has(About::PAPERS) && !about.has(About::HOME.with(About::FOOD))
                || about == About::NOTHING && n == 4;
            (settled
                && is_strange(first)
                && first.low.chars().count() > 3
                && (labelled || !round)
                && !is_trade(&first.low))
            .then_some(sure::GUESSED)
        }
        Tail::End => {
            let settled = about.has(About::PAPERS) && !about.has(About::HOME.with(About::FOOD));
            (settled && given && !is_city(&first.low)).then_some(sure::BARE)
        }
        _ => None,
    };
    build(&all, Part::Whole, weight?)
}

/// "myself aura lane": what some say for "I am", with nothing behind the name.
fn myself(said: &Said<'_>, from: usize) -> Option<Name> {
    let words = said.words.get(from..).filter(|words| (1..=3).contains(&words.len()))?;
    let named = |w: &Word<'_>| may_name(w) && (is_strange(w) || is_surname(&w.low) || is_first_name(&w.low));
    let all: Vec<&Word<'_>> = words.iter().collect();
    (words.iter().all(named) && !is_common(&words[0].low) && !past(&words[0].low))
        .then(|| build(&all, Part::Whole, sure::LIKELY))
        .flatten()
}

fn has_year(said: &Said<'_>) -> bool {
    said.words
        .iter()
        .any(|w| w.is_digits() && w.text.len() == 4 && (w.text.starts_with("19") || w.text.starts_with("20")))
}
