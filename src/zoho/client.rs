//! The client of one account: its turn, its token, its cost. Sends what `contacts` and `metadata` ask and has `error`
//! judge the answer. Must not know what a call means.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use serde_json::Value;
use tokio::sync::Semaphore;
use url::Url;

use super::data_centre::host_of;
use super::error::{Head, Kind, Place, Verdict, error, judge, retry_after};
use super::session::{Live, Session};
use super::token::TokenEndpoint;
use super::transport::{self, Limits, Lost};
use crate::domain::account::Account;
use crate::ports::{Budget, Clock, Cost, CrmError, Hold, Meter, Repeat, TokenStore, Usage};

/// What stands before every route of the API.
const ROOT: &str = "/crm/v8/";
const CREDITS_LEFT: &str = "x-api-credits-remaining";

/// Zoho's API for one account. Cheap to share: put it into an `Arc`.
pub struct Client {
    pub(super) account: String,
    session: Session,
    clock: Arc<dyn Clock>,
    limits: Limits,
    turns: Semaphore,
    heavy: Semaphore,
    coql: AtomicBool,
    meter: Option<Arc<dyn Meter>>,
    /// Of requests on their way from other processes too.
    turn: Option<Turn>,
    /// Shared with others who work the account.
    budget: OnceLock<Arc<dyn Budget>>,
    floor: Option<u64>,
    say: OnceLock<fn(&str)>,
}

/// Waits until a request may go; what it gives ends the turn when it is dropped.
pub type Turn = Box<dyn Fn() -> BoxFuture<'static, Box<dyn Any + Send>> + Send + Sync>;

/// How long runs wait for credits at a time where it is not known when they come back.
const UNKNOWN_WAIT: Duration = Duration::from_secs(3_600);

/// One call.
pub(super) struct Call {
    pub method: Method,
    /// Below [`ROOT`].
    pub path: String,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<Value>,
    pub unmodified_since: Option<String>,
    pub kind: Kind,
    pub scope: &'static str,
    pub credits: u64,
    /// Zoho takes fewer of these at once.
    pub heavy: bool,
}

impl Call {
    /// A read that costs one credit.
    pub fn get(path: impl Into<String>, query: Vec<(&'static str, String)>, scope: &'static str) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            query,
            body: None,
            unmodified_since: None,
            kind: Kind::Read,
            scope,
            credits: 1,
            heavy: false,
        }
    }

    /// A query in COQL, for at most 200 rows.
    pub fn query(select: String, scope: &'static str) -> Self {
        Self {
            method: Method::POST,
            body: Some(serde_json::json!({ "select_query": select })),
            heavy: true,
            ..Self::get("coql", Vec::new(), scope)
        }
    }
}

