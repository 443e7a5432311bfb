//! The agent's sentences, told of both.
//!
//! Owns which of them can be told so; the others are quoted. Must not know which matter.

use super::super::words::{Said, is_english, is_first_name, listed};
use super::verb::{is_past, is_subject, third};
use super::{retold, shorten};
use crate::domain::conversation::Role;

/// What the agent says, told about both, or in the agent's own words where that would bend them.
pub(in super::super) fn told_by_agent(said: &Said<'_>, from: usize) -> String {
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
            "you" => clause(k) && !(listed(AFTER_SUBJECT, next) || is_past(next) || third(said, k + 1).is_some()),
            "we" => {
                let keeps = listed(WE_KEEPS, next) || is_past(next);
                !(keeps || listed("don't dont", next) || is_subject(said, from, k) && third(said, k + 1).is_some())
            }
            "ours" | "let's" | "me" => true,
            "see" | "come" | "bring" | "drop" | "head" => k == from,
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
