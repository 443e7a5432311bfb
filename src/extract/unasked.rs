//! Names that nobody asked for: beside an address, at the head of a message, as its signature.
//!
//! Owns those places and what speaks for a name there. Must not know how people introduce themselves in a sentence (`name`), nor
//! how an address is found.
//!
//! What looks like a name may be anybody's. An address that is made of it speaks for it most; without one it has to be a known
//! given name that stands by itself where people put their own.

use super::asked::Asked;
use super::company;
use super::folded::{Agrees, agrees, folded};
use super::name::{Name, Part, build};
use super::ours::Ours;
use super::parts::PARTICLES;
use super::proposal::{Key, Proposal, Scene, is_foreign, is_person, sure};
use super::spelled;
use super::words::{
    Gap, Said, Word, is_city, is_common, is_everyday, is_first_name, is_function, is_surname, listed, state_at,
};

/// How many words of a message are looked at.
const READ: usize = 200;
/// The most words of a name.
const MOST: usize = 4;
/// How many names without an address may stand in a message before nobody knows whose it is.
const RIVALS: usize = 1;
/// What a letter ends with.
const CLOSINGS: &str = "best regards cheers thanks thank you thx many kind warm br lg mfg vg sincerely yours all the wishes grüße gruß \
    cordialement bien à vous saludos saluti distinti pozdrawiam med vänlig hälsning";
/// What a colon may follow before the customer's own name.
const LABELS: &str = "name names contact me customer from signed signature regards sincerely details sender by i'm nombre nom kontakt \
    absender";
/// What a call begins with before a name.
const GREETINGS: &str = "hi hello hey yes yeah yep ok okay um uh uhm erm so well good morning afternoon evening day there oh sure hola \
    bonjour ciao hallo guten tag buongiorno jambo namaste salaam dobrý den ahoj hej moin servus please thanks right alright madam \
    sir ma'am";
/// What a spoken name follows.
const LEADS: &[&[&str]] = &[
    &["my", "name", "is"],
    &["the", "name", "is"],
    &["my", "name's"],
    &["this", "is"],
    &["it", "is"],
    &["it's"],
    &["its"],
    &["i'm"],
    &["i", "am"],
];
/// What goes on behind a spoken name.
const CLOSES: &str = "from here again with calling speaking my email e-mail mail phone number i i'm i've i'd i'll we we're um uh uhm and his \
    her their the on in about but can could would please plus just you do";

/// What goes on behind a given name alone.
const CLOSES_ONE: &str = "from here again calling speaking my um uh uhm and i i'm i've i'd his her their plus";

/// The customer's name where it stands unasked. `said` is the message without the address that was found in it.
pub(super) fn find(said: &Said<'_>, scene: &Scene, seen: &[Proposal], ours: &Ours) -> Option<Name> {
    let address = seen.iter().find(|p| p.key == Key::Email);
    let local = address.and_then(|p| p.value.split_once('@')).map(|(local, _)| local);
    // a spoken address is still among the words
    let limit = address.filter(|_| scene.voice).map_or(usize::MAX, |p| p.at);
    if let Some(local) = local
        && let Some(name) = made_of(said, local, limit)
    {
        return Some(name);
    }
    if scene.asked.has(Asked::ANOTHERS) {
        return None;
    }
    if scene.voice {
        return spoken(said, scene, ours);
    }
    let reached = seen.iter().any(|p| matches!(p.key, Key::Email | Key::Phone));
    standing(said, scene, seen, local, reached, ours)
}

/// "Kofi Mensah btw", where an address was given before that is made of it.
pub(super) fn of_address(said: &Said<'_>, address: &str) -> Option<Name> {
    let (local, _) = address.split_once('@')?;
    made_of(said, local, usize::MAX)
}

fn word_of_name(w: &Word<'_>) -> bool {
    w.is_alphabetic() && (1..=24).contains(&w.low.chars().count())
}

/// A known given name, its marks left out or not.
fn is_given(low: &str) -> bool {
    is_first_name(low) || !low.is_ascii() && is_first_name(&folded(low, false))
}

fn particle(w: &Word<'_>) -> bool {
    listed(PARTICLES, &w.low)
}

