//! How an operator lets this program into their Zoho: the ways to connect, as data and state
//! machines that a command and the screen drive alike. Pure: no async, no I/O, no clock, no terminal; who carries out what
//! a machine asks for is `connect`.

pub mod client_file;
pub mod device;
pub mod guide;
pub mod redirect;
