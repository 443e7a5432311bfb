//! What is kept and what is not: purging a customer and what is old, backups and restoring them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use astra_zoho::domain::conversation::{Channel, Role};
use astra_zoho::live::event::{Event, What};
use astra_zoho::live::queue::Queue as _;
use astra_zoho::live::sqlite::SqliteQueue;
use astra_zoho::ports::{Clock as _, WallClock};
use serde_json::{Value, json};

use crate::live_run::ran;
use crate::support::home::{Home, Settings, errors, records};
use crate::support::live::{essence, events, people, replayed, text};

/// Whether a text stands in any file that keeps runs or conversations, read as raw bytes: deleted is not enough. The
/// sandbox's contacts are the CRM's.
fn stands_somewhere(home: &Home, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![home.path("data")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.file_name().unwrap().to_str().unwrap().starts_with("sandbox.db") {
                let bytes = fs::read(&path).unwrap();
                if bytes.windows(text.len()).any(|w| w.eq_ignore_ascii_case(text.as_bytes())) {
                    found.push(path.display().to_string());
                }
            }
        }
    }
    found
}

fn log(home: &Home) -> Vec<Value> {
    records(&home.run(&["runs", "--format", "json"]))
}

#[test]
fn a_purged_customer_is_nowhere_and_the_others_stay() {
    let home = Home::new();
    home.action(&Settings::default());
    let conversations = people(30);
    home.write("events.jsonl", &text(&events(&conversations)));
    let before = ran(&home, "events.jsonl", "0");
    let gone = before.iter().find(|r| r["outcome"] == "created").unwrap()["email"].as_str().unwrap().to_owned();
    let theirs: Vec<&str> =
        before.iter().filter(|r| r["email"] == *gone).map(|r| r["conversation"].as_str().unwrap()).collect();
    let stays = before.iter().filter(|r| !theirs.contains(&r["conversation"].as_str().unwrap())).count();
    assert!(!stands_somewhere(&home, &gone).is_empty(), "the test would show nothing");
    home.write("data/answers/0a.json", &format!("{{\"content\":\"{gone}\"}}"));

    let out = home.run(&["purge", "--customer", &format!(" {} ", gone.to_uppercase())]);
    assert!(out.status.success(), "{}", errors(&out));
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(
        said.contains(&format!("{} runs left the log", before.len() - stays)) || before.len() - stays == 1,
        "{said}"
    );
    assert_eq!(stands_somewhere(&home, &gone), [""; 0]);
    assert_eq!(log(&home).len(), stays);
    // told once more, as by a file that is followed from its beginning, nothing comes back
    assert_eq!(ran(&home, "events.jsonl", "0"), [Value::Null; 0]);
    assert_eq!(stands_somewhere(&home, &gone), [""; 0]);
    let search = |words: &str| records(&home.run(&["runs", "--search", words, "--format", "json"])).len();
    assert_eq!(search(&gone), 0);
    let other = before.iter().find(|r| !r["email"].is_null() && r["email"] != *gone).unwrap();
    assert!(search(other["email"].as_str().unwrap()) > 0, "the index still finds the others");

    // nothing was lost of what Zoho holds, nor of whose contact it is
    home.write("again.jsonl", &format!("{}\n", json!({
        "id": "again", "channel": "text", "started_at": "2026-05-01T09:00:00Z",
        "messages": [{"at_ms": 0, "role": "customer", "text": "hello"}],
        "attributes": [{"at_ms": 0, "name": "email", "value": gone}, {"at_ms": 0, "name": "last_name", "value": "Other"}]
    })));
    let again =
        home.run(&["replay", "--conversations", home.path("again.jsonl").to_str().unwrap(), "--format", "json"]);
    let again = &records(&again)[0];
    assert_eq!((&again["created_through_astra"], &again["matches"]), (&json!(true), &json!(1)));
}

