//! A conversation in at most three sentences: what the customer wanted, what came of it, what is open.
//!
//! Owns which sentences matter and how they are told. Must not know the mapped field; its length is given. Extractive:
//! every word but a few pronouns was said in the conversation. Words in languages that the rules do not know are quoted.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::conversation::{Message, Role};

use super::asked::asked_in;
use super::mask::mask_secrets;
use super::words::{Said, clean};

/// How much of one message is looked at, in bytes.
const LOOKED_AT: usize = 4096;
/// The longest sentence of a summary, in graphemes.
const SENTENCE: usize = 180;
/// How many of the customer's wishes are told.
const WISHES: usize = 2;

/// What the customer wanted, what came of it and what is open, in one to three sentences of plain text on one line,
/// at most `max_chars` characters. Card numbers, PINs and passwords are masked. Empty when the customer said nothing.
pub fn summarize(messages: &[Message], max_chars: Option<usize>) -> String {
    let mut story = Story::default();
    for message in messages {
        let mut end = message.text.len().min(LOOKED_AT);
        while !message.text.is_char_boundary(end) {
            end -= 1;
        }
        let text = clean(&message.text[..end]);
        match message.role {
            Role::Customer => story.customer(&text),
            Role::Agent => story.agent(&text),
        }
    }
    let mut sentences = story.tell();
    // a short field keeps whole sentences as long as it can
    let max = max_chars.unwrap_or(usize::MAX);
    while sentences.len() > 1 && sentences.iter().map(|s| s.chars().count() + 1).sum::<usize>() > max.saturating_add(1)
    {
        sentences.pop();
    }
    cut(&sentences.join(" "), max)
}

#[derive(Default)]
struct Story {
    /// What the customer asked for, as "to ..." or as said.
    wishes: Vec<Wish>,
    /// The first thing of substance, for want of a wish.
    opening: Option<String>,
    outcome: Option<String>,
    /// The last thing the agent said that was no question and no courtesy.
    last_word: Option<String>,
    /// A question or wish that nobody answered yet, with who asked.
    open: Option<(Role, String)>,
    agent_spoke: bool,
}

#[derive(PartialEq)]
enum Wish {
    To(String),
    Said(String),
}

impl Story {
    fn customer(&mut self, text: &str) {
        let mut asks = None;
        for sentence in sentences(text) {
            let said = Said::new(sentence);
            if said.words.is_empty() {
                continue;
            }
            if self.opening.is_none() && is_substance(&said) {
                self.opening = Some(sentence.to_owned());
            }
            if let Some(wish) = wish(&said) {
                asks = Some(sentence.to_owned());
                let known = self.wishes.iter().any(|w| same(w, &wish));
                if self.wishes.len() < WISHES && !known {
                    self.wishes.push(wish);
                }
            }
        }
        if asks.is_some()
            || !matches!(self.open, Some((Role::Agent, _)))
            || is_substance(&Said::new(text))
            || !text.trim().is_empty()
        {
            self.open = asks.map(|a| (Role::Customer, a));
        }
    }

    fn agent(&mut self, text: &str) {
        self.agent_spoke = true;
        let mut question = None;
        let mut told = false;
        for sentence in sentences(text) {
            let said = Said::new(sentence);
            if said.words.len() < 3 {
                continue;
            }
            if sentence.contains(['?', '\u{ff1f}', '\u{61f}'])
                || asked_in(&said).is_for_attribute() && said.any(&["please"])
            {
                question = (!is_courtesy(&said)).then(|| sentence.to_owned());
                continue;
            }
            if is_courtesy(&said) {
                continue;
            }
            if is_outcome(&said) && !told {
                self.outcome = Some(sentence.to_owned());
                told = true;
            }
            if said.words.len() > 3 {
                self.last_word = Some(sentence.to_owned());
            }
        }
        if question.is_some() || told || matches!(self.open, Some((Role::Customer, _))) {
            self.open = question.map(|q| (Role::Agent, q));
        }
    }

