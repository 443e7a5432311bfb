//! From the text of a query to a [`Select`]: by hand, in linear time, with bounded depth.

use serde_json::json;

use super::{
    Comparison, CoqlError, Criterion, DEFAULT_LIMIT, Filter, Literal, MAX_LIMIT, Order, Pattern, Select, Test, Text,
};

const MAX_FIELDS: u32 = 50;
const MAX_CRITERIA: u32 = 25;
const MAX_ORDER_BY: u32 = 10;
/// Zoho's pages say 50 up to v5 and nothing later; elsewhere 100 is told of. The lower one keeps clients safe.
const MAX_LIST: u32 = 50;
/// Brackets within brackets; 25 criteria in pairs need 24.
const MAX_DEPTH: u32 = 64;
/// The longest query in bytes: several times what 25 criteria of 50 addresses take. Zoho's own limit is not documented.
const MAX_QUERY: usize = 256 * 1024;
/// How much of a query an error quotes, in characters.
const MAX_QUOTED: usize = 60;

/// Reads a query.
///
/// # Errors
/// What Zoho would answer: SYNTAX_ERROR for what is not COQL (aggregates, aliases and GROUP BY, which are not
/// imitated, among it), LIMIT_EXCEEDED above its limits, DUPLICATE_DATA for a column named twice, INVALID_QUERY and
/// INVALID_DATA for a limit that is none.
pub fn parse(query: &str) -> Result<Select, CoqlError> {
    if query.len() > MAX_QUERY {
        return Err(CoqlError::unsupported());
    }
    let tokens = tokens(query)?;
    let mut parser = Parser { query, tokens: &tokens, next: 0, criteria: 0 };
    parser.select()
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Word,
    Number,
    Quoted(String),
    Sign(&'static str),
}

/// A token and where it stands in the query, in bytes.
#[derive(Debug, Clone, PartialEq)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

const SIGNS: [&str; 12] = ["!=", "<=", ">=", "<>", "=", "<", ">", "(", ")", ",", "*", ";"];

fn tokens(query: &str) -> Result<Vec<Token>, CoqlError> {
    let bytes = query.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = query[at..].chars().next() {
        let start = at;
        let kind = match c {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '\'' | '"' => {
                let (text, end) = quoted(query, start, c).ok_or_else(|| unexpected(query, start, query.len()))?;
                at = end;
                Kind::Quoted(text)
            }
            c if c.is_ascii_digit() || (c == '-' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)) => {
                at += 1 + length(&query[at + 1..], |c| c.is_ascii_digit() || c == '.');
                Kind::Number
            }
            c if c.is_ascii_alphabetic() || c == '_' || c == '$' => {
                at += length(&query[at..], |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.'));
                Kind::Word
            }
            c => {
                let sign = SIGNS.into_iter().find(|sign| query[at..].starts_with(sign));
                let sign = sign.ok_or_else(|| unexpected(query, start, start + c.len_utf8()))?;
                at += sign.len();
                Kind::Sign(sign)
            }
        };
        tokens.push(Token { kind, start, end: at });
    }
    Ok(tokens)
}

fn length(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}

/// The text within quotes and where it ends. A quote inside is doubled (Zoho's staff in Kaizen 171) or stands after a
/// backslash (clients do; not documented).
fn quoted(query: &str, start: usize, quote: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut chars = query[start + 1..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(|(_, next)| *next == quote) => {
                chars.next();
                text.push(quote);
            }
            c if c == quote => {
                if chars.next_if(|(_, next)| *next == quote).is_none() {
                    return Some((text, start + 1 + at + 1));
                }
                text.push(quote);
            }
            c => text.push(c),
        }
    }
    None
}

fn unexpected(query: &str, start: usize, end: usize) -> CoqlError {
    let before = &query[..start];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    let near: String = query[start..end].chars().take(MAX_QUOTED).collect();
    CoqlError::syntax("unexpected token", json!({"line": line, "column": column, "near": near}))
}

struct Parser<'a> {
    query: &'a str,
    tokens: &'a [Token],
    next: usize,
    criteria: u32,
}

impl<'a> Parser<'a> {
    fn select(&mut self) -> Result<Select, CoqlError> {
        if !self.take_word("select") {
            return Err(CoqlError::unsupported());
        }
        let fields = self.fields()?;
        if !self.take_word("from") {
            return Err(self.missing("from"));
        }
        let module = self.name()?;
        if !self.take_word("where") {
            return Err(self.missing("where"));
        }
        let filter = self.filter(0)?;
        if self.peek_word("group") {
            return Err(CoqlError::unsupported());
        }
        let order_by = if self.take_word("order") { self.order_by()? } else { Vec::new() };
        let (limit, offset) = self.limit()?;
        match self.peek() {
            None => Ok(Select { fields, module, filter, order_by, limit, offset }),
            Some(_) => Err(self.unexpected()),
        }
    }

