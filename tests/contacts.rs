//! The contacts that the embedded CRM starts with fit its fields, and hold what the conversations and tests count on.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

fn contacts() -> Vec<Map<String, Value>> {
    serde_json::from_str(include_str!("../samples/contacts.json")).unwrap()
}

fn fields() -> HashMap<String, Value> {
    let body: Value = serde_json::from_str(include_str!("../samples/contacts-fields.json")).unwrap();
    body["fields"].as_array().unwrap().iter().map(|f| (f["api_name"].as_str().unwrap().into(), f.clone())).collect()
}

fn text<'a>(contact: &'a Map<String, Value>, field: &str) -> &'a str {
    contact.get(field).and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn every_value_fits_its_field() {
    let fields = fields();
    for contact in contacts() {
        assert!(!text(&contact, "Last_Name").is_empty(), "{contact:?}");
        for (name, value) in contact.iter().filter(|(name, _)| *name != "id") {
            let field = fields.get(name).unwrap_or_else(|| panic!("no field {name}"));
            let json_type = match value {
                Value::String(_) => "string",
                Value::Bool(_) => "boolean",
                Value::Array(_) => "jsonarray",
                Value::Object(_) => "jsonobject",
                Value::Number(number) if number.is_i64() => "integer",
                _ => "double",
            };
            assert_eq!(field["json_type"], json_type, "{name} {value}");
            if let Some(text) = value.as_str() {
                assert!(text.chars().count() as u64 <= field["length"].as_u64().unwrap(), "{name} {text}");
            }
            let options = field["pick_list_values"].as_array().unwrap();
            if !options.is_empty() {
                let given = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                assert!(given.iter().all(|one| options.iter().any(|o| o["display_value"] == *one)), "{name} {value}");
            }
        }
    }
}

#[test]
fn ids_and_times_ascend_and_member_codes_are_unique() {
    let contacts = contacts();
    let ids: Vec<u64> = contacts.iter().map(|contact| text(contact, "id").parse().unwrap()).collect();
    assert!(ids.is_sorted_by(|a, b| a < b));
    assert!(contacts.is_sorted_by_key(|contact| text(contact, "Created_Time")));
    for contact in &contacts {
        let time = |field| text(contact, field).parse::<jiff::Timestamp>().unwrap();
        assert!(time("Created_Time") <= time("Modified_Time"));
        assert!(time("Modified_Time") < "2026-03-01T00:00:00Z".parse().unwrap(), "older than the conversations");
    }
    let mut codes: Vec<_> =
        contacts.iter().map(|contact| text(contact, "Member_Code")).filter(|c| !c.is_empty()).collect();
    let all = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all);
}

#[test]
fn addresses_are_nobodys_and_some_are_shared() {
    let contacts = contacts();
    let mut spellings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for contact in &contacts {
        for field in ["Email", "Secondary_Email", "Billing_Email"] {
            let host = text(contact, field).rsplit_once('@').map(|(_, host)| host.to_lowercase());
            let reserved =
                |host: String| ["example.com", "example.org", "example.net"].iter().any(|end| host.ends_with(end));
            assert!(host.is_none_or(reserved), "{contact:?}");
        }
        let email = text(contact, "Email");
        if !email.is_empty() {
            spellings.entry(email.to_lowercase()).or_default().push(email);
        }
    }
    let mut shared: Vec<usize> = spellings.values().map(Vec::len).filter(|count| *count > 1).collect();
    shared.sort_unstable();
    assert_eq!(shared, [2, 2, 2, 3]);
    assert_eq!(spellings.values().filter(|s| s.iter().any(|one| *one != s[0])).count(), 1, "one differs by case");

    let secondary = contacts.iter().map(|contact| text(contact, "Secondary_Email").to_lowercase());
    assert!(secondary.filter(|address| spellings.contains_key(address)).count() >= 3);
    assert!(contacts.iter().filter(|contact| text(contact, "Email").is_empty()).count() >= 5);
    let descriptions: Vec<_> = contacts.iter().map(|contact| text(contact, "Description")).collect();
    assert!(descriptions.iter().any(|d| d.contains('\n')) && descriptions.iter().any(|d| d.contains('🏔')));
}
