//! Who the customer is, by their own words.
//!
//! Owns how people say their name in writing and which names are not theirs. Must not know how a recogniser mishears
//! names (`heard`).

use super::about::{About, is_food};
use super::asked::Asked;
use super::parts::{VIETNAMESE, double, hyphened};
use super::proposal::{Scene, sure};
use super::words::{Gap, Said, Word, is_city, is_common, is_everyday, is_first_name, is_function, is_surname, listed};
use super::{ends, introduced, scripts, several, spoken, tongues};

/// A name as it was said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name {
    pub first: Option<String>,
    pub last: Option<String>,
    pub sure: f32,
    /// Where it begins, in bytes.
    pub at: usize,
}

impl Name {
    /// What there is of it, in order.
    pub(super) fn parts(&self) -> Vec<&str> {
        [self.first.as_deref(), self.last.as_deref()].into_iter().flatten().collect()
    }
}

/// What a cue says about the words behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Part {
    Whole,
    First,
    Last,
}

/// Beginnings that leave no doubt, longest first.
const STRONG: &[(&[&str], Part)] = &[
    (&["my", "full", "name", "is"], Part::Whole),
    (&["my", "good", "name", "is"], Part::Whole),
    (&["my", "first", "name", "is"], Part::First),
    (&["my", "last", "name", "is"], Part::Last),
    (&["my", "family", "name", "is"], Part::Last),
    (&["first", "name", "is"], Part::First),
    (&["last", "name", "is"], Part::Last),
    (&["family", "name", "is"], Part::Last),
    (&["full", "name", "is"], Part::Whole),
    (&["my", "surname", "is"], Part::Last),
    (&["surname", "is"], Part::Last),
    (&["my", "name", "is"], Part::Whole),
    (&["my", "name", "was"], Part::Whole),
    (&["my", "names"], Part::Whole),
    (&["my", "name's"], Part::Whole),
    (&["the", "name", "is"], Part::Whole),
    (&["the", "name's"], Part::Whole),
    (&["name's"], Part::Whole),
    (&["name", "as"], Part::Whole),
    (&["name", "is"], Part::Whole),
    (&["i'm", "called"], Part::Whole),
    (&["i", "am", "called"], Part::Whole),
    (&["first", "name"], Part::First),
    (&["last", "name"], Part::Last),
    (&["full", "name"], Part::Whole),
    (&["surname"], Part::Last),
    (&["my", "name"], Part::Whole),
    (&["name"], Part::Whole),
];

/// Before an answer's substance.
const FILLERS: &[&str] = &[
    "yes", "yeah", "yep", "yup", "ya", "sure", "ok", "okay", "it's", "its", "it", "is", "me", "my", "name", "i'm",
    "im", "i", "am", "this", "um", "uh", "well", "so", "of", "course", "please", "hi", "hello", "hey", "first", "full",
    "that's", "that", "would", "be", "name's", "here", "right", "oh", "sorry", "thanks", "thank", "you",
];

const PARTICLES: &[&str] = &[
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den", "ter", "bin",
    "ibn", "al", "el", "ben", "st", "san", "o", "mac", "e", "y", "zu", "vom", "zum", "zur", "ten", "'t", "op", "af",
    "av", "bint", "abu", "dalla", "dello", "degli", "los", "las",
];

/// The customer's name in one message, where they say it.
pub(super) fn find(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    if said.words.is_empty() {
        return None;
    }
    several::find(said, scene)
        .map(|(name, _)| name)
        .or_else(|| introduced::first_of_all(said, scene))
        .or_else(|| read(said, scene))
        .or_else(|| stated(said, scene))
        .or_else(|| tongues::named(said, scene))
        .or_else(|| scripts::named(said.text, scene))
        .or_else(|| answered(said, scene))
        .or_else(|| introduced::introduced(said, scene))
        .or_else(|| introduced::otherwise(said, scene))
        .or_else(|| introduced::nicknamed(said, scene))
        .or_else(|| bare(said, scene))
        .map(|name| introduced::of_couple(said, name))
}

