//! `astra-zoho account`: connections added without a question, tested, listed, removed.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::support::connect::{LONG, terminal};
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
    // what the test found is kept
    assert_eq!((&listed[1]["state"], &listed[1]["failed"]), (&json!("ok"), &json!([])));
    assert!(listed[1]["checked_at"].is_string());
    drop(sandbox);
    assert_eq!(home.run(&["account", "test", "crm"]).status.code(), Some(1));
    let listed = home.run(&["account", "list"]);
    let said = String::from_utf8(listed.stdout).unwrap();
    assert!(said.contains("unreachable just now: `astra-zoho account test crm` says what to do"), "{said}");
    assert!(home.run(&["account", "remove", "crm", "--yes"]).status.success());
    add(&home, "crm", &credentials("http://127.0.0.1:9").to_string(), &[]);
    let listed = records(&home.run(&["account", "list", "--format", "json"]));
    assert_eq!((&listed[1]["id"], &listed[1]["state"]), (&json!("crm"), &json!("unreachable")), "found by adding it");
    let conflicting = ["--data-centre", "eu"];
    let refused = add(&home, "other", &credentials("http://127.0.0.1:9").to_string(), &conflicting);
    assert_eq!(refused.status.code(), Some(2), "the file says where it is: {}", errors(&refused));
}

#[test]
fn removing_asks_who_uses_it() {
    let home = Home::new();
    let origin = "http://127.0.0.1:9";
    assert_eq!(
        add(&home, "crm", &credentials(origin).to_string(), &[]).status.code(),
        Some(1),
        "kept, but nobody is there"
    );
    home.action(&Settings { account: "crm", ..Settings::default() });
    let refused = home.run(&["account", "remove", "crm"]);
    shown!("remove_in_use", told(&home, &refused));
    assert!(home.path("secrets/crm.json").exists());
    let removed = home.run(&["account", "remove", "crm", "--force"]);
    assert!(removed.status.success(), "{}", errors(&removed));
    assert!(!home.path("secrets/crm.json").exists());
    assert!(!std::fs::read_to_string(home.path("accounts.toml")).unwrap().contains("crm"));
    // it may come back
    assert_eq!(
        add(&home, "crm", &credentials(origin).to_string(), &[]).status.code(),
        Some(1),
        "kept, but nobody is there"
    );
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
    assert!(errors(&home.run(&["fields", "--account", "crm"])).contains("`astra-zoho account reconnect crm`"));
    assert_eq!(add(&home, "crm", &sandbox.line, &[]).status.code(), Some(0));
    assert!(home.run(&["account", "test", "crm"]).status.success());
}

