//! The thread for the workspace's files: what is asked is done in the order asked, so that a draft dropped after a save is
//! dropped after it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::log::LogBook;
use super::snapshot::{self, file, located, revision};
use super::{Shared, watch};
use crate::app::effect::Effect;
use crate::app::msg::{Draft, FieldTrouble, HalfField, Msg, Revision, SaveRefused, Snapshot};
use crate::domain::action::Action;
use crate::domain::field::AstraField;
use crate::domain::field_edit::{self, FieldEdit, FieldRefused, mapped_in_words};
use crate::store::{Conflict, Loaded, Log, SaveError, Workspace, WorkspaceError, merge};

/// How many texts of an action are remembered, to be compared with or merged from.
const REMEMBERED: usize = 16;
/// How often a change to `agent.toml` is tried beside others who change it.
const TRIES: usize = 5;

/// What the thread is told.
pub enum Job {
    Effect(Effect),
    /// Files changed.
    Changed,
}

/// The thread.
pub struct Files {
    jobs: Sender<Job>,
    thread: JoinHandle<()>,
}

impl Files {
    pub fn start(shared: Arc<Shared>, log: LogBook) -> std::io::Result<Self> {
        let (jobs, taken) = channel();
        let changed = jobs.clone();
        let work = move || {
            Work { shared, log, last: None, unkept: HashSet::new(), field_unkept: false, changed: Some(changed) }
                .run(&taken)
        };
        let thread = std::thread::Builder::new().name("files".into()).spawn(work)?;
        Ok(Self { jobs, thread })
    }

    pub fn begin(&self, effect: Effect) {
        if self.jobs.send(Job::Effect(effect)).is_err() {
            tracing::error!("the thread that writes files broke off");
        }
    }

    /// Waits until all that was asked is done.
    pub fn finish(self) {
        let Self { jobs, thread } = self;
        if jobs.send(Job::Effect(Effect::Quit)).is_err() || thread.join().is_err() {
            tracing::error!("the thread that writes files broke off");
        }
    }
}

struct Work {
    shared: Arc<Shared>,
    log: LogBook,
    /// What the app was told last.
    last: Option<Snapshot>,
    /// Actions whose edits could not be kept the last time.
    unkept: HashSet<String>,
    /// Nor could the field that was being typed.
    field_unkept: bool,
    /// Handed to whoever watches the folders.
    changed: Option<Sender<Job>>,
}

