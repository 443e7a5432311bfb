//! The screen at work: messages first, a frame when nothing waits and something changed, effects as tasks whose answers
//! come back as messages.
//!
//! Nothing ticks. While nobody types, nothing runs and no file changes, the process sleeps: the keyboard's thread in
//! `poll`, the rest until the app's next deadline, the workspace's folders watched by the system (`watch`) instead of
//! looked at. The first frame is drawn before anything is read. Must not know what keys mean (`app`), nor what is drawn
//! (`view`).

mod front;
mod outside;
mod still;
mod turn;

use std::path::PathBuf;
use std::sync::Arc;

pub use front::{Event, Front};
pub use outside::Outside;
pub use still::{NotDrawn, still};
pub use turn::{Keeper, News, Unlocking, World, turn};

use crate::app;
use crate::ports::Clock;
use crate::term::{self, LastWords};

/// The screen cannot be shown.
#[derive(Debug, thiserror::Error)]
#[error("the screen cannot be shown: {0}; try another terminal, or the commands that need none (`astra-zoho --help`)")]
pub struct NoScreen(#[from] std::io::Error);

/// What the screen is given.
pub struct Settings {
    /// Where crash files go.
    pub logs: PathBuf,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
    /// What is settled before the first frame.
    pub app: app::Options,
    /// The workspace's folder where one was named: a command that the terminal is lent to works on the same.
    pub workspace: Option<PathBuf>,
}

/// Shows the screen until the operator leaves it, or the line or a signal ends it. The terminal is then as it was; gives
/// what there is to say on it.
///
/// # Errors
/// There is no terminal, or the system gives no threads.
pub async fn run<W: World>(settings: Settings, world: W) -> Result<Option<String>, NoScreen> {
    let last_words = LastWords::default();
    term::on_panic(settings.logs, Arc::clone(&settings.clock), Arc::clone(&last_words));
    let named = settings.workspace.map(|dir| ["--workspace".into(), dir.into_os_string()]);
    let mut terminal = front::Terminal::open(named.into_iter().flatten().collect())?;
    let farewell = turn(&mut terminal, world, settings.clock, settings.app, &last_words).await;
    terminal.close().await;
    Ok(farewell)
}
