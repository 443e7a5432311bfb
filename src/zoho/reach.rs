//! What a connection may do where Zoho did not say which scopes it has: one cheap read for each. Nothing is written.

use super::client::{Call, Client};
use super::error::Kind;
use super::metadata::Patience;
use crate::ports::{Cost, CrmError};

/// An address that nobody has (RFC 2606).
const NOBODY: &str = "nobody@example.invalid";

/// Whether a scope is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The scope, as Zoho writes it.
    pub scope: &'static str,
    /// `Some(true)`: Zoho served the read; `Some(false)`: it said that a scope is missing; `None`: it said neither.
    pub granted: Option<bool>,
}

impl Client {
    /// Tries the scopes that a read of one credit can tell: fields, COQL, search. For that of reading contacts COQL
    /// answers as well.
    pub async fn reach(&self, patience: Patience<'_>, cost: &mut Cost) -> Vec<Reach> {
        let fields = "ZohoCRM.settings.fields.READ";
        let (coql, search) = ("ZohoCRM.coql.READ", "ZohoSearch.securesearch.READ");
        let query = format!("select id from Contacts where Email = '{NOBODY}' limit 0, 1");
        let coql_call = Call {
            method: reqwest::Method::POST,
            body: Some(serde_json::json!({ "select_query": query })),
            kind: Kind::Read,
            ..Call::get("coql", Vec::new(), coql)
        };
        let calls = [
            Call::get("settings/fields", vec![("module", "Contacts".to_owned())], fields),
            coql_call,
            Call::get("Contacts/search", vec![("email", NOBODY.to_owned())], search),
        ];
        let mut out = Vec::new();
        for call in &calls {
            let outcome: Result<(), CrmError> = self.read(call, patience, cost, |_| Ok(())).await;
            let granted = match outcome {
                Ok(()) => Some(true),
                Err(e) if e.code == "missing_scope" => Some(false),
                Err(_) => None,
            };
            out.push(Reach { scope: call.scope, granted });
        }
        out
    }
}
