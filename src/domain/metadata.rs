//! What is kept of an account's fields, and what became of them since somebody last looked. Must not know where they are
//! kept nor who asks for them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::field::{Mappability, NotMappable, Writes, ZohoField};

/// Fields told within this time are not asked for again by themselves.
const YOUNG: SignedDuration = SignedDuration::from_hours(24);

/// Fields told then are to be asked for again.
pub fn is_old(told_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(told_at) >= YOUNG
}

/// How long ago something was told: `just now`, `5 min ago`, `3 h ago`, `2 days ago`.
pub fn ago(told_at: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(told_at).as_mins().max(0);
    match (minutes, minutes / 60) {
        (0, _) => "just now".into(),
        (_, 0) => format!("{minutes} min ago"),
        (_, hours) if hours < 48 => format!("{hours} h ago"),
        (_, hours) => format!("{} days ago", hours / 24),
    }
}

/// An account's fields as they are kept between one question to Zoho and the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFields {
    /// As Zoho last told them, in its order.
    pub fields: Vec<ZohoField>,
    /// As they were when somebody last said to have seen what changed; `None` where nothing changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    baseline: Option<Vec<ZohoField>>,
}

impl KeptFields {
    /// Fields told for the first time.
    pub fn new(fields: Vec<ZohoField>) -> Self {
        Self { fields, baseline: None }
    }

    /// With what Zoho tells now. What was not acknowledged stays to be told; what became as it was before is forgotten.
    #[must_use]
    pub fn renewed(self, fields: Vec<ZohoField>) -> Self {
        let baseline = self.baseline.unwrap_or(self.fields);
        let baseline = (!changes(&baseline, &fields).is_empty()).then_some(baseline);
        Self { fields, baseline }
    }

    /// Somebody has seen what changed.
    #[must_use]
    pub fn acknowledged(self) -> Self {
        Self::new(self.fields)
    }

    /// What changed and was not acknowledged.
    pub fn changes(&self) -> Vec<FieldChange> {
        self.baseline.as_ref().map(|before| changes(before, &self.fields)).unwrap_or_default()
    }
}

/// What became of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field.
    pub api_name: String,
    /// What people call it; where it is gone, what they called it.
    pub label: String,
    /// What became of it, to be read behind its name: `is gone`, `is read-only now`.
    pub what: String,
}

/// What is different about fields that matters to a mapping, in the order of the fields before; new ones come last.
pub fn changes(before: &[ZohoField], now: &[ZohoField]) -> Vec<FieldChange> {
    let change = |f: &ZohoField, what| FieldChange { api_name: f.api_name.clone(), label: f.label.clone(), what };
    let there: BTreeMap<&str, &ZohoField> = now.iter().map(|f| (f.api_name.as_str(), f)).collect();
    let mut out: Vec<FieldChange> = before
        .iter()
        .filter_map(|old| match there.get(old.api_name.as_str()) {
            None => Some(change(old, "is gone".to_owned())),
            Some(new) => became(old, new).map(|what| change(new, what)),
        })
        .collect();
    let known: BTreeSet<&str> = before.iter().map(|f| f.api_name.as_str()).collect();
    let new = now.iter().filter(|f| f.mandatory && !known.contains(f.api_name.as_str()));
    out.extend(new.map(|f| change(f, "is new, and Zoho demands a value for it".into())));
    out
}

