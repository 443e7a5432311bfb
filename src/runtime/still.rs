//! The screen without a terminal: keys go in one after the other, each once everything before it is answered, on a clock
//! that moves only where something waits on it, as if nobody pressed the next key for a moment. The same workspace and
//! keys lead to the same screen.
//!
//! Works on a copy of the workspace and reaches no Zoho but the sandbox. Effects are done one at a time, in the order
//! asked, so that answers have one order too. A replay runs to its end, or to where it stands still, before the next key.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::{Receiver, channel};

use super::outside::Outside;
use super::turn::{News, World as _};
use crate::app::effect::{Effect, Pace, Steer};
use crate::app::key::Key;
use crate::app::msg::{Ended, FieldTrouble, Generation, Input, Msg, ReplayEvent, Request, SaveRefused};
use crate::app::{self, App, Size};
use crate::engine::clock::VirtualClock;
use crate::ports::Clock as _;
use crate::store::{Folders, WorkspaceError};
use crate::view::picture::Picture;

/// How many messages may wait.
const WAITING: usize = 256;
/// The time where the workspace remembers none: after the last of the sample conversations.
const BEGINNING: Timestamp = Timestamp::constant(1_772_794_800, 0);
/// How long ago the last thing that the workspace remembers was.
const SINCE: SignedDuration = SignedDuration::from_mins(5);

/// How long nobody presses a key: what the screen does by itself after less is done.
const MOMENT: SignedDuration = SignedDuration::from_secs(2);
/// How often the screen may do something by itself before the next key.
const MOST_BY_ITSELF: usize = 100;

/// The screen could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum NotDrawn {
    /// The workspace cannot be copied.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// There is no room for a copy, or no thread.
    #[error("the workspace cannot be copied to work on: {0}; make room for temporary files (TMPDIR)")]
    System(#[from] std::io::Error),
    /// Keys that nobody takes any more.
    #[error("the program has ended before key {nth}, {key}: leave out what follows the key that quits")]
    Over {
        /// Its place, from 1.
        nth: usize,
        /// The key.
        key: Key,
    },
}

/// Draws the screen that keys lead to on a copy of a workspace.
///
/// # Errors
/// The workspace cannot be copied, or keys follow one that ends the program.
pub async fn still(folders: &Folders, size: Size, options: app::Options, keys: &[Key]) -> Result<Picture, NotDrawn> {
    let place = tempfile::Builder::new().prefix("astra-zoho-").tempdir()?;
    let copy = folders.copy_to(place.path())?;
    let now = copy.last_touched().and_then(|t| t.checked_add(SINCE).ok()).unwrap_or(BEGINNING);
    let clock = Arc::new(VirtualClock::at(now));
    if let Err(e) = crate::connect::make_for_drawing(&copy.data.join("sandbox.db"), now) {
        tracing::warn!("the copy's sandbox could not be made: {e}");
    }
    let mut outside = Outside::apart(place.path().to_owned(), Arc::clone(&clock) as _)?;
    let (to, news) = channel(WAITING);
    outside.answer_to(to);
    let mut still =
        Still { app: App::new(size, options), outside, news, clock, standing: None, names: names(&copy, folders) };
    let drawn = still.press(keys).await;
    let Still { outside, news, .. } = still;
    drop(news);
    // nobody writes to the copy any more when it is removed
    outside.finish().await;
    if let Err(e) = place.close() {
        tracing::warn!("the copy of the workspace could not be removed: {e}");
    }
    drawn
}

/// What the copy's folders are called on the screen: innermost first.
fn names(copy: &Folders, original: &Folders) -> Vec<(String, String)> {
    let name = |path: &Path| path.display().to_string();
    let pair = |copy: &Path, original: &Path| (name(copy), name(original));
    vec![
        pair(&copy.logs, &original.logs),
        pair(&copy.secrets, &original.secrets),
        pair(&copy.data, &original.data),
        pair(&copy.config, &original.config),
    ]
}

struct Still {
    app: App,
    outside: Outside,
    news: Receiver<News>,
    clock: Arc<VirtualClock>,
    /// The replay that stands still.
    standing: Option<Generation>,
    names: Vec<(String, String)>,
}

impl Still {
    async fn press(&mut self, keys: &[Key]) -> Result<Picture, NotDrawn> {
        let first = self.app.start();
        self.settle(first).await;
        for (i, key) in keys.iter().enumerate() {
            if self.app.is_quitting() {
                return Err(NotDrawn::Over { nth: i + 1, key: *key });
            }
            let effects = self.app.update(Msg::Input(Input::Key(*key)), self.clock.now());
            self.settle(effects).await;
        }
        Ok(Picture::of(&self.app))
    }

