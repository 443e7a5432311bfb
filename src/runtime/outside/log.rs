//! The thread for the log: pages, counts, exports. Of questions that wait, only the newest of each kind is answered.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use super::Shared;
use crate::app::effect::{Effect, Format, From, RunFilter, Window};
use crate::app::msg::{Counts, LoggedRun, Msg, Place, RunsPage, Tally, Total};
use crate::ports::JournalError;
use crate::store::{self, Count, Filter, Log, Logged, Order, csv_header, csv_row, harmless_json};

enum Job {
    Effect(Effect),
    /// The journal's file changed.
    Look,
}

/// The thread.
#[derive(Clone)]
pub struct LogBook {
    jobs: Sender<Job>,
    /// A replay of this screen writes the log: it tells of its runs itself.
    ours: Arc<AtomicBool>,
}

impl LogBook {
    pub fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let (jobs, taken) = channel();
        let ours = Arc::new(AtomicBool::new(false));
        let work = Work { shared, log: None, newest: None, ours: Arc::clone(&ours) };
        std::thread::Builder::new().name("log".into()).spawn(move || work.run(&taken))?;
        Ok(Self { jobs, ours })
    }

    pub fn begin(&self, effect: Effect) {
        if self.jobs.send(Job::Effect(effect)).is_err() {
            tracing::error!("the thread that reads the log broke off");
        }
    }

    /// Says whether anybody looks.
    pub fn look_for_news(&self) -> bool {
        self.jobs.send(Job::Look).is_ok()
    }

    /// A replay of this screen begins or ends to write the log.
    pub fn set_ours(&self, ours: bool) {
        self.ours.store(ours, Ordering::Release);
    }
}

struct Work {
    shared: Arc<Shared>,
    log: Option<Log>,
    /// The number of the last run that was there when somebody looked.
    newest: Option<i64>,
    ours: Arc<AtomicBool>,
}

