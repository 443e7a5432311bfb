//! Every token error of Zoho's documents: while connecting, in the middle of a replay, and at the start of a command and of
//! the screen, with the sentence that the operator sees. None of them loses a mapping or a run.

use serde_json::{Value, json};

use crate::support::breaking::Breaking;
use crate::support::connect::{CLIENT, LONG, SECRET, terminal};
use crate::support::home::{Home, Settings, errors, records};
use crate::support::pty::Pty;
use crate::support::scripted::{Reply, Scripted};
use crate::support::terminal::{feed, shown};

/// Status and body of the token endpoint.
fn answers() -> Vec<(&'static str, u16, Value)> {
    let throttled = json!({"error": "Access Denied", "status": "failure",
        "error_description": "You have made too many requests continuously. Please try again after some time."});
    vec![
        ("invalid_code", 200, json!({"error": "invalid_code"})),
        ("invalid_client", 200, json!({"error": "invalid_client"})),
        ("invalid_client_secret", 400, json!({"error": "invalid_client_secret"})),
        ("access_denied", 400, json!({"error": "access_denied"})),
        ("throttled", 400, throttled.clone()),
        ("throttled as of old", 200, throttled),
        ("another word", 200, json!({"error": "general_error"})),
        ("server error", 500, json!({"error": "internal_error"})),
        ("tokens that nobody takes", 200, json!({"access_token": "1000.of.elsewhere", "expires_in": 3600})),
        (
            "tokens for another host",
            200,
            json!({"access_token": "1000.a.b", "expires_in": 3600, "api_domain": "https://www.zohoapis.eu"}),
        ),
    ]
}

/// What an operator is told, without what differs from run to run.
fn settled(text: &str, server: &str) -> String {
    text.replace(server, "ORIGIN").replace(&server["http://".len()..], "HOST")
}

/// Eight customers, each with an address and a name, one after the other.
fn conversations() -> String {
    let line = |n: u32| {
        json!({"id": format!("c-{n}"), "channel": "text", "started_at": format!("2026-03-02T09:{n:02}:00Z"),
            "messages": [{"at_ms": 0, "role": "customer", "text": "hello"}],
            "attributes": [{"at_ms": 0, "name": "email", "value": format!("c{n}@example.com")},
                           {"at_ms": 0, "name": "last_name", "value": format!("Customer{n}")}]})
    };
    (0..8).map(|n| format!("{}\n", line(n))).collect()
}

/// What a replay came to, by outcome or error.
fn outcomes(records: &[Value]) -> Vec<String> {
    let word = |r: &Value| {
        let error = r["error"]["code"].as_str().map(|code| format!("failed {code}"));
        error.unwrap_or_else(|| r["outcome"].as_str().unwrap().to_owned())
    };
    records.iter().map(word).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_middle_of_a_replay_and_at_the_start() {
    let mut told = String::new();
    for (name, status, answer) in answers() {
        let (home, zoho) = (Home::new(), Breaking::start().await);
        let server = zoho.front.origin.clone();
        let add = ["account", "add", "--id", "main", "--from-json", "-"];
        assert!(feed(&mut home.command(&add), zoho.json().as_bytes()).status.success());
        home.action(&Settings { account: "main", summary: false, ..Settings::default() });
        let input = home.write("c.jsonl", &conversations());
        let input = input.to_str().unwrap();
        let action = std::fs::read(home.path("actions/a.toml")).unwrap();
        let replay = ["replay", "a", "--format", "json", "--conversations", input];

        // what is asked before the first run, and three customers
        zoho.breaks(2 + 3 * 2, status, &answer);
        let output = home.run(&replay);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", errors(&output));
        let first = records(&output);
        let came = outcomes(&first);
        // what does not end by itself ends the replay at the first run that meets it
        let ends = came.len() == 3;
        assert_eq!(first.len(), if ends { 3 } else { 8 }, "{name}: what ran has its record: {came:?}");
        let told_so = "`astra-zoho account reconnect main`, then the same command with --resume goes on";
        assert_eq!(errors(&output).contains(told_so), ends, "{name}: {}", errors(&output));
        assert_eq!(came[..3], ["created"; 3], "{name}");
        assert!(came[3..].iter().all(|o| *o == came[3] && o.starts_with("failed ")), "{name}: {came:?}");
        let said = errors(&output);
        let sentence = match first.get(3) {
            Some(failed) => failed["error"]["message"].as_str().unwrap(),
            None => said.lines().last().unwrap().split_once("astra-zoho: ").unwrap().1,
        };
        let outcome = came.get(3).map_or("ended", String::as_str);
        told.push_str(&format!("{name} (HTTP {status})\n  in mid-replay  {outcome}: {sentence}\n"));
        let log = records(&home.run(&["runs", "--format", "json"]));
        assert_eq!(log.len(), first.len(), "{name}: the log has them all");

        let refused = home.run(&replay);
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(1), 0), "{name}: refused before anything ran");
        told.push_str(&format!("  replay refused {}", errors(&refused)));
        let listed = String::from_utf8(home.run(&["account", "list"]).stdout).unwrap();
        let remark = listed.lines().find(|l| l.starts_with("main")).unwrap().rsplit("  ").next().unwrap();
        told.push_str(&format!("  account list   {}\n", remark.trim()));

        let mut pty = terminal(&home, 240, &[]);
        pty.shows("active");
        pty.types("\r");
        pty.shows("Offline Sync");
        pty.types("2");
        pty.shows("main");
        pty.types("j");
        pty.types("t");
        // beside the account, and as a message
        let line = |p: &Pty, is: fn(&str) -> bool| {
            let contents = p.screen.screen().contents();
            contents.lines().find(|l| is(l)).map(|l| l.trim_end().to_owned())
        };
        pty.until("the account's state", |p| line(p, |l| l.starts_with(" ✗")).is_some());
        assert!(line(&pty, |l| l.contains("● main") && l.contains('✗')).is_some(), "{name}");
        told.push_str(&format!("  screen        {}\n", line(&pty, |l| l.starts_with(" ✗")).unwrap()));
        // the checks one by one, with the very sentence
        pty.types("w");
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '│').collect::<String>();
        let start: String = bare(sentence).chars().take(60).collect();
        pty.until(&start, |p| bare(&p.screen.screen().contents()).contains(&start));
        pty.signal(rustix::process::Signal::TERM);
        assert!(pty.ends(LONG).success());

        assert_eq!(std::fs::read(home.path("actions/a.toml")).unwrap(), action, "{name}: no mapping is lost");
        zoho.mends();
        let resumed = home.run(&[&replay[..], &["--resume"]].concat());
        let rest = outcomes(&records(&resumed));
        assert_eq!(resumed.status.success(), ends, "{name}: {}", errors(&resumed));
        assert_eq!(
            rest,
            if ends { vec!["created"; 5] } else { vec![] },
            "{name}: the rest is made, the run that met it too"
        );
        let again = home.run(&replay);
        assert!(again.status.success(), "{name}: {}", errors(&again));
        let came = outcomes(&records(&again));
        assert_eq!(came[..3], ["unchanged"; 3], "{name}: nobody is made twice");
        assert_eq!(came[3], if ends { "unchanged" } else { "created" }, "{name}: and nobody is forgotten");
        assert_eq!(came[4..], [if ends { "unchanged" } else { "created" }; 4], "{name}");
        told = settled(&told, &server);
    }
    shown!("replay_and_start", told);
}

