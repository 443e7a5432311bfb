//! Workers killed at random while events come, and Zoho failing one call in ten: one on the workspace's own queue, three on a
//! PostgreSQL that crashes as well. No conversation is lost, none runs twice, nobody is in Zoho twice, and each customer's
//! conversations are worked in their order. A few kills; `KILLS=100` takes as many, with the database crashing twice.

#![expect(clippy::print_stdout, reason = "says what was done, and what was skipped")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use astra_zoho::ports::{Clock, WallClock};
use astra_zoho::sandbox::{Edition, Options, Server, faults::Faults};
use serde_json::{Value, json};

use crate::soak::contacts;
use crate::support::crowd::Dice;
use crate::support::home::{Home, Settings, errors, records};
use crate::support::live::events;
#[cfg(feature = "postgres")]
use crate::support::postgres::{self, Database};

/// About one call in ten fails, and each comes a little late; none with Zoho's own "too many".
const FAULTS: &str = "seed=5; latency=5ms; 5xx@coql:4%; reset@coql:3%; truncated@coql:3%; \
     5xx@create:3%; reset-after@create:4%; truncated@create:3%; 5xx@update:3%; reset-after@update:4%; truncated@update:3%";

/// A process that is started again whenever it ends.
struct Worker {
    /// Its process, and where it listens.
    now: Mutex<Option<(Child, Option<String>)>>,
}

/// Where queue, ledger and log stand.
enum Kept {
    Workspace(std::path::PathBuf),
    #[cfg(feature = "postgres")]
    Database(Database),
}

impl Kept {
    /// What a command is told of it.
    fn option(&self) -> Vec<String> {
        match self {
            Self::Workspace(_) => Vec::new(),
            #[cfg(feature = "postgres")]
            Self::Database(database) => vec!["--database".into(), database.address()],
        }
    }

    /// The rows of a query, as text. `RECORDS` stands for the table with the runs' records and traces.
    async fn ask(&self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Self::Workspace(data) => {
                let db = rusqlite::Connection::open(data.join("state.db")).unwrap();
                db.busy_timeout(Duration::from_secs(5)).unwrap();
                db.execute("ATTACH ?1 AS live", [data.join("live.db").to_str().unwrap()]).unwrap();
                let mut asked = db.prepare(&sql.replace("RECORDS", "(runs JOIN records USING (id))")).unwrap();
                let columns = asked.column_count();
                let text = |value: rusqlite::types::Value| match value {
                    rusqlite::types::Value::Integer(n) => n.to_string(),
                    rusqlite::types::Value::Text(text) => text,
                    _ => String::new(),
                };
                let row = |row: &rusqlite::Row<'_>| (0..columns).map(|i| row.get(i).map(text)).collect();
                asked.query_map([], row).unwrap().map(Result::unwrap).collect()
            }
            #[cfg(feature = "postgres")]
            Self::Database(database) => {
                database.ask(&format!("SET search_path TO astra_zoho; {}", sql.replace("RECORDS", "runs"))).await
            }
        }
    }
}

/// What the supervisors share.
struct Fleet {
    home: Home,
    kept: Kept,
    workers: Vec<Worker>,
    over: AtomicBool,
    started: AtomicU64,
}

impl Fleet {
    /// Keeps a worker running, as an init system does, until all is over.
    fn supervise(&self, which: usize) {
        while !self.over.load(Ordering::Relaxed) {
            let arguments = ["run", "a", "--listen", "127.0.0.1:0", "--lateness", "1"];
            let mut command = self.home.command(&arguments);
            let mut child = command.args(self.kept.option()).stdout(Stdio::null()).spawn().unwrap();
            let told = BufReader::new(child.stderr.take().unwrap());
            *self.workers[which].now.lock().unwrap() = Some((child, None));
            self.started.fetch_add(1, Ordering::Relaxed);
            // to the end of what it says, which is its own
            for line in told.lines().map_while(Result::ok) {
                if let Some((_, url)) = line.split_once("listening on ") {
                    self.workers[which].now.lock().unwrap().as_mut().unwrap().1 = Some(url.trim().to_owned());
                }
            }
            let ended = self.workers[which].now.lock().unwrap().take();
            ended.unwrap().0.wait().unwrap();
        }
    }

    /// Kills a worker that was up; `false` where it was not.
    fn kill(&self, which: usize) -> bool {
        match &mut *self.workers[which].now.lock().unwrap() {
            Some((child, listening @ Some(_))) => {
                child.kill().unwrap();
                *listening = None;
                true
            }
            _ => false,
        }
    }

