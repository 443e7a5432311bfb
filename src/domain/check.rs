//! Whether an action can run: what is missing or doubtful, each with what to do. Must not know where the account's fields
//! come from.

use std::collections::HashMap;

use super::account::Account;
use super::action::Action;
use super::decide::Fields;
use super::field::{Agent, AstraField, CHANNEL, EMAIL, LAST_NAME, Mappability, NotMappable, SUMMARY, TextKind, Writes};
use super::fit::fit;
use super::problem::{Problem, did_you_mean};
use super::text::{is_blank, name_trouble};
use super::words::reason_in_words;

/// Checks what can be checked without the account's fields.
pub fn check_action(action: &Action, agent: &Agent, accounts: &[Account]) -> Vec<Problem> {
    let mut out = Vec::new();
    if let Some((what, fix)) = name_trouble(&action.name) {
        out.push(Problem::warning("odd_name", "name", format!("the name: {what}"), fix));
    }
    if !accounts.iter().any(|a| a.id == action.account) {
        let known = did_you_mean(&action.account, accounts.iter().map(|a| a.id.as_str()));
        let fix = match known {
            Some(k) => format!("did you mean `{k}`? `astra-zoho account list` shows them all"),
            None => "connect it with `astra-zoho account add`, or choose one of `astra-zoho account list`".into(),
        };
        out.push(Problem::error("unknown_account", "account", format!("no account `{}`", action.account), fix));
    }
    for (zoho, what) in [(EMAIL, "contacts are looked up by it"), (LAST_NAME, "Zoho makes no contact without it")] {
        if action.row(zoho).is_none() {
            let fix = format!("add a [[mapping]] with zoho = \"{zoho}\" and the Astra field that feeds it");
            let what = format!("the required row for {zoho} is missing: {what}");
            out.push(Problem::error("missing_row", "mapping", what, fix));
        }
    }
    let mut firsts: HashMap<&str, usize> = HashMap::new();
    for (i, row) in action.mapping.iter().enumerate() {
        let at = |key: &str| format!("mapping[{i}].{key}");
        let first = *firsts.entry(&row.zoho).or_insert(i);
        if first < i {
            let what = format!("{} stands in two rows (the first is row {})", row.zoho, first + 1);
            out.push(Problem::error("duplicate_row", &at("zoho"), what, "remove one of them"));
        }
        match agent.field(&row.astra) {
            None => {
                let fix = match did_you_mean(&row.astra, agent.fields.iter().map(|f| f.key.as_str())) {
                    Some(k) => format!("did you mean `{k}`?"),
                    None => format!("create it in agent.toml: [[field]] key = \"{}\"", row.astra),
                };
                let what = format!("the agent has no field `{}`", row.astra);
                out.push(Problem::error("unknown_astra_field", &at("astra"), what, fix));
            }
            Some(a) => out.extend(odd_source(row.zoho.as_str(), a, &at("astra"))),
        }
        if row.zoho == EMAIL && row.default.is_some() {
            let what = "a default on the Email row would give every customer the same address";
            out.push(Problem::error("email_default", &at("default"), what, "remove `default` from the Email row"));
        }
    }
    out
}

/// Email from something that is never an address.
fn odd_source(zoho: &str, astra: &AstraField, at: &str) -> Option<Problem> {
    let never = (zoho == EMAIL || zoho == LAST_NAME) && (astra.key == SUMMARY || astra.key == CHANNEL);
    never.then(|| {
        let what = format!("{zoho} is fed by {}, which never holds one", astra.label);
        Problem::error("odd_source", at, what, "choose the Astra field that does")
    })
}

/// Checks the rows against the fields of the action's account.
pub fn check_fields(action: &Action, fields: &Fields) -> Vec<Problem> {
    let mut out = Vec::new();
    for (i, row) in action.mapping.iter().enumerate() {
        let at = |key: &str| format!("mapping[{i}].{key}");
        let Some(field) = fields.get(&row.zoho) else {
            let fix = match did_you_mean(&row.zoho, fields.iter().map(|f| f.api_name.as_str())) {
                Some(k) => format!("did you mean `{k}`?"),
                None => "`astra-zoho fields` lists those that can be mapped".into(),
            };
            let what = format!("Zoho's Contacts have no field `{}`", row.zoho);
            out.push(Problem::error("unknown_field", &at("zoho"), what, fix));
            continue;
        };
        let writes = match field.mappability() {
            Mappability::Mappable { writes } => writes,
            Mappability::Not(why) => {
                let (what, fix) = match &why {
                    NotMappable::Hidden => ("it is hidden from the connected user", "show it in Zoho, or"),
                    NotMappable::Unused => ("it is not in use", "put it back on a layout in Zoho, or"),
                    NotMappable::ReadOnly => ("it is read-only for the connected user", "make it editable in Zoho, or"),
                    NotMappable::NotTextLike(_) => ("it does not take text", "choose a text field, or"),
                };
                let what = format!("{} cannot be mapped ({why}): {what}", row.zoho);
                out.push(Problem::error("not_mappable", &at("zoho"), what, format!("{fix} remove the row")));
                continue;
            }
        };
        let creating = action.contacts.create_and_update_new;
        if writes == Writes::UpdateOnly && row.is_required() && creating {
            let what = format!("{} takes values on update only, so no contact could be created with it", row.zoho);
            let fix = "make it editable on create in Zoho, or set create_and_update_new = false";
            out.push(Problem::error("update_only", &at("zoho"), what, fix));
        }
        if let Some(default) = row.default.as_deref().filter(|d| !is_blank(d) && row.zoho != EMAIL)
            && let Err(reason) = fit(field, default)
        {
            let reason = reason_in_words(reason);
            let what = format!("the default \"{default}\" does not fit {} ({reason})", row.zoho);
            out.push(Problem::warning("default_unfit", &at("default"), what, fit_hint(field.text_kind())));
        }
        for (from, to) in row.values.iter().filter(|(_, to)| !is_blank(to)) {
            if let Err(reason) = fit(field, to) {
                let reason = reason_in_words(reason);
                let what =
                    format!("the value map sends \"{from}\" to \"{to}\", which does not fit {} ({reason})", row.zoho);
                out.push(Problem::warning("value_unfit", &at("values"), what, fit_hint(field.text_kind())));
            }
        }
    }
    if action.contacts.create_and_update_new {
        for field in
            fields.iter().filter(|f| f.mandatory && action.row(&f.api_name).is_none() && f.api_name != LAST_NAME)
        {
            let what = format!("the organisation makes {} mandatory and no row maps it", field.api_name);
            let fix = "map it, or Zoho will refuse to create contacts";
            out.push(Problem::warning("mandatory_unmapped", "mapping", what, fix));
        }
    }
    out
}

