//! Email addresses said aloud: "john dot smith eighty four at gmail dot com".
//!
//! Owns where a spoken address begins and ends and how it is written. Must not know whose it is.
//!
//! What stands before "at" is read backwards until a word that cannot belong to an address. Where the words do not tell how far it
//! goes, the address says so: a wrong one is worse than none.

use email_address::EmailAddress;

use super::heard::alike;
use super::mail_domain::{PROVIDERS, TLDS, domain};
use super::numbers::{self, no_sound};
use super::proposal::is_person;
use super::words::{Gap, Said, is_common, is_first_name, is_function, is_surname, listed};

/// How well the words tell an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Clarity {
    /// It may be another one.
    Vague,
    /// Put together with a guess that is nearly always right.
    Guessed,
    /// Plain words run together.
    Joined,
    /// Every sign of it was said.
    Clear,
}

/// An address said aloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spoken {
    pub value: String,
    /// Its words: from this one on,
    pub from: usize,
    /// to the one before this.
    pub to: usize,
    pub clarity: Clarity,
}

const AT: &str = "at arroba arobase chiocciola klammeraffe małpa";
const DOT: &str = "dot point period punto ponto punkt punt kropka";
pub(super) const DASH: &str = "dash hyphen minus";
pub(super) const TAKES_BACK: &str = "sorry no nope wait oops actually rather correction";
/// The most words of one address.
pub(super) const LONGEST: usize = 48;

pub(super) fn is_at(low: &str) -> bool {
    listed(AT, low)
}

pub(super) fn is_dot(said: &Said<'_>, k: usize) -> bool {
    listed(DOT, said.low(k))
}

/// The address around the "at" at word `i`.
pub(super) fn around(said: &Said<'_>, i: usize, behind: usize) -> Option<Spoken> {
    if i <= behind || !is_at(said.low(i)) {
        return None;
    }
    let domain = domain(said, i + 1 + usize::from(listed("sign symbol", said.low(i + 1))))?;
    let local = local(said, i, behind)?;
    let value = format!("{}@{}", local.text, domain.text);
    let named = listed("firstname.lastname firstnamelastname first.last", &local.text);
    // "order at shop dot com was late"
    let goes_on =
        !said.breaks(domain.to) && !listed("please thanks thank and all no ok okay that's", said.low(domain.to));
    let plain = (local.from..i).all(|k| is_common(said.low(k)) && !is_first_name(said.low(k)));
    let doubtful = goes_on && plain;
    let clarity = if doubtful { Clarity::Vague } else { local.clarity.min(domain.clarity) };
    (EmailAddress::is_valid(&value) && !named).then_some(Spoken { value, from: local.from, to: domain.to, clarity })
}

/// Part of an address: its text, the words it was made of, and how clear it is.
pub(super) struct Part {
    pub text: String,
    pub from: usize,
    pub to: usize,
    pub clarity: Clarity,
}

/// One letter at word `k`, given by an example or alone, and the index behind it: "b as in boy", "s for sugar", "w".
pub(super) fn letter(said: &Said<'_>, k: usize) -> Option<(char, usize)> {
    let low = said.low(k);
    let mut chars = low.chars();
    let c = chars.next().filter(|c| c.is_alphabetic())?;
    if chars.next().is_some() {
        return None;
    }
    let example = |n: usize| said.low(k + n).starts_with(c) && said.low(k + n).chars().count() > 1;
    let next = if listed("as like", said.low(k + 1)) && said.low(k + 2) == "in" && !said.low(k + 3).is_empty() {
        // "x as in x ray"
        k + 4 + usize::from(said.has(k + 3, &["x", "ray"]))
    } else if listed("for as like", said.low(k + 1)) && example(2) {
        k + 3
    } else {
        k + 1
    };
    Some((c, next))
}

/// What introduces an address, besides the words of grammar.
const LEADS: &str = "email e-mail mail mails address adress reach contact send sent write try put use used check type call named \
    called name says reads registered under file account card new old current personal private work business main other \
    home usual always usually still now think guess believe lowercase uppercase caps spelled spelt spelling goes \
    remember hold hang second sec moment minute let see read repeat ready got say said want like need know correct wrong \
    confirm it'd that'd correo es ist est lautet adresse mi mein meine";
/// Words of grammar that an address follows.
const BEFORE: &str = "is it's its i'm that's as at to use be was yes yeah yep sure okay ok so um uh uhm er and would me under by on \
    please one it mean meant well down still just my the our hi hello just also or then but you from";
