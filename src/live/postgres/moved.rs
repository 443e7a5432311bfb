//! What a workspace kept, moved into the database: ledger, log, queue. What is there already stays as it is, so that moving
//! again adds what is new and nothing twice.
//!
//! Owns what of SQLite's tables becomes what. Must not know who asks.

use serde::Serialize;
use serde_json::Value;

use super::Postgres;
use super::failed::Failed;
use super::log::kept_of;
use crate::domain::run::RunRecord;
use crate::domain::trace::Trace;
use crate::live::sqlite::SqliteQueue;
use crate::ports::JournalError;
use crate::store::{Journal, PAGE, Part};

/// How much was moved; what was there already does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Moved {
    /// Contacts created through Astra.
    pub ledger: u64,
    /// Runs of the log.
    pub runs: u64,
    /// Writes whose result is not known.
    pub intents: u64,
    /// Conversations, with their events.
    pub conversations: u64,
    /// Runs that are due or failed.
    pub due: u64,
    /// Texts that were no events.
    pub set_aside: u64,
}

const STREAMS: &str = "WITH new AS (INSERT INTO astra_zoho.streams
        (started_ms, actions, actions_digest, description, dry_run, moved_from)
    SELECT started_ms, actions, actions_digest, description, dry_run, $2 || '#' || id FROM json_to_recordset($1) AS r
        (id bigint, started_ms bigint, actions text, actions_digest text, description text, dry_run boolean)
    ON CONFLICT (moved_from) DO NOTHING RETURNING 1) SELECT count(*) FROM new";

const RUNS: &str = "WITH new AS (INSERT INTO astra_zoho.runs
        (stream, seq, at_ms, action, conversation, outcome, rule, email, record, trace, words, seen)
    SELECT s.id, seq, at_ms, action, conversation, outcome, rule, email, record, trace, to_tsvector('simple', words), seen
    FROM json_to_recordset($1) AS r
        (replay bigint, seq bigint, at_ms bigint, action text, conversation text, outcome text, rule text, email text,
         record text, trace text, words text, seen text)
    JOIN astra_zoho.streams s ON s.moved_from = $2 || '#' || r.replay
    ON CONFLICT (stream, seq) DO NOTHING RETURNING 1) SELECT count(*) FROM new";

const INTENTS: &str = "WITH new AS (INSERT INTO astra_zoho.intents (stream, seq, organisation, email, intent)
    SELECT s.id, seq, organisation, email, intent FROM json_to_recordset($1) AS r
        (replay bigint, seq bigint, organisation text, email text, intent text)
    JOIN astra_zoho.streams s ON s.moved_from = $2 || '#' || r.replay
    ON CONFLICT (stream, seq) DO NOTHING RETURNING 1) SELECT count(*) FROM new";

const LEDGER: &str = "WITH new AS (INSERT INTO astra_zoho.ledger
    SELECT * FROM json_to_recordset($1) AS r
        (organisation text, contact_id text, created_ms bigint, email text, run_id text)
    WHERE $2 <> '' ON CONFLICT (organisation, contact_id) DO NOTHING RETURNING 1) SELECT count(*) FROM new";

/// A conversation comes with all that belongs to it, or, where it is known, not at all.
const CONVERSATIONS: &str = "WITH new AS (
        INSERT INTO astra_zoho.conversations
            (id, channel, marks, settled_ms, settled_end, version, events, last_ms, wake_ms, held)
        SELECT id, channel, marks, settled.at_ms, coalesce(settled.at_end, false), events, events, last_ms, wake_ms,
            wake_ms IS NOT NULL
        FROM json_to_recordset($1) AS r
            (id text, channel text, marks text, events bigint, last_ms bigint, wake_ms bigint)
        LEFT JOIN LATERAL (
            SELECT (value ->> 'at_ms')::bigint AS at_ms, (value ->> 'end')::boolean AS at_end
            FROM json_each(r.marks::json) ORDER BY 1 DESC, 2 DESC LIMIT 1) AS settled ON true
        ON CONFLICT (id) DO NOTHING RETURNING id),
    kept AS (
        INSERT INTO astra_zoho.events SELECT r.* FROM json_to_recordset($2) AS r
            (conversation text, at_ms bigint, nth bigint, event_id text, what text)
        JOIN new ON new.id = conversation),
    queued AS (
        INSERT INTO astra_zoho.due
            (action, conversation, at_ms, ready_ms, email, moment, state, not_before_ms, tries, why)
        SELECT action, conversation, at_ms, at_ms + $5, email, moment, state, not_before_ms, tries, why
        FROM json_to_recordset($3) AS r
            (seq bigint, action text, conversation text, at_ms bigint, email text, moment text, state text,
             not_before_ms bigint, tries int, why text)
        JOIN new ON new.id = conversation ORDER BY seq RETURNING 1),
    heard AS (
        INSERT INTO astra_zoho.heard_of SELECT r.* FROM json_to_recordset($4) AS r (email text, conversation text)
        JOIN new ON new.id = conversation ON CONFLICT DO NOTHING)
    SELECT (SELECT count(*) FROM new), (SELECT count(*) FROM queued)";

