//! A part of what is known that the customer puts right by itself: ".jp not .com", "*27B sorry".
//!
//! Owns how such a part is said and where it goes. Must not know how a whole address is read (`mail`, `address`).

use super::mail_aloud::is_at;
use super::mail_domain::{PROVIDERS, TLDS};
use super::words::{Gap, Said, listed};

/// The longest message that does no more than that, in words.
const LONGEST: usize = 14;
/// What says that something is put right.
const CUES: &str = "sorry oops actually mistake wrong correction meant mean typo no not instead apologies";
/// What may stand beside the part.
const BESIDE: &str = "sorry oops actually mistake correction meant mean typo no not instead apologies oh ah uh um i i'm my bad it it's its \
    that's that is was the at should be but of course wait hmm pardon please thanks thank you fat fingers ends end ending in with and";

/// The known address with its end put right: "oh sorry, it's .jp not .com", "gmail not hotmail".
pub(super) fn email(said: &Said<'_>, known: &str) -> Option<String> {
    if said.words.len() > LONGEST || said.text.contains('@') || !cued(said) {
        return None;
    }
    let (local, domain) = known.split_once('@')?;
    let domain = domain.to_lowercase();
    let (mut ends, mut k) = (Vec::new(), 0);
    while k < said.words.len() {
        if let Some((end, next)) = end_at(said, k) {
            let before = k.checked_sub(if said.low(k.wrapping_sub(1)) == "dot" { 2 } else { 1 });
            ends.push((end, before.is_some_and(|b| said.low(b) == "not")));
            k = next;
        } else if listed(BESIDE, said.low(k)) || said.low(k) == "dot" {
            k += 1;
        } else {
            return None;
        }
    }
    let denied: Vec<&End> = ends.iter().filter(|(_, not)| *not).map(|(end, _)| end).collect();
    let mut said = ends.iter().filter(|(_, not)| !not).map(|(end, _)| end);
    let (new, None) = (said.next()?, said.next()) else { return None };
    let stands = |end: &End| match end {
        End::Tld(tld) => domain.strip_suffix(tld.as_str()).is_some_and(|rest| rest.ends_with('.')),
        End::Provider(name) => domain.split('.').next() == Some(name),
    };
    // what is denied has to be what is known
    if stands(new) || !denied.iter().all(|end| stands(end)) {
        return None;
    }
    let new = match (new, denied.first()) {
        (End::Tld(new), Some(End::Tld(old))) => format!("{}{new}", domain.strip_suffix(old.as_str())?),
        (End::Tld(new), None) => format!("{}.{new}", domain.split('.').next()?),
        (End::Provider(new), Some(End::Provider(_))) => {
            format!("{new}.{}", domain.split_once('.').map_or("com", |(_, tld)| tld))
        }
        _ => return None,
    };
    Some(format!("{local}@{new}"))
}

/// The message without the first of two places that an address is said to be at, of the same length: "ana dot ruiz at gmail, no
/// sorry, at outlook dot com".
pub(super) fn place_anew(said: &Said<'_>) -> Option<String> {
    const BETWEEN: &str = "uh um uhm er i mean it's its that's that make actually the dot com";
    let from = (1..said.words.len()).find(|&k| is_at(said.low(k)))?;
    let to = (from + 2..said.words.len().min(from + 10)).find(|&k| is_at(said.low(k)))?;
    let takes_back = |k: usize| listed("no nope sorry wait oops actually scratch", said.low(k));
    let back = (from + 1..to).find(|&k| takes_back(k))?;
    let place = (from + 1..back).filter(|&k| !listed(BETWEEN, said.low(k))).count();
    if place > 2 || !(back..to).all(|k| takes_back(k) || listed(BETWEEN, said.low(k))) {
        return None;
    }
    let (start, end) = (said.words[from].start, said.words[to].start);
    Some(format!("{}{}{}", &said.text[..start], " ".repeat(end - start), &said.text[end..]))
}

/// Part of a domain.
#[derive(Debug)]
enum End {
    Tld(String),
    Provider(String),
}

/// The part of a domain at word `k`, and the word behind it: ".jp", ".co.uk", "dot jp", "gmail".
fn end_at(said: &Said<'_>, k: usize) -> Option<(End, usize)> {
    let low = said.low(k);
    let dotted = said.text[..said.words.get(k)?.start].ends_with('.') || k > 0 && said.low(k - 1) == "dot";
    if dotted && is_tld(low) {
        let mut end = low.to_owned();
        let mut next = k + 1;
        let tight = said.words.get(next).is_some_and(|w| w.gap == Gap::Tight);
        let at = if said.low(next) == "dot" { next + 1 } else { next };
        if (tight || at > next) && is_tld(said.low(at)) {
            end = format!("{end}.{}", said.low(at));
            next = at + 1;
        }
        return Some((End::Tld(end), next));
    }
    listed(PROVIDERS, low).then(|| (End::Provider(low.to_owned()), k + 1))
}