/// Mappings were made for an organisation's fields: tokens of another one never take its place unseen.
#[test]
fn one_that_is_listed_takes_no_tokens_of_another_organisation() {
    let home = Home::new();
    let (first, other) = (Sandbox::start(&home, &[]), Sandbox::start(&home, &[]));
    assert!(add(&home, "crm", &first.line, &[]).status.success());
    home.action(&Settings { account: "crm", ..Settings::default() });
    std::fs::remove_file(home.path("secrets/crm.json")).unwrap();
    let file = || std::fs::read_to_string(home.path("accounts.toml")).unwrap();
    let before = file();
    let floor = before.replace("client_id = ", "credits_floor = 7\nclient_id = ");
    home.write("accounts.toml", &floor);
    for more in [[].as_slice(), &["--another"], &["--label", "Theirs"]] {
        let refused = add(&home, "crm", &other.line, more);
        let said = errors(&refused);
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("account `crm` is of the organisation Acme Outdoor ("), "{said}");
        assert!(said.contains("nothing was changed; sign in to the other organisation"), "{said}");
    }
    // of which one nobody can tell
    let nobody = add(&home, "crm", &credentials("http://127.0.0.1:9").to_string(), &[]);
    assert_eq!(nobody.status.code(), Some(1), "{}", errors(&nobody));
    assert_eq!(file(), floor);
    assert!(!home.path("secrets/crm.json").exists());
    // its token was the operator's before, and is still good
    assert!(add(&home, "other", &other.line, &[]).status.success());
    let again = add(&home, "crm", &first.line, &[]);
    assert!(again.status.success(), "{}", errors(&again));
    assert!(String::from_utf8(again.stdout).unwrap().contains("its mappings are as they were"));
    assert!(file().contains("credits_floor = 7"), "{}", file());
    assert!(home.run(&["account", "test", "crm"]).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn credits_used_and_left_and_the_floor_are_listed() {
    let home = Home::new();
    let server = Scripted::start(|r| match r.path.as_str() {
        "/oauth/v2/token" => token("1000.access"),
        "/crm/v8/org" => Reply::json(200, json!({"org": [{"zgid": "77", "company_name": "Acme"}]})),
        _ => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})).with("x-api-credits-remaining", "12"),
    })
    .await;
    assert!(add(&home, "crm", &credentials(&server.origin).to_string(), &[]).status.success());
    let toml = std::fs::read_to_string(home.path("accounts.toml")).unwrap();
    home.write("accounts.toml", &toml.replace("client_id = ", "credits_floor = 15\nclient_id = "));
    let listed = records(&home.run(&["account", "list", "--format", "json"])).remove(1);
    let number = |key: &str| listed[key].as_u64().unwrap_or_else(|| panic!("{key}: {listed}"));
    let (used, left) = (number("credits_used"), number("credits_left"));
    assert_eq!((used, left, number("credits_floor")), (2, 12, 15));
    let text = String::from_utf8(home.run(&["account", "list"]).stdout).unwrap();
    let line = text.lines().find(|l| l.starts_with("crm")).unwrap();
    assert!(line.contains(&format!("{used} used, {left} left, runs wait below 15")), "{text}");
    let sandbox = text.lines().find(|l| l.starts_with("sandbox")).unwrap();
    assert!(!sandbox.contains("used"), "{text}");
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

    assert_eq!(add(&home, "crm", &good.to_string(), &[]).status.code(), Some(1));
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
    assert_eq!(added.status.code(), Some(1), "{}", errors(&added));
    let kept = "account eu was kept, but no action can run yet: ";
    assert!(errors(&added).contains(kept) && errors(&added).contains("no connection"), "{}", errors(&added));
    let listed = records(&home.run(&["account", "list", "--format", "json"]));
    assert_eq!((&listed[1]["data_center"], &listed[1]["organisation"]), (&json!("eu"), &Value::Null));

    // a host that is nobody's is the operator's word
    let mut own = credentials("https://127.0.0.2.example.invalid");
    own["client_id"] = json!("x");
    assert_eq!(add(&home, "own", &own.to_string(), &[]).status.code(), Some(2));
    let mut command = home.command(&["account", "add", "--id", "own", "--from-json", "-", "--allow-custom-host"]);
    command.env("HTTPS_PROXY", "http://127.0.0.1:9");
    assert_eq!(feed(&mut command, own.to_string().as_bytes()).status.code(), Some(1));
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
    let answer_of_tokens = |id: &str| match id {
        "revoked" => Reply::json(200, json!({"error": "invalid_code"})),
        _ => token("1000.access"),
    };
    let refused: (&str, Answer) = ("revoked", Box::new(|_| refusal(401, "INVALID_TOKEN")));
    for (n, (id, answer)) in scripts.into_iter().chain([refused]).enumerate() {
        let ill = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let is_ill = std::sync::Arc::clone(&ill);
        let server =
            Scripted::start(move |r| match (is_ill.load(std::sync::atomic::Ordering::Relaxed), r.path.as_str()) {
                (false, "/oauth/v2/token") => token("1000.access"),
                (false, "/crm/v8/org") => {
                    Reply::json(200, json!({"org": [{"zgid": (77 + n).to_string(), "company_name": "Acme"}]}))
                }
                (false, _) => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})),
                (true, "/oauth/v2/token") => answer_of_tokens(id),
                (true, path) => answer(path),
            })
            .await;
        let added = add(&home, id, &credentials(&server.origin).to_string(), &[]);
        assert!(added.status.success(), "{id} {}", errors(&added));
        ill.store(true, std::sync::atomic::Ordering::Relaxed);
        if id == "revoked" {
            // the token that is kept has ended
            let text = std::fs::read_to_string(home.path("secrets/revoked.json")).unwrap();
            let mut secrets: Value = serde_json::from_str(&text).unwrap();
            secrets["access"] = Value::Null;
            std::fs::write(home.path("secrets/revoked.json"), secrets.to_string()).unwrap();
        }
        servers.push(server);
    }
    assert_eq!(add(&home, "gone", &credentials("http://127.0.0.1:9").to_string(), &[]).status.code(), Some(1));

    let tested = home.run(&["account", "test"]);
    let lines = without_port(&told(&home, &tested));
    // the sandbox's organisation has another id in every workspace
    assert!(lines.contains("sandbox: ok\n"), "{lines}");
    let from = lines.find("\nok: ").unwrap() + 1;
    let lines: Vec<&str> = std::iter::once("exit 1").chain(lines[from..].lines()).collect();
    shown!("states", lines.join("\n"));
    assert_eq!(home.run(&["account", "test", "revoked"]).status.code(), Some(1));

    // the list and the screen say the same of each, in the contract's words
    let states = ["ok", "expired", "revoked", "unreachable", "missing scope"];
    let tested = records(&home.run(&["account", "test", "--format", "json"]));
    let listed = records(&home.run(&["account", "list", "--format", "json"]));
    // as wide as shows the accounts alone
    let mut pty = terminal(&home, 80, &[]);
    pty.shows("Save contact");
    pty.types("\r2");
    for (test, list) in tested.iter().zip(&listed) {
        let (id, state) = (list["id"].as_str().unwrap(), list["state"].as_str().unwrap());
        assert_eq!((&test["account"], &test["state"]), (&list["id"], &list["state"]));
        assert!(states.contains(&state), "{id}: {state}");
        let label = format!(" {} ", list["label"].as_str().unwrap());
        pty.until(id, |p| {
            let contents = p.screen.screen().contents();
            contents.lines().any(|l| l.contains(&label) && l.contains(&format!(" {state} ")))
        });
    }
    pty.signal(rustix::process::Signal::TERM);
    assert!(pty.ends(LONG).success());
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_the_user_may_write_contacts_is_told_before_the_first_write() {
    let module = |create: Value, edit: Value| {
        Reply::json(200, json!({"modules": [{"api_name": "Contacts", "creatable": create, "editable": edit}]}))
    };
    let untold = "the user may read them; whether it may create and edit them Zoho tells at the first write";
    let cases = [
        (module(json!(true), json!(true)), "pass", "the user may read, create and edit them"),
        (module(json!(false), json!(true)), "fail", "the user may read but not create them"),
        (module(json!(true), json!(false)), "fail", "the user may read but not edit them"),
        (module(json!(false), json!(false)), "fail", "the user may read but not create or edit them"),
        (module(Value::Null, json!(true)), "pass", untold),
        (Reply::empty(204), "pass", untold),
        (refusal(401, "OAUTH_SCOPE_MISMATCH"), "pass", untold),
        (refusal(404, "INVALID_URL_PATTERN"), "pass", untold),
    ];
    for (answer, verdict, found) in cases {
        let (home, lacks) = (Home::new(), matches!(&answer, Reply::Whole { status: 401, .. }));
        let server = Scripted::start(move |r| match r.path.as_str() {
            "/oauth/v2/token" => token("1000.access"),
            "/crm/v8/org" => Reply::json(200, json!({"org": [{"zgid": "77", "company_name": "Acme"}]})),
            "/crm/v8/users" => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})),
            "/crm/v8/settings/modules/Contacts" => answer.clone(),
            _ => Reply::empty(204),
        })
        .await;
        assert!(add(&home, "crm", &credentials(&server.origin).to_string(), &[]).status.success());
        let tested = records(&home.run(&["account", "test", "crm", "--format", "json"])).remove(0);
        let check = |name: &str| {
            let checks = tested["checks"].as_array().unwrap();
            checks.iter().find(|c| c["check"] == name).unwrap_or_else(|| panic!("{tested}")).clone()
        };
        assert_eq!((&check("contacts")["verdict"], &check("contacts")["found"]), (&json!(verdict), &json!(found)));
        assert_eq!(check("contacts")["todo"].is_string(), verdict == "fail");
        // only the check itself is the poorer without that scope
        let scopes = check("scopes");
        assert_eq!(scopes["verdict"], "pass", "{scopes}");
        assert_eq!(scopes["found"].as_str().unwrap().contains("ZohoCRM.settings.modules.READ is missing"), lacks);
    }
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
    assert_eq!(add(&home, "crm", &credentials(&server.origin).to_string(), &[]).status.code(), Some(1));
    let listed = |home: &Home| records(&home.run(&["account", "list", "--format", "json"])).remove(1);
    assert_eq!(listed(&home)["organisation"], Value::Null);
    there.store(true, std::sync::atomic::Ordering::Relaxed);
    // of the fields it says nothing: that fails, and what was learnt is kept all the same
    assert_eq!(home.run(&["account", "test", "crm"]).status.code(), Some(1));
    let now = listed(&home);
    assert_eq!((&now["organisation"]["id"], &now["user"]), (&json!("77"), &json!("ana@example.com")));
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_revokes_at_zoho_and_says_where_it_could_not() {
    let home = Home::new();
    let server = Scripted::start(|r| match r.path.as_str() {
        "/oauth/v2/token/revoke" => Reply::json(200, json!({"status": "success"})),
        "/oauth/v2/token" => token("1000.access"),
        _ => refusal(500, "INTERNAL_ERROR"),
    })
    .await;
    for (id, origin) in [("crm", server.origin.as_str()), ("gone", "http://127.0.0.1:9")] {
        let mut credentials = credentials(origin);
        if id == "gone" {
            credentials["refresh_token"] = json!("1000.another");
        }
        assert_eq!(add(&home, id, &credentials.to_string(), &[]).status.code(), Some(1));
    }
    let unasked = home.run(&["account", "remove", "crm"]);
    assert_eq!(unasked.status.code(), Some(1));
    assert!(
        errors(&unasked).contains("was not removed: without a terminal to ask on, say --yes"),
        "{}",
        errors(&unasked)
    );
    let removed = home.run(&["account", "remove", "crm", "--yes"]);
    assert!(removed.status.success() && errors(&removed).is_empty(), "{}", errors(&removed));
    let revoked = server.seen().into_iter().find(|r| r.path.ends_with("/revoke")).unwrap();
    assert_eq!(revoked.query("token"), Some("1000.refresh"));
    let removed = home.run(&["account", "remove", "gone", "--yes"]);
    assert!(removed.status.success());
    let said = errors(&removed);
    assert!(
        said.contains("could not be revoked at Zoho (POST 127.0.0.1:9") && said.contains("Connected Apps"),
        "{said}"
    );
    assert!(!home.path("secrets/gone.json").exists());
}

