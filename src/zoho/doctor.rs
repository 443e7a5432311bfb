//! A look at a connection from top to bottom: each thing that a run needs, tried one by one, with what to do where it
//! fails. Reads only, each once.

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::client::Client;
use super::data_centre::host_of;
use super::error::{Kind, Place};
use super::metadata::{Connection, Patience};
use super::reach::Reads;
use super::transport::{self, Edition, Lost};
use crate::domain::account::Account;
use crate::domain::credits::{LOWER_THE_FLOOR, doubt_of_floor};
use crate::domain::field::{EMAIL, LAST_NAME, ZohoField};
use crate::domain::health::{Check, ConnectionState, Health, Subject, Verdict};
use crate::domain::scope::{ALL_SCOPES, CREATE_CONTACTS, Need, Standing, UPDATE_CONTACTS, compare, lacks};
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

    /// As it is kept.
    pub fn health(&self, at: Timestamp) -> Health {
        let failed = |subject| self.checks.iter().any(|c| c.subject == subject && c.verdict == Verdict::Fail);
        let state = match self.connection.as_ref().map(Connection::state) {
            Some(ConnectionState::Ok) if failed(Subject::Scopes) => ConnectionState::MissingScope,
            Some(state) => state,
            None => ConnectionState::Unreachable,
        };
        let checked_at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        Health { state, checked_at, checks: self.checks.clone(), of: None }
    }
}

/// The subjects that are left are not told, for this reason.
fn rest(checks: &mut Vec<Check>, why: &str) {
    for &subject in Subject::ALL {
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
                // its port is another one each time, and nobody needs it
                let found = if account.is_sandbox() { "this machine: answers".to_owned() } else { found };
                checks.push(Check::pass(Subject::Network, found));
                checks.push(clock(skew));
            }
        }
        let kept = self.has_kept_token();
        match self.token_ends_at().await {
            Err(e) => {
                checks.push(Check::fail(Subject::Token, &e.message));
                rest(&mut checks, "not asked, since there is no token");
                let user = Err(e.clone());
                return Examination { checks, connection: Some(Connection { organisation: Err(e), user }) };
            }
            Ok(ends_at) => {
                let left = ends_at.duration_since(self.now()).as_mins();
                let how = if kept { "kept from before" } else { "new" };
                let found = format!("{how}, good for {left} more minutes, renewed by itself");
                checks.push(Check::pass(Subject::Token, found));
            }
        }
        let connection = self.probe(patience, cost).await;
        if let Some(e) = connection.error().filter(|e| e.code == "auth_expired") {
            checks.retain(|c| c.subject != Subject::Token);
            checks.push(Check::fail(Subject::Token, &e.message));
            rest(&mut checks, "not asked, since Zoho takes no token");
            return Examination { checks, connection: Some(connection) };
        }
        let reads = self.try_reads(connection, Patience { tries: 1, ..patience }, cost).await;
        checks.push(scopes(account, &reads));
        checks.push(user(&reads.connection));
        checks.push(contacts(&reads));
        checks.push(match &reads.fields {
            Ok(fields) => required(fields),
            Err(e) => Check::fail(Subject::Fields, &e.message),
        });
        checks.push(self.credits(&reads.connection));
        rest(&mut checks, "not asked");
        Examination { checks, connection: Some(reads.connection) }
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
                _ if account.is_sandbox() => "built in".to_owned(),
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
        advised(place.lost(lost).message, lost)
    }

    fn credits(&self, connection: &Connection) -> Check {
        let edition = connection.organisation.as_ref().ok().and_then(|o| o.edition.as_deref());
        let of = match (&connection.organisation, edition) {
            (Err(_), _) => "an edition that was not told this time".to_owned(),
            (_, None) => "an edition that Zoho does not name".to_owned(),
            (_, Some(edition)) => format!("edition {edition}"),
        };
        let at_once = Edition::of(edition).concurrency();
        let usage = self.usage();
        let floor = self.floor().map(|floor| format!(", runs wait below {floor}")).unwrap_or_default();
        let mine =
            format!("{of}, {at_once} requests at once, {} credits used from here in 24 hours{floor}", usage.used);
        let check = match usage.left {
            Some(0) => Check::fail(
                Subject::Credits,
                &format!("none left ({mine}); wait until some of the last 24 hours' come back, or buy more from Zoho"),
            ),
            Some(left) => Check::pass(Subject::Credits, format!("{left} left ({mine})")),
            None => {
                Check::not_told(Subject::Credits, format!("{mine}; Zoho says how many are left once half are used"))
            }
        };
        match self.floor().and_then(|floor| doubt_of_floor(floor, edition)) {
            // runs go on: there is something to do, and nothing failed
            Some(doubt) if check.todo.is_none() => {
                Check { found: format!("{}; {doubt}", check.found), todo: Some(LOWER_THE_FLOOR.to_owned()), ..check }
            }
            _ => check,
        }
    }
}

