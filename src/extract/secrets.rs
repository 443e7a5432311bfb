//! The secrets of one conversation: told behind a label, given as the bare answer to the agent's question, or said once more.
//!
//! Owns what of a conversation bears on what is secret in its next message. Must not know what a secret looks like (`mask`).
//! Everything that is kept of a message is cut from what went through here, never before.

mod question;

use std::borrow::Cow;
use std::collections::VecDeque;

use super::clean;
use super::mask::{self, Before, Kind};
use super::number::run_at;
use super::words::{Said, is_function};
use crate::domain::conversation::{Message, Role};
use question::{asks, asks_other, hears_on, repeats};

/// How many secrets are known again: the last ones.
const KNOWN: usize = 16;
/// The longest that is known again, in bytes.
const LONGEST: usize = 96;
/// The shortest, in characters.
const SHORTEST: usize = 3;
/// How many messages a password is spoken of once somebody named it.
const SPOKEN_OF: u8 = 6;
/// The same of a login.
const LOGIN: u8 = 6;
/// The same of a card, behind which it is told when it expires.
const CARD: u8 = 8;
/// And of a bank or a refund.
const BANK: u8 = 12;
/// How many of the customer's messages a question for a secret waits for its answer.
const WAITS: u8 = 2;

/// What is remembered of the secrets of a conversation; does not grow with it.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// Digits of numbers, words of passwords.
    known: VecDeque<String>,
    /// For how many messages more a password is spoken of.
    password: u8,
    /// For how many a code is: an alarm's, a door's.
    code: u8,
    /// For how many a login is.
    login: u8,
    /// For how many a bank is.
    bank: u8,
    /// How many digits of a card's number the customer has given, where some are missing.
    card: usize,
    /// For how many messages more a card is spoken of.
    of_card: u8,
    /// The agent asked when it expires.
    expires: bool,
    /// The digits with which the customer's last message ended, written as a part of a card's number is.
    tail: String,
    /// Of how many digits the last secret of a few digits was, and for how many of the customer's messages that is known.
    digits: Option<(usize, u8)>,
    /// The digits that the customer has given of what the agent asked for.
    given: String,
    /// Some of them with the last message.
    gave: bool,
    /// The agent spoke last.
    agent_last: bool,
    /// The agent asked for a number that is no secret.
    other: bool,
    /// What the agent asked for, whether in so many words, and for how many answers that holds.
    asked: Option<(Kind, bool, u8)>,
}

/// The messages as they may be shown and kept: secrets masked, those that are said once more too, however early. Of a long
/// message the first 64 KiB.
pub fn masked(messages: &[Message]) -> Vec<String> {
    let mut secrets = Secrets::default();
    let once: Vec<String> = messages.iter().map(|m| secrets.masked(m)).collect();
    once.into_iter().map(|text| secrets.hide_known(&text).into_owned()).collect()
}

impl Secrets {
    /// Takes in the next message, and gives it without its secrets.
    pub fn masked(&mut self, message: &Message) -> String {
        let text = clean(&message.text);
        let said = Said::new(&text);
        let places = self.hear(message.role, &said);
        mask::masked(said.looked_at(), &places)
    }

