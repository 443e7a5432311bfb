//! One live access token for many waiting requests, in this process and beside other processes of the same workspace.
//!
//! It is renewed once, however many ask: shortly before it ends, or when Zoho refuses it. Whoever renews holds the
//! store's lock and looks first whether another process was faster. All processes together ask no more often than Zoho
//! allows; where it wants to be left alone for a while they all wait, which is "later" and never a broken connection.
//! Must not know what the requests are for.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::error::error;
use super::token::{Granted, TokenEndpoint};
use crate::ports::{AccessToken, Clock, Credentials, CrmError, Ended, Renewals, Repeat, SecretsError, TokenStore};

/// How long a refusal by the token endpoint, or a row of fresh tokens that Zoho did not take, is believed without
/// asking again. Zoho gives 10 access tokens in 10 minutes for a refresh token, then none for a while.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);
/// So many of either in a row come before that: one alone may be a passing fault.
const IN_A_ROW: u32 = 3;
/// How long a token that is about to end is used on after its renewal failed, before the next try.
const BREATH: SignedDuration = SignedDuration::from_secs(10);

/// Zoho gives so many access tokens for a refresh token in [`WINDOW`] (Zoho CRM v8 "Token validity").
const TOKENS_A_WINDOW: usize = 10;
/// What Zoho's limits on tokens count in; also how long it is left alone once it said "too many requests", where it does
/// not say how long itself.
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// No answer keeps us from asking for longer than this.
const LONGEST_REFUSAL: SignedDuration = SignedDuration::from_hours(1);

/// A token in use.
pub(super) struct Live {
    token: SecretString,
    /// Where it may be sent.
    pub api: Url,
    renew_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
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

    /// Zoho took it; whether that was the first time.
    pub fn prove(&self) -> bool {
        !self.proven.swap(true, Ordering::Relaxed)
    }
}

/// The token of an account.
pub(super) struct Session {
    endpoint: TokenEndpoint,
    store: Arc<dyn TokenStore>,
    clock: Arc<dyn Clock>,
    account: String,
    /// Zoho's limits on tokens are kept, and its refusals remembered, by all processes together.
    paced: bool,
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
    pub fn new(
        endpoint: TokenEndpoint,
        store: Arc<dyn TokenStore>,
        clock: Arc<dyn Clock>,
        account: &str,
        paced: bool,
    ) -> Self {
        Self {
            endpoint,
            store,
            clock,
            account: account.to_owned(),
            paced,
            live: RwLock::default(),
            finished: AtomicU64::new(0),
            renewing: tokio::sync::Mutex::default(),
        }
    }

