//! Tokens and client secrets: one file an account, in a folder and with a mode that only the owner can read. Implements
//! `ports::TokenStore`. What is in them appears in no error and no log. Must not know what tokens are good for.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::environment;
use super::error::reason;
use super::files::{self, Held, Readers};
use super::sealed::{self, Key, Shut};
use crate::domain::account::SANDBOX;
use crate::ports::{AccessToken, Credentials, Renewal, Renewals, SecretsError, TokenStore};

/// The largest secrets file that is read, in bytes.
const LARGEST: u64 = 1 << 16;
/// How long to wait before trying again for the right to renew.
const PAUSE: Duration = Duration::from_millis(20);

/// One account's secrets.
#[derive(Debug, Clone)]
pub struct SecretTokens {
    account: String,
    folder: PathBuf,
}

/// The version of the file, in it since there was a first. Any other is a newer program's.
const VERSION: u32 = 1;

/// What the file holds.
#[derive(Default, Deserialize)]
pub(super) struct Content {
    client_id: Option<String>,
    client_secret: Option<SecretString>,
    refresh_token: Option<SecretString>,
    access: Option<Access>,
}

impl Content {
    /// It has all that it takes to get tokens.
    fn is_whole(&self) -> bool {
        self.client_id.is_some() && self.client_secret.is_some() && self.refresh_token.is_some()
    }

    /// It has nothing of that.
    fn has_none(&self) -> bool {
        self.client_id.is_none() && self.client_secret.is_none() && self.refresh_token.is_none()
    }
}

#[derive(Deserialize)]
pub(super) struct Access {
    token: SecretString,
    expires_at: Timestamp,
    renew_at: Option<Timestamp>,
    api_url: String,
}

/// The same, laid open for the moment of writing.
#[derive(Serialize)]
struct Open<'a> {
    version: u32,
    client_id: Option<&'a str>,
    client_secret: Option<&'a str>,
    refresh_token: Option<&'a str>,
    access: Option<OpenAccess<'a>>,
}

#[derive(Serialize)]
pub(super) struct OpenAccess<'a> {
    token: &'a str,
    expires_at: Timestamp,
    renew_at: Option<Timestamp>,
    api_url: &'a str,
}

impl<'a> OpenAccess<'a> {
    pub(super) fn of(t: &'a AccessToken) -> Self {
        Self {
            token: t.token.expose_secret(),
            expires_at: t.expires_at,
            renew_at: Some(t.renew_at),
            api_url: &t.api_url,
        }
    }
}

impl From<Access> for AccessToken {
    fn from(a: Access) -> Self {
        Self {
            token: a.token,
            // kept by an older program: a minute ahead, as that did
            renew_at: a.renew_at.unwrap_or(a.expires_at - SignedDuration::from_mins(1)),
            expires_at: a.expires_at,
            api_url: a.api_url,
        }
    }
}

/// How an account's secrets stand on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They can be used.
    Usable,
    /// There are none.
    Missing,
    /// They are encrypted, and there is no passphrase, or a wrong one.
    Locked,
    /// Others can read their file, so it is not read.
    OpenToOthers,
    /// Their file is of a newer version of this program.
    Newer,
    /// Their file cannot be read, or is not what was written.
    Damaged,
    /// The environment gives some of them and not all.
    Incomplete,
}

impl Standing {
    /// For programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usable => "usable",
            Self::Missing => "missing",
            Self::Locked => "locked",
            Self::OpenToOthers => "open to others",
            Self::Newer => "newer",
            Self::Damaged => "damaged",
            Self::Incomplete => "incomplete",
        }
    }
}

impl SecretTokens {
    /// Whose they are.
    pub fn account(&self) -> &str {
        &self.account
    }

    pub(super) fn new(folder: &Path, account: &str) -> Self {
        Self { account: account.to_owned(), folder: folder.to_owned() }
    }

    fn path(&self) -> PathBuf {
        self.with("json")
    }