    /// Takes in the next message; where its secrets stand, in bytes, in order.
    pub(super) fn hear(&mut self, role: Role, said: &Said<'_>) -> Vec<(usize, usize)> {
        let asked = self.asked.filter(|_| role == Role::Customer);
        let before = Before {
            password: self.password > 0,
            asked: asked.map(|(kind, ..)| kind),
            direct: asked.is_some_and(|(_, direct, _)| direct),
            login: self.login > 0,
            bank: self.bank > 0,
            card: if role == Role::Customer { self.card } else { 0 },
            of_card: self.of_card > 0,
            expires: role == Role::Customer && self.expires,
            code: role == Role::Customer && self.code > 0 && !self.other,
            answers: role == Role::Customer && self.agent_last,
            digits: self.digits.filter(|_| role == Role::Customer && !self.other).map(|(n, _)| n),
            given: self.given.len(),
        };
        let found = mask::hidden(said, before);
        self.password = self.password.saturating_sub(1);
        if found.label == Some(Kind::Word) {
            self.password = SPOKEN_OF;
        }
        let code = self.code > 0;
        self.code = if found.label == Some(Kind::Digits) { LOGIN } else { self.code.saturating_sub(1) };
        self.login = if found.login { LOGIN } else { self.login.saturating_sub(1) };
        self.of_card = if found.of_card || self.expires { CARD } else { self.of_card.saturating_sub(1) };
        self.bank = if found.bank { BANK } else { self.bank.saturating_sub(1) };
        match role {
            // "go on", "thanks": the answer goes on
            Role::Agent => {
                if !hears_on(said) {
                    self.card = 0;
                    self.tail.clear();
                }
                let expiry = (0..said.words.len()).any(|i| mask::expires_at(said, i).is_some());
                self.expires = expiry && self.of_card > 0 || self.expires && said.words.len() <= 4;
                let asks = asks(said, before.bank || found.bank, code, self.of_card > 0);
                if asks.is_some() {
                    self.given.clear();
                }
                self.other = asks_other(said);
                // "and the account" goes on with what was asked for
                let other = self.other && !said.any(&["account"]);
                let waits = !other && (said.words.len() <= 4 || hears_on(said));
                self.asked = asks.map(|(k, d)| (k, d, WAITS)).or(self.asked.filter(|_| waits));
            }
            Role::Customer => {
                self.card = found.card;
                self.expires = false;
                let digits = found.secrets.iter().flat_map(|s| s.chars()).filter(char::is_ascii_digit);
                self.given.extend(digits.take(LONGEST - self.given.len().min(LONGEST)));
                // "sorry, 1001" puts right what was said last
                let numbered = (0..said.words.len()).any(|k| mask::is_number(said, k));
                let kept = || self.digits.filter(|_| !numbered).and_then(|(n, left)| Some((n, left.checked_sub(1)?)));
                self.digits = found.digits.map(|n| (n, WAITS)).or_else(kept);
                let left = |waits: u8| if found.secrets.is_empty() { waits - 1 } else { WAITS };
                self.asked = self.asked.map(|(k, d, waits)| (k, d, left(waits))).filter(|(.., waits)| *waits > 0);
            }
        }
        self.agent_last = role == Role::Agent;
        let mut places = found.places;
        let mut secrets = found.secrets;
        let digits = asked.is_some_and(|(kind, ..)| kind == Kind::Digits);
        let gave = std::mem::replace(&mut self.gave, digits && !secrets.is_empty());
        if self.gave {
            // piece by piece, and read back as one
            secrets.push(self.given.clone());
        } else if role == Role::Agent && gave {
            places.extend(echoed(said, &self.given));
            places = mask::apart(places);
        }
        if role == Role::Customer {
            let card = mask::card_end(said, &self.tail);
            if let Some((to, digits)) = card {
                places.push((said.words[0].start, to));
                places = mask::apart(places);
                secrets.extend([std::mem::take(&mut self.tail), digits]);
            }
            self.tail = mask::card_beginning(said);
        }
        // "K 1 2 3" is read back as "K123"
        let bits = |s: &&String| s.contains(' ') && s.split(' ').all(|part| part.chars().count() == 1);
        let whole: Vec<String> = secrets.iter().filter(bits).map(|s| s.replace(' ', "")).collect();
        // what is told in this message may be said in it once more
        for secret in secrets.into_iter().chain(whole) {
            self.learn(secret);
        }
        if !self.known.is_empty() {
            places.extend(self.again(said));
            places = mask::apart(places);
        }
        places
    }

    fn learn(&mut self, secret: String) {
        let telling =
            secret.chars().count() >= SHORTEST && secret.len() <= LONGEST && !secret.split(' ').all(is_function);
        if !telling || self.known.contains(&secret) {
            return;
        }
        if self.known.len() == KNOWN {
            self.known.pop_front();
        }
        self.known.push_back(secret);
    }

