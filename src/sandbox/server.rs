//! The server: from bytes on a socket to an answer, with the faults that a script asks for in between.
//!
//! Owns the life of the server and of one HTTP exchange. Must not know what the routes answer.

use super::answer::{Answer, Refusal, Trouble};
use super::faults::{Fault, Faults, Route as Family};
use super::fields::Module;
use super::limits::InFlight;
use super::oauth;
use super::request::{self, MAX_BODY, Request};
use super::route::Route;
use super::store::Store;
use super::visit::Crm;
use super::wire::{Line, Wire};
use super::{Credentials, Options, SandboxError};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::header;
use axum::response::Response;
use futures_util::stream::{self, StreamExt};
use secrecy::SecretString;
use serde_json::json;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long a server that is told to stop waits for requests in flight.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running sandbox. Dropping it ends the server without waiting for anybody.
#[derive(Debug)]
pub struct Server {
    credentials: Credentials,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Opens the store, makes the organisation if there is none yet, and listens.
    ///
    /// # Errors
    /// The store, the fields, the contacts or the address cannot be used; the message says which and why.
    pub async fn start(options: Options, listen: SocketAddr) -> Result<Self, SandboxError> {
        let now = (options.clock)();
        let fields = options.fields.as_deref().unwrap_or(super::fields::BUILT_IN);
        let module = Module::parse(fields)?;
        let contacts = options.contacts.as_deref().unwrap_or(super::BUILT_IN_CONTACTS);
        let (mut store, identity) = Store::open(options.data.as_deref(), &module, contacts, now)?;
        let grant = store
            .begin()
            .map_err(Trouble::from)
            .and_then(|tx| {
                let grant = oauth::new_grant(&tx, &identity.refresh_token, now)?;
                tx.commit()?;
                Ok(grant)
            })
            .map_err(|trouble| match trouble {
                Trouble::Store(source) => SandboxError::Store { path: options.data.clone(), source },
                Trouble::Refused(_) => SandboxError::Randomness,
            })?;
        let wrong = |source| SandboxError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(wrong)?;
        let origin = origin(listener.local_addr().map_err(wrong)?);
        let credentials = Credentials {
            accounts_url: origin.clone(),
            api_url: origin.clone(),
            client_id: identity.client_id.clone(),
            client_secret: SecretString::from(identity.client_secret.clone()),
            refresh_token: SecretString::from(identity.refresh_token.clone()),
            grant_token: SecretString::from(grant),
        };
        let exchange = Exchange {
            limit: options.edition.concurrency(),
            flight: Arc::new(InFlight::default()),
            faults: options.faults,
            crm: Arc::new(Crm {
                store: Mutex::new(store),
                identity,
                module: Arc::new(module),
                rules: options.rules,
                edition: options.edition,
                licences: options.licences,
                origin,
                clock: options.clock,
            }),
        };
        let router = Router::new().fallback(handle).with_state(Arc::new(exchange));
        let (stop, stopped) = oneshot::channel::<()>();
        let served = axum::serve(Wire(listener), router.into_make_service_with_connect_info::<Line>());
        let task = tokio::spawn(
            served
                .with_graceful_shutdown(async {
                    // both a word and a dropped sender mean the end
                    stopped.await.unwrap_or_default();
                })
                .into_future(),
        );
        Ok(Self { credentials, stop: Some(stop), task })
    }

    /// What a client needs to connect.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Ends the server: no new connections, requests in flight are answered, idle connections closed. Returns after
    /// five seconds at the latest.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if tokio::time::timeout(PATIENCE, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The server's address as clients are told it.
fn origin(address: SocketAddr) -> String {
    let address = match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => SocketAddr::from((Ipv4Addr::LOCALHOST, v4.port())),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => SocketAddr::from((Ipv6Addr::LOCALHOST, v6.port())),
        address => address,
    };
    format!("http://{address}")
}

/// What every exchange needs.
struct Exchange {
    crm: Arc<Crm>,
    faults: Faults,
    flight: Arc<InFlight>,
    limit: usize,
}

async fn handle(
    State(exchange): State<Arc<Exchange>>,
    ConnectInfo(line): ConnectInfo<Line>,
    incoming: axum::extract::Request,
) -> Response {
    let mut response = respond(&exchange, &line, incoming).await;
    // by the clock that everything else here goes by: whoever compares it with theirs is on that clock too
    let now = (exchange.crm.clock)().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(now) = now.parse() {
        response.headers_mut().insert(header::DATE, now);
    }
    response
}

