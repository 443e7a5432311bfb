//! Where secrets stand in a message: card and account numbers, passwords, PINs and codes, social security numbers.
//!
//! Owns which words are secret by themselves and by the label beside them. Must not know what was said before (that is
//! given), nor where the text goes. In doubt a word is secret: what is hidden by mistake is a nuisance, the other way is harm.

mod account;
mod card;
mod label;
mod login;
mod phrase;
mod token;

use super::number::{Run, iban_at, luhn, run_at};
use super::words::{Gap, Said, is_function, listed};
use account::{account_at, is_of_bank};
pub(super) use card::{beginning as card_beginning, end as card_end};
use label::{label_at, unspaced};
use login::{Login, looks_secret};
use token::{has_capital_within, is_address, is_odd, token_end, token_first, token_start};

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
}

/// The text with secrets replaced by `****`: runs of 13 or more digits, written or spoken, IBANs, digits behind "PIN", "CVV",
/// "SSN" and the like, and what follows "password is".
pub fn mask_secrets(text: &str) -> String {
    masked(text, &hidden(&Said::new(text), Before::default()).places)
}

/// The name of a secret that begins at word `i`, and of how many words it is; whether a bank is spoken of.
pub(super) fn named_at(said: &Said<'_>, i: usize, bank: bool) -> Option<(Kind, usize)> {
    label_at(said, i).or_else(|| account_at(said, i, bank).map(|len| (Kind::Account, len)))
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
}

/// What is beside a number that is no secret of the label before it.
const OTHERS: &str =
    "phone mobile cell telephone order invoice ticket zip postcode postal booking reference email tracking parcel";
const UNITS: &str =
    "dollars dollar euros euro pounds bucks cents percent times minutes minute days hours weeks months years";
