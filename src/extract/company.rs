//! The company that the customer speaks for.
//!
//! Owns how people name their employer. Must not know the business that the agent speaks for.

use super::asked::Asked;
use super::folded;
use super::ours::Ours;
use super::proposal::{Key, Proposal, Scene, is_foreign, sure};
use super::role;
use super::several;
use super::words::{
    Gap, Said, Word, is_city, is_common, is_everyday, is_first_name, is_function, is_surname, listed, state_at,
};

/// Words that end a company's name.
const SUFFIXES: &[&str] = &[
    "ltd",
    "limited",
    "inc",
    "incorporated",
    "llc",
    "llp",
    "corp",
    "corporation",
    "plc",
    "gmbh",
    "ag",
    "srl",
    "bv",
    "pvt",
    "pty",
    "sarl",
    "sàrl",
    "kft",
    "aps",
    "oyj",
    "ohg",
    "eood",
    "jsc",
    "pjsc",
    "ooo",
    "sdn",
    "bhd",
];
/// Legal forms that are other words too where they are not written so.
const WRITTEN: &str = "AB AS A/S ASA Oy SA SAS SL SLU SE NV BV KG UG KK SpA SRO CV OÜ e.V PLC";
/// The same with full stops between, run together.
const DOTTED: &str = "sro sa sl sas spa srl as bv nv doo ou ab cv llc plc ev";
/// Words that often end one and are everyday words too.
const SOFT_SUFFIXES: &[&str] = &[
    "solutions",
    "technologies",
    "technology",
    "tech",
    "infotech",
    "systems",
    "enterprises",
    "enterprise",
    "industries",
    "group",
    "holdings",
    "associates",
    "consulting",
    "services",
    "software",
    "softwares",
    "labs",
    "logistics",
    "partners",
    "company",
    "co",
    "info",
    "foundation",
    "traders",
    "exports",
    "motors",
    "textiles",
    "constructions",
    "pharma",
    "studios",
    "agency",
    "bank",
];

/// What a company is or trades in: everyday words that end its name.
const TRADES: &str = "bakery bakeries dental clinic imports foods food cafe café restaurant garage school academy studio legal insurance realty \
    properties plumbing electric electrical heating roofing construction builders design designs media press books publishing farm \
    farms dairy brewery winery coffee tea flowers florist florists nursery toys fitness gym yoga ranch lodge pharmacy travel tours transport shipping \
    freight couriers movers cleaning security energy solar metals plastics printing packaging furniture interiors kitchens lighting \
    pictures films productions events catering hospital pharmacy medical healthcare veterinary robotics engineering machines tools \
    autos tyres marine aviation airlines analytics telecom ventures capital finance financial investments accounting accountants \
    consultancy advisors recruitment staffing institute university college trust charity estates lettings hotel hotels resort hostel \
    optics jewellers jewelry tailors fashion clothing cosmetics labs laboratories instruments components supplies supply stores \
    trading traders distribution manufacturing ceramics glassworks timber landscaping bau reisen verlag werke immobilien center centre museum church theater theatre gallery library society plumbers";
/// What a company's name may begin with and what it is.
const HEADS: &str = "hotel studio café cafe restaurant ristorante trattoria clínica clinica grupo gruppo groupe hôtel hostal atelier librería autohaus";
/// Countries and parts of the world: where somebody is from, and no company.
const COUNTRIES: &str = "germany france italy spain portugal poland austria switzerland belgium holland netherlands denmark sweden norway \
    finland iceland ireland england scotland wales britain europe america usa canada mexico brazil argentina chile peru colombia \
    india pakistan bangladesh china japan korea vietnam thailand indonesia malaysia singapore philippines australia africa nigeria \
    ghana kenya egypt morocco tunisia turkey greece romania hungary czechia slovakia slovenia croatia serbia bulgaria ukraine russia \
    israel lebanon jordan iran iraq dubai qatar new south north east west central upstate downtown saint st";

/// What a company is or trades in?
pub(super) fn is_trade(low: &str) -> bool {
    listed(TRADES, low)
}

/// Is it a word that ends a company's name?
pub(super) fn is_suffix(low: &str) -> bool {
    SUFFIXES.contains(&low) || SOFT_SUFFIXES.contains(&low)
}

