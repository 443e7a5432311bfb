//! What an answer means: which are answers, which are failures, and what repeating the call would mean. Pure: must not
//! know sockets or where tokens come from.
//!
//! Zoho says errors as `{"code","details","message","status":"error"}`, at the top or inside `data[]`; both are read
//! (Zoho CRM v8 "Status codes and errors"; its OpenAPI samples disagree with what its servers send).

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;

use super::transport::Lost;
use crate::domain::text::one_line;
use crate::ports::{CrmError, Refusal, Repeat};

/// What a call does to Zoho's records, as far as repeating it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Reads.
    Read,
    /// Reads one record by its id, which may be gone.
    ReadOne,
    /// Creates or updates records.
    Write,
}

/// The call that an error speaks of.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The account's id.
    pub account: String,
    /// Method, host and path; no query, which may hold an address.
    pub what: String,
    /// What it does.
    pub kind: Kind,
    /// The scopes the route needs.
    pub scope: &'static str,
}

/// The headers that matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub status: u16,
    /// `Retry-After`.
    pub after: Option<Duration>,
    /// `X-API-CREDITS-REMAINING`: Zoho sends it once half of the day's credits are used.
    pub credits_left: Option<u64>,
    /// The host of `Location`.
    pub redirect: Option<String>,
}

/// What came of a request.
#[derive(Debug)]
pub(super) enum Verdict {
    /// An answer; `None` where there is nothing (204).
    Answer(Option<Value>),
    /// The token was refused: nothing was done.
    TokenRefused,
    /// The call failed.
    Failed(CrmError),
}

impl Place {
    /// What repeating means where it is unknown whether the call was processed.
    pub fn unknown(&self) -> Repeat {
        match self.kind {
            Kind::Read | Kind::ReadOne => Repeat::Safe,
            Kind::Write => Repeat::LookFirst,
        }
    }

    /// An answer that makes no sense.
    pub fn bad(&self, what: &str) -> CrmError {
        error("bad_response", self.unknown(), format!("{}: {what}{LATER}", self.what))
    }

    /// The connection failed.
    pub fn lost(&self, lost: &Lost) -> CrmError {
        let at = &self.what;
        match lost {
            Lost::Connect { timed_out: true, .. } => error(
                "timeout",
                Repeat::Safe,
                format!("{at}: no connection in time; check the network and the account's address"),
            ),
            Lost::Connect { why, .. } => error(
                "network",
                Repeat::Safe,
                format!("{at}: no connection ({}); check the network and the account's address", clean(why)),
            ),
            Lost::TimedOut => error("timeout", self.unknown(), format!("{at}: no answer in time{LATER}")),
            Lost::Broken { why } => error(
                "network",
                self.unknown(),
                format!("{at}: the connection broke before an answer came ({}){LATER}", clean(why)),
            ),
            Lost::CutShort { status, read } => {
                self.bad(&format!("the answer (HTTP {status}) broke off after {read} bytes"))
            }
            Lost::TooLong { status } => self.bad(&format!("the answer (HTTP {status}) is longer than is read")),
        }
    }

    fn refused(&self, envelope: &Envelope, status: u16) -> CrmError {
        let unclear = matches!(
            envelope.code.as_str(),
            NO_CODE | "INTERNAL_ERROR" | "INTERNAL_SERVER_ERROR" | "SERVICE_UNAVAILABLE"
        );
        let repeat = if status >= 500 || status == 408 || unclear { self.unknown() } else { Repeat::Useless };
        error(&envelope.code, repeat, format!("{}: {}", self.what, envelope.sentence()))
    }
}

