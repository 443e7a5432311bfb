//! The world as it is: what the app asks for, done to the workspace's files, the journal and Zoho.
//!
//! Whatever may wait is on a thread or task of its own, so that no key waits for it: one thread for files, in the order
//! asked; one for the log; a task for each question to Zoho. Late answers are told all the same; whose generation is
//! old, the app drops.

mod accounts;
mod book;
mod conversations;
mod files;
mod live;
mod log;
mod player;
mod rehearsal;
mod score;
mod snapshot;
mod trial;
mod watch;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::mpsc::Sender;

use super::turn::{Keeper, News, Unlocking, World};
use crate::app::effect::Effect;
use crate::app::msg::{Msg, Trouble};
use crate::domain::account::Account;
use crate::play::Understanding;
use crate::ports::Clock;
use crate::store::{Workspace, WorkspaceError};
use crate::term::Clipboard;

/// What everything out here shares.
struct Shared {
    /// `--workspace`.
    dir: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    /// No Zoho but the sandbox is asked.
    apart: bool,
    news: OnceLock<Sender<News>>,
    workspace: Mutex<Option<Workspace>>,
    /// Texts of actions that were read: what the app may name as base.
    known: Mutex<files::Known>,
}

impl Shared {
    fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The workspace, opened (and made) when it is first needed.
    fn workspace(&self) -> Result<Workspace, WorkspaceError> {
        let mut opened = Self::lock(&self.workspace);
        match &*opened {
            Some(workspace) => Ok(workspace.clone()),
            None => Ok(opened.insert(Workspace::open(self.dir.clone())?).clone()),
        }
    }

    /// How conversations are understood; no language model is asked while the screen is only drawn.
    fn understanding(&self, workspace: &Workspace) -> Result<Understanding, WorkspaceError> {
        if self.apart { Understanding::by_rules(workspace) } else { Understanding::of(workspace) }
    }

    /// Whether an account may be asked anything.
    fn may_ask(&self, account: &Account) -> Result<(), Trouble> {
        if !self.apart || account.is_sandbox() {
            return Ok(());
        }
        let message = format!(
            "account {} is not asked while the screen is only drawn: open the program itself (`astra-zoho`)",
            account.id
        );
        Err(Trouble { code: "network".into(), message })
    }

    /// From a thread: waits for room. Afterwards, nobody is there to be told.
    fn tell(&self, msg: Msg) {
        if let Some(news) = self.news.get()
            && news.blocking_send(News::Msg(msg)).is_err()
        {
            tracing::debug!("an answer came after the end");
        }
    }

    /// From a task: waits for room.
    async fn say(&self, news: News) {
        if let Some(to) = self.news.get()
            && to.send(news).await.is_err()
        {
            tracing::debug!("an answer came after the end");
        }
    }
}

/// Does effects for real. Lives in a tokio runtime.
pub struct Outside {
    shared: Arc<Shared>,
    files: files::Files,
    log: log::LogBook,
    player: Option<player::Player>,
    rehearsals: rehearsal::Rehearsals,
    trials: trial::Trials,
    clipboard: Clipboard,
    unlocking: Unlocking,
}

impl Outside {
    /// The world of a workspace (`None`: the one in the standard folders). Touches nothing yet.
    ///
    /// # Errors
    /// The system gives no threads.
    pub fn new(dir: Option<PathBuf>, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        Self::with(dir, clock, false)
    }

    /// The same for a workspace in a folder, where no Zoho but the sandbox is asked anything.
    ///
    /// # Errors
    /// As [`Outside::new`].
    pub fn apart(dir: PathBuf, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        Self::with(Some(dir), clock, true)
    }

