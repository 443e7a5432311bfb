//! What a sentence of the customer's is: a wish, a trouble, a question, or nothing that matters.
//!
//! Owns the signs by which the summary tells them apart. Must not know how they are put together. Precision first: a wish that
//! has no verb of something that can be done for a customer is none.

mod begins;
mod clear;
mod deed;
mod greeting;
mod talk;

use crate::domain::conversation::Role;

use super::detail::is_detail;
use super::mask::MASK;
use super::pending::Invited;
use super::retell::{lowered, reported, retold};
use super::stance::SOLVED;
use super::topic::is_topic;
use super::words::{Said, Word, is_english, is_function, listed};
use begins::wish_at;
use clear::is_clear;
pub(super) use deed::DEEDS;
pub(super) use greeting::past_noise;
use talk::{is_farewell, is_hope, is_no_wish, is_plan, is_question};
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

    /// "Saturday", said of "book a table on Friday": the same with the other day, or the other number.
    pub(super) fn with_other(&self, other: &str) -> Option<Self> {
        const DAYS: &str = "monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight";
        const COUNTS: &str = "one two three four five six seven eight nine ten eleven twelve twenty";
        let (Self::Do(old) | Self::Ask(old)) = self else { return None };
        let is = |word: &str, list: &'static str| {
            let low = word.to_lowercase();
            listed(list, &low) || std::ptr::eq(list, COUNTS) && low.len() < 4 && low.parse::<u16>().is_ok()
        };
        let bare = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        let new: Vec<String> =
            other.split_whitespace().map(bare).filter(|w| !listed("on instead then for", &w.to_lowercase())).collect();
        let [new] = &new[..] else { return None };
        let list = [DAYS, COUNTS].into_iter().find(|l| is(new, l))?;
        let known: Vec<&str> = old.split_whitespace().filter(|w| is(&bare(w), list)).collect();
        let [was] = known[..] else { return None };
        let at = (old.as_ptr() as usize).abs_diff(was.as_ptr() as usize);
        let text = format!("{}{new}{}", &old[..at], &old[at + bare(was).len()..]);
        Some(if matches!(self, Self::Do(_)) { Self::Do(text) } else { Self::Ask(text) })
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

/// Signs of trouble.
const TROUBLE: &str = "lost stolen stole broken broke crack cracked damaged wrong error errors problem problems issue issues trouble missing failed \
    failing fails failure crashed crashes charged overcharged fraud fraudulent claim complaint stuck won't wont doesn't isn't cannot refund \
    help cancel return exchange status locked blocked expired late delayed defective faulty accident leaking frozen unauthorized unauthorised \
    declined bounced overheating disconnected unable dead virus hacked scam never twice keeps crashing waiting freezing leaks leak leaked";
/// How questions begin.
const ASKING: &str = "what what's whats when when's where where's wheres how how's why why's who who's which is are do does did can could will would has have was should am if any";
/// What the customer asks for in one sentence, with what is wrong before it. `known`: something was spoken of before, so that
/// "block it" says something.
pub(super) fn wishes(said: &Said<'_>, known: bool) -> Vec<Wish> {
    if is_no_wish(said) {
        return Vec::new();
    }
    let from = past_noise(said);
    // "if I sign up now, can I change it later?": nothing is wished for yet
    let supposes = said.low(from) == "if" && listed("i we", said.low(from + 1)) && said.text.contains('?');
    if supposes && !listed("may could can might", said.low(from + 2)) {
        return vec![Wish::Question(said.text[said.words[from].start..].to_owned())];
    }
    let first = (0..said.words.len()).find_map(|i| wish_at(said, i, from, true).map(|wish| (i, wish)));
    let Some((i, wish)) = first else { return otherwise(said, known).into_iter().collect() };
    // what somebody thinks of doing by the way
    if known && matches!(wish, Wish::Interest(_)) && said.any(&["thinking"]) {
        return otherwise(said, known).into_iter().collect();
    }
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
    if let Some(wish) = deed_last(said) {
        return Some(wish);
    }
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

/// "order 3310 please cancel", where somebody is in a hurry.
fn deed_last(said: &Said<'_>) -> Option<Wish> {
    let n = said.words.len();
    let last = n.checked_sub(1).filter(|&k| !listed("please pls thanks", said.low(k))).or_else(|| n.checked_sub(2))?;
    let please = (last.saturating_sub(1)..n).any(|k| listed("please pls plz", said.low(k)));
    let verb = said.low(last);
    let noun = (0..last).find(|&k| {
        listed(
            "order booking appointment subscription reservation membership policy account ticket flight",
            said.low(k),
        )
    })?;
    let verbs = listed("cancel refund track reschedule close renew", verb);
    (n <= 8 && please && verbs).then(|| Wish::Do(format!("{verb} their {}", said.low(noun))))
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
    // "it squeaks every time it turns"
    let each =
        listed("it it's its", said.low(from)) && words.windows(2).any(|w| w[0].low == "every" && w[1].low == "time");
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
        && (has(TROUBLE) || not_working || down || fails || each)
        && !has(SOLVED)
        && !answer
        && !named
        && !none
        && !said.text.contains('?')
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
