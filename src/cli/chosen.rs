//! Which actions a command runs, connected and found fit to run; or every reason why not.

use std::sync::Arc;

use super::Context;
use super::out::Failure;
use crate::connect::{ConnectError, Link};
use crate::domain::action::{Action, State};
use crate::domain::check::{check_action, check_fields};
use crate::domain::decide::Fields;
use crate::domain::problem::{Problem, Severity, Step};
use crate::engine::run::Target;
use crate::ports::Crm;
use crate::store::{Loaded, Located, Workspace};
use crate::zoho::Client;

/// A connection in use, with what was asked of it.
pub struct Live {
    /// The connection.
    pub link: Link,
    /// The organisation's id.
    pub organisation: String,
    /// Its fields, unused and hidden ones included.
    pub fields: Fields,
}

/// Actions that can run, each with the index of its connection.
pub struct Chosen {
    /// In order of their files' names.
    pub actions: Vec<(Action, usize)>,
    /// One for each account.
    pub live: Vec<Live>,
}

impl Chosen {
    /// The actions as the engine takes them; `crm` makes one way to write for each account.
    pub fn targets<C: Crm>(&self, crm: impl Fn(&Arc<Client>) -> C) -> Vec<Target<Arc<C>>> {
        let crms: Vec<Arc<C>> = self.live.iter().map(|l| Arc::new(crm(&l.link.client))).collect();
        let target = |(action, i): &(Action, usize)| Target {
            action: action.clone(),
            fields: self.live[*i].fields.clone(),
            organisation: self.live[*i].organisation.clone(),
            crm: Arc::clone(&crms[*i]),
        };
        self.actions.iter().map(target).collect()
    }

    /// Ends the connections.
    pub async fn close(self) {
        for live in self.live {
            live.link.close().await;
        }
    }
}

/// It is active; or its file is such that nobody knows whether it is: better refused than passed over.
pub fn may_be_active(action: &Loaded<Action>) -> bool {
    let of_state = |p: &Located| p.problem.place == [Step::Key("state".to_owned())];
    action.is_broken() || action.value.state == State::Active || action.problems.iter().any(of_state)
}

/// The named action, or every active one.
///
/// # Errors
/// The workspace cannot be read (2); there is nothing to run, or an action cannot run: every reason, a line each (1).
pub async fn choose(workspace: &Workspace, named: Option<&str>, context: &Context) -> Result<Chosen, Failure> {
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
    let mut live: Vec<Live> = Vec::new();
    let mut unreachable: Vec<String> = Vec::new();
    let mut actions = Vec::new();
    for action in loaded {
        let mut later = Vec::new();
        if !action.is_broken() {
            later = check_action(&action.value, &agent.value, &accounts.value);
            let id = &action.value.account;
            let known = live.iter().position(|l| l.link.account.id == *id);
            let at = match (known, accounts.value.iter().find(|a| a.id == *id)) {
                (Some(i), _) => Some(i),
                (None, Some(account)) if !unreachable.contains(id) => {
                    match Link::open(workspace, account, Arc::clone(&context.clock)).await {
                        Ok(link) => match ask(&link).await {
                            Ok((organisation, fields)) => {
                                live.push(Live { link, organisation, fields });
                                Some(live.len() - 1)
                            }
                            Err(e) => {
                                reasons.push(e.to_string());
                                unreachable.push(id.clone());
                                link.close().await;
                                None
                            }
                        },
                        Err(e) => {
                            reasons.push(e.to_string());
                            unreachable.push(id.clone());
                            None
                        }
                    }
                }
                (None, _) => None,
            };
            if let Some(i) = at {
                later.extend(check_fields(&action.value, &live[i].fields));
                actions.push((action.value.clone(), i));
            }
        }
        let later: Vec<Problem> = later.into_iter().filter(|p| p.severity == Severity::Error).collect();
        reasons.extend(errors(&action.all_problems(&later)));
    }
    let chosen = Chosen { actions, live };
    if reasons.is_empty() {
        return Ok(chosen);
    }
    chosen.close().await;
    Err(Failure::lines(1, reasons))
}

async fn ask(link: &Link) -> Result<(String, Fields), ConnectError> {
    let organisation = link.organisation().await?.id;
    Ok((organisation, link.fields(true).await?.into_iter().collect()))
}

fn errors(problems: &[Located]) -> impl Iterator<Item = String> {
    problems.iter().filter(|p| p.problem.severity == Severity::Error).map(ToString::to_string)
}
