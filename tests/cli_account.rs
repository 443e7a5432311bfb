//! `astra-zoho account`: connections added without a question, tested, listed, removed.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::support::home::{Home, Settings, errors, records};
use crate::support::scripted::{Reply, Scripted, refusal, token};
use crate::support::terminal::{Sandbox, feed, shown, told};

fn credentials(origin: &str) -> Value {
    json!({"accounts_url": origin, "api_url": origin, "client_id": "1000.CLIENT", "client_secret": "sssh",
           "refresh_token": "1000.refresh"})
}

fn add(home: &Home, id: &str, credentials: &str, more: &[&str]) -> std::process::Output {
    let arguments = [&["account", "add", "--id", id, "--from-json", "-"], more].concat();
    feed(&mut home.command(&arguments), credentials.as_bytes())
}

/// The port differs from run to run.
fn without_port(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("127.0.0.1:") {
        out.push_str(&rest[..at]);
        out.push_str("127.0.0.1:PORT");
        rest = rest[at + "127.0.0.1:".len()..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out + rest
}

#[test]
fn what_the_sandbox_prints_is_all_it_takes() {
    let home = Home::new();
    let contacts = home.write("contacts.json", "[]");
    let sandbox = Sandbox::start(&home, &["--contacts", contacts.to_str().unwrap()]);
    let added = add(&home, "crm", &sandbox.line, &["--label", "Our CRM"]);
    assert_eq!(added.status.code(), Some(0), "{}", errors(&added));
    let said = String::from_utf8(added.stdout).unwrap();
    assert!(said.starts_with("crm: ok, organisation Acme Outdoor ("), "{said}");

    let file = std::fs::read_to_string(home.path("accounts.toml")).unwrap();
    assert!(file.contains("# The Zoho organisations"), "the comments of the file stay");
    let accounts: toml::Table = file.parse().unwrap();
    let account = &accounts["account"][1];
    assert_eq!(account["label"].as_str(), Some("Our CRM"));
    assert_eq!(account["client_id"].as_str(), Some(sandbox.credential("client_id").as_str()));
    assert_eq!(account["organisation"]["name"].as_str(), Some("Acme Outdoor"));
    assert_eq!(account["user"].as_str(), Some("sam.owner@acme-outdoor.example"));
    assert!(account.get("client_secret").is_none() && account.get("refresh_token").is_none());
    let mode = |name: &str| std::fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("secrets"), mode("secrets/crm.json")), (0o700, 0o600));

    assert!(home.run(&["account", "test", "crm"]).status.success());
    assert!(home.run(&["account", "test"]).status.success(), "every one");
    home.action(&Settings { account: "crm", ..Settings::default() });
    assert!(home.run(&["check"]).status.success());
    let replayed = home.run(&["replay", "--format", "json"]);
    assert!(replayed.status.success(), "{}", errors(&replayed));

    let listed = records(&home.run(&["account", "list", "--format", "json"]));
    assert_eq!(listed.iter().map(|a| a["id"].as_str().unwrap()).collect::<Vec<_>>(), ["sandbox", "crm"]);
    assert_eq!((&listed[1]["connected"], &listed[1]["data_center"]), (&json!(true), &Value::Null));
    assert_eq!(listed[1]["organisation"]["name"], "Acme Outdoor");
}

#[test]
fn removing_asks_who_uses_it() {
    let home = Home::new();
    let origin = "http://127.0.0.1:9";
    assert_eq!(add(&home, "crm", &credentials(origin).to_string(), &[]).status.code(), Some(0));
    home.action(&Settings { account: "crm", ..Settings::default() });
    let refused = home.run(&["account", "remove", "crm"]);
    shown!("remove_in_use", told(&home, &refused));
    assert!(home.path("secrets/crm.json").exists());
    let removed = home.run(&["account", "remove", "crm", "--force"]);
    assert!(removed.status.success(), "{}", errors(&removed));
    assert!(!home.path("secrets/crm.json").exists());
    assert!(!std::fs::read_to_string(home.path("accounts.toml")).unwrap().contains("crm"));
    // it may come back
    assert_eq!(add(&home, "crm", &credentials(origin).to_string(), &[]).status.code(), Some(0));
    for (id, status) in [("sandbox", 2), ("crn", 2)] {
        assert_eq!(home.run(&["account", "remove", id]).status.code(), Some(status), "{id}");
    }
}

