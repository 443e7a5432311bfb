//! Runs an action: look up, decide, write, remember; on a clock it is given.
//!
//! Owns the order of things: leases before look-ups, intents before writes, records after them; what is tried again and
//! for how long. Talks to [`crate::ports`] only; must not know HTTP, SQL, files or the screen.

pub mod clock;
mod look;
mod record;
pub mod rehearsal;
pub mod replay;
pub mod run;

#[cfg(test)]
mod tests;
