use super::super::action::Permissions;
use super::super::field::samples::{field, picklist};
use super::*;
use proptest::prelude::*;

fn action(create: bool, update: bool) -> Action {
    Action {
        offline_sync: false,
        contacts: Permissions { create_and_update_new: create, update_existing: update },
        mapping: vec![
            Row::new("Email", "email"),
            Row::new("Last_Name", "last_name"),
            Row::new("Phone", "phone"),
            Row {
                default: Some("Chat".into()),
                overwrite: Overwrite::IfEmpty,
                values: vec![("Voice".into(), "Cold Call".into())],
                ..Row::new("Lead_Source", "channel")
            },
            Row::new("Intake", "plan"),
            Row::new("Description", "summary"),
        ],
        ..Action::new("a")
    }
}

fn fields() -> Fields {
    [
        field("Email", "email", 40),
        field("Last_Name", "text", 20),
        field("Phone", "phone", 30),
        picklist("Lead_Source", &["-None-", "Chat", "Cold Call"]),
        ZohoField { api_update: false, ..field("Intake", "text", 20) },
        field("Description", "textarea", 60),
    ]
    .into_iter()
    .collect()
}

fn contact(values: &[(&str, &str)]) -> Contact {
    let t = "2026-01-01T00:00:00Z".parse().unwrap();
    Contact {
        id: "1".into(),
        created_at: t,
        modified_at: t,
        values: values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
    }
}

fn full() -> Attributes {
    [
        ("email", "Ana@Example.com"),
        ("last_name", "Ruiz"),
        ("phone", "600 123 456"),
        ("channel", "VOICE"),
        ("plan", "Gold"),
        ("summary", "Wants a tent"),
    ]
    .into_iter()
    .collect()
}

fn said(d: &Decision) -> String {
    let changes = match &d.write {
        Write::Nothing => "-".to_owned(),
        Write::Create(c) | Write::Update(c) => {
            c.iter().map(|c| format!("{}={}", c.zoho, c.to)).collect::<Vec<_>>().join(" ")
        }
    };
    let left: Vec<_> = d.left_out.iter().map(|l| format!("{}:{}", l.zoho, l.reason)).collect();
    format!("{} {} [{changes}] {}", d.outcome(), d.rule, left.join(" "))
}

#[test]
fn the_table_line_by_line() {
    let f = fields();
    let without = |keys: &[&str]| -> Attributes {
        let mut a = full();
        keys.iter().for_each(|k| {
            a.0.remove(*k);
        });
        a
    };
    let stranger = contact(&[("Email", "ana@example.com"), ("Last_Name", "Ruiz"), ("Lead_Source", "Chat")]);
    type Case<'a> = (bool, bool, Attributes, Option<(&'a Contact, bool)>, &'a str);
    let cases: [Case<'_>; 14] = [
        (true, true, without(&["email", "plan"]), None, "skipped no_email [-] Email:no_value Intake:no_value"),
        (false, true, full(), None, "skipped creation_off [-] "),
        (true, false, without(&["last_name"]), None, "skipped no_last_name [-] Last_Name:no_value"),
        (
            true,
            false,
            full(),
            None,
            "created create [Email=Ana@Example.com Last_Name=Ruiz Phone=600 123 456 Lead_Source=Cold Call Intake=Gold Description=Wants a tent] ",
        ),
        (
            false,
            true,
            full(),
            Some((&stranger, false)),
            "updated update_existing [Phone=600 123 456 Description=Wants a tent] Email:unchanged Last_Name:unchanged Lead_Source:not_empty Intake:create_only",
        ),
        (
            true,
            false,
            full(),
            Some((&stranger, true)),
            "updated update_astra_contact [Phone=600 123 456 Description=Wants a tent] Email:unchanged Last_Name:unchanged Lead_Source:not_empty Intake:create_only",
        ),
        (
            true,
            false,
            full(),
            Some((&stranger, false)),
            "updated summary_only [Description=Wants a tent] Email:restricted Last_Name:restricted Phone:restricted Lead_Source:restricted Intake:restricted",
        ),
        (
            false,
            false,
            full(),
            Some((&stranger, true)),
            "updated summary_only [Description=Wants a tent] Email:restricted Last_Name:restricted Phone:restricted Lead_Source:restricted Intake:restricted",
        ),
        (true, false, without(&["summary"]), Some((&stranger, false)), "skipped updates_off [-] Description:no_value"),
        (
            false,
            true,
            [("email", "ana@example.com"), ("last_name", "Ruiz")].into_iter().collect(),
            Some((&stranger, false)),
            "unchanged update_existing [] Email:unchanged Last_Name:unchanged Phone:no_value Lead_Source:unchanged Intake:no_value Description:no_value",
        ),
        (
            true,
            false,
            [("email", "ana@example.com"), ("last_name", "a name that is far too long"), ("summary", "s")]
                .into_iter()
                .collect(),
            None,
            "skipped no_last_name [-] Last_Name:too_long Phone:no_value Intake:no_value",
        ),
        (
            true,
            false,
            [("email", "not an address"), ("last_name", "Ruiz"), ("phone", "soon"), ("plan", "x"), ("summary", "s")]
                .into_iter()
                .collect(),
            None,
            "skipped no_email [-] Email:invalid_email Phone:invalid_phone",
        ),
        (
            true,
            false,
            [("email", "b@example.com"), ("last_name", "B"), ("channel", "fax")].into_iter().collect(),
            None,
            "created create [Email=b@example.com Last_Name=B] Phone:no_value Lead_Source:not_in_picklist Intake:no_value Description:no_value",
        ),
        (
            true,
            false,
            [("email", "b@example.com"), ("last_name", "B")].into_iter().collect(),
            None,
            "created create [Email=b@example.com Last_Name=B Lead_Source=Chat] Phone:no_value Intake:no_value Description:no_value",
        ),
    ];
    for (create, update, attributes, found, want) in cases {
        let a = action(create, update);
        let d = Decider { action: &a, fields: &f }
            .decide(&attributes, found.map(|(contact, ours)| Found { contact, ours }));
        assert_eq!(said(&d), want);
    }
}

