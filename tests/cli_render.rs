//! `astra-zoho render`: the screen without a terminal, the same each time, and nothing touched.

use std::collections::BTreeMap;
use std::path::Path;

use astra_zoho::domain::field::ZohoField;
use astra_zoho::store::{Journal, Workspace};

use crate::support::home::{Home, Settings, errors};
use crate::support::scripted::{Reply, Scripted};
use crate::support::terminal::shown;

fn drawn(home: &Home, arguments: &[&str]) -> String {
    // copies of workspaces go where this test sees them
    std::fs::create_dir_all(home.path("temporary")).unwrap();
    let mut command = home.command(&[&["render"], arguments].concat());
    let output = command.env("TMPDIR", home.path("temporary")).output().unwrap();
    assert_eq!(errors(&output), "", "{arguments:?}");
    assert!(output.status.success());
    assert_eq!(std::fs::read_dir(home.path("temporary")).unwrap().count(), 0, "a copy is left: {arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn rows(home: &Home, size: &str, keys: &str) -> String {
    let text = drawn(home, &["--size", size, "--keys", keys]);
    let (width, height) = size.split_once('x').unwrap();
    assert_eq!(text.lines().count(), height.parse::<usize>().unwrap());
    for row in text.lines() {
        assert!(row.chars().count() <= width.parse().unwrap() && row.trim_end() == row, "{row:?}");
    }
    text
}

/// Every file with what it says.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                out.insert(path.display().to_string(), std::fs::read(path).unwrap());
            }
        }
    }
    out
}

#[test]
fn a_new_workspace_in_pictures() {
    let home = Home::new();
    shown!("library", rows(&home, "80x24", ""));
    shown!("picker", rows(&home, "80x24", "<enter> 4 a cit"));
    shown!("replayed", rows(&home, "120x40", "<enter> 5 r"));
    assert!(!home.path("actions").exists(), "nobody asked for a workspace here");
}

#[test]
fn the_same_each_time_and_nothing_is_touched() {
    let home = Home::new();
    assert!(home.run(&["check"]).status.success());
    assert!(home.run(&["replay"]).status.success());
    let before = contents(&home.path(""));
    let ways = [
        "",
        "? repl",
        "d y",
        "n",
        "<enter> 2 t",
        "<enter> 1 e Something <space> else <esc> s",
        "<enter> 4 a other <space> city <enter> city <enter> S",
        "<enter> F r 5 y E",
        "<enter> R r",
        "<enter> r p . . + X",
        "<enter> r r <esc> c",
        "<enter> 5 r <home> <enter>",
        "<enter> a <c-z> <esc> q",
    ];
    for way in ways {
        let first = rows(&home, "120x40", way);
        assert_eq!(first, rows(&home, "120x40", way), "{way}");
        assert!(!first.contains("temporary") && !first.contains("127.0.0.1"), "{first}");
    }
    for format in ["ansi", "svg"] {
        let arguments = ["--keys", "<enter> 5 r", "--format", format];
        assert_eq!(drawn(&home, &arguments), drawn(&home, &arguments));
    }
    let mut after = contents(&home.path(""));
    after.retain(|name, _| !name.contains("/temporary/"));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (name, content) in before {
        assert!(after[&name] == content, "{name} changed");
    }
}

