//! The rules, pure: no async, no I/O, no clock, no terminal. Uses nothing else of ours.

pub mod conversation;
