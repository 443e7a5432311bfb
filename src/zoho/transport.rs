//! How bytes travel: time-outs, no redirects, bounded bodies, and what a broken connection means. Must not know Zoho's
//! routes or words.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::redirect;

use super::data_centre::Hosts;

/// The bounds of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests in flight at once: 1 or more. Zoho allows 5 an organisation and application in its smallest edition
    /// (Zoho CRM v8 "API limits", concurrency).
    pub in_flight: usize,
    /// How long connecting may take.
    pub connect: Duration,
    /// How long a request may take, from connecting to the last byte of the answer.
    pub request: Duration,
    /// The longest answer read, in bytes after decompression.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { in_flight: 5, connect: Duration::from_secs(5), request: Duration::from_secs(30), body: 8 * 1024 * 1024 }
    }
}

/// An HTTP client that follows no redirect (it would carry the token away) and repeats nothing.
pub(super) fn http_client(hosts: &Hosts, limits: &Limits) -> reqwest::Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("astra-zoho/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits.connect)
        .timeout(limits.request)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .gzip(true)
        .tcp_nodelay(true)
        .pool_max_idle_per_host(limits.in_flight.max(1));
    if hosts.are_loopback() {
        // a proxy of the environment would be asked to reach its own loopback
        builder = builder.no_proxy();
    }
    builder.build()
}

/// An answer as it came.
pub(super) struct Raw {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// No answer, or half of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lost {
    /// No connection: the request was certainly not processed.
    Connect { timed_out: bool, why: String },
    /// Sent, but no answer in time.
    TimedOut,
    /// Sent, but the connection broke before an answer.
    Broken { why: String },
    /// The answer broke off.
    CutShort { status: u16, read: usize },
    /// The answer is longer than we read.
    TooLong { status: u16 },
}

/// Sends a request and reads its answer to the end.
pub(super) async fn exchange(request: reqwest::RequestBuilder, limit: usize) -> Result<Raw, Lost> {
    let mut response = request.send().await.map_err(|e| lost(&e))?;
    let status = response.status().as_u16();
    if response.content_length().is_some_and(|n| n > limit as u64) {
        return Err(Lost::TooLong { status });
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => return Err(Lost::TooLong { status }),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(e) if e.is_timeout() => return Err(Lost::TimedOut),
            Err(_) => return Err(Lost::CutShort { status, read: body.len() }),
        }
    }
    Ok(Raw { status, headers: std::mem::take(response.headers_mut()), body })
}

fn lost(error: &reqwest::Error) -> Lost {
    if error.is_connect() {
        Lost::Connect { timed_out: error.is_timeout(), why: innermost(error) }
    } else if error.is_timeout() {
        Lost::TimedOut
    } else {
        Lost::Broken { why: innermost(error) }
    }
}

/// The last cause of a chain: it says what the system said. The outer ones hold the address, query and all.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    let mut why = String::from("no connection");
    while let Some(inner) = cause {
        why = inner.to_string();
        cause = inner.source();
    }
    why
}
