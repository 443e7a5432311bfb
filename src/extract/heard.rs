//! A name heard by a speech recogniser, perhaps several times and spelled.
//!
//! Owns the vote between what was heard and what was spelled. Must not know how names are introduced in writing (`name`).
//!
//! A recogniser writes the name it knows best: Martin for Martyn, "call" for Paul. What was heard tells how the name
//! sounds, what was spelled tells how it is written; of the names heard and the frequent names that the spelling
//! contains, the pair wins that fits both best.

use super::parts;
use super::proposal::sure;
use super::spelled::Letters;
use super::words::{all_first_names, all_surnames, is_everyday, is_first_name, is_surname, listed};

/// How many answers and how many spellings are remembered.
const KEPT: usize = 5;
/// How many candidates for one part of the name are compared.
const CANDIDATES: usize = 16;
/// What the spelling weighs against one hearing of both parts.
const SPELLED: f64 = 3.5;

/// What was heard so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    /// First and last name as heard, each as its letters and as it is shown.
    answers: Vec<Answer>,
    spelled: Vec<Letters>,
    /// How sure the latest answer was.
    sure: f32,
}

/// First and last name of one answer, as far as they were heard.
type Answer = (Option<Part>, Option<Part>);

#[derive(Debug, Clone, PartialEq)]
struct Part {
    /// Small letters only.
    letters: String,
    shown: String,
    /// An everyday word, heard in place of a name.
    doubtful: bool,
}

impl Part {
    fn new(name: &str) -> Option<Self> {
        let letters = letters_of(name);
        if letters.is_empty() {
            return None;
        }
        let everyday = |w: &str| is_everyday(w) && !is_surname(w) && !listed(parts::PARTICLES, w);
        let doubtful = !is_surname(&letters) && name.to_lowercase().split(' ').all(everyday);
        let written = name.chars().any(char::is_uppercase);
        let shown = if written { name.to_owned() } else { parts::cased(name) };
        Some(Self { letters, shown, doubtful })
    }

    /// Of the same letters: with an apostrophe, a particle apart, or as one word.
    fn is_better_written(&self, than: &Self) -> bool {
        let rank = |p: &Self| {
            let apart = p.shown.split_once(' ').is_some_and(|(w, _)| listed(parts::PARTICLES, &w.to_lowercase()));
            if apart || p.shown.contains('\'') { 2 } else { i32::from(!p.shown.contains(' ')) }
        };
        rank(self) > rank(than)
    }

    fn spelled(letters: &str) -> Self {
        Self { letters: letters.to_owned(), shown: parts::cased(letters), doubtful: false }
    }

    fn listed(name: &str) -> Self {
        Self { letters: name.chars().filter(|c| c.is_alphabetic()).collect(), shown: title(name), doubtful: false }
    }
}

