//! The sandbox: insert, update, upsert, delete, tags.

use crate::support::sandbox::{Zoho, read};
use reqwest::Method;
use serde_json::{Value, json};

const ANA: &str = "5551234000000700001";
const TWIN: &str = "5551234000000700002";
const PAT: &str = "5551234000000700003";

#[tokio::test]
async fn insert_answers_ids_and_times_and_stores_what_was_sent() {
    let zoho = Zoho::start().await;
    let record = json!({"Last_Name": "Example", "Email": "new@example.com", "Description": "a\n\tb\r\nc",
        "Account_Name": {"id": "5551234000000800001"}, "Tag": [{"name": "chat"}], "Full_Name": "ignored",
        "Shoe_Size": 44, "Old_CRM_Notes": "kept", "Plan_Tier": "plan_growth"});
    let (status, body) = zoho.post("/Contacts", &json!({"data": [record], "trigger": []})).await;
    assert_eq!(status, 201);
    let sam = json!({"name": "Sam Owner", "id": "5551234000000411001"});
    assert_eq!(
        body,
        json!({"data": [{"code": "SUCCESS", "details": {
            "Modified_Time": "2026-03-02T02:00:00-07:00", "Modified_By": sam,
            "Created_Time": "2026-03-02T02:00:00-07:00", "id": "5551234000001000001", "Created_By": sam,
            "$approval_state": "approved"}, "message": "record added", "status": "success"}]})
    );
    let (status, body) = zoho.get("/Contacts/5551234000001000001").await;
    assert_eq!(status, 200);
    let stored = &body["data"][0];
    assert_eq!(stored["Description"], "a\n\tb\r\nc");
    assert_eq!(stored["Full_Name"], "Example");
    assert_eq!(stored["Account_Name"]["id"], "5551234000000800001");
    assert_eq!(stored["Old_CRM_Notes"], "kept");
    assert_eq!(stored["Plan_Tier"], "Growth");
    assert_eq!(stored["Tag"][0]["name"], "chat");
    assert_eq!(stored.get("Shoe_Size"), None);
}

