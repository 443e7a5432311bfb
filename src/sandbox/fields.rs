//! The fields metadata of the Contacts module, and the little that other modules have.
//!
//! Owns what a field is to the sandbox and the bodies of `/settings/fields`. Must not know records or requests.

use super::SandboxError;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// The fields metadata that the program embeds: Contacts of a made-up organisation.
pub(super) const BUILT_IN: &str = include_str!("../../samples/contacts-fields.json");

/// One option of a picklist.
#[derive(Debug, Clone)]
pub(super) struct Pick {
    pub display: String,
    pub actual: String,
    pub used: bool,
}

/// What the rules for records need of one field.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub api_name: String,
    pub data_type: String,
    pub is_array: bool,
    /// Characters for text, files for uploads; `None` where the metadata says nothing.
    pub length: Option<usize>,
    pub creatable: bool,
    pub updatable: bool,
    pub mandatory: bool,
    pub unique: bool,
    pub picks: Vec<Pick>,
}

impl Field {
    fn read(raw: &Value) -> Result<Self, String> {
        let text = |key: &str| raw.get(key).and_then(Value::as_str).map(str::to_owned);
        let flag = |value: Option<&Value>| value.and_then(Value::as_bool).unwrap_or(false);
        let api_name = text("api_name").ok_or("a field has no `api_name`")?;
        let data_type = text("data_type").ok_or_else(|| format!("field `{api_name}` has no `data_type`"))?;
        let operations = raw.get("operation_type");
        let allowed = |key: &str| !flag(raw.get("read_only")) && flag(operations.and_then(|o| o.get(key)));
        let picks = raw.get("pick_list_values").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            is_array: raw.get("json_type").and_then(Value::as_str) == Some("jsonarray"),
            length: raw.get("length").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()),
            creatable: allowed("api_create"),
            updatable: allowed("api_update"),
            mandatory: flag(raw.get("system_mandatory")),
            unique: raw.get("unique").and_then(Value::as_object).is_some_and(|unique| !unique.is_empty()),
            picks: picks.iter().filter_map(Pick::read).collect(),
            api_name,
            data_type,
        })
    }

    /// Whether equality on this field is answered from the index.
    pub fn is_indexed(&self) -> bool {
        self.unique || self.data_type == "email"
    }
}

impl Pick {
    fn read(raw: &Value) -> Option<Self> {
        let display = raw.get("display_value")?.as_str()?.to_owned();
        let actual = raw.get("actual_value").and_then(Value::as_str).unwrap_or(&display).to_owned();
        Some(Self { used: raw.get("type").and_then(Value::as_str) != Some("unused"), display, actual })
    }
}

/// The Contacts module: its fields, and the ready bodies that describe them.
#[derive(Debug)]
pub(super) struct Module {
    pub fields: Vec<Field>,
    /// The names of the fields kept in the index, sorted.
    pub indexed: Vec<String>,
    raw: Vec<Value>,
    by_name: HashMap<String, usize>,
    used: Arc<str>,
    unused: Arc<str>,
    all: Arc<str>,
}

impl Module {
    /// Reads the body of Zoho's fields answer.
    pub fn parse(text: &str) -> Result<Self, SandboxError> {
        let wrong = |why: String| SandboxError::Fields { why };
        let body: Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let Some(raw) = body.get("fields").and_then(Value::as_array) else {
            return Err(wrong("there is no array `fields`".into()));
        };
        Self::of(raw.clone()).map_err(wrong)
    }

    fn of(raw: Vec<Value>) -> Result<Self, String> {
        let fields = raw.iter().map(Field::read).collect::<Result<Vec<_>, _>>()?;
        let by_name = fields.iter().enumerate().map(|(at, field)| (field.api_name.clone(), at)).collect();
        let body = |kind: Option<&str>| -> Arc<str> {
            let chosen: Vec<&Value> = raw
                .iter()
                .filter(|field| kind.is_none_or(|kind| field.get("type").and_then(Value::as_str) == Some(kind)))
                .collect();
            json!({ "fields": chosen }).to_string().into()
        };
        let (used, unused, all) = (body(Some("used")), body(Some("unused")), body(None));
        let mut indexed: Vec<String> =
            fields.iter().filter(|field| field.is_indexed()).map(|field: &Field| field.api_name.clone()).collect();
        indexed.sort();
        Ok(Self { fields, indexed, by_name, used, unused, all, raw })
    }

    pub fn field(&self, api_name: &str) -> Option<&Field> {
        self.by_name.get(api_name).and_then(|at| self.fields.get(*at))
    }

