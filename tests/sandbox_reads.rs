//! The sandbox: metadata, organisation, get, list, search, COQL.

use crate::support::sandbox::{Zoho, read};
use reqwest::Method;
use serde_json::{Value, json};

const ANA: &str = "5551234000000700001";
const PAT: &str = "5551234000000700003";

#[tokio::test]
async fn fields_of_each_type_and_of_other_modules() {
    let zoho = Zoho::start().await;
    let count = async |query: &str| {
        let (status, body) = zoho.get(&format!("/settings/fields?{query}")).await;
        assert_eq!(status, 200, "{query}");
        body["fields"].as_array().unwrap().len()
    };
    let all = count("module=Contacts&type=all").await;
    assert_eq!(all, count("module=Contacts&").await, "without a type: used and unused");
    assert_eq!(all, count("module=Contacts&type=used").await + count("module=Contacts&type=unused").await);
    for module in ["Accounts", "Vendors", "Leads"] {
        assert!(count(&format!("module={module}")).await >= 1);
    }
    let (status, body) = zoho.get("/settings/fields?module=Shoes").await;
    assert_eq!((status, &body["code"], &body["details"]), (400, &json!("INVALID_MODULE"), &json!({})));
    let (status, body) = zoho.get("/settings/fields").await;
    assert_eq!((status, &body["code"]), (400, &json!("REQUIRED_PARAM_MISSING")));
    assert_eq!(body["details"], json!({"param_name": "module", "param": "module"}));
}

#[tokio::test]
async fn a_module_says_what_the_user_may_do() {
    let zoho = Zoho::start().await;
    let (status, body) = zoho.get("/settings/modules/Contacts").await;
    assert_eq!((status, &body["modules"][0]["api_name"]), (200, &json!("Contacts")));
    assert_eq!([&body["modules"][0]["creatable"], &body["modules"][0]["editable"]], [&json!(true), &json!(true)]);
    let (status, body) = zoho.get("/settings/modules/Shoes").await;
    assert_eq!((status, &body["details"]), (400, &json!({"resource_path_index": 2})));
}

#[tokio::test]
async fn one_field_and_its_options() {
    let zoho = Zoho::start().await;
    let (_, body) = zoho.get("/settings/fields/5551234000000002686?module=Contacts").await;
    assert_eq!(body["fields"][0]["api_name"], "Plan_Tier");
    let (_, body) = zoho.get("/settings/fields/5551234000000002686/pick_list_values?module=Contacts").await;
    assert_eq!(body["pick_list_values"][4]["type"], "unused");
    assert_eq!(zoho.get("/settings/fields/7?module=Contacts").await.0, 400);
}

#[tokio::test]
async fn users_and_organisation() {
    let zoho = Zoho::start().await;
    let (_, body) = zoho.get("/users?type=CurrentUser").await;
    assert_eq!(body["users"].as_array().unwrap().len(), 1);
    assert!(body["users"][0]["email"].is_string() && body["users"][0]["time_zone"].is_string());
    assert!(zoho.get("/users?type=AllUsers").await.1["users"].as_array().unwrap().len() > 1);
    assert_eq!(zoho.get("/users?type=DeletedUsers").await, (204, Value::Null));
    let (_, body) = zoho.get("/org").await;
    let org = &body["org"][0];
    assert_eq!((&org["company_name"], &org["type"]), (&json!("Acme Outdoor"), &json!("Production")));
    assert_eq!(org["license_details"]["paid_type"], "enterprise");
    assert!(org["zgid"].as_str().unwrap().bytes().all(|byte| byte.is_ascii_digit()));
    let other = Zoho::start().await;
    assert_ne!(other.get("/org").await.1["org"][0]["zgid"], org["zgid"], "each store is an organisation of its own");
}

#[tokio::test]
async fn get_answers_chosen_fields_nothing_or_not_modified() {
    let zoho = Zoho::start().await;
    let (_, body) = zoho.get(&format!("/Contacts/{ANA}?fields=Email,Modified_Time,Owner")).await;
    assert_eq!(
        body["data"][0],
        json!({"Email": "Ana@Example.com", "Modified_Time": "2026-01-05T09:00:00-07:00", "Owner": {"name": "Sam Owner",
            "id": "5551234000000411001", "email": "sam.owner@acme-outdoor.example"}, "id": ANA})
    );
    assert_eq!(zoho.get("/Contacts/5551234000000799999").await, (204, Value::Null));
    let (status, body) = zoho.get("/Contacts/abc").await;
    assert_eq!((status, &body["code"]), (400, &json!("INVALID_DATA")));
    let since = async |time: &str| {
        read(zoho.request(Method::GET, &format!("/Contacts/{ANA}")).header("if-modified-since", time)).await.0
    };
    assert_eq!(since("2026-01-05T16:00:00Z").await, 304);
    assert_eq!(since("2026-01-05T15:59:59+00:00").await, 200);
    assert_eq!(zoho.get("/Accounts/5551234000000799999").await.0, 204);
}

