//! `astra-zoho run`: live conversations, as they come, through every active action.

mod alone;
mod beat;
mod inputs;
#[cfg(feature = "postgres")]
mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::sync::Notify;

use super::chosen::{choose, may_be_active};
use super::describe::lines;
use super::out::{Failure, Out};
use super::{Context, RecordFormat, database};
use crate::domain::action::State;
use crate::domain::run::RunRecord;
use crate::domain::words::plural;
use crate::live::http::{self, Door};
use crate::live::intake;
use crate::live::metrics::{Metrics, Sum};
use crate::live::queue::{Parked, Queue, Standing};
use crate::live::told;
use crate::live::watermark::Watermarks;
use crate::play::{Chosen, Understanding};
use crate::store::Workspace;

/// How long to wait after the queue or the journal failed.
const PAUSE: Duration = Duration::from_secs(5);
/// How often it is looked whether to stop, and whether the actions were changed, while Zoho is waited for.
const GLANCE: Duration = Duration::from_millis(250);
/// How long runs that were begun may go on when they are to stop: as long as a Zoho that is well takes for all of them.
/// After that they are handed back, to be made by the actions as they are then.
const GRACE: Duration = Duration::from_secs(10);
/// How often the workspace is looked at for changed actions.
const RELOAD: Duration = Duration::from_secs(2);
/// How long changed actions that could not be taken up are left alone before it is tried again.
const AGAIN: jiff::SignedDuration = jiff::SignedDuration::from_secs(15);

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
    /// Work the queue in this PostgreSQL database, with any number of other workers (or config.toml: [run] database)
    #[arg(long, value_name = "postgres://USER@HOST/NAME")]
    database: Option<String>,
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
struct Service<Q> {
    workspace: Workspace,
    queue: Arc<Q>,
    metrics: Arc<Metrics>,
    /// Something new came, or something ended.
    came: Arc<Notify>,
    stop: Arc<AtomicBool>,
    marks: Watermarks,
    /// Inputs that are not read to their end.
    reading: Arc<AtomicUsize>,
    /// What could not be read, or was no event in a file that is read to its end: a sentence each.
    unread: Arc<Mutex<Vec<String>>>,
}

impl<Q> Service<Q> {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Where the queue is, and how its runs are made there.
trait Home {
    type Queue: Queue + 'static;

    /// The queue.
    fn queue(&self) -> &Arc<Self::Queue>;

    /// Makes ready for what is read.
    async fn begin(&self, service: &Service<Self::Queue>) -> Result<(), Failure>;

    /// Works the queue with these actions. `true`: the actions have `changed`.
    async fn with(
        &self,
        arguments: &Arguments,
        service: &Service<Self::Queue>,
        context: &mut Context,
        chosen: &Chosen,
        changed: &dyn Fn() -> bool,
    ) -> Result<bool, Failure>;
}

/// Runs the command until it is told to end.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    match database::of(arguments.database.as_deref(), &workspace)? {
        None if arguments.listen.is_none() && arguments.events.is_empty() && arguments.follow.is_empty() => {
            let why =
                "no events can come: give --listen ADDRESS:PORT, --events FILE (- for standard input) or --follow FILE";
            Err(Failure::usage(why))
        }
        None => {
            let home = alone::Alone::open(&workspace)?;
            serve(&arguments, home, workspace, context).await
        }
        #[cfg(not(feature = "postgres"))]
        Some(none) => match none {},
        #[cfg(feature = "postgres")]
        Some(address) => {
            let home = together::Together::open(&address, &arguments, context).await?;
            serve(&arguments, home, workspace, context).await
        }
    }
}

