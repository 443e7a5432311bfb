//! What the organisation is like: its fields, itself, the connected user. Reads only, so repeated here where it helps.

use std::time::Duration;

use super::client::{Call, Client};
use super::wire;
use crate::domain::account::Organisation;
use crate::domain::field::ZohoField;
use crate::domain::health::ConnectionState;
use crate::domain::scope::{READ_FIELDS, READ_ORG, READ_USERS};
use crate::ports::{Clock, Cost, CrmError, Hold, Repeat, back_off};

/// The longest wait that a server may ask for; a longer one is the caller's to decide.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// How a read waits between its tries.
#[derive(Clone, Copy)]
pub struct Patience<'a> {
    /// Whose time passes.
    pub clock: &'a dyn Clock,
    /// The seed of the jitter.
    pub seed: u64,
    /// How often a read is tried in all: 1 or more.
    pub tries: usize,
}

/// What a connection turned out to be.
#[derive(Debug)]
pub struct Connection {
    /// The organisation.
    pub organisation: Result<Organisation, CrmError>,
    /// The connected user's email address.
    pub user: Result<String, CrmError>,
}

impl Connection {
    /// The first error.
    pub fn error(&self) -> Option<&CrmError> {
        self.organisation.as_ref().err().or(self.user.as_ref().err())
    }

    /// The state that the answers come to.
    pub fn state(&self) -> ConnectionState {
        self.error().map_or(ConnectionState::Ok, |e| ConnectionState::of_code(&e.code))
    }
}

impl Client {
    /// The fields of Contacts in Zoho's order: those in use, or with `include_unused` all of them.
    ///
    /// # Errors
    /// What stopped the last try.
    pub async fn fields(
        &self,
        include_unused: bool,
        patience: Patience<'_>,
        cost: &mut Cost,
    ) -> Result<Vec<ZohoField>, CrmError> {
        let kind = if include_unused { "all" } else { "used" };
        let query = vec![("module", "Contacts".to_owned()), ("type", kind.to_owned())];
        let call = Call::get("settings/fields", query, READ_FIELDS);
        self.read(&call, patience, cost, wire::fields).await
    }

    /// The organisation that the account belongs to.
    ///
    /// # Errors
    /// What stopped the last try.
    pub async fn organisation(&self, patience: Patience<'_>, cost: &mut Cost) -> Result<Organisation, CrmError> {
        let call = Call::get("org", Vec::new(), READ_ORG);
        self.read(&call, patience, cost, wire::organisation).await
    }

    /// The email address of the user who connected the account.
    ///
    /// # Errors
    /// What stopped the last try.
    pub async fn current_user(&self, patience: Patience<'_>, cost: &mut Cost) -> Result<String, CrmError> {
        let call = Call::get("users", vec![("type", "CurrentUser".to_owned())], READ_USERS);
        self.read(&call, patience, cost, wire::user).await
    }

    /// Tries the connection: who is there, and who are we.
    pub async fn probe(&self, patience: Patience<'_>, cost: &mut Cost) -> Connection {
        let organisation = self.organisation(patience, cost).await;
        let user = match &organisation {
            // nothing else will work either
            Err(e) if !matches!(e.code.as_str(), "missing_scope" | "NO_PERMISSION") => Err(e.clone()),
            _ => self.current_user(patience, cost).await,
        };
        Connection { organisation, user }
    }

    pub(super) async fn read<T>(
        &self,
        call: &Call,
        patience: Patience<'_>,
        cost: &mut Cost,
        understand: impl Fn(Option<&serde_json::Value>) -> Result<T, &'static str> + Send + Sync,
    ) -> Result<T, CrmError> {
        let mut waits = back_off(patience.seed).take(patience.tries.saturating_sub(1));
        loop {
            let outcome = self.call(call, cost).await;
            let failed = match outcome {
                Ok(answer) => match understand(answer.as_ref()) {
                    Ok(understood) => return Ok(understood),
                    Err(what) => self.place(call).bad(what),
                },
                Err(e) => e,
            };
            let asked = failed.after.unwrap_or_default();
            // credits of the last 24 hours do not come back meanwhile
            let worth_it = failed.repeat == Repeat::Safe && failed.code != "credits_exhausted";
            match waits.next() {
                Some(wait) if worth_it && asked <= LONGEST_WAIT => {
                    tracing::debug!(path = %call.path, code = %failed.code, "trying again");
                    let wait = wait.max(asked);
                    if wait >= Hold::WORTH_SAYING {
                        self.say(&Hold::before_another_try(wait, &failed.message, self.now()).why);
                    }
                    patience.clock.sleep(wait).await;
                }
                _ => return Err(failed),
            }
        }
    }
}
