use proptest::prelude::*;

use super::*;

fn ada() -> Map<String, Value> {
    let record = json!({
        "id": "5551234000000820001", "First_Name": "Ada", "Last_Name": "van der Berg (Smith), Jr.", "Seat_Count": 12,
        "Email": "Ada.Berg@Example.com", "Secondary_Email": null, "Phone": "+1 (555) 555-0134", "Mobile": "",
        "Owner": {"id": "5551234000000411001", "name": "Sam Owner"}, "VIP_Customer": false,
        "Tag": [{"name": "chat"}], "Modified_Time": "2026-03-02T10:00:00+01:00", "$approved": "hidden"
    });
    record.as_object().cloned().unwrap()
}

fn found(criteria: &str) -> bool {
    parse(criteria).unwrap().matches(&ada())
}

#[test]
fn criteria_find_what_they_say() {
    let cases = [
        ("(Email:equals:ada.berg@example.com)", true),
        ("(Email:equals:berg@example)", true),
        ("(Email:not_equal:berg@example)", true),
        ("(Email:not_equal:ada.berg@example.com)", false),
        ("(Email:starts_with:ADA)", true),
        ("(Email:in:x@x.org,ada.berg@example.com)", true),
        ("((Email:equals:ada)and(First_Name:equals:Bob))", false),
        ("((Email:equals:ada)AND(First_Name:equals:ada)) or (id:equals:1)", true),
        ("(((id:equals:1)or(id:equals:2))or(id:equals:5551234000000820001))", true),
        ("(id:equals:555123400000082000)", false),
        (r"(Last_Name:equals:berg \(smith\)\, jr.)", true),
        (r"(Last_Name:in:x\,y,van der berg \(smith\)\, jr.)", true),
        ("(Seat_Count:greater_than:9)", true),
        ("(Seat_Count:between:1,12)", true),
        ("(Seat_Count:less_than:12)", false),
        ("(VIP_Customer:equals:false)", true),
        ("(Modified_Time:greater_equal:2026-03-02T09:00:00+00:00)", true),
        ("(Modified_Time:equals:2026-03-02T09:00:00Z)", true),
        ("(Owner:equals:5551234000000411001)", true),
        ("(Mobile:not_equal:1)", false),
        ("(Nowhere:equals:x)", false),
        ("(Tag:equals:chat)", true),
    ];
    for (criteria, expected) in cases {
        assert_eq!(found(criteria), expected, "{criteria}");
    }
    assert_eq!(parse("((a:equals:1)and(b:equals:2))or(a:equals:3)").unwrap().fields(), ["a", "b"]);
}

#[test]
fn refusals_say_why() {
    let code = |criteria: &str| parse(criteria).unwrap_err().body()["code"].as_str().unwrap().to_owned();
    for criteria in
        ["", "()", "Email:equals:x", "(Email:equals:x", "(Email:equals:)", "(Email:equals:x))", "(a:between:1)"]
    {
        assert_eq!(code(criteria), "INVALID_QUERY", "{criteria}");
    }
    assert_eq!(parse("(Email:like:x)").unwrap_err().body()["details"]["operator"], "like");
    let joined = |count: usize| vec!["(a:equals:1)"; count].join("and");
    assert!(parse(&joined(15)).is_ok());
    assert_eq!(code(&joined(16)), "CRITERIA_LIMIT_EXCEEDED");
    let listed = |count: usize| format!("(a:in:{})", vec!["1"; count].join(","));
    assert!(parse(&listed(100)).is_ok());
    assert_eq!(code(&listed(101)), "LIMIT_EXCEEDED");
    assert_eq!(code(&"(".repeat(500_000)), "INVALID_QUERY");
}

#[test]
fn email_phone_and_word() {
    let emails = ["Email", "Secondary_Email"];
    assert!(email_matches(&ada(), &emails, " ADA.berg@example.COM"));
    assert!(email_matches(&ada(), &emails, "@example.com"));
    assert!(!email_matches(&ada(), &emails, ""));
    assert!(!email_matches(&ada(), &["Secondary_Email"], "ada"));

    let phones = ["Phone", "Mobile"];
    for phone in ["555-0134", "15555550134", "(555) 555 01", "001 555 555-0134", "٥٥٥٠١٣٤"] {
        assert_eq!(phone_matches(&ada(), &phones, phone), phone != "٥٥٥٠١٣٤", "{phone}");
    }
    assert!(!phone_matches(&ada(), &phones, "34"));

    for (word, expected) in
        [("ada", true), ("berg van", true), ("sam", true), ("erg", false), ("hidden", false), ("a", false)]
    {
        assert_eq!(word_matches(&ada(), word), expected, "{word}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(criteria in r"[():,a-z\\ é]{0,200}|.{0,100}") {
        if let Ok(criteria) = parse(&criteria) {
            criteria.matches(&ada());
        }
    }

    #[test]
    fn any_escaped_value_is_found_again(text in r"[^\s]([^\n]{0,30}[^\s])?") {
        let mut escaped = String::new();
        for c in text.chars() {
            if matches!(c, '(' | ')' | ',' | '\\') {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        let record = json!({"Title": text}).as_object().cloned().unwrap();
        for criteria in [format!("(Title:equals:{escaped})"), format!("(Title:in:{escaped},x)")] {
            prop_assert!(parse(&criteria).unwrap().matches(&record));
        }
    }

    #[test]
    fn no_query_makes_matching_panic(query in ".{0,60}", held in ".{0,60}") {
        let record = json!({"Email": held, "Phone": query}).as_object().cloned().unwrap();
        email_matches(&record, &["Email"], &query);
        phone_matches(&record, &["Phone", "Email"], &query);
        word_matches(&record, &query);
    }
}