#[test]
fn a_customer_who_was_not_looked_up_yet_is_purged_too() {
    let home = Home::new();
    home.action(&Settings { offline: true, ..Settings::default() });
    // the queue, as a worker that is gone left it
    let queue = SqliteQueue::open(&home.path("data/live.db")).unwrap();
    let said = |id: &str, words: &str| Event {
        id: id.into(),
        conversation: id.into(),
        channel: Channel::Text,
        at: WallClock.now(),
        what: What::Message { role: Role::Customer, text: words.into() },
    };
    let events = [said("hers", "Hello,\nZoe@Example.com here"), said("another's", "mail joezoe@example.com")];
    let none = r#"{"at": "yesterday", "text": "it is\nzoe@example.com"#;
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        assert_eq!(queue.accept(&events, 0).await.unwrap(), [true, true]);
        queue.set_aside("a test", none, "no event", WallClock.now()).await.unwrap();
    });
    drop(queue);
    let standing = || records(&home.run(&["queue", "--format", "json"]))[0]["standing"].clone();
    assert_eq!((&standing()["timers"], &standing()["set_aside"]), (&json!(2), &json!(1)));
    let out = home.run(&["purge", "--customer", "zoe@example.com"]);
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(said.contains("1 conversation and 1 text set aside left the queue"), "{said}");
    let left = standing();
    assert_eq!((&left["timers"], &left["set_aside"]), (&json!(1), &json!(0)), "{left}");
    // told once more, it is known
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let queue = SqliteQueue::open(&home.path("data/live.db")).unwrap();
        assert_eq!(queue.accept(&events, 0).await.unwrap(), [false, false]);
        queue.set_aside("a test", none, "no event", WallClock.now()).await.unwrap();
    });
    assert_eq!(standing()["set_aside"], json!(0));
    for gone in ["Zoe@Example.com here", "nzoe@example.com"] {
        assert_eq!(stands_somewhere(&home, gone), [""; 0]);
    }
    assert_eq!(stands_somewhere(&home, "joezoe@example.com").len(), 1, "it is another's");
}

#[test]
fn what_is_old_leaves_the_log() {
    let home = Home::new();
    home.action(&Settings::default());
    let all = records(&home.run(&["replay", "--format", "json"]));
    let none = home.run(&["purge", "--older-than", "4000000"]);
    assert!(String::from_utf8(none.stdout).unwrap().contains("0 runs left"));
    assert_eq!(log(&home).len(), all.len());
    // a whole number of days back is somewhere in the day after the first run
    let times: Vec<jiff::Timestamp> = all.iter().map(|r| r["at"].as_str().unwrap().parse().unwrap()).collect();
    let days = WallClock.now().duration_since(times[0]).as_hours() / 24;
    let out = home.run(&["purge", "--older-than", &days.to_string()]);
    assert!(out.status.success(), "{}", errors(&out));
    let left = log(&home);
    assert!(left.len() < all.len());
    // the contacts were made today; had they been made long ago, their addresses would leave the ledger
    let ledger = || rusqlite::Connection::open(home.path("data/state.db")).unwrap();
    let known = |db: &rusqlite::Connection| -> i64 {
        db.query_row("SELECT count(*) FROM ledger WHERE email <> ''", [], |r| r.get(0)).unwrap()
    };
    assert!(known(&ledger()) > 0);
    ledger().execute("UPDATE ledger SET created_ms = 0", []).unwrap();
    assert!(home.run(&["purge", "--older-than", &days.to_string()]).status.success());
    assert_eq!(known(&ledger()), 0);
    for usage in [
        &["purge"][..],
        &["purge", "--customer", "a@b.example", "--older-than", "3"],
        &["purge", "--customer", "garbage"],
        &["purge", "--older-than", "0"],
        &["purge", "--everything"],
    ] {
        assert_eq!(home.run(usage).status.code(), Some(2), "{usage:?}");
    }
    assert!(home.run(&["purge", "--older-than", "0", "--everything"]).status.success());
    assert_eq!(log(&home), [Value::Null; 0]);
}

