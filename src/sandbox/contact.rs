//! Contacts as rows: written, found by id or by an indexed value, read in order.
//!
//! Owns the tables `contact` and `entry` and what a stored contact is. Must not know what values are allowed (`check`)
//! nor how a contact is answered (`record`).

use super::SandboxError;
use super::fields::Module;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// A contact as the store keeps it: only the values that are set.
#[derive(Debug, Clone)]
pub(super) struct Contact {
    pub id: i64,
    /// Seconds since 1970: Zoho's times have no fractions.
    pub created_s: i64,
    pub modified_s: i64,
    /// Milliseconds since 1970; what a lagging index goes by. 0 for the contacts of the start.
    pub changed_ms: i64,
    pub values: Map<String, Value>,
}

impl Contact {
    pub fn text(&self) -> String {
        serde_json::to_string(&self.values).unwrap_or_default()
    }

    pub fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let text = row.get_ref("record")?.as_str()?;
        let values = serde_json::from_str(text).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, Box::new(error))
        })?;
        Ok(Self {
            id: row.get("id")?,
            created_s: row.get("created_s")?,
            modified_s: row.get("modified_s")?,
            changed_ms: row.get("changed_ms")?,
            values,
        })
    }
}

pub(super) fn by_id(db: &Connection, id: i64) -> rusqlite::Result<Option<Contact>> {
    db.prepare_cached("SELECT * FROM contact WHERE id = ?1")?.query_row([id], Contact::from_row).optional()
}

/// The ids of the contacts whose indexed field has this value, case aside, oldest id first.
pub(super) fn by_value(db: &Connection, field: &str, value: &str) -> rusqlite::Result<Vec<i64>> {
    db.prepare_cached("SELECT contact FROM entry WHERE field = ?1 AND value = ?2 ORDER BY contact")?
        .query_map([field, value.to_lowercase().as_str()], |row| row.get(0))?
        .collect()
}

/// Gives every contact in order of id until told to stop.
pub(super) fn scan(
    db: &Connection,
    newest_first: bool,
    mut each: impl FnMut(Contact) -> rusqlite::Result<ControlFlow<()>>,
) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(if newest_first {
        "SELECT * FROM contact ORDER BY id DESC"
    } else {
        "SELECT * FROM contact ORDER BY id"
    })?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if each(Contact::from_row(row)?)?.is_break() {
            break;
        }
    }
    Ok(())
}

pub(super) fn count(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT count(*) FROM contact")?.query_row([], |row| row.get(0))
}

pub(super) fn insert(db: &Connection, indexed: &[String], contact: &Contact) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO contact(id, created_s, modified_s, changed_ms, record) VALUES(?1, ?2, ?3, ?4, ?5)")?
        .execute(params![contact.id, contact.created_s, contact.modified_s, contact.changed_ms, contact.text()])?;
    index(db, indexed, contact)
}

pub(super) fn replace(db: &Connection, indexed: &[String], old: &Contact, new: &Contact) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE contact SET modified_s = ?2, changed_ms = ?3, record = ?4 WHERE id = ?1")?
        .execute(params![new.id, new.modified_s, new.changed_ms, new.text()])?;
    if entries(indexed, old).ne(entries(indexed, new)) {
        unindex(db, indexed, old)?;
        index(db, indexed, new)?;
    }
    Ok(())
}

pub(super) fn delete(db: &Connection, indexed: &[String], contact: &Contact) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM contact WHERE id = ?1")?.execute([contact.id])?;
    unindex(db, indexed, contact)
}

fn entries<'a>(indexed: &'a [String], contact: &'a Contact) -> impl Iterator<Item = (&'a str, String)> {
    indexed.iter().filter_map(|field| {
        let text = contact.values.get(field)?.as_str()?;
        Some((field.as_str(), text.to_lowercase()))
    })
}

pub(super) fn index(db: &Connection, indexed: &[String], contact: &Contact) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO entry(field, value, contact) VALUES(?1, ?2, ?3)")?;
    for (field, value) in entries(indexed, contact) {
        insert.execute(params![field, value, contact.id])?;
    }
    Ok(())
}

fn unindex(db: &Connection, indexed: &[String], contact: &Contact) -> rusqlite::Result<()> {
    let mut delete = db.prepare_cached("DELETE FROM entry WHERE field = ?1 AND value = ?2 AND contact = ?3")?;
    for (field, value) in entries(indexed, contact) {
        delete.execute(params![field, value, contact.id])?;
    }
    Ok(())
}

