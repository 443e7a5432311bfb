//! Where the customer lives: street, city, state and postcode, typed.
//!
//! Owns the forms of postal addresses. Must not know what a postcode looks like (`zip`).

use super::about::About;
use super::asked::Asked;
use super::billed;
use super::called;
use super::gift;
use super::numbered;
use super::postal;
use super::proposal::{Key, Proposal, Scene, is_foreign, sure};
use super::town;
use super::words::{Gap, Said, Word, is_city, is_common, is_everyday, is_function, listed, state_at};
use super::zip::{is_zip, lettered, zip, zip_value};

const STREETS: &[&str] = &[
    "street",
    "st",
    "str",
    "avenue",
    "ave",
    "av",
    "road",
    "rd",
    "drive",
    "dr",
    "lane",
    "ln",
    "boulevard",
    "blvd",
    "court",
    "ct",
    "place",
    "pl",
    "square",
    "sq",
    "terrace",
    "ter",
    "highway",
    "hwy",
    "parkway",
    "expressway",
    "pkwy",
    "circle",
    "cir",
    "way",
    "trail",
    "trl",
    "crescent",
    "close",
    "gardens",
    "grove",
    "row",
    "walk",
    "alley",
    "mews",
    "plaza",
    "mall",
    "pike",
    "turnpike",
    "loop",
    "run",
    "ridge",
    "hill",
    "quay",
    "broadway",
    "nagar",
    "salai",
    "marg",
];
/// What nothing but a street is called.
const STREET_WORDS: &str = "street st road rd avenue ave lane ln drive boulevard blvd";
const DIRECTIONS: &[&str] = &["n", "s", "e", "w", "ne", "nw", "se", "sw"];
const UNITS: &[&str] = &["apt", "apartment", "suite", "ste", "unit", "flat", "floor", "room"];
/// What an address says of its neighbours.
const LANDMARKS: &str = "opp opposite near nearby behind beside besides adjacent next";
/// Is a bill to be paid, and is it called the customer's own? What follows may be the address of whom it is paid to.
pub(super) fn bill(said: &Said<'_>) -> Option<bool> {
    let pays = said.words.windows(2).any(|w| w[0].low == "pay" && w[1].low != "with");
    let bill = said.words.iter().position(|w| listed("bill invoice", &w.low)).filter(|_| pays)?;
    Some((bill.saturating_sub(3)..bill).any(|k| listed("my our", said.low(k))))
}

/// The parts of the customer's address in one message.
pub(super) fn find(said: &Said<'_>, scene: &Scene, out: &mut Vec<Proposal>) {
    let anothers = scene.asked.has(Asked::ANOTHERS) && !scene.asked.has(Asked::ADDRESS) && !said.any(&["my", "our"]);
    if scene.payee || anothers {
        return;
    }
    let own = billed::own(said);
    let own = own.as_deref().map(Said::new);
    let said = own.as_ref().unwrap_or(said);
    let kept = if scene.asked.has(Asked::ADDRESS.with(Asked::STREET)) { None } else { gift::own(said) };
    let kept = kept.as_deref().map(Said::new);
    let said = kept.as_ref().unwrap_or(said);
    let uncalled = if scene.voice { None } else { called::without_numbers(said) };
    let uncalled = uncalled.as_deref().map(Said::new);
    let said = uncalled.as_ref().unwrap_or(said);
    let before = out.len();
    in_parts(said, scene, out);
    if out.len() == before {
        whole(said, scene, out);
    }
    let told = scene.asked.has(Asked::ADDRESS.with(Asked::STREET).with(Asked::CITY))
        || (0..said.words.len()).any(|i| listed("i my we our", said.low(i)) && listed("live address", said.low(i + 1)));
    if out.len() == before && told {
        let found = numbered::find(said, sure::ANSWERED);
        let first = found.first().map_or(0, |p| said.words.partition_point(|w| w.start < p.at));
        if !is_foreign(said, first) && !is_former(said, first) {
            out.extend(found);
        }
    }
    if out.len() == before {
        out.extend(town::behind_state(said));
    }
    if out.len() == before {
        town::city_and_zip(said, scene, out);
    }
    if out.len() == before && scene.asked.has(Asked::ADDRESS.with(Asked::STREET)) {
        by_commas(said, out);
    }
    if out.len() == before && scene.asked.has(Asked::ADDRESS.with(Asked::STREET)) && !scene.voice {
        out.extend(postal::street_alone(said, sure::ANSWERED));
    }
    if !out[before..].iter().any(|p| p.key == Key::Zip)
        && let Some(zip) = zip(said, scene)
    {
        out.push(zip);
    }
    if !out[before..].iter().any(|p| p.key == Key::City) {
        town::labelled_city(said, out);
    }
    if !out[before..].iter().any(|p| p.key == Key::City) {
        town::answered_city(said, scene, out);
    }
    // "I'm in Sturgis", and then "South Dakota"
    let alone = state_at(said, 0).filter(|(len, short)| *len == said.words.len() && !short);
    if out.len() == before && scene.after_city && alone.is_some() && !scene.asked.has(Asked::OTHER) {
        out.push(Proposal::new(Key::State, said.text.trim_end_matches(['.', ' ', '!']), sure::LIKELY, 0));
    }
    // "nine oak street, new york one oh oh oh nine": without a town it is the town
    let placed = |key: Key| out[before..].iter().any(|p| p.key == key);
    if placed(Key::Street) && !placed(Key::City) {
        let both = |p: &&mut Proposal| p.key == Key::State && p.value.eq_ignore_ascii_case("new york");
        out[before..].iter_mut().filter(both).for_each(|p| p.key = Key::City);
    }
}

