use proptest::prelude::*;

use super::*;

fn decisions(spec: &str, route: Route, requests: usize) -> Vec<Vec<Fault>> {
    let faults = Faults::parse(spec).unwrap();
    (0..requests).map(|_| faults.decide(route)).collect()
}

fn befallen(spec: &str, route: Route) -> Vec<usize> {
    let decided = decisions(spec, route, 10);
    decided.iter().enumerate().filter(|(_, faults)| !faults.is_empty()).map(|(n, _)| n + 1).collect()
}

#[test]
fn nothing_asked_for_nothing_happens() {
    for spec in ["", " ; , ", "seed=5"] {
        let faults = Faults::parse(spec).unwrap();
        assert!(faults.is_empty());
        assert!(Route::ALL.into_iter().all(|route| faults.decide(route).is_empty()));
    }
    assert!(Faults::default().decide(Route::Coql).is_empty());
}

#[test]
fn every_kind_has_its_word() {
    let name = Some("Plan_Tier".to_owned());
    let cases = [
        ("latency=200ms", Fault::Latency(Duration::from_millis(200))),
        ("429", Fault::TooManyRequests { retry_after: None }),
        ("429=5", Fault::TooManyRequests { retry_after: Some(5) }),
        ("429=5s", Fault::TooManyRequests { retry_after: Some(5) }),
        ("500", Fault::Status(500)),
        ("502", Fault::Status(502)),
        ("503", Fault::Status(503)),
        ("reset", Fault::ResetBefore),
        ("reset-after", Fault::ResetAfterCommit),
        ("truncated", Fault::TruncatedJson),
        ("malformed", Fault::MalformedJson),
        ("html", Fault::HtmlPage),
        ("token-expired", Fault::TokenExpired),
        ("token-revoked", Fault::TokenRevoked),
        ("wrong-dc", Fault::WrongDataCentre),
        ("lag=30s@search", Fault::IndexLag(Duration::from_secs(30))),
        ("credits", Fault::CreditsExhausted),
        ("field-gone", Fault::FieldGone(None)),
        ("field-gone=Plan_Tier", Fault::FieldGone(name.clone())),
        ("field-read-only", Fault::FieldReadOnly(None)),
        ("field-read-only=Plan_Tier", Fault::FieldReadOnly(name)),
        ("record-changed", Fault::RecordChanged),
        ("record-deleted", Fault::RecordDeleted),
        ("record-merged", Fault::RecordMerged),
    ];
    for (spec, fault) in cases {
        let route = if spec.contains("@search") { Route::Search } else { Route::Update };
        assert_eq!(decisions(spec, route, 1), [[fault]], "{spec}");
    }
    let statuses = decisions("5xx", Route::Get, 100).concat();
    for status in [500, 502, 503] {
        assert!(statuses.contains(&Fault::Status(status)));
    }
}

#[test]
fn when_counts_the_requests_that_the_rule_concerns() {
    let cases = [
        ("reset", (1..=10).collect()),
        ("reset:every", (1..=10).collect()),
        ("reset:3", vec![3]),
        ("reset:first-3", vec![1, 2, 3]),
        ("reset : first 3", vec![1, 2, 3]),
        ("reset:2-4", vec![2, 3, 4]),
        ("reset:9-", vec![9, 10]),
        ("reset@coql:1", vec![1]),
        ("reset@get:1", vec![]),
        ("reset:0%", vec![]),
        ("reset:100%", (1..=10).collect()),
    ];
    for (spec, expected) in cases {
        assert_eq!(befallen(spec, Route::Coql), expected, "{spec}");
    }
    // only writes count for a rule about writes
    let faults = Faults::parse("reset-after:2").unwrap();
    let routes = [Route::Coql, Route::Create, Route::Coql, Route::Update, Route::Create];
    assert_eq!(routes.map(|route| faults.decide(route).len()), [0, 0, 0, 1, 0]);
}

#[test]
fn shares_come_out_and_follow_the_seed() {
    let count = |spec: &str| decisions(spec, Route::Coql, 10_000).iter().filter(|faults| !faults.is_empty()).count();
    let tenth = count("seed=1,503:10%");
    assert!((900..1100).contains(&tenth), "{tenth}");
    let run = |spec: &str| decisions(spec, Route::Update, 300);
    assert_eq!(run("seed=7,all:10%"), run("seed=7; all:10%"));
    assert_ne!(run("seed=7,all:10%"), run("seed=8,all:10%"));

    // requests on other routes do not shift the draws
    let faults = Faults::parse("seed=7,all:10%").unwrap();
    let mixed: Vec<_> = (0..300).map(|_| (faults.decide(Route::Token), faults.decide(Route::Update)).1).collect();
    assert_eq!(mixed, run("seed=7,all:10%"));
}

