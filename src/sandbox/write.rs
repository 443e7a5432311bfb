//! Writing contacts: insert, update, upsert, delete, each record with its own result.
//!
//! Owns uniqueness, `If-Unmodified-Since`, and how many results make which status. Must not know tokens or limits.

use super::answer::{Answer, Refusal, Trouble};
use super::check::{Act, Judge};
use super::contact::{self, Contact, parse_id, record_id};
use super::people;
use super::record::{user_of, zoho_time};
use super::store;
use super::visit::Visit;
use serde_json::{Map, Value, json};

/// The most records in one request.
pub(super) const MAX_RECORDS: usize = 100;

/// A result of one record: the body of a success, or why not.
type Outcome = Result<Value, Refusal>;

impl Visit<'_> {
    pub fn create(&self) -> Result<Answer, Trouble> {
        let records = self.records()?;
        let outcomes = self.each(&records, |index, record| self.insert(index, record))?;
        Ok(answer(outcomes, 201))
    }

    /// PUT of many: each record names its id.
    pub fn update_many(&self) -> Result<Answer, Trouble> {
        let since = self.request.time_header("if-unmodified-since")?;
        let records = self.records()?;
        let outcomes = self.each(&records, |index, record| {
            let id = match record.get("id") {
                None | Some(Value::Null) => {
                    let details = json!({"api_name": "id", "json_path": format!("$.data[{index}].id")});
                    return Ok(Err(Refusal::new(400, "MANDATORY_NOT_FOUND", details, "required field not found")));
                }
                Some(id) => record_id(id),
            };
            match id.map(|id| contact::by_id(self.db, id)).transpose()?.flatten() {
                Some(old) => self.update(index, record, &old, since),
                None => Ok(Err(unknown_id(index))),
            }
        })?;
        Ok(answer(outcomes, 200))
    }

    /// PUT of one, named in the address.
    pub fn update_one(&self, id: i64) -> Result<Answer, Trouble> {
        let since = self.request.time_header("if-unmodified-since")?;
        let records = self.records()?;
        let outcomes = self.each(&records[..1], |index, record| match contact::by_id(self.db, id)? {
            Some(old) => self.update(index, record, &old, since),
            None => Ok(Err(Refusal::invalid_id(json!({"id": id.to_string()})))),
        })?;
        Ok(answer(outcomes, 200))
    }

    pub fn upsert(&self) -> Result<Answer, Trouble> {
        let since = self.request.time_header("if-unmodified-since")?;
        let body = self.request.object()?;
        let checks = self.check_fields(body.get("duplicate_check_fields"));
        let records = self.records()?;
        let outcomes = self.each(&records, |index, record| {
            let (old, duplicate) = match record.get("id").filter(|id| !id.is_null()) {
                None => self.duplicate(&checks, record)?,
                Some(id) => match record_id(id).map(|id| contact::by_id(self.db, id)).transpose()?.flatten() {
                    Some(old) => (Some(old), Some("id")),
                    None => return Ok(Err(unknown_id(index))),
                },
            };
            let (outcome, action) = match &old {
                Some(old) => (self.update(index, record, old, since)?, "update"),
                None => (self.insert(index, record)?, "insert"),
            };
            Ok(outcome.map(|mut success| {
                if let Some(success) = success.as_object_mut() {
                    success.insert("duplicate_field".into(), json!(old.as_ref().and(duplicate)));
                    success.insert("action".into(), json!(action));
                }
                success
            }))
        })?;
        Ok(answer(outcomes, 200))
    }

    /// Which fields find the contact that an upsert updates: those named first, then the other unique ones; without
    /// names Email first. Names that are neither Email nor unique are not honoured.
    fn check_fields(&self, named: Option<&Value>) -> Vec<&str> {
        let named: Vec<&str> =
            named.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let honoured = named.iter().filter_map(|name| {
            let field = self.module.field(name)?;
            (field.unique || field.api_name == "Email").then_some(field.api_name.as_str())
        });
        let unique = self.module.fields.iter().filter(|field| field.unique).map(|field| field.api_name.as_str());
        let mut fields = if named.is_empty() { vec!["Email"] } else { Vec::new() };
        for name in honoured.chain(unique) {
            if !fields.contains(&name) {
                fields.push(name);
            }
        }
        fields
    }

    fn duplicate<'f>(
        &self,
        fields: &[&'f str],
        record: &Map<String, Value>,
    ) -> rusqlite::Result<(Option<Contact>, Option<&'f str>)> {
        for field in fields {
            let Some(text) = record.get(*field).and_then(Value::as_str).filter(|text| !text.is_empty()) else {
                continue;
            };
            let mut found = Vec::new();
            for id in contact::by_value(self.db, field, text)? {
                found.extend(contact::by_id(self.db, id)?);
            }
            if let Some(oldest) = found.into_iter().min_by_key(|found| (found.created_s, found.id)) {
                return Ok((Some(oldest), Some(field)));
            }
        }
        Ok((None, None))
    }

    pub fn delete(&self, ids: &[String]) -> Result<Answer, Trouble> {
        if ids.is_empty() {
            return Err(Refusal::param_missing("ids").into());
        }
        if ids.len() > MAX_RECORDS {
            return Err(too_many("ids").into());
        }
        let mut outcomes = Vec::with_capacity(ids.len());
        for id in ids {
            let found = parse_id(id).map(|number| contact::by_id(self.db, number)).transpose()?.flatten();
            outcomes.push(match found {
                Some(found) => {
                    contact::delete(self.db, &self.module.indexed, &found)?;
                    Ok(success("record deleted", json!({"id": id})))
                }
                None => Err(Refusal::invalid_id(json!({"id": id}))),
            });
        }
        Ok(answer(outcomes, 200))
    }

    fn insert(&self, index: usize, record: &Map<String, Value>) -> Result<Outcome, Trouble> {
        let values = match self.judge(index).values(record, Act::Create) {
            Ok(values) => values,
            Err(wrong) => return Ok(Err(one_of(wrong))),
        };
        if let Some(refusal) = self.taken(index, &values, None)? {
            return Ok(Err(refusal));
        }
        let mut values = values;
        values.retain(|_, value| !value.is_null());
        let new = Contact {
            id: store::take_id(self.db)?,
            created_s: self.now.as_second(),
            modified_s: self.now.as_second(),
            changed_ms: self.now.as_millisecond(),
            values,
        };
        contact::insert(self.db, &self.module.indexed, &new)?;
        let mut details = times(&new);
        details.insert("$approval_state".into(), json!("approved"));
        Ok(Ok(success("record added", Value::Object(details))))
    }

    fn update(
        &self,
        index: usize,
        record: &Map<String, Value>,
        old: &Contact,
        since: Option<i64>,
    ) -> Result<Outcome, Trouble> {
        if since.is_some_and(|since| old.modified_s > since) {
            return Ok(Err(Refusal::new(
                412,
                "ALREADY_MODIFIED",
                Value::Object(times(old)),
                "record updated time has already passed if-unmodified-since time",
            )));
        }
        let changes = match self.judge(index).values(record, Act::Update) {
            Ok(changes) => changes,
            Err(wrong) => return Ok(Err(one_of(wrong))),
        };
        if let Some(refusal) = self.taken(index, &changes, Some(old.id))? {
            return Ok(Err(refusal));
        }
        let mut new = old.clone();
        let appended = record.get("$append_values");
        for (name, value) in changes {
            let appends = appended.and_then(|all| all.get(&name)).and_then(Value::as_bool).unwrap_or(false);
            let value = if appends { append(new.values.get(&name), value) } else { value };
            if value.is_null() {
                new.values.shift_remove(&name);
            } else {
                new.values.insert(name, value);
            }
        }
        new.values.insert("Modified_By".into(), people::current().minified());
        self.touch(&mut new);
        contact::replace(self.db, &self.module.indexed, old, &new)?;
        Ok(Ok(success("record updated", Value::Object(times(&new)))))
    }

    /// Marks a contact as modified now; never before it was modified last.
    pub fn touch(&self, contact: &mut Contact) {
        contact.modified_s = self.now.as_second().max(contact.modified_s);
        contact.changed_ms = self.now.as_millisecond();
    }

    fn judge(&self, index: usize) -> Judge<'_> {
        Judge {
            module: &self.module,
            picklist: self.rules.picklist,
            refuse_unwritable: self.rules.refuse_unwritable,
            index,
        }
    }

    /// DUPLICATE_DATA when another contact has the value of a unique field.
    fn taken(&self, index: usize, values: &Map<String, Value>, own: Option<i64>) -> Result<Option<Refusal>, Trouble> {
        for field in self.module.fields.iter().filter(|field| field.unique) {
            let name = &field.api_name;
            let Some(text) = values.get(name).and_then(Value::as_str) else { continue };
            let holders = contact::by_value(self.db, name, text)?;
            let Some(holder) = holders.into_iter().find(|id| Some(*id) != own) else { continue };
            let owner = contact::by_id(self.db, holder)?.map(|holder| user_of(&holder.values, "Owner"));
            let details = json!({
                "api_name": name, "json_path": format!("$.data[{index}].{name}"), "id": holder.to_string(),
                "duplicate_record": {
                    "id": holder.to_string(),
                    "Owner": owner.unwrap_or_else(people::current).short(),
                    "module": {"api_name": "Contacts", "id": "5551234000000002179"},
                },
                "more_records": false,
            });
            return Ok(Some(Refusal::new(400, "DUPLICATE_DATA", details, "duplicate data")));
        }
        Ok(None)
    }

    /// The records of the body: 1 to 100.
    fn records(&self) -> Result<Vec<Value>, Refusal> {
        let place = || json!({"api_name": "data", "json_path": "$.data"});
        let mut body = self.request.object()?;
        let records = match body.get_mut("data").map(Value::take) {
            None | Some(Value::Null) => {
                return Err(Refusal::new(400, "MANDATORY_NOT_FOUND", place(), "required field not found"));
            }
            Some(Value::Array(records)) if !records.is_empty() => records,
            Some(_) => {
                let details = json!({"expected_data_type": "jsonarray", "api_name": "data", "json_path": "$.data"});
                return Err(Refusal::invalid_data(details));
            }
        };
        if records.len() > MAX_RECORDS { Err(too_many("data")) } else { Ok(records) }
    }

    fn each(
        &self,
        records: &[Value],
        mut write: impl FnMut(usize, &Map<String, Value>) -> Result<Outcome, Trouble>,
    ) -> Result<Vec<Outcome>, Trouble> {
        records
            .iter()
            .enumerate()
            .map(|(index, record)| match record.as_object() {
                Some(record) => write(index, record),
                None => Ok(Err(Refusal::invalid_data(
                    json!({"expected_data_type": "jsonobject", "json_path": format!("$.data[{index}]")}),
                ))),
            })
            .collect()
    }
}

