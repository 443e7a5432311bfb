//! A conversation in at most three sentences: what the customer wanted, what came of it, what is open.
//!
//! Owns which sentences matter and how they are told. Must not know the mapped field; its length is given. Extractive:
//! every word but a few pronouns was said in the conversation. Words in languages that the rules do not know are quoted.

use crate::domain::conversation::{Message, Role};

use super::asked::{Asked, asked_in};
use super::outcome::{Outcome, is_courtesy, is_finding, outcome};
use super::retell::{SENTENCE, cut, retold, sentence, sentences, shorten, skip_interjections};
use super::wish::{Wish, is_settled, is_substance, past_noise, wish};
use super::words::{Said, clean, is_first_name, is_function, is_surname, listed};

/// How much of one message is looked at, in bytes.
const LOOKED_AT: usize = 4096;
/// How many of the customer's matters are told; of more, the first ones and the last.
const MATTERS: usize = 4;
/// How many sentences a summary has at most.
const SENTENCES: usize = 3;

/// What the customer wanted, what came of it and what is open, in one to three sentences of plain text on one line,
/// at most `max_chars` characters. Card numbers, PINs and passwords are masked. Empty when the customer said nothing.
pub fn summarize(messages: &[Message], max_chars: Option<usize>) -> String {
    let mut story = Story::default();
    messages.iter().for_each(|message| story.hear(message));
    story.summary(max_chars)
}

/// Something the customer came with, and what came of it.
#[derive(Debug, Clone)]
struct Matter {
    /// `None` for what was said before any wish.
    wish: Option<Wish>,
    outcome: Option<(Outcome, String)>,
}

