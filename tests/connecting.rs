//! Connecting, beside the ways themselves: what is shown while one waits, wrong answers, cancelling, refusals, reconnecting.

use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::connect::{CODE, LONG, SECRET, accept, address, free_port, said, terminal};
use crate::support::home::{Home, Settings, errors, records};
use crate::support::scripted::{Reply, Request, Scripted, refusal};
use crate::support::terminal::{Sandbox, shown};

fn is_connected(home: &Home, id: &str) {
    let listed = records(&home.run(&["account", "list", "--format", "json"]));
    let account = listed.iter().find(|a| a["id"] == id).unwrap_or_else(|| panic!("{listed:?}"));
    assert_eq!((&account["connected"], &account["organisation"]["name"]), (&json!(true), &json!("Acme Outdoor")));
    assert!(home.run(&["account", "test", id]).status.success());
}

fn nothing_is_kept(home: &Home) {
    assert!(!home.path("secrets/main.json").exists());
    let accounts = std::fs::read_to_string(home.path("accounts.toml")).unwrap_or_default();
    assert!(!accounts.contains("\"main\""), "{accounts}");
}

#[test]
fn a_device_code_in_a_terminal() {
    let home = Home::new();
    let sandbox =
        Sandbox::start(&home, &["--device-interval", "1000", "--approve-devices", "1", "--device-location", "eu"]);
    let (id, secret) = (sandbox.credential("client_id"), sandbox.credential("client_secret"));
    let url = sandbox.credential("accounts_url");
    let mut pty = terminal(&home, 100, &["account", "add", "--id", "main", "--device", "--accounts-url", &url]);
    pty.shows("Client id:");
    pty.types(&format!("{id}\r"));
    pty.shows("Client secret (not shown):");
    pty.types(&format!("\x1b[200~{secret}\x1b[201~\r"));
    pty.shows("and enter the code");
    pty.shows("Waiting for your approval: 4:5");
    let lines: Vec<String> = pty.screen.screen().contents().lines().map(str::to_owned).collect();
    assert!(lines.contains(&format!("{url}/oauth/v3/device")), "{lines:?}");
    assert!(lines.iter().any(|l| l.len() == 10 && l.bytes().all(|b| b.is_ascii_alphanumeric())), "{lines:?}");
    assert!(said(&pty).contains('\u{2580}'), "a QR code");
    // into the clipboard, by the terminal's escape code
    pty.types("c");
    pty.until("the copy", |p| said(p).contains("\x1b]52;c;"));
    pty.types("n");
    let before = said(&pty).matches("and enter the code").count();
    pty.until("a new code", |p| said(p).matches("and enter the code").count() > before.min(1));
    assert!(pty.ends(LONG).success(), "{}", said(&pty));
    pty.is_restored();
    let said = said(&pty);
    assert!(said.contains("account main is connected") || said.contains("is connected"), "{said}");
    assert!(!said.contains(&secret), "{said}");
    is_connected(&home, "main");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_comes_back_or_whose_address_is_pasted() {
    for paste in [true, false] {
        let home = Home::new();
        let sandbox = Sandbox::start(&home, &[]);
        let (url, id) = (sandbox.credential("accounts_url"), sandbox.credential("client_id"));
        let back = format!("http://localhost:{}/callback", free_port());
        let arguments = [
            "account",
            "add",
            "--id",
            "main",
            "--browser",
            "--accounts-url",
            &url,
            "--client-id",
            &id,
            "--redirect-uri",
            &back,
        ];
        let mut pty = terminal(&home, 100, &arguments);
        pty.shows("Client secret (not shown):");
        pty.types(&format!("{}\r", sandbox.credential("client_secret")));
        let location = accept(&address(&mut pty)).await;
        assert!(location.ends_with('&') && location.contains("accounts-server="), "{location}");
        if paste {
            pty.types("https://example.com/?code=1\r");
            pty.shows("that is not the address");
            pty.types(&format!("{}\r", location.replace("state=", "state=x")));
            pty.shows("another attempt");
            pty.types(&format!("{location}\r"));
        } else {
            let wrong = location.replace("state=", "state=x");
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            assert_eq!(http.get(wrong).send().await.unwrap().status(), 400);
            assert_eq!(http.get(&location).send().await.unwrap().status(), 200);
        }
        assert!(pty.ends(LONG).success(), "{}", said(&pty));
        pty.is_restored();
        assert!(!said(&pty).contains("code=1000."), "{}", said(&pty));
        is_connected(&home, "main");
    }
}

#[test]
fn it_can_be_cancelled_at_any_moment() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    let url = sandbox.credential("accounts_url");
    let moments: [(&[&str], &str); 6] = [
        (&[], "Which [1]:"),
        (&["--device"], "Client id:"),
        (&["--device", "--client-id", "1000.X"], "Client secret (not shown):"),
        (&["--device", "--client-id", "ours"], "Waiting for your approval"),
        (&["--self-client", "--client-id", "ours"], "Code, or the path"),
        (&["--browser", "--client-id", "ours"], "Ctrl-C cancels."),
    ];
    for (more, moment) in moments {
        for how in [Signal::INT, Signal::TERM] {
            let ours = sandbox.credential("client_id");
            let more = more.iter().map(|m| if *m == "ours" { ours.as_str() } else { m });
            let arguments: Vec<&str> =
                ["account", "add", "--id", "main", "--accounts-url", &url].into_iter().chain(more).collect();
            let mut pty = terminal(&home, 100, &arguments);
            if !["Wh", "Client", "Code"].iter().any(|first| moment.starts_with(first)) {
                pty.shows("Client secret");
                pty.types(&format!("{SECRET}\r"));
            }
            pty.shows(moment);
            match how {
                Signal::INT => pty.types("\x03"),
                other => pty.signal(other),
            }
            assert_eq!(pty.ends(Duration::from_secs(5)).exit_code(), 1);
            pty.is_restored();
            assert!(
                said(&pty).contains("cancelled: nothing was kept") && !said(&pty).contains(SECRET),
                "{}",
                said(&pty)
            );
            nothing_is_kept(&home);
        }
    }
}

