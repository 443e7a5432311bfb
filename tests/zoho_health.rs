//! Connections that stay healthy: processes that share one account keep Zoho's limits on tokens together, what Zoho says
//! of a token is told in a sentence, and nothing is lost by it.

use std::sync::{Arc, Mutex};

use astra_zoho::ports::{Clock, Credentials, Crm as _, Repeat, TokenStore};
use astra_zoho::store::{SecretTokens, Workspace};
use astra_zoho::zoho::{Client, Limits};
use futures_util::future::join;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::scripted::{Reply, Request, Scripted, refusal, token};
use crate::support::tokens::TestClock;
use crate::support::zoho::{account, contact, look_up, page, told};

/// As another process would open it.
fn secrets(folder: &std::path::Path) -> SecretTokens {
    Workspace::open(Some(folder.to_owned())).unwrap().tokens("main").unwrap()
}

fn connected(folder: &std::path::Path) {
    let credentials = Credentials {
        client_id: "1000.CLIENT".into(),
        client_secret: "sssh".into(),
        refresh_token: "1000.refresh".into(),
    };
    secrets(folder).keep_credentials(&credentials).unwrap();
}

fn process(folder: &std::path::Path, server: &Scripted, clock: &Arc<TestClock>) -> Client {
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Client::new(&account(server), Arc::new(secrets(folder)), clock, Limits::default()).unwrap()
}

/// Zoho's throttle, as its token endpoint says it.
fn throttled() -> Reply {
    let said = "You have made too many requests continuously. Please try again after some time.";
    Reply::json(400, json!({"error_description": said, "error": "Access Denied", "status": "failure"}))
}

/// Gives tokens that live `life` seconds, takes only those that live, and throttles whoever asks too often.
async fn strict(clock: &Arc<TestClock>, life: i64) -> (Scripted, Arc<Mutex<Vec<Timestamp>>>) {
    let asked: Arc<Mutex<Vec<Timestamp>>> = Arc::default();
    let (log, clock) = (Arc::clone(&asked), Arc::clone(clock));
    let server = Scripted::start(move |r| {
        let now = clock.now();
        let mut log = log.lock().unwrap();
        let lately =
            |log: &[Timestamp], window: i64| log.iter().filter(|t| now.duration_since(**t).as_secs() < window).count();
        if r.is_token_request() {
            log.push(now);
            if lately(&log, 600) > 10 {
                return throttled();
            }
            return Reply::json(200, json!({"access_token": format!("t{}", log.len()), "expires_in": life}));
        }
        let sent = r.header("authorization").unwrap_or_default();
        let n: usize = sent.trim_start_matches("Zoho-oauthtoken t").parse().unwrap();
        match now.duration_since(log[n - 1]).as_secs() < life {
            true => page(vec![contact(7, "ana@example.com")], false),
            false => refusal(401, "INVALID_TOKEN"),
        }
    })
    .await;
    (server, asked)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_refresh_one_account_for_an_hour_and_never_ask_too_often() {
    for life in [90, 3600] {
        let (dir, clock) = (tempfile::tempdir().unwrap(), TestClock::new());
        connected(dir.path());
        let (server, asked) = strict(&clock, life).await;
        let mut processes = [process(dir.path(), &server, &clock), process(dir.path(), &server, &clock)];
        for step in 0..360 {
            if step % 60 == 59 {
                // one of them ends, another one begins
                processes[step % 2] = process(dir.path(), &server, &clock);
            }
            let (a, b) = join(
                look_up(&processes[0], &["ana@example.com"], &[]),
                look_up(&processes[1], &["ana@example.com"], &[]),
            )
            .await;
            for (got, cost) in [a, b] {
                assert_eq!(got.unwrap_or_else(|e| panic!("{life} {step}: {e}")).len(), 1);
                assert_eq!(cost.requests, 1.0, "no token is tried that ended: {life} {step}");
            }
            clock.advance(SignedDuration::from_secs(10));
        }
        let asked = asked.lock().unwrap();
        for (i, first) in asked.iter().enumerate() {
            let window = asked[i..].iter().filter(|t| t.duration_since(*first).as_secs() < 600).count();
            assert!(window <= 10, "{life}: {window} in ten minutes");
        }
        assert_eq!(asked.len(), if life == 90 { 40 } else { 2 }, "{life}");
    }
}

#[tokio::test]
async fn the_eleventh_token_in_ten_minutes_is_not_asked_for() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), TestClock::new());
    connected(dir.path());
    // each call's token ended at once, in another process each time
    let (server, asked) = strict(&clock, 1).await;
    for n in 0..12 {
        let (got, _) = look_up(&process(dir.path(), &server, &clock), &["ana@example.com"], &[]).await;
        assert_eq!(got.is_ok(), n < 10, "{n}: {got:?}");
        clock.advance(SignedDuration::from_secs(2));
    }
    assert_eq!(asked.lock().unwrap().len(), 10);
    let one = process(dir.path(), &server, &clock);
    let hold = one.hold().await.unwrap();
    assert_eq!(hold.wait.as_secs(), 600 - 24);
    assert_eq!(
        hold.why,
        "account main: Zoho gives no more access tokens until 10:10:00 UTC (it allows 10 in ten minutes); the \
         connection is fine, wait until then"
    );
    clock.advance(SignedDuration::try_from(hold.wait).unwrap());
    assert_eq!(one.hold().await, None);
    assert!(look_up(&one, &["ana@example.com"], &[]).await.0.is_ok());
}

