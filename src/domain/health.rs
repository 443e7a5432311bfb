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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_taken_apart_at_what_to_do() {
        let check = Check::fail(Subject::Token, "it broke; somewhere; mend it");
        assert_eq!((check.found.as_str(), check.todo.as_deref()), ("it broke; somewhere", Some("mend it")));
    }
}