async fn respond(exchange: &Exchange, line: &Line, incoming: axum::extract::Request) -> Response {
    let (method, path) = (incoming.method().clone(), incoming.uri().path().to_owned());
    let route = Route::find(&method, &path);
    let family = route.as_ref().ok().and_then(Route::family);
    let faults = family.map(|family| exchange.faults.decide(family)).unwrap_or_default();
    if faults.contains(&Fault::ResetBefore) {
        tracing::debug!(%method, ?path, ?faults, "reset");
        line.cut();
        return Answer::nothing(500).into_response();
    }
    let (parts, body) = incoming.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY).await else {
        let message = "the request's body is longer than 16 MiB, or was not sent to its end";
        return Answer::from(Refusal::new(413, "BODY_TOO_LARGE", json!({}), message)).into_response();
    };
    let answer = match route {
        Ok(route) => exchange.answer(Request::new(parts, body), route, family, &faults).await,
        Err(refusal) => refusal.into(),
    };
    // no query and no body: both may hold secrets
    tracing::debug!(%method, ?path, status = answer.status, ?faults, "request");
    send(answer, &faults, line)
}

impl Exchange {
    async fn answer(&self, request: Request, route: Route, family: Option<Family>, faults: &[Fault]) -> Answer {
        let heavy = match route {
            Route::Coql => true,
            Route::Create | Route::UpdateMany | Route::Upsert => super::write::cost(&request.body) > 1,
            _ => false,
        };
        let place = if route.is_accounts() { None } else { Some(self.flight.enter(heavy, self.limit)) };
        if let Some(latency) = faults.iter().find_map(latency) {
            tokio::time::sleep(latency).await;
        }
        if matches!(place, Some(None)) {
            return self.too_many(self.crm.rules.retry_after);
        }
        if let Some(answer) = faults.iter().find_map(|fault| self.instead(fault, family)) {
            return answer;
        }
        let parameters = if route.is_accounts() {
            match request::parameters(&request).await {
                Ok(parameters) => parameters,
                Err(refusal) => return refusal.into(),
            }
        } else {
            Vec::new()
        };
        let crm = Arc::clone(&self.crm);
        let faults = faults.to_vec();
        let work = move || crm.serve(&request, &parameters, &route, &faults);
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
            tracing::error!(%error, "a request ended without an answer");
            Refusal::internal().into()
        })
    }

    fn too_many(&self, retry_after: Option<u64>) -> Answer {
        let answer = Answer::from(Refusal::too_many_requests());
        match retry_after {
            Some(seconds) => answer.with_header("retry-after", seconds.to_string()),
            None => answer,
        }
    }

    /// The answer that a fault gives in place of the route's.
    fn instead(&self, fault: &Fault, family: Option<Family>) -> Option<Answer> {
        let at_token = family == Some(Family::Token);
        Some(match fault {
            Fault::TooManyRequests { .. } if at_token => oauth::throttled(),
            Fault::TooManyRequests { retry_after } => self.too_many(*retry_after),
            Fault::CreditsExhausted => self.too_many(None).with_header("x-api-credits-remaining", "0"),
            Fault::TokenRevoked if at_token => Answer::json(200, json!({"error": "invalid_code"})),
            Fault::WrongDataCentre if at_token => Answer::json(200, json!({"error": "invalid_client"})),
            Fault::WrongDataCentre => Refusal::invalid_token().into(),
            Fault::Status(status @ (502 | 503)) => {
                Refusal::new(*status, "SERVICE_UNAVAILABLE", json!({}), "Service temporarily unavailable").into()
            }
            Fault::Status(status) => Answer { status: *status, ..Refusal::internal().into() },
            Fault::HtmlPage => Answer::html(
                502,
                "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>".into(),
            ),
            _ => return None,
        })
    }
}

fn latency(fault: &Fault) -> Option<Duration> {
    match fault {
        Fault::Latency(time) => Some(*time),
        _ => None,
    }
}

/// Sends an answer, whole or spoilt.
fn send(answer: Answer, faults: &[Fault], line: &Line) -> Response {
    if faults.contains(&Fault::ResetAfterCommit) {
        line.cut();
        return Answer::nothing(500).into_response();
    }
    let (kind, text) = answer.text();
    if faults.contains(&Fault::MalformedJson) {
        let broken = text.replacen(['{', '['], "<", 1).replace("\":", "\"=");
        return answer.respond_with(kind.or(Some("application/json;charset=UTF-8")), Body::from(broken + "}"));
    }
    if faults.contains(&Fault::TruncatedJson) && !text.is_empty() {
        let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
        let cut = async {
            // hyper sends what it has when the body makes it wait, and only then
            tokio::task::yield_now().await;
            Err(io::Error::from(io::ErrorKind::BrokenPipe))
        };
        let body = Body::from_stream(stream::iter([Ok(half)]).chain(stream::once(cut)));
        let mut response = answer.respond_with(kind, body);
        response.headers_mut().insert(header::CONTENT_LENGTH, text.len().into());
        return response;
    }
    answer.into_response()
}
