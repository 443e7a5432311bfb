//! Astra's action "Zoho - create or update contact": what an AI agent learned about a customer in a conversation is
//! written to Contacts in Zoho CRM, as far as the operator allows it, and every run leaves a record of what it did and why.
//!
//! # A run's way through the code
//!
//! ```text
//!   conversations, JSON Lines                        the workspace: actions/*.toml, agent.toml, accounts.toml
//!           |                                                          |
//!           v                                                          v
//!      feed::lines        one line in memory                    store::Workspace ------ problems ----> cli
//!           |                                                          |        (file, line, what to do)
//!           v                                                          v
//!      feed::plan <--------- domain::moment            domain::check: can the action run on this account's fields?
//!           |                when does it run, and             |
//!           |                what is known then?               v
//!           |                      ^                   play::chosen <--- connect: account -> zoho::Client
//!           |                      | Listen                    |                     (and the sandbox, for its account)
//!           |                   extract                        |
//!           |                what the words say                |
//!           v                                                  v
//!      runs in order of conversation time  ------>  engine::replay   (moves the engine's clock along)
//!                                                              |
//!                                                              v
//!                                                         engine::run
//!       ports::Leases   one run per address at a time    <-----|
//!       ports::Crm      look up by email                 <-----|
//!                       domain::decide + domain::fit     <-----|   the rule, and what would be written
//!       ports::Journal  the intent                       <-----|
//!       ports::Crm      create or update                 <-----|   tried again after a new look-up only
//!       ports::Journal  the record, the ledger           <-----|
//!           |                                                  |
//!           |                                                  v
//!           |                                     domain::run::RunRecord ----> cli::report (text or JSON),
//!           |                                                                        or the screen
//!           |
//!           +-- Crm ------> zoho::Client ----- HTTP -----> Zoho CRM, or the sandbox: to the client they are the same
//!           +-- Journal --> store::Journal --- SQLite ---> state.db
//!           +-- Leases ---> store::Leases
//!           (a dry run puts engine::rehearsal in between: it reads, and remembers what would have been written)
//! ```
//!
//! # A key's way through the code
//!
//! ```text
//!   bytes --> term::reader --> term::decode --> app::key --+
//!   signals --> term::signals -----------------------------+--> runtime::turn --> App::update --> effects, plain data
//!   answers, changed files, replays <-- runtime::outside --+         |                                  |
//!              ^                                                     |  nothing waits                   |
//!              +-----------------------------------------------------|----------------------------------+
//!                                                                    v
//!                      term::writer <-- one write <-- term::screen (what differs) <-- view::draw
//! ```
//!
//! # Who may use whom
//!
//! `tests/directions.rs` reads this table's twin and every `use` under `src/`, and fails on any other arrow.
//!
//! | room | what it is for | may use |
//! |---|---|---|
//! | [`domain`] | the rules, pure: no async, no I/O, no clock | nothing |
//! | [`sandbox`] | the embedded Zoho CRM, a server like the real one | nothing |
//! | [`ports`] | what the engine needs of the world, as traits | domain |
//! | [`extract`] | what the customer's words say, pure | domain |
//! | [`model`] | a language model asked beside the rules, where one is configured | domain, extract, ports |
//! | [`engine`] | runs: look up, decide, write, remember, try again | domain, ports |
//! | [`feed`] | conversations in, planned and put in order of time | domain, engine |
//! | [`zoho`] | Zoho's API over HTTP | domain, ports |
//! | [`store`] | the workspace's files, the journal in SQLite | domain, ports |
//! | [`consent`] | the ways to connect an account, as machines, pure | domain |
//! | [`connect`] | from an account to a live connection, and from consent to an account | consent, domain, engine, ports, sandbox, store, zoho |
//! | [`play`] | a replay: actions connected and checked, begun in the journal, run | connect, domain, engine, extract, feed, model, ports, sandbox, store, zoho |
//! | [`live`] | running for real: events in, due runs out of a durable queue | domain, engine, feed, ports, store |
//! | [`app`] | the operator's screen as data: messages in, effects out | domain |
//! | [`view`] | draws the app, changes nothing | app, domain |
//! | [`term`] | the terminal while the screen is up: modes, keys, frames, signals | app, ports |
//! | [`runtime`] | the loop of the screen: messages, effects done, frames | app, connect, domain, engine, extract, feed, live, play, ports, store, term, view |
//! | [`cli`] | the commands; the only other room that writes to the terminal | all |

pub mod app;
pub mod cli;
pub mod connect;
pub mod consent;
pub mod domain;
pub mod engine;
pub mod extract;
pub mod feed;
pub mod live;
pub mod model;
pub mod play;
pub mod ports;
pub mod runtime;
pub mod sandbox;
pub mod store;
pub mod term;
pub mod view;
pub mod zoho;
