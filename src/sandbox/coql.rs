//! COQL, the query language of `POST /crm/v8/coql`, as far as real clients use it.
//!
//! Owns what a query says, which records it takes and in which order. Must not know the fields metadata (the server
//! checks the columns named by [`Select::columns`]) nor where records are kept.
//!
//! What Zoho documents: one bracket holds at most one `and` or `or`; at most 50 columns, 25 criteria, 10 order-by
//! fields, 50 values in a list and 2000 rows. What it leaves open and is fixed here: a blank or absent value is null;
//! null fits `is null` and nothing else (so neither `!=` nor `not in`); null sorts before everything.

mod error;
mod parse;

use std::cmp::Ordering;

use serde_json::{Map, Value};

pub use error::CoqlError;
pub use parse::parse;

use super::value;

/// Rows of a query without a LIMIT.
pub const DEFAULT_LIMIT: u32 = 200;
/// The highest LIMIT.
pub const MAX_LIMIT: u32 = 2000;

/// A parsed query.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// The columns asked for, as written, in order, each once. A dot leads into a lookup: `Account_Name.id`.
    pub fields: Vec<String>,
    /// The module's api name as written.
    pub module: String,
    /// The WHERE clause, which Zoho demands.
    pub filter: Filter,
    /// The ORDER BY clause; empty means by id, ascending.
    pub order_by: Vec<Order>,
    /// 1 to [`MAX_LIMIT`] rows.
    pub limit: u32,
    /// Rows left out before the first one.
    pub offset: u64,
}

/// One field of the ORDER BY clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub field: String,
    /// `desc` rather than `asc`.
    pub descending: bool,
}

/// A condition. Pairs only: Zoho wants a bracket around every two.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Both sides hold.
    And(Box<Filter>, Box<Filter>),
    /// At least one side holds.
    Or(Box<Filter>, Box<Filter>),
    /// One criterion.
    One(Criterion),
}

/// A column and what is asked of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// The column as written.
    pub field: String,
    /// What is asked.
    pub test: Test,
}

/// What a criterion asks of a column's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `=`, `!=`, `<`, `<=`, `>` or `>=`.
    Compare(Comparison, Literal),
    /// `like` with `%` for any characters.
    Like(Pattern),
    /// `not like`.
    NotLike(Pattern),
    /// `in (...)`, 1 to 50 values.
    In(Vec<Literal>),
    /// `not in (...)`.
    NotIn(Vec<Literal>),
    /// `is null`.
    Null,
    /// `is not null`.
    NotNull,
    /// `between a and b`, both ends included.
    Between(Literal, Literal),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A value written in a query.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// In quotes.
    Text(Text),
    /// A number as written, so that ids above 2^53 keep their digits.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
}

/// Text together with its form without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    exact: String,
    folded: String,
}

/// The pattern of a `like`, cut at its `%`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Text>);

impl Literal {
    /// The value as text, as written but for quotes and escapes.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Text(text) => &text.exact,
            Self::Number(digits) => digits,
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
        }
    }

    fn compare(&self, held: &Value, case_sensitive: bool) -> Option<Ordering> {
        match (self, held) {
            (Self::Text(text), Value::String(held)) => Some(text.compare(held, case_sensitive)),
            (_, held) => value::compare_to_text(held, self.as_str()),
        }
    }
}

impl Text {
    fn new(exact: impl Into<String>) -> Self {
        let exact = exact.into();
        Self { folded: exact.to_lowercase(), exact }
    }

    fn form(&self, case_sensitive: bool) -> &str {
        if case_sensitive { &self.exact } else { &self.folded }
    }

    /// How `held` stands to this text: less when it comes before.
    fn compare(&self, held: &str, case_sensitive: bool) -> Ordering {
        if let Some(order) = value::compare_times(held, &self.exact) {
            return order;
        }
        if case_sensitive { held.cmp(&self.exact) } else { held.to_lowercase().as_str().cmp(&self.folded) }
    }
}

impl Pattern {
    fn new(pattern: &str) -> Self {
        Self(pattern.split('%').map(Text::new).collect())
    }

    /// `%x%`, the only form Zoho takes after `not like`.
    fn is_contains(&self) -> bool {
        matches!(self.0.as_slice(), [first, _, last] if first.exact.is_empty() && last.exact.is_empty())
    }

    fn matches(&self, held: &str, case_sensitive: bool) -> bool {
        let folded = if case_sensitive { held.to_owned() } else { held.to_lowercase() };
        let (first, rest) = match self.0.split_first() {
            Some((first, rest)) => (first.form(case_sensitive), rest),
            None => return folded.is_empty(),
        };
        let Some(mut left) = folded.strip_prefix(first) else { return false };
        let Some((last, middle)) = rest.split_last() else { return left.is_empty() };
        for piece in middle {
            let piece = piece.form(case_sensitive);
            match left.find(piece) {
                Some(at) => left = &left[at + piece.len()..],
                None => return false,
            }
        }
        left.ends_with(last.form(case_sensitive))
    }
}

