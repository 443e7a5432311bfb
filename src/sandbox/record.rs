//! A contact as Zoho answers it: system fields, defaults, chosen fields.
//!
//! Owns the view of a stored contact. Must not know who asks.

use super::contact::Contact;
use super::fields::{Field, Module};
use super::people::{self, User};
use jiff::Timestamp;
use jiff::tz::{self, Offset};
use serde_json::{Map, Value, json};

const OFFSET: Offset = tz::offset(-7);

/// A time as the organisation's answers write it: whole seconds, its own offset.
pub(super) fn zoho_time(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().display_with_offset(OFFSET).to_string()
}

/// The values that are set, with those that the system keeps; what is absent is null. Filters are evaluated on this.
pub(super) fn sparse(module: &Module, contact: &Contact) -> Map<String, Value> {
    let mut record = contact.values.clone();
    let name = full_name(&record);
    let user = |record: &Map<String, Value>, key: &str| user_of(record, key).minified();
    for key in ["Owner", "Created_By", "Modified_By"] {
        let user = user(&record, key);
        record.insert(key.into(), user);
    }
    record.insert("Full_Name".into(), name.map_or(Value::Null, Value::String));
    record.insert("Created_Time".into(), json!(zoho_time(contact.created_s)));
    record.insert("Modified_Time".into(), json!(zoho_time(contact.modified_s)));
    record.insert("id".into(), json!(contact.id.to_string()));
    record.entry("Tag").or_insert_with(|| json!([]));
    record.entry("Record_Status__s").or_insert_with(|| json!("Available"));
    for field in module.fields.iter().filter(|field| field.data_type == "boolean") {
        record.entry(field.api_name.as_str()).or_insert_with(|| json!(false));
    }
    record
}

/// The user in a user field; the current one where the contact names none.
pub(super) fn user_of(values: &Map<String, Value>, key: &str) -> &'static User {
    values
        .get(key)
        .and_then(|user| user.get("id"))
        .and_then(Value::as_str)
        .and_then(people::by_id)
        .unwrap_or_else(people::current)
}

fn full_name(values: &Map<String, Value>) -> Option<String> {
    let parts: Vec<&str> = ["First_Name", "Last_Name"]
        .iter()
        .filter_map(|key| values.get(*key)?.as_str())
        .filter(|part| !part.trim().is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A record with the chosen fields, or with all of them and the system keys. The id is always there.
pub(super) fn chosen(module: &Module, record: &Map<String, Value>, fields: Option<&[String]>) -> Value {
    let mut answer = Map::new();
    match fields {
        Some(names) => {
            for name in names.iter().filter(|name| name.starts_with('$') || module.field(name).is_some()) {
                answer.insert(name.clone(), value(record, name));
            }
        }
        None => {
            for Field { api_name, .. } in &module.fields {
                answer.insert(api_name.clone(), value(record, api_name));
            }
            answer.insert("$currency_symbol".into(), json!("$"));
            answer.insert("$editable".into(), json!(true));
            answer.insert("$approval_state".into(), json!("approved"));
        }
    }
    answer.insert("id".into(), value(record, "id"));
    Value::Object(answer)
}

fn value(record: &Map<String, Value>, name: &str) -> Value {
    match name {
        "$editable" => json!(true),
        "$approval_state" => json!("approved"),
        "$currency_symbol" => json!("$"),
        _ => record.get(name).cloned().unwrap_or(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::fields;

    #[test]
    fn times_have_an_offset_and_no_fraction() {
        assert_eq!(zoho_time(1_767_225_600), "2025-12-31T17:00:00-07:00");
    }

    #[test]
    fn a_record_has_its_id_name_and_defaults() {
        let module = Module::parse(fields::BUILT_IN).unwrap();
        let mut values = Map::new();
        values.insert("Last_Name".into(), json!("Núñez"));
        let contact = Contact { id: 42, created_s: 0, modified_s: 0, changed_ms: 0, values };
        let record = sparse(&module, &contact);
        let all = chosen(&module, &record, None);
        assert_eq!(all["Full_Name"], "Núñez");
        assert_eq!(all["id"], "42");
        assert_eq!(all["Email"], Value::Null);
        assert_eq!(all["Email_Opt_Out"], false);
        let few = chosen(&module, &record, Some(&["Email".into(), "Shoe_Size".into()]));
        assert_eq!(few, json!({"Email": null, "id": "42"}));
    }
}
