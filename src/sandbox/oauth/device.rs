//! The device flow, for clients without a browser: a code to type elsewhere, and polling until somebody did.
//!
//! Zoho's differs from RFC 8628: times in milliseconds, other parameter names, errors with HTTP 200.

use super::{Form, check_client, error, scopes, secret, token};
use crate::sandbox::answer::{Answer, Trouble};
use crate::sandbox::visit::Visit;
use rusqlite::{OptionalExtension, params};
use serde_json::{Value, json};

/// How long a user code can be used, in milliseconds.
const LIFE_MS: i64 = 300_000;

pub(super) fn code(visit: &Visit<'_>, form: &Form<'_>) -> Result<Answer, Trouble> {
    if form.get("client_id") != Some(visit.crm.identity.client_id.as_str()) {
        return Ok(error("invalid_client"));
    }
    if form.get("grant_type") != Some("device_request") {
        return Ok(error("unsupported_grant_type"));
    }
    let Some(scopes) = form.get("scope").and_then(scopes) else { return Ok(error("invalid_scope")) };
    let device_code = secret::token()?;
    let user_code = secret::capitals(10)?;
    let now = visit.now.as_millisecond();
    visit.db.execute("DELETE FROM device WHERE expires_ms <= ?1", [now])?;
    visit.db.execute(
        "INSERT INTO device(device_code, user_code, scopes, offline, state, polls, expires_ms)
             VALUES(?1, ?2, ?3, ?4, 'pending', 0, ?5)",
        params![device_code, user_code, scopes, form.get("access_type") == Some("offline"), now + LIFE_MS],
    )?;
    let page = format!("{}/oauth/v3/device", visit.crm.origin);
    Ok(Answer::json(
        200,
        json!({
            "user_code": user_code, "device_code": device_code, "interval": visit.rules.device_interval_ms,
            "verification_url": page, "verification_uri_complete": format!("{page}?user_code={user_code}"),
            "expires_in": LIFE_MS,
        }),
    ))
}

pub(super) fn poll(visit: &Visit<'_>, form: &Form<'_>) -> Result<Answer, Trouble> {
    if let Err(refused) = check_client(visit, form) {
        return Ok(refused);
    }
    if form.get("grant_type") != Some("device_token") {
        return Ok(error("unsupported_grant_type"));
    }
    let code = form.get("code").unwrap_or_default();
    let known = visit
        .db
        .query_row(
            "SELECT scopes, offline, state, polls, polled_ms, expires_ms FROM device WHERE device_code = ?1",
            [code],
            |row| {
                let scopes: String = row.get(0)?;
                let offline: bool = row.get(1)?;
                let state: String = row.get(2)?;
                let polls: u32 = row.get(3)?;
                let polled_ms: Option<i64> = row.get(4)?;
                let expires_ms: i64 = row.get(5)?;
                Ok((scopes, offline, state, polls, polled_ms, expires_ms))
            },
        )
        .optional()?;
    let Some((scopes, offline, state, polls, polled_ms, expires_ms)) = known else {
        return Ok(error("invalid_code"));
    };
    let now = visit.now.as_millisecond();
    if expires_ms <= now {
        return Ok(error("expired"));
    }
    visit
        .db
        .execute("UPDATE device SET polls = polls + 1, polled_ms = ?2 WHERE device_code = ?1", params![code, now])?;
    if polled_ms.is_some_and(|polled| now - polled < visit.rules.device_interval_ms) {
        return Ok(error("slow_down"));
    }
    let approved = matches!(state.as_str(), "approved" | "moved")
        || visit.rules.device_approval.is_some_and(|after| polls >= after);
    if state == "denied" {
        return Ok(error("access_denied"));
    }
    if !approved {
        return Ok(error("authorization_pending"));
    }
    if let Some(location) = visit.rules.device_location.as_deref().filter(|_| state != "moved") {
        visit.db.execute("UPDATE device SET state = 'moved' WHERE device_code = ?1", [code])?;
        return Ok(Answer::json(200, json!({"error": "other_dc", "user_location": location})));
    }
    visit.db.execute("DELETE FROM device WHERE device_code = ?1", [code])?;
    Ok(Answer::json(200, Value::Object(token::tokens(visit, &scopes, offline)?)))
}

/// The page where a person types the code.
pub(super) fn page(form: &Form<'_>) -> Answer {
    let code: String =
        form.get("user_code").unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    Answer::html(
        200,
        format!(
            "<!DOCTYPE html><html lang=\"en\"><title>Sandbox: connect a device</title><h1>Connect a device</h1>\
             <form method=\"post\" action=\"/oauth/v3/device\">\
             <label>Code shown by the device <input name=\"user_code\" value=\"{code}\" autofocus></label> \
             <button name=\"decision\" value=\"accept\">Accept</button> \
             <button name=\"decision\" value=\"reject\">Reject</button></form></html>"
        ),
    )
}

pub(super) fn decide(visit: &Visit<'_>, form: &Form<'_>) -> Result<Answer, Trouble> {
    let accepted = form.get("decision") != Some("reject");
    let known = visit.db.execute(
        "UPDATE device SET state = ?2 WHERE user_code = ?1 AND state = 'pending' AND expires_ms > ?3",
        params![
            form.get("user_code").unwrap_or_default().trim().to_ascii_uppercase(),
            if accepted { "approved" } else { "denied" },
            visit.now.as_millisecond()
        ],
    )?;
    let (status, said) = match (known, accepted) {
        (0, _) => (400, "This code is not known, or has expired."),
        (_, true) => (200, "The device is connected. You can close this page."),
        (_, false) => (200, "The device was refused. You can close this page."),
    };
    Ok(Answer::html(status, format!("<!DOCTYPE html><html lang=\"en\"><title>Sandbox</title><p>{said}</p></html>")))
}
