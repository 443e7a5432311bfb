//! What `run` reads besides HTTP: files to their end, standard input, files that grow.

use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::{Arguments, PAUSE, Service};
use crate::cli::Context;
use crate::cli::out::Failure;
use crate::live::intake::{Intake, NotKept};
use crate::live::lines::{Followed, Found, LOOK, Piece, read};
use crate::live::metrics::{Metrics, is_told};
use crate::live::queue::Queue;
use crate::live::watermark::Watermark;
use crate::ports::Clock;

enum Input {
    Standard,
    File(std::fs::File),
    /// Opening it waits for whoever writes.
    Pipe(PathBuf),
}

/// What is to be read; timers wait for it already.
pub(super) struct Inputs<Q> {
    files: Vec<(Input, Keeper<Q>)>,
    followed: Vec<(Followed, Keeper<Q>)>,
    reading: Arc<AtomicUsize>,
    came: Arc<Notify>,
}

/// Opens the files of --events and --follow.
pub(super) fn open<Q: Queue + 'static>(
    arguments: &Arguments,
    service: &Service<Q>,
    intake: &Intake,
    context: &Context,
) -> Result<Inputs<Q>, Failure> {
    let keeper = |name: &str| Keeper::new(name, service, intake.clone(), context);
    let file = |path: &PathBuf| {
        if path == Path::new("-") {
            return Ok((Input::Standard, keeper("standard input")));
        }
        let pipe = std::fs::metadata(path).is_ok_and(|m| m.file_type().is_fifo());
        let input = if pipe { Input::Pipe(path.clone()) } else { Input::File(readable(path)?) };
        Ok((input, keeper(&path.display().to_string())))
    };
    // one that is not there yet may come
    let later = |path: &&PathBuf| matches!(path.try_exists(), Ok(true));
    arguments.follow.iter().filter(later).try_for_each(|path| followable(path))?;
    Ok(Inputs {
        files: arguments.events.iter().map(file).collect::<Result<_, Failure>>()?,
        followed: arguments.follow.iter().map(|p| (Followed::new(p), keeper(&p.display().to_string()))).collect(),
        reading: Arc::clone(&service.reading),
        came: Arc::clone(&service.came),
    })
}

/// Only what keeps what was written can be read again from its start.
fn followable(path: &Path) -> Result<(), Failure> {
    let not = |why: &str| Failure::new(2, format!("{}: cannot be followed: {why}", path.display()));
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_dir() => Err(not("it is a folder")),
        Ok(meta) if !meta.is_file() => Err(not("it is no regular file: give it to --events")),
        _ => readable(path).map(drop),
    }
}

fn readable(path: &Path) -> Result<std::fs::File, Failure> {
    let cannot = |why: String| Failure::new(2, format!("{}: cannot be read: {why}", path.display()));
    let file = std::fs::File::open(path).map_err(|e| cannot(e.to_string()))?;
    match file.metadata() {
        Ok(meta) if meta.is_dir() => Err(cannot("it is a folder".into())),
        _ => Ok(file),
    }
}

impl<Q: Queue + 'static> Inputs<Q> {
    /// Begins to read, each in a task or thread of its own.
    pub(super) fn read(self) {
        for (file, keeper) in self.files {
            let (reading, came) = (Arc::clone(&self.reading), Arc::clone(&self.came));
            // both may block
            std::thread::spawn(move || {
                let take = |piece| keeper.keep(piece);
                let ended = match file {
                    Input::File(file) => read(file, keeper.clock.as_ref(), take),
                    Input::Pipe(path) => {
                        std::fs::File::open(path).and_then(|file| read(file, keeper.clock.as_ref(), take))
                    }
                    Input::Standard => read(std::io::stdin().lock(), keeper.clock.as_ref(), take),
                };
                if let Err(error) = ended {
                    tracing::error!("{}: cannot be read further: {error}", keeper.name);
                    keeper.unread(format!("{}: was not read to its end: {error}", keeper.name));
                }
                match keeper.none.load(Ordering::Relaxed) {
                    0 => {}
                    1 => keeper.unread(format!("{}: a line was no event: see `astra-zoho queue`", keeper.name)),
                    n => keeper.unread(format!("{}: {n} lines were no events: see `astra-zoho queue`", keeper.name)),
                }
                keeper.mark.caught_up();
                reading.fetch_sub(1, Ordering::Relaxed);
                came.notify_one();
            });
        }
        for (followed, keeper) in self.followed {
            tokio::spawn(follow(followed, Arc::new(keeper)));
        }
    }
}

