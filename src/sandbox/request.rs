//! A request as the routes read it: its path, parameters, headers and body.
//!
//! Owns how lenient the reading is (any content type, a trailing `&`). Must not know what is asked for.

use super::answer::Refusal;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

/// The longest body that is read, in bytes.
pub(super) const MAX_BODY: usize = 16 * 1024 * 1024;

/// A whole request.
#[derive(Debug)]
pub(super) struct Request {
    pub headers: HeaderMap,
    pub body: Bytes,
    query: Vec<(String, String)>,
}

impl Request {
    pub fn new(parts: Parts, body: Bytes) -> Self {
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self { headers: parts.headers, body, query }
    }

    /// A query parameter that is not blank.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// A list in a query parameter, comma separated.
    pub fn list(&self, name: &str) -> Option<Vec<String>> {
        let list: Vec<String> =
            self.param(name)?.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect();
        Some(list)
    }

    /// A whole number of at least 1 in a query parameter, or the default; `None` for anything else.
    pub fn number(&self, name: &str, default: usize) -> Result<usize, Refusal> {
        match self.param(name) {
            None => Ok(default),
            Some(text) => text.parse().ok().filter(|n| *n > 0).ok_or_else(|| {
                Refusal::invalid_data(json!({"expected_data_type": "integer", "param_name": name, "param": name}))
            }),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A header that holds a time, in whole seconds since 1970: times of contacts have no fractions either.
    pub fn time_header(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.header(name) else { return Ok(None) };
        let time = text
            .trim()
            .trim_matches('"')
            .parse::<Timestamp>()
            .map_err(|_| Refusal::invalid_data(json!({"expected_data_type": "datetime", "api_name": name})))?;
        Ok(Some(time.as_second()))
    }

    /// The body as a JSON object, whatever the content type says: Zoho's SDKs name none.
    pub fn object(&self) -> Result<Map<String, Value>, Refusal> {
        serde_json::from_slice(&self.body)
            .map_err(|_| Refusal::invalid_data(json!({"expected_data_type": "jsonobject"})))
    }
}

/// The parameters of a request to the accounts server: query, and the body as form or multipart.
pub(super) async fn parameters(request: &Request) -> Result<Vec<(String, String)>, Refusal> {
    let mut all = request.query.clone();
    let kind = request.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        let unreadable = |_| Refusal::new(400, "BAD_REQUEST", json!({}), "the multipart body cannot be read");
        let mut again = axum::extract::Request::new(Body::from(request.body.clone()));
        *again.headers_mut() = request.headers.clone();
        let mut parts = Multipart::from_request(again, &())
            .await
            .map_err(|_| Refusal::new(400, "BAD_REQUEST", json!({}), "the multipart body has no boundary"))?;
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            all.push((name, part.text().await.map_err(unreadable)?));
        }
    } else {
        all.extend(form_urlencoded::parse(&request.body).map(|(name, value)| (name.into_owned(), value.into_owned())));
    }
    Ok(all)
}