    /// Keeps what it takes to get tokens, whatever the file held; a token got with other credentials is forgotten.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_credentials(&self, credentials: &Credentials) -> Result<(), SecretsError> {
        // Zoho's limits, and its refusals, were of the old ones
        remove(&self.with("renewals"))?;
        self.write(|_| {
            Ok(Content {
                client_id: Some(credentials.client_id.clone()),
                client_secret: Some(credentials.client_secret.clone()),
                refresh_token: Some(credentials.refresh_token.clone()),
                access: None,
            })
        })
    }

    /// The credentials that the environment gives, which stand before those of the file.
    fn of_environment(&self) -> Option<Result<Credentials, SecretsError>> {
        environment::credentials(&self.account)
    }

    /// Its credentials are the environment's.
    pub fn are_of_environment(&self) -> bool {
        self.of_environment().is_some()
    }

    /// Which credentials the environment gives, as a digest: other ones have another.
    pub fn of_which_environment(&self) -> Option<String> {
        self.of_environment()?.ok().map(|given| environment::digest_of(&given))
    }

    /// Keeps a token that the credentials of the file got, whatever the environment gives.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_in_file(&self, token: Option<&AccessToken>) -> Result<(), SecretsError> {
        self.change(|content| {
            content.access = token.map(|t| Access {
                token: t.token.clone(),
                expires_at: t.expires_at,
                renew_at: Some(t.renew_at),
                api_url: t.api_url.clone(),
            });
        })
    }

    /// How the secrets stand on this machine.
    pub fn standing(&self) -> Standing {
        match self.of_environment() {
            Some(Ok(_)) => return Standing::Usable,
            Some(Err(_)) => return Standing::Incomplete,
            None => {}
        }
        match self.try_open(None) {
            Ok(None) => Standing::Missing,
            Ok(Some((content, _))) if content.has_none() => Standing::Missing,
            Ok(Some((content, _))) if content.is_whole() => Standing::Usable,
            Err(Shut::Newer) => Standing::Newer,
            Err(Shut::Locked(_) | Shut::Wrong) => Standing::Locked,
            Err(Shut::OpenToOthers(_)) => Standing::OpenToOthers,
            Ok(Some(_)) | Err(Shut::Damaged | Shut::Unread(_)) => Standing::Damaged,
        }
    }

    /// The file is encrypted, as far as can be told without its passphrase; what is wrong with it is an error.
    ///
    /// # Errors
    /// Others can read it, it is damaged or of a newer version, or it cannot be read.
    pub fn look(&self) -> Result<bool, SecretsError> {
        match self.try_open(None) {
            Ok(None) => Ok(false),
            Ok(Some((content, key))) if content.is_whole() || content.has_none() => Ok(key.is_some()),
            Ok(Some(_)) => Err(self.told(Shut::Damaged)),
            Err(Shut::Locked(_) | Shut::Wrong) => Ok(true),
            Err(shut) => Err(self.told(shut)),
        }
    }

    /// It holds this refresh token.
    ///
    /// # Errors
    /// The file cannot be read, so nobody knows.
    pub fn holds(&self, refresh_token: &SecretString) -> Result<bool, SecretsError> {
        let own = match self.of_environment() {
            Some(given) => Some(given?.refresh_token),
            None => self.read()?.and_then(|content| content.refresh_token),
        };
        Ok(own.is_some_and(|own| own.expose_secret() == refresh_token.expose_secret()))
    }

    /// Credentials could be kept now: what is found out after somebody's consent has cost it.
    ///
    /// # Errors
    /// The folder cannot be written to, the file is a newer program's, or the account's secrets are to be encrypted and there is no passphrase.
    pub fn try_to_keep(&self) -> Result<(), SecretsError> {
        self.refuse_newer()?;
        let new = !self.folder.exists();
        files::private_folder(&self.folder).map_err(|e| failed("make the folder", &self.folder, e))?;
        super::vault::key_of(&self.folder)?;
        self.try_to_write()?;
        if new {
            fs::remove_dir(&self.folder).map_err(|e| failed("put back", &self.folder, e))?;
        }
        Ok(())
    }

    /// The account's secrets could be removed now: what is found out after its tokens were ended has cost them.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn try_to_forget(&self) -> Result<(), SecretsError> {
        if !self.folder.exists() {
            return Ok(());
        }
        self.try_to_write()
    }

    fn try_to_write(&self) -> Result<(), SecretsError> {
        let trial = self.folder.join(format!(".{}.trial", self.account));
        files::replace(&trial, &[], Readers::Owner).map_err(|e| failed("write to", &self.folder, e))?;
        remove(&trial)
    }

    /// Removes the account's secrets, and what was kept beside them.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn forget(&self) -> Result<(), SecretsError> {
        ["env-token", "env-renewals", "renewals", "json", "renewal", "lock"]
            .iter()
            .try_for_each(|kind| remove(&self.with(kind)))
    }

    /// The account's file of a kind.
    fn with(&self, kind: &str) -> PathBuf {
        self.folder.join(format!("{}.{kind}", self.account))
    }

    /// What processes tell each other of renewals, those of the environment's credentials apart. Nothing in it is secret.
    fn renewals_path(&self) -> PathBuf {
        self.with(if self.are_of_environment() { "env-renewals" } else { "renewals" })
    }

    fn read(&self) -> Result<Option<Content>, SecretsError> {
        Ok(self.open(None)?.map(|(content, _)| content))
    }

    fn open(&self, passphrase: Option<&SecretString>) -> Result<Option<(Content, Option<Key>)>, SecretsError> {
        self.try_open(passphrase).map_err(|shut| self.told(shut))
    }

    /// What the file holds, and the key where it is encrypted; a passphrase that opens another file is not the wrong one.
    fn try_open(&self, passphrase: Option<&SecretString>) -> Result<Option<(Content, Option<Key>)>, Shut> {
        match self.open_alone(passphrase) {
            Err(Shut::Wrong) if super::vault::opens_another(&self.folder, &self.account, passphrase) => {
                self.open_alone(passphrase)
            }
            opened => opened,
        }
    }

    /// The same without a look at other files.
    pub(super) fn open_alone(&self, passphrase: Option<&SecretString>) -> Result<Option<(Content, Option<Key>)>, Shut> {
        let path = self.path();
        let unread = |e| if self.is_open_to_others() { Shut::OpenToOthers(e) } else { Shut::Unread(e) };
        let Some(bytes) = self.bytes().map_err(unread)? else { return Ok(None) };
        let (bytes, key) = if sealed::is_sealed(&bytes) {
            let (bytes, key) = sealed::open(&self.account, &path, &bytes, passphrase)?;
            (bytes, Some(key))
        } else {
            (bytes, None)
        };
        if is_newer(&bytes) {
            return Err(Shut::Newer);
        }
        // the parser's own words could quote the file
        let content = serde_json::from_slice(&bytes).map_err(|_| Shut::Damaged)?;
        Ok(Some((content, key)))
    }

    fn is_open_to_others(&self) -> bool {
        let path = self.path();
        let read = fs::File::open(&path).is_ok_and(|file| refuse_if_others_can_read(&file, &path).is_err());
        read || refuse_if_others_can_exchange(&self.folder).is_err()
    }

    fn told(&self, shut: Shut) -> SecretsError {
        let id = &self.account;
        let anew = format!("move the file away and connect the account again with `astra-zoho account reconnect {id}`");
        shut.told(&self.path(), &anew)
    }

    /// The file is of a version that this program knows, encrypted or not, as far as anybody can tell: one of another is
    /// not read, and stays as it is.
    fn refuse_newer(&self) -> Result<(), SecretsError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(8192));
        let read = fs::File::open(self.path()).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
        let newer = read.is_ok() && (is_newer(&bytes) || sealed::is_newer(&bytes));
        if newer { Err(self.told(Shut::Newer)) } else { Ok(()) }
    }

    /// The file is encrypted; `false` too where there is none.
    ///
    /// # Errors
    /// It cannot be read, or others can read it.
    pub fn is_encrypted(&self) -> Result<bool, SecretsError> {
        Ok(self.bytes()?.is_some_and(|bytes| sealed::is_sealed(&bytes)))
    }

    fn bytes(&self) -> Result<Option<Zeroizing<Vec<u8>>>, SecretsError> {
        refuse_if_others_can_exchange(&self.folder)?;
        read_private(&self.path())
    }

    pub(super) fn key(&self) -> Result<Option<Key>, SecretsError> {
        Ok(self.open(None)?.and_then(|(_, key)| key))
    }

    /// Opens the file with a passphrase, so that this process may; `None` where there is nothing to open.
    ///
    /// # Errors
    /// The passphrase is wrong, or the file cannot be read.
    pub(super) fn unlock(&self, passphrase: &SecretString) -> Result<Option<Key>, SecretsError> {
        Ok(self.open(Some(passphrase))?.and_then(|(_, key)| key))
    }

    /// Writes the file anew, encrypted with `key` or, without one, as it is.
    ///
    /// # Errors
    /// It cannot be read or written; then it is as it was.
    pub(super) fn rewrite(&self, key: Option<&Key>) -> Result<(), SecretsError> {
        self.write_with(key.cloned(), |old| {
            old?.ok_or_else(|| SecretsError { message: "its secrets are gone".into(), source: None })
        })
    }

    /// Reads, changes and writes the file, with other processes kept out in between.
    fn change(&self, change: impl FnOnce(&mut Content)) -> Result<(), SecretsError> {
        self.write(|old| {
            let mut content = old?.unwrap_or_default();
            change(&mut content);
            Ok(content)
        })
    }

    /// Writes the file anew from what it held, or from why that cannot be read.
    fn write(
        &self,
        renew: impl FnOnce(Result<Option<Content>, SecretsError>) -> Result<Content, SecretsError>,
    ) -> Result<(), SecretsError> {
        // as the others are: a new account's secrets do not lie open beside encrypted ones
        let key = if self.account == SANDBOX { None } else { super::vault::key_of(&self.folder)? };
        self.write_with(key, renew)
    }

    fn write_with(
        &self,
        key: Option<Key>,
        renew: impl FnOnce(Result<Option<Content>, SecretsError>) -> Result<Content, SecretsError>,
    ) -> Result<(), SecretsError> {
        let path = self.path();
        files::private_folder(&self.folder).map_err(|e| failed("make the folder", &self.folder, e))?;
        let lock = self.folder.join(format!("{}.lock", self.account));
        let _alone = files::hold(&lock).map_err(|e| failed("lock", &lock, e))?;
        self.refuse_newer()?;
        let content = renew(self.read())?;
        let open = Open {
            version: VERSION,
            client_id: content.client_id.as_deref(),
            client_secret: content.client_secret.as_ref().map(ExposeSecret::expose_secret),
            refresh_token: content.refresh_token.as_ref().map(ExposeSecret::expose_secret),
            access: content.access.as_ref().map(|a| OpenAccess {
                token: a.token.expose_secret(),
                expires_at: a.expires_at,
                renew_at: a.renew_at,
                api_url: &a.api_url,
            }),
        };
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
        serde_json::to_writer_pretty(&mut *bytes, &open).map_err(|e| failed("write", &path, e.into()))?;
        let sealed = key.map(|key| key.seal(&self.account, &bytes, &sealed::system_random)).transpose()?;
        files::replace(&path, sealed.as_deref().unwrap_or(&bytes), Readers::Owner)
            .map_err(|e| failed("write", &path, e))
    }
}