/// The second server: seconds, HTTP 400 for pending, keys more and fewer, `other_dc`, no list of scopes.
async fn other(coql: bool) -> Scripted {
    let polls = AtomicUsize::new(0);
    Scripted::start(move |r: &Request| match r.path.as_str() {
        "/oauth/v3/device/code" => Reply::json(
            200,
            json!({"user_code": "WXYZ-1234", "device_code": "1004.d.e", "interval": 1, "expires_in": 60,
                   "verification_uri": "https://evil.example/device", "extra": {"a": [1]}}),
        ),
        "/oauth/v3/device/token" => match polls.fetch_add(1, Ordering::Relaxed) {
            0 => Reply::json(400, json!({"error": "authorization_pending", "hint": 7})),
            1 => Reply::json(400, json!({"error": "other_dc", "user_location": "eu"})),
            _ => tokens(),
        },
        "/oauth/v2/token" => tokens(),
        "/oauth/v2/token/revoke" => Reply::json(200, json!({"status": "success"})),
        "/crm/v8/org" => Reply::json(200, json!({"org": [{"zgid": "77", "company_name": "Acme", "more": 1}]})),
        "/crm/v8/users" => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})),
        "/crm/v8/coql" if !coql => refusal(401, "OAUTH_SCOPE_MISMATCH"),
        "/crm/v8/settings/fields" => Reply::json(200, json!({"fields": []})),
        _ => Reply::empty(204),
    })
    .await
}

fn tokens() -> Reply {
    Reply::json(
        200,
        json!({"access_token": "1000.PLANTEDaccess", "refresh_token": "1000.PLANTEDrefresh", "expires_in": 3600, "extra": null}),
    )
}

