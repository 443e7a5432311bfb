//! What happens in a conversation while it goes on, one event at a time, as sources tell it in JSON.
//!
//! Owns what an event is and what makes a text not be one. Must not know where events come from, nor where they wait.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::conversation::{Channel, Role};

/// The longest id that is taken, in bytes: of an event or a conversation.
pub const LONGEST_ID: usize = 200;
/// The longest message or value that is taken, in bytes: 256 KiB.
pub const LONGEST_TEXT: usize = 256 << 10;

/// Something that happened in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The source's own id of it: told twice, it counts once in its conversation.
    pub id: String,
    /// The conversation's id.
    pub conversation: String,
    /// How they talk.
    pub channel: Channel,
    /// When it happened, to the millisecond.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    /// Somebody said something.
    Message {
        /// Who.
        role: Role,
        /// What.
        text: String,
    },
    /// The agent captured a value for an Astra field.
    Attribute {
        /// The field's key.
        name: String,
        /// The value; blank counts as no value.
        value: String,
    },
    /// The agent decided, by intent, to run the action.
    Trigger,
    /// Somebody hung up.
    CallEnded,
    /// The source will tell no more of this conversation. Does not shorten the 10 minutes of a text conversation.
    ConversationClosed,
}

/// Why a text is not an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEvent {
    /// Not JSON, or a key is missing or of the wrong type.
    #[error("{0}; an event is an object with event_id, type, conversation, channel and at")]
    Json(String),
    /// The id is blank or too long.
    #[error("`{key}` is blank or longer than {LONGEST_ID} bytes; give each an id of its own")]
    Id {
        /// Which.
        key: &'static str,
    },
    /// Too much text.
    #[error("`{key}` is longer than {LONGEST_TEXT} bytes; send the part that was said in one go")]
    Long {
        /// Which.
        key: &'static str,
    },
    /// It would be written to logs and terminals.
    #[error("`{key}` holds a control character; use what can be printed")]
    Control {
        /// Which.
        key: &'static str,
    },
    /// Before there was anybody to tell of it.
    #[error("`at` is {at}: it is read as a time since the year 2000; check the sender's clock")]
    LongAgo {
        /// The time given.
        at: Timestamp,
    },
    /// Further ahead than clocks differ.
    #[error(
        "`at` is {at}, which is more than {AHEAD_MINUTES} minutes ahead of this machine's clock; check both clocks"
    )]
    Ahead {
        /// The time given.
        at: Timestamp,
    },
}

/// 2000-01-01T00:00:00Z, in seconds: no conversation of an agent's is older, and a clock that was never set says 1970.
const YEAR_2000: i64 = 946_684_800;
/// How far ahead of the machine's clock an event may be: 5 minutes.
pub const AHEAD_MINUTES: i64 = 5;

#[derive(Deserialize)]
#[serde(expecting = "an event: an object with event_id, type, conversation, channel and at")]
struct Wire {
    #[serde(alias = "id")]
    event_id: String,
    #[serde(alias = "conversation_id")]
    conversation: String,
    channel: Channel,
    #[serde(deserialize_with = "at")]
    at: Timestamp,
    #[serde(flatten)]
    what: WireWhat,
}

/// What is wrong with a time does not say which key it is.
fn at<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    Timestamp::deserialize(from).map_err(|e| serde::de::Error::custom(format!("`at` is no time in RFC 3339: {e}")))
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum WireWhat {
    Message { role: Role, text: String },
    Attribute { name: String, value: serde_json::Value },
    Trigger,
    CallEnded,
    ConversationClosed,
}

impl Event {
    /// Reads one JSON object. Unknown keys are ignored; a number or boolean as an attribute's value is taken as its text.
    ///
    /// # Errors
    /// Says what about it is not an event.
    pub fn from_json(text: &str) -> Result<Self, NotAnEvent> {
        Self::of(serde_json::from_str(text).map_err(|e| NotAnEvent::Json(e.to_string()))?)
    }

    /// As [`Event::from_json`], of JSON that was read already.
    ///
    /// # Errors
    /// As there.
    pub fn from_value(value: serde_json::Value) -> Result<Self, NotAnEvent> {
        Self::of(serde_json::from_value(value).map_err(|e| NotAnEvent::Json(e.to_string()))?)
    }

