//! The README's commands, run as they stand there: what it says they print is what they print.
//!
//! Its pictures are drawn anew and compared; `INSTA_UPDATE=always cargo test readme` makes them again.
//!
//! Run are the `sh` blocks that a `text` block follows, one after the other in one shell. A line `...` stands for any lines.

use std::process::Command;

use astra_zoho::app::command::{BINDINGS, Scope};
use astra_zoho::app::key::Key;
use astra_zoho::app::keymap::shown;
use astra_zoho::domain::action::State;
use regex::Regex;

use crate::support::harness::Harness;
use crate::support::home::{Home, errors};
use crate::support::world::World;

const README: &str = include_str!("../README.md");

struct Block<'r> {
    /// The line it begins at.
    line: usize,
    commands: &'r str,
    output: &'r str,
}

fn blocks() -> Vec<Block<'static>> {
    let mut line = 1;
    let mut out = Vec::new();
    for part in README.split_inclusive("```sh\n") {
        if let Some((commands, rest)) = part.split_once("```\n\n```text\n").filter(|(c, _)| !c.contains("```")) {
            out.push(Block { line, commands, output: rest.split_once("```").unwrap().0 });
        }
        line += part.lines().count();
    }
    out
}

/// Without what differs from one time to the next.
fn settled(text: &str) -> Vec<String> {
    let port = Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let organisation = Regex::new(r"Acme Outdoor \(\d+").unwrap();
    let text = port.replace_all(text, "127.0.0.1:PORT");
    let text = organisation.replace_all(&text, "Acme Outdoor (ID");
    text.lines().map(|l| l.trim_end().to_owned()).collect()
}

/// Does `printed` say what `told` does, any lines standing for `...`?
fn matches(told: &[String], printed: &[String]) -> bool {
    let Some(gap) = told.iter().position(|l| l == "...") else { return told == printed };
    let (head, rest) = (&told[..gap], &told[gap + 1..]);
    printed.starts_with(head) && (head.len()..=printed.len()).any(|from| matches(rest, &printed[from..]))
}

/// The scopes stand there as they are asked for, each in the table.
#[test]
fn the_scopes_are_those_that_are_asked_for() {
    use astra_zoho::domain::scope::{ASKED, NEEDS, covers};
    assert!(README.contains(&format!("\n{ASKED}\n")));
    let rows: Vec<&str> = README.lines().filter(|l| l.starts_with("| `Zoho")).collect();
    for scope in ASKED.split(',') {
        assert!(rows.iter().any(|l| l.contains(&format!("`{scope}`"))), "{scope}");
    }
    for need in NEEDS {
        assert!(ASKED.split(',').any(|asked| covers(asked, need.scope)), "{}", need.scope);
    }
}

