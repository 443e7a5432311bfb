//! A conversation in at most three sentences: what the customer wanted, what came of it, what is open.
//!
//! Owns which sentences matter and how they are told. Must not know the mapped field; its length is given. Extractive:
//! every word but a few pronouns was said in the conversation. Words in languages that the rules do not know are quoted.

use crate::domain::conversation::{Message, Role};

use super::answers::{self, Answer, Question};
use super::asked::{Asked, asked_in};
use super::detail::{answers_something, beside_address, is_detail};
use super::number::{run_at, unit};
use super::order;
use super::outcome::{Outcome, is_asking, is_courtesy, is_finding, is_offer, outcome};
use super::retell::{SENTENCE, cut, reported, sentence, shorten, skip_interjections, told_by_agent};
use super::secrets::Secrets;
use super::sentences::sentences;
use super::told::{Told, things, together};
use super::wish::{Wish, disputes, is_settled, is_substance, past_noise, plans, wishes};
use super::words::{Said, is_function, listed};

/// How much of one message is looked at, in bytes.
const LOOKED_AT: usize = 4096;
/// How many of the customer's matters are told; of more, the first ones and the last.
const MATTERS: usize = 4;
/// How many details of one matter are told: things of an order, answers.
const DETAILS: usize = 8;
/// How many sentences a summary has at most.
const SENTENCES: usize = 3;

/// What the customer wanted, what came of it and what is open, in one to three sentences of plain text on one line,
/// at most `max_chars` characters. Card numbers, PINs and passwords are masked. Empty when the customer said nothing.
pub fn summarize(messages: &[Message], max_chars: Option<usize>) -> String {
    let (mut story, mut secrets) = (Story::default(), Secrets::default());
    for message in messages {
        story.hear(message.role, &secrets.masked(message));
    }
    story.summary(max_chars, &secrets)
}

/// Signs that the agent waits for a yes.
const OFFERS: &[&str] = &[
    "please confirm",
    "like to proceed",
    "want to proceed",
    "like me to book",
    "like me to schedule",
    "like me to reserve",
    "can i book",
    "should i book",
    "shall i book",
    "should i reserve",
    "want to book",
];

/// Something the customer came with, and what came of it.
#[derive(Debug, Clone)]
pub(super) struct Matter {
    /// `None` for what was said before any wish.
    pub wish: Option<Wish>,
    outcome: Option<(Outcome, String)>,
    /// More things of the same order.
    pub things: Vec<String>,
    /// What was answered about it.
    pub answers: Vec<Answer>,
}

impl Matter {
    fn new(wish: Option<Wish>) -> Self {
        Self { wish, outcome: None, things: Vec::new(), answers: Vec::new() }
    }

    fn is_order(&self) -> bool {
        self.wish.as_ref().is_some_and(order::is_order)
    }

    /// Does this speak of what was wanted?
    pub fn is_about(&self, said: &Said<'_>) -> bool {
        self.wish.as_ref().is_some_and(|w| shares(w.text(), said))
    }

    /// Is what is answered now about it? Not once something came of it, unless that goes on.
    fn goes_on(&self) -> bool {
        let came = matches!(self.outcome, Some((Outcome::Told | Outcome::Done, _)));
        self.wish.is_some() && (!came || !self.answers.is_empty())
    }

    /// A day or time takes the place of the one before.
    fn note(&mut self, answer: Answer) {
        let room = self.answers.len() < DETAILS;
        match self.answers.iter_mut().find(|a| a.gives_way(&answer)) {
            Some(old) => old.words = answer.words,
            None if room => self.answers.push(answer),
            None => {}
        }
    }
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
    /// What the agent asked last about the wish.
    question: Option<Question>,
    /// The day or time that the agent offered last.
    offered: Option<Answer>,
    /// What the customer asked beside a wish: a matter once it is answered.
    aside: Option<String>,
    /// The date of birth was asked for.
    asked_birth: bool,
    /// The agent's last question that was for nothing of the customer's, and what was answered: for want of a wish.
    remark: Option<(Option<String>, String)>,
    asked_words: Option<String>,
    /// Something was told in the agent's message that is heard.
    answered_now: bool,
    /// What the agent offered last, not as a question.
    offer: Option<String>,
    /// What the customer will do, said last.
    plan: Option<String>,
}