/// Two names side by side of which the address is made, however they are written.
fn made_of(said: &Said<'_>, local: &str, limit: usize) -> Option<Name> {
    let n = said.words.len().min(READ);
    let mut best: Option<&[Word<'_>]> = None;
    for from in 0..n {
        let head = &said.words[from];
        if head.start >= limit {
            break;
        }
        if !word_of_name(head) || head.low.chars().count() < 2 || is_function(&head.low) && !is_first_name(&head.low) {
            continue;
        }
        for to in from + 2..=n.min(from + MOST) {
            let last = &said.words[to - 1];
            let sign = listed("underscore dot dash hyphen at punto ponto punkt punt", &last.low);
            let joins = last.gap == Gap::Space && word_of_name(last) && last.start < limit && !sign;
            if !joins || is_person(&last.low) && last.low.ends_with("'s") {
                break;
            }
            if is_function(&last.low) && !particle(last) && !(said.cased && last.is_capital()) {
                break;
            }
            let words = &said.words[from..to];
            // in small letters an everyday word is part of no name
            let small = !(said.cased && head.is_capital());
            let known =
                is_first_name(&head.low) && !is_common(&head.low) || is_surname(&last.low) && !is_common(&last.low);
            if particle(last) || small && !known && words.iter().any(|w| is_common(&w.low) && !particle(w)) {
                continue;
            }
            let rest: String = words[1..].iter().map(|w| &*w.low).collect();
            let whole = agrees(local, &head.low, &rest).max(agrees(local, &head.low, &last.low)) == Agrees::Wholly;
            if whole && best.is_none_or(|b| b.len() < words.len()) && !is_foreign(said, from) {
                best = Some(words);
            }
        }
    }
    let words = best?;
    // "Sofía Ruiz Delgado" with sofia.ruiz@
    let from = words[0].start;
    let first = said.words.partition_point(|w| w.start < from);
    let more = said.words[first + words.len()..].iter().take_while(|w| {
        said.cased
            && w.gap == Gap::Space
            && w.is_capital()
            && word_of_name(w)
            && !is_everyday(&w.low)
            && w.start < limit
    });
    let all: Vec<&Word<'_>> = words.iter().chain(more.take(1)).collect();
    let all = if words.iter().all(|w| w.is_capital() || particle(w)) { all } else { words.iter().collect() };
    let mut name = build(&all, Part::Whole, sure::BY_FORM)?;
    // "Nakamura Yui" with yui.nakamura@
    let turned = |a: &str, b: &str| {
        let parts: Vec<&str> = local.split(|c: char| !c.is_alphabetic()).filter(|t| !t.is_empty()).collect();
        matches!(parts[..], [first, last] if agrees(first, b, "") > Agrees::Not && agrees(last, a, "") > Agrees::Not)
    };
    if let [a, b] = &all[..]
        && !is_first_name(&a.low)
        && (is_first_name(&b.low) || turned(&a.low, &b.low))
    {
        std::mem::swap(&mut name.first, &mut name.last);
    }
    Some(name)
}

/// A part of a message between marks: its words.
type Span = (usize, usize);

fn spans(said: &Said<'_>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for k in 0..said.words.len().min(READ) {
        match out.last_mut() {
            Some(last) if !said.breaks(k) => last.1 = k + 1,
            _ => out.push((k, k + 1)),
        }
    }
    out
}

/// Are these words a name and nothing else, by their looks? Whether its first word is a known given name.
fn named(said: &Said<'_>, (from, to): Span) -> Option<bool> {
    let words = &said.words[from..to];
    let shaped = (1..=MOST).contains(&words.len())
        && words.iter().all(|w| word_of_name(w) && (w.is_capital() || particle(w)) && !w.low.ends_with("'s"))
        && words.iter().any(|w| w.low.chars().count() > 1 && w.text.chars().any(char::is_lowercase));
    let head = words.first()?;
    let last = &words[words.len() - 1];
    let family = words.len() > 1 && is_surname(&last.low) && !is_common(&last.low) && !is_city(&head.low);
    let known = !is_common(&head.low) && (is_given(&head.low) || family);
    let rest = words[1..].iter().all(|w| !is_everyday(&w.low) || is_surname(&w.low) || particle(w));
    let text = said.text[head.start..words[words.len() - 1].end].to_lowercase();
    let place = is_city(&text) || words.len() > 1 && state_at(said, from).is_some_and(|(len, _)| len == words.len());
    let house = words.iter().any(|w| company::is_suffix(&w.low) || company::is_trade(&w.low));
    (shaped && rest && !is_everyday(&head.low) && !place && !house).then_some(known)
}