#[test]
fn every_command_prints_what_the_readme_says() {
    let home = tempfile::tempdir().unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_astra-zoho")).parent().unwrap();
    let mut script = String::from("exec 2>&1\ntrap 'kill $(jobs -p) 2>/dev/null' EXIT\n");
    for block in blocks() {
        script.push_str(block.commands);
        script.push_str("printf '\\036'\n");
    }
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(home.path())
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .env("ASTRA_ZOHO_WORKSPACE", "tour")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<&str> = printed.split('\x1e').collect();
    assert_eq!(printed.len(), blocks().len() + 1, "{printed:?}");
    let mut wrong = Vec::new();
    for (block, printed) in blocks().iter().zip(printed) {
        if !matches(&settled(block.output), &settled(printed)) {
            wrong.push(format!("README.md:{}:\n{}prints\n{printed}", block.line, block.commands));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What each picture shows: its size and the keys that lead there in a new workspace.
const PICTURES: [(&str, &str, &str); 4] = [
    ("library", "80x24", ""),
    ("action", "160x48", "<enter> r 5"),
    ("picker", "80x24", "<enter> 4 a cit"),
    ("fields", "120x40", "6 c c <home>"),
];

#[test]
fn every_picture_shows_the_screen_as_it_is() {
    let home = Home::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/readme");
    let make = std::env::var_os("INSTA_UPDATE").is_some_and(|v| v == "always");
    let named = Regex::new(r"!\[[^\]]+\]\(snapshots/readme/(\w+)\.svg\)").unwrap();
    let named: Vec<&str> = named.captures_iter(README).map(|c| c.get(1).unwrap().as_str()).collect();
    assert_eq!(named, PICTURES.map(|(name, ..)| name));
    for (name, size, keys) in PICTURES {
        let drawn = home.run(&["render", "--size", size, "--keys", keys, "--format", "svg"]);
        assert!(drawn.status.success(), "{}", errors(&drawn));
        let file = folder.join(name).with_extension("svg");
        if make {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&file, &drawn.stdout).unwrap();
        }
        let same = std::fs::read(&file).is_ok_and(|kept| kept == drawn.stdout);
        assert!(same, "{} is old: INSTA_UPDATE=always cargo test readme makes it anew", file.display());
    }
}

#[test]
fn every_command_and_file_that_the_readme_names_is_there() {
    let help = Command::new(env!("CARGO_BIN_EXE_astra-zoho")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    for command in commands.lines().filter_map(|l| l.split_whitespace().next()).filter(|c| *c != "help") {
        assert!(README.contains(&format!("`{command}")), "{command}");
    }
    let named = Regex::new(r"`((?:src|tests|samples|\.ci)[/\w.-]*)`|\]\((\w+(?:\.md)?)\)").unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for found in named.captures_iter(README) {
        let path = found.get(1).or(found.get(2)).unwrap().as_str();
        assert!(root.join(path).exists(), "{path}");
    }
}

const KEYS: (&str, &str) = (
    "<!-- keys: INSTA_UPDATE=always cargo test readme writes what stands up to the next mark -->\n",
    "<!-- keys end -->",
);

/// Where commands are valid, as people say it, in the order of the page.
fn places() -> [(Scope, &'static str); 19] {
    [
        (Scope::Global, "Everywhere"),
        (Scope::List, "In a list"),
        (Scope::Library, "Action Library"),
        (Scope::Action, "An open action, in every pane"),
        (Scope::Intent, "1 Action"),
        (Scope::Account, "2 Account"),
        (Scope::Settings, "3 Settings"),
        (Scope::Mapping, "4 Field mapping"),
        (Scope::Log, "5 Sync log"),
        (Scope::Review, "Review and activate"),
        (Scope::Agent, "6 The agent's fields"),
        (Scope::Plan, "The plan"),
        (Scope::Page, "A text to read"),
        (Scope::Picker, "A list to pick from"),
        (Scope::Form, "A form"),
        (Scope::Line, "One line being typed"),
        (Scope::Area, "Several lines being typed"),
        (Scope::Typing, "Whatever is being typed"),
        (Scope::Confirm, "A question"),
    ]
}

/// The binding table as the page has it.
fn keys() -> String {
    let mut out = String::from("\n");
    for (scope, place) in places() {
        let items = BINDINGS.iter().filter(|b| b.scope == scope).map(|b| {
            let keys = b.keys.iter().map(|k| format!("`{}`", shown(Key::parse(k).unwrap())));
            let keys: Vec<String> = keys.collect();
            let keys = if keys.is_empty() { "by `?`".to_owned() } else { keys.join(" ") };
            format!("{keys} {} ({})", b.title, b.id)
        });
        let items: Vec<String> = items.collect();
        out.push_str(&format!("- **{place}**: {}\n", items.join("; ")));
    }
    out.push('\n');
    out
}

#[test]
fn every_key_stands_in_the_readme_and_nothing_else_does() {
    for b in BINDINGS {
        assert!(places().iter().any(|(scope, _)| *scope == b.scope), "{} has no place", b.id);
    }
    let (before, rest) = README.split_once(KEYS.0).unwrap();
    let (table, after) = rest.split_once(KEYS.1).unwrap();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|v| v == "always") && table != keys() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        std::fs::write(file, [before, KEYS.0, &keys(), KEYS.1, after].concat()).unwrap();
        return;
    }
    assert_eq!(table, keys(), "INSTA_UPDATE=always cargo test readme writes it anew");
}

/// A step of the walk: the keys, and what the screen says then.
fn walk() -> Vec<(String, String)> {
    let (_, section) = README.split_once("\n## The first action, key by key\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|l| l.starts_with("| ") && !l.starts_with("| press"));
    let piece = Regex::new(r#"`([^`]+)`|"([^"]+)""#).unwrap();
    let keys = |cell: &str| {
        let each = piece.captures_iter(cell).map(|c| match (c.get(1), c.get(2)) {
            (Some(key), _) if key.as_str().chars().count() == 1 => key.as_str().to_owned(),
            (Some(key), _) => format!("<{}>", key.as_str()),
            (_, typed) => typed.unwrap().as_str().replace(' ', " <space> "),
        });
        each.collect::<Vec<_>>().join(" ")
    };
    let step = |row: &str| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        (keys(cells[0]), cells[2].trim_matches(['`', ' ', '|']).to_owned())
    };
    rows.map(step).collect()
}

/// A new user who has this page and a keyboard: every step shows what it says.
#[test]
fn the_first_action_goes_as_the_readme_says_key_by_key() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle();
    assert!(t.rows()[0].contains("Action Library"));
    let steps = walk();
    assert!(steps.len() >= 14, "{steps:?}");
    for (keys, says) in steps {
        // a replay's answers all come at once here: what is pressed while it plays changes nothing any more
        t.keys(&keys).settle();
        assert!(t.text().contains(&says), "after {keys} the screen does not say {says}:\n{}", t.text());
    }
    let made = t.world.actions.iter().find(|a| a.action.intent == "Save who asks for an offer.").unwrap();
    assert_eq!((made.action.state, made.action.mapping.len()), (State::Active, 5));
    assert_eq!(made.action.account, "sandbox");
    let id = made.action.id.clone();
    let runs: Vec<_> = t.world.runs.iter().filter(|r| r.record.action == id).collect();
    assert!(runs.len() > 20 && runs.iter().all(|r| !r.record.dry_run), "{} runs", runs.len());
}
