//! The domain of an email address said aloud: "gmail dot com", "mi six dot gov dot u k".
//!
//! Owns the ends of domains and where a spoken one stops. Must not know what stands before the "at".

use super::mail_aloud::{Clarity, DASH, LONGEST, Part, TAKES_BACK, is_at, is_dot, letter};
use super::numbers::{self, no_sound};
use super::proposal::is_person;
use super::words::{Gap, Said, is_function, listed};

/// Ends of domains that are said as a word.
pub(super) const TLDS: &str = "com org net edu gov mil int info biz name pro app dev shop store online tech cloud email space site studio design \
    agency systems digital health school academy events travel museum coop club media group global solutions services consulting \
    xyz blog art live life world today news ltd llc gmbh berlin london paris tokyo nyc wien ventures capital energy finance law \
    legal care clinic dental coffee cafe pizza farm garden photography photo works team company software example";
/// Domains that are known by their first word alone; those in the second list are nothing but ".com".
pub(super) const PROVIDERS: &str =
    "gmail googlemail yahoo hotmail outlook icloud aol protonmail fastmail live msn comcast verizon";
const ONLY_COM: &str = "gmail icloud hotmail aol";
/// What stands for a domain that one does not know or does not want to say.
const PLACEHOLDERS: &str = "something whatever somewhere anything blah";

/// The domain that a message corrects alone: "sorry, gmail dot com", "*gmail.com", "dot net, not dot com".
pub(super) fn domain_alone(said: &Said<'_>) -> Option<String> {
    let from = (0..said.words.len().min(8)).find(|&k| {
        !listed("sorry no oops i i'm mean meant it's that's its at wait actually should be typo not the", said.low(k))
    })?;
    let found = domain(said, from).filter(|d| d.clarity > Clarity::Vague)?;
    let rest = &said.words[found.to..];
    rest.iter().all(|w| listed("sorry please thanks my bad of course typo not with con", &w.low)).then_some(found.text)
}

/// The domain that begins at word `k`.
pub(super) fn domain(said: &Said<'_>, k: usize) -> Option<Part> {
    let from = k;
    let mut labels: Vec<String> = vec![String::new()];
    let mut clarity = Clarity::Clear;
    let mut words = 0;
    let mut k = k;
    let mut named = false;
    while k < said.words.len() && k < from + LONGEST {
        let w = &said.words[k];
        if k > from && matches!(w.gap, Gap::Comma | Gap::Colon | Gap::Stop) {
            break;
        }
        if k > from && w.gap == Gap::Tight {
            match &said.text[said.words[k - 1].end..w.start] {
                "." => labels.push(String::new()),
                "-" => labels.last_mut()?.push('-'),
                _ => return None,
            }
        }
        let low = &*w.low;
        if is_dot(said, k) {
            if labels.last()?.is_empty() {
                return None;
            }
            labels.push(String::new());
            words = 0;
            k += 1;
            continue;
        }
        // "gmail dot con sorry dot com"
        if listed(TAKES_BACK, low) && !labels.last()?.is_empty() {
            let dot = (k + 1..k + 4).find(|&n| is_dot(said, n))?;
            if (k + 1..dot).any(|n| !listed("sorry no i mean it's its that's", said.low(n))) || labels.len() < 2 {
                return None;
            }
            labels.pop();
            clarity = clarity.min(Clarity::Guessed);
            k = dot;
            continue;
        }
        if listed(DASH, low) && !labels.last()?.is_empty() {
            labels.last_mut()?.push('-');
            k += 1;
            continue;
        }
        if labels.len() > 1
            && labels.last()?.is_empty()
            && let Some((end, next)) = tld(said, k)
        {
            let more = is_dot(said, next) && tld(said, next + 1).is_some_and(|(t, _)| t.chars().count() == 2);
            let tight = said.words.get(next).is_some_and(|w| w.gap == Gap::Tight)
                && said.text[said.words[next - 1].end..].starts_with('.');
            *labels.last_mut()? = end;
            if more || tight {
                k = next;
                continue;
            }
            return finish(said, labels, from, next, clarity);
        }
        // "gmail com": nobody says the dot
        if labels.len() == 1 && listed(PROVIDERS, &labels[0]) {
            if low == "com" {
                labels.push("com".into());
                return finish(said, labels, from, k + 1, clarity.min(Clarity::Joined));
            }
            break;
        }
        let known = labels.len() == 2 && labels[1].is_empty() && listed(ONLY_COM, &labels[0]);
        if known && listed("con comb calm come cum", low) && !listed(TAKES_BACK, said.low(k + 1)) {
            labels[1] = "com".into();
            return finish(said, labels, from, k + 1, clarity.min(Clarity::Guessed));
        }
        let further = labels.len() > 1;
        let label = labels.last_mut()?;
        if let Some((c, next)) = letter(said, k).filter(|(c, _)| c.is_ascii_alphabetic()) {
            label.push(c);
            k = next;
            continue;
        }
        let double = if low == "double" { letter(said, k + 1) } else { None };
        if let Some((c, next)) = double {
            label.extend([c, c]);
            k = next;
            continue;
        }
        let run = numbers::run(said, k, said.words.len(), no_sound);
        if run.next > k {
            // "mi six", "three m", but "four seasons", "level seven"
            let in_words = !w.is_digits();
            let next_is_word = !is_dot(said, run.next) && said.low(run.next).chars().count() > 2;
            if in_words && (label.chars().count() > 2 || next_is_word) {
                clarity = Clarity::Vague;
            }
            label.push_str(&run.digits);
            k = run.next;
            continue;
        }
        if low == "the" && listed("letter number letters numbers", said.low(k + 1)) {
            k += 2;
            continue;
        }
        if listed("all as", low) && said.has(k + 1, &["one", "word"]) {
            k += 3;
            continue;
        }
        // "the garden dot co dot uk" is a domain, "the bottom of my order" none
        if is_function(low)
            && !listed("the my our your out up on in one all we i", low)
            && !(low == "me" && is_dot(said, k + 1))
        {
            return None;
        }
        if is_at(low) || is_person(low) && further {
            return None;
        }
        if listed(PLACEHOLDERS, low) && label.is_empty() {
            clarity = Clarity::Vague;
        }
        if listed("my our your we i", low) {
            clarity = Clarity::Vague;
        }
        let plain: String = low.chars().filter(|c| *c != '\'').collect();
        if !plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c.is_alphabetic()) {
            return None;
        }
        label.push_str(&plain);
        named |= !is_function(low);
        words += 1;
        if words > 5 || words > 3 && further {
            return None;
        }
        k += 1;
    }
    // "at gmail", and nothing more
    let alone = labels.len() == 1 && named && listed("gmail icloud", &labels[0]);
    if alone {
        labels.push("com".into());
        return finish(said, labels, from, k, Clarity::Guessed);
    }
    None
}

