//! The fields that the operator created: found by their label's words, their type and their description.
//!
//! Owns how people and agents speak of a field that no rule of ours knows. Must not know the built-in fields' finders; what a
//! value of some sort looks like is `shape`'s.

mod common;
mod listen;

use std::borrow::Cow;
use std::collections::HashMap;

use super::decided::LANGUAGES;
use super::proposal::{Key, Proposal, is_foreign, sure};
use super::shape::{Shape, Value};
use super::words::{Gap, Said, is_function, listed};
use crate::domain::field::{AstraField, CHANNEL, SUMMARY};

/// How many fields are looked for; nobody lists more.
const MOST_FIELDS: usize = 200;
/// How many words a field is called by at most.
const LONGEST_PHRASE: usize = 6;
/// In a message of so many words, what is beside another's value is not looked for.
const LONG: usize = 40;
/// How many times one message may speak of fields before the rest of it is passed over.
const MOST_MENTIONS: usize = 64;

/// What says so little that it names no field by itself.
const GENERIC: &str = "number no id code name names date time type kind size address email mail e-mail phone mobile telephone url \
    link status state city street zip value amount reason info information details detail note notes comment comments field \
    data text contact customer person people call message channel summary first last company";
/// Words before a field's noun that people leave out.
const ADJECTIVES: &str = "preferred current desired favourite favorite main primary customer customers customer's client your their \
    requested chosen new existing membership subscription";
/// What the built-in fields are called: a field with such a label only is not looked for, for it would take their values.
const BUILT_IN: &[&str] = &[
    "email",
    "e-mail",
    "mail",
    "email address",
    "phone",
    "phone number",
    "number",
    "mobile",
    "mobile number",
    "telephone",
    "cell",
    "contact number",
    "name",
    "full name",
    "first name",
    "last name",
    "surname",
    "family name",
    "company",
    "company name",
    "employer",
    "street",
    "address",
    "city",
    "town",
    "state",
    "zip",
    "zip code",
    "postcode",
    "post code",
    "postal code",
    "channel",
    "summary",
];

/// One field of the operator's, ready to be looked for.
#[derive(Debug, Clone)]
pub(super) struct Custom {
    /// The Astra field's key.
    pub key: String,
    shape: Shape,
}

/// All of them, by the words they are called by.
#[derive(Debug, Clone, Default)]
pub(super) struct Customs {
    pub fields: Vec<Custom>,
    /// The first word of a phrase, to the rest of it, the field and what the phrase tells; longer phrases first.
    phrases: HashMap<String, Vec<(Vec<String>, u16, Tells)>>,
}

/// What it means that somebody says a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// It is what the field is called.
    Called,
    /// It may be: "order id" for the order number.
    Alike,
    /// Only with a code right behind it: "my order AC-20419".
    WithCode,
    /// Only in a question of the agent's: "which colour?" for the tent colour.
    Asked,
}

/// A place where a field is spoken of: words `from..to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mention {
    field: u16,
    from: usize,
    to: usize,
    tells: Tells,
}

/// What one of the customer's messages says of the operator's fields.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub seen: Vec<Proposal>,
    /// Where, in bytes: nothing else is to be found there.
    pub taken: Vec<(usize, usize)>,
}

