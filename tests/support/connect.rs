//! Connecting an account in a terminal, to the sandbox as a process of its own or to a second server that answers as
//! differently as Zoho's documents and their readers allow.

use std::sync::Mutex;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portable_pty::CommandBuilder;
use serde_json::json;
use url::{Url, form_urlencoded};

use super::home::{Home, records};
use super::pty::Pty;
use super::scripted::{Reply, Request, Scripted};
use super::terminal::Sandbox;

/// How long a command may take to its end.
pub const LONG: Duration = Duration::from_secs(20);

/// `astra-zoho ...` on a workspace, in a terminal.
pub fn terminal(home: &Home, columns: u16, arguments: &[&str]) -> Pty {
    terminal_with(home, columns, arguments, &[])
}

/// The same with more in its environment.
pub fn terminal_with(home: &Home, columns: u16, arguments: &[&str], variables: &[(&str, &str)]) -> Pty {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_astra-zoho"));
    command.env_clear();
    let usual = [("PATH", "/usr/bin:/bin"), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8")];
    for (name, value) in usual.iter().chain(variables) {
        command.env(name, value);
    }
    command.env("HOME", home.path(""));
    command.arg("--workspace");
    command.arg(home.path(""));
    command.args(arguments);
    Pty::start(command, columns, 48)
}

/// Everything that was written to a terminal.
pub fn said(pty: &Pty) -> String {
    String::from_utf8_lossy(&pty.raw).into_owned()
}

/// The address that a browser is to open.
pub fn address(pty: &mut Pty) -> String {
    pty.until("an address", |p| said(p).contains("code_challenge_method=S256\r\n"));
    said(pty).lines().find(|l| l.contains("/oauth/v2/auth?")).unwrap().trim().to_owned()
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A browser of these tests: no proxy, and it goes where it is sent only when told to.
pub fn browser() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Where a browser that opens the address and accepts is sent.
pub async fn accept(address: &str) -> String {
    let answer = browser().get(address).send().await.unwrap();
    answer.headers().get("location").unwrap().to_str().unwrap().to_owned()
}

/// A Zoho to connect to, with what an operator has of it.
pub struct Against {
    pub url: String,
    pub client_id: String,
    pub secret: String,
    pub code: String,
    /// What `--from-json` takes.
    pub json: String,
    /// The organisation behind it.
    pub organisation: &'static str,
    /// What may be seen nowhere.
    pub secrets: Vec<String>,
    /// Lives as long as it is needed.
    pub server: Server,
}

pub enum Server {
    Sandbox { _process: Sandbox },
    Other(Other),
}

impl Against {
    /// The sandbox as a process, which approves a device at its second poll and then sends it to another data centre.
    pub fn sandbox(home: &Home) -> Self {
        let approving = ["--device-interval", "1000", "--approve-devices", "1", "--device-location", "eu"];
        let sandbox = Sandbox::start(home, &approving);
        let [url, client_id, secret, refresh, code] =
            ["accounts_url", "client_id", "client_secret", "refresh_token", "grant_token"]
                .map(|key| sandbox.credential(key));
        let secrets = vec![secret.clone(), code.clone(), refresh];
        let (json, organisation) = (sandbox.line.clone(), "Acme Outdoor");
        Self {
            url,
            client_id,
            secret,
            code,
            json,
            organisation,
            secrets,
            server: Server::Sandbox { _process: sandbox },
        }
    }

    /// The second server.
    pub async fn other() -> Self {
        let other = Other::start().await;
        let [client_id, secret] = [CLIENT, SECRET].map(str::to_owned);
        let url = other.accounts.origin.clone();
        let json = json!({"accounts_url": url, "api_url": url, "client_id": CLIENT, "client_secret": SECRET,
            "refresh_token": REFRESH});
        let secrets = [SECRET, CODE, REFRESH, ACCESS, DEVICE].map(str::to_owned).into();
        let (code, organisation) = (CODE.to_owned(), "Acme");
        let json = json.to_string();
        Self { url, client_id, secret, code, json, organisation, secrets, server: Server::Other(other) }
    }

    /// The file that Zoho's console makes beside a Self Client's code.
    pub fn self_client(&self) -> String {
        let known = json!({"client_id": self.client_id, "client_secret": self.secret, "code": self.code,
            "grant_type": "authorization_code", "expiry_time": 4_102_444_800_000_u64});
        known.to_string()
    }

    /// The account is connected and works, and nothing secret was shown.
    #[track_caller]
    pub fn is_connected(&self, home: &Home, id: &str, shown: &str) {
        for secret in &self.secrets {
            assert!(!shown.contains(secret.as_str()), "{secret} in {shown}");
        }
        let listed = records(&home.run(&["account", "list", "--format", "json"]));
        let account = listed.iter().find(|a| a["id"] == id).unwrap_or_else(|| panic!("{listed:?} {shown}"));
        assert_eq!(
            (&account["connected"], &account["organisation"]["name"]),
            (&json!(true), &json!(self.organisation)),
            "{shown}"
        );
        let tested = home.run(&["account", "test", id]);
        assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stdout));
        let fields = home.run(&["fields", "--account", id, "--format", "json"]);
        assert!(records(&fields).iter().any(|f| f["api_name"] == "Last_Name"), "{fields:?}");
    }
}

