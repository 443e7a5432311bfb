//! A connection to a Zoho organisation: what is not secret about it. Must not know tokens.

/// The id of the account that is always there: the embedded Zoho CRM.
pub const SANDBOX: &str = "sandbox";

/// A connected account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name in actions and on the command line.
    pub id: String,
    /// The name people see.
    pub label: String,
    /// Zoho's data centre: `us`, `eu`, `in`, `au`, `jp`, `cn`, `ca`, `sa`; `None` for a server of one's own.
    pub data_center: Option<String>,
    /// Where tokens come from, as an origin: `https://accounts.zoho.eu`. Empty for the sandbox, which knows when it runs.
    pub accounts_url: String,
    /// Where records are, as an origin: `https://www.zohoapis.eu`. Empty for the sandbox.
    pub api_url: String,
    /// The client id of Zoho's API console.
    pub client_id: String,
    /// What the connection said of the organisation, once asked.
    pub organisation: Option<Organisation>,
    /// The connected user's email address, once asked.
    pub user: Option<String>,
    /// The scopes granted, as far as Zoho told.
    pub scopes: Vec<String>,
    /// A host that is neither Zoho's nor this machine was allowed by the operator.
    pub allow_custom_host: bool,
    /// Runs wait while fewer of the organisation's API credits are left, as far as Zoho tells.
    pub credits_floor: Option<u64>,
}

/// A Zoho organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Zoho's `zgid`: the ledger is kept per organisation.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The edition, lower case: `free`, `standard`, `professional`, `enterprise`, `ultimate`, ...
    pub edition: Option<String>,
}

impl Account {
    /// The account of the embedded Zoho CRM as it stands before anything was asked.
    pub fn sandbox() -> Self {
        Self {
            id: SANDBOX.into(),
            label: "Sandbox".into(),
            data_center: None,
            accounts_url: String::new(),
            api_url: String::new(),
            client_id: String::new(),
            organisation: None,
            user: None,
            scopes: Vec::new(),
            allow_custom_host: false,
            credits_floor: None,
        }
    }

    /// What a connection turned out to be goes into the account.
    pub fn learn(&mut self, organisation: Option<Organisation>, user: Option<String>) {
        self.organisation = organisation.or_else(|| self.organisation.take());
        self.user = user.or_else(|| self.user.take());
    }

    /// Another account of the same organisation.
    pub fn twin<'a>(&self, accounts: &'a [Self]) -> Option<&'a Self> {
        let organisation = &self.organisation.as_ref()?.id;
        let same = |a: &&Self| a.organisation.as_ref().is_some_and(|o| o.id == *organisation);
        // the embedded Zoho CRM counts up to its own
        accounts.iter().filter(|a| a.id != self.id && !a.is_sandbox()).find(same)
    }

    /// The host of a server on this machine that stands in for Zoho: tokens and records are both there.
    pub fn own_server(&self) -> Option<String> {
        let here = |text: &str| {
            let url = url::Url::parse(text).ok()?;
            let here = match url.host()? {
                url::Host::Domain(name) => name == "localhost",
                url::Host::Ipv4(ip) => ip.is_loopback(),
                url::Host::Ipv6(ip) => ip.is_loopback(),
            };
            here.then(|| url.host_str().map(str::to_owned)).flatten()
        };
        here(&self.accounts_url).and_then(|_| here(&self.api_url))
    }

    /// It is the embedded Zoho CRM.
    pub fn is_sandbox(&self) -> bool {
        self.id == SANDBOX
    }
}
