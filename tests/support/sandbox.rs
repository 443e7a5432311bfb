//! A sandbox on a clock of the test's own, and a plain HTTP client for it: no code of ours speaks for the client.

use astra_zoho::sandbox::{Options, Server};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Method, RequestBuilder};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// When every test begins.
pub const START: &str = "2026-03-02T09:00:00Z";

/// A clock that moves when told to.
#[derive(Clone)]
pub struct Hands(Arc<Mutex<Timestamp>>);

impl Hands {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(START.parse().unwrap())))
    }

    pub fn forward(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    }

    pub fn options(&self) -> Options {
        let now = Arc::clone(&self.0);
        Options::new(Arc::new(move || *now.lock().unwrap()))
    }
}

/// A running sandbox with one access token.
pub struct Zoho {
    pub server: Server,
    pub http: Client,
    pub hands: Hands,
    pub token: String,
}

/// Three contacts: two of one address, and one with a secondary address.
pub fn three_contacts() -> String {
    json!([
        {"id": "5551234000000700001", "Last_Name": "Núñez", "First_Name": "Ana", "Email": "Ana@Example.com",
         "Phone": "+1 602 555 0111", "Created_Time": "2026-01-05T09:00:00-07:00", "Member_Code": "M-1"},
        {"id": "5551234000000700002", "Last_Name": "Nunez", "Email": "ana@example.com",
         "Created_Time": "2026-01-06T09:00:00-07:00"},
        {"id": "5551234000000700003", "Last_Name": "O'Neil", "Email": "pat@example.com",
         "Secondary_Email": "pat.home@example.com", "Description": "Two\nlines", "Lead_Source": "Cold Call"}
    ])
    .to_string()
}

impl Zoho {
    /// A sandbox in memory with [`three_contacts`].
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let hands = Hands::new();
        let mut options = hands.options();
        options.contacts = Some(three_contacts());
        change(&mut options);
        Self::of(hands, options).await
    }

    pub async fn of(hands: Hands, options: Options) -> Self {
        let server = Server::start(options, "127.0.0.1:0".parse().unwrap()).await.unwrap();
        let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut zoho = Self { server, http, hands, token: String::new() };
        zoho.token = zoho.refresh().await["access_token"].as_str().unwrap_or_default().to_owned();
        zoho
    }

    /// The answer to a refresh.
    pub async fn refresh(&self) -> Value {
        let credentials = self.server.credentials();
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", &credentials.client_id),
            ("client_secret", credentials.client_secret.expose_secret()),
            ("refresh_token", credentials.refresh_token.expose_secret()),
        ];
        self.http.post(self.url("/oauth/v2/token")).form(&form).send().await.unwrap().json().await.unwrap()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.credentials().api_url)
    }

    /// A request to the CRM with the token, ready to send.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.url(&format!("/crm/v8{path}")))
            .header("authorization", format!("Zoho-oauthtoken {}", self.token))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        read(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        read(self.request(Method::POST, path).body(body.to_string())).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        read(self.request(Method::PUT, path).body(body.to_string())).await
    }

    pub async fn coql(&self, query: &str) -> (u16, Value) {
        self.post("/coql", &json!({ "select_query": query })).await
    }

    /// Creates one contact and gives its id.
    pub async fn create(&self, record: Value) -> String {
        let (status, body) = self.post("/Contacts", &json!({ "data": [record] })).await;
        assert_eq!(status, 201, "{body}");
        body["data"][0]["details"]["id"].as_str().unwrap().to_owned()
    }
}

/// Status and body; null where there is no body.
pub async fn read(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    let text = response.text().await.unwrap();
    if text.is_empty() {
        assert_eq!(kind, None, "an answer without body has no content type");
        return (status, Value::Null);
    }
    assert_eq!(kind.as_deref(), Some("application/json;charset=UTF-8"));
    (status, serde_json::from_str(&text).unwrap())
}