async fn serve<H: Home>(
    arguments: &Arguments,
    home: H,
    workspace: Workspace,
    context: &mut Context,
) -> Result<(), Failure> {
    let secret = secret(arguments.secret_file.as_deref())?;
    raise_files();
    let listener = match arguments.listen {
        Some(address) => Some(http::listen(address, secret.is_some()).await.map_err(Failure::usage)?),
        None => None,
    };
    let service = Service {
        queue: Arc::clone(home.queue()),
        metrics: Arc::default(),
        came: Arc::default(),
        stop: stop_on_signal()?,
        marks: Watermarks::default(),
        reading: Arc::new(arguments.events.len().into()),
        unread: Arc::default(),
        workspace,
    };
    let seen = fingerprint(&service.workspace);
    let chosen = match unless_stopped(&service, chosen(arguments, &service.workspace, context, None)).await {
        None => return Ok(()),
        // who waits for the end hears of it
        Some(Err(e)) if !e.passes || arguments.until_idle => return Err(e),
        Some(chosen) => chosen,
    };
    // before anything comes: an action that counts from now on must not miss what waits outside
    forget_drafts(&service).await?;
    since(&meant(arguments, &service.workspace)?, &service, context.clock.now()).await?;
    let (intake, keeping) =
        intake::open(Arc::clone(&service.queue), i64::from(arguments.lateness) * 1000, Arc::clone(&service.came));
    let keeping = tokio::spawn(keeping);
    let inputs = inputs::open(arguments, &service, &intake, context)?;
    home.begin(&service).await?;
    inputs.read();
    let served = listener.map(|listener| {
        let address = listener.local_addr();
        let (queue, keeps) = (Arc::clone(&service.queue), Arc::clone(&service.queue));
        let stop = Arc::clone(&service.stop);
        let door = Door {
            intake: intake.clone(),
            secret,
            clock: Arc::clone(&context.clock),
            metrics: Arc::clone(&service.metrics),
            bounds: http::Bounds::default(),
            busy: AtomicBool::default(),
            standing: Box::new(move || {
                let queue = Arc::clone(&queue);
                Box::pin(async move { queue.standing().await.map_err(|e| e.to_string()) })
            }),
            can_keep: Box::new(move || {
                let queue = Arc::clone(&keeps);
                Box::pin(async move { queue.can_keep().await.map_err(|e| e.to_string()) })
            }),
        };
        (address, tokio::spawn(http::serve(listener, Arc::new(door), until(stop))))
    });
    drop(intake);
    if let Some((Ok(address), _)) = &served {
        context.out.notice(&format!("listening on http://{address}"))?;
    }
    let beating = beat::begin(&service, Arc::clone(&context.clock));
    let result = match connected(arguments, &service, context, chosen, seen).await {
        Ok(Some((chosen, seen))) => {
            context.out.notice(&begins(&chosen, &service.queue.standing().await.unwrap_or_default()))?;
            work(arguments, &home, &service, context, chosen, seen).await
        }
        ended => ended.map(drop),
    };
    service.stop.store(true, Ordering::Relaxed);
    if let Some((_, task)) = served
        && let Ok(Err(e)) = task.await
    {
        return Err(Failure::new(1, format!("connections could no longer be accepted: {e}")));
    }
    keeping.abort();
    beating.end().await;
    result?;
    let left = service.queue.standing().await.unwrap_or_default();
    context.out.notice(&format!(
        "ended; {} made since the start, {} due, {} failed and {} left",
        plural(service.metrics.runs_made(), "run"),
        left.due,
        left.failed,
        plural(left.timers, "timer")
    ))?;
    let unread = std::mem::take(&mut *service.unread.lock().unwrap_or_else(PoisonError::into_inner));
    if unread.is_empty() { Ok(()) } else { Err(Failure::lines(1, unread)) }
}

