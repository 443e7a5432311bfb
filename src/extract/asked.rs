//! What the agent's words ask for.
//!
//! Owns the reading of questions. Must not know how an answer is read.

use super::address::city_end;
use super::words::{Gap, Said, is_city, listed};
use super::{reach, scripts, tongues};

/// A set of things asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Asked(u32);

impl Asked {
    /// Nothing.
    pub const NOTHING: Self = Self(0);
    /// The name, whole or unspecified.
    pub const NAME: Self = Self(1);
    pub const FIRST: Self = Self(1 << 1);
    pub const LAST: Self = Self(1 << 2);
    pub const EMAIL: Self = Self(1 << 3);
    pub const PHONE: Self = Self(1 << 4);
    pub const ZIP: Self = Self(1 << 5);
    pub const STREET: Self = Self(1 << 6);
    pub const CITY: Self = Self(1 << 7);
    pub const STATE: Self = Self(1 << 8);
    /// A whole postal address.
    pub const ADDRESS: Self = Self(1 << 9);
    pub const COMPANY: Self = Self(1 << 10);
    /// To be spelled letter by letter.
    pub const SPELL: Self = Self(1 << 11);
    /// To be said once more.
    pub const AGAIN: Self = Self(1 << 12);
    /// Anything that is none of the above: an order number, a date, a choice.
    pub const OTHER: Self = Self(1 << 13);
    /// How somebody else is reached.
    pub const ANOTHERS: Self = Self(1 << 14);

    /// What the customer wants: "how can I help you?"; with `OTHER`.
    pub const GREETING: Self = Self(1 << 15);

    /// The company, and behind it the name.
    pub const COMPANY_FIRST: Self = Self(1 << 16);

    pub const ANY_NAME: Self = Self(Self::NAME.0 | Self::FIRST.0 | Self::LAST.0);
    pub const ANY_PLACE: Self = Self(Self::STREET.0 | Self::CITY.0 | Self::STATE.0 | Self::ZIP.0 | Self::ADDRESS.0);
    /// What an answer is looked for in.
    const CONTENT: Self = Self(Self::SPELL.0 - 1);

    pub(super) fn has(self, what: Self) -> bool {
        self.0 & what.0 != 0
    }

    pub(super) fn with(self, what: Self) -> Self {
        Self(self.0 | what.0)
    }

    pub(super) fn without(self, what: Self) -> Self {
        Self(self.0 & !what.0)
    }

    /// Does it ask for an attribute?
    pub(super) fn is_for_attribute(self) -> bool {
        self.has(Self::CONTENT)
    }

    /// Only the attributes.
    pub(super) fn content(self) -> Self {
        Self(self.0 & Self::CONTENT.0)
    }
}

/// Nouns before "name" that make it somebody else's or something's.
const FOREIGN: &[&str] = &[
    "maiden",
    "user",
    "host",
    "hotel",
    "guest",
    "file",
    "domain",
    "pet",
    "pets",
    "account",
    "driver",
    "doctor",
    "restaurant",
    "product",
    "brand",
    "mother",
    "father",
    "his",
    "her",
    "their",
    "card",
    "plan",
    "item",
    "school",
    "bank",
    "server",
    "host",
    "street",
    "event",
    "venue",
    "model",
    "app",
    "project",
    "which",
    "other",
    "nick",
    "screen",
    "provider",
    "manufacturer",
];
const OTHER_THINGS: &[&str] = &[
    "account",
    "pin",
    "order",
    "booking",
    "confirmation",
    "card",
    "password",
    "ssn",
    "birth",
    "dob",
    "birthday",
    "born",
    "reference",
    "policy",
    "id",
    "username",
    "maiden",
    "license",
    "licence",
    "passport",
    "invoice",
    "tracking",
    "serial",
    "flight",
    "room",
    "date",
    "amount",
    "security",
    "claim",
    "quantity",
    "cvv",
];
const REQUESTS: &[&str] = &[
    "please", "may", "can", "could", "need", "provide", "tell", "what", "what's", "whats", "your", "give", "enter",
    "which", "spell", "repeat", "verify", "confirm", "share", "again", "require", "have", "get", "know", "where",
    "who",
];

