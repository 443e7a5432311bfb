//! `self_client.json`, as Zoho's API console lets one download it beside a Self Client's code. Must not know where the
//! file is.

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value};

/// What the file says.
pub struct SelfClient {
    /// The client's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// The code: works once, for some minutes.
    pub code: SecretString,
    /// When the code ends.
    pub ends_at: Option<Timestamp>,
}

/// The file is not what it should be. Quotes nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}; download it again in Zoho's API console: Self Client, Generate Code, Create, Download")]
pub struct NotASelfClient(String);

impl SelfClient {
    /// Reads the file. Keys it does not know are passed over.
    ///
    /// # Errors
    /// It is no JSON object, or lacks client id, secret or code.
    pub fn read(bytes: &[u8]) -> Result<Self, NotASelfClient> {
        let wrong = |what: &str| NotASelfClient(what.to_owned());
        if bytes.trim_ascii().is_empty() {
            return Err(wrong("it is empty"));
        }
        // the parser's own words could quote a secret
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let object: Map<String, Value> =
            serde_json::from_slice(bytes).map_err(|_| wrong("it is not the JSON object that Zoho's console makes"))?;
        let text = |keys: [&str; 2]| {
            let value = keys.iter().find_map(|key| object.get(*key)).and_then(Value::as_str).map(str::trim);
            value.filter(|v| !v.is_empty()).ok_or_else(|| NotASelfClient(format!("`{}` is missing", keys[0])))
        };
        let ends = match object.get("expiry_time") {
            Some(Value::Number(n)) => n.as_i64(),
            Some(Value::String(s)) => s.trim().parse().ok(),
            _ => None,
        };
        Ok(Self {
            client_id: text(["client_id", "clientId"])?.to_owned(),
            client_secret: SecretString::from(text(["client_secret", "clientSecret"])?),
            code: SecretString::from(text(["code", "grant_token"])?),
            ends_at: ends.and_then(|n| {
                // seconds or milliseconds: in seconds the latter would be after the year 5000
                let ms = if n < 100_000_000_000 { n.saturating_mul(1000) } else { n };
                Timestamp::from_millisecond(ms).ok()
            }),
        })
    }
}

/// Why Zoho refused a Self Client's code, as far as that can be told: too old by the time in the file, else used, or too
/// old, or of another data centre.
pub fn why_refused(ends_at: Option<Timestamp>, now: Timestamp) -> String {
    let anew = "make a new one under Self Client, Generate Code, and give it within its minutes";
    match ends_at {
        Some(ends) if ends <= now => {
            let ago = now.duration_since(ends);
            let ago = if ago.as_hours() > 0 {
                format!("{} h", ago.as_hours())
            } else if ago.as_mins() > 0 {
                format!("{} min", ago.as_mins())
            } else {
                format!("{} s", ago.as_secs())
            };
            format!("the code is too old: it ended {ago} ago; {anew}")
        }
        Some(_) => format!(
            "the code was used already (each works once), or was made in another data centre: by its own time it is not too old; {anew}"
        ),
        None => format!(
            "the code was used already (each works once), is older than the minutes chosen when it was made (3, where none were), or was made in another data centre; {anew}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn zohos_own_file_is_read() {
        let file = br#"{"client_id":"1000.AB","client_secret":"s3","code":"1000.c.d","scope":["ZohoCRM.org.READ"],
            "expiry_time":1775034000000,"grant_type":"authorization_code","new_key":{}}"#;
        let read = SelfClient::read(file).unwrap();
        assert_eq!((read.client_id.as_str(), read.code.expose_secret()), ("1000.AB", "1000.c.d"));
        let ends = read.ends_at.unwrap();
        assert_eq!(ends.as_second(), 1_775_034_000);
        assert!(why_refused(Some(ends), ends + jiff::SignedDuration::from_mins(4)).contains("ended 4 min ago"));
        assert!(why_refused(Some(ends), ends - jiff::SignedDuration::from_mins(4)).contains("used already"));
    }

    #[test]
    fn what_is_wrong_quotes_nothing() {
        for (file, want) in [
            (&b""[..], "it is empty"),
            (br#"{"client_id":"PLANTED""#, "not the JSON object"),
            (br#"["PLANTED"]"#, "not the JSON object"),
            (br#"{"client_id":"x","client_secret":{"PLANTED":1},"code":"PLANTED"}"#, "`client_secret` is missing"),
            (br#"{"client_id":"x","client_secret":"PLANTED","code":" "}"#, "`code` is missing"),
        ] {
            let told = SelfClient::read(file).err().unwrap().to_string();
            assert!(told.contains(want) && !told.contains("PLANTED"), "{told}");
        }
    }
}
