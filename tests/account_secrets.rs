//! Secrets of accounts that this process cannot read: locked, open to others, damaged. What that is shown as, what it is not
//! recorded as, and what is not done without them.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use astra_zoho::store::Workspace;
use serde_json::{Value, json};

use crate::support::connect::{LONG, terminal};
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

/// Whatever is wrong with a file of secrets, the way out is told in one form; and it is one.
#[test]
fn whatever_is_wrong_with_the_file_the_advice_has_one_form() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    for id in ["crm", "other"] {
        assert!(add(&home, id, &sandbox.line).status.success());
    }
    let path = home.path("secrets/crm.json");
    let plain = std::fs::read_to_string(&path).unwrap();
    assert!(opened(&home, &["secrets", "encrypt"]).status.success());
    let sealed = std::fs::read_to_string(&path).unwrap();
    let anew = "move the file away and connect the account again with `astra-zoho account reconnect crm`";
    let (damaged, newer) =
        (format!("is damaged: restore a copy, or {anew}"), format!("update this program, or {anew}"));
    let altered = |key: &str| sealed.replacen(&format!("\"{key}\": \""), &format!("\"{key}\": \"AAAA"), 1);
    for (content, want, standing) in [
        (plain.replace("client_id", "client"), &damaged, "damaged"),
        ("{".to_owned(), &damaged, "damaged"),
        (altered("salt"), &damaged, "damaged"),
        // the passphrase is right, since it opens the other account's
        (altered("data"), &damaged, "damaged"),
        (plain.replace("\"version\": 1", "\"version\": 9"), &newer, "newer"),
        (sealed.replace("\"sealed\": 1", "\"sealed\": 9"), &newer, "newer"),
    ] {
        assert!(content != plain && content != sealed);
        std::fs::write(&path, &content).unwrap();
        let status = opened(&home, &["secrets", "status"]);
        assert_eq!(status.status.code(), Some(1), "{}", said(&status));
        assert!(said(&status).contains("other: encrypted"), "{}", said(&status));
        assert_eq!(listed(&home, "crm")["secrets"], json!(standing));
        let refused = opened(&home, &["account", "remove", "crm", "--yes"]);
        for told in [said(&status), said(&refused)] {
            assert!(told.contains(want.as_str()), "{want}\n{content}\n{told}");
        }
    }
    // as advised
    std::fs::remove_file(&path).unwrap();
    let again = ["account", "reconnect", "crm", "--from-json", "-"];
    let mut command = home.command(&again);
    let connected = feed(command.env("ASTRA_ZOHO_PASSPHRASE", RIGHT), sandbox.line.as_bytes());
    assert!(connected.status.success(), "{}", said(&connected));
    assert!(std::fs::read_to_string(&path).unwrap().contains("sealed"), "sealed as the others are");
}

#[test]
fn the_status_of_the_secrets_is_no_success_where_others_can_read_them() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    assert!(add(&home, "crm", &sandbox.line).status.success());
    assert_eq!(home.run(&["secrets", "status"]).status.code(), Some(0));
    mode(&home, "secrets/crm.json", 0o644);
    let open = home.run(&["secrets", "status"]);
    assert_eq!(open.status.code(), Some(1));
    assert!(said(&open).contains("chmod 600"), "{}", said(&open));
}

#[test]
fn a_passphrase_file_that_is_not_there_is_named() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    assert!(add(&home, "crm", &sandbox.line).status.success());
    assert!(opened(&home, &["secrets", "encrypt"]).status.success());
    let list = with(&home, &["account", "list"], &[("ASTRA_ZOHO_PASSPHRASE_FILE", "/nowhere/passphrase")]);
    let told = said(&list);
    assert!(
        told.contains("locked: ASTRA_ZOHO_PASSPHRASE_FILE names /nowhere/passphrase, which is not there"),
        "{told}"
    );
    assert!(!told.contains("does not open"), "{told}");
}

/// A floor that holds nothing back is no floor: what is written wrong says where, what is too high says so.
#[test]
fn a_floor_that_is_none_is_told() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    assert!(add(&home, "crm", &sandbox.line).status.success());
    let toml = std::fs::read_to_string(home.path("accounts.toml")).unwrap();
    let floor = |value: &str| {
        home.write("accounts.toml", &toml.replace("client_id = ", &format!("credits_floor = {value}\nclient_id = ")));
    };
    floor("\"abc\"");
    for command in [&["account", "list"][..], &["account", "test", "crm"], &["account", "list", "--format", "json"]] {
        let told = home.run(command);
        assert_eq!(told.status.code(), Some(1), "{command:?}");
        let why = errors(&told);
        assert!(why.contains("accounts.toml:") && why.contains("`credits_floor` is not a number"), "{why}");
    }
    // more than half of what any edition has
    floor("9000000000");
    for command in [&["check"][..], &["account", "test", "crm"]] {
        let told = home.run(command);
        assert!(told.status.success(), "{command:?}: {}", said(&told));
        assert!(said(&told).contains("`credits_floor` 9000000000 is more than half"), "{command:?}: {}", said(&told));
    }
    let tested = records(&home.run(&["account", "test", "crm", "--format", "json"])).remove(0);
    let credits = tested["checks"].as_array().unwrap().iter().find(|c| c["check"] == "credits").unwrap();
    assert!(credits["found"].as_str().unwrap().contains("is more than half"), "{credits}");
    assert_eq!(credits["todo"], json!("set it to half of the day's credits at most"));
}

/// On a terminal in which the table's rows would be broken every account has lines of its own.
#[test]
fn the_list_can_be_read_on_eighty_columns() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &[]);
    assert!(add(&home, "crm", &sandbox.line).status.success());
    let list = |columns| {
        let mut pty = terminal(&home, columns, &["account", "list"]);
        assert!(pty.ends(LONG).success());
        pty.screen.screen().contents()
    };
    let narrow = list(80);
    let lines: Vec<&str> = narrow.lines().map(str::trim_end).filter(|l| !l.is_empty()).collect();
    let at = lines.iter().position(|l| l.starts_with("crm  ")).unwrap_or_else(|| panic!("{narrow}"));
    assert!(lines[at + 1].starts_with("    ok just now"), "{narrow}");
    assert!(lines[at + 2].starts_with("    credits in 24 h: 2 used"), "{narrow}");
    assert!(!narrow.contains("DATA CENTRE"), "{narrow}");
    assert!(list(200).contains("DATA CENTRE"), "room for the table");
    // what a check found stays in its column
    let mut pty = terminal(&home, 80, &["account", "test", "crm"]);
    assert!(pty.ends(LONG).success());
    let tested = pty.screen.screen().contents();
    let (_, found) = tested.split_once("credits      ").unwrap();
    let more: Vec<&str> = found.lines().skip(1).take_while(|l| !l.trim().is_empty()).collect();
    assert!(!more.is_empty() && more.iter().all(|l| l.starts_with(&" ".repeat(27))), "{tested}");
}
