//! Looking through the log of runs: filters, order, pages, counts. Reads alone; works beside a writer, and on a read-only
//! disk. Must not know how runs are made.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

use super::schema::{self, explain};
use super::search::Question;
use crate::domain::health::Health;
use crate::domain::run::{Outcome, Rule, RunRecord};
use crate::domain::trace::{Case, Trace};
use crate::ports::JournalError;

/// By the runs' numbers: as they were kept, which within a replay is the order of conversation time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The latest first.
    #[default]
    NewestFirst,
    /// The earliest first.
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
    /// Words, or beginnings of words, all of which stand, without case and accents, in the conversation's id, the address,
    /// the contact's id or its last four digits, the action, the rule, the outcome, the error, a reason or a changed value.
    pub search: Option<String>,
    /// The order.
    pub order: Order,
    /// Only what comes after the run of this number in that order: the next page.
    pub after: Option<i64>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// How many runs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// So many.
    pub runs: u64,
    /// Or more: nobody counted further.
    pub or_more: bool,
}

/// How far runs are counted that nobody keeps count of, and those that a text was found in.
const COUNTED: (u64, u64) = (10_000, 1_000);

/// How many runs of an action came out so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// How.
    pub outcome: Outcome,
    /// By which rule; `None` where none was reached.
    pub rule: Option<Rule>,
    /// What the look-up saw; `None` where that is not known.
    pub case: Option<Case>,
    /// How many.
    pub runs: u64,
}

/// The run of an action that was made last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    /// How it came out.
    pub outcome: Outcome,
    /// Nothing was written.
    pub dry_run: bool,
    /// When it was made, on the wall clock: when its replay began, or, of a live one, its own time.
    pub at: Timestamp,
}

/// A run of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its number: where it stands.
    pub id: i64,
    /// The replay it belongs to.
    pub replay: i64,
    /// Its number in that.
    pub seq: u64,
    /// The record as JSON, as it was printed.
    pub json: String,
    /// What it went by, as JSON; `None` where an earlier version kept nothing of it.
    pub trace: Option<String>,
}

impl Logged {
    /// The record.
    ///
    /// # Errors
    /// It is not one: the journal is damaged.
    pub fn record(&self) -> Result<RunRecord, JournalError> {
        serde_json::from_str(&self.json).map_err(|e| JournalError {
            message: format!("run {} of the log is not a record: the journal is damaged; restore a copy", self.id),
            source: Some(Box::new(e)),
        })
    }

    /// What it went by; what cannot be read of it counts as nothing kept.
    pub fn trace(&self) -> Trace {
        self.trace.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
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
        let mut look = self.look(filter)?;
        while look.go_on(&mut each)? {}
        Ok(())
    }

    /// Begins to look for runs.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn look(&self, filter: &Filter) -> Result<Look<'_>, JournalError> {
        let question = match (&self.db, &filter.search) {
            (Some(db), Some(text)) => {
                let conversation = filter.conversation.as_deref();
                let says = [conversation, filter.outcome.map(|o| o.as_str()), filter.rule.map(|r| r.as_str())];
                let says: Vec<&str> = says.into_iter().flatten().collect();
                let question = Question::of(db, text, &says, filter.action.as_deref());
                question.map_err(|e| explain(&self.path, e))?
            }
            _ => None,
        };
        Ok(Look { log: self, filter: filter.clone(), question })
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

