//! The built-in samples: the first thing anybody sees replayed. Here stands what they are there to show.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::home::{Home, errors, records as json_lines};

const SAMPLES: &str = include_str!("../samples/conversations.jsonl");
const ACTION: &str = include_str!("../samples/workspace/actions/save-contact.toml");
const AGENT: &str = include_str!("../samples/workspace/agent.toml");

/// A workspace with the example action, edited.
fn home(edits: &[(&str, &str)]) -> Home {
    let mut action = ACTION.to_owned();
    for (from, to) in edits {
        assert!(action.contains(from), "{from}");
        action = action.replacen(from, to, 1);
    }
    let home = Home::new();
    home.write("actions/save-contact.toml", &action);
    home.write("agent.toml", AGENT);
    home
}

/// Records of a replay of the samples in a fresh workspace, with the two toggles as given.
fn replay(create_and_update_new: bool, update_existing: bool, arguments: &[&str]) -> Vec<Value> {
    let edits = [
        ("create_and_update_new = true", format!("create_and_update_new = {create_and_update_new}")),
        ("update_existing = false", format!("update_existing = {update_existing}")),
    ];
    records(&home(&edits.each_ref().map(|(from, to)| (*from, to.as_str()))), arguments)
}

fn records(home: &Home, arguments: &[&str]) -> Vec<Value> {
    let output = home.run(&[&["replay", "--format", "json"], arguments].concat());
    let said = errors(&output);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("not a conversation"), "{said}");
    json_lines(&output)
}

fn text<'r>(record: &'r Value, key: &str) -> &'r str {
    record[key].as_str().unwrap_or_default()
}

fn rules(records: &[Value]) -> BTreeSet<&str> {
    records.iter().map(|r| text(r, "rule")).collect()
}

/// What came of a conversation's runs, in order, as `trigger outcome rule`.
fn story(records: &[Value], conversation: &str) -> Vec<String> {
    let of_it = records.iter().filter(|r| text(r, "conversation").starts_with(conversation));
    of_it.map(|r| format!("{} {} {}", text(r, "trigger"), text(r, "outcome"), text(r, "rule"))).collect()
}

/// The nth run of a conversation, from 0.
fn run<'r>(records: &'r [Value], conversation: &str, nth: usize) -> &'r Value {
    records.iter().filter(|r| text(r, "conversation").starts_with(conversation)).nth(nth).unwrap()
}

/// What a run wrote into a field: before and after.
fn change<'r>(record: &'r Value, zoho: &str) -> Option<(Option<&'r str>, &'r str)> {
    let change = record["changes"].as_array()?.iter().find(|c| c["zoho"] == zoho)?;
    Some((change["from"].as_str(), change["to"].as_str()?))
}

fn left_out<'r>(record: &'r Value, zoho: &str) -> Option<&'r str> {
    record["left_out"].as_array()?.iter().find(|l| l["zoho"] == zoho)?["reason"].as_str()
}

/// Without what may differ from machine to machine.
fn comparable(records: &[Value]) -> Vec<Value> {
    let mut records = records.to_vec();
    for record in records.iter_mut().filter_map(Value::as_object_mut) {
        for key in ["duration_ms", "attempts", "requests", "credits"] {
            record.remove(key).unwrap();
        }
    }
    records
}

#[test]
fn the_four_settings_reach_all_eight_rules() {
    let four: [(bool, bool, &[&str]); 4] = [
        (true, false, &["no_email", "no_last_name", "create", "update_astra_contact", "summary_only", "updates_off"]),
        (true, true, &["no_email", "no_last_name", "create", "update_existing"]),
        (false, false, &["no_email", "creation_off", "summary_only", "updates_off"]),
        (false, true, &["no_email", "creation_off", "update_existing"]),
    ];
    let mut reached = BTreeSet::new();
    for (create, update, want) in four {
        let records = replay(create, update, &[]);
        assert_eq!(rules(&records), want.iter().copied().collect(), "creating {create}, updating {update}");
        assert!(records.iter().all(|r| r["error"].is_null() && text(r, "outcome") != "failed"));
        reached.extend(records.iter().map(|r| text(r, "rule").to_owned()));
    }
    assert_eq!(reached.len(), 8);
}

