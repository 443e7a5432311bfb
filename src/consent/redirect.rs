//! The authorization code way: the address to open, and what the address says that a browser comes back to. Must not
//! know who opens or listens.

use secrecy::SecretString;
use url::Url;

use crate::domain::scope::ASKED;

/// Where a browser is sent back unless the operator registered another address with the client.
pub const USUAL_REDIRECT: &str = "http://localhost:17655/callback";
/// The longest address that is read.
const LONGEST: usize = 8 * 1024;

/// What one attempt to connect is made with.
pub struct Attempt {
    /// The client id.
    pub client_id: String,
    /// The address registered with the client.
    pub redirect_uri: Url,
    /// Told apart from other attempts, and from what strangers send, by this.
    pub state: String,
    /// The challenge of PKCE (S256).
    pub challenge: String,
}

/// What came back with the browser.
pub struct Arrived {
    /// The code: works once, for two minutes or so.
    pub code: SecretString,
    /// The data centre of the user.
    pub location: Option<String>,
    /// The accounts server of the user, not checked.
    pub accounts_server: Option<String>,
}

/// What came back is not what was asked for. Quotes no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotArrived {
    /// Not an address.
    #[error("that is no address: copy the whole address from the browser's address bar, from http to its end")]
    NoAddress,
    /// Another page's address.
    #[error(
        "that is not the address Zoho came back to (it begins with {0}): accept on Zoho's page, and then copy the whole address from the browser's address bar"
    )]
    OtherPage(String),
    /// Another attempt's, or a stranger's.
    #[error(
        "the address is of another attempt (its state is another one): open the address shown here, accept, and copy what you come back to"
    )]
    OtherState,
    /// Neither code nor error.
    #[error("the address has no code in it: copy the whole address from the browser's address bar, to its end")]
    NoCode,
    /// Zoho came back with an error.
    #[error("{0}")]
    Refused(String),
}

impl NotArrived {
    /// Waiting longer makes no sense: Zoho answered this very attempt.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl Attempt {
    /// The address to open, at an accounts server.
    pub fn address(&self, accounts: &Url) -> Option<Url> {
        let mut url = accounts.join("/oauth/v2/auth").ok()?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", ASKED)
            .append_pair("redirect_uri", self.redirect_uri.as_str())
            .append_pair("access_type", "offline")
            .append_pair("prompt", "consent")
            .append_pair("state", &self.state)
            .append_pair("code_challenge", &self.challenge)
            .append_pair("code_challenge_method", "S256");
        Some(url)
    }

    /// Reads the address that a browser came back to.
    ///
    /// # Errors
    /// It is not this attempt's, or says that access was refused.
    pub fn read(&self, text: &str) -> Result<Arrived, NotArrived> {
        let text: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(LONGEST + 1).collect();
        if text.len() > LONGEST {
            return Err(NotArrived::NoAddress);
        }
        let url = Url::parse(&text).map_err(|_| NotArrived::NoAddress)?;
        if url.origin() != self.redirect_uri.origin() || url.path() != self.redirect_uri.path() {
            return Err(NotArrived::OtherPage(self.redirect_uri.to_string()));
        }
        let get = |key: &str| {
            let found = url.query_pairs().find(|(k, v)| k == key && !v.is_empty());
            found.map(|(_, v)| v.into_owned())
        };
        if get("state").as_deref() != Some(self.state.as_str()) {
            return Err(NotArrived::OtherState);
        }
        if let Some(error) = get("error") {
            return Err(NotArrived::Refused(refused(&error)));
        }
        let code = get("code").filter(|c| c.bytes().all(|b| b.is_ascii_graphic())).ok_or(NotArrived::NoCode)?;
        Ok(Arrived {
            code: SecretString::from(code),
            location: get("location"),
            accounts_server: get("accounts-server"),
        })
    }
}

fn refused(error: &str) -> String {
    match error {
        "access_denied" => "access was refused on Zoho's page; begin again and accept".to_owned(),
        "invalid_scope" => {
            "Zoho does not know one of the scopes asked for in this data centre, or the client may not ask for it; check the data centre, and that the client is a \"Server-based\" one of Zoho's API console".to_owned()
        }
        "invalid_client" => {
            "Zoho does not know the client id in this data centre; check it, and that the client is switched on for it in Zoho's API console".to_owned()
        }
        word if (1..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => {
            format!("Zoho came back without a code ({word}); begin again")
        }
        _ => "Zoho came back without a code; begin again".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn attempt() -> Attempt {
        Attempt {
            client_id: "1000.AB".into(),
            redirect_uri: Url::parse(USUAL_REDIRECT).unwrap(),
            state: "st-1".into(),
            challenge: "ch".into(),
        }
    }

    #[test]
    fn the_address_asks_for_everything_offline_with_state_and_challenge() {
        let url = attempt().address(&Url::parse("https://accounts.zoho.eu").unwrap()).unwrap();
        assert!(
            url.as_str().starts_with("https://accounts.zoho.eu/oauth/v2/auth?response_type=code&client_id=1000.AB&")
        );
        let get = |key: &str| url.query_pairs().find(|(k, _)| k == key).map(|(_, v)| v.into_owned());
        assert_eq!(get("redirect_uri").as_deref(), Some(USUAL_REDIRECT));
        assert_eq!(get("scope").as_deref(), Some(ASKED));
        assert_eq!((get("access_type"), get("prompt")), (Some("offline".into()), Some("consent".into())));
        assert_eq!((get("state"), get("code_challenge_method")), (Some("st-1".into()), Some("S256".into())));
    }

    #[test]
    fn what_zoho_comes_back_with_is_read_however_it_is_copied() {
        let back = "http://localhost:17655/callback?state=st-1&code=1000.x.y&location=in\
                    &accounts-server=https%3A%2F%2Faccounts.zoho.in&";
        for text in
            [back.to_owned(), format!("  {back}\n"), back.replace("location", "\nlocation"), format!("{back}new=1")]
        {
            let got = attempt().read(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
            assert_eq!(got.code.expose_secret(), "1000.x.y");
            assert_eq!(got.location.as_deref(), Some("in"));
            assert_eq!(got.accounts_server.as_deref(), Some("https://accounts.zoho.in"));
        }
        let bare = attempt().read("http://localhost:17655/callback?code=c&state=st-1").unwrap();
        assert_eq!((bare.location, bare.accounts_server), (None, None));
    }

    #[test]
    fn what_is_not_this_attempts_is_refused_without_quoting_it() {
        let base = "http://localhost:17655/callback";
        for (text, want) in [
            ("1000.PLANTED.code".to_owned(), "no address"),
            (format!("{base}?code=PLANTED"), "another attempt"),
            (format!("{base}?code=PLANTED&state=other"), "another attempt"),
            (format!("{base}?state=st-1&"), "no code"),
            ("https://accounts.zoho.eu/oauth/v2/auth?state=st-1&code=PLANTED".to_owned(), "is not the address"),
            (format!("{base}?state=st-1&error=access_denied"), "was refused"),
            (format!("{base}?state=st-1&error=%1b[31mPLANTED"), "without a code; begin"),
            (format!("{base}?{}", "a".repeat(9000)), "no address"),
        ] {
            let told = attempt().read(&text).err().unwrap().to_string();
            assert!(told.contains(want) && !told.contains("PLANTED") && !told.contains('\u{1b}'), "{text}: {told}");
        }
    }
}
