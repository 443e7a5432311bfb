//! From somebody's consent to an account: who is there, which scopes are missing, whether the organisation is connected
//! already; then account and secrets are kept together or not at all.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use super::PassingTokens;
use super::connecting::Consented;
use crate::domain::account::Account;
use crate::domain::health::{Subject, Verdict};
use crate::domain::scope::{Lack, Need, Standing, compare, lacks};
use crate::engine::clock::VirtualClock;
use crate::ports::{Clock, Cost, CrmError, Meter, SecretsError, TokenStore, Usage};
use crate::store::{Log, SaveError, Workspace, WorkspaceError};
use crate::zoho::accounts_server::AccountsServer;
use crate::zoho::token::TokenEndpoint;
use crate::zoho::{Client, Connection, Limits, Patience};

/// An account could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// Its file, or that of its secrets.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// Its secrets.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The accounts' file changed each time it was to be saved.
    #[error("{0}")]
    Conflict(String),
    /// The account is not there any more, or another one took its name.
    #[error("{0}")]
    Changed(String),
}

/// A consent, and what Zoho said of who gave it. Nothing of it is kept yet.
pub struct Met {
    /// The account as it would be kept.
    pub account: Account,
    /// Who is there.
    pub connection: Connection,
    /// How the scopes stand.
    pub scopes: Vec<(Need, Standing)>,
    /// Zoho named the scopes itself.
    pub scopes_told: bool,
    /// What asking cost.
    cost: Arc<Tally>,
    consented: Consented,
}

/// Credits used for an account before it is known which it is.
#[derive(Debug, Default)]
struct Tally(Mutex<Vec<(Timestamp, u64, Option<u64>)>>);

impl Meter for Tally {
    fn count(&self, at: Timestamp, credits: u64, left: Option<u64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((at, credits, left));
    }

    fn usage(&self, _: Timestamp) -> Usage {
        Usage::default()
    }

    fn until(&self, _: Timestamp, _: u64) -> Option<Duration> {
        None
    }
}

/// What an account is to be called.
pub struct Name {
    /// Its id.
    pub id: String,
    /// What people see.
    pub label: String,
}

/// Asks Zoho who gave the consent, and what it allows.
///
/// # Errors
/// `config_invalid`: the token is for a host that nothing may be sent to.
pub async fn meet(name: Name, consented: Consented, clock: Arc<dyn Clock>) -> Result<Met, CrmError> {
    let server = &consented.server;
    let mut account = Account {
        id: name.id,
        label: name.label,
        data_center: server.centre().map(|d| d.code.to_owned()),
        accounts_url: server.origin(),
        api_url: consented.granted.access.api_url.clone(),
        client_id: consented.credentials.client_id.clone(),
        scopes: consented.granted.scopes.clone(),
        allow_custom_host: server.allows_custom_host(),
        ..Account::sandbox()
    };
    let token = Mutex::new(Some(consented.granted.access.clone()));
    let tokens = Arc::new(PassingTokens { credentials: consented.credentials.clone(), token });
    let asked = Arc::new(Tally::default());
    let client = Client::new(&account, tokens, Arc::clone(&clock), Limits::default())?;
    let client = client.metered(Arc::clone(&asked) as Arc<dyn Meter>);
    let patient: Arc<dyn Clock> =
        if super::is_remote(&account) { clock } else { Arc::new(VirtualClock::at(clock.now())) };
    let patience = Patience { clock: patient.as_ref(), seed: 0, tries: 2 };
    let mut cost = Cost::default();
    let connection = client.probe(patience, &mut cost).await;
    let scopes_told = !account.scopes.is_empty();
    let (connection, scopes) = if scopes_told {
        (connection, compare(&account.scopes, &[]))
    } else {
        let reads = client.try_reads(connection, patience, &mut cost).await;
        let scopes = compare(&[], &reads.tried());
        (reads.connection, scopes)
    };
    account.learn(connection.organisation.as_ref().ok().cloned(), connection.user.as_ref().ok().cloned());
    Ok(Met { account, connection, scopes, scopes_told, cost: asked, consented })
}

