//! A conversation in at most three sentences: what the customer wanted, what came of it, what is open.
//!
//! Owns which sentences matter and how they are told. Must not know the mapped field; its length is given. Extractive:
//! every word but a few pronouns was said in the conversation. Words in languages that the rules do not know are quoted.

use crate::domain::conversation::{Message, Role};

use super::answers::{self, Answer, Question};
use super::asked::{Asked, asked_in};
use super::order;
use super::outcome::{Outcome, is_courtesy, is_finding, outcome};
use super::retell::{SENTENCE, cut, retold, sentence, sentences, shorten, skip_interjections};
use super::secrets::Secrets;
use super::wish::{Wish, is_settled, is_substance, past_noise, wishes};
use super::words::{Said, is_first_name, is_function, is_surname, listed};

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
struct Matter {
    /// `None` for what was said before any wish.
    wish: Option<Wish>,
    outcome: Option<(Outcome, String)>,
    /// More things of the same order.
    things: Vec<String>,
    /// What was answered about it.
    answers: Vec<Answer>,
}

impl Matter {
    fn new(wish: Option<Wish>) -> Self {
        Self { wish, outcome: None, things: Vec::new(), answers: Vec::new() }
    }

    fn is_order(&self) -> bool {
        self.wish.as_ref().is_some_and(order::is_order)
    }