/// What an agent's message asks for; nothing when it only tells.
pub(super) fn asked_in(said: &Said<'_>) -> Asked {
    let mut asked = scripts::asked(said.text);
    let question = said.text.contains(['?', '\u{ff1f}', '\u{61f}']);
    if !question && said.words.len() > 6 && !said.any(REQUESTS) && !ends_asking(said) && !begins_asking(said) {
        return asked;
    }
    if question && is_of_another(said) {
        return Asked::ANOTHERS.with(Asked::OTHER);
    }
    let yours = said.any(&["your", "you", "u", "ur", "you're"]);
    let place = said.any(&["zip", "live", "postcode", "address", "based"]);
    let (city, street) = (said.any(&["city"]), said.any(&["street"]));
    let by_phone = said.any(&["reach", "call", "text", "ring", "dial", "phone"]);
    let number = said.any(&["number"]);
    let short = said.words.len() <= 5;
    let says = said.any(&["please", "say", "tell", "give", "repeat", "spell", "try", "can", "could", "need", "more"]);
    let which = said.any(&["who", "where", "which", "company", "what"]);
    for (i, w) in said.words.iter().enumerate() {
        let before = if i > 0 { said.low(i - 1) } else { "" };
        let after = if said.words.get(i + 1).is_some_and(|w| w.gap == Gap::Space) { said.low(i + 1) } else { "" };
        let owned = before.ends_with("'s") && !matches!(before, "what's" | "who's" | "it's")
            || matches!(before, "his" | "her" | "their");
        let what = match &*w.low {
            "surname" | "lastname" => Asked::LAST,
            "firstname" | "forename" => Asked::FIRST,
            "fullname" => Asked::NAME,
            "username" => Asked::OTHER,
            // "I can filter restaurants by name"
            "name" | "names" if before == "by" && !question => Asked::OTHER,
            "name" | "names" => match before {
                // the agent's own
                "my" => Asked::NOTHING,
                _ if owned || after == "of" && before != "your" => Asked::OTHER,
                "first" | "given" | "christian" => Asked::FIRST,
                "last" | "family" | "second" if said.has(i.saturating_sub(3), &["first", "and"]) => Asked::NAME,
                "last" | "family" | "second" => Asked::LAST,
                "company" | "business" | "organisation" | "organization" | "employer" | "firm" => {
                    if yours {
                        Asked::COMPANY
                    } else {
                        Asked::OTHER
                    }
                }
                // "Which name?", "Under which name?"
                "which" | "what" if question && short && said.breaks(i + 1) => Asked::NAME,
                before if FOREIGN.contains(&before) => Asked::OTHER,
                _ => Asked::NAME,
            },
            // "your company name and a contact?"
            "contact" if before == "a" && said.low(i - 2) == "and" && asked.has(Asked::COMPANY) => Asked::NAME,
            "called" if before == "you" => Asked::NAME,
            // "and first?", "last?"
            "first" if said.words.len() <= 3 && said.breaks(i + 1) && !matches!(before, "the" | "your") => Asked::FIRST,
            "last" if said.words.len() <= 3 && said.breaks(i + 1) && !matches!(before, "at" | "the" | "your") => {
                Asked::LAST
            }
            // "who am I speaking with?", "who is calling, please?"
            "who" | "whom" | "who's"
                if said.any(&["speaking", "talking", "calling", "chatting", "messaging", "texting", "assisting"])
                    && (said.any(&["i", "i'm"]) || after == "is" || &*w.low == "who's") =>
            {
                Asked::NAME
            }
            // "Who do I speak to?"
            "who" | "whom"
                if question
                    && said.has(i + 1, &["do", "i"])
                    && listed("speak talk", said.low(i + 3))
                    && listed("to with", said.low(i + 4))
                    && said.breaks(i + 5) =>
            {
                Asked::NAME
            }
            "who" | "whom" | "who's" if question && is_for_whom(said, i) => Asked::NAME,
            // "who should they go to?"
            "to" if question
                && said.breaks(i + 1)
                && said.any(&["who", "whom"])
                && said.any(&["go", "going", "send", "sent", "deliver", "delivered", "ship"]) =>
            {
                Asked::ANOTHERS.with(Asked::OTHER)
            }
            // "Who is your reference?"
            "reference" | "references" | "referee" | "referees" | "guarantor" | "witness" | "emergency"
                if question && said.any(&["who", "who's", "whom"]) && listed("your a the", before) =>
            {
                Asked::ANOTHERS.with(Asked::OTHER)
            }
            "recipient" | "recipient's" | "recipients" | "addressee" | "beneficiary" if question => {
                Asked::ANOTHERS.with(Asked::OTHER)
            }
            // "Who can I put the order under?", "who may I put as contact?"
            "who" if question && said.any(&["put"]) && said.any(&["under", "contact"]) => Asked::NAME,
            // "Hello, who are you please?", not "who are you with?"
            "who" if after == "are" && said.low(i + 2) == "you" && ends_there(said, i + 3) => Asked::NAME,
            // "Who's this?", "Who do I have on the line?", "And you are?"
            "this" if listed("who's", before) && ends_there(said, i + 1) => Asked::NAME,
            "this" if before == "is" && i > 1 && said.low(i - 2) == "who" && ends_there(said, i + 1) => Asked::NAME,
            "line" if question && said.any(&["who", "whom"]) => Asked::NAME,
            "are" if question && before == "you" && said.words.len() <= 3 && i + 1 == said.words.len() => {
                if listed("how where what", said.low(i.wrapping_sub(2))) { Asked::OTHER } else { Asked::NAME }
            }
            "whose" if short && ends_there(said, i + 1) => Asked::NAME,
            // "please send account holder and IBAN"
            "holder" if before == "account" && !said.any(&["who", "are", "is"]) => Asked::NAME,
            // "what's his name?" "Cooper" "and yours?"
            "yours" if said.words.len() <= 4 && before == "and" && ends_there(said, i + 1) => Asked::NAME,
            "insured" | "policyholder" if question && short && listed("the", before) && said.any(&["who"]) => {
                Asked::NAME
            }
            "details"
                if matches!(before, "your" | "contact" | "personal")
                    && (short || said.any(&["may", "can", "could", "what", "give", "provide", "share", "need"])) =>
            {
                Asked::NAME.with(Asked::EMAIL)
            }
            "email" | "e-mail" | "phone" | "number" | "mobile" if owned => Asked::ANOTHERS.with(Asked::OTHER),
            "referred" | "recommended" | "emergency" => Asked::ANOTHERS.with(Asked::OTHER),
            "email" | "e-mail" | "emails" | "mail" => Asked::EMAIL,
            "phone" | "telephone" | "mobile" | "cell" | "cellphone" | "callback" | "landline" if !owned => Asked::PHONE,
            "number" if matches!(before, "contact" | "reach" | "best") || by_phone && yours => Asked::PHONE,
            "number" if by_phone && question && listed("which what", before) => Asked::PHONE,
            "number" if before == "your" && !after_of(said, i) => Asked::PHONE,
            // "a call back number", "what's a good number for you?"
            "number" if before == "back" && said.low(i.wrapping_sub(2)) == "call" => Asked::PHONE,
            "number" if before == "good" && (!after_of(said, i) || said.has(i + 1, &["for", "you"])) => Asked::PHONE,
            // "A number for the courier?", "in case of questions?", "the number you want to keep?"
            "number" if question && is_for_calling(said, i) => Asked::PHONE,
            // "... within 3 hours. Your name and number?"
            "number" if before == "and" && named_before(said, i) => Asked::PHONE,
            "number" if said.words.len() == 2 && listed("which what", before) => Asked::PHONE,
            // "can I confirm the number two one zero ...?"
            "number" if listed("the this that", before) && is_called(said, i + 1) => Asked::PHONE,
            // "should I call you on 210 555 0133?"
            "you"
                if listed("call text reach ring phone", before) && listed("on at", after) && is_called(said, i + 2) =>
            {
                Asked::PHONE
            }
            // "and your number?"
            "number" if short && (i == 0 || listed("a your the and best good own", before)) && !after_of(said, i) => {
                Asked::PHONE
            }
            "reach" if question && number => Asked::PHONE,
            "zip" | "zipcode" | "postcode" | "postal" | "pincode" | "eircode" => Asked::ZIP,
            "code" if before == "post" || before == "pin" => Asked::ZIP,
            "address" | "addresses" => match before {
                "email" | "mail" | "e-mail" => Asked::EMAIL,
                "ip" | "web" | "company" | "business" | "hotel" => Asked::OTHER,
                "property's" | "house's" => Asked::ADDRESS,
                _ if owned || after == "of" => Asked::OTHER,
                _ => Asked::ADDRESS,
            },
            "street" if yours || place || city || said.words.len() <= 4 || said.any(&["house"]) => Asked::STREET,
            "city" | "town"
                if !matches!(before, "arrival" | "departure" | "destination" | "origin")
                    && !is_part_of_name(said, i)
                    && !said.any(&["born", "birth", "meet", "grow"])
                    && (matches!(before, "your" | "which" | "what") || place || street || said.words.len() <= 4) =>
            {
                Asked::CITY
            }
            "state" if matches!(before, "your") || place || city => Asked::STATE,
            "write" if question && said.any(&["where"]) && said.any(&["i", "we"]) => Asked::EMAIL,
            "ship" | "deliver" | "send" if question && said.low(0) == "where" => Asked::ADDRESS,
            // "I'll send samples. Where to?"
            "to" if question
                && before == "where"
                && said.breaks(i + 1)
                && said.any(&["send", "ship", "post", "mail"]) =>
            {
                Asked::ADDRESS
            }
            // "Where should they go?"
            "go" if question && said.low(0) == "where" && said.any(&["should", "shall"]) => Asked::ADDRESS,
            // "Are you (still) in Rapid City?"
            "in" if question && is_in_town(said, i) => Asked::CITY,
            "live" | "located" | "reside" | "based" if question && yours && which => Asked::CITY.with(Asked::ADDRESS),
            "company" | "organisation" | "organization" | "employer" | "firm" | "business"
                if (matches!(before, "your" | "which" | "what")
                    || (listed("and the a", before) || said.words[i].gap == Gap::Comma || said.breaks(i))
                        && said.any(&["name"])
                        && !after_of(said, i))
                    && (yours || short)
                    && question
                    && after != "name"
                    // "which company is delivering it?"
                    && (!listed("is was did", after) || listed("this it that your", said.low(i + 2))) =>
            {
                Asked::COMPANY
            }
            // "Hi, I'm Ellie. Which company is this for?"
            "company" | "organisation" | "organization" | "business" | "firm"
                if question && listed("which what", before) && is_told_apart(said, i + 1) =>
            {
                Asked::COMPANY
            }
            // "Which facility is this, and who is speaking?"
            "facility" | "clinic" | "practice" | "school" | "restaurant" | "hotel"
                if listed("which what", before) && said.has(i + 1, &["is", "this"]) && question =>
            {
                Asked::COMPANY
            }
            "work" if before == "you" && matches!(after, "for" | "at" | "with") && yours && question && which => {
                Asked::COMPANY
            }
            "spell" | "spelled" | "spelling" | "spelt" | "letter" | "character" => Asked::SPELL,
            // "it will be sunny again" asks for nothing
            "again" | "once" if !question && !short && !says => Asked::NOTHING,
            "again" | "repeat" | "once" => Asked::AGAIN,
            // "to create the booking" answers the customer's question
            _ if !question && matches!(said.low(0), "to" | "because" | "so" | "for") => Asked::NOTHING,
            low if OTHER_THINGS.contains(&low) => Asked::OTHER,
            _ => tongues::asked(said, i),
        };
        if what.has(Asked::NAME) && asked.has(Asked::COMPANY) && !asked.has(Asked::ANY_NAME) {
            asked = asked.with(Asked::COMPANY_FIRST);
        }
        asked = asked.with(what);
    }
    // "the name on the card", "can I confirm your reservation": an attribute beside something else keeps both
    if asked == Asked::NOTHING && question {
        let greets = said.any(&["help", "assist", "helfen", "aider", "ayudar", "ayudarle"])
            || said.any(&["what"]) && said.any(&["can", "may"]) && said.any(&["do"]) && said.any(&["for"]);
        return if greets { Asked::OTHER.with(Asked::GREETING) } else { Asked::OTHER };
    }
    asked
}

