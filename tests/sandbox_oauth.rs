//! The sandbox: tokens, codes, the device flow, scopes.

use crate::support::sandbox::{Zoho, read};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

async fn post(zoho: &Zoho, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    read(zoho.http.post(zoho.url(path)).form(form)).await
}

fn client(zoho: &Zoho) -> (String, String, String) {
    let credentials = zoho.server.credentials();
    let clear = |secret: &secrecy::SecretString| secret.expose_secret().to_owned();
    (credentials.client_id.clone(), clear(&credentials.client_secret), clear(&credentials.refresh_token))
}

#[tokio::test]
async fn a_refresh_answers_a_token_for_this_very_server() {
    let zoho = Zoho::start().await;
    let body = zoho.refresh().await;
    assert_eq!(body["api_domain"], zoho.server.credentials().api_url.as_str());
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(body.get("refresh_token"), None, "a refresh gives no new refresh token");
    assert_eq!(zoho.get("/org").await.0, 200);
    zoho.hands.forward(3_601);
    let (status, body) = zoho.get("/org").await;
    assert_eq!((status, &body["code"]), (401, &json!("INVALID_TOKEN")));
    assert_eq!(
        body,
        json!({"code": "INVALID_TOKEN", "details": {}, "message": "invalid oauth token", "status": "error"})
    );
    let (status, body) = read(zoho.http.get(zoho.url("/crm/v8/org"))).await;
    assert_eq!((status, &body["code"]), (401, &json!("AUTHENTICATION_FAILURE")));
}

