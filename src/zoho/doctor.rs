//! A look at a connection from top to bottom: each thing that a run needs, tried one by one, with what to do where it
//! fails. Reads only, each once.

use jiff::SignedDuration;
use jiff::fmt::rfc2822;
use url::Url;

use super::client::{Call, Client};
use super::data_centre::host_of;
use super::error::{Kind, Place};
use super::metadata::{Connection, Patience};
use super::transport::{self, Edition, Lost};
use crate::domain::account::Account;
use crate::domain::field::{EMAIL, LAST_NAME, ZohoField};
use crate::domain::health::{Check, NEEDS, Subject, Verdict, missing};
use crate::ports::{Cost, CrmError};

/// How far this machine's clock may be off: tokens are renewed a minute before they end.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// What was found.
#[derive(Debug)]
pub struct Examination {
    /// One check a subject, in order.
    pub checks: Vec<Check>,
    /// Who is there, as far as it was asked.
    pub connection: Option<Connection>,
}

impl Examination {
    /// Nothing can be asked: the account itself is wrong.
    pub fn unusable(why: &str) -> Self {
        let mut checks = vec![Check::fail(Subject::DataCentre, why)];
        rest(&mut checks, "not asked, since the account cannot be used as it is");
        Self { checks, connection: None }
    }

    /// None failed.
    pub fn is_well(&self) -> bool {
        self.checks.iter().all(|c| c.verdict != Verdict::Fail)
    }
}

/// The subjects that are left are not told, for this reason.
fn rest(checks: &mut Vec<Check>, why: &str) {
    for subject in Subject::ALL {
        if !checks.iter().any(|c| c.subject == subject) {
            checks.push(Check::not_told(subject, why));
        }
    }
    checks.sort_by_key(|c| Subject::ALL.iter().position(|s| *s == c.subject));
}

impl Client {
    /// Looks at the connection of `account`, which is the one this client was made for.
    pub async fn examine(&self, account: &Account, patience: Patience<'_>, cost: &mut Cost) -> Examination {
        let mut checks = vec![self.data_centre(account)];
        match self.servers().await {
            Err(why) => {
                checks.push(Check::fail(Subject::Network, &why));
                rest(&mut checks, "not asked, since Zoho cannot be reached");
                return Examination { checks, connection: None };
            }
            Ok((found, skew)) => {
                checks.push(Check::pass(Subject::Network, found));
                checks.push(clock(skew));
            }
        }
        match self.token_ends_at().await {
            Err(e) => {
                checks.push(Check::fail(Subject::Token, &e.message));
                rest(&mut checks, "not asked, since there is no token");
                let user = Err(e.clone());
                return Examination { checks, connection: Some(Connection { organisation: Err(e), user }) };
            }
            Ok(ends_at) => {
                let left = ends_at.duration_since(self.now()).as_mins();
                checks.push(Check::pass(Subject::Token, format!("good for {left} more minutes, renewed by itself")));
            }
        }
        let connection = self.probe(patience, cost).await;
        if let Some(e) = connection.error().filter(|e| e.code == "auth_expired") {
            checks.retain(|c| c.subject != Subject::Token);
            checks.push(Check::fail(Subject::Token, &e.message));
            rest(&mut checks, "not asked, since Zoho takes no token");
            return Examination { checks, connection: Some(connection) };
        }
        let (contacts, coql, search) = self.try_contacts(cost).await;
        let fields = self.fields(true, Patience { tries: 1, ..patience }, cost).await;
        let refused = [
            (connection.organisation.as_ref().err(), 5),
            (connection.user.as_ref().err(), 4),
            (contacts.as_ref().err(), 0),
            (coql.as_ref().err(), 2),
            (search.as_ref().err(), 3),
            (fields.as_ref().err(), 1),
        ];
        checks.push(scopes(account, &refused));
        checks.push(user(&connection));
        checks.push(match contacts {
            Ok(()) => Check::pass(
                Subject::Contacts,
                "the user may read them; whether it may write them Zoho tells at the first write",
            ),
            Err(e) => Check::fail(Subject::Contacts, &e.message),
        });
        checks.push(match fields {
            Ok(fields) => required(&fields),
            Err(e) => Check::fail(Subject::Fields, &e.message),
        });
        checks.push(self.credits(&connection));
        rest(&mut checks, "not asked");
        Examination { checks, connection: Some(connection) }
    }