/// Said within an address, and no part of it: the last word of each, with those before it.
const NOISE: &[&[&str]] = &[
    &["all", "one", "word"],
    &["as", "one", "word"],
    &["in", "one", "word"],
    &["one", "word"],
    &["all", "in", "lowercase"],
    &["all", "lower", "case"],
    &["all", "lowercase"],
    &["in", "lowercase"],
    &["lower", "case"],
    &["lowercase"],
    &["all", "small", "letters"],
    &["no", "spaces"],
    &["no", "space"],
    &["no", "dots"],
    &["no", "dot"],
    &["no", "underscore"],
    &["no", "dash"],
    &["without", "spaces"],
    &["without", "dots"],
    &["all", "together"],
    &["the", "letter"],
    &["letter"],
    &["the", "letters"],
    &["the", "number"],
    &["number"],
    &["numbers"],
    &["the", "numbers"],
    &["the", "digits"],
    &["the", "digit"],
    &["digits"],
    &["followed", "by"],
    &["and", "then"],
    &["then"],
    &["um"],
    &["uh"],
    &["uhm"],
    &["erm"],
    &["capital"],
];

/// What one or several words mean for an address.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    /// ".", "_", "-", "+"
    Sign(char),
    /// A letter said alone or by an example.
    Letter(char),
    Digits(String),
    Word(String),
    /// "no", "sorry": what follows stands for what was said before.
    TakesBack,
    /// "that's", "spelled": the letters that follow spell the word before.
    Respells,
}

/// How many words of noise end before word `k + 1`.
fn noise(said: &Said<'_>, k: usize, floor: usize) -> usize {
    NOISE
        .iter()
        .filter(|p| k + 1 >= floor + p.len() && said.has(k + 1 - p.len(), p))
        .map(|p| p.len())
        .max()
        .unwrap_or(0)
}

/// What stands before the "at" at word `at`, not before word `floor`.
fn local(said: &Said<'_>, at: usize, floor: usize) -> Option<Part> {
    let from = begin(said, at, floor)?;
    let mut pieces: Vec<(Piece, usize)> = Vec::new();
    let mut k = from;
    let mut guessed = false;
    while k < at {
        let skip = (1..=3).find(|n| k + n <= at && noise(said, k + n - 1, k) == *n).unwrap_or(0);
        if skip > 0 {
            k += skip;
            continue;
        }
        let low = said.low(k);
        let w = &said.words[k];
        if low == "i" && listed("mean meant", said.low(k + 1)) {
            k += 1;
            continue;
        }
        // "john.smith at gmail dot com"
        if k > from && w.gap == Gap::Tight {
            let between = said.text[said.words[k - 1].end..w.start].chars();
            pieces.extend(between.filter(|c| matches!(c, '.' | '_' | '-' | '+')).map(|c| (Piece::Sign(c), k)));
        }
        let sign = match low {
            _ if is_dot(said, k) => Some(('.', 1)),
            _ if listed(DASH, low) => Some(('-', 1)),
            "underscore" => Some(('_', 1)),
            "under" if said.low(k + 1) == "score" => Some(('_', 2)),
            "plus" => Some(('+', 1)),
            _ => None,
        };
        if let Some((c, n)) = sign {
            pieces.push((Piece::Sign(c), k));
            k += n;
            continue;
        }
        if let Some((c, next)) = letter(said, k).filter(|(_, next)| *next <= at) {
            // "o" among digits is a zero
            let zero = c == 'o' && matches!(pieces.last(), Some((Piece::Digits(_), _)));
            let digits = numbers::run(said, k, at, no_sound);
            if zero && digits.next > k {
                pieces.push((Piece::Digits(digits.digits), k));
                k = digits.next;
            } else {
                pieces.push((Piece::Letter(c), k));
                k = next;
            }
            continue;
        }
        if listed("double triple", low)
            && let Some((c, next)) = letter(said, k + 1).filter(|(_, next)| *next <= at)
        {
            let times = if low == "double" { 2 } else { 3 };
            pieces.extend(std::iter::repeat_n((Piece::Letter(c), k), times));
            k = next;
            continue;
        }
        let run = numbers::run(said, k, at, no_sound);
        if run.next > k {
            guessed |= run.guessed;
            pieces.push((Piece::Digits(run.digits), k));
            k = run.next;
            continue;
        }
        if listed(TAKES_BACK, low) || listed("mean meant", low) {
            if pieces.last().is_none_or(|(p, _)| *p != Piece::TakesBack) && !pieces.is_empty() {
                pieces.push((Piece::TakesBack, k));
            }
            k += 1;
            continue;
        }
        if listed(RESPELLS, low) {
            pieces.push((Piece::Respells, k));
            k += 1;
            continue;
        }
        // between two letters or digits
        if low == "and" {
            k += 1;
            continue;
        }
        let plain: String = low.chars().filter(|c| *c != '\'').collect();
        pieces.push((Piece::Word(plain), k));
        k += 1;
    }
    assemble(said, pieces, at, guessed)
}