    /// The `/settings/fields` body: `None` means that there is nothing of that type (204).
    pub fn body(&self, kind: Option<&str>) -> Option<Arc<str>> {
        let body = match kind {
            Some("used") => &self.used,
            Some("unused") => &self.unused,
            _ => &self.all,
        };
        (body.len() > r#"{"fields":[]}"#.len()).then(|| Arc::clone(body))
    }

    pub fn raw_by_id(&self, id: &str) -> Option<&Value> {
        self.raw.iter().find(|field| field.get("id").and_then(Value::as_str) == Some(id))
    }

    /// The same module after somebody removed a field. An unknown name changes nothing.
    pub fn without(&self, name: &str) -> Result<Self, String> {
        let left = |field: &&Value| field.get("api_name").and_then(Value::as_str) != Some(name);
        Self::of(self.raw.iter().filter(left).cloned().collect())
    }

    /// The same module after somebody made a field read-only. An unknown name changes nothing.
    pub fn with_read_only(&self, name: &str) -> Result<Self, String> {
        let mut raw = self.raw.clone();
        for field in raw.iter_mut().filter(|field| field.get("api_name").and_then(Value::as_str) == Some(name)) {
            if let Some(field) = field.as_object_mut() {
                field.insert("read_only".into(), json!(true));
                field.insert("field_read_only".into(), json!(true));
                let none = json!({"web_update": false, "api_create": false, "web_create": false, "api_update": false});
                field.insert("operation_type".into(), none);
            }
        }
        Self::of(raw)
    }

    /// The fields answer of another module that exists: the one field that names its records, made after Last Name.
    /// Zoho's SDKs ask for every module that a lookup names and need at least one field each.
    pub fn of_other_module(&self, module: &str) -> Option<Value> {
        let (name, label) = match module {
            "Accounts" => ("Account_Name", "Account Name"),
            "Vendors" => ("Vendor_Name", "Vendor Name"),
            "Leads" => ("Last_Name", "Last Name"),
            "Deals" => ("Deal_Name", "Deal Name"),
            "Products" => ("Product_Name", "Product Name"),
            "Campaigns" => ("Campaign_Name", "Campaign Name"),
            "Cases" | "Tasks" | "Quotes" | "Sales_Orders" | "Purchase_Orders" | "Invoices" => ("Subject", "Subject"),
            _ if self.looks_up(module) => ("Name", "Name"),
            _ => return None,
        };
        let mut field = self
            .by_name
            .get("Last_Name")
            .and_then(|at| self.raw.get(*at))
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_else(plain_text_field);
        for key in ["field_label", "display_label"] {
            field.insert(key.into(), json!(label));
        }
        field.insert("api_name".into(), json!(name));
        field.insert("id".into(), json!("5551234000000002001"));
        Some(json!({"fields": [field]}))
    }

    /// Whether a lookup, a subform or a link between records leads to the module.
    fn looks_up(&self, module: &str) -> bool {
        const PLACES: [&str; 5] = [
            "/lookup/module/api_name",
            "/associated_module/module",
            "/multiselectlookup/linking_details/module/api_name",
            "/multiselectlookup/connected_details/module/api_name",
            "/multiuserlookup/linking_details/module/api_name",
        ];
        let names = |field: &Value, place: &str| field.pointer(place).and_then(Value::as_str) == Some(module);
        self.raw.iter().any(|field| PLACES.iter().any(|place| names(field, place)))
    }
}

fn plain_text_field() -> Map<String, Value> {
    let mut field = Map::new();
    field.insert("data_type".into(), json!("text"));
    field.insert("json_type".into(), json!("string"));
    field.insert("length".into(), json!(120));
    field.insert("type".into(), json!("used"));
    field.insert("visible".into(), json!(true));
    field.insert("system_mandatory".into(), json!(true));
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_fields_say_who_may_write_what() {
        let module = Module::parse(BUILT_IN).unwrap();
        let writable = |name: &str| {
            let field = module.field(name).unwrap();
            (field.creatable, field.updatable)
        };
        assert_eq!(writable("Email"), (true, true));
        assert_eq!(writable("Full_Name"), (false, false));
        assert_eq!(writable("Intake_Channel"), (true, false));
        assert_eq!(writable("Partner_Reference"), (false, false), "read-only for this user");
        assert_eq!(writable("Owner"), (true, true), "field_read_only decides nothing");
        assert_eq!(module.indexed, ["Billing_Email", "Email", "External_System_Key", "Member_Code", "Secondary_Email"]);
    }

    #[test]
    fn types_split_the_fields() {
        let module = Module::parse(BUILT_IN).unwrap();
        let count = |kind| {
            let body: Value = serde_json::from_str(&module.body(kind).unwrap()).unwrap();
            body["fields"].as_array().unwrap().len()
        };
        assert_eq!(count(Some("used")) + count(Some("unused")), count(None));
        assert_eq!(count(None), 91);
    }

    #[test]
    fn a_field_can_go_and_become_read_only() {
        let module = Module::parse(BUILT_IN).unwrap();
        assert!(module.without("Title").unwrap().field("Title").is_none());
        let changed = module.with_read_only("Title").unwrap();
        assert!(!changed.field("Title").unwrap().creatable);
        assert!(changed.body(Some("used")).is_some());
    }

    #[test]
    fn every_module_that_a_lookup_names_has_a_field() {
        let module = Module::parse(BUILT_IN).unwrap();
        for name in ["Accounts", "Vendors", "Leads", "Deals", "Devices", "LinkingModule1", "LinkingModule2"] {
            let body = module.of_other_module(name).unwrap();
            assert!(body["fields"][0]["data_type"].is_string(), "{name}");
        }
        assert!(module.of_other_module("Nonsense").is_none());
    }
}
