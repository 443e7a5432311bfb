//! Conversations between a customer and the agent, as they come in JSON Lines.
//!
//! Owns what a conversation is and what makes a line not be one. Must not know how its words are understood
//! (`extract`), nor when the action runs for it (`domain::moment`).

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// How the customer and the agent talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Chat, WhatsApp and the like: an episode ends by silence.
    Text,
    /// A phone call: it ends when somebody hangs up.
    Voice,
}

impl Channel {
    /// The word used in files, records and screens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Voice => "voice",
        }
    }
}

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person whose contact is kept in Zoho.
    Customer,
    /// The Astra agent.
    Agent,
}

impl Role {
    /// The word used in files, records and screens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
        }
    }
}

/// One message. Its text is the customer's or a model's: hostile until it went through the view's door for text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Message {
    /// Milliseconds since the conversation's start; never less than the message before.
    pub at_ms: i64,
    /// Who says it.
    pub role: Role,
    /// What is said, as typed or as the speech recogniser heard it.
    pub text: String,
}

/// A value that the agent captured for an Astra field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// Milliseconds since the conversation's start.
    pub at_ms: i64,
    /// The Astra field's key.
    pub name: String,
    /// The value as captured; blank counts as no value.
    pub value: String,
}

/// A conversation of any number of episodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// The source's own id; not blank.
    pub id: String,
    /// Text or voice.
    pub channel: Channel,
    /// When the conversation began, to the millisecond; every `at_ms` counts from here.
    pub started_at: Timestamp,
    /// In order of time.
    pub messages: Vec<Message>,
    /// In order of time; for equal times as given.
    pub attributes: Vec<Captured>,
    /// The moments at which the agent decided, by intent, to run the action; in order of time, each once.
    pub triggers: Vec<i64>,
    /// The end of a call in milliseconds since the start; says nothing for text.
    pub ended_at_ms: Option<i64>,
}

/// Why a line is not a conversation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAConversation {
    /// Not JSON, or a key is missing or of the wrong type.
    #[error("{0}")]
    Json(String),
    /// The id is there and blank.
    #[error("`id` is blank; give the conversation an id of its own")]
    BlankId,
    /// A message before its predecessor.
    #[error(
        "`messages` are not in order of time: message {index} (at_ms {at_ms}) comes before the one it follows (at_ms {before}); sort them by at_ms"
    )]
    OutOfOrder {
        /// Which message, counted from 1.
        index: usize,
        /// Its time.
        at_ms: i64,
        /// The time of the message before.
        before: i64,
    },
    /// A time that is negative or beyond what a calendar holds.
    #[error("`{key}` is {at_ms}: times are milliseconds since started_at, from 0 to {MAX_AT_MS}")]
    TimeOutOfRange {
        /// Where the time stands.
        key: &'static str,
        /// The time given.
        at_ms: i64,
    },
}

/// The longest a conversation may last: ten years, in milliseconds.
pub const MAX_AT_MS: i64 = 10 * 366 * 24 * 3_600_000;

#[derive(Deserialize)]
struct Wire {
    id: String,
    channel: Channel,
    started_at: Timestamp,
    messages: Vec<Object<Message>>,
    #[serde(default)]
    attributes: Option<Vec<Object<WireCaptured>>>,
    #[serde(default)]
    triggers: Option<Vec<Object<WireTrigger>>>,
    #[serde(default)]
    ended_at_ms: Option<i64>,
}

#[derive(Deserialize)]
struct WireCaptured {
    at_ms: i64,
    name: String,
    #[serde(default)]
    value: WireValue,
}

#[derive(Deserialize, Default)]
#[serde(untagged, expecting = "an attribute's `value` is neither text, a number, true, false nor null")]
enum WireValue {
    Text(String),
    Number(serde_json::Number),
    Flag(bool),
    #[default]
    Null,
}

#[derive(Deserialize)]
struct WireTrigger {
    at_ms: i64,
}

