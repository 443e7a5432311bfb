//! `astra-zoho runs`: the log as text, JSON and CSV, whole or in part, whatever else goes on.

use serde_json::{Value, json};

use crate::support::crowd::conversations;
use crate::support::home::{Home, Settings, errors, records};
use crate::support::terminal::{feed, shown, told};

fn line(id: &str, started_at: &str, email: &str, name: &str) -> String {
    let attributes = json!([
        {"at_ms": 0, "name": "email", "value": email}, {"at_ms": 0, "name": "last_name", "value": name},
        {"at_ms": 0, "name": "summary", "value": "Wanted a \"tent\", green;\nasked twice."}
    ]);
    let conversation = json!({"id": id, "channel": "text", "started_at": started_at, "attributes": attributes,
        "messages": [{"at_ms": 0, "role": "customer", "text": "Hello"}]});
    format!("{conversation}\n")
}

const ODD_ID: &str = "odd, \"quoted\"\nid \u{1b}[31m";

/// Three runs: created, created, and one without an address.
fn a_log() -> Home {
    let home = Home::new();
    home.action(&Settings::default());
    let input = [
        line("one", "2026-03-02T09:00:00Z", "ana@example.com", "Núñez"),
        line(ODD_ID, "2026-03-03T09:00:00Z", "Bo@Example.com", "Öz"),
        line("three", "2026-03-04T09:00:00Z", "nobody", "Nobody"),
    ];
    let file = home.write("c.jsonl", &input.concat());
    let replayed = home.run(&["replay", "--conversations", file.to_str().unwrap()]);
    assert!(replayed.status.success(), "{}", errors(&replayed));
    home
}

fn ids(home: &Home, arguments: &[&str]) -> Vec<String> {
    let output = home.run(&[&["runs", "--format", "json"], arguments].concat());
    assert!(output.status.success(), "{}", errors(&output));
    records(&output).iter().map(|r| r["conversation"].as_str().unwrap().to_owned()).collect()
}

/// RFC 4180, read by its grammar.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if cell.is_empty() => loop {
                match chars.next().unwrap() {
                    '"' if chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
                    '"' => break,
                    c => cell.push(c),
                }
            },
            ',' => row.push(std::mem::take(&mut cell)),
            '\r' => {
                assert_eq!(chars.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => {
                assert!(!matches!(c, '\n' | '"'), "in an unquoted cell");
                cell.push(c);
            }
        }
    }
    assert!(cell.is_empty() && row.is_empty());
    rows
}

#[test]
fn the_same_records_as_replay_in_every_format() {
    let home = a_log();
    shown!("text", told(&home, &home.run(&["runs"])));

    let output = home.run(&["runs", "--format", "json"]);
    assert!(!output.stdout.contains(&0x1b), "nothing that a terminal obeys");
    let json = records(&output);
    let replayed = records(&home.run(&[
        "replay",
        "--dry-run",
        "--conversations",
        home.path("c.jsonl").to_str().unwrap(),
        "--format",
        "json",
    ]));
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&json[0]), keys(&replayed[0]));
    assert_eq!(json[0]["run_id"], replayed[0]["run_id"]);

    let output = home.run(&["runs", "--format", "csv", "--outcome", "created"]);
    let rows = csv(std::str::from_utf8(&output.stdout).unwrap());
    assert_eq!(rows[0], keys(&json[0]));
    let cell = |name: &str| rows[2][rows[0].iter().position(|k| k == name).unwrap()].clone();
    assert_eq!(cell("conversation"), ODD_ID.replace('\u{1b}', "␛"));
    assert_eq!((cell("email").as_str(), cell("outcome").as_str()), ("bo@example.com", "created"));
    assert_eq!((cell("episode").as_str(), cell("error").as_str(), cell("dry_run").as_str()), ("1", "", "false"));
    let created = json.iter().find(|r| r["email"] == "bo@example.com").unwrap();
    assert_eq!(serde_json::from_str::<Value>(&cell("changes")).unwrap(), created["changes"]);
    assert_eq!(serde_json::from_str::<Value>(&cell("left_out")).unwrap(), created["left_out"]);
    assert_eq!(cell("warnings"), "[]");
}

