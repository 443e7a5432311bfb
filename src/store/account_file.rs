//! `accounts.toml`: what is not secret about the connected accounts. Must not know tokens, nor where the file is.

use std::path::Path;

use toml::de::DeTable;
use toml_edit::{Array, DocumentMut, InlineTable, TableLike, Value};
use url::Url;

use super::document::Document;
use super::environment::variable_part;
use super::files::is_file_name;
use super::reader::{Reader, Section};
use super::rows::{put, put_text, row_ids, sync_rows};
use crate::domain::account::{Account, Organisation};
use crate::domain::credits::{LOWER_THE_FLOOR, doubt_of_floor};

const KEYS: &[&str] = &[
    "id",
    "label",
    "data_center",
    "accounts_url",
    "api_url",
    "client_id",
    "organisation",
    "user",
    "scopes",
    "allow_custom_host",
    "credits_floor",
];

/// What people may write here and must not.
const SECRETS: &[&str] = &["client_secret", "refresh_token", "access_token", "grant_token"];

const DATA_CENTERS: &[(&str, Option<&str>)] = &[
    ("us", Some("us")),
    ("eu", Some("eu")),
    ("in", Some("in")),
    ("au", Some("au")),
    ("jp", Some("jp")),
    ("cn", Some("cn")),
    ("ca", Some("ca")),
    ("sa", Some("sa")),
];

/// The accounts of the file, and the sandbox, which is always there.
impl Document for Vec<Account> {
    fn read(_: &Path, root: &Section<'_>, reader: &mut Reader) -> Self {
        reader.known(root, &["account"]);
        let empty = DeTable::default();
        let mut accounts: Self = Vec::new();
        for section in reader.tables(root, "account", &empty) {
            let account = read_account(&section, reader);
            if !account.id.is_empty() && accounts.iter().any(|a| a.id == account.id) {
                let what = format!("the account `{}` is listed twice", account.id);
                reader.complain("duplicate_account", section.at("id"), what, "keep one of them, or change its id");
            }
            let alike = |a: &&Account| a.id != account.id && variable_part(&a.id) == variable_part(&account.id);
            if let Some(other) = accounts.iter().find(alike).filter(|_| !account.id.is_empty()) {
                let what = format!(
                    "the accounts `{}` and `{}` read the same variables of the environment, ASTRA_ZOHO_..._{}",
                    other.id,
                    account.id,
                    variable_part(&account.id)
                );
                reader.doubt("alike_accounts", section.at("id"), what, "rename one of them, here and in its actions");
            }
            accounts.push(account);
        }
        if !accounts.iter().any(Account::is_sandbox) {
            accounts.insert(0, Account::sandbox());
        }
        accounts
    }

    fn write(&self, old: Option<&Self>, document: &mut DocumentMut) {
        let root = document.as_table_mut();
        let listed = row_ids(root, "account", "id");
        let plain = Account::sandbox();
        let rows = |accounts: &Self| -> Self {
            accounts.iter().filter(|a| listed.contains(&a.id) || **a != plain).cloned().collect()
        };
        let (was, new) = (old.map(rows).unwrap_or_default(), rows(self));
        if was != new {
            sync_rows(root, "account", "id", &was, &new, |a| &a.id, write_account);
        }
    }
}

fn read_account(section: &Section<'_>, reader: &mut Reader) -> Account {
    let fix = "delete it here, and give it to `astra-zoho account add`, which keeps it apart; where others saw it, make a new one in Zoho";
    reader.known_without_secrets(section, KEYS, SECRETS, fix);
    let id = reader.required(section, "id", "\"...\", a short name for actions and commands");
    if !id.is_empty() && !is_file_name(&id) {
        let fix = "use letters, digits, `-`, `_` and `.`";
        reader.complain("bad_id", section.at("id"), format!("`{id}` cannot be an account's id"), fix);
    }
    let label = reader.text(section, "label").filter(|l| !l.trim().is_empty()).unwrap_or_else(|| label_of(&id));
    let account = Account {
        label,
        data_center: reader.choice(section, "data_center", DATA_CENTERS).map(str::to_owned),
        accounts_url: origin(section, "accounts_url", reader),
        api_url: origin(section, "api_url", reader),
        client_id: reader.text(section, "client_id").unwrap_or_default(),
        organisation: read_organisation(section, reader),
        user: reader.text(section, "user"),
        scopes: reader.texts(section, "scopes"),
        allow_custom_host: reader.flag(section, "allow_custom_host", false),
        credits_floor: floor(section, reader),
        id,
    };
    let edition = account.organisation.as_ref().and_then(|o| o.edition.as_deref());
    if let Some(what) = account.credits_floor.and_then(|floor| doubt_of_floor(floor, edition)) {
        reader.doubt("high_floor", section.at("credits_floor"), what, LOWER_THE_FLOOR);
    }
    let nowhere =
        !section.table.contains_key("data_center") && (account.accounts_url.is_empty() || account.api_url.is_empty());
    let complained = section.table.contains_key("accounts_url") && section.table.contains_key("api_url");
    if nowhere && !complained && !account.is_sandbox() {
        let what = format!("the account `{}` does not say where its Zoho is", account.id);
        let fix = "write data_center = \"us\" (or eu, in, au, jp, cn, ca, sa), or accounts_url and api_url";
        reader.complain("no_server", section.place.clone(), what, fix);
    }
    account
}

