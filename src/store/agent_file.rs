//! `agent.toml`: the agent's name and its Astra fields. Must not know where the file is.

use std::path::Path;

use toml::de::DeTable;
use toml_edit::{DocumentMut, TableLike};

use super::document::Document;
use super::reader::{Reader, Section};
use super::rows::{put_text, row_ids, sync_rows};
use crate::domain::field::{Agent, AstraField, AstraType, label_from_key};
use crate::domain::text::name_trouble;

const TYPES: &[(&str, AstraType)] =
    &[("text", AstraType::Text), ("email", AstraType::Email), ("phone", AstraType::Phone), ("url", AstraType::Url)];

impl Document for Agent {
    fn read(_: &Path, root: &Section<'_>, reader: &mut Reader) -> Self {
        reader.known(root, &["name", "field"]);
        let mut agent = Self::default();
        if root.table.contains_key("name") {
            agent.name = reader.required(root, "name", "\"...\", the agent's name");
        }
        let empty = DeTable::default();
        let mut seen: Vec<String> = Vec::new();
        for section in reader.tables(root, "field", &empty) {
            let field = read_field(&section, reader);
            if !field.key.is_empty() && seen.contains(&field.key) {
                let what = format!("the field `{}` is listed twice", field.key);
                reader.complain("duplicate_field", section.at("key"), what, "keep one of them");
            }
            seen.push(field.key.clone());
            match agent.fields.iter_mut().find(|f| f.built_in && f.key == field.key) {
                Some(built_in) => overlay(built_in, field, &section, reader),
                None => agent.fields.push(field),
            }
        }
        agent
    }

    fn write(&self, old: Option<&Self>, document: &mut DocumentMut) {
        let root = document.as_table_mut();
        if old.map(|o| &o.name) != Some(&self.name) {
            put_text(root, "name", &self.name);
        }
        let listed = row_ids(root, "field", "key");
        let plain = Self::default();
        let rows = |agent: &Self| -> Vec<AstraField> {
            let worth_a_row =
                |f: &&AstraField| !f.built_in || listed.contains(&f.key) || plain.field(&f.key) != Some(*f);
            agent.fields.iter().filter(worth_a_row).cloned().collect()
        };
        let (was, new) = (old.map(rows).unwrap_or_default(), rows(self));
        if was != new {
            sync_rows(root, "field", "key", &was, &new, |f| &f.key, write_field);
        }
    }
}

fn read_field(section: &Section<'_>, reader: &mut Reader) -> AstraField {
    reader.known(section, &["key", "label", "type", "description"]);
    let key = reader.required(section, "key", "\"...\", a name of a-z, 0-9 and _");
    let formed = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !key.is_empty() && !formed {
        let fix = "begin with a letter a-z and go on with a-z, 0-9 and _";
        reader.complain("bad_key", section.at("key"), format!("`{key}` cannot be a field's key"), fix);
    }
    let label = reader.text(section, "label").filter(|l| !l.trim().is_empty());
    if let Some((what, fix)) = label.as_deref().and_then(name_trouble) {
        reader.doubt("odd_label", section.at("label"), format!("the label: {what}"), fix);
    }
    AstraField {
        label: label.unwrap_or_else(|| label_from_key(&key)),
        kind: reader.choice(section, "type", TYPES),
        description: reader.text(section, "description").unwrap_or_default(),
        built_in: false,
        key,
    }
}

/// A built-in field takes another label and description, and nothing else.
fn overlay(built_in: &mut AstraField, listed: AstraField, section: &Section<'_>, reader: &mut Reader) {
    if section.table.contains_key("type") && listed.kind != built_in.kind {
        let what = format!("the type of the built-in field `{}` cannot be changed", built_in.key);
        reader.complain("built_in_type", section.at("type"), what, "remove `type`, or choose another key");
    }
    if section.table.contains_key("label") {
        built_in.label = listed.label;
    }
    if section.table.contains_key("description") {
        built_in.description = listed.description;
    }
}

fn write_field(table: &mut dyn TableLike, old: Option<&AstraField>, new: &AstraField) {
    if old.is_none() {
        put_text(table, "key", &new.key);
    }
    // what the file means where it is silent
    let plain = Agent::default().field(&new.key).cloned().unwrap_or_else(|| AstraField {
        key: new.key.clone(),
        label: label_from_key(&new.key),
        kind: AstraType::default(),
        description: String::new(),
        built_in: false,
    });
    let old = old.unwrap_or(&plain);
    if old.label != new.label {
        put_text(table, "label", &new.label);
    }
    if !new.built_in && old.kind != new.kind {
        put_text(table, "type", TYPES.iter().find(|(_, k)| *k == new.kind).map_or("text", |(w, _)| w));
    }
    if old.description != new.description {
        put_text(table, "description", &new.description);
    }
}
