//! Where secrets stand in a message: card and account numbers, passwords, PINs and codes, social security numbers.
//!
//! Owns which words are secret by themselves and by the label beside them. Must not know what was said before (that is
//! given), nor where the text goes. In doubt a word is secret: what is hidden by mistake is a nuisance, the other way is harm.

mod account;
mod card;
mod digits;
mod entry;
mod expiry;
mod key;
mod label;
mod login;
mod more;
mod paper;
mod password;
mod phrase;
mod token;

use super::number::{iban_at, run_at};
use super::words::{Said, listed};
use account::{account_at, is_of_bank};
pub(super) use card::{beginning as card_beginning, end as card_end};
pub(super) use entry::is_asked as asks_entry;
pub(super) use expiry::label_at as expires_at;
use label::{label_at, unspaced};
use login::{Login, looks_secret};
pub(super) use phrase::is_number;
use token::{is_address, is_odd, token_end, token_start};

/// What stands in a secret's place.
pub(super) const MASK: &str = "****";
/// From how many digits on a run of them is taken for a card or account number; behind a plus sign it is a phone number.
const CARD_DIGITS: usize = 13;
/// As short as a card number is at all, and then only with its check digit right.
const SHORT_CARD: usize = 12;
/// From how many digits on a number is a PIN or a code.
const PIN_DIGITS: usize = 3;
/// From how many on it is part of a card's, where that was spoken of.
const CARD_PART: usize = 4;
/// The same where only the word "card" is near.
const CARD_GROUPS: usize = 8;
/// How many words behind a secret's label are looked at.
const REACH: usize = 8;
/// How many more behind a secret that was found: "was 1234, now 5678".
const REACH_ON: usize = 5;
/// Of how many words a password has at most, where it is said in several.
const PHRASE: usize = 24;

/// What sort of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A code that opens a door, a gate, a box.
    Entry,
    /// The number of a passport or a driver's licence.
    Paper,
    /// A bank account's number, a routing number, a sort code.
    Account,
    /// A card's number.
    Card,
    /// A PIN, a code: a few digits.
    Digits,
    /// A password: any word.
    Word,
}

/// What is known before a message is looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    /// A password was spoken of.
    pub password: bool,
    /// What the agent asked for.
    pub asked: Option<Kind>,
    /// So that whatever the customer answers is it.
    pub direct: bool,
    /// Logging in was spoken of.
    pub login: bool,
    /// A bank was, or a refund.
    pub bank: bool,
    /// How many digits of a card's number the message before gave.
    pub card: usize,
    /// A card was spoken of.
    pub of_card: bool,
    /// The agent asked when it expires.
    pub expires: bool,
    /// A code was, and the agent asked for no other number since.
    pub code: bool,
    /// The agent spoke last.
    pub answers: bool,
    /// Of how many digits the last secret of a few digits was.
    pub digits: Option<usize>,
    /// How many digits of what the agent asked for were given.
    pub given: usize,
}

/// Where secrets stand in a message.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// In bytes, in order.
    pub places: Vec<(usize, usize)>,
    /// The secrets as they are compared: digits, or words.
    pub secrets: Vec<String>,
    /// What is spoken of, last.
    pub label: Option<Kind>,
    /// Logging in is spoken of.
    pub login: bool,
    /// A bank is, or a refund.
    pub bank: bool,
    /// Of how many digits a card's number is that was given in part.
    pub card: usize,
    /// A card is spoken of.
    pub of_card: bool,
    /// Of how many digits its last secret of a few digits is.
    pub digits: Option<usize>,
}

/// The text with secrets replaced by `****`: runs of 13 or more digits, written or spoken, IBANs, digits behind "PIN", "CVV",
/// "SSN" and the like, and what follows "password is".
pub fn mask_secrets(text: &str) -> String {
    masked(text, &hidden(&Said::new(text), Before::default()).places)
}

/// The name of a secret that begins at word `i`, and of how many words it is; whether a bank is spoken of.
pub(super) fn named_at(said: &Said<'_>, i: usize, bank: bool) -> Option<(Kind, usize)> {
    label_at(said, i)
        .or_else(|| account_at(said, i, bank).map(|len| (Kind::Account, len)))
        .or_else(|| paper::label_at(said, i).map(|len| (Kind::Paper, len)))
}

