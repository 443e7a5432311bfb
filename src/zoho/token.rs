//! The token endpoint of a data centre's accounts server: renewing, exchanging a grant code, revoking. Must not know who
//! waits for a token or where it is kept.
//!
//! Zoho answers HTTP 200 also where it refuses, with `{"error":"..."}`: the body decides, not the status.

mod device;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::accounts_server::AccountsServer;
use super::data_centre::{HostError, Hosts, host_of};
use super::error::{Kind, LATER, Place, error, retry_after};
use super::transport::{self, Limits, Raw};
use crate::domain::account::Account;
use crate::ports::{AccessToken, Credentials, CrmError, REFRESH_TOKEN_REFUSED, Repeat};

pub use device::{DeviceCode, DevicePoll};

/// The longest answer read: tokens are a few hundred bytes.
const LONGEST: usize = 64 * 1024;
/// What Zoho says where it was asked for tokens too often.
const TOO_MANY: &str = "too many requests";
/// How long a token lives that does not say so, or says no time (Zoho CRM v8 "Token validity": one hour).
const USUAL_LIFE: SignedDuration = SignedDuration::from_hours(1);
/// How long before its end a token is renewed at the earliest.
const LONGEST_MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// `expires_in` from here on is milliseconds: no access token lives ten days.
const MILLISECONDS_FROM: i64 = 10 * 86_400;

/// A grant code to exchange, of Zoho's Self Client or of a redirect.
pub struct Grant {
    /// The client id of Zoho's API console.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// The code: lives a few minutes, works once.
    pub code: SecretString,
    /// The address registered with the client; `None` for a Self Client.
    pub redirect_uri: Option<String>,
    /// What the challenge was made of (PKCE), where the code was asked for with one.
    pub verifier: Option<SecretString>,
}

/// What Zoho gave.
pub struct Granted {
    /// The access token.
    pub access: AccessToken,
    /// The refresh token; Zoho gives one for a grant code with offline access, none on renewal.
    pub refresh_token: Option<SecretString>,
    /// The scopes granted, where Zoho named them.
    pub scopes: Vec<String>,
}

/// The token endpoint of an account.
#[derive(Clone)]
pub struct TokenEndpoint {
    http: reqwest::Client,
    hosts: Hosts,
    account: String,
}

impl TokenEndpoint {
    /// The endpoint at the account's accounts server.
    ///
    /// # Errors
    /// `config_invalid`: the account's addresses are not such that secrets may be sent there.
    pub fn new(account: &Account, limits: &Limits) -> Result<Self, CrmError> {
        let hosts = Hosts::of(account).map_err(|e| unusable(&e))?;
        Self::at(hosts, &account.id, limits)
    }

    /// The endpoint of an account that is being connected: the first token tells where its records are.
    ///
    /// # Errors
    /// `config_invalid`: no HTTP client can be made.
    pub fn to_connect(account: &str, server: &AccountsServer, limits: &Limits) -> Result<Self, CrmError> {
        Self::at(Hosts::to_connect(server), account, limits)
    }

    fn at(hosts: Hosts, account: &str, limits: &Limits) -> Result<Self, CrmError> {
        let http = transport::http_client(&hosts, limits).map_err(|e| {
            error("config_invalid", Repeat::Useless, format!("no HTTP client can be made: {}", e.without_url()))
        })?;
        Ok(Self { http, hosts, account: account.to_owned() })
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub(super) fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// A new access token for a refresh token. `now` is the wall clock's.
    ///
    /// # Errors
    /// `auth_revoked` where Zoho no longer takes the refresh token or the client; `rate_limited` where it was asked too
    /// often; `network`, `timeout`, `bad_response`.
    pub async fn refresh(&self, credentials: &Credentials, now: Timestamp) -> Result<Granted, CrmError> {
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", credentials.client_id.as_str()),
            ("client_secret", credentials.client_secret.expose_secret()),
            ("refresh_token", credentials.refresh_token.expose_secret()),
        ];
        self.ask(&form, Step::Refresh, now).await
    }