    /// How many runs there are; `order`, `after` and `limit` do not count. What is not kept count of is counted to 10,000,
    /// what a text was found in to 1,000.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn count(&self, filter: &Filter) -> Result<Count, JournalError> {
        self.count_unless(filter, || false).map(Option::unwrap_or_default)
    }

    /// The same, unless it is given up: asked before every stretch of the log.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn count_unless(
        &self,
        filter: &Filter,
        mut given_up: impl FnMut() -> bool,
    ) -> Result<Option<Count>, JournalError> {
        let mut look = self.look(&Filter { after: None, limit: None, ..filter.clone() })?;
        let Filter { outcome, since, replay, action, rule, conversation, .. } = filter;
        if since.is_none() && replay.is_none() && conversation.is_none() && look.question.is_none() {
            let kept = self.tallies(action.as_deref())?;
            let wanted = kept
                .iter()
                .filter(|t| outcome.is_none_or(|o| o == t.outcome) && rule.is_none_or(|r| Some(r) == t.rule));
            return Ok(Some(Count { runs: wanted.map(|t| t.runs).sum(), or_more: false }));
        }
        let most = if look.question.is_some() { COUNTED.1 } else { COUNTED.0 };
        let mut runs = 0;
        loop {
            if given_up() {
                return Ok(None);
            }
            let more = look.count_on(most + 1 - runs, &mut runs)?;
            if runs > most || !more {
                return Ok(Some(Count { runs: runs.min(most), or_more: runs > most }));
            }
        }
    }

    /// The run of an action that was made last.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn latest(&self, action: &str) -> Result<Option<Latest>, JournalError> {
        let Some(db) = &self.db else { return Ok(None) };
        // live runs are all one replay, and their time is the wall clock's
        let sql = "SELECT outcome, dry_run, (SELECT CASE description WHEN 'live' THEN at_ms ELSE started_ms END
                                             FROM replays WHERE replays.id = replay)
                   FROM runs WHERE action = ?1 ORDER BY id DESC LIMIT 1";
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

    /// The runs of a replay are live ones: no replay made them.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn is_live(&self, replay: i64) -> Result<bool, JournalError> {
        let Some(db) = &self.db else { return Ok(false) };
        let sql = "SELECT description = 'live' FROM replays WHERE id = ?1";
        let read = || db.prepare_cached(sql)?.query_row([replay], |row| row.get(0)).optional();
        Ok(read().map_err(|e| explain(&self.path, e))?.unwrap_or(false))
    }

    /// What the last look at each account's connection found. What another version kept is as good as not there.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn healths(&self) -> Result<BTreeMap<String, Health>, JournalError> {
        let Some(db) = &self.db else { return Ok(BTreeMap::new()) };
        let read = || -> rusqlite::Result<BTreeMap<String, Health>> {
            let mut rows = db.prepare_cached("SELECT account, body FROM account_checks")?;
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
            let mut out = BTreeMap::new();
            for row in rows {
                let (account, body) = row?;
                match serde_json::from_str(&body) {
                    Ok(health) => drop(out.insert(account, health)),
                    Err(e) => tracing::debug!("what was found of account {account} cannot be read: {e}"),
                }
            }
            Ok(out)
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

    /// How many runs came out how, by which rule, of what the look-up saw; of an action, or of all. What it costs does
    /// not depend on how many there are.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn tallies(&self, action: Option<&str>) -> Result<Vec<Tally>, JournalError> {
        let Some(db) = &self.db else { return Ok(Vec::new()) };
        let sql = "SELECT outcome, rule, seen, sum(runs) FROM tallies WHERE ?1 IS NULL OR action = ?1 GROUP BY 1, 2, 3";
        let read = || -> rusqlite::Result<Vec<Tally>> {
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query([action])?;
            let mut tallies = Vec::new();
            while let Some(row) = rows.next()? {
                let [outcome, rule, seen] =
                    [row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?];
                let rule = (!rule.is_empty()).then(|| rule.parse()).transpose();
                // a word of a newer program is nothing this one can count
                if let (Ok(outcome), Ok(rule)) = (outcome.parse(), rule) {
                    let (case, runs) = (seen.parse().ok(), row.get::<_, i64>(3)?.cast_unsigned());
                    tallies.push(Tally { outcome, rule, case, runs });
                }
            }
            tallies.sort();
            Ok(tallies)
        };
        read().map_err(|e| explain(&self.path, e))
    }
}

/// A look through the log, a stretch at a time: where a text is searched for, a stretch takes a few milliseconds at most,
/// however long the log is and wherever the text stands in it. Without one, all of the log is one stretch.
pub struct Look<'l> {
    log: &'l Log,
    /// What is left to look for.
    filter: Filter,
    question: Option<Question>,
}

