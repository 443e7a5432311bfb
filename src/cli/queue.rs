//! `astra-zoho queue`: what waits of live conversations, and what an operator does about it.

use super::out::Failure;
use super::{Context, RecordFormat, database};
use crate::live::queue::{Queue, Which};
use crate::live::sqlite::SqliteQueue;
use crate::live::told::{self, Active};
use crate::ports::JournalError;

/// Why a run is not dropped.
const MADE_NOW: &str = "is being made now and cannot be forgotten before that is over: look again in a minute";
/// How many lines of a kind are shown.
const SHOWN: usize = 200;

/// See what waits of live conversations, try failed runs again, or forget them
///
/// Without a subcommand: who works, timers, accounts that rest, every run that failed or is due and why it waits, and what
/// came and was no event.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// The queue in this PostgreSQL database (or config.toml: [run] database)
    #[arg(long, global = true, value_name = "postgres://USER@HOST/NAME")]
    database: Option<String>,
    /// `text` for people, `json` for programs: one object a line
    #[arg(long, value_enum, default_value_t)]
    format: RecordFormat,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make failed runs again: one by its number, or all that are meant
    ///
    /// Each with what was known at its time: a later conversation of the same customer that was written meanwhile is overwritten
    /// with the older values.
    Retry(Meant),
    /// Forget failed runs, whose records stay in the log, or ones that are due and shall not be made
    Drop {
        #[command(flatten)]
        meant: Meant,
        /// With --all: those that are due too, such as those of an action that is deleted
        #[arg(long, requires = "all")]
        due: bool,
    },
}

/// Which failed runs.
#[derive(Debug, clap::Args)]
struct Meant {
    /// The run's number, as `astra-zoho queue` shows it
    #[arg(required_unless_present = "all")]
    number: Option<u64>,
    /// All failed runs, or of those the ones that --action and --why leave
    #[arg(long, conflicts_with = "number")]
    all: bool,
    /// Only those of this action
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// Only those whose reason holds this text
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

impl From<Meant> for Which {
    fn from(meant: Meant) -> Self {
        Self { seq: meant.number, action: meant.action, why: meant.why, ..Self::default() }
    }
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let active = told::active(&workspace).map_err(|e| Failure::unreadable(&e))?;
    match database::of(arguments.database.as_deref(), &workspace)? {
        None => {}
        #[cfg(not(feature = "postgres"))]
        Some(none) => match none {},
        #[cfg(feature = "postgres")]
        Some(address) => {
            let queue = crate::live::postgres::Postgres::look(&address).await;
            return act(arguments, &queue.map_err(|e| Failure::unreadable(&e))?, &active, context).await;
        }
    }
    let path = workspace.live_db();
    if !path.exists() {
        let moved = SqliteQueue::put_away_of(&path).map_err(|e| Failure::unreadable(&e))?;
        context.out.notice(match moved.last() {
            None => "nothing waits: `astra-zoho run` was never started in this workspace",
            Some(_) => {
                "nothing waits here: the queue was moved into a database; name it with --database, or as database below [run] in config.toml"
            }
        })?;
        return Ok(());
    }
    let queue = SqliteQueue::open(&path).map_err(|e| Failure::unreadable(&e))?;
    act(arguments, &queue, &active, context).await
}

async fn act(arguments: Arguments, queue: &impl Queue, active: &Active, context: &mut Context) -> Result<(), Failure> {
    let failed = |e: JournalError| Failure::unreadable(&e);
    let (one, kind) = match &arguments.command {
        Some(Command::Retry(meant)) => (meant.number, "failed"),
        Some(Command::Drop { meant, .. }) => (meant.number, "failed or due"),
        None => (None, ""),
    };
    let none = |n: u64, being_made: u64| match one {
        Some(number) if being_made > 0 => Err(Failure::new(1, format!("run {number} {MADE_NOW}"))),
        Some(number) if n == 0 => {
            Err(Failure::new(1, format!("there is no {kind} run {number}: `astra-zoho queue` lists those there are")))
        }
        _ => Ok(n),
    };
    let said = match arguments.command {
        None => return show(queue, active, arguments.format, context).await,
        Some(Command::Retry(meant)) => {
            let n = none(queue.retry(&meant.into()).await.map_err(failed)?, 0)?;
            format!("{n} run{} due again", if n == 1 { " is" } else { "s are" })
        }
        Some(Command::Drop { meant, due }) => {
            let which = Which { due_too: due || meant.number.is_some(), ..meant.into() };
            let n = queue.drop_runs(&which).await.map_err(failed)?;
            let being_made = queue.being_made(&which).await.map_err(failed)?;
            let n = none(n, being_made)?;
            let rest = match being_made {
                0 => String::new(),
                1 => format!("; 1 more {MADE_NOW}"),
                m => format!("; {m} more {}", MADE_NOW.replacen("is", "are", 1)),
            };
            format!("{n} run{} forgotten{rest}", if n == 1 { " was" } else { "s were" })
        }
    };
    Ok(context.out.line(&said)?)
}

async fn show(queue: &impl Queue, active: &Active, format: RecordFormat, context: &mut Context) -> Result<(), Failure> {
    let failed = |e: JournalError| Failure::unreadable(&e);
    let standing = queue.standing().await.map_err(failed)?;
    let mut waiting = queue.waiting(SHOWN).await.map_err(failed)?;
    let aside = queue.aside(SHOWN).await.map_err(failed)?;
    let now = context.clock.now();
    told::explain(&mut waiting, &standing, active, now);
    let out = &mut context.out;
    if matches!(format, RecordFormat::Json) {
        out.json(&serde_json::json!({ "standing": standing }))?;
        waiting.iter().try_for_each(|s| out.json(&serde_json::json!({ "run": s })))?;
        aside.iter().try_for_each(|s| out.json(&serde_json::json!({ "set_aside": s })))?;
        return Ok(());
    }
    told::lines(&standing, &waiting, &aside, now).iter().try_for_each(|line| out.line(line))?;
    Ok(())
}