/// A name that stands by itself in a written message.
fn standing(
    said: &Said<'_>,
    scene: &Scene,
    seen: &[Proposal],
    local: Option<&str>,
    reached: bool,
    ours: &Ours,
) -> Option<Name> {
    let spans = spans(said);
    let quiet = scene.asked.has(Asked::GREETING) || !scene.asked.has(Asked::OTHER) && !scene.asked.is_for_attribute();
    // an address that is somebody's speaks for nobody else
    let anothers = local.is_some_and(|l| {
        let head = l.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
        head.len() > 2 && is_first_name(&head)
    });
    let mut found: Option<Name> = None;
    let mut others = 0;
    for (i, &(from, to)) in spans.iter().enumerate() {
        // "de Vries, Anouk" with anouk.devries@
        if let (Some(local), true, true) = (local, i > 0, said.words[from].gap == Gap::Comma)
            && let Some(name) = behind_comma(said, local, spans[i - 1], (from, to))
        {
            return Some(name);
        }
        let Some(known) = head(said, (from, to)).and_then(|to| named(said, (from, to))) else { continue };
        let end = head(said, (from, to)).unwrap_or(to);
        let words: Vec<&Word<'_>> = said.words[from..end].iter().collect();
        let low = &*words[0].low;
        let last = &*words[words.len() - 1].low;
        let single = words.len() == 1;
        let rest: String = words[1..].iter().map(|w| &*w.low).collect();
        let agreed = local.map_or(Agrees::Not, |l| agrees(l, low, &rest).max(agrees(l, low, last)));
        let gap = said.words[from].gap;
        let labelled = gap != Gap::Colon || from > 0 && listed(LABELS, said.low(from - 1));
        if !labelled || is_foreign(said, from) {
            continue;
        }
        let starts = matches!(gap, Gap::Start | Gap::Stop) || gap == Gap::Colon;
        // "thanks, Kevin"
        let spoken_to = i > 0 && gap == Gap::Comma && to - from < 3 && {
            let (a, b) = spans[i - 1];
            b - a < 5 && (a..b).any(|k| listed("hi hello hey thanks thank thx dear bye yes no ok okay", said.low(k)))
        };
        let closing = |(a, b): Span| {
            let line = said.text[said.words[b - 1].end..said.words[from].start].contains('\n');
            line && b - a < 4 && (a..b).all(|k| listed(CLOSINGS, said.low(k)))
        };
        let closes = i + 1 == spans.len()
            && i > 0
            && gap == Gap::Stop
            && (spans[i - 1].1 - spans[i - 1].0 > 2 || closing(spans[i - 1]));
        // "Harry Potter, the book"
        let described = end == to
            && spans.get(i + 1).is_some_and(|s| {
                said.words[s.0].gap == Gap::Comma && listed("the a an your our my his her who is was", said.low(s.0))
            });
        let next = spans.get(i + 1).map(|s| said.words[s.0].start);
        let placed = next.is_some_and(|at| {
            let place =
                |p: &Proposal| matches!(p.key, Key::Street | Key::Zip | Key::City) && p.at >= at && p.at < at + 16;
            seen.iter().any(place)
        });
        let ended = end == to && next.is_none_or(|at| said.words.iter().any(|w| w.start == at && w.gap == Gap::Stop));
        let linked = end < to;
        let ours = ours.has(low);
        let how = match agreed {
            Agrees::Wholly | Agrees::InPart if !linked => sure::LIKELY,
            _ if ours || !known || spoken_to || described || anothers && agreed == Agrees::Not => continue,
            _ if gap == Gap::Colon && !single => sure::LIKELY,
            _ if reached && starts && (quiet || gap != Gap::Start) && !single => sure::LIKELY,
            _ if reached && !single && beside(said, from, end) => sure::LIKELY,
            _ if placed && (gap == Gap::Start || gap == Gap::Stop) && scene.opening => sure::LIKELY,
            _ if closes && (!single || reached || scene.opening && from > 5) && quiet => sure::GUESSED,
            _ if gap == Gap::Start && (ended || linked) && !single && quiet => sure::LIKELY,
            // "Colin Abernathy, moving my broadband please"
            _ if gap == Gap::Start && scene.opening && !single && quiet && end == to && speaks_on(said, to) => {
                sure::LIKELY
            }
            // "Hey, Samantha Lee from TechHive here"
            _ if linked && greeted(said, spans.get(i.wrapping_sub(1)), i) && quiet => sure::LIKELY,
            _ => continue,
        };
        let Some(name) = build(&words, Part::Whole, how) else { continue };
        if agreed > Agrees::Not {
            return Some(name);
        }
        if found.as_ref().is_some_and(|f| f.first != name.first || f.last != name.last) {
            others += 1;
        } else {
            found = Some(name);
        }
    }
    found.filter(|_| others < RIVALS)
}