/// Is it a legal form, which nothing but a company has?
pub(super) fn is_legal_form(w: &Word<'_>) -> bool {
    SUFFIXES.contains(&&*w.low) || listed(WRITTEN, w.text)
}

/// How many words a legal form with full stops takes at word `i`: "s.r.o."
fn dotted(said: &Said<'_>, i: usize) -> usize {
    let mut letters = String::new();
    for k in i..said.words.len().min(i + 4) {
        let w = &said.words[k];
        let joined = k == i || w.gap == Gap::Tight && said.text[..w.start].ends_with('.');
        if !joined || w.low.chars().count() > 2 {
            break;
        }
        letters.push_str(&w.low);
        let ends = !said.words.get(k + 1).is_some_and(|w| w.gap == Gap::Tight);
        if k > i && ends {
            return if listed(DOTTED, &letters) { k + 1 - i } else { 0 };
        }
    }
    0
}

/// Do these words name a company by what they say: a legal form, a trade?
pub(super) fn names_house(said: &Said<'_>, words: &[&Word<'_>]) -> bool {
    let ([first, .., last], true) = (words, words.len() > 1) else { return false };
    let formed = is_suffix(&last.low) || is_legal_form(last) || is_trade(&last.low);
    let stopped = last.low.chars().count() == 1 && words.len() > 2 && last.gap == Gap::Tight && !first.is_digits();
    let headed = listed(HEADS, &first.low) && said.cased && words.iter().all(|w| w.is_capital() || is_function(&w.low));
    // "my bakery", "the dental clinic": what it is, and no name
    let told = words.iter().any(|w| !is_suffix(&w.low) && !is_trade(&w.low) && !is_function(&w.low));
    // "leaving the University"
    let written = !said.cased || first.is_capital();
    (formed || stopped || headed) && (told || headed) && written
}

/// Somebody's name, a place: no company by these words alone.
fn is_elsewhere(said: &Said<'_>, words: &[&Word<'_>]) -> bool {
    let Some(first) = words.first() else { return true };
    let text = value(said, words).unwrap_or_default().to_lowercase();
    let place = is_city(&text) || listed(COUNTRIES, &first.low) || {
        let at = said.words.partition_point(|w| w.start < first.start);
        state_at(said, at).is_some()
    };
    place || is_first_name(&first.low) && !is_common(&first.low)
}

/// How many words of a message are looked at for what nobody announces.
const READ: usize = 200;

const CUES: &[&[&str]] = &[
    &["to", "the", "business"],
    &["to", "the", "company"],
    &["company", "name", "is"],
    &["company", "name"],
    &["name", "of", "my", "company", "is"],
    &["name", "of", "the", "company", "is"],
    &["my", "company", "is"],
    &["our", "company", "is"],
    &["company", "is"],
    &["company's", "name", "is"],
    &["business", "name", "is"],
    &["organisation", "name", "is"],
    &["organization", "name", "is"],
    &["my", "employer", "is"],
    &["employer", "is"],
    &["i", "work", "for"],
    &["i", "work", "at"],
    &["working", "for"],
    &["on", "behalf", "of"],
    &["calling", "from"],
    &["writing", "from"],
    &["company"],
    &["firm"],
    &["employer"],
    &["organisation"],
    &["organization"],
    &["i'm", "from"],
    &["i", "am", "from"],
    &["im", "from"],
    &["im", "with"],
    &["i'm", "with"],
    &["i", "am", "with"],
    &["i", "represent"],
    &["we", "are"],
    &["we're"],
    &["here", "from"],
    &["from"],
    &["with"],
    &["at"],
];

/// The customer's company in one message. `seen`: what else was found in it.
pub(super) fn find(said: &Said<'_>, scene: &Scene, seen: &[Proposal], ours: &Ours) -> Option<Proposal> {
    let not_ours = |p: &Proposal| {
        let low = p.value.to_lowercase();
        let mut words = low.split(' ').filter(|w| *w != "the");
        // "I'm self-employed"
        let none =
            words.clone().all(|w| listed("self self-employed employed unemployed freelance freelancer retired", w));
        !none && words.next().is_none_or(|w| !ours.has(w))
    };
    several::find(said, scene)
        .map(|(_, company)| company)
        .or_else(|| stated(said, scene))
        .or_else(|| role::employer(said, scene))
        .or_else(|| answered(said, scene))
        .or_else(|| bare(said, scene))
        .or_else(|| of_family(said, scene))
        .filter(not_ours)
        .or_else(|| by_domain(said, scene, seen).filter(not_ours))
        .or_else(|| in_line(said, scene, seen).filter(not_ours))
        .or_else(|| is_the_company(said, scene).filter(not_ours))
}