    fn tell(self) -> Vec<String> {
        let mut out = Vec::new();
        match (&self.wishes[..], &self.opening) {
            ([Wish::To(a), Wish::To(b)], _) => out.push(sentence(&format!("Wanted to {a}, and to {b}"))),
            ([Wish::To(a), ..], _) => out.push(sentence(&format!("Wanted to {a}"))),
            ([Wish::Said(a), Wish::To(b)], _) => {
                out.push(sentence(&format!("The customer: \"{}\"", shorten(a))));
                out.push(sentence(&format!("Wanted to {b}")));
            }
            ([Wish::Said(a), ..], _) => out.push(sentence(&format!("The customer: \"{}\"", shorten(a)))),
            ([], Some(opening)) => out.push(sentence(&format!("The customer: \"{}\"", shorten(opening)))),
            ([], None) => return out,
        }
        if let Some(outcome) = self.outcome.or(self.last_word) {
            let said = Said::new(&outcome);
            out.push(sentence(&retold(&said, skip_interjections(&said), Role::Agent)));
        }
        if out.len() < 3
            && self.agent_spoke
            && let Some((role, open)) = self.open
        {
            let who = if role == Role::Agent { "the agent asked" } else { "the customer asked" };
            out.push(sentence(&format!("Open: {who} \"{}\"", shorten(&open))));
        }
        out.truncate(3);
        out
    }
}

/// Do two wishes say the same?
fn same(a: &Wish, b: &Wish) -> bool {
    let text = |w: &Wish| match w {
        Wish::To(s) | Wish::Said(s) => s.to_lowercase(),
    };
    let (a, b) = (text(a), text(b));
    a == b || a.starts_with(&b) || b.starts_with(&a)
}

/// The sentences of a message; a line ends one.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
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
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|(_, n)| *n);
        let ends = match c {
            '\n' | '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '\u{964}' => true,
            '!' | '?' | '\u{61f}' => next.is_none_or(char::is_whitespace),
            // not after an initial, a title or a number of a list
            '.' => {
                let word = text[..i].rsplit(char::is_whitespace).next().unwrap_or_default();
                let short = word.chars().count() == 1
                    || matches!(word, "Dr" | "Mr" | "Mrs" | "Ms" | "St" | "No" | "dr" | "mr" | "mrs" | "ms");
                next.is_none_or(char::is_whitespace) && !short && !word.bytes().all(|b| b.is_ascii_digit())
            }
            _ => false,
        };
        if ends {
            return i + c.len_utf8();
        }
    }
    text.len()
}

/// Beginnings of a wish, each up to where "to ..." goes on.
const WANTS: &[&[&str]] = &[
    &["i", "would", "like", "to"],
    &["i'd", "like", "to"],
    &["id", "like", "to"],
    &["i", "like", "to"],
    &["i'll", "like", "to"],
    &["i", "want", "to"],
    &["i", "wanted", "to"],
    &["i", "need", "to"],
    &["i", "wish", "to"],
    &["i", "have", "to"],
    &["i'm", "trying", "to"],
    &["i", "am", "trying", "to"],
    &["i", "was", "trying", "to"],
    &["i'm", "looking", "to"],
    &["i", "am", "looking", "to"],
    &["i", "was", "hoping", "to"],
    &["i'm", "calling", "to"],
    &["looking", "to"],
    &["wanted", "to"],
    &["want", "to"],
    &["need", "to"],
    &["like", "to"],
];
/// Beginnings that a thing follows: told as "to get ...".
const WANTS_THING: &[&[&str]] = &[
    &["i", "would", "like"],
    &["i'd", "like"],
    &["i", "want"],
    &["i", "need"],
    &["i", "am", "looking", "for"],
    &["i'm", "looking", "for"],
    &["im", "looking", "for"],
    &["looking", "for"],
];
/// Beginnings that an action of the agent's follows: "can you send me ...".
const ASKS: &[&[&str]] = &[
    &["can", "you", "please"],
    &["could", "you", "please"],
    &["can", "you"],
    &["could", "you"],
    &["would", "you"],
    &["can", "i"],
    &["could", "i"],
    &["may", "i"],
    &["please"],
    &["kindly"],
];
/// Signs of trouble.
const TROUBLE: &[&str] = &[
    "lost",
    "stolen",
    "broken",
    "broke",
    "cracked",
    "damaged",
    "wrong",
    "error",
    "problem",
    "issue",
    "issues",
    "trouble",
    "missing",
    "failed",
    "crashed",
    "charged",
    "overcharged",
    "fraud",
    "claim",
    "complaint",
    "stuck",
    "won't",
    "wont",
    "doesn't",
    "isn't",
    "cannot",
    "refund",
    "help",
    "cancel",
    "return",
    "exchange",
    "status",
    "locked",
    "expired",
    "late",
    "delayed",
    "defective",
    "accident",
];