/// Does the customer go on about themselves behind the comma at word `k`?
fn speaks_on(said: &Said<'_>, k: usize) -> bool {
    let low = said.low(k);
    let own = (k..said.words.len().min(k + 4)).any(|n| listed("i i'm i'd i've my our me", said.low(n)));
    let begins = listed("i i'm i'd i've we we're we'd", low) || low.len() > 4 && low.ends_with("ing");
    said.words.get(k).is_some_and(|w| w.gap == Gap::Comma) && own && begins
}

/// Is all that stands before the span at `i` a greeting?
fn greeted(said: &Said<'_>, before: Option<&Span>, i: usize) -> bool {
    i == 1 && before.is_some_and(|&(a, b)| (a..b).all(|k| listed(GREETINGS, said.low(k))))
}

/// A family name, a comma and a given name of which the address is made.
fn behind_comma(said: &Said<'_>, local: &str, (a, b): Span, (from, to): Span) -> Option<Name> {
    let shaped = to - from == 1 && b - a < 4 && (a..b).chain(from..to).all(|k| word_of_name(&said.words[k]));
    let family: String = said.words[a..b].iter().map(|w| &*w.low).collect();
    let first = said.words[from].text;
    (shaped && agrees(local, first, &family) == Agrees::Wholly).then(|| Name {
        first: Some(first.to_owned()),
        last: Some(said.text[said.words[a].start..said.words[b - 1].end].to_owned()),
        sure: sure::BY_FORM,
        at: said.words[a].start,
    })
}

/// The end of a span's name: "Leah Cohen" of "Leah Cohen from Cohen's Bakery".
fn head(said: &Said<'_>, (from, to): Span) -> Option<usize> {
    let least = if said.words.get(from).is_some_and(|w| is_given(&w.low) && !is_common(&w.low)) { 1 } else { 2 };
    let link = (from + least..to.min(from + MOST + 1)).find(|&k| listed("from of", said.low(k)));
    match link {
        Some(k) if k + 1 < to && said.words[k + 1].is_capital() => Some(k),
        _ => (to - from <= MOST).then_some(to),
    }
}

/// Does nothing but marks part it from what was found beside it?
fn beside(said: &Said<'_>, from: usize, to: usize) -> bool {
    let number = |k: usize| said.words.get(k).is_some_and(Word::is_digits);
    let behind = said.words.get(to).map_or(said.text.len(), |w| w.start);
    let before = if from > 0 { said.words[from - 1].end } else { 0 };
    let blanked = |a: usize, b: usize| said.text.get(a..b).is_some_and(|t| t.contains(",    "));
    blanked(said.words[to - 1].end, behind)
        || blanked(before, said.words[from].start)
        || number(to)
        || from > 0 && number(from - 1)
}

