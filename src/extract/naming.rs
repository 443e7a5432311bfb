//! How the listener takes names and postcodes that are said aloud or spelled, perhaps several times.
//!
//! Owns when words count as a spelling and what a spelling or a further try changes. Must not know how names are told from other words.

use super::asked::Asked;
use super::name::Part;
use super::parts::hyphened;
use super::proposal::{Key, Proposal, Scene, sure};
use super::reader::cue_at;
use super::words::{self, Said, listed};
use super::{Listener, eircode, heard, introduced, name, postcode, scripts, spelled, spoken};
use crate::domain::conversation::Channel;

/// What may stand between "spell" and the letters.
const BEHIND_SPELL: &str = "that it this my name as like so please for you is it's with";

impl Listener {
    /// Is a name said where only a spelling was asked for?
    pub(super) fn spells_name(&self, said: &Said<'_>) -> bool {
        self.asked.has(Asked::SPELL)
            && (1..=2).contains(&said.words.len())
            && said.words.iter().all(|w| w.is_alphabetic() && !words::is_function(&w.low))
            && words::is_first_name(said.low(0))
            && spelled::alphabet(said.low(0)).is_none()
    }

    pub(super) fn hear_name(&mut self, said: &Said<'_>, seen: &mut Vec<Proposal>) {
        let from = name::skip_fillers(said, 0);
        let letters = spelled::letters(said, from);
        let count = said.words.len() - from.min(said.words.len());
        // "T RI C ey"
        let bits = said.words.iter().skip(from).filter(|w| w.is_alphabetic() && w.low.chars().count() < 3).count();
        let is_spelled = letters.singles >= 3 || letters.singles * 2 > count || count > 2 && bits * 2 > count;
        if self.asked.has(Asked::SPELL) && count > 2 && self.is_known_name(said) {
            for (key, name) in [(Key::FirstName, "first_name"), (Key::LastName, "last_name")] {
                seen.extend(self.get(name).map(|f| Proposal::new(key, f.value.clone(), sure::STATED, 0)));
            }
            return;
        }
        let known = self.get("first_name").map(|f| f.value.clone());
        let told = spoken::read(said, &self.scene(), known.as_deref());
        // a recogniser chops a spelling: "wi double l I Am"
        let noisy =
            self.asked.has(Asked::SPELL) && is_spelled && !letters.pure && told.as_ref().is_none_or(|t| !t.whole);
        if let Some(now) = introduced::first_of_all(said, &self.scene()) {
            self.heard = heard::Heard::default();
            self.heard.answer(now.first.as_deref(), now.last.as_deref(), now.sure);
        } else if noisy {
            self.heard.spell(letters);
        } else if let Some(told) = told {
            if !told.plain && self.waited > 1 {
                return;
            }
            // "Lucille and Peter Brandt, I'm Lucille"
            let (first, at) = (told.first, told.at);
            let name = introduced::of_couple(said, name::Name { first, last: told.last, sure: told.sure, at });
            for letters in told.respelled.into_iter().chain(told.spelled) {
                self.heard.spell(letters);
            }
            self.heard.answer(name.first.as_deref(), name.last.as_deref(), name.sure);
        } else if let Some(stated) = name::find(said, &Scene { asked: Asked::NOTHING, ..self.scene() }) {
            self.heard.answer(stated.first.as_deref(), stated.last.as_deref(), stated.sure);
        } else {
            return;
        }
        if let Some(verdict) = self.heard.verdict() {
            for (key, part) in [(Key::FirstName, verdict.first), (Key::LastName, verdict.last)] {
                let Some((name, sure)) = part else { continue };
                self.no_surer(key, sure);
                seen.push(Proposal::new(key, name, sure, 0));
            }
        }
    }

