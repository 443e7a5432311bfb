//! `astra-zoho replay`: conversations through the action, on a virtual clock.

use std::collections::HashSet;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;

use super::chosen::{Chosen, choose};
use super::out::Failure;
use super::progress::Progress;
use super::report::Report;
use super::{Context, RecordFormat, input};
use crate::domain::action::{Action, State};
use crate::domain::conversation::Conversation;
use crate::engine::clock::VirtualClock;
use crate::engine::rehearsal::{RehearsedCrm, RehearsedJournal};
use crate::engine::replay::{Ended, Pace, Replay, ReplayError};
use crate::engine::run::{Due, Engine, Target, run_id};
use crate::extract::Listener;
use crate::feed::conversations::Rejected;
use crate::feed::plan::{Plan, PlanError};
use crate::ports::{Clock, Crm, Journal as AnyJournal};
use crate::sandbox;
use crate::store::{Journal, Leases, NewReplay, ReplayState, Workspace};

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
    let workspace = context.workspace()?;
    let chosen = choose(&workspace, arguments.action.as_deref(), context).await?;
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
    for id in &drafts {
        context.out.notice(&format!("{id} is a draft: this is a dry run, nothing is written"))?;
    }
    if arguments.resume && dry_run {
        let why = "a dry run wrote nothing, so there is nothing to resume: start it again without --resume";
        return Err(Failure::new(1, why));
    }
    if arguments.fresh
        && let Some((action, _)) = chosen.actions.iter().find(|(_, i)| !chosen.live[*i].link.account.is_sandbox())
    {
        let why = format!("{} writes to account `{}`: --fresh is for the sandbox only", action.id, action.account);
        return Err(Failure::new(1, why));
    }
    if arguments.conversations.is_empty()
        && !dry_run
        && let Some((action, _)) = chosen.actions.iter().find(|(_, i)| chosen.live[*i].link.is_remote())
    {
        let why = format!(
            "{} writes to account `{}`, and the built-in samples are made-up people: \
             give your own with --conversations FILE, or look first with --dry-run",
            action.id, action.account
        );
        return Err(Failure::new(1, why));
    }
    let journal = Journal::open(&workspace.state_db()).map_err(|e| Failure::unreadable(&e))?;
    let (plan, bad_lines) = plan(arguments, context, chosen)?;
    if arguments.fresh {
        sandbox::reset(&workspace.sandbox_db()).map_err(|e| Failure::of(1, &e))?;
        for live in &chosen.live {
            journal.forget_organisation(&live.organisation).map_err(|e| Failure::of(1, &e))?;
        }
        context.out.notice("the sandbox and its ledger were put back to their start")?;
    }
    let leases = workspace.leases();
    let begun = begin(arguments, context, chosen, &plan, &journal, &leases, dry_run).await?;
    let stop = stop_on_signal()?;
    let several = chosen.actions.len() > 1;
    let mut report = Report::new(&mut context.out, arguments.format, plan.runs(), several);
    let run = Run {
        begun: &begun,
        plan: &plan,
        leases: &leases,
        wall: &context.clock,
        pace: arguments.speed.0,
        stop: &stop,
        remote: chosen.live.iter().any(|l| l.link.is_remote()),
    };
    let ended = if dry_run {
        let now = context.clock.now();
        let targets = chosen.targets(|client| RehearsedCrm::new(Arc::clone(client), now));
        run.take(RehearsedJournal::new(&journal), true, &targets, &mut report).await
    } else {
        run.take(&journal, false, &chosen.targets(Arc::clone), &mut report).await
    };
    let state = if matches!(ended, Ok(Ended::Finished)) { ReplayState::Finished } else { ReplayState::Stopped };
    let kept = journal.set_replay_state(begun.id, state);
    let next = if dry_run { "start it again" } else { "the same command with --resume goes on" };
    if let Err(ReplayError::Output(e)) = ended {
        // a reader that has seen enough is no fault, but a replay that wrote and stopped halfway must not go unsaid
        let said = format!("the output was closed ({e}): stopped before the end, {next}");
        return Err(if dry_run { e.into() } else { Failure::new(1, said) });
    }
    let failed = report.end(plan.conversations(), bad_lines, dry_run)?;
    match ended {
        Err(e) => return Err(Failure::of(1, &e)),
        Ok(Ended::Stopped) => {
            return Err(Failure::new(1, format!("stopped before the end; what was done is kept, {next}")));
        }
        Ok(Ended::Finished) => kept.map_err(|e| Failure::of(1, &e))?,
    }
    if failed > 0 || bad_lines > 0 { Err(Failure::silent(1)) } else { Ok(()) }
}

