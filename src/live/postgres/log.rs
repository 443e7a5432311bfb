//! Looking through the log in a database, as [`store::Log`](crate::store::Log) does in a file: the same filters, order,
//! pages and counts. Must not know how runs are made.

use std::ops::ControlFlow;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, NoTls, Row};

use super::failed::Failed;
use super::{Address, Postgres, clean};
use crate::domain::found::folded;
use crate::domain::run::RunRecord;
use crate::domain::trace::Trace;
use crate::ports::JournalError;
use crate::store::{Count, Filter, Latest, Logged, Order, Tally};

/// How far runs are counted that nobody keeps count of.
const COUNTED: i64 = 10_000;
/// How long nothing is said before somebody looks all the same: events may come while nobody works.
const SILENCE: Duration = Duration::from_secs(60);
/// How many runs are read at a time.
const PAGE: u32 = 500;

/// Runs chosen: the condition, and its values.
struct Chosen {
    condition: String,
    values: Vec<Box<dyn ToSql + Sync + Send>>,
}

impl Chosen {
    fn of(filter: &Filter, after: Option<i64>) -> Self {
        let mut this = Self { condition: "true".into(), values: Vec::new() };
        this.term("words @@ $::text::tsquery", filter.search.as_deref().and_then(sought));
        this.term("conversation = $", filter.conversation.as_deref().map(clean));
        this.term("action = $", filter.action.clone());
        this.term("outcome = $", filter.outcome.map(|o| o.as_str()));
        this.term("rule = $", filter.rule.map(|r| r.as_str()));
        this.term("stream = $", filter.replay);
        this.term("at_ms >= $", filter.since.map(crate::store::since_ms));
        let way = if filter.order == Order::NewestFirst { "id < $" } else { "id > $" };
        this.term(way, after);
        this
    }

    fn term<T: ToSql + Sync + Send + 'static>(&mut self, sql: &str, value: Option<T>) {
        if let Some(value) = value {
            self.values.push(Box::new(value));
            let term = sql.replace('$', &format!("${}", self.values.len()));
            self.condition = format!("{} AND {term}", self.condition);
        }
    }

    fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values.iter().map(|v| &**v as &(dyn ToSql + Sync)).collect()
    }
}

/// What is searched for, in the index's language: all of the words, the last part of each the beginning of one. `None`:
/// nothing.
fn sought(search: &str) -> Option<String> {
    let words: Vec<&str> = search.split_whitespace().collect();
    let pieces: Vec<String> = words
        .iter()
        .map(|w| folded(w))
        .filter(|w| !w.is_empty())
        .map(|w| format!("({}:*)", w.split(' ').map(|p| format!("'{p}'")).collect::<Vec<_>>().join(" <-> ")))
        .collect();
    match (words.is_empty(), pieces.is_empty()) {
        (true, _) => None,
        // signs alone are in none: a word that no folding makes
        (_, true) => Some("'-'".into()),
        _ => Some(pieces.join(" & ")),
    }
}

fn logged(row: &Row) -> Logged {
    Logged {
        id: row.get(0),
        replay: row.get(1),
        seq: row.get::<_, i64>(2).cast_unsigned(),
        json: row.get(3),
        trace: row.get(4),
    }
}

/// What is kept of a run for looking it up: its words, and what the look-up saw.
pub(super) fn kept_of(record: &RunRecord, trace: &Trace) -> (String, &'static str) {
    (folded(&record.searched()), trace.case.map_or("", |c| c.as_str()))
}

impl Postgres {
    /// Hands over the runs of the log one by one until there are no more or `each` breaks.
    ///
    /// # Errors
    /// The database failed.
    pub async fn runs(
        &self,
        filter: &Filter,
        mut each: impl FnMut(Logged) -> ControlFlow<()>,
    ) -> Result<(), JournalError> {
        let mut page = Filter { limit: Some(PAGE), ..filter.clone() };
        let mut left = filter.limit;
        loop {
            page.limit = Some(left.map_or(PAGE, |left| left.min(PAGE)));
            let runs = self.page(&page).await?;
            let n = u32::try_from(runs.len()).unwrap_or(PAGE);
            page.after = runs.last().map(|r| r.id);
            for run in runs {
                if each(run).is_break() {
                    return Ok(());
                }
            }
            left = left.map(|left| left - n);
            if Some(n) < page.limit || left == Some(0) {
                return Ok(());
            }
        }
    }