    /// Does this speak of what was wanted?
    fn is_about(&self, said: &Said<'_>) -> bool {
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
        let attribute = self.asked_last.is_for_attribute();
        let answers = std::mem::take(&mut self.asked_last) != Asked::NOTHING;
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
            if !attribute && self.takes_thing(&said) {
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
            let known = self.matters.iter().any(|m| m.wish.is_some());
            for wish in wishes(&said, known) {
                if answer && own_words(&wish) {
                    continue;
                }
                if !matches!(wish, Wish::Trouble(_) | Wish::Interest(_)) || one.contains('?') {
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
        let mut question = None;
        let mut told = false;
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
            let asks = please || one.contains(['?', '\u{ff1f}', '\u{61f}']);
            if offers {
                self.offered = answers::offered(&said).or(self.offered.take());
            }
            if is_courtesy(&said) {
                continue;
            }
            if asks {
                self.asked = self.asked.with(asked);
                self.asked_last = self.asked_last.with(asked).with(Asked::OTHER);
                question = (said.words.len() > 2).then(|| one.to_owned());
                self.question = answers::question(&said).or(self.question.take());
                continue;
            }
            // what would be done is not done
            let Some(what) = outcome(&said).filter(|_| !(offers && (said.any(&["will"]) || one.contains(':')))) else {
                continue;
            };
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
        let open = self.open.as_ref().filter(|_| self.agent_spoke);
        let outcomes = self.outcomes(SENTENCES - 1 - usize::from(open.is_some()));
        let mut out: Vec<String> = self.wanted(&outcomes).into_iter().collect();
        if out.is_empty() {
            return out;
        }
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
            let said = Said::new(text);
            // "this" alone, not "this booking"
            let vague = (0..said.words.len()).any(|k| {
                let next = said.low(k + 1);
                listed("that this it them", said.low(k)) && (next.is_empty() || said.breaks(k + 1) || is_function(next))
            });
            // a figure that was asked for
            let figure = *what == Outcome::Told && text.contains(|c: char| c.is_ascii_digit());
            let telling = *what == Outcome::Done || figure && matter.is_about(&said);
            if (last || !vague && telling) && !all.iter().any(|(_, _, t)| t == text) {
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
            return match self.opening.as_ref().or(self.detail.as_ref().filter(|_| !self.agent_spoke)) {
                Some(opening) => {
                    let said = Said::new(opening);
                    let told = listed("my our somebody someone", said.low(0));
                    let retold = || sentence(&format!("Reported: {}", retold(&said, 0, Role::Customer)));
                    Some(if told { retold() } else { quoted("The customer:", opening) })
                }
                None if self.asked.is_for_attribute() && self.customer_spoke => {
                    Some(sentence(&format!("Was asked for {}", things(self.asked, self.asked_birth))))
                }
                None => None,
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

/// What is told of a matter.
struct Told<'a> {
    wish: &'a Wish,
    /// The head of a wish that is too long.
    short: Option<&'a str>,
    things: Vec<&'a str>,
    answers: Vec<&'a Answer>,
}

impl<'a> Told<'a> {
    /// What the wishes of `all` say, and what is told of their `outcomes`, is not told twice.
    fn new(matter: &'a Matter, all: &[Matter], outcomes: &[&str]) -> Option<Self> {
        let wish = matter.wish.as_ref()?;
        let squeezed = |text: &str| text.to_lowercase().replace(' ', "");
        // the day and time that it came to, before those that were asked for
        let came_to =
            outcomes.iter().map(|o| Said::new(o)).any(|o| answers::offered(&o).is_some() && matter.is_about(&o));
        let outcomes = squeezed(&outcomes.concat());
        let wished: String = all.iter().filter_map(|m| m.wish.as_ref()).map(|w| squeezed(w.text())).collect();
        let new = |a: &&Answer| !outcomes.contains(&squeezed(&a.words)) && !wished.contains(&squeezed(&a.words));
        // a number says nothing by standing somewhere
        let answers = matter.answers.iter().filter(|a| a.is_count() || new(a) && !(came_to && a.is_when())).collect();
        Some(Self { wish, short: None, things: matter.things.iter().map(String::as_str).collect(), answers })
    }

    /// Leaves out the reasons and what follows; `false` where there is nothing to leave out.
    fn shorten(&mut self) -> bool {
        const TAILS: &[&str] = &[
            " to see if ",
            " because ",
            " so that ",
            " since ",
            " they want",
            " they need",
            " they would",
            ". ",
            ", ",
        ];
        let text = self.short.unwrap_or(self.wish.text());
        let end = TAILS.iter().filter_map(|t| text.find(t)).filter(|at| *at >= 12).min();
        self.short = end.map(|end| text[..end].trim_end_matches(" and")).or(self.short);
        end.is_some()
    }

    /// The wish with its things and answers: "get a pizza, two teas and a cake (day: Friday, people: 4)".
    fn text(&self) -> String {
        let mut out = match self.wish {
            Wish::Question(text) => format!("\"{}\"", shorten(text)),
            wish => self.short.unwrap_or(wish.text()).to_owned(),
        };
        for (i, thing) in self.things.iter().enumerate() {
            let last = i + 1 == self.things.len();
            out.push_str(match thing {
                with if with.starts_with("with ") && i == 0 => " ",
                _ if last => " and ",
                _ => ", ",
            });
            out.push_str(thing);
        }
        if !self.answers.is_empty() {
            let told: Vec<String> = self.answers.iter().map(|a| format!("{}: {}", a.label, a.words)).collect();
            out.push_str(&format!(" ({})", told.join(", ")));
        }
        out
    }
}

/// "Wanted to a, and to b; asked the agent to c".
fn together(told: &[Told<'_>]) -> String {
    let mut out = String::new();
    let mut last = None;
    for (i, one) in told.iter().enumerate() {
        let kind = match one.wish {
            Wish::Do(_) => "wanted to ",
            Wish::Ask(_) => "asked the agent to ",
            Wish::Interest(_) => "was interested in ",
            Wish::Trouble(_) => "reported: ",
            Wish::Question(_) => "asked ",
        };
        let mut text = one.text();
        if last == Some(kind) {
            let to = if kind.ends_with("to ") { "to " } else { "" };
            let same_kind = |t: &Told<'_>| std::mem::discriminant(t.wish) == std::mem::discriminant(one.wish);
            let more = told.get(i + 1).is_some_and(same_kind);
            // "to get a pizza, and two teas"
            let gets = |t: &Told<'_>| matches!(t.wish, Wish::Do(t) if t.starts_with("get "));
            let both = gets(&told[i - 1]) && gets(one);
            out.push_str(if more { ", " } else { ", and " });
            out.push_str(if both { "" } else { to });
            text = text.split_off(if both { 4 } else { 0 });
        } else {
            out.push_str(if out.is_empty() { "" } else { "; " });
            out.push_str(kind);
        }
        out.push_str(&text);
        last = Some(kind);
    }
    out
}

/// "Yes please", "perfect", and nothing against it.
fn agrees(said: &Said<'_>) -> bool {
    listed("yes yeah yep sure ok okay perfect great please excellent absolutely definitely sounds", said.low(0))
        && !said.any(&["no", "not", "but", "instead", "don't"])
}

fn quoted(who: &str, words: &str) -> String {
    sentence(&format!("{who} \"{}\"", shorten(words)))
}

/// What was asked for, in words.
fn things(asked: Asked, birth: bool) -> String {
    let mut names: Vec<&str> = [
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
    if birth {
        names.push("date of birth");
    }
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