impl Story {
    /// Takes the next message, cleaned and without its secrets; what is kept does not grow with their number.
    pub fn hear(&mut self, role: Role, text: &str) {
        let text = &text[..text.floor_char_boundary(LOOKED_AT)];
        match role {
            Role::Customer => self.customer(text),
            Role::Agent => self.agent(text),
        }
    }

    /// The summary of what was heard so far, at most `max_chars` characters.
    pub fn summary(&self, max_chars: Option<usize>, secrets: &Secrets) -> String {
        let mut sentences: Vec<String> = self.tell().iter().map(|s| secrets.hide_known(s).into_owned()).collect();
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
        let whole = Said::new(text);
        let pause = whole.words.len() <= 6 && whole.any(&["moment", "second", "sec", "minute", "hold", "wait"]);
        if pause {
            return;
        }
        let attribute = self.asked_last.is_for_attribute();
        let answers = std::mem::take(&mut self.asked_last) != Asked::NOTHING;
        let numbered = (0..whole.words.len().min(64)).any(|k| run_at(&whole, k).is_some_and(|r| r.digits.len() >= 5));
        let offer = self.offer.take().filter(|_| agrees(&whole));
        if let (Some(offer), Some(matter)) = (offer, self.matters.last_mut()) {
            matter.outcome = Some((Outcome::Done, format!("Agreed: \"{}\"", shorten(&offer))));
        }
        let asked_words = self.asked_words.take();
        let mut stated = None;
        let only_number =
            numbered && whole.words.iter().filter(|w| w.is_alphabetic() && unit(&w.low).is_none()).count() < 3;
        if !attribute
            && !only_number
            && (asked_words.is_some() || !answers)
            && answers_something(&whole, asked_words.is_some())
        {
            self.remark = Some((asked_words, text.to_owned()))
                .filter(|(q, _)| q.is_some() || self.remark.is_none())
                .or(self.remark.take());
        }
        let (mut question, mut offered) = (self.question.take(), self.offered.take());
        self.aside = None;
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
            let asked = |m: &&mut Matter| !matches!(m.wish, Some(Wish::Question(_)));
            let matter = self.matters.iter_mut().rev().find(asked).filter(|m| m.goes_on());
            let known = matter.as_ref().is_some_and(|m| m.answers.iter().any(Answer::is_when));
            let answered = question.as_ref().and_then(|q| answers::answer(&said, q));
            if answered.is_some() {
                question = None;
            }
            let short = answered.is_some() && said.words.len() <= 6;
            let answered = answered.or_else(|| offered.take_if(|_| agrees(&said)));
            if let (Some(matter), Some(answer)) = (matter, answered.or_else(|| answers::instead(&said, known))) {
                matter.note(answer);
            }
            if short {
                continue;
            }
            let disputed = disputes(&said);
            if disputed {
                let day = |t: &str| answers::offered(&Said::new(t)).is_some();
                self.matters.iter_mut().for_each(|m| m.outcome = m.outcome.take().filter(|(_, t)| !day(t)));
            }
            if plans(&said) {
                self.plan = Some(one.to_owned());
            }
            if !attribute && self.takes_thing(&said) {
                continue;
            }
            // a short answer to the agent's question is no matter of its own
            let answer = answers && said.words.len() <= 12;
            let mut states = false;
            if is_substance(&said) && !answers && !listed("thank thanks", said.low(0)) {
                let from = past_noise(&said);
                let start = one.as_ptr() as usize - text.as_ptr() as usize + said.words[from].start;
                let words = || text[start..].to_owned();
                let first = if is_detail(&said, from) { &mut self.detail } else { &mut self.opening };
                first.get_or_insert_with(words);
                states = listed("my our", said.low(from))
                    && !is_detail(&said, from)
                    && !listed("name names name's", said.low(from + 1));
            }
            let own_words = |w: &Wish| matches!(w, Wish::Trouble(_) | Wish::Question(_));
            let known = self.matters.iter().any(|m| m.wish.is_some());
            for wish in wishes(&said, known) {
                if answer && own_words(&wish) || answers && numbered && matches!(wish, Wish::Ask(_)) || disputed {
                    continue;
                }
                if !matches!(wish, Wish::Trouble(_) | Wish::Interest(_)) || one.contains('?') {
                    asks = Some(one.to_owned());
                }
                self.settled = false;
                // "my sink is blocked, I need somebody today"
                if let Some(stated) = stated.take_if(|_| self.matters.iter().all(|m| m.wish.is_none())) {
                    self.want(Wish::Trouble(stated));
                }
                self.want(wish);
            }
            if states {
                stated = Some(reported(&said, past_noise(&said)));
            }
        }
        self.open = asks.map(|a| (Role::Customer, a));
    }

    /// Takes a wish in, unless it is known.
    fn want(&mut self, wish: Wish) {
        let wishes = self.matters.iter().filter_map(|m| m.wish.as_ref());
        if order::is_order_itself(&wish) && self.matters.iter().any(Matter::is_order) {
            return;
        }
        // what happened comes before what is wanted, or not at all
        let aside = matches!(wish, Wish::Trouble(_) | Wish::Question(_)) && wishes.clone().count() > 0;
        if aside {
            if let Wish::Question(words) = wish
                && telling(&words).len() > 1
            {
                self.aside = Some(words);
            }
            return;
        }
        if wishes.clone().any(|w| same(w, &wish)) {
            return;
        }
        self.push(Matter::new(Some(wish)));
    }

    fn push(&mut self, matter: Matter) {
        if self.matters.len() == MATTERS {
            self.matters.pop();
        }
        self.matters.push(matter);
    }

    /// One more thing of an order, or one less.
    fn takes_thing(&mut self, said: &Said<'_>) -> bool {
        let Some(matter) = self.matters.iter_mut().rev().find(|m| m.is_order()) else { return false };
        if order::takes_back(said) {
            let before = matter.things.len();
            matter.things.retain(|t| !order::speaks_of(said, t));
            return matter.things.len() < before;
        }
        let Some(thing) = order::thing(said) else { return false };
        let known = matter.wish.as_ref().is_some_and(|w| w.text().to_lowercase().contains(&thing.to_lowercase()));
        if !known && !matter.things.contains(&thing) && matter.things.len() < DETAILS {
            matter.things.push(thing);
        }
        true
    }

    fn agent(&mut self, text: &str) {
        self.agent_spoke = true;
        let (mut question, mut unsure) = (None, None);
        let mut told = false;
        self.asked_words = None;
        self.offer = None;
        self.answered_now = false;
        let low = text.to_lowercase();
        let offers = OFFERS.iter().any(|o| low.contains(o));
        for one in sentences(text) {
            let said = Said::new(one);
            if said.words.is_empty() {
                continue;
            }
            let asked = asked_in(&said);
            self.asked_birth |= said.any(&["birth", "birthday", "dob", "born"]);
            let please = said.low(0) == "please"
                || said.any(&["please"]) && listed("what what's when where which who could can may", said.low(0))
                || asked.is_for_attribute() && said.any(&["please"]);
            let unmarked = text.is_ascii()
                && !text.contains(['.', '?', '!'])
                && (is_asking(&said) || asked.is_for_attribute() && said.words.len() <= 6);
            let asks = please || unmarked || one.contains(['?', '\u{ff1f}', '\u{61f}']);
            if offers {
                self.offered = answers::offered(&said).or(self.offered.take());
            }
            if is_courtesy(&said) || one.contains('@') && beside_address(&said) < 3 {
                continue;
            }
            if asks {
                self.asked = self.asked.with(asked);
                self.asked_last = self.asked_last.with(asked).with(Asked::OTHER);
                // "please put it on the parcel" waits for nothing
                let waits = unmarked || asked != Asked::NOTHING || one.contains(['?', '\u{ff1f}', '\u{61f}']);
                question = (waits && said.words.len() > 2).then(|| one.to_owned()).or(question);
                let remarked = question.clone().filter(|_| !asked.is_for_attribute() && !answers::is_personal(&said));
                self.asked_words = remarked.or(self.asked_words.take());
                self.question = answers::question(&said).or(self.question.take());
                continue;
            }
            // what would be done is not done
            if !offers && is_offer(&said) {
                self.offer = Some(one[said.words[skip_interjections(&said)].start..].to_owned());
            }
            let unanswered =
                self.matters.last().is_some_and(|m| matches!(m.wish, Some(Wish::Question(_))) && m.outcome.is_none());
            let day = said.words.len() <= 6 && answers::offered(&said).is_some();
            let what = outcome(&said)
                .or((unanswered && (text.is_ascii() || text.contains('€')) || day).then_some(Outcome::Told));
            let Some(what) = what.filter(|_| !(offers && (said.any(&["will"]) || one.contains(':')))) else {
                continue;
            };
            if said.any(&["sure", "know", "idea"]) && said.any(&["not", "don't", "no"]) {
                unsure = self.aside.clone();
            }
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
        if let Some(aside) = unsure {
            self.open = Some((Role::Customer, aside));
        }
    }

    /// What came of the last matter, or of what was asked beside it.
    fn came(&mut self, what: Outcome, said: &Said<'_>) {
        let room = self.matters.len() < MATTERS;
        if let Some(aside) = self.aside.take_if(|aside| room && what == Outcome::Told && shares(aside, said)) {
            self.push(Matter::new(Some(Wish::Question(aside))));
        }
        // what speaks of nothing that the last one speaks of is another matter's, though nobody saw it begin
        let other = self.matters.last().is_some_and(|m| {
            let Some((was, text)) = &m.outcome else { return false };
            // "the customer's balance is 20" stays where other things are told behind it
            let own = text.to_lowercase().starts_with("the customer's ") && text.contains(|c: char| c.is_ascii_digit());
            let figure = what == Outcome::Told && own;
            let settled = *was == Outcome::Done || figure && m.is_about(&Said::new(text));
            settled && !shares(text, said) && !m.is_about(said)
        });
        if other && (what == Outcome::Told || what == Outcome::Failed && !room) {
            return;
        }
        if self.matters.is_empty() || other && room {
            self.push(Matter::new(None));
        }
        let Some(matter) = self.matters.last_mut() else { return };
        let asked = match &matter.wish {
            Some(Wish::Question(words)) => Some(words),
            _ => None,
        };
        let short = answers::offered(said).is_some() || asked.is_some();
        let nothing = what == Outcome::Done && said.words.len().saturating_sub(skip_interjections(said)) < 4;
        let better = match (&matter.outcome, what) {
            (Some((Outcome::Done, _)), Outcome::Done) if nothing => false,
            (None, Outcome::Told) => said.words.len() > 3 || short,
            // the answer to a question, and not what is told behind it
            (Some((Outcome::Told, t)), Outcome::Told) if asked.is_some_and(|q| q.is_ascii() && !shares(q, said)) => {
                std::mem::take(&mut self.answered_now) && t.split_whitespace().count() <= 7
            }
            (None | Some(_), Outcome::Done | Outcome::Failed) => true,
            // what was told last, but not behind something done
            (Some((Outcome::Told, _)), Outcome::Told) => true,
            (Some((Outcome::Failed, _)), Outcome::Told) => is_finding(said),
            (Some((Outcome::Done, _)), Outcome::Told) => false,
        };
        if better {
            let answer = asked.is_some() && listed("yes no", said.low(0));
            let from = if answer { 0 } else { skip_interjections(said) };
            let words = said.words.len().saturating_sub(from);
            let digits = said.text.bytes().any(|b| b.is_ascii_digit());
            let text = match what {
                Outcome::Done
                    if words < 4 && !digits && !listed("i've it's", said.low(from))
                        || listed("that's thats", said.low(from)) =>
                {
                    "It was done".to_owned()
                }
                _ => told_by_agent(said, from),
            };
            self.plan = None;
            matter.outcome = Some((what, text));
            self.answered_now = true;
        }
    }

    fn tell(&self) -> Vec<String> {
        let open = self.open.as_ref().filter(|_| self.agent_spoke);
        let outcomes = self.outcomes(SENTENCES - 1 - usize::from(open.is_some()));
        let mut out: Vec<String> = self.wanted(&outcomes).into_iter().collect();
        if out.is_empty() && outcomes.is_empty() && self.asked.is_for_attribute() && self.customer_spoke {
            let asked = things(self.asked, self.asked_birth);
            out.push(sentence(&format!("No request was made; the agent asked for {asked}")));
        }
        if !self.customer_spoke {
            return out;
        }
        if outcomes.is_empty() && self.settled {
            out.push("The customer said that it is settled.".to_owned());
        }
        out.extend(outcomes.iter().map(|o| sentence(o)));
        if let Some(plan) = self.plan.as_ref().filter(|_| out.len() < SENTENCES && open.is_none() && !out.is_empty()) {
            out.push(quoted("The customer:", plan));
        }
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
            let said = Said::new(text);
            // "this" alone, not "this booking"
            let vague = (0..said.words.len()).any(|k| {
                let next = said.low(k + 1);
                listed("that this it", said.low(k)) && (next.is_empty() || said.breaks(k + 1) || is_function(next))
            });
            // a figure that was asked for
            let figure = *what == Outcome::Told && text.contains(|c: char| c.is_ascii_digit());
            let telling = *what == Outcome::Done || figure && matter.is_about(&said);
            let nothing = text == "It was done" && matter.wish.is_none();
            if !nothing && (last || !vague && telling) && !all.iter().any(|(_, _, t)| t == text) {
                all.push((i, *what, text));
            }
        }
        all.sort_by_key(|(i, what, _)| std::cmp::Reverse((*what, *i)));
        all.truncate(most.max(1));
        all.sort_by_key(|(i, ..)| *i);
        all.into_iter().map(|(_, _, text)| text).collect()
    }

    /// What the customer wanted, as one sentence; as much of it as it has room for. What the outcomes say is left to them.
    fn wanted(&self, outcomes: &[&str]) -> Option<String> {
        let mut told: Vec<Told<'_>> =
            self.matters.iter().filter_map(|m| Told::new(m, &self.matters, outcomes)).collect();
        if told.is_empty() {
            let long = |d: &&String| {
                !self.agent_spoke
                    || self.remark.is_none() && d.starts_with(['I', 'i', 'w', 'W']) && d.split_whitespace().count() >= 8
            };
            return match self.opening.as_ref().or(self.detail.as_ref().filter(long)) {
                Some(opening) => {
                    let said = Said::new(opening);
                    let told = listed("my our somebody someone", said.low(0)) && sentences(opening).count() == 1;
                    let reported = || sentence(&format!("Reported: {}", reported(&said, 0)));
                    Some(if told { reported() } else { quoted("The customer:", opening) })
                }
                None => match self.remark.as_ref()? {
                    (Some(question), answer) => {
                        let (question, answer) = (shorten(question), shorten(answer));
                        Some(sentence(&format!("Asked \"{question}\" the customer said \"{answer}\"")))
                    }
                    (None, answer) => Some(quoted("The customer:", answer)),
                },
            };
        }
        loop {
            let text = together(&told);
            let long = text.chars().count() >= SENTENCE;
            if !long {
                return Some(sentence(&text));
            }
            // what it is about before its details; of several matters the first and the last say most
            if let Some(one) = told.iter_mut().rev().find(|t| !t.answers.is_empty()) {
                one.answers.pop();
            } else if told.len() > 1
                && told.iter_mut().any(|t| matches!(t.wish, Wish::Do(_) | Wish::Ask(_)) && t.shorten())
            {
                continue;
            } else if told.len() > 1 {
                told.remove(if told.len() > 2 { told.len() - 2 } else { 1 });
            } else if told[0].things.pop().is_none() {
                return Some(sentence(&text));
            }
        }
    }
}

