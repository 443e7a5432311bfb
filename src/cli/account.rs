//! `astra-zoho account`: the connections to Zoho.

use std::sync::Arc;

use clap::Subcommand;
use jiff::Timestamp;
use serde::Serialize;

use super::out::{Failure, Out, Role};
use super::progress::while_waiting;
use super::table::Table;
use super::{Context, RecordFormat};
use crate::connect::Link;
use crate::connect::adopt::{self, AdoptError};
use crate::connect::checkup::Checkup;
use crate::connect::known::{Known, of_today};
use crate::domain::account::{Account, Organisation};
use crate::domain::health::{ConnectionState, Health, Verdict};
use crate::domain::metadata::ago;
use crate::domain::problem::did_you_mean;
use crate::domain::run::format_instant;
use crate::domain::text::visible;
use crate::ports::{Cost, Meter, Usage};
use crate::store::{Loaded, Log, Standing, Workspace};
use crate::zoho::Connection;

mod add;
mod device;
mod given;
mod keyboard;
mod qr;
mod remove;
mod settle;
mod ways;

/// List, connect, test and remove accounts of Zoho
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = false)]
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
    /// One check a line: pass, fail or not told, and what to do. Nothing is written to Zoho; what was found is kept for the
    /// screen and `account list`. Exit status 1 where one fails.
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
        /// Forget its secrets although they cannot be read (locked, open to others, damaged, of a newer version): its tokens live on at Zoho
        #[arg(long)]
        anyway: bool,
        /// An action that is open in the screen and would use it once saved
        #[arg(long, value_name = "ACTION", hide = true)]
        editing: Option<String>,
    },
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    match arguments.command {
        Command::List { format } => list(format, context),
        Command::Add(arguments) => add::run(*arguments, context).await,
        Command::Reconnect(arguments) => add::reconnect(*arguments, context).await,
        Command::Test { id, format } => test(id.as_deref(), format, context).await,
        Command::Remove { id, yes, anyway, editing } => {
            remove::run(&id, remove::Said { yes, anyway, editing: editing.as_deref() }, context).await
        }
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
    secrets: Option<&'static str>,
    ended: Option<String>,
    checked_at: Option<String>,
    state: Option<&'static str>,
    failed: Vec<&'static str>,
    credits_used: u64,
    credits_left: Option<u64>,
    credits_floor: Option<u64>,
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
    let log = Log::open(&workspace.state_db()).map_err(|e| Failure::of(2, &e))?;
    let healths = of_today(&workspace, log.healths().map_err(|e| Failure::of(2, &e))?);
    let given = |text: &'_ str| !text.is_empty();
    let mut blocks: Vec<String> = Vec::new();
    let mut table = Table::default();
    let heads = ["ACCOUNT", "LABEL", "DATA CENTRE", "ORGANISATION", "USER", "CREDITS IN 24 H", "STATE"];
    table.row(heads.map(|t| (Role::Strong, t)));
    for a in &accounts.value {
        let health = healths.get(&a.id);
        let known = Known::of(&workspace, a, health);
        let usage = workspace.credits(&a.id).usage(context.clock.now());
        let out = &mut context.out;
        let state = told_of(a, &known, health, context.clock.now());
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
                connected: known.is_connected(a),
                secrets: (!a.is_sandbox()).then(|| known.secrets.as_str()),
                ended: known.ended.map(|e| e.message),
                checked_at: health.map(|h| format_instant(h.checked_at)),
                state: known.state.map(ConnectionState::as_str),
                failed: health.iter().flat_map(|h| h.failed()).map(|c| c.subject.as_str()).collect(),
                credits_used: usage.used,
                credits_left: usage.left,
                credits_floor: a.credits_floor,
            })?,
            RecordFormat::Text => {
                let low = usage.left.is_some_and(|left| left < a.credits_floor.unwrap_or(1));
                let used = (if low { Role::Doubtful } else { Role::Plain }, credits(a, usage));
                let state = (if known.trouble.is_none() { Role::Dim } else { Role::Doubtful }, state);
                let organisation = a.organisation.as_ref().map_or("", |o| o.name.as_str());
                let (place, user) = (place(a), a.user.as_deref().unwrap_or_default());
                table.row([
                    (Role::Plain, a.id.as_str()),
                    (Role::Plain, a.label.as_str()),
                    (Role::Plain, &place),
                    (Role::Plain, organisation),
                    (Role::Plain, user),
                    (used.0, &used.1),
                    (state.0, &state.1),
                ]);
                let label = Some(a.label.as_str()).filter(|label| *label != a.id).unwrap_or_default();
                let about: Vec<_> = [label, &place, organisation, user].into_iter().filter(|t| given(t)).collect();
                blocks.push(format!("{}  {}", out.styled(Role::Strong, &visible(&a.id)), visible(&about.join(", "))));
                blocks.push(format!("    {}", out.styled(state.0, &visible(&state.1))));
                if given(&used.1) {
                    blocks.push(format!("    credits in 24 h: {}", out.styled(used.0, &used.1)));
                }
            }
        }
    }
    let out = &mut context.out;
    if let RecordFormat::Text = format {
        // broken rows of a table are no table
        let too_wide = out.cells().is_some_and(|cells| table.width() > cells);
        let lines = if too_wide { blocks } else { table.lines(out) };
        lines.iter().try_for_each(|line| out.line(line))?;
    }
    if accounts.has_errors() { Err(Failure::silent(1)) } else { Ok(()) }
}