/// The words that the domain of the customer's address is made of: "Harbour Lights ... jo@harbourlights.example".
fn by_domain(said: &Said<'_>, scene: &Scene, seen: &[Proposal]) -> Option<Proposal> {
    let address = seen.iter().find(|p| p.key == Key::Email)?;
    of_domain(said, scene, &address.value)
}

/// The words in a message of which the domain of an address is made, wherever that was said.
pub(super) fn of_domain(said: &Said<'_>, scene: &Scene, address: &str) -> Option<Proposal> {
    let house = folded::house(address)?;
    if scene.payee {
        return None;
    }
    (0..said.words.len().min(READ)).find_map(|i| {
        let first = &said.words[i];
        let begins = !is_first_name(&first.low)
            && !is_function(&first.low)
            && (scene.voice || first.is_capital())
            && house.starts_with(first.low.chars().next()?);
        // a part of the address itself
        if !begins || first.gap == Gap::Tight || is_foreign(said, i) {
            return None;
        }
        let all = collect_line(said, i);
        // "Dom from Northforge again"
        let least = if !scene.voice && i > 0 && listed("from at of with for", said.low(i - 1)) { 1 } else { 2 };
        let n = (least..=all.len().min(5)).find(|&n| {
            let words: Vec<&str> = all[..n].iter().map(|w| &*w.low).collect();
            folded::is_of_house(&house, &words)
        })?;
        // "... at harbour lights dot example"
        let aloud = scene.voice && (said.low(i.wrapping_sub(1)) == "at" || said.low(i + n) == "dot");
        if aloud || all[..n].iter().any(|w| w.gap == Gap::Tight) {
            return None;
        }
        let more = all[n..].iter().take_while(|w| is_suffix(&w.low) || is_trade(&w.low) || is_legal_form(w)).count();
        Some(Proposal::new(Key::Company, value(said, &all[..n + more])?, sure::LIKELY, first.start))
    })
}

/// "Olga Petrova, Blue River GmbH, olga@...": a part of a line with an address that ends as companies do.
fn in_line(said: &Said<'_>, scene: &Scene, seen: &[Proposal]) -> Option<Proposal> {
    let reached = seen.iter().any(|p| matches!(p.key, Key::Email | Key::Phone))
        || said.any(&["regards", "sincerely", "grüße", "grüßen", "cordialement", "saludos"]);
    if scene.voice || scene.payee || !reached {
        return None;
    }
    (0..said.words.len().min(READ)).find_map(|i| {
        let first = &said.words[i];
        if !said.breaks(i) || !first.is_capital() || is_foreign(said, i) {
            return None;
        }
        let words = collect_line(said, i);
        let whole = said.breaks(i + words.len());
        let capital =
            words.iter().all(|w| w.is_capital() || is_function(&w.low) || is_legal_form(w) || w.low.len() == 1);
        let (formed, trade) = (words.last().is_some_and(|w| is_legal_form(w)), names_house(said, &words));
        let dotted = words.last().is_some_and(|w| w.low.len() == 1 && w.gap == Gap::Tight) && words.len() > 2;
        // a trade alone may end a sentence; in a list it stands between the name and the address
        let listed =
            matches!(first.gap, Gap::Comma) || said.text[..first.start].trim_end_matches([' ', '\r']).ends_with('\n');
        let fits = whole && capital && words.len() > 1 && !is_elsewhere(said, &words);
        (fits && (formed || dotted || trade && listed))
            .then(|| Some(Proposal::new(Key::Company, value(said, &words)?, sure::LIKELY, first.start)))
            .flatten()
    })
}