/// `account ...` without a terminal, the secrets in files.
fn unattended(home: &Home, arguments: &[&str], url: &str) -> Output {
    let secret = home.write("client-secret", &format!("{SECRET}\n"));
    let code = home.write("grant", CODE);
    let output = home
        .command(arguments)
        .args(["--accounts-url", url, "--client-id", "1000.CLIENT", "--verbose", "--client-secret-file"])
        .arg(secret)
        .env("ASTRA_ZOHO_GRANT_TOKEN", std::fs::read_to_string(code).unwrap())
        .output()
        .unwrap();
    for bytes in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("PLANTED"), "{text}");
    }
    output
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_differently() {
    let server = other(false).await;
    for way in ["--device", "--self-client"] {
        let home = Home::new();
        let output = unattended(&home, &["account", "add", "--id", "main", way], &server.origin);
        let told = String::from_utf8(output.stdout.clone()).unwrap();
        assert!(output.status.success(), "{way}: {told}{}", errors(&output));
        assert!(told.contains("Acme (77)") && told.contains("edition       not told"), "{told}");
        assert!(
            told.contains("not told by Zoho") && told.contains("ZohoCRM.coql.READ is missing: contacts are found"),
            "{told}"
        );
        assert!(told.contains("not known: ZohoCRM.modules.contacts.CREATE ZohoCRM.modules.contacts.UPDATE"), "{told}");
        if way == "--device" {
            let told = errors(&output);
            assert!(told.contains(&format!("\n{}/oauth/v3/device\n", server.origin)), "no stranger's page: {told}");
            assert!(told.contains("\nWXYZ-1234\n"), "{told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_says_what_to_do() {
    let throttled = json!({"error": "Access Denied", "status": "failure",
        "error_description": "You have made too many requests continuously. Please try again after some time."});
    let words = [
        "invalid_client",
        "invalid_client_secret",
        "invalid_code",
        "invalid_redirect_uri",
        "redirect_uri_mismatch",
        "invalid_scope",
        "access_denied",
        "something_new",
    ];
    let mut answers: Vec<(String, Value)> = words.iter().map(|w| ((*w).to_owned(), json!({"error": w}))).collect();
    answers.push(("throttled".into(), throttled));
    answers.push(("no refresh token".into(), json!({"access_token": "1000.a.b", "expires_in": 3600})));
    answers.push((
        "elsewhere".into(),
        json!({"access_token": "1000.a.b", "refresh_token": "r", "api_domain": "https://evil.example"}),
    ));
    let mut all = String::new();
    for (name, answer) in answers {
        for status in [200, 400] {
            if status == 400 && answer.get("error").is_none() {
                continue;
            }
            let body = answer.clone();
            let server = Scripted::start(move |r| match r.path.as_str() {
                "/oauth/v2/token" => Reply::json(status, body.clone()),
                _ => Reply::json(200, json!({"status": "success"})),
            })
            .await;
            let home = Home::new();
            home.action(&Settings::default());
            let output = unattended(&home, &["account", "add", "--id", "main", "--self-client"], &server.origin);
            assert_eq!(output.status.code(), Some(1), "{name}");
            nothing_is_kept(&home);
            let told = errors(&output).lines().filter(|l| l.starts_with("astra-zoho:")).collect::<Vec<_>>().join("\n");
            all.push_str(&format!("{name} {status}\n  {}\n", told.replace(&server.origin["http://".len()..], "HOST")));
        }
    }
    shown!("refusals", all);
}

#[tokio::test(flavor = "multi_thread")]
async fn reconnecting_keeps_the_account_and_takes_its_own_organisation_only() {
    let (home, server) = (Home::new(), other(true).await);
    let add = ["account", "add", "--id", "main", "--label", "Ours", "--self-client"];
    assert!(unattended(&home, &add, &server.origin).status.success());
    home.action(&Settings { account: "main", ..Settings::default() });
    let action = std::fs::read(home.path("actions/a.toml")).unwrap();
    let again = unattended(&home, &["account", "reconnect", "main", "--self-client"], &server.origin);
    assert!(again.status.success(), "{}", errors(&again));
    let file = std::fs::read_to_string(home.path("accounts.toml")).unwrap();
    assert!(file.contains("label = \"Ours\"") && file.matches("[[account]]").count() <= 2, "{file}");
    assert_eq!(std::fs::read(home.path("actions/a.toml")).unwrap(), action);

    let twice = unattended(&home, &["account", "add", "--id", "second", "--self-client"], &server.origin);
    assert_eq!(twice.status.code(), Some(1));
    assert!(errors(&twice).contains("connected already as `main`"), "{}", errors(&twice));
    let revoked = |server: &Scripted| server.seen().iter().any(|r| r.path == "/oauth/v2/token/revoke");
    assert!(!revoked(&server), "the refresh token is that of `main`, too");

    let stranger = Scripted::start(|r| match r.path.as_str() {
        "/oauth/v2/token" => {
            Reply::json(200, json!({"access_token": "1000.x.y", "refresh_token": "1000.strange", "expires_in": 3600}))
        }
        "/crm/v8/org" => Reply::json(200, json!({"org": [{"zgid": "78", "company_name": "Other"}]})),
        "/crm/v8/users" => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})),
        _ => Reply::empty(204),
    })
    .await;
    let other = unattended(&home, &["account", "reconnect", "main", "--self-client"], &stranger.origin);
    assert_eq!(other.status.code(), Some(1));
    assert!(errors(&other).contains("is of the organisation Acme (77), this is Other (78)"), "{}", errors(&other));
    assert!(revoked(&stranger), "its tokens are given back");
    assert_eq!(std::fs::read_to_string(home.path("accounts.toml")).unwrap(), file);

    // which organisation it is cannot be told without its scope
    let blind = Scripted::start(|r| match r.path.as_str() {
        "/oauth/v2/token" => tokens(),
        "/crm/v8/org" => Reply::json(401, json!({"code": "OAUTH_SCOPE_MISMATCH", "message": "no", "status": "error"})),
        "/crm/v8/users" => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})),
        _ => Reply::empty(204),
    })
    .await;
    let unknown = unattended(&home, &["account", "reconnect", "main", "--self-client"], &blind.origin);
    assert_eq!(unknown.status.code(), Some(1));
    let said = errors(&unknown);
    assert!(said.contains("Acme (77), and of which one this is cannot be told: nothing was changed"), "{said}");
    assert!(said.contains("grant ZohoCRM.org.READ"), "{said}");
    assert_eq!(std::fs::read_to_string(home.path("accounts.toml")).unwrap(), file);

    // what cannot be kept costs nobody a consent
    let asked = server.seen().len();
    std::fs::remove_dir_all(home.path("secrets")).unwrap();
    home.write("secrets", "no folder");
    for command in
        [&["account", "reconnect", "main", "--self-client"][..], &["account", "add", "--id", "x", "--self-client"]]
    {
        let refused = unattended(&home, command, &server.origin);
        assert_eq!(refused.status.code(), Some(1), "{}", errors(&refused));
        assert!(errors(&refused).contains("secrets"), "{}", errors(&refused));
    }
    assert_eq!(server.seen().len(), asked);
}