#[test]
fn all_reaches_every_kind_but_nothing_that_ends_a_run() {
    let on = |route| decisions("all:10%", route, 5_000).concat();
    let update = on(Route::Update);
    let kinds: std::collections::HashSet<_> = update.iter().map(std::mem::discriminant).collect();
    assert_eq!(kinds.len(), 17, "all but the index lag, which is the search's");
    assert!(on(Route::Search).contains(&Fault::IndexLag(Duration::from_secs(30))));
    let token = on(Route::Token);
    assert!(!token.contains(&Fault::TokenRevoked) && !token.contains(&Fault::WrongDataCentre));
    assert!(token.contains(&Fault::HtmlPage));
}

#[test]
fn a_wrong_spec_says_what_is_wrong_and_what_is_allowed() {
    let said = |spec: &str| Faults::parse(spec).unwrap_err().to_string();
    insta::assert_snapshot!(
        [
            "tokn-expired",
            "404",
            "429@cokl",
            "reset-after@coql",
            "latency",
            "latency=5",
            "lag=2h",
            "field-gone=a b",
            "reset=1",
            "seed=x",
            "reset:sometimes",
            "reset:0",
            "reset:4-2",
            "html:101%",
            "all=3:10%",
        ]
        .map(said)
        .join("\n"),
        @r#"
    --faults: there is no fault "tokn-expired" (in "tokn-expired"); did you mean token-expired? there are latency, 429, 500, 502, 503, 5xx, reset, reset-after, truncated, malformed, html, token-expired, token-revoked, wrong-dc, lag, credits, field-gone, field-read-only, record-changed, record-deleted, record-merged, all and seed
    --faults: there is no fault "404" (in "404"); there are latency, 429, 500, 502, 503, 5xx, reset, reset-after, truncated, malformed, html, token-expired, token-revoked, wrong-dc, lag, credits, field-gone, field-read-only, record-changed, record-deleted, record-merged, all and seed
    --faults: there is no route "cokl" (in "429@cokl"); did you mean coql? there are token, fields, users, org, coql, search, get, list, create, update, upsert, delete and any
    --faults: reset-after cannot happen on coql (in "reset-after@coql"); it can on create, update, upsert, delete
    --faults: latency takes a time of up to an hour: 200ms, 30s or 2m (in "latency")
    --faults: latency takes a time of up to an hour: 200ms, 30s or 2m (in "latency=5")
    --faults: lag takes a time of up to an hour: 200ms, 30s or 2m (in "lag=2h")
    --faults: field-gone takes a field's api name after `=`, or nothing (in "field-gone=a b")
    --faults: reset takes nothing after it (in "reset=1")
    --faults: seed takes a number from 0 on: seed=7 (in "seed=x")
    --faults: "sometimes" is no time for a fault (in "reset:sometimes"); write every, 3, first-3, 2-4, 5- or 10%
    --faults: "0" is no time for a fault (in "reset:0"); write every, 3, first-3, 2-4, 5- or 10%
    --faults: "4-2" is no time for a fault (in "reset:4-2"); write every, 3, first-3, 2-4, 5- or 10%
    --faults: "101%" is no time for a fault (in "html:101%"); write every, 3, first-3, 2-4, 5- or 10%
    --faults: all takes nothing after it (in "all=3:10%")
    "#
    );
}

#[test]
fn the_help_names_every_kind_and_route_and_fits_a_terminal() {
    for line in HELP.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    for route in Route::ALL {
        assert!(HELP.contains(route.as_str()));
    }
    for kind in spec::KINDS {
        assert!(HELP.contains(kind), "{kind}");
    }
}

proptest! {
    #[test]
    fn no_spec_makes_the_parser_panic(spec in "[a-z0-9=@:%;, .-]{0,60}|.{0,60}") {
        let _outcome = Faults::parse(&spec);
    }

    #[test]
    fn a_request_meets_one_disruptive_fault_at_most_and_only_one_of_its_route(seed: u64, share in 0_u8..=100) {
        let faults = Faults::parse(&format!("seed={seed};all:{share}%")).unwrap();
        for route in Route::ALL.into_iter().cycle().take(120) {
            let decided = faults.decide(route);
            prop_assert!(decided.iter().filter(|fault| !fault.is_harmless()).count() <= 1);
            prop_assert!(decided.iter().all(|fault| Kind::Fixed(fault.clone()).fires_on(route)));
        }
    }
}
