//! The footer: which commands stand there, with which keys, and in which words where those depend on what is open. Must
//! not know how much room there is.

use std::borrow::Cow;

use super::command::{BINDINGS, Binding, Command, Ready};
use super::form::{About, Form};
use super::layer::{Becomes, Confirm, Layer, Then};
use super::layout::Pane;
use super::playing::Stage;
use super::{App, Shelf};

/// A command of the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The command.
    pub command: Command,
    /// Its key, or two that do the same there.
    pub key: String,
    /// What it does there, in a few words.
    pub words: Cow<'static, str>,
}

impl App {
    /// The commands of the footer, in its order: those that are ready, with the key shown.
    pub fn footer(&self) -> Vec<Entry> {
        let scopes = self.scopes();
        let focus = self.opened.as_ref().map(|o| o.focus);
        // valid in every pane, worth a place in one
        let here = |command| match command {
            Command::AddAccount => focus == Some(Pane::Account),
            Command::ExportLog => focus == Some(Pane::Log),
            // where there is something to save or to activate
            Command::SaveDraft => self.is_unsaved(),
            Command::SaveActivate => self.is_unsaved() || !self.is_live(),
            // where it leads elsewhere than to the Action Library
            Command::BackToLibrary => self.behind().is_some(),
            // the same as Enter there, and said with it
            Command::LeaveLine => self.line_is_given_up(),
            Command::FormClose => !self.closing_takes_over(),
            // a list has little to put back
            Command::PutBack => !matches!(self.layers.last(), Some(Layer::Picker(_))),
            _ => true,
        };
        let wanted = BINDINGS.iter().filter(|b| b.footer > 0 && scopes.contains(&b.scope) && here(b.command));
        let ready = wanted.filter(|b| self.ready(b.command) == Ready::Ready);
        let over = self.playing.as_ref().is_some_and(|p| !p.is_on());
        // what takes a replay off the screen stands behind what is done about the action
        let place = |b: &Binding| if over && b.command == Command::StopReplay { 30 } else { b.footer };
        let mut out: Vec<_> = ready.map(|b| (place(b), b.command, self.key_shown(b.command))).collect();
        out.retain(|(_, _, key)| !key.is_empty());
        out.sort_by_key(|(place, ..)| *place);
        out.into_iter().map(|(_, command, key)| Entry { command, key, words: self.short(command) }).collect()
    }

    /// The same as it stands on the screen: while the cursor moves, it stays.
    pub fn shown_footer(&self) -> Vec<Entry> {
        self.moving.as_ref().map_or_else(|| self.footer(), |m| m.footer.clone())
    }

    /// The key of a command as the footer shows it.
    fn key_shown(&self, command: Command) -> String {
        let both = |a, b| format!("{}/{}", self.keymap.shown(a), self.keymap.shown(b));
        match (command, self.layers.last()) {
            (Command::Accept, Some(_)) if !self.line_is_given_up() => both(command, Command::LeaveLine),
            (Command::FormDone, Some(_)) if self.closing_takes_over() => both(command, Command::FormClose),
            // three answers: letters that stand for yes and no would say little
            (Command::Yes | Command::No, Some(Layer::Confirm(Confirm { then: Then::SaveAsDraft, .. }))) => {
                self.keymap.keys(command).last().map(|k| super::keymap::shown(*k)).unwrap_or_default()
            }
            // on a line of the table nothing is toggled
            (Command::ToggleSetting, None) if self.on_a_case() => {
                self.keymap.keys(command).last().map(|k| super::keymap::shown(*k)).unwrap_or_default()
            }
            _ => self.keymap.shown(command),
        }
    }

    /// The cursor is on a line of the Settings table.
    fn on_a_case(&self) -> bool {
        self.opened.as_ref().is_some_and(|o| o.selected[Pane::Settings as usize] > 1)
    }

    /// What a command does here, in a few words.
    fn short(&self, command: Command) -> Cow<'static, str> {
        use Command as C;
        match (command, self.layers.last()) {
            (C::FormDone, Some(Layer::Form(form))) => match form.about {
                About::Replay => self.start_in_words(form).into(),
                About::NewField => "Create".into(),
                About::Field(_) | About::Row(..) => "Done".into(),
            },
            (C::FormClose, Some(Layer::Form(Form { about: About::NewField | About::Field(_), .. }))) => {
                "Close, typed text is kept".into()
            }
            (C::Take, Some(Layer::Picker(p))) if p.item().is_some_and(|i| i.key.starts_with("look ")) => {
                "Show both sides".into()
            }
            (C::ToggleSetting, None) if self.on_a_case() => "Show runs".into(),
            (C::ShowReasons, Some(Layer::Picker(p))) if p.with_reasons => "Hide those".into(),
            (C::FormRecall, _) => match self.typed_before().and_then(Form::half_field) {
                Some(field) if !field.label.is_empty() => format!("Typed before: {}", field.label).into(),
                _ => "Typed before".into(),
            },
            (C::FormClose, _) => "Cancel".into(),
            (C::PutBack, Some(Layer::Form(Form { about: About::NewField | About::Field(_), .. }))) => "Drop".into(),
            (C::Accept, Some(Layer::Text(text))) => match text.becomes {
                Becomes::NameOf(_) => "Rename".into(),
                Becomes::AccountId(_) => "Go on".into(),
                _ => "Done".into(),
            },
            (C::Yes, Some(Layer::Confirm(confirm))) if confirm.then == Then::SaveAsDraft => "Save as draft".into(),
            (C::No, Some(Layer::Confirm(confirm))) if confirm.then == Then::SaveAsDraft => "Cancel".into(),
            (C::BackToLibrary, None) => match self.behind() {
                Some(place) => format!("Back to {}", place.title()).into(),
                None => command.binding().short.into(),
            },
            (C::Open, None) if self.opened.is_none() && self.shelf() == Shelf::Template => "New from template".into(),
            (C::Pause, _) if self.is_paused() => "Go on".into(),
            (C::StopReplay, _) if self.playing.as_ref().is_some_and(|p| !p.is_on()) => "Close replay".into(),
            (C::SaveActivate | C::ReviewActivate, _) if self.is_live() => "Save active".into(),
            (C::GoToProblem, _) if self.on_a_planned_run() => "Show the run".into(),
            _ => command.binding().short.into(),
        }
    }

    /// What the top layer's line is for has no undo: leaving it gives it up.
    pub(super) fn line_is_given_up(&self) -> bool {
        let Some(Layer::Text(text)) = self.layers.last() else { return false };
        matches!(text.becomes, Becomes::NameOf(_) | Becomes::AccountId(_))
    }

    /// Closing the top layer's form takes over what was typed, as finishing it does.
    fn closing_takes_over(&self) -> bool {
        matches!(self.layers.last(), Some(Layer::Form(form)) if matches!(form.about, About::Row(..)))
    }

    /// Closing the top layer's form gives up what was typed: it changes nothing.
    pub(super) fn closing_gives_up(&self) -> bool {
        matches!(self.layers.last(), Some(Layer::Form(form)) if form.about == About::Replay)
    }

    fn is_unsaved(&self) -> bool {
        self.opened.as_ref().is_some_and(|o| o.editing.unsaved() > 0)
    }

    pub(super) fn is_paused(&self) -> bool {
        self.playing.as_ref().is_some_and(|p| p.stage == Stage::Paused)
    }
}
