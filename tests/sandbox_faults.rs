//! The sandbox: what goes wrong on purpose, seen from the client's side of the socket.

use crate::support::sandbox::{Zoho, read};
use astra_zoho::sandbox::faults::Faults;
use reqwest::Method;
use serde_json::{Value, json};

const ANA: &str = "5551234000000700001";

async fn with(spec: &str) -> Zoho {
    Zoho::with(|options| options.faults = Faults::parse(spec).unwrap()).await
}

fn create(zoho: &Zoho) -> reqwest::RequestBuilder {
    let body = json!({"data": [{"Last_Name": "X", "Email": "x@example.com"}]});
    zoho.request(Method::POST, "/Contacts").body(body.to_string())
}

async fn held(zoho: &Zoho) -> usize {
    let (_, body) = zoho.coql("select id from Contacts where Email = 'x@example.com'").await;
    body["data"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn a_reset_before_does_nothing_and_answers_nothing() {
    let zoho = with("reset@create:1").await;
    let error = create(&zoho).send().await.unwrap_err();
    assert!(error.is_request() && error.status().is_none(), "{error:?}");
    assert_eq!(held(&zoho).await, 0);
    assert_eq!(create(&zoho).send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn a_reset_after_the_commit_keeps_the_write() {
    let zoho = with("reset-after@create:1").await;
    let error = create(&zoho).send().await.unwrap_err();
    assert!(error.is_request() && error.status().is_none(), "{error:?}");
    assert_eq!(held(&zoho).await, 1);
}

/// What the socket itself shows: no byte of an answer, then the end.
#[tokio::test]
async fn a_reset_sends_no_byte() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for spec in ["reset@create", "reset-after@create"] {
        let zoho = with(spec).await;
        let address = zoho.server.credentials().api_url.trim_start_matches("http://").to_owned();
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        let body = r#"{"data":[{"Last_Name":"X"}]}"#;
        let request = format!(
            "POST /crm/v8/Contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Zoho-oauthtoken {}\r\nContent-Length: {}\r\n\r\n{body}",
            zoho.token,
            body.len()
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let end = socket.read_to_end(&mut answer).await;
        assert_eq!(answer, b"", "{spec}");
        assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset, "{spec}");
    }
}

#[tokio::test]
async fn spoilt_answers_are_of_requests_carried_out() {
    let zoho = with("truncated@create:1,malformed@create:2").await;
    let answer = create(&zoho).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert!(answer.text().await.is_err(), "the body ends in the middle");
    let answer = create(&zoho).send().await.unwrap();
    assert!(serde_json::from_str::<Value>(&answer.text().await.unwrap()).is_err());
    assert_eq!(held(&zoho).await, 2);
}

#[tokio::test]
async fn refusals_do_nothing() {
    let zoho = with("429=7@create:1,503@create:2,html@create:3,credits@create:4,wrong-dc@create:5,500@create:6").await;
    let answer = create(&zoho).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(read(create(&zoho)).await.0, 503);
    let answer = create(&zoho).send().await.unwrap();
    assert_eq!(answer.status(), 502);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let answer = create(&zoho).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["x-api-credits-remaining"].to_str().unwrap()), (429, "0"));
    assert_eq!(read(create(&zoho)).await.1["code"], "INVALID_TOKEN");
    assert_eq!(read(create(&zoho)).await.1["code"], "INTERNAL_ERROR");
    assert_eq!(held(&zoho).await, 0);
}

#[tokio::test]
async fn a_dead_token_stays_dead_and_a_moved_one_lives() {
    let zoho = with("wrong-dc@org:1,token-expired@org:3,token-revoked@org:6").await;
    assert_eq!(zoho.get("/org").await.0, 401);
    assert_eq!(zoho.get("/org").await.0, 200);
    assert_eq!(zoho.get("/org").await.0, 401);
    assert_eq!(zoho.get("/org").await.0, 401);
    let zoho = Zoho { token: zoho.refresh().await["access_token"].as_str().unwrap().into(), ..zoho };
    assert_eq!(zoho.get("/org").await.0, 200);
    assert_eq!(zoho.get("/org").await.0, 401);
}

#[tokio::test]
async fn token_faults_speak_the_token_endpoints_language() {
    let zoho = with("429@token:2,token-revoked@token:3,wrong-dc@token:4").await;
    assert_eq!(zoho.refresh().await["error"], "Access Denied");
    assert_eq!(zoho.refresh().await["error"], "invalid_code");
    assert_eq!(zoho.refresh().await["error"], "invalid_client");
    assert!(zoho.refresh().await["access_token"].is_string());
}

#[tokio::test]
async fn a_lagging_search_does_not_see_what_is_fresh() {
    let zoho = with("lag=30s@search").await;
    zoho.create(json!({"Last_Name": "Fresh", "Email": "fresh@example.com"})).await;
    let search = "/Contacts/search?email=fresh@example.com";
    assert_eq!(zoho.get(search).await.0, 204);
    assert_eq!(zoho.get("/Contacts/search?email=ana@example.com").await.0, 200, "the start is indexed");
    zoho.hands.forward(31);
    assert_eq!(zoho.get(search).await.0, 200);
}

#[tokio::test]
async fn somebody_else_changes_the_record_before_the_write() {
    let zoho = with("record-changed@update:1").await;
    let seen = zoho.get(&format!("/Contacts/{ANA}")).await.1["data"][0]["Modified_Time"].clone();
    let request = zoho
        .request(Method::PUT, "/Contacts")
        .header("if-unmodified-since", seen.as_str().unwrap())
        .body(json!({"data": [{"id": ANA, "Title": "Mine"}]}).to_string());
    let (status, body) = read(request).await;
    assert_eq!((status, &body["data"][0]["code"]), (412, &json!("ALREADY_MODIFIED")));
    let stored = zoho.get(&format!("/Contacts/{ANA}")).await.1["data"][0].clone();
    assert_ne!(stored["Modified_Time"], seen);
    assert_eq!((&stored["Department"], &stored["Title"]), (&json!("Front desk"), &Value::Null));
    assert_eq!(stored["Modified_By"]["name"], "Priya Raman");
}

#[tokio::test]
async fn somebody_else_deletes_or_merges_the_record_before_the_write() {
    let zoho = with("record-deleted@update:1,record-merged@update:2").await;
    let update = async |id: &str| zoho.put(&format!("/Contacts/{id}"), &json!({"data": [{"Title": "Mine"}]})).await.0;
    let first = zoho.create(json!({"Last_Name": "X", "Email": "x@example.com"})).await;
    assert_eq!(update(&first).await, 400);
    assert_eq!(held(&zoho).await, 0);
    let second = zoho.create(json!({"Last_Name": "X", "Email": "x@example.com", "Department": "D"})).await;
    assert_eq!(update(&second).await, 400);
    let (_, body) = zoho.coql("select id, Department from Contacts where Email = 'x@example.com'").await;
    assert_eq!(body["data"].as_array().unwrap().len(), 1);
    assert_ne!(body["data"][0]["id"], second.as_str());
    assert_eq!(body["data"][0]["Department"], "D");
}

#[tokio::test]
async fn a_field_goes_or_becomes_read_only() {
    let zoho =
        with("field-gone=Title@fields:1,field-read-only=Title@fields:2,field-gone=Title@coql,field-gone@create").await;
    let title = async || {
        let (_, body) = zoho.get("/settings/fields?module=Contacts").await;
        body["fields"].as_array().unwrap().iter().find(|field| field["api_name"] == "Title").cloned()
    };
    assert_eq!(title().await, None);
    assert_eq!(title().await.unwrap()["operation_type"]["api_update"], false);
    assert_eq!(title().await.unwrap()["operation_type"]["api_update"], true);
    let (status, body) = zoho.coql("select Title from Contacts where id is not null").await;
    assert_eq!((status, &body["code"]), (400, &json!("INVALID_QUERY")));
    let id = zoho.create(json!({"Last_Name": "X", "Title": "T"})).await;
    assert_eq!(zoho.get(&format!("/Contacts/{id}")).await.1["data"][0]["Title"], Value::Null, "ignored, as unknown");
}
