//! What the customer said: attributes and a summary, by rules.
//!
//! Owns the understanding of a conversation's words: email, phone, name, company and address of the customer and the fields
//! that the operator created, heard one message at a time, and a summary of at most three sentences. Must not know where conversations come from, what is
//! done with the values, or what time it is. Pure: no I/O, no clock, no randomness; the same words give the same values.
//!
//! The rules read the customer's statements in the light of what the agent asked just before. Precision comes before
//! recall, for a wrong value in the CRM is worse than none: the agent's name, a business's address, order and account
//! numbers, other people's data, examples and what was denied are not taken.
//!
//! The first 64 KiB of a message are looked at (its first 8,192 words); time is linear in that, and what is kept
//! between messages does not grow with the conversation.

mod about;
mod address;
mod alike;
mod alone;
#[cfg(test)]
mod alone_tests;
mod aloud;
mod amended;
mod answers;
mod asked;
mod beside;
mod billed;
mod called;
mod choice;
mod company;
mod confirmed;
#[cfg(test)]
mod contact_tests;
mod custom;
#[cfg(test)]
mod custom_answer_tests;
#[cfg(test)]
mod custom_tests;
mod dates;
mod decided;
mod detail;
mod eircode;
mod ends;
mod excerpt;
mod extractor;
mod folded;
mod found;
mod gift;
mod heard;
mod house;
mod intro;
mod introduced;
mod likeness;
mod listen;
mod lit;
mod mail;
mod mail_aloud;
mod mail_domain;
mod mask;
mod matter;
mod model;
mod name;
mod naming;
mod number;
mod numbered;
mod numbers;
mod order;
mod ours;
mod outcome;
mod parts;
mod passages;
mod pending;
#[cfg(test)]
mod people_tests;
mod postal;
mod postcode;
mod private;
mod proposal;
mod quoted;
mod reach;
mod reader;
mod reference;
mod retell;
mod role;
mod scripts;
mod secrets;
mod sentences;
mod several;
#[cfg(test)]
mod several_times_tests;
mod shape;
mod spelled;
mod spoken;
#[cfg(test)]
mod spoken_tests;
mod stance;
mod summary;
#[cfg(test)]
mod tests;
mod told;
mod tongues;
mod topic;
mod town;
mod tried;
mod unasked;
#[cfg(test)]
mod unasked_tests;
mod unsettled;
mod wish;
mod withdrawn;
mod words;
mod zip;

pub use extractor::{Extractor, THRESHOLD};
pub use found::Found;
pub use mask::mask_secrets;
pub use model::{Accepted, NoAnswer, accept, outgoing, question};
pub use secrets::{Secrets, masked};
use summary::Story;
pub use summary::summarize;
pub use tried::tried;

use crate::domain::conversation::{Channel, Message, Role};

use alone::Alone;
use asked::{Asked, asked_in};
use confirmed::confirms;
use excerpt::excerpt;
use heard::Heard;
use house::Capitals;
use name::Name;
use ours::Ours;
use postcode::Tries;
use proposal::{Key, Proposal, Scene, sure};
use words::{Said, clean};

/// How many of the customer's messages an unanswered question waits for its answer.
const PATIENCE: u32 = 4;
/// The longest value that is believed, in characters.
const LONGEST: usize = 120;
/// How much surer than a new value the old one must be to stay.
const STAYS: f32 = 0.2;
/// The same for a name: "I think it's Alex" may be about anybody.
const NAME_STAYS: f32 = 0.06;

/// Words that take back what was said before.
const CORRECTIONS: &[&str] =
    &["sorry", "actually", "mistake", "wrong", "correction", "meant", "mean", "typo", "no", "not", "instead", "new"];

/// Understands one conversation as it goes. What a message costs does not depend on how many came before.
#[derive(Debug, Clone)]
pub struct Listener {
    channel: Channel,
    extractor: Extractor,
    /// What is remembered of the episode for its summary.
    story: Story,
    found: Vec<Found>,
    asked: Asked,
    /// What was asked before, for "how do you spell that?".
    asked_before: Asked,
    /// Which of the operator's fields were asked for, by their place.
    customs_asked: Vec<u16>,
    /// The customer's messages since the question.
    waited: u32,
    agent_spoke: bool,
    last_role: Option<Role>,
    customer_turns: u32,
    /// A bill is to be paid: is it called the customer's own?
    payee: Option<bool>,
    after_city: bool,
    after_street: bool,
    alone: Alone,
    capitals: Capitals,
    /// What the agent read back and the customer has not confirmed.
    read_back: Vec<(Key, String)>,
    read_back_text: String,
    /// The place of the message it was in.
    read_back_nth: usize,
    /// Addresses that the agent gave out as the business's.
    others: Vec<String>,
    ours: Ours,
    /// The address that the agent's last message shows.
    shown: Option<String>,
    /// The agent just spoke of the phone number, or of a number.
    number_spoken_of: bool,
    /// What the last message said shall not be used.
    withdrawn: Vec<Proposal>,
    /// The digits of a number that is given piece by piece.
    digits_so_far: String,
    /// How many messages were heard before this one.
    nth: usize,
    heard: Heard,
    postcodes: Tries,
    secrets: Secrets,
    /// Where the part that is looked at begins in the message that is heard, in bytes.
    apart: usize,
    /// Where in it secrets stand.
    hidden: Vec<(usize, usize)>,
    /// Of how many digits the longest secret in it is.
    hidden_digits: usize,
    /// The last message without its secrets.
    said_last: String,
}