#[test]
fn a_workspace_that_nothing_may_be_written_to() {
    let home = Home::new();
    assert!(home.run(&["replay"]).status.success());
    let mut command = home.readers_command(&["render", "--keys", "<enter> 5"]);
    let output = command.env("TMPDIR", "/tmp").output().unwrap();
    home.let_write();
    assert_eq!(errors(&output), "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("20-ana-calls-back"), "{text}");
}

#[test]
fn mistakes_are_shown_with_the_names_of_ones_own_files() {
    let home = Home::new();
    home.action(&Settings::default());
    home.write("data/state.db", &"damaged ".repeat(2000));
    let text = rows(&home, "160x48", "<enter> 5");
    assert!(text.contains("state.db") && !text.contains("temporary"), "{text}");
}

#[test]
fn wrong_keys_and_sizes_are_one_sentence() {
    let home = Home::new();
    let cases: [(&[&str], &str); 6] = [
        (&["--keys", "a <entre>"], "--keys: `<entre>` is not a key: write one character, or a name such as <enter>"),
        (&["--keys", "<enter> <esc> q a b"], "--keys: the program has ended before key 4, a: leave out what follows"),
        (&["--size", "80"], "--size: `80` is no size: write columns x rows from 20x5 to 400x200, such as 80x24"),
        (&["--size", "10x10"], "from 20x5 to 400x200"),
        (&["--size", "5000x24"], "from 20x5 to 400x200"),
        (&["--size", "80x24", "--format", "png"], "possible values: text, ansi, svg"),
    ];
    for (arguments, want) in cases {
        let output = home.run(&[&["render"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = errors(&output);
        assert!(output.stdout.is_empty() && said.contains(want), "{said}");
        assert!(want.starts_with("possible") || said.lines().count() == 1, "{said}");
    }
    let last = drawn(&home, &["--keys", "q"]);
    assert!(last.contains("Action Library"), "the key that quits may be the last: {last}");
}

#[test]
fn hostile_text_is_harmless_in_every_format() {
    let home = Home::new();
    let evil = r#"\u001b]0;x\u0007<script>alert(1)</script>&amp;\"'\u202eevil]]>\u009b5n日本"#;
    let rows: String = ["Email", "Last_Name"].map(|z| format!("[[mapping]]\nzoho = \"{z}\"\nastra = \"x\"\n")).concat();
    let action = format!(
        "template = \"zoho.create-or-update-contact\"\nname = \"{evil}\"\nintent = \"{evil}\"\naccount = \"{evil}\"\n{rows}"
    );
    home.write("actions/a.toml", &action);
    home.write("agent.toml", &format!("name = \"{evil}\"\n[[field]]\nkey = \"x\"\nlabel = \"{evil}\"\n"));
    let styles = regex::Regex::new("\x1b\\[[0-9;]+m").unwrap();
    for keys in ["", "<enter>", "<enter> 4 a", "<enter> R"] {
        for format in ["text", "ansi", "svg"] {
            let out = drawn(&home, &["--size", "160x48", "--keys", keys, "--format", format]);
            let mut rest = out.clone();
            if format == "ansi" {
                rest = styles.replace_all(&rest, "").into_owned();
            }
            let odd = |c: &char| c.is_control() && *c != '\n' || matches!(c, '\u{202a}'..='\u{202e}');
            assert_eq!(rest.chars().find(odd), None, "{format} {keys}");
            if format == "svg" {
                well_formed(&out);
            }
        }
    }
}

/// As far as our own few elements go: an XML parser takes it.
fn well_formed(svg: &str) {
    let attributes = r#"( [a-zA-Z-]+="[^"<>&]*")*"#;
    let line = format!(
        "^(<svg xmlns=\"http://www.w3.org/2000/svg\"{attributes}>|</svg>|<(rect|path){attributes}/>|\
         <(text|title){attributes}>([^<>&]|&(amp|lt|gt|quot);)*</(text|title)>)$"
    );
    let line = regex::Regex::new(&line).unwrap();
    for l in svg.lines() {
        assert!(line.is_match(l), "{l}");
    }
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
}

#[test]
fn colours_and_none() {
    let home = Home::new();
    let ansi = |more: &[&str]| drawn(&home, &[&["--format", "ansi"], more].concat());
    assert!(regex::Regex::new("\x1b\\[0;[0-9;]*3[0-9]m").unwrap().is_match(&ansi(&[])));
    assert!(!regex::Regex::new("\x1b\\[[0-9;]*[34][0-9]").unwrap().is_match(&ansi(&["--mono"])));
    let plain = regex::Regex::new("\x1b\\[[0-9;]+m").unwrap();
    let trimmed = |text: &str| text.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(trimmed(&plain.replace_all(&ansi(&[]), "")), trimmed(&drawn(&home, &[])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_account_is_not_asked() {
    let server = Scripted::start(|_| Reply::json(200, serde_json::json!({}))).await;
    let home = Home::new();
    home.action(&Settings { account: "crm", ..Settings::default() });
    let given = serde_json::json!({"accounts_url": server.origin, "api_url": server.origin, "client_id": "1000.A",
                                   "client_secret": "s", "refresh_token": "r"});
    let file = home.write("given.json", &given.to_string());
    let added = home.run(&["account", "add", "--id", "crm", "--from-json", file.to_str().unwrap()]);
    let before = server.calls().len();
    assert!(home.path("secrets/crm.json").exists(), "{}", errors(&added));

    assert!(rows(&home, "120x40", "<enter> 2 t").contains("account crm is not asked while the screen is only drawn"));
    assert!(rows(&home, "120x40", "<enter> r").contains("is not asked"));
    assert!(!rows(&home, "120x40", "<enter> 4 a company").contains("Company"));
    // what was read before is shown, however long ago
    let workspace = Workspace::open(Some(home.path(""))).unwrap();
    workspace.make_data_folder().unwrap();
    let field = serde_json::json!({
        "api_name": "Company_X", "label": "Company X", "data_type": "text", "json_type": "string", "length": 77,
        "rich_text": false, "read_only": false, "visible": true, "used": true, "api_create": true, "api_update": true,
        "mandatory": false, "custom": true, "unique": false, "pick_list": []
    });
    let field: ZohoField = serde_json::from_value(field).unwrap();
    let journal = Journal::open(&workspace.state_db()).unwrap();
    let kept = serde_json::to_string(&[field]).unwrap();
    journal.keep_fields("crm", "2020-01-01T00:00:00Z".parse().unwrap(), &kept).unwrap();
    let text = rows(&home, "120x40", "<enter> F 4 a company");
    assert!(text.contains("Company X"), "{text}");
    assert_eq!(server.calls().len(), before, "nobody was asked");
}

#[test]
fn a_look_at_the_sandbox_is_drawn_the_same_each_time_and_finds_nothing() {
    let drawn = |keys| rows(&Home::new(), "120x40", keys);
    for keys in ["<enter> 2 t", "<enter> 2 w", "<enter> 2 t w"] {
        let first = drawn(keys);
        assert_eq!(first, drawn(keys), "{keys}");
        assert!(!first.contains("127.0.0.1") && !first.contains("fail  "), "{first}");
    }
    assert!(drawn("<enter> 2 w").contains("The connection of Sandbox"));
}

#[test]
fn the_last_run_was_made_when_the_list_without_a_screen_says() {
    let home = Home::new();
    assert!(home.run(&["replay", "--dry-run"]).status.success());
    let told = String::from_utf8(home.run(&[]).stdout).unwrap();
    let made = told.split("made ").nth(1).unwrap_or_else(|| panic!("{told}"));
    let drawn = String::from_utf8(home.run(&["render", "--size", "160x48"]).stdout).unwrap();
    assert!(drawn.contains(&made[..16]), "{} in {drawn}", &made[..19]);
}
