//! What a finder hands to the listener, and what it may look at.
//!
//! Owns the vocabulary between the finders and the listener. Must not know any finder.

use super::about::About;
use super::asked::Asked;
use super::custom::Customs;
use super::words::Said;

/// An Astra field that is looked for in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Email,
    Phone,
    FirstName,
    LastName,
    Company,
    Street,
    City,
    State,
    Zip,
    /// One of the operator's, by its place.
    Custom(u16),
}

impl Key {
    /// The field's name in files and conversations.
    pub(super) fn name(self, customs: &Customs) -> &str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Company => "company",
            Self::Street => "street",
            Self::City => "city",
            Self::State => "state",
            Self::Zip => "zip",
            Self::Custom(place) => customs.fields.get(usize::from(place)).map_or("", |f| f.key.as_str()),
        }
    }

    /// What a question for this key is classified as.
    pub(super) fn question(self) -> Asked {
        match self {
            Self::Email => Asked::EMAIL,
            Self::Phone => Asked::PHONE,
            Self::FirstName => Asked::FIRST.with(Asked::NAME),
            Self::LastName => Asked::LAST,
            Self::Company => Asked::COMPANY,
            Self::Street => Asked::STREET.with(Asked::ADDRESS),
            Self::City => Asked::CITY,
            Self::State => Asked::STATE,
            Self::Zip => Asked::ZIP,
            Self::Custom(_) => Asked::NOTHING,
        }
    }
}

/// How sure a value is by the way it was found, from 0 to 1.
pub(super) mod sure {
    /// The customer confirmed what the agent read back.
    pub const CONFIRMED: f32 = 0.97;
    /// "my ... is ...", or heard twice alike.
    pub const STATED: f32 = 0.95;
    /// The answer to the agent's question.
    pub const ANSWERED: f32 = 0.9;
    /// Its form leaves little doubt (an email, a whole postal address).
    pub const BY_FORM: f32 = 0.85;
    /// Put together from words that might be joined in another way, though nobody does.
    pub const PIECED: f32 = 0.8;
    /// "I'm ...", "this is ...", or heard once and repaired.
    pub const LIKELY: f32 = 0.7;
    /// A nickname, where no name is known.
    pub const NICKNAME: f32 = 0.6;
    /// Nothing but its form speaks for it.
    pub const BARE: f32 = 0.55;
    /// Its order or extent is a guess.
    pub const GUESSED: f32 = 0.65;
    /// Of a form that is often wrong, or the words may mean another one: shown, and not used until a clear one is said.
    pub const DOUBTFUL: f32 = 0.5;

    /// What people are told, from how the value was found. Names and addresses that stand alone in an answer are right more often
    /// than their weight against others says; an email or a number that was put together with a guess is not.
    pub fn shown(key: super::Key, weight: f32) -> f32 {
        let reached = matches!(key, super::Key::Email | super::Key::Phone);
        match weight {
            _ if matches!(key, super::Key::Custom(_)) => weight,
            w if w < BARE => DOUBTFUL,
            w if reached && w < LIKELY => w,
            w if w < NICKNAME => w.max(0.6),
            w if w < LIKELY => 0.65,
            w if w < PIECED => 0.75,
            w if w < BY_FORM => 0.85,
            w if w < ANSWERED && reached => 0.98,
            w if w < ANSWERED => 0.93,
            w if w < STATED => 0.95,
            w if w < CONFIRMED && !reached => 0.97,
            _ => 0.99,
        }
    }
}

/// A value that a finder saw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Proposal {
    pub key: Key,
    pub value: String,
    pub sure: f32,
    /// Where in the message its words begin, in bytes.
    pub at: usize,
}

impl Proposal {
    pub(super) fn new(key: Key, value: impl Into<String>, sure: f32, at: usize) -> Self {
        Self { key, value: value.into(), sure, at }
    }
}