#[tokio::test]
async fn parameters_come_as_form_query_multipart_or_basic() {
    let zoho = Zoho::start().await;
    let (id, secret, refresh) = client(&zoho);
    let query =
        [("grant_type", "refresh_token"), ("client_id", &id), ("client_secret", &secret), ("refresh_token", &refresh)];
    let (_, body) = read(zoho.http.post(zoho.url("/oauth/v2/token")).query(&query)).await;
    assert!(body["access_token"].is_string(), "{body}");
    let part = |(name, value): &(&str, &str)| {
        format!("--x-y\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let multipart = query.iter().map(part).collect::<String>() + "--x-y--\r\n";
    let request = zoho.http.post(zoho.url("/oauth/v2/token"));
    let (_, body) = read(request.header("content-type", "multipart/form-data; boundary=x-y").body(multipart)).await;
    assert!(body["access_token"].is_string(), "{body}");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let request = zoho.http.post(zoho.url("/oauth/v2/token")).basic_auth(&id, Some(&secret)).form(&form);
    assert!(read(request).await.1["access_token"].is_string());
}

#[tokio::test]
async fn errors_of_the_token_endpoint_are_status_200() {
    let zoho = Zoho::start().await;
    let (id, secret, refresh) = client(&zoho);
    for (id, secret, refresh, error) in [
        ("1000.NOBODY", secret.as_str(), refresh.as_str(), "invalid_client"),
        (&id, "wrong", &refresh, "invalid_client_secret"),
        (&id, &secret, "1000.a.b", "invalid_code"),
    ] {
        let form =
            [("grant_type", "refresh_token"), ("client_id", id), ("client_secret", secret), ("refresh_token", refresh)];
        assert_eq!(post(&zoho, "/oauth/v2/token", &form).await, (200, json!({ "error": error })));
    }
}

#[tokio::test]
async fn the_grant_token_works_once() {
    let zoho = Zoho::start().await;
    let (id, secret, _) = client(&zoho);
    let grant = zoho.server.credentials().grant_token.expose_secret().to_owned();
    let form = [("grant_type", "authorization_code"), ("client_id", &id), ("client_secret", &secret), ("code", &grant)];
    let (_, body) = post(&zoho, "/oauth/v2/token", &form).await;
    assert!(body["refresh_token"].is_string() && body["access_token"].is_string());
    assert_eq!(post(&zoho, "/oauth/v2/token", &form).await.1, json!({"error": "invalid_code"}));
}

#[tokio::test]
async fn revoking_ends_a_refresh_token_and_its_access_tokens() {
    let zoho = Zoho::start().await;
    let (_, _, refresh) = client(&zoho);
    let (_, body) = read(zoho.http.post(zoho.url(&format!("/oauth/v2/token/revoke?token={refresh}")))).await;
    assert_eq!(body, json!({"status": "success"}));
    assert_eq!(zoho.get("/org").await.0, 401);
    assert_eq!(zoho.refresh().await, json!({"error": "invalid_code"}));
}

#[tokio::test]
async fn too_many_access_tokens_are_throttled_for_ten_minutes() {
    let zoho = Zoho::start().await;
    for _ in 1..10 {
        assert!(zoho.refresh().await["access_token"].is_string());
    }
    let (id, secret, refresh) = client(&zoho);
    let form =
        [("grant_type", "refresh_token"), ("client_id", &id), ("client_secret", &secret), ("refresh_token", &refresh)];
    let (status, body) = post(&zoho, "/oauth/v2/token", &form).await;
    assert_eq!((status, &body["error"], &body["status"]), (400, &json!("Access Denied"), &json!("failure")));
    zoho.hands.forward(601);
    assert!(zoho.refresh().await["access_token"].is_string());
}

#[tokio::test]
async fn the_sixteenth_live_token_ends_the_first() {
    let zoho = Zoho::with(|options| options.rules.token_limit = false).await;
    for _ in 1..15 {
        zoho.hands.forward(1);
        zoho.refresh().await;
    }
    assert_eq!(zoho.get("/org").await.0, 200);
    zoho.refresh().await;
    assert_eq!(zoho.get("/org").await.0, 401);
}

#[tokio::test]
async fn scopes_are_kept() {
    let zoho = Zoho::start().await;
    let (id, secret, _) = client(&zoho);
    let back = "http://127.0.0.1:9/back";
    let query = [
        ("response_type", "code"),
        ("client_id", &id),
        ("scope", "ZohoCRM.modules.contacts.READ"),
        ("redirect_uri", back),
        ("access_type", "offline"),
        ("state", "s t"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ];
    let answer = zoho.http.get(zoho.url("/oauth/v2/auth")).query(&query).send().await.unwrap();
    assert_eq!(answer.status(), 302);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(location.starts_with(&format!("{back}?state=s+t&code=1000.")) && location.ends_with('&'), "{location}");
    assert!(location.contains("&location=us&accounts-server=http%3A%2F%2F127.0.0.1"), "{location}");
    let code = location.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &id),
        ("client_secret", &secret),
        ("redirect_uri", back),
        ("code", &code),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    let (_, body) = post(&zoho, "/oauth/v2/token", &form).await;
    assert_eq!(body["scope"], "ZohoCRM.modules.contacts.READ");
    let zoho = Zoho { token: body["access_token"].as_str().unwrap().to_owned(), ..zoho };
    assert_eq!(zoho.get("/Contacts/5551234000000700001").await.0, 200);
    let (status, body) = zoho.post("/Contacts", &json!({"data": [{"Last_Name": "X"}]})).await;
    assert_eq!((status, &body["code"]), (401, &json!("OAUTH_SCOPE_MISMATCH")));
    assert_eq!(zoho.coql("select id from Contacts where id is not null").await.0, 401);
}

#[tokio::test]
async fn a_wrong_verifier_redirect_or_scope_is_refused() {
    let zoho = Zoho::start().await;
    let (id, secret, _) = client(&zoho);
    let authorize = async |scope: &str, back: &str, challenge: &str| {
        let query = [
            ("response_type", "code"),
            ("client_id", id.as_str()),
            ("scope", scope),
            ("redirect_uri", back),
            ("code_challenge", challenge),
        ];
        let answer = zoho.http.get(zoho.url("/oauth/v2/auth")).query(&query).send().await.unwrap();
        answer.headers().get("location").map(|location| location.to_str().unwrap().to_owned())
    };
    let (scope, back) = ("ZohoCRM.org.READ", "http://localhost:9/back");
    assert_eq!(authorize(scope, "http://example.com/back", "").await, None, "nobody is sent elsewhere");
    assert!(authorize("nonsense", back, "").await.unwrap().contains("error=invalid_scope"));
    let location = authorize(scope, back, "plain-challenge").await.unwrap();
    let code = location.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &id),
        ("client_secret", &secret),
        ("redirect_uri", back),
        ("code", &code),
        ("code_verifier", "another"),
    ];
    assert_eq!(post(&zoho, "/oauth/v2/token", &form).await.1, json!({"error": "invalid_code"}));
}

