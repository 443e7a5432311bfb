//! The words of a name said aloud, put together.
//!
//! Owns which words take the place of which, what is a repetition, and where the first name ends. Must not know how the
//! words were told from the others (`spoken`).

use super::asked::Asked;
use super::heard::{alike, title};
use super::proposal::sure;
use super::words::{is_first_name, is_surname, listed};

pub(super) const PARTICLES: &str = "de da do dos das del della di du la le van von der den ter bin ibn binti bint al el ben abu zu vom \
    zum ten dalla dello degli los las af av";

/// Vietnamese family names, which stand first.
pub(super) const VIETNAMESE: &str = "nguyen nguyễn tran trần pham phạm hoang hoàng huynh huỳnh phan vu vũ dang đặng bui bùi ngo ngô duong dương le lê do đỗ ho hồ vo võ dinh đinh trinh trịnh ly lý";

/// A word of a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// As it is shown.
    pub shown: String,
    /// In lower case.
    pub low: String,
    /// Where it begins, in bytes.
    pub at: usize,
}

/// The words of a later run join those before: a new start takes their place, a repetition adds nothing.
pub(super) fn join(base: &mut Vec<Piece>, run: Vec<Piece>, instead: bool) {
    let same = |a: &Piece, b: &Piece| a.low == b.low;
    let starts =
        |long: &[Piece], short: &[Piece]| short.len() <= long.len() && short.iter().zip(long).all(|(a, b)| same(a, b));
    if base.is_empty() || starts(&run, base) || run.iter().any(|w| same(w, &base[0])) && run.len() > base.len() {
        *base = run;
    } else if run.iter().all(|w| base.iter().any(|b| same(b, w))) {
        // "jane smith that's jane": nothing new
    } else if instead {
        if let ([new], true) = (&run[..], base.len() > 1) {
            // one word of two is said anew: the one that it sounds like, or else the last
            let close = |b: &Piece| alike(&b.low, &new.low);
            let at = usize::from(close(&base[0]) <= close(&base[base.len() - 1]));
            let at = if at == 0 { 0 } else { base.len() - 1 };
            base[at] = new.clone();
        } else {
            *base = run;
        }
    } else if base.len() == 1 && run.len() <= 3 || base.len() == 2 && run.len() == 1 && listed(PARTICLES, &base[1].low)
    {
        base.extend(run);
    } else if run.len() > 1 && base.len() < 2 {
        *base = run;
    }
}

/// "sam sam oakley", "john smith john smith": said twice, meant once.
pub(super) fn repeated(words: &mut Vec<Piece>) {
    for length in (1..=3).rev() {
        let mut i = 0;
        while i + 2 * length <= words.len() {
            if (0..length).all(|k| words[i + k].low == words[i + length + k].low) {
                words.drain(i..i + length);
            } else {
                i += 1;
            }
        }
    }
}

/// "bond james bond": the length of the family name before and behind.
pub(super) fn framed(words: &[Piece]) -> Option<usize> {
    let n = words.len();
    (1..=3).rev().find(|&l| 2 * l < n && (0..l).all(|k| words[k].low == words[n - l + k].low))
}

/// The given name that two words are when they are written with a hyphen.
pub(super) fn hyphened(one: &str, two: &str) -> Option<String> {
    let both = format!("{one}-{two}");
    is_first_name(&both).then_some(both)
}

/// Given names of two words, as Spanish and Portuguese have them; the second is no middle name.
const DOUBLES: &str = "josé luis|josé maría|josé antonio|josé manuel|josé miguel|josé ángel|josé carlos|josé ignacio|josé ramón|juan carlos|\
    juan josé|juan pablo|juan manuel|juan antonio|juan luis|luis miguel|luis fernando|luis alberto|luis ángel|luis enrique|\
    miguel ángel|carlos alberto|carlos andrés|carlos eduardo|marco antonio|víctor manuel|víctor hugo|francisco javier|jesús maría|\
    ana maría|ana sofía|ana isabel|ana paula|ana clara|ana luisa|maría josé|maría elena|maría luisa|maría isabel|maría teresa|\
    maría fernanda|maría eugenia|maría victoria|maría jesús|maría pilar|maría dolores|rosa maría|joão pedro|joão paulo|\
    joão victor|pedro henrique|luiz felipe|luiz fernando|maria eduarda|maria clara|maria luiza";

/// Are two words such a name, with or without their accents?
pub(super) fn double(one: &str, two: &str) -> bool {
    let plain = |c: char| match c {
        'á' | 'ã' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' | 'õ' => 'o',
        'ú' => 'u',
        c => c,
    };
    let same = |a: &str, b: &str| a.chars().map(plain).eq(b.chars().map(plain));
    DOUBLES.split('|').filter_map(|d| d.trim().split_once(' ')).any(|(a, b)| same(a, one) && same(b, two))
}

