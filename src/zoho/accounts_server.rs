//! The accounts server at which an account is being connected, and to which others a connection may move from there.
//! Must not know what is asked of it.

use url::Url;

use super::data_centre::{ALL, DataCentre, HostError, find, host_of, is_loopback, zoho_host};

/// An accounts server that a client's secret may be sent to: Zoho's own, this machine, or, where the operator allowed it,
/// any host over https.
#[derive(Debug, Clone)]
pub struct AccountsServer {
    url: Url,
    centre: Option<&'static DataCentre>,
    allow_custom_host: bool,
}

/// A connection cannot be finished where Zoho says it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// The data centre is none with a CRM API.
    #[error(
        "the user's data centre is \"{0}\", for which no CRM API is known; connect a user of us, eu, in, au, jp, cn, ca or sa"
    )]
    Location(String),
    /// It did not say which data centre.
    #[error("the user belongs to another data centre, but Zoho does not say which; name it with --data-centre")]
    Unsaid,
    /// The accounts server named is none of Zoho's.
    #[error(
        "the address names the accounts server {0}, which is none of Zoho's; nothing was sent there, begin again and copy the whole address"
    )]
    Foreign(String),
    /// The accounts server named is Zoho's, and this is none of Zoho's; or one on another machine.
    #[error(
        "the address names the accounts server {0}, which a connection that began at {1} is not continued at; nothing was sent there, begin again there"
    )]
    OtherKind(String, String),
}

impl AccountsServer {
    /// That of a data centre.
    ///
    /// # Errors
    /// Its address is none: never, for those of the table.
    pub fn of_centre(centre: &'static DataCentre) -> Result<Self, HostError> {
        Self::at("", &centre.accounts_url(), false)
    }

    /// The one with this origin, for an account.
    ///
    /// # Errors
    /// It is no origin, not encrypted, or a host that is neither Zoho's nor this machine and was not allowed.
    pub fn at(account: &str, origin: &str, allow_custom_host: bool) -> Result<Self, HostError> {
        let (account, key) = (account.to_owned(), "accounts_url");
        let url = super::data_centre::origin(&account, key, origin, None)?;
        let centre = zoho_host(&url).and_then(|h| ALL.iter().find(|d| d.accounts_host == h));
        if centre.is_none() {
            super::data_centre::allowed(&account, allow_custom_host, key, &url)?;
        }
        Ok(Self { url, centre, allow_custom_host })
    }

    /// Its origin.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The origin as accounts.toml says it.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Its host, for people.
    pub fn host(&self) -> String {
        host_of(&self.url)
    }

    /// Its data centre; `None` for a server of one's own.
    pub fn centre(&self) -> Option<&'static DataCentre> {
        self.centre
    }

    /// The operator allowed hosts that are neither Zoho's nor this machine.
    pub fn allows_custom_host(&self) -> bool {
        self.allow_custom_host
    }

    /// Where a connection goes on whose user lives elsewhere (`location`, `user_location`). A server of one's own stands
    /// for all data centres.
    ///
    /// # Errors
    /// Zoho has no CRM API there, as far as is known, or did not say where.
    pub fn in_location(&self, location: Option<&str>) -> Result<Self, MoveError> {
        let location = location.map(str::trim).filter(|l| !l.is_empty());
        if self.centre.is_none() {
            return Ok(self.clone());
        }
        let location = location.ok_or(MoveError::Unsaid)?;
        let unknown = || MoveError::Location(location.chars().filter(|c| c.is_ascii_alphanumeric()).take(20).collect());
        let centre = find(location).ok_or_else(unknown)?;
        Self::of_centre(centre).map_err(|_| unknown())
    }

    /// The accounts server that a redirect names. From one of Zoho's it leads to another of Zoho's, from this machine to
    /// this machine, and elsewhere only over https where that was allowed.
    ///
    /// # Errors
    /// It leads anywhere else.
    pub fn named(&self, origin: &str) -> Result<Self, MoveError> {
        let foreign = || {
            let host = Url::parse(origin.trim()).ok().filter(Url::has_host).map(|u| host_of(&u));
            MoveError::Foreign(host.unwrap_or_else(|| "that is no address".to_owned()))
        };
        let next = Self::at("", origin.trim(), self.allow_custom_host).map_err(|_| foreign())?;
        let same_kind = match (self.centre.is_some(), next.centre.is_some()) {
            (true, true) => true,
            (false, false) => is_loopback(&self.url) == is_loopback(&next.url),
            _ => false,
        };
        match same_kind {
            true => Ok(next),
            false if self.centre.is_some() => Err(foreign()),
            false => Err(MoveError::OtherKind(next.host(), self.host())),
        }
    }

    /// The address is a page of this server's, or one of Zoho's own where this is Zoho's: people may be sent there.
    pub(super) fn may_show(&self, url: &Url) -> bool {
        match self.centre {
            Some(_) => ALL.iter().any(|d| d.has_page(url)),
            None => url.origin() == self.url.origin() || (is_loopback(url) && is_loopback(&self.url)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(origin: &str) -> AccountsServer {
        AccountsServer::at("main", origin, false).unwrap()
    }

    #[test]
    fn a_connection_moves_among_zohos_own_only() {
        let us = at("https://accounts.zoho.com");
        assert_eq!(us.in_location(Some("EU")).unwrap().origin(), "https://accounts.zoho.eu");
        assert_eq!(us.in_location(Some("ca")).unwrap().origin(), "https://accounts.zohocloud.ca");
        assert_eq!(us.in_location(Some("mars\u{1b}")).unwrap_err(), MoveError::Location("mars".into()));
        assert_eq!(us.in_location(None).unwrap_err(), MoveError::Unsaid);
        assert_eq!(us.named("https://accounts.zoho.in/").unwrap().centre().map(|d| d.code), Some("in"));
        for evil in [
            "https://evil.example",
            "https://accounts.zoho.com.evil.example",
            "http://accounts.zoho.eu",
            "https://accounts.zoho.eu:444",
            "https://me@accounts.zoho.eu",
            "http://127.0.0.1:5",
            "nonsense",
            "",
        ] {
            assert!(matches!(us.named(evil), Err(MoveError::Foreign(_))), "{evil}");
        }
        let here = at("http://127.0.0.1:5");
        assert_eq!(here.in_location(Some("eu")).unwrap().origin(), "http://127.0.0.1:5");
        assert_eq!(here.named("http://127.0.0.1:6").unwrap().origin(), "http://127.0.0.1:6");
        let other = MoveError::OtherKind("accounts.zoho.eu".into(), "127.0.0.1:5".into());
        assert_eq!(here.named("https://accounts.zoho.eu").unwrap_err(), other);
        let own = AccountsServer::at("main", "https://zoho.example.com", true).unwrap();
        assert!(own.named("https://zoho2.example.com").is_ok());
        assert!(own.named("http://zoho2.example.com").is_err() && own.named("http://127.0.0.1:5").is_err());
    }

    #[test]
    fn secrets_go_to_zoho_this_machine_or_where_allowed() {
        for (origin, custom, fine) in [
            ("https://accounts.zoho.sa", false, true),
            ("http://localhost:9", false, true),
            ("https://zoho.example.com", false, false),
            ("https://zoho.example.com", true, true),
            ("http://zoho.example.com", true, false),
            ("https://accounts.zoho.eu/oauth", false, false),
        ] {
            assert_eq!(AccountsServer::at("main", origin, custom).is_ok(), fine, "{origin} {custom}");
        }
    }
}