    /// "I re n e d o d d", where Irene Dodd was heard before: however a recogniser cuts the letters, they are the name's.
    fn is_known_name(&self, said: &Said<'_>) -> bool {
        let spelled: String = said.words.iter().map(|w| &*w.low).collect();
        let letters = |key: &str| {
            let value = self.get(key).map(|f| f.value.to_lowercase()).unwrap_or_default();
            value.chars().filter(|c| c.is_alphabetic()).collect::<String>()
        };
        let (first, last) = (letters("first_name"), letters("last_name"));
        !first.is_empty() && !last.is_empty() && spelled.ends_with(&(first + &last))
    }

    /// "I'm Eve", then "名前は田中です": one part of a name whose other part is known in another script.
    pub(super) fn mixes(&self, name: &name::Name) -> bool {
        let known = |key: &str| self.get(key).map(|f| f.value.as_str());
        match (&name.first, &name.last) {
            (Some(first), None) => known("last_name").is_some_and(|last| scripts::differ(first, last)),
            (None, Some(last)) => known("first_name").is_some_and(|first| scripts::differ(first, last)),
            _ => false,
        }
    }

    /// "07700 900461, sean", "Holger Stein, DE89 ...": where numbers and secrets stand in an answer of which a name is a part.
    pub(super) fn beside_name(&self, said: &Said<'_>, scene: &Scene, seen: &[Proposal]) -> Vec<(usize, usize)> {
        if scene.voice || !scene.asked.has(Asked::ANY_NAME) {
            return Vec::new();
        }
        let typed =
            |p: &&Proposal| p.key == Key::Phone && said.text.get(p.at..).is_some_and(|t| t.starts_with(&p.value));
        let phone = seen.iter().find(typed).map(|p| (p.at, p.at + p.value.len()));
        let inside = |(from, to): &(usize, usize)| {
            *to <= said.text.len() && said.text.is_char_boundary(*from) && said.text.is_char_boundary(*to)
        };
        phone.into_iter().chain(self.hidden.iter().copied().filter(|_| self.apart == 0)).filter(inside).collect()
    }

    /// What was sure before the latest words of it were heard is no surer than they are.
    pub(super) fn no_surer(&mut self, key: Key, sure: f32) {
        if let Some(old) = self.found.iter_mut().find(|f| f.key == key.name(&self.extractor.customs)) {
            old.weight = old.weight.min(sure);
            old.sure = old.sure.min(sure::shown(key, sure));
        }
    }

    pub(super) fn hear_postcode(&mut self, said: &Said<'_>, seen: &mut Vec<Proposal>) {
        if seen.iter().any(|p| p.key == Key::Zip && eircode::is_one(&p.value)) {
            return;
        }
        let digits = |p: &&Proposal| p.key == Key::Zip && p.value.bytes().all(|b| b.is_ascii_digit());
        let placed = seen.iter().find(digits).map(|p| p.at);
        let heard = match postcode::only_digits(said, self.postcodes.lettered()) {
            Some(digits) => self.postcodes.hear_digits(&digits),
            _ => self.postcodes.hear(said),
        };
        if heard.is_some() || placed.is_some() {
            seen.retain(|p| p.key != Key::Zip);
        }
        if let Some((code, sure)) = heard {
            self.no_surer(Key::Zip, sure);
            seen.push(Proposal::new(Key::Zip, code, sure, placed.unwrap_or(0)));
        }
    }