/// "Who is the booking for?", "who's requesting the change?"
fn is_for_whom(said: &Said<'_>, i: usize) -> bool {
    let end = (i + 1..said.words.len()).find(|&k| said.words[k].gap == Gap::Stop).unwrap_or(said.words.len());
    let is = said.low(i) == "who's" || said.low(i + 1) == "is";
    let from = i + 1 + usize::from(said.low(i) != "who's");
    let clause = || (from..end).map(|k| said.low(k));
    // a thing that is in somebody's name
    let things = "booking appointment reservation table order delivery parcel package policy account visit quote offer estimate invoice";
    let held = || end - from.min(end) <= 4 && clause().any(|w| listed(things, w));
    let asks = listed("requesting asking reporting writing booking ordering", said.low(from));
    is && (said.low(end.wrapping_sub(1)) == "for" && held() || asks)
}

/// "got it and the best phone number to reach you": what nothing but its noun asks for, at the end of what a recogniser wrote.
fn ends_asking(said: &Said<'_>) -> bool {
    const BEHIND: &str =
        "to reach you at on for the order booking account reservation file please sir ma'am of this with it and";
    let n = said.words.len();
    let Some(noun) = (n.saturating_sub(7)..n)
        .rev()
        .find(|&k| listed("name number phone email address zip postcode zipcode city company cell", said.low(k)))
    else {
        return false;
    };
    let from = (noun.saturating_sub(5)..noun).rev().find(|&k| said.low(k) == "and");
    let plain = |k: usize| {
        listed(
            "the your a an best good first last full phone email e-mail mailing street zip contact callback home cell company \
             postal mobile current code number",
            said.low(k),
        )
    };
    from.is_some_and(|and| noun > and + 1 && (and + 1..noun).all(plain))
        && (noun + 1..n).all(|k| listed(BEHIND, said.low(k)) || plain(k))
}