/// Why a server cannot be reached, with what to look at first where the cause is known.
fn advised(said: String, lost: &Lost) -> String {
    let why = format!("{lost:?}").to_lowercase();
    let found = said.rsplit_once("; ").map_or(said.as_str(), |(found, _)| found);
    if why.contains("certificate") {
        format!(
            "{found}; check this machine's clock, what stands between it and Zoho (a proxy that reads along), and SSL_CERT_FILE where it is set"
        )
    } else if why.contains("dns") || why.contains("lookup") || why.contains("resolve") {
        format!("{found}; the name is not found: check this machine's DNS and the account's address")
    } else if matches!(lost, Lost::Connect { .. }) {
        format!("{said}, and the proxy where HTTPS_PROXY names one")
    } else {
        said
    }
}

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
fn scopes(account: &Account, reads: &Reads) -> Check {
    let stand = compare(&account.scopes, &reads.tried());
    let lacks = lacks(&stand);
    let missing = lacks.iter().map(ToString::to_string).collect::<Vec<String>>().join("; ");
    if lacks.iter().any(|lack| !lack.spare) {
        return Check::fail(Subject::Scopes, &format!("{missing}; {ALL_SCOPES}"));
    }
    let not_told: Vec<&Need> =
        stand.iter().filter(|(need, s)| *s == Standing::NotTold && !need.spare).map(|(need, _)| need).collect();
    if not_told.iter().any(|n| ![CREATE_CONTACTS, UPDATE_CONTACTS].contains(&n.scope)) {
        return Check::not_told(Subject::Scopes, "Zoho did not name them, and not every route that runs use answered");
    }
    let mut found = match not_told.is_empty() {
        true => "all that is needed".to_owned(),
        false => "all that reading needs; writing shows at the first write".to_owned(),
    };
    if !missing.is_empty() {
        found = format!("{found}; {missing}");
    }
    Check::pass(Subject::Scopes, found)
}

/// What the user may do with contacts: reading was tried, creating and editing Zoho tells of the module.
fn contacts(reads: &Reads) -> Check {
    if let Err(e) = &reads.contacts {
        return Check::fail(Subject::Contacts, &e.message);
    }
    // what is wrong with a scope is told with the scopes, and where queries are not permitted the search does
    let failed = |outcome: &Result<(), CrmError>| outcome.as_ref().err().filter(|e| e.code != "missing_scope").cloned();
    match (failed(&reads.query), failed(&reads.search)) {
        (Some(query), _) if query.code != "NO_PERMISSION" => return Check::fail(Subject::Contacts, &query.message),
        (Some(_), Some(search)) => return Check::fail(Subject::Contacts, &search.message),
        _ => {}
    }
    let Some((create, edit)) = reads.rights.as_ref().ok().and_then(|r| Some((r.create?, r.edit?))) else {
        let found = "the user may read them; whether it may create and edit them Zoho tells at the first write";
        return Check::pass(Subject::Contacts, found);
    };
    let refused = match (create, edit) {
        (true, true) => return Check::pass(Subject::Contacts, "the user may read, create and edit them"),
        (false, true) => "create",
        (true, false) => "edit",
        (false, false) => "create or edit",
    };
    let todo =
        "give the user's profile these rights in Zoho (Setup, Security, Profiles, Contacts), or connect another user";
    Check::fail(Subject::Contacts, &format!("the user may read but not {refused} them; {todo}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_not_found_and_a_wrong_certificate_are_told_apart() {
        let place = Place { account: "main".into(), what: "accounts.zoho.eu".into(), kind: Kind::Read, scope: "" };
        let broken = |why: &str| Lost::Connect { timed_out: false, why: why.to_owned() };
        for (lost, want) in [
            (broken("failed to lookup address information: Name or service not known"), "check this machine's DNS"),
            (broken("invalid peer certificate: UnknownIssuer"), "check this machine's clock, what stands between"),
            (broken("invalid peer certificate: Expired"), "check this machine's clock"),
            (broken("Connection refused (os error 111)"), "check the network and the account's address"),
            (Lost::Connect { timed_out: true, why: String::new() }, "no connection in time"),
        ] {
            let told = advised(place.lost(&lost).message, &lost);
            assert!(told.starts_with("accounts.zoho.eu: ") && told.contains(want), "{told}");
            assert_eq!(told.matches("; ").count(), 1, "one thing to do: {told}");
        }
    }
}
