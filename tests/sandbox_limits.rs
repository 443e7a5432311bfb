//! The sandbox: credits and requests at once.

use crate::support::sandbox::{Zoho, read};
use astra_zoho::sandbox::Edition;
use astra_zoho::sandbox::faults::Faults;
use reqwest::Method;
use serde_json::{Value, json};

async fn remaining(request: reqwest::RequestBuilder) -> (u16, Option<u64>) {
    let answer = request.send().await.unwrap();
    let left = answer.headers().get("x-api-credits-remaining").map(|left| left.to_str().unwrap().parse().unwrap());
    (answer.status().as_u16(), left)
}

#[tokio::test]
async fn credits_are_told_from_the_half_on_and_end_in_429() {
    let zoho = Zoho::with(|options| options.edition = Edition::Free).await;
    let records: Vec<Value> = (0..100).map(|_| json!({"id": "7"})).collect();
    let body = json!({ "data": records }).to_string();
    for _ in 0..249 {
        let (status, left) = remaining(zoho.request(Method::PUT, "/Contacts").body(body.clone())).await;
        assert_eq!((status, left), (400, None), "a refusal costs as much");
    }
    let (_, left) = remaining(zoho.request(Method::PUT, "/Contacts").body(body.clone())).await;
    assert_eq!(left, Some(2_500), "ten credits for a hundred records");
    let query = json!({"select_query": "select id from Contacts where id = '1' limit 2000"}).to_string();
    let (_, left) = remaining(zoho.request(Method::POST, "/coql").body(query)).await;
    assert_eq!(left, Some(2_497), "three for two thousand rows");
    for _ in 0..249 {
        remaining(zoho.request(Method::PUT, "/Contacts").body(body.clone())).await;
    }
    while remaining(zoho.request(Method::GET, "/org")).await.1 != Some(0) {}
    let (status, body) = read(zoho.request(Method::GET, "/org")).await;
    assert_eq!((status, &body["code"]), (429, &json!("TOO_MANY_REQUESTS")));
    zoho.hands.forward(24 * 3_600 + 600);
    let zoho = Zoho { token: zoho.refresh().await["access_token"].as_str().unwrap().into(), ..zoho };
    assert_eq!(zoho.get("/org").await.0, 200);
}

#[tokio::test]
async fn requests_really_in_flight_are_limited() {
    let zoho = Zoho::with(|options| {
        options.faults = Faults::parse("latency=300ms@org,latency=300ms@coql").unwrap();
        options.edition = Edition::Professional;
        options.rules.retry_after = Some(2);
    })
    .await;
    let at_once = async |count: usize, request: &dyn Fn() -> reqwest::RequestBuilder| {
        let sent = (0..count).map(|_| request().send());
        let answers = futures_util::future::join_all(sent).await;
        let refused: Vec<_> = answers.into_iter().map(Result::unwrap).filter(|a| a.status() == 429).collect();
        assert!(refused.iter().all(|answer| answer.headers()["retry-after"] == "2"));
        refused.len()
    };
    assert_eq!(at_once(18, &|| zoho.request(Method::GET, "/org")).await, 3, "fifteen at once");
    let query = json!({"select_query": "select id from Contacts where id is not null"}).to_string();
    let coql = || zoho.request(Method::POST, "/coql").body(query.clone());
    assert_eq!(at_once(12, &coql).await, 2, "ten queries at once");
    assert_eq!(at_once(5, &coql).await, 0, "places are given back");
}