    /// The text without the secrets that are known.
    pub(super) fn hide_known<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.known.is_empty() {
            return Cow::Borrowed(text);
        }
        let places = self.again(&Said::new(text));
        if places.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(mask::masked(text, &places))
    }

    /// Where what is known is said once more.
    fn again(&self, said: &Said<'_>) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        let mut i = 0;
        while i < said.words.len() {
            let w = &said.words[i];
            let words = |secret: &str| {
                let same = secret.split(' ').enumerate().all(|(k, one)| said.low(i + k) == one);
                same.then(|| i + secret.split(' ').count())
            };
            if let Some(end) = self.known.iter().find_map(|s| words(s)) {
                out.push((w.start, said.words[end - 1].end));
                i = end;
                continue;
            }
            if let Some(end) = spelled_end(said, i).filter(|end| self.known.contains(&joined(said, i, *end))) {
                out.push((w.start, said.words[end - 1].end));
                i = end;
                continue;
            }
            if let Some(run) = run_at(said, i) {
                // of a card's number, a piece of it too
                // and how it ends
                let piece = |s: &String| {
                    run.digits.len() >= 6 && s.contains(&run.digits)
                        || run.digits.len() == 4 && s.ends_with(&run.digits)
                };
                let part = |s: &String| *s == run.digits || s.len() >= 12 && piece(s);
                if self.known.iter().any(part) {
                    out.push((w.start, run.to));
                }
                i = run.end.max(i + 1);
                continue;
            }
            i += 1;
        }
        out
    }
}

/// Where the agent repeats digits that were just given: "nine", "I have four four one nine oh two".
fn echoed(said: &Said<'_>, given: &str) -> Vec<(usize, usize)> {
    let alone = repeats(said);
    let (mut out, mut i) = (Vec::new(), 0);
    while i < said.words.len() {
        let Some(run) = run_at(said, i).filter(|r| r.end > i) else {
            i += 1;
            continue;
        };
        let end = run.digits.len() >= SHORTEST && (given.ends_with(&run.digits) || given.starts_with(&run.digits));
        if end || alone && given.contains(&run.digits) && !run.digits.is_empty() {
            out.push((said.words[i].start, run.to));
        }
        i = run.end;
    }
    out
}

/// The word behind single letters that begin at word `i`: "W a s s e r".
fn spelled_end(said: &Said<'_>, i: usize) -> Option<usize> {
    let single = |k: usize| said.words.get(k).is_some_and(|w| w.text.chars().count() == 1 && w.is_alphabetic());
    if i > 0 && single(i - 1) {
        return None;
    }
    let end = (i..said.words.len().min(i + LONGEST)).find(|&k| !single(k)).unwrap_or(said.words.len().min(i + LONGEST));
    (end - i >= SHORTEST).then_some(end)
}

