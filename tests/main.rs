//! The integration tests: one binary, one module per capability.

#![expect(clippy::unwrap_used, reason = "in a test's helpers too a failure is what unwrap should show")]

mod support;
mod zoho_client;
