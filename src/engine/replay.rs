//! A replay: planned runs in order of conversation time, one by one or, for Offline Sync, those due together in one go.

use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::decide::Decider;
use crate::domain::run::{RunError, RunRecord, Trigger};
use crate::ports::{Clock, Crm, Hold, Journal, JournalError, Leases};

use super::clock::VirtualClock;
use super::run::{Due, Engine, Taken, Target, USED_UP, WRITE_AT_ONCE, Waiting};

/// How many runs are taken together at most, those without an address counted.
const TOGETHER: usize = 4 * WRITE_AT_ONCE;

/// How long an organisation whose credits are used up is left alone at a time: they come back over 24 hours.
const CREDITS_REST: Duration = Duration::from_secs(3_600);

fn credits_rest(account: &str) -> Hold {
    let why = format!(
        "account {account}: the organisation's API credits of the last 24 hours are used up; looking again in 60 minutes"
    );
    Hold { wait: CREDITS_REST, why }
}

/// How soon a stop is felt while something is waited for.
const STEP: Duration = Duration::from_millis(100);

/// Zoho takes the account's refresh token or client no more, or none of its access tokens, which may be a passing fault and
/// is tried as often as any before a run fails by it: no run can be made, and waiting mends nothing.
const ENDED: [&str; 2] = ["auth_revoked", "auth_expired"];

/// How fast conversation time passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// As fast as the work is done.
    Instant,
    /// So many times as fast as the wall clock; more than 0.
    Times(f64),
}

/// Who says when conversation time goes on.
pub trait Pacer {
    /// Waits until it may be `at`, which is never before the time of the call before; `false` asks to stop.
    fn reach(&mut self, at: Timestamp) -> impl Future<Output = bool>;

    /// Waits for something else than conversation time, saying why; `false` asks to stop.
    fn pause(&mut self, hold: &Hold, clock: &dyn Clock) -> impl Future<Output = bool>;

    /// Runs of different times may be taken together, since nobody watches the time between them.
    fn runs_ahead(&self) -> bool;
}

/// The same pace from beginning to end.
pub struct Steady<'a> {
    /// How fast.
    pub pace: Pace,
    /// Set from outside: finish what was begun, then stop.
    pub stop: &'a AtomicBool,
    /// The clock that is waited on.
    pub wall: Arc<dyn Clock>,
    /// Says what is waited for.
    say: &'a dyn Fn(&str),
    last: Option<Timestamp>,
}

impl<'a> Steady<'a> {
    /// Begins at the first run; `say` is told what else than time is waited for.
    pub fn new(pace: Pace, stop: &'a AtomicBool, wall: Arc<dyn Clock>, say: &'a dyn Fn(&str)) -> Self {
        Self { pace, stop, wall, say, last: None }
    }

    /// Waits on the wall clock in steps short enough for a stop to be felt.
    async fn wait(&self, mut left: Duration) {
        while !left.is_zero() && !self.stop.load(Ordering::Relaxed) {
            let step = left.min(STEP);
            self.wall.sleep(step).await;
            left -= step;
        }
    }
}

impl Pacer for Steady<'_> {
    async fn reach(&mut self, at: Timestamp) -> bool {
        if let (Pace::Times(times), Some(last)) = (self.pace, self.last) {
            let gap = at.duration_since(last).as_secs_f64() / times;
            self.wait(Duration::try_from_secs_f64(gap.max(0.0)).unwrap_or(Duration::MAX)).await;
        }
        self.last = Some(at);
        !self.stop.load(Ordering::Relaxed)
    }

    async fn pause(&mut self, hold: &Hold, clock: &dyn Clock) -> bool {
        if !hold.why.is_empty() {
            (self.say)(&hold.why);
        }
        let mut left = hold.wait;
        while !left.is_zero() && !self.stop.load(Ordering::Relaxed) {
            let step = left.min(STEP);
            clock.sleep(step).await;
            left -= step;
        }
        !self.stop.load(Ordering::Relaxed)
    }

    fn runs_ahead(&self) -> bool {
        self.pace == Pace::Instant
    }
}

/// How a replay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every run is settled.
    Finished,
    /// It was asked to stop; the runs so far are settled.
    Stopped,
}

/// A replay under way.
pub struct Replay<'a, J, L, C> {
    /// What the runs share.
    pub engine: Engine<J, L>,
    /// The actions, in the order in which a planned run names them.
    pub targets: &'a [Target<C>],
    /// The engine's clock, moved along with conversation time.
    pub clock: Arc<VirtualClock>,
}

/// The pacer, as whoever waits with runs.
struct Between<'p, P> {
    pacer: &'p mut P,
    clock: &'p VirtualClock,
    wall: &'p dyn Clock,
}

