//! A postal address that is typed in parts: street, town, state and postcode between commas or line breaks.
//!
//! Owns the order of the parts in many countries. Must not know what was asked (`address`), nor how addresses sound (`aloud`).

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::proposal::{Key, Proposal, sure};
use super::words::{Gap, Said, Word, is_city, is_common, is_function, listed, state_at};

/// How many words an address has at most.
const MOST: usize = 32;
/// How many parts of a town may stand between a street and the town.
const MOST_LOCALITIES: usize = 2;
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
    corso viale strada str ulica ul allee allée allées platz weg gasse chemin quai impasse laan plein gracht kade av avda cra carrera \
    cl pasaje passeig ronda travessa largo alameda passage cours sentier esplanade vicolo lungarno rambla caddesi cad sokak bulvarı \
    kneza náměstí třída nám utca köz";
/// Parts of houses, which their number follows.
const UNITS: &str = "flat apt apartment unit suite ste floor fl room studio piso bajo level plot lot house block tower villa shop door top apto \
    dpto depto interior oficina étage etage bâtiment bat escalera esc byt";
/// What a building is called at its name's end.
const BUILDINGS: &str = "apartments towers tower residency heights society complex house court lodge villa building mansions enclave residence \
    cottage farm hall rectory manor barn mill arms buildings wharf";
/// States of India as they are written before a code of six digits.
const INDIA: &str = "karnataka maharashtra tamil nadu kerala telangana andhra pradesh gujarat rajasthan punjab haryana uttar west bengal bihar \
    odisha goa delhi assam jharkhand madhya himachal uttarakhand chhattisgarh tripura manipur meghalaya sikkim";
const ENDINGS: &str = "straße strasse str weg allee platz gasse ring ufer damm straat laan gracht plein kade weg gade vej gata gaten gatan gate veien vägen \
    utca út";

/// The longest names of a town and a state that are believed, in characters.
const LONGEST_TOWN: usize = 41;
const LONGEST_STATE: usize = 21;

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static TOWNS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    // no repeat has an upper limit: forty copies of "any letter" take megabytes
    let name = r"\p{L}[\p{L}\p{M}.'’ -]+?";
    let town = format!("(?P<city>{name})");
    [
        // Fort Wayne, IN 46802; Fitzroy VIC 3065; Montréal, QC H3B 4W8; São Paulo - SP, 01310-200
        format!(
            r"(?i)^{town}(?:,? +| *- *)(?P<state>[a-z]{{2,3}}),? +(?P<zip>\d{{5}}(?:-\d{{3,4}})?|\d{{4}}|[a-z]\d[a-z] ?\d[a-z]\d)$"
        ),
        // 1016 GV Amsterdam; 50667 Köln; 00184 Roma RM; 110 00 Praha 1; 00-950 Warszawa; 1100-053 Lisboa; C1043 Buenos Aires
        format!(
            r"(?i)^(?:[a-z]{{1,2}}-)?(?P<zip>\d{{4}} ?[a-z]{{2}}|\d{{4}}-\d{{3}}|\d{{2}}-\d{{3}}|\d{{3}} \d{{2}}|\d{{4,5}}|[A-Z]\d{{4}}(?:[A-Z]{{3}})?)[, ]+(?P<city>{name}(?: \d{{1,2}})?)(?: +\(?(?P<state>[A-Z]{{2}})\)?)?$"
        ),
        // Bristol BS6 5JN; Dublin 1, D01 A2B3; Lisboa, 1100-053; Paris 75002; Singapore 059413; Auckland 1024
        format!(
            r"(?i)^(?P<city>{name}(?: \d{{1,2}})?)[, ]+(?P<zip>[a-z]{{1,2}}\d[a-z\d]? ?\d[a-z]{{2}}|[a-z]\d[\dw] ?[a-z\d]{{4}}|\d{{4}}-\d{{3}}|\d{{3}}-\d{{4}}|\d{{4,6}})$"
        ),
        // Bengaluru, Karnataka 560001; Austin, Texas 78701
        format!(r"(?i)^{town}, *(?P<state>\p{{L}}[\p{{L}} ]{{3,}}?)[, -]+(?P<zip>\d{{5}}(?:-\d{{4}})?|\d{{6}}|[a-z]\d[a-z] ?\d[a-z]\d)$"),
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
        let (mut street_from, street_to, next) = street;
        // "The Old Rectory"
        if street_from > 0 && said.words[street_from - 1].text == "The" && said.words[street_from].is_capital() {
            street_from -= 1;
        }
        let value = said.text[said.words[street_from].start..said.words[street_to - 1].end].trim();
        if next >= parts.len() {
            continue;
        }
        // what follows in the line may be none of it: "..., 20121 Milano, marco@..."
        let ends = (next..parts.len().min(next + 4)).rev().filter_map(|k| parts.get(k)).map(|part| part.1);
        // "5 Mill Lane, Leeds LS1 4AP is where ..."
        let told = |end: usize| !asked && listed("is was has are were", said.low(end)) && !said.breaks(end);
        let ends: Vec<usize> = std::iter::once(end).chain(ends).filter(|end| !told(*end)).collect();
        // a part of the town may stand before it: "..., T. Nagar, Chennai 600017"
        let tails = (0..=MOST_LOCALITIES).map_while(|n| {
            let skipped = parts.get(next..next + n)?;
            skipped.iter().all(|part| is_locality(said, *part)).then(|| parts.get(next + n)).flatten()
        });
        let rest = tails
            .flat_map(|&(tail, _)| ends.iter().map(move |end| (tail, *end)))
            .map(|(tail, end)| town(said, tail, end, how))
            .find(|rest| !rest.is_empty());
        let alone = || lone_town(said, &parts[next..], end, how).filter(|_| asked);
        if let Some(rest) = rest.or_else(alone) {
            let mut out = vec![Proposal::new(Key::Street, value, how, said.words[street_from].start)];
            out.extend(rest);
            return out;
        }
    }
    Vec::new()
}