/// The actions, once Zoho answers; `None`: told to stop before. Events are kept meanwhile, and looked at then.
async fn connected<Q: Queue>(
    arguments: &Arguments,
    service: &Service<Q>,
    context: &mut Context,
    mut first: Result<Chosen, Failure>,
    mut seen: Fingerprint,
) -> Result<Option<(Chosen, Fingerprint)>, Failure> {
    let (mut said, mut failures) = (Vec::new(), 0);
    let mut resting: BTreeSet<String> = BTreeSet::new();
    loop {
        let failure = match first {
            Ok(chosen) => {
                for account in &resting {
                    service.queue.rest(account, None).await.map_err(|e| Failure::of(1, &e))?;
                }
                return Ok(Some((chosen, seen)));
            }
            // what is wrong besides by now can be mended, too
            Err(failure) => failure,
        };
        if failure.lines != said {
            failure.lines.iter().try_for_each(|line| context.out.notice(line))?;
            context.out.notice(&format!(
                "events are kept and nothing runs before that is over; trying again every {} s",
                AGAIN.as_secs()
            ))?;
            said = failure.lines;
        }
        let again = context.clock.now().checked_add(AGAIN).unwrap_or(Timestamp::MAX);
        failures += 1;
        // whoever looks at the queue sees it too; where it cannot be written, they see that
        for account in told::active(&service.workspace).unwrap_or_default().into_values() {
            let parked = Parked { account: account.clone(), until: again, why: said.join("; "), failures };
            service.queue.rest(&account, Some(&parked)).await.map_err(|e| Failure::of(1, &e))?;
            resting.insert(account);
        }
        while context.clock.now() < again && fingerprint(&service.workspace) == seen {
            if service.stopped() {
                return Ok(None);
            }
            context.clock.sleep(GLANCE).await;
        }
        seen = fingerprint(&service.workspace);
        match unless_stopped(service, self::chosen(arguments, &service.workspace, context, None)).await {
            Some(anew) => first = anew,
            None => return Ok(None),
        }
    }
}

/// What a journal shows of a start.
fn begins(chosen: &Chosen, standing: &Standing) -> String {
    let names: Vec<&str> = chosen.actions.iter().map(|(a, _)| a.id.as_str()).collect();
    format!(
        "runs {}; {} due, {} failed, {}",
        names.join(", "),
        standing.due,
        standing.failed,
        plural(standing.timers, "timer")
    )
}

/// The ids of the actions that are to run.
fn meant(arguments: &Arguments, workspace: &Workspace) -> Result<Vec<String>, Failure> {
    if !arguments.actions.is_empty() {
        return Ok(arguments.actions.clone());
    }
    let actions = workspace.actions().map_err(|e| Failure::unreadable(&e))?;
    Ok(actions.into_iter().filter(may_be_active).map(|a| a.value.id).collect())
}

/// Works the queue, with the actions as they are now, until it is told to stop.
async fn work<H: Home>(
    arguments: &Arguments,
    home: &H,
    service: &Service<H::Queue>,
    context: &mut Context,
    mut chosen: Chosen,
    mut seen: Fingerprint,
) -> Result<(), Failure> {
    let (mut again, mut said) = (None, Vec::new());
    loop {
        let clock = Arc::clone(&context.clock);
        let changed = || fingerprint(&service.workspace) != seen || again.is_some_and(|at| clock.now() >= at);
        match home.with(arguments, service, context, &chosen, &changed).await {
            Ok(true) => {}
            ended => {
                chosen.close().await;
                return ended.map(drop);
            }
        }
        // before they are read: what changes meanwhile is a change
        seen = fingerprint(&service.workspace);
        let anew = self::chosen(arguments, &service.workspace, context, Some(&chosen));
        let Some(anew) = unless_stopped(service, anew).await else {
            chosen.close().await;
            return Ok(());
        };
        match anew {
            Ok(anew) => {
                forget_drafts(service).await?;
                // before it is told: what comes from then on must count
                let ids: Vec<String> = anew.actions.iter().map(|(a, _)| a.id.clone()).collect();
                since(&ids, service, context.clock.now()).await?;
                let none = anew.actions.is_empty();
                std::mem::replace(&mut chosen, anew).close().await;
                (again, said) = (None, Vec::new());
                context.out.notice(match none {
                    false => "the actions were changed: runs go by them as they are now",
                    true => "no action is active any more: events are kept, and nothing runs",
                })?;
            }
            Err(e) => {
                // Zoho may be away for now, and a draft must not wait for it
                again = context.clock.now().checked_add(AGAIN).ok();
                let mut lines = e.lines;
                lines.extend(stopped(&mut chosen, &service.workspace));
                forget_drafts(service).await?;
                lines.push("the actions were changed and cannot run so: runs go by them as they were".into());
                if lines != said {
                    lines.iter().try_for_each(|line| context.out.notice(line))?;
                    said = lines;
                }
            }
        }
    }
}

