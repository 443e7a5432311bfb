//! What a run leaves behind: the record that is printed, kept and shown. Must not know how runs are made.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An enumeration of words: each has one spelling, in records, files and on screens.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// Every one, in the order of the contract.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            /// The word used in records, files and screens.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::domain::run::UnknownWord;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().copied().find(|v| v.as_str() == s);
                found.ok_or_else(|| $crate::domain::run::UnknownWord::new(s, Self::ALL.iter().map(|v| v.as_str())))
            }
        }
    };
}
pub(super) use words;

/// A word that is not one of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{got}` is not one of {allowed}")]
pub struct UnknownWord {
    got: String,
    allowed: String,
}

impl UnknownWord {
    /// This word is none of those.
    pub(super) fn new<'w>(got: &str, allowed: impl Iterator<Item = &'w str>) -> Self {
        Self { got: got.to_owned(), allowed: allowed.collect::<Vec<_>>().join(", ") }
    }
}

words! {
    /// How a run came out.
    Outcome {
        /// A contact was made.
        Created = "created",
        /// A contact was changed.
        Updated = "updated",
        /// A rule allowed writing, and there was nothing to write.
        Unchanged = "unchanged",
        /// A rule said not to write.
        Skipped = "skipped",
        /// The run could not finish.
        Failed = "failed",
    }
}

words! {
    /// The line of the decision table that decided.
    Rule {
        /// No usable email value.
        NoEmail = "no_email",
        /// None found, creating is off.
        CreationOff = "creation_off",
        /// None found, no last name to create it with.
        NoLastName = "no_last_name",
        /// None found: all mapped values.
        Create = "create",
        /// Found, updating existing is on: all mapped values.
        UpdateExisting = "update_existing",
        /// Found, created through Astra: all mapped values.
        UpdateAstraContact = "update_astra_contact",
        /// Found, updating existing is off: the fields fed by summary only.
        SummaryOnly = "summary_only",
        /// Found, updating existing is off, no summary: nothing.
        UpdatesOff = "updates_off",
    }
}

words! {
    /// What kind of moment caused the run.
    Trigger {
        /// A message or the agent's decision, while the conversation went on.
        During = "during",
        /// The end of an episode.
        Offline = "offline",
    }
}

words! {
    /// Why a mapped row was not written.
    Reason {
        /// The conversation gave no value and there is no default.
        NoValue = "no_value",
        /// Zoho already holds this value.
        Unchanged = "unchanged",
        /// Zoho holds another value and the row writes only into blanks.
        NotEmpty = "not_empty",
        /// Longer than the field.
        TooLong = "too_long",
        /// Not an option of the picklist.
        NotInPicklist = "not_in_picklist",
        /// Not an email address.
        InvalidEmail = "invalid_email",
        /// Not a plausible phone number.
        InvalidPhone = "invalid_phone",
        /// Not a web address.
        InvalidUrl = "invalid_url",
        /// The field takes values on create alone.
        CreateOnly = "create_only",
        /// The field takes values on update alone.
        UpdateOnly = "update_only",
        /// The rule allows the summary only.
        Restricted = "restricted",
    }
}

words! {
    /// Something an operator should know about a run that went on all the same.
    Warning {
        /// More than one contact has the address.
        SeveralMatches = "several_matches",
        /// The conversation carries triggers and Offline Sync is on.
        TriggerIgnored = "trigger_ignored",
        /// A call without an end.
        NoCallEnd = "no_call_end",
        /// A value was heard and not used: it is less sure than the threshold.
        ValueInDoubt = "value_in_doubt",
    }
}

/// One field written, or that would be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Zoho's api_name.
    pub zoho: String,
    /// The Astra field's key.
    pub astra: String,
    /// Zoho's value before; `None` where blank or the contact is new.
    pub from: Option<String>,
    /// The value written.
    pub to: String,
}

/// One mapped row that was not written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Zoho's api_name.
    pub zoho: String,
    /// The Astra field's key.
    pub astra: String,
    /// Why.
    pub reason: Reason,
}

/// Why a run failed. The code is Zoho's own, or one of ours (`network`, `timeout`, ...).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunError {
    /// The code.
    pub code: String,
    /// One sentence.
    pub message: String,
}

impl RunError {
    /// What [`RunError::sentence`] put together.
    pub fn of_sentence(text: &str) -> Self {
        let (code, message) = text.split_once(": ").unwrap_or((text, ""));
        Self { code: code.to_owned(), message: message.to_owned() }
    }

    /// Both as one sentence.
    pub fn sentence(&self) -> String {
        format!("{}: {}", self.code, self.message)
    }
}