    fn data_centre(&self, account: &Account) -> Check {
        let hosts = self.endpoint().hosts();
        let where_ = match (host_of(hosts.accounts()), host_of(hosts.api())) {
            (accounts, api) if accounts == api => accounts,
            (accounts, api) => format!("{accounts} and {api}"),
        };
        Check::pass(
            Subject::DataCentre,
            match &account.data_center {
                Some(centre) => format!("{centre}: {where_}"),
                None => format!("a server of your own: {where_}"),
            },
        )
    }

    /// Both servers answer something, whatever it is; and how far our clock is ahead of theirs.
    async fn servers(&self) -> Result<(String, Option<SignedDuration>), String> {
        let hosts = self.endpoint().hosts();
        let mut asked: Vec<Url> = Vec::new();
        let mut skew = None;
        for (host, path) in [(hosts.accounts(), "/oauth/serverinfo"), (hosts.api(), "/crm/v8/org")] {
            if asked.iter().any(|a| a.origin() == host.origin()) {
                continue;
            }
            asked.push(host.clone());
            let name = host_of(host);
            let url = host.join(path).map_err(|e| format!("{name}: {e}"))?;
            // without a token: nothing is read, and an answer of any kind will do
            let raw = transport::exchange(self.endpoint().http().get(url), 64 * 1024).await;
            match raw {
                Ok(raw) => {
                    let date = raw.headers.get("date").and_then(|d| d.to_str().ok());
                    let theirs = date.and_then(|d| rfc2822::parse(d).ok());
                    skew = skew.or(theirs.map(|t| self.now().duration_since(t.timestamp())));
                }
                Err(Lost::CutShort { .. } | Lost::TooLong { .. }) => {}
                Err(lost) => return Err(self.unreachable(&name, &lost)),
            }
        }
        let encrypted = asked.iter().all(|u| u.scheme() == "https");
        let names: Vec<String> = asked.iter().map(host_of).collect();
        let how = if encrypted { "names, connections and certificates are good" } else { "answers, unencrypted" };
        Ok((format!("{}: {how}", names.join(" and ")), skew))
    }

    fn unreachable(&self, name: &str, lost: &Lost) -> String {
        let place = Place { account: account_of(self), what: name.to_owned(), kind: Kind::Read, scope: "" };
        let said = place.lost(lost).message;
        let why = format!("{lost:?}").to_lowercase();
        let found = said.rsplit_once("; ").map_or(said.as_str(), |(found, _)| found);
        if why.contains("certificate") {
            format!(
                "{found}; check this machine's clock and what stands between it and Zoho (a proxy that reads along)"
            )
        } else if why.contains("dns") || why.contains("lookup") || why.contains("resolve") {
            format!("{found}; the name is not found: check this machine's DNS and the account's address")
        } else {
            said
        }
    }

    /// Reads one contact each way that runs use: as it is, by COQL, by search.
    async fn try_contacts(&self, cost: &mut Cost) -> (Tried, Tried, Tried) {
        let some = |more: (&'static str, &str)| {
            vec![("fields", EMAIL.to_owned()), ("per_page", "1".to_owned()), (more.0, more.1.to_owned())]
        };
        let list = Call::get("Contacts", some(("page", "1")), NEEDS[0].scope);
        let nobody = "nobody@example.invalid";
        let search = Call::get("Contacts/search", some(("email", nobody)), NEEDS[3].scope);
        let select = format!("select {EMAIL} from Contacts where {EMAIL} = '{nobody}' limit 1");
        let coql = Call {
            method: reqwest::Method::POST,
            body: Some(serde_json::json!({ "select_query": select })),
            heavy: true,
            ..Call::get("coql", Vec::new(), NEEDS[2].scope)
        };
        let (list, coql, search) =
            (self.call(&list, cost).await, self.call(&coql, cost).await, self.call(&search, cost).await);
        (list.map(drop), coql.map(drop), search.map(drop))
    }

