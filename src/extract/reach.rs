//! Email addresses and phone numbers, typed and spoken.
//!
//! Owns what an address and a number look like and which of them are the customer's. Must not know names or places.

use email_address::EmailAddress;

use super::asked::Asked;
use super::proposal::{Key, Proposal, Scene, is_foreign, sure};
use super::spelled;
use super::words::{Gap, Said, is_word_char};

/// Addresses of desks, not of people.
const DESKS: &[&str] = &[
    "support",
    "info",
    "sales",
    "noreply",
    "no-reply",
    "donotreply",
    "help",
    "helpdesk",
    "service",
    "customerservice",
    "contact",
    "admin",
    "billing",
    "orders",
    "feedback",
    "complaints",
    "care",
];

/// The customer's own address: the last one that is theirs.
pub(super) fn emails(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    let mut own = None;
    let mut behind = 0;
    for (at, _) in said.text.match_indices('@') {
        let Some((start, end, value)) = around_at(said.text, at, behind) else { continue };
        behind = end;
        if !EmailAddress::is_valid(&value) {
            continue;
        }
        let i = said.words.partition_point(|w| w.start < start);
        if excluded(said, i, &value, scene) {
            continue;
        }
        let how = if scene.asked.has(Asked::EMAIL) { sure::STATED } else { sure::BY_FORM };
        own = Some(Proposal::new(Key::Email, value, how, start));
    }
    own.or_else(|| spoken_email(said, scene))
}

/// The longest local part and domain, in bytes (RFC 5321).
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

/// What looks like an address around the at sign at `at`, from byte `behind` on; "ana @ x.example" counts too.
fn around_at(text: &str, at: usize, behind: usize) -> Option<(usize, usize, String)> {
    let before = text[behind..at].strip_suffix(' ').unwrap_or(&text[behind..at]);
    let local_from = before
        .char_indices()
        .rev()
        .take(LOCAL)
        .take_while(|(_, c)| is_word_char(*c) || matches!(c, '.' | '%' | '+' | '\'' | '-' | '_' | '&'))
        .last()
        .map(|(i, _)| i)?;
    let local = before[local_from..].trim_start_matches(['.', '\'', '-', '%']);
    let start = behind + before.len() - local.len();
    let after = &text[at + 1..];
    let after = after.strip_prefix(' ').unwrap_or(after);
    let domain_end = after
        .char_indices()
        .take(DOMAIN)
        .find(|(_, c)| !(is_word_char(*c) || matches!(c, '.' | '-')))
        .map_or_else(|| after.char_indices().nth(DOMAIN).map_or(after.len(), |(i, _)| i), |(i, _)| i);
    let domain = after[..domain_end].trim_end_matches(['.', '-', '_']);
    let tld = domain.rsplit_once('.')?.1;
    let plausible = tld.chars().count() >= 2 && (!tld.chars().any(char::is_numeric) || tld.starts_with("xn--"));
    let end = text.len() - after.len() + domain.len();
    (plausible && !local.is_empty()).then(|| (start, end, format!("{local}@{domain}")))
}

/// The first address within words `from..to`, typed or spoken: its bytes and what it is.
pub(super) fn email_in(said: &Said<'_>, from: usize, to: usize) -> Option<(usize, usize, String)> {
    let (start, end) = (said.words.get(from)?.start, said.words.get(to.checked_sub(1)?)?.end);
    let typed = said.text[start..end].match_indices('@').find_map(|(at, _)| {
        let found = around_at(said.text, start + at, start)?;
        EmailAddress::is_valid(&found.2).then_some(found)
    });
    typed.or_else(|| {
        let at = (from + 1..to).find(|&i| said.low(i) == "at" && spoken_domain(said, i + 1).is_some())?;
        let (domain, after) = spoken_domain(said, at + 1)?;
        let head = (from..at).rev().take_while(|&k| !is_lead_in(said, k)).last()?;
        let value = format!("{}@{domain}", spelled::local_part(said, head, at));
        EmailAddress::is_valid(&value).then(|| (said.words[head].start, said.words[after - 1].end, value))
    })
}

/// The first number that one can be called on within words `from..to`, by its length alone: its bytes and what it is.
pub(super) fn number_in(said: &Said<'_>, from: usize, to: usize) -> Option<(usize, usize, String)> {
    let mut i = from;
    while i < to {
        if said.words[i].is_digits() {
            let mut end = i + 1;
            while end < to && end - i < 16 && said.words[end].is_digits() && joins(said, end) {
                end += 1;
            }
            let digits: usize = said.words[i..end].iter().map(|w| w.text.len()).sum();
            if (7..=15).contains(&digits) {
                let before = said.text[..said.words[i].start].trim_end_matches(['(', '+']);
                let (start, stop) = (before.len(), said.words[end - 1].end);
                return Some((start, stop, said.text[start..stop].trim().to_owned()));
            }
            i = end;
            continue;
        }
        let (digits, next) = spelled::digits(said, i);
        if (7..=15).contains(&digits.len()) && next <= to {
            return Some((said.words[i].start, said.words[next - 1].end, digits));
        }
        i = next.max(i + 1);
    }
    None
}