/// The credits of a write: one for every ten records.
pub(super) fn cost(body: &[u8]) -> u64 {
    #[derive(serde::Deserialize)]
    struct Counted {
        #[serde(default)]
        data: Vec<serde::de::IgnoredAny>,
    }
    let records = serde_json::from_slice(body).map_or(1, |counted: Counted| counted.data.len());
    u64::try_from(records.clamp(1, MAX_RECORDS).div_ceil(10)).unwrap_or(1)
}

pub(super) fn too_many(what: &str) -> Refusal {
    Refusal::new(
        400,
        "LIMIT_EXCEEDED",
        json!({"maximum_length": MAX_RECORDS, "api_name": what}),
        "count of records in your request exceeds the limit",
    )
}

/// A record that names an id which no contact has.
fn unknown_id(index: usize) -> Refusal {
    Refusal::invalid_id(json!({"api_name": "id", "json_path": format!("$.data[{index}].id")}))
}

fn append(old: Option<&Value>, more: Value) -> Value {
    let mut all = old.and_then(Value::as_array).cloned().unwrap_or_default();
    for item in more.as_array().into_iter().flatten() {
        if !all.contains(item) {
            all.push(item.clone());
        }
    }
    Value::Array(all)
}

fn times(contact: &Contact) -> Map<String, Value> {
    let mut details = Map::new();
    details.insert("Modified_Time".into(), json!(zoho_time(contact.modified_s)));
    details.insert("Modified_By".into(), user_of(&contact.values, "Modified_By").short());
    details.insert("Created_Time".into(), json!(zoho_time(contact.created_s)));
    details.insert("id".into(), json!(contact.id.to_string()));
    details.insert("Created_By".into(), user_of(&contact.values, "Created_By").short());
    details
}

pub(super) fn success(message: &str, details: Value) -> Value {
    json!({"code": "SUCCESS", "details": details, "message": message, "status": "success"})
}

fn one_of(mut wrong: Vec<Refusal>) -> Refusal {
    if wrong.len() == 1 {
        return wrong.remove(0);
    }
    let all: Vec<Value> = wrong.iter().map(Refusal::body).collect();
    Refusal::new(400, "MULTIPLE_OR_MULTI_ERRORS", json!({"errors": all}), "Multiple errors in the request")
}

/// One answer for all results, in request order: `good` when all succeeded, 207 when some did, else what they failed by.
pub(super) fn answer(outcomes: Vec<Outcome>, good: u16) -> Answer {
    let failed: Vec<u16> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err().map(|r| r.status)).collect();
    let status = if failed.is_empty() {
        good
    } else if failed.len() < outcomes.len() {
        207
    } else if failed.iter().all(|status| *status == 412) {
        412
    } else {
        400
    };
    let data: Vec<Value> =
        outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|refusal| refusal.body())).collect();
    Answer::json(status, json!({"data": data}))
}
