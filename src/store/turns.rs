//! Requests on their way at once, over all processes of a workspace: each holds one of so many files, which the system
//! unlocks when a process dies. Must not know what is asked.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::files::{self, Held};

/// How long to wait before trying again where all are held.
const PAUSE: Duration = Duration::from_millis(5);

/// The turns of one account.
#[derive(Debug, Clone)]
pub struct Turns {
    folder: PathBuf,
    account: String,
    most: usize,
}

impl Turns {
    pub(super) fn new(folder: &Path, account: &str, most: usize) -> Self {
        Self { folder: folder.to_owned(), account: account.to_owned(), most }
    }

    /// Waits for a turn, which ends when it is dropped; `None` where the files cannot be made: nobody is kept from asking
    /// for that.
    pub async fn take(&self) -> Option<Held> {
        loop {
            for nth in 0..self.most.max(1) {
                match files::try_hold(&self.folder.join(format!("{}-{nth:02}.turn", self.account))) {
                    Ok(Some(held)) => return Some(held),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::debug!(account = %self.account, %error, "other processes' requests are not counted");
                        return None;
                    }
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
