//! The service under load, as a process of its own that is sent events by HTTP: events kept per second, runs per second,
//! how far behind it is at a steady rate, and its memory. Not criterion's: one measurement takes as long as it takes.
//!
//! ```sh
//! cargo bench --bench live -- accept                         # one event a request, then a hundred
//! cargo bench --bench live -- runs calls=2000
//! cargo bench --bench live -- steady rate=200 seconds=600
//! cargo bench --bench live -- memory events=1000000
//! cargo bench --bench live -- connections n=10000
//! cargo bench --features postgres --bench live -- accept workers=3 database='host=/tmp/pg user=postgres dbname=live'
//! ```
//!
//! Each takes `workers=N` (only with a `database=`, whose tables should be fresh) and `senders=N`.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench that cannot run has nothing to measure, and it measures by the machine's clock"
)]
#![allow(missing_docs, dead_code, reason = "what tests share is more than this needs")]

/// Nobody watches how long a bench takes.
mod patience {
    pub struct Watch;

    impl Watch {
        pub fn of(_: &std::path::Path) -> Self {
            Self
        }
    }
}
#[path = "../tests/support/home.rs"]
mod home;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use astra_zoho::ports::{Clock, WallClock};
use astra_zoho::sandbox::{Edition, Options, Server};
use futures_util::StreamExt as _;
use home::{Home, Settings};
use serde_json::{Value, json};

/// What the command line says after the mode.
struct Said(BTreeMap<String, String>);

impl Said {
    fn number(&self, key: &str, default: u64) -> u64 {
        self.0.get(key).map_or(default, |v| v.parse().expect("a number"))
    }
}

/// Workers with their Zoho.
struct Fleet {
    _home: Home,
    zoho: Server,
    workers: Vec<Child>,
    urls: Vec<String>,
    http: reqwest::Client,
}

impl Fleet {
    async fn start(said: &Said) -> Self {
        let home = Home::new();
        let mut options = Options::new(Arc::new(|| WallClock.now()));
        options.data = Some(home.path("zoho.db"));
        options.contacts = Some("[]".into());
        options.edition = Edition::Ultimate;
        // credits for a million calls
        options.licences = 1_000_000;
        options.rules.token_limit = false;
        let zoho = Server::start(options, "127.0.0.1:0".parse().unwrap()).await.expect("a Zoho");
        home.connect("zoho", zoho.credentials());
        home.action(&Settings { account: "zoho", ..Settings::default() });
        let database = said.0.get("database");
        let (mut workers, mut urls) = (Vec::new(), Vec::new());
        for _ in 0..said.number("workers", 1) {
            let mut arguments = vec!["run", "a", "--listen", "127.0.0.1:0", "--lateness", "0"];
            arguments.extend(database.iter().flat_map(|d| ["--database", d.as_str()]));
            let mut child = home.command(&arguments).stdout(Stdio::null()).spawn().expect("a worker");
            let mut told = BufReader::new(child.stderr.take().unwrap());
            let mut line = String::new();
            while !line.contains("listening on ") {
                line.clear();
                assert_ne!(told.read_line(&mut line).unwrap(), 0, "a worker ended");
            }
            std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::stderr()));
            urls.push(line.split("http://").nth(1).unwrap().trim().to_owned());
            workers.push(child);
        }
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { _home: home, zoho, workers, urls, http }
    }

    fn url(&self, n: u64, path: &str) -> String {
        let n = usize::try_from(n).unwrap() % self.urls.len();
        format!("http://{}{path}", self.urls[n])
    }

    /// Sends until they are kept.
    async fn send(&self, to: u64, events: &[Value]) {
        loop {
            let sent = self.http.post(self.url(to, "/v1/events")).body(json!(events).to_string()).send().await;
            match sent.map(|s| s.status().as_u16()) {
                Ok(202) => return,
                Ok(503) => tokio::time::sleep(Duration::from_millis(50)).await,
                other => panic!("{other:?}"),
            }
        }
    }

    /// A figure of `/metrics`, of all workers together.
    async fn metric(&self, name: &str) -> Vec<f64> {
        let mut out = Vec::new();
        for n in 0..self.urls.len() as u64 {
            let text = self.http.get(self.url(n, "/metrics")).send().await.unwrap().text().await.unwrap();
            let of_name = |l: &&str| l.split([' ', '{']).next() == Some(name);
            let value = |l: &str| l.rsplit(' ').next().and_then(|v| v.parse::<f64>().ok());
            out.push(text.lines().filter(of_name).filter_map(value).sum());
        }
        out
    }

    async fn runs(&self) -> u64 {
        self.metric("astra_zoho_runs_total").await.iter().sum::<f64>() as u64
    }

    /// Resident memory of each worker, in MB.
    fn memory(&self) -> Vec<u64> {
        let of = |child: &Child| {
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or_default();
            line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1024
        };
        self.workers.iter().map(of).collect()
    }

    async fn end(mut self) {
        for worker in &mut self.workers {
            worker.kill().unwrap();
            worker.wait().unwrap();
        }
        self.zoho.stop().await;
    }
}

