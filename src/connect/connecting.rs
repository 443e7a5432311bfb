//! An account being connected: which client asks at which accounts server. Carries out what the machines of `consent` ask
//! for; every way ends in a [`Consented`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;

use crate::consent::redirect::{Arrived, Attempt};
use crate::ports::{Clock, Credentials, CrmError};
use crate::zoho::Limits;
use crate::zoho::accounts_server::{AccountsServer, MoveError};
use crate::zoho::token::{Grant, Granted, TokenEndpoint};

/// A client of Zoho's API console.
#[derive(Clone)]
pub struct ClientKey {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: SecretString,
}

/// Connecting came to nothing; nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum ConnectingError {
    /// Zoho, or the way to it.
    #[error(transparent)]
    Zoho(#[from] CrmError),
    /// The user is where nothing may be sent.
    #[error(transparent)]
    Elsewhere(#[from] MoveError),
    /// It ended, and why.
    #[error("{0}")]
    Ended(String),
    /// The machine gave no random bytes.
    #[error("the system gave no random bytes; try again")]
    Randomness,
    /// Zoho gave a token for an hour only.
    #[error(
        "Zoho gave no refresh token, so the connection would end in an hour; remove this program under Connected Apps in your Zoho account, then connect again"
    )]
    NotForLong,
}

/// Somebody's consent: what it takes to use their Zoho.
pub struct Consented {
    /// The accounts server that renews the tokens.
    pub server: AccountsServer,
    /// What tokens are got with.
    pub credentials: Credentials,
    /// The first token, and what Zoho said with it.
    pub granted: Granted,
    /// The refresh token was the operator's before: where it is not kept, it is not ended either.
    pub in_hand: bool,
}

/// An account being connected.
pub struct Connecting {
    /// The account's id.
    pub account: String,
    /// The client that asks.
    pub client: ClientKey,
    /// Where it asks.
    pub server: AccountsServer,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Zoho is being asked for something that would have to be given back.
    pub on_its_way: OnItsWay,
}

/// A token may be on its way: whoever stops waiting for it now loses it, and Zoho keeps it.
#[derive(Debug, Clone, Default)]
pub struct OnItsWay(Arc<AtomicBool>);

impl OnItsWay {
    /// It may be.
    pub fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// What comes of asking for a token.
    pub(super) async fn during<T>(&self, asking: impl Future<Output = T>) -> T {
        self.0.store(true, Ordering::Relaxed);
        let came = asking.await;
        self.0.store(false, Ordering::Relaxed);
        came
    }
}

impl Connecting {
    /// The token endpoint of the accounts server.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn endpoint(&self) -> Result<TokenEndpoint, CrmError> {
        TokenEndpoint::to_connect(&self.account, &self.server, &Limits::default())
    }

    /// Exchanges a Self Client's code.
    ///
    /// # Errors
    /// Zoho does not take it, or cannot be reached; a code is never sent twice.
    pub async fn exchange(self, code: SecretString) -> Result<Consented, ConnectingError> {
        self.redeem(code, None, None).await
    }

    /// Exchanges the code that a browser came back with, at the accounts server that came with it.
    ///
    /// # Errors
    /// As [`Connecting::exchange`]; or it names a server that nothing may be sent to.
    pub async fn exchange_arrived(
        mut self,
        arrived: Arrived,
        redirect_uri: String,
        verifier: SecretString,
    ) -> Result<Consented, ConnectingError> {
        self.server = match (&arrived.accounts_server, &arrived.location) {
            (Some(named), _) => self.server.named(named)?,
            (None, Some(location)) => self.server.in_location(Some(location))?,
            (None, None) => self.server,
        };
        self.redeem(arrived.code, Some(redirect_uri), Some(verifier)).await
    }

    async fn redeem(
        self,
        code: SecretString,
        redirect_uri: Option<String>,
        verifier: Option<SecretString>,
    ) -> Result<Consented, ConnectingError> {
        let (client_id, client_secret) = (self.client.id.clone(), self.client.secret.clone());
        let grant = Grant { client_id, client_secret, code, redirect_uri, verifier };
        let endpoint = self.endpoint()?;
        let granted = self.on_its_way.during(endpoint.exchange(&grant, self.clock.now())).await?;
        self.consented(granted).await
    }

    /// The consent that a grant is. One without a refresh token is given back.
    pub(super) async fn consented(self, mut granted: Granted) -> Result<Consented, ConnectingError> {
        let Some(refresh_token) = granted.refresh_token.take() else {
            if let Err(e) = self.endpoint()?.revoke(&granted.access.token, self.clock.now()).await {
                tracing::debug!(error = %e, "a token that is not kept could not be revoked; it ends in an hour");
            }
            return Err(ConnectingError::NotForLong);
        };
        let ClientKey { id, secret } = self.client;
        let credentials = Credentials { client_id: id, client_secret: secret, refresh_token };
        Ok(Consented { server: self.server, credentials, granted, in_hand: false })
    }
}

/// What one attempt by a browser is made with, beside the address: its secret half.
///
/// # Errors
/// The machine gave no random bytes.
pub fn attempt(client_id: &str, redirect_uri: url::Url) -> Result<(Attempt, SecretString), ConnectingError> {
    let text = |bytes: usize| {
        let mut random = vec![0; bytes];
        rand::fill(&mut random).map_err(|_| ConnectingError::Randomness)?;
        Ok::<_, ConnectingError>(URL_SAFE_NO_PAD.encode(random))
    };
    let verifier = text(32)?;
    let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
    let attempt = Attempt { client_id: client_id.to_owned(), redirect_uri, state: text(16)?, challenge };
    Ok((attempt, SecretString::from(verifier)))
}
