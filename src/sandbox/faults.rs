//! What goes wrong on purpose: the language of `astra-zoho sandbox --faults` and its decisions.
//!
//! Owns which fault befalls which request. Must not know how a fault is carried out (the server does that), nor the
//! time. Decisions come from the seed and from counting requests alone, so that the same requests in the same order
//! meet the same faults.

mod spec;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub use spec::{FaultSpecError, HELP};

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// The token endpoint: refresh, grant code, device code.
    Token,
    /// Fields metadata.
    Fields,
    /// Users.
    Users,
    /// The organisation.
    Org,
    /// A COQL query.
    Coql,
    /// A search.
    Search,
    /// One record.
    Get,
    /// A page of records.
    List,
    /// Insert.
    Create,
    /// Update, of one or many.
    Update,
    /// Upsert.
    Upsert,
    /// Delete.
    Delete,
}

impl Route {
    /// All routes, in the order of the help text.
    pub const ALL: [Self; 12] = [
        Self::Token,
        Self::Fields,
        Self::Users,
        Self::Org,
        Self::Coql,
        Self::Search,
        Self::Get,
        Self::List,
        Self::Create,
        Self::Update,
        Self::Upsert,
        Self::Delete,
    ];

    /// The word used in a spec.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Fields => "fields",
            Self::Users => "users",
            Self::Org => "org",
            Self::Coql => "coql",
            Self::Search => "search",
            Self::Get => "get",
            Self::List => "list",
            Self::Create => "create",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
        }
    }

    fn is_write(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Upsert | Self::Delete)
    }
}

/// What goes wrong with one request. Each lasts for that request only, but that an access token once expired or
/// revoked stays dead and a record once changed, deleted or merged stays so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The answer comes late.
    Latency(Duration),
    /// 429, with Retry-After in seconds where given. On the token route Zoho's own refusal: 400 "Access Denied".
    TooManyRequests {
        /// The header's value.
        retry_after: Option<u64>,
    },
    /// 500, 502 or 503 with Zoho's error body; nothing was done.
    Status(u16),
    /// The connection is reset before the request is read; nothing was done.
    ResetBefore,
    /// The write is done, then the connection is reset without an answer.
    ResetAfterCommit,
    /// The request is carried out; its answer ends in the middle of the body.
    TruncatedJson,
    /// The request is carried out; its answer is not JSON though it says so.
    MalformedJson,
    /// 502 with a gateway's HTML page; nothing was done.
    HtmlPage,
    /// The access token is over before its time: 401 INVALID_TOKEN now and from now on; refreshing helps.
    TokenExpired,
    /// The access token is revoked: as expired. On the token route the refresh token is: `invalid_code`.
    TokenRevoked,
    /// Answered as by another data centre: 401 INVALID_TOKEN, the token lives on. On the token route `invalid_client`.
    WrongDataCentre,
    /// A search does not see what was written within the last so long.
    IndexLag(Duration),
    /// 429 with no API credits left (`X-API-CREDITS-REMAINING: 0`).
    CreditsExhausted,
    /// The field, or one that the request names and that is neither id, Email nor Last_Name, does not exist.
    FieldGone(Option<String>),
    /// The field, or one that the request names and that is neither id, Email nor Last_Name, cannot be written.
    FieldReadOnly(Option<String>),
    /// Before the write, somebody else changes a field of the record.
    RecordChanged,
    /// Before the write, somebody else deletes the record.
    RecordDeleted,
    /// Before the write, the record is merged into another one: deleted, its values where the other had none.
    RecordMerged,
}

impl Fault {
    /// Whether the request goes its usual way in spite of it.
    pub fn is_harmless(&self) -> bool {
        matches!(self, Self::Latency(_) | Self::IndexLag(_))
    }
}

/// A fault as a rule names it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Fixed(Fault),
    /// 500, 502 or 503, as the seed has it.
    AnyStatus,
}

