//! Who a customer says they are before they come to the matter: "hi, this is Ana Ruiz from Harbour, my order is late".
//!
//! Owns where such an introduction ends. Must not know what the matter is, nor what the name is.

use super::words::{Said, is_common, is_first_name, is_function, is_surname, listed};

/// How many words an introduction has at most.
const LONGEST: usize = 32;
/// How many words that say nothing about a person may follow "from" in it.
const PLACE: usize = 4;
/// Between its parts.
const GLUE: &str = "and uh um er so but listen hi hello hey well yeah yes ok okay good morning afternoon evening zip phone mobile email e-mail mail \
    tel cell contact or plus dot at underscore dash hyphen double triple number mr mrs ms dr doc doctor mister miss of";
const NUMBERS: &str = "zero oh one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety \
    hundred thousand";
/// Where a matter begins, whatever stands before.
const BEGINS: &str = "i i'm i've i'd i'll im we we're we've we'd my our can could would do does did what what's where where's when when's how why need \
    please pls order there there's they want calling ringing writing following interested she's he's regarding";

/// The word at which the matter begins behind an introduction that stands at `from`; the end where there is nothing else.
pub(super) fn past_intro(said: &Said<'_>, from: usize) -> Option<usize> {
    let n = said.words.len();
    let (mut marked, mut first, mut names, mut place) = (false, false, 0, None);
    let mut k = from;
    while k < n && k < from + LONGEST {
        let low = said.low(k);
        if let Some(len) = mark(said, k) {
            marked = true;
            k += len;
            continue;
        }
        let known = marked || first || names >= 2;
        if known && k > from && begins(said, k) {
            return Some(k);
        }
        if in_address(said, k) || is_name(said, k) {
            first |= is_first_name(low);
            names += 1;
        } else if first && is_first_name(said.low(k.saturating_sub(1))) && is_surname(low) && !begins(said, k) {
            names += 1;
        } else if known && (low.bytes().any(|b| b.is_ascii_digit()) || listed(NUMBERS, low)) || listed(GLUE, low) {
        } else if known && listed("from with of calling here", low) {
            place = Some(k);
            marked = true;
        } else if place.is_some_and(|at| k - at <= PLACE) && !said.breaks(k) {
        } else if known && said.breaks(k) && is_told(said, k) {
            return Some(k);
        } else {
            return None;
        }
        k += 1;
    }
    (k == n && (marked || first)).then_some(n)
}

/// "this is", "my name is", "it's" before a name, "here".
fn mark(said: &Said<'_>, k: usize) -> Option<usize> {
    let phrases: [&[&str]; 10] = [
        &["this", "is"],
        &["my", "name", "is"],
        &["the", "name", "is"],
        &["my", "name's"],
        &["the", "name's"],
        &["my", "names"],
        &["name", "is"],
        &["i", "am"],
        &["it", "is"],
        &["my", "name"],
    ];
    if let Some(phrase) = phrases.iter().find(|p| said.has(k, p)) {
        return is_name(said, k + phrase.len()).then_some(phrase.len());
    }
    match said.low(k) {
        "it's" | "its" | "i'm" | "im" | "name's" => is_name(said, k + 1).then_some(1),
        "here" | "speaking" | "again" if k > 0 && is_name(said, k - 1) => Some(1),
        _ => None,
    }
}

/// A word that may be part of a name, and is no everyday word.
fn is_name(said: &Said<'_>, k: usize) -> bool {
    let Some(w) = said.words.get(k) else { return false };
    let titled = listed("mr mrs ms dr doc doctor mister miss", &w.low);
    let known = is_first_name(&w.low) || is_surname(&w.low) && (!is_common(&w.low) || w.is_capital() && said.cased);
    let letter = w.low.len() == 1 && w.low != "i" && w.low != "a" && k > 0;
    let other = w.is_alphabetic() && !is_common(&w.low) && !w.low.contains('\'') && w.low.len() > 1;
    titled || !is_function(&w.low) && (known || letter || other)
}

/// Does the matter begin at word `k`?
fn begins(said: &Said<'_>, k: usize) -> bool {
    let (low, next) = (said.low(k), said.low(k + 1));
    if said.words.len() < k + 3 {
        return false;
    }
    match low {
        "my" => !listed("name name's names email e-mail number phone mobile address family first last surname", next),
        "can" | "could" | "would" | "do" | "does" | "did" => {
            listed("you i we u the it they someone somebody anyone anybody my like", next)
        }
        "is" | "are" => {
            listed("there it my this anyone the your", next)
                && !listed("family first last name surname", said.low(k + 2))
        }
        "the" => said.words.len() >= k + 5,
        "calling" => next != "from",
        "what" | "where" | "when" | "how" | "why" => true,
        "order" => next != "nr",
        "they" | "there" => !is_name(said, k + 1),
        _ => listed(BEGINS, low),
    }
}

/// Is something told from word `k` on, and not one more part of an address?
fn is_told(said: &Said<'_>, k: usize) -> bool {
    let rest = &said.words[k..];
    rest.len() >= 3 && rest.iter().take(12).filter(|w| is_common(&w.low) && w.low.len() > 2).count() >= 3
        || rest.len() == 2 && rest.iter().all(|w| is_common(&w.low) && w.low.len() > 2)
}

/// Within an email or web address.
fn in_address(said: &Said<'_>, k: usize) -> bool {
    let Some(w) = said.words.get(k) else { return false };
    let from = said.text[..w.start].rfind(char::is_whitespace).map_or(0, |at| at + 1);
    // a long text without spaces is looked at once
    let end = said.text[w.start..].find(char::is_whitespace).map_or(said.text.len(), |at| w.start + at);
    end - from <= 80 && said.text.get(from..end).is_some_and(|t| t.contains('@') || t.starts_with("www."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_matter_begins() {
        for (text, want) in [
            ("this is maria lopez from green garden our fridge is broken", "our fridge is broken"),
            ("my name is tom becker and my bike was stolen", "my bike was stolen"),
            ("Anna Nowak, send the blue one to 5 Mill Road", "send the blue one to 5 Mill Road"),
            ("Tim Berg, tim@berg.example - need a price for two lamps", "need a price for two lamps"),
            ("robert here what's the price of the big one", "what's the price of the big one"),
            ("peter again i wrote yesterday", "i wrote yesterday"),
            ("i'm sofia rossi and i'm waiting for my parcel", "i'm waiting for my parcel"),
        ] {
            let said = Said::new(text);
            let at = past_intro(&said, 0).map(|k| &text[said.words[k].start..]);
            assert_eq!(at, Some(want), "{text}");
        }
        for text in [
            "my order is late",
            "the blue lamp is broken",
            "i want to change my address",
            "it's broken again",
            "i am waiting for my order",
            "this is a scandal",
            "where is my parcel",
        ] {
            assert_eq!(past_intro(&Said::new(text), 0), None, "{text}");
        }
        for text in
            ["Leah Cohen from the corner bakery", "Jonas Weber, Hauptstr. 12a, 10827 Berlin", "this is mrs jones"]
        {
            let said = Said::new(text);
            assert_eq!(past_intro(&said, 0), Some(said.words.len()), "{text}");
        }
    }
}