fn floor(section: &Section<'_>, reader: &mut Reader) -> Option<u64> {
    let value = section.table.get("credits_floor")?;
    let number = value.get_ref().as_integer().and_then(|n| u64::from_str_radix(n.as_str(), n.radix()).ok());
    if number.is_none() {
        let what = "`credits_floor` is not a number of credits";
        reader.complain("bad_value", section.at("credits_floor"), what, "write a whole number, such as 1000");
    }
    number
}

fn label_of(id: &str) -> String {
    if id == crate::domain::account::SANDBOX { Account::sandbox().label } else { id.to_owned() }
}

/// A server's address without a path; empty where missing or wrong.
fn origin(section: &Section<'_>, key: &'static str, reader: &mut Reader) -> String {
    let Some(text) = reader.text(section, key).filter(|t| !t.is_empty()) else { return String::new() };
    let plain = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    };
    match Url::parse(&text) {
        Ok(url) if plain(&url) => text.trim_end_matches('/').to_owned(),
        _ => {
            let fix = "write scheme and host alone: \"https://www.zohoapis.eu\"";
            reader.complain("bad_address", section.at(key), format!("`{key}` is not a server's address"), fix);
            String::new()
        }
    }
}

fn read_organisation(section: &Section<'_>, reader: &mut Reader) -> Option<Organisation> {
    let table = reader.table(section, "organisation", "write { id = \"...\", name = \"...\" }")?;
    reader.known(&table, &["id", "name", "edition"]);
    Some(Organisation {
        id: reader.required(&table, "id", "\"...\", Zoho's id of the organisation"),
        name: reader.text(&table, "name").unwrap_or_default(),
        edition: reader.text(&table, "edition"),
    })
}

fn write_account(table: &mut dyn TableLike, old: Option<&Account>, new: &Account) {
    if old.is_none() {
        put_text(table, "id", &new.id);
    }
    let blank = Account { label: label_of(&new.id), client_id: String::new(), ..Account::sandbox() };
    let old = old.unwrap_or(&blank);
    let mut text = |key: &str, was: Option<&str>, now: Option<&str>| match now {
        _ if was == now => {}
        Some(now) => put_text(table, key, now),
        None => drop(table.remove(key)),
    };
    let given = |s: &'_ str| if s.is_empty() { None } else { Some(s.to_owned()) };
    text("label", Some(&old.label), Some(&new.label));
    text("data_center", old.data_center.as_deref(), new.data_center.as_deref());
    text("accounts_url", given(&old.accounts_url).as_deref(), given(&new.accounts_url).as_deref());
    text("api_url", given(&old.api_url).as_deref(), given(&new.api_url).as_deref());
    text("client_id", given(&old.client_id).as_deref(), given(&new.client_id).as_deref());
    text("user", old.user.as_deref(), new.user.as_deref());
    if old.organisation != new.organisation {
        match &new.organisation {
            Some(organisation) => put(table, "organisation", organisation_value(organisation)),
            None => drop(table.remove("organisation")),
        }
    }
    if old.scopes != new.scopes {
        put(table, "scopes", Value::Array(new.scopes.iter().collect::<Array>()));
    }
    if old.credits_floor != new.credits_floor {
        match new.credits_floor.and_then(|n| i64::try_from(n).ok()) {
            Some(floor) => put(table, "credits_floor", floor.into()),
            None => drop(table.remove("credits_floor")),
        }
    }
    if old.allow_custom_host != new.allow_custom_host {
        put(table, "allow_custom_host", new.allow_custom_host.into());
    }
}

fn organisation_value(organisation: &Organisation) -> Value {
    let mut table = InlineTable::new();
    let _new = table.insert("id", organisation.id.as_str().into());
    let _new = table.insert("name", organisation.name.as_str().into());
    if let Some(edition) = &organisation.edition {
        let _new = table.insert("edition", edition.as_str().into());
    }
    Value::InlineTable(table)
}
