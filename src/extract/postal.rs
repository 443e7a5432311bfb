//! A postal address that is typed in parts: street, town, state and postcode between commas or line breaks.
//!
//! Owns the order of the parts in many countries. Must not know what was asked (`address`), nor how addresses sound (`aloud`).

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::proposal::{Key, Proposal};
use super::words::{Gap, Said, Word, is_common, is_function, listed, state_at};

/// How many words an address has at most.
const MOST: usize = 32;
/// What may stand before an address.
const LEAD_INS: &str = "it's its it is my address the sure yes yeah ok okay new i we live at to in ship deliver send please street \
    delivery billing shipping home hi hello of on and";
/// What may stand behind it.
const TAILS: &str = "thanks thank you please pls now cheers usa us uk canada germany deutschland france italy italia spain españa \
    netherlands nederland australia brazil brasil india england scotland wales ireland austria switzerland belgium portugal \
    america united states kingdom";
const COUNTRY_STATES: &str = "qc yt nu nsw vic qld sa wa tas act nt ac al ap am ba ce df es go ma mt ms mg pa pb pr pe pi rj rn rs ro rr sc \
    sp se to";
const TYPES: &str = "street st avenue ave road rd drive lane ln boulevard blvd court ct place pl square sq terrace way close \
    crescent grove highway hwy parkway pkwy row walk mews gardens hill rue via calle carrer avenida rua praça plaza piazza \
    corso viale strada ulica ul allee platz weg gasse chemin quai impasse laan plein gracht kade";
const ENDINGS: &str = "straße strasse str weg allee platz gasse ring ufer damm straat laan gracht plein kade weg gade vej gata gaten gatan gate veien vägen \
    utca út";

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static TOWNS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    let town = r"(?P<city>\p{L}[\p{L}\p{M}.'’ -]{1,40}?)";
    [
        // Fort Wayne, IN 46802; Fitzroy VIC 3065; Montréal, QC H3B 4W8; São Paulo - SP, 01310-200
        format!(
            r"(?i)^{town}(?:,? +| *- *)(?P<state>[a-z]{{2,3}}),? +(?P<zip>\d{{5}}(?:-\d{{3,4}})?|\d{{4}}|[a-z]\d[a-z] ?\d[a-z]\d)$"
        ),
        // 1016 GV Amsterdam; 50667 Köln; 00184 Roma RM; 110 00 Praha; 00-950 Warszawa; 1100-053 Lisboa
        format!(
            r"(?i)^(?:[a-z]{{1,2}}-)?(?P<zip>\d{{4}} ?[a-z]{{2}}|\d{{4}}-\d{{3}}|\d{{2}}-\d{{3}}|\d{{3}} \d{{2}}|\d{{4,5}})[, ]+{town}(?: +\(?(?P<state>[A-Z]{{2}})\)?)?$"
        ),
        // Bristol BS6 5JN; Lisboa, 1100-053; Paris 75002; Singapore 059413
        format!(
            r"(?i)^{town}[, ]+(?P<zip>[a-z]{{1,2}}\d[a-z\d]? ?\d[a-z]{{2}}|\d{{4}}-\d{{3}}|\d{{3}}-\d{{4}}|\d{{5,6}})$"
        ),
        // Bengaluru, Karnataka 560001; Austin, Texas 78701
        format!(r"(?i)^{town}, *(?P<state>\p{{L}}[\p{{L}} ]{{3,20}}?)[, -]+(?P<zip>\d{{5}}(?:-\d{{4}})?|\d{{6}}|[a-z]\d[a-z] ?\d[a-z]\d)$"),
    ]
    .map(|p| Regex::new(&p).unwrap())
});

