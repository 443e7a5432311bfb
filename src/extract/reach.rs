//! Phone numbers, typed and spoken.
//!
//! Owns what a number looks like and which of them is the customer's. Must not know names or places.

use super::asked::Asked;
use super::numbers;
use super::proposal::{Key, Proposal, Scene, is_foreign, sure};
use super::spelled;
use super::words::{Gap, Said, listed};

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
        let run = numbers::run(said, i, to, spelled::digit);
        if (7..=15).contains(&run.digits.len()) {
            return Some((said.words[i].start, said.words[run.next - 1].end, run.digits));
        }
        i = run.next.max(i + 1);
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
    "ring",
    "whatsapp",
    "landline",
    "handy",
    "text",
    "phone's",
    "callback",
    "appelez-moi",
    "téléphone",
    "tél",
    "portable",
    "telefon",
    "telefonnummer",
    "handynummer",
    "teléfono",
    "móvil",
    "llámame",
    "telefone",
    "celular",
    "telefono",
    "cellulare",
    "電話",
    "電話は",
    "電話番号は",
    "携帯",
    "携帯は",
    "电话",
    "电话是",
    "手机",
    "手机号",
    "전화",
    "전화는",
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
        if w.low == "code" && k > 0 && listed("area country dialling dialing", said.low(k - 1)) {
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
    if scene.asked.has(Asked::ANOTHERS) && !scene.asked.has(Asked::PHONE) && !said.any(&["my", "our", "me", "mine"]) {
        return None;
    }
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
    best.or_else(|| spoken_phone(said, scene)).map(|p| with_area(said, p))
}

/// "555-0142, area code 312": a number whose area is told behind it.
fn with_area(said: &Said<'_>, p: Proposal) -> Proposal {
    const DIGITS: usize = 7;
    const AREA: usize = 3;
    let digits = p.value.bytes().filter(u8::is_ascii_digit).count();
    let code = (0..said.words.len()).find(|&k| said.has(k, &["area", "code"]) && said.words[k].start > p.at);
    let Some(code) = code.filter(|_| digits == DIGITS && !p.value.starts_with('+')) else { return p };
    let from = (code + 2..said.words.len()).find(|&k| !listed("is it's its", said.low(k))).unwrap_or(code + 2);
    let area = groups(said).into_iter().find(|g| g.from == from && g.digits.len() == AREA);
    match area {
        Some(area) if p.value.bytes().all(|b| b.is_ascii_digit()) => {
            Proposal { value: format!("{}{}", area.digits, p.value), ..p }
        }
        Some(area) => Proposal { value: format!("{}-{}", area.digits, p.value), ..p },
        None => p,
    }
}

fn joins(said: &Said<'_>, i: usize) -> bool {
    let between = &said.text[said.words[i - 1].end..said.words[i].start];
    between.len() <= 3 && between.chars().all(|c| matches!(c, ' ' | '.' | '-' | '(' | ')' | '/' | '\u{2013}'))
}

