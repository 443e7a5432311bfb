//! What is said and says nothing: "uh", "Great, thank you, Leila".
//!
//! Owns where a sentence begins behind it. Must not know what is told.

use std::borrow::Cow;

use super::super::words::{Said, Word, is_english, is_first_name, listed};

/// Past "Great," and the like, to where an agent's sentence begins.
pub(in super::super) fn skip_interjections(said: &Said<'_>) -> usize {
    const THEM: &str = "great fantastic excellent ok okay alright sure perfect awesome success good yes well and thanks wonderful \
        certainly right so oh ah now yeah no super cool congratulations correct done lovely then";
    let said_to = |k: usize| {
        listed(
            "your you you're you've you'll i i've i'm i'll we we'll we've we're the it it's a an my our there someone see nothing none nobody not no",
            said.low(k),
        )
    };
    let name = |k: usize| is_first_name(said.low(k));
    let mut i = 0;
    // "My apologies, he ...", "thank you leila the card is ..."
    let thanks = match said.low(0) {
        "thank" if said.low(1) == "you" => 2,
        "thanks" => 1,
        "my" if listed("apologies pleasure", said.low(1)) => 2,
        "of" if said.low(1) == "course" => 2,
        "no" if listed("problem worries", said.low(1)) => 2,
        _ => 0,
    };
    // "Thanks Ngozi, ..."
    let called = said.cased && said.words.get(thanks).is_some_and(Word::is_capital) && said.breaks(thanks + 1);
    let named = thanks + usize::from(thanks > 0 && !said.breaks(thanks) && (name(thanks) || called));
    let enough = if listed("no of", said.low(0)) { named } else { named + 3 };
    if thanks > 0 && said.words.len() > enough && (said.breaks(named) || said_to(named)) {
        return named;
    }
    // "Found it, I've sent it"
    if listed("found got", said.low(0)) && said.low(1) == "it" && said.breaks(2) && said_to(2) {
        return 2;
    }
    // on the phone no comma stands behind it
    let unmarked = !said.cased && said.words.len() > 3 && !said.text.contains([',', '.', '!']);
    if unmarked && said.has(0, &["you're", "all", "set"]) && said.words.len() > 5 {
        return 3;
    }
    if unmarked && said.has(0, &["all", "set"]) && said_to(2) {
        return 2;
    }
    if unmarked
        && listed("okay alright", said.low(0))
        && !listed("to for with if", said.low(1))
        && !listed(THEM, said.low(1))
    {
        i = 1;
    }
    while i < 3
        && listed(THEM, said.low(i))
        && said.words.get(i + 1).is_some_and(|w| {
            said.breaks(i + 1)
                || said_to(i + 1)
                // "No Refund was made", "no success"
                || said.low(i) != "no"
                    && (w.is_capital() || listed(THEM, &w.low) || name(i + 1) && said_to(i + 2))
        })
    {
        i += 1;
    }
    // "April, your membership is ..."
    let called = name(i) && (said.breaks(i + 1) || i > 0) && said_to(i + 1);
    i + usize::from(called)
}

/// Without "uh" and "um", which are words in other languages.
pub(in super::super) fn unfilled(text: &str) -> Cow<'_, str> {
    const FILLERS: &str = "uh um uhm umm uhh erm ehm hmm";
    let said = Said::new(text);
    let filler = |k: usize| listed(FILLERS, said.low(k));
    if !(0..said.words.len()).any(filler) || !is_english(&said) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (k, w) in said.words.iter().enumerate().filter(|(k, _)| filler(*k)) {
        let alone = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '.' | '…'));
        if w.start < at || !alone(text[..w.start].chars().next_back()) || !alone(text[w.end..].chars().next()) {
            continue;
        }
        out.push_str(&text[at..w.start]);
        // its own marks go with it, but not those that end a sentence
        let last = k + 1 == said.words.len();
        let rest = text[w.end..].trim_start_matches(|c| !last && matches!(c, ',' | '.' | '…'));
        let rest = if out.is_empty() || out.ends_with(' ') { rest.trim_start() } else { rest };
        at = text.len() - rest.len();
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}
