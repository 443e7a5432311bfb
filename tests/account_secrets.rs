//! Secrets of accounts that this process cannot read: locked, open to others, damaged. What that is shown as, what it is not
//! recorded as, and what is not done without them.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use astra_zoho::store::Workspace;
use serde_json::{Value, json};

use crate::support::home::{Home, Settings, errors, records};
use crate::support::terminal::{Sandbox, feed};

const RIGHT: &str = "correct horse battery";

fn add(home: &Home, id: &str, line: &str) -> Output {
    feed(&mut home.command(&["account", "add", "--id", id, "--another", "--from-json", "-"]), line.as_bytes())
}

fn with(home: &Home, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = home.command(arguments);
    command.envs(variables.iter().copied());
    command.output().unwrap()
}

fn opened(home: &Home, arguments: &[&str]) -> Output {
    with(home, arguments, &[("ASTRA_ZOHO_PASSPHRASE", RIGHT)])
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap() + &errors(output)
}

fn mode(home: &Home, name: &str, mode: u32) {
    std::fs::set_permissions(home.path(name), PermissionsExt::from_mode(mode)).unwrap();
}

/// As `account list` tells it, by whoever has the passphrase.
fn listed(home: &Home, id: &str) -> Value {
    let all = records(&opened(home, &["account", "list", "--format", "json"]));
    all.into_iter().find(|a| a["id"] == id).unwrap()
}

#[test]
fn a_passphrase_opens_what_it_can() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    for id in ["a", "b", "c"] {
        assert!(add(&home, id, &sandbox.line).status.success());
    }
    assert!(opened(&home, &["secrets", "encrypt"]).status.success());
    mode(&home, "secrets/a.json", 0o644);
    let vault = Workspace::open(Some(home.path(""))).unwrap().vault();
    assert!(vault.is_locked().unwrap(), "one that others can read says nothing of the others");
    assert!(vault.unlock(&"wrong".to_owned().into()).is_err());
    vault.unlock(&RIGHT.to_owned().into()).unwrap();
    // in this process from now on, without being asked again
    let workspace = Workspace::open(Some(home.path(""))).unwrap();
    let standing = ["a", "b", "c"].map(|id| workspace.tokens(id).unwrap().standing().as_str());
    assert_eq!(standing, ["open to others", "usable", "usable"]);
}

#[test]
fn that_secrets_are_locked_here_is_no_state_of_the_connection() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    assert!(add(&home, "crm", &sandbox.line).status.success());
    assert!(home.run(&["account", "test", "crm"]).status.success());
    assert!(opened(&home, &["secrets", "encrypt"]).status.success());
    let before = listed(&home, "crm");
    assert_eq!(before["state"], json!("ok"));
    let locked = home.run(&["account", "test", "crm"]);
    assert_eq!(locked.status.code(), Some(1));
    assert!(said(&locked).contains("is encrypted and no passphrase was given"), "{}", said(&locked));
    assert!(!opened(&home, &["account", "test", "nobody"]).status.success());
    assert!(!with(&home, &["account", "test", "crm"], &[("ASTRA_ZOHO_PASSPHRASE", "wrong")]).status.success());
    mode(&home, "secrets/crm.json", 0o644);
    assert!(!opened(&home, &["account", "test", "crm"]).status.success());
    mode(&home, "secrets/crm.json", 0o600);
    assert_eq!(listed(&home, "crm"), before, "what this process could not read is recorded for nobody");
    // here it is shown all the same
    let shown = String::from_utf8(home.run(&["account", "list"]).stdout).unwrap();
    assert!(shown.contains("locked: its secrets are encrypted"), "{shown}");
}

#[test]
fn an_account_whose_secrets_cannot_be_read_is_not_removed_by_the_way() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    for id in ["crm", "twin"] {
        assert!(add(&home, id, &sandbox.line).status.success());
    }
    let plain = std::fs::read(home.path("secrets/crm.json")).unwrap();
    assert!(opened(&home, &["secrets", "encrypt"]).status.success());
    let sealed = std::fs::read(home.path("secrets/crm.json")).unwrap();
    let cases: [(&[u8], u32, &str); 4] = [
        (&sealed, 0o600, "is encrypted and no passphrase was given"),
        (&plain, 0o644, "chmod 600"),
        (b"{\"client_id\":", 0o600, "is damaged"),
        (b"{\"version\": 9}", 0o600, "newer astra-zoho"),
    ];
    for (content, bits, why) in cases {
        let path = home.path("secrets/crm.json");
        std::fs::write(&path, content).unwrap();
        mode(&home, "secrets/crm.json", bits);
        let refused = home.run(&["account", "remove", "crm", "--yes"]);
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
        let told = said(&refused);
        assert!(told.contains("was not removed") && told.contains(why) && told.contains("--anyway"), "{told}");
        assert_eq!(std::fs::read(&path).unwrap(), content, "{why}");
        assert!(std::fs::read_to_string(home.path("accounts.toml")).unwrap().contains("\"crm\""));
    }
    // told to forget it, it does: and advises to end nothing by hand by which the other lives
    let removed = home.run(&["account", "remove", "crm", "--yes", "--anyway"]);
    assert!(removed.status.success(), "{}", said(&removed));
    assert!(!home.path("secrets/crm.json").exists());
    let told = said(&removed);
    assert!(told.contains("account `twin` is of the same client and may live by the same tokens"), "{told}");
    assert!(!told.contains("end it yourself"), "{told}");
    assert!(opened(&home, &["account", "test", "twin"]).status.success(), "it lives");
}

#[test]
fn removing_one_that_is_used_says_that_its_tokens_end() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    assert!(add(&home, "crm", &sandbox.line).status.success());
    home.action(&Settings { account: "crm", ..Settings::default() });
    let refused = home.run(&["account", "remove", "crm"]);
    let told = said(&refused);
    assert!(told.contains("is used by a:") && told.contains("ends its tokens at Zoho"), "{told}");
}