#[tokio::test]
async fn one_process_is_throttled_and_all_leave_zoho_alone() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), TestClock::new());
    connected(dir.path());
    let open = Arc::new(Mutex::new(false));
    let gate = Arc::clone(&open);
    let server = Scripted::start(move |r| match r.is_token_request() {
        true if *gate.lock().unwrap() => token("1000.access.token"),
        true => throttled(),
        false => page(vec![], false),
    })
    .await;
    for _ in 0..3 {
        let e = look_up(&process(dir.path(), &server, &clock), &["a@x.org"], &[]).await.0.unwrap_err();
        assert_eq!(told(&e), ("rate_limited", Repeat::Safe));
        assert!(e.message.contains("until 10:10:00 UTC") && e.message.contains("the connection is fine"), "{e}");
        assert!(!e.message.contains("again"), "never `connect again`: {e}");
    }
    assert_eq!(server.token_requests(), 1);
    assert_eq!(secrets(dir.path()).renewals().unwrap().ended, None);
    *open.lock().unwrap() = true;
    clock.advance(SignedDuration::from_mins(10));
    assert!(look_up(&process(dir.path(), &server, &clock), &["a@x.org"], &[]).await.0.is_ok());
    assert_eq!(secrets(dir.path()).renewals().unwrap().not_before, None);
}

#[tokio::test]
async fn what_ended_a_connection_is_remembered_until_it_is_connected_again() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), TestClock::new());
    connected(dir.path());
    let server = Scripted::start(|r: &Request| match r.body.contains("1000.fresh") {
        true => token("1000.access.token"),
        false if r.is_token_request() => Reply::json(200, json!({"error": "invalid_code"})),
        false => page(vec![], false),
    })
    .await;
    let at_work = process(dir.path(), &server, &clock);
    let mut e = look_up(&at_work, &["a@x.org"], &[]).await.0.unwrap_err();
    for _ in 0..4 {
        e = look_up(&at_work, &["a@x.org"], &[]).await.0.unwrap_err();
    }
    assert_eq!(server.token_requests(), 3, "then it is believed for a while");
    let ended = secrets(dir.path()).renewals().unwrap().ended.unwrap();
    assert_eq!((ended.code.as_str(), &ended.message, ended.at), ("auth_revoked", &e.message, clock.now()));
    let credentials = Credentials { refresh_token: "1000.fresh".into(), ..secrets(dir.path()).credentials().unwrap() };
    secrets(dir.path()).keep_credentials(&credentials).unwrap();
    assert_eq!(secrets(dir.path()).renewals().unwrap(), Default::default());
    assert!(look_up(&at_work, &["a@x.org"], &[]).await.0.is_ok(), "whoever believed it does no more");
    assert!(look_up(&process(dir.path(), &server, &clock), &["a@x.org"], &[]).await.0.is_ok());
}

/// What Zoho answers, the code and the sentence.
fn token_errors() -> Vec<(Value, &'static str, &'static str)> {
    vec![
        (json!({"error": "invalid_code"}), "auth_revoked", "no longer takes its refresh token"),
        (json!({"error": "invalid_client"}), "auth_revoked", "does not know the client id in this data centre"),
        (json!({"error": "invalid_client_secret"}), "auth_revoked", "the client secret is wrong for this data centre"),
        (json!({"error": "access_denied"}), "rate_limited", "the connection is fine"),
        (json!({"error": "Access Denied", "status": "failure"}), "rate_limited", "the connection is fine"),
        (json!({"error": "general_error"}), "bad_response", "try again later"),
    ]
}

#[tokio::test]
async fn every_refusal_of_a_token_has_its_sentence_and_only_two_kinds_end_a_connection() {
    for (answer, code, sentence) in token_errors() {
        for status in [200, 400] {
            let (dir, clock) = (tempfile::tempdir().unwrap(), TestClock::new());
            connected(dir.path());
            let said = answer.clone();
            let server = Scripted::start(move |_| Reply::json(status, said.clone())).await;
            let e = look_up(&process(dir.path(), &server, &clock), &["a@x.org"], &[]).await.0.unwrap_err();
            assert_eq!(e.code, code, "{answer}");
            assert!(e.message.contains(sentence), "{answer}: {e}");
            assert_eq!(secrets(dir.path()).renewals().unwrap().ended.is_some(), code == "auth_revoked", "{answer}");
        }
    }
}
