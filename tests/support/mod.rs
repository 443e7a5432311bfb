//! What several tests need.

pub mod sandbox;
pub mod scripted;
pub mod tokens;
