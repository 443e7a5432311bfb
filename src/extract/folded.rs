//! Whether an address is made of a name or of a company's name: "d.ferrari@", "@harbour-lights.example".
//!
//! Owns the letters without their marks and the ways in which addresses are made. Must not know where either was found.

use super::mail_domain::PROVIDERS;
use super::name::Name;
use super::proposal::{Key, Proposal};
use super::words::{Gap, Said, listed};

/// Domains of everybody, besides those that are said by their first word alone.
const FREE: &str = "gmx web mail email yandex zoho proton tutanota tuta hey pm libero orange wanadoo laposte free freenet t-online \
    seznam wp onet interia abv rediffmail naver daum qq example sbcglobal att bellsouth cox charter earthlink juno netzero optonline frontier windstream \
    centurylink mindspring btinternet btopenworld talktalk ntlworld virginmedia sky tiscali blueyonder plusnet bigpond optusnet telus \
    rogers shaw sympatico videotron arcor bluewin hispeed telenet skynet ziggo kpnmail xs4all planet virgilio alice ymail rocketmail \
    inbox telia telenor uol bol terra rambler sfr neuf numericable swisscom poczta gazeta tlen centrum volny atlas azet zoznam \
    freemail citromail indamail eircom vodafone";

/// How far a name agrees with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Agrees {
    Not,
    /// One of its words is a part of the address.
    InPart,
    /// The address is made of both names, one of them perhaps as an initial.
    Wholly,
}

/// Small letters without marks; `long`: "ü" is written "ue".
pub(super) fn folded(text: &str, long: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase) {
        let written = match c {
            'ä' | 'æ' if long => "ae",
            'ö' | 'ø' if long => "oe",
            'ü' if long => "ue",
            'å' if long => "aa",
            'à'..='å' | 'ā' | 'ă' | 'ą' | 'ạ'..='ặ' => "a",
            'æ' => "ae",
            'œ' => "oe",
            'ß' => "ss",
            'ç' | 'ć' | 'č' | 'ĉ' => "c",
            'ď' | 'đ' | 'ð' => "d",
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ẹ'..='ệ' => "e",
            'ğ' | 'ģ' => "g",
            'ì'..='ï' | 'ī' | 'ı' | 'į' | 'ỉ' | 'ị' => "i",
            'ł' | 'ļ' | 'ľ' | 'ĺ' => "l",
            'ñ' | 'ń' | 'ň' | 'ņ' => "n",
            'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'ơ' | 'ọ'..='ợ' => "o",
            'ř' | 'ŕ' => "r",
            'ś' | 'š' | 'ş' | 'ș' => "s",
            'ť' | 'ţ' | 'ț' => "t",
            'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ'..='ự' => "u",
            'ý' | 'ÿ' | 'ỳ'..='ỹ' => "y",
            'ź' | 'ž' | 'ż' => "z",
            other => {
                out.push(other);
                continue;
            }
        };
        out.push_str(written);
    }
    out
}

/// How far the part of an address before its at sign agrees with a first and a last name.
pub(super) fn agrees(local: &str, first: &str, last: &str) -> Agrees {
    let tokens: Vec<String> =
        local.split(|c: char| !c.is_alphabetic()).filter(|t| !t.is_empty()).map(|t| folded(t, false)).collect();
    let one = |long| compared(&tokens, &folded(first, long), &folded(last, long));
    one(false).max(one(true))
}

/// "Fatima Zahra Benali" with fatima.zahra.benali@: the address says that both words are the first name.
pub(super) fn with_second(said: &Said<'_>, name: Name, seen: &[Proposal]) -> Name {
    let both = (|| {
        let address = seen.iter().find(|p| p.key == Key::Email)?;
        let (local, _) = address.value.split_once('@')?;
        let parts: Vec<String> =
            local.split(|c: char| !c.is_alphabetic()).filter(|t| !t.is_empty()).map(|t| folded(t, false)).collect();
        let (first, last) = (name.first.as_deref()?, name.last.as_deref()?);
        let k = said.words.iter().position(|w| w.start == name.at && w.text == first)?;
        let second = said.words.get(k + 1).filter(|w| w.gap == Gap::Space && w.is_alphabetic())?;
        let third = said.words.get(k + 2).filter(|w| w.gap == Gap::Space && last.starts_with(w.text))?;
        let named = [first, second.text, third.text].map(|w| folded(w, false));
        (parts.windows(3).any(|w| w == named) && second.low.chars().count() > 2)
            .then(|| said.text[said.words[k].start..second.end].to_owned())
    })();
    match both {
        Some(first) => Name { first: Some(first), ..name },
        None => name,
    }
}