/// Between a label and its secret.
const IS: &str = "is was be es ist lautet est jest é è era war était are it's its";
/// Between two secrets behind one label.
const GOES_ON: &str =
    "or to and not no now its it's it is was sorry either from maybe mean meant new one the into be should new";
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
        if self.out.login {
            self.login.hear(said, i);
        }
        if listed(OTHERS, said.low(i)) {
            self.live = None;
        }
        if let Some(end) = iban_at(said, i) {
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
        if self.login.is_password(said, i) || (self.password || self.logs_in) && looks_secret(said, i) {
            return self.hide_word(i, false);
        }
        if self.logs_in
            && let Some(end) = login::plain_end(said, i)
        {
            self.hide(i, end, said.words[end - 1].end);
            return end;
        }
        let word_too = self.live.as_ref().is_some_and(|l| l.kind == Kind::Word);
        // "Regen31" is a word
        let mixed = !w.is_digits() && w.text.bytes().any(|b| b.is_ascii_digit());
        let password = mixed && (word_too || self.password);
        if let Some(run) = run_at(said, i).filter(|r| !password || r.digits.len() >= SHORT_CARD) {
            if self.is_secret(i, &run, before) {
                let to = if word_too { token_end(said.text, run.to) } else { run.to };
                let to = if of_account { account::parts_end(said.text, to) } else { to };
                let card = run.digits.len() >= SHORT_CARD;
                let to = if card { card::beside(said.text, to) } else { to };
                let of_card =
                    self.live.as_ref().is_some_and(|l| l.kind == Kind::Card) || before.asked == Some(Kind::Card);
                if before.card > 0 || of_card {
                    let digits = before.card + run.digits.len();
                    self.out.card = if digits < CARD_DIGITS { digits } else { 0 };
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

    fn label(&mut self, i: usize, kind: Kind, len: usize) {
        let compound = kind == Kind::Word && phrase::is_compound(self.said, i + len);
        self.live = Some(Live { kind, left: REACH + len, found: false, strong: len > 1, compound });
        self.out.label = Some(kind);
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

    /// A password that ends with word `last`, or with the one before "that": "Regen31, that is my password"
    fn password_before(&mut self, last: usize, link: &str) {
        let said = self.said;
        let this = listed("that this it which", said.low(last));
        let ends = [Some(last), last.checked_sub(1).filter(|_| this)];
        for end in ends.into_iter().flatten() {
            let first = token_first(said, end);
            if is_odd(said, first) && !is_address(said, first) {
                self.hide(first, end + 1, token_end(said.text, said.words[end].end));
                return;
            }
            if let Some(first) = phrase::before_label(said, end, link) {
                self.hide(first, end + 1, token_end(said.text, said.words[end].end));
                return;
            }
        }
    }

    /// Is a run of digits a secret?
    fn is_secret(&self, i: usize, run: &Run, before: Before) -> bool {
        let said = self.said;
        let n = run.digits.len();
        let text = said.text[..said.words[i].start].trim_end_matches(['(', ' ']);
        let abroad =
            text.ends_with('+') || i > 0 && said.low(i - 1) == "plus" || run.digits.starts_with("00") && n <= 15;
        let parcel = (i.saturating_sub(4)..i).any(|k| listed("tracking parcel shipment waybill", said.low(k)));
        let checked = luhn(run.digits.bytes());
        if n >= CARD_DIGITS && !abroad && (checked || !parcel && run.is_even)
            || n >= SHORT_CARD && !abroad && checked
            || run.is_card
        {
            return true;
        }
        let paid = text.ends_with(['$', '€', '£']) || listed(UNITS, said.low(run.end));
        if paid || text.ends_with('+') {
            return false;
        }
        let by_label = self.live.as_ref().is_some_and(|l| match l.kind {
            Kind::Card => {
                let told = l.strong || listed("card visa mastercard amex is was", said.low(i.wrapping_sub(1)));
                (n >= CARD_PART && told || n >= CARD_GROUPS && n != 10) && !self.is_ending(i)
            }
            Kind::Account => n >= account::BEHIND_LABEL && !self.is_ending(i) && !account::is_of_other(said, i),
            Kind::Digits => n >= PIN_DIGITS,
            Kind::Word => n >= PIN_DIGITS && (n >= CARD_PART || self.is_linked(i, l.found)),
        });
        // the whole, or a third of its groups
        let rest = matches!(before.card + n, 15 | 16 | 19)
            || before.card >= 2 * CARD_PART && before.card + n < 16 && n.is_multiple_of(CARD_PART);
        let goes_on = before.card > 0
            && rest
            && i < 5
            && self.ends_number(run)
            && !account::is_of_other(said, i)
            && !self.is_ending(i);
        by_label
            || goes_on
            || match before.asked {
                Some(Kind::Account) => {
                    n >= account::ANSWERED
                        && self.ends_number(run)
                        && !self.is_ending(i)
                        && !account::is_of_other(said, i)
                        && !is_address(said, i)
                }
                Some(Kind::Card) => n >= PIN_DIGITS && !self.is_ending(i),
                Some(Kind::Digits) => (PIN_DIGITS..=SHORT_CARD).contains(&n) && !self.is_account(i),
                Some(Kind::Word) => (CARD_PART..10).contains(&n),
                None => false,
            }
    }

    /// Does nothing follow that a few digits would belong to: "1692 Main Street"?
    fn ends_number(&self, run: &Run) -> bool {
        let said = self.said;
        run.digits.len() > account::BEHIND_LABEL || said.breaks(run.end) || is_function(said.low(run.end))
    }

    /// "account is 68318931", told beside the PIN
    fn is_account(&self, i: usize) -> bool {
        (i.saturating_sub(3)..i).any(|k| listed("account phone policy booking", self.said.low(k)))
    }

    /// "my card ending in 4411": what everybody may know of it.
    fn is_ending(&self, i: usize) -> bool {
        (i.saturating_sub(4)..i).any(|k| listed("ending ends last end expires expiry exp", self.said.low(k)))
    }

    /// Does the word stand behind "is", a colon, "to", so that it is the password?
    fn is_linked(&self, i: usize, found: bool) -> bool {
        let said = self.said;
        let w = &said.words[i];
        // "user/pass: mira/Regen!77"
        let first_of_two = said.text[w.end..].starts_with('/');
        let states = listed(STATES, &w.low) && !is_odd(said, i) && !phrase::is_long(said, i);
        if i == 0 || first_of_two || states {
            return false;
        }
        let odd = is_odd(said, i) || has_capital_within(w.text);
        if is_function(&w.low) && !odd && w.low != "correct" {
            return false;
        }
        let before = said.low(i - 1);
        // "it does not work, they are ..." is of people
        if i >= 2 && before == "are" && listed("they we you", said.low(i - 2)) {
            return false;
        }
        let sets = || found || (i.saturating_sub(REACH)..i).any(|k| listed(SETS, said.low(k)));
        let alone = said.breaks(i + 1) || listed("please thanks thank and or not pls now instead", said.low(i + 1));
        match before {
            "to" => sets() && !listed(PURPOSES, &w.low) && (odd || alone || phrase::ends_clause(said, i, found)),
            "from" => sets() && (odd || phrase::is_changed_from(said, i)),
            "or" if found && alone => true,
            "as" | "or" | "not" | "now" | "into" | "with" | "try" | "tried" => sets() && odd,
            _ => listed(IS, before) || w.gap == Gap::Colon,
        }
    }

    /// "change it to MyDogRex99", where a password was spoken of.
    fn is_new(&self, i: usize) -> bool {
        let said = self.said;
        let Some(w) = said.words.get(i).filter(|_| i >= 2) else { return false };
        let odd = is_odd(said, i) && !is_address(said, i) || has_capital_within(w.text);
        let plain = !is_function(&w.low) && !listed(PURPOSES, &w.low) && !listed(STATES, &w.low);
        let ends = said.breaks(i + 1) || listed("please thanks and pls", said.low(i + 1));
        let to_it =
            said.has(i - 2, &["it", "to"]) || said.has(i - 2, &["it", "as"]) || said.has(i - 2, &["make", "it"]);
        let tried = listed("try tried use used entered typed enter type was wrote put", said.low(i - 1)) || to_it;
        tried && odd || to_it && plain && ends
    }

    /// Hides a password that begins at word `i`, of several words where it is told in so many; gives the word behind it.
    fn hide_word(&mut self, i: usize, linked: bool) -> usize {
        const SIGNS: &str = "capital uppercase lowercase big small exclamation mark dash hyphen underscore hash dollar sign star at dot \
            question percent ampersand point all caps";
        let said = self.said;
        let single =
            |k: usize| said.low(k).chars().count() == 1 || run_at(said, k).is_some() || listed(SIGNS, said.low(k));
        let mut end = i + 1;
        // "is capital w a s s e r eight eight"
        let spelled = single(i) || single(i + 1) && !is_odd(said, i);
        while linked && end < said.words.len() && end - i < PHRASE && said.words[end].gap == Gap::Space {
            let one = said.low(end) == "one" && phrase::is_number(said, end - 1);
            let plain = one || !is_function(said.low(end)) && !listed("please thanks thank pls now", said.low(end));
            let goes_on = if spelled { single(end) } else { plain && end - i < 4 && !is_odd(said, i) };
            if !goes_on {
                break;
            }
            end += 1;
        }
        let to = token_end(said.text, said.words[end - 1].end);
        self.hide(i, end, to);
        while said.words.get(end).is_some_and(|w| w.start < to) {
            end += 1;
        }
        if let Some(live) = &mut self.live {
            (live.left, live.found) = (REACH_ON + end - i, true);
        }
        end
    }

    fn hide(&mut self, from: usize, end: usize, to: usize) {
        let words = self.said.words[from..].iter().take_while(|w| w.start < to.max(self.said.words[end - 1].end));
        let words: Vec<&str> = words.map(|w| &*w.low).collect();
        self.out.places.push((token_start(self.said.text, self.said.words[from].start), to));
        self.out.secrets.push(words.join(" "));
    }

    /// "nils / Wasser!88" where the agent asked for the password: what is odd in it; else all of a short answer.
    fn bare_answer(&mut self, direct: bool) {
        const FILLERS: &str = "it it's its is my the password passcode sure ok okay yes yeah um uh well so hi hello that's that would be i think \
            of course here";
        const NONE: &str = "yes no not don't dont can't cannot why what how sorry forgot forgotten remember sure wait moment second hold sec \
            thanks thank done hmm never know idea have would rather nothing none you your help i i'm";
        let said = self.said;
        if !self.out.places.is_empty() {
            return;
        }
        // of a long message its beginning answers
        let whole = said.words.len() <= 40;
        let odd: Vec<usize> = (0..if whole { said.words.len() } else { 12 })
            .filter(|&k| is_odd(said, k) && !is_address(said, k))
            .collect();
        for &k in &odd {
            self.hide(k, k + 1, token_end(said.text, said.words[k].end));
        }
        let from = (0..said.words.len()).find(|&k| !listed(FILLERS, said.low(k))).unwrap_or(said.words.len());
        let end = (from + 1..said.words.len()).find(|&k| said.breaks(k)).unwrap_or(said.words.len());
        let left = end.saturating_sub(from);
        let refused = said.words[from.min(end)..end].iter().any(|w| listed(NONE, &w.low)) || said.text.contains('?');
        if odd.is_empty() && direct && (1..=4).contains(&left) && !refused && !is_address(said, from) {
            self.hide(from, end, token_end(said.text, said.words[end - 1].end));
        }
    }
}

#[cfg(test)]
#[path = "mask_tests.rs"]
mod tests;

#[cfg(test)]
mod told_tests;
