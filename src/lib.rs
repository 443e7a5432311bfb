//! Astra's action "Zoho - create or update contact".

pub mod cli;
pub mod connect;
pub mod domain;
pub mod engine;
pub mod extract;
pub mod feed;
pub mod ports;
pub mod sandbox;
pub mod store;
pub mod zoho;