impl Work {
    fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            match job {
                Job::Changed => {
                    self.load(false);
                    // config.toml may name another database
                    self.log.look_at_live();
                }
                Job::Effect(Effect::Quit) => {
                    if let Some(workspace) = &*Shared::lock(&self.shared.workspace) {
                        workspace.leave_desk();
                    }
                    return;
                }
                Job::Effect(effect) => self.effect(effect),
            }
        }
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::LoadWorkspace => self.load(true),
            Effect::WatchWorkspace => self.watch(),
            Effect::SaveAction { request, action, base, overwrite } => {
                let id = action.id.clone();
                let result = self.save(&action, base, overwrite);
                let saved = result.is_ok();
                self.shared.tell(Msg::Saved { request, action: id, result });
                if saved {
                    self.load(true);
                }
            }
            Effect::KeepDraft { action, base, field } => self.keep(*action, base, field.map(|f| *f)),
            Effect::TakeDraft { action, from } => {
                if let Err(e) = self.shared.workspace().and_then(|w| w.take_draft(&action, from)) {
                    tracing::warn!("{e}");
                }
            }
            Effect::DropDraft { action } => {
                self.unkept.remove(&action);
                if let Err(e) = self.shared.workspace().and_then(|w| w.drop_draft(&action)) {
                    tracing::warn!("{e}");
                }
            }
            Effect::DeleteAction { request, action, base } => {
                let result = self.delete(&action, base);
                self.shared.tell(Msg::Changed { request, result });
                self.load(true);
            }
            Effect::AcknowledgeFields { account, fetched_at } => {
                super::accounts::acknowledge(&self.shared, &account, fetched_at);
            }
            Effect::KeepField(half) => self.keep_field(half.as_deref()),
            Effect::TakeField { from } => {
                if let Err(e) = self.shared.workspace().and_then(|w| w.take_field(from)) {
                    tracing::warn!("{e}");
                }
            }
            Effect::ChangeField { request, edit } => {
                let failed = |e: WorkspaceError| FieldTrouble::Failed(e.to_string());
                let result = self.shared.workspace().map_err(failed).and_then(|w| change_field(&w, &edit));
                self.shared.tell(Msg::FieldChanged { request, result });
                self.load(true);
            }
            other => tracing::error!("this is no work with files: {other:?}"),
        }
    }

    fn keep_field(&mut self, half: Option<&HalfField>) {
        let result = keep_field(&self.shared, half).map_err(|e| {
            tracing::warn!("the field that is being typed could not be kept: {e}");
            self.in_short(&e)
        });
        if result.is_err() || self.field_unkept {
            self.field_unkept = result.is_err();
            self.shared.tell(Msg::FieldKept(result));
        }
    }

    fn keep(&mut self, action: Action, base: Option<Revision>, field: Option<AstraField>) {
        let id = action.id.clone();
        match keep(&self.shared, &action, base, field.as_ref()) {
            Ok(()) if self.unkept.remove(&id) => self.shared.tell(Msg::KeptAgain(id)),
            Ok(()) => {}
            Err(e) => {
                tracing::warn!("what is being edited could not be kept: {e}");
                self.unkept.insert(id);
                let from = base.and_then(|b| self.recall(&action.id, b)).map(|b| Box::new(b.value));
                let draft = Draft { action, base, from, field, kept_at: self.shared.clock.now(), left_on: None };
                self.shared.tell(Msg::NotKept { draft: Box::new(draft), why: self.in_short(&e) });
            }
        }
    }

    /// A sentence in which the workspace's files are named from its folders on: what to do about it has room on a line.
    fn in_short(&self, error: &dyn std::error::Error) -> String {
        let mut said = error.to_string();
        if let Ok(workspace) = self.shared.workspace() {
            let folders = workspace.folders();
            for folder in [&folders.config, &folders.data] {
                said = said.replace(&format!("{}/", folder.display()), "");
            }
        }
        said
    }

    /// Reads the workspace and tells what it says, if it is asked for or says something else than before.
    fn load(&mut self, asked: bool) {
        let read = (|| -> Result<snapshot::Read, snapshot::Unreadable> {
            let workspace = self.shared.workspace()?;
            snapshot::read(&workspace, &Log::open(&workspace.state_db())?, self.shared.apart)
        })();
        match read {
            Ok(read) => {
                for loaded in read.bases.into_iter().chain(read.actions) {
                    self.remember(loaded);
                }
                if asked || self.last.as_ref() != Some(&read.snapshot) {
                    self.last = Some(read.snapshot.clone());
                    self.shared.tell(Msg::Workspace(Box::new(read.snapshot)));
                }
            }
            Err(e) => {
                self.last = None;
                self.shared.tell(Msg::WorkspaceFailed(e.to_string()));
            }
        }
    }

    fn watch(&mut self) {
        let Some(changed) = self.changed.take() else { return };
        let Ok(workspace) = self.shared.workspace() else {
            self.changed = Some(changed);
            return;
        };
        let log = self.log.clone();
        if !log.look_at_live() {
            tracing::error!("the thread that reads the log broke off");
        }
        let tell = move |what| match what {
            // whoever reads files is gone when the program ends
            watch::What::Files => changed.send(Job::Changed).is_ok(),
            watch::What::Journal => log.look_for_news(),
            watch::What::Live => log.look_at_live(),
        };
        if let Err(e) = watch::start(&workspace, tell) {
            tracing::warn!(
                "the workspace's folders cannot be watched: {e}; changes are noticed when something is saved"
            );
        }
    }

    fn remember(&self, loaded: Loaded<Action>) {
        Shared::lock(&self.shared.known).remember(loaded);
    }

    fn recall(&self, id: &str, wanted: Revision) -> Option<Loaded<Action>> {
        Shared::lock(&self.shared.known).recall(id, wanted)
    }

    fn save(
        &mut self,
        action: &Action,
        base: Option<Revision>,
        overwrite: Option<Revision>,
    ) -> Result<Revision, SaveRefused> {
        let shared = Arc::clone(&self.shared);
        let workspace = shared.workspace().map_err(|e| SaveRefused::Failed(e.to_string()))?;
        let Some(wanted) = overwrite.or(base) else {
            return match workspace.create_action(action) {
                Ok(made) => Ok(self.saved(made)),
                Err(WorkspaceError::Exists { .. }) => {
                    let theirs = workspace.action(&action.id).map_err(|e| self.failed(&e))?;
                    Err(self.theirs(theirs))
                }
                Err(e) => Err(self.failed(&e)),
            };
        };
        let seen = match self.recall(&action.id, wanted).filter(|seen| !seen.is_broken()) {
            Some(seen) => seen,
            // nobody remembers it, or it was no TOML and may be mended by now: only the file itself can tell
            None => match workspace.action(&action.id) {
                Ok(there) => there,
                Err(WorkspaceError::NoAction { .. }) => {
                    return Err(SaveRefused::Conflict { theirs: None, merged: None, both: Vec::new() });
                }
                Err(e) => return Err(self.failed(&e)),
            },
        };
        if revision(&seen) != Some(wanted) && seen.value != *action {
            return Err(self.theirs(seen));
        }
        match workspace.save_action(&seen, action) {
            Ok(saved) => Ok(self.saved(saved)),
            Err(SaveError::Workspace(e)) => Err(self.failed(&e)),
            Err(SaveError::Conflict(conflict)) => Err(self.conflict(*conflict, base)),
        }
    }

    fn failed(&self, error: &WorkspaceError) -> SaveRefused {
        SaveRefused::Failed(self.in_short(error))
    }

    /// Something else is there, and nothing is known that both came from.
    fn theirs(&self, there: Loaded<Action>) -> SaveRefused {
        if there.is_broken() {
            return self.failed(&WorkspaceError::Broken { path: there.path });
        }
        let theirs = Some(Box::new(file(&there, there.problems.iter().cloned().map(located).collect())));
        self.remember(there);
        SaveRefused::Conflict { theirs, merged: None, both: Vec::new() }
    }

    fn saved(&mut self, saved: Loaded<Action>) -> Revision {
        let now = revision(&saved).unwrap_or_default();
        self.remember(saved);
        now
    }

    fn conflict(&mut self, conflict: Conflict<Action>, base: Option<Revision>) -> SaveRefused {
        let Conflict { theirs, mine, base: read, .. } = conflict;
        let Some(theirs) = theirs else {
            return SaveRefused::Conflict { theirs: None, merged: None, both: Vec::new() };
        };
        // where an overwrite met yet another change, what was edited from is still the base; of what was no TOML it is a guess
        let base = match base.and_then(|b| self.recall(&mine.id, b)) {
            Some(base) => (!base.is_broken()).then_some(base.value),
            None => Some(read),
        };
        let (merged, both) = match base.map(|base| merge(&base, &mine, &theirs.value)) {
            Some(Ok(merged)) => (Some(Box::new(merged)), Vec::new()),
            Some(Err(both)) => (None, both.into_iter().map(|s| s.title().to_owned()).collect()),
            None => (None, Vec::new()),
        };
        let shown = Box::new(file(&theirs, theirs.problems.iter().cloned().map(located).collect()));
        self.remember(theirs);
        SaveRefused::Conflict { theirs: Some(shown), merged, both }
    }

    fn delete(&self, id: &str, base: Revision) -> Result<(), String> {
        let workspace = self.shared.workspace().map_err(|e| e.to_string())?;
        let now = workspace.action(id).map_err(|e| e.to_string())?;
        if revision(&now) != Some(base) {
            return Err(format!("{id} was changed by somebody else meanwhile: look at it again before deleting it"));
        }
        workspace.delete_action(id).map_err(|e| e.to_string())?;
        workspace.drop_draft(id).map_err(|e| e.to_string())
    }
}

