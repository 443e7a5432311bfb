//! The worker: looks at conversations when their timers end, makes the runs that are due, and gives back those that
//! cannot be made now.
//!
//! Owns the order of these steps and how long an account in trouble rests. Must not know where events come from, where
//! they wait, nor what a run decides.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::metrics::Metrics;
use super::plan::NewRun;
use super::queue::{Claimed, Conversations, DueRuns, Parked, Polled, Queued};
use super::watermark::Watermarks;
use super::withhold::Withholding;
use crate::domain::action::Action;
use crate::domain::conversation::Conversation;
use crate::domain::decide::Decider;
use crate::domain::moment::Listen;
use crate::domain::run::{Outcome, RunError, RunRecord};
use crate::engine::run::{Due, Engine, Target, WRITE_AT_ONCE};
use crate::ports::{Clock, Crm, Journal, JournalError, Leases};
use crate::store;

/// How many conversations are looked at before runs are made.
const LOOKS: usize = 256;
/// How long an account rests after its first failure; doubled with each further one.
const REST: Duration = Duration::from_secs(15);
/// The longest rest. Whatever was wrong is tried this often.
const LONGEST_REST: Duration = Duration::from_secs(15 * 60);

/// What a journal must tell besides, so that nothing is run twice.
pub trait Records: Send + Sync {
    /// Whether the run with this number in this stream has its record.
    ///
    /// # Errors
    /// The journal cannot be read.
    fn has_record(&self, stream: i64, seq: u64) -> impl Future<Output = Result<bool, JournalError>> + Send;

    /// Whether the run with this number in this stream was about to write when it was heard of last.
    ///
    /// # Errors
    /// The journal cannot be read.
    fn has_intent(&self, stream: i64, seq: u64) -> impl Future<Output = Result<bool, JournalError>> + Send;
}

impl Records for store::Journal {
    async fn has_record(&self, stream: i64, seq: u64) -> Result<bool, JournalError> {
        self.has_record(stream, seq)
    }

    async fn has_intent(&self, stream: i64, seq: u64) -> Result<bool, JournalError> {
        self.has_intent(stream, seq)
    }
}

/// What works a queue.
pub struct Worker<'a, Q, J, L, C, F> {
    /// Where events and due runs wait.
    pub queue: &'a Q,
    /// The runs' memory.
    pub journal: &'a J,
    /// One run per address at a time.
    pub leases: &'a L,
    /// The clock, of timers, waits and durations.
    pub clock: Arc<dyn Clock>,
    /// The number in the journal under which the runs of these actions, as they are now, are kept.
    pub stream: i64,
    /// The actions and where they write.
    pub targets: &'a [Target<C>],
    /// From when on each counts.
    pub since: &'a BTreeMap<String, Timestamp>,
    /// How long after its time an event may still come and be sorted in.
    pub lateness: Duration,
    /// How far inputs that are catching up were read.
    pub marks: &'a Watermarks,
    /// Makes a fresh understanding of a conversation.
    pub listen: F,
    /// What is counted.
    pub metrics: &'a Metrics,
}

