//! The sentences of a message: ended by a mark, by a line, or, where a recogniser writes no marks, by the next clause's beginning.
//!
//! Owns where a sentence ends. Must not know what it says.

use super::words::{Gap, Said, is_common, is_first_name, listed};

/// From how many words on a sentence without a mark may be several.
const RUN_ON: usize = 7;
/// Up to how many words a sentence with its mark is one clause.
const WRITTEN: usize = 16;
/// The fewest words of a clause that is cut off.
const CLAUSE: usize = 3;

/// The sentences of a message.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    marked(text).flat_map(clauses)
}

/// Those that a mark or a line ends.
fn marked(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return None;
            }
            let end = sentence_end(rest);
            let (one, more) = rest.split_at(end);
            rest = more;
            let one = one.trim().trim_start_matches(['-', '*', '•', '#', '>', ' ']);
            if !one.is_empty() {
                return Some(one);
            }
        }
    })
}

fn sentence_end(text: &str) -> usize {
    const TITLES: &str = "dr mr mrs ms st nr prof vs approx dept apt e.g i.e z.b bzw ca";
    const MONTHS: &str = "januar februar märz april mai juni juli august september oktober november dezember january february march \
        may june july october december";
    const SHORT: &str = "jr sr inc ltd co etc ext tel ave rd blvd p.m a.m";
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|(_, n)| *n);
        let ends = match c {
            // "a taxi for 12\nthat comes in ten minutes"
            '\n' => {
                let more = text[i..].trim_start();
                let first = more.split(char::is_whitespace).next().unwrap_or_default();
                !listed("that which", first) || text[..i].trim_end().ends_with(['.', '!', '?', ':', ','])
            }
            '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '\u{964}' => true,
            '!' | '?' | '\u{61f}' => next.is_none_or(char::is_whitespace),
            // not after an initial, a title, a date or a number of a list
            '.' => {
                let word = text[..i].rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches('(');
                let more = text[i + 1..].trim_start();
                let low = word.to_lowercase();
                let title = listed(TITLES, &low) || low == "no" && more.starts_with(|c: char| c.is_ascii_digit());
                let short = word.chars().count() == 1 && word.chars().all(char::is_alphabetic)
                    || title
                    || (listed(SHORT, &low) || low.ends_with("str")) && !more.starts_with(|c: char| c.is_uppercase());
                let quoted = next.is_some_and(|n| matches!(n, '"' | ')' | '\u{201d}' | '*'));
                if quoted && text[i + 1..].chars().nth(1).is_none_or(char::is_whitespace) {
                    return i + 1 + next.map_or(0, char::len_utf8);
                }
                let figure = !word.is_empty()
                    && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b':' | b'/'));
                // "am 30.6. kündigen", "on 4. May": a number ends a sentence where a new one clearly begins
                let first = i == word.len();
                let month = listed(MONTHS, &more.split(' ').next().unwrap_or_default().to_lowercase());
                let goes_on = figure && (first || month || !more.starts_with(|c: char| c.is_uppercase()));
                next.is_none_or(char::is_whitespace) && (more.is_empty() || !short && !goes_on)
            }
            _ => false,
        };
        if ends {
            return i + c.len_utf8();
        }
    }
    text.len()
}

/// Behind these a clause goes on: "that i", "when you", "did we".
const JOINED: &str = "that which who whom whose when if because cause so what where how why and or but before after while since until till \
    as than whether like think thought know knew hope wish said says say saying guess believe sure see the a an my your our this for to \
    with of is are am was were do did does can could would will shall should may must have has had not time way thing everything anything all \
    it's that's once unless though although about me now every then glad sorry happy much many else anything something everything hello hi hey yes yeah no ok okay well";
/// Who begins a clause with its verb in it.
const SUBJECTS: &str = "i'm i've i'll i'd we're we've we'll it's that's there's you're you'll he's she's they're";
/// What follows the others.
const VERBS: &str = "am are is was were have has had do don't did didn't can can't could couldn't will won't would should need want wanted \
    lost bought ordered paid got get see saw ran broke made sent called tried think guess hope already still just booked have keep would like \
    need needs cannot left forgot received booked uploaded";
