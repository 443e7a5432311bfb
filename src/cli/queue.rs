//! `astra-zoho queue`: what waits of live conversations, and what an operator does about it.

use super::out::Failure;
use super::{Context, RecordFormat, database};
use crate::live::queue::{Queue, Which};
use crate::live::sqlite::SqliteQueue;
use crate::live::told;
use crate::ports::JournalError;

/// How many lines of a kind are shown.
const SHOWN: usize = 200;

/// See what waits of live conversations, try failed runs again, or forget them
///
/// Without a subcommand: timers, runs that are due, accounts that rest, runs that failed and why, and what came and was no
/// event.
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
    Retry(Meant),
    /// Forget failed runs; their records stay in the log
    Drop(Meant),
}

/// Which failed runs.
#[derive(Debug, clap::Args)]
struct Meant {
    /// The run's number, as `astra-zoho queue` shows it
    #[arg(required_unless_present = "all")]
    number: Option<u64>,
    /// All failed runs, or those that --action and --why leave
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
        Self { seq: meant.number, action: meant.action, why: meant.why, runs: None }
    }
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    match database::of(arguments.database.as_deref(), &workspace)? {
        None => {}
        #[cfg(not(feature = "postgres"))]
        Some(none) => match none {},
        #[cfg(feature = "postgres")]
        Some(address) => {
            let queue = crate::live::postgres::Postgres::open(&address, 0).await;
            return act(arguments, &queue.map_err(|e| Failure::unreadable(&e))?, context).await;
        }
    }
    let path = workspace.live_db();
    if !path.exists() {
        context.out.notice("nothing waits: `astra-zoho run` was never started in this workspace")?;
        return Ok(());
    }
    let queue = SqliteQueue::open(&path).map_err(|e| Failure::unreadable(&e))?;
    act(arguments, &queue, context).await
}

async fn act(arguments: Arguments, queue: &impl Queue, context: &mut Context) -> Result<(), Failure> {
    let failed = |e: JournalError| Failure::unreadable(&e);
    let one = match &arguments.command {
        Some(Command::Retry(meant) | Command::Drop(meant)) => meant.number,
        None => None,
    };
    let none = |n: u64| match one {
        Some(number) if n == 0 => {
            Err(Failure::new(1, format!("there is no failed run {number}: `astra-zoho queue` lists those there are")))
        }
        _ => Ok(n),
    };
    let said = match arguments.command {
        None => return show(queue, arguments.format, context).await,
        Some(Command::Retry(meant)) => {
            let n = none(queue.retry(&meant.into()).await.map_err(failed)?)?;
            format!("{n} run{} due again", if n == 1 { " is" } else { "s are" })
        }
        Some(Command::Drop(meant)) => {
            let n = none(queue.drop_failed(&meant.into()).await.map_err(failed)?)?;
            format!("{n} failed run{} forgotten", if n == 1 { " was" } else { "s were" })
        }
    };
    Ok(context.out.line(&said)?)
}

async fn show(queue: &impl Queue, format: RecordFormat, context: &mut Context) -> Result<(), Failure> {
    let failed = |e: JournalError| Failure::unreadable(&e);
    let standing = queue.standing().await.map_err(failed)?;
    let stuck = queue.stuck(SHOWN).await.map_err(failed)?;
    let aside = queue.aside(SHOWN).await.map_err(failed)?;
    let now = context.clock.now();
    let out = &mut context.out;
    if matches!(format, RecordFormat::Json) {
        out.json(&serde_json::json!({ "standing": standing }))?;
        stuck.iter().try_for_each(|s| out.json(&serde_json::json!({ "run": s })))?;
        aside.iter().try_for_each(|s| out.json(&serde_json::json!({ "set_aside": s })))?;
        return Ok(());
    }
    told::lines(&standing, &stuck, &aside, now).iter().try_for_each(|line| out.line(line))?;
    Ok(())
}