#[tokio::test]
async fn results_keep_the_order_and_mixed_ones_are_207() {
    let zoho = Zoho::start().await;
    let good = json!({"Last_Name": "A"});
    let bad = json!({"First_Name": "é".repeat(41), "Last_Name": "B"});
    let (status, body) = zoho.post("/Contacts", &json!({"data": [bad, good, {"Email": "x@example.com"}]})).await;
    assert_eq!(status, 207);
    assert_eq!(
        body["data"][0],
        json!({"code": "INVALID_DATA", "details": {"maximum_length": 40, "api_name": "First_Name",
            "json_path": "$.data[0].First_Name"}, "message": "invalid data", "status": "error"})
    );
    assert_eq!(body["data"][1]["status"], "success");
    assert_eq!(body["data"][2]["code"], "MANDATORY_NOT_FOUND");
    assert_eq!(body["data"][2]["details"], json!({"api_name": "Last_Name", "json_path": "$.data[2].Last_Name"}));
    let (status, body) = zoho.post("/Contacts", &json!({"data": [{"Email": "no", "Phone": "no"}]})).await;
    assert_eq!(status, 400);
    assert_eq!(body["data"][0]["code"], "MULTIPLE_OR_MULTI_ERRORS");
    assert_eq!(body["data"][0]["details"]["errors"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn requests_that_are_no_writes_get_one_error() {
    let zoho = Zoho::start().await;
    let many: Vec<Value> = (0..101).map(|n| json!({"Last_Name": n.to_string()})).collect();
    let (status, body) = zoho.post("/Contacts", &json!({ "data": many })).await;
    assert_eq!((status, &body["code"]), (400, &json!("LIMIT_EXCEEDED")));
    assert_eq!(body["details"], json!({"maximum_length": 100, "api_name": "data"}));
    let (status, body) = read(zoho.request(Method::POST, "/Contacts").body("{\"data\":[")).await;
    assert_eq!((status, &body["details"]), (400, &json!({"expected_data_type": "jsonobject"})));
    let (_, body) = zoho.post("/Contacts", &json!({})).await;
    assert_eq!(body["code"], "MANDATORY_NOT_FOUND");
    let (_, body) = zoho.post("/Contacts", &json!({"data": {"Last_Name": "X"}})).await;
    assert_eq!(body["details"]["expected_data_type"], "jsonarray");
    let (_, body) = zoho.post("/Contacts", &json!({"data": ["X", {"Last_Name": "Y"}]})).await;
    assert_eq!(body["data"][0]["details"]["json_path"], "$.data[0]");
    let (status, body) = zoho.post("/Shoes", &json!({"data": []})).await;
    assert_eq!((status, &body["code"]), (400, &json!("INVALID_MODULE")));
}

#[tokio::test]
async fn unique_fields_refuse_a_second_holder_whatever_the_case() {
    let zoho = Zoho::start().await;
    let (status, body) = zoho.post("/Contacts", &json!({"data": [{"Last_Name": "X", "Member_Code": "m-1"}]})).await;
    assert_eq!(status, 400);
    let details = &body["data"][0]["details"];
    assert_eq!(body["data"][0]["code"], "DUPLICATE_DATA");
    assert_eq!(
        (&details["api_name"], &details["id"], &details["duplicate_record"]["id"]),
        (&json!("Member_Code"), &json!(ANA), &json!(ANA))
    );
    let same = json!({"Last_Name": "X", "Member_Code": "M-2"});
    let (status, _) = zoho.post("/Contacts", &json!({"data": [same, same]})).await;
    assert_eq!(status, 207, "also within one request");
    let (status, _) = zoho.put(&format!("/Contacts/{ANA}"), &json!({"data": [{"Member_Code": "M-1"}]})).await;
    assert_eq!(status, 200, "its own value is no duplicate");
    let email = json!({"Last_Name": "X", "Email": "ana@example.com"});
    assert_eq!(zoho.post("/Contacts", &json!({"data": [email]})).await.0, 201, "Email is not unique");
}

#[tokio::test]
async fn update_changes_what_is_named_and_null_clears() {
    let zoho = Zoho::start().await;
    zoho.hands.forward(60);
    let (status, body) =
        zoho.put(&format!("/Contacts/{PAT}"), &json!({"data": [{"Title": "Boss", "Lead_Source": null}]})).await;
    assert_eq!((status, &body["data"][0]["message"]), (200, &json!("record updated")));
    assert_eq!(body["data"][0]["details"]["Modified_Time"], "2026-03-02T02:01:00-07:00");
    let stored = &zoho.get(&format!("/Contacts/{PAT}")).await.1["data"][0];
    assert_eq!((&stored["Title"], &stored["Lead_Source"]), (&json!("Boss"), &Value::Null));
    assert_eq!((&stored["Email"], &stored["Description"]), (&json!("pat@example.com"), &json!("Two\nlines")));
    let (status, body) = zoho.put(&format!("/Contacts/{PAT}"), &json!({"data": [{"Last_Name": null}]})).await;
    assert_eq!((status, &body["data"][0]["code"]), (400, &json!("MANDATORY_NOT_FOUND")));
}

#[tokio::test]
async fn bulk_update_takes_ids_as_numbers_and_as_strings() {
    let zoho = Zoho::start().await;
    let number: u64 = ANA.parse().unwrap();
    let body = json!({"data": [{"id": number, "Title": "A"}, {"id": PAT, "Title": "B"},
        {"id": "5559999000000000009", "Title": "C"}, {"Title": "D"}]});
    let (status, body) = zoho.put("/Contacts", &body).await;
    assert_eq!(status, 207);
    assert_eq!(body["data"][0]["details"]["id"], ANA, "ids are answered as strings");
    assert_eq!(body["data"][1]["status"], "success");
    assert_eq!(body["data"][2]["details"], json!({"api_name": "id", "json_path": "$.data[2].id"}));
    assert_eq!(body["data"][3]["code"], "MANDATORY_NOT_FOUND");
}

#[tokio::test]
async fn a_contact_changed_meanwhile_is_not_overwritten() {
    let zoho = Zoho::start().await;
    let seen = "2026-03-02T02:00:00-07:00";
    zoho.hands.forward(5);
    zoho.put(&format!("/Contacts/{ANA}"), &json!({"data": [{"Title": "Changed"}]})).await;
    let update = |path: String, body: Value| {
        read(zoho.request(Method::PUT, &path).header("if-unmodified-since", seen).body(body.to_string()))
    };
    let (status, body) = update(format!("/Contacts/{ANA}"), json!({"data": [{"Title": "Lost"}]})).await;
    assert_eq!((status, &body["data"][0]["code"]), (412, &json!("ALREADY_MODIFIED")));
    assert_eq!(body["data"][0]["details"]["Modified_Time"], "2026-03-02T02:00:05-07:00");
    let both = json!({"data": [{"id": ANA, "Title": "Lost"}, {"id": PAT, "Title": "Stands"}]});
    let (status, body) = update("/Contacts".into(), both.clone()).await;
    assert_eq!(status, 207);
    assert_eq!((&body["data"][0]["code"], &body["data"][1]["code"]), (&json!("ALREADY_MODIFIED"), &json!("SUCCESS")));
    assert_eq!(zoho.get(&format!("/Contacts/{ANA}")).await.1["data"][0]["Title"], "Changed");
    assert_eq!(update("/Contacts".into(), json!({"data": [{"id": ANA, "Title": "Lost"}]})).await.0, 412);
    let upsert = json!({"data": [{"Member_Code": "M-1", "Title": "Lost"}], "duplicate_check_fields": ["Member_Code"]});
    let request = zoho.request(Method::POST, "/Contacts/upsert").header("if-unmodified-since", seen);
    assert_eq!(read(request.body(upsert.to_string())).await.0, 412);
}

#[tokio::test]
async fn upsert_finds_by_named_fields_then_unique_ones() {
    let zoho = Zoho::start().await;
    let upsert = async |record: Value, fields: Value| {
        let (_, body) =
            zoho.post("/Contacts/upsert", &json!({"data": [record], "duplicate_check_fields": fields})).await;
        let one = body["data"][0].clone();
        (one["action"].clone(), one["duplicate_field"].clone(), one["details"]["id"].clone())
    };
    let by_email = json!({"Last_Name": "Núñez", "Email": "ANA@example.com"});
    assert_eq!(upsert(by_email.clone(), json!(["Email"])).await, (json!("update"), json!("Email"), json!(ANA)));
    assert_eq!(upsert(by_email.clone(), Value::Null).await, (json!("update"), json!("Email"), json!(ANA)));
    let new = json!({"Last_Name": "New", "Email": "brand@example.com"});
    assert_eq!(upsert(new, json!(["Email"])).await.0, json!("insert"));
    let (action, field, _) = upsert(by_email, json!(["Member_Code"])).await;
    assert_eq!((action, field), (json!("insert"), Value::Null), "Email left out is not looked at");
    let by_code = json!({"Email": "other@example.com", "Member_Code": "m-1"});
    assert_eq!(upsert(by_code, json!(["Email"])).await, (json!("update"), json!("Member_Code"), json!(ANA)));
    assert_eq!(upsert(json!({"id": PAT, "Title": "T"}), Value::Null).await.2, json!(PAT));
    let (status, body) = zoho.post("/Contacts/upsert", &json!({"data": [{"id": "7", "Last_Name": "T"}]})).await;
    assert_eq!((status, &body["data"][0]["code"]), (400, &json!("INVALID_DATA")));
}

#[tokio::test]
async fn deleted_contacts_are_gone() {
    let zoho = Zoho::start().await;
    let (status, body) = read(zoho.request(Method::DELETE, &format!("/Contacts?ids={ANA},7&"))).await;
    assert_eq!((status, &body["data"][0]["message"]), (207, &json!("record deleted")));
    assert_eq!(body["data"][1]["details"], json!({"id": "7"}));
    assert_eq!(read(zoho.request(Method::DELETE, &format!("/Contacts/{TWIN}"))).await.0, 200);
    assert_eq!(zoho.get(&format!("/Contacts/{ANA}")).await, (204, Value::Null));
    assert_eq!(zoho.coql("select id from Contacts where Email = 'ana@example.com'").await.0, 204);
    assert_eq!(zoho.get("/Contacts/actions/count").await.1, json!({"count": 1}));
}

#[tokio::test]
async fn tags_are_added_and_taken_off() {
    let zoho = Zoho::start().await;
    let tags = json!({"tags": [{"name": "chat"}, {"name": "vip"}]});
    let (status, body) = zoho.post(&format!("/Contacts/{ANA}/actions/add_tags"), &tags).await;
    assert_eq!((status, &body["data"][0]["details"]["tags"]), (200, &json!(["chat", "vip"])));
    let (_, body) =
        zoho.post("/Contacts/actions/remove_tags", &json!({"tags": [{"name": "chat"}], "ids": [ANA, "7"]})).await;
    assert_eq!(body["data"][0]["details"]["tags"], json!(["vip"]));
    assert_eq!(body["data"][1]["code"], "INVALID_DATA");
}

#[tokio::test]
async fn multi_select_picklists_are_replaced_unless_appended() {
    let zoho = Zoho::start().await;
    let set = async |record: Value| {
        zoho.put(&format!("/Contacts/{ANA}"), &json!({ "data": [record] })).await;
        zoho.get(&format!("/Contacts/{ANA}")).await.1["data"][0]["Interests"].clone()
    };
    assert_eq!(set(json!({"Interests": ["Billing"]})).await, json!(["Billing"]));
    assert_eq!(set(json!({"Interests": ["Pricing"]})).await, json!(["Pricing"]));
    let appended = json!({"Interests": ["Billing"], "$append_values": {"Interests": true}});
    assert_eq!(set(appended).await, json!(["Pricing", "Billing"]));
}

#[tokio::test]
async fn unwritable_fields_are_refused_where_that_is_switched_on() {
    let zoho = Zoho::with(|options| options.rules.refuse_unwritable = true).await;
    let (status, body) = zoho.post("/Contacts", &json!({"data": [{"Last_Name": "X", "Shoe_Size": 44}]})).await;
    assert_eq!((status, &body["data"][0]["code"]), (400, &json!("INVALID_DATA")));
}
