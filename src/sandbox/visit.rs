//! One request inside one transaction: who asks, whether they may, what it costs, and who answers.
//!
//! Owns the order of the checks (token, scope, credits, route) and the data behind one server. Must not know sockets.

use super::answer::{Answer, Refusal, Trouble};
use super::faults::Fault;
use super::fields::Module;
use super::limits::{self, Edition};
use super::people;
use super::request::Request;
use super::route::{CONTACTS, Route, allows};
use super::store::{Identity, Store};
use super::{Rules, meddle, oauth, write};
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// The parameters of a request to the accounts server, and of no other.
pub(super) type Parameters = Vec<(String, String)>;

/// What every request of one server shares.
pub(super) struct Crm {
    pub store: Mutex<Store>,
    pub identity: Identity,
    pub module: Arc<Module>,
    pub rules: Rules,
    pub edition: Edition,
    pub licences: u32,
    pub origin: String,
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Crm {
    /// Answers one request in one transaction. What was refused is committed too: refusals cost credits.
    pub fn serve(&self, request: &Request, parameters: &Parameters, route: &Route, faults: &[Fault]) -> Answer {
        let now = (self.clock)();
        let module = meddle::fields(&self.module, request, faults).map_or_else(|| Arc::clone(&self.module), Arc::new);
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = store.begin().map_err(Trouble::from).and_then(|tx| {
            let visit = Visit { crm: self, db: &tx, rules: &self.rules, module, now, request };
            let answer = match visit.answer(parameters, route, faults) {
                Err(Trouble::Refused(refusal)) => Answer::from(refusal),
                other => other?,
            };
            tx.commit()?;
            Ok(answer)
        });
        answered.unwrap_or_else(Answer::from)
    }
}

/// One request.
pub(super) struct Visit<'a> {
    pub crm: &'a Crm,
    pub db: &'a Connection,
    pub module: Arc<Module>,
    pub rules: &'a Rules,
    pub now: Timestamp,
    pub request: &'a Request,
}

