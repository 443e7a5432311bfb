//! What the loop sees of a terminal: events in, frames out. A test puts its own underneath.

use std::ffi::OsString;
use std::future::Future;
use std::io;

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::turn::Unlocking;
use crate::app::Size;
use crate::app::msg::Input;
use crate::term::{self, Reader, Signal, Signals, Writer};

/// How many keys may wait.
const WAITING: usize = 256;

/// What comes from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// For the app.
    Input(Input),
    /// The shell wants its terminal back.
    Suspend,
    /// The terminal is ours again.
    Continued,
}

/// A terminal as the loop sees it.
pub trait Front {
    /// Its cells.
    fn size(&self) -> Size;
    /// The next event; gives up its turn without losing one.
    fn next(&mut self) -> impl Future<Output = Event>;
    /// An event that is there already.
    fn at_hand(&mut self) -> Option<Event>;
    /// The frame before is still on its way.
    fn is_busy(&self) -> bool;
    /// Waits until it is not.
    fn idle(&self) -> impl Future<Output = ()> + use<Self>;
    /// Sends bytes; only while it is not busy.
    fn send(&mut self, bytes: Vec<u8>);
    /// Gives the terminal to the shell until [`Event::Continued`]; `false` where there is no shell.
    fn suspend(&mut self) -> impl Future<Output = bool>;
    /// Takes the terminal back.
    fn resume(&mut self);
    /// Lends the terminal to a command of this program until it ends; whether it went well. What it is about is said first,
    /// and how to leave it. [`Front::resume`] follows.
    ///
    /// # Errors
    /// It could not be started.
    fn lend(&mut self, title: &str, arguments: &[String]) -> impl Future<Output = io::Result<bool>>;
    /// Lends the terminal to a question of this process, and gives what came of it. [`Front::resume`] follows.
    fn ask(&mut self, question: Unlocking) -> impl Future<Output = Result<bool, String>>;
}

/// The process's own terminal.
pub struct Terminal {
    inputs: Receiver<Input>,
    /// For the reader that comes after one that had to pause.
    to: Sender<Input>,
    signals: Signals,
    writer: Writer,
    /// `None` while somebody else has the keyboard.
    reader: Option<Reader>,
    /// What every command of this program is given first.
    first_arguments: Vec<OsString>,
}

impl Terminal {
    /// Makes it a screen.
    ///
    /// # Errors
    /// There is none, or the system gives no threads.
    pub fn open(first_arguments: Vec<OsString>) -> io::Result<Self> {
        let (to, inputs) = channel(WAITING);
        // before any mode is changed: from here on a signal ends the program in good order
        let signals = Signals::listen()?;
        term::enter()?;
        let threads = || Ok((Writer::start(to.clone())?, Reader::start(to.clone())?));
        match threads() {
            Ok((writer, reader)) => Ok(Self { inputs, to, signals, writer, reader: Some(reader), first_arguments }),
            Err(e) => {
                term::restore();
                Err(e)
            }
        }
    }

    /// The terminal is as it was found, and somebody else's keyboard.
    async fn let_go(&mut self) {
        self.writer.idle_soon().await;
        // two readers would share the keys between them
        self.reader = None;
        term::restore();
    }

    /// Puts the terminal back to how it was found.
    pub async fn close(self) {
        let Self { inputs, writer, reader, .. } = self;
        writer.idle_soon().await;
        // the reader may wait for room
        drop(inputs);
        drop(reader);
        term::restore();
    }
}

impl Front for Terminal {
    fn size(&self) -> Size {
        term::size()
    }

    async fn next(&mut self) -> Event {
        tokio::select! {
            biased;
            signal = self.signals.next() => match signal {
                // the line may be there all the same: then the terminal is put back
                Signal::HangUp => Event::Input(Input::Hangup),
                Signal::Terminate => Event::Input(Input::Terminate),
                Signal::Suspend => Event::Suspend,
                Signal::Continued => Event::Continued,
                Signal::Resized => {
                    let Size { width, height } = self.size();
                    Event::Input(Input::Resize { width, height })
                }
            },
            // both threads end with the line
            input = self.inputs.recv() => Event::Input(input.unwrap_or(Input::Hangup)),
        }
    }

    fn at_hand(&mut self) -> Option<Event> {
        self.inputs.try_recv().ok().map(Event::Input)
    }

    fn is_busy(&self) -> bool {
        self.writer.is_busy()
    }

    fn idle(&self) -> impl Future<Output = ()> + use<> {
        self.writer.idle()
    }

    fn send(&mut self, bytes: Vec<u8>) {
        self.writer.send(bytes);
    }

    async fn suspend(&mut self) -> bool {
        if !term::can_stop() {
            return false;
        }
        self.writer.idle_soon().await;
        term::restore();
        term::stop_here();
        true
    }

    fn resume(&mut self) {
        if self.reader.is_none() {
            match Reader::start(self.to.clone()) {
                Ok(reader) => self.reader = Some(reader),
                Err(e) => tracing::error!("the keyboard cannot be read any more: {e}"),
            }
        }
        if let Err(e) = term::enter() {
            // whoever reads the keyboard sees the same, and ends the program
            tracing::debug!("the terminal could not be taken back: {e}");
        }
    }

    async fn lend(&mut self, title: &str, arguments: &[String]) -> io::Result<bool> {
        self.let_go().await;
        let lent = term::without_stopping();
        term::announce(title);
        let program = std::env::current_exe()?;
        let mut command = tokio::process::Command::new(program);
        command.args(&self.first_arguments).args(arguments);
        let status = command.status().await;
        // what it said is still to be read; the wait blocks, and nothing else is to be done meanwhile
        let waited = tokio::task::spawn_blocking(term::wait_for_enter).await;
        drop(lent);
        waited.map_err(io::Error::other)?;
        // what was meant for the command is not for the screen
        self.signals.forget_keys()?;
        Ok(status?.success())
    }

    async fn ask(&mut self, question: Unlocking) -> Result<bool, String> {
        self.let_go().await;
        let lent = term::without_stopping();
        term::announce("opening the accounts' secrets");
        let answer = tokio::task::spawn_blocking(move || question()).await;
        drop(lent);
        self.signals.forget_keys().map_err(|e| e.to_string())?;
        answer.map_err(|e| e.to_string())?
    }
}
