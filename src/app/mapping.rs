//! The mapper: what each row says of itself, what can be picked, what is suggested. Must not know keys or layers.

use super::layer::Item;
use super::msg::Heading;
use crate::domain::action::{Action, Row};
use crate::domain::decide::Fields;
use crate::domain::field::{Agent, AstraType, EMAIL, Mappability, SUMMARY, TextKind, Writes, ZohoField};
use crate::domain::fit::{fit, fit_summary};
use crate::domain::problem::{Problem, Severity, Step};
use crate::domain::run::Reason;
use crate::domain::text::is_blank;
use crate::domain::words::reason_in_words;

/// How a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Nothing to say.
    Good,
    /// The account's fields are not known.
    Unknown,
    /// It runs, and something is doubtful.
    Doubtful,
    /// The action cannot run with it.
    Broken,
}

/// A value that does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// As it was captured.
    pub value: String,
    /// What is wrong with it.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

/// Everything shown of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowView {
    /// Email or Last name.
    pub required: bool,
    /// What people call the Zoho field; its api_name where it is not known.
    pub zoho: String,
    /// Its type and length.
    pub kind: String,
    /// What people call the Astra field.
    pub astra: String,
    /// Its value at the end of the example conversation, after the value map and the default.
    pub example: Option<String>,
    /// How it stands.
    pub mark: Mark,
    /// The sentence where it is not good.
    pub sentence: Option<String>,
    /// The example's value does not fit.
    pub unfit: Option<Unfit>,
    /// It has options: default, overwrite, value map.
    pub options: bool,
}

/// A field's type and length in a few letters: `text 80`, `area 32000`.
pub fn kind_in_short(field: &ZohoField) -> String {
    let kind = match field.text_kind() {
        Some(TextKind::Textarea) => "area",
        Some(TextKind::RichText) => "rich area",
        _ => field.data_type.as_str(),
    };
    let sized = matches!(field.text_kind(), Some(k) if k != TextKind::Picklist);
    match field.length.filter(|_| sized) {
        Some(length) => format!("{kind} {length}"),
        None => kind.to_owned(),
    }
}

/// The rows of an action; `problems` are those of the same action.
pub fn rows(
    action: &Action,
    fields: Option<&Fields>,
    agent: &Agent,
    example: Option<&Heading>,
    problems: &[Problem],
) -> Vec<RowView> {
    let view = |(i, row): (usize, &Row)| {
        let field = fields.and_then(|f| f.get(&row.zoho));
        let of_row = problems.iter().filter(|p| place_of(p) == Some(i));
        let worst = of_row.max_by_key(|p| p.severity);
        let mut mark = match worst.map(|p| p.severity) {
            Some(Severity::Error) => Mark::Broken,
            Some(Severity::Warning) => Mark::Doubtful,
            None if fields.is_none() => Mark::Unknown,
            None => Mark::Good,
        };
        let mut unfit = None;
        let mut sentence = worst.map(|p| format!("{p}"));
        let captured = example.and_then(|e| e.values.get(&row.astra)).filter(|v| !is_blank(v));
        let value = captured.map(|v| mapped(row, v)).or(row.default.as_deref());
        if let (Some(field), Some(value), None) = (field, value, worst) {
            let fitted = if row.astra == SUMMARY { fit_summary(field, value) } else { fit(field, value) };
            if let Err(reason) = fitted {
                mark = Mark::Doubtful;
                let (what, fix) = left_out(field, value, reason);
                sentence = Some(format!("{what}: {fix}"));
                unfit = Some(Unfit { value: captured.map_or(value, String::as_str).to_owned(), what, fix });
            } else if field.writes() == Some(Writes::CreateOnly) {
                sentence = Some(format!("{} is written on create only: updates leave it out", field.label));
            } else if field.writes() == Some(Writes::UpdateOnly) {
                sentence = Some(format!("{} is written on update only: creates leave it out", field.label));
            }
        }
        RowView {
            required: row.is_required(),
            zoho: field.map_or_else(|| row.zoho.clone(), |f| f.label.clone()),
            kind: field.map(kind_in_short).unwrap_or_default(),
            astra: agent.field(&row.astra).map_or_else(|| row.astra.clone(), |f| f.label.clone()),
            example: value.map(str::to_owned),
            mark,
            sentence,
            unfit,
            options: *row != Row::new(&row.zoho, &row.astra),
        }
    };
    action.mapping.iter().enumerate().map(view).collect()
}

