//! A workspace in a temporary folder, and the program run in it as a stranger's machine would: nothing of the
//! developer's environment comes along.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use astra_zoho::domain::account::Account;
use astra_zoho::ports::Credentials;
use astra_zoho::sandbox;
use astra_zoho::store::Workspace;
use serde_json::Value;

use super::patience::Watch;

/// A workspace of its own.
pub struct Home {
    dir: tempfile::TempDir,
    _watch: Watch,
}

/// What an action's file says, as far as tests change it.
pub struct Settings<'a> {
    pub account: &'a str,
    pub create: bool,
    pub update: bool,
    pub offline: bool,
    pub summary: bool,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Self { account: "sandbox", create: true, update: false, offline: false, summary: true }
    }
}

impl Home {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { _watch: Watch::of(dir.path()), dir }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Writes `actions/a.toml`.
    pub fn action(&self, s: &Settings<'_>) {
        let row = |zoho: &str, astra: &str| format!("[[mapping]]\nzoho = \"{zoho}\"\nastra = \"{astra}\"\n");
        let mut text = format!(
            "template = \"zoho.create-or-update-contact\"\nname = \"A\"\nintent = \"I\"\nstate = \"active\"\n\
             offline_sync = {}\naccount = \"{}\"\n[contacts]\ncreate_and_update_new = {}\nupdate_existing = {}\n",
            s.offline, s.account, s.create, s.update
        );
        for (zoho, astra) in
            [("Email", "email"), ("Last_Name", "last_name"), ("Phone", "phone"), ("Mailing_City", "city")]
        {
            text.push_str(&row(zoho, astra));
        }
        if s.summary {
            text.push_str(&row("Description", "summary"));
        }
        self.write("actions/a.toml", &text);
    }

    /// Connects an account to a server that runs already.
    pub fn connect(&self, id: &str, to: &sandbox::Credentials) {
        let workspace = Workspace::open(Some(self.dir.path().to_owned())).unwrap();
        let read = workspace.accounts().unwrap();
        let mut accounts = read.value.clone();
        accounts.push(Account {
            id: id.into(),
            label: id.into(),
            accounts_url: to.accounts_url.clone(),
            api_url: to.api_url.clone(),
            client_id: to.client_id.clone(),
            ..Account::sandbox()
        });
        workspace.save_accounts(&read, &accounts).unwrap();
        let credentials = Credentials {
            client_id: to.client_id.clone(),
            client_secret: to.client_secret.clone(),
            refresh_token: to.refresh_token.clone(),
        };
        workspace.tokens(id).unwrap().keep_credentials(&credentials).unwrap();
    }

    /// A command by somebody who may read everything here and write nothing.
    pub fn readers_command(&self, arguments: &[&str]) -> Command {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        use std::os::unix::process::CommandExt;
        let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        let root = fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0);
        let program = self.path("program");
        if root {
            // root may write anything: somebody else runs it, from where everybody can reach it. Copied by a process of
            // its own: a file that this one has open for writing may be open in a child that another test just forked,
            // and what is open for writing cannot be run
            assert!(
                Command::new("cp")
                    .args([env!("CARGO_BIN_EXE_astra-zoho").as_ref(), program.as_path()])
                    .status()
                    .unwrap()
                    .success()
            );
        }
        let mut folders = vec![self.dir.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path)
                } else {
                    mode(&path, if path == program { 0o555 } else { 0o444 })
                }
            }
            mode(&folder, 0o555);
        }
        let mut command = self.command(arguments);
        if root {
            let mut other = Command::new(&program);
            other.env_clear().env("HOME", self.dir.path()).args(command.get_args()).uid(65534).gid(65534);
            other.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            command = other;
        }
        command
    }

    /// Undoes what [`Home::readers_command`] did, so that the folder can be removed.
    pub fn let_write(&self) {
        use std::os::unix::fs::PermissionsExt;
        let mut folders = vec![self.dir.path().to_owned()];
        while let Some(folder) = folders.pop() {
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
            folders.extend(fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()));
        }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_astra-zoho"));
        command.env_clear().env("HOME", self.dir.path()).env("PATH", "/usr/bin:/bin");
        command.arg("--workspace").arg(self.dir.path()).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

/// The lines of a command's JSON output.
pub fn records(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect()
}

/// A command's standard error.
pub fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
