//! `astra-zoho account add` and `reconnect`: an account from an operator's consent, or from credentials that are there.

use std::path::Path;

use super::given::{Given, warn_of};
use super::keyboard::Keyboard;
use super::settle::{Place, give_back, kept_but, not_all, not_reached, settle, tell_of_environment};
use super::ways::{Answer, Ways};
use super::{change_accounts, known_account, learn, probe, readable_accounts, told};
use crate::cli::Context;
use crate::cli::out::Failure;
use crate::connect::adopt::is_refused;
use crate::connect::checkup;
use crate::connect::connecting::Consented;
use crate::domain::account::{Account, SANDBOX};
use crate::domain::text::visible;
use crate::ports::TokenStore;
use crate::store::{Workspace, variable_part};
use crate::zoho::data_centre::{HostError, Hosts, of_accounts_url};

/// Connect an account of Zoho
///
/// There are four ways, each explained on the terminal as it goes:
///
/// --device: a short code is shown; type it in a browser on any device. The client is a "Non-browser" one of Zoho's API
/// console.
///
/// --self-client: make a code in Zoho's API console ("Self Client", Generate Code) and paste it here, or give the
/// self_client.json that the console lets you download (or its path where the code is asked for).
///
/// --browser: open the address shown in a browser and accept; it comes back to a port of this machine, or paste the address
/// it ends at. The client is a "Server-based" one with the redirect address of --redirect-uri.
///
/// --from-json: credentials that are there already, {"accounts_url","api_url","client_id","client_secret","refresh_token"},
/// as `astra-zoho sandbox` prints them. With FILE nothing is asked.
///
/// What is secret is typed or pasted without being shown, or read from a file or the environment: it is never an argument.
/// It is kept in a file that only you can read. An account that accounts.toml lists already is connected where this machine
/// has no secrets of it; `account reconnect` renews one that has.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A short name for actions and commands: letters, digits, `-`, `_` and `.`
    #[arg(long, value_name = "ID")]
    id: String,
    /// The name people see
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// Add it although its organisation is connected already
    #[arg(long)]
    another: bool,
    #[command(flatten)]
    ways: Ways,
}

/// Connect an account anew, where Zoho no longer takes its tokens or scopes are missing
///
/// Its id, its label and every mapping of the actions that use it stay. The ways are those of `account add`; data centre,
/// client id and client secret are those it has, unless others are given. Only the organisation that it was connected to
/// is taken.
#[derive(Debug, clap::Args)]
pub struct Reconnect {
    /// The account
    id: String,
    #[command(flatten)]
    ways: Ways,
}

/// Connects an account that is there already.
pub async fn reconnect(arguments: Reconnect, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    let account = known_account(&workspace, &arguments.id)?;
    if account.is_sandbox() {
        return Err(Failure::usage("the sandbox is built in and is always connected: name another account"));
    }
    let (id, label) = (account.id.clone(), account.label.clone());
    let fewer_scopes = arguments.ways.fewer_scopes;
    let tokens = workspace.tokens(&account.id).map_err(|e| Failure::of(2, &e))?;
    // a consent that cannot be kept is not asked for
    tokens.try_to_keep().map_err(|e| Failure::of(1, &e))?;
    tell_of_environment(&workspace, context, &id)?;
    if let Some(Some(file)) = &arguments.ways.from_json {
        let consented = in_hand(context, &id, Some(&account), file, arguments.ways.allow_custom_host).await?;
        let place = Place { id, label, replaces: Some(account), another: false, fewer_scopes };
        return settle(&workspace, context, None, consented, place).await;
    }
    let secrets = tokens.credentials().ok();
    let asked = arguments.ways.consent(context, &account.id, Some((&account, secrets))).await?;
    let (consented, keyboard) = given(asked, &workspace, context, true).await?;
    let place = Place { id, label, replaces: Some(account), another: false, fewer_scopes };
    settle(&workspace, context, keyboard, consented, place).await
}

async fn in_hand(
    context: &mut Context,
    id: &str,
    account: Option<&Account>,
    file: &Path,
    custom: bool,
) -> Result<Consented, Failure> {
    warn_of(file, &mut context.out)?;
    Given::read(file)?.consent(id, account, custom, context.clock.now()).await
}

