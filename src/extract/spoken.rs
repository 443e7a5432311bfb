//! The answer to a question for a name, on the phone and in writing.
//!
//! Owns which of its words are the first and which the last name, and how letters spell them. Must not know how the words
//! are told from others (`reader`), nor what was heard before (`heard`).

use super::asked::Asked;
use super::heard::alike;
use super::name::Part;
use super::parts::{PARTICLES, Piece, cased, framed, join, repeated, shown, split};
use super::proposal::{Scene, sure};
use super::reader::{Reader, Run};
use super::spelled::Letters;
use super::words::{Said, is_city, is_common, is_everyday, is_first_name, is_surname, listed};

/// What an answer tells.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub first: Option<String>,
    pub last: Option<String>,
    /// Runs of letters that belong to none of the words.
    pub spelled: Vec<Letters>,
    /// Runs of letters that said how one of the words is written.
    pub respelled: Vec<Letters>,
    pub sure: f32,
    /// A word of it was said and then spelled.
    pub whole: bool,
    /// Introduced by a cue, or made of frequent names: a name whatever was asked before.
    pub plain: bool,
    /// Where it begins, in bytes.
    pub at: usize,
}

impl Run {
    /// Is it the first name, and what was said before the last one?
    fn reverses(&self, base: &[Piece]) -> bool {
        let given = |w: &Piece| is_first_name(&w.low) && !listed(PARTICLES, &w.low);
        if base.is_empty() || self.comma {
            return self.comma && !base.is_empty();
        }
        // "I call you personally, Tom Berg": no family name
        if base.iter().all(|w| is_everyday(&w.low) && !is_surname(&w.low)) {
            return false;
        }
        let most = if base.first().is_some_and(|w| listed(PARTICLES, &w.low)) { 4 } else { 2 };
        let shaped = self.behind_comma && base.len() <= most && self.words.len() < 3 && !base.iter().any(given);
        shaped && (self.words.first().is_some_and(given) || base.len() == 1 && self.words.len() == 1)
    }
}

/// Reads the answer; `known` is the customer's first name as far as it is known.
pub(super) fn read(said: &Said<'_>, scene: &Scene, known: Option<&str>) -> Option<Told> {
    let asked = scene.asked;
    let mut reader = Reader::new(said, scene.voice);
    reader.read();
    let Reader { runs, letters, cued, unfit, swapped, .. } = reader;
    let mut told = Told { sure: sure::ANSWERED, ..Told::default() };
    let titled = runs.iter().any(|r| r.titled && !r.words.is_empty());
    let everyday = |w: &Piece| is_everyday(&w.low) && !is_surname(&w.low) && !listed(PARTICLES, &w.low);
    let (mut first, mut last, mut base): (Vec<Piece>, Vec<Piece>, Vec<Piece>) = Default::default();
    for run in runs.into_iter().filter(|r| !r.words.is_empty()) {
        match run.part {
            Some(Part::First) => first = run.words,
            Some(Part::Last) => last = run.words,
            // "Munich, Nina Roth"
            _ if !scene.voice
                && run.behind_comma
                && is_town(&base)
                && run.words.iter().any(|w| is_first_name(&w.low)) =>
            {
                base = run.words;
            }
            _ if first.is_empty() && last.is_empty() && run.reverses(&base) => {
                // "Klein, Werner": of two words that nobody knows it is a guess
                let known = run.comma || run.words.first().is_some_and(|w| is_first_name(&w.low));
                told.sure = if known { told.sure } else { sure::DOUBTFUL };
                (last, first) = (std::mem::take(&mut base), run.words);
            }
            _ if run.behind_comma && run.words.iter().all(|w| is_city(&w.low)) => {}
            // "sounds good. Kwame Mensah"
            _ if base.iter().all(everyday) && !base.is_empty() && (run.behind_stop || run.behind_comma) => {
                base = run.words
            }
            // in writing a mark parts what belongs not together
            _ if !scene.voice
                && (run.behind_comma || run.behind_stop)
                && !run.instead
                && !base.is_empty()
                && !run.words.iter().any(|w| w.low == base[0].low) => {}
            _ => join(&mut base, run.words, run.instead),
        }
    }
    let all = || base.iter().chain(&first).chain(&last);
    let odd = all().filter(|w| everyday(w)).count();
    let names = all().filter(|w| is_first_name(&w.low) || is_surname(&w.low) && !is_common(&w.low)).count();
    // a sentence of everyday words is no answer
    if odd > 0 && (odd + unfit > 2 || odd > 1) || unfit > 0 && !cued && names == 0 {
        return None;
    }
    let bare = !scene.voice && odd == 0 && unfit == 0 && base.len() < 4 && said.words.len() < 7;
    told.plain = bare && base.iter().all(|w| w.shown.chars().next().is_some_and(char::is_uppercase))
        || cued
        || names > 0 && odd == 0;
    told.at = all().map(|w| w.at).min().unwrap_or(0);
    if base.iter().filter(|w| !listed(PARTICLES, &w.low)).count() > 4
        || first.len() > 3
        || last.len() > 4
        || unfit > 2 && !cued
    {
        told.sure = sure::DOUBTFUL;
    }
    repeated(&mut base);
    repeated(&mut first);
    repeated(&mut last);
    if !base.is_empty() {
        match (first.is_empty(), last.is_empty()) {
            (true, true) => {
                if swapped && base.len() > 1 {
                    first = base.split_off(1);
                    last = base;
                } else if let Some(length) = framed(&base) {
                    last = base.split_off(base.len() - length);
                    first = base.split_off(length);
                } else {
                    let weight = split(base, asked, titled, known, &mut first, &mut last);
                    told.sure = told.sure.min(weight);
                }
            }
            (true, false) => {
                first = base.into_iter().filter(|w| !last.iter().any(|l| l.low == w.low)).take(2).collect();
            }
            (false, true) => {
                last = base.into_iter().filter(|w| !first.iter().any(|l| l.low == w.low)).take(3).collect()
            }
            (false, false) => {}
        }
    }
    told.first = shown(&first, false, scene.voice);
    told.last = shown(&last, true, scene.voice);
    // "b as in bravo e r g as in golf": nothing but letters
    told.plain |=
        told.first.is_none() && told.last.is_none() && unfit == 0 && letters.iter().any(|l| l.pure && l.singles > 2);
    for run in letters {
        told.write(run, scene);
    }
    (told.first.is_some() || told.last.is_some() || !told.spelled.is_empty()).then_some(told)
}