impl Customs {
    /// Those of an agent's fields that are not built in and that have a label of their own.
    pub(super) fn new(fields: &[AstraField]) -> Self {
        let own: Vec<&AstraField> =
            fields.iter().filter(|f| !f.built_in && f.key != SUMMARY && f.key != CHANNEL).take(MOST_FIELDS).collect();
        let mut customs = Self::default();
        // what a field is called, before what it may be called too
        let mut all: Vec<(Vec<String>, u16, Tells)> = Vec::new();
        for (i, field) in own.iter().enumerate() {
            let index = u16::try_from(i).unwrap_or(u16::MAX);
            let shape = Shape::of(field);
            all.extend(phrases(field, &shape).into_iter().map(|(p, tells)| (p, index, tells)));
            customs.fields.push(Custom { key: field.key.clone(), shape });
        }
        // what two fields are called alike tells neither of them
        let rival = |(p, i, own): &(Vec<String>, u16, Tells)| {
            let called = |t: Tells| t == Tells::Called;
            all.iter().any(|(q, j, other)| q == p && i != j && (called(*other) || !called(*own)))
        };
        let unique: Vec<_> = all.iter().filter(|one| !rival(one)).cloned().collect();
        for (mut phrase, index, tells) in unique {
            let head = phrase.remove(0);
            customs.phrases.entry(head).or_default().push((phrase, index, tells));
        }
        for list in customs.phrases.values_mut() {
            list.sort_by_key(|(rest, _, _)| std::cmp::Reverse(rest.len()));
        }
        customs
    }

    /// Is the field at this place a phone number?
    pub(super) fn is_phone(&self, place: u16) -> bool {
        self.fields.get(usize::from(place)).is_some_and(|f| f.shape == Shape::Phone)
    }

    /// Is this a value of the sort that the field with this key takes? `None`: there is no such field.
    pub(super) fn fits(&self, key: &str, value: &str) -> Option<bool> {
        let field = self.fields.iter().find(|f| f.key == key)?;
        let said = Said::new(value);
        // of what any words may be, none can be told to be wrong
        let whole = || field.shape.at(&said, 0, false).is_some_and(|v| v.from == 0 && v.to == value.len());
        Some(field.shape.is_free() || whole())
    }

    /// Is it a field of any words?
    pub(super) fn is_free(&self, key: &str) -> bool {
        self.fields.iter().any(|f| f.key == key && f.shape.is_free())
    }

    fn mention_at(&self, said: &Said<'_>, i: usize, asks: bool) -> Option<Mention> {
        let low = one_spelling(said.low(i));
        let list = self.phrases.get(low).or_else(|| self.phrases.get(low.strip_suffix("'s")?))?;
        list.iter().find_map(|(rest, field, tells)| {
            let all = rest.iter().enumerate().all(|(k, p)| {
                said.words.get(i + 1 + k).is_some_and(|w| {
                    let low = one_spelling(&w.low);
                    (low == *p || low.strip_suffix("'s") == Some(p)) && matches!(w.gap, Gap::Space | Gap::Tight)
                })
            });
            let counts = match tells {
                Tells::Called | Tells::Alike => true,
                Tells::WithCode => !asks,
                Tells::Asked => asks,
            };
            (all && counts).then_some(Mention { field: *field, from: i, to: i + 1 + rest.len(), tells: *tells })
        })
    }

    /// Where fields are spoken of; `asks`: in a message of the agent's.
    fn mentions(&self, said: &Said<'_>, asks: bool) -> Vec<Mention> {
        let mut out = Vec::new();
        let mut i = 0;
        while i < said.words.len() && out.len() < MOST_MENTIONS {
            match self.mention_at(said, i, asks) {
                Some(m) => {
                    i = m.to;
                    out.push(m);
                }
                None => i += 1,
            }
        }
        out
    }