impl Met {
    /// An account of the same organisation that is connected already.
    pub fn twin<'a>(&self, accounts: &'a [Account]) -> Option<&'a Account> {
        self.account.twin(accounts)
    }

    /// The consent goes to an account that is there already: its id and label stay, and with them every mapping.
    pub fn becomes(&mut self, existing: &Account) {
        self.account.id.clone_from(&existing.id);
        self.account.label.clone_from(&existing.label);
        if self.account.organisation.is_none() {
            self.account.organisation.clone_from(&existing.organisation);
        }
        if self.account.user.is_none() {
            self.account.user.clone_from(&existing.user);
        }
    }

    /// Why the consent cannot go to an account: its organisation is another one, or cannot be told, with what to do.
    pub fn does_not_fit(&self, existing: &Account) -> Option<String> {
        let old = existing.organisation.as_ref()?;
        let new = match (&self.account.organisation, self.connection.organisation.as_ref().err()) {
            (Some(new), _) if new.id == old.id => return None,
            (Some(new), _) => new,
            (None, why) => {
                let todo = match why {
                    Some(e) if e.code == "missing_scope" => "grant ZohoCRM.org.READ as well, and try again".to_owned(),
                    Some(e) => format!("Zoho did not say ({}): try again", e.message),
                    None => "try again".to_owned(),
                };
                return Some(format!(
                    "account `{}` is of the organisation {} ({}), and of which one this is cannot be told: nothing was changed; {todo}",
                    existing.id, old.name, old.id
                ));
            }
        };
        Some(format!(
            "account `{}` is of the organisation {} ({}), this is {} ({}): nothing was changed; sign in to the other organisation, or connect this one as an account of its own with `astra-zoho account add`",
            existing.id, old.name, old.id, new.name, new.id
        ))
    }

    /// Why nothing of it is kept: Zoho does not take what it gave itself.
    pub fn refused(&self) -> Option<&CrmError> {
        self.connection.error().filter(|e| is_refused(e))
    }

    /// It is connected, but no action can run: why, in a sentence.
    pub fn stops_runs(&self) -> Option<String> {
        if let Err(e) = &self.connection.organisation {
            return Some(e.message.clone());
        }
        lacks(&self.scopes).iter().find(|lack| lack.stops_runs).map(ToString::to_string)
    }

    /// What is missing that the connection has which it would replace, and which works.
    pub fn loses(&self, workspace: &Workspace, existing: &Account) -> Vec<Lack> {
        let Ok(tokens) = workspace.tokens(&existing.id) else { return Vec::new() };
        let works = tokens.credentials().is_ok() && tokens.renewals().is_ok_and(|known| known.ended.is_none());
        if !works {
            return Vec::new();
        }
        let had = compare(&existing.scopes, &[]);
        let passed = existing.scopes.is_empty() && passed_the_look_at_scopes(workspace, &existing.id);
        let has = |scope| passed || had.iter().any(|(n, standing)| n.scope == scope && *standing == Standing::Granted);
        let lost = self.scopes.iter().filter(|(need, _)| !need.spare && has(need.scope));
        lacks(&lost.copied().collect::<Vec<_>>())
    }

    /// What asking cost is an account's.
    pub fn count(&self, workspace: &Workspace, id: &str) {
        if let Err(error) = workspace.make_data_folder() {
            tracing::debug!(%error, "credits are not counted");
        }
        let credits = workspace.credits(id);
        for (at, used, left) in self.cost.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            credits.count(at, used, left);
        }
    }

    /// Keeps account and secrets; with `replace` in place of the account of this id. A new one with missing secrets
    /// is taken out again.
    ///
    /// # Errors
    /// Either cannot be written; then neither is kept.
    pub fn keep(&self, workspace: &Workspace, replace: bool) -> Result<(), AdoptError> {
        let id = &self.account.id;
        let tokens = workspace.tokens(id)?;
        let mut before = None;
        change(workspace, |accounts| {
            let row = accounts.iter_mut().find(|a| a.id == *id);
            match row {
                Some(row) if replace => {
                    before = Some(row.clone());
                    *row = Account { credits_floor: row.credits_floor, ..self.account.clone() };
                }
                Some(_) => return Err(AdoptError::Changed(format!("there is an account `{id}` by now"))),
                None => accounts.push(self.account.clone()),
            }
            Ok(())
        })?;
        if let Err(e) = tokens.keep_credentials(&self.consented.credentials) {
            change(workspace, |accounts| {
                match (accounts.iter_mut().find(|a| a.id == *id), &before) {
                    (Some(row), Some(before)) => *row = before.clone(),
                    _ => accounts.retain(|a| a.id != *id),
                }
                Ok::<_, AdoptError>(())
            })?;
            return Err(e.into());
        }
        super::checkup::forget(workspace, id);
        if let Err(error) = tokens.keep_in_file(Some(&self.consented.granted.access)) {
            // the next command gets another one
            tracing::debug!(%error, "the access token could not be kept");
        }
        Ok(())
    }
}

