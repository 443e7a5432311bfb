//! What the agent puts to the customer for a yes: "I found a taxi for 12 euros. Should I book it?"
//!
//! Owns what of it is told once it is done. Must not know what else came of the matter: "it is booked" says not what.

use super::super::outcome::is_courtesy;
use super::super::retell::{SENTENCE, lowered, skip_interjections, told_by_agent};
use super::super::stance::{agrees, declines};
use super::super::words::{Said, is_function, listed};

/// Signs that a yes is waited for, each at the beginning of the question.
const YES: &[&str] = &[
    "should i ",
    "shall i ",
    "shall we ",
    "can i book",
    "can i reserve",
    "can i confirm",
    "can i schedule",
    "may i book",
    "would you like me to ",
    "do you want me to ",
    "would that ",
    "will that ",
    "does that ",
    "is that acceptable",
    "is that ok",
    "should we ",
];
/// How many letters two words share that speak of the same: "booked" and "booking".
const STEM: usize = 4;

/// Something that waits for a yes, or had it.
#[derive(Debug, Clone)]
pub(in super::super) struct Put {
    /// What it is, told.
    text: String,
    /// It and the question, for what speaks of them.
    whole: String,
    taken: bool,
    /// It was taken in the message before.
    just_now: bool,
}

impl Put {
    /// What a message puts to the customer, where it names something: a name, a figure.
    pub fn of(text: &str, sentences: &[&str]) -> Option<Self> {
        let low = |text: &str| text.to_lowercase();
        let (at, one) = sentences.iter().enumerate().rev().find(|(_, s)| s.ends_with('?'))?;
        let small = low(one);
        if small.len() != one.len() {
            return None;
        }
        let inner = YES.iter().filter_map(|y| small.find(&format!(", {y}"))).min();
        let told = match inner {
            Some(end) => &one[..end],
            None if YES.iter().any(|y| small.starts_with(y)) => sentences[..at].last()?,
            None => return None,
        };
        let said = Said::new(told);
        let from = skip_interjections(&said);
        let from = from + usize::from(listed("but and so", said.low(from)));
        // "I can help in German, is that okay?" puts nothing
        if is_courtesy(&said) {
            return None;
        }
        if told.ends_with('?') || told.contains(['@', '/']) || said.words.len() < from + 4 || !is_named(&said, from) {
            return None;
        }
        let told = told_by_agent(&said, from);
        if told.contains('"') {
            return None;
        }
        let found = ["The agent found a", "The agent has found a", "the agent found a", "the agent has found a"];
        let short = found.iter().find_map(|f| told.strip_prefix(f)).map(|rest| format!("A{rest}"));
        let text_told = short.unwrap_or(told).replacen(" for the customer from ", " from ", 1);
        // a line's end within it is no end of it
        let text_told = text_told.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Self { text: text_told, whole: low(text), taken: false, just_now: false })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the customer says to it; `false` where it is refused.
    pub fn hear(&mut self, said: &Said<'_>) -> bool {
        let goes = |k: usize| {
            listed("book reserve take do confirm schedule", said.low(k))
                && listed("it that this one the", said.low(k + 1))
                || said.has(k, &["go", "ahead"])
                || said.has(k, &["please", "do"])
                || said.has(k, &["that", "works"])
                || said.has(k, &["sounds", "good"])
        };
        self.just_now = agrees(said) || (0..said.words.len()).any(goes) && !said.any(&["don't", "not"]);
        self.taken |= self.just_now;
        self.taken || !declines(said)
    }

    /// What was done, with what it was done to; `None` where that says nothing more, nor than what is `known`.
    pub fn done(&self, done: &str, known: &str) -> Option<String> {
        let known = Said::new(known);
        let (said, own) = (Said::new(done), Said::new(&self.text));
        let speaks = said.words.iter().any(|w| {
            w.low.chars().count() >= STEM
                && !is_function(&w.low)
                && !listed("customer customer's successfully confirmed agent your have been with", &w.low)
                && w.low.char_indices().nth(STEM).map_or(Some(&*w.low), |(at, _)| w.low.get(..at)).is_some_and(|stem| {
                    self.whole.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(stem))
                })
        });
        let new = own
            .words
            .iter()
            .enumerate()
            .any(|(k, w)| is_telling(&own, k) && !said.words.iter().chain(&known.words).any(|d| d.low == w.low));
        let text = format!("{}; {}", self.text, lowered(done));
        (self.taken
            && new
            && (self.just_now || speaks)
            && !done.contains(['"', ';'])
            && text.chars().count() < SENTENCE)
            .then_some(text)
    }
}

/// A name or a figure at word `k`.
fn is_telling(said: &Said<'_>, k: usize) -> bool {
    let w = &said.words[k];
    w.low.bytes().any(|b| b.is_ascii_digit()) || k > 0 && w.is_capital() && !is_function(&w.low)
}

fn is_named(said: &Said<'_>, from: usize) -> bool {
    (from..said.words.len()).any(|k| is_telling(said, k))
}