/// The parts of an address in a message: where the street must be named by its kind, or whatever stands there when it was
/// asked for. Nothing where the parts do not come out even.
pub(super) fn find(said: &Said<'_>, asked: bool, how: f32) -> Vec<Proposal> {
    // every street has a number
    if !said.text.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let n = said.words.len();
    for from in starts(said, asked) {
        let end = end(said, from, n.min(from + MOST));
        let parts = parts(said, from, end);
        if let Some(found) = town_first(said, &parts, how) {
            return found;
        }
        let Some(street) = street(said, &parts, asked) else {
            continue;
        };
        let (street_from, street_to, next) = street;
        let value = said.text[said.words[street_from].start..said.words[street_to - 1].end].trim();
        let Some(&(tail, _)) = parts.get(next) else {
            continue;
        };
        // what follows in the line may be none of it: "..., 20121 Milano, marco@..."
        let ends = (next..parts.len().min(next + 4)).rev().filter_map(|k| parts.get(k)).map(|part| part.1);
        // "5 Mill Lane, Leeds LS1 4AP is where ..."
        let told = |end: usize| !asked && listed("is was has are were", said.low(end)) && !said.breaks(end);
        let rest = std::iter::once(end)
            .chain(ends)
            .filter(|end| !told(*end))
            .map(|end| town(said, tail, end, how))
            .find(|rest| !rest.is_empty());
        if let Some(rest) = rest {
            let mut out = vec![Proposal::new(Key::Street, value, how, said.words[street_from].start)];
            out.extend(rest);
            return out;
        }
    }
    Vec::new()
}

/// "15 avenue Victor Hugo": a street and nothing else, in answer to a question for the address.
pub(super) fn street_alone(said: &Said<'_>, how: f32) -> Option<Proposal> {
    let from = *starts(said, true).first()?;
    let end = end(said, from, said.words.len().min(from + MOST));
    let parts = parts(said, from, end);
    let (from, to, next) = street(said, &parts, false)?;
    let value = said.text[said.words[from].start..said.words[to - 1].end].trim();
    (next >= parts.len() && end == said.words.len())
        .then(|| Proposal::new(Key::Street, value, how, said.words[from].start))
}

/// "69003 Lyon", "Austin, TX 78701": the words from `from` to `end` and nothing else.
pub(super) fn town(said: &Said<'_>, from: usize, end: usize, how: f32) -> Vec<Proposal> {
    let (Some(first), Some(last)) = (said.words.get(from), said.words.get(end.wrapping_sub(1))) else {
        return Vec::new();
    };
    if end <= from || end - from > 9 {
        return Vec::new();
    }
    let text = said.text[first.start..last.end].replace(['\n', '\r', '\t'], ",");
    let (at, text) = (first.start, text.as_str());
    for (i, form) in TOWNS.iter().enumerate() {
        let Some(found) = form.captures(text).filter(|c| is_plausible(c, i)) else {
            continue;
        };
        let part = |name: &str, key: Key| {
            found.name(name).map(|m| Proposal::new(key, m.as_str().trim_matches([' ', ',', '-']), how, at + m.start()))
        };
        return [part("city", Key::City), part("state", Key::State), part("zip", Key::Zip)]
            .into_iter()
            .flatten()
            .collect();
    }
    Vec::new()
}

fn is_plausible(found: &Captures<'_>, form: usize) -> bool {
    let get = |name: &str| found.name(name).map_or("", |m| m.as_str());
    let (city, state, zip) = (get("city").to_lowercase(), get("state"), get("zip"));
    let words: Vec<&str> = city.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    let named = words.len() <= 4 && words.iter().all(|w| !is_everyday_here(w));
    let of_a_country = |s: &str| {
        let word = Said::new(s);
        listed(COUNTRY_STATES, &s.to_lowercase()) || state_at(&word, 0).is_some_and(|(len, _)| len == word.words.len())
    };
    let named = named && !(city.len() <= 3 && of_a_country(&city));
    match form {
        0 => {
            named
                && of_a_country(state)
                && (zip.len() > 4 || state.len() == 3 || listed("sa wa nt", &state.to_lowercase()))
        }
        1 => named && (state.is_empty() || state.chars().all(char::is_uppercase)),
        3 => named && (zip.len() == 6 || zip.starts_with(char::is_alphabetic) || of_a_country(state)),
        _ => named,
    }
}

