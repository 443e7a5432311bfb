//! Noticing that files change: the system says so, nobody looks. Where it cannot (another system than Linux, a network
//! disk), a change is noticed when something is saved over it.

use std::io;

use crate::store::Workspace;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// What the operator configures.
    Files,
    /// The journal.
    Journal,
    /// What waits of live runs, or who works them.
    Live,
}

/// Watches the workspace's folders on a thread of its own until `tell` says that nobody listens.
///
/// # Errors
/// The system refuses.
#[cfg(target_os = "linux")]
pub fn start(workspace: &Workspace, tell: impl Fn(What) -> bool + Send + 'static) -> io::Result<()> {
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
    let inotify = init(CreateFlags::CLOEXEC)?;
    let flags = WatchFlags::CLOSE_WRITE
        | WatchFlags::MODIFY
        | WatchFlags::MOVED_TO
        | WatchFlags::MOVED_FROM
        | WatchFlags::CREATE
        | WatchFlags::DELETE
        | WatchFlags::ONLYDIR;
    let folders = workspace.folders();
    add_watch(&inotify, &folders.config, flags)?;
    for folder in [workspace.actions_dir(), folders.data.clone()] {
        // it may come later; then the folder above tells
        if let Err(e) = add_watch(&inotify, &folder, flags) {
            tracing::debug!("{} is not watched: {e}", folder.display());
        }
    }
    let later = (workspace.actions_dir(), folders.data.clone());
    let watch = move || {
        let again = || {
            for folder in [&later.0, &later.1] {
                // the same watch where it is watched already
                if let Err(e) = add_watch(&inotify, folder, flags) {
                    tracing::debug!("{} is not watched: {e}", folder.display());
                }
            }
        };
        linux::watch(&inotify, again, &tell);
    };
    std::thread::Builder::new().name("watch".into()).spawn(watch)?;
    Ok(())
}

/// Watches nothing.
///
/// # Errors
/// Never.
#[cfg(not(target_os = "linux"))]
pub fn start(_: &Workspace, _: impl Fn(What) -> bool + Send + 'static) -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec};
    use rustix::fs::inotify::{ReadFlags, Reader};

    use super::What;

    /// Whoever writes a file writes several times: what follows within this time is the same change.
    const TOGETHER: Duration = Duration::from_millis(120);
    /// While databases are written all the time, this is how often that is told.
    const SELDOM: Duration = Duration::from_secs(1);

    pub fn watch(inotify: &OwnedFd, again: impl Fn(), tell: &impl Fn(What) -> bool) {
        let mut buffer = vec![MaybeUninit::uninit(); 1 << 14];
        let mut reader = Reader::new(inotify, &mut buffer);
        let (mut files, mut journal, mut live) = (false, false, false);
        let (mut waited, mut pause) = (false, TOGETHER);
        loop {
            match reader.next() {
                Ok(event) => {
                    let name = event.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                    files |= event.events().contains(ReadFlags::QUEUE_OVERFLOW);
                    match name.as_str() {
                        name if name.starts_with('.') => {}
                        "state.db" | "state.db-wal" => journal |= event.events().contains(ReadFlags::MODIFY),
                        "live.db" | "live.db-wal" => live |= event.events().contains(ReadFlags::MODIFY),
                        "live.worker" => live = true,
                        // it also says where the queue is
                        "config.toml" => (files, live) = (true, true),
                        "actions" | "data" => {
                            again();
                            files = true;
                        }
                        name => files |= name.ends_with(".toml"),
                    }
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(e) => {
                    tracing::warn!("the workspace's folders are no longer watched: {e}");
                    return;
                }
            }
            if !reader.is_buffer_empty() {
                continue;
            }
            if (files || journal || live) && !waited {
                std::thread::sleep(pause);
                waited = true;
            }
            if more(inotify) {
                continue;
            }
            waited = false;
            let told = journal || live;
            let heard = (!std::mem::take(&mut files) || tell(What::Files))
                && (!std::mem::take(&mut journal) || tell(What::Journal))
                && (!std::mem::take(&mut live) || tell(What::Live));
            if !heard {
                return;
            }
            // a database that is written again by now is at work
            pause = if told && more(inotify) { SELDOM } else { TOGETHER };
        }
    }

    fn more(inotify: &OwnedFd) -> bool {
        let mut one = [PollFd::new(inotify, PollFlags::IN)];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        rustix::event::poll(&mut one, Some(&at_once)).is_ok_and(|n| n > 0)
    }
}