fn finish(said: &Said<'_>, mut labels: Vec<String>, from: usize, to: usize, clarity: Clarity) -> Option<Part> {
    let mut to = to;
    let mut clarity = clarity;
    // "dot com sorry dot net", "dot com no dot org"
    let again = (to..to + 4)
        .find(|&n| !listed("sorry no nope wait oops actually i mean meant it's its that's not", said.low(n)))
        .filter(|&n| n > to && is_dot(said, n) && !said.has(n.wrapping_sub(1), &["not"]));
    if let Some((tld, next)) = again.and_then(|n| tld(said, n + 1)) {
        // "dot co dot uk sorry dot com"
        if labels.len() > 2 && labels.iter().rev().nth(1).is_some_and(|l| listed("co com org ac", l)) {
            labels.pop();
        }
        *labels.last_mut()? = tld;
        to = next;
        clarity = clarity.min(Clarity::Guessed);
    }
    if labels.iter().any(String::is_empty) || labels.len() < 2 {
        return None;
    }
    Some(Part { text: labels.join("."), from, to, clarity })
}

/// The end of a domain at word `k`, and the index behind it: "com", "uk", "u k", "c o m".
fn tld(said: &Said<'_>, k: usize) -> Option<(String, usize)> {
    let low = said.low(k);
    let two = low.chars().count() == 2 && low.bytes().all(|b| b.is_ascii_lowercase());
    if listed(TLDS, low) || two {
        return Some((low.to_owned(), k + 1));
    }
    let mut text = String::new();
    let mut best = None;
    for n in k..k + 4 {
        let Some((c, next)) = letter(said, n).filter(|(c, next)| *next == n + 1 && c.is_ascii_alphabetic()) else {
            break;
        };
        text.push(c);
        if text.len() == 2 && !text.starts_with('a') || text.len() == 3 && listed(TLDS, &text) {
            best = Some((text.clone(), next));
        }
        if n > k && said.breaks(n) {
            break;
        }
    }
    best
}
