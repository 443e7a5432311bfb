use proptest::prelude::*;
use serde_json::json;

use super::*;

fn record(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

fn ada() -> Map<String, Value> {
    record(json!({
        "id": "5551234000000820001", "Last_Name": "O'Brien", "Email": "Ada@Example.com", "Phone": "", "Fax": null,
        "Owner": {"id": "5551234000000411001", "name": "Sam Owner"}, "Seat_Count": 12, "VIP_Customer": true,
        "Interests": ["Pricing", "Billing"], "Created_Time": "2026-03-02T10:00:00+01:00"
    }))
}

fn takes(filter: &str) -> bool {
    parse(&format!("select id from Contacts where {filter}")).unwrap().matches(&ada(), false)
}

fn refusal(query: &str) -> (String, Value) {
    let error = parse(query).unwrap_err();
    (format!("{} {}", error.code, error.message), error.details)
}

#[test]
fn a_query_is_taken_apart() {
    let query = "SELECT id, Email, Account_Name.Account_Name from Contacts \
                 WHERE (Last_Name = 'x' And Email in ('a@x.org',\"b@x.org\")) or Seat_Count between 1 and -2.5 \
                 order by Last_Name asc, Created_Time DESC limit 10 offset 5";
    let select = parse(query).unwrap();
    assert_eq!(select.fields, ["id", "Email", "Account_Name.Account_Name"]);
    assert_eq!((select.module.as_str(), select.limit, select.offset), ("Contacts", 10, 5));
    let columns = ["id", "Email", "Account_Name.Account_Name", "Last_Name", "Seat_Count", "Created_Time"];
    assert_eq!(select.columns(), columns);
    let order: Vec<_> = select.order_by.iter().map(|o| (o.field.as_str(), o.descending)).collect();
    assert_eq!(order, [("Last_Name", false), ("Created_Time", true)]);
    let operators: Vec<_> = select.criteria().into_iter().map(Criterion::operator).collect();
    assert_eq!(operators, ["=", "in", "between"]);
    assert!(select.required_values().is_empty(), "an `or` requires nothing");

    let offset_first = parse("select id from Contacts where id is not null limit 5, 10").unwrap();
    assert_eq!((offset_first.limit, offset_first.offset), (10, 5));
    let bare = parse("select id from Contacts where id is not null").unwrap();
    assert_eq!((bare.limit, bare.offset), (200, 0));
}

#[test]
fn criteria_take_what_they_say() {
    let cases = [
        ("Email = 'ada@example.com'", true),
        ("Email != 'ada@example.com'", false),
        ("Email in ('x@x.org', 'ADA@example.COM')", true),
        ("Email not in ('x@x.org')", true),
        ("Email like 'ada%'", true),
        ("Email like '%@example.com'", true),
        ("Email like '%a%x%com'", true),
        ("Email like 'example'", false),
        ("Email like '%com%com'", false),
        ("Email not like '%example%'", false),
        ("Phone is null", true),
        ("Fax is null", true),
        ("Nowhere is null", true),
        ("Phone != 'x'", false),
        ("Phone not in ('x')", false),
        ("Phone not like '%x%'", false),
        ("Email is not null", true),
        (r"Last_Name = 'O\'Brien'", true),
        ("Last_Name = 'O''Brien'", true),
        ("Last_Name = \"O'Brien\"", true),
        ("id = 5551234000000820001", true),
        ("id = 5551234000000820002", false),
        ("id > 5551234000000820000", true),
        ("id = '5551234000000820001'", true),
        ("Owner = '5551234000000411001'", true),
        ("Owner.id = 5551234000000411001", true),
        ("Account_Name.Account_Name = 'Acme'", false),
        ("Account_Name.Account_Name is null", true),
        ("Seat_Count >= 12", true),
        ("Seat_Count < 12", false),
        ("Seat_Count between 9 and 100", true),
        ("VIP_Customer = true", true),
        ("VIP_Customer = 'false'", false),
        ("Interests = 'billing'", true),
        ("Interests != 'billing'", false),
        ("Interests in ('Telephony','pricing')", true),
        ("Created_Time = '2026-03-02T09:00:00Z'", true),
        ("Created_Time > '2026-03-02T09:30:00+01:00'", true),
        ("Created_Time between '2026-03-01T00:00:00+00:00' and '2026-03-02T08:59:59Z'", false),
        ("((Email is null and Fax is null) or (Seat_Count = 12 and Phone is null))", true),
    ];
    for (filter, expected) in cases {
        assert_eq!(takes(filter), expected, "{filter}");
    }
}

#[test]
fn case_counts_where_the_switch_says_so() {
    let select = parse("select id from Contacts where Email = 'ada@example.com'").unwrap();
    assert!(select.matches(&ada(), false));
    assert!(!select.matches(&ada(), true));
}

#[test]
fn what_every_row_must_equal_is_offered_to_an_index() {
    let query = "select id from Contacts where ((Email in ('a','b') and Fax is null) and (Title = 'x' or Title = 'y'))";
    let select = parse(query).unwrap();
    let pairs = select.required_values();
    assert_eq!(pairs.len(), 1);
    assert_eq!(pairs[0].0, "Email");
    assert_eq!(pairs[0].1.iter().map(Literal::as_str).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn refusals_are_in_zohos_words() {
    let select = |rest: &str| refusal(&format!("select id from Contacts {rest}"));
    let listed = |count: usize| vec!["'x'"; count].join(",");
    let nested =
        |count: usize| (1..count).fold("id is null".to_owned(), |inner, _| format!("({inner} and id is null)"));
    let ordered: Vec<_> = (0..11).map(|n| format!("f{n}")).collect();
    let near = |near: &str| json!({ "near": near });

    assert_eq!(select("limit 5").1, json!({"clause": "where"}));
    assert_eq!(select("").0, "SYNTAX_ERROR missing clause");
    assert_eq!(select("where id is null and Fax is null and Title is null").1, near("and"));
    assert_eq!(select("where id is null and").0, "SYNTAX_ERROR error occured while parsing the query");
    assert_eq!(select(&format!("where id in ({})", listed(51))).1, json!({"clause": "in", "limit": 50}));
    assert!(parse(&format!("select id from Contacts where id in ({})", listed(50))).is_ok());
    assert_eq!(select(&format!("where {}", nested(26))).1, json!({"clause": "where", "limit": 25}));
    assert!(parse(&format!("select id from Contacts where {}", nested(25))).is_ok());
    assert_eq!(select(&format!("where id is null order by {}", ordered.join(","))).0, "LIMIT_EXCEEDED limit exceeded");
    assert_eq!(select("where id is null limit 2001").1, json!({"clause": "limit", "limit": 2000}));
    assert_eq!(select("where id is null limit 0").0, "INVALID_DATA limit should be greater than 0");
    assert_eq!(select("where id is null limit s").1, json!({"limit": "s"}));
    assert_eq!(select("where id not 'x'").1, json!({"operator": "not"}));
    assert_eq!(select("where id similar 'x'").1, json!({"operator": "similar"}));
    assert_eq!(select("where Title not like 'x%'").1["reason"], "invalid operator found");
    assert_eq!(select("where Title = 'open").0, "SYNTAX_ERROR unexpected token");
    assert_eq!(select("where Title = null").1, json!({"line": 1, "column": 39, "near": "null"}));
    assert_eq!(select("where id is null order by id, id").1, json!({"column_name": "id"}));
    assert_eq!(refusal("select id, id from Contacts where id is null").0, "DUPLICATE_DATA duplicate select column");
    assert_eq!(refusal("select * from Contacts where id is null").1, json!({"line": 1, "column": 8, "near": "*"}));
    assert_eq!(
        refusal("select count(id) from Contacts where id is null").0,
        "SYNTAX_ERROR given coql query not supported"
    );
    assert_eq!(refusal("delete from Contacts").0, "SYNTAX_ERROR given coql query not supported");
    assert_eq!(refusal("").0, "SYNTAX_ERROR given coql query not supported");
    let many: Vec<_> = (0..51).map(|n| format!("f{n}")).collect();
    let many = refusal(&format!("select {} from Contacts where id is null", many.join(",")));
    assert_eq!(many.1, json!({"clause": "select", "limit": 50}));

    let error = CoqlError::unknown_column("Nope");
    let body = json!({"code": "INVALID_QUERY", "status": "error", "message": "Invalid query formed",
        "details": {"column_name": "Nope", "reason": "column given seems to be invalid"}});
    assert_eq!((error.status(), error.body()), (400, body));
}

#[test]
fn rows_come_in_order_with_what_was_asked() {
    let select =
        parse("select Email, Owner, Nope from Contacts where id is not null order by Seat_Count desc").unwrap();
    let with = |id: &str, seats: Value| record(json!({"id": id, "Seat_Count": seats}));
    let mut rows = [with("10", json!(3)), with("9", json!(3)), with("3", Value::Null), with("4", json!(20))];
    rows.sort_by(|a, b| select.compare(a, b, false));
    let ids: Vec<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["4", "9", "10", "3"]);

    let row = json!({"Email": "Ada@Example.com", "Owner": {"id": "5551234000000411001"}, "Nope": null, "id": "5551234000000820001"});
    assert_eq!(Value::Object(select.row(&ada())), row);
}

#[test]
fn credits_follow_the_limit() {
    let credits =
        |limit: u32| parse(&format!("select id from Contacts where id is null limit {limit}")).unwrap().credits();
    assert_eq!([1, 200, 201, 1000, 1001, 2000].map(credits), [1, 1, 2, 2, 3, 3]);
}

#[test]
fn deep_brackets_are_refused_quickly() {
    let deep = |depth| format!("select id from Contacts where {}id is null{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(refusal(&deep(100_000)).1, json!({"near": "("}));
    assert_eq!(refusal(&deep(1_000_000)).0, "SYNTAX_ERROR given coql query not supported");
}

fn any_value() -> impl Strategy<Value = Value> {
    let text =
        prop_oneof!["[0-9]{1,3}", "[a-cA-C]{0,3}", "-?[0-9]{18,20}", "2026-03-0[1-9]T10:00:00[+-]0[0-9]:00", ".{0,12}"];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
        "[0-9]{1,4}".prop_map(|id| json!({ "id": id })),
    ]
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(query in ".{0,300}") {
        let _outcome = parse(&query);
    }

    #[test]
    fn no_mix_of_tokens_makes_the_parser_or_an_evaluation_panic(
        tokens in proptest::collection::vec(proptest::sample::select(vec![
            "select", "from", "where", "and", "or", "not", "in", "like", "is", "null", "between", "order", "by", "limit",
            "offset", "asc", "desc", "id", "Email", "a.b", "(", ")", ",", "=", "!=", "<", ">=", "'x'", "'%é%'", "'", "\\'",
            "1", "-2.5", "1.2.3", "99999999999999999999", "true", "*", ";", "é", "\u{0}",
        ]), 0..40),
        held in any_value(),
    ) {
        let query = format!("select id from Contacts where {}", tokens.join(" "));
        if let Ok(select) = parse(&query) {
            let record = record(json!({"id": "1", "Email": held}));
            select.matches(&record, false);
            select.compare(&record, &record, true);
        }
    }

    #[test]
    fn any_text_in_quotes_is_found_again(text in ".{1,40}") {
        let query = format!("select id from Contacts where Title = '{}'", text.replace('\\', "").replace('\'', "''"));
        let held = record(json!({"Title": text.replace('\\', "")}));
        let blank = text.replace('\\', "").trim().is_empty();
        prop_assert_eq!(parse(&query).unwrap().matches(&held, true), !blank);
    }

    #[test]
    fn records_have_one_order(values in proptest::collection::vec(any_value(), 0..30)) {
        let select = parse("select id from Contacts where id is null order by Title desc, Seat_Count").unwrap();
        let mut rows: Vec<_> = values.iter().map(|v| record(json!({"id": "7", "Title": v, "Seat_Count": v}))).collect();
        rows.sort_by(|a, b| select.compare(a, b, false));
        prop_assert!(rows.iter().enumerate().all(|(n, a)| rows[n..].iter().all(|b| select.compare(a, b, false).is_le())));
    }
}