    fn of(wire: Wire) -> Result<Self, NotAnEvent> {
        for (key, id) in [("event_id", &wire.event_id), ("conversation", &wire.conversation)] {
            if id.trim().is_empty() || id.len() > LONGEST_ID {
                return Err(NotAnEvent::Id { key });
            }
            if id.chars().any(char::is_control) {
                return Err(NotAnEvent::Control { key });
            }
        }
        let short = |key, text: &str| if text.len() > LONGEST_TEXT { Err(NotAnEvent::Long { key }) } else { Ok(()) };
        let what = match wire.what {
            WireWhat::Message { role, text } => {
                short("text", &text)?;
                What::Message { role, text }
            }
            WireWhat::Attribute { name, value } => {
                let value = match value {
                    serde_json::Value::String(text) => text,
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::Number(_) | serde_json::Value::Bool(_) => value.to_string(),
                    _ => {
                        return Err(NotAnEvent::Json("`value` is neither text, a number, true, false nor null".into()));
                    }
                };
                short("name", &name)?;
                short("value", &value)?;
                What::Attribute { name, value }
            }
            WireWhat::Trigger => What::Trigger,
            WireWhat::CallEnded => What::CallEnded,
            WireWhat::ConversationClosed => What::ConversationClosed,
        };
        let at = Timestamp::from_millisecond(wire.at.as_millisecond()).unwrap_or(wire.at);
        if at.as_second() < YEAR_2000 {
            return Err(NotAnEvent::LongAgo { at });
        }
        Ok(Self { id: wire.event_id, conversation: wire.conversation, channel: wire.channel, at, what })
    }

    /// It is not further ahead of the clock than clocks differ.
    ///
    /// # Errors
    /// It is.
    pub fn not_ahead(self, now: Timestamp) -> Result<Self, NotAnEvent> {
        let ahead = self.at.as_millisecond() - now.as_millisecond();
        if ahead > AHEAD_MINUTES * 60_000 { Err(NotAnEvent::Ahead { at: self.at }) } else { Ok(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_as_sources_tell_them() {
        let read = |rest: &str| {
            let head = r#""event_id":"e1","conversation":"c-1","channel":"text","at":"2026-03-02T10:00:00.1239+01:00""#;
            Event::from_json(&format!("{{{head},{rest}}}"))
        };
        let message = read(r#""type":"message","role":"customer","text":"Hi","mood":"good""#).unwrap();
        assert_eq!(message.at.to_string(), "2026-03-02T09:00:00.123Z");
        assert_eq!(message.what, What::Message { role: Role::Customer, text: "Hi".into() });
        let attribute = read(r#""type":"attribute","name":"zip","value":85001"#).unwrap();
        assert_eq!(attribute.what, What::Attribute { name: "zip".into(), value: "85001".into() });
        for (kind, what) in [
            ("trigger", What::Trigger),
            ("call_ended", What::CallEnded),
            ("conversation_closed", What::ConversationClosed),
        ] {
            assert_eq!(read(&format!(r#""type":"{kind}""#)).unwrap().what, what);
        }
    }

    #[test]
    fn what_is_no_event_says_why() {
        let long = "x".repeat(LONGEST_TEXT + 1);
        let said = |text: &str| Event::from_json(text).unwrap_err().to_string();
        let event = |id: &str, rest: &str| {
            format!(r#"{{"event_id":"{id}","conversation":"c","channel":"text","at":"2026-03-02T09:00:00Z",{rest}}}"#)
        };
        assert!(said("{").contains("an event is an object with event_id"));
        assert!(said(&event("e", r#""type":"wave""#)).contains("unknown variant `wave`"));
        assert!(said(&event(" ", r#""type":"trigger""#)).contains("`event_id` is blank"));
        assert!(said(&event(r"e\u001b[2J", r#""type":"trigger""#)).contains("`event_id` holds a control character"));
        let old = event("e", r#""type":"trigger""#).replace("2026", "1500");
        assert!(said(&old).contains("since the year 2000"), "{}", said(&old));
        assert!(said(&event("e", r#""type":"attribute","name":"a","value":[]"#)).contains("`value` is neither"));
        assert!(said(&event("e", &format!(r#""type":"message","role":"agent","text":"{long}""#))).contains("longer"));
        let event = Event::from_json(&event("e", r#""type":"trigger""#)).unwrap();
        assert!(event.clone().not_ahead("2026-03-02T08:55:00Z".parse().unwrap()).is_ok());
        assert!(event.not_ahead("2026-03-02T08:54:59Z".parse().unwrap()).unwrap_err().to_string().contains("ahead"));
    }
}
