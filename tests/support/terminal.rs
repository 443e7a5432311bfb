//! What a person at a terminal gets to see, as snapshots; and the sandbox as a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

use super::home::Home;

/// Compares a text with `snapshots/MODULE/NAME.snap`.
macro_rules! shown {
    ($name:literal, $text:expr) => {{
        let mut settings = insta::Settings::clone_current();
        let module = module_path!().rsplit("::").next().unwrap();
        settings.set_snapshot_path(format!("../snapshots/{module}"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($name, $text));
    }};
}
pub(crate) use shown;

/// Exit status, standard output and standard error; the workspace's path reads `HOME`.
pub fn told(home: &Home, output: &Output) -> String {
    let path = home.path("");
    let path = path.to_str().unwrap().trim_end_matches('/');
    let mut text = format!("exit {}\n", output.status.code().map_or("by signal".into(), |c| c.to_string()));
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        if !bytes.is_empty() {
            let said = String::from_utf8(bytes.clone()).unwrap();
            text.push_str(&format!("--- {name}\n{}", said.replace(path, "HOME")));
        }
    }
    text
}

/// Runs a command and gives it `input` on standard input.
pub fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // a command that refuses may end before it has read everything
    let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// `astra-zoho sandbox` as a process; killed when dropped.
pub struct Sandbox {
    pub child: Child,
    /// Its first line.
    pub line: String,
    stdout: BufReader<ChildStdout>,
}

impl Sandbox {
    pub fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut child = home.command(&[&["sandbox"], arguments].concat()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        Self { child, line, stdout }
    }

    /// A key of what a client needs to connect.
    pub fn credential(&self, key: &str) -> String {
        let credentials: Value = serde_json::from_str(&self.line).unwrap();
        credentials[key].as_str().unwrap().to_owned()
    }

    /// Sends it a signal and gives its exit status, and what else it said on standard output and standard error.
    pub fn end(mut self, signal: &str) -> (Option<i32>, String, String) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let status = self.child.wait().unwrap();
        let (mut rest, mut errors) = (String::new(), String::new());
        self.stdout.read_to_string(&mut rest).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (status.code(), rest, errors)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // it may have ended by itself
        if self.child.kill().is_ok() {
            self.child.wait().unwrap();
        }
    }
}
