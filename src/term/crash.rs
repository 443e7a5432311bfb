//! The end by a bug: what happened is written to a file first, then what was being edited is kept, then the terminal is
//! given back, then the process ends.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::modes;
use crate::ports::Clock;

/// The exit status after a panic, as the standard library's.
const PANICKED: i32 = 101;

/// How long keeping what was edited may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What must not be lost, to be done once more when the program breaks: set while something is unsaved.
pub type LastWords = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

/// From now on a panic, on any thread, ends the program in good order: a file in `logs` tells what happened.
pub fn on_panic(logs: PathBuf, clock: Arc<dyn Clock>, last_words: LastWords) {
    static BROKEN: AtomicBool = AtomicBool::new(false);
    std::panic::set_hook(Box::new(move |info| {
        // a panic while this one is told, or on another thread: the first one has the word
        if BROKEN.swap(true, Ordering::SeqCst) {
            return;
        }
        let file = write(&logs, &clock.now().to_string(), info);
        // whoever panicked may hold the lock; then what it held back was changed this very moment
        let words = last_words.try_lock().ok().and_then(|mut w| w.take());
        if let Some(keep) = words {
            keep_in_time(keep);
        }
        modes::restore();
        let told = match file {
            Some(path) => format!("what happened is in {}; please report it", path.display()),
            None => format!("what happened could not be written to {}: {info}", logs.display()),
        };
        rustix::io::write(rustix::stdio::stderr(), format!("astra-zoho broke: {told}\n").as_bytes()).ok();
        std::process::exit(PANICKED);
    }));
}

/// On a thread of its own: this one may hold what keeping needs.
fn keep_in_time(keep: Box<dyn FnOnce() + Send>) {
    let (done, is_done) = std::sync::mpsc::channel();
    let keep = move || {
        keep();
        done.send(()).ok()
    };
    if std::thread::Builder::new().spawn(keep).is_ok() {
        is_done.recv_timeout(LAST_WORDS).ok();
    }
}

fn write(logs: &Path, now: &str, info: &PanicHookInfo<'_>) -> Option<PathBuf> {
    let mut text = String::new();
    let thread = std::thread::current();
    let parts = [
        ("astra-zoho", env!("CARGO_PKG_VERSION").to_owned()),
        ("at", now.to_owned()),
        ("thread", thread.name().unwrap_or("unnamed").to_owned()),
        ("panic", info.to_string()),
        ("backtrace", Backtrace::force_capture().to_string()),
    ];
    for (name, what) in parts {
        writeln!(text, "{name}: {what}").ok()?;
    }
    std::fs::create_dir_all(logs).ok()?;
    let stamp: String = now.chars().filter(char::is_ascii_digit).take(14).collect();
    let path = logs.join(format!("crash-{stamp}-{}.txt", std::process::id()));
    std::fs::write(&path, text).ok()?;
    Some(path)
}
