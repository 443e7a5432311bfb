//! What the program logs while a test runs.
//!
//! One subscriber for the whole binary, on only for threads that listen: one per test would race with the cache in which
//! `tracing` keeps who is interested in what.

use std::cell::RefCell;
use std::io;
use std::sync::OnceLock;

use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::{Layer, SubscriberExt};

thread_local! {
    static HEARD: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

static INSTALLED: OnceLock<()> = OnceLock::new();

/// From here on, keeps everything that is logged on this thread: for tests on a current-thread runtime.
pub fn listen() {
    INSTALLED.get_or_init(|| {
        let heard = layer()
            .with_ansi(false)
            .with_writer(|| Ear)
            .with_filter(dynamic_filter_fn(|_, _| HEARD.with_borrow(Option::is_some)));
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(heard)).unwrap();
    });
    HEARD.set(Some(Vec::new()));
}

/// What was logged since [`listen`].
pub fn heard() -> String {
    String::from_utf8(HEARD.take().unwrap_or_default()).unwrap()
}

struct Ear;

impl io::Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        HEARD.with_borrow_mut(|heard| heard.get_or_insert_default().extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
