//! Greetings and names before what matters.
//!
//! Owns where a sentence of the customer's begins behind them. Must not know what is said there.

use super::super::intro::past_intro;
use super::super::words::{Gap, Said, is_function, listed};

/// Greetings and the like before what matters.
pub(super) const NOISE: &str = "ja hei moin servus gidday aloha oi hiya ahoj zdravo bro mate nah hola olá bonjour hallo ciao salut merhaba namaste salaam salam jambo g'day greetings howdy yo hi hello hey hai hii good morning afternoon evening dear sir madam mam ma'am team yes yeah yep ya ok okay well so um uh \
    oh please sorry actually basically and but also then no right";

/// The word at which something begins after greetings, a greeted name among them.
pub(in super::super) fn past_noise(said: &Said<'_>) -> usize {
    let from = past_greeting(said);
    past_intro(said, from).filter(|to| *to < said.words.len()).unwrap_or(from)
}

/// The same, with the names of who speaks left in.
fn past_greeting(said: &Said<'_>) -> usize {
    // "Question: do you ..."
    let headed = said.words.get(1).is_some_and(|w| w.gap == Gap::Colon)
        && listed("question subject message request", said.low(0));
    let mut i = usize::from(headed);
    // "great i'm late", "perfect now I need a taxi"
    let praise = |k: usize| {
        listed("great cool perfect awesome nice wonderful excellent amazing thanks", said.low(k))
            && listed("i i'm im i'd i've can could my we now also", said.low(k + 1))
    };
    while i < 8
        && (listed(NOISE, said.low(i))
            || praise(i)
            // "please note that ..."
            || i > 0 && said.low(i) == "note" && said.low(i - 1) == "please"
            || i > 1 && said.low(i) == "that" && said.low(i - 1) == "note"
            || i > 0 && said.low(i) == "day" && said.low(i - 1) == "good"
            || i > 0 && said.low(i) == "there" && said.low(i + 1) != "is")
    {
        i += 1;
        i += usize::from(said.words.get(i).is_some()) * aside(said, i);
        let named = listed("hi hello hey hai hii dear sir", said.low(i - 1));
        let goes_on = |k: usize| listed("my our the i i'm im we there can could please good this", said.low(k));
        let goes_on = |k: usize| goes_on(k) || listed(NOISE, said.low(k));
        if named && (!is_function(said.low(i)) || said.low(i) == "ty") && !goes_on(i) && goes_on(i + 1) {
            i += 1;
        }
    }
    if i < said.words.len() { i } else { 0 }
}

/// "I'm writing with you too": where else somebody speaks, of how many words it is.
fn aside(said: &Said<'_>, i: usize) -> usize {
    let am = if said.has(i, &["i", "am"]) { 2 } else { usize::from(listed("i'm im", said.low(i))) };
    let k = i + am;
    let speaks = listed("writing chatting talking speaking texting", said.low(k)) && listed("with to", said.low(k + 1));
    if am == 0 || !speaks || !listed("you your", said.low(k + 2)) {
        return 0;
    }
    let end = (k + 3..k + 7).find(|&j| listed("too also already", said.low(j)));
    end.filter(|&j| j + 3 < said.words.len()).map_or(0, |j| j + 1 + usize::from(said.low(j + 1) == "and") - i)
}
