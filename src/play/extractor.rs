//! How a workspace's conversations are understood: its agent's fields and its settings, put together.

use crate::extract::Extractor;
use crate::store::{Config, Workspace, WorkspaceError};

/// The extraction as the workspace configures it. Mistakes in its files are not told here: what they say falls back to
/// what goes without saying.
///
/// # Errors
/// A file of the workspace cannot be read.
pub fn extractor(workspace: &Workspace) -> Result<Extractor, WorkspaceError> {
    let agent = workspace.agent()?.value;
    let config = Config::read(workspace.folders()).value;
    let extractor = Extractor::new(&agent);
    Ok(match config.extractor.threshold {
        Some(threshold) => extractor.with_threshold(threshold),
        None => extractor,
    })
}
