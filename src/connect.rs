//! From a configured account to a live connection, and from an operator's consent to a configured account
//! ([`connecting`], [`device`], [`redirect`], [`adopt`]); [`checkup`] looks whether it works, [`known`] says what is known without looking. For the `sandbox` account the embedded Zoho CRM is started first, any
//! other is reached where it is. From here on both are the same.

pub mod adopt;
pub mod checkup;
pub mod connecting;
pub mod device;
pub mod known;
pub mod redirect;

use std::any::Any;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::domain::account::{Account, Organisation};
use crate::domain::field::ZohoField;
use crate::engine::clock::VirtualClock;
use crate::ports::{
    AccessToken, Clock, Cost, Credentials, CrmError, Renewal, Renewals, Repeat, SecretsError, TokenStore,
};
use crate::sandbox;
use crate::store::{Workspace, WorkspaceError, variable_part};
use crate::zoho::{Client, Limits, Patience};

/// An account could not be connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Zoho, or the way to it.
    #[error("{}", told(account, source))]
    Zoho {
        /// The account's id.
        account: String,
        /// What it said.
        source: CrmError,
    },
    /// The embedded Zoho CRM did not start.
    #[error(transparent)]
    Sandbox(#[from] sandbox::SandboxError),
    /// The account's secrets.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The credentials lead to another organisation than the account is recorded as: it is not used.
    #[error("{0}")]
    OtherOrganisation(String),
    /// Whoever asked does not wait any longer.
    #[error("account {account}: Zoho has not answered within {seconds} s; look whether it is reached from here")]
    Silent {
        /// The account's id.
        account: String,
        /// How long it was waited for, in seconds.
        seconds: u64,
    },
}

impl ConnectError {
    /// Zoho is away, or asks for patience: the same may work later, with nothing changed.
    pub fn passes(&self) -> bool {
        match self {
            Self::Zoho { source, .. } => source.repeat != Repeat::Useless,
            Self::Silent { .. } => true,
            _ => false,
        }
    }
}

/// A live connection to an account.
pub struct Link {
    /// The account.
    pub account: Account,
    /// Its client.
    pub client: Arc<Client>,
    /// Where its credentials are, for people.
    given_by: String,
    /// On which its reads wait between tries.
    patience: Arc<dyn Clock>,
    server: Option<sandbox::Server>,
}

impl Link {
    /// Connects an account; asks nothing of it yet.
    ///
    /// # Errors
    /// The embedded Zoho CRM does not start, or secrets may not be sent where the account points.
    pub async fn open(workspace: &Workspace, account: &Account, clock: Arc<dyn Clock>) -> Result<Self, ConnectError> {
        let kept = workspace.tokens(&account.id)?;
        if !account.is_sandbox() {
            let given_by = match kept.are_of_environment() {
                true => format!("those of the variables ASTRA_ZOHO_..._{}", variable_part(&account.id)),
                false => format!("those in secrets/{}.json", account.id),
            };
            let link = Self::of(account.clone(), Arc::new(kept), clock, Some(workspace), None)?;
            return Ok(Self { given_by, ..link });
        }
        workspace.make_data_folder()?;
        let (server, account, credentials) = embedded(account, Some(workspace.sandbox_db()), &clock).await?;
        let api_url = account.api_url.clone();
        let tokens = SandboxTokens { kept, credentials, api_url };
        Self::of(account, Arc::new(tokens), clock, None, Some(server))
    }

