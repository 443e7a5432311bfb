//! The scopes that this program asks for, why each, and what is missing of them. Must not know how they were granted.

/// A thing the program does at Zoho, and the scope it needs for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The scope, as Zoho's documents write it.
    pub scope: &'static str,
    /// What it is for.
    pub why: &'static str,
    /// What does not work without it.
    pub without: &'static str,
}

/// What is needed, the least scope for each.
pub const NEEDS: [Need; 8] = [
    need("ZohoCRM.modules.contacts.READ", "looks contacts up", "no contact is found, so no action can run"),
    need("ZohoCRM.modules.contacts.CREATE", "creates contacts", "creating contacts is refused by Zoho"),
    need("ZohoCRM.modules.contacts.UPDATE", "updates contacts", "updating contacts is refused by Zoho"),
    need(
        "ZohoCRM.settings.fields.READ",
        "reads which fields can be mapped",
        "fields cannot be listed and mappings cannot be checked, so no action can run",
    ),
    need(
        "ZohoCRM.coql.READ",
        "finds contacts at once by a query",
        "contacts are found by search, which lags behind: one made a moment ago may be missed",
    ),
    need(
        "ZohoSearch.securesearch.READ",
        "finds contacts whose address holds a quote, and all where queries are not allowed",
        "contacts whose address holds a quote are not found",
    ),
    need("ZohoCRM.users.READ", "shows which user is connected", "the connected user is not shown"),
    need(
        "ZohoCRM.org.READ",
        "knows the organisation and its edition, by which contacts created through Astra are remembered",
        "the organisation is not known, so no action can run",
    ),
];

const fn need(scope: &'static str, why: &'static str, without: &'static str) -> Need {
    Need { scope, why, without }
}

/// The scopes to ask for, as Zoho takes them: comma separated. `contacts.ALL` for the three of contacts: whether CREATE
/// and UPDATE alone suffice for every write is not documented.
pub const ASKED: &str = "ZohoCRM.modules.contacts.ALL,ZohoCRM.settings.fields.READ,ZohoCRM.coql.READ,\
                         ZohoSearch.securesearch.READ,ZohoCRM.users.READ,ZohoCRM.org.READ";

/// What is known of one need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Granted.
    Granted,
    /// Not granted.
    Missing,
    /// Zoho did not tell, and it was not tried or the trial told nothing.
    NotTold,
}

/// How each need stands by the list of scopes granted.
pub fn compare(granted: &[String]) -> Vec<(Need, Standing)> {
    let standing = |need: &Need| match granted.iter().any(|g| covers(g, need.scope)) {
        true => Standing::Granted,
        false => Standing::Missing,
    };
    NEEDS.iter().map(|need| (*need, standing(need))).collect()
}

/// How each need stands where Zoho gave no list but reads were tried: the scope of each, and what it came to.
pub fn compare_tried<'s>(tried: impl IntoIterator<Item = (&'s str, Option<bool>)>) -> Vec<(Need, Standing)> {
    let tried: Vec<(&str, Option<bool>)> = tried.into_iter().collect();
    let standing = |need: &Need| match tried.iter().find(|(scope, _)| *scope == need.scope).and_then(|(_, had)| *had) {
        Some(true) => Standing::Granted,
        Some(false) => Standing::Missing,
        None => Standing::NotTold,
    };
    NEEDS.iter().map(|need| (*need, standing(need))).collect()
}

/// A granted scope includes a needed one: the same, a larger operation (ALL, and WRITE for creating and updating), or the
/// whole group (`ZohoCRM.modules.ALL`). Scopes are compared without case.
pub fn covers(granted: &str, needed: &str) -> bool {
    let (granted, needed) = (granted.to_ascii_lowercase(), needed.to_ascii_lowercase());
    let (Some((group, operation)), Some((place, wanted))) = (granted.rsplit_once('.'), needed.rsplit_once('.')) else {
        return false;
    };
    let enough =
        operation == wanted || operation == "all" || (operation == "write" && matches!(wanted, "create" | "update"));
    let within = place.strip_prefix(group).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    enough && within && group.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(granted: &[&str]) -> Vec<&'static str> {
        let granted: Vec<String> = granted.iter().map(|&s| s.to_owned()).collect();
        compare(&granted).into_iter().filter(|(_, s)| *s == Standing::Missing).map(|(n, _)| n.scope).collect()
    }

    #[test]
    fn what_is_asked_for_is_enough() {
        assert_eq!(missing(&ASKED.split(',').collect::<Vec<_>>()), [""; 0]);
    }

    #[test]
    fn groups_and_larger_operations_count_and_case_does_not() {
        let rest = ["zohocrm.SETTINGS.all", "ZohoCRM.coql.READ", "ZohoSearch.securesearch.READ", "ZohoCRM.users.ALL"];
        let with = |more: &[&str]| missing(&[&rest[..], more].concat());
        assert_eq!(with(&["ZohoCRM.modules.ALL", "ZohoCRM.org.ALL"]), [""; 0]);
        assert_eq!(with(&["ZohoCRM.modules.READ", "ZohoCRM.modules.Contacts.WRITE", "ZohoCRM.org.READ"]), [""; 0]);
        assert_eq!(
            with(&["ZohoCRM.modules.contacts.READ", "ZohoCRM.modules.leads.ALL"]),
            ["ZohoCRM.modules.contacts.CREATE", "ZohoCRM.modules.contacts.UPDATE", "ZohoCRM.org.READ"]
        );
        assert!(!covers("ZohoCRM.ALL", "ZohoCRM.org.READ") && !covers("ALL", "ZohoCRM.org.READ"));
        assert!(!covers("ZohoCRM.modules.contactsplus.READ", "ZohoCRM.modules.contacts.READ"));
    }
}
