//! What the value of an operator's field looks like, by its type, label and description.
//!
//! Owns the sorts of values and how one is read at a place of a message. Must not know how fields are spoken of (`custom`).

use super::dates;
use super::decided::{LANGUAGES, asks_whether, decided, is_on, spoken, wanted};
use super::mail;
use super::mail_aloud;
use super::numbers;
use super::proposal::{is_foreign, is_person};
use super::reach;
use super::spelled;
use super::words::{Gap, Said, is_common, is_function, listed};
use crate::domain::field::{AstraField, AstraType};
use crate::domain::fit::is_website;

/// How many words a value in words may have.
const MOST_WORDS: usize = 6;
/// How far behind its label a code or number is looked for, in words.
const REACH: usize = 6;

/// A sort of value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    Email,
    Phone,
    Url,
    /// Letters and digits, at least one of them a digit: an order number.
    Code,
    /// How many or how much.
    Quantity,
    Date,
    Language,
    /// One of those that the description names; each in lower case and as shown.
    Choice(Vec<(String, String)>),
    Words,
}

/// A value at a place of a message, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub text: String,
    pub from: usize,
    pub to: usize,
}

const CODES: &str = "plate number no id code reference ref sku serial vin iban imei account pin";
const QUANTITIES: &str = "size count quantity amount budget age seats people guests employees rooms nights price total weight height salary income";
/// What an answer in words begins with and is no part of it.
const FILLERS: &str = "yes yeah sure ok okay it's its it is that's that would be um uh well so i'm im i am on the my our we're we are \
    a an have has currently please of course think guess probably actually sorry no mine for just say let's see using use want \
    prefer would like to with under as call called hi hello to";
/// What an answer in words is not.
const REFUSALS: &str =
    "no none nothing nope don't dont not idea sure know why what which unsure can't cannot skip later n/a na";

impl Shape {
    /// The sort of an operator's field.
    pub(super) fn of(field: &AstraField) -> Self {
        match field.kind {
            AstraType::Email => return Self::Email,
            AstraType::Phone => return Self::Phone,
            AstraType::Url => return Self::Url,
            AstraType::Text => {}
        }
        let label = field.label.to_lowercase();
        let words: Vec<&str> = label.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let last = words.last().copied().unwrap_or_default();
        let has = |w: &str| words.contains(&w);
        if has("number") && has("of") || listed(QUANTITIES, last) {
            return Self::Quantity;
        }
        if listed("date birthday birthdate dob day", last) || has("date") {
            return Self::Date;
        }
        if listed("language languages", last) {
            return Self::Language;
        }
        if listed(CODES, last) {
            return Self::Code;
        }
        match choices(&field.description) {
            options if options.is_empty() => Self::Words,
            options => Self::Choice(options),
        }
    }

    /// Any words may be a value of this sort.
    pub(super) fn is_free(&self) -> bool {
        matches!(self, Self::Words)
    }

    /// A value of this sort can be told from the words around it.
    pub(super) fn is_marked(&self) -> bool {
        !self.is_free()
    }

    /// Nothing else looks like it where its label stands right before.
    pub(super) fn stands_out(&self) -> bool {
        matches!(self, Self::Code | Self::Email | Self::Phone | Self::Url)
    }

    /// The value that stands at word `i`, or soon behind it where its form tells it.
    pub(super) fn at(&self, said: &Said<'_>, i: usize, voice: bool) -> Option<Value> {
        let end = clause_end(said, i);
        match self {
            // "the third of March, nineteen eighty-four"
            Self::Date => self.marked(said, i, dates::end(said, i, end), voice),
            Self::Words => words(said, i, end.min(i + MOST_WORDS + 1)),
            // it begins soon, and may be long where it is said digit by digit
            Self::Code => {
                let from = (i..end.min(i + REACH)).find(|&k| code(said, k, end, voice).is_some())?;
                self.marked(said, from, end.min(from + 3 * REACH), voice)
            }
            _ => self.marked(said, i, end.min(i + REACH), voice),
        }
    }

