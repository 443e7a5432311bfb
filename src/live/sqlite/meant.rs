//! Which runs an operator means, in SQL. Must not know what becomes of them.

use rusqlite::types::Value;

use super::signed;
use crate::live::queue::Which;

/// Those that failed, and those that are due where they are meant too.
pub(super) const WAITING: &str = "state IN ('failed', iif(?, 'due', 'failed'))";
/// Those that are being made, where due ones are meant too.
pub(super) const BEING_MADE: &str = "state = iif(?, 'running', '')";

/// The runs that are meant, as a WHERE, of those in a state.
pub(super) fn meant(which: &Which, state: &str) -> (String, Vec<Value>) {
    let mut filter = format!("WHERE {state}");
    let mut values = vec![Value::from(which.due_too)];
    if let Some(seq) = which.seq {
        filter.push_str(" AND seq = ?");
        values.push(Value::from(signed(seq)));
    }
    if let Some(action) = &which.action {
        filter.push_str(" AND action = ?");
        values.push(Value::from(action.clone()));
    }
    if let Some(why) = &which.why {
        filter.push_str(" AND instr(lower(why), lower(?)) > 0");
        values.push(Value::from(why.clone()));
    }
    if let Some(runs) = &which.runs {
        filter.push_str(" AND (stream, seq) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))");
        values.push(Value::from(serde_json::to_string(runs).unwrap_or_default()));
    }
    (filter, values)
}
