//! The queue as senders, operators and looks know it, in PostgreSQL.
//!
//! Must not know how due runs are made (`lane`), nor when a conversation is looked at (`crew`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio_postgres::Row;

use super::failed::Failed;
use super::{Postgres, Values, clean};
use crate::domain::conversation::Channel;
use crate::live::event::{Event, What};
use crate::live::forgotten::digest_of_text;
use crate::live::plan::{Mark, Told};
use crate::live::queue::{
    Beat, Conversations, Gone, OfAction, Parked, Queue, Queued, SHOWN, SetAside, Standing, Waiting, Which, state_of,
};
use crate::ports::JournalError;

pub(super) fn time(row: &Row, column: usize) -> Timestamp {
    // only what was a time is kept in these columns
    Timestamp::from_millisecond(row.get(column)).unwrap_or_default()
}

fn some_time(row: &Row, column: usize) -> Option<Timestamp> {
    row.get::<_, Option<i64>>(column).and_then(|ms| Timestamp::from_millisecond(ms).ok())
}

pub(super) fn count(row: &Row, column: usize) -> u64 {
    row.get::<_, i64>(column).cast_unsigned()
}

pub(super) fn tries(row: &Row, column: usize) -> u32 {
    row.get::<_, i32>(column).cast_unsigned()
}

