//! Contacts, as the engine needs them: [`Crm`] over Zoho's routes. Nothing is repeated here but for one renewal of the
//! token: before repeating a write the engine has to look.

use std::collections::BTreeMap;

use jiff::Timestamp;
use reqwest::Method;

use super::client::{Call, Client};
use super::error::{Kind, error, results};
use super::query::{PAGE, batches, coql, fits_coql, parts};
use super::wire::{self, Joined, Row};
use crate::domain::contact::Contact;
use crate::domain::field::EMAIL;
use crate::domain::scope::{CREATE_CONTACTS, READ_CONTACTS, UPDATE_CONTACTS};
use crate::domain::text::{email_key, non_blank};
use crate::ports::{Cost, Crm, CrmError, Hold, Refusal, Repeat, Values, Written};

/// Pages read of one look-up: 10,000 contacts with the same address are nobody's.
const MOST_PAGES: usize = 50;
/// The most records of a write (Zoho CRM v8 "Insert records", "Update records").
const MOST_RECORDS: usize = 100;

/// What looking up needs, for the sentence where it is missing.
const COQL: &str = "ZohoCRM.coql.READ and ZohoCRM.modules.contacts.READ";
const SEARCH: &str =
    "ZohoCRM.coql.READ (or, with an index that lags, ZohoSearch.securesearch.READ) and ZohoCRM.modules.contacts.READ";

impl Crm for Client {
    async fn look_up(&self, emails: &[String], fields: &[String], cost: &mut Cost) -> Result<Vec<Contact>, CrmError> {
        let parts = parts(fields)?;
        let mut addresses: Vec<&str> = emails.iter().filter_map(|e| non_blank(e)).collect();
        let mut found = BTreeMap::new();
        let mut keep = |contacts: Vec<Contact>| found.extend(contacts.into_iter().map(|c| (c.id.clone(), c)));

        let by_query: Vec<&str> = addresses.iter().copied().filter(|a| !self.look_up_lags(a)).collect();
        let mut answered = true;
        for values in batches(&by_query) {
            match self.query(&values, &parts, fields, cost).await {
                Ok(contacts) => keep(contacts),
                // a profile may keep its users from queries and not from the search
                Err(e) if matches!(e.code.as_str(), "missing_scope" | "NO_PERMISSION") => {
                    self.forget_coql();
                    answered = false;
                    break;
                }
                Err(e) => return Err(e),
            }
        }
        if answered {
            addresses.retain(|a| !by_query.contains(a));
        }
        let searches = addresses.iter().map(|address| async {
            let mut cost = Cost::default();
            let contacts = self.search(address, &parts, fields, &mut cost).await;
            (contacts, cost)
        });
        // all at once: the client lets only so many through
        let searched = futures_util::future::join_all(searches).await;
        for (_, its_cost) in &searched {
            *cost += *its_cost;
        }
        for (contacts, _) in searched {
            keep(contacts?);
        }

        // the search matches parts of an address, and secondary ones
        let wanted: Vec<String> = emails.iter().map(|e| email_key(e)).collect();
        Ok(found.into_values().filter(|c| c.value(EMAIL).is_some_and(|e| wanted.contains(&email_key(e)))).collect())
    }

    async fn get(&self, id: &str, fields: &[String], cost: &mut Cost) -> Result<Option<Contact>, CrmError> {
        if !wire::is_id(id) {
            return Ok(None);
        }
        let mut joined = Joined::default();
        for (i, part) in parts(fields)?.iter().enumerate() {
            let query = vec![("fields", part.join(","))];
            let call = Call { kind: Kind::ReadOne, ..Call::get(format!("Contacts/{id}"), query, READ_CONTACTS) };
            let answer = self.call(&call, cost).await?;
            let bad = |what: &'static str| self.place(&call).bad(what);
            let rows = wire::rows(answer).map_err(bad)?;
            if i == 0 { joined.first(rows) } else { joined.rest(rows) }.map_err(bad)?;
        }
        let bad = |what| error("bad_response", Repeat::Safe, format!("Contacts/{id}: {what}; try again later"));
        let contact = joined.contacts(&with_email(fields)).map_err(bad)?.pop();
        match contact {
            Some(other) if other.id != id => Err(bad("another record's id")),
            contact => Ok(contact),
        }
    }

    async fn newest(&self, fields: &[String], cost: &mut Cost) -> Result<Vec<Contact>, CrmError> {
        let mut joined = Joined::default();
        let mut place = None;
        for (i, part) in parts(fields)?.iter().enumerate() {
            let query = vec![
                ("fields", part.join(",")),
                ("sort_by", "Created_Time".to_owned()),
                ("sort_order", "desc".to_owned()),
                ("approved", "both".to_owned()),
                ("per_page", PAGE.to_string()),
            ];
            let call = Call { heavy: true, ..Call::get("Contacts", query, READ_CONTACTS) };
            let answer = self.call(&call, cost).await?;
            let place = &*place.get_or_insert_with(|| self.place(&call));
            let rows = wire::rows(answer).map_err(|what| place.bad(what))?;
            if i == 0 { joined.first(rows) } else { joined.rest(rows) }.map_err(|what| place.bad(what))?;
        }
        let bad = |what| error("bad_response", Repeat::Safe, format!("Contacts: {what}; try again later"));
        let mut contacts = joined.contacts(&with_email(fields)).map_err(bad)?;
        contacts.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        Ok(contacts)
    }

