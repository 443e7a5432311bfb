//! Edits of an agent's fields, each with its inverse, and where a field is mapped. Must not know files or keys.

use super::action::Action;
use super::field::{Agent, AstraField};

/// One edit of the fields. Other fields may have been changed by others meanwhile: an edit touches its own field alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldEdit {
    /// Puts a field in at an index, behind the built-in ones.
    Add(usize, AstraField),
    /// Another label, type or description; the key stays, for rows and files name it.
    Change {
        /// As it was when the editing began.
        was: AstraField,
        /// As it is to be.
        now: AstraField,
    },
    /// Takes a field out that is as it was when that was decided.
    Remove(AstraField),
}

/// Why an edit is refused; the fields are as before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldRefused {
    /// Two fields cannot share a key.
    #[error("the agent has a field `{0}` already: choose another key")]
    KeyTaken(String),
    /// A built-in field is always there, with its key and its type.
    #[error("`{0}` is built in: only its label and its description can be changed")]
    BuiltIn(String),
    /// Somebody else changed it meanwhile; holds what it is now, `None` where it is gone.
    #[error("somebody else changed this field meanwhile: look at it again")]
    Changed(Option<Box<AstraField>>),
    /// An action takes its value from it.
    #[error("{0}: map those rows to another field first")]
    Mapped(String),
}

/// Applies an edit and gives the edit that undoes it.
///
/// # Errors
/// The field is not as the edit takes it to be, or the edit would break a rule.
pub fn apply(agent: &mut Agent, edit: FieldEdit) -> Result<FieldEdit, FieldRefused> {
    let place = |agent: &Agent, key: &str| agent.fields.iter().position(|f| f.key == key);
    let unchanged = |agent: &Agent, was: &AstraField| match place(agent, &was.key) {
        Some(i) if agent.fields[i] == *was => Ok(i),
        Some(i) => Err(FieldRefused::Changed(Some(Box::new(agent.fields[i].clone())))),
        None => Err(FieldRefused::Changed(None)),
    };
    match edit {
        FieldEdit::Add(at, field) => {
            if place(agent, &field.key).is_some() {
                return Err(FieldRefused::KeyTaken(field.key));
            }
            let built_in = agent.fields.iter().take_while(|f| f.built_in).count();
            agent.fields.insert(at.clamp(built_in, agent.fields.len()), field.clone());
            Ok(FieldEdit::Remove(field))
        }
        FieldEdit::Change { was, now } => {
            let i = unchanged(agent, &was)?;
            let same = now.key == was.key && now.built_in == was.built_in;
            if !same || was.built_in && now.kind != was.kind {
                return Err(FieldRefused::BuiltIn(was.key));
            }
            agent.fields[i] = now.clone();
            Ok(FieldEdit::Change { was: now, now: was })
        }
        FieldEdit::Remove(field) => {
            if field.built_in {
                return Err(FieldRefused::BuiltIn(field.key));
            }
            let i = unchanged(agent, &field)?;
            Ok(FieldEdit::Add(i, agent.fields.remove(i)))
        }
    }
}

/// The rows that take their value from a field: the action's name, the row from 1, the Zoho field's api_name.
pub fn mapped_in<'a>(
    actions: impl IntoIterator<Item = &'a Action>,
    key: &str,
) -> impl Iterator<Item = (&'a str, usize, &'a str)> {
    actions.into_iter().flat_map(move |action| {
        let rows = (1..).zip(&action.mapping).filter(move |(_, row)| row.astra == key);
        rows.map(|(n, row)| (action.name.as_str(), n, row.zoho.as_str()))
    })
}

