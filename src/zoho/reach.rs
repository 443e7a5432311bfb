//! Every route that runs read, tried once: what it said, and which scopes that tells. For whoever was just connected and
//! for the doctor alike.

use super::client::{Call, Client};
use super::metadata::{Connection, Patience};
use super::wire::{self, Rights};
use crate::domain::field::{EMAIL, ZohoField};
use crate::domain::scope::{COQL, READ_CONTACTS, READ_FIELDS, READ_MODULES, READ_ORG, READ_USERS, SEARCH, Tried};
use crate::ports::{Cost, CrmError};

/// An address that nobody has (RFC 2606).
const NOBODY: &str = "nobody@example.invalid";

/// What each route said.
pub struct Reads {
    /// The organisation and the user.
    pub connection: Connection,
    /// Contacts as they are listed.
    pub(super) contacts: Result<(), CrmError>,
    /// Contacts by COQL.
    pub(super) query: Result<(), CrmError>,
    /// Contacts by search.
    pub(super) search: Result<(), CrmError>,
    /// The fields of Contacts, unused ones too.
    pub(super) fields: Result<Vec<ZohoField>, CrmError>,
    /// What the user may do with contacts.
    pub(super) rights: Result<Rights, CrmError>,
}

impl Reads {
    /// What that tells of the scopes.
    pub fn tried(&self) -> Vec<Tried> {
        fn had<T>(outcome: &Result<T, CrmError>) -> Option<bool> {
            match outcome {
                Ok(_) => Some(true),
                Err(e) if e.code == "missing_scope" => Some(false),
                Err(_) => None,
            }
        }
        // those two need the scope of reading contacts beside their own
        let beside = |outcome| had(outcome).filter(|had| *had || self.contacts.is_ok());
        vec![
            (READ_ORG, had(&self.connection.organisation)),
            (READ_USERS, had(&self.connection.user)),
            (READ_CONTACTS, had(&self.contacts)),
            (COQL, beside(&self.query)),
            (SEARCH, beside(&self.search)),
            (READ_FIELDS, had(&self.fields)),
            (READ_MODULES, had(&self.rights)),
        ]
    }
}

impl Client {
    /// Reads a little by every route but those of `connection`, which were asked before.
    pub async fn try_reads(&self, connection: Connection, patience: Patience<'_>, cost: &mut Cost) -> Reads {
        let one = |more: (&'static str, &str)| {
            vec![("fields", EMAIL.to_owned()), ("per_page", "1".to_owned()), (more.0, more.1.to_owned())]
        };
        let list = Call::get("Contacts", one(("page", "1")), READ_CONTACTS);
        let query = Call::query(format!("select {EMAIL} from Contacts where {EMAIL} = '{NOBODY}' limit 1"), COQL);
        let search = Call::get("Contacts/search", one(("email", NOBODY)), SEARCH);
        Reads {
            connection,
            contacts: self.read(&list, patience, cost, |_| Ok(())).await,
            query: self.read(&query, patience, cost, |_| Ok(())).await,
            search: self.read(&search, patience, cost, |_| Ok(())).await,
            fields: self.fields(true, patience, cost).await,
            rights: self.rights(patience, cost).await,
        }
    }

    async fn rights(&self, patience: Patience<'_>, cost: &mut Cost) -> Result<Rights, CrmError> {
        let call = Call::get("settings/modules/Contacts", Vec::new(), READ_MODULES);
        self.read(&call, patience, cost, wire::rights).await
    }
}