impl Work {
    fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let mut waiting = vec![first];
            waiting.extend(jobs.try_iter());
            while !waiting.is_empty() {
                let job = waiting.remove(0);
                let overtaken = waiting.iter().any(|later| overtakes(later, &job));
                if !overtaken {
                    self.job(job);
                }
                waiting.extend(jobs.try_iter());
            }
        }
    }

    fn job(&mut self, job: Job) {
        match job {
            Job::Look => self.look(),
            Job::Effect(Effect::QueryRuns { generation, filter, window }) => {
                let result = self.read(|log| page(log, filter, window));
                self.shared.tell(Msg::Runs { generation, result });
            }
            Job::Effect(Effect::CountRuns { generation, action }) => {
                let tally = |t: store::Tally| Tally { outcome: t.outcome, rule: t.rule, case: t.case, runs: t.runs };
                let result = self.read(|log| log.tallies(Some(&action)));
                let result = result.map(|tallies| Counts(tallies.into_iter().map(tally).collect()));
                self.shared.tell(Msg::RunCounts { generation, result });
            }
            Job::Effect(Effect::Export { filter, format }) => {
                let stamp: String =
                    self.shared.clock.now().to_string().chars().filter(char::is_ascii_digit).take(17).collect();
                let result = match self.log() {
                    Ok(log) => export(log, asked(filter), format, &stamp),
                    Err(e) => Err(e.to_string()),
                };
                self.shared.tell(Msg::Exported(result));
            }
            Job::Effect(other) => tracing::error!("this is no question to the log: {other:?}"),
        }
    }

    /// The log, opened when there is one.
    fn log(&mut self) -> Result<&Log, Unreadable> {
        let log = match self.log.take().filter(|l| !l.is_missing()) {
            Some(log) => log,
            None => Log::open(&self.shared.workspace()?.state_db())?,
        };
        Ok(self.log.insert(log))
    }

    fn read<T>(&mut self, question: impl FnOnce(&Log) -> Result<T, JournalError>) -> Result<T, String> {
        let log = self.log().map_err(|e| e.to_string())?;
        let answer = question(log).map_err(|e| e.to_string());
        let newest = log.newest().ok();
        self.newest = self.newest.max(newest);
        answer
    }

    fn look(&mut self) {
        let before = self.newest;
        if self.read(Log::newest).is_ok_and(|now| before.is_some_and(|b| now > b)) && !self.ours.load(Ordering::Acquire)
        {
            self.shared.tell(Msg::LogGrew);
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    Workspace(#[from] crate::store::WorkspaceError),
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// The answer to `later` makes one to `job` worthless.
fn overtakes(later: &Job, job: &Job) -> bool {
    match (later, job) {
        (Job::Look, Job::Look) => true,
        (
            Job::Effect(Effect::QueryRuns { generation: new, .. }),
            Job::Effect(Effect::QueryRuns { generation: old, .. }),
        )
        | (
            Job::Effect(Effect::CountRuns { generation: new, .. }),
            Job::Effect(Effect::CountRuns { generation: old, .. }),
        ) => new > old,
        _ => false,
    }
}

fn asked(filter: RunFilter) -> Filter {
    let RunFilter { action, outcome, rule, conversation, search } = filter;
    Filter { action, outcome, rule, conversation, search, ..Filter::default() }
}

fn page(log: &Log, filter: RunFilter, window: Window) -> Result<RunsPage, JournalError> {
    let filter = asked(filter);
    let (order, after) = match window.from {
        From::Start => (Order::OldestFirst, None),
        From::End => (Order::NewestFirst, None),
        From::Before(Place(id)) => (Order::NewestFirst, Some(id)),
        From::After(Place(id)) => (Order::OldestFirst, Some(id)),
    };
    // one more than is wanted tells whether there are more
    let limit = Some(window.limit.saturating_add(1));
    let mut logged = log.page(&Filter { order, after, limit, ..filter.clone() })?;
    let wanted = usize::try_from(window.limit).unwrap_or(usize::MAX);
    let more = logged.len() > wanted;
    logged.truncate(wanted);
    // a run from which a page is asked for stands on its other side
    let (earlier, later) = match order {
        Order::NewestFirst => (more, after.is_some()),
        Order::OldestFirst => (after.is_some(), more),
    };
    if order == Order::NewestFirst {
        logged.reverse();
    }
    let Count { runs, or_more } = log.count(&filter)?;
    let total = Total { runs, or_more };
    let runs = logged.iter().map(shown).collect::<Result<_, _>>()?;
    Ok(RunsPage { runs, earlier, later, total })
}

/// A run of the log as the app sees it.
pub fn shown(logged: &Logged) -> Result<LoggedRun, JournalError> {
    let (record, trace) = (logged.record()?, logged.trace());
    Ok(LoggedRun { place: Place(logged.id), replay: logged.replay, record, trace })
}

/// Writes a file of its own name into the working folder.
fn export(log: &Log, filter: Filter, format: Format, stamp: &str) -> Result<String, String> {
    let ending = match format {
        Format::JsonLines => "jsonl",
        Format::Csv => "csv",
    };
    let path = PathBuf::from(format!("astra-zoho-runs-{stamp}.{ending}"));
    let failed = |e: std::io::Error| {
        format!("{} could not be written: {e}; start the program in a folder you may write to", path.display())
    };
    let mut file = BufWriter::new(OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?);
    let mut runs: u64 = 0;
    let write = || -> Result<(), String> {
        if format == Format::Csv {
            writeln!(file, "{}", csv_header()).map_err(failed)?;
        }
        let mut broken = None;
        let all = Filter { order: Order::OldestFirst, ..filter };
        let read = log.runs(&all, |run| {
            let line = match format {
                Format::JsonLines => Ok(harmless_json(run.json)),
                Format::Csv => csv_row(&run).map_err(|e| e.to_string()),
            };
            match line.and_then(|line| writeln!(file, "{line}").map_err(failed)) {
                Ok(()) => {
                    runs += 1;
                    ControlFlow::Continue(())
                }
                Err(e) => {
                    broken = Some(e);
                    ControlFlow::Break(())
                }
            }
        });
        broken.map_or(Ok(()), Err)?;
        read.map_err(|e| e.to_string())?;
        file.flush().map_err(failed)
    };
    write()?;
    let whole: &Path = &std::path::absolute(&path).unwrap_or(path);
    Ok(format!("{runs} run{} written to {}", if runs == 1 { "" } else { "s" }, whole.display()))
}
