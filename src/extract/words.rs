//! A message cut into words, and the word lists that tell a name from an everyday word.
//!
//! Owns tokens, gaps between them and the lists in `words/`. Must not know what any attribute looks like. The lists are
//! general ones, written for this program: they hold what a word *may* be, never whose name it is.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// How much of one message is looked at, in bytes. Nobody states an address beyond this; a hostile message may be 10 MB.
pub(super) const LOOKED_AT: usize = 64 * 1024;
/// How many words of one message are looked at.
const MAX_WORDS: usize = 8192;

/// What stands between a word and the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// The message begins here.
    Start,
    /// Spaces only.
    Space,
    /// A dash, slash, dot without a space: parts of one thing.
    Tight,
    /// A comma, or brackets.
    Comma,
    /// A colon.
    Colon,
    /// The end of a sentence or of a line.
    Stop,
}

/// A word, number or mixture of both.
#[derive(Debug, Clone)]
pub(super) struct Word<'a> {
    /// As written.
    pub text: &'a str,
    /// In lower case.
    pub low: Cow<'a, str>,
    /// What stands before it.
    pub gap: Gap,
    /// Its byte offset.
    pub start: usize,
    /// The byte offset behind it.
    pub end: usize,
}

impl Word<'_> {
    pub(super) fn is_digits(&self) -> bool {
        self.text.bytes().all(|b| b.is_ascii_digit())
    }

    pub(super) fn is_capital(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// Letters with apostrophes, hyphens or full stops inside: what a name may look like.
    pub(super) fn is_alphabetic(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_alphabetic)
            && !self.text.chars().any(|c| c.is_numeric() || c == '_' || c == '&')
    }
}

/// One message, cleaned and cut.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub text: &'a str,
    pub words: Vec<Word<'a>>,
    /// Capitals mean something in it: it has both capitals and small initials.
    pub cased: bool,
}

/// The part of a message that is looked at, with typographic apostrophes made plain and invisible marks taken out.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let mut end = text.len().min(LOOKED_AT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control() && b != b'\n') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .filter(|c| !is_invisible(*c))
            .map(|c| match c {
                '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{ff07}' => '\'',
                '\u{a0}' | '\u{202f}' | '\u{2007}' => ' ',
                '\u{2010}' | '\u{2011}' => '-',
                // full width
                c @ ('\u{ff0b}'
                | '\u{ff0d}'
                | '\u{ff0e}'
                | '\u{ff10}'..='\u{ff19}'
                | '\u{ff20}'..='\u{ff3a}'
                | '\u{ff41}'..='\u{ff5a}') => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
                c if c.is_control() && c != '\n' => ' ',
                c => c,
            })
            .collect(),
    )
}

/// Zero-width and bidirectional controls: they change how text looks, not what it says. The joiners stay out of it:
/// Indic scripts and emoji need them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}' | '\u{61c}')
}

/// Letters, digits and the marks that belong to them.
pub(super) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_mark(c)
}

/// Combining marks, which belong to the letter before. Only the blocks that living names use.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}'
        | '\u{93a}'..='\u{94f}' | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9cd}' | '\u{a01}'..='\u{a03}' | '\u{a3c}'..='\u{a4d}'
        | '\u{abc}'..='\u{acd}' | '\u{b3c}'..='\u{b57}' | '\u{bbe}'..='\u{bcd}' | '\u{c3e}'..='\u{c56}' | '\u{cbc}'..='\u{cd6}'
        | '\u{d3b}'..='\u{d4d}' | '\u{dca}'..='\u{ddf}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{200c}' | '\u{200d}')
}

/// Of a script that is written without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

