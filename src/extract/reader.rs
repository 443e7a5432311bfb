//! An answer to a question for a name, cut into what its words are good for.
//!
//! Owns fillers, pauses, fresh starts, cues ("last name ..."), runs of letters and where another thing begins. Must not know
//! which of the words is the first name (`spoken`).

use super::company;
use super::name::Part;
use super::parts::{PARTICLES, Piece, cased};
use super::spelled::{self, Letters};
use super::words::{Gap, Said, is_city, is_common, is_everyday, is_first_name, is_function, is_surname, listed};

/// How many words of an answer are read.
const READ: usize = 48;
/// Noises, politeness, agreement: nothing of a name.
const FILLERS: &str = "btw pls plz yes yeah yep yup ya yea sure ok okay um uh uhm umm er erm hm hmm mhm mm uh-huh mm-hmm well so please hi hello hey \
    right oh ah thanks thank you cheers alright certainly absolutely definitely course of here speaking great good morning afternoon \
    tak proszę dzień dobry cześć moje mam jestem nazywam się dobrze \
    mine evening ma'am sir correct exactly then just only basically you know like me barrelled";
/// What takes back the words before.
const TAKES_BACK: &str =
    "kidding joking jk lol haha hah no nope sorry actually rather mean meant correction wait oops scratch";
/// What a name follows.
const STARTS: &str = "myself it's its it is that's that this i'm im i am under called be would names name name's";
const RELATIONS: &str = "wife husband mother father mom mum dad brother sister son daughter boss colleague partner friend manager \
    roommate flatmate neighbour neighbor boyfriend girlfriend uncle aunt cousin assistant kid child grandmother grandfather \
    grandson granddaughter fiance fiancee niece nephew client customer company doctor";
const TITLES: &str = "lieutenant corporal colonel commander admiral mr mrs ms miss mister missus dr doc doctor prof professor sir madam reverend father captain sergeant officer sgt maj capt col lt gen rev hon cpt cpl pvt ing dipl mme mlle herr frau sig sra señor señora senor senora monsieur madame";
const SUFFIXES: &str = "junior senior jr sr esquire esq phd md ii iii";
/// Where another thing begins.
const OTHERS: &str = "email e-mail emails mail phone telephone mobile cell number zip zipcode postcode postal address street birthday \
    birth born dob order account booking reservation policy reference dot underscore slash";
const NUMBERS: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand";
/// Said in place of a name.
const NO_NAMES: &str = "n/a na anonymous nobody none private unknown guest nothing anyone someone test whatever";

/// Words between pauses and cues.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub words: Vec<Piece>,
    pub part: Option<Part>,
    pub titled: bool,
    /// It takes the place of what was said before.
    pub instead: bool,
    /// "smith comma jane"
    pub comma: bool,
    /// A comma is written before it.
    pub behind_comma: bool,
    /// A sentence ended before it.
    pub behind_stop: bool,
}

/// Until when words are passed over.
#[derive(Clone, Copy, PartialEq)]
enum Muted {
    No,
    /// A sentence: until a name is introduced.
    Sentence,
    /// Another thing follows the name: until one part of it is announced.
    Done,
    /// Somebody else: until the customer speaks of themselves.
    Other,
}

pub(super) struct Reader<'s, 'a> {
    said: &'s Said<'a>,
    voice: bool,
    pub runs: Vec<Run>,
    pub letters: Vec<Letters>,
    muted: Muted,
    /// Was a name introduced?
    pub cued: bool,
    /// How many words were neither name nor introduction, before any name.
    pub unfit: usize,
    /// "(family name first)"
    pub swapped: bool,
}

impl<'s, 'a> Reader<'s, 'a> {
    pub(super) fn new(said: &'s Said<'a>, voice: bool) -> Self {
        Self {
            said,
            voice,
            runs: vec![Run::default()],
            letters: Vec::new(),
            muted: Muted::No,
            cued: false,
            unfit: 0,
            swapped: false,
        }
    }