    /// "S-m-y-t-h-e", "spelled j o n": the part of the name that it is closest to.
    pub(super) fn respelled(&self, said: &Said<'_>, scene: &Scene, seen: &mut Vec<Proposal>) {
        let cue = said.words.iter().position(|w| matches!(&*w.low, "spelled" | "spelt" | "spell"));
        let from = match cue {
            // "do you spell that? j o h n": "that" may be a letter as well
            Some(i) => (i + 1..said.words.len()).find(|&k| !listed(BEHIND_SPELL, said.low(k))).unwrap_or(i + 1),
            None if scene.asked.has(Asked::SPELL) && scene.asked.has(Asked::ANY_NAME) => name::skip_fillers(said, 0),
            None => return,
        };
        let letters = spelled::letters(said, from);
        let n = letters.text.chars().count();
        if n < 2 || letters.singles < n.div_ceil(2) {
            return;
        }
        let known = |key: &str| self.get(key).map(|f| f.value.to_lowercase()).unwrap_or_default();
        // the whole name, which is known
        if letters.text == known("first_name") + &known("last_name") {
            return;
        }
        let mut best: Option<(f64, Key)> = None;
        for key in [Key::LastName, Key::FirstName] {
            let now = seen
                .iter()
                .rev()
                .find(|p| p.key == key)
                .map(|p| p.value.as_str())
                .or_else(|| self.get(key.name(&self.extractor.customs)).map(|f| f.value.as_str()));
            if let Some(now) = now {
                let close = heard::alike(&now.to_lowercase(), &letters.text);
                if close >= 0.5 && best.is_none_or(|(b, _)| close > b) {
                    best = Some((close, key));
                }
            }
        }
        if let Some((close, key)) = best
            && close < 1.0
        {
            let at = said.words.get(from).map_or(0, |w| w.start);
            seen.push(Proposal::new(key, heard::title(&letters.text), sure::STATED, at));
        }
    }

    /// "oops, Jonathan without the first h": a word like the name takes its place.
    pub(super) fn corrected(&self, said: &Said<'_>, seen: &mut Vec<Proposal>) {
        const CUES: &[&str] = &["oops", "sorry", "mean", "meant", "typo", "misspelled", "actually", "correction"];
        let Some(from) = said.words.iter().position(|w| CUES.contains(&&*w.low)) else { return };
        if said.words.len() > from + 10 {
            return;
        }
        for key in [Key::FirstName, Key::LastName] {
            let now = seen
                .iter()
                .find(|p| p.key == key)
                .map(|p| p.value.clone())
                .or_else(|| self.get(key.name(&self.extractor.customs)).map(|f| f.value.clone()));
            let Some(now) = now.map(|n| n.to_lowercase()) else { continue };
            let new = said.words[from + 1..].iter().find(|w| {
                w.is_alphabetic()
                    && w.low.chars().count() > 2
                    && !words::is_everyday(&w.low)
                    && w.low != now
                    && heard::alike(&w.low, &now) >= 0.7
            });
            let elsewhere = seen.iter().any(|p| p.key == key && p.at >= said.words[from].start);
            if let Some(new) = new.filter(|_| !elsewhere) {
                seen.retain(|p| p.key != key);
                let value = if self.is_typed(&now) { new.text.to_owned() } else { heard::title(new.text) };
                seen.push(Proposal::new(key, value, sure::STATED, new.start));
            }
        }
    }

    /// Was the name typed in small letters?
    fn is_typed(&self, now: &str) -> bool {
        self.found.iter().any(|f| f.value == now)
    }