#[test]
fn a_test_is_one_object_an_account_for_programs() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    assert!(add(&home, "crm", &sandbox.line, &[]).status.success());
    let tested = home.run(&["account", "test", "crm", "--format", "json"]);
    assert!(tested.status.success(), "{}", errors(&tested));
    let found = records(&tested).remove(0);
    assert_eq!((&found["account"], &found["ok"]), (&json!("crm"), &json!(true)));
    let verdicts: Vec<(&str, &str)> = found["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["check"].as_str().unwrap(), c["verdict"].as_str().unwrap()))
        .collect();
    let passed = ["data centre", "network", "clock", "token", "scopes", "user", "contacts", "fields"];
    let mut want: Vec<(&str, &str)> = passed.map(|c| (c, "pass")).into();
    want.push(("credits", "not told"));
    assert_eq!(verdicts, want, "{found}");
    let listed = records(&home.run(&["account", "list", "--format", "json"])).remove(1);
    assert!(listed["credits_used"].as_u64().unwrap() >= 6, "{listed}");
}

#[test]
fn secrets_are_encrypted_with_a_passphrase_and_a_wrong_one_loses_nothing() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    assert!(add(&home, "crm", &sandbox.line, &[]).status.success());
    let run = |arguments: &[&str], passphrase: Option<&str>| {
        let mut command = home.command(arguments);
        if let Some(passphrase) = passphrase {
            command.env("ASTRA_ZOHO_PASSPHRASE", passphrase);
        }
        command.output().unwrap()
    };
    let file = || std::fs::read_to_string(home.path("secrets/crm.json")).unwrap();
    assert_eq!(run(&["secrets", "encrypt"], None).status.code(), Some(2), "nobody to ask");
    assert!(file().contains(&sandbox.credential("refresh_token")));
    assert!(run(&["secrets", "encrypt"], Some("correct horse")).status.success());
    let sealed = file();
    assert!(
        !sealed.contains(&sandbox.credential("refresh_token")) && sealed.contains("PBKDF2-HMAC-SHA256"),
        "{sealed}"
    );
    let mode = std::fs::metadata(home.path("secrets/crm.json")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert_eq!(String::from_utf8(run(&["secrets", "status"], None).stdout).unwrap(), "crm: encrypted\n");
    let again = run(&["secrets", "encrypt"], None);
    let said = String::from_utf8(again.stdout).unwrap();
    assert!(said.contains("encrypted already: nothing was changed") && file() == sealed, "{said}");
    let listed = |passphrase: Option<&str>| {
        let text = String::from_utf8(run(&["account", "list"], passphrase).stdout).unwrap();
        text.lines().find(|l| l.starts_with("crm")).unwrap().to_owned()
    };
    assert!(listed(None).contains("locked: its secrets are encrypted"), "{}", listed(None));
    assert!(!listed(Some("correct horse")).contains("locked"));
    let opened = |mode| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(home.path("secrets/crm.json"), mode).unwrap();
    };
    opened(0o644);
    assert!(listed(None).contains("its secrets file is open to others"), "{}", listed(None));
    opened(0o600);

    let locked = run(&["account", "test", "crm"], None);
    assert_eq!(locked.status.code(), Some(1));
    let said = String::from_utf8(locked.stdout).unwrap();
    assert!(said.contains("is encrypted and no passphrase was given"), "{said}");
    for arguments in [["account", "test", "crm"].as_slice(), &["secrets", "decrypt"]] {
        let wrong = run(arguments, Some("wrong"));
        assert_eq!(wrong.status.code(), Some(1));
        let said = String::from_utf8(wrong.stdout.clone()).unwrap() + &errors(&wrong);
        assert!(said.contains("the passphrase is wrong"), "{said}");
    }
    assert_eq!(file(), sealed, "nothing was lost");
    assert!(run(&["account", "test", "sandbox"], None).status.success(), "the sandbox needs none");

    // a file with it, which others must not be able to read; a new account lies no more open than the others
    let passphrase = home.write("passphrase", "correct horse\n");
    let by_file = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("ASTRA_ZOHO_PASSPHRASE_FILE", &passphrase);
        command
    };
    assert!(!by_file(&["account", "test", "crm"]).output().unwrap().status.success(), "others can read it");
    std::fs::set_permissions(&passphrase, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let tested = by_file(&["account", "test", "crm"]).output().unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8(tested.stdout).unwrap());
    let second = Sandbox::start(&home, &[]);
    let added = feed(&mut by_file(&["account", "add", "--id", "two", "--from-json", "-"]), second.line.as_bytes());
    assert!(added.status.success(), "{}", errors(&added));
    assert!(std::fs::read_to_string(home.path("secrets/two.json")).unwrap().contains("sealed"));
    assert!(run(&["secrets", "decrypt"], Some("correct horse")).status.success());
    assert!(file().contains(&sandbox.credential("refresh_token")));
    assert!(run(&["account", "test", "crm"], None).status.success());
    // files of secrets that others can read are taken, and not passed over in silence
    let given = home.write("given.json", &sandbox.line);
    let told = run(&["account", "reconnect", "crm", "--from-json", given.to_str().unwrap()], None);
    assert!(told.status.success() && errors(&told).contains("given.json: others can read it, and it holds secrets"));
    let (code, secret) = (second.credential("grant_token"), second.credential("client_secret"));
    let (code, secret) = (home.write("code", &code), home.write("client-secret", &secret));
    let [code, secret] = [&code, &secret].map(|f| f.to_str().unwrap());
    let way = ["account", "reconnect", "two", "--self-client", "--grant-token-file", code];
    let told = run(&[&way[..], &["--client-secret-file", secret]].concat(), None);
    assert!(told.status.success(), "{}", errors(&told));
    for file in [code, secret] {
        assert!(
            errors(&told).contains(&format!("{file}: others can read it, and it holds secrets")),
            "{}",
            errors(&told)
        );
    }
}