    /// The fields that an agent's message asks for, and where it speaks of them, in bytes.
    pub(super) fn asked(&self, said: &Said<'_>) -> (Vec<u16>, Vec<(usize, usize)>) {
        if self.phrases.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let question = said.text.contains(['?', '\u{ff1f}', '\u{61f}', '\u{bf}']) || said.words.len() <= 6;
        // "in May" asks for nothing
        let month = |k: usize| said.low(k) == "may" && listed("in of until since from", said.low(k.wrapping_sub(1)));
        let requests = |k: usize| REQUESTS.contains(&said.low(k)) && !month(k) || said.has(k, &["do", "you", "have"]);
        // "what kind of vehicle do you drive": as a recogniser writes it
        let head = (0..said.words.len().min(3)).find(|&k| !listed("and so okay ok alright great now", said.low(k)));
        let heads = head.is_some_and(|k| listed("what what's which when how where", said.low(k)));
        let asks = question || heads || (0..said.words.len()).any(requests);
        let or = (1..said.words.len())
            .find(|&k| said.low(k) == "or" && listed(LANGUAGES, said.low(k - 1)) && listed(LANGUAGES, said.low(k + 1)));
        let mut fields = Vec::new();
        let mut places = Vec::new();
        for m in self.mentions(said, true) {
            let other = m.tells == Tells::Asked && (!said.any(ASKING) || common::is_other_kind(said, m.from, m.to));
            let spoken_of = m.tells != Tells::Asked && self.is_free_at(m.field);
            if other || spoken_of && !common::is_asked_for(said, m.from, m.to) {
                continue;
            }
            places.push((said.words[m.from].start, said.words[m.to - 1].end));
            // "my extension is ..." is the agent's, "your order number is 12" tells
            let own = m.from > 0 && matches!(said.low(m.from - 1), "my" | "our" | "his" | "her" | "their");
            if asks && !own && !fields.contains(&m.field) {
                fields.push(m.field);
            }
        }
        // "English or French?"
        let person = said.any(&["you", "your"]);
        if or.is_some_and(|k| person || k + 2 == said.words.len() && !said.any(&["is", "are"])) {
            let language = self.fields.iter().position(|f| f.shape == Shape::Language);
            let language = language.and_then(|i| u16::try_from(i).ok()).filter(|i| !fields.contains(i));
            fields.extend(language);
        }
        (fields, places)
    }

    fn is_free_at(&self, field: u16) -> bool {
        self.fields.get(usize::from(field)).is_some_and(|f| f.shape.is_free())
    }

    /// The values that the agent reads back: "your order number is A-12, correct?"
    pub(super) fn read_back(&self, said: &Said<'_>) -> Vec<(Key, String)> {
        // "do you mean order 5521?"
        let ends = |m: &Mention| said.breaks(m.to + 1);
        let coded = self.mentions(said, false).into_iter().filter(|m| m.tells == Tells::WithCode && ends(m));
        self.mentions(said, true)
            .into_iter()
            .filter(|m| m.tells != Tells::Asked)
            .chain(coded)
            .filter_map(|m| {
                let value = self.stated(said, m, false, true).or_else(|| self.asked_about(said, m))?;
                Some((Key::Custom(m.field), value.text))
            })
            .collect()
    }

    /// "Is AC-20419 your order number?"
    fn asked_about(&self, said: &Said<'_>, m: Mention) -> Option<Value> {
        let shape = &self.fields.get(usize::from(m.field))?.shape;
        let end = m.from.checked_sub(1).filter(|&k| shape.stands_out() && listed("your the", said.low(k)))?;
        let is = (end.saturating_sub(6)..end).rev().find(|&k| said.low(k) == "is")?;
        shape.at(said, is + 1, false).filter(|v| v.to == said.words[end - 1].end && v.from == said.words[is + 1].start)
    }

