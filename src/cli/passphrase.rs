//! The passphrase of the secrets: from the environment, or asked for on the terminal without showing it.

use std::io::{IsTerminal, Write};

use rustix::stdio::stdin;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::out::{Failure, in_rows};
use crate::domain::text::visible;
use crate::ports::SecretsError;
use crate::store::{PASSPHRASE_FILE, Vault, WRONG_PASSPHRASE, passphrase_of_environment};

/// The longest passphrase, in bytes.
const LONGEST: usize = 1024;
/// How often it is asked for.
const TRIES: u32 = 3;

/// Where the secrets are encrypted and nothing in the environment opens them, asks for the passphrase, a wrong one again;
/// an empty answer goes on without: what needs the secrets then says that they are locked. Without a terminal nothing is
/// asked. Whether nothing is locked any more.
///
/// # Errors
/// The passphrase is wrong again and again, or the terminal cannot be asked.
pub fn unlock(vault: &Vault) -> Result<bool, Failure> {
    // what cannot be read is said by whoever needs it
    let Ok(locked) = vault.is_locked() else { return Ok(false) };
    if !locked || passphrase_of_environment().map_err(|e| Failure::of(2, &e))?.is_some() {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(false);
    }
    // short: no terminal that is in use breaks a word of it
    let question = "The accounts' secrets are encrypted.\nTheir passphrase (not shown; Enter leaves them locked): ";
    for left in (0..TRIES).rev() {
        let Some(passphrase) = ask(question)? else { return Ok(false) };
        match vault.unlock(&passphrase) {
            Ok(()) => return Ok(true),
            Err(e) if left == 0 => return Err(Failure::of(2, &e)),
            Err(e) => std::io::stderr().write_all(format!("{}\n", in_rows(&visible(&e.to_string()))).as_bytes())?,
        }
    }
    Ok(false)
}

/// The passphrase for what is about to be done: the environment's, or asked for; `twice` where it is a new one.
///
/// # Errors
/// There is none, or the two differ.
pub fn wanted(twice: bool) -> Result<SecretString, Failure> {
    if let Some(passphrase) = passphrase_of_environment().map_err(|e| Failure::of(2, &e))? {
        if twice {
            good_enough(&passphrase)?;
        }
        return Ok(passphrase);
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::usage(format!("there is no terminal to ask for the passphrase: set {PASSPHRASE_FILE}")));
    }
    let none = || Failure::usage("no passphrase was given: nothing was changed");
    let first = ask("Passphrase (not shown): ")?.ok_or_else(none)?;
    if twice {
        good_enough(&first)?;
        let again = ask("Once more: ")?.ok_or_else(none)?;
        if again.expose_secret() != first.expose_secret() {
            return Err(Failure::usage("the two passphrases differ: nothing was changed"));
        }
    }
    Ok(first)
}

/// The least that a new passphrase should have, in characters.
const SHORTEST: usize = 8;

/// A new passphrase keeps something out; of a short one it is said that it keeps little out.
fn good_enough(passphrase: &SecretString) -> Result<(), Failure> {
    let letters = passphrase.expose_secret().trim().chars().count();
    if letters == 0 {
        return Err(Failure::usage("the passphrase is blank: nothing was changed"));
    }
    if letters < SHORTEST {
        let said = "this passphrase is short and soon guessed: eight characters or several words are better";
        std::io::stderr().write_all(format!("{}\n", in_rows(said)).as_bytes())?;
    }
    Ok(())
}

/// Opens what is encrypted with the passphrase that `act` is given; a wrong one that was typed is asked for again.
///
/// # Errors
/// There is none, it is wrong again and again, or `act` fails otherwise.
pub fn with_wanted<T>(act: impl Fn(&SecretString) -> Result<T, SecretsError>) -> Result<T, Failure> {
    let typed = passphrase_of_environment().map_err(|e| Failure::of(2, &e))?.is_none();
    let mut tries = if typed { TRIES } else { 1 };
    loop {
        tries -= 1;
        match act(&wanted(false)?) {
            Err(e) if tries > 0 && e.message.contains(WRONG_PASSPHRASE) => {
                std::io::stderr().write_all(format!("{}\n", in_rows(&visible(&e.message))).as_bytes())?;
            }
            done => return done.map_err(|e| Failure::of(1, &e)),
        }
    }
}

/// What is typed or pasted on the terminal until Ctrl-D, none of it shown; the most that is read is `longest` bytes.
///
/// # Errors
/// The operator left by Ctrl-C, or the terminal cannot be asked.
pub fn unseen(longest: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let quiet = Quiet::new()?;
    let mut stderr = std::io::stderr();
    stderr.write_all(b"Paste it (not shown), then press Enter and Ctrl-D; Ctrl-C cancels:\n")?;
    let mut read = Zeroizing::new(Vec::with_capacity(longest));
    while let Some(byte) = key()? {
        match byte {
            0x04 => break,
            0x03 => return Err(Failure::silent(1)),
            byte if read.len() < longest => read.push(byte),
            _ => {}
        }
    }
    drop(quiet);
    Ok(read)
}

/// A terminal that shows nothing of what is typed; dropped, it is as it was.
struct Quiet {
    before: Termios,
}

impl Quiet {
    fn new() -> Result<Self, Failure> {
        let failed = |e: rustix::io::Errno| Failure::new(1, format!("the terminal cannot be asked: {e}"));
        let before = tcgetattr(stdin()).map_err(failed)?;
        let mut mode = before.clone();
        // no signal while the echo is off: Ctrl-C comes as a byte and ends it in order
        mode.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        mode.special_codes[SpecialCodeIndex::VMIN] = 1;
        mode.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(stdin(), OptionalActions::Flush, &mode).map_err(failed)?;
        Ok(Self { before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if let Err(error) = tcsetattr(stdin(), OptionalActions::Flush, &self.before) {
            tracing::debug!(%error, "the terminal could not be put back");
        }
    }
}

/// The next byte of the terminal; `None` at its end. Unbuffered: what is read ahead would be missing from the screen.
fn key() -> Result<Option<u8>, Failure> {
    let mut byte = Zeroizing::new([0_u8]);
    loop {
        match rustix::io::read(stdin(), &mut byte[..]) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(Failure::new(1, format!("the terminal cannot be read: {e}"))),
        }
    }
}

/// A line that is not shown; `None` where it is empty.
fn ask(question: &str) -> Result<Option<SecretString>, Failure> {
    let quiet = Quiet::new()?;
    let mut stderr = std::io::stderr();
    stderr.write_all(question.as_bytes())?;
    stderr.flush()?;
    // as large as it may get: one that grows leaves copies behind
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    while let Some(byte) = key()? {
        match byte {
            b'\r' | b'\n' | 0x04 => break,
            0x03 => {
                stderr.write_all(b"\n")?;
                return Err(Failure::silent(1));
            }
            0x08 | 0x7f => {
                let mut erased = line.pop();
                while erased.is_some_and(|b: u8| b & 0xc0 == 0x80) {
                    erased = line.pop();
                }
            }
            0x15 => line.clear(),
            key if key >= 0x20 && line.len() < LONGEST => line.push(key),
            _ => {}
        }
    }
    drop(quiet);
    stderr.write_all(b"\n")?;
    let text = String::from_utf8_lossy(&line);
    Ok(if text.is_empty() { None } else { Some(SecretString::from(text.into_owned())) })
}