/// The answer to a question for a name, where it is plainly one.
fn read(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    if scene.voice || !scene.asked.has(Asked::ANY_NAME) || ends::is_no_bare_answer(said) {
        return None;
    }
    let told = spoken::read(said, scene, None).filter(|t| t.plain)?;
    // "text my sister, I'm home"
    let word = |part: &Option<String>| {
        part.as_ref().is_none_or(|p| is_everyday(&p.to_lowercase()) && !is_surname(&p.to_lowercase()))
    };
    if word(&told.first) && word(&told.last) {
        return None;
    }
    Some(Name { first: told.first, last: told.last, sure: told.sure, at: told.at })
}

/// "my name is ...", "last name: ...": both parts may come in one message.
fn stated(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    let mut name: Option<Name> = None;
    let mut i = 0;
    while i < said.words.len() {
        let Some((cue, part)) = STRONG.iter().find(|(cue, _)| said.has(i, cue)) else {
            i += 1;
            continue;
        };
        let from = skip_fillers(said, i + cue.len());
        let own = owns_name(said, i, cue[0]);
        let cut = i + cue.len();
        i = cut;
        // "do you know my name? Come on"
        let ended = said.words.get(cut).is_some_and(|w| w.gap == Gap::Stop);
        let told = cue.last() == Some(&"name") && ends::is_name_before(said, cut - cue.len());
        if !own || ended || told {
            continue;
        }
        let mut words = collect(said, ends::skip_rank(said, from), scene, false);
        // "name reena addresss 673 ..."
        let label = words.iter().skip(1).position(|w| ends::is_label_mistyped(&w.low));
        words.truncate(label.map_or(words.len(), |k| k + 1));
        // "name sans tech password ..."
        if scene.one_sided() && words[1.min(words.len())..].iter().any(|w| super::company::is_suffix(&w.low)) {
            continue;
        }
        // "my last name is white"
        if words.is_empty() && *part == Part::Last {
            words.extend(said.words.get(from).filter(|w| is_surname(&w.low)));
        }
        let Some(found) = build(&words, *part, sure::STATED) else { continue };
        i = from;
        name = Some(match name {
            Some(before) => Name {
                first: found.first.or(before.first),
                last: found.last.or(before.last),
                sure: before.sure,
                at: before.at,
            },
            None => found,
        });
    }
    name.or_else(|| ends::named_after(said, scene)).or_else(|| booked_under(said, scene))
}

/// "it is under the name ...": in answer to the question for one, or where something is booked.
fn booked_under(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    const CUES: &[&[&str]] =
        &[&["under", "the", "name", "of"], &["under", "the", "name"], &["in", "the", "name", "of"], &["under"]];
    let asked = scene.asked.has(Asked::ANY_NAME);
    if !asked && !said.any(&["book", "booked", "reserve", "reserved", "reservation", "booking", "table", "room"]) {
        return None;
    }
    (0..said.words.len()).find_map(|i| {
        let cue = CUES.iter().find(|cue| said.has(i, cue))?;
        if asked {
            return build(&collect(said, i + cue.len(), scene, true), Part::Whole, sure::ANSWERED);
        }
        let words = if cue.len() > 2 { collect(said, i + cue.len(), scene, true) } else { return None };
        let part = if words.len() == 1 && !is_first_name(&words[0].low) { Part::Last } else { Part::Whole };
        build(&words, part, sure::LIKELY)
    })
}

/// Is the name that is spoken of at `i` the customer's?
fn owns_name(said: &Said<'_>, i: usize, cue: &str) -> bool {
    if matches!(cue, "my" | "i'm" | "i" | "friends" | "people" | "you" | "just") {
        return true;
    }
    if said.breaks(i) {
        return true;
    }
    (matches!(
        said.low(i - 1),
        "my" | "full"
            | "and"
            | "sure"
            | "yes"
            | "good"
            | "ok"
            | "okay"
            | "hi"
            | "hello"
            | "our"
            | "hey"
            | "legal"
            | "so"
            | "morning"
            | "evening"
            | "afternoon"
            | "there"
            // "my", mistyped
            | "ny"
            | "may"
            | "myy"
            | "mt"
            | "mu"
            | "y"
    ) || said.low(i - 1).ends_with("my"))
        && !(i >= 2 && said.low(i - 1) == "and" && said.low(i - 2).ends_with("'s"))
}

