//! Connecting an account where something goes half wrong: answers that are lost, fewer scopes than before, a Zoho that is
//! gone a moment later, an environment that comes first; and what asking costs.

use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::support::home::{Home, errors, records};
use crate::support::scripted::{Reply, Request, Scripted, refusal};
use crate::support::terminal::feed;

const ALL: &str = "ZohoCRM.modules.contacts.ALL,ZohoCRM.settings.fields.READ,ZohoCRM.coql.READ,\
                   ZohoSearch.securesearch.READ,ZohoCRM.users.READ,ZohoCRM.org.READ,ZohoCRM.settings.modules.READ";

/// Tokens of their own for each consent, with these scopes; none named where there are none.
fn tokens(name: &str, scopes: &str) -> Reply {
    let mut tokens = json!({"access_token": format!("1000.access.{name}"), "expires_in": 3600,
        "refresh_token": format!("1000.refresh.{name}")});
    if !scopes.is_empty() {
        tokens["scope"] = json!(scopes);
    }
    Reply::json(200, tokens)
}

/// What every route but that of tokens says.
fn crm(r: &Request) -> Reply {
    match r.path.as_str() {
        "/oauth/v2/token/revoke" => Reply::json(200, json!({"status": "success"})),
        "/crm/v8/org" => Reply::json(200, json!({"org": [{"zgid": "77", "company_name": "Acme"}]})),
        "/crm/v8/users" => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})),
        "/crm/v8/settings/fields" => Reply::json(200, json!({"fields": []})),
        "/crm/v8/settings/modules/Contacts" => Reply::json(200, json!({"modules": [{"api_name": "Contacts"}]})),
        _ => Reply::empty(204),
    }
}