    /// Tokens for a grant code. Never repeat it: a code works once.
    ///
    /// # Errors
    /// As [`TokenEndpoint::refresh`].
    pub async fn exchange(&self, grant: &Grant, now: Timestamp) -> Result<Granted, CrmError> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", grant.client_id.as_str()),
            ("client_secret", grant.client_secret.expose_secret()),
            ("code", grant.code.expose_secret()),
        ];
        form.extend(grant.redirect_uri.as_deref().map(|uri| ("redirect_uri", uri)));
        form.extend(grant.verifier.as_ref().map(|verifier| ("code_verifier", verifier.expose_secret())));
        let granted = self.ask(&form, Step::Exchange, now).await;
        granted.map_err(|e| {
            // Zoho may have taken it: what was lost is the answer
            let message = match e.message.strip_suffix(LATER) {
                Some(what) => format!("{what}; the code works once and may be used up: start again with a new one"),
                None => e.message,
            };
            CrmError { message, repeat: Repeat::Useless, ..e }
        })
    }

    /// Revokes a refresh token, and the access tokens made of it. A token that is no longer known counts as revoked.
    ///
    /// # Errors
    /// `rate_limited`, `network`, `timeout`, `bad_response`.
    pub async fn revoke(&self, token: &SecretString, now: Timestamp) -> Result<(), CrmError> {
        let place = self.place("/oauth/v2/token/revoke");
        let url = self.hosts.accounts().join("/oauth/v2/token/revoke").map_err(|e| place.bad(&e.to_string()))?;
        // documented as a query parameter only
        let request = self.http.post(url).query(&[("token", token.expose_secret())]);
        tracing::debug!(account = %self.account, "revoking a token");
        let raw = transport::exchange(request, LONGEST).await.map_err(|lost| place.lost(&lost))?;
        tracing::debug!(account = %self.account, status = raw.status, "answered about revoking");
        let json = read(&place, &raw)?;
        match refusal(&place, &raw, &json, Step::Revoke, now) {
            Some(e) if e.code != "auth_revoked" => Err(e),
            _ => Ok(()),
        }
    }

    async fn ask(&self, form: &[(&str, &str)], step: Step, now: Timestamp) -> Result<Granted, CrmError> {
        let place = self.place("/oauth/v2/token");
        let url = self.hosts.accounts().join("/oauth/v2/token").map_err(|e| place.bad(&e.to_string()))?;
        tracing::debug!(account = %self.account, ?step, "asking for a token");
        let request = self.http.post(url).form(form);
        let raw = transport::exchange(request, LONGEST).await.map_err(|lost| place.lost(&lost))?;
        tracing::debug!(account = %self.account, status = raw.status, "answered about a token");
        let json = read(&place, &raw)?;
        match refusal(&place, &raw, &json, step, now) {
            Some(refused) => Err(refused),
            None => self.granted_or_ended(&place, &json, now).await,
        }
    }

    /// What was granted; where it cannot be used, a refresh token that came with it does not live on unseen.
    async fn granted_or_ended(&self, place: &Place, json: &Value, now: Timestamp) -> Result<Granted, CrmError> {
        let refused = match granted(place, &self.hosts, json, now) {
            Ok(granted) => return Ok(granted),
            Err(e) => e,
        };
        if let Some(token) = json.get("refresh_token").and_then(Value::as_str).filter(|t| !t.is_empty())
            && let Err(error) = self.revoke(&SecretString::from(token), now).await
        {
            tracing::warn!(%error, "a refresh token that is not kept could not be revoked");
            let message =
                format!("{} (its refresh token lives on at Zoho: end it there, under Connected Apps)", refused.message);
            return Err(CrmError { message, ..refused });
        }
        Err(refused)
    }

    fn place(&self, path: &str) -> Place {
        Place {
            account: self.account.clone(),
            what: format!("POST {}{path}", host_of(self.hosts.accounts())),
            kind: Kind::Read,
            scope: "",
        }
    }
}

/// What is asked of the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Refresh,
    Exchange,
    Device,
    Revoke,
}

impl Step {
    /// Somebody is connecting an account.
    fn connects(self) -> bool {
        matches!(self, Self::Exchange | Self::Device)
    }
}

