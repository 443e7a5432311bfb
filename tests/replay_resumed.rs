//! `replay --resume` after Ctrl-C and an edit, as an operator does it.

use std::io::{BufRead as _, BufReader};
use std::process::Command;

use serde_json::Value;

use crate::support::home::{Home, Settings, errors, records};

const CONVERSATIONS: [&str; 3] = [
    r#"{"id":"one","channel":"text","started_at":"2026-03-02T09:00:00Z","messages":[{"at_ms":0,"role":"customer","text":"hi"}],"attributes":[{"at_ms":0,"name":"email","value":"one@example.com"},{"at_ms":0,"name":"last_name","value":"One"}]}"#,
    r#"{"id":"two","channel":"text","started_at":"2026-03-02T19:00:00Z","messages":[{"at_ms":0,"role":"customer","text":"hi"}],"attributes":[{"at_ms":0,"name":"email","value":"two@example.com"},{"at_ms":0,"name":"last_name","value":"Two"}]}"#,
    r#"{"id":"three","channel":"text","started_at":"2026-03-03T19:00:00Z","messages":[{"at_ms":0,"role":"customer","text":"hi"}],"attributes":[{"at_ms":0,"name":"email","value":"three@example.com"},{"at_ms":0,"name":"last_name","value":"Three"}]}"#,
];

fn conversations_of(records: &[Value]) -> Vec<&str> {
    records.iter().map(|r| r["conversation"].as_str().unwrap()).collect()
}

/// Runs until the first record is told, the next being due in hours, then sends Ctrl-C.
fn stopped_after_one(home: &Home, arguments: &[&str]) -> Value {
    let mut child = home.command(&[arguments, &["--speed", "1"]].concat()).spawn().unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
    let record = serde_json::from_str(&told.next().unwrap().unwrap()).unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(told.map_while(Result::ok).collect::<Vec<_>>(), [""; 0]);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert!(errors(&output).contains("--resume"), "{}", errors(&output));
    record
}

#[test]
fn an_edited_action_goes_on_with_force_and_runs_nothing_twice() {
    let home = Home::new();
    home.action(&Settings::default());
    let input = home.write("c.jsonl", &CONVERSATIONS.join("\n"));
    let replay = ["replay", "--format", "json", "--conversations", input.to_str().unwrap()];
    let resume = [&replay[..], &["--resume"]].concat();
    let force = [&resume[..], &["--force"]].concat();
    assert_eq!(stopped_after_one(&home, &replay)["conversation"], "one");

    home.action(&Settings { update: true, ..Settings::default() });
    let refused = home.run(&resume);
    assert_eq!((refused.status.code(), records(&refused)), (Some(1), vec![]));
    assert!(errors(&refused).contains("--force"), "{}", errors(&refused));
    assert_eq!(stopped_after_one(&home, &force)["conversation"], "two");

    // edited back: the places of before and after are no longer comparable, so this too is asked for
    home.action(&Settings::default());
    let refused = home.run(&resume);
    assert_eq!((refused.status.code(), records(&refused)), (Some(1), vec![]));
    let ended = home.run(&force);
    assert_eq!(ended.status.code(), Some(0), "{}", errors(&ended));
    assert_eq!(conversations_of(&records(&ended)), ["three"]);
    let log = records(&home.run(&["runs", "--format", "json"]));
    let mut kept = conversations_of(&log);
    kept.sort_unstable();
    assert_eq!(kept, ["one", "three", "two"]);
}

#[test]
fn a_dry_run_puts_nothing_back_to_its_start() {
    let home = Home::new();
    home.action(&Settings::default());
    let output = home.run(&["replay", "--dry-run", "--fresh"]);
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
    assert!(errors(&output).contains("a dry run leaves everything as it is: leave --fresh out"), "{}", errors(&output));
    let active = std::fs::read_to_string(home.path("actions/a.toml")).unwrap();
    home.write("actions/a.toml", &active.replace("state = \"active\"", "state = \"draft\""));
    let output = home.run(&["replay", "a", "--fresh"]);
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
    assert!(errors(&output).contains("is a draft, which is replayed as a dry run"), "{}", errors(&output));
}