impl Comparison {
    /// The operator as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Criterion {
    /// The operator as it is written, for checks against the field's type and for errors.
    pub fn operator(&self) -> &'static str {
        match &self.test {
            Test::Compare(comparison, _) => comparison.as_str(),
            Test::Like(_) => "like",
            Test::NotLike(_) => "not like",
            Test::In(_) => "in",
            Test::NotIn(_) => "not in",
            Test::Null => "is null",
            Test::NotNull => "is not null",
            Test::Between(..) => "between",
        }
    }

    fn matches(&self, record: &Map<String, Value>, case_sensitive: bool) -> bool {
        let held = match (value::at(record, &self.field), &self.test) {
            (held, Test::Null) => return held.is_none(),
            (held, Test::NotNull) => return held.is_some(),
            (None, _) => return false,
            (Some(held), _) => held,
        };
        let order = |literal: &Literal, held: &Value| literal.compare(held, case_sensitive);
        let among = |values: &[Literal], held: &Value| values.iter().any(|v| order(v, held) == Some(Ordering::Equal));
        let fits =
            |held: &Value, pattern: &Pattern| value::text(held).is_some_and(|t| pattern.matches(&t, case_sensitive));
        match &self.test {
            // an array (multi-select picklist, tags) holds each of its entries
            Test::Compare(Comparison::NotEqual, literal) => {
                !value::entries(held).any(|held| order(literal, held) == Some(Ordering::Equal))
            }
            Test::Compare(comparison, literal) => {
                value::entries(held).any(|held| order(literal, held).is_some_and(|order| comparison.holds(order)))
            }
            Test::Like(pattern) => value::entries(held).any(|held| fits(held, pattern)),
            Test::NotLike(pattern) => !value::entries(held).any(|held| fits(held, pattern)),
            Test::In(values) => value::entries(held).any(|held| among(values, held)),
            Test::NotIn(values) => !value::entries(held).any(|held| among(values, held)),
            Test::Between(low, high) => value::entries(held).any(|held| {
                order(low, held).is_some_and(Ordering::is_ge) && order(high, held).is_some_and(Ordering::is_le)
            }),
            Test::Null | Test::NotNull => false,
        }
    }
}

impl Filter {
    /// Whether the record fits; text is compared without case unless `case_sensitive`.
    pub fn matches(&self, record: &Map<String, Value>, case_sensitive: bool) -> bool {
        match self {
            Self::And(a, b) => a.matches(record, case_sensitive) && b.matches(record, case_sensitive),
            Self::Or(a, b) => a.matches(record, case_sensitive) || b.matches(record, case_sensitive),
            Self::One(criterion) => criterion.matches(record, case_sensitive),
        }
    }

    fn each<'a>(&'a self, seen: &mut impl FnMut(&'a Criterion)) {
        match self {
            Self::And(a, b) | Self::Or(a, b) => {
                a.each(seen);
                b.each(seen);
            }
            Self::One(criterion) => seen(criterion),
        }
    }

    fn each_required<'a>(&'a self, seen: &mut impl FnMut(&'a Criterion)) {
        match self {
            Self::And(a, b) => {
                a.each_required(seen);
                b.each_required(seen);
            }
            Self::Or(..) => {}
            Self::One(criterion) => seen(criterion),
        }
    }
}

impl Select {
    /// Whether the WHERE clause takes the record.
    pub fn matches(&self, record: &Map<String, Value>, case_sensitive: bool) -> bool {
        self.filter.matches(record, case_sensitive)
    }

    /// All criteria of the WHERE clause, in order.
    pub fn criteria(&self) -> Vec<&Criterion> {
        let mut all = Vec::new();
        self.filter.each(&mut |criterion| all.push(criterion));
        all
    }

    /// Every column named anywhere in the query, in order, each once.
    pub fn columns(&self) -> Vec<&str> {
        let named = self.fields.iter().chain(self.criteria().into_iter().map(|c| &c.field));
        let mut columns: Vec<&str> = Vec::new();
        for column in named.chain(self.order_by.iter().map(|o| &o.field)) {
            if !columns.contains(&column.as_str()) {
                columns.push(column);
            }
        }
        columns
    }

    /// What every row must fulfil by equality: a column and the values it may have. For the use of an index: each row
    /// that fits is among those that one of these pairs names, though not all of those fit.
    pub fn required_values(&self) -> Vec<(&str, &[Literal])> {
        let mut pairs: Vec<(&str, &[Literal])> = Vec::new();
        self.filter.each_required(&mut |criterion| match &criterion.test {
            Test::Compare(Comparison::Equal, literal) => {
                pairs.push((&criterion.field, std::slice::from_ref(literal)));
            }
            Test::In(values) => pairs.push((&criterion.field, values)),
            _ => {}
        });
        pairs
    }

    /// Which of two records comes first; the lower id where the ORDER BY clause does not decide.
    pub fn compare(&self, a: &Map<String, Value>, b: &Map<String, Value>, case_sensitive: bool) -> Ordering {
        for Order { field, descending } in &self.order_by {
            let order = value::compare(value::at(a, field), value::at(b, field), case_sensitive);
            let order = if *descending { order.reverse() } else { order };
            if order.is_ne() {
                return order;
            }
        }
        value::compare(a.get("id"), b.get("id"), true)
    }

    /// The row as Zoho answers it: the columns asked for and the id; of a lookup only its id.
    pub fn row(&self, record: &Map<String, Value>) -> Map<String, Value> {
        let mut row = Map::new();
        for field in &self.fields {
            let held = match value::at(record, field) {
                Some(Value::Object(lookup)) if lookup.contains_key("id") => {
                    serde_json::json!({ "id": lookup.get("id") })
                }
                Some(held) => held.clone(),
                None => Value::Null,
            };
            row.insert(field.clone(), held);
        }
        if let Some(id) = record.get("id") {
            row.insert("id".to_owned(), id.clone());
        }
        row
    }

    /// The API credits the query costs, by its LIMIT.
    pub fn credits(&self) -> u32 {
        match self.limit {
            0..=200 => 1,
            201..=1000 => 2,
            _ => 3,
        }
    }
}

#[cfg(test)]
mod tests;
