//! The `criteria` of `GET /crm/v8/Contacts/search`, and what its `email`, `phone` and `word` find.
//!
//! Owns what a search takes and what it finds in a record. Must not know how far the search index lags, nor which
//! fields there are: the server names the email and phone fields.
//!
//! Text is compared without case. `equals` and `in` find the value anywhere in text, as Zoho's does; only an id, a
//! number, a boolean and a time must be the same. A blank or absent value fits no criterion.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::value;

/// Zoho's v8 specification says 15, an older page 10.
const MAX_CRITERIA: usize = 15;
const MAX_LIST: usize = 100;
const MAX_DEPTH: usize = 64;
/// How much of the criteria an error quotes, in characters.
const MAX_QUOTED: usize = 60;
/// The fewest digits that `phone` searches by.
const MIN_PHONE_DIGITS: usize = 3;
/// The fewest characters that `word` searches by.
const MIN_WORD: usize = 2;
/// A stored number of this many digits is also found by one with a country code before it.
const MIN_WHOLE_PHONE_DIGITS: usize = 7;

/// Parsed criteria.
#[derive(Debug, Clone, PartialEq)]
pub enum Criteria {
    /// All hold.
    And(Vec<Criteria>),
    /// At least one holds.
    Or(Vec<Criteria>),
    /// One criterion.
    One {
        /// The field as written.
        field: String,
        /// What is asked of its value.
        operator: Operator,
        /// The values as given, without escapes and in lower case: one, two for `between`, up to 100 for `in`.
        values: Vec<String>,
    },
}

/// What a criterion asks of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `equals`: for text, contains.
    Equals,
    /// `not_equal`
    NotEqual,
    /// `starts_with`
    StartsWith,
    /// `in`
    In,
    /// `greater_than`
    GreaterThan,
    /// `greater_equal`
    GreaterEqual,
    /// `less_than`
    LessThan,
    /// `less_equal`
    LessEqual,
    /// `between`, both ends included
    Between,
}

impl Operator {
    const ALL: [Self; 9] = [
        Self::Equals,
        Self::NotEqual,
        Self::StartsWith,
        Self::In,
        Self::GreaterThan,
        Self::GreaterEqual,
        Self::LessThan,
        Self::LessEqual,
        Self::Between,
    ];

    /// The operator as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::NotEqual => "not_equal",
            Self::StartsWith => "starts_with",
            Self::In => "in",
            Self::GreaterThan => "greater_than",
            Self::GreaterEqual => "greater_equal",
            Self::LessThan => "less_than",
            Self::LessEqual => "less_equal",
            Self::Between => "between",
        }
    }
}

/// Criteria that Zoho would refuse.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CriteriaError {
    /// Not of the form `(field:operator:value)`, joined by `and` and `or` within brackets.
    #[error("the criteria are not of the form ((field:operator:value)and(field:operator:value)) near {near:?}")]
    Form {
        /// What stands where it goes wrong.
        near: String,
    },
    /// An operator that does not exist.
    #[error(
        "there is no operator {operator:?}; there are equals, not_equal, starts_with, in, between, greater_than, greater_equal, less_than and less_equal"
    )]
    Operator {
        /// The field asked for.
        field: String,
        /// The operator as given.
        operator: String,
    },
    /// More than 15 criteria.
    #[error("more than {MAX_CRITERIA} criteria")]
    TooMany,
    /// More than 100 values after `in`.
    #[error("more than {MAX_LIST} values for {field}")]
    TooManyValues {
        /// The field asked for.
        field: String,
    },
    /// A field that the module does not have.
    #[error("there is no field {field:?}")]
    UnknownField {
        /// The field asked for.
        field: String,
    },
}

impl CriteriaError {
    /// The HTTP status of the answer.
    pub fn status(&self) -> u16 {
        400
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let invalid = |details| ("INVALID_QUERY", "Invalid query formed", details);
        let (code, message, details) = match self {
            Self::Form { near } => invalid(json!({"reason": "invalid criteria", "near": near})),
            Self::Operator { field, operator } => {
                invalid(json!({"reason": "invalid operator found", "column_name": field, "operator": operator}))
            }
            Self::UnknownField { field } => {
                invalid(json!({"reason": "column given seems to be invalid", "column_name": field}))
            }
            Self::TooManyValues { field } => {
                ("LIMIT_EXCEEDED", "limit exceeded", json!({"api_name": field, "limit": MAX_LIST}))
            }
            Self::TooMany => {
                ("CRITERIA_LIMIT_EXCEEDED", "no of criterium that can be given exceed the limit 15", json!({}))
            }
        };
        json!({"code": code, "details": details, "message": message, "status": "error"})
    }
}

