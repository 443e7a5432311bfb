//! Which key means which command: the table's keys, replaced where `config.toml` says so. Must not know what commands do.

use super::command::{BINDINGS, Command, STACKS, Scope};
use super::key::Key;
use crate::domain::problem::did_you_mean;

/// The keys in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// For each line of the table, its keys.
    keys: Vec<Vec<Key>>,
    problems: Vec<String>,
}

impl Keymap {
    /// The table's keys with these in their place: a command's id and all its keys. What cannot be taken over is left as
    /// it was, and complained of.
    pub fn new(overrides: &[(String, Vec<String>)]) -> Self {
        let mut problems = Vec::new();
        let defaults = |keys: &[&str]| keys.iter().filter_map(|k| Key::parse(k).ok()).collect();
        let mut keys: Vec<Vec<Key>> = BINDINGS.iter().map(|b| defaults(b.keys)).collect();
        for (id, wanted) in overrides {
            let Some(line) = BINDINGS.iter().position(|b| b.id == id) else {
                let meant = did_you_mean(id, BINDINGS.iter().map(|b| b.id));
                let hint = meant.map_or_else(String::new, |m| format!("; did you mean `{m}`?"));
                problems.push(format!("keys: there is no command `{id}`{hint}"));
                continue;
            };
            let mut parsed = Vec::new();
            for key in wanted {
                match Key::parse(key) {
                    Ok(key) => parsed.push(key),
                    Err(e) => problems.push(format!("keys.{id}: {e}")),
                }
            }
            if parsed.is_empty() && !wanted.is_empty() {
                continue;
            }
            keys[line] = parsed;
        }
        let mut map = Self { keys, problems };
        let conflicts = map.conflicts();
        map.problems.extend(conflicts);
        map
    }

    /// What is wrong with the overrides, and every key with two owners.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    fn conflicts(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (i, a) in BINDINGS.iter().enumerate() {
            for (j, b) in BINDINGS.iter().enumerate().skip(i + 1) {
                let together = STACKS.iter().any(|s| s.contains(&a.scope) && s.contains(&b.scope));
                for key in self.keys[i].iter().filter(|k| together && self.keys[j].contains(k)) {
                    out.push(format!(
                        "the key {key} belongs to both `{}` and `{}`: give one of them another",
                        a.id, b.id
                    ));
                }
            }
        }
        out
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
        assert_eq!(Keymap::new(&[]).problems(), [""; 0]);
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
        assert_eq!(
            map.problems(),
            [
                "keys: there is no command `undoo`; did you mean `undo`?",
                "keys.redo: `zz` is not a key: write one character, or a name such as <enter>, <space>, <c-s>, <s-tab>, <f1>",
                "the key s belongs to both `undo` and `save_draft`: give one of them another",
            ]
        );
    }
}
