//! The index of words: what of a run it holds, and how a text becomes a question to it that costs the same however many
//! runs there are. Must not know the log's other filters.
//!
//! For every word the index has a list of runs, in their order, and one for every beginning of up to [`BEGINNING`] letters.
//! Such a list is read from any run on, in either direction, as far as is wanted; where all of several lists are to have a
//! run, the database goes by the shortest. What would have to be gathered before the first run is known - a beginning that
//! has no list - is never asked: a long beginning becomes the few words that it begins, or else a shorter one, and what that
//! finds is looked at itself. Where lists are long and have little in common, a stretch of the log is looked through at a
//! time ([`Question::stretch`]).

use rusqlite::{Connection, OptionalExtension as _, params};

use super::log::Order;
use crate::domain::found::found;
use crate::domain::run::RunRecord;

/// The longest beginning of a word that has a list of its own, in letters (`prefix` in `schema`).
const BEGINNING: usize = 6;
/// As many words as are asked for one by one in place of what they begin with.
const WORDS: usize = 64;
/// How many runs of the shortest list a stretch has: the first time, and at most.
const STRETCH: (i64, i64) = (256, 4096);

/// What a search finds the run by.
pub(super) fn keep_words(db: &Connection, id: i64, record: &RunRecord) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO search (rowid, words, made_by) VALUES (?, ?, ?)")?
        .execute(params![id, record.searched(), as_one_word(&record.action)])
        .map(drop)
}

/// Takes a run out of the index, which has to be told what it knew.
pub(super) fn forget_words(db: &Connection, id: i64, record: &RunRecord) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO search (search, rowid, words, made_by) VALUES ('delete', ?, ?, ?)")?
        .execute(params![id, record.searched(), as_one_word(&record.action)])
        .map(drop)
}

/// Fills an empty index from the records. One that cannot be read has no words.
pub(super) fn word_all(db: &Connection) -> rusqlite::Result<()> {
    let mut records = db.prepare("SELECT id, record FROM records ORDER BY id")?;
    let mut rows = records.query([])?;
    while let Some(row) = rows.next()? {
        if let Ok(record) = serde_json::from_str(row.get_ref(1)?.as_str()?) {
            keep_words(db, row.get(0)?, &record)?;
        }
    }
    Ok(())
}

/// A name as a single word of the index: names that differ in signs alone are the same.
fn as_one_word(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A text that is searched for, as a question to the index.
#[derive(Debug)]
pub(super) struct Question {
    /// As typed.
    text: String,
    /// In the index's language.
    pub matching: String,
    /// The lists that all have the runs that are found, each a question by itself.
    lists: Vec<String>,
    /// The index finds others too: the text is to be looked for in what it finds.
    unsure: bool,
    /// How many runs of the shortest list the next stretch has.
    depth: i64,
}

impl Question {
    /// Every word of the text may be the beginning of one. What else a run says (conversation, outcome, rule) and its action
    /// narrow down to what may be wanted; whether it is, the index cannot tell. `None`: nothing is searched for.
    pub(super) fn of(
        db: &Connection,
        text: &str,
        says: &[&str],
        action: Option<&str>,
    ) -> rusqlite::Result<Option<Self>> {
        let mut words = text.split_whitespace().peekable();
        if words.peek().is_none() {
            return Ok(None);
        }
        let (mut parts, mut lists, mut unsure) = (Vec::new(), Vec::new(), false);
        for word in words.filter(|w| w.chars().any(char::is_alphanumeric)) {
            unsure |= !self::word(db, word, &mut parts, &mut lists)?;
        }
        if parts.is_empty() {
            // signs alone are in none
            parts.push("words : \"\"".to_owned());
        }
        for name in says.iter().map(|name| harmless(name)).filter(|name| fragments(name).next().is_some()) {
            lists.extend(fragments(&name));
            parts.push(format!("words : \"{name}\""));
        }
        // long words are rare: a short list need not be looked for among the long ones
        lists.sort_by_key(|list| std::cmp::Reverse(list.len()));
        if let Some(word) = action.map(as_one_word).filter(|word| !word.is_empty()) {
            let action = format!("made_by : \"{word}\"");
            lists.push(action.clone());
            parts.push(action);
        }
        let matching = parts.join(" AND ");
        Ok(Some(Self { text: text.to_owned(), matching, lists, unsure, depth: STRETCH.0 }))
    }

    /// Whether a run that the index found is one that is searched for.
    pub(super) fn is_answered_by(&self, record: &RunRecord) -> bool {
        !self.unsure || found(&self.text, &record.searched())
    }

    /// Whether a run that the index finds may be another than is searched for.
    pub(super) fn is_unsure(&self) -> bool {
        self.unsure
    }

    /// How far the next stretch goes after a run: to this one, or (`None`) to the log's end. However long the log is, the
    /// shortest list has no more than a few thousand runs in it.
    pub(super) fn stretch(
        &mut self,
        db: &Connection,
        order: Order,
        after: Option<i64>,
    ) -> rusqlite::Result<Option<i64>> {
        let sql = match order {
            Order::NewestFirst => {
                "SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT 1 OFFSET ?"
            }
            Order::OldestFirst => {
                "SELECT rowid FROM search WHERE search MATCH ? AND rowid > ? ORDER BY rowid LIMIT 1 OFFSET ?"
            }
        };
        let depth = self.depth;
        self.depth = (depth * 4).min(STRETCH.1);
        let from = after.unwrap_or(match order {
            Order::NewestFirst => i64::MAX,
            Order::OldestFirst => i64::MIN,
        });
        let mut furthest = None;
        for list in &self.lists {
            let end: Option<i64> =
                db.prepare_cached(sql)?.query_row(params![list, from, depth], |row| row.get(0)).optional()?;
            let Some(end) = end else {
                // it ends before then. The others need not be found in as many places of long lists, where it is short
                if depth == STRETCH.0 {
                    (self.matching, self.unsure) = (list.clone(), true);
                }
                return Ok(None);
            };
            furthest =
                Some(furthest.map_or(end, |f: i64| if order == Order::NewestFirst { f.min(end) } else { f.max(end) }));
        }
        Ok(furthest)
    }
}

/// What the index's language does not take for a sign of its own.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '"' { ' ' } else { c }).collect()
}