/// An address between commas and line breaks, or the town's line behind the street's.
fn in_parts(said: &Said<'_>, scene: &Scene, out: &mut Vec<Proposal>) {
    // of what is heard, only a recogniser that writes capitals and commas tells the parts
    if scene.voice && !(said.cased && said.text.contains(',')) {
        return;
    }
    let asked = scene.asked.has(Asked::ADDRESS.with(Asked::STREET));
    let told = asked || said.any(&["moved", "address", "adresse"]) && said.any(&["my", "our", "we", "i", "new"]);
    let found = postal::find(said, told, if asked { sure::STATED } else { sure::BY_FORM });
    if let Some(street) = found.first() {
        let i = said.words.partition_point(|w| w.start < street.at);
        if !is_foreign(said, i) && !is_former(said, i) {
            out.extend(found);
        }
    } else if scene.after_street || scene.asked.has(Asked::ANY_PLACE) && !scene.asked.has(Asked::ANY_NAME) {
        out.extend(postal::town(said, 0, said.words.len(), sure::ANSWERED));
    }
}

/// "my old address was 9 Elm Street"
fn is_former(said: &Said<'_>, i: usize) -> bool {
    (i.saturating_sub(3)..i).any(|k| matches!(said.low(k), "old" | "previous" | "former" | "not" | "instead" | "your"))
}

/// "12 Oak Street, Springfield, IL 62701"
fn whole(said: &Said<'_>, scene: &Scene, out: &mut Vec<Proposal>) {
    let asked = scene.asked.has(Asked::ADDRESS.with(Asked::STREET));
    let labelled = asked
        || said.any(&[
            "address",
            "live",
            "ship",
            "deliver",
            "delivered",
            "delivery",
            "mail",
            "moved",
            "adress",
            "addres",
            "reside",
            "house",
        ]);
    for i in 0..said.words.len() {
        // "po box 8963 dover ma 02030"
        let boxed = usize::from(said.has(i, &["p", "o"])) + 2;
        let boxed = (listed("po p p.o", said.low(i)) && said.low(i + boxed - 1) == "box")
            .then(|| said.words.get(i + boxed).filter(|w| w.is_digits()))
            .flatten()
            .map(|_| i + boxed + 1);
        let unnumbered = boxed.is_none() && !is_house_number(&said.words[i]);
        // "address memorial drive avon ma 08569"
        let called = || scene.one_sided() && (i > 0 && listed("address is", said.low(i - 1)) && said.any(&["address"]));
        if unnumbered && !called() {
            continue;
        }
        let end = match boxed {
            None if unnumbered => street_unnumbered(said, i),
            _ => boxed.or_else(|| street_end(said, i)),
        };
        let Some(end) = end else { continue };
        if is_foreign(said, i) || is_former(said, i) {
            continue;
        }
        // "61 cedar court in austin texas 78704"
        let mut place = place_at(said, end + usize::from(scene.voice && said.low(end) == "in"));
        if place.is_empty() && scene.one_sided() {
            place = place_behind_zip(said, end);
        }
        if place.is_empty() && labelled {
            place = town::at_end(said, end);
        }
        // where only the customer's side is known: all that they say, of an address or something that is brought
        let brought = scene.about.has(About::ADDRESS.with(About::FOOD))
            || scene.about == About::NOTHING && listed(STREET_WORDS, said.low(end - 1));
        // what stands behind it may be a town that no list knows
        let kinds = "street st road rd avenue ave lane ln drive boulevard blvd nagar salai";
        let told = || listed(kinds, said.low(end - 1)) && said.words.len() - end < 6;
        let in_town = || {
            let rest = said.words.get(end).map_or("", |w| said.text[w.start..].trim_end());
            !rest.is_empty() && listed(kinds, said.low(end - 1)) && is_city(&rest.to_lowercase())
        };
        let ends = end == said.words.len();
        // "63 1 st street", and not another word
        let bare =
            i == 0 && ends && end > 2 && listed(STREET_WORDS, said.low(end - 1)) && !scene.about.has(About::TRAVEL);
        let alone = scene.one_sided() && i < 2 && (brought && (ends || told()) || in_town() || bare);
        let placed = place.iter().any(|p| p.key == Key::Zip) || ends;
        if place.is_empty() && !labelled && !alone || unnumbered && !placed {
            continue;
        }
        let start = said.words[i].start;
        let how = if asked { sure::STATED } else { sure::BY_FORM };
        out.push(Proposal::new(Key::Street, said.text[start..said.words[end - 1].end].trim(), how, start));
        out.extend(place.into_iter().map(|p| Proposal { sure: how, ..p }));
        return;
    }
}

