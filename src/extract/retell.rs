//! Sentences told anew: cut out of messages, turned from "I" to "they", masked and shortened.
//!
//! Owns the wording of a summary. Must not know which sentences matter.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::conversation::Role;

use super::mask::{MASK, mask_secrets};
use super::number::run_at;
use super::stance::denied;
use super::words::{Gap, Said, is_common, is_english, is_first_name, is_function, is_surname, listed};

/// The longest sentence of a summary, in characters.
pub(super) const SENTENCE: usize = 180;

/// Past "Great," and the like, to where an agent's sentence begins.
pub(super) fn skip_interjections(said: &Said<'_>) -> usize {
    const THEM: &str = "great fantastic excellent ok okay alright sure perfect awesome success good yes well and thanks wonderful \
        certainly right so oh ah now yeah no super cool congratulations correct done lovely then";
    let said_to = |k: usize| {
        listed(
            "your you you're you've you'll i i've i'm i'll we we'll we've we're the it it's a an there someone see nothing none nobody not no",
            said.low(k),
        )
    };
    let name = |k: usize| is_first_name(said.low(k));
    let mut i = 0;
    // "My apologies, he ...", "thank you leila the card is ..."
    let thanks = match said.low(0) {
        "thank" if said.low(1) == "you" => 2,
        "thanks" => 1,
        "my" if listed("apologies pleasure", said.low(1)) => 2,
        "of" if said.low(1) == "course" => 2,
        "no" if listed("problem worries", said.low(1)) => 2,
        _ => 0,
    };
    let named = thanks + usize::from(thanks > 0 && name(thanks));
    let enough = if listed("no of", said.low(0)) { named } else { named + 3 };
    if thanks > 0 && said.words.len() > enough && (said.breaks(named) || said_to(named)) {
        return named;
    }
    while i < 3
        && listed(THEM, said.low(i))
        && said.words.get(i + 1).is_some_and(|w| {
            said.breaks(i + 1)
                || said_to(i + 1)
                // "No Refund was made", "no success"
                || said.low(i) != "no"
                    && (w.is_capital() || listed(THEM, &w.low) || name(i + 1) && said_to(i + 2))
        })
    {
        i += 1;
    }
    // "April, your membership is ..."
    let called = name(i) && (said.breaks(i + 1) || i > 0) && said_to(i + 1);
    i + usize::from(called)
}

/// Without "uh" and "um", which are words in other languages.
pub(super) fn unfilled(text: &str) -> Cow<'_, str> {
    const FILLERS: &str = "uh um uhm umm uhh erm ehm hmm";
    let said = Said::new(text);
    let filler = |k: usize| listed(FILLERS, said.low(k));
    if !(0..said.words.len()).any(filler) || !is_english(&said) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (k, w) in said.words.iter().enumerate().filter(|(k, _)| filler(*k)) {
        let alone = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '.' | '…'));
        if w.start < at || !alone(text[..w.start].chars().next_back()) || !alone(text[w.end..].chars().next()) {
            continue;
        }
        out.push_str(&text[at..w.start]);
        // its own marks go with it, but not those that end a sentence
        let last = k + 1 == said.words.len();
        let rest = text[w.end..].trim_start_matches(|c| !last && matches!(c, ',' | '.' | '…'));
        let rest = if out.is_empty() || out.ends_with(' ') { rest.trim_start() } else { rest };
        at = text.len() - rest.len();
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// Verbs with one object: "check me account" is a slip.
const NOT_FOR: &str = "check cancel change close update renew reset confirm view report block review verify activate";
const ARTICLES: &str = "a an the";

/// Verbs that take an s when somebody else does it.
const HOPES: &str = "hope see need understand think believe know want recommend suggest find show apologize apologise";

/// The same of what a customer does.
const THEIRS: &str =
    "need want like know see get require prefer wish receive go experience wait visit return use expect";
/// Behind these a verb takes none: "did you get it".
const HELPING: &str = "do did does can could would should may might will shall let help make have if";
/// What a customer says of themselves beside a wish: "my account number is".
const OWN: &str = "name number email id pin code address phone mobile password ssn dob account";

