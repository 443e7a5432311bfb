//! What leaves the queue and the log for good. Must not know who asked for it.

use jiff::Timestamp;
use tokio_postgres::Row;

use super::Postgres;
use super::failed::Failed;
use super::queue::count;
use crate::live::forgotten::json_mentions;
use crate::live::queue::Gone;
use crate::ports::JournalError;
use crate::store::Purge;

impl Postgres {
    pub(super) async fn purge_before(&self, before: Timestamp) -> Result<Gone, Failed> {
        let gone = "SELECT id FROM astra_zoho.conversations c WHERE last_ms < $1 AND wake_ms IS NULL
                    AND NOT EXISTS (SELECT FROM astra_zoho.due WHERE conversation = c.id AND state <> 'failed')";
        let ms = before.as_millisecond();
        let client = self.client().await?;
        let old = client.query("SELECT id FROM astra_zoho.set_aside WHERE came_ms < $1", &[&ms]).await?;
        let old: Vec<i64> = old.iter().map(|r| r.get(0)).collect();
        self.forget_aside(&old).await?;
        let gone: Vec<String> = client.query(gone, &[&ms]).await?.iter().map(|r| r.get(0)).collect();
        drop(client);
        let conversations = self.forget_those(&gone, Some(ms)).await?;
        Ok(Gone { conversations, set_aside: old.len() as u64 })
    }

    pub(super) async fn forget_customer(&self, email: &str) -> Result<Gone, Failed> {
        let client = self.client().await?;
        let known = "SELECT conversation FROM astra_zoho.heard_of WHERE email = $1";
        let mut gone: Vec<String> = client.query(known, &[&email]).await?.iter().map(|r| r.get(0)).collect();
        let nobodys = "SELECT conversation, what FROM astra_zoho.events AS e WHERE position($1 IN lower(what)) > 0
                       AND NOT EXISTS (SELECT FROM astra_zoho.heard_of h WHERE h.conversation = e.conversation)";
        let names_it = |row: &&Row| json_mentions(row.get(1), email);
        gone.extend(client.query(nobodys, &[&email]).await?.iter().filter(names_it).map(|r| r.get::<_, String>(0)));
        let aside = "SELECT id, text FROM astra_zoho.set_aside WHERE position($1 IN lower(text)) > 0";
        let rows = client.query(aside, &[&email]).await?;
        let aside: Vec<i64> = rows.iter().filter(names_it).map(|r| r.get(0)).collect();
        self.forget_aside(&aside).await?;
        drop(client);
        let conversations = self.forget_those(&gone, None).await?;
        Ok(Gone { conversations, set_aside: aside.len() as u64 })
    }

    async fn forget_aside(&self, ids: &[i64]) -> Result<(), Failed> {
        let sql = "WITH gone AS (DELETE FROM astra_zoho.set_aside WHERE id = ANY($1) RETURNING text)
                   INSERT INTO astra_zoho.forgotten
                   SELECT DISTINCT astra_zoho.digest(E'\\n' || text), 9223372036854775807 FROM gone ON CONFLICT DO NOTHING";
        self.client().await?.execute(sql, &[&ids]).await?;
        Ok(())
    }

    /// Deletes conversations with everything that was heard in them; those of which something was heard since a time are
    /// left alone.
    async fn forget_those(&self, ids: &[String], before: Option<i64>) -> Result<u64, Failed> {
        let sql = "WITH gone AS (
                 DELETE FROM astra_zoho.conversations WHERE id = ANY($1) AND ($2::bigint IS NULL OR last_ms < $2)
                 RETURNING id, last_ms),
             f AS (INSERT INTO astra_zoho.forgotten AS f SELECT astra_zoho.digest(id), last_ms FROM gone
                 ON CONFLICT (conversation) DO UPDATE SET until_ms = greatest(f.until_ms, excluded.until_ms)),
             e AS (DELETE FROM astra_zoho.events WHERE conversation IN (SELECT id FROM gone)),
             d AS (DELETE FROM astra_zoho.due WHERE conversation IN (SELECT id FROM gone)),
             h AS (DELETE FROM astra_zoho.heard_of WHERE conversation IN (SELECT id FROM gone))
             SELECT count(*) FROM gone";
        Ok(count(&self.client().await?.query_one(sql, &[&ids, &before]).await?, 0))
    }
}

impl Postgres {
    /// Takes runs out of the log; says how many. As [`Journal::purge`](crate::store::Journal::purge): what they created
    /// stays in the ledger, without the address.
    ///
    /// # Errors
    /// The database failed: nothing is gone.
    pub async fn purge_log(&self, purge: &Purge) -> Result<u64, JournalError> {
        let work = async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let gone = match purge {
                Purge::Before(at) => {
                    let sql = "DELETE FROM astra_zoho.runs WHERE at_ms < $1";
                    let ledger = "UPDATE astra_zoho.ledger SET email = '' WHERE created_ms < $1";
                    transaction.execute(ledger, &[&at.as_millisecond()]).await?;
                    transaction.execute(sql, &[&at.as_millisecond()]).await?
                }
                Purge::Customer(email) => {
                    let sql = "DELETE FROM astra_zoho.runs WHERE conversation IN (
                               SELECT conversation FROM astra_zoho.runs WHERE email = $1)";
                    let gone = transaction.execute(sql, &[email]).await?;
                    transaction.execute("DELETE FROM astra_zoho.intents WHERE email = $1", &[email]).await?;
                    transaction.execute("UPDATE astra_zoho.ledger SET email = '' WHERE email = $1", &[email]).await?;
                    gone
                }
            };
            transaction.commit().await?;
            Ok(gone)
        };
        work.await.map_err(|e| self.failed(e))
    }
}