    /// The value that stands before word `i`: "A-12 is my order number", "I'm on the Growth plan".
    pub(super) fn before(&self, said: &Said<'_>, i: usize) -> Option<Value> {
        let start = (0..i).rev().take(8).take_while(|&k| k + 1 == i || !said.breaks(k + 1)).last()?;
        match self {
            Self::Words | Self::Choice(_) | Self::Language => {
                if asks_whether(said, i) {
                    return None;
                }
                if let Some(from) = wanted(said, i) {
                    return if *self == Self::Words {
                        Some(span(said, from, i))
                    } else {
                        self.marked(said, from, i, false)
                    };
                }
                // "we're looking at the Growth plan", and at no other
                let looks = (start..i).any(|k| listed("looking considering interested", said.low(k)));
                if looks && (*self == Self::Words || said.any(&["or", "vs", "versus", "between", "and"])) {
                    return None;
                }
                // the words between "the" and the label, behind a verb of having
                let has = (start..i).rev().find(|&k| listed(HAVING, said.low(k)))?;
                let from =
                    (has + 1..i).find(|&k| !listed("the a an your on to for my of is currently at in", said.low(k)))?;
                if *self != Self::Words {
                    return self.marked(said, from, i, false);
                }
                let plain = (from..i).all(|k| !is_function(said.low(k)));
                let named = said.words[from].is_capital() || (from..i).any(|k| !is_common(said.low(k)));
                (plain && named && i - from <= 3 && !said.text.contains('?')).then(|| span(said, from, i))
            }
            // "HR2291 (order number)"
            Self::Code if i > 0 && said.text[said.words[i - 1].end..said.words[i].start].trim() == "(" => {
                (i.saturating_sub(3)..i).find_map(|k| code(said, k, i, false)).filter(|v| v.to == said.words[i - 1].end)
            }
            // "our firm, 35 seats"
            Self::Quantity if self.is_counted(said, i) => quantity(said, i - 1),
            _ => {
                let is = (start..i).rev().take(3).find(|&k| listed("is was as", said.low(k)))?;
                let found = self.marked(said, start, is, false)?;
                Some(found)
            }
        }
    }

    /// Is a number told right before the noun at word `i`: "35 seats", and no question about them?
    fn is_counted(&self, said: &Said<'_>, i: usize) -> bool {
        let number = i > 0 && said.words[i - 1].is_digits() && said.words[i].gap == Gap::Space;
        let parts = i > 1 && matches!(said.words[i - 1].gap, Gap::Tight | Gap::Colon);
        let vague = i > 1 && listed("about under over than or to minus of extra another first last", said.low(i - 2));
        let asks = said.text.contains('?') || said.any(&["if", "whether", "extra", "more"]);
        number && !parts && !vague && !asks && said.words[i - 1].text.len() < 6
    }

    /// Is the value before word `i` one that the customer has, and may want no longer?
    pub(super) fn is_had(&self, said: &Said<'_>, i: usize, value: &Value) -> bool {
        matches!(self, Self::Words | Self::Choice(_)) && value.to <= said.words[i].start && wanted(said, i).is_none()
    }

    /// The answer to the question for it.
    pub(super) fn answer(&self, said: &Said<'_>, voice: bool) -> Option<Value> {
        if *self != Self::Words {
            let negated = said.words.len() <= 4 && said.any(&["don't", "dont", "not", "no"]);
            let long = said.words.len() > 40;
            if let Self::Choice(options) = self {
                return if long { None } else { chosen(said, options, negated) };
            }
            return if negated || long { None } else { self.marked(said, 0, said.words.len(), voice) };
        }
        if said.words.len() > 24 || said.text.contains(['?', '\u{ff1f}']) || said.any(&["don't", "dont"]) {
            return None;
        }
        let mut from = 0;
        while from < said.words.len() && from < 10 && listed(FILLERS, said.low(from)) {
            from += 1;
        }
        // "put me on ...": what is named behind it, and never "that one"
        if listed("put switch move upgrade downgrade change sign", said.low(from)) {
            let skipped = "me us it to on onto up over for with the your a";
            from = (from + 1..from + 6).find(|&k| !listed(skipped, said.low(k)))?;
        }
        let points = "that this it these those same other another cheaper cheapest best better bigger smaller first second third last either";
        if listed(points, said.low(from)) && !(said.cased && from > 0 && said.words[from].is_capital()) {
            return None;
        }
        // "my husband is allergic to nuts": said of somebody, it is told with whom
        let whose = from > 0 && listed("my our", said.low(from - 1)) && is_person(said.low(from));
        if whose && listed("is has can can't needs was", said.low(from + 1)) {
            let told = words(said, from, clause_end(said, from).min(from + MOST_WORDS))?;
            let start = said.words[from - 1].start;
            return Some(Value { text: said.text[start..told.to].to_owned(), from: start, to: told.to });
        }
        words(said, from, clause_end(said, from))
    }

