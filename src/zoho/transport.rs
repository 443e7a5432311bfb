//! How bytes travel: time-outs, no redirects, bounded bodies, and what a broken connection means. Must not know Zoho's
//! routes or words.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::redirect;

use super::data_centre::Hosts;

/// The bounds of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests in flight at once: 1 or more.
    pub in_flight: usize,
    /// Of those, COQL, sorted lists, and writes of more than ten records: 1 or more.
    pub heavy: usize,
    /// Zoho's limits on tokens are kept by all processes of the workspace together.
    pub paced: bool,
    /// How long connecting may take.
    pub connect: Duration,
    /// How long a request may take, from connecting to the last byte of the answer.
    pub request: Duration,
    /// The longest answer read, in bytes after decompression.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 5,
            heavy: 10,
            paced: true,
            connect: Duration::from_secs(5),
            request: Duration::from_secs(30),
            body: 8 * 1024 * 1024,
        }
    }
}

impl Limits {
    /// The limits of an edition, as Zoho names it; those of the smallest where it is unknown (Zoho CRM v8 "API limits":
    /// concurrency for an organisation and application, sub-concurrency in every edition).
    pub fn of_edition(edition: Option<&str>) -> Self {
        Self { in_flight: Edition::of(edition).concurrency(), ..Self::default() }
    }
}

/// What the organisation pays for, as far as it decides limits (Zoho CRM v8 "API limits").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// Free, and whatever is not known.
    Free,
    /// Standard, Starter.
    Standard,
    /// Professional.
    Professional,
    /// Enterprise, Zoho One.
    Enterprise,
    /// Ultimate, CRM Plus.
    Ultimate,
}

impl Edition {
    /// The edition by Zoho's word for it.
    pub fn of(word: Option<&str>) -> Self {
        let word = word.unwrap_or_default().to_lowercase();
        let has = |part: &str| word.contains(part);
        match () {
            () if has("ultimate") || has("crmplus") => Self::Ultimate,
            () if has("enterprise") || has("zohoone") => Self::Enterprise,
            () if has("professional") => Self::Professional,
            () if has("standard") || has("starter") => Self::Standard,
            () => Self::Free,
        }
    }

    /// Requests in flight at once.
    pub fn concurrency(self) -> usize {
        match self {
            Self::Free => 5,
            Self::Standard => 10,
            Self::Professional => 15,
            Self::Enterprise => 20,
            Self::Ultimate => 25,
        }
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
