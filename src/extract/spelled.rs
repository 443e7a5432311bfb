//! Letters and digits said aloud: spelling alphabets, "double l", "m as in Mike", number words.
//!
//! Owns how sounds become characters. Must not know what they spell.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::{Said, listed};

/// Spelling alphabets: NATO, and the everyday words that people use for it.
const ALPHABET: &str = "a:alpha,alfa,apple b:bravo c:charlie d:delta,david e:echo f:foxtrot,freddie g:golf,george h:hotel,harry \
    i:india,igloo j:juliet,juliett k:kilo l:lima m:mike,mother n:november o:oscar p:papa,peter q:quebec,queen r:romeo,roger \
    s:sierra,sugar t:tango,tommy u:uniform v:victor w:whiskey,whisky x:xray,x-ray y:yankee,yellow z:zulu,zebra";

/// How a recogniser writes the name of a letter.
const SOUNDS: &str = "a:ay,hey,eh b:be,bee c:see,sea,cee d:dee e:ee,he f:ef,eff g:gee h:aitch,haitch,age,page,paige i:eye j:jay k:kay,okay,ok \
    l:el,ell,hell m:em n:en,and,an,in o:oh p:pee,pea q:queue,cue r:are,ar,our s:ass,ess,yes,as t:tea,tee u:you,yew v:vee x:ex y:why \
    z:zed,zedd,zee,said,that,set";

/// The names of letters that are no everyday words.
const LETTER_NAMES: &str = "zee zed zedd bee cee dee ee eff gee aitch haitch jay kay ell em en pee cue ess tee vee ex";

/// Number words, and what a recogniser writes for them.
const DIGITS: &str = "0:zero,oh,o,nought,nil 1:one,won 2:two,to,too 3:three,free,tree 4:four,for,fore,full 5:five 6:six,sick 7:seven \
    8:eight,ate 9:nine,mine";

type Table = LazyLock<HashMap<&'static str, char>>;

fn table(text: &'static str) -> HashMap<&'static str, char> {
    text.split_ascii_whitespace()
        .filter_map(|entry| entry.split_once(':'))
        .flat_map(|(c, words)| words.split(',').filter_map(|w| Some((w, c.chars().next()?))))
        .collect()
}

static ALPHABET_TABLE: Table = LazyLock::new(|| table(ALPHABET));
static SOUND_TABLE: Table = LazyLock::new(|| table(SOUNDS));
static DIGIT_TABLE: Table = LazyLock::new(|| table(DIGITS));

/// The letter that a word of a spelling alphabet stands for.
pub(super) fn alphabet(low: &str) -> Option<char> {
    ALPHABET_TABLE.get(low).copied()
}

/// The letter that a word sounds like.
pub(super) fn sound(low: &str) -> Option<char> {
    SOUND_TABLE.get(low).copied()
}

/// "zee", "aitch": a word that is nothing but a letter's name.
pub(super) fn is_letter_name(low: &str) -> bool {
    listed(LETTER_NAMES, low)
}

/// The digit that a word is or sounds like.
pub(super) fn digit(low: &str) -> Option<char> {
    DIGIT_TABLE.get(low).copied()
}

/// The digits spoken from word `i` on, and the word behind them. Only true number words begin such a run.
pub(super) fn digits(said: &Said<'_>, i: usize) -> (String, usize) {
    let mut out = String::new();
    let mut k = i;
    let mut times = 1;
    while k < said.words.len() && out.len() < 32 {
        let low = said.low(k);
        if said.words[k].is_digits() && low.len() <= 12 {
            out.push_str(&low.repeat(if low.len() == 1 { times } else { 1 }));
            times = 1;
        } else if matches!(low, "double" | "triple") {
            times = if low == "double" { 2 } else { 3 };
        } else if let Some(c) = digit(low)
            .filter(|_| !out.is_empty() || !matches!(low, "o" | "to" | "for" | "mine" | "full" | "free" | "too"))
        {
            out.extend(std::iter::repeat_n(c, times));
            times = 1;
        } else {
            break;
        }
        k += 1;
    }
    (out, k)
}

/// A name spelled out, as one run of small letters: "w i double l", "m as in Mike", "BR o o k s".
/// `clean` tells whether every word was a letter, a word of a spelling alphabet or a known sound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Letters {
    pub text: String,
    pub clean: bool,
    /// How many words were single letters or letters of a spelling alphabet.
    pub singles: usize,
    /// Nothing in it was a guess: letters, words of a spelling alphabet and names of letters.
    pub pure: bool,
    /// In words of a spelling alphabet alone.
    pub by_words: bool,
}

