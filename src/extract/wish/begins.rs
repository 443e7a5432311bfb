//! How wishes begin: "I'd like to", "can you", "cancel my".
//!
//! Owns the phrases and what kind of wish each opens. Must not know what is wrong or only asked.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::super::retell::{reported, retold};
use super::super::topic::{Asks, is_had, told_to_ask};
use super::super::words::{Said, is_common, is_function, listed};
use super::Wish;
use super::clear::{depends, is_clear};
use super::deed::{AMOUNTS, deed, is_order_of};
use super::greeting::NOISE;
use crate::domain::conversation::Role;

/// Beginnings of a wish, each up to where "to ..." goes on; a `|` between them.
const WANTED: &str = "i would like to|i'd like to|id like to|i like to|i'll like to|i want to|i wanted to|i wish to|i will like to|\
    i'm trying to|i am trying to|i was trying to|i'm looking to|i am looking to|i was hoping to|i'm calling to|i am calling to|\
    i need to|i have to|looking to|wanted to|want to|need to|would like to|like to|let's|lets|we want to|we need to|we would like to|we'd like to|\
    i wanna|wanna|i would rather|i'd rather|i would love to|i'd love to|i'm here to|i am here to|hoping to|we have to|we wanted to|\
    i've got to|i gotta|i wants to|im trying to|im looking to|im calling to|im here to|im wanting to|id rather|i wand to|i wnat to|i wan to|i am wanting to|we're looking to|we are looking to|we're trying to|we are trying to";
/// Beginnings that a thing follows: told as "to get ...".
const WANTED_THING: &str = "i would like|i'd like|i want|i need|i wants|i am looking for|i'm looking for|im looking for|looking for|we need|we want|\
    i'll have|i will have|id need|i'd need|i would need|i wish|i require|we require|i want to need|i want need|i need want|i wand|i wnat|i wan|i am need|im need|am in need of|i'm in need of|we are looking for|\
    we're looking for";
/// Beginnings that a thing to be had follows, or a taste.
const LIKED: &str = "i like|i prefer|i will prefer|i would prefer|i'd prefer|i'll prefer|i will like|we prefer";
/// Beginnings of what the customer would have, or do.
const INTERESTED: &str = "i'm interested in|i am interested in|im interested in|we are interested in|we're interested in|interested in|\
    thinking of|thinking about|i'm thinking of|im thinking of|i am thinking of|i'm thinking about|we're thinking of|we are thinking of";
/// Beginnings of what it is about.
const IS_ABOUT: &str = "i'm calling about|i am calling about|i'm ringing about|i am ringing about|i'm writing about|i am writing about|\
    calling about|i have a question about|i've a question about|i got a question about|it's about|i'm asking about|following up on|follow up on|\
    calling regarding|enquiring about|inquiring about|writing regarding|got a question about";
/// Between the words of a beginning: "I would also like".
const ADVERBS: &str = "really also just still definitely urgently only actually kindly very";
/// Beginnings that an action of the agent's, or of one's own, follows.
const ASKED: &str = "would you mind|can you please|could you please|can you|could you|would you|can i|could i|may i|can we|could we|please|kindly|you can|maybe we can|\
    maybe you can|pls|plz|can u|could u|can ya|can someone|could someone|i was wondering if you could|i was wondering if you can|i wonder if you could|i was hoping you could|\
    i was wondering if i could|i want you to|i need you to|i would like you to|i'd like you to|i want u to|i need u to|can somebody|could somebody|can anyone|could anyone|i ask you to";
/// Those that begin a clause wherever they stand.
const PLEADED: &str =
    "can you please|could you please|would you please|will you please|can you help me|could you help me|please help me";

/// Verbs that follow "I want" without "to" in hurried writing.
const HURRIED: &str = "change transfer check know book order close cancel report update reset buy claim remove fix return add pay get see \
    find make send replace reserve purchase";

/// Behind "make it": "make it to the airport", "make it work".
const NOT_MADE: &str = "to up sense work on in there through go stop at and but so for back until before by easier better clear quick fast";

/// Phrases by their first word, each cut into words.
type Phrases = HashMap<&'static str, Vec<Vec<&'static str>>>;

fn phrases(list: &'static str) -> Phrases {
    let mut all = Phrases::new();
    for phrase in list.split('|') {
        let words: Vec<&str> = phrase.split_ascii_whitespace().collect();
        all.entry(words.first().copied().unwrap_or_default()).or_default().push(words);
    }
    all
}