pub(super) fn unusable(e: &HostError) -> CrmError {
    error("config_invalid", Repeat::Useless, e.to_string())
}

pub(super) fn read(place: &Place, raw: &Raw) -> Result<Value, CrmError> {
    if (300..400).contains(&raw.status) {
        let redirected =
            format!("{}: redirected (HTTP {}), which is not followed with secrets", place.what, raw.status);
        return Err(error("bad_response", Repeat::Useless, redirected));
    }
    match serde_json::from_slice::<Value>(&raw.body) {
        Ok(json) if json.is_object() => Ok(json),
        // said in plain text, it is the same
        _ if String::from_utf8_lossy(&raw.body).contains(TOO_MANY) => {
            Ok(serde_json::json!({ "error": "Access Denied" }))
        }
        _ if raw.status == 429 => Ok(Value::Null),
        _ => Err(place.bad(&format!("an answer without a token (HTTP {})", raw.status))),
    }
}

/// The error that the answer says, if it says one.
pub(super) fn refusal(place: &Place, raw: &Raw, json: &Value, step: Step, now: Timestamp) -> Option<CrmError> {
    let text = |key: &str| json.get(key).and_then(Value::as_str);
    let word = text("error");
    if word.is_none() && raw.status < 400 {
        return None;
    }
    let word = word.unwrap_or_default();
    let header = |name: &str| raw.headers.get(name).and_then(|v| v.to_str().ok());
    let account = &place.account;
    let at = &place.what;
    let throttled = raw.status == 429
        || word == "Access Denied"
        || text("error_description").is_some_and(|d| d.contains(TOO_MANY))
        || (word == "access_denied" && !step.connects());
    if throttled {
        let after = header("retry-after").and_then(|v| retry_after(v, header("date"), now));
        let message = format!("{at}: Zoho gives account {account} no more tokens for the moment; wait ten minutes");
        return Some(CrmError { after, ..error("rate_limited", Repeat::Safe, message) });
    }
    let revoked = |why: &str| error("auth_revoked", Repeat::Useless, format!("{at}: account {account}: {why}"));
    Some(match word {
        // the code that was given, not the connection: its giver knows more of it
        "invalid_code" | "invalid_grant" | "invalid_token" if step.connects() => error(
            "invalid_code",
            Repeat::Useless,
            format!(
                "{at}: account {account}: the code was used already, is older than its few minutes, or is of another client or data centre; make a new one"
            ),
        ),
        "invalid_code" | "invalid_grant" | "invalid_token" => {
            revoked(&format!("{REFRESH_TOKEN_REFUSED} (revoked, or of another data centre); connect the account again"))
        }
        "invalid_client" => revoked(
            "Zoho does not know the client id in this data centre; check client id, data centre, and that the client is switched on for it in Zoho's API console",
        ),
        "invalid_client_secret" if step.connects() => revoked(
            "the client secret is wrong; copy it again from Zoho's API console (a client may have another secret in each data centre)",
        ),
        "invalid_client_secret" => {
            revoked("the client secret is wrong for this data centre; connect the account again with the right one")
        }
        "access_denied" => revoked("access was refused; connect the account again and accept"),
        "invalid_redirect_uri" | "redirect_uri_mismatch" => {
            revoked("the redirect address is not the one registered in Zoho's API console; make the two the same")
        }
        "invalid_scope" => revoked(
            "Zoho does not know one of the scopes asked for; give those that `astra-zoho account add` names, spelt as there",
        ),
        "unsupported_grant_type" | "unauthorized_client" | "invalid_client_type" if step.connects() => {
            revoked("this client may not connect in this way; make a client of the right type in Zoho's API console")
        }
        other if is_word(other) => place.bad(&format!("Zoho gave no token ({other}, HTTP {})", raw.status)),
        _ => place.bad(&format!("Zoho gave no token (HTTP {})", raw.status)),
    })
}

