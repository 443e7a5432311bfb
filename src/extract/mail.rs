//! Email addresses: which of those in a message is the customer's.
//!
//! Owns what a typed address looks like and whose an address is. Must not know names or places; how an address is said aloud is
//! `mail_aloud`'s. Contacts are looked up by it, so a wrong one is the worst fault there is.

use std::borrow::Cow;

use email_address::EmailAddress;

use super::asked::Asked;
use super::folded::{Agrees, agrees};
use super::mail_aloud::{self, Clarity, is_at};
use super::name::skip_fillers;
use super::proposal::{Key, Proposal, Scene, begins_anew, is_foreign, sure};
use super::words::{Gap, Said, is_common, is_first_name, is_word_char, listed};

/// Addresses of desks, not of people.
const DESKS: &str = "support info sales noreply no-reply donotreply help helpdesk service customerservice contact admin billing orders \
    feedback complaints care";
/// How many different addresses one message may name before nobody knows which is meant.
const MOST: usize = 3;
/// The longest local part and domain, in bytes (RFC 5321).
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

/// An address in a message.
struct Seen {
    value: String,
    /// Its first byte, its first word and the word behind it.
    start: usize,
    from: usize,
    to: usize,
    /// "my ... is": said to be the customer's.
    own: bool,
    /// `None`: typed.
    spoken: Option<Clarity>,
}