static WANTS: LazyLock<Phrases> = LazyLock::new(|| phrases(WANTED));
static WANTS_THING: LazyLock<Phrases> = LazyLock::new(|| phrases(WANTED_THING));
static LIKES: LazyLock<Phrases> = LazyLock::new(|| phrases(LIKED));
static INTERESTS: LazyLock<Phrases> = LazyLock::new(|| phrases(INTERESTED));
static ABOUT: LazyLock<Phrases> = LazyLock::new(|| phrases(IS_ABOUT));
static ASKS: LazyLock<Phrases> = LazyLock::new(|| phrases(ASKED));
static PLEAS: LazyLock<Phrases> = LazyLock::new(|| phrases(PLEADED));
/// The words that a wish may begin with in the middle of a sentence: nearly all words are none of them.
static STARTS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lists: [&Phrases; 6] = [&WANTS, &WANTS_THING, &INTERESTS, &ABOUT, &ASKS, &PLEAS];
    lists.iter().flat_map(|l| l.keys().copied()).chain(["make", "need", "want", "would", "i'm", "im"]).collect()
});

/// The length of the first phrase of the list that stands at word `i`.
fn phrase_at(said: &Said<'_>, i: usize, list: &Phrases) -> Option<usize> {
    list.get(said.low(i))?.iter().find_map(|phrase| {
        let mut k = i;
        for &word in phrase {
            if k > i && said.low(k) != word && listed(ADVERBS, said.low(k)) && !said.breaks(k) {
                k += 1;
            }
            if said.low(k) != word || k > i && said.breaks(k) {
                return None;
            }
            k += 1;
        }
        Some(k - i)
    })
}

