//! No secret in any output or file but the secrets' own, whatever goes wrong and however much is told.

use std::process::Output;

use serde_json::{Value, json};

use crate::support::home::{Home, Settings};
use crate::support::planted::Planted;
use crate::support::scripted::{Reply, Scripted, token};
use crate::support::terminal::{Sandbox, feed};

const PLANTED: [&str; 4] = ["PLANTEDclientSECRET", "PLANTEDrefreshTOKEN", "PLANTEDaccessTOKEN", "PLANTEDgrantTOKEN"];

struct Watch {
    home: Home,
    secrets: Planted,
}

impl Watch {
    fn new(home: Home, secrets: Vec<String>) -> Self {
        Self { home, secrets: Planted(secrets) }
    }

    fn looks(&self, what: &str, bytes: &[u8]) {
        self.secrets.looks(what, bytes);
    }

    fn files(&self) {
        let seen = self.secrets.looks_at_files(&self.home.path(""));
        assert!(!seen.is_empty());
    }

    fn at(&self, arguments: &[&str], output: Output) -> Output {
        self.looks(&format!("stdout of {arguments:?}"), &output.stdout);
        self.looks(&format!("stderr of {arguments:?}"), &output.stderr);
        output
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let arguments = [arguments, &["--verbose"]].concat();
        self.at(&arguments, self.home.run(&arguments))
    }

    fn add(&self, id: &str, given: &str) -> Output {
        let arguments = ["account", "add", "--id", id, "--from-json", "-", "--verbose"];
        self.at(&arguments, feed(&mut self.home.command(&arguments), given.as_bytes()))
    }

    fn every_command(&self) {
        let commands: [&[&str]; 16] = [
            &[],
            &["check"],
            &["check", "--format", "json"],
            &["fields", "--all"],
            &["fields", "--account", "crm"],
            &["replay"],
            &["replay", "--dry-run", "--format", "json"],
            &["extract"],
            &["runs"],
            &["runs", "--format", "csv"],
            &["account", "list"],
            &["account", "list", "--format", "json"],
            &["account", "test"],
            &["render", "--keys", "<enter> 2 t"],
            &["render", "--size", "160x48", "--keys", "<enter> F r 5", "--format", "svg"],
            &["render", "--size", "160x48", "--keys", "<enter> R", "--format", "ansi"],
        ];
        for command in commands {
            let _looked_at = self.run(command);
        }
    }
}

