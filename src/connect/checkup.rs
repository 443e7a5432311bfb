//! A look at an account's connection from top to bottom, for the command and the screen alike: asked, and kept with the
//! account, so that each sees what the other found. Must not know who looks.

use std::sync::Arc;

use jiff::Timestamp;

use super::Link;
use super::adopt::{self, AdoptError};
use crate::domain::account::Account;
use crate::domain::health::{Check, ConnectionState, Health, Subject};
use crate::domain::scope::{self, ALL_SCOPES, Need, lacks};
use crate::ports::{Clock, Cost, JournalError};
use crate::store::{Journal, Standing, Workspace};
use crate::zoho::{Connection, Examination};

/// What was found.
#[derive(Debug)]
pub struct Checkup {
    /// The account with what Zoho said of itself.
    pub account: Account,
    /// Check by check.
    pub health: Health,
    /// Why some of it is not kept: no failure of the look.
    pub unkept: Option<String>,
}

impl Checkup {
    /// Looks, and keeps what was found, unless the secrets cannot be used here: that is shown and not kept.
    pub async fn of(workspace: &Workspace, account: &Account, clock: Arc<dyn Clock>) -> Self {
        let mut another = None;
        // what this process cannot read, another one may: that is no state of the connection
        let tokens = workspace.tokens(&account.id).ok();
        let usable = account.is_sandbox() || tokens.as_ref().is_some_and(|t| t.standing() == Standing::Usable);
        let found = match Link::open(workspace, account, Arc::clone(&clock)).await {
            Ok(link) => {
                let found = link.client.examine(&link.account, link.little_patience(), &mut Cost::default()).await;
                let organisation = found.connection.as_ref().and_then(|c| c.organisation.as_ref().ok());
                another = organisation.and_then(|o| link.is_another(o));
                link.close().await;
                found
            }
            Err(e) => Examination::unusable(&e.to_string()),
        };
        let mut health = found.health(clock.now());
        health.of = tokens.and_then(|tokens| tokens.of_which_environment());
        if let Some(why) = &another {
            health.state = ConnectionState::Unreachable;
            health
                .checks
                .iter_mut()
                .filter(|c| c.subject == Subject::User)
                .for_each(|c| *c = Check::fail(c.subject, why));
        }
        let mut learnt = account.clone();
        // the record of another organisation is not rewritten: every mapping was made for the one that it names
        if let Some(connection) = found.connection.filter(|c| c.error().is_none() && another.is_none()) {
            learnt.learn(connection.organisation.ok(), connection.user.ok());
        }
        let mut unkept = None;
        // of the sandbox the file says nothing that it does not say of itself
        if learnt != *account && !account.is_sandbox() {
            let kept: Result<(), AdoptError> = adopt::change(workspace, |accounts| {
                let same = accounts.iter_mut().filter(|a| a.id == account.id);
                same.for_each(|a| a.learn(learnt.organisation.clone(), learnt.user.clone()));
                Ok(())
            });
            unkept = kept.err().map(|e| format!("organisation and user could not be kept: {e}"));
        }
        if usable && let Err(e) = keep(workspace, &account.id, &health) {
            unkept = unkept.or(Some(format!("what was found could not be kept: {e}")));
        }
        Self { account: learnt, health, unkept }
    }
}

fn keep(workspace: &Workspace, account: &str, health: &Health) -> Result<(), JournalError> {
    workspace.make_data_folder().map_err(|e| JournalError { message: e.to_string(), source: None })?;
    Journal::open(&workspace.state_db())?.keep_health(account, health)
}

/// Keeps what little connecting an account told, until somebody looks at all of it.
pub fn remember(
    workspace: &Workspace,
    account: &str,
    connection: &Connection,
    scopes: &[(Need, scope::Standing)],
    now: Timestamp,
) {
    let lacks = lacks(scopes);
    // in the words of a test
    let missing: Vec<String> = match lacks.iter().any(|lack| !lack.spare) {
        true => lacks.iter().map(ToString::to_string).collect(),
        false => Vec::new(),
    };
    let state = match connection.state() {
        ConnectionState::Ok if !missing.is_empty() => ConnectionState::MissingScope,
        state => state,
    };
    let subject = match state {
        ConnectionState::Unreachable => Subject::Network,
        ConnectionState::MissingScope => Subject::Scopes,
        ConnectionState::Expired | ConnectionState::Revoked => Subject::Token,
        ConnectionState::Ok => Subject::User,
    };
    let checked_at = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    let check = match (connection.error(), &connection.user) {
        (Some(error), _) => Check::fail(subject, &error.message),
        (None, _) if !missing.is_empty() => Check::fail(subject, &format!("{}; {ALL_SCOPES}", missing.join("; "))),
        (None, Ok(user)) => Check::pass(subject, user.clone()),
        (None, Err(_)) => return,
    };
    let health = Health { state, checked_at, checks: vec![check], of: None };
    if let Err(e) = keep(workspace, account, &health) {
        tracing::debug!("what was found of account {account} could not be kept: {e}");
    }
}

/// What was found of an account no longer holds: it is gone, or connected anew.
pub fn forget(workspace: &Workspace, account: &str) {
    if !workspace.state_db().exists() {
        return;
    }
    let forgotten = Journal::open(&workspace.state_db()).and_then(|journal| journal.forget_health(account));
    if let Err(e) = forgotten {
        tracing::debug!("what was found of account {account} could not be forgotten: {e}");
    }
}