#[test]
fn a_backup_of_a_workspace_at_work_goes_on_as_the_workspace_did() {
    let conversations = people(60);
    let expected = replayed(&Settings::default(), &conversations);
    let home = Home::new();
    home.action(&Settings::default());
    let file = home.write("events.jsonl", &text(&events(&conversations)));
    let arguments = ["run", "--events", file.to_str().unwrap(), "--until-idle", "--lateness", "0", "--format", "json"];
    let mut child = home.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..10 {
        told.next().unwrap().unwrap();
    }
    let backup = home.path("backup");
    let out = home.run(&["backup", backup.to_str().unwrap()]);
    assert!(out.status.success(), "{}", errors(&out));
    // read to its end: it must not wait for somebody to listen
    told.for_each(|line| drop(line.unwrap()));
    assert!(child.wait().unwrap().success());

    let other = Home::new();
    let out = other.run(&["restore", backup.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}", errors(&out));
    other.write("events.jsonl", &text(&events(&conversations)));
    ran(&other, "events.jsonl", "0");
    let kept = essence(log(&other));
    assert_eq!(kept.len(), expected.len());
    for (id, record) in &expected {
        assert_eq!((&kept[id]["outcome"], &kept[id]["email"]), (&record["outcome"], &record["email"]), "{id}");
    }
    for (arguments, said) in [
        (vec!["restore", backup.to_str().unwrap()], "is not empty"),
        (vec!["restore", "/nowhere"], "is no workspace"),
        (vec!["backup", backup.to_str().unwrap()], "is not empty"),
    ] {
        let out = other.run(&arguments);
        assert!(!out.status.success() && errors(&out).contains(said), "{}", errors(&out));
    }
}

#[test]
fn secrets_are_in_a_backup_only_where_they_are_asked_for() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.action(&Settings::default());
    assert!(home.run(&["replay"]).status.success());
    let secret = home.path("secrets/crm.json");
    fs::create_dir_all(secret.parent().unwrap()).unwrap();
    fs::write(&secret, r#"{"planted":"s3cret"}"#).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let (without, with) = (home.path("without"), home.path("with"));
    assert!(home.run(&["backup", without.to_str().unwrap()]).status.success());
    assert!(home.run(&["backup", with.to_str().unwrap(), "--secrets"]).status.success());
    assert!(!without.join("secrets").exists());
    // the embedded CRM has credentials of its own: a copy without secrets gets new ones, its contacts stay
    let credentials = |folder: &std::path::Path| {
        let db = rusqlite::Connection::open(folder.join("data/sandbox.db")).unwrap();
        let all = "SELECT coalesce(group_concat(value), '') FROM meta WHERE key IN ('client_secret', 'refresh_token')";
        let secret: String = db.query_row(all, [], |row| row.get(0)).unwrap();
        let tokens: i64 = db
            .query_row("SELECT (SELECT count(*) FROM refresh) + (SELECT count(*) FROM access)", [], |row| row.get(0))
            .unwrap();
        (secret, tokens)
    };
    assert_eq!(credentials(&without), (String::new(), 0));
    assert!(!credentials(&with).0.is_empty());
    let bytes = fs::read(without.join("data/sandbox.db")).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(credentials(&with).0.split(',').all(|secret| !holds(secret)), "not in a free page either");
    let other = Home::new();
    assert!(other.run(&["restore", without.to_str().unwrap()]).status.success());
    let again = other.run(&["replay", "--format", "json"]);
    assert!(again.status.success(), "{}", errors(&again));
    assert!(records(&again).iter().all(|r| r["outcome"] != "created"), "its contacts are there, and its ledger");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(fs::read_to_string(with.join("secrets/crm.json")).unwrap(), r#"{"planted":"s3cret"}"#);
    assert_eq!((mode(&with.join("secrets/crm.json")), mode(&with.join("secrets")), mode(&with)), (0o600, 0o700, 0o700));
}
