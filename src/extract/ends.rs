//! Names told by what stands behind them or around them: "... is my name", a signature, the first line of an address.
//!
//! Owns those places. Must not know how a name is put together (`name`).

use super::asked::Asked;
use super::name::{Name, Part, build, collect, skip_fillers};
use super::proposal::{Key, Proposal, Scene, is_foreign, sure};
use super::words::{Gap, Said, Word, is_common, is_first_name, is_surname, listed};

/// The name that the agent asks to be confirmed: "Is Ana Lima your full name?", "am I speaking with Ana?"
pub(super) fn read_back(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    const CUES: &[&[&str]] = &[
        &["your", "name", "is"],
        &["your", "full", "name", "is"],
        &["your", "last", "name", "is"],
        &["your", "surname", "is"],
        &["your", "first", "name", "is"],
        &["speaking", "with"],
        &["speaking", "to"],
        &["talking", "to"],
        &["is", "this"],
        &["you", "are"],
        &["you're"],
        &["is", "that"],
        &["that's"],
        &["name", "on", "it"],
        &["in", "the", "name", "of"],
        &["under", "the", "name"],
        &["under"],
    ];
    (0..said.words.len()).find_map(|i| {
        let cue = CUES.iter().find(|cue| said.has(i, cue));
        let from = match cue {
            Some(cue) => i + cue.len(),
            None if said.low(i) == "is" => i + 1,
            None => return None,
        };
        let words = collect(said, from, scene, true);
        let behind = from + words.len();
        // "you're Anna Berg, right?"
        let closed = said.words.get(behind).is_none_or(|w| w.gap == Gap::Stop)
            || listed("right correct yes is isn't", said.low(behind));
        let you = cue.is_some_and(|cue| cue[0].starts_with("you"));
        // "is the account under Ana Lima?", not "I found it under Ana Lima, can you wait?"
        let held = cue.is_some_and(|cue| listed("under in name", cue[0]));
        if held && !((i.saturating_sub(6)..i).any(|k| said.low(k) == "is") && closed) {
            return None;
        }
        // "so that's Olga Petrovna, correct?"
        let that = cue.is_some_and(|cue| cue[0] == "that's");
        let whole = words.len() > 1 && is_first_name(&words[0].low) && listed("right correct", said.low(behind));
        if that && !whole {
            return None;
        }
        let asks = cue.is_some() && said.breaks(behind) && (!you || cue.is_some_and(|c| c[0] == "your") || closed)
            || said.has(behind, &["your", "name"])
            || said.has(behind, &["your", "full", "name"]);
        let named = asks && words.iter().any(|w| w.is_capital() || is_first_name(&w.low));
        let part = match cue {
            Some(["your", "last" | "surname", ..]) => Part::Last,
            Some(["your", "first", ..]) => Part::First,
            _ => Part::Whole,
        };
        named.then(|| build(&words, part, sure::CONFIRMED)).flatten()
    })
}

/// "Grace Mbeki as well?", "Grace Mbeki?": a name that is asked about with no word but itself.
pub(super) fn also_named(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    let head = skip_fillers(said, 0);
    let words = collect(said, head, scene, true);
    let rest = head + words.len()..said.words.len();
    let whole = words.len() > 1 && words.iter().all(|w| w.is_capital() && !is_common(&w.low));
    let no_more = rest.len() < 4 && rest.clone().all(|k| listed("as well too also then again", said.low(k)));
    let name = (whole && no_more && said.text.contains('?')).then(|| build(&words, Part::Whole, sure::CONFIRMED));
    name.flatten()
}

/// "my doctors name is Dr. Johnson"; "Angela is my name and the place is Legume", which [`named_after`] reads.
pub(super) fn is_no_bare_answer(said: &Said<'_>) -> bool {
    let others = |i: usize| said.has(i, &["my", "doctors", "name"]) || said.has(i, &["my", "doctor's", "name"]);
    (0..said.words.len()).any(|i| others(i) || said.has(i, &["is", "my", "name"]))
}

/// "Alexis is my name": does one stand before the cue at `i`?
pub(super) fn is_name_before(said: &Said<'_>, i: usize) -> bool {
    i > 1 && said.low(i - 1) == "is" && (is_first_name(said.low(i - 2)) || said.cased && said.words[i - 2].is_capital())
}

