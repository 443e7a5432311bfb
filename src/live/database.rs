//! Which database the queue is in, where it is not in the workspace.

use crate::store::{Config, Workspace};

/// Where the database is.
#[cfg(feature = "postgres")]
pub use super::postgres::Address as Database;

/// Nowhere: this program was built without.
#[cfg(not(feature = "postgres"))]
#[derive(Debug, Clone)]
pub enum Database {}

/// The database that is `given`, or else that of `config.toml`; `None`: the workspace itself.
///
/// # Errors
/// It cannot be used: one sentence.
pub fn of(given: Option<&str>, workspace: &Workspace) -> Result<Option<Database>, String> {
    let configured = Config::read(workspace.folders()).value.database;
    let Some(text) = given.map(str::to_owned).or(configured) else { return Ok(None) };
    read(&text, workspace).map(Some)
}

#[cfg(feature = "postgres")]
fn read(text: &str, workspace: &Workspace) -> Result<Database, String> {
    let of_environment = std::env::var("PGPASSWORD").ok().filter(|p| !p.is_empty()).map(Into::into);
    let password = match of_environment {
        Some(password) => Some(password),
        None => workspace.database_password().map_err(|e| e.to_string())?,
    };
    Database::read(text, password.as_ref()).map_err(|e| e.to_string())
}

#[cfg(not(feature = "postgres"))]
fn read(_: &str, _: &Workspace) -> Result<Database, String> {
    Err("a database is named, and this astra-zoho was built without PostgreSQL: build it with `cargo build --release --features postgres`".into())
}
