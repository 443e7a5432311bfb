//! `astra-zoho account add`: an account from credentials that somebody else made.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::{change_accounts, learn, probe, told};
use crate::cli::Context;
use crate::cli::out::{Failure, Role};
use crate::domain::account::{Account, SANDBOX};
use crate::ports::{Credentials, TokenStore};
use crate::store::Workspace;
use crate::zoho::data_centre::{HostError, Hosts, of_accounts_url};

/// The longest credentials that are read, in bytes.
const LONGEST: u64 = 1 << 16;

/// Connect an account of Zoho with credentials that are there already
///
/// The file holds {"accounts_url","api_url","client_id","client_secret","refresh_token"}, as `astra-zoho sandbox` prints
/// it. Nothing is asked. An account that accounts.toml lists already is connected where this machine has no secrets of it. Secrets are kept in a file that only you can read.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A short name for actions and commands: letters, digits, `-` and `_`
    #[arg(long, value_name = "ID")]
    id: String,
    /// The file with the credentials, `-` for standard input
    #[arg(long, value_name = "FILE")]
    from_json: PathBuf,
    /// The name people see
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// Let tokens be sent to hosts that are neither Zoho's nor this machine, over https
    #[arg(long)]
    allow_custom_host: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.workspace()?;
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
    let given = Given::read(&arguments.from_json)?;
    let account = Account {
        id: id.to_owned(),
        label: arguments.label.clone().unwrap_or_else(|| listed.map_or(id, |a| &a.label).to_owned()),
        data_center: of_accounts_url(&given.accounts_url).map(|centre| centre.code.to_owned()),
        accounts_url: given.accounts_url,
        api_url: given.api_url,
        client_id: given.credentials.client_id.clone(),
        allow_custom_host: arguments.allow_custom_host,
        ..Account::sandbox()
    };
    Hosts::of(&account).map_err(|e| match &e {
        HostError::NotZoho { .. } => {
            let why = e.to_string();
            let what = why.split_once("; ").map_or(why.as_str(), |(what, _)| what);
            let fix = "correct it, or say --allow-custom-host if tokens may be sent there";
            Failure::usage(format!("{what}; {fix}"))
        }
        _ => Failure::of(2, &e),
    })?;
    change_accounts(&workspace, |accounts| {
        match accounts.iter_mut().find(|a| a.id == id && listed.is_some()) {
            Some(row) => *row = account.clone(),
            None => {
                refuse_taken(accounts, id)?;
                accounts.push(account.clone());
            }
        }
        Ok(())
    })?;
    if let Err(e) = tokens.keep_credentials(&given.credentials) {
        change_accounts(&workspace, |accounts| {
            match (accounts.iter_mut().find(|a| a.id == id), listed) {
                (Some(row), Some(before)) => *row = before.clone(),
                _ => accounts.retain(|a| a.id != id),
            }
            Ok(())
        })?;
        return Err(Failure::of(1, &e));
    }
    introduce(&workspace, context, &account).await
}

fn refuse_taken(accounts: &[Account], id: &str) -> Result<(), Failure> {
    if accounts.iter().all(|a| a.id != id) {
        return Ok(());
    }
    let why =
        format!("there is an account `{id}` already: choose another --id, or first `astra-zoho account remove {id}`");
    Err(Failure::usage(why))
}

/// Asks Zoho who is there and keeps it. The account is added whatever the answer.
async fn introduce(workspace: &Workspace, context: &mut Context, account: &Account) -> Result<(), Failure> {
    let plain = |_: Role, text: &str| text.to_owned();
    let probed = probe(workspace, context, account).await;
    let Ok(connection) = &probed else { return Err(Failure::new(1, told(plain, account, &probed))) };
    change_accounts(workspace, |accounts| {
        accounts.iter_mut().filter(|a| a.id == account.id).for_each(|a| learn(a, connection));
        Ok(())
    })?;
    if connection.error().is_some() {
        let id = &account.id;
        context.out.notice(&told(plain, account, &probed))?;
        context
            .out
            .notice(&format!("account {id} was added all the same: `astra-zoho account test {id}` tries it again"))?;
    } else {
        let line = told(|role, text| context.out.styled(role, text), account, &probed);
        context.out.line(&line)?;
    }
    Ok(())
}

/// What the file says.
struct Given {
    accounts_url: String,
    api_url: String,
    credentials: Credentials,
}

impl Given {
    fn read(path: &Path) -> Result<Self, Failure> {
        let name = if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
        let wrong = |what: String| {
            let form = r#"give {"accounts_url","api_url","client_id","client_secret","refresh_token"}"#;
            Failure::usage(format!("{name}: {what}; {form}"))
        };
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
        let read = if path == Path::new("-") {
            io::stdin().lock().take(LONGEST).read_to_end(&mut bytes)
        } else {
            File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes))
        };
        read.map_err(|e| Failure::usage(format!("{name}: cannot be read: {e}")))?;
        // the parser's own words could quote a secret
        let object: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|e| match e.classify() {
            _ if bytes.trim_ascii().is_empty() => wrong("it is empty".to_owned()),
            Category::Data => wrong("it is not a JSON object".to_owned()),
            _ => wrong(format!("it is not JSON from line {} column {} on", e.line(), e.column())),
        })?;
        let text = |key: &str| match object.get(key) {
            None => Err(wrong(format!("`{key}` is missing"))),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            Some(_) => Err(wrong(format!("`{key}` is not a text, or blank"))),
        };
        Ok(Self {
            accounts_url: text("accounts_url")?,
            api_url: text("api_url")?,
            credentials: Credentials {
                client_id: text("client_id")?,
                client_secret: SecretString::from(text("client_secret")?),
                refresh_token: SecretString::from(text("refresh_token")?),
            },
        })
    }
}
