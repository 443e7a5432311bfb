//! What a listener is asked as a conversation goes on: what stands, where it was said, what is in doubt, the summary.
//!
//! Owns these answers. Must not know how anything was found.

use super::summary::Story;
use super::{Listener, mask, mask_secrets};
use crate::domain::conversation::{Message, Role};
use crate::domain::moment::Listen;
use crate::domain::trace::{Doubt, Origin, Source};

impl Listen for Listener {
    fn hear(&mut self, message: &Message) {
        Self::hear(self, message);
        self.story.hear(message.role, &std::mem::take(&mut self.said_last));
    }

    fn heard(&self, key: &str) -> Option<&str> {
        self.get(key).filter(|f| f.sure >= self.extractor.threshold).map(|f| f.value.as_str())
    }

    fn source(&self, key: &str) -> Option<Source> {
        let found = self.get(key)?;
        let origin = match found.role {
            Role::Customer => Origin::Customer,
            Role::Agent => Origin::Agent,
        };
        let (words, sure) = (found.text.clone(), Some(found.percent()));
        Some(Source { astra: key.to_owned(), at_ms: found.at_ms, origin, words, sure, by_model: false })
    }

    fn doubt(&self, key: &str) -> Option<Doubt> {
        let found = self.get(key).filter(|f| f.sure < self.extractor.threshold)?;
        let source = self.source(key)?;
        // a number is a secret or none by the words around it
        let hidden = source.words.contains(mask::MASK) && !source.words.contains(&found.value);
        let value = if hidden { mask::MASK.to_owned() } else { mask_secrets(&found.value) };
        let value = self.secrets.hide_known(&value).into_owned();
        Some(Doubt { value, source })
    }

    fn begin_episode(&mut self) {
        self.story = Story::default();
    }

    fn summary(&self) -> String {
        self.story.summary(None, &self.secrets)
    }
}