fn fit_hint(kind: Option<TextKind>) -> &'static str {
    match kind {
        Some(TextKind::Picklist) => "use one of the list's options in use",
        _ => "give a value that the field takes",
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::Row;
    use super::super::field::ZohoField;
    use super::super::field::samples::{field, picklist};
    use super::*;

    fn action(mapping: Vec<Row>) -> Action {
        Action { offline_sync: false, mapping, ..Action::new("a") }
    }

    fn required() -> Vec<Row> {
        super::super::mapping::required()
    }

    fn said(problems: Vec<Problem>) -> Vec<String> {
        problems.iter().map(|p| format!("{:?} {} {p}", p.severity, p.code)).collect()
    }

    #[test]
    fn what_the_action_alone_can_tell() {
        let mut rows = vec![Row { default: Some("x@example.com".into()), ..Row::new("Email", "emial") }];
        rows.push(Row::new("Phone", "phone"));
        rows.push(Row::new("Phone", "colour"));
        let a = Action { account: "sandbx".into(), ..action(rows) };
        let got = said(check_action(&a, &Agent::default(), &[Account::sandbox()]));
        assert_eq!(
            got,
            [
                "Error unknown_account no account `sandbx`; did you mean `sandbox`? `astra-zoho account list` shows them all",
                "Error missing_row the required row for Last_Name is missing: Zoho makes no contact without it; add a [[mapping]] with zoho = \"Last_Name\" and the Astra field that feeds it",
                "Error unknown_astra_field the agent has no field `emial`; did you mean `email`?",
                "Error email_default a default on the Email row would give every customer the same address; remove `default` from the Email row",
                "Error duplicate_row Phone stands in two rows (the first is row 2); remove one of them",
                "Error unknown_astra_field the agent has no field `colour`; create it in agent.toml: [[field]] key = \"colour\"",
            ]
        );
        assert!(check_action(&action(required()), &Agent::default(), &[Account::sandbox()]).is_empty());
    }

    #[test]
    fn what_the_accounts_fields_tell() {
        let mut rows = required();
        rows.push(Row::new("Last_Nam", "first_name"));
        rows.push(Row::new("Account_Name", "company"));
        rows.push(Row {
            default: Some("Fax".into()),
            values: vec![("text".into(), "Chatt".into())],
            ..Row::new("Lead_Source", "channel")
        });
        let fields: Fields = [
            ZohoField { api_create: false, ..field("Email", "email", 100) },
            field("Last_Name", "text", 80),
            ZohoField { json_type: "jsonobject".into(), ..field("Account_Name", "lookup", 120) },
            picklist("Lead_Source", &["Chat"]),
            ZohoField { mandatory: true, ..field("Branch", "text", 20) },
        ]
        .into_iter()
        .collect();
        let got = said(check_fields(&action(rows.clone()), &fields));
        assert_eq!(
            got,
            [
                "Error update_only Email takes values on update only, so no contact could be created with it; make it editable on create in Zoho, or set create_and_update_new = false",
                "Error unknown_field Zoho's Contacts have no field `Last_Nam`; did you mean `Last_Name`?",
                "Error not_mappable Account_Name cannot be mapped (not text-like: lookup): it does not take text; choose a text field, or remove the row",
                "Warning default_unfit the default \"Fax\" does not fit Lead_Source (not in the picklist); use one of the list's options in use",
                "Warning value_unfit the value map sends \"text\" to \"Chatt\", which does not fit Lead_Source (not in the picklist); use one of the list's options in use",
                "Warning mandatory_unmapped the organisation makes Branch mandatory and no row maps it; map it, or Zoho will refuse to create contacts",
            ]
        );
        let mut off = action(rows);
        off.contacts.create_and_update_new = false;
        assert!(said(check_fields(&off, &fields)).iter().all(|p| !p.contains("update_only")));
    }
}