fn excluded(said: &Said<'_>, i: usize, value: &str, scene: &Scene) -> bool {
    let desk = value.split('@').next().is_some_and(|local| DESKS.contains(&local.to_lowercase().as_str()));
    // a "but" or the end of a sentence takes back what stands before it
    let from = |n: usize| {
        let far = i.saturating_sub(n);
        (far..i)
            .rev()
            .find(|&k| said.low(k) == "but" || k + 1 < i && said.words[k + 1].gap == Gap::Stop)
            .map_or(far, |k| k + 1)
    };
    let near = |n: usize, list: &[&str]| (from(n)..i).any(|k| list.contains(&said.low(k)));
    let mine = near(6, &["my", "mine", "our"]);
    (desk && !scene.asked.has(Asked::EMAIL) && !mine)
        || is_foreign(said, i) && !scene.by_agent
        || near(3, &["not"]) && !near(4, &["why"])
        || near(3, &["like"]) && !near(4, &["would", "i'd"])
        || near(3, &["instead", "old", "isn't", "isnt", "example", "eg", "e.g", "format", "wrong", "former"])
        || (i >= 2 && said.has(i - 2, &["such", "as"]))
        || (i >= 2 && said.has(i - 2, &["e", "g"]))
        || (near(1, &["from"]) && !scene.asked.has(Asked::EMAIL) && !mine)
        || (near(2, &["emailed", "contacted", "mailed", "wrote"]) && !mine)
}

/// "john dot smith at gmail dot com"
fn spoken_email(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    let labelled = scene.asked.has(Asked::EMAIL) || said.any(&["email", "e-mail", "mail"]);
    let mut own = None;
    for i in 1..said.words.len() {
        if said.low(i) != "at" {
            continue;
        }
        let Some((domain, after)) = spoken_domain(said, i + 1) else { continue };
        let known = ["gmail", "yahoo", "hotmail", "outlook", "icloud"].iter().any(|d| domain.starts_with(d));
        if !labelled && !known {
            continue;
        }
        let mut from = i;
        while from > 0 && i - from < 24 && !said.breaks(from) && !is_lead_in(said, from - 1) {
            from -= 1;
        }
        let local = spelled::local_part(said, from, i);
        let value = format!("{local}@{domain}");
        if local.is_empty() || !EmailAddress::is_valid(&value) || is_foreign(said, from) {
            continue;
        }
        let at = said.words.get(from).map_or(0, |w| w.start);
        own = Some(Proposal::new(
            Key::Email,
            value,
            if scene.asked.has(Asked::EMAIL) { sure::ANSWERED } else { sure::LIKELY },
            at,
        ));
        if after >= said.words.len() {
            break;
        }
    }
    own
}

/// Words that introduce a spoken address and are not part of it.
fn is_lead_in(said: &Said<'_>, i: usize) -> bool {
    let low = said.low(i);
    let spelled_as = i > 0 && said.low(i - 1) == "as" || said.low(i + 1) == "as";
    matches!(
        low,
        "is" | "it's"
            | "its"
            | "email"
            | "mail"
            | "address"
            | "yes"
            | "yeah"
            | "sure"
            | "me"
            | "my"
            | "to"
            | "that's"
            | "use"
            | "um"
            | "uh"
            | "so"
            | "ok"
            | "okay"
            | "was"
            | "the"
            | "be"
            | "would"
            | "and"
            | "you"
            | "by"
    ) && !spelled_as
        && !(low == "and" && i > 0 && said.words[i - 1].text.len() == 1)
}

fn spoken_domain(said: &Said<'_>, i: usize) -> Option<(String, usize)> {
    let mut domain = String::new();
    let mut dots = 0;
    let mut k = i;
    while k < said.words.len() && k < i + 10 {
        let low = said.low(k);
        if k > i && matches!(said.words[k].gap, Gap::Comma | Gap::Colon) {
            break;
        }
        match low {
            "dot" | "point" | "period" => {
                if domain.is_empty() || domain.ends_with('.') {
                    return None;
                }
                domain.push('.');
                dots += 1;
            }
            "dash" | "hyphen" if !domain.is_empty() => domain.push('-'),
            "com" | "org" | "net" | "edu" | "gov" | "info" | "io" if domain.ends_with('.') => {
                domain.push_str(low);
                return Some((domain, k + 1));
            }
            "co" if domain.ends_with('.') && matches!(said.low(k + 1), "dot" | "point") => domain.push_str(low),
            "at" | "is" | "and" | "my" | "the" => return None,
            _ if domain.ends_with('.') && low.len() == 2 && low.bytes().all(|b| b.is_ascii_lowercase()) => {
                domain.push_str(low);
                return Some((domain, k + 1));
            }
            _ if said.words[k].text.chars().all(|c| c.is_ascii_alphanumeric()) => {
                // "g mail", "hot mail": spoken with a pause
                domain.push_str(low);
            }
            _ => return None,
        }
        k += 1;
        if dots > 3 {
            return None;
        }
    }
    None
}