/// The content names a version, and not this program's.
fn is_newer(content: &[u8]) -> bool {
    let json = serde_json::from_slice::<Version>(content).ok();
    json.and_then(|v| v.version).is_some_and(|version| version != VERSION)
}

/// What every version says, but the oldest.
#[derive(Deserialize)]
struct Version {
    version: Option<serde_json::Value>,
}

/// A file of secrets, which others must not be able to read; `None` where there is none.
pub(super) fn read_private(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, SecretsError> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed("read", path, e)),
    };
    refuse_if_others_can_read(&file, path)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(8192));
    file.take(LARGEST).read_to_end(&mut bytes).map_err(|e| failed("read", path, e))?;
    Ok(Some(bytes))
}

pub(super) fn failed(doing: &str, path: &Path, error: io::Error) -> SecretsError {
    SecretsError { message: format!("cannot {doing} {}: {}", path.display(), reason(&error)), source: Some(error) }
}

pub(super) fn remove(path: &Path) -> Result<(), SecretsError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(failed("remove", path, e)),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn refuse_if_others_can_read(file: &fs::File, path: &Path) -> Result<(), SecretsError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|e| failed("read", path, e))?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let path = path.display();
    let message = format!("{path} holds secrets and others can open it (mode {mode:o}): run `chmod 600 {path}`");
    Err(SecretsError { message, source: None })
}