pub(super) fn granted(place: &Place, hosts: &Hosts, json: &Value, now: Timestamp) -> Result<Granted, CrmError> {
    let text = |key: &str| json.get(key).and_then(Value::as_str).filter(|s| !s.is_empty());
    let token = text("access_token").ok_or_else(|| place.bad("an answer without a token"))?;
    // what cannot stand in a header cannot be a token
    if !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(place.bad("a token with characters that no token has"));
    }
    let api_url = match text("api_domain") {
        None => hosts.api().clone(),
        Some(domain) => hosts.accept(domain).ok_or_else(|| foreign(place, hosts, domain))?,
    };
    let life = lifetime(json);
    let access = AccessToken {
        token: SecretString::from(token),
        expires_at: now + life,
        renew_at: now + (life - margin(life)),
        api_url: api_url.origin().ascii_serialization(),
    };
    let scopes = text("scope").unwrap_or_default();
    Ok(Granted {
        access,
        refresh_token: text("refresh_token").map(SecretString::from),
        scopes: scopes.split([' ', ',']).filter(|s| !s.is_empty()).map(str::to_owned).collect(),
    })
}

fn foreign(place: &Place, hosts: &Hosts, domain: &str) -> CrmError {
    let (mut ours, url) = (host_of(hosts.api()), url::Url::parse(domain).ok());
    let mut theirs = url.as_ref().map_or_else(|| "something else".to_owned(), host_of);
    if let Some(url) = url.filter(|_| theirs == ours) {
        // the same host in another way: unencrypted
        (theirs, ours) = (url.origin().ascii_serialization(), hosts.api().origin().ascii_serialization());
    }
    error(
        "config_invalid",
        Repeat::Useless,
        format!(
            "{}: the token is for {theirs}, account {} is at {}; nothing was sent there, correct the account's data centre",
            place.what, place.account, ours
        ),
    )
}

/// How long before its end a token is renewed; less for tokens that live for minutes only.
fn margin(life: SignedDuration) -> SignedDuration {
    (life / 10).min(LONGEST_MARGIN)
}

/// `expires_in` is seconds; where there is an `expires_in_sec` beside it, or it is too large for that, milliseconds.
fn lifetime(json: &Value) -> SignedDuration {
    let number = |key: &str| match json.get(key) {
        Some(Value::Number(n)) => n.as_i64().or_else(|| n.as_f64().map(|f| f as i64)),
        Some(Value::String(s)) => s.trim().parse().ok(),
        _ => None,
    };
    let seconds = match (number("expires_in_sec"), number("expires_in")) {
        (Some(seconds), _) => seconds,
        (None, Some(n)) if n >= MILLISECONDS_FROM => n / 1000,
        (None, Some(n)) => n,
        (None, None) => return USUAL_LIFE,
    };
    match seconds {
        // nobody gives a token that has ended; if this one has, that is found out by using it
        ..=0 => USUAL_LIFE,
        seconds => SignedDuration::from_secs(seconds.min(MILLISECONDS_FROM)),
    }
}