#[test]
fn one_that_is_listed_is_connected_where_its_secrets_are_missing_or_damaged() {
    let home = Home::new();
    home.action(&Settings { account: "crm", ..Settings::default() });
    let row = "# ours\n[[account]]\nid = \"crm\" # the shop's\nlabel = \"Our CRM\"\ndata_center = \"us\"\n";
    home.write("accounts.toml", row);
    let elsewhere = home.run(&["check"]);
    assert!(String::from_utf8(elsewhere.stdout).unwrap().contains("run `astra-zoho account add --id crm`"));
    let sandbox = Sandbox::start(&home, &[]);
    assert_eq!(add(&home, "crm", &sandbox.line, &[]).status.code(), Some(0));
    let file = std::fs::read_to_string(home.path("accounts.toml")).unwrap();
    for kept in ["# ours\n", "# the shop's\n", "label = \"Our CRM\"\n"] {
        assert!(file.contains(kept), "{file}");
    }
    assert!(!file.contains("data_center") && file.contains("127.0.0.1"), "{file}");
    assert!(home.run(&["check"]).status.success());

    let taken = add(&home, "crm", &sandbox.line, &[]);
    assert_eq!(taken.status.code(), Some(2), "{}", errors(&taken));
    home.write("secrets/crm.json", "damaged");
    assert!(errors(&home.run(&["fields", "--account", "crm"])).contains("`astra-zoho account add --id crm`"));
    assert_eq!(add(&home, "crm", &sandbox.line, &[]).status.code(), Some(0));
    assert!(home.run(&["account", "test", "crm"]).status.success());
}

