//! The thread for the log: pages, counts, exports. Of questions that wait, only the newest of each kind is answered,
//! and a search that takes long is given up for the next.

use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use super::Shared;
use super::book::Book;
use super::live::LiveHome;
use crate::app::effect::{Effect, Format, From, QueueChange, RunFilter, Window};
use crate::app::hindsight::MadeLast;
use crate::app::msg::{Counts, Generation, LoggedRun, Msg, Place, RunsPage, Tally, Total};
use crate::domain::run::Outcome;
use crate::domain::words::plural;
use crate::ports::JournalError;
use crate::store::{self, Count, Filter, Log, Logged, Order, csv_header, csv_row, harmless_json};

enum Job {
    Effect(Effect),
    /// The journal's file changed.
    Look,
    /// Something changed about live runs.
    LookLive,
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
        let live = LiveHome::new(Arc::clone(&shared));
        let work = Work { shared, log: None, live, jobs: jobs.clone(), newest: None, ours: Arc::clone(&ours) };
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

    /// Says whether anybody looks at live runs.
    pub fn look_at_live(&self) -> bool {
        self.jobs.send(Job::LookLive).is_ok()
    }

    /// A replay of this screen begins or ends to write the log.
    pub fn set_ours(&self, ours: bool) {
        self.ours.store(ours, Ordering::Release);
    }
}

struct Work {
    shared: Arc<Shared>,
    log: Option<Log>,
    live: LiveHome,
    jobs: Sender<Job>,
    /// The number of the last run that was there when somebody looked.
    newest: Option<i64>,
    ours: Arc<AtomicBool>,
}

impl Work {
    fn run(mut self, jobs: &Receiver<Job>) {
        let mut queue = Queue { jobs, waiting: VecDeque::new() };
        while let Some(job) = queue.next() {
            if !queue.overtakes(&job) {
                self.job(job, &mut queue);
            }
        }
    }

