//! Zoho Accounts: tokens, grant codes, the device flow, and what a token may do.
//!
//! Owns the answers of `/oauth/...`. Must not know the CRM's routes. Errors are HTTP 200 with `{"error": ...}`, as
//! Zoho's are.

mod authorize;
mod device;
pub(super) mod secret;
mod token;

use super::answer::{Answer, Refusal, Trouble};
use super::route::Route;
use super::visit::{Parameters, Visit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::OptionalExtension;
use serde_json::json;

pub(super) use token::{new_grant, throttled};

/// The scopes of the tokens that the sandbox hands out at its start: all that this kind of client needs.
pub(super) const SCOPES: &str = "ZohoCRM.modules.contacts.ALL,ZohoCRM.settings.fields.READ,ZohoCRM.users.READ,\
                                 ZohoCRM.org.READ,ZohoCRM.coql.READ,ZohoSearch.securesearch.READ,\
                                 ZohoCRM.settings.modules.READ";

/// How long an access token lives, in seconds.
const ACCESS_S: i64 = 3_600;

/// Answers a request to the accounts server.
pub(super) fn answer(visit: &Visit<'_>, parameters: &Parameters, route: &Route) -> Result<Answer, Trouble> {
    let form = Form(parameters);
    match route {
        Route::Authorize => authorize::authorize(visit, &form),
        Route::Token => token::token(visit, &form),
        Route::Revoke => token::revoke(visit, &form),
        Route::DeviceCode => device::code(visit, &form),
        Route::DeviceToken => device::poll(visit, &form),
        Route::DevicePage => Ok(device::page(&form)),
        Route::DeviceDecision => device::decide(visit, &form),
        _ => Err(Refusal::url_pattern().into()),
    }
}

/// The scopes of the access token that a request carries.
pub(super) fn granted(visit: &Visit<'_>) -> Result<String, Trouble> {
    let token = carried(visit).ok_or_else(Refusal::no_authentication)?;
    let scopes: Option<String> = visit
        .db
        .prepare_cached("SELECT scopes FROM access WHERE token = ?1 AND expires_s > ?2")?
        .query_row((token, visit.now.as_second()), |row| row.get(0))
        .optional()?;
    Ok(scopes.ok_or_else(Refusal::invalid_token)?)
}

/// The access token that a request carries is over, for good.
pub(super) fn forget_access(visit: &Visit<'_>) -> rusqlite::Result<()> {
    if let Some(token) = carried(visit) {
        visit.db.execute("DELETE FROM access WHERE token = ?1", [token])?;
    }
    Ok(())
}

fn carried<'a>(visit: &'a Visit<'_>) -> Option<&'a str> {
    let (scheme, token) = visit.request.header("authorization")?.trim().split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("Zoho-oauthtoken") || scheme.eq_ignore_ascii_case("Bearer");
    let token = token.trim();
    (known && !token.is_empty()).then_some(token)
}

/// The parameters of a request to the accounts server, wherever they stood.
struct Form<'a>(&'a Parameters);

impl Form<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }
}

fn error(word: &str) -> Answer {
    Answer::json(200, json!({"error": word}))
}

/// Checks the client's id and secret, given as parameters or by HTTP Basic; the answer if they are wrong.
fn check_client(visit: &Visit<'_>, form: &Form<'_>) -> Result<(), Answer> {
    let basic = basic(visit);
    let (id, secret) = match (&basic, form.get("client_id")) {
        (Some((id, secret)), None) => (Some(id.as_str()), Some(secret.as_str())),
        (_, id) => (id, form.get("client_secret")),
    };
    let identity = &visit.crm.identity;
    if id != Some(identity.client_id.as_str()) {
        return Err(error("invalid_client"));
    }
    if secret != Some(identity.client_secret.as_str()) {
        return Err(error("invalid_client_secret"));
    }
    Ok(())
}

fn basic(visit: &Visit<'_>) -> Option<(String, String)> {
    let (scheme, encoded) = visit.request.header("authorization")?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

/// Scopes as they are kept: comma separated, each once. `None` when one is not a Zoho scope.
fn scopes(given: &str) -> Option<String> {
    let mut all: Vec<&str> = Vec::new();
    for scope in given.split([',', ' ']).map(str::trim).filter(|scope| !scope.is_empty()) {
        let form = scope.starts_with("Zoho") || scope.starts_with("AaaServer.");
        if !form || scope.split('.').count() < 3 || scope.split('.').any(str::is_empty) {
            return None;
        }
        if !all.contains(&scope) {
            all.push(scope);
        }
    }
    (!all.is_empty()).then(|| all.join(","))
}
