//! Passwords that nobody calls one: beside the name with which somebody logs in.
//!
//! Owns how a login is told. Must not know of passwords that are named.

use super::super::words::{Gap, Said, is_common, is_function, listed};
use super::phrase;
use super::token::{is_address, is_odd, near_end, token_first};

/// How many words behind "my login is" belong to it.
const REACH: usize = 10;

/// What logging in was spoken of with, where the words are read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Login {
    /// Up to which word it bears on what is said.
    until: usize,
    /// The name is told: "my login is".
    named: bool,
}

impl Login {
    /// Takes in word `i`.
    pub(super) fn hear(&mut self, said: &Said<'_>, i: usize) {
        if !is_spoken_of(said, i) {
            return;
        }
        let named = !said.low(i).starts_with("log") && !said.low(i).starts_with("sign")
            || !listed("in into on", said.low(i + 1));
        let told = |k: usize| {
            listed("is are was", said.low(k)) || said.words.get(k).is_some_and(|w| matches!(w.gap, Gap::Colon))
        };
        let named = named && (1..=3).any(|k| told(i + k));
        *self = Self { until: i + REACH, named: named || self.named && i < self.until };
    }

    /// Is word `i` the password of a login: "mira@example.com / Regen!77", "log in with Regen!77"?
    pub(super) fn is_password(self, said: &Said<'_>, i: usize) -> bool {
        let w = &said.words[i];
        let Some(before) = i.checked_sub(1).map(|k| &said.words[k]) else { return false };
        let between = &said.text[before.end..w.start];
        let slash = matches!(between.trim(), "/" | "|" | "//" | ":" | ";");
        let linked = slash || w.gap == Gap::Comma || listed("with using and", &before.low);
        if !linked || is_address(said, i) && !slash {
            return false;
        }
        let odd = is_odd(said, i);
        if slash && is_address(said, i - 1) && between.len() > 1 {
            let word = self.named && !is_function(&w.low) && !w.is_digits();
            return looks_secret(said, i) || i < self.until && (odd || word);
        }
        if i >= self.until {
            return false;
        }
        if slash {
            const PARTS: &str = "login username user password pass password's email mail name phone id account page";
            let first = listed(PARTS, &before.low) || listed(PARTS, &w.low);
            let word = self.named && between.len() > 1 && !is_function(&w.low) && !w.is_digits();
            return !first && (odd && !is_code(said, i) || word);
        }
        // "with mira_k and Regen77"
        let with = (i.saturating_sub(3)..i).any(|k| listed("with using", said.low(k)));
        odd && !is_code(said, i) && !is_device(said, i) && (self.named || with)
    }
}

/// The word behind a password of plain words that begins at word `i`: "log in with marmalade twelve".
pub(super) fn plain_end(said: &Said<'_>, i: usize) -> Option<usize> {
    const WAYS: &str = "google facebook apple microsoft linkedin twitter github okta amazon yahoo outlook gmail sso saml face finger fingerprint \
        touch id face-id phone email e-mail mail number username user account accounts chrome firefox safari edge browser app link code codes \
        device laptop computer tablet mobile vpn wifi password passwords passcode pin credentials details name data two multi factor authenticator \
        authentication token key card certificate bank bankid success ease problem problems issue issues trouble difficulty error errors \
        caps everything nothing same new old different other";
    let with = i.checked_sub(3).is_some_and(|k| {
        listed("with using", said.low(i - 1))
            && (k..i).any(|j| is_spoken_of(said, j))
            && listed("in into on login", said.low(i - 2))
    });
    if !with || said.breaks(i) {
        return None;
    }
    let end = phrase::content_end(said, i);
    let words = &said.words[i..end];
    let name = said.cased && words.first().is_some_and(super::super::words::Word::is_capital);
    let way = words
        .iter()
        .any(|w| listed(WAYS, &w.low) || listed(WAYS, w.low.trim_end_matches(|c: char| c.is_ascii_digit())));
    let stops = said.words.get(end).is_none_or(|_| said.breaks(end) || is_function(said.low(end)));
    let rare = words.iter().any(|w| !is_common(&w.low) && w.is_alphabetic());
    let numbered = words.len() > 1 && (i + 1..end).any(|k| phrase::is_number(said, k));
    let fits =
        end > i && words.len() <= 4 && stops && !way && !name && !phrase::is_number(said, i) && !is_address(said, i);
    (fits && (rare || numbered)).then_some(end)
}

/// Does word `i` speak of logging in?
pub(super) fn is_spoken_of(said: &Said<'_>, i: usize) -> bool {
    match said.low(i) {
        "login" | "logins" | "log-in" | "username" | "credentials" | "sign-in" | "signin" => true,
        "user" => matches!(said.low(i + 1), "name" | "id"),
        "log" | "logged" | "logging" | "sign" | "signed" | "signing" => matches!(said.low(i + 1), "in" | "into" | "on"),
        _ => false,
    }
}

/// Letters and digits with signs between that no word has: "Regen!77", whatever is spoken of. An order's "#" is none.
pub(super) fn looks_secret(said: &Said<'_>, i: usize) -> bool {
    const NUMBERED: &str =
        "order ticket invoice case room apt unit suite flat no nr number error line ref item part bug issue";
    const SIGNS: [char; 7] = ['!', '$', '^', '*', '~', '#', '@'];
    if token_first(said, i) != i {
        return false;
    }
    let w = &said.words[i];
    let token = &said.text[w.start..near_end(said, i)];
    let token = token.split('/').next().unwrap_or_default();
    let bytes = token.as_bytes();
    let within = bytes
        .windows(3)
        .any(|t| t[0].is_ascii_alphanumeric() && SIGNS.contains(&char::from(t[1])) && t[2].is_ascii_alphanumeric());
    within
        && token.len() >= 6
        && bytes.iter().filter(|b| b.is_ascii_digit()).count() >= 2
        && bytes.iter().any(u8::is_ascii_lowercase)
        && !listed(NUMBERED, &w.low)
        && !is_address(said, i)
}

/// "can't sign in, tried Regen_77": what somebody tried where logging in is spoken of.
pub(super) fn is_tried(said: &Said<'_>, i: usize) -> bool {
    i > 0
        && listed("tried typed entered trying typing entering", said.low(i - 1))
        && is_odd(said, i)
        && !is_address(said, i)
        && !is_code(said, i)
        && !is_device(said, i)
}

/// "AC-20419", "W650": what numbers an order or a thing.
fn is_code(said: &Said<'_>, i: usize) -> bool {
    let token = &said.text[said.words[i].start..near_end(said, i)];
    token.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b'/' | b'.' | b'#'))
}

/// "windows11", "iphone15"
fn is_device(said: &Said<'_>, i: usize) -> bool {
    const DEVICES: &str = "windows iphone ipad android ios macos chrome firefox safari edge galaxy pixel win mac os";
    let w = &said.words[i];
    w.text.bytes().all(|b| b.is_ascii_alphanumeric())
        && listed(DEVICES, w.low.trim_end_matches(|c: char| c.is_ascii_digit()))
}
