//! A lane while one job works it: due runs are claimed from it, and what they do is remembered, in one transaction with
//! their leaving the queue.
//!
//! Owns that nobody makes a run that another worker took over: whatever is written says whose claim it is. Must not know
//! how a run is made.

use jiff::Timestamp;
use tokio_postgres::Row;

use super::failed::Failed;
use super::log::kept_of;
use super::queue::{parked_of, time, tries};
use super::{Postgres, clean};
use crate::domain::run::Outcome;
use crate::live::plan::NewRun;
use crate::live::queue::{Claimed, DueRuns, Parked, Queue as _};
use crate::ports::{Created, Intent, Journal, JournalError, Leases, Settled};

/// How long a request may be on its way after the worker that sent it was lost, in milliseconds: as long as the client of
/// Zoho waits for an answer. Only then a look tells what became of it.
const ON_ITS_WAY_MS: i64 = 30_000;
/// How soon a lane is worked again that waits for a conversation to be looked at, in milliseconds.
const SOON_MS: i64 = 100;
/// How soon a lane is worked again that waits for anything else.
const LATER_MS: i64 = 1_000;

/// A lane, and the claim under which it is worked.
pub struct Lane<'a> {
    home: &'a Postgres,
    lane: i32,
    claim: i64,
}

impl<'a> Lane<'a> {
    /// Takes a lane over from whoever worked it last: runs that were claimed and not settled are due again, those that may
    /// have been writing not at once.
    ///
    /// # Errors
    /// The database failed.
    pub async fn take_over(home: &'a Postgres, lane: i32) -> Result<Self, JournalError> {
        let sql = "UPDATE astra_zoho.due SET state = 'due', claim = NULL, tries = tries + 1,
                   not_before_ms = coalesce((SELECT $2 + max(extract(epoch FROM made_at) * 1000)::bigint
                       FROM astra_zoho.intents WHERE intents.stream = due.stream AND intents.seq = due.seq), 0)
                   WHERE lane = $1 AND state = 'running'";
        let take = async {
            let client = home.client().await?;
            client.execute(sql, &[&lane, &ON_ITS_WAY_MS]).await?;
            Ok(client.query_one("SELECT nextval('astra_zoho.claims')", &[]).await?.get(0))
        };
        let claim = take.await.map_err(|e| home.failed(e))?;
        Ok(Self { home, lane, claim })
    }

    /// Has the lane worked again when there is something to do; nothing where it is empty.
    ///
    /// # Errors
    /// The database failed.
    pub async fn leave(self) -> Result<(), JournalError> {
        let sql = "SELECT astra_zoho.work_lanes(ARRAY[$1::int], to_timestamp(greatest(due_ms, now_ms + CASE
                       WHEN ready_ms >= (SELECT min(wake_ms) FROM astra_zoho.conversations WHERE wake_ms IS NOT NULL)
                       THEN $2::bigint ELSE $3::bigint END) / 1000.0))::text
                   FROM (SELECT min(not_before_ms) AS due_ms, min(ready_ms) AS ready_ms,
                         (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms
                         FROM astra_zoho.due WHERE lane = $1 AND state = 'due') AS waiting
                   WHERE due_ms IS NOT NULL";
        let leave = async { Ok(self.home.client().await?.execute(sql, &[&self.lane, &SOON_MS, &LATER_MS]).await?) };
        leave.await.map(drop).map_err(|e| self.home.failed(e))
    }

    fn failed(&self, error: Failed) -> JournalError {
        self.home.failed(error)
    }
}

fn signed(seqs: impl Iterator<Item = u64>) -> Vec<i64> {
    seqs.map(u64::cast_signed).collect()
}

/// These runs are still claimed by this claim; they stay so until the transaction ends.
const STILL_OURS: &str =
    "SELECT seq FROM astra_zoho.due WHERE seq = ANY($1) AND state = 'running' AND claim = $2 ORDER BY seq FOR UPDATE";

