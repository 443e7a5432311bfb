//! Zoho's bodies, in and out: records, fields metadata, users, the organisation. Pure; must not know requests.
//!
//! Read leniently, key by key: Zoho adds keys, leaves some out by edition, and says null where it has nothing. What a
//! decision hangs on (ids, times) is required.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::domain::account::Organisation;
use crate::domain::contact::Contact;
use crate::domain::field::{PickListValue, ZohoField};
use crate::domain::text::is_blank;
use crate::ports::{Values, Written};

/// The length of a rich-text textarea (Zoho CRM v8 "Fields metadata"), for answers that do not say its kind.
const RICH_TEXT_LENGTH: u32 = 50_000;

/// A record as Zoho sent it.
pub(super) type Row = Map<String, Value>;

/// The records of an answer; none where there is no answer (204).
pub(super) fn rows(answer: Option<Value>) -> Result<Vec<Row>, &'static str> {
    let Some(mut answer) = answer else { return Ok(Vec::new()) };
    let Some(Value::Array(data)) = answer.get_mut("data").map(Value::take) else {
        return Err("an answer without records");
    };
    let rows = data.into_iter().map(|v| match v {
        Value::Object(row) => Ok(row),
        _ => Err("a record that is not an object"),
    });
    rows.collect()
}

/// There are more records behind these.
pub(super) fn more(answer: Option<&Value>) -> bool {
    answer.and_then(|a| a.pointer("/info/more_records")).and_then(Value::as_bool).unwrap_or(false)
}

/// A record id: digits, sent as text, by some servers as a number.
pub(super) fn record_id(value: Option<&Value>) -> Result<String, &'static str> {
    let id = match value {
        Some(Value::String(s)) => s.clone(),
        Some(Value::Number(n)) => n.to_string(),
        _ => return Err("a record without an id"),
    };
    if is_id(&id) { Ok(id) } else { Err("a record id that is not digits") }
}

/// Digits, as many as a record id may have.
pub(super) fn is_id(id: &str) -> bool {
    (1..=30).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit())
}

/// A contact of a record, with the values of `fields`.
pub(super) fn contact(row: &Row, fields: &[String]) -> Result<Contact, &'static str> {
    let values = fields.iter().filter_map(|f| Some((f.clone(), text_of(row.get(f)?)?)));
    Ok(Contact {
        id: record_id(row.get("id"))?,
        created_at: time(row.get("Created_Time")).ok_or("a record without a Created_Time")?,
        modified_at: time(row.get("Modified_Time")).ok_or("a record without a Modified_Time")?,
        values: values.collect(),
    })
}

fn time(value: Option<&Value>) -> Option<Timestamp> {
    value?.as_str()?.parse().ok()
}

/// A value as text; `None` where blank. Look-ups say their name, lists their items.
pub(super) fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(s) => s.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => items.iter().filter_map(text_of).collect::<Vec<_>>().join(", "),
        Value::Object(object) => {
            return ["name", "display_value", "id"].iter().find_map(|key| object.get(*key).and_then(text_of));
        }
    };
    if is_blank(&text) { None } else { Some(text) }
}

/// The body of a create.
///
/// No `trigger`: Zoho then runs the organisation's own automations (workflows, approvals, blueprints, assignment rules)
/// as for a contact that a person enters, which is what operators set them up for. An empty list would switch them off.
pub(super) fn create_body(records: &[Values]) -> Value {
    let data: Vec<Value> = records.iter().map(|values| Value::Object(values_map(values))).collect();
    serde_json::json!({ "data": data })
}

/// The body of an update by ids.
pub(super) fn update_body(records: &[(String, Values)]) -> Value {
    let data = records.iter().map(|(id, values)| {
        let mut row = values_map(values);
        row.insert("id".into(), Value::String(id.clone()));
        Value::Object(row)
    });
    serde_json::json!({ "data": data.collect::<Vec<_>>() })
}

fn values_map(values: &Values) -> Row {
    values.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect()
}

/// What Zoho said of a record it wrote.
pub(super) fn written(entry: &Value) -> Result<Written, &'static str> {
    let details = entry.get("details").ok_or("a result without details")?;
    Ok(Written { id: record_id(details.get("id"))?, created_at: time(details.get("Created_Time")) })
}

/// `If-Unmodified-Since` as Zoho takes it: whole seconds with an offset. Rounded down: the header may only be too strict.
pub(super) fn unmodified_since(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// The fields of a metadata answer, in Zoho's order.
pub(super) fn fields(answer: Option<&Value>) -> Result<Vec<ZohoField>, &'static str> {
    let Some(answer) = answer else { return Ok(Vec::new()) };
    let fields = answer.get("fields").and_then(Value::as_array).ok_or("an answer without fields")?;
    fields.iter().map(|f| field(f).ok_or("a field without a name or type")).collect()
}