fn limited(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl Queue for Postgres {
    async fn accept(&self, events: &[Event], late_ms: i64) -> Result<Vec<bool>, JournalError> {
        let keep = async {
            let conversations: Vec<String> = events.iter().map(|e| clean(&e.conversation)).collect();
            let ids: Vec<String> = events.iter().map(|e| clean(&e.id)).collect();
            let channels: Vec<&str> = events.iter().map(|e| e.channel.as_str()).collect();
            let ats: Vec<i64> = events.iter().map(|e| e.at.as_millisecond()).collect();
            // JSON has its own way to write NUL
            let whats: Vec<String> = events.iter().map(|e| serde_json::to_string(&e.what)).collect::<Result<_, _>>()?;
            let client = self.client().await?;
            let sql = client.prepare_cached("SELECT astra_zoho.accept($1, $2, $3, $4, $5, $6)").await?;
            let row = client.query_one(&sql, &[&conversations, &ids, &channels, &ats, &whats, &late_ms]).await?;
            Ok(row.get(0))
        };
        keep.await.map_err(|e| self.failed(e))
    }

    async fn set_aside(&self, source: &str, text: &str, why: &str, now: Timestamp) -> Result<(), JournalError> {
        let text = &text[..text.floor_char_boundary(SHOWN)];
        // told once more by a file that is read again, it is known; and so is what was forgotten
        let sql = "INSERT INTO astra_zoho.set_aside (came_ms, source, why, text) SELECT $1, $2, $3, $4
                   WHERE NOT EXISTS (SELECT FROM astra_zoho.set_aside WHERE source = $2 AND text = $4)
                   AND NOT EXISTS (SELECT FROM astra_zoho.forgotten WHERE conversation = $5)";
        let (at, source, why, text) = (now.as_millisecond(), clean(source), clean(why), clean(text));
        let digest = digest_of_text(&text);
        let keep = async { Ok(self.client().await?.execute(sql, &[&at, &source, &why, &text, &digest]).await?) };
        keep.await.map(drop).map_err(|e| self.failed(e))
    }

    async fn can_keep(&self) -> Result<(), JournalError> {
        let sql = "INSERT INTO astra_zoho.tried AS t VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET times = t.times + 1";
        let keep = async { Ok(self.client().await?.execute(sql, &[]).await?) };
        keep.await.map(drop).map_err(|e| self.failed(e))
    }

    async fn beat(&self, beat: &Beat) -> Result<(), JournalError> {
        let sql = "WITH said AS (INSERT INTO astra_zoho.workers VALUES ($1, $2, clock_timestamp(), $3)
                       ON CONFLICT (worker) DO UPDATE SET seen_at = clock_timestamp(), ended = $3),
                   old AS (DELETE FROM astra_zoho.workers WHERE seen_at < now() - interval '1 day' AND worker <> $1)
                   SELECT pg_notify('astra_zoho', '')::text";
        let (worker, began) = (clean(&beat.worker), beat.began_at.as_millisecond());
        let say = async { Ok(self.client().await?.execute(sql, &[&worker, &began, &beat.ended]).await?) };
        say.await.map(drop).map_err(|e| self.failed(e))
    }

    async fn standing(&self) -> Result<Standing, JournalError> {
        let sql = "SELECT (SELECT count(*) FROM astra_zoho.conversations WHERE wake_ms IS NOT NULL),
                   (SELECT count(*) FROM astra_zoho.set_aside),
                   (SELECT min(at_ms) FROM astra_zoho.due WHERE state IN ('due', 'running')),
                   (SELECT min(wake_ms) FROM astra_zoho.conversations WHERE wake_ms IS NOT NULL),
                   (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
                   (SELECT count(*) FROM astra_zoho_jobs.jobs WHERE task_identifier = 'event')";
        let of_actions = "SELECT action, state = 'failed', count(*) FROM astra_zoho.due GROUP BY 1, 2";
        let workers = "SELECT worker, began_ms, (extract(epoch FROM seen_at) * 1000)::bigint, ended
                       FROM astra_zoho.workers ORDER BY seen_at DESC LIMIT 100";
        let beat = |r: &Row| Beat { worker: r.get(0), began_at: time(r, 1), seen_at: time(r, 2), ended: r.get(3) };
        let ask = async {
            let client = self.client().await?;
            let row = client.query_one(sql, &[]).await?;
            let parked = client
                .query("SELECT account, until_ms, why, failures FROM astra_zoho.parked ORDER BY account", &[])
                .await?;
            let mut actions: BTreeMap<String, OfAction> = BTreeMap::new();
            for row in client.query(of_actions, &[]).await? {
                let of = actions.entry(row.get(0)).or_default();
                *(if row.get(1) { &mut of.failed } else { &mut of.due }) += count(&row, 2);
            }
            Ok(Standing {
                timers: count(&row, 0),
                arriving: count(&row, 5),
                due: actions.values().map(|a| a.due).sum(),
                failed: actions.values().map(|a| a.failed).sum(),
                set_aside: count(&row, 1),
                oldest: some_time(&row, 2),
                next_timer: some_time(&row, 3),
                parked: parked.iter().map(parked_of).collect(),
                actions,
                workers: client.query(workers, &[]).await?.iter().map(beat).collect(),
                clock: some_time(&row, 4),
            })
        };
        ask.await.map_err(|e| self.failed(e))
    }

    async fn since(&self, action: &str, now: Timestamp) -> Result<Timestamp, JournalError> {
        let sql = "WITH new AS (INSERT INTO astra_zoho.actions SELECT $1,
                       CASE WHEN EXISTS (SELECT FROM astra_zoho.conversations) THEN $2::bigint ELSE $3::bigint END
                       ON CONFLICT DO NOTHING RETURNING since_ms)
                   SELECT since_ms FROM new UNION ALL SELECT since_ms FROM astra_zoho.actions WHERE id = $1";
        let (now, ever) = (now.as_millisecond(), Timestamp::MIN.as_millisecond());
        let ask = async {
            let client = self.client().await?;
            // another worker that asks for the first time at once is waited for, and its answer is the second look's
            loop {
                if let Some(row) = client.query_opt(sql, &[&action, &now, &ever]).await? {
                    return Ok(time(&row, 0));
                }
            }
        };
        ask.await.map_err(|e| self.failed(e))
    }

    async fn rest(&self, account: &str, parked: Option<&Parked>) -> Result<(), JournalError> {
        let park = async {
            let client = self.client().await?;
            match parked {
                None => client.execute("DELETE FROM astra_zoho.parked WHERE account = $1", &[&account]).await?,
                Some(p) => {
                    let sql = "INSERT INTO astra_zoho.parked VALUES ($1, $2, $3, $4) ON CONFLICT (account)
                               DO UPDATE SET until_ms = $2, why = $3, failures = $4";
                    let (until, why) = (p.until.as_millisecond(), clean(&p.why));
                    client.execute(sql, &[&account, &until, &why, &p.failures.cast_signed()]).await?
                }
            };
            Ok(())
        };
        park.await.map_err(|e| self.failed(e))
    }

    async fn stopped(&self, actions: &[String]) -> Result<(), JournalError> {
        let sql = "DELETE FROM astra_zoho.actions WHERE id = ANY($1)";
        let forget = async { Ok(self.client().await?.execute(sql, &[&actions]).await?) };
        forget.await.map(drop).map_err(|e| self.failed(e))
    }

    async fn waiting(&self, limit: usize) -> Result<Vec<Waiting>, JournalError> {
        let sql = "SELECT seq, action, conversation, email, at_ms, state, tries, why, (
                       SELECT seq FROM astra_zoho.due AS e WHERE e.email = d.email AND e.state IN ('due', 'running')
                       AND (e.at_ms, e.seq) < (d.at_ms, d.seq) ORDER BY e.at_ms, e.seq LIMIT 1) AS behind
                   FROM astra_zoho.due AS d ORDER BY d.state <> 'failed', d.at_ms, d.seq LIMIT $1";
        let row = |r: &Row| Waiting {
            seq: count(r, 0),
            action: r.get(1),
            conversation: r.get(2),
            email: r.get(3),
            at: time(r, 4),
            state: state_of(r.get(5)),
            tries: tries(r, 6),
            why: r.get(7),
            behind: r.get::<_, Option<i64>>(8).map(i64::cast_unsigned),
        };
        let ask = async { Ok(self.client().await?.query(sql, &[&limited(limit)]).await?.iter().map(row).collect()) };
        ask.await.map_err(|e| self.failed(e))
    }

    async fn aside(&self, limit: usize) -> Result<Vec<SetAside>, JournalError> {
        let sql = "SELECT id, source, came_ms, why, text FROM astra_zoho.set_aside ORDER BY id DESC LIMIT $1";
        let row = |r: &Row| SetAside {
            id: count(r, 0),
            source: r.get(1),
            came_at: time(r, 2),
            why: r.get(3),
            text: r.get(4),
        };
        let ask = async { Ok(self.client().await?.query(sql, &[&limited(limit)]).await?.iter().map(row).collect()) };
        ask.await.map_err(|e| self.failed(e))
    }

    async fn retry(&self, which: &Which) -> Result<u64, JournalError> {
        // to the journal it is a new run, since the record of the first stays
        let sql = format!(
            "WITH gone AS (DELETE FROM astra_zoho.due WHERE {WAITING} AND {MEANT} RETURNING *), anew AS (
                 INSERT INTO astra_zoho.due (action, conversation, at_ms, ready_ms, email, moment)
                 SELECT action, conversation, at_ms, ready_ms, email, moment FROM gone ORDER BY at_ms, seq RETURNING lane)
             SELECT count(*), astra_zoho.work_lanes(array_agg(lane), NULL)::text FROM anew"
        );
        self.of_those_meant(&sql, which).await
    }

    async fn being_made(&self, which: &Which) -> Result<u64, JournalError> {
        let sql = format!("SELECT count(*) FROM astra_zoho.due WHERE $6 AND state = 'running' AND {MEANT}");
        self.of_those_meant(&sql, which).await
    }

    async fn drop_runs(&self, which: &Which) -> Result<u64, JournalError> {
        let sql = format!(
            "WITH gone AS (DELETE FROM astra_zoho.due WHERE {WAITING} AND {MEANT} RETURNING 1) SELECT count(*) FROM gone"
        );
        self.of_those_meant(&sql, which).await
    }

    async fn purge(&self, before: Timestamp) -> Result<Gone, JournalError> {
        self.purge_before(before).await.map_err(|e| self.failed(e))
    }

    async fn forget(&self, email: &str) -> Result<Gone, JournalError> {
        self.forget_customer(email).await.map_err(|e| self.failed(e))
    }
}

