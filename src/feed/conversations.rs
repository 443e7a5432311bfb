//! Conversations from lines: which line is one, and what is wrong with one that is not. Must not know what is done with
//! them.

use std::fmt;
use std::io::{self, BufRead};

use super::lines::Lines;
use crate::domain::conversation::Conversation;

/// A line that is not a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The file, or `standard input`.
    pub name: String,
    /// The line in it, from 1.
    pub line: u64,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: not a conversation, passed over: {}", self.name, self.line, self.why)
    }
}

/// The conversations of one input, one at a time.
pub struct Conversations<R> {
    name: String,
    lines: Lines<R>,
}

impl<R: BufRead> Conversations<R> {
    /// Reads from `input`; `name` is what messages call it.
    pub fn new(name: &str, input: R) -> Self {
        Self { name: name.to_owned(), lines: Lines::new(input) }
    }

    /// The next conversation, or a line that is none, with its number from 1; blank lines are passed over. `None` at the
    /// end. Each byte read goes to `seen`.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn next(&mut self, mut seen: impl FnMut(&[u8])) -> io::Result<Option<(u64, Result<Conversation, Rejected>)>> {
        loop {
            let Some((number, line)) = self.lines.next(&mut seen)? else { return Ok(None) };
            let read = match line {
                Ok(blank) if blank.trim().is_empty() => continue,
                Ok(line) => Conversation::from_json(line).map_err(|e| e.to_string()),
                Err(bad) => Err(bad.to_string()),
            };
            return Ok(Some((number, read.map_err(|why| Rejected { name: self.name.clone(), line: number, why }))));
        }
    }
}
