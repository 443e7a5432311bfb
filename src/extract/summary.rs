//! A conversation in at most three sentences: what the customer wanted, what came of it, what is open.
//!
//! Owns which sentences matter and how they are told. Must not know the mapped field; its length is given. Extractive:
//! every word but a few pronouns was said in the conversation. Words in languages that the rules do not know are quoted.

use crate::domain::conversation::{Message, Role};

use super::alike::{same, shares};
use super::answers::{self, Answer, Question};
use super::asked::{Asked, asked_in};
use super::detail::{answers_something, beside_address, is_detail, is_only_number};
use super::mask::MASK;
use super::matter::{Matter, REACHED};
use super::number::{run_at, unit};
use super::order;
use super::outcome::{
    Outcome, is_asking, is_bare, is_contact_done, is_correction, is_courtesy, is_of_warning, is_offer, is_warning,
    outcome, unthanked,
};
use super::pending::{
    Invited, apart, awaits_theirs, invites, is_and_what, is_kept, is_promise, needs, request, to_send,
};
use super::reference::{self, Reference};
use super::retell::{cut, hushed, reported, retold, skip_interjections, told_by_agent, unfilled};
use super::secrets::Secrets;
use super::sentences::sentences;
use super::stance::{
    accepts, agrees, denied, disputes, is_complaint, is_settled, lets_be, objects, plan, proposes, puts_day,
    starts_over,
};
use super::topic::is_topic;
use super::wish::{Wish, is_substance, is_thanks, matter_of, past_noise, wishes};
use super::words::{Said, listed};

mod came;
pub(super) use came::is_figure_of_theirs;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod open_tests;
#[cfg(test)]
mod outcome_tests;
mod put;
#[cfg(test)]
mod put_tests;
#[cfg(test)]
mod said_tests;
#[cfg(test)]
mod topic_tests;
#[cfg(test)]
mod turned_tests;
mod wanted;
#[cfg(test)]
mod wish_tests;
mod yes;

/// How much of one message is looked at, in bytes.
const LOOKED_AT: usize = 4096;
/// How many of the customer's matters are told; of more, the first ones and the last.
const MATTERS: usize = 4;
/// How many sentences a summary has at most.
pub(super) const SENTENCES: usize = 3;

/// What the customer wanted, what came of it and what is open, in one to three sentences of plain text on one line,
/// at most `max_chars` characters. Card numbers, PINs and passwords are masked. Empty when the customer said nothing.
pub fn summarize(messages: &[Message], max_chars: Option<usize>) -> String {
    let (mut story, mut secrets) = (Story::default(), Secrets::default());
    for message in messages {
        story.hear(message.role, &secrets.masked(message));
    }
    story.summary(max_chars, &secrets)
}

/// Words of the weather.
const WEATHER: &[&str] = &[
    "weather",
    "forecast",
    "temperature",
    "temperatures",
    "sunny",
    "rain",
    "rainy",
    "cloudy",
    "snow",
    "snowing",
    "raining",
];
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

/// What is remembered of a conversation while it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    pub(super) matters: Vec<Matter>,
    /// The first thing of substance, for want of a wish.
    pub(super) opening: Option<String>,
    /// The first detail about the customer, for want of anything else.
    pub(super) detail: Option<String>,
    pub(super) customer_spoke: bool,
    /// The customer said that it is over.
    pub(super) settled: bool,
    /// A question or wish that nobody answered yet, with who asked.
    pub(super) open: Option<(Role, String)>,
    pub(super) agent_spoke: bool,
    /// What the agent asked for, in all and last.
    pub(super) asked: Asked,
    pub(super) asked_last: Asked,
    /// What the agent asked last about the wish.
    pub(super) question: Option<Question>,
    /// The day or time that the agent offered last.
    pub(super) offered: Option<Answer>,
    /// What the customer asked beside a wish: a matter once it is answered.
    pub(super) aside: Option<String>,
    /// The date of birth was asked for.
    pub(super) asked_birth: bool,
    /// The agent's last question that was for nothing of the customer's, and what was answered: for want of a wish.
    pub(super) remark: Option<(Option<String>, String)>,
    pub(super) asked_words: Option<String>,
    /// Something was told in the agent's message that is heard.
    pub(super) answered_now: bool,
    /// What the agent offered last, not as a question.
    pub(super) offer: Option<String>,
    /// What the customer will do, said last.
    pub(super) plan: Option<String>,
    /// The agent asked what it is about.
    pub(super) invited: Option<Invited>,
    /// The agent asked whether there was anything else.
    more: bool,
    /// What the agent will do, or see done.
    pub(super) promise: Option<String>,
    /// What the agent asked the customer to do, and how many matters there were then.
    pub(super) request: Option<(String, usize)>,
    /// Something was done in the agent's message that is heard, of which a figure may follow.
    pub(super) done_now: bool,
    /// The number of the order or booking, and of what it was asked for.
    pub(super) reference: Option<Reference>,
    pub(super) asked_number: Option<String>,
    /// The customer took back what was wanted, which was this.
    pub(super) let_be: bool,
    pub(super) taken_back: Option<Matter>,
    /// The weather was spoken of last.
    pub(super) weather: bool,
    /// What the agent offered last with a question, and such a question that was answered with no.
    pub(super) proposal: Option<String>,
    pub(super) declined: Option<String>,
    /// What was put to the customer last for a yes.
    put: Option<put::Put>,
    /// What the agent asked where to send.
    sent: Option<String>,
    /// The customer said last who they are or how they are reached.
    pub(super) gave_contact: bool,
}