#[test]
fn each_sample_shows_what_it_is_there_for() {
    let records = replay(true, false, &[]);
    let during = |what: &[&str]| what.iter().map(|w| format!("during {w}")).collect::<Vec<_>>();
    let create_then_update = during(&["created create", "updated update_astra_contact"]);

    assert_eq!(story(&records, "01-"), create_then_update, "a phone number that came later");
    assert_eq!(run(&records, "02-", 0)["email"], "delia.marsh@example.org");
    assert_eq!(change(run(&records, "02-", 0), "Lead_Source"), Some((None, "Cold Call")));

    let moved = run(&records, "03-", 3);
    assert_eq!(text(moved, "rule"), "summary_only");
    assert_eq!(moved["changes"].as_array().unwrap().len(), 1);
    assert_eq!(left_out(moved, "Mailing_Street"), Some("restricted"));

    assert_eq!(story(&records, "04-"), ["offline skipped no_email"]);

    assert_eq!(
        story(&records, "05-"),
        ["offline skipped no_last_name", "during created create", "during updated update_astra_contact"]
    );
    let episodes: Vec<&Value> = (0..3).map(|n| &run(&records, "05-", n)["episode"]).collect();
    assert_eq!(episodes, [1, 2, 2]);

    let shared = run(&records, "06-", 0);
    assert_eq!((&shared["matches"], &shared["warnings"][0]), (&3.into(), &"several_matches".into()));
    assert_eq!(shared["contact_id"], id_in_zoho("info@kestrel.example.com", "Front Desk"), "the oldest");

    assert_eq!(story(&records, "07-"), during(&["skipped updates_off"]));

    assert_eq!(left_out(run(&records, "08-", 0), "First_Name"), Some("too_long"));
    assert_eq!(left_out(run(&records, "08-", 1), "Phone"), Some("invalid_phone"));
    assert_eq!(left_out(run(&records, "08-", 2), "Plan_Tier"), Some("not_in_picklist"));

    assert_eq!(run(&records, "09-", 0)["email"], "liam.oconnell@example.com", "corrected before anything was written");
    assert_eq!(change(run(&records, "09-", 2), "Mailing_Zip"), Some((Some("97201"), "97210")), "corrected after");

    for (sample, first, last) in [("10-", "蓮", "山口"), ("12-", "Ольга", "Мельничук")] {
        assert_eq!(change(run(&records, sample, 0), "First_Name"), Some((None, first)));
        assert_eq!(change(run(&records, sample, 0), "Last_Name"), Some((None, last)));
    }
    assert_eq!(run(&records, "11-", 0)["contact_id"], id_in_zoho("layla.alhusseini@example.com", "الحسيني"));

    assert_eq!(story(&records, "13-"), during(&["created create", "unchanged update_astra_contact"]));
    let at = |n| text(run(&records, "13-", n), "at");
    assert_eq!([at(0), at(1)], ["2026-03-05T09:44:38.000Z", "2026-03-05T09:44:58.000Z"], "when the agent said so");

    assert_eq!(story(&records, "14-"), ["offline updated summary_only"]);
    assert_eq!(run(&records, "14-", 0)["warnings"][0], "no_call_end");

    let other = run(&records, "15-", 0);
    assert_eq!((text(other, "rule"), &other["matches"]), ("create", &0.into()), "a secondary address is no match");

    let none = run(&records, "16-", 0);
    assert_eq!((text(none, "rule"), left_out(none, "Email")), ("no_email", Some("invalid_email")));

    assert_eq!(story(&records, "17-"), during(&["created create"]));
    assert_eq!(story(&records, "18-"), ["offline updated update_astra_contact"]);
    assert_eq!(run(&records, "17-", 0)["contact_id"], run(&records, "18-", 0)["contact_id"]);
    assert_eq!(left_out(run(&records, "18-", 0), "Lead_Source"), Some("not_empty"));

    assert_eq!(story(&records, "19-"), ["offline skipped no_last_name"]);

    let back = run(&records, "20-", 1);
    assert_eq!(back["contact_id"], run(&records, "01-", 0)["contact_id"]);
    assert_eq!(back["created_through_astra"], true);
    assert_eq!(change(back, "Phone"), Some((Some("(602) 555-0118"), "6125550144")));
}