impl<'a> Said<'a> {
    /// Cuts text that went through [`clean`].
    pub(super) fn new(text: &'a str) -> Self {
        let mut words: Vec<Word<'a>> = Vec::new();
        let mut chars = text.char_indices().peekable();
        let mut gap_from = 0;
        while let Some((start, c)) = chars.next() {
            if !is_word_char(c) {
                continue;
            }
            let mut end = start + c.len_utf8();
            while let Some(&(i, c)) = chars.peek() {
                // an apostrophe or hyphen inside a word belongs to it
                let inside = matches!(c, '\'' | '-')
                    && text[i + c.len_utf8()..].chars().next().is_some_and(char::is_alphanumeric)
                    && text[..i].chars().next_back().is_some_and(char::is_alphabetic);
                // "電話は03": such scripts have no spaces
                let before = text[..i].chars().next_back();
                let glued = before
                    .is_some_and(|b| is_unspaced(b) && c.is_ascii_digit() || b.is_ascii_digit() && is_unspaced(c));
                if !is_word_char(c) && !inside || glued {
                    break;
                }
                end = i + c.len_utf8();
                chars.next();
            }
            let gap = if words.is_empty() { Gap::Start } else { gap_between(&text[gap_from..start]) };
            let word = &text[start..end];
            let low = if word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
                Cow::Borrowed(word)
            } else {
                Cow::Owned(word.to_lowercase())
            };
            words.push(Word { text: word, low, gap, start, end });
            gap_from = end;
            if words.len() == MAX_WORDS {
                break;
            }
        }
        let cased = words.iter().any(Word::is_capital) && words.iter().any(|w| w.text.starts_with(char::is_lowercase));
        Self { text, words, cased }
    }

    /// The text as far as its words are known.
    pub(super) fn looked_at(&self) -> &'a str {
        match self.words.last() {
            Some(last) if self.words.len() == MAX_WORDS => &self.text[..last.end],
            _ => self.text,
        }
    }

    /// The lower-case word at `i`, or nothing.
    pub(super) fn low(&self, i: usize) -> &str {
        self.words.get(i).map_or("", |w| &w.low)
    }

    /// Do these words stand at `i`, with nothing but spaces between them?
    pub(super) fn has(&self, i: usize, phrase: &[&str]) -> bool {
        phrase.iter().enumerate().all(|(k, p)| {
            self.words.get(i + k).is_some_and(|w| w.low == *p && (k == 0 || matches!(w.gap, Gap::Space | Gap::Tight)))
        })
    }

    /// Is any of these words in it?
    pub(super) fn any(&self, list: &[&str]) -> bool {
        self.words.iter().any(|w| list.contains(&&*w.low))
    }

    /// Does something end before the word at `i`: a sentence, a clause, the message?
    pub(super) fn breaks(&self, i: usize) -> bool {
        self.words.get(i).is_none_or(|w| matches!(w.gap, Gap::Start | Gap::Comma | Gap::Colon | Gap::Stop))
    }
}

fn gap_between(between: &str) -> Gap {
    let mut gap = if between.is_empty() { Gap::Tight } else { Gap::Space };
    let spaced = between.chars().any(char::is_whitespace);
    let mut trailing = false;
    for c in between.chars() {
        let new = match c {
            '\n' | '!' | '?' | ';' | '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '\u{61f}' => Gap::Stop,
            '.' if spaced => Gap::Stop,
            ',' | '(' | ')' | '[' | ']' | '"' | '<' | '>' | '\u{ff0c}' | '\u{3001}' | '\u{60c}' => Gap::Comma,
            ':' | '=' => Gap::Colon,
            '-' | '\u{2013}' | '\u{2014}' if spaced => Gap::Comma,
            c if c.is_whitespace() => {
                trailing = true;
                continue;
            }
            _ if spaced && trailing => Gap::Comma,
            _ => Gap::Tight,
        };
        if new as u8 > gap as u8 {
            gap = new;
        }
    }
    gap
}

/// Is it one of the words of a short list, which is written with spaces between?
pub(super) fn listed(list: &'static str, low: &str) -> bool {
    // whether a word begins alike is told for many bytes at once
    const AT_ONCE: usize = 32;
    let outline = Outline::of(list);
    let (list, word) = (list.as_bytes(), low.as_bytes());
    let n = word.len();
    let (Some(&first), Some(&last)) = (word.first(), word.last()) else { return false };
    // asked very often, mostly in vain
    if n > list.len() || !outline.may_hold(first, last, n) || word.contains(&b' ') {
        return false;
    }
    let apart = |i: usize| list.get(i).is_none_or(u8::is_ascii_whitespace);
    let stands = |i: usize| (i == 0 || apart(i - 1)) && apart(i + n) && list.get(i..i + n).is_some_and(|w| w == word);
    let starts = list.len() - n + 1;
    let mut at = 0;
    while let (Some(heads), Some(tails)) = (list.get(at..at + AT_ONCE), list.get(at + n - 1..at + n - 1 + AT_ONCE)) {
        let alike = heads.iter().zip(tails).fold(false, |any, (h, t)| any | ((*h == first) & (*t == last)));
        if alike && (at..at + AT_ONCE).any(|i| list[i] == first && stands(i)) {
            return true;
        }
        at += AT_ONCE;
    }
    // the rest of a long list once more with what was before it
    let rest = starts.saturating_sub(AT_ONCE);
    if let (true, Some(heads), Some(tails)) = (at > 0 && at < starts, list.get(rest..starts), list.get(rest + n - 1..))
    {
        let alike = heads.iter().zip(tails).fold(false, |any, (h, t)| any | ((*h == first) & (*t == last)));
        if !alike {
            return false;
        }
    }
    (at..starts).any(|i| list[i] == first && stands(i))
}