/// The consent, where the operator did not leave; what Zoho gave before that is given back.
async fn given(
    answer: Answer,
    workspace: &Workspace,
    context: &mut Context,
    again: bool,
) -> Result<(Consented, Option<Keyboard>), Failure> {
    match answer {
        Answer::Given(consented, keyboard) => Ok((*consented, keyboard)),
        Answer::Cancelled(lent) => {
            if let Some(lent) = lent {
                give_back(workspace, context, &lent).await?;
            }
            Err(cancelled(again))
        }
    }
}

/// The operator left before the end, of connecting an account that is there already or a new one.
pub fn cancelled(again: bool) -> Failure {
    Failure::new(1, if again { "cancelled: nothing was changed" } else { "cancelled: nothing was kept" })
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    let id = arguments.id.as_str();
    if id == SANDBOX {
        return Err(Failure::usage("`sandbox` is the account that is built in: choose another --id"));
    }
    let tokens = workspace.tokens(id).map_err(|e| Failure::of(2, &e))?;
    if !id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
        return Err(Failure::usage("an account's id is typed in commands: use letters, digits, `-`, `_` and `.`"));
    }
    let accounts = workspace.accounts().map_err(|e| Failure::unreadable(&e))?.value;
    // listed, but of another machine, or with secrets that cannot be read any more
    let listed = accounts.iter().find(|a| a.id == id && tokens.credentials().is_err());
    if listed.is_none() {
        refuse_taken(&accounts, id)?;
    }
    if let Some(other) = accounts.iter().find(|a| a.id != id && variable_part(&a.id) == variable_part(id)) {
        return Err(Failure::usage(format!(
            "`{id}` and the account `{}` that is there would read the same variables of the environment, ASTRA_ZOHO_..._{}: choose another --id",
            visible(&other.id),
            variable_part(id)
        )));
    }
    let label = arguments.label.clone().unwrap_or_else(|| listed.map_or(id, |a| &a.label).to_owned());
    let file = arguments.ways.from_json.as_ref().and_then(Option::as_ref);
    tell_of_environment(&workspace, context, id)?;
    let (consented, keyboard) = match (file, listed) {
        (Some(file), None) if !tokens.are_of_environment() => {
            return from_json(&workspace, context, file, label, &arguments).await;
        }
        // actions may be mapped to it: nothing is kept before Zoho said of which organisation it is
        (Some(file), listed) => {
            readable_accounts(&workspace)?;
            tokens.try_to_keep().map_err(|e| Failure::of(1, &e))?;
            (in_hand(context, id, listed, file, arguments.ways.allow_custom_host).await?, None)
        }
        (None, listed) => {
            // what cannot be kept is not asked for
            readable_accounts(&workspace)?;
            tokens.try_to_keep().map_err(|e| Failure::of(1, &e))?;
            let known = listed.map(|a| (a, None));
            let asked = arguments.ways.consent(context, id, known).await?;
            given(asked, &workspace, context, false).await?
        }
    };
    let (another, fewer_scopes) = (arguments.another, arguments.ways.fewer_scopes);
    let place = Place { id: id.to_owned(), label, replaces: listed.cloned(), another, fewer_scopes };
    settle(&workspace, context, keyboard, consented, place).await
}