    /// A page of the log's runs.
    ///
    /// # Errors
    /// The database failed.
    pub async fn page(&self, filter: &Filter) -> Result<Vec<Logged>, JournalError> {
        let chosen = Chosen::of(filter, filter.after);
        let way = if filter.order == Order::NewestFirst { "DESC" } else { "ASC" };
        let limit = filter.limit.map_or(String::new(), |n| format!("LIMIT {n}"));
        let sql = format!(
            "SELECT id, stream, seq, record, trace FROM astra_zoho.runs WHERE {} ORDER BY id {way} {limit}",
            chosen.condition
        );
        let ask = async { Ok(self.client().await?.query(&sql, &chosen.values()).await?.iter().map(logged).collect()) };
        ask.await.map_err(|e| self.failed(e))
    }

    /// How many runs of the log there are; `order`, `after` and `limit` do not count. What is not kept count of is counted
    /// to 10,000.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count(&self, filter: &Filter) -> Result<Count, JournalError> {
        let Filter { outcome, since, replay, action, rule, conversation, search, .. } = filter;
        let kept = since.is_none() && replay.is_none() && conversation.is_none();
        if kept && search.as_deref().and_then(sought).is_none() {
            let tallies = self.tallies(action.as_deref()).await?;
            let wanted = tallies
                .iter()
                .filter(|t| outcome.is_none_or(|o| o == t.outcome) && rule.is_none_or(|r| Some(r) == t.rule));
            return Ok(Count { runs: wanted.map(|t| t.runs).sum(), or_more: false });
        }
        let chosen = Chosen::of(filter, None);
        let sql = format!(
            "SELECT count(*) FROM (SELECT FROM astra_zoho.runs WHERE {} LIMIT {}) AS found",
            chosen.condition,
            COUNTED + 1
        );
        let ask = async { Ok(self.client().await?.query_one(&sql, &chosen.values()).await?.get::<_, i64>(0)) };
        let runs = ask.await.map_err(|e| self.failed(e))?;
        Ok(Count { runs: runs.min(COUNTED).cast_unsigned(), or_more: runs > COUNTED })
    }

    /// How many runs of the log came out how, by which rule, of what the look-up saw; of an action, or of all.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tallies(&self, action: Option<&str>) -> Result<Vec<Tally>, JournalError> {
        let sql = "SELECT outcome, rule, seen, sum(runs)::bigint FROM astra_zoho.tallies
                   WHERE $1::text IS NULL OR action = $1 GROUP BY 1, 2, 3 HAVING sum(runs) > 0";
        let ask = async { Ok(self.client().await?.query(sql, &[&action]).await?) };
        let rows = ask.await.map_err(|e| self.failed(e))?;
        // a word of a newer program is nothing this one can count
        let tally = |r: &Row| {
            let rule = r.get::<_, &str>(1);
            Some(Tally {
                outcome: r.get::<_, &str>(0).parse().ok()?,
                rule: if rule.is_empty() { None } else { Some(rule.parse().ok()?) },
                case: r.get::<_, &str>(2).parse().ok(),
                runs: r.get::<_, i64>(3).cast_unsigned(),
            })
        };
        let mut tallies: Vec<Tally> = rows.iter().filter_map(tally).collect();
        tallies.sort();
        Ok(tallies)
    }

    /// The run of an action that was made last.
    ///
    /// # Errors
    /// The database failed.
    pub async fn latest(&self, action: &str) -> Result<Option<Latest>, JournalError> {
        let newest = Filter { action: Some(action.to_owned()), limit: Some(1), ..Filter::default() };
        let Some(run) = self.page(&newest).await?.into_iter().next() else { return Ok(None) };
        let record = run.record()?;
        Ok(Some(Latest { outcome: record.outcome, dry_run: record.dry_run, at: record.at }))
    }

    /// The number of the run of the log that was made last; 0 where none was.
    ///
    /// # Errors
    /// The database failed.
    pub async fn newest(&self) -> Result<i64, JournalError> {
        let ask = async {
            let row = self.client().await?.query_one("SELECT coalesce(max(id), 0) FROM astra_zoho.runs", &[]).await?;
            Ok(row.get(0))
        };
        ask.await.map_err(|e| self.failed(e))
    }

    /// Fills in what runs were kept without by programs before the second schema.
    pub(super) async fn word_all(client: &deadpool_postgres::Client) -> Result<(), Failed> {
        let sql = "SELECT id, record, trace FROM astra_zoho.runs WHERE id > $1 ORDER BY id LIMIT 500";
        let mut after = i64::MIN;
        loop {
            let rows = client.query(sql, &[&after]).await?;
            let Some(last) = rows.last() else { break };
            after = last.get(0);
            let (mut ids, mut words, mut seen) = (Vec::new(), Vec::new(), Vec::new());
            for row in &rows {
                let Ok(record) = serde_json::from_str::<RunRecord>(row.get(1)) else { continue };
                let trace =
                    row.get::<_, Option<&str>>(2).and_then(|t| serde_json::from_str(t).ok()).unwrap_or_default();
                let kept = kept_of(&record, &trace);
                ids.push(row.get::<_, i64>(0));
                words.push(kept.0);
                seen.push(kept.1);
            }
            let fill = "UPDATE astra_zoho.runs SET words = to_tsvector('simple', r.words), seen = r.seen
                        FROM unnest($1::bigint[], $2::text[], $3::text[]) AS r (id, words, seen) WHERE runs.id = r.id";
            client.execute(fill, &[&ids, &words, &seen]).await?;
        }
        let count = "INSERT INTO astra_zoho.tallies SELECT action, outcome, coalesce(rule, ''), seen, 0, count(*)
                     FROM astra_zoho.runs GROUP BY 1, 2, 3, 4 ON CONFLICT DO NOTHING";
        client.execute(count, &[]).await?;
        Ok(())
    }
}

