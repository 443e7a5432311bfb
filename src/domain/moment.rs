//! When the action runs for a conversation, and what is known then: episodes, triggers, ends.
//!
//! Owns the rules of "When" and of an attribute's value at a moment. Must not know how words are understood (it is given
//! a [`Listen`]), nor what a run then decides.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::action::Action;
use super::conversation::{Channel, Conversation, Message};
use super::decide::Attributes;
use super::field::{CHANNEL, SUMMARY};
use super::run::{Trigger, Warning};
use super::text::non_blank;
use super::trace::{Asked, Doubt, Origin, Source};

/// A text episode ends this long after its last message: 10 minutes, in milliseconds.
pub const SILENCE_MS: i64 = 10 * 60_000;

/// Understands a conversation message by message.
pub trait Listen {
    /// Takes in the next message.
    fn hear(&mut self, message: &Message);
    /// The value that stands for a key after what was heard.
    fn heard(&self, key: &str) -> Option<&str>;
    /// Which message gave the value that stands for a key.
    fn source(&self, _key: &str) -> Option<Source> {
        None
    }
    /// A value for a key that was heard, and is not sure enough to be used.
    fn doubt(&self, _key: &str) -> Option<Doubt> {
        None
    }
    /// A run is due: whoever asks elsewhere asks now.
    fn due(&mut self) -> Option<Asked> {
        None
    }
    /// An episode begins: the summary is of what is heard from now on.
    fn begin_episode(&mut self);
    /// A short summary of the episode so far; blank where there is nothing to say.
    fn summary(&self) -> String;
}

/// A moment at which the action runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Milliseconds since the conversation's start.
    pub at_ms: i64,
    /// Counted from 1.
    pub episode: u32,
    /// What kind of moment it is.
    pub trigger: Trigger,
    /// The values of the mapped Astra fields then.
    pub attributes: Attributes,
    /// What an operator should know.
    pub warnings: Vec<Warning>,
    /// Text or voice.
    pub channel: Channel,
    /// Which messages gave the values, where that is known.
    pub sources: Vec<Source>,
    /// What was heard for the other mapped Astra fields and is not sure enough to be used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
    /// What a language model was asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
}

/// A stretch of a conversation that ends by silence or by hanging up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    /// Its messages.
    pub messages: Range<usize>,
    /// When it ended, in milliseconds since the conversation's start.
    pub end_ms: i64,
    /// A call whose end nobody told.
    pub no_call_end: bool,
}

/// The conversation's episodes: at least one.
pub fn episodes(conversation: &Conversation) -> Vec<Episode> {
    let messages = &conversation.messages;
    let last_sign = || {
        let attribute = conversation.attributes.last().map(|a| a.at_ms);
        let message = messages.last().map(|m| m.at_ms);
        attribute.max(message).or(conversation.triggers.last().copied()).unwrap_or(0)
    };
    if conversation.channel == Channel::Voice {
        let end_ms = conversation.ended_at_ms.unwrap_or_else(last_sign);
        let heard = messages.partition_point(|m| m.at_ms <= end_ms);
        let no_call_end = conversation.ended_at_ms.is_none();
        return vec![Episode { messages: 0..heard, end_ms, no_call_end }];
    }
    let mut out = Vec::new();
    let mut start = 0;
    for (i, m) in messages.iter().enumerate() {
        if messages.get(i + 1).is_none_or(|next| next.at_ms >= m.at_ms + SILENCE_MS) {
            out.push(Episode { messages: start..i + 1, end_ms: m.at_ms + SILENCE_MS, no_call_end: false });
            start = i + 1;
        }
    }
    if out.is_empty() {
        out.push(Episode { messages: 0..0, end_ms: last_sign() + SILENCE_MS, no_call_end: false });
    }
    out
}

/// The moments at which `action` runs for `conversation`, in order of time, each with what is known then.
/// `listen` is fresh: it has heard nothing.
pub fn moments(conversation: &Conversation, action: &Action, listen: &mut impl Listen) -> Vec<Moment> {
    let episodes = episodes(conversation);
    let mut walk = Walk {
        conversation,
        action,
        listen,
        heard: 0,
        taken: 0,
        captured: BTreeMap::new(),
        last_run: None,
        out: Vec::new(),
    };
    for (i, episode) in episodes.iter().enumerate() {
        let next_start = episodes.get(i + 1).map(|e| conversation.messages[e.messages.start].at_ms);
        walk.episode(i, episode, next_start.unwrap_or(i64::MAX));
    }
    walk.out
}

struct Walk<'a, L> {
    conversation: &'a Conversation,
    action: &'a Action,
    listen: &'a mut L,
    /// How many messages were heard.
    heard: usize,
    /// How many captured attributes were taken in.
    taken: usize,
    /// Values with their times.
    captured: BTreeMap<&'a str, (&'a str, i64)>,
    /// The mapped attributes, without the summary, as the last run had them.
    last_run: Option<Attributes>,
    out: Vec<Moment>,
}

/// In the order in which those of one instant count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    Message,
    Trigger,
    End,
}

