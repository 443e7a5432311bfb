//! The operator's screen as data: what it shows, what a key does to it, what it asks of the world.
//!
//! Owns the state of every screen, layers, focus, the key map and the layout. Must not know how anything is drawn
//! (`view`), who reads the keyboard (`term`), nor who does what it asks for (`runtime`): [`App::update`] takes a message
//! and gives effects, both plain data, and time is what it is told.

pub mod effect;
pub mod key;
pub mod msg;

use jiff::Timestamp;

use effect::Effect;
use msg::{Input, Msg};

/// The terminal's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// What is settled before the first frame.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// No colours: bold, dim, underline and reverse video alone (`NO_COLOR`, `--mono`).
    pub mono: bool,
    /// No characters beyond ASCII in our own chrome.
    pub ascii: bool,
    /// Keys of `config.toml`: a command's id and the keys that replace its own.
    pub keys: Vec<(String, Vec<String>)>,
}

/// The state of the whole screen.
#[derive(Debug)]
pub struct App {
    size: Size,
    options: Options,
    quitting: bool,
}

impl App {
    /// The app before anything was read: what the first frame shows.
    pub fn new(size: Size, options: Options) -> Self {
        Self { size, options, quitting: false }
    }

    /// What to do once the first frame is drawn.
    pub fn start(&mut self) -> Vec<Effect> {
        vec![Effect::LoadWorkspace, Effect::WatchWorkspace]
    }

    /// Takes a message and gives what is to be done outside. `now` is the wall clock.
    pub fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        let _ = now;
        match msg {
            Msg::Input(Input::Resize { width, height }) => {
                self.size = Size { width, height };
                Vec::new()
            }
            Msg::Input(Input::Hangup | Input::Terminate) => {
                self.quitting = true;
                vec![Effect::Quit]
            }
            Msg::Input(Input::Key(key)) if key == key::Key::char('q') => {
                self.quitting = true;
                vec![Effect::Quit]
            }
            _ => Vec::new(),
        }
    }

    /// When `update` wants to be called with [`Msg::Due`]; `None` while nothing waits for time to pass.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        None
    }

    /// The terminal's cells.
    pub fn size(&self) -> Size {
        self.size
    }

    /// What was settled before the first frame.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// It asked to end.
    pub fn is_quitting(&self) -> bool {
        self.quitting
    }
}