fn is_word(word: &str) -> bool {
    (1..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn place() -> Place {
        Place { account: "main".into(), what: "POST a/oauth/v2/token".into(), kind: Kind::Read, scope: "" }
    }

    fn hosts() -> Hosts {
        Hosts::of(&Account { data_center: Some("eu".into()), ..Account::sandbox() }).unwrap()
    }

    fn said(status: u16, json: &Value, step: Step) -> Option<(String, Repeat)> {
        let raw = Raw { status, headers: Default::default(), body: Vec::new() };
        refusal(&place(), &raw, json, step, Timestamp::UNIX_EPOCH).map(|e| (e.code, e.repeat))
    }

    #[test]
    fn the_word_decides_not_the_status() {
        let throttle = json!({"error_description":"You have made too many requests continuously. Please try again after some time.",
            "error":"Access Denied","status":"failure"});
        for (body, step, code, repeat) in [
            (json!({"error":"invalid_code"}), Step::Refresh, "auth_revoked", Repeat::Useless),
            (json!({"error":"invalid_client"}), Step::Refresh, "auth_revoked", Repeat::Useless),
            (json!({"error":"invalid_client_secret"}), Step::Exchange, "auth_revoked", Repeat::Useless),
            (json!({"error":"access_denied"}), Step::Refresh, "rate_limited", Repeat::Safe),
            (json!({"error":"access_denied"}), Step::Exchange, "auth_revoked", Repeat::Useless),
            (json!({"error":"general_error"}), Step::Refresh, "bad_response", Repeat::Safe),
            (throttle, Step::Exchange, "rate_limited", Repeat::Safe),
        ] {
            for status in [200, 400] {
                assert_eq!(said(status, &body, step), Some((code.to_owned(), repeat)), "{body} {status}");
            }
        }
        assert_eq!(said(200, &json!({"access_token":"x"}), Step::Refresh), None);
        assert_eq!(said(429, &Value::Null, Step::Refresh).map(|e| e.0).as_deref(), Some("rate_limited"));
        assert_eq!(said(502, &json!({}), Step::Refresh).map(|e| e.0).as_deref(), Some("bad_response"));
    }

    #[test]
    fn too_many_requests_in_plain_text_is_later_too() {
        let body = b"You have made too many requests continuously. Please try again after some time.".to_vec();
        let raw = Raw { status: 400, headers: Default::default(), body };
        let said = refusal(&place(), &raw, &read(&place(), &raw).unwrap(), Step::Refresh, Timestamp::UNIX_EPOCH);
        assert_eq!(said.map(|e| e.code).as_deref(), Some("rate_limited"));
    }

    #[test]
    fn lifetimes_are_told_apart() {
        let seconds = |json: Value| lifetime(&json).as_secs();
        assert_eq!(seconds(json!({"expires_in":3600})), 3600);
        assert_eq!(seconds(json!({"expires_in":"3600"})), 3600);
        assert_eq!(seconds(json!({"expires_in":3_600_000})), 3600);
        assert_eq!(seconds(json!({"expires_in":3_600_000,"expires_in_sec":3600})), 3600);
        assert_eq!(seconds(json!({})), 3600);
        assert_eq!(
            [0, -5].map(|n| seconds(json!({"expires_in":n}))),
            [3600; 2],
            "no token is asked for again and again"
        );
        assert_eq!(margin(SignedDuration::from_secs(3600)).as_secs(), 60);
        assert_eq!(margin(SignedDuration::from_secs(30)).as_secs(), 3);
    }

    #[test]
    fn a_token_is_taken_for_the_accounts_own_host_only() {
        let at = Timestamp::UNIX_EPOCH;
        let got = |json: Value| granted(&place(), &hosts(), &json, at);
        let kept = got(json!({"access_token":"1000.a.b","expires_in":3600})).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(kept.access.api_url, "https://www.zohoapis.eu");
        assert_eq!(kept.access.expires_at.as_second(), 3600);
        assert_eq!(kept.access.renew_at.as_second(), 3540);
        let other = got(json!({"access_token":"1000.a.b","api_domain":"https://sandbox.zohoapis.eu"}));
        assert_eq!(other.map(|g| g.access.api_url).ok().as_deref(), Some("https://sandbox.zohoapis.eu"));
        let unencrypted = got(json!({"access_token":"1000.a.b","api_domain":"http://www.zohoapis.eu"})).err().unwrap();
        let both = "is for http://www.zohoapis.eu, account main is at https://www.zohoapis.eu";
        assert!(unencrypted.message.contains(both), "{unencrypted}");
        for domain in ["https://www.zohoapis.com", "https://evil.example", "x"] {
            let refused = got(json!({"access_token":"1000.a.b","api_domain":domain})).err();
            assert_eq!(refused.map(|e| e.code).as_deref(), Some("config_invalid"));
        }
        assert!(got(json!({"access_token":"a\nb"})).is_err());
        assert!(got(json!({"access_token":""})).is_err());
    }

    #[test]
    fn scopes_come_with_blanks_or_commas() {
        let json = json!({"access_token":"t","refresh_token":"r","scope":"A.READ B.READ,C.READ"});
        let got = granted(&place(), &hosts(), &json, Timestamp::UNIX_EPOCH).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(got.scopes, ["A.READ", "B.READ", "C.READ"]);
        assert_eq!(got.refresh_token.as_ref().map(|t| t.expose_secret()), Some("r"));
    }
}