    /// The code right behind its label's noun, and nothing that is counted: "my order 5550192837", "(order AC-20771)".
    pub(super) fn code_behind(&self, said: &Said<'_>, i: usize, voice: bool) -> Option<Value> {
        if *self != Self::Code || matches!(said.words.get(i)?.gap, Gap::Stop | Gap::Colon) {
            return None;
        }
        let value = code(said, i, said.words.len().min(i + 16), voice).filter(|v| v.from == said.words[i].start)?;
        let digits = value.text.bytes().filter(u8::is_ascii_digit).count();
        let lettered = value.text.chars().any(char::is_alphabetic);
        let next = said.words.partition_point(|w| w.start < value.to);
        let counted = !lettered
            && !value.text.contains(['/', '-'])
            && !said.breaks(next)
            && !is_function(said.low(next))
            && !listed("never arrived came twice again says said shows", said.low(next));
        (value.text.len() >= 4 && digits >= 2 && !counted).then_some(value)
    }

    /// What its form gives away although nobody spoke of it: a web address of the customer's own, one of the options that is decided
    /// on, the language to be written to in.
    pub(super) fn unasked(&self, said: &Said<'_>) -> Option<Value> {
        match self {
            Self::Url if said.text.contains('.') => {
                let value = self.marked(said, 0, said.words.len(), false)?;
                let i = said.words.partition_point(|w| w.start < value.from);
                let near = |list: &'static str| (i.saturating_sub(5)..i).any(|k| listed(list, said.low(k)));
                let site = near("my our") && near("site website page url link homepage web");
                let shop = (i.saturating_sub(4)..i).any(|k| {
                    listed("my our", said.low(k))
                        && listed("shop store blog portfolio webshop business company", said.low(k + 1))
                });
                (site || shop && !is_foreign(said, i)).then_some(value)
            }
            Self::Choice(options) => {
                let rev = || (0..said.words.len()).rev();
                rev()
                    .find_map(|k| choice(said, k, options).filter(|_| decided(said, k)))
                    .or_else(|| rev().find_map(|k| choice(said, k, options).filter(|_| is_on(said, k))))
            }
            Self::Language if spoken(said).is_some() => spoken(said).map(|k| span(said, k, k + 1)),
            Self::Language => {
                let k =
                    (1..said.words.len()).rev().find(|&k| listed(LANGUAGES, said.low(k)) && said.low(k - 1) == "in")?;
                let from = (0..k).rev().take(8).take_while(|&n| n + 1 == k || !said.breaks(n + 1)).last()?;
                let verb = (from..k).find(|&n| {
                    listed(
                        "write speak talk contact answer reply respond email mail call text message communicate",
                        said.low(n),
                    ) || listed("send get receive", said.low(n))
                        && (n..k).any(|o| {
                            listed(
                                "reminders messages emails texts notifications letters updates everything",
                                said.low(o),
                            )
                        })
                })?;
                let not = listed("don't dont not never", said.low(verb.wrapping_sub(1)));
                let me = (verb..k).any(|n| listed("me us", said.low(n)));
                let asked = listed("write answer reply respond send get receive", said.low(verb))
                    && said.any(&["please", "could", "can"]);
                ((me || asked) && !not).then(|| span(said, k, k + 1))
            }
            _ => None,
        }
    }

