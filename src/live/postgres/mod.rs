//! The queue's home for several workers: one PostgreSQL database for events, timers, due runs, intents, ledger, log and
//! credits. Feature `postgres`.
//!
//! Timers and turns are jobs of graphile_worker, in the same database and in the same transactions as what they are about:
//! a job `look` for each conversation with a timer, set anew by each event; a job `run` for each lane of due runs; a job
//! `event` for each event that came by SQL. Jobs only say when and by whom; what is to be done stands in our own tables,
//! so a job that comes twice, or in vain, does no harm.
//!
//! ```text
//!   accept ---> conversations, events --- job look ---> Crew: Worker::look_at ---> due --- job run ---> Crew: Worker::make
//!   SQL: add_event --- job event --^                                            (by lane)                 through a Lane
//! ```
//!
//! Owns the tables (schema `astra_zoho`) and the jobs (schema `astra_zoho_jobs`). Must not know what an event means, nor how
//! runs are made.

mod budget;
mod crew;
mod failed;
mod forget;
mod lane;
mod log;
mod moved;
mod queue;

use std::time::Duration;

use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use graphile_worker::tokio_postgres::TokioPostgresDatabase;
use graphile_worker::{Database, WorkerUtils};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::Host;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, NoTls};

pub use budget::Shared;
pub use crew::{Crew, Report};
pub use lane::Lane;
pub use log::{ahead_ms, listen};
pub use moved::Moved;

use crate::ports::JournalError;
use failed::Failed;

/// The schema of graphile_worker's own tables: not its usual one, which somebody else's jobs may be in.
const JOBS: &str = "astra_zoho_jobs";
/// The schemas of our own tables, from the first on.
const STEPS: [&str; 4] = [include_str!("1.sql"), include_str!("2.sql"), include_str!("3.sql"), include_str!("4.sql")];
/// Held while schemas are made: any number that nobody else locks.
const MAKING: i64 = 0x0A57_2A20_4090_0001;
/// How many connections there are for queues and runs; graphile_worker has as many, and one to listen.
const CONNECTIONS: usize = 8;
/// How long to wait for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

type Values<'v> = Vec<&'v (dyn ToSql + Sync)>;

/// Where the database is.
#[derive(Clone)]
pub struct Address {
    config: Config,
    /// For people: host and name, nothing else.
    shown: String,
}

/// The address of a database cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Not in the form of an address.
    #[error("the database's address cannot be read: write postgres://USER@HOST:PORT/NAME")]
    Form,
    /// Anybody who sees the address would know the password.
    #[error(
        "the database's address holds a password: take it out, and give it in PGPASSWORD or in secrets/database (readable by you alone)"
    )]
    Password,
}

impl Address {
    /// Reads `postgres://user@host:port/name`, or the form `host=… user=… dbname=…`.
    ///
    /// # Errors
    /// It is neither, or holds a password.
    pub fn read(text: &str, password: Option<&SecretString>) -> Result<Self, BadAddress> {
        // the parser's own words could quote the address
        let mut config: Config = text.parse().map_err(|_| BadAddress::Form)?;
        if config.get_password().is_some() {
            return Err(BadAddress::Password);
        }
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(BadAddress::Form);
        }
        if let Some(password) = password {
            config.password(password.expose_secret());
        }
        let host = config.get_hosts().first().map_or_else(String::new, |host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let name = config.get_dbname().or(config.get_user()).unwrap_or_default();
        let shown = format!("the database {name} at {host}");
        config.application_name("astra-zoho").connect_timeout(PATIENCE).tcp_user_timeout(Duration::from_secs(15));
        config.keepalives_idle(Duration::from_secs(15));
        Ok(Self { config, shown })
    }

    /// For people: host and name, nothing else.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Its server is on this machine.
    pub fn is_here(&self) -> bool {
        self.config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback()),
            Host::Unix(_) => true,
        })
    }
}

/// The queue in a database.
pub struct Postgres {
    jobs: TokioPostgresDatabase,
    pool: Pool,
    config: Config,
    identity: budget::Identity,
    shown: String,
    /// This process among those that read inputs.
    reader: String,
    late_ms: i64,
}