/// Where a customer begins to say who they are, behind word `from`.
fn own_details(said: &Said<'_>, from: usize) -> Option<usize> {
    let at = (from + 2..said.words.len()).find(|&k| {
        let noun = (k + 1..k + 4).find(|&j| listed(OWN, said.low(j)) && !listed(OWN, said.low(j + 1)));
        let told = |j: usize| {
            // "my account is locked" is the matter itself
            let value = said.words.get(j + 2).is_some_and(|w| {
                w.text.bytes().any(|b| b.is_ascii_digit())
                    || w.is_capital()
                    || is_first_name(&w.low)
                    || is_surname(&w.low)
            });
            let at = said
                .words
                .get(j + 3)
                .is_some_and(|w| said.text[..w.start].ends_with('@') || w.low == "at" || w.low == "dot");
            let masked = said.words.get(j + 1).is_some_and(|w| said.text[w.end..].trim_start().starts_with(MASK));
            said.low(j + 1) == "is" && (value || at || masked || said.low(j) == "name")
                || said.words.get(j + 1).is_some_and(|w| w.gap == Gap::Colon || w.is_digits() && w.text.len() > 3)
        };
        said.low(k) == "my" && noun.is_some_and(told) && !listed(ABOUT, said.low(k - 1))
    })?;
    Some(if listed("and with", said.low(at - 1)) { at - 1 } else { at })
}

/// "..., I'm Petra Novotna, petra@...": who says so.
fn own_name(said: &Said<'_>, from: usize) -> Option<usize> {
    (from + 3..said.words.len()).find(|&k| {
        let len = if listed("i'm im", said.low(k)) { 1 } else { usize::from(said.has(k, &["i", "am"])) * 2 };
        let name = said.words.get(k + len).is_some_and(|w| w.is_capital() && said.cased || is_first_name(&w.low));
        len > 0 && said.breaks(k) && name && said.words[k].gap != Gap::Start
    })
}
/// Behind these it is what the wish is about: "check what my account number is".
const ABOUT: &str = "what if whether that where why how because for since of";

/// What the agent says, told about both, or in the agent's own words where that would bend them.
pub(super) fn told_by_agent(said: &Said<'_>, from: usize) -> String {
    const AFTER_SUBJECT: &str = "have are were will can could should would may might must don't do didn't did won't can't cannot need \
        want like know see get require prefer receive also";
    // what may follow "we" and is the same of "the agent".
    const WE_KEEPS: &str =
        "will can could would should may might must can't cannot won't couldn't have are had were sent made did";
    let clause = |k: usize| {
        k == from
            || said.breaks(k)
            || listed("and or that when if because then so until once where what", said.low(k - 1))
    };
    let bends = (from..said.words.len()).any(|k| {
        let (low, next) = (said.low(k), said.low(k + 1));
        match low {
            "you" => clause(k) && !listed(AFTER_SUBJECT, next),
            "we" => !(listed(WE_KEEPS, next) || next.ends_with("ed") && next.len() > 4),
            "ours" | "let's" | "me" => true,
            "see" => k == from,
            "i" | "i'm"
                if k > from
                    && !listed("although though while", said.low(from))
                    && !clause(k)
                    && !listed("and but as before after unfortunately though", said.low(k - 1)) =>
            {
                true
            }
            "i" => clause(k) && k > from && listed("have am", next),
            _ => false,
        }
    });
    // "I'm sorry I can't do that"
    let sorry = if said.has(from, &["i", "am", "sorry"]) { 3 } else { 2 };
    let regrets = said.low(from + sorry - 1) == "sorry"
        && listed("i we", said.low(from + sorry))
        && listed("i'm i", said.low(from));
    let from = from + if regrets { sorry } else { past_regret(said, from) };
    let afraid =
        if said.has(from, &["i", "am", "afraid"]) { 3 } else { usize::from(said.has(from, &["i'm", "afraid"])) * 2 };
    let afraid = if listed("i'm im", said.low(from)) && said.low(from + 1) == "afraid" { 2 } else { afraid };
    match said.low(from + afraid) {
        "not" if afraid > 0 => return "The agent said no".to_owned(),
        "so" if afraid > 0 => return "The agent said yes".to_owned(),
        _ => {}
    }
    let from = from + afraid + usize::from(afraid > 0 && said.low(from + afraid) == "that");
    let words = said.text[said.words.get(from).map_or(0, |w| w.start)..].trim();
    if bends
        || said.words.len() >= 4 && !is_english(said)
        || !said.text.is_ascii()
            && !said.words.iter().any(|w| listed("you your you'll you've i've i'll we'll the is", &w.low))
    {
        return format!("The agent said: \"{}\"", shorten(without_name(words)));
    }
    without_name(&retold(said, from, Role::Agent)).to_owned()
}

