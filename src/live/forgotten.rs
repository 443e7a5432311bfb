//! Forgetting: whose conversation it is that nobody looked up yet, and what keeps one that is gone from coming back.
//!
//! Must not know where conversations are kept.

use serde_json::Value;

/// A conversation that was forgotten, by its id: its SHA-256, so that what is kept tells nobody whose it was. Events up to
/// its last one, told once more, are known and not kept again.
pub fn digest(conversation: &str) -> String {
    use std::fmt::Write as _;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, conversation.as_bytes());
    digest.as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // into memory, which does not fail
        write!(hex, "{byte:02x}").unwrap_or_default();
        hex
    })
}

/// A text that was set aside and forgotten, likewise: no conversation's id begins with a line break.
pub fn digest_of_text(text: &str) -> String {
    digest(&format!("\n{text}"))
}

/// Whether a text has this address (in lower case) as a whole word, in any case.
pub fn mentions(text: &str, email: &str) -> bool {
    let text = text.to_lowercase();
    let part_of_one = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    !email.is_empty()
        && text.match_indices(email).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + email.len()..]);
            let mut after = after.chars();
            let longer = match after.next() {
                // the end of a sentence, or another label
                Some('.') => after.next().is_some_and(char::is_alphanumeric),
                next => next.is_some_and(|c| c.is_alphanumeric() || c == '-'),
            };
            !longer && !before.chars().next_back().is_some_and(part_of_one)
        })
}

/// As [`mentions`], in any string of a JSON text; one that is none is looked through as it stands.
pub fn json_mentions(json: &str, email: &str) -> bool {
    fn within(value: &Value, email: &str) -> bool {
        match value {
            Value::String(text) => mentions(text, email),
            Value::Array(values) => values.iter().any(|value| within(value, email)),
            Value::Object(values) => values.values().any(|value| within(value, email)),
            _ => false,
        }
    }
    match serde_json::from_str::<Value>(json) {
        Ok(value) => within(&value, email),
        // what is cut off in the middle has its line breaks written as two characters
        Err(_) => mentions(&json.replace("\\n", " ").replace("\\r", " ").replace("\\t", " "), email),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_whole_and_not_in_another() {
        let ann = "ann@x.example";
        for text in
            ["ann@x.example", "it is ANN@x.example.", "<Ann@X.Example>", "a,ann@x.example\nb", "'ann@x.example'"]
        {
            assert!(mentions(text, ann), "{text}");
        }
        for text in ["joann@x.example", "mary-ann@x.example", "ann@x.example.org", "ann@x.examples", "ann at x", ""] {
            assert!(!mentions(text, ann), "{text}");
        }
        assert!(!mentions("anything", ""));
        assert!(json_mentions(r#"{"type":"message","text":"hi\nann@x.example"}"#, ann));
        assert!(json_mentions(r#"{"text":"hi\nann@x.example, and"#, ann), "cut off");
        assert!(!json_mentions(r#"{"text":"hi\njoann@x.example"}"#, ann));
    }

    #[test]
    fn a_digest_is_that_of_the_database() {
        // SELECT encode(sha256(convert_to('c-1', 'UTF8')), 'hex')
        assert_eq!(digest("c-1").len(), 64);
        assert_ne!(digest("c-1"), digest("c-2"));
        assert_eq!(digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
