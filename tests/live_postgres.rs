//! Live events on PostgreSQL: the same runs as on SQLite and in a replay, by any number of workers, whatever dies.

use std::io::{BufRead as _, BufReader};

use serde_json::{Value, json};

use astra_zoho::live::sqlite::SqliteQueue;

use crate::support::home::{Home, Settings, errors, records};
use crate::support::live::{essence, events, listening, people, replayed, shuffled, text};
use crate::support::postgres::{self, Database, database_or_skip};

fn ran(home: &Home, database: &Database, name: &str, lateness: &str) -> Vec<Value> {
    let file = home.path(name);
    let address = database.address();
    let out = home.run(&[
        "run",
        "--database",
        &address,
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

#[tokio::test(flavor = "multi_thread")]
async fn events_in_order_shuffled_and_doubled_make_the_runs_of_a_replay() {
    let conversations = people(60);
    let in_order = events(&conversations);
    let late = shuffled(&in_order, 3);
    let twice: Vec<(i64, Value)> = late.iter().flat_map(|e| [e.clone(), e.clone()]).collect();
    for (offline, cases) in [
        (false, vec![("order", &in_order, "0"), ("late", &late, "300"), ("twice", &twice, "300")]),
        (true, vec![("twice", &twice, "300")]),
    ] {
        let settings = Settings { offline, ..Settings::default() };
        let expected = replayed(&settings, &conversations);
        for (name, events, lateness) in cases {
            let database = database_or_skip!(postgres::database());
            let home = Home::new();
            home.action(&settings);
            home.write("events.jsonl", &text(events));
            let got = essence(ran(&home, &database, "events.jsonl", lateness));
            assert_eq!(got.len(), expected.len(), "{name}, offline {offline}");
            for (id, record) in &expected {
                assert_eq!(&got[id], record, "{name}, offline {offline}");
            }
            let again = ran(&home, &database, "events.jsonl", lateness);
            assert_eq!(again, [Value::Null; 0], "told again, nothing runs again");
            let kept = database.ask("SELECT count(*) FROM astra_zoho.runs").await;
            assert_eq!(kept, [[expected.len().to_string()]]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_is_a_draft_by_now_does_not_run_on_postgres() {
    let database = database_or_skip!(postgres::database());
    let address = database.address();
    let run = move || crate::live_run::drafts_stop(&Home::new(), &["--database", &address]);
    tokio::task::spawn_blocking(run).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn events_by_sql_what_is_none_and_an_operators_commands() {
    let database = database_or_skip!(postgres::database());
    let home = Home::new();
    home.action(&Settings::default());
    let queue = |rest: &[&str]| {
        let address = database.address();
        let out = home.run(&[&["queue", "--format", "json", "--database", &address], rest].concat());
        assert!(out.status.success(), "{}", errors(&out));
        out
    };
    let out = home.run(&["queue", "--database", &database.address()]);
    assert!(errors(&out).contains("holds no queue"), "{}", errors(&out));
    let schemas = "SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'astra%'";
    assert_eq!(database.ask(schemas).await, [["0"]], "looking makes nothing");
    home.write("none.jsonl", "");
    ran(&home, &database, "none.jsonl", "0");
    let event = |id: u32, rest: Value| {
        let mut event = json!({"event_id": format!("e{id}"), "conversation": "c'1", "channel": "voice", "at": "2026-03-02T09:00:00Z"});
        event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        format!("SELECT astra_zoho.add_event('{}'::jsonb);", event.to_string().replace('\'', "''"))
    };
    let told = [
        event(1, json!({"type": "attribute", "name": "email", "value": "Zoe@Example.com"})),
        event(2, json!({"type": "attribute", "name": "last_name", "value": "Zimmer"})),
        event(3, json!({"type": "message", "role": "customer", "text": "Hello"})),
        event(3, json!({"type": "message", "role": "customer", "text": "Hello"})),
        event(4, json!({"type": "call_ended"})),
        event(5, json!({"type": "wave"})),
    ];
    database.ask(&format!("BEGIN; {} COMMIT", told.concat())).await;
    // taken back: nothing comes
    database.ask(&format!("BEGIN; {} ROLLBACK", event(6, json!({"type": "trigger"})))).await;
    let told = records(&queue(&[]));
    assert_eq!(told[0]["standing"]["arriving"], json!(6), "by SQL, while nobody works");
    let made = ran(&home, &database, "none.jsonl", "0");
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!((&made[0]["email"], &made[0]["outcome"]), (&json!("zoe@example.com"), &json!("created")));
    let told = records(&queue(&[]));
    assert_eq!((&told[0]["standing"]["set_aside"], &told[0]["standing"]["due"]), (&json!(1), &json!(0)));
    assert!(told[1]["set_aside"]["why"].as_str().unwrap().contains("unknown variant `wave`"));

    // one that Zoho refused
    database
        .ask(
            "INSERT INTO astra_zoho.due (action, conversation, at_ms, ready_ms, email, moment, state, why)
             SELECT action, conversation, at_ms, at_ms, 'zoe@example.com', '{}', 'failed', 'DUPLICATE_DATA: again'
             FROM astra_zoho.runs, generate_series(1, 3)",
        )
        .await;
    let failed = records(&queue(&[]));
    assert_eq!((&failed[1]["run"]["state"], &failed[1]["run"]["tries"]), (&json!("failed"), &json!(0)));
    let number = failed[1]["run"]["seq"].to_string();
    let said = |rest: &[&str]| String::from_utf8(queue(rest).stdout).unwrap();
    assert_eq!(said(&["drop", &number]), "1 run was forgotten\n");
    assert_eq!(said(&["retry", "--all", "--why", "NOTHING"]), "0 runs are due again\n");
    assert_eq!(said(&["retry", "--all", "--why", "duplicate"]), "2 runs are due again\n");
    let jobs = "SELECT count(*) FROM astra_zoho_jobs.jobs WHERE task_identifier = 'run'";
    assert_eq!(database.ask(jobs).await, [["1"]], "one address, one lane");
    let purged = |what: &[&str]| {
        let address = database.address();
        let out = home.run(&[&["purge", "--database", &address], what].concat());
        assert!(out.status.success(), "{}", errors(&out));
        String::from_utf8(out.stdout).unwrap()
    };
    let said = purged(&["--older-than", "100000"]);
    assert!(said.ends_with("0 conversations left the queue, 0 runs left the log\n"), "{said}");
    let said = purged(&["--customer", " ZOE@example.com"]);
    assert!(said.ends_with("1 conversation left the queue, 1 run left the log\n"), "{said}");
    let gone = async || {
        for table in ["conversations", "events", "due", "heard_of", "runs"] {
            assert_eq!(database.ask(&format!("SELECT count(*) FROM astra_zoho.{table}")).await, [["0"]]);
        }
    };
    gone().await;
    let again = [event(7, json!({"type": "attribute", "name": "email", "value": "Zoe@Example.com"}))];
    database.ask(&again.concat()).await;
    assert_eq!(ran(&home, &database, "none.jsonl", "0"), [Value::Null; 0]);
    gone().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_stands_in_no_address_and_in_no_word() {
    let home = Home::new();
    home.action(&Settings::default());
    let refused = |arguments: &[&str]| {
        let out = home.run(arguments);
        assert_eq!(out.status.code(), Some(2), "{}", errors(&out));
        let said = errors(&out);
        assert!(!said.contains("geheim"), "{said}");
        said
    };
    assert!(refused(&["run", "--database", "postgres://me:geheim@127.0.0.1:1/x"]).contains("holds a password"));
    home.write("config.toml", "[run]\ndatabase = \"postgres://me@127.0.0.1:1/x\"\n");
    let none = home.write("none.jsonl", "");
    let to_the_end = ["run", "--until-idle", "--events", none.to_str().unwrap()];
    assert!(refused(&to_the_end).contains("the database x at 127.0.0.1 cannot be reached"));
    // without an end it is waited for
    let mut child = home.command(&["run"]).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(said.contains("x at 127.0.0.1 cannot be reached") && said.contains("waiting for it"), "{said}");
    assert!(!said.contains("geheim"));
    let file = home.write("secrets/database", "geheim\n");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert!(refused(&["queue"]).contains("secrets/database"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_workspace_kept_moves_and_what_waits_is_made_there() {
    let database = database_or_skip!(postgres::database());
    let home = Home::new();
    home.action(&Settings { offline: true, ..Settings::default() });
    let conversations = people(30);
    let expected = replayed(&Settings { offline: true, ..Settings::default() }, &conversations);
    let all = events(&conversations);
    // the first half is told at home; what no event is, is set aside
    let half = all.len() / 2;
    home.write("first.jsonl", &format!("{}{{\"event_id\":7}}\n", text(&all[..half])));
    home.write("all.jsonl", &text(&all));
    let alone = |file: &str| {
        let file = home.path(file);
        let out = home.run(&[
            "run",
            "--events",
            file.to_str().unwrap(),
            "--until-idle",
            "--lateness",
            "0",
            "--format",
            "json",
        ]);
        assert_eq!(out.status.code(), Some(1), "{}", errors(&out));
        essence(records(&out))
    };
    let first = alone("first.jsonl");
    assert!(first.len() > 5 && first.len() < expected.len());
    let migrate = || {
        let address = database.address();
        let out = home.run(&["migrate", "--to", "postgres", "--database", &address]);
        assert!(out.status.success(), "{}", errors(&out));
        String::from_utf8(out.stdout).unwrap()
    };
    let told: Vec<&Value> = all[..half].iter().map(|(_, e)| &e["conversation"]).collect();
    let known = told.iter().collect::<std::collections::HashSet<_>>().len();
    let created = first.values().filter(|r| r["outcome"] == "created").count();
    // as a screen does, which has it open all the while
    let watched = SqliteQueue::open(&home.path("data/live.db")).unwrap();
    let said = migrate();
    drop(watched);
    assert_eq!(
        said,
        format!(
            "moved {created} contacts of the ledger, {} runs of the log, 0 intents without a result, {known} conversations, \
             0 runs that wait, 1 text set aside\n",
            first.len()
        )
    );
    assert_eq!(
        migrate(),
        "moved 0 contacts of the ledger, 0 runs of the log, 0 intents without a result, 0 conversations, 0 runs that wait, \
         0 texts set aside\n"
    );
    let beside: Vec<String> = std::fs::read_dir(home.path("data"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("live.") && !name.ends_with(".lock") && !name.ends_with(".worker"))
        .collect();
    let [away] = &beside[..] else { panic!("{beside:?}") };
    let holds = |email: &str| {
        let bytes = std::fs::read(home.path("data").join(away)).unwrap();
        bytes.windows(email.len()).any(|w| w == email.as_bytes())
    };
    let someone = first.values().find_map(|r| r["email"].as_str()).unwrap();
    assert!(holds(someone), "what was put away is whole");
    let out = home.run(&["purge", "--customer", someone]);
    assert!(out.status.success(), "{}", errors(&out));
    assert!(!holds(someone), "purged, and still in what was put away");
    // told all of it there: the first half is known
    let rest = essence(ran(&home, &database, "all.jsonl", "0"));
    for id in rest.keys() {
        assert!(!first.contains_key(id), "made a second time: {id}");
    }
    let kept = database.ask("SELECT count(*), count(DISTINCT record::json ->> 'run_id') FROM astra_zoho.runs").await;
    let n = (first.len() + rest.len()).to_string();
    assert_eq!(kept, [[n.clone(), n]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_reads_a_databases_live_runs_and_mends_them() {
    use astra_zoho::app::effect::{Effect, From, QueueChange, RunFilter, Window};
    use astra_zoho::app::msg::{Generation, Msg};
    use astra_zoho::domain::run::Outcome;
    use astra_zoho::ports::WallClock;
    use astra_zoho::runtime::{News, Outside, World as _};

    let database = database_or_skip!(postgres::database());
    let home = Home::new();
    home.action(&Settings::default());
    let conversations = people(12);
    home.write("events.jsonl", &text(&events(&conversations)));
    let made = ran(&home, &database, "events.jsonl", "0");
    home.write("config.toml", &format!("[run]\ndatabase = \"{}\"\n", database.address()));

    // by command: the workspace's own log is empty, so these are the database's, in the order in which they were kept
    let shown = |more: &[&str]| records(&home.run(&[&["runs", "--format", "json"], more].concat()));
    assert_eq!(essence(shown(&[])), essence(made.clone()));
    let created = made.iter().filter(|r| r["outcome"] == "created").count();
    assert!(created > 5);
    assert_eq!(shown(&["--outcome", "created"]).len(), created);
    let someone = made.iter().find(|r| r["outcome"] == "created").unwrap()["email"].as_str().unwrap().to_owned();
    let of_them = made.iter().filter(|r| r["email"] == json!(someone)).count();
    assert_eq!(shown(&["--search", &someone.to_uppercase()]).len(), of_them, "{someone}");
    assert_eq!(shown(&["--search", &someone[..someone.len() - 2]]).len(), of_them);
    assert_eq!(shown(&["--search", "@@"]).len(), 0);

    // on the screen
    let mut world = Outside::new(Some(home.path("")), std::sync::Arc::new(WallClock)).unwrap();
    let (to, mut news) = tokio::sync::mpsc::channel(256);
    world.answer_to(to);
    let mut next = async || match tokio::time::timeout(std::time::Duration::from_secs(30), news.recv()).await {
        Ok(Some(News::Msg(msg))) => msg,
        other => panic!("{other:?}"),
    };
    world.begin(Effect::LoadWorkspace);
    world.begin(Effect::WatchWorkspace);
    let live = loop {
        if let Msg::Live(live) = next().await {
            break live;
        }
    };
    assert!(live.database.is_some());
    let standing = live.standing.unwrap();
    assert_eq!((standing.due, standing.failed, standing.workers.len()), (0, 0, 1));
    assert!(standing.workers[0].ended, "it ended by itself");
    assert_eq!(live.last_runs.len(), 1);
    let filter = RunFilter { action: Some("a".into()), live: true, ..RunFilter::default() };
    let window = Window { from: From::End, limit: 5 };
    world.begin(Effect::QueryRuns { generation: Generation(1), filter: filter.clone(), window });
    world.begin(Effect::CountRuns { generation: Generation(2), action: "a".into(), live: true });
    let page = loop {
        if let Msg::Runs { result, .. } = next().await {
            break result.unwrap();
        }
    };
    assert_eq!(
        (page.runs.len(), page.earlier, page.later, page.total.unwrap().runs),
        (5, true, false, made.len() as u64)
    );
    let counts = loop {
        if let Msg::RunCounts { result, .. } = next().await {
            break result.unwrap();
        }
    };
    let counted: u64 = counts.0.iter().filter(|t| t.outcome == Outcome::Created).map(|t| t.runs).sum();
    assert_eq!(counted, created as u64);
    assert!(counts.0.iter().all(|t| t.case.is_some()));
    let words = RunFilter { search: Some(someone.clone()), ..filter.clone() };
    world.begin(Effect::QueryRuns { generation: Generation(4), filter: words, window });
    let found = loop {
        if let Msg::Runs { result, generation: Generation(4), .. } = next().await {
            break result.unwrap();
        }
    };
    assert_eq!((found.total.unwrap().runs, found.runs.len()), (of_them as u64, of_them.min(5)));

    // a run that failed for good, as the log has it, is due again and the screen hears of it
    database
        .ask(
            "UPDATE astra_zoho.runs SET outcome = 'failed' WHERE id = (SELECT max(id) FROM astra_zoho.runs);
             INSERT INTO astra_zoho.due (action, conversation, at_ms, ready_ms, email, moment, state, why, stream, seq)
             SELECT action, conversation, at_ms, at_ms, email, '{}', 'failed', 'DUPLICATE_DATA: again', stream, seq
             FROM astra_zoho.runs ORDER BY id DESC LIMIT 1",
        )
        .await;
    world.begin(Effect::ListWaiting { generation: Generation(3) });
    let lines = loop {
        if let Msg::Waiting { result, .. } = next().await {
            break result.unwrap();
        }
    };
    assert!(lines.iter().any(|l| l.contains("DUPLICATE_DATA: again")), "{lines:?}");
    assert!(lines.iter().any(|l| l.contains("what would make it pass: ")), "{lines:?}");
    world.begin(Effect::ChangeQueue(QueueChange { retry: true, filter: filter.clone(), one: None }));
    let said = loop {
        if let Msg::QueueChanged(result) = next().await {
            break result.unwrap();
        }
    };
    assert_eq!(said, "1 run is due again");
    let live = loop {
        if let Msg::Live(live) = next().await {
            break live;
        }
    };
    assert_eq!(live.standing.unwrap().due, 1);
    let last = page.runs.last().unwrap().place;
    world.begin(Effect::ChangeQueue(QueueChange { retry: false, filter, one: Some(last) }));
    let said = loop {
        if let Msg::QueueChanged(result) = next().await {
            break result.unwrap();
        }
    };
    assert!(said.starts_with("none waits as failed any more"), "{said}");
    // whoever works says so, and the screen looks at once
    database
        .ask("INSERT INTO astra_zoho.workers VALUES ('other:1', 0, clock_timestamp(), false); NOTIFY astra_zoho")
        .await;
    let live = loop {
        if let Msg::Live(live) = next().await
            && live.standing.as_ref().is_ok_and(|s| s.workers.len() == 2)
        {
            break live;
        }
    };
    assert!(live.standing.unwrap().workers.iter().any(|w| !w.ended));
}

/// A worker with nothing to do looks a few times a second, and lives: what it asks while it says three times that it does.
#[tokio::test(flavor = "multi_thread")]
async fn an_idle_worker_leaves_postgres_alone() {
    let database = database_or_skip!(postgres::alone());
    let home = Home::new();
    home.action(&Settings::default());
    let address = database.address();
    let arguments = ["run", "--database", &address, "--listen", "127.0.0.1:0", "--lateness", "0"];
    let (mut child, _) = listening(home.command(&arguments).stdout(std::process::Stdio::null()));
    let asked = async || -> u64 {
        // what the sessions did is counted once they rest
        let sql = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";
        database.ask(sql).await[0][0].parse().unwrap()
    };
    let lives = async || database.ask("SELECT max(seen_at)::text FROM astra_zoho.workers").await;
    let (mut beats, mut last, mut first, mut looks) = (0, lives().await, 0, 0);
    while beats < 6 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        looks += 2;
        let now = lives().await;
        if now != last {
            (beats, last) = (beats + 1, now);
            // three beats to start, three to be measured
            if beats == 3 {
                (first, looks) = (asked().await, 0);
            }
        }
    }
    let of_worker = (asked().await - first).saturating_sub(looks);
    assert!(of_worker < 400, "{of_worker} transactions while a second passed three times");
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_database_is_gone_events_are_refused_and_none_acknowledged_is_lost() {
    let database = database_or_skip!(postgres::alone());
    let home = Home::new();
    home.action(&Settings { offline: true, ..Settings::default() });
    let address = database.address();
    let arguments = ["run", "--database", &address, "--listen", "127.0.0.1:0", "--lateness", "0"];
    let (mut child, url) = listening(home.command(&arguments).stdout(std::process::Stdio::null()));
    let url = format!("{url}/v1/events");
    let http = reqwest::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(60)).build().unwrap();
    let now = astra_zoho::ports::Clock::now(&astra_zoho::ports::WallClock).to_string();
    let send = async |n: usize| {
        let event = json!({"event_id": n.to_string(), "conversation": format!("c{}", n % 7), "channel": "text", "at": now,
            "type": "message", "role": "customer", "text": "hi"});
        http.post(&url).body(event.to_string()).send().await.unwrap().status().as_u16()
    };
    let mut acknowledged = std::collections::BTreeSet::new();
    let mut refused = 0;
    for n in 0..120 {
        if n == 40 {
            database.cluster.crash();
        }
        if n == 60 {
            database.cluster.start_again();
        }
        match send(n).await {
            202 => drop(acknowledged.insert(n.to_string())),
            503 => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert!(refused >= 20, "{refused}");
    // it is taken up again by itself
    let mut status = 0;
    for _ in 0..600 {
        status = send(1000).await;
        if status == 202 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(status, 202);
    acknowledged.insert("1000".into());
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
    child.wait().unwrap();
    let kept: std::collections::BTreeSet<String> =
        database.ask("SELECT event_id FROM astra_zoho.events").await.into_iter().map(|mut r| r.remove(0)).collect();
    assert!(acknowledged.is_subset(&kept), "{:?}", acknowledged.difference(&kept));
    assert!(acknowledged.len() >= 40);
}
