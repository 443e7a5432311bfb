//! One run, or several that are due together: look up -> decide -> write, until each is settled.
//!
//! Owns retries: at most [`MAX_ATTEMPTS`] tries or [`MAX_TIME`] of the engine's clock. Every retry starts with a look-up
//! (`look`), so that a create whose answer was lost is found instead of made twice.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::action::Action;
use crate::domain::decide::{Decider, Fields, Found, LookUp, Write};
use crate::domain::moment::Moment;
use crate::domain::run::{Change, LeftOut, Outcome, Rule, RunError, RunRecord, format_instant};
use crate::domain::trace::{Call, CallKind, Trace};
use crate::ports::{
    Clock, Cost, Crm, CrmError, Intent, Journal, JournalError, Leases, Refusal, Repeat, Settled, Values, Written,
    back_off,
};

use super::look::Sight;

/// How often a run looks up and decides before it is failed.
pub const MAX_ATTEMPTS: u32 = 5;
/// How long a run may take on the engine's clock before it is failed.
pub const MAX_TIME: Duration = Duration::from_secs(120);
/// How many addresses are looked up in one request.
pub const LOOK_UP_AT_ONCE: usize = 50;
/// How many records are written in one request (Zoho's limit).
pub const WRITE_AT_ONCE: usize = 100;

/// Credits of the last 24 hours do not come back while a run is tried: it ends at the first answer that says so.
pub(super) const USED_UP: &str = "credits_exhausted";

/// Codes that say nothing about the records of a request: whoever goes alone would meet them too.
const ACCOUNT_WIDE: [&str; 3] = ["auth_revoked", "missing_scope", "config_invalid"];

/// An action ready to run and what it writes to, as taken at the start.
pub struct Target<C> {
    /// The action as it was on disk.
    pub action: Action,
    /// The account's fields.
    pub fields: Fields,
    /// The organisation's id.
    pub organisation: String,
    /// Its Contacts.
    pub crm: C,
}

/// Who waits with runs between two of their tries.
pub trait Waiting {
    /// Waits on the engine's clock; `why` is the sentence of what failed. `false` asks to leave the runs as they are, to be
    /// made later.
    fn wait(&mut self, time: Duration, why: &str) -> impl Future<Output = bool>;

    /// Where a run failed by this code nobody can be made: it is left as it is, to be made later.
    fn leaves(&self, code: &str) -> bool;
}

/// Waits as long as it takes.
struct ToTheEnd<'c>(&'c dyn Clock);

impl Waiting for ToTheEnd<'_> {
    async fn wait(&mut self, time: Duration, _: &str) -> bool {
        self.0.sleep(time).await;
        true
    }

    fn leaves(&self, _: &str) -> bool {
        false
    }
}

/// What came of runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The records of those that are settled.
    pub records: Vec<RunRecord>,
    /// It was asked to stop: some may not be.
    pub stopped: bool,
    /// Some were left, and why.
    pub left: Option<RunError>,
}

/// A run that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// Its place in the replay, from 0.
    pub seq: u64,
    /// The conversation's id.
    pub conversation: String,
    /// Conversation time of the moment.
    pub at: Timestamp,
    /// What caused it and what is known.
    pub moment: Moment,
}

/// What runs share.
pub struct Engine<J, L> {
    /// Durable memory.
    pub journal: J,
    /// One run per address at a time.
    pub leases: L,
    /// The clock of deadlines and waits.
    pub clock: Arc<dyn Clock>,
    /// The clock of `duration_ms`.
    pub wall: Arc<dyn Clock>,
    /// The replay the runs belong to.
    pub replay: i64,
    /// Nothing is written: the ports are rehearsals.
    pub dry_run: bool,
    /// Seeds the jitter of waits.
    pub seed: u64,
}

/// The id of a run: a digest of action, conversation, episode and time, in 32 hexadecimal digits.
pub fn run_id(action: &str, conversation: &str, episode: u32, at: Timestamp) -> String {
    let text = format!("{action}\n{conversation}\n{episode}\n{}", format_instant(at));
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref()[..16].iter().map(|b| format!("{b:02x}")).collect()
}

/// A run on its way.
pub(super) struct Live<'d> {
    pub due: &'d Due,
    pub run_id: String,
    pub look_up: Option<LookUp>,
    /// When it was first tried, on the engine's clock.
    pub since: Timestamp,
    pub attempts: u32,
    pub cost: Cost,
    pub seen: Seen,
    /// What it went by so far.
    pub trace: Trace,
    /// What was refused last, and of which contact: decided again unchanged, the refusal is final.
    pub refused: Option<(Write, Option<String>, Refusal)>,
    /// The last write was refused: what now stands in Zoho is somebody else's doing.
    pub undone: bool,
    /// A create was sent and no answer came.
    pub uncertain: bool,
    pub done: Option<Settled>,
}

