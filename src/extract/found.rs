//! A value with where it was said.
//!
//! Owns what is told of it. Must not know how it was found.

use crate::domain::conversation::Role;

/// A value found in the conversation, with where it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The Astra field's key.
    pub key: String,
    /// The value, as the customer wrote it; as heard on the phone, put in writing.
    pub value: String,
    /// When the message in which it was found was said, in milliseconds since the conversation's start.
    pub at_ms: i64,
    /// Who said the words: the customer, or the agent whom the customer confirmed.
    pub role: Role,
    /// The words, at most 160 characters of the message.
    pub text: String,
    /// How sure it is, from 0 to 1, by how it was found.
    pub sure: f32,
    /// The place of the message with the words, among those heard, from 0.
    pub nth: usize,
    /// Where in that message the words begin, in bytes, as far as that is known.
    pub(super) at: usize,
    /// What it weighs against another value for the same key, from 0.5 to 1.
    pub(super) weight: f32,
}

impl Found {
    /// How sure it is, from 0 to 100.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
    pub fn percent(&self) -> u8 {
        (self.sure * 100.0).round().clamp(0.0, 100.0) as u8
    }
}
