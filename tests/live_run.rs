//! Live events: what `run` makes of them is what `replay` makes of the same conversations, in whatever order and however
//! often they come, and whenever the process dies.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use astra_zoho::live::queue::Queue as _;
use astra_zoho::live::sqlite::SqliteQueue;
use astra_zoho::ports::{Clock, WallClock};
use astra_zoho::sandbox::{Options, Server};

use crate::support::home::{Home, Settings, errors, records};
use crate::support::live::{essence, events, people, replayed, shuffled, text};

pub fn ran(home: &Home, name: &str, lateness: &str) -> Vec<Value> {
    let file = home.path(name);
    let out = home.run(&[
        "run",
        "--events",
        file.to_str().unwrap(),
        "--until-idle",
        "--lateness",
        lateness,
        "--format",
        "json",
    ]);
    assert!(out.status.success(), "{}", errors(&out));
    records(&out)
}

#[test]
fn events_in_order_shuffled_and_doubled_make_the_runs_of_a_replay() {
    let conversations = people(60);
    let in_order = events(&conversations);
    for offline in [false, true] {
        let settings = Settings { offline, ..Settings::default() };
        let expected = replayed(&settings, &conversations);
        assert!(expected.len() >= 60);
        let late = shuffled(&in_order, 3);
        let twice: Vec<(i64, Value)> = late.iter().flat_map(|e| [e.clone(), e.clone()]).collect();
        for (name, events, lateness) in [("order", &in_order, "0"), ("late", &late, "300"), ("twice", &twice, "300")] {
            let home = Home::new();
            home.action(&settings);
            home.write("events.jsonl", &text(events));
            let got = essence(ran(&home, "events.jsonl", lateness));
            assert_eq!(got.len(), expected.len(), "{name}, offline {offline}");
            for (id, record) in &expected {
                assert_eq!(&got[id], record, "{name}, offline {offline}");
            }
            assert_eq!(ran(&home, "events.jsonl", lateness), [Value::Null; 0], "told again, nothing runs again");
            assert_eq!(records(&home.run(&["runs", "--format", "json"])).len(), expected.len());
        }
    }
}

