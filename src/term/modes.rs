//! What was changed about the terminal, as a stack: undone in reverse, best effort, by the one [`restore`], whoever calls
//! it (quitting, suspension, a signal, a panic), as often as it is called.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::stdio::{stdin, stdout};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// How long the end waits for a terminal that takes nothing, in milliseconds.
const PATIENCE_MS: i64 = 200;

/// One thing that is other than it was found.
enum Mode {
    /// Keys come one by one and unechoed; what was before.
    Raw(Box<Termios>),
    AlternateScreen,
    HiddenCursor,
    BracketedPaste,
}

impl Mode {
    fn on(&self) -> &'static str {
        match self {
            Self::Raw(_) => "",
            // one that a killed program left on is not emptied by being entered: nothing of it may stay
            Self::AlternateScreen => "\x1b[?1049h\x1b[m\x1b[2J",
            Self::HiddenCursor => "\x1b[?25l",
            Self::BracketedPaste => "\x1b[?2004h",
        }
    }

    fn off(&self) -> &'static str {
        match self {
            Self::Raw(_) => "",
            // colours and attributes of the last frame are not the shell's
            Self::AlternateScreen => "\x1b[0m\x1b[?1049l",
            Self::HiddenCursor => "\x1b[?25h",
            Self::BracketedPaste => "\x1b[?2004l",
        }
    }
}

struct Taken {
    modes: Vec<Mode>,
    /// Nobody is there any more: not a byte is written.
    gone: bool,
}

static TAKEN: Mutex<Taken> = Mutex::new(Taken { modes: Vec::new(), gone: false });

/// A panic may have happened on the very thread that holds the lock, or while another one does: waits a little, and then
/// goes without.
fn taken() -> Option<MutexGuard<'static, Taken>> {
    for _ in 0..PATIENCE_MS {
        match TAKEN.try_lock() {
            Ok(guard) => return Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    None
}

/// Makes the terminal a screen: raw, the alternate screen, no cursor, pastes marked. What is so already stays.
///
/// # Errors
/// It is no terminal, or it is gone; what was changed is undone.
pub fn enter() -> io::Result<()> {
    let entered = {
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.modes.is_empty() { take_all(&mut taken.modes) } else { Ok(()) }
    };
    if entered.is_err() {
        restore();
    }
    entered
}

fn take_all(modes: &mut Vec<Mode>) -> io::Result<()> {
    let before = tcgetattr(stdin())?;
    let mut raw = before.clone();
    raw.make_raw();
    modes.push(Mode::Raw(Box::new(before)));
    tcsetattr(stdin(), OptionalActions::Now, &raw)?;
    let mut bytes = String::new();
    for mode in [Mode::AlternateScreen, Mode::HiddenCursor, Mode::BracketedPaste] {
        bytes.push_str(mode.on());
        modes.push(mode);
    }
    write_all(bytes.as_bytes())
}

/// Puts the terminal back to how it was found, the cursor visible. Never fails, never waits long.
pub fn restore() {
    let Some(mut taken) = taken() else { return };
    let gone = taken.gone;
    let mut bytes = String::new();
    let mut before = None;
    while let Some(mode) = taken.modes.pop() {
        bytes.push_str(mode.off());
        if let Mode::Raw(termios) = mode {
            before = Some(termios);
        }
    }
    if !gone {
        say(bytes.as_bytes());
    }
    if let Some(before) = before
        && let Err(e) = tcsetattr(stdin(), OptionalActions::Now, &before)
    {
        tracing::debug!("the terminal's modes could not be put back: {e}");
    }
}

/// The line was hung up: from now on nothing is written.
pub fn line_is_gone() {
    if let Some(mut taken) = taken() {
        taken.gone = true;
    }
}

/// Writes to the terminal if it takes bytes soon. What cannot be said is not said.
fn say(bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    let out = stdout();
    let mut ready = [PollFd::new(&out, PollFlags::OUT)];
    let patience = Timespec { tv_sec: 0, tv_nsec: PATIENCE_MS * 1_000_000 };
    match rustix::event::poll(&mut ready, Some(&patience)) {
        Ok(n) if n > 0 && ready[0].revents().contains(PollFlags::OUT) => {}
        _ => return,
    }
    if let Err(e) = write_all(bytes) {
        tracing::debug!("the terminal took no last words: {e}");
    }
}

/// Writes everything to standard output, without a buffer in between.
pub(super) fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(stdout(), bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => bytes = &bytes[n..],
            Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

/// While it lives, the key that stops a command does nothing; then the terminal is as it was.
pub struct WithoutStopping(Option<Termios>);

/// Lends the terminal as it is, but for the key that stops a command: whoever lent it would wait for ever.
pub fn without_stopping() -> WithoutStopping {
    let before = tcgetattr(stdin()).ok();
    if let Some(before) = &before {
        let mut mode = before.clone();
        mode.special_codes[rustix::termios::SpecialCodeIndex::VSUSP] = 0;
        if let Err(e) = tcsetattr(stdin(), OptionalActions::Now, &mode) {
            tracing::debug!("the terminal could not be set: {e}");
        }
    }
    WithoutStopping(before)
}

impl Drop for WithoutStopping {
    fn drop(&mut self) {
        if let Some(before) = &self.0
            && let Err(e) = tcsetattr(stdin(), OptionalActions::Now, before)
        {
            tracing::debug!("the terminal's modes could not be put back: {e}");
        }
    }
}

/// Says what a command is for that the terminal is lent to, and how to leave it.
pub fn announce(title: &str) {
    say(format!("{title} (Ctrl-C cancels)\n\n").as_bytes());
}

/// Says how to go on, and waits for Enter or the end of the line.
pub fn wait_for_enter() {
    say(b"\n(Enter returns to the screen) ");
    let mut byte = [0];
    loop {
        match rustix::io::read(stdin(), &mut byte) {
            Ok(1) if byte[0] != b'\n' => {}
            Err(rustix::io::Errno::INTR) => {}
            _ => return,
        }
    }
}
