//! A name heard by a speech recogniser, perhaps several times and spelled.
//!
//! Owns the vote between what was heard and what was spelled. Must not know how names are introduced in writing (`name`).
//!
//! A recogniser writes the name it knows best: Martin for Martyn, "call" for Paul. What was heard tells how the name
//! sounds, what was spelled tells how it is written; of the names heard and the frequent names that the spelling
//! contains, the pair wins that fits both best.

use super::proposal::sure;
use super::spelled::Letters;
use super::words::{Said, all_first_names, all_surnames, is_everyday, is_first_name, is_function, is_surname};

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
    fn new(words: &[&str]) -> Option<Self> {
        let letters: String =
            words.concat().chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).take(40).collect();
        if letters.is_empty() {
            return None;
        }
        let shown = match words {
            [o, rest] if o.eq_ignore_ascii_case("o") => format!("O'{}", title(rest)),
            [mc, rest] if mc.eq_ignore_ascii_case("mc") => format!("Mc{}", title(rest)),
            [one] => title(one),
            many => title(&many.concat().to_lowercase()),
        };
        let low = words.concat().to_lowercase();
        let doubtful = words.len() == 1 && is_everyday(&low) && !is_surname(&low);
        Some(Self { letters, shown, doubtful })
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
    /// Takes the words of a spoken name, in order.
    pub(super) fn answer(&mut self, words: &[&str]) {
        let pair = match words {
            [] => return,
            [one] => {
                let part = Part::new(&[one]);
                match &part {
                    Some(p) if self.sounds_like_last(p) => (None, part),
                    _ => (part, None),
                }
            }
            [first, rest @ ..] => (Part::new(&[first]), Part::new(rest)),
        };
        if self.answers.len() == KEPT {
            self.answers.remove(0);
        }
        self.answers.push(pair);
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
        let firsts = self.candidates(
            |a| a.0.as_ref(),
            |s| {
                all_first_names()
                    .filter(|n| s.text.starts_with(n) || !doubted.is_empty() && like_doubted(n, s))
                    .collect()
            },
        );
        let lasts = self.candidates(
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
        let sure = if times > 1 || !self.spelled.is_empty() { sure::STATED } else { sure::ANSWERED };
        Some(Verdict { first: certain(first), last: certain(last), sure })
    }

    /// What was heard as this part, and the listed names that the spellings hold at its place.
    fn candidates<'n>(
        &self,
        pick: impl Fn(&Answer) -> Option<&Part>,
        listed: impl Fn(&Letters) -> Vec<&'n str>,
    ) -> Vec<Part> {
        let mut out: Vec<Part> = Vec::new();
        // the latest first, so that it wins a tie
        for part in self.answers.iter().rev().filter_map(&pick) {
            if !out.iter().any(|o| o.letters == part.letters) {
                out.push(part.clone());
            }
        }
        let heard = out.len();
        if heard == 0 {
            return out;
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

/// The words of an answer to "what is your name", as heard: what cannot be part of a name is left out.
pub(super) fn name_words<'a>(said: &Said<'a>, from: usize) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for w in said.words.iter().skip(from).take(8) {
        if !w.is_alphabetic() {
            break;
        }
        let low = &*w.low;
        let particle = matches!(low, "o" | "de" | "la" | "van" | "von");
        let single = low.chars().count() == 1;
        // "May" and "Will" are family names behind a first name
        let family = is_surname(low) && !out.is_empty();
        if !particle && (single || is_function(low) && !family) {
            continue;
        }
        out.push(w.text);
        if out.len() == 4 {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::spelled;
    use super::*;

    fn verdict(answers: &[&str], spelling: &str) -> (Option<String>, Option<String>) {
        let mut heard = Heard::default();
        for a in answers {
            heard.answer(&name_words(&Said::new(a), 0));
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