fn became(old: &ZohoField, new: &ZohoField) -> Option<String> {
    let mut said = Vec::new();
    if old.data_type != new.data_type {
        said.push(format!("is of type {} now, no longer {}", new.data_type, old.data_type));
    }
    match (old.mappability(), new.mappability()) {
        (Mappability::Mappable { .. }, Mappability::Not(NotMappable::ReadOnly)) => {
            said.push("is read-only now".into());
        }
        // the type was told
        (Mappability::Mappable { .. }, Mappability::Not(NotMappable::NotTextLike(_))) if !said.is_empty() => {}
        (Mappability::Mappable { .. }, Mappability::Not(why)) => said.push(format!("can no longer be mapped: {why}")),
        (Mappability::Not(_), Mappability::Mappable { .. }) => said.push("can be mapped now".into()),
        (Mappability::Mappable { writes: was }, Mappability::Mappable { writes: is }) if was != is => {
            said.push(match is {
                Writes::Always => "is written on create and on update now".into(),
                Writes::CreateOnly => "is written on create only now".into(),
                Writes::UpdateOnly => "is written on update only now".into(),
            });
        }
        _ => {}
    }
    if let (Some(was), Some(is)) = (old.length, new.length)
        && is < was
    {
        said.push(format!("takes {is} characters now, no longer {was}"));
    }
    if new.mandatory && !old.mandatory {
        said.push("must have a value now".into());
    }
    (!said.is_empty()).then(|| said.join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::field::samples::field;
    use super::*;

    fn told(changes: Vec<FieldChange>) -> Vec<String> {
        changes.into_iter().map(|c| format!("{} {}", c.label, c.what)).collect()
    }

    fn before() -> Vec<ZohoField> {
        ["Phone", "Mailing_City", "Branch", "Fax", "Title", "Old", "Skype"].map(|n| field(n, "text", 100)).into()
    }

    fn after() -> Vec<ZohoField> {
        vec![
            ZohoField { length: Some(30), mandatory: true, ..field("Phone", "text", 0) },
            field("Mailing_City", "picklist", 100),
            ZohoField { mandatory: true, ..field("Branch", "text", 100) },
            ZohoField { read_only: true, ..field("Fax", "text", 100) },
            ZohoField { json_type: "jsonobject".into(), ..field("Title", "lookup", 100) },
            ZohoField { api_update: false, ..field("Skype", "text", 200) },
            field("Hobby", "text", 20),
            ZohoField { mandatory: true, ..field("Region", "text", 20) },
        ]
    }

    #[test]
    fn what_changed_is_told_in_words() {
        assert_eq!(changes(&before(), &before()), []);
        assert_eq!(
            told(changes(&before(), &after())),
            [
                "Phone takes 30 characters now, no longer 100; must have a value now",
                "Mailing City is of type picklist now, no longer text",
                "Branch must have a value now",
                "Fax is read-only now",
                "Title is of type lookup now, no longer text",
                "Old is gone",
                "Skype is written on create only now",
                "Region is new, and Zoho demands a value for it",
            ]
        );
        let back = told(changes(&after(), &before()));
        assert!(back.iter().any(|c| c == "Fax can be mapped now"), "{back:?}");
    }

    #[test]
    fn what_was_not_acknowledged_stays_and_what_was_is_not_told_again() {
        let kept = KeptFields::new(before());
        assert_eq!(kept.clone().renewed(before()), kept);
        let changed = kept.clone().renewed(after());
        let n = changed.changes().len();
        assert_eq!(n, 8);
        let again = changed.clone().renewed(after());
        assert_eq!(again.changes().len(), n, "still not acknowledged");
        let back: KeptFields = serde_json::from_str(&serde_json::to_string(&again).unwrap()).unwrap();
        assert_eq!(back, again);
        assert_eq!(again.clone().renewed(before()).changes(), [], "it is as it was");
        let seen = again.acknowledged();
        assert_eq!((seen.changes(), seen.clone().renewed(after()).changes()), (vec![], vec![]));
        assert_eq!(seen.fields, after());
    }

    #[test]
    fn an_age_is_told_in_words() {
        let at: Timestamp = "2026-03-05T12:00:00Z".parse().unwrap();
        let after = |minutes| ago(at, at.checked_add(SignedDuration::from_mins(minutes)).unwrap());
        assert_eq!(
            [-5, 0, 1, 59, 60, 47 * 60 + 59, 48 * 60].map(after),
            ["just now", "just now", "1 min ago", "59 min ago", "1 h ago", "47 h ago", "2 days ago"]
        );
        let old = |hours| is_old(at, at.checked_add(SignedDuration::from_hours(hours)).unwrap());
        assert_eq!((old(23), old(24)), (false, true));
    }
}