fn is_everyday_here(word: &str) -> bool {
    is_function(word) && !listed("of the upon on in by la le de du del am an der", word)
        || listed("street road avenue code order number card phone is my ref apt apartment unit floor suite", word)
}

/// Where an address may begin: at a house number, behind a lead-in, or at the message's beginning.
fn starts(said: &Said<'_>, asked: bool) -> Vec<usize> {
    let n = said.words.len();
    let mut lead = 0;
    while lead < n.min(10) && listed(LEAD_INS, said.low(lead)) {
        lead += 1;
    }
    let mut out = Vec::new();
    if asked && lead < n {
        out.push(lead);
    }
    for i in 0..n {
        let led = said.breaks(i) || i > 0 && listed("at to is in address", said.low(i - 1));
        if out.len() < 8 && led && (i != lead || !asked) && !listed(LEAD_INS, said.low(i)) {
            out.push(i);
        }
    }
    out
}

/// The index behind the address that begins at `from`: where a sentence ends, or what follows is none of it.
fn end(said: &Said<'_>, from: usize, most: usize) -> usize {
    let mut end = (from + 1..most)
        .find(|&k| {
            let w = &said.words[k];
            let gap = &said.text[said.words[k - 1].end..w.start];
            let line = gap.contains('\n');
            let before = said.low(k - 1);
            let short = before.chars().count() <= 2
                || listed(TYPES, before)
                || listed("apt ste nr num blk bldg bsmt fl rm attn sta mtn tce cnr dist prov", before)
                || before.ends_with("str") && w.low.starts_with(|c: char| c.is_ascii_digit());
            w.gap == Gap::Stop && !line && !(gap.starts_with('.') && short)
                || w.gap == Gap::Colon
                || gap.contains('|')
                || matches!(&*w.low, "and" | "but" | "because" | "email" | "phone" | "tel" | "my") && k > from + 2
        })
        .unwrap_or(most);
    while end > from && listed(TAILS, said.low(end - 1)) {
        end -= 1;
    }
    end
}

/// The parts between commas, line breaks and dashes: from and to, in words.
fn parts(said: &Said<'_>, from: usize, end: usize) -> Vec<(usize, usize)> {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for k in from..end {
        let gap = if k == 0 { "" } else { &said.text[said.words[k - 1].end..said.words[k].start] };
        let parted = matches!(said.words[k].gap, Gap::Comma) || gap.contains('\n');
        match parts.last_mut() {
            Some(last) if !parted => last.1 = k + 1,
            _ => parts.push((k, k + 1)),
        }
    }
    parts
}