/// What the latest look-up and decision said.
#[derive(Default)]
pub(super) struct Seen {
    pub rule: Option<Rule>,
    pub contact_id: Option<String>,
    pub matches: u32,
    pub ours: bool,
    pub left_out: Vec<LeftOut>,
}

/// A write that a round decided on.
struct Planned {
    index: usize,
    rule: Rule,
    changes: Vec<Change>,
    /// The contact and its `Modified_Time`; `None` for a new one.
    contact: Option<(String, Timestamp)>,
}

/// A call that failed as a whole, and the runs it was for.
pub(super) struct Trouble {
    pub runs: Vec<usize>,
    pub error: CrmError,
}

impl<J: Journal, L: Leases> Engine<J, L> {
    /// Takes runs of one action, whose addresses all differ, to their end. Their records come in the same order, kept
    /// before this returns.
    ///
    /// # Errors
    /// The journal could not be read or written: nothing more should be run.
    pub async fn take<C: Crm>(&self, target: &Target<C>, due: &[Due]) -> Result<Vec<RunRecord>, JournalError> {
        Ok(self.take_with(target, due, &mut ToTheEnd(self.clock.as_ref())).await?.records)
    }

    /// As [`Engine::take`], with somebody who may end it early. A run that is left has no record; what it may have written
    /// its intent tells.
    ///
    /// # Errors
    /// As [`Engine::take`].
    pub async fn take_with<C: Crm>(
        &self,
        target: &Target<C>,
        due: &[Due],
        waiting: &mut impl Waiting,
    ) -> Result<Taken, JournalError> {
        let decider = Decider { action: &target.action, fields: &target.fields };
        let start = self.wall.now();
        let mut runs: Vec<Live<'_>> = due
            .iter()
            .map(|due| Live {
                due,
                run_id: run_id(&target.action.id, &due.conversation, due.moment.episode, due.at),
                look_up: decider.look_up(&due.moment.attributes),
                since: self.clock.now(),
                attempts: 0,
                cost: Cost::default(),
                seen: Seen::default(),
                trace: Trace::default(),
                refused: None,
                undone: false,
                uncertain: false,
                done: None,
            })
            .collect();
        for run in runs.iter_mut().filter(|r| r.look_up.is_none()) {
            let decision = decider.decide(&run.due.moment.attributes, None);
            run.trace.case = Some(decision.case);
            run.seen = Seen { rule: Some(decision.rule), left_out: decision.left_out, ..Seen::default() };
            self.finish(target, run, Outcome::Skipped, Vec::new());
        }
        let emails: Vec<String> = runs.iter().filter_map(|r| Some(r.look_up.as_ref()?.key.clone())).collect();
        let lease = if emails.is_empty() { None } else { Some(self.leases.hold(&target.organisation, &emails).await?) };
        let stopped = !self.until_done(target, &decider, &mut runs, waiting).await?;
        let took = u64::try_from(self.wall.now().duration_since(start).as_millis()).unwrap_or(0);
        let share = took / u64::try_from(runs.len()).unwrap_or(1).max(1);
        let mut settled: Vec<Settled> = runs.into_iter().filter_map(|r| r.done).collect();
        let mut left = None;
        settled.retain(|s| match s.record.error.as_ref().filter(|e| waiting.leaves(&e.code)) {
            Some(e) => {
                left.get_or_insert_with(|| e.clone());
                false
            }
            None => true,
        });
        for s in &mut settled {
            s.record.duration_ms = share;
        }
        self.journal.settle(self.replay, &settled).await?;
        drop(lease);
        Ok(Taken { records: settled.into_iter().map(|s| s.record).collect(), stopped, left })
    }

