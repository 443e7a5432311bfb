//! `astra-zoho run`: live conversations, as they come, through every active action.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::sync::Notify;

use super::chosen::choose;
use super::describe::lines;
use super::out::Failure;
use super::{Context, RecordFormat};
use crate::domain::action::{Action, State};
use crate::domain::conversation::Conversation;
use crate::live::http::{self, Door};
use crate::live::intake::{self, Intake, NotKept};
use crate::live::lines::{Followed, LOOK, Piece, read};
use crate::live::metrics::Metrics;
use crate::live::queue::Queue;
use crate::live::sqlite::SqliteQueue;
use crate::live::watermark::{Watermark, Watermarks};
use crate::live::worker::Worker;
use crate::play::{Chosen, digest_of};
use crate::ports::Clock;
use crate::store::{Journal, Leases, NewReplay, ReplayState, Workspace};

/// How long to wait after the queue or the journal failed.
const PAUSE: Duration = Duration::from_secs(5);
/// How often the workspace is looked at for changed actions.
const RELOAD: Duration = Duration::from_secs(2);

/// Run active actions on live conversations, as their events come
///
/// Events come by HTTP (--listen), as JSON Lines on standard input or from a file (--events), or from a file that grows
/// (--follow). Each is an object with event_id, type (message, attribute, trigger, call_ended, conversation_closed),
/// conversation, channel and at; a message also has role and text, an attribute name and value. An event is acknowledged
/// once it is on the disk; known ids are dropped. What runs, when, and why is the same as in `replay`. Changed actions are
/// taken up without a restart. SIGTERM or Ctrl-C finishes what was begun and ends.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The actions: names of their files without .toml; every active one unless named
    actions: Vec<String>,
    /// Take events by HTTP here: POST /v1/events; also GET /healthz, /readyz and /metrics
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// The file with the secret that senders sign with (or ASTRA_ZOHO_EVENTS_SECRET)
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Events as JSON Lines, `-` for standard input; may be given several times
    #[arg(long, value_name = "FILE")]
    events: Vec<PathBuf>,
    /// A file that others append events to
    #[arg(long, value_name = "FILE")]
    follow: Vec<PathBuf>,
    /// How long events may be late, in seconds, and still be put in order: runs wait that long
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=3600))]
    lateness: u32,
    /// End once the files of --events are read and nothing waits any more
    #[arg(long)]
    until_idle: bool,
    /// `text` for people, `json` for programs: one record a line
    #[arg(long, value_enum, default_value_t)]
    format: RecordFormat,
}

/// What lasts as long as the command.
struct Service {
    workspace: Workspace,
    queue: Arc<SqliteQueue>,
    journal: Journal,
    leases: Leases,
    metrics: Arc<Metrics>,
    /// Something new came, or something ended.
    came: Arc<Notify>,
    stop: Arc<AtomicBool>,
    marks: Watermarks,
    /// Inputs that are not read to their end.
    reading: Arc<std::sync::atomic::AtomicUsize>,
}

