//! Something the customer came with, and what came of it.
//!
//! Owns what is kept of one matter. Must not know how it is told.

use super::alike::shares;
use super::answers::Answer;
use super::order;
use super::outcome::Outcome;
use super::wish::Wish;
use super::words::{Said, is_function, listed};

/// How many details of one matter are told: things of an order, answers.
pub(super) const DETAILS: usize = 8;

/// How somebody is reached, and things are sent.
pub(super) const REACHED: &str = "send use text call email write mail reach contact ship deliver ring";

/// Something the customer came with, and what came of it.
#[derive(Debug, Clone)]
pub(super) struct Matter {
    /// `None` for what was said before any wish.
    pub wish: Option<Wish>,
    pub outcome: Option<(Outcome, String)>,
    /// More things of the same order.
    pub things: Vec<String>,
    /// What was answered about it.
    pub answers: Vec<Answer>,
    /// It could not be had at first.
    pub failed: bool,
    /// It could not be had, and something else was taken instead.
    pub given_up: bool,
}

impl Matter {
    pub fn new(wish: Option<Wish>) -> Self {
        Self { wish, outcome: None, things: Vec::new(), answers: Vec::new(), failed: false, given_up: false }
    }

    pub fn is_order(&self) -> bool {
        self.wish.as_ref().is_some_and(order::is_order)
    }

    /// Does this speak of what was wanted?
    pub fn is_about(&self, said: &Said<'_>) -> bool {
        self.wish.as_ref().is_some_and(|w| shares(w.text(), said))
    }

    /// Is what is answered now about it? Not once something came of it, unless that goes on.
    pub fn goes_on(&self) -> bool {
        let came = matches!(self.outcome, Some((Outcome::Told | Outcome::Done, _)));
        self.wish.is_some() && (!came || !self.answers.is_empty())
    }

    /// A day or time takes the place of the one before.
    pub fn note(&mut self, answer: Answer) {
        let room = self.answers.len() < DETAILS;
        match self.answers.iter_mut().find(|a| a.gives_way(&answer)) {
            Some(old) => old.words = answer.words,
            None if room => self.answers.push(answer),
            None => {}
        }
    }

    /// Is nothing wanted but to be called, so that what it is about comes yet?
    pub fn is_contact(&self) -> bool {
        matches!(&self.wish, Some(Wish::Ask(t)) if listed("text call email write ring contact", t.split(' ').next().unwrap_or_default()))
    }

    /// Is it a pastime, and no business?
    pub fn is_game(&self) -> bool {
        self.wish.as_ref().is_some_and(|w| {
            let text = w.text().to_lowercase();
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            words.any(|w| w == "trivia")
                || [
                    "right answer",
                    "play a game",
                    "play the game",
                    "game show",
                    "at question ",
                    "with question ",
                    "from question ",
                ]
                .iter()
                .any(|p| text.contains(p))
        })
    }

    /// What was asked, where an answer is all that is wanted.
    pub fn is_asked(&self) -> bool {
        match &self.wish {
            Some(Wish::Question(_)) => true,
            Some(Wish::Do(text)) => text.starts_with("know "),
            _ => false,
        }
    }

    /// "check my account": what is found there is what was wanted.
    pub fn is_checked(&self) -> bool {
        match &self.wish {
            Some(Wish::Do(text) | Wish::Ask(text)) => ["check ", "know ", "see "].iter().any(|v| text.starts_with(v)),
            _ => false,
        }
    }

    /// Does it name somebody or something that the words of what came of it do not, which name another?
    pub fn is_elsewhere(&self, came: &Said<'_>) -> bool {
        const KINDS: &str = "hotel booking reservation apartment restaurant venue party taxi ride flight room";
        let names = |said: &Said<'_>| -> Vec<String> {
            let all = said.words.iter().enumerate();
            let named = all.filter(|(k, w)| {
                let shouted = w.text.len() > 1 && !w.text.contains(char::is_lowercase);
                *k > 0
                    && !said.breaks(*k)
                    && w.is_capital()
                    && !shouted
                    && !is_function(&w.low)
                    && !listed(KINDS, &w.low)
            });
            named.map(|(_, w)| w.low.to_string()).collect()
        };
        let wish = self.wish.as_ref().map_or("", Wish::text);
        let (wanted, got) = (names(&Said::new(wish)), names(came));
        !wanted.is_empty() && !got.is_empty() && !wanted.iter().any(|w| got.contains(w))
    }
}