/// Runs that failed, and those that are due where [`Which`] means them too.
const WAITING: &str = "(state = 'failed' OR ($6 AND state = 'due'))";
/// The runs that are meant by [`Which`].
const MEANT: &str = "($1::bigint IS NULL OR seq = $1) AND ($2::text IS NULL OR action = $2)
    AND ($3::text IS NULL OR position(lower($3) IN lower(why)) > 0)
    AND ($4::bigint[] IS NULL OR (stream, seq) IN (SELECT * FROM unnest($4::bigint[], $5::bigint[])))";

pub(super) fn parked_of(row: &Row) -> Parked {
    Parked { account: row.get(0), until: time(row, 1), why: row.get(2), failures: tries(row, 3) }
}

impl Postgres {
    async fn of_those_meant(&self, sql: &str, which: &Which) -> Result<u64, JournalError> {
        let seq = which.seq.map(|seq| i64::try_from(seq).unwrap_or(i64::MAX));
        let runs: Option<(Vec<i64>, Vec<i64>)> =
            which.runs.as_ref().map(|runs| runs.iter().map(|(stream, seq)| (*stream, seq.cast_signed())).unzip());
        let (streams, seqs) = runs.unzip();
        let work = async {
            let values: Values<'_> = vec![&seq, &which.action, &which.why, &streams, &seqs, &which.due_too];
            let row = self.client().await?.query_one(sql, &values).await?;
            Ok(count(&row, 0))
        };
        work.await.map_err(|e| self.failed(e))
    }
}

impl Postgres {
    /// An account is well again as far as anybody knows: its runs, which are those of these actions, need not wait any more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn wake(&self, account: &str, actions: &[String]) -> Result<(), JournalError> {
        let sql = "WITH well AS (DELETE FROM astra_zoho.parked WHERE account = $1),
                       free AS (UPDATE astra_zoho.due SET not_before_ms = 0 WHERE state = 'due' AND action = ANY($2)
                           RETURNING lane)
                   SELECT astra_zoho.work_lanes(array_agg(lane), NULL)::text FROM free";
        let wake = async { Ok(self.client().await?.query_one(sql, &[&account, &actions]).await?) };
        wake.await.map(drop).map_err(|e| self.failed(e))
    }
}