/// The id of a contact that the sandbox starts with.
fn id_in_zoho(email: &str, last_name: &str) -> String {
    let contacts: Vec<Value> = serde_json::from_str(include_str!("../samples/contacts.json")).unwrap();
    let found = contacts.iter().find(|c| c["Email"] == email && c["Last_Name"] == last_name);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn several_samples_go_on_at_once_and_both_channels_are_there() {
    let lines: Vec<Value> = SAMPLES.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert!(lines.len() >= 14);
    let started: Vec<&str> = lines.iter().map(|c| text(c, "started_at")).collect();
    assert!(started.is_sorted() && started.iter().all(|s| s.starts_with("2026-03-")));
    let channels: BTreeSet<&str> = lines.iter().map(|c| text(c, "channel")).collect();
    assert_eq!(channels, BTreeSet::from(["text", "voice"]));
    let ids: BTreeSet<&str> = lines.iter().map(|c| text(c, "id")).collect();
    assert_eq!(ids.len(), lines.len());

    // an address at a time: whoever writes and calls at once comes out once
    let records = replay(true, false, &[]);
    let mut created = BTreeMap::new();
    for record in records.iter().filter(|r| text(r, "outcome") == "created") {
        assert_eq!(created.insert(text(record, "email"), &record["contact_id"]), None, "one contact for an address");
    }
    let accounted: BTreeSet<&str> = records.iter().map(|r| text(r, "conversation")).collect();
    assert_eq!(accounted, ids);
}

#[test]
fn offline_sync_takes_each_episode_once_at_its_end() {
    let records = records(&home(&[("offline_sync = false", "offline_sync = true")]), &[]);
    assert!(records.iter().all(|r| text(r, "trigger") == "offline"));
    let episodes: BTreeSet<(&str, i64)> =
        records.iter().map(|r| (text(r, "conversation"), r["episode"].as_i64().unwrap())).collect();
    assert_eq!(episodes.len(), records.len());
    assert_eq!(records.len(), SAMPLES.lines().count() + 1, "one of them has two episodes");
    assert_eq!(run(&records, "13-", 0)["warnings"][0], "trigger_ignored");
}

#[test]
fn two_fresh_replays_tell_the_same() {
    let (first, second) = (replay(true, false, &[]), replay(true, false, &[]));
    assert_eq!(comparable(&first), comparable(&second));
    // and so does one that puts everything back first
    let home = home(&[]);
    records(&home, &[]);
    let again = records(&home, &["--fresh"]);
    assert_eq!(comparable(&first), comparable(&again));
}

#[test]
fn a_dry_run_tells_what_the_replay_then_does() {
    for (create, update) in [(true, false), (true, true), (false, false), (false, true)] {
        let predicted = comparable(&replay(create, update, &["--dry-run"]));
        let done = comparable(&replay(create, update, &[]));
        assert_eq!(predicted.len(), done.len());
        let mut made = BTreeSet::new();
        for (predicted, done) in predicted.iter().zip(&done) {
            for key in ["run_id", "outcome", "rule", "changes", "left_out", "email", "matches", "warnings"] {
                assert_eq!(predicted[key], done[key], "{key} of {done}");
            }
            assert_eq!((&predicted["dry_run"], &done["dry_run"]), (&true.into(), &false.into()));
            if text(done, "outcome") == "created" {
                made.insert(text(done, "contact_id"));
                assert_eq!(predicted["contact_id"], Value::Null);
            } else if !made.contains(text(done, "contact_id")) {
                assert_eq!(predicted["contact_id"], done["contact_id"]);
            }
        }
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let home = home(&[]);
    records(&home, &["--dry-run"]);
    let after = records(&home, &[]);
    assert_eq!(comparable(&after), comparable(&replay(true, false, &[])));
}
