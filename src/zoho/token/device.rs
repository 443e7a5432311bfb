//! The device flow: a code that a person types elsewhere, and asking whether they did (Zoho Accounts "OAuth for devices").
//!
//! Zoho's differs from RFC 8628: other paths and parameters, times that some clients see in milliseconds, errors with
//! HTTP 200 or 400. Read is what any of them sends.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::{Granted, LONGEST, Step, TokenEndpoint, read, refusal};
use crate::ports::{CrmError, Repeat};
use crate::zoho::accounts_server::AccountsServer;
use crate::zoho::transport;

/// Zoho takes one poll in this time ("Polling request"); used where the answer does not say.
const USUAL_INTERVAL: Duration = Duration::from_secs(30);
const INTERVALS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(300)];
/// How long a user code can be used where the answer does not say.
const USUAL_LIFE: Duration = Duration::from_secs(300);
const LIVES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3600)];
/// From here on a time is milliseconds: nobody is asked to wait 17 minutes between two polls.
const MILLISECONDS_FROM: u64 = 1000;
/// A life that is milliseconds whatever the interval says: no code lives nearly three hours.
const LONG_LIFE: u64 = 10_000;
const LONGEST_ADDRESS: usize = 300;

/// A code to be typed elsewhere.
pub struct DeviceCode {
    /// What the person types.
    pub user_code: String,
    /// What the device asks with.
    pub device_code: SecretString,
    /// Where they type it.
    pub address: String,
    /// The same with the code in it already.
    pub complete_address: Option<String>,
    /// How long to wait between two polls.
    pub interval: Duration,
    /// How long the code can be used.
    pub lives: Duration,
}

/// What came of asking.
pub enum DevicePoll {
    /// Nobody has typed the code yet.
    Pending,
    /// Asked too soon.
    SlowDown,
    /// Approved, but the user lives in another data centre: ask there from now on.
    Elsewhere(Option<String>),
    /// The person refused.
    Denied,
    /// The code ended.
    Expired,
    /// Approved.
    Granted(Box<Granted>),
}

impl TokenEndpoint {
    /// A new code for a client.
    ///
    /// # Errors
    /// As [`TokenEndpoint::refresh`].
    pub async fn device_code(
        &self,
        server: &AccountsServer,
        client_id: &str,
        scopes: &str,
        now: Timestamp,
    ) -> Result<DeviceCode, CrmError> {
        // Zoho's default for access_type is online, which gives no refresh token
        let form = [
            ("client_id", client_id),
            ("grant_type", "device_request"),
            ("scope", scopes),
            ("access_type", "offline"),
            ("prompt", "consent"),
        ];
        let json = self.device("/oauth/v3/device/code", &form, now).await?;
        match json {
            Ok(json) => {
                code(server, &json).ok_or_else(|| self.place("/oauth/v3/device/code").bad("an answer without a code"))
            }
            Err((e, _)) => Err(e),
        }
    }

    /// Asks whether the code was typed and access granted.
    ///
    /// # Errors
    /// As [`TokenEndpoint::refresh`].
    pub async fn poll_device(
        &self,
        client_id: &str,
        client_secret: &SecretString,
        code: &SecretString,
        now: Timestamp,
    ) -> Result<DevicePoll, CrmError> {
        let path = "/oauth/v3/device/token";
        let form = [
            ("client_id", client_id),
            ("client_secret", client_secret.expose_secret()),
            ("grant_type", "device_token"),
            ("code", code.expose_secret()),
        ];
        let (refused, json) = match self.device(path, &form, now).await? {
            Ok(json) => {
                let granted = self.granted_or_ended(&self.place(path), &json, now).await?;
                return Ok(DevicePoll::Granted(Box::new(granted)));
            }
            Err(refused) => refused,
        };
        let text = |key: &str| json.get(key).and_then(Value::as_str);
        Ok(match text("error").unwrap_or_default().to_ascii_lowercase().as_str() {
            "authorization_pending" => DevicePoll::Pending,
            "slow_down" => DevicePoll::SlowDown,
            "other_dc" => DevicePoll::Elsewhere(text("user_location").map(str::to_owned)),
            "expired" | "expired_token" | "invalid_code" => DevicePoll::Expired,
            "access_denied" if refused.code != "rate_limited" => DevicePoll::Denied,
            _ => return Err(refused),
        })
    }

