//! One live access token for many waiting requests, in this process and beside other processes of the same workspace.
//!
//! It is renewed once, however many ask: shortly before it ends, or when Zoho refuses it. Whoever renews holds the
//! store's lock and looks first whether another process was faster. Must not know what the requests are for.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::error::error;
use super::token::{LONGEST_MARGIN, TokenEndpoint};
use crate::ports::{AccessToken, Clock, CrmError, Repeat, SecretsError, TokenStore};

/// How long a refusal by the token endpoint, or a row of fresh tokens that Zoho did not take, is believed without
/// asking again. Zoho gives 10 access tokens in 10 minutes for a refresh token, then none for a while.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);
/// So many of either in a row come before that: one alone may be a passing fault.
const IN_A_ROW: u32 = 3;
/// How long a token that is about to end is used on after its renewal failed, before the next try.
const BREATH: SignedDuration = SignedDuration::from_secs(10);

/// A token in use.
pub(super) struct Live {
    token: SecretString,
    /// Where it may be sent.
    pub api: Url,
    renew_at: Timestamp,
    ends_at: Timestamp,
    /// Zoho took it at least once.
    proven: AtomicBool,
}

impl Live {
    /// The value of the `Authorization` header.
    pub fn header(&self) -> String {
        format!("Zoho-oauthtoken {}", self.token.expose_secret())
    }

    /// The token taken out of a text.
    pub fn redact(&self, text: String) -> String {
        let token = self.token.expose_secret();
        if text.contains(token) { text.replace(token, "[token]") } else { text }
    }

    fn is_not(&self, refused: Option<&Arc<Self>>) -> bool {
        refused.is_none_or(|r| r.token.expose_secret() != self.token.expose_secret())
    }

    /// Zoho took it.
    pub fn prove(&self) {
        self.proven.store(true, Ordering::Relaxed);
    }
}

/// The token of an account.
pub(super) struct Session {
    endpoint: TokenEndpoint,
    store: Arc<dyn TokenStore>,
    clock: Arc<dyn Clock>,
    account: String,
    live: RwLock<Option<Arc<Live>>>,
    /// Renewals finished so far, well or not.
    finished: AtomicU64,
    renewing: tokio::sync::Mutex<Renewing>,
}

#[derive(Default)]
struct Renewing {
    /// How the last one failed, if it did.
    failed: Option<(Timestamp, CrmError)>,
    /// Renewals in a row that repeating would not have helped.
    hopeless: u32,
    /// Fresh tokens in a row that Zoho never took, and when the last one was made.
    unproven: u32,
    renewed_at: Option<Timestamp>,
}

impl Session {
    pub fn new(endpoint: TokenEndpoint, store: Arc<dyn TokenStore>, clock: Arc<dyn Clock>, account: &str) -> Self {
        Self {
            endpoint,
            store,
            clock,
            account: account.to_owned(),
            live: RwLock::default(),
            finished: AtomicU64::new(0),
            renewing: tokio::sync::Mutex::default(),
        }
    }

    pub fn endpoint(&self) -> &TokenEndpoint {
        &self.endpoint
    }

    /// A token to send: the one at hand, the one another process kept, or a new one.
    pub async fn token(&self) -> Result<Arc<Live>, CrmError> {
        match self.at_hand() {
            Some(live) => Ok(live),
            None => self.renew(None).await,
        }
    }

    /// Another token than `refused`, which Zoho did not take.
    pub async fn replace(&self, refused: &Arc<Live>) -> Result<Arc<Live>, CrmError> {
        self.renew(Some(refused)).await
    }

    fn at_hand(&self) -> Option<Arc<Live>> {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        live.clone().filter(|l| self.clock.now() < l.renew_at)
    }

    /// The token at hand, though it is time to renew it.
    fn still_good(&self, now: Timestamp) -> Option<Arc<Live>> {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        live.clone().filter(|l| now < l.ends_at)
    }