const RESPELLS: &str = "that's thats spelled spelt spelling";

/// Where the words before the "at" that may belong to an address begin.
fn begin(said: &Said<'_>, at: usize, floor: usize) -> Option<usize> {
    let linked = |k: usize| {
        let sign = |k: usize| is_dot(said, k) || listed(DASH, said.low(k)) || listed("underscore plus", said.low(k));
        k + 1 < at && sign(k + 1) || k > floor && sign(k - 1)
    };
    let small =
        |k: usize| letter(said, k).is_some() || numbers::is_number_word(said.low(k)) || said.words[k].is_digits();
    let mut k = at;
    while k > floor && at - k < LONGEST {
        let i = k - 1;
        let low = said.low(i);
        if k < at {
            let gap = said.words[k].gap;
            if matches!(gap, Gap::Stop | Gap::Colon) || gap == Gap::Comma && !(small(i) && small(k)) {
                break;
            }
        }
        // "b as in boy": the example's word says nothing by itself
        let by_example = (3..=4).find(|n| k >= floor + n && letter(said, k - n).is_some_and(|(_, next)| next == k));
        if let Some(n) = by_example {
            k -= n;
            continue;
        }
        let skip = noise(said, i, floor);
        if skip > 0 {
            k -= skip;
            continue;
        }
        // "the hotmail one", "my work one"
        if low == "one" && k < at && i > floor && (listed(LEADS, said.low(i - 1)) || listed(PROVIDERS, said.low(i - 1)))
        {
            break;
        }
        // "hi at brightside dot studio"
        if k == at && listed("hi hello hey contact mail office", low) {
            k = i;
            continue;
        }
        let number = numbers::is_number_word(low) || said.words[i].is_digits() || low == "oh";
        if number
            || linked(i) && !listed("is it's its as at no email address", low)
            || listed(DOT, low)
            || listed(DASH, low)
        {
            k = i;
            continue;
        }
        if listed("underscore plus double triple", low) || low == "score" && i > floor && said.low(i - 1) == "under" {
            k -= if low == "score" { 2 } else { 1 };
            continue;
        }
        if low == "and" {
            let joins = i > floor && k < at && small(i - 1) && small(k)
                || listed("hundred thousand", said.low(i.wrapping_sub(1)));
            if joins {
                k = i;
                continue;
            }
            break;
        }
        // a correction, and what it corrects; "i mean"
        let takes_back = listed(TAKES_BACK, low) || listed("mean meant", low) && i > floor && said.low(i - 1) == "i";
        if takes_back && k < at && i > floor {
            let before = i - 1;
            if small(before)
                || !is_function(said.low(before)) && !listed(LEADS, said.low(before))
                || listed(TAKES_BACK, said.low(before))
                || said.low(before) == "i"
            {
                k = i;
                continue;
            }
            break;
        }
        if low == "i" && k < at && listed("mean meant", said.low(k)) {
            k = i;
            continue;
        }
        if low.chars().count() == 1 && low.chars().all(char::is_alphabetic) {
            // "i" and "a" between words are none of the letters of an address
            let near = i > floor && letter(said, i - 1).is_some_and(|(_, next)| next <= i && next > i - 1)
                || k < at && letter(said, k).is_some();
            if listed("i a", low) && !near && !linked(i) && k < at && !small(k) && is_common(said.low(k)) {
                break;
            }
            k = i;
            continue;
        }
        // "boy jones that's j o n e s": spelled again
        if listed(RESPELLS, low) && k < at && i > floor {
            let letters: String =
                (k..at).map_while(|n| letter(said, n).filter(|(_, next)| *next == n + 1)).map(|(c, _)| c).collect();
            if letters.chars().count() >= 2 && alike(said.low(i - 1), &letters) >= 0.5 {
                k = i;
                continue;
            }
            break;
        }
        if is_person(low) || listed(LEADS, low) || is_function(low) && !is_first_name(low) || low.ends_with("'s") {
            break;
        }
        k = i;
    }
    (k < at).then_some(k)
}

