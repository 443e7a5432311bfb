//! The language of `--faults`.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::{Fault, Kind, Route, Rule, When};

/// What `astra-zoho sandbox --help` says of `--faults`.
pub const HELP: &str = "\
FAULTS
  --faults takes rules separated by commas or semicolons: KIND[=ARGUMENT][@ROUTE][:WHEN]

    astra-zoho sandbox --faults 429@coql:first-2,reset-after@create:10%,latency=200ms,seed=7

  Kind               What happens to the request                              Routes
  latency=TIME       the answer comes late (200ms, 2s)                        every route
  429, 429=SECONDS   too many requests, without or with Retry-After           every route
  500, 502, 503      that status, Zoho's error body; nothing is done          every route
  5xx                one of the three                                         every route
  reset              the connection is reset before the request is read       every route
  reset-after        the write is done, then the connection is reset          writes
  truncated          carried out; the answer ends in mid-body                 every route
  malformed          carried out; the answer is not JSON                      every route
  html               502 and a gateway's HTML page; nothing is done           every route
  token-expired      401: the access token is over; refreshing helps          all but token
  token-revoked      401: the access token is revoked; refreshing helps       all but token
                     invalid_code: the refresh token is revoked               token
  wrong-dc           401 as of another data centre; the token is good         all but token
                     invalid_client                                           token
  lag=TIME           does not find what was written in the last TIME          search
  credits            429, no API credits left                                 all but token
  field-gone         a field does not exist                                   coql, create, update,
                                                                              upsert
  field-read-only    a field cannot be written                                create, update, upsert
  record-changed     just before, somebody else changes the record            update, delete
  record-deleted     just before, somebody else deletes the record            update, delete
  record-merged      just before, the record is merged into another one       update, delete
  all                every kind, each with a draw of its own                  where it can be

  field-gone=NAME and field-read-only=NAME choose the field and are seen on the route fields too;
  without a name it is a field that the request names, but never id, Email or Last_Name.
  Writes are create, update, upsert and delete.

  Routes: token, fields, users, org, coql, search, get, list, create, update, upsert, delete, or
  any (the default): every route on which the kind can happen.

  When, counted over the requests that the rule concerns:
    every (the default) | 3: the third | first-3: the first three | 2-4: the second to the fourth
    | 5-: from the fifth on | 10%: one in ten, by the seed

  seed=N (default 0): the draws depend on it, on the route and on how many requests the route has
  had, so the same requests in the same order meet the same faults.

  A fault lasts for one request, but a dead access token stays dead and a changed, deleted or
  merged record stays so. What is to last longer is asked for with `5-`: token-revoked:20- is an
  account revoked in mid-run, credits:100- a day's credits used up, field-gone=Plan_Tier:5- a
  field that somebody deletes. A request meets at most one fault besides latency and lag; of
  several due, the seed picks one.

  all stands for latency=20ms, 429, 429=1, 5xx, lag=30s and, each without an argument, the other
  kinds from reset on. With all:10% five to eight of ten requests fail, by route. So that a long
  run can go on, it leaves token-revoked and wrong-dc out on the token route.
";

/// What is wrong with a spec.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultSpecError {
    /// No such kind of fault.
    #[error("--faults: there is no fault {word:?} (in {part:?});{hint} there are {}", kinds())]
    Kind {
        /// The rule as given.
        part: String,
        /// The word that is none.
        word: String,
        /// The nearest kind as a question, or nothing.
        hint: String,
    },
    /// No such route.
    #[error("--faults: there is no route {word:?} (in {part:?});{hint} there are {} and any", routes(&Route::ALL))]
    Route {
        /// The rule as given.
        part: String,
        /// The word that is none.
        word: String,
        /// The nearest route as a question, or nothing.
        hint: String,
    },
    /// A fault on a route where it cannot happen.
    #[error("--faults: {kind} cannot happen on {route} (in {part:?}); it can on {}", routes(.allowed))]
    NeverFires {
        /// The rule as given.
        part: String,
        /// The kind.
        kind: String,
        /// The route given.
        route: &'static str,
        /// The routes where it can happen.
        allowed: Vec<Route>,
    },
    /// The part after `=` is missing, superfluous or not of its form.
    #[error("--faults: {kind} takes {wanted} (in {part:?})")]
    Argument {
        /// The rule as given.
        part: String,
        /// The kind.
        kind: String,
        /// What it takes.
        wanted: &'static str,
    },
    /// The part after `:` is not of its form.
    #[error("--faults: {word:?} is no time for a fault (in {part:?}); write every, 3, first-3, 2-4, 5- or 10%")]
    When {
        /// The rule as given.
        part: String,
        /// What stands there.
        word: String,
    },
}