const PHONE_LABELS: &[&str] = &[
    "phone",
    "mobile",
    "cell",
    "telephone",
    "tel",
    "contact",
    "ph",
    "mob",
    "cellphone",
    "call",
    "reach",
    "whatsapp",
    "landline",
    "handy",
    "text",
    "phone's",
    "callback",
];
const OTHER_LABELS: &[&str] = &[
    "account",
    "acct",
    "acc",
    "ac",
    "card",
    "ssn",
    "ss",
    "pin",
    "order",
    "booking",
    "confirmation",
    "conformation",
    "policy",
    "claim",
    "reference",
    "ref",
    "id",
    "tracking",
    "invoice",
    "serial",
    "flight",
    "imei",
    "social",
    "password",
    "cvv",
    "bill",
    "ticket",
    "routing",
    "iban",
    "member",
    "membership",
    "license",
    "licence",
    "passport",
    "zip",
    "postcode",
    "code",
    "amount",
    "sku",
    "vin",
    "item",
    "insurance",
    "case",
    "registration",
    "transaction",
    "version",
    "model",
    "fax",
];

#[derive(PartialEq)]
enum Label {
    Phone,
    /// Just "number" or "no".
    Number,
    Other,
    None,
}

/// What the words before `i` call the number.
fn label_before(said: &Said<'_>, i: usize) -> Label {
    let mut weak = Label::None;
    for k in (i.saturating_sub(6)..i).rev() {
        let w = &said.words[k];
        if PHONE_LABELS.contains(&&*w.low) {
            return Label::Phone;
        }
        if OTHER_LABELS.contains(&&*w.low) {
            return Label::Other;
        }
        if matches!(&*w.low, "number" | "no" | "num" | "numbers") {
            weak = Label::Number;
        }
        if w.gap == Gap::Stop || w.is_digits() {
            break;
        }
    }
    weak
}

/// "95381901 is my account number"
fn labelled_other_after(said: &Said<'_>, i: usize) -> bool {
    let says = matches!(said.low(i), "is" | "this" | "that's" | "as") || said.low(i).starts_with("booking");
    says && (i..(i + 6).min(said.words.len())).any(|k| OTHER_LABELS.contains(&said.low(k)))
}

