//! Secrets encrypted at rest by a passphrase: deriving the key, sealing, opening. Must not know what is sealed, nor which
//! files there are.
//!
//! PBKDF2-HMAC-SHA256 makes the key, ChaCha20-Poly1305 seals with it, both of aws-lc-rs. The header (version, salt,
//! iterations, nonce, and the name of what is sealed) is authenticated along: nothing of it can be exchanged unseen.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ports::SecretsError;

/// The version of the format.
const VERSION: u32 = 1;
/// OWASP Password Storage Cheat Sheet (2023): 600,000 for PBKDF2-HMAC-SHA256.
pub const ITERATIONS: u32 = 600_000;
/// More than this is no header of ours: deriving would take minutes.
const MOST_ITERATIONS: u32 = 10_000_000;
const SALT: usize = 16;
const KEY: usize = 32;

/// The variable with the passphrase, for unattended use.
pub const PASSPHRASE: &str = "ASTRA_ZOHO_PASSPHRASE";
/// The variable that names a file with it.
pub const PASSPHRASE_FILE: &str = "ASTRA_ZOHO_PASSPHRASE_FILE";

/// What the sentence of a wrong passphrase says, and no other's.
pub const WRONG_PASSPHRASE: &str = "the passphrase is wrong";

/// Fills a buffer with random bytes; the system's, or a test's.
pub type Random<'a> = &'a dyn Fn(&mut [u8]) -> Result<(), SecretsError>;

/// The system's random bytes.
///
/// # Errors
/// The system has none.
pub fn system_random(bytes: &mut [u8]) -> Result<(), SecretsError> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| said("the system gives no random numbers: nothing was encrypted"))
}

/// What stands in a sealed file.
#[derive(Serialize, Deserialize)]
struct File {
    sealed: u32,
    kdf: String,
    iterations: u32,
    salt: String,
    cipher: String,
    nonce: String,
    data: String,
}

/// What every version says.
#[derive(Deserialize)]
struct Version {
    sealed: u32,
}

const KDF: &str = "PBKDF2-HMAC-SHA256";
const CIPHER: &str = "CHACHA20-POLY1305";

/// A key, and what it was made with. Wiped when dropped.
#[derive(Clone)]
pub struct Key {
    salt: [u8; SALT],
    iterations: u32,
    bytes: Zeroizing<[u8; KEY]>,
}

/// Keys made in this process, by salt and iterations: making one takes a good part of a second.
static MADE: Mutex<Option<Keys>> = Mutex::new(None);
type Keys = HashMap<([u8; SALT], u32), Key>;

/// Forgets, and wipes, the keys made in this process.
pub fn forget_keys() {
    *MADE.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

impl Key {
    /// A key of its own from a passphrase.
    ///
    /// # Errors
    /// No random numbers.
    pub fn new(passphrase: &SecretString, random: Random<'_>) -> Result<Self, SecretsError> {
        let mut salt = [0; SALT];
        random(&mut salt)?;
        Ok(Self::derive(passphrase, salt, ITERATIONS))
    }

    /// A key from what nobody guesses, such as a refresh token: there is nothing to make slow.
    ///
    /// # Errors
    /// No random numbers.
    pub fn of_secrets(secrets: &SecretString, random: Random<'_>) -> Result<Self, SecretsError> {
        let mut salt = [0; SALT];
        random(&mut salt)?;
        Ok(Self::derive(secrets, salt, 1))
    }

    fn derive(passphrase: &SecretString, salt: [u8; SALT], iterations: u32) -> Self {
        let mut bytes = Zeroizing::new([0; KEY]);
        let times = NonZeroU32::new(iterations).unwrap_or(NonZeroU32::MIN);
        let passphrase = passphrase.expose_secret().as_bytes();
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, times, &salt, passphrase, bytes.as_mut_slice());
        Self { salt, iterations, bytes }
    }

    /// This process may open what the key sealed.
    pub fn remember(&self) {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.get_or_insert_default().insert((self.salt, self.iterations), self.clone());
    }

    fn cipher(&self) -> Result<LessSafeKey, SecretsError> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, self.bytes.as_slice());
        key.map(LessSafeKey::new).map_err(|_| said("the passphrase's key cannot be used"))
    }

    fn head(&self, nonce: &[u8], name: &str) -> String {
        let (salt, nonce) = (STANDARD.encode(self.salt), STANDARD.encode(nonce));
        format!("astra-zoho sealed {VERSION}\n{KDF}\n{}\n{salt}\n{CIPHER}\n{nonce}\n{name}", self.iterations)
    }

    /// Seals `plain`, which is `name`'s.
    ///
    /// # Errors
    /// No random numbers.
    pub fn seal(&self, name: &str, plain: &[u8], random: Random<'_>) -> Result<Vec<u8>, SecretsError> {
        let mut nonce = [0; NONCE_LEN];
        random(&mut nonce)?;
        let mut data = Zeroizing::new(plain.to_vec());
        let tag = self
            .cipher()?
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(self.head(&nonce, name).as_bytes()),
                data.as_mut_slice(),
            )
            .map_err(|_| said("the secrets could not be encrypted"))?;
        let whole = [data.as_slice(), tag.as_ref()].concat();
        let file = File {
            sealed: VERSION,
            kdf: KDF.to_owned(),
            iterations: self.iterations,
            salt: STANDARD.encode(self.salt),
            cipher: CIPHER.to_owned(),
            nonce: STANDARD.encode(nonce),
            data: STANDARD.encode(whole),
        };
        serde_json::to_vec_pretty(&file).map_err(|_| said("the secrets could not be written down"))
    }
}