    /// Connects an account for a look at its fields. The sandbox's are the same in every store of its, so here it keeps
    /// nothing and a look writes nothing: it works on a read-only disk too.
    ///
    /// # Errors
    /// As [`Link::open`].
    pub async fn open_to_look(
        workspace: &Workspace,
        account: &Account,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConnectError> {
        if !account.is_sandbox() {
            return Self::open(workspace, account, clock).await;
        }
        let (server, account, credentials) = embedded(account, None, &clock).await?;
        let tokens = PassingTokens { credentials, token: Mutex::default() };
        Self::of(account, Arc::new(tokens), clock, None, Some(server))
    }

    fn of(
        account: Account,
        tokens: Arc<dyn TokenStore>,
        clock: Arc<dyn Clock>,
        shared: Option<&Workspace>,
        server: Option<sandbox::Server>,
    ) -> Result<Self, ConnectError> {
        let limits = Limits {
            // a server on this machine sets its own pace
            paced: is_remote(&account),
            ..Limits::of_edition(account.organisation.as_ref().and_then(|o| o.edition.as_deref()))
        };
        let client = Client::new(&account, tokens, Arc::clone(&clock), limits)
            .map_err(|source| ConnectError::Zoho { account: account.id.clone(), source })?;
        let client = match shared {
            Some(workspace) => {
                let turns = workspace.turns(&account.id, limits.in_flight);
                let turn = move || -> BoxFuture<'static, Box<dyn Any + Send>> {
                    let turns = turns.clone();
                    Box::pin(async move { Box::new(turns.take().await) as Box<dyn Any + Send> })
                };
                client.metered(Arc::new(workspace.credits(&account.id))).in_turn(Box::new(turn))
            }
            None => client,
        };
        // only a server elsewhere has limits that end in real time
        let patience: Arc<dyn Clock> =
            if is_remote(&account) { clock } else { Arc::new(VirtualClock::at(clock.now())) };
        Ok(Self { account, client: Arc::new(client), given_by: String::new(), patience, server })
    }

    /// The organisation behind it: the one that the account is recorded as, where it is.
    ///
    /// # Errors
    /// It is another one. Zoho refuses, or cannot be reached after some tries.
    pub async fn organisation(&self) -> Result<Organisation, ConnectError> {
        self.confirmed(self.patience()).await
    }

    /// The credentials lead to the organisation that the account is recorded as, asked where one is.
    ///
    /// # Errors
    /// As [`Link::organisation`].
    pub async fn confirm(&self, patience: Patience<'_>) -> Result<(), ConnectError> {
        if self.account.organisation.is_none() || self.account.is_sandbox() {
            return Ok(());
        }
        self.confirmed(patience).await.map(drop)
    }

    async fn confirmed(&self, patience: Patience<'_>) -> Result<Organisation, ConnectError> {
        let found = self.client.organisation(patience, &mut Cost::default()).await.map_err(|e| self.failed(e))?;
        match self.is_another(&found) {
            Some(why) => Err(ConnectError::OtherOrganisation(why)),
            None => Ok(found),
        }
    }

    /// Why an organisation that was found is not the account's, with what to do.
    pub fn is_another(&self, found: &Organisation) -> Option<String> {
        if self.account.is_sandbox() {
            return None;
        }
        let (id, given_by) = (&self.account.id, &self.given_by);
        let recorded = self.account.organisation.as_ref().filter(|o| !o.id.is_empty() && o.id != found.id)?;
        Some(format!(
            "account {id} is of the organisation {} ({}), but its credentials, {given_by}, lead to {} ({}), so nothing is read or written there; put the right ones there, or connect this one as an account of its own with `astra-zoho account add`",
            recorded.name, recorded.id, found.name, found.id
        ))
    }

    /// The fields of its Contacts; with `unused` also those that are not in use.
    ///
    /// # Errors
    /// Zoho refuses, or cannot be reached after some tries.
    pub async fn fields(&self, unused: bool) -> Result<Vec<ZohoField>, ConnectError> {
        self.client.fields(unused, self.patience(), &mut Cost::default()).await.map_err(|e| self.failed(e))
    }

    /// The server is not on this machine: its limits end in real time.
    pub fn is_remote(&self) -> bool {
        is_remote(&self.account)
    }

    /// How its reads wait between tries.
    pub fn patience(&self) -> Patience<'_> {
        Patience { clock: self.patience.as_ref(), seed: 0, tries: 5 }
    }

    /// The same for somebody who waits to hear whether the connection works.
    pub fn little_patience(&self) -> Patience<'_> {
        Patience { tries: 2, ..self.patience() }
    }

    /// Ends it; the embedded Zoho CRM is stopped.
    pub async fn close(self) {
        if let Some(server) = self.server {
            server.stop().await;
        }
    }

    fn failed(&self, source: CrmError) -> ConnectError {
        ConnectError::Zoho { account: self.account.id.clone(), source }
    }
}

