//! `astra-zoho check`: every problem with its place, and an exit status that says whether something active is concerned.

use serde_json::Value;

use crate::support::home::{Home, Settings, errors, records};
use crate::support::terminal::{shown, told};

/// An active action, with `change` made to its text.
fn action(change: impl Fn(String) -> String) -> String {
    let text = r#"template = "zoho.create-or-update-contact"
name = "Save"
intent = "Save the contact"
state = "active"
account = "sandbox"
[contacts]
create_and_update_new = true
update_existing = false
[[mapping]]
zoho = "Email"
astra = "email"
[[mapping]]
zoho = "Last_Name"
astra = "last_name"
"#;
    change(text.to_owned())
}

fn row(zoho: &str, astra: &str) -> String {
    format!("[[mapping]]\nzoho = \"{zoho}\"\nastra = \"{astra}\"\n")
}

#[test]
fn mistakes_in_the_files_have_their_lines_and_what_to_do() {
    let with = |more: &str| action(|text| text + more);
    let changed = |from: &'static str, to: &'static str| action(|text| text.replace(from, to));
    let cases: [(&str, &str, String); 18] = [
        ("nothing wrong", "actions/a.toml", action(|text| text)),
        ("an unknown key", "actions/a.toml", changed("intent", "intnet")),
        ("a wrong type", "actions/a.toml", changed("update_existing = false", "update_existing = \"no\"")),
        ("a state nobody knows", "actions/a.toml", changed("\"active\"", "\"actve\"")),
        ("a duplicate row", "actions/a.toml", with(&row("Email", "phone"))),
        ("an unknown Zoho field", "actions/a.toml", with(&row("Mailing_Cty", "city"))),
        ("an unknown Astra field", "actions/a.toml", with(&row("Mailing_City", "ctiy"))),
        ("a field that is no text", "actions/a.toml", with(&row("Account_Name", "company"))),
        ("an unknown account", "actions/a.toml", changed("\"sandbox\"", "\"sandbx\"")),
        ("a required row missing", "actions/a.toml", changed("Last_Name", "First_Name")),
        (
            "a default that does not fit",
            "actions/a.toml",
            with(&(row("Lead_Source", "channel") + "default = \"Fax\"\n")),
        ),
        ("not TOML", "actions/a.toml", changed("name = \"Save\"", "name = \"Save")),
        ("not text", "actions/a.toml", "\u{1b}[31m".into()),
        ("agent.toml", "agent.toml", "[[field]]\nkey = \"plan\"\ntype = \"txt\"\n".into()),
        ("accounts.toml", "accounts.toml", "[[account]]\nid = \"main\"\ndata_centre = \"eu\"\n".into()),
        (
            "a secret in accounts.toml",
            "accounts.toml",
            "[[account]]\nid = \"main\"\ndata_center = \"eu\"\nclient_secret = \"hush\"\n".into(),
        ),
        ("a secret in config.toml", "config.toml", "[extractor]\napi_key = \"hush\"\n".into()),
        ("not TOML, accounts.toml", "accounts.toml", "[[account]\n".into()),
    ];
    let mut all = String::new();
    for (what, file, text) in cases {
        let home = Home::new();
        home.write("actions/a.toml", &action(|text| text));
        home.write(file, &text);
        let nothing = home.write("nothing.jsonl", "");
        let checked = home.run(&["check"]);
        all.push_str(&format!("## {what}\n{}\n", told(&home, &checked)));
        // what cannot run is told in the same words by what would run it
        if what != "not text" {
            let checked = checked.status.code();
            let replayed =
                home.run(&["replay", "--dry-run", "--conversations", nothing.to_str().unwrap()]).status.code();
            assert_eq!(checked, replayed, "{what}");
        }
    }
    shown!("mistakes", all);
}

#[test]
fn a_draft_lacks_what_it_lacks_and_harms_nobody() {
    let home = Home::new();
    let draft = action(|text| text.replace("active", "draft").replace("Last_Name", "Frst_Name"));
    home.write("actions/b.toml", &draft);
    let checked = home.run(&["check"]);
    shown!("draft", told(&home, &checked));
    // the others are looked at all the same
    home.write("actions/a.toml", &action(|text| text));
    home.write("actions/c.toml", &action(|text| text.replace("\"email\"", "\"emial\"")));
    shown!("three_actions", told(&home, &home.run(&["check"])));
    for (only, status) in [("a", 0), ("b", 0), ("c", 1)] {
        assert_eq!(home.run(&["check", only]).status.code(), Some(status), "{only}");
    }
}

#[test]
fn json_has_one_problem_a_line_and_nothing_else() {
    let home = Home::new();
    home.write("actions/a.toml", &action(|text| text + &row("Mailing_Cty", "city")));
    let checked = home.run(&["check", "--format", "json"]);
    let problems = records(&checked);
    let file = home.path("actions/a.toml").display().to_string();
    assert_eq!(
        problems,
        [serde_json::json!({
            "severity": "error", "code": "unknown_field", "file": file, "line": 16, "column": 8,
            "what": "Zoho's Contacts have no field `Mailing_Cty`", "fix": "did you mean `Mailing_City`?"
        })]
    );
    let keys: Vec<&String> = problems[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["severity", "code", "file", "line", "column", "what", "fix"]);
    assert_eq!(checked.status.code(), Some(1));
    assert_eq!(errors(&checked), "not ok: 1 error in 1 action (1 active); an active action cannot run\n");
}

