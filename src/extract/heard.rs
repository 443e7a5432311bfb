//! A name heard by a speech recogniser, perhaps several times and spelled.
//!
//! Owns the vote between what was heard and what was spelled. Must not know how names are introduced in writing (`name`),
//! nor which sounds are alike (`likeness`).
//!
//! A recogniser writes the name it knows best: Martin for Martyn, "call" for Paul. What was heard tells how the name
//! sounds, what was spelled tells how it is written, and each has its own mistakes; of the names heard, the spelling
//! itself and the frequent names near it, the pair wins from which all that was heard and spelled is least far.

use std::sync::LazyLock;

use super::likeness::{Sound, begins_apart, ends_apart, is_polish, sound, spelled_apart};
use super::parts;
use super::proposal::sure;
use super::spelled::Letters;
use super::tongues::is_polish_word;
use super::words::{all_first_names, all_surnames, is_everyday, is_first_name, is_surname, listed};

pub(super) use super::likeness::alike;

/// How many answers and how many spellings are remembered.
const KEPT: usize = 5;
/// How many candidates for one part of the name are compared.
const CANDIDATES: usize = 10;
/// What speaks against a name that nobody knows and nobody heard, in mistakes (see `likeness`).
const ONLY_SPELLED: f64 = 2.0;
/// The same where the spelling writes what was heard in another way.
const REWRITTEN: f64 = 0.45;
/// The same for a frequent name that the spelling is near to.
const ONLY_LISTED: f64 = 0.5;
/// What speaks against an everyday word.
const EVERYDAY: f64 = 2.4;
/// What a name weighs that is heard once more.
const AGAIN: f64 = 0.4;
/// What speaks for two frequent names that were spelled to the letter.
const SPELLED_OUT: f64 = 1.5;
/// How many mistakes a letter may have in the spelling of a name that nobody heard.
const WELL: f64 = 0.2;
/// A name that is this little better than another is a guess.
const MARGIN: f64 = 0.3;

