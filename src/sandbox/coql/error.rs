//! What is wrong with a query, in Zoho's words.
//!
//! Codes, details and messages are those of Zoho's own examples for `executeCOQLQuery` (v8); the details of
//! LIMIT_EXCEEDED are not shown there and put together from the keys that its SDKs read.

use serde_json::{Value, json};

/// A query that Zoho would refuse.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {message} {details}")]
pub struct CoqlError {
    /// Zoho's code.
    pub code: &'static str,
    /// What Zoho says beside it.
    pub message: &'static str,
    /// Where and why: an object.
    pub details: Value,
}

impl CoqlError {
    /// The HTTP status of the answer.
    pub fn status(&self) -> u16 {
        400
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        json!({"code": self.code, "details": self.details, "message": self.message, "status": "error"})
    }

    /// A column that the module does not have.
    pub fn unknown_column(column: &str) -> Self {
        Self::invalid(
            "Invalid query formed",
            json!({"column_name": column, "reason": "column given seems to be invalid"}),
        )
    }

    /// A column that cannot stand in a query.
    pub fn unsupported_column(column: &str) -> Self {
        Self::invalid("unsupported column", json!({ "column_name": column }))
    }

    /// An operator that the column's type does not have.
    pub fn invalid_operator(column: &str, operator: &str) -> Self {
        let details = json!({"reason": "invalid operator found", "column_name": column, "operator": operator});
        Self::invalid("Invalid query formed", details)
    }

    /// A value that is not of the column's type.
    pub fn invalid_value(column: &str, expected_data_type: &str) -> Self {
        let reason = "value given seems to be invalid for the column";
        let details = json!({"reason": reason, "column_name": column, "expected_data_type": expected_data_type});
        Self::invalid("Invalid query formed", details)
    }

    /// A module that does not exist or is not served.
    pub fn invalid_module() -> Self {
        let message = "the given module is not supported in api";
        Self { code: "INVALID_MODULE", message, details: json!({}) }
    }

    /// A body without `select_query`.
    pub fn missing_query() -> Self {
        let details = json!({"api_name": "select_query"});
        Self { code: "MANDATORY_NOT_FOUND", message: "mandatory key not found", details }
    }

    pub(super) fn invalid(message: &'static str, details: Value) -> Self {
        Self { code: "INVALID_QUERY", message, details }
    }

    pub(super) fn syntax(message: &'static str, details: Value) -> Self {
        Self { code: "SYNTAX_ERROR", message, details }
    }

    pub(super) fn missing_clause(clause: &str) -> Self {
        Self::syntax("missing clause", json!({ "clause": clause }))
    }

    pub(super) fn unsupported() -> Self {
        Self::syntax("given coql query not supported", json!({}))
    }

    pub(super) fn near(near: &str) -> Self {
        Self::syntax("error occured while parsing the query", json!({ "near": near }))
    }

    pub(super) fn limit(clause: &str, limit: u32) -> Self {
        Self { code: "LIMIT_EXCEEDED", message: "limit exceeded", details: json!({"clause": clause, "limit": limit}) }
    }

    pub(super) fn duplicate(message: &'static str, column: &str) -> Self {
        Self { code: "DUPLICATE_DATA", message, details: json!({ "column_name": column }) }
    }
}