    /// What the customer says of the fields; `asked` is what the agent asked for, and nothing else.
    pub(super) fn told(&self, said: &Said<'_>, asked: &[u16], voice: bool) -> Told {
        let mut told = Told::default();
        if self.fields.is_empty() || said.words.is_empty() {
            return told;
        }
        for m in self.mentions(said, false) {
            if is_foreign(said, m.from) || denied(said, m.from) {
                continue;
            }
            if let Some(value) = self.stated(said, m, voice, false) {
                // "I'm on the Basic plan" is said of now, "I want the Pro plan" of what is to come
                let had = self.fields.get(usize::from(m.field)).is_some_and(|f| f.shape.is_had(said, m.from, &value));
                let how = if had { sure::PIECED } else { sure::STATED };
                let same = told.seen.iter().position(|p| p.key == Key::Custom(m.field));
                if had && same.is_some_and(|k| told.seen[k].sure > how) {
                    continue;
                }
                let from = said.words[m.from].start.min(value.from);
                told.taken.push((from, value.to.max(said.words[m.to - 1].end)));
                told.seen.push(Proposal::new(Key::Custom(m.field), value.text, how, value.from));
            }
        }
        // of several things asked for at once, first what its form tells; the rest is looked for beside it
        let date = |field: &&u16| self.is_date(Key::Custom(**field));
        for field in asked.iter().filter(date).chain(asked.iter().filter(|f| !date(f))) {
            let rest = if asked.len() > 1 { without(said.text, &told.taken) } else { Cow::Borrowed(said.text) };
            match rest {
                Cow::Borrowed(_) => self.answered(said, *field, asked.len(), voice, &mut told),
                Cow::Owned(rest) => self.answered(&Said::new(&rest), *field, asked.len(), voice, &mut told),
            }
        }
        for (i, custom) in self.fields.iter().enumerate() {
            let key = Key::Custom(u16::try_from(i).unwrap_or(u16::MAX));
            let decided = matches!(custom.shape, Shape::Choice(_));
            let known = told.seen.iter().position(|p| p.key == key);
            if known.is_some() && !decided {
                continue;
            }
            if let Some(value) = custom.shape.unasked(said) {
                // "we have Starter but want to switch to Enterprise"
                if let Some(k) = known {
                    if told.seen[k].at < value.from {
                        told.seen[k] = Proposal::new(key, value.text, sure::ANSWERED, value.from);
                    }
                    continue;
                }
                let how = if decided { sure::ANSWERED } else { sure::LIKELY };
                told.taken.push((value.from, value.to));
                told.seen.push(Proposal::new(key, value.text, how, value.from));
            }
        }
        told
    }

    /// It is a field of dates.
    pub(super) fn is_date(&self, key: Key) -> bool {
        let Key::Custom(field) = key else { return false };
        self.fields.get(usize::from(field)).is_some_and(|f| f.shape == Shape::Date)
    }

    /// The answer to the question for one of `asked` fields.
    fn answered(&self, said: &Said<'_>, field: u16, asked: usize, voice: bool, told: &mut Told) {
        let key = Key::Custom(field);
        let Some(custom) = self.fields.get(usize::from(field)) else { return };
        // of several things asked for, words alone do not tell which is answered
        if told.seen.iter().any(|p| p.key == key) || asked > 1 && custom.shape.is_free() {
            return;
        }
        let Some(value) = custom.shape.answer(said, voice) else { return };
        let at = said.words.partition_point(|w| w.start < value.from);
        let near = |list: &'static str| (at.saturating_sub(4)..at).any(|k| listed(list, said.low(k)));
        let of_another = is_foreign(said, at) || at > 0 && listed("but except besides", said.low(at - 1));
        let other_sort = custom.shape == Shape::Code && near("phone mobile cell tel telephone fax zip postcode call");
        if custom.shape.is_marked() && (of_another || other_sort) {
            // "my neighbour's is A-1, mine is A-2"
            if value.to < said.text.len() && said.words.len() < LONG {
                let rest = without(said.text, &[(0, value.to)]);
                self.answered(&Said::new(&rest), field, asked, voice, told);
            }
            return;
        }
        let overlaps = told.taken.iter().any(|(from, to)| value.from < *to && *from < value.to);
        if overlaps {
            return;
        }
        told.taken.push((value.from, value.to));
        told.seen.push(Proposal::new(key, value.text, sure::ANSWERED, value.from));
    }

