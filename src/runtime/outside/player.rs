//! A replay that is watched: the same plan and engine as the command's, on a clock that the operator starts, stops and
//! steps.
//!
//! Runs on a thread of its own (the plan's database belongs to one thread), and sleeps while it stands still.

use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::runtime::Handle;
use tokio::sync::watch;

use super::log::LogBook;
use super::score::{Control, Score, Told};
use super::{Shared, conversations};
use crate::app::effect::{Pace, Replay, Source, Steer};
use crate::app::msg::{Ended, Generation, Msg, ReplayEvent};
use crate::app::wording::spoken;
use crate::domain::action::State;
use crate::domain::conversation::Conversation;
use crate::domain::problem::{Problem, Severity};
use crate::engine::replay as engine;
use crate::extract::masked;
use crate::feed::plan::Plan;
use crate::play::{self, Chosen, Play, Understanding, Workbench};
use crate::runtime::turn::News;
use crate::store::{Journal, Located, Log, NewReplay, Workspace};

/// How many lines that are no conversation are told one by one.
const TOLD: usize = 20;

/// A replay under way.
pub struct Player {
    generation: Generation,
    control: watch::Sender<Control>,
    thread: JoinHandle<()>,
}

impl Player {
    /// Begins a replay once the one before has settled what it had begun.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(shared: Arc<Shared>, log: LogBook, replay: Replay, before: Option<Self>) -> std::io::Result<Self> {
        let generation = replay.generation;
        let (control, steer) = watch::channel(Control::new(replay.pace));
        let runtime = Handle::current();
        if let Some(before) = &before {
            before.steer(before.generation, Steer::Stop);
        }
        let work = move || {
            if let Some(before) = before {
                before.join();
            }
            log.set_ours(true);
            runtime.block_on(tell_all(&shared, replay, steer));
            log.set_ours(false);
        };
        let thread = std::thread::Builder::new().name("replay".into()).spawn(work)?;
        Ok(Self { generation, control, thread })
    }

    /// Changes how it goes on; of an older replay nothing is changed any more.
    pub fn steer(&self, generation: Generation, steer: Steer) {
        if generation == self.generation {
            self.control.send_modify(|c| c.take(steer));
        }
    }

    /// Settles what was begun.
    pub fn finish(self) {
        self.steer(self.generation, Steer::Stop);
        self.join();
    }

    fn join(self) {
        if self.thread.join().is_err() {
            tracing::error!("the thread of a replay broke off");
        }
    }
}

async fn tell_all(shared: &Shared, replay: Replay, steer: watch::Receiver<Control>) {
    let generation = replay.generation;
    let event = match play(shared, replay, steer).await {
        Ok(engine::Ended::Finished) => ReplayEvent::Ended(Ended::Finished),
        Ok(engine::Ended::Stopped) => ReplayEvent::Ended(Ended::Stopped),
        Err(Stopped::Refused(reasons)) => ReplayEvent::Refused(reasons),
        Err(Stopped::Failed(why)) => ReplayEvent::Ended(Ended::Failed(why)),
    };
    shared.say(News::Msg(Msg::Replay { generation, event })).await;
}

enum Stopped {
    Refused(Vec<String>),
    Failed(String),
}

/// Before anything ran.
fn refused(error: impl std::fmt::Display) -> Stopped {
    Stopped::Refused(vec![error.to_string()])
}

async fn play(shared: &Shared, replay: Replay, steer: watch::Receiver<Control>) -> Result<engine::Ended, Stopped> {
    let workspace = shared.workspace().map_err(refused)?;
    let chosen = choose(shared, &workspace, &replay).await?;
    let ended = run(shared, &workspace, &chosen, &replay, steer).await;
    chosen.close().await;
    ended
}

async fn choose(shared: &Shared, workspace: &Workspace, replay: &Replay) -> Result<Chosen, Stopped> {
    let agent = workspace.agent().map_err(refused)?;
    let accounts = workspace.accounts().map_err(refused)?;
    let account = accounts.value.iter().find(|a| a.id == replay.action.account);
    account.map_or(Ok(()), |a| shared.may_ask(a)).map_err(|why| refused(why.message))?;
    let clock = &shared.clock;
    let with = Workbench { workspace, agent: &agent.value, accounts: &accounts.value, clock, say: None, before: None };
    let mut chosen = Chosen::default();
    let against = chosen.add(&replay.action, &with).await;
    let error = |p: &&Problem| p.severity == Severity::Error;
    let files = agent.problems.iter().chain(&accounts.problems).filter(|l| error(&&l.problem));
    let named = |l: &Located| {
        let file = l.file.file_name().unwrap_or_default().to_string_lossy();
        format!("{file}:{}: {}", l.line, l.problem)
    };
    let mut reasons: Vec<String> = against.account.iter().map(ToString::to_string).collect();
    reasons.extend(files.map(named));
    let fields = chosen.live.first().map(|l| &l.fields);
    let said = |p: &Problem| spoken(p.clone(), &replay.action, fields, &agent.value).to_string();
    reasons.extend(against.problems.iter().filter(error).map(said));
    let writes = !is_dry(replay);
    if replay.restart && chosen.beyond_the_sandbox().is_some() {
        let account = &replay.action.account;
        reasons.push(format!("it writes to account `{account}`: only the sandbox can be put back to its start"));
    }
    if writes && !matches!(replay.source, Source::File(_) | Source::InFile { .. }) && chosen.remote().is_some() {
        let account = &replay.action.account;
        reasons.push(format!(
            "it writes to account `{account}`, and the built-in samples are made-up people: \
             choose a file of your own, or try a dry run"
        ));
    }
    if reasons.is_empty() {
        return Ok(chosen);
    }
    chosen.close().await;
    Err(Stopped::Refused(reasons))
}

