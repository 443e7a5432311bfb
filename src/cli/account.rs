//! `astra-zoho account`: the connections to Zoho.

use std::sync::Arc;

use clap::Subcommand;
use serde::Serialize;

use super::out::{Failure, Role};
use super::progress::while_waiting;
use super::table::Table;
use super::{Context, RecordFormat};
use crate::connect::Link;
use crate::connect::adopt::{self, AdoptError};
use crate::domain::account::{Account, Organisation};
use crate::domain::problem::did_you_mean;
use crate::domain::text::visible;
use crate::ports::{Cost, TokenStore};
use crate::store::{Loaded, Workspace};
use crate::zoho::{Connection, ConnectionState};

mod add;
mod given;
mod keyboard;
mod qr;
mod settle;
mod ways;

/// List, connect, test and remove accounts of Zoho
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the accounts
    List {
        /// `text` for people, `json` for programs: one account a line
        #[arg(long, value_enum, default_value_t)]
        format: RecordFormat,
    },
    Add(Box<add::Arguments>),
    Reconnect(Box<add::Reconnect>),
    /// Ask Zoho whether an account works: its organisation, its user, and the state of the connection
    ///
    /// Exit status 1 where one does not work.
    Test {
        /// The account; without it every one
        id: Option<String>,
    },
    /// Remove an account and forget its secrets
    Remove {
        /// The account
        id: String,
        /// Although actions use it
        #[arg(long)]
        force: bool,
    },
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    match arguments.command {
        Command::List { format } => list(format, context),
        Command::Add(arguments) => add::run(*arguments, context).await,
        Command::Reconnect(arguments) => add::reconnect(*arguments, context).await,
        Command::Test { id } => test(id.as_deref(), context).await,
        Command::Remove { id, force } => remove(&id, force, context),
    }
}

/// The accounts.
///
/// # Errors
/// Their file cannot be read, or is not TOML: what it seems to say is a guess (2).
fn readable_accounts(workspace: &Workspace) -> Result<Loaded<Vec<Account>>, Failure> {
    let accounts = workspace.accounts().map_err(|e| Failure::unreadable(&e))?;
    if accounts.is_broken() {
        return Err(Failure::lines(2, accounts.problems.iter().map(ToString::to_string).collect()));
    }
    Ok(accounts)
}

/// The account of this id.
///
/// # Errors
/// There is none, with what was meant perhaps; or the workspace cannot be read. Both 2.
pub fn known_account(workspace: &Workspace, id: &str) -> Result<Account, Failure> {
    let accounts = readable_accounts(workspace)?;
    if let Some(account) = accounts.value.iter().find(|a| a.id == id) {
        return Ok(account.clone());
    }
    let ids: Vec<&str> = accounts.value.iter().map(|a| a.id.as_str()).collect();
    let hint = match did_you_mean(id, ids.iter().copied()) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("there are {}", ids.join(", ")),
    };
    Err(Failure::usage(format!("there is no account `{id}` in {}: {hint}", accounts.path.display())))
}

/// Reads, changes and saves `accounts.toml`; where somebody else saved it meanwhile, on top of that.
fn change_accounts(
    workspace: &Workspace,
    change: impl Fn(&mut Vec<Account>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    adopt::change(workspace, change)
}

impl From<AdoptError> for Failure {
    fn from(e: AdoptError) -> Self {
        Self::of(1, &e)
    }
}

/// What a connection turned out to be goes into the account.
fn learn(account: &mut Account, connection: &Connection) {
    account.learn(connection.organisation.as_ref().ok().cloned(), connection.user.as_ref().ok().cloned());
}

/// An account as it is told.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    label: &'a str,
    data_center: Option<&'a str>,
    accounts_url: Option<&'a str>,
    api_url: Option<&'a str>,
    client_id: Option<&'a str>,
    organisation: Option<OrganisationLine<'a>>,
    user: Option<&'a str>,
    scopes: &'a [String],
    connected: bool,
}

#[derive(Serialize)]
struct OrganisationLine<'a> {
    id: &'a str,
    name: &'a str,
    edition: Option<&'a str>,
}

impl<'a> From<&'a Organisation> for OrganisationLine<'a> {
    fn from(o: &'a Organisation) -> Self {
        Self { id: &o.id, name: &o.name, edition: o.edition.as_deref() }
    }
}

fn list(format: RecordFormat, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let accounts = readable_accounts(&workspace)?;
    let out = &mut context.out;
    for problem in &accounts.problems {
        out.notice(&problem.to_string())?;
    }
    let given = |text: &'_ str| !text.is_empty();
    let mut table = Table::default();
    table.row(["ACCOUNT", "LABEL", "DATA CENTRE", "ORGANISATION", "USER", ""].map(|t| (Role::Strong, t)));
    for a in &accounts.value {
        let secrets = workspace.tokens(&a.id).is_ok_and(|tokens| tokens.credentials().is_ok());
        let connected = a.is_sandbox() || secrets;
        match format {
            RecordFormat::Json => out.json(&Line {
                id: &a.id,
                label: &a.label,
                data_center: a.data_center.as_deref(),
                accounts_url: Some(a.accounts_url.as_str()).filter(|t| given(t)),
                api_url: Some(a.api_url.as_str()).filter(|t| given(t)),
                client_id: Some(a.client_id.as_str()).filter(|t| given(t)),
                organisation: a.organisation.as_ref().map(OrganisationLine::from),
                user: a.user.as_deref(),
                scopes: &a.scopes,
                connected,
            })?,
            RecordFormat::Text => table.row([
                (Role::Plain, a.id.as_str()),
                (Role::Plain, a.label.as_str()),
                (Role::Plain, &place(a)),
                (Role::Plain, a.organisation.as_ref().map_or("", |o| o.name.as_str())),
                (Role::Plain, a.user.as_deref().unwrap_or_default()),
                (Role::Doubtful, if connected { "" } else { "not connected on this machine" }),
            ]),
        }
    }
    if let RecordFormat::Text = format {
        table.lines(out).iter().try_for_each(|line| out.line(line))?;
    }
    Ok(())
}