    /// Does effects, then what the screen does by itself if it is left alone for a moment.
    async fn settle(&mut self, effects: Vec<Effect>) {
        self.carry_out(effects).await;
        let until = self.clock.now().checked_add(MOMENT).unwrap_or(Timestamp::MAX);
        for _ in 0..MOST_BY_ITSELF {
            let Some(due) = self.app.next_deadline().filter(|due| *due <= until && !self.app.is_quitting()) else {
                return;
            };
            self.clock.set(due.max(self.clock.now()));
            let effects = self.app.update(Msg::Due, self.clock.now());
            self.carry_out(effects).await;
        }
    }

    /// Does effects and what their answers ask for, until nothing is left.
    async fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut left = VecDeque::from(effects);
        while let Some(effect) = left.pop_front() {
            let mut awaited = self.begin(effect, &mut left);
            while awaited != Awaited::Nothing {
                match self.news.recv().await {
                    Some(News::Msg(msg)) => {
                        awaited = awaited.after(&msg);
                        self.tell(msg, &mut left);
                    }
                    // the clipboard of a terminal that is not there
                    Some(News::Bytes(_)) => {}
                    None => return,
                }
            }
        }
    }

    fn tell(&mut self, mut msg: Msg, left: &mut VecDeque<Effect>) {
        if let Msg::Replay { generation, event } = &msg {
            match event {
                ReplayEvent::Paused => self.standing = Some(*generation),
                _ => self.standing = self.standing.filter(|g| g != generation),
            }
        }
        each_sentence(&mut msg, &mut |text| {
            for (copy, original) in &self.names {
                if text.contains(copy.as_str()) {
                    *text = text.replace(copy.as_str(), original);
                }
            }
        });
        for effect in self.app.update(msg, self.clock.now()) {
            match effect {
                // what goes on meanwhile is steered at once
                Effect::SteerReplay { .. } => drop(self.begin(effect, left)),
                effect => left.push_back(effect),
            }
        }
    }

    /// Begins an effect, and says what it will be answered by.
    fn begin(&mut self, effect: Effect, left: &mut VecDeque<Effect>) -> Awaited {
        let (effect, awaited) = match effect {
            // nothing leaves this process
            Effect::Copy(_) => {
                self.tell(Msg::Copied(Ok("nothing is copied while the screen is only drawn".into())), left);
                return Awaited::Nothing;
            }
            Effect::Export { .. } => {
                self.tell(Msg::Exported(Ok("nothing is exported while the screen is only drawn".into())), left);
                return Awaited::Nothing;
            }
            Effect::WatchWorkspace
            | Effect::Errand { .. }
            | Effect::Unlock { .. }
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit => {
                return Awaited::Nothing;
            }
            Effect::StartReplay(mut replay) => {
                let generation = replay.generation;
                // every event at any pace, and no time passes: that is what a pace of its own is for
                replay.pace = Pace::Times(u32::MAX);
                (Effect::StartReplay(replay), Awaited::Replay(generation))
            }
            Effect::SteerReplay { steer: Steer::Pace(_), .. } => return Awaited::Nothing,
            Effect::SteerReplay { generation, steer } => {
                let goes_on = self.standing == Some(generation) && steer != Steer::Pause;
                let awaited = if goes_on { Awaited::Replay(generation) } else { Awaited::Nothing };
                (Effect::SteerReplay { generation, steer }, awaited)
            }
            effect => {
                let awaited = Awaited::by(&effect);
                (effect, awaited)
            }
        };
        self.outside.begin(effect);
        awaited
    }
}

/// The answer that is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Nothing,
    Workspace,
    Saved(Request),
    Changed(Request),
    Fields(Generation),
    KeptFields(Generation),
    Tested(Generation),
    Runs(Generation),
    Counts(Generation),
    LastRuns(Generation),
    Conversations(Generation),
    Replay(Generation),
    Rehearsed(Generation),
    Tried(Generation),
}