#[test]
fn a_part_of_the_log() {
    let home = a_log();
    assert_eq!(ids(&home, &[]), ["one", ODD_ID, "three"], "oldest first");
    assert_eq!(ids(&home, &["--outcome", "created"]), ["one", ODD_ID]);
    assert_eq!(ids(&home, &["--outcome", "skipped"]), ["three"]);
    assert_eq!(ids(&home, &["--since", "2026-03-03"]), [ODD_ID, "three"]);
    assert_eq!(ids(&home, &["--since", "2026-03-03T09:10:00.001Z"]), ["three"]);
    assert_eq!(ids(&home, &["--since", "2026-03-03T11:00:00+02:00"]), [ODD_ID, "three"]);
    assert_eq!(ids(&home, &["--since", "100y"]), ["one", ODD_ID, "three"]);
    assert_eq!(ids(&home, &["--search", "ÖZ"]), [ODD_ID], "a written value, whatever its case");
    assert_eq!(ids(&home, &["--search", "EXAMPLE.com", "--since", "2026-03-03"]), [ODD_ID]);
    assert_eq!(ids(&home, &["--search", "no_email"]), ["three"]);

    // nothing is no failure; somebody who reads is told
    let none = home.run(&["runs", "--since", "1h", "--format", "csv"]);
    assert_eq!((none.status.code(), csv(std::str::from_utf8(&none.stdout).unwrap()).len()), (Some(0), 1));
    shown!("none_like_that", told(&home, &home.run(&["runs", "--search", "zzz"])));
    let home = Home::new();
    shown!("none_yet", told(&home, &home.run(&["runs"])));
    for wrong in [["--since", "yesterday"], ["--outcome", "great"], ["--format", "xml"]] {
        assert_eq!(home.run(&[&["runs"], wrong.as_slice()].concat()).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn the_log_is_damaged_or_newer() {
    let home = a_log();
    rusqlite::Connection::open(home.path("data/state.db")).unwrap().pragma_update(None, "user_version", 999).unwrap();
    for command in [["runs"].as_slice(), &["replay"], &[]] {
        let newer = home.run(command);
        assert_eq!(newer.status.code(), Some(2), "{command:?}");
        assert!(errors(&newer).contains("made by a newer astra-zoho: update this program"), "{}", errors(&newer));
    }
    for name in ["data/state.db-wal", "data/state.db-shm"] {
        let path = home.path(name);
        if path.exists() {
            std::fs::remove_file(path).unwrap();
        }
    }
    home.write("data/state.db", &"damaged ".repeat(2000));
    for command in [["runs"].as_slice(), &["replay"], &[]] {
        let damaged = home.run(command);
        assert_eq!(damaged.status.code(), Some(2), "{command:?}");
        assert!(errors(&damaged).contains("is damaged: restore a copy"), "{}", errors(&damaged));
        assert_eq!(errors(&damaged).lines().count(), 1);
    }
}

#[test]
fn somebody_who_may_only_read_reads() {
    let home = a_log();
    let output = home.readers_command(&["runs", "--format", "json"]).output().unwrap();
    home.let_write();
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(records(&output).len(), 3);
}

#[test]
fn others_write_meanwhile() {
    let home = Home::new();
    home.action(&Settings::default());
    let file = home.write("many.jsonl", &conversations(1, 120));
    let replay = ["replay", "--format", "json", "--conversations", file.to_str().unwrap()];
    let mut writers: Vec<_> = (0..2).map(|_| home.command(&replay).spawn().unwrap()).collect();
    let mut outputs: Vec<_> = Vec::new();
    let mut before = 0;
    while let Some(mut writer) = writers.pop() {
        while writer.try_wait().unwrap().is_none() {
            // an unread pipe would hold the writer up
            if outputs.is_empty() {
                let stdout = writer.stdout.take().unwrap();
                outputs.push(std::thread::spawn(move || std::io::read_to_string(stdout).unwrap()));
                let other = writers[0].stdout.take().unwrap();
                outputs.push(std::thread::spawn(move || std::io::read_to_string(other).unwrap()));
            }
            let now = ids(&home, &[]).len();
            assert!(now >= before);
            before = now;
        }
        assert!(writer.wait().unwrap().success());
    }
    let printed: usize = outputs.into_iter().map(|o| o.join().unwrap().lines().count()).sum();
    assert!(printed > 100);
    assert_eq!(ids(&home, &[]).len(), printed, "what both printed is what the log holds");
}

#[test]
fn a_line_that_is_none_does_not_stop_the_others() {
    let home = Home::new();
    home.action(&Settings::default());
    let input = [
        line("first", "2026-03-02T09:00:00Z", "ana@example.com", "Núñez"),
        "{\"id\":\n".into(),
        line("second", "2026-03-02T09:00:00Z", "ana@example.com", "Núñez"),
    ];
    let mut command = home.command(&["replay", "--conversations", "-", "--format", "json"]);
    let output = feed(&mut command, input.concat().as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).starts_with("standard input:2: not a conversation, passed over: "), "{}", errors(&output));
    assert_eq!(ids(&home, &[]).len(), 2);
}