    /// The token taken out of an answer, and out of a refusal whatever else is the account's secret.
    pub fn redact(&self, live: &Live, status: u16, answer: String) -> String {
        let answer = live.redact(answer);
        if status < 400 {
            return answer;
        }
        match self.store.credentials() {
            Ok(known) => [known.refresh_token, known.client_secret]
                .iter()
                .map(ExposeSecret::expose_secret)
                .filter(|secret| !secret.is_empty())
                .fold(answer, |text, secret| text.replace(secret, "[secret]")),
            // without them nothing was sent that could be repeated
            Err(_) => answer,
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
            let believed = fresh && renewing.hopeless >= IN_A_ROW && !(e.code == "auth_revoked" && self.is_anew());
            if waited_for_it || believed {
                return Err(e.clone());
            }
        }
        if refused.is_some_and(|r| !r.proven.load(Ordering::Relaxed)) && renewing.unproven >= IN_A_ROW {
            let soon = renewing.renewed_at.is_some_and(|at| at <= now && now < at + PATIENCE);
            if soon && !self.is_anew() {
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
        let granted = match self.ask(&credentials).await {
            Ok(granted) => granted,
            Err(e) => {
                refused.into_iter().for_each(|r| self.forget(r));
                return Err(e);
            }
        };
        let proven = refused.is_none_or(|r| r.proven.load(Ordering::Relaxed));
        renewing.unproven = if proven { 1 } else { renewing.unproven + 1 };
        renewing.renewed_at = Some(self.clock.now());
        if let Err(e) = self.store.keep_access_token(Some(&granted.access)) {
            // it works for this process all the same
            tracing::warn!(account = %self.account, error = %e, "the access token could not be kept");
        }
        self.live_of(granted.access)
            .ok_or_else(|| error("bad_response", Repeat::Safe, "the token's host is not an address".into()))
    }

    /// The account was connected anew since Zoho was seen to take it no more: nobody says any longer that it is ended.
    fn is_anew(&self) -> bool {
        self.store.renewals().is_ok_and(|known| known.ended.is_none())
    }

    /// A token that Zoho refused and that could not be replaced is no token: whoever asks for one next hears why.
    fn forget(&self, refused: &Arc<Live>) {
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        live.take_if(|l| !l.is_not(Some(refused)));
        drop(live);
        let kept = self.store.access_token().ok().flatten();
        if kept.is_some_and(|kept| kept.token.expose_secret() == refused.token.expose_secret())
            && let Err(e) = self.store.keep_access_token(None)
        {
            tracing::debug!(account = %self.account, error = %e, "a refused token could not be forgotten");
        }
    }

    /// A new token of Zoho's, unless it is too early to ask; what comes of it is told to the other processes.
    async fn ask(&self, credentials: &Credentials) -> Result<Granted, CrmError> {
        let now = self.clock.now();
        let mut known = self.store.renewals().map_err(|e| Self::unreadable(&e))?;
        if self.paced {
            // an asking of the future was made before the clock was set back
            known.asked_at.retain(|at| (SignedDuration::ZERO..WINDOW).contains(&now.duration_since(*at)));
            if let Some(until) = closed_until(&known, now) {
                return Err(self.later(until, now));
            }
            known.asked_at.push(now);
            self.tell(&known);
        }
        let outcome = self.endpoint.refresh(credentials, now).await;
        let now = self.clock.now();
        let before = known.clone();
        let outcome = match outcome {
            Ok(granted) => {
                (known.not_before, known.ended) = (None, None);
                Ok(granted)
            }
            Err(e) if e.code == "rate_limited" && (self.paced || e.after.is_some()) => {
                let wait = e.after.and_then(|a| SignedDuration::try_from(a).ok()).unwrap_or(WINDOW);
                let until = now + wait.min(LONGEST_REFUSAL);
                known.not_before = Some(until);
                Err(self.later(until, now))
            }
            Err(e) if e.code == "auth_revoked" => {
                known.ended = Some(Ended { code: e.code.clone(), message: e.message.clone(), at: now });
                Err(e)
            }
            Err(e) => Err(e),
        };
        if known != before {
            self.tell(&known);
        }
        outcome
    }

    fn tell(&self, known: &Renewals) {
        if let Err(e) = self.store.keep_renewals(known) {
            // this process keeps to it all the same as far as it remembers
            tracing::warn!(account = %self.account, error = %e, "other processes could not be told of a renewal");
        }
    }

    /// Zoho took a token for the first time: the connection is not ended, whatever was said of it.
    pub fn works(&self) {
        match self.store.renewals() {
            Ok(known) if known.ended.as_ref().is_some_and(|e| e.code == "auth_expired") => {
                self.tell(&Renewals { ended: None, ..known });
            }
            _ => {}
        }
    }

    /// How long it takes until there is a token, where Zoho gives none for the moment.
    pub async fn wait(&self) -> Option<CrmError> {
        self.token().await.err().filter(|e| e.code == "rate_limited" && e.after.is_some())
    }

    fn later(&self, until: Timestamp, now: Timestamp) -> CrmError {
        let until_text = until.strftime("%H:%M:%S UTC");
        let message = format!(
            "account {}: Zoho gives no more access tokens until {until_text} (it allows {TOKENS_A_WINDOW} in ten minutes); the connection is fine, wait until then",
            self.account
        );
        let after = std::time::Duration::try_from(until.duration_since(now)).unwrap_or_default();
        CrmError { after: Some(after), ..error("rate_limited", Repeat::Safe, message) }
    }

    /// The token that the store keeps, where it is still good and for this account's hosts.
    fn kept(&self) -> Result<Option<Live>, CrmError> {
        let kept = self.store.access_token().map_err(|e| Self::unreadable(&e))?;
        let now = self.clock.now();
        Ok(kept.filter(|kept| now < kept.renew_at).and_then(|kept| self.live_of(kept)))
    }

    /// There is a token that need not be renewed yet.
    pub fn has_kept(&self) -> bool {
        self.at_hand().is_some() || matches!(self.kept(), Ok(Some(_)))
    }

    fn live_of(&self, token: AccessToken) -> Option<Live> {
        let api = self.endpoint.hosts().accept(&token.api_url)?;
        let (renew_at, ends_at) = (token.renew_at, token.expires_at);
        Some(Live { token: token.token, api, renew_at, ends_at, proven: AtomicBool::new(false) })
    }

    fn adopt(&self, live: Live) -> Arc<Live> {
        let live = Arc::new(live);
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&live));
        live
    }

    /// The error where Zoho refuses tokens that it has just given; the account is marked with it.
    pub fn not_taken(&self) -> CrmError {
        let e = error(
            "auth_expired",
            Repeat::Safe,
            format!(
                "account {}: {} does not take the tokens that {} gives; check that both addresses are of the same data centre, or connect the account again",
                self.account,
                super::data_centre::host_of(self.endpoint.hosts().api()),
                super::data_centre::host_of(self.endpoint.hosts().accounts()),
            ),
        );
        if let Ok(known) = self.store.renewals()
            && known.ended.is_none()
        {
            let ended = Ended { code: e.code.clone(), message: e.message.clone(), at: self.clock.now() };
            self.tell(&Renewals { ended: Some(ended), ..known });
        }
        e
    }

    fn unreadable(e: &SecretsError) -> CrmError {
        error("config_invalid", Repeat::Useless, e.to_string())
    }
}

/// Until when Zoho is not to be asked: it said so, or it was asked as often as it allows.
fn closed_until(known: &Renewals, now: Timestamp) -> Option<Timestamp> {
    let told = known.not_before.filter(|until| now < *until && until.duration_since(now) <= LONGEST_REFUSAL);
    let full = known.asked_at.len().checked_sub(TOKENS_A_WINDOW).and_then(|i| known.asked_at.get(i));
    told.max(full.map(|at| *at + WINDOW))
}