fn field(json: &Value) -> Option<ZohoField> {
    let text = |key: &str| json.get(key).and_then(Value::as_str);
    let flag = |pointer: &str, absent: bool| json.pointer(pointer).and_then(Value::as_bool).unwrap_or(absent);
    let api_name = text("api_name")?;
    let data_type = text("data_type")?;
    let length = json.get("length").and_then(number).filter(|n| *n > 0);
    let rich_text = match json.pointer("/textarea/type").and_then(Value::as_str) {
        Some(kind) => kind == "rich_text",
        None => data_type == "textarea" && length == Some(RICH_TEXT_LENGTH),
    };
    let options = json.get("pick_list_values").and_then(Value::as_array);
    Some(ZohoField {
        api_name: api_name.to_owned(),
        label: text("field_label").or_else(|| text("display_label")).unwrap_or(api_name).to_owned(),
        data_type: data_type.to_owned(),
        json_type: text("json_type").unwrap_or_default().to_owned(),
        length,
        rich_text,
        read_only: flag("/read_only", false),
        visible: flag("/visible", true),
        used: text("type").is_none_or(|t| t == "used"),
        api_create: flag("/operation_type/api_create", false),
        api_update: flag("/operation_type/api_update", false),
        mandatory: flag("/system_mandatory", false),
        custom: flag("/custom_field", false),
        // {} where it is not; what is inside differs between Zoho's own sources
        unique: json.get("unique").and_then(Value::as_object).is_some_and(|u| !u.is_empty()),
        pick_list: options.into_iter().flatten().filter_map(option).collect(),
    })
}

fn option(json: &Value) -> Option<PickListValue> {
    let text = |key: &str| json.get(key).and_then(Value::as_str);
    let display = text("display_value").or_else(|| text("actual_value"))?;
    Some(PickListValue {
        display: display.to_owned(),
        actual: text("actual_value").unwrap_or(display).to_owned(),
        used: text("type").is_none_or(|t| t == "used"),
    })
}

fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(n) => n.as_u64().and_then(|n| u32::try_from(n).ok()),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    }
}

/// The organisation of an answer.
pub(super) fn organisation(answer: Option<&Value>) -> Result<Organisation, &'static str> {
    let org = answer.and_then(|a| a.pointer("/org/0")).ok_or("an answer without an organisation")?;
    let text = |pointer: &str| org.pointer(pointer).and_then(text_of);
    let id = text("/zgid").or_else(|| text("/id")).ok_or("an organisation without an id")?;
    // the edition decides limits; a trial has the trial's
    let edition = text("/license_details/paid_type").or_else(|| text("/license_details/trial_type"));
    Ok(Organisation {
        name: text("/company_name").unwrap_or_else(|| id.clone()),
        edition: edition.map(|e| e.to_lowercase()),
        id,
    })
}

/// The email address (or the name, where there is none) of the first user of an answer.
pub(super) fn user(answer: Option<&Value>) -> Result<String, &'static str> {
    let user = answer.and_then(|a| a.pointer("/users/0")).ok_or("an answer without a user")?;
    let text = |key: &str| user.get(key).and_then(text_of);
    text("email").or_else(|| text("full_name")).or_else(|| text("id")).ok_or("a user without a name")
}

/// What the connected user may do with the records of a module; `None` where the answer does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rights {
    pub create: Option<bool>,
    pub edit: Option<bool>,
}

/// What the connected user may do with Contacts (Zoho CRM v8 "Module metadata": `creatable` and `editable` speak of the
/// user).
pub(super) fn rights(answer: Option<&Value>) -> Result<Rights, &'static str> {
    let module = answer.and_then(|a| a.pointer("/modules/0")).ok_or("an answer without a module")?;
    let may = |key: &str| module.get(key).and_then(Value::as_bool);
    Ok(Rights { create: may("creatable"), edit: may("editable") })
}

/// Rows by id, in the order they came; a later row with the same id adds its values.
#[derive(Default)]
pub(super) struct Joined(BTreeMap<String, Row>);