/// Runs the command until it is told to end.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    let secret = secret(arguments.secret_file.as_deref())?;
    let listener = match arguments.listen {
        Some(address) => Some(http::listen(address, secret.is_some()).await.map_err(Failure::usage)?),
        None => None,
    };
    if arguments.listen.is_none() && arguments.events.is_empty() && arguments.follow.is_empty() {
        let why =
            "no events can come: give --listen ADDRESS:PORT, --events FILE (- for standard input) or --follow FILE";
        return Err(Failure::usage(why));
    }
    let failed = |e: crate::ports::JournalError| Failure::unreadable(&e);
    let leases = workspace.leases();
    let Some(_held) = leases.hold_live().map_err(failed)? else {
        return Err(Failure::new(1, "another `astra-zoho run` works this workspace: stop it first"));
    };
    let service = Service {
        queue: Arc::new(SqliteQueue::open(&workspace.live_db()).map_err(failed)?),
        journal: Journal::open(&workspace.state_db()).map_err(failed)?,
        leases,
        metrics: Arc::default(),
        came: Arc::default(),
        stop: stop_on_signal()?,
        marks: Watermarks::default(),
        reading: Arc::new(arguments.events.len().into()),
        workspace,
    };
    let chosen = chosen(&arguments, &service, context).await?;
    // before anything comes: an action that counts from now on must not miss what waits outside
    since(&chosen, &service, context.clock.now()).await?;
    let (intake, keeping) =
        intake::open(Arc::clone(&service.queue), i64::from(arguments.lateness) * 1000, Arc::clone(&service.came));
    let keeping = tokio::spawn(keeping);
    for path in &arguments.events {
        read_to_the_end(path, &service, intake.clone(), context)?;
    }
    for path in &arguments.follow {
        follow(path, &service, intake.clone(), context);
    }
    let served = listener.map(|listener| {
        let address = listener.local_addr();
        let (queue, stop) = (Arc::clone(&service.queue), Arc::clone(&service.stop));
        let door = Door {
            intake: intake.clone(),
            secret,
            clock: Arc::clone(&context.clock),
            metrics: Arc::clone(&service.metrics),
            standing: Box::new(move || {
                let queue = Arc::clone(&queue);
                Box::pin(async move { queue.standing().await.map_err(|e| e.to_string()) })
            }),
        };
        (address, tokio::spawn(http::serve(listener, Arc::new(door), until(stop))))
    });
    drop(intake);
    if let Some((Ok(address), _)) = &served {
        context.out.notice(&format!("listening on http://{address}"))?;
    }
    let result = work(&arguments, &service, context, chosen).await;
    service.stop.store(true, Ordering::Relaxed);
    if let Some((_, task)) = served
        && let Ok(Err(e)) = task.await
    {
        return Err(Failure::new(1, format!("connections could no longer be accepted: {e}")));
    }
    keeping.abort();
    result
}

/// Works the queue, with the actions as they are now, until it is told to stop.
async fn work(
    arguments: &Arguments,
    service: &Service,
    context: &mut Context,
    mut chosen: Chosen,
) -> Result<(), Failure> {
    loop {
        let seen = fingerprint(&service.workspace);
        let again = with(arguments, service, context, &chosen, seen).await;
        match again {
            Ok(true) => {}
            ended => {
                chosen.close().await;
                return ended.map(drop);
            }
        }
        match self::chosen(arguments, service, context).await {
            Ok(anew) => {
                std::mem::replace(&mut chosen, anew).close().await;
                context.out.notice("the actions were changed: runs go by them as they are now")?;
            }
            Err(e) => {
                for line in e.lines {
                    context.out.notice(&line)?;
                }
                context.out.notice("the actions were changed and cannot run so: runs go by them as they were")?;
            }
        }
    }
}

/// The actions that run, connected.
async fn chosen(arguments: &Arguments, service: &Service, context: &Context) -> Result<Chosen, Failure> {
    if arguments.actions.is_empty() {
        return choose(&service.workspace, None, context).await;
    }
    let mut all = Chosen::default();
    for name in &arguments.actions {
        let one = choose(&service.workspace, Some(name), context).await?;
        if let Some((draft, _)) = one.actions.iter().find(|(a, _)| a.state == State::Draft) {
            let why = format!("{} is a draft, and drafts never write: activate it, or try it with `replay`", draft.id);
            one.close().await;
            all.close().await;
            return Err(Failure::new(1, why));
        }
        all.join(one);
    }
    Ok(all)
}

/// From when on each action counts.
async fn since(chosen: &Chosen, service: &Service, now: Timestamp) -> Result<BTreeMap<String, Timestamp>, Failure> {
    let mut since = BTreeMap::new();
    for (action, _) in &chosen.actions {
        let at = service.queue.since(&action.id, now).await.map_err(|e| Failure::of(1, &e))?;
        since.insert(action.id.clone(), at);
    }
    Ok(since)
}

