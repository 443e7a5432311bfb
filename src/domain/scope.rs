//! The scopes that the program needs of Zoho: what each is for, what does not work without it, and how the granted ones
//! stand beside them (Zoho CRM v8 "Scopes"). Must not know how they were granted or tried.

/// Looking contacts up.
pub const READ_CONTACTS: &str = "ZohoCRM.modules.contacts.READ";
/// Creating contacts.
pub const CREATE_CONTACTS: &str = "ZohoCRM.modules.contacts.CREATE";
/// Updating contacts.
pub const UPDATE_CONTACTS: &str = "ZohoCRM.modules.contacts.UPDATE";
/// The fields of Contacts.
pub const READ_FIELDS: &str = "ZohoCRM.settings.fields.READ";
/// Queries in COQL.
pub const COQL: &str = "ZohoCRM.coql.READ";
/// Zoho's search.
pub const SEARCH: &str = "ZohoSearch.securesearch.READ";
/// The connected user.
pub const READ_USERS: &str = "ZohoCRM.users.READ";
/// The organisation.
pub const READ_ORG: &str = "ZohoCRM.org.READ";
/// What the connected user may do with Contacts.
pub const READ_MODULES: &str = "ZohoCRM.settings.modules.READ";

/// What is asked for in place of the three of contacts.
const CONTACTS: &str = "ZohoCRM.modules.contacts.ALL";

/// A thing the program does at Zoho, and the scope it needs for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The scope, as Zoho's documents write it.
    pub scope: &'static str,
    /// The scope that is asked for and holds it: what people are told to grant.
    pub asked: &'static str,
    /// What it is for.
    pub why: &'static str,
    /// What does not work without it.
    pub without: &'static str,
    /// Only a check is the poorer without it: every run works as it should.
    pub spare: bool,
}

/// What is needed, the least scope for each.
pub const NEEDS: [Need; 9] = [
    of_contacts(READ_CONTACTS, "looks contacts up", "no contact is found, so no action can run"),
    of_contacts(CREATE_CONTACTS, "creates contacts", "creating contacts is refused by Zoho"),
    of_contacts(UPDATE_CONTACTS, "updates contacts", "updating contacts is refused by Zoho"),
    need(
        READ_FIELDS,
        "reads which fields can be mapped",
        "fields cannot be listed and mappings cannot be checked, so no action can run",
    ),
    need(
        COQL,
        "finds contacts at once by a query",
        "contacts are found by search, which lags behind: one made a moment ago may be missed",
    ),
    need(
        SEARCH,
        "finds contacts whose address holds a quote, and all where queries are not allowed",
        "contacts whose address holds a quote are not found",
    ),
    need(READ_USERS, "shows which user is connected", "the connected user is not shown"),
    need(
        READ_ORG,
        "knows the organisation and its edition, by which contacts created through Astra are remembered",
        "the organisation is not known, so no action can run",
    ),
    Need {
        scope: READ_MODULES,
        asked: READ_MODULES,
        why: "tells before the first write whether the user may create and edit contacts",
        without: "whether the user may create and edit contacts is told by the first write only",
        spare: true,
    },
];

const fn need(scope: &'static str, why: &'static str, without: &'static str) -> Need {
    Need { scope, asked: scope, why, without, spare: false }
}

const fn of_contacts(scope: &'static str, why: &'static str, without: &'static str) -> Need {
    Need { scope, asked: CONTACTS, why, without, spare: false }
}

/// Without one of these no action can run.
pub const STOP_RUNS: [&str; 3] = [READ_CONTACTS, READ_FIELDS, READ_ORG];

/// The scopes to ask for, as Zoho takes them: comma separated. `contacts.ALL` for the three of contacts: whether CREATE
/// and UPDATE alone suffice for every write is not documented.
pub const ASKED: &str = "ZohoCRM.modules.contacts.ALL,ZohoCRM.settings.fields.READ,ZohoCRM.coql.READ,\
                         ZohoSearch.securesearch.READ,ZohoCRM.users.READ,ZohoCRM.org.READ,\
                         ZohoCRM.settings.modules.READ";

/// What to do where one is missing.
pub const ALL_SCOPES: &str = "connect the account again with all scopes";

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

