//! `astra-zoho replay`: conversations through the action, on a virtual clock.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::chosen::choose;
use super::out::{Failure, waits};
use super::progress::Progress;
use super::report::Report;
use super::{Context, RecordFormat, input};
use crate::domain::action::{Action, State};
use crate::domain::conversation::Conversation;
use crate::engine::replay::{Ended, Pace, ReplayError, Steady};
use crate::feed::conversations::Rejected;
use crate::feed::plan::Plan;
use crate::play::{Begun, Chosen, Play, Understanding, clock, digest_of, refresh, resume, start};
use crate::store::{Journal, Leases, NewReplay, Workspace};

/// Replay conversations through an action, on a virtual clock
///
/// Each conversation becomes the runs that it would have caused: a run looks up the contact, decides by the action's
/// settings, writes Zoho and is kept in the log. Without ACTION every active action runs, without FILE the built-in
/// samples. A draft is replayed as a dry run.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The action: the name of its file without .toml
    action: Option<String>,
    /// Conversations as JSON Lines, `-` for standard input; may be given several times
    #[arg(long, value_name = "FILE")]
    conversations: Vec<PathBuf>,
    /// How many times as fast as real time, or `instant`
    #[arg(long, value_name = "N", default_value = "instant")]
    speed: Speed,
    /// Read Zoho, write nothing, and say what would have happened
    #[arg(long)]
    dry_run: bool,
    /// First put the sandbox's contacts and ledger back to the start (sandbox account only)
    #[arg(long)]
    fresh: bool,
    /// Go on where an unfinished replay of the same actions and input stopped
    #[arg(long, conflicts_with = "fresh")]
    resume: bool,
    /// Resume although an action was edited in between
    #[arg(long, requires = "resume")]
    force: bool,
    /// `text` for people, `json` for programs: one record a line
    #[arg(long, value_enum, default_value_t)]
    format: RecordFormat,
}

#[derive(Debug, Clone, Copy)]
struct Speed(Pace);

impl FromStr for Speed {
    type Err = &'static str;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "give a number above 0, such as 60, or `instant`";
        if s == "instant" {
            return Ok(Self(Pace::Instant));
        }
        let times: f64 = s.strip_suffix('x').unwrap_or(s).parse().map_err(|_| WRONG)?;
        if times.is_finite() && times > 0.0 { Ok(Self(Pace::Times(times))) } else { Err(WRONG) }
    }
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    context.tell_settings(&workspace)?;
    let chosen = choose(&workspace, arguments.action.as_deref(), context, None).await?;
    let result = replay(&arguments, context, &workspace, &chosen).await;
    chosen.close().await;
    result
}

async fn replay(
    arguments: &Arguments,
    context: &mut Context,
    workspace: &Workspace,
    chosen: &Chosen,
) -> Result<(), Failure> {
    let drafts: Vec<&str> =
        chosen.actions.iter().filter(|(a, _)| a.state == State::Draft).map(|(a, _)| a.id.as_str()).collect();
    let dry_run = arguments.dry_run || !drafts.is_empty();
    if arguments.fresh && dry_run {
        let why = match drafts.first() {
            Some(id) if !arguments.dry_run => format!("{id} is a draft, which is replayed as a dry run"),
            _ => "a dry run leaves everything as it is".to_owned(),
        };
        return Err(Failure::usage(format!(
            "--fresh puts the sandbox back to its start, and {why}: leave --fresh out"
        )));
    }
    for id in &drafts {
        context.out.notice(&format!("{id} is a draft: this is a dry run, nothing is written"))?;
    }
    if arguments.resume && dry_run {
        let why = "a dry run wrote nothing, so there is nothing to resume: start it again without --resume";
        return Err(Failure::new(1, why));
    }
    if arguments.fresh
        && let Some(action) = chosen.beyond_the_sandbox()
    {
        let why = format!("{} writes to account `{}`: --fresh is for the sandbox only", action.id, action.account);
        return Err(Failure::new(1, why));
    }
    if arguments.conversations.is_empty()
        && !dry_run
        && let Some(action) = chosen.remote()
    {
        let why = format!(
            "{} writes to account `{}`, and the built-in samples are made-up people: \
             give your own with --conversations FILE, or look first with --dry-run",
            action.id, action.account
        );
        return Err(Failure::new(1, why));
    }
    let journal = Journal::open(&workspace.state_db()).map_err(|e| Failure::unreadable(&e))?;
    let understanding = Understanding::of(workspace).map_err(|e| Failure::unreadable(&e))?;
    let (plan, bad_lines) = plan(arguments, context, chosen, &understanding)?;
    if arguments.fresh {
        refresh(workspace, chosen, &journal).map_err(|e| Failure::of(1, &e))?;
        context.out.notice("the sandbox and its ledger were put back to their start")?;
    }
    let leases = workspace.leases();
    let begun = begin(arguments, context, chosen, &plan, &journal, &leases, dry_run)?;
    let stop = stop_on_signal()?;
    let several = chosen.actions.len() > 1;
    let mut report = Report::new(&mut context.out, arguments.format, plan.runs(), several);
    let play = Play {
        chosen,
        plan: &plan,
        begun: &begun,
        journal: &journal,
        leases: &leases,
        wall: &context.clock,
        clock: clock(
            chosen,
            &context.clock,
            match arguments.speed.0 {
                Pace::Times(times) => Some(times),
                Pace::Instant => None,
            },
        ),
        dry_run,
    };
    let progress = report.progress();
    let say = |why: &str| progress.aside(|| waits(why));
    let mut pacer = Steady::new(arguments.speed.0, &stop, Arc::clone(&context.clock), &say);
    let ended = play.run(&mut pacer, |record| report.record(record)).await;
    let next = if dry_run { "start it again" } else { "the same command with --resume goes on" };
    if let Err(ReplayError::Output(e)) = ended {
        // a reader that has seen enough is no fault, but a replay that wrote and stopped halfway must not go unsaid
        let said = format!("the output was closed ({e}): stopped before the end, {next}");
        return Err(if dry_run { e.into() } else { Failure::new(1, said) });
    }
    let failed = report.end(plan.conversations(), bad_lines, dry_run)?;
    if let Some(used) = understanding.used() {
        context.out.notice(&used)?;
    }
    match ended {
        Err(ReplayError::Account { account, message }) => {
            let what = message.rsplit_once("; ").map_or(message.as_str(), |(what, _)| what);
            return Err(Failure::new(
                1,
                format!(
                    "{what}; stopped there, what was done is kept: `astra-zoho account reconnect {account}`, then {next}"
                ),
            ));
        }
        Err(e) => return Err(Failure::of(1, &e)),
        Ok(Ended::Stopped) => {
            return Err(Failure::new(1, format!("stopped before the end; what was done is kept, {next}")));
        }
        Ok(Ended::Finished) => {}
    }
    if failed > 0 || bad_lines > 0 { Err(Failure::silent(1)) } else { Ok(()) }
}

