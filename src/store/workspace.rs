//! The workspace: where its files are, making it on first use, and reading and saving what the operator configures.
//!
//! Reading writes nothing: a workspace on a read-only disk can be read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use directories::ProjectDirs;
use secrecy::SecretString;

use super::credits::Credits;
use super::document::{Document, Loaded};
use super::drafts::Desk;
use super::error::{Conflict, SaveError, WorkspaceError};
use super::files::{self, Held, Readers, is_file_name};
use super::leases::Leases;
use super::secrets::{self, SecretTokens};
use super::turns::Turns;
use super::vault::Vault;
use crate::domain::account::Account;
use crate::domain::action::{Action, State};
use crate::domain::field::Agent;
use crate::domain::problem::{Problem, did_you_mean};
use crate::ports::SecretsError;

/// What a new workspace holds, in the order in which it is made: whoever looks on meanwhile sees a workspace that says the
/// same, since a missing file means what the later ones say.
const FIRST_FILES: [(&str, &str); 3] = [
    ("actions/save-contact.toml", include_str!("../../samples/workspace/actions/save-contact.toml")),
    ("agent.toml", include_str!("../../samples/workspace/agent.toml")),
    ("accounts.toml", include_str!("../../samples/workspace/accounts.toml")),
];

/// There while a new workspace is being made.
const MAKING: &str = ".making";

/// Where a workspace's parts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// `actions/`, `agent.toml`, `accounts.toml`, `config.toml`.
    pub config: PathBuf,
    /// `state.db`, `sandbox.db` and the locks.
    pub data: PathBuf,
    /// Tokens and client secrets.
    pub secrets: PathBuf,
    /// The program's own log.
    pub logs: PathBuf,
}

impl Folders {
    /// Everything in one folder.
    pub fn under(dir: &Path) -> Self {
        Self {
            config: dir.to_owned(),
            data: dir.join("data"),
            secrets: dir.join("secrets"),
            logs: dir.join("data").join("logs"),
        }
    }

    /// The platform's standard folders.
    ///
    /// # Errors
    /// No home folder is known.
    pub fn standard() -> Result<Self, WorkspaceError> {
        let dirs = ProjectDirs::from("", "", "astra-zoho").ok_or(WorkspaceError::NoHome)?;
        let data = dirs.data_local_dir().to_owned();
        Ok(Self {
            config: dirs.config_dir().to_owned(),
            secrets: data.join("secrets"),
            logs: dirs.state_dir().map_or_else(|| data.join("logs"), Path::to_owned),
            data,
        })
    }
}

/// An operator's workspace.
#[derive(Debug, Clone)]
pub struct Workspace {
    folders: Folders,
    made: bool,
    /// Where this program keeps what is being edited; the same for every copy of this value.
    pub(super) desk: Arc<Mutex<Option<Desk>>>,
}

impl Workspace {
    /// Opens the workspace in a folder, or the one in the platform's standard folders; makes it where there is none.
    ///
    /// # Errors
    /// The folder is a file, cannot be read, or there is no workspace in it and none can be made.
    pub fn open(dir: Option<PathBuf>) -> Result<Self, WorkspaceError> {
        let folders = match dir {
            Some(dir) => Folders::under(&dir),
            None => Folders::standard()?,
        };
        Self::in_folders(folders)
    }

