//! Addresses: which request is for what, what it needs of the token's scopes, and what it weighs.
//!
//! Owns the table of routes. Must not know what they answer.

use super::answer::Refusal;
use super::contact::parse_id;
use super::faults;
use axum::http::Method;
use serde_json::json;

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    Authorize,
    Token,
    Revoke,
    DeviceCode,
    DeviceToken,
    DevicePage,
    DeviceDecision,
    Fields,
    OneField(String),
    Picks(String),
    Module(String),
    Users,
    OneUser(String),
    Org,
    Coql,
    Search(String),
    Count,
    List(String),
    Get(String, i64),
    Create,
    UpdateMany,
    UpdateOne(i64),
    Upsert,
    DeleteMany,
    DeleteOne(i64),
    /// Tags added (`true`) or removed; of one contact, or of those the body names.
    Tags(bool, Option<i64>),
}

/// The one module whose records the sandbox keeps.
pub(super) const CONTACTS: &str = "Contacts";

impl Route {
    /// The route of an address, or Zoho's refusal.
    pub fn find(method: &Method, path: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match parts.as_slice() {
            ["oauth", rest @ ..] => accounts(method, rest),
            ["crm", "v8", rest @ ..] => crm(method, rest),
            _ => Err(Refusal::url_pattern()),
        }
    }

    pub fn is_accounts(&self) -> bool {
        use Route::{Authorize, DeviceCode, DeviceDecision, DevicePage, DeviceToken, Revoke, Token};
        matches!(self, Authorize | Token | Revoke | DeviceCode | DeviceToken | DevicePage | DeviceDecision)
    }

    /// The scopes that the route needs, all of them.
    pub fn scopes(&self) -> &'static [&'static str] {
        match self {
            Self::Fields | Self::OneField(_) | Self::Picks(_) => &["ZohoCRM.settings.fields.READ"],
            Self::Module(_) => &["ZohoCRM.settings.modules.READ"],
            Self::Users | Self::OneUser(_) => &["ZohoCRM.users.READ"],
            Self::Org => &["ZohoCRM.org.READ"],
            Self::Coql => &["ZohoCRM.coql.READ", "ZohoCRM.modules.contacts.READ"],
            Self::Search(_) | Self::Count => &["ZohoSearch.securesearch.READ", "ZohoCRM.modules.contacts.READ"],
            Self::List(_) | Self::Get(..) => &["ZohoCRM.modules.contacts.READ"],
            Self::Create | Self::Upsert => &["ZohoCRM.modules.contacts.CREATE"],
            Self::UpdateMany | Self::UpdateOne(_) | Self::Tags(..) => &["ZohoCRM.modules.contacts.UPDATE"],
            Self::DeleteMany | Self::DeleteOne(_) => &["ZohoCRM.modules.contacts.DELETE"],
            _ => &[],
        }
    }

    /// The name by which a fault script knows the route; `None` for those that it leaves alone.
    pub fn family(&self) -> Option<faults::Route> {
        Some(match self {
            Self::Token | Self::DeviceToken => faults::Route::Token,
            Self::Fields | Self::OneField(_) | Self::Picks(_) | Self::Module(_) => faults::Route::Fields,
            Self::Users | Self::OneUser(_) => faults::Route::Users,
            Self::Org => faults::Route::Org,
            Self::Coql => faults::Route::Coql,
            Self::Search(_) | Self::Count => faults::Route::Search,
            Self::List(_) => faults::Route::List,
            Self::Get(..) => faults::Route::Get,
            Self::Create => faults::Route::Create,
            Self::UpdateMany | Self::UpdateOne(_) | Self::Tags(..) => faults::Route::Update,
            Self::Upsert => faults::Route::Upsert,
            Self::DeleteMany | Self::DeleteOne(_) => faults::Route::Delete,
            Self::Authorize | Self::Revoke | Self::DeviceCode | Self::DevicePage | Self::DeviceDecision => return None,
        })
    }
}

fn accounts(method: &Method, parts: &[&str]) -> Result<Route, Refusal> {
    let (expected, route) = match parts {
        ["v2", "auth"] => (&Method::GET, Route::Authorize),
        ["v2", "token"] => (&Method::POST, Route::Token),
        ["v2", "token", "revoke"] => (&Method::POST, Route::Revoke),
        ["v3", "device", "code"] => (&Method::POST, Route::DeviceCode),
        ["v3", "device", "token"] => (&Method::POST, Route::DeviceToken),
        ["v3", "device"] if method == Method::POST => (&Method::POST, Route::DeviceDecision),
        ["v3", "device"] => (&Method::GET, Route::DevicePage),
        _ => return Err(Refusal::url_pattern()),
    };
    if method == expected { Ok(route) } else { Err(Refusal::method()) }
}

