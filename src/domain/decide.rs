//! The decision table: (action, attributes, contact, provenance) -> what is written, and by which rule.
//!
//! Owns the rules of "create or update contact". Must not know how a contact is looked up or written, nor when.

use std::collections::BTreeMap;

use super::action::{Action, Overwrite, Row};
use super::contact::Contact;
use super::field::{EMAIL, LAST_NAME, SUMMARY, Writes, ZohoField};
use super::fit::{Fitted, fit, fit_summary};
use super::run::{Change, LeftOut, Outcome, Reason, Rule};
use super::text::{email_key, non_blank};
use super::trace::Case;

/// The values of Astra fields at a moment, by key. A blank value is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Attributes(BTreeMap<String, String>);

impl Attributes {
    /// Puts a value in, trimmed; a blank one is left out.
    pub fn set(&mut self, key: &str, value: &str) {
        if let Some(v) = non_blank(value) {
            self.0.insert(key.to_owned(), v.to_owned());
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut out = Self::default();
        for (k, v) in pairs {
            out.set(k.as_ref(), v.as_ref());
        }
        out
    }
}

/// The organisation's fields by api_name.
#[derive(Debug, Clone, Default)]
pub struct Fields(BTreeMap<String, ZohoField>);

impl Fields {
    /// The field with this api_name.
    pub fn get(&self, api_name: &str) -> Option<&ZohoField> {
        self.0.get(api_name)
    }

    /// All of them, by api_name.
    pub fn iter(&self) -> impl Iterator<Item = &ZohoField> {
        self.0.values()
    }
}

impl FromIterator<ZohoField> for Fields {
    fn from_iter<I: IntoIterator<Item = ZohoField>>(fields: I) -> Self {
        Self(fields.into_iter().map(|f| (f.api_name.clone(), f)).collect())
    }
}

/// The address by which the contact is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUp {
    /// Trimmed, as captured.
    pub typed: String,
    /// Trimmed, in lower case: as addresses are compared.
    pub key: String,
}

/// The contact found, and whether a run of this program created it.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The contact.
    pub contact: &'a Contact,
    /// It was created through Astra.
    pub ours: bool,
}

/// What a decision writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// A rule said not to.
    Nothing,
    /// A new contact.
    Create(Vec<Change>),
    /// The contact found; empty where every value already stands or was left out.
    Update(Vec<Change>),
}

/// A decision: exactly one rule, what it writes, and what it leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What the rule depended on beside the permissions.
    pub case: Case,
    /// The first line of the table that fits.
    pub rule: Rule,
    /// What is to be written.
    pub write: Write,
    /// Mapped rows that are not written, each with its reason.
    pub left_out: Vec<LeftOut>,
}

impl Decision {
    /// How the run comes out when the write succeeds.
    pub fn outcome(&self) -> Outcome {
        match &self.write {
            Write::Nothing => Outcome::Skipped,
            Write::Create(_) => Outcome::Created,
            Write::Update(changes) if changes.is_empty() => Outcome::Unchanged,
            Write::Update(_) => Outcome::Updated,
        }
    }
}

/// Decides for one action; borrows what does not change from run to run.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    /// The action.
    pub action: &'a Action,
    /// The fields of the account it writes to.
    pub fields: &'a Fields,
}

impl<'a> Decider<'a> {
    /// The address to look up; `None` where line 1 of the table applies.
    pub fn look_up(&self, attributes: &Attributes) -> Option<LookUp> {
        // also where the field is update only: it is read here, not written; and a default is nobody's address
        let row = self.action.row(EMAIL)?;
        let (field, _) = self.field(row).ok()?;
        let typed = fit_captured(row, field, captured(row, attributes)?).ok()?;
        Some(LookUp { key: email_key(&typed.text), typed: typed.text })
    }

    /// The api_names whose present values a decision needs.
    pub fn wanted(&self) -> Vec<String> {
        self.action.mapping.iter().map(|r| r.zoho.clone()).collect()
    }

    /// The decision for these attributes; `found` is what the look-up answered.
    pub fn decide(&self, attributes: &Attributes, found: Option<Found<'_>>) -> Decision {
        let case = self.case(attributes, found.as_ref());
        let rule = case.rule(self.action.contacts);
        let (write, left_out) = match (rule, found) {
            (Rule::Create, _) => {
                let (changes, left_out) = self.rows(|row| self.for_create(row, attributes).map(|to| (None, to)));
                (Write::Create(changes), left_out)
            }
            (Rule::UpdateExisting | Rule::UpdateAstraContact | Rule::SummaryOnly, Some(found)) => {
                let summary_only = rule == Rule::SummaryOnly;
                let (changes, left_out) = self.rows(|row| {
                    let current = found.contact.value(&row.zoho).filter(|v| non_blank(v).is_some());
                    let to = self.for_update(row, attributes, current, summary_only)?;
                    Ok((current.map(str::to_owned), to))
                });
                (Write::Update(changes), left_out)
            }
            _ => (Write::Nothing, self.unusable(attributes)),
        };
        Decision { case, rule, write, left_out }
    }

