//! No secret in a crash: the real program, broken with every kind of secret in its memory, tells none to the terminal, to
//! its crash file, to its log, nor to any other file or process; and it leaves no core file.

use crate::support::connect::{Against, LONG, said, terminal, terminal_with};
use crate::support::home::{Home, Settings};
use crate::support::planted::Planted;
use crate::support::pty::child_of;
use crate::support::scripted::{Reply, Scripted};
use crate::support::terminal::feed;

const PASSPHRASE: &str = "PLANTEDpassphrase";
const MODEL_KEY: &str = "PLANTEDmodelKEY";
/// The key at which a debug build breaks.
const F20: &str = "\x1b[57383u";

fn owner_only(home: &Home, name: &str, text: &str) {
    let file = home.write(name, text);
    std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_breaks_with_an_account_in_use() {
    let (home, against) = (Home::new(), Against::other().await);
    let model = Scripted::start(|r| {
        // as rude as it gets: what it was sent stands in its answer
        let sent = r.header("authorization").unwrap_or_default().to_owned();
        Reply::json(500, serde_json::json!({ "error": { "message": sent } }))
    })
    .await;
    let secrets = against.secrets.iter().cloned().chain([PASSPHRASE, MODEL_KEY].map(str::to_owned));
    let planted = Planted(secrets.collect());
    let add = ["account", "add", "--id", "main", "--from-json", "-"];
    assert!(feed(&mut home.command(&add), against.json.as_bytes()).status.success());
    let mut encrypt = home.command(&["secrets", "encrypt"]);
    assert!(encrypt.env("ASTRA_ZOHO_PASSPHRASE", PASSPHRASE).output().unwrap().status.success());
    owner_only(&home, "secrets/extractor.key", MODEL_KEY);
    home.write("config.toml", &format!("[extractor]\naddress = \"{}\"\nmodel = \"m\"\n", model.origin));
    home.action(&Settings { account: "main", ..Settings::default() });

    let mut pty = terminal(&home, 120, &["--verbose"]);
    pty.shows("Their passphrase (not shown");
    pty.types(&format!("{PASSPHRASE}\r"));
    pty.shows("active");
    planted.looks_at_process(pty.pid());
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", pty.pid())).unwrap();
    let core = limits.lines().find(|l| l.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    // the account's tokens are in use
    pty.types("\r");
    pty.shows("Offline Sync");
    pty.types("2");
    pty.shows("main");
    pty.types("j");
    pty.types("t");
    pty.shows("ok just now");
    // a command has the terminal, and is given secrets
    pty.types("N");
    pty.shows("Reconnect main");
    pty.types("\x1b[B\r");
    pty.until("the passphrase", |p| said(p).matches("Their passphrase (not shown").count() == 2);
    let child = child_of(pty.pid());
    pty.types(&format!("{PASSPHRASE}\r"));
    pty.shows("Code, or the path of self_client.json (not shown):");
    planted.looks_at_process(child);
    pty.types(&against.code);
    pty.types("\x03");
    pty.shows("Enter returns to the screen");
    pty.types("\r");
    pty.shows("reconnecting main: not done");
    // the plan beside the mapping has asked the model; and something is not saved
    pty.until("the model was asked", |_| !model.seen().is_empty());
    pty.types("3");
    pty.shows("Allow updating existing fields");
    pty.types(&format!("j {F20}"));
    assert_eq!(pty.ends(LONG).exit_code(), 101, "{}", said(&pty));
    pty.is_restored();

    assert!(model.seen()[0].header("authorization").unwrap().contains(MODEL_KEY));
    planted.looks("the terminal", &pty.raw);
    let files = planted.looks_at_files(&home.path(""));
    for want in ["crash-", "astra-zoho.log", "state.db", "accounts.toml", ".json"] {
        assert!(files.iter().any(|f| f.contains(want)), "{want} is not among {files:?}");
    }
    // nor where secrets are, since they are encrypted there
    planted.looks("the secrets' file", &std::fs::read(home.path("secrets/main.json")).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_breaks_while_secrets_are_pasted_and_typed() {
    let (home, against) = (Home::new(), Against::other().await);
    let planted = Planted(against.secrets.clone());
    let add = ["account", "add", "--id", "main", "--accounts-url", &against.url, "--client-id", &against.client_id];
    let variables = [("RUST_BACKTRACE", "full")];
    for way in ["--self-client", "--browser", "--device"] {
        let mut pty = terminal_with(&home, 120, &[&add[..], &[way, "--verbose"]].concat(), &variables);
        if way == "--self-client" {
            pty.shows("Code, or the path of self_client.json (not shown):");
            pty.types(&format!("\x1b[200~{}\x1b[201~\r", against.code));
        }
        pty.shows("Client secret (not shown):");
        planted.looks_at_process(pty.pid());
        if way == "--browser" {
            pty.types(&format!("\x1b[200~{}\x1b[201~\r", against.secret));
            pty.shows("press Enter");
            pty.types(&format!("{}{F20}", against.code));
        } else {
            // half of it
            pty.types(&format!("\x1b[200~{}\x1b[201~{F20}", against.secret));
        }
        assert_eq!(pty.ends(LONG).exit_code(), 101, "{way}: {}", said(&pty));
        pty.is_restored();
        assert!(said(&pty).contains("asked to break by <f20>"), "{}", said(&pty));
        planted.looks(way, &pty.raw);
        planted.looks_at_files(&home.path(""));
        assert!(!home.path("secrets/main.json").exists());
    }
}
