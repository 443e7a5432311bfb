//! Runs for the same address never overlap, here or in another process. Implements `ports::Leases` with files that the
//! system unlocks when a process dies.
//!
//! Within the process each address is held by itself; between processes addresses share 256 files (few
//! enough that a process which holds them all stays below the usual limit of open files), and a file is
//! held while any run of this process holds an address in it. Nobody waits for ever on each other: addresses are taken all
//! at once, files in ascending order.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest;
use tokio::sync::Notify;

use super::files::{self, Held};
use super::schema::system_failed;
use crate::ports::{self, JournalError};

/// How long to wait before trying again for a file that another process holds.
const PAUSE: Duration = Duration::from_millis(5);

/// Who holds which addresses.
pub struct Leases {
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Default)]
struct State {
    /// Held by runs of this process.
    addresses: HashSet<(String, String)>,
    /// The files that this process holds, and for how many runs.
    buckets: HashMap<u8, (Held, usize)>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Addresses held; dropping it lets go.
pub struct Lease {
    shared: Arc<Shared>,
    addresses: Vec<(String, String)>,
    buckets: Vec<u8>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        for address in &self.addresses {
            state.addresses.remove(address);
        }
        for bucket in &self.buckets {
            if let Some((_, runs)) = state.buckets.get_mut(bucket) {
                *runs -= 1;
                if *runs == 0 {
                    state.buckets.remove(bucket);
                }
            }
        }
        drop(state);
        self.shared.freed.notify_waiters();
    }
}

impl Leases {
    /// Leases by files in this folder, which is made when the first is taken.
    pub fn new(folder: &Path) -> Self {
        let shared = Shared { folder: folder.to_owned(), state: Mutex::default(), freed: Notify::new() };
        Self { shared: Arc::new(shared) }
    }

    /// Holds a replay, so that no other process resumes it; `None` where one does.
    ///
    /// # Errors
    /// The file cannot be made or locked.
    pub fn hold_replay(&self, replay: i64) -> Result<Option<Held>, JournalError> {
        let path = self.shared.folder.join(format!("replay-{replay}.lock"));
        files::try_hold(&path).map_err(|e| system_failed("lock", &path, e))
    }
}

impl Leases {
    /// Holds the live queue, so that no other process works it; `None` where one does.
    ///
    /// # Errors
    /// The file cannot be made or locked.
    pub fn hold_live(&self) -> Result<Option<Held>, JournalError> {
        let path = self.shared.folder.join("live.lock");
        files::try_hold(&path).map_err(|e| system_failed("lock", &path, e))
    }
}

impl ports::Leases for Leases {
    type Lease = Lease;

    async fn hold(&self, organisation: &str, emails: &[String]) -> Result<Lease, JournalError> {
        let mut addresses: Vec<_> = emails.iter().map(|e| (organisation.to_owned(), e.clone())).collect();
        addresses.sort();
        addresses.dedup();
        let mut wanted: Vec<u8> = addresses.iter().map(bucket).collect();
        wanted.sort_unstable();
        wanted.dedup();

        loop {
            let freed = self.shared.freed.notified();
            tokio::pin!(freed);
            // from here on no freeing is missed
            freed.as_mut().enable();
            {
                let mut state = self.shared.state();
                if addresses.iter().all(|a| !state.addresses.contains(a)) {
                    state.addresses.extend(addresses.iter().cloned());
                    break;
                }
            }
            freed.await;
        }
        // from here on dropping it, also by a caller that stops waiting, undoes what was taken
        let mut lease = Lease { shared: Arc::clone(&self.shared), addresses, buckets: Vec::new() };
        for bucket in wanted {
            while !self.take(bucket)? {
                tokio::time::sleep(PAUSE).await;
            }
            lease.buckets.push(bucket);
        }
        Ok(lease)
    }
}

impl Leases {
    fn take(&self, bucket: u8) -> Result<bool, JournalError> {
        let mut state = self.shared.state();
        if let Some((_, runs)) = state.buckets.get_mut(&bucket) {
            *runs += 1;
            return Ok(true);
        }
        let path = self.shared.folder.join(format!("{bucket:03}.lock"));
        let held = files::try_hold(&path).map_err(|e| system_failed("lock", &path, e))?;
        Ok(held.is_some_and(|held| {
            state.buckets.insert(bucket, (held, 1));
            true
        }))
    }
}

/// The file of an address: the same in every process.
fn bucket(address: &(String, String)) -> u8 {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(address.0.as_bytes());
    hash.update(&[0]);
    hash.update(address.1.as_bytes());
    hash.finish().as_ref().first().copied().unwrap_or_default()
}
