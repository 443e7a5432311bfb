//! What the agent says of the customer's values, and what the customer answers: read back, confirmed, denied, put right.
//!
//! Owns the values that pass between the two. Must not know how a value is found in words.

use super::about::About;
use super::asked::Asked;
use super::excerpt::excerpt;
use super::outcome::is_spelled;
use super::proposal::{Key, Proposal, Scene, sure};
use super::withdrawn::is_kept;
use super::words::{Gap, Said, is_common, listed};
use super::{Listener, Words, ends, mail, mail_domain, reach};
use crate::domain::conversation::Role;

/// How many of the business's own addresses are remembered.
const KEPT: usize = 8;

impl Listener {
    /// "So that is ana@example.com, correct?"
    pub(super) fn read_back(&mut self, said: &Said<'_>) {
        // what follows a question for it, or repeats it, speaks of the number
        self.number_spoken_of = self.asked.has(Asked::PHONE)
            || said.any(&["phone", "digits"])
            || (1..said.words.len()).any(|i| said.low(i) == "number" && listed("your the contact", said.low(i - 1)))
            || self.get("phone").is_some_and(|known| reach::repeats(said, &known.value));
        self.shown = None;
        let ours = said.any(&["our", "us"]);
        let scene = Scene { asked: Asked::NOTHING, by_agent: true, ..self.scene() };
        let email = mail::emails(said, &Scene { asked: Asked::EMAIL, ..scene }, &self.others).map(|p| p.value);
        if !ours {
            self.shown.clone_from(&email);
        }
        let asks = said.text.contains('?')
            || scene.voice && listed("is so and was", said.low(0)) && said.any(&["is", "right", "correct"])
            || scene.voice && said.any(&["correct", "right"]);
        let checks = asks
            && said
                .any(&["correct", "right", "confirm", "is", "that's", "got", "with", "to", "still", "you're", "are"]);
        if !ours && !checks && asks {
            // "602 555 0134?": no more than what was said, to be denied or not
            let phone = reach::phones(said, &Scene { asked: Asked::PHONE, ..scene }).map(|p| p.value);
            for (key, value) in [(Key::Email, email), (Key::Phone, phone)] {
                let known = self.get(key.name(&self.extractor.customs)).map(|f| f.value.clone());
                if let (Some(value), Some(known)) = (value, known)
                    && same(&value, &known)
                {
                    self.read_back.push((key, known));
                }
            }
            return;
        }
        // "k u n t z at example dot c h"
        let spelled = scene.voice && said.low(0).len() == 1 && is_spelled(said);
        if let (true, Some(value)) = (spelled && !ours, &email) {
            self.read_back.push((Key::Email, value.clone()));
            return;
        }
        if !checks || ours {
            return;
        }
        let your = |what: &[&str]| said.words.windows(2).any(|w| w[0].low == "your" && what.contains(&&*w[1].low));
        if let Some(value) = email
            && (self.asked_before.has(Asked::EMAIL)
                || your(&["email", "e-mail", "mail"])
                || said.any(&["still", "correct", "right"])
                || said.has(0, &["is", "it"])
                || said.has(0, &["is", "this"]))
        {
            self.read_back.push((Key::Email, value));
        }
        // "the number you're calling from, is it ...?"
        let others = "order account booking reference policy tracking invoice card member customer serial flight room zip case ticket";
        let calling =
            said.any(&["number"]) && said.any(&["calling"]) && !said.words.iter().any(|w| listed(others, &w.low));
        if (self.asked_before.has(Asked::PHONE) || your(&["phone", "number", "mobile"]) || calling)
            && let Some(p) = reach::phones(said, &Scene { asked: Asked::PHONE, ..scene })
        {
            self.read_back.push((Key::Phone, p.value));
        }
        if (said.text.contains('?') || scene.voice && said.low(0) == "is")
            && let Some(name) = ends::read_back(said, &scene)
        {
            let (first, last) = (name.first.map(|v| self.cased(v)), name.last.map(|v| self.cased(v)));
            self.read_back.extend(first.map(|v| (Key::FirstName, v)));
            self.read_back.extend(last.map(|v| (Key::LastName, v)));
        }
    }

    /// "yes" after the agent read a value back.
    pub(super) fn confirm(&mut self, said: &Said<'_>, at_ms: i64) {
        let mut read_back = std::mem::take(&mut self.read_back);
        if says_name_anew(said, &read_back) {
            self.asked = self.asked.with(Asked::NAME).without(Asked::OTHER);
        }
        // "which one do you have?" "ana@x.example" "that's mine"
        let shown = self.shown.take().filter(|_| read_back.is_empty() && claims(said));
        read_back.extend(shown.map(|value| (Key::Email, value)));
        let kept = is_kept(said, 1);
        if denies(said) && !kept {
            for (key, value) in &read_back {
                let key = key.name(&self.extractor.customs);
                if let Some(found) = self.found.iter_mut().find(|f| f.key == key && same(&f.value, value)) {
                    found.weight = sure::DOUBTFUL;
                    found.sure = sure::DOUBTFUL;
                }
            }
            return;
        }
        if !confirms(said) && !claims(said) && !kept {
            return;
        }
        let text = std::mem::take(&mut self.read_back_text);
        for (key, value) in read_back {
            let words = Words { role: Role::Agent, at_ms, nth: self.read_back_nth, text: excerpt(&text, &value, 0) };
            self.keep(Proposal::new(key, value, sure::CONFIRMED, 0), words, true);
        }
    }