/// "maison verte is the company"
fn is_the_company(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    let is = (1..said.words.len()).find(|&k| {
        said.low(k) == "is" && listed("the our my", said.low(k + 1)) && listed("company firm employer", said.low(k + 2))
    })?;
    let named = |k: usize| is_first_name(said.low(k)) || is_surname(said.low(k));
    let mut from = is;
    while from > 0 && is - from < 4 && !named(from - 1) && !is_function(said.low(from - 1)) {
        from -= 1;
        if said.breaks(from) {
            break;
        }
    }
    let words: Vec<&Word<'_>> = said.words[from..is].iter().collect();
    let fits = !words.is_empty()
        && !scene.payee
        && !is_foreign(said, from)
        && words.iter().any(|w| !is_common(&w.low) || w.is_capital());
    fits.then(|| Some(Proposal::new(Key::Company, value(said, &words)?, sure::LIKELY, words[0].start))).flatten()
}

fn stated(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    for i in 0..said.words.len() {
        let Some(cue) = CUES.iter().find(|cue| said.has(i, cue)) else { continue };
        if i > 0
            && matches!(
                said.low(i - 1),
                "your" | "their" | "his" | "her" | "a" | "this" | "that" | "which" | "what" | "any"
            )
        {
            continue;
        }
        let noun = matches!(cue, ["company" | "firm" | "employer" | "organisation" | "organization"]);
        let labelled = said.words.get(i + 1).is_some_and(|w| w.gap == Gap::Colon);
        let owned = said.breaks(i) || matches!(said.low(i - 1), "my" | "our" | "and");
        if scene.payee || noun && !(owned && (cue[0] == "company" || labelled)) || is_of_another(said, i) {
            continue;
        }
        let vague = matches!(
            cue[0],
            "i" | "i'm"
                | "im"
                | "working"
                | "on"
                | "calling"
                | "writing"
                | "we"
                | "we're"
                | "here"
                | "from"
                | "with"
                | "at"
        );
        let from = i + cue.len() + usize::from(vague && said.low(i + cue.len()) == "the");
        if vague && said.breaks(from) {
            continue;
        }
        let words = if scene.voice && vague { aloud(collect(said, from)) } else { collect(said, from) };
        let Some(value) = value(said, &words) else { continue };
        let named = cue.contains(&"name");
        let suffixed = words.last().is_some_and(|w| is_suffix(&w.low));
        let capital = said.cased && words.iter().all(|w| w.is_capital() || is_function(&w.low));
        let plain = !named && !suffixed && !capital;
        if plain && is_everyday(&words[0].low) && !names_house(said, &words) {
            continue;
        }
        let place = matches!(cue, ["calling" | "writing" | "here", "from"] | ["on", "behalf", "of"]);
        // "we are German", "I'm from Leeds"
        let loose =
            matches!(cue[0], "we" | "we're" | "from" | "with" | "at" | "i'm" | "im") || matches!(cue, ["i", "am", ..]);
        let house = names_house(said, &words);
        if vague && (place || loose) && !house && is_elsewhere(said, &words) {
            continue;
        }
        let odd = said.cased || words.iter().any(|w| !is_common(&w.low));
        let told = house && odd || matches!(cue[0], "we" | "we're") && capital && words.len() > 1 && !scene.voice;
        if loose && !told {
            continue;
        }
        // "Leah Cohen from Cohen's Bakery"
        if *cue == ["from"] && !is_told_by(said, i) {
            continue;
        }
        // "it's tom at hartley plumbing", and neither "i met tom at ..." nor an address
        let sign = |k: usize| listed("dot dash hyphen underscore at", said.low(k));
        let spoken = (from..=from + words.len()).any(sign) || said.low(i.wrapping_sub(1)) == "dot";
        if matches!(cue, ["with" | "at"]) && (spoken || !is_told_by(said, i) || !is_introduced(said, i)) {
            continue;
        }
        // "we are Open Monday", "calling from Building B"
        let plain = words.iter().all(|w| is_common(&w.low) || w.low.chars().count() < 2);
        let nothing = words.iter().all(|w| is_suffix(&w.low) || is_function(&w.low));
        if vague && (nothing || !suffixed && !house && (!capital || plain && (place || loose))) {
            continue;
        }
        return Some(Proposal::new(
            Key::Company,
            value,
            if vague { sure::LIKELY } else { sure::STATED },
            words[0].start,
        ));
    }
    None
}

