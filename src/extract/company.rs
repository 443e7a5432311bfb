//! The company that the customer speaks for.
//!
//! Owns how people name their employer. Must not know the business that the agent speaks for.

use super::asked::Asked;
use super::proposal::{Key, Proposal, Scene, sure};
use super::words::{Said, Word, is_common, is_everyday, is_first_name, is_function};

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
];
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

/// Is it a word that ends a company's name?
pub(super) fn is_suffix(low: &str) -> bool {
    SUFFIXES.contains(&low) || SOFT_SUFFIXES.contains(&low)
}

/// Is it a legal form, which nothing but a company has?
pub(super) fn is_legal_form(low: &str) -> bool {
    SUFFIXES.contains(&low)
}

const CUES: &[&[&str]] = &[
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
];

/// The customer's company in one message.
pub(super) fn find(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    stated(said, scene).or_else(|| answered(said, scene)).or_else(|| bare(said, scene))
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
        if scene.payee || *cue == ["company"] && !(said.breaks(i) || matches!(said.low(i - 1), "my" | "and")) {
            continue;
        }
        let vague = matches!(cue[0], "i" | "working" | "on" | "calling" | "writing");
        let words = collect(said, i + cue.len());
        let Some(value) = value(said, &words) else { continue };
        let named = cue.contains(&"name");
        let suffixed = words.last().is_some_and(|w| is_suffix(&w.low));
        let capital = said.cased && words.iter().all(|w| w.is_capital() || is_function(&w.low));
        let plain = !named && !suffixed && !capital;
        if plain && is_everyday(&words[0].low) {
            continue;
        }
        if vague && !suffixed && !capital {
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
    let mut out: Vec<&Word<'a>> = Vec::new();
    for k in i..said.words.len().min(i + 7) {
        let w = &said.words[k];
        let ampersand = k > i && said.text[said.words[k - 1].end..w.start].trim() == "&";
        if k > i && said.breaks(k) && !ampersand && !(SUFFIXES.contains(&&*w.low))
            || k == i && w.gap == super::words::Gap::Stop
        {
            break;
        }
        let joins = matches!(&*w.low, "of" | "and" | "the" | "for")
            && k > i
            && said.words.get(k + 1).is_some_and(|n| said.cased && n.is_capital());
        let head = k == i && &*w.low == "the";
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
    while out.last().is_some_and(|w| is_function(&w.low)) {
        out.pop();
    }
    out
}

fn value(said: &Said<'_>, words: &[&Word<'_>]) -> Option<String> {
    let (first, last) = (words.first()?, words.last()?);
    Some(said.text[first.start..last.end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(text: &str, scene: Scene) -> Option<String> {
        find(&Said::new(text), &scene).map(|p| p.value)
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
