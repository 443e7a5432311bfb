//! The workspace at a moment, as the app sees it.

use std::collections::BTreeMap;

use crate::app::msg::{ActionFile, Draft, HalfField, LastRun, Located, Model, Revision, Snapshot, Trouble};
use crate::connect::known::{Known, of_today};
use crate::domain::account::Account;
use crate::domain::action::Action;
use crate::domain::check::check_action;
use crate::domain::health::Health;
use crate::ports::JournalError;
use crate::store::{self, Config, Loaded, Log, Standing, Workspace, WorkspaceError};

/// What was read, with the files' texts: what a later save is compared with.
pub struct Read {
    pub snapshot: Snapshot,
    pub actions: Vec<Loaded<Action>>,
    /// What drafts were edited from.
    pub bases: Vec<Loaded<Action>>,
}

/// The workspace cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Reads everything but the log's runs. `apart`: it is a copy without the secrets.
pub fn read(workspace: &Workspace, log: &Log, apart: bool) -> Result<Read, Unreadable> {
    let actions = workspace.actions()?;
    let agent = workspace.agent()?;
    let accounts = workspace.accounts()?;
    let files = actions
        .iter()
        .map(|a| {
            let later = if a.is_broken() { Vec::new() } else { check_action(&a.value, &agent.value, &accounts.value) };
            file(a, a.all_problems(&later).into_iter().map(located).collect())
        })
        .collect();
    let mut last_runs = BTreeMap::new();
    for action in &actions {
        if let Some(run) = log.latest(&action.value.id)? {
            let last = LastRun { outcome: run.outcome, at: run.at, dry_run: run.dry_run };
            last_runs.insert(action.value.id.clone(), last);
        }
    }
    let kept = workspace.drafts()?;
    let drafts = kept.iter().map(|d| {
        let base = d.base.as_ref().and_then(revision);
        let from = d.base.as_ref().filter(|b| !b.is_broken()).map(|b| Box::new(b.value.clone()));
        let (action, field) = (d.action.clone(), d.field.clone());
        (d.action.id.clone(), Draft { action, base, from, field, kept_at: d.kept_at, left_on: d.left_on })
    });
    let healths = of_today(workspace, log.healths()?);
    let troubles =
        accounts.value.iter().filter_map(|a| Some((a.id.clone(), trouble(workspace, a, healths.get(&a.id))?)));
    let troubles = if apart { BTreeMap::new() } else { troubles.collect() };
    let snapshot = Snapshot {
        actions: files,
        agent: agent.value,
        accounts: accounts.value,
        problems: agent.problems.into_iter().chain(accounts.problems).map(located).collect(),
        drafts: drafts.collect(),
        last_runs,
        model: Config::read(workspace.folders()).value.extractor.model.map(|m| Model {
            here: m.is_here(),
            host: m.host(),
            name: m.model,
        }),
        half_field: workspace.kept_field()?.map(|k| HalfField { was: k.was, typed: k.typed, left_on: k.left_on }),
        healths,
        troubles,
    };
    let bases = kept.into_iter().filter_map(|d| d.base).collect();
    Ok(Read { snapshot, actions, bases })
}

/// What stands in a connection's way and what the last look at it does not tell.
fn trouble(workspace: &Workspace, account: &Account, health: Option<&Health>) -> Option<Trouble> {
    let known = Known::of(workspace, account, health);
    let why = known.trouble.filter(|_| known.state != health.map(|h| h.state))?;
    let (code, todo) = match (&known.ended, known.secrets) {
        (Some(ended), _) => (ended.code.as_str(), ""),
        (None, Standing::Locked) => {
            let message =
                format!("account {}: its secrets are locked; test it, which asks for the passphrase", account.id);
            return Some(Trouble { code: Trouble::LOCKED.to_owned(), message });
        }
        (None, Standing::Missing) => ("config_invalid", "; reconnect it"),
        (None, _) => ("config_invalid", "; test it, which says what to do"),
    };
    Some(Trouble { code: code.to_owned(), message: format!("account {}: {why}{todo}", account.id) })
}

/// An action's file with the problems that reading it found.
pub fn file(read: &Loaded<Action>, problems: Vec<Located>) -> ActionFile {
    ActionFile {
        action: read.value.clone(),
        revision: revision(read).unwrap_or_default(),
        problems,
        broken: read.is_broken(),
    }
}

pub fn revision(read: &Loaded<Action>) -> Option<Revision> {
    read.revision().map(Revision)
}

pub fn located(l: store::Located) -> Located {
    Located { problem: l.problem, file: l.file.display().to_string(), line: l.line, column: l.column }
}