impl Postgres {
    /// Opens the queue, its tables made or brought up to date where that is needed. `late_ms`: how long after its time a
    /// conversation is looked at, in milliseconds, the same for every worker.
    ///
    /// # Errors
    /// The database cannot be reached or refuses, or its tables were made by a newer program.
    pub async fn open(address: &Address, late_ms: i64) -> Result<Self, JournalError> {
        let shown = address.shown.clone();
        let unusable = |e: String| Failed::Jobs(e).told(&shown);
        let jobs = TokioPostgresDatabase::from_config(address.config.clone(), CONNECTIONS)
            .map_err(|e| unusable(e.to_string()))?;
        let manager = Manager::from_config(
            address.config.clone(),
            NoTls,
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .build()
            .map_err(|e| unusable(e.to_string()))?;
        let (config, identity) = (address.config.clone(), budget::Identity::default());
        let mut this = Self { jobs, pool, config, identity, shown, reader: String::new(), late_ms };
        this.reader = this.bring_up_to_date().await.map_err(|e| this.failed(e))?;
        Ok(this)
    }

    /// Whether nothing but waiting helps: the database is not there, or is starting or ending.
    pub fn is_away(error: &JournalError) -> bool {
        let Some(source) = &error.source else { return false };
        match source.downcast_ref::<tokio_postgres::Error>() {
            // class 57P: the server starts or ends; 53300: it has no connection left
            Some(e) => e.as_db_error().is_none_or(|e| e.code().code().starts_with("57P") || e.code().code() == "53300"),
            None => source.is::<failed::Silent>(),
        }
    }

    /// Opens a queue that is there already, for looking at it and mending it.
    ///
    /// # Errors
    /// As [`Postgres::open`]; or the database holds none.
    pub async fn look(address: &Address) -> Result<Self, JournalError> {
        let failed = |e: Failed| e.told(&address.shown);
        let (client, connection) = address.config.connect(NoTls).await.map_err(|e| failed(e.into()))?;
        let driven = tokio::spawn(connection);
        let there = client.query_one("SELECT to_regclass('astra_zoho.version') IS NOT NULL", &[]).await;
        drop(client);
        driven.abort();
        if !there.map_err(|e| failed(e.into()))?.get::<_, bool>(0) {
            return Err(failed(Failed::None));
        }
        Self::open(address, 0).await
    }

    /// Makes the tables, or brings them up to date; one process at a time. Returns a name that no other process has.
    async fn bring_up_to_date(&self) -> Result<String, Failed> {
        let mut client = self.client().await?;
        client.execute("SELECT pg_advisory_lock($1)", &[&MAKING]).await?;
        let made = self.make(&mut client).await;
        client.execute("SELECT pg_advisory_unlock($1)", &[&MAKING]).await?;
        made?;
        Ok(client.query_one("SELECT gen_random_uuid()::text", &[]).await?.get(0))
    }

    async fn make(&self, client: &mut Client) -> Result<(), Failed> {
        client
            .batch_execute(
                "CREATE SCHEMA IF NOT EXISTS astra_zoho;
                 CREATE TABLE IF NOT EXISTS astra_zoho.version (version int NOT NULL)",
            )
            .await?;
        let row = client.query_one("SELECT coalesce(max(version), 0) FROM astra_zoho.version", &[]).await?;
        let done = usize::try_from(row.get::<_, i32>(0)).unwrap_or(0);
        if done > STEPS.len() {
            return Err(Failed::Newer);
        }
        let jobs = WorkerUtils::new(Database::from(self.jobs.clone()), JOBS);
        jobs.migrate().await.map_err(|e| Failed::Jobs(e.to_string()))?;
        for (step, n) in STEPS.iter().zip(1_i32..).skip(done) {
            let transaction = client.transaction().await?;
            transaction.batch_execute("SET LOCAL search_path = astra_zoho").await?;
            transaction.batch_execute(step).await?;
            transaction.execute("INSERT INTO astra_zoho.version VALUES ($1)", &[&n]).await?;
            transaction.commit().await?;
            if n == 2 {
                Self::word_all(client).await?;
            }
        }
        Ok(())
    }

    async fn client(&self) -> Result<Client, Failed> {
        Ok(self.pool.get().await?)
    }

    fn failed(&self, error: Failed) -> JournalError {
        error.told(&self.shown)
    }

    /// Begins a stream: the runs of these actions as they are now. Returns its number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn start_stream(&self, at: Timestamp, actions: &[String], digest: &str) -> Result<i64, JournalError> {
        let sql = "INSERT INTO astra_zoho.streams (started_ms, actions, actions_digest, description)
                   VALUES ($1, $2, $3, 'live') RETURNING id";
        let begin = async {
            let row =
                self.client().await?.query_one(sql, &[&at.as_millisecond(), &actions.join("\n"), &digest]).await?;
            Ok(row.get(0))
        };
        begin.await.map_err(|e| self.failed(e))
    }