/// Every part of a name with a capital; what has capitals inside already stays.
pub(super) fn title(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut start = true;
    for c in word.chars() {
        if start {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        start = matches!(c, '-' | '\'' | ' ');
    }
    out
}

/// What stands after hearing: names with how sure.
pub(super) struct Verdict {
    pub first: Option<String>,
    pub last: Option<String>,
    pub sure: f32,
}

impl Heard {
    /// Takes a spoken name. `sure`: from 0 to 1, by the form of the answer.
    pub(super) fn answer(&mut self, first: Option<&str>, last: Option<&str>, sure: f32) {
        let (first, last) = (first.and_then(Part::new), last.and_then(Part::new));
        let pair = match (first, last) {
            (None, None) => return,
            (Some(p), None) if self.sounds_like_last(&p) => (None, Some(p)),
            pair => pair,
        };
        if self.answers.len() == KEPT {
            self.answers.remove(0);
        }
        self.answers.push(pair);
        self.sure = sure;
    }

    fn sounds_like_last(&self, part: &Part) -> bool {
        let best = |pick: fn(&Answer) -> &Option<Part>| {
            self.answers
                .iter()
                .filter_map(|a| pick(a).as_ref())
                .map(|p| alike(&sound(&p.letters), &sound(&part.letters)))
                .fold(0.0, f64::max)
        };
        best(|a| &a.1) > best(|a| &a.0).max(0.5)
    }

    /// Takes a spelling of the name.
    pub(super) fn spell(&mut self, letters: Letters) {
        if self.spelled.len() == KEPT {
            self.spelled.remove(0);
        }
        self.spelled.push(letters);
    }

    /// The name that fits best what was heard and spelled.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        // "call" for Carl: names that sound like an everyday word and are nearly spelled
        let doubted: Vec<String> = self
            .answers
            .iter()
            .filter_map(|a| a.0.as_ref())
            .filter(|p| p.doubtful)
            .map(|p| sound(&p.letters))
            .collect();
        let like_doubted = |n: &str, s: &Letters| {
            let spelled: String = s.text.chars().take(n.chars().count()).collect();
            doubted.iter().any(|d| alike(d, &sound(n)) >= 0.6) && alike(&spelled, n) >= 0.6
        };
        let spelled = self.spelled_parts();
        let firsts = self.candidates(
            spelled.iter().filter_map(|(f, _)| f.as_deref()),
            |a| a.0.as_ref(),
            |s| {
                all_first_names()
                    .filter(|n| s.text.starts_with(n) || !doubted.is_empty() && like_doubted(n, s))
                    .collect()
            },
        );
        let lasts = self.candidates(
            spelled.iter().filter_map(|(_, l)| l.as_deref()),
            |a| a.1.as_ref(),
            |s| all_surnames().filter(move |n| s.text.ends_with(&n.replace('\'', ""))).collect(),
        );
        let none = [None];
        let some = |parts: Vec<Part>| -> Vec<Option<Part>> { parts.into_iter().map(Some).collect() };
        let (firsts, lasts) = (some(firsts), some(lasts));
        let firsts: &[Option<Part>] = if firsts.is_empty() { &none } else { &firsts };
        let lasts: &[Option<Part>] = if lasts.is_empty() { &none } else { &lasts };
        let mut best: Option<(f64, &Option<Part>, &Option<Part>)> = None;
        for first in firsts {
            for last in lasts {
                let score = self.score(first.as_ref(), last.as_ref());
                if best.is_none_or(|(b, _, _)| score > b + 1e-9) {
                    best = Some((score, first, last));
                }
            }
        }
        let (_, first, last) = best?;
        if first.is_none() && last.is_none() {
            return None;
        }
        // an everyday word is what the recogniser made of a name that it does not know
        let certain = |p: &Option<Part>| p.as_ref().filter(|p| !p.doubtful).map(|p| p.shown.clone());
        let times = self
            .answers
            .iter()
            .filter(|(f, _)| f.as_ref().map(|f| &f.letters) == first.as_ref().map(|f| &f.letters))
            .count();
        // every verdict weighs all that was heard before, so the latest one stands
        let sure = if times > 1 || !self.spelled.is_empty() { sure::STATED } else { self.sure };
        Some(Verdict { first: certain(first), last: certain(last), sure })
    }

    /// What was heard as this part, and the listed names that the spellings hold at its place.
    fn candidates<'n, 's>(
        &self,
        spelled: impl Iterator<Item = &'s str>,
        pick: impl Fn(&Answer) -> Option<&Part>,
        listed: impl Fn(&Letters) -> Vec<&'n str>,
    ) -> Vec<Part> {
        let mut out: Vec<Part> = Vec::new();
        // the latest first, so that it wins a tie
        for part in self.answers.iter().rev().filter_map(&pick) {
            match out.iter_mut().find(|o| o.letters == part.letters) {
                // heard as "white head" and as "whitehead", as "al farsi" and spelled "alfarsi"
                Some(same) if part.is_better_written(same) => *same = part.clone(),
                Some(_) => {}
                None => out.push(part.clone()),
            }
        }
        let heard = out.len();
        if heard == 0 {
            return out;
        }
        for letters in spelled {
            if !out.iter().any(|o| o.letters == letters) {
                out.push(Part::spelled(letters));
            }
        }
        for letters in &self.spelled {
            let mut names = listed(letters);
            names.sort_unstable_by_key(|n| (std::cmp::Reverse(n.len()), *n));
            for name in names {
                let part = Part::listed(name);
                let near =
                    out[..heard].iter().any(|h| h.doubtful || alike(&sound(&h.letters), &sound(&part.letters)) >= 0.5);
                if near
                    && part.letters.len() > 2
                    && out.len() < CANDIDATES
                    && !out.iter().any(|o| o.letters == part.letters)
                {
                    out.push(part);
                }
            }
        }
        out
    }

    /// What was spelled without a doubt, as the parts of the name that it is closest to.
    fn spelled_parts(&self) -> Vec<(Option<String>, Option<String>)> {
        let mut out = Vec::new();
        for text in self.spelled.iter().filter(|l| l.pure).map(|l| l.text.as_str()) {
            let mut best: (f64, Option<&str>, Option<&str>) = (0.5, None, None);
            for (first, last) in &self.answers {
                // a piece of it, or one of two equal letters left out, is no other spelling
                let heard_well = |p: &Part, text: &str| {
                    p.letters.contains(text) && !is_first_name(text) && !is_surname(text)
                        || once(&p.letters) == once(text) && is_first_name(&p.letters) && !is_first_name(text)
                };
                let close = |part: &Option<Part>, text: &str| match part {
                    Some(p) if p.letters == text || !heard_well(p, text) => alike(&sound(&p.letters), &sound(text)),
                    _ => 0.0,
                };
                let (f, l) = (close(first, text), close(last, text));
                if f >= best.0 {
                    best = (f, Some(text), None);
                }
                if l >= best.0 {
                    best = (l, None, Some(text));
                }
                for (i, _) in text.char_indices().skip(1) {
                    let (a, b) = text.split_at(i);
                    let (f, l) = (close(first, a), close(last, b));
                    if f >= 0.5 && l >= 0.5 && (f + l) / 2.0 > best.0 {
                        best = ((f + l) / 2.0, Some(a), Some(b));
                    }
                }
            }
            out.push((best.1.map(str::to_owned), best.2.map(str::to_owned)));
        }
        out
    }

    fn score(&self, first: Option<&Part>, last: Option<&Part>) -> f64 {
        let mut score = 0.0;
        for (f, l) in &self.answers {
            for (said, meant) in [(f.as_ref(), first), (l.as_ref(), last)] {
                if let (Some(said), Some(meant)) = (said, meant) {
                    score +=
                        alike(&sound(&said.letters), &sound(&meant.letters)) * if said.doubtful { 0.5 } else { 1.0 };
                }
            }
        }
        for letters in &self.spelled {
            let f = first.map_or("", |p| &p.letters);
            let l = last.map_or("", |p| &p.letters);
            let whole = alike(&letters.text, &format!("{f}{l}"));
            let fit = whole.max(alike(&letters.text, f)).max(alike(&letters.text, l) * 0.9);
            score += fit * if letters.clean { SPELLED } else { SPELLED * 0.85 };
        }
        for (part, listed) in [(first, is_first_name as fn(&str) -> bool), (last, is_surname)] {
            if let Some(p) = part {
                score += if listed(&p.letters) { 0.15 } else { 0.0 } - if p.doubtful { 0.4 } else { 0.0 };
            }
        }
        score
    }
}

