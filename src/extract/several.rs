//! A name and a company that were asked for at once and are listed in one answer: "Ana Ruiz, Harbour Clinic, office manager".
//!
//! Owns which part of the list is which. Must not know how a name is put together (`name`), nor other forms of an answer.

use super::asked::Asked;
use super::company::{is_legal_form, is_suffix, is_trade};
use super::name::{Name, Part, build};
use super::proposal::{Key, Proposal, Scene, sure};
use super::words::{Gap, Said, Word, is_city, is_common, is_first_name, is_function, is_surname, listed};

/// How many parts and words are looked at.
const PARTS: usize = 8;
const WORDS: usize = 48;
/// What somebody is at work.
const ROLES: &str = "practice site team owner partner manager director office assistant secretary accountant bookkeeper buyer head founder co-founder ceo cto \
    cfo coo president vice chair chairman principal lead supervisor coordinator administrator admin engineer technician nurse \
    receptionist procurement purchasing sales marketing operations finance hr it senior junior general account project";
/// Said in place of a company.
const NONE: &str = "n/a na n a none no private self-employed self freelance freelancer individual myself retired student nothing thanks thank";
const TITLES: &str = "mr mrs ms miss dr prof";

/// A name and a company where both were asked for and the answer is a list of them; `None` where its parts are anything else.
pub(super) fn find(said: &Said<'_>, scene: &Scene) -> Option<(Name, Proposal)> {
    let both = scene.asked.has(Asked::COMPANY) && scene.asked.has(Asked::ANY_NAME);
    if scene.voice || scene.payee || !both || said.words.len() > WORDS {
        return None;
    }
    let mut parts: Vec<&[Word<'_>]> = Vec::new();
    let mut from = 0;
    for to in 1..=said.words.len() {
        // "Dr. Selam Abebe", "J. Blum"
        let stop = listed(TITLES, said.low(to - 1)) || said.words[to - 1].text.chars().count() == 1;
        let joined = said.words.get(to).is_some_and(|w| said.text[said.words[to - 1].end..w.start].trim() == "&");
        if to < said.words.len() && (!said.breaks(to) || joined || stop && said.words[to].gap == Gap::Stop) {
            continue;
        }
        let words = past_lead(&said.words[from..to]);
        let end = words.last().map_or(0, |w| w.end);
        // an address, a number, what somebody is: neither of the two
        let address = said.text[end..].starts_with('@') || words.iter().any(|w| w.low.contains('@'));
        let other = address || words.iter().any(|w| w.text.bytes().any(|b| b.is_ascii_digit()));
        let role = is_role(words);
        if other {
            break;
        }
        if !words.is_empty() && !role {
            parts.push(words);
        }
        from = to;
    }
    let [one, two] = parts[..] else { return None };
    if parts.len() > PARTS || !is_listed(one) || !is_listed(two) {
        return None;
    }
    let (name, company) = match (is_house(one), is_house(two)) {
        (true, false) => (two, one),
        (false, true) => (one, two),
        (true, true) => return None,
        // "Ravi Nair, Finlytics": the one that a given name begins, else in the order asked
        (false, false) => match (is_person(one), is_person(two)) {
            (true, false) => (one, two),
            (false, true) => (two, one),
            _ if scene.asked.has(Asked::COMPANY_FIRST) => (two, one),
            _ => (one, two),
        },
    };
    let shaped = |w: &Word<'_>| !is_function(&w.low) || is_first_name(&w.low) || is_surname(&w.low) || w.is_capital();
    // "Roth, Nina", "self-employed, Nina Roth"
    let none = company.iter().any(|w| listed(NONE, &w.low)) || name.len() < 2 && company.len() < 2;
    if none
        || name.len() > 5
        || company.len() > 6
        || !name.iter().all(shaped)
        || is_city(&company[0].low) && company.len() == 1
    {
        return None;
    }
    let words: Vec<&Word<'_>> = name.iter().collect();
    let name = build(&words, Part::Whole, sure::ANSWERED)?;
    let value = &said.text[company[0].start..company[company.len() - 1].end];
    Some((name, Proposal::new(Key::Company, value, sure::ANSWERED, company[0].start)))
}

/// Past "It's", "I'm", "I'm the owner".
fn past_lead<'s, 'a>(words: &'s [Word<'a>]) -> &'s [Word<'a>] {
    let lead = |w: &Word<'_>| {
        listed("it's its it is i'm im i am my name the we are we're this and sure yes ok hi hello from at", &w.low)
    };
    let from = words.iter().position(|w| !lead(w)).unwrap_or(words.len());
    &words[from..]
}

/// Written as names are: every word with a capital or a small joint between two.
fn is_listed(words: &[Word<'_>]) -> bool {
    let capital = |w: &Word<'_>| {
        w.is_capital() || listed("of and the de da van von der del la le bin al el", &w.low) || is_legal_form(w)
    };
    let everyday = words.len() == 1 && is_common(&words[0].low) && !is_first_name(&words[0].low);
    words.len() <= 6 && words[0].is_capital() && words.iter().all(capital) && !everyday
}

/// Does it end as companies do?
fn is_house(words: &[Word<'_>]) -> bool {
    let titled = words.first().is_some_and(|w| listed(TITLES, &w.low));
    !titled
        && words.last().is_some_and(|w| {
            words.len() > 1 && (is_suffix(&w.low) || is_trade(&w.low) || is_legal_form(w) || w.low == "sons")
        })
}

/// Is it what somebody is at work, and no name?
pub(super) fn is_role(words: &[Word<'_>]) -> bool {
    !words.is_empty() && words.iter().all(|w| listed(ROLES, &w.low) || listed("of the", &w.low))
}

fn is_person(words: &[Word<'_>]) -> bool {
    let first = &words[0].low;
    listed(TITLES, first) || words.len() > 1 && is_first_name(first) && !is_common(first)
}
