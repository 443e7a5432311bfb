//! Signals, by table, and stopping for the shell.

use std::io;

use rustix::process::{Signal as Raw, getpgrp, getppid, getsid, kill_current_process_group};
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// HUP: the line is gone, or about to be. Keep what must not be lost, and end.
    HangUp,
    /// TERM, INT: end in good order.
    Terminate,
    /// TSTP: give the terminal back, and [`stop_here`].
    Suspend,
    /// CONT: the terminal is ours again; what it shows and how it is set is unknown.
    Continued,
    /// WINCH: the terminal has another size.
    Resized,
}

/// The process's signals.
pub struct Signals {
    hang_up: Stream,
    terminate: Stream,
    interrupt: Stream,
    suspend: Stream,
    continued: Stream,
    resized: Stream,
}

impl Signals {
    /// Begins to listen: from now on none of them does what it does by itself.
    ///
    /// # Errors
    /// The system refuses, or there is no runtime.
    pub fn listen() -> io::Result<Self> {
        let raw = |s: Raw| signal(SignalKind::from_raw(s.as_raw()));
        Ok(Self {
            hang_up: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            suspend: raw(Raw::TSTP)?,
            continued: raw(Raw::CONT)?,
            resized: signal(SignalKind::window_change())?,
        })
    }

    /// Forgets what keys of the terminal asked for (Ctrl-C, Ctrl-Z) while another command had it.
    ///
    /// # Errors
    /// As [`Signals::listen`].
    pub fn forget_keys(&mut self) -> io::Result<()> {
        self.interrupt = signal(SignalKind::interrupt())?;
        self.suspend = signal(SignalKind::from_raw(Raw::TSTP.as_raw()))?;
        self.continued = signal(SignalKind::from_raw(Raw::CONT.as_raw()))?;
        Ok(())
    }

    /// The next one.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.hang_up.recv() => Signal::HangUp,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.interrupt.recv() => Signal::Terminate,
            _ = self.suspend.recv() => Signal::Suspend,
            _ = self.continued.recv() => Signal::Continued,
            _ = self.resized.recv() => Signal::Resized,
        }
    }
}

/// Stops the process and those that were started with it, as a shell's Ctrl-Z does; [`Signal::Continued`] comes when the
/// shell continues it.
pub fn stop_here() {
    if let Err(e) = kill_current_process_group(Raw::STOP) {
        tracing::debug!("the process could not be stopped: {e}");
    }
}

/// Whether somebody would continue a process that stops. A shell that minds its jobs is in our session, and we are in a group of our own there. Who shares the group of the
/// session's first process was started without one (`ssh host astra-zoho`) and would stand still for ever.
pub fn can_stop() -> bool {
    let Some(parent) = getppid() else { return false };
    let (Ok(ours), Ok(theirs)) = (getsid(None), getsid(Some(parent))) else { return false };
    ours == theirs && getpgrp() != ours
}
