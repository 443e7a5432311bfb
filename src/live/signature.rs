//! Who sent it, and that nobody changed it: HMAC-SHA256 (RFC 2104) over a time stamp and the body.
//!
//! Owns the signature's form. Must not know what is signed.

use aws_lc_rs::hmac;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

/// The header with the time of signing, in whole seconds since 1970 UTC.
pub const TIMESTAMP: &str = "x-astra-timestamp";
/// The header with the signature: `v1=` and 64 hexadecimal digits.
pub const SIGNATURE: &str = "x-astra-signature";
/// How far the time of signing may be from this machine's clock, in seconds: 5 minutes. What is sent again within it is
/// known by its event ids.
pub const WINDOW_SECONDS: i64 = 300;

/// Why a request is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// A header is missing or has another form.
    #[error(
        "the request is not signed: send X-Astra-Timestamp (seconds since 1970) and X-Astra-Signature (v1= and the HMAC-SHA256 of \"timestamp.body\" in hexadecimal)"
    )]
    Missing,
    /// Signed too long ago, or ahead of time.
    #[error(
        "the signature's time is more than {WINDOW_SECONDS} seconds from this machine's clock: sign anew, check both clocks"
    )]
    Old,
    /// Another secret, or another body.
    #[error("the signature does not fit the body: check the secret on both sides")]
    Wrong,
}

/// The signature of a body.
pub fn sign(secret: &SecretString, timestamp: i64, body: &[u8]) -> String {
    let tag = context(secret, timestamp, body).sign();
    let hex: String = tag.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    format!("v1={hex}")
}

/// Checks a request's headers against its body.
///
/// # Errors
/// Says why it is not taken.
pub fn check(
    secret: &SecretString,
    timestamp: Option<&str>,
    signature: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> Result<(), Unsigned> {
    let (Some(at), Some(signature)) = (timestamp.and_then(|t| t.parse::<i64>().ok()), signature) else {
        return Err(Unsigned::Missing);
    };
    let given = signature.strip_prefix("v1=").ok_or(Unsigned::Missing)?;
    if at.abs_diff(now.as_second()) > WINDOW_SECONDS.unsigned_abs() {
        return Err(Unsigned::Old);
    }
    let right = sign(secret, at, body);
    // in a time that does not tell how much of it is right
    aws_lc_rs::constant_time::verify_slices_are_equal(given.to_ascii_lowercase().as_bytes(), &right.as_bytes()[3..])
        .map_err(|_| Unsigned::Wrong)
}

fn context(secret: &SecretString, timestamp: i64, body: &[u8]) -> hmac::Context {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(timestamp.to_string().as_bytes());
    context.update(b".");
    context.update(body);
    context
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_secret_at_the_right_time() {
        let secret = SecretString::from("Jefe");
        let now = Timestamp::from_second(1_772_442_000).unwrap();
        let at = now.as_second();
        let signed = sign(&secret, at, b"{}");
        let checked = |secret: &str, at: Option<&str>, signature: Option<&str>, body: &[u8], later: i64| {
            let now = Timestamp::from_second(now.as_second() + later).unwrap();
            check(&SecretString::from(secret), at, signature, body, now)
        };
        let stamp = at.to_string();
        let (stamp, signed) = (Some(stamp.as_str()), Some(signed.as_str()));
        assert_eq!(checked("Jefe", stamp, signed, b"{}", 0), Ok(()));
        assert_eq!(checked("Jefe", stamp, signed, b"{}", 300), Ok(()));
        assert_eq!(checked("Jefe", stamp, signed, b"{}", 301), Err(Unsigned::Old));
        assert_eq!(checked("Jefe", stamp, signed, b"{}", -301), Err(Unsigned::Old));
        assert_eq!(checked("jefe", stamp, signed, b"{}", 0), Err(Unsigned::Wrong));
        assert_eq!(checked("Jefe", stamp, signed, b"[]", 0), Err(Unsigned::Wrong));
        let other = (at + 1).to_string();
        assert_eq!(checked("Jefe", Some(&other), signed, b"{}", 0), Err(Unsigned::Wrong));
        assert_eq!(checked("Jefe", stamp, Some("v1="), b"{}", 0), Err(Unsigned::Wrong));
        for (at, signature) in [(None, signed), (stamp, None), (Some("now"), signed), (stamp, Some("abc"))] {
            assert_eq!(checked("Jefe", at, signature, b"{}", 0), Err(Unsigned::Missing));
        }
    }

    #[test]
    fn the_form_that_senders_copy() {
        // checked with: printf '1772442000.{}' | openssl dgst -sha256 -hmac Jefe
        let signed = sign(&SecretString::from("Jefe"), 1_772_442_000, b"{}");
        assert_eq!(signed, "v1=41e6af57695e8cf293bbea9447d6b14d5e72d22246dd60033cd6abf81163d757");
    }
}
