//! Waits on this machine for the browser to come back. Everything else that asks at the port gets a page that says so.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;
use url::{Host, Url};

use crate::consent::redirect::{Arrived, Attempt, NotArrived};

/// A port where the browser may come back to. It is closed when this is dropped.
pub struct Landing {
    arrivals: Receiver<Result<Arrived, NotArrived>>,
    _serving: JoinSet<()>,
}

struct Shared {
    attempt: Arc<Attempt>,
    to: Sender<Result<Arrived, NotArrived>>,
}

impl Landing {
    /// Listens where the attempt's redirect address leads, where that is this machine; `None` where it is not.
    ///
    /// # Errors
    /// The port is taken, for one of the addresses that a browser may try even, or may not be listened on.
    pub async fn at(attempt: &Arc<Attempt>) -> std::io::Result<Option<Self>> {
        let Some(port) = loopback_port(&attempt.redirect_uri) else { return Ok(None) };
        let addresses: Vec<SocketAddr> = match attempt.redirect_uri.host() {
            Some(Host::Ipv6(ip)) => vec![(ip, port).into()],
            Some(Host::Ipv4(ip)) => vec![(ip, port).into()],
            // browsers try either for localhost
            _ => vec![(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()],
        };
        let (to, arrivals) = channel(4);
        let shared = Arc::new(Shared { attempt: Arc::clone(attempt), to });
        let mut serving = JoinSet::new();
        for address in addresses {
            match TcpListener::bind(address).await {
                Ok(listener) => {
                    let router = Router::new().fallback(arrive).with_state(Arc::clone(&shared));
                    serving.spawn(async move {
                        if let Err(error) = axum::serve(listener, router).await {
                            tracing::debug!(%error, "the port for the browser was lost");
                        }
                    });
                }
                // without IPv6 on this machine no browser tries it; where somebody else listens it may well
                Err(e) if address.is_ipv6() && !serving.is_empty() && e.kind() != ErrorKind::AddrInUse => {
                    tracing::debug!(error = %e, "the browser can come back by IPv4 only");
                }
                Err(e) => return Err(e),
            }
        }
        Ok(Some(Self { arrivals, _serving: serving }))
    }

    /// The browser that came back: with a code, or with Zoho's refusal.
    pub async fn arrival(&mut self) -> Option<Result<Arrived, NotArrived>> {
        self.arrivals.recv().await
    }
}

fn loopback_port(url: &Url) -> Option<u16> {
    let here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    };
    (here && url.scheme() == "http").then(|| url.port_or_known_default()).flatten()
}

async fn arrive(State(shared): State<Arc<Shared>>, uri: Uri) -> impl IntoResponse {
    let attempt = &shared.attempt;
    let page = |status: StatusCode, said: &str| {
        let body = format!("<!DOCTYPE html><html lang=\"en\"><title>astra-zoho</title><p>{said}</p></html>");
        // the address holds a code: it goes nowhere from here
        (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::REFERRER_POLICY, "no-referrer")], body)
    };
    let own = attempt.redirect_uri.clone();
    let came = uri.query().filter(|_| uri.path() == own.path()).map(|query| {
        let mut address = own;
        address.set_query(Some(query));
        attempt.read(address.as_str())
    });
    match came {
        None => page(StatusCode::NOT_FOUND, "There is nothing here."),
        Some(Ok(arrived)) => {
            // a second arrival finds nobody waiting
            let first = shared.to.try_send(Ok(arrived)).is_ok();
            tracing::debug!(first, "the browser came back");
            // what comes of the code is not known yet
            page(
                StatusCode::OK,
                "You can close this page. The terminal goes on from here and says whether the account is connected: look there.",
            )
        }
        Some(Err(e)) if e.is_final() => {
            let waiting = shared.to.try_send(Err(e)).is_ok();
            tracing::debug!(waiting, "the browser came back refused");
            page(StatusCode::OK, "Access was not given. You can close this page; the terminal says more.")
        }
        Some(Err(_)) => page(StatusCode::BAD_REQUEST, "This is not what the terminal waits for."),
    }
}