pub const CLIENT: &str = "1004.CLIENT";
pub const SECRET: &str = "PLANTEDclientSECRET";
pub const CODE: &str = "1000.PLANTEDgrant.CODE";
pub const REFRESH: &str = "1000.PLANTEDrefresh.TOKEN";
pub const ACCESS: &str = "1000.PLANTEDaccess.TOKEN";
pub const DEVICE: &str = "1004.PLANTEDdevice.CODE";

/// The second server: times in seconds, HTTP 400 for what is not yet, keys more and fewer, no list of scopes, no
/// `api_domain`; a browser is sent on to another accounts server, where alone its code is good.
pub struct Other {
    pub accounts: Scripted,
    /// The accounts server of the user's data centre.
    pub elsewhere: Scripted,
}

/// A code that only the accounts server of the user's data centre takes.
const ELSEWHERE: &str = "1000.PLANTEDgrant.ELSEWHERE";

impl Other {
    pub async fn start() -> Self {
        let challenge: Mutex<Option<String>> = Mutex::default();
        let elsewhere = Scripted::start(move |r| match r.path.as_str() {
            // the test's browser leaves here what the terminal's address asked for
            "/challenge" => {
                *challenge.lock().unwrap() = r.query("is").map(str::to_owned);
                Reply::empty(204)
            }
            "/oauth/v2/token" if form(r, "grant_type") == "authorization_code" => {
                let verifier = digest(&SHA256, form(r, "code_verifier").as_bytes());
                let known = challenge.lock().unwrap().as_deref() == Some(&*URL_SAFE_NO_PAD.encode(verifier));
                let fits = form(r, "code") == ELSEWHERE && form(r, "redirect_uri").starts_with("http://localhost:");
                if known && fits { tokens() } else { Reply::json(200, json!({"error": "invalid_code"})) }
            }
            _ => crm(r),
        })
        .await;
        let polls = Mutex::new(0);
        let accounts = Scripted::start(move |r| match r.path.as_str() {
            "/oauth/v3/device/code" => Reply::json(
                200,
                json!({"user_code": "WXYZ-1234", "device_code": DEVICE, "interval": 1, "expires_in": 60,
                       "verification_uri": "https://evil.example/device", "extra": {"a": [1]}}),
            ),
            "/oauth/v3/device/token" => {
                let mut polls = polls.lock().unwrap();
                *polls += 1;
                match *polls {
                    1 => Reply::json(400, json!({"error": "authorization_pending", "hint": 7})),
                    2 => Reply::json(400, json!({"error": "other_dc", "user_location": "eu"})),
                    _ => tokens(),
                }
            }
            "/oauth/v2/token" if form(r, "grant_type") == "authorization_code" && form(r, "code") != CODE => {
                Reply::json(400, json!({"error": "invalid_code"}))
            }
            _ => crm(r),
        })
        .await;
        Self { accounts, elsewhere }
    }

    /// Where a browser that opens the address and accepts is sent; what the address asks for is as it should be.
    pub async fn accept(&self, address: &str) -> String {
        let url = Url::parse(address).unwrap();
        let get = |key: &str| url.query_pairs().find(|(k, _)| k == key).map(|(_, v)| v.into_owned()).unwrap();
        assert_eq!(url.origin().ascii_serialization(), self.accounts.origin);
        assert_eq!((get("response_type").as_str(), get("access_type").as_str()), ("code", "offline"));
        assert!(get("scope").contains(",") && get("client_id") == CLIENT && get("prompt") == "consent");
        let kept = format!("{}/challenge?is={}", self.elsewhere.origin, get("code_challenge"));
        assert_eq!(browser().get(kept).send().await.unwrap().status(), 204);
        let server: String = form_urlencoded::byte_serialize(self.elsewhere.origin.as_bytes()).collect();
        // the order is another one than the sandbox's, and there is more than anybody asked for
        format!(
            "{}?code={ELSEWHERE}&accounts-server={server}&location=eu&more=1&state={}&",
            get("redirect_uri"),
            get("state")
        )
    }
}

fn form(request: &Request, key: &str) -> String {
    let found = form_urlencoded::parse(request.body.as_bytes()).find(|(k, _)| k == key);
    found.map(|(_, v)| v.into_owned()).unwrap_or_default()
}

fn tokens() -> Reply {
    // no api_domain, no token_type, no scope; a time as text
    Reply::json(
        200,
        json!({"access_token": ACCESS, "refresh_token": REFRESH, "expires_in": "3600", "extra": null, "more": [1]}),
    )
}

fn crm(r: &Request) -> Reply {
    match r.path.as_str() {
        "/oauth/v2/token" => tokens(),
        "/oauth/v2/token/revoke" => Reply::json(200, json!({"status": "success"})),
        "/crm/v8/org" => Reply::json(200, json!({"org": [{"zgid": "77", "company_name": "Acme", "more": 1}]})),
        "/crm/v8/users" => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})),
        "/crm/v8/settings/fields" => {
            Reply::text(200, "application/json", include_str!("../../samples/contacts-fields.json"))
        }
        _ => Reply::empty(204),
    }
}
