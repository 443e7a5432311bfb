//! Zoho's client against the embedded Zoho CRM, as against any other Zoho: the flows of a run over real sockets.

use std::sync::Arc;

use astra_zoho::domain::account::Account;
use astra_zoho::domain::field::Mappability;
use astra_zoho::ports::{Clock, Cost, Credentials, Crm, WallClock};
use astra_zoho::sandbox::{Options, Server};
use astra_zoho::zoho::token::{Grant, TokenEndpoint};
use astra_zoho::zoho::{Client, ConnectionState, Limits, Patience};
use jiff::{SignedDuration, Timestamp};

use crate::support::tokens::MemoryTokens;

const PATIENCE: Patience<'static> = Patience { clock: &WallClock, seed: 1, tries: 5 };

async fn sandbox(contacts: Option<&str>) -> Server {
    let mut options = Options::new(Arc::new(|| WallClock.now()));
    options.contacts = contacts.map(str::to_owned);
    Server::start(options, "127.0.0.1:0".parse().unwrap()).await.unwrap()
}

fn account(server: &Server) -> Account {
    let given = server.credentials();
    Account {
        id: "main".into(),
        accounts_url: given.accounts_url.clone(),
        api_url: given.api_url.clone(),
        ..Account::sandbox()
    }
}

fn client(server: &Server, account: &Account) -> Client {
    let given = server.credentials().clone();
    let tokens = MemoryTokens::with(Credentials {
        client_id: given.client_id,
        client_secret: given.client_secret,
        refresh_token: given.refresh_token,
    });
    Client::new(account, tokens, Arc::new(WallClock), Limits::default()).unwrap()
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|&s| s.to_owned()).collect()
}

fn values(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect()
}

#[tokio::test]
async fn the_connection_says_who_is_there() {
    let server = sandbox(None).await;
    let client = client(&server, &account(&server));
    let mut cost = Cost::default();
    let found = client.probe(PATIENCE, &mut cost).await;
    assert_eq!((found.state(), cost), (ConnectionState::Ok, Cost { requests: 2.0, credits: 2.0 }));
    assert!(found.user.unwrap().contains('@'));
    let organisation = found.organisation.unwrap();
    assert!(!organisation.id.is_empty() && organisation.edition.as_deref() == Some("enterprise"), "{organisation:?}");
    server.stop().await;
}

#[tokio::test]
async fn fields_come_with_and_without_the_unused_ones() {
    let server = sandbox(None).await;
    let client = client(&server, &account(&server));
    let mut cost = Cost::default();
    let used = client.fields(false, PATIENCE, &mut cost).await.unwrap();
    let all = client.fields(true, PATIENCE, &mut cost).await.unwrap();
    assert!(used.iter().all(|f| f.used) && used.len() < all.len(), "{} {}", used.len(), all.len());
    let is_mappable = |name: &str| {
        let field = all.iter().find(|f| f.api_name == name).unwrap();
        matches!(field.mappability(), Mappability::Mappable { .. })
    };
    for name in ["Email", "Last_Name", "Phone", "Description", "Lead_Source"] {
        assert!(is_mappable(name), "{name}");
    }
    for name in ["Full_Name", "Tag", "Owner", "Created_Time", "Old_CRM_Notes"] {
        assert!(!is_mappable(name), "{name}");
    }
    assert!(all.iter().any(|f| f.rich_text));
}