fn is_remote(account: &Account) -> bool {
    let url = url::Url::parse(&account.api_url).ok();
    !url.is_some_and(|u| match u.host() {
        Some(url::Host::Domain(d)) => d == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    })
}

/// Names the account where the sentence does not begin with it already.
fn told(account: &str, error: &CrmError) -> String {
    let message = &error.message;
    let named = message.starts_with("account ") || message.starts_with("the account ");
    if named { message.clone() } else { format!("account {account}: {message}") }
}

/// The embedded Zoho CRM of a private copy that is only drawn: where it is made anew, it is always the same one.
///
/// # Errors
/// Its data cannot be written.
pub fn make_for_drawing(data: &Path, now: Timestamp) -> Result<(), ConnectError> {
    Ok(sandbox::make(data, "700000001", now)?)
}

/// Starts the embedded Zoho CRM, and points the account at it.
async fn embedded(
    account: &Account,
    data: Option<PathBuf>,
    clock: &Arc<dyn Clock>,
) -> Result<(sandbox::Server, Account, Credentials), ConnectError> {
    let now = Arc::clone(clock);
    let mut options = sandbox::Options::new(Arc::new(move || now.now()));
    if data.is_none() {
        // for a look at the fields nobody needs contacts
        options.contacts = Some("[]".to_owned());
    }
    options.data = data;
    let server = sandbox::Server::start(options, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let given = server.credentials();
    let account = Account {
        accounts_url: given.accounts_url.clone(),
        api_url: given.api_url.clone(),
        client_id: given.client_id.clone(),
        ..account.clone()
    };
    let credentials = Credentials {
        client_id: given.client_id.clone(),
        client_secret: given.client_secret.clone(),
        refresh_token: given.refresh_token.clone(),
    };
    Ok((server, account, credentials))
}

/// Tokens that end with this process.
struct PassingTokens {
    credentials: Credentials,
    token: Mutex<Option<AccessToken>>,
}

impl TokenStore for PassingTokens {
    fn credentials(&self) -> Result<Credentials, SecretsError> {
        Ok(self.credentials.clone())
    }

    fn access_token(&self) -> Result<Option<AccessToken>, SecretsError> {
        Ok(self.token.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn keep_access_token(&self, token: Option<&AccessToken>) -> Result<(), SecretsError> {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token.cloned();
        Ok(())
    }

    fn renewal(&self) -> BoxFuture<'_, Result<Renewal, SecretsError>> {
        Box::pin(std::future::ready(Ok(Renewal { guard: Box::new(()) })))
    }

    fn renewals(&self) -> Result<Renewals, SecretsError> {
        Ok(Renewals::default())
    }

    fn keep_renewals(&self, _: &Renewals) -> Result<(), SecretsError> {
        Ok(())
    }
}

/// The embedded Zoho CRM knows its credentials, and listens at another port each time: a token kept by an earlier command
/// is good at the port of today.
struct SandboxTokens<S> {
    kept: S,
    credentials: Credentials,
    api_url: String,
}

impl<S: TokenStore> TokenStore for SandboxTokens<S> {
    fn credentials(&self) -> Result<Credentials, SecretsError> {
        Ok(self.credentials.clone())
    }

    fn access_token(&self) -> Result<Option<AccessToken>, SecretsError> {
        let kept = self.kept.access_token()?;
        Ok(kept.map(|t| AccessToken { api_url: self.api_url.clone(), ..t }))
    }

    fn keep_access_token(&self, token: Option<&AccessToken>) -> Result<(), SecretsError> {
        self.kept.keep_access_token(token)
    }

    fn renewal(&self) -> BoxFuture<'_, Result<Renewal, SecretsError>> {
        self.kept.renewal()
    }

    fn renewals(&self) -> Result<Renewals, SecretsError> {
        self.kept.renewals()
    }

    fn keep_renewals(&self, renewals: &Renewals) -> Result<(), SecretsError> {
        self.kept.keep_renewals(renewals)
    }
}
