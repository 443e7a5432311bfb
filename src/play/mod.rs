//! A replay, from actions and a plan to records in the journal: what the command and the screen do alike, each at its own
//! pace.

mod begun;
mod chosen;
mod extractor;

use std::sync::Arc;

use jiff::Timestamp;

pub use begun::{Begun, CannotBegin, digest_of, resume, start};
pub use chosen::{Chosen, Live, Refused, Workbench};
pub use extractor::{Understanding, extractor, extractor_for};

use crate::domain::run::RunRecord;
use crate::engine::clock::VirtualClock;
use crate::engine::rehearsal::{RehearsedCrm, RehearsedJournal};
use crate::engine::replay::{Ended, Pacer, Replay, ReplayError};
use crate::engine::run::{Due, Engine, Target, run_id};
use crate::feed::plan::{Plan, PlanError};
use crate::ports::{Clock, Crm, Journal as AnyJournal, JournalError};
use crate::sandbox::{self, SandboxError};
use crate::store::{Journal, Leases, ReplayState, Workspace};

/// A replay that is about to run.
pub struct Play<'a> {
    /// The actions and where they write.
    pub chosen: &'a Chosen,
    /// What is due.
    pub plan: &'a Plan,
    /// What the journal knows of it.
    pub begun: &'a Begun,
    /// The runs' memory.
    pub journal: &'a Journal,
    /// One run per address at a time.
    pub leases: &'a Leases,
    /// The machine's clock.
    pub wall: &'a Arc<dyn Clock>,
    /// The clock of the runs, moved along with conversation time.
    pub clock: Arc<VirtualClock>,
    /// Zoho is read, nothing is written.
    pub dry_run: bool,
}

impl Play<'_> {
    /// Takes what is due at the pacer's pace, and says in the journal how it ended.
    ///
    /// # Errors
    /// The journal, the plan or the output failed; what was handed out is kept.
    pub async fn run(
        &self,
        pacer: &mut impl Pacer,
        record: impl FnMut(&RunRecord) -> std::io::Result<()>,
    ) -> Result<Ended, ReplayError<PlanError>> {
        let ended = if self.dry_run {
            let now = self.wall.now();
            let targets = self.chosen.targets(|client| RehearsedCrm::new(Arc::clone(client), now));
            self.take(RehearsedJournal::new(self.journal), &targets, pacer, record).await
        } else {
            self.take(self.journal, &self.chosen.targets(Arc::clone), pacer, record).await
        };
        let state = if matches!(ended, Ok(Ended::Finished)) { ReplayState::Finished } else { ReplayState::Stopped };
        let kept = self.journal.set_replay_state(self.begun.id, state);
        match ended {
            Ok(Ended::Finished) => Ok(kept.map(|()| Ended::Finished)?),
            other => other,
        }
    }

    async fn take<J: AnyJournal, C: Crm>(
        &self,
        journal: J,
        targets: &[Target<C>],
        pacer: &mut impl Pacer,
        record: impl FnMut(&RunRecord) -> std::io::Result<()>,
    ) -> Result<Ended, ReplayError<PlanError>> {
        let engine = Engine {
            journal,
            leases: self.leases,
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            wall: Arc::clone(self.wall),
            replay: self.begun.id,
            dry_run: self.dry_run,
            seed: self.begun.id.unsigned_abs(),
        };
        let due = self.plan.due().filter_map(|due| match due {
            Ok((target, due)) => self.still_due(targets, target, due).map(|due| Ok((target, due))),
            Err(e) => Some(Err(e)),
        });
        let replay = Replay { engine, targets, clock: Arc::clone(&self.clock) };
        replay.run(due, pacer, record).await
    }

    fn still_due<C>(&self, targets: &[Target<C>], target: usize, due: Due) -> Option<Due> {
        match &self.begun.by_id {
            None => self.begun.settled.binary_search(&due.seq).is_err().then_some(due),
            Some((ids, first)) => {
                let id = run_id(&targets.get(target)?.action.id, &due.conversation, due.moment.episode, due.at);
                (!ids.contains(&id)).then(|| Due { seq: due.seq + first, ..due })
            }
        }
    }
}

/// Takes what is due as a dry run that leaves no trace, not even in the log, and gives the records in order.
///
/// # Errors
/// The journal or the plan failed.
pub async fn rehearse(
    chosen: &Chosen,
    plan: &Plan,
    journal: &Journal,
    leases: &Leases,
    wall: &Arc<dyn Clock>,
    pacer: &mut impl Pacer,
) -> Result<Vec<RunRecord>, ReplayError<PlanError>> {
    let clock = clock(chosen, wall, None);
    let now = wall.now();
    let targets = chosen.targets(|client| RehearsedCrm::new(Arc::clone(client), now));
    let engine = Engine {
        journal: RehearsedJournal::traceless(journal),
        leases,
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        wall: Arc::clone(wall),
        replay: 0,
        dry_run: true,
        seed: 0,
    };
    let mut records = Vec::new();
    let replay = Replay { engine, targets: &targets, clock };
    replay
        .run(plan.due(), pacer, |record| {
            records.push(record.clone());
            Ok(())
        })
        .await?;
    Ok(records)
}

/// The clock of a replay's runs: waits take real time where somebody else's limits end in it, else as long as it seems to
/// whoever watches at `times` the pace (`None`: at once).
pub fn clock(chosen: &Chosen, wall: &Arc<dyn Clock>, times: Option<f64>) -> Arc<VirtualClock> {
    let start = Timestamp::UNIX_EPOCH;
    let remote = chosen.live.iter().any(|l| l.link.is_remote());
    Arc::new(match times {
        _ if remote => VirtualClock::beside(start, Arc::clone(wall), 1.0),
        Some(times) => VirtualClock::beside(start, Arc::clone(wall), times),
        None => VirtualClock::at(start),
    })
}

/// The sandbox could not be put back to its start.
#[derive(Debug, thiserror::Error)]
pub enum NotFresh {
    /// Its contacts.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// Its ledger.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Puts the sandbox's contacts, and the ledger of those that are connected, back to the start. Only for the sandbox.
///
/// # Errors
/// One of them cannot be written.
pub fn refresh(workspace: &Workspace, chosen: &Chosen, journal: &Journal) -> Result<(), NotFresh> {
    sandbox::reset(&workspace.sandbox_db())?;
    for live in &chosen.live {
        journal.forget_organisation(&live.organisation)?;
    }
    Ok(())
}
