//! What a watched replay plays, in order of conversation time: messages as they are said, the runs between them, the
//! episodes that will end. Decides when time goes on; must not know how runs are made.

use std::collections::{BTreeSet, HashMap};
use std::iter::Peekable;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::Shared;
use super::log::shown;
use crate::app::effect::Pace;
use crate::app::msg::{Generation, Msg, ReplayEvent, Timer};
use crate::app::playing::Heard;
use crate::domain::conversation::Channel;
use crate::domain::moment::SILENCE_MS;
use crate::engine::replay::{Ended, Pacer};
use crate::feed::plan::{Messages, Plan, Said};
use crate::ports::{Clock, Hold, JournalError};
use crate::runtime::turn::News;
use crate::store::{Filter, Log, Order};

/// How often the clock is told while nothing else happens; at once, how often what is said is told at all.
const TICK: Duration = Duration::from_millis(250);
/// How many episodes that wait are told.
const TIMERS: usize = 40;
/// How many messages of the last run's conversation are told where not everything was.
const RECALLED: u32 = 50;

/// What the operator wants of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    pub pace: Pace,
    pub paused: bool,
    /// How many steps were asked for in all.
    pub steps: u64,
    pub stop: bool,
}

/// The app's ear.
pub struct Told<'a> {
    pub shared: &'a Shared,
    pub generation: Generation,
}

impl Told<'_> {
    pub async fn event(&self, event: ReplayEvent) {
        self.shared.say(News::Msg(Msg::Replay { generation: self.generation, event })).await;
    }
}

/// A replay's course.
pub struct Score<'a> {
    told: Told<'a>,
    plan: &'a Plan,
    said: Peekable<Messages<'a>>,
    /// Something was said that was not told.
    skipped: bool,
    /// The conversation of the last run.
    ran: Option<String>,
    log: Log,
    replay: i64,
    /// The last run that was told.
    last: i64,
    steer: watch::Receiver<Control>,
    steps: u64,
    standing: bool,
    now: Option<Timestamp>,
    /// When something was told last, on the wall clock.
    told_at: Option<Timestamp>,
    /// When open episodes will end, by conversation.
    ends: HashMap<String, Timestamp>,
    by_end: BTreeSet<(Timestamp, String, Channel)>,
    failed: Option<String>,
}

impl<'a> Score<'a> {
    /// # Errors
    /// The log cannot be read.
    pub fn new(
        told: Told<'a>,
        plan: &'a Plan,
        log: Log,
        replay: i64,
        steer: watch::Receiver<Control>,
    ) -> Result<Self, JournalError> {
        // none of its runs is there yet
        let last = log.newest()?;
        Ok(Self {
            told,
            plan,
            said: plan.said().peekable(),
            skipped: false,
            ran: None,
            log,
            replay,
            last,
            steer,
            steps: 0,
            standing: false,
            now: None,
            told_at: None,
            ends: HashMap::new(),
            by_end: BTreeSet::new(),
            failed: None,
        })
    }

    /// After the last run: what is still said, and how it ended.
    ///
    /// # Errors
    /// One sentence: what was said or run could not be read back.
    pub async fn rest(mut self, mut ended: Ended) -> Result<Ended, String> {
        if ended == Ended::Finished && !self.through(None).await {
            ended = Ended::Stopped;
        }
        self.tell_runs().await;
        self.recall().await;
        self.tell_clock().await;
        self.failed.map_or(Ok(ended), Err)
    }

    /// Plays what is said up to a time (`None`: to the end); `false` asks to stop.
    async fn through(&mut self, until: Option<Timestamp>) -> bool {
        loop {
            let next = self.said.next_if(|s| s.as_ref().is_ok_and(|s| until.is_none_or(|t| s.at <= t)) || s.is_err());
            match next {
                None => return true,
                Some(Err(e)) => {
                    self.failed = Some(e.to_string());
                    return false;
                }
                Some(Ok(said)) => {
                    if !self.pass_to(said.at).await {
                        return false;
                    }
                    self.hear(said).await;
                }
            }
        }
    }

    async fn hear(&mut self, said: Said) {
        let silence = said.at.checked_add(SignedDuration::from_millis(SILENCE_MS)).unwrap_or(Timestamp::MAX);
        let end = said.call_ends.unwrap_or(silence);
        // what is said after the call's end belongs to no episode
        if end > said.at {
            if let Some(before) = self.ends.insert(said.conversation.clone(), end) {
                self.by_end.remove(&(before, said.conversation.clone(), said.channel));
            }
            self.by_end.insert((end, said.conversation.clone(), said.channel));
        }
        if !self.worth_telling() {
            self.skipped = true;
            return;
        }
        let Said { at, conversation, place, channel, role, text, .. } = said;
        self.told.event(ReplayEvent::Heard { conversation, nth: place, channel, at, role, text }).await;
        self.tell_timers().await;
    }

    /// At once, nobody could read everything: then only now and then.
    fn worth_telling(&mut self) -> bool {
        let control = *self.steer.borrow();
        if control.pace != Pace::AtOnce || control.paused {
            return true;
        }
        let now = self.told.shared.clock.now();
        let due = self.told_at.is_none_or(|t| now.duration_since(t).unsigned_abs() >= TICK);
        if due {
            self.told_at = Some(now);
        }
        due
    }