    fn case(&self, attributes: &Attributes, found: Option<&Found<'_>>) -> Case {
        if self.look_up(attributes).is_none() {
            return Case::NoEmail;
        }
        let summary = self.action.maps_summary() && attributes.get(SUMMARY).is_some();
        match found {
            None => {
                let named = self.action.row(LAST_NAME).is_some_and(|r| self.for_create(r, attributes).is_ok());
                if named { Case::New } else { Case::Nameless }
            }
            Some(found) => match (found.ours, summary) {
                (true, true) => Case::OursWithSummary,
                (true, false) => Case::Ours,
                (false, true) => Case::OthersWithSummary,
                (false, false) => Case::Others,
            },
        }
    }

    /// Where nothing is written: what would not have been usable is still said.
    fn unusable(&self, attributes: &Attributes) -> Vec<LeftOut> {
        let (_, mut left_out) = self.rows(|row| self.for_create(row, attributes).map(|to| (None, to)));
        left_out.retain(|l| l.reason != Reason::UpdateOnly);
        left_out
    }

    fn rows(&self, value: impl Fn(&Row) -> Result<(Option<String>, Fitted), Reason>) -> (Vec<Change>, Vec<LeftOut>) {
        let (mut changes, mut left_out) = (Vec::new(), Vec::new());
        for row in &self.action.mapping {
            let (zoho, astra) = (row.zoho.clone(), row.astra.clone());
            match value(row) {
                Ok((from, to)) => changes.push(Change { zoho, astra, from, to: to.text }),
                Err(reason) => left_out.push(LeftOut { zoho, astra, reason }),
            }
        }
        (changes, left_out)
    }

    fn field(&self, row: &Row) -> Result<(&'a ZohoField, Writes), Reason> {
        // a row whose field is broken stops the action before any run; here it can only be left out
        let field = self.fields.get(&row.zoho).ok_or(Reason::NoValue)?;
        Ok((field, field.writes().ok_or(Reason::NoValue)?))
    }

    fn for_create(&self, row: &Row, attributes: &Attributes) -> Result<Fitted, Reason> {
        let (field, writes) = self.field(row)?;
        let captured = captured(row, attributes);
        let default = row.default.as_deref().and_then(non_blank);
        if captured.is_none() && default.is_none() {
            return Err(Reason::NoValue);
        }
        if writes == Writes::UpdateOnly {
            return Err(Reason::UpdateOnly);
        }
        match (captured, default) {
            (Some(value), _) => fit_captured(row, field, value),
            (None, Some(default)) => fit(field, default),
            (None, None) => Err(Reason::NoValue),
        }
    }

    fn for_update(
        &self,
        row: &Row,
        attributes: &Attributes,
        current: Option<&str>,
        summary_only: bool,
    ) -> Result<Fitted, Reason> {
        let (field, writes) = self.field(row)?;
        let captured = captured(row, attributes);
        let default = row.default.as_deref().and_then(non_blank);
        if captured.is_none() && default.is_none() {
            return Err(Reason::NoValue);
        }
        if summary_only && (row.astra != SUMMARY || captured.is_none()) {
            return Err(Reason::Restricted);
        }
        if writes == Writes::CreateOnly {
            return Err(Reason::CreateOnly);
        }
        let (to, into_blanks_only) = match (captured, default) {
            (Some(value), _) => (fit_captured(row, field, value)?, row.overwrite == Overwrite::IfEmpty),
            (None, Some(default)) => (fit(field, default)?, true),
            (None, None) => return Err(Reason::NoValue),
        };
        match current {
            Some(current) if to.stands_in(field, current) => Err(Reason::Unchanged),
            Some(_) if into_blanks_only => Err(Reason::NotEmpty),
            _ => Ok(to),
        }
    }
}

/// The captured value after the row's value map; blank counts as none.
fn captured<'v>(row: &'v Row, attributes: &'v Attributes) -> Option<&'v str> {
    let value = attributes.get(&row.astra)?;
    let wanted = value.to_lowercase();
    let mapped = row.values.iter().find(|(from, _)| from.trim().to_lowercase() == wanted);
    non_blank(mapped.map_or(value, |(_, to)| to))
}

fn fit_captured(row: &Row, field: &ZohoField, value: &str) -> Result<Fitted, Reason> {
    if row.astra == SUMMARY { fit_summary(field, value) } else { fit(field, value) }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