impl Look<'_> {
    /// Hands over the runs of the next stretch one by one, until `each` breaks. Says whether there is more to look through.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn go_on(&mut self, each: &mut impl FnMut(Logged) -> ControlFlow<()>) -> Result<bool, JournalError> {
        let Some(db) = &self.log.db else { return Ok(false) };
        let to = self.stretch(db)?;
        self.go_through(db, to, each)
    }

    /// The runs up to one that was found to end the stretch.
    fn go_through(
        &mut self,
        db: &Connection,
        to: Option<i64>,
        each: &mut impl FnMut(Logged) -> ControlFlow<()>,
    ) -> Result<bool, JournalError> {
        let columns = "runs.id, replay, seq, record, trace";
        let Chosen { sql, values } = chosen(&self.filter, self.question.as_ref(), to, columns);
        let explained = |e| explain(&self.log.path, e);
        let mut statement = db.prepare_cached(&sql).map_err(explained)?;
        let mut rows = statement.query(params_from_iter(&values)).map_err(explained)?;
        while self.filter.limit != Some(0)
            && let Some(row) = rows.next().map_err(explained)?
        {
            let run = logged(row).map_err(explained)?;
            if let Some(question) = self.question.as_ref().filter(|q| q.is_unsure())
                && !run.record().is_ok_and(|record| question.is_answered_by(&record))
            {
                continue;
            }
            self.filter.limit = self.filter.limit.map(|n| n - 1);
            if each(run).is_break() {
                return Ok(false);
            }
        }
        self.filter.after = to.or(self.filter.after);
        Ok(to.is_some() && self.filter.limit != Some(0))
    }

    /// Counts the runs of the next stretch, at most so many. Says whether there is more to look through.
    fn count_on(&mut self, most: u64, runs: &mut u64) -> Result<bool, JournalError> {
        let Some(db) = &self.log.db else { return Ok(false) };
        let to = self.stretch(db)?;
        if self.question.as_ref().is_some_and(Question::is_unsure) {
            let before = *runs;
            return self.go_through(db, to, &mut |_| {
                *runs += 1;
                if *runs - before < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        }
        let Chosen { sql, values } = chosen(&self.filter, self.question.as_ref(), to, "1");
        let sql = format!("SELECT count(*) FROM ({sql} LIMIT {most})");
        let count = || db.prepare_cached(&sql)?.query_row(params_from_iter(&values), |r| r.get::<_, i64>(0));
        *runs += count().map_err(|e| explain(&self.log.path, e))?.cast_unsigned();
        self.filter.after = to.or(self.filter.after);
        Ok(to.is_some())
    }

    fn stretch(&mut self, db: &Connection) -> Result<Option<i64>, JournalError> {
        let Some(question) = &mut self.question else { return Ok(None) };
        let to = question.stretch(db, self.filter.order, self.filter.after);
        to.map_err(|e| explain(&self.log.path, e))
    }
}

fn logged(row: &rusqlite::Row<'_>) -> rusqlite::Result<Logged> {
    Ok(Logged {
        id: row.get(0)?,
        replay: row.get(1)?,
        seq: row.get::<_, i64>(2)?.cast_unsigned(),
        json: row.get(3)?,
        trace: row.get(4)?,
    })
}

/// The question for runs, and its values.
struct Chosen {
    sql: String,
    values: Vec<Value>,
}

/// Runs after one and up to another, as far as these are given.
fn chosen(filter: &Filter, question: Option<&Question>, to: Option<i64>, columns: &str) -> Chosen {
    let mut terms: Vec<&str> = Vec::new();
    let mut values = Vec::new();
    let mut term = |sql: &'static str, value: Option<Value>| {
        if let Some(value) = value {
            terms.push(sql);
            values.push(value);
        }
    };
    let text = |s: &str| Value::Text(s.to_owned());
    let searched = question.is_some();
    term("search MATCH ?", question.map(|q| Value::Text(q.matching.clone())));
    // one index at a time narrows down; the + keeps the others out of its way
    let (by_conversation, by_action) = (filter.conversation.is_some(), filter.action.is_some());
    term(if searched { "+conversation = ?" } else { "conversation = ?" }, filter.conversation.as_deref().map(text));
    let plain = !searched && !by_conversation;
    term(if plain { "action = ?" } else { "+action = ?" }, filter.action.as_deref().map(text));
    let plain = plain && by_action;
    term(if plain { "outcome = ?" } else { "+outcome = ?" }, filter.outcome.map(|o| text(o.as_str())));
    term(if plain { "rule = ?" } else { "+rule = ?" }, filter.rule.map(|r| text(r.as_str())));
    // runs of one replay stand together
    term("+replay = ?", filter.replay.map(Value::Integer));
    term("at_ms >= ?", filter.since.map(|t| Value::Integer(since_ms(t))));
    let (after, until, way) = match (filter.order, searched) {
        (Order::NewestFirst, true) => ("search.rowid < ?", "search.rowid >= ?", "search.rowid DESC"),
        (Order::NewestFirst, false) => ("runs.id < ?", "runs.id >= ?", "runs.id DESC"),
        (Order::OldestFirst, true) => ("search.rowid > ?", "search.rowid <= ?", "search.rowid"),
        (Order::OldestFirst, false) => ("runs.id > ?", "runs.id <= ?", "runs.id"),
    };
    term(after, filter.after.map(Value::Integer));
    term(until, to.map(Value::Integer));
    let tables = if searched { "search CROSS JOIN runs ON runs.id = search.rowid" } else { "runs" };
    // what is counted need not be read
    let records = if columns == "1" { "" } else { "CROSS JOIN records ON records.id = runs.id" };
    let condition = if terms.is_empty() { "true".to_owned() } else { terms.join(" AND ") };
    Chosen { sql: format!("SELECT {columns} FROM {tables} {records} WHERE {condition} ORDER BY {way}"), values }
}

/// Whole milliseconds are kept: a moment within one begins with the next.
pub(crate) fn since_ms(since: Timestamp) -> i64 {
    let ms = since.as_millisecond();
    if since.subsec_nanosecond() % 1_000_000 > 0 { ms + 1 } else { ms }
}
