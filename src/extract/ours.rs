//! What the agent says of themselves: who speaks and for which business.
//!
//! Owns how an agent introduces themselves. Must not know the customer, whose name and company these are not.

use super::words::{Gap, Said, is_first_name, is_function, listed};

/// How many names are remembered.
const KEPT: usize = 8;
/// What an agent's own name follows.
const SPEAKS: &[&[&str]] = &[
    &["my", "name", "is"],
    &["my", "name's"],
    &["this", "is"],
    &["i'm"],
    &["i", "am"],
    &["you're", "speaking", "with"],
    &["you", "are", "speaking", "with"],
    &["you're", "talking", "to"],
    &["here", "is"],
];
/// What the business's name follows.
const BUSINESS: &[&[&str]] = &[
    &["welcome", "to"],
    &["thanks", "for", "calling"],
    &["thank", "you", "for", "calling"],
    &["thanks", "for", "contacting"],
    &["thank", "you", "for", "contacting"],
    &["you've", "reached"],
    &["you", "have", "reached"],
    &["here", "at"],
];

/// The names that are the agent's and the business's.
#[derive(Debug, Clone, Default)]
pub(super) struct Ours {
    names: Vec<String>,
}

impl Ours {
    /// Takes what an agent's message says of who speaks.
    pub(super) fn hear(&mut self, said: &Said<'_>) {
        // who speaks is told at the beginning
        let n = said.words.len().min(40);
        for i in 0..n {
            if let Some(cue) = SPEAKS.iter().find(|cue| said.has(i, cue)) {
                let at = i + cue.len();
                let named = said.words.get(at).is_some_and(|w| {
                    !said.breaks(at)
                        && w.is_alphabetic()
                        && !is_function(&w.low)
                        && (w.is_capital() || is_first_name(&w.low))
                });
                if named {
                    self.keep(said, at);
                    let link = (at + 1..n.min(at + 5)).find(|&k| listed("at from of with", said.low(k)));
                    if let Some(link) = link.filter(|&k| !(at + 1..=k).any(|k| said.breaks(k))) {
                        self.keep_business(said, link + 1);
                    }
                }
            } else if let Some(cue) = BUSINESS.iter().find(|cue| said.has(i, cue)) {
                self.keep_business(said, i + cue.len());
            } else if i == 0 && listed("support service team sales", said.low(1)) && said.breaks(2) {
                self.keep(said, 0);
            }
        }
    }

    fn keep_business(&mut self, said: &Said<'_>, from: usize) {
        let at = from + usize::from(said.low(from) == "the");
        if said.words.get(at).is_some_and(|w| w.gap == Gap::Space && w.is_capital()) {
            self.keep(said, at);
        }
    }

    fn keep(&mut self, said: &Said<'_>, at: usize) {
        let low = said.low(at).trim_end_matches("'s").to_owned();
        if self.names.len() < KEPT && low.len() < 40 && !self.names.contains(&low) {
            self.names.push(low);
        }
    }

    /// Is it one of them, by its first word?
    pub(super) fn has(&self, low: &str) -> bool {
        self.names.iter().any(|n| n == low.trim_end_matches("'s"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks_for_whom() {
        let mut ours = Ours::default();
        for text in [
            "Hello, this is Kevin at Acme, how can I help?",
            "Welcome to the Harbour Inn!",
            "I'm sorry to hear that",
            "Thank you for calling Riverside Motors, my name is Tom.",
        ] {
            ours.hear(&Said::new(text));
        }
        for low in ["kevin", "acme", "harbour", "riverside", "tom"] {
            assert!(ours.has(low), "{low}");
        }
        assert!(!ours.has("sorry") && !ours.has("help"));
    }
}
