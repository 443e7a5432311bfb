//! Secrets that a test planted, looked for wherever they must not be.

use std::path::Path;

/// What may be seen nowhere but in the secrets' own folder.
pub struct Planted(pub Vec<String>);

impl Planted {
    #[track_caller]
    pub fn looks(&self, what: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        for secret in &self.0 {
            assert!(!text.contains(secret.as_str()), "{what} shows {secret}: {text}");
        }
    }

    /// Looks at every file below a folder, but for the folder of secrets; their names.
    #[track_caller]
    pub fn looks_at_files(&self, folder: &Path) -> Vec<String> {
        let mut seen = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_dir() {
                self.looks(&path.display().to_string(), &std::fs::read(&path).unwrap());
                seen.push(path.file_name().unwrap().to_string_lossy().into_owned());
            } else if path.file_name().is_some_and(|n| n != "secrets") {
                seen.extend(self.looks_at_files(&path));
            }
        }
        seen
    }

    /// Looks at what others see of a process: its arguments, and what it was given as its environment.
    #[track_caller]
    pub fn looks_at_process(&self, pid: i32) {
        for what in ["cmdline", "environ"] {
            let seen = std::fs::read(format!("/proc/{pid}/{what}")).unwrap();
            assert!(!seen.is_empty(), "{what} of {pid}");
            self.looks(&format!("{what} of {pid}"), &seen);
        }
    }
}
