//! Every cell of toggles x contact state x summary mapped, end to end: the program, HTTP, and what Zoho holds afterwards.

use serde_json::json;

use crate::support::home::{Home, Settings, errors, records};

fn talk(id: &str, email: &str, phone: &str, summary: &str) -> String {
    json!({
        "id": id, "channel": "text", "started_at": "2026-03-02T09:00:00Z",
        "messages": [{"at_ms": 0, "role": "customer", "text": "ok"}],
        "attributes": [
            {"at_ms": 0, "name": "email", "value": email}, {"at_ms": 0, "name": "last_name", "value": "Ruiz"},
            {"at_ms": 0, "name": "phone", "value": phone}, {"at_ms": 0, "name": "summary", "value": summary},
        ],
    })
    .to_string()
}

/// A contact of the built-in organisation that a colleague made.
const FOREIGN: &str = "margaret.holloway@example.com";

#[test]
fn every_cell_of_toggles_contact_state_and_summary() {
    for create in [true, false] {
        for update in [true, false] {
            for summary in [true, false] {
                let home = Home::new();
                let play = |settings: Settings<'_>, lines: &[String]| {
                    home.action(&settings);
                    let file = home.write("in.jsonl", &lines.join("\n"));
                    let arguments = ["replay", "a", "--format", "json", "--conversations", file.to_str().unwrap()];
                    let output = home.run(&arguments);
                    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
                    records(&output)
                };
                let made = play(Settings::default(), &[talk("before", "ours@example.com", "555 0100", "first")]);
                assert_eq!(made[0]["rule"], "create");
                let lines = [
                    talk("none", "new@example.com", "555 0111", "second"),
                    talk("foreign", FOREIGN, "555 0111", "second"),
                    talk("ours", "Ours@Example.com", "555 0111", "second"),
                ];
                let got = play(Settings { create, update, summary, ..Settings::default() }, &lines);
                let of = |id: &str| got.iter().find(|r| r["conversation"] == id).unwrap();

                let existing = |ours: bool| match (update, ours && create, summary) {
                    (true, _, _) => ("update_existing", "updated"),
                    (false, true, _) => ("update_astra_contact", "updated"),
                    (false, false, true) => ("summary_only", "updated"),
                    (false, false, false) => ("updates_off", "skipped"),
                };
                let new = if create { ("create", "created") } else { ("creation_off", "skipped") };
                for (id, (rule, outcome)) in [("none", new), ("foreign", existing(false)), ("ours", existing(true))] {
                    let r = of(id);
                    let cell = format!("create {create}, update {update}, summary {summary}, {id}: {r}");
                    assert_eq!((&r["rule"], &r["outcome"]), (&json!(rule), &json!(outcome)), "{cell}");
                    assert_eq!(r["created_through_astra"], json!(id == "ours"), "{cell}");
                    assert_eq!(r["matches"], json!(u32::from(id != "none")), "{cell}");
                    let written: Vec<&str> =
                        r["changes"].as_array().unwrap().iter().map(|c| c["zoho"].as_str().unwrap()).collect();
                    match rule {
                        "summary_only" => assert_eq!(written, ["Description"], "{cell}"),
                        "creation_off" | "updates_off" => assert!(written.is_empty(), "{cell}"),
                        _ => {
                            assert!(written.contains(&"Phone"), "{cell}");
                            assert_eq!(written.contains(&"Description"), summary, "{cell}");
                        }
                    }
                }

                // what the next look finds is what the records said: nothing is left to write, and nothing else was
                let again = play(Settings { create, update, summary, ..Settings::default() }, &lines);
                for (r, before) in again.iter().zip(&got) {
                    let want = match before["outcome"].as_str().unwrap() {
                        "created" | "updated" => "unchanged",
                        other => other,
                    };
                    assert_eq!(r["outcome"], want, "{r}");
                    assert_eq!(r["changes"], json!([]), "{r}");
                }
            }
        }
    }
}