/// When somebody last looked, none of an account's scopes was missing: for one of which Zoho named none.
fn passed_the_look_at_scopes(workspace: &Workspace, id: &str) -> bool {
    let healths = Log::open(&workspace.state_db()).and_then(|log| log.healths()).unwrap_or_default();
    let passed =
        |check: &crate::domain::health::Check| (check.subject, check.verdict) == (Subject::Scopes, Verdict::Pass);
    healths.get(id).is_some_and(|health| health.checks.iter().any(passed))
}

/// A consent that may have to be given back.
pub struct Lent {
    account: String,
    server: AccountsServer,
    refresh_token: SecretString,
    in_hand: bool,
}

impl Lent {
    /// That of an account.
    pub fn of(account: &str, consented: &Consented) -> Self {
        Self {
            account: account.to_owned(),
            server: consented.server.clone(),
            refresh_token: consented.credentials.refresh_token.clone(),
            in_hand: consented.in_hand,
        }
    }

    /// Gives it back: Zoho forgets the tokens. Where an account of the workspace lives by the same ones they stay, and so do
    /// those that the operator had before.
    ///
    /// # Errors
    /// Zoho still holds it.
    pub async fn give_back(&self, workspace: &Workspace, clock: &dyn Clock) -> Result<(), CrmError> {
        if self.in_hand || holder(workspace, &self.refresh_token, None).is_some() {
            return Ok(());
        }
        let endpoint = TokenEndpoint::to_connect(&self.account, &self.server, &Limits::default())?;
        endpoint.revoke(&self.refresh_token, clock.now()).await
    }
}

/// Zoho said no to the tokens themselves, and will again.
pub fn is_refused(e: &CrmError) -> bool {
    matches!(e.code.as_str(), "auth_revoked" | "auth_expired" | "config_invalid")
}

/// The id of an account, other than `but`, that holds this refresh token, or whose secrets cannot be read so that it may:
/// revoking the token would end that one's connection.
pub fn holder(workspace: &Workspace, refresh_token: &SecretString, but: Option<&str>) -> Option<String> {
    let accounts = workspace.accounts().map(|read| read.value).unwrap_or_default();
    let others = accounts.into_iter().filter(|a| !a.is_sandbox() && Some(a.id.as_str()) != but);
    others.map(|a| a.id).find(|id| {
        let holds = workspace.tokens(id).map(|tokens| tokens.holds(refresh_token));
        !matches!(holds, Ok(Ok(false)))
    })
}

/// The id of another account of the same client at the same accounts server: at Zoho the two are one entry.
pub fn of_the_same_client(workspace: &Workspace, account: &Account) -> Option<String> {
    let accounts = workspace.accounts().map(|read| read.value).unwrap_or_default();
    let same = |a: &Account| !a.client_id.is_empty() && a.client_id == account.client_id;
    let same = |a: &&Account| a.id != account.id && same(a) && a.accounts_url == account.accounts_url;
    accounts.iter().find(same).map(|a| a.id.clone())
}

/// Reads, changes and saves `accounts.toml`; where somebody else saved it meanwhile, on top of that.
///
/// # Errors
/// The change's own, or the file cannot be read or written.
pub fn change<E: From<AdoptError>>(
    workspace: &Workspace,
    mut change: impl FnMut(&mut Vec<Account>) -> Result<(), E>,
) -> Result<(), E> {
    const TRIES: usize = 5;
    let mut conflict = String::new();
    for _ in 0..TRIES {
        let read = workspace.accounts().map_err(AdoptError::from)?;
        let mut accounts = read.value.clone();
        change(&mut accounts)?;
        match workspace.save_accounts(&read, &accounts) {
            Ok(_) => return Ok(()),
            Err(SaveError::Workspace(e)) => return Err(AdoptError::from(e).into()),
            Err(e @ SaveError::Conflict(_)) => conflict = e.to_string(),
        }
    }
    Err(AdoptError::Conflict(conflict).into())
}