/// Questions begin so.
const ASKS: &str = "can could would will do did may is are shall";

/// Where several clauses follow one another without a mark they are cut where a new one clearly begins.
fn clauses(text: &str) -> Vec<&str> {
    let said = Said::new(text);
    let n = said.words.len();
    // who writes one mark writes the others
    let question = text.ends_with('?')
        && listed("is are do does did can could would will may shall what which who when where how", said.low(0));
    let written = n < WRITTEN && (text.ends_with(['.', '!']) || question);
    if written || n < RUN_ON || said.words[1..].iter().any(|w| matches!(w.gap, Gap::Stop | Gap::Comma)) {
        return vec![text];
    }
    let mut out = Vec::new();
    let (mut from, mut last) = (0, 0);
    for k in CLAUSE..n.saturating_sub(CLAUSE - 1) {
        let (before, low, next) = (said.low(k - 1), said.low(k), said.low(k + 1));
        // "how much it is", "what time that cab will be there"
        let embedded = (k.saturating_sub(3).max(last + 1)..k)
            .any(|j| listed("what when where which who how why whether", said.low(j)));
        let begins = listed(SUBJECTS, low)
            || listed("i we you it they someone somebody", low) && listed(VERBS, next)
            || listed(ASKS, low)
                && listed("i we you u", next)
                && !(last..k).any(|j| listed("what where when which who how why", said.low(j)))
            // "... to call her name is mariama my account is blocked"
            || listed("my her his their our", low) && next == "name" && listed("is was", said.low(k + 2))
            || listed("my our the", low)
                && listed("is was has isn't hasn't keeps", said.low(k + 2))
                && (from_name(&said, last, k) || is_first_name(before) && !is_common(before))
            || low == "is" && next == "this" && k + CLAUSE < n
            // "i'll restart it okay it's green now", "see you soon"
            || !said.cased
                && (listed("okay alright", low) || low == "see" && next == "you" && n <= k + 4)
                && !listed("with for to and if when", next)
            || listed("what what's when where how", low) && listed("is your the his her many time are do name city", next);
        if begins && !embedded && k >= last + CLAUSE && !listed(JOINED, before) {
            out.push(text[from..said.words[k].start].trim_end());
            (from, last) = (said.words[k].start, k);
        }
    }
    out.push(&text[from..]);
    out
}

/// Does the clause from word `last` to word `k` say a name?
fn from_name(said: &Said<'_>, last: usize, k: usize) -> bool {
    (last..k.min(last + 8)).any(|j| said.low(j) == "name" && listed("is was", said.low(j + 1)) && j + 2 < k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_sentences_end() {
        for (text, want) in [
            ("It is 4.50. Thanks! Ok", &["It is 4.50.", "Thanks!", "Ok"][..]),
            ("Ich kündige zum 30.6. dieses Jahres. Danke", &["Ich kündige zum 30.6. dieses Jahres.", "Danke"]),
            ("See Dr. Lee at 5 St. John's Rd. in May", &["See Dr. Lee at 5 St. John's Rd. in May"]),
            ("my tap drips and it is loud i need a plumber", &["my tap drips and it is loud", "i need a plumber"]),
            ("i want to move my visit it's on monday", &["i want to move my visit", "it's on monday"]),
            ("a taxi for 12\n that comes at ten\nBye", &["a taxi for 12\n that comes at ten", "Bye"]),
            ("friday is bad for me can we do sunday", &["friday is bad for me can we do sunday"]),
            ("friday is no good can we do sunday instead", &["friday is no good", "can we do sunday instead"]),
            ("tell me when i can come and what i need", &["tell me when i can come and what i need"]),
            ("i think that i need it so can you help me", &["i think that i need it so can you help me"]),
        ] {
            assert_eq!(sentences(text).collect::<Vec<_>>(), want, "{text}");
        }
    }
}
