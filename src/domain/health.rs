//! What a look at a connection found: one check a subject, each with what to do. Plain data for the command and the
//! screen. Must not know how it was found.

/// What was looked at, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The account's addresses.
    DataCentre,
    /// Names, connections, certificates.
    Network,
    /// This machine's clock beside Zoho's.
    Clock,
    /// The access token.
    Token,
    /// What the connection may do.
    Scopes,
    /// Who is connected, and to which organisation.
    User,
    /// Whether that user may see contacts.
    Contacts,
    /// The fields that every mapping needs.
    Fields,
    /// API credits and the edition they come from.
    Credits,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::DataCentre,
        Self::Network,
        Self::Clock,
        Self::Token,
        Self::Scopes,
        Self::User,
        Self::Contacts,
        Self::Fields,
        Self::Credits,
    ];

    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DataCentre => "data centre",
            Self::Network => "network",
            Self::Clock => "clock",
            Self::Token => "token",
            Self::Scopes => "scopes",
            Self::User => "user",
            Self::Contacts => "contacts",
            Self::Fields => "fields",
            Self::Credits => "credits",
        }
    }
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Well.
    Pass,
    /// Not well: there is something to do.
    Fail,
    /// Zoho does not tell, or could not be asked.
    NotTold,
}

impl Verdict {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotTold => "not told",
        }
    }
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What.
    pub subject: Subject,
    /// How it is.
    pub verdict: Verdict,
    /// What was found; text of servers may be in it.
    pub found: String,
    /// What to do about it.
    pub todo: Option<String>,
}

impl Check {
    /// It is well.
    pub fn pass(subject: Subject, found: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Pass, found: found.into(), todo: None }
    }

    /// It is not well. A sentence that names what to do after its last `; ` is taken apart there.
    pub fn fail(subject: Subject, sentence: &str) -> Self {
        let (found, todo) = match sentence.rsplit_once("; ") {
            Some((found, todo)) => (found, Some(todo.to_owned())),
            None => (sentence, None),
        };
        Self { subject, verdict: Verdict::Fail, found: found.to_owned(), todo }
    }

    /// Nobody says.
    pub fn not_told(subject: Subject, found: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::NotTold, found: found.into(), todo: None }
    }
}

/// A scope that the program needs, and what does not work without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The scope, as it is asked for.
    pub scope: &'static str,
    /// What does not work without it.
    pub without: &'static str,
}

/// Every scope that is asked for (Zoho CRM v8 "OAuth scopes").
pub const NEEDS: [Need; 6] = [
    Need { scope: "ZohoCRM.modules.contacts.ALL", without: "no contact is found, created or updated" },
    Need { scope: "ZohoCRM.settings.fields.READ", without: "no field can be mapped or checked" },
    Need { scope: "ZohoCRM.coql.READ", without: "contacts are looked up by Zoho's search, which lags behind writes" },
    Need { scope: "ZohoSearch.securesearch.READ", without: "addresses that hold a quote cannot be looked up" },
    Need { scope: "ZohoCRM.users.READ", without: "the connected user is not shown" },
    Need { scope: "ZohoCRM.org.READ", without: "the organisation is not known, so nothing can run" },
];

/// The needs that the granted scopes do not cover: a scope covers the same with a narrower end, `ALL` any, and a whole
/// group its parts; case does not matter.
pub fn missing(granted: &[String]) -> Vec<Need> {
    let granted: Vec<String> = granted.iter().map(|s| s.to_lowercase()).collect();
    let has = |scope: &str| granted.iter().any(|g| g == scope);
    let covered = |need: &Need| {
        let scope = need.scope.to_lowercase();
        let (group, end) = scope.rsplit_once('.').unwrap_or((&scope, ""));
        let above = group.rsplit_once('.').map_or(group, |(above, _)| above);
        let of = |group: &str| {
            let every = ["read", "create", "update"].iter().all(|e| has(&format!("{group}.{e}")));
            has(&format!("{group}.all")) || has(&format!("{group}.{end}")) || (end == "all" && every)
        };
        of(group) || of(above)
    };
    NEEDS.into_iter().filter(|need| !covered(need)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(granted: &[&str]) -> Vec<&'static str> {
        missing(&granted.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()).iter().map(|n| n.scope).collect()
    }

    #[test]
    fn a_wider_scope_covers_a_narrower_one() {
        let all: Vec<&str> = NEEDS.iter().map(|n| n.scope).collect();
        assert_eq!(left(&all), [""; 0]);
        assert_eq!(left(&[]), all);
        let wide = ["zohocrm.modules.ALL", "ZohoCRM.settings.ALL", "ZohoCRM.coql.READ"];
        assert_eq!(left(&wide), ["ZohoSearch.securesearch.READ", "ZohoCRM.users.READ", "ZohoCRM.org.READ"]);
        let parts = ["READ", "CREATE", "UPDATE"].map(|e| format!("ZohoCRM.modules.Contacts.{e}"));
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        assert!(!left(&parts).contains(&"ZohoCRM.modules.contacts.ALL"));
        assert!(left(&parts[..2]).contains(&"ZohoCRM.modules.contacts.ALL"));
    }

    #[test]
    fn a_sentence_is_taken_apart_at_what_to_do() {
        let check = Check::fail(Subject::Token, "it broke; somewhere; mend it");
        assert_eq!((check.found.as_str(), check.todo.as_deref()), ("it broke; somewhere", Some("mend it")));
    }
}