fn is_tld(low: &str) -> bool {
    listed(TLDS, low) || low.len() == 2 && low.bytes().all(|b| b.is_ascii_lowercase())
}

/// The known street with its house number put right: "*27B sorry", "sorry, it's 29 Kelvin Drive", "29 not 27".
pub(super) fn street(said: &Said<'_>, known: &str) -> Option<String> {
    if said.words.len() > LONGEST || !cued(said) {
        return None;
    }
    let (old, rest) = known.split_once(' ')?;
    let of_street: Vec<String> = rest.split_whitespace().map(str::to_lowercase).collect();
    if !old.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut new = None;
    let mut named = false;
    let mut denied = false;
    for (k, w) in said.words.iter().enumerate() {
        if w.text.starts_with(|c: char| c.is_ascii_digit()) {
            if w.low == old.to_lowercase() && k > 0 && said.low(k - 1) == "not" {
                denied = true;
            } else if new.is_some_and(|new| new != w.text) || !is_house_number(&w.low) {
                return None;
            } else {
                new = Some(w.text);
            }
        } else if of_street.iter().any(|s| *s == w.low) {
            named = true;
        } else if !listed(BESIDE, &w.low) && !listed("number house no nr", &w.low) {
            return None;
        }
    }
    let new = new.filter(|new| !new.eq_ignore_ascii_case(old))?;
    // "27B" is 27 with its letter; any other number says by itself not what it counts
    let digits = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).to_owned();
    let like = digits(new) == digits(old);
    let house = said.any(&["number", "house"]) && said.text.trim_start().starts_with('*');
    (named || denied || like || house).then(|| format!("{new} {rest}"))
}

fn is_house_number(low: &str) -> bool {
    let digits = low.trim_end_matches(|c: char| c.is_ascii_lowercase());
    (1..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && low.len() - digits.len() <= 1
}

fn cued(said: &Said<'_>) -> bool {
    said.text.trim_start().starts_with('*') || said.words.iter().any(|w| listed(CUES, &w.low)) || said.any(&["bad"])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{text, voice};
    use super::*;

    #[test]
    fn the_end_of_an_address() {
        let put = |line: &str| email(&Said::new(line), "yuki.tanabe@example.com");
        for (line, end) in [
            ("oh sorry my bad, it's .jp not .com", "jp"),
            (".net, not .com", "net"),
            ("oh it's not .com, it's .co.uk", "co.uk"),
            ("dot org not dot com", "org"),
            ("sorry it's .de", "de"),
            ("*.net", "net"),
        ] {
            assert_eq!(put(line), Some(format!("yuki.tanabe@example.{end}")), "{line}");
        }
        for line in [
            ".jp not .net",
            "it's .com not .jp",
            "no, gmail not hotmail",
            "sorry, my order is late",
            "no",
            "it's .jp",
            "not .jp or .de but .fr or .it",
            "no sorry",
        ] {
            assert_eq!(put(line), None, "{line}");
        }
        assert_eq!(email(&Said::new("my mistake, gmail not hotmail"), "a@hotmail.com"), Some("a@gmail.com".into()));
        text(
            &["A: Your email?", "C: yuki@example.com", "A: I find nothing.", "C: sorry, .jp not .com"],
            &[("email", "yuki@example.jp")],
        );
    }

    #[test]
    fn the_place_said_anew() {
        for line in [
            "priya dot raghu at, uh, gmail, no sorry, at outlook dot com",
            "priya dot raghu at gmail no wait at outlook dot com",
            "priya dot raghu at gmail dot com sorry I mean at outlook dot com",
        ] {
            voice(&["A: Your email?", &format!("C: {line}")], &[("email", "priya.raghu@outlook.com")]);
        }
        for line in ["I'm at work, no, at home", "at nine, no sorry, at ten", "I looked at it at home"] {
            voice(&["A: Your email?", &format!("C: {line}")], &[]);
        }
    }

    #[test]
    fn the_number_of_a_house() {
        let put = |line: &str| street(&Said::new(line), "27 Kelvin Drive");
        for (line, number) in [
            ("*27B sorry", "27B"),
            ("sorry, it's 29 Kelvin Drive", "29"),
            ("I meant 29 not 27", "29"),
            ("oops 27a", "27a"),
            ("*number 29", "29"),
        ] {
            assert_eq!(put(line), Some(format!("{number} Kelvin Drive")), "{line}");
        }
        for line in [
            "sorry, 29",
            "no, 29 Rose Street",
            "sorry, 29 people",
            "27 Kelvin Drive, sorry",
            "not 28 but 29",
            "29 Kelvin Drive",
            "*555123 Kelvin Drive",
        ] {
            assert_eq!(put(line), None, "{line}");
        }
        assert_eq!(street(&Said::new("sorry, 29 Kelvin Drive"), "Storgata 14"), None);
        text(
            &["A: Your address?", "C: 27 Kelvin Drive, Glasgow G20 8QG", "C: *27B sorry"],
            &[("city", "Glasgow"), ("street", "27B Kelvin Drive"), ("zip", "G20 8QG")],
        );
    }
}
