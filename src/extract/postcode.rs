//! British postcodes said aloud, over several tries.
//!
//! Owns how a recogniser's letters and digits become a postcode and how repeated tries vote. Must not know who asked.
//!
//! A postcode is one or two letters, a digit, perhaps one more letter or digit, then a digit and two letters. A
//! recogniser writes "v" for five, "and" for n, loses a character or adds one; every try is fitted to that form at a
//! cost, and the code that costs least over all tries wins, the later one on a tie.

use std::collections::HashSet;

use super::numbers::{self, below_hundred};
use super::spelled;
use super::words::{Said, Word, listed};

/// How many tries are remembered; the oldest go first.
const TRIES: usize = 6;
/// How many characters of one try are looked at.
const SLOTS: usize = 12;
/// How many codes one try may propose.
const CODES: usize = 6;
/// What losing a character, or having one too many, costs.
const GAP: u32 = 10;
/// The most that fitting one try may cost.
const MOST: u32 = 22;

/// How many letters one of the first ones may stand for.
const AREA_LETTERS: usize = 4;
/// What letters cost that begin no British postcode.
const FOREIGN_AREA: u32 = 20;
/// The letters that British postcodes begin with.
const AREAS: &str = " AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX \
    FK FY G GIR GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW \
    OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR \
    WS WV YO ZE ";

/// Does it begin with the letters of a place, as British postcodes do?
pub(super) fn is_area(code: &str) -> bool {
    let letters = code.find(|c: char| c.is_ascii_digit()).unwrap_or(code.len());
    AREAS.contains(&format!(" {} ", &code[..letters]))
}

/// Is the message nothing but the characters of a postcode: "b s six five q t", "nine four six oh seven"?
pub(super) fn is_said_apart(said: &Said<'_>) -> bool {
    let digit = |low: &str| numbers::digit(low).is_some() || low.len() == 1 && low.bytes().all(|b| b.is_ascii_digit());
    let letter = |w: &Word<'_>| w.low.len() == 1 && w.is_alphabetic() || spelled::alphabet(&w.low).is_some();
    let digits = said.words.iter().filter(|w| digit(&w.low)).count();
    let letters = said.words.iter().filter(|w| letter(w) && !digit(&w.low)).count();
    let n = said.words.len();
    digits + letters == n && (digits == 5 && n == 5 || (5..=7).contains(&n) && letters > 2 && digits > 1)
}

/// What was heard at one place: what it may stand for, each with its cost.
type Slot = Vec<(char, u32)>;

/// The tries so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Tries {
    tries: Vec<(Vec<Slot>, Vec<String>)>,
    /// Postcodes of digits only, as countries other than Britain have them.
    digits: Vec<String>,
}

impl Tries {
    /// Takes one more try, and gives what stands now with how sure it is, from 0 to 1.
    pub(super) fn hear(&mut self, said: &Said<'_>) -> Option<(String, f32)> {
        let slots = slots(said);
        if slots.len() < 2 {
            return self.best();
        }
        let codes = codes(&slots);
        if self.tries.len() == TRIES {
            self.tries.remove(0);
        }
        self.tries.push((slots, codes));
        self.best()
    }

    /// Was one with letters heard?
    pub(super) fn lettered(&self) -> bool {
        self.tries.iter().any(|(_, codes)| !codes.is_empty())
    }

    /// Takes one more try at a postcode of digits, and gives what stands now with how sure it is. One of five digits, as most
    /// countries have them, wins over one that lacks a digit; of these the one said most often, the latest on a tie.
    pub(super) fn hear_digits(&mut self, digits: &str) -> Option<(String, f32)> {
        if self.digits.len() == TRIES {
            self.digits.remove(0);
        }
        self.digits.push(digits.to_owned());
        let whole: Vec<&str> = self.digits.iter().map(String::as_str).filter(|d| d.len() == 5).collect();
        let all: Vec<&str> = self.digits.iter().map(String::as_str).filter(|d| matches!(d.len(), 4 | 6)).collect();
        let tries = if whole.is_empty() { all } else { whole };
        let times = |d: &str| tries.iter().filter(|x| **x == d).count();
        let code = tries.iter().max_by_key(|d| times(d))?;
        let sure = match (tries.len(), times(code)) {
            (1, _) | (_, 2..) => super::proposal::sure::ANSWERED,
            _ => match by_majority(&tries) {
                Some(code) => return Some((code, super::proposal::sure::LIKELY)),
                None => super::proposal::sure::DOUBTFUL,
            },
        };
        Some(((*code).to_owned(), sure))
    }