/// Plans the runs; lines that are no conversation are said and counted.
fn plan(
    arguments: &Arguments,
    context: &mut Context,
    chosen: &Chosen,
    understanding: &Understanding,
) -> Result<(Plan, u64), Failure> {
    let actions: Vec<&Action> = chosen.actions.iter().map(|(a, _)| a).collect();
    let mut plan = Plan::new().map_err(|e| Failure::of(1, &e))?;
    let mut bad_lines = 0;
    let out = &mut context.out;
    let mut unsaid = None;
    let progress = Progress::new(out, "reading", None);
    let result = input::each(&arguments.conversations, |name, input| {
        let listen = |c: &Conversation| understanding.listen(c.channel);
        let reject = |bad: Rejected| {
            bad_lines += 1;
            if let Err(e) = progress.aside(|| out.notice(&bad.to_string())) {
                unsaid.get_or_insert(e);
            }
        };
        plan.read(name, input, &actions, listen, reject, |n| progress.at(n)).map_err(|e| Failure::of(1, &e))
    });
    progress.end();
    if let Some(e) = unsaid {
        return Err(e.into());
    }
    result?;
    Ok((plan, bad_lines))
}

fn begin(
    arguments: &Arguments,
    context: &Context,
    chosen: &Chosen,
    plan: &Plan,
    journal: &Journal,
    leases: &Leases,
    dry_run: bool,
) -> Result<Begun, Failure> {
    let actions: Vec<&Action> = chosen.actions.iter().map(|(a, _)| a).collect();
    let new = NewReplay {
        started_at: context.clock.now(),
        actions: actions.iter().map(|a| a.id.clone()).collect(),
        actions_digest: digest_of(&actions).map_err(|e| Failure::of(1, &e))?,
        input_digest: plan.input_digest(),
        description: match arguments.conversations.as_slice() {
            [] => "built-in samples".into(),
            files => files.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", "),
        },
        dry_run,
    };
    let begun =
        if arguments.resume { resume(journal, leases, &new, arguments.force) } else { start(journal, leases, &new) };
    begun.map_err(|e| Failure::of(1, &e))
}

/// Set by the first Ctrl-C or SIGTERM: what was begun is finished. The second ends the process as it stands.
pub(super) fn stop_on_signal() -> Result<Arc<AtomicBool>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let stop = Arc::new(AtomicBool::new(false));
    let listen = |kind| signal(kind).map_err(|e| Failure::new(1, format!("signals cannot be received: {e}")));
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let mut signals = listen(kind)?;
        let stop = Arc::clone(&stop);
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                if stop.swap(true, Ordering::Relaxed) {
                    std::process::exit(1);
                }
            }
        });
    }
    Ok(stop)
}
