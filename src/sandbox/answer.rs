//! What the sandbox answers: Zoho's envelopes, statuses and content types.
//!
//! Owns the shape of an answer before it becomes HTTP. Must not know routes or records.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The content type of every JSON answer, spelt as Zoho spells it.
const JSON: &str = "application/json;charset=UTF-8";

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Content {
    /// No body and no content type: 204, 304, redirects.
    Nothing,
    /// A JSON document.
    Json(Value),
    /// A JSON document that is kept ready.
    Ready(Arc<str>),
    /// A page for a person.
    Html(String),
}

/// One answer, not yet HTTP.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub content: Content,
    pub headers: Vec<(&'static str, String)>,
}

impl Answer {
    pub fn json(status: u16, body: Value) -> Self {
        Self { status, content: Content::Json(body), headers: Vec::new() }
    }

    pub fn nothing(status: u16) -> Self {
        Self { status, content: Content::Nothing, headers: Vec::new() }
    }

    pub fn html(status: u16, page: String) -> Self {
        Self { status, content: Content::Html(page), headers: Vec::new() }
    }

    pub fn ready(text: Arc<str>) -> Self {
        Self { status: 200, content: Content::Ready(text), headers: Vec::new() }
    }

    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The content type and the text of the body.
    pub fn text(&self) -> (Option<&'static str>, String) {
        match &self.content {
            Content::Nothing => (None, String::new()),
            Content::Json(value) => (Some(JSON), value.to_string()),
            Content::Ready(text) => (Some(JSON), text.to_string()),
            Content::Html(page) => (Some("text/html;charset=UTF-8"), page.clone()),
        }
    }

    pub fn into_response(self) -> Response {
        let (kind, text) = self.text();
        self.respond_with(kind, Body::from(text))
    }

    /// The same status and headers over another body.
    pub fn respond_with(&self, kind: Option<&'static str>, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::from_str(value)) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// A refusal in Zoho's words: for a whole request at top level, for one record inside `data`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub details: Value,
    pub message: String,
}

impl Refusal {
    pub fn new(status: u16, code: &'static str, details: Value, message: impl Into<String>) -> Self {
        Self { status, code, details, message: message.into() }
    }

    pub fn body(&self) -> Value {
        json!({"code": self.code, "details": self.details, "message": self.message, "status": "error"})
    }

    pub fn invalid_token() -> Self {
        Self::new(401, "INVALID_TOKEN", json!({}), "invalid oauth token")
    }

    pub fn no_authentication() -> Self {
        Self::new(401, "AUTHENTICATION_FAILURE", json!({}), "Authentication failed")
    }

    pub fn scope_mismatch() -> Self {
        Self::new(401, "OAUTH_SCOPE_MISMATCH", json!({}), "invalid oauth scope to access this URL")
    }

    pub fn url_pattern() -> Self {
        Self::new(404, "INVALID_URL_PATTERN", json!({}), "Please check if the URL trying to access is a correct one")
    }

    pub fn method() -> Self {
        Self::new(400, "INVALID_REQUEST_METHOD", json!({}), "The http request method type is not a valid one")
    }

    /// A module that does not exist, or holds no records here.
    pub fn module(details: Value) -> Self {
        Self::new(400, "INVALID_MODULE", details, "the module name given seems to be invalid")
    }

    pub fn param_missing(name: &str) -> Self {
        Self::new(
            400,
            "REQUIRED_PARAM_MISSING",
            json!({"param_name": name, "param": name}),
            "One of the expected parameter is missing",
        )
    }

    pub fn invalid_data(details: Value) -> Self {
        Self::new(400, "INVALID_DATA", details, "invalid data")
    }

    pub fn invalid_id(details: Value) -> Self {
        Self::new(400, "INVALID_DATA", details, "the id given seems to be invalid")
    }

    pub fn too_many_requests() -> Self {
        Self::new(
            429,
            "TOO_MANY_REQUESTS",
            json!({}),
            "Too many requests were made to this organization; try again after some time",
        )
    }

    pub fn internal() -> Self {
        Self::new(500, "INTERNAL_ERROR", json!({}), "Internal Server Error")
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::json(refusal.status, refusal.body())
    }
}

/// Why a route gave no answer of its own.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Zoho would refuse this request.
    Refused(Refusal),
    /// The sandbox's own store failed: answered as an internal error, logged here.
    Store(rusqlite::Error),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Trouble> for Answer {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(refusal) => refusal.into(),
            Trouble::Store(error) => {
                tracing::error!(%error, "the sandbox's store failed");
                Refusal::internal().into()
            }
        }
    }
}
