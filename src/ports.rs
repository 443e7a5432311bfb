//! The seams: what the engine needs of the world, as traits. `zoho` and `store` implement them, `engine` talks to
//! nothing else, tests put their own underneath. Knows `domain` only.

use std::future::Future;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use secrecy::SecretString;

use crate::domain::contact::Contact;
use crate::domain::run::{Change, LeftOut, Rule, RunRecord};
use crate::domain::trace::Trace;

/// Where time comes from and how one waits. Everything that asks for the time is given one.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
    /// Waits.
    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()>;
}

/// The machine's clock: the one place that reads it.
#[derive(Debug, Default, Clone, Copy)]
pub struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that is injected everywhere else")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// The delays between tries: exponential from 500 ms to 30 s, with jitter, seeded so that a test can repeat them.
pub fn back_off(seed: u64) -> impl Iterator<Item = Duration> {
    use backon::BackoffBuilder;
    backon::ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(500))
        .with_max_delay(Duration::from_secs(30))
        .with_jitter()
        .with_jitter_seed(seed)
        .without_max_times()
        .build()
}

/// What calls cost: HTTP requests sent (refused ones too) and API credits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// HTTP requests sent, token requests not counted.
    pub requests: f64,
    /// API credits (Zoho CRM v8 "API limits": one a call, writes one per 10 records, COQL 1 to 3 by LIMIT).
    pub credits: f64,
}

impl std::ops::AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.credits += other.credits;
    }
}

/// What repeating a failed call would mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It would fail again.
    Useless,
    /// Nothing was done; it may work later.
    Safe,
    /// The answer was lost: it may have been done. Look before repeating a create.
    LookFirst,
}

/// A call that failed as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CrmError {
    /// Zoho's code, or one of ours: `network`, `timeout`, `auth_expired`, `auth_revoked`, `missing_scope`,
    /// `rate_limited`, `credits_exhausted`, `bad_response`.
    pub code: String,
    /// One sentence: what happened, where, what to do. Holds no secret.
    pub message: String,
    /// Whether to try again.
    pub repeat: Repeat,
    /// How long the server asked to wait (`Retry-After`).
    pub after: Option<Duration>,
}

/// One record of a write that Zoho refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Zoho's code: `INVALID_DATA`, `MANDATORY_NOT_FOUND`, `DUPLICATE_DATA`, `ALREADY_MODIFIED`, ...
    pub code: String,
    /// One sentence, with the field where Zoho named one.
    pub message: String,
}

/// One record that Zoho wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The record's id.
    pub id: String,
    /// `Created_Time`, where Zoho said it.
    pub created_at: Option<Timestamp>,
}

/// Field values to write: api_name and value.
pub type Values = Vec<(String, String)>;

/// Zoho CRM's Contacts, as the engine needs them. Each call adds what it cost to `cost`, also when it fails.
/// No call repeats itself, but for one renewal of the access token.
pub trait Crm: Send + Sync {
    /// Contacts whose `Email` is one of `emails` without case (a secondary email is no match), with the values of
    /// `fields`. At most 50 addresses. Ordered by nothing in particular.
    fn look_up(
        &self,
        emails: &[String],
        fields: &[String],
        cost: &mut Cost,
    ) -> impl Future<Output = Result<Vec<Contact>, CrmError>> + Send;

    /// A contact by its id; `None` where there is none.
    fn get(
        &self,
        id: &str,
        fields: &[String],
        cost: &mut Cost,
    ) -> impl Future<Output = Result<Option<Contact>, CrmError>> + Send;

    /// The contacts created last, newest first, at most 200, read without the search index: where a look-up goes by
    /// search, this finds what a lost answer may have created.
    fn newest(&self, fields: &[String], cost: &mut Cost)
    -> impl Future<Output = Result<Vec<Contact>, CrmError>> + Send;

    /// Makes contacts, at most 100; results in the order of `records`.
    fn create(
        &self,
        records: &[Values],
        cost: &mut Cost,
    ) -> impl Future<Output = Result<Vec<Result<Written, Refusal>>, CrmError>> + Send;

    /// Changes contacts by id, at most 100, none of which was modified after `unmodified_since`; results in the order of
    /// `records`.
    fn update(
        &self,
        records: &[(String, Values)],
        unmodified_since: Timestamp,
        cost: &mut Cost,
    ) -> impl Future<Output = Result<Vec<Result<Written, Refusal>>, CrmError>> + Send;

    /// The look-up of these addresses goes by Zoho's search, whose index lags behind writes.
    fn look_up_lags(&self, email: &str) -> bool;