#[test]
fn an_address_that_updates_alone_may_write_still_finds() {
    let f: Fields = fields().iter().map(|f| ZohoField { api_create: f.api_name != EMAIL, ..f.clone() }).collect();
    let a = action(false, true);
    let decider = Decider { action: &a, fields: &f };
    assert_eq!(said(&decider.decide(&full(), None)), "skipped creation_off [-] ");
    let found = contact(&[("Email", "ana@example.com"), ("Last_Name", "Ruiz"), ("Phone", "600 123 456")]);
    let got = said(&decider.decide(&full(), Some(Found { contact: &found, ours: false })));
    assert!(got.starts_with("updated update_existing [Lead_Source=Cold Call Description="), "{got}");
}

#[test]
fn a_default_never_stands_in_for_the_summary_nor_over_a_value() {
    let f = fields();
    let mut a = action(true, false);
    a.mapping[5].default = Some("nothing said".into());
    let attributes: Attributes = [("email", "a@example.com")].into_iter().collect();
    let d = Decider { action: &a, fields: &f };
    let c = contact(&[("Email", "a@example.com")]);
    assert_eq!(d.decide(&attributes, Some(Found { contact: &c, ours: false })).rule, Rule::UpdatesOff);
    let told = contact(&[("Email", "a@example.com"), ("Description", "old")]);
    let ours = d.decide(&attributes, Some(Found { contact: &told, ours: true }));
    assert!(said(&ours).contains("Description:not_empty"), "{}", said(&ours));
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("  \u{200B}".to_owned()),
        Just("ana@example.com".to_owned()),
        Just("ANA@example.com ".to_owned()),
        Just("Chat".to_owned()),
        Just("600 123 456".to_owned()),
        "[a-z]{1,30}",
        any::<String>(),
    ]
}