    /// Any of them.
    fn any(&self, dice: &mut Dice) -> usize {
        usize::try_from(dice.roll(self.workers.len() as u64)).unwrap()
    }

    fn url(&self, which: usize) -> Option<String> {
        self.workers[which].now.lock().unwrap().as_ref()?.1.clone()
    }

    /// Has all of them end by themselves.
    fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
        for worker in &self.workers {
            if let Some((child, _)) = &*worker.now.lock().unwrap() {
                let pid = rustix::process::Pid::from_child(child);
                rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
            }
        }
    }
}

/// A call that was made just now, of one of forty customers who has moved again.
fn call(n: u64, dice: &mut Dice) -> Value {
    let email = format!("caller-{}@example.com", dice.roll(40));
    let start = jiff::Timestamp::from_millisecond(WallClock.now().as_millisecond()).unwrap();
    let attribute = |name: &str, value: &str| json!({"at_ms": 0, "name": name, "value": value});
    json!({
        "id": format!("call-{n}"), "channel": "voice", "started_at": start.to_string(),
        "attributes": [attribute("email", &email), attribute("last_name", "Caller"), attribute("city", &format!("City {n}"))],
        "messages": [{"at_ms": 0, "role": "customer", "text": "I moved."}],
        "ended_at_ms": 1
    })
}