/// The customer's own address: the last one that is theirs, unless it is one of `others`, which belong to whom they talk to.
pub(super) fn emails(said: &Said<'_>, scene: &Scene, others: &[String]) -> Option<Proposal> {
    let all = match unfolded(said.text) {
        Some(plain) => typed(&Said::new(&plain), scene, others)?,
        None => typed(said, scene, others)?,
    };
    let all = if all.is_empty() && !said.text.contains('@') { spoken(said, scene, others) } else { all };
    let mut own = all.iter().filter(|s| s.own);
    let last = own.next_back().or(all.last())?;
    let several = !last.own && all.iter().any(|s| !same(&s.value, &last.value));
    let labelled = scene.asked.has(Asked::EMAIL) || last.own;
    let how = match last.spoken {
        Some(Clarity::Vague) => sure::DOUBTFUL,
        Some(Clarity::Guessed) => sure::LIKELY,
        Some(Clarity::Joined) if labelled => sure::PIECED,
        Some(Clarity::Clear) if labelled => sure::ANSWERED,
        Some(_) => sure::LIKELY,
        None if labelled => sure::STATED,
        None => sure::BY_FORM,
    };
    let torn = several && !prefers(said, &all, last);
    let how = if torn || hedged(said, last) { sure::DOUBTFUL } else { how };
    // a text whose marks were put right has other places
    let at = if said.text.get(last.start..).is_some_and(|t| t.starts_with(&last.value)) || last.spoken.is_some() {
        last.start
    } else {
        0
    };
    Some(Proposal::new(Key::Email, last.value.clone(), how, at))
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The addresses that a message of the agent's gives out as the business's own: "write to me at eva@acme.example".
pub(super) fn given_out(said: &Said<'_>) -> Vec<String> {
    let ours = |i: usize| {
        let near = |list: &'static str| (i.saturating_sub(8)..i).any(|k| listed(list, said.low(k)));
        near("me us our my we support team write contact reach") && !near("your you've have file")
    };
    let of_typed = addresses(said.text, 64).into_iter().filter_map(|(start, _, value)| {
        let i = said.words.partition_point(|w| w.start < start);
        ours(i).then_some(value)
    });
    let of_spoken = aloud(said).into_iter().filter(|s| ours(s.from)).map(|s| s.value);
    of_typed.chain(of_spoken).collect()
}

/// Every address that is typed in a text, at most `most`: its bytes and what it is.
fn addresses(text: &str, most: usize) -> Vec<(usize, usize, String)> {
    let mut out = Vec::new();
    let mut behind = 0;
    for (at, _) in text.match_indices('@') {
        let Some((start, end, value)) = around_at(text, at, behind) else { continue };
        behind = end;
        if EmailAddress::is_valid(&value) {
            out.push((start, end, value));
            if out.len() == most {
                break;
            }
        }
    }
    out
}

/// The typed addresses that may be the customer's; `None`: so many that nobody knows which.
fn typed(said: &Said<'_>, scene: &Scene, others: &[String]) -> Option<Vec<Seen>> {
    let mut out: Vec<Seen> = Vec::new();
    let mut different = 0;
    for (start, end, value) in addresses(said.text, usize::MAX) {
        let from = said.words.partition_point(|w| w.start < start);
        let to = said.words.partition_point(|w| w.start < end);
        let own = owned(said, from, to);
        let claimed = listed("is that's", said.low(to)) && said.low(to + 1) == "mine";
        if excluded(said, from, &value, scene) && !claimed
            || said.low(from.wrapping_sub(1)) == "from" && said.low(to) == "to"
            || !own && others.iter().any(|o| same(o, &value))
        {
            continue;
        }
        if !out.iter().rev().take(MOST + 1).any(|s| same(&s.value, &value)) {
            different += 1;
        }
        if different > MOST {
            return None;
        }
        out.push(Seen { value, start, from, to, own, spoken: None });
    }
    Some(out)
}

/// Said to be the customer's own: "my email is ...", "mine is ...", "... is mine"?
fn owned(said: &Said<'_>, from: usize, to: usize) -> bool {
    let before = (from.saturating_sub(6)..from)
        .rev()
        .take_while(|&k| {
            k + 1 == from || said.words.get(k + 1).is_some_and(|w| !matches!(w.gap, Gap::Stop | Gap::Comma))
        })
        .any(|k| listed("my mine our i'm", said.low(k)));
    let login = (from.saturating_sub(4)..from).any(|k| listed("login username", said.low(k)));
    let me = from > 1 && said.low(from - 2) == "me" && listed("at on under via", said.low(from - 1));
    before && !login || me || listed("is was that's", said.low(to)) && said.low(to + 1) == "mine"
}

/// Does the message take the last one rather than the others? "a@x.example or better b@y.example"
fn prefers(said: &Said<'_>, all: &[Seen], last: &Seen) -> bool {
    let Some(other) = all.iter().rev().find(|s| s.from < last.from && !same(&s.value, &last.value)) else {
        return true;
    };
    let turns = "but or actually better rather instead use no not sorry wait oops mean meant correction now nein moment pardon \
        perdón aber oder besser mais non mieux pero no mejor ale nie";
    (other.to..last.from).any(|k| listed(turns, said.low(k)))
        || (last.to..said.words.len().min(last.to + 3)).any(|k| listed("instead rather now", said.low(k)))
}

/// "maybe ...", "... i'm not sure"
fn hedged(said: &Said<'_>, seen: &Seen) -> bool {
    let before = (seen.from.saturating_sub(5)..seen.from).any(|k| {
        listed("maybe perhaps possibly might guess probably unsure think", said.low(k)) && {
            seen.spoken.is_some() || said.low(k) != "think"
        }
    });
    let after = (seen.to..said.words.len().min(seen.to + 6)).any(|k| {
        said.has(k, &["not", "sure"])
            || said.has(k, &["not", "certain"])
            || listed("maybe unsure perhaps", said.low(k))
            || listed("don't dont can't", said.low(k)) && listed("remember know recall", said.low(k + 1))
    });
    let think = (seen.from.saturating_sub(5)..seen.from).any(|k| said.low(k) == "think");
    before && !(think && seen.spoken == Some(Clarity::Clear)) || after
}

/// The text with its marks put right where somebody wrote "max(dot)power(at)x.example".
fn unfolded(text: &str) -> Option<Cow<'_, str>> {
    if text.contains('@') || !text.contains(['(', '[', '{']) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut any = false;
    while let Some(at) = rest.find(['(', '[', '{']) {
        let tail = &rest[at..];
        let sign =
            [("at", '@'), ("@", '@'), ("dot", '.'), (".", '.'), ("punkt", '.')].iter().find_map(|(word, sign)| {
                let inner = tail[1..].trim_start();
                let behind = inner
                    .get(..word.len())
                    .filter(|w| w.eq_ignore_ascii_case(word))
                    .map(|_| inner[word.len()..].trim_start())?;
                behind.starts_with([')', ']', '}']).then(|| (*sign, &behind[1..]))
            });
        match sign {
            Some((sign, behind)) => {
                out.push_str(rest[..at].trim_end());
                out.push(sign);
                any |= sign == '@';
                rest = behind.trim_start();
            }
            None => {
                out.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    any.then_some(Cow::Owned(out))
}

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
        let found = (from + 1..to).find_map(|i| mail_aloud::around(said, i, from))?;
        (found.clarity > Clarity::Vague)
            .then(|| (said.words[found.from].start, said.words[found.to - 1].end, found.value))
    })
}

