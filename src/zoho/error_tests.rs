//! Every shape in which Zoho, or what stands before it, says no.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn place(kind: Kind) -> Place {
    Place { account: "main".into(), what: "POST www.zohoapis.eu/crm/v8/x".into(), kind, scope: "ZohoCRM.x.READ" }
}

fn head(status: u16) -> Head {
    Head { status, ..Head::default() }
}

fn failed(kind: Kind, head: &Head, body: &str) -> CrmError {
    match judge(&place(kind), head, body) {
        Verdict::Failed(e) => e,
        other => panic!("{other:?} for {body}"),
    }
}

fn envelope(code: &str) -> Value {
    json!({"code": code, "details": {}, "message": "said so", "status": "error"})
}

#[test]
fn errors_are_read_at_the_top_and_inside_data() {
    for wrap in [|e: Value| e, |e: Value| json!({"data": [e]})] {
        let cases = [
            (401, "OAUTH_SCOPE_MISMATCH", "missing_scope", Repeat::Useless),
            (403, "OAUTH_SCOPE_MISMATCH", "missing_scope", Repeat::Useless),
            (403, "NO_PERMISSION", "NO_PERMISSION", Repeat::Useless),
            (400, "INVALID_QUERY", "INVALID_QUERY", Repeat::Useless),
            (404, "INVALID_URL_PATTERN", "INVALID_URL_PATTERN", Repeat::Useless),
            (429, "TOO_MANY_REQUESTS", "rate_limited", Repeat::Safe),
            (400, "RATE_LIMIT_EXCEEDED", "rate_limited", Repeat::Safe),
            (500, "INTERNAL_ERROR", "INTERNAL_ERROR", Repeat::Safe),
            (503, "SERVICE_UNAVAILABLE", "SERVICE_UNAVAILABLE", Repeat::Safe),
        ];
        for (status, said, code, repeat) in cases {
            let e = failed(Kind::Read, &head(status), &wrap(envelope(said)).to_string());
            assert_eq!((e.code.as_str(), e.repeat), (code, repeat), "{status} {said}");
        }
        for said in ["INVALID_TOKEN", "AUTHENTICATION_FAILURE"] {
            let verdict = judge(&place(Kind::Write), &head(401), &wrap(envelope(said)).to_string());
            assert!(matches!(verdict, Verdict::TokenRefused), "{verdict:?}");
        }
    }
    let e = failed(Kind::Read, &head(401), &envelope("OAUTH_SCOPE_MISMATCH").to_string());
    assert!(e.message.contains("ZohoCRM.x.READ") && e.message.contains("account main"), "{e}");
    let old = r#"{"code":429,"error":"TOO_MANY_REQUESTS","error_info":"Many requests","details":[]}"#;
    assert_eq!(failed(Kind::Read, &head(200), old).code, "rate_limited");
}

#[test]
fn nonsense_is_a_bad_response() {
    for (status, body) in [
        (200, ""),
        (200, "<html><body>busy</body></html>"),
        (502, "<!DOCTYPE html>"),
        (200, "{\"data\":[{\"id\":"),
        (200, "[]"),
        (200, "null"),
        (500, "{}"),
        (403, "Forbidden"),
    ] {
        for (kind, repeat) in [(Kind::Read, Repeat::Safe), (Kind::Write, Repeat::LookFirst)] {
            let e = failed(kind, &head(status), body);
            assert_eq!((e.code.as_str(), e.repeat), ("bad_response", repeat), "{status} {body}");
        }
    }
    assert!(matches!(judge(&place(Kind::Read), &head(401), "<html>"), Verdict::TokenRefused));
    assert_eq!(failed(Kind::Write, &head(429), "").code, "rate_limited");
}

#[test]
fn limits_say_how_long() {
    let limited = Head { after: Some(Duration::from_secs(7)), ..head(429) };
    let e = failed(Kind::Write, &limited, &envelope("TOO_MANY_REQUESTS").to_string());
    assert_eq!((e.code.as_str(), e.repeat, e.after), ("rate_limited", Repeat::Safe, Some(Duration::from_secs(7))));
    let spent = Head { credits_left: Some(0), ..head(429) };
    let e = failed(Kind::Write, &spent, &envelope("TOO_MANY_REQUESTS").to_string());
    assert_eq!((e.code.as_str(), e.repeat), ("credits_exhausted", Repeat::Safe));

    let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    let after = |value: &str, date: Option<&str>| retry_after(value, date, now).map(|d| d.as_secs());
    assert_eq!(after(" 12 ", None), Some(12));
    assert_eq!(after("Sun, 22 Nov 2026 10:00:30 GMT", None), Some(30));
    assert_eq!(after("Sun, 22 Nov 2026 10:00:30 GMT", Some("Sun, 22 Nov 2026 10:00:25 GMT")), Some(5));
    assert_eq!(after("Sun, 22 Nov 2026 09:00:00 GMT", None), Some(0));
    for nonsense in ["-3", "soon", "", "1e400", "NaN"] {
        assert_eq!(after(nonsense, None), None, "{nonsense}");
    }
}

#[test]
fn a_redirect_is_an_error_that_names_the_host() {
    let head = Head { redirect: Some("evil.example".into()), ..head(307) };
    let e = failed(Kind::Read, &head, "");
    assert_eq!((e.code.as_str(), e.repeat), ("bad_response", Repeat::Useless));
    assert!(e.message.contains("evil.example"), "{e}");
}

