//! The token endpoint: codes and refresh tokens become access tokens; revoking.

use super::{ACCESS_S, Form, SCOPES, check_client, error, secret};
use crate::sandbox::answer::{Answer, Trouble};
use crate::sandbox::visit::Visit;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value, json};

/// Live access tokens of one refresh token; one more ends the oldest.
const MAX_LIVE: i64 = 15;
/// Refresh tokens that a client may have for one user; one more ends the oldest.
const MAX_REFRESH: i64 = 20;
/// Access tokens that one refresh token gives in [`WINDOW_MS`].
const MAX_MINTED: i64 = 10;
const WINDOW_MS: i64 = 600_000;
/// How long a Self Client's code and that of a redirect can be exchanged, in seconds.
const SELF_CLIENT_CODE_S: i64 = 600;

pub(super) fn token(visit: &Visit<'_>, form: &Form<'_>) -> Result<Answer, Trouble> {
    if let Err(refused) = check_client(visit, form) {
        return Ok(refused);
    }
    match form.get("grant_type") {
        Some("refresh_token") => refresh(visit, form),
        Some("authorization_code") => exchange(visit, form),
        _ => Ok(error("unsupported_grant_type")),
    }
}

fn refresh(visit: &Visit<'_>, form: &Form<'_>) -> Result<Answer, Trouble> {
    let token = form.get("refresh_token").unwrap_or_default();
    let scopes: Option<String> = visit
        .db
        .prepare_cached("SELECT scopes FROM refresh WHERE token = ?1")?
        .query_row([token], |row| row.get(0))
        .optional()?;
    let Some(scopes) = scopes else { return Ok(error("invalid_code")) };
    if visit.rules.token_limit {
        let since = visit.now.as_millisecond() - WINDOW_MS;
        let minted: i64 = visit
            .db
            .prepare_cached("SELECT count(*) FROM access WHERE refresh = ?1 AND created_ms > ?2 AND created_ms <= ?3")?
            .query_row(params![token, since, visit.now.as_millisecond()], |row| row.get(0))?;
        if minted >= MAX_MINTED {
            return Ok(throttled());
        }
    }
    Ok(Answer::json(200, Value::Object(mint(visit, Some(token), &scopes)?)))
}

/// The token endpoint's way to say "later".
pub(in crate::sandbox) fn throttled() -> Answer {
    let description = "You have made too many requests continuously. Please try again after some time.";
    Answer::json(400, json!({"error_description": description, "error": "Access Denied", "status": "failure"}))
}

struct Code {
    scopes: String,
    redirect_uri: Option<String>,
    challenge: Option<String>,
    method: Option<String>,
    offline: bool,
    expires_s: i64,
}

fn exchange(visit: &Visit<'_>, form: &Form<'_>) -> Result<Answer, Trouble> {
    let given = form.get("code").unwrap_or_default();
    let code = visit
        .db
        .prepare_cached("SELECT scopes, redirect_uri, challenge, method, offline, expires_s FROM code WHERE code = ?1")?
        .query_row([given], |row| {
            Ok(Code {
                scopes: row.get(0)?,
                redirect_uri: row.get(1)?,
                challenge: row.get(2)?,
                method: row.get(3)?,
                offline: row.get(4)?,
                expires_s: row.get(5)?,
            })
        })
        .optional()?;
    visit.db.execute("DELETE FROM code WHERE code = ?1", [given])?;
    let Some(code) = code.filter(|code| code.expires_s > visit.now.as_second()) else {
        return Ok(error("invalid_code"));
    };
    if code.redirect_uri.is_some() && code.redirect_uri.as_deref() != form.get("redirect_uri") {
        return Ok(error("invalid_redirect_uri"));
    }
    if let Some(challenge) = &code.challenge {
        let verifier = form.get("code_verifier").unwrap_or_default();
        let made = match code.method.as_deref() {
            Some("S256") => URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes())),
            _ => verifier.to_owned(),
        };
        if made != *challenge {
            return Ok(error("invalid_code"));
        }
    }
    Ok(Answer::json(200, Value::Object(tokens(visit, &code.scopes, code.offline)?)))
}

