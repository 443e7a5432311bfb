//! What must hold whatever goes wrong: faults of every kind, and a process killed at any moment. Two seeds with 60
//! conversations; `SEEDS=20` takes the seeds 1 to 20 with 300.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, BufReader};

use astra_zoho::sandbox::{Options, Server, faults::Faults};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::support::crowd::{Dice, conversations, foreign};
use crate::support::home::{Home, Settings, errors, records};

fn scale() -> (u64, u64) {
    match std::env::var("SEEDS").ok().and_then(|s| s.parse().ok()) {
        Some(seeds) => (seeds, 300),
        None => (2, 60),
    }
}

/// Zoho on a file in the workspace, so that its contacts can be read afterwards without faults.
async fn zoho(home: &Home, faults: &str) -> Server {
    let mut options = Options::new(std::sync::Arc::new(|| "2026-03-02T09:00:00Z".parse::<Timestamp>().unwrap()));
    options.data = Some(home.path("zoho.db"));
    options.contacts = Some(Value::from(foreign(40)).to_string());
    options.faults = Faults::parse(faults).unwrap();
    // faults make many tokens; the limit on them has its own tests
    options.rules.token_limit = false;
    Server::start(options, "127.0.0.1:0".parse().unwrap()).await.unwrap()
}

pub type Contact = Map<String, Value>;

/// Every contact, read by a client that is not ours.
pub async fn contacts(home: &Home) -> Vec<Contact> {
    use secrecy::ExposeSecret;
    let server = zoho(home, "").await;
    let c = server.credentials();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", &c.client_id),
        ("client_secret", c.client_secret.expose_secret()),
        ("refresh_token", c.refresh_token.expose_secret()),
    ];
    let token: Value =
        http.post(format!("{}/oauth/v2/token", c.accounts_url)).form(&form).send().await.unwrap().json().await.unwrap();
    let auth = format!("Zoho-oauthtoken {}", token["access_token"].as_str().unwrap());
    let mut out = Vec::new();
    for page in 1.. {
        let query = [
            ("fields", "Email,Last_Name,Phone,Mailing_City,Description,Title"),
            ("page", &page.to_string()),
            ("sort_by", "id"),
            ("sort_order", "asc"),
        ];
        let url = format!("{}/crm/v8/Contacts", c.api_url);
        let answer = http.get(url).header("Authorization", &auth).query(&query).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        out.extend(body["data"].as_array().unwrap().iter().map(|c| c.as_object().unwrap().clone()));
        if body["info"]["more_records"] != true {
            break;
        }
    }
    server.stop().await;
    out
}