/// A draft that is activated again counts from then on: what came meanwhile is not its any more.
async fn forget_drafts<Q: Queue>(service: &Service<Q>) -> Result<(), Failure> {
    // what cannot be read may be active
    let Ok(actions) = service.workspace.actions() else { return Ok(()) };
    let drafts: Vec<String> = actions.into_iter().filter(|a| !may_be_active(a)).map(|a| a.value.id).collect();
    service.queue.stopped(&drafts).await.map_err(|e| Failure::of(1, &e))
}

/// Goes on without the actions that are drafts by now, or gone; says which.
fn stopped(chosen: &mut Chosen, workspace: &Workspace) -> Vec<String> {
    // what cannot be read goes on as it was
    let Ok(actions) = workspace.actions() else { return Vec::new() };
    let active: BTreeSet<&str> = actions.iter().filter(|a| may_be_active(a)).map(|a| a.value.id.as_str()).collect();
    let runs = |id: &str| active.contains(id);
    let gone = chosen.actions.iter().filter(|(a, _)| !runs(&a.id));
    let said = gone.map(|(a, _)| format!("{} is not active any more: it does not run", a.id)).collect();
    chosen.retain(|action| runs(&action.id));
    said
}

/// Tells of a run that is kept.
fn tell(out: &mut Out, format: RecordFormat, record: &RunRecord, several: bool) -> std::io::Result<()> {
    match format {
        RecordFormat::Json => out.json(record)?,
        RecordFormat::Text => lines(out, record, several).iter().try_for_each(|l| out.line(l))?,
    }
    out.flush()
}

/// What `work` gives; `None`: told to stop before.
async fn unless_stopped<Q, T>(service: &Service<Q>, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = work => Some(done),
        () = until(Arc::clone(&service.stop)) => None,
    }
}

/// The actions that run, connected. `before`: those that ran, and there may be none by now.
async fn chosen(
    arguments: &Arguments,
    workspace: &Workspace,
    context: &Context,
    before: Option<&Chosen>,
) -> Result<Chosen, Failure> {
    // an account that is away for now is waited for, at the start as later
    let nobody = Chosen::default();
    let known = Some(before.unwrap_or(&nobody));
    if arguments.actions.is_empty() {
        let any = || workspace.actions().map_or(true, |all| all.iter().any(may_be_active));
        let none = before.is_some() && !any();
        return if none { Ok(Chosen::default()) } else { choose(workspace, None, context, known).await };
    }
    let mut all = Chosen::default();
    for name in &arguments.actions {
        let one = choose(workspace, Some(name), context, known).await?;
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

/// As many files as the system lets this process have: each connection is one, and the usual limit leaves little for the
/// databases.
fn raise_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "no more open files are to be had");
    }
}

/// From when on each action counts.
async fn since<Q: Queue>(
    actions: &[String],
    service: &Service<Q>,
    now: Timestamp,
) -> Result<BTreeMap<String, Timestamp>, Failure> {
    let mut since = BTreeMap::new();
    for action in actions {
        let at = service.queue.since(action, now).await.map_err(|e| Failure::of(1, &e))?;
        since.insert(action.clone(), at);
    }
    Ok(since)
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

/// What a language model was asked, for `/metrics`; nothing where there is none.
fn model_sums(understanding: &Understanding) -> Vec<Sum> {
    let Some((used, cost)) = understanding.asked() else { return Vec::new() };
    #[expect(clippy::cast_precision_loss, reason = "nobody asks as often as a float cannot count")]
    let sum = |name, help, n: u64| Sum { name, help, value: n as f64 };
    let seconds = sum("model_seconds_total", "Time that the language model's requests took.", used.ms);
    let mut sums = vec![
        sum("model_requests_total", "Requests to the language model.", used.sent),
        sum("model_failures_total", "Requests to the language model without an answer.", used.failed),
        sum("model_kept_total", "Questions answered from before.", used.kept),
        sum("model_fallbacks_total", "Questions without an answer: the built-in rules stood alone.", used.unanswered),
        sum("model_tokens_in_total", "Tokens sent to the language model.", used.tokens_in),
        sum("model_tokens_out_total", "Tokens of its answers.", used.tokens_out),
        Sum { value: seconds.value / 1000.0, ..seconds },
    ];
    let help = "What the tokens cost at the prices of config.toml.";
    sums.extend(cost.map(|value| Sum { name: "model_cost_total", help, value }));
    sums
}