    async fn create(&self, records: &[Values], cost: &mut Cost) -> Result<Vec<Result<Written, Refusal>>, CrmError> {
        let call =
            Call { body: Some(wire::create_body(records)), ..writing(Method::POST, records.len(), CREATE_CONTACTS) };
        self.write(call, records.len(), cost, |_, entry| wire::written(entry)).await
    }

    async fn update(
        &self,
        records: &[(String, Values)],
        unmodified_since: Timestamp,
        cost: &mut Cost,
    ) -> Result<Vec<Result<Written, Refusal>>, CrmError> {
        let call = Call {
            body: Some(wire::update_body(records)),
            unmodified_since: Some(wire::unmodified_since(unmodified_since)),
            ..writing(Method::PUT, records.len(), UPDATE_CONTACTS)
        };
        self.write(call, records.len(), cost, |i, entry| {
            let written = wire::written(entry)?;
            if records.get(i).is_some_and(|(id, _)| *id == written.id) {
                Ok(written)
            } else {
                Err("the result of another record")
            }
        })
        .await
    }

    fn look_up_lags(&self, email: &str) -> bool {
        !self.has_coql() || !fits_coql(email.trim())
    }

    async fn hold(&self) -> Option<Hold> {
        match self.credits_hold().await {
            Some(hold) => Some(hold),
            None => self.token_hold().await,
        }
    }
}

fn writing(method: Method, records: usize, scope: &'static str) -> Call {
    Call {
        method,
        kind: Kind::Write,
        credits: records.div_ceil(10) as u64,
        heavy: records > 10,
        ..Call::get("Contacts", Vec::new(), scope)
    }
}

/// The address comes with every contact: whoever asked for many has to tell them apart.
fn with_email(fields: &[String]) -> Vec<String> {
    let mut fields = fields.to_vec();
    if !fields.iter().any(|f| f == EMAIL) {
        fields.push(EMAIL.to_owned());
    }
    fields
}

impl Client {
    async fn write<T>(
        &self,
        call: Call,
        records: usize,
        cost: &mut Cost,
        read: impl Fn(usize, &serde_json::Value) -> Result<T, &'static str> + Sync,
    ) -> Result<Vec<Result<T, Refusal>>, CrmError> {
        if records == 0 {
            return Ok(Vec::new());
        }
        if records > MOST_RECORDS {
            let message = format!("{records} records in one write; Zoho takes at most {MOST_RECORDS}");
            return Err(error("LIMIT_EXCEEDED", Repeat::Useless, message));
        }
        let answer = self.call(&call, cost).await?;
        results(&self.place(&call), answer.as_ref(), records, read)
    }

    /// Contacts whose address is one of `values`, by COQL: sees what was written a moment ago.
    async fn query(
        &self,
        values: &[String],
        parts: &[Vec<String>],
        fields: &[String],
        cost: &mut Cost,
    ) -> Result<Vec<Contact>, CrmError> {
        let page = |part: &[String], n: usize| Call::query(coql(part, values, n * PAGE), COQL);
        self.read_pages(parts, fields, cost, page).await
    }

    /// Contacts with this address or a similar one, by the search index.
    async fn search(
        &self,
        address: &str,
        parts: &[Vec<String>],
        fields: &[String],
        cost: &mut Cost,
    ) -> Result<Vec<Contact>, CrmError> {
        let page = |part: &[String], n: usize| {
            let query = vec![
                ("email", address.to_owned()),
                ("fields", part.join(",")),
                // contacts that wait for approval are contacts all the same
                ("approved", "both".to_owned()),
                ("page", (n + 1).to_string()),
                ("per_page", PAGE.to_string()),
            ];
            Call::get("Contacts/search", query, SEARCH)
        };
        self.read_pages(parts, fields, cost, page).await
    }

    /// All pages of each part, joined by id.
    async fn read_pages(
        &self,
        parts: &[Vec<String>],
        fields: &[String],
        cost: &mut Cost,
        page: impl Fn(&[String], usize) -> Call + Sync,
    ) -> Result<Vec<Contact>, CrmError> {
        let mut joined = Joined::default();
        let mut place = None;
        for (i, part) in parts.iter().enumerate() {
            let mut rows: Vec<Row> = Vec::new();
            for n in 0.. {
                let call = page(part, n);
                let answer = self.call(&call, cost).await?;
                let more = wire::more(answer.as_ref());
                let place = &*place.get_or_insert_with(|| self.place(&call));
                let got = wire::rows(answer).map_err(|what| place.bad(what))?;
                let ended = !more || got.is_empty();
                rows.extend(got);
                if ended {
                    break;
                }
                if n + 1 == MOST_PAGES {
                    return Err(place.bad("no end of contacts with the same address"));
                }
            }
            let joining = if i == 0 { joined.first(rows) } else { joined.rest(rows) };
            joining
                .map_err(|what| error("bad_response", Repeat::Safe, format!("Contacts: {what}; try again later")))?;
        }
        let bad = |what| error("bad_response", Repeat::Safe, format!("Contacts: {what}; try again later"));
        joined.contacts(&with_email(fields)).map_err(bad)
    }
}