fn joined(said: &Said<'_>, from: usize, end: usize) -> String {
    (from..end).map(|k| said.low(k)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::conversation::{Channel, Conversation};
    use crate::domain::moment::Listen;
    use crate::extract::{Extractor, outgoing, summarize, tried};

    fn shown(lines: &[&str]) -> Vec<String> {
        let message = |line: &&str| {
            let (role, text) = line.split_at(3);
            let role = if role == "A: " { Role::Agent } else { Role::Customer };
            Message { at_ms: 0, role, text: text.to_owned() }
        };
        masked(&lines.iter().map(message).collect::<Vec<_>>())
    }

    #[test]
    fn bare_answers_are_secret() {
        for (lines, want) in [
            (["A: What is your password?", "C: Regen!77"], "****"),
            (["A: And the password?", "C: it's gooseberry"], "it's ****"),
            (["A: your username and password please", "C: mira / Regen!77"], "mira / ****"),
            (["A: What's your PIN?", "C: four seven one nine"], "****"),
            (["A: Please tell me the code we sent you by SMS.", "C: 553 210"], "****"),
            (["A: And the three digits on the back?", "C: 737"], "****"),
            (["A: What's the card number?", "C: fifty five twenty one"], "****"),
            (["A: I need the security code", "C: yes, 9 0 1"], "yes, ****"),
            (["A: Could you give me your password?", "C: sorry, I forgot it"], "sorry, I forgot it"),
            (["A: What is your password?", "C: why do you need that?"], "why do you need that?"),
            (["A: What are the last four digits of the card?", "C: 4411"], "4411"),
            (["A: Never share your PIN with anybody.", "C: ok, call 555 0142"], "ok, call 555 0142"),
        ] {
            assert_eq!(shown(&lines)[1], want, "{lines:?}");
        }
    }

    #[test]
    fn digits_said_twice_and_codes_that_are_set() {
        for (lines, want) in [
            (["A: and your pin", "C: it's double four nine two"], "it's ****"),
            (["A: your PIN please", "C: triple one nine"], "****"),
            (["A: I've sent you a code just now.", "C: it says 884213"], "it says ****"),
            (["A: I'll text you a one time passcode.", "C: it's five five nine one"], "it's ****"),
            (["A: Please tell me the number in the text message.", "C: 884 213"], "****"),
            (["A: Is there a gate or a lockbox?", "C: yes, 4417"], "yes, ****"),
            (["A: Is there a gate?", "C: yes, call me at 0151 23456789"], "yes, call me at 0151 23456789"),
            (["A: How do we get in?", "C: 1200 Oak Street, flat 302"], "1200 Oak Street, flat 302"),
            (["A: And your card's expiry date?", "C: 09/27"], "****"),
            (["A: When does your passport expire?", "C: 09/27"], "09/27"),
            (["A: Which account should we pay into?", "C: savings, 33445566"], "savings, ****"),
            (["A: And what is the verbal password?", "C: sunflower"], "****"),
            (["A: What was your favourite teacher's name?", "C: Mr Brandt"], "****"),
            (["A: What's the name on the card, and the zip?", "C: Ana Ruiz, 90210"], "Ana Ruiz, 90210"),
            (["A: Your passport number?", "C: it's 547812290"], "it's ****"),
            (["C: is it set?", "A: yes, the new code is two two seven six"], "yes, the new code is ****"),
        ] {
            assert_eq!(shown(&lines)[1], want, "{lines:?}");
        }
    }

    #[test]
    fn what_is_said_once_more_and_what_was_said_before() {
        let told = shown(&[
            "C: Hi, Regen77 does not work any more",
            "C: my password is Regen77",
            "A: Is it Regen77, with a capital?",
            "C: yes regen77. And my pin is 4719",
            "A: So four seven one nine.",
            "C: make it Hagel2030 please",
            "C: the card is 4111 1111 1111 1111",
            "A: 41111111, I see",
        ]);
        let all = told.join("\n").to_lowercase();
        for secret in ["regen", "4719", "four seven", "hagel", "4111"] {
            assert!(!all.contains(secret), "{secret}: {all}");
        }
        assert!(all.contains("does not work any more") && all.contains("with a capital"), "{all}");
    }

    #[test]
    fn a_card_over_several_turns() {
        let told = shown(&[
            "A: The card number, please.",
            "C: 4111",
            "A: yes",
            "C: 1111 1111",
            "A: go on",
            "C: eleven eleven",
        ]);
        assert_eq!((&*told[1], &*told[3], &*told[5]), ("****", "****", "****"));
    }

    #[test]
    fn no_more_is_kept_than_is_needed() {
        let mut secrets = Secrets::default();
        for i in 0..1000 {
            secrets.masked(&Message { at_ms: 0, role: Role::Customer, text: format!("my pin is {}", 4000 + i) });
        }
        assert_eq!(secrets.known.len(), KNOWN);
    }

    /// Secrets, each with what of it must not be seen anywhere, and the lines that tell it.
    const PLANTED: &[(&str, &[&str])] = &[
        ("5521", &["C: my card is 4485 5521 3362 0017 ok"]),
        (
            "eighteen ten",
            &["C: it is fifty five twenty one eighteen ten double three sixty two double oh seventeen thirty"],
        ),
        ("Hagel", &["C: pw: Hagel2031 is what I use"]),
        ("Hagel", &["C: I cannot log in with my password", "A: I can set a new one.", "C: change it to HagelUndWind9"]),
        ("Wind", &["C: my password was Hagel2031 to WindUndWetter7 since today"]),
        ("737", &["C: the cvv is 737"]),
        ("6284", &["C: CID 6284"]),
        ("493", &["A: Please read me the code that I sent you by SMS.", "C: sure 493 021"]),
        ("7306", &["C: my pin's 7306", "A: Is 7306 right?", "C: yes, 7306"]),
        ("Regen", &["A: What are your user name and password?", "C: mira / Regen!88"]),
        ("gooseberry", &["A: And your password?", "C: gooseberry"]),
        ("gooseberry", &["C: gooseberry does not work", "C: I mean my password: gooseberry"]),
        ("078", &["C: my social security number is 078-05-1120"]),
    ];

    #[test]
    fn planted_secrets_are_nowhere() {
        let say = |line: &str| {
            let (role, text) = line.split_at(3);
            (if role == "A: " { Role::Agent } else { Role::Customer }, text.to_owned())
        };
        for ((secret, lines), before) in PLANTED.iter().flat_map(|p| (0..180).step_by(60).map(move |n| (p, n))) {
            let mut told: Vec<(Role, String)> = lines.iter().map(|l| say(l)).collect();
            // in one message with a value, so that a cut goes through it
            let near = told.len() - 1;
            let pad = "and so on ".repeat(before / 10);
            told[near].1 = format!("{}, {pad}my email is ana@example.com, order A-7", told[near].1);
            told.push(say("C: I'm Ana Ruiz and want to change my address, my email is ana@example.com"));
            told.push(say("A: Your address has been changed."));
            let messages: Vec<Message> =
                told.into_iter().map(|(role, text)| Message { at_ms: 0, role, text }).collect();
            for channel in [Channel::Text, Channel::Voice] {
                let mut listener = Extractor::default().with_threshold(0.99).listen(channel);
                messages.iter().for_each(|m| Listen::hear(&mut listener, m));
                let mut seen =
                    vec![Listen::summary(&listener), summarize(&messages, None), summarize(&messages, Some(60))];
                seen.extend(masked(&messages));
                seen.extend(listener.found.iter().map(|f| format!("{} {}", f.value, f.text)));
                seen.extend(listener.found.iter().filter_map(|f| listener.source(&f.key)).map(|s| s.words));
                seen.extend(
                    listener.found.iter().filter_map(|f| listener.doubt(&f.key)).map(|d| d.value + &d.source.words),
                );
                let conversation = Conversation {
                    id: "c".into(),
                    channel,
                    started_at: jiff::Timestamp::UNIX_EPOCH,
                    messages: messages.clone(),
                    attributes: Vec::new(),
                    triggers: Vec::new(),
                    ended_at_ms: None,
                };
                let tried = tried(&Extractor::default(), &conversation);
                seen.extend(tried.messages.iter().map(|m| m.text.clone()));
                seen.extend(tried.values.iter().map(|v| v.value.clone()));
                let mut secrets = Secrets::default();
                let sent: Vec<Message> = messages.iter().map(|m| outgoing(&mut secrets, m)).collect();
                // what was said before it was told to be one is gone by then
                let late = lines.len() == 2 && lines[0].contains(secret);
                seen.extend(sent.into_iter().map(|m| m.text).filter(|_| !late));
                let found = seen.iter().find(|s| s.contains(secret) || s.contains(&secret[..3]) && secret.len() > 4);
                assert_eq!(found, None, "{secret} {before} {messages:?}");
                assert!(listener.get("email").is_some(), "{messages:?}");
            }
        }
    }
}
