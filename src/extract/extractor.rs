//! What an agent's conversations are searched for, and how: made once, shared by all listeners.
//!
//! Owns the settings of the extraction. Must not know where they are configured.

use std::sync::Arc;

use super::Listener;
use super::custom::Customs;
use crate::domain::conversation::Channel;
use crate::domain::field::Agent;

/// Below this nothing is used unless the operator says otherwise: bare guesses, which a wrong value in the CRM is not worth.
pub const THRESHOLD: f32 = 0.5;

/// What to look for, and how. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Extractor {
    pub(super) customs: Arc<Customs>,
    pub(super) threshold: f32,
}

impl Default for Extractor {
    /// The built-in fields alone.
    fn default() -> Self {
        Self { customs: Arc::default(), threshold: THRESHOLD }
    }
}

impl Extractor {
    /// Looks for the built-in fields and for those that the operator created.
    pub fn new(agent: &Agent) -> Self {
        Self { customs: Arc::new(Customs::new(&agent.fields)), ..Self::default() }
    }

    /// Values less sure than this, from 0 to 1, are not used.
    #[must_use]
    pub fn with_threshold(self, threshold: f32) -> Self {
        Self { threshold: threshold.clamp(0.0, 1.0), ..self }
    }

    /// A fresh understanding of one conversation over this channel.
    pub fn listen(&self, channel: Channel) -> Listener {
        Listener::with(channel, self.clone())
    }
}