fn initial(name: &str) -> &str {
    name.chars().next().map_or("", |c| &name[..c.len_utf8()])
}

fn is_long(name: &str) -> bool {
    name.chars().count() > 2
}

fn compared(tokens: &[String], first: &str, last: &str) -> Agrees {
    let has = |name: &str| !name.is_empty() && tokens.iter().any(|t| t == name);
    // "mo" for Mohamed
    let cut = |name: &str, least: usize| tokens.iter().any(|t| t.chars().count() >= least && name.starts_with(&**t));
    let joined: String = tokens.concat();
    if !first.is_empty() && !last.is_empty() {
        let (f, l) = (initial(first), initial(last));
        let apart = has(last) && (has(first) || is_long(last) && (has(f) || cut(first, 2)))
            || has(first) && is_long(first) && has(l);
        let run = |a: &str, b: &str| {
            is_long(a).max(is_long(b)) && joined.len() == a.len() + b.len() && {
                joined.starts_with(a) && joined.ends_with(b)
            }
        };
        let together = joined.chars().count() > 3
            && (run(first, last) || run(last, first) || run(f, last) || run(last, f) || run(first, l) || run(l, first));
        if apart || together {
            return Agrees::Wholly;
        }
    }
    let part = |name: &str| is_long(name) && (has(name) || joined == name);
    if part(first) || part(last) || is_long(first) && cut(first, 3) { Agrees::InPart } else { Agrees::Not }
}

/// The name by which a domain is known, of an address that is not everybody's: "harbourlights" of "jo@mail.harbour-lights.example".
pub(super) fn house(address: &str) -> Option<String> {
    let domain = address.rsplit_once('@')?.1;
    let (labels, _) = domain.rsplit_once('.')?;
    let name = labels.split('.').max_by_key(|l| l.len())?.to_lowercase();
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    (plain.len() > 4 && !listed(PROVIDERS, &name) && !listed(FREE, &name)).then(|| folded(&plain, false))
}

/// Is a domain known by these words, run together: all of them, or but for what a house is?
pub(super) fn is_of_house(house: &str, words: &[&str]) -> bool {
    let joined = |long: bool| -> String {
        words.iter().map(|w| folded(w.strip_suffix("'s").unwrap_or(w), long)).collect::<Vec<_>>().concat()
    };
    joined(false) == house || joined(true) == house
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_made_of_a_name() {
        for (local, first, last) in [
            ("marta.nowak", "Marta", "Nowak"),
            ("m.nowak", "Marta", "Nowak"),
            ("mnowak84", "Marta", "Nowak"),
            ("nowakm", "Marta", "Nowak"),
            ("marta_n", "Marta", "Nowak"),
            ("joerg.weiss", "Jörg", "Weiß"),
            ("jorg.weiss", "Jörg", "Weiß"),
            ("jo.tan", "Jo", "Tan"),
            ("mo.salah", "Mohamed", "Salah"),
            ("lê.tuấn", "Tuan", "Le"),
        ] {
            assert_eq!(agrees(local, first, last), Agrees::Wholly, "{local}");
        }
        assert_eq!(agrees("marta", "Marta", "Nowak"), Agrees::InPart);
        assert_eq!(agrees("nowak", "Marta", "Nowak"), Agrees::InPart);
        assert_eq!(agrees("sio", "Siobhán", "Kelly"), Agrees::InPart);
        for local in ["info", "r.patel", "blueriver", "mn", "a"] {
            assert_eq!(agrees(local, "Marta", "Nowak"), Agrees::Not, "{local}");
        }
    }

    #[test]
    fn a_domain_that_is_a_companys() {
        assert_eq!(house("jo@mail.harbour-lights.example").as_deref(), Some("harbourlights"));
        for free in ["a@gmail.com", "a@gmx.de", "a@example.org", "a@x.example", "nobody"] {
            assert_eq!(house(free), None, "{free}");
        }
        assert!(is_of_house("harbourlights", &["Harbour", "Lights"]));
        assert!(is_of_house("cohenbakery", &["Cohen's", "Bakery"]));
        assert!(!is_of_house("harbourlights", &["Harbour"]));
    }
}