#[test]
fn what_cannot_be_an_account_is_refused_and_nothing_kept() {
    let home = Home::new();
    home.action(&Settings::default());
    let good = credentials("http://127.0.0.1:9");
    let with = |key: &str, value: Value| {
        let mut c = good.clone();
        c[key] = value;
        c.to_string()
    };
    let without = |key: &str| {
        let mut c = good.clone();
        c.as_object_mut().unwrap().remove(key);
        c.to_string()
    };
    let zoho = |accounts: &str, api: &str| {
        let mut c = good.clone();
        (c["accounts_url"], c["api_url"]) = (json!(accounts), json!(api));
        c.to_string()
    };
    let cases = [
        ("sandbox", good.to_string()),
        ("../up", good.to_string()),
        ("a/b", good.to_string()),
        ("", good.to_string()),
        ("crm", "not JSON".into()),
        ("crm", "[]".into()),
        ("crm", String::new()),
        ("crm", without("refresh_token")),
        ("crm", with("client_secret", json!(5))),
        ("crm", with("client_id", json!(" "))),
        ("crm", with("api_url", json!("www.zohoapis.eu"))),
        ("crm", with("api_url", json!("https://www.zohoapis.eu/crm"))),
        ("crm", zoho("https://accounts.zoho.eu", "https://www.zohoapis.com")),
        ("crm", zoho("http://accounts.zoho.eu", "https://www.zohoapis.eu")),
        ("crm", zoho("https://accounts.zoho.eu", "https://evil.example")),
    ];
    let mut all = String::new();
    for (id, json) in cases {
        let refused = add(&home, id, &json, &[]);
        assert_eq!(refused.status.code(), Some(2), "{id} {json}");
        all.push_str(&told(&home, &refused));
    }
    shown!("refused", all);
    assert!(!home.path("secrets").exists() && !home.path("accounts.toml").exists());

    assert!(add(&home, "crm", &good.to_string(), &[]).status.success());
    let twice = add(&home, "crm", &with("client_id", json!("other")), &[]);
    shown!("twice", told(&home, &twice));
    assert!(!std::fs::read_to_string(home.path("secrets/crm.json")).unwrap().contains("other"));
    // wrong usage
    for arguments in [["account"].as_slice(), &["account", "add", "--id", "x"], &["account", "test", "crn"]] {
        assert_eq!(home.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    let no_file = home.run(&["account", "add", "--id", "x", "--from-json", "/nowhere/c.json"]);
    assert_eq!(no_file.status.code(), Some(2));
}

#[test]
fn a_file_of_accounts_with_mistakes_is_left_alone() {
    let home = Home::new();
    let text = "[[account]\nid = \"main\"\n";
    home.write("accounts.toml", text);
    let refused = add(&home, "crm", &credentials("http://127.0.0.1:9").to_string(), &[]);
    assert_eq!(refused.status.code(), Some(1), "{}", errors(&refused));
    assert_eq!(std::fs::read_to_string(home.path("accounts.toml")).unwrap(), text);
    assert!(!home.path("secrets/crm.json").exists());
    for command in [["account", "list"].as_slice(), &["account", "test"], &["fields", "--account", "main"]] {
        let listed = home.run(command);
        assert_eq!(listed.status.code(), Some(2), "{command:?}");
        assert!(errors(&listed).contains("accounts.toml:1:"), "{}", errors(&listed));
    }
}

#[test]
fn zohos_own_addresses_say_their_data_centre() {
    let home = Home::new();
    let mut eu = credentials("");
    (eu["accounts_url"], eu["api_url"]) = (json!("https://accounts.zoho.eu"), json!("https://www.zohoapis.eu"));
    // a proxy that nobody runs: nothing leaves this machine
    let mut command = home.command(&["account", "add", "--id", "eu", "--from-json", "-"]);
    command.env("HTTPS_PROXY", "http://127.0.0.1:9");
    let added = feed(&mut command, eu.to_string().as_bytes());
    assert_eq!(added.status.code(), Some(0), "{}", errors(&added));
    assert!(errors(&added).contains("eu: unreachable: "), "{}", errors(&added));
    let listed = records(&home.run(&["account", "list", "--format", "json"]));
    assert_eq!((&listed[1]["data_center"], &listed[1]["organisation"]), (&json!("eu"), &Value::Null));

    // a host that is nobody's is the operator's word
    let mut own = credentials("https://127.0.0.2.example.invalid");
    own["client_id"] = json!("x");
    assert_eq!(add(&home, "own", &own.to_string(), &[]).status.code(), Some(2));
    let mut command = home.command(&["account", "add", "--id", "own", "--from-json", "-", "--allow-custom-host"]);
    command.env("HTTPS_PROXY", "http://127.0.0.1:9");
    assert_eq!(feed(&mut command, own.to_string().as_bytes()).status.code(), Some(0));
    shown!("list", told(&home, &home.run(&["account", "list"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_a_connection_in_one_line() {
    let org = || json!({"org": [{"zgid": "77", "company_name": "Acme \u{1b}[31m Ltd", "license_details": {"paid_type": "free"}}]});
    let user = || json!({"users": [{"email": "ana@example.com"}]});
    type Answer = Box<dyn Fn(&str) -> Reply + Send + Sync>;
    let scripts: [(&str, Answer); 5] = [
        (
            "ok",
            Box::new(
                move |path| if path.ends_with("/org") { Reply::json(200, org()) } else { Reply::json(200, user()) },
            ),
        ),
        ("expired", Box::new(|_| refusal(401, "INVALID_TOKEN"))),
        ("scope", Box::new(|_| refusal(401, "OAUTH_SCOPE_MISMATCH"))),
        ("nonsense", Box::new(|_| Reply::text(200, "text/html", "<html>"))),
        ("forbidden", Box::new(|_| refusal(403, "NO_PERMISSION"))),
    ];
    let home = Home::new();
    let mut servers = Vec::new();
    for (id, answer) in scripts {
        let server =
            Scripted::start(move |r| if r.is_token_request() { token("1000.access") } else { answer(&r.path) }).await;
        assert!(add(&home, id, &credentials(&server.origin).to_string(), &[]).status.success());
        servers.push(server);
    }
    let revoked = Scripted::start(|_| Reply::json(200, json!({"error": "invalid_code"}))).await;
    assert!(add(&home, "revoked", &credentials(&revoked.origin).to_string(), &[]).status.success());
    assert!(add(&home, "gone", &credentials("http://127.0.0.1:9").to_string(), &[]).status.success());

    let tested = home.run(&["account", "test"]);
    let lines = without_port(&told(&home, &tested));
    // the sandbox's organisation has another id in every workspace
    let lines: Vec<&str> = lines.lines().filter(|l| !l.starts_with("sandbox: ok, ")).collect();
    shown!("states", lines.join("\n"));
    assert!(home.run(&["account", "test", "ok"]).status.success());
    assert_eq!(home.run(&["account", "test", "revoked"]).status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_learns_what_adding_could_not() {
    let home = Home::new();
    let there = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let up = std::sync::Arc::clone(&there);
    let server = Scripted::start(move |r| match r.path.as_str() {
        _ if !up.load(std::sync::atomic::Ordering::Relaxed) => refusal(500, "INTERNAL_ERROR"),
        "/oauth/v2/token" => token("t"),
        "/crm/v8/org" => Reply::json(200, json!({"org": [{"zgid": "77", "company_name": "Acme"}]})),
        _ => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})),
    })
    .await;
    assert!(add(&home, "crm", &credentials(&server.origin).to_string(), &[]).status.success());
    let listed = |home: &Home| records(&home.run(&["account", "list", "--format", "json"])).remove(1);
    assert_eq!(listed(&home)["organisation"], Value::Null);
    there.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(home.run(&["account", "test", "crm"]).status.success());
    let now = listed(&home);
    assert_eq!((&now["organisation"]["id"], &now["user"]), (&json!("77"), &json!("ana@example.com")));
}
