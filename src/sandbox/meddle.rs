//! Somebody else at work in the organisation: a record is changed, deleted or merged, or a field taken away, just
//! before a client's request is carried out. Only where a fault script asks for it.

use super::contact::{self, Contact, parse_id, record_id};
use super::coql;
use super::faults::Fault;
use super::fields::Module;
use super::people;
use super::record::user_of;
use super::request::Request;
use super::route::Route;
use super::store;
use super::visit::Visit;
use serde_json::{Map, Value, json};

/// The fields as one request finds them: without a field, or with one that cannot be written. `None`: as they are.
pub(super) fn fields(module: &Module, request: &Request, faults: &[Fault]) -> Option<Module> {
    let changed = faults.iter().find_map(|fault| match fault {
        Fault::FieldGone(name) => Some(module.without(&named(name.as_deref(), request)?)),
        Fault::FieldReadOnly(name) => Some(module.with_read_only(&named(name.as_deref(), request)?)),
        _ => None,
    })?;
    changed.inspect_err(|why| tracing::error!(why, "the fields could not be changed")).ok()
}

/// The field of a fault that names none: the last that the request names, but never one that every run needs.
fn named(name: Option<&str>, request: &Request) -> Option<String> {
    if let Some(name) = name {
        return Some(name.to_owned());
    }
    let body = request.object().ok()?;
    let names: Vec<String> = match body.get("select_query").and_then(Value::as_str) {
        Some(query) => coql::parse(query).ok()?.columns().into_iter().map(str::to_owned).collect(),
        None => {
            body.get("data")?.as_array()?.iter().filter_map(Value::as_object).flat_map(Map::keys).cloned().collect()
        }
    };
    let spared = |name: &String| name.starts_with('$') || matches!(name.as_str(), "id" | "Email" | "Last_Name");
    names.into_iter().rfind(|name| !spared(name))
}

/// Does to the first contact that the request is about to write what the fault says.
pub(super) fn before_write(visit: &Visit<'_>, route: &Route, faults: &[Fault]) -> rusqlite::Result<()> {
    let meant = |fault: &&Fault| matches!(fault, Fault::RecordChanged | Fault::RecordDeleted | Fault::RecordMerged);
    let Some(fault) = faults.iter().find(meant) else { return Ok(()) };
    let written: Vec<i64> = match route {
        Route::UpdateOne(id) | Route::DeleteOne(id) | Route::Tags(_, Some(id)) => vec![*id],
        Route::DeleteMany => {
            visit.request.list("ids").unwrap_or_default().iter().filter_map(|id| parse_id(id)).collect()
        }
        Route::UpdateMany => {
            let body = visit.request.object().unwrap_or_default();
            let records = body.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
            records.iter().filter_map(|record| record.get("id").and_then(record_id)).collect()
        }
        _ => Vec::new(),
    };
    for id in written {
        if let Some(old) = contact::by_id(visit.db, id)? {
            return match fault {
                Fault::RecordChanged => change(visit, &old),
                Fault::RecordDeleted => contact::delete(visit.db, &visit.module.indexed, &old),
                _ => merge(visit, &old),
            };
        }
    }
    Ok(())
}

/// A colleague edits the record. Zoho's times have whole seconds: one second more than any that was answered.
fn change(visit: &Visit<'_>, old: &Contact) -> rusqlite::Result<()> {
    let mut new = old.clone();
    let edited_before = old.values.get("Department").and_then(Value::as_str) == Some("Front desk");
    new.values.insert("Department".into(), json!(if edited_before { "Back office" } else { "Front desk" }));
    edited(visit, &mut new, old.modified_s);
    contact::replace(visit.db, &visit.module.indexed, old, &new)
}

/// The record goes; what it held lives on in another contact of the same address, or in a new one.
fn merge(visit: &Visit<'_>, old: &Contact) -> rusqlite::Result<()> {
    let indexed = &visit.module.indexed;
    let address = old.values.get("Email").and_then(Value::as_str).unwrap_or_default();
    let twin = contact::by_value(visit.db, "Email", address)?.into_iter().find(|id| *id != old.id);
    contact::delete(visit.db, indexed, old)?;
    if let Some(twin) = twin.map(|id| contact::by_id(visit.db, id)).transpose()?.flatten() {
        let mut master = twin.clone();
        for (name, value) in &old.values {
            master.values.entry(name.as_str()).or_insert_with(|| value.clone());
        }
        edited(visit, &mut master, old.modified_s.max(twin.modified_s));
        return contact::replace(visit.db, indexed, &twin, &master);
    }
    let mut master = Contact { id: store::take_id(visit.db)?, created_s: visit.now.as_second(), ..old.clone() };
    master.values.insert("Owner".into(), user_of(&old.values, "Owner").minified());
    edited(visit, &mut master, old.modified_s);
    contact::insert(visit.db, indexed, &master)
}

fn edited(visit: &Visit<'_>, contact: &mut Contact, after_s: i64) {
    visit.touch(contact);
    contact.modified_s = contact.modified_s.max(after_s + 1);
    contact.values.insert("Modified_By".into(), people::colleague().minified());
}
