//! The sandbox: its data file, shared by processes and put back to its start.

use crate::support::sandbox::{Hands, Zoho, three_contacts};
use astra_zoho::sandbox::{Options, Server, reset};
use serde_json::json;
use std::path::Path;

fn on(path: &Path, hands: &Hands) -> Options {
    Options { data: Some(path.to_owned()), contacts: Some(three_contacts()), ..hands.options() }
}

#[tokio::test]
async fn two_servers_share_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/zoho.db");
    let hands = Hands::new();
    let one = Zoho::of(hands.clone(), on(&path, &hands)).await;
    let mut two = Zoho::of(hands.clone(), on(&path, &hands)).await;
    assert_eq!(one.server.credentials().client_id, two.server.credentials().client_id);
    two.token = one.token.clone();
    let writes = (0..40).map(|n| {
        let zoho = if n % 2 == 0 { &one } else { &two };
        zoho.create(json!({"Last_Name": "Both", "Email": format!("b{n}@example.com")}))
    });
    let mut ids = futures_util::future::join_all(writes).await;
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40, "each id once");
    assert_eq!(one.get("/Contacts/actions/count").await.1, json!({"count": 43}));
}

#[tokio::test]
async fn a_reset_puts_contacts_and_ids_back_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zoho.db");
    reset(&path).unwrap();
    let hands = Hands::new();
    let zoho = Zoho::of(hands.clone(), on(&path, &hands)).await;
    let zgid = zoho.get("/org").await.1["org"][0]["zgid"].clone();
    let first = zoho.create(json!({"Last_Name": "X", "Email": "x@example.com", "Member_Code": "M-9"})).await;
    zoho.put("/Contacts/5551234000000700001", &json!({"data": [{"Email": "moved@example.com"}]})).await;
    reset(&path).unwrap();
    assert_eq!(zoho.get("/Contacts/actions/count").await.1, json!({"count": 3}));
    assert_eq!(zoho.coql("select id from Contacts where Email = 'ana@example.com'").await.1["info"]["count"], 2);
    assert_eq!(zoho.coql("select id from Contacts where Email = 'moved@example.com'").await.0, 204);
    assert_eq!(zoho.create(json!({"Last_Name": "Y", "Member_Code": "M-9"})).await, first, "ids begin anew");
    assert_eq!(zoho.get("/org").await.1["org"][0]["zgid"], zgid, "the same organisation");
}

#[tokio::test]
async fn data_outlives_the_server_and_a_stop_is_clean() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zoho.db");
    let hands = Hands::new();
    let zoho = Zoho::of(hands.clone(), on(&path, &hands)).await;
    let id = zoho.create(json!({"Last_Name": "Kept", "Email": "kept@example.com"})).await;
    let (token, url) = (zoho.token.clone(), zoho.url("/crm/v8/org"));
    zoho.server.stop().await;
    assert!(zoho.http.get(url).send().await.is_err(), "nobody listens any more");
    let mut again = Zoho::of(hands.clone(), on(&path, &hands)).await;
    again.token = token;
    assert_eq!(again.get(&format!("/Contacts/{id}")).await.0, 200, "contacts and tokens are kept");
}

#[tokio::test]
async fn what_cannot_be_used_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let listen = || "127.0.0.1:0".parse().unwrap();
    let start = async |change: &dyn Fn(&mut Options)| {
        let mut options = Hands::new().options();
        change(&mut options);
        Server::start(options, listen()).await.map(drop).unwrap_err().to_string()
    };
    assert!(start(&|o| o.fields = Some("[]".into())).await.contains("fields"));
    assert!(start(&|o| o.contacts = Some("{".into())).await.contains("contacts"));
    let damaged = folder.path().join("damaged.db");
    std::fs::write(&damaged, "this is no database, whatever its name says; it is long enough for a header").unwrap();
    let said = start(&|o| o.data = Some(damaged.clone())).await;
    assert!(said.contains("damaged.db"), "{said}");
    assert!(reset(&damaged).is_err());
    let said = start(&|o| o.data = Some("/proc/nowhere/zoho.db".into())).await;
    assert!(said.contains("/proc/nowhere"), "{said}");
}

#[tokio::test]
async fn other_fields_on_the_same_data_are_indexed_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zoho.db");
    let hands = Hands::new();
    let fields = |unique: bool| {
        let field = |name: &str, more: serde_json::Value| {
            let mut field = json!({"api_name": name, "data_type": "text", "json_type": "string", "length": 80,
                "type": "used", "operation_type": {"api_create": true, "api_update": true}});
            field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            field
        };
        let code = if unique { json!({"unique": {"casesensitive": "0"}}) } else { json!({}) };
        json!({"fields": [field("Last_Name", json!({"system_mandatory": true})), field("Code", code)]}).to_string()
    };
    let zoho = Zoho::of(hands.clone(), Options { fields: Some(fields(false)), ..on(&path, &hands) }).await;
    zoho.create(json!({"Last_Name": "X", "Code": "A"})).await;
    zoho.create(json!({"Last_Name": "X", "Code": "a"})).await;
    zoho.server.stop().await;
    let zoho = Zoho::of(hands.clone(), Options { fields: Some(fields(true)), ..on(&path, &hands) }).await;
    let (status, _) = zoho.post("/Contacts", &json!({"data": [{"Last_Name": "X", "Code": "A"}]})).await;
    assert_eq!(status, 400, "uniqueness holds for later writes");
}
