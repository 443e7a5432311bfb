//! What an agent's conversations are searched for, and how: made once, shared by all listeners.
//!
//! Owns the settings of the extraction. Must not know where they are configured.

use std::str::FromStr as _;
use std::sync::Arc;

use phonenumber::Mode;
use phonenumber::country::Id as Country;

use super::Listener;
use super::custom::Customs;
use crate::domain::conversation::Channel;
use crate::domain::field::Agent;

/// Values less sure than this are not used unless the operator says otherwise: the words may mean another value.
pub const THRESHOLD: f32 = 0.6;

/// What to look for, and how. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Extractor {
    pub(super) customs: Arc<Customs>,
    pub(super) threshold: f32,
    pub(super) country: Option<Country>,
}

impl Default for Extractor {
    /// The built-in fields alone.
    fn default() -> Self {
        Self { customs: Arc::default(), threshold: THRESHOLD, country: None }
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

    /// Values less sure than this are not used.
    pub fn threshold(&self) -> f32 {
        self.threshold
    }

    /// Phone numbers that are valid in this country (two letters of ISO 3166) are written in international form; all others
    /// are kept as typed. A country that is not known changes nothing.
    #[must_use]
    pub fn with_country(self, country: &str) -> Self {
        Self { country: Country::from_str(&country.to_uppercase()).ok(), ..self }
    }

    /// The number as it is written in its country, where it is one there.
    pub(super) fn phone(&self, typed: String) -> String {
        let Some(country) = self.country else { return typed };
        match phonenumber::parse(Some(country), &typed) {
            Ok(number) if phonenumber::is_valid(&number) => number.format().mode(Mode::International).to_string(),
            _ => typed,
        }
    }

    /// A fresh understanding of one conversation over this channel.
    pub fn listen(&self, channel: Channel) -> Listener {
        Listener::with(channel, self.clone())
    }
}
