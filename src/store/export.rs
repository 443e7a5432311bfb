//! Runs of the log as files have them: JSON Lines and CSV, with nothing in them that a terminal or a spreadsheet would
//! obey. Must not know where they are written.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::log::Logged;
use crate::domain::text::visible;
use crate::ports::JournalError;

/// The keys of a record, in its order.
const COLUMNS: [&str; 21] = [
    "run_id",
    "action",
    "conversation",
    "episode",
    "trigger",
    "at",
    "outcome",
    "rule",
    "contact_id",
    "email",
    "matches",
    "created_through_astra",
    "changes",
    "left_out",
    "warnings",
    "error",
    "dry_run",
    "attempts",
    "requests",
    "credits",
    "duration_ms",
];

/// The head of a file of records as CSV, without its line feed.
pub fn csv_header() -> String {
    format!("{}\r", COLUMNS.join(","))
}

/// A run as a row of CSV, as in RFC 4180, without the row's last line feed. Lists and objects are JSON in their cell; null
/// is an empty cell.
///
/// # Errors
/// It is no record: the journal is damaged.
pub fn csv_row(run: &Logged) -> Result<String, JournalError> {
    let record: Map<String, Value> = match serde_json::from_str(&run.json) {
        Ok(record) => record,
        Err(_) => return run.record().map(|_| String::new()),
    };
    let cells = COLUMNS.map(|key| match record.get(key) {
        None | Some(Value::Null) => String::new(),
        // a spreadsheet would take such a text for a formula (OWASP, "CSV injection"): as a text it is marked
        Some(Value::String(text)) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => quoted(&format!("'{text}")),
        Some(Value::String(text)) => quoted(text),
        Some(other) => quoted(&other.to_string()),
    });
    Ok(format!("{}\r", cells.join(",")))
}

fn quoted(text: &str) -> String {
    // line breaks and tabs may stand in a cell; what else a terminal would obey may not
    let pieces = text.split_inclusive(['\n', '\r', '\t']).map(|piece| {
        let (words, end) = piece.split_at(piece.trim_end_matches(['\n', '\r', '\t']).len());
        match visible(words) {
            Cow::Borrowed(_) => piece.to_owned(),
            Cow::Owned(words) => words + end,
        }
    });
    let text: String = pieces.collect();
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// JSON leaves C1 controls, DEL and bidirectional marks as they are; some terminals obey them. As escapes they mean the
/// same to a reader of JSON.
pub fn harmless_json(line: String) -> String {
    let harmful = |c: char| matches!(c, '\u{7F}'..='\u{9F}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if !line.contains(harmful) {
        return line;
    }
    let mut out = String::with_capacity(line.len() + 16);
    for c in line.chars() {
        if harmful(c) {
            // writing into a String cannot fail
            if write!(out, "\\u{:04x}", u32::from(c)).is_err() {
                out.push('\u{FFFD}');
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_without_controls() {
        let hostile = "a\u{9b}31m\u{202e}b\u{7f}é日";
        let line = harmless_json(serde_json::to_string(hostile).unwrap());
        assert_eq!(line, "\"a\\u009b31m\\u202eb\\u007fé日\"");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), hostile);
    }

    #[test]
    fn cells_are_quoted_where_needed_and_harmless() {
        assert_eq!(quoted("a b"), "a b");
        assert_eq!(quoted("a,\"b\"\r\n\tc"), "\"a,\"\"b\"\"\r\n\tc\"");
        assert_eq!(quoted("x\u{1b}[31m\ny\u{202e}"), "\"x␛[31m\ny<U+202E>\"");
    }
}
