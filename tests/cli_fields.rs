//! `astra-zoho fields`: what can be mapped, and why the rest cannot.

use serde_json::{Value, json};

use crate::support::home::{Home, Settings, errors, records};
use crate::support::terminal::{Sandbox, shown, told};

/// A field as Zoho's metadata describes it, with `change` over it.
fn field(api_name: &str, change: &Value) -> Value {
    let mut field = json!({
        "api_name": api_name, "field_label": format!("{api_name} label"), "display_label": format!("{api_name} label"),
        "data_type": "text", "json_type": "string", "length": 40, "read_only": false, "field_read_only": false,
        "visible": true, "type": "used", "system_mandatory": false, "custom_field": false, "id": "1",
        "operation_type": {"api_create": true, "api_update": true, "web_create": true, "web_update": true},
        "view_type": {"create": true, "edit": true, "view": true, "quick_create": false}
    });
    for (key, value) in change.as_object().unwrap() {
        field[key] = value.clone();
    }
    field
}

fn of_every_kind() -> String {
    let operations = |create: bool, update: bool| json!({"api_create": create, "api_update": update});
    let fields = [
        field("Email", &json!({"data_type": "email", "length": 100})),
        field("Last_Name", &json!({"system_mandatory": true, "length": 80})),
        field("名前", &json!({"field_label": "お名前", "display_label": "お名前"})),
        field("Code", &json!({"operation_type": operations(true, false)})),
        field("Note", &json!({"operation_type": operations(false, true), "system_mandatory": true})),
        field("Owner", &json!({"data_type": "ownerlookup", "json_type": "jsonobject"})),
        field("Tag", &json!({"json_type": "jsonarray"})),
        field("Full_Name", &json!({"operation_type": operations(false, false)})),
        field("Old", &json!({"type": "unused"})),
        field("Secret", &json!({"visible": false})),
        field("Born", &json!({"data_type": "date"})),
        field("Fixed", &json!({"read_only": true})),
        field("Odd", &json!({"data_type": "hologram"})),
        field("Evil", &json!({"field_label": "a\u{1b}[31mb", "display_label": "a\u{1b}[31mb"})),
    ];
    json!({ "fields": fields }).to_string()
}

fn connected(home: &Home) -> Sandbox {
    let file = home.write("fields.json", &of_every_kind());
    let contacts = home.write("contacts.json", "[]");
    let arguments = ["--fields", file.to_str().unwrap(), "--contacts", contacts.to_str().unwrap()];
    let sandbox = Sandbox::start(home, &arguments);
    let line = home.write("credentials.json", &sandbox.line);
    let added = home.run(&["account", "add", "--id", "own", "--from-json", line.to_str().unwrap()]);
    assert!(added.status.success(), "{}", errors(&added));
    sandbox
}

#[test]
fn every_field_with_its_reason() {
    let home = Home::new();
    let _sandbox = connected(&home);
    shown!("table", told(&home, &home.run(&["fields", "--account", "own"])));
    shown!("table_all", told(&home, &home.run(&["fields", "--account", "own", "--all"])));

    let all = records(&home.run(&["fields", "--account", "own", "--all", "--format", "json"]));
    let keys: Vec<&String> = all[0].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["api_name", "label", "data_type", "mappable", "reason", "create_only", "update_only", "required"]
    );
    let of = |name: &str| all.iter().find(|f| f["api_name"] == name).unwrap().clone();
    assert_eq!(
        of("Last_Name"),
        json!({"api_name": "Last_Name", "label": "Last_Name label", "data_type": "text", "mappable": true,
               "reason": null, "create_only": false, "update_only": false, "required": true})
    );
    assert_eq!((&of("Code")["create_only"], &of("Code")["mappable"]), (&json!(true), &json!(true)));
    assert_eq!((&of("Note")["update_only"], &of("Note")["required"]), (&json!(true), &json!(true)));
    let reasons = [
        ("Owner", "not text-like: ownerlookup"),
        ("Tag", "not text-like: jsonarray"),
        ("Full_Name", "read-only"),
        ("Old", "unused"),
        ("Secret", "hidden"),
        ("Born", "not text-like: date"),
        ("Fixed", "read-only"),
        ("Odd", "not text-like: hologram"),
    ];
    for (name, reason) in reasons {
        assert_eq!((&of(name)["mappable"], &of(name)["reason"]), (&json!(false), &json!(reason)), "{name}");
    }

    let mappable = records(&home.run(&["fields", "--account", "own", "--format", "json"]));
    assert!(mappable.iter().all(|f| f["mappable"] == true && f["reason"].is_null()));
    let names = |of: &[Value]| of.iter().map(|f| f["api_name"].clone()).collect::<Vec<_>>();
    let wanted: Vec<Value> = all.iter().filter(|f| f["mappable"] == true).map(|f| f["api_name"].clone()).collect();
    assert_eq!(names(&mappable), wanted);
}

#[test]
fn without_an_account_it_is_the_first_active_actions() {
    let home = Home::new();
    let _sandbox = connected(&home);
    let names = |home: &Home| {
        let fields = records(&home.run(&["fields", "--format", "json"]));
        fields.iter().map(|f| f["api_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(names(&home).contains(&"Mailing_City".to_owned()), "no action: the sandbox's");
    home.action(&Settings { account: "own", ..Settings::default() });
    assert!(names(&home).contains(&"名前".to_owned()));
    // unless told otherwise
    let sandboxs = records(&home.run(&["fields", "--account", "sandbox", "--format", "json"]));
    assert!(sandboxs.iter().any(|f| f["api_name"] == "Mailing_City"));
}

#[test]
fn the_sandboxs_fields_include_those_of_the_house() {
    let home = Home::new();
    let all = records(&home.run(&["fields", "--all", "--format", "json"]));
    assert!(all.iter().any(|f| f["reason"] == "unused"), "unused ones are asked for");
    assert!(all.iter().any(|f| f["reason"] == "hidden"));
    let required: Vec<_> = all.iter().filter(|f| f["required"] == true).map(|f| f["api_name"].clone()).collect();
    assert_eq!(required, ["Last_Name"]);
}

#[test]
fn an_account_that_does_not_answer_or_is_none() {
    let home = Home::new();
    let sandbox = connected(&home);
    let unknown = home.run(&["fields", "--account", "onw"]);
    shown!("unknown_account", told(&home, &unknown));
    drop(sandbox);
    let gone = home.run(&["fields", "--account", "own", "--format", "json"]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(gone.stdout.is_empty());
    let said = errors(&gone);
    assert!(said.starts_with("astra-zoho: account own: ") && said.lines().count() == 1, "{said}");
}
