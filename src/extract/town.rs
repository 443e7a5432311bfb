//! The customer's town where no street is named.
//!
//! Owns how people say where they live in passing. Must not know streets (`address`).

use super::about::About;
use super::address::city_end;
use super::asked::Asked;
use super::proposal::{Key, Proposal, Scene, sure};
use super::words::{Gap, Said, Word, is_city, is_common, is_everyday, is_first_name, is_function, listed, state_at};
use super::zip::zip_value;

/// "Houston 10325", "Houston, TX 77002", "Texas 77002" without a street.
pub(super) fn city_and_zip(said: &Said<'_>, scene: &Scene, out: &mut Vec<Proposal>) {
    let asked = scene.asked.has(Asked::ANY_PLACE);
    let settled =
        said.any(&["live", "living", "based", "located", "moved", "moving", "reside", "i'm", "we're", "here"]);
    let alone = scene.one_sided() && !scene.about.has(About::TRAVEL);
    if !(asked || settled || alone && said.words.len() <= 6) {
        return;
    }
    let how = if asked { sure::ANSWERED } else { sure::LIKELY };
    let text = |from: usize, to: usize| said.text[said.words[from].start..said.words[to - 1].end].to_owned();
    for k in 0..said.words.len() {
        let w = &said.words[k];
        let zip = w.is_digits() && matches!(w.text.len(), 5 | 6);
        if !zip {
            continue;
        }
        if k == 0 {
            zip_and_city(said, scene, out);
            continue;
        }
        let mut to = k;
        while to > 0
            && matches!(said.low(to - 1), "and" | "zip" | "code" | "pin" | "zipcode" | "pincode" | "is" | "postcode")
        {
            to -= 1;
        }
        if to == 0 {
            continue;
        }
        // "jo@x.example 85281": the end of an address is neither town nor state
        if is_of_address(said, to - 1) {
            return;
        }
        // a state right before, by name or by its letters
        let state = [2, 1].into_iter().find(|n| {
            // "it was used on 053018"
            let word = || {
                let at = to - n;
                let town = at > 0 && said.words[at - 1].is_alphabetic() && !is_everyday(said.low(at - 1));
                listed("on in or me", said.low(at)) && !said.words[at].is_capital() && !town
            };
            to >= *n && state_at(said, to - n).is_some_and(|(len, _)| len == *n) && !word()
        });
        let mut city_to = to;
        if let Some(n) = state {
            out.push(Proposal::new(Key::State, text(to - n, to), how, said.words[to - n].start));
            out.push(Proposal::new(Key::Zip, zip_value(said, k), how, w.start));
            city_to = to - n;
        }
        let from = (city_to.saturating_sub(3)..city_to).find(|&f| is_city(&text(f, city_to).to_lowercase()));
        let from = from.or_else(|| {
            let f = (city_to.saturating_sub(3)..city_to)
                .rev()
                .take_while(|&f| {
                    said.words[f].is_alphabetic() && !is_everyday(said.low(f)) && !is_first_name(said.low(f))
                })
                .last()?;
            (state.is_some() || asked).then_some(f)
        });
        // "Jane Austin, 78701", where a name was asked for and no town
        let town = scene.asked.has(Asked::CITY.with(Asked::ADDRESS).with(Asked::STREET).with(Asked::STATE));
        let apart = |f: &usize| {
            town || !scene.asked.has(Asked::ANY_NAME)
                || *f > 0 && (is_city(&text(*f, city_to).to_lowercase()) && said.breaks(*f) || said.low(*f - 1) == "in")
        };
        // "12 rose colony al 36001": the street's end
        let street = |f: &usize| {
            listed("colony nagar layout complex", said.low(city_to - 1)) && !is_city(&text(*f, city_to).to_lowercase())
        };
        if let Some(f) = from.filter(apart).filter(|f| !street(f)) {
            out.push(Proposal::new(Key::City, text(f, city_to), how, said.words[f].start));
            if state.is_none() {
                out.push(Proposal::new(Key::Zip, zip_value(said, k), how, w.start));
            }
        }
        return;
    }
    if settled && (!asked || said.words.len() <= 8) {
        settled_in(said, out);
    } else if alone && is_city(&said.text.trim().to_lowercase()) && !is_everyday(&said.text.trim().to_lowercase()) {
        out.push(Proposal::new(Key::City, said.text.trim(), sure::BARE, 0));
    }
}