/// Is the word before an address one that an address follows?
fn follows(said: &Said<'_>, from: usize) -> bool {
    if from == 0 || said.breaks(from) {
        return true;
    }
    let low = said.low(from - 1);
    listed(BEFORE, low)
        || listed(LEADS, low)
        || is_person(low)
        || listed(TAKES_BACK, low)
        || listed(RESPELLS, low)
        || is_at(low)
        || listed(TLDS, low)
        || low.ends_with("'s")
        || noise(said, from - 1, 0) > 0
}

/// The address that the pieces make, and how clear it is.
fn assemble(said: &Said<'_>, pieces: Vec<(Piece, usize)>, at: usize, guessed: bool) -> Option<Part> {
    let mut clarity = if guessed { Clarity::Vague } else { Clarity::Clear };
    let pieces = spelled_whole(pieces);
    let (pieces, sure) = respelled(pieces);
    clarity = clarity.min(sure);
    let (pieces, sure) = taken_back(pieces);
    clarity = clarity.min(sure);
    let start = said_anew(&pieces);
    if start == 1 && pieces.len() == 2 {
        // "duran duran": a stutter, or the name
        clarity = Clarity::Vague;
    }
    let pieces = &pieces[start..];
    let mut text = String::new();
    let mut free = 0;
    let mut everyday = 0;
    let mut common = 0;
    let mut chained = false;
    for (n, (piece, _)) in pieces.iter().enumerate() {
        match piece {
            Piece::Sign(c) => {
                text.push(*c);
                chained = true;
            }
            Piece::Letter(c) => text.push(*c),
            Piece::Digits(d) => text.push_str(d),
            Piece::Word(w) => {
                let by_sign =
                    |k: Option<usize>| k.and_then(|k| pieces.get(k)).is_some_and(|(p, _)| matches!(p, Piece::Sign(_)));
                let linked = by_sign(n.checked_sub(1)) || by_sign(Some(n + 1));
                if !linked {
                    free += 1;
                    common += usize::from(is_common(w) && !is_first_name(w));
                    everyday += usize::from(is_common(w) && !is_first_name(w) && !is_surname(w));
                }
                text.push_str(w);
            }
            Piece::TakesBack | Piece::Respells => return None,
        }
    }
    let text = text.trim_matches(|c| matches!(c, '.' | '-')).to_owned();
    let from = pieces.first()?.1;
    if text.is_empty() || free > 5 {
        return None;
    }
    let one_word = (from.saturating_sub(4)..at + 8).any(|k| said.has(k, &["one", "word"]));
    let led = from == 0
        || said.breaks(from)
        || listed("is it's its as that's at address to use be", said.low(from - 1))
        || one_word;
    let sure = match (free, everyday) {
        _ if start == 0 && !follows(said, from) => Clarity::Vague,
        _ if start > 0 => Clarity::Guessed,
        // "peter peter dot hale", "husband peter dot hale": where does it begin?
        _ if chained && common > 0 => Clarity::Vague,
        (3.., n) if !(one_word || led && n == free && free < 5) => Clarity::Vague,
        (_, 1..) if !led => Clarity::Vague,
        (_, 1..) => Clarity::Guessed,
        (2.., _) => Clarity::Joined,
        _ => Clarity::Clear,
    };
    Some(Part { text, from, to: at, clarity: clarity.min(sure) })
}

/// "m kaya m k a y a", "jan dot novak j a n dot n o v a k": said as a whole and then letter by letter.
fn spelled_whole(mut pieces: Vec<(Piece, usize)>) -> Vec<(Piece, usize)> {
    let text = |part: &[(Piece, usize)]| {
        let mut text = String::new();
        for (piece, _) in part {
            match piece {
                Piece::Sign(c) | Piece::Letter(c) => text.push(*c),
                Piece::Digits(d) => text.push_str(d),
                Piece::Word(w) => text.push_str(w),
                Piece::TakesBack | Piece::Respells => {}
            }
        }
        text
    };
    let word = |(piece, _): &(Piece, usize)| matches!(piece, Piece::Word(_));
    let Some(last) = pieces.iter().rposition(word) else { return pieces };
    let letters = pieces.iter().filter(|(p, _)| matches!(p, Piece::Letter(_))).count();
    if letters < 3 {
        return pieces;
    }
    // what is spelled has no words; "dot two" of a digit may stand in either
    let again = (last + 1..pieces.len()).find(|&k| {
        let (said, spelled) = (text(&pieces[..k]), text(&pieces[k..]));
        said.len() > 3 && said == spelled
    });
    if let Some(k) = again {
        let from = pieces[0].1;
        pieces.drain(..k);
        // it begins where it was said first
        if let Some(first) = pieces.first_mut() {
            first.1 = from;
        }
    }
    pieces
}