/// What the words of a list have in common: with which letters they begin and end, and how long they are, as bits.
#[derive(Clone, Copy)]
struct Outline {
    /// Where the list begins, and its length: a list of the program is nowhere else.
    list: (usize, usize),
    firsts: u32,
    lasts: u32,
    lengths: u32,
}

impl Outline {
    const SEATS: usize = 4096;
    const NONE: Self = Self { list: (0, 0), firsts: 0, lasts: 0, lengths: 0 };

    /// The list's, as it was made out before where no other one took its seat.
    fn of(list: &'static str) -> Self {
        thread_local! {
            static SEEN: [Cell<Outline>; Outline::SEATS] = const { [const { Cell::new(Outline::NONE) }; Outline::SEATS] };
        }
        let key = (list.as_ptr().addr(), list.len());
        SEEN.with(|seen| {
            let seat = &seen[(key.0.wrapping_mul(0x9E37_79B9) >> 12 ^ key.1) % Self::SEATS];
            let known = seat.get();
            if known.list == key {
                return known;
            }
            let mut made = Self { list: key, ..Self::NONE };
            for word in list.split_ascii_whitespace().map(str::as_bytes) {
                if let (Some(&first), Some(&last)) = (word.first(), word.last()) {
                    made.firsts |= Self::bit(first.into());
                    made.lasts |= Self::bit(last.into());
                    made.lengths |= Self::bit(word.len());
                }
            }
            seat.set(made);
            made
        })
    }

    fn bit(n: usize) -> u32 {
        1 << (n % 32)
    }

    fn may_hold(&self, first: u8, last: u8, length: usize) -> bool {
        self.firsts & Self::bit(first.into()) != 0
            && self.lasts & Self::bit(last.into()) != 0
            && self.lengths & Self::bit(length) != 0
    }
}

type Set = HashSet<&'static str>;

fn set(text: &'static str) -> Set {
    text.split_ascii_whitespace().collect()
}

static FUNCTION: LazyLock<Set> = LazyLock::new(|| set(include_str!("words/function.txt")));
static COMMON: LazyLock<Set> = LazyLock::new(|| set(include_str!("words/common.txt")));
static FIRST: LazyLock<Set> = LazyLock::new(|| set(include_str!("words/first_names.txt")));
static SURNAMES: LazyLock<Set> = LazyLock::new(|| set(include_str!("words/surnames.txt")));
static SURNAME_WORDS: LazyLock<Set> = LazyLock::new(|| set(include_str!("words/surname_words.txt")));
static CITIES: LazyLock<Set> = LazyLock::new(|| include_str!("words/cities.txt").split(['|', '\n']).collect());

/// Grammar: pronouns, prepositions, auxiliaries, greetings, yes and no.
pub(super) fn is_function(low: &str) -> bool {
    FUNCTION.contains(low)
}

/// Is it English, as far as its words tell?
pub(super) fn is_english(said: &Said<'_>) -> bool {
    let words = said.words.iter().filter(|w| w.is_alphabetic());
    let (known, all) = words.fold((0, 0), |(known, all), w| (known + usize::from(is_common(&w.low)), all + 1));
    known * 3 >= all && all > 0
}

/// An everyday word that is no name by itself (a function word is one too).
pub(super) fn is_everyday(low: &str) -> bool {
    (COMMON.contains(low) || FUNCTION.contains(low)) && !FIRST.contains(low)
}