/// Tells an answer from a failure. `body` is the text as it came, whatever its Content-Type said.
pub(super) fn judge(place: &Place, head: &Head, body: &str) -> Verdict {
    let status = head.status;
    if (300..400).contains(&status) {
        let host = head.redirect.as_deref().unwrap_or("another address");
        let repeat = if place.kind == Kind::Write { Repeat::LookFirst } else { Repeat::Useless };
        let message = format!(
            "{}: redirected (HTTP {status}) to {host}, which is not followed so that no token leaves the account's own host; correct the account's address",
            place.what
        );
        return Verdict::Failed(error("bad_response", repeat, message));
    }
    if status == 204 {
        return Verdict::Answer(None);
    }
    let json = serde_json::from_str::<Value>(body).ok().filter(Value::is_object);
    let Some(json) = json else {
        return match status {
            401 => Verdict::TokenRefused,
            429 => Verdict::Failed(limited(place, head)),
            _ => Verdict::Failed(place.bad(&nonsense(status, body))),
        };
    };
    let top = Envelope::of(&json);
    // the same inside `data[]`: only where the status too says that the call failed as a whole
    let envelope = top.clone().or_else(|| if status >= 400 { Envelope::of(json.get("data")?.get(0)?) } else { None });
    if let Some(envelope) = &envelope {
        match envelope.code.as_str() {
            "OAUTH_SCOPE_MISMATCH" => return Verdict::Failed(missing_scope(place)),
            "INVALID_TOKEN" | "INVALID_OAUTHTOKEN" | "AUTHENTICATION_FAILURE" => return Verdict::TokenRefused,
            "TOO_MANY_REQUESTS" | "RATE_LIMIT_EXCEEDED" => return Verdict::Failed(limited(place, head)),
            "INVALID_DATA" if place.kind == Kind::ReadOne && speaks_of_id(&envelope.details) => {
                return Verdict::Answer(None);
            }
            "RECORD_NOT_FOUND" | "NOT_FOUND" | "NO_RECORDS_FOUND" | "NO_CONTENT" if place.kind == Kind::ReadOne => {
                return Verdict::Answer(None);
            }
            "ALREADY_MODIFIED" if place.kind == Kind::Write => return Verdict::Answer(Some(json)),
            _ => {}
        }
    }
    if status == 401 {
        return Verdict::TokenRefused;
    }
    if status == 429 {
        return Verdict::Failed(limited(place, head));
    }
    let per_record = place.kind == Kind::Write && status < 500 && json.get("data").is_some_and(Value::is_array);
    if per_record || (status < 300 && top.is_none()) {
        return Verdict::Answer(Some(json));
    }
    Verdict::Failed(match envelope {
        Some(envelope) => place.refused(&envelope, status),
        None => place.bad(&nonsense(status, body)),
    })
}

/// The results of a write, in the order of its records.
///
/// # Errors
/// The answer does not say what became of each record; what Zoho did is then unknown. Or Zoho refused the call as a
/// whole, but said so inside `data[]`.
pub(super) fn results<T>(
    place: &Place,
    answer: Option<&Value>,
    wanted: usize,
    read: impl Fn(usize, &Value) -> Result<T, &'static str>,
) -> Result<Vec<Result<T, Refusal>>, CrmError> {
    let answer = answer.ok_or_else(|| place.bad("an answer without results"))?;
    let Some(data) = answer.get("data").and_then(Value::as_array) else {
        return match Envelope::of(answer) {
            // the header of the whole request failed: it did for each
            Some(e) => Ok((0..wanted).map(|_| Err(e.refusal())).collect()),
            None => Err(place.bad("an answer without results")),
        };
    };
    if data.len() != wanted {
        return Err(match data.as_slice() {
            [only] if wanted > 1 => match Envelope::of(only) {
                Some(e) => place.refused(&e, 400),
                None => place.bad("the answer leaves records out"),
            },
            _ => place.bad(&format!("{} results for {wanted} records", data.len())),
        });
    }
    data.iter()
        .enumerate()
        .map(|(i, entry)| match Envelope::of(entry) {
            Some(refused) => Ok(Err(refused.refusal())),
            None if says_success(entry) => read(i, entry).map(Ok).map_err(|what| place.bad(what)),
            None => Err(place.bad("a result that says neither success nor error")),
        })
        .collect()
}

/// Stands for a code where an error has none.
/// How a sentence ends where nobody knows what became of a request, or Zoho is out of order.
pub(super) const LATER: &str = "; try again later";

const NO_CODE: &str = "bad_response";

/// An error as Zoho says it.
#[derive(Debug, Clone)]
struct Envelope {
    code: String,
    message: String,
    details: Value,
}

impl Envelope {
    fn of(json: &Value) -> Option<Self> {
        let text = |key: &str| json.get(key).and_then(Value::as_str);
        let is_error = text("status") == Some("error");
        // an old shape of the limits: {"code":429,"error":"TOO_MANY_REQUESTS","error_info":"..."}
        let code = text("code").or_else(|| text("error")).filter(|c| is_code(c) && *c != "SUCCESS");
        if !is_error && (says_success(json) || code.is_none()) {
            return None;
        }
        Some(Self {
            code: code.unwrap_or(NO_CODE).to_owned(),
            message: clean(text("message").or_else(|| text("error_info")).unwrap_or("no reason given")),
            details: json.get("details").cloned().unwrap_or(Value::Null),
        })
    }

    fn refusal(&self) -> Refusal {
        Refusal { code: self.code.clone(), message: format!("Zoho refused the record: {}", self.sentence()) }
    }

    /// What Zoho said, about which field, and what to do.
    fn sentence(&self) -> String {
        let mut out = format!("{} ({})", self.message.trim_end_matches('.'), self.code);
        let several = self.details.get("errors").and_then(Value::as_array);
        if let Some(several) = several {
            let told: Vec<String> = several.iter().take(3).filter_map(Self::of).map(|e| e.about()).collect();
            if !told.is_empty() {
                out = format!("{out}: {}", told.join(", "));
            }
        } else {
            out.push_str(&self.subject());
        }
        if let Some(advice) = advice(&self.code) {
            out.push_str("; ");
            out.push_str(advice);
        }
        out
    }

