//! The rules for values: what Zoho accepts into a field, and what it says when it does not.
//!
//! Owns type, length, form and picklist checks of one record. Must not know the store: uniqueness is `write`'s.

use super::Picklist;
use super::answer::Refusal;
use super::contact::record_id;
use super::fields::{Field, Module};
use super::people;
use email_address::{EmailAddress, Options as EmailForm};
use jiff::{Timestamp, civil};
use serde_json::{Map, Value, json};

/// Whether a record is to be made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Create,
    Update,
}

/// How the values of one record are judged.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub module: &'a Module,
    pub picklist: Picklist,
    pub refuse_unwritable: bool,
    /// Which record of the request, for `json_path`.
    pub index: usize,
}

impl Judge<'_> {
    /// The values to store, null for those to clear; or everything that is wrong with the record.
    pub fn values(&self, input: &Map<String, Value>, act: Act) -> Result<Map<String, Value>, Vec<Refusal>> {
        let mut values = Map::new();
        let mut wrong = Vec::new();
        for (name, value) in input.iter().filter(|(name, _)| !name.starts_with('$') && *name != "id") {
            let field = self.module.field(name).filter(|field| match act {
                Act::Create => field.creatable,
                Act::Update => field.updatable,
            });
            match field.map(|field| self.value(field, value)) {
                Some(Ok(value)) => {
                    values.insert(name.clone(), value);
                }
                Some(Err(refusal)) => wrong.push(refusal),
                None if self.refuse_unwritable => wrong.push(self.refuse(name, json!({}))),
                None => {}
            }
        }
        for field in self.module.fields.iter().filter(|field| field.mandatory && field.creatable) {
            let name = &field.api_name;
            let blank = |value: &Value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
            let missing = match act {
                Act::Create => input.get(name).is_none_or(blank),
                Act::Update => input.get(name).is_some_and(blank),
            };
            if missing {
                let details = json!({"api_name": name, "json_path": self.path(name)});
                wrong.push(Refusal::new(400, "MANDATORY_NOT_FOUND", details, "required field not found"));
            }
        }
        if wrong.is_empty() { Ok(values) } else { Err(wrong) }
    }

    fn path(&self, name: &str) -> String {
        format!("$.data[{}].{name}", self.index)
    }

    /// INVALID_DATA for a field; `more` are the details that come before its name.
    fn refuse(&self, name: &str, more: Value) -> Refusal {
        let mut details = match more {
            Value::Object(more) => more,
            _ => Map::new(),
        };
        details.insert("api_name".into(), json!(name));
        details.insert("json_path".into(), json!(self.path(name)));
        Refusal::invalid_data(Value::Object(details))
    }

    fn value(&self, field: &Field, value: &Value) -> Result<Value, Refusal> {
        let expected = |kind: &str| self.refuse(&field.api_name, json!({"expected_data_type": kind}));
        if value.is_null() {
            return Ok(Value::Null);
        }
        if field.is_array {
            return self.list(field, value);
        }
        match field.data_type.as_str() {
            "text" | "textarea" | "email" | "phone" | "website" | "picklist" => {
                let text = value.as_str().ok_or_else(|| expected(&field.data_type))?;
                self.text(field, text)
            }
            "boolean" => value.as_bool().map(Value::Bool).ok_or_else(|| expected("boolean")),
            "integer" => whole(value, 9).map(|number| json!(number)).ok_or_else(|| {
                self.refuse(&field.api_name, json!({"expected_data_type": "integer", "maximum_length": 9}))
            }),
            "bigint" | "long" => {
                let number = value.as_str().map_or_else(|| whole(value, 18), |text| text.parse().ok());
                let number = number.filter(|number: &i64| number.unsigned_abs() < 10_u64.pow(18));
                number.map(|number| json!(number.to_string())).ok_or_else(|| expected("bigint"))
            }
            "double" | "currency" | "percent" => {
                if value.is_number() {
                    Ok(value.clone())
                } else {
                    Err(expected("double"))
                }
            }
            "date" => match value.as_str() {
                Some(text) if text.len() == 10 && text.parse::<civil::Date>().is_ok() => Ok(value.clone()),
                _ => Err(expected("date")),
            },
            "datetime" => match value.as_str() {
                Some(text) if text.parse::<Timestamp>().is_ok() => Ok(value.clone()),
                _ => Err(expected("datetime")),
            },
            "ownerlookup" | "userlookup" => {
                let user = value.get("id").and_then(record_id).and_then(|id| people::by_id(&id.to_string()));
                match (value.is_object(), user) {
                    (false, _) => Err(expected("jsonobject")),
                    (true, None) => Err(self.refuse(&field.api_name, json!({}))),
                    (true, Some(user)) => Ok(user.minified()),
                }
            }
            "lookup" | "layout" | "multi_module_lookup" => {
                let Some(object) = value.as_object() else { return Err(expected("jsonobject")) };
                let Some(id) = object.get("id").and_then(record_id) else {
                    return Err(self.refuse(&field.api_name, json!({})));
                };
                let mut object = object.clone();
                object.insert("id".into(), json!(id.to_string()));
                Ok(Value::Object(object))
            }
            _ => Ok(value.clone()),
        }
    }

    fn text(&self, field: &Field, text: &str) -> Result<Value, Refusal> {
        if text.is_empty() {
            return Ok(Value::Null);
        }
        if let Some(length) = field.length.filter(|length| text.chars().count() > *length) {
            return Err(self.refuse(&field.api_name, json!({"maximum_length": length})));
        }
        let well_formed = match field.data_type.as_str() {
            "email" => is_email(text),
            "phone" => is_phone(text),
            "website" => is_website(text),
            "picklist" => return self.option(field, text),
            _ => true,
        };
        if well_formed {
            Ok(json!(text))
        } else {
            Err(self.refuse(&field.api_name, json!({"expected_data_type": field.data_type})))
        }
    }

    /// The display value of a picklist's option; `-None-` is how Zoho's own list spells "no value".
    fn option(&self, field: &Field, text: &str) -> Result<Value, Refusal> {
        if text == "-None-" {
            return Ok(Value::Null);
        }
        let listed = |pick: &&super::fields::Pick| pick.used || self.picklist != Picklist::UsedOnly;
        let same = |pick: &&super::fields::Pick| pick.display == text || pick.actual == text;
        match field.picks.iter().filter(listed).find(same) {
            Some(pick) => Ok(json!(pick.display)),
            None if self.picklist == Picklist::Anything => Ok(json!(text)),
            None => {
                let supported: Vec<&str> = field.picks.iter().filter(listed).map(|p| p.display.as_str()).collect();
                Err(self.refuse(&field.api_name, json!({"supported_values": supported})))
            }
        }
    }

    fn list(&self, field: &Field, value: &Value) -> Result<Value, Refusal> {
        let expected = |kind: &str| self.refuse(&field.api_name, json!({"expected_data_type": kind}));
        let items = value.as_array().ok_or_else(|| expected("jsonarray"))?;
        match field.data_type.as_str() {
            "multiselectpicklist" => items
                .iter()
                .map(|item| self.option(field, item.as_str().ok_or_else(|| expected("string"))?))
                .filter(|item| !matches!(item, Ok(Value::Null)))
                .collect::<Result<Vec<_>, _>>()
                .map(Value::Array),
            "text" => tags(items).map(Value::Array).ok_or_else(|| expected("jsonobject")),
            "fileupload" | "imageupload" if field.length.is_some_and(|most| items.len() > most) => {
                Err(self.refuse(&field.api_name, json!({"maximum_length": field.length})))
            }
            _ => Ok(value.clone()),
        }
    }
}

