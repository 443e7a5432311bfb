//! Which key means which command: the table's keys, replaced where `config.toml` says so. Must not know what commands do.

use super::command::{BINDINGS, Binding, Command, STACKS, Scope};
use super::key::Key;
use crate::domain::problem::{Problem, Severity, Step, did_you_mean};

/// The keys in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// For each line of the table, its keys.
    keys: Vec<Vec<Key>>,
    problems: Vec<Problem>,
}

impl Keymap {
    /// The table's keys with these in their place: a command's id and all its keys. What cannot be taken over is left as
    /// it was, and complained of.
    pub fn new(overrides: &[(String, Vec<String>)]) -> Self {
        let mut problems = Vec::new();
        let mut keys: Vec<Vec<Key>> = BINDINGS.iter().map(own).collect();
        let mut replaced = Vec::new();
        for (id, wanted) in overrides {
            let Some(line) = BINDINGS.iter().position(|b| b.id == id) else {
                let fix = match did_you_mean(id, BINDINGS.iter().map(|b| b.id)) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "the list behind `?` and README have every name".to_owned(),
                };
                problems.push(about(id, "unknown_command", format!("there is no command `{id}`"), fix));
                continue;
            };
            let mut parsed = Vec::new();
            for key in wanted {
                match Key::parse(key) {
                    Ok(key) => parsed.push(key),
                    Err(e) => {
                        let told = e.to_string();
                        let (what, fix) = told.split_once(": ").unwrap_or((&told, "write another"));
                        problems.push(about(id, "bad_key", what.to_owned(), fix.to_owned()));
                    }
                }
            }
            if parsed.is_empty() && !wanted.is_empty() {
                continue;
            }
            let needed = match BINDINGS[line].command {
                Command::Quit => Some(("no_quit_key", "no key would end the program")),
                Command::Palette => Some(("no_help_key", "no key would list the commands")),
                _ => None,
            };
            if let Some((code, what)) = needed.filter(|_| parsed.is_empty()) {
                let fix = format!("give `{id}` one; until then it keeps its own");
                problems.push(about(id, code, what.to_owned(), fix));
                continue;
            }
            keys[line] = parsed;
            replaced.push(line);
        }
        let mut map = Self { keys, problems };
        map.settle(replaced);
        map
    }

    /// What is wrong with the overrides, and every key with two owners.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Where a key has two owners, the override that brought it gives way to the command's own keys; the table's own keys
    /// have no conflicts, so this ends.
    fn settle(&mut self, mut replaced: Vec<usize>) {
        while let Some((i, j, key)) = self.conflict() {
            let Some(at) = replaced.iter().rposition(|line| *line == i || *line == j) else { return };
            let line = replaced.remove(at);
            let what = format!("the key {key} belongs to both `{}` and `{}`", BINDINGS[i].id, BINDINGS[j].id);
            let fix = format!("give one of them another; until then `{}` keeps its own keys", BINDINGS[line].id);
            self.problems.push(about(BINDINGS[line].id, "key_conflict", what, fix));
            self.keys[line] = own(&BINDINGS[line]);
        }
    }

    fn conflict(&self) -> Option<(usize, usize, Key)> {
        for (i, a) in BINDINGS.iter().enumerate() {
            for (j, b) in BINDINGS.iter().enumerate().skip(i + 1) {
                if !STACKS.iter().any(|s| s.contains(&a.scope) && s.contains(&b.scope)) {
                    continue;
                }
                if let Some(key) = self.keys[i].iter().find(|k| self.keys[j].contains(k)) {
                    return Some((i, j, *key));
                }
            }
        }
        None
    }

    /// The commands bound to a key in these scopes, the innermost first.
    pub fn bound<'a>(&'a self, key: Key, scopes: &'a [Scope]) -> impl Iterator<Item = Command> + 'a {
        scopes.iter().flat_map(move |scope| {
            let lines = BINDINGS.iter().zip(&self.keys);
            lines.filter(move |(b, keys)| b.scope == *scope && keys.contains(&key)).map(|(b, _)| b.command)
        })
    }

    /// The keys of a command.
    pub fn keys(&self, command: Command) -> &[Key] {
        &self.keys[command as usize]
    }

    /// The first key of a command as people read it: `enter`, `space`, `a`.
    pub fn shown(&self, command: Command) -> String {
        self.keys(command).first().map(|k| shown(*k)).unwrap_or_default()
    }
}

/// The table's own keys of a line.
fn own(binding: &Binding) -> Vec<Key> {
    binding.keys.iter().filter_map(|k| Key::parse(k).ok()).collect()
}

fn about(id: &str, code: &'static str, what: String, fix: String) -> Problem {
    let place = vec![Step::Key("keys".into()), Step::Key(id.to_owned())];
    Problem { severity: Severity::Warning, code, place, what, fix }
}

/// A key as people read it.
pub fn shown(key: Key) -> String {
    let text = key.to_string();
    match text.strip_prefix('<').and_then(|t| t.strip_suffix('>')) {
        Some("lt") => "<".into(),
        Some("gt") => ">".into(),
        Some(name) => name.replace("c-", "Ctrl-").replace("s-", "Shift-").replace("a-", "Alt-"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_no_conflicts_and_no_key_that_others_take() {
        assert_eq!(Keymap::new(&[]).problems(), []);
        for b in BINDINGS {
            assert_eq!(b.command.binding().id, b.id);
            for key in b.keys {
                let key = Key::parse(key).unwrap();
                let taken = "abhijmqs[".chars().any(|c| key == Key::ctrl(c));
                assert!(!taken, "{}: {key} is taken by tmux, screen, flow control or another key", b.id);
            }
        }
    }

    #[test]
    fn overrides_replace_and_conflicts_name_both_owners() {
        let take = |id: &str, keys: &[&str]| (id.to_owned(), keys.iter().map(ToString::to_string).collect());
        let map = Keymap::new(&[
            take("quit", &["<c-x>"]),
            take("undo", &["s"]),
            take("undoo", &["z"]),
            take("redo", &["zz"]),
        ]);
        assert_eq!(map.bound(Key::ctrl('x'), &[Scope::Global]).next(), Some(Command::Quit));
        assert_eq!(map.bound(Key::char('q'), &[Scope::Global]).next(), None);
        assert_eq!(
            map.bound(Key::char('U'), &[Scope::Action]).next(),
            Some(Command::Redo),
            "a key that is none changes nothing"
        );
        assert_eq!(map.bound(Key::char('s'), &[Scope::Action]).next(), Some(Command::SaveDraft));
        assert_eq!(map.shown(Command::Undo), "u", "the table's key stands in for the one that is taken");
        let told: Vec<String> = map.problems().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "there is no command `undoo`; did you mean `undo`?",
                "`zz` is not a key; write one character, or a name such as <enter>, <space>, <c-s>, <s-tab>, <f1>",
                "the key s belongs to both `undo` and `save_draft`; give one of them another; until then `undo` keeps its own keys",
            ]
        );
        let map = Keymap::new(&[take("quit", &[]), take("undo", &[]), take("palette", &[])]);
        assert_eq!((map.shown(Command::Quit).as_str(), map.shown(Command::Undo).as_str()), ("q", ""));
        assert_eq!(map.shown(Command::Palette), "?");
        assert_eq!(map.problems().len(), 2, "the program can be left, and asked: {:?}", map.problems());
        assert_eq!(Keymap::new(&[take("undo", &["s"]), take("save_draft", &["u"])]).problems(), [], "a swap is none");
    }
}
