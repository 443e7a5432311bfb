//! Zoho's client over real sockets, against a server that answers as each test says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use astra_zoho::domain::account::Account;
use astra_zoho::ports::{Clock, Cost, Crm, Repeat};
use astra_zoho::zoho::{Client, ConnectionState, Limits, Patience};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::support::log;
use crate::support::scripted::{Reply, Request, Scripted, refusal, token};
use crate::support::tokens::{CLIENT_SECRET, MemoryTokens, REFRESH_TOKEN, TestClock};
use crate::support::zoho::{
    NEW, OLD, account, added, client, contact, create, ending, look_up, page, serves_contacts, told,
};

#[tokio::test]
async fn no_token_leaves_the_accounts_own_hosts() {
    let evil = Scripted::start(|_| page(vec![], false)).await;
    let away = evil.origin.clone();
    let server = Scripted::start(move |r| {
        if r.path == "/crm/v8/coql" { Reply::empty(307).with("location", format!("{away}/coql")) } else { token(NEW) }
    })
    .await;
    let (got, _) = look_up(&client(&server), &["a@x.org"], &[]).await;
    let e = got.unwrap_err();
    assert_eq!(told(&e), ("bad_response", Repeat::Useless));
    assert!(
        evil.origin.contains(e.message.split("redirected (HTTP 307) to ").nth(1).unwrap().split(',').next().unwrap())
    );

    // a token said to be for another host
    let domain = evil.origin.clone();
    let server = Scripted::start(move |_| {
        Reply::json(200, json!({"access_token": NEW, "expires_in": 3600, "api_domain": domain}))
    })
    .await;
    let client = ending(&server, &MemoryTokens::new(), &TestClock::new(), SignedDuration::ZERO);
    let (got, _) = look_up(&client, &["a@x.org"], &[]).await;
    assert_eq!(told(&got.unwrap_err()), ("config_invalid", Repeat::Useless));
    assert!(server.calls().is_empty());

    // a token endpoint that redirects, a kept token of another host
    let away = evil.origin.clone();
    let server = Scripted::start(move |_| Reply::empty(302).with("location", away.clone())).await;
    let clock = TestClock::new();
    let tokens = MemoryTokens::new().holding(OLD, clock.now() + SignedDuration::from_hours(1), &evil.origin);
    let client = Client::new(&account(&server), tokens, clock, Limits::default()).unwrap();
    let (got, _) = look_up(&client, &["a@x.org"], &[]).await;
    assert_eq!(told(&got.unwrap_err()), ("bad_response", Repeat::Useless));
    assert!(evil.seen().is_empty());
}

