//! What is said beside a name in one breath: the company, the postcode.
//!
//! Owns where a name ends and what may follow it. Must not know how a name, a company or a postcode is read.

use super::asked::Asked;
use super::company::{collect, is_legal_form};
use super::name::Name;
use super::proposal::{Key, Proposal, Scene, is_foreign, sure};
use super::spelled;
use super::words::{Said, is_city, is_common, is_first_name, listed};
use super::zip::lettered;
use super::{Listener, numbers, words};

/// How many characters a postcode has at least.
const SHORTEST: usize = 4;

/// The company and the postcode behind a name: "Ana Ruiz, Harbour Ltd", "Ana Ruiz from Harbour", where it was asked for.
pub(super) fn find(said: &Said<'_>, name: &Name, scene: &Scene, seen: &mut Vec<Proposal>) {
    let Some(from) = end(said, name) else { return };
    let missing = |key: Key| !seen.iter().any(|p| p.key == key);
    let company = if missing(Key::Company) { company(said, from, name, scene, seen) } else { None };
    let zip = if missing(Key::Zip) { postcode(said, from) } else { None };
    seen.extend(company);
    seen.extend(zip);
}

/// The index behind the name's last word.
fn end(said: &Said<'_>, name: &Name) -> Option<usize> {
    let first = said.words.iter().position(|w| w.start == name.at)?;
    let last = name.parts().last()?.split_whitespace().next_back()?.to_lowercase();
    (first..said.words.len().min(first + 7)).find(|&k| said.low(k).trim_end_matches("'s") == last).map(|k| k + 1)
}

fn company(said: &Said<'_>, behind: usize, name: &Name, scene: &Scene, seen: &[Proposal]) -> Option<Proposal> {
    if scene.payee {
        return None;
    }
    let asked = scene.asked.has(Asked::COMPANY);
    let link = listed("from of at with for and del von bei chez", said.low(behind));
    let from = behind + usize::from(link) + usize::from(link && listed("the my", said.low(behind + 1)));
    if !(link || said.breaks(from) || asked) {
        return None;
    }
    let words = collect(said, from);
    let (first, last) = (words.first()?, words.last()?);
    if words.iter().all(|w| super::several::is_role(std::slice::from_ref(*w))) {
        return None;
    }
    // "William Thompson, Thompson Ranch"
    let family = words.len() > 1
        && said.cased
        && name.last.as_deref() == Some(first.text)
        && words.iter().all(|w| w.is_capital());
    let legal = family || words.len() > 1 && (is_legal_form(last) || super::company::names_house(said, &words));
    let value = &said.text[first.start..last.end];
    let after = from + words.len();
    let closed = said.breaks(after) || listed("and here speaking calling", said.low(after));
    let taken = |p: &Proposal| p.at < last.end && first.start < p.at + p.value.len();
    let named = words.iter().any(|w| !is_common(&w.low)) || said.cased && words.iter().all(|w| w.is_capital());
    let house = legal && !is_city(&value.to_lowercase());
    let other = is_city(&value.to_lowercase()) || words.iter().all(|w| is_first_name(&w.low) || w.text.len() < 2);
    if !closed || seen.iter().any(taken) || !(house || asked && named && !other) {
        return None;
    }
    Some(Proposal::new(Key::Company, value, if asked { sure::ANSWERED } else { sure::LIKELY }, first.start))
}

/// A postcode with letters that is all that follows: "Tom Becker, LS1 4AP".
fn postcode(said: &Said<'_>, behind: usize) -> Option<Proposal> {
    let start = said.words.get(behind)?.start;
    let found = lettered(said.text, start, 0)?;
    let rest = said.text[found.end()..].trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ')' | '!'));
    let lettered = found.as_str().starts_with(|c: char| c.is_ascii_uppercase());
    (rest.is_empty() && lettered && found.as_str().len() > SHORTEST)
        .then(|| Proposal::new(Key::Zip, found.as_str(), sure::LIKELY, found.start()))
}

impl Listener {
    /// On the phone: a postcode said character by character behind a name, behind a try that is taken back, or behind "my postcode
    /// is". `false` where there is none.
    pub(super) fn hear_apart(&mut self, said: &Said<'_>, at_ms: i64) -> bool {
        let Some(k) = characters(said) else { return false };
        let (before, start) = (&said.words[..k], said.words[k].start);
        let has = |list: &'static str| before.iter().rev().take(8).any(|w| listed(list, &w.low));
        let labelled = has("postcode zip zipcode postal") && listed("is it's was", said.low(k - 1))
            || k > 2 && said.has(k - 3, &["post", "code", "is"]);
        let labelled = labelled && !is_foreign(said, k);
        let asked = self.asked.has(Asked::ZIP);
        let named = asked && self.asked.has(Asked::ANY_NAME) && !self.asked.has(Asked::SPELL);
        let corrected =
            asked && has("not no sorry mean meant wrong actually") && listed("it's is mean meant", said.low(k - 1));
        if !(named || labelled || corrected) {
            return false;
        }
        if named || labelled {
            self.asked = self.asked.without(Asked::ZIP);
            self.hear_customer(&Said::new(&said.text[..start]), at_ms);
        }
        let unnamed = self.asked.has(Asked::ANY_NAME);
        self.asked = self.asked.without(Asked::ANY_NAME).with(Asked::ZIP);
        self.apart = start;
        self.hear_customer(&Said::new(&said.text[start..]), at_ms);
        self.apart = 0;
        if unnamed {
            self.asked = self.asked.with(Asked::NAME);
        }
        true
    }
}

/// Where a run of characters begins that ends the message: single letters, digits, their names; at least one digit.
fn characters(said: &Said<'_>) -> Option<usize> {
    let mut from = said.words.len();
    let (mut count, mut digit) = (0, false);
    while from > 0 && count < 16 {
        let w = &said.words[from - 1];
        let number = w.is_digits() || numbers::digit(&w.low).is_some();
        let letter = w.low.chars().count() == 1 && w.is_alphabetic()
            || spelled::alphabet(&w.low).is_some() && !words::is_first_name(&w.low);
        if !(number || letter || listed("double triple", &w.low)) {
            break;
        }
        digit |= number;
        count += if w.is_digits() { w.text.len() } else { 1 };
        from -= 1;
    }
    (from > 0 && count >= SHORTEST && digit).then_some(from)
}