    /// Why nothing should be begun for a while; `None`: go on. Asked before runs are begun, so that what can only wait
    /// (Zoho gives no tokens for the moment, too few credits are left) costs no run its tries.
    fn hold(&self) -> impl Future<Output = Option<Hold>> + Send {
        std::future::ready(None)
    }
}

/// Nothing should be begun for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// How long.
    pub wait: Duration,
    /// One sentence: what is waited for; empty where it is not worth saying.
    pub why: String,
}

impl Hold {
    /// A shorter wait nobody wonders about.
    pub const WORTH_SAYING: Duration = Duration::from_secs(2);

    /// What `why` says, until when; its advice to wait is left out.
    pub fn before_another_try(wait: Duration, why: &str, now: Timestamp) -> Self {
        let until = now.checked_add(wait).unwrap_or(Timestamp::MAX).strftime("%H:%M:%S UTC").to_string();
        if why.contains(&until) {
            return Self { wait, why: why.to_owned() };
        }
        let what = why.rsplit_once("; ").map_or(why, |(what, _)| what);
        Self { wait, why: format!("{what}; trying again at {until}") }
    }
}

/// One budget of an account for everybody who works it, in whatever process: requests on their way, and credits.
pub trait Budget: Send + Sync {
    /// Waits until fewer requests are on their way than may be, then takes a turn for one that costs so many credits.
    ///
    /// # Errors
    /// Too few credits would be left, or nobody knows.
    fn take(&self, credits: u64) -> BoxFuture<'_, Result<Box<dyn Turn>, CrmError>>;

    /// How many credits are left at a time, as far as Zoho said in the last day.
    fn left(&self, at: Timestamp) -> BoxFuture<'_, Option<u64>>;

    /// How long until at least so many are left, or until it is worth another look.
    fn until(&self, at: Timestamp, floor: u64) -> BoxFuture<'_, Duration>;
}

/// A request that may be on its way.
pub trait Turn: Send {
    /// It is over: whether it was sent, and how many credits Zoho said are left.
    fn end(self: Box<Self>, sent: bool, left: Option<u64>) -> BoxFuture<'static, ()>;
}

/// What a run is about to do, kept before it does it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Intent {
    /// The replay (or live stream) the run belongs to.
    pub replay: i64,
    /// The run's place in it, from 0.
    pub seq: u64,
    /// The run.
    pub run_id: String,
    /// The organisation written to.
    pub organisation: String,
    /// The look-up address, trimmed and in lower case.
    pub email: String,
    /// The contact to be changed; `None` for one to be created.
    pub contact_id: Option<String>,
    /// The rule that decided.
    pub rule: Rule,
    /// How many contacts had the address.
    pub matches: u32,
    /// The contact found was created through Astra.
    pub created_through_astra: bool,
    /// What is to be written.
    pub changes: Vec<Change>,
    /// What is not.
    pub left_out: Vec<LeftOut>,
}

/// A contact that a run created: a line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The organisation it is in.
    pub organisation: String,
    /// Its record id.
    pub contact_id: String,
    /// Its `Created_Time`: the line counts only while this is still so.
    pub created_at: Timestamp,
    /// Its look-up address, trimmed and in lower case.
    pub email: String,
    /// The run that created it.
    pub run_id: String,
}

/// A run that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// Its place in the replay.
    pub seq: u64,
    /// Its record.
    pub record: RunRecord,
    /// What it went by.
    pub trace: Trace,
    /// The contact it created.
    pub created: Option<Created>,
    /// Its create may have been done although no answer came: its intent stays, for a later look-up to settle.
    pub uncertain: bool,
}

/// The store could not be read or written; the replay stops.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct JournalError {
    /// One sentence: what, where, what to do.
    pub message: String,
    /// What the database said.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The runs' durable memory: intents, records, ledger.
pub trait Journal: Send + Sync {
    /// For each contact (id, `Created_Time`): the ledger says that a run created it.
    fn ours(
        &self,
        organisation: &str,
        contacts: &[(String, Timestamp)],
    ) -> impl Future<Output = Result<Vec<bool>, JournalError>> + Send;

    /// Ids of the ledger's contacts with this address.
    fn created_for(
        &self,
        organisation: &str,
        email: &str,
    ) -> impl Future<Output = Result<Vec<String>, JournalError>> + Send;

    /// Intents without a result for these addresses, oldest first.
    fn unsettled(
        &self,
        organisation: &str,
        emails: &[String],
    ) -> impl Future<Output = Result<Vec<Intent>, JournalError>> + Send;