/// "... is my name", "... here", "... speaking"
pub(super) fn named_after(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    let n = said.words.len();
    // "Ben's the name"
    if let Some(i) = (0..n).find(|&i| {
        said.has(i + 1, &["the", "name"])
            && said.low(i).ends_with("'s")
            && is_first_name(said.low(i).trim_end_matches("'s"))
    }) {
        return build(&[&said.words[i]], Part::Whole, sure::STATED);
    }
    let end = (0..n).find(|&i| {
        said.has(i, &["is", "my", "name"])
            || said.has(i, &["is", "the", "name"]) && (said.breaks(i + 3) || said.low(i + 3) == "and")
            || said.has(i, &["my", "name"]) && i + 2 == n
            || (i > 0 && i + 1 == n || said.breaks(i + 1) || matches!(said.low(i + 1), "and" | "from"))
                && matches!(said.low(i), "here" | "speaking")
    })?;
    let from = skip_fillers(said, (0..end).rev().take(5).find(|&k| said.breaks(k))?);
    // "is this Anna speaking?"
    let asks =
        (from.saturating_sub(3)..from).any(|k| said.low(k) == "is" && matches!(said.low(k + 1), "this" | "that"));
    if end <= from || end - from > 3 || asks && !matches!(said.low(end), "is" | "my") {
        return None;
    }
    let words = collect(said, from, scene, true);
    let explicit = !matches!(said.low(end), "here" | "speaking");
    // "Hello Anna, ... here": the two do not belong together
    if !explicit && said.breaks(end) {
        return None;
    }
    let family = |w: &Word<'_>| is_surname(&w.low) && !is_common(&w.low) && said.cased && w.is_capital();
    let known = words.iter().any(|w| is_first_name(&w.low)) || words.len() > 1 && words.iter().any(|w| family(w));
    if words.len() != end - from || !(explicit || known) {
        return None;
    }
    build(&words, Part::Whole, if explicit { sure::STATED } else { sure::LIKELY })
}

/// A word that says what follows, with a letter too many, too few or wrong: "addresss".
pub(super) fn is_label_mistyped(low: &str) -> bool {
    const LABELS: [&str; 8] = ["address", "phone", "number", "mobile", "email", "password", "zipcode", "pincode"];
    let like = |label: &&str| {
        label.len().abs_diff(low.len()) <= 1 && low.len() > 4 && strsim::damerau_levenshtein(label, low) <= 1
    };
    LABELS.iter().any(like) && !is_first_name(low) && !is_surname(low)
}

/// "Officer Daniels", "the manager, ..." : past what somebody is, to what they are called.
pub(super) fn skip_rank(said: &Said<'_>, from: usize) -> usize {
    let mut i = from;
    while i < from + 4
        && matches!(
            said.low(i),
            "the"
                | "first"
                | "second"
                | "chief"
                | "officer"
                | "engineer"
                | "captain"
                | "commander"
                | "pilot"
                | "lieutenant"
                | "sergeant"
                | "nurse"
                | "manager"
                | "owner"
                | "ship's"
        )
    {
        i += 1;
    }
    let rank = (from..i).any(|k| !matches!(said.low(k), "the" | "first" | "second"));
    let name = said.words.get(i).is_some_and(|w| said.cased && w.is_capital() && w.gap == Gap::Space);
    if name && rank { i } else { from }
}

/// "Nora Blum, 14 Mill Lane, Dover": whom the parcel is for, before the address that was asked for.
pub(super) fn before_address(said: &Said<'_>, seen: &[Proposal], scene: &Scene) -> Option<Name> {
    let street = seen.iter().filter(|p| p.key == Key::Street).map(|p| p.at).min()?;
    if scene.voice || !scene.asked.has(Asked::ANY_PLACE) {
        return None;
    }
    let from = skip_fillers(said, 0);
    let words = collect(said, from, scene, true);
    let behind = said.words.get(from + words.len())?;
    let known = words.first().is_some_and(|w| is_first_name(&w.low) && w.is_capital());
    // "Nora Blum, Harbour Studio, 14 Mill Lane"
    let house: Vec<_> =
        said.words[from + words.len()..].iter().take_while(|w| w.is_capital() && w.start < street).take(5).collect();
    let housed = super::company::names_house(said, &house);
    let next = from + words.len() + if housed { house.len() } else { 0 };
    let meets_behind = said.words.get(next).is_some_and(|w| w.is_digits());
    let whole = (2..=4).contains(&words.len()) && matches!(behind.gap, Gap::Comma | Gap::Stop);
    let meets = behind.start >= street || behind.is_digits() || housed && meets_behind;
    (known && whole && meets).then(|| build(&words, Part::Whole, sure::LIKELY)).flatten()
}

/// "Best regards, Annika Holm" at the end of a message.
pub(super) fn signed(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    const CLOSINGS: &[&[&str]] = &[
        &["best", "regards"],
        &["kind", "regards"],
        &["warm", "regards"],
        &["regards"],
        &["yours", "sincerely"],
        &["sincerely"],
        &["yours", "faithfully"],
        &["best", "wishes"],
        &["mit", "freundlichen", "grüßen"],
        &["viele", "grüße"],
        &["cordialement"],
        &["saludos"],
    ];
    let n = said.words.len();
    let (i, cue) = (n.saturating_sub(40)..n)
        .find_map(|i| CLOSINGS.iter().find(|cue| said.has(i, cue) && said.breaks(i + cue.len())).map(|cue| (i, cue)))?;
    let words = collect(said, i + cue.len(), scene, true);
    let behind = i + cue.len() + words.len();
    let ends = said.words.get(behind).is_none_or(|w| w.gap != Gap::Space);
    let shaped = words.len() > 1
        && words.len() < 6
        && words.iter().all(|w| w.is_capital() || listed(super::parts::PARTICLES, &w.low));
    let known = words.iter().any(|w| is_first_name(&w.low));
    (ends && shaped && known && !is_foreign(said, i)).then(|| build(&words, Part::Whole, sure::LIKELY)).flatten()
}
