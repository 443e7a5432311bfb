//! Which words name a secret.
//!
//! Owns the names of passwords, PINs, codes and cards. Must not know what a secret looks like.

use super::super::words::{Gap, Said, listed};
use super::token::is_odd;
use super::{Kind, PIN_DIGITS, phrase};

/// How many words on either side bear on what a code is.
const NEAR: usize = 16;

/// A password behind its label in a script without spaces: what of the word it is.
pub(super) fn unspaced(word: &str) -> Option<(usize, usize)> {
    const LABELS: [&str; 9] =
        ["パスワード", "暗証番号", "認証コード", "密码", "密碼", "验证码", "驗證碼", "비밀번호", "인증번호"];
    if word.is_ascii() {
        return None;
    }
    let label = LABELS.iter().find_map(|l| word.find(l).map(|at| at + l.len()))?;
    let from = label + word[label..].find(|c: char| c.is_ascii_alphanumeric())?;
    let to = word[from..].find(|c: char| !c.is_ascii()).map_or(word.len(), |n| from + n);
    (to - from >= PIN_DIGITS).then_some((from, to))
}

/// The label of a secret that begins at word `i`, and of how many words it is.
pub(super) fn label_at(said: &Said<'_>, i: usize) -> Option<(Kind, usize)> {
    const CODES: &str = "security verification one-time onetime auth authentication authorization authorisation access sms unlock login \
        log-in 2fa mfa door gate alarm secret safety entry text texted otp pin identification clearance factor two-factor authenticator";
    const OPENS: &str =
        "buzzer intercom garage keypad lockbox keybox building lobby entrance lock combination padlock safe device";
    const NO_SECRETS: &str = "zip postal post area country promo promotion discount coupon voucher product item error dial dress tracking \
        booking reference referral gift qr bar sort swift colour color source";
    const CHECKED: &str = "maiden security question questions answer answers password verify verification";
    let (before, low, next) =
        (if i > 0 { said.low(i - 1) } else { "" }, said.low(i), said.words.get(i + 1).filter(|w| w.gap != Gap::Stop));
    let low = low.strip_suffix("'s").unwrap_or(low);
    let next = next.map_or("", |w| w.low.strip_suffix("'s").unwrap_or(&w.low));
    // a sentence's worth of words, for a message may be long
    let near = |list: &'static str| {
        let words = said.words.get(i.saturating_sub(NEAR)..said.words.len().min(i + NEAR));
        words.unwrap_or_default().iter().any(|w| listed(list, &w.low))
    };
    let word = |len| Some((Kind::Word, len));
    let digits = |len| Some((Kind::Digits, len));
    match low {
        "password" | "passcode" | "passphrase" | "pwd" | "pw" | "pswd" | "passwd" | "psw" | "pword" | "passwrd"
        | "pasword" | "passward" | "codeword" | "safeword" | "contraseña" | "passwort" | "kennwort" | "senha"
        | "wachtwoord" | "passwords" | "passcodes" | "hasło" | "пароль" | "lösenord" | "adgangskode" | "passord"
        | "salasana" | "heslo" | "jelszó" | "parola" | "şifre" => word(1),
        "mot" if said.has(i, &["mot", "de", "passe"]) => word(3),
        "pass" if listed("word phrase code", next) => word(2),
        "safe" | "code" if next == "word" => word(2),
        // "the answer to my security question is"
        "security" | "secret" if next == "question" && (i.saturating_sub(4)..i).any(|k| said.low(k) == "answer") => {
            word(2)
        }
        "first" | "childhood" if said.has(i + 1, &["pet's", "name"]) => word(3),
        "first" | "childhood" if next == "pet" && listed("is was", said.low(i + 2)) && near(CHECKED) => word(2),
        "maiden" if next == "name" && listed("mother mother's mothers mum's mums mom's moms", before) => word(2),
        "pass" => {
            let colon = said.words.get(i + 1).is_some_and(|w| w.gap == Gap::Colon);
            let own = listed("my the user login account temp temporary new old wifi admin and or username", before);
            (colon || (own || said.breaks(i)) && listed("is was", next)).then_some((Kind::Word, 1))
        }
        "recovery" | "backup" | "rescue" | "seed" if listed("code codes key keys phrase", next) => word(2),
        "secret" | "memorable" | "security" if listed("word phrase answer", next) => word(2),
        "verification" | "verbal" | "magic" if next == "word" => word(2),
        "clave" if listed("mi tu su la", before) && listed("es era", next) => word(1),
        // "the secret is patience" is none
        "secret" if listed("my the our api client", before) && listed("is was", next) => {
            let odd =
                said.words.get(i + 2).is_some_and(|w| !w.is_digits() && w.text.bytes().any(|b| b.is_ascii_digit()));
            let own = listed("my our", before) && phrase::is_whole(said, i + 2);
            (odd || own).then_some((Kind::Word, 1))
        }
        "api" | "secret" | "access" | "private" | "auth" | "refresh" | "bearer" | "personal" | "client"
            if listed("key keys token tokens secret", next) =>
        {
            word(2)
        }
        "apikey" | "api-key" => word(1),
        "bearer" | "token" if (i + 1..i + 3).any(|k| is_odd(said, k)) && listed("my the a bearer auth is", before) => {
            word(1)
        }
        "wifi" | "wi-fi" | "wlan" | "wpa" | "wpa2" if listed("key code pass", next) => word(2),
        // as good as money
        "gift" if next == "card" && listed("code number pin", said.low(i + 2)) => word(3),
        "pin" | "pins" if listed("code codes", next) && near("zip postal city pincode") => None,
        "pin" | "pins" | "puk" | "puks" | "nip" | "otp" | "aadhaar" | "aadhar" | "cvv" | "cvc" | "cvv2" | "cvc2"
        | "cid" | "csc" | "ssn" => digits(1),
        // said letter by letter
        "c" if said.has(i + 1, &["v"]) && listed("v c", said.low(i + 2)) => digits(3),
        "code" if said.has(i + 1, &["secret"]) => digits(2),
        "tan" if said.words[i].text == "TAN" => digits(1),
        "tan" if next == "is" && said.words.get(i + 2).is_some_and(|w| w.is_digits() && w.text.len() > PIN_DIGITS) => {
            digits(1)
        }
        "social" if next == "security" => digits(2),
        // "security 317", behind a card's number
        "security" if next.len() <= 4 && next.len() >= PIN_DIGITS && next.bytes().all(|b| b.is_ascii_digit()) => {
            digits(1)
        }
        // "and your social"
        "social" if listed("full the", before) && (said.breaks(i + 1) || listed("for please is", next)) => digits(1),
        "authenticator" if listed("shows says app gives displays", next) => digits(2),
        "text" | "texts" | "sms" if listed("says said with reads shows", next) => digits(2),
        "soc" if listed("sec security", next) => digits(2),
        "banking" if listed("number id code", next) && listed("phone telephone online mobile internet", before) => {
            digits(2)
        }
        "combination" if near("lock padlock locker safe bike vault box") => digits(1),
        "social" if listed("my your of", before) => digits(1),
        "one" if said.has(i + 1, &["time"]) && listed("code pin password passcode passwords", said.low(i + 2)) => {
            if said.low(i + 2).starts_with("pass") {
                word(3)
            } else {
                digits(3)
            }
        }
        // "door number 145"
        "door" | "gate" if next == "number" => None,
        w if matches!(next, "code" | "codes" | "number" | "pin" | "digits" | "passcode") && listed(CODES, w) => {
            digits(2)
        }
        w if matches!(next, "code" | "codes" | "combination") && listed(OPENS, w) => digits(2),
        // "4111 1111 1111 1111, code 317"
        "code"
            if near("card visa mastercard amex")
                && !near(NO_SECRETS)
                && (i + 1..i + 3).any(|k| {
                    said.words.get(k).is_some_and(|w| w.is_digits() && (PIN_DIGITS..=4).contains(&w.text.len()))
                        && (k == i + 1 || next == "is")
                }) =>
        {
            digits(1)
        }
        "code" | "codes" if !listed(NO_SECRETS, before) => {
            let sent = near(
                "sms text texted authenticator phone sent received got key keys lockbox locker alarm door gate safe 2fa mfa otp login signin verify verification two-factor",
            );
            let other = near(NO_SECRETS);
            // "the new code is two two seven six"
            let set = listed("new old secret", before) && listed("is was to", next);
            ((sent || set) && !other).then_some((Kind::Digits, 1))
        }
        "back" if before == "the" && i >= 2 && listed("on at from", said.low(i - 2)) => {
            let what = near("card digits digit number exp expiry expires charged");
            // "on the back of the box" is another number
            let card = (i + 2..i + 5).any(|k| listed("card cards it visa mastercard amex", said.low(k)));
            (what && (next != "of" || card) && !near("serial model receipt")).then_some((Kind::Digits, 1))
        }
        "card" if listed("reader machine terminal", next) => None,
        "card" if listed("number numbers no digits details", next) => Some((Kind::Card, 2)),
        "card" | "visa" | "mastercard" | "amex" => Some((Kind::Card, 1)),
        _ => None,
    }
}