    fn best(&self) -> Option<(String, f32)> {
        let mut best: Option<(u32, usize, &str)> = None;
        for (turn, (_, codes)) in self.tries.iter().enumerate() {
            for code in codes {
                let heard: u32 = self.tries.iter().map(|(slots, _)| distance(slots, code).min(30)).sum();
                let cost = heard + if is_area(code) { 0 } else { FOREIGN_AREA };
                let better = best.is_none_or(|(b, t, _)| cost < b || cost == b && turn > t);
                if better {
                    best = Some((cost, turn, code));
                }
            }
        }
        let (_, _, code) = best?;
        let exact = self.tries.iter().filter(|(slots, _)| distance(slots, code) <= 3).count();
        let near = self.tries.iter().filter(|(slots, _)| distance(slots, code) <= GAP).count();
        let sure = match (exact, near) {
            (2.., _) => super::proposal::sure::STATED,
            _ if !is_area(code) => super::proposal::sure::DOUBTFUL,
            (1, 2..) => super::proposal::sure::ANSWERED,
            (1, _) => 0.8,
            (0, 2..) => super::proposal::sure::LIKELY,
            _ if self.tries.iter().any(|(slots, _)| distance(slots, code) <= MOST) => super::proposal::sure::BARE,
            _ => super::proposal::sure::DOUBTFUL,
        };
        let cut = code.len() - 3;
        Some((format!("{} {}", &code[..cut], &code[cut..]), sure))
    }
}

/// Of tries that all differ: the digit that most of them have at each place.
fn by_majority(tries: &[&str]) -> Option<String> {
    let n = tries.first()?.len();
    let same = tries.iter().all(|t| t.len() == n);
    let at = |i: usize| {
        let has = |c: u8| tries.iter().filter(|t| t.as_bytes()[i] == c).count();
        (b'0'..=b'9').find(|c| has(*c) * 2 > tries.len()).map(char::from)
    };
    if same { (0..n).map(at).collect() } else { None }
}

/// Words that may stand among the digits of a postcode, in English and in Polish.
const AMONG_DIGITS: &str = "is it it's its the my postcode post code zip please um uh so was sorry no then number thank thanks hi hello     yeah yes to kod pocztowy mój moj jest mam proszę dzień dobry tak cześć dash hyphen kreska pauza myślnik minus i and od";
/// The digits in Polish.
const POLISH_DIGITS: [&str; 10] =
    ["zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć"];

/// The digits of a postcode that has no letters; `None` where letters are said among them, or too many other words.
///
/// `lettered`: a postcode with letters was heard before.
pub(super) fn only_digits(said: &Said<'_>, lettered: bool) -> Option<String> {
    let mut out = String::new();
    let (mut letters, mut others, mut times, mut before) = (0, 0, 1, 0);
    for w in said.words.iter().take(SLOTS * 2) {
        let low = &*w.low;
        if matches!(low, "double" | "triple") {
            times = if low == "double" { 2 } else { 3 };
            continue;
        }
        let polish =
            POLISH_DIGITS.iter().position(|d| *d == low).and_then(|d| char::from_digit(u32::try_from(d).ok()?, 10));
        let alone = !listed("to for mine full free too o won sick fore ate", low);
        if w.is_digits() {
            // "99-400 72": four hundred, seventy two
            let round = out.len() == 5
                && (before == 3 && out.ends_with("00") && low.len() < 3
                    || before == 3 && out.ends_with('0') && low.len() == 1);
            if round {
                out.truncate(5 - low.len());
            }
            out.push_str(&low.repeat(if low.len() == 1 { times } else { 1 }));
            before = low.len();
        } else if let Some(c) = polish.or_else(|| spelled::digit(low).filter(|_| alone)) {
            out.extend(std::iter::repeat_n(c, times));
        } else if low.chars().count() == 1 && low != "i"
            || spelled::alphabet(low).is_some()
            || low.chars().any(char::is_numeric)
        {
            letters += 1;
        } else if !listed(AMONG_DIGITS, low) {
            others += 1;
        }
        times = 1;
    }
    let whole = out.len() == 5;
    ((4..=6).contains(&out.len()) && letters <= usize::from(whole && !lettered) && others <= if whole { 3 } else { 1 })
        .then_some(out)
}

/// Words around a postcode that are not part of it.
const FILLERS: &[&str] = &[
    "is", "it", "it's", "its", "the", "my", "postcode", "post", "code", "please", "space", "um", "uh", "so", "capital",
    "i'm", "i", "was", "sorry", "no", "then", "letter", "number", "thank", "thanks", "hi", "hello", "would", "sure",
    "yeah",
];

