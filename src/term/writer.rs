//! The thread that writes frames: each in one write, so that a line which takes nothing for a while stops neither keys
//! nor signals. Only one frame is on its way at a time; what changes meanwhile is in the next one.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::mpsc::Sender;

use super::modes;
use crate::app::msg::Input;

/// Frames on their way to the terminal.
pub struct Writer {
    frames: SyncSender<Vec<u8>>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    busy: AtomicBool,
    done: Notify,
}

impl Writer {
    /// Begins to write to standard output; a line that is gone is told to `to`.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(to: Sender<Input>) -> io::Result<Self> {
        let (frames, taken) = mpsc::sync_channel::<Vec<u8>>(1);
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let write = move || {
            for frame in taken {
                let written = modes::write_all(&frame);
                shared.busy.store(false, Ordering::Release);
                shared.done.notify_one();
                if written.is_err() {
                    modes::line_is_gone();
                    if to.blocking_send(Input::Hangup).is_err() {
                        tracing::debug!("the line went after the program had ended");
                    }
                    return;
                }
            }
        };
        std::thread::Builder::new().name("frames".into()).spawn(write)?;
        Ok(Self { frames, state })
    }

    /// Whether the frame before is still on its way.
    pub fn is_busy(&self) -> bool {
        self.state.busy.load(Ordering::Acquire)
    }

    /// Sends a frame, which must not be while the one before is still on its way.
    pub fn send(&self, frame: Vec<u8>) {
        if frame.is_empty() {
            return;
        }
        self.state.busy.store(true, Ordering::Release);
        if self.frames.try_send(frame).is_err() {
            // the thread ended with the line, and has said so
            self.state.busy.store(false, Ordering::Release);
        }
    }

    /// Waits until nothing is on its way.
    pub fn idle(&self) -> impl Future<Output = ()> + use<> {
        let state = Arc::clone(&self.state);
        async move {
            while state.busy.load(Ordering::Acquire) {
                state.done.notified().await;
            }
        }
    }

    /// The same, for at most a moment: before the terminal is given back.
    pub async fn idle_soon(&self) {
        if tokio::time::timeout(Duration::from_millis(500), self.idle()).await.is_err() {
            tracing::debug!("the terminal did not take the last frame");
        }
    }
}
