//! Rules, reasons and warnings in words, for people: the commands and the screen say the same. Must not know where the
//! words are shown.

use super::run::{Reason, Rule, RunRecord, Warning};

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

/// What to do about a run that failed with this code, where there is something to do.
pub fn remedy(code: &str) -> Option<&'static str> {
    Some(match code {
        "MANDATORY_NOT_FOUND" => "map the field that Zoho asks for, or give its row a default",
        "INVALID_DATA" => "look at the value above and at the field's rules in Zoho",
        "DUPLICATE_DATA" => "another record of Zoho holds this value: merge the two there",
        "ALREADY_MODIFIED" => "somebody kept changing the contact: replay the conversation later",
        "NO_PERMISSION" => "the connection's user may not do this: give the right in Zoho, or connect somebody else",
        "network" | "timeout" | "bad_response" => "check the connection (t in Account), then replay the conversation",
        "auth_expired" | "auth_revoked" => "connect the account again",
        "missing_scope" => "connect the account again with all scopes",
        "rate_limited" => "wait a moment, then replay the conversation",
        "credits_exhausted" => "the organisation's credits are back tomorrow: replay the conversation then",
        "config_invalid" => "mend the action: R lists what is wrong",
        _ => return None,
    })
}
