//! Rules, reasons and warnings in words, for people: the commands and the screen say the same. Must not know where the
//! words are shown.

use std::fmt::Display;

use super::run::{Reason, Rule, RunError, RunRecord, Warning};

/// A number as people read it: 8,000.
pub fn counted(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// So many of something that makes its plural with an s: 1 run, 2 runs.
pub fn plural<N: Display + PartialEq + From<u8>>(n: N, what: &str) -> String {
    let s = if n == N::from(1) { "" } else { "s" };
    format!("{n} {what}{s}")
}

/// How long a run took, on the wall clock. Where a screen is only drawn, no time passes and nothing is measured.
pub fn took(run: &RunRecord) -> String {
    if run.duration_ms == 0 { "- ms".to_owned() } else { format!("{} ms", run.duration_ms) }
}

/// The rule as a sentence about this run.
pub fn rule_in_words(rule: Rule) -> &'static str {
    match rule {
        Rule::NoEmail => "no usable email address, so there is nobody to look up",
        Rule::CreationOff => "no contact has this address, and creating contacts is off",
        Rule::NoLastName => "no contact has this address, and without a last name Zoho makes none",
        Rule::Create => "no contact has this address, and creating contacts is on",
        Rule::UpdateExisting => "the contact exists, and updating existing fields is on",
        Rule::UpdateAstraContact => "updating existing fields is off, but this contact was created through Astra",
        Rule::SummaryOnly => "the contact exists and updating existing fields is off: the summary only",
        Rule::UpdatesOff => "the contact exists, updating existing fields is off, and there is no summary to write",
    }
}

/// A reason to leave a row out, in words.
pub fn reason_in_words(reason: Reason) -> &'static str {
    match reason {
        Reason::NoValue => "no value",
        Reason::Unchanged => "unchanged",
        Reason::NotEmpty => "Zoho has a value already",
        Reason::TooLong => "too long for the field",
        Reason::NotInPicklist => "not in the picklist",
        Reason::InvalidEmail => "not an email address",
        Reason::InvalidPhone => "not a phone number",
        Reason::InvalidUrl => "not a web address",
        Reason::CreateOnly => "the field is written on create only",
        Reason::UpdateOnly => "the field is written on update only",
        Reason::Restricted => "the rule allows the summary only",
    }
}

/// A warning of a run, in words.
pub fn warning_in_words(warning: Warning) -> &'static str {
    match warning {
        Warning::SeveralMatches => {
            "several contacts have this address: the one created through Astra, else the oldest, was taken"
        }
        Warning::TriggerIgnored => "the conversation carries triggers, which Offline Sync ignores",
        Warning::ValueInDoubt => "a value was heard and not used: it is less sure than `threshold` in config.toml",
        Warning::NoCallEnd => "the call has no end: it was taken to end at its last message or attribute",
    }
}