#[tokio::test]
async fn a_contact_is_made_found_changed_and_guarded() {
    let server = sandbox(Some("[]")).await;
    let client = client(&server, &account(&server));
    let fields = strings(&["Email", "Last_Name", "Phone", "Description"]);
    let mut cost = Cost::default();

    let records = [
        values(&[("Last_Name", "Müller \u{1F600}"), ("Email", "Ana@Example.com"), ("Description", "two\nlines")]),
        values(&[("Email", "nobody@example.com")]),
        values(&[("Last_Name", "O'Hara"), ("Email", "o'hara@example.com")]),
    ];
    let made = client.create(&records, &mut cost).await.unwrap();
    let ana = made[0].as_ref().unwrap().clone();
    assert_eq!(made[1].as_ref().unwrap_err().code, "MANDATORY_NOT_FOUND");
    let ohara = made[2].as_ref().unwrap().clone();
    assert!(ana.created_at.is_some());
    assert_eq!(cost, Cost { requests: 1.0, credits: 1.0 });

    let emails = strings(&["ANA@example.com", "o'hara@example.com", "nobody@example.com"]);
    let mut found = client.look_up(&emails, &fields, &mut cost).await.unwrap();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(found.iter().map(|c| &c.id).collect::<Vec<_>>(), [&ana.id, &ohara.id]);
    let contact = &found[0];
    assert_eq!(contact.value("Last_Name"), Some("Müller \u{1F600}"));
    assert_eq!(contact.value("Description"), Some("two\nlines"));
    assert_eq!((contact.value("Phone"), contact.value("Email")), (None, Some("Ana@Example.com")));
    assert_eq!(Some(contact.created_at), ana.created_at);

    let change = |phone: &str| [(ana.id.clone(), values(&[("Phone", phone)]))];
    let changed = client.update(&change("+1 602 555 0117"), contact.modified_at, &mut cost).await.unwrap();
    assert_eq!(changed[0].as_ref().unwrap().id, ana.id);
    let too_old = contact.modified_at - SignedDuration::from_secs(60);
    let refused = client.update(&change("1"), too_old, &mut cost).await.unwrap();
    assert_eq!(refused[0].as_ref().unwrap_err().code, "ALREADY_MODIFIED");

    let got = client.get(&ana.id, &fields, &mut cost).await.unwrap().unwrap();
    assert_eq!(got.value("Phone"), Some("+1 602 555 0117"));
    assert_eq!(client.get("5551234000000999999", &fields, &mut cost).await, Ok(None));
    let newest = client.newest(&fields, &mut cost).await.unwrap();
    assert_eq!(newest.len(), 2);
    let gone = [("5551234000000999999".to_owned(), values(&[("Phone", "602 555 0117")]))];
    let refused = client.update(&gone, Timestamp::MAX - SignedDuration::from_hours(48), &mut cost).await.unwrap();
    assert!(refused[0].is_err());
    server.stop().await;
}

#[tokio::test]
async fn duplicates_are_all_found_and_secondary_addresses_are_not() {
    let server = sandbox(None).await;
    let client = client(&server, &account(&server));
    let mut cost = Cost::default();
    let fields = strings(&["Last_Name"]);
    let found = client.look_up(&strings(&["Olivia.Hart@example.org"]), &fields, &mut cost).await.unwrap();
    assert!(found.len() > 1, "{found:?}");
    let lower = client.look_up(&strings(&["olivia.hart@example.org"]), &fields, &mut cost).await.unwrap();
    assert_eq!(found.len(), lower.len());
    let secondary = strings(&["declan.b.home@example.net"]);
    assert_eq!(client.look_up(&secondary, &fields, &mut cost).await, Ok(Vec::new()));

    let searching = Account { scopes: strings(&["ZohoCRM.modules.ALL"]), ..account(&server) };
    let client = self::client(&server, &searching);
    let searched = client.look_up(&strings(&["olivia.hart@example.org"]), &fields, &mut cost).await.unwrap();
    assert_eq!(searched.len(), found.len());
    assert_eq!(client.look_up(&secondary, &fields, &mut cost).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_hundred_contacts_go_in_one_request() {
    let server = sandbox(Some("[]")).await;
    let client = client(&server, &account(&server));
    let address = |i: usize| format!("Person{i}@example.com");
    let records: Vec<_> = (0..100).map(|i| values(&[("Last_Name", "P"), ("Email", &address(i))])).collect();
    let mut cost = Cost::default();
    let made = client.create(&records, &mut cost).await.unwrap();
    assert!(made.iter().all(Result::is_ok));
    assert_eq!(cost, Cost { requests: 1.0, credits: 10.0 });
    let emails: Vec<String> = (0..50).map(address).collect();
    let found = client.look_up(&emails, &[], &mut cost).await.unwrap();
    assert_eq!(found.len(), 50);
}

#[tokio::test]
async fn a_grant_code_becomes_a_connection_and_revoking_ends_it() {
    let server = sandbox(None).await;
    let (account, given) = (account(&server), server.credentials().clone());
    let endpoint = TokenEndpoint::new(&account, &Limits::default()).unwrap();
    let grant = Grant {
        client_id: given.client_id.clone(),
        client_secret: given.client_secret.clone(),
        code: given.grant_token.clone(),
        redirect_uri: None,
        verifier: None,
    };
    let granted = endpoint.exchange(&grant, WallClock.now()).await.unwrap_or_else(|e| panic!("{e}"));
    let refresh_token = granted.refresh_token.unwrap();
    let tokens = MemoryTokens::with(Credentials {
        client_id: given.client_id,
        client_secret: given.client_secret,
        refresh_token: refresh_token.clone(),
    });
    let new = || Client::new(&account, tokens.clone(), Arc::new(WallClock), Limits::default()).unwrap();
    let mut cost = Cost::default();
    assert_eq!(new().probe(PATIENCE, &mut cost).await.state(), ConnectionState::Ok);
    assert!(endpoint.exchange(&grant, WallClock.now()).await.is_err(), "a code works once");
    endpoint.revoke(&refresh_token, WallClock.now()).await.unwrap();
    assert_eq!(new().probe(PATIENCE, &mut cost).await.state(), ConnectionState::Revoked);
}