    /// Reads the message to its end.
    pub(super) fn read(&mut self) {
        let end = self.said.words.len().min(READ);
        let mut k = 0;
        while k < end {
            self.gap(k);
            k = self.step(k).max(k + 1);
        }
    }

    /// What the marks before the word at `k` part.
    fn gap(&mut self, k: usize) {
        let said = self.said;
        let word = &said.words[k];
        match word.gap {
            Gap::Comma => {
                self.pause();
                self.run().behind_comma = true;
            }
            Gap::Stop => {
                // "W. E. B. Du Bois", "Sgt. Nunez"
                let short = k > 0 && (said.low(k - 1).chars().count() == 1 || listed(TITLES, said.low(k - 1)));
                if short && said.text[said.words[k - 1].end..word.start].trim() == "." {
                    return;
                }
                self.pause();
                self.run().behind_stop = true;
                let named = is_first_name(&word.low) && (!said.cased || word.is_capital()) && !is_common(&word.low);
                if named && self.muted != Muted::Other && !self.named_well() {
                    (self.muted, self.unfit) = (Muted::No, 0);
                }
            }
            // "as I said: ..."
            Gap::Colon if self.muted == Muted::Sentence => {
                self.pause();
                (self.muted, self.cued) = (Muted::No, true);
            }
            _ => {}
        }
    }

    /// Was a word said that is nothing but a name?
    fn named_well(&self) -> bool {
        self.runs.iter().flat_map(|r| &r.words).any(|w| is_first_name(&w.low))
    }

    fn run(&mut self) -> &mut Run {
        if self.runs.is_empty() {
            self.runs.push(Run::default());
        }
        let at = self.runs.len() - 1;
        &mut self.runs[at]
    }

    /// What follows stands by itself; a cue waits for its words.
    fn pause(&mut self) {
        if !self.run().words.is_empty() && self.runs.len() < READ {
            self.runs.push(Run::default());
        }
    }

    fn named(&self) -> bool {
        self.runs.iter().any(|r| !r.words.is_empty())
    }