impl Listener {
    /// One for a conversation over this channel, for the built-in fields alone: on the phone, words are what a recogniser
    /// made of them.
    pub fn new(channel: Channel) -> Self {
        Self::with(channel, Extractor::default())
    }

    fn with(channel: Channel, extractor: Extractor) -> Self {
        Self {
            channel,
            extractor,
            story: Story::default(),
            found: Vec::new(),
            asked: Asked::NOTHING,
            asked_before: Asked::NOTHING,
            customs_asked: Vec::new(),
            waited: 0,
            agent_spoke: false,
            last_role: None,
            customer_turns: 0,
            payee: None,
            after_city: false,
            after_street: false,
            alone: Alone::default(),
            capitals: Capitals::default(),
            read_back: Vec::new(),
            read_back_text: String::new(),
            read_back_nth: 0,
            others: Vec::new(),
            ours: Ours::default(),
            shown: None,
            number_spoken_of: false,
            withdrawn: Vec::new(),
            digits_so_far: String::new(),
            nth: 0,
            heard: Heard::default(),
            postcodes: Tries::default(),
            secrets: Secrets::default(),
            apart: 0,
            hidden: Vec::new(),
            hidden_digits: 0,
            said_last: String::new(),
        }
    }

    /// Takes the next message.
    pub fn hear(&mut self, message: &Message) {
        let text = clean(&message.text);
        let said = Said::new(&text);
        self.hidden = self.secrets.hear(message.role, &said);
        self.hidden_digits = mask::most_digits(&said, &self.hidden);
        self.said_last = mask::masked(said.looked_at(), &self.hidden);
        if !self.hidden.is_empty() {
            // what was said of it before it was known to be secret
            for found in &mut self.found {
                found.text = self.secrets.hide_known(&found.text).into_owned();
            }
        }
        // what is said of the operator's fields is not looked at for the built-in ones
        let spoken_for = match message.role {
            Role::Agent => self.hear_customs_asked(&said),
            Role::Customer => self.hear_customs(&said, message.at_ms),
        };
        let mut spoken_for = spoken_for;
        if message.role == Role::Customer {
            spoken_for.extend(quoted::places(&text));
        }
        let rest = custom::without(&text, &spoken_for);
        let said = if spoken_for.is_empty() { said } else { Said::new(&rest) };
        match message.role {
            Role::Agent => self.hear_agent(&said),
            Role::Customer => self.hear_customer(&said, message.at_ms),
        }
        self.last_role = Some(message.role);
        self.nth += 1;
    }

