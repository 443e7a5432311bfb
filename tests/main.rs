//! The integration tests: one binary, one module per capability.

#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test's helpers too a failure is what these should show")]

mod account_secrets;
mod cells;
mod cli_account;
mod cli_check;
mod cli_extract;
mod cli_fields;
mod cli_program;
mod cli_render;
mod cli_runs;
mod cli_sandbox;
mod cli_secrets;
mod connecting;
mod connecting_faults;
mod connecting_ways;
mod contacts;
mod crash_secrets;
mod directions;
mod doctor;
mod extract_hostile;

mod holds;
mod keeping;
mod live_changed;
mod live_http;
mod live_killed;
#[cfg(feature = "postgres")]
mod live_postgres;
#[cfg(feature = "postgres")]
mod live_postgres_budget;
mod live_run;
mod model;
mod outside;
mod passphrase;
mod readme;
mod replay_resumed;
mod samples;
mod sandbox_faults;
mod sandbox_limits;
mod sandbox_oauth;
mod sandbox_reads;
mod sandbox_store;
mod sandbox_writes;
mod screen_account;
mod screen_action;
mod screen_agent;
mod screen_bytes;
mod screen_changes;
mod screen_drift;
mod screen_first_use;
mod screen_leaving;
mod screen_library;
mod screen_live;
mod screen_log;
mod screen_mapping;
mod screen_matrix;
mod screen_monkey;
mod screen_plan;
mod screen_replay;
mod screen_sizes;
mod sdk;
mod soak;
mod store_files;
mod store_journal;
mod store_locks;
mod store_search;
mod support;
mod terminal;
mod token_errors;
mod turn;
mod whose_account;
mod zoho_client;
mod zoho_health;
mod zoho_on_sandbox;
mod zoho_tokens;