    fn credits(&self, connection: &Connection) -> Check {
        let edition = connection.organisation.as_ref().ok().and_then(|o| o.edition.as_deref());
        let of = edition.map_or("an edition that Zoho does not name".to_owned(), |e| format!("edition {e}"));
        let at_once = Edition::of(edition).concurrency();
        let usage = self.usage();
        let mine = format!("{of}, {at_once} requests at once, {} credits used from here in 24 hours", usage.used);
        match usage.left {
            Some(0) => Check::fail(
                Subject::Credits,
                &format!("none left ({mine}); wait until some of the last 24 hours' come back, or buy more from Zoho"),
            ),
            Some(left) => Check::pass(Subject::Credits, format!("{left} left ({mine})")),
            None => {
                Check::not_told(Subject::Credits, format!("{mine}; Zoho says how many are left once half are used"))
            }
        }
    }
}

type Tried = Result<(), CrmError>;

fn account_of(client: &Client) -> String {
    client.account.clone()
}

fn clock(skew: Option<SignedDuration>) -> Check {
    let Some(skew) = skew else { return Check::not_told(Subject::Clock, "the server does not say its time") };
    let off = skew.abs().as_secs();
    let which = if skew.is_negative() { "behind" } else { "ahead of" };
    if skew.abs() > SKEW {
        let sentence = format!("this machine's clock is {off} seconds {which} Zoho's; set it, best by NTP");
        Check::fail(Subject::Clock, &sentence)
    } else {
        Check::pass(Subject::Clock, "this machine's clock and Zoho's agree")
    }
}

/// Scopes told when the account was connected, and what Zoho refused just now for want of one.
fn scopes(account: &Account, refused: &[(Option<&CrmError>, usize)]) -> Check {
    let mut lacking = if account.scopes.is_empty() { Vec::new() } else { missing(&account.scopes) };
    for (error, need) in refused {
        if error.is_some_and(|e| e.code == "missing_scope") && !lacking.contains(&NEEDS[*need]) {
            lacking.push(NEEDS[*need]);
        }
    }
    if lacking.is_empty() && account.scopes.is_empty() && refused.iter().any(|(error, _)| error.is_some()) {
        return Check::not_told(Subject::Scopes, "Zoho did not name them, and not every route that runs use answered");
    }
    if lacking.is_empty() {
        let found = if account.scopes.is_empty() { "every route that runs use was open" } else { "all that is needed" };
        return Check::pass(Subject::Scopes, found);
    }
    let told: Vec<String> = lacking.iter().map(|n| format!("{} is missing: {}", n.scope, n.without)).collect();
    Check::fail(Subject::Scopes, &format!("{}; connect the account again with all scopes", told.join("; ")))
}

fn user(connection: &Connection) -> Check {
    match (&connection.user, &connection.organisation) {
        (Ok(user), Ok(o)) => Check::pass(Subject::User, format!("{user}, organisation {} ({})", o.name, o.id)),
        (Err(e), _) | (_, Err(e)) => Check::fail(Subject::User, &e.message),
    }
}

fn required(fields: &[ZohoField]) -> Check {
    let wrong = |name: &str| match fields.iter().find(|f| f.api_name == name) {
        None => Some(format!("{name} is not there")),
        Some(f) if f.read_only || !f.api_create => Some(format!("{name} cannot be written")),
        Some(f) if !f.visible || !f.used => Some(format!("{name} is hidden from the user, or not in use")),
        Some(_) => None,
    };
    let wrong: Vec<String> = [EMAIL, LAST_NAME].into_iter().filter_map(wrong).collect();
    if !wrong.is_empty() {
        let todo =
            "let the connected user see and edit it in Zoho (Setup, Security, Profiles), or connect another user";
        return Check::fail(Subject::Fields, &format!("{}; {todo}", wrong.join(", ")));
    }
    let more: Vec<&str> =
        fields.iter().filter(|f| f.mandatory && f.api_name != LAST_NAME).map(|f| f.api_name.as_str()).collect();
    Check::pass(
        Subject::Fields,
        match more.as_slice() {
            [] => "Email and Last_Name are there and can be written".to_owned(),
            more => format!("Email and Last_Name can be written; this organisation also demands {}", more.join(", ")),
        },
    )
}
