//! How an account's connection stands as far as this machine knows without asking Zoho: whether its secrets can be used,
//! whether Zoho ended it, what the last look found. One answer for the command and the screen. Must not know who asks.

use std::collections::BTreeMap;

use crate::domain::account::Account;
use crate::domain::health::{ConnectionState, Health};
use crate::ports::{Ended, TokenStore};
use crate::store::{Standing, Workspace, passphrase_of_environment};

/// What is known.
#[derive(Debug)]
pub struct Known {
    /// How its secrets stand on this machine.
    pub secrets: Standing,
    /// Zoho takes the connection no more.
    pub ended: Option<Ended>,
    /// The state; `None` where nobody ever looked and nothing stands in the way.
    pub state: Option<ConnectionState>,
    /// What stands in the way whatever the last look found: one clause; what to do is in it where Zoho ended the connection.
    pub trouble: Option<String>,
}

impl Known {
    /// Of an account; `health` is what the last look found.
    pub fn of(workspace: &Workspace, account: &Account, health: Option<&Health>) -> Self {
        let seen = health.map(|h| h.state);
        let tokens = workspace.tokens(&account.id).ok();
        let secrets = tokens.as_ref().map_or(Standing::Missing, |t| t.standing());
        if account.is_sandbox() {
            return Self { secrets, ended: None, state: seen, trouble: None };
        }
        if let Some(why) = unusable(secrets) {
            let (state, trouble) = (Some(ConnectionState::Unreachable), Some(why));
            return Self { secrets, ended: None, state, trouble };
        }
        let ended = tokens.and_then(|t| t.renewals().ok()).and_then(|known| known.ended);
        let state = ended.as_ref().map(|e| ConnectionState::of_code(&e.code)).or(seen);
        let trouble = ended.as_ref().map(|e| why_ended(e, &account.id));
        Self { secrets, ended, state, trouble }
    }

    /// It can be used, as far as is known without asking.
    pub fn is_connected(&self, account: &Account) -> bool {
        account.is_sandbox() || self.secrets == Standing::Usable
    }
}

/// Of what the last looks found, what holds for the credentials of today: those that the environment gives are others than
/// those of the file, and than those that it gave before.
pub fn of_today(workspace: &Workspace, mut healths: BTreeMap<String, Health>) -> BTreeMap<String, Health> {
    let today = |id: &str| workspace.tokens(id).ok().and_then(|tokens| tokens.of_which_environment());
    healths.retain(|id, health| health.of == today(id));
    healths
}

/// Why secrets that stand so cannot be used.
fn unusable(standing: Standing) -> Option<String> {
    let why = match standing {
        Standing::Usable => return None,
        Standing::Locked => match passphrase_of_environment() {
            Err(e) => return Some(format!("locked: {e}")),
            Ok(Some(_)) => "locked: the passphrase that the environment gives does not open its secrets",
            Ok(None) => "locked: its secrets are encrypted, and no passphrase is given",
        },
        Standing::OpenToOthers => "its secrets file is open to others",
        Standing::Newer => "its secrets were written by a newer astra-zoho",
        Standing::Damaged => "its secrets cannot be read",
        Standing::Incomplete => "of its three variables of the environment one is missing",
        Standing::Missing => "not connected on this machine",
    };
    Some(why.to_owned())
}

/// What was told when Zoho ended a connection, without the account's name.
fn why_ended(ended: &Ended, account: &str) -> String {
    let known = format!("account {account}: ");
    ended.message.split_once(&known).map_or(ended.message.as_str(), |(_, why)| why).to_owned()
}
