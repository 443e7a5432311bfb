//! `astra-zoho account`: the connections to Zoho.

use std::sync::Arc;

use clap::Subcommand;
use serde::Serialize;

use super::out::{Failure, Out, Role};
use super::progress::while_waiting;
use super::table::Table;
use super::{Context, RecordFormat};
use crate::connect::Link;
use crate::connect::adopt::{self, AdoptError};
use crate::domain::account::{Account, Organisation};
use crate::domain::health::Verdict;
use crate::domain::problem::did_you_mean;
use crate::domain::text::visible;
use crate::ports::{Cost, Meter, TokenStore};
use crate::store::{Loaded, Workspace};
use crate::zoho::{Connection, ConnectionState, Examination};

mod add;
mod given;
mod keyboard;
mod qr;
mod remove;
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
    /// One check a line: pass, fail or not told, and what to do. Nothing is written. Exit status 1 where one fails.
    Test {
        /// The account; without it every one
        id: Option<String>,
        /// `text` for people, `json` for programs: one account a line
        #[arg(long, value_enum, default_value_t)]
        format: RecordFormat,
    },
    /// Revoke an account's tokens at Zoho, remove it and forget its secrets
    Remove {
        /// The account
        id: String,
        /// Do not ask, although actions use it
        #[arg(long, visible_alias = "force")]
        yes: bool,
    },
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    match arguments.command {
        Command::List { format } => list(format, context),
        Command::Add(arguments) => add::run(*arguments, context).await,
        Command::Reconnect(arguments) => add::reconnect(*arguments, context).await,
        Command::Test { id, format } => test(id.as_deref(), format, context).await,
        Command::Remove { id, yes } => remove::run(&id, yes, context).await,
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
    ended: Option<String>,
    credits_used: u64,
    credits_left: Option<u64>,
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
        let tokens = workspace.tokens(&a.id).ok();
        let secrets = tokens.as_ref().is_some_and(|tokens| tokens.credentials().is_ok());
        let connected = a.is_sandbox() || secrets;
        let ended = tokens.and_then(|t| t.renewals().ok()).and_then(|known| known.ended).filter(|_| secrets);
        let usage = workspace.credits(&a.id).usage(context.clock.now());
        let out = &mut context.out;
        let remark = match (&ended, connected) {
            (_, false) => "not connected on this machine".to_owned(),
            (Some(ended), true) if ended.code == "auth_revoked" => "revoked: connect it again".to_owned(),
            (Some(_), true) => "expired: connect it again".to_owned(),
            (None, true) => match (usage.used, usage.left) {
                (0, None) => String::new(),
                (used, None) => format!("{used} credits used in 24 hours"),
                (used, Some(left)) => format!("{used} credits used in 24 hours, {left} left"),
            },
        };
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
                ended: ended.map(|e| e.message),
                credits_used: usage.used,
                credits_left: usage.left,
            })?,
            RecordFormat::Text => table.row([
                (Role::Plain, a.id.as_str()),
                (Role::Plain, a.label.as_str()),
                (Role::Plain, &place(a)),
                (Role::Plain, a.organisation.as_ref().map_or("", |o| o.name.as_str())),
                (Role::Plain, a.user.as_deref().unwrap_or_default()),
                (if connected && ended.is_none() { Role::Dim } else { Role::Doubtful }, &remark),
            ]),
        }
    }
    let out = &mut context.out;
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

/// What a test found, for programs.
#[derive(Serialize)]
struct Tested<'a> {
    account: &'a str,
    ok: bool,
    checks: Vec<TestedCheck<'a>>,
}

#[derive(Serialize)]
struct TestedCheck<'a> {
    check: &'static str,
    verdict: &'static str,
    found: &'a str,
    todo: Option<&'a str>,
}

async fn test(id: Option<&str>, format: RecordFormat, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    let accounts = match id {
        Some(id) => vec![known_account(&workspace, id)?],
        None => readable_accounts(&workspace)?.value,
    };
    let mut all_well = true;
    for account in &accounts {
        let found = examine(&workspace, context, account).await;
        all_well &= found.is_well();
        match format {
            RecordFormat::Json => context.out.json(&Tested {
                account: &account.id,
                ok: found.is_well(),
                checks: found
                    .checks
                    .iter()
                    .map(|c| TestedCheck {
                        check: c.subject.as_str(),
                        verdict: c.verdict.as_str(),
                        found: &c.found,
                        todo: c.todo.as_deref(),
                    })
                    .collect(),
            })?,
            RecordFormat::Text => tell(&mut context.out, account, &found)?,
        }
        if let Some(connection) = found.connection.as_ref().filter(|c| c.error().is_none())
            && !account.is_sandbox()
        {
            remember(&workspace, context, account, connection)?;
        }
    }
    if all_well { Ok(()) } else { Err(Failure::silent(1)) }
}

async fn examine(workspace: &Workspace, context: &Context, account: &Account) -> Examination {
    let link = match Link::open(workspace, account, Arc::clone(&context.clock)).await {
        Ok(link) => link,
        Err(e) => return Examination::unusable(&e.to_string()),
    };
    let mut cost = Cost::default();
    let asked = link.client.examine(&link.account, link.little_patience(), &mut cost);
    let found = while_waiting(&context.out, &format!("looking at account {}", account.id), asked).await;
    link.close().await;
    found
}

fn tell(out: &mut Out, account: &Account, found: &Examination) -> Result<(), Failure> {
    let (role, word) = if found.is_well() { (Role::Good, "ok") } else { (Role::Bad, "not ok") };
    let heading = format!("{}: {}", out.styled(Role::Strong, &visible(&account.id)), out.styled(role, word));
    out.line(&heading)?;
    let mut table = Table::default();
    for check in &found.checks {
        let role = match check.verdict {
            Verdict::Pass => Role::Good,
            Verdict::Fail => Role::Bad,
            Verdict::NotTold => Role::Dim,
        };
        let words = match &check.todo {
            Some(todo) => format!("{}: {todo}", check.found),
            None => check.found.clone(),
        };
        table.row([
            (Role::Plain, "  "),
            (role, check.verdict.as_str()),
            (Role::Plain, check.subject.as_str()),
            (Role::Plain, &words),
        ]);
    }
    for line in table.lines(out) {
        out.line(line.trim_end())?;
    }
    Ok(())
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
