//! The authorize endpoint: consent is given at once, the browser goes back with a code.

use super::{Form, error, scopes, secret};
use crate::sandbox::answer::{Answer, Trouble};
use crate::sandbox::visit::Visit;
use rusqlite::params;
use url::{Host, Url, form_urlencoded};

/// How long the code can be exchanged, in seconds.
const CODE_S: i64 = 120;

pub(super) fn authorize(visit: &Visit<'_>, form: &Form<'_>) -> Result<Answer, Trouble> {
    if form.get("client_id") != Some(visit.crm.identity.client_id.as_str()) {
        return Ok(error("invalid_client"));
    }
    let Some(mut back) = form.get("redirect_uri").and_then(returnable) else {
        return Ok(error("invalid_redirect_uri"));
    };
    let word = match (form.get("response_type"), form.get("scope").and_then(scopes)) {
        (Some("code"), Some(scopes)) => return consent(visit, form, back, &scopes),
        (Some("code"), None) => "invalid_scope",
        _ => "response_type_invalid",
    };
    back.query_pairs_mut().append_pair("error", word);
    if let Some(state) = form.get("state") {
        back.query_pairs_mut().append_pair("state", state);
    }
    Ok(Answer::nothing(302).with_header("location", String::from(back)))
}

fn consent(visit: &Visit<'_>, form: &Form<'_>, mut back: Url, scopes: &str) -> Result<Answer, Trouble> {
    let code = secret::token()?;
    visit.db.execute(
        "INSERT INTO code(code, scopes, redirect_uri, challenge, method, offline, expires_s)
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            code,
            scopes,
            form.get("redirect_uri"),
            form.get("code_challenge"),
            form.get("code_challenge_method"),
            form.get("access_type") == Some("offline"),
            visit.now.as_second() + CODE_S
        ],
    )?;
    let mut query = form_urlencoded::Serializer::new(back.query().unwrap_or_default().to_owned());
    if let Some(state) = form.get("state") {
        query.append_pair("state", state);
    }
    query.append_pair("code", &code).append_pair("location", "us").append_pair("accounts-server", &visit.crm.origin);
    // Zoho's own redirects end in `&`
    let query = format!("{}&", query.finish());
    back.set_query(Some(&query));
    Ok(Answer::nothing(302).with_header("location", String::from(back)))
}

/// A sandbox sends nobody's browser elsewhere than back to this machine, or over https as Zoho demands.
fn returnable(uri: &str) -> Option<Url> {
    let url = Url::parse(uri).ok()?;
    let here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    (url.scheme() == "https" || (url.scheme() == "http" && here)).then_some(url)
}