/// How many letters of one spelling are kept.
const MAX_LETTERS: usize = 48;

/// Reads words `from..` as letters.
pub(super) fn letters(said: &Said<'_>, from: usize) -> Letters {
    letters_in(said, from, said.words.len())
}

/// Reads words `from..to` as letters.
pub(super) fn letters_in(said: &Said<'_>, from: usize, to: usize) -> Letters {
    let mut out = Letters { clean: true, pure: true, by_words: true, ..Letters::default() };
    let mut k = from;
    let mut times = 1;
    while k < to && out.text.len() < MAX_LETTERS {
        let low = said.low(k);
        let count = low.chars().count();
        if matches!(low, "double" | "triple") {
            times = if low == "double" { 2 } else { 3 };
            k += 1;
            continue;
        }
        let mut piece = String::new();
        if count == 1 && low.chars().all(char::is_alphabetic) {
            piece.push_str(low);
            out.singles += 1;
            if said.has(k + 1, &["as", "in"]) || said.has(k + 1, &["like", "in"]) {
                k += 3;
            } else if said.low(k + 1) == "for" && said.low(k + 2).starts_with(low) {
                k += 2;
            }
        } else if let Some(c) = alphabet(low) {
            piece.push(c);
            out.singles += 1;
            out.text.push_str(&piece.repeat(times));
            times = 1;
            k += 1;
            continue;
        } else if matches!(
            low,
            "apostrophe" | "space" | "capital" | "hyphen" | "dash" | "then" | "new" | "word" | "um" | "uh"
        ) {
            k += 1;
            continue;
        } else if let Some(c) = sound(low).filter(|_| !said.words[k].text.chars().all(char::is_uppercase)) {
            piece.push(c);
            out.pure &= is_letter_name(low);
        } else if low.contains('-') && low.split('-').all(|p| p.chars().count() <= 2) {
            piece.extend(low.chars().filter(|c| *c != '-'));
            out.singles += piece.chars().count();
        } else if let Some(c) = low.strip_prefix("double").and_then(|rest| rest.chars().next()) {
            piece.push(c);
            times = 2;
        } else if low == "ow" && times == 2 {
            piece.push('w');
            times = 1;
        } else {
            let plain: String = low.chars().filter(|c| c.is_alphabetic()).collect();
            out.clean &= plain.chars().count() == count && count <= 3;
            out.pure = false;
            piece.push_str(&plain);
        }
        out.by_words = false;
        for _ in 0..if piece.chars().count() == 1 { times } else { 1 } {
            out.text.push_str(&piece);
        }
        times = 1;
        k += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> String {
        letters(&Said::new(text), 0).text
    }

    #[test]
    fn letters_in_all_ways() {
        assert_eq!(spelled("w i double l"), "will");
        assert_eq!(spelled("m as in Mike o l l y"), "molly");
        assert_eq!(spelled("Kilo India Tango"), "kit");
        assert_eq!(spelled("BR o o k s"), "brooks");
        assert_eq!(spelled("s-m-y-t-h-e"), "smythe");
        assert_eq!(spelled("o apostrophe n e i l"), "oneil");
        assert_eq!(spelled("s for sugar u e"), "sue");
    }

    #[test]
    fn digits_in_words() {
        assert_eq!(digits(&Said::new("nine three zero"), 0).0, "930");
        assert_eq!(digits(&Said::new("double five 1 two"), 0).0, "5512");
        assert_eq!(digits(&Said::new("to be"), 0).0, "");
    }
}