#[tokio::test]
async fn a_broken_answer_says_whether_to_look_first() {
    let html = || Reply::text(502, "text/html", "<html>Bad gateway</html>");
    let cases: Vec<(Reply, &str)> = vec![
        (html(), "bad_response"),
        (Reply::text(200, "application/json", ""), "bad_response"),
        (Reply::text(201, "application/json", "{\"data\":[{\"code\":\"SUC"), "bad_response"),
        (Reply::Half { body: "{\"data\":[".into() }, "bad_response"),
        (Reply::Reset, "network"),
        (Reply::Silence, "timeout"),
        (refusal(500, "INTERNAL_ERROR"), "INTERNAL_ERROR"),
        (refusal(503, "SERVICE_UNAVAILABLE"), "SERVICE_UNAVAILABLE"),
        (Reply::text(200, "application/json", format!("{{\"data\":\"{}\"}}", "x".repeat(5000))), "bad_response"),
    ];
    for (reply, code) in cases {
        let script = reply.clone();
        let server = Scripted::start(move |_| script.clone()).await;
        let clock = TestClock::new();
        let tokens = MemoryTokens::new().holding(OLD, clock.now() + SignedDuration::from_hours(1), &server.origin);
        let limits = Limits { request: Duration::from_millis(300), body: 4096, ..Limits::default() };
        let client = Client::new(&account(&server), tokens, clock, limits).unwrap();
        let (read, cost) = look_up(&client, &["a@x.org"], &[]).await;
        assert_eq!(told(&read.unwrap_err()), (code, Repeat::Safe), "{reply:?}");
        assert_eq!(cost, Cost { requests: 1.0, credits: 1.0 });
        let (written, cost) = create(&client, 11).await;
        assert_eq!(told(&written.unwrap_err()), (code, Repeat::LookFirst), "{reply:?}");
        assert_eq!(cost, Cost { requests: 1.0, credits: 2.0 });
        assert_eq!(server.seen().len(), 2, "nothing is repeated: {reply:?}");
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_done() {
    let server = Scripted::start(serves_contacts).await;
    let client = client(&server);
    drop(server);
    tokio::task::yield_now().await;
    let (got, cost) = create(&client, 1).await;
    let e = got.unwrap_err();
    assert_eq!(told(&e), ("network", Repeat::Safe), "{e}");
    assert_eq!(cost, Cost::default());
}

#[tokio::test]
async fn limits_are_told_apart() {
    let spent = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&spent);
    let server = Scripted::start(move |_| {
        let left = if seen.fetch_add(1, Ordering::Relaxed) == 0 { "12" } else { "0" };
        refusal(429, "TOO_MANY_REQUESTS").with("retry-after", "7").with("x-api-credits-remaining", left)
    })
    .await;
    let client = client(&server);
    let (got, _) = create(&client, 1).await;
    let e = got.unwrap_err();
    assert_eq!((told(&e), e.after), (("rate_limited", Repeat::Safe), Some(Duration::from_secs(7))));
    let (got, _) = create(&client, 1).await;
    assert_eq!(told(&got.unwrap_err()), ("credits_exhausted", Repeat::Safe));
}

#[tokio::test]
async fn what_a_server_says_never_holds_a_secret() {
    let server = Scripted::start(|r| {
        if r.is_token_request() {
            return Reply::json(400, json!({"error": format!("no {}", r.body), "error_description": r.body}));
        }
        let said = format!("{} is bad", r.header("authorization").unwrap());
        Reply::json(
            400,
            json!({"code": "INVALID_DATA", "details": {"api_name": said}, "message": said, "status": "error"}),
        )
    })
    .await;
    let (got, _) = look_up(&client(&server), &["a@x.org"], &[]).await;
    let e = got.unwrap_err();
    assert!(e.message.contains("[token]") && !e.message.contains(OLD), "{e}");
    let client = ending(&server, &MemoryTokens::new(), &TestClock::new(), SignedDuration::ZERO);
    let e = look_up(&client, &["a@x.org"], &[]).await.0.unwrap_err();
    for secret in [REFRESH_TOKEN, CLIENT_SECRET] {
        assert!(!format!("{e:?}").contains(secret), "{e}");
    }
}

#[tokio::test]
async fn the_log_holds_no_secret() {
    log::listen();
    let server = Scripted::start(serves_contacts).await;
    assert!(look_up(&client(&server), &["ana@example.com", "o'hara@example.com"], &[]).await.0.is_ok());
    let written = log::heard();
    assert!(written.contains("Contacts/search") && written.contains("status=200"), "{written}");
    for secret in [OLD, NEW, REFRESH_TOKEN, CLIENT_SECRET, "ana@example.com", "hara"] {
        assert!(!written.contains(secret), "{secret} in {written}");
    }
}

#[tokio::test]
async fn at_most_five_requests_are_in_flight() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let five = Arc::new(tokio::sync::Barrier::new(5));
    let (in_flight, seen) = (Arc::clone(&now), Arc::clone(&most));
    let server = Scripted::start_async(move |_| {
        let (in_flight, seen, five) = (Arc::clone(&in_flight), Arc::clone(&seen), Arc::clone(&five));
        Box::pin(async move {
            seen.fetch_max(in_flight.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            five.wait().await;
            in_flight.fetch_sub(1, Ordering::SeqCst);
            Reply::empty(204)
        })
    })
    .await;
    let client = client(&server);
    for (got, _) in join_all((0..20).map(|_| look_up(&client, &["a@x.org"], &[]))).await {
        assert_eq!(got, Ok(Vec::new()));
    }
    assert_eq!(most.load(Ordering::SeqCst), 5);
}

/// Zoho takes fewer queries and large writes at once than other requests, in every edition.
#[tokio::test]
async fn queries_and_large_writes_have_a_limit_of_their_own() {
    let count = || Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let (heavy, all) = (count(), count());
    let (seen_heavy, seen_all) = (Arc::clone(&heavy), Arc::clone(&all));
    let server = Scripted::start_async(move |r| {
        let is_heavy =
            r.path.ends_with("/coql") || r.method == "POST" && r.json()["data"].as_array().unwrap().len() > 10;
        let counts =
            if is_heavy { vec![Arc::clone(&seen_heavy), Arc::clone(&seen_all)] } else { vec![Arc::clone(&seen_all)] };
        let records = if r.path.ends_with("/coql") { 0 } else { r.json()["data"].as_array().unwrap().len() };
        Box::pin(async move {
            for c in &counts {
                c.1.fetch_max(c.0.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            }
            // as many as may come have the time to
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            for c in &counts {
                c.0.fetch_sub(1, Ordering::SeqCst);
            }
            match records {
                0 => Reply::empty(204),
                n => Reply::json(201, json!({"data": (0..n).map(|i| added(i as u64)).collect::<Vec<_>>()})),
            }
        })
    })
    .await;
    let clock = TestClock::new();
    let tokens = MemoryTokens::new().holding(OLD, clock.now() + SignedDuration::from_hours(1), &server.origin);
    let client = Client::new(&account(&server), tokens, clock, Limits::of_edition(Some("enterprise"))).unwrap();
    let queries = join_all((0..30).map(|_| look_up(&client, &["a@x.org"], &[])));
    let large = join_all((0..10).map(|_| create(&client, 11)));
    let small = join_all((0..40).map(|_| create(&client, 10)));
    let ((queries, large), small) = futures_util::future::join(futures_util::future::join(queries, large), small).await;
    assert!(queries.iter().all(|(got, _)| got.is_ok()));
    assert!(large.iter().chain(&small).all(|(got, _)| got.is_ok()));
    assert_eq!(heavy.1.load(Ordering::SeqCst), 10, "queries and large writes");
    assert_eq!(all.1.load(Ordering::SeqCst), 20, "all together");
}

#[tokio::test]
async fn a_look_up_asks_both_spellings_and_checks_what_comes_back() {
    let server = Scripted::start(|_| {
        Reply::text(
            200,
            "text/plain",
            json!({"data": [
            contact(1, "ANA@example.com "), contact(2, "ana@example.com.br"), contact(3, "xana@example.com"),
            {"id": "4", "Email": null, "Created_Time": "2026-11-22T10:00:00Z", "Modified_Time": "2026-11-22T10:00:00Z"},
        ], "info": {"more_records": false}})
            .to_string(),
        )
    })
    .await;
    let client = client(&server);
    let (got, cost) = look_up(&client, &[" Ana@Example.com "], &["Last_Name"]).await;
    let ids: Vec<String> = got.unwrap().into_iter().map(|c| c.id).collect();
    assert_eq!((ids, cost), (vec!["1".to_owned()], Cost { requests: 1.0, credits: 1.0 }));
    let query = server.calls()[0].coql();
    assert!(query.contains("Email in ('Ana@Example.com', 'ana@example.com')"), "{query}");
    assert!(!client.look_up_lags("Ana@Example.com"));
}

#[tokio::test]
async fn a_long_look_up_is_split_by_addresses_fields_and_pages() {
    let server = Scripted::start(|r| {
        let query = r.coql();
        let part = if query.starts_with("select id, Email,") { "F0" } else { "F99" };
        let rows = |range: std::ops::Range<u64>| {
            range.map(|i| {
                let mut row = contact(i, &format!("a{i}@x.org"));
                row[part] = json!(i);
                row
            })
        };
        if !query.contains("'a0@x.org'") {
            return Reply::empty(204);
        }
        if query.contains("offset 200") {
            page(rows(200..250).collect(), false)
        } else {
            page(rows(0..200).collect(), true)
        }
    })
    .await;
    let client = client(&server);
    let emails: Vec<String> = (0..60).map(|i| format!("a{i}@x.org")).collect();
    let fields: Vec<String> = (0..100).map(|i| format!("F{i}")).collect();
    let mut cost = Cost::default();
    let got = client.look_up(&emails, &fields, &mut cost).await.unwrap();
    assert_eq!(got.len(), 60);
    let seven = got.iter().find(|c| c.id == "7").unwrap();
    assert_eq!((seven.value("F0"), seven.value("F99"), seven.value("F1")), (Some("7"), Some("7"), None));
    // 50 addresses in three parts of two pages, 10 addresses in three parts of none
    assert_eq!(cost, Cost { requests: 9.0, credits: 9.0 });
    for call in server.calls() {
        let query = call.coql();
        let selected = query.split(" from ").next().unwrap().split(',').count();
        assert!(selected <= 50 && query.matches('@').count() <= 50, "{query}");
    }
}

#[tokio::test]
async fn an_address_with_a_quote_goes_by_search() {
    let server = Scripted::start(|r| match r.path.as_str() {
        "/crm/v8/coql" => page(vec![contact(1, "ana@example.com")], false),
        "/crm/v8/Contacts/search" => {
            page(vec![contact(2, "O'Hara+a@example.com"), contact(3, "someone@example.com")], false)
        }
        other => panic!("{other}"),
    })
    .await;
    let client = client(&server);
    let (got, cost) = look_up(&client, &["o'hara+a@example.com", "ana@example.com"], &[]).await;
    let ids: Vec<String> = got.unwrap().into_iter().map(|c| c.id).collect();
    assert_eq!((ids.join(" "), cost.requests), ("1 2".to_owned(), 2.0));
    let calls = server.calls();
    assert!(!calls[0].coql().contains("hara"));
    assert_eq!(calls[1].query("email"), Some("o'hara+a@example.com"));
    assert!(client.look_up_lags("o'hara+a@example.com") && client.look_up_lags("a\\b@x.org"));
}

#[tokio::test]
async fn without_coqls_scope_search_is_used_from_then_on() {
    let server = Scripted::start(|r| match r.path.as_str() {
        "/crm/v8/coql" => refusal(401, "OAUTH_SCOPE_MISMATCH"),
        _ if r.query("email") == Some("ana@example.com") => page(vec![contact(1, "ana@example.com")], false),
        _ => Reply::empty(204),
    })
    .await;
    let client = client(&server);
    for requests in [3.0, 2.0] {
        let (got, cost) = look_up(&client, &["ana@example.com", "b@x.org"], &[]).await;
        assert_eq!((got.unwrap().len(), cost.requests), (1, requests));
        assert!(client.look_up_lags("ana@example.com"));
    }
    assert_eq!(server.token_requests(), 0, "a missing scope is no bad token");
    let known = Account { scopes: vec!["ZohoCRM.modules.contacts.ALL".into()], ..account(&server) };
    let client = Client::new(&known, MemoryTokens::new(), TestClock::new(), Limits::default()).unwrap();
    assert!(client.look_up_lags("ana@example.com"));
}

#[tokio::test]
async fn nonsense_in_a_record_is_a_bad_response() {
    for bad in [
        json!({"data": [{"id": "../org", "Email": "a@x.org"}]}),
        json!({"data": [{"id": "1", "Email": "a@x.org", "Created_Time": "yesterday"}]}),
        json!({"data": {"id": "1"}}),
        json!({"data": [7]}),
        json!({"rows": []}),
    ] {
        let body = bad.clone();
        let server = Scripted::start(move |_| Reply::json(200, body.clone())).await;
        let (got, _) = look_up(&client(&server), &["a@x.org"], &[]).await;
        assert_eq!(told(&got.unwrap_err()), ("bad_response", Repeat::Safe), "{bad}");
    }
    // a list without end
    let server = Scripted::start(|_| page(vec![contact(1, "a@x.org")], true)).await;
    let (got, cost) = look_up(&client(&server), &["a@x.org"], &[]).await;
    assert_eq!((told(&got.unwrap_err()), cost.requests), (("bad_response", Repeat::Safe), 50.0));
}

#[tokio::test]
async fn a_create_sends_the_values_and_reads_each_result() {
    let server = Scripted::start(|_| {
        let refused = json!({"code": "DUPLICATE_DATA", "details": {"api_name": "Member_Code", "duplicate_record": {"id": "99"}},
            "message": "duplicate data", "status": "error"});
        Reply::json(207, json!({"data": [added(7), refused]}))
    })
    .await;
    let client = client(&server);
    let records =
        [vec![("Last_Name".to_owned(), "Ana \"B\" \u{1F600}".to_owned())], vec![("Last_Name".into(), "C".into())]];
    let mut cost = Cost::default();
    let got = client.create(&records, &mut cost).await.unwrap();
    let written = got[0].as_ref().unwrap();
    assert_eq!((written.id.as_str(), written.created_at), ("7", Some("2026-11-22T09:00:00Z".parse().unwrap())));
    let refused = got[1].as_ref().unwrap_err();
    assert_eq!(refused.code, "DUPLICATE_DATA");
    assert!(refused.message.contains("Member_Code, contact 99"), "{}", refused.message);
    let call = &server.calls()[0];
    assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", "/crm/v8/Contacts"));
    assert_eq!(call.json(), json!({"data": [{"Last_Name": "Ana \"B\" \u{1F600}"}, {"Last_Name": "C"}]}));
    assert_eq!(client.create(&[], &mut cost).await, Ok(Vec::new()));
    assert_eq!(cost, Cost { requests: 1.0, credits: 1.0 });
    assert!(create(&client, 101).await.0.is_err());
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn an_update_is_conditional_and_its_results_are_the_records_own() {
    let changed = json!({"code": "ALREADY_MODIFIED", "details": {"id": "8"}, "message": "too late", "status": "error"});
    let replies = Arc::new(Mutex::new(vec![
        Reply::json(200, json!({"data": [added(9), added(8)]})),
        refusal(412, "ALREADY_MODIFIED"),
        Reply::json(207, json!({"data": [added(7), changed]})),
    ]));
    let script = Arc::clone(&replies);
    let server = Scripted::start(move |_| script.lock().unwrap().pop().unwrap()).await;
    let client = client(&server);
    let records = [("7".to_owned(), vec![("Phone".to_owned(), "1".to_owned())]), ("8".to_owned(), vec![])];
    let since: Timestamp = "2026-11-22T10:00:00.7+01:00".parse().unwrap();
    let mut cost = Cost::default();
    let mut update = async || client.update(&records, since, &mut cost).await;
    let got = update().await.unwrap();
    assert_eq!(got[0].as_ref().unwrap().id, "7");
    assert_eq!(got[1].as_ref().unwrap_err().code, "ALREADY_MODIFIED");
    assert!(update().await.unwrap().iter().all(|r| r.as_ref().is_err_and(|e| e.code == "ALREADY_MODIFIED")));
    assert_eq!(told(&update().await.unwrap_err()), ("bad_response", Repeat::LookFirst));
    let call = &server.calls()[0];
    assert_eq!((call.method.as_str(), call.path.as_str()), ("PUT", "/crm/v8/Contacts"));
    assert_eq!(call.header("if-unmodified-since"), Some("2026-11-22T09:00:00+00:00"));
    assert_eq!(call.json(), json!({"data": [{"Phone": "1", "id": "7"}, {"id": "8"}]}));
}

#[tokio::test]
async fn a_contact_is_read_by_its_id_or_is_not_there() {
    let server = Scripted::start(|r| match r.path.as_str() {
        "/crm/v8/Contacts/7" => page(vec![contact(7, "a@x.org")], false),
        "/crm/v8/Contacts/8" => Reply::empty(204),
        "/crm/v8/Contacts/9" => Reply::json(
            400,
            json!({"code": "INVALID_DATA", "details": {"id": "9"}, "message": "the id given seems to be invalid", "status": "error"}),
        ),
        "/crm/v8/Contacts/10" => page(vec![contact(11, "a@x.org")], false),
        "/crm/v8/Contacts" => page(vec![contact(1, "a@x.org"), contact(2, "b@x.org")], true),
        other => panic!("{other}"),
    })
    .await;
    let client = client(&server);
    let mut cost = Cost::default();
    let fields = ["Phone".to_owned()];
    assert_eq!(client.get("7", &fields, &mut cost).await.unwrap().map(|c| c.id).as_deref(), Some("7"));
    for id in ["8", "9", "../org", ""] {
        assert_eq!(client.get(id, &fields, &mut cost).await, Ok(None), "{id}");
    }
    assert_eq!(client.get("10", &fields, &mut cost).await.unwrap_err().code, "bad_response");
    let newest = client.newest(&fields, &mut cost).await.unwrap();
    assert_eq!(newest.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["2", "1"]);
    assert_eq!(server.calls().last().unwrap().query("sort_order"), Some("desc"));
    assert_eq!(cost, Cost { requests: 5.0, credits: 5.0 });
}

#[tokio::test]
async fn metadata_is_asked_for_again_where_that_is_safe() {
    let tries = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&tries);
    let server = Scripted::start(move |r| match count.fetch_add(1, Ordering::Relaxed) {
        0 => refusal(429, "TOO_MANY_REQUESTS").with("retry-after", "20"),
        1 => Reply::Reset,
        2 => Reply::text(502, "text/html", "<html>"),
        _ => {
            assert_eq!((r.query("module"), r.query("type")), (Some("Contacts"), Some("all")));
            Reply::json(200, json!({"fields": [{"api_name": "Email", "data_type": "email", "json_type": "string"}]}))
        }
    })
    .await;
    let (clock, mut cost) = (TestClock::new(), Cost::default());
    let fields = client(&server).fields(true, Patience { clock: &*clock, seed: 1, tries: 5 }, &mut cost).await.unwrap();
    assert_eq!((fields.len(), cost.requests), (1, 4.0));
    let slept = clock.slept();
    assert_eq!((slept.len(), slept[0]), (3, Duration::from_secs(20)));
    assert!(slept[1..].iter().all(|s| (Duration::from_millis(500)..Duration::from_secs(10)).contains(s)), "{slept:?}");
}

#[tokio::test]
async fn a_probe_says_what_is_wrong() {
    let state = async |script: fn(&Request) -> Reply| {
        let server = Scripted::start(script).await;
        let clock = TestClock::new();
        let mut cost = Cost::default();
        let probed = client(&server).probe(Patience { clock: &*clock, seed: 1, tries: 5 }, &mut cost).await;
        (probed.state(), cost.requests)
    };
    let ok = |r: &Request| match r.path.as_str() {
        "/crm/v8/org" => Reply::json(200, json!({"org": [{"zgid": "70", "company_name": "Acme"}]})),
        _ => Reply::json(200, json!({"users": [{"email": "sam@example.com"}]})),
    };
    assert_eq!(state(ok).await, (ConnectionState::Ok, 2.0));
    assert_eq!(state(|_| refusal(401, "OAUTH_SCOPE_MISMATCH")).await, (ConnectionState::MissingScope, 2.0));
    assert_eq!(state(|_| Reply::text(200, "text/html", "<html>")).await, (ConnectionState::Unreachable, 5.0));
    assert_eq!(state(|_| refusal(403, "NO_PERMISSION")).await, (ConnectionState::MissingScope, 2.0));
    let revoked = |r: &Request| {
        if r.is_token_request() {
            Reply::json(200, json!({"error": "invalid_code"}))
        } else {
            refusal(401, "INVALID_TOKEN")
        }
    };
    assert_eq!(state(revoked).await, (ConnectionState::Revoked, 1.0));
}