/// Reads criteria such as `((Email:equals:a@example.com)and(Last_Name:starts_with:R))`. A backslash before `(`, `)`,
/// `,` or `\` makes it a part of the value. Outer brackets may be left out.
///
/// # Errors
/// Another form, an unknown operator, or more criteria or values than Zoho takes.
pub fn parse(criteria: &str) -> Result<Criteria, CriteriaError> {
    let mut parser = Parser { text: criteria, at: 0, criteria: 0 };
    let parsed = parser.joined(0)?;
    if parser.rest().is_empty() { Ok(parsed) } else { Err(parser.error()) }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    criteria: usize,
}

impl Parser<'_> {
    /// Brackets with `and` or `or` between them; both may be mixed and then bind from left to right.
    fn joined(&mut self, depth: usize) -> Result<Criteria, CriteriaError> {
        let mut left = self.bracket(depth)?;
        loop {
            if self.take_word("and") {
                let right = self.bracket(depth)?;
                left = match left {
                    Criteria::And(mut all) => {
                        all.push(right);
                        Criteria::And(all)
                    }
                    left => Criteria::And(vec![left, right]),
                };
            } else if self.take_word("or") {
                let right = self.bracket(depth)?;
                left = match left {
                    Criteria::Or(mut any) => {
                        any.push(right);
                        Criteria::Or(any)
                    }
                    left => Criteria::Or(vec![left, right]),
                };
            } else {
                return Ok(left);
            }
        }
    }

    fn bracket(&mut self, depth: usize) -> Result<Criteria, CriteriaError> {
        if depth >= MAX_DEPTH || !self.take("(") {
            return Err(self.error());
        }
        let inner = if self.rest().starts_with('(') { self.joined(depth + 1)? } else { self.one()? };
        if self.take(")") { Ok(inner) } else { Err(self.error()) }
    }

    fn one(&mut self) -> Result<Criteria, CriteriaError> {
        self.criteria += 1;
        if self.criteria > MAX_CRITERIA {
            return Err(CriteriaError::TooMany);
        }
        let field = self.name()?;
        let given = self.name()?;
        let Some(operator) = Operator::ALL.into_iter().find(|o| o.as_str() == given) else {
            return Err(CriteriaError::Operator { field, operator: given });
        };
        let list = matches!(operator, Operator::In | Operator::Between);
        let values = self.values(list)?;
        if values.len() > MAX_LIST {
            return Err(CriteriaError::TooManyValues { field });
        }
        let wanted = if operator == Operator::Between { 2 } else { values.len() };
        if values.len() != wanted || values.iter().any(String::is_empty) {
            return Err(self.error());
        }
        Ok(Criteria::One { field, operator, values })
    }

    /// A field or an operator, up to the colon after it.
    fn name(&mut self) -> Result<String, CriteriaError> {
        let rest = self.rest();
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.');
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        self.at = self.text.len() - rest.len() + end;
        if name.is_empty() || !self.take(":") {
            return Err(self.error());
        }
        Ok(name)
    }

    /// What stands before the closing bracket, cut at its commas where it is a list.
    fn values(&mut self, list: bool) -> Result<Vec<String>, CriteriaError> {
        let mut values = Vec::new();
        let mut value = String::new();
        let mut chars = self.text[self.at..].char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => match chars.next_if(|(_, next)| matches!(next, '(' | ')' | ',' | '\\')) {
                    Some((_, escaped)) => value.push(escaped),
                    None => value.push(c),
                },
                ')' => {
                    self.at += at;
                    values.push(value.trim().to_lowercase());
                    return Ok(values);
                }
                '(' => {
                    self.at += at;
                    return Err(self.error());
                }
                ',' if list => values.push(std::mem::take(&mut value).trim().to_lowercase()),
                c => value.push(c),
            }
        }
        self.at = self.text.len();
        Err(self.error())
    }

    fn rest(&self) -> &str {
        self.text[self.at..].trim_start()
    }

    fn take(&mut self, sign: &str) -> bool {
        let Some(after) = self.rest().strip_prefix(sign) else { return false };
        self.at = self.text.len() - after.len();
        true
    }

    fn take_word(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let there = rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if there {
            self.at = self.text.len() - rest.len() + word.len();
        }
        there
    }

    fn error(&self) -> CriteriaError {
        let near = self.rest();
        let near = if near.is_empty() { self.text } else { near };
        CriteriaError::Form { near: near.chars().take(MAX_QUOTED).collect() }
    }
}

impl Criteria {
    /// Whether the record fits.
    pub fn matches(&self, record: &Map<String, Value>) -> bool {
        match self {
            Self::And(all) => all.iter().all(|criteria| criteria.matches(record)),
            Self::Or(any) => any.iter().any(|criteria| criteria.matches(record)),
            Self::One { field, operator, values } => {
                let Some(held) = value::at(record, field) else { return false };
                match operator {
                    Operator::NotEqual => !value::entries(held).any(|held| same(field, held, values)),
                    operator => value::entries(held).any(|held| operator.holds(field, held, values)),
                }
            }
        }
    }