impl<Q, J, L, C, F, U> Worker<'_, Q, J, L, C, F>
where
    Q: Conversations + DueRuns + Polled,
    J: Journal + Records,
    L: Leases,
    C: Crm,
    F: Fn(&Conversation) -> U,
    U: Listen,
{
    /// Takes up what a worker that died left behind: runs whose record is kept are over, the others are made again, and
    /// their intents tell what became of a write whose answer is not known. `on_its_way`: how long such a write may still
    /// arrive; only then a look tells.
    ///
    /// # Errors
    /// The queue or the journal failed.
    pub async fn take_up(&self, on_its_way: Duration) -> Result<(), JournalError> {
        let (mut over, mut again, mut later) = (Vec::new(), Vec::new(), Vec::new());
        for (seq, stream) in self.queue.claimed().await? {
            if Records::has_record(self.journal, stream, seq).await? {
                over.push((seq, None));
            } else if self.journal.has_intent(stream, seq).await? {
                later.push((seq, "what became of its write is looked up first".to_owned()));
            } else {
                again.push((seq, String::new()));
            }
        }
        self.queue.settle(&over).await?;
        self.queue.give_back(&again, Timestamp::UNIX_EPOCH).await?;
        let answered = self.clock.now().checked_add(on_its_way).unwrap_or(Timestamp::MAX);
        self.queue.give_back(&later, answered).await
    }

    /// Does everything that is due now; hands out each record once it is kept. Stops between two batches where `stop`
    /// says so. Gives the time of the next thing to do, where one is known.
    ///
    /// # Errors
    /// The queue or the journal failed: what was claimed is taken up by the next worker.
    pub async fn work(
        &self,
        stop: impl Fn() -> bool,
        mut record: impl FnMut(&RunRecord),
    ) -> Result<Option<Timestamp>, JournalError> {
        loop {
            // whatever may count before a run has been looked at before the run is made
            while self.look().await? {}
            let mut made = false;
            for target in self.targets {
                if stop() {
                    return Ok(None);
                }
                made |= self.make(target, &mut record).await?;
            }
            if !made {
                return Ok(self.queue.next().await?.map(|next| self.not_yet(next)));
            }
        }
    }

    /// What is due and was not done waits for an account that rests, or an input that catches up: not worth a look at
    /// once.
    fn not_yet(&self, next: Timestamp) -> Timestamp {
        next.max(self.clock.now().checked_add(Duration::from_secs(1)).unwrap_or(Timestamp::MAX))
    }

    /// Looks at conversations whose timers ended; `false` where there was none.
    async fn look(&self) -> Result<bool, JournalError> {
        let now = self.marks.time(self.clock.now());
        let woken = self.queue.woken(now, LOOKS).await?;
        for id in &woken {
            self.look_at(id, now).await?;
        }
        Ok(!woken.is_empty())
    }
}

impl<Q, J, L, C, F, U> Worker<'_, Q, J, L, C, F>
where
    Q: Conversations,
    F: Fn(&Conversation) -> U,
    U: Listen,
{
    /// Looks at a conversation as it is by now, and queues the runs that are due.
    ///
    /// # Errors
    /// The queue failed.
    pub async fn look_at(&self, conversation: &str, now: Timestamp) -> Result<(), JournalError> {
        let horizon = now.checked_sub(self.lateness).unwrap_or(Timestamp::MIN);
        let actions: Vec<(&Action, Timestamp)> = self
            .targets
            .iter()
            .map(|t| (&t.action, self.since.get(&t.action.id).copied().unwrap_or(Timestamp::MIN)))
            .collect();
        // events that come in between are part of the next look
        while let Some((told, version)) = self.queue.told(conversation).await? {
            // a language model may be asked meanwhile, which takes its time
            let planned = tokio::task::block_in_place(|| told.plan(&actions, horizon, &self.listen));
            let queued: Vec<Queued> = planned.runs.into_iter().map(|run| self.queued(run)).collect();
            let wake = planned.wake.and_then(|w| w.checked_add(self.lateness).ok());
            if self.queue.plan(conversation, version, &queued, &planned.marks, wake).await? {
                break;
            }
        }
        Ok(())
    }

    fn queued(&self, run: NewRun) -> Queued {
        let target = self.targets.iter().find(|t| t.action.id == run.action);
        let address = target.and_then(|t| {
            let decider = Decider { action: &t.action, fields: &t.fields };
            decider.look_up(&run.moment.attributes)
        });
        Queued { run, email: address.map(|a| a.key) }
    }
}

