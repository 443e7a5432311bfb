//! The house for which somebody asks, where its name is all that they say.
//!
//! Owns what such a name may be. Must not know how people name their employer in a sentence.

use super::super::about::About;
use super::super::company::{is_suffix, is_trade};
use super::super::proposal::{Key, Proposal, sure};
use super::super::words::{Said, Word, is_city, is_common, is_first_name, is_function, is_surname, listed};
use super::{LABELS, MUSIC, PRODUCTS, Tail, begin, has_digit, is_strange, tail};

/// The house for which somebody asks who just said who they are: "hcl", "star world software solution".
pub(super) fn alone(said: &Said<'_>, about: About) -> Option<Proposal> {
    // where nobody said why they came, it has to say what it is
    let open = about == About::NOTHING;
    if !about.has(About::SOFTWARE) && !open {
        return None;
    }
    let lead = |k: usize| {
        listed("yes sure ok okay great its it's it is from i am work for at the my company name and so of", said.low(k))
    };
    let from = (0..said.words.len().min(6)).find(|&k| !lead(k))?;
    let words = &said.words[from..];
    let n = words.len();
    let last = words.last()?;
    let joint = |w: &Word<'_>| listed("of and & the", &w.low);
    let product = words.iter().any(|w| listed(PRODUCTS, &w.low)) && !is_suffix(&last.low);
    let numbers = words.iter().filter(|w| has_digit(w)).count();
    if n > 6
        || product
        || numbers * 2 >= n
        || words.iter().any(|w| is_function(&w.low) && !joint(w))
        || (1..n).any(|k| said.breaks(from + k))
    {
        return None;
    }
    let housed = n > 1
        && (is_suffix(&last.low)
            || listed("network networks net system", &last.low)
            || last.low == "solution"
            || is_trade(&last.low))
        && words.iter().any(|w| !is_suffix(&w.low));
    let kind = housed.then_some(last.start);
    let strange = words
        .iter()
        .all(|w| !is_common(&w.low) || Some(w.start) == kind || joint(w) || is_suffix(&w.low) || is_trade(&w.low));
    let person = words.iter().all(|w| is_first_name(&w.low) || is_surname(&w.low));
    let told = words.iter().any(|w| !is_common(&w.low) && w.low.chars().count() > 1);
    let place = is_city(&said.text[words[0].start..last.end].to_lowercase());
    if place
        || person
        || !(housed || strange && told)
        || open && !(housed && is_suffix(&last.low) && told)
        || n == 1 && last.low.chars().count() < 3
    {
        return None;
    }
    let value = &said.text[words[0].start..last.end];
    Some(Proposal::new(Key::Company, value, sure::LIKELY, words[0].start))
}

/// "velox 3303", where the message before was a name: whose number it is.
pub(super) fn behind_name(said: &Said<'_>, about: About) -> Option<Proposal> {
    let from = begin(said);
    let (number, words) = said.words.get(from..)?.split_last()?;
    let (first, last) = (words.first()?, words.last()?);
    let house = |w: &Word<'_>| {
        (is_strange(w) || is_suffix(&w.low) || is_trade(&w.low))
            && w.is_alphabetic()
            && !is_first_name(&w.low)
            && !is_surname(&w.low)
            && !listed(PRODUCTS, &w.low)
            && !listed(LABELS, &w.low)
    };
    let fits = about.has(About::SOFTWARE)
        && number.is_digits()
        && (3..=6).contains(&number.text.len())
        && words.len() < 3
        && is_strange(first)
        && first.low.chars().count() > 3
        && words.iter().all(house)
        && !is_city(&first.low);
    fits.then(|| Proposal::new(Key::Company, &said.text[first.start..last.end], sure::GUESSED, first.start))
}

/// "i have a kim musical instruments shop"
pub(super) fn owned(said: &Said<'_>, about: About) -> Option<Proposal> {
    let n = said.words.len();
    let deals = |k: usize| listed(MUSIC, said.low(k)) || is_trade(said.low(k));
    let from = (0..n.min(20))
        .find(|&k| listed("have own run manage", said.low(k)) && listed("i we", said.low(k.wrapping_sub(1))))?
        + 1;
    let from = from + usize::from(listed("a an the my our", said.low(from)));
    let to = (from + 1..n.min(from + 4)).find(|&k| deals(k)).filter(|_| about.has(About::GOODS))?;
    let end = (to..n.min(to + 4)).find(|&k| !deals(k)).unwrap_or(n.min(to + 4));
    let words = &said.words[from..end];
    let named = said.words[from..to].iter().all(|w| w.is_alphabetic() && (!is_common(&w.low) || is_first_name(&w.low)));
    let kept = listed("shop store house company showroom", said.low(end)) && !said.breaks(end);
    (named && kept && !(from + 1..=end).any(|k| said.breaks(k))).then(|| {
        let value = &said.text[words[0].start..words[words.len() - 1].end];
        Proposal::new(Key::Company, value, sure::LIKELY, words[0].start)
    })
}

/// "softtech", "brightsoft": words that houses of software make for themselves.
pub(super) fn is_coined(low: &str) -> bool {
    low.len() > 5 && (low.ends_with("tech") || low.ends_with("soft"))
}

/// "jsd sounds 4494": a house with the number that identifies it.
pub(super) fn with_number(said: &Said<'_>, about: About) -> Option<Proposal> {
    let from = begin(said);
    let deals = |k: usize| {
        listed(MUSIC, said.low(k)) || is_suffix(said.low(k)) || is_trade(said.low(k)) || is_coined(said.low(k))
    };
    let to = (from + 1..said.words.len().min(from + 4)).find(|&k| deals(k))?;
    let to =
        (to + 1..said.words.len().min(to + 3)).find(|&k| !deals(k)).unwrap_or_else(|| said.words.len().min(to + 3));
    let words = &said.words[from..to];
    let plain = |w: &Word<'_>| w.is_alphabetic() && !is_function(&w.low) && !listed(LABELS, &w.low);
    let short =
        from + 2 == to && listed(MUSIC, said.low(to - 1)) && !is_common(said.low(from)) && to == said.words.len();
    let told = short || words.iter().any(is_strange) || words.iter().any(|w| is_first_name(&w.low));
    let settled = about.has(About::GOODS.with(About::SOFTWARE))
        && words.iter().all(plain)
        && !(from..to).any(|k| k > from && said.breaks(k));
    let numbered = matches!(tail(said, to), Tail::Number(3.., _)) || about.has(About::GOODS) && to == said.words.len();
    let value = &said.text[words[0].start..words[words.len() - 1].end];
    let told = told || about.has(About::GOODS) && listed(MUSIC, said.low(to - 1));
    (settled && told && numbered).then(|| Proposal::new(Key::Company, value, sure::LIKELY, words[0].start))
}
