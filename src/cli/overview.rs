//! `astra-zoho` without a command and without a terminal: where things stand, and what to do next.

use super::Context;
use super::describe::role as role_of;
use super::out::{Failure, Role};
use super::table::Table;
use crate::domain::action::State;
use crate::store::Log;

/// Runs the command.
pub fn run(context: &mut Context) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let actions = workspace.actions().map_err(|e| Failure::unreadable(&e))?;
    let log = Log::open(&workspace.state_db()).map_err(|e| Failure::unreadable(&e))?;
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
