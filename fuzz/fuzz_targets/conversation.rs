//! Whatever is said: understanding it breaks nothing, values are values and were said, summaries are short and hold no card.
//!
//! The input is a conversation as one would write it down: a line each, `>` before the agent's. The first byte's lowest bit makes
//! it a call. A line that begins with `{` is what a language model answers.
#![no_main]

use std::collections::HashSet;

use astra_zoho::domain::conversation::{Channel, Conversation, Message, Role};
use astra_zoho::domain::field::{Agent, AstraField, AstraType};
use astra_zoho::domain::moment::Listen;
use astra_zoho::extract::{Extractor, Secrets, accept, mask_secrets, outgoing, summarize, tried};
use libfuzzer_sys::fuzz_target;

/// Three sentences of 180 characters, each with a full stop, and two spaces.
const LONGEST_SUMMARY: usize = 3 * 181 + 2;

std::thread_local! {
    static AGENT: Agent = agent();
    static EXTRACTOR: Extractor = AGENT.with(|agent| Extractor::new(agent).with_threshold(0.0));
}

fn agent() -> Agent {
    let field = |key: &str, label: &str, kind, description: &str| AstraField {
        key: key.into(),
        label: label.into(),
        kind,
        description: description.into(),
        built_in: false,
    };
    let mut agent = Agent::default();
    agent.fields.extend([
        field("order_number", "Order number", AstraType::Text, ""),
        field("plan", "Plan", AstraType::Text, "One of Starter, Growth or Enterprise"),
        field("birthday", "Date of birth", AstraType::Text, ""),
        field("site", "Website", AstraType::Url, ""),
        field("work_phone", "Work phone", AstraType::Phone, ""),
    ]);
    agent
}

fuzz_target!(|data: &[u8]| {
    let Some((flags, text)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let channel = if flags & 1 == 1 { Channel::Voice } else { Channel::Text };
    let (mut messages, mut answer) = (Vec::new(), None);
    for (i, line) in text.lines().take(64).enumerate() {
        if line.starts_with('{') {
            answer = Some(line);
            continue;
        }
        let (role, said) = match line.strip_prefix('>') {
            Some(said) => (Role::Agent, said),
            None => (Role::Customer, line),
        };
        // a vertical tab stands for a line break within a message
        let at_ms = i64::try_from(i).unwrap_or_default() * 1000;
        messages.push(Message { at_ms, role, text: said.replace('\u{b}', "\n") });
    }
    EXTRACTOR.with(|extractor| {
        let mut listener = extractor.listen(channel);
        for message in &messages {
            Listen::hear(&mut listener, message);
        }
        let letters: HashSet<char> =
            messages.iter().flat_map(|m| m.text.chars()).flat_map(char::to_lowercase).collect();
        for f in listener.found() {
            assert!(!f.value.trim().is_empty() && f.value.chars().count() <= 120, "{f:?}");
            assert!(!f.value.chars().any(char::is_control), "{f:?}");
            assert!((0.0..=1.0).contains(&f.sure) && f.text.chars().count() <= 160, "{f:?}");
            assert!(f.nth < messages.len(), "{f:?}");
            let Some(source) = listener.source(&f.key) else { panic!("no source: {f:?}") };
            assert!(!holds_card(&source.words), "{source:?}");
            // on the phone what was misheard is mended; in writing nothing is made up
            if channel == Channel::Text {
                let made_up =
                    f.value.chars().flat_map(char::to_lowercase).find(|c| c.is_alphabetic() && !letters.contains(c));
                assert!(made_up.is_none(), "{made_up:?} in {f:?}");
            }
        }
        let summary = Listen::summary(&listener);
        assert_eq!(summary, summarize(&messages, None), "message by message or at once");
        assert!(summary.chars().count() <= LONGEST_SUMMARY, "{summary:?}");
        assert!(!summary.chars().any(char::is_control), "{summary:?}");
        assert!(!holds_card(&summary), "{summary:?}");
        for most in [0, 80] {
            assert!(summarize(&messages, Some(most)).chars().count() <= most);
        }
        assert!(!holds_card(&mask_secrets(&text.replace('\n', " | "))));
        let mut secrets = Secrets::default();
        let sent: Vec<Message> = messages.iter().map(|m| outgoing(&mut secrets, m)).collect();
        AGENT.with(|agent| {
            if let Some(Ok(accepted)) = answer.map(|a| accept(extractor, agent, channel, &sent, a)) {
                for f in accepted.found {
                    assert!(f.nth < sent.len() && !f.value.chars().any(char::is_control), "{f:?}");
                }
            }
        });
        let conversation = Conversation {
            id: "c".into(),
            channel,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            messages,
            attributes: Vec::new(),
            triggers: Vec::new(),
            ended_at_ms: None,
        };
        let tried = tried(extractor, &conversation);
        for v in &tried.values {
            let text = tried.messages.iter().find(|m| Some(m.nth) == v.nth).map_or("", |m| m.text.as_str());
            for r in &v.lit {
                assert!(r.start < r.end && text.get(r.clone()).is_some(), "{v:?} in {text:?}");
            }
        }
    });
});

/// A run of 13 to 19 digits with at most one space or hyphen between two, with a right check digit, and no phone number
/// (which begins with `+`, or with `00` where it is dialled abroad).
fn holds_card(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let (start, mut digits) = (at, Vec::new());
        while let Some(b) = bytes.get(at) {
            let goes_on = matches!(b, b' ' | b'-') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
            if b.is_ascii_digit() {
                digits.push(u32::from(b - b'0'));
            } else if !goes_on {
                break;
            }
            at += 1;
        }
        let abroad = digits.starts_with(&[0, 0]) && digits.len() <= 15;
        let phone = abroad || text[..start].trim_end_matches('(').ends_with('+');
        if (13..=19).contains(&digits.len()) && !phone && is_luhn(&digits) {
            return true;
        }
    }
    false
}

fn is_luhn(digits: &[u32]) -> bool {
    let double = |d: u32| if d * 2 > 9 { d * 2 - 9 } else { d * 2 };
    let sum: u32 = digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 1 { double(*d) } else { *d }).sum();
    sum % 10 == 0
}
