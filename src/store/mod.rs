//! What lasts: the workspace's files (TOML that people write, secrets that nobody sees) and the SQLite journal of runs.
//!
//! Implements the seams of `ports` that need a disk. Must not know Zoho, the engine, the command line or the screen.

mod account_file;
mod action_file;
mod agent_file;
mod answers;
mod config_file;
mod copy;
mod credits;
mod document;
mod drafts;
mod environment;
mod error;
mod export;
mod files;
mod journal;
mod leases;
mod log;
mod merge;
mod moving;
mod purge;
mod reader;
mod rows;
mod schema;
mod sealed;
mod search;
mod secrets;
mod turns;
mod vault;
mod workspace;

pub use answers::Answers;
pub use config_file::{Config, ModelSettings};
pub use credits::Credits;
pub use document::{Loaded, Located};
pub use drafts::{Draft, KeptField};
pub use environment::variable_part;
pub use error::{Conflict, SaveError, WorkspaceError};
pub use export::{csv_header, csv_row, harmless_json};
pub use files::{Held, hold, put};
pub use journal::{Journal, NewReplay, Replay, ReplayState};
pub use leases::{Lease, Leases};
#[cfg(feature = "postgres")]
pub(crate) use log::since_ms;
pub use log::{Count, Filter, Latest, Log, Logged, Look, Order, Tally};
pub use merge::{Section, merge};
pub use moving::{PAGE, Part, json_rows};
pub use purge::Purge;
pub use schema::explain as database_failed;
pub use sealed::of_environment as passphrase_of_environment;
pub use sealed::{ITERATIONS, PASSPHRASE, PASSPHRASE_FILE, WRONG_PASSPHRASE, forget_keys};
pub use secrets::{SecretTokens, Standing};
pub use turns::Turns;
pub use vault::Vault;
pub use workspace::{Folders, Workspace};
