//! The thread that reads the keyboard: it sleeps until a byte comes, and ends with the line.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use tokio::sync::mpsc::Sender;

use super::decode::{Decoder, Waiting};
use super::modes;
use crate::app::msg::Input;

/// How long an Escape may be the beginning of another key. Its bytes travel together, but for a slow line.
const ESCAPE_HERE: Duration = Duration::from_millis(25);
const ESCAPE_FAR: Duration = Duration::from_millis(100);
/// How long the rest of a key may take once it is clear that there is one.
const REST: Duration = Duration::from_secs(1);

/// The keyboard being read; dropped, it is left alone.
pub struct Reader {
    /// Closed to wake the thread: it ends then.
    wake: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    /// Begins to read standard input; what comes goes to `to`, the end of the line as [`Input::Hangup`], once.
    ///
    /// # Errors
    /// The system gives no pipe or no thread.
    pub fn start(to: Sender<Input>) -> io::Result<Self> {
        let (woken, wake) = pipe_with(PipeFlags::CLOEXEC)?;
        let far = ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| std::env::var_os(name).is_some());
        let escape = if far { ESCAPE_FAR } else { ESCAPE_HERE };
        let read = move || read(rustix::stdio::stdin(), woken.as_fd(), escape, &to);
        let thread = std::thread::Builder::new().name("keyboard".into()).spawn(read)?;
        Ok(Self { wake: Some(wake), thread: Some(thread) })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.wake = None;
        // it panicked: the hook has said so
        if self.thread.take().is_some_and(|t| t.join().is_err()) {
            tracing::error!("the thread that reads the keyboard broke off");
        }
    }
}

fn read(from: BorrowedFd<'_>, woken: BorrowedFd<'_>, escape: Duration, to: &Sender<Input>) {
    let mut decoder = Decoder::default();
    let mut bytes = vec![0; 1 << 14];
    loop {
        let limit = match decoder.waiting() {
            Waiting::No => None,
            Waiting::Escape => Some(escape),
            Waiting::Sequence => Some(REST),
        };
        let mut came = Vec::new();
        match wait(from, woken, limit) {
            Came::Woken => return,
            Came::Silence => decoder.silence(|i| came.push(i)),
            Came::Bytes => match rustix::io::read(from, &mut bytes[..]) {
                Ok(0) => break,
                Ok(n) => decoder.take(&bytes[..n], |i| came.push(i)),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => break,
            },
            Came::Gone => break,
        }
        for input in came {
            // nobody listens any more
            if to.blocking_send(input).is_err() {
                return;
            }
        }
    }
    modes::line_is_gone();
    if to.blocking_send(Input::Hangup).is_err() {
        tracing::debug!("the line went after the program had ended");
    }
}

enum Came {
    Bytes,
    Silence,
    Gone,
    Woken,
}

fn wait(from: BorrowedFd<'_>, woken: BorrowedFd<'_>, limit: Option<Duration>) -> Came {
    let limit = limit.and_then(|l| Timespec::try_from(l).ok());
    loop {
        let mut both = [PollFd::new(&from, PollFlags::IN), PollFd::new(&woken, PollFlags::IN)];
        match rustix::event::poll(&mut both, limit.as_ref()) {
            Ok(0) => return Came::Silence,
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(_) => return Came::Gone,
        }
        let (line, wake) = (both[0].revents(), both[1].revents());
        return if !wake.is_empty() {
            Came::Woken
        } else if line.contains(PollFlags::IN) {
            Came::Bytes
        } else {
            Came::Gone
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::Key;

    /// A pipe stands for the line; the thread is joined, so the test ends only if reading does.
    fn heard(pieces: &[&[u8]], hang_up: bool) -> Vec<Input> {
        let (from, line) = pipe_with(PipeFlags::CLOEXEC).unwrap();
        let (woken, wake) = pipe_with(PipeFlags::CLOEXEC).unwrap();
        let (to, mut got) = tokio::sync::mpsc::channel(64);
        let thread = std::thread::spawn(move || read(from.as_fd(), woken.as_fd(), Duration::from_millis(1), &to));
        let mut inputs = Vec::new();
        for piece in pieces {
            rustix::io::write(&line, piece).unwrap();
            inputs.extend(got.blocking_recv());
        }
        if hang_up {
            drop(line);
        } else {
            drop(wake);
        }
        thread.join().unwrap();
        while let Some(input) = got.blocking_recv() {
            inputs.push(input);
        }
        inputs
    }

    #[test]
    fn the_end_of_the_line_is_told_once() {
        assert_eq!(heard(&[b"a"], true), [Input::Key(Key::char('a')), Input::Hangup]);
        assert_eq!(heard(&[b"a"], false), [Input::Key(Key::char('a'))], "woken, it says nothing");
    }

    #[test]
    fn an_escape_alone_is_the_key_after_a_moment() {
        let got = heard(&[b"\x1b", b"x"], false);
        assert_eq!(got[1], Input::Key(Key::char('x')));
        assert_eq!(got[0], Input::Key(Key::parse("<esc>").unwrap()));
    }
}
