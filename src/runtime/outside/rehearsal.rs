//! The plan for one sample: the same plan and engine as a replay's, as a dry run that leaves no trace.
//!
//! On a thread and a runtime of its own (the plan's database belongs to one thread); nobody waits for it at the end. Of
//! questions that wait only the newest is answered, and one under way is given up for it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Shared, conversations};
use crate::app::effect::Rehearsal;
use crate::app::msg::Msg;
use crate::domain::problem::Severity;
use crate::domain::run::RunRecord;
use crate::engine::replay::{Pace, Steady};
use crate::feed::plan::Plan;
use crate::play::{self, Chosen, Workbench};
use crate::runtime::turn::News;
use crate::store::Journal;

/// The thread.
pub struct Rehearsals {
    asked: UnboundedSender<Rehearsal>,
}

impl Rehearsals {
    pub fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let (asked, taken) = unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let work = move || runtime.block_on(answer_all(&shared, taken));
        std::thread::Builder::new().name("plan".into()).spawn(work)?;
        Ok(Self { asked })
    }

    pub fn begin(&self, rehearsal: Rehearsal) {
        if self.asked.send(rehearsal).is_err() {
            tracing::error!("the thread that plans broke off");
        }
    }
}

/// A connection that the next plan uses again: only to a server elsewhere, where asking for everything anew costs.
struct Kept {
    chosen: Chosen,
    fields_at: Timestamp,
}

async fn answer_all(shared: &Shared, mut asked: UnboundedReceiver<Rehearsal>) {
    let mut kept = None;
    let mut next = None;
    loop {
        let mut job = match next.take() {
            Some(job) => job,
            None => match asked.recv().await {
                Some(job) => job,
                None => return,
            },
        };
        while let Ok(newer) = asked.try_recv() {
            job = newer;
        }
        let generation = job.generation;
        tokio::select! {
            result = plan(shared, &mut kept, job) => {
                shared.say(News::Msg(Msg::Rehearsed { generation, result })).await;
            }
            newer = asked.recv() => match newer {
                Some(newer) => next = Some(newer),
                None => return,
            },
        }
    }
}

async fn plan(shared: &Shared, kept: &mut Option<Kept>, job: Rehearsal) -> Result<Vec<RunRecord>, String> {
    let workspace = shared.workspace().map_err(said)?;
    let agent = workspace.agent().map_err(said)?.value;
    let accounts = workspace.accounts().map_err(said)?.value;
    let account = accounts.iter().find(|a| a.id == job.action.account);
    account.map_or(Ok(()), |a| shared.may_ask(a)).map_err(|why| why.message)?;
    let clock = &shared.clock;
    let with = Workbench { workspace: &workspace, agent: &agent, accounts: &accounts, clock, say: None, before: None };
    let same = |k: &Kept| {
        let account = accounts.iter().find(|a| a.id == job.action.account);
        k.fields_at == job.fields_at && k.chosen.live.iter().all(|l| Some(&l.link.account) == account)
    };
    let mut chosen = kept.take().filter(same).map_or_else(Chosen::default, |k| k.chosen);
    chosen.actions.clear();
    let against = chosen.add(&job.action, &with).await;
    let wrong = against.problems.iter().find(|p| p.severity == Severity::Error);
    let result = match (against.account, wrong) {
        (Some(error), _) => Err(error.to_string()),
        (None, Some(problem)) => Err(problem.to_string()),
        (None, None) => {
            let (name, input) = conversations::open(&job.source)?;
            let mut plan = Plan::new().map_err(said)?;
            let understanding = shared.understanding(&workspace).map_err(said)?;
            let read = plan.read(&name, input, &[&job.action], |c| understanding.listen(c.channel), |_| {}, |_| {});
            read.map_err(said)?;
            let journal = Journal::open(&workspace.state_db()).map_err(said)?;
            let never = AtomicBool::new(false);
            let mut pacer = Steady::new(Pace::Instant, &never, Arc::clone(&shared.clock), &|_| {});
            play::rehearse(&chosen, &plan, &journal, &workspace.leases(), &shared.clock, &mut pacer).await.map_err(said)
        }
    };
    if chosen.remote().is_some() && result.is_ok() {
        *kept = Some(Kept { chosen, fields_at: job.fields_at });
    } else {
        chosen.close().await;
    }
    result
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}