/// What would make a run pass that failed so, as far as what was said tells: the field, the account, the contact.
pub fn remedy(error: &RunError) -> String {
    let RunError { code, message } = error;
    let field = after(message, &format!("({code}) in "));
    let the_field = field.map_or("the field".to_owned(), |f| format!("the field {f}"));
    let contact = after(message, ", contact ").map_or("the other record".to_owned(), |id| format!("contact {id}"));
    let account = after(message, "account ").map_or("the account".to_owned(), |a| format!("account {a}"));
    match code.as_str() {
        "MANDATORY_NOT_FOUND" => {
            format!("map {the_field} to what every conversation gives, or give its row a default")
        }
        "INVALID_DATA" | "PATTERN_NOT_MATCHED" | "MAPPING_MISMATCH" => format!(
            "if {the_field} is no longer writable, map another or take its row out; else let its row send what Zoho's rules for it allow"
        ),
        "LIMIT_EXCEEDED" | "MAXIMUM_LENGTH_EXCEEDED" => {
            format!("{the_field} takes less than its row sends: map another")
        }
        "DUPLICATE_DATA" => format!("{contact} holds the value of {the_field} already: merge the two in Zoho"),
        "ALREADY_MODIFIED" => "somebody kept changing the contact: run it again when they are done".into(),
        "RECORD_LOCKED" | "NOT_APPROVED" | "NOT_REVIEWED" | "RECORD_IN_BLUEPRINT" | "CANNOT_PROCESS" => {
            "settle the contact's state in Zoho: unlock, approve or review it, or end its blueprint".into()
        }
        "NO_PERMISSION" | "AUTHORIZATION_FAILED" | "PERMISSION_DENIED" => {
            let needs = after(message, ", needs ").map_or("the right".to_owned(), |p| format!("the permission {p}"));
            format!("give the connection's user {needs} in Zoho, or connect {account} as somebody who has it")
        }
        "INVALID_QUERY" | "SYNTAX_ERROR" | "INVALID_FIELD" => {
            "a mapped field may be gone: `astra-zoho check` names it; map another, or take its row out".into()
        }
        "INVALID_MODULE" | "API_NOT_SUPPORTED" | "VERSION_NOT_SUPPORTED" => {
            format!("the organisation has no Contacts that this program knows: connect {account} to another one")
        }
        "network" | "timeout" | "bad_response" | "INTERNAL_ERROR" | "INTERNAL_SERVER_ERROR" | "SERVICE_UNAVAILABLE" => {
            format!("when {account} answers again (`astra-zoho account test` tells), run it again")
        }
        "auth_expired" | "auth_revoked" => format!("reconnect {account}, then run it again"),
        "missing_scope" => match after(message, "the route needs ") {
            Some(scope) => format!("reconnect {account} with the scope {scope}, then run it again"),
            None => format!("reconnect {account} with all scopes, then run it again"),
        },
        "rate_limited" => "it passes when it is run again in a few minutes".into(),
        "credits_exhausted" => {
            "the organisation's credits come back hour by hour, all within 24 hours: run it again then".into()
        }
        "config_invalid" => format!("mend the action or {account}: `astra-zoho check` lists what is wrong"),
        _ => format!("look up {code} in Zoho's list of API errors, mend it there, then run it again"),
    }
}

/// The word in a sentence after some others: up to a blank or a mark that ends it.
fn after<'m>(message: &'m str, words: &str) -> Option<&'m str> {
    let rest = &message[message.find(words)? + words.len()..];
    let word = rest.split([' ', ',', ';', ':']).next()?.trim_end_matches('.');
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_make_a_run_pass_names_what_was_named() {
        let told = |code: &str, message: &str| remedy(&RunError { code: code.into(), message: message.into() });
        let cases = [
            (
                "INVALID_DATA",
                "Zoho refused the record: invalid data (INVALID_DATA) in Fax, at most 30 characters; check",
                "the field Fax is no longer writable",
            ),
            (
                "MANDATORY_NOT_FOUND",
                "Zoho refused the record: required (MANDATORY_NOT_FOUND) in Region; map",
                "map the field Region to",
            ),
            (
                "DUPLICATE_DATA",
                "Zoho refused the record: duplicate (DUPLICATE_DATA) in Phone, contact 55; another",
                "contact 55 holds the value of the field Phone",
            ),
            (
                "NO_PERMISSION",
                "x: permission denied (NO_PERMISSION), needs Crm_Implied_Edit_Contacts; give",
                "the permission Crm_Implied_Edit_Contacts",
            ),
            ("auth_revoked", "https://a: account main: the connection was revoked", "reconnect account main,"),
            (
                "missing_scope",
                "x: the connection lacks a scope, the route needs ZohoCRM.coql.READ; connect account eu again with it",
                "reconnect account eu with the scope ZohoCRM.coql.READ",
            ),
            ("credits_exhausted", "x: used up", "credits come back"),
            ("SOMETHING_NEW", "x", "look up SOMETHING_NEW"),
            ("INVALID_DATA", "", "if the field is no longer writable"),
        ];
        for (code, message, wanted) in cases {
            let said = told(code, message);
            assert!(said.contains(wanted), "{code}: {said}");
        }
    }
}
