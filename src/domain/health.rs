//! What a look at a connection found: one check a subject, each with what to do. Plain data for the command and the
//! screen. Must not know how it was found.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::run::words;

words! {
    /// The state of a connection, as the account step shows it.
    ConnectionState {
        /// It works.
        Ok = "ok",
        /// Zoho takes none of its tokens: usually a wrong data centre.
        Expired = "expired",
        /// Zoho gives it no more tokens: its refresh token or its client is no longer taken.
        Revoked = "revoked",
        /// Nothing answers that serves it: no server, none that speaks Zoho's API, one that takes no requests now, or this
        /// machine has nothing to ask with.
        Unreachable = "unreachable",
        /// A scope is missing, or a right of the connected user.
        MissingScope = "missing scope",
    }
}

impl ConnectionState {
    /// The state that a failure with this code comes to.
    pub fn of_code(code: &str) -> Self {
        match code {
            "auth_expired" => Self::Expired,
            "auth_revoked" => Self::Revoked,
            // a right of the user is as near to a scope as the words come
            "missing_scope" | "NO_PERMISSION" | "AUTHORIZATION_FAILED" => Self::MissingScope,
            _ => Self::Unreachable,
        }
    }
}

/// What the last look at a connection found: kept with the account, for the command and the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// What it comes to.
    pub state: ConnectionState,
    /// When it was looked at, on the wall clock, in whole milliseconds.
    pub checked_at: Timestamp,
    /// One check a subject, in order.
    pub checks: Vec<Check>,
    /// Which credentials of the environment it was looked at with, as a digest; `None` for those of the account's file.
    #[serde(default)]
    pub of: Option<String>,
}

impl Health {
    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|c| c.verdict == Verdict::Fail)
    }

    /// What it comes to in some words: the state, and what failed where the connection works all the same.
    pub fn in_short(&self) -> String {
        match self.failed().next() {
            Some(check) if self.state == ConnectionState::Ok => format!("{} but {}", self.state, check.subject),
            _ => self.state.to_string(),
        }
    }
}

words! {
    /// What was looked at, in the order in which it is told.
    Subject {
        /// The account's addresses.
        DataCentre = "data centre",
        /// Names, connections, certificates.
        Network = "network",
        /// This machine's clock beside Zoho's.
        Clock = "clock",
        /// The access token.
        Token = "token",
        /// What the connection may do.
        Scopes = "scopes",
        /// Who is connected, and to which organisation.
        User = "user",
        /// Whether that user may see contacts.
        Contacts = "contacts",
        /// The fields that every mapping needs.
        Fields = "fields",
        /// API credits and the edition they come from.
        Credits = "credits",
    }
}

words! {
    /// How it is.
    Verdict {
        /// Well.
        Pass = "pass",
        /// Not well: there is something to do.
        Fail = "fail",
        /// Zoho does not tell, or could not be asked.
        NotTold = "not told",
    }
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