    /// Takes what stands at `k`; gives the place behind.
    fn step(&mut self, k: usize) -> usize {
        let said = self.said;
        let (low, next) = (said.low(k), said.low(k + 1));
        let word = &said.words[k];
        if let Some(behind) = self.cue(k) {
            return behind;
        }
        let relation = |low: &str| listed(RELATIONS, low.strip_suffix("'s").unwrap_or(low));
        let owned = k > 0 && said.low(k - 1).ends_with("'s");
        if relation(low) && (owned || !(self.named() && said.breaks(k + 1))) && k > 0 {
            // "his wife anna", "peter's wife anna" is the customer; "my wife anna" is not
            let whose = said.low(k - 1).strip_suffix("'s").unwrap_or_default();
            let taken = self.run().words.pop_if(|piece| piece.low == whose).is_some();
            self.pause();
            let own = (matches!(said.low(k - 1), "his" | "her" | "their") || taken) && !low.ends_with("'s");
            self.muted = match said.low(k - 1) {
                _ if own => Muted::No,
                "your" => Muted::Sentence,
                _ => Muted::Other,
            };
            return k + 1;
        }
        let inside =
            said.words.get(k + 1).is_some_and(|w| w.gap == Gap::Tight && said.text[word.end..].starts_with('.'));
        if said.text[word.end..].starts_with('@') || inside {
            self.muted = Muted::Done;
            return k + 1;
        }
        if self.muted == Muted::No
            && !self.named()
            && let Some(behind) = initials(said, k)
        {
            let initials = said.words[k..behind].iter().map(|w| format!("{}.", w.text.to_uppercase()));
            let shown = initials.collect::<Vec<_>>().join(" ");
            self.run().words.push(Piece { low: shown.to_lowercase(), shown, at: word.start });
            return behind;
        }
        if self.muted == Muted::No
            && let Some((letters, behind)) = letter_run(said, k)
        {
            self.letters.push(letters);
            self.pause();
            return behind;
        }
        if !word.is_alphabetic() || listed(NUMBERS, low) || low == "double" && listed(NUMBERS, next) {
            return self.done(k);
        }
        if matches!(low, "at" | "dot" | "underscore") {
            // "... nils at holm dot se": the word before is the address's
            if self.muted == Muted::No && (low != "at" || said.words.len() > k + 1) {
                let run = self.run();
                run.words.pop();
            }
            return self.done(k);
        }
        if listed(OTHERS, low) {
            return self.done(k);
        }
        if low == "comma" {
            self.pause();
            self.run().comma = true;
            return k + 1;
        }
        if low == "with" || low == "w" && matches!(next, "a" | "an") {
            // "with a y", "with two l's"
            let mut to = k + 1;
            while matches!(said.low(to), "a" | "an" | "one" | "two" | "the" | "double" | "letter" | "capital") {
                to += 1;
            }
            let letter =
                said.low(to).trim_end_matches("'s").chars().count() == 1 || spelled::is_letter_name(said.low(to));
            if to > k + 1 && letter {
                // "sarah mills sarah with an h": the name is said again to tell how it is written
                let again = k.checked_sub(1).map_or("", |before| said.low(before));
                let words = || self.runs.iter().flat_map(|r| &r.words);
                if words().filter(|w| w.low == again).count() > 1 && words().last().is_some_and(|w| w.low == again) {
                    self.run().words.pop();
                    self.pause();
                }
                return to + 1;
            }
            return self.done(k);
        }
        if matches!(low, "as" | "like") && next == "in" && self.named() {
            return k + if matches!(said.low(k + 2), "the" | "a") { 4 } else { 3 };
        }
        // "same vartanian": as somebody's who was spoken of
        if low == "same" && k == 0 {
            return k + 1;
        }
        // "whitehorse like white and horse", "rose like the flower": what follows tells how it sounds
        if low == "like" && self.voice && self.named() {
            return self.done(k);
        }
        if low == "and" {
            let goes_on = !self.named() || said.low(k + 1) == "my" && self.is_cue(k + 2) || self.is_cue(k + 1);
            if goes_on {
                self.pause();
                return k + 1;
            }
            return self.done(k);
        }
        // "double barrelled smith hyphen taylor"
        if low == "double" && matches!(next, "barrelled" | "barreled" | "barrel") {
            return k + 2;
        }
        if listed(TAKES_BACK, low) || low == "i" && matches!(next, "mean" | "meant") {
            self.pause();
            if self.muted != Muted::Other {
                self.muted = Muted::No;
            }
            self.run().instead = true;
            return if low == "i" { k + 2 } else { k + 1 };
        }
        if let Some(behind) = self.start(k) {
            return behind;
        }
        if matches!(low, "spelled" | "spelt" | "spelling" | "spell" | "capital" | "space")
            || listed(FILLERS, low) && !is_first_name(low)
        {
            self.pause();
            return k + 1;
        }
        if listed(TITLES, low) && !(self.named() && low.len() > 4) {
            self.pause();
            self.run().titled = true;
            return k + 1;
        }
        if listed(SUFFIXES, low)
            || low == "the" && matches!(next, "third" | "second" | "fourth" | "junior" | "elder") && said.breaks(k + 2)
        {
            self.pause();
            return if low == "the" { k + 2 } else { k + 1 };
        }
        self.word(k)
    }

    fn done(&mut self, k: usize) -> usize {
        self.pause();
        if self.muted != Muted::Other {
            self.muted = Muted::Done;
        }
        k + 1
    }

    fn is_cue(&self, k: usize) -> bool {
        cue_at(self.said, k).is_some_and(|(part, _)| part != Part::Whole)
    }