    /// Keeps intents, durably, before the writes they speak of. A later intent of the same run replaces the earlier.
    fn intend(&self, intents: &[Intent]) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Ends an intent that a later look-up explained: the contact it made goes into the ledger, or it made none.
    fn resolve(
        &self,
        intent: &Intent,
        created: Option<&Created>,
    ) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Keeps records, ledger lines, and the end of their intents: all in one.
    fn settle(&self, replay: i64, settled: &[Settled]) -> impl Future<Output = Result<(), JournalError>> + Send;
}

/// Runs for the same address never overlap, in this process or another on the same workspace.
pub trait Leases: Send + Sync {
    /// Held while the value lives.
    type Lease: Send;
    /// Waits until nobody else holds any of the addresses, then holds them all.
    fn hold(
        &self,
        organisation: &str,
        emails: &[String],
    ) -> impl Future<Output = Result<Self::Lease, JournalError>> + Send;
}

/// What it takes to get an access token.
#[derive(Clone)]
pub struct Credentials {
    /// The client id of Zoho's API console.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// The refresh token: lives until revoked.
    pub refresh_token: SecretString,
}

/// An access token.
#[derive(Clone)]
pub struct AccessToken {
    /// The token.
    pub token: SecretString,
    /// When it ends, on the wall clock.
    pub expires_at: Timestamp,
    /// When to ask for the next one: shortly before.
    pub renew_at: Timestamp,
    /// The API host it is for, as Zoho named it when it gave the token.
    pub api_url: String,
}

/// The secrets file could not be read, written or locked.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct SecretsError {
    /// One sentence: what, where, what to do. Holds no secret.
    pub message: String,
    /// What the system said.
    #[source]
    pub source: Option<std::io::Error>,
}

/// One account's secrets, shared with other processes of the same workspace.
pub trait TokenStore: Send + Sync {
    /// What it takes to get a token.
    ///
    /// # Errors
    /// The secrets are missing, unreadable, or readable by others.
    fn credentials(&self) -> Result<Credentials, SecretsError>;

    /// The token kept last, by whichever process.
    ///
    /// # Errors
    /// The secrets are unreadable.
    fn access_token(&self) -> Result<Option<AccessToken>, SecretsError>;

    /// Keeps a token; `None` forgets the one kept.
    ///
    /// # Errors
    /// The secrets cannot be written.
    fn keep_access_token(&self, token: Option<&AccessToken>) -> Result<(), SecretsError>;

    /// Waits for, and holds, the right to renew this account's token: one process at a time.
    fn renewal(&self) -> BoxFuture<'_, Result<Renewal, SecretsError>>;

    /// What is known of this account's renewals, by whichever process.
    ///
    /// # Errors
    /// It cannot be read.
    fn renewals(&self) -> Result<Renewals, SecretsError>;

    /// Keeps what is known of the renewals.
    ///
    /// # Errors
    /// It cannot be written.
    fn keep_renewals(&self, renewals: &Renewals) -> Result<(), SecretsError>;
}

/// What the processes of a workspace tell each other of an account's renewals. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Renewals {
    /// When tokens were asked for lately, oldest first.
    pub asked_at: Vec<Timestamp>,
    /// Zoho gives none before.
    pub not_before: Option<Timestamp>,
    /// Zoho no longer takes this connection: it has to be connected again.
    pub ended: Option<Ended>,
}

/// How a connection ended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ended {
    /// `auth_revoked` or `auth_expired`.
    pub code: String,
    /// The sentence the operator was told.
    pub message: String,
    /// When it was found out.
    pub at: Timestamp,
}

impl Ended {
    /// Zoho no longer takes the refresh token; not that client or data centre are wrong.
    pub fn is_revoked(&self) -> bool {
        self.code == "auth_revoked" && self.message.contains(REFRESH_TOKEN_REFUSED)
    }
}

/// What the sentence of a refused refresh token says, and no other's.
pub const REFRESH_TOKEN_REFUSED: &str = "Zoho no longer takes its refresh token";

/// Counts one account's API credits, for all processes of a workspace.
pub trait Meter: Send + Sync {
    /// So many were used at a time; `left`: how many Zoho said are left, where it did.
    fn count(&self, at: Timestamp, credits: u64, left: Option<u64>);

    /// What is known at a time.
    fn usage(&self, at: Timestamp) -> Usage;

    /// How long until at least `floor` are left, as far as that follows from what this program used; `None` where it does
    /// not.
    fn until(&self, at: Timestamp, floor: u64) -> Option<Duration>;
}

