//! A chat of which only the customer's side is known: bare answers to questions that nobody sees.
//!
//! Owns what such an answer may be, told by what the customer came for and by what stands beside it. Must not know how people
//! state the same in a sentence.
//!
//! "peters 4410" is a name and the number that goes with it where somebody came about an expense, and a town with its postcode
//! where they came about a connection at home. Where what they came for does not settle it, nothing is taken.

mod again;
mod glued;
mod house;
mod journey;
mod mail;
mod order;
mod place;
mod waiting;
mod who;

pub(super) use glued::parted;
use waiting::Waiting;
pub(super) use who::named;

use super::Listener;
use super::about::{self, About};
use super::company::{self, is_suffix, is_trade};
use super::proposal::{Key, Proposal, Scene, sure};
use super::words::{
    Said, Word, is_city, is_common, is_everyday, is_first_name, is_function, is_surname, listed, state_at,
};

/// How many people whom the customer speaks to are remembered.
const CALLED: usize = 4;

/// What an answer may begin with.
const LEADS: &str = "yes yeah ya yep sure surely certainly definitely ok okay its it's it is this i am i'm im the my name hi hello hey \
    hai hii sir mam madam of course oh well so yup absolutely sureit sureits yesit okit good morning evening afternoon";
/// What stands between a name and the number that goes with it.
const LABELS: &str = "account acct acc ac a c ssn ss social security policy claim booking book confirmation conformation conf pnr dob born \
    pin password pasword passward pwd pass word passcode card credit debit last four 4 digit digits employee emp id number no num phone ph mobile cell contact \
    code order reference ref otp";
/// What a house deals in that asks for instruments.
const MUSIC: &str = "music musical musicals musically sound sounds audio records instruments acoustics info";
const JOINTS: &str = "and my its it's with the is are of in it here as are";
/// Words that are no name though no list of everyday words has them.
const MONTHS: &str = "january february march april may june july august september october november december jan feb mar apr jun jul aug \
    sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday";
const CARS: &str = "audi bmw honda toyota maruti maruthi maruthi suzuki hyundai ford chevrolet chevy nissan kia mazda tesla volkswagen vw \
    volvo jeep dodge tata mahindra mercedes benz porsche lexus subaru fiat renault skoda datsun jaguar bentley ferrari lamborghini \
    buick cadillac chrysler acura infiniti mini opel peugeot citroen swift civic corolla camry accord city innova polo jetta alto \
    figo ecosport duster creta verna santro scorpio xuv mustang ranger rover pontiac mitsubishi model";
const PRODUCTS: &str = "windows outlook skype microsoft word excel office salesforce whatsapp whats app chrome adobe photoshop linux \
    android ios oracle sap java google gmail iphone samsung tally version powerpoint antivirus firefox explorer \
    facebook zoom teams router laptop visa mastercard paypal amex internet";

/// What is kept between the messages of such a chat.
#[derive(Debug, Clone, Default)]
pub(super) struct Alone {
    pub about: About,
    /// Whom the customer speaks to: "thanks riley".
    called: Vec<String>,
    turns: u32,
    /// The last message said who the customer is.
    identified: bool,
    /// A word or two by themselves, which the next message may tell to be a name or a town.
    waiting: Option<Waiting>,
    /// The last message was a name by itself.
    introduced: bool,
    /// The last message was a given name and nothing else.
    given: bool,
    /// One that stood by itself, which an address may tell to be the customer's: "kiara", and later kiara45@.
    single: Option<Waiting>,
    /// The last message was a postcode, and no town is known.
    zipped: bool,
    /// The last message was a booking's code, and nobody knows whose.
    coded: bool,
    /// Such a code was given some time ago.
    booked: bool,
}

impl Alone {
    /// Takes what the customer says, whatever is found in it.
    pub(super) fn hear(&mut self, said: &Said<'_>) {
        self.about = about::hear(self.about, said);
        self.turns = self.turns.saturating_add(1);
        let n = said.words.len();
        for k in 1..n.min(12) {
            let low = said.low(k);
            let spoken_to =
                listed("hi hello hey hai hii thanks thank thankyou dear morning evening you bye", said.low(k - 1))
                    && (said.low(k - 1) != "you" || said.low(k.wrapping_sub(2)) == "thank");
            let ends = k + 1 == n || is_function(said.low(k + 1));
            if spoken_to
                && ends
                && is_first_name(low)
                && self.called.len() < CALLED
                && !self.called.iter().any(|c| c == low)
            {
                self.called.push(low.to_owned());
            }
        }
    }
}

/// What stands behind the words of a name.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Tail {
    End,
    /// A number or a code, with its digits, and whether it was said what it is.
    Number(usize, bool),
    Other,
}