/// "... washington dc", "... austin": a known town, perhaps with its state, that ends the message behind word `from`.
pub(super) fn at_end(said: &Said<'_>, from: usize) -> Vec<Proposal> {
    let n = said.words.len();
    let text = |a: usize, b: usize| &said.text[said.words[a].start..said.words[b - 1].end];
    let town = |to: usize| (from.max(to.saturating_sub(3))..to).find(|&a| is_city(&text(a, to).to_lowercase()));
    let put = |key, a: usize, b: usize| Proposal::new(key, text(a, b), 0.0, said.words[a].start);
    let state = (from + 1..n).find(|&k| state_at(said, k).is_some_and(|(len, _)| k + len == n) && town(k).is_some());
    match (state, town(n)) {
        (Some(k), _) => town(k).map_or_else(Vec::new, |a| vec![put(Key::City, a, k), put(Key::State, k, n)]),
        (None, Some(a)) => vec![put(Key::City, a, n)],
        _ => Vec::new(),
    }
}

/// "my address is texas austin": the state first, and nothing else.
pub(super) fn behind_state(said: &Said<'_>) -> Vec<Proposal> {
    let n = said.words.len();
    let Some(is) = (1..n).find(|&k| listed("address", said.low(k - 1)) && said.low(k) == "is") else {
        return Vec::new();
    };
    let Some((len, false)) = state_at(said, is + 1) else { return Vec::new() };
    let (from, to) = (is + 1, is + 1 + len);
    let text = |a: usize, b: usize| &said.text[said.words[a].start..said.words[b - 1].end];
    if to >= n || !is_city(&text(to, n).to_lowercase()) {
        return Vec::new();
    }
    vec![
        Proposal::new(Key::City, text(to, n), sure::LIKELY, said.words[to].start),
        Proposal::new(Key::State, text(from, to), sure::LIKELY, said.words[from].start),
    ]
}

/// Is word `k` a part of an email or web address?
fn is_of_address(said: &Said<'_>, k: usize) -> bool {
    let before = &said.text[..said.words[k].start];
    said.words[k].gap == Gap::Tight && before.ends_with(['.', '@', '_'])
        || said.text[said.words[k].end..].starts_with('@')
}

/// "85705 Tucson", where both were asked for and nothing else is said.
fn zip_and_city(said: &Said<'_>, scene: &Scene, out: &mut Vec<Proposal>) {
    let both = scene.asked.has(Asked::CITY) && scene.asked.has(Asked::ZIP);
    let words = &said.words[1..];
    let plain = |w: &Word<'_>| w.is_alphabetic() && !is_everyday(&w.low);
    if both && (1..=3).contains(&words.len()) && words.iter().all(plain) {
        let from = words[0].start;
        out.push(Proposal::new(
            Key::City,
            said.text[from..words[words.len() - 1].end].to_owned(),
            sure::ANSWERED,
            from,
        ));
    }
}

/// "I live in Porto"
fn settled_in(said: &Said<'_>, out: &mut Vec<Proposal>) {
    for i in 0..said.words.len() {
        let cue = [
            &["i", "live", "in"][..],
            &["i'm", "based", "in"],
            &["i", "am", "based", "in"],
            &["i", "moved", "to"],
            &["we", "live", "in"],
            &["i'm", "living", "in"],
            &["we're", "based", "in"],
            &["we", "are", "based", "in"],
            &["i'm", "located", "in"],
            &["we", "moved", "to"],
            &["i", "live"],
            &["i'm", "living"],
            &["i", "am", "living"],
            &["i'm", "in"],
            &["we're", "in"],
            &["here", "in"],
        ]
        .into_iter()
        .find(|cue| said.has(i, cue));
        let Some(cue) = cue else { continue };
        let from = i + cue.len();
        let to = city_end(said, from);
        if to == from || said.breaks(from) {
            continue;
        }
        let value = &said.text[said.words[from].start..said.words[to - 1].end];
        let known = is_city(&value.to_lowercase());
        let (to, value) = match state_within(said, from, to) {
            Some(state) => (state, &said.text[said.words[from].start..said.words[state - 1].end]),
            None => (to, value),
        };
        let known = known || is_city(&value.to_lowercase());
        // "I'm in ..." may be anything, and where one happens to be
        let passing = matches!(cue, ["i'm" | "we're" | "here", "in"]);
        let state = state_behind(said, to);
        // "i am living sydney": only a town that everybody knows
        if !known && matches!(cue.last(), Some(&("live" | "living"))) {
            continue;
        }
        if passing && (state.is_none() || is_on_a_trip(said)) {
            continue;
        }
        if known
            || passing && state.is_some()
            || said.cased
                && said.words[from].is_capital()
                && !is_common(said.low(from))
                && state_at(said, from).is_none()
        {
            out.push(Proposal::new(Key::City, value, sure::LIKELY, said.words[from].start));
            if let Some((len, _)) = state_behind(said, to) {
                let state = &said.text[said.words[to].start..said.words[to + len - 1].end];
                out.push(Proposal::new(Key::State, state, sure::LIKELY, said.words[to].start));
            }
            return;
        }
    }
}