/// How many words say that somebody is sorry, before what cannot be had: "I'm very sorry, but".
fn past_regret(said: &Said<'_>, from: usize) -> usize {
    let mut k = from + if said.has(from, &["i", "am"]) { 2 } else { usize::from(listed("i'm im", said.low(from))) };
    k += usize::from(k > from && listed("very so really terribly", said.low(k)));
    if said.low(k) != "sorry" {
        return 0;
    }
    let len = if said.low(k + 1) == "but" {
        k + 2 - from
    } else if said.has(k + 1, &["to", "inform", "you", "that"]) || said.has(k + 1, &["to", "say", "that"]) {
        k + if said.low(k + 2) == "say" { 4 } else { 5 } - from
    } else {
        return 0;
    };
    if said.words.len() > from + len + 1 { len } else { 0 }
}

/// "You are on the list, Nora."
fn without_name(text: &str) -> &str {
    let Some((head, name)) = text.rsplit_once(", ") else { return text };
    let name = name.trim_end_matches(['.', '!', '?']);
    if is_first_name(&name.to_lowercase()) && head.len() > 8 { head } else { text }
}

/// The words from `from` on, told about the speaker instead of by them.
pub(super) fn retold(said: &Said<'_>, from: usize, by: Role) -> String {
    let Some(head) = said.words.get(from) else { return String::new() };
    let mut out = String::new();
    let mut at = head.start;
    let mut i = from;
    let own = if by == Role::Customer { own_details(said, from).or_else(|| own_name(said, from)) } else { None };
    let until = own.unwrap_or(said.words.len());
    while i < until {
        let w = &said.words[i];
        out.push_str(&said.text[at..w.start]);
        // "on the that match", "the the"
        let slip = listed(ARTICLES, &w.low)
            && said.words.get(i + 1).is_some_and(|next| {
                next.gap == Gap::Space && (listed("the that this your my", &next.low) || next.low == w.low)
            });
        if slip {
            i += 1;
            at = said.words[i].start;
            continue;
        }
        let (told, used): (Cow<'_, str>, usize) = match by {
            Role::Customer => match &*w.low {
                // "my i phone"
                "i" if i > 0 && listed("my the an a new our your", said.low(i - 1)) => (w.text.into(), 1),
                "i" if said.has(i + 1, &["am"]) => ("they are".into(), 2),
                "i" if said.has(i + 1, &["was"]) => ("they were".into(), 2),
                "i" => ("they".into(), 1),
                "i'm" | "im" => ("they are".into(), 1),
                "i've" => ("they have".into(), 1),
                "i'd" => ("they would".into(), 1),
                "i'll" => ("they will".into(), 1),
                "my" => ("their".into(), 1),
                "mine" => ("theirs".into(), 1),
                "me" if i > from && listed(NOT_FOR, said.low(i - 1)) && i + 1 < said.words.len() => ("their".into(), 1),
                // "Portland ME"
                "me" | "us" if said.cased && w.text == w.text.to_uppercase() => (w.text.into(), 1),
                "me" | "us" => ("them".into(), 1),
                "we're" => ("they are".into(), 1),
                "we've" => ("they have".into(), 1),
                "we'll" => ("they will".into(), 1),
                "we'd" => ("they would".into(), 1),
                "our" => ("their".into(), 1),
                "we" => ("they".into(), 1),
                "myself" => ("themselves".into(), 1),
                "your" | "ur" => ("the".into(), 1),
                "you" if said.has(i + 1, &["guys"]) => ("the company".into(), 2),
                "you" if said.has(i + 1, &["have"]) => ("the company has".into(), 2),
                "you" if is_company(said, i) => ("the company".into(), 1),
                "you've" => ("the company has".into(), 1),
                _ => (w.text.into(), 1),
            },
            Role::Agent => match &*w.low {
                "i" if said.has(i + 1, &["have"]) => ("the agent has".into(), 2),
                // "I made it and have now sent it"
                "have" if said.low(from) == "i" && said.low(i - 1) == "and" => ("has".into(), 1),
                // "my i phone"
                "i" if i > 0 && listed("my the an a new our your", said.low(i - 1)) => (w.text.into(), 1),
                "i" if said.has(i + 1, &["am"]) => ("the agent is".into(), 2),
                "i" if listed(HOPES, said.low(i + 1)) => (format!("the agent {}s", said.low(i + 1)).into(), 2),
                "i" | "we" if listed("don't dont", said.low(i + 1)) => ("the agent doesn't".into(), 2),
                "you" if i > 1 && listed("both all", said.low(i - 2)) && said.low(i - 1) == "of" => ("them".into(), 1),
                "i" => ("the agent".into(), 1),
                "i've" => ("the agent has".into(), 1),
                "we" if said.has(i + 1, &["have"]) => ("the company has".into(), 2),
                "we" if said.has(i + 1, &["are"]) => ("the company is".into(), 2),
                "we" if said.has(i + 1, &["were"]) => ("the company was".into(), 2),
                "we're" => ("the company is".into(), 1),
                "us" => ("the company".into(), 1),
                "we'll" => ("the agent will".into(), 1),
                "we've" => ("the agent has".into(), 1),
                "we" => ("the agent".into(), 1),
                "our" => ("the".into(), 1),
                "you" if listed("don't do", said.low(i + 1)) && (i == from || !listed(HELPING, said.low(i - 1))) => {
                    (if said.low(i + 1) == "do" { "the customer does" } else { "the customer doesn't" }.into(), 2)
                }
                "i'm" => ("the agent is".into(), 1),
                "i'll" => ("the agent will".into(), 1),
                "my" => ("the agent's".into(), 1),
                "you" if said.has(i + 1, &["have"]) => ("the customer has".into(), 2),
                "you" if said.has(i + 1, &["are"]) => ("the customer is".into(), 2),
                "you" if said.has(i + 1, &["were"]) => ("the customer was".into(), 2),
                "you" if listed(THEIRS, said.low(i + 1)) && (i == from || !listed(HELPING, said.low(i - 1))) => {
                    let verb = said.low(i + 1);
                    let s = if matches!(verb, "go" | "wish") { "es" } else { "s" };
                    (format!("the customer {verb}{s}").into(), 2)
                }
                "you" => ("the customer".into(), 1),
                "you've" => ("the customer has".into(), 1),
                "you're" => ("the customer is".into(), 1),
                "you'll" => ("the customer will".into(), 1),
                "your" => ("the customer's".into(), 1),
                _ => (w.text.into(), 1),
            },
        };
        out.push_str(&told);
        i += used;
        at = said.words[i - 1].end;
    }
    out.push_str(if own.is_some() { "" } else { &said.text[at..] });
    // "..., please?" and thanks say nothing to a reader
    let mut out = out.trim().trim_end_matches(['.', '!', '?', ',', ';', ' ', '\\']).to_owned();
    let whole_length = out.len();
    for tail in [" please", ", please", " thank you", " thanks", ", thanks", " pls", ", help", ", help me"] {
        if out.len() > tail.len()
            && out.is_char_boundary(out.len() - tail.len())
            && out[out.len() - tail.len()..].eq_ignore_ascii_case(tail)
        {
            out.truncate(out.len() - tail.len());
            out = out.trim_end_matches([',', '.', ' ']).to_owned();
        }
    }
    // a link, an offer: nothing came of them yet
    if by == Role::Agent {
        for tail in [
            " and here is",
            ", here is",
            " if the customer would",
            " if the customer'd",
            " if you'd",
            ", please",
            " please ",
        ] {
            if let Some(at) = out.find(tail).filter(|at| out[..*at].split_whitespace().count() > 3) {
                out.truncate(at);
            }
        }
    }
    // "..., can you help?" is for the agent
    if by == Role::Customer {
        let n = said.words.len();
        if n > from + 3 && said.has(n - 2, &["for", "me"]) && out.ends_with(" for them") {
            out.truncate(out.len() - " for them".len());
        }
        for tail in [
            ", can you",
            " can you",
            ", could you",
            " could you",
            " if you can",
            " please ",
            " kindly ",
            " so i ",
            " so they ",
            " can u",
            " could u",
            " is that ",
            " if you don't mind",
            " number is ",
            ", number is",
        ] {
            if let Some(at) = out.find(tail).filter(|at| out[..*at].split_whitespace().count() >= 2) {
                out.truncate(at);
            }
        }
    }
    if by == Role::Customer {
        // "check my balance 84318931431 pin ****"
        while let Some(head) = out.strip_suffix(MASK).map(|h| h.trim_end().len()) {
            let words: Vec<&str> = out[..head].split(' ').collect();
            let own = |w: &&&str| {
                listed("pin password passcode is my and with code number account", &w.to_lowercase())
                    || w.len() > 4 && w.bytes().all(|b| b.is_ascii_digit())
            };
            let tail = words.iter().rev().take_while(own).count();
            if tail == 0
                || words.len() < tail + 3
                || !words.iter().rev().take(tail).any(|w| listed("pin password passcode code", &w.to_lowercase()))
            {
                break;
            }
            out = words[..words.len() - tail].join(" ");
        }
        if let Some(at) = denied(said).and_then(|_| out.find(", not ")) {
            out.truncate(at);
        }
        let own = listed("my our", said.low(from))
            && listed("cell phone number email mobile fax address mail", said.low(from + 1));
        out = if own { out } else { without_reach(&out) };
    }
    // what was said to its end keeps it
    let (uncut, ended) = (out.len() == whole_length, said.text.trim_end().ends_with(['.', '!', '?']));
    let dangling = match (own.is_some() || !uncut, ended) {
        (true, _) => DANGLING,
        (false, false) => "and also but so because or the a then plus since my their",
        (false, true) => "",
    };
    loop {
        let whole = out.trim_end_matches(['.', '!', '?', ',', ';', ' ', '-', ':']);
        let end = whole.rfind(' ').filter(|at| listed(dangling, &whole[at + 1..].to_lowercase()));
        match end {
            Some(at) => out.truncate(at),
            None => return whole.to_owned(),
        }
    }
}