fn tail(said: &Said<'_>, from: usize) -> Tail {
    let n = said.words.len();
    if from >= n {
        return Tail::End;
    }
    if said.low(from) == "born" {
        return Tail::Number(8, true);
    }
    let mut k = from;
    let mut labelled = false;
    while k < n && k < from + 9 && (listed(LABELS, said.low(k)) || listed(JOINTS, said.low(k))) && said.low(k) != "4" {
        labelled |= listed(LABELS, said.low(k));
        k += 1;
    }
    let mut digits = 0;
    let mut codes = 0;
    // "joseph george and k 84 bwepl 63": letters of a code before its last digits
    let inner = |k: usize, w: &Word<'_>| {
        k > from
            && w.is_alphabetic()
            && w.low.chars().count() < 6
            && !is_common(&w.low)
            && (said.words.get(k - 1).is_some_and(has_digit) || k == from + 1 && said.low(from) == "and" && k + 2 == n)
            && said.words.get(k + 1).is_some_and(has_digit)
    };
    while let Some(w) = said.words.get(k).filter(|w| w.low.chars().count() < 4 || has_digit(w) || inner(k, w)) {
        digits += w.text.bytes().filter(u8::is_ascii_digit).count();
        codes += 1;
        k += 1;
        if codes > 8 {
            break;
        }
    }
    // "and my password is kite 359"
    let secret = |k: &usize| listed("password pasword passward pwd passcode", said.low(*k));
    let named =
        (from..n.min(from + 4)).find(secret).is_some_and(|k| k + 2 < n && n <= k + 4 && said.low(k + 1) == "is");
    if named {
        return Tail::Number(4, true);
    }
    if labelled && digits == 0 && said.words[from..].iter().skip(1).take(8).any(has_digit) {
        return Tail::Number(4, true);
    }
    match digits {
        0 => Tail::Other,
        _ if k < n && !labelled && !is_function(said.low(k)) && !listed(LABELS, said.low(k)) => Tail::Other,
        n => Tail::Number(n, labelled),
    }
}

fn has_digit(w: &Word<'_>) -> bool {
    w.text.bytes().any(|b| b.is_ascii_digit())
}

/// Past what an answer may begin with.
fn begin(said: &Said<'_>) -> usize {
    (0..said.words.len().min(8)).find(|&k| !listed(LEADS, said.low(k))).unwrap_or(said.words.len().min(8))
}

/// May it be a part of a name, as far as one word tells?
fn may_name(w: &Word<'_>) -> bool {
    let low = &*w.low;
    w.is_alphabetic()
        && low.chars().count() <= 24
        && !is_function(low)
        && (is_surname(low) || !is_everyday(low))
        && !listed(LABELS, low)
        && !listed(MONTHS, low)
        && !listed(PRODUCTS, low)
        && !company::is_legal_form(w)
        && !listed("solution solutions", low)
        && !listed(MUSIC, low)
        && !is_trade(low)
        && !["solutions", "technologies", "software", "softwares", "ssn"].iter().any(|end| low.ends_with(end))
        && !house::is_coined(low)
}