    /// "Mori Kenji (Mori is my family name)", "kim min jun kim is the surname": the words say which name is which.
    pub(super) fn told_apart(&self, said: &Said<'_>, seen: &mut Vec<Proposal>) {
        let Some((part, at)) = hint(said) else { return };
        let word = said.low(at);
        let part_of = |key: Key| {
            let here = seen.iter().rev().find(|p| p.key == key).map(|p| p.value.clone());
            here.or_else(|| self.get(key.name(&self.extractor.customs)).map(|f| f.value.clone()))
        };
        let known: Vec<String> = [part_of(Key::FirstName), part_of(Key::LastName)]
            .into_iter()
            .flatten()
            .flat_map(|v| v.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        // "I am Park Jisung, Park is my family name"
        let known = if known.is_empty() { vec![self.cased(said.words[at].text.to_owned())] } else { known };
        let unheard = known.len() == 1 && part_of(Key::FirstName).is_none() && part_of(Key::LastName).is_none();
        let (its, mut rest): (Vec<String>, Vec<String>) = known.into_iter().partition(|w| w.to_lowercase() == word);
        let Some(its) = its.into_iter().next() else { return };
        if rest.is_empty() {
            rest = beside(said, at).into_iter().map(|w| self.cased(w.to_owned())).collect();
        }
        let whole = match &rest[..] {
            [one, two] if self.channel == Channel::Voice => hyphened(&one.to_lowercase(), &two.to_lowercase()),
            _ => None,
        };
        let rest = whole.map_or_else(|| rest.join(" "), |whole| heard::title(&whole));
        if unheard && rest.is_empty() {
            return;
        }
        seen.retain(|p| !matches!(p.key, Key::FirstName | Key::LastName));
        let (key, other) = match part {
            Part::First => (Key::FirstName, Key::LastName),
            _ => (Key::LastName, Key::FirstName),
        };
        let start = said.words[at].start;
        seen.push(Proposal::new(key, its, sure::STATED, start));
        if !rest.is_empty() {
            seen.push(Proposal::new(other, rest, sure::STATED, start));
        }
    }

    /// "Kovács István", and then that István is the given name: the two change places.
    pub(super) fn turned(&self, scene: &Scene, seen: &mut Vec<Proposal>) {
        let is = |key: &str, value: &str| self.get(key).filter(|f| f.value.to_lowercase() == value.to_lowercase());
        let only = |what, other| scene.asked.has(what) && !scene.asked.has(other);
        let (key, other, was, moved) = match &seen[..] {
            [p] if p.key == Key::FirstName && only(Asked::FIRST, Asked::NAME.with(Asked::LAST)) => {
                (Key::LastName, "first_name", is("last_name", &p.value), p.at)
            }
            [p] if p.key == Key::LastName && only(Asked::LAST, Asked::NAME.with(Asked::FIRST)) => {
                (Key::FirstName, "last_name", is("first_name", &p.value), p.at)
            }
            _ => return,
        };
        if let (Some(_), Some(value)) = (was, self.get(other).map(|f| f.value.clone())) {
            seen.push(Proposal::new(key, value, sure::ANSWERED, moved));
        }
    }
}

/// The word that is said to be a first or a last name: "Mori is my family name".
fn hint(said: &Said<'_>) -> Option<(Part, usize)> {
    (1..said.words.len()).find_map(|i| {
        let says = said.low(i) == "is" && said.words[i - 1].is_alphabetic();
        // "(Wei is given name)"
        let from = i + 1 + usize::from(matches!(said.low(i + 1), "my" | "the"));
        let (part, behind) = cue_at(said, from).filter(|(part, _)| says && *part != Part::Whole)?;
        if from == i + 1 && !said.breaks(behind) {
            return None;
        }
        (!words::is_function(said.low(i - 1))).then_some((part, i - 1))
    })
}

/// The names beside the word at `at` where it was said before: "kim min jun kim is the surname".
fn beside<'a>(said: &Said<'a>, at: usize) -> Vec<&'a str> {
    let word = said.low(at);
    let Some(before) = (0..at).rev().find(|&k| said.low(k) == word) else { return Vec::new() };
    let named = |k: usize| {
        let w = &said.words[k];
        w.is_alphabetic() && !words::is_function(&w.low) && !matches!(&*w.low, "here" | "speaking" | "name")
    };
    let behind: Vec<&str> = (before + 1..at)
        .take_while(|&k| named(k) && said.words[k].gap == words::Gap::Space)
        .take(2)
        .map(|k| said.words[k].text)
        .collect();
    if !behind.is_empty() || before == 0 {
        return behind;
    }
    let given =
        named(before - 1) && said.words[before].gap == words::Gap::Space && words::is_first_name(said.low(before - 1));
    if given { vec![said.words[before - 1].text] } else { Vec::new() }
}
