//! Zoho fields and Astra fields: what they are, which Zoho fields are mappable and why the others are not.
//!
//! Must not know how metadata travels (`zoho` reads it off the wire).

use serde::{Deserialize, Serialize};

/// The api_name of the field by which contacts are looked up.
pub const EMAIL: &str = "Email";
/// The api_name of the field without which Zoho makes no contact.
pub const LAST_NAME: &str = "Last_Name";
/// The Astra field whose value is a short summary of the conversation.
pub const SUMMARY: &str = "summary";
/// The Astra field whose value is the conversation's channel unless the agent captured one.
pub const CHANNEL: &str = "channel";

/// A field of Zoho's Contacts module, as much of its metadata as the rules need
/// (Zoho CRM v8, `GET /settings/fields`; `zoho-crm` "Fields metadata").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZohoField {
    /// The name used over the API.
    pub api_name: String,
    /// The name people see, in the user's language.
    pub label: String,
    /// Zoho's `data_type`, as sent.
    pub data_type: String,
    /// Zoho's `json_type`, as sent.
    pub json_type: String,
    /// The longest value in characters, where Zoho names one.
    pub length: Option<u32>,
    /// A textarea that takes HTML.
    pub rich_text: bool,
    /// Read-only for the connected user.
    pub read_only: bool,
    /// Shown to the connected user.
    pub visible: bool,
    /// `type` is `used`.
    pub used: bool,
    /// `operation_type.api_create`.
    pub api_create: bool,
    /// `operation_type.api_update`.
    pub api_update: bool,
    /// `system_mandatory`: creating without it is refused.
    pub mandatory: bool,
    /// Made by the organisation.
    pub custom: bool,
    /// No two contacts may share a value.
    pub unique: bool,
    /// The options of a picklist, in Zoho's order.
    pub pick_list: Vec<PickListValue>,
}

/// One option of a picklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickListValue {
    /// What people see and what Zoho wants to be sent.
    pub display: String,
    /// What Zoho keeps.
    pub actual: String,
    /// Not retired.
    pub used: bool,
}

/// The text-like kinds of Zoho field: those a captured text can be fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// One line.
    Text,
    /// Several lines, plain.
    Textarea,
    /// Several lines, HTML.
    RichText,
    /// An email address.
    Email,
    /// A phone number.
    Phone,
    /// A web address.
    Website,
    /// One of a list.
    Picklist,
}

/// Whether a Zoho field may stand on the left of a mapping row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mappability {
    /// It may.
    Mappable {
        /// Written on create and update, on create alone, or on update alone.
        writes: Writes,
    },
    /// It may not, because of this.
    Not(NotMappable),
}

/// When the API takes a value for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// On create and on update.
    Always,
    /// Updates leave it out.
    CreateOnly,
    /// Creates leave it out.
    UpdateOnly,
}

/// Why a field is not offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotMappable {
    /// `visible` is false.
    Hidden,
    /// `type` is not `used`.
    Unused,
    /// `read_only`, or neither `api_create` nor `api_update`.
    ReadOnly,
    /// The type is not text-like; holds the type.
    NotTextLike(String),
}

impl std::fmt::Display for NotMappable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hidden => f.write_str("hidden"),
            Self::Unused => f.write_str("unused"),
            Self::ReadOnly => f.write_str("read-only"),
            Self::NotTextLike(kind) => write!(f, "not text-like: {kind}"),
        }
    }
}

impl ZohoField {
    /// The kind of text the field takes; `None` where it does not take text, or is of a type this program does not know.
    pub fn text_kind(&self) -> Option<TextKind> {
        if self.json_type != "string" {
            return None;
        }
        match self.data_type.as_str() {
            "text" => Some(TextKind::Text),
            "textarea" if self.rich_text => Some(TextKind::RichText),
            "textarea" => Some(TextKind::Textarea),
            "email" => Some(TextKind::Email),
            "phone" => Some(TextKind::Phone),
            "website" => Some(TextKind::Website),
            "picklist" => Some(TextKind::Picklist),
            _ => None,
        }
    }

    /// In use, editable over the API, and text-like: in this order the first that fails is the reason.
    /// `field_read_only` and `view_type` do not decide (Zoho's own samples: `Full_Name` claims to be editable by them).
    pub fn mappability(&self) -> Mappability {
        let not = |why| Mappability::Not(why);
        if !self.visible {
            return not(NotMappable::Hidden);
        }
        if !self.used {
            return not(NotMappable::Unused);
        }
        let writes = match (self.read_only, self.api_create, self.api_update) {
            (true, ..) | (false, false, false) => return not(NotMappable::ReadOnly),
            (false, true, true) => Writes::Always,
            (false, true, false) => Writes::CreateOnly,
            (false, false, true) => Writes::UpdateOnly,
        };
        if self.text_kind().is_none() {
            // `Tag` says text and is an array: there the JSON type is the telling one
            let kind = match self.data_type.as_str() {
                "text" | "textarea" | "email" | "phone" | "picklist" | "website" => &self.json_type,
                other => other,
            };
            return not(NotMappable::NotTextLike(kind.to_owned()));
        }
        Mappability::Mappable { writes }
    }

