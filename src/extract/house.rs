//! A company and a name that the customer's address tells: "Dom from Northforge" and, later or earlier, d.asher@northforge.example.
//!
//! Owns which words of earlier messages are kept for that. Must not know how people name themselves and their employer in a
//! sentence (`name`, `company`).

use super::Listener;
use super::company;
use super::excerpt::excerpt;
use super::folded::{self, Agrees};
use super::ours::Ours;
use super::proposal::{Key, Proposal, Scene, is_foreign, sure};
use super::words::{Said, is_first_name, is_function, listed};

/// How many runs of words are kept.
const KEPT: usize = 12;
/// How many words of a message are looked at.
const READ: usize = 80;
/// The most words of one run.
const LONGEST: usize = 4;

/// Words in capitals that stood side by side, with where they were said.
#[derive(Debug, Clone)]
struct Run {
    words: String,
    text: String,
    at_ms: i64,
    nth: usize,
}

/// What the customer wrote in capitals.
#[derive(Debug, Clone, Default)]
pub(super) struct Capitals {
    runs: Vec<Run>,
}

impl Capitals {
    /// Keeps the runs of a message that may be a company's name.
    fn keep(&mut self, said: &Said<'_>, shown: &str, at_ms: i64, nth: usize) {
        let mut k = 0;
        let n = said.words.len().min(READ);
        while k < n && said.cased {
            let mut to = k;
            while to < n && to - k < LONGEST && said.words[to].is_capital() && (to == k || !said.breaks(to)) {
                to += 1;
            }
            let linked = k > 0 && listed("from at with of for", said.low(k - 1));
            if to > k
                && (to - k > 1 || linked)
                && !is_function(said.low(k))
                && !is_foreign(said, k)
                && self.runs.len() < KEPT
            {
                let words = &said.text[said.words[k].start..said.words[to - 1].end];
                let text = excerpt(shown, words, said.words[k].start);
                self.runs.push(Run { words: words.to_owned(), text, at_ms, nth });
            }
            k = to.max(k + 1);
        }
    }

    /// The run of which the address's domain is made.
    fn of(&self, address: &str, ours: &Ours) -> Option<&Run> {
        let house = folded::house(address)?;
        self.runs.iter().find(|run| {
            let low = run.words.to_lowercase();
            let words: Vec<&str> = low.split_whitespace().collect();
            let other = words.first().is_some_and(|w| ours.has(w)) || words.len() == 1 && is_first_name(&low);
            !other && folded::is_of_house(&house, &words)
        })
    }

    /// The run that is the name of which the address is made, its first word and the others.
    fn named(&self, address: &str) -> Option<(&Run, String, String)> {
        let (local, _) = address.split_once('@')?;
        self.runs.iter().find_map(|run| {
            let (first, last) = run.words.split_once(' ')?;
            let whole = folded::agrees(local, first, last) == Agrees::Wholly && !last.contains(' ');
            (whole && is_first_name(&first.to_lowercase())).then(|| (run, first.to_owned(), last.to_owned()))
        })
    }
}

impl Listener {
    /// Takes a name that was said before the address that is made of it.
    fn name_of_address(&mut self, address: &str) {
        if self.get("first_name").is_some() || self.get("last_name").is_some() {
            return;
        }
        let Some((run, first, last)) = self.capitals.named(address) else { return };
        let run = run.clone();
        for (key, value) in [(Key::FirstName, first), (Key::LastName, last)] {
            let text = run.text.clone();
            let words = super::Words { role: super::Role::Customer, at_ms: run.at_ms, nth: run.nth, text };
            self.keep(Proposal::new(key, value, sure::LIKELY, 0), words, false);
        }
    }

    /// Takes the company that the customer's address tells, in writing.
    pub(super) fn hear_house(&mut self, said: &Said<'_>, scene: &Scene, seen: &mut Vec<Proposal>, at_ms: i64) {
        if scene.voice || scene.payee {
            return;
        }
        let address = seen.iter().find(|p| p.key == Key::Email).map(|p| p.value.clone());
        if let Some(address) = &address
            && !seen.iter().any(|p| matches!(p.key, Key::FirstName | Key::LastName))
        {
            self.name_of_address(address);
        }
        if self.get("company").is_some() || seen.iter().any(|p| p.key == Key::Company) {
            return;
        }
        if let Some(address) = address {
            let Some(run) = self.capitals.of(&address, &self.ours).cloned() else { return };
            let words = super::Words { role: super::Role::Customer, at_ms: run.at_ms, nth: run.nth, text: run.text };
            self.keep(Proposal::new(Key::Company, run.words, sure::LIKELY, 0), words, false);
        } else if let Some(address) = self.get("email").map(|f| f.value.clone()) {
            seen.extend(company::of_domain(said, scene, &address).filter(|p| !self.ours.has(&p.value.to_lowercase())));
        } else {
            let shown = std::mem::take(&mut self.said_last);
            self.capitals.keep(said, &shown, at_ms, self.nth);
            self.said_last = shown;
        }
    }
}
