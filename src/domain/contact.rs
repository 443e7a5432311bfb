//! A contact as looked up in Zoho, reduced to what a decision needs. Must not know Zoho's wire format.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// A contact that Zoho holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Zoho's record id: digits.
    pub id: String,
    /// `Created_Time`; Zoho keeps whole seconds.
    pub created_at: Timestamp,
    /// `Modified_Time`; Zoho keeps whole seconds.
    pub modified_at: Timestamp,
    /// The values of the fields asked for, by api_name; a blank value is not in it.
    pub values: BTreeMap<String, String>,
}

impl Contact {
    /// The value of a field; `None` where blank.
    pub fn value(&self, api_name: &str) -> Option<&str> {
        self.values.get(api_name).map(String::as_str)
    }
}
