//! The workspace's files: made on first use, read with every mistake placed, saved as they were written.

use std::fs;
use std::path::Path;

use astra_zoho::domain::account::Account;
use astra_zoho::domain::action::{Action, Overwrite, Permissions, Row, State, TEMPLATE};
use astra_zoho::domain::check::check_action;
use astra_zoho::domain::field::{Agent, AstraType};
use astra_zoho::domain::problem::Problem;
use astra_zoho::store::{Loaded, Located, SaveError, Section, Workspace, WorkspaceError, merge};
use proptest::prelude::*;
use tempfile::TempDir;

const ACTION: &str = r#"# top
template = "zoho.create-or-update-contact"   # the only one
name = "Save"
intent = """
When the customer
has given details"""
state = "active" # runs
account = "sandbox"

[contacts]
update_existing = false          # careful

# who
[[mapping]]
zoho = "Email" # the key
astra = "email"
[[mapping]]
zoho = "Last_Name"
astra = "last_name"
# what was said
[[mapping]]
zoho = "Description"
astra = "summary"
[[mapping]]
zoho = "Lead_Source"
astra = "channel"
default = "Chat"       # if nothing else
overwrite = "if_empty"
values = { text = "Chat", voice = "Cold Call" }
# the end
"#;

fn with_action(text: &str) -> (TempDir, Workspace) {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("actions")).unwrap();
    fs::write(dir.path().join("actions/a.toml"), text).unwrap();
    let workspace = Workspace::open(Some(dir.path().to_owned())).unwrap();
    (dir, workspace)
}

fn said(problems: &[Located]) -> Vec<String> {
    problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.problem)).collect()
}

fn on_disk(dir: &TempDir) -> String {
    fs::read_to_string(dir.path().join("actions/a.toml")).unwrap()
}

#[test]
fn a_workspace_is_made_on_first_use_and_is_valid() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("new/ws");
    let workspace = Workspace::open(Some(root.clone())).unwrap();
    assert!(workspace.was_made());
    let actions = workspace.actions().unwrap();
    assert_eq!(actions.len(), 1);
    let action = &actions[0];
    let (agent, accounts) = (workspace.agent().unwrap(), workspace.accounts().unwrap());
    assert_eq!(said(&action.all_problems(&check_action(&action.value, &agent.value, &accounts.value))), [""; 0]);
    assert_eq!((action.value.id.as_str(), action.value.state), ("save-contact", State::Active));
    assert_eq!(agent.value.name, "Front desk");
    assert_eq!(agent.problems, []);
    assert_eq!(accounts.value, [Account::sandbox()]);
    assert_eq!(accounts.problems, []);
    assert!(!Workspace::open(Some(root)).unwrap().was_made());
}

#[test]
fn a_hand_written_folder_is_as_good() {
    let (dir, workspace) = with_action(ACTION);
    assert!(!workspace.was_made());
    assert!(!dir.path().join("accounts.toml").exists());
    assert_eq!(workspace.agent().unwrap().value, Agent::default());
    assert_eq!(workspace.accounts().unwrap().value, [Account::sandbox()]);
    let action = workspace.action("a").unwrap();
    assert_eq!(said(&action.problems), [""; 0]);
    let row = |zoho: &str, astra: &str| Row::new(zoho, astra);
    assert_eq!(
        action.value,
        Action {
            id: "a".into(),
            template: TEMPLATE.into(),
            name: "Save".into(),
            intent: "When the customer\nhas given details".into(),
            state: State::Active,
            offline_sync: false,
            account: "sandbox".into(),
            contacts: Permissions { create_and_update_new: true, update_existing: false },
            mapping: vec![
                row("Email", "email"),
                row("Last_Name", "last_name"),
                row("Description", "summary"),
                Row {
                    default: Some("Chat".into()),
                    overwrite: Overwrite::IfEmpty,
                    values: vec![("text".into(), "Chat".into()), ("voice".into(), "Cold Call".into())],
                    ..row("Lead_Source", "channel")
                },
            ],
        }
    );
    // reading wrote nothing
    let entries: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(entries, ["actions"]);
}