/// Do these words say that they are a street: "Kirchweg", "Mill Lane"?
pub(super) fn is_street(words: &[Word<'_>]) -> bool {
    let ends = |low: &str| ENDINGS.split(' ').any(|e| low.len() > e.len() + 1 && low.ends_with(e) && !is_common(low));
    words.last().is_some_and(|w| ends(&w.low) || words.len() > 1 && listed(TYPES, &w.low))
        || words.len() > 1
            && words
                .first()
                .is_some_and(|w| listed("rue via calle avenida rua praça piazza viale ulica chemin", &w.low))
}

/// A part of a town: words, and not many.
fn is_locality(said: &Said<'_>, (from, to): (usize, usize)) -> bool {
    let words = &said.words[from..to];
    words.len() <= 4 && words.iter().all(|w| w.is_alphabetic() && !is_everyday_here(&w.low)) && words[0].is_capital()
}

/// "..., Medellín": a town without its code, at the end of an answer.
fn lone_town(said: &Said<'_>, parts: &[(usize, usize)], end: usize, how: f32) -> Option<Vec<Proposal>> {
    let &[(from, to)] = parts else { return None };
    let words = &said.words[from..to];
    // "Dublin 2"
    let district = words.len() == 2 && words[1].is_digits() && words[1].text.len() < 3 && is_city(&words[0].low);
    let named = district || is_locality(said, (from, to)) && words.iter().all(|w| !is_common(&w.low));
    (named && end == said.words.len()).then(|| {
        let text = &said.text[words[0].start..words[words.len() - 1].end];
        vec![Proposal::new(Key::City, text, how.min(sure::ANSWERED), words[0].start)]
    })
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
    let is_long = city.chars().count() > LONGEST_TOWN || state.chars().count() > LONGEST_STATE;
    let named = !is_long && words.len() <= 4 && words.iter().all(|w| !is_everyday_here(w));
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
        // "room 1024"
        2 if zip.len() == 4 && !zip.contains('-') => {
            named && get("city").split(' ').all(|w| w.starts_with(char::is_uppercase) && !is_common(&w.to_lowercase()))
        }
        3 => {
            let indian = zip.len() == 6 && zip.bytes().all(|b| b.is_ascii_digit());
            named
                && if indian {
                    state.to_lowercase().split(' ').all(|w| listed(INDIA, w))
                } else {
                    zip.starts_with(char::is_alphabetic) || of_a_country(state)
                }
        }
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
                || listed("apt ste nr num blk bldg bsmt fl rm attn sta mtn tce cnr dist prov col urb res", before)
                || before.ends_with("str") && w.low.starts_with(|c: char| c.is_ascii_digit());
            w.gap == Gap::Stop && !line && !(gap.starts_with('.') && short)
                || w.gap == Gap::Colon && !listed("no nr d kat daire", before)
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
        let parted = matches!(said.words[k].gap, Gap::Comma) || gap.contains(['\n', ',']);
        match parts.last_mut() {
            Some(last) if !parted && !is_code_behind(said, last.0, k) => last.1 = k + 1,
            _ => parts.push((k, k + 1)),
        }
    }
    parts
}

/// "12 bis avenue Jean Jaurès 69007 Lyon": the code of a town right behind a street.
fn is_code_behind(said: &Said<'_>, from: usize, k: usize) -> bool {
    let (before, code) = (&said.words[k - 1], &said.words[k]);
    let town = said.words.get(k + 1).is_some_and(|w| w.gap == Gap::Space && w.is_alphabetic() && w.is_capital());
    let whole = code.is_digits() && code.text.len() == 5 && code.gap == Gap::Space;
    let house = said.words[from..k].iter().any(|w| w.text.starts_with(|c: char| c.is_ascii_digit()));
    let street =
        before.is_alphabetic() && !listed("no nr box highway hwy route road", &before.low) || before.text.len() < 4;
    whole && town && house && street && k > from + 1
}