/// "are you in Leeds?", "are you still based in Leeds?": is it asked whether they are in a town?
fn is_in_town(said: &Said<'_>, i: usize) -> bool {
    let from = i.saturating_sub(4);
    let asks = (from..i).find(|&k| said.has(k, &["are", "you"]) || said.has(k, &["you're"]));
    let plain = |k: usize| listed("are you you're still based living located over there currently", said.low(k));
    let town = city_end(said, i + 1);
    let value = || said.text[said.words[i + 1].start..said.words[town - 1].end].to_lowercase();
    let named = || {
        let last = said.low(town - 1);
        is_city(&value()) || town > i + 2 && listed("city falls springs beach heights park valley rapids", last)
    };
    asks.is_some_and(|k| (k..i).all(plain)) && town > i + 1 && said.breaks(town) && named()
}

/// "and is this the best number to reach you ...": a question that a recogniser wrote without its mark.
fn begins_asking(said: &Said<'_>) -> bool {
    let heads = "and so okay ok alright great thanks perfect um now then";
    let head = (0..said.words.len().min(4)).find(|&k| !listed(heads, said.low(k))).unwrap_or(0);
    let is = listed("is", said.low(head)) && listed("your this that the it", said.low(head + 1));
    is || listed("should shall", said.low(head)) && listed("i we", said.low(head + 1))
}

