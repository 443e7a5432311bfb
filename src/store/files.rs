//! Files written whole or not at all, and files that one process at a time may hold. Must not know what is in them.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::path::Path;

/// It can be the name of a file of ours: letters, digits, and marks that no system takes for something else.
pub(super) fn is_file_name(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 120
        && id.trim() == id
        && !id.starts_with('.')
        && !id.contains(['/', '\\', ':'])
        && !id.chars().any(char::is_control)
}

/// Who may read a file that is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// As the user's umask has it.
    Usual,
    /// The owner alone, also where the file was open to others.
    Owner,
}

/// Replaces a file's content: afterwards the disk holds either the old or the new one, whole. A link stays a link, and a
/// file's mode stays unless it is to be the owner's alone.
pub(super) fn replace(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(e) if e.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(e) => return Err(e),
    };
    let temporary = written(&target, content, readers)?;
    if readers == Readers::Usual
        && let Ok(old) = fs::metadata(&target)
    {
        temporary.as_file().set_permissions(old.permissions())?;
    }
    temporary.persist(&target).map_err(|e| e.error)?;
    sync_folder(&target)
}

/// Replaces a file in one step without waiting for the disk: for what is said anew all the time.
///
/// # Errors
/// The folder cannot be written.
pub fn put(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".").suffix(".tmp").tempfile_in(folder_of(path))?;
    file.write_all(content)?;
    file.persist(path).map(drop).map_err(|e| e.error)
}

/// Makes a file that must not be there yet.
pub(super) fn create(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    written(path, content, readers)?.persist_noclobber(path).map_err(|e| e.error)?;
    sync_folder(path)
}

fn written(target: &Path, content: &[u8], readers: Readers) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(".tmp");
    let mode = mode(readers);
    if let Some(mode) = mode {
        builder.permissions(mode);
    }
    let mut temporary = builder.tempfile_in(folder_of(target))?;
    temporary.write_all(content)?;
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

#[cfg(unix)]
fn mode(readers: Readers) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(if readers == Readers::Owner { 0o600 } else { 0o666 }))
}

#[cfg(not(unix))]
fn mode(_: Readers) -> Option<Permissions> {
    None
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a rename last through a power cut.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder_of(path))?.sync_all() } else { Ok(()) }
}

/// Makes a folder that its owner alone may enter.
pub(super) fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// A file held by this process (or this value of it) until dropped; the system lets go of it too when the process dies.
#[derive(Debug)]
pub struct Held {
    /// Kept open: closing it lets go.
    _file: File,
}

/// Holds a file, made where missing; `None` where somebody else does.
pub(super) fn try_hold(path: &Path) -> io::Result<Option<Held>> {
    let file = open_to_hold(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Held { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(e)) => Err(e),
    }
}

/// Whether somebody holds a file, another value of this process too. Whoever asks holds up nobody who asks the same.
pub(super) fn is_held(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Holds a file, made where missing, once nobody else does. For what others hold for milliseconds.
pub fn hold(path: &Path) -> io::Result<Held> {
    let file = open_to_hold(path)?;
    file.lock()?;
    Ok(Held { _file: file })
}

fn open_to_hold(path: &Path) -> io::Result<File> {
    let open = || {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        options.open(path)
    };
    match open() {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            private_folder(folder_of(path))?;
            open()
        }
        other => other,
    }
}
