//! COQL answered from the store.
//!
//! Owns the use of the index and the rows of an answer. Must not know the language (`coql`).

use super::answer::{Answer, Trouble};
use super::contact::{self, Contact, parse_id};
use super::coql::{self, CoqlError, Criterion, Select};
use super::record::sparse;
use super::route::CONTACTS;
use super::visit::Visit;
use serde_json::{Map, Value, json};
use std::ops::ControlFlow;

impl Visit<'_> {
    /// The answer to a query and its credits: a query that is refused costs one.
    pub fn coql(&self) -> (Result<Answer, Trouble>, u64) {
        let refused = |error: CoqlError| (Ok(Answer::json(error.status(), error.body())), 1);
        let body = match self.request.object() {
            Ok(body) => body,
            Err(refusal) => return (Err(refusal.into()), 1),
        };
        let Some(query) = body.get("select_query").and_then(Value::as_str) else {
            return refused(CoqlError::missing_query());
        };
        let select = match coql::parse(query) {
            Ok(select) => select,
            Err(error) => return refused(error),
        };
        let cost = u64::from(select.credits());
        if select.module != CONTACTS {
            return match self.module.of_other_module(&select.module) {
                Some(_) => (Ok(Answer::nothing(204)), cost),
                None => refused(CoqlError::invalid_module()),
            };
        }
        if let Some(column) = select.columns().into_iter().find(|column| !self.is_column(column)) {
            return refused(CoqlError::unknown_column(column));
        }
        if let Some(criterion) = select.criteria().into_iter().find(|criterion| !self.is_comparable(criterion)) {
            return refused(CoqlError::invalid_operator(&criterion.field, criterion.operator()));
        }
        (self.rows(&select).map_err(Trouble::from), cost)
    }

    /// Whether the module has the column; a dot leads into a lookup.
    pub fn is_column(&self, column: &str) -> bool {
        let name = column.split_once('.').map_or(column, |(lookup, _)| lookup);
        name == "id" || self.module.field(name).is_some()
    }

    /// Whether the column's type has the criterion's operator: text has no order.
    fn is_comparable(&self, criterion: &Criterion) -> bool {
        let ordered = matches!(criterion.operator(), "<" | "<=" | ">" | ">=" | "between");
        let text = |data_type: &str| {
            matches!(
                data_type,
                "text" | "textarea" | "email" | "phone" | "website" | "picklist" | "multiselectpicklist" | "boolean"
            )
        };
        !(ordered && self.module.field(&criterion.field).is_some_and(|field| text(&field.data_type)))
    }

    fn rows(&self, select: &Select) -> rusqlite::Result<Answer> {
        let skipped = usize::try_from(select.offset).unwrap_or(usize::MAX);
        let limit = select.limit as usize;
        let enough = skipped.saturating_add(limit).saturating_add(1);
        let case_sensitive = self.rules.coql_case_sensitive;
        let mut records: Vec<Map<String, Value>> = Vec::new();
        let mut take = |contact: &Contact| {
            let record = sparse(&self.module, contact);
            if select.matches(&record, case_sensitive) {
                records.push(record);
            }
            records.len()
        };
        match self.candidates(select)? {
            Some(ids) => {
                for id in ids {
                    if let Some(contact) = contact::by_id(self.db, id)? {
                        take(&contact);
                    }
                }
            }
            None => contact::scan(self.db, false, |contact| {
                let complete = take(&contact) >= enough && select.order_by.is_empty();
                Ok(if complete { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })?,
        }
        records.sort_by(|a, b| select.compare(a, b, case_sensitive));
        let more = records.len() >= enough;
        let rows: Vec<Map<String, Value>> =
            records.iter().skip(skipped).take(limit).map(|record| select.row(record)).collect();
        if rows.is_empty() {
            return Ok(Answer::nothing(204));
        }
        let info = json!({"count": rows.len(), "more_records": more});
        Ok(Answer::json(200, json!({"data": rows, "info": info})))
    }

    /// The only contacts that can fit, where an indexed column must have one of a few values; in order, each once.
    fn candidates(&self, select: &Select) -> rusqlite::Result<Option<Vec<i64>>> {
        let indexed = |column: &str| column == "id" || self.module.field(column).is_some_and(|f| f.is_indexed());
        let pairs = select.required_values().into_iter().filter(|(column, _)| indexed(column));
        let Some((column, values)) = pairs.min_by_key(|(_, values)| values.len()) else { return Ok(None) };
        let mut ids = Vec::new();
        for value in values {
            if column == "id" {
                ids.extend(parse_id(value.as_str()));
            } else {
                ids.extend(contact::by_value(self.db, column, value.as_str())?);
            }
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(Some(ids))
    }
}
