//! Zoho's API: data centres, tokens, and the calls on Contacts, fields, users and the organisation (Zoho CRM v8).
//!
//! The way of a call: `contacts` or `metadata` make a `Call`; [`Client`] waits for its turn, takes a token from
//! `session`, sends it, and has `error::judge` tell an answer from a failure; `wire` reads the answer into the words of
//! the domain. Knows `domain` and `ports` only: it works the same against any server that speaks Zoho's API, and must
//! not know the sandbox.

pub mod accounts_server;
mod client;
mod contacts;
pub mod data_centre;
mod doctor;
mod error;
#[cfg(fuzzing)]
pub mod fuzzed;
mod metadata;
mod query;
mod reach;
mod session;
pub mod token;
mod transport;
mod wire;

pub use crate::domain::health::ConnectionState;
pub use client::Client;
pub use doctor::Examination;
pub use metadata::{Connection, Patience};
pub use reach::Reads;
pub use transport::{Edition, Limits};