impl DueRuns for Lane<'_> {
    async fn claim(
        &self,
        action: &str,
        stream: i64,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Claimed>, JournalError> {
        // an earlier run of the same address goes first, whatever became of it; one that is not known yet, too
        let sql = "UPDATE astra_zoho.due SET state = 'running', stream = $3, claim = $4 WHERE seq IN (
                       SELECT seq FROM astra_zoho.due AS d
                       WHERE state = 'due' AND lane = $1 AND action = $2 AND not_before_ms <= $5
                       AND ready_ms < coalesce(
                           (SELECT min(wake_ms) FROM astra_zoho.conversations WHERE wake_ms IS NOT NULL),
                           9223372036854775807)
                       AND NOT EXISTS (SELECT FROM astra_zoho.due AS e WHERE e.email = d.email
                           AND e.state IN ('due', 'running') AND (e.at_ms, e.seq) < (d.at_ms, d.seq))
                       ORDER BY at_ms, seq LIMIT $6)
                   RETURNING seq, action, conversation, at_ms, moment, tries";
        let row = |r: &Row| {
            Ok(Claimed {
                seq: r.get::<_, i64>(0).cast_unsigned(),
                conversation: r.get(2),
                run: NewRun { action: r.get(1), at: time(r, 3), moment: serde_json::from_str(r.get(4))? },
                tries: tries(r, 5),
            })
        };
        let claim = async {
            let client = self.home.client().await?;
            let sql = client.prepare_cached(sql).await?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows =
                client.query(&sql, &[&self.lane, &action, &stream, &self.claim, &now.as_millisecond(), &limit]).await?;
            rows.iter().map(row).collect::<Result<Vec<_>, Failed>>()
        };
        let mut claimed = claim.await.map_err(|e| self.failed(e))?;
        claimed.sort_by_key(|c| (c.run.at, c.seq));
        Ok(claimed)
    }

    /// The journal did, in one transaction with their records.
    async fn settle(&self, _: &[(u64, Option<String>)]) -> Result<(), JournalError> {
        Ok(())
    }

    async fn give_back(&self, runs: &[(u64, String)], not_before: Timestamp) -> Result<(), JournalError> {
        let sql = "UPDATE astra_zoho.due SET state = 'due', claim = NULL, tries = tries + 1, why = r.why,
                   not_before_ms = $3 FROM unnest($1::bigint[], $2::text[]) AS r (seq, why)
                   WHERE due.seq = r.seq AND due.claim = $4 AND state = 'running'";
        let seqs = signed(runs.iter().map(|(seq, _)| *seq));
        let whys: Vec<String> = runs.iter().map(|(_, why)| clean(why)).collect();
        let give = async {
            let at = not_before.as_millisecond();
            Ok(self.home.client().await?.execute(sql, &[&seqs, &whys, &at, &self.claim]).await?)
        };
        give.await.map(drop).map_err(|e| self.failed(e))
    }

    async fn is_due(&self, action: &str, now: Timestamp) -> Result<bool, JournalError> {
        let sql = "SELECT EXISTS (SELECT FROM astra_zoho.due WHERE state = 'due' AND lane = $1 AND action = $2
                   AND not_before_ms <= $3)";
        let at = now.as_millisecond();
        let ask = async { Ok(self.home.client().await?.query_one(sql, &[&self.lane, &action, &at]).await?.get(0)) };
        ask.await.map_err(|e| self.failed(e))
    }

    async fn park(&self, account: &str, parked: Option<&Parked>) -> Result<(), JournalError> {
        self.home.rest(account, parked).await
    }

    async fn parked(&self, account: &str) -> Result<Option<Parked>, JournalError> {
        let sql = "SELECT account, until_ms, why, failures FROM astra_zoho.parked WHERE account = $1";
        let ask = async { Ok(self.home.client().await?.query_opt(sql, &[&account]).await?) };
        ask.await.map(|row| row.as_ref().map(parked_of)).map_err(|e| self.failed(e))
    }
}

/// A lane is worked by one job, and an address is always in the same lane.
impl Leases for Lane<'_> {
    type Lease = ();

    async fn hold(&self, _: &str, _: &[String]) -> Result<(), JournalError> {
        Ok(())
    }
}

