//! Which database the queue is in, where it is not in the workspace.

use super::out::Failure;
pub use crate::live::database::Database;
use crate::store::Workspace;

/// The database that the command line names, or `config.toml`; `None`: the workspace itself.
///
/// # Errors
/// It cannot be used: exit status 2.
pub fn of(given: Option<&str>, workspace: &Workspace) -> Result<Option<Database>, Failure> {
    crate::live::database::of(given, workspace).map_err(Failure::usage)
}