    /// "last name's ...", "first name is ...", "... is my last name"
    fn cue(&mut self, k: usize) -> Option<usize> {
        let said = self.said;
        if said.low(k) == "is"
            && matches!(said.low(k + 1), "my" | "the" | "a")
            && let Some((part, behind)) = cue_at(said, k + 2)
        {
            if self.muted == Muted::No
                && part != Part::Whole
                && let Some(run) = self.runs.iter_mut().rev().find(|r| !r.words.is_empty())
            {
                run.part = Some(part);
                run.instead = false;
            }
            self.pause();
            return Some(behind);
        }
        let (part, behind) = cue_at(said, k)?;
        // "(family name first)"
        if part == Part::Last && said.low(behind) == "first" && said.breaks(behind + 1) && self.named() {
            self.swapped = true;
            return Some(behind + 1);
        }
        let before = if k > 0 { said.low(k - 1) } else { "" };
        if matches!(before, "his" | "her" | "their" | "your") || before.ends_with("'s") && !is_everyday(before) {
            self.pause();
            self.muted = Muted::Other;
            return Some(behind);
        }
        if self.muted == Muted::Other && before != "my" {
            return Some(behind);
        }
        self.pause();
        self.muted = Muted::No;
        self.cued = true;
        if !self.run().words.is_empty() {
            self.runs.push(Run::default());
        }
        self.run().part = (part != Part::Whole).then_some(part);
        self.run().instead = part == Part::Whole && before == "my";
        Some(behind)
    }

    /// "it's ...", "under ...", "i'm ..."
    fn start(&mut self, k: usize) -> Option<usize> {
        let low = self.said.low(k);
        // "i spell it ...", "i'll spell that"
        if listed("i i'll", low) && listed("spell", self.said.low(k + 1)) {
            self.pause();
            return Some(k + 2 + usize::from(listed("it that", self.said.low(k + 2))));
        }
        if !listed(STARTS, low) || is_first_name(low) {
            return None;
        }
        self.pause();
        let own = matches!(low, "i'm" | "im" | "i");
        if own && self.muted == Muted::Other || matches!(low, "i'm" | "this") {
            self.run().instead = true;
        }
        match self.muted {
            Muted::Other if !own => {}
            Muted::Done if !own => {}
            // "i want ..."
            _ if low == "i" && self.said.low(k + 1) != "am" => {
                self.unfit += 1;
                self.muted = if self.named() { Muted::Done } else { Muted::Sentence };
            }
            _ => {
                self.cued |= self.muted != Muted::No || !matches!(low, "is" | "that" | "be" | "would");
                self.muted = Muted::No;
            }
        }
        Some(k + 1)
    }