/// A JSON object. What serde derives takes an array of the values, too, in the order of the keys.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Keys<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Keys<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        d.deserialize_map(Keys(PhantomData))
    }
}

impl Conversation {
    /// Reads one line of JSON. Unknown keys are ignored; `attributes`, `triggers` and `ended_at_ms` may be absent or
    /// null; a number or boolean as an attribute's value is taken as its text.
    ///
    /// # Errors
    /// Says what about the line is not a conversation.
    pub fn from_json(line: &str) -> Result<Self, NotAConversation> {
        let Object(wire) = serde_json::from_str::<Object<Wire>>(line).map_err(|e| explain(line, &e))?;
        let messages: Vec<Message> = wire.messages.into_iter().map(|m| m.0).collect();
        if wire.id.trim().is_empty() {
            return Err(NotAConversation::BlankId);
        }
        let mut before = 0;
        for (i, m) in messages.iter().enumerate() {
            in_range("messages.at_ms", m.at_ms)?;
            if m.at_ms < before {
                return Err(NotAConversation::OutOfOrder { index: i + 1, at_ms: m.at_ms, before });
            }
            before = m.at_ms;
        }
        let mut attributes = Vec::new();
        for Object(a) in wire.attributes.unwrap_or_default() {
            in_range("attributes.at_ms", a.at_ms)?;
            let value = match a.value {
                WireValue::Text(s) => s,
                WireValue::Number(n) => n.to_string(),
                WireValue::Flag(b) => b.to_string(),
                WireValue::Null => String::new(),
            };
            attributes.push(Captured { at_ms: a.at_ms, name: a.name, value });
        }
        attributes.sort_by_key(|a| a.at_ms);
        let mut triggers = Vec::new();
        for Object(t) in wire.triggers.unwrap_or_default() {
            in_range("triggers.at_ms", t.at_ms)?;
            triggers.push(t.at_ms);
        }
        triggers.sort_unstable();
        triggers.dedup();
        if let Some(end) = wire.ended_at_ms {
            in_range("ended_at_ms", end)?;
        }
        let started_at = Timestamp::from_millisecond(wire.started_at.as_millisecond()).unwrap_or(wire.started_at);
        // the last moment of the longest conversation must still be a date
        if started_at.checked_add(jiff::SignedDuration::from_millis(2 * MAX_AT_MS)).is_err() {
            return Err(NotAConversation::Json(format!("`started_at` {} is too far in the future", wire.started_at)));
        }
        Ok(Self {
            id: wire.id,
            channel: wire.channel,
            started_at,
            messages,
            attributes,
            triggers,
            ended_at_ms: wire.ended_at_ms,
        })
    }

    /// The instant `at_ms` after the start, to the millisecond.
    pub fn instant(&self, at_ms: i64) -> Timestamp {
        // `from_json` made sure that this cannot overflow; a hand-made conversation saturates
        self.started_at.checked_add(jiff::SignedDuration::from_millis(at_ms)).unwrap_or(Timestamp::MAX)
    }
}

fn in_range(key: &'static str, at_ms: i64) -> Result<(), NotAConversation> {
    if (0..=MAX_AT_MS).contains(&at_ms) { Ok(()) } else { Err(NotAConversation::TimeOutOfRange { key, at_ms }) }
}