/// Texts of actions that were read, by action.
#[derive(Default)]
pub struct Known(HashMap<String, VecDeque<Loaded<Action>>>);

impl Known {
    fn remember(&mut self, loaded: Loaded<Action>) {
        let known = self.0.entry(loaded.value.id.clone()).or_default();
        known.retain(|k| k.revision() != loaded.revision());
        known.push_back(loaded);
        if known.len() > REMEMBERED {
            known.pop_front();
        }
    }

    fn recall(&self, id: &str, wanted: Revision) -> Option<Loaded<Action>> {
        self.0.get(id)?.iter().find(|k| revision(k) == Some(wanted)).cloned()
    }
}

/// Keeps what is being edited.
pub fn keep(
    shared: &Shared,
    action: &Action,
    base: Option<Revision>,
    field: Option<&AstraField>,
) -> Result<(), WorkspaceError> {
    let base = base.and_then(|b| Shared::lock(&shared.known).recall(&action.id, b));
    shared.workspace()?.keep_draft(action, base.as_ref(), field, shared.clock.now())
}

/// Keeps a field that is being typed.
pub fn keep_field(shared: &Shared, half: Option<&HalfField>) -> Result<(), WorkspaceError> {
    shared.workspace().and_then(|w| match half {
        Some(HalfField { was, typed, .. }) => w.keep_field(was.as_ref(), typed),
        None => w.drop_field(),
    })
}

/// Changes the field as the file has it now: what others changed beside it stays.
fn change_field(workspace: &Workspace, edit: &FieldEdit) -> Result<(), FieldTrouble> {
    let failed = |e: WorkspaceError| FieldTrouble::Failed(e.to_string());
    if let FieldEdit::Remove(field) = edit {
        let actions = workspace.actions().map_err(failed)?;
        if let Some(where_to) = mapped_in_words(actions.iter().map(|a| &a.value), field) {
            return Err(FieldTrouble::Refused(FieldRefused::Mapped(where_to)));
        }
    }
    let mut conflict = String::new();
    for _ in 0..TRIES {
        let read = workspace.agent().map_err(failed)?;
        let mut agent = read.value.clone();
        field_edit::apply(&mut agent, edit.clone()).map_err(FieldTrouble::Refused)?;
        match workspace.save_agent(&read, &agent) {
            Ok(_) => return Ok(()),
            Err(SaveError::Workspace(e)) => return Err(failed(e)),
            Err(e @ SaveError::Conflict(_)) => conflict = e.to_string(),
        }
    }
    Err(FieldTrouble::Failed(conflict))
}