/// Reads what is appended to a file.
async fn follow<Q: Queue + 'static>(mut followed: Followed, keeper: Arc<Keeper<Q>>) {
    let (mut trouble, mut found) = (String::new(), Found::Unknown);
    while !keeper.stop.load(Ordering::Relaxed) {
        let keep = Arc::clone(&keeper);
        let read = tokio::task::spawn_blocking(move || {
            let read = followed.read(keep.clock.as_ref(), |piece| keep.keep(piece));
            keep.mark.caught_up();
            (followed, read)
        });
        match read.await {
            Ok((back, read)) => {
                followed = back;
                let said = read.err().map_or(String::new(), |e| e.to_string());
                if said != trouble && !said.is_empty() {
                    tracing::error!("{}: cannot be read: {said}; trying again", keeper.name);
                }
                trouble = said;
                let name = &keeper.name;
                match (found, followed.found()) {
                    (before, now) if before == now => {}
                    (_, Found::Missing) => tracing::warn!("{name}: is not there; waiting for it"),
                    (Found::Missing, _) => tracing::info!("{name}: is there and is read"),
                    (Found::There(_), _) => {
                        tracing::warn!("{name}: was made anew or cut, and is read from its beginning")
                    }
                    (Found::Unknown, _) => {}
                }
                found = followed.found();
            }
            Err(_) => return,
        }
        keeper.clock.sleep(LOOK).await;
    }
}

/// Hands on what was read; what cannot be kept now is handed on again until it can.
struct Keeper<Q> {
    name: String,
    mark: Watermark,
    queue: Arc<Q>,
    intake: Intake,
    metrics: Arc<Metrics>,
    clock: Arc<dyn Clock>,
    stop: Arc<AtomicBool>,
    runtime: tokio::runtime::Handle,
    /// How many lines were no events.
    none: AtomicUsize,
    unread: Arc<Mutex<Vec<String>>>,
}

impl<Q: Queue> Keeper<Q> {
    fn new(name: &str, service: &Service<Q>, intake: Intake, context: &Context) -> Self {
        Self {
            name: name.to_owned(),
            mark: service.marks.input(),
            queue: Arc::clone(&service.queue),
            intake,
            metrics: Arc::clone(&service.metrics),
            clock: Arc::clone(&context.clock),
            stop: Arc::clone(&service.stop),
            runtime: tokio::runtime::Handle::current(),
            none: AtomicUsize::default(),
            unread: Arc::clone(&service.unread),
        }
    }

    fn unread(&self, sentence: String) {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).push(sentence);
    }

    /// `false`: the program ends.
    fn keep(&self, piece: Piece) -> bool {
        let mut waited = false;
        while !self.stop.load(Ordering::Relaxed) {
            match self.try_to_keep(&piece) {
                Ok(()) => {
                    if waited {
                        tracing::info!("{}: what was read is kept again", self.name);
                    }
                    return true;
                }
                Err(NotKept::Ending) => return false,
                Err(error) => {
                    if !waited {
                        tracing::error!("{}: what was read cannot be kept yet: {error}", self.name);
                    }
                    waited = true;
                    self.runtime.block_on(self.clock.sleep(PAUSE));
                }
            }
        }
        false
    }

    fn try_to_keep(&self, piece: &Piece) -> Result<(), NotKept> {
        match piece {
            Piece::Events(events) => {
                self.metrics.came(self.intake.keep_blocking(events.clone())?);
                events.iter().for_each(|e| self.mark.reached(e.at));
            }
            Piece::NotAnEvent { line, text, why } => {
                let source = format!("{}:{line}", self.name);
                let kept = self.queue.set_aside(&source, text, why, self.clock.now());
                self.runtime.block_on(kept).map_err(|e| NotKept::Queue(e.to_string()))?;
                self.metrics.set_aside();
                let times = self.none.fetch_add(1, Ordering::Relaxed) + 1;
                if is_told(times as u64) {
                    tracing::warn!("{source}: is no event and was set aside ({times} so far): {why}");
                }
            }
        }
        Ok(())
    }
}
