//! What is being typed is given up: all is as it was before it was begun. Must not know how it is drawn.

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::form::{About, Form};
use super::layer::{Becomes, Layer};

impl App {
    /// Leaves the text or the form on top. What was typed of the open action is a change that is undone at once, so that
    /// redo brings it and a slip loses nothing.
    pub(super) fn put_back(&mut self, out: &mut Vec<Effect>) {
        if let Some(Layer::Picker(picker)) = self.layers.last_mut() {
            picker.query = super::edit::Editor::line("");
            picker.selected = 0;
            return picker.search();
        }
        let before = self.opened.as_ref().map(|o| o.editing.action.clone());
        match self.layers.pop() {
            Some(Layer::Text(text)) if matches!(text.becomes, Becomes::Name | Becomes::Intent) => self.typed(text, out),
            Some(Layer::Form(Form { about: About::NewField | About::Field(_), .. })) => {
                self.mapping_new_field = None;
                return self.say("what was typed of the field is dropped");
            }
            Some(Layer::Form(form)) => {
                if let About::Row(i, ..) = form.about {
                    self.take_options(i, &form);
                }
            }
            _ => {}
        }
        self.notice = None;
        let redo = self.keymap.shown(Command::Redo);
        let Some(opened) = &mut self.opened else { return };
        opened.parked_options = None;
        if before.as_ref().is_some_and(|b| *b != opened.editing.action) && opened.editing.undo().is_some() {
            return self.say(format!("as it was before: {redo} brings what was typed"));
        }
        self.say("as it was before: nothing was changed");
    }
}