/// A folder in which others can write is no place for secrets: they could put theirs there.
#[cfg(unix)]
fn refuse_if_others_can_exchange(folder: &Path) -> Result<(), SecretsError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(folder).map_or(0, |known| known.permissions().mode() & 0o777);
    if mode & 0o022 == 0 {
        return Ok(());
    }
    let folder = folder.display();
    let message =
        format!("{folder} holds secrets and others can write there (mode {mode:o}): run `chmod 700 {folder}`");
    Err(SecretsError { message, source: None })
}

#[cfg(not(unix))]
fn refuse_if_others_can_exchange(_: &Path) -> Result<(), SecretsError> {
    Ok(())
}

#[cfg(not(unix))]
fn refuse_if_others_can_read(_: &fs::File, _: &Path) -> Result<(), SecretsError> {
    Ok(())
}

impl TokenStore for SecretTokens {
    fn credentials(&self) -> Result<Credentials, SecretsError> {
        if let Some(given) = self.of_environment() {
            return given;
        }
        let content = self.read()?.unwrap_or_default();
        let has_none = content.has_none();
        match (content.client_id, content.client_secret, content.refresh_token) {
            (Some(client_id), Some(client_secret), Some(refresh_token)) => {
                Ok(Credentials { client_id, client_secret, refresh_token })
            }
            _ if !has_none => Err(self.told(Shut::Damaged)),
            _ => Err(SecretsError {
                message: format!(
                    "the account `{id}` is not connected on this machine: run `astra-zoho account add --id {id}`",
                    id = self.account
                ),
                source: None,
            }),
        }
    }

