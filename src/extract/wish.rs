//! What a sentence of the customer's is: a wish, a trouble, a question, or nothing that matters.
//!
//! Owns the signs by which the summary tells them apart. Must not know how they are put together. Precision first: a wish that
//! has no verb of something that can be done for a customer is none.

mod clear;
mod talk;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::domain::conversation::Role;

use super::detail::is_detail;
use super::intro::past_intro;
use super::mask::MASK;
use super::number::run_at;
use super::pending::Invited;
use super::retell::{lowered, reported, retold};
use super::stance::SOLVED;
use super::topic::{Asks, is_had, is_matter, is_topic, told_to_ask};
use super::words::{Gap, Said, Word, is_common, is_english, is_function, listed};
use clear::{depends, is_clear};
use talk::{is_farewell, is_hope, is_no_wish, is_own, is_plan, is_question};
pub(super) use talk::{is_substance, is_thanks};

/// What the customer asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wish {
    /// Something to do: "change the address".
    Do(String),
    /// Something for the agent to do: "send them a receipt".
    Ask(String),
    /// Something to have or do, which is not asked for yet: "viewing a flat".
    Interest(String),
    /// What the customer calls or writes about: "the car they left".
    About(String),
    /// What is wrong, told about the customer: "their card was stolen".
    Trouble(String),
    /// A question in the customer's own words.
    Question(String),
}

impl Wish {
    /// The words, without what they are: a wish, a question.
    pub(super) fn text(&self) -> &str {
        let (Self::Do(text)
        | Self::Ask(text)
        | Self::Interest(text)
        | Self::About(text)
        | Self::Trouble(text)
        | Self::Question(text)) = self;
        text
    }

    /// "transfer 5000", said of "transfer 400 to my savings": the same with the other number.
    pub(super) fn with_number_of(&self, other: &Self) -> Option<Self> {
        let (Self::Do(old) | Self::Ask(old), Self::Do(new) | Self::Ask(new)) = (self, other) else { return None };
        let number = |text: &str| {
            let mut words = text.split(' ');
            let (verb, second) = (words.next()?.to_owned(), words.next()?.to_owned());
            let digits = second.trim_start_matches(['$', '€', '£']).starts_with(|c: char| c.is_ascii_digit());
            digits.then_some((verb, second, words.count()))
        };
        let ((verb, was, more), (same, now, rest)) = (number(old)?, number(new)?);
        (verb == same && rest <= 1 && more >= 1).then(|| Self::Do(old.replacen(&was, &now, 1)))
    }
}

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
const INTERESTED: &str =
    "i'm interested in|i am interested in|im interested in|we are interested in|we're interested in|interested in";
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
/// Signs of trouble.
const TROUBLE: &str = "lost stolen broken broke crack cracked damaged wrong error errors problem problems issue issues trouble missing failed \
    failing fails failure crashed crashes charged overcharged fraud fraudulent claim complaint stuck won't wont doesn't isn't cannot refund \
    help cancel return exchange status locked blocked expired late delayed defective faulty accident leaking frozen unauthorized unauthorised \
    overheating disconnected unable dead virus hacked scam never twice keeps crashing waiting freezing leaks";
/// What can be done for a customer, or by one. After a beginning of a wish anything else is talk: "say no", "brush up", "wait".
pub(super) const DEEDS: &str = "activate add adjust apply applying rsvp signup appeal arrange ask assign book borrow bring browse build buy call cancel change charge check \
    choose claim clear close collect compare complain complete configure confirm connect contact convert correct create customise \
    customize deactivate decrease delete deliver deposit disable dispute donate download downgrade edit enable end enrol enroll exchange \
    expedite extend file fill find finish fix fly follow get give go grab have hire identify include increase inform inquire enquire insert inspect install \
    insure investigate invest issue join know learn lease link list locate lock log look lower make match merge migrate modify move obtain open \
    order organise organize override participate pass pay pick place plan play postpone process proceed provide purchase put raise reactivate rebook receive \
    recharge recommend reconnect recover redeem refill refund register reinstate relocate remove renew rent reorder repair replace replay report \
    request resend reschedule research reserve reset resolve restart restore resume retrieve return review save schedule search see select sell send set \
    setup share shift ship sign speak split start stop submit subscribe suggest suspend swap switch talk terminate text throw top trace track trade train transfer travel \
    troubleshoot turn unblock unlock unsubscribe update upgrade upload validate verify view visit watch waive withdraw write block \
    discuss explain help stay become freeze pause unfreeze ring phone email mail hurry speed notify remind bill deal \
    raise reach inspect forward";