/// "hi it's alice brown um ...", "jamal washington here what's ..."
fn spoken(said: &Said<'_>, scene: &Scene, ours: &Ours) -> Option<Name> {
    let quiet = scene.asked.has(Asked::GREETING) || !scene.asked.has(Asked::OTHER);
    if !quiet && !said.has(0, &["no"]) && !said.has(0, &["this", "is"]) {
        return None;
    }
    let mut from = 0;
    let lead = |k: usize| LEADS.iter().find(|cue| said.has(k, cue)).map_or(0, |cue| cue.len());
    while from < said.words.len().min(10) {
        let low = said.low(from);
        let called = (ours.has(low) || is_first_name(low)) && lead(from + 1) > 0;
        if !(listed(GREETINGS, low) || low == "no" && lead(from + 1) > 0 || called) {
            break;
        }
        from += 1;
    }
    let cue = lead(from);
    from += cue;
    // "hi, it's Kaz Okafor. I need ...": at the head of a call, capitals speak for a name that no list knows
    let strange = |k: usize| {
        let w = said.words.get(k).filter(|w| w.is_capital() && word_of_name(w) && w.low.chars().count() > 2);
        w.is_some_and(|w| {
            let trade = company::is_suffix(&w.low) || company::is_trade(&w.low);
            !is_common(&w.low) && !is_everyday(&w.low) && !is_city(&w.low) && !trade && !ours.has(&w.low)
        })
    };
    let cased = said.cased && scene.opening && cue > 0 && from + 2 < said.words.len();
    if cased && said.words[from + 1].gap == Gap::Space && strange(from) && strange(from + 1) && said.breaks(from + 2) {
        let words = [&said.words[from], &said.words[from + 1]];
        return build(&words, Part::Whole, sure::LIKELY);
    }
    let first = said.words.get(from).filter(|w| is_given(&w.low) && !is_common(&w.low))?;
    if ours.has(&first.low) && cue == 0 {
        return None;
    }
    // "it's jenny dot ...": an address
    let address = |k: usize| listed("underscore dot dash hyphen at", said.low(k));
    if (from + 1..from + 4).any(address) {
        let own = (from + 1..from + 4).find(|&k| address(k)).unwrap_or(from);
        // "omar farouk omar dot farouk at": said before it, too
        if !(from + 1..own).any(|k| said.low(k) == first.low) {
            return None;
        }
    }
    let closed = |k: usize| {
        let low = said.low(k);
        if low == "from" && listed("your the our sales support customer accounts billing", said.low(k + 1)) && cue == 0
        {
            return false;
        }
        said.breaks(k) || listed(CLOSES, low) || low.chars().count() == 1 || spelled::is_letter_name(low)
    };
    let after = |k: usize| said.words.get(k).filter(|w| w.gap == Gap::Space && word_of_name(w));
    let mut to = from + 1;
    // "steven with a v hughes"
    if said.has(to, &["with", "a"]) && said.low(to + 2).chars().count() == 1 {
        to += 3;
    }
    let begin = to;
    while after(to).is_some_and(particle) && to < begin + 2 && after(to + 1).is_some() {
        to += 1;
    }
    let last = after(to).filter(|w| {
        // "claire dubois maison verte is ...", not "linda moss promised me ..."
        let strange_behind = said.words.get(to + 1).is_some_and(|w| !is_common(&w.low) && w.low.chars().count() > 1);
        let family =
            is_surname(&w.low) && (closed(to + 1) || !is_common(&w.low) && strange_behind && !past(said.low(to + 1)));
        let strange = !is_common(&w.low) && !is_city(&w.low) && !is_first_name(&w.low) && w.low.chars().count() > 2;
        let again = w.low == first.low;
        let spelling = listed("with spelled underscore dot dash hyphen at", &w.low);
        !again
            && !spelling
            && (family
                || strange && closed(to + 1) && to + 1 < said.words.len()
                || strange && (cue > 0 || from > 0 && said.words.len() < 7) && closed(to + 1))
    });
    if last.is_some() {
        let words: Vec<&Word<'_>> = std::iter::once(first).chain(&said.words[begin..=to]).collect();
        return build(&words, Part::Whole, if cue > 0 { sure::BY_FORM } else { sure::LIKELY });
    }
    let near = said.breaks(to) || listed(CLOSES_ONE, said.low(to)) || said.low(to).chars().count() == 1;
    let single = to == begin && (begin > from + 1 && cue > 0 || listed("here again", said.low(to)) || cue > 0 && near);
    single.then(|| build(&[first], Part::Whole, sure::LIKELY)).flatten()
}

/// A verb of the past by its ending: "linda moss promised ..."
fn past(low: &str) -> bool {
    low.ends_with("ed") || low.ends_with("ing")
}