/// A draft never writes.
fn is_dry(replay: &Replay) -> bool {
    replay.dry_run || replay.action.state == State::Draft
}

async fn run(
    shared: &Shared,
    workspace: &Workspace,
    chosen: &Chosen,
    replay: &Replay,
    steer: watch::Receiver<Control>,
) -> Result<engine::Ended, Stopped> {
    let (plan, rejected, unusable, name) = plan(replay, &shared.understanding(workspace).map_err(refused)?)?;
    let journal = Journal::open(&workspace.state_db()).map_err(refused)?;
    if replay.restart {
        play::refresh(workspace, chosen, &journal).map_err(refused)?;
    }
    let new = NewReplay {
        started_at: shared.clock.now(),
        actions: vec![replay.action.id.clone()],
        actions_digest: play::digest_of(&[&replay.action]).map_err(refused)?,
        input_digest: plan.input_digest(),
        description: name,
        dry_run: is_dry(replay),
    };
    let leases = workspace.leases();
    let begun = play::start(&journal, &leases, &new).map_err(refused)?;
    let told = Told { shared, generation: replay.generation };
    told.event(ReplayEvent::Started { conversations: plan.conversations(), runs: plan.runs(), rejected, unusable })
        .await;
    let log = Log::open(&workspace.state_db()).map_err(refused)?;
    let mut score = Score::new(told, &plan, log, begun.id, steer).map_err(refused)?;
    let work = Play {
        chosen,
        plan: &plan,
        begun: &begun,
        journal: &journal,
        leases: &leases,
        wall: &shared.clock,
        // what a run waits for between its tries is not what the operator watches
        clock: play::clock(chosen, &shared.clock, None),
        dry_run: new.dry_run,
    };
    let ended = work.run(&mut score, |_| Ok(())).await;
    match ended {
        Ok(ended) => score.rest(ended).await.map_err(Stopped::Failed),
        Err(e @ engine::ReplayError::Account { .. }) => {
            score.rest(engine::Ended::Stopped).await.map_err(Stopped::Failed)?;
            let why = e.to_string();
            let what = why.rsplit_once("; ").map_or(why.as_str(), |(what, _)| what);
            // there are three rows for it: which request found it out stands in the log
            let named = format!("account {}: ", replay.action.account);
            let what = what.find(&named).map_or(what, |at| &what[at..]);
            Err(Stopped::Failed(format!("{what}; reconnect it in the Account pane")))
        }
        Err(e) => Err(Stopped::Failed(e.to_string())),
    }
}

fn plan(replay: &Replay, understanding: &Understanding) -> Result<(Plan, Vec<String>, u64, String), Stopped> {
    let (name, input) = conversations::open(&replay.source).map_err(refused)?;
    let mut plan = Plan::with_messages(masked).map_err(refused)?;
    let (mut rejected, mut unusable) = (Vec::new(), 0u64);
    let listen = |c: &Conversation| understanding.listen(c.channel);
    let read = plan.read(
        &name,
        input,
        &[&replay.action],
        listen,
        |bad| {
            unusable += 1;
            if rejected.len() < TOLD {
                rejected.push(bad.to_string());
            }
        },
        |_| {},
    );
    read.map_err(refused)?;
    Ok((plan, rejected, unusable, name))
}

impl Control {
    fn new(pace: Pace) -> Self {
        Self { pace, paused: false, steps: 0, stop: false }
    }

    fn take(&mut self, steer: Steer) {
        match steer {
            Steer::Pause => self.paused = true,
            Steer::Resume => self.paused = false,
            Steer::Step => {
                self.paused = true;
                self.steps += 1;
            }
            Steer::Pace(pace) => self.pace = pace,
            Steer::Stop => self.stop = true,
        }
    }
}