fn slots(said: &Said<'_>) -> Vec<Slot> {
    let mut out: Vec<Slot> = Vec::new();
    let (mut times, mut next) = (1, 0);
    for (i, w) in said.words.iter().enumerate() {
        if out.len() >= SLOTS {
            break;
        }
        if i < next {
            continue;
        }
        let low = &*w.low;
        // "h u 6 + 2": what was taken for "and" is written as a sign
        if i > 0 && said.text[said.words[i - 1].end..w.start].contains('+') {
            out.push(and());
        }
        // "l s twenty nine", "e h twelve"
        if let Some((n, behind)) = below_hundred(said, i).filter(|(n, _)| *n > 9 && !w.is_digits()) {
            out.extend(n.to_string().chars().filter_map(char_slot));
            next = behind;
            continue;
        }
        if matches!(low, "double" | "triple") {
            times = if low == "double" { 2 } else { 3 };
            continue;
        }
        // "I said m": what comes before "said" is no character; "i" alone may be one
        if low == "said" && i == 1 && said.low(0) == "i" {
            out.clear();
            continue;
        }
        let new = word_slots(w);
        if new.is_empty() && !FILLERS.contains(&low) && low.chars().all(char::is_alphabetic) {
            // an unknown word may be a spelling-alphabet word of somebody's own
            if let Some(c) = low.chars().next().filter(char::is_ascii_alphabetic) {
                out.push(vec![(c.to_ascii_uppercase(), 9)]);
            }
        }
        for slot in new {
            for _ in 0..times {
                if out.len() < SLOTS {
                    out.push(slot.clone());
                }
            }
            times = 1;
        }
    }
    out
}

/// What "and" may stand for.
fn and() -> Slot {
    vec![('N', 2), ('M', 8)]
}

fn word_slots(w: &Word<'_>) -> Vec<Slot> {
    let low = &*w.low;
    if low.chars().count() == 1 || w.is_digits() {
        return low.chars().take(SLOTS).filter_map(char_slot).collect();
    }
    if let Some(c) = spelled::alphabet(low) {
        return vec![vec![(c.to_ascii_uppercase(), 0)]];
    }
    let mut slot: Slot = Vec::new();
    if let Some(c) = spelled::digit(low) {
        slot.push((c, 1));
    }
    if let Some(c) = if low == "they" { Some('d') } else { spelled::sound(low) } {
        slot.extend(char_slot(c).into_iter().flatten().map(|(c, cost)| (c, cost + 2)));
        if matches!(low, "and" | "an" | "in") {
            slot.push(('M', 8));
        }
    }
    if !slot.is_empty() {
        return vec![slot];
    }
    let short = low.chars().count() <= 4 && !FILLERS.contains(&low);
    let capitals = w.text.chars().all(|c| c.is_uppercase() || c.is_numeric());
    if low.chars().any(char::is_numeric) || short && (capitals || low.chars().count() <= 3) {
        return low.chars().take(SLOTS).filter_map(char_slot).collect();
    }
    Vec::new()
}

/// What a written character may stand for: a letter may be a misheard digit and the other way round.
fn char_slot(c: char) -> Option<Slot> {
    let c = c.to_ascii_uppercase();
    let mut slot = vec![(c, 0)];
    let more: &[(char, u32)] = match c {
        'V' => &[('5', 2), ('B', 7)],
        'O' => &[('0', 1), ('L', 8)],
        '0' => &[('O', 2)],
        'I' => &[('1', 4), ('Y', 6)],
        'L' => &[('1', 6)],
        'Z' => &[('0', 8), ('2', 8)],
        'A' => &[('8', 4), ('H', 7), ('E', 7)],
        '8' => &[('A', 5), ('H', 6)],
        'H' => &[('8', 5), ('A', 7)],
        'E' => &[('3', 7), ('B', 6), ('D', 7), ('A', 7)],
        '3' => &[('E', 6), ('G', 8), ('B', 8)],
        'B' => &[('D', 6), ('P', 6), ('E', 6), ('V', 7)],
        'D' => &[('B', 6), ('T', 7), ('E', 7), ('P', 7)],
        'P' => &[('B', 6), ('T', 6), ('E', 7)],
        'T' => &[('P', 6), ('D', 7), ('C', 8)],
        'F' => &[('S', 4), ('X', 7)],
        'S' => &[('F', 4), ('X', 7)],
        'X' => &[('S', 7)],
        'M' => &[('N', 4)],
        'N' => &[('M', 4)],
        '2' => &[('T', 8), ('Q', 8)],
        '4' => &[('F', 8)],
        '5' => &[('F', 8)],
        'U' => &[('Q', 7), ('2', 8)],
        'C' => &[('T', 8)],
        'K' => &[('A', 8)],
        'G' => &[('J', 6)],
        'J' => &[('G', 6), ('A', 8)],
        c if c.is_ascii_alphanumeric() => &[],
        _ => return None,
    };
    slot.extend_from_slice(more);
    Some(slot)
}

const FORMS: [&str; 6] = ["ADDAA", "ADDDAA", "ADADAA", "AADDAA", "AADDDAA", "AADADAA"];

