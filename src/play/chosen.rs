//! The actions of a replay, connected and found fit to run; or every reason why not.

use std::sync::Arc;
use std::time::Duration;

use crate::connect::{ConnectError, Link};
use crate::domain::account::Account;
use crate::domain::action::Action;
use crate::domain::check::{check_action, check_fields};
use crate::domain::decide::Fields;
use crate::domain::field::Agent;
use crate::domain::problem::Problem;
use crate::engine::run::Target;
use crate::ports::{Clock, Crm};
use crate::store::Workspace;
use crate::zoho::Client;

/// How long an account is waited for where others go on meanwhile.
const BRIEFLY: Duration = Duration::from_secs(10);

/// A connection in use, with what was asked of it.
#[derive(Clone)]
pub struct Live {
    /// The connection; whoever lets go of it last ends it.
    pub link: Arc<Link>,
    /// The organisation's id.
    pub organisation: String,
    /// Its fields, unused and hidden ones included.
    pub fields: Fields,
}

/// Actions that can run, each with the index of its connection.
#[derive(Default)]
pub struct Chosen {
    /// In the order in which they were added.
    pub actions: Vec<(Action, usize)>,
    /// One for each account.
    pub live: Vec<Live>,
    unreachable: Vec<String>,
}

/// What actions are connected and checked with.
pub struct Workbench<'a> {
    /// Where accounts' secrets are.
    pub workspace: &'a Workspace,
    /// Whose fields are mapped.
    pub agent: &'a Agent,
    /// The accounts there are.
    pub accounts: &'a [Account],
    /// The machine's clock.
    pub clock: &'a Arc<dyn Clock>,
    /// Says what is waited for while an account elsewhere is asked.
    pub say: Option<fn(&str)>,
    /// What was connected before, by who is to go on: no account is waited for long, and one that is away for now goes on with
    /// its connection of then.
    pub before: Option<&'a Chosen>,
}

/// What stands against an action, warnings included.
#[derive(Debug, Default)]
pub struct Refused {
    /// Its account cannot be used; said once for an account.
    pub account: Option<ConnectError>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl Chosen {
    /// Connects an action's account, unless that was done for another one, and checks the action against its fields.
    pub async fn add(&mut self, action: &Action, with: &Workbench<'_>) -> Refused {
        let mut problems = check_action(action, with.agent, with.accounts);
        let id = &action.account;
        let known = self.live.iter().position(|l| l.link.account.id == *id);
        let (at, account) = match (known, with.accounts.iter().find(|a| a.id == *id)) {
            (Some(i), _) => (Some(i), None),
            (None, Some(account)) if !self.unreachable.contains(id) => match again(account, with).await {
                Ok(live) => {
                    self.live.push(live);
                    (Some(self.live.len() - 1), None)
                }
                Err(e) => {
                    self.unreachable.push(id.clone());
                    (None, Some(e))
                }
            },
            (None, _) => (None, None),
        };
        if let Some(i) = at {
            problems.extend(check_fields(action, &self.live[i].fields));
            self.actions.push((action.clone(), i));
        }
        Refused { account, problems }
    }

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

    /// The first action whose account is not the sandbox.
    pub fn beyond_the_sandbox(&self) -> Option<&Action> {
        self.actions.iter().find(|(_, i)| !self.live[*i].link.account.is_sandbox()).map(|(a, _)| a)
    }

    /// The first action whose account is not on this machine.
    pub fn remote(&self) -> Option<&Action> {
        self.actions.iter().find(|(_, i)| self.live[*i].link.is_remote()).map(|(a, _)| a)
    }

    /// Goes on without the actions that are not to be kept; connections stay.
    pub fn retain(&mut self, keep: impl Fn(&Action) -> bool) {
        self.actions.retain(|(action, _)| keep(action));
    }

    /// Takes over what others were connected with.
    pub fn join(&mut self, other: Self) {
        let first = self.live.len();
        self.live.extend(other.live);
        self.actions.extend(other.actions.into_iter().map(|(action, i)| (action, first + i)));
    }

    /// Ends the connections.
    pub async fn close(self) {
        for live in self.live {
            if let Some(link) = Arc::into_inner(live.link) {
                link.close().await;
            }
        }
    }
}

/// The account as it is now; where it is away for now, as it was connected and asked before.
async fn again(account: &Account, with: &Workbench<'_>) -> Result<Live, ConnectError> {
    let Some(before) = with.before else { return connect(account, with).await };
    let silent = |_| Err(ConnectError::Silent { account: account.id.clone(), seconds: BRIEFLY.as_secs() });
    match tokio::time::timeout(BRIEFLY, connect(account, with)).await.unwrap_or_else(silent) {
        Err(e) if e.passes() => before.live.iter().find(|l| l.link.account == *account).cloned().ok_or(e),
        asked => asked,
    }
}

async fn connect(account: &Account, with: &Workbench<'_>) -> Result<Live, ConnectError> {
    let link = Link::open(with.workspace, account, Arc::clone(with.clock)).await?;
    if let Some(say) = with.say.filter(|_| link.is_remote()) {
        link.client.says(say);
    }
    match ask(&link).await {
        Ok((organisation, fields)) => Ok(Live { link: Arc::new(link), organisation, fields }),
        Err(e) => {
            link.close().await;
            Err(e)
        }
    }
}

async fn ask(link: &Link) -> Result<(String, Fields), ConnectError> {
    let organisation = link.organisation().await?.id;
    Ok((organisation, link.fields(true).await?.into_iter().collect()))
}