#[tokio::test]
async fn the_device_flow_waits_for_a_person() {
    let zoho = Zoho::start().await;
    let (id, secret, _) = client(&zoho);
    let start = [
        ("client_id", id.as_str()),
        ("grant_type", "device_request"),
        ("scope", "ZohoCRM.org.READ,ZohoCRM.users.READ"),
        ("access_type", "offline"),
    ];
    let (_, body) = post(&zoho, "/oauth/v3/device/code", &start).await;
    assert_eq!((&body["interval"], &body["expires_in"]), (&json!(30_000), &json!(300_000)));
    let user_code = body["user_code"].as_str().unwrap();
    let device_code = body["device_code"].as_str().unwrap();
    let poll =
        [("client_id", id.as_str()), ("client_secret", &secret), ("grant_type", "device_token"), ("code", device_code)];
    assert_eq!(post(&zoho, "/oauth/v3/device/token", &poll).await, (200, json!({"error": "authorization_pending"})));
    assert_eq!(post(&zoho, "/oauth/v3/device/token", &poll).await.1, json!({"error": "slow_down"}));
    let page = zoho.http.get(body["verification_uri_complete"].as_str().unwrap()).send().await.unwrap();
    assert!(page.text().await.unwrap().contains(user_code));
    let typed = user_code.to_lowercase();
    let form = [("user_code", typed.as_str()), ("decision", "accept")];
    let page = zoho.http.post(body["verification_url"].as_str().unwrap()).form(&form).send().await.unwrap();
    assert_eq!(page.status(), 200);
    zoho.hands.forward(31);
    let (_, body) = post(&zoho, "/oauth/v3/device/token", &poll).await;
    assert!(body["refresh_token"].is_string() && body["expires_in"] == 3600, "{body}");
}

#[tokio::test]
async fn a_device_can_be_refused_expire_or_be_approved_by_itself() {
    let zoho = Zoho::with(|options| options.rules.device_approval = Some(1)).await;
    let (id, secret, _) = client(&zoho);
    let begin = async || {
        let start = [("client_id", id.as_str()), ("grant_type", "device_request"), ("scope", "ZohoCRM.org.READ")];
        let (_, body) = post(&zoho, "/oauth/v3/device/code", &start).await;
        (body["user_code"].as_str().unwrap().to_owned(), body["device_code"].as_str().unwrap().to_owned())
    };
    let poll = async |code: &str| {
        let form = [
            ("client_id", id.as_str()),
            ("client_secret", secret.as_str()),
            ("grant_type", "device_token"),
            ("code", code),
        ];
        post(&zoho, "/oauth/v3/device/token", &form).await.1
    };
    let (_, device) = begin().await;
    assert_eq!(poll(&device).await["error"], "authorization_pending");
    zoho.hands.forward(30);
    let body = poll(&device).await;
    assert!(body["access_token"].is_string() && body.get("refresh_token").is_none(), "online by default: {body}");
    let (user, device) = begin().await;
    let form = [("user_code", user.as_str()), ("decision", "reject")];
    zoho.http.post(zoho.url("/oauth/v3/device")).form(&form).send().await.unwrap();
    assert_eq!(poll(&device).await["error"], "access_denied");
    let (_, device) = begin().await;
    zoho.hands.forward(301);
    assert_eq!(poll(&device).await["error"], "expired");
}

#[tokio::test]
async fn the_credentials_are_one_json_object_and_debug_hides_secrets() {
    let zoho = Zoho::start().await;
    let credentials = zoho.server.credentials();
    let body = serde_json::to_value(credentials).unwrap();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["accounts_url", "api_url", "client_id", "client_secret", "refresh_token", "grant_token"]);
    let shown = format!("{credentials:?} {:?}", zoho.server);
    for key in ["client_secret", "refresh_token", "grant_token"] {
        assert!(!shown.contains(body[key].as_str().unwrap()), "{key}");
    }
    assert_eq!(read(zoho.http.request(Method::GET, zoho.url("/oauth/v2/token"))).await.0, 400);
}
