//! The embedded Zoho CRM: a server on loopback that speaks Zoho's CRM v8 REST API.
//!
//! Owns everything that stands for Zoho. Must not know the rest of this program: a client cannot tell it from a
//! recorded Zoho, and nothing here may make it easier for ours.

pub mod coql;
pub mod criteria;
pub mod faults;
mod value;
