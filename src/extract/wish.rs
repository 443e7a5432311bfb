//! What a sentence is: a wish, an outcome, a courtesy.
//!
//! Owns the signs by which the summary tells them apart. Must not know how they are put together.

use crate::domain::conversation::Role;

use super::retell::retold;
use super::words::{Said, is_function, listed};

/// What the customer asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wish {
    /// Something to do: "change the address".
    Do(String),
    /// Something for the agent to do: "send them a receipt".
    Ask(String),
    /// In the customer's own words.
    Said(String),
}

/// Beginnings of a wish, each up to where "to ..." goes on; a `|` between them.
const WANTS: &str = "i would like to|i'd like to|id like to|i like to|i'll like to|i want to|i wanted to|i need to|i wish to|i have to|\
    i'm trying to|i am trying to|i was trying to|i'm looking to|i am looking to|i was hoping to|i'm calling to|i am calling to|\
    looking to|wanted to|want to|need to|like to|let's|lets";
/// Beginnings that a thing follows: told as "to get ...".
const WANTS_THING: &str =
    "i would like|i'd like|i want|i need|i am looking for|i'm looking for|im looking for|looking for";
/// Beginnings that an action of the agent's, or of one's own, follows.
const ASKS: &str = "can you please|could you please|can you|could you|would you|can i|could i|may i|please|kindly";
/// Signs of trouble.
const TROUBLE: &str = "lost stolen broken broke cracked damaged wrong error problem issue issues trouble missing failed crashed charged \
    overcharged fraud claim complaint stuck won't wont doesn't isn't cannot refund help cancel return exchange status locked expired \
    late delayed defective accident";
/// Verbs that follow "I want" without "to" in hurried writing.
const HURRIED: &str = "change transfer check know book order close cancel report update reset buy claim remove fix return add pay get see \
    find make send replace reserve purchase";
/// What came of it.
const OUTCOMES: &str = "successfully successful confirmed booked updated cancelled canceled submitted sent processed refunded scheduled \
    changed removed added ordered completed resolved fixed transferred unfortunately unable declined rejected closed requested renewed \
    reset shipped activated blocked approved denied generated reserved paid receive done available";
/// How courtesies begin; a `|` between them.
const COURTESIES: &str = "thank you|thanks for|you're welcome|you are welcome|welcome|have a great|have a nice|have a good|have a wonderful|\
    good bye|goodbye|bye|anything else|how can i help|how may i|how can i assist|let me know|feel free|glad|my pleasure|take care|\
    no problem|no worries|of course|i can help|i'd be happy|i would be happy|i'll help|hello|i am sorry to hear|i'm sorry to hear|\
    sorry i|enjoy your|please hold|one moment|let me|please confirm|i can assist|a pleasure|i'm here|i hope|nice playing|if there's|\
    if you have";
/// The same anywhere in a sentence.
const COURTESIES_WITHIN: &str =
    "anything else|feel free|have a great|have a nice|have a good|how can i help|let me know|thanks for reaching";

/// The length of the first phrase of the list that stands at word `i`.
fn phrase_at(said: &Said<'_>, i: usize, list: &str) -> Option<usize> {
    list.split('|').find_map(|phrase| {
        let mut k = i;
        for word in phrase.split_ascii_whitespace() {
            if said.low(k) != word || k > i && said.breaks(k) {
                return None;
            }
            k += 1;
        }
        Some(k - i)
    })
}

/// What the customer asks for in one sentence.
pub(super) fn wish(said: &Said<'_>) -> Option<Wish> {
    let n = said.words.len();
    let thanks = said.words.iter().any(|w| matches!(&*w.low, "thank" | "thanks" | "thankyou"));
    if matches!(said.low(0), "thanks" | "thank" | "thankyou" | "no" | "nope")
        || said.low(0) == "i'll" && said.low(1) != "like"
        || thanks && n < 9
    {
        return None;
    }
    (0..n).find_map(|i| wish_at(said, i)).or_else(|| {
        let has = |list: &str| said.words.iter().any(|w| listed(list, &w.low));
        let question = said.text.contains(['?', '\u{ff1f}', '\u{61f}']) && n >= 4;
        let trouble = n >= 3 && has(TROUBLE) && !matches!(said.low(0), "sorry" | "ok" | "okay");
        let only_help = n <= 8 && has("help assist") && !has("with to my");
        ((question || trouble) && !only_help).then(|| Wish::Said(said.text.to_owned()))
    })
}