impl Kind {
    fn fires_on(&self, route: Route) -> bool {
        let Self::Fixed(fault) = self else { return true };
        match fault {
            Fault::Latency(_)
            | Fault::TooManyRequests { .. }
            | Fault::Status(_)
            | Fault::ResetBefore
            | Fault::TruncatedJson
            | Fault::MalformedJson
            | Fault::HtmlPage
            | Fault::TokenRevoked
            | Fault::WrongDataCentre => true,
            Fault::TokenExpired | Fault::CreditsExhausted => route != Route::Token,
            Fault::ResetAfterCommit => route.is_write(),
            Fault::IndexLag(_) => route == Route::Search,
            Fault::FieldGone(name) | Fault::FieldReadOnly(name) => match route {
                // a request for the metadata names no field of its own
                Route::Fields => name.is_some(),
                Route::Coql => matches!(fault, Fault::FieldGone(_)),
                route => matches!(route, Route::Create | Route::Update | Route::Upsert),
            },
            Fault::RecordChanged | Fault::RecordDeleted | Fault::RecordMerged => {
                matches!(route, Route::Update | Route::Delete)
            }
        }
    }
}

/// Which of the requests that a rule concerns it befalls.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    Every,
    /// From the first number to the last, counted from 1.
    Numbers(u64, u64),
    /// A share, 0 to 1.
    Share(f64),
}

#[derive(Debug)]
struct Rule {
    kind: Kind,
    routes: Vec<Route>,
    when: When,
    /// Requests so far that the rule concerns.
    seen: AtomicU64,
}

/// The faults of a server. The default is none.
#[derive(Debug, Default)]
pub struct Faults {
    seed: u64,
    rules: Vec<Rule>,
    /// Requests so far, by route.
    requests: [AtomicU64; Route::ALL.len()],
}

impl Faults {
    /// Reads a spec; [`HELP`] describes it. A blank one means none.
    ///
    /// # Errors
    /// Which part is wrong, why, and what is allowed there.
    pub fn parse(spec: &str) -> Result<Self, FaultSpecError> {
        let (seed, rules) = spec::parse(spec)?;
        Ok(Self { seed, rules, requests: Default::default() })
    }

    /// Whether nothing ever goes wrong.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Counts a request and says what befalls it: latency and index lag where they are due, and at most one fault that
    /// keeps the request from its usual way. Of several due, the seed picks one.
    pub fn decide(&self, route: Route) -> Vec<Fault> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let request = self.requests[route as usize].fetch_add(1, Ordering::Relaxed);
        let draw = |rule: usize, purpose: u64| {
            mix([self.seed, route as u64, request, rule as u64, purpose]
                .into_iter()
                .fold(0, |state, part| mix(state ^ part)))
        };
        let mut due = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            if !rule.routes.contains(&route) {
                continue;
            }
            let number = rule.seen.fetch_add(1, Ordering::Relaxed) + 1;
            let fires = match rule.when {
                When::Every => true,
                When::Numbers(first, last) => (first..=last).contains(&number),
                When::Share(share) => unit(draw(index, 0)) < share,
            };
            if fires {
                due.push(match &rule.kind {
                    Kind::Fixed(fault) => fault.clone(),
                    Kind::AnyStatus => Fault::Status([500, 502, 503][(draw(index, 1) % 3) as usize]),
                });
            }
        }
        let (mut faults, mut disruptive): (Vec<Fault>, Vec<Fault>) = due.into_iter().partition(Fault::is_harmless);
        if !disruptive.is_empty() {
            let picked = draw(usize::MAX, 2) % disruptive.len() as u64;
            faults.push(disruptive.swap_remove(picked as usize));
        }
        faults
    }
}

/// One step of splitmix64: every bit of the outcome depends on every bit of the state.
fn mix(state: u64) -> u64 {
    let z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// From 0 to just below 1.
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests;
