//! All accounts' secrets together, and the language model's key: encrypted by one passphrase, or not. Each file says for itself whether it is, so a
//! change that stopped halfway leaves every file readable, and is finished by doing it again. Must not know what is in them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::files::{self, Readers};
use super::sealed::{self, Key};
use super::secrets::{SecretTokens, failed, read_private};
use super::workspace::Folders;
use crate::domain::account::SANDBOX;
use crate::ports::SecretsError;

/// The file with the language model's key, one line.
const MODEL_KEY: &str = "extractor.key";

/// The folder of the secrets. The sandbox's, whose server is this program, are never encrypted.
#[derive(Debug, Clone)]
pub struct Vault {
    folder: PathBuf,
}

impl Vault {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// That of a workspace, which need not be there yet.
    pub fn of(folders: &Folders) -> Self {
        Self::new(&folders.secrets)
    }

    /// The accounts with secrets here, by name.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn accounts(&self) -> Result<Vec<SecretTokens>, SecretsError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(failed("read", &self.folder, e)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry.map_err(|e| failed("read", &self.folder, e))?.file_name();
            let id = name.to_str().and_then(|n| n.strip_suffix(".json")).filter(|id| !id.is_empty() && *id != SANDBOX);
            ids.extend(id.filter(|id| !id.starts_with('.')).map(str::to_owned));
        }
        ids.sort();
        Ok(ids.iter().map(|id| SecretTokens::new(&self.folder, id)).collect())
    }

    /// The encrypted ones.
    ///
    /// # Errors
    /// One cannot be read, or others can read it.
    pub fn encrypted(&self) -> Result<Vec<SecretTokens>, SecretsError> {
        let mut encrypted = Vec::new();
        for account in self.accounts()? {
            if account.is_encrypted()? {
                encrypted.push(account);
            }
        }
        Ok(encrypted)
    }

    /// The file with the language model's key is encrypted; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be read, or others can read it.
    pub fn model_key_is_encrypted(&self) -> Result<Option<bool>, SecretsError> {
        Ok(read_private(&self.model_key())?.map(|bytes| sealed::is_sealed(&bytes)))
    }

    /// Something here needs the passphrase; a file that cannot be read says nothing of the others.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn is_locked(&self) -> Result<bool, SecretsError> {
        Ok(self.accounts()?.iter().any(is_sealed) || self.model_key_is_encrypted().is_ok_and(|is| is == Some(true)))
    }

    /// Lets this process open all that the passphrase encrypted; one file that it does not open keeps none of the others
    /// locked.
    ///
    /// # Errors
    /// It opens none of them: why it does not open the first.
    pub fn unlock(&self, passphrase: &SecretString) -> Result<(), SecretsError> {
        let accounts = self.accounts()?;
        let sealed = accounts.iter().filter(|account| is_sealed(account));
        let mut tried: Vec<_> = sealed.map(|account| account.unlock(passphrase).map(drop)).collect();
        if self.model_key_is_encrypted().is_ok_and(|is| is == Some(true)) {
            tried.push(open_model_key(&self.folder, Some(passphrase)).map(drop));
        }
        let opened = tried.iter().any(Result::is_ok);
        match tried.into_iter().find_map(Result::err) {
            Some(e) if !opened => Err(e),
            _ => Ok(()),
        }
    }

    fn model_key(&self) -> PathBuf {
        self.folder.join(MODEL_KEY)
    }

    /// Writes the model's key anew, encrypted or not, where there is one.
    fn rewrite_model_key(&self, key: Option<&Key>, passphrase: &SecretString) -> Result<(), SecretsError> {
        let Some((plain, _)) = open_model_key(&self.folder, Some(passphrase))? else { return Ok(()) };
        let sealed = key.map(|key| key.seal(MODEL_KEY, &plain, &sealed::system_random)).transpose()?;
        let path = self.model_key();
        files::replace(&path, sealed.as_deref().unwrap_or(&plain), Readers::Owner)
            .map_err(|e| failed("write", &path, e))
    }

    /// Encrypts every account's secrets; those that are already must be of the same passphrase.
    ///
    /// # Errors
    /// The passphrase is another one, or a file cannot be read: nothing was changed. Or one cannot be written: the files
    /// so far are encrypted, the others as they were, and it says so.
    pub fn encrypt(&self, passphrase: &SecretString) -> Result<usize, SecretsError> {
        let _alone = self.alone()?;
        self.check(passphrase)?;
        let key = match self.encrypted()?.first() {
            Some(account) => account.unlock(passphrase)?,
            None => open_model_key(&self.folder, Some(passphrase))?.and_then(|(_, key)| key),
        };
        let key = match key {
            Some(key) => key,
            None => Key::new(passphrase, &sealed::system_random)?,
        };
        key.remember();
        let done = rewrite(&self.accounts()?, Some(&key))?;
        self.rewrite_model_key(Some(&key), passphrase)?;
        Ok(done)
    }

    /// Decrypts every account's secrets.
    ///
    /// # Errors
    /// The passphrase is wrong: nothing was changed. Or a file cannot be read or written.
    pub fn decrypt(&self, passphrase: &SecretString) -> Result<usize, SecretsError> {
        let _alone = self.alone()?;
        self.check(passphrase)?;
        let done = rewrite(&self.encrypted()?, None)?;
        self.rewrite_model_key(None, passphrase)?;
        Ok(done)
    }

    /// Every file can be read and says what it should, encrypted by this passphrase or not.
    fn check(&self, passphrase: &SecretString) -> Result<(), SecretsError> {
        let unchanged = |e: SecretsError| match e.message.contains("nothing was changed") {
            true => e,
            false => SecretsError { message: format!("{} (nothing was changed)", e.message), ..e },
        };
        self.accounts()?.iter().try_for_each(|account| account.unlock(passphrase).map(drop)).map_err(unchanged)?;
        open_model_key(&self.folder, Some(passphrase)).map(drop).map_err(unchanged)
    }

    fn alone(&self) -> Result<files::Held, SecretsError> {
        let path = self.folder.join(".vault.lock");
        files::hold(&path).map_err(|e| failed("lock", &path, e))
    }
}