impl Joined {
    /// Takes the first part of each record.
    pub fn first(&mut self, rows: Vec<Row>) -> Result<(), &'static str> {
        for row in rows {
            self.0.insert(record_id(row.get("id"))?, row);
        }
        Ok(())
    }

    /// Takes another part of the records; one that is not in it is gone, or no longer matches, and is dropped.
    pub fn rest(&mut self, rows: Vec<Row>) -> Result<(), &'static str> {
        let mut kept = BTreeMap::new();
        for row in rows {
            let id = record_id(row.get("id"))?;
            if let Some(mut first) = self.0.remove(&id) {
                // the times stay those of the first part: an update is then refused if the record changed between them
                for (key, value) in row {
                    first.entry(key).or_insert(value);
                }
                kept.insert(id, first);
            }
        }
        self.0 = kept;
        Ok(())
    }

    /// The contacts.
    pub fn contacts(&self, fields: &[String]) -> Result<Vec<Contact>, &'static str> {
        self.0.values().map(|row| contact(row, fields)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(json: Value) -> Row {
        match json {
            Value::Object(row) => row,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_contact_has_texts_of_whatever_came() {
        let row = row(json!({"id":"555","Email":" Ana@Example.com","Created_Time":"2026-11-22T10:00:00+01:00",
            "Modified_Time":"2026-11-22T10:00:05+01:00","Phone":null,"Title":" \u{200B} ","Seats":12,"Opt_Out":false,
            "Interests":["a","b"],"Account_Name":{"name":"Acme","id":"9"},"Reporting_To":{"id":"8"},"Other":"x"}));
        let fields = ["Email", "Phone", "Title", "Seats", "Opt_Out", "Interests", "Account_Name", "Reporting_To", "No"];
        let got = contact(&row, &fields.map(str::to_owned)).unwrap();
        assert_eq!(got.created_at, "2026-11-22T09:00:00Z".parse().unwrap());
        let values: Vec<(&str, &str)> = got.values.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(
            values,
            [
                ("Account_Name", "Acme"),
                ("Email", " Ana@Example.com"),
                ("Interests", "a, b"),
                ("Opt_Out", "false"),
                ("Reporting_To", "8"),
                ("Seats", "12"),
            ]
        );
    }

    #[test]
    fn ids_are_digits() {
        for good in [json!("5551234000000812001"), json!(5_551_234_000_000_812_001_u64)] {
            assert_eq!(record_id(Some(&good)).as_deref(), Ok("5551234000000812001"));
        }
        for bad in [json!(""), json!("../org"), json!(-1), json!(1.5), json!(null), json!("1".repeat(31)), json!({})] {
            assert!(record_id(Some(&bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn fields_are_read_leniently() {
        let answer = json!({"fields":[
            {"api_name":"Plan","field_label":"Plano","data_type":"picklist","json_type":"string","length":120,"type":"used",
             "visible":true,"read_only":false,"operation_type":{"api_create":true,"api_update":false},"custom_field":true,
             "system_mandatory":true,"unique":{"casesensitive":"0"},"textarea":null,
             "pick_list_values":[{"display_value":"A","actual_value":"a","type":"used"},{"display_value":"B","type":"unused"},7]},
            {"api_name":"Notes","data_type":"textarea","json_type":"string","length":50000,"unique":{}},
            {"api_name":"Old","data_type":"textarea","length":"50000","textarea":{"type":"large"},"type":"unused","visible":false},
        ]});
        let got = fields(Some(&answer)).unwrap();
        let plan = &got[0];
        assert_eq!(
            (plan.label.as_str(), plan.length, plan.unique, plan.mandatory, plan.custom),
            ("Plano", Some(120), true, true, true)
        );
        assert_eq!((plan.api_create, plan.api_update, plan.rich_text), (true, false, false));
        let options: Vec<(&str, &str, bool)> =
            plan.pick_list.iter().map(|o| (o.display.as_str(), o.actual.as_str(), o.used)).collect();
        assert_eq!(options, [("A", "a", true), ("B", "B", false)]);
        assert_eq!(
            (got[1].label.as_str(), got[1].rich_text, got[1].used, got[1].api_create),
            ("Notes", true, true, false)
        );
        assert_eq!((got[2].rich_text, got[2].used, got[2].visible), (false, false, false));
        assert_eq!(fields(None), Ok(Vec::new()));
        assert!(fields(Some(&json!({"fields":{}}))).is_err());
    }

    #[test]
    fn an_organisation_is_known_by_its_zgid() {
        let org = json!({"org":[{"id":"1","zgid":700_000_001,"company_name":"Acme","license_details":{"paid_type":"Enterprise"}}]});
        let got = organisation(Some(&org)).unwrap();
        assert_eq!(
            (got.id.as_str(), got.name.as_str(), got.edition.as_deref()),
            ("700000001", "Acme", Some("enterprise"))
        );
        assert!(organisation(Some(&json!({"org":[]}))).is_err());
        assert_eq!(user(Some(&json!({"users":[{"email":"sam@example.com"}]}))).as_deref(), Ok("sam@example.com"));
    }

    #[test]
    fn parts_of_a_record_are_joined_and_the_gone_ones_dropped() {
        let mut joined = Joined::default();
        let at = "2026-11-22T10:00:00+01:00";
        let first = |id: &str| row(json!({"id":id,"Created_Time":at,"Modified_Time":at,"A":"1"}));
        joined.first(vec![first("1"), first("2")]).unwrap();
        joined
            .rest(vec![
                row(json!({"id":"2","B":"x","Modified_Time":"2026-11-22T11:00:00+01:00"})),
                row(json!({"id":"3","B":"y"})),
            ])
            .unwrap();
        let got = joined.contacts(&["A".into(), "B".into()]).unwrap();
        assert_eq!(got.len(), 1);
        assert_eq!((got[0].id.as_str(), got[0].value("A"), got[0].value("B")), ("2", Some("1"), Some("x")));
        assert_eq!(got[0].modified_at, at.parse().unwrap());
    }

    #[test]
    fn times_are_sent_in_whole_seconds() {
        assert_eq!(unmodified_since("2026-11-22T10:00:00.999+01:00".parse().unwrap()), "2026-11-22T09:00:00+00:00");
    }
}