/// A part of a house by its number: "Flat 3", "5th floor", "3º B", "B-204".
fn is_unit(said: &Said<'_>, (a, b): (usize, usize)) -> bool {
    let words = &said.words[a..b];
    let called = |w: &Word<'_>| listed(UNITS, &w.low);
    let digit = |w: &Word<'_>| w.low.starts_with(|c: char| c.is_ascii_digit());
    let numbered = (b - a <= 2 || b - a == 3 && words[1].low.chars().count() == 1)
        && words.iter().all(|w| w.low.chars().count() <= 4)
        && digit(&words[0])
        && !(b - a > 1 && words[0].is_digits() && words[0].text.len() > 3);
    let storey = b - a == 2 && digit(&words[0]) && called(&words[1]);
    let lettered = b - a == 1 && words[0].text.len() < 7 && words[0].text.contains('-') && {
        let (letter, rest) = words[0].text.split_at(words[0].text.chars().next().map_or(0, char::len_utf8));
        letter.chars().all(char::is_alphabetic) && rest.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    };
    // "Studio Vento" is none
    let counted = b - a == 1
        || words[1..].iter().any(|w| w.low.chars().count() < 3 || w.text.bytes().any(|b| b.is_ascii_digit()));
    (called(&words[0]) && b - a <= 3 && counted || numbered || storey || lettered)
        && !words.iter().any(|w| w.text.len() > 4 && w.is_digits())
}

/// The street among the parts: its first word, the index behind its last one, and the place of the part behind it.
fn street(said: &Said<'_>, parts: &[(usize, usize)], asked: bool) -> Option<(usize, usize, usize)> {
    let &(from, first_end) = parts.first()?;
    let kinded = |&(a, b): &(usize, usize)| {
        let kind = |w: &Word<'_>| listed(TYPES, &w.low) || ENDINGS.split(' ').any(|e| w.low.ends_with(e));
        said.words[a..b].iter().any(kind)
    };
    let built = |&(a, b): &(usize, usize)| {
        let words = &said.words[a..b];
        let called = listed(BUILDINGS, &words[words.len() - 1].low)
            || words[0].low == "the"
            || a > 0 && said.low(a - 1) == "the";
        let spoken = words.iter().any(|w| listed("to my our your is for on with address", &w.low));
        called && !spoken && (2..=4).contains(&words.len()) && words.iter().all(Word::is_alphabetic)
    };
    let boxed = listed("po p.o p postfach apartado", said.low(from))
        && said.words[from..first_end].iter().any(|w| w.is_digits());
    // "Flat 3, 14 Albert Road", "B-204, Green Park Apartments, MG Road", "The Old Rectory, Church Lane"
    let mut at = 0;
    while !boxed
        && at < 2
        && at + 1 < parts.len()
        && (is_unit(said, parts[at]) || (at > 0 || asked) && built(&parts[at]) && kinded(&parts[at + 1]))
    {
        at += 1;
    }
    let (body, mut to) = parts[at];
    let mut next = at + 1;
    // "22 Park Avenue now"
    while to > body + 1 && listed("now currently please instead", said.low(to - 1)) {
        to -= 1;
    }
    let number = |w: &Word<'_>| {
        let digits = w.low.bytes().take_while(u8::is_ascii_digit).count();
        (1..=6).contains(&digits) && w.low.len() - digits <= 2
    };
    let kind = kinded(&(body, to));
    // "Rua Augusta, 1508": the number in a part of its own
    if kind
        && !said.words[body..to].iter().any(number)
        && let Some(&(a, b)) = parts.get(next)
        && b - a == 1
        && number(&said.words[a])
        && said.words[a].text.len() < 5
        && parts.len() > next + 1
    {
        to = b;
        next += 1;
    }
    let words = &said.words[body..to];
    let small =
        |w: &&Word<'_>| number(w) && w.text.len() < 5 || w.low.chars().count() == 1 || listed("bis ter no nr", &w.low);
    let mut tail = words.iter().rev().take_while(small);
    let called = listed(UNITS, &words[0].low);
    let numbered = at > 0
        || called && words.iter().any(number)
        || words.first().is_some_and(number)
        || words.last().is_some_and(number)
        || tail.any(number);
    // "742 S 300 E"
    let gridded = (3..=4).contains(&words.len())
        && number(&words[0])
        && words[1..].iter().all(|w| w.is_digits() || listed("n s e w north south east west", &w.low))
        && words.iter().filter(|w| !w.is_digits()).count() >= 1
        && words.iter().filter(|w| w.is_digits()).count() == 2;
    let named = gridded || words.iter().any(|w| w.is_alphabetic() && w.low.chars().count() > 1);
    let plain =
        words.iter().filter(|w| is_function(&w.low) && !listed("of the de la du do da am an no", &w.low)).count();
    let odd = words.iter().any(|w| listed("code order card ref reference number account pin phone is zip", &w.low));
    if !boxed
        && (!named
            || !numbered
            || !(asked || kind || gridded)
            || plain > 1
            || odd
            || words.len() > 8
            || !gridded && is_only_common(words))
    {
        return None;
    }
    // "Calle de Alcalá 45, 3º B"; "120 Elm Street, Apt 5"
    if next < parts.len() && is_unit(said, parts[next]) && parts.len() > next + 1 {
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