/// What the customer asks for in one sentence.
fn wish(said: &Said<'_>) -> Option<Wish> {
    let n = said.words.len();
    for i in 0..n {
        if i > 0
            && matches!(
                said.low(i - 1),
                "don't" | "not" | "dont" | "that" | "if" | "when" | "what" | "do" | "you" | "they" | "he" | "she"
            )
        {
            continue;
        }
        if let Some(cue) = WANTS.iter().find(|cue| said.has(i, cue)) {
            let from = i + cue.len();
            return (n > from && told_verb(said, from)).then(|| Wish::To(retold(said, from, Role::Customer)));
        }
        if let Some(cue) = WANTS_THING.iter().find(|cue| said.has(i, cue)) {
            let from = i + cue.len();
            if n >= from + 2 && !matches!(said.low(from), "you" | "it" | "that" | "this") {
                return Some(Wish::To(format!("get {}", retold(said, from, Role::Customer))));
            }
        }
        let starts = i == 0 || said.breaks(i) || is_opener(said.low(i - 1));
        if starts && let Some(cue) = ASKS.iter().find(|cue| said.has(i, cue)) {
            let mut from = i + cue.len();
            if said.low(from) == "please" {
                from += 1;
            }
            if said.has(from, &["help", "me"]) && n <= from + 3 || n < from + 2 {
                return None;
            }
            if said.has(from, &["help", "me"]) && said.low(from + 2) != "with" {
                from += if said.low(from + 2) == "to" { 3 } else { 2 };
            }
            if matches!(said.low(from), "you" | "i" | "the" | "my" | "a" | "be")
                || cue.len() == 1 && super::words::is_function(said.low(from))
            {
                return (n >= 5).then(|| Wish::Said(said.text.to_owned()));
            }
            let asks = if cue[1..].first() == Some(&"i") { "" } else { "have the agent " };
            return Some(Wish::To(format!("{asks}{}", retold(said, from, Role::Customer))));
        }
    }
    let question = said.text.contains(['?', '\u{ff1f}', '\u{61f}']) && n >= 4;
    let trouble =
        n >= 3 && said.any(TROUBLE) && !matches!(said.low(0), "no" | "thanks" | "thank" | "sorry" | "ok" | "okay");
    (question || trouble).then(|| Wish::Said(said.text.to_owned()))
}

/// After "I want to" comes something to do, not "know" alone or a courtesy.
fn told_verb(said: &Said<'_>, from: usize) -> bool {
    !matches!(said.low(from), "thank" | "say" | "the" | "that" | "be" | "go") || said.words.len() > from + 2
}

fn is_opener(low: &str) -> bool {
    matches!(
        low,
        "hi" | "hello"
            | "hey"
            | "hai"
            | "ok"
            | "okay"
            | "yes"
            | "also"
            | "and"
            | "so"
            | "then"
            | "great"
            | "thanks"
            | "please"
            | "well"
            | "now"
            | "hii"
    )
}