/// Is it somebody else who works there: "my husband works for ...", "I got a letter from ..."?
fn is_of_another(said: &Said<'_>, i: usize) -> bool {
    is_foreign(said, i)
        || (i.saturating_sub(3)..i)
            .any(|k| listed("not don't no never longer used bought ordered received got", said.low(k)))
}

/// Does a name stand before "from", as at the beginning of a call or a message?
fn is_told_by(said: &Said<'_>, i: usize) -> bool {
    let name = |k: usize| {
        let low = said.low(k);
        (is_first_name(low) || is_surname(low) && k > 0 && is_first_name(said.low(k - 1))) && !is_function(low)
            || !is_common(low) && k > 0 && is_first_name(said.low(k - 1))
    };
    (1..=12).contains(&i) && name(i - 1)
}

/// Does somebody say there who they are: "it's tom ...", "this is latoya simmons ..."?
fn is_introduced(said: &Said<'_>, i: usize) -> bool {
    let own = |k: usize| {
        listed("it's its i'm im", said.low(k))
            || said.low(k) == "is" && listed("this name it", said.low(k.wrapping_sub(1)))
    };
    let mark = (i.saturating_sub(4)..i).rev().find(|&k| own(k));
    let asks = |k: usize| said.low(k.wrapping_sub(2)) == "is" || said.text.contains('?');
    mark.is_some_and(|k| i - k > 1 && !asks(k) && (k + 1..i).all(|n| !said.breaks(n)))
}

/// A company's name as it is heard: no further than its trade.
fn aloud<'a, 's>(words: Vec<&'s Word<'a>>) -> Vec<&'s Word<'a>> {
    let house = |w: &Word<'_>| is_suffix(&w.low) || is_trade(&w.low);
    let end = words.iter().skip(1).position(|w| house(w)).map_or(0, |n| n + 2);
    let more = words.iter().skip(end).take_while(|w| house(w)).count();
    words.into_iter().take(end + more).collect()
}

fn answered(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    // with a name asked for too, it stands behind that (`beside`)
    if !scene.asked.has(Asked::COMPANY) || scene.asked.has(Asked::ANY_NAME) || scene.payee {
        return None;
    }
    const FILLERS: &[&str] = &[
        "yes", "sure", "it's", "its", "it", "is", "i", "work", "for", "at", "with", "of", "course", "um", "ok", "we",
        "are", "we're", "i'm", "from", "that's", "would", "be",
    ];
    let mut from = 0;
    while from < said.words.len().min(6) && FILLERS.contains(&said.low(from)) {
        from += 1;
    }
    let words = collect(said, from);
    if words.len() > 6
        || words.iter().all(|w| is_common(&w.low) && !is_suffix(&w.low))
            && !words.iter().any(|w| said.cased && w.is_capital())
    {
        return None;
    }
    Some(Proposal::new(Key::Company, value(said, &words)?, sure::ANSWERED, words[0].start))
}

/// "peter becker becker dairy": behind a name, the house that bears it.
fn of_family(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    if !scene.voice || scene.payee {
        return None;
    }
    let house = |k: usize| is_trade(said.low(k)) || SUFFIXES.contains(&said.low(k));
    let k = (2..said.words.len().min(READ)).find(|&k| {
        let family = said.low(k - 1);
        family == said.low(k) && is_first_name(said.low(k - 2)) && house(k + 1) && !is_common(family)
    })?;
    let to = (k + 2..k + 4).find(|&n| !house(n)).unwrap_or(k + 2);
    let fits = !is_foreign(said, k - 2) && (k == 2 || is_introduced(said, k) || said.breaks(k - 2));
    let words: Vec<&Word<'_>> = said.words[k..to].iter().collect();
    fits.then(|| Some(Proposal::new(Key::Company, value(said, &words)?, sure::LIKELY, words[0].start))).flatten()
}

