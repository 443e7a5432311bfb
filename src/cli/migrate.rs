//! `astra-zoho migrate`: what the workspace keeps of runs goes to another home.

use super::out::Failure;
use super::{Context, database};

/// Move ledger, log and live queue into a database for several workers
///
/// What is there already stays; moving again adds what is new. No `astra-zoho run` may work the workspace meanwhile. The queue
/// of the workspace is put away afterwards, so that nobody works it a second time; the log stays where it is, too.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to
    #[arg(long)]
    to: Home,
    /// The database (or config.toml: [run] database)
    #[arg(long, value_name = "postgres://USER@HOST/NAME")]
    database: Option<String>,
}

/// Another home.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Home {
    /// A PostgreSQL database.
    Postgres,
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let Home::Postgres = arguments.to;
    let workspace = context.workspace()?;
    match database::of(arguments.database.as_deref(), &workspace)? {
        None => Err(Failure::usage(
            "no database is named: give --database postgres://USER@HOST/NAME, or write it into config.toml below [run]",
        )),
        #[cfg(not(feature = "postgres"))]
        Some(none) => match none {},
        #[cfg(feature = "postgres")]
        Some(address) => moved(&address, &workspace, context).await,
    }
}

#[cfg(feature = "postgres")]
async fn moved(
    address: &database::Database,
    workspace: &crate::store::Workspace,
    context: &mut Context,
) -> Result<(), Failure> {
    use crate::live::postgres::Postgres;
    use crate::live::sqlite::SqliteQueue;
    use crate::store::Journal;

    let failed = |e: crate::ports::JournalError| Failure::unreadable(&e);
    let leases = workspace.leases();
    let Some(_held) = leases.hold_live().map_err(failed)? else {
        return Err(Failure::new(1, "an `astra-zoho run` works this workspace: stop it first"));
    };
    let home = Postgres::open(address, 0).await.map_err(failed)?;
    let journal = Journal::open(&workspace.state_db()).map_err(failed)?;
    let from = std::path::absolute(journal.path()).unwrap_or_else(|_| journal.path().to_owned());
    let mut moved = home.move_journal(&journal, &from.display().to_string()).await.map_err(failed)?;
    let live = workspace.live_db();
    if live.exists() {
        let queue = SqliteQueue::open(&live).map_err(failed)?;
        let of_queue = home.move_queue(&queue, &journal).await.map_err(failed)?;
        moved =
            crate::live::postgres::Moved { ledger: moved.ledger, runs: moved.runs, intents: moved.intents, ..of_queue };
        let away = queue.put_away(context.clock.now()).map_err(|e| Failure::of(1, &e))?;
        context.out.notice(&format!("the workspace's queue was put away as {}", away.display()))?;
    }
    let n = |n: u64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let counts = [
        n(moved.ledger, "contact of the ledger", "contacts of the ledger"),
        n(moved.runs, "run of the log", "runs of the log"),
        n(moved.intents, "intent without a result", "intents without a result"),
        n(moved.conversations, "conversation", "conversations"),
        n(moved.due, "run that waits", "runs that wait"),
        n(moved.set_aside, "text set aside", "texts set aside"),
    ];
    Ok(context.out.line(&format!("moved {}", counts.join(", ")))?)
}