impl Journal for Lane<'_> {
    async fn ours(&self, organisation: &str, contacts: &[(String, Timestamp)]) -> Result<Vec<bool>, JournalError> {
        let sql = "SELECT EXISTS (SELECT FROM astra_zoho.ledger l
                       WHERE l.organisation = $1 AND l.contact_id = c.id AND l.created_ms = c.created_ms)
                   FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY AS c (id, created_ms, n) ORDER BY n";
        let ids: Vec<&str> = contacts.iter().map(|(id, _)| id.as_str()).collect();
        let created: Vec<i64> = contacts.iter().map(|(_, at)| at.as_millisecond()).collect();
        let ask = async { Ok(self.home.client().await?.query(sql, &[&organisation, &ids, &created]).await?) };
        ask.await.map(|rows| rows.iter().map(|r| r.get(0)).collect()).map_err(|e| self.failed(e))
    }

    async fn created_for(&self, organisation: &str, email: &str) -> Result<Vec<String>, JournalError> {
        let sql = "SELECT contact_id FROM astra_zoho.ledger WHERE organisation = $1 AND email = $2 ORDER BY created_ms";
        let ask = async { Ok(self.home.client().await?.query(sql, &[&organisation, &clean(email)]).await?) };
        ask.await.map(|rows| rows.iter().map(|r| r.get(0)).collect()).map_err(|e| self.failed(e))
    }

    async fn unsettled(&self, organisation: &str, emails: &[String]) -> Result<Vec<Intent>, JournalError> {
        let sql =
            "SELECT intent FROM astra_zoho.intents WHERE organisation = $1 AND email = ANY($2) ORDER BY made_at, seq";
        let ask = async {
            let emails: Vec<String> = emails.iter().map(|e| clean(e)).collect();
            let rows = self.home.client().await?.query(sql, &[&organisation, &emails]).await?;
            rows.iter().map(|r| Ok(serde_json::from_str(r.get(0))?)).collect::<Result<_, Failed>>()
        };
        ask.await.map_err(|e| self.failed(e))
    }

    async fn intend(&self, intents: &[Intent]) -> Result<(), JournalError> {
        self.intended(intents).await.map_err(|e| self.failed(e))
    }

    async fn resolve(&self, intent: &Intent, created: Option<&Created>) -> Result<(), JournalError> {
        let resolve = async {
            let mut client = self.home.client().await?;
            let transaction = client.transaction().await?;
            let ours =
                "SELECT FROM astra_zoho.due WHERE lane = $1 AND state = 'running' AND claim = $2 LIMIT 1 FOR SHARE";
            if transaction.query_opt(ours, &[&self.lane, &self.claim]).await?.is_none() {
                return Err(Failed::Taken);
            }
            if let Some(created) = created {
                keep_created(&transaction, created).await?;
            }
            let ended = "DELETE FROM astra_zoho.intents WHERE stream = $1 AND seq = $2";
            transaction.execute(ended, &[&intent.replay, &intent.seq.cast_signed()]).await?;
            Ok(transaction.commit().await?)
        };
        resolve.await.map_err(|e| self.failed(e))
    }

    async fn settle(&self, stream: i64, settled: &[Settled]) -> Result<(), JournalError> {
        self.settled(stream, settled).await.map_err(|e| self.failed(e))
    }
}

async fn keep_created(transaction: &deadpool_postgres::Transaction<'_>, created: &Created) -> Result<(), Failed> {
    let sql = "INSERT INTO astra_zoho.ledger VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organisation, contact_id)
               DO UPDATE SET created_ms = $3, email = $4, run_id = $5";
    let at = created.created_at.as_millisecond();
    let email = clean(&created.email);
    transaction.execute(sql, &[&created.organisation, &created.contact_id, &at, &email, &created.run_id]).await?;
    Ok(())
}

