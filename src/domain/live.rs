//! How long live runs may be without a worker before people are told.

/// How often a worker says that it works, at least, in milliseconds.
pub const BEAT_MS: i64 = 5_000;
/// How long a worker is not heard of before it is taken for gone, in milliseconds: three beats.
pub const MISSED_MS: i64 = 3 * BEAT_MS;