fn credentials(origin: &str) -> Value {
    json!({"accounts_url": origin, "api_url": origin, "client_id": "1000.CLIENT", "client_secret": PLANTED[0],
           "refresh_token": PLANTED[1], "grant_token": PLANTED[3]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_repeats_what_it_is_sent() {
    let server = Scripted::start(|r| match &r.headers.iter().find(|(n, _)| n == "authorization") {
        None => token(PLANTED[2]),
        Some((_, sent)) => Reply::json(
            400,
            json!({"code": "INVALID_DATA", "message": format!("you sent {sent}"), "status": "error",
                   "details": {"api_name": sent, "reason": sent}}),
        ),
    })
    .await;
    let home = Home::new();
    home.action(&Settings { account: "crm", ..Settings::default() });
    let watch = Watch::new(home, PLANTED.map(str::to_owned).into());
    assert_eq!(watch.add("crm", &credentials(&server.origin).to_string()).status.code(), Some(1));
    watch.every_command();
    assert!(!server.calls().is_empty());
    drop(server);
    watch.every_command();

    // files of secrets that are not as they should be
    let file = watch.home.path("secrets/crm.json");
    let text = std::fs::read_to_string(&file).unwrap();
    for wrong in [
        text.replace(['{', ':'], "="),
        text.replace(&format!("\"{}\"", PLANTED[0]), "[7]"),
        format!("\"{}\"", PLANTED[1]),
    ] {
        std::fs::write(&file, wrong).unwrap();
        watch.every_command();
    }
    std::fs::write(&file, &text).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    watch.every_command();
    watch.files();
    let removed = watch.run(&["account", "remove", "crm", "--force", "--anyway"]);
    assert!(removed.status.success());
}

#[test]
fn a_token_endpoint_that_repeats_what_it_is_sent() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let answers: [fn(&str) -> Reply; 4] = [
        |sent| Reply::json(400, json!({"error": sent, "error_description": sent})),
        |sent| Reply::text(200, "text/html", format!("<html>{sent}")),
        |sent| Reply::json(200, json!({"access_token": 5, "sent": sent})),
        |sent| Reply::json(200, json!({"access_token": "PLANTEDaccessTOKEN", "api_domain": format!("https://{sent}")})),
    ];
    for answer in answers {
        let server = runtime.block_on(Scripted::start(move |r| answer(&r.body)));
        let watch = Watch::new(Home::new(), PLANTED.map(str::to_owned).into());
        watch.home.action(&Settings { account: "crm", ..Settings::default() });
        watch.add("crm", &credentials(&server.origin).to_string());
        // what is refused is not kept: it was connected before it came to this
        let origin = &server.origin;
        let row = format!("[[account]]\nid = \"crm\"\naccounts_url = \"{origin}\"\napi_url = \"{origin}\"\n");
        watch.home.write("accounts.toml", &row);
        let file = watch.home.write("secrets/crm.json", &credentials(origin).to_string());
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        watch.every_command();
        watch.files();
        drop(server);
    }
}

#[test]
fn credentials_that_are_refused() {
    let watch = Watch::new(Home::new(), PLANTED.map(str::to_owned).into());
    let good = credentials("http://127.0.0.1:9");
    let with = |key: &str, value: Value| {
        let mut c = good.clone();
        c[key] = value;
        c.to_string()
    };
    let whole = good.to_string();
    let cases = [
        whole[..whole.len() - 20].to_owned(),
        format!("{PLANTED:?}"),
        format!("{} {whole}", PLANTED[0]),
        with("refresh_token", json!({ PLANTED[1]: PLANTED[1] })),
        with("client_secret", json!([PLANTED[0]])),
        with("accounts_url", json!(format!("https://me:{}@accounts.zoho.eu", PLANTED[0]))),
        with("accounts_url", json!(format!("https://accounts.zoho.eu/?token={}", PLANTED[1]))),
        with("api_url", json!(format!("ftp://{}@x", PLANTED[1]))),
        // one key's text in another's place
        with("api_url", json!(PLANTED[1])),
        with("accounts_url", json!(PLANTED[0])),
    ];
    for case in cases {
        assert_eq!(watch.add("crm", &case).status.code(), Some(2), "{case}");
    }
    watch.files();
}

/// Somebody writes by hand what stands in no file: what is wrong is told by line, and quotes none of it.
#[test]
fn files_in_which_secrets_have_no_place() {
    let watch = Watch::new(Home::new(), PLANTED.map(str::to_owned).into());
    watch.home.action(&Settings { account: "crm", ..Settings::default() });
    let id = "[[account]]\nid = \"crm\"\n";
    let nobody = "http://127.0.0.1:9";
    let known = format!("{id}accounts_url = \"{nobody}\"\napi_url = \"{nobody}\"\n");
    let [secret, refresh, access, _] = PLANTED;
    let every = || {
        let commands: [&[&str]; 6] = [
            &["check"],
            &["account", "list"],
            &["account", "test"],
            &["replay"],
            &["run", "--until-idle"],
            &["render", "--size", "120x40", "--keys", "<enter> 2"],
        ];
        for command in commands {
            let _looked_at = watch.run(command);
        }
    };
    let accounts = [
        format!("{known}client_secret = \"{secret}\"\nrefresh_token = \"{refresh}\"\n"),
        format!("{known}client_secret = {secret}\n"),
        format!("{known}client_secret = \"{secret}\n"),
        format!("{known}client_secret : \"{secret}\"\n"),
        format!("{known}refresh_token = [\"{refresh}\"\n\"{access}\"]\n"),
        format!("{known}{secret}\n"),
        format!("{id}accounts_url = \"{nobody}\"\napi_url = \"http://me:{secret}@127.0.0.1:9\"\n"),
        format!("{id}accounts_url = \"{nobody}/?refresh_token={refresh}\"\napi_url = \"{nobody}\"\n"),
        format!("{known}credits_floor = \"{access}\"\n"),
        format!("{{\"client_secret\": \"{secret}\"}}"),
    ];
    for text in accounts {
        watch.home.write("accounts.toml", &text);
        every();
    }
    watch.home.write("accounts.toml", &known);
    for text in [
        format!("[extractor]\nkey = \"{secret}\"\n"),
        format!("[extractor]\nkey = {secret}\n"),
        format!("[extractor]\naddress = \"https://me:{secret}@api.example.com/v1\"\nmodel = \"m\"\n"),
        format!("[extractor]\naddress = \"https://api.example.com/v1?key={secret}\"\nmodel = \"m\"\n"),
        format!("[run]\ndatabase = \"postgres://me:{secret}@127.0.0.1:9/x\"\n"),
        format!("[run]\ndatabase = \"postgres://me:{secret}\n"),
    ] {
        watch.home.write("config.toml", &text);
        every();
    }
}

#[test]
fn the_sandboxs_own_secrets() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &["--verbose"]);
    let keys = ["client_secret", "refresh_token", "grant_token"];
    let secrets = keys.map(|key| sandbox.credential(key));
    home.action(&Settings { account: "crm", ..Settings::default() });
    let watch = Watch::new(home, secrets.into());
    assert!(watch.add("crm", &sandbox.line).status.success());
    watch.every_command();
    let (_, stdout, stderr) = sandbox.end("-TERM");
    assert_eq!(stdout, "");
    watch.looks("the sandbox's log", stderr.as_bytes());
    watch.files();
}