    fn with(dir: Option<PathBuf>, clock: Arc<dyn Clock>, apart: bool) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            dir,
            clock,
            apart,
            news: OnceLock::new(),
            workspace: Mutex::default(),
            known: Mutex::default(),
        });
        let log = log::LogBook::start(Arc::clone(&shared))?;
        let files = files::Files::start(Arc::clone(&shared), log.clone())?;
        let rehearsals = rehearsal::Rehearsals::start(Arc::clone(&shared))?;
        let trials = trial::Trials::start(Arc::clone(&shared))?;
        Ok(Self {
            shared,
            files,
            log,
            player: None,
            rehearsals,
            trials,
            clipboard: Clipboard::here(),
            unlocking: Arc::new(|| Ok(false)),
        })
    }

    /// The same, where the accounts' secrets are opened like this.
    #[must_use]
    pub fn unlocked_by(self, unlocking: Unlocking) -> Self {
        Self { unlocking, ..self }
    }

    fn copy(&self, text: String) {
        let (shared, clipboard) = (Arc::clone(&self.shared), self.clipboard);
        tokio::spawn(async move {
            let copied = clipboard.copy(&text).await;
            let words = copied.words();
            if let crate::term::Copied::ByTerminal(bytes) = copied {
                shared.say(News::Bytes(bytes)).await;
            }
            shared.say(News::Msg(Msg::Copied(words))).await;
        });
    }
}

impl World for Outside {
    fn answer_to(&mut self, news: Sender<News>) {
        if self.shared.news.set(news).is_err() {
            tracing::debug!("it answers already");
        }
    }

    fn begin(&mut self, effect: Effect) {
        let shared = Arc::clone(&self.shared);
        match effect {
            Effect::LoadWorkspace
            | Effect::WatchWorkspace
            | Effect::SaveAction { .. }
            | Effect::KeepDraft { .. }
            | Effect::DropDraft { .. }
            | Effect::TakeDraft { .. }
            | Effect::DeleteAction { .. }
            | Effect::AcknowledgeFields { .. }
            | Effect::KeepField(_)
            | Effect::TakeField { .. }
            | Effect::ChangeField { .. } => self.files.begin(effect),
            Effect::QueryRuns { .. }
            | Effect::CountRuns { .. }
            | Effect::LastRuns { .. }
            | Effect::Export { .. }
            | Effect::ListWaiting { .. }
            | Effect::ChangeQueue(_) => self.log.begin(effect),
            Effect::FetchFields { account, generation, force } => {
                tokio::spawn(accounts::fetch_fields(shared, account, generation, force));
            }
            Effect::KeptFields { account, generation } => {
                tokio::spawn(accounts::kept_fields(shared, account, generation));
            }
            Effect::TestAccount { account, generation } => {
                tokio::spawn(accounts::test(shared, account, generation));
            }
            Effect::ListConversations { generation, source } => conversations::list(shared, generation, source),
            Effect::TryFields { generation, agent, source } => self.trials.begin(generation, *agent, source),
            Effect::Copy(text) => self.copy(text),
            Effect::Rehearse(rehearsal) => self.rehearsals.begin(*rehearsal),
            Effect::StartReplay(replay) => {
                let before = self.player.take();
                match player::Player::start(shared, self.log.clone(), *replay, before) {
                    Ok(player) => self.player = Some(player),
                    Err(e) => tracing::error!("the system gives no thread: {e}"),
                }
            }
            Effect::SteerReplay { generation, steer } => {
                if let Some(player) = &self.player {
                    player.steer(generation, steer);
                }
            }
            // the loop's own
            Effect::Errand { .. } | Effect::Unlock { .. } | Effect::Redraw | Effect::Suspend | Effect::Quit => {}
        }
    }

    fn keeper(&self) -> Keeper {
        let shared = Arc::clone(&self.shared);
        Arc::new(move |effect| match effect {
            Effect::KeepDraft { action, base, field } => {
                if let Err(e) = files::keep(&shared, &action, base, field.as_deref()) {
                    tracing::warn!("what is being edited could not be kept: {e}");
                }
            }
            Effect::KeepField(half) => {
                if let Err(e) = files::keep_field(&shared, half.as_deref()) {
                    tracing::warn!("the field that is being typed could not be kept: {e}");
                }
            }
            _ => {}
        })
    }

    fn unlocking(&self) -> Unlocking {
        Arc::clone(&self.unlocking)
    }

    async fn finish(self) {
        let Self { files, player, .. } = self;
        // joining blocks: not on a thread that has other work. Files first: what was edited is not to be lost
        let (done, is_done) = tokio::sync::oneshot::channel();
        let last = move || {
            files.finish();
            if let Some(player) = player {
                player.finish();
            }
            // nobody may wait any longer
            done.send(()).ok()
        };
        if let Err(e) = std::thread::Builder::new().name("last work".into()).spawn(last) {
            tracing::error!("the system gives no thread: {e}");
        }
        if is_done.await.is_err() {
            tracing::error!("the last work broke off");
        }
    }
}