/// Of those, what one only speaks of: "I have to go", "let's see".
const TALK: &str = "go have put give see look start play use talk help set follow end make pass write work turn finish";
/// Verbs that follow "I want" without "to" in hurried writing.
const HURRIED: &str = "change transfer check know book order close cancel report update reset buy claim remove fix return add pay get see \
    find make send replace reserve purchase";
/// How questions begin.
const ASKING: &str = "what what's whats when when's where where's wheres how how's why why's who who's which is are do does did can could will would has have was should am if any";
/// Numbers and the like, before things.
const AMOUNTS: &str =
    "a an the my our one two three four five six seven eight nine ten some another more any large small medium half";
/// Behind "make it": "make it to the airport", "make it work".
const NOT_MADE: &str = "to up sense work on in there through go stop at and but so for back until before by easier better clear quick fast";
/// Greetings and the like before what matters.
const NOISE: &str = "ja hei moin servus gidday aloha oi hiya ahoj zdravo bro mate nah hola olá bonjour hallo ciao salut merhaba namaste salaam salam jambo g'day greetings howdy yo hi hello hey hai hii good morning afternoon evening dear sir madam mam ma'am team yes yeah yep ya ok okay well so um uh \
    oh please sorry actually basically and but also then no right";

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

/// What the customer asks for in one sentence, with what is wrong before it. `known`: something was spoken of before, so that
/// "block it" says something.
pub(super) fn wishes(said: &Said<'_>, known: bool) -> Vec<Wish> {
    if is_no_wish(said) {
        return Vec::new();
    }
    let from = past_noise(said);
    let first = (0..said.words.len()).find_map(|i| wish_at(said, i, from, true).map(|wish| (i, wish)));
    let Some((i, wish)) = first else { return otherwise(said, known).into_iter().collect() };
    // "I lost my card, please block it"
    let mut end = i;
    while end > from && listed("and so but then because hence also", said.low(end - 1)) {
        end -= 1;
    }
    if end >= from + 3 && !matches!(wish, Wish::Question(_) | Wish::Trouble(_)) {
        let before = Said::new(&said.text[..said.words[end - 1].end]);
        let told = is_trouble(&before, from).then(|| Wish::Trouble(reported(&before, from)));
        if let Some(told) = told.filter(|told| is_clear(told, false)) {
            return vec![told, wish];
        }
    }
    if is_clear(&wish, known) {
        // "I want to file a claim so I need a copy of my policy"
        let so = (i + 3..said.words.len()).find(|&k| said.low(k) == "so" && said.low(k + 1) == "i");
        let second = so.and_then(|k| wish_at(said, k + 1, from, true)).filter(|w| matches!(w, Wish::Do(_)));
        let whole = |w: &Wish| second.as_ref().is_none_or(|s| !w.text().contains(s.text()));
        return if whole(&wish) { std::iter::once(wish).chain(second).collect() } else { vec![wish] };
    }
    let later = (i + 1..said.words.len()).find_map(|i| wish_at(said, i, from, known));
    later.or_else(|| otherwise(said, known)).into_iter().collect()
}