#[test]
fn an_action_or_a_folder_that_is_not_there() {
    let home = Home::new();
    home.write("actions/save-contact.toml", &action(|text| text));
    let unknown = home.run(&["check", "save-contct"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(errors(&unknown).ends_with("did you mean `save-contact`?\n"), "{}", errors(&unknown));
    assert_eq!(home.run(&["check", "../x"]).status.code(), Some(2));

    home.write("file", "");
    let mut command = home.command(&["check"]);
    let not_a_folder = command.arg("--workspace").arg(home.path("file")).output().unwrap();
    // the option is given twice here
    assert_eq!(not_a_folder.status.code(), Some(2));
}

#[test]
fn an_account_that_nobody_connected_stops_what_is_active() {
    let home = Home::new();
    home.write(
        "accounts.toml",
        "[[account]]\nid = \"main\"\ndata_center = \"eu\"\n[[account]]\nid = \"gone\"\n\
         accounts_url = \"http://127.0.0.1:9\"\napi_url = \"http://127.0.0.1:9\"\n",
    );
    home.action(&Settings { account: "main", ..Settings::default() });
    let checked = home.run(&["check"]);
    shown!("not_connected", told(&home, &checked));
    let text = std::fs::read_to_string(home.path("actions/a.toml")).unwrap();
    home.write("actions/a.toml", &text.replace("\"active\"", "\"draft\""));
    assert_eq!(home.run(&["check"]).status.code(), Some(0));

    // one that does not answer now may answer when the action runs
    home.action(&Settings { account: "gone", ..Settings::default() });
    let secrets = r#"{"client_id":"c","client_secret":"s","refresh_token":"r"}"#;
    let file = home.write("secrets/gone.json", secrets);
    std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    shown!("unreachable", told(&home, &home.run(&["check"])));
}

#[test]
fn a_damaged_log_stops_what_is_active() {
    let home = Home::new();
    home.action(&Settings::default());
    home.write("data/state.db", &"not a database ".repeat(100));
    shown!("damaged_log", told(&home, &home.run(&["check"])));
    let problem = &records(&home.run(&["check", "--format", "json"]))[0];
    assert_eq!((&problem["line"], &problem["column"]), (&Value::Null, &Value::Null));
}

#[test]
fn damaged_or_newer_data_of_the_sandbox_stops_what_is_active() {
    let home = Home::new();
    home.action(&Settings::default());
    assert!(home.run(&["replay", "--dry-run"]).status.success());
    assert!(home.run(&["check"]).status.success());
    let path = home.path("data/sandbox.db");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let newer = told(&home, &home.run(&["check"]));
    for name in ["data/sandbox.db-wal", "data/sandbox.db-shm"] {
        assert!(!home.path(name).exists() || std::fs::remove_file(home.path(name)).is_ok());
    }
    home.write("data/sandbox.db", &"damaged ".repeat(2000));
    let damaged = told(&home, &home.run(&["check"]));
    shown!("sandbox_data", format!("{newer}\n{damaged}"));
    assert_eq!(home.run(&["replay"]).status.code(), Some(1));
    assert!(home.run(&["fields"]).status.success(), "these are known without");
}

#[test]
fn looking_writes_nothing_and_needs_no_right_to_write() {
    let home = Home::new();
    home.action(&Settings::default());
    for command in [["check"].as_slice(), &["fields"], &["account", "list"], &["runs"], &[]] {
        let output = home.run(command);
        assert!(output.status.success(), "{command:?} {}", errors(&output));
    }
    let mut left: Vec<_> = std::fs::read_dir(home.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["actions"]);

    for command in [["check"].as_slice(), &["fields"], &["account", "list"], &["runs"], &["replay"], &[]] {
        let output = home.readers_command(command).output().unwrap();
        let writes = command == ["replay"];
        assert_eq!(output.status.success(), !writes, "{command:?} {}", errors(&output));
        if writes {
            let said = errors(&output);
            assert!(["cannot be written", "cannot write", "cannot make"].iter().any(|w| said.contains(w)), "{said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
        home.let_write();
    }
}

#[test]
fn every_problem_is_told_however_many_there_are() {
    let home = Home::new();
    home.action(&Settings::default());
    let active = std::fs::read_to_string(home.path("actions/a.toml")).unwrap();
    let mut draft = active.replace("state = \"active\"", "state = \"draft\"");
    for n in 0..300 {
        draft.push_str(&format!("\n[[mapping]]\nzoho = \"Field_{n}\"\nastra = \"phone\"\n"));
    }
    home.write("actions/many.toml", &draft);
    let output = home.run(&["check"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let first = draft.lines().position(|l| l.contains("Field_0")).unwrap() + 1;
    for n in 0..300 {
        let told = format!("many.toml:{}:8: error: Zoho's Contacts have no field `Field_{n}`", first + 4 * n);
        assert!(text.contains(&told), "{told}\n{text}");
    }
    assert!(
        text.contains("drafts have 300 errors, 1 warning in 2 actions (1 active); what is active can run"),
        "{text}"
    );
}