    /// What was found and is not sure enough to be used.
    pub fn doubtful(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|f| f.sure < self.extractor.threshold)
    }

    /// What stands now and is sure enough: one value for each key, in the order in which the keys were first found.
    pub fn found(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|f| f.sure >= self.extractor.threshold)
    }

    /// The value that stands now for `key`, however sure.
    pub fn get(&self, key: &str) -> Option<&Found> {
        self.found.iter().find(|f| f.key == key)
    }

    fn hear_agent(&mut self, said: &Said<'_>) {
        if said.words.is_empty() {
            return;
        }
        self.agent_spoke = true;
        self.hear_given_out(said);
        self.ours.hear(said);
        let asked = asked_in(said);
        if self.last_role == Some(Role::Agent) {
            self.asked = self.asked.with(asked);
        } else if asked != Asked::NOTHING {
            if self.asked.is_for_attribute() {
                self.asked_before = self.asked.content();
            }
            self.asked = asked;
            self.waited = 0;
        }
        // "say that again": what was asked before, unless it says what
        let more = self.asked.has(Asked::SPELL.with(Asked::AGAIN)) && !self.asked.has(Asked::OTHER);
        if more && !self.asked.is_for_attribute() {
            self.asked = self.asked.with(self.asked_before);
        }
        if self.asked.is_for_attribute() {
            self.asked_before = self.asked.content();
        }
        self.read_back(said);
        if !self.read_back.is_empty() || self.shown.is_some() {
            self.read_back_text.clone_from(&self.said_last);
            self.read_back_nth = self.nth;
        }
    }

    fn hear_customer(&mut self, heard: &Said<'_>, at_ms: i64) {
        if heard.words.is_empty() {
            return;
        }
        self.confirm(heard, at_ms);
        if self.channel == Channel::Voice && self.hear_apart(heard, at_ms) || passages::is_advert(heard) {
            return;
        }
        let own = passages::own_words(heard);
        let own = own.as_deref().map(Said::new);
        let said = own.as_ref().unwrap_or(heard);
        self.waited += 1;
        if self.waited > PATIENCE {
            self.asked = Asked::NOTHING;
        }
        self.payee = address::bill(said).or(self.payee);
        if !self.agent_spoke {
            self.alone.hear(said);
        }
        let after_city = std::mem::take(&mut self.after_city);
        let after_street = std::mem::take(&mut self.after_street);
        let scene = Scene { opening: self.customer_turns == 0, after_city, after_street, ..self.scene() };
        self.customer_turns = self.customer_turns.saturating_add(1);
        let mut seen: Vec<Proposal> = Vec::new();
        seen.extend(self.hear_email(heard, &scene));
        seen.extend(self.hear_phone(heard, &scene));
        if scene.voice && self.spells_name(said) {
            self.asked = self.asked.with(Asked::NAME);
        }
        // "one twenty three Oak Street"
        let aloud = scene.voice
            && (scene.asked.has(Asked::ADDRESS.with(Asked::STREET).with(Asked::CITY).with(Asked::STATE))
                || said.any(&["address", "live", "ship", "deliver", "send"])
                || scene.one_sided() && aloud::tells_street(said));
        let digits = if aloud { aloud::in_digits(said) } else { None };
        let digits = digits.or_else(|| if scene.agent_spoke || scene.voice { None } else { alone::parted(said) });
        let in_digits = digits.as_deref().map(Said::new);
        address::find(in_digits.as_ref().unwrap_or(said), &scene, &mut seen);
        let apart = scene.after_city && scene.one_sided() && postcode::is_said_apart(said);
        if scene.voice && (apart || scene.asked.has(Asked::ZIP) && !self.asked.has(Asked::NAME)) {
            self.hear_postcode(said, &mut seen);
        }
        if private::is_private(said) {
            self.no_surer(Key::Company, sure::DOUBTFUL);
        } else {
            seen.extend(company::find(said, &scene, &seen, &self.ours));
        }
        if scene.voice && self.asked.has(Asked::ANY_NAME) {
            self.hear_name(said, &mut seen);
        } else {
            let spelling = scene.asked.has(Asked::SPELL) && {
                let from = name::skip_fillers(said, 0);
                spelled::letters(said, from).singles * 2 >= said.words.len() - from
            };
            // "Ana Ruiz ana@example.com": what belongs to the address is no name
            let address = seen.iter().find(|p| p.key == Key::Email).filter(|p| said.text[p.at..].starts_with(&p.value));
            let mut address: Vec<_> = address.map(|p| (p.at, p.at + p.value.len())).into_iter().collect();
            address.extend(self.beside_name(said, &scene, &seen));
            let rest = custom::without(said.text, &address);
            let beside = (!address.is_empty()).then(|| Said::new(&rest));
            let alone = beside.as_ref().unwrap_or(said);
            let before = || {
                ends::before_address(said, &seen, &scene)
                    .or_else(|| ends::signed(said, &scene))
                    .or_else(|| unasked::find(alone, &scene, &seen, &self.ours))
                    .or_else(|| unasked::of_address(alone, self.value("email").filter(|_| !scene.voice)?))
                    .or_else(|| alone::named(alone, &scene, &self.alone, &seen, self.value("first_name")))
            };
            let found = if spelling { None } else { name::find(alone, &scene).filter(|n| self.may_be_named(n)) };
            let name = found.or_else(|| if spelling { None } else { before() });
            let fits = |n: &Name| self.may_be_named(n) && !in_value(&seen, said, n.at) && !self.mixes(n);
            if let Some(name) = name.filter(fits) {
                let name = folded::with_second(said, name, &seen);
                if scene.voice {
                    self.heard.answer(name.first.as_deref(), name.last.as_deref(), name.sure);
                } else {
                    beside::find(said, &name, &scene, &mut seen);
                }
                seen.extend(name.first.map(|v| Proposal::new(Key::FirstName, self.cased(v), name.sure, name.at)));
                seen.extend(name.last.map(|v| Proposal::new(Key::LastName, self.cased(v), name.sure, name.at)));
            }
            self.respelled(said, &scene, &mut seen);
        }
        if !seen.iter().any(|p| p.key == Key::Street)
            && let Some(known) = self.value("street")
        {
            let digits = if scene.voice { aloud::in_digits(said) } else { None };
            let digits = digits.as_deref().map(Said::new);
            let street = amended::street(digits.as_ref().unwrap_or(said), known);
            seen.extend(street.map(|street| Proposal::new(Key::Street, street, sure::ANSWERED, 0)));
        }
        self.hear_house(said, &scene, &mut seen, at_ms);
        self.hear_alone(said, &scene, &mut seen, at_ms);
        self.withdraw(said, &mut seen);
        self.corrected(said, &mut seen);
        self.turned(&scene, &mut seen);
        self.told_apart(said, &mut seen);
        let corrects = said.any(CORRECTIONS);
        let placed = |key| seen.iter().any(|p| p.key == key);
        self.after_street = placed(Key::Street) && !placed(Key::City);
        self.note_identified(said, &seen);
        self.hear_to_be_called(said);
        for p in seen {
            self.after_city |= p.key == Key::City;
            self.asked = self.asked.without(p.key.question());
            self.take(p, at_ms, corrects);
        }
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.get(key).map(|f| f.value.as_str())
    }

    /// A bare guess is not needed where a name is known.
    fn may_be_named(&self, name: &Name) -> bool {
        name.sure > sure::NICKNAME || self.get("first_name").is_none() && self.get("last_name").is_none()
    }

    fn cased(&self, name: String) -> String {
        if self.channel == Channel::Voice { heard::title(&name) } else { name }
    }

    fn scene(&self) -> Scene {
        Scene {
            asked: self.asked,
            agent_spoke: self.agent_spoke,
            opening: false,
            voice: self.channel == Channel::Voice,
            payee: self.payee.is_some_and(|own| !own || !self.agent_spoke),
            by_agent: false,
            after_city: false,
            after_street: false,
            about: self.alone.about,
        }
    }

    fn is_phone(&self, key: Key) -> bool {
        match key {
            Key::Phone => true,
            Key::Custom(place) => self.extractor.customs.is_phone(place),
            _ => false,
        }
    }

    /// Takes what the customer says in the message that is heard.
    fn take(&mut self, p: Proposal, at_ms: i64, corrects: bool) {
        let at = p.at + self.apart;
        let end = at + p.value.len();
        let secret = || self.hidden.iter().any(|(from, to)| at < *to && *from < end);
        let may_be = match p.key {
            Key::Custom(_) => true,
            Key::Phone => p.value.bytes().filter(u8::is_ascii_digit).count() < 13 || p.value.starts_with(['+', '0']),
            _ => false,
        };
        // two codes one after the other are no phone number
        let pieces = p.key == Key::Phone && self.hidden_digits < PHONE_DIGITS;
        if (!may_be || pieces) && secret() {
            return;
        }
        // where it stands once what is secret before it is masked
        let shift = |(from, to): &(usize, usize)| {
            if *from < at { (at.min(*to) - from, mask::MASK.len()) } else { (0, 0) }
        };
        let (out, put) = self.hidden.iter().map(shift).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        let text = excerpt(&self.said_last, &p.value, at - out + put);
        self.keep(p, Words { role: Role::Customer, at_ms, nth: self.nth, text }, corrects);
    }

    fn keep(&mut self, p: Proposal, words: Words, corrects: bool) {
        let value = p.value.split_whitespace().collect::<Vec<_>>().join(" ");
        if value.is_empty() || value.chars().count() > LONGEST || value.contains(char::is_control) || p.sure < 0.5 {
            return;
        }
        let stays = if matches!(p.key, Key::FirstName | Key::LastName) { NAME_STAYS } else { STAYS };
        let value = if self.is_phone(p.key) { self.extractor.phone(value) } else { value };
        let key = p.key.name(&self.extractor.customs).to_owned();
        let Words { role, at_ms, nth, text } = words;
        let sure = sure::shown(p.key, p.sure);
        let new = Found { key, value, at_ms, role, text, sure, nth, at: p.at + self.apart, weight: p.sure };
        let Some(old) = self.found.iter_mut().find(|f| f.key == new.key) else {
            self.found.push(new);
            return;
        };
        if old.value.to_lowercase() == new.value.to_lowercase() {
            old.sure = old.sure.max(new.sure);
            old.weight = old.weight.max(new.weight);
        } else if corrects && new.weight >= sure::LIKELY || new.weight + stays >= old.weight {
            *old = new;
        }
    }
}

/// As few digits as a phone number has that may also look like a secret.
const PHONE_DIGITS: usize = 7;

/// The words that gave a value.
struct Words {
    role: Role,
    at_ms: i64,
    nth: usize,
    text: String,
}

/// Does something else that was found begin where this would?
fn in_value(seen: &[Proposal], said: &Said<'_>, at: usize) -> bool {
    seen.iter().any(|p| match p.key {
        Key::Company | Key::Street | Key::City | Key::Email => {
            p.at <= at && at < p.at + p.value.len() && p.at + p.value.len() <= said.text.len()
        }
        _ => false,
    })
}
