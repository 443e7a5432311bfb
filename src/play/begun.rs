//! A replay in the journal: begun anew, or gone on with where it stopped.

use std::collections::HashSet;

use aws_lc_rs::digest::{SHA256, digest};

use crate::domain::action::Action;
use crate::ports::JournalError;
use crate::store::{Held, Journal, Leases, NewReplay, ReplayState};

/// A replay in the journal, held by this process.
pub struct Begun {
    /// Its number.
    pub id: i64,
    /// Places that are settled already, ascending.
    pub(super) settled: Vec<u64>,
    /// After an edit places may have moved: then runs are known by their ids, and places start anew after the last.
    pub(super) by_id: Option<(HashSet<String>, u64)>,
    _held: Held,
}

/// A replay could not begin.
#[derive(Debug, thiserror::Error)]
pub enum CannotBegin {
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Another process has it.
    #[error("this replay is running in another process: wait for it, or stop it")]
    Elsewhere,
    /// There is none to go on with.
    #[error("there is no unfinished replay of these actions and this input: start one without --resume")]
    NothingToResume,
    /// The action says something else now.
    #[error("an action was edited since this replay began: resume it as it is now with --force, or start anew")]
    Edited,
}

/// Begins a replay.
///
/// # Errors
/// The journal cannot be written.
pub fn start(journal: &Journal, leases: &Leases, new: &NewReplay) -> Result<Begun, CannotBegin> {
    let id = journal.start_replay(new)?;
    let held = leases.hold_replay(id)?.ok_or(CannotBegin::Elsewhere)?;
    Ok(Begun { id, settled: Vec::new(), by_id: None, _held: held })
}

/// Goes on with the newest replay of the same actions and input; with `edited_too` also where an action was edited since.
///
/// # Errors
/// There is none to go on with, or the journal failed.
pub fn resume(journal: &Journal, leases: &Leases, new: &NewReplay, edited_too: bool) -> Result<Begun, CannotBegin> {
    // a replay that came to its end since then has overtaken those that did not
    let newest = journal.newest(&new.input_digest, &new.actions)?;
    let found = newest.filter(|r| r.state != ReplayState::Finished).ok_or(CannotBegin::NothingToResume)?;
    let held = leases.hold_replay(found.id)?.ok_or(CannotBegin::Elsewhere)?;
    let edited = found.start.actions_digest != new.actions_digest;
    if edited && !edited_too {
        return Err(CannotBegin::Edited);
    }
    let settled = journal.settled_seqs(found.id)?;
    journal.set_replay_state(found.id, ReplayState::Running)?;
    let by_id = match edited {
        false => None,
        true => {
            let ids = journal.settled_run_ids(found.id)?;
            journal.resumed_edited(found.id)?;
            Some((ids.into_iter().collect(), settled.last().map_or(0, |s| s + 1)))
        }
    };
    Ok(Begun { id: found.id, settled, by_id, _held: held })
}

/// Tells whether an action was edited, or understands conversations otherwise since a new version.
///
/// # Errors
/// Never with actions as they are.
pub fn digest_of(actions: &[&Action]) -> serde_json::Result<String> {
    let text = serde_json::to_string(&(env!("CARGO_PKG_VERSION"), actions))?;
    Ok(digest(&SHA256, text.as_bytes()).as_ref().iter().map(|b| format!("{b:02x}")).collect())
}