/// Is there something in it besides courtesies, numbers and yes or no?
fn is_substance(said: &Said<'_>) -> bool {
    let words = said.words.iter().filter(|w| {
        !super::words::is_function(&w.low)
            && !w.is_digits()
            && !matches!(&*w.low, "morning" | "good" | "evening" | "afternoon" | "day" | "very" | "there")
    });
    let mut letters = 0;
    let mut count = 0;
    for w in words {
        letters += w.text.chars().count();
        count += 1;
    }
    // scripts without spaces make one long word of a sentence
    count >= 2 && letters >= 6 || letters >= 5 && !said.text.is_ascii()
}

/// Courtesy: greetings, thanks, good-bye, "anything else?"
fn is_courtesy(said: &Said<'_>) -> bool {
    let text = said.words.iter().map(|w| &*w.low).take(24).collect::<Vec<_>>().join(" ");
    [
        "thank you",
        "thanks for",
        "you're welcome",
        "you are welcome",
        "welcome",
        "have a great",
        "have a nice",
        "have a good",
        "have a wonderful",
        "good bye",
        "goodbye",
        "bye",
        "anything else",
        "how can i help",
        "how may i",
        "how can i assist",
        "let me know",
        "feel free",
        "glad",
        "my pleasure",
        "take care",
        "no problem",
        "no worries",
        "of course",
        "i can help",
        "i'd be happy",
        "i would be happy",
        "i'll help",
        "hello",
        "i am sorry to hear",
        "i'm sorry to hear",
        "enjoy your",
        "please hold",
        "one moment",
        "let me",
        "please confirm",
        "i can assist",
        "a pleasure",
        "i'm here",
    ]
    .iter()
    .any(|c| {
        text.starts_with(c)
            || matches!(
                *c,
                "anything else"
                    | "feel free"
                    | "have a great"
                    | "have a nice"
                    | "have a good"
                    | "how can i help"
                    | "let me know"
                    | "thanks for reaching"
            ) && text.contains(c)
    })
}

const OUTCOMES: &[&str] = &[
    "successfully",
    "successful",
    "confirmed",
    "booked",
    "updated",
    "cancelled",
    "canceled",
    "submitted",
    "sent",
    "processed",
    "refunded",
    "scheduled",
    "changed",
    "removed",
    "added",
    "ordered",
    "completed",
    "resolved",
    "fixed",
    "transferred",
    "unfortunately",
    "unable",
    "declined",
    "rejected",
    "closed",
    "requested",
    "renewed",
    "reset",
    "shipped",
    "activated",
    "blocked",
    "approved",
    "denied",
    "generated",
    "reserved",
    "paid",
    "receive",
    "done",
    "available",
];

/// Does it say what came of it?
fn is_outcome(said: &Said<'_>) -> bool {
    let sorry = said.any(&["sorry"]) && said.any(&["not", "but", "couldn't", "cannot", "can't", "unable"]);
    (said.any(OUTCOMES) || sorry) && said.words.len() >= 4
}

fn skip_interjections(said: &Said<'_>) -> usize {
    let mut i = 0;
    while i < said.words.len()
        && i < 3
        && matches!(
            said.low(i),
            "great"
                | "excellent"
                | "ok"
                | "okay"
                | "alright"
                | "sure"
                | "perfect"
                | "awesome"
                | "success"
                | "good"
                | "yes"
                | "well"
                | "and"
        )
        && said.words.get(i + 1).is_some_and(|w| i + 1 < said.words.len() && (said.breaks(i + 1) || w.is_capital()))
    {
        i += 1;
    }
    i
}