/// The customer's phone number, as typed; spoken digits as digits.
pub(super) fn phones(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    let mut best: Option<Proposal> = None;
    let mut i = 0;
    while i < said.words.len() {
        if !said.words[i].is_digits() {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < said.words.len() && end - i < 16 && said.words[end].is_digits() && joins(said, end) {
            end += 1;
        }
        if let Some(p) = phone_in(said, i, end, scene)
            && best.as_ref().is_none_or(|b| p.sure >= b.sure)
        {
            best = Some(p);
        }
        i = end;
    }
    best.or_else(|| spoken_phone(said, scene))
}

fn joins(said: &Said<'_>, i: usize) -> bool {
    let between = &said.text[said.words[i - 1].end..said.words[i].start];
    between.len() <= 3 && between.chars().all(|c| matches!(c, ' ' | '.' | '-' | '(' | ')' | '/' | '\u{2013}'))
}

fn phone_in(said: &Said<'_>, from: usize, to: usize, scene: &Scene) -> Option<Proposal> {
    let groups = &said.words[from..to];
    let plus = said.text[..groups[0].start].trim_end_matches('(').ends_with('+');
    let label = label_before(said, from);
    if label == Label::Other || labelled_other_after(said, to) || is_foreign(said, from) && !scene.by_agent {
        return None;
    }
    let asked = scene.asked.has(Asked::PHONE);
    let labelled = label == Label::Phone || asked;
    let typed = |s: usize, e: usize| -> Option<Proposal> {
        let mut start = groups[s].start;
        let before = &said.text[..start];
        if before.ends_with("+(") {
            start -= 2;
        } else if before.ends_with(['+', '(']) {
            start -= 1;
        }
        let value = said.text[start..groups[e - 1].end].trim().to_owned();
        let how = match (asked, &label) {
            (true, Label::Phone) => sure::STATED,
            (true, _) => sure::ANSWERED,
            (_, Label::Phone) => sure::STATED,
            _ => sure::LIKELY,
        };
        Some(Proposal::new(Key::Phone, value, how, start))
    };
    let digits = |s: usize, e: usize| groups[s..e].iter().map(|g| g.text.len()).sum::<usize>();
    let plausible = |s: usize, e: usize| {
        let n = digits(s, e);
        let head = groups[s].text;
        (n == 10 && !head.starts_with('0')
            || n == 11 && (head.starts_with('1') || head.starts_with('0'))
            || n == 12 && head.starts_with("91"))
            // a country's 1 stands alone or is part of the whole; "15052018 180" is a date and an amount
            && groups[s..e].iter().skip(1).all(|g| g.text.len() >= 2)
            && (n != 11 || e - s == 1 || head.len() == 1 || head.starts_with('0'))
    };
    // the longest plausible window at either end of the run
    let window = (0..groups.len())
        .flat_map(|s| (s + 1..=groups.len().min(s + 6)).map(move |e| (s, e)))
        .filter(|&(s, e)| (s == 0 || e == groups.len()) && plausible(s, e))
        .max_by_key(|&(s, e)| digits(s, e));
    let whole = digits(0, groups.len());
    if plus && (8..=15).contains(&whole) {
        return typed(0, groups.len());
    }
    if labelled {
        if let Some((s, e)) = window {
            return typed(s, e);
        }
        if (7..=15).contains(&whole) && !(scene.asked.has(Asked::OTHER) && label != Label::Phone && whole < 10) {
            return typed(0, groups.len());
        }
        let first = groups[0].text.len();
        return if (7..=15).contains(&first) { typed(0, 1) } else { None };
    }
    let formatted =
        groups.len() > 1 && said.text[groups[0].start..groups[groups.len() - 1].end].contains(['-', ')', '.']);
    let free = !scene.asked.has(Asked::OTHER) && (!scene.agent_spoke || label == Label::Number);
    window.filter(|_| free || formatted && !scene.asked.has(Asked::OTHER)).and_then(|(s, e)| typed(s, e))
}

fn spoken_phone(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    if !scene.asked.has(Asked::PHONE) && !said.any(PHONE_LABELS) {
        return None;
    }
    let mut i = 0;
    while i < said.words.len() {
        let (digits, next) = spelled::digits(said, i);
        if digits.len() >= 7 && digits.len() <= 15 {
            if is_foreign(said, i) || label_before(said, i) == Label::Other {
                return None;
            }
            return Some(Proposal::new(Key::Phone, digits, sure::ANSWERED, said.words[i].start));
        }
        i = next.max(i + 1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Option<String> {
        emails(&Said::new(text), &Scene::QUIET).map(|p| p.value)
    }

    fn phone(text: &str, asked: Asked) -> Option<String> {
        phones(&Said::new(text), &Scene { asked, ..Scene::QUIET }).map(|p| p.value)
    }

    #[test]
    fn typed_emails() {
        assert_eq!(email("reach me at ana.lima+crm@mail.example.pt."), Some("ana.lima+crm@mail.example.pt".into()));
        assert_eq!(email("jörg@bücher.example"), Some("jörg@bücher.example".into()));
        assert_eq!(email("not old@x.example but new@x.example"), Some("new@x.example".into()));
    }

    #[test]
    fn emails_that_are_not_the_customers() {
        for text in [
            "I wrote to support@shop.example twice",
            "my wife's email is eva@x.example",
            "something like name@example.com?",
            "I got a mail from billing@shop.example",
            "his address is bo@x.example",
        ] {
            assert_eq!(email(text), None, "{text}");
        }
    }

    #[test]
    fn spoken_emails() {
        assert_eq!(email("my email is john dot smith at gmail dot com"), Some("john.smith@gmail.com".into()));
        assert_eq!(
            email("the email is k a t underscore nine at web dot co dot uk thanks"),
            Some("kat_9@web.co.uk".into())
        );
        assert_eq!(email("meet me at the station"), None);
    }

    #[test]
    fn phones_asked_labelled_and_by_form() {
        assert_eq!(phone("(470) 555-0123", Asked::PHONE), Some("(470) 555-0123".into()));
        assert_eq!(phone("my mobile is +44 20 7946 0018 ok", Asked::NOTHING), Some("+44 20 7946 0018".into()));
        assert_eq!(phone("five five five oh one double two three four", Asked::PHONE), Some("555012234".into()));
        assert_eq!(phone("12 Oak Street, 555 010 9999", Asked::PHONE), Some("555 010 9999".into()));
    }

    #[test]
    fn numbers_that_are_no_phones() {
        for text in [
            "order 4870952797",
            "my account number is 9538190122",
            "1356 2467 0987 5678",
            "4870952797 is my order number",
        ] {
            assert_eq!(phone(text, Asked::NOTHING), None, "{text}");
        }
        assert_eq!(phone("7916676427", Asked::OTHER), None);
        assert_eq!(phone("his number is 555 010 9999", Asked::NOTHING), None);
    }
}