    /// The customer's address in this message, or the one that was said before with its domain put right: "*gmail.com".
    pub(super) fn hear_email(&self, said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
        if let Some(found) = mail::emails(said, scene, &self.others) {
            return Some(found);
        }
        let known = &self.get("email")?.value;
        let corrects =
            said.any(super::CORRECTIONS) || said.any(&["oops", "sorry"]) || said.text.trim_start().starts_with('*');
        let domain = mail_domain::domain_alone(said).filter(|_| corrects && said.words.len() <= 10)?;
        let (local, _) = known.split_once('@')?;
        Some(Proposal::new(Key::Email, format!("{local}@{domain}"), sure::PIECED, 0))
    }

    /// The customer's number in this message, that of several messages together ("five oh five" "five five five" "oh one two two"),
    /// or the one that was said before with its end put right.
    pub(super) fn hear_phone(&mut self, said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
        let so_far = std::mem::take(&mut self.digits_so_far);
        let found = reach::phones(said, scene).filter(|_| !is_account(said, scene));
        let begins =
            found.is_none() && scene.asked.has(Asked::PHONE) && !scene.asked.has(Asked::ZIP.with(Asked::OTHER));
        if (begins || !so_far.is_empty())
            && let Some(piece) = reach::piece(said)
            && so_far.len() + piece.len() <= 15
        {
            self.digits_so_far = so_far + &piece;
            let whole = self.digits_so_far.len() >= 7;
            return whole.then(|| Proposal::new(Key::Phone, self.digits_so_far.clone(), sure::PIECED, 0));
        }
        if found.is_some() || !self.number_spoken_of {
            return found;
        }
        let value = reach::end_anew(said, &self.get("phone")?.value)?;
        Some(Proposal::new(Key::Phone, value, sure::PIECED, 0))
    }

    /// Remembers the addresses that the agent gives out.
    pub(super) fn hear_given_out(&mut self, said: &Said<'_>) {
        if said.text.contains('@') || said.any(&["at"]) {
            for value in mail::given_out(said) {
                if self.others.len() < KEPT && !self.others.contains(&value) {
                    self.others.push(value);
                }
            }
        }
    }
}

/// A bare number where only the customer's side is known, who came about money: an account's, a card's.
fn is_account(said: &Said<'_>, scene: &Scene) -> bool {
    const PHONE: &[&str] =
        &["phone", "ph", "mobile", "cell", "contact", "call", "telephone", "tel", "reach", "whatsapp"];
    let money = scene.about.has(About::MONEY) && !scene.about.has(About::FOOD.with(About::TRAVEL));
    !scene.agent_spoke && !scene.voice && money && !said.any(PHONE)
}

/// The same value, however a number is parted.
fn same(one: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = |text: &str| !text.contains(char::is_alphabetic);
    one.eq_ignore_ascii_case(other) || (number(one) && number(other) && digits(one) == digits(other))
}

/// "yes", "that's right", and nothing that takes it back.
pub(super) fn confirms(said: &Said<'_>) -> bool {
    let yes = matches!(
        said.low(0),
        "yes"
            | "yeah"
            | "yea"
            | "yep"
            | "yup"
            | "yessir"
            | "aye"
            | "correct"
            | "right"
            | "exactly"
            | "sure"
            | "ok"
            | "okay"
    ) || said.has(0, &["that's", "right"])
        || said.low(0) == "thats" && listed("me right correct", said.low(1))
        || said.has(0, &["that's", "correct"])
        || said.has(0, &["that", "is", "correct"])
        || said.has(0, &["that's", "me"])
        || said.has(0, &["that", "is", "me"])
        || said.has(0, &["it", "is"]) && said.words.len() == 2
        || said.low(0) == "speaking" && said.words.len() == 1;
    yes && !said.any(&["no", "not", "but", "wrong", "except"])
}

/// "is this Olga Petrovna?" "it's Olga Petrenko": one part of the name that was read back beside another one.
fn says_name_anew(said: &Said<'_>, read_back: &[(Key, String)]) -> bool {
    let part = |key: Key| read_back.iter().find(|(k, _)| *k == key).map(|(_, v)| v.to_lowercase());
    let (Some(first), Some(last)) = (part(Key::FirstName), part(Key::LastName)) else { return false };
    let lead = "no nope sorry actually it it's its should be i'm i am this is my the name um uh almost close";
    let from = (0..said.words.len()).find(|&k| !listed(lead, said.low(k))).unwrap_or(0);
    let (one, two) = (said.low(from), said.low(from + 1));
    let apart = said.words.get(from + 1).is_none_or(|w| w.gap != Gap::Space) || is_common(one) || is_common(two);
    !apart && said.breaks(from + 2) && (one == first) != (two == last)
}

/// "that's mine", "yes, that's my email"
fn claims(said: &Said<'_>) -> bool {
    let mine = said.words.iter().any(|w| w.low == "mine");
    let named = said.words.windows(2).any(|w| w[0].low == "my" && listed("email mail address", &w[1].low));
    let short = said.words.len() <= 8 && !said.text.contains('@') && !said.any(&["at", "is"]);
    let named = named && listed("yes yeah yep that's thats it's its", said.low(0));
    (mine || named) && short && !said.any(&["no", "not", "isn't", "isnt", "wrong"])
}

/// "no, that's wrong": and nothing else is wrong or asked for.
fn denies(said: &Said<'_>) -> bool {
    let no = listed("no nope nah wrong incorrect", said.low(0))
        || said.has(0, &["not", "quite"])
        || said.has(0, &["that's", "not"]);
    let courtesy = listed("thanks thank problem worries need", said.low(1))
        || said.has(1, &["that's", "all"])
        || said.has(1, &["that", "is", "all"]);
    no && !courtesy
}