    /// The first value of this sort within words `from..to`; none where another is named beside it: "English or German".
    fn marked(&self, said: &Said<'_>, from: usize, to: usize, voice: bool) -> Option<Value> {
        let value = self.first(said, from, to, voice)?;
        let next = said.words.partition_point(|w| w.start < value.to);
        let or =
            said.low(next) == "or" && matches!(self, Self::Language | Self::Code | Self::Quantity | Self::Choice(_));
        let other = if or { self.first(said, next + 1, (next + 4).min(to), voice) } else { None };
        if other.is_some_and(|o| o.text != value.text) { None } else { Some(value) }
    }

    fn first(&self, said: &Said<'_>, from: usize, to: usize, voice: bool) -> Option<Value> {
        let to = to.min(said.words.len());
        if from >= to {
            return None;
        }
        let reach = to.min(from + 3 * REACH);
        match self {
            Self::Email => {
                let (start, end, text) = mail::email_in(said, from, to)?;
                Some(Value { text, from: start, to: end })
            }
            Self::Phone => {
                let (start, end, text) = reach::number_in(said, from, to)?;
                Some(Value { text, from: start, to: end })
            }
            Self::Url => url(said, from, to),
            Self::Code => (from..reach).find_map(|k| code(said, k, to, voice)),
            Self::Quantity => (from..reach).find_map(|k| quantity(said, k)),
            Self::Date => dates::date(said, from, to, voice),
            Self::Language => (from..reach).find(|&k| listed(LANGUAGES, said.low(k))).map(|k| span(said, k, k + 1)),
            Self::Choice(options) => (from..reach).find_map(|k| choice(said, k, options)),
            Self::Words => None,
        }
    }
}

const HAVING: &str = "looking considering interested on have has had want use using chose choose picked take got bought booked need with i'm prefer get like";

/// The options that a description names behind a colon: "the plan: Starter, Growth or Enterprise".
fn choices(description: &str) -> Vec<(String, String)> {
    let Some((before, list)) = description.rsplit_once(':') else { return Vec::new() };
    let sample = before.to_lowercase();
    // "for example: ..." is no closed list
    if ["example", "e.g", "such as", "like"].iter().any(|w| sample.trim_end().ends_with(w)) {
        return Vec::new();
    }
    let list = list.split('.').next().unwrap_or_default();
    let options: Vec<(String, String)> = list
        .replace(" or ", ",")
        .replace(" and ", ",")
        .split(['|', ',', '/', ';'])
        .map(|o| o.trim().trim_matches('"'))
        .filter(|o| !o.is_empty())
        .map(|o| (o.to_lowercase(), o.to_owned()))
        .collect();
    let short = options.iter().all(|(o, _)| o.split_whitespace().count() <= 4);
    if options.len() >= 2 && options.len() <= 50 && short { options } else { Vec::new() }
}

fn choice(said: &Said<'_>, i: usize, options: &[(String, String)]) -> Option<Value> {
    if i > 0 && listed("not no isn't from than", said.low(i - 1)) {
        return None;
    }
    options.iter().find_map(|(low, shown)| {
        let words: Vec<&str> = low.split_whitespace().collect();
        let found = said.has(i, &words);
        found.then(|| Value { text: shown.clone(), ..span(said, i, i + words.len()) })
    })
}

/// The option of an answer: the first, or the last where it is said in place of the one before: "Starter, no wait, Growth". Where
/// something is `denied`, another has to be named: "not Starter, Growth".
fn chosen(said: &Said<'_>, options: &[(String, String)], denied: bool) -> Option<Value> {
    let named = |k: usize| options.iter().any(|(low, _)| said.has(k, &low.split_whitespace().collect::<Vec<_>>()));
    let all: Vec<(usize, Value)> =
        (0..said.words.len()).filter_map(|k| choice(said, k, options).map(|v| (k, v))).take(8).collect();
    let several = (0..said.words.len()).filter(|&k| named(k)).take(2).count() > 1;
    if denied && !several {
        return None;
    }
    let open = |from: usize, to: usize| (from..to).any(|k| said.low(k) == "or") || said.any(&["either"]);
    let taken_back = |from: usize, to: usize| {
        (from..to).any(|k| listed("no wait sorry actually rather instead better mean", said.low(k)))
    };
    match all.as_slice() {
        [.., (before, _), (last, value)] if taken_back(*before, *last) => Some(value.clone()),
        // "Growth or Enterprise"
        [.., (before, a), (last, b)] if a.text != b.text && open(*before, *last) => None,
        [(_, value), ..] => Some(value.clone()),
        [] => None,
    }
}