/// The answer to the agent's question for a name.
fn answered(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    if !scene.asked.has(Asked::ANY_NAME) {
        return None;
    }
    let part = match (scene.asked.has(Asked::NAME), scene.asked.has(Asked::FIRST), scene.asked.has(Asked::LAST)) {
        (false, true, false) => Part::First,
        (false, false, true) => Part::Last,
        _ => Part::Whole,
    };
    let from = ends::skip_rank(said, skip_fillers(said, 0));
    let words = collect(said, from, scene, true);
    // "White": nothing but an everyday word that is a family name too
    if words.is_empty()
        && part == Part::Last
        && from + 1 == said.words.len()
        && let Some(only) = said.words.get(from).filter(|w| is_surname(&w.low))
    {
        return build(&[only], part, sure::ANSWERED);
    }
    let title_only = words.len() == 2 && is_title(&words[0].low);
    // where capitals are used, a name has one; "Dr. Lee saw me yesterday" is about the doctor
    let small = words.first().is_some_and(|w| said.cased && !w.is_capital() && !is_first_name(&w.low));
    if (small || title_only) && from + words.len() < said.words.len() {
        return None;
    }
    // "Jones, Tyler"
    if let [only] = words[..]
        && part == Part::Whole
        && !is_first_name(&only.low)
        && (is_surname(&only.low) || !is_common(&only.low))
        && said.words.len() == from + 2
        && said.words[from + 1].gap == Gap::Comma
        && is_first_name(said.low(from + 1))
    {
        return Some(Name {
            first: Some(said.words[from + 1].text.to_owned()),
            last: Some(only.text.to_owned()),
            sure: sure::ANSWERED,
            at: only.start,
        });
    }
    let behind = from + words.len();
    // an everyday sentence that begins like a name goes on without a break: "Dunno why you ask"
    let known = words.iter().any(|w| is_first_name(&w.low) || is_surname(&w.low));
    let ends = said.breaks(behind)
        || matches!(
            said.low(behind),
            "and" | "but" | "here" | "is" | "with" | "for" | "from" | "at" | "as" | "the" | "also"
        );
    if words.is_empty() {
        return in_later_sentence(said, part, scene);
    }
    if !(ends || known || words.len() > 1 && said.words.len() - behind <= 3) {
        return None;
    }
    build(&words, part, sure::ANSWERED)
}

/// "Really? Why? Ana Lima." : a sentence that is nothing but a known name.
fn in_later_sentence(said: &Said<'_>, part: Part, scene: &Scene) -> Option<Name> {
    (1..said.words.len()).filter(|&i| said.words[i].gap == Gap::Stop).take(8).find_map(|i| {
        let words = collect(said, i, scene, true);
        let whole = said.words.get(i + words.len()).is_none_or(|w| w.gap == Gap::Stop);
        (whole && words.first().is_some_and(|w| is_first_name(&w.low)))
            .then(|| build(&words, part, sure::LIKELY))
            .flatten()
    })
}

/// Two words that are a name by themselves, where the agent's question is not known.
fn bare(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    if !scene.one_sided() || !(2..=3).contains(&said.words.len()) {
        return None;
    }
    let words = collect(said, 0, scene, true);
    if words.len() != said.words.len() || is_city(&said.text.trim().to_lowercase()) {
        return None;
    }
    let known = |w: &&Word<'_>| is_first_name(&w.low) || is_surname(&w.low) && !is_common(&w.low);
    // a word of no list may be a name; a short one is rather an abbreviation
    let strange = |w: &&Word<'_>| {
        let n = w.low.chars().count();
        !is_common(&w.low) && n > 2 && !super::company::is_suffix(&w.low)
    };
    let names = words.iter().filter(|w| known(w)).count();
    let others = words.iter().filter(|w| strange(w)).count();
    let abbreviated = names == 0 && words.iter().any(|w| w.low.chars().count() < 4);
    let places = words.iter().filter(|w| is_city(&w.low) && !is_first_name(&w.low)).count();
    // "triple cheeseburger", "gokul complex madurai"
    let food = scene.about.has(About::FOOD) && !is_first_name(&words[0].low) || words.iter().any(|w| is_food(&w.low));
    if food || words[1..].iter().any(|w| listed("complex nagar colony street road layout", &w.low)) {
        return None;
    }
    // "marion nc": where somebody flies
    let last = words.len() - 1;
    let state = super::words::state_at(said, last).is_some_and(|(_, short)| short) && !is_surname(&words[last].low);
    if places == words.len() || state {
        return None;
    }
    if names * 2 + others < words.len() || abbreviated || super::words::state_at(said, 0).is_some() {
        return None;
    }
    build(&words, Part::Whole, sure::BARE)
}

