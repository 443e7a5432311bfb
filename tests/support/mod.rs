//! What several tests need.

pub mod log;
pub mod sandbox;
pub mod scripted;
pub mod tokens;