/// A wish that begins at word `i`.
/// `start`: where the sentence itself begins, behind greetings and names.
pub(super) fn wish_at(said: &Said<'_>, i: usize, start: usize, known: bool) -> Option<Wish> {
    if i != 0 && i != start && !STARTS.contains(said.low(i)) {
        return None;
    }
    let is_clear = |wish: &Wish| is_clear(wish, known);
    const NOT_BEFORE: &str =
        "don't not dont that if when what do you they he she as than all everything whatever didn't i";
    let n = said.words.len();
    let before = if i > 0 { said.low(i - 1) } else { "" };
    if listed(NOT_BEFORE, before) {
        return None;
    }
    // a wish begins with its verb
    let told = |from: usize| {
        let text = retold(said, from, Role::Customer);
        let shouted = text.chars().nth(1).is_some_and(char::is_uppercase);
        let mut letters = text.chars();
        match letters.next() {
            Some(first) if !shouted => first.to_lowercase().chain(letters).collect(),
            _ => text,
        }
    };
    if i == 0 && said.low(0) == "to" && n >= 3 && deed(said, 1, true) {
        return Some(Wish::Do(told(1))).filter(is_clear);
    }
    if let Some((from, asks)) = (i == start).then(|| told_to_ask(said, i)).flatten() {
        return match asks {
            Asks::Deed => deed(said, from, true).then(|| Wish::Do(told(from))),
            Asks::Thing => Some(Wish::Do(format!("get {}", told(from)))),
            Asks::About => Some(Wish::About(reported(said, from))),
        }
        .filter(is_clear);
    }
    // "cancel my booking", "add two lamps"
    let imperative = i == start
        && (listed("my a an the me us our this her his their", said.low(i + 1)) && n >= i + 3
            || said.low(i + 1) == "it" && n >= i + 4
            || is_order_of(said, i));
    if imperative && deed(said, i, false) {
        return Some(Wish::Ask(told(i))).filter(is_clear);
    }
    // "I already have a ticket but I change this seat", where somebody is in a hurry
    let hurried = said.low(i) == "i"
        && (i == start || said.breaks(i) || listed("but and so", before))
        && listed("change cancel book return reserve order transfer", said.low(i + 1))
        && listed("this my the a", said.low(i + 2))
        && (i + 4..=i + 6).contains(&n)
        && !said.text.contains('?');
    if hurried && deed(said, i + 1, true) {
        return Some(Wish::Do(told(i + 1))).filter(is_clear);
    }
    let interest = listed("i'm i im we we're", said.low(i)) || i == start;
    if let Some(len) = interest.then(|| phrase_at(said, i, &INTERESTS)).flatten() {
        return (n > i + len).then(|| Wish::Interest(told(i + len))).filter(is_clear);
    }
    if let Some(len) = phrase_at(said, i, &ABOUT) {
        return (n > i + len).then(|| Wish::About(reported(said, i + len))).filter(is_clear);
    }
    // "then not the small one, make it the large one"
    if said.has(i, &["make", "it"]) && n <= i + 6 && !listed(NOT_MADE, said.low(i + 2)) && n > i + 2 {
        return Some(Wish::Ask(told(i)));
    }
    if let Some(len) = phrase_at(said, i, &WANTS) {
        let from = i + len;
        let firm = said.low(i) == "i" && !listed("need have", said.low(i + 1)) || said.low(i).starts_with("i'");
        if deed(said, from, firm || said.any(&["actually"])) {
            return depends(said, i, from).or_else(|| Some(Wish::Do(told(from)))).filter(is_clear);
        }
        // "I like to two pizzas"
        let amount = said.words.get(from).is_some_and(|w| w.is_digits() || listed(AMOUNTS, &w.low));
        let amount = amount || listed("new boarding proof", said.low(from));
        let amount = amount && !listed("quantity quantities", said.low(from + 1));
        return (amount && n >= from + 2).then(|| Wish::Do(format!("get {}", told(from)))).filter(is_clear);
    }
    if let Some(len) = phrase_at(said, i, &LIKES).filter(|len| is_had(said, i + len)) {
        return Some(Wish::Do(format!("get {}", retold(said, i + len, Role::Customer)))).filter(is_clear);
    }
    let bare = (i == 0 || i == start || said.breaks(i)) && listed("need want", said.low(i));
    let bare_would = (i == start || said.breaks(i)) && said.has(i, &["would", "like"]);
    let bare = if bare_would { Some(2) } else { bare.then_some(1) };
    if let Some(len) = phrase_at(said, i, &WANTS_THING).or(bare) {
        let from = i + len;
        let next = said.low(from);
        if listed(HURRIED, next) {
            return Some(Wish::Do(told(from))).filter(is_clear);
        }
        let thing = next != "to"
            && (!is_function(next) || listed("a an the my our some one this another more any someone somebody", next));
        let only_help = said.low(n - 1) == "help" && n <= from + 3;
        let pause = (from..n.min(from + 5)).any(|k| said.has(k, &["more", "time"]))
            || listed("quantity quantities", said.low(from + 1))
            || n <= from + 4 && listed("moment minute minutes second seconds sec while break time", said.low(n - 1));
        // "need it by friday"
        let thing = thing
            || listed("it them this", next)
                && listed("by before until today tomorrow", said.low(from + 1))
                && n > from + 2
            || listed("it them this", next) && listed("today tomorrow", said.low(from + 1));
        // "I need internet"
        let one = n == from + 1
            && next.len() > 4
            && !is_function(next)
            && !listed("assistance support information advice", next);
        return ((n >= from + 2 || one) && thing && !only_help && !pause)
            .then(|| Wish::Do(format!("get {}", retold(said, from, Role::Customer))))
            .filter(is_clear);
    }
    // in hurried writing no comma stands before it
    let begins = said.breaks(i) || listed(NOISE, before) || before == "great" || before == "now";
    let pleads = listed("can could would will please", said.low(i)) && phrase_at(said, i, &PLEAS).is_some()
        || said.low(i) == "please" && deed(said, i + 1, said.low(i + 1) == "use");
    if !(i == 0 || i == start || begins || pleads) {
        return None;
    }
    let len = phrase_at(said, i, &ASKS)?;
    let mut from = i + len;
    // "may I also get it", "could you maybe send it"
    while from < i + len + 2 && (listed(ADVERBS, said.low(from)) || listed("please maybe now then", said.low(from))) {
        from += 1;
    }
    // "could you check and let me know my seat"
    let checks = said.has(from, &["check", "and"]);
    let after = from + 2;
    let know =
        if said.has(after, &["let", "me", "know"]) { 3 } else { usize::from(said.has(after, &["tell", "me"])) * 2 };
    if checks && know > 0 && n > after + know + 1 && !is_function(said.low(n - 1)) {
        return Some(Wish::Do(format!("know {}", told(after + know)))).filter(is_clear);
    }
    let by_self = listed("i we", said.low(i + 1)) || said.low((i + len).saturating_sub(2)) == "i";
    // "would you mind helping me find it"
    if said.has(from, &["helping", "me"]) && deed(said, from + 2, true) {
        return Some(Wish::Do(told(from + 2))).filter(is_clear);
    }
    let to = usize::from(said.low(from + 1) == "to");
    if said.low(from) == "help" && deed(said, from + 1 + to, true) {
        return Some(Wish::Do(told(from + 1 + to))).filter(is_clear);
    }
    if said.has(from, &["help", "me"]) || said.has(from, &["help", "us"]) {
        let from = from + if said.low(from + 2) == "to" { 3 } else { 2 };
        let with = said.low(from) == "with";
        let doing = said.low(from).ends_with("ing") && said.low(from).len() > 5;
        let unheard = !is_common(said.low(from)) || is_function(said.low(from));
        if !with && !doing && unheard && !deed(said, from, true) {
            return None;
        }
        let what = format!("{}{}", if with || doing { "get help " } else { "" }, told(from));
        return (n >= from + 2).then_some(Wish::Do(what)).filter(is_clear);
    }
    if said.has(from, &["tell", "me"]) && n > from + 3 {
        let from = from + 2 + usize::from(said.low(from + 2) == "about");
        return Some(Wish::Do(format!("know {}", told(from)))).filter(is_clear);
    }
    if n < from + 2 || !deed(said, from, true) || said.low(from) == "help" {
        let question = n >= 6 && said.text.contains('?') && !listed("hear see wait hold repeat", said.low(from));
        return question.then(|| Wish::Question(said.text[said.words[i].start..].to_owned())).filter(is_clear);
    }
    Some(if by_self { Wish::Do(told(from)) } else { Wish::Ask(told(from)) }).filter(is_clear)
}
