//! `astra-zoho sandbox`: one line on standard output, a server behind it, a clean end.

use serde_json::{Value, json};

use crate::support::home::{Home, errors};
use crate::support::terminal::{Sandbox, shown, told};

/// Status and body of a read, with a token got as any client gets one.
async fn read(sandbox: &Sandbox, path: &str) -> (u16, Value) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let form: Vec<(&str, String)> = [("grant_type", "refresh_token".to_owned())]
        .into_iter()
        .chain(["client_id", "client_secret", "refresh_token"].map(|key| (key, sandbox.credential(key))))
        .collect();
    let token = http.post(format!("{}/oauth/v2/token", sandbox.credential("accounts_url"))).form(&form).send().await;
    let token: Value = token.unwrap().json().await.unwrap();
    let authorization = format!("Zoho-oauthtoken {}", token["access_token"].as_str().unwrap());
    let url = format!("{}/crm/v8/{path}", sandbox.credential("api_url"));
    let answer = http.get(url).header("Authorization", authorization).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn one_line_then_a_server_then_a_clean_end() {
    let home = Home::new();
    for signal in ["-TERM", "-INT", "-HUP"] {
        let sandbox = Sandbox::start(&home, &[]);
        let credentials: Value = serde_json::from_str(&sandbox.line).unwrap();
        let keys: Vec<&String> = credentials.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["accounts_url", "api_url", "client_id", "client_secret", "refresh_token", "grant_token"]);
        assert!(sandbox.credential("api_url").starts_with("http://127.0.0.1:"));
        assert_eq!(read(&sandbox, "Contacts?fields=Email&per_page=1").await.0, 200);
        let (status, stdout, stderr) = sandbox.end(signal);
        assert_eq!((status, stdout.as_str(), stderr.as_str()), (Some(0), "", ""), "{signal}");
    }
    // it is no part of a workspace
    assert!(std::fs::read_dir(home.path("")).unwrap().next().is_none());
}

#[tokio::test]
async fn its_requests_are_told_where_wanted_and_its_secrets_nowhere() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &["--verbose", "--faults", "503@org:1"]);
    let secrets = ["client_secret", "refresh_token", "grant_token"].map(|key| sandbox.credential(key));
    assert_eq!(read(&sandbox, "org").await.0, 503);
    let (status, stdout, stderr) = sandbox.end("-TERM");
    assert_eq!((status, stdout.as_str()), (Some(0), ""));
    assert!(
        stderr.contains("path=\"/oauth/v2/token\" status=200") && stderr.contains("path=\"/crm/v8/org\" status=503")
    );
    assert!(secrets.iter().all(|secret| !stderr.contains(secret)), "{stderr}");
}

#[tokio::test]
async fn what_it_is_given_is_what_it_has() {
    let home = Home::new();
    let contacts = home.write("contacts.json", "\u{feff}[]");
    let data = home.path("zoho.db");
    let arguments = ["--contacts", contacts.to_str().unwrap(), "--data", data.to_str().unwrap(), "--edition", "free"];
    let sandbox = Sandbox::start(&home, &arguments);
    assert_eq!(read(&sandbox, "Contacts?fields=Email").await.0, 204, "no contacts");
    assert_eq!(read(&sandbox, "org").await.1["org"][0]["license_details"]["paid_type"], json!("free"));
    for file in std::fs::read_dir(home.path("")).unwrap().map(|file| file.unwrap()) {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions()) & 0o777;
        let name = file.file_name().to_string_lossy().into_owned();
        let holds_tokens = name.starts_with("zoho.db") && !name.ends_with(".lock");
        assert!(!holds_tokens || mode == 0o600, "{file:?} {mode:o}");
    }
    let first = sandbox.credential("refresh_token");
    assert_eq!(sandbox.end("-TERM").0, Some(0));
    let again = Sandbox::start(&home, &["--data", data.to_str().unwrap()]);
    assert_eq!(again.credential("refresh_token"), first, "the same organisation");
    assert_eq!(read(&again, "Contacts?fields=Email").await.0, 204);
    let without = Sandbox::start(&home, &[]);
    assert_ne!(without.credential("refresh_token"), first);
}

#[test]
fn what_it_cannot_be_given() {
    let home = Home::new();
    let file = home.write("bad.json", "{\"no\": 1}").display().to_string();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let cases: [(&[&str], i32); 10] = [
        (&["--listen", "0.0.0.0:0"], 2),
        (&["--listen", "192.0.2.1:8080"], 2),
        (&["--listen", "nowhere"], 2),
        (&["--listen", &taken], 1),
        (&["--fields", &file], 2),
        (&["--fields", "/nowhere.json"], 2),
        (&["--contacts", &file], 2),
        (&["--faults", "503@nowhere"], 2),
        (&["--edition", "golden"], 2),
        (&["--data", "/proc/nowhere/zoho.db"], 1),
    ];
    let mut all = String::new();
    for (arguments, status) in cases {
        let refused = home.run(&[&["sandbox"], arguments].concat());
        assert_eq!(refused.status.code(), Some(status), "{arguments:?} {}", errors(&refused));
        assert!(refused.stdout.is_empty());
        all.push_str(&told(&home, &refused).replace(&taken, "TAKEN").replace(&file, "BAD.JSON"));
    }
    shown!("refused", all);
}