/// What a run was, decided and did. The keys and their order are the contract's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Digest of action, conversation, episode and `at`.
    pub run_id: String,
    /// The action's id.
    pub action: String,
    /// The conversation's id.
    pub conversation: String,
    /// Counted from 1.
    pub episode: u32,
    /// What kind of moment caused it.
    pub trigger: Trigger,
    /// Conversation time, to the millisecond.
    #[serde(with = "instant")]
    pub at: Timestamp,
    /// How it came out.
    pub outcome: Outcome,
    /// The rule that decided; `None` where it failed before one was reached.
    pub rule: Option<Rule>,
    /// The contact written or found.
    pub contact_id: Option<String>,
    /// The look-up address, trimmed and in lower case.
    pub email: Option<String>,
    /// How many contacts have the address.
    pub matches: u32,
    /// The contact found was created by a run of this program.
    pub created_through_astra: bool,
    /// What was written, in the order of the mapping.
    pub changes: Vec<Change>,
    /// What was not, in the order of the mapping.
    pub left_out: Vec<LeftOut>,
    /// What an operator should know.
    pub warnings: Vec<Warning>,
    /// Why it failed.
    pub error: Option<RunError>,
    /// Nothing was written.
    pub dry_run: bool,
    /// Look-ups tried, from 1; 0 where none was needed.
    pub attempts: u32,
    /// HTTP requests sent to Zoho for it; its share where several runs went together.
    #[serde(serialize_with = "share")]
    pub requests: f64,
    /// API credits they cost; its share where several runs went together.
    #[serde(serialize_with = "share")]
    pub credits: f64,
    /// Wall-clock milliseconds.
    pub duration_ms: u64,
}

/// Whole numbers as whole numbers, shares rounded to a ten-thousandth.
fn share<S: serde::Serializer>(v: &f64, s: S) -> Result<S::Ok, S::Error> {
    let rounded = (v * 10_000.0).round() / 10_000.0;
    if rounded.fract() == 0.0 && (0.0..9e15).contains(&rounded) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range: just checked")]
        s.serialize_u64(rounded as u64)
    } else {
        s.serialize_f64(rounded)
    }
}

/// A time stamp as RFC 3339 in UTC, always with milliseconds, so that text order is time order.
pub fn format_instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

mod instant {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(at: &Timestamp, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&super::format_instant(*at))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Timestamp, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The last digits of a contact's id: what people read of it.
const TAIL: usize = 4;

impl RunRecord {
    /// What a search looks through: ids, address, words, error and values.
    pub fn searched(&self) -> String {
        let mut parts: Vec<&str> = vec![&self.run_id, &self.conversation, &self.action, self.outcome.as_str()];
        parts.extend(self.email.as_deref());
        if let Some(id) = self.contact_id.as_deref() {
            parts.extend([id, id.len().checked_sub(TAIL).and_then(|from| id.get(from..)).unwrap_or_default()]);
        }
        parts.extend(self.rule.map(|r| r.as_str()));
        parts.extend(self.error.iter().flat_map(|e| [e.code.as_str(), e.message.as_str()]));
        parts.extend(self.warnings.iter().map(|w| w.as_str()));
        parts.extend(self.left_out.iter().map(|l| l.reason.as_str()));
        parts.extend(self.changes.iter().flat_map(|c| [c.from.as_deref().unwrap_or_default(), c.to.as_str()]));
        parts.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_written_as_documented() {
        let r = RunRecord {
            run_id: "x".into(),
            action: "save-contact".into(),
            conversation: "c-001".into(),
            episode: 1,
            trigger: Trigger::During,
            at: "2026-03-02T09:00:09.500Z".parse().unwrap(),
            outcome: Outcome::Created,
            rule: Some(Rule::Create),
            contact_id: Some("5725767000000524157".into()),
            email: Some("ana@example.com".into()),
            matches: 0,
            created_through_astra: false,
            changes: vec![Change {
                zoho: "Email".into(),
                astra: "email".into(),
                from: None,
                to: "ana@example.com".into(),
            }],
            left_out: vec![LeftOut { zoho: "Phone".into(), astra: "phone".into(), reason: Reason::NoValue }],
            warnings: vec![],
            error: None,
            dry_run: false,
            attempts: 1,
            requests: 2.0,
            credits: 0.123_456,
            duration_ms: 12,
        };
        let json = serde_json::to_string(&r).unwrap();
        assert_eq!(
            json,
            r#"{"run_id":"x","action":"save-contact","conversation":"c-001","episode":1,"trigger":"during","at":"2026-03-02T09:00:09.500Z","outcome":"created","rule":"create","contact_id":"5725767000000524157","email":"ana@example.com","matches":0,"created_through_astra":false,"changes":[{"zoho":"Email","astra":"email","from":null,"to":"ana@example.com"}],"left_out":[{"zoho":"Phone","astra":"phone","reason":"no_value"}],"warnings":[],"error":null,"dry_run":false,"attempts":1,"requests":2,"credits":0.1235,"duration_ms":12}"#
        );
        let back: RunRecord = serde_json::from_str(&json).unwrap();
        assert_eq!(back.at, r.at);
        assert!("creatd".parse::<Outcome>().unwrap_err().to_string().contains("created, updated"));
    }
}
