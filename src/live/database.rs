//! Which database the queue is in, where it is not in the workspace.

use crate::domain::problem::{Problem, Step};
use crate::store::{Config, Located, Workspace};

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
/// It cannot be used, or `config.toml` does not say clearly which it is: one sentence. A queue of its own beside the one that
/// others share would be the wrong one.
pub fn of(given: Option<&str>, workspace: &Workspace) -> Result<Option<Database>, String> {
    if let Some(text) = given {
        return read(text, workspace).map(Some);
    }
    let config = Config::read(workspace.folders());
    let unclear = |l: &&Located| config.is_broken() || is_about_it(&l.problem);
    if let Some(located) = config.problems.iter().find(unclear) {
        return Err(format!("{located}; which database the queue is in is not known before that is mended"));
    }
    config.value.database.map(|text| read(&text, workspace)).transpose()
}

/// It stands below `[run]`.
fn is_about_it(problem: &Problem) -> bool {
    problem.place.first() == Some(&Step::Key("run".to_owned()))
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
