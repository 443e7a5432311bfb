//! What several tests need.

pub mod crowd;
pub mod home;
pub mod log;
pub mod pty;
pub mod sandbox;
pub mod scripted;
pub mod terminal;
pub mod tokens;
pub mod zoho;