/// "is this for?", "is it?", "am I booking this for?": which one the customer speaks for.
fn is_told_apart(said: &Said<'_>, k: usize) -> bool {
    let end = (k..said.words.len()).find(|&n| said.words[n].gap == Gap::Stop).unwrap_or(said.words.len());
    let is = said.low(k) == "is" && listed("this it that", said.low(k + 1));
    let last = said.low(end.wrapping_sub(1));
    is && (end == k + 2 || end == k + 3 && listed("for please", last)) || is && end <= k + 5 && last == "for"
}

/// "City Gym, hello?"
fn is_part_of_name(said: &Said<'_>, i: usize) -> bool {
    let capital = |k: usize| said.words.get(k).is_some_and(|w| w.is_capital());
    capital(i) && capital(i + 1) && said.words[i + 1].gap == Gap::Space
}

/// Does nothing but politeness follow word `k`?
fn ends_there(said: &Said<'_>, k: usize) -> bool {
    let rest = |k: usize| said.words.get(k).is_none_or(|w| w.gap == Gap::Stop || listed("please then", &w.low));
    rest(k) && (said.words.get(k).is_none_or(|w| w.gap == Gap::Stop) || rest(k + 1) || said.low(k) == "name")
}

/// "What is the name and number of your doctor?", and nothing of the customer's own.
fn is_of_another(said: &Said<'_>) -> bool {
    let whose =
        "doctor gp dentist vet physician lawyer landlord accountant manager supervisor wife husband mother father";
    let n = said.words.len();
    let of = (0..n).any(|i| said.has(i, &["of", "your"]) && listed(whose, said.low(i + 2)));
    let asks = said.any(&["name", "number", "address", "phone", "email"]);
    of && asks && !(0..n).any(|i| said.low(i) == "your" && listed("name full first last own", said.low(i + 1)))
}

