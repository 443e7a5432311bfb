//! What is being edited and not saved: taken together with what is being typed, kept shortly after the last change, dropped
//! once nothing is unsaved. Must not know where it is kept.

use jiff::SignedDuration;

use super::App;
use super::effect::Effect;
use super::form::About;
use super::layer::{Becomes, Layer, Then};
use super::msg::Draft;
use crate::domain::action::Action;
use crate::domain::field::AstraField;
use crate::domain::text::is_blank;

impl App {
    /// The open action with what is being typed in it taken over, as if each text had been left now.
    pub(super) fn edited(&self) -> Option<Action> {
        let mut action = self.opened.as_ref()?.editing.action.clone();
        for layer in &self.layers {
            match layer {
                Layer::Text(text) => match text.becomes {
                    Becomes::Name if !is_blank(text.editor.text()) => {
                        action.name = text.editor.text().trim().to_owned();
                    }
                    Becomes::Intent => text.editor.text().clone_into(&mut action.intent),
                    _ => {}
                },
                Layer::Form(form) => {
                    if let About::Row(i, ..) = form.about
                        && let Some(row) = action.mapping.get_mut(i)
                    {
                        *row = form.options_of(row);
                    }
                }
                _ => {}
            }
        }
        Some(action)
    }

    /// The new Astra field that is being typed, or was when its form was closed.
    pub(super) fn half_field(&self) -> Option<AstraField> {
        // the agent's own screen keeps what is typed there by itself
        let layers = if self.agent.is_some() { &[][..] } else { &self.layers };
        let typed = layers.iter().rev().find_map(|l| match l {
            Layer::Form(form) => form.half_field(),
            _ => None,
        });
        typed.or_else(|| self.opened.as_ref()?.parked.as_ref()?.half_field())
    }

    /// Keeps the draft once it is due, at once where `all` is to be kept; drops it where nothing is unsaved any more.
    pub(super) fn keep_draft(&mut self, all: bool, out: &mut Vec<Effect>) {
        let now = self.now;
        let field = self.half_field();
        let (Some(action), Some(opened)) = (self.edited(), &mut self.opened) else { return };
        if field.is_none() && opened.editing.saved.as_ref().is_some_and(|f| f.action == action) {
            opened.keep_at = None;
            if opened.kept.take().is_some() {
                self.world.forget_draft(&action.id);
                out.push(Effect::DropDraft { action: action.id });
            }
            return;
        }
        let edited = (action, field);
        if opened.kept.as_ref() == Some(&edited) {
            opened.keep_at = None;
            return;
        }
        let due = *opened.keep_at.get_or_insert_with(|| {
            now.checked_add(SignedDuration::from_millis(super::opened::KEEP_AFTER_MS)).unwrap_or(now)
        });
        if all || due <= now {
            opened.keep_at = None;
            opened.kept = Some(edited.clone());
            let (action, field) = edited;
            let (action, field) = (Box::new(action), field.map(Box::new));
            out.push(Effect::KeepDraft { action, base: opened.editing.base(), field });
        }
    }

    /// What a program that has ended left of an action is ours from now on.
    pub(super) fn take_over(&mut self, id: &str, out: &mut Vec<Effect>) {
        if let Some(from) = self.world.drafts.get_mut(id).and_then(|d| d.left_on.take()) {
            out.push(Effect::TakeDraft { action: id.to_owned(), from });
        }
    }

    /// A draft could not be kept: said at once, and asked about before the program ends.
    pub(super) fn not_kept(&mut self, draft: Draft, why: String) {
        let id = draft.action.id.clone();
        self.complain(format!("unsaved changes cannot be kept: {why}"));
        // given up, undone or saved meanwhile
        let opened = self.opened.as_ref().filter(|o| o.editing.action.id == id);
        if opened.is_some_and(|o| o.kept.is_none()) || (opened.is_none() && !self.world.drafts.contains_key(&id)) {
            return;
        }
        if opened.is_none() {
            self.world.drafts.insert(id.clone(), draft.clone());
        }
        self.world.unkept.insert(id, (draft, why));
        if matches!(self.layers.last(), Some(Layer::Confirm(c)) if c.then == Then::Quit) {
            self.layers.pop();
            self.ask_before_quitting();
        }
    }

    /// What to say on the normal screen once the program has ended: what is kept for the next time.
    pub fn farewell(&self) -> Option<String> {
        let open = self.opened.as_ref().filter(|o| o.editing.unsaved() > 0).map(|o| &o.editing.action);
        let edited = self.world.actions.iter().map(|f| &f.action).filter(|a| self.world.is_edited(&a.id));
        let others = edited.chain(self.world.begun().map(|d| &d.action)).filter(|a| open.is_none_or(|o| o.id != a.id));
        let all: Vec<&Action> =
            open.into_iter().chain(others).filter(|a| !self.world.unkept.contains_key(&a.id)).collect();
        let first = all.first()?.name.trim();
        let more = if all.len() > 1 { format!(" and of {} more", all.len() - 1) } else { String::new() };
        Some(format!("The unsaved changes of {first}{more} are kept as a draft and are there again next time."))
    }

    /// What would be lost if the program ended this moment, as the effects that keep it.
    pub fn unkept(&self) -> Vec<Effect> {
        let draft = || {
            let opened = self.opened.as_ref().filter(|o| o.keep_at.is_some())?;
            let (action, field) = (Box::new(self.edited()?), self.half_field().map(Box::new));
            Some(Effect::KeepDraft { action, base: opened.editing.base(), field })
        };
        draft().into_iter().chain(self.unkept_half()).collect()
    }
}