impl<L: Listen> Walk<'_, L> {
    fn episode(&mut self, index: usize, episode: &Episode, next_start: i64) {
        // attributes carry over, the summary covers the episode
        self.captured.remove(SUMMARY);
        self.listen.begin_episode();
        let all = self.conversation;
        let since = if index == 0 { i64::MIN } else { all.messages[episode.messages.start].at_ms };
        let own_triggers = all.triggers.iter().copied().filter(|t| (since..next_start).contains(t));
        let mut events: Vec<(i64, Cause)> = vec![(episode.end_ms, Cause::End)];
        let mut warnings = Vec::new();
        if self.action.offline_sync {
            if own_triggers.count() > 0 {
                warnings.push(Warning::TriggerIgnored);
            }
        } else if all.triggers.is_empty() {
            events.extend(all.messages[episode.messages.clone()].iter().map(|m| (m.at_ms, Cause::Message)));
        } else {
            events.extend(own_triggers.map(|t| (t, Cause::Trigger)));
        }
        if episode.no_call_end {
            warnings.push(Warning::NoCallEnd);
        }
        events.sort_unstable();
        events.dedup();
        for (at_ms, cause) in events {
            self.catch_up(at_ms.min(episode.end_ms), episode.messages.end);
            let known = self.known();
            let due = match cause {
                Cause::Trigger => true,
                Cause::End if self.action.offline_sync => true,
                Cause::End => self.last_run.as_ref() != Some(&known),
                Cause::Message => self.required_known(&known) && self.last_run.as_ref() != Some(&known),
            };
            if due {
                let asked = self.listen.due();
                let known = if asked.is_some() { self.known() } else { known };
                let mut attributes = known.clone();
                if self.action.maps_summary() {
                    attributes.set(SUMMARY, &self.summary());
                }
                let (trigger, mut warnings) = match cause {
                    Cause::End => (Trigger::Offline, warnings.clone()),
                    _ => (Trigger::During, Vec::new()),
                };
                let doubts = self.doubts(&attributes);
                if !doubts.is_empty() {
                    warnings.push(Warning::ValueInDoubt);
                }
                let episode = u32::try_from(index + 1).unwrap_or(u32::MAX);
                let (channel, sources) = (all.channel, self.sources(&attributes));
                self.out.push(Moment {
                    at_ms,
                    episode,
                    trigger,
                    attributes,
                    warnings,
                    channel,
                    sources,
                    doubts,
                    asked,
                });
                self.last_run = Some(known);
            }
        }
    }

    /// Takes in what was said and captured up to and including a time.
    fn catch_up(&mut self, at_ms: i64, messages_end: usize) {
        let all = self.conversation;
        while self.heard < messages_end && all.messages[self.heard].at_ms <= at_ms {
            self.listen.hear(&all.messages[self.heard]);
            self.heard += 1;
        }
        while let Some(a) = all.attributes.get(self.taken).filter(|a| a.at_ms <= at_ms) {
            if let Some(value) = non_blank(&a.value) {
                self.captured.insert(&a.name, (value, a.at_ms));
            }
            self.taken += 1;
        }
    }

    /// A captured value counts before one found in the words.
    fn value(&self, key: &str) -> Option<&str> {
        let said = || match key {
            CHANNEL => Some(self.conversation.channel.as_str()),
            _ => self.listen.heard(key).and_then(non_blank),
        };
        self.captured.get(key).map(|(value, _)| *value).or_else(said)
    }

    fn known(&self) -> Attributes {
        let keys = self.action.attribute_keys();
        keys.iter().filter_map(|key| Some((*key, self.value(key)?))).collect()
    }

    /// Where the attributes' values come from.
    fn sources(&self, attributes: &Attributes) -> Vec<Source> {
        let source = |key: &str| {
            let mut source = match self.captured.get(key) {
                Some((_, at_ms)) => Source {
                    astra: key.to_owned(),
                    at_ms: *at_ms,
                    origin: Origin::Captured,
                    words: String::new(),
                    sure: None,
                    by_model: false,
                },
                None => self.listen.source(key)?,
            };
            source.at_ms = self.conversation.instant(source.at_ms).as_millisecond();
            Some(source)
        };
        let keys = self.action.attribute_keys();
        let summary = self.action.maps_summary().then_some(SUMMARY);
        keys.iter().copied().chain(summary).filter(|k| attributes.get(k).is_some()).filter_map(source).collect()
    }

    /// What was heard for a mapped attribute, not surely enough, where nothing better is known.
    fn doubts(&self, known: &Attributes) -> Vec<Doubt> {
        let unknown = self.action.attribute_keys().into_iter().filter(|key| known.get(key).is_none());
        let doubt = |key: &str| {
            let mut doubt = self.listen.doubt(key)?;
            doubt.source.at_ms = self.conversation.instant(doubt.source.at_ms).as_millisecond();
            Some(doubt)
        };
        unknown.filter_map(doubt).collect()
    }

    fn required_known(&self, known: &Attributes) -> bool {
        self.action.required_attributes().is_some_and(|keys| keys.iter().all(|k| known.get(k).is_some()))
    }

    fn summary(&self) -> String {
        self.captured.get(SUMMARY).map_or_else(|| self.listen.summary(), |(captured, _)| (*captured).to_owned())
    }
}

/// For tests: hears nothing, so that only what was captured counts.
#[cfg(test)]
pub(crate) struct Deaf;

#[cfg(test)]
impl Listen for Deaf {
    fn hear(&mut self, _: &Message) {}
    fn heard(&self, _: &str) -> Option<&str> {
        None
    }
    fn begin_episode(&mut self) {}
    fn summary(&self) -> String {
        String::new()
    }
}

#[cfg(test)]
#[path = "moment_tests.rs"]
mod tests;
