//! `config.toml`: the program's own settings: the keys of the screen, how conversations are understood. Must not know which
//! commands there are.

use std::io;

use toml::Value;

use super::error::WorkspaceError;
use super::workspace::Folders;

/// The program's settings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// `[keys]`: a command's id and the keys that replace its own.
    pub keys: Vec<(String, Vec<String>)>,
    /// `[extractor]`.
    pub extractor: ExtractorSettings,
    /// What is wrong with the file, one sentence each.
    pub problems: Vec<String>,
}

/// How conversations are understood; what is not set goes without saying.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExtractorSettings {
    /// `threshold`: values less sure than this are not used; from 0 to 1.
    pub threshold: Option<f32>,
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
                Value::Table(settings) if name == "extractor" => {
                    for (key, value) in settings {
                        match number(value) {
                            Some(n) if key == "threshold" && (0.0..=1.0).contains(&n) => {
                                config.extractor.threshold = Some(n);
                            }
                            _ if key == "threshold" => {
                                wrong("extractor.threshold is no number from 0 to 1: write 0.7".into());
                            }
                            _ => wrong(format!("there is no setting `extractor.{key}`: there is threshold")),
                        }
                    }
                }
                _ => wrong(format!("there is no setting `{name}`: there are [keys] and [extractor]")),
            }
        }
        config
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a share of one needs no more")]
fn number(value: &Value) -> Option<f32> {
    match value {
        Value::Float(n) => Some(*n as f32),
        Value::Integer(n) => Some(*n as f32),
        _ => None,
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
        let config = Config::from_text("[extractor]\nthreshold = 0.7\n");
        assert_eq!((config.extractor.threshold, config.problems.len()), (Some(0.7), 0));
        assert_eq!(Config::from_text("[extractor]\nthreshold = 7\nmodel = 1").problems.len(), 2);
        assert_eq!(Config::from_text("kyes = 1").problems.len(), 1);
        assert!(Config::from_text("\n[keys").problems[0].starts_with("config.toml: line 2: "));
        assert_eq!(Config::from_text(""), Config::default());
    }
}