/// The state right behind a town; "on" and "in" are one only in capitals.
fn state_behind(said: &Said<'_>, to: usize) -> Option<(usize, bool)> {
    let w = said.words.get(to).filter(|w| matches!(w.gap, Gap::Space | Gap::Comma))?;
    state_at(said, to).filter(|(_, short)| {
        !short
            || w.text.chars().all(char::is_uppercase)
            || !is_function(&w.low) && w.low.len() == 2 && !is_common(&w.low)
    })
}

/// Where a state begins within the words of a town: "columbus ohio".
fn state_within(said: &Said<'_>, from: usize, to: usize) -> Option<usize> {
    (from + 1..to).find(|&k| state_at(said, k).is_some_and(|(len, short)| !short && k + len == to))
}

/// Somebody who travels is nowhere at home.
fn is_on_a_trip(said: &Said<'_>) -> bool {
    said.any(&[
        "trip",
        "holiday",
        "vacation",
        "hotel",
        "airport",
        "flight",
        "visiting",
        "travelling",
        "traveling",
        "weather",
    ])
}

/// "my city is Porto", "city name porto"
pub(super) fn labelled_city(said: &Said<'_>, out: &mut Vec<Proposal>) {
    const CUES: &[&[&str]] = &[&["city", "name", "is"], &["city", "name"], &["my", "city", "is"], &["city", "is"]];
    for i in 0..said.words.len() {
        let Some(cue) = CUES.iter().find(|cue| said.has(i, cue)) else {
            continue;
        };
        let own = cue[0] == "my"
            || cue.len() > 2 && !listed("the your their his her which what a", said.low(i.wrapping_sub(1)))
            || said.breaks(i)
            || matches!(said.low(i - 1), "my" | "and" | "sure" | "yes" | "the");
        let from = i + cue.len();
        let to = city_end(said, from);
        let stopped = said.words.get(from).is_some_and(|w| w.gap == Gap::Stop);
        if own && !stopped && to > from && !is_everyday(said.low(from)) {
            let value = &said.text[said.words[from].start..said.words[to - 1].end];
            // "my city is florida"
            let state = state_at(said, from).filter(|_| !is_city(&value.to_lowercase()) && to - from < 3);
            let key = if state.is_some() { Key::State } else { Key::City };
            let to = state.map_or(to, |(len, _)| from + len);
            let value = &said.text[said.words[from].start..said.words[to - 1].end];
            out.push(Proposal::new(key, value, sure::STATED, said.words[from].start));
            return;
        }
    }
}

/// The answer to "which city", "which state".
pub(super) fn answered_city(said: &Said<'_>, scene: &Scene, out: &mut Vec<Proposal>) {
    if !scene.asked.has(Asked::CITY.with(Asked::STATE)) {
        return;
    }
    let mut from = 0;
    while from < said.words.len()
        && matches!(
            said.low(from),
            "i" | "live"
                | "in"
                | "it's"
                | "its"
                | "it"
                | "is"
                | "i'm"
                | "am"
                | "city"
                | "the"
                | "my"
                | "from"
                | "of"
                | "sure"
                | "yes"
                | "ok"
                | "um"
                | "uh"
                | "er"
                | "we"
                | "at"
                | "a"
                | "state"
                | "no"
                | "im"
                | "actually"
                | "near"
        )
    {
        from += 1;
    }
    if scene.asked.has(Asked::CITY) {
        let mut to = city_end(said, from);
        // "tucson arizona" where both were asked for
        if scene.asked.has(Asked::STATE) {
            let state = (from + 1..to).find(|&k| state_at(said, k).is_some_and(|(len, _)| k + len == to));
            to = state.unwrap_or(to);
        }
        let ends = said.breaks(to) || scene.asked.has(Asked::STATE) && state_at(said, to).is_some();
        if to > from && ends && !is_everyday(said.low(from)) {
            let value = &said.text[said.words[from].start..said.words[to - 1].end];
            out.push(Proposal::new(Key::City, value, sure::ANSWERED, said.words[from].start));
            from = to;
        }
    }
    // of "Kansas City" the first word is no state
    let state = state_at(said, from).filter(|(len, _)| from > 0 || said.breaks(from + len));
    if let Some((len, _)) = state.filter(|_| scene.asked.has(Asked::STATE) || from > 0)
        && !out.iter().any(|p| p.key == Key::State)
    {
        let value = &said.text[said.words[from].start..said.words[from + len - 1].end];
        out.push(Proposal::new(Key::State, value, sure::ANSWERED, said.words[from].start));
    }
}
