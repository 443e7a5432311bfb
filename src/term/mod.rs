//! The terminal while the screen is up: its modes, the keys that come from it, the frames that go to it, the signals that
//! reach the process. The only room that touches standard input and standard output then.
//!
//! Nothing here asks the terminal anything: one that answers nothing works like any other. Keys are read by us
//! (`reader`, `decode`): the usual crates spin at 100 % CPU once the line is gone, or take an escape sequence
//! that comes in two pieces for a bare Escape. Must not know what keys mean (`app`) nor what is drawn (`view`).

mod clipboard;
mod crash;
mod decode;
mod difference;
mod modes;
mod reader;
mod screen;
mod signals;
mod writer;

pub use clipboard::{Clipboard, Copied, osc52};
pub use crash::{LastWords, on_panic};
pub use decode::Decoder;
pub use modes::{WithoutStopping, announce, enter, line_is_gone, restore, wait_for_enter, without_stopping};
pub use reader::Reader;
pub use screen::Screen;
pub use signals::{Signal, Signals, can_stop, stop_here};
pub use writer::Writer;

use crate::app::Size;

/// The terminal's cells; 80x24 where it does not tell.
pub fn size() -> Size {
    let told = rustix::termios::tcgetwinsize(rustix::stdio::stdout()).ok();
    let told = told.filter(|s| s.ws_col > 0 && s.ws_row > 0);
    told.map_or(Size { width: 80, height: 24 }, |s| Size { width: s.ws_col, height: s.ws_row })
}
