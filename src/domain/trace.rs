//! What a run went by, kept beside its record: the channel, the messages that gave the values, what the look-up saw, the
//! requests and their answers. For people who ask why; the record itself says the same without it. Must not know how runs
//! are made.

use serde::{Deserialize, Serialize};

use super::action::Permissions;
use super::conversation::Channel;
use super::run::{Rule, words};

words! {
    /// What a decision depends on beside the permissions.
    Case {
        /// No usable email value.
        NoEmail = "no_email",
        /// No contact has the address, and there is a last name to create one with.
        New = "new",
        /// No contact has the address, and there is no last name to create one with.
        Nameless = "nameless",
        /// Found, created through Astra, and there is a summary to write.
        OursWithSummary = "ours_with_summary",
        /// Found, created through Astra, without a summary.
        Ours = "ours",
        /// Found, made by others, and there is a summary to write.
        OthersWithSummary = "others_with_summary",
        /// Found, made by others, without a summary.
        Others = "others",
    }
}

impl Case {
    /// The first line of the decision table that fits.
    pub fn rule(self, on: Permissions) -> Rule {
        match self {
            Self::NoEmail => Rule::NoEmail,
            Self::New | Self::Nameless if !on.create_and_update_new => Rule::CreationOff,
            Self::New => Rule::Create,
            Self::Nameless => Rule::NoLastName,
            _ if on.update_existing => Rule::UpdateExisting,
            Self::Ours | Self::OursWithSummary if on.create_and_update_new => Rule::UpdateAstraContact,
            Self::OursWithSummary | Self::OthersWithSummary => Rule::SummaryOnly,
            Self::Ours | Self::Others => Rule::UpdatesOff,
        }
    }
}

words! {
    /// How a value became known.
    Origin {
        /// In the customer's words.
        Customer = "customer",
        /// In the agent's words, which the customer confirmed.
        Agent = "agent",
        /// The agent captured it as a value.
        Captured = "captured",
    }
}

/// Which message gave a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The Astra field's key.
    pub astra: String,
    /// When it was said or captured, in milliseconds since 1970 UTC; from a [`Listen`](super::moment::Listen), since the
    /// conversation's start.
    pub at_ms: i64,
    /// How it became known.
    pub origin: Origin,
    /// The words, at most 160 characters of the message, secrets masked; empty for a captured value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// How sure the value is, from 0 to 100; `None` for a captured one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sure: Option<u8>,
    /// A language model pointed it out; the words are the customer's all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_model: bool,
}

/// A value that was heard and not used: it is less sure than the threshold, and nothing better was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// The value, secrets masked.
    pub value: String,
    /// For which field, how sure, and where it was said.
    #[serde(flatten)]
    pub source: Source,
}

/// A language model was asked what the customer said, or should have been.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The model, as configured.
    pub model: String,
    /// Tokens of the question, as the model counts them; 0 where the answer was kept from before.
    pub tokens_in: u64,
    /// Tokens of its answer.
    pub tokens_out: u64,
    /// The same was asked before, and its answer was kept: nothing was sent.
    pub kept: bool,
    /// How many of its values were not found in the conversation, or are not what the field takes: they are dropped.
    pub dropped: u32,
    /// Why there is no answer; then the built-in rules stand alone.
    pub trouble: Option<String>,
}

words! {
    /// What is asked of Zoho.
    CallKind {
        /// Which contacts have the address.
        LookUp = "look_up",
        /// Make a contact.
        Create = "create",
        /// Change a contact.
        Update = "update",
    }
}

/// A call to Zoho that a run took part in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// What was asked.
    pub kind: CallKind,
    /// How many runs it was for.
    pub runs: u32,
    /// How many HTTP requests it took.
    pub requests: f64,
    /// How long, in wall-clock milliseconds.
    pub ms: u64,
    /// What came back, for this run: a few words.
    pub answer: String,
}

/// The longest answer that is kept, in characters.
const ANSWER: usize = 200;
/// How many calls are kept: the first ones.
const CALLS: usize = 16;

/// What a run went by. Everything may be missing: earlier versions kept nothing of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Trace {
    /// Text or voice.
    pub channel: Option<Channel>,
    /// What the look-up saw; `None` where no decision was reached.
    pub case: Option<Case>,
    /// Which messages gave the values, in the order of the mapping.
    pub sources: Vec<Source>,
    /// What was heard and not used, in the order of the mapping.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
    /// The calls, in order.
    pub calls: Vec<Call>,
    /// What a language model was asked; `None` where none is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
}

impl Trace {
    /// Keeps a call, its answer cut.
    pub fn called(&mut self, mut call: Call) {
        if self.calls.len() < CALLS {
            if let Some((i, _)) = call.answer.char_indices().nth(ANSWER) {
                call.answer.truncate(i);
            }
            self.calls.push(call);
        }
    }
}