/// What is wrong, or asked, where nothing is wished for in so many words.
fn otherwise(said: &Said<'_>, known: bool) -> Option<Wish> {
    let n = said.words.len();
    let has = |list: &'static str| said.words.iter().any(|w| listed(list, &w.low));
    let from = past_noise(said);
    let marked = said.text.contains(['?', '\u{ff1f}', '\u{61f}']);
    // in hurried writing, and on the phone, no mark ends it
    let asks = listed("where how when what why which", said.low(from))
        && listed("is are was do does much many can did long time day kind sort", said.low(from + 1))
        || listed("what's where's when's how's whats wheres", said.low(from)) && said.low(from + 1) != "app"
        || listed("do does is are did can", said.low(from))
            && listed("you u the there your my it they this", said.low(from + 1))
        || listed("do did can", said.low(from)) && said.low(from + 1) == "i";
    let question = (marked || asks) && n >= from + 4 && is_question(said, from);
    // "I hope you can help me": what is wrong is told elsewhere
    let amiss = said.words.iter().filter(|w| listed(TROUBLE, &w.low)).all(|w| w.low == "help");
    let only_help = n <= from + 8 && has("help assist") && !has("with to my our")
        || n <= 12 && has("help") && has("you u") && amiss && !marked && !listed("can could", said.low(from));
    if only_help {
        return None;
    }
    if listed(ASKING, said.low(from)) && n >= from + 4 && is_trouble(said, from) && is_question(said, from) {
        return Some(Wish::Question(said.text[said.words[from].start..].to_owned()));
    }
    // "what about my claim"
    if listed("what how", said.low(from))
        && said.low(from + 1) == "about"
        && listed("my our the", said.low(from + 2))
        && n >= from + 4
    {
        return Some(Wish::About(reported(said, from + 2)));
    }
    // "boarding pass to be sent to my phone"
    let done = (from + 1..n.min(from + 6)).any(|k| {
        said.has(k, &["to", "be"]) && (said.low(k + 2).ends_with("ed") || listed("sent done made", said.low(k + 2)))
    });
    if done && !is_function(said.low(from)) {
        return Some(Wish::About(reported(said, from)));
    }
    if !known && is_topic(said, from) {
        return Some(Wish::About(reported(said, from)));
    }
    // "let me know my bill", "tell me about my claim"
    let tells =
        if said.has(from, &["let", "me", "know"]) { 3 } else { usize::from(said.has(from, &["tell", "me"])) * 2 };
    let tells = if tells > 0 { tells + usize::from(said.low(from + tells) == "about") } else { 0 };
    if tells > 0 && listed("my our the", said.low(from + tells)) && n > from + tells + 1 {
        return Some(Wish::Do(format!("know {}", reported(said, from + tells)))).filter(|w| is_clear(w, known));
    }
    if is_trouble(said, from) {
        // "sorry to be a pain, but I lost ..."
        let but = said.words.iter().position(|w| w.low == "but").filter(|_| said.low(from) == "to");
        let told = reported(said, but.map_or(from, |but| but + 1));
        return Some(Wish::Trouble(told)).filter(|w| is_clear(w, false));
    }
    // "my sister wants to rent a hall", "we're planning a party": told of the customer, and no trouble
    if !known && !marked && is_plan(said, from) {
        return Some(Wish::Trouble(reported(said, from))).filter(|w| is_clear(w, false));
    }
    question.then(|| Wish::Question(said.text[said.words[from].start..].to_owned()))
}