fn is_pronounced(low: &str) -> bool {
    low.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// A word of no list that is long enough to be a name.
fn is_strange(w: &Word<'_>) -> bool {
    let low = &*w.low;
    !is_common(low) && low.chars().count() > 2 && is_pronounced(low) && !is_suffix(low) && !listed(CARS, low)
}

fn missing_of(seen: &[Proposal], key: Key) -> bool {
    !seen.iter().any(|p| p.key == key)
}

/// A form of a verb.
fn past(low: &str) -> bool {
    low.ends_with("ed") || low.ends_with("ing") || low.ends_with("ly")
}

impl Listener {
    /// What the customer says where the agent's side is missing, besides who they are.
    pub(super) fn hear_alone(&mut self, said: &Said<'_>, scene: &Scene, seen: &mut Vec<Proposal>, at_ms: i64) {
        if !scene.one_sided() || scene.voice {
            return;
        }
        let missing = |key: Key| !seen.iter().any(|p| p.key == key);
        let waiting = self.alone.waiting.take();
        let nameless = self.get("first_name").is_none()
            && self.get("last_name").is_none()
            && missing(Key::FirstName)
            && missing(Key::LastName);
        let seat = self.alone.about.has(About::SEAT) && nameless;
        self.alone.coded = seat && journey::code(said);
        self.alone.booked |= self.alone.coded;
        if self.alone.coded
            && let Some(before) = waiting.as_ref().filter(|w| w.passenger)
        {
            self.alone.coded = false;
            self.keep_passenger(before);
        }
        if missing_of(seen, Key::Street) {
            seen.extend(self.house_put_right(said));
        }
        let missing = |key: Key| !seen.iter().any(|p| p.key == key);
        let pinned = if missing(Key::Zip) { glued::pin(said, self.alone.about) } else { None };
        let pinned = pinned.as_deref().map(Said::new);
        if let Some(pinned) = &pinned {
            seen.extend(place::pinned(pinned, self.alone.about));
        }
        let missing = |key: Key| !seen.iter().any(|p| p.key == key);
        if missing(Key::City) && missing(Key::Street) {
            let known = |p: &Proposal| seen.iter().any(|s| s.key == p.key);
            let found: Vec<_> = place::town(pinned.as_ref().unwrap_or(said), self.alone.about)
                .into_iter()
                .filter(|p| !known(p))
                .collect();
            seen.extend(found);
        }
        place::settle(self.alone.about, seen);
        if missing_of(seen, Key::City) && missing_of(seen, Key::Street) && self.get("city").is_none() {
            seen.extend(place::called(said, self.alone.about, self.alone.zipped));
        }
        let coded = self.get("zip").is_none() && missing_of(seen, Key::Zip) && self.get("city").is_some();
        if coded {
            seen.extend(place::code(said, self.alone.about));
        }
        self.alone.zipped = self.alone.about.has(About::HOME)
            && self.get("city").is_none()
            && missing_of(seen, Key::City)
            && place::is_code(said);
        if missing_of(seen, Key::Email) && self.get("email").is_none() {
            seen.extend(mail::glued(said));
        }
        if nameless {
            self.single(said, seen, at_ms);
        }
        let numbered = missing_of(seen, Key::Phone) && self.get("phone").is_none();
        let cut = parted(said);
        let cut = cut.as_deref().map(Said::new);
        order::hear(cut.as_ref().unwrap_or(said), self.alone.about, numbered, seen);
        if let Some(before) = waiting {
            self.tell(&before, said, seen);
        }
        if self.alone.about.has(About::HOME) && !seen.iter().any(|p| p.key == Key::Zip) {
            let placed = seen.iter().any(|p| p.key == Key::City) || said.words.len() == 1 && self.get("zip").is_none();
            let mut numbers = said.words.iter().filter(|w| w.is_digits() && w.text.len() > 3);
            if let (true, Some(zip), None) = (placed, numbers.next(), numbers.next())
                && matches!(zip.text.len(), 5 | 6)
            {
                seen.push(Proposal::new(Key::Zip, zip.text, sure::LIKELY, zip.start));
            }
        }
        if missing_of(seen, Key::Company) && self.get("company").is_none() {
            seen.extend(house::owned(said, self.alone.about));
            if self.alone.introduced && seen.is_empty() {
                seen.extend(house::behind_name(said, self.alone.about));
            }
        }
        if seen.is_empty() {
            seen.extend(house::with_number(said, self.alone.about));
        }
        if seen.iter().all(|p| matches!(p.key, Key::FirstName | Key::LastName | Key::Phone)) {
            seen.extend(place::town_at_end(said, self.alone.about));
        }
        if self.alone.identified && seen.is_empty() {
            seen.extend(house::alone(said, self.alone.about));
        }
        let from = begin(said).min(3);
        let bare = said.words.get(from).map_or("", |w| said.text[w.start..].trim());
        let own = Said::new(bare);
        let said = if from > 0 { &own } else { said };
        let short = said.words.len() <= 3 && !said.words.is_empty();
        let town = |k: usize| k > 0 && said.low(k) == "city";
        let named = short
            && said.words.iter().enumerate().all(|(k, w)| is_strange(w) && may_name(w) || is_city(&w.low) || town(k));
        let stated = short
            && state_at(said, 0).is_some_and(|(len, short)| {
                !short && (len == said.words.len() || len + 1 == said.words.len() && said.low(len) == "city")
            });
        let called = |low: &str| self.alone.called.iter().any(|c| c == low);
        let passenger = seat && journey::bare(said).is_some() && !(said.words.len() == 1 && called(said.low(0)));
        if named || stated || passenger || is_city(&said.text.trim().to_lowercase()) {
            let text = super::excerpt::excerpt(&self.said_last, said.text.trim(), 0);
            self.alone.waiting =
                Some(Waiting { said: said.text.trim().to_owned(), text, nth: self.nth, at_ms, passenger });
        }
    }

    /// Did this message say who the customer is, so that the next may say for whom they work?
    pub(super) fn note_identified(&mut self, said: &Said<'_>, seen: &[Proposal]) {
        let named = seen.iter().any(|p| matches!(p.key, Key::FirstName | Key::LastName));
        let number = said.words.last().is_some_and(|w| w.is_digits() && (3..9).contains(&w.text.len()));
        let held = self.alone.identified && said.words.iter().all(|w| is_function(&w.low));
        self.alone.introduced = said.words.len() < 3
            && said.words.first().is_some_and(|w| is_first_name(&w.low) && !is_common(&w.low) && !is_city(&w.low));
        self.alone.given = named && self.alone.introduced && said.words.len() == 1;
        self.alone.identified = named || number && said.words.len() < 9 || held;
    }
}