impl<P: Pacer> Waiting for Between<'_, P> {
    async fn wait(&mut self, time: Duration, why: &str) -> bool {
        let hold = match self.clock.is_real() && time >= Hold::WORTH_SAYING {
            true => Hold::before_another_try(time, why, self.wall.now()),
            false => Hold { wait: time, why: String::new() },
        };
        self.pacer.pause(&hold, self.clock).await
    }

    fn leaves(&self, code: &str) -> bool {
        ENDED.contains(&code)
    }
}

/// A replay that could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError<E: std::error::Error + 'static> {
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Zoho takes an account's tokens no more: the runs without a record, that which met it first, are still to be made.
    #[error("{message}")]
    Account {
        /// The account's id.
        account: String,
        /// What Zoho said, in one sentence.
        message: String,
    },
    /// The planned runs could not be read.
    #[error(transparent)]
    Planned(E),
    /// A record could not be handed out.
    #[error("the record of a run could not be written: {0}")]
    Output(#[source] std::io::Error),
}

impl<J: Journal, L: Leases, C: Crm> Replay<'_, J, L, C> {
    /// Takes the planned runs (index of the target, run), in the order given; hands out each record once it is kept.
    ///
    /// # Errors
    /// The journal, the plan or the output failed; what was handed out is kept.
    pub async fn run<E: std::error::Error + 'static>(
        &self,
        planned: impl Iterator<Item = Result<(usize, Due), E>>,
        pacer: &mut impl Pacer,
        mut record: impl FnMut(&RunRecord) -> std::io::Result<()>,
    ) -> Result<Ended, ReplayError<E>> {
        let mut planned = planned.peekable();
        // organisations whose credits were used up at the last look
        let mut used_up: HashSet<&str> = HashSet::new();
        loop {
            let (target, first) = match planned.next() {
                None => return Ok(Ended::Finished),
                Some(next) => next.map_err(ReplayError::Planned)?,
            };
            if !pacer.reach(first.at).await {
                return Ok(Ended::Stopped);
            }
            let Some(to) = self.targets.get(target) else { continue };
            self.clock.set(first.at);
            let decider = Decider { action: &to.action, fields: &to.fields };
            let address = |due: &Due| decider.look_up(&due.moment.attributes).map(|l| l.key);
            let mut taken: HashSet<String> = address(&first).into_iter().collect();
            let mut group = vec![first];
            // at any other pace than instant, only what is due at the same moment is due together
            let due_with = |due: &Due, first: &Due| pacer.runs_ahead() || due.at == first.at;
            while group.len() < TOGETHER
                && let Some(Ok((also, due))) = planned.peek()
                && *also == target
                && due_with(due, &group[0])
            {
                match address(due) {
                    // nobody is looked up and nothing written: it keeps nobody waiting
                    None => {}
                    Some(key) => {
                        let together = to.action.offline_sync && due.moment.trigger == Trigger::Offline;
                        if !together || taken.len() >= WRITE_AT_ONCE || !taken.insert(key) {
                            break;
                        }
                    }
                }
                if let Some(Ok((_, due))) = planned.next() {
                    group.push(due);
                }
            }
            let probing = !taken.is_empty() && used_up.contains(to.organisation.as_str());
            let mut next = if probing { Some(credits_rest(&to.action.account)) } else { to.crm.hold().await };
            while let Some(mut hold) = next {
                if !self.clock.is_real() {
                    hold.why.push_str(
                        " on the replay's clock, which takes no such time here: the server has the last word",
                    );
                }
                let before = self.engine.wall.now();
                if !pacer.pause(&hold, self.clock.as_ref()).await {
                    return Ok(Ended::Stopped);
                }
                // where waiting takes no real time it brings nothing back either: the server itself has the last word
                if self.engine.wall.now().duration_since(before).unsigned_abs() < hold.wait / 2 {
                    break;
                }
                next = to.crm.hold().await;
            }
            let mut between =
                Between { pacer: &mut *pacer, clock: self.clock.as_ref(), wall: self.engine.wall.as_ref() };
            let Taken { records, stopped, left } = self.engine.take_with(to, &group, &mut between).await?;
            for r in records {
                match &r.error {
                    Some(e) if e.code == USED_UP => {
                        used_up.insert(&to.organisation);
                    }
                    _ if r.requests > 0.0 => {
                        used_up.remove(to.organisation.as_str());
                    }
                    _ => {}
                }
                record(&r).map_err(ReplayError::Output)?;
            }
            if let Some(RunError { message, .. }) = left {
                return Err(ReplayError::Account { account: to.action.account.clone(), message });
            }
            if stopped {
                return Ok(Ended::Stopped);
            }
        }
    }
}