    /// A word of the name, or none.
    fn word(&mut self, k: usize) -> usize {
        let said = self.said;
        let (word, low) = (&said.words[k], said.low(k));
        if self.muted != Muted::No {
            return k + 1;
        }
        let single = low.chars().count() == 1;
        let open = !self.run().words.is_empty();
        let particle = listed(PARTICLES, low);
        let closes =
            said.words.get(k + 1).is_none_or(|w| w.gap != Gap::Space || listed(FILLERS, &w.low) || w.low == "and");
        let behind = said.words.get(k + 1).filter(|w| w.gap == Gap::Space && w.is_alphabetic());
        let goes_on =
            behind.is_some_and(|w| w.low.chars().count() > 1 && !is_function(&w.low) || listed(PARTICLES, &w.low));
        // "o brien", "mc donald", "d angelo"
        if matches!(low, "o" | "mc") || self.voice && low == "d" {
            // as typed in writing
            if let (false, Some(rest)) =
                (self.voice, behind.filter(|w| w.low.chars().count() > 2 && !is_function(&w.low)))
            {
                let shown = said.text[word.start..rest.end].to_owned();
                self.run().words.push(Piece { shown, low: format!("{low}{}", rest.low), at: word.start });
                return k + 2;
            }
        }
        if self.voice
            && matches!(low, "o" | "mc" | "d")
            && let Some(rest) = behind.filter(|w| w.low.chars().count() > 2 && !is_function(&w.low))
        {
            let shown = if low == "mc" {
                format!("Mc{}", cased(rest.text))
            } else {
                format!("{}'{}", low.to_uppercase(), cased(rest.text))
            };
            let plain = format!("{low}{}", rest.low);
            self.run().words.push(Piece { shown, low: plain, at: word.start });
            return k + 2;
        }
        // "anna hyphen lena"
        if matches!(low, "hyphen" | "dash")
            && open
            && let Some(rest) = behind
        {
            let part = cased(rest.text);
            if let Some(last) = self.run().words.last_mut() {
                last.shown = format!("{}-{part}", last.shown);
                last.low = format!("{}-{}", last.low, rest.low);
            }
            return k + 2;
        }
        // where capitals are used, a name has one
        let inner = word.text.chars().any(char::is_uppercase);
        let known = is_first_name(low) || is_surname(low) || particle || inner;
        if !self.voice && said.cased && !known {
            // "Dr. Alexis saw me": about somebody
            if open && self.run().titled {
                self.run().words.clear();
                self.run().titled = false;
            }
            self.unfit += usize::from(!self.named());
            self.muted = if self.named() { Muted::Done } else { Muted::Sentence };
            return k + 1;
        }
        // a middle initial is of neither name
        if single && !(particle && goes_on) && !matches!(low, "i") {
            return k + 1;
        }
        if listed(NO_NAMES, low) {
            self.unfit += 1;
            return self.done(k);
        }
        // "peter becker becker dairy": the house that bears the name
        let bears = self.voice && k > 1 && said.low(k - 1) == said.low(k - 2) && company::is_trade(low);
        if bears && open {
            return self.done(k);
        }
        // "amara bello lagos general hospital": the house somebody calls from
        let trade = |n: usize| said.words.get(n).is_some_and(|w| w.gap == Gap::Space) && company::is_trade(said.low(n));
        if open && is_city(low) && (trade(k + 1) || !said.breaks(k + 1) && trade(k + 2)) {
            return self.done(k);
        }
        let family = is_surname(low) && (open || closes && k < 4);
        let written = !self.voice && open && word.is_capital() && word.text.chars().any(char::is_lowercase);
        let given = is_first_name(low) || particle && goes_on || written && closes;
        if is_function(low) && !family && !given || low.ends_with("n't") || low.ends_with("'ll") {
            self.pause();
            self.unfit += usize::from(!self.named());
            self.muted = if self.named() { Muted::Done } else { Muted::Sentence };
            return k + 1;
        }
        let initial = self.run().words.last().is_some_and(|w| w.shown.ends_with('.'));
        let named = is_surname(low) || particle || written && initial;
        if is_everyday(low) && !named {
            // behind a name an everyday word goes on with something else; the last one may be misheard
            if self.run().part.is_none() && (open && !closes || !open && self.named()) {
                return self.done(k);
            }
        }
        if particle && !goes_on && !is_first_name(low) && !open {
            return k + 1;
        }
        let shown = word.text.strip_suffix("'s").unwrap_or(word.text).to_owned();
        self.run().words.push(Piece { shown, low: low.strip_suffix("'s").unwrap_or(low).to_owned(), at: word.start });
        k + 1
    }
}