/// API credits of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Used by this workspace in the 24 hours before.
    pub used: u64,
    /// Left to the organisation, as Zoho said last, less what was used since; `None` where it did not say. Zoho says it
    /// once half of the day's credits are used (Zoho CRM v8 "API limits").
    pub left: Option<u64>,
}

/// Held while one process renews a token.
pub struct Renewal {
    /// Whatever is released when this is dropped: a locked file.
    pub guard: Box<dyn std::any::Any + Send>,
}

/// Shared as it is.
impl<T: Crm> Crm for std::sync::Arc<T> {
    fn look_up(
        &self,
        emails: &[String],
        fields: &[String],
        cost: &mut Cost,
    ) -> impl Future<Output = Result<Vec<Contact>, CrmError>> + Send {
        (**self).look_up(emails, fields, cost)
    }

    fn get(
        &self,
        id: &str,
        fields: &[String],
        cost: &mut Cost,
    ) -> impl Future<Output = Result<Option<Contact>, CrmError>> + Send {
        (**self).get(id, fields, cost)
    }

    fn newest(
        &self,
        fields: &[String],
        cost: &mut Cost,
    ) -> impl Future<Output = Result<Vec<Contact>, CrmError>> + Send {
        (**self).newest(fields, cost)
    }

    fn create(
        &self,
        records: &[Values],
        cost: &mut Cost,
    ) -> impl Future<Output = Result<Vec<Result<Written, Refusal>>, CrmError>> + Send {
        (**self).create(records, cost)
    }

    fn update(
        &self,
        records: &[(String, Values)],
        unmodified_since: Timestamp,
        cost: &mut Cost,
    ) -> impl Future<Output = Result<Vec<Result<Written, Refusal>>, CrmError>> + Send {
        (**self).update(records, unmodified_since, cost)
    }

    fn look_up_lags(&self, email: &str) -> bool {
        (**self).look_up_lags(email)
    }

    fn hold(&self) -> impl Future<Output = Option<Hold>> + Send {
        (**self).hold()
    }
}

/// Lent as it is.
impl<T: Journal> Journal for &T {
    fn ours(
        &self,
        organisation: &str,
        contacts: &[(String, Timestamp)],
    ) -> impl Future<Output = Result<Vec<bool>, JournalError>> + Send {
        (**self).ours(organisation, contacts)
    }

    fn created_for(
        &self,
        organisation: &str,
        email: &str,
    ) -> impl Future<Output = Result<Vec<String>, JournalError>> + Send {
        (**self).created_for(organisation, email)
    }

    fn unsettled(
        &self,
        organisation: &str,
        emails: &[String],
    ) -> impl Future<Output = Result<Vec<Intent>, JournalError>> + Send {
        (**self).unsettled(organisation, emails)
    }

    fn intend(&self, intents: &[Intent]) -> impl Future<Output = Result<(), JournalError>> + Send {
        (**self).intend(intents)
    }

    fn resolve(
        &self,
        intent: &Intent,
        created: Option<&Created>,
    ) -> impl Future<Output = Result<(), JournalError>> + Send {
        (**self).resolve(intent, created)
    }

    fn settle(&self, replay: i64, settled: &[Settled]) -> impl Future<Output = Result<(), JournalError>> + Send {
        (**self).settle(replay, settled)
    }
}

/// Lent as it is.
impl<T: Leases> Leases for &T {
    type Lease = T::Lease;

    fn hold(
        &self,
        organisation: &str,
        emails: &[String],
    ) -> impl Future<Output = Result<Self::Lease, JournalError>> + Send {
        (**self).hold(organisation, emails)
    }
}

/// What a language model answered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ModelAnswer {
    /// Its words: JSON, if it did as it was asked. Hostile until checked.
    pub content: String,
    /// Tokens of the question, as it counts them; 0 where it does not say.
    pub tokens_in: u64,
    /// Tokens of the answer.
    pub tokens_out: u64,
}

/// A language model gave no answer: one sentence, with nothing secret in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ModelTrouble(pub String);

/// A language model. Asking blocks: no more than its time-out.
pub trait LanguageModel: Send + Sync {
    /// What it answers to a question, which is the body of a request.
    ///
    /// # Errors
    /// It cannot be reached, takes too long, or refuses.
    fn ask(&self, question: &serde_json::Value) -> Result<ModelAnswer, ModelTrouble>;
}

/// Answers kept by the digest of their question, so that the same conversation is understood alike again.
pub trait KeptAnswers: Send + Sync {
    /// What was answered before.
    fn recall(&self, digest: &str) -> Option<ModelAnswer>;
    /// Keeps an answer; that it cannot be kept is no reason to stop.
    fn keep(&self, digest: &str, answer: &ModelAnswer);
}