impl Conversations for Postgres {
    async fn told(&self, conversation: &str) -> Result<Option<(Told, u64)>, JournalError> {
        let ask = async {
            let client = self.client().await?;
            let head = client
                .prepare_cached("SELECT channel, marks, version FROM astra_zoho.conversations WHERE id = $1")
                .await?;
            // the version first: whatever comes after it makes the plan be done again
            let Some(head) = client.query_opt(&head, &[&conversation]).await? else { return Ok(None) };
            let events = client
                .prepare_cached("SELECT at_ms, what FROM astra_zoho.events WHERE conversation = $1 ORDER BY at_ms, nth")
                .await?;
            let events: Vec<(i64, What)> = client
                .query(&events, &[&conversation])
                .await?
                .iter()
                .map(|r| Ok((r.get(0), serde_json::from_str(r.get(1))?)))
                .collect::<Result<_, Failed>>()?;
            let channel =
                if head.get::<_, &str>(0) == Channel::Voice.as_str() { Channel::Voice } else { Channel::Text };
            let marks = serde_json::from_str(head.get(1))?;
            Ok(Some((Told { id: conversation.to_owned(), channel, events, marks }, count(&head, 2))))
        };
        ask.await.map_err(|e| self.failed(e))
    }

    async fn plan(
        &self,
        conversation: &str,
        version: u64,
        runs: &[Queued],
        marks: &BTreeMap<String, Mark>,
        wake: Option<Timestamp>,
    ) -> Result<bool, JournalError> {
        self.planned(conversation, version, runs, marks, wake).await.map_err(|e| self.failed(e))
    }
}

impl Postgres {
    async fn planned(
        &self,
        conversation: &str,
        version: u64,
        runs: &[Queued],
        marks: &BTreeMap<String, Mark>,
        wake: Option<Timestamp>,
    ) -> Result<bool, Failed> {
        let text = serde_json::to_string(marks)?;
        let settled = marks.values().max();
        let (settled_ms, settled_end) = (settled.map(|m| m.at_ms), settled.is_some_and(|m| m.end));
        let wake = wake.map(|w| w.as_millisecond());
        let version = version.cast_signed();
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        let remember = transaction
            .prepare_cached(
                "UPDATE astra_zoho.conversations SET marks = $3, settled_ms = $4, settled_end = $5, wake_ms = $6::bigint,
                 version = version + 1, held = $6::bigint IS NOT NULL AND astra_zoho.read_up_to() IS NOT NULL
                 WHERE id = $1 AND version = $2 RETURNING held",
            )
            .await?;
        let values: Values<'_> = vec![&conversation, &version, &text, &settled_ms, &settled_end, &wake];
        let Some(done) = transaction.query_opt(&remember, &values).await? else { return Ok(false) };
        if !runs.is_empty() {
            let actions: Vec<&str> = runs.iter().map(|q| q.run.action.as_str()).collect();
            let ats: Vec<i64> = runs.iter().map(|q| q.run.at.as_millisecond()).collect();
            let emails: Vec<Option<String>> = runs.iter().map(|q| q.email.as_deref().map(clean)).collect();
            let moments: Vec<String> =
                runs.iter().map(|q| serde_json::to_string(&q.run.moment)).collect::<Result<_, _>>()?;
            let queue = transaction
                .prepare_cached(
                    "WITH new AS (
                         INSERT INTO astra_zoho.due (action, conversation, at_ms, ready_ms, email, moment)
                         SELECT action, $1, at_ms, at_ms + $2, email, moment
                         FROM unnest($3::text[], $4::bigint[], $5::text[], $6::text[])
                             WITH ORDINALITY AS r (action, at_ms, email, moment, n) ORDER BY n
                         RETURNING email, lane), heard AS (
                         INSERT INTO astra_zoho.heard_of SELECT DISTINCT email, $1 FROM new WHERE email IS NOT NULL
                         ON CONFLICT DO NOTHING)
                     SELECT astra_zoho.work_lanes(array_agg(lane), NULL)::text FROM new",
                )
                .await?;
            let values: Values<'_> = vec![&conversation, &self.late_ms, &actions, &ats, &emails, &moments];
            transaction.query_one(&queue, &values).await?;
        }
        if wake.is_some() && !done.get::<_, bool>(0) {
            let ids = [conversation];
            let timers = transaction.prepare_cached("SELECT astra_zoho.set_timers($1)::text").await?;
            transaction.query_one(&timers, &[&ids.as_slice()]).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}
