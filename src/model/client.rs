//! A model behind an OpenAI-compatible address: `POST {address}/chat/completions`. Owns the connection: a thread and a runtime of
//! its own, so that whoever asks may stand anywhere. Must not know what is asked. The key appears in no error and no log.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::ports::{LanguageModel, ModelAnswer, ModelTrouble};

/// The longest answer that is read, in bytes.
const LONGEST: usize = 256 * 1024;
/// How much longer than the time-out whoever asks waits for the thread.
const GRACE: Duration = Duration::from_secs(5);

/// How many questions are under way at once.
const AT_ONCE: usize = 4;

/// Where a model is, and how it is asked.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// What `/chat/completions` is put behind; https, or http on this machine.
    pub address: String,
    /// For the header `Authorization`; none on a server that asks for none.
    pub key: Option<SecretString>,
    /// How long an answer may take.
    pub timeout: Duration,
}

type Job = (Value, SyncSender<Result<ModelAnswer, ModelTrouble>>);

/// A connection.
#[derive(Debug)]
pub struct Client {
    jobs: UnboundedSender<Job>,
    timeout: Duration,
}

impl Client {
    /// Connects when it is first asked.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(endpoint: Endpoint) -> std::io::Result<Self> {
        let timeout = endpoint.timeout;
        let (jobs, taken) = unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let work = move || runtime.block_on(async { answer_all(endpoint, taken).await });
        std::thread::Builder::new().name("model".into()).spawn(work)?;
        Ok(Self { jobs, timeout })
    }
}

impl LanguageModel for Client {
    fn ask(&self, question: &Value) -> Result<ModelAnswer, ModelTrouble> {
        let broke = || ModelTrouble("the thread that asks it broke off".into());
        let (to, answer) = sync_channel(1);
        self.jobs.send((question.clone(), to)).map_err(|_| broke())?;
        let patience = self.timeout + GRACE;
        let wait = || answer.recv_timeout(patience).unwrap_or_else(|_| Err(broke()));
        // on a worker of a runtime, others go on with its work meanwhile
        let flavor = tokio::runtime::Handle::try_current().map(|h| h.runtime_flavor());
        match flavor {
            Ok(tokio::runtime::RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
            _ => wait(),
        }
    }
}

async fn answer_all(endpoint: Endpoint, mut jobs: UnboundedReceiver<Job>) {
    let client = reqwest::Client::builder()
        .user_agent(concat!("astra-zoho/", env!("CARGO_PKG_VERSION")))
        .timeout(endpoint.timeout)
        // a redirect would carry the key and the conversation elsewhere
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .build();
    let (endpoint, client) = (Arc::new(endpoint), Arc::new(client));
    let room = Arc::new(Semaphore::new(AT_ONCE));
    while let Some((question, to)) = jobs.recv().await {
        // never closed
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        let (endpoint, client) = (Arc::clone(&endpoint), Arc::clone(&client));
        tokio::spawn(async move {
            let answer = match client.as_ref() {
                Ok(client) => ask(&endpoint, client, &question).await,
                Err(e) => Err(ModelTrouble(format!("no connection can be made: {e}"))),
            };
            // whoever asked may have given up
            to.send(answer).ok();
            drop(place);
        });
    }
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize)]
struct Choice {
    message: Words,
}

#[derive(Deserialize)]
struct Words {
    content: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Usage {
    prompt_tokens: u64,
    completion_tokens: u64,
}

async fn ask(endpoint: &Endpoint, client: &reqwest::Client, question: &Value) -> Result<ModelAnswer, ModelTrouble> {
    let address = format!("{}/chat/completions", endpoint.address.trim_end_matches('/'));
    let mut request = client.post(address).json(question);
    if let Some(key) = &endpoint.key {
        request = request.bearer_auth(key.expose_secret());
    }
    let trouble = |e: reqwest::Error| {
        let seconds = endpoint.timeout.as_secs_f32();
        ModelTrouble(match e {
            e if e.is_timeout() => format!("it did not answer within {seconds} seconds"),
            e if e.is_connect() => "it cannot be reached".into(),
            _ => "the connection broke off".into(),
        })
    };
    let mut response = request.send().await.map_err(trouble)?;
    let status = response.status();
    if !status.is_success() {
        return Err(ModelTrouble(match status.as_u16() {
            401 | 403 => format!("it refuses the key ({status})"),
            429 => "it says that there are too many requests (429)".into(),
            code => format!("it answered with status {code}"),
        }));
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(trouble)? {
        if body.len() + piece.len() > LONGEST {
            return Err(ModelTrouble(format!("its answer is longer than {LONGEST} bytes")));
        }
        body.extend_from_slice(&piece);
    }
    let read: Option<Completion> = serde_json::from_slice(&body).ok();
    let content = |c: Completion| Some((c.choices.into_iter().next()?.message.content?, c.usage));
    let (content, usage) = read
        .and_then(content)
        .ok_or_else(|| ModelTrouble("its answer is not what this kind of server answers".into()))?;
    Ok(ModelAnswer { content, tokens_in: usage.prompt_tokens, tokens_out: usage.completion_tokens })
}