/// The most tags that one request puts on a contact.
const MAX_TAGS: usize = 100;

/// Tags as they are kept: each name once, in the order given. `None` when one is no object with a name, or there are
/// too many.
pub(super) fn tags(items: &[Value]) -> Option<Vec<Value>> {
    if items.len() > MAX_TAGS {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for item in items {
        let name = item.get("name")?.as_str()?.trim();
        if !name.is_empty() && !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    Some(names.into_iter().map(|name| json!({"name": name, "color_code": null})).collect())
}

fn whole(value: &Value, digits: u32) -> Option<i64> {
    value.as_i64().filter(|number| number.unsigned_abs() < 10_u64.pow(digits))
}

fn is_email(text: &str) -> bool {
    let form = EmailForm::default().without_display_text().without_domain_literal().with_required_tld();
    EmailAddress::parse_with_options(text, form).is_ok()
}

/// 3 to 50 characters: digits and the punctuation that people write between them.
fn is_phone(text: &str) -> bool {
    let length = text.chars().count();
    (3..=50).contains(&length)
        && text.chars().any(|letter| letter.is_ascii_digit())
        && text.chars().all(|letter| letter.is_ascii_digit() || " +-().,/;:#*".contains(letter))
}

fn is_website(text: &str) -> bool {
    let address = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let named = |url: &url::Url| {
        matches!(url.scheme(), "http" | "https" | "ftp")
            && url.host_str().is_some_and(|host| host.trim_matches('.').contains('.'))
    };
    !text.contains(char::is_whitespace) && url::Url::parse(&address).is_ok_and(|url| named(&url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::fields;

    fn built_in() -> &'static Module {
        static MODULE: std::sync::LazyLock<Module> =
            std::sync::LazyLock::new(|| Module::parse(fields::BUILT_IN).unwrap());
        &MODULE
    }

    fn judged(input: Value, picklist: Picklist) -> Result<Value, Vec<(&'static str, Value)>> {
        let judge = Judge { module: built_in(), picklist, refuse_unwritable: false, index: 0 };
        let mut input = input.as_object().unwrap().clone();
        input.entry("Last_Name").or_insert(json!("X"));
        judge
            .values(&input, Act::Create)
            .map(|mut values| {
                values.remove("Last_Name");
                Value::Object(values)
            })
            .map_err(|all| all.into_iter().map(|one| (one.code, one.details)).collect())
    }

    #[test]
    fn accepted_values() {
        for input in [
            json!({"Email": "o'brien+x@example.co.uk"}),
            json!({"Phone": "+1 (555) 010-0199"}),
            json!({"LinkedIn_Profile": "www.example.com/in/x"}),
            json!({"Description": "line one\n\tline two \u{1f600}"}),
            json!({"Lead_Source": "Cold Call"}),
            json!({"Plan_Tier": "Legacy Gold"}),
            json!({"Interests": ["Billing", "Telephony"]}),
            json!({"Old_CRM_Notes": "values for unused fields are stored"}),
            json!({"Seat_Count": 999_999_999}),
            json!({"Legacy_Account_Number": "123456789012345678"}),
            json!({"VIP_Customer": true}),
            json!({"Renewal_Date": "2026-11-30"}),
            json!({"Last_Chat_At": "2026-11-30T10:00:00+01:00"}),
            json!({"Account_Name": {"id": "5551234000000700001"}}),
            json!({"Annual_Budget": 12.5}),
            json!({"Title": null}),
        ] {
            assert_eq!(judged(input.clone(), Picklist::Listed), Ok(input));
        }
    }

    #[test]
    fn refused_values() {
        for (input, detail, is) in [
            (json!({"Email": "not an email"}), "expected_data_type", json!("email")),
            (json!({"Email": 5}), "expected_data_type", json!("email")),
            (json!({"Phone": "() Not provided."}), "expected_data_type", json!("phone")),
            (json!({"Phone": "12"}), "expected_data_type", json!("phone")),
            (json!({"LinkedIn_Profile": "not a site"}), "expected_data_type", json!("website")),
            (json!({"First_Name": "é".repeat(41)}), "maximum_length", json!(40)),
            (json!({"Seat_Count": "1-2 People"}), "expected_data_type", json!("integer")),
            (json!({"Seat_Count": 1_000_000_000}), "maximum_length", json!(9)),
            (json!({"VIP_Customer": "yes"}), "expected_data_type", json!("boolean")),
            (json!({"Interests": "Billing"}), "expected_data_type", json!("jsonarray")),
            (json!({"Account_Name": "Acme"}), "expected_data_type", json!("jsonobject")),
            (json!({"Lead_Source": "Skywriting"}), "json_path", json!("$.data[0].Lead_Source")),
            (json!({"Renewal_Date": "30/11/2026"}), "expected_data_type", json!("date")),
        ] {
            let wrong = judged(input.clone(), Picklist::Listed).unwrap_err();
            let [(code, details)] = wrong.as_slice() else { panic!("one error for {input}, not {wrong:?}") };
            assert_eq!((*code, &details[detail]), ("INVALID_DATA", &is), "{input}");
        }
    }

    #[test]
    fn picklists_are_as_strict_as_they_are_set() {
        let unused = json!({"Plan_Tier": "Legacy Gold"});
        let unknown = json!({"Plan_Tier": "Platinum"});
        assert!(judged(unused, Picklist::UsedOnly).is_err());
        assert_eq!(judged(unknown.clone(), Picklist::Anything), Ok(unknown));
        assert_eq!(judged(json!({"Plan_Tier": "plan_growth"}), Picklist::Listed), Ok(json!({"Plan_Tier": "Growth"})));
        assert_eq!(judged(json!({"Plan_Tier": "-None-"}), Picklist::Listed), Ok(json!({"Plan_Tier": null})));
    }

    #[test]
    fn what_cannot_be_written_is_left_out() {
        assert_eq!(judged(json!({"Full_Name": "A B", "Shoe_Size": 44, "$x": 1}), Picklist::Listed), Ok(json!({})));
        assert_eq!(
            judged(json!({"Full_Name": "A B", "Last_Name": " "}), Picklist::Listed).unwrap_err()[0].0,
            "MANDATORY_NOT_FOUND"
        );
    }

    proptest::proptest! {
        #[test]
        fn text_is_stored_as_sent_or_refused(text in "\\PC{0,60}|[ -~\n\t]{0,60}|[a-z]{1,8}@[a-z.]{1,12}") {
            for name in ["First_Name", "Description", "Email", "Phone", "LinkedIn_Profile", "Locale_Code"] {
                let length = built_in().field(name).unwrap().length.unwrap();
                match judged(json!({ name: text }), Picklist::Listed) {
                    Ok(stored) if text.is_empty() => proptest::prop_assert_eq!(&stored[name], &Value::Null),
                    Ok(stored) => {
                        proptest::prop_assert_eq!(&stored[name], &json!(text));
                        proptest::prop_assert!(text.chars().count() <= length);
                    }
                    Err(wrong) => proptest::prop_assert_eq!(wrong[0].0, "INVALID_DATA"),
                }
            }
        }
    }

    #[test]
    fn several_errors_are_all_told() {
        let wrong = judged(json!({"Email": "x", "Phone": "y"}), Picklist::Listed).unwrap_err();
        assert_eq!(wrong.len(), 2);
    }
}