/// Whoever leaves while Zoho gives a token, or once it has, has it taken back: none lives on unseen.
#[tokio::test(flavor = "multi_thread")]
async fn what_zoho_gave_is_given_back_by_whoever_leaves() {
    for (way, at, can_revoke) in [
        ("--self-client", "/oauth/v2/token", true),
        ("--device", "/oauth/v3/device/token", true),
        ("--self-client", "/crm/v8/org", true),
        ("--self-client", "/crm/v8/org", false),
    ] {
        let (asked, answered) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (is_asked, may_answer) = (Arc::clone(&asked), Arc::clone(&answered));
        let server = Scripted::start_async(move |r| {
            let (asked, answered) = (Arc::clone(&is_asked), Arc::clone(&may_answer));
            Box::pin(async move {
                if r.path == at {
                    asked.notify_one();
                    answered.notified().await;
                }
                match r.path.as_str() {
                    "/oauth/v3/device/code" => Reply::json(
                        200,
                        json!({"user_code": "WXYZ-1234", "device_code": "1004.d.e", "interval": 1, "expires_in": 60}),
                    ),
                    "/oauth/v3/device/token" | "/oauth/v2/token" => tokens(),
                    "/oauth/v2/token/revoke" if can_revoke => Reply::json(200, json!({"status": "success"})),
                    _ => Reply::empty(503),
                }
            })
        })
        .await;
        let home = Home::new();
        let known = ["account", "add", "--id", "main", way, "--client-id", "1000.C", "--accounts-url", &server.origin];
        let mut pty = terminal(&home, 100, &known);
        if way == "--self-client" {
            pty.shows("Code, or the path");
            pty.types(&format!("{CODE}\r"));
        }
        pty.shows("Client secret");
        pty.types(&format!("{SECRET}\r"));
        asked.notified().await;
        pty.types("\x03");
        if at != "/crm/v8/org" {
            pty.shows("waiting for Zoho's answer, to give back what it gives");
            answered.notify_one();
        }
        assert_eq!(pty.ends(LONG).exit_code(), 1);
        pty.is_restored();
        // wherever its lines break
        let said = said(&pty).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("cancelled: nothing was kept") && !said.contains("PLANTED"), "{said}");
        nothing_is_kept(&home);
        let revoked = server.seen().into_iter().find(|r| r.path == "/oauth/v2/token/revoke");
        assert_eq!(revoked.unwrap().query("token"), Some("1000.PLANTEDrefresh"), "{way} {at}");
        let unseen = said.contains("could not be taken back") && said.contains("under Connected Apps");
        assert_eq!(unseen, !can_revoke, "{said}");
    }
}

/// A browser may try either address of localhost: where somebody else listens at one, it cannot come back for sure.
#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_half_taken_is_taken() {
    let (home, server) = (Home::new(), other(true).await);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let redirect = format!("http://localhost:{}/callback", taken.local_addr().unwrap().port());
    let add = ["account", "add", "--id", "main", "--browser", "--redirect-uri", &redirect];
    let refused = unattended(&home, &add, &server.origin);
    assert_eq!(refused.status.code(), Some(2), "{}", errors(&refused));
    let said = errors(&refused);
    assert!(said.contains("this machine cannot listen there") && said.contains("nobody can come back"), "{said}");
    // what is proposed instead can be listened at
    let other = said.split("such as http://localhost:").nth(1).unwrap().split('/').next().unwrap();
    assert_ne!(redirect.split(':').nth(2).unwrap().split('/').next(), Some(other), "{said}");
    assert!(std::net::TcpListener::bind(format!("127.0.0.1:{other}")).is_ok(), "{said}");
    nothing_is_kept(&home);
}
