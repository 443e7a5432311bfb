//! Events over HTTP: `POST /v1/events`, and how the program is for those who watch it.
//!
//! Owns the routes, the limits of a request and of connections. Must not know where events are kept.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::future::BoxFuture;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::event::{Event, NotAnEvent};
use super::intake::Intake;
use super::metrics::{Metrics, is_told};
use super::queue::Standing;
use super::signature::{self, Unsigned};
use crate::ports::Clock;

/// The largest body that is taken: 1 MiB.
pub const MAX_BODY: usize = 1 << 20;
/// A body up to this size is read before it is refused, so that a sender that first sends and then reads hears why: 4 MiB.
const HEARD_OUT: usize = 4 << 20;

/// What is put up with.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How many connections are served at once; further ones wait to be accepted.
    pub connections: usize,
    /// How long a client may take for a request's headers, and again for its body.
    pub slowest: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { connections: 1024, slowest: Duration::from_secs(10) }
    }
}

/// Why a request is refused that may be sent again.
const BUSY: &str = "busy";

/// Who is at the other end, or a proxy before it.
#[derive(Clone, Copy)]
struct Peer(SocketAddr);

/// Asked when somebody wants to know.
pub type Ask<T> = Box<dyn Fn() -> BoxFuture<'static, Result<T, String>> + Send + Sync>;

/// What the routes need.
pub struct Door {
    /// Where events go.
    pub intake: Intake,
    /// The secret that senders sign with; `None`: whoever reaches the door may send.
    pub secret: Option<SecretString>,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How the queue stands.
    pub standing: Ask<Standing>,
    /// Whether an event could be kept by now.
    pub can_keep: Ask<()>,
    /// What is put up with.
    pub bounds: Bounds,
    /// Events could not be kept when it was tried last.
    pub busy: AtomicBool,
}

