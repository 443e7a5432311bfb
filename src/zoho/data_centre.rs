//! Zoho's data centres, and which hosts an account's secrets may be sent to. Must not know tokens or requests.
//!
//! The table is Zoho's own (the data centre classes of its v8 SDKs). Zoho has accounts servers in more places, but no
//! CRM API host is documented for those: such a host counts as one of the operator's own.

use url::{Host, Url};

use super::accounts_server::AccountsServer;
use crate::domain::account::Account;

/// A data centre with a CRM API.
#[derive(Debug, PartialEq, Eq)]
pub struct DataCentre {
    /// What Zoho calls its `location`.
    pub code: &'static str,
    /// Where it is, for people.
    pub name: &'static str,
    pub(super) accounts_host: &'static str,
    domain: &'static str,
}

/// All of them, in the order people are shown.
pub const ALL: [DataCentre; 8] = [
    centre("us", "United States", "accounts.zoho.com", "com"),
    centre("eu", "Europe", "accounts.zoho.eu", "eu"),
    centre("in", "India", "accounts.zoho.in", "in"),
    centre("au", "Australia", "accounts.zoho.com.au", "com.au"),
    centre("jp", "Japan", "accounts.zoho.jp", "jp"),
    centre("cn", "China", "accounts.zoho.com.cn", "com.cn"),
    centre("ca", "Canada", "accounts.zohocloud.ca", "ca"),
    centre("sa", "Saudi Arabia", "accounts.zoho.sa", "sa"),
];

const fn centre(
    code: &'static str,
    name: &'static str,
    accounts_host: &'static str,
    domain: &'static str,
) -> DataCentre {
    DataCentre { code, name, accounts_host, domain }
}

impl DataCentre {
    /// Its API console, where clients are made.
    pub fn console_url(&self) -> String {
        format!("https://api-console.{}", self.root())
    }

    /// Zoho's own domain there: `zoho.eu`.
    fn root(&self) -> &'static str {
        self.accounts_host.strip_prefix("accounts.").unwrap_or(self.accounts_host)
    }

    /// The address is one of Zoho's own pages there.
    pub(super) fn has_page(&self, url: &Url) -> bool {
        zoho_host(url)
            .is_some_and(|h| h == self.root() || h.strip_suffix(self.root()).is_some_and(|h| h.ends_with('.')))
    }

    /// The origin of its accounts server.
    pub fn accounts_url(&self) -> String {
        format!("https://{}", self.accounts_host)
    }

    /// The origin of its API for production organisations.
    pub fn api_url(&self) -> String {
        format!("https://www.zohoapis.{}", self.domain)
    }

    /// One of its API hosts: production, sandbox organisations, developer organisations.
    fn has_api_host(&self, host: &str) -> bool {
        ["www", "sandbox", "developer"].iter().any(|kind| host == format!("{kind}.zohoapis.{}", self.domain))
    }
}

/// The data centre with this code, whatever its case.
pub fn find(code: &str) -> Option<&'static DataCentre> {
    ALL.iter().find(|d| d.code.eq_ignore_ascii_case(code))
}

/// The data centre whose accounts server has this origin.
pub fn of_accounts_url(url: &str) -> Option<&'static DataCentre> {
    let host = zoho_host(&Url::parse(url).ok()?)?.to_owned();
    ALL.iter().find(|d| d.accounts_host == host)
}

/// An account's addresses cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Not an address.
    #[error("account {account}: {key} is not an address; write it like https://www.zohoapis.eu")]
    NotAnAddress {
        /// The account.
        account: String,
        /// `accounts_url` or `api_url`.
        key: &'static str,
    },
    /// A path, a user name, a query: more than scheme, host and port.
    #[error("account {account}: {key} must be scheme, host and port only, like https://www.zohoapis.eu")]
    NotAnOrigin {
        /// The account.
        account: String,
        /// `accounts_url` or `api_url`.
        key: &'static str,
    },
    /// Secrets would travel unencrypted.
    #[error("account {account}: {key} must begin with https://, so that no token travels in the clear")]
    NotEncrypted {
        /// The account.
        account: String,
        /// `accounts_url` or `api_url`.
        key: &'static str,
    },
    /// Neither Zoho's nor this machine.
    #[error(
        "account {account}: {host} in {key} is none of Zoho's hosts; correct it, or set allow_custom_host if tokens may be sent there"
    )]
    NotZoho {
        /// The account.
        account: String,
        /// `accounts_url` or `api_url`.
        key: &'static str,
        /// The host.
        host: String,
    },
    /// The parts of the account belong to different data centres.
    #[error(
        "account {account}: {key} {host} does not belong to the data centre \"{data_centre}\"; use one data centre for all"
    )]
    Mixed {
        /// The account.
        account: String,
        /// `accounts_url` or `api_url`.
        key: &'static str,
        /// The host.
        host: String,
        /// The data centre of the rest.
        data_centre: String,
    },
    /// No such data centre.
    #[error(
        "account {account}: there is no data centre \"{data_centre}\"; it is one of us, eu, in, au, jp, cn, ca, sa"
    )]
    Unknown {
        /// The account.
        account: String,
        /// What stands there.
        data_centre: String,
    },
}