impl Story {
    /// Takes the next message, cleaned and without its secrets; what is kept does not grow with their number.
    pub fn hear(&mut self, role: Role, text: &str) {
        let text = unfilled(&text[..text.floor_char_boundary(LOOKED_AT)]);
        match role {
            Role::Customer => {
                self.customer_spoke |= text.contains(MASK);
                self.customer(&hushed(&text));
            }
            Role::Agent => self.agent(&text),
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
        let pause = whole.words.len() <= 6
            && (whole.any(&["moment", "sec", "minute", "hold", "wait"])
                // "april second" is a day
                || (0..whole.words.len())
                    .any(|k| whole.low(k) == "second" && (k == 0 || listed("a one just", whole.low(k - 1)))))
            && !whole.any(&["rather", "instead", "actually", "make", "change"]);
        if pause {
            return;
        }
        let mut invited = self.invited.take();
        let more = std::mem::take(&mut self.more);
        let attribute = self.asked_last.is_for_attribute();
        let answers = std::mem::take(&mut self.asked_last) != Asked::NOTHING && invited.is_none();
        let number = self.asked_number.take().and_then(|noun| reference::answered(&whole, &noun));
        let sure = !whole.any(&["think", "might", "maybe", "probably", "certain"]);
        if self.reference.is_none() && sure {
            self.reference = number.or_else(|| reference::named(&whole));
        }
        let theirs =
            (0..whole.words.len()).any(|k| whole.has(k, &["you", "did"]) || whole.has(k, &["you", "have", "done"]));
        if !theirs
            && whole.words.len() <= 8
            && whole.any(&["sent", "did", "done", "received", "arrived", "works", "worked"])
        {
            self.request = None;
        }
        let numbered = (0..whole.words.len().min(64)).any(|k| run_at(&whole, k).is_some_and(|r| r.digits.len() >= 5));
        self.gave_contact |= attribute || numbered || text.contains('@');
        self.put.take_if(|p| !p.hear(&whole));
        let asked_words = self.asked_words.take();
        self.hear_yes(&whole, text);
        let mut stated: Option<String> = None;
        let only_number =
            numbered && whole.words.iter().filter(|w| w.is_alphabetic() && unit(&w.low).is_none()).count() < 3;
        if !attribute
            && !only_number
            && !is_only_number(&whole)
            && (asked_words.is_some() || !answers)
            && answers_something(&whole, asked_words.is_some())
            && !(whole.any(&["done", "thanks", "thank", "bye"]) && whole.words.len() <= 8)
        {
            self.remark = Some((asked_words, text.to_owned()))
                .filter(|(q, _)| q.is_some() || self.remark.is_none())
                .or(self.remark.take());
        }
        let (mut question, mut offered) = (self.question.take(), self.offered.take());
        self.aside = None;
        for mut one in sentences(text) {
            let mut said = Said::new(one);
            if said.words.is_empty() {
                continue;
            }
            self.customer_spoke = true;
            self.weather |= said.any(WEATHER);
            if let Some(k) = starts_over(&said) {
                self.let_be |= self.let_go();
                one = &one[said.words[k].start..];
                said = Said::new(one);
            }
            if is_settled(&said) {
                self.settled = true;
                self.request = None;
                continue;
            }
            if lets_be(&said) {
                let last = self.matters.pop_if(|m| m.outcome.is_none());
                self.let_be |= last.is_some();
                self.taken_back = last.or(self.taken_back.take());
                if self.let_be && self.matters.is_empty() {
                    (self.opening, self.remark) = (None, None);
                }
                continue;
            }
            let asked = |m: &&mut Matter| !matches!(m.wish, Some(Wish::Question(_)));
            let denied = denied(&said);
            let carried = denied.map(|thing| self.take_back(thing)).unwrap_or_default();
            let matter = self.matters.iter_mut().rev().find(asked).filter(|m| m.goes_on());
            let known = matter.as_ref().is_some_and(|m| m.answers.iter().any(Answer::is_when));
            let answered = question.as_ref().and_then(|q| answers::answer(&said, q));
            if answered.is_some() {
                question = None;
            }
            let short = answered.is_some() && said.words.len() <= 6;
            let answered = answered.or_else(|| offered.take_if(|_| agrees(&said)));
            let answered = answered.or_else(|| answers::amount(&said)).or_else(|| answers::instead(&said, known));
            if let (Some(matter), Some(answer)) = (matter, answered) {
                matter.note(answer);
            }
            if short {
                continue;
            }
            for matter in &mut self.matters {
                matter.outcome.take_if(|(what, told)| *what == Outcome::Done && objects(&said, told));
            }
            let disputed = disputes(&said);
            if disputed {
                let day = |t: &str| answers::offered(&Said::new(t)).is_some();
                self.matters.iter_mut().for_each(|m| m.outcome = m.outcome.take().filter(|(_, t)| !day(t)));
                self.promise.take_if(|p| day(p));
            }
            self.plan = plan(&said).or(self.plan.take());
            if accepts(&said) && self.matters.last().is_some_and(Matter::is_asked) {
                self.push(Matter::new(Some(Wish::Do("take it".to_owned()))));
            }
            if !attribute && self.takes_thing(&said) {
                continue;
            }
            let first = !attribute && (!answers || invited.is_some()) && self.matters.iter().all(|m| m.wish.is_none());
            if let Some(thing) = first.then(|| order::opens(&said)).flatten() {
                let before = self.opening.as_deref().and_then(order::before).filter(|b| !thing.contains(b.as_str()));
                let mut order = Matter::new(Some(Wish::Do(format!("get {}", before.as_ref().unwrap_or(&thing)))));
                order.things.extend(before.is_some().then_some(thing));
                self.push(order);
                continue;
            }
            // a short answer to the agent's question is no matter of its own
            let answer = answers && said.words.len() <= 12;
            let mut states = false;
            if is_substance(&said) && !answers && !is_thanks(&said) && !is_only_number(&said) {
                let from = past_noise(&said);
                let start = one.as_ptr() as usize - text.as_ptr() as usize + said.words[from].start;
                let words = || text[start..].to_owned();
                let first = if is_detail(&said, from) { &mut self.detail } else { &mut self.opening };
                first.get_or_insert_with(words);
                states = listed("my our", said.low(from))
                    && !is_topic(&said, from)
                    && !is_detail(&said, from)
                    && !listed("name names name's", said.low(from + 1));
            }
            let own_words = |w: &Wish| matches!(w, Wish::Trouble(_) | Wish::Question(_) | Wish::About(_));
            let known = self.matters.iter().any(|m| m.wish.is_some());
            let heard = wishes(&said, known);
            let mut answered_matter = false;
            // "status of my application": a thing that is wanted, though troubles are told in such words
            let thing = matches!(heard[..], [Wish::Trouble(_) | Wish::About(_)]) && invited == Some(Invited::Wish);
            // while one matter goes on, what is said is about it
            let free = self.matters.last().is_none_or(|m| m.wish.is_none() || m.outcome.is_some() || m.is_contact());
            let matter = invited
                .filter(|_| free)
                .filter(|_| heard.is_empty() && !disputed || thing)
                .and_then(|i| matter_of(&said, i));
            if let Some(wish) = matter.filter(|w| !thing || matches!(w, Wish::Do(_))) {
                (invited, answered_matter) = (None, true);
                self.settled = false;
                if !self.matters.iter().any(|m| m.wish.as_ref().is_some_and(|w| same(w, &wish))) {
                    self.push(Matter::new(Some(wish)));
                }
            }
            for wish in heard.into_iter().filter(|_| !answered_matter) {
                // "send it to my husband" says where, where an address was asked for
                let reached = attribute
                    && matches!(&wish, Wish::Ask(t) if listed(REACHED, t.split(' ').next().unwrap_or_default()));
                if reached
                    || answer && own_words(&wish) && !more
                    || answers && numbered && matches!(wish, Wish::Ask(_))
                    || disputed
                {
                    continue;
                }
                if !matches!(wish, Wish::Trouble(_) | Wish::Interest(_)) || one.contains('?') {
                    asks = Some(one.to_owned());
                }
                self.settled = false;
                // "my sink is blocked, I need somebody today"
                let told = !matches!(wish, Wish::Question(_)) && self.matters.iter().all(|m| m.wish.is_none());
                if let Some(stated) = stated.take_if(|s| told && !s.starts_with('"')) {
                    self.want(Wish::Trouble(stated), false);
                }
                let amiss = more && matches!(wish, Wish::Trouble(_)) && is_complaint(&said);
                self.want(wish, (invited.take().is_some() || amiss) && free);
            }
            if let Some(matter) = self.matters.last_mut().filter(|m| m.outcome.is_none()) {
                carried.into_iter().for_each(|a| matter.note(a));
            }
            if states {
                stated = Some(reported(&said, past_noise(&said)));
            }
        }
        self.open = asks.map(|a| (Role::Customer, a));
    }

    /// "For what location would you like the forecast?" is not asked of the party.
    fn is_of_weather(&self, said: &Said<'_>) -> bool {
        let wished = self.matters.last().and_then(|m| m.wish.as_ref()).map_or("", Wish::text);
        said.any(WEATHER) && !Said::new(wished).any(WEATHER)
    }

    pub(super) fn wants_one(&self) -> bool {
        self.matters.iter().filter(|m| m.wish.is_some()).count() == 1
    }

    fn agent(&mut self, text: &str) {
        self.agent_spoke = true;
        self.weather = Said::new(text).any(WEATHER);
        let (mut question, mut unsure) = (None, None);
        let mut told = false;
        self.asked_words = None;
        (self.offer, self.proposal) = (None, None);
        (self.answered_now, self.done_now, self.invited) = (false, false, None);
        let (mut promised, mut asked_now, mut warned) = (false, false, false);
        let gave_contact = std::mem::take(&mut self.gave_contact);
        let other = |r: &mut Reference| {
            reference::named(&Said::new(text)).is_some_and(|o| o.noun == r.noun && o.number != r.number)
        };
        self.reference.take_if(other);
        let low = text.to_lowercase();
        self.more = low.contains("anything else") || low.contains("what else");
        let offers = OFFERS.iter().any(|o| low.contains(o));
        let put = put::Put::of(text, &sentences(text).collect::<Vec<_>>());
        for one in sentences(text).flat_map(unthanked).flat_map(apart) {
            let said = Said::new(one);
            if said.words.is_empty() {
                continue;
            }
            if is_warning(&said) || warned && is_of_warning(&said) {
                warned = true;
                continue;
            }
            if let Some(invited) = invites(&said) {
                self.invited = Some(invited);
                continue;
            }
            let asked = asked_in(&said);
            self.asked_birth |= said.any(&["birth", "birthday", "dob", "born"]);
            let please = said.low(0) == "please"
                || said.any(&["please"]) && listed("what what's when where which who could can may", said.low(0))
                || asked.is_for_attribute() && said.any(&["please"]);
            let unmarked = text.is_ascii()
                && !text.contains(['.', '?', '!'])
                && !is_promise(&said)
                && (is_asking(&said) || asked.is_for_attribute() && said.words.len() <= 6 || is_and_what(&said));
            // "is there a number | I can call?": the head of a question that was cut
            let cut = is_asking(&said) && !one.ends_with(['.', '!', '\u{3002}']) && text.contains('?');
            let lacks = asked.is_for_attribute() && said.any(&["don't", "dont"]) && said.any(&["have", "see"]);
            let asks = please || unmarked || cut || lacks || needs(&said) || one.contains(['?', '\u{ff1f}', '\u{61f}']);
            if asks {
                self.asked_number = reference::asked(&said).or(self.asked_number.take());
            }
            if let Some(k) = request(&said).filter(|_| !asked.is_for_attribute()) {
                let what = retold(&said, k, Role::Agent);
                let what = what.strip_suffix(" with the customer").unwrap_or(&what).to_owned();
                self.request = Some((what, self.matters.len()));
                asked_now = true;
            }
            if offers {
                self.offered = answers::offered(&said).or(self.offered.take());
            }
            if is_courtesy(&said) || one.contains('@') && beside_address(&said) < 3 {
                continue;
            }
            if asks {
                self.sent = to_send(&said).or(self.sent.take());
                self.asked = self.asked.with(asked);
                self.asked_last = self.asked_last.with(asked).with(Asked::OTHER);
                // "please put it on the parcel" waits for nothing
                let waits = unmarked || asked != Asked::NOTHING || one.contains(['?', '\u{ff1f}', '\u{61f}']);
                question = (waits && said.words.len() > 2).then(|| one.to_owned()).or(question);
                let remarked = question.clone().filter(|_| !asked.is_for_attribute() && !answers::is_personal(&said));
                self.asked_words = remarked.or(self.asked_words.take());
                // "for which city?" behind a question about the weather is not asked of the journey
                let beside = self.aside.as_ref().is_some_and(|a| shares(a, &said))
                    && !self.matters.last().is_some_and(|m| m.is_about(&said))
                    || self.is_of_weather(&said);
                self.question = answers::question(&said).filter(|_| !beside).or(self.question.take());
                let open = asked.without(Asked::OTHER) == Asked::NOTHING;
                // which of several it would be for, nobody says
                if open && self.wants_one() && puts_day(&said) {
                    self.offered = answers::offered(&said).or(self.offered.take());
                }
                if open && proposes(&said) {
                    // "shall I go ahead" says not with what
                    let whole = said.words.len() <= 5 && text.len() <= 100;
                    self.proposal = Some(if whole { text } else { one }.to_owned());
                }
                continue;
            }
            // what would be done is not done
            if !offers && is_offer(&said) {
                self.offer = Some(one[said.words[skip_interjections(&said)].start..].to_owned());
            }
            let unanswered = self.matters.last().is_some_and(|m| {
                m.is_asked() && m.outcome.as_ref().is_none_or(|(_, t)| self.answered_now && t == "Yes")
            });
            let day = said.words.len() <= 6 && answers::offered(&said).is_some();
            let what = outcome(&said);
            if !promised && !offers && awaits_theirs(&said) {
                self.promise = Some(told_by_agent(&said, skip_interjections(&said)));
                promised = true;
                continue;
            }
            // "when are they back?" "They will be back next week."
            let answers_it = unanswered
                && !said.any(&["you'll", "i'll", "we'll"])
                && self.matters.last().is_some_and(|m| m.is_about(&said))
                && (answers::offered(&said).is_some() || said.any(&["week", "weeks", "month", "soon", "days"]));
            if what != Some(Outcome::Done) && !offers && !answers_it && is_promise(&said) {
                if !promised {
                    // of what was left to choose one is done
                    if let Some(matter) = self.matters.last_mut() {
                        let choice = |t: &str| t.starts_with("The agent can ") && t.contains(" or ");
                        matter.outcome.take_if(|(what, t)| *what == Outcome::Told && choice(t));
                    }
                    self.promise = Some(told_by_agent(&said, skip_interjections(&said)));
                    (self.plan, self.request) = (None, None);
                    // what will be cancelled stands no longer
                    if said.any(&["cancel", "cancelled", "canceled"]) {
                        self.matters
                            .iter_mut()
                            .for_each(|m| m.outcome = m.outcome.take().filter(|o| !came::is_booked(o)));
                    }
                }
                promised = true;
                continue;
            }
            let what = what.or((unanswered && (text.is_ascii() || text.contains('€')) || day).then_some(Outcome::Told));
            let Some(what) = what.filter(|_| !(offers && (said.any(&["will"]) || one.contains(':')))) else {
                continue;
            };
            if said.any(&["sure", "know", "idea"]) && said.any(&["not", "don't", "no"]) {
                unsure = self.aside.clone();
            }
            // "Updated." behind an email address is no outcome of a lost parcel
            let bare = is_bare(&said, skip_interjections(&said));
            let corrects = |text: &str| is_correction(text);
            let matter = self.matters.last().and_then(|m| m.wish.as_ref().map(Wish::text)).or(self.opening.as_deref());
            if what == Outcome::Done
                && is_contact_done(&said, bare, gave_contact)
                && matter.is_some_and(|m| !corrects(m))
            {
                continue;
            }
            let counts = what != Outcome::Told;
            // who speaks says so before anybody asked for anything
            if !counts && !self.customer_spoke || counts && told {
                continue;
            }
            // "Successful! The line was restored." says it in its second sentence
            told |= counts && !(what == Outcome::Done && is_bare(&said, skip_interjections(&said)));
            self.came(what, &said);
            let kept = |words: &mut String| {
                !promised
                    && what == Outcome::Done
                    && (said.words.len() <= 3 || shares(words, &said) || is_kept(words, &said))
            };
            self.promise.take_if(kept);
            // "Thursday at nine": what was to be done is arranged
            if !asked_now && (what == Outcome::Done || day) {
                // what was to be brought is not brought by something else being booked
                let matters = self.matters.len();
                self.request.take_if(|(_, before)| *before == matters);
            }
        }
        self.put = put.or(self.put.take());
        if question.is_some() || told || promised || matches!(self.open, Some((Role::Customer, _))) {
            self.open = question.map(|q| (Role::Agent, q));
        }
        if let Some(aside) = unsure {
            self.open = Some((Role::Customer, aside));
        }
    }
}