/// What a finder may know besides the words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene {
    /// What the agent asked for and has not been given.
    pub asked: Asked,
    /// Has the agent said anything yet? Where only the customer's side is known, bare answers count for more.
    pub agent_spoke: bool,
    /// The customer's first message.
    pub opening: bool,
    /// Speech recogniser output.
    pub voice: bool,
    /// The conversation is about somebody else's account, such as a bill to be paid to a company.
    pub payee: bool,
    /// The agent says it: "your" is the customer's.
    pub by_agent: bool,
    /// A city was the last thing that the customer said.
    pub after_city: bool,
    /// A street without a town was the last thing that the customer said.
    pub after_street: bool,
    /// What the customer came for, where only their side is known.
    pub about: About,
}

impl Scene {
    /// Only the customer's side is known, and this is not a greeting: an answer to an unseen question is likely.
    pub(super) fn one_sided(&self) -> bool {
        !self.agent_spoke && !self.opening
    }
}

/// People who are not the customer.
const OTHERS: &[&str] = &[
    "his",
    "her",
    "their",
    "your",
    "friend",
    "wife",
    "husband",
    "mother",
    "father",
    "mom",
    "mum",
    "dad",
    "brother",
    "sister",
    "son",
    "daughter",
    "boss",
    "colleague",
    "neighbour",
    "neighbor",
    "partner",
    "manager",
    "seller",
    "landlord",
    "doctor",
    "assistant",
    "boyfriend",
    "girlfriend",
    "uncle",
    "aunt",
    "cousin",
    "lawyer",
    "accountant",
    "bookkeeper",
    "secretary",
    "coworker",
    "co-worker",
    "roommate",
    "flatmate",
    "niece",
    "nephew",
    "grandma",
    "grandmother",
    "grandfather",
    "fiance",
    "fiancee",
    "supervisor",
    "competitor",
    "competitors",
    "competition",
    "rival",
    "supplier",
    "he",
    "she",
    "they",
    "them",
    "him",
];
const CONTRACTIONS: &[&str] = &[
    "it's",
    "that's",
    "what's",
    "here's",
    "name's",
    "who's",
    "there's",
    "let's",
    "number's",
    "address's",
    "one's",
    "email's",
    "mail's",
];

#[cfg(test)]
impl Scene {
    /// The agent spoke and asked for nothing.
    pub(super) const QUIET: Self = Self {
        asked: Asked::NOTHING,
        agent_spoke: true,
        opening: false,
        voice: false,
        payee: false,
        by_agent: false,
        after_city: false,
        after_street: false,
        about: About::NOTHING,
    };
}

/// Does what stands before the word at `i`, back to the sentence's start, make it somebody else's?
pub(super) fn is_foreign(said: &Said<'_>, i: usize) -> bool {
    if begins_anew(said, i) {
        return false;
    }
    for k in (i.saturating_sub(7)..i).rev() {
        let low = said.low(k);
        if matches!(low, "my" | "mine" | "our" | "i" | "i'm" | "me") && !(k + 1 < i && is_person(said.low(k + 1))) {
            return false;
        }
        if is_person(low) {
            return true;
        }
        // "my boss Mr. Peter Adeyemi": the full stop ends no sentence
        let title = k > 0 && super::words::listed("mr mrs ms dr prof", said.low(k - 1));
        if said.words.get(k).is_some_and(|w| w.gap == super::words::Gap::Stop) && !title {
            return false;
        }
    }
    false
}

/// Does a sentence begin at word `i` to which the one before says nothing? "That's my wife's address. ana@..." does.
pub(super) fn begins_anew(said: &Said<'_>, i: usize) -> bool {
    let Some(before) = i.checked_sub(1) else { return false };
    let ends = said.words.get(i).is_some_and(|w| {
        w.gap == super::words::Gap::Stop && said.text[said.words[before].end..w.start].contains(['.', '!', '?'])
    });
    let announces = "email e-mail mail address number phone mobile cell name contact reach write call details follows";
    ends && !(i.saturating_sub(8)..i).any(|k| super::words::listed(announces, said.low(k)))
}

pub(super) fn is_person(low: &str) -> bool {
    OTHERS.contains(&low) || low.ends_with("'s") && !CONTRACTIONS.contains(&low)
}