/// Plans the runs; lines that are no conversation are said and counted.
fn plan(arguments: &Arguments, context: &mut Context, chosen: &Chosen) -> Result<(Plan, u64), Failure> {
    let actions: Vec<&Action> = chosen.actions.iter().map(|(a, _)| a).collect();
    let mut plan = Plan::new().map_err(|e| Failure::of(1, &e))?;
    let mut bad_lines = 0;
    let out = &mut context.out;
    let mut unsaid = None;
    let progress = Progress::new(out, "reading", None);
    let result = input::each(&arguments.conversations, |name, input| {
        let listen = |c: &Conversation| Listener::new(c.channel);
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

/// A replay in the journal, held by this process.
struct Begun {
    id: i64,
    /// Places that are settled already, ascending.
    settled: Vec<u64>,
    /// After an edit places may have moved: then runs are known by their ids, and places start anew after the last.
    by_id: Option<(HashSet<String>, u64)>,
    _held: crate::store::Held,
}

async fn begin(
    arguments: &Arguments,
    context: &Context,
    chosen: &Chosen,
    plan: &Plan,
    journal: &Journal,
    leases: &Leases,
    dry_run: bool,
) -> Result<Begun, Failure> {
    let failed = |e| Failure::of(1, &e);
    let new = NewReplay {
        started_at: context.clock.now(),
        actions: chosen.actions.iter().map(|(a, _)| a.id.clone()).collect(),
        actions_digest: digest_of(chosen)?,
        input_digest: plan.input_digest(),
        description: match arguments.conversations.as_slice() {
            [] => "built-in samples".into(),
            files => files.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", "),
        },
        dry_run,
    };
    let elsewhere = || Failure::new(1, "this replay is running in another process: wait for it, or stop it");
    if !arguments.resume {
        let id = journal.start_replay(&new).map_err(failed)?;
        let held = leases.hold_replay(id).map_err(failed)?.ok_or_else(elsewhere)?;
        return Ok(Begun { id, settled: Vec::new(), by_id: None, _held: held });
    }
    // a replay that came to its end since then has overtaken those that did not
    let newest = journal.newest(&new.input_digest, &new.actions).map_err(failed)?;
    let Some(found) = newest.filter(|r| r.state != ReplayState::Finished) else {
        let why = "there is no unfinished replay of these actions and this input: start one without --resume";
        return Err(Failure::new(1, why));
    };
    let held = leases.hold_replay(found.id).map_err(failed)?.ok_or_else(elsewhere)?;
    let edited = found.start.actions_digest != new.actions_digest;
    if edited && !arguments.force {
        let why = "an action was edited since this replay began: resume it as it is now with --force, or start anew";
        return Err(Failure::new(1, why));
    }
    let settled = journal.settled_seqs(found.id).map_err(failed)?;
    journal.set_replay_state(found.id, ReplayState::Running).map_err(failed)?;
    let by_id = match edited {
        false => None,
        true => {
            let ids = journal.settled_run_ids(found.id).map_err(failed)?;
            journal.resumed_edited(found.id).map_err(failed)?;
            Some((ids.into_iter().collect(), settled.last().map_or(0, |s| s + 1)))
        }
    };
    Ok(Begun { id: found.id, settled, by_id, _held: held })
}

/// Tells whether an action was edited, or understands conversations otherwise since a new version.
fn digest_of(chosen: &Chosen) -> Result<String, Failure> {
    let actions: Vec<&Action> = chosen.actions.iter().map(|(a, _)| a).collect();
    let text = serde_json::to_string(&(env!("CARGO_PKG_VERSION"), actions)).map_err(|e| Failure::of(1, &e))?;
    Ok(digest(&SHA256, text.as_bytes()).as_ref().iter().map(|b| format!("{b:02x}")).collect())
}

/// Set by the first Ctrl-C or SIGTERM: what was begun is finished. The second ends the process as it stands.
fn stop_on_signal() -> Result<Arc<AtomicBool>, Failure> {
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

/// What taking the runs needs besides the ports.
struct Run<'a> {
    begun: &'a Begun,
    plan: &'a Plan,
    leases: &'a Leases,
    wall: &'a Arc<dyn Clock>,
    pace: Pace,
    stop: &'a AtomicBool,
    /// Some account's limits end in real time.
    remote: bool,
}

impl Run<'_> {
    async fn take<J: AnyJournal, C: Crm>(
        &self,
        journal: J,
        dry_run: bool,
        targets: &[Target<C>],
        report: &mut Report<'_>,
    ) -> Result<Ended, ReplayError<PlanError>> {
        let start = Timestamp::UNIX_EPOCH;
        let clock = Arc::new(match self.pace {
            _ if self.remote => VirtualClock::beside(start, Arc::clone(self.wall), 1.0),
            Pace::Times(times) => VirtualClock::beside(start, Arc::clone(self.wall), times),
            Pace::Instant => VirtualClock::at(start),
        });
        let engine = Engine {
            journal,
            leases: self.leases,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            wall: Arc::clone(self.wall),
            replay: self.begun.id,
            dry_run,
            seed: self.begun.id.unsigned_abs(),
        };
        let due = self.plan.due().filter_map(|due| match due {
            Ok((target, due)) => self.still_due(targets, target, due).map(|due| Ok((target, due))),
            Err(e) => Some(Err(e)),
        });
        let replay = Replay { engine, targets, clock, pace: self.pace, stop: self.stop };
        replay.run(due, |record| report.record(record)).await
    }

    fn still_due<C>(&self, targets: &[Target<C>], target: usize, due: Due) -> Option<Due> {
        match &self.begun.by_id {
            None => self.begun.settled.binary_search(&due.seq).is_err().then_some(due),
            Some((ids, first)) => {
                let id = run_id(&targets.get(target)?.action.id, &due.conversation, due.moment.episode, due.at);
                (!ids.contains(&id)).then(|| Due { seq: due.seq + first, ..due })
            }
        }
    }
}