/// A file of secrets that a newer program wrote, encrypted or not, is neither read nor written over nor removed.
#[test]
fn secrets_of_a_newer_version_are_left_as_they_are() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    assert!(add(&home, "crm", &sandbox.line, &[]).status.success());
    let path = home.path("secrets/crm.json");
    let plain = std::fs::read_to_string(&path).unwrap();
    assert!(plain.contains("\"version\": 1,"), "{}", plain.len());
    let mut encrypt = home.command(&["secrets", "encrypt"]);
    assert!(encrypt.env("ASTRA_ZOHO_PASSPHRASE", "correct horse").output().unwrap().status.success());
    let sealed = std::fs::read_to_string(&path).unwrap();
    let given = home.write("given.json", &sandbox.line);
    let given = given.to_str().unwrap();
    for newer in [
        plain.replace("\"version\": 1", "\"version\": 9"),
        plain.replace("\"version\": 1", "\"version\": \"2.0\""),
        r#"{"version": 9, "what": ["nobody", "knows"]}"#.to_owned(),
        sealed.replace("\"sealed\": 1", "\"sealed\": 9"),
    ] {
        assert!(newer != plain && newer != sealed);
        std::fs::write(&path, &newer).unwrap();
        let list = home.run(&["account", "list"]);
        let said = String::from_utf8(list.stdout).unwrap();
        assert!(said.contains("unreachable: its secrets were written by a newer astra-zoho"), "{said}");
        for command in [
            &["account", "test", "crm"][..],
            &["account", "reconnect", "crm", "--from-json", given],
            &["account", "add", "--id", "crm", "--from-json", given],
            &["account", "remove", "crm", "--yes"],
        ] {
            let mut run = home.command(command);
            let refused = run.env("ASTRA_ZOHO_PASSPHRASE", "correct horse").output().unwrap();
            let said = String::from_utf8(refused.stdout.clone()).unwrap() + &errors(&refused);
            assert!(!refused.status.success(), "{command:?}: {said}");
            assert!(said.contains("update this program"), "{command:?}: {said}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), newer, "{command:?}");
        }
        for command in ["encrypt", "decrypt"] {
            let mut run = home.command(&["secrets", command]);
            assert!(run.env("ASTRA_ZOHO_PASSPHRASE", "correct horse").status().is_ok());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), newer, "{command}");
        }
    }
    std::fs::write(&path, plain).unwrap();
    assert!(home.run(&["account", "test", "crm"]).status.success());
}