/// Is something wrong, told from word `from` on?
fn is_trouble(said: &Said<'_>, from: usize) -> bool {
    let words = &said.words[from.min(said.words.len())..];
    let has = |list: &'static str| words.iter().any(|w| listed(list, &w.low));
    let down =
        words.windows(2).any(|w| listed("is been are was", &w[0].low) && listed("down slow dead off", &w[1].low))
            || words.windows(2).any(|w| listed("really very so too", &w[0].low) && w[1].low == "slow");
    let fails = words.windows(2).any(|w| {
        listed("does did has have do", &w[0].low) && w[1].low == "not"
            || listed("has have is there's", &w[0].low)
                && w[1].low == "no"
                && !words
                    .windows(2)
                    .any(|w| w[0].low == "no" && listed("preference idea questions question more rush", &w[1].low))
    });
    // "I can't log in"
    let cannot = words.windows(3).any(|w| {
        listed("i we", &w[0].low)
            && listed("can't cannot cant couldn't", &w[1].low)
            && listed("log sign access open reach use pay order connect see", &w[2].low)
    });
    let fails = fails || cannot;
    let not_working =
        words.windows(2).any(|w| {
            let doing = w[1].low.ends_with("ing")
                && !listed("going doing being having looking getting asking trying coming buying anything", &w[1].low);
            w[0].low == "not" && (w[1].low.starts_with("work") || doing)
        }) || words.windows(2).any(|w| listed("stopped stop isn't doesn't", &w[0].low) && w[1].low.starts_with("work"));
    // "the amount charged was 99", "no problem"
    let figure = words.last().is_some_and(|w| w.is_digits()) || said.text.trim_end().ends_with(MASK);
    let answer = words.len() < 9 && figure && !listed("my our i", said.low(from));
    let named = words.windows(2).any(|w| w[0].low == "my" && listed("name name's names", &w[1].low));
    // "that's too late" speaks of what was said before
    let named = named || listed("that's that thats", said.low(from)) && words.len() < 9;
    let fails =
        cannot || fails && words.len() >= 5 && listed("my our the it i we he she they this there's", said.low(from));
    let none = words.windows(2).any(|w| {
        listed("no any without not", &w[0].low)
            && listed("problem problems issue issues trouble error errors wrong help", &w[1].low)
    });
    words.len() >= 3
        && !is_farewell(said, from)
        && !is_hope(said, from)
        && (has(TROUBLE) || not_working || down || fails)
        && !has(SOLVED)
        && !answer
        && !named
        && !none
        && !said.text.contains('?')
}

/// The word at which something begins after greetings, a greeted name among them.
pub(super) fn past_noise(said: &Said<'_>) -> usize {
    let from = past_greeting(said);
    past_intro(said, from).filter(|to| *to < said.words.len()).unwrap_or(from)
}

/// The same, with the names of who speaks left in.
pub(super) fn past_greeting(said: &Said<'_>) -> usize {
    // "Question: do you ..."
    let headed = said.words.get(1).is_some_and(|w| w.gap == Gap::Colon)
        && listed("question subject message request", said.low(0));
    let mut i = usize::from(headed);
    while i < 8
        && (listed(NOISE, said.low(i))
            || i > 0 && said.low(i) == "day" && said.low(i - 1) == "good"
            || i > 0 && said.low(i) == "there" && said.low(i + 1) != "is")
    {
        i += 1;
        let named = listed("hi hello hey hai hii dear sir", said.low(i - 1));
        let goes_on = |k: usize| listed("my our the i i'm im we there can could please good this", said.low(k));
        let goes_on = |k: usize| goes_on(k) || listed(NOISE, said.low(k));
        if named && !is_function(said.low(i)) && !goes_on(i) && goes_on(i + 1) {
            i += 1;
        }
    }
    if i < said.words.len() { i } else { 0 }
}

