//! Looking through the log of runs: filters, order, pages, counts. Reads alone; works beside a writer, and on a read-only
//! disk. Must not know how runs are made.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

use super::schema::{self, explain};
use crate::domain::run::{Outcome, Rule, RunRecord};
use crate::ports::JournalError;

/// By the runs' own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The latest first.
    #[default]
    NewestFirst,
    /// The earliest first; within a replay this is the order of its records.
    OldestFirst,
}

/// Which runs, in which order. The default is all, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// These outcomes alone.
    pub outcome: Option<Outcome>,
    /// At this time of the conversation or later.
    pub since: Option<Timestamp>,
    /// Of this replay.
    pub replay: Option<i64>,
    /// Of this action.
    pub action: Option<String>,
    /// Decided by this rule.
    pub rule: Option<Rule>,
    /// Of this conversation.
    pub conversation: Option<String>,
    /// A text that stands, without case, in the conversation's id, the address, the contact's id, the action, the rule, the
    /// outcome, the error, a reason or a changed value.
    pub search: Option<String>,
    /// The order.
    pub order: Order,
    /// Only what comes after this one in that order: the next page.
    pub after: Option<Cursor>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Where a run stands in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Conversation time in milliseconds.
    pub at_ms: i64,
    /// Its place in its replay.
    pub seq: i64,
    /// Its number in the log.
    pub id: i64,
}

/// The run of an action that was made last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    /// How it came out.
    pub outcome: Outcome,
    /// Nothing was written.
    pub dry_run: bool,
    /// When its replay began, on the wall clock.
    pub at: Timestamp,
}

/// A run of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Where it stands.
    pub cursor: Cursor,
    /// The replay it belongs to.
    pub replay: i64,
    /// The record as JSON, as it was printed.
    pub json: String,
}

impl Logged {
    /// The record.
    ///
    /// # Errors
    /// It is not one: the journal is damaged.
    pub fn record(&self) -> Result<RunRecord, JournalError> {
        serde_json::from_str(&self.json).map_err(|e| JournalError {
            message: format!(
                "run {} of the log is not a record: the journal is damaged; restore a copy",
                self.cursor.id
            ),
            source: Some(Box::new(e)),
        })
    }
}

/// The log of runs, open for reading.
pub struct Log {
    /// `None` where nothing ran yet.
    db: Option<Connection>,
    path: PathBuf,
}

impl Log {
    /// Opens the log; where there is none, an empty one, and nothing is written.
    ///
    /// # Errors
    /// It is damaged, made by a newer program, or cannot be read.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Ok(Self { db: schema::open_to_read(path)?, path: path.to_owned() })
    }

    /// Hands over the runs one by one until there are no more or `each` breaks. Holds one at a time.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn runs(&self, filter: &Filter, mut each: impl FnMut(Logged) -> ControlFlow<()>) -> Result<(), JournalError> {
        let Some(db) = &self.db else { return Ok(()) };
        let (sql, values) = runs_query(filter);
        let mut read = || -> rusqlite::Result<()> {
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(&values))?;
            while let Some(row) = rows.next()? {
                let cursor = Cursor { at_ms: row.get(0)?, seq: row.get(1)?, id: row.get(2)? };
                if each(Logged { cursor, replay: row.get(3)?, json: row.get(4)? }).is_break() {
                    break;
                }
            }
            Ok(())
        };
        read().map_err(|e| explain(&self.path, e))
    }

    /// A page of runs.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn page(&self, filter: &Filter) -> Result<Vec<Logged>, JournalError> {
        let mut page = Vec::new();
        self.runs(filter, |run| {
            page.push(run);
            ControlFlow::Continue(())
        })?;
        Ok(page)
    }

    /// How many runs there are; `after` counts, `limit` does not.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn count(&self, filter: &Filter) -> Result<u64, JournalError> {
        let Some(db) = &self.db else { return Ok(0) };
        let (condition, values) = condition(filter);
        let sql = format!("SELECT count(*) FROM runs {condition}");
        let read = || db.prepare_cached(&sql)?.query_row(params_from_iter(&values), |r| r.get::<_, i64>(0));
        read().map(i64::cast_unsigned).map_err(|e| explain(&self.path, e))
    }

    /// The run of an action that was made last.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn latest(&self, action: &str) -> Result<Option<Latest>, JournalError> {
        let Some(db) = &self.db else { return Ok(None) };
        // from the end of the log, but only where there is something to find
        let sql = "SELECT outcome, dry_run, (SELECT started_ms FROM replays WHERE replays.id = replay)
                   FROM runs NOT INDEXED WHERE action = ?1 AND EXISTS (SELECT 1 FROM runs WHERE action = ?1)
                   ORDER BY id DESC LIMIT 1";
        let latest = |row: &rusqlite::Row<'_>| {
            let outcome = row.get_ref(0)?.as_str()?.parse().ok();
            let at = row.get::<_, Option<i64>>(2)?.and_then(|ms| Timestamp::from_millisecond(ms).ok());
            Ok(outcome.zip(at).map(|(outcome, at)| (outcome, row.get::<_, bool>(1), at)))
        };
        let read = || -> rusqlite::Result<Option<Latest>> {
            let found = db.prepare_cached(sql)?.query_row([action], latest).optional()?.flatten();
            found.map(|(outcome, dry_run, at)| Ok(Latest { outcome, dry_run: dry_run?, at })).transpose()
        };
        read().map_err(|e| explain(&self.path, e))
    }

    /// The number of the run that was made last; 0 where none was.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn newest(&self) -> Result<i64, JournalError> {
        let Some(db) = &self.db else { return Ok(0) };
        let read = || db.prepare_cached("SELECT coalesce(max(id), 0) FROM runs")?.query_row([], |r| r.get(0));
        read().map_err(|e| explain(&self.path, e))
    }

    /// Nothing ran when it was opened: it is worth another look later.
    pub fn is_missing(&self) -> bool {
        self.db.is_none()
    }

    /// How many runs came out how, by which rule; `order`, `after` and `limit` do not count.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn counts(&self, filter: &Filter) -> Result<Vec<(Outcome, Option<Rule>, u64)>, JournalError> {
        let Some(db) = &self.db else { return Ok(Vec::new()) };
        let (condition, values) = condition(&Filter { after: None, ..filter.clone() });
        let sql = format!("SELECT outcome, rule, count(*) FROM runs {condition} GROUP BY outcome, rule");
        let read = || -> rusqlite::Result<Vec<(Outcome, Option<Rule>, u64)>> {
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(&values))?;
            let mut counts = Vec::new();
            while let Some(row) = rows.next()? {
                let outcome = row.get_ref(0)?.as_str()?.parse();
                let rule = row.get_ref(1)?.as_str_or_null()?.map(str::parse).transpose();
                // a word of a newer program is nothing this one can count
                if let (Ok(outcome), Ok(rule)) = (outcome, rule) {
                    counts.push((outcome, rule, row.get::<_, i64>(2)?.cast_unsigned()));
                }
            }
            counts.sort();
            Ok(counts)
        };
        read().map_err(|e| explain(&self.path, e))
    }
}