#[test]
fn credentials_of_the_environment_need_no_file_of_secrets() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    assert!(add(&home, "our-crm", &sandbox.line, &[]).status.success());
    std::fs::remove_dir_all(home.path("secrets")).unwrap();
    assert_eq!(home.run(&["account", "test", "our-crm"]).status.code(), Some(1));
    let mut command = home.command(&["account", "test", "our-crm"]);
    for what in ["client_id", "client_secret", "refresh_token"] {
        command.env(format!("ASTRA_ZOHO_{}_OUR_CRM", what.to_uppercase()), sandbox.credential(what));
    }
    let tested = command.output().unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8(tested.stdout).unwrap());
    let kept = std::fs::read_to_string(home.path("secrets/our-crm.env-token")).unwrap();
    assert!(
        !kept.contains(&sandbox.credential("refresh_token")) && !kept.contains(&sandbox.credential("client_secret"))
    );
    std::fs::remove_file(home.path("secrets/our-crm.env-token")).unwrap();
    let mut half = home.command(&["account", "test", "our-crm"]);
    half.env("ASTRA_ZOHO_CLIENT_SECRET_OUR_CRM", "x").env("ASTRA_ZOHO_CLIENT_ID_OUR_CRM", "x");
    let said = String::from_utf8(half.output().unwrap().stdout).unwrap();
    assert!(said.contains("ASTRA_ZOHO_REFRESH_TOKEN_OUR_CRM is not set"), "{said}");
}
