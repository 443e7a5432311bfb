//! `astra-zoho extract`: what is found, from files and standard input, whatever stands between.

use std::io::{Read, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::home::{Home, Settings, errors, records};
use crate::support::terminal::{feed, shown, told};

fn line(id: &str, said: &str) -> String {
    let conversation = json!({"id": id, "channel": "text", "started_at": "2026-03-02T09:00:00Z",
        "attributes": [{"at_ms": 0, "name": "email", "value": "captured@example.com"}],
        "messages": [{"at_ms": 0, "role": "agent", "text": "May I have your email address?"},
                     {"at_ms": 65_000, "role": "customer", "text": said}]});
    format!("{conversation}\n")
}

#[test]
fn the_samples_have_the_documented_keys() {
    let home = Home::new();
    let output = home.run(&["extract", "--format", "json"]);
    assert_eq!((output.status.code(), errors(&output).as_str()), (Some(0), ""));
    let found = records(&output);
    assert!(found.len() >= 12);
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for record in &found {
        assert_eq!(keys(record), ["id", "attributes", "summary", "evidence"]);
        assert_eq!(keys(&record["attributes"]), keys(&record["evidence"]));
        for evidence in record["evidence"].as_object().unwrap().values() {
            assert_eq!(keys(evidence), ["at_ms", "role", "text", "sure"]);
        }
    }
    assert!(std::fs::read_dir(home.path("")).unwrap().next().is_none(), "it needs no workspace and makes none");
}

#[test]
fn in_the_order_of_the_input_with_the_words_in_which_each_was_found() {
    let home = Home::new();
    let first = home
        .write("first.jsonl", &(line("b", "ana@example.com") + &line("a", "It is bo@example.org, \u{1b}[31mthanks")));
    let arguments = ["extract", "--conversations", first.to_str().unwrap(), "--conversations", "-"];
    let text = feed(&mut home.command(&arguments), line("z", "no, thank you").as_bytes());
    shown!("text", told(&home, &text));
    let json = feed(&mut home.command(&[&arguments, ["--format", "json"].as_slice()].concat()), b"");
    let found = records(&json);
    assert_eq!(found.iter().map(|f| f["id"].as_str().unwrap()).collect::<Vec<_>>(), ["b", "a"]);
    // what the agent captured is not what was found
    assert_eq!(found[0]["attributes"], json!({"email": "ana@example.com"}));
    assert_eq!(
        found[0]["evidence"],
        json!({"email": {"at_ms": 65_000, "role": "customer", "text": "ana@example.com", "sure": 0.99}})
    );
    assert!(!json.stdout.contains(&0x1b));
}

#[test]
fn an_agent_that_cannot_be_read_is_told_and_so_are_settings() {
    let home = Home::new();
    home.write("agent.toml", "x = [");
    let refused = home.run(&["extract"]);
    assert_eq!((refused.status.code(), refused.stdout.is_empty()), (Some(2), true));
    assert!(errors(&refused).contains("agent.toml:1:"), "{}", errors(&refused));
    home.write("agent.toml", "name = \"Front desk\"");
    home.action(&Settings::default());
    home.write("config.toml", "[keys]\nno-such-command = \"x\"");
    for command in [["extract"].as_slice(), &["replay"]] {
        let told = home.run(command);
        assert_eq!(told.status.code(), Some(0));
        assert!(errors(&told).contains("config.toml:2:"), "{}", errors(&told));
    }
}

#[test]
fn a_line_that_is_no_conversation_and_a_file_that_is_not_there() {
    let home = Home::new();
    let bad = ["\n", "{\n", "{\"id\":\"x\"}\n", &line("fine", "ana@example.com"), "\u{feff}{}\n", "last without end"];
    let output =
        feed(&mut home.command(&["extract", "--conversations", "-", "--format", "json"]), bad.concat().as_bytes());
    shown!("bad_lines", told(&home, &output));
    let missing = home.run(&["extract", "--conversations", "/nowhere.jsonl"]);
    shown!("no_file", told(&home, &missing));
    let folder = home.run(&["extract", "--conversations", "/"]);
    assert_eq!((folder.status.code(), errors(&folder).lines().count()), (Some(2), 1), "{}", errors(&folder));
}

#[test]
fn a_line_of_50_megabytes_is_passed_over() {
    let home = Home::new();
    let mut child =
        home.command(&["extract", "--conversations", "-", "--format", "json"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(line("before", "ana@example.com").as_bytes()).unwrap();
    let piece = [b'x'; 1 << 16];
    for _ in 0..800 {
        stdin.write_all(&piece).unwrap();
    }
    stdin.write_all(b"\n").unwrap();
    stdin.write_all(line("after", "ana@example.com").as_bytes()).unwrap();
    // what it took to get there, while it waits for more
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    assert!(peak.is_none_or(|kb| kb < 80_000), "{peak:?} kB");
    drop(stdin);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        said,
        "standard input:2: not a conversation, passed over: it is 52 MB long and at most 16 MB are read; split the conversation\n"
    );
    assert_eq!(
        records(&output).iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
        ["before", "after"]
    );
}