    /// The answer; or the error that it says, and how.
    async fn device(
        &self,
        path: &str,
        form: &[(&str, &str)],
        now: Timestamp,
    ) -> Result<Result<Value, (CrmError, Value)>, CrmError> {
        let place = self.place(path);
        let url = self.hosts.accounts().join(path).map_err(|e| place.bad(&e.to_string()))?;
        tracing::debug!(account = %self.account, path, "asking");
        let request = self.http.post(url).form(form);
        let raw = transport::exchange(request, LONGEST).await.map_err(|lost| place.lost(&lost))?;
        let json = read(&place, &raw)?;
        Ok(match refusal(&place, &raw, &json, Step::Device, now) {
            Some(e) if raw.status >= 500 => Err((CrmError { repeat: Repeat::Safe, ..e }, json)),
            Some(e) => Err((e, json)),
            None => Ok(json),
        })
    }
}

fn code(server: &AccountsServer, json: &Value) -> Option<DeviceCode> {
    let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::trim).filter(|s| !s.is_empty());
    let user_code = text("user_code").filter(|c| c.len() <= 40 && c.bytes().all(|b| b.is_ascii_graphic()))?;
    let device_code = text("device_code").filter(|c| c.bytes().all(|b| b.is_ascii_graphic()))?;
    // an answer must not send people to somebody else's page
    let page = |key: &str| {
        let url = Url::parse(text(key)?).ok().filter(|u| server.may_show(u) && u.username().is_empty())?;
        let url = String::from(url);
        (url.len() <= LONGEST_ADDRESS).then_some(url)
    };
    let own = || server.url().join("/oauth/v3/device").map(String::from).ok();
    let address = page("verification_url").or_else(|| page("verification_uri")).or_else(own)?;
    let (interval, lives) = times(number(json, "interval"), number(json, "expires_in"));
    Some(DeviceCode {
        user_code: user_code.to_owned(),
        device_code: SecretString::from(device_code),
        address,
        complete_address: page("verification_uri_complete").or_else(|| page("verification_url_complete")),
        interval,
        lives,
    })
}

fn number(json: &Value, key: &str) -> Option<u64> {
    match json.get(key)? {
        Value::Number(n) => n.as_u64().or_else(|| n.as_f64().map(|f| f as u64)),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    }
    .filter(|n| *n > 0)
}

/// Interval and life, each in seconds or milliseconds: sources disagree, and some answers mix them.
fn times(interval: Option<u64>, life: Option<u64>) -> (Duration, Duration) {
    let in_ms = interval.is_some_and(|n| n >= MILLISECONDS_FROM);
    let read = |n: u64, ms: bool| if ms { Duration::from_millis(n) } else { Duration::from_secs(n) };
    let long = |n: u64| n >= LONG_LIFE || (in_ms && n >= MILLISECONDS_FROM);
    let [least, most] = INTERVALS;
    let interval = interval.map_or(USUAL_INTERVAL, |n| read(n, in_ms)).clamp(least, most);
    let [least, most] = LIVES;
    (interval, life.map_or(USUAL_LIFE, |n| read(n, long(n))).clamp(least, most))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_seconds_or_milliseconds() {
        for (interval, life, want) in [
            (Some(30_000), Some(300_000), (30, 300)),
            (Some(30), Some(300), (30, 300)),
            (Some(5), Some(1800), (5, 1800)),
            (Some(5), Some(300_000), (5, 300)),
            (Some(5_000), Some(300), (5, 300)),
            (Some(1_000), Some(3_000), (1, 3)),
            (None, None, (30, 300)),
            (None, Some(300_000), (30, 300)),
            (Some(u64::MAX), Some(u64::MAX), (300, 3600)),
        ] {
            let (got, lives) = times(interval, life);
            assert_eq!((got.as_secs(), lives.as_secs()), want, "{interval:?} {life:?}");
        }
    }

    #[test]
    fn people_are_sent_to_zohos_pages_only() {
        let eu = AccountsServer::at("main", "https://accounts.zoho.eu", false).unwrap();
        let shown = |url: &str| {
            let json =
                json!({"user_code":"AB CD".replace(' ', ""),"device_code":"d","verification_url":url,"extra":{}});
            code(&eu, &json).unwrap().address
        };
        assert_eq!(shown("https://accounts.zoho.com/oauth/v3/device"), "https://accounts.zoho.com/oauth/v3/device");
        assert_eq!(shown("https://zoho.eu/device"), "https://zoho.eu/device");
        for evil in
            ["https://evil.example/", "https://notzoho.eu/", "http://accounts.zoho.eu/", "https://a@zoho.eu/", "x"]
        {
            assert_eq!(shown(evil), "https://accounts.zoho.eu/oauth/v3/device", "{evil}");
        }
        assert!(code(&eu, &json!({"user_code":"A\u{1b}[31m","device_code":"d"})).is_none());
        assert!(code(&eu, &json!({"user_code":"ABC"})).is_none());
        let bare = code(&eu, &json!({"user_code":"ABC","device_code":"d"})).unwrap();
        assert_eq!((bare.interval.as_secs(), bare.complete_address), (30, None));
    }
}
