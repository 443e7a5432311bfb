//! Which actions a command runs; or every reason why not.

use super::Context;
use super::out::Failure;
use crate::connect::ConnectError;
use crate::domain::action::{Action, State};
use crate::domain::problem::{Problem, Severity, Step};
use crate::play::{Chosen, Refused, Workbench};
use crate::store::{Loaded, Located, Workspace};

/// It is active; or its file is such that nobody knows whether it is: better refused than passed over.
pub fn may_be_active(action: &Loaded<Action>) -> bool {
    let of_state = |p: &Located| p.problem.place == [Step::Key("state".to_owned())];
    action.is_broken() || action.value.state == State::Active || action.problems.iter().any(of_state)
}

/// The named action, or every active one; `before`: what was chosen then, if an account is away for now.
///
/// # Errors
/// The workspace cannot be read (2); there is nothing to run, or an action cannot run: every reason, a line each (1).
pub async fn choose(
    workspace: &Workspace,
    named: Option<&str>,
    context: &Context,
    before: Option<&Chosen>,
) -> Result<Chosen, Failure> {
    let loaded: Vec<Loaded<Action>> = match named {
        Some(id) => vec![workspace.action(id).map_err(|e| Failure::unreadable(&e))?],
        None => {
            let all = workspace.actions().map_err(|e| Failure::unreadable(&e))?;
            all.into_iter().filter(may_be_active).collect()
        }
    };
    if loaded.is_empty() {
        let folder = workspace.actions_dir();
        let why =
            format!("no action in {} is active; name one to replay it as a dry run, or activate it", folder.display());
        return Err(Failure::new(1, why));
    }
    let agent = workspace.agent().map_err(|e| Failure::unreadable(&e))?;
    let accounts = workspace.accounts().map_err(|e| Failure::unreadable(&e))?;
    let mut reasons: Vec<String> = Vec::new();
    reasons.extend(errors(&agent.problems));
    reasons.extend(errors(&accounts.problems));
    let mut away = 0;
    let mut chosen = Chosen::default();
    let with = Workbench {
        workspace,
        agent: &agent.value,
        accounts: &accounts.value,
        clock: &context.clock,
        say: Some(context.out.waits()),
        before,
    };
    for action in loaded {
        let mut refused = Refused::default();
        if !action.is_broken() {
            refused = chosen.add(&action.value, &with).await;
        }
        away += usize::from(refused.account.as_ref().is_some_and(ConnectError::passes));
        reasons.extend(refused.account.map(|e| e.to_string()));
        let later: Vec<Problem> = refused.problems.into_iter().filter(|p| p.severity == Severity::Error).collect();
        reasons.extend(errors(&action.all_problems(&later)));
    }
    if reasons.is_empty() {
        return Ok(chosen);
    }
    chosen.close().await;
    let passes = away == reasons.len();
    let mut failure = Failure::lines(1, reasons);
    failure.passes = passes;
    Err(failure)
}

fn errors(problems: &[Located]) -> impl Iterator<Item = String> {
    problems.iter().filter(|p| p.problem.severity == Severity::Error).map(ToString::to_string)
}