prop_compose! {
    fn case()(
        create: bool, update: bool, ours: bool, is_found: bool,
        attributes in proptest::collection::btree_map(
            prop_oneof![Just("email"), Just("last_name"), Just("phone"), Just("channel"), Just("plan"), Just("summary")],
            value(), 0..6),
        current in proptest::collection::btree_map(
            prop_oneof![Just("Email"), Just("Last_Name"), Just("Phone"), Just("Lead_Source"), Just("Intake"), Just("Description")],
            value(), 0..6),
        defaults in proptest::collection::vec(proptest::option::of(value()), 5),
        if_empty: [bool; 6],
    ) -> (Action, Attributes, Option<Contact>, bool) {
        let mut a = action(create, update);
        for (i, row) in a.mapping.iter_mut().enumerate() {
            row.default = if i == 0 { None } else { defaults[i - 1].clone() };
            row.overwrite = if if_empty[i] { Overwrite::IfEmpty } else { Overwrite::Always };
        }
        let current: Vec<_> = current.iter().map(|(k, v)| (*k, v.as_str())).collect();
        (a, attributes.into_iter().collect(), is_found.then(|| contact(&current)), ours)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// What must never happen, for any input.
    #[test]
    fn never((action, attributes, contact, ours) in case()) {
        let f = fields();
        let decider = Decider { action: &action, fields: &f };
        let found = contact.as_ref().map(|contact| Found { contact, ours });
        let d = decider.decide(&attributes, found);
        let on = action.contacts;
        let changes = match &d.write { Write::Nothing => &Vec::new(), Write::Create(c) | Write::Update(c) => c };

        // a foreign contact with updating off: nothing but the summary
        if contact.is_some() && !on.update_existing && !(ours && on.create_and_update_new) {
            prop_assert!(changes.iter().all(|c| c.astra == SUMMARY), "{changes:?}");
        }
        for c in changes {
            // a blank never reaches a plan
            prop_assert!(non_blank(&c.to).is_some());
            let current = contact.as_ref().and_then(|k| k.value(&c.zoho)).filter(|v| non_blank(v).is_some());
            prop_assert_eq!(c.from.as_deref(), current);
            let row = action.row(&c.zoho).unwrap();
            if let Some(current) = current {
                // an unchanged value never does, nor one over a value where only blanks may be filled
                prop_assert_ne!(&c.to, current);
                prop_assert!(row.overwrite == Overwrite::Always);
                prop_assert!(attributes.get(&row.astra).is_some(), "a default over a value");
            }
            // one line stays one line, and nothing is longer than its field
            let field = f.get(&c.zoho).unwrap();
            prop_assert!(c.to.chars().count() <= field.length.unwrap() as usize);
            prop_assert!(field.data_type == "textarea" || !c.to.contains('\n'));
        }
        // each row is either written or left out with one reason
        if d.write != Write::Nothing {
            let mut rows: Vec<_> = changes.iter().map(|c| &c.zoho).chain(d.left_out.iter().map(|l| &l.zoho)).collect();
            rows.sort_unstable();
            let mut all: Vec<_> = action.mapping.iter().map(|r| &r.zoho).collect();
            all.sort_unstable();
            prop_assert_eq!(rows, all);
        }
    }

    /// The table restated as eight conditions: exactly one holds, and it is the rule.
    #[test]
    fn every_input_has_exactly_one_rule((action, attributes, contact, ours) in case()) {
        let f = fields();
        let d = Decider { action: &action, fields: &f }
            .decide(&attributes, contact.as_ref().map(|contact| Found { contact, ours }));
        let (create, update) = (action.contacts.create_and_update_new, action.contacts.update_existing);
        let email = attributes.get("email").is_some_and(|e| fit(f.get("Email").unwrap(), e).is_ok());
        let name = f.get("Last_Name").unwrap();
        let named = match attributes.get("last_name") {
            Some(n) => fit(name, n).is_ok(),
            None => action.mapping[1].default.as_deref().and_then(non_blank).is_some_and(|n| fit(name, n).is_ok()),
        };
        let summary = attributes.get("summary").is_some();
        let found = contact.is_some();
        let ours = ours && create;
        let lines = [
            (Rule::NoEmail, !email),
            (Rule::CreationOff, email && !found && !create),
            (Rule::NoLastName, email && !found && create && !named),
            (Rule::Create, email && !found && create && named),
            (Rule::UpdateExisting, email && found && update),
            (Rule::UpdateAstraContact, email && found && !update && ours),
            (Rule::SummaryOnly, email && found && !update && !ours && summary),
            (Rule::UpdatesOff, email && found && !update && !ours && !summary),
        ];
        let holding: Vec<_> = lines.iter().filter(|(_, holds)| *holds).map(|(r, _)| *r).collect();
        prop_assert_eq!(holding, vec![d.rule]);
    }
}
