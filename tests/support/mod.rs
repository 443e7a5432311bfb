//! What several tests need.

pub mod breaking;
pub mod connect;
pub mod crowd;
pub mod harness;
pub mod home;
pub mod live;
pub mod log;
pub mod patience;
pub mod picture;
pub mod planted;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod pty;
pub mod sandbox;
pub mod scripted;
pub mod terminal;
pub mod tls;
pub mod tokens;
pub mod world;
pub mod zoho;