const SET_ASIDE: &str = "WITH new AS (INSERT INTO astra_zoho.set_aside (came_ms, source, why, text)
    SELECT came_ms, source, why, text FROM json_to_recordset($1) AS r
        (came_ms bigint, source text, why text, text text)
    WHERE NOT EXISTS (SELECT FROM astra_zoho.set_aside s
        WHERE (s.came_ms, s.source, s.text) = (r.came_ms, r.source, r.text)) RETURNING 1) SELECT count(*) FROM new";

const ACTIONS: &str =
    "INSERT INTO astra_zoho.actions SELECT * FROM json_to_recordset($1) AS r (id text, since_ms bigint)
    ON CONFLICT DO NOTHING";

const FORGOTTEN: &str = "INSERT INTO astra_zoho.forgotten AS f
    SELECT * FROM json_to_recordset($1) AS r (conversation text, until_ms bigint)
    ON CONFLICT (conversation) DO UPDATE SET until_ms = greatest(f.until_ms, excluded.until_ms)";

/// Adds what a run is found by.
fn find_by(run: &mut Value) {
    let record = run["record"].as_str().and_then(|r| serde_json::from_str::<RunRecord>(r).ok());
    let trace: Trace = run["trace"].as_str().and_then(|t| serde_json::from_str(t).ok()).unwrap_or_default();
    let (words, seen) = record.map_or_else(Default::default, |record| kept_of(&record, &trace));
    run["words"] = words.into();
    run["seen"] = seen.into();
}

impl Postgres {
    /// Moves what the journal keeps. `from` tells it from other workspaces' journals, each time the same.
    ///
    /// # Errors
    /// The journal or the database failed; moving again goes on.
    pub async fn move_journal(&self, journal: &Journal, from: &str) -> Result<Moved, JournalError> {
        let mut moved = Moved::default();
        let mut streams = 0;
        for (part, sql, count) in [
            (Part::Replays, STREAMS, &mut streams),
            (Part::Runs, RUNS, &mut moved.runs),
            (Part::Intents, INTENTS, &mut moved.intents),
            (Part::Ledger, LEDGER, &mut moved.ledger),
        ] {
            for page in 0.. {
                let mut rows = journal.rows(part, page * PAGE)?;
                if part == Part::Runs {
                    rows.iter_mut().for_each(find_by);
                }
                *count += self.put(sql, &rows, from).await.map_err(|e| self.failed(e))?;
                if rows.len() < PAGE {
                    break;
                }
            }
        }
        Ok(moved)
    }

    async fn put(&self, sql: &str, rows: &[Value], from: &str) -> Result<u64, Failed> {
        let rows = Value::from(rows);
        let row = self.client().await?.query_one(sql, &[&rows, &from]).await?;
        Ok(row.get::<_, i64>(0).cast_unsigned())
    }

    /// Moves what a queue keeps that nobody works. Runs that were being made are due again, but those whose record the
    /// journal has.
    ///
    /// # Errors
    /// The queue, the journal or the database failed; moving again goes on.
    pub async fn move_queue(&self, queue: &SqliteQueue, journal: &Journal) -> Result<Moved, JournalError> {
        let mut moved = Moved::default();
        for page in 0.. {
            let mut part = queue.rows(page * PAGE)?;
            let mut open = Vec::new();
            for mut due in part.due {
                let stream = due["stream"].as_i64().filter(|_| due["state"] == "running");
                let seq = due["seq"].as_u64().unwrap_or_default();
                if let Some(stream) = stream {
                    if journal.has_record(stream, seq)? {
                        continue;
                    }
                    due["state"] = Value::from("due");
                }
                open.push(due);
            }
            part.due = open;
            let last = part.conversations.len() < PAGE;
            let [conversations, events, due, heard] =
                [part.conversations, part.events, part.due, part.heard_of].map(Value::from);
            let put = async {
                let client = self.client().await?;
                Ok(client.query_one(CONVERSATIONS, &[&conversations, &events, &due, &heard, &self.late_ms]).await?)
            };
            let row = put.await.map_err(|e: Failed| self.failed(e))?;
            moved.conversations += row.get::<_, i64>(0).cast_unsigned();
            moved.due += row.get::<_, i64>(1).cast_unsigned();
            if last {
                break;
            }
        }
        let [aside, actions, forgotten] = queue.rows_besides()?;
        let put = async {
            let client = self.client().await?;
            client.execute(ACTIONS, &[&Value::from(actions)]).await?;
            client.execute(FORGOTTEN, &[&Value::from(forgotten)]).await?;
            Ok(client.query_one(SET_ASIDE, &[&Value::from(aside)]).await?.get::<_, i64>(0).cast_unsigned())
        };
        moved.set_aside = put.await.map_err(|e: Failed| self.failed(e))?;
        Ok(moved)
    }
}
