//! Tags put on contacts and taken off: `/actions/add_tags` and `/actions/remove_tags`.
//!
//! Owns the two actions. Must not know how tags stand in a record that is inserted (`check`).

use super::answer::{Answer, Refusal, Trouble};
use super::check;
use super::contact::{self, parse_id, record_id};
use super::visit::Visit;
use super::write::{MAX_RECORDS, answer, success, too_many};
use serde_json::{Map, Value, json};

impl Visit<'_> {
    /// Adds tags to contacts, or takes them off: those in the address or, in the body, `ids`.
    pub fn tags(&self, add: bool, id: Option<i64>) -> Result<Answer, Trouble> {
        let body = if self.request.body.is_empty() { Map::new() } else { self.request.object()? };
        let named = self.request.list("tag_names");
        let given: Vec<Value> = match (body.get("tags").and_then(Value::as_array), named) {
            (Some(tags), _) => tags.clone(),
            (None, Some(names)) => names.into_iter().map(|name| json!({"name": name})).collect(),
            (None, None) => return Err(missing("tags").into()),
        };
        let given = check::tags(&given)
            .ok_or_else(|| Refusal::invalid_data(json!({"api_name": "tags", "json_path": "$.tags"})))?;
        let ids: Vec<Option<i64>> = match (id, body.get("ids").and_then(Value::as_array), self.request.list("ids")) {
            (Some(id), ..) => vec![Some(id)],
            (None, Some(ids), _) => ids.iter().map(record_id).collect(),
            (None, None, Some(ids)) => ids.iter().map(|id| parse_id(id)).collect(),
            (None, None, None) => return Err(missing("ids").into()),
        };
        if ids.len() > MAX_RECORDS {
            return Err(too_many("ids").into());
        }
        let flag = |value: Option<&Value>| value.is_some_and(|value| value == &json!(true) || value == &json!("true"));
        let over_write = flag(body.get("over_write")) || self.request.param("over_write") == Some("true");
        let mut outcomes = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(old) = id.map(|id| contact::by_id(self.db, id)).transpose()?.flatten() else {
                outcomes.push(Err(Refusal::invalid_id(json!({"id": id.map(|id| id.to_string())}))));
                continue;
            };
            let mut new = old.clone();
            let mut kept = old.values.get("Tag").and_then(Value::as_array).cloned().unwrap_or_default();
            kept.retain(|tag| !over_write && !given.iter().any(|other| other.get("name") == tag.get("name")));
            if add {
                kept.extend(given.iter().cloned());
            }
            let names: Vec<&Value> = kept.iter().filter_map(|tag| tag.get("name")).collect();
            let details = json!({"id": old.id.to_string(), "tags": names});
            new.values.insert("Tag".into(), json!(kept));
            self.touch(&mut new);
            contact::replace(self.db, &self.module.indexed, &old, &new)?;
            outcomes.push(Ok(success("tags updated successfully", details)));
        }
        Ok(answer(outcomes, 200))
    }
}

fn missing(name: &str) -> Refusal {
    let details = json!({"api_name": name, "json_path": format!("$.{name}")});
    Refusal::new(400, "MANDATORY_NOT_FOUND", details, "required field not found")
}