/// The two origins of an account, checked: its secrets go to `accounts`, its access tokens to `api`, and nowhere else.
#[derive(Debug, Clone)]
pub struct Hosts {
    accounts: Url,
    api: Url,
    centre: Option<&'static DataCentre>,
    /// Where records are is not known yet: the first token tells.
    learns: Option<Learns>,
}

/// Which host a first token may be for, where its accounts server is none of Zoho's.
#[derive(Debug, Clone, Copy)]
struct Learns {
    anywhere_encrypted: bool,
}

impl Hosts {
    /// The hosts of an account that is being connected: its token says where its records are, and may name an API host of
    /// the server's data centre; this machine, for a server on this machine; any host over https where that was allowed.
    pub(super) fn to_connect(server: &AccountsServer) -> Self {
        let accounts = server.url().clone();
        let api = server.centre().and_then(|d| Url::parse(&d.api_url()).ok());
        let learns = Learns { anywhere_encrypted: server.allows_custom_host() };
        Self {
            api: api.unwrap_or_else(|| accounts.clone()),
            accounts,
            centre: server.centre(),
            learns: server.centre().is_none().then_some(learns),
        }
    }

    /// Checks an account's addresses: both Zoho's own of one data centre, or this machine, or, where the operator
    /// allowed it, any host over https. An address left empty is the data centre's.
    ///
    /// # Errors
    /// An address that secrets must not be sent to.
    pub fn of(account: &Account) -> Result<Self, HostError> {
        let name = || account.id.clone();
        let named = match account.data_center.as_deref() {
            None => None,
            Some(code) => {
                Some(find(code).ok_or_else(|| HostError::Unknown { account: name(), data_centre: code.to_owned() })?)
            }
        };
        let accounts = origin(&account.id, "accounts_url", &account.accounts_url, named.map(DataCentre::accounts_url))?;
        let api = origin(&account.id, "api_url", &account.api_url, named.map(DataCentre::api_url))?;
        let of_accounts = zoho_host(&accounts).and_then(|h| ALL.iter().find(|d| d.accounts_host == h));
        let of_api = zoho_host(&api).and_then(|h| ALL.iter().find(|d| d.has_api_host(h)));
        let mut centre = named;
        for (key, url, found) in [("accounts_url", &accounts, of_accounts), ("api_url", &api, of_api)] {
            let Some(found) = found else {
                allowed(&account.id, account.allow_custom_host, key, url)?;
                continue;
            };
            let rest = *centre.get_or_insert(found);
            if rest != found {
                return Err(HostError::Mixed {
                    account: name(),
                    key,
                    host: host_of(url),
                    data_centre: rest.code.to_owned(),
                });
            }
        }
        // tokens for other API hosts of the data centre are taken only where the API is Zoho's own in the first place
        let centre = if of_api.is_some() { centre } else { None };
        Ok(Self { accounts, api, centre, learns: None })
    }

    /// Where tokens come from.
    pub fn accounts(&self) -> &Url {
        &self.accounts
    }

    /// Where records are, as the account says.
    pub fn api(&self) -> &Url {
        &self.api
    }

    /// Both are this machine.
    pub fn are_loopback(&self) -> bool {
        is_loopback(&self.accounts) && is_loopback(&self.api)
    }

    /// The origin to use for a token that Zoho says is for `api_domain`: the account's own, or another API host of its
    /// data centre. `None` where the token must not be used.
    pub fn accept(&self, api_domain: &str) -> Option<Url> {
        let url = Url::parse(api_domain.trim()).ok()?;
        let same =
            |a: &Url, b: &Url| a.scheme() == b.scheme() && a.port_or_known_default() == b.port_or_known_default();
        let here = self.api.host() == url.host() || (is_loopback(&self.api) && is_loopback(&url));
        if here && same(&self.api, &url) {
            return Some(self.api.clone());
        }
        if let Some(learns) = self.learns {
            let here = is_loopback(&self.accounts) && is_loopback(&url);
            let taken = here || (learns.anywhere_encrypted && url.scheme() == "https" && url.has_host());
            return taken.then(|| Url::parse(&url.origin().ascii_serialization()).ok()).flatten();
        }
        let host = zoho_host(&url)?;
        self.centre.filter(|d| d.has_api_host(host)).and_then(|_| Url::parse(&format!("https://{host}/")).ok())
    }
}