fn text<'v>(of: &'v Map<String, Value>, key: &str) -> &'v str {
    of.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn ids(records: &[Value]) -> Vec<String> {
    let mut ids: Vec<String> = records.iter().map(|r| r["run_id"].as_str().unwrap().to_owned()).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_fault_no_contact_twice_no_forbidden_field_every_run_accounted_for() {
    let (seeds, n) = scale();
    let mut tally: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 1..=seeds {
        for offline in [false, true] {
            let home = Home::new();
            let server = zoho(&home, &format!("seed={seed}; all:10%")).await;
            home.connect("zoho", server.credentials());
            home.action(&Settings { account: "zoho", offline, ..Settings::default() });
            let input = conversations(seed, n);
            let file = home.write("in.jsonl", &input);
            let file = file.to_str().unwrap();
            // the metadata of the start is asked under faults too: a refusal there is a refusal, tried again by hand; and
            // tokens that are refused again and again end a replay, which is resumed
            let (mut tries, mut got) = (0, Vec::new());
            let output = loop {
                let resume: &[&str] = if got.is_empty() { &[] } else { &["--resume"] };
                let replay = ["replay", "a", "--format", "json", "--conversations", file];
                let output = home.run(&[&replay[..], resume].concat());
                let made = records(&output);
                let ended = made.is_empty() || errors(&output).contains("--resume goes on");
                got.extend(made);
                tries += 1;
                if !ended || tries == 40 {
                    break output;
                }
            };
            server.stop().await;
            assert!(!got.is_empty(), "seed {seed}: {}", errors(&output));

            // every run that a quiet day would have had, exactly once
            let quiet = Home::new();
            quiet.action(&Settings { offline, ..Settings::default() });
            let want = records(&quiet.run(&["replay", "a", "--dry-run", "--format", "json", "--conversations", file]));
            assert_eq!(ids(&got), ids(&want), "seed {seed}");

            let (mut failed, last) = (0, records(&output));
            for r in &got {
                let outcome = r["outcome"].as_str().unwrap();
                *tally.entry(outcome.to_owned()).or_default() += 1;
                if outcome == "failed" {
                    failed += u64::from(last.contains(r));
                    assert!(!r["error"]["code"].as_str().unwrap().is_empty(), "{r}");
                    *tally.entry(format!("  {}", r["error"]["code"].as_str().unwrap())).or_default() += 1;
                } else {
                    assert_eq!(r["error"], Value::Null, "{r}");
                }
                let foreign = r["created_through_astra"] == false && outcome == "updated";
                let summary_only = r["changes"].as_array().unwrap().iter().all(|c| c["astra"] == "summary");
                assert!(!foreign || summary_only, "{r}");
            }
            assert_eq!(output.status.code(), Some(i32::from(failed > 0)), "{}", errors(&output));

            let mut by_email: BTreeMap<String, u64> = BTreeMap::new();
            for c in contacts(&home).await {
                *by_email.entry(text(&c, "Email").to_lowercase()).or_default() += 1;
                if text(&c, "Title") == "foreign" {
                    let i: usize = text(&c, "Last_Name").trim_start_matches("Before").parse().unwrap();
                    let before = &foreign(40)[i];
                    for key in ["Email", "Last_Name", "Phone", "Mailing_City"] {
                        assert_eq!(text(&c, key), before[key], "seed {seed}: {key} of a foreign contact");
                    }
                }
            }
            let twice: Vec<_> = by_email.iter().filter(|(_, n)| **n > 1).collect();
            assert!(twice.is_empty(), "seed {seed}, offline {offline}: twice: {twice:?}");
        }
    }
    println!("outcomes under faults, {seeds} seeds, {n} conversations: {tally:#?}");
}

/// Records without what may differ.
fn told(records: &[Value]) -> Vec<String> {
    let mut out: Vec<String> = records
        .iter()
        .map(|r| {
            let mut r = r.as_object().unwrap().clone();
            for key in ["attempts", "requests", "credits", "duration_ms"] {
                r.remove(key);
            }
            Value::from(r).to_string()
        })
        .collect();
    out.sort_unstable();
    out
}

/// Plays to the end, killed now and then; returns every record told, and how often it was killed.
fn play(home: &Home, file: &str, mut dice: Option<Dice>, kills: u64) -> (Vec<Value>, u64) {
    let mut killed = 0;
    loop {
        let mut arguments = vec!["replay", "a", "--format", "json", "--conversations", file];
        if killed > 0 {
            arguments.push("--resume");
        }
        let mut child = home.command(&arguments).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        if let Some(dice) = dice.as_mut().filter(|_| killed < kills) {
            let after = dice.roll(10);
            for _ in 0..=after {
                if lines.next().is_none() {
                    break;
                }
            }
            // somewhere inside the next run
            for _ in 0..dice.roll(3_000_000) {
                std::hint::spin_loop();
            }
            child.kill().unwrap();
            killed += 1;
        } else {
            lines.for_each(|l| drop(l.unwrap()));
        }
        let output = child.wait_with_output().unwrap();
        match output.status.code() {
            Some(0) => break,
            None => {}
            // killed before it had written anything down, or when all was done
            Some(1) if errors(&output).contains("no unfinished replay") => {
                if !records(&home.run(&["runs", "--format", "json"])).is_empty() {
                    break;
                }
                killed = 0;
            }
            other => panic!("{other:?} {}", errors(&output)),
        }
    }
    (records(&home.run(&["runs", "--format", "json"])), killed)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_resumed_it_ends_as_if_never_killed() {
    let (seeds, n) = scale();
    let kills = if seeds > 2 { 20 } else { 6 };
    for seed in 1..=seeds {
        let mut ends = Vec::new();
        for kill in [false, true] {
            let home = Home::new();
            let server = zoho(&home, "").await;
            home.connect("zoho", server.credentials());
            home.action(&Settings { account: "zoho", offline: seed % 2 == 0, ..Settings::default() });
            let file = home.write("in.jsonl", &conversations(seed, n));
            let (records, killed) = play(&home, file.to_str().unwrap(), kill.then(|| Dice::new(seed)), kills);
            assert!(!kill || killed > 0);
            server.stop().await;
            let unique: HashSet<&str> = records.iter().map(|r| r["run_id"].as_str().unwrap()).collect();
            assert_eq!(unique.len(), records.len(), "a run stands twice");
            ends.push((told(&records), contacts(&home).await));
        }
        let (never, killed) = (&ends[0], &ends[1]);
        assert_eq!(never.0, killed.0, "seed {seed}: records");
        assert_eq!(never.1, killed.1, "seed {seed}: contacts");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_zoho_holds_is_what_the_records_say() {
    for offline in [false, true] {
        let home = Home::new();
        let server = zoho(&home, "").await;
        home.connect("zoho", server.credentials());
        home.action(&Settings { account: "zoho", offline, ..Settings::default() });
        let file = home.write("in.jsonl", &conversations(7, 200));
        let output = home.run(&["replay", "a", "--format", "json", "--conversations", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        server.stop().await;
        let mut held: BTreeMap<String, Contact> = foreign(40)
            .into_iter()
            .map(|c| (c["id"].as_str().unwrap().to_owned(), c.as_object().unwrap().clone()))
            .collect();
        for r in records(&output) {
            let Some(id) = r["contact_id"].as_str() else { continue };
            assert_eq!(r["outcome"] == "created", !held.contains_key(id), "{r}");
            let contact = held.entry(id.to_owned()).or_default();
            for c in r["changes"].as_array().unwrap() {
                let field = c["zoho"].as_str().unwrap();
                assert_eq!(c["from"], contact.get(field).cloned().unwrap_or_default(), "{r}");
                contact.insert(field.to_owned(), c["to"].clone());
            }
        }
        let found = contacts(&home).await;
        assert_eq!(found.len(), held.len());
        for c in found {
            let want = &held[text(&c, "id")];
            for key in ["Email", "Last_Name", "Phone", "Mailing_City", "Description"] {
                assert_eq!(text(&c, key), text(want, key), "{key} of {}", text(&c, "id"));
            }
        }
    }
}

#[test]
fn offline_sync_costs_little_for_each_new_contact() {
    let home = Home::new();
    home.action(&Settings { offline: true, ..Settings::default() });
    let line = |i: u64| {
        format!(
            r#"{{"id":"c-{i}","channel":"text","started_at":"2026-03-02T09:{:02}:{:02}Z","messages":[],"attributes":[{{"at_ms":0,"name":"email","value":"new-{i}@example.com"}},{{"at_ms":0,"name":"last_name","value":"N"}}]}}"#,
            i / 60 % 60,
            i % 60
        )
    };
    let input: Vec<String> = (0..1000).map(line).collect();
    let file = home.write("in.jsonl", &input.join("\n"));
    let got = records(&home.run(&["replay", "a", "--format", "json", "--conversations", file.to_str().unwrap()]));
    let sum = |key: &str| got.iter().map(|r| r[key].as_f64().unwrap()).sum::<f64>();
    assert!(got.iter().all(|r| r["outcome"] == "created"));
    assert_eq!(got.len(), 1000);
    // 20 look-ups and 10 writes; a credit for each look-up and for each 10 records
    assert!((sum("requests") - 30.0).abs() < 0.5, "{} requests", sum("requests"));
    assert!((sum("credits") - 120.0).abs() < 0.5, "{} credits", sum("credits"));
}