/// Where an address begins that is said behind the name it is made of, or once more from its beginning: "lena vogt lena at", "oscar
/// wilde o dot wilde at", "sam sam oakley at".
fn said_anew(pieces: &[(Piece, usize)]) -> usize {
    let sign = |k: usize| matches!(pieces.get(k), Some((Piece::Sign(_), _)));
    let plain = |k: usize| matches!(pieces[k].0, Piece::Word(_) | Piece::Letter(_)) && !sign(k + 1);
    let before = (0..pieces.len()).take_while(|&k| plain(k)).count();
    let again = (1..pieces.len()).find(|&k| {
        matches!(pieces[k].0, Piece::Word(_)) && pieces[..k.min(before)].iter().any(|(p, _)| *p == pieces[k].0)
    });
    again.map_or(0, |k| k.min(before))
}

/// "jones that's j o n e s", "smith spelled s m y t h": the letters tell how the word is written.
fn respelled(pieces: Vec<(Piece, usize)>) -> (Vec<(Piece, usize)>, Clarity) {
    let mut out: Vec<(Piece, usize)> = Vec::with_capacity(pieces.len());
    let mut rest = pieces.into_iter().peekable();
    let mut clarity = Clarity::Clear;
    while let Some((piece, at)) = rest.next() {
        if let Piece::Letter(first) = piece
            && let Some((Piece::Word(word), _)) = out.last_mut()
            && word.starts_with(first)
            && word.chars().count() > 2
        {
            // "patricia p a t r i c i a": the like of the word, said letter by letter
            let mut letters = vec![(Piece::Letter(first), at)];
            while let Some(next) = rest.next_if(|(p, _)| matches!(p, Piece::Letter(_))) {
                letters.push(next);
            }
            let text: String =
                letters.iter().filter_map(|(p, _)| if let Piece::Letter(c) = p { Some(*c) } else { None }).collect();
            if text.chars().count() > 2 && alike(word, &text) >= 0.5 {
                *word = text;
            } else {
                out.extend(letters);
            }
            continue;
        }
        if piece != Piece::Respells {
            out.push((piece, at));
            continue;
        }
        let mut letters = String::new();
        while let Some((Piece::Letter(c), _)) = rest.peek() {
            letters.push(*c);
            rest.next();
        }
        match out.last_mut() {
            Some((Piece::Word(word), _)) if alike(word, &letters) >= 0.5 => *word = letters,
            _ => clarity = Clarity::Vague,
        }
    }
    (out, clarity)
}

/// "mike ninety eight no ninety nine": what follows stands for the like of it before.
fn taken_back(pieces: Vec<(Piece, usize)>) -> (Vec<(Piece, usize)>, Clarity) {
    let mut clarity = Clarity::Clear;
    let mut out: Vec<(Piece, usize)> = Vec::with_capacity(pieces.len());
    for part in pieces.split(|(p, _)| *p == Piece::TakesBack) {
        let Some((first, _)) = part.first() else { continue };
        if out.is_empty() {
            out.extend_from_slice(part);
            continue;
        }
        clarity = clarity.min(Clarity::Guessed);
        let like = |p: &Piece| match (p, first) {
            (Piece::Digits(_), Piece::Digits(_)) | (Piece::Sign(_), Piece::Sign(_)) => true,
            (Piece::Word(a), Piece::Word(b)) => alike(a, b) >= 0.5,
            _ => false,
        };
        // the last like it, or the whole where nothing is
        match out.iter().rposition(|(p, _)| like(p)) {
            Some(k) if matches!(first, Piece::Word(_)) || k + 1 == out.len() || part.len() > 1 => {
                out.truncate(k);
                out.extend_from_slice(part);
            }
            Some(_) => {
                clarity = Clarity::Vague;
                out = part.to_vec();
            }
            None => {
                let whole = part.iter().any(|(p, _)| matches!(p, Piece::Word(_))) || part.len() > 3;
                if !whole {
                    clarity = Clarity::Vague;
                }
                out = part.to_vec();
            }
        }
    }
    (out, clarity)
}