fn phone_in(said: &Said<'_>, from: usize, to: usize, scene: &Scene) -> Option<Proposal> {
    let groups = &said.words[from..to];
    // "plus 49 171 555 0147", as a recogniser writes it
    let plus_said = from > 0 && said.low(from - 1) == "plus";
    let plus = plus_said || said.text[..groups[0].start].trim_end_matches('(').ends_with('+');
    let label = label_before(said, from);
    if scene.asked.has(Asked::ANOTHERS) && !scene.asked.has(Asked::PHONE) && label != Label::Phone {
        return None;
    }
    if label == Label::Other || labelled_other_after(said, to) || is_foreign(said, from) && !scene.by_agent {
        return None;
    }
    let asked = scene.asked.has(Asked::PHONE);
    let labelled = label == Label::Phone || asked || label == Label::None && is_beside_address(said, from, to);
    let typed = |s: usize, e: usize| -> Option<Proposal> {
        let mut start = groups[s].start;
        let before = &said.text[..start];
        if before.ends_with("+(") {
            start -= 2;
        } else if before.ends_with(['+', '(']) {
            start -= 1;
        }
        let sign = if plus_said && s == 0 { "+" } else { "" };
        let value = format!("{sign}{}", said.text[start..groups[e - 1].end].trim());
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

/// "ana@x.example or 0664 5550123": a number that is written as one is called, right behind an address.
fn is_beside_address(said: &Said<'_>, from: usize, to: usize) -> bool {
    let groups = &said.words[from..to];
    let digits: usize = groups.iter().map(|g| g.text.len()).sum();
    let before = &said.text[..groups[0].start];
    let before = before.trim_end_matches([' ', ',', '/', ';', '.', '(', '|', '+', '\n']);
    let before = before.strip_suffix(" or").or_else(|| before.strip_suffix(" and")).unwrap_or(before);
    let address = before.rsplit([' ', '\n']).next().is_some_and(|token| token.contains('@'));
    let called = groups.len() > 1
        && !groups.iter().any(|g| g.text.len() > 8)
        && (groups.len() > 2 || groups[0].text.starts_with('0'));
    address && called && (8..=13).contains(&digits)
}

/// Words between the groups of one number.
const WITHIN: &str = "and then area code is it's its um uh uhm dash hyphen space so that's zero dot comma okay";
/// What follows is said in place of what was said before.
const TAKES_BACK: &str = "sorry no nope wait oops actually correction mean meant rather";
/// Words that are said about a number's end.
const ABOUT_AN_END: &str = "it it's its that's thats is the that this at in with not but and i said should be last end ends ending final \
    digit digits number phone wrong correct right please think a";
/// Behind these stands no part of the number.
const BESIDE: &str = "extension ext x";

/// Numbers said one behind the other.
struct Group {
    digits: String,
    from: usize,
    to: usize,
    guessed: bool,
}

fn groups(said: &Said<'_>) -> Vec<Group> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < said.words.len() {
        let run = numbers::run(said, i, said.words.len(), spelled::digit);
        if run.next > i {
            out.push(Group { digits: run.digits, from: i, to: run.next, guessed: run.guessed });
            i = run.next;
        } else {
            i += 1;
        }
    }
    out
}

/// "my old number was ..."
fn is_past(said: &Said<'_>, i: usize) -> bool {
    let past = (i.saturating_sub(5)..i).rposition(|k| listed("old former previous used", said.low(k)));
    past.is_some_and(|n| (i.saturating_sub(5) + n..i).all(|k| !listed("now new but it's use", said.low(k))))
}

fn spoken_phone(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    let labelled = scene.asked.has(Asked::PHONE) || said.any(PHONE_LABELS);
    let named = scene.voice
        && (1..said.words.len()).any(|k| {
            let own = k < 2 || listed("my the best and a up", said.low(k - 2)) || said.breaks(k - 1);
            said.low(k - 1) == "number" && listed("is it's", said.low(k)) && own || said.low(k - 1) == "number's"
        });
    // "plus two five four ...", "... at example dot com two oh two ..."
    let unasked = !labelled && !named;
    if unasked && !scene.voice || !labelled && scene.asked.has(Asked::OTHER) && !scene.opening && !named {
        return None;
    }
    let mut best: Option<Group> = None;
    let mut how = sure::ANSWERED;
    for group in groups(said) {
        let between = |last: &Group, list: &'static str| (last.to..group.from).all(|k| listed(list, said.low(k)));
        let long = (7..=15).contains(&group.digits.len());
        if (group.from.saturating_sub(2)..group.from).any(|k| listed(BESIDE, said.low(k)))
            || is_foreign(said, group.from) && !scene.by_agent
            || is_past(said, group.from)
            || label_before(said, group.from) == Label::Other
        {
            continue;
        }
        let Some(last) = &mut best else {
            best = Some(group);
            continue;
        };
        let whole = (7..=15).contains(&last.digits.len());
        let takes_back = group.from - last.to <= 8 && (last.to..group.from).any(|k| listed(TAKES_BACK, said.low(k)));
        if takes_back && whole && !long {
            // "... oh one oh one, no sorry, oh one oh two"
            how = sure::PIECED;
            last.digits.truncate(last.digits.len().saturating_sub(group.digits.len()));
            last.digits.push_str(&group.digits);
            last.to = group.to;
        } else if takes_back && !whole && !long {
            // where the new digits go, nobody knows
            how = sure::DOUBTFUL;
            last.digits.push_str(&group.digits);
            last.to = group.to;
        } else if !whole && !takes_back && between(last, WITHIN) {
            last.digits.push_str(&group.digits);
            last.to = group.to;
            last.guessed |= group.guessed;
        } else if takes_back || !whole {
            *last = group;
        }
    }
    let best = best.filter(|g| (7..=15).contains(&g.digits.len()))?;
    if best.guessed {
        how = sure::DOUBTFUL;
    }
    let plus = best.from > 0 && said.low(best.from - 1) == "plus";
    if unasked {
        let beside = best.from > 1 && (best.from.saturating_sub(4)..best.from).any(|k| listed("dot com", said.low(k)));
        let whole = (10..=13).contains(&best.digits.len());
        if !whole || !(plus || beside) || said.any(OTHER_LABELS) && !plus {
            return None;
        }
        how = sure::PIECED;
    }
    let digits = if plus { format!("+{}", best.digits) } else { best.digits };
    Some(Proposal::new(Key::Phone, digits, how, said.words[best.from].start))
}

/// The digits of a message that says nothing else: a part of a number that is given piece by piece.
pub(super) fn piece(said: &Said<'_>) -> Option<String> {
    let all = groups(said);
    let of_number = |k: usize| all.iter().any(|g| (g.from..g.to).contains(&k));
    let only = (0..said.words.len())
        .all(|k| of_number(k) || listed(WITHIN, said.low(k)) || listed("yeah yes sure", said.low(k)));
    let digits: String = all.iter().map(|g| g.digits.as_str()).collect();
    (only && (2..=15).contains(&digits.len()) && !all.iter().any(|g| g.guessed)).then_some(digits)
}

/// Does it hold a part of a known number?
pub(super) fn repeats(said: &Said<'_>, known: &str) -> bool {
    const PART: usize = 4;
    let of = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
    let (known, said) = (of(known), of(&groups(said).iter().map(|g| &*g.digits).collect::<String>()));
    said.windows(PART).any(|part| known.windows(PART).any(|k| k == part))
}

/// A number whose end is said anew: "no, one nine eight at the end".
pub(super) fn end_anew(said: &Said<'_>, known: &str) -> Option<String> {
    let takes_back = said.words.iter().take(4).any(|w| listed(TAKES_BACK, &w.low)) || said.has(0, &["it's"]);
    let all = groups(said);
    let last = all.last()?;
    let digits = known.chars().filter(char::is_ascii_digit).count();
    let n = last.digits.len();
    // "no, 5:15 please", "no, that's our old office, 1900 Church St": of something else
    let of_it = |k: usize| {
        let w = &said.words[k];
        all.iter().any(|g| (g.from..g.to).contains(&k)) || listed(TAKES_BACK, &w.low) || listed(ABOUT_AN_END, &w.low)
    };
    if !takes_back
        || said.text.contains(':')
        || !(0..said.words.len()).all(of_it)
        || said.words.len() > 16
        || !(2..7).contains(&n)
        || digits < 7
        || digits <= n
        || all.len() > 2
        || last.guessed
    {
        return None;
    }
    // the like number of digits is put in, from the end
    let mut new = last.digits.chars().rev();
    let out: Vec<char> =
        known.chars().rev().map(|c| if c.is_ascii_digit() { new.next().unwrap_or(c) } else { c }).collect();
    Some(out.into_iter().rev().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(text: &str, asked: Asked) -> Option<String> {
        phones(&Said::new(text), &Scene { asked, ..Scene::QUIET }).map(|p| p.value)
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