/// What came of trying a scope: `Some(true)`: Zoho served what needs it; `Some(false)`: it said that a scope is missing;
/// `None`: it said neither.
pub type Tried = (&'static str, Option<bool>);

/// How each need stands: by what was tried, which is what counts in the end, else by the list of scopes granted, which
/// may be empty: Zoho does not always give one.
pub fn compare(granted: &[String], tried: &[Tried]) -> Vec<(Need, Standing)> {
    let standing = |need: &Need| match tried.iter().find(|(scope, _)| *scope == need.scope).and_then(|(_, had)| *had) {
        Some(true) => Standing::Granted,
        Some(false) => Standing::Missing,
        None if granted.is_empty() => Standing::NotTold,
        None if granted.iter().any(|g| covers(g, need.scope)) => Standing::Granted,
        None => Standing::Missing,
    };
    NEEDS.iter().map(|need| (*need, standing(need))).collect()
}

/// A scope that is missing, by the name under which it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// What is to be granted.
    pub asked: &'static str,
    /// What does not work without it.
    pub without: String,
    /// Only a check is the poorer without it.
    pub spare: bool,
    /// No action can run without it.
    pub stops_runs: bool,
}

impl std::fmt::Display for Lack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is missing: {}", self.asked, self.without)
    }
}

/// What is missing: the one list for whoever connects and for whoever tests.
pub fn lacks(stand: &[(Need, Standing)]) -> Vec<Lack> {
    let mut lacks: Vec<Lack> = Vec::new();
    for (need, _) in stand.iter().filter(|(_, standing)| *standing == Standing::Missing) {
        match lacks.iter_mut().find(|lack| lack.asked == need.asked) {
            // where no contact is found none is written
            Some(lack) if lack.stops_runs => {}
            Some(lack) => lack.without = format!("{} and {}", lack.without, need.without),
            None => lacks.push(Lack {
                asked: need.asked,
                without: need.without.to_owned(),
                spare: need.spare,
                stops_runs: STOP_RUNS.contains(&need.scope),
            }),
        }
    }
    lacks
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
        compare(&granted, &[]).into_iter().filter(|(_, s)| *s == Standing::Missing).map(|(n, _)| n.scope).collect()
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
        assert_eq!(with(&["ZohoCRM.modules.Contacts.ALL"]), ["ZohoCRM.org.READ"]);
        assert!(!covers("ZohoCRM.ALL", "ZohoCRM.org.READ") && !covers("ALL", "ZohoCRM.org.READ"));
        assert!(!covers("ZohoCRM.modules.contactsplus.READ", "ZohoCRM.modules.contacts.READ"));
    }

    /// README and the consent page name one scope for all of contacts: so does whoever says that it is missing.
    #[test]
    fn what_is_missing_is_named_as_it_is_asked_for() {
        let told = |granted: &[&str]| -> Vec<String> {
            let granted: Vec<String> = granted.iter().map(|&s| s.to_owned()).collect();
            lacks(&compare(&granted, &[])).iter().map(ToString::to_string).collect()
        };
        let asked: Vec<&str> = ASKED.split(',').collect();
        assert_eq!(told(&asked), [""; 0]);
        let rest = &asked[1..];
        let without = |more: &[&str]| told(&[rest, more].concat());
        assert_eq!(
            without(&[]),
            ["ZohoCRM.modules.contacts.ALL is missing: no contact is found, so no action can run"]
        );
        assert_eq!(
            without(&["ZohoCRM.modules.contacts.READ"]),
            [
                "ZohoCRM.modules.contacts.ALL is missing: creating contacts is refused by Zoho and updating contacts is refused by Zoho"
            ]
        );
        assert!(NEEDS.iter().all(|need| asked.contains(&need.asked)));
    }

    #[test]
    fn what_was_tried_counts_more_than_what_was_said() {
        let all: Vec<String> = ASKED.split(',').map(str::to_owned).collect();
        let of = |granted: &[String], tried: &[Tried]| {
            let stands = compare(granted, tried);
            [COQL, READ_ORG].map(|scope| stands.iter().find(|(n, _)| n.scope == scope).map(|(_, s)| *s).unwrap())
        };
        let tried = [(COQL, Some(false)), (READ_ORG, None)];
        assert_eq!(of(&all, &tried), [Standing::Missing, Standing::Granted]);
        assert_eq!(of(&[], &tried), [Standing::Missing, Standing::NotTold]);
        assert_eq!(of(&["ZohoCRM.org.READ".into()], &[(COQL, Some(true))]), [Standing::Granted; 2]);
    }
}