/// What tells a sealed file from another: nothing else is read, which may be an open file's secrets.
#[derive(Deserialize)]
struct Head {
    sealed: Option<Value>,
    kdf: Option<Value>,
    cipher: Option<Value>,
}

impl Head {
    fn of(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(bytes).ok().filter(|head| head.sealed.is_some())
    }
}

/// It is the content of a sealed file, whole or not.
pub fn is_sealed(bytes: &[u8]) -> bool {
    Head::of(bytes).is_some()
}

/// It is the content of a sealed file of a version, or made in a way, that this program does not know.
pub fn is_newer(bytes: &[u8]) -> bool {
    let other = |said: Option<Value>, known: Value| said.is_some_and(|said| said != known);
    Head::of(bytes)
        .is_some_and(|h| other(h.sealed, VERSION.into()) || other(h.kdf, KDF.into()) || other(h.cipher, CIPHER.into()))
}

/// Why a file of secrets does not open. Said in one form for all of them, encrypted or not.
#[derive(Debug)]
pub enum Shut {
    /// It is not what was written.
    Damaged,
    /// It is of a version, or made in a way, that this program does not know.
    Newer,
    /// Nobody gave a passphrase that could be tried, and why.
    Locked(SecretsError),
    /// The passphrase is wrong; or the file was altered, which cannot be told apart.
    Wrong,
    /// Others can read it, so it is not read.
    OpenToOthers(SecretsError),
    /// It cannot be read.
    Unread(SecretsError),
}

impl Shut {
    /// In one sentence; `anew` is what to do where nothing else helps.
    pub fn told(self, path: &Path, anew: &str) -> SecretsError {
        let path = path.display();
        said(match self {
            Self::Damaged => format!("{path} is damaged: restore a copy, or {anew}"),
            Self::Newer => {
                format!("{path} was written by a newer astra-zoho and is left as it is: update this program, or {anew}")
            }
            Self::Wrong => format!("{path}: {WRONG_PASSPHRASE} (or the file was altered); nothing was changed"),
            Self::Locked(e) | Self::OpenToOthers(e) | Self::Unread(e) => return e,
        })
    }
}

/// A sealed file's content, and the key that opened it: one made in this process, or made of `passphrase`, or of the
/// environment's.
///
/// # Errors
/// There is no passphrase, it is the wrong one, or the file is damaged. Nothing is changed.
pub fn open(
    name: &str,
    path: &Path,
    bytes: &[u8],
    passphrase: Option<&SecretString>,
) -> Result<(Zeroizing<Vec<u8>>, Key), Shut> {
    let damaged = || Shut::Damaged;
    let version = serde_json::from_slice::<Version>(bytes).map_err(|_| damaged())?.sealed;
    if version > VERSION {
        return Err(Shut::Newer);
    }
    let file: File = serde_json::from_slice(bytes).map_err(|_| damaged())?;
    if file.sealed != VERSION || file.kdf != KDF || file.cipher != CIPHER {
        return Err(Shut::Newer);
    }
    let salt: [u8; SALT] = STANDARD.decode(&file.salt).ok().and_then(|s| s.try_into().ok()).ok_or_else(damaged)?;
    let nonce: [u8; NONCE_LEN] =
        STANDARD.decode(&file.nonce).ok().and_then(|n| n.try_into().ok()).ok_or_else(damaged)?;
    let mut data = Zeroizing::new(STANDARD.decode(&file.data).map_err(|_| damaged())?);
    if file.iterations == 0 || file.iterations > MOST_ITERATIONS {
        return Err(damaged());
    }
    let made = MADE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .as_ref()
        .and_then(|m| m.get(&(salt, file.iterations)).cloned());
    let key = match (passphrase, &made) {
        (None, Some(key)) => key.clone(),
        (Some(passphrase), _) => Key::derive(passphrase, salt, file.iterations),
        (None, None) => match of_environment().map_err(Shut::Locked)? {
            Some(passphrase) => Key::derive(&passphrase, salt, file.iterations),
            None => {
                let how = format!("run this on a terminal, or set {PASSPHRASE_FILE} or {PASSPHRASE}");
                let path = path.display();
                return Err(Shut::Locked(said(format!("{path} is encrypted and no passphrase was given: {how}"))));
            }
        },
    };
    // it opened another file, so it is right
    let proven = made.is_some_and(|made| *made.bytes == *key.bytes);
    let head = key.head(&nonce, name);
    let length = key
        .cipher()
        .map_err(Shut::Unread)?
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(head.as_bytes()), data.as_mut_slice())
        .map(|plain| plain.len())
        .map_err(|_| if proven { Shut::Damaged } else { Shut::Wrong })?;
    data.truncate(length);
    key.remember();
    Ok((data, key))
}

