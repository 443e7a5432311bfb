//! What an operator changes while runs are being made takes effect, whether Zoho answers or not.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStderr, ChildStdout};

use serde_json::{Value, json};

use astra_zoho::ports::{Clock, WallClock};

use crate::live_run::heard;
use crate::support::breaking::Breaking;
use crate::support::home::{Home, Settings, errors, records};
use crate::support::live::{events, text};
use crate::support::terminal::feed;

/// `run` on a Zoho that can fall silent.
struct Running<'a> {
    home: &'a Home,
    zoho: Breaking,
    settings: Settings<'static>,
    more: &'a [&'a str],
    child: Child,
    told: BufReader<ChildStderr>,
    made: BufReader<ChildStdout>,
}

impl<'a> Running<'a> {
    async fn start(home: &'a Home, more: &'a [&'a str], silent: bool) -> Self {
        let zoho = Breaking::start().await;
        let add = ["account", "add", "--id", "main", "--from-json", "-"];
        assert!(feed(&mut home.command(&add), zoho.json().as_bytes()).status.success());
        let settings = Settings { account: "main", ..Settings::default() };
        // the only one that is active
        std::fs::remove_file(home.path("actions/save-contact.toml")).unwrap();
        home.action(&settings);
        let file = home.write("events.jsonl", "");
        if silent {
            zoho.falls_silent();
        }
        let arguments = ["run", "--lateness", "0", "--format", "json", "--follow", file.to_str().unwrap()];
        let mut child = home.command(&[&arguments[..], more].concat()).spawn().unwrap();
        let made = BufReader::new(child.stdout.take().unwrap());
        let mut told = BufReader::new(child.stderr.take().unwrap());
        heard(&mut told, if silent { "nothing runs before that is over" } else { "runs a; " });
        Self { home, zoho, settings, more, child, told, made }
    }

    /// Somebody calls and hangs up.
    fn call(&self, id: &str) {
        let call = json!({
            "id": id, "channel": "voice", "started_at": WallClock.now().to_string(), "messages": [],
            "attributes": [{"at_ms": 0, "name": "email", "value": format!("{id}@example.com")},
                           {"at_ms": 0, "name": "last_name", "value": "Caller"}],
            "ended_at_ms": 0
        });
        let mut file = std::fs::OpenOptions::new().append(true).open(self.home.path("events.jsonl")).unwrap();
        file.write_all(text(&events(&[call])).as_bytes()).unwrap();
    }

    fn next_record(&mut self) -> Value {
        let mut line = String::new();
        self.made.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn queue(&self, rest: &[&str]) -> std::process::Output {
        self.home.run(&[&["queue"], rest, self.more].concat())
    }

    /// The number of this conversation's run, once it is being made.
    fn being_made(&self, conversation: &str) -> u64 {
        loop {
            let lines = records(&self.queue(&["--format", "json"]));
            let of_it = |r: &&Value| r["state"] == "running" && r["conversation"] == conversation;
            if let Some(run) = lines.iter().map(|l| &l["run"]).find(of_it) {
                return run["seq"].as_u64().unwrap();
            }
        }
    }

    fn end(mut self) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), rustix::process::Signal::TERM)
            .unwrap();
        heard(&mut self.told, "ended; ");
        assert!(self.child.wait().unwrap().success());
    }
}

async fn changes_take_effect(more: &[&str]) {
    let home = Home::new();
    let mut running = Running::start(&home, more, false).await;
    running.call("first");
    assert_eq!(running.next_record()["outcome"], "created");
    running.zoho.falls_silent();
    running.call("second");
    let seq = running.being_made("second");
    let out = running.queue(&["drop", &seq.to_string()]);
    assert!(errors(&out).contains("is being made now"), "{}", errors(&out));
    let out = running.queue(&["drop", "--all", "--due"]);
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(said.starts_with("0 runs were forgotten; 1 more is being made now"), "{said}");
    // nothing is to be created any more: not by the run that waits for an answer either
    running.settings.create = false;
    home.action(&running.settings);
    heard(&mut running.told, "runs go by them as they are now");
    running.zoho.mends();
    let record = running.next_record();
    assert_eq!((&record["conversation"], &record["outcome"]), (&json!("second"), &json!("skipped")), "{record}");
    running.zoho.falls_silent();
    running.call("third");
    running.being_made("third");
    // a stop does not wait for Zoho either
    running.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_action_does_not_wait_for_a_zoho_that_says_nothing() {
    changes_take_effect(&[]).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_action_does_not_wait_for_a_zoho_that_says_nothing_on_postgres() {
    let database = crate::support::postgres::database_or_skip!(crate::support::postgres::database());
    changes_take_effect(&["--database", &database.address()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zoho_that_says_nothing_at_the_start_keeps_nobody_waiting() {
    let home = Home::new();
    let mut running = Running::start(&home, &[], true).await;
    running.call("first");
    // a mistake meanwhile is told, and ends nothing
    let good = std::fs::read_to_string(home.path("actions/a.toml")).unwrap();
    home.write("actions/a.toml", &good.replace("\"phone\"", "\"phnoe\""));
    heard(&mut running.told, "did you mean `phone`");
    home.write("actions/a.toml", &good);
    running.zoho.mends();
    heard(&mut running.told, "runs a; ");
    assert_eq!(running.next_record()["conversation"], "first");
    // a stop while an action is taken up whose account says nothing
    running.zoho.falls_silent();
    home.write("actions/a.toml", &good.replace("active", "draft"));
    heard(&mut running.told, "no action is active any more");
    home.write("actions/a.toml", &good);
    heard(&mut running.told, "has not answered within");
    running.end();
}