/// A wish that begins at word `i`.
/// `start`: where the sentence itself begins, behind greetings and names.
fn wish_at(said: &Said<'_>, i: usize, start: usize, known: bool) -> Option<Wish> {
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

/// "add 2 lamps", "cancel order 12", "block card": a command of few words, at word `i`.
fn is_order_of(said: &Said<'_>, i: usize) -> bool {
    let Some(next) = said.words.get(i + 1).filter(|w| w.gap == Gap::Space) else { return false };
    let amount = next.is_digits() && next.text.len() <= 2 || listed(AMOUNTS, &next.low);
    let more = said.words.len() > i + 2;
    let done = next.low.ends_with("ed") || next.low == "done";
    // "transfer 200 dollars from one account to the other"
    let sum = said.low(i) == "transfer"
        && next.low.trim_start_matches('$').starts_with(|c: char| c.is_ascii_digit())
        && said.words.len() >= i + 4;
    // "order nine zero two one came broken"
    if !sum && run_at(said, i + 1).is_some_and(|r| r.digits.len() >= 3) {
        return false;
    }
    let sends = listed("ship send deliver return extend renew raise upgrade", said.low(i)) && said.words.len() >= i + 4;
    let signs = listed("sign sing", said.low(i)) && said.low(i + 1) == "up" && more || said.low(i) == "signup";
    // "check seat assignment", "check your balance", "search for a flight"
    let checks = listed("check search book schedule reserve", said.low(i))
        && !listed("that this it these if what", &next.low)
        && (listed(if said.low(i) == "search" { "for" } else { "your" }, &next.low) && said.words.len() >= i + 4
            || (i + 1..i + 3).any(|k| is_matter(said.low(k)) && !said.breaks(k)));
    if signs
        || checks
        || sum
        || listed("transfer purchase", said.low(i)) && listed("money amount new", &next.low) && more
    {
        return true;
    }
    (sends || listed("add block cancel reset update change", said.low(i)))
        && !is_function(&next.low)
        && !next.is_digits()
        && !done
        || listed("add book order reserve cancel", said.low(i)) && amount && more
}

/// Is it something that can be done, at word `i`? What one only speaks of needs to be said in so many words.
fn deed(said: &Said<'_>, i: usize, firm: bool) -> bool {
    let verb = said.low(i);
    // "go ahead and book it", "go back to ..." are answers
    let time = listed("have take", verb)
        && (i + 1..i + 5)
            .any(|k| listed("time day weekend evening night moment minute", said.low(k)) && !said.any(&["off"]));
    let bot = verb == "ask" && listed("you u", said.low(i + 1));
    let answer = time
        || bot
        || verb == "go" && listed("ahead back with for", said.low(i + 1))
        || said.has(i, &["give", "it"])
        || verb == "get" && listed("there here home", said.low(i + 1))
        || verb == "get" && listed("it this that", said.low(i + 1)) && listed("done over", said.low(i + 2))
        || said.has(i, &["get", "back"]);
    let answer = answer || is_own(said, i);
    let passive = verb == "be" && said.low(i + 1).ends_with("ed");
    let ordered =
        listed("take place make", verb) && listed("my our the an", said.low(i + 1)) && said.low(i + 2) == "order";
    let sure = ordered || said.has(i, &["make", "sure"]) || said.has(i, &["set", "up"]) || said.has(i, &["sing", "up"]);
    let sure = sure || verb == "play" && (i + 1..i + 4).any(|k| listed("trivia game quiz", said.low(k)));
    // "make me a reservation"
    let made = verb == "make"
        && (i + 1..i + 5)
            .any(|k| listed("reservation booking appointment payment transfer claim complaint purchase", said.low(k)));
    // "take this number off your list"
    let off = verb == "take" && (i + 2..i + 6).any(|k| said.low(k) == "off");
    let sure = sure || made;
    let talk = verb == "make" && listed("it sense up", said.low(i + 1)) && !sure;
    !talk
        && (off || ordered || listed(DEEDS, verb) && (firm || sure || !listed(TALK, verb)) || firm && passive)
        && !answer
}

/// The matter in the answer to "what is it about?"
pub(super) fn matter_of(said: &Said<'_>, invited: Invited) -> Option<Wish> {
    const TELLS: &str = "my our i i'm i've we we've we're the there there's it it's they he she his her their someone somebody nobody this";
    let from = past_noise(said);
    let first = said.low(from);
    let n = said.words.len();
    let nothing =
        listed("good no not nothing none nope never thanks thank that that's same yes just need want ready", first)
            || n <= from + 3 && said.words.iter().any(Word::is_digits)
            || is_no_wish(said);
    // "hopefully you can help me" says not with what
    let help = n <= from + 12 && said.any(&["help", "assist"]) && said.any(&["you", "u"]);
    if nothing || help || n < from + 2 || !is_english(said) || is_detail(said, from) || said.text.contains('?') {
        return None;
    }
    let article = listed("a an some", first);
    let told = said.words[from..].iter().any(|w| {
        listed("is are was were has have had did does didn't doesn't isn't hasn't won't not never no came", &w.low)
    });
    let subject = listed(TELLS, first) && (n >= from + 4 || !listed("the my our", first));
    if subject || told || invited == Invited::Trouble {
        return Some(reported(said, from)).filter(|t| !t.starts_with('"')).map(Wish::Trouble);
    }
    let thing = !is_function(first) || article || listed("the my our", first);
    let told = retold(said, from, Role::Customer);
    (thing && n <= from + 14 && !told.is_empty())
        .then(|| if invited == Invited::Wish { Wish::Do(format!("get {told}")) } else { Wish::About(lowered(&told)) })
}