/// The index behind a street of which no number is said: two words or three, the last of them what it is.
fn street_unnumbered(said: &Said<'_>, i: usize) -> Option<usize> {
    let plain =
        |k: usize| said.words.get(k).is_some_and(|w| w.is_alphabetic() && w.gap != Gap::Stop && !is_function(&w.low));
    let kind = |k: &usize| listed("street st road rd avenue ave lane ln drive dr boulevard blvd", said.low(*k));
    (i + 1..i + 4).find(kind).filter(|&k| (i..k).all(plain)).map(|k| k + 1)
}

fn is_house_number(w: &Word<'_>) -> bool {
    let digits = w.low.bytes().take_while(u8::is_ascii_digit).count();
    (1..=6).contains(&digits) && w.low.len() - digits <= 1
}

/// The index behind the street that begins with the house number at `i`.
fn street_end(said: &Said<'_>, i: usize) -> Option<usize> {
    let mut end = None;
    for k in i + 1..(i + 8).min(said.words.len()) {
        let w = &said.words[k];
        if w.gap != Gap::Space && !(w.gap == Gap::Stop && said.words[k - 1].low.len() <= 2) && w.gap != Gap::Tight {
            break;
        }
        let type_word = STREETS.contains(&&*w.low);
        // "4 th street", "4 street"
        let ordinal = listed("st nd rd th street avenue ave", said.low(k + 1)) && w.text.len() <= 3;
        let route = matches!(said.low(k - 1), "hwy" | "highway" | "route" | "road" | "county" | "state" | "apt");
        if end.is_some() && !type_word && !(w.is_digits() && route)
            || w.is_digits() && !ordinal && !route
            || &*w.low == "address"
        {
            break;
        }
        let numbered = k > i + 1 && w.is_digits() && matches!(said.low(k - 1), "hwy" | "highway" | "route");
        if type_word && (k > i + 1 || matches!(&*w.low, "broadway")) || numbered {
            end = Some(k + 1);
        } else if &*w.low == "us" && listed("hwy highway route", said.low(k + 1)) {
            // "41301 US Hwy 280"
        } else if w.low.len() > 1 && is_function(&w.low) && !matches!(&*w.low, "of" | "the" | "st" | "may" | "well")
            || is_suffix_trap(&w.low)
                && !(&*w.low == "pizza"
                    && k == i + 1
                    && listed("street st road rd avenue ave lane ln drive", said.low(k + 1)))
        {
            break;
        }
    }
    let mut end = end?;
    if said.words.get(end).is_some_and(|w| w.gap == Gap::Space && DIRECTIONS.contains(&&*w.low))
        && place_at(said, end + 1).iter().any(|p| p.key == Key::City)
    {
        end += 1;
    }
    if said.words.get(end).is_some_and(|w| UNITS.contains(&&*w.low)) && said.words.get(end + 1).is_some() {
        end += 2;
        // "apt 7 a"
        let lettered =
            said.words.get(end).is_some_and(|w| w.is_alphabetic() && w.low.len() == 1 && w.gap == Gap::Space);
        end += usize::from(lettered && said.words[end - 1].is_digits() && said.breaks(end + 1));
    } else if let Some(w) = said.words.get(end)
        && said.text[said.words[end - 1].end..w.start].contains('#')
    {
        end += 1;
    }
    Some(end)
}