fn runs_query(filter: &Filter) -> (String, Vec<Value>) {
    let (condition, mut values) = condition(filter);
    let way = match filter.order {
        Order::NewestFirst => "DESC",
        Order::OldestFirst => "ASC",
    };
    let mut sql = format!(
        "SELECT at_ms, seq, id, replay, (SELECT record FROM records WHERE records.id = runs.id) FROM runs {condition} \
         ORDER BY at_ms {way}, seq {way}, id {way}"
    );
    if let Some(limit) = filter.limit {
        sql.push_str(" LIMIT ?");
        values.push(Value::Integer(limit.into()));
    }
    (sql, values)
}

fn condition(filter: &Filter) -> (String, Vec<Value>) {
    let mut terms: Vec<&str> = Vec::new();
    let mut values = Vec::new();
    let mut term = |sql: &'static str, value: Option<Value>| {
        if let Some(value) = value {
            terms.push(sql);
            values.push(value);
        }
    };
    term("replay = ?", filter.replay.map(Value::Integer));
    term("outcome = ?", filter.outcome.map(|o| Value::Text(o.as_str().into())));
    // the other two narrow down further than an action does: the + keeps its index out of their way
    let narrowed = filter.replay.is_some() || filter.outcome.is_some();
    term(if narrowed { "+action = ?" } else { "action = ?" }, filter.action.clone().map(Value::Text));
    term("at_ms >= ?", filter.since.map(|t| Value::Integer(since_ms(t))));
    term("rule = ?", filter.rule.map(|r| Value::Text(r.as_str().into())));
    // the first narrows down what the second has to read
    term("instr(haystack, ?) > 0", filter.conversation.as_ref().map(|c| Value::Text(c.to_lowercase())));
    let same = "(SELECT record ->> '$.conversation' FROM records WHERE records.id = runs.id) = ?";
    term(same, filter.conversation.clone().map(Value::Text));
    let search = filter.search.as_deref().map(str::trim).filter(|s| !s.is_empty());
    term("instr(haystack, ?) > 0", search.map(|s| Value::Text(s.to_lowercase())));
    if let Some(Cursor { at_ms, seq, id }) = filter.after {
        terms.push(match filter.order {
            Order::NewestFirst => "(at_ms, seq, id) < (?, ?, ?)",
            Order::OldestFirst => "(at_ms, seq, id) > (?, ?, ?)",
        });
        values.extend([at_ms, seq, id].map(Value::Integer));
    }
    if terms.is_empty() { (String::new(), values) } else { (format!("WHERE {}", terms.join(" AND ")), values) }
}

/// Whole milliseconds are kept: a moment within one begins with the next.
fn since_ms(since: Timestamp) -> i64 {
    let ms = since.as_millisecond();
    if since.subsec_nanosecond() % 1_000_000 > 0 { ms + 1 } else { ms }
}
