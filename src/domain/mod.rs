//! The rules, pure: no async, no I/O, no clock, no terminal. Uses nothing else of ours.

pub mod account;
pub mod action;
pub mod check;
pub mod contact;
pub mod conversation;
pub mod credits;
pub mod decide;
pub mod field;
pub mod field_edit;
pub mod fit;
pub mod found;
pub mod health;
pub mod live;
pub mod mapping;
pub mod metadata;
pub mod moment;
pub mod problem;
pub mod run;
pub mod scope;
pub mod text;
pub mod trace;
pub mod tried;
pub mod words;