/// The text without what stands in these places.
pub(super) fn masked(text: &str, places: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for &(start, end) in places {
        if start >= from {
            out.push_str(&text[from..start]);
            out.push_str(MASK);
            from = end;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Of how many digits the longest number is that is hidden.
pub(super) fn most_digits(said: &Said<'_>, places: &[(usize, usize)]) -> usize {
    let at = |from: &usize| said.words.iter().position(|w| w.start == *from);
    places.iter().filter_map(|(from, _)| run_at(said, at(from)?)).map(|run| run.digits.len()).max().unwrap_or(0)
}

/// The places in order, those that overlap as one.
pub(super) fn apart(mut places: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    places.sort_unstable();
    let mut out: Vec<(usize, usize)> = Vec::with_capacity(places.len());
    for (from, to) in places {
        match out.last_mut() {
            Some(last) if from < last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// A label that words are looked at behind.
struct Live {
    kind: Kind,
    /// How many words more.
    left: usize,
    /// A secret of its was found.
    found: bool,
    /// It is of two words or more: "card number".
    strong: bool,
    /// It names something else of it: "password field".
    compound: bool,
}

/// Looks at a message.
pub(super) fn hidden(said: &Said<'_>, before: Before) -> Hidden {
    let (mut bank, mut logs_in) = (false, false);
    for (i, w) in said.words.iter().enumerate() {
        bank |= is_of_bank(&w.low) || w.low == "sort" && said.low(i + 1) == "code";
        logs_in |= login::is_spoken_of(said, i);
    }
    let out = Hidden { bank, login: logs_in, ..Hidden::default() };
    let mut look = Look {
        said,
        out,
        live: None,
        password: before.password,
        login: Login::default(),
        logs_in: logs_in || before.login,
        bank: bank || before.bank,
        digits: None,
        word_end: None,
        tries: (0..said.words.len()).any(|k| listed("tried try used use passwords", said.low(k))),
    };
    let mut i = 0;
    while i < said.words.len() {
        let next = look.at(i, before);
        for _ in i..next {
            look.live = look.live.take().and_then(|l| Some(Live { left: l.left.checked_sub(1)?, ..l }));
        }
        i = next;
    }
    if before.asked == Some(Kind::Word) {
        look.bare_answer(before.direct);
    }
    look.out.places = apart(look.out.places);
    look.out.digits = look.digits;
    look.out
}

struct Look<'s, 't> {
    said: &'s Said<'t>,
    out: Hidden,
    live: Option<Live>,
    /// A password was spoken of.
    password: bool,
    login: Login,
    /// Logging in was spoken of.
    logs_in: bool,
    /// A bank was spoken of.
    bank: bool,
    /// Of how many digits the last secret of a few digits is.
    digits: Option<usize>,
    /// The word behind the last password.
    word_end: Option<usize>,
    /// Several passwords may be told: somebody tried them.
    tries: bool,
}

/// What is beside a number that is no secret of the label before it.
const OTHERS: &str =
    "phone mobile cell telephone order invoice ticket zip postcode postal booking reference email tracking parcel";
const UNITS: &str =
    "dollars dollar euros euro pounds bucks cents percent times minutes minute days hours weeks months years";
/// Between a label and its secret.
const IS: &str = "is was be es ist lautet est jest é è era war était are it's its";
/// Between two secrets behind one label.
const GOES_ON: &str = "or to and not no now its it's it is was sorry either from maybe mean meant new one the into be should right correct oder";
/// What is told of a password that is no password.
const STATES: &str = "wrong incorrect lost expired locked blocked invalid rejected refused accepted correct right fine ok okay good secure \
    safe different same new old weak strong too still always never gone forgotten missing needed required being reset changed \
    working failing denied saved stored unknown temporary below above attached case-sensitive really very currently already \
    probably definitely obviously apparently also again broken bad long short unsafe compromised hacked stolen leaked \
    something anything nothing everything please why whatever falsch richtig abgelaufen gesperrt weg incorrecta incorrecte \
    outdated confidential private wanted set correctly properly just simply only recognised recognized not";
/// What somebody does with a password.
const SETS: &str = "change changed set make made update updated reset switch switched use used using enter entered put type typed try tried \
    choose chose pick picked be";
/// What a password is changed for.
const PURPOSES: &str = "access enter open log login use get continue proceed sign see view work reset change unlock verify confirm recover \
    retrieve something go make buy pay check update be have do find book order what that this one";

impl Look<'_, '_> {
    /// Looks at word `i`; gives the word to go on with.
    fn at(&mut self, i: usize, before: Before) -> usize {
        let said = self.said;
        if let Some(to) = key::end_at(said, i) {
            let end = i + said.words[i..].iter().take_while(|w| w.start < to).count();
            self.hide(i, end, to);
            return end;
        }
        if let Some((kind, len)) = named_at(said, i, self.bank) {
            self.label(i, kind, len);
            if kind == Kind::Word
                && let Some(end) = phrase::inline_end(said, i + len)
            {
                self.hide(i + len, end, said.words[end - 1].end);
                return end;
            }
            return i + len;
        }
        if let Some(len) = entry::label_at(said, i).filter(|_| self.live.as_ref().is_none_or(|l| l.found)) {
            self.label(i, Kind::Entry, len);
            return i + len;
        }
        if self.out.login {
            self.login.hear(said, i);
        }
        if listed(OTHERS, said.low(i)) {
            self.live = None;
        }
        if let Some(end) = iban_at(said, i)
            .or_else(|| account::spoken_iban_end(said, i, self.bank || before.asked == Some(Kind::Account)))
        {
            self.hide(i, end, said.words[end - 1].end);
            return end;
        }
        if let Some(end) = self.expiry(i, before) {
            return end;
        }
        let asked = before.asked == Some(Kind::Paper);
        let of_paper = asked || self.live.as_ref().is_some_and(|l| l.kind == Kind::Paper);
        let paper = paper::number_at(said, i).filter(|end| of_paper && paper::is_told(said, i, *end, asked));
        if let Some(end) = paper {
            self.hide(i, end, said.words[end - 1].end);
            return end;
        }
        let w = &said.words[i];
        if let Some((from, to)) = unspaced(w.text) {
            self.out.places.push((w.start + from, w.start + to));
            self.out.secrets.push(w.text[from..to].to_lowercase());
            return i + 1;
        }
        let of_account =
            self.live.as_ref().is_some_and(|l| l.kind == Kind::Account) || before.asked == Some(Kind::Account);
        if of_account && let Some(end) = account::lettered(said, i) {
            self.hide(i, end, said.words[end - 1].end);
            return end;
        }
        if self.follows_password(i)
            || self.logs_in && login::is_tried(said, i)
            || self.login.is_password(said, i)
            || (self.password || self.logs_in) && looks_secret(said, i)
        {
            return self.hide_word(i, false);
        }
        if self.logs_in
            && let Some(end) = login::plain_end(said, i)
        {
            self.hide(i, end, said.words[end - 1].end);
            return end;
        }
        // "for the red one 4417", as long as the one before: the first is no digit of it
        let last = self.digits.or(before.digits);
        if w.low == "one" && said.words.get(i + 1).is_some_and(|w| w.is_digits() && last == Some(w.text.len())) {
            return i + 1;
        }
        let word_too = self.live.as_ref().is_some_and(|l| l.kind == Kind::Word);
        // "Regen31" is a word
        let mixed = !w.is_digits() && w.text.bytes().any(|b| b.is_ascii_digit());
        let password = mixed && (word_too || self.password);
        if let Some(run) = run_at(said, i).filter(|r| !password || r.digits.len() >= SHORT_CARD) {
            if self.is_secret(i, &run, before) || self.is_more(i, &run, before) {
                let to = if word_too { token_end(said.text, run.to) } else { run.to };
                let to = if of_account { account::parts_end(said.text, to) } else { to };
                let card = run.digits.len() >= SHORT_CARD;
                self.out.of_card |= card;
                let to = if card { card::beside(said.text, to) } else { to };
                let of_card =
                    self.live.as_ref().is_some_and(|l| l.kind == Kind::Card) || before.asked == Some(Kind::Card);
                if before.card > 0 || of_card {
                    let digits = before.card + run.digits.len();
                    self.out.card = if digits < CARD_DIGITS { digits } else { 0 };
                }
                if (PIN_DIGITS..SHORT_CARD).contains(&run.digits.len()) {
                    self.digits = Some(run.digits.len());
                }
                self.out.places.push((w.start, to));
                self.out.secrets.push(run.digits);
                if let Some(live) = self.live.as_mut().filter(|_| !card) {
                    (live.left, live.found) = (REACH_ON + run.end - i, true);
                }
            }
            let covered = self.out.places.last().map_or(0, |p| p.1);
            let behind = said.words[i..].iter().take_while(|w| w.start < covered).count();
            return run.end.max(i + 1).max(i + behind);
        }
        if let Some(live) = self.live.as_ref().filter(|l| l.kind == Kind::Word) {
            if let Some(to) = phrase::quotation_end(said, i).filter(|_| !live.found && !live.compound) {
                let end = i + said.words[i..].iter().take_while(|w| w.start < to).count();
                self.hide(i, end, to);
                return end;
            }
            let linked = !live.compound && self.is_linked(i, live.found) && !is_address(said, i);
            if linked || is_odd(said, i) && !is_address(said, i) {
                return self.hide_word(i, linked);
            }
        }
        if self.password && self.is_new(i) {
            return self.hide_word(i, true);
        }

        // "1234 or 5678", "now it's 5678"; what is told of anything else is its own
        let goes_on = |l: &Live| !l.found || listed(GOES_ON, &w.low);
        self.live = self.live.take().filter(goes_on);
        i + 1
    }

    /// Hides when a card expires; gives the word behind it.
    fn expiry(&mut self, i: usize, before: Before) -> Option<usize> {
        let said = self.said;
        let of_card = before.of_card || self.out.of_card;
        let told = expiry::label_at(said, i).filter(|_| of_card).and_then(|len| expiry::behind(said, i + len));
        let answered = || Some((i, expiry::month_at(said, i)?)).filter(|_| before.expires);
        let (first, end) = told.or_else(answered)?;
        self.hide(first, end, said.words[end - 1].end);
        Some(end)
    }

    fn label(&mut self, i: usize, kind: Kind, len: usize) {
        let compound = kind == Kind::Word && phrase::is_compound(self.said, i + len);
        self.live = Some(Live { kind, left: REACH + len, found: false, strong: len > 1, compound });
        if !matches!(kind, Kind::Entry | Kind::Paper) {
            self.out.label = Some(kind);
        }
        self.out.of_card |= kind == Kind::Card;
        if kind != Kind::Card {
            self.out.card = 0;
        }
        self.password |= kind == Kind::Word;
        self.before_label(i, kind);
    }

    /// "4821 is my PIN", "Sommer24 as the password"
    fn before_label(&mut self, label: usize, kind: Kind) {
        let said = self.said;
        let mut k = label;
        while k > 0 && listed("my the our his her new old current security card bank your a on", said.low(k - 1)) {
            k -= 1;
        }
        let is = k > 0 && listed("is was as = ist es est for that's thats it's", said.low(k - 1));
        let back = listed("back", said.low(label));
        let bare = k == label && !listed("as", said.low(label.saturating_sub(1)));
        if bare || k < 2 || !(is || back) {
            return;
        }
        let last = if is { k - 2 } else { k - 1 };
        if kind == Kind::Word {
            if !phrase::is_compound(said, label + 1) {
                self.password_before(last, if is { said.low(k - 1) } else { "" });
            }
            return;
        }
        // the run of digits that ends there
        let first = (last.saturating_sub(7)..=last).find(|&f| run_at(said, f).is_some_and(|r| r.end == last + 1));
        if let Some(f) = first
            && let Some(run) = run_at(said, f).filter(|r| (PIN_DIGITS..SHORT_CARD).contains(&r.digits.len()))
        {
            self.out.places.push((said.words[f].start, run.to));
            self.out.secrets.push(run.digits);
        }
    }

    fn hide(&mut self, from: usize, end: usize, to: usize) {
        let words = self.said.words[from..].iter().take_while(|w| w.start < to.max(self.said.words[end - 1].end));
        let words: Vec<&str> = words.map(|w| &*w.low).collect();
        self.out.places.push((token_start(self.said.text, self.said.words[from].start), to));
        self.out.secrets.push(words.join(" "));
    }
}

#[cfg(test)]
#[path = "mask_tests.rs"]
mod tests;

#[cfg(test)]
mod more_tests;
#[cfg(test)]
mod told_tests;
#[cfg(test)]
mod turns_tests;