    async fn tell_timers(&self) {
        let timer = |(at, conversation, channel): &(Timestamp, String, Channel)| Timer {
            conversation: conversation.clone(),
            channel: *channel,
            at: *at,
        };
        let first = self.by_end.iter().take(TIMERS).map(timer).collect();
        let more = self.by_end.len().saturating_sub(TIMERS) as u64;
        self.told.event(ReplayEvent::Timers { first, more }).await;
    }

    /// Where not everything was told: what was said in the conversation of the last run.
    async fn recall(&mut self) {
        let Some(ran) = self.ran.as_ref().filter(|_| self.skipped) else { return };
        match self.plan.said_in(ran, RECALLED) {
            Ok(said) => {
                let until = self.now;
                let said = said.into_iter().filter(|s| until.is_none_or(|now| s.at <= now));
                let heard = said.map(|Said { conversation, place, role, text, .. }| Heard {
                    conversation,
                    nth: place,
                    role,
                    text,
                });
                self.told.event(ReplayEvent::Recalled(heard.collect())).await;
                self.skipped = false;
            }
            Err(e) => self.failed = Some(e.to_string()),
        }
    }

    /// Lets conversation time pass up to `to`, as the operator wants it; `false` asks to stop.
    async fn pass_to(&mut self, to: Timestamp) -> bool {
        loop {
            let control = *self.steer.borrow_and_update();
            if control.stop {
                return false;
            }
            if control.paused && control.steps > self.steps {
                self.steps += 1;
                self.standing = false;
                break;
            }
            if control.paused {
                if !std::mem::replace(&mut self.standing, true) {
                    self.tell_runs().await;
                    self.recall().await;
                    self.tell_timers().await;
                    self.tell_clock().await;
                    self.told.event(ReplayEvent::Paused).await;
                }
                if self.steer.changed().await.is_err() {
                    return false;
                }
                continue;
            }
            if std::mem::replace(&mut self.standing, false) {
                self.told.event(ReplayEvent::Resumed).await;
            }
            // steps that were asked for while it went on are no steps any more
            self.steps = control.steps;
            let (Pace::Times(times), Some(now)) = (control.pace, self.now) else { break };
            let times = times.max(1);
            let left = Duration::try_from(to.duration_since(now)).unwrap_or_default() / times;
            if left.is_zero() {
                break;
            }
            self.wait(left.min(TICK), times, to).await;
        }
        self.arrive(to).await;
        true
    }

    /// Waits on the wall clock, or until the operator wants something else; conversation time goes along.
    async fn wait(&mut self, time: Duration, times: u32, to: Timestamp) {
        let clock = &self.told.shared.clock;
        let began = clock.now();
        tokio::select! {
            () = clock.sleep(time) => {}
            _ = self.steer.changed() => {}
        }
        let passed = clock.now().duration_since(began).unsigned_abs().saturating_mul(times);
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        let now = self.now.and_then(|n| n.checked_add(passed).ok()).unwrap_or(to).min(to);
        self.arrive(now).await;
        self.tell_clock().await;
    }

    /// The clock never goes back: of runs that are taken together, the last one is reached with the first.
    async fn arrive(&mut self, at: Timestamp) {
        let at = self.now.map_or(at, |now| now.max(at));
        self.now = Some(at);
        let mut over = false;
        while self.by_end.first().is_some_and(|(end, ..)| *end <= at) {
            if let Some((_, conversation, _)) = self.by_end.pop_first() {
                self.ends.remove(&conversation);
                over = true;
            }
        }
        if over && self.worth_telling() {
            self.tell_timers().await;
        }
    }

    async fn tell_clock(&self) {
        if let Some(now) = self.now {
            self.told.event(ReplayEvent::Clock(now)).await;
        }
    }

    /// Runs that were settled since the last time. The log has their places.
    async fn tell_runs(&mut self) {
        if self.failed.is_some() {
            return;
        }
        let wanted = Filter {
            replay: Some(self.replay),
            order: Order::OldestFirst,
            after: Some(self.last),
            ..Filter::default()
        };
        let runs = match self.log.page(&wanted) {
            Ok(runs) => runs,
            Err(e) => {
                self.failed = Some(e.to_string());
                return;
            }
        };
        for run in runs {
            self.last = run.id;
            match shown(&run) {
                Ok(run) => {
                    self.ran = Some(run.record.conversation.clone());
                    self.arrive(run.record.at).await;
                    self.told.event(ReplayEvent::Ran(Box::new(run))).await;
                }
                Err(e) => self.failed = Some(e.to_string()),
            }
        }
    }
}

impl Pacer for Score<'_> {
    async fn reach(&mut self, at: Timestamp) -> bool {
        self.tell_runs().await;
        let goes_on = self.through(Some(at)).await && self.pass_to(at).await;
        if goes_on && self.worth_telling() {
            self.tell_clock().await;
        }
        goes_on && self.failed.is_none()
    }

    async fn pause(&mut self, hold: &Hold, clock: &dyn Clock) -> bool {
        if !hold.why.is_empty() {
            tracing::warn!("the replay waits: {}", hold.why);
        }
        let mut steer = self.steer.clone();
        let waited = clock.sleep(hold.wait);
        tokio::pin!(waited);
        loop {
            tokio::select! {
                () = &mut waited => return true,
                changed = steer.changed() => {
                    if changed.is_err() || steer.borrow_and_update().stop {
                        return false;
                    }
                }
            }
        }
    }

    fn runs_ahead(&self) -> bool {
        let control = *self.steer.borrow();
        control.pace == Pace::AtOnce && !control.paused
    }
}