    async fn renew(&self, refused: Option<&Arc<Live>>) -> Result<Arc<Live>, CrmError> {
        let before = self.finished.load(Ordering::Acquire);
        let mut renewing = self.renewing.lock().await;
        if let Some(live) = self.at_hand().filter(|l| l.is_not(refused)) {
            return Ok(live);
        }
        let now = self.clock.now();
        if let Some((at, e)) = &renewing.failed {
            let waited_for_it = before != self.finished.load(Ordering::Acquire);
            let since = now.duration_since(*at);
            let fresh = !since.is_negative() && since < PATIENCE;
            let ahead = self.still_good(now).filter(|_| refused.is_none() && fresh && since < BREATH);
            if let Some(old) = ahead {
                return Ok(old);
            }
            if waited_for_it || (fresh && renewing.hopeless >= IN_A_ROW) {
                return Err(e.clone());
            }
        }
        if refused.is_some_and(|r| !r.proven.load(Ordering::Relaxed)) && renewing.unproven >= IN_A_ROW {
            let soon = renewing.renewed_at.is_some_and(|at| at <= now && now < at + PATIENCE);
            if soon {
                return Err(self.not_taken());
            }
        }
        let outcome = self.renewed(refused, &mut renewing).await;
        self.finished.fetch_add(1, Ordering::Release);
        match outcome {
            Ok(live) => {
                renewing.failed = None;
                renewing.hopeless = 0;
                Ok(self.adopt(live))
            }
            Err(e) => {
                renewing.failed = Some((self.clock.now(), e.clone()));
                renewing.hopeless = if e.repeat == Repeat::Useless { renewing.hopeless + 1 } else { 0 };
                // renewed ahead of time, and the old one still works
                match self.still_good(now) {
                    Some(old) if refused.is_none() => Ok(old),
                    _ => Err(e),
                }
            }
        }
    }

    async fn renewed(&self, refused: Option<&Arc<Live>>, renewing: &mut Renewing) -> Result<Live, CrmError> {
        if let Some(kept) = self.kept()?.filter(|l| l.is_not(refused)) {
            return Ok(kept);
        }
        let _lock = self.store.renewal().await.map_err(|e| Self::unreadable(&e))?;
        if let Some(kept) = self.kept()?.filter(|l| l.is_not(refused)) {
            return Ok(kept);
        }
        let credentials = self.store.credentials().map_err(|e| Self::unreadable(&e))?;
        let granted = self.endpoint.refresh(&credentials, self.clock.now()).await?;
        let proven = refused.is_none_or(|r| r.proven.load(Ordering::Relaxed));
        renewing.unproven = if proven { 1 } else { renewing.unproven + 1 };
        renewing.renewed_at = Some(self.clock.now());
        if let Err(e) = self.store.keep_access_token(Some(&granted.access)) {
            // it works for this process all the same
            tracing::warn!(account = %self.account, error = %e, "the access token could not be kept");
        }
        self.live_of(granted.access, granted.renew_at)
            .ok_or_else(|| error("bad_response", Repeat::Safe, "the token's host is not an address".into()))
    }

    /// The token that the store keeps, where it is still good and for this account's hosts.
    fn kept(&self) -> Result<Option<Live>, CrmError> {
        let kept = self.store.access_token().map_err(|e| Self::unreadable(&e))?;
        let now = self.clock.now();
        Ok(kept.and_then(|kept| {
            let renew_at = kept.expires_at.checked_sub(LONGEST_MARGIN).ok()?;
            if now < renew_at { self.live_of(kept, renew_at) } else { None }
        }))
    }

    fn live_of(&self, token: AccessToken, renew_at: Timestamp) -> Option<Live> {
        let api = self.endpoint.hosts().accept(&token.api_url)?;
        Some(Live { token: token.token, api, renew_at, ends_at: token.expires_at, proven: AtomicBool::new(false) })
    }

    fn adopt(&self, live: Live) -> Arc<Live> {
        let live = Arc::new(live);
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&live));
        live
    }

    /// The error where Zoho refuses tokens that it has just given.
    pub fn not_taken(&self) -> CrmError {
        error(
            "auth_expired",
            Repeat::Safe,
            format!(
                "account {}: {} does not take the tokens that {} gives; check that both addresses are of the same data centre, or connect the account again",
                self.account,
                super::data_centre::host_of(self.endpoint.hosts().api()),
                super::data_centre::host_of(self.endpoint.hosts().accounts()),
            ),
        )
    }

    fn unreadable(e: &SecretsError) -> CrmError {
        error("config_invalid", Repeat::Useless, e.to_string())
    }
}