    fn fields(&mut self) -> Result<Vec<String>, CoqlError> {
        let mut fields: Vec<String> = Vec::new();
        loop {
            if self.peek_word("from") {
                return Err(self.unexpected());
            }
            let field = self.name()?;
            // a function such as count(id), or an alias
            if self.peek_sign("(") || self.peek_word("as") {
                return Err(CoqlError::unsupported());
            }
            if fields.contains(&field) {
                return Err(CoqlError::duplicate("duplicate select column", &field));
            }
            fields.push(field);
            if fields.len() > MAX_FIELDS as usize {
                return Err(CoqlError::limit("select", MAX_FIELDS));
            }
            if !self.take_sign(",") {
                return Ok(fields);
            }
        }
    }

    /// One criterion or bracket, or two with `and` or `or` between them.
    fn filter(&mut self, depth: u32) -> Result<Filter, CoqlError> {
        let first = self.term(depth)?;
        let join = if self.take_word("and") {
            Filter::And
        } else if self.take_word("or") {
            Filter::Or
        } else {
            return Ok(first);
        };
        let both = join(Box::new(first), Box::new(self.term(depth)?));
        match self.peek() {
            Some(token) if self.peek_word("and") || self.peek_word("or") => {
                Err(CoqlError::near(&self.query[token.start..token.end]))
            }
            _ => Ok(both),
        }
    }

    fn term(&mut self, depth: u32) -> Result<Filter, CoqlError> {
        if !self.take_sign("(") {
            return Ok(Filter::One(self.criterion()?));
        }
        if depth >= MAX_DEPTH {
            return Err(CoqlError::near("("));
        }
        let inner = self.filter(depth + 1)?;
        if !self.take_sign(")") {
            return Err(self.unexpected());
        }
        Ok(inner)
    }

    fn criterion(&mut self) -> Result<Criterion, CoqlError> {
        self.criteria += 1;
        if self.criteria > MAX_CRITERIA {
            return Err(CoqlError::limit("where", MAX_CRITERIA));
        }
        let field = self.name()?;
        let test = self.test(&field)?;
        Ok(Criterion { field, test })
    }