/// Nothing but a town, which is no name too.
fn is_town(words: &[Piece]) -> bool {
    let name = |w: &Piece| is_first_name(&w.low) || is_surname(&w.low);
    !words.is_empty() && words.iter().all(|w| is_city(&w.low)) && !words.iter().any(name)
}

impl Told {
    /// A run of letters says how the word is written that it is closest to.
    fn write(&mut self, letters: Letters, scene: &Scene) {
        let asked = scene.asked;
        let plain =
            |name: &str| -> String { name.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase() };
        let close = |name: &Option<String>| name.as_deref().map_or(0.0, |n| near(&plain(n), &letters.text));
        let (first, last) = (close(&self.first), close(&self.last));
        let both = match (&self.first, &self.last) {
            (Some(f), Some(l)) => near(&plain(&format!("{f}{l}")), &letters.text),
            _ => 0.0,
        };
        if both > first.max(last) {
            self.spelled.push(letters);
            return;
        }
        let part = if last >= first { &mut self.last } else { &mut self.first };
        if first.max(last) >= 0.45 {
            self.whole |= part.as_deref().is_some_and(|p| p.chars().count() > 3 && !p.chars().all(char::is_uppercase));
            if letters.pure && part.as_deref().is_none_or(|p| plain(p) != letters.text) {
                *part = Some(cased(&letters.text));
            }
            self.respelled.push(letters);
        } else if self.last.is_none() && self.first.as_deref().is_some_and(|f| is_first_name(&plain(f))) && letters.pure
        {
            self.last = Some(cased(&letters.text));
            self.respelled.push(letters);
        } else if self.first.is_none() && self.last.is_none() && letters.pure && !asked.has(Asked::NAME) {
            // nothing but letters, in answer to one part
            match (asked.has(Asked::FIRST), asked.has(Asked::LAST)) {
                (true, false) => self.first = Some(cased(&letters.text)),
                (false, true) => self.last = Some(cased(&letters.text)),
                _ => {}
            }
            self.spelled.push(letters);
        } else {
            self.spelled.push(letters);
        }
    }
}

fn near(heard: &str, letters: &str) -> f64 {
    let same = heard.chars().next() == letters.chars().next();
    alike(heard, letters) + if same { 0.1 } else { 0.0 }
}