#[test]
fn a_passphrase_and_what_it_encrypts() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    let keys = ["client_secret", "refresh_token", "grant_token"].map(|key| sandbox.credential(key));
    let secrets = keys.into_iter().chain(["PLANTEDpassphrase".to_owned(), "PLANTEDwrong".to_owned()]).collect();
    let watch = Watch::new(home, secrets);
    assert!(watch.add("crm", &sandbox.line).status.success());
    let run = |arguments: &[&str], passphrase: &str| {
        let arguments = [arguments, &["--verbose"]].concat();
        let mut command = watch.home.command(&arguments);
        watch.at(&arguments, command.env("ASTRA_ZOHO_PASSPHRASE", passphrase).output().unwrap())
    };
    // the language model's key too, with the accounts' or alone
    let key = watch.home.path("secrets/extractor.key");
    std::fs::write(&key, "PLANTEDmodelKEY\n").unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    assert!(run(&["secrets", "encrypt"], "PLANTEDpassphrase").status.success());
    assert!(!std::fs::read_to_string(&key).unwrap().contains("PLANTED"));
    let status = String::from_utf8(run(&["secrets", "status"], "").stdout).unwrap();
    assert!(status.ends_with("the language model's key: encrypted\n"), "{status}");
    assert!(!run(&["secrets", "decrypt"], "PLANTEDwrong").status.success());
    assert!(!std::fs::read_to_string(&key).unwrap().contains("PLANTED"));
    assert!(run(&["secrets", "decrypt"], "PLANTEDpassphrase").status.success());
    assert_eq!(std::fs::read_to_string(&key).unwrap(), "PLANTEDmodelKEY\n");
    assert!(run(&["secrets", "encrypt"], "PLANTEDpassphrase").status.success());
    for passphrase in ["PLANTEDpassphrase", "PLANTEDwrong"] {
        let good = passphrase == "PLANTEDpassphrase";
        for arguments in [["account", "test", "crm"].as_slice(), &["fields", "--account", "crm"], &["account", "list"]]
        {
            let ran = run(arguments, passphrase);
            assert!(ran.status.success() == good || arguments[1] == "list", "{arguments:?}");
        }
    }
    watch.files();
    // not even where secrets are
    watch.looks("the encrypted file", &std::fs::read(watch.home.path("secrets/crm.json")).unwrap());
}

#[test]
fn the_secret_that_senders_of_events_sign_with() {
    let home = Home::new();
    home.action(&Settings::default());
    let events = home.write("events.jsonl", "{\"event_id\": 1}\nPLANTEDevents\n");
    let watch = Watch::new(home, vec!["PLANTEDsigningSECRET".to_owned()]);
    let arguments =
        ["run", "--listen", "127.0.0.1:0", "--events", events.to_str().unwrap(), "--until-idle", "--verbose"];
    let mut command = watch.home.command(&arguments);
    let ran = command.env("ASTRA_ZOHO_EVENTS_SECRET", "PLANTEDsigningSECRET").output().unwrap();
    watch.at(&arguments, ran);
    let file = watch.home.write("secret", "PLANTEDsigningSECRET");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let by_file = [&arguments[..], &["--secret-file", file.to_str().unwrap()]].concat();
    watch.at(&by_file, watch.home.run(&by_file));
    std::fs::remove_file(file).unwrap();
    watch.run(&["queue"]);
    watch.files();
}
