//! Conversations in: lines of any length read within bounds, planned as runs, and put in order of time on disk.
//!
//! Owns how a replay's input becomes a [`plan::Plan`]. Must not know what a run does, nor where records go.

pub mod conversations;
pub mod lines;
pub mod plan;

/// The conversations that the program brings along, as JSON Lines.
pub const SAMPLES: &str = include_str!("../../samples/conversations.jsonl");