/// The frequent names by their sounds.
type Sounds = LazyLock<Vec<(&'static str, Sound)>>;

static FIRSTS: Sounds = LazyLock::new(|| all_first_names().map(|n| (n, sound(n, false))).collect());
static LASTS: Sounds = LazyLock::new(|| all_surnames().map(|n| (n, sound(n, false))).collect());

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
        let low = name.to_lowercase();
        let doubtful = !is_surname(&letters) && low.split(' ').all(everyday)
            || low.split(' ').all(is_polish_word)
            || !(is_sayable(&letters) || name.contains('.') || is_first_name(&letters) || is_surname(&letters));
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
    // "von Ahlefeld": where others begin with a capital, the small letter is the name's own
    let small = |w: &str| w.starts_with(char::is_lowercase);
    if word.split(' ').next().is_some_and(|w| listed(parts::PARTICLES, w)) && word.split(' ').any(|w| !small(w)) {
        return word.to_owned();
    }
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
    pub first: Option<(String, f32)>,
    pub last: Option<(String, f32)>,
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

    fn sound(&self, letters: &str) -> Sound {
        let of_a_pole = |p: &Option<Part>| p.as_ref().is_some_and(|p| is_polish(&p.letters));
        sound(letters, self.answers.iter().any(|(f, l)| of_a_pole(f) || of_a_pole(l)))
    }

    fn sounds_like_last(&self, part: &Part) -> bool {
        let best = |pick: fn(&Answer) -> &Option<Part>| {
            self.answers
                .iter()
                .filter_map(|a| pick(a).as_ref())
                .map(|p| self.sound(&p.letters).alike(&self.sound(&part.letters)))
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
        let spelled = self.spelled_parts();
        let firsts = self.candidates(
            spelled.iter().filter_map(|(f, _)| f.as_deref()),
            |a| a.0.as_ref(),
            |near| FIRSTS.iter().filter_map(|(n, sound)| Some((near(n, sound, false)?, *n))).collect(),
            is_first_name,
        );
        let lasts = self.candidates(
            spelled.iter().filter_map(|(_, l)| l.as_deref()),
            |a| a.1.as_ref(),
            |near| LASTS.iter().filter_map(|(n, sound)| Some((near(n, sound, true)?, *n))).collect(),
            is_surname,
        );
        let texts: Vec<(Vec<char>, f64)> = self.spelled.iter().map(|l| (l.text.chars().collect(), weight(l))).collect();
        let mut pairs: Vec<(f64, usize, usize)> = Vec::with_capacity(firsts.len() * lasts.len());
        for (i, first) in firsts.iter().enumerate() {
            for (k, last) in lasts.iter().enumerate() {
                let whole: Vec<char> = first.chars.iter().chain(&last.chars).copied().collect();
                let spelled: f64 = texts
                    .iter()
                    .map(|(text, weight)| {
                        let only = |part: &[char]| if part.is_empty() { f64::MAX } else { spelled_apart(text, part) };
                        // nobody spells two frequent names by chance
                        if first.known && last.known && *text == whole {
                            return -SPELLED_OUT;
                        }
                        if first.known && *text == first.chars || last.known && *text == last.chars {
                            return -SPELLED_OUT;
                        }
                        weight * only(&whole).min(only(&last.chars))
                    })
                    .sum();
                pairs.push((first.against + last.against + spelled, i, k));
            }
        }
        let &(best, i, k) = pairs.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
        let rival = |other: &dyn Fn(usize, usize) -> bool| {
            pairs.iter().filter(|(_, i, k)| other(*i, *k)).map(|(cost, _, _)| *cost).fold(f64::MAX, f64::min) - best
        };
        let (first, last) = (&firsts[i], &lasts[k]);
        // what nobody heard must be spelled well
        #[expect(clippy::cast_precision_loss, reason = "names are short")]
        let well = |c: &Candidate| {
            let most = c.chars.len() as f64 * WELL;
            c.heard || texts.iter().any(|(t, _)| begins_apart(t, &c.chars) <= most || ends_apart(t, &c.chars) <= most)
        };
        let sure = |c, ahead| if well(c) { self.certain(c, ahead) } else { self.certain(c, 0.0) };
        Some(Verdict {
            first: sure(first, rival(&|other, _| !first.sounds_like(&firsts[other]))),
            last: sure(last, rival(&|_, other| !last.sounds_like(&lasts[other]))).or_else(|| self.behind_first(first)),
        })
        .filter(|v| v.first.is_some() || v.last.is_some())
    }

    /// "Jay done", and then "j a y d u n n": of a family name only an everyday word was heard, and behind the first name that was
    /// heard a frequent one is spelled.
    fn behind_first(&self, first: &Candidate) -> Option<(String, f32)> {
        let first = &first.part.as_ref().filter(|p| !p.doubtful)?.letters;
        let unheard = self.answers.iter().all(|(_, last)| last.as_ref().is_none_or(|l| l.doubtful));
        let rest = |l: &Letters| Some(l.text.strip_prefix(first.as_str())?.to_owned());
        let spelled = self.spelled.iter().filter(|l| l.pure).filter_map(rest);
        let mut named = spelled.filter(|rest| rest.len() > 2 && is_surname(rest));
        named.next().filter(|_| unheard).map(|rest| (parts::cased(&rest), sure::STATED))
    }

    /// The part with how sure it is; `ahead`: by how much it is better than any other.
    fn certain(&self, candidate: &Candidate, ahead: f64) -> Option<(String, f32)> {
        // an everyday word is what the recogniser made of a name that it does not know
        let part = candidate.part.as_ref().filter(|p| !p.doubtful)?;
        // every verdict weighs all that was heard before, so the latest one stands
        let sure = if candidate.times < 2 && ahead < MARGIN {
            sure::DOUBTFUL
        } else if candidate.times > 1 || !self.spelled.is_empty() {
            sure::STATED
        } else {
            self.sure
        };
        Some((part.shown.clone(), sure))
    }

    /// What was heard as this part, the spellings of it, and the listed names that the spellings are near to.
    fn candidates<'n, 's>(
        &self,
        spelled: impl Iterator<Item = &'s str>,
        pick: impl Fn(&Answer) -> Option<&Part>,
        listed: impl Fn(&dyn Fn(&str, &Sound, bool) -> Option<f64>) -> Vec<(f64, &'n str)>,
        is_listed: fn(&str) -> bool,
    ) -> Vec<Candidate> {
        let mut heard: Vec<Part> = Vec::new();
        // the latest first, so that it wins a tie
        for part in self.answers.iter().rev().filter_map(&pick) {
            match heard.iter_mut().find(|o| o.letters == part.letters) {
                // heard as "white head" and as "whitehead", as "al farsi" and spelled "alfarsi"
                Some(same) if part.is_better_written(same) => *same = part.clone(),
                Some(_) => {}
                None => heard.push(part.clone()),
            }
        }
        if heard.is_empty() {
            return vec![Candidate::default()];
        }
        let sounds: Vec<(Sound, bool)> = heard.iter().map(|p| (self.sound(&p.letters), p.doubtful)).collect();
        let doubted = sounds.iter().all(|(_, doubtful)| *doubtful);
        // letters' marks are seldom said: what was heard with them is rather right
        let known = heard.iter().any(|p| is_listed(&p.letters) || !p.letters.is_ascii());
        let same_sound = |s: &Sound| sounds.iter().any(|(h, doubtful)| !doubtful && h.apart(s) < 0.2);
        let mut out: Vec<(Part, f64)> =
            heard.iter().map(|p| (p.clone(), if p.doubtful { EVERYDAY } else { 0.0 })).collect();
        for letters in spelled {
            if !out.iter().any(|(o, _)| o.letters == letters) && is_sayable(letters) {
                // letters get lost in a spelling
                let cut = heard.iter().any(|p| p.letters.chars().count() > letters.chars().count());
                let times = self.spelled.iter().filter(|l| l.pure && l.text.contains(letters)).count();
                let prior = match (same_sound(&self.sound(letters)), is_listed(letters)) {
                    (true, true) => REWRITTEN,
                    (true, false) if known || cut => REWRITTEN * 2.5,
                    (true, false) => REWRITTEN,
                    (false, true) => ONLY_LISTED,
                    _ if doubted || times > 1 => ONLY_SPELLED / 2.0,
                    _ => ONLY_SPELLED,
                };
                out.push((Part::spelled(letters), prior));
            }
        }
        let texts: Vec<Vec<char>> = self.spelled.iter().map(|l| l.text.chars().collect()).collect();
        // how far a listed name is from what was spelled, where it is near to it and to what was heard
        let near = |name: &str, one: &Sound, behind: bool| {
            let like = |(h, doubtful): &(Sound, bool)| h.alike(one) >= if *doubtful { 0.4 } else { 0.5 };
            let written = |t: &String| if behind { t.ends_with(name) } else { t.starts_with(name) };
            let spelled_out = name.len() > 3 && self.spelled.iter().any(|l| written(&l.text));
            if name.chars().count() < 3 || !spelled_out && !sounds.iter().any(like) {
                return None;
            }
            let chars: Vec<char> = name.chars().filter(|c| c.is_alphabetic()).collect();
            let ahead = texts.iter().map(|t| begins_apart(t, &chars)).fold(f64::MAX, f64::min);
            let ends = texts.iter().filter(|_| behind).map(|t| ends_apart(t, &chars)).fold(f64::MAX, f64::min);
            #[expect(clippy::cast_precision_loss, reason = "names are short")]
            let most = chars.len() as f64 * 0.25 + 0.2;
            let heard = sounds.iter().map(|(h, _)| h.apart(one)).fold(f64::MAX, f64::min);
            Some(ahead.min(ends)).filter(|far| *far <= most).map(|far| far + heard)
        };
        if !texts.is_empty() {
            let mut names = listed(&near);
            names.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
            for (_, name) in names {
                let part = Part::listed(name);
                if out.len() < CANDIDATES && !out.iter().any(|(o, _)| o.letters == part.letters) {
                    let prior = if same_sound(&self.sound(&part.letters)) { REWRITTEN } else { ONLY_LISTED };
                    out.push((part, prior));
                }
            }
        }
        let judged = |(part, prior): (Part, f64)| {
            let all = || self.answers.iter().filter_map(&pick);
            let one = self.sound(&part.letters);
            let times_heard = |h: &Part| all().filter(|o| o.letters == h.letters).count();
            let apart: f64 = heard
                .iter()
                .filter(|h| h.letters != part.letters)
                // what was misheard once is misheard again
                .map(|h| (1.0 + AGAIN * f64::from(u8::try_from(times_heard(h) - 1).unwrap_or(4)), h))
                .map(|(times, h)| times * self.sound(&h.letters).apart(&one) * if h.doubtful { 0.5 } else { 1.0 })
                .sum();
            let known = is_listed(&part.letters);
            let strange = if known { 0.0 } else { 0.4 };
            let times = all().filter(|h| h.letters == part.letters).count();
            let chars = part.letters.chars().collect();
            let sounds = times > 0 || same_sound(&one);
            Candidate {
                part: Some(part),
                chars,
                sound: one,
                against: prior + apart + strange,
                times,
                known,
                heard: sounds,
            }
        };
        out.into_iter().map(judged).collect()
    }

    /// What was spelled without a doubt, as the parts of the name that it is closest to.
    fn spelled_parts(&self) -> Vec<(Option<String>, Option<String>)> {
        let mut out = Vec::new();
        for text in self.spelled.iter().filter(|l| l.pure).map(|l| l.text.as_str()) {
            let mut best: (f64, Option<&str>, Option<&str>) = (0.6, None, None);
            for (first, last) in &self.answers {
                let close = |part: &Option<Part>, text: &str| {
                    part.as_ref().map_or(0.0, |p| self.sound(&p.letters).alike(&self.sound(text)))
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
                    if f >= 0.5 && l >= 0.5 && (f + l) / 2.0 + 0.001 > best.0 {
                        best = ((f + l) / 2.0, Some(a), Some(b));
                    }
                }
            }
            out.push((best.1.map(str::to_owned), best.2.map(str::to_owned)));
        }
        out
    }
}

/// One that the part of a name may be.
#[derive(Debug, Clone, Default)]
struct Candidate {
    part: Option<Part>,
    chars: Vec<char>,
    sound: Sound,
    /// All that speaks against it but the spellings, in mistakes.
    against: f64,
    /// How often it was heard.
    times: usize,
    /// A frequent name.
    known: bool,
    /// It was heard, perhaps written in another way.
    heard: bool,
}

impl Candidate {
    fn sounds_like(&self, other: &Self) -> bool {
        match (&self.part, &other.part) {
            (Some(a), Some(b)) => a.letters == b.letters || self.sound.apart(&other.sound) < 0.2,
            _ => false,
        }
    }
}

/// What a mistake in a spelling weighs.
fn weight(letters: &Letters) -> f64 {
    match letters {
        l if l.by_words => 1.6,
        l if l.pure => 1.0,
        l if l.clean => 0.9,
        _ => 0.7,
    }
}

/// Can it be a name? With a vowel, and no three equal letters behind each other.
fn is_sayable(letters: &str) -> bool {
    let chars: Vec<char> = letters.chars().collect();
    let vowel = |c: &char| "aeiouyąęóáéíúöüäåøæ".contains(*c);
    chars.len() > 1 && chars.iter().any(vowel) && !chars.windows(3).any(|w| w[0] == w[1] && w[1] == w[2])
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
        heard.verdict().map_or((None, None), |v| (v.first.map(|n| n.0), v.last.map(|n| n.0)))
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
        assert_eq!(verdict(&["Sam done", "Sam done"], "s a m d u n n"), pair("Sam", "Dunn"));
    }

    #[test]
    fn a_noisy_spelling_changes_nothing() {
        assert_eq!(verdict(&["Nina Barker", "Nina Barker"], "n i i n a b arc ER"), pair("Nina", "Barker"));
    }
}