#[test]
fn killed_again_and_again_nothing_is_lost_and_nothing_runs_twice() {
    let conversations = people(40);
    let expected = replayed(&Settings::default(), &conversations);
    let home = Home::new();
    home.action(&Settings::default());
    home.write("events.jsonl", &text(&events(&conversations)));
    let file = home.path("events.jsonl");
    for round in 1..12 {
        let arguments =
            ["run", "--events", file.to_str().unwrap(), "--until-idle", "--lateness", "0", "--format", "json"];
        let mut child = home.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // killed when it has told of so many more runs
        let mut told = std::io::BufReader::new(child.stdout.take().unwrap());
        for _ in 0..round {
            let mut line = String::new();
            if std::io::BufRead::read_line(&mut told, &mut line).unwrap() == 0 {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    ran(&home, "events.jsonl", "0");
    let kept = essence(records(&home.run(&["runs", "--format", "json"])));
    assert_eq!(kept.len(), expected.len());
    for (id, record) in &expected {
        // a run whose answer the kill took is known by what it wrote
        assert_eq!(kept[id]["outcome"], record["outcome"], "{}", kept[id]);
        assert_eq!(kept[id]["email"], record["email"]);
    }
    let standing = records(&home.run(&["queue", "--format", "json"]));
    assert_eq!((&standing[0]["standing"]["due"], &standing[0]["standing"]["failed"]), (&json!(0), &json!(0)));
}

/// `run --listen`, and the address it tells.
fn listening(home: &Home, secret: Option<&str>) -> (Child, String) {
    let mut command = home.command(&["run", "--listen", "127.0.0.1:0", "--lateness", "0", "--format", "json"]);
    if let Some(secret) = secret {
        command.env("ASTRA_ZOHO_EVENTS_SECRET", secret);
    }
    crate::support::live::listening(&mut command)
}

fn end(mut child: Child) -> String {
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
    let mut out = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut out).unwrap();
    assert!(child.wait().unwrap().success());
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_signed_sized_and_acknowledged_when_kept() {
    const SECRET: &str = "a secret of some length";
    let home = Home::new();
    home.action(&Settings::default());
    let (child, url) = listening(&home, Some(SECRET));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let now = || WallClock.now().as_second();
    let send = |body: String, at: i64, secret: &str| {
        let signature = astra_zoho::live::signature::sign(&secret.into(), at, body.as_bytes());
        let request = http.post(format!("{url}/v1/events")).body(body);
        let request = request.header("X-Astra-Timestamp", at).header("X-Astra-Signature", signature);
        async move {
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.json::<Value>().await.unwrap())
        }
    };
    let start = "2026-03-02T09:00:00Z";
    let event = |id: &str, rest: Value| {
        let mut event = json!({"event_id": id, "conversation": "c", "channel": "voice", "at": start});
        event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        event
    };
    let batch = json!([
        event("1", json!({"type": "attribute", "name": "email", "value": "Zoe@Example.com"})),
        event("2", json!({"type": "attribute", "name": "last_name", "value": "Zimmer"})),
        event("3", json!({"type": "message", "role": "customer", "text": "Hello"})),
        event("4", json!({"type": "call_ended"})),
    ])
    .to_string();
    let (status, body) = send(batch.clone(), now(), "another secret altogether").await;
    assert_eq!((status, body["error"].as_str()), (401, Some("signature")));
    assert_eq!(send(batch.clone(), now() - 400, SECRET).await.0, 401);
    assert_eq!(send("[{}]".into(), now(), SECRET).await.0, 400);
    assert_eq!(send(" ".repeat((1 << 20) + 1), now(), SECRET).await.0, 413);
    let unsigned = http.post(format!("{url}/v1/events")).body(batch.clone()).send().await.unwrap();
    assert_eq!(unsigned.status(), 401);
    assert_eq!(send(batch.clone(), now(), SECRET).await, (202, json!({"accepted": 4, "duplicates": 0})));
    assert_eq!(send(batch, now(), SECRET).await, (202, json!({"accepted": 0, "duplicates": 4})));
    let get = |path: &str| {
        let request = http.get(format!("{url}{path}"));
        async move { request.send().await.unwrap().text().await.unwrap() }
    };
    assert_eq!(get("/healthz").await, "ok\n");
    let mut metrics = get("/metrics").await;
    // the run is made by somebody else: asked for until it is there
    for _ in 0..500 {
        if metrics.contains("outcome=\"created\"") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        metrics = get("/metrics").await;
    }
    assert!(metrics.contains("astra_zoho_runs_total{action=\"a\",outcome=\"created\",rule=\"create\",error=\"\"} 1\n"));
    assert!(metrics.contains("astra_zoho_requests_refused_total{why=\"signature\"} 2\n"), "{metrics}");
    assert!(metrics.contains("astra_zoho_events_duplicate_total 4\n"));
    let out = end(child);
    let made: Vec<Value> = out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(made.len(), 1, "{out}");
    assert_eq!((made[0]["email"].as_str(), made[0]["outcome"].as_str()), (Some("zoe@example.com"), Some("created")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zoho_that_is_away_at_the_start_is_waited_for() {
    let home = Home::new();
    home.action(&Settings { account: "there", ..Settings::default() });
    let data = home.path("zoho.db");
    let start = async |at: &str| {
        let mut options = Options::new(std::sync::Arc::new(|| WallClock.now()));
        options.data = Some(data.clone());
        Server::start(options, at.parse().unwrap()).await.unwrap()
    };
    let zoho = start("127.0.0.1:0").await;
    home.connect("there", zoho.credentials());
    let at = url::Url::parse(&zoho.credentials().api_url).unwrap();
    zoho.stop().await;
    let mut command = home.command(&["run", "--listen", "127.0.0.1:0", "--lateness", "0", "--format", "json"]);
    let mut child = command.spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let url = heard(&mut told, "listening on").split_whitespace().last().unwrap().to_owned();
    assert!(heard(&mut told, "127.0.0.1").contains("there"));
    heard(&mut told, "events are kept and nothing runs before that is over");
    let now = WallClock.now().to_string();
    let event = |id: &str, rest: Value| {
        let mut event = json!({"event_id": id, "conversation": "c", "channel": "voice", "at": now});
        event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        event
    };
    let events = json!([
        event("1", json!({"type": "attribute", "name": "email", "value": "zoe@example.com"})),
        event("2", json!({"type": "attribute", "name": "last_name", "value": "Zimmer"})),
        event("3", json!({"type": "call_ended"})),
    ]);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let sent = http.post(format!("{url}/v1/events")).body(events.to_string()).send().await.unwrap();
    assert_eq!(sent.status(), 202, "kept meanwhile");
    let ready = http.get(format!("{url}/readyz")).send().await.unwrap().text().await.unwrap();
    assert!(ready.contains("resting accounts [there]"), "{ready}");
    let queue = String::from_utf8(home.run(&["queue"]).stdout).unwrap();
    assert!(queue.contains("account there rests until") && queue.contains("no connection"), "{queue}");
    let zoho = start(&format!("127.0.0.1:{}", at.port().unwrap())).await;
    // a changed file is a reason to look at once
    home.write("actions/note.txt", "back");
    heard(&mut told, "runs a; ");
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let made: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&made["email"], &made["outcome"]), (&json!("zoe@example.com"), &json!("created")));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
    zoho.stop().await;
    // who waits for the end is not kept waiting
    let file = home.write("none.jsonl", "");
    let out = home.run(&["run", "--events", file.to_str().unwrap(), "--until-idle"]);
    assert_eq!(out.status.code(), Some(1), "{}", errors(&out));
}

#[test]
fn an_input_that_cannot_be_read_does_not_go_unsaid() {
    let home = Home::new();
    home.action(&Settings::default());
    let folder = home.path("actions");
    for input in ["--events", "--follow"] {
        let out = home.run(&["run", input, folder.to_str().unwrap()]);
        assert_eq!(out.status.code(), Some(2), "{input}: {}", errors(&out));
        assert!(errors(&out).contains("it is a folder"), "{}", errors(&out));
    }
    let pipe = home.path("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let out = home.run(&["run", "--follow", pipe.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(2), "{}", errors(&out));
    assert!(errors(&out).contains("no regular file"), "{}", errors(&out));
    let file = home.write("none.jsonl", "{}\nno event\n");
    let out = home.run(&["run", "--events", file.to_str().unwrap(), "--until-idle"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(errors(&out).contains("2 lines were no events"), "{}", errors(&out));
}

#[test]
fn what_is_due_says_why_it_waits_and_can_be_dropped() {
    let home = Home::new();
    home.action(&Settings::default());
    let queue = SqliteQueue::open(&home.path("data/live.db")).unwrap();
    drop(queue);
    let db = rusqlite::Connection::open(home.path("data/live.db")).unwrap();
    for (action, state, why) in
        [("a", "due", ""), ("gone", "due", ""), ("gone", "due", ""), ("a", "failed", "INVALID_DATA: Phone")]
    {
        db.execute(
            "INSERT INTO due (action, conversation, at_ms, email, moment, state, why) VALUES (?, 'c', 0, 'a@x.example', '{}', ?, ?)",
            [action, state, why],
        )
        .unwrap();
    }
    drop(db);
    let queue = |rest: &[&str]| {
        let out = home.run(&[&["queue"], rest].concat());
        assert!(out.status.success(), "{}", errors(&out));
        String::from_utf8(out.stdout).unwrap()
    };
    let all = queue(&[]);
    let lines: Vec<&str> = all.lines().collect();
    assert!(lines[0].starts_with("3 due, 1 failed"), "{all}");
    assert!(lines[1].contains("failed") && lines[2].contains("what would make it pass"), "{all}");
    assert!(lines[3].ends_with(": nobody works the queue: start `astra-zoho run`"), "{all}");
    assert!(
        lines[4].contains("its action is not active here") && lines[4].contains("`astra-zoho queue drop 2`"),
        "{all}"
    );
    let whys: Vec<Value> = records(&home.run(&["queue", "--format", "json"]));
    assert_eq!((&whys[4]["run"]["behind"], &whys[4]["run"]["state"]), (&json!(1), &json!("due")));
    assert_eq!(
        queue(&["drop", "2"]),
        "1 run was forgotten
"
    );
    assert_eq!(
        queue(&["drop", "--all", "--action", "gone"]),
        "0 runs were forgotten
",
        "none failed"
    );
    assert_eq!(
        queue(&["drop", "--all", "--due", "--action", "gone"]),
        "1 run was forgotten
"
    );
    assert!(queue(&[]).starts_with("1 due, 1 failed"));
    let out = home.run(&["queue", "drop", "2"]);
    assert!(errors(&out).contains("there is no failed or due run 2"), "{}", errors(&out));
    // without a command and a terminal
    let out = home.run(&[]);
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(
        said.contains(
            "Live runs
  1 due, 1 failed, 0 timers running, 0 set aside
"
        ),
        "{said}"
    );
}

#[test]
fn what_is_no_event_is_set_aside_and_shown() {
    let home = Home::new();
    home.action(&Settings::default());
    let event = r#"{"event_id":"1","conversation":"c","channel":"text","at":"2026-03-02T09:00:00Z","type":"message","role":"customer","text":"hi"}"#;
    home.write("events.jsonl", &format!("{event}\n{{\"event_id\":7}}\n"));
    let file = home.path("events.jsonl");
    let out =
        home.run(&["run", "--events", file.to_str().unwrap(), "--until-idle", "--lateness", "0", "--format", "json"]);
    assert_eq!((out.status.code(), records(&out).len()), (Some(1), 1), "{}", errors(&out));
    let told = records(&home.run(&["queue", "--format", "json"]));
    assert_eq!(told[0]["standing"]["set_aside"], 1);
    assert!(told[1]["set_aside"]["source"].as_str().unwrap().ends_with("events.jsonl:2"));
}

/// Reads on until a line holds this.
pub fn heard(told: &mut impl BufRead, what: &str) -> String {
    let mut line = String::new();
    while !line.contains(what) {
        line.clear();
        assert_ne!(told.read_line(&mut line).unwrap(), 0, "it ended before it said {what}");
    }
    line
}

/// What is set to draft while events come does not run any more; what is activated again runs from then on.
pub fn drafts_stop(home: &Home, more: &[&str]) {
    home.action(&Settings::default());
    let arguments = ["run", "--lateness", "0", "--format", "json", "--follow"];
    let file = home.write("events.jsonl", "");
    let mut command = home.command(&[&arguments[..], &[file.to_str().unwrap()], more].concat());
    let mut child = command.spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut made = BufReader::new(child.stdout.take().unwrap());
    // what comes before that does not count
    heard(&mut told, "runs a; ");
    let calls = |id: &str| {
        let call = json!({
            "id": id, "channel": "voice", "started_at": WallClock.now().to_string(), "messages": [],
            "attributes": [{"at_ms": 0, "name": "email", "value": format!("{id}@example.com")},
                           {"at_ms": 0, "name": "last_name", "value": "Caller"}],
            "ended_at_ms": 0
        });
        let mut file = std::fs::OpenOptions::new().append(true).open(&file).unwrap();
        file.write_all(text(&events(&[call])).as_bytes()).unwrap();
    };
    let mut ran = || -> String {
        let mut line = String::new();
        made.read_line(&mut line).unwrap();
        let record: Value = serde_json::from_str(&line).unwrap();
        record["conversation"].as_str().unwrap().to_owned()
    };
    calls("first");
    assert_eq!(ran(), "first");
    let action = home.path("actions/a.toml");
    let active = std::fs::read_to_string(&action).unwrap();
    let draft = active.replace("\"active\"", "\"draft\"");
    assert_ne!(draft, active);
    // a file that is half written may be seen, and told of, in between
    std::fs::write(&action, draft).unwrap();
    heard(&mut told, "no action is active any more");
    calls("second");
    std::fs::write(&action, active).unwrap();
    heard(&mut told, "as they are now");
    calls("third");
    assert_eq!(ran(), "third");
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_action_that_is_a_draft_by_now_does_not_run() {
    drafts_stop(&Home::new(), &[]);
}

#[tokio::test]
async fn an_action_that_stopped_counts_from_when_it_is_active_again() {
    let home = Home::new();
    home.write("data/x", "");
    let queue = SqliteQueue::open(&home.path("data/live.db")).unwrap();
    let at = |s: i64| jiff::Timestamp::from_second(s).unwrap();
    let ever = queue.since("a", at(10)).await.unwrap();
    assert!(ever < at(0), "nothing came before the first: it must not miss what waits outside");
    rusqlite::Connection::open(home.path("data/live.db"))
        .unwrap()
        .execute("INSERT INTO conversations VALUES ('c', 'text', '{}', 1, 0, NULL)", [])
        .unwrap();
    assert_eq!(queue.since("a", at(20)).await.unwrap(), ever, "asked again it stays");
    queue.stopped(&["a".into()]).await.unwrap();
    assert_eq!(queue.since("a", at(30)).await.unwrap(), at(30));
    assert_eq!(queue.since("a", at(40)).await.unwrap(), at(30));
}

#[test]
fn a_database_that_is_not_clearly_named_is_not_guessed() {
    let home = Home::new();
    home.action(&Settings::default());
    let file = home.write("events.jsonl", "");
    let file = file.to_str().unwrap();
    for (config, why) in [
        ("[run]\ndatabse = \"postgres://x@127.0.0.1/x\"\n", "did you mean `database`?"),
        ("[run]\ndatabase = 5\n", "config.toml:2"),
        ("[run\n", "config.toml:1"),
    ] {
        home.write("config.toml", config);
        for command in [
            &["run", "--events", file, "--until-idle"][..],
            &["queue"],
            &["runs"],
            &["purge", "--customer", "a@example.com"],
            &["migrate", "--to", "postgres"],
        ] {
            let out = home.run(command);
            assert_eq!(out.status.code(), Some(2), "{command:?} {config}: {}", errors(&out));
            assert!(errors(&out).contains(why), "{command:?}: {}", errors(&out));
        }
        let out = home.run(&["check"]);
        assert_eq!(out.status.code(), Some(1), "{config}");
    }
}

#[test]
fn refused_before_anything_runs() {
    let home = Home::new();
    home.action(&Settings::default());
    let refused = |arguments: &[&str]| {
        let out = home.run(arguments);
        assert_eq!(out.status.code(), Some(2), "{}", errors(&out));
        errors(&out)
    };
    assert!(refused(&["run"]).contains("no events can come"));
    #[cfg(not(feature = "postgres"))]
    assert!(refused(&["run", "--database", "postgres://x@127.0.0.1/x"]).contains("--features postgres"));
    assert!(refused(&["run", "--listen", "0.0.0.0:0"]).contains("give a secret"));
    let mut file = std::fs::File::create(home.path("secret")).unwrap();
    write!(file, "short").unwrap();
    let path = home.path("secret");
    assert!(refused(&["run", "--listen", "127.0.0.1:0", "--secret-file", path.to_str().unwrap()]).contains("shorter"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_hears_of_a_worker_and_that_it_ended() {
    use astra_zoho::app::effect::Effect;
    use astra_zoho::app::msg::Msg;
    use astra_zoho::runtime::{News, Outside, World as _};
    let home = Home::new();
    home.action(&Settings::default());
    let mut world = Outside::new(Some(home.path("")), std::sync::Arc::new(WallClock)).unwrap();
    let (to, mut news) = tokio::sync::mpsc::channel(256);
    world.answer_to(to);
    world.begin(Effect::LoadWorkspace);
    world.begin(Effect::WatchWorkspace);
    let mut until = async |wanted: fn(&astra_zoho::app::msg::LiveStanding) -> bool| loop {
        match tokio::time::timeout(Duration::from_secs(30), news.recv()).await {
            Ok(Some(News::Msg(Msg::Live(live)))) if live.standing.as_ref().is_ok_and(wanted) => break,
            Ok(Some(_)) => {}
            other => panic!("{other:?}"),
        }
    };
    let (child, url) = listening(&home, None);
    until(|s| s.workers.iter().any(|w| !w.ended)).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let event = json!({"event_id": "1", "conversation": "c", "channel": "text", "at": WallClock.now().to_string(),
        "type": "message", "role": "customer", "text": "hi"});
    assert_eq!(http.post(format!("{url}/v1/events")).body(event.to_string()).send().await.unwrap().status(), 202);
    until(|s| s.timers == 1).await;
    end(child);
    until(|s| s.workers.iter().all(|w| w.ended)).await;
}