impl Visit<'_> {
    fn answer(&self, parameters: &Parameters, route: &Route, faults: &[Fault]) -> Result<Answer, Trouble> {
        if route.is_accounts() {
            return oauth::answer(self, parameters, route);
        }
        if faults.iter().any(|fault| matches!(fault, Fault::TokenExpired | Fault::TokenRevoked)) {
            oauth::forget_access(self)?;
        }
        let granted = oauth::granted(self)?;
        if let Some(missing) = route.scopes().iter().find(|scope| !allows(&granted, scope)) {
            tracing::debug!(missing, "the token lacks a scope");
            return Err(Refusal::scope_mismatch().into());
        }
        let limit = self.crm.edition.credits(self.crm.licences);
        let used = limits::used(self.db, self.now)?;
        if used >= limit {
            return Ok(Answer::from(Refusal::too_many_requests()).with_header("x-api-credits-remaining", "0"));
        }
        meddle::before_write(self, route, faults)?;
        let (answered, cost) = self.route(route, faults);
        limits::charge(self.db, self.now, cost)?;
        let mut answer = match answered {
            Err(Trouble::Refused(refusal)) => Answer::from(refusal),
            other => other?,
        };
        let used = used + cost;
        if used * 2 >= limit {
            answer = answer.with_header("x-api-credits-remaining", limit.saturating_sub(used).to_string());
        }
        Ok(answer)
    }

    /// The route's answer and its credits.
    fn route(&self, route: &Route, faults: &[Fault]) -> (Result<Answer, Trouble>, u64) {
        let lag = faults.iter().find_map(|fault| match fault {
            Fault::IndexLag(lag) => Some(*lag),
            _ => None,
        });
        let records = || write::cost(&self.request.body);
        match route {
            Route::Fields => (self.fields(), 1),
            Route::OneField(id) => (self.one_field(id), 1),
            Route::Picks(id) => (self.picks(id), 1),
            Route::Module(name) => (self.one_module(name), 1),
            Route::Users => (self.users(), 1),
            Route::OneUser(id) => (Ok(found(people::one_user(id))), 1),
            Route::Org => (Ok(Answer::json(200, self.organisation())), 1),
            Route::Coql => self.coql(),
            Route::Search(module) => (self.of_module(module, || self.search(lag)), 1),
            Route::Count => (self.count(), 1),
            Route::List(module) => (self.of_module(module, || self.list()), 1),
            Route::Get(module, id) => (self.of_module(module, || self.get(*id)), 1),
            Route::Create => (self.create(), records()),
            Route::UpdateMany => (self.update_many(), records()),
            Route::UpdateOne(id) => (self.update_one(*id), 1),
            Route::Upsert => (self.upsert(), records()),
            Route::DeleteOne(id) => (self.delete(&[id.to_string()]), 1),
            Route::DeleteMany => (self.delete(&self.request.list("ids").unwrap_or_default()), 1),
            Route::Tags(add, id) => (self.tags(*add, *id), 1),
            _ => (Err(Refusal::url_pattern().into()), 1),
        }
    }

    /// Reads of another module that exists find nothing; a module that does not exist is refused.
    fn of_module(&self, module: &str, contacts: impl FnOnce() -> Result<Answer, Trouble>) -> Result<Answer, Trouble> {
        if module == CONTACTS {
            contacts()
        } else if self.module.of_other_module(module).is_some() {
            Ok(Answer::nothing(204))
        } else {
            Err(Refusal::module(json!({"resource_path_index": 0})).into())
        }
    }

    fn fields(&self) -> Result<Answer, Trouble> {
        let module = self.request.param("module").ok_or_else(|| Refusal::param_missing("module"))?;
        if module != CONTACTS {
            let body = self.module.of_other_module(module).ok_or_else(|| Refusal::module(json!({})))?;
            return Ok(Answer::json(200, body));
        }
        let kind = self.request.param("type");
        if kind.is_some_and(|kind| !matches!(kind, "used" | "unused" | "all")) {
            let details = json!({"param_name": "type", "param": "type", "supported_values": ["used", "unused", "all"]});
            return Err(Refusal::invalid_data(details).into());
        }
        Ok(self.module.body(kind).map_or_else(|| Answer::nothing(204), Answer::ready))
    }

    fn field(&self, id: &str) -> Result<&Value, Refusal> {
        self.request.param("module").ok_or_else(|| Refusal::param_missing("module"))?;
        self.module.raw_by_id(id).ok_or_else(|| Refusal::invalid_id(json!({"resource_path_index": 1})))
    }

    fn one_field(&self, id: &str) -> Result<Answer, Trouble> {
        Ok(Answer::json(200, json!({"fields": [self.field(id)?]})))
    }

    fn picks(&self, id: &str) -> Result<Answer, Trouble> {
        let picks = self.field(id)?.get("pick_list_values").filter(|picks| picks.get(0).is_some());
        Ok(found(picks.map(|picks| json!({"pick_list_values": picks}))))
    }

    fn one_module(&self, name: &str) -> Result<Answer, Trouble> {
        let known = name == CONTACTS || self.module.of_other_module(name).is_some();
        if !known {
            return Err(Refusal::module(json!({"resource_path_index": 2})).into());
        }
        Ok(Answer::json(200, people::module(name)))
    }

    fn users(&self) -> Result<Answer, Trouble> {
        let kind = self.request.param("type").unwrap_or("AllUsers");
        let body =
            people::users(kind).ok_or_else(|| Refusal::invalid_data(json!({"param_name": "type", "param": "type"})))?;
        Ok(found(Some(body).filter(|body| body.pointer("/users/0").is_some())))
    }

    fn organisation(&self) -> Value {
        people::organisation(&self.crm.identity.zgid, self.crm.edition, self.crm.licences)
    }
}

/// 200 with what was found, or 204.
pub(super) fn found(body: Option<Value>) -> Answer {
    body.map_or_else(|| Answer::nothing(204), |body| Answer::json(200, body))
}
