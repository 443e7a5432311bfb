//! A conversation in at most three sentences: what the customer wanted, what came of it, what is open.
//!
//! Owns which sentences matter and how they are told. Must not know the mapped field; its length is given. Extractive:
//! every word but a few pronouns was said in the conversation. Words in languages that the rules do not know are quoted.

use crate::domain::conversation::{Message, Role};

use super::asked::{Asked, asked_in};
use super::retell::{cut, retold, sentence, sentences, shorten, skip_interjections};
use super::wish::{Wish, is_courtesy, is_outcome, is_substance, wish};
use super::words::{Said, clean};

/// How much of one message is looked at, in bytes.
const LOOKED_AT: usize = 4096;
/// How many of the customer's wishes are told.
const WISHES: usize = 2;

/// What the customer wanted, what came of it and what is open, in one to three sentences of plain text on one line,
/// at most `max_chars` characters. Card numbers, PINs and passwords are masked. Empty when the customer said nothing.
pub fn summarize(messages: &[Message], max_chars: Option<usize>) -> String {
    let mut story = Story::default();
    messages.iter().for_each(|message| story.hear(message));
    story.summary(max_chars)
}

/// What is remembered of a conversation while it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    wishes: Vec<Wish>,
    /// The first thing of substance, for want of a wish.
    opening: Option<String>,
    customer_spoke: bool,
    /// What came of it: the last that the agent said about it.
    outcome: Option<String>,
    /// The last thing the agent said that was no question and no courtesy.
    last_word: Option<String>,
    /// A question or wish that nobody answered yet, with who asked.
    open: Option<(Role, String)>,
    agent_spoke: bool,
    /// What the agent asked for, in all and last.
    asked: Asked,
    asked_last: Asked,
}

impl Story {
    /// Takes the next message; what is kept does not grow with their number.
    pub fn hear(&mut self, message: &Message) {
        let mut end = message.text.len().min(LOOKED_AT);
        while !message.text.is_char_boundary(end) {
            end -= 1;
        }
        let text = clean(&message.text[..end]);
        match message.role {
            Role::Customer => self.customer(&text),
            Role::Agent => self.agent(&text),
        }
    }

    /// The summary of what was heard so far, at most `max_chars` characters.
    pub fn summary(&self, max_chars: Option<usize>) -> String {
        let mut sentences = self.clone().tell();
        // a short field keeps whole sentences as long as it can
        let max = max_chars.unwrap_or(usize::MAX);
        let length = |sentences: &[String]| sentences.iter().map(|s| s.chars().count() + 1).sum::<usize>();
        while sentences.len() > 1 && length(&sentences) > max.saturating_add(1) {
            sentences.pop();
        }
        cut(&sentences.join(" "), max)
    }

    fn customer(&mut self, text: &str) {
        let mut asks = None;
        let answers = std::mem::take(&mut self.asked_last) != Asked::NOTHING;
        for one in sentences(text) {
            let said = Said::new(one);
            if said.words.is_empty() {
                continue;
            }
            self.customer_spoke = true;
            // a short answer to the agent's question is no matter of its own
            let answer = answers && said.words.len() <= 12;
            if self.opening.is_none() && is_substance(&said) && !answers {
                self.opening = Some(one.to_owned());
            }
            if let Some(wish) = wish(&said).filter(|w| !(answer && matches!(w, Wish::Said(_)))) {
                if !matches!(wish, Wish::Said(_)) || one.contains('?') {
                    asks = Some(one.to_owned());
                }
                let known = self.wishes.iter().any(|w| same(w, &wish));
                // what happened comes before what is wanted, or not at all
                let aside = !self.wishes.is_empty() && matches!(wish, Wish::Said(_));
                if self.wishes.len() < WISHES && !known && !aside {
                    self.wishes.push(wish);
                }
            }
        }
        self.open = asks.map(|a| (Role::Customer, a));
    }

    fn agent(&mut self, text: &str) {
        self.agent_spoke = true;
        let mut question = None;
        let mut told = false;
        for one in sentences(text) {
            let said = Said::new(one);
            if said.words.is_empty() || is_courtesy(&said) {
                continue;
            }
            let asked = asked_in(&said);
            let please = said.low(0) == "please" || asked.is_for_attribute() && said.any(&["please"]);
            let asks = please || one.contains(['?', '\u{ff1f}', '\u{61f}']);
            if asks {
                self.asked = self.asked.with(asked);
                self.asked_last = self.asked_last.with(asked).with(Asked::OTHER);
                question = (said.words.len() > 2).then(|| one.to_owned());
                continue;
            }
            if is_outcome(&said) && !told {
                self.outcome = Some(one.to_owned());
                told = true;
            }
            if said.words.len() > 3 && !said.any(&["please", "repeat", "catch"]) {
                self.last_word = Some(one.to_owned());
            }
        }
        if question.is_some() || told || matches!(self.open, Some((Role::Customer, _))) {
            self.open = question.map(|q| (Role::Agent, q));
        }
    }

    fn tell(self) -> Vec<String> {
        let mut out = self.wanted();
        if out.is_empty() {
            return out;
        }
        if let Some(outcome) = self.outcome.or(self.last_word) {
            let said = Said::new(&outcome);
            out.push(sentence(&retold(&said, skip_interjections(&said), Role::Agent)));
        }
        if out.len() < 3
            && self.agent_spoke
            && let Some((role, open)) = self.open
        {
            out.push(quoted(
                if role == Role::Agent { "Open: the agent asked" } else { "Open: the customer asked" },
                &open,
            ));
        }
        out.truncate(3);
        out
    }