/// The street among the parts: its first word, the index behind its last one, and the place of the part behind it.
fn street(said: &Said<'_>, parts: &[(usize, usize)], asked: bool) -> Option<(usize, usize, usize)> {
    let &(from, mut to) = parts.first()?;
    let mut next = 1;
    let called = |w: &Word<'_>| listed("flat apt apartment unit suite ste floor room studio piso bajo level", &w.low);
    let unit = |&(a, b): &(usize, usize)| {
        let words = &said.words[a..b];
        let numbered = b - a <= 2
            && words.iter().all(|w| w.low.chars().count() <= 4)
            && words[0].low.starts_with(|c: char| c.is_ascii_digit());
        // "Studio Vento" is none
        let counted = b - a == 1
            || words[1..].iter().any(|w| w.low.chars().count() < 3 || w.text.bytes().any(|b| b.is_ascii_digit()));
        (called(&words[0]) && b - a <= 3 && counted || numbered)
            && !words.iter().any(|w| w.text.len() > 4 && w.is_digits())
    };
    let boxed =
        listed("po p.o p postfach apartado", said.low(from)) && said.words[from..to].iter().any(|w| w.is_digits());
    // "Flat 3, 14 Albert Road"
    let mut body = (from, to);
    if unit(&parts[0]) && !boxed && parts.len() > 1 {
        body = parts[1];
        to = body.1;
        next = 2;
    }
    // "22 Park Avenue now"
    while to > body.0 + 1 && listed("now currently please instead", said.low(to - 1)) {
        to -= 1;
    }
    let words = &said.words[body.0..to];
    let number = |w: &Word<'_>| {
        let digits = w.low.bytes().take_while(u8::is_ascii_digit).count();
        (1..=6).contains(&digits) && w.low.len() - digits <= 2
    };
    let named = words.iter().any(|w| w.is_alphabetic() && w.low.chars().count() > 1);
    let numbered = called(&words[0]) && words.iter().any(number)
        || words.first().is_some_and(number)
        || words.last().is_some_and(number);
    let kind = words.iter().any(|w| listed(TYPES, &w.low) || ENDINGS.split(' ').any(|e| w.low.ends_with(e)));
    let plain = words.iter().filter(|w| is_function(&w.low) && !listed("of the de la du do da am an", &w.low)).count();
    let odd = words.iter().any(|w| listed("code order card ref reference number account pin phone is zip", &w.low));
    if !boxed
        && (!named || !numbered || !(asked || kind) || plain > 1 || odd || words.len() > 8 || is_only_common(words))
    {
        return None;
    }
    // "Calle de Alcalá 45, 3º B"; "120 Elm Street, Apt 5"
    if next < parts.len() && unit(&parts[next]) && parts.len() > next + 1 {
        to = parts[next].1;
        next += 1;
    }
    Some((from, to, next))
}

/// "6722 Szeged, Petőfi utca 8": the town before a street that is named by its kind and ends with its number.
fn town_first(said: &Said<'_>, parts: &[(usize, usize)], how: f32) -> Option<Vec<Proposal>> {
    let [(zip, town_to), (from, to), ..] = parts[..] else { return None };
    let number = |w: &Word<'_>| w.text.starts_with(|c: char| c.is_ascii_digit());
    let to = (from + 1..to)
        .find(|&k| number(&said.words[k]))
        .filter(|&k| k + 1 >= to || said.words[k + 1].gap != Gap::Space)?
        + 1;
    let street = &said.words[from..to];
    let code = said.words[zip].is_digits() && matches!(said.words[zip].text.len(), 4 | 5);
    let town = &said.words[zip + 1..town_to];
    let named = (1..=3).contains(&town.len())
        && town.iter().all(|w| w.is_alphabetic() && w.is_capital() && !is_everyday_here(&w.low));
    let numbered = street.len() > 1
        && street.last().is_some_and(|w| w.text.starts_with(|c: char| c.is_ascii_digit()) && w.text.len() < 6);
    let kind = |w: &Word<'_>| {
        listed(TYPES, &w.low)
            || listed("u tér tere köz körút", &w.low)
            || ENDINGS.split(' ').any(|e| w.low.ends_with(e))
    };
    let text = |a: usize, b: usize| &said.text[said.words[a].start..said.words[b - 1].end];
    let kinded = street.iter().any(kind) && !town.iter().any(kind) && street[0].is_alphabetic();
    (code && named && numbered && kinded).then(|| {
        vec![
            Proposal::new(Key::Street, text(from, to), how, said.words[from].start),
            Proposal::new(Key::City, text(zip + 1, town_to), how, said.words[zip + 1].start),
            Proposal::new(Key::Zip, text(zip, zip + 1), how, said.words[zip].start),
        ]
    })
}

/// "2 rooms", "3 nights": nothing that names a street.
fn is_only_common(words: &[Word<'_>]) -> bool {
    words.iter().filter(|w| w.is_alphabetic()).all(|w| is_common(&w.low) && !w.is_capital() && !listed(TYPES, &w.low))
}
