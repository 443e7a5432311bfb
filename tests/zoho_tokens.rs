//! Tokens over real sockets: renewed once for all who wait, shared by processes, refused, throttled, exchanged.

use astra_zoho::ports::{Clock, Cost, Repeat};
use astra_zoho::zoho::token::{Grant, TokenEndpoint};
use astra_zoho::zoho::{Client, Limits};
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::scripted::{Reply, Request, Scripted, refusal, token};
use crate::support::tokens::{CLIENT_SECRET, MemoryTokens, REFRESH_TOKEN, TestClock};
use crate::support::zoho::{NEW, account, client, ending, look_up, page, serves_contacts, told};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_ended_token_is_renewed_once_for_all_who_wait() {
    let server = Scripted::start(serves_contacts).await;
    let clock = TestClock::new();
    for left in [-1, 59] {
        let before = server.token_requests();
        let client = ending(&server, &MemoryTokens::new(), &clock, SignedDuration::from_secs(left));
        let calls = (0..20).map(|_| look_up(&client, &["ana@example.com"], &[]));
        for (got, cost) in join_all(calls).await {
            assert_eq!(got.unwrap().len(), 1);
            assert_eq!(cost, Cost { requests: 1.0, credits: 1.0 });
        }
        assert_eq!(server.token_requests() - before, 1, "{left}");
    }
    let form = server.seen().into_iter().find(Request::is_token_request).unwrap().body;
    assert!(form.starts_with("grant_type=refresh_token&") && form.contains(REFRESH_TOKEN), "{form}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_token_is_renewed_once_for_all_who_sent_it() {
    let server = Scripted::start(serves_contacts).await;
    let client = client(&server);
    let calls = (0..20).map(|_| look_up(&client, &["ana@example.com"], &[]));
    for (got, cost) in join_all(calls).await {
        assert_eq!(got.unwrap().len(), 1);
        assert!(cost.requests <= 2.0);
    }
    assert_eq!(server.token_requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_share_a_renewal() {
    let server = Scripted::start(serves_contacts).await;
    let (tokens, clock) = (MemoryTokens::new(), TestClock::new());
    let processes: Vec<Client> =
        (0..5).map(|_| ending(&server, &tokens, &clock, SignedDuration::from_secs(-1))).collect();
    for (got, _) in join_all(processes.iter().map(|p| look_up(p, &["ana@example.com"], &[]))).await {
        assert_eq!(got.unwrap().len(), 1);
    }
    assert_eq!(server.token_requests(), 1);
    clock.advance(SignedDuration::from_mins(59));
    let (got, _) = look_up(&processes[0], &["ana@example.com"], &[]).await;
    assert!(got.is_ok());
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_revoked_connection_is_not_asked_about_without_end() {
    let server = Scripted::start(|_| Reply::json(200, json!({"error": "invalid_code"}))).await;
    let (tokens, clock) = (MemoryTokens::new(), TestClock::new());
    let client = ending(&server, &tokens, &clock, SignedDuration::ZERO);
    for (got, cost) in join_all((0..20).map(|_| look_up(&client, &["a@x.org"], &[]))).await {
        assert_eq!(told(&got.unwrap_err()), ("auth_revoked", Repeat::Useless));
        assert_eq!(cost, Cost::default());
    }
    assert!(server.token_requests() <= 3 && server.calls().is_empty());
    for _ in 0..10 {
        assert!(look_up(&client, &["a@x.org"], &[]).await.0.is_err());
    }
    assert_eq!(server.token_requests(), 3);
    // it may have been connected again
    clock.advance(SignedDuration::from_mins(2));
    assert!(look_up(&client, &["a@x.org"], &[]).await.0.is_err());
    assert_eq!(server.token_requests(), 4);
}

#[tokio::test]
async fn a_throttled_token_endpoint_means_later_and_the_old_token_still_serves() {
    let throttled = json!({"error": "Access Denied", "status": "failure",
        "error_description": "You have made too many requests continuously. Please try again after some time."});
    let server =
        Scripted::start(
            move |r| {
                if r.is_token_request() { Reply::json(400, throttled.clone()) } else { page(vec![], false) }
            },
        )
        .await;
    let clock = TestClock::new();
    let client = ending(&server, &MemoryTokens::new(), &clock, SignedDuration::from_secs(90));
    assert!(look_up(&client, &["a@x.org"], &[]).await.0.is_ok());
    clock.advance(SignedDuration::from_secs(60));
    for _ in 0..10 {
        assert!(look_up(&client, &["a@x.org"], &[]).await.0.is_ok(), "30 seconds are left");
    }
    assert_eq!(server.token_requests(), 1);
    clock.advance(SignedDuration::from_secs(60));
    let (got, _) = look_up(&client, &["a@x.org"], &[]).await;
    assert_eq!(told(&got.unwrap_err()), ("rate_limited", Repeat::Safe));
}

#[tokio::test]
async fn tokens_that_zoho_never_takes_are_not_asked_for_without_end() {
    let server =
        Scripted::start(|r| if r.is_token_request() { token(NEW) } else { refusal(401, "INVALID_TOKEN") }).await;
    let client = client(&server);
    for _ in 0..10 {
        let (got, cost) = look_up(&client, &["a@x.org"], &[]).await;
        let e = got.unwrap_err();
        assert_eq!(told(&e), ("auth_expired", Repeat::Safe));
        assert!(e.message.contains("data centre"), "{e}");
        assert!(cost.requests <= 2.0);
    }
    assert!(server.token_requests() <= 3, "{}", server.token_requests());
}

#[tokio::test]
async fn a_grant_code_is_exchanged_and_a_token_revoked() {
    let server = Scripted::start(|r| match (r.path.as_str(), r.body.contains("code=1000.good")) {
        ("/oauth/v2/token", true) => {
            let scope = "ZohoCRM.coql.READ ZohoCRM.org.READ";
            Reply::json(
                200,
                json!({"access_token": NEW, "refresh_token": REFRESH_TOKEN, "expires_in": 3600, "scope": scope}),
            )
        }
        ("/oauth/v2/token", false) => Reply::json(200, json!({"error": "invalid_code"})),
        _ if r.query("token") == Some(REFRESH_TOKEN) => Reply::json(200, json!({"status": "success"})),
        _ => Reply::json(400, json!({"error": "invalid_code"})),
    })
    .await;
    let endpoint = TokenEndpoint::new(&account(&server), &Limits::default()).unwrap();
    let now = TestClock::new().now();
    let grant = |code: &str| Grant {
        client_id: "1000.CLIENT".into(),
        client_secret: CLIENT_SECRET.into(),
        code: code.into(),
        redirect_uri: None,
        verifier: None,
    };
    let granted = endpoint.exchange(&grant("1000.good"), now).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(granted.scopes, ["ZohoCRM.coql.READ", "ZohoCRM.org.READ"]);
    assert_eq!(granted.access.expires_at, now + SignedDuration::from_hours(1));
    assert!(!server.seen()[0].body.contains("redirect_uri"));
    let refused = endpoint.exchange(&grant("1000.bad"), now).await.err().unwrap();
    assert_eq!(told(&refused), ("invalid_code", Repeat::Useless));
    for token in [REFRESH_TOKEN, "unknown"] {
        endpoint.revoke(&token.into(), now).await.unwrap();
    }
}