/// Works the queue with these actions. `true`: the workspace was changed since it was `seen`.
async fn with(
    arguments: &Arguments,
    service: &Service,
    context: &mut Context,
    chosen: &Chosen,
    seen: Fingerprint,
) -> Result<bool, Failure> {
    let failed = |e: crate::ports::JournalError| Failure::of(1, &e);
    let understanding = context.understanding()?;
    let targets = chosen.targets(Arc::clone);
    let actions: Vec<&Action> = chosen.actions.iter().map(|(a, _)| a).collect();
    let now = context.clock.now();
    let since = since(chosen, service, now).await?;
    let stream = service
        .journal
        .start_replay(&NewReplay {
            started_at: now,
            actions: actions.iter().map(|a| a.id.clone()).collect(),
            actions_digest: digest_of(&actions).map_err(|e| Failure::of(1, &e))?,
            input_digest: String::new(),
            description: "live".into(),
            dry_run: false,
        })
        .map_err(failed)?;
    let worker = Worker {
        queue: service.queue.as_ref(),
        journal: &service.journal,
        leases: &service.leases,
        clock: Arc::clone(&context.clock),
        stream,
        targets: &targets,
        since: &since,
        lateness: Duration::from_secs(u64::from(arguments.lateness)),
        marks: &service.marks,
        listen: |c: &Conversation| understanding.listen(c.channel),
        metrics: &service.metrics,
    };
    let several = actions.len() > 1;
    let stopped = || service.stop.load(Ordering::Relaxed);
    let mut fresh = true;
    let ended = loop {
        let out = &mut context.out;
        let mut unsaid = None;
        let mut report = |record: &_| {
            let said = match arguments.format {
                RecordFormat::Json => out.json(record),
                RecordFormat::Text => lines(out, record, several).iter().try_for_each(|l| out.line(l)),
            };
            if let Err(e) = said.and_then(|()| out.flush()) {
                unsaid.get_or_insert(e);
            }
        };
        let worked = async {
            if fresh {
                worker.take_up().await?;
            }
            worker.work(stopped, &mut report).await
        };
        let next = match worked.await {
            Ok(next) => {
                fresh = false;
                next
            }
            Err(e) => {
                // nothing is lost: what was claimed is taken up again when the disk is back
                fresh = true;
                context.out.notice(&format!("{e}; trying again in {} s", PAUSE.as_secs()))?;
                context.clock.now().checked_add(PAUSE).ok()
            }
        };
        if let Some(e) = unsaid {
            return Err(e.into());
        }
        if stopped() || (arguments.until_idle && !fresh && idle(service).await?) {
            break false;
        }
        if fingerprint(&service.workspace) != seen {
            break true;
        }
        let until_next = next.map_or(RELOAD, |next| {
            let ms = next.as_millisecond() - context.clock.now().as_millisecond();
            Duration::from_millis(u64::try_from(ms).unwrap_or(0)).min(RELOAD)
        });
        tokio::select! {
            () = service.came.notified(), if !fresh => {}
            () = context.clock.sleep(until_next) => {}
        }
    };
    service.journal.set_replay_state(stream, ReplayState::Finished).map_err(failed)?;
    Ok(ended)
}

/// Every input is read, no timer runs and no run is due.
async fn idle(service: &Service) -> Result<bool, Failure> {
    let standing = service.queue.standing().await.map_err(|e| Failure::of(1, &e))?;
    Ok(service.reading.load(Ordering::Relaxed) == 0 && standing.timers == 0 && standing.due == 0)
}

/// The secret of the file or the environment.
fn secret(file: Option<&Path>) -> Result<Option<SecretString>, Failure> {
    const SHORTEST: usize = 16;
    let text = match file {
        Some(path) => {
            let read = std::fs::read_to_string(path);
            Some(read.map_err(|e| Failure::usage(format!("{}: cannot be read: {e}", path.display())))?)
        }
        None => std::env::var("ASTRA_ZOHO_EVENTS_SECRET").ok().filter(|s| !s.is_empty()),
    };
    match text.as_deref().map(str::trim) {
        Some(text) if text.len() < SHORTEST => {
            Err(Failure::usage(format!("the events' secret is shorter than {SHORTEST} characters: make a longer one")))
        }
        Some(text) => Ok(Some(SecretString::from(text))),
        None => Ok(None),
    }
}

