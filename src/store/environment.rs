//! Credentials that the environment gives in place of a file of secrets, and the access token got with them. That token is
//! sealed by the very credentials: others than those that got it cannot open it, and no passphrase is needed. Must not know
//! what any of them is good for.

use std::path::Path;

use aws_lc_rs::digest;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::files::{self, Readers};
use super::sealed::{self, Key};
use super::secrets::{Access, OpenAccess, failed, read_private, remove};
use crate::ports::{AccessToken, Credentials, Renewals, SecretsError};

/// The credentials that the environment gives for an account, for unattended use: then no file of secrets is needed.
///
/// # Errors
/// Some of its variables are set, others are not.
pub fn credentials(account: &str) -> Option<Result<Credentials, SecretsError>> {
    let name = |what: &str| format!("ASTRA_ZOHO_{what}_{}", variable_part(account));
    let set = |what: &str| std::env::var(name(what)).ok().filter(|v| !v.trim().is_empty());
    let (secret, token) = (set("CLIENT_SECRET"), set("REFRESH_TOKEN"));
    if secret.is_none() && token.is_none() {
        return None;
    }
    let missing = |what: &str| SecretsError {
        message: format!(
            "account {account}: {} is not set, though others of its variables are: set all three",
            name(what)
        ),
        source: None,
    };
    Some(match (set("CLIENT_ID"), secret, token) {
        (Some(client_id), Some(secret), Some(token)) => {
            Ok(Credentials { client_id, client_secret: secret.into(), refresh_token: token.into() })
        }
        (None, _, _) => Err(missing("CLIENT_ID")),
        (_, None, _) => Err(missing("CLIENT_SECRET")),
        (_, _, None) => Err(missing("REFRESH_TOKEN")),
    })
}

/// An account's id as the end of a variable's name: `our-zoho` is `OUR_ZOHO`.
pub fn variable_part(account: &str) -> String {
    account.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// Which credentials these are, without saying any of them: other ones have another digest.
pub(super) fn digest_of(credentials: &Credentials) -> String {
    let all = digest::digest(&digest::SHA256, seal_of(credentials).expose_secret().as_bytes());
    all.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What was told of renewals with credentials of the environment: of others it says nothing.
#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    of: String,
    renewals: Renewals,
}

impl Told {
    pub(super) fn new(credentials: &Credentials, renewals: &Renewals) -> Self {
        Self { of: digest_of(credentials), renewals: renewals.clone() }
    }

    /// What was told of these credentials.
    pub(super) fn of(self, credentials: &Credentials) -> Option<Renewals> {
        (self.of == digest_of(credentials)).then_some(self.renewals)
    }
}

/// The token that these credentials got and that was kept; one of others, or that cannot be opened, is none.
pub(super) fn token(path: &Path, account: &str, credentials: &Credentials) -> Option<AccessToken> {
    let bytes = read_private(path).ok().flatten()?;
    let (plain, _) = sealed::open(account, path, &bytes, Some(&seal_of(credentials))).ok()?;
    serde_json::from_slice::<Access>(&plain).ok().map(AccessToken::from)
}

/// Keeps a token that these credentials got; `None` forgets the one kept.
pub(super) fn keep(
    path: &Path,
    account: &str,
    credentials: &Credentials,
    token: Option<&AccessToken>,
) -> Result<(), SecretsError> {
    let Some(token) = token else { return remove(path) };
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    serde_json::to_writer(&mut *bytes, &OpenAccess::of(token)).map_err(|e| failed("write", path, e.into()))?;
    let key = Key::of_secrets(&seal_of(credentials), &sealed::system_random)?;
    let sealed = key.seal(account, &bytes, &sealed::system_random)?;
    if let Some(folder) = path.parent() {
        files::private_folder(folder).map_err(|e| failed("make the folder", folder, e))?;
    }
    files::replace(path, &sealed, Readers::Owner).map_err(|e| failed("write", path, e))
}

fn seal_of(credentials: &Credentials) -> SecretString {
    let Credentials { client_id, client_secret, refresh_token } = credentials;
    format!("{client_id}\n{}\n{}", client_secret.expose_secret(), refresh_token.expose_secret()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_there_for_the_credentials_that_got_it_and_for_no_others() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secrets/eu.env-token");
        let with = |token: &str| Credentials {
            client_id: "1000.C".into(),
            client_secret: "s".into(),
            refresh_token: token.to_owned().into(),
        };
        let at = "2026-03-02T09:00:00Z".parse().unwrap();
        let access = AccessToken {
            token: "1000.access".to_owned().into(),
            expires_at: at,
            renew_at: at,
            api_url: "https://www.zohoapis.eu".into(),
        };
        assert!(token(&path, "eu", &with("a")).is_none());
        keep(&path, "eu", &with("a"), Some(&access)).unwrap();
        assert!(!std::fs::read_to_string(&path).unwrap().contains("1000.access"));
        let kept = token(&path, "eu", &with("a")).unwrap();
        assert_eq!((kept.token.expose_secret(), kept.renew_at), ("1000.access", at));
        assert!(token(&path, "eu", &with("b")).is_none() && token(&path, "in", &with("a")).is_none());
        keep(&path, "eu", &with("a"), None).unwrap();
        assert!(!path.exists());
    }
}
