//! How two JSON values of a record compare, for COQL and for search criteria alike.
//!
//! Zoho's wire has ids and big integers as strings of digits, times as text with an offset, lookups as objects with an
//! id, and multi-select picklists and tags as arrays.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Value};

/// The value at a path: dots lead into lookups. Null, blank text, an empty array and what is not there are all none.
pub(super) fn at<'a>(record: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut steps = path.split('.');
    let mut held = record.get(steps.next()?)?;
    for step in steps {
        held = held.as_object()?.get(step)?;
    }
    match held {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::Array(entries) if entries.is_empty() => None,
        held => Some(held),
    }
}

/// The entries of an array; any other value alone.
pub(super) fn entries(held: &Value) -> std::slice::Iter<'_, Value> {
    match held {
        Value::Array(entries) => entries.iter(),
        held => std::slice::from_ref(held).iter(),
    }
}

/// The value as text: of a lookup its id, of a tag its name.
pub(super) fn text(held: &Value) -> Option<Cow<'_, str>> {
    match held {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Value::Object(object) => {
            object.get("id").or_else(|| object.get("name")).and_then(Value::as_str).map(Cow::Borrowed)
        }
        Value::Null | Value::Array(_) => None,
    }
}

/// How `held` stands to a value given as text; none when the two cannot be compared.
pub(super) fn compare_to_text(held: &Value, given: &str) -> Option<Ordering> {
    match held {
        Value::Number(number) => compare_numbers(&number.to_string(), given),
        Value::String(held) => Some(
            compare_times(held, given)
                .or_else(|| compare_numbers(held, given))
                .unwrap_or_else(|| held.as_str().cmp(given)),
        ),
        Value::Bool(flag) => Some(flag.cmp(&given.to_lowercase().parse().ok()?)),
        Value::Object(object) => {
            let named = [object.get("id"), object.get("name")].into_iter().flatten().filter_map(Value::as_str);
            let orders: Vec<Ordering> = named.map(|held| held.cmp(given)).collect();
            orders.iter().find(|order| order.is_eq()).or_else(|| orders.first()).copied()
        }
        Value::Null | Value::Array(_) => None,
    }
}

/// The order of two values of one column: nothing, then numbers, then times, then text. A total order, as sorting needs.
pub(super) fn compare(a: Option<&Value>, b: Option<&Value>, case_sensitive: bool) -> Ordering {
    match (Place::of(a), Place::of(b)) {
        (Place::Number(a, whole_a), Place::Number(b, whole_b)) => a.total_cmp(&b).then(whole_a.cmp(&whole_b)),
        (Place::Time(a), Place::Time(b)) => a.cmp(&b),
        (Place::Text(a), Place::Text(b)) if case_sensitive => a.cmp(&b),
        (Place::Text(a), Place::Text(b)) => a.to_lowercase().cmp(&b.to_lowercase()),
        (a, b) => a.rank().cmp(&b.rank()),
    }
}

enum Place<'a> {
    Nothing,
    /// Also as a whole number: ids have more digits than a double.
    Number(f64, i128),
    Time(Timestamp),
    Text(Cow<'a, str>),
}

impl<'a> Place<'a> {
    fn of(held: Option<&'a Value>) -> Self {
        let Some(text) = held.and_then(text) else { return Self::Nothing };
        if let Ok(whole) = text.parse::<i128>() {
            return Self::Number(whole as f64, whole);
        }
        if let Some(Value::Number(number)) = held
            && let Some(double) = number.as_f64()
        {
            return Self::Number(double, double as i128);
        }
        time(&text).map_or(Self::Text(text), Self::Time)
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Number(..) => 1,
            Self::Time(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

/// The order of two texts that are both times; none when one is not.
pub(super) fn compare_times(a: &str, b: &str) -> Option<Ordering> {
    Some(time(a)?.cmp(&time(b)?))
}

/// A time with its offset. Parsed only where it looks like one: this runs for every record.
fn time(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let looks = bytes.len() >= 16 && bytes[4] == b'-' && matches!(bytes[10], b'T' | b't' | b' ');
    if looks { text.parse().ok() } else { None }
}

fn compare_numbers(a: &str, b: &str) -> Option<Ordering> {
    compare_integers(a, b).or_else(|| a.parse::<f64>().ok()?.partial_cmp(&b.parse().ok()?))
}

/// Exact where a double is not: ids have 19 digits.
fn compare_integers(a: &str, b: &str) -> Option<Ordering> {
    Some(a.parse::<i128>().ok()?.cmp(&b.parse().ok()?))
}
