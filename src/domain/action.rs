//! The configured action: what the operator set, as the rules see it. Must not know files or Zoho's wire.

use serde::{Deserialize, Serialize};

use super::account::SANDBOX;
use super::field::{CHANNEL, EMAIL, LAST_NAME, SUMMARY};
use super::mapping::required;

/// The template of every action of this program.
pub const TEMPLATE: &str = "zoho.create-or-update-contact";

/// Whether an action runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Saved, never writes.
    #[default]
    Draft,
    /// Runs.
    Active,
}

/// The two toggles of "Contact creation and updates".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permissions {
    /// Allow creating and updating new contacts.
    pub create_and_update_new: bool,
    /// Allow updating existing fields.
    pub update_existing: bool,
}

impl Default for Permissions {
    fn default() -> Self {
        Self { create_and_update_new: true, update_existing: false }
    }
}

/// What a row does where Zoho already has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overwrite {
    /// Writes its own.
    #[default]
    Always,
    /// Leaves Zoho's.
    IfEmpty,
}

/// Zoho field -> Astra field, with its options.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Row {
    /// Zoho's api_name.
    pub zoho: String,
    /// The Astra field's key.
    pub astra: String,
    /// Used where the conversation gave no value: on create, or where Zoho's value is blank.
    pub default: Option<String>,
    /// What happens where Zoho has a value.
    pub overwrite: Overwrite,
    /// The value map: keys compared without case, in the file's order.
    pub values: Vec<(String, String)>,
}

impl Row {
    /// A row without options.
    pub fn new(zoho: impl Into<String>, astra: impl Into<String>) -> Self {
        Self { zoho: zoho.into(), astra: astra.into(), ..Self::default() }
    }

    /// Email and Last name: always there, first, not removable.
    pub fn is_required(&self) -> bool {
        self.zoho == EMAIL || self.zoho == LAST_NAME
    }
}

/// A configured instance of the template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The file's name without `.toml`: its name on the command line.
    pub id: String,
    /// Which template; today always [`TEMPLATE`].
    pub template: String,
    /// The name people see.
    pub name: String,
    /// When the agent should run it, in the operator's words.
    pub intent: String,
    /// Draft or active.
    pub state: State,
    /// One run per episode, when it has ended, instead of runs during the conversation.
    pub offline_sync: bool,
    /// The account's id.
    pub account: String,
    /// The two toggles.
    pub contacts: Permissions,
    /// The rows, in the file's order.
    pub mapping: Vec<Row>,
}

impl Action {
    /// A new action of the template: a draft on the sandbox with the required rows and every setting at its default.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            template: TEMPLATE.to_owned(),
            name: id.to_owned(),
            intent: String::new(),
            state: State::Draft,
            offline_sync: false,
            account: SANDBOX.to_owned(),
            contacts: Permissions::default(),
            mapping: required(),
        }
    }

    /// The row that feeds this Zoho field.
    pub fn row(&self, zoho: &str) -> Option<&Row> {
        self.mapping.iter().find(|r| r.zoho == zoho)
    }

    /// The Astra fields mapped to `Email` and `Last_Name`; `None` where one of the rows is missing.
    pub fn required_attributes(&self) -> Option<[&str; 2]> {
        Some([self.row(EMAIL)?.astra.as_str(), self.row(LAST_NAME)?.astra.as_str()])
    }

    /// The keys of the mapped Astra fields, each once, without the summary.
    pub fn attribute_keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = Vec::new();
        for r in &self.mapping {
            if r.astra != SUMMARY && !keys.contains(&r.astra.as_str()) {
                keys.push(&r.astra);
            }
        }
        keys
    }

    /// Some row is fed by the summary.
    pub fn maps_summary(&self) -> bool {
        self.mapping.iter().any(|r| r.astra == SUMMARY)
    }

    /// Some row is fed by the conversation's channel.
    pub fn maps_channel(&self) -> bool {
        self.mapping.iter().any(|r| r.astra == CHANNEL)
    }
}
