//! The program as a whole: alone, its help, its exit statuses, its manners.

use std::process::Stdio;

use astra_zoho::ports::{Clock as _, WallClock};

use crate::support::crowd::conversations;
use crate::support::home::{Home, Settings, errors};
use crate::support::terminal::{shown, told};

const COMMANDS: [&str; 10] =
    ["check", "fields", "replay", "extract", "runs", "account", "render", "sandbox", "completions", "man"];

#[test]
fn alone_it_says_where_things_stand() {
    let home = Home::new();
    shown!("alone_at_first", told(&home, &home.run(&[])));
    let home = Home::new();
    home.action(&Settings::default());
    let conversation =
        r#"{"id":"c","channel":"voice","started_at":"2026-03-02T09:00:00Z","messages":[],"ended_at_ms":9}"#;
    let file = home.write("c.jsonl", conversation);
    let replayed = home.run(&["replay", "--dry-run", "--conversations", file.to_str().unwrap()]);
    assert!(replayed.status.success(), "{}", errors(&replayed));
    let text = std::fs::read_to_string(home.path("actions/a.toml")).unwrap();
    home.write("actions/b.toml", &text.replace("\"active\"", "\"draft\"").replace("\"A\"", "\"B\""));
    home.write("actions/c.toml", "name = \"C\"\n");
    home.write("actions/d.toml", "[");
    let said = told(&home, &home.run(&[]));
    // when it was made is this machine's time: known to be now, and then left out
    let at = said.find("made ").unwrap() + "made ".len();
    let made = format!("{}Z", said[at..at + "2026-01-01 00:00:00".len()].replace(' ', "T"));
    let ago = WallClock.now().duration_since(made.parse().unwrap()).as_secs();
    assert!((0..120).contains(&ago), "{said}");
    shown!("alone_later", [&said[..at], "NOW", &said[at + "2026-01-01 00:00:00".len()..]].concat());
}

#[test]
fn help_for_everything() {
    let home = Home::new();
    let help = home.run(&["--help"]);
    shown!("help", told(&home, &help));
    shown!("help_sandbox", told(&home, &home.run(&["sandbox", "--help"])));
    shown!("help_render", told(&home, &home.run(&["render", "--help"])));
    shown!("help_runs", told(&home, &home.run(&["runs", "--help"])));
    let help = String::from_utf8(help.stdout).unwrap();
    for command in COMMANDS {
        assert!(help.contains(&format!("  {command} ")), "{command}");
        assert!(home.run(&[command, "--help"]).status.success(), "{command}");
        let page = home.run(&["man", command]);
        assert!(page.status.success() && page.stdout.starts_with(b".ie"), "{command}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = String::from_utf8(home.run(&["completions", shell]).stdout).unwrap();
        assert!(COMMANDS.iter().all(|c| script.contains(c)), "{shell}");
    }
    assert!(home.run(&["man"]).stdout.starts_with(b".ie"));
    assert!(home.run(&["--version"]).stdout.starts_with(b"astra-zoho 0."));
    assert!(!home.path("actions").exists(), "nothing of this needs a workspace");
}

#[test]
fn wrong_usage_is_2() {
    let home = Home::new();
    let cases: [&[&str]; 14] = [
        &["no-such-command"],
        &["--no-such-option"],
        &["check", "a", "b"],
        &["check", "--format", "xml"],
        &["fields", "--format", "text"],
        &["runs", "--since"],
        &["replay", "--speed", "0"],
        &["replay", "--conversations", "/"],
        &["check", "--workspace", ""],
        &["account", "add"],
        &["account", "remove"],
        &["completions"],
        &["completions", "tcsh"],
        &["man", "no-such-command"],
    ];
    for arguments in cases {
        let output = home.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_workspace_that_cannot_be_read_is_2_for_every_command() {
    let home = Home::new();
    let file = home.write("file", "").display().to_string();
    let commands: [&[&str]; 7] =
        [&[], &["check"], &["fields"], &["replay"], &["runs"], &["account", "list"], &["render"]];
    for command in commands {
        let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_astra-zoho"));
        process.env_clear().env("ASTRA_ZOHO_WORKSPACE", &file).args(command);
        let output = process.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let said = errors(&output);
        assert!(said.contains("is not a folder: name a folder with --workspace DIR"), "{said}");
        assert_eq!(said.lines().count(), 1);
    }
    // set and empty is unset
    let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_astra-zoho"));
    process.env_clear().env("HOME", home.path("h")).env("ASTRA_ZOHO_WORKSPACE", "").args(["account", "list"]);
    assert!(process.output().unwrap().status.success());
    assert!(home.path("h").exists());
    // the option goes before the environment
    let mut process = home.command(&["account", "list"]);
    assert!(process.env("ASTRA_ZOHO_WORKSPACE", &file).output().unwrap().status.success());
}

#[test]
fn verbose_adds_the_causes() {
    let home = Home::new();
    home.action(&Settings::default());
    home.write("data/state.db", &"damaged ".repeat(2000));
    let short = errors(&home.run(&["runs"]));
    let long = errors(&home.run(&["runs", "--verbose"]));
    assert_eq!(short.lines().count(), 1);
    assert!(long.starts_with(&short) && long.contains("\n  caused by: "), "{long}");
}

#[test]
fn a_reader_who_goes_away_is_no_error_to_speak_of() {
    let home = Home::new();
    home.action(&Settings::default());
    let file = home.write("many.jsonl", &conversations(1, 2000));
    let file = file.to_str().unwrap();
    let commands: [&[&str]; 2] = [
        &["extract", "--conversations", file, "--format", "json"],
        &["replay", "--dry-run", "--conversations", file, "--format", "json"],
    ];
    for arguments in commands {
        let mut child = home.command(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.code().is_some(), "{arguments:?} was killed");
        let said = errors(&output);
        assert!(!said.contains("pipe") && !said.contains("panicked"), "{said}");
    }
}

#[test]
fn output_that_goes_nowhere_is_said() {
    let home = Home::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = home.command(&["extract"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = errors(&output);
    assert!(said.starts_with("astra-zoho: cannot write the output: ") && said.lines().count() == 1, "{said}");
}

#[test]
fn colour_on_a_terminal_alone() {
    let home = Home::new();
    home.action(&Settings::default());
    let mut command = home.command(&["check"]);
    let piped = command.env("CLICOLOR_FORCE", "1").stdout(Stdio::piped()).output().unwrap();
    assert!(!piped.stdout.contains(&0x1b));
}

#[test]
fn a_new_workspace_is_whole_for_everybody_who_starts_at_once_and_customers_data_is_the_owners() {
    let home = Home::new();
    let children: Vec<_> = (0..4).map(|_| home.command(&["check"]).spawn().unwrap()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    }
    assert!(!home.path(".making").exists());
    assert_eq!(home.run(&["replay"]).status.code(), Some(0));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(home.path("data")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
