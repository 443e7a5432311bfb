//! What two states of an action differ in, part by part: an edited one and its file, or two people's. Must not know where
//! it is shown.

use super::wording;
use crate::domain::action::{Action, Overwrite, State};
use crate::domain::decide::Fields;

/// A part of an action that is as it is by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Its name.
    Name,
    /// Its intent.
    Intent,
    /// Whether it is active.
    State,
    /// Offline Sync.
    OfflineSync,
    /// The account.
    Account,
    /// The first toggle.
    Creating,
    /// The second one.
    Updating,
    /// The row of a Zoho field.
    Row(String),
    /// The order of the rows that both have.
    Order,
}

impl Part {
    /// What people call it.
    pub fn title(&self, fields: Option<&Fields>) -> String {
        match self {
            Self::Name => "Name".into(),
            Self::Intent => "Intent".into(),
            Self::State => "State".into(),
            Self::OfflineSync => "Offline Sync".into(),
            Self::Account => "Account".into(),
            Self::Creating => "Creating new contacts".into(),
            Self::Updating => "Updating existing fields".into(),
            Self::Row(zoho) => format!("Row {}", wording::label(zoho, fields)),
            Self::Order => "Order of the rows".into(),
        }
    }

    /// What it is in an action, for people.
    pub fn of(&self, action: &Action) -> String {
        let on = |yes: bool| if yes { "on" } else { "off" }.to_owned();
        match self {
            Self::Name => action.name.clone(),
            Self::Intent => action.intent.clone(),
            Self::State => if action.state == State::Active { "active" } else { "draft" }.into(),
            Self::OfflineSync => on(action.offline_sync),
            Self::Account => action.account.clone(),
            Self::Creating => on(action.contacts.create_and_update_new),
            Self::Updating => on(action.contacts.update_existing),
            Self::Row(zoho) => {
                let rows = action.mapping.iter().filter(|r| r.zoho == *zoho).map(|r| {
                    let default = r.default.as_ref().map_or_else(String::new, |d| format!(", default {d}"));
                    let blank = if r.overwrite == Overwrite::IfEmpty { ", only if blank" } else { "" };
                    let values: String = r.values.iter().map(|(from, to)| format!(", {from} = {to}")).collect();
                    format!("<- {}{default}{blank}{values}", r.astra)
                });
                let rows = rows.collect::<Vec<_>>().join("; ");
                if rows.is_empty() { "not mapped".into() } else { rows }
            }
            Self::Order => action.mapping.iter().map(|r| r.zoho.as_str()).collect::<Vec<_>>().join(", "),
        }
    }

    fn differs(&self, one: &Action, other: &Action) -> bool {
        match self {
            Self::Row(zoho) => {
                let of = |a: &Action| a.mapping.iter().filter(|r| r.zoho == *zoho).cloned().collect::<Vec<_>>();
                of(one) != of(other)
            }
            Self::Order => {
                let common = |a: &Action, b: &Action| {
                    a.mapping.iter().map(|r| r.zoho.clone()).filter(|z| b.row(z).is_some()).collect::<Vec<_>>()
                };
                common(one, other) != common(other, one)
            }
            _ => self.of(one) != self.of(other),
        }
    }
}

/// The parts in which two states of an action differ, in the order of the screen.
pub fn between(one: &Action, other: &Action) -> Vec<Part> {
    let mut parts =
        vec![Part::Name, Part::Intent, Part::State, Part::OfflineSync, Part::Account, Part::Creating, Part::Updating];
    for row in one.mapping.iter().chain(&other.mapping) {
        let part = Part::Row(row.zoho.clone());
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.push(Part::Order);
    parts.retain(|p| p.differs(one, other));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::Row;

    #[test]
    fn each_part_that_differs_is_told_once_and_no_other() {
        let rows = |names: &[&str]| names.iter().map(|n| Row::new(*n, n.to_lowercase())).collect::<Vec<_>>();
        let one = Action { mapping: rows(&["Email", "Last_Name", "Phone", "City"]), ..Action::new("a") };
        assert_eq!(between(&one, &one), []);
        let mut other = Action { name: "B".into(), offline_sync: true, ..one.clone() };
        other.contacts.update_existing = !one.contacts.update_existing;
        other.mapping = rows(&["Email", "Last_Name", "City", "Zip"]);
        other.mapping[2].default = Some("Ulm".into());
        let row = |zoho: &str| Part::Row(zoho.into());
        let wanted = [Part::Name, Part::OfflineSync, Part::Updating, row("Phone"), row("City"), row("Zip")];
        assert_eq!(between(&one, &other), wanted);
        assert_eq!(row("City").of(&other), "<- city, default Ulm");
        assert_eq!((row("Phone").of(&other), row("Phone").of(&one)), ("not mapped".into(), "<- phone".into()));
        let moved = Action { mapping: rows(&["Email", "Last_Name", "City", "Phone"]), ..one.clone() };
        assert_eq!(between(&one, &moved), [Part::Order]);
    }
}
