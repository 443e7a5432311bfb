//! Short conversations for the tests of summaries, and what is told of them.

use super::summarize;
use crate::domain::conversation::{Message, Role};

/// The summary of a conversation: the agent's lines behind "A: ", the customer's behind "C: ".
pub(super) fn told(lines: &[&str]) -> String {
    let message = |line: &&str| {
        let (role, text) = line.split_at(3);
        let role = if role == "A: " { Role::Agent } else { Role::Customer };
        Message { at_ms: 0, role, text: text.to_owned() }
    };
    summarize(&lines.iter().map(message).collect::<Vec<_>>(), None)
}

/// Each conversation with its summary.
pub(super) fn check(cases: &[(&[&str], &str)]) {
    for (lines, want) in cases {
        assert_eq!(told(lines), *want, "{lines:?}");
    }
}