    fn access_token(&self) -> Result<Option<AccessToken>, SecretsError> {
        if let Some(given) = self.of_environment() {
            return Ok(environment::token(&self.with("env-token"), &self.account, &given?));
        }
        // without what it was got with it is somebody else's; the sandbox's credentials are in no file
        let own = |c: &Content| self.account == SANDBOX || c.is_whole();
        Ok(self.read()?.filter(own).and_then(|c| c.access).map(AccessToken::from))
    }

    fn keep_access_token(&self, token: Option<&AccessToken>) -> Result<(), SecretsError> {
        match self.of_environment() {
            Some(given) => environment::keep(&self.with("env-token"), &self.account, &given?, token),
            None => self.keep_in_file(token),
        }
    }

    fn renewal(&self) -> BoxFuture<'_, Result<Renewal, SecretsError>> {
        Box::pin(async {
            files::private_folder(&self.folder).map_err(|e| failed("make the folder", &self.folder, e))?;
            let path = self.folder.join(format!("{}.renewal", self.account));
            loop {
                // tried, not waited for: a thread that waits for a lock cannot be told to stop
                let held: Option<Held> = files::try_hold(&path).map_err(|e| failed("lock", &path, e))?;
                if let Some(held) = held {
                    return Ok(Renewal { guard: Box::new(held) });
                }
                tokio::time::sleep(PAUSE).await;
            }
        })
    }

    fn renewals(&self) -> Result<Renewals, SecretsError> {
        let path = self.renewals_path();
        match fs::read(&path) {
            // what cannot be understood is no reason not to ask Zoho
            Ok(bytes) => Ok(match self.of_environment() {
                Some(Ok(given)) => {
                    let told = serde_json::from_slice::<environment::Told>(&bytes).ok();
                    told.and_then(|told| told.of(&given)).unwrap_or_default()
                }
                _ => serde_json::from_slice(&bytes).unwrap_or_default(),
            }),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Renewals::default()),
            Err(e) => Err(failed("read", &path, e)),
        }
    }

    fn keep_renewals(&self, renewals: &Renewals) -> Result<(), SecretsError> {
        let path = self.renewals_path();
        let bytes = match self.of_environment() {
            Some(Ok(given)) => serde_json::to_vec(&environment::Told::new(&given, renewals)),
            _ => serde_json::to_vec(renewals),
        };
        let bytes = bytes.map_err(|e| failed("write", &path, e.into()))?;
        files::private_folder(&self.folder).map_err(|e| failed("make the folder", &self.folder, e))?;
        files::replace(&path, &bytes, Readers::Owner).map_err(|e| failed("write", &path, e))
    }
}