#[tokio::test]
async fn list_needs_fields_and_pages_by_token() {
    let zoho = Zoho::start().await;
    let (status, body) = zoho.get("/Contacts").await;
    assert_eq!((status, &body["details"]["param_name"]), (400, &json!("fields")));
    let (_, body) = zoho.get("/Contacts?fields=Last_Name&per_page=2&sort_by=id&sort_order=asc").await;
    assert_eq!(body["data"][0]["Last_Name"], "Núñez");
    assert_eq!((&body["info"]["count"], &body["info"]["more_records"]), (&json!(2), &json!(true)));
    let token = body["info"]["next_page_token"].as_str().unwrap();
    let next = format!("/Contacts?fields=Last_Name&per_page=2&sort_by=id&sort_order=asc&page_token={token}");
    let (_, body) = zoho.get(&next).await;
    assert_eq!(body["data"], json!([{"Last_Name": "O'Neil", "id": PAT}]));
    assert_eq!(body["info"]["more_records"], false);
    let (_, body) = zoho.get(&format!("/Contacts?fields=Email&per_page=2&page_token={token}")).await;
    assert_eq!(body["code"], "TOKEN_BOUND_DATA_MISMATCH");
    zoho.hands.forward(2 * 24 * 3_600);
    let zoho = Zoho { token: zoho.refresh().await["access_token"].as_str().unwrap().into(), ..zoho };
    assert_eq!(zoho.get(&next).await.1["code"], "EXPIRED_VALUE");
    let (_, body) = zoho.get("/Contacts?fields=Email&page=11&per_page=200").await;
    assert_eq!(body["code"], "DISCRETE_PAGINATION_LIMIT_EXCEEDED");
}

#[tokio::test]
async fn search_by_the_strongest_parameter() {
    let zoho = Zoho::start().await;
    let ids = async |query: &str| {
        let (status, body) = zoho.get(&format!("/Contacts/search?{query}")).await;
        let data = body["data"].as_array().cloned().unwrap_or_default();
        (status, data.iter().map(|row| row["Last_Name"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(ids("email=ANA@example.com").await, (200, vec!["Nunez".into(), "Núñez".into()]));
    assert_eq!(ids("email=pat.home@example.com").await.1, ["O'Neil"], "the secondary address too");
    assert_eq!(ids("email=nobody@example.com").await, (204, vec![]));
    assert_eq!(ids("email=pat.home").await.1, ["O'Neil"], "a part of an address");
    assert_eq!(ids("phone=6025550111").await.1, ["Núñez"]);
    assert_eq!(ids("word=neil").await.1, ["O'Neil"]);
    let criteria = "criteria=((Last_Name:equals:Neil)and(Lead_Source:equals:Cold%20Call))&email=ana@example.com";
    assert_eq!(ids(criteria).await.1, ["O'Neil"]);
    let (status, body) = zoho.get("/Contacts/search?page=1").await;
    assert_eq!((status, &body["code"]), (400, &json!("EXPECTED_PARAM_MISSING")));
    assert_eq!(zoho.get("/Contacts/search?criteria=(Shoe:equals:4)").await.1["code"], "INVALID_QUERY");
    assert_eq!(zoho.get("/Contacts/search?word=ab&page=11").await.1["code"], "LIMIT_REACHED");
    let (_, body) = zoho.get("/Contacts/search?email=ana@example.com&per_page=1&fields=Email").await;
    assert_eq!(
        body,
        json!({"data": [{"Email": "ana@example.com", "id": "5551234000000700002"}], "info": {"per_page": 1, "count": 1,
            "sort_by": "id", "page": 1, "sort_order": "desc", "more_records": true}})
    );
}

#[tokio::test]
async fn coql_finds_at_once_and_without_case() {
    let zoho = Zoho::start().await;
    let id = zoho.create(json!({"Last_Name": "Fresh", "Email": "Fresh@Example.com"})).await;
    let (status, body) = zoho
        .coql("select id, Email, Owner from Contacts where Email in ('fresh@example.com', 'x@example.com') limit 0, 10")
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        body,
        json!({"data": [{"id": id, "Email": "Fresh@Example.com", "Owner": {"id": "5551234000000411001"}}],
            "info": {"count": 1, "more_records": false}})
    );
    let (_, body) =
        zoho.coql("select Last_Name from Contacts where Email = 'ana@example.com' order by Created_Time asc").await;
    assert_eq!(body["data"][0]["Last_Name"], "Núñez");
    let (_, body) = zoho.coql("select Last_Name from Contacts where Last_Name is not null limit 2").await;
    assert_eq!(body["info"], json!({"count": 2, "more_records": true}));
    assert_eq!(zoho.coql("select id from Contacts where Email = 'no@example.com'").await, (204, Value::Null));
    assert_eq!(zoho.coql("select id from Accounts where id is not null").await.0, 204);
}

#[tokio::test]
async fn coql_refuses_in_zohos_words() {
    let zoho = Zoho::start().await;
    for (query, code) in [
        ("select Shoe from Contacts where id is not null", "INVALID_QUERY"),
        ("select id from Contacts where First_Name > 'M'", "INVALID_QUERY"),
        ("select id from Contacts", "SYNTAX_ERROR"),
        ("selekt", "SYNTAX_ERROR"),
        ("select id from Shoes where id is not null", "INVALID_MODULE"),
    ] {
        let (status, body) = zoho.coql(query).await;
        assert_eq!((status, body["code"].as_str()), (400, Some(code)), "{query}");
        assert!(body["details"].is_object() && body["status"] == "error");
    }
    assert_eq!(zoho.post("/coql", &json!({})).await.1["code"], "MANDATORY_NOT_FOUND");
}

#[tokio::test]
async fn coql_minds_case_where_that_is_switched_on() {
    let zoho = Zoho::with(|options| options.rules.coql_case_sensitive = true).await;
    let (_, body) = zoho.coql("select Last_Name from Contacts where Email = 'ana@example.com'").await;
    assert_eq!(body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn addresses_that_do_not_exist() {
    let zoho = Zoho::start().await;
    let (status, body) = zoho.get("/nothing/at/all/here").await;
    assert_eq!((status, &body["code"]), (404, &json!("INVALID_URL_PATTERN")));
    let (status, body) = read(zoho.request(Method::PATCH, "/Contacts")).await;
    assert_eq!((status, &body["code"]), (400, &json!("INVALID_REQUEST_METHOD")));
}