/// The same in a sentence's half: `Plan is mapped in Save contact, row 7 (Plan_Tier)`; `None` where it is mapped nowhere.
pub fn mapped_in_words<'a>(actions: impl IntoIterator<Item = &'a Action>, field: &AstraField) -> Option<String> {
    const NAMED: usize = 3;
    let places: Vec<_> = mapped_in(actions, &field.key).collect();
    let named = places.iter().take(NAMED).map(|(action, row, zoho)| format!("{action}, row {row} ({zoho})"));
    let named = named.collect::<Vec<_>>().join("; ");
    match places.len() {
        0 => None,
        n if n > NAMED => Some(format!("{} is mapped in {named} and {} more", field.label, n - NAMED)),
        _ => Some(format!("{} is mapped in {named}", field.label)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::Row;
    use crate::domain::field::AstraType;

    fn plan() -> AstraField {
        AstraField { key: "plan".into(), label: "Plan".into(), ..AstraField::default() }
    }

    #[test]
    fn every_edit_is_undone_by_its_inverse() {
        let mut agent = Agent::default();
        let fresh = agent.clone();
        let remove = apply(&mut agent, FieldEdit::Add(0, plan())).unwrap();
        assert_eq!(agent.fields.last(), Some(&plan()), "behind the built-in ones");
        let with = agent.clone();
        let now = AstraField { label: "Tier".into(), kind: AstraType::Url, ..plan() };
        let back = apply(&mut agent, FieldEdit::Change { was: plan(), now: now.clone() }).unwrap();
        assert_eq!(agent.field("plan"), Some(&now));
        apply(&mut agent, back).unwrap();
        assert_eq!(agent, with);
        let add = apply(&mut agent, remove).unwrap();
        assert_eq!(agent, fresh);
        apply(&mut agent, add).unwrap();
        assert_eq!(agent, with);
    }

    #[test]
    fn what_somebody_else_changed_is_not_overwritten() {
        let mut agent = Agent::default();
        apply(&mut agent, FieldEdit::Add(99, plan())).unwrap();
        assert_eq!(apply(&mut agent, FieldEdit::Add(99, plan())), Err(FieldRefused::KeyTaken("plan".into())));
        let seen = AstraField { description: "older".into(), ..plan() };
        let theirs = FieldRefused::Changed(Some(Box::new(plan())));
        assert_eq!(apply(&mut agent, FieldEdit::Remove(seen.clone())), Err(theirs.clone()));
        assert_eq!(apply(&mut agent, FieldEdit::Change { was: seen.clone(), now: seen.clone() }), Err(theirs));
        apply(&mut agent, FieldEdit::Remove(plan())).unwrap();
        let gone = FieldRefused::Changed(None);
        assert_eq!(apply(&mut agent, FieldEdit::Change { was: seen.clone(), now: seen }), Err(gone));
    }

    #[test]
    fn built_in_fields_keep_key_and_type() {
        let mut agent = Agent::default();
        let email = agent.field("email").unwrap().clone();
        let refused = Err(FieldRefused::BuiltIn("email".into()));
        assert_eq!(apply(&mut agent, FieldEdit::Remove(email.clone())), refused);
        let now = AstraField { kind: AstraType::Url, ..email.clone() };
        assert_eq!(apply(&mut agent, FieldEdit::Change { was: email.clone(), now }), refused);
        let now = AstraField { label: "Mail".into(), ..email.clone() };
        apply(&mut agent, FieldEdit::Change { was: email, now }).unwrap();
        assert_eq!(agent.field("email").unwrap().label, "Mail");
    }

    #[test]
    fn where_a_field_is_mapped_is_said() {
        let mut action = Action { name: "Save".into(), ..Action::new("a") };
        assert_eq!(mapped_in_words([&action], &plan()), None);
        action.mapping = ["A", "B", "C", "D"].map(|zoho| Row::new(zoho, "plan")).to_vec();
        action.mapping[1].astra = "email".into();
        let words = mapped_in_words([&action], &plan()).unwrap();
        assert_eq!(words, "Plan is mapped in Save, row 1 (A); Save, row 3 (C); Save, row 4 (D)");
        let words = mapped_in_words([&action, &action], &plan()).unwrap();
        assert!(words.ends_with("row 4 (D) and 3 more"), "{words}");
    }
}
