//! `astra-zoho` without a command and without a terminal: where things stand, and what to do next.

use jiff::Timestamp;

use super::describe::role as role_of;
use super::out::{Failure, Role};
use super::table::Table;
use super::{Context, database};
use crate::domain::action::State;
use crate::live::queue::Queue as _;
use crate::live::sqlite::SqliteQueue;
use crate::live::told;
use crate::store::{Log, Workspace};

/// Runs the command.
pub async fn run(context: &mut Context) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let actions = workspace.actions().map_err(|e| Failure::unreadable(&e))?;
    let log = Log::open(&workspace.state_db()).map_err(|e| Failure::unreadable(&e))?;
    let live = live(&workspace, context.clock.now()).await;
    let out = &mut context.out;
    if let Some(why) = super::screen::why_not() {
        out.notice(why)?;
    }
    let folder = workspace.actions_dir().display().to_string();
    let mut table = Table::default();
    for action in &actions {
        let (state, role) = match action.value.state {
            _ if action.is_broken() => ("unreadable", Role::Bad),
            _ if action.has_errors() => ("has errors", Role::Bad),
            State::Active => ("active", Role::Good),
            State::Draft => ("draft", Role::Dim),
        };
        // when it was made, as the Action Library has it, not when the customer spoke
        let (told, look) = match log.latest(&action.value.id) {
            Ok(None) => ("has not run yet".to_owned(), Role::Dim),
            Ok(Some(run)) => {
                let dry = if run.dry_run { " (dry run)" } else { "" };
                (
                    format!("last: {}{dry}, made {}", run.outcome, run.at.strftime("%Y-%m-%d %H:%M:%S")),
                    role_of(run.outcome),
                )
            }
            Err(e) => return Err(Failure::unreadable(&e)),
        };
        table.row([
            (Role::Strong, action.value.id.as_str()),
            (role, state),
            (Role::Plain, action.value.account.as_str()),
            (look, &told),
        ]);
    }
    let heading =
        if actions.is_empty() { format!("No action yet in {folder}") } else { format!("Actions in {folder}") };
    let heading = out.styled(Role::Strong, &crate::domain::text::visible(&heading));
    out.line(&heading)?;
    for line in table.lines(out) {
        out.line(&format!("  {line}"))?;
    }
    if let Some(lines) = live {
        out.line("")?;
        let heading = out.styled(Role::Strong, "Live runs");
        out.line(&heading)?;
        lines.iter().try_for_each(|line| out.line(&format!("  {line}")))?;
    }
    out.line("")?;
    let mut next = Table::default();
    for (command, does) in [
        ("astra-zoho check", "says what is missing or wrong"),
        ("astra-zoho replay --dry-run", "tries the active actions on sample conversations, writes nothing"),
        ("astra-zoho --help", "lists all commands"),
    ] {
        next.row([(Role::Plain, command), (Role::Dim, does)]);
    }
    next.lines(out).iter().try_for_each(|line| out.line(line))?;
    Ok(())
}

/// How live runs stand, in lines; `None` where nobody ever ran any.
async fn live(workspace: &Workspace, now: Timestamp) -> Option<Vec<String>> {
    let standing = match database::of(None, workspace) {
        Ok(None) if !workspace.live_db().exists() => return None,
        Ok(None) => match SqliteQueue::open(&workspace.live_db()) {
            Ok(queue) => queue.standing().await,
            Err(e) => Err(e),
        },
        #[cfg(not(feature = "postgres"))]
        Ok(Some(none)) => match none {},
        #[cfg(feature = "postgres")]
        Ok(Some(address)) => match crate::live::postgres::Postgres::look(&address).await {
            Ok(there) => there.standing().await,
            Err(e) => Err(e),
        },
        Err(failure) => return Some(failure.lines),
    };
    Some(match standing {
        Ok(standing) => told::lines(&standing, &[], &[], now),
        Err(e) => vec![e.to_string()],
    })
}