/// What is remembered of a conversation while it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    matters: Vec<Matter>,
    /// The first thing of substance, for want of a wish.
    opening: Option<String>,
    /// The first detail about the customer, for want of anything else.
    detail: Option<String>,
    customer_spoke: bool,
    /// The customer said that it is over.
    settled: bool,
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
        let mut sentences = self.tell();
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
            if is_settled(&said) {
                self.settled = true;
                continue;
            }
            // a short answer to the agent's question is no matter of its own
            let answer = answers && said.words.len() <= 12;
            if is_substance(&said) && !answers && !listed("thank thanks", said.low(0)) {
                let from = past_noise(&said);
                let words = || one[said.words[from].start..].to_owned();
                let first = if is_detail(&said, from) { &mut self.detail } else { &mut self.opening };
                first.get_or_insert_with(words);
            }
            let own_words = |w: &Wish| matches!(w, Wish::Trouble(_) | Wish::Question(_));
            if let Some(wish) = wish(&said).filter(|w| !(answer && own_words(w))) {
                if !matches!(wish, Wish::Trouble(_)) || one.contains('?') {
                    asks = Some(one.to_owned());
                }
                self.settled = false;
                self.want(wish);
            }
        }
        self.open = asks.map(|a| (Role::Customer, a));
    }

    /// Takes a wish in, unless it is known.
    fn want(&mut self, wish: Wish) {
        let wishes = self.matters.iter().filter_map(|m| m.wish.as_ref());
        // what happened comes before what is wanted, or not at all
        let aside = matches!(wish, Wish::Trouble(_) | Wish::Question(_)) && wishes.clone().count() > 0;
        if aside || wishes.clone().any(|w| same(w, &wish)) {
            return;
        }
        if self.matters.len() == MATTERS {
            self.matters.pop();
        }
        self.matters.push(Matter { wish: Some(wish), outcome: None });
    }

    fn agent(&mut self, text: &str) {
        self.agent_spoke = true;
        let mut question = None;
        let mut told = false;
        for one in sentences(text) {
            let said = Said::new(one);
            if said.words.is_empty() {
                continue;
            }
            let asked = asked_in(&said);
            let please = said.low(0) == "please" || asked.is_for_attribute() && said.any(&["please"]);
            let asks = please || one.contains(['?', '\u{ff1f}', '\u{61f}']);
            if is_courtesy(&said) {
                continue;
            }
            if asks {
                self.asked = self.asked.with(asked);
                self.asked_last = self.asked_last.with(asked).with(Asked::OTHER);
                question = (said.words.len() > 2).then(|| one.to_owned());
                continue;
            }
            let Some(what) = outcome(&said) else { continue };
            let counts = what != Outcome::Told;
            if counts && told {
                continue;
            }
            told |= counts;
            self.came(what, &said);
        }
        if question.is_some() || told || matches!(self.open, Some((Role::Customer, _))) {
            self.open = question.map(|q| (Role::Agent, q));
        }
    }

    /// What came of the last matter.
    fn came(&mut self, what: Outcome, said: &Said<'_>) {
        if self.matters.is_empty() {
            self.matters.push(Matter { wish: None, outcome: None });
        }
        let Some(matter) = self.matters.last_mut() else { return };
        let better = match (&matter.outcome, what) {
            (None, Outcome::Told) => said.words.len() > 3,
            (None | Some(_), Outcome::Done | Outcome::Failed) => true,
            // what was told last, but not behind something done
            (Some((Outcome::Told, _)), Outcome::Told) => true,
            (Some((Outcome::Failed, _)), Outcome::Told) => is_finding(said),
            (Some((Outcome::Done, _)), Outcome::Told) => false,
        };
        if better {
            let from = skip_interjections(said);
            let words = said.words.len().saturating_sub(from);
            let text = match what {
                Outcome::Done if words < 4 || listed("that's thats", said.low(from)) => "It was done".to_owned(),
                _ => retold(said, from, Role::Agent),
            };
            matter.outcome = Some((what, text));
        }
    }

    fn tell(&self) -> Vec<String> {
        let mut out: Vec<String> = self.wanted().into_iter().collect();
        if out.is_empty() {
            return out;
        }
        let open = self.open.as_ref().filter(|_| self.agent_spoke);
        let outcomes = self.outcomes(SENTENCES - 1 - usize::from(open.is_some()));
        if outcomes.is_empty() && self.settled {
            out.push("The customer said that it is settled.".to_owned());
        }
        out.extend(outcomes.iter().map(|o| sentence(o)));
        if let Some((role, open)) = open {
            let who = if *role == Role::Agent { "Open: the agent asked" } else { "Open: the customer asked" };
            out.push(quoted(who, open));
        }
        out.truncate(SENTENCES);
        out
    }

    /// The most telling outcomes, in the order in which they came.
    fn outcomes(&self, most: usize) -> Vec<&str> {
        let mut all: Vec<(usize, Outcome, &str)> = Vec::new();
        let latest = self.matters.iter().rposition(|m| m.outcome.is_some());
        for (i, matter) in self.matters.iter().enumerate() {
            let Some((what, text)) = &matter.outcome else { continue };
            // of earlier matters only what can stand alone
            let last = Some(i) == latest;
            let vague = text.split_whitespace().any(|w| listed("that this it them", &w.to_lowercase()));
            if (last || *what == Outcome::Done && !vague) && !all.iter().any(|(_, _, t)| t == text) {
                all.push((i, *what, text));
            }
        }
        all.sort_by_key(|(i, what, _)| std::cmp::Reverse((*what, *i)));
        all.truncate(most.max(1));
        all.sort_by_key(|(i, ..)| *i);
        all.into_iter().map(|(_, _, text)| text).collect()
    }

    /// What the customer wanted, as one sentence; as many of the wishes as it has room for.
    fn wanted(&self) -> Option<String> {
        let mut wishes: Vec<&Wish> = self.matters.iter().filter_map(|m| m.wish.as_ref()).collect();
        if wishes.is_empty() {
            return match self.opening.as_ref().or(self.detail.as_ref().filter(|_| !self.agent_spoke)) {
                Some(opening) => {
                    let said = Said::new(opening);
                    let told = listed("my our somebody someone", said.low(0));
                    let retold = || sentence(&format!("Reported: {}", retold(&said, 0, Role::Customer)));
                    Some(if told { retold() } else { quoted("The customer:", opening) })
                }
                None if self.asked.is_for_attribute() && self.customer_spoke => {
                    Some(sentence(&format!("Was asked for {}", things(self.asked))))
                }
                None => None,
            };
        }
        loop {
            let text = together(&wishes);
            if wishes.len() == 1 || text.chars().count() < SENTENCE {
                return Some(sentence(&text));
            }
            // the first and the last say most
            let dropped = if wishes.len() > 2 { wishes.len() - 2 } else { 1 };
            wishes.remove(dropped);
        }
    }
}