    /// The value that a message states where it speaks of a field.
    fn stated(&self, said: &Said<'_>, m: Mention, voice: bool, by_agent: bool) -> Option<Value> {
        let shape = &self.fields.get(usize::from(m.field))?.shape;
        let before = if m.from > 0 { said.low(m.from - 1) } else { "" };
        if m.tells == Tells::WithCode {
            // "I want to order 500 chairs" is no number of an order
            let verb = listed("to i we you they can could please will would want like let's", before);
            return if verb { None } else { shape.code_behind(said, m.to, voice) };
        }
        if before == "your" && !by_agent || matches!(before, "which" | "what" | "any" | "another" | "no" | "without") {
            return None;
        }
        // "the plan I'm on is ...", "the language (that) I prefer would be ..."
        let copula = (m.to..(m.to + 6).min(said.words.len())).find(|&k| listed(IS, said.low(k)));
        let of_customer = copula.is_some_and(|k| {
            k == m.to || listed("i i'm we we're that for you my now", said.low(m.to)) && !said.breaks(m.to)
        });
        let past = copula.filter(|_| of_customer).map(|k| k + 1);
        let colon = said.words.get(m.to).is_some_and(|w| w.gap == Gap::Colon);
        let mine = listed("my our the a", before)
            || by_agent && before == "your"
            // "I was born on ..."
            || said.low(m.from) == "born" && listed("was am", before) && said.low(m.from.wrapping_sub(2)) == "i"
            || m.from == 0
            || said.breaks(m.from)
            || before == "and";
        let taken_back = |k: usize| listed("not n't isn't wasn't", said.low(k));
        if let Some(from) = past.filter(|_| mine) {
            if taken_back(from) {
                return None;
            }
            let from = (from..from + 4).find(|&k| !listed(LEAD_INS, said.low(k))).unwrap_or(from);
            if let Some(value) = shape.at(said, from, voice) {
                let state = shape.is_free() && m.to - m.from == 1 && common::is_state(said, value.from);
                return (!state).then_some(value);
            }
        }
        // "order no: 12", "with PIN 12"
        if (colon || shape.is_marked())
            && let Some(value) = shape.at(said, m.to, voice)
            && (colon || mine || shape.stands_out() && value.from <= said.words[m.to - 1].end + 4)
        {
            return Some(value);
        }
        // "A-1234 is my order number", "I'm on the Growth plan"
        shape.before(said, m.from)
    }
}