/// A cue for a part of the name at `k`, with the place behind it.
pub(super) fn cue_at(said: &Said<'_>, k: usize) -> Option<(Part, usize)> {
    let named = |k: usize| matches!(said.low(k), "name" | "names" | "name's");
    let (part, mut behind) = match said.low(k) {
        "first" | "given" | "christian" if named(k + 1) => (Part::First, k + 2),
        "last" | "family" | "second" if named(k + 1) => (Part::Last, k + 2),
        "full" if named(k + 1) => (Part::Whole, k + 2),
        "surname" | "surname's" | "lastname" => (Part::Last, k + 1),
        "forename" | "firstname" => (Part::First, k + 1),
        "first" if matches!(said.low(k + 1), "is" | "was") => (Part::First, k + 1),
        "last" if matches!(said.low(k + 1), "is" | "was") => (Part::Last, k + 1),
        "name" | "names" | "name's" => (Part::Whole, k + 1),
        // "moje imię i nazwisko to ...", "mam na imię ..."
        "imię" | "imie" if said.has(k + 1, &["i", "nazwisko"]) => (Part::Whole, k + 3),
        "imię" | "imie" => (Part::Whole, k + 1),
        // "i nazwisko to Jan Kot"
        "nazwisko" if said.low(k + 1) == "to" && is_first_name(said.low(k + 2)) && !said.breaks(k + 3) => {
            (Part::Whole, k + 1)
        }
        "nazwisko" => (Part::Last, k + 1),
        _ => return None,
    };
    while matches!(said.low(behind), "is" | "was" | "it's" | "as" | "that's" | "would" | "be" | "to" | "brzmi")
        && behind < k + 5
    {
        behind += 1;
    }
    Some((part, behind))
}

/// Letters said one after the other from `k` on; at least three, or two that end the message.
fn letter_run(said: &Said<'_>, k: usize) -> Option<(Letters, usize)> {
    let single = |k: usize| said.words.get(k).is_some_and(|w| w.low.chars().count() == 1 && w.is_alphabetic());
    let sound = |k: usize| spelled::is_letter_name(said.low(k));
    let word = |k: usize| spelled::alphabet(said.low(k)).is_some();
    let letter =
        |k: usize| single(k) || sound(k) || word(k) || said.low(k) == "double" && (single(k + 1) || sound(k + 1));
    let mut to = k;
    let mut count = 0;
    while to < said.words.len().min(k + 64) {
        let low = said.low(to);
        let chopped = low.contains('-') && low.split('-').all(|p| p.chars().count() == 1);
        if to > k && said.words[to].gap == Gap::Stop && !single(to) {
            break;
        }
        if single(to) {
            count += 1;
            to += 1;
            if said.has(to, &["as", "in"]) || said.has(to, &["like", "in"]) {
                to += 3;
            } else if matches!(said.low(to), "for" | "like" | "as") && said.low(to + 1).starts_with(low) {
                to += 2;
            }
        } else if matches!(low, "double" | "triple") && letter(to + 1) {
            count += 1;
            to += 1;
        } else if chopped {
            count += low.split('-').count();
            to += 1;
        } else if word(to) && (count > 0 || letter(to + 1) && letter(to + 2))
            || sound(to) && (count > 0 || letter(to + 1))
        {
            count += 1;
            to += 1;
        } else if count > 0
            && (letter(to + 1) || letter(to + 2) && said.low(to + 1) == "space")
            && matches!(
                low,
                "then" | "space" | "apostrophe" | "hyphen" | "dash" | "capital" | "um" | "uh" | "and" | "another"
            )
        {
            to += 1;
        } else {
            break;
        }
    }
    let to = to.min(said.words.len());
    (count > 2 || count == 2 && k > 0 && to == said.words.len())
        .then(|| (spelled::letters_in(said, k, to), to))
        .filter(|(letters, _)| letters.text.chars().count() > 1)
}

/// The place behind up to three single letters that a name follows.
fn initials(said: &Said<'_>, k: usize) -> Option<usize> {
    let single = |k: usize| said.words.get(k).is_some_and(|w| w.low.chars().count() == 1 && w.is_alphabetic());
    let behind = (k..k + 4).find(|&i| !single(i))?;
    let lone = behind == k + 1 && matches!(said.low(k), "a" | "i" | "o" | "d" | "e" | "y");
    let name = |w: &super::words::Word<'_>| {
        (w.gap == Gap::Space || w.gap == Gap::Stop && said.text[..w.start].trim_end().ends_with('.'))
            && w.is_alphabetic()
            && w.low.chars().count() > 1
            && (!is_everyday(&w.low) || is_surname(&w.low) || said.cased && w.is_capital())
    };
    (behind > k && !lone && said.words.get(behind).is_some_and(name)).then_some(behind)
}