impl Awaited {
    fn by(effect: &Effect) -> Self {
        match effect {
            Effect::LoadWorkspace => Self::Workspace,
            Effect::SaveAction { request, .. } => Self::Saved(*request),
            Effect::DeleteAction { request, .. } | Effect::ChangeField { request, .. } => Self::Changed(*request),
            Effect::TryFields { generation, .. } => Self::Tried(*generation),
            Effect::FetchFields { generation, .. } => Self::Fields(*generation),
            Effect::KeptFields { generation, .. } => Self::KeptFields(*generation),
            Effect::TestAccount { generation, .. } => Self::Tested(*generation),
            Effect::QueryRuns { generation, .. } => Self::Runs(*generation),
            Effect::CountRuns { generation, .. } => Self::Counts(*generation),
            Effect::LastRuns { generation, .. } => Self::LastRuns(*generation),
            Effect::ListConversations { generation, .. } => Self::Conversations(*generation),
            Effect::StartReplay(replay) => Self::Replay(replay.generation),
            Effect::Rehearse(rehearsal) => Self::Rehearsed(rehearsal.generation),
            Effect::KeepDraft { .. }
            | Effect::KeepField(_)
            | Effect::TakeField { .. }
            | Effect::AcknowledgeFields { .. }
            | Effect::DropDraft { .. }
            | Effect::TakeDraft { .. }
            | Effect::WatchWorkspace
            | Effect::SteerReplay { .. }
            | Effect::Export { .. }
            // live runs are not looked at here
            | Effect::ListWaiting { .. }
            | Effect::ChangeQueue(_)
            | Effect::Copy(_)
            | Effect::Errand { .. }
            | Effect::Unlock { .. }
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit => Self::Nothing,
        }
    }

    /// What is still to come once this came.
    fn after(self, msg: &Msg) -> Self {
        match (self, msg) {
            (Self::Workspace, Msg::Workspace(_) | Msg::WorkspaceFailed(_)) => Self::Nothing,
            (Self::Saved(mine), Msg::Saved { request, result, .. }) if mine == *request => match result {
                Ok(_) => Self::Workspace,
                Err(_) => Self::Nothing,
            },
            (Self::Changed(mine), Msg::Changed { request, .. } | Msg::FieldChanged { request, .. })
                if mine == *request =>
            {
                Self::Workspace
            }
            (Self::Fields(mine), Msg::Fields { generation, result, .. }) if mine == *generation => match result {
                Ok(list) if list.followed => self,
                _ => Self::Nothing,
            },
            (Self::Tested(mine), Msg::AccountTested { generation, .. })
            | (Self::KeptFields(mine), Msg::KeptFields { generation, .. })
            | (Self::Runs(mine), Msg::Runs { generation, .. })
            | (Self::Counts(mine), Msg::RunCounts { generation, .. })
            | (Self::LastRuns(mine), Msg::LastRuns { generation, .. })
            | (Self::Conversations(mine), Msg::Conversations { generation, .. })
            | (Self::Rehearsed(mine), Msg::Rehearsed { generation, .. })
            | (Self::Tried(mine), Msg::Tried { generation, .. })
                if mine == *generation =>
            {
                Self::Nothing
            }
            (
                Self::Replay(mine),
                Msg::Replay {
                    generation,
                    event: ReplayEvent::Paused | ReplayEvent::Ended(_) | ReplayEvent::Refused(_),
                },
            ) if mine == *generation => Self::Nothing,
            _ => self,
        }
    }
}

/// Every text of a message that may name a file.
fn each_sentence(msg: &mut Msg, change: &mut impl FnMut(&mut String)) {
    match msg {
        Msg::Workspace(snapshot) => {
            let of_actions = snapshot.actions.iter_mut().flat_map(|a| &mut a.problems);
            of_actions.chain(&mut snapshot.problems).for_each(|problem| change(&mut problem.file));
        }
        Msg::WorkspaceFailed(why)
        | Msg::Saved { result: Err(SaveRefused::Failed(why)), .. }
        | Msg::Changed { result: Err(why), .. }
        | Msg::FieldChanged { result: Err(FieldTrouble::Failed(why)), .. }
        | Msg::Tried { result: Err(why), .. }
        | Msg::Runs { result: Err(why), .. }
        | Msg::RunCounts { result: Err(why), .. }
        | Msg::LastRuns { result: Err(why), .. }
        | Msg::Conversations { result: Err(why), .. }
        | Msg::Rehearsed { result: Err(why), .. }
        | Msg::Replay { event: ReplayEvent::Ended(Ended::Failed(why)), .. } => change(why),
        Msg::Saved { result: Err(SaveRefused::Conflict { theirs: Some(theirs), .. }), .. } => {
            theirs.problems.iter_mut().for_each(|problem| change(&mut problem.file));
        }
        Msg::Fields { result: Err(trouble), .. } | Msg::AccountTested { result: Err(trouble), .. } => {
            change(&mut trouble.message);
        }
        Msg::Replay { event: ReplayEvent::Refused(reasons), .. } => reasons.iter_mut().for_each(change),
        _ => {}
    }
}