    /// Opens the workspace in these folders.
    ///
    /// # Errors
    /// As [`Workspace::open`].
    pub fn in_folders(folders: Folders) -> Result<Self, WorkspaceError> {
        let mut workspace = Self { folders, made: false, desk: Arc::default() };
        let marker = workspace.folders.config.join(MAKING);
        let is_there = workspace.is_there()?;
        if is_there && !fs::exists(&marker).map_err(WorkspaceError::io("read", &marker))? {
            return Ok(workspace);
        }
        // another process may be at it, or died while it was: who comes second waits, looks again, and makes the rest
        let folder = &workspace.folders.config;
        fs::create_dir_all(folder).map_err(WorkspaceError::io("make the folder", folder))?;
        let alone = files::hold(&marker).map_err(WorkspaceError::io("write", &marker))?;
        workspace.made = !workspace.is_there()?;
        workspace.make()?;
        match fs::remove_file(&marker) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(WorkspaceError::io("remove", marker)(e)),
            _ => drop(alone),
        }
        Ok(workspace)
    }

    /// The workspace in a folder, or the one in the platform's standard folders, where there is one; makes none.
    ///
    /// # Errors
    /// The folder is a file, or cannot be read.
    pub fn find(dir: Option<PathBuf>) -> Result<Option<Self>, WorkspaceError> {
        let folders = match dir {
            Some(dir) => Folders::under(&dir),
            None => Folders::standard()?,
        };
        let workspace = Self { folders, made: false, desk: Arc::default() };
        Ok(workspace.is_there()?.then_some(workspace))
    }

    /// Makes the folder of what the program learns, for the owner alone: customers' data is in it.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn make_data_folder(&self) -> Result<(), WorkspaceError> {
        let folder = &self.folders.data;
        files::private_folder(folder).map_err(WorkspaceError::io("make the folder", folder))
    }

    /// Somebody configured something here.
    fn is_there(&self) -> Result<bool, WorkspaceError> {
        let folder = &self.folders.config;
        match fs::metadata(folder) {
            Ok(meta) if !meta.is_dir() => return Err(WorkspaceError::NotAFolder { path: folder.clone() }),
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(e) => return Err(WorkspaceError::io("read", folder)(e)),
        }
        let files = [self.agent_path(), self.accounts_path(), self.config_path()];
        for file in files {
            if fs::exists(&file).map_err(WorkspaceError::io("read", &file))? {
                return Ok(true);
            }
        }
        Ok(!self.action_files()?.is_empty())
    }

    fn make(&self) -> Result<(), WorkspaceError> {
        for (name, content) in FIRST_FILES {
            let path = self.folders.config.join(name);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(WorkspaceError::io("make the folder", folder))?;
            }
            match files::create(&path, content.as_bytes(), Readers::Usual) {
                Ok(()) => {}
                // another process makes the same workspace
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(WorkspaceError::io("write", path)(e)),
            }
        }
        Ok(())
    }

    /// It was made just now, with the example action.
    pub fn was_made(&self) -> bool {
        self.made
    }

    /// Where its parts are.
    pub fn folders(&self) -> &Folders {
        &self.folders
    }

    /// The folder of the actions.
    pub fn actions_dir(&self) -> PathBuf {
        self.folders.config.join("actions")
    }

    /// The agent's file.
    pub fn agent_path(&self) -> PathBuf {
        self.folders.config.join("agent.toml")
    }

    /// The accounts' file.
    pub fn accounts_path(&self) -> PathBuf {
        self.folders.config.join("accounts.toml")
    }

    /// The program's settings.
    pub fn config_path(&self) -> PathBuf {
        self.folders.config.join("config.toml")
    }

    /// The journal's database.
    pub fn state_db(&self) -> PathBuf {
        self.folders.data.join("state.db")
    }

    /// The database of live events and the runs that are due.
    pub fn live_db(&self) -> PathBuf {
        self.folders.data.join("live.db")
    }

    /// The database of the embedded Zoho CRM.
    pub fn sandbox_db(&self) -> PathBuf {
        self.folders.data.join("sandbox.db")
    }

    /// The files by which runs keep out of each other's way.
    pub fn leases(&self) -> Leases {
        Leases::new(&self.folders.data.join("leases"))
    }

    /// The turns of an account's requests, so many at once in all processes of this workspace.
    pub fn turns(&self, account: &str, most: usize) -> Turns {
        Turns::new(&self.folders.data.join("leases"), account, most)
    }

    /// What an account uses of its organisation's API credits.
    pub fn credits(&self, account: &str) -> Credits {
        Credits::new(self.folders.data.join("credits.db"), account)
    }

    /// The password of the queue's database: the first line of `secrets/database`; `None` where there is no such file.
    ///
    /// # Errors
    /// It cannot be read, or others can read it.
    pub fn database_password(&self) -> Result<Option<SecretString>, SecretsError> {
        let bytes = secrets::read_private(&self.folders.secrets.join("database"))?;
        let line = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().next().unwrap_or_default().to_owned();
        Ok(bytes.map(|bytes| line(&bytes).into()))
    }

    /// All accounts' secrets together.
    pub fn vault(&self) -> Vault {
        Vault::of(&self.folders)
    }

    /// An account's tokens and client secret.
    ///
    /// # Errors
    /// The id cannot be a file's name.
    pub fn tokens(&self, account: &str) -> Result<SecretTokens, WorkspaceError> {
        if !is_file_name(account) {
            return Err(WorkspaceError::BadId { id: account.to_owned() });
        }
        Ok(SecretTokens::new(&self.folders.secrets, account))
    }

    /// The file of an action.
    ///
    /// # Errors
    /// The id cannot be a file's name.
    pub fn action_path(&self, id: &str) -> Result<PathBuf, WorkspaceError> {
        if !is_file_name(id) {
            return Err(WorkspaceError::BadId { id: id.to_owned() });
        }
        Ok(self.actions_dir().join(format!("{id}.toml")))
    }

    /// The actions' files in the order of their names.
    fn action_files(&self) -> Result<Vec<PathBuf>, WorkspaceError> {
        let folder = self.actions_dir();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(WorkspaceError::io("read", folder)(e)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(WorkspaceError::io("read", &folder))?.path();
            let hidden = path.file_name().is_none_or(|n| n.as_encoded_bytes().starts_with(b"."));
            if !hidden && path.extension().is_some_and(|e| e == "toml") && !path.is_dir() {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    /// The ids of the actions, in the order of their files' names.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn action_ids(&self) -> Result<Vec<String>, WorkspaceError> {
        let stem = |p: &PathBuf| p.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(self.action_files()?.iter().map(stem).collect())
    }

    /// All actions, in the order of their files' names. A file that cannot be read is there with its problem.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn actions(&self) -> Result<Vec<Loaded<Action>>, WorkspaceError> {
        let mut actions: Vec<Loaded<Action>> = Vec::new();
        for path in self.action_files()? {
            let mut action = Loaded::<Action>::read_anyhow(&path);
            let same_name = |a: &&Loaded<Action>| a.value.name.to_lowercase() == action.value.name.to_lowercase();
            if let Some(first) = actions.iter().find(same_name).filter(|a| !a.value.name.is_empty()) {
                let what = format!("the action `{}` has the same name", first.value.id);
                let problem = Problem::warning("same_name", "name", what, "give one of them another name");
                let located = action.locate(&problem);
                action.problems.push(located);
                action.problems.sort_by_key(|p| (p.line, p.column));
            }
            actions.push(action);
        }
        Ok(actions)
    }

    /// One action.
    ///
    /// # Errors
    /// There is none of this id, or its file cannot be read; mistakes in it are no error but its problems.
    pub fn action(&self, id: &str) -> Result<Loaded<Action>, WorkspaceError> {
        let path = self.action_path(id)?;
        let action = Loaded::<Action>::read(&path)?;
        if action.exists() || action.is_broken() { Ok(action) } else { Err(self.no_action(id)) }
    }

    fn no_action(&self, id: &str) -> WorkspaceError {
        let ids = self.action_ids().unwrap_or_default();
        let hint = match did_you_mean(id, ids.iter().map(String::as_str)) {
            Some(known) => format!(": did you mean `{known}`?"),
            None if ids.is_empty() => ", which holds no action: create one there".to_owned(),
            None => format!(": there are {}", ids.join(", ")),
        };
        WorkspaceError::NoAction { id: id.to_owned(), folder: self.actions_dir(), hint }
    }

    /// The agent; without a file, one with the built-in fields.
    ///
    /// # Errors
    /// The file cannot be read; mistakes in it are no error but its problems.
    pub fn agent(&self) -> Result<Loaded<Agent>, WorkspaceError> {
        Loaded::read(&self.agent_path())
    }

    /// The accounts; the sandbox is always among them.
    ///
    /// # Errors
    /// The file cannot be read; mistakes in it are no error but its problems.
    pub fn accounts(&self) -> Result<Loaded<Vec<Account>>, WorkspaceError> {
        Loaded::read(&self.accounts_path())
    }

    /// Saves an action over the file it was read from. To overwrite somebody else's change save over the conflict's
    /// `theirs`.
    ///
    /// # Errors
    /// The file changed since, cannot be written, or is not valid TOML.
    pub fn save_action(&self, read: &Loaded<Action>, mine: &Action) -> Result<Loaded<Action>, SaveError<Action>> {
        self.save(read, mine)
    }

    /// Saves the agent over the file it was read from.
    ///
    /// # Errors
    /// As [`Workspace::save_action`].
    pub fn save_agent(&self, read: &Loaded<Agent>, mine: &Agent) -> Result<Loaded<Agent>, SaveError<Agent>> {
        self.save(read, mine)
    }

    /// Saves the accounts over the file they were read from.
    ///
    /// # Errors
    /// As [`Workspace::save_action`].
    pub fn save_accounts(
        &self,
        read: &Loaded<Vec<Account>>,
        mine: &Vec<Account>,
    ) -> Result<Loaded<Vec<Account>>, SaveError<Vec<Account>>> {
        self.save(read, mine)
    }

    /// The accounts could be saved now: writes their file as it is.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub fn try_to_save_accounts(&self) -> Result<(), WorkspaceError> {
        let path = self.accounts()?.path;
        let _alone = self.saving(&path)?;
        let text = Loaded::<Vec<Account>>::read(&path)?;
        if !text.exists() {
            return Ok(());
        }
        files::replace(&path, text.text().as_bytes(), files::Readers::Usual).map_err(WorkspaceError::io("write", &path))
    }

    fn save<T: Document>(&self, read: &Loaded<T>, mine: &T) -> Result<Loaded<T>, SaveError<T>> {
        let path = &read.path;
        let Some(text) = read.rewritten(mine) else {
            return Err(WorkspaceError::Broken { path: path.clone() }.into());
        };
        if read.exists() && text == read.text() {
            return Ok(read.clone());
        }
        let _alone = self.saving(path)?;
        let theirs = Loaded::<T>::read(path)?;
        if theirs.text != read.text {
            // what it says is a guess: nothing to be put together with, nor to be overwritten unseen
            if theirs.broken {
                return Err(WorkspaceError::Broken { path: path.clone() }.into());
            }
            if theirs.exists() && theirs.value == *mine {
                return Ok(theirs);
            }
            return Err(SaveError::Conflict(Box::new(Conflict {
                path: path.clone(),
                theirs: theirs.exists().then_some(theirs),
                mine: mine.clone(),
                base: read.value.clone(),
            })));
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(WorkspaceError::io("make the folder", folder))?;
        }
        files::replace(path, text.as_bytes(), Readers::Usual).map_err(WorkspaceError::io("write", path))?;
        Ok(Loaded::from_text(path, Some(text)))
    }

    /// Our processes save one after the other, so that none writes between another's look and its write.
    fn saving(&self, target: &Path) -> Result<Held, WorkspaceError> {
        files::hold(&self.folders.data.join("save.lock")).map_err(WorkspaceError::io("write", target))
    }

    /// Makes the file of a new action.
    ///
    /// # Errors
    /// Its id cannot be a file's name or is taken, or the file cannot be written.
    pub fn create_action(&self, action: &Action) -> Result<Loaded<Action>, WorkspaceError> {
        let path = self.action_path(&action.id)?;
        let mut document = toml_edit::DocumentMut::new();
        action.write(None, &mut document);
        self.create_file(path, document.to_string())
    }

    /// Makes a copy of an action, comments and all, as a draft under another id and name.
    ///
    /// # Errors
    /// The id cannot be a file's name or is taken, the original is not valid TOML, or the file cannot be written.
    pub fn duplicate_action(
        &self,
        original: &Loaded<Action>,
        id: &str,
        name: &str,
    ) -> Result<Loaded<Action>, WorkspaceError> {
        let path = self.action_path(id)?;
        let copy = Action { id: id.to_owned(), name: name.to_owned(), state: State::Draft, ..original.value.clone() };
        match original.rewritten(&copy) {
            Some(text) => self.create_file(path, text),
            None => Err(WorkspaceError::Broken { path: original.path.clone() }),
        }
    }

    fn create_file(&self, path: PathBuf, text: String) -> Result<Loaded<Action>, WorkspaceError> {
        let folder = self.actions_dir();
        fs::create_dir_all(&folder).map_err(WorkspaceError::io("make the folder", folder))?;
        match files::create(&path, text.as_bytes(), Readers::Usual) {
            Ok(()) => Ok(Loaded::from_text(&path, Some(text))),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(WorkspaceError::Exists { path }),
            Err(e) => Err(WorkspaceError::io("write", path)(e)),
        }
    }

    /// Gives an action's file another name.
    ///
    /// # Errors
    /// There is no such action, the new id cannot be a file's name or is taken, or the folder cannot be written.
    pub fn rename_action(&self, id: &str, new_id: &str) -> Result<(), WorkspaceError> {
        let (old, new) = (self.action_path(id)?, self.action_path(new_id)?);
        let _alone = self.saving(&new)?;
        if fs::exists(&new).map_err(WorkspaceError::io("read", &new))? {
            return Err(WorkspaceError::Exists { path: new });
        }
        match fs::rename(&old, &new).and_then(|()| files::sync_folder(&new)) {
            Ok(()) => Ok(()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(self.no_action(id)),
            Err(e) => Err(WorkspaceError::io("rename", old)(e)),
        }
    }

    /// Removes an action's file.
    ///
    /// # Errors
    /// There is no such action, or the folder cannot be written.
    pub fn delete_action(&self, id: &str) -> Result<(), WorkspaceError> {
        let path = self.action_path(id)?;
        match fs::remove_file(&path).and_then(|()| files::sync_folder(&path)) {
            Ok(()) => Ok(()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(self.no_action(id)),
            Err(e) => Err(WorkspaceError::io("delete", path)(e)),
        }
    }

    /// An id for a new action of this name that no file has yet.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn free_action_id(&self, name: &str) -> Result<String, WorkspaceError> {
        let mut base = String::new();
        for word in name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(6) {
            if !base.is_empty() {
                base.push('-');
            }
            base.extend(word.to_lowercase().chars().take(20));
        }
        if base.is_empty() || base.len() > 100 {
            base = "action".to_owned();
        }
        let taken = self.action_ids()?;
        let numbered = (2..).map(|n: u32| format!("{base}-{n}"));
        Ok(std::iter::once(base.clone()).chain(numbered).find(|id| !taken.contains(id)).unwrap_or(base))
    }
}
