//! A server that answers as a test says, down to the bytes: half an answer, none, a page, a redirect.

use std::future::ready;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The COQL of a query.
    pub fn coql(&self) -> String {
        self.json()["select_query"].as_str().unwrap().to_owned()
    }

    pub fn is_token_request(&self) -> bool {
        self.path == "/oauth/v2/token"
    }
}

/// What is sent back.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A whole answer.
    Whole { status: u16, headers: Vec<(&'static str, String)>, body: String },
    /// The head of an answer that promises more than its body.
    Half { body: String },
    /// The connection is reset without an answer.
    Reset,
    /// No answer, for as long as the client waits.
    Silence,
}

impl Reply {
    pub fn json(status: u16, body: Value) -> Self {
        Self::text(status, "application/json;charset=UTF-8", body.to_string())
    }

    pub fn text(status: u16, kind: &str, body: impl Into<String>) -> Self {
        Self::Whole { status, headers: vec![("content-type", kind.to_owned())], body: body.into() }
    }

    pub fn empty(status: u16) -> Self {
        Self::Whole { status, headers: Vec::new(), body: String::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Whole { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

/// A token as the token endpoint gives it.
pub fn token(name: &str) -> Reply {
    Reply::json(200, serde_json::json!({"access_token": name, "token_type": "Bearer", "expires_in": 3600}))
}

/// An error in Zoho's envelope.
pub fn refusal(status: u16, code: &str) -> Reply {
    Reply::json(status, serde_json::json!({"code": code, "details": {}, "message": "said so", "status": "error"}))
}

type Script = dyn Fn(Request) -> BoxFuture<'static, Reply> + Send + Sync;

/// The server. It ends when it is dropped.
pub struct Scripted {
    pub origin: String,
    seen: Arc<Mutex<Vec<Request>>>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Scripted {
    /// Serves what `script` says.
    pub async fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_async(move |request| Box::pin(ready(script(&request)))).await
    }

    /// Serves what `script` says, in its own time.
    pub async fn start_async(script: impl Fn(Request) -> BoxFuture<'static, Reply> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Script> = Arc::new(script);
        let log = Arc::clone(&seen);
        let accepting = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&script), Arc::clone(&log)));
            }
        });
        Self { origin, seen, accepting }
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// The requests to the API so far.
    pub fn calls(&self) -> Vec<Request> {
        self.seen().into_iter().filter(|r| !r.is_token_request()).collect()
    }

    /// How many tokens were asked for so far.
    pub fn token_requests(&self) -> usize {
        self.seen().iter().filter(|r| r.is_token_request()).count()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Script>, log: Arc<Mutex<Vec<Request>>>) {
    let mut read = Vec::new();
    while let Some(request) = read_request(&mut stream, &mut read).await {
        log.lock().unwrap().push(request.clone());
        let sent = match script(request).await {
            Reply::Whole { status, headers, body } => {
                let mut answer = format!("HTTP/1.1 {status} x\r\n");
                for (name, value) in headers {
                    answer.push_str(&format!("{name}: {value}\r\n"));
                }
                if status != 204 {
                    answer.push_str(&format!("content-length: {}\r\n", body.len()));
                }
                stream.write_all(format!("{answer}\r\n{body}").as_bytes()).await
            }
            Reply::Half { body } => {
                let answer = format!("HTTP/1.1 200 x\r\ncontent-length: {}\r\n\r\n{body}", body.len() + 50);
                stream.write_all(answer.as_bytes()).await.unwrap();
                return;
            }
            Reply::Reset => {
                stream.set_zero_linger().unwrap();
                return;
            }
            Reply::Silence => std::future::pending().await,
        };
        if sent.is_err() {
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<Request> {
    let end = loop {
        if let Some(at) = read.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(read).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(read[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let method = first.next()?.to_owned();
    let url = url::Url::parse("http://x").unwrap().join(first.next()?).unwrap();
    let headers: Vec<(String, String)> = lines
        .filter_map(|l| l.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(n, _)| n == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
    while read.len() < end + length {
        if stream.read_buf(read).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(read[end..end + length].to_vec()).unwrap();
    read.drain(..end + length);
    let query = url.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    Some(Request { method, path: url.path().to_owned(), query, headers, body })
}