/// A number on which somebody is called, by what it is for.
fn is_for_calling(said: &Said<'_>, i: usize) -> bool {
    let some = listed("a any", said.low(i.wrapping_sub(1)));
    let carrier =
        said.low(i + 1) == "for" && listed("courier driver delivery carrier technician engineer", said.low(i + 3));
    let kept =
        said.has(i + 1, &["you", "want", "to", "keep"]) || said.has(i + 1, &["you", "would", "like", "to", "keep"]);
    some && (carrier || said.has(i + 1, &["in", "case"])) || kept
}

/// Do as many digits follow as one calls?
fn is_called(said: &Said<'_>, i: usize) -> bool {
    let from = i + usize::from(listed("is as still", said.low(i)));
    let to = said.words.len().min(from + 16);
    let number = if from < to { reach::number_in(said, from, to) } else { None };
    number.is_some_and(|(at, _, digits)| {
        let digits = digits.bytes().filter(u8::is_ascii_digit).count();
        // what stands before it is no number
        at <= said.words[from].start && (10..=12).contains(&digits)
    })
}

/// "name and number", "a name and a number": of one person, and of nothing else.
fn named_before(said: &Said<'_>, i: usize) -> bool {
    let name = said.low(i.wrapping_sub(2)) == "name" && !FOREIGN.contains(&said.low(i.wrapping_sub(3)));
    name && (!after_of(said, i)
        || said.low(i + 1) == "for" && listed("driver courier delivery carrier", said.low(i + 3)))
}

/// "the number of seats", "number on the card"
fn after_of(said: &Said<'_>, i: usize) -> bool {
    listed("of on for in", said.low(i + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Asked {
        asked_in(&Said::new(text))
    }

    #[test]
    fn knows_what_is_asked() {
        assert_eq!(asked("May I have your name, please?"), Asked::NAME);
        assert_eq!(asked("first and last name?"), Asked::NAME);
        assert_eq!(asked("And your last name?"), Asked::LAST);
        assert_eq!(asked("zip code and phone number please"), Asked::ZIP.with(Asked::PHONE));
        assert_eq!(asked("What is your email address?"), Asked::EMAIL);
        assert_eq!(asked("Which company do you work for?"), Asked::COMPANY);
        assert_eq!(asked("How do you spell that?"), Asked::SPELL);
        assert_eq!(asked("Please say it again."), Asked::AGAIN);
        assert_eq!(asked("Stay warm. From Friday on it rains again over there."), Asked::NOTHING);
        assert!(asked("What's your postcode?").has(Asked::ZIP));
        assert!(asked("And the city?").has(Asked::CITY));
    }

    #[test]
    fn knows_what_is_not_the_customers() {
        for text in [
            "What is your mother's maiden name?",
            "And the name of your first pet?",
            "Please provide the host name.",
            "City Gym, hello?",
            "Who is your reference?",
            "May I have your username?",
            "What is your account number?",
            "Is there anything else?",
        ] {
            assert!(!asked(text).is_for_attribute(), "{text}");
        }
        assert_eq!(asked("We sent the parcel this morning and it is on its way to the depot"), Asked::NOTHING);
    }
}