/// The words from `from` on, told about the speaker instead of by them.
fn retold(said: &Said<'_>, from: usize, by: Role) -> String {
    let Some(head) = said.words.get(from) else { return String::new() };
    let mut out = String::new();
    let mut at = head.start;
    let mut i = from;
    while i < said.words.len() {
        let w = &said.words[i];
        out.push_str(&said.text[at..w.start]);
        let (told, used): (Cow<'_, str>, usize) = match by {
            Role::Customer => match &*w.low {
                "i" if said.has(i + 1, &["am"]) => ("they are".into(), 2),
                "i" if said.has(i + 1, &["was"]) => ("they were".into(), 2),
                "i" => ("they".into(), 1),
                "i'm" | "im" => ("they are".into(), 1),
                "i've" => ("they have".into(), 1),
                "i'd" => ("they would".into(), 1),
                "i'll" => ("they will".into(), 1),
                "my" => ("their".into(), 1),
                "mine" => ("theirs".into(), 1),
                "me" => ("them".into(), 1),
                "myself" => ("themselves".into(), 1),
                "your" | "ur" => ("the".into(), 1),
                _ => (w.text.into(), 1),
            },
            Role::Agent => match &*w.low {
                "i" if said.has(i + 1, &["have"]) => ("the agent has".into(), 2),
                "i" if said.has(i + 1, &["am"]) => ("the agent is".into(), 2),
                "i" => ("the agent".into(), 1),
                "i've" => ("the agent has".into(), 1),
                "i'm" => ("the agent is".into(), 1),
                "i'll" => ("the agent will".into(), 1),
                "my" => ("the agent's".into(), 1),
                "you" if said.has(i + 1, &["have"]) => ("the customer has".into(), 2),
                "you" if said.has(i + 1, &["are"]) => ("the customer is".into(), 2),
                "you" => ("the customer".into(), 1),
                "you've" => ("the customer has".into(), 1),
                "you're" => ("the customer is".into(), 1),
                "you'll" => ("the customer will".into(), 1),
                "your" => ("the customer's".into(), 1),
                _ => (w.text.into(), 1),
            },
        };
        out.push_str(&told);
        i += used;
        at = said.words[i - 1].end;
    }
    out.push_str(&said.text[at..]);
    // "..., please?" and thanks say nothing to a reader
    let mut out = out.trim().trim_end_matches(['.', '!', '?', ',', ';', ' ', '\\']).to_owned();
    for tail in [" please", ", please", " thank you", " thanks", ", thanks", " pls"] {
        if out.len() > tail.len()
            && out.is_char_boundary(out.len() - tail.len())
            && out[out.len() - tail.len()..].eq_ignore_ascii_case(tail)
        {
            out.truncate(out.len() - tail.len());
            out = out.trim_end_matches([',', '.', ' ']).to_owned();
        }
    }
    if by == Role::Customer
        && out.starts_with(char::is_uppercase)
        && out.chars().nth(1).is_some_and(char::is_lowercase)
        && said.words[from].gap != super::words::Gap::Start
    {
        return out;
    }
    out
}

/// Masked, on one line, without markup, with a capital and a full stop, and not too long.
fn sentence(text: &str) -> String {
    let plain: String = mask_secrets(text)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '`' | '|'))
        .collect();
    let plain = plain.replace("**", "").split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = cut(&plain, SENTENCE);
    let mut chars = plain.chars();
    let mut out: String = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    out.push_str(chars.as_str());
    if !out.ends_with(['.', '!', '?', '…', '\u{3002}', '\u{ff01}', '\u{ff1f}', '\u{964}']) && !out.is_empty() {
        let quoted = out.ends_with('"')
            && out[..out.len() - 1].ends_with(['.', '!', '?', '…', '\u{3002}', '\u{ff01}', '\u{ff1f}']);
        if !quoted {
            out.push('.');
        }
    }
    out
}

/// A quotation, short enough to stay whole within its sentence.
fn shorten(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('"', "'");
    cut(&one_line, SENTENCE - 40)
}

/// At most `max` characters, cut between graphemes and with an ellipsis.
fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut left = max.saturating_sub(1);
    for g in text.graphemes(true) {
        let n = g.chars().count();
        if n > left {
            break;
        }
        left -= n;
        out.push_str(g);
    }
    // a word cut in the middle is dropped, unless it is most of the text
    if let Some(space) = out.rfind(' ').filter(|s| *s * 2 > out.len()) {
        out.truncate(space);
    }
    if max > 0 {
        out.push('…');
    }
    out
}