/// It is known to be encrypted.
fn is_sealed(account: &SecretTokens) -> bool {
    account.is_encrypted().is_ok_and(|is| is)
}

/// Writes these anew, encrypted or not; gives their number.
fn rewrite(accounts: &[SecretTokens], key: Option<&Key>) -> Result<usize, SecretsError> {
    for (done, account) in accounts.iter().enumerate() {
        account.rewrite(key).map_err(|e| {
            let (all, word) = (accounts.len(), if key.is_some() { "encrypted" } else { "decrypted" });
            SecretsError { message: format!("{} ({done} of {all} are {word} by now: do it again)", e.message), ..e }
        })?;
    }
    Ok(accounts.len())
}

/// The key by which a folder's secrets are encrypted; `None` where none of them is.
pub(super) fn key_of(folder: &Path) -> Result<Option<Key>, SecretsError> {
    let mut failed = None;
    for account in Vault::new(folder).accounts()?.iter().filter(|account| is_sealed(account)) {
        match account.key() {
            // one that is damaged says nothing of the others
            Err(e) => failed = failed.or(Some(e)),
            opened => return opened,
        }
    }
    failed.map_or(Ok(None), Err)
}

/// The passphrase, or that of the environment, opens another account's file than this one's.
pub(super) fn opens_another(folder: &Path, account: &str, passphrase: Option<&SecretString>) -> bool {
    let all = Vault::new(folder).accounts().unwrap_or_default();
    let mut others = all.iter().filter(|other| other.account() != account && is_sealed(other));
    others.any(|other| other.open_alone(passphrase).is_ok_and(|opened| opened.is_some()))
}

/// What a file holds, and the key where it is encrypted.
type Opened = (Zeroizing<Vec<u8>>, Option<Key>);

/// What stands in the file with the language model's key, and the key where it is encrypted; `None` where there is none.
pub(super) fn open_model_key(folder: &Path, passphrase: Option<&SecretString>) -> Result<Option<Opened>, SecretsError> {
    let path = folder.join(MODEL_KEY);
    let Some(bytes) = read_private(&path)? else { return Ok(None) };
    if !sealed::is_sealed(&bytes) {
        return Ok(Some((bytes, None)));
    }
    let opened = sealed::open(MODEL_KEY, &path, &bytes, passphrase);
    let (plain, key) = opened.map_err(|shut| shut.told(&path, "move the file away and write the key there again"))?;
    Ok(Some((plain, Some(key))))
}