/// A Self Client's code, given by the environment.
fn connect(home: &Home, url: &str, arguments: &[&str], code: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = home.command(&["account"]);
    command.args(arguments).args(["--self-client", "--accounts-url", url, "--client-id", "1000.CLIENT"]);
    command.env("ASTRA_ZOHO_CLIENT_SECRET", "sssh").env("ASTRA_ZOHO_GRANT_TOKEN", code);
    command.envs(variables.iter().copied()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap() + &errors(output)
}

fn listed(home: &Home, id: &str, variables: &[(&str, &str)]) -> Value {
    let mut command = home.command(&["account", "list", "--format", "json"]);
    let all = records(&command.envs(variables.iter().copied()).output().unwrap());
    all.into_iter().find(|a| a["id"] == id).unwrap()
}

/// A code works once: whoever lost the answer may have used it up, and is not sent to try it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_may_have_used_the_code_up() {
    let html = Reply::text(502, "text/html", "<html>Bad gateway</html>");
    for lost in [Reply::Reset, Reply::Half { body: "{\"access".into() }, Reply::text(200, "text/plain", "{{"), html] {
        let answer = lost.clone();
        let server = Scripted::start(move |r| match r.path.as_str() {
            "/oauth/v2/token" => answer.clone(),
            _ => crm(r),
        })
        .await;
        let home = Home::new();
        let output = connect(&home, &server.origin, &["add", "--id", "main"], "1000.a.b", &[]);
        assert_eq!(output.status.code(), Some(1), "{lost:?}");
        let told = errors(&output);
        assert!(told.contains("may be used up: start again with a new one"), "{lost:?}: {told}");
        assert!(!told.contains("try again later"), "{lost:?}: {told}");
    }
    // nothing was sent: the code is as good as before
    let nobody = connect(&Home::new(), "http://127.0.0.1:9", &["add", "--id", "main"], "1000.a.b", &[]);
    assert!(!errors(&nobody).contains("used up"), "{}", errors(&nobody));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_may_have_been_the_one_with_the_tokens() {
    let polls = AtomicUsize::new(0);
    let server = Scripted::start(move |r| match r.path.as_str() {
        "/oauth/v3/device/code" => Reply::json(
            200,
            json!({"user_code": "WXYZ-1234", "device_code": "1004.d.e", "interval": 1, "expires_in": 60}),
        ),
        "/oauth/v3/device/token" if polls.fetch_add(1, Ordering::Relaxed) == 0 => Reply::Reset,
        "/oauth/v3/device/token" => Reply::json(200, json!({"error": "invalid_code"})),
        _ => crm(r),
    })
    .await;
    let home = Home::new();
    let mut command = home.command(&["account", "add", "--id", "main", "--device", "--client-id", "1000.CLIENT"]);
    command.args(["--accounts-url", &server.origin]).env("ASTRA_ZOHO_CLIENT_SECRET", "sssh");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = errors(&output);
    assert!(told.contains("an answer that was lost may have used it up, and a new code is needed"), "{told}");
}

/// What works is not exchanged for less by the way.
#[tokio::test(flavor = "multi_thread")]
async fn a_reconnection_with_fewer_scopes_keeps_what_works() {
    let consents = AtomicUsize::new(0);
    let fewer = "ZohoCRM.settings.fields.READ,ZohoCRM.modules.contacts.READ,ZohoCRM.users.READ,ZohoCRM.org.READ";
    let server = Scripted::start(move |r| match r.path.as_str() {
        "/oauth/v2/token" => {
            let n = consents.fetch_add(1, Ordering::Relaxed);
            tokens(&n.to_string(), if n == 0 { ALL } else { fewer })
        }
        "/crm/v8/coql" | "/crm/v8/Contacts/search" | "/crm/v8/settings/modules/Contacts"
            if !r.header("authorization").is_some_and(|token| token.ends_with("access.0")) =>
        {
            refusal(401, "OAUTH_SCOPE_MISMATCH")
        }
        _ => crm(r),
    })
    .await;
    let home = Home::new();
    let added = connect(&home, &server.origin, &["add", "--id", "main"], "1000.a.b", &[]);
    assert!(added.status.success(), "{}", said(&added));
    let secrets = || std::fs::read_to_string(home.path("secrets/main.json")).unwrap();
    let before = (secrets(), std::fs::read_to_string(home.path("accounts.toml")).unwrap());
    for again in [&["reconnect", "main"][..], &["add", "--id", "other"]] {
        let kept = connect(&home, &server.origin, again, "1000.c.d", &[]);
        assert_eq!(kept.status.code(), Some(1), "{again:?}: {}", said(&kept));
        assert_eq!((secrets(), std::fs::read_to_string(home.path("accounts.toml")).unwrap()), before, "{again:?}");
        if again[0] == "reconnect" {
            let told = errors(&kept);
            for part in [
                "account `main` stays connected as it was",
                "ZohoCRM.coql.READ is missing: contacts are found by search",
                "ZohoCRM.modules.contacts.ALL is missing: creating contacts is refused",
                "--fewer-scopes",
            ] {
                assert!(told.contains(part), "{part} in {told}");
            }
            // what is not kept does not live on at Zoho
            let revoked = server.seen().into_iter().rfind(|r| r.path.ends_with("/revoke")).unwrap();
            assert_eq!(revoked.query("token"), Some("1000.refresh.1"));
        }
    }
    let taken = connect(&home, &server.origin, &["reconnect", "main", "--fewer-scopes"], "1000.e.f", &[]);
    assert!(taken.status.success() && secrets() != before.0, "{}", said(&taken));
    // the test names what connecting named, in the same words
    let tested = said(&home.run(&["account", "test", "main"]));
    for lack in
        said(&taken).lines().filter_map(|l| Some(l.split_once("ZohoCRM.")?.1).filter(|l| l.contains(" is missing: ")))
    {
        assert!(tested.contains(lack), "{lack}\n{tested}");
    }
    assert!(tested.contains("ZohoCRM.settings.modules.READ is missing"), "{tested}");
    // one that works no more is replaced by whatever is better than nothing
    std::fs::write(
        home.path("secrets/main.renewals"),
        r#"{"ended":{"code":"auth_revoked","message":"x","at":"2026-03-02T09:00:00Z"}}"#,
    )
    .unwrap();
    std::fs::write(home.path("accounts.toml"), before.1).unwrap();
    assert!(connect(&home, &server.origin, &["reconnect", "main"], "1000.g.h", &[]).status.success());
}

/// Kept, but Zoho was gone a moment later: one sentence, and no success.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_ends_up_unreachable_is_no_success() {
    for (route, want) in [
        ("/crm/v8/users", "account main is connected, but not all of it works yet: "),
        ("/crm/v8/org", "account main was kept, but no action can run yet: "),
    ] {
        let server = Scripted::start(move |r| match r.path.as_str() {
            "/oauth/v2/token" => tokens("a", ALL),
            path if path == route => Reply::Reset,
            _ => crm(r),
        })
        .await;
        let json = json!({"accounts_url": server.origin, "api_url": server.origin, "client_id": "1000.CLIENT",
            "client_secret": "sssh", "refresh_token": "1000.refresh"});
        for by_code in [true, false] {
            let home = Home::new();
            let output = match by_code {
                true => connect(&home, &server.origin, &["add", "--id", "main"], "1000.a.b", &[]),
                false => {
                    let mut command = home.command(&["account", "add", "--id", "main", "--from-json", "-"]);
                    feed(&mut command, json.to_string().as_bytes())
                }
            };
            assert_eq!(output.status.code(), Some(1), "{route} {by_code}: {}", said(&output));
            let told = said(&output);
            assert!(told.contains(want), "{route} {by_code}: {told}");
            let sentences = told.matches("is connected").count() + told.matches("was kept").count();
            assert_eq!(sentences, 1, "{route} {by_code}: {told}");
            assert_eq!(listed(&home, "main", &[])["state"], json!("unreachable"), "{route} {by_code}");
        }
    }
}