fn excluded(said: &Said<'_>, i: usize, value: &str, scene: &Scene) -> bool {
    let desk = value.split('@').next().is_some_and(|local| listed(DESKS, &local.to_lowercase()));
    // a "but" or the end of a sentence takes back what stands before it
    let anew = begins_anew(said, i);
    let from = |n: usize| {
        let far = if anew { i } else { i.saturating_sub(n) };
        (far..i)
            .rev()
            .find(|&k| listed("but it's its use", said.low(k)) || k + 1 < i && said.words[k + 1].gap == Gap::Stop)
            .map_or(far, |k| k + 1)
    };
    // what is part of another address says nothing
    let alone = |k: usize| said.words[k].gap != Gap::Tight;
    let near = |n: usize, list: &'static str| (from(n)..i).any(|k| listed(list, said.low(k)) && alone(k));
    let mine = near(6, "my mine our");
    let asked = scene.asked.has(Asked::EMAIL);
    // "I'll write to you from ..."
    let writes = near(7, "i'll i will i'm we'll") && near(5, "write mail email send writing emailing sending");
    (desk || scene.asked.has(Asked::ANOTHERS)) && !asked && !mine
        || near(1, "add invite remove cc bcc") && !asked
        || is_foreign(said, i) && !scene.by_agent && !is_put_in_place(said, i) && !is_speakers(said, value, scene)
        || near(4, "cc bcc invite") && !asked && !mine
        || near(8, "cc bcc") && !near(2, "me") && said.text.matches('@').count() > 1
        || near(3, "not") && !near(4, "why sure")
        || near(3, "like") && !near(4, "would i'd")
        || near(3, "old isn't isnt wasn't example eg e.g format wrong former formerly previous")
        || (from(5)..i).any(|k| said.has(k, &["instead", "of"]))
        || near(4, "used") && near(3, "to be")
        || (i >= 2 && said.has(i - 2, &["such", "as"]))
        || (i >= 2 && said.has(i - 2, &["e", "g"]))
        || near(1, "from") && !asked && !mine && !writes
        || near(2, "emailed contacted mailed wrote") && !mine
        || near(3, "login username") && !asked
        || near(7, "example") && near(7, "enter enters entered type types write")
}

/// An address made of the name that the answer to the question for one begins with: "Lars Lind, I took over from him. lars@..."
fn is_speakers(said: &Said<'_>, value: &str, scene: &Scene) -> bool {
    let from = skip_fillers(said, 0);
    let (first, last) = (said.low(from), said.low(from + 1));
    let together = said.words.get(from + 1).is_some_and(|w| w.gap == Gap::Space);
    let named = scene.asked.has(Asked::ANY_NAME) && is_first_name(first) && together;
    let local = value.split('@').next().unwrap_or_default();
    named && (local.to_lowercase() == first || agrees(local, first, last) == Agrees::Wholly)
}

/// "the one you have is my husband's, please use ...": what follows is another one.
fn is_put_in_place(said: &Said<'_>, i: usize) -> bool {
    let used = (i.saturating_sub(3)..i).rev().find(|&k| said.low(k) == "use");
    used.is_some_and(|k| !(k..i).any(|k| super::proposal::is_person(said.low(k))))
}

/// Every spoken address of a message.
fn aloud(said: &Said<'_>) -> Vec<mail_aloud::Spoken> {
    let mut out = Vec::new();
    let mut behind = 0;
    for i in 1..said.words.len() {
        if is_at(said.low(i))
            && let Some(found) = mail_aloud::around(said, i, behind)
        {
            behind = found.to;
            out.push(found);
        }
    }
    out
}

/// "john dot smith at gmail dot com"
fn spoken(said: &Said<'_>, scene: &Scene, others: &[String]) -> Vec<Seen> {
    let labelled = scene.asked.has(Asked::EMAIL) || said.any(&["email", "e-mail", "mail", "email's", "correo"]);
    let mut out: Vec<Seen> = Vec::new();
    for found in aloud(said) {
        let known = ["@gmail.", "@yahoo.", "@hotmail.", "@outlook.", "@icloud.", "@aol."]
            .iter()
            .any(|d| found.value.contains(d));
        // "omar farouk omar dot farouk at ...", "a dot brown at ...": nothing else is said so
        let free = scene.voice && stands_free(said, &found);
        if !labelled && !known && !free || excluded(said, found.from, &found.value, scene) {
            continue;
        }
        let own = owned(said, found.from, found.to);
        if !own && others.iter().any(|o| same(o, &found.value)) {
            continue;
        }
        let start = said.words[found.from].start;
        let (from, to) = (found.from, found.to);
        out.push(Seen { value: found.value, start, from, to, own, spoken: Some(found.clarity) });
    }
    // what nobody knows by heart is no address beside one that is known
    if out.iter().any(|s| s.spoken > Some(Clarity::Vague)) {
        out.retain(|s| s.spoken > Some(Clarity::Vague));
    }
    if out.len() > MOST { Vec::new() } else { out }
}

/// Is it an address although nobody spoke of one: signs and letters make it, or the name that is said before it?
fn stands_free(said: &Said<'_>, found: &mail_aloud::Spoken) -> bool {
    let at = (found.from..found.to).find(|&k| is_at(said.low(k))).unwrap_or(found.from);
    let signed = (found.from..at).any(|k| mail_aloud::is_dot(said, k) || listed("underscore dash hyphen", said.low(k)));
    let local = found.value.split('@').next().unwrap_or_default();
    let named = (found.from.saturating_sub(4)..found.from).any(|k| {
        let low = said.low(k);
        low.chars().count() > 2 && !is_common(low) && (local.contains(low))
    });
    let letters = (found.from..at).filter(|&k| said.low(k).chars().count() == 1).count() > 2;
    found.clarity == Clarity::Clear && (signed || letters || named) || found.clarity == Clarity::Guessed && named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Option<String> {
        emails(&Said::new(text), &Scene::QUIET, &[]).map(|p| p.value)
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
}
