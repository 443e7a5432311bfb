//! The house stays as its front page (`src/lib.rs`) draws it: who may use whom, who may write to the terminal, what
//! stays pure, and how long a file gets. Tests inside the files count like the rest.

use std::fs;
use std::path::Path;

/// The rooms, and which others each may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("sandbox", &[]),
    ("ports", &["domain"]),
    ("extract", &["domain"]),
    ("model", &["domain", "extract", "ports"]),
    ("engine", &["domain", "ports"]),
    ("feed", &["domain", "engine"]),
    ("zoho", &["domain", "ports"]),
    ("store", &["domain", "ports"]),
    ("consent", &["domain"]),
    ("connect", &["consent", "domain", "engine", "ports", "sandbox", "store", "zoho"]),
    ("play", &["connect", "domain", "engine", "extract", "feed", "model", "ports", "sandbox", "store", "zoho"]),
    ("live", &["domain", "engine", "feed", "ports", "store"]),
    ("app", &["domain"]),
    ("view", &["app", "domain"]),
    ("term", &["app", "ports"]),
    (
        "runtime",
        &["app", "connect", "domain", "engine", "extract", "feed", "live", "play", "ports", "store", "term", "view"],
    ),
    (
        "cli",
        &[
            "app", "connect", "consent", "domain", "engine", "extract", "feed", "live", "model", "play", "ports",
            "runtime", "sandbox", "store", "term", "view", "zoho",
        ],
    ),
];

/// No async, no I/O, no clock.
const PURE: &[&str] = &["domain", "consent", "extract", "app", "view"];
const IMPURE: &[&str] =
    &["async", "await", "tokio", "reqwest", "axum", "rusqlite", "tempfile", "tracing", "Instant", "SystemTime"];
/// Of `std`.
const IMPURE_STD: &[&str] = &["env", "fs", "io", "net", "os", "process", "thread"];

/// The only rooms that write to the terminal: the commands, and what holds it while the screen is up.
const SPEAK: &[&str] = &["cli", "term"];
const SPEECH: &[&str] = &["print", "println", "eprint", "eprintln", "dbg", "stdout", "stderr", "Stdout", "Stderr"];

const LONGEST_FILE: usize = 600;

struct File {
    /// From `src/`, such as `zoho/client.rs`.
    path: String,
    text: String,
}

impl File {
    /// The room it is in; `lib` and `main` for the two files that are in none.
    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// How many modules deep it is: 1 for a room's own file.
    fn depth(&self) -> usize {
        self.path.split('/').count() - usize::from(self.path.ends_with("/mod.rs"))
    }

    /// Its text without lines that are comments.
    fn code(&self) -> String {
        self.text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    }
}

fn files() -> Vec<File> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut out = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
                out.push(File { path: name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The name that a path goes on with; of `{a::b, c}` every one of them.
fn heads(rest: &str) -> Vec<String> {
    let name = |s: &str| s.trim_start().chars().take_while(|c| is_name(*c)).collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut out = vec![name(group)];
    let mut depth = 0;
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => out.push(name(&group[i + 1..])),
            _ => {}
        }
    }
    out
}

/// What stands behind each `word` that is one: `stdout` of `io::stdout`, not of `to_stdout`.
fn behind<'t>(text: &'t str, word: &'static str) -> impl Iterator<Item = &'t str> {
    text.match_indices(word).filter_map(move |(i, _)| {
        let (before, after) = (&text[..i], &text[i + word.len()..]);
        let part_of_another = before.ends_with(is_name) || word.ends_with(is_name) && after.starts_with(is_name);
        (!part_of_another).then_some(after)
    })
}

/// The rooms that a file names: by `crate::`, or by as many `super::` as lead out of its room.
fn used(file: &File) -> Vec<String> {
    let code = file.code();
    let mut out: Vec<String> = behind(&code, "crate::").flat_map(heads).collect();
    for rest in behind(&code, "super::") {
        let inner = rest.trim_start_matches("super::");
        let ups = 1 + (rest.len() - inner.len()) / "super::".len();
        if ups >= file.depth() {
            out.extend(heads(inner));
        }
    }
    out.retain(|name| name != file.room() && ARROWS.iter().any(|(room, _)| room == name));
    out
}

#[test]
fn every_arrow_is_in_the_table() {
    let mut wrong = Vec::new();
    for file in files() {
        if matches!(file.room(), "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(room, _)| *room == file.room()) else {
            wrong.push(format!("src/{}: a room that the table does not know", file.path));
            continue;
        };
        for room in used(&file) {
            if !allowed.contains(&room.as_str()) {
                wrong.push(format!("src/{}: {} must not use {room}", file.path, file.room()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_front_page_names_every_room() {
    let files = files();
    let lib = files.iter().find(|f| f.path == "lib.rs").unwrap();
    for (room, allowed) in ARROWS {
        assert!(lib.text.contains(&format!("pub mod {room};")), "{room}");
        let row = lib.text.lines().find_map(|l| l.strip_prefix(&format!("//! | [`{room}`] |"))).unwrap_or_default();
        let named: Vec<&str> = row.rsplit('|').nth(1).unwrap_or_default().split(',').map(str::trim).collect();
        let mut want: Vec<&str> = if allowed.is_empty() { vec!["nothing"] } else { allowed.to_vec() };
        if *room == "cli" {
            want = vec!["all"];
        }
        assert_eq!(named, want, "the front page's row of {room}");
    }
}

#[test]
fn only_the_commands_and_the_screen_write_to_the_terminal() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|f| !SPEAK.contains(&f.room())) {
        let code = file.code();
        for word in SPEECH.iter().filter(|w| behind(&code, w).next().is_some()) {
            wrong.push(format!("src/{}: {word}", file.path));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn rules_and_understanding_are_pure() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|f| PURE.contains(&f.room())) {
        let code = file.code();
        for word in IMPURE.iter().filter(|w| behind(&code, w).next().is_some()) {
            wrong.push(format!("src/{}: {word}", file.path));
        }
        for module in behind(&code, "std::").flat_map(heads).filter(|m| IMPURE_STD.contains(&m.as_str())) {
            wrong.push(format!("src/{}: std::{module}", file.path));
        }
        for rest in behind(&code, "Timestamp::").chain(behind(&code, "Zoned::")).filter(|r| r.starts_with("now")) {
            let line = rest.lines().next().unwrap_or_default();
            wrong.push(format!("src/{}: the time {line}", file.path));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_snapshot_is_left_behind() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut left = Vec::new();
    for folder in fs::read_dir(root.join("snapshots")).unwrap() {
        let folder = folder.unwrap().path();
        let test = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let code = fs::read_to_string(root.join("tests").join(format!("{test}.rs"))).unwrap_or_default();
        for file in fs::read_dir(&folder).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let stem = name.strip_suffix(".snap").or(name.strip_suffix(".svg"));
            let asked = stem.is_some_and(|n| code.contains(&format!("\"{n}\"")));
            if !asked {
                left.push(format!("snapshots/{test}/{name}: no test of tests/{test}.rs asks for it"));
            }
        }
    }
    assert!(left.is_empty(), "\n{}", left.join("\n"));
}

#[test]
fn no_file_is_two_things() {
    let long: Vec<String> = files()
        .iter()
        .map(|f| (f.text.lines().count(), &f.path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, path)| format!("src/{path}: {lines} lines; split it by meaning"))
        .collect();
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}
