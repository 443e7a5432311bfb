//! Conversations as the events they are made of, and what runs live and in a replay must have in common.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command};

use serde_json::{Value, json};

use super::crowd;
use super::home::{Home, Settings, errors, records};

/// The events of conversations, each with when it comes, in order.
pub fn events(conversations: &[Value]) -> Vec<(i64, Value)> {
    let mut out = Vec::new();
    for c in conversations {
        let start: jiff::Timestamp = c["started_at"].as_str().unwrap().parse().unwrap();
        let mut n = 0;
        let mut tell = |at_ms: &Value, mut event: Value| {
            let at = start.as_millisecond() + at_ms.as_i64().unwrap();
            n += 1;
            event["event_id"] = json!(format!("e{n}"));
            event["conversation"] = c["id"].clone();
            event["channel"] = c["channel"].clone();
            event["at"] = json!(jiff::Timestamp::from_millisecond(at).unwrap().to_string());
            out.push((at, event));
        };
        let list = |key: &str| c[key].as_array().cloned().unwrap_or_default();
        // what counts at one time comes in this order
        for a in list("attributes") {
            tell(&a["at_ms"], json!({"type": "attribute", "name": a["name"], "value": a["value"]}));
        }
        for m in list("messages") {
            tell(&m["at_ms"], json!({"type": "message", "role": m["role"], "text": m["text"]}));
        }
        for t in list("triggers") {
            tell(&t["at_ms"], json!({"type": "trigger"}));
        }
        if c["channel"] == "voice" && !c["ended_at_ms"].is_null() {
            tell(&c["ended_at_ms"], json!({"type": "call_ended"}));
        }
    }
    out.sort_by_key(|(at, _)| *at);
    out
}

pub fn text(events: &[(i64, Value)]) -> String {
    events.iter().map(|(_, e)| format!("{e}\n")).collect()
}

/// Each event comes up to five minutes late; the same seed gives the same order.
pub fn shuffled(events: &[(i64, Value)], seed: u64) -> Vec<(i64, Value)> {
    let mut state = seed;
    let mut out: Vec<(i64, Value)> = events
        .iter()
        .map(|(at, e)| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (at + i64::try_from((state >> 33) % 300_000).unwrap(), e.clone())
        })
        .collect();
    out.sort_by_key(|(at, _)| *at);
    out
}

/// What must be the same: everything but costs, times and Zoho's ids; by run.
pub fn essence(records: Vec<Value>) -> BTreeMap<String, Value> {
    let n = records.len();
    let out: BTreeMap<String, Value> = records
        .into_iter()
        .map(|mut r| {
            let id = r["run_id"].as_str().unwrap().to_owned();
            let made = !r["contact_id"].is_null();
            for key in ["attempts", "requests", "credits", "duration_ms", "contact_id"] {
                r.as_object_mut().unwrap().remove(key);
            }
            r["contact"] = json!(made);
            (id, r)
        })
        .collect();
    assert_eq!(out.len(), n, "a run was made twice");
    out
}

pub fn replayed(settings: &Settings<'_>, conversations: &[Value]) -> BTreeMap<String, Value> {
    let home = Home::new();
    home.action(settings);
    let lines: String = conversations.iter().map(|c| format!("{c}\n")).collect();
    let file = home.write("c.jsonl", &lines);
    let out = home.run(&["replay", "--conversations", file.to_str().unwrap(), "--format", "json"]);
    assert!(out.status.success(), "{}", errors(&out));
    essence(records(&out))
}

pub fn people(n: u64) -> Vec<Value> {
    let all = crowd::conversations(7, n);
    all.lines().chain(astra_zoho::feed::SAMPLES.lines()).map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// `run --listen 127.0.0.1:0`, and the address that it tells, once it listens.
pub fn listening(command: &mut Command) -> (Child, String) {
    let mut child = command.spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("listening on ") {
        line.clear();
        assert_ne!(told.read_line(&mut line).unwrap(), 0, "it ended");
    }
    // whatever else it says must not fill the pipe
    std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
    (child, line.split("listening on ").nth(1).unwrap().trim().to_owned())
}
