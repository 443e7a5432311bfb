//! Reading contacts: by id, as a list, by search, counted.
//!
//! Owns paging and the search index with its lag. Must not know COQL (`query`).

use super::answer::{Answer, Refusal, Trouble};
use super::contact::{self, Contact, parse_id};
use super::criteria::{self, CriteriaError};
use super::record::{chosen, sparse};
use super::visit::{Visit, found};
use rusqlite::{Connection, params};
use serde_json::{Map, Value, json};
use std::ops::ControlFlow;
use std::time::Duration;

/// The most records on a page.
const MAX_PAGE: usize = 200;
/// The most records that search, and a list without a page token, gives in all.
const MAX_RESULTS: usize = 2_000;
/// The most names in `fields`.
const MAX_FIELDS: usize = 50;
/// How long a page token holds, in seconds.
const TOKEN_S: i64 = 24 * 3_600;

impl Visit<'_> {
    pub fn get(&self, id: i64) -> Result<Answer, Trouble> {
        let fields = self.fields_param()?;
        let since = self.request.time_header("if-modified-since")?;
        let Some(contact) = contact::by_id(self.db, id)? else { return Ok(Answer::nothing(204)) };
        if since.is_some_and(|since| contact.modified_s <= since) {
            return Ok(Answer::nothing(304));
        }
        Ok(Answer::json(200, json!({"data": [self.shown(&contact, fields.as_deref())]})))
    }

    fn shown(&self, contact: &Contact, fields: Option<&[String]>) -> Value {
        chosen(&self.module, &sparse(&self.module, contact), fields)
    }

    fn fields_param(&self) -> Result<Option<Vec<String>>, Refusal> {
        let fields = self.request.list("fields");
        if fields.as_ref().is_some_and(|fields| fields.len() > MAX_FIELDS) {
            let details = json!({"limit": MAX_FIELDS, "param_name": "fields", "param": "fields"});
            return Err(Refusal::new(
                400,
                "LIMIT_EXCEEDED",
                details,
                "more fields are given than one request may name",
            ));
        }
        Ok(fields)
    }

    fn page_size(&self) -> Result<usize, Refusal> {
        let size = self.request.number("per_page", MAX_PAGE)?;
        if size > MAX_PAGE {
            return Err(Refusal::invalid_data(json!({"maximum": MAX_PAGE, "param_name": "per_page"})));
        }
        Ok(size)
    }

    pub fn count(&self) -> Result<Answer, Trouble> {
        Ok(Answer::json(200, json!({"count": contact::count(self.db)?})))
    }

    pub fn list(&self) -> Result<Answer, Trouble> {
        let fields = self.fields_param()?.ok_or_else(|| Refusal::param_missing("fields"))?;
        let since = self.request.time_header("if-modified-since")?;
        if let Some(ids) = self.request.list("ids") {
            let mut data = Vec::new();
            for id in ids.iter().take(MAX_PAGE) {
                let id = parse_id(id).ok_or_else(|| Refusal::invalid_id(json!({"id": id})))?;
                data.extend(contact::by_id(self.db, id)?.map(|contact| self.shown(&contact, Some(&fields))));
            }
            let info = json!({"per_page": MAX_PAGE, "count": data.len(), "page": 1, "more_records": false});
            return Ok(found((!data.is_empty()).then(|| json!({"data": data, "info": info}))));
        }
        let size = self.page_size()?;
        let sort_by = self.request.param("sort_by").unwrap_or("id");
        let order = self.request.param("sort_order").unwrap_or("desc");
        let column = match sort_by {
            "id" => "id",
            "Created_Time" => "created_s",
            "Modified_Time" => "modified_s",
            _ => return Err(Refusal::invalid_data(json!({"param_name": "sort_by", "param": "sort_by"})).into()),
        };
        let bound = format!("{}|{column}|{order}|{size}", fields.join(","));
        let offset = match self.request.param("page_token") {
            Some(token) => self.open_token(token, &bound)?,
            None => (self.request.number("page", 1)? - 1).saturating_mul(size),
        };
        if self.request.param("page_token").is_none() && offset.saturating_add(size) > MAX_RESULTS {
            let details = json!({"limit": MAX_RESULTS, "param_name": "page"});
            let message = "records beyond the first 2000 are given by page_token only";
            return Err(Refusal::new(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED", details, message).into());
        }
        let mut contacts = page(self.db, column, order == "asc", since, size + 1, offset)?;
        if contacts.is_empty() {
            return Ok(Answer::nothing(if since.is_some() { 304 } else { 204 }));
        }
        let more = contacts.len() > size;
        contacts.truncate(size);
        let data: Vec<Value> = contacts.iter().map(|contact| self.shown(contact, Some(&fields))).collect();
        let expiry = self.now.as_second() + TOKEN_S;
        let token = |offset: usize| hex(&format!("{offset}|{expiry}|{bound}"));
        let info = json!({
            "per_page": size, "count": data.len(), "page": offset / size + 1, "sort_by": sort_by, "sort_order": order,
            "more_records": more,
            "next_page_token": more.then(|| token(offset + size)),
            "previous_page_token": (offset > 0).then(|| token(offset.saturating_sub(size))),
            "page_token_expiry": more.then(|| super::record::zoho_time(expiry)),
        });
        Ok(Answer::json(200, json!({"data": data, "info": info})))
    }

    fn open_token(&self, token: &str, bound: &str) -> Result<usize, Refusal> {
        let refuse = |code, message| Refusal::new(400, code, json!({"param_name": "page_token"}), message);
        let text = unhex(token).ok_or_else(|| refuse("INVALID_DATA", "the page token is not one"))?;
        let mut parts = text.splitn(3, '|');
        let offset = parts.next().and_then(|text| text.parse().ok());
        let expiry: Option<i64> = parts.next().and_then(|text| text.parse().ok());
        let (Some(offset), Some(expiry)) = (offset, expiry) else {
            return Err(refuse("INVALID_DATA", "the page token is not one"));
        };
        if expiry < self.now.as_second() {
            return Err(refuse("EXPIRED_VALUE", "the page token has expired"));
        }
        if parts.next() != Some(bound) {
            let message = "the page token belongs to a request with other parameters";
            return Err(refuse("TOKEN_BOUND_DATA_MISMATCH", message));
        }
        Ok(offset)
    }

    /// Search, by the strongest of `criteria`, `email`, `phone` and `word`. What changed within the lag is not yet in
    /// the index.
    pub fn search(&self, lag: Option<Duration>) -> Result<Answer, Trouble> {
        let fields = self.fields_param()?;
        let size = self.page_size()?;
        let page = self.request.number("page", 1)?;
        if page.saturating_mul(size) > MAX_RESULTS {
            let details = json!({"limit": MAX_RESULTS.to_string()});
            return Err(Refusal::new(400, "LIMIT_REACHED", details, "maximum response iteration limit reached").into());
        }
        let lag = lag.map_or(0, |lag| i64::try_from(lag.as_millis()).unwrap_or(i64::MAX));
        let newest = self.now.as_millisecond().saturating_sub(lag);
        let seen = |contact: &Contact| lag == 0 || contact.changed_ms <= newest;
        let too_short = |name: &str| Refusal::invalid_data(json!({"param_name": name, "param": name}));
        let mut hits = if let Some(text) = self.request.param("criteria") {
            let criteria = match criteria::parse(text) {
                Ok(criteria) => criteria,
                Err(error) => return Ok(Answer::json(error.status(), error.body())),
            };
            if let Some(unknown) = criteria.fields().into_iter().find(|name| !self.is_column(name)) {
                let error = CriteriaError::UnknownField { field: unknown.to_owned() };
                return Ok(Answer::json(error.status(), error.body()));
            }
            self.scanned(|record| criteria.matches(record))?
        } else if let Some(email) = self.request.param("email") {
            // an address has no spaces: this was a `+` that the client left as it is
            self.by_email(&email.trim().replace(' ', "+"))?
        } else if let Some(phone) = self.request.param("phone") {
            if !(3..=50).contains(&phone.trim().chars().count()) {
                return Err(too_short("phone").into());
            }
            let fields: Vec<&str> = self.names_of("phone");
            self.scanned(|record| criteria::phone_matches(record, &fields, phone))?
        } else if let Some(word) = self.request.param("word") {
            if word.trim().chars().count() < 2 {
                return Err(too_short("word").into());
            }
            self.scanned(|record| criteria::word_matches(record, word))?
        } else {
            let details = json!({"param_names": ["criteria", "email", "phone", "word"]});
            let message = "one of the expected parameter is missing";
            return Err(Refusal::new(400, "EXPECTED_PARAM_MISSING", details, message).into());
        };
        hits.retain(seen);
        let ascending = self.request.param("sort_order") == Some("asc");
        hits.sort_by_key(|contact| contact.id);
        if !ascending {
            hits.reverse();
        }
        let all = hits.len();
        let shown: Vec<Value> =
            hits.iter().skip((page - 1) * size).take(size).map(|hit| self.shown(hit, fields.as_deref())).collect();
        if shown.is_empty() {
            return Ok(Answer::nothing(204));
        }
        let info = json!({
            "per_page": size, "count": shown.len(), "sort_by": "id", "page": page,
            "sort_order": if ascending { "asc" } else { "desc" }, "more_records": all > page * size,
        });
        Ok(Answer::json(200, json!({"data": shown, "info": info})))
    }

    /// Contacts by Email and Secondary_Email: a whole address from the index, a part of one by reading all.
    fn by_email(&self, email: &str) -> rusqlite::Result<Vec<Contact>> {
        const FIELDS: [&str; 2] = ["Email", "Secondary_Email"];
        if email.split_once('@').is_none_or(|(local, _)| local.is_empty()) {
            return self.scanned(|record| criteria::email_matches(record, &FIELDS, email));
        }
        let mut ids = Vec::new();
        for field in FIELDS {
            ids.extend(contact::by_value(self.db, field, email)?);
        }
        ids.sort_unstable();
        ids.dedup();
        let mut contacts = Vec::with_capacity(ids.len());
        for id in ids {
            contacts.extend(contact::by_id(self.db, id)?);
        }
        Ok(contacts)
    }

    fn names_of(&self, data_type: &str) -> Vec<&str> {
        let of_type = |field: &&super::fields::Field| field.data_type == data_type;
        self.module.fields.iter().filter(of_type).map(|field| field.api_name.as_str()).collect()
    }

    fn scanned(&self, matches: impl Fn(&Map<String, Value>) -> bool) -> rusqlite::Result<Vec<Contact>> {
        let mut hits = Vec::new();
        contact::scan(self.db, true, |contact| {
            if matches(&sparse(&self.module, &contact)) {
                hits.push(contact);
            }
            Ok(if hits.len() > MAX_RESULTS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(hits)
    }
}

fn page(
    db: &Connection,
    column: &str,
    ascending: bool,
    since: Option<i64>,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<Vec<Contact>> {
    let direction = if ascending { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT * FROM contact WHERE modified_s > ?1 ORDER BY {column} {direction}, id {direction} LIMIT ?2 OFFSET ?3"
    );
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    db.prepare_cached(&sql)?
        .query_map(params![since.unwrap_or(i64::MIN), number(limit), number(offset)], Contact::from_row)?
        .collect()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<String> {
    if !text.is_ascii() || text.len() % 2 == 1 {
        return None;
    }
    let bytes = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok());
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}
