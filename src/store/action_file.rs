//! `actions/*.toml`: which keys an action's file has, and what they mean. Must not know where the files are.

use std::path::Path;

use toml::de::DeTable;
use toml_edit::{DocumentMut, Item, TableLike};

use super::document::Document;
use super::reader::{Reader, Section, in_file_order};
use super::rows::{put, put_map, put_text, sync_rows, table_at};
use crate::domain::action::{Action, Overwrite, Permissions, Row, State, TEMPLATE};
use crate::domain::problem::did_you_mean;

const KEYS: &[&str] = &["template", "name", "intent", "state", "offline_sync", "account", "contacts", "mapping"];
const ROW_KEYS: &[&str] = &["zoho", "astra", "default", "overwrite", "values"];
const STATES: &[(&str, State)] = &[("draft", State::Draft), ("active", State::Active)];
const OVERWRITES: &[(&str, Overwrite)] = &[("always", Overwrite::Always), ("if_empty", Overwrite::IfEmpty)];

impl Document for Action {
    fn read(path: &Path, root: &Section<'_>, reader: &mut Reader) -> Self {
        reader.known(root, KEYS);
        let template = reader.required(root, "template", &format!("\"{TEMPLATE}\""));
        if !template.is_empty() && template != TEMPLATE {
            let fix = match did_you_mean(&template, [TEMPLATE]) {
                Some(t) => format!("did you mean \"{t}\"?"),
                None => format!("the only one is \"{TEMPLATE}\""),
            };
            reader.complain("unknown_template", root.at("template"), format!("no template \"{template}\""), fix);
        }
        let name = reader.required(root, "name", "\"...\", the name people see");
        let intent = reader.required(root, "intent", "\"\"\"...\"\"\", when the agent should run the action");
        let state = reader.choice(root, "state", STATES);
        let offline_sync = reader.flag(root, "offline_sync", false);
        let account = reader.required(root, "account", "\"sandbox\", or another account's id");
        let contacts = read_permissions(root, reader);
        if !root.table.contains_key("mapping") && !reader.missing_file {
            let fix = "add a [[mapping]] for each Zoho field, Email and Last_Name at least";
            reader.complain("missing_key", root.at("mapping"), "there is no `mapping`", fix);
        }
        let empty = DeTable::default();
        let mapping = reader.tables(root, "mapping", &empty).iter().map(|s| read_row(s, reader)).collect();
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self { id, template, name, intent, state, offline_sync, account, contacts, mapping }
    }

    fn write(&self, old: Option<&Self>, document: &mut DocumentMut) {
        let root = document.as_table_mut();
        for (key, new, was) in [
            ("template", &self.template, old.map(|o| &o.template)),
            ("name", &self.name, old.map(|o| &o.name)),
            ("intent", &self.intent, old.map(|o| &o.intent)),
        ] {
            if was != Some(new) {
                put_text(root, key, new);
            }
        }
        if old.map(|o| o.state) != Some(self.state) {
            put_text(root, "state", word(STATES, self.state));
        }
        if old.map(|o| o.offline_sync) != Some(self.offline_sync) {
            put(root, "offline_sync", self.offline_sync.into());
        }
        if old.map(|o| &o.account) != Some(&self.account) {
            put_text(root, "account", &self.account);
        }
        let (new, was) = (self.contacts, old.map(|o| o.contacts));
        for (key, new, was) in [
            ("create_and_update_new", new.create_and_update_new, was.map(|w| w.create_and_update_new)),
            ("update_existing", new.update_existing, was.map(|w| w.update_existing)),
        ] {
            if was != Some(new)
                && let Some(contacts) = table_at(root, "contacts")
            {
                put(contacts, key, new.into());
            }
        }
        if old.map(|o| &o.mapping) != Some(&self.mapping) {
            let was = old.map_or(&[][..], |o| &o.mapping);
            sync_rows(root, "mapping", "zoho", was, &self.mapping, |r| &r.zoho, write_row);
        }
    }
}

fn read_permissions(root: &Section<'_>, reader: &mut Reader) -> Permissions {
    let default = Permissions::default();
    let Some(contacts) = reader.table(root, "contacts", "write [contacts] with its two settings below") else {
        return default;
    };
    reader.known(&contacts, &["create_and_update_new", "update_existing"]);
    Permissions {
        create_and_update_new: reader.flag(&contacts, "create_and_update_new", default.create_and_update_new),
        update_existing: reader.flag(&contacts, "update_existing", default.update_existing),
    }
}

fn read_row(section: &Section<'_>, reader: &mut Reader) -> Row {
    reader.known(section, ROW_KEYS);
    let zoho = reader.required(section, "zoho", "\"...\", a Zoho field's api_name");
    let astra = reader.required(section, "astra", "\"...\", an Astra field's key");
    let default = reader.text(section, "default");
    let overwrite = reader.choice(section, "overwrite", OVERWRITES);
    let mut values = Vec::new();
    if let Some(map) = reader.table(section, "values", "write a table: { captured = \"Zoho's\" }") {
        for (key, value) in in_file_order(map.table) {
            match value.as_str() {
                Some(text) => values.push((key.to_owned(), text.to_owned())),
                None => reader.wrong_type(map.at(key), key, value, "write text in quotes"),
            }
        }
    }
    Row { zoho, astra, default, overwrite, values }
}

fn write_row(table: &mut dyn TableLike, old: Option<&Row>, new: &Row) {
    if old.map(|o| &o.zoho) != Some(&new.zoho) {
        put_text(table, "zoho", &new.zoho);
    }
    if old.map(|o| &o.astra) != Some(&new.astra) {
        put_text(table, "astra", &new.astra);
    }
    let blank = Row::default();
    let old = old.unwrap_or(&blank);
    match &new.default {
        _ if old.default == new.default => {}
        Some(text) => put_text(table, "default", text),
        None => drop_key(table, "default"),
    }
    if old.overwrite != new.overwrite {
        put_text(table, "overwrite", word(OVERWRITES, new.overwrite));
    }
    if old.values != new.values {
        put_map(table, "values", &new.values);
    }
}

fn drop_key(table: &mut dyn TableLike, key: &str) {
    let _gone: Option<Item> = table.remove(key);
}

fn word<T: PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, v)| *v == value).map_or("", |(w, _)| w)
}
