//! The thread that owns the database's one writing connection. Calls that wait together share a commit, so that many runs
//! at once cost few waits for the disk. Must not know the tables.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::schema::{self, sentence};
use crate::ports::JournalError;

/// How many calls share a commit at most.
const MOST_TOGETHER: usize = 256;

/// Work for the thread.
trait Job: Send {
    /// Does it, inside the common transaction.
    fn run(&mut self, db: &Connection);
    /// Whether the transaction may keep what it did.
    fn failed(&self) -> bool;
    /// Tells the caller how it went, once it is on the disk or is not.
    fn answer(self: Box<Self>, path: &Path, committed: &Result<(), String>);
}

struct Call<F, T> {
    work: Option<F>,
    result: Option<rusqlite::Result<T>>,
    reply: oneshot::Sender<Result<T, JournalError>>,
}

impl<F, T> Job for Call<F, T>
where
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
    T: Send,
{
    fn run(&mut self, db: &Connection) {
        self.result = self.work.take().map(|work| work(db));
    }

    fn failed(&self) -> bool {
        matches!(self.result, Some(Err(_)))
    }

    fn answer(self: Box<Self>, path: &Path, committed: &Result<(), String>) {
        let answer = match (self.result, committed) {
            (Some(Err(e)), _) => Err(schema::explain(path, e)),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(message)) => Err(JournalError { message: message.clone(), source: None }),
            (None, Ok(())) => Err(gone(path)),
        };
        // a caller that no longer waits needs no answer
        drop(self.reply.send(answer));
    }
}

fn gone(path: &Path) -> JournalError {
    JournalError { message: format!("{}: the program is ending and writes no more", path.display()), source: None }
}

/// The way to the thread. Dropping it waits for the calls under way.
pub(super) struct Writer {
    jobs: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
}

impl Writer {
    pub fn start(db: Connection, path: &Path) -> Result<Self, JournalError> {
        let (jobs, queue) = channel();
        let owned = path.to_owned();
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || serve(&db, &queue, &owned))
            .map_err(|e| schema::system_failed("start the writer of", path, e))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), path: path.to_owned() })
    }

    /// Runs `work` in a transaction; returns when it is on the disk. It is done also when the caller stops waiting.
    pub async fn call<T, F>(&self, work: F) -> Result<T, JournalError>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Call { work: Some(work), result: None, reply });
        self.jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or_else(|| gone(&self.path))?;
        answer.await.map_err(|_| gone(&self.path))?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the journal's thread ended by a panic");
        }
    }
}

fn serve(db: &Connection, queue: &Receiver<Box<dyn Job>>, path: &Path) {
    while let Ok(first) = queue.recv() {
        let mut jobs = vec![first];
        jobs.extend(queue.try_iter().take(MOST_TOGETHER - 1));
        let committed = together(db, &mut jobs).map_err(|e| {
            if !db.is_autocommit()
                && let Err(e) = db.execute_batch("ROLLBACK")
            {
                tracing::error!("{}: rolling back failed: {e}", path.display());
            }
            sentence(path, &e)
        });
        for job in jobs {
            job.answer(path, &committed);
        }
    }
}

/// All jobs in one transaction; one that fails is undone alone.
fn together(db: &Connection, jobs: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    for job in jobs {
        db.prepare_cached("SAVEPOINT job")?.execute([])?;
        job.run(db);
        // some failures (a full disk) end the whole transaction: then the commit below fails, and all jobs with it
        if job.failed() && !db.is_autocommit() {
            db.prepare_cached("ROLLBACK TO job")?.execute([])?;
        }
        if !db.is_autocommit() {
            db.prepare_cached("RELEASE job")?.execute([])?;
        }
    }
    db.execute_batch("COMMIT")
}
