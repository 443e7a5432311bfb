//! `config.toml`: the program's own settings. Today the keys of the screen. Must not know which commands there are.

use std::io;

use toml::Value;

use super::error::WorkspaceError;
use super::workspace::Folders;

/// The program's settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// `[keys]`: a command's id and the keys that replace its own.
    pub keys: Vec<(String, Vec<String>)>,
    /// What is wrong with the file, one sentence each.
    pub problems: Vec<String>,
}

impl Config {
    /// Reads the settings; without a file there are none. Mistakes in it are no error but its problems.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(folders: &Folders) -> Result<Self, WorkspaceError> {
        let path = folders.config.join("config.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(e) => return Err(WorkspaceError::io("read", path)(e)),
        };
        Ok(Self::from_text(&text))
    }

    fn from_text(text: &str) -> Self {
        let mut config = Self::default();
        let mut wrong = |what: String| config.problems.push(format!("config.toml: {what}"));
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(e) => {
                let line = e.span().map_or(1, |s| text[..text.floor_char_boundary(s.start)].matches('\n').count() + 1);
                wrong(format!("line {line}: {}; mend it", e.message()));
                return config;
            }
        };
        for (name, value) in &table {
            match value {
                Value::Table(keys) if name == "keys" => {
                    for (command, value) in keys {
                        match keys_of(value) {
                            Some(keys) => config.keys.push((command.clone(), keys)),
                            None => wrong(format!("keys.{command} is no key: write \"x\" or [\"x\", \"<c-x>\"]")),
                        }
                    }
                }
                _ => wrong(format!("there is no setting `{name}`: there is [keys]")),
            }
        }
        config
    }
}

fn keys_of(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(key) => Some(vec![key.clone()]),
        Value::Array(keys) => keys.iter().map(|k| k.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_mistakes_told() {
        let config = Config::from_text("[keys]\nquit = \"<c-x>\"\nundo = [\"u\", \"<c-u>\"]\nredo = 3\n");
        let want = [("quit", vec!["<c-x>"]), ("undo", vec!["u", "<c-u>"])];
        let want = want.map(|(id, keys)| (id.to_owned(), keys.into_iter().map(str::to_owned).collect::<Vec<_>>()));
        assert_eq!(config.keys, want);
        assert_eq!(config.problems, ["config.toml: keys.redo is no key: write \"x\" or [\"x\", \"<c-x>\"]"]);
        assert_eq!(Config::from_text("kyes = 1").problems.len(), 1);
        assert!(Config::from_text("\n[keys").problems[0].starts_with("config.toml: line 2: "));
        assert_eq!(Config::from_text(""), Config::default());
    }
}