/// Listens to what workers say until `heard` says that nobody wants to know; it is called at once when somebody listens,
/// and then at most once in a `pause`, however much is said.
///
/// # Errors
/// The database cannot be reached any more.
pub async fn listen(address: &Address, pause: Duration, heard: impl Fn() -> bool) -> Result<(), JournalError> {
    let failed = |e: tokio_postgres::Error| Failed::from(e).told(&address.shown);
    let (client, mut connection) = address.config.connect(NoTls).await.map_err(failed)?;
    let mut said = stream::poll_fn(move |context| connection.poll_message(context));
    let (tell, mut told) = tokio::sync::watch::channel(());
    // what is asked is sent by whoever looks at what is said
    let ear = tokio::spawn(async move {
        loop {
            match said.next().await {
                Some(Ok(AsyncMessage::Notification(_))) => tell.send_replace(()),
                Some(Ok(_)) => {}
                Some(Err(e)) => return Some(e),
                None => return None,
            }
        }
    });
    client.batch_execute("LISTEN astra_zoho").await.map_err(failed)?;
    while heard() {
        tokio::time::sleep(pause).await;
        if let Ok(Err(_)) = tokio::time::timeout(SILENCE, told.changed()).await {
            // the ear is gone with the connection
            break;
        }
    }
    drop(client);
    match ear.await {
        Ok(Some(e)) => Err(failed(e)),
        _ => Ok(()),
    }
}

/// How far the clock of a database is ahead of ours, in milliseconds.
pub fn ahead_ms(clock: Option<Timestamp>, now: Timestamp) -> i64 {
    clock.map_or(0, |clock| clock.as_millisecond() - now.as_millisecond())
}