/// The contacts that a store starts with, and the id after them.
#[derive(Debug)]
pub(super) struct Start {
    pub contacts: Vec<Contact>,
    pub next_id: i64,
}

/// Keys of a record that the store computes or keeps beside the values.
const COMPUTED: [&str; 5] = ["id", "Full_Name", "Created_Time", "Modified_Time", "Contact_Number"];

/// Reads a JSON array of records as they are: keys that the module lacks are left out, ids and times are optional.
pub(super) fn read_seeds(text: &str, module: &Module, now: Timestamp, first_id: i64) -> Result<Start, SandboxError> {
    let wrong = |why: String| SandboxError::Contacts { why };
    let records: Vec<Map<String, Value>> = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let mut taken = BTreeSet::new();
    for (at, record) in records.iter().enumerate() {
        let Some(id) = record.get("id").filter(|id| !id.is_null()) else { continue };
        let id = record_id(id).ok_or_else(|| wrong(format!("record {}: `id` is not a number", at + 1)))?;
        if !taken.insert(id) {
            return Err(wrong(format!("record {}: its `id` {id} stands twice", at + 1)));
        }
    }
    let mut next_id = taken.last().map_or(first_id, |last| first_id.max(last.saturating_add(1)));
    let contacts = records
        .into_iter()
        .enumerate()
        .map(|(at, mut values)| {
            let id = values.get("id").and_then(record_id).unwrap_or_else(|| {
                next_id += 1;
                next_id - 1
            });
            let time = |key: &str| match values.get(key).filter(|value| !value.is_null()) {
                None => Ok(None),
                Some(value) => value
                    .as_str()
                    .and_then(|text| text.parse::<Timestamp>().ok())
                    .map(|time| Some(time.as_second()))
                    .ok_or_else(|| wrong(format!("record {}: `{key}` is not an ISO 8601 time with offset", at + 1))),
            };
            let created = time("Created_Time")?;
            let modified = time("Modified_Time")?;
            let created_s = created.or(modified).unwrap_or_else(|| now.as_second());
            let modified_s = modified.unwrap_or(created_s);
            values.retain(|key, value| {
                !value.is_null() && !COMPUTED.contains(&key.as_str()) && module.field(key).is_some()
            });
            Ok(Contact { id, created_s, modified_s, changed_ms: 0, values })
        })
        .collect::<Result<Vec<_>, SandboxError>>()?;
    Ok(Start { contacts, next_id })
}

/// An id as SDKs send it: a string of digits or a number.
pub(super) fn record_id(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => parse_id(text),
        Value::Number(number) => number.as_i64().filter(|id| *id > 0),
        _ => None,
    }
}

/// An id in an address: digits only.
pub(super) fn parse_id(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|id| *id > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::fields;

    fn start(text: &str) -> Result<Start, SandboxError> {
        let module = Module::parse(fields::BUILT_IN).unwrap();
        read_seeds(text, &module, Timestamp::from_second(1_000_000).unwrap(), 500)
    }

    #[test]
    fn seeds_keep_their_ids_and_times_and_lose_unknown_keys() {
        let text = r#"[{"id":"900","Last_Name":"A","Shoe_Size":44,"Created_Time":"2026-01-02T03:04:05-07:00"},
                       {"Last_Name":"B","Title":null}]"#;
        let start = start(text).unwrap();
        let [first, second] = start.contacts.as_slice() else { panic!("two contacts") };
        assert_eq!((first.id, second.id, start.next_id), (900, 901, 902));
        assert_eq!(first.created_s, first.modified_s);
        assert_eq!(second.created_s, 1_000_000);
        assert!(!first.values.contains_key("Shoe_Size") && !second.values.contains_key("Title"));
    }

    #[test]
    fn seeds_that_cannot_be_loaded_say_which() {
        let said = |text: &str| start(text).unwrap_err().to_string();
        assert!(said(r#"[{"id":"x"}]"#).contains("record 1"));
        assert!(said(r#"[{"id":"7"},{"id":7}]"#).contains("record 2"));
        assert!(said(r#"[{"Created_Time":"yesterday"}]"#).contains("Created_Time"));
        assert!(said(r#"{"data":[]}"#).contains("array") || said(r#"{"data":[]}"#).contains("sequence"));
    }
}