    fn wanted(&self) -> Vec<String> {
        let together = match &self.wishes[..] {
            [Wish::Do(a), Wish::Do(b)] => format!("Wanted to {a}, and to {b}"),
            [Wish::Ask(a), Wish::Ask(b)] => format!("Asked the agent to {a}, and to {b}"),
            [Wish::Do(a), Wish::Ask(b)] => format!("Wanted to {a}; asked the agent to {b}"),
            [Wish::Ask(a), Wish::Do(b)] => format!("Asked the agent to {a}; wanted to {b}"),
            [] => match &self.opening {
                Some(opening) => return vec![quoted("The customer:", opening)],
                None if self.asked.is_for_attribute() && self.customer_spoke => {
                    format!("Was asked for {}", things(self.asked))
                }
                None => return Vec::new(),
            },
            wishes => {
                let each = wishes.iter().map(|w| match w {
                    Wish::Do(a) => sentence(&format!("Wanted to {a}")),
                    Wish::Ask(a) => sentence(&format!("Asked the agent to {a}")),
                    Wish::Said(a) => quoted("The customer:", a),
                });
                return each.collect();
            }
        };
        vec![sentence(&together)]
    }
}

fn quoted(who: &str, words: &str) -> String {
    sentence(&format!("{who} \"{}\"", shorten(words)))
}

/// What was asked for, in words.
fn things(asked: Asked) -> String {
    let names: Vec<&str> = [
        (Asked::ANY_NAME, "name"),
        (Asked::EMAIL, "email"),
        (Asked::PHONE, "phone number"),
        (Asked::ZIP, "postcode"),
        (Asked::ADDRESS.with(Asked::STREET).with(Asked::CITY), "address"),
        (Asked::COMPANY, "company"),
    ]
    .into_iter()
    .filter_map(|(bits, name)| asked.has(bits).then_some(name))
    .collect();
    match &names[..] {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        one => one.concat(),
    }
}

/// Do two wishes say the same?
fn same(a: &Wish, b: &Wish) -> bool {
    let text = |w: &Wish| match w {
        Wish::Do(s) | Wish::Ask(s) | Wish::Said(s) => s.to_lowercase(),
    };
    let (a, b) = (text(a), text(b));
    a.starts_with(&b) || b.starts_with(&a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str]) -> String {
        let message = |line: &&str| {
            let (role, text) = line.split_at(3);
            let role = if role == "A: " { Role::Agent } else { Role::Customer };
            Message { at_ms: 0, role, text: text.to_owned() }
        };
        summarize(&lines.iter().map(message).collect::<Vec<_>>(), None)
    }

    #[test]
    fn wish_and_outcome() {
        assert_eq!(
            told(&[
                "C: Hello, I would like to change my delivery address, please",
                "A: Sure. What is the new address?",
                "C: 5 Mill Road",
                "A: Great, I have updated your address! Is there anything else?",
                "C: no thanks",
                "A: Have a great day!"
            ]),
            "Wanted to change their delivery address. The agent has updated the customer's address."
        );
        assert_eq!(
            told(&["C: can you send me a receipt for order 55?", "A: Unfortunately I am not able to find it."]),
            "Asked the agent to send them a receipt for order 55. Unfortunately the agent is not able to find it."
        );
    }

    #[test]
    fn what_is_open() {
        assert_eq!(
            told(&["C: my parcel was damaged", "A: When did it arrive at your home?"]),
            "The customer: \"my parcel was damaged\". Open: the agent asked \"When did it arrive at your home?\""
        );
        assert_eq!(
            told(&["C: I want to cancel my booking", "A: It has been cancelled.", "C: Can I get a refund for it now?"]),
            "Wanted to cancel their booking, and to get a refund for it now. It has been cancelled. \
             Open: the customer asked \"Can I get a refund for it now?\""
        );
    }

    #[test]
    fn no_secrets_no_lines() {
        let all = told(&["C: please block my card 4111 1111 1111 1111 now,\nits PIN is 4821"]);
        assert!(!all.contains("4111") && !all.contains("4821") && !all.contains('\n'), "{all}");
    }

    #[test]
    fn other_scripts_and_silence() {
        assert_eq!(
            told(&["C: Привет", "C: хочу поменять адрес доставки"]),
            "The customer: \"хочу поменять адрес доставки\"."
        );
        assert!(told(&["C: 请帮我修改收货地址。"]).contains("请帮我修改收货地址"));
        assert_eq!(told(&[]), "");
        assert_eq!(told(&["A: Hello?"]), "");
        assert_eq!(told(&["A: What is your postcode?", "C: k t 2 7 q w"]), "Was asked for postcode.");
    }

    #[test]
    fn fits_the_field() {
        let long =
            [Message { at_ms: 0, role: Role::Customer, text: format!("I want to {}", "buy many things ".repeat(50)) }];
        for max in [0, 1, 10, 80, 255] {
            assert!(summarize(&long, Some(max)).chars().count() <= max);
        }
        assert!(summarize(&long, Some(80)).ends_with('…'));
    }
}