#[test]
fn a_missing_record_is_no_error() {
    for details in [json!({"id":"123"}), json!({"api_name":"id"}), json!({"resource_path_index":1})] {
        let body = json!({"code":"INVALID_DATA","details":details,"message":"the id given seems to be invalid","status":"error"});
        let verdict = judge(&place(Kind::ReadOne), &head(400), &body.to_string());
        assert!(matches!(verdict, Verdict::Answer(None)), "{verdict:?}");
        assert_eq!(failed(Kind::Read, &head(400), &body.to_string()).code, "INVALID_DATA");
    }
    let other = json!({"code":"INVALID_DATA","details":{"param_name":"fields"},"message":"x","status":"error"});
    assert_eq!(failed(Kind::ReadOne, &head(400), &other.to_string()).code, "INVALID_DATA");
    assert!(matches!(judge(&place(Kind::Read), &head(204), ""), Verdict::Answer(None)));
}

fn of_write(status: u16, body: &Value, wanted: usize) -> Result<Vec<Result<String, Refusal>>, CrmError> {
    let place = place(Kind::Write);
    match judge(&place, &head(status), &body.to_string()) {
        Verdict::Answer(answer) => results(&place, answer.as_ref(), wanted, |_, entry| {
            entry.pointer("/details/id").and_then(Value::as_str).map(str::to_owned).ok_or("no id")
        }),
        Verdict::Failed(e) => Err(e),
        Verdict::TokenRefused => panic!("refused"),
    }
}

#[test]
fn each_record_of_a_write_has_its_result() {
    let good = json!({"code":"SUCCESS","details":{"id":"7"},"message":"record added","status":"success"});
    let bad = json!({"code":"INVALID_DATA","details":{"maximum_length":40,"api_name":"First_Name","json_path":"$.data[1].First_Name"},
        "message":"invalid data","status":"error"});
    for status in [200, 201, 202, 207, 400] {
        let got = of_write(status, &json!({"data":[good, bad]}), 2).unwrap();
        assert_eq!(got[0].as_deref(), Ok("7"), "{status}");
        let refusal = got[1].as_ref().unwrap_err();
        assert_eq!(refusal.code, "INVALID_DATA");
        assert!(refusal.message.contains("First_Name, at most 40 characters"), "{}", refusal.message);
    }
    let several = json!({"code":"MULTIPLE_OR_MULTI_ERRORS","details":{"errors":[bad, envelope("DUPLICATE_DATA")]},"message":"Multiple errors","status":"error"});
    let got = of_write(400, &json!({"data":[several]}), 1).unwrap();
    let message = &got[0].as_ref().unwrap_err().message;
    assert!(message.contains("INVALID_DATA in First_Name") && message.contains("DUPLICATE_DATA"), "{message}");
}

#[test]
fn a_record_changed_meanwhile_is_that_records_result() {
    let entry = json!({"code":"ALREADY_MODIFIED","details":{"id":"7"},"message":"record updated time has already passed","status":"error"});
    for body in [json!({"data":[entry, entry]}), entry.clone()] {
        let got = of_write(412, &body, 2).unwrap();
        let codes: Vec<_> = got.iter().map(|r| r.as_ref().unwrap_err().code.as_str()).collect();
        assert_eq!(codes, ["ALREADY_MODIFIED", "ALREADY_MODIFIED"]);
    }
}

#[test]
fn an_answer_that_leaves_records_out_has_to_be_looked_after() {
    let good = json!({"code":"SUCCESS","details":{"id":"7"},"status":"success"});
    for body in [
        json!({"data":[good]}),
        json!({"data":[good, good, good]}),
        json!({"data":[]}),
        json!({"data":[good, {"details":{}}]}),
        json!({"data":[good, {"code":"SUCCESS","status":"success"}]}),
        json!({"data":[good, 7]}),
        json!({"info":{}}),
    ] {
        let e = of_write(201, &body, 2).unwrap_err();
        assert_eq!((e.code.as_str(), e.repeat), ("bad_response", Repeat::LookFirst), "{body}");
    }
    // refused as a whole, said inside data
    let e = of_write(400, &json!({"data":[envelope("INVALID_MODULE")]}), 2).unwrap_err();
    assert_eq!((e.code.as_str(), e.repeat), ("INVALID_MODULE", Repeat::Useless));
    // a server fault may come after the write
    let e = of_write(500, &envelope("INTERNAL_ERROR"), 2).unwrap_err();
    assert_eq!((e.code.as_str(), e.repeat), ("INTERNAL_ERROR", Repeat::LookFirst));
}

proptest! {
    /// Whatever a server says of a write: no panic, one line, and never a result too many or too few.
    #[test]
    fn no_answer_breaks_a_write(status in 100_u16..600, body in "\\PC{0,60}|\\{\"data\":\\[(\\{\"status\":\"(error|success|x)\",\"code\":\"[A-Z_]{0,5}\"\\},?){0,3}\\]\\}", wanted in 1_usize..3) {
        let place = place(Kind::Write);
        match judge(&place, &head(status), &body) {
            Verdict::Answer(answer) => if let Ok(r) = results(&place, answer.as_ref(), wanted, |_, _| Ok(())) {
                prop_assert_eq!(r.len(), wanted);
            },
            Verdict::Failed(e) => prop_assert!(!e.message.contains('\n') && e.message.len() < 2000),
            Verdict::TokenRefused => {}
        }
    }
}