/// Serves until `stop` is done, and a few seconds more for requests in flight.
///
/// # Errors
/// Connections can no longer be accepted.
pub async fn serve(listener: TcpListener, door: Arc<Door>, stop: impl Future<Output = ()>) -> std::io::Result<()> {
    let bounds = door.bounds;
    let router = Router::new()
        .route("/v1/events", post(events))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(door);
    let seats = Arc::new(Semaphore::new(bounds.connections));
    let graceful = GracefulShutdown::new();
    // who says nothing at all is not waited for longer than who dribbles: no version is guessed from what comes first
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(bounds.slowest);
    tokio::pin!(stop);
    loop {
        let accepted = async {
            // a seat first: who finds none waits outside
            let seat = Arc::clone(&seats).acquire_owned().await;
            (seat, listener.accept().await)
        };
        let (seat, (stream, peer)) = tokio::select! {
            () = &mut stop => break,
            (seat, accepted) = accepted => match accepted {
                Ok((stream, peer)) => (seat, (stream, peer)),
                Err(error) => {
                    // out of files, or a client that was gone already: neither is a reason to stop
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let service = TowerToHyperService::new(router.clone().layer(Extension(Peer(peer))));
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
            drop(seat);
        });
    }
    if tokio::time::timeout(Duration::from_secs(5), graceful.shutdown()).await.is_err() {
        tracing::warn!("some senders were still sending when the program ended");
    }
    Ok(())
}

async fn events(
    State(door): State<Arc<Door>>,
    Extension(Peer(peer)): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match take(&door, &headers, body).await {
        Ok(response) => {
            if door.busy.swap(false, Ordering::Relaxed) {
                tracing::info!("events are kept again");
            }
            response
        }
        Err((status, why, sentence)) => {
            let times = door.metrics.refused(why);
            if is_told(times) {
                tracing::warn!("a request of {peer} was refused ({why}; {times} so far): {sentence}");
            }
            if why == BUSY {
                door.busy.store(true, Ordering::Relaxed);
            }
            let wait = (status == StatusCode::SERVICE_UNAVAILABLE).then_some([(header::RETRY_AFTER, "5")]);
            (status, wait, axum::Json(json!({ "error": why, "message": sentence }))).into_response()
        }
    }
}

type Refused = (StatusCode, &'static str, String);

async fn take(door: &Door, headers: &HeaderMap, body: Body) -> Result<Response, Refused> {
    let too_large = || {
        let sentence = format!("a request holds at most {MAX_BODY} bytes: send the events in several");
        (StatusCode::PAYLOAD_TOO_LARGE, "size", sentence)
    };
    let said = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if said("content-length").and_then(|n| n.parse::<u64>().ok()).is_some_and(|n| n > HEARD_OUT as u64) {
        return Err(too_large());
    }
    let slow = |_| (StatusCode::REQUEST_TIMEOUT, "time", "the body took too long: send it again, faster".to_owned());
    let whole = tokio::time::timeout(door.bounds.slowest, to_bytes(body, HEARD_OUT));
    let body = whole.await.map_err(slow)?.map_err(|_| too_large())?;
    if body.len() > MAX_BODY {
        return Err(too_large());
    }
    let now = door.clock.now();
    if let Some(secret) = &door.secret {
        let checked = signature::check(secret, said(signature::TIMESTAMP), said(signature::SIGNATURE), &body, now);
        checked.map_err(|e| {
            let why = if e == Unsigned::Old { "time" } else { "signature" };
            (StatusCode::UNAUTHORIZED, why, e.to_string())
        })?;
    }
    let wrong = |sentence: String| (StatusCode::BAD_REQUEST, "events", sentence);
    let events = read(&body, now).map_err(wrong)?;
    let busy = |e: super::intake::NotKept| (StatusCode::SERVICE_UNAVAILABLE, BUSY, e.to_string());
    let accepted = door.intake.keep(events).await.map_err(busy)?;
    door.metrics.came(accepted);
    Ok((StatusCode::ACCEPTED, axum::Json(accepted)).into_response())
}

/// One event, or an array of them: all are good, or none is taken.
fn read(body: &[u8], now: jiff::Timestamp) -> Result<Vec<Event>, String> {
    let value: Value = serde_json::from_slice(body).map_err(|e| format!("the body is not JSON: {e}"))?;
    let one = |value| Event::from_value(value).and_then(|e| e.not_ahead(now));
    match value {
        Value::Array(values) => values
            .into_iter()
            .enumerate()
            .map(|(i, value)| one(value).map_err(|e: NotAnEvent| format!("event {}: {e}", i + 1)))
            .collect(),
        value => one(value).map(|e| vec![e]).map_err(|e| e.to_string()),
    }
}

async fn ready(State(door): State<Arc<Door>>) -> Response {
    let ready = match (door.can_keep)().await {
        Ok(()) => (door.standing)().await,
        Err(why) => Err(why),
    };
    match ready {
        Ok(standing) => {
            let parked: Vec<&str> = standing.parked.iter().map(|p| p.account.as_str()).collect();
            (StatusCode::OK, format!("ready; due {}, resting accounts [{}]\n", standing.due, parked.join(", ")))
                .into_response()
        }
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n")).into_response(),
    }
}

async fn metrics(State(door): State<Arc<Door>>) -> Response {
    match (door.standing)().await {
        Ok(standing) => {
            let text = door.metrics.text(&standing, door.clock.now());
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
        }
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response(),
    }
}

/// Where to listen.
///
/// # Errors
/// One sentence: it is beyond this machine and there is no secret, or the address cannot be used.
pub async fn listen(address: SocketAddr, secret: bool) -> Result<TcpListener, String> {
    if !address.ip().is_loopback() && !secret {
        return Err(format!(
            "--listen {address}: anybody who reaches this machine could send events; give a secret with ASTRA_ZOHO_EVENTS_SECRET or --secret-file, or listen on 127.0.0.1"
        ));
    }
    TcpListener::bind(address).await.map_err(|e| format!("--listen {address}: cannot listen there: {e}"))
}