pub(super) fn skip_fillers(said: &Said<'_>, from: usize) -> usize {
    let mut i = from;
    while i < said.words.len()
        && i < from + 8
        && (FILLERS.contains(&said.low(i))
            || tongues::is_filler(said.low(i))
            || matches!(
                said.low(i),
                "certainly" | "absolutely" | "definitely" | "actually" | "anyway" | "imię" | "nazwisko"
            ))
    {
        i += 1;
    }
    i
}

fn shaped(w: &Word<'_>) -> bool {
    w.is_alphabetic() && w.low.chars().count() <= 24
}

/// The words from `i` on that are a name. `strict`: an everyday word cannot begin it.
pub(super) fn collect<'a, 's>(said: &'s Said<'a>, i: usize, scene: &Scene, strict: bool) -> Vec<&'s Word<'a>> {
    let mut out: Vec<&Word<'a>> = Vec::new();
    let mut k = i;
    while let Some(w) = said.words.get(k) {
        let low = &*w.low;
        let first = out.iter().all(|w| is_title(&w.low));
        // "rita dot olsen at ..."
        let address = scene.voice && matches!(low, "dot" | "underscore");
        // "peter becker becker dairy", "john smith smith with a y": once said, the name is at its end
        let again = out.len() > 1 && scene.voice && out.last().is_some_and(|b| b.low == w.low);
        if out.len() >= 7 || address || again || !shaped(w) || low.ends_with("'s") && !said.breaks(k + 1) {
            break;
        }
        if !out.is_empty() {
            let initial = out.last().is_some_and(|b| b.text.chars().count() == 1 && b.is_capital());
            let title = out.last().is_some_and(|b| is_title(&b.low));
            if !(w.gap == Gap::Space
                || w.gap == Gap::Stop && (initial || title) && said.text[..w.start].trim_end().ends_with('.'))
            {
                break;
            }
        }
        if is_title(low) && out.is_empty() {
            out.push(w);
            k += 1;
            continue;
        }
        let capital = said.cased && w.is_capital();
        let single = low.chars().count() == 1;
        let closed = said.breaks(k + 1) || matches!(said.low(k + 1), "and" | "here" | "speaking" | "but");
        let ok = if first {
            // in a message that uses capitals a name has one, unless it is a frequent name
            (!is_function(low) || is_named_will(said, k))
                && (!single || is_initial(said, k))
                && !(is_everyday(low) && (strict || !capital))
        } else if single {
            w.is_capital()
                && (low != "i" || said.text[w.end..].starts_with('.'))
                && said.words.get(k + 1).is_some_and(|n| n.is_capital() && shaped(n))
                || !said.cased && low != "i" && low != "a" && said.words.get(k + 1).is_some_and(|n| is_last(n))
                || PARTICLES.contains(&low) && next_is_name(said, k)
        } else if PARTICLES.contains(&low) && next_is_name(said, k)
            || capital && out.last().is_some_and(|b| PARTICLES.contains(&&*b.low))
        {
            true
        } else if is_function(low) {
            // "May", "Will" as a family name
            scene.voice && is_surname(low) && closed
        } else if is_everyday(low) {
            is_surname(low) && (closed || capital) || capital && scene.voice && closed
        } else if said.cased && out.first().is_some_and(|h| h.is_capital()) && !w.is_capital() {
            is_surname(low) || is_first_name(low) || closed && k + 1 == said.words.len()
        } else {
            true
        };
        if !ok {
            break;
        }
        out.push(w);
        k += 1;
    }
    while out.last().is_some_and(|w| {
        PARTICLES.contains(&&*w.low) && w.low.len() < 3 && out.len() > 1 && w.low != "li" || is_title(&w.low)
    }) {
        out.pop();
    }
    out
}

