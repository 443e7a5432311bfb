//! Zoho's client beside a scripted server: accounts, tokens, and the calls that tests make most.

use std::sync::Arc;

use astra_zoho::domain::account::Account;
use astra_zoho::domain::contact::Contact;
use astra_zoho::ports::{Clock, Cost, Crm, CrmError, Repeat};
use astra_zoho::zoho::{Client, Limits};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::scripted::{Reply, Request, Scripted, refusal, token};
use super::tokens::{MemoryTokens, TestClock};

pub const OLD: &str = "1000.old.token";
pub const NEW: &str = "1000.new.token";

pub fn account(server: &Scripted) -> Account {
    Account {
        id: "main".into(),
        accounts_url: server.origin.clone(),
        api_url: server.origin.clone(),
        ..Account::sandbox()
    }
}

/// A client with a token that is good for an hour.
pub fn client(server: &Scripted) -> Client {
    let clock = TestClock::new();
    let tokens = MemoryTokens::new().holding(OLD, clock.now() + SignedDuration::from_hours(1), &server.origin);
    Client::new(&account(server), tokens, clock, Limits::default()).unwrap()
}

/// A client whose token ends `left` from now.
pub fn ending(server: &Scripted, tokens: &Arc<MemoryTokens>, clock: &Arc<TestClock>, left: SignedDuration) -> Client {
    let tokens = Arc::clone(tokens).holding(OLD, clock.now() + left, &server.origin);
    Client::new(&account(server), tokens, Arc::clone(clock) as Arc<dyn Clock>, Limits::default()).unwrap()
}

pub fn contact(id: u64, email: &str) -> Value {
    json!({"id": id.to_string(), "Email": email, "Created_Time": "2026-11-22T10:00:00+01:00",
        "Modified_Time": "2026-11-22T10:00:00+01:00"})
}

pub fn page(rows: Vec<Value>, more: bool) -> Reply {
    Reply::json(200, json!({"data": rows, "info": {"count": 1, "more_records": more}}))
}

pub fn added(id: u64) -> Value {
    json!({"code": "SUCCESS", "details": {"id": id.to_string(), "Created_Time": "2026-11-22T10:00:00+01:00"},
        "message": "record added", "status": "success"})
}

pub async fn look_up(client: &Client, emails: &[&str], fields: &[&str]) -> (Result<Vec<Contact>, CrmError>, Cost) {
    let mut cost = Cost::default();
    let strings = |list: &[&str]| list.iter().map(|&s| s.to_owned()).collect::<Vec<_>>();
    let got = client.look_up(&strings(emails), &strings(fields), &mut cost).await;
    (got, cost)
}

pub async fn create(client: &Client, records: usize) -> (Result<usize, CrmError>, Cost) {
    let mut cost = Cost::default();
    let records: Vec<_> = (0..records).map(|i| vec![("Last_Name".to_owned(), format!("N{i}"))]).collect();
    let got = client.create(&records, &mut cost).await;
    (got.map(|r| r.len()), cost)
}

pub fn told(e: &CrmError) -> (&str, Repeat) {
    (e.code.as_str(), e.repeat)
}

pub fn serves_contacts(request: &Request) -> Reply {
    if request.is_token_request() {
        return token(NEW);
    }
    match request.header("authorization") {
        Some(h) if h == format!("Zoho-oauthtoken {NEW}") => page(vec![contact(7, "ana@example.com")], false),
        _ => refusal(401, "INVALID_TOKEN"),
    }
}