/// How much two words have in common, from 0 to 1.
pub(super) fn alike(a: &str, b: &str) -> f64 {
    let n = a.chars().count().max(b.chars().count());
    if n == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "words are short")]
    let share = strsim::levenshtein(a, b) as f64 / n as f64;
    1.0 - share
}

/// A word by its sound: what a recogniser cannot tell apart is written alike.
fn sound(word: &str) -> String {
    let mut s = word.to_owned();
    for (from, to) in [
        ("ph", "f"),
        ("v", "f"),
        ("ck", "k"),
        ("qu", "k"),
        ("x", "ks"),
        ("z", "s"),
        ("th", "t"),
        ("gh", ""),
        ("kn", "n"),
        ("wr", "r"),
        ("mb", "m"),
        ("ey", "i"),
        ("ei", "i"),
        ("ay", "ai"),
        ("y", "i"),
        ("ie", "i"),
        ("ee", "i"),
        ("ea", "i"),
        ("ou", "u"),
        ("oo", "u"),
        ("aw", "a"),
        ("c", "k"),
        ("ps", "s"),
        ("mps", "ms"),
    ] {
        s = s.replace(from, to);
    }
    let mut out = String::new();
    for c in s.chars() {
        let silent = c == 'h' && !out.is_empty() && !out.ends_with('s');
        if !out.ends_with(c) && !silent {
            out.push(c);
        }
    }
    if out.len() > 3 && out.ends_with('e') {
        out.pop();
    }
    out
}

/// Equal letters behind each other as one.
fn once(word: &str) -> String {
    let mut out: Vec<char> = word.chars().collect();
    out.dedup();
    out.into_iter().collect()
}

/// The letters of a name, small.
fn letters_of(name: &str) -> String {
    name.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::super::asked::Asked;
    use super::super::proposal::Scene;
    use super::super::spelled;
    use super::super::spoken;
    use super::super::words::Said;
    use super::*;

    fn verdict(answers: &[&str], spelling: &str) -> (Option<String>, Option<String>) {
        let mut heard = Heard::default();
        for a in answers {
            let told =
                spoken::read(&Said::new(a), &Scene { asked: Asked::NAME, voice: true, ..Scene::QUIET }, None).unwrap();
            heard.answer(told.first.as_deref(), told.last.as_deref(), told.sure);
        }
        if !spelling.is_empty() {
            heard.spell(spelled::letters(&Said::new(spelling), 0));
        }
        heard.verdict().map_or((None, None), |v| (v.first, v.last))
    }

    fn pair(first: &str, last: &str) -> (Option<String>, Option<String>) {
        (Some(first.into()), Some(last.into()))
    }

    #[test]
    fn the_spelling_tells_how_it_is_written() {
        assert_eq!(
            verdict(&["Catherine Clark", "Catherine Clark"], "k a t h e r i n e c l a r k e"),
            pair("Katherine", "Clarke")
        );
        assert_eq!(
            verdict(&["Shawn Burns", "Sean Burns"], "Sierra Hotel Alpha Uniform November"),
            pair("Shaun", "Burns")
        );
    }

    #[test]
    fn everyday_words_give_way() {
        assert_eq!(verdict(&["clear Barker", "Clare Barker"], ""), pair("Clare", "Barker"));
        assert_eq!(verdict(&["and Barker", "Nina Barker"], ""), pair("Nina", "Barker"));
    }

    #[test]
    fn a_noisy_spelling_changes_nothing() {
        assert_eq!(verdict(&["Nina Barker", "Nina Barker"], "n i i n a b arc ER"), pair("Nina", "Barker"));
    }
}
