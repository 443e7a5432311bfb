//! What is typed and pasted into what lies on top: it is taken, or a sentence says that it is not. Must not know what the
//! text becomes.

use super::edit::Editor;
use super::key::{Key, KeyCode};
use super::layer::{Becomes, Layer, Text};
use super::opened::LONGEST_INTENT;
use super::{App, layout};
use crate::domain::words::counted;

impl App {
    /// Whether the key does something there.
    pub(super) fn type_into_layer(&mut self, key: Key) -> bool {
        let width = self.text_width();
        if (key.typed().is_some() || key.code == KeyCode::Enter)
            && let Some(most) = self.layers.last().and_then(Layer::editor).filter(|e| e.is_full()).map(Editor::most)
        {
            self.complain(format!("no more than {} characters are taken here", counted(most)));
            return true;
        }
        let before = self.intent_too_long();
        let does = match self.layers.last_mut() {
            // past the ends of what is typed they go to the ends of the list
            Some(Layer::Picker(picker))
                if key.code == KeyCode::End && picker.query.cursor() == picker.query.text().len() =>
            {
                picker.go(isize::MAX);
                true
            }
            Some(Layer::Picker(picker)) if key.code == KeyCode::Home && picker.query.cursor() == 0 => {
                picker.go(isize::MIN);
                true
            }
            Some(Layer::Picker(picker)) => {
                let does = picker.query.key(key, usize::MAX);
                if does {
                    picker.selected = 0;
                    picker.search();
                }
                does
            }
            Some(Layer::Text(text)) => text.editor.key(key, width),
            Some(Layer::Form(form)) => form.key(key),
            Some(Layer::Confirm(_) | Layer::Page(_) | Layer::Plan(_)) | None => false,
        };
        let now = self.intent_too_long();
        if now > before {
            self.say_too_long(now);
        }
        does
    }

    /// By how many characters the intent that is being typed is too long.
    fn intent_too_long(&self) -> usize {
        match self.layers.last() {
            Some(Layer::Text(Text { becomes: Becomes::Intent, editor, .. })) => {
                editor.text().chars().count().saturating_sub(LONGEST_INTENT)
            }
            _ => 0,
        }
    }

    fn say_too_long(&mut self, by: usize) {
        let (by, most) = (counted(by), counted(LONGEST_INTENT));
        self.complain(format!(
            "{by} more than the {most} characters of an intent: it is kept whole, and is not activated until it is shorter"
        ));
    }

    pub(super) fn paste(&mut self, pasted: &str) {
        if layout::too_small(self.size) {
            return;
        }
        let left = match self.layers.last_mut() {
            Some(Layer::Picker(picker)) => {
                let left = picker.query.insert(pasted);
                picker.search();
                left
            }
            Some(Layer::Text(text)) => text.editor.insert(pasted),
            Some(Layer::Form(form)) => form.paste(pasted),
            // outside a text a paste is no command: its letters would be keys
            Some(Layer::Confirm(_) | Layer::Page(_) | Layer::Plan(_)) | None => {
                return self.say("nothing takes text here: open one first");
            }
        };
        let by = self.intent_too_long();
        if by > 0 {
            self.say_too_long(by);
        }
        if left > 0
            && let Some(most) = self.layers.last().and_then(Layer::editor).map(Editor::most)
        {
            let (left, most) = (counted(left), counted(most));
            self.complain(format!("the last {left} characters pasted are not here: no more than {most} are taken"));
        }
    }

    /// How wide a text of several lines is on the screen.
    pub fn text_width(&self) -> usize {
        usize::from(self.size.width.min(84).saturating_sub(8)).max(1)
    }
}