#[test]
fn ten_processes_may_make_it_at_once() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|s| {
        for _ in 0..10 {
            s.spawn(|| {
                let workspace = Workspace::open(Some(dir.path().to_owned())).unwrap();
                assert_eq!(workspace.action_ids().unwrap(), ["save-contact"]);
            });
        }
    });
}

#[test]
fn every_mistake_is_found_with_its_line() {
    let (_dir, workspace) = with_action(
        r#"template = "zoho.create-or-update-contct"
nam = "Save"
intent = "  "
state = "activ"
offline_sync = "yes"
account = 5
colour = 1

[contacts]
update_exsting = true
create_and_update_new = 1

[[mapping]]
zoho = "Email"
astra = "email"
overwrite = "never"
[[mapping]]
zoho = "Email"
values = { text = 3 }
[[mapping]]
default = true
astra = ""
"#,
    );
    let action = workspace.action("a").unwrap();
    let later = check_action(&action.value, &Agent::default(), &[Account::sandbox()]);
    insta::assert_snapshot!(said(&action.all_problems(&later)).join("\n"), @r#"
        1:1 `name` is missing; write name = "...", the name people see
        1:12 no template "zoho.create-or-update-contct"; did you mean "zoho.create-or-update-contact"?
        2:1 unknown key `nam`; did you mean `name`?
        3:10 `intent` is blank; write intent = """...""", when the agent should run the action
        4:9 `state` is "activ"; did you mean "active"? (allowed: "draft", "active")
        5:16 `offline_sync` is a string; write true or false
        6:11 `account` is an integer; write text in quotes
        7:1 unknown key `colour`; known here are template, name, intent, state, offline_sync, account, contacts, mapping
        10:1 unknown key `update_exsting`; did you mean `update_existing`?
        11:25 `create_and_update_new` is an integer; write true or false
        13:3 the required row for Last_Name is missing: Zoho makes no contact without it; add a [[mapping]] with zoho = "Last_Name" and the Astra field that feeds it
        16:13 `overwrite` is "never"; allowed: "always", "if_empty"
        17:1 `astra` is missing; write astra = "...", an Astra field's key
        18:8 Email stands in two rows (the first is row 1); remove one of them
        19:19 `text` is an integer; write text in quotes
        20:1 `zoho` is missing; write zoho = "...", a Zoho field's api_name
        21:11 `default` is a boolean; write text in quotes
        22:9 `astra` is blank; write astra = "...", an Astra field's key
        "#);
}

#[test]
fn syntax_mistakes_are_placed_and_silence_the_rest() {
    let (_dir, workspace) = with_action("template = \"x\"\nname = \"unclosed\nintent = yes\n[contacts\n");
    let action = workspace.action("a").unwrap();
    assert!(action.is_broken());
    insta::assert_snapshot!(said(&action.all_problems(&[Problem::error("x", "name", "a", "b")])).join("\n"), @r#"
        2:17 invalid basic string, expected `"`; mend the TOML at this line
        3:10 string values must be quoted, expected literal string; mend the TOML at this line
        4:10 unclosed table, expected `]`; mend the TOML at this line
        "#);
    let refused = workspace.save_action(&action, &Action { name: "New".into(), ..action.value.clone() }).unwrap_err();
    assert!(matches!(refused, SaveError::Workspace(WorkspaceError::Broken { .. })), "{refused}");
}

#[test]
fn missing_parts_are_named() {
    let (_dir, workspace) = with_action("");
    insta::assert_snapshot!(said(&workspace.action("a").unwrap().problems).join("\n"), @r#"
        1:1 `template` is missing; write template = "zoho.create-or-update-contact"
        1:1 `name` is missing; write name = "...", the name people see
        1:1 `intent` is missing; write intent = """...""", when the agent should run the action
        1:1 `account` is missing; write account = "sandbox", or another account's id
        1:1 there is no `mapping`; add a [[mapping]] for each Zoho field, Email and Last_Name at least
        "#);
    let (_dir, workspace) = with_action("mapping = 3\ncontacts = true");
    insta::assert_snapshot!(said(&workspace.action("a").unwrap().problems).join("\n"), @r#"
        1:1 `template` is missing; write template = "zoho.create-or-update-contact"
        1:1 `name` is missing; write name = "...", the name people see
        1:1 `intent` is missing; write intent = """...""", when the agent should run the action
        1:1 `account` is missing; write account = "sandbox", or another account's id
        1:11 `mapping` is an integer; write [[mapping]], a table for each
        2:12 `contacts` is a boolean; write [contacts] with its two settings below
        "#);
}

#[test]
fn an_agent_may_relabel_what_is_built_in_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let text = r#"name = "Desk"
[[field]]
key = "email"
label = "E-mail"
type = "text"
[[field]]
key = "plan_2"
type = "url"
[[field]]
key = "Plan"
typ = "text"
[[field]]
key = "plan_2"
[[field]]
label = "x"
type = "number"
"#;
    fs::write(dir.path().join("agent.toml"), text).unwrap();
    let agent = Workspace::open(Some(dir.path().to_owned())).unwrap().agent().unwrap();
    insta::assert_snapshot!(said(&agent.problems).join("\n"), @r#"
        5:8 the type of the built-in field `email` cannot be changed; remove `type`, or choose another key
        10:7 `Plan` cannot be a field's key; begin with a letter a-z and go on with a-z, 0-9 and _
        11:1 unknown key `typ`; did you mean `type`?
        13:7 the field `plan_2` is listed twice; keep one of them
        14:1 `key` is missing; write key = "...", a name of a-z, 0-9 and _
        16:8 `type` is "number"; allowed: "text", "email", "phone", "url"
        "#);
    let (email, plan) = (agent.value.field("email").unwrap(), agent.value.field("plan_2").unwrap());
    assert_eq!((email.label.as_str(), email.kind, email.built_in), ("E-mail", AstraType::Email, true));
    assert_eq!((plan.label.as_str(), plan.kind, plan.built_in), ("Plan 2", AstraType::Url, false));
}

#[test]
fn accounts_say_where_their_zoho_is() {
    let dir = tempfile::tempdir().unwrap();
    let text = r#"[[account]]
id = "live"
data_center = "eu"
scopes = ["ZohoCRM.modules.ALL"]
organisation = { id = "7", name = "Acme", edition = "enterprise" }
[[account]]
id = "lost"
[[account]]
id = "../up"
data_center = "uk"
[[account]]
id = "live"
accounts_url = "https://accounts.example.com/"
api_url = "www.example.com"
scopes = [1]
"#;
    fs::write(dir.path().join("accounts.toml"), text).unwrap();
    let accounts = Workspace::open(Some(dir.path().to_owned())).unwrap().accounts().unwrap();
    insta::assert_snapshot!(said(&accounts.problems).join("\n"), @r#"
        6:1 the account `lost` does not say where its Zoho is; write data_center = "us" (or eu, in, au, jp, cn, ca, sa), or accounts_url and api_url
        9:6 `../up` cannot be an account's id; use letters, digits, `-`, `_` and `.`
        10:15 `data_center` is "uk"; did you mean "us"? (allowed: "us", "eu", "in", "au", "jp", "cn", "ca", "sa")
        12:6 the account `live` is listed twice; keep one of them, or change its id
        14:11 `api_url` is not a server's address; write scheme and host alone: "https://www.zohoapis.eu"
        15:11 `scopes[0]` is an integer; write text in quotes
        "#);
    assert_eq!(
        accounts.value.iter().map(|a| a.id.as_str()).collect::<Vec<_>>(),
        ["sandbox", "live", "lost", "../up", "live"]
    );
    assert_eq!(accounts.value[1].organisation.as_ref().unwrap().name, "Acme");
    assert_eq!(accounts.value[4].accounts_url, "https://accounts.example.com");
}

#[test]
fn actions_come_in_the_order_of_their_files_and_one_that_cannot_be_read_stops_no_other() {
    let (dir, workspace) = with_action(ACTION);
    let actions = dir.path().join("actions");
    fs::write(actions.join("b.toml"), b"name = \"\xff\"").unwrap();
    fs::write(actions.join(".hidden.toml"), "x").unwrap();
    fs::write(actions.join("notes.txt"), "x").unwrap();
    fs::write(actions.join("a-copy.toml"), ACTION).unwrap();
    let all = workspace.actions().unwrap();
    let ids: Vec<_> = all.iter().map(|a| (a.value.id.as_str(), a.problems.len())).collect();
    assert_eq!(ids, [("a-copy", 0), ("a", 1), ("b", 1)]);
    assert_eq!(said(&all[1].problems), ["3:8 the action `a-copy` has the same name; give one of them another name"]);
    assert_eq!(said(&all[2].problems), ["1:9 this is not UTF-8 text; save the file as UTF-8"]);
    let sentence =
        |id: &str| workspace.action(id).unwrap_err().to_string().replace(&dir.path().display().to_string(), "W");
    assert_eq!(sentence("a-cpy"), "there is no action `a-cpy` in W/actions: did you mean `a-copy`?");
    assert_eq!(sentence("zzzzzz"), "there is no action `zzzzzz` in W/actions: there are a-copy, a, b");
    for id in ["../a", "", ".a", "a/b", "a\\b", "a\u{1b}"] {
        assert!(matches!(workspace.action(id), Err(WorkspaceError::BadId { .. })), "{id}");
    }
}

#[test]
fn a_file_in_place_of_the_folder_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("f");
    fs::write(&file, "").unwrap();
    let error = Workspace::open(Some(file)).unwrap_err();
    assert!(matches!(error, WorkspaceError::NotAFolder { .. }), "{error}");
}

#[test]
fn a_file_of_nothing_but_mistakes_is_read_in_time_and_in_bounds() {
    let rows = "[[mapping]]\nzoho = 1\nx = 2\n".repeat(20_000);
    let (_dir, workspace) = with_action(&format!("\"{}\\u001b[31m\" = 1\n{rows}", "k".repeat(100_000)));
    let action = workspace.action("a").unwrap();
    let later = check_action(&action.value, &Agent::default(), &[]);
    let all = action.all_problems(&later);
    assert!(
        (60_000..60_100).contains(&all.len()),
        "each is told, and there are no more than the file has: {}",
        all.len()
    );
    assert!(all.iter().all(|p| p.to_string().len() < 1000 && !p.to_string().contains('\u{1b}')));
    let (_dir, workspace) = with_action(&"# x\n".repeat(300_000));
    assert!(workspace.action("a").unwrap_err().to_string().contains("larger than 1 MiB"));
}

fn edited(change: impl FnOnce(&mut Action)) -> String {
    let (dir, workspace) = with_action(ACTION);
    let read = workspace.action("a").unwrap();
    let mut mine = read.value.clone();
    change(&mut mine);
    let saved = workspace.save_action(&read, &mine).unwrap();
    assert_eq!(saved.value, mine);
    assert_eq!(saved.text(), on_disk(&dir));
    assert_eq!(workspace.action("a").unwrap().value, mine);
    on_disk(&dir)
}

/// The lines that are no longer there, and those that are new.
fn changed(new: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (ACTION.lines().collect(), new.lines().collect());
    let gone = old.iter().filter(|l| !new.contains(l)).map(|l| format!("-{l}"));
    let come = new.iter().filter(|l| !old.contains(l)).map(|l| format!("+{l}"));
    gone.chain(come).collect()
}

#[test]
fn saving_changes_the_lines_that_changed() {
    assert_eq!(edited(|_| {}), ACTION);
    let set = |change: fn(&mut Action)| changed(&edited(change)).join("\n");
    assert_eq!(set(|a| a.name = "New \"name\"".into()), "-name = \"Save\"\n+name = 'New \"name\"'");
    assert_eq!(set(|a| a.state = State::Draft), "-state = \"active\" # runs\n+state = \"draft\" # runs");
    assert_eq!(set(|a| a.offline_sync = true), "+offline_sync = true");
    assert_eq!(
        set(|a| a.contacts.update_existing = true),
        "-update_existing = false          # careful\n+update_existing = true          # careful"
    );
    assert_eq!(set(|a| a.contacts.create_and_update_new = false), "+create_and_update_new = false");
    assert_eq!(
        set(|a| a.mapping[3].default = Some("Web".into())),
        "-default = \"Chat\"       # if nothing else\n+default = \"Web\"       # if nothing else"
    );
    assert_eq!(set(|a| a.mapping[3].default = None), "-default = \"Chat\"       # if nothing else");
    assert_eq!(
        set(|a| a.mapping[3].overwrite = Overwrite::Always),
        "-overwrite = \"if_empty\"\n+overwrite = \"always\""
    );
    assert_eq!(
        set(|a| a.mapping[3].values[1].1 = "Chat".into()),
        "-values = { text = \"Chat\", voice = \"Cold Call\" }\n+values = { text = \"Chat\", voice = \"Chat\" }"
    );
    assert_eq!(set(|a| a.intent = "One\nTwo".into()), "-When the customer\n-has given details\"\"\"\n+One\n+Two\"\"\"");
}

#[test]
fn rows_take_their_comments_along() {
    insta::assert_snapshot!(edited(|a| {
        let lead = a.mapping.remove(3);
        a.mapping.insert(2, lead);
        a.mapping.insert(2, Row::new("Phone", "phone"));
    }), @r#"
        # top
        template = "zoho.create-or-update-contact"   # the only one
        name = "Save"
        intent = """
        When the customer
        has given details"""
        state = "active" # runs
        account = "sandbox"

        [contacts]
        update_existing = false          # careful

        # who
        [[mapping]]
        zoho = "Email" # the key
        astra = "email"
        [[mapping]]
        zoho = "Last_Name"
        astra = "last_name"
        [[mapping]]
        zoho = "Phone"
        astra = "phone"
        [[mapping]]
        zoho = "Lead_Source"
        astra = "channel"
        default = "Chat"       # if nothing else
        overwrite = "if_empty"
        values = { text = "Chat", voice = "Cold Call" }
        # what was said
        [[mapping]]
        zoho = "Description"
        astra = "summary"
        # the end
        "#);
    insta::assert_snapshot!(edited(|a| {
        a.mapping.remove(2);
        a.mapping.push(Row { default: Some("x".into()), ..Row::new("Title", "plan") });
    }), @r#"
        # top
        template = "zoho.create-or-update-contact"   # the only one
        name = "Save"
        intent = """
        When the customer
        has given details"""
        state = "active" # runs
        account = "sandbox"

        [contacts]
        update_existing = false          # careful

        # who
        [[mapping]]
        zoho = "Email" # the key
        astra = "email"
        [[mapping]]
        zoho = "Last_Name"
        astra = "last_name"
        [[mapping]]
        zoho = "Lead_Source"
        astra = "channel"
        default = "Chat"       # if nothing else
        overwrite = "if_empty"
        values = { text = "Chat", voice = "Cold Call" }
        [[mapping]]
        zoho = "Title"
        astra = "plan"
        default = "x"
        # the end
        "#);
}

#[test]
fn inline_rows_and_windows_line_ends_stay_what_they_are() {
    let text = "template = \"zoho.create-or-update-contact\"\r\nname = \"n\"\r\nintent = \"i\"\r\naccount = \"sandbox\"\r\n\
                contacts.update_existing = true\r\nmapping = [\r\n  { zoho = \"Email\", astra = \"email\" }, # first\r\n  \
                { zoho = \"Last_Name\", astra = \"last_name\" },\r\n]\r\n";
    let (dir, workspace) = with_action(text);
    let read = workspace.action("a").unwrap();
    assert_eq!(said(&read.problems), [""; 0]);
    let mut mine = read.value.clone();
    mine.contacts.update_existing = false;
    mine.mapping[1].astra = "company".into();
    mine.mapping.push(Row::new("Phone", "phone"));
    workspace.save_action(&read, &mine).unwrap();
    assert_eq!(workspace.action("a").unwrap().value, mine);
    insta::assert_snapshot!(on_disk(&dir).replace('\r', "~"), @r#"
        template = "zoho.create-or-update-contact"~
        name = "n"~
        intent = "i"~
        account = "sandbox"~
        contacts.update_existing = false~
        mapping = [~
          { zoho = "Email", astra = "email" }, # first~
          { zoho = "Last_Name", astra = "company" },~
          { zoho = "Phone", astra = "phone" },~
        ]~
        "#);
}

#[test]
fn somebody_elses_change_is_never_overwritten() {
    let (dir, workspace) = with_action(ACTION);
    let read = workspace.action("a").unwrap();
    let mine = Action { name: "Mine".into(), ..read.value.clone() };
    fs::write(dir.path().join("actions/a.toml"), ACTION.replace("\"sandbox\"", "\"other\"")).unwrap();
    let Err(SaveError::Conflict(conflict)) = workspace.save_action(&read, &mine) else { panic!() };
    assert!(on_disk(&dir).contains("other"));
    let theirs = conflict.theirs.unwrap();
    let merged = merge(&conflict.base, &conflict.mine, &theirs.value).unwrap();
    workspace.save_action(&theirs, &merged).unwrap();
    let now = workspace.action("a").unwrap().value;
    assert_eq!((now.name.as_str(), now.account.as_str()), ("Mine", "other"));
    let yours = Action { name: "Yours".into(), ..read.value.clone() };
    assert_eq!(merge(&read.value, &mine, &yours), Err(vec![Section::Name]));
    // the same change on both sides is none to choose between, and what one side alone changed comes in
    let same = Action { intent: "Ours".into(), ..read.value.clone() };
    let more = Action { offline_sync: !read.value.offline_sync, ..same.clone() };
    assert_eq!(merge(&read.value, &same, &more), Ok(more));

    fs::remove_file(dir.path().join("actions/a.toml")).unwrap();
    let Err(SaveError::Conflict(conflict)) = workspace.save_action(&read, &mine) else { panic!() };
    assert!(conflict.theirs.is_none());
}

#[test]
fn of_many_who_save_at_once_one_wins_each_time() {
    let (dir, workspace) = with_action(ACTION);
    let saved = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|s| {
        for t in 0..4 {
            let (workspace, saved) = (&workspace, &saved);
            s.spawn(move || {
                for i in 0..25 {
                    loop {
                        let read = workspace.action("a").unwrap();
                        let mut mine = read.value.clone();
                        mine.mapping.push(Row::new(format!("F{t}_{i}"), "phone"));
                        match workspace.save_action(&read, &mine) {
                            Ok(_) => break,
                            Err(SaveError::Conflict(_)) => {}
                            Err(e) => panic!("{e}"),
                        }
                    }
                    saved.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(saved.into_inner(), 100);
    assert_eq!(workspace.action("a").unwrap().value.mapping.len(), 104);
    assert!(on_disk(&dir).contains("# what was said"));
}

#[cfg(unix)]
#[test]
fn a_saved_file_keeps_its_mode_and_a_link_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (dir, workspace) = with_action(ACTION);
    let real = dir.path().join("real.toml");
    fs::rename(dir.path().join("actions/a.toml"), &real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("../real.toml", dir.path().join("actions/a.toml")).unwrap();
    let read = workspace.action("a").unwrap();
    workspace.save_action(&read, &Action { name: "New".into(), ..read.value.clone() }).unwrap();
    assert!(fs::symlink_metadata(dir.path().join("actions/a.toml")).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&real).unwrap().contains("New"));
    let left: Vec<_> = fs::read_dir(dir.path().join("actions")).unwrap().collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn actions_are_made_copied_renamed_and_deleted_without_overwriting() {
    let (dir, workspace) = with_action(ACTION);
    let read = workspace.action("a").unwrap();
    let copy = workspace.duplicate_action(&read, "b", "Copy").unwrap();
    assert!(copy.text().contains("# what was said"));
    assert_eq!((copy.value.state, copy.value.name.as_str()), (State::Draft, "Copy"));
    assert!(matches!(workspace.duplicate_action(&read, "b", "X"), Err(WorkspaceError::Exists { .. })));
    assert!(matches!(workspace.rename_action("a", "b"), Err(WorkspaceError::Exists { .. })));
    workspace.rename_action("a", "c").unwrap();
    assert_eq!(workspace.action_ids().unwrap(), ["b", "c"]);
    let made = Action { id: "d".into(), ..read.value.clone() };
    assert_eq!(workspace.create_action(&made).unwrap().value, made);
    assert!(matches!(workspace.create_action(&made), Err(WorkspaceError::Exists { .. })));
    insta::assert_snapshot!(fs::read_to_string(dir.path().join("actions/d.toml")).unwrap(), @r#"
        template = "zoho.create-or-update-contact"
        name = "Save"
        intent = """
        When the customer
        has given details"""
        state = "active"
        offline_sync = false
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

        [[mapping]]
        zoho = "Description"
        astra = "summary"

        [[mapping]]
        zoho = "Lead_Source"
        astra = "channel"
        default = "Chat"
        overwrite = "if_empty"
        values = { text = "Chat", voice = "Cold Call" }
        "#);
    workspace.delete_action("d").unwrap();
    assert!(matches!(workspace.delete_action("d"), Err(WorkspaceError::NoAction { .. })));
    assert!(matches!(workspace.rename_action("nope", "x"), Err(WorkspaceError::NoAction { .. })));
    assert_eq!(workspace.free_action_id("Save to Zoho!").unwrap(), "save-to-zoho");
    assert_eq!(workspace.free_action_id(" B ").unwrap(), "b-2");
    assert_eq!(workspace.free_action_id("///").unwrap(), "action");
}

#[test]
fn agent_and_accounts_are_saved_the_same_way() {
    let dir = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(Some(dir.path().to_owned())).unwrap();
    let read = workspace.agent().unwrap();
    let mut agent = read.value.clone();
    agent.fields[3].label = "Telephone".into();
    let site = astra_zoho::domain::field::AstraField {
        key: "site".into(),
        label: "Site".into(),
        kind: AstraType::Url,
        description: "d".into(),
        built_in: false,
    };
    agent.fields.push(site);
    let saved = workspace.save_agent(&read, &agent).unwrap();
    assert_eq!(workspace.agent().unwrap().value, agent);
    insta::assert_snapshot!(saved.text(), @r#"
        # The agent whose conversations are synced. It always has the fields email, first_name, last_name, phone, company,
        # street, city, state, zip, channel and summary; list one of them here only to change its label or description.
        name = "Front desk"

        [[field]]
        key = "phone"
        label = "Telephone"

        # A field of our own: it can be mapped in every action, like plan in actions/save-contact.toml.
        [[field]]
        key = "plan"                     # required: a-z, 0-9 and _
        label = "Membership plan"        # without it made from the key
        type = "text"                    # text (without this line), email, phone or url
        description = "The membership plan the customer has or asks for: Starter, Growth or Enterprise"

        [[field]]
        key = "site"
        type = "url"
        description = "d"
        "#);
    agent.fields.pop();
    workspace.save_agent(&saved, &agent).unwrap();
    assert_eq!(workspace.agent().unwrap().value, agent);

    let read = workspace.accounts().unwrap();
    let mut accounts = read.value.clone();
    accounts.push(Account {
        id: "live".into(),
        label: "Live".into(),
        data_center: Some("eu".into()),
        accounts_url: "https://accounts.zoho.eu".into(),
        api_url: "https://www.zohoapis.eu".into(),
        client_id: "1000.A".into(),
        organisation: Some(astra_zoho::domain::account::Organisation {
            id: "7".into(),
            name: "A".into(),
            edition: None,
        }),
        user: Some("a@example.com".into()),
        scopes: vec!["ZohoCRM.modules.ALL".into()],
        allow_custom_host: true,
        credits_floor: Some(500),
    });
    let saved = workspace.save_accounts(&read, &accounts).unwrap();
    assert_eq!(workspace.accounts().unwrap().value, accounts);
    insta::assert_snapshot!(saved.text(), @r#"
        # The Zoho organisations this workspace is connected to. No secret stands here: tokens are kept in a separate file.
        # `astra-zoho account add` connects another one.

        [[account]]
        id = "sandbox"                   # the Zoho CRM built into this program: always there, nothing leaves this machine
        label = "Sandbox"

        [[account]]
        id = "live"
        label = "Live"
        data_center = "eu"
        accounts_url = "https://accounts.zoho.eu"
        api_url = "https://www.zohoapis.eu"
        client_id = "1000.A"
        user = "a@example.com"
        organisation = { id = "7", name = "A" }
        scopes = ["ZohoCRM.modules.ALL"]
        credits_floor = 500
        allow_custom_host = true
        "#);
    accounts.remove(1);
    workspace.save_accounts(&saved, &accounts).unwrap();
    assert_eq!(workspace.accounts().unwrap().text(), read.text());
}

#[test]
fn a_file_of_many_mistakes_is_saved_without_touching_them() {
    let text = ACTION.replace("\"active\"", "\"activ\"").replace("update_existing = false", "update_existing = 0");
    let (dir, workspace) = with_action(&text);
    let read = workspace.action("a").unwrap();
    assert_eq!(read.problems.len(), 2);
    workspace.save_action(&read, &Action { name: "New".into(), ..read.value.clone() }).unwrap();
    assert_eq!(on_disk(&dir), text.replace("\"Save\"", "\"New\""));
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![Just("a".to_owned()), "[ -~\u{e9}\u{4e2d}\u{1f600}\n\t]{1,20}".prop_map(|s| s.trim().to_owned())]
        .prop_filter("not blank", |s| !s.trim().is_empty())
}

fn any_row() -> impl Strategy<Value = Row> {
    let name = prop_oneof![Just("Lead_Source"), Just("Description"), Just("Phone"), Just("Title"), Just("X")];
    let values = proptest::collection::vec(("[a-z. \"]{1,6}", any_text()), 0..3);
    (name, any_text(), proptest::option::of(any_text()), any::<bool>(), values).prop_map(
        |(zoho, astra, default, if_empty, mut values)| {
            values.sort();
            values.dedup_by_key(|(k, _)| k.clone());
            let overwrite = if if_empty { Overwrite::IfEmpty } else { Overwrite::Always };
            Row { zoho: zoho.into(), astra, default, overwrite, values }
        },
    )
}

fn any_action() -> impl Strategy<Value = Action> {
    let rows = proptest::collection::vec(any_row(), 0..5).prop_map(|mut rows| {
        let mut seen = std::collections::HashSet::new();
        rows.retain(|r| seen.insert(r.zoho.clone()));
        rows
    });
    (any_text(), any_text(), any::<[bool; 4]>(), rows, any::<usize>()).prop_map(|(name, intent, flags, rows, turn)| {
        let mut mapping = vec![Row::new("Email", "email"), Row::new("Last_Name", "last_name")];
        mapping.extend(rows);
        let by = turn % mapping.len();
        mapping.rotate_left(by);
        Action {
            id: "a".into(),
            template: TEMPLATE.into(),
            name,
            intent,
            state: if flags[0] { State::Active } else { State::Draft },
            offline_sync: flags[1],
            account: "sandbox".into(),
            contacts: Permissions { create_and_update_new: flags[2], update_existing: flags[3] },
            mapping,
        }
    })
}

fn sorted(mut action: Action) -> Action {
    action.mapping.iter_mut().for_each(|r| r.values.sort());
    action
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever is saved over whatever is read back as it was, and the comments of rows that stay are still there.
    #[test]
    fn what_is_saved_is_what_is_read(first in any_action(), second in any_action()) {
        let (_dir, workspace) = with_action(ACTION);
        let read = workspace.action("a").unwrap();
        let once = workspace.save_action(&read, &first).unwrap();
        prop_assert_eq!(sorted(once.value.clone()), sorted(first.clone()));
        prop_assert!(once.text().contains("# the key") && once.text().contains("# who") && once.text().contains("# top"));
        let twice = workspace.save_action(&once, &second).unwrap();
        prop_assert_eq!(sorted(twice.value.clone()), sorted(second));
        // saving what was read changes no byte
        let again: Loaded<Action> = workspace.action("a").unwrap();
        let text = again.text().to_owned();
        workspace.save_action(&again, &again.value).unwrap();
        let now = workspace.action("a").unwrap();
        prop_assert_eq!(now.text(), text.as_str());
    }
}

#[test]
fn the_shipped_example_is_saved_unchanged() {
    let dir = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(Some(dir.path().to_owned())).unwrap();
    let read = workspace.action("save-contact").unwrap();
    let there = workspace.save_action(&read, &Action { name: "X".into(), ..read.value.clone() }).unwrap();
    let back = workspace.save_action(&there, &read.value).unwrap();
    assert_eq!(back.text(), read.text());
    assert!(Path::new(&back.path).ends_with("actions/save-contact.toml"));
}