/// The text with these places blanked, so that what stands there is a clause of its own without words. Every other byte
/// keeps its place.
pub(super) fn without<'a>(text: &'a str, places: &[(usize, usize)]) -> Cow<'a, str> {
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut places = places.to_vec();
    places.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to) in places {
        let (from, to) = (from.max(at), to.min(text.len()));
        if from < to {
            out.push_str(&text[at..from]);
            out.push(',');
            out.extend(std::iter::repeat_n(' ', to - from - 1));
            at = to;
        }
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

const REQUESTS: &[&str] = &[
    "please", "may", "can", "could", "need", "provide", "tell", "give", "enter", "share", "confirm", "know", "require",
];
const ASKING: &[&str] = &["which", "what", "what's", "when", "how", "your", "ask"];
const IS: &str = "is was are be should it's would's is: as 's";
const LEAD_INS: &str = "it it's its is the this actually now currently called just my um uh be a an on number";

/// A word as it is spelled on either side of the ocean.
fn one_spelling(low: &str) -> &str {
    match low {
        "color" => "colour",
        "colors" | "colours" => "colour",
        "favorite" => "favourite",
        other => other,
    }
}

/// Is there a word before `i`, in its clause, that takes it back or makes it an example?
pub(super) fn denied(said: &Said<'_>, i: usize) -> bool {
    for k in (i.saturating_sub(5)..i).rev() {
        let low = said.low(k);
        let gap = said.words.get(k + 1).map_or(Gap::Stop, |w| w.gap);
        // another clause says nothing of it; "no, A-12" does neither
        let taken_back = k + 1 == i && listed("not isn't isnt wasn't", low);
        if gap == Gap::Stop || said.breaks(k + 1) && !taken_back {
            return false;
        }
        // part of an address: "x.example"
        if said.words[k].gap == Gap::Tight || said.low(k + 1) == "dot" {
            continue;
        }
        if listed(DENIALS, low) || low == "like" && !listed("i i'd would", said.low(k.wrapping_sub(1))) {
            return true;
        }
    }
    false
}

const DENIALS: &str = "not no don't dont doesn't doesnt didn't haven't havent without lost forgot forget forgotten example e.g eg never \
    old former previous";

/// The words that a field is called by, each with whether they are its label or key as they stand.
fn phrases(field: &AstraField, shape: &Shape) -> Vec<(Vec<String>, Tells)> {
    let words = |text: &str| -> Vec<String> {
        let text = text.to_lowercase().replace('_', " ");
        Said::new(&text).words.iter().map(|w| one_spelling(&w.low).to_owned()).take(LONGEST_PHRASE).collect()
    };
    let mut out: Vec<(Vec<String>, Tells)> = Vec::new();
    let both = [words(&field.label), words(&field.key)];
    // a field for the mobile number takes what is built in for any number
    let mobile = |w: &String| listed("mobile cell cellphone handy", w);
    // and nobody else's: "Spouse's mobile"
    let plain = |w: &String| mobile(w) || listed(GENERIC, w) || listed(ADJECTIVES, w);
    let said = both.iter().flatten();
    if *shape == Shape::Phone && said.clone().any(mobile) && said.clone().all(plain) {
        for same in ["mobile", "mobile number", "mobile phone", "cell", "cell number", "cell phone", "cellphone"] {
            out.push((words(same), Tells::Alike));
        }
    }
    let mut add = |p: Vec<String>, tells: Tells| {
        let known = BUILT_IN.contains(&p.join(" ").as_str());
        let empty = p.is_empty() || p.len() == 1 && listed(GENERIC, &p[0]);
        if !known && !empty && !out.iter().any(|(o, _)| *o == p) {
            out.push((p, tells));
        }
    };
    both.iter().for_each(|full| add(full.clone(), Tells::Called));
    if both.iter().flatten().any(|w| listed("birth birthday birthdate dob", w)) {
        for same in ["date of birth", "birth date", "birthdate", "birthday", "dob", "born"] {
            add(words(same), Tells::Alike);
        }
    }
    if *shape == Shape::Words {
        // "Your role?" for the job title, "may I ask the reason?" for the reason of a cancellation
        let has = |list: &'static str| both.iter().flatten().any(|w| listed(list, w));
        if has("title") && has("job") || has("occupation profession role position") {
            for same in ["role", "position", "occupation"] {
                add(words(same), Tells::Asked);
            }
        }
        if has("reason") && has("cancel cancellation cancelling leaving leave return returning") {
            add(words("the reason"), Tells::Asked);
            for why in ["leaving", "cancelling", "canceling", "returning"] {
                add(words(&format!("reason for {why}")), Tells::Alike);
                add(words(&format!("the reason for {why}")), Tells::Alike);
            }
        }
    }
    for full in both.clone() {
        // "Order number": also "order no", "order id", "order"
        if let [head @ .., last] = &full[..]
            && !head.is_empty()
        {
            if listed("number no id code reference", last) {
                for same in ["number", "no", "nr", "id", "code", "num", "reference"] {
                    add(head.iter().cloned().chain([same.to_owned()]).collect(), Tells::Alike);
                }
            }
            if *shape == Shape::Code {
                add(head.to_vec(), Tells::WithCode);
            // "us" of "How did you hear about us" is no name of it
            } else if !is_function(last) {
                add(vec![last.clone()], Tells::Asked);
            }
            let kept: Vec<String> = full.iter().skip_while(|w| listed(ADJECTIVES, w)).cloned().collect();
            if !kept.is_empty() {
                add(kept, Tells::Alike);
            }
        }
    }
    // "when would you like it delivered?"
    if *shape == Shape::Date {
        for word in both.iter().flatten().filter(|w| !listed(GENERIC, w)) {
            let stem = word.trim_end_matches('y').to_owned();
            for form in [stem.clone(), format!("{stem}ed"), format!("{stem}ing")] {
                if stem.len() >= 5 {
                    add(vec![form], Tells::Asked);
                }
            }
        }
    }
    out
}