/// First and last name out of words without cues, with how sure that is.
pub(super) fn split(
    mut words: Vec<Piece>,
    asked: Asked,
    titled: bool,
    known: Option<&str>,
    first: &mut Vec<Piece>,
    last: &mut Vec<Piece>,
) -> f32 {
    let given = |w: &Piece| is_first_name(&w.low);
    let family =
        |w: &Piece| is_surname(&w.low) || w.low.split_once('-').is_some_and(|(a, b)| is_surname(a) && is_surname(b));
    let particle = |w: &Piece| listed(PARTICLES, &w.low);
    let only_last = asked.has(Asked::LAST) && !asked.has(Asked::NAME.with(Asked::FIRST));
    let only_first = asked.has(Asked::FIRST) && !asked.has(Asked::NAME.with(Asked::LAST));
    let same = |a: &Piece| known.is_some_and(|k| k.to_lowercase() == a.low);
    if only_last
        && !(words.len() > 1
            && (same(&words[0])
                || words.len() < 4
                    && given(&words[0])
                    && !family(&words[0])
                    && !given(&words[1])
                    && !particle(&words[0])))
    {
        *last = words;
        return if last.len() > 3 { sure::DOUBTFUL } else { sure::ANSWERED };
    }
    if words.len() == 1 {
        let [one] = &words[..] else { return sure::DOUBTFUL };
        let is_last = !only_first && (titled || family(one) && !given(one));
        let weight = if given(one) || only_first || titled { sure::ANSWERED } else { sure::LIKELY };
        *(if is_last { last } else { first }) = words;
        return weight;
    }
    if only_first && (words.len() == 2 && given(&words[1]) && !family(&words[1])) {
        *first = words;
        return sure::ANSWERED;
    }
    if particle(&words[0]) && !given(&words[0]) && (words.len() > 2 || words[0].low != "van") {
        *last = words;
        return sure::LIKELY;
    }
    // "Kovács István": the family name first
    if let [a, b] = &words[..]
        && family(a)
        && !given(a)
        && given(b)
        && !family(b)
    {
        let b = words.pop();
        (*last, *first) = (words, b.into_iter().collect());
        return sure::GUESSED;
    }
    // "Nguyen Van An": Vietnamese names begin with the family's
    let short = listed("le do ho vo ly", &words[0].low);
    if words.len() > 2 && listed(VIETNAMESE, &words[0].low) && (!short || listed("van văn thi thị", &words[1].low)) {
        let from = if listed("van văn thi thị", &words[1].low) { 2 } else { words.len() - 1 };
        let rest = words.split_off(from);
        words.truncate(1);
        (*last, *first) = (words, rest);
        return sure::GUESSED;
    }
    // "jean luc moreau", "josé luis hernández"
    let two = words.len() > 2 && double(&words[0].low, &words[1].low);
    if words.len() > 2
        && let Some(both) =
            hyphened(&words[0].low, &words[1].low).or_else(|| two.then(|| format!("{} {}", words[0].low, words[1].low)))
    {
        let mut one = words.remove(0);
        let second = words.remove(0);
        one.shown = if two || one.shown.chars().any(char::is_uppercase) {
            format!("{} {}", one.shown, second.shown)
        } else {
            both.clone()
        };
        one.low = both;
        *first = vec![one];
        *last = words;
        return sure::ANSWERED;
    }
    let at = (1..words.len() - 1).find(|&i| particle(&words[i]));
    let from = match at {
        Some(at) if at > 1 && given(&words[1]) && !family(&words[1]) => 2,
        Some(_) => 1,
        // a middle name is of neither field
        None if words.len() > 2 && given(&words[1]) => 2,
        None => 1,
    };
    *last = words.split_off(from);
    words.truncate(if at == Some(2) { from } else { 1 });
    *first = words;
    let strange = first.iter().chain(last.iter()).filter(|w| !given(w) && !family(w) && !particle(w)).count();
    match last.len() {
        4.. if at.is_none() => sure::DOUBTFUL,
        3 if at.is_none() && strange > 0 => sure::NICKNAME,
        2 if at.is_none() && strange > 1 => sure::LIKELY,
        _ => sure::ANSWERED,
    }
}

/// The words as they are written.
pub(super) fn shown(words: &[Piece], last: bool, voice: bool) -> Option<String> {
    if words.is_empty() {
        return None;
    }
    if !voice {
        return Some(words.iter().map(|w| w.shown.as_str()).collect::<Vec<_>>().join(" "));
    }
    // "white head"
    let whole: String = words.iter().map(|w| w.low.as_str()).collect();
    if last && words.len() > 1 && is_surname(&whole) {
        return Some(cased(&whole));
    }
    let word = |w: &Piece| {
        let small = last
            && words.len() > 1
            && listed(PARTICLES, &w.low)
            && !matches!(&*w.low, "al" | "el" | "ben" | "abu" | "la" | "le" | "du");
        if small || last && w.low == "la" && words.iter().any(|w| w.low == "de") {
            w.low.clone()
        } else {
            cased(&w.shown)
        }
    };
    Some(words.iter().map(word).collect::<Vec<_>>().join(" "))
}

/// With a capital for every part; "mcdonald" as it is usually written.
pub(super) fn cased(name: &str) -> String {
    let titled = title(name);
    match titled.strip_prefix("Mc").map(|rest| (rest.chars().next(), rest)) {
        Some((Some(c), rest)) if c.is_lowercase() && rest.len() > 3 => format!("Mc{}", title(rest)),
        _ => titled,
    }
}