/// What the device endpoints say, beside those.
#[tokio::test(flavor = "multi_thread")]
async fn while_a_device_connects() {
    let code = json!({"user_code": "WXYZ-1234", "device_code": "1004.d.e", "interval": 1, "expires_in": 60});
    let mut cases: Vec<(String, u16, Value, bool)> = Vec::new();
    for word in ["invalid_client", "invalid_scope", "invalid_client_type", "something_new"] {
        cases.push((format!("code: {word}"), 200, json!({"error": word}), true));
    }
    for (name, status, answer) in answers().into_iter().filter(|(name, ..)| !name.starts_with("tokens that")) {
        // those that may pass are waited for: the code ends, which is another test's
        if !name.starts_with("throttled") && !["another word", "server error"].contains(&name) {
            cases.push((format!("poll: {name}"), status, answer, false));
        }
    }
    for word in ["expired", "other_dc"] {
        cases.push((format!("poll: {word}"), 400, json!({"error": word, "user_location": "eu"}), false));
    }
    let mut told = String::new();
    for (name, status, answer, at_code) in cases {
        let (code, body) = (code.clone(), answer.clone());
        let moved = std::sync::atomic::AtomicBool::new(false);
        let server = Scripted::start(move |r| match r.path.as_str() {
            "/oauth/v3/device/code" if !at_code => Reply::json(200, code.clone()),
            // once moved it goes on there, and ends there
            _ if body["error"] == "other_dc" && moved.swap(true, std::sync::atomic::Ordering::Relaxed) => {
                Reply::json(400, json!({"error": "access_denied"}))
            }
            _ => Reply::json(status, body.clone()),
        })
        .await;
        let home = Home::new();
        home.action(&Settings { account: "main", ..Settings::default() });
        let action = std::fs::read(home.path("actions/a.toml")).unwrap();
        let secret = home.write("client-secret", SECRET);
        let output = home
            .command(&["account", "add", "--id", "main", "--device", "--accounts-url", &server.origin])
            .args(["--client-id", CLIENT, "--client-secret-file", secret.to_str().unwrap()])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(!home.path("secrets/main.json").exists(), "{name}");
        assert_eq!(std::fs::read(home.path("actions/a.toml")).unwrap(), action, "{name}");
        let said = errors(&output);
        let sentence = said.lines().rfind(|l| l.starts_with("astra-zoho:")).unwrap_or_else(|| panic!("{name}: {said}"));
        told.push_str(&format!("{name} (HTTP {status})\n  {}\n", settled(sentence, &server.origin)));
    }
    shown!("device", told);
}