/// The tokens of a new consent: with a refresh token if the client asked for offline access.
pub(super) fn tokens(visit: &Visit<'_>, scopes: &str, offline: bool) -> Result<Map<String, Value>, Trouble> {
    if !offline {
        return mint(visit, None, scopes);
    }
    let refresh = secret::token()?;
    visit.db.execute(
        "INSERT INTO refresh(token, scopes, created_ms) VALUES(?1, ?2, ?3)",
        params![refresh, scopes, visit.now.as_millisecond()],
    )?;
    // the token that the sandbox names at its start is spared
    let oldest: Vec<String> = visit
        .db
        .prepare("SELECT token FROM refresh WHERE token <> ?1 ORDER BY created_ms DESC LIMIT -1 OFFSET ?2")?
        .query_map(params![visit.crm.identity.refresh_token, MAX_REFRESH], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for token in oldest {
        revoke_refresh(visit.db, &token)?;
    }
    let mut body = mint(visit, Some(&refresh), scopes)?;
    body.insert("refresh_token".into(), json!(refresh));
    Ok(body)
}

fn mint(visit: &Visit<'_>, refresh: Option<&str>, scopes: &str) -> Result<Map<String, Value>, Trouble> {
    let access = secret::token()?;
    let now = visit.now;
    visit
        .db
        .prepare_cached("DELETE FROM access WHERE expires_s <= ?1 AND created_ms < ?2")?
        .execute(params![now.as_second(), now.as_millisecond() - WINDOW_MS])?;
    visit
        .db
        .prepare_cached("INSERT INTO access(token, refresh, scopes, created_ms, expires_s) VALUES(?1, ?2, ?3, ?4, ?5)")?
        .execute(params![access, refresh, scopes, now.as_millisecond(), now.as_second() + ACCESS_S])?;
    visit
        .db
        .prepare_cached(
            "DELETE FROM access WHERE token IN (
                 SELECT token FROM access WHERE refresh = ?1 AND token <> ?2 ORDER BY created_ms DESC
                 LIMIT -1 OFFSET ?3)",
        )?
        .execute(params![refresh, access, MAX_LIVE - 1])?;
    let mut body = Map::new();
    body.insert("access_token".into(), json!(access));
    body.insert("scope".into(), json!(scopes.replace(',', " ")));
    body.insert("api_domain".into(), json!(visit.crm.origin));
    body.insert("token_type".into(), json!("Bearer"));
    body.insert("expires_in".into(), json!(ACCESS_S));
    Ok(body)
}

fn revoke_refresh(db: &Connection, token: &str) -> rusqlite::Result<usize> {
    db.execute("DELETE FROM access WHERE refresh = ?1", [token])?;
    db.execute("DELETE FROM refresh WHERE token = ?1", [token])
}

pub(super) fn revoke(visit: &Visit<'_>, form: &Form<'_>) -> Result<Answer, Trouble> {
    let token = form.get("token").unwrap_or_default();
    let revoked =
        revoke_refresh(visit.db, token)? + visit.db.execute("DELETE FROM access WHERE token = ?1", [token])?;
    if revoked == 0 {
        return Ok(error("invalid_code"));
    }
    Ok(Answer::json(200, json!({"status": "success"})))
}

/// Makes sure that the refresh token which the sandbox names is good, and gives a Self Client's code.
pub(in crate::sandbox) fn new_grant(db: &Connection, refresh_token: &str, now: Timestamp) -> Result<String, Trouble> {
    db.execute(
        "INSERT OR IGNORE INTO refresh(token, scopes, created_ms) VALUES(?1, ?2, ?3)",
        params![refresh_token, SCOPES, now.as_millisecond()],
    )?;
    let code = secret::token()?;
    db.execute("DELETE FROM code WHERE expires_s <= ?1", [now.as_second()])?;
    db.execute(
        "INSERT INTO code(code, scopes, offline, expires_s) VALUES(?1, ?2, 1, ?3)",
        params![code, SCOPES, now.as_second() + SELF_CLIENT_CODE_S],
    )?;
    Ok(code)
}