async fn from_json(
    workspace: &Workspace,
    context: &mut Context,
    file: &Path,
    label: String,
    arguments: &Arguments,
) -> Result<(), Failure> {
    let id = arguments.id.as_str();
    let tokens = workspace.tokens(id).map_err(|e| Failure::of(2, &e))?;
    warn_of(file, &mut context.out)?;
    let given = Given::read(file)?;
    let account = Account {
        id: id.to_owned(),
        label,
        data_center: of_accounts_url(&given.accounts_url).map(|centre| centre.code.to_owned()),
        accounts_url: given.accounts_url,
        api_url: given.api_url,
        client_id: given.credentials.client_id.clone(),
        allow_custom_host: arguments.ways.allow_custom_host,
        ..Account::sandbox()
    };
    Hosts::of(&account).map_err(|e| refused_host(&e))?;
    change_accounts(workspace, |accounts| {
        refuse_taken(accounts, id)?;
        accounts.push(account.clone());
        Ok(())
    })?;
    let take_back = || {
        change_accounts(workspace, |accounts| {
            accounts.retain(|a| a.id != id);
            Ok(())
        })
    };
    if let Err(e) = tokens.keep_credentials(&given.credentials) {
        take_back()?;
        return Err(Failure::of(1, &e));
    }
    let not_kept = match introduce(workspace, context, &account, arguments.another).await? {
        Introduced::Kept => return Ok(()),
        Introduced::KeptBut(failure) => return Err(failure),
        Introduced::Refused(why) => format!("nothing was kept: {why}"),
        Introduced::Twin(twin) => format!(
            "the organisation is connected already as `{twin}`: nothing was added; use `{twin}`, renew it with `astra-zoho account reconnect {twin} --from-json {}`, or say --another to add it once more",
            visible(&file.display().to_string())
        ),
    };
    take_back()?;
    tokens.forget().map_err(|e| Failure::of(1, &e))?;
    checkup::forget(workspace, id);
    Err(Failure::new(1, not_kept))
}

/// A host that tokens may not be sent to, with the flag that allows it.
pub fn refused_host(e: &HostError) -> Failure {
    match e {
        HostError::NotZoho { .. } => {
            let why = e.to_string();
            let what = why.split_once("; ").map_or(why.as_str(), |(what, _)| what);
            let fix = "correct it, or say --allow-custom-host if tokens may be sent there";
            Failure::usage(format!("{what}; {fix}"))
        }
        _ => Failure::of(2, e),
    }
}

fn refuse_taken(accounts: &[Account], id: &str) -> Result<(), Failure> {
    if accounts.iter().all(|a| a.id != id) {
        return Ok(());
    }
    let why = format!(
        "there is an account `{id}` already: choose another --id, or renew it with `astra-zoho account reconnect {id}`"
    );
    Err(Failure::usage(why))
}

/// What came of asking Zoho who is there.
enum Introduced {
    /// It works.
    Kept,
    /// It does not work yet, and why.
    KeptBut(Failure),
    /// Zoho does not take the credentials.
    Refused(String),
    /// Its organisation is connected already as this account.
    Twin(String),
}

/// Asks Zoho who is there and keeps it. With `another` its organisation may be connected already.
///
/// # Errors
/// Its file cannot be read or written.
async fn introduce(
    workspace: &Workspace,
    context: &mut Context,
    account: &Account,
    another: bool,
) -> Result<Introduced, Failure> {
    let probed = probe(workspace, context, account).await;
    let connection = match &probed {
        Ok(connection) => connection,
        Err(why) => return Ok(Introduced::Refused(why.clone())),
    };
    if let Some(e) = connection.error().filter(|e| is_refused(e)) {
        return Ok(Introduced::Refused(e.message.clone()));
    }
    let mut learnt = account.clone();
    learn(&mut learnt, connection);
    let twin = learnt.twin(&readable_accounts(workspace)?.value).map(|twin| visible(&twin.id).into_owned());
    if let Some(twin) = twin.clone().filter(|_| !another) {
        return Ok(Introduced::Twin(twin));
    }
    change_accounts(workspace, |accounts| {
        accounts.iter_mut().filter(|a| a.id == account.id).for_each(|a| learn(a, connection));
        Ok(())
    })?;
    checkup::remember(workspace, &account.id, connection, &[], context.clock.now());
    if let Err(e) = &connection.organisation {
        return Ok(Introduced::KeptBut(kept_but(&visible(&account.id), &e.message)));
    }
    if let Some(failure) = not_reached(&visible(&account.id), connection) {
        return Ok(Introduced::KeptBut(failure));
    }
    let line = told(|role, text| context.out.styled(role, text), account, connection);
    if connection.error().is_some() {
        context.out.notice(&line)?;
        context.out.notice(&not_all(&visible(&account.id)))?;
    } else {
        context.out.line(&line)?;
    }
    if let Some(twin) = twin {
        context.out.notice(&format!(
            "its organisation is connected already as `{twin}`: both write to the same contacts; use `{twin}`, or remove one of them"
        ))?;
    }
    Ok(Introduced::Kept)
}
