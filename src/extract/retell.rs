//! Sentences told anew: cut out of messages, turned from "I" to "they", masked and shortened.
//!
//! Owns the wording of a summary. Must not know which sentences matter.

mod agent;
mod filler;
mod hushed;
mod line;
mod own;
mod proposed;
mod reach;
mod verb;

use std::borrow::Cow;

use crate::domain::conversation::Role;

use super::mask::MASK;
use super::stance::denied;
use super::words::{Gap, Said, is_common, is_first_name, is_function, listed};
pub(super) use agent::told_by_agent;
pub(super) use filler::{skip_interjections, unfilled};
pub(super) use hushed::hushed;
pub(super) use line::{cut, lowered, sentence, shorten};
use own::{is_company, own_details, own_name};
pub(super) use proposed::{agreed, refused};
use reach::without_reach;
use verb::{is_subject, third};

/// The longest sentence of a summary, in characters.
pub(super) const SENTENCE: usize = 180;

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
                // "take my friends and I"
                "i" if i > from + 1 && said.low(i - 1) == "and" && said.breaks(i + 1) => ("them".into(), 1),
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
                "you" if is_company(said, i) && third(said, i + 1).is_some() => {
                    (format!("the company {}", third(said, i + 1).unwrap_or_default()).into(), 2)
                }
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
                // "we ship", "you arrive"
                "i" | "we" | "you"
                    if third(said, i + 1).is_some()
                        && is_subject(said, from, i)
                        && !(i > from && listed(HELPING, said.low(i - 1)) && said.low(i - 1) != "if") =>
                {
                    let who = match &*w.low {
                        "you" => "the customer",
                        "we" if listed(
                            "ship deliver sell accept charge require offer provide open close",
                            said.low(i + 1),
                        ) =>
                        {
                            "the company"
                        }
                        _ => "the agent",
                    };
                    (format!("{who} {}", third(said, i + 1).unwrap_or_default()).into(), 2)
                }
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
                // "the customer paid for their order"
                "your" if out.get(..12).is_some_and(|o| o.eq_ignore_ascii_case("the customer")) => ("their".into(), 1),
                "your" | "yours" => ("the customer's".into(), 1),
                "you'd" => ("the customer would".into(), 1),
                "yourself" => ("themselves".into(), 1),
                _ => (w.text.into(), 1),
            },
        };
        out.push_str(&told);
        i += used;
        at = said.words[i - 1].end;
    }
    out.push_str(if own.is_some() { "" } else { &said.text[at..] });
    // "..., please?" and thanks say nothing to a reader
    let shown = |c: char| !matches!(c, '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}');
    let mut out = out
        .trim()
        .trim_end_matches(|c| !shown(c) || c == ' ')
        .trim_end_matches(['.', '!', '?', ',', ';', ' ', '\\'])
        .to_owned();
    let whole_length = out.len();
    for tail in [" please", ", please", ", sorry", " thank you", " thanks", ", thanks", " pls", ", help", ", help me"] {
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
            // "our vat number is missing"
            let told = |at: usize| {
                !tail.ends_with("number is ")
                    || out[at + tail.len()..]
                        .trim_start()
                        .starts_with(|c: char| c.is_ascii_digit() || c == '*' || c == '+')
                    || super::number::run_at(&Said::new(&out[at + tail.len()..]), 0).is_some()
                    || out[at + tail.len()..]
                        .split_whitespace()
                        .next()
                        .is_some_and(|w| w.bytes().any(|b| b.is_ascii_digit()))
            };
            if let Some(at) = out.find(tail).filter(|at| out[..*at].split_whitespace().count() >= 2 && told(*at)) {
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
