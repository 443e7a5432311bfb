//! Running for real: events of conversations as they happen become runs.
//!
//! Owns the way from an event to a run that is due: what an event is, where it waits, when its conversation is looked at,
//! and what becomes of a run that cannot be made now. When a run is due and what it does is the same as in a replay
//! (`domain::moment`, `engine`). Must not know screens nor commands.
//!
//! ```text
//!   POST /v1/events --> http ---+
//!   JSON Lines --> lines -------+--> intake --> Queue: events, timers --> plan --> Queue: due runs --> worker --> engine
//!                                    many at once     one a conversation           one an address        |
//!                                    in one commit                                 at a time             +--> journal
//! ```

pub mod database;
pub mod event;
mod forgotten;
pub mod http;
pub mod intake;
pub mod lines;
pub mod metrics;
pub mod plan;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod queue;
pub mod signature;
pub mod sqlite;
pub mod told;
pub mod watermark;
mod withhold;
pub mod worker;