    fn job(&mut self, job: Job, queue: &mut Queue<'_>) {
        match job {
            Job::Look => self.look(),
            Job::LookLive => self.look_at_live(),
            Job::Effect(Effect::QueryRuns { generation, filter, window }) => {
                let shared = Arc::clone(&self.shared);
                let so_far = |runs| shared.tell(Msg::RunsSoFar { generation, runs });
                let given_up = || queue.asks_anew(generation);
                let result = self.read(filter.live, |log| page(log, filter, window, given_up, so_far));
                // the answer to a newer question is on its way
                if let Some(result) = result.transpose() {
                    self.shared.tell(Msg::Runs { generation, result });
                }
            }
            Job::Effect(Effect::CountRuns { generation, action, live }) => {
                let tally = |t: store::Tally| Tally { outcome: t.outcome, rule: t.rule, case: t.case, runs: t.runs };
                let result = self.read(live, |log| log.tallies(&action));
                let result = result.map(|tallies| Counts(tallies.into_iter().map(tally).collect()));
                self.shared.tell(Msg::RunCounts { generation, result });
            }
            Job::Effect(Effect::LastRuns { generation, action, live }) => {
                let result = self.read(live, |log| made_last(log, action, live));
                self.shared.tell(Msg::LastRuns { generation, result });
            }
            Job::Effect(Effect::Export { filter, format }) => {
                let stamp: String =
                    self.shared.clock.now().to_string().chars().filter(char::is_ascii_digit).take(17).collect();
                let live = filter.live;
                let result = self.read_so(live, |log| export(log, asked(filter), format, &stamp));
                self.shared.tell(Msg::Exported(result));
            }
            Job::Effect(Effect::ListWaiting { generation }) => {
                let result = self.live.waiting();
                self.shared.tell(Msg::Waiting { generation, result });
            }
            Job::Effect(Effect::ChangeQueue(change)) => {
                let result = self.change(change);
                self.shared.tell(Msg::QueueChanged(result));
                self.look_at_live();
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

    fn read<T>(
        &mut self,
        live: bool,
        question: impl FnOnce(&Book<'_>) -> Result<T, JournalError>,
    ) -> Result<T, String> {
        self.read_so(live, |log| question(log).map_err(|e| e.to_string()))
    }

    fn read_so<T>(&mut self, live: bool, question: impl FnOnce(&Book<'_>) -> Result<T, String>) -> Result<T, String> {
        #[cfg(feature = "postgres")]
        if live && let Some(there) = self.live.there()? {
            return question(&Book::There(there, self.live.runtime()));
        }
        #[cfg(not(feature = "postgres"))]
        let _: bool = live;
        let log = self.log().map_err(|e| e.to_string())?;
        let answer = question(&Book::Here(log));
        let newest = log.newest().ok();
        self.newest = self.newest.max(newest);
        answer
    }

    fn look(&mut self) {
        let before = self.newest;
        let now = self.log().ok().and_then(|log| log.newest().ok());
        self.newest = self.newest.max(now);
        if before.is_some_and(|b| now > Some(b)) && !self.ours.load(Ordering::Acquire) {
            self.shared.tell(Msg::LogGrew);
        }
    }

    fn look_at_live(&mut self) {
        // a screen that is only drawn shows what is in its folder
        if self.shared.apart {
            return;
        }
        let jobs = self.jobs.clone();
        let (live, grew) = self.live.look(&move || jobs.send(Job::LookLive).is_ok());
        if let Some(live) = live {
            self.shared.tell(Msg::Live(Box::new(live)));
        }
        if grew {
            self.shared.tell(Msg::LogGrew);
        }
    }

    /// Has failed runs of the log tried again, or dropped; says how many.
    fn change(&mut self, change: QueueChange) -> Result<String, String> {
        let QueueChange { retry, filter, one } = change;
        let live = filter.live;
        let mut filter = Filter { order: Order::OldestFirst, ..asked(filter) };
        match one {
            Some(Place(id)) => {
                filter = Filter { order: Order::OldestFirst, after: Some(id - 1), limit: Some(1), ..Filter::default() };
            }
            None if filter.outcome.is_none_or(|o| o == Outcome::Failed) => filter.outcome = Some(Outcome::Failed),
            None => return Err("no run that the filter leaves has failed".into()),
        }
        let mut runs = Vec::new();
        self.read(live, |log| {
            log.runs(&filter, |run| {
                runs.push((run.replay, run.seq));
                ControlFlow::Continue(())
            })
        })?;
        let n = self.live.change(retry, runs)?;
        Ok(match (retry, n) {
            (_, 0) => "none waits as failed any more: it was of a replay, tried again, or dropped".into(),
            (true, 1) => "1 run is due again".into(),
            (true, n) => format!("{n} runs are due again"),
            (false, 1) => "1 failed run is dropped; its record stays".into(),
            (false, n) => format!("{n} failed runs are dropped; their records stay"),
        })
    }
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    Workspace(#[from] crate::store::WorkspaceError),
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// What is yet to be done.
struct Queue<'j> {
    jobs: &'j Receiver<Job>,
    waiting: VecDeque<Job>,
}

impl Queue<'_> {
    /// Waits for the next; `None` once nobody can ask any more.
    fn next(&mut self) -> Option<Job> {
        self.waiting.pop_front().or_else(|| self.jobs.recv().ok())
    }

    /// The answer to one that waits makes the answer to `job` worthless.
    fn overtakes(&mut self, job: &Job) -> bool {
        match job {
            Job::Effect(Effect::QueryRuns { generation, .. }) => self.asks_anew(*generation),
            Job::Effect(Effect::CountRuns { generation: old, .. }) => {
                self.any(|job| matches!(job, Job::Effect(Effect::CountRuns { generation, .. }) if generation > old))
            }
            Job::Look => self.any(|job| matches!(job, Job::Look)),
            Job::LookLive => self.any(|job| matches!(job, Job::LookLive)),
            Job::Effect(_) => false,
        }
    }

    /// Other runs are asked for than they were in this question.
    fn asks_anew(&mut self, old: Generation) -> bool {
        self.any(|job| matches!(job, Job::Effect(Effect::QueryRuns { generation, .. }) if *generation > old))
    }

    fn any(&mut self, is_so: impl Fn(&Job) -> bool) -> bool {
        self.waiting.extend(self.jobs.try_iter());
        self.waiting.iter().any(is_so)
    }
}

fn asked(filter: RunFilter) -> Filter {
    let RunFilter { action, outcome, rule, replay, conversation, search, live: _ } = filter;
    Filter { action, outcome, rule, replay, conversation, search, ..Filter::default() }
}

/// `None`: given up. Where the log's end is asked for and a search takes long, `so_far` is told what it found, the more
/// the rarer.
fn page(
    log: &Book<'_>,
    filter: RunFilter,
    window: Window,
    mut given_up: impl FnMut() -> bool,
    so_far: impl Fn(Vec<LoggedRun>),
) -> Result<Option<RunsPage>, JournalError> {
    let filter = asked(filter);
    let (order, after) = match window.from {
        From::Start => (Order::OldestFirst, None),
        From::End => (Order::NewestFirst, None),
        From::Before(Place(id)) => (Order::NewestFirst, Some(id)),
        From::After(Place(id)) => (Order::OldestFirst, Some(id)),
    };
    // one more than is wanted tells whether there are more
    let limit = Some(window.limit.saturating_add(1));
    let mut told = 0;
    let meanwhile = |found: &[Logged]| {
        if given_up() {
            return ControlFlow::Break(());
        }
        if window.from == From::End && found.len() > 2 * told {
            told = found.len();
            // what cannot be read is said at the end
            if let Ok(runs) = found.iter().rev().map(shown).collect() {
                so_far(runs);
            }
        }
        ControlFlow::Continue(())
    };
    let Some(mut logged) = log.page(&Filter { order, after, limit, ..filter.clone() }, meanwhile)? else {
        return Ok(None);
    };
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
    // those that a text was found in were counted when it was first asked for
    let total = if after.is_some() && filter.search.is_some() {
        None
    } else {
        let Some(Count { runs, or_more }) = log.count(&filter, given_up)? else { return Ok(None) };
        Some(Total { runs, or_more })
    };
    let runs = logged.iter().map(shown).collect::<Result<_, _>>()?;
    Ok(Some(RunsPage { runs, earlier, later, total }))
}

/// How many runs are looked at again.
const MADE_LAST: u32 = 2_000;

/// The runs of an action that were made together last, in the log's order.
fn made_last(log: &Book<'_>, action: String, live: bool) -> Result<MadeLast, JournalError> {
    let page = |filter: Filter| Ok(log.page(&filter, |_| ControlFlow::Continue(()))?.unwrap_or_default());
    let newest = Filter { action: Some(action), limit: Some(1), ..Filter::default() };
    let Some(last) = page(newest.clone())?.pop() else { return Ok(MadeLast::default()) };
    // live runs in a database are each made once
    let replay = (!live).then_some(last.replay);
    let live = live || log.is_live(last.replay)?;
    let mut logged = page(Filter { replay, limit: Some(MADE_LAST + 1), ..newest })?;
    let most = usize::try_from(MADE_LAST).unwrap_or(usize::MAX);
    let more = logged.len() > most;
    logged.truncate(most);
    logged.reverse();
    Ok(MadeLast { runs: logged.iter().map(shown).collect::<Result<_, JournalError>>()?, more, live })
}

/// A run of the log as the app sees it.
pub fn shown(logged: &Logged) -> Result<LoggedRun, JournalError> {
    let (record, trace) = (logged.record()?, logged.trace());
    Ok(LoggedRun { place: Place(logged.id), replay: logged.replay, record, trace })
}

/// Writes a file of its own name into the working folder.
fn export(log: &Book<'_>, filter: Filter, format: Format, stamp: &str) -> Result<String, String> {
    let ending = match format {
        Format::JsonLines => "jsonl",
        Format::Csv => "csv",
    };
    let path = PathBuf::from(format!("astra-zoho-runs-{stamp}.{ending}"));
    let failed = |e: std::io::Error| {
        format!("{} could not be written: {e}; start the program in a folder you may write to", path.display())
    };
    let mut options = OpenOptions::new();
    // it holds what customers said: nobody else reads it
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = BufWriter::new(options.write(true).create_new(true).open(&path).map_err(failed)?);
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
    Ok(format!("{} written to {}", plural(runs, "run"), whole.display()))
}
