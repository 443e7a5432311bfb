//! A sandbox whose tokens break when a test says so: what is between it and the program refuses the token at hand after
//! some calls, and answers for more as told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use astra_zoho::sandbox::{Credentials, Options, Server};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::scripted::{Reply, Request, Scripted, refusal};

/// How it is broken.
#[derive(Clone)]
struct Broken {
    /// Calls that still pass.
    after: usize,
    status: u16,
    answer: Value,
}

pub struct Breaking {
    pub front: Scripted,
    sandbox: Server,
    broken: Arc<Mutex<Option<Broken>>>,
    silent: Arc<AtomicBool>,
}

impl Breaking {
    /// Without contacts, and well.
    #[expect(clippy::disallowed_methods, reason = "the program under test lives by the real clock")]
    pub async fn start() -> Self {
        let mut options = Options::new(Arc::new(Timestamp::now));
        options.contacts = Some("[]".into());
        let sandbox = Server::start(options, "127.0.0.1:0".parse().unwrap()).await.unwrap();
        let behind = sandbox.credentials().api_url.clone();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let broken: Arc<Mutex<Option<Broken>>> = Arc::default();
        let state = Arc::clone(&broken);
        let silent: Arc<AtomicBool> = Arc::default();
        let says_nothing = Arc::clone(&silent);
        let front = Scripted::start_async(move |request| {
            let answer = {
                let mut state = state.lock().unwrap();
                match state.as_mut() {
                    Some(b) if request.path.starts_with("/crm/") && b.after > 0 => {
                        b.after -= 1;
                        None
                    }
                    Some(_) if request.path.starts_with("/crm/") => Some(refusal(401, "INVALID_TOKEN")),
                    Some(b) if request.is_token_request() => Some(Reply::json(b.status, b.answer.clone())),
                    _ => None,
                }
            };
            let (http, behind) = (http.clone(), behind.clone());
            let silent = says_nothing.load(Ordering::Relaxed);
            Box::pin(async move {
                if silent {
                    std::future::pending::<()>().await;
                }
                match answer {
                    Some(answer) => answer,
                    None => forward(&http, &behind, &request).await,
                }
            })
        })
        .await;
        Self { front, sandbox, broken, silent }
    }

    /// From the `after`th call on no token is taken, and the token endpoint answers this.
    pub fn breaks(&self, after: usize, status: u16, answer: &Value) {
        *self.broken.lock().unwrap() = Some(Broken { after, status, answer: answer.clone() });
    }

    /// Whatever is asked from now on gets no answer, ever.
    pub fn falls_silent(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    /// All is well again.
    pub fn mends(&self) {
        self.silent.store(false, Ordering::Relaxed);
        *self.broken.lock().unwrap() = None;
    }

    /// What `--from-json` takes.
    pub fn json(&self) -> String {
        let Credentials { client_id, client_secret, refresh_token, .. } = self.sandbox.credentials();
        let url = &self.front.origin;
        json!({"accounts_url": url, "api_url": url, "client_id": client_id,
            "client_secret": client_secret.expose_secret(), "refresh_token": refresh_token.expose_secret()})
        .to_string()
    }
}

async fn forward(http: &reqwest::Client, behind: &str, request: &Request) -> Reply {
    let method = reqwest::Method::from_bytes(request.method.as_bytes()).unwrap();
    let mut call = http.request(method, format!("{behind}{}", request.path)).query(&request.query);
    for name in ["authorization", "content-type", "if-unmodified-since"] {
        if let Some(value) = request.header(name) {
            call = call.header(name, value);
        }
    }
    let answer = call.body(request.body.clone()).send().await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.text().await.unwrap();
    if body.is_empty() {
        return Reply::empty(status);
    }
    // the sandbox says that its tokens are for itself
    let mut body: Value = serde_json::from_str(&body).unwrap();
    if let Some(domain) = body.as_object_mut() {
        domain.remove("api_domain");
    }
    Reply::json(status, body)
}