/// Where an account's Zoho is: its data centre, or the host of a server of one's own.
fn place(account: &Account) -> String {
    if account.is_sandbox() {
        return "built in".to_owned();
    }
    account.data_center.clone().unwrap_or_else(|| account.api_url.clone())
}

async fn test(id: Option<&str>, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let accounts = match id {
        Some(id) => vec![known_account(&workspace, id)?],
        None => readable_accounts(&workspace)?.value,
    };
    let mut all_well = true;
    for account in &accounts {
        let probed = probe(&workspace, context, account).await;
        let well = matches!(&probed, Ok(connection) if connection.state() == ConnectionState::Ok);
        all_well &= well;
        let line = told(|role, text| context.out.styled(role, text), account, &probed);
        context.out.line(&line)?;
        if let Ok(connection) = probed.as_ref()
            && well
            && !account.is_sandbox()
        {
            remember(&workspace, context, account, connection)?;
        }
    }
    if all_well { Ok(()) } else { Err(Failure::silent(1)) }
}

/// Asks an account's Zoho who is there; or why it cannot be asked.
async fn probe(workspace: &Workspace, context: &Context, account: &Account) -> Result<Connection, String> {
    let link = Link::open(workspace, account, Arc::clone(&context.clock)).await.map_err(|e| e.to_string())?;
    let mut cost = Cost::default();
    let asked = link.client.probe(link.little_patience(), &mut cost);
    let connection = while_waiting(&context.out, &format!("asking account {}", account.id), asked).await;
    link.close().await;
    Ok(connection)
}

/// One line on an account: state, organisation, user, data centre; or why it does not work.
fn told(look: impl Fn(Role, &str) -> String, account: &Account, probed: &Result<Connection, String>) -> String {
    let id = look(Role::Strong, &visible(&account.id));
    let connection = match probed {
        Ok(connection) => connection,
        Err(why) => return format!("{id}: {}: {}", look(Role::Bad, "refused"), visible(why)),
    };
    let state = match connection.state() {
        ConnectionState::Ok => "ok",
        ConnectionState::Expired => "expired",
        ConnectionState::Revoked => "revoked",
        ConnectionState::Unreachable => "unreachable",
        ConnectionState::MissingScope => "missing scope",
        ConnectionState::Refused => "refused",
    };
    if let Some(error) = connection.error() {
        return format!("{id}: {}: {}", look(Role::Bad, state), visible(&error.message));
    }
    let mut parts = vec![look(Role::Good, state)];
    if let Ok(o) = &connection.organisation {
        let edition = o.edition.as_deref().map(|e| format!(", {}", visible(e))).unwrap_or_default();
        parts.push(format!("organisation {} ({}{edition})", visible(&o.name), visible(&o.id)));
    }
    if let Ok(user) = &connection.user {
        parts.push(format!("user {}", visible(user)));
    }
    parts.push(match &account.data_center {
        Some(centre) => format!("data centre {}", visible(centre)),
        None => visible(&place(account)).into_owned(),
    });
    format!("{id}: {}", parts.join(", "))
}

/// Keeps what Zoho said of itself where the file says something else; that it cannot be kept is no failure of the test.
fn remember(
    workspace: &Workspace,
    context: &mut Context,
    account: &Account,
    connection: &Connection,
) -> Result<(), Failure> {
    let mut learnt = account.clone();
    learn(&mut learnt, connection);
    if learnt == *account {
        return Ok(());
    }
    let kept = change_accounts(workspace, |accounts| {
        accounts.iter_mut().filter(|a| a.id == account.id).for_each(|a| learn(a, connection));
        Ok(())
    });
    if let Err(failure) = kept {
        let why = failure.lines.join("; ");
        context.out.notice(&format!("organisation and user could not be kept: {why}"))?;
    }
    Ok(())
}

fn remove(id: &str, force: bool, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let account = known_account(&workspace, id)?;
    if account.is_sandbox() {
        return Err(Failure::usage("the sandbox is built in and cannot be removed: name another account"));
    }
    let actions = workspace.actions().map_err(|e| Failure::unreadable(&e))?;
    let users: Vec<&str> = actions.iter().filter(|a| a.value.account == id).map(|a| a.value.id.as_str()).collect();
    if !users.is_empty() && !force {
        let why = format!(
            "account `{id}` is used by {}: choose another account there first, or remove it all the same with --force",
            users.join(", ")
        );
        return Err(Failure::new(1, why));
    }
    let tokens = workspace.tokens(id).map_err(|e| Failure::unreadable(&e))?;
    change_accounts(&workspace, |accounts| {
        accounts.retain(|a| a.id != id);
        Ok(())
    })?;
    tokens.forget().map_err(|e| Failure::of(1, &e))?;
    context.out.line(&format!("removed account {} and forgot its secrets", visible(id)))?;
    Ok(())
}
