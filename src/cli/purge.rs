//! `astra-zoho purge`: forgetting what customers said and what was written about them, in the queue and in the log.

use jiff::{SignedDuration, Timestamp};

use super::out::Failure;
use super::{Context, database};
use crate::domain::run::format_instant;
use crate::domain::text::visible;
use crate::domain::words::plural;
use crate::live::queue::{Gone, Queue};
use crate::live::sqlite::SqliteQueue;
use crate::ports::JournalError;
use crate::store::{Journal, Purge};

/// Forget one customer, or whatever is older than so many days
///
/// Takes conversations and runs out of the queue and the log, off the disk too; Zoho and the sandbox's contacts stay as
/// they are. Which contacts Astra created is still known, without their addresses. Nothing brings it back.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub struct Arguments {
    #[command(flatten)]
    what: What,
    /// With --older-than 0: yes, all of it
    #[arg(long, requires = "older_than")]
    everything: bool,
    /// In this PostgreSQL database (or config.toml: [run] database), and in the workspace too
    #[arg(long, value_name = "postgres://USER@HOST/NAME")]
    database: Option<String>,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct What {
    /// This customer's conversations, and every run of a conversation in which this address was looked up
    #[arg(long, value_name = "EMAIL")]
    customer: Option<String>,
    /// Conversations of which nothing was heard for so many days, and runs at such a time of their conversation
    #[arg(long, value_name = "DAYS")]
    older_than: Option<u32>,
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let failed = |e: JournalError| Failure::of(1, &e);
    let workspace = context.workspace()?;
    let purge = match (arguments.what.customer, arguments.what.older_than) {
        (Some(email), _) => {
            let email = email.trim().to_lowercase();
            if !email.contains('@') {
                let why = format!(
                    "--customer {}: that is no e-mail address, and customers are known by theirs",
                    visible(&email)
                );
                return Err(Failure::usage(why));
            }
            Purge::Customer(email)
        }
        (None, Some(0)) if !arguments.everything => {
            return Err(Failure::usage(
                "--older-than 0 leaves nothing of the log and the queue: say so with --everything",
            ));
        }
        (None, days) => {
            let days = SignedDuration::from_hours(i64::from(days.unwrap_or(u32::MAX)) * 24);
            Purge::Before(context.clock.now().checked_sub(days).unwrap_or(Timestamp::MIN))
        }
    };
    let (mut gone, mut runs) = (Gone::default(), 0);
    match database::of(arguments.database.as_deref(), &workspace)? {
        None => {}
        #[cfg(not(feature = "postgres"))]
        Some(none) => match none {},
        #[cfg(feature = "postgres")]
        Some(address) => {
            let queue = crate::live::postgres::Postgres::look(&address).await.map_err(failed)?;
            // the log first: whose conversations they are is found there
            runs = queue.purge_log(&purge).await.map_err(failed)?;
            gone = of_queue(&queue, &purge).await.map_err(failed)?;
        }
    }
    let live = workspace.live_db();
    if live.exists() {
        gone += of_queue(&SqliteQueue::open(&live).map_err(failed)?, &purge).await.map_err(failed)?;
    }
    // what was moved into a database and stands beside holds the same once more: not counted again
    for away in SqliteQueue::put_away_of(&live).map_err(failed)? {
        of_queue(&SqliteQueue::open(&away).map_err(failed)?, &purge).await.map_err(failed)?;
    }
    if workspace.state_db().exists() {
        runs += Journal::open(&workspace.state_db()).map_err(failed)?.purge(&purge).map_err(failed)?;
    }
    // whose answers a language model's are, nobody knows: with a customer all go, and are asked for again where needed
    let before = if let Purge::Before(at) = &purge { Some(*at) } else { None };
    workspace.answers().forget(before).map_err(|e| Failure::of(1, &e))?;
    let of_what = match &purge {
        Purge::Customer(email) => visible(email).into_owned(),
        Purge::Before(at) => format!("what is older than {}", format_instant(*at)),
    };
    let unknown = gone == Gone::default() && runs == 0 && matches!(purge, Purge::Customer(_));
    let aside = match gone.set_aside {
        0 => String::new(),
        n => format!(" and {} set aside", plural(n, "text")),
    };
    Ok(context.out.line(&format!(
        "of {of_what}: {}{aside} left the queue, {} left the log{}",
        plural(gone.conversations, "conversation"),
        plural(runs, "run"),
        if unknown { "; nothing was known of this address: look whether it is spelled so" } else { "" },
    ))?)
}

async fn of_queue(queue: &impl Queue, purge: &Purge) -> Result<Gone, JournalError> {
    match purge {
        Purge::Customer(email) => queue.forget(email).await,
        Purge::Before(at) => queue.purge(*at).await,
    }
}