/// Requests of the API count, whoever made them and before it was known for which account.
#[tokio::test(flavor = "multi_thread")]
async fn what_connecting_asks_is_counted() {
    // organisation and user; where Zoho names no scopes every route that runs read is tried too
    for (scopes, want) in [(ALL, 2), ("", 7)] {
        let server = Scripted::start(move |r| match r.path.as_str() {
            "/oauth/v2/token" => tokens("a", scopes),
            _ => crm(r),
        })
        .await;
        let home = Home::new();
        let used = || {
            let api = server.seen().iter().filter(|r| r.path.starts_with("/crm/")).count();
            (listed(&home, "main", &[])["credits_used"].as_u64().unwrap(), u64::try_from(api).unwrap())
        };
        assert!(connect(&home, &server.origin, &["add", "--id", "main"], "1000.a.b", &[]).status.success());
        assert_eq!(used(), (want, want));
        assert!(connect(&home, &server.origin, &["reconnect", "main"], "1000.c.d", &[]).status.success());
        assert_eq!(used(), (2 * want, 2 * want));
        // refused as a twin it has cost the same
        assert_eq!(connect(&home, &server.origin, &["add", "--id", "x"], "1000.e.f", &[]).status.code(), Some(1));
        assert_eq!(used(), (3 * want, 3 * want));
    }
}

/// Credentials of the environment come first: that is said, and neither what the file's were nor what others were is told of
/// them.
#[tokio::test(flavor = "multi_thread")]
async fn the_environment_comes_first_and_says_so() {
    let server = Scripted::start(|r| match r.path.as_str() {
        "/oauth/v2/token" if r.body.contains("revoked") => Reply::json(200, json!({"error": "invalid_code"})),
        "/oauth/v2/token" => tokens("a", ALL),
        _ => crm(r),
    })
    .await;
    let home = Home::new();
    assert!(connect(&home, &server.origin, &["add", "--id", "main"], "1000.a.b", &[]).status.success());
    let with = |token: &'static str| {
        [
            ("ASTRA_ZOHO_CLIENT_ID_MAIN", "1000.C"),
            ("ASTRA_ZOHO_CLIENT_SECRET_MAIN", "s"),
            ("ASTRA_ZOHO_REFRESH_TOKEN_MAIN", token),
        ]
    };
    let test = |variables: &[(&str, &str)]| {
        let mut command = home.command(&["account", "test", "main"]);
        command.envs(variables.iter().copied()).output().unwrap()
    };
    test(&[]);
    let of_the_file = listed(&home, "main", &[])["state"].clone();
    let (revoked, good) = (with("1000.revoked"), with("1000.good"));
    assert_eq!(test(&revoked).status.code(), Some(1));
    assert_eq!(listed(&home, "main", &revoked)["state"], json!("revoked"));
    // connecting anew changes nothing as long as they are set, and says so
    let again = connect(&home, &server.origin, &["reconnect", "main"], "1000.c.d", &revoked);
    let told = errors(&again);
    assert!(told.contains("ASTRA_ZOHO_..._MAIN of the environment come first"), "{told}");
    assert!(told.contains("changes nothing until they are unset"), "{told}");
    assert_eq!(listed(&home, "main", &revoked)["state"], json!("revoked"));
    // others, or none, are not what those were
    assert_eq!(listed(&home, "main", &good)["state"], Value::Null, "nobody looked yet");
    test(&good);
    assert_ne!(listed(&home, "main", &good)["state"], json!("revoked"));
    assert_ne!(listed(&home, "main", &[])["state"], json!("revoked"));
    assert_ne!(of_the_file, json!("revoked"));
}
