//! One budget of an account for all workers of a database: how many requests are on their way, and how many API credits
//! are left. Implements `ports::Budget`.
//!
//! Owns that neither is ever exceeded, whoever dies. Must not know what a request is for.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio_postgres::{Client, Config, NoTls};

use super::Postgres;
use super::failed::Failed;
use crate::ports::{Budget, Clock, CrmError, Repeat, Turn};

/// How long to wait before asking again for a turn where there was none.
const PAUSE: Duration = Duration::from_millis(20);
/// How long credits are waited for at a time where it is not known when they come back.
const UNKNOWN_WAIT: Duration = Duration::from_secs(3_600);
/// Credits are summed in slices of so many seconds.
const SLICE_S: u64 = 600;

/// A connection that stands for its process: what it took is given back when it ends.
#[derive(Default)]
pub(super) struct Identity(Mutex<Option<Known>>);

struct Known {
    /// Kept open, asked nothing any more.
    client: Client,
    pid: i32,
    began: String,
}

impl Identity {
    /// Which of the server's processes it is, and since when.
    async fn of(&self, config: &Config) -> Result<(i32, String), Failed> {
        let mut known = self.0.lock().await;
        if let Some(known) = known.as_ref().filter(|k| !k.client.is_closed()) {
            return Ok((known.pid, known.began.clone()));
        }
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "the connection that turns are held by is lost");
            }
        });
        let sql = "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        let row = client.query_one(sql, &[]).await?;
        let (pid, began): (i32, String) = (row.get(0), row.get(1));
        *known = Some(Known { client, pid, began: began.clone() });
        Ok((pid, began))
    }
}

/// An account's budget.
pub struct Shared {
    home: Arc<Postgres>,
    clock: Arc<dyn Clock>,
    account: String,
    /// How many requests may be on their way.
    most: i32,
    /// Below so many credits nothing is sent.
    floor: Option<i64>,
}

impl Shared {
    /// The budget of an account: at most `most` requests on their way, none that would leave less than `floor` credits.
    pub fn new(home: Arc<Postgres>, clock: Arc<dyn Clock>, account: &str, most: usize, floor: Option<u64>) -> Self {
        let most = i32::try_from(most).unwrap_or(i32::MAX);
        let floor = floor.map(|floor| i64::try_from(floor).unwrap_or(i64::MAX));
        Self { home, clock, account: account.to_owned(), most, floor }
    }

    async fn try_to_take(&self, credits: u64) -> Result<i64, Failed> {
        let (pid, began) = self.home.identity.of(&self.home.config).await?;
        let client = self.home.client().await?;
        let sql = client.prepare_cached("SELECT astra_zoho.take_turn($1, $2, $3, $4, $5, $6, $7)").await?;
        let now = self.clock.now().as_second();
        let credits = credits.cast_signed();
        let row =
            client.query_one(&sql, &[&self.account, &self.most, &credits, &self.floor, &now, &pid, &began]).await?;
        Ok(row.get(0))
    }

    async fn is_left(&self, at: Timestamp) -> Result<Option<u64>, Failed> {
        let client = self.home.client().await?;
        let sql = client.prepare_cached("SELECT astra_zoho.credits_left($1, $2)").await?;
        let row = client.query_opt(&sql, &[&self.account, &at.as_second()]).await?;
        Ok(row.and_then(|r| r.get::<_, Option<i64>>(0)).map(|left| u64::try_from(left).unwrap_or(0)))
    }
}

impl Budget for Shared {
    fn take(&self, credits: u64) -> BoxFuture<'_, Result<Box<dyn Turn>, CrmError>> {
        Box::pin(async move {
            loop {
                let id = self.try_to_take(credits).await.map_err(|e| CrmError {
                    code: "network".into(),
                    message: format!("account {}: {}", self.account, self.home.failed(e)),
                    repeat: Repeat::Safe,
                    after: None,
                })?;
                match id {
                    0 => self.clock.sleep(PAUSE).await,
                    -1 => {
                        return Err(CrmError {
                            code: "credits_exhausted".into(),
                            message: format!(
                                "account {}: too few of the organisation's API credits would be left, below its credits_floor of {}; they come back within 24 hours",
                                self.account,
                                self.floor.unwrap_or(0)
                            ),
                            repeat: Repeat::Safe,
                            after: None,
                        });
                    }
                    id => {
                        let (home, clock) = (Arc::clone(&self.home), Arc::clone(&self.clock));
                        return Ok(Box::new(Taken { home, clock, id: Some(id) }) as Box<dyn Turn>);
                    }
                }
            }
        })
    }

    fn left(&self, at: Timestamp) -> BoxFuture<'_, Option<u64>> {
        Box::pin(async move {
            self.is_left(at).await.unwrap_or_else(|e| {
                tracing::debug!(account = %self.account, error = ?e, "credits cannot be read");
                None
            })
        })
    }

    fn until(&self, at: Timestamp, floor: u64) -> BoxFuture<'_, Duration> {
        Box::pin(async move {
            let slices = UNKNOWN_WAIT.as_secs() / SLICE_S;
            for wait in (1..slices).map(|n| Duration::from_secs(n * SLICE_S)) {
                let later = at.checked_add(wait).unwrap_or(at);
                if self.left(later).await.is_some_and(|left| left >= floor) {
                    return wait;
                }
            }
            UNKNOWN_WAIT
        })
    }
}

/// A turn that was taken; dropping it ends it, as one that may have been sent.
struct Taken {
    home: Arc<Postgres>,
    clock: Arc<dyn Clock>,
    id: Option<i64>,
}

async fn end(home: &Postgres, id: i64, sent: bool, left: Option<u64>, now: Timestamp) {
    let left = left.map(u64::cast_signed);
    let ended = async {
        let client = home.client().await?;
        let sql = client.prepare_cached("SELECT astra_zoho.end_turn($1, $2, $3, $4)::text").await?;
        Ok::<_, Failed>(client.execute(&sql, &[&id, &sent, &left, &now.as_second()]).await?)
    };
    if let Err(error) = ended.await {
        tracing::warn!(?error, "a turn at Zoho could not be given back: it is when this process ends");
    }
}

impl Turn for Taken {
    fn end(mut self: Box<Self>, sent: bool, left: Option<u64>) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if let Some(id) = self.id {
                end(&self.home, id, sent, left, self.clock.now()).await;
                self.id = None;
            }
        })
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let (Some(id), Ok(runtime)) = (self.id.take(), tokio::runtime::Handle::try_current()) {
            let (home, now) = (Arc::clone(&self.home), self.clock.now());
            runtime.spawn(async move { end(&home, id, true, None, now).await });
        }
    }
}