    /// Every field named, in order, each once.
    pub fn fields(&self) -> Vec<&str> {
        let mut fields = Vec::new();
        self.collect(&mut fields);
        fields
    }

    fn collect<'a>(&'a self, fields: &mut Vec<&'a str>) {
        match self {
            Self::And(inner) | Self::Or(inner) => inner.iter().for_each(|criteria| criteria.collect(fields)),
            Self::One { field, .. } if !fields.contains(&field.as_str()) => fields.push(field),
            Self::One { .. } => {}
        }
    }
}

impl Operator {
    fn holds(self, field: &str, held: &Value, values: &[String]) -> bool {
        let to = |given: &String| match held {
            Value::String(held) => value::compare_to_text(&Value::String(held.to_lowercase()), given),
            held => value::compare_to_text(held, given),
        };
        let first = || values.first().and_then(to);
        match self {
            Self::Equals | Self::In => contains(field, held, values),
            Self::NotEqual => !same(field, held, values),
            Self::StartsWith => {
                value::text(held).is_some_and(|held| values.iter().any(|v| held.to_lowercase().starts_with(v)))
            }
            Self::GreaterThan => first().is_some_and(Ordering::is_gt),
            Self::GreaterEqual => first().is_some_and(Ordering::is_ge),
            Self::LessThan => first().is_some_and(Ordering::is_lt),
            Self::LessEqual => first().is_some_and(Ordering::is_le),
            Self::Between => {
                first().is_some_and(Ordering::is_ge) && values.get(1).and_then(to).is_some_and(Ordering::is_le)
            }
        }
    }
}

fn same(field: &str, held: &Value, values: &[String]) -> bool {
    match held {
        Value::String(held) if field != "id" => values.iter().any(|given| {
            value::compare_times(held, given).is_some_and(Ordering::is_eq) || held.to_lowercase() == *given
        }),
        held => values.iter().any(|given| value::compare_to_text(held, given) == Some(Ordering::Equal)),
    }
}

fn contains(field: &str, held: &Value, values: &[String]) -> bool {
    match held {
        Value::String(text) if field != "id" => {
            let text = text.to_lowercase();
            values.iter().any(|given| text.contains(given)) || same(field, held, values)
        }
        held => same(field, held, values),
    }
}

/// What `email=` finds: the address or a part of it in any of the email fields, without case.
pub fn email_matches(record: &Map<String, Value>, fields: &[&str], email: &str) -> bool {
    let email = email.trim().to_lowercase();
    !email.is_empty() && texts(record, fields).any(|held| held.to_lowercase().contains(&email))
}

/// What `phone=` finds: the digits, or a part of them, in any of the phone fields, whatever stands between them; at
/// least 3 digits. A country code before a whole stored number does no harm.
pub fn phone_matches(record: &Map<String, Value>, fields: &[&str], phone: &str) -> bool {
    let digits = |text: &str| -> String {
        text.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect()
    };
    let wanted = digits(phone);
    wanted.len() >= MIN_PHONE_DIGITS
        && texts(record, fields).any(|held| {
            let held = digits(held);
            held.contains(&wanted) || (held.len() >= MIN_WHOLE_PHONE_DIGITS && wanted.ends_with(&held))
        })
}

/// What `word=` finds: each of its words at the beginning of a word of any of the record's texts, without case; at
/// least 2 characters.
pub fn word_matches(record: &Map<String, Value>, word: &str) -> bool {
    let wanted = word.to_lowercase();
    if wanted.trim().chars().count() < MIN_WORD {
        return false;
    }
    let mut words = Vec::new();
    for (_, held) in record.iter().filter(|(key, _)| !key.starts_with('$')) {
        for held in value::entries(held) {
            let text = match held {
                Value::Object(lookup) => lookup.get("name").and_then(Value::as_str),
                held => held.as_str(),
            };
            words.extend(text.map(str::to_lowercase));
        }
    }
    let begins = |text: &String, wanted: &str| {
        text.match_indices(wanted).any(|(at, _)| !text[..at].chars().next_back().is_some_and(char::is_alphanumeric))
    };
    wanted.split_whitespace().all(|wanted| words.iter().any(|text| begins(text, wanted)))
}

fn texts<'a>(record: &'a Map<String, Value>, fields: &'a [&str]) -> impl Iterator<Item = &'a str> {
    fields.iter().filter_map(|field| record.get(*field).and_then(Value::as_str))
}

#[cfg(test)]
mod tests;
