//! A terminal's keyboard for questions whose answers are not shown: nothing that is typed or pasted is echoed but what
//! is no secret, from the first question on to the end.

use std::io::IsTerminal;

use rustix::stdio::stdin;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use tokio::sync::mpsc::{Receiver, channel};

use crate::cli::out::{Failure, Out};

/// The longest answer, in bytes.
const LONGEST: usize = 16 * 1024;

/// The keyboard, read key by key. Dropped, the terminal is as it was.
pub struct Keyboard {
    bytes: Receiver<Zeroizing<Vec<u8>>>,
    rest: Zeroizing<Vec<u8>>,
    /// Inside a sequence that a special key sends.
    escape: Escape,
    before: Termios,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    No,
    Begun,
    /// And the number in it so far.
    Sequence(u32),
}

/// The number of a key that no keyboard has, `<f20>`: at it a debug build breaks, as the screen does, so that what becomes of
/// terminal and secrets is tested on the program itself. A release build passes it over.
const BREAKS: u32 = 57_383;

impl Keyboard {
    /// The keyboard, where there is one: standard input and standard error are the terminal's.
    ///
    /// # Errors
    /// The terminal cannot be set, or the system gives no thread.
    pub fn open(out: &Out) -> Result<Option<Self>, Failure> {
        if !std::io::stdin().is_terminal() || !out.errors_to_terminal {
            return Ok(None);
        }
        let failed = |e: std::io::Error| Failure::new(1, format!("the terminal cannot be asked: {e}"));
        let before = tcgetattr(stdin()).map_err(|e| failed(e.into()))?;
        let mut mode = before.clone();
        // a long paste is no line that the terminal keeps for itself; Ctrl-C stays a signal. Ctrl-Z would leave the echo
        // to the shell's mood
        mode.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON);
        mode.special_codes[SpecialCodeIndex::VSUSP] = 0;
        mode.special_codes[SpecialCodeIndex::VMIN] = 1;
        mode.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(stdin(), OptionalActions::Now, &mode).map_err(|e| failed(e.into()))?;
        let (to, bytes) = channel(64);
        let keyboard = Self { bytes, rest: Zeroizing::new(Vec::new()), escape: Escape::No, before };
        let read = move || {
            let mut buffer = Zeroizing::new(vec![0; 4096]);
            loop {
                match rustix::io::read(stdin(), &mut buffer[..]) {
                    Ok(0) => return,
                    Ok(n) => {
                        if to.blocking_send(Zeroizing::new(buffer[..n].to_vec())).is_err() {
                            return;
                        }
                    }
                    Err(rustix::io::Errno::INTR) => {}
                    Err(_) => return,
                }
            }
        };
        std::thread::Builder::new().name("keyboard".into()).spawn(read).map_err(failed)?;
        Ok(Some(keyboard))
    }

    /// The next byte that is text or a control; `None` at the end of the line.
    pub async fn key(&mut self) -> Option<u8> {
        loop {
            if self.rest.is_empty() {
                self.rest = self.bytes.recv().await?;
                self.rest.reverse();
            }
            let Some(byte) = self.rest.pop() else { continue };
            match (self.escape, byte) {
                (_, 0x1b) => self.escape = Escape::Begun,
                (Escape::Begun, b'[' | b'O') => self.escape = Escape::Sequence(0),
                // the marks around a paste and the keys with names: passed over
                (Escape::Sequence(number), 0x40..=0x7e) => {
                    debug_assert!(number != BREAKS, "asked to break by <f20>");
                    self.escape = Escape::No;
                }
                (Escape::Begun, _) => self.escape = Escape::No,
                (Escape::Sequence(number), b'0'..=b'9') => {
                    let number = number.saturating_mul(10).saturating_add(u32::from(byte - b'0'));
                    self.escape = Escape::Sequence(number);
                }
                (Escape::Sequence(_), _) => {}
                (Escape::No, byte) => return Some(byte),
            }
        }
    }

    /// Asks for a line. `None`: the operator left (Ctrl-D, or the line is gone).
    pub async fn ask(&mut self, out: &mut Out, question: &str) -> Result<Option<String>, Failure> {
        out.ask(&format!("{question}:"))?;
        Ok(self.line(out, true).await?.map(|line| String::clone(&line).trim().to_owned()))
    }

    /// Asks for a secret, which is not shown.
    pub async fn ask_secret(&mut self, out: &mut Out, question: &str) -> Result<Option<SecretString>, Failure> {
        out.ask(&format!("{question} (not shown):"))?;
        let line = self.line(out, false).await?;
        Ok(line.map(|line| SecretString::from(line.trim().to_owned())))
    }

    /// The rest of a line.
    pub async fn line(&mut self, out: &mut Out, shown: bool) -> Result<Option<Zeroizing<String>>, Failure> {
        // as large as it may get: one that grows leaves copies behind
        let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
        loop {
            let Some(key) = self.key().await else { return Ok(None) };
            match key {
                b'\r' | b'\n' => break,
                0x04 if line.is_empty() => return Ok(None),
                0x08 | 0x7f => {
                    let mut erased = line.pop();
                    while erased.is_some_and(|b| b & 0xc0 == 0x80) {
                        erased = line.pop();
                    }
                    if shown && erased.is_some() {
                        out.part("\x08 \x08")?;
                    }
                }
                0x15 => {
                    if shown {
                        let erased = String::from_utf8_lossy(&line).chars().count();
                        out.part(&"\x08 \x08".repeat(erased))?;
                    }
                    line.clear();
                }
                0x20.. if line.len() < LONGEST => {
                    line.push(key);
                    if shown && key < 0x80 {
                        out.part(char::from(key).encode_utf8(&mut [0; 4]))?;
                    }
                }
                _ => {}
            }
        }
        out.part("\n")?;
        Ok(Some(Zeroizing::new(String::from_utf8_lossy(&line).into_owned())))
    }
}

impl Keyboard {
    /// Lines that are not shown, until what they come to is whole or one is blank. `None`: the operator left.
    pub async fn text(
        &mut self,
        out: &mut Out,
        is_whole: impl Fn(&str) -> bool,
    ) -> Result<Option<Zeroizing<String>>, Failure> {
        let mut text = Zeroizing::new(String::with_capacity(2 * LONGEST));
        loop {
            let Some(line) = self.line(out, false).await? else { return Ok(None) };
            // it does not grow: the copies that would leave behind are not wiped
            if line.trim().is_empty() || text.len() + line.len() >= text.capacity() {
                return Ok(Some(text));
            }
            text.push_str(&line);
            if is_whole(&text) {
                return Ok(Some(text));
            }
            text.push('\n');
        }
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // what was typed and not read is not left to the shell
        if let Err(error) = tcsetattr(stdin(), OptionalActions::Flush, &self.before) {
            tracing::debug!(%error, "the terminal could not be put back");
        }
    }
}