/// What may follow a lone letter in a name that is written small: "dave k dirksen".
fn is_last(w: &Word<'_>) -> bool {
    w.gap == Gap::Space && shaped(w) && !is_common(&w.low) && w.low.chars().count() > 3
}

/// "S. Ramakrishnan"
fn is_initial(said: &Said<'_>, k: usize) -> bool {
    said.words[k].is_capital()
        && said.text[said.words[k].end..].starts_with('.')
        && said.words.get(k + 1).is_some_and(|n| n.is_capital() && shaped(n) && n.low.chars().count() > 2)
}

/// "Will Young": an auxiliary that is a given name before a name in capitals.
fn is_named_will(said: &Said<'_>, k: usize) -> bool {
    said.cased
        && is_first_name(said.low(k))
        && said.words[k].is_capital()
        && said
            .words
            .get(k + 1)
            .is_some_and(|n| n.gap == Gap::Space && n.is_capital() && shaped(n) && !is_function(&n.low))
}

fn next_is_name(said: &Said<'_>, k: usize) -> bool {
    said.words.get(k + 1).is_some_and(|n| {
        n.gap == Gap::Space
            && shaped(n)
            && (!is_everyday(&n.low) || said.cased && n.is_capital())
            && n.low.chars().count() > 1
            || n.gap == Gap::Space && PARTICLES.contains(&&*n.low)
    })
}

fn is_title(low: &str) -> bool {
    matches!(low, "mr" | "mrs" | "ms" | "miss" | "mister" | "dr" | "doc" | "prof" | "sir" | "madam")
}

/// First and last name out of the words of a name.
pub(super) fn build(words: &[&Word<'_>], part: Part, weight: f32) -> Option<Name> {
    let titled = words.first().is_some_and(|w| is_title(&w.low));
    let words = if titled { &words[1..] } else { words };
    let at = words.first()?.start;
    let text = |w: &&Word<'_>| w.text.strip_suffix("'s").unwrap_or(w.text).to_owned();
    // "Nguyen Thi Mai"
    if let [family, middle, given @ ..] = words
        && part == Part::Whole
        && !given.is_empty()
        && listed(VIETNAMESE, &family.low)
        && listed("thi thị van văn", &middle.low)
    {
        let first = given.iter().map(text).collect::<Vec<_>>().join(" ");
        return Some(Name { first: Some(first), last: Some(text(family)), sure: weight.min(sure::GUESSED), at });
    }
    let join = |ws: &[&Word<'_>]| ws.iter().map(text).collect::<Vec<_>>().join(" ");
    let (first, last) = match (words, part) {
        ([one], Part::Last) => (None, Some(text(one))),
        ([one], _) if titled => (None, Some(text(one))),
        ([one], _) => (Some(text(one)), None),
        (all, Part::Last) if PARTICLES.contains(&&*all[0].low) => (None, Some(join(all))),
        ([a, b], Part::Last) if is_first_name(&a.low) => (Some(text(a)), Some(text(b))),
        (all, Part::Last) => (None, Some(join(all))),
        ([a, b], Part::First) if is_first_name(&b.low) && !is_surname(&b.low) => {
            (Some(format!("{} {}", a.text, b.text)), None)
        }
        // "jean luc moreau"
        ([a, b, rest @ ..], _) if !rest.is_empty() && hyphened(&a.low, &b.low).is_some() => {
            let both = if a.is_capital() { Some(format!("{} {}", a.text, b.text)) } else { hyphened(&a.low, &b.low) };
            (both, Some(join(rest)))
        }
        // "José Luis Hernández Gutiérrez"
        ([a, b, rest @ ..], _) if !rest.is_empty() && double(&a.low, &b.low) => {
            (Some(format!("{} {}", text(a), text(b))), Some(join(rest)))
        }
        ([a, rest @ ..], _) => {
            // a middle name or initial belongs to neither field
            let middle = rest.len() > 1
                && (rest[0].text.chars().count() == 1 || is_first_name(&rest[0].low) && !is_surname(&rest[0].low))
                && !PARTICLES.contains(&&*rest[0].low);
            let rest = if middle { &rest[1..] } else { rest };
            (Some(text(a)), Some(join(rest)))
        }
        ([], _) => return None,
    };
    Some(Name { first, last, sure: weight, at })
}
