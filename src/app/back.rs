//! Where Escape leads: back to where one was led from, and from a place with nothing behind it to the Action Library. Must
//! not know what leads there.

use super::App;
use super::command::Command;
use super::editing::Editing;
use super::effect::{Effect, RunFilter};
use super::layout::Pane;
use super::opened::Opened;

/// How many places are remembered.
const REMEMBERED: usize = 50;

/// A place in an open action.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    focus: Pane,
    line: usize,
    /// The line of the review, where that lay over the panes.
    review: Option<usize>,
    /// What the log was narrowed down to.
    filter: RunFilter,
}

impl Place {
    fn of(opened: &Opened) -> Self {
        let (focus, filter) = (opened.focus, opened.log.filter.clone());
        Self { focus, line: opened.selected[focus as usize], review: opened.review, filter }
    }

    /// What people call it.
    pub fn title(&self) -> &'static str {
        if self.review.is_some() { "Review" } else { self.focus.title() }
    }
}

impl Opened {
    /// One is led elsewhere from here: Escape comes back.
    pub(super) fn leave_behind(&mut self) {
        let here = Place::of(self);
        if self.behind.last() != Some(&here) {
            self.behind.push(here);
        }
        let over = self.behind.len().saturating_sub(REMEMBERED);
        self.behind.drain(..over);
    }

    /// One goes to a pane by oneself: nothing is behind it.
    pub(super) fn go_to_pane(&mut self, pane: Pane) {
        self.focus = pane;
        self.behind.clear();
    }
}

impl App {
    /// Escape, where nothing lies on top.
    pub(super) fn go_back(&mut self, out: &mut Vec<Effect>) {
        let Some(opened) = &mut self.opened else { return };
        match opened.behind.pop() {
            Some(Place { focus, line, review, filter }) => {
                (opened.focus, opened.review) = (focus, review);
                opened.selected[focus as usize] = line;
                if opened.log.filter != filter {
                    opened.log.filter = filter;
                    self.reload_log(true, out);
                }
            }
            None if opened.review.is_none() && opened.focus == Pane::Log && opened.log.is_filtered() => {
                self.in_log(Command::ClearFilter, out);
                self.say("all runs are shown again");
            }
            None => self.back_to_library(out),
        }
    }

    fn back_to_library(&mut self, out: &mut Vec<Effect>) {
        self.keep_draft(true, out);
        let (field, half) = (self.half_field(), self.half_typed_name());
        let Some(opened) = self.opened.take() else { return };
        let id = opened.editing.action.id.clone();
        let unsaved = opened.editing.unsaved();
        let (Editing { action, saved, .. }, history) = opened.editing.parted();
        self.histories.insert(id.clone(), history);
        if unsaved > 0 || field.is_some() {
            let kept_at = self.now;
            let (base, from) = (saved.as_ref().map(|f| f.revision), saved.map(|f| Box::new(f.action)));
            self.world.put_draft(super::msg::Draft { action, base, from, field, kept_at, left_on: None });
            self.say_kept(&id, unsaved, half);
        }
        self.select_action(&id);
        // others may have made runs meanwhile
        out.push(Effect::LoadWorkspace);
    }

    /// What was done to the action since the program began can be undone still, where it is as it was left.
    pub(super) fn resume_history(&mut self, editing: &mut Editing) {
        if let Some(history) = self.histories.remove(&editing.action.id) {
            editing.resume(history);
        }
    }

    /// Where Escape leads in the open action, where that is not the Action Library.
    pub(super) fn behind(&self) -> Option<&Place> {
        self.opened.as_ref()?.behind.last()
    }
}