    /// `false`: it was asked to stop before all are done.
    async fn until_done<C: Crm>(
        &self,
        target: &Target<C>,
        decider: &Decider<'_>,
        runs: &mut [Live<'_>],
        waiting: &mut impl Waiting,
    ) -> Result<bool, JournalError> {
        let mut delays = back_off(self.seed ^ runs.first().map_or(0, |r| r.due.seq));
        // a request that is refused for one must not fail everybody in it: from then on each goes alone
        let mut alone: Option<Option<usize>> = None;
        loop {
            let mut open: Vec<usize> = (0..runs.len()).filter(|&i| runs[i].done.is_none()).collect();
            if open.is_empty() {
                return Ok(true);
            }
            if let Some(current) = &mut alone {
                open.truncate(1);
                // waits for those before it were not its own
                if *current != Some(open[0]) {
                    *current = Some(open[0]);
                    runs[open[0]].since = self.clock.now();
                }
            }
            let (mut wait, mut why) = (Duration::ZERO, String::new());
            for Trouble { runs: affected, error } in self.round(target, decider, runs, &open).await? {
                if error.repeat == Repeat::Useless && affected.len() > 1 && !ACCOUNT_WIDE.contains(&&*error.code) {
                    alone.get_or_insert(None);
                    continue;
                }
                let delay = error.after.unwrap_or_else(|| delays.next().unwrap_or(MAX_TIME));
                if delay > wait {
                    why.clone_from(&error.message);
                }
                for i in affected {
                    let spent = self.clock.now().duration_since(runs[i].since).unsigned_abs();
                    let last = runs[i].attempts >= MAX_ATTEMPTS || spent + delay >= MAX_TIME;
                    if error.repeat == Repeat::Useless || error.code == USED_UP || last {
                        self.fail(target, &mut runs[i], &error.code, &error.message);
                    } else {
                        wait = wait.max(delay);
                    }
                }
            }
            if !wait.is_zero() && !waiting.wait(wait, &why).await {
                return Ok(false);
            }
        }
    }

    /// Looks up, decides and writes once for the runs at `open`.
    async fn round<C: Crm>(
        &self,
        target: &Target<C>,
        decider: &Decider<'_>,
        runs: &mut [Live<'_>],
        open: &[usize],
    ) -> Result<Vec<Trouble>, JournalError> {
        for &i in open {
            runs[i].attempts += 1;
        }
        let (sights, mut troubles) = self.look(target, decider, runs, open).await?;
        let planned: Vec<Planned> =
            sights.iter().filter_map(|sight| self.decide(target, decider, runs, sight)).collect();
        let intents: Vec<Intent> = planned.iter().map(|p| self.intent(target, &runs[p.index], p)).collect();
        if !intents.is_empty() {
            self.journal.intend(&intents).await?;
        }
        let (creates, updates): (Vec<Planned>, Vec<Planned>) = planned.into_iter().partition(|p| p.contact.is_none());
        for part in creates.chunks(WRITE_AT_ONCE) {
            let records: Vec<Values> = part.iter().map(|p| values(&p.changes)).collect();
            let mut cost = Cost::default();
            let began = self.wall.now();
            let answer = target.crm.create(&records, &mut cost).await;
            share(runs, part.iter().map(|p| p.index), cost);
            let call = self.call(CallKind::Create, part.len(), cost, began);
            troubles.extend(self.answered(target, runs, part, answer, &call));
        }
        for part in updates.chunks(WRITE_AT_ONCE) {
            let contacts = || part.iter().filter_map(|p| Some((p.contact.as_ref()?, p)));
            let Some(since) = contacts().map(|(c, _)| c.1).max() else { continue };
            let records: Vec<(String, Values)> = contacts().map(|(c, p)| (c.0.clone(), values(&p.changes))).collect();
            let mut cost = Cost::default();
            let began = self.wall.now();
            let answer = target.crm.update(&records, since, &mut cost).await;
            share(runs, part.iter().map(|p| p.index), cost);
            let call = self.call(CallKind::Update, part.len(), cost, began);
            troubles.extend(self.answered(target, runs, part, answer, &call));
        }
        Ok(troubles)
    }

    /// Decides for one run; one that has nothing to write is finished here.
    fn decide<C: Crm>(
        &self,
        target: &Target<C>,
        decider: &Decider<'_>,
        runs: &mut [Live<'_>],
        sight: &Sight,
    ) -> Option<Planned> {
        let index = sight.index;
        let run = &mut runs[index];
        // several matches: the ledger's (several: the oldest), else the oldest
        let contact = sight.found.iter().find(|c| sight.ours.contains(&c.id)).or(sight.found.first());
        let ours = contact.is_some_and(|c| sight.ours.contains(&c.id));
        let decision = decider.decide(&run.due.moment.attributes, contact.map(|contact| Found { contact, ours }));
        let rule = decision.rule;
        run.trace.case = Some(decision.case);
        run.seen = Seen {
            rule: Some(rule),
            contact_id: contact.map(|c| c.id.clone()),
            matches: u32::try_from(sight.found.len()).unwrap_or(u32::MAX),
            ours,
            left_out: decision.left_out,
        };
        let again = |(write, id, _): &mut (Write, Option<String>, Refusal)| {
            *write == decision.write && id.as_ref() == contact.map(|c| &c.id)
        };
        if let Some((_, _, refusal)) = run.refused.take_if(again) {
            self.fail(target, run, &refusal.code, &refusal.message);
            return None;
        }
        match decision.write {
            Write::Nothing => {
                self.finish(target, run, Outcome::Skipped, Vec::new());
                None
            }
            Write::Update(changes) if changes.is_empty() => {
                self.finish(target, run, Outcome::Unchanged, Vec::new());
                None
            }
            Write::Update(changes) => {
                Some(Planned { index, rule, changes, contact: contact.map(|c| (c.id.clone(), c.modified_at)) })
            }
            Write::Create(changes) => Some(Planned { index, rule, changes, contact: None }),
        }
    }

    fn intent<C>(&self, target: &Target<C>, run: &Live<'_>, planned: &Planned) -> Intent {
        Intent {
            replay: self.replay,
            seq: run.due.seq,
            run_id: run.run_id.clone(),
            organisation: target.organisation.clone(),
            email: run.look_up.as_ref().map(|l| l.key.clone()).unwrap_or_default(),
            contact_id: planned.contact.as_ref().map(|c| c.0.clone()),
            rule: planned.rule,
            matches: run.seen.matches,
            created_through_astra: run.seen.ours,
            changes: planned.changes.clone(),
            left_out: run.seen.left_out.clone(),
        }
    }

    /// A call that was just answered, without its answer.
    pub(super) fn call(&self, kind: CallKind, runs: usize, cost: Cost, began: Timestamp) -> Call {
        let ms = u64::try_from(self.wall.now().duration_since(began).as_millis()).unwrap_or(0);
        let runs = u32::try_from(runs).unwrap_or(u32::MAX);
        Call { kind, runs, requests: cost.requests, ms, answer: String::new() }
    }

    /// What a write's answer means for each run in it.
    fn answered<C>(
        &self,
        target: &Target<C>,
        runs: &mut [Live<'_>],
        part: &[Planned],
        answer: Result<Vec<Result<Written, Refusal>>, CrmError>,
        call: &Call,
    ) -> Option<Trouble> {
        let results = match answer {
            Ok(results) => results,
            Err(error) => {
                for p in part.iter().filter(|p| p.contact.is_none() && error.repeat == Repeat::LookFirst) {
                    runs[p.index].uncertain = true;
                }
                for p in part {
                    runs[p.index].undone = false;
                    let answer = format!("{}: {}", error.code, error.message);
                    runs[p.index].trace.called(Call { answer, ..call.clone() });
                }
                return Some(Trouble { runs: part.iter().map(|p| p.index).collect(), error });
            }
        };
        for (p, result) in part.iter().zip(results) {
            let run = &mut runs[p.index];
            run.undone = result.is_err();
            let answer = match &result {
                Ok(_) => "written".to_owned(),
                Err(refusal) => format!("{}: {}", refusal.code, refusal.message),
            };
            run.trace.called(Call { answer, ..call.clone() });
            match result {
                Ok(written) if p.contact.is_some() => {
                    run.seen.contact_id = Some(written.id);
                    self.finish(target, run, Outcome::Updated, p.changes.clone());
                }
                Ok(written) => match written.created_at {
                    Some(created_at) => {
                        self.created(target, run, &written.id, created_at, p.changes.clone());
                    }
                    // made, but without its time the ledger cannot hold it: the next look-up tells
                    None => run.uncertain = true,
                },
                // the world may have moved: look again; the same plan refused for the same reason is final
                Err(refusal) if run.attempts >= MAX_ATTEMPTS => {
                    self.fail(target, run, &refusal.code, &refusal.message);
                }
                Err(refusal) if refusal.code == "ALREADY_MODIFIED" => {}
                Err(refusal) => {
                    let (write, id) = match &p.contact {
                        Some((id, _)) => (Write::Update(p.changes.clone()), Some(id.clone())),
                        None => (Write::Create(p.changes.clone()), None),
                    };
                    run.refused = Some((write, id, refusal));
                }
            }
        }
        None
    }
}

fn values(changes: &[Change]) -> Values {
    changes.iter().map(|c| (c.zoho.clone(), c.to.clone())).collect()
}

/// Each run's share of what a call cost.
#[expect(clippy::cast_precision_loss, reason = "a request holds at most a hundred runs")]
pub(super) fn share(runs: &mut [Live<'_>], of: impl ExactSizeIterator<Item = usize>, cost: Cost) {
    let n = of.len().max(1) as f64;
    for i in of {
        runs[i].cost += Cost { requests: cost.requests / n, credits: cost.credits / n };
    }
}