/// Reads a file or standard input in a thread of its own, since both may block.
fn read_to_the_end(path: &Path, service: &Service, intake: Intake, context: &Context) -> Result<(), Failure> {
    let name = if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
    let cannot = |e| Failure::new(2, format!("{name}: cannot be opened: {e}"));
    let file = if path == Path::new("-") { None } else { Some(std::fs::File::open(path).map_err(cannot)?) };
    let (clock, keeper) = (Arc::clone(&context.clock), Keeper::new(&name, service, intake, context));
    let (reading, came) = (Arc::clone(&service.reading), Arc::clone(&service.came));
    std::thread::spawn(move || {
        let take = |piece| keeper.keep(piece);
        let ended = match file {
            Some(file) => read(std::io::BufReader::new(file), clock.as_ref(), take),
            None => read(std::io::stdin().lock(), clock.as_ref(), take),
        };
        if let Err(error) = ended {
            tracing::error!(%error, name, "cannot be read further");
        }
        keeper.mark.caught_up();
        reading.fetch_sub(1, Ordering::Relaxed);
        came.notify_one();
    });
    Ok(())
}

/// Reads what is appended to a file, in a thread of its own.
fn follow(path: &Path, service: &Service, intake: Intake, context: &Context) {
    let keeper = Keeper::new(&path.display().to_string(), service, intake, context);
    let (clock, stop) = (Arc::clone(&context.clock), Arc::clone(&service.stop));
    let mut followed = Followed::new(path);
    tokio::spawn(async move {
        while !stop.load(Ordering::Relaxed) {
            let (clock_too, keep) = (Arc::clone(&clock), keeper.clone());
            let read = tokio::task::spawn_blocking(move || {
                let read = followed.read(clock_too.as_ref(), |piece| keep.keep(piece));
                keep.mark.caught_up();
                (followed, read)
            });
            match read.await {
                Ok((back, read)) => {
                    followed = back;
                    if let Err(error) = read {
                        tracing::error!(%error, "the file that is followed cannot be read");
                    }
                }
                Err(_) => return,
            }
            clock.sleep(LOOK).await;
        }
    });
}

/// Hands on what was read; what cannot be kept now is handed on again until it can.
#[derive(Clone)]
struct Keeper {
    name: String,
    mark: Watermark,
    queue: Arc<SqliteQueue>,
    intake: Intake,
    metrics: Arc<Metrics>,
    clock: Arc<dyn Clock>,
    stop: Arc<AtomicBool>,
    runtime: tokio::runtime::Handle,
}

impl Keeper {
    fn new(name: &str, service: &Service, intake: Intake, context: &Context) -> Self {
        Self {
            name: name.to_owned(),
            mark: service.marks.input(),
            queue: Arc::clone(&service.queue),
            intake,
            metrics: Arc::clone(&service.metrics),
            clock: Arc::clone(&context.clock),
            stop: Arc::clone(&service.stop),
            runtime: tokio::runtime::Handle::current(),
        }
    }

    /// `false`: the program ends.
    fn keep(&self, piece: Piece) -> bool {
        while !self.stop.load(Ordering::Relaxed) {
            match self.try_to_keep(&piece) {
                Ok(()) => return true,
                Err(NotKept::Ending) => return false,
                Err(error) => {
                    tracing::error!(%error, name = self.name, "what was read cannot be kept yet");
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
                self.metrics.set_aside();
                let source = format!("{}:{line}", self.name);
                let kept = self.queue.set_aside(&source, text, why, self.clock.now());
                self.runtime.block_on(kept).map_err(|e| NotKept::Queue(e.to_string()))?;
            }
        }
        Ok(())
    }
}

type Fingerprint = Vec<(PathBuf, Option<(std::time::SystemTime, u64)>)>;

/// Tells whether the configuration was changed: names, times and sizes of its files.
fn fingerprint(workspace: &Workspace) -> Fingerprint {
    let mut files = vec![workspace.agent_path(), workspace.accounts_path(), workspace.config_path()];
    if let Ok(folder) = std::fs::read_dir(workspace.actions_dir()) {
        files.extend(folder.flatten().map(|e| e.path()));
    }
    files.sort();
    let told = |path: &PathBuf| std::fs::metadata(path).ok().and_then(|m| Some((m.modified().ok()?, m.len())));
    files.into_iter().map(|path| (path.clone(), told(&path))).collect()
}

/// Set by the first Ctrl-C or SIGTERM: what was begun is finished. The second ends the process as it stands.
fn stop_on_signal() -> Result<Arc<AtomicBool>, Failure> {
    super::replay::stop_on_signal()
}

async fn until(stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