fn mapped<'a>(row: &'a Row, value: &'a str) -> &'a str {
    let wanted = value.trim().to_lowercase();
    row.values.iter().find(|(from, _)| from.trim().to_lowercase() == wanted).map_or(value, |(_, to)| to)
}

/// What is wrong, and what to do about it.
fn left_out(field: &ZohoField, value: &str, reason: Reason) -> (String, String) {
    let label = &field.label;
    match reason {
        Reason::NotInPicklist => {
            let options = field.pick_list.iter().filter(|o| o.used && o.display != "-None-").count();
            let what = format!("\"{value}\" is not one of the {options} values of {label}");
            (what, "map values (o), or it is left out of the run".into())
        }
        Reason::TooLong => {
            let length = field.length.unwrap_or_default();
            let what = format!("\"{value}\" is longer than the {length} characters of {label}");
            (what, "it is left out of the run".into())
        }
        reason => (format!("\"{value}\" is {}", reason_in_words(reason)), format!("{label} is left out of the run")),
    }
}

/// The row that a problem is about.
pub fn place_of(problem: &Problem) -> Option<usize> {
    match problem.place.as_slice() {
        [Step::Key(key), Step::Index(i), ..] if key == "mapping" => Some(*i),
        _ => None,
    }
}

/// The Zoho fields to pick from; `row`: the field that may stay.
pub fn zoho_items(list: &[ZohoField], action: &Action, row: Option<usize>) -> Vec<Item> {
    let item = |f: &ZohoField| {
        let mapped = action.mapping.iter().enumerate().any(|(i, r)| r.zoho == f.api_name && Some(i) != row);
        let mut note = kind_in_short(f);
        for (yes, word) in [(f.custom, "custom"), (f.mandatory, "mandatory"), (f.unique, "unique")] {
            if yes {
                note.push_str(" · ");
                note.push_str(word);
            }
        }
        let reason = match f.mappability() {
            _ if mapped => Some("mapped already".to_owned()),
            Mappability::Not(why) => Some(why.to_string()),
            Mappability::Mappable { writes } => {
                match writes {
                    Writes::CreateOnly => note.push_str(" · create only"),
                    Writes::UpdateOnly => note.push_str(" · update only"),
                    Writes::Always => {}
                }
                None
            }
        };
        Item { key: f.api_name.clone(), label: f.label.clone(), note, reason, mapped, ..Item::default() }
    };
    list.iter().map(item).collect()
}

/// The Astra fields to pick from, and the line that creates one.
pub fn astra_items(agent: &Agent, action: &Action, example: Option<&Heading>) -> Vec<Item> {
    let kind = |k: AstraType| match k {
        AstraType::Text => "text",
        AstraType::Email => "email",
        AstraType::Phone => "phone",
        AstraType::Url => "url",
    };
    let fields = agent.fields.iter().map(|f| {
        let mut note = kind(f.kind).to_owned();
        if !f.built_in {
            note.push_str(" · yours");
        }
        if let Some(value) = example.and_then(|e| e.values.get(&f.key)) {
            note.push_str(" · ");
            note.push_str(value);
        }
        let mapped = action.mapping.iter().any(|r| r.astra == f.key);
        Item { key: f.key.clone(), label: f.label.clone(), note, mapped, ..Item::default() }
    });
    let create = Item { label: "Create new Astra field".into(), creates: true, ..Item::default() };
    fields.chain([create]).collect()
}

/// The Astra field that most likely feeds a Zoho field: what is suggested for it, else nothing.
pub fn likely(field: &ZohoField, action: &Action, agent: &Agent) -> Option<String> {
    let others: Vec<Row> = action.mapping.iter().filter(|r| r.zoho != field.api_name).cloned().collect();
    let found = crate::domain::mapping::suggestions(&others, std::slice::from_ref(field), agent);
    found.into_iter().next().map(|r| r.astra).or_else(|| (field.api_name == EMAIL).then(|| "email".to_owned()))
}
