//! How a workspace's conversations are understood: its agent's fields and its settings, put together.

use crate::domain::field::Agent;
use crate::extract::Extractor;
use crate::store::{Config, Workspace, WorkspaceError};

/// The extraction as the workspace configures it. Mistakes in its files are not told here: what they say falls back to
/// what goes without saying.
///
/// # Errors
/// A file of the workspace cannot be read.
pub fn extractor(workspace: &Workspace) -> Result<Extractor, WorkspaceError> {
    extractor_for(workspace, &workspace.agent()?.value)
}

/// The same for an agent that is being edited.
///
/// # Errors
/// As [`extractor`].
pub fn extractor_for(workspace: &Workspace, agent: &Agent) -> Result<Extractor, WorkspaceError> {
    let config = Config::read(workspace.folders()).value;
    let mut extractor = Extractor::new(agent);
    if let Some(threshold) = config.extractor.threshold {
        extractor = extractor.with_threshold(threshold);
    }
    if let Some(country) = &config.extractor.country {
        extractor = extractor.with_country(country);
    }
    Ok(extractor)
}