/// A message that is nothing but a company's name, where the agent's question is not known.
fn bare(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    if !scene.one_sided() || said.words.len() > 8 {
        return None;
    }
    let words = collect(said, 0);
    let last = words.last()?;
    let hard = SUFFIXES.contains(&&*last.low);
    let all_suffix = words.iter().all(|w| is_suffix(&w.low));
    if !(2..=5).contains(&words.len()) || !is_suffix(&last.low) || all_suffix || words[0].is_digits() {
        return None;
    }
    // behind it only a number: "... ltd and 4628"
    if said.words.get(words.len()).is_some_and(|w| !w.is_digits() && w.low != "and") {
        return None;
    }
    let odd = words
        .iter()
        .filter(|w| !is_suffix(&w.low))
        .all(|w| !is_function(&w.low) && (hard || !is_common(&w.low) && !is_first_name(&w.low)));
    odd.then(|| Some(Proposal::new(Key::Company, value(said, &words)?, sure::LIKELY, words[0].start))).flatten()
}

/// The words from `i` on that may be a company's name.
pub(super) fn collect<'a, 's>(said: &'s Said<'a>, i: usize) -> Vec<&'s Word<'a>> {
    if said.words.get(i).is_some_and(|w| w.gap == Gap::Stop) { Vec::new() } else { collect_line(said, i) }
}

/// The same where a line or sentence may begin with it.
fn collect_line<'a, 's>(said: &'s Said<'a>, i: usize) -> Vec<&'s Word<'a>> {
    let mut out: Vec<&Word<'a>> = Vec::new();
    for k in i..said.words.len().min(i + 7) {
        let w = &said.words[k];
        let ampersand = k > i && said.text[said.words[k - 1].end..w.start].trim() == "&";
        if k > i && said.breaks(k) && !ampersand && !(SUFFIXES.contains(&&*w.low)) {
            break;
        }
        let joins = matches!(&*w.low, "of" | "and" | "the" | "for")
            && k > i
            && said.words.get(k + 1).is_some_and(|n| said.cased && n.is_capital());
        let head = k == i && &*w.low == "the";
        let form = if k > i { dotted(said, k) } else { 0 };
        if form > 0 {
            out.extend(&said.words[k..k + form]);
            break;
        }
        if k > i && listed(WRITTEN, w.text) {
            out.push(w);
            break;
        }
        if is_function(&w.low) && !joins && !head
            || matches!(&*w.low, "account" | "name" | "number" | "password" | "email" | "address" | "phone" | "zip")
        {
            break;
        }
        if w.is_digits() && w.text.len() > 3 {
            break;
        }
        out.push(w);
        // nothing belongs to a name behind its legal form
        if SUFFIXES.contains(&&*w.low) && !SUFFIXES.contains(&said.low(k + 1)) {
            break;
        }
    }
    while out.last().is_some_and(|w| is_function(&w.low) && w.gap != Gap::Tight && !listed(WRITTEN, w.text)) {
        out.pop();
    }
    out
}

fn value(said: &Said<'_>, words: &[&Word<'_>]) -> Option<String> {
    let (first, last) = (words.first()?, words.last()?);
    // "s.r.o.": the last full stop belongs to it
    let stop = usize::from(last.low.len() == 1 && last.gap == Gap::Tight && said.text[last.end..].starts_with('.'));
    Some(said.text[first.start..last.end + stop].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(text: &str, scene: Scene) -> Option<String> {
        find(&Said::new(text), &scene, &[], &Ours::default()).map(|p| p.value)
    }

    #[test]
    fn said_asked_and_bare() {
        assert_eq!(company("my company is Blue Kite and I need help", Scene::QUIET), Some("Blue Kite".into()));
        assert_eq!(company("I work for Harbour & Sons", Scene::QUIET), Some("Harbour & Sons".into()));
        assert_eq!(
            company("it's Northlight", Scene { asked: Asked::COMPANY, ..Scene::QUIET }),
            Some("Northlight".into())
        );
        assert_eq!(
            company("quillon pvt ltd", Scene { agent_spoke: false, ..Scene::QUIET }),
            Some("quillon pvt ltd".into())
        );
    }

    #[test]
    fn not_the_customers() {
        for text in ["your company is great", "I work for a bank", "which company is it", "skype software"] {
            assert_eq!(company(text, Scene { agent_spoke: false, ..Scene::QUIET }), None, "{text}");
        }
        assert_eq!(company("fossil gas", Scene { asked: Asked::COMPANY, payee: true, ..Scene::QUIET }), None);
    }
}