/// The longest latency or lag, in seconds.
const MAX_SECONDS: u64 = 3600;
pub(super) const KINDS: [&str; 21] = [
    "latency",
    "429",
    "500",
    "502",
    "503",
    "5xx",
    "reset",
    "reset-after",
    "truncated",
    "malformed",
    "html",
    "token-expired",
    "token-revoked",
    "wrong-dc",
    "lag",
    "credits",
    "field-gone",
    "field-read-only",
    "record-changed",
    "record-deleted",
    "record-merged",
];

pub(super) fn parse(spec: &str) -> Result<(u64, Vec<Rule>), FaultSpecError> {
    let mut seed = 0;
    let mut rules = Vec::new();
    for part in spec.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((word, number)) if word.trim() == "seed" => {
                seed = number.trim().parse().map_err(|_| argument(part, "seed", "a number from 0 on: seed=7"))?;
            }
            _ => rules.extend(part_rules(part)?),
        }
    }
    Ok((seed, rules))
}

fn part_rules(part: &str) -> Result<Vec<Rule>, FaultSpecError> {
    let (rest, when) = part.split_once(':').map_or((part, "every"), |(rest, when)| (rest, when.trim()));
    let (rest, route) = rest.split_once('@').map_or((rest, "any"), |(rest, route)| (rest, route.trim()));
    let (word, given) = rest.split_once('=').map_or((rest, None), |(word, given)| (word, Some(given.trim())));
    let word = word.trim();

    let route = match route {
        "any" => None,
        name => Some(Route::ALL.into_iter().find(|route| route.as_str() == name).ok_or_else(|| {
            let hint = did_you_mean(name, Route::ALL.iter().map(|route| route.as_str()).chain(["any"]));
            FaultSpecError::Route { part: part.to_owned(), word: name.to_owned(), hint }
        })?),
    };
    let when = parse_when(when).ok_or_else(|| FaultSpecError::When { part: part.to_owned(), word: when.to_owned() })?;
    let rule = |kind: Kind, routes: Vec<Route>| Rule { kind, routes, when, seen: AtomicU64::new(0) };
    let concerned = |kind: &Kind| -> Vec<Route> {
        Route::ALL.into_iter().filter(|r| kind.fires_on(*r) && route.is_none_or(|only| only == *r)).collect()
    };

    if word == "all" {
        if given.is_some() {
            return Err(argument(part, "all", "nothing after it"));
        }
        let rules = all().into_iter().map(|kind| {
            let mut routes = concerned(&kind);
            if matches!(kind, Kind::Fixed(Fault::TokenRevoked | Fault::WrongDataCentre)) {
                routes.retain(|route| *route != Route::Token);
            }
            rule(kind, routes)
        });
        return Ok(rules.collect());
    }
    let kind = parse_kind(part, word, given)?;
    let routes = concerned(&kind);
    if let (true, Some(route)) = (routes.is_empty(), route) {
        let allowed = Route::ALL.into_iter().filter(|route| kind.fires_on(*route)).collect();
        return Err(FaultSpecError::NeverFires {
            part: part.to_owned(),
            kind: word.to_owned(),
            route: route.as_str(),
            allowed,
        });
    }
    Ok(vec![rule(kind, routes)])
}