/// Host and, where it is not the scheme's own, port: how messages name a server.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("?");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The host of an address over https on its usual port.
pub(super) fn zoho_host(url: &Url) -> Option<&str> {
    if url.scheme() == "https" && url.port().is_none() { url.host_str() } else { None }
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Scheme, host and port of a text, for an account; of the default where it is blank.
pub(super) fn origin(account: &str, key: &'static str, text: &str, default: Option<String>) -> Result<Url, HostError> {
    let text = if text.trim().is_empty() { default.unwrap_or_default() } else { text.trim().to_owned() };
    let url = Url::parse(&text)
        .ok()
        .filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
        // what stands in its place may be a secret: it is not quoted
        .ok_or_else(|| HostError::NotAnAddress { account: account.to_owned(), key })?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err(HostError::NotAnOrigin { account: account.to_owned(), key });
    }
    Ok(url)
}

/// A host that is none of Zoho's may be sent secrets.
pub(super) fn allowed(account: &str, custom: bool, key: &'static str, url: &Url) -> Result<(), HostError> {
    if is_loopback(url) {
        return Ok(());
    }
    if url.scheme() != "https" {
        return Err(HostError::NotEncrypted { account: account.to_owned(), key });
    }
    if custom {
        return Ok(());
    }
    Err(HostError::NotZoho { account: account.to_owned(), key, host: host_of(url) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(centre: Option<&str>, accounts: &str, api: &str, custom: bool) -> Account {
        Account {
            id: "main".into(),
            data_center: centre.map(Into::into),
            accounts_url: accounts.into(),
            api_url: api.into(),
            allow_custom_host: custom,
            ..Account::sandbox()
        }
    }

    #[test]
    fn canada_is_the_irregular_one() {
        let ca = find("CA").unwrap();
        assert_eq!(
            (ca.accounts_url(), ca.api_url()),
            ("https://accounts.zohocloud.ca".into(), "https://www.zohoapis.ca".into())
        );
        assert_eq!(of_accounts_url("https://accounts.zoho.com.au/").map(|d| d.code), Some("au"));
        assert_eq!(of_accounts_url("http://accounts.zoho.eu"), None);
    }

    #[test]
    fn secrets_go_to_zoho_to_this_machine_or_where_allowed() {
        let ok = [
            (None, "https://accounts.zoho.eu", "https://www.zohoapis.eu", false),
            (Some("eu"), "", "", false),
            (Some("in"), "https://accounts.zoho.in", "https://sandbox.zohoapis.in", false),
            (None, "http://127.0.0.1:4001", "http://127.0.0.1:4001", false),
            (None, "http://localhost:4001", "http://[::1]:4001", false),
            (None, "https://crm.example.com", "https://crm.example.com:8443", true),
        ];
        for (centre, accounts, api, custom) in ok {
            let got = Hosts::of(&account(centre, accounts, api, custom));
            assert!(got.is_ok(), "{accounts} {api}: {got:?}");
        }
        let refused = [
            (None, "https://accounts.zoho.eu.evil.example", "https://www.zohoapis.eu", false),
            (None, "https://accounts.zoho.eu", "https://evil.example", false),
            (None, "https://accounts.zoho.eu", "https://www.zohoapis.com", true),
            (Some("us"), "https://accounts.zoho.eu", "https://www.zohoapis.eu", true),
            (None, "http://accounts.zoho.eu", "https://www.zohoapis.eu", true),
            (None, "http://crm.example.com", "http://crm.example.com", true),
            (None, "https://user:pw@crm.example.com", "https://crm.example.com", true),
            (None, "https://accounts.zoho.eu", "https://www.zohoapis.eu/crm", false),
            (None, "https://accounts.zoho.eu:444", "https://www.zohoapis.eu", false),
            (Some("mars"), "", "", false),
            (None, "", "", false),
            (None, "ftp://accounts.zoho.eu", "https://www.zohoapis.eu", true),
        ];
        for (centre, accounts, api, custom) in refused {
            let got = Hosts::of(&account(centre, accounts, api, custom));
            let message = got.expect_err(accounts).to_string();
            assert!(message.contains("account main") && !message.contains("pw"), "{message}");
        }
    }

    #[test]
    fn a_token_is_for_the_accounts_own_origin_or_data_centre() {
        let eu = Hosts::of(&account(Some("eu"), "", "", false)).unwrap();
        let takes = |h: &Hosts, url: &str| h.accept(url).map(|u| u.to_string());
        assert_eq!(takes(&eu, "https://www.zohoapis.eu").as_deref(), Some("https://www.zohoapis.eu/"));
        assert_eq!(takes(&eu, "https://sandbox.zohoapis.eu").as_deref(), Some("https://sandbox.zohoapis.eu/"));
        for other in
            ["https://www.zohoapis.com", "http://www.zohoapis.eu", "https://www.zohoapis.eu:1", "https://x.eu", ""]
        {
            assert_eq!(takes(&eu, other), None, "{other}");
        }
        let here = Hosts::of(&account(None, "http://127.0.0.1:5", "http://127.0.0.1:5", false)).unwrap();
        assert_eq!(takes(&here, "http://localhost:5").as_deref(), Some("http://127.0.0.1:5/"));
        assert_eq!(takes(&here, "http://127.0.0.1:6"), None);
        assert_eq!(takes(&here, "https://www.zohoapis.eu"), None);
    }
}
