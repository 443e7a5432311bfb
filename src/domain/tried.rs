//! What was understood of one conversation, message by message, for people who look at it. Must not know how words are
//! understood, nor where it is shown.

use std::ops::Range;

use super::conversation::{Channel, Role};
use super::trace::Origin;

/// A conversation with what was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The conversation's id.
    pub conversation: String,
    /// Text or voice.
    pub channel: Channel,
    /// Its messages in order, secrets masked; of a long conversation those around what was found.
    pub messages: Vec<TriedMessage>,
    /// How many messages it has.
    pub total: usize,
    /// What was captured, then what was found, in the order in which it was first found.
    pub values: Vec<TriedValue>,
    /// The summary of all of it; blank where there is nothing to say.
    pub summary: String,
    /// Values less sure than this, from 0 to 100, are not used.
    pub threshold: u8,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct TriedMessage {
    /// Its place in the conversation, from 0.
    pub nth: usize,
    /// Milliseconds since the conversation's start.
    pub at_ms: i64,
    /// Who says it.
    pub role: Role,
    /// What is said; of a long message the part around what was found.
    pub text: String,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub struct TriedValue {
    /// The Astra field's key.
    pub key: String,
    /// The value.
    pub value: String,
    /// How it became known.
    pub origin: Origin,
    /// How sure it is, from 0 to 100; `None` for a captured one.
    pub sure: Option<u8>,
    /// Whether it is used.
    pub standing: Standing,
    /// The place of the message with its words; `None` for a captured one.
    pub nth: Option<usize>,
    /// The words in that message's text, in bytes, in order; none where they cannot be told.
    pub lit: Vec<Range<usize>>,
}

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is used.
    Used,
    /// It is not sure enough.
    InDoubt,
    /// The agent captured one, which counts before it.
    Captured,
}

impl Tried {
    /// The value that stands for a key: the captured one, or else the one found, however sure.
    pub fn value(&self, key: &str) -> Option<&TriedValue> {
        self.values.iter().find(|v| v.key == key)
    }
}