/// "Wanted to a, and to b; asked the agent to c".
fn together(wishes: &[&Wish]) -> String {
    let mut out = String::new();
    let mut last = None;
    for (i, wish) in wishes.iter().enumerate() {
        let (kind, mut text) = match wish {
            Wish::Do(text) => ("wanted to ", text.clone()),
            Wish::Ask(text) => ("asked the agent to ", text.clone()),
            Wish::Trouble(text) => ("reported: ", text.clone()),
            Wish::Question(text) => ("asked ", format!("\"{}\"", shorten(text))),
        };
        if last == Some(kind) {
            let more = wishes.get(i + 1).is_some_and(|w| std::mem::discriminant(*w) == std::mem::discriminant(*wish));
            let joint = if more { ", to " } else { ", and to " };
            // "to get a pizza, and two teas"
            let things = |w: &Wish| matches!(w, Wish::Do(t) if t.starts_with("get ")).then_some(4);
            let both = things(wishes[i - 1]).and(things(wish));
            out.push_str(if both.is_some() { joint.trim_end_matches("to ") } else { joint });
            text = text.split_off(both.unwrap_or_default());
        } else {
            out.push_str(if out.is_empty() { "" } else { "; " });
            out.push_str(kind);
        }
        out.push_str(&text);
        last = Some(kind);
    }
    out
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

/// "my name is ...", "it is ...": an answer to something, and no matter of its own.
fn is_detail(said: &Said<'_>, from: usize) -> bool {
    let names =
        said.words.windows(2).any(|w| listed("name number email address code pin", &w[0].low) && w[1].low == "is");
    let names = names
        || said.words.len() <= from + 2
            && said.words[from..].iter().all(|w| is_first_name(&w.low) || is_surname(&w.low))
        || listed("i'm im", said.low(from)) && !said.any(&["interested", "looking", "unable"])
        || said.has(from, &["this", "is"]);
    names
        || listed("it it's its that that's name email phone number zip", said.low(from))
        || said.has(from, &["the", "amount"])
}

/// Do two wishes speak of the same? Most of what the shorter one speaks of is in the other.
fn same(a: &Wish, b: &Wish) -> bool {
    const ANY: &str = "get know check want need like make see have find please new same also now today";
    let words = |w: &Wish| {
        let (Wish::Do(s) | Wish::Ask(s) | Wish::Trouble(s) | Wish::Question(s)) = w;
        let all = s.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).take(64);
        all.filter(|w| !w.is_empty() && !is_function(w) && !listed(ANY, w)).collect::<Vec<_>>()
    };
    let (a, b) = (words(a), words(b));
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let shared = short.iter().filter(|w| long.contains(w)).count();
    let number = |w: &&String| w.bytes().any(|b| b.is_ascii_digit());
    let numbers = short.iter().filter(number).all(|w| long.contains(w));
    short.is_empty() || numbers && shared * 4 >= short.len() * 3
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
            "Reported: their parcel was damaged. Open: the agent asked \"When did it arrive at your home?\""
        );
        assert_eq!(
            told(&["C: I want to cancel my booking", "A: It has been cancelled.", "C: Can I get a refund for it now?"]),
            "Wanted to cancel their booking, and to get a refund for it now. It has been cancelled. \
             Open: the customer asked \"Can I get a refund for it now?\""
        );
    }

    #[test]
    fn several_matters_each_with_what_came_of_it() {
        assert_eq!(
            told(&[
                "C: hi I want a green lamp and I need two chairs",
                "C: I'd like to 2 cushions",
                "C: can you change the delivery to Friday?",
                "A: Right, your delivery has been changed to the Friday.",
                "C: lets cancel order 7781",
                "A: So I am sorry, but order 7781 cannot be cancelled.",
                "C: ok bye",
            ]),
            "Wanted to get a green lamp and they need two chairs, and 2 cushions; asked the agent to change the delivery to Friday; \
             wanted to cancel order 7781. The customer's delivery has been changed to the Friday. The agent is sorry, but order 7781 \
             cannot be cancelled."
        );
        // twice the same is one matter; what came last counts
        assert_eq!(
            told(&[
                "C: I want to know the status of my repair",
                "C: please tell me the status of the repair",
                "A: Unfortunately I am unable to find it.",
                "A: Your repair is with the workshop in Lyon.",
            ]),
            "Wanted to know the status of their repair. The customer's repair is with the workshop in Lyon."
        );
    }

    #[test]
    fn talk_is_no_wish() {
        for talk in [
            "I have to say no",
            "I need to go now",
            "haha I want to buy the moon",
            "i want to marry you :)",
            "give me a second, I need a minute",
            "no problem, I would like to thank you",
            "I need a bit more time to decide",
            "could I get back to you later",
            "can you believe it",
            "yes problem solved",
            "Do you remember my dog?",
        ] {
            let told = told(&["C: my kettle leaks and won't start", &format!("C: {talk}")]);
            assert!(
                !told.contains("Wanted") && told.starts_with("Reported: their kettle leaks and won't start."),
                "{told}"
            );
        }
        assert_eq!(
            told(&["C: hello my kettle won't start", "C: it works now"]),
            "Reported: their kettle won't start. The customer said that it is settled."
        );
    }

    #[test]
    fn what_a_wish_speaks_of_is_told_with_it() {
        assert_eq!(
            told(&["C: I bought a tent last week, but I would like to exchange it for a larger one", "A: Done!"]),
            "Reported: they bought a tent last week, but they would like to exchange it for a larger one. It was done."
        );
        assert_eq!(
            told(&["C: i need to close due to personal", "C: to close my account"]),
            "Wanted to close their account."
        );
    }

    #[test]
    fn slips_are_not_repeated() {
        assert_eq!(
            told(&[
                "C: check me balance please",
                "A: Oh well, I found the the that account, balance 20. Here are the choices:"
            ]),
            "Asked the agent to check their balance."
        );
        assert_eq!(
            told(&["C: please check me balance now", "A: Oh well, I found the that account."]),
            "Asked the agent to check their balance now. The agent found that account."
        );
        assert_eq!(
            told(&["C: I would like Thai noodles", "A: They are ready. If you like it hot, add pepper to your bowl."]),
            "Wanted to get Thai noodles."
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