impl<Q, J, L, C, F> Worker<'_, Q, J, L, C, F>
where
    Q: DueRuns,
    J: Journal,
    L: Leases,
    C: Crm,
{
    /// Makes the next runs of an action, and hands out each record once it is kept; `false` where there was none.
    ///
    /// # Errors
    /// The queue or the journal failed.
    pub async fn make(&self, target: &Target<C>, record: &mut impl FnMut(&RunRecord)) -> Result<bool, JournalError> {
        let now = self.clock.now();
        let account = &target.action.account;
        let parked = self.queue.parked(account).await?;
        if parked.as_ref().is_some_and(|p| p.until > now) {
            return Ok(false);
        }
        if self.queue.is_due(&target.action.id, now).await?
            && let Some(hold) = target.crm.hold().await
        {
            // nothing failed: it waits as a replay does, and is looked at again at least as often as one in trouble
            let until = now.checked_add(hold.wait.min(LONGEST_REST)).unwrap_or(Timestamp::MAX);
            let failures = parked.map_or(0, |p| p.failures);
            tracing::warn!("account {account}: its runs wait until {until:.0}: {}", hold.why);
            let waits = Parked { account: account.clone(), until, why: hold.why, failures };
            self.queue.park(account, Some(&waits)).await?;
            return Ok(false);
        }
        // an account that was in trouble is tried with one
        let limit = if parked.is_some() { 1 } else { WRITE_AT_ONCE };
        let claimed = self.queue.claim(&target.action.id, self.stream, now, limit).await?;
        if claimed.is_empty() {
            return Ok(false);
        }
        let due: Vec<Due> = claimed.iter().map(due).collect();
        let journal = Withholding::new(self.journal, claimed.iter().map(|c| (c.seq, c.tries)).collect());
        let engine = Engine {
            journal: &journal,
            leases: self.leases,
            clock: Arc::clone(&self.clock),
            wall: Arc::clone(&self.clock),
            replay: self.stream,
            dry_run: false,
            seed: claimed[0].seq,
        };
        let records = engine.take(target, &due).await?;
        let withheld = journal.withheld();
        let mut settled = Vec::new();
        for (claimed, made) in claimed.iter().zip(&records) {
            if withheld.iter().any(|(seq, _)| *seq == claimed.seq) {
                continue;
            }
            let failed = made.error.as_ref().filter(|_| made.outcome == Outcome::Failed).map(RunError::sentence);
            settled.push((claimed.seq, failed));
            self.metrics.made(made, self.clock.now());
            record(made);
        }
        self.queue.settle(&settled).await?;
        self.rest(account, parked, &withheld).await?;
        Ok(true)
    }

    /// After trouble that is the account's, its runs go back and wait; after none, it is well again.
    async fn rest(
        &self,
        account: &str,
        before: Option<Parked>,
        withheld: &[(u64, RunError)],
    ) -> Result<(), JournalError> {
        let Some((_, error)) = withheld.first() else {
            if before.is_some() {
                tracing::info!("account {account}: its runs go on");
                self.queue.park(account, None).await?;
            }
            return Ok(());
        };
        let failures = before.map_or(0, |p| p.failures) + 1;
        let rest = match error.code.as_str() {
            // they come back over a day, not in seconds
            "credits_exhausted" => LONGEST_REST,
            _ => REST.saturating_mul(1 << (failures - 1).min(6)).min(LONGEST_REST),
        };
        let until = self.clock.now().checked_add(rest).unwrap_or(Timestamp::MAX);
        let back: Vec<(u64, String)> = withheld.iter().map(|(seq, error)| (*seq, error.sentence())).collect();
        self.metrics.given_back(back.len());
        self.queue.give_back(&back, until).await?;
        let parked = Parked { account: account.to_owned(), until, why: error.sentence(), failures };
        tracing::warn!("account {account} rests until {until:.0}: {}", parked.why);
        self.queue.park(account, Some(&parked)).await
    }
}

fn due(claimed: &Claimed) -> Due {
    Due {
        seq: claimed.seq,
        conversation: claimed.conversation.clone(),
        at: claimed.run.at,
        moment: claimed.run.moment.clone(),
    }
}