/// The lists of the words of a text.
fn fragments(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|f| !f.is_empty());
    words.map(|f| format!("words : \"{f}\""))
}

/// A word as the index has it: its parts between signs, one after the other, the last of which may be the beginning of one.
/// Says whether nothing but what is meant is found.
fn word(db: &Connection, word: &str, parts: &mut Vec<String>, lists: &mut Vec<String>) -> rusqlite::Result<bool> {
    let end = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let last = end.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or(end);
    let head = harmless(&end[..end.len() - last.len()]);
    lists.extend(fragments(&head));
    let beginning: String = last.chars().take(BEGINNING).collect();
    if beginning.len() == last.len() {
        parts.push(format!("words : \"{head}{last}\" *"));
        lists.push(format!("words : \"{last}\" *"));
        return Ok(true);
    }
    // without accents the index has the word as it is typed
    let few = if last.is_ascii() { beginning_so(db, &last.to_ascii_lowercase())? } else { None };
    match few {
        Some(words) => {
            // none is in no run
            let any = |head: &str| match words.as_slice() {
                [] => "words : \"\"".to_owned(),
                words => {
                    let each: Vec<String> = words.iter().map(|w| format!("\"{head}{w}\"")).collect();
                    format!("words : ({})", each.join(" OR "))
                }
            };
            parts.push(any(&head));
            lists.push(any(""));
            Ok(true)
        }
        None => {
            parts.push(format!("words : \"{head}{beginning}\" *"));
            lists.push(format!("words : \"{beginning}\" *"));
            Ok(false)
        }
    }
}

/// The words of the index that begin so; `None`: too many to name.
fn beginning_so(db: &Connection, beginning: &str) -> rusqlite::Result<Option<Vec<String>>> {
    // of this connection alone: what is read may not be written
    db.execute_batch("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab ('main', 'search', 'instance')")?;
    let mut next = db.prepare_cached("SELECT term FROM temp.terms WHERE term >= ? LIMIT 1")?;
    let mut words: Vec<String> = Vec::new();
    let mut from = beginning.to_owned();
    loop {
        let word: Option<String> = next.query_row([&from], |row| row.get(0)).optional()?;
        let Some(word) = word.filter(|w| w.starts_with(beginning)) else { return Ok(Some(words)) };
        if words.len() == WORDS {
            return Ok(None);
        }
        // before every other word that begins with this one
        from = format!("{word}\u{1}");
        words.push(word);
    }
}