/// Everyday words that never stand inside a street's name.
fn is_suffix_trap(low: &str) -> bool {
    matches!(
        low,
        "minutes"
            | "minute"
            | "hours"
            | "hour"
            | "days"
            | "people"
            | "pm"
            | "am"
            | "items"
            | "pizza"
            | "dollars"
            | "guests"
            | "rooms"
            | "persons"
            | "miles"
    )
}

/// City, state and postcode from word `i` on.
fn place_at(said: &Said<'_>, i: usize) -> Vec<Proposal> {
    let mut out = Vec::new();
    let text = |from: usize, to: usize| said.text[said.words[from].start..said.words[to - 1].end].to_owned();
    // "Elm Street, uh, Peoria"
    let i = (i..i + 3).find(|&k| !listed("uh um uhm er erm ah hmm", said.low(k))).unwrap_or(i);
    let last = (i + 5).min(said.words.len());
    // a state before a postcode is one; "Colorado Springs" is not
    let zipped =
        (i + 1..last).find(|&k| state_at(said, k).is_some_and(|(len, _)| said.words.get(k + len).is_some_and(is_zip)));
    for k in i..last {
        if let Some((len, short)) = state_at(said, k).filter(|_| zipped.is_none_or(|z| z == k)) {
            // where they begin with one, people leave a nought out
            let cut = k > i && listed("ma nj ct ri nh vt me massachusetts connecticut", said.low(k)) && {
                let ends = |w: &Word<'_>| w.is_digits() && w.text.len() == 4 && k + len + 1 == said.words.len();
                said.words.get(k + len).is_some_and(ends)
            };
            let zip = said.words.get(k + len).filter(|w| is_zip(w) || cut);
            // "Toronto, ON M4B 1B3"
            let coded = said.words.get(k + len).and_then(|w| lettered(said.text, w.start, 0));
            let coded = coded.filter(|c| k > i && c.as_str().starts_with(char::is_alphabetic));
            let clear = zip.is_some()
                || coded.is_some()
                || !short
                || said.breaks(k + len)
                    && said
                        .words
                        .get(k)
                        .is_some_and(|w| k > i && (w.gap == Gap::Comma || w.low.len() == 2 && !is_function(&w.low)));
            // "new york ny": the first is the city
            let again = k + len < said.words.len() && state_at(said, k + len).is_some() && k == i;
            if clear && !again {
                // a street's name in front of it is no city
                let street = said.words[i..k].iter().any(|w| {
                    matches!(
                        &*w.low,
                        "street" | "road" | "rd" | "avenue" | "ave" | "lane" | "drive" | "highway" | "complex"
                    )
                });
                let landmark = k > i && listed(LANDMARKS, said.low(i));
                if landmark {
                    // "opp santhi theater salem il": the town is what stands last, if it is known
                    let town = (i + 1..k).find(|&t| is_city(&text(t, k).to_lowercase()));
                    out.extend(town.map(|t| Proposal::new(Key::City, text(t, k), 0.0, said.words[t].start)));
                } else if k > i && !street {
                    out.push(Proposal::new(Key::City, text(i, k), 0.0, said.words[i].start));
                }
                out.push(Proposal::new(Key::State, text(k, k + len), 0.0, said.words[k].start));
                if let Some(zip) = zip {
                    out.push(Proposal::new(Key::Zip, zip_value(said, k + len), 0.0, zip.start));
                } else if let Some(code) = coded {
                    out.push(Proposal::new(Key::Zip, code.as_str(), 0.0, code.start()));
                }
                return out;
            }
        }
        let w = &said.words[k];
        if w.is_digits()
            || is_function(&w.low) && k > i && !matches!(&*w.low, "of" | "the")
            || w.gap == Gap::Stop && k > i && w.low.len() > 2
        {
            break;
        }
    }
    // "..., Reading, RG1 2AB"; "..., Paris 75002"; "..., 10115 Berlin"
    let Some(head) = said.words.get(i).filter(|w| matches!(w.gap, Gap::Comma | Gap::Stop)) else {
        return out;
    };
    if let Some(found) = lettered(said.text, head.start, 60) {
        let k = said.words.partition_point(|w| w.start < found.start());
        if k > i && k - i <= 3 && said.words[i..k].iter().all(Word::is_alphabetic) {
            out.push(Proposal::new(Key::City, text(i, k), 0.0, head.start));
        }
        out.push(Proposal::new(Key::Zip, found.as_str(), 0.0, found.start()));
        return out;
    }
    let mut k = i;
    if is_zip(head) {
        out.push(Proposal::new(Key::Zip, zip_value(said, i), 0.0, head.start));
        k += 1;
        let to = city_end(said, k);
        if to > k {
            out.push(Proposal::new(Key::City, text(k, to), 0.0, said.words[k].start));
        }
        return out;
    }
    let to = city_end(said, k);
    if to > k && !is_everyday(&said.words[k].low) {
        out.push(Proposal::new(Key::City, text(k, to), 0.0, head.start));
        if let Some(zip) = said.words.get(to).filter(|w| is_zip(w)) {
            out.push(Proposal::new(Key::Zip, zip_value(said, to), 0.0, zip.start));
        }
    }
    out
}