impl Lane<'_> {
    async fn intended(&self, intents: &[Intent]) -> Result<(), Failed> {
        let seqs = signed(intents.iter().map(|i| i.seq));
        let streams: Vec<i64> = intents.iter().map(|i| i.replay).collect();
        let organisations: Vec<&str> = intents.iter().map(|i| i.organisation.as_str()).collect();
        let emails: Vec<String> = intents.iter().map(|i| clean(&i.email)).collect();
        let texts: Vec<String> = intents.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        let mut client = self.home.client().await?;
        let transaction = client.transaction().await?;
        if transaction.query(STILL_OURS, &[&seqs, &self.claim]).await?.len() != seqs.len() {
            return Err(Failed::Taken);
        }
        let sql = "INSERT INTO astra_zoho.intents (stream, seq, organisation, email, intent)
                   SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
                   ON CONFLICT (stream, seq) DO UPDATE SET organisation = excluded.organisation,
                   email = excluded.email, intent = excluded.intent, made_at = clock_timestamp()";
        transaction.execute(sql, &[&streams, &seqs, &organisations, &emails, &texts]).await?;
        Ok(transaction.commit().await?)
    }

    /// Keeps records, ends intents, and takes the runs out of the queue: all in one.
    async fn settled(&self, stream: i64, settled: &[Settled]) -> Result<(), Failed> {
        let seqs = signed(settled.iter().map(|s| s.seq));
        let mut client = self.home.client().await?;
        let transaction = client.transaction().await?;
        if transaction.query(STILL_OURS, &[&seqs, &self.claim]).await?.len() != seqs.len() {
            return Err(Failed::Taken);
        }
        let keep = transaction
            .prepare_cached(
                "INSERT INTO astra_zoho.runs
                 (stream, seq, at_ms, action, conversation, outcome, rule, email, record, trace, words, seen)
                 SELECT $1, r.seq, at_ms, action, conversation, outcome, rule, email, record, trace,
                     to_tsvector('simple', words), seen
                 FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::text[], $11::text[], $12::text[]) WITH ORDINALITY AS r
                     (seq, at_ms, action, conversation, outcome, rule, email, record, trace, words, seen, n) ORDER BY n",
            )
            .await?;
        let records = || settled.iter().map(|s| &s.record);
        let ats: Vec<i64> = records().map(|r| r.at.as_millisecond()).collect();
        let actions: Vec<&str> = records().map(|r| r.action.as_str()).collect();
        let conversations: Vec<String> = records().map(|r| clean(&r.conversation)).collect();
        let outcomes: Vec<&str> = records().map(|r| r.outcome.as_str()).collect();
        let rules: Vec<Option<&str>> = records().map(|r| r.rule.map(|r| r.as_str())).collect();
        let emails: Vec<Option<String>> = records().map(|r| r.email.as_deref().map(clean)).collect();
        let texts: Vec<String> = records().map(serde_json::to_string).collect::<Result<_, _>>()?;
        let traces: Vec<String> = settled.iter().map(|s| serde_json::to_string(&s.trace)).collect::<Result<_, _>>()?;
        let (words, seen): (Vec<String>, Vec<&str>) = settled.iter().map(|s| kept_of(&s.record, &s.trace)).unzip();
        let values: super::Values<'_> = vec![
            &stream,
            &seqs,
            &ats,
            &actions,
            &conversations,
            &outcomes,
            &rules,
            &emails,
            &texts,
            &traces,
            &words,
            &seen,
        ];
        // in one go, so that they are counted at once
        transaction.execute(&keep, &values).await?;
        let fail = transaction
            .prepare_cached(
                "UPDATE astra_zoho.due SET state = 'failed', claim = NULL, tries = tries + 1, why = $2 WHERE seq = $1",
            )
            .await?;
        let mut over = Vec::new();
        for (one, seq) in settled.iter().zip(&seqs) {
            let r = &one.record;
            if let Some(created) = &one.created {
                keep_created(&transaction, created).await?;
            }
            match r.error.as_ref().filter(|_| r.outcome == Outcome::Failed) {
                Some(error) => {
                    let why = clean(&error.sentence());
                    transaction.execute(&fail, &[seq, &why]).await?;
                }
                None => over.push(*seq),
            }
        }
        transaction.execute("DELETE FROM astra_zoho.due WHERE seq = ANY($1)", &[&over]).await?;
        // an intent that may have been done stays, for a later look-up to settle
        let ended = signed(settled.iter().filter(|s| !s.uncertain).map(|s| s.seq));
        let end = "DELETE FROM astra_zoho.intents WHERE stream = $1 AND seq = ANY($2)";
        transaction.execute(end, &[&stream, &ended]).await?;
        Ok(transaction.commit().await?)
    }
}