/// A wish that begins at word `i`.
fn wish_at(said: &Said<'_>, i: usize) -> Option<Wish> {
    const NOT_BEFORE: &str =
        "don't not dont that if when what do you they he she as than all everything whatever didn't i";
    let n = said.words.len();
    let before = if i > 0 { said.low(i - 1) } else { "" };
    if listed(NOT_BEFORE, before) {
        return None;
    }
    let told = |from: usize| retold(said, from, Role::Customer);
    if let Some(len) = phrase_at(said, i, WANTS) {
        let from = i + len;
        let courtesy = matches!(said.low(from), "thank" | "say" | "the" | "that" | "be") && n <= from + 2;
        return (n > from && !courtesy).then(|| Wish::Do(told(from))).filter(is_clear);
    }
    if let Some(len) = phrase_at(said, i, WANTS_THING) {
        let from = i + len;
        let next = said.low(from);
        if listed(HURRIED, next) {
            return Some(Wish::Do(told(from))).filter(is_clear);
        }
        let thing = !is_function(next) || listed("a an the my some one this another more any", next);
        let only_help = said.low(n - 1) == "help" && n <= from + 3;
        return (n >= from + 2 && thing && !only_help)
            .then(|| Wish::Do(format!("get {}", told(from))))
            .filter(is_clear);
    }
    if !(i == 0
        || said.breaks(i)
        || listed("hi hello hey hai hii ok okay yes also and so then great please well now", before))
    {
        return None;
    }
    let len = phrase_at(said, i, ASKS)?;
    let from = i + len + usize::from(said.low(i + len) == "please");
    let by_self = said.low(i + 1) == "i";
    if said.has(from, &["help", "me"]) {
        let from = from + if said.low(from + 2) == "to" { 3 } else { 2 };
        let what = told(from);
        let with = if said.low(from) == "with" { "get help " } else { "" };
        return (n >= from + 2).then(|| Wish::Do(format!("{with}{what}"))).filter(is_clear);
    }
    if said.has(from, &["tell", "me"]) && n > from + 3 {
        let from = from + 2 + usize::from(said.low(from + 2) == "about");
        return Some(Wish::Do(format!("know {}", told(from)))).filter(is_clear);
    }
    let verb = said.low(from);
    if n < from + 2 || is_function(verb) || listed("mind help assist remember believe note wait hurry", verb) {
        return (n >= 6).then(|| Wish::Said(said.text.to_owned())).filter(is_clear);
    }
    Some(if by_self { Wish::Do(told(from)) } else { Wish::Ask(told(from)) }).filter(is_clear)
}

/// "do that", "help with it" tell a reader nothing.
fn is_clear(wish: &Wish) -> bool {
    let (Wish::Do(text) | Wish::Ask(text) | Wish::Said(text)) = wish;
    let words = text.split_whitespace().count();
    let last = text.rsplit(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).unwrap_or_default();
    words >= 2 && !(listed("that this it one so", last) && words <= 6)
}

/// Is there something in it besides courtesies, numbers and yes or no?
pub(super) fn is_substance(said: &Said<'_>) -> bool {
    let (mut letters, mut count) = (0, 0);
    for w in &said.words {
        if !is_function(&w.low) && !w.is_digits() && !listed("morning good evening afternoon day very there", &w.low) {
            letters += w.text.chars().count();
            count += 1;
        }
    }
    // scripts without spaces make one long word of a sentence
    let unspaced = said.text.chars().any(|c| matches!(c, '\u{e00}'..='\u{eff}' | '\u{2e80}'..='\u{9fff}'));
    count >= 2 && letters >= 6 || unspaced && letters >= 5
}

/// Greetings, thanks, good-bye, "anything else?"
pub(super) fn is_courtesy(said: &Said<'_>) -> bool {
    let text = said.words.iter().map(|w| &*w.low).take(24).collect::<Vec<_>>().join(" ");
    COURTESIES.split('|').any(|c| text.starts_with(c)) || COURTESIES_WITHIN.split('|').any(|c| text.contains(c))
}

/// Does it say what came of it?
pub(super) fn is_outcome(said: &Said<'_>) -> bool {
    let sorry = said.any(&["sorry"]) && said.any(&["not", "but", "couldn't", "cannot", "can't", "unable"]);
    said.words.len() >= 4 && (sorry || said.words.iter().any(|w| listed(OUTCOMES, &w.low)))
}