/// Sends until somebody keeps it.
async fn send(fleet: &Fleet, http: &reqwest::Client, batch: &[Value], dice: &mut Dice) {
    loop {
        if let Some(url) = fleet.url(fleet.any(dice)) {
            let sent = http.post(format!("{url}/v1/events")).body(json!(batch).to_string()).send().await;
            if sent.is_ok_and(|answer| answer.status().as_u16() == 202) {
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until nothing is due any more.
async fn drained(kept: &Kept) {
    for _ in 0..1800 {
        let waits = "SELECT (SELECT count(*) FROM due WHERE state <> 'failed')
                     + (SELECT count(*) FROM conversations WHERE wake_ms IS NOT NULL)";
        if kept.ask(waits).await == [["0"]] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let due = kept.ask("SELECT seq, state, email, why, not_before_ms FROM due LIMIT 5").await;
    panic!("something waits for ever: {due:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_killed_at_random_loses_nothing_and_does_nothing_twice() {
    let home = Home::new();
    let data = home.path("data");
    killed(home, Kept::Workspace(data), 1, None).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn three_on_postgres_killed_at_random_lose_nothing_and_do_nothing_twice() {
    let Some(database) = postgres::alone().await else {
        println!("skipped: no server");
        return;
    };
    let cluster = Arc::clone(&database.cluster);
    let crash = move || {
        cluster.crash();
        std::thread::sleep(Duration::from_millis(700));
        cluster.start_again();
    };
    killed(Home::new(), Kept::Database(database), 3, Some(Arc::new(crash))).await;
}

/// Has so many workers killed under load, the database crashing by `crash` as well, and looks at what is left.
async fn killed(home: Home, kept: Kept, workers: usize, crash: Option<Arc<dyn Fn() + Send + Sync>>) {
    let long = std::env::var("KILLS").ok().and_then(|n| n.parse::<u64>().ok());
    let (kills, crashes) = long.map_or((4, 1), |kills| (kills, 2));
    let crashes = if crash.is_some() { crashes } else { 0 };
    let mut options = Options::new(Arc::new(|| WallClock.now()));
    options.data = Some(home.path("zoho.db"));
    options.contacts = Some("[]".into());
    options.faults = Faults::parse(FAULTS).unwrap();
    // five requests at once, whoever makes them, and it says so where there are more
    options.edition = Edition::Free;
    options.rules.token_limit = false;
    let zoho = Server::start(options, "127.0.0.1:0".parse().unwrap()).await.unwrap();
    home.connect("zoho", zoho.credentials());
    home.action(&Settings { account: "zoho", ..Settings::default() });
    let which = 0..workers;
    let workers = which.clone().map(|_| Worker { now: Mutex::default() }).collect();
    let (over, started) = (AtomicBool::new(false), AtomicU64::new(0));
    let fleet = Arc::new(Fleet { home, kept, workers, over, started });
    let supervisors: Vec<_> = which
        .map(|which| {
            let fleet = Arc::clone(&fleet);
            std::thread::spawn(move || fleet.supervise(which))
        })
        .collect();

    // the killer, beside those who call
    let began = WallClock.now();
    let killing = {
        let fleet = Arc::clone(&fleet);
        tokio::spawn(async move {
            let mut dice = Dice::new(11);
            let (mut killed, mut crashed) = (0, 0);
            while killed < kills || crashed < crashes {
                tokio::time::sleep(Duration::from_millis(500 + dice.roll(1500))).await;
                if let Some(crash) =
                    crash.clone().filter(|_| crashed < crashes && killed >= (crashed + 1) * kills / (crashes + 1))
                {
                    tokio::task::spawn_blocking(move || crash()).await.unwrap();
                    crashed += 1;
                } else if fleet.kill(fleet.any(&mut dice)) {
                    killed += 1;
                }
            }
        })
    };
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().unwrap();
    let mut dice = Dice::new(12);
    let mut calls = Vec::new();
    while !killing.is_finished() || calls.len() < 40 {
        let call = call(calls.len() as u64, &mut dice);
        let told: Vec<Value> = events(std::slice::from_ref(&call)).into_iter().map(|(_, e)| e).collect();
        // in two parts: the first may be looked at before the second comes
        let (first, second) = told.split_at(3);
        send(&fleet, &http, first, &mut dice).await;
        send(&fleet, &http, second, &mut dice).await;
        calls.push(call);
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    killing.await.unwrap();
    let loaded = WallClock.now();
    drained(&fleet.kept).await;
    let settled = WallClock.now();
    // what Zoho refused for good is an operator's to repeat
    let failed = fleet.kept.ask("SELECT why FROM due").await;
    let out = fleet.home.command(&["queue", "retry", "--all"]).args(fleet.kept.option()).output().unwrap();
    assert!(out.status.success(), "{}", errors(&out));
    drained(&fleet.kept).await;
    fleet.end();
    supervisors.into_iter().for_each(|s| s.join().unwrap());
    zoho.stop().await;

    let quiet = Home::new();
    quiet.action(&Settings::default());
    let lines: String = calls.iter().map(|c| format!("{c}\n")).collect();
    let file = quiet.write("calls.jsonl", &lines);
    let replay = ["replay", "a", "--dry-run", "--format", "json", "--conversations", file.to_str().unwrap()];
    let expected: BTreeSet<String> =
        records(&quiet.run(&replay)).iter().map(|r| r["run_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(expected.len(), calls.len());
    let rows = fleet.kept.ask("SELECT record FROM RECORDS WHERE outcome <> 'failed' ORDER BY id").await;
    let kept: Vec<Value> = rows.iter().map(|r| serde_json::from_str(&r[0]).unwrap()).collect();
    let made: BTreeSet<String> = kept.iter().map(|r| r["run_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(made.len(), kept.len(), "a run was made twice");
    assert_eq!(made, expected, "a run was lost, or nobody knows why it was made");
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    for r in &kept {
        let (email, at) = (r["email"].as_str().unwrap(), r["at"].as_str().unwrap());
        let before = last.insert(email, at);
        assert!(!failed.is_empty() || before.is_none_or(|before| before < at), "{email}: {before:?} after {at}");
    }
    let mut held: BTreeMap<String, String> = BTreeMap::new();
    for contact in contacts(&fleet.home).await {
        let text = |key: &str| contact.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        assert_eq!(held.insert(text("Email"), text("Mailing_City")), None, "{} is in Zoho twice", text("Email"));
    }
    let lived: BTreeMap<String, String> = calls
        .iter()
        .map(|c| {
            let value = |i: usize| c["attributes"][i]["value"].as_str().unwrap().to_owned();
            (value(0), value(2))
        })
        .collect();
    assert_eq!(held, lived, "where each said last that they live");
    let refused = "SELECT count(*) FROM RECORDS WHERE trace LIKE '%rate_limited%' OR trace LIKE '%TOO_MANY%'";
    assert_eq!(fleet.kept.ask(refused).await, [["0"]], "more requests at once than Zoho allows");
    let left = "SELECT (SELECT count(*) FROM intents), (SELECT count(*) FROM ledger)";
    assert_eq!(fleet.kept.ask(left).await, [["0".to_owned(), held.len().to_string()]], "intents and ledger");
    let seconds = |from: jiff::Timestamp, to: jiff::Timestamp| (to.as_millisecond() - from.as_millisecond()) / 1000;
    println!(
        "{} calls of {} customers in {} s, {kills} kills, {} starts, {crashes} crashes of the database: {} runs, {} failed \
         first and were repeated; all was settled {} s after the last call",
        calls.len(),
        held.len(),
        seconds(began, loaded),
        fleet.started.load(Ordering::Relaxed),
        kept.len(),
        failed.len(),
        seconds(loaded, settled)
    );
}