fn now() -> String {
    WallClock.now().to_string()
}

/// What is said in one of 4,000 text conversations that go on at once, ten messages each; no run comes of it before ten
/// minutes of silence.
fn message(n: u64) -> Value {
    let conversation = format!("t{}-{}", n / 40_000, n % 4_000);
    json!({"event_id": format!("m{n}"), "conversation": conversation, "channel": "text", "at": now(),
        "type": "message", "role": "customer", "text": "I would like to know when the green tent is there again."})
}

/// A call as it ends: one run comes of it.
fn call(n: u64) -> Vec<Value> {
    let at = now();
    let event = |id: &str, rest: Value| {
        let mut event = json!({"event_id": id, "conversation": format!("c{n}"), "channel": "voice", "at": at});
        event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        event
    };
    vec![
        event("1", json!({"type": "attribute", "name": "email", "value": format!("caller-{n}@example.com")})),
        event("2", json!({"type": "attribute", "name": "last_name", "value": "Caller"})),
        event("3", json!({"type": "message", "role": "customer", "text": "Hello."})),
        event("4", json!({"type": "call_ended"})),
    ]
}

/// Has `senders` senders send batches until all are sent; how many events a second were kept.
async fn sent(
    fleet: &Arc<Fleet>,
    senders: u64,
    requests: u64,
    batch: impl Fn(u64) -> Vec<Value> + Send + Sync + Clone + 'static,
) -> f64 {
    let (next, events) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let began = Instant::now();
    let tasks: Vec<_> = (0..senders)
        .map(|sender| {
            let (fleet, batch) = (Arc::clone(fleet), batch.clone());
            let (next, events) = (Arc::clone(&next), Arc::clone(&events));
            tokio::spawn(async move {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= requests {
                        return;
                    }
                    let batch = batch(n);
                    fleet.send(sender, &batch).await;
                    events.fetch_add(batch.len() as u64, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    events.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

async fn accept(fleet: &Arc<Fleet>, said: &Said) {
    let senders = said.number("senders", 32);
    let requests = said.number("requests", 5_000);
    let one = sent(fleet, senders, requests, |n| vec![message(n)]).await;
    println!("one event a request, {senders} senders: {one:.0} events/s kept");
    let first = requests;
    let many =
        sent(fleet, senders, requests / 10, move |n| (0..100).map(|i| message(first + n * 100 + i)).collect()).await;
    println!("a hundred events a request, {senders} senders: {many:.0} events/s kept");
}

async fn runs(fleet: &Arc<Fleet>, said: &Said) {
    let calls = said.number("calls", 2_000);
    let began = Instant::now();
    let kept = sent(fleet, said.number("senders", 16), calls, call).await;
    println!("{calls} calls sent: {kept:.0} events/s kept while runs are made");
    while fleet.runs().await < calls {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("{calls} runs in {seconds:.1} s: {:.1} runs/s", calls as f64 / seconds);
}

/// Of forty events thirty-six are messages, and four are a call that ends in a run.
async fn steady(fleet: &Arc<Fleet>, said: &Said) {
    let (rate, seconds) = (said.number("rate", 200), said.number("seconds", 600));
    let calls_each = (rate / 40).max(1);
    let mut beat = tokio::time::interval(Duration::from_secs(1));
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let (mut messages, mut calls) = (0, 0);
    let (mut worst_lag, mut worst_ack, mut lags) = (0.0_f64, 0.0_f64, Vec::new());
    for second in 0..seconds {
        beat.tick().await;
        let mut batches: Vec<Vec<Value>> = Vec::new();
        for _ in 0..calls_each {
            batches.push(call(calls));
            calls += 1;
        }
        for _ in 0..rate.saturating_sub(calls_each * 4) {
            batches.push(vec![message(messages)]);
            messages += 1;
        }
        let began = Instant::now();
        let tasks = batches.iter().zip(0..).map(|(batch, n)| fleet.send(n, batch));
        futures_util::future::join_all(tasks).await;
        worst_ack = worst_ack.max(began.elapsed().as_secs_f64());
        let lag = fleet.metric("astra_zoho_queue_oldest_seconds").await.into_iter().fold(0.0, f64::max);
        let of_last = fleet.metric("astra_zoho_lag_seconds").await.into_iter().fold(0.0, f64::max);
        worst_lag = worst_lag.max(lag).max(of_last);
        lags.push(lag);
        if (second + 1) % 60 == 0 || second + 1 == seconds {
            let mean = lags.iter().sum::<f64>() / lags.len() as f64;
            println!(
                "{:>5} s: {calls} calls, {} runs made, oldest due run waits {lag:.2} s (mean {mean:.2}, worst lag {worst_lag:.2}), \
                 a second's events acknowledged within {worst_ack:.2} s, {:?} MB",
                second + 1,
                fleet.runs().await,
                fleet.memory()
            );
        }
    }
}

async fn memory(fleet: &Arc<Fleet>, said: &Said) {
    let events = said.number("events", 1_000_000);
    println!("at the start: {:?} MB", fleet.memory());
    let step = (events / 10).max(1_000);
    for part in 0..events / step {
        let first = part * step;
        let rate = sent(fleet, said.number("senders", 8), step / 500, move |n| {
            (0..500).map(|i| message(first + n * 500 + i)).collect()
        })
        .await;
        println!("{:>8} events: {:?} MB, {rate:.0} events/s", first + step, fleet.memory());
    }
}

/// So many connections that say nothing, and one client that wants to be served.
async fn connections(fleet: &Arc<Fleet>, said: &Said) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let n = said.number("n", 10_000);
    let began = Instant::now();
    let address = fleet.urls[0].clone();
    let connect = || {
        let address = address.clone();
        async move {
            let connect = tokio::net::TcpStream::connect(address);
            tokio::time::timeout(Duration::from_secs(5), connect).await.ok()?.ok()
        }
    };
    let asked = futures_util::stream::iter(0..n).map(|_| connect()).buffer_unordered(500);
    let silent: Vec<_> = asked.filter_map(futures_util::future::ready).collect().await;
    let refused = n - silent.len() as u64;
    println!(
        "{} connections held open, {refused} not taken, after {:.1} s; {:?} MB",
        silent.len(),
        began.elapsed().as_secs_f64(),
        fleet.memory()
    );
    let began = Instant::now();
    fleet.send(0, &[message(0)]).await;
    println!(
        "an event sent beside them was kept after {:.1} s; {:?} MB",
        began.elapsed().as_secs_f64(),
        fleet.memory()
    );
}

#[tokio::main]
async fn main() {
    // cargo says --bench too
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let Some(mode) = arguments.next() else {
        println!("accept, runs, steady, memory or connections: see the beginning of benches/live.rs");
        return;
    };
    let pairs = arguments.map(|a| a.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())).expect("key=value"));
    let said = Said(pairs.collect());
    let fleet = Arc::new(Fleet::start(&said).await);
    match mode.as_str() {
        "accept" => accept(&fleet, &said).await,
        "runs" => runs(&fleet, &said).await,
        "steady" => steady(&fleet, &said).await,
        "memory" => memory(&fleet, &said).await,
        "connections" => connections(&fleet, &said).await,
        other => panic!("there is no {other}"),
    }
    println!("memory at the end: {:?} MB", fleet.memory());
    Arc::into_inner(fleet).expect("nobody else").end().await;
}
