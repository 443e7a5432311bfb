//! What a queue keeps, as rows of JSON, a page at a time, for moving it to another home. Must not know where that is.

use super::SqliteQueue;
use crate::ports::JournalError;
use crate::store;

/// A page of conversations with all that belongs to them, as rows of JSON.
pub struct Rows {
    /// The conversations.
    pub conversations: Vec<serde_json::Value>,
    /// Their events.
    pub events: Vec<serde_json::Value>,
    /// Their runs that are due, are being made, or failed.
    pub due: Vec<serde_json::Value>,
    /// The addresses that were looked up in them.
    pub heard_of: Vec<serde_json::Value>,
}

impl SqliteQueue {
    /// The conversations after the first `after` by their ids, at most [`store::PAGE`], for moving them to another home.
    ///
    /// # Errors
    /// The queue cannot be read.
    pub fn rows(&self, after: usize) -> Result<Rows, JournalError> {
        let ids = format!("SELECT id FROM conversations ORDER BY id LIMIT {} OFFSET {after}", store::PAGE);
        let of = |table: &str, id: &str| format!("SELECT * FROM {table} WHERE {id} IN ({ids})");
        self.read(|db| {
            Ok(Rows {
                conversations: store::json_rows(db, &of("conversations", "id"), [])?,
                events: store::json_rows(db, &of("events", "conversation"), [])?,
                due: store::json_rows(db, &of("due", "conversation"), [])?,
                heard_of: store::json_rows(db, &of("heard_of", "conversation"), [])?,
            })
        })
    }

    /// What was set aside, from when on actions count, and what was forgotten, likewise.
    ///
    /// # Errors
    /// The queue cannot be read.
    pub fn rows_besides(&self) -> Result<[Vec<serde_json::Value>; 3], JournalError> {
        let all = ["SELECT * FROM set_aside ORDER BY id", "SELECT * FROM actions", "SELECT * FROM forgotten"];
        self.read(|db| {
            let [aside, actions, forgotten] = all.map(|sql| store::json_rows(db, sql, []));
            Ok([aside?, actions?, forgotten?])
        })
    }
}