/// The state of an account's connection, since when, and what is to be done about it.
fn told_of(account: &Account, known: &Known, health: Option<&Health>, now: Timestamp) -> String {
    let test = format!("`astra-zoho account test {}` says", account.id);
    match (known.state, &known.trouble, health) {
        (Some(state), Some(why), _) => match (&known.ended, known.secrets) {
            (Some(_), _) | (None, Standing::Locked | Standing::Missing) => format!("{state}: {why}"),
            (None, Standing::Incomplete) => format!("{state}: {why}: {test} which"),
            (None, _) => format!("{state}: {why}: {test} what to do"),
        },
        (_, None, Some(health)) => {
            let when = ago(health.checked_at, now);
            match health.failed().next() {
                Some(check) if health.state == ConnectionState::Ok => {
                    format!("ok {when}, but the check of {} failed: {test} what to do", check.subject)
                }
                Some(_) => format!("{} {when}: {test} what to do", health.state),
                None => format!("{} {when}", health.state),
            }
        }
        _ => "not checked".to_owned(),
    }
}

/// What an account's organisation has used of its credits from here, what Zoho last said is left, and where runs begin to
/// wait; of the sandbox nothing, where they cost nothing.
fn credits(account: &Account, usage: Usage) -> String {
    if account.is_sandbox() {
        return String::new();
    }
    let left = usage.left.map_or_else(String::new, |left| format!(", {left} left"));
    let floor = account.credits_floor.map_or_else(String::new, |floor| format!(", runs wait below {floor}"));
    format!("{} used{left}{floor}", usage.used)
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
    state: &'static str,
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
    let listed = readable_accounts(&workspace)?;
    listed.problems.iter().try_for_each(|problem| context.out.notice(&problem.to_string()))?;
    let mut all_well = !listed.has_errors();
    for account in &accounts {
        let looking = Checkup::of(&workspace, account, Arc::clone(&context.clock));
        let found = while_waiting(&context.out, &format!("looking at account {}", account.id), looking).await;
        let (health, ok) = (&found.health, found.health.failed().next().is_none());
        all_well &= ok;
        match format {
            RecordFormat::Json => {
                let checks = health.checks.iter().map(|c| TestedCheck {
                    check: c.subject.as_str(),
                    verdict: c.verdict.as_str(),
                    found: &c.found,
                    todo: c.todo.as_deref(),
                });
                context.out.json(&Tested {
                    account: &account.id,
                    state: health.state.as_str(),
                    ok,
                    checks: checks.collect(),
                })?;
            }
            RecordFormat::Text => tell(&mut context.out, account, health)?,
        }
        if let Some(why) = &found.unkept {
            context.out.notice(why)?;
        }
    }
    if all_well { Ok(()) } else { Err(Failure::silent(1)) }
}

fn tell(out: &mut Out, account: &Account, found: &Health) -> Result<(), Failure> {
    let role = if found.failed().next().is_none() { Role::Good } else { Role::Bad };
    let heading =
        format!("{}: {}", out.styled(Role::Strong, &visible(&account.id)), out.styled(role, &found.in_short()));
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
        out.line_at(line.trim_end(), table.last_at())?;
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
fn told(look: impl Fn(Role, &str) -> String, account: &Account, connection: &Connection) -> String {
    let id = look(Role::Strong, &visible(&account.id));
    let state = connection.state().as_str();
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
