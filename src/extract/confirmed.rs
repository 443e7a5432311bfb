//! What the agent says of the customer's values, and what the customer answers: read back, confirmed, denied, put right.
//!
//! Owns the values that pass between the two. Must not know how a value is found in words.

use super::about::About;
use super::asked::Asked;
use super::excerpt::excerpt;
use super::outcome::is_spelled;
use super::proposal::{Key, Proposal, Scene, sure};
use super::withdrawn::is_kept;
use super::words::{Gap, Said, Word, is_city, is_common, listed};
use super::{Listener, Words, address, aloud, amended, ends, mail, mail_domain, reach};
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
            || scene.voice && said.any(&["correct", "right", "confirm", "still"]);
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
            // "Grace Mbeki as well?"
            if let (Some(name), Some(known)) = (ends::also_named(said, &scene), self.value("first_name"))
                && name.first.as_deref().is_some_and(|first| same(first, known))
            {
                self.read_back.extend(name.last.map(|v| (Key::LastName, self.cased(v))));
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
        if (self.asked_before.has(Asked::PHONE)
            || your(&["phone", "number", "mobile", "cell", "telephone", "landline"])
            || calling)
            && let Some(p) = reach::phones(said, &Scene { asked: Asked::PHONE, ..scene })
        {
            self.read_back.push((Key::Phone, p.value));
        }
        self.read_back_place(said, &scene);
        if (said.text.contains('?') || scene.voice && said.low(0) == "is")
            && let Some(name) = ends::read_back(said, &scene)
        {
            let (first, last) = (name.first.map(|v| self.cased(v)), name.last.map(|v| self.cased(v)));
            self.read_back.extend(first.map(|v| (Key::FirstName, v)));
            self.read_back.extend(last.map(|v| (Key::LastName, v)));
        }
    }

    /// "Is your mailing address still 90 Linden Blvd, Brooklyn, NY 11226?", "are you still in Leeds?"
    fn read_back_place(&mut self, said: &Said<'_>, scene: &Scene) {
        let asks = |to: usize| {
            let end = (to..said.words.len()).find(|&k| said.words[k].gap == Gap::Stop);
            let asks = end.map_or(&said.text[to.min(1)..], |k| &said.text[..said.words[k].start]);
            scene.voice || asks.trim_end().ends_with('?')
        };
        if let Some(from) = own_address(said, self.asked_before) {
            // the words behind it alone: before them stands "your"
            let start = said.words[from].start;
            let rest = Said::new(&said.text[start..]);
            let digits = if scene.voice { aloud::in_digits(&rest) } else { None };
            let in_digits = digits.as_deref().map(Said::new);
            let mut seen = Vec::new();
            let asked = Scene { asked: Asked::ADDRESS, ..*scene };
            address::find(in_digits.as_ref().unwrap_or(&rest), &asked, &mut seen);
            let soon = seen.iter().any(|p| p.key == Key::Street && p.at < 8);
            let end = seen.iter().map(|p| start + p.at + p.value.len()).max().unwrap_or(0);
            let next = said.words.partition_point(|w| w.start < end);
            // a town alone may be anybody's
            if soon && (scene.voice || asks(next)) {
                self.read_back.extend(seen.into_iter().map(|p| (p.key, p.value)));
            }
        } else if self.asked_before == Asked::CITY
            && let Some(k) = (1..said.words.len()).find(|&k| said.low(k) == "in")
        {
            let to = address::city_end(said, k + 1);
            if to > k + 1 && said.breaks(to) && said.text.contains('?') {
                let town = said.text[said.words[k + 1].start..said.words[to - 1].end].to_owned();
                self.read_back.extend(is_city(&town.to_lowercase()).then_some((Key::City, town)));
            }
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
        // "Are you in Denver?" "yes, for a conference"
        if said.words.len() > 3 && matches!(read_back[..], [(Key::City, _)]) {
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
        let anew = amended::place_anew(said);
        let anew = anew.as_deref().map(Said::new);
        if let Some(found) = mail::emails(anew.as_ref().unwrap_or(said), scene, &self.others) {
            return Some(found);
        }
        let known = &self.get("email")?.value;
        if let Some(value) = amended::email(said, known) {
            return Some(Proposal::new(Key::Email, value, sure::PIECED, 0));
        }
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

    /// "can you text me when it's ready?": a number that follows is the one to do it on.
    pub(super) fn hear_to_be_called(&mut self, said: &Said<'_>) {
        let calls = (1..said.words.len()).any(|k| {
            said.low(k) == "me"
                && (listed("text call ring phone", said.low(k - 1)) || said.has(k - 1, &["give", "me", "a", "call"]))
                && !(k.saturating_sub(5)..k)
                    .any(|n| listed("don't not never didn't did you'll will said he she they", said.low(n)))
        });
        let open = self.asked == Asked::NOTHING || self.asked == Asked::OTHER.with(Asked::GREETING);
        if calls && open && self.get("phone").is_none() && !said.words.iter().any(Word::is_digits) {
            self.asked = Asked::PHONE;
            self.waited = super::PATIENCE - 1;
        }
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

/// Behind which word the customer's address is read to them: "your mailing address still ...", "the address on file, ...".
fn own_address(said: &Said<'_>, asked: Asked) -> Option<usize> {
    let at = (1..said.words.len()).find(|&k| listed("address", said.low(k)))?;
    let before = (at.saturating_sub(4)..at).rev().take_while(|&k| k + 1 == at || !said.breaks(k + 1));
    let whose =
        before.into_iter().find(|&k| listed("your the this that", said.low(k)) || said.low(k).ends_with("'s"))?;
    let plain = (whose + 1..at).all(|k| {
        listed("mailing home billing shipping delivery postal street current new correct full service", said.low(k))
    });
    let behind = (at + 1..at + 8)
        .find(|&k| !listed("is still as on file we have here record it in our system be", said.low(k)))?;
    let own = said.low(whose) == "your" || asked.has(Asked::ADDRESS) || said.any(&["still", "file"]);
    (plain && own && !said.low(whose).ends_with("'s") && behind < said.words.len()).then_some(behind)
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
        || is_the_one(said)
        || said.low(0) == "speaking" && said.words.len() == 1;
    yes && !said.any(&["no", "not", "but", "wrong", "except"])
}

/// "that's the one", "you got it", "it sure is", "still the same": yes, in other words, and nothing else.
fn is_the_one(said: &Said<'_>) -> bool {
    const WAYS: &[&[&str]] = &[
        &["that's", "the", "one"],
        &["thats", "the", "one"],
        &["that", "is", "the", "one"],
        &["that's", "it"],
        &["thats", "it"],
        &["that's", "mine"],
        &["that's", "my", "number"],
        &["that's", "my", "cell"],
        &["that's", "my", "address"],
        &["you", "got", "it"],
        &["you've", "got", "it"],
        &["you", "have", "it"],
        &["it", "sure", "is"],
        &["it", "still", "is"],
        &["still", "is"],
        &["still", "the", "same"],
        &["it's", "still", "the", "same"],
        &["still", "right"],
        &["still", "correct"],
        &["it's", "correct"],
        &["it's", "right"],
        &["mm", "hmm"],
        &["mhm"],
        &["uh", "huh"],
        &["perfect"],
        &["indeed"],
        &["absolutely"],
    ];
    let polite = |k: usize| listed("thanks thank you please ma'am sir dear yes yeah yep great", said.low(k));
    let from = usize::from(listed("uh um oh", said.low(0)) && said.low(1) != "huh");
    let way = WAYS.iter().find(|way| said.has(from, way));
    way.is_some_and(|way| (from + way.len()..said.words.len()).all(polite))
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

#[cfg(test)]
mod tests {
    use super::super::tests::{text, voice};

    #[test]
    fn an_address_that_is_read_back() {
        let home = [("city", "Brooklyn"), ("state", "NY"), ("street", "90 Linden Blvd"), ("zip", "11226")];
        let asked = "A: Approved. Is your mailing address still 90 Linden Blvd, Brooklyn, NY 11226?";
        for yes in ["yep thats right", "that's the one", "it is", "still the same", "you got it"] {
            text(&[asked, &format!("C: {yes}")], &home);
        }
        text(&["A: Should it go to the address on file, 90 Linden Blvd, Brooklyn, NY 11226?", "C: yes"], &home);
        voice(
            &[
                "A: i have your address as fourteen hundred lakeshore drive apartment six b evanston illinois six oh two oh one is that right",
                "C: yes ma'am",
            ],
            &[
                ("city", "evanston"),
                ("state", "illinois"),
                ("street", "1400 lakeshore drive apartment 6b"),
                ("zip", "60201"),
            ],
        );
        for asked in [
            "A: The store's address is 90 Linden Blvd, Brooklyn, NY 11226, can you come by?",
            "A: Our address is 90 Linden Blvd, Brooklyn, NY 11226, is that ok?",
            "A: The pickup address is 90 Linden Blvd, Brooklyn, NY 11226, is that ok?",
            "A: Your address is 90 Linden Blvd, Brooklyn, NY 11226. Shall I go on with the order then?",
        ] {
            text(&[asked, "C: yes"], &[]);
        }
        text(&[asked, "C: no, that's my mother's"], &[]);
    }

    #[test]
    fn a_town_that_is_asked_about() {
        text(&["A: Are you still in Leeds?", "C: yes"], &[("city", "Leeds")]);
        text(&["A: Are you in Denver?", "C: yes for a conference"], &[]);
        text(&["A: Are you in Denver?", "C: not yet"], &[]);
        let sturgis = [("city", "sturgis"), ("state", "south dakota")];
        text(&["A: Are you in Rapid City?", "C: no im in sturgis", "C: south dakota"], &sturgis);
        text(&["A: And your town?", "C: sturgis", "A: Where are you flying to?", "C: texas"], &sturgis[..1]);
    }

    #[test]
    fn a_number_that_is_read_to_them() {
        let phone = [("phone", "6125550166")];
        for asked in [
            "is your cell still six one two five five five zero one six six",
            "and is this the best number to reach you six one two five five five zero one six six",
            "can i confirm the number six one two five five five zero one six six",
        ] {
            for yes in ["yes it is", "that's the one", "uh huh", "you got it"] {
                voice(&[&format!("A: {asked}"), &format!("C: {yes}")], &phone);
            }
            let other = "C: no that's my old one it's six one two five five five zero one six six";
            voice(&[&format!("A: {}", asked.replace("six six", "three three")), other], &phone);
        }
        text(
            &["A: Is the number 210 555 0133 still right?", "C: no that's old, use 210 555 0178"],
            &[("phone", "210 555 0178")],
        );
        voice(
            &["A: got it and the best phone number to reach you", "C: six one two five five five oh one six six"],
            &phone,
        );
        voice(&["A: the account number six one two five five five zero one six six", "C: that's right"], &[]);
    }

    #[test]
    fn a_number_to_be_called_on() {
        let phone = [("phone", "9175550155")];
        voice(
            &[
                "C: hi",
                "C: yeah can you text me when it's ready",
                "C: nine one seven five five five zero one five five",
            ],
            &phone,
        );
        text(&["C: could someone please call me about my order", "C: 9175550155"], &phone);
        text(&["C: please call me, my order is late", "A: What's the order number?", "C: 9175550155"], &[]);
        text(&["A: Hello?", "C: did you call me yesterday", "C: 9175550155"], &[]);
    }
}