    fn about(&self) -> String {
        format!("{}{}", self.code, self.subject())
    }

    /// ` in Last_Name, at most 80 characters`, as far as Zoho told.
    fn subject(&self) -> String {
        let text = |key: &str| match self.details.get(key) {
            Some(Value::String(s)) => Some(clean(s)),
            Some(Value::Number(n)) => Some(n.to_string()),
            _ => None,
        };
        let field = text("api_name").or_else(|| text("column_name")).or_else(|| text("param_name"));
        let mut out = field.map(|f| format!(" in {f}")).unwrap_or_default();
        for (key, before, after) in [
            ("maximum_length", ", at most ", " characters"),
            ("expected_data_type", ", expected ", ""),
            ("reason", ", ", ""),
            ("near", ", near ", ""),
            ("limit", ", limit ", ""),
        ] {
            if let Some(value) = text(key) {
                out.push_str(&format!("{before}{value}{after}"));
            }
        }
        if let Some(id) = self.details.pointer("/duplicate_record/id").and_then(Value::as_str) {
            out.push_str(&format!(", contact {}", clean(id)));
        }
        if let Some([first, ..]) = self.details.get("permissions").and_then(Value::as_array).map(Vec::as_slice) {
            out.push_str(&format!(", needs {}", clean(first.as_str().unwrap_or("a permission"))));
        }
        out
    }
}

fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "INVALID_DATA" | "PATTERN_NOT_MATCHED" => "check what the mapping sends to this field",
        "MANDATORY_NOT_FOUND" => "map the field, with a default if need be",
        "DUPLICATE_DATA" => "another contact has this value and the field is unique",
        "NO_PERMISSION" | "AUTHORIZATION_FAILED" => {
            "give the connected user this permission in Zoho, or connect another user"
        }
        "INVALID_QUERY" | "SYNTAX_ERROR" => "a mapped field may be gone; run `astra-zoho check`",
        "INVALID_HOST" => "correct the account's API address",
        "INVALID_MODULE" | "API_NOT_SUPPORTED" | "VERSION_NOT_SUPPORTED" => {
            "this organisation has no such part of Zoho CRM"
        }
        "RECORD_LOCKED" | "NOT_APPROVED" | "NOT_REVIEWED" | "RECORD_IN_BLUEPRINT" | "CANNOT_PROCESS" => {
            "settle the record's state in Zoho first"
        }
        _ => return None,
    })
}

fn missing_scope(place: &Place) -> CrmError {
    error(
        "missing_scope",
        Repeat::Useless,
        format!(
            "{}: the connection lacks a scope, the route needs {}; connect account {} again with it",
            place.what, place.scope, place.account
        ),
    )
}

fn limited(place: &Place, head: &Head) -> CrmError {
    let at = &place.what;
    if head.credits_left == Some(0) {
        let message = format!("{at}: the organisation's API credits of the last 24 hours are used up; try again later");
        return CrmError { after: head.after, ..error("credits_exhausted", Repeat::Safe, message) };
    }
    let message = format!("{at}: Zoho takes no more requests for the moment; try again later or with fewer at once");
    CrmError { after: head.after, ..error("rate_limited", Repeat::Safe, message) }
}

/// An error of ours.
pub(super) fn error(code: &str, repeat: Repeat, message: String) -> CrmError {
    CrmError { code: code.to_owned(), message, repeat, after: None }
}

/// Server text that may stand in a sentence of ours: one line, not long, without quotes of its own.
pub(super) fn clean(text: &str) -> String {
    const LONGEST: usize = 200;
    // cut before cleaning: the text may be megabytes
    let cut: String = text.chars().take(LONGEST).collect();
    one_line(&cut)
}

fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn says_success(json: &Value) -> bool {
    let text = |key: &str| json.get(key).and_then(Value::as_str);
    text("status") == Some("success") || (text("status").is_none() && text("code") == Some("SUCCESS"))
}

/// A record id is named in one of three ways, depending on the route.
fn speaks_of_id(details: &Value) -> bool {
    match details.get("api_name").and_then(Value::as_str) {
        Some(name) => name == "id",
        None => details.get("id").is_some() || details.get("resource_path_index").is_some(),
    }
}

fn nonsense(status: u16, body: &str) -> String {
    let start = body.trim_start();
    if start.is_empty() {
        format!("an empty answer (HTTP {status})")
    } else if start.starts_with('<') {
        format!("a web page instead of an answer (HTTP {status})")
    } else {
        format!("an answer that cannot be read (HTTP {status})")
    }
}

/// `Retry-After`: seconds or an HTTP date, which counts from the server's own `Date` where it gave one.
pub(super) fn retry_after(value: &str, date: Option<&str>, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = |text: &str| rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    let from = date.and_then(at).unwrap_or(now);
    Some(at(value)?.duration_since(from).try_into().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