/// An everyday word whether or not it is also somebody's name.
pub(super) fn is_common(low: &str) -> bool {
    COMMON.contains(low) || FUNCTION.contains(low)
}

/// A frequent given name.
pub(super) fn is_first_name(low: &str) -> bool {
    FIRST.contains(low)
}

/// A frequent family name, everyday words among them.
pub(super) fn is_surname(low: &str) -> bool {
    SURNAMES.contains(low) || SURNAME_WORDS.contains(low)
}

/// A large city.
pub(super) fn is_city(low: &str) -> bool {
    CITIES.contains(low)
}

/// The given names of the list, for finding one that a spelling holds.
pub(super) fn all_first_names() -> impl Iterator<Item = &'static str> {
    FIRST.iter().copied()
}

/// The family names of the list.
pub(super) fn all_surnames() -> impl Iterator<Item = &'static str> {
    SURNAMES.iter().copied()
}

/// The cities of the list.
pub(super) fn all_cities() -> impl Iterator<Item = &'static str> {
    CITIES.iter().copied()
}

const STATES: &str = "alabama al alaska ak arizona az arkansas ar california ca colorado co connecticut ct delaware de florida fl \
    georgia ga hawaii hi idaho id illinois il indiana in iowa ia kansas ks kentucky ky louisiana la maine me maryland md \
    massachusetts ma michigan mi minnesota mn mississippi ms missouri mo montana mt nebraska ne nevada nv new_hampshire nh \
    new_jersey nj new_mexico nm new_york ny north_carolina nc north_dakota nd ohio oh oklahoma ok oregon or pennsylvania pa \
    rhode_island ri south_carolina sc south_dakota sd tennessee tn texas tx utah ut vermont vt virginia va washington wa \
    west_virginia wv wisconsin wi wyoming wy district_of_columbia dc puerto_rico pr ontario on british_columbia bc alberta ab \
    manitoba mb saskatchewan sk nova_scotia ns new_brunswick nb";

static STATE: LazyLock<HashMap<String, bool>> =
    LazyLock::new(|| STATES.split_ascii_whitespace().map(|s| (s.replace('_', " "), s.len() == 2)).collect());

/// How many words from `i` on name a state of the USA or a province of Canada, and whether as its two letters.
pub(super) fn state_at(said: &Said<'_>, i: usize) -> Option<(usize, bool)> {
    let first = said.words.get(i)?;
    if let Some(second) = said.words.get(i + 1).filter(|w| w.gap == Gap::Space)
        && matches!(&*first.low, "new" | "north" | "south" | "west" | "rhode" | "puerto" | "british" | "nova")
        && STATE.contains_key(&format!("{} {}", first.low, second.low))
    {
        return Some((2, false));
    }
    STATE.get(&*first.low).map(|short| (1, *short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_words_and_tells_the_gaps() {
        let said = Said::new("Hi, I'm Jean-Luc. Call: 0-12 o'neil");
        let words: Vec<(&str, Gap)> = said.words.iter().map(|w| (w.text, w.gap)).collect();
        assert_eq!(
            words,
            [
                ("Hi", Gap::Start),
                ("I'm", Gap::Comma),
                ("Jean-Luc", Gap::Space),
                ("Call", Gap::Stop),
                ("0", Gap::Colon),
                ("12", Gap::Tight),
                ("o'neil", Gap::Space)
            ]
        );
        assert!(said.cased);
    }

    #[test]
    fn cleans_and_bounds() {
        assert_eq!(clean("０９０-１２３４ ａｎａ＠ｘ．example？"), "090-1234 ana@x.example？");
        assert_eq!(clean("it\u{2019}s \u{202e}me"), "it's me");
        assert_eq!(clean("T\u{7f}cson,\tAZ\n"), "T cson, AZ\n");
        let long = "é".repeat(LOOKED_AT);
        assert!(clean(&long).len() <= LOOKED_AT);
    }

    #[test]
    fn lists_tell_names_from_words() {
        assert!(is_first_name("maria") && !is_everyday("maria"));
        assert!(is_everyday("pizza") && is_everyday("the"));
        assert!(is_surname("white") && is_common("white"));
        assert_eq!(state_at(&Said::new("new york ny"), 0), Some((2, false)));
        assert_eq!(state_at(&Said::new("ny"), 0), Some((1, true)));
    }
}