fn parse_kind(part: &str, word: &str, given: Option<&str>) -> Result<Kind, FaultSpecError> {
    let time =
        || given.and_then(duration).ok_or_else(|| argument(part, word, "a time of up to an hour: 200ms, 30s or 2m"));
    let name = || match given {
        Some(name) if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
            Err(argument(part, word, "a field's api name after `=`, or nothing"))
        }
        name => Ok(name.map(str::to_owned)),
    };
    let fault = match word {
        "latency" => return Ok(Kind::Fixed(Fault::Latency(time()?))),
        "lag" => return Ok(Kind::Fixed(Fault::IndexLag(time()?))),
        "field-gone" => return Ok(Kind::Fixed(Fault::FieldGone(name()?))),
        "field-read-only" => return Ok(Kind::Fixed(Fault::FieldReadOnly(name()?))),
        "429" => {
            let seconds = given.map(|given| given.strip_suffix('s').unwrap_or(given).parse());
            let retry_after = seconds.transpose().map_err(|_| argument(part, word, "seconds after `=`, or nothing"))?;
            return Ok(Kind::Fixed(Fault::TooManyRequests { retry_after }));
        }
        "5xx" => Kind::AnyStatus,
        "500" => Kind::Fixed(Fault::Status(500)),
        "502" => Kind::Fixed(Fault::Status(502)),
        "503" => Kind::Fixed(Fault::Status(503)),
        "reset" => Kind::Fixed(Fault::ResetBefore),
        "reset-after" => Kind::Fixed(Fault::ResetAfterCommit),
        "truncated" => Kind::Fixed(Fault::TruncatedJson),
        "malformed" => Kind::Fixed(Fault::MalformedJson),
        "html" => Kind::Fixed(Fault::HtmlPage),
        "token-expired" => Kind::Fixed(Fault::TokenExpired),
        "token-revoked" => Kind::Fixed(Fault::TokenRevoked),
        "wrong-dc" => Kind::Fixed(Fault::WrongDataCentre),
        "credits" => Kind::Fixed(Fault::CreditsExhausted),
        "record-changed" => Kind::Fixed(Fault::RecordChanged),
        "record-deleted" => Kind::Fixed(Fault::RecordDeleted),
        "record-merged" => Kind::Fixed(Fault::RecordMerged),
        word => {
            let hint = did_you_mean(word, KINDS.into_iter().chain(["all", "seed"]));
            return Err(FaultSpecError::Kind { part: part.to_owned(), word: word.to_owned(), hint });
        }
    };
    if given.is_some() { Err(argument(part, word, "nothing after it")) } else { Ok(fault) }
}

fn all() -> Vec<Kind> {
    let fixed = [
        Fault::Latency(Duration::from_millis(20)),
        Fault::TooManyRequests { retry_after: None },
        Fault::TooManyRequests { retry_after: Some(1) },
        Fault::ResetBefore,
        Fault::ResetAfterCommit,
        Fault::TruncatedJson,
        Fault::MalformedJson,
        Fault::HtmlPage,
        Fault::TokenExpired,
        Fault::TokenRevoked,
        Fault::WrongDataCentre,
        Fault::IndexLag(Duration::from_secs(30)),
        Fault::CreditsExhausted,
        Fault::FieldGone(None),
        Fault::FieldReadOnly(None),
        Fault::RecordChanged,
        Fault::RecordDeleted,
        Fault::RecordMerged,
    ];
    fixed.into_iter().map(Kind::Fixed).chain([Kind::AnyStatus]).collect()
}

fn parse_when(when: &str) -> Option<When> {
    if when == "every" {
        return Some(When::Every);
    }
    if let Some(share) = when.strip_suffix('%') {
        let share: f64 = share.trim().parse().ok()?;
        return (0.0..=100.0).contains(&share).then_some(When::Share(share / 100.0));
    }
    let number = |text: &str| text.trim().parse::<u64>().ok().filter(|number| *number > 0);
    if let Some(count) = when.strip_prefix("first") {
        return Some(When::Numbers(1, number(count.trim_start_matches([' ', '-']))?));
    }
    match when.split_once('-') {
        None => number(when).map(|only| When::Numbers(only, only)),
        Some((first, last)) if last.trim().is_empty() => Some(When::Numbers(number(first)?, u64::MAX)),
        Some((first, last)) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(When::Numbers(first, last))
        }
    }
}

fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let duration = match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.checked_mul(60)?),
        _ => return None,
    };
    (duration <= Duration::from_secs(MAX_SECONDS)).then_some(duration)
}

fn did_you_mean<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> String {
    let likeness = |known: &str| strsim::jaro_winkler(&word.to_lowercase(), known);
    let nearest = words.map(|known| (likeness(known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((likeness, known)) if likeness > 0.75 => format!(" did you mean {known}?"),
        _ => String::new(),
    }
}

fn argument(part: &str, kind: &str, wanted: &'static str) -> FaultSpecError {
    FaultSpecError::Argument { part: part.to_owned(), kind: kind.to_owned(), wanted }
}

fn kinds() -> String {
    KINDS.join(", ") + ", all and seed"
}

fn routes(routes: &[Route]) -> String {
    routes.iter().map(|route| route.as_str()).collect::<Vec<_>>().join(", ")
}
