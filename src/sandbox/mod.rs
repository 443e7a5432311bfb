//! The embedded Zoho CRM: a server on loopback that speaks Zoho's CRM v8 REST API.
//!
//! Owns everything that stands for Zoho. Must not know the rest of this program: a client cannot tell it from a
//! recorded Zoho, and nothing here may make it easier for ours.
//!
//! A request's way: `wire` accepts the connection, `server` reads the request and asks `faults` what befalls it,
//! `route` names what it is for, `visit` checks token, scopes and credits inside one transaction of `store`, and
//! `read`, `query`, `write`, `tags`, `people`, `fields` or `oauth` answer it in the shapes of `answer`.

mod answer;
mod check;
mod contact;
pub mod coql;
pub mod criteria;
pub mod faults;
mod fields;
mod limits;
mod meddle;
mod oauth;
mod people;
mod query;
mod read;
mod record;
mod request;
mod route;
mod server;
mod store;
mod tags;
mod value;
mod visit;
mod wire;
mod write;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use limits::Edition;
pub use server::Server;

/// The contacts that a new organisation starts with.
const BUILT_IN_CONTACTS: &str = include_str!("../../samples/contacts.json");

/// How many user licences the organisation bought unless told otherwise: enough credits for a long replay in a day.
const LICENCES: u32 = 250;

/// How a sandbox is to be.
pub struct Options {
    /// The file that keeps its data; `None` keeps nothing.
    pub data: Option<PathBuf>,
    /// The body of Zoho's fields answer for Contacts, as JSON; `None`: the built-in one.
    pub fields: Option<String>,
    /// A JSON array of records that a new store starts with; `None`: the built-in ones. An existing store keeps its own.
    pub contacts: Option<String>,
    /// What goes wrong on purpose.
    pub faults: faults::Faults,
    /// The edition of the organisation, which sets its limits.
    pub edition: Edition,
    /// User licences, which raise the credits of an edition.
    pub licences: u32,
    /// What Zoho's documents leave open.
    pub rules: Rules,
    /// The time now.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Options {
    /// An Enterprise organisation in memory with the built-in fields and contacts, where nothing goes wrong.
    pub fn new(clock: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self {
            data: None,
            fields: None,
            contacts: None,
            faults: faults::Faults::default(),
            edition: Edition::default(),
            licences: LICENCES,
            rules: Rules::default(),
            clock,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("data", &self.data)
            .field("faults", &self.faults)
            .field("edition", &self.edition)
            .field("licences", &self.licences)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// Behaviour on which Zoho's sources disagree or are silent.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Which texts a picklist takes.
    pub picklist: Picklist,
    /// Fields that are unknown or cannot be written are INVALID_DATA; by default they are ignored.
    pub refuse_unwritable: bool,
    /// COQL compares text with case; by default without.
    pub coql_case_sensitive: bool,
    /// Seconds in the Retry-After of a 429; by default there is no such header.
    pub retry_after: Option<u64>,
    /// Polls after which a device is approved without a person; `None`: only by the page. 0: at once.
    pub device_approval: Option<u32>,
    /// The time between two polls of a device, in milliseconds; Zoho's is 30,000.
    pub device_interval_ms: i64,
    /// The data centre where a device's user lives, told once with `other_dc` when the device is approved. This server
    /// stands for that one too.
    pub device_location: Option<String>,
    /// A refresh token gives at most 10 access tokens in 10 minutes, as Zoho's; default true.
    pub token_limit: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            picklist: Picklist::Listed,
            refuse_unwritable: false,
            coql_case_sensitive: false,
            retry_after: None,
            device_approval: None,
            device_interval_ms: 30_000,
            device_location: None,
            token_limit: true,
        }
    }
}

/// Which texts a picklist takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Picklist {
    /// Any text.
    Anything,
    /// Every option that the metadata lists, used or unused.
    #[default]
    Listed,
    /// Used options only.
    UsedOnly,
}

/// What a client needs to connect. As JSON it is the line that `astra-zoho sandbox` writes; its `Debug` shows no secret.
#[derive(Debug, Clone, Serialize)]
pub struct Credentials {
    /// The accounts server's origin.
    pub accounts_url: String,
    /// The API's origin.
    pub api_url: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    #[serde(serialize_with = "in_clear")]
    pub client_secret: SecretString,
    /// A refresh token with every scope that the program needs.
    #[serde(serialize_with = "in_clear")]
    pub refresh_token: SecretString,
    /// A Self Client's code: one exchange, within ten minutes.
    #[serde(serialize_with = "in_clear")]
    pub grant_token: SecretString,
}

fn in_clear<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

/// Why a sandbox cannot run.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The fields are not an answer of Zoho's.
    #[error("the sandbox's fields cannot be read: {why}; give the body of Zoho's fields answer for Contacts")]
    Fields {
        /// What is wrong.
        why: String,
    },
    /// The contacts are not an array of records.
    #[error("the sandbox's contacts cannot be read: {why}; give a JSON array of records")]
    Contacts {
        /// What is wrong.
        why: String,
    },
    /// The folder of the data cannot be written.
    #[error("{}: cannot be written: {source}; choose another place for the sandbox's data", path.display())]
    Folder {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database failed.
    #[error("{}: the sandbox's data cannot be used; check the disk, or move the file away for a new one", place(path))]
    Store {
        /// The file; `None` in memory.
        path: Option<PathBuf>,
        /// Why.
        source: rusqlite::Error,
    },
    /// The database is not of a version that this program knows.
    #[error(
        "{}: the sandbox's data is damaged or of a newer version; update the program, or move the file away",
        place(path)
    )]
    Schema {
        /// The file; `None` in memory.
        path: Option<PathBuf>,
        /// Why.
        source: Box<rusqlite_migration::Error>,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another address with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The machine gave no random bytes.
    #[error("the system gave no random bytes for the sandbox's tokens; try again")]
    Randomness,
}

fn place(path: &Option<PathBuf>) -> String {
    path.as_ref().map_or_else(|| "memory".to_owned(), |path| path.display().to_string())
}

/// Puts contacts, ids and times of a store back to its start, in one transaction; servers may have it open. A file
/// that does not exist is at its start already. Client, tokens and organisation stay.
///
/// # Errors
/// The file cannot be opened or written, or is not a sandbox's.
pub fn reset(data: &Path) -> Result<(), SandboxError> {
    store::reset(data)
}

/// Makes a store where there is none, with the organisation of this id (digits) instead of one of its own: for pictures,
/// which are to be the same each time.
///
/// # Errors
/// The file cannot be written, or is not a sandbox's.
pub fn make(data: &Path, organisation: &str, now: Timestamp) -> Result<(), SandboxError> {
    if data.exists() {
        return Ok(());
    }
    let module = fields::Module::parse(fields::BUILT_IN)?;
    store::Store::open(Some(data), &module, BUILT_IN_CONTACTS, now)?.0.rename(data, organisation)
}

/// Says what is wrong with the data of a store, without writing: damaged, or of a newer version.
///
/// # Errors
/// What is wrong with it.
pub fn examine(data: &Path) -> Result<(), SandboxError> {
    store::examine(data)
}