/// The words `from..to`, as said.
pub(super) fn span(said: &Said<'_>, from: usize, to: usize) -> Value {
    let (start, end) = (said.words[from].start, said.words[to - 1].end);
    Value { text: said.text[start..end].to_owned(), from: start, to: end }
}

/// Where the clause that holds word `i` ends.
fn clause_end(said: &Said<'_>, i: usize) -> usize {
    (i + 1..said.words.len().min(i + 40))
        .find(|&k| matches!(said.words[k].gap, Gap::Comma | Gap::Stop) || listed("but because since so", said.low(k)))
        .unwrap_or(said.words.len().min(i + 40))
}

/// A value in words: short, with something in it, and no refusal.
fn words(said: &Said<'_>, from: usize, to: usize) -> Option<Value> {
    let mut to = to.min(said.words.len());
    // "..., please", "... and my name is"
    if let Some(cut) = (from + 1..to).find(|&k| {
        listed("please thanks thank and", said.low(k)) && (said.low(k) != "and" || is_function(said.low(k + 1)))
            || listed("i i'm we my right now currently at", said.low(k)) && k > from
    }) {
        to = cut;
    }
    // "a friend told me", "my boss recommended you"
    let tells = "told recommended mentioned referred suggested said sent";
    if let Some(cut) = (from + 1..to).find(|&k| listed(tells, said.low(k)) && listed("me us you it", said.low(k + 1))) {
        to = cut;
    }
    while to > from && (is_function(said.low(to - 1)) && !said.words[to - 1].is_capital()) {
        to -= 1;
    }
    if from >= to || to - from > MOST_WORDS || listed(REFUSALS, said.low(from)) {
        return None;
    }
    let telling = (from..to).any(|k| !is_function(said.low(k)));
    let first = said.low(from);
    (telling && (!is_function(first) || first == "too" || said.words[from].is_capital())).then(|| span(said, from, to))
}

fn url(said: &Said<'_>, from: usize, to: usize) -> Option<Value> {
    let (start, end) = (said.words[from].start, said.words[to - 1].end);
    let mut at = start;
    for token in said.text[start..].split_whitespace() {
        let begin = at + said.text[at..].find(token)?;
        at = begin + token.len();
        if begin >= end {
            return None;
        }
        let plain =
            token.trim_matches(|c: char| matches!(c, '.' | ',' | ';' | '!' | '?' | '(' | ')' | '<' | '>' | '"' | '\''));
        let tld = plain.trim_end_matches('/').split('/').find(|p| p.contains('.')).and_then(|h| h.rsplit('.').next());
        let lettered = tld.is_some_and(|t| t.chars().count() >= 2 && t.chars().all(char::is_alphabetic));
        if plain.contains('.') && lettered && !plain.contains('@') && is_website(plain) {
            let begin = begin + token.find(plain).unwrap_or(0);
            return Some(Value { text: plain.to_owned(), from: begin, to: begin + plain.len() });
        }
    }
    None
}