    /// [`Writes`] of a mappable field.
    pub fn writes(&self) -> Option<Writes> {
        match self.mappability() {
            Mappability::Mappable { writes } => Some(writes),
            Mappability::Not(_) => None,
        }
    }
}

/// The type of an Astra field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AstraType {
    /// Any text.
    #[default]
    Text,
    /// An email address.
    Email,
    /// A phone number.
    Phone,
    /// A web address.
    Url,
}

/// A named piece of data that the agent collects about a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AstraField {
    /// The name in files and conversations.
    pub key: String,
    /// The name people see.
    pub label: String,
    /// What sort of text it is.
    pub kind: AstraType,
    /// What the agent is told to collect.
    pub description: String,
    /// There without being listed in `agent.toml`.
    pub built_in: bool,
}

/// The agent whose conversations are synced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its name.
    pub name: String,
    /// The built-in fields first, then the operator's, in the order of `agent.toml`.
    pub fields: Vec<AstraField>,
}

const BUILT_IN: [(&str, &str, AstraType, &str); 11] = [
    ("email", "Email", AstraType::Email, "The customer's email address"),
    ("first_name", "First name", AstraType::Text, "The customer's first name"),
    ("last_name", "Last name", AstraType::Text, "The customer's last name"),
    ("phone", "Phone", AstraType::Phone, "A number on which the customer can be called"),
    ("company", "Company", AstraType::Text, "The company the customer speaks for"),
    ("street", "Street", AstraType::Text, "Street and house number of the customer's address"),
    ("city", "City", AstraType::Text, "City of the customer's address"),
    ("state", "State", AstraType::Text, "State or province of the customer's address"),
    ("zip", "Zip", AstraType::Text, "Postal code of the customer's address"),
    ("channel", "Channel", AstraType::Text, "How the customer talked with the agent: text or voice"),
    ("summary", "Summary", AstraType::Text, "A short summary of the conversation"),
];

impl Default for Agent {
    fn default() -> Self {
        let fields = BUILT_IN
            .iter()
            .map(|&(key, label, kind, description)| AstraField {
                key: key.into(),
                label: label.into(),
                kind,
                description: description.into(),
                built_in: true,
            })
            .collect();
        Self { name: "Agent".into(), fields }
    }
}

impl Agent {
    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&AstraField> {
        self.fields.iter().find(|f| f.key == key)
    }
}

/// The label of a field that names none: `order_number` reads "Order number".
pub fn label_from_key(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    for (i, c) in key.chars().enumerate() {
        match c {
            '_' | '-' => out.push(' '),
            c if i == 0 => out.extend(c.to_uppercase()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    /// A plain mappable text field.
    pub fn field(api_name: &str, data_type: &str, length: u32) -> ZohoField {
        ZohoField {
            api_name: api_name.into(),
            label: api_name.replace('_', " "),
            data_type: data_type.into(),
            json_type: "string".into(),
            length: Some(length),
            rich_text: false,
            read_only: false,
            visible: true,
            used: true,
            api_create: true,
            api_update: true,
            mandatory: api_name == LAST_NAME,
            custom: false,
            unique: false,
            pick_list: Vec::new(),
        }
    }

    /// A picklist with these options, display and actual values alike.
    pub fn picklist(api_name: &str, options: &[&str]) -> ZohoField {
        let pick_list =
            options.iter().map(|o| PickListValue { display: (*o).into(), actual: (*o).into(), used: true }).collect();
        ZohoField { pick_list, ..field(api_name, "picklist", 120) }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{field, picklist};
    use super::*;

    #[test]
    fn mappable_or_the_first_reason_in_order() {
        let base = field("X", "text", 40);
        let why = |f: &ZohoField| match f.mappability() {
            Mappability::Mappable { writes } => format!("{writes:?}"),
            Mappability::Not(n) => n.to_string(),
        };
        let cases: [(&str, ZohoField); 10] = [
            ("Always", base.clone()),
            ("CreateOnly", ZohoField { api_update: false, ..base.clone() }),
            ("UpdateOnly", ZohoField { api_create: false, ..base.clone() }),
            ("read-only", ZohoField { api_create: false, api_update: false, ..base.clone() }),
            ("read-only", ZohoField { read_only: true, ..base.clone() }),
            ("hidden", ZohoField { visible: false, used: false, ..base.clone() }),
            ("unused", ZohoField { used: false, ..base.clone() }),
            ("not text-like: lookup", ZohoField { json_type: "jsonobject".into(), ..field("A", "lookup", 120) }),
            ("not text-like: jsonarray", ZohoField { json_type: "jsonarray".into(), ..field("Tag", "text", 2000) }),
            ("not text-like: hologram", field("Z", "hologram", 1)),
        ];
        for (want, f) in cases {
            assert_eq!(why(&f), want, "{f:?}");
        }
    }

    #[test]
    fn a_list_takes_text() {
        assert_eq!(picklist("Lead_Source", &["Chat"]).text_kind(), Some(TextKind::Picklist));
        assert_eq!(
            ZohoField { rich_text: true, ..field("N", "textarea", 50_000) }.text_kind(),
            Some(TextKind::RichText)
        );
    }

    #[test]
    fn labels_read_like_words() {
        assert_eq!(label_from_key("order_number"), "Order number");
        assert_eq!(label_from_key(""), "");
    }
}
