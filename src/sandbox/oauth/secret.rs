//! Random ids and secrets, in the shapes of Zoho's.

use crate::sandbox::SandboxError;
use crate::sandbox::answer::{Refusal, Trouble};

/// The machine gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random bytes")]
pub(in crate::sandbox) struct NoRandomness;

impl From<NoRandomness> for SandboxError {
    fn from(_: NoRandomness) -> Self {
        Self::Randomness
    }
}

impl From<NoRandomness> for Trouble {
    fn from(error: NoRandomness) -> Self {
        tracing::error!(%error, "no token could be made");
        Self::Refused(Refusal::internal())
    }
}

fn bytes(count: usize) -> Result<Vec<u8>, NoRandomness> {
    let mut bytes = vec![0; count];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// Twice as many hexadecimal digits as bytes.
pub(in crate::sandbox) fn hex(count: usize) -> Result<String, NoRandomness> {
    Ok(bytes(count)?.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn of(alphabet: &[u8], count: usize) -> Result<String, NoRandomness> {
    Ok(bytes(count)?.iter().map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])).collect())
}

/// Decimal digits.
pub(in crate::sandbox) fn digits(count: usize) -> Result<String, NoRandomness> {
    of(b"0123456789", count)
}

/// Capitals and digits.
pub(in crate::sandbox) fn capitals(count: usize) -> Result<String, NoRandomness> {
    of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", count)
}

/// A code or token.
pub(in crate::sandbox) fn token() -> Result<String, NoRandomness> {
    Ok(format!("1000.{}.{}", hex(16)?, hex(16)?))
}
