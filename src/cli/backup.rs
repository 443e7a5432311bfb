//! `astra-zoho backup` and `astra-zoho restore`: a whole copy of the workspace, and a workspace from one.

use std::path::PathBuf;
use std::time::Duration;

use super::Context;
use super::out::Failure;
use crate::live::queue::Polled as _;
use crate::live::sqlite::{SqliteQueue, StandingStill};
use crate::ports::JournalError;
use crate::store::{Folders, Journal, Workspace};

/// How often, and how often at most, the log is asked whether what has begun is over: 10 seconds in all, since the worker's
/// own patience with a queue that stands still is 30.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
const LOOKS: u32 = 500;

/// Copy the workspace into a folder, also while it is used
///
/// Configuration, drafts, log, ledger, queue, credits used and the sandbox's contacts, as of one moment. The copy is a
/// workspace of its own: `astra-zoho --workspace FOLDER runs` looks into it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A folder that is not there yet, or empty; only you can read it
    #[arg(value_name = "FOLDER")]
    to: PathBuf,
    /// Tokens and client secrets too, encrypted if they are here; without them accounts are reconnected after a restore
    #[arg(long)]
    secrets: bool,
}

/// Make a workspace from a backup, where there is none yet
#[derive(Debug, clap::Args)]
pub struct RestoreArguments {
    /// The folder that `astra-zoho backup` made
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
}

/// Runs `backup`.
pub async fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let Some(workspace) = Workspace::find(context.workspace.clone()).map_err(|e| Failure::unreadable(&e))? else {
        return Err(Failure::usage("there is no workspace here yet: nothing to copy"));
    };
    let to = Folders::under(&arguments.to);
    let still = quiet(&workspace).await.map_err(|e| Failure::of(1, &e))?;
    workspace.folders().copy_whole(&to, arguments.secrets).map_err(|e| Failure::of(1, &e))?;
    drop(still);
    let secrets = if arguments.secrets { "with" } else { "without" };
    context.out.line(&format!("copied the workspace to {}, {secrets} secrets", to.config.display()))?;
    if let Some(shown) = elsewhere(&workspace) {
        context.out.notice(&format!(
            "the queue, the log and the ledger of live runs are in {shown}, and not in this copy: copy it with pg_dump"
        ))?;
    }
    Ok(())
}

/// The database that live runs are in, for people.
fn elsewhere(workspace: &Workspace) -> Option<String> {
    match crate::live::database::of(None, workspace) {
        #[cfg(feature = "postgres")]
        Ok(Some(address)) => Some(address.shown().to_owned()),
        #[cfg(not(feature = "postgres"))]
        Ok(Some(none)) => match none {},
        Ok(None) => None,
        // one that cannot be used is one all the same, and whoever wants to know which reads config.toml
        Err(_) => Some("the database that config.toml names".to_owned()),
    }
}

/// Waits until what live runs have begun is in the log, while none begins: the copy's queue and log are of one moment.
/// What is not in the log by then is made again after a restore, as after a crash.
async fn quiet(workspace: &Workspace) -> Result<Option<StandingStill>, JournalError> {
    if !workspace.live_db().exists() || !workspace.state_db().exists() {
        return Ok(None);
    }
    let queue = SqliteQueue::open(&workspace.live_db())?;
    let journal = Journal::open(&workspace.state_db())?;
    let still = queue.stand_still()?;
    let claimed = queue.claimed().await?;
    for _ in 0..LOOKS {
        let mut begun = false;
        for (seq, stream) in &claimed {
            begun |= !journal.has_record(*stream, *seq)?;
        }
        if !begun {
            break;
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Ok(Some(still))
}

/// Runs `restore`.
pub fn restore(arguments: &RestoreArguments, context: &mut Context) -> Result<(), Failure> {
    let unreadable = |e| Failure::unreadable(&e);
    let Some(backup) = Workspace::find(Some(arguments.from.clone())).map_err(unreadable)? else {
        let folder = arguments.from.display();
        return Err(Failure::usage(format!("{folder} is no workspace: name the folder that `astra-zoho backup` made")));
    };
    let to = match &context.workspace {
        Some(folder) => Folders::under(folder),
        None => Folders::standard().map_err(unreadable)?,
    };
    backup.folders().copy_whole(&to, true).map_err(|e| Failure::of(1, &e))?;
    let secrets = backup.vault().accounts().map_err(|e| Failure::of(1, &e))?.len();
    context.out.line(&format!("restored the workspace in {}", to.config.display()))?;
    if let Some(shown) = Workspace::find(Some(to.config.clone())).map_err(unreadable)?.as_ref().and_then(elsewhere) {
        context.out.notice(&format!(
            "`run` here works {shown}, with whoever works it already: take `database` out of config.toml where that is not meant"
        ))?;
    }
    if secrets == 0 {
        context
            .out
            .notice("the backup has no secrets: reconnect each account with `astra-zoho account reconnect ID`")?;
    }
    Ok(())
}