impl Client {
    /// A client for an account. `clock` is the wall clock: tokens end by it.
    ///
    /// # Errors
    /// `config_invalid`: the account's addresses are not such that secrets may be sent there.
    pub fn new(
        account: &Account,
        tokens: Arc<dyn TokenStore>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Result<Self, CrmError> {
        let endpoint = TokenEndpoint::new(account, &limits)?;
        // scopes are case-insensitive; an account that names none may have it
        let coql =
            account.scopes.is_empty() || account.scopes.iter().any(|s| s.to_lowercase().starts_with("zohocrm.coql."));
        Ok(Self {
            account: account.id.clone(),
            session: Session::new(endpoint, tokens, Arc::clone(&clock), &account.id, limits.paced),
            clock,
            limits,
            turns: Semaphore::new(limits.in_flight.max(1)),
            heavy: Semaphore::new(limits.heavy.max(1)),
            coql: AtomicBool::new(coql),
            meter: None,
            turn: None,
            budget: OnceLock::new(),
            floor: account.credits_floor,
            say: OnceLock::new(),
        })
    }

    /// Counts its credits.
    pub fn metered(self, meter: Arc<dyn Meter>) -> Self {
        Self { meter: Some(meter), ..self }
    }

    /// Lets no request go before its turn.
    pub fn in_turn(self, turn: Turn) -> Self {
        Self { turn: Some(turn), ..self }
    }

    /// From now on its requests and credits are part of a budget that others share. Once.
    pub fn share(&self, budget: impl FnOnce(usize, Option<u64>) -> Arc<dyn Budget>) {
        self.budget.get_or_init(|| budget(self.limits.in_flight.max(1), self.floor));
    }

    /// From now on it is said what a read waits for between its tries.
    pub fn says(&self, say: fn(&str)) {
        self.say.get_or_init(|| say);
    }

    pub(super) fn say(&self, why: &str) {
        if let Some(say) = self.say.get() {
            say(why);
        }
    }

    pub(super) fn endpoint(&self) -> &TokenEndpoint {
        self.session.endpoint()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Below so many credits runs wait.
    pub(super) fn floor(&self) -> Option<u64> {
        self.floor
    }

    /// There is a token that is still good: Zoho need not be asked for one.
    pub(super) fn has_kept_token(&self) -> bool {
        self.session.has_kept()
    }

    /// When the token at hand, or a new one, ends.
    pub(super) async fn token_ends_at(&self) -> Result<Timestamp, CrmError> {
        Ok(self.session.token().await?.ends_at)
    }

    /// What is known of its credits.
    pub fn usage(&self) -> Usage {
        self.meter.as_ref().map(|m| m.usage(self.clock.now())).unwrap_or_default()
    }

    /// Until enough credits are left again, where the operator set a floor.
    pub(super) async fn credits_hold(&self) -> Option<Hold> {
        let floor = self.floor?;
        let now = self.clock.now();
        let (left, wait) = if let Some(budget) = self.budget.get() {
            // not even the cheapest request would leave the floor
            let left = budget.left(now).await.filter(|left| *left <= floor)?;
            (left, budget.until(now, floor + 1).await)
        } else {
            let meter = self.meter.as_ref()?;
            let left = meter.usage(now).left.filter(|left| *left < floor)?;
            (left, meter.until(now, floor).unwrap_or(UNKNOWN_WAIT))
        };
        let wait = wait.min(UNKNOWN_WAIT);
        let minutes = wait.as_secs().div_ceil(60);
        let how = if left < floor { "below" } else { "no more than" };
        let why = format!(
            "account {}: {left} of the organisation's API credits are left, {how} its credits_floor of {floor}; looking again in {minutes} minutes",
            self.account
        );
        Some(Hold { wait, why })
    }

    /// The connection may use COQL, as far as is known.
    pub(super) fn has_coql(&self) -> bool {
        self.coql.load(Ordering::Relaxed)
    }

    /// Zoho said that the connection lacks COQL's scope.
    pub(super) fn forget_coql(&self) {
        self.coql.store(false, Ordering::Relaxed);
    }

    /// Until there is a token, where Zoho gives none for the moment.
    pub(super) async fn token_hold(&self) -> Option<Hold> {
        let e = self.session.wait().await?;
        Some(Hold { wait: e.after?, why: e.message })
    }

    /// What an error of this call speaks of.
    pub(super) fn place(&self, call: &Call) -> Place {
        Place {
            account: self.account.clone(),
            what: format!("{} {}{ROOT}{}", call.method, host_of(self.session.endpoint().hosts().api()), call.path),
            kind: call.kind,
            scope: call.scope,
        }
    }

    /// Sends a call, a second time with another token where the first was refused. `None`: nothing there (204).
    pub(super) async fn call(&self, call: &Call, cost: &mut Cost) -> Result<Option<Value>, CrmError> {
        let place = self.place(call);
        let closing = |_| error("network", Repeat::Safe, "the client is closing".into());
        let _heavy = if call.heavy { Some(self.heavy.acquire().await.map_err(closing)?) } else { None };
        let _turn = self.turns.acquire().await.map_err(closing)?;
        let token = self.session.token().await?;
        match self.send(call, &place, &token, cost).await {
            Verdict::Answer(answer) => return Ok(answer),
            Verdict::Failed(e) => return Err(e),
            Verdict::TokenRefused => {}
        }
        let token = self.session.replace(&token).await?;
        match self.send(call, &place, &token, cost).await {
            Verdict::Answer(answer) => Ok(answer),
            Verdict::Failed(e) => Err(e),
            Verdict::TokenRefused => Err(self.session.not_taken()),
        }
    }

    async fn send(&self, call: &Call, place: &Place, token: &Live, cost: &mut Cost) -> Verdict {
        let request = match self.request(call, token) {
            Ok(request) => request,
            Err(why) => return Verdict::Failed(error("config_invalid", Repeat::Useless, why)),
        };
        let _turn = match &self.turn {
            Some(turn) => Some(turn().await),
            None => None,
        };
        let turn = match self.budget.get() {
            Some(budget) => match budget.take(call.credits).await {
                Ok(turn) => Some(turn),
                Err(e) => return Verdict::Failed(e),
            },
            None => None,
        };
        let began = self.clock.now();
        let outcome = transport::exchange(request, self.limits.body).await;
        let ms = self.clock.now().duration_since(began).as_millis();
        let sent = !matches!(outcome, Err(Lost::Connect { .. }));
        let header = outcome.as_ref().ok().and_then(|raw| raw.headers.get(CREDITS_LEFT));
        let left: Option<u64> = header.and_then(|v| v.to_str().ok()?.trim().parse().ok());
        if let Some(turn) = turn {
            turn.end(sent, left).await;
        }
        if sent {
            *cost += Cost { requests: 1.0, credits: call.credits as f64 };
            if let Some(meter) = &self.meter {
                meter.count(self.clock.now(), call.credits, left);
            }
        }
        let raw = match outcome {
            Ok(raw) => raw,
            Err(lost) => {
                tracing::debug!(method = %call.method, path = %call.path, ?lost, ms, "no answer");
                return Verdict::Failed(place.lost(&lost));
            }
        };
        tracing::debug!(method = %call.method, path = %call.path, status = raw.status, ms, "answered");
        let head = self.head(raw.status, &raw.headers);
        // a server that repeats what it was sent, or knows, must not get it into a message
        let body = self.session.redact(token, raw.status, String::from_utf8_lossy(&raw.body).into_owned());
        let verdict = judge(place, &head, &body);
        if !matches!(verdict, Verdict::TokenRefused) && token.prove() {
            self.session.works();
        }
        verdict
    }

    fn request(&self, call: &Call, token: &Live) -> Result<reqwest::RequestBuilder, String> {
        let mut url = token.api.clone();
        url.set_path(&format!("{ROOT}{}", call.path));
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let mut authorization = HeaderValue::from_str(&token.header()).map_err(|_| {
            format!("account {}: the access token cannot be sent; connect the account again", self.account)
        })?;
        authorization.set_sensitive(true);
        let mut request =
            self.session.endpoint().http().request(call.method.clone(), url).header(AUTHORIZATION, authorization);
        if let Some(since) = &call.unmodified_since {
            request = request.header("If-Unmodified-Since", since);
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        Ok(request)
    }

    fn head(&self, status: u16, headers: &HeaderMap) -> Head {
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
        let location = text(LOCATION.as_str());
        Head {
            status,
            after: text(RETRY_AFTER.as_str()).and_then(|v| retry_after(v, text("date"), self.clock.now())),
            credits_left: text(CREDITS_LEFT).and_then(|v| v.trim().parse().ok()),
            redirect: location.and_then(|l| Url::parse(l).ok()).map(|u| host_of(&u)),
        }
    }
}