/// What no sentence ends with.
const DANGLING: &str = "and also but so because or the a an then plus since that's my their to at another";

/// What the customer tells, told about them; in their own words where that would bend them.
pub(super) fn reported(said: &Said<'_>, from: usize) -> String {
    let n = said.words.len();
    // "..., can you help?" is for the agent
    let asks =
        |k: usize| listed("please kindly", said.low(k)) || listed("can could", said.low(k)) && said.low(k + 1) == "you";
    let end = (from + 3..n).find(|&k| asks(k)).unwrap_or(n).max(from.min(n));
    let shouted = !said.cased && said.words.iter().any(|w| w.is_capital() && w.text.len() > 1) && n > 2;
    let bends = shouted
        || (from.min(n)..end).any(|k| match said.low(k) {
            "you" => !(is_company(said, k) || said.low(k + 1) == "guys" || said.low(k + 1) == "have"),
            "u" | "ur" | "you're" => true,
            // "my name gunther hofer"
            "name" => {
                let next = said.low(k + 1);
                k > 0 && said.low(k - 1) == "my" && (is_first_name(next) || !next.is_empty() && !is_common(next))
            }
            "me" | "us" => {
                k == from || listed("is not it's let tell give send call write text email ring", said.low(k - 1))
            }
            _ => false,
        });
    if bends {
        return format!("\"{}\"", shorten(&said.text[said.words[from].start..]));
    }
    let told = retold(said, from, Role::Customer);
    if !is_function(said.low(from)) && !said.low(from).contains('\'') {
        return told;
    }
    let mut letters = told.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Is "you" the business, as in "the lamp you sent", "a kettle from you"?
fn is_company(said: &Said<'_>, k: usize) -> bool {
    const PAST: &str = "sent sold gave told said made did got took had left couldn't didn't wouldn't were owe still never always put lost broke built";
    let (before, next) = (if k > 0 { said.low(k - 1) } else { "" }, said.low(k + 1));
    let did = next.ends_with("ed") && next.len() > 4 || listed(PAST, next);
    let with = listed("from with by at to", before) && !listed("are have can will do", next);
    !listed("if do did can could will would are thank when what see know", before) && (did || with)
}

/// How somebody is reached stands in its own fields: no email address, no number to call, written or said aloud.
fn without_reach(text: &str) -> String {
    let mut out = text.to_owned();
    for _ in 0..4 {
        match without_one(&out) {
            Some(shorter) => out = shorter,
            None => break,
        }
    }
    out
}

fn without_one(text: &str) -> Option<String> {
    const LEADS: &str = "to at is on for from email e-mail mail number phone via under my their the its it's by address name mobile in her his was old new one";
    let said = Said::new(text);
    let n = said.words.len();
    let chunk = |k: usize| {
        let start = text[..said.words[k].start].rfind(char::is_whitespace).map_or(0, |i| i + 1);
        let end = text[said.words[k].end..].find(char::is_whitespace).map_or(text.len(), |i| said.words[k].end + i);
        (start, end)
    };
    for k in 0..n.min(120) {
        let (start, end) = chunk(k);
        let mail = text[start..end].find('@').is_some_and(|at| text[start + at..end].contains('.'));
        let (from, to) = if mail {
            (start, end)
        } else if said.low(k) == "at" && k > 0 && (k + 2..k + 7).any(|j| said.low(j) == "dot") {
            let mut first = k - 1;
            while first > 1 && listed("dot underscore dash hyphen plus", said.low(first - 1)) {
                first -= 2;
            }
            let dot = (k + 2..k + 7).find(|&j| said.low(j) == "dot").unwrap_or(k);
            let mut last = dot + 1;
            while last + 2 < n && said.low(last + 1) == "dot"
                || said.words.get(last + 1).is_some_and(|w| w.low.len() == 1 && w.low != "i")
            {
                last += if said.low(last + 1) == "dot" { 2 } else { 1 };
            }
            (said.words[first].start, said.words[last.min(n - 1)].end)
        } else {
            let called =
                (k.saturating_sub(4)..k).any(|j| listed("order booking invoice ticket claim reference", said.low(j)));
            match run_at(&said, k).filter(|r| r.digits.len() >= 7 && !called && r.end > k) {
                Some(run) => (said.words[k].start, run.to.max(said.words[run.end - 1].end)),
                None => continue,
            }
        };
        let mut head = text[..from].trim_end_matches([' ', ',', '-', '(', '<', '+', ':', '/']);
        // "my email is x", but "the address to x"
        let mut leads = false;
        while let Some((rest, last)) = head.rsplit_once(' ') {
            let last = last.to_lowercase();
            if leads && listed("address number email e-mail mail name phone mobile", &last) {
                break;
            }
            leads |= listed("to at on from via", &last);
            if !(listed(LEADS, &last) || last == "plus") || rest.split_whitespace().count() < 2 {
                break;
            }
            head = rest.trim_end_matches([' ', ',', '-']);
        }
        let tail = text.get(to..).unwrap_or_default().trim_start_matches(['>', ')', ' ']);
        // "to this one and not to that one" stays as it is
        let more = tail.split_whitespace().count();
        let last = head.rsplit(' ').next().unwrap_or_default();
        if listed("not and or", last) || more > 0 && !(tail.starts_with([',', '.', ';']) && more >= 3) {
            continue;
        }
        let joined = if head.is_empty() { String::new() } else { format!("{head}{tail}") };
        return Some(joined).filter(|j| j.len() < text.len());
    }
    None
}

/// With a small first letter, unless the first word is a name or an abbreviation.
pub(super) fn lowered(text: &str) -> String {
    let first = text.split(|c: char| !c.is_alphanumeric() && c != '\'').next().unwrap_or_default();
    let low = first.to_lowercase();
    let plain = (is_common(&low) || low.ends_with("'ll"))
        && first.chars().skip(1).all(|c| c.is_lowercase() || c == '\'')
        && low != "i";
    if plain { format!("{low}{}", &text[first.len()..]) } else { text.to_owned() }
}

/// Masked, on one line, without markup, with a capital and a full stop, and not too long.
pub(super) fn sentence(text: &str) -> String {
    let unmarked: Vec<String> = text.split(MASK).map(|part| part.replace("**", "")).collect();
    let plain: String = unmarked
        .join(MASK)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '`' | '|'))
        .collect();
    // what stands far apart, or has marks within, may be one number once it is plain
    let plain = mask_secrets(&plain.split_whitespace().collect::<Vec<_>>().join(" "));
    let plain = cut(&plain, SENTENCE);
    let mut chars = plain.chars();
    let mut out: String = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    out.push_str(chars.as_str());
    if !out.ends_with(['.', '!', '?', '…', '\u{3002}', '\u{ff01}', '\u{ff1f}', '\u{964}']) && !out.is_empty() {
        let quoted = out.ends_with('"')
            && out[..out.len() - 1].ends_with(['.', '!', '?', '…', '\u{3002}', '\u{ff01}', '\u{ff1f}']);
        if !quoted {
            out.push('.');
        }
    }
    out
}

/// A quotation, short enough to stay whole within its sentence.
pub(super) fn shorten(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('"', "'");
    cut(&one_line, SENTENCE - 40)
}

/// At most `max` characters, cut between graphemes and with an ellipsis.
pub(super) fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut left = max.saturating_sub(1);
    for g in text.graphemes(true) {
        let n = g.chars().count();
        if n > left {
            break;
        }
        left -= n;
        out.push_str(g);
    }
    // a word cut in the middle is dropped, unless it is most of the text
    if let Some(space) = out.rfind(' ').filter(|s| *s * 2 > out.len()) {
        out.truncate(space);
    }
    if max > 0 {
        out.push('…');
    }
    out
}