/// "79901 tx el paso", to the end: the postcode, the state and then the town.
fn place_behind_zip(said: &Said<'_>, i: usize) -> Vec<Proposal> {
    let n = said.words.len();
    let Some(zip) = said.words.get(i).filter(|w| is_zip(w)) else { return Vec::new() };
    let Some((len, _)) = state_at(said, i + 1) else { return Vec::new() };
    let (state, town) = (&said.words[i + 1..=i + len], i + 1 + len);
    let Some((first, last)) = said.words.get(town).zip(said.words.last()) else { return Vec::new() };
    let value = &said.text[first.start..last.end];
    if n - town > 3 || !is_city(&value.to_lowercase()) {
        return Vec::new();
    }
    vec![
        Proposal::new(Key::City, value, 0.0, first.start),
        Proposal::new(Key::State, &said.text[state[0].start..state[len - 1].end], 0.0, state[0].start),
        Proposal::new(Key::Zip, zip.text, 0.0, zip.start),
    ]
}

/// The index behind the city's name that begins at word `from`.
pub(super) fn city_end(said: &Said<'_>, from: usize) -> usize {
    let mut to = from;
    while to < said.words.len() && to < from + 3 {
        let w = &said.words[to];
        if !w.is_alphabetic()
            || is_function(&w.low)
            || to > from && w.gap != Gap::Space
            || is_common(&w.low) && !w.is_capital()
        {
            break;
        }
        to += 1;
    }
    to
}

/// The answer to a question for the address in a form that is not known: by its commas.
fn by_commas(said: &Said<'_>, out: &mut Vec<Proposal>) {
    let mut from = 0;
    while from < said.words.len()
        && matches!(
            said.low(from),
            "it's"
                | "its"
                | "it"
                | "is"
                | "my"
                | "address"
                | "the"
                | "sure"
                | "yes"
                | "new"
                | "i"
                | "live"
                | "at"
                | "ok"
                | "to"
        )
    {
        from += 1;
    }
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for k in from..said.words.len() {
        if k == from || matches!(said.words[k].gap, Gap::Comma | Gap::Stop) {
            parts.push((k, k + 1));
        } else if let Some(last) = parts.last_mut() {
            last.1 = k + 1;
        }
    }
    if !(2..=5).contains(&parts.len()) {
        return;
    }
    let (a, b) = parts[0];
    let has_number = said.words[a..b].iter().any(|w| is_house_number(w));
    let has_word = said.words[a..b].iter().any(|w| w.is_alphabetic() && w.low.chars().count() > 2);
    if !has_number || !has_word || b - a > 7 || said.words[a..b].iter().filter(|w| is_function(&w.low)).count() > 2 {
        return;
    }
    let (start, end) = (said.words[a].start, said.words[b - 1].end);
    out.push(Proposal::new(Key::Street, &said.text[start..end], sure::ANSWERED, start));
    out.extend(place_at(said, b).into_iter().map(|p| Proposal { sure: sure::ANSWERED, ..p }));
}
