//! Tables as rows of JSON, a page at a time, for moving them to another home. Must not know where that is.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params};
use serde_json::{Map, Value};

use super::journal::Journal;
use crate::ports::JournalError;

/// How many rows a page has.
pub const PAGE: usize = 1000;

/// A part of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Replays and live streams.
    Replays,
    /// Runs, with their records.
    Runs,
    /// Intents without a result.
    Intents,
    /// The ledger.
    Ledger,
}

impl Part {
    fn sql(self) -> &'static str {
        match self {
            Self::Replays => {
                "SELECT id, started_ms, actions, actions_digest, description, dry_run FROM replays ORDER BY id"
            }
            Self::Runs => {
                "SELECT replay, seq, at_ms, action, conversation, outcome, rule, record ->> '$.email' AS email, record, trace
                 FROM runs JOIN records USING (id) ORDER BY id"
            }
            Self::Intents => "SELECT replay, seq, organisation, email, intent FROM intents ORDER BY id",
            Self::Ledger => {
                "SELECT organisation, contact_id, created_ms, email, run_id FROM ledger ORDER BY organisation, contact_id"
            }
        }
    }
}

impl Journal {
    /// The rows of a part after the first `after`, at most [`PAGE`].
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn rows(&self, part: Part, after: usize) -> Result<Vec<Value>, JournalError> {
        let sql = format!("{} LIMIT {PAGE} OFFSET {after}", part.sql());
        self.read(|db| json_rows(db, &sql, []))
    }
}

/// The rows of a query, each an object by the names of the columns. NUL, which other databases cannot keep in a text, is
/// made visible.
///
/// # Errors
/// The query failed.
pub fn json_rows(db: &Connection, sql: &str, values: impl Params) -> rusqlite::Result<Vec<Value>> {
    let mut statement = db.prepare(sql)?;
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut rows = statement.query(values)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let mut object = Map::new();
        for (i, name) in names.iter().enumerate() {
            let value = match row.get_ref(i)? {
                ValueRef::Integer(n) => Value::from(n),
                ValueRef::Real(n) => Value::from(n),
                ValueRef::Text(text) => Value::from(String::from_utf8_lossy(text).replace('\0', "\u{fffd}")),
                ValueRef::Null | ValueRef::Blob(_) => Value::Null,
            };
            object.insert(name.clone(), value);
        }
        out.push(Value::Object(object));
    }
    Ok(out)
}