/// Letters and digits at word `i`: "A-1234", "AB 12 34", "one two three four" where it is heard.
fn code(said: &Said<'_>, i: usize, limit: usize, voice: bool) -> Option<Value> {
    let w = &said.words[i];
    let has_digit = |k: usize| said.words[k].text.bytes().any(|b| b.is_ascii_digit());
    let upper = |k: usize| {
        let t = said.words[k].text;
        t.chars().count() <= 4 && t.chars().all(|c| c.is_ascii_uppercase()) && t != "I"
    };
    let joined = |k: usize| {
        k < limit && k < said.words.len() && {
            let between = &said.text[said.words[k - 1].end..said.words[k].start];
            between.len() <= 3
                && between.chars().all(|c| matches!(c, ' ' | '-' | '/' | '.' | '#' | '_'))
                && !(between.contains('.') && between.contains(' '))
        }
    };
    if has_digit(i) || upper(i) && joined(i + 1) && (has_digit(i + 1) || upper(i + 1)) {
        let mut end = i + 1;
        while end - i < 8
            && joined(end)
            && (has_digit(end) || upper(end) || said.words[end].gap == Gap::Tight && !is_common(said.low(end)))
        {
            end += 1;
        }
        // letters before the first digit, tightly joined: "abc-123"
        let mut from = i;
        while from > 0 && said.words[from].gap == Gap::Tight && i - from < 3 && !said.words[from].text.is_empty() {
            from -= 1;
        }
        if (from..end).any(has_digit) {
            return Some(span(said, from, end));
        }
        return None;
    }
    let run = numbers::run(said, i, limit, spelled::digit);
    let signed = voice && is_sign(said, run.next);
    if run.digits.len() >= 3 && !signed {
        return Some(Value { text: run.digits, ..span(said, i, run.next) });
    }
    // "a b one two three", "alpha bravo one two", "b as in boy one two"
    let letters = |k: usize| {
        let alone = mail_aloud::letter(said, k);
        alone.or_else(|| spelled::alphabet(said.low(k)).map(|c| (c, k + 1)))
    };
    if voice || w.text.chars().count() == 1 {
        let mut text = String::new();
        let mut k = i;
        while k < limit && k < said.words.len() && text.len() < 24 {
            let run = numbers::run(said, k, limit, spelled::digit);
            if run.next > k {
                text.push_str(&run.digits);
                k = run.next;
            } else if voice && !text.is_empty() && is_sign(said, k) && k + 1 < limit {
                text.push(if said.low(k) == "slash" { '/' } else { '-' });
                k += 1;
            } else if let Some((c, next)) = letters(k) {
                text.extend(c.to_uppercase());
                k = next;
            } else {
                break;
            }
        }
        let mixed = text.bytes().any(|b| b.is_ascii_digit()) && text.len() >= 3;
        if mixed && k > i {
            return Some(Value { text, ..span(said, i, k) });
        }
    }
    None
}

/// "dash", "slash"
fn is_sign(said: &Said<'_>, k: usize) -> bool {
    listed("dash hyphen minus slash", said.low(k))
}

fn quantity(said: &Said<'_>, i: usize) -> Option<Value> {
    let w = &said.words[i];
    if w.text.starts_with(|c: char| c.is_ascii_digit()) {
        let mut end = i + 1;
        while end < said.words.len()
            && end - i < 4
            && said.words[end].is_digits()
            && said.text[said.words[end - 1].end..said.words[end].start] == *","
        {
            end += 1;
        }
        let mut value = span(said, i, end);
        let sign = said.text[..value.from].chars().next_back().filter(|c| matches!(c, '$' | '€' | '£' | '¥' | '₹'));
        if let Some(sign) = sign {
            value.from -= sign.len_utf8();
            value.text.insert(0, sign);
        }
        return Some(value);
    }
    // "two thousand dollars"; "one" says other things too
    let (text, next) = numbers::whole(said, i, said.words.len())?;
    (text != "1" || said.words.len() <= 3).then(|| Value { text, ..span(said, i, next) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(label: &str, kind: AstraType, description: &str) -> AstraField {
        AstraField { key: "k".into(), label: label.into(), kind, description: description.into(), built_in: false }
    }

    #[test]
    fn sorts_by_type_label_and_description() {
        let of = |label: &str, description: &str| Shape::of(&field(label, AstraType::Text, description));
        assert_eq!(of("Order number", ""), Shape::Code);
        assert_eq!(of("Number of employees", ""), Shape::Quantity);
        assert_eq!(of("Date of birth", ""), Shape::Date);
        assert_eq!(of("Preferred language", ""), Shape::Language);
        assert_eq!(of("Pet", "The animal, for example: cat, dog"), Shape::Words);
        assert!(matches!(of("Plan", "One of: Starter, Growth or Enterprise"), Shape::Choice(o) if o.len() == 3));
        assert_eq!(Shape::of(&field("Billing", AstraType::Email, "")), Shape::Email);
    }
}