/// "Yes please", "perfect", and nothing against it.
fn agrees(said: &Said<'_>) -> bool {
    listed("yes yeah yep sure ok okay perfect great please excellent absolutely definitely sounds", said.low(0))
        && !said.any(&["no", "not", "but", "instead", "don't"])
}

fn quoted(who: &str, words: &str) -> String {
    sentence(&format!("{who} \"{}\"", shorten(words)))
}

/// The words of a text that say what it is about.
fn telling(text: &str) -> Vec<String> {
    const ANY: &str = "get know check want need like make see have find please new same also now today";
    let all = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).take(64);
    all.filter(|w| !w.is_empty() && !is_function(w) && !listed(ANY, w)).collect()
}

/// Do they speak of something alike? "successfully" and "the customer" are no such thing.
fn shares(text: &str, said: &Said<'_>) -> bool {
    const ANY: &str = "successfully customer customer's agent confirmed done been unfortunately sorry s great will";
    telling(text).iter().filter(|w| !listed(ANY, w)).any(|w| said.words.iter().any(|s| s.low == *w))
}

/// Do two wishes speak of the same? Most of what the shorter one speaks of is in the other.
fn same(a: &Wish, b: &Wish) -> bool {
    let (a, b) = (telling(a.text()), telling(b.text()));
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let shared = short.iter().filter(|w| long.contains(w)).count();
    let number = |w: &&String| w.bytes().any(|b| b.is_ascii_digit());
    let numbers = short.iter().filter(number).all(|w| long.contains(w));
    short.is_empty() || numbers && shared * 4 >= short.len() * 3
}