    fn test(&mut self, field: &str) -> Result<Test, CoqlError> {
        let comparisons = [
            ("=", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<", Comparison::Less),
            ("<=", Comparison::LessOrEqual),
            (">", Comparison::Greater),
            (">=", Comparison::GreaterOrEqual),
        ];
        for (sign, comparison) in comparisons {
            if self.take_sign(sign) {
                return Ok(Test::Compare(comparison, self.literal()?));
            }
        }
        if self.take_word("is") {
            let negated = self.take_word("not");
            if !self.take_word("null") {
                return Err(self.unexpected());
            }
            return Ok(if negated { Test::NotNull } else { Test::Null });
        }
        if self.take_word("between") {
            let low = self.literal()?;
            if !self.take_word("and") {
                return Err(self.unexpected());
            }
            return Ok(Test::Between(low, self.literal()?));
        }
        let negated = self.take_word("not");
        if self.take_word("in") {
            let values = self.list()?;
            return Ok(if negated { Test::NotIn(values) } else { Test::In(values) });
        }
        if self.take_word("like") {
            let pattern = Pattern::new(self.literal()?.as_str());
            return match negated {
                false => Ok(Test::Like(pattern)),
                true if pattern.is_contains() => Ok(Test::NotLike(pattern)),
                true => Err(CoqlError::invalid_operator(field, "not like")),
            };
        }
        match self.peek() {
            // what stands where an operator is due
            Some(_) if negated => Err(CoqlError::syntax("operator not supported", json!({"operator": "not"}))),
            Some(Token { kind: Kind::Word | Kind::Sign("<>"), start, end }) => {
                let operator = self.excerpt(*start, *end);
                Err(CoqlError::syntax("operator not supported", json!({ "operator": operator })))
            }
            _ => Err(self.unexpected()),
        }
    }

    fn list(&mut self) -> Result<Vec<Literal>, CoqlError> {
        if !self.take_sign("(") {
            return Err(self.unexpected());
        }
        let mut values = Vec::new();
        loop {
            values.push(self.literal()?);
            if values.len() > MAX_LIST as usize {
                return Err(CoqlError::limit("in", MAX_LIST));
            }
            if self.take_sign(")") {
                return Ok(values);
            }
            if !self.take_sign(",") {
                return Err(self.unexpected());
            }
        }
    }

    fn literal(&mut self) -> Result<Literal, CoqlError> {
        let Some(token) = self.peek() else { return Err(self.unexpected()) };
        let raw = &self.query[token.start..token.end];
        let literal = match &token.kind {
            Kind::Quoted(text) => Literal::Text(Text::new(text.as_str())),
            Kind::Number if raw.parse::<f64>().is_ok() => Literal::Number(raw.to_owned()),
            Kind::Word if raw.eq_ignore_ascii_case("true") => Literal::Bool(true),
            Kind::Word if raw.eq_ignore_ascii_case("false") => Literal::Bool(false),
            _ => return Err(self.unexpected()),
        };
        self.next += 1;
        Ok(literal)
    }

    fn order_by(&mut self) -> Result<Vec<Order>, CoqlError> {
        if !self.take_word("by") {
            return Err(self.unexpected());
        }
        let mut orders: Vec<Order> = Vec::new();
        loop {
            let field = self.name()?;
            if orders.iter().any(|order| order.field == field) {
                return Err(CoqlError::duplicate("duplicate order by column", &field));
            }
            let descending = !self.take_word("asc") && self.take_word("desc");
            orders.push(Order { field, descending });
            if orders.len() > MAX_ORDER_BY as usize {
                return Err(CoqlError::limit("order by", MAX_ORDER_BY));
            }
            if !self.take_sign(",") {
                return Ok(orders);
            }
        }
    }

    /// `limit 10`, `limit 10 offset 5`, `limit 5, 10` (offset first) or nothing.
    fn limit(&mut self) -> Result<(u32, u64), CoqlError> {
        if !self.take_word("limit") {
            return Ok((DEFAULT_LIMIT, 0));
        }
        let first = self.whole()?;
        let (limit, offset) = if self.take_sign(",") {
            (self.whole()?, first)
        } else if self.take_word("offset") {
            (first, self.whole()?)
        } else {
            (first, 0)
        };
        match u32::try_from(limit) {
            Ok(0) => {
                Err(CoqlError { code: "INVALID_DATA", message: "limit should be greater than 0", details: json!({}) })
            }
            Ok(limit) if limit <= MAX_LIMIT => Ok((limit, offset)),
            _ => Err(CoqlError::limit("limit", MAX_LIMIT)),
        }
    }

    fn whole(&mut self) -> Result<u64, CoqlError> {
        let Some(token) = self.peek() else { return Err(self.unexpected()) };
        match self.query[token.start..token.end].parse() {
            Ok(number) => {
                self.next += 1;
                Ok(number)
            }
            Err(_) => {
                let given = self.excerpt(token.start, token.end);
                Err(CoqlError::invalid("limit given seems to be invalid", json!({ "limit": given })))
            }
        }
    }

    fn name(&mut self) -> Result<String, CoqlError> {
        match self.peek() {
            Some(Token { kind: Kind::Word, start, end }) => {
                self.next += 1;
                Ok(self.query[*start..*end].to_owned())
            }
            _ => Err(self.unexpected()),
        }
    }

    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.next)
    }

    fn peek_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|t| t.kind == Kind::Word && self.query[t.start..t.end].eq_ignore_ascii_case(word))
    }

    fn peek_sign(&self, sign: &'static str) -> bool {
        self.peek().is_some_and(|t| t.kind == Kind::Sign(sign))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let there = self.peek_word(word);
        self.next += usize::from(there);
        there
    }

    fn take_sign(&mut self, sign: &'static str) -> bool {
        let there = self.peek_sign(sign);
        self.next += usize::from(there);
        there
    }

    fn missing(&self, clause: &str) -> CoqlError {
        let ends = ["where", "order", "limit", "group"].into_iter().any(|word| self.peek_word(word));
        if self.peek().is_none() || ends { CoqlError::missing_clause(clause) } else { self.unexpected() }
    }

    fn excerpt(&self, start: usize, end: usize) -> String {
        self.query[start..end].chars().take(MAX_QUOTED).collect()
    }

    /// The token that does not belong where it stands; at the end, the last one.
    fn unexpected(&self) -> CoqlError {
        match self.peek() {
            Some(token) => unexpected(self.query, token.start, token.end),
            None => {
                let last = self.tokens.last().map_or("", |t| &self.query[t.start..t.end]);
                CoqlError::near(&last.chars().take(MAX_QUOTED).collect::<String>())
            }
        }
    }
}