/// serde_json's sentence without the line number, which is always 1 here and would be read as the file's.
/// What is wrong with a line, and at which key; the line is read once more, because keeping track of that is not free.
fn explain(line: &str, e: &serde_json::Error) -> NotAConversation {
    let text = e.to_string();
    let what = &text[..text.rfind(" at line ").unwrap_or(text.len())];
    if e.is_syntax() || e.is_eof() {
        return NotAConversation::Json(format!("not JSON: {what} (column {})", e.column()));
    }
    let tracked = serde_path_to_error::deserialize::<_, Object<Wire>>(&mut serde_json::Deserializer::from_str(line));
    let key = tracked.err().map(|e| e.path().to_string()).filter(|path| path != ".");
    let whole = || format!("{what}; a conversation is an object with id, channel, started_at and messages");
    NotAConversation::Json(key.map_or_else(whole, |key| format!("`{key}`: {what}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"id":"c-001","channel":"text","started_at":"2026-03-02T09:00:00Z","x":1,
        "messages":[{"at_ms":0,"role":"customer","text":"Hi"},{"at_ms":4100,"role":"agent","text":"..."}],
        "attributes":[{"at_ms":9000,"name":"email","value":"ana@example.com"},{"at_ms":10,"name":"n","value":7}],
        "triggers":[{"at_ms":9500},{"at_ms":9500}],"ended_at_ms":null}"#;

    #[test]
    fn reads_the_documented_line() {
        let c = Conversation::from_json(LINE).unwrap();
        assert_eq!(c.id, "c-001");
        assert_eq!(c.triggers, [9500]);
        assert_eq!(c.attributes[0], Captured { at_ms: 10, name: "n".into(), value: "7".into() });
        assert_eq!(c.instant(9500).to_string(), "2026-03-02T09:00:09.5Z");
    }

    #[test]
    fn says_what_is_wrong() {
        let cases = [
            ("{", "not JSON: EOF while parsing an object (column 1)"),
            (r#"{"channel":"text","started_at":"2026-03-02T09:00:00Z","messages":[]}"#, "missing field `id`"),
            ("null", "invalid type: null, expected an object; a conversation is an object with id"),
            (r#"["a","text","2026-03-02T09:00:00Z",[]]"#, "invalid type: sequence, expected an object"),
            (
                r#"{"id":"a","channel":"text","started_at":"2026-03-02T09:00:00Z","messages":[[0,"customer","hi"]]}"#,
                "`messages[0]`: invalid type: sequence",
            ),
            (
                r#"{"id":"a","channel":"text","started_at":"2026-03-02T09:00:00Z","messages":[],"triggers":[[5]]}"#,
                "`triggers[0]`: invalid type: sequence",
            ),
            (
                r#"{"id":"a","channel":"text","started_at":"2026-03-02T09:00:00Z","messages":[{"role":"agent","text":""}]}"#,
                "`messages[0]`: missing field `at_ms`",
            ),
            (
                r#"{"id":"a","channel":"text","started_at":"2026-03-02T09:00:00Z","messages":[{"at_ms":0,"role":"bot","text":""}]}"#,
                "`messages[0].role`: unknown variant `bot`",
            ),
            (r#"{"id":"a","channel":"text","started_at":"yesterday","messages":[]}"#, "`started_at`: failed to parse"),
            (
                r#"{"id":"a","channel":"text","started_at":"2026-03-02T09:00:00Z","messages":[],"attributes":[{"at_ms":0,"name":"email","value":["a@b.co"]}]}"#,
                "an attribute's `value` is neither text",
            ),
            (r#"{"id":" ","channel":"text","started_at":"2026-03-02T09:00:00Z","messages":[]}"#, "`id` is blank"),
            (
                r#"{"id":"a","channel":"fax","started_at":"2026-03-02T09:00:00Z","messages":[]}"#,
                "unknown variant `fax`",
            ),
            (
                r#"{"id":"a","channel":"text","started_at":"2026-03-02T09:00:00Z","messages":[{"at_ms":5,"role":"agent","text":""},{"at_ms":4,"role":"agent","text":""}]}"#,
                "message 2 (at_ms 4)",
            ),
            (
                r#"{"id":"a","channel":"text","started_at":"2026-03-02T09:00:00Z","messages":[],"ended_at_ms":-1}"#,
                "`ended_at_ms` is -1",
            ),
        ];
        for (line, want) in cases {
            let got = Conversation::from_json(line).unwrap_err().to_string();
            assert!(got.contains(want), "{line}\n{got}");
        }
    }
}
