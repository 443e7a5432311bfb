//! A clock that a test moves, and a secrets store in memory.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use astra_zoho::ports::{AccessToken, Clock, Credentials, Renewal, Renewals, SecretsError, TokenStore};
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

/// A clock that stands still but for its sleepers, who move it on at once.
pub struct TestClock {
    now: Mutex<Timestamp>,
    slept: Mutex<Vec<Duration>>,
}

impl TestClock {
    pub fn new() -> Arc<Self> {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        Arc::new(Self { now: Mutex::new(now), slept: Mutex::default() })
    }

    pub fn advance(&self, by: SignedDuration) {
        *self.now.lock().unwrap() += by;
    }

    /// The waits so far.
    pub fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        self.slept.lock().unwrap().push(time);
        self.advance(SignedDuration::try_from(time).unwrap());
        Box::pin(std::future::ready(()))
    }
}

pub const REFRESH_TOKEN: &str = "1000.refreshrefresh.refresh";
pub const CLIENT_SECRET: &str = "secretsecretsecret";

/// One account's secrets, shared by as many clients as a test makes: each stands for a process.
pub struct MemoryTokens {
    credentials: Credentials,
    token: Mutex<Option<AccessToken>>,
    renewals: Mutex<Renewals>,
    renewing: Arc<tokio::sync::Mutex<()>>,
}

impl MemoryTokens {
    pub fn new() -> Arc<Self> {
        Self::with(Credentials {
            client_id: "1000.CLIENT".into(),
            client_secret: SecretString::from(CLIENT_SECRET),
            refresh_token: SecretString::from(REFRESH_TOKEN),
        })
    }

    pub fn with(credentials: Credentials) -> Arc<Self> {
        Arc::new(Self { credentials, token: Mutex::default(), renewals: Mutex::default(), renewing: Arc::default() })
    }

    /// Keeps a token that ends at a time.
    pub fn holding(self: Arc<Self>, token: &str, expires_at: Timestamp, api_url: &str) -> Arc<Self> {
        let renew_at = expires_at - SignedDuration::from_mins(1);
        let token = AccessToken { token: SecretString::from(token), expires_at, renew_at, api_url: api_url.into() };
        *self.token.lock().unwrap() = Some(token);
        self
    }
}

impl TokenStore for MemoryTokens {
    fn credentials(&self) -> Result<Credentials, SecretsError> {
        Ok(self.credentials.clone())
    }

    fn access_token(&self) -> Result<Option<AccessToken>, SecretsError> {
        Ok(self.token.lock().unwrap().clone())
    }

    fn keep_access_token(&self, token: Option<&AccessToken>) -> Result<(), SecretsError> {
        *self.token.lock().unwrap() = token.cloned();
        Ok(())
    }

    fn renewal(&self) -> BoxFuture<'_, Result<Renewal, SecretsError>> {
        let renewing = Arc::clone(&self.renewing);
        Box::pin(async move { Ok(Renewal { guard: Box::new(renewing.lock_owned().await) }) })
    }

    fn renewals(&self) -> Result<Renewals, SecretsError> {
        Ok(self.renewals.lock().unwrap().clone())
    }

    fn keep_renewals(&self, renewals: &Renewals) -> Result<(), SecretsError> {
        *self.renewals.lock().unwrap() = renewals.clone();
        Ok(())
    }
}