/// The passphrase that the environment gives, itself or as a file's first line.
///
/// # Errors
/// The file cannot be read, or others can read it.
pub fn of_environment() -> Result<Option<SecretString>, SecretsError> {
    let set = |name| std::env::var(name).ok().filter(|v: &String| !v.is_empty());
    if let Some(passphrase) = set(PASSPHRASE) {
        return Ok(Some(passphrase.into()));
    }
    let Some(path) = set(PASSPHRASE_FILE) else { return Ok(None) };
    let path = Path::new(&path);
    let text = super::secrets::read_private(path)?
        .ok_or_else(|| said(format!("{PASSPHRASE_FILE} names {}, which is not there", path.display())))?;
    let text = std::str::from_utf8(&text)
        .map_err(|_| said(format!("{}: the passphrase is not UTF-8 text", path.display())))?;
    let passphrase = text.lines().next().unwrap_or_default();
    if passphrase.is_empty() {
        return Err(said(format!("{}: its first line, which should be the passphrase, is empty", path.display())));
    }
    Ok(Some(passphrase.to_owned().into()))
}

fn said(message: impl Into<String>) -> SecretsError {
    SecretsError { message: message.into(), source: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "the signature of a random source")]
    fn fixed(bytes: &mut [u8]) -> Result<(), SecretsError> {
        bytes.fill(7);
        Ok(())
    }

    fn opened(name: &str, bytes: &[u8], passphrase: &str) -> Result<Vec<u8>, String> {
        let passphrase = SecretString::from(passphrase);
        let opened = open(name, Path::new("F"), bytes, Some(&passphrase));
        opened.map(|(plain, _)| plain.to_vec()).map_err(|shut| shut.told(Path::new("F"), "give it again").message)
    }

    #[test]
    fn what_is_sealed_opens_with_its_passphrase_and_name_only() {
        let key = Key::new(&"correct horse".into(), &fixed).unwrap();
        let sealed = key.seal("main", b"the secret", &fixed).unwrap();
        assert_eq!(sealed, key.seal("main", b"the secret", &fixed).unwrap(), "nothing is random but what is given");
        assert!(is_sealed(&sealed) && !is_sealed(b"{\"client_id\":1}"));
        assert!(!String::from_utf8_lossy(&sealed).contains("secret"));
        let wrong = "F: the passphrase is wrong (or the file was altered); nothing was changed";
        assert_eq!(opened("other", &sealed, "correct horse").unwrap_err(), wrong, "a file cannot stand for another");
        assert_eq!(opened("main", &sealed, "correct horse"), Ok(b"the secret".to_vec()));
        assert_eq!(opened("main", &sealed, "Correct horse").unwrap_err(), wrong);
        // once the passphrase has opened something it is known to be right
        let damaged = "F is damaged: restore a copy, or give it again";
        assert_eq!(opened("other", &sealed, "correct horse").unwrap_err(), damaged);
        let text = String::from_utf8(sealed).unwrap();
        for (from, to, want) in [
            ("600000", "599999", wrong),
            ("\"nonce\": \"Bw", "\"nonce\": \"Cw", damaged),
            ("\"data\": \"", "\"data\": \"AAAA", damaged),
        ] {
            let altered = text.replacen(from, to, 1);
            assert_ne!(altered, text);
            assert_eq!(opened("main", altered.as_bytes(), "correct horse").unwrap_err(), want, "{to}");
        }
        let newer = text.replace("\"sealed\": 1", "\"sealed\": 2");
        assert!(opened("main", newer.as_bytes(), "correct horse").unwrap_err().contains("newer astra-zoho"));
        let endless = text.replace("600000", "4000000000");
        assert!(opened("main", endless.as_bytes(), "correct horse").unwrap_err().contains("damaged"));
    }
}
