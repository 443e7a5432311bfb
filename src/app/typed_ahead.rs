//! What is typed before the workspace was read. Must not know what a key does.

use super::command::{Command, Scope};
use super::key::Key;
use super::msg::Input;
use super::{App, layout};

/// How much typed ahead waits for the workspace at most, in keys and bytes of pastes: as much as the longest text takes.
const MOST_EARLY: usize = 8_000;

impl App {
    /// What is selected in the Action Library is not known before the workspace was read: a key that is about it waits,
    /// and so does whatever is typed after it, since where that goes depends on it.
    pub(super) fn waits_for_workspace(&self, input: &Input) -> bool {
        if self.world.loaded || self.world.trouble.is_some() || layout::too_small(self.size) {
            return false;
        }
        let in_library = self.layers.is_empty() && self.opened.is_none() && self.agent.is_none();
        let about = |c: Command| matches!(c.binding().scope, Scope::Library | Scope::List);
        match input {
            Input::Key(_) | Input::Paste(_) if !self.early.is_empty() => true,
            Input::Key(key) if in_library => self.keymap.bound(*key, &self.scopes()).next().is_some_and(about),
            _ => false,
        }
    }

    pub(super) fn wait_for_workspace(&mut self, input: Input) {
        let cost = |i: &Input| if let Input::Paste(text) = i { text.len() } else { 1 };
        let waiting: usize = self.early.iter().map(cost).sum();
        if input == Input::Key(Key::ctrl('c')) {
            // the way out where a disk does not answer
            self.early.clear();
            let quit = self.keymap.shown(Command::Quit);
            self.say(format!("what was typed ahead is dropped; the workspace is still being read, {quit} quits"));
        } else if waiting < MOST_EARLY {
            self.early.push(input);
            self.notice = None;
        } else {
            self.complain("the workspace is still being read: nothing more is taken until it is there");
        }
    }
}