/// The cheapest codes that these slots may be.
fn codes(slots: &[Slot]) -> Vec<String> {
    let mut found: Vec<(u32, String)> = Vec::new();
    for form in FORMS {
        let form: Vec<char> = form.chars().collect();
        fit(slots, &form, &mut found);
    }
    for (cost, code) in &mut found {
        *cost += if is_area(code) { 0 } else { FOREIGN_AREA };
    }
    found.sort();
    let mut seen = HashSet::new();
    found.retain(|(_, code)| seen.insert(code.clone()));
    found.truncate(CODES);
    found.into_iter().map(|(_, code)| code).collect()
}

/// Reads the slots as `form`, leaving out up to two of them.
fn fit(slots: &[Slot], form: &[char], found: &mut Vec<(u32, String)>) {
    let n = slots.len();
    if n < form.len() || n > form.len() + 2 {
        return;
    }
    let spare = n - form.len();
    for skip in 0..n {
        for skip2 in skip..n {
            let left_out: &[usize] = match spare {
                0 => &[],
                1 => &[skip],
                _ => &[skip, skip2],
            };
            if spare == 2 && skip == skip2 {
                continue;
            }
            let base = u32::try_from(spare).unwrap_or(2) * (GAP - 2);
            let mut begun = vec![(base, String::new())];
            let used = slots.iter().enumerate().filter(|(i, _)| !left_out.contains(i)).map(|(_, s)| s);
            for (n, (slot, want)) in used.zip(form).enumerate() {
                let fits = |c: char| if *want == 'D' { c.is_ascii_digit() } else { c.is_ascii_uppercase() };
                let mut meant: Vec<(char, u32)> = slot.iter().copied().filter(|(c, _)| fits(*c)).collect();
                meant.sort_by_key(|(_, cost)| *cost);
                // the letters that it begins with are those of a place: another one may be
                let area = form[..=n].iter().all(|want| *want == 'A');
                meant.truncate(if area { AREA_LETTERS } else { 1 });
                let more = |(cost, code): &(u32, String)| {
                    let (cost, code) = (*cost, code.clone());
                    meant.iter().map(move |(c, extra)| (cost + extra, format!("{code}{c}"))).collect::<Vec<_>>()
                };
                begun = begun.iter().flat_map(more).filter(|(cost, _)| *cost <= MOST).collect();
            }
            let begun = begun.into_iter().filter(|(_, code)| code.len() == form.len());
            found.extend(begun.filter(|(_, code)| spare == 0 || is_area(code)));
            if spare < 2 {
                break;
            }
        }
        if spare == 0 {
            break;
        }
    }
}

/// What it costs to have meant `code` and been heard as `slots`.
fn distance(slots: &[Slot], code: &str) -> u32 {
    let code: Vec<char> = code.chars().collect();
    let mut row: Vec<u32> = (0..=code.len()).map(|j| u32::try_from(j).unwrap_or(99) * GAP).collect();
    for slot in slots {
        let mut diagonal = row[0];
        row[0] += GAP + 2;
        for j in 1..row.len() {
            let same = slot.iter().find(|(c, _)| *c == code[j - 1]).map_or(15, |(_, cost)| *cost);
            let next = (diagonal + same).min(row[j] + GAP + 2).min(row[j - 1] + GAP);
            diagonal = row[j];
            row[j] = next;
        }
    }
    row[code.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(all: &[&str]) -> Option<String> {
        let mut tries = Tries::default();
        all.iter().map(|t| tries.hear(&Said::new(t))).last().flatten().map(|(code, _)| code)
    }

    #[test]
    fn one_clear_try() {
        assert_eq!(tries(&["k t 2 7 q w"]), Some("KT2 7QW".into()));
        assert_eq!(tries(&["my postcode is Kilo Tango 2 7 Quebec Whiskey"]), Some("KT2 7QW".into()));
        assert_eq!(tries(&["kt2 7qw"]), Some("KT2 7QW".into()));
    }

    #[test]
    fn misheard_letters_and_digits() {
        assert_eq!(tries(&["b r v to double d"]), Some("BR5 2DD".into()));
        assert_eq!(tries(&["and w for 8 a b"]), Some("NW4 8AB".into()));
        assert_eq!(tries(&["s w 1 + 4 d b", "s w 1 and 4 d b"]), Some("SW1N 4DB".into()));
    }

    #[test]
    fn tries_vote() {
        assert_eq!(tries(&["k t 2 7 q w", "t 2 7 q w", "k d 2 7 q w", "k t 2 7 q w"]), Some("KT2 7QW".into()));
        assert_eq!(tries(&["n 5 4 y q", "e n 5 y q", "e n 5 4 y q"]), Some("EN5 4YQ".into()));
        assert_eq!(tries(&["I don't know"]), None);
    }
}
