//! Problems in the words of the screen: fields by their labels, and what to do about them by what can be done here, where
//! `check` speaks of the file and its keys. Must not know where they are shown.

use super::mapping::place_of;
use crate::domain::action::{Action, Row};
use crate::domain::decide::Fields;
use crate::domain::field::{Agent, EMAIL, LAST_NAME};
use crate::domain::problem::{Problem, Step, did_you_mean};

/// A problem of an action as the screen says it; `fields` are those of its account, where they are known.
pub fn spoken(problem: Problem, action: &Action, fields: Option<&Fields>, agent: &Agent) -> Problem {
    match (Wording { problem: &problem, action, fields, agent }).words() {
        Some((what, fix)) => Problem { what, fix, ..problem },
        None => problem,
    }
}

/// What people call a Zoho field.
pub fn label(zoho: &str, fields: Option<&Fields>) -> String {
    match fields.and_then(|f| f.get(zoho)) {
        Some(field) => field.label.clone(),
        None if zoho == LAST_NAME => "Last Name".into(),
        None => zoho.to_owned(),
    }
}

struct Wording<'a> {
    problem: &'a Problem,
    action: &'a Action,
    fields: Option<&'a Fields>,
    agent: &'a Agent,
}

impl Wording<'_> {
    /// What is wrong and what to do; `None` where the file's words are ours as well.
    fn words(&self) -> Option<(String, String)> {
        let (problem, fix) = (self.problem, || self.problem.fix.clone());
        let row = place_of(problem).and_then(|i| self.action.mapping.get(i));
        let say = |what: &str, fix: &str| Some((what.to_owned(), fix.to_owned()));
        match (problem.code, row) {
            ("unknown_account", _) if self.action.account.trim().is_empty() => {
                say("no account is chosen", "choose one, or add one")
            }
            ("unknown_account", _) => {
                let what = format!("no account is called {}", self.action.account);
                Some((what, "choose another one, or add it".into()))
            }
            ("missing_row", _) => {
                let zoho = [LAST_NAME, EMAIL].into_iter().find(|z| problem.what.contains(z))?;
                Some((self.by_label(zoho), format!("map {}", self.label(zoho))))
            }
            ("unknown_astra_field", Some(row)) => {
                let what =
                    format!("{} is fed by {}, which the agent has no field for", self.label(&row.zoho), row.astra);
                let known = did_you_mean(&row.astra, self.agent.fields.iter().map(|f| f.key.as_str()));
                let known = known.and_then(|key| self.agent.field(key));
                let fix = known.map_or_else(
                    || "pick another one, or create it".to_owned(),
                    |f| format!("did you mean {}? Pick it", f.label),
                );
                Some((what, fix))
            }
            ("unknown_field", Some(row)) => {
                let known = self.fields.iter().flat_map(|f| f.iter()).map(|f| f.api_name.as_str());
                let fix = match did_you_mean(&row.zoho, known) {
                    Some(k) => format!("did you mean {}? Pick it", self.label(k)),
                    None => "pick another one, or remove the row".into(),
                };
                Some((format!("Zoho's Contacts have no field {}", row.zoho), fix))
            }
            ("email_default", _) => say(&problem.what, "take the default out of the row's options"),
            ("update_only", Some(row)) => {
                let fix = "make it editable on create in Zoho, or switch off creating contacts in Settings";
                Some((self.by_label(&row.zoho), fix.into()))
            }
            ("duplicate_row" | "odd_source" | "not_mappable" | "default_unfit" | "value_unfit", Some(row)) => {
                Some((self.by_label(&row.zoho), fix()))
            }
            ("mandatory_unmapped", _) => {
                let said = |f: &&crate::domain::field::ZohoField| problem.what.contains(&format!(" {} ", f.api_name));
                let field = self.fields?.iter().filter(|f| f.mandatory).find(said)?;
                Some((self.by_label(&field.api_name), fix()))
            }
            ("missing_key" | "blank", row) => self.missing(row),
            // a word of the file itself, which no key of the screen mends
            ("unknown_key" | "unknown_word" | "wrong_type", row) => {
                let place = row.map_or_else(String::new, |r| format!(", row {}", self.label(&r.zoho)));
                Some((format!("in its file{place}: {}", problem.what), fix()))
            }
            _ => None,
        }
    }

    /// What the action has not been given yet.
    fn missing(&self, row: Option<&Row>) -> Option<(String, String)> {
        let Some(Step::Key(key)) = self.problem.place.iter().rfind(|s| matches!(s, Step::Key(_))) else { return None };
        let (what, fix) = match (key.as_str(), row) {
            ("name", None) => ("the action has no name".to_owned(), "give it one"),
            ("intent", None) => {
                ("the intent is empty: by it the agent decides when to trigger the action".to_owned(), "write it")
            }
            ("account", None) => ("no account is chosen".to_owned(), "choose one, or add one"),
            ("mapping", None) => ("nothing is mapped".to_owned(), "map the fields, Email and Last Name at least"),
            ("zoho", Some(_)) => ("a row has no Zoho field".to_owned(), "pick one, or remove the row"),
            ("astra", Some(row)) => (format!("{} has no Astra field that feeds it", self.label(&row.zoho)), "pick one"),
            _ => return None,
        };
        Some((what, fix.to_owned()))
    }

    /// What is wrong, with a field's label for its name.
    fn by_label(&self, zoho: &str) -> String {
        self.problem.what.replacen(zoho, &self.label(zoho), 1)
    }

    fn label(&self, zoho: &str) -> String {
        label(zoho, self.fields)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::domain::account::Account;
    use super::super::super::domain::check::{check_action, check_fields};
    use super::super::super::domain::field::ZohoField;
    use super::super::super::domain::field::samples::{field, picklist};
    use super::*;

    #[test]
    fn every_problem_of_the_rules_is_told_without_keys_of_the_file() {
        let row = |zoho: &str, astra: &str| Row::new(zoho, astra);
        let with_default = |row: Row, text: &str| Row { default: Some(text.into()), ..row };
        let mapping = vec![
            with_default(row("Email", "emial"), "x@example.com"),
            row("Email", "summary"),
            row("Last_Nam", "colour"),
            row("Account_Name", "company"),
            Row { values: vec![("text".into(), "Chatt".into())], ..with_default(row("Lead_Source", "channel"), "Fax") },
        ];
        let action = Action { account: "sandbx".into(), mapping, ..Action::new("a") };
        let label = |f: ZohoField| ZohoField { label: f.api_name.replace('_', " "), ..f };
        let fields: Fields = [
            ZohoField { api_create: false, ..field("Email", "email", 100) },
            field("Last_Name", "text", 80),
            ZohoField { json_type: "jsonobject".into(), ..field("Account_Name", "lookup", 120) },
            picklist("Lead_Source", &["Chat"]),
            ZohoField { mandatory: true, ..field("Home_Branch", "text", 20) },
        ]
        .into_iter()
        .map(label)
        .collect();
        let agent = Agent::default();
        let mut problems = check_action(&action, &agent, &[Account::sandbox()]);
        problems.extend(check_fields(&action, &fields));
        let said: Vec<String> =
            problems.into_iter().map(|p| spoken(p, &action, Some(&fields), &agent).to_string()).collect();
        assert_eq!(
            said,
            [
                "no account is called sandbx; choose another one, or add it",
                "the required row for Last Name is missing: Zoho makes no contact without it; map Last Name",
                "Email is fed by emial, which the agent has no field for; did you mean Email? Pick it",
                "a default on the Email row would give every customer the same address; take the default out of the row's options",
                "Email stands in two rows (the first is row 1); remove one of them",
                "Email is fed by Summary, which never holds one; choose the Astra field that does",
                "Last_Nam is fed by colour, which the agent has no field for; pick another one, or create it",
                "Email takes values on update only, so no contact could be created with it; make it editable on create in Zoho, or switch off creating contacts in Settings",
                "Email takes values on update only, so no contact could be created with it; make it editable on create in Zoho, or switch off creating contacts in Settings",
                "Zoho's Contacts have no field Last_Nam; did you mean Last Name? Pick it",
                "Account Name cannot be mapped (not text-like: lookup): it does not take text; choose a text field, or remove the row",
                "the default \"Fax\" does not fit Lead Source (not in the picklist); use one of the list's options in use",
                "the value map sends \"text\" to \"Chatt\", which does not fit Lead Source (not in the picklist); use one of the list's options in use",
                "the organisation makes Home Branch mandatory and no row maps it; map it, or Zoho will refuse to create contacts",
            ]
        );
    }

    #[test]
    fn what_a_file_lacks_or_has_too_much_of() {
        let action = Action { mapping: vec![Row::new("Phone", "")], ..Action::new("a") };
        let said = |code, place, what: &str| {
            let problem = Problem::error(code, place, what, "write it");
            spoken(problem, &action, None, &Agent::default()).to_string()
        };
        assert_eq!(said("missing_key", "name", "`name` is missing"), "the action has no name; give it one");
        assert_eq!(
            said("blank", "mapping[0].astra", "`astra` is blank"),
            "Phone has no Astra field that feeds it; pick one"
        );
        assert_eq!(
            said("unknown_key", "mapping[0].colour", "unknown key `colour`"),
            "in its file, row Phone: unknown key `colour`; write it"
        );
        assert_eq!(said("syntax", "", "it is no TOML"), "it is no TOML; write it");
    }
}