    /// Says how far the inputs were read that catch up, by this process; `None`: none does. Timers go by the furthest
    /// behind of all processes. To be said every second or so, and before anything is read.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reached(&self, mark: Option<Timestamp>) -> Result<(), JournalError> {
        let say = async {
            let client = self.client().await?;
            match mark {
                Some(mark) => {
                    let sql = "INSERT INTO astra_zoho.inputs VALUES ($1, $2, clock_timestamp())
                               ON CONFLICT (reader) DO UPDATE SET reached_ms = $2, seen_at = clock_timestamp()";
                    client.execute(sql, &[&self.reader, &mark.as_millisecond()]).await?;
                }
                None => {
                    let sql = "DELETE FROM astra_zoho.inputs WHERE reader = $1 OR seen_at < now() - interval '1 day'";
                    client.execute(sql, &[&self.reader]).await?;
                }
            }
            while client.query_one("SELECT astra_zoho.release(1000)", &[]).await?.get::<_, i64>(0) == 1000 {}
            Ok(())
        };
        say.await.map_err(|e| self.failed(e))
    }

    /// The time for timers: the clock's, or that of the input that is furthest behind.
    async fn time(&self, now: Timestamp) -> Result<Timestamp, Failed> {
        let row = self.client().await?.query_one("SELECT astra_zoho.read_up_to()", &[]).await?;
        let mark = row.get::<_, Option<i64>>(0).and_then(|ms| Timestamp::from_millisecond(ms).ok());
        Ok(mark.map_or(now, |mark| mark.min(now)))
    }

    /// Nothing waits any more: no timer, no run, no event that came by SQL, no input.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_idle(&self) -> Result<bool, JournalError> {
        let sql = "SELECT NOT EXISTS (SELECT FROM astra_zoho.conversations WHERE wake_ms IS NOT NULL)
                   AND NOT EXISTS (SELECT FROM astra_zoho.due WHERE state IN ('due', 'running'))
                   AND NOT EXISTS (SELECT FROM astra_zoho_jobs.jobs WHERE task_identifier = 'event')
                   AND astra_zoho.read_up_to() IS NULL";
        let ask = async { Ok(self.client().await?.query_one(sql, &[]).await?.get(0)) };
        ask.await.map_err(|e| self.failed(e))
    }
}

/// Text that PostgreSQL takes: it has no place for NUL.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_never_holds_nor_shows_a_password() {
        assert_eq!(Address::read("postgres://a:geheim@db/x", None).err(), Some(BadAddress::Password));
        assert_eq!(Address::read("host=db user=a password=geheim", None).err(), Some(BadAddress::Password));
        assert_eq!(Address::read("mysql://db", None).err(), Some(BadAddress::Form));
        let address = Address::read("postgres://astra@db.example:6432/crm", Some(&"geheim".into())).unwrap();
        assert_eq!(address.shown, "the database crm at db.example");
        assert!(!address.is_here());
        assert!(Address::read("postgres://astra@127.0.0.1/crm", None).unwrap().is_here());
        assert!(Address::read("host=/run/postgresql user=a", None).unwrap().is_here());
    }
}
