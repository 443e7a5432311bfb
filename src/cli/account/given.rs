//! Credentials that somebody else made, as `astra-zoho sandbox` prints them: the file of `account add --from-json`.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use jiff::Timestamp;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::add::refused_host;
use crate::cli::out::{Failure, Out};
use crate::cli::passphrase::unseen;
use crate::connect::connecting::Consented;
use crate::domain::account::Account;
use crate::ports::{Credentials, CrmError};
use crate::zoho::Limits;
use crate::zoho::accounts_server::AccountsServer;
use crate::zoho::data_centre::{Hosts, of_accounts_url};
use crate::zoho::token::TokenEndpoint;

/// The longest file that is read, in bytes.
const LONGEST: u64 = 1 << 16;

/// What the file says.
pub struct Given {
    /// Where tokens come from.
    pub accounts_url: String,
    /// Where records are.
    pub api_url: String,
    /// What tokens are got with.
    pub credentials: Credentials,
}

impl Given {
    /// Reads the file, `-` for standard input.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        Self::of(&name(path), &read(path)?)
    }

    /// Reads the text of such a file, which people know by a name.
    pub fn of(name: &str, bytes: &[u8]) -> Result<Self, Failure> {
        let wrong = |what: String| {
            let form = r#"give {"accounts_url","api_url","client_id","client_secret","refresh_token"}"#;
            Failure::usage(format!("{name}: {what}; {form}"))
        };
        // the parser's own words could quote a secret
        let object: Map<String, Value> = serde_json::from_slice(bytes).map_err(|e| match e.classify() {
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

    /// The consent that a refresh token in hand is: Zoho gives an access token for it, or says why not. `known`: the account
    /// of this id that is there already.
    pub async fn consent(
        self,
        id: &str,
        known: Option<&Account>,
        custom: bool,
        now: Timestamp,
    ) -> Result<Consented, Failure> {
        let allow_custom_host = custom || known.is_some_and(|account| account.allow_custom_host);
        let there = Account {
            id: id.to_owned(),
            data_center: of_accounts_url(&self.accounts_url).map(|centre| centre.code.to_owned()),
            accounts_url: self.accounts_url.clone(),
            api_url: self.api_url.clone(),
            allow_custom_host,
            ..known.cloned().unwrap_or_else(Account::sandbox)
        };
        Hosts::of(&there).map_err(|e| refused_host(&e))?;
        let server = AccountsServer::at(id, &self.accounts_url, allow_custom_host).map_err(|e| refused_host(&e))?;
        let failed = |e: CrmError| Failure::of(1, &e);
        let endpoint = TokenEndpoint::new(&there, &Limits::default()).map_err(failed)?;
        let granted = endpoint.refresh(&self.credentials, now).await.map_err(failed)?;
        Ok(Consented { server, credentials: self.credentials, granted, in_hand: true })
    }
}

/// The bytes of a file that holds secrets, `-` for standard input; wiped when dropped.
pub fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if path == Path::new("-") && io::stdin().is_terminal() {
        // the terminal would show what is pasted
        return unseen(LONGEST as usize);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(1 << 12));
    let read = if path == Path::new("-") {
        io::stdin().lock().take(LONGEST).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes))
    };
    read.map_err(|e| Failure::usage(format!("{}: cannot be read: {e}", name(path))))?;
    Ok(bytes)
}

/// Says so where others can read a file that holds secrets.
pub fn warn_of(path: &Path, out: &mut Out) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(known) = std::fs::metadata(path) else { return Ok(()) };
    if path != Path::new("-") && known.is_file() && known.permissions().mode() & 0o044 != 0 {
        let name = name(path);
        out.notice(&format!("{name}: others can read it, and it holds secrets: run `chmod 600 {name}`, or delete it"))?;
    }
    Ok(())
}

/// A file's name, for people.
pub fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".into() } else { path.display().to_string() }
}