fn crm(method: &Method, parts: &[&str]) -> Result<Route, Refusal> {
    let route = match (method.as_str(), parts) {
        ("GET", ["settings", "fields"]) => Route::Fields,
        ("GET", ["settings", "fields", id]) => Route::OneField((*id).to_owned()),
        ("GET", ["settings", "fields", id, "pick_list_values"]) => Route::Picks((*id).to_owned()),
        ("GET", ["settings", "modules", module]) => Route::Module((*module).to_owned()),
        ("GET", ["users"]) => Route::Users,
        ("GET", ["users", id]) => Route::OneUser((*id).to_owned()),
        ("GET", ["org"]) => Route::Org,
        ("POST", ["coql"]) => Route::Coql,
        (_, ["settings", ..] | ["org" | "coql"] | ["users", ..]) => return Err(unless_known(parts)),
        ("GET", [module, "search"]) => Route::Search((*module).to_owned()),
        ("POST", [module, "upsert"]) => held(module, Route::Upsert)?,
        ("GET", [module, "actions", "count"]) => held(module, Route::Count)?,
        ("POST", [module, "actions", act @ ("add_tags" | "remove_tags")]) => {
            held(module, Route::Tags(*act == "add_tags", None))?
        }
        ("POST", [module, id, "actions", act @ ("add_tags" | "remove_tags")]) => {
            held(module, Route::Tags(*act == "add_tags", Some(id_in_path(id)?)))?
        }
        ("GET", [module]) if !module.is_empty() => Route::List((*module).to_owned()),
        ("POST", [module]) => held(module, Route::Create)?,
        ("PUT", [module]) => held(module, Route::UpdateMany)?,
        ("DELETE", [module]) => held(module, Route::DeleteMany)?,
        ("GET", [module, id]) => Route::Get((*module).to_owned(), id_in_path(id)?),
        ("PUT", [module, id]) => held(module, Route::UpdateOne(id_in_path(id)?))?,
        ("DELETE", [module, id]) => held(module, Route::DeleteOne(id_in_path(id)?))?,
        (_, [module] | [module, _]) if !module.is_empty() => return Err(Refusal::method()),
        _ => return Err(Refusal::url_pattern()),
    };
    Ok(route)
}

/// A wrong method on an address that exists, or no address at all.
fn unless_known(parts: &[&str]) -> Refusal {
    match parts {
        ["settings", "fields" | "modules", ..] | ["users" | "org" | "coql", ..] if parts.len() <= 4 => {
            Refusal::method()
        }
        _ => Refusal::url_pattern(),
    }
}

fn held(module: &str, route: Route) -> Result<Route, Refusal> {
    if module == CONTACTS { Ok(route) } else { Err(Refusal::module(json!({"resource_path_index": 0}))) }
}

fn id_in_path(text: &str) -> Result<i64, Refusal> {
    parse_id(text).ok_or_else(|| Refusal::invalid_id(json!({"resource_path_index": 1})))
}

/// Whether the granted scopes hold one that is needed: `ALL` holds every operation, `WRITE` those that change, and a
/// group such as `ZohoCRM.modules` every module. Case does not count.
pub(super) fn allows(granted: &str, needed: &str) -> bool {
    let needed = needed.to_ascii_lowercase();
    let Some((area, operation)) = needed.rsplit_once('.') else { return false };
    granted.split([',', ' ']).any(|scope| {
        let scope = scope.to_ascii_lowercase();
        let Some((in_area, may)) = scope.rsplit_once('.') else { return false };
        let covers = area == in_area || area.strip_prefix(in_area).is_some_and(|rest| rest.starts_with('.'));
        covers && (may == "all" || may == operation || (may == "write" && operation != "read"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_cover_operations_and_groups() {
        let need = "ZohoCRM.modules.contacts.UPDATE";
        for granted in ["ZohoCRM.modules.ALL", "ZohoCRM.modules.Contacts.ALL", "x,ZohoCRM.modules.contacts.WRITE"] {
            assert!(allows(granted, need), "{granted}");
        }
        for granted in ["", "ZohoCRM.modules.contacts.READ", "ZohoCRM.modules.contact.ALL", "ZohoCRM.org.ALL"] {
            assert!(!allows(granted, need), "{granted}");
        }
    }

    #[test]
    fn addresses() {
        let code = |method: Method, path: &str| Route::find(&method, path).map_err(|refusal| refusal.code);
        assert_eq!(code(Method::GET, "/crm/v8/Contacts/7"), Ok(Route::Get("Contacts".into(), 7)));
        assert_eq!(code(Method::POST, "/crm/v8/Contacts/upsert"), Ok(Route::Upsert));
        assert_eq!(code(Method::GET, "/crm/v8/Contacts/x7"), Err("INVALID_DATA"));
        assert_eq!(code(Method::PATCH, "/crm/v8/Contacts"), Err("INVALID_REQUEST_METHOD"));
        assert_eq!(code(Method::GET, "/crm/v8/coql"), Err("INVALID_REQUEST_METHOD"));
        assert_eq!(code(Method::POST, "/crm/v8/Shoes"), Err("INVALID_MODULE"));
        for path in ["/", "/crm/v8", "/crm/v8/", "/crm/v9/Contacts", "/crm/v8/settings/nothing", "/crm/v8/a/b/c/d/e"] {
            assert_eq!(code(Method::GET, path), Err("INVALID_URL_PATTERN"), "{path}");
        }
    }
}
