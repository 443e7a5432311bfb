//! A conversation with the words lit that gave each value: what the screen shows where fields are tried.
//!
//! Owns how much of a long conversation is shown. Must not know the screen.

use super::lit::lit;
use super::{Extractor, Found, masked, summarize};
use crate::domain::conversation::{Conversation, Message, Role};
use crate::domain::text::non_blank;
use crate::domain::trace::Origin;
use crate::domain::tried::{Standing, Tried, TriedMessage, TriedValue};

/// Of a conversation with more messages, those at its start and around what was found are shown.
const ALL_SHOWN: usize = 120;
/// How many at the start.
const START: usize = 40;
/// How many before and behind each that gave a value.
const AROUND: usize = 3;
/// How much of a message is shown, in characters.
const LONGEST: usize = 800;
/// How far before the words a long message begins to be shown, in bytes.
const BEFORE: usize = 240;

/// Understands a whole conversation, and shows where each value was said. A value that the agent captured counts before
/// one found in the words.
pub fn tried(extractor: &Extractor, conversation: &Conversation) -> Tried {
    let mut listener = extractor.listen(conversation.channel);
    conversation.messages.iter().for_each(|m| listener.hear(m));
    let found: Vec<&Found> = listener.found.iter().collect();
    let captured = |key: &str| conversation.attributes.iter().any(|a| a.name == key && non_blank(&a.value).is_some());
    let nths: Vec<usize> = found.iter().map(|f| f.nth).collect();
    let total = conversation.messages.len();
    let shown = |nth: usize| total <= ALL_SHOWN || nth < START || nths.iter().any(|n| n.abs_diff(nth) <= AROUND);
    let messages: Vec<TriedMessage> = masked(&conversation.messages)
        .into_iter()
        .zip(&conversation.messages)
        .enumerate()
        .filter(|(nth, _)| shown(*nth))
        .map(|(nth, (text, m))| message(nth, m, text, found.iter().filter(|f| f.nth == nth)))
        .collect();
    let value = |f: &&Found| {
        let text = messages.iter().find(|m| m.nth == f.nth).map_or("", |m| m.text.as_str());
        TriedValue {
            key: f.key.clone(),
            value: f.value.clone(),
            origin: if f.role == Role::Agent { Origin::Agent } else { Origin::Customer },
            sure: Some(f.percent()),
            standing: match f.sure >= extractor.threshold {
                _ if captured(&f.key) => Standing::Captured,
                true => Standing::Used,
                false => Standing::InDoubt,
            },
            nth: Some(f.nth),
            lit: lit(text, &f.value, f.at),
        }
    };
    let mut values: Vec<TriedValue> = Vec::new();
    for a in &conversation.attributes {
        let Some(now) = non_blank(&a.value) else { continue };
        values.retain(|v| v.key != a.name);
        values.push(TriedValue {
            key: a.name.clone(),
            value: now.to_owned(),
            origin: Origin::Captured,
            sure: None,
            standing: Standing::Used,
            nth: None,
            lit: Vec::new(),
        });
    }
    values.extend(found.iter().map(value));
    Tried {
        conversation: conversation.id.clone(),
        channel: conversation.channel,
        messages,
        total,
        values,
        summary: summarize(&conversation.messages, None),
        threshold: percent(extractor.threshold),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
fn percent(share: f32) -> u8 {
    (share * 100.0).round().clamp(0.0, 100.0) as u8
}

/// A message, its text not longer than anybody reads.
fn message<'f>(nth: usize, m: &Message, mut text: String, found: impl Iterator<Item = &'f &'f Found>) -> TriedMessage {
    if text.chars().nth(LONGEST).is_some() {
        let first = found.filter_map(|f| lit(&text, &f.value, f.at).first().map(|r| r.start)).min().unwrap_or(0);
        let mut from = first.saturating_sub(BEFORE);
        while !text.is_char_boundary(from) {
            from -= 1;
        }
        let (before, rest) = (if from > 0 { "…" } else { "" }, &text[from..]);
        let after = if rest.chars().nth(LONGEST).is_some() { "…" } else { "" };
        text = before.chars().chain(rest.chars().take(LONGEST)).chain(after.chars()).collect();
    }
    TriedMessage { nth, at_ms: m.at_ms, role: m.role, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::conversation::Channel;
    use crate::domain::field::{Agent, AstraField};

    fn conversation(messages: Vec<(Role, String)>) -> Conversation {
        let message = |(i, (role, text))| Message { at_ms: i64::from(i) * 1000, role, text };
        Conversation {
            id: "c".into(),
            channel: Channel::Text,
            started_at: "2026-03-02T09:00:00Z".parse().unwrap(),
            messages: (0..).zip(messages).map(message).collect(),
            attributes: Vec::new(),
            triggers: Vec::new(),
            ended_at_ms: None,
        }
    }

    fn said(role: Role, text: &str) -> (Role, String) {
        (role, text.to_owned())
    }

    #[test]
    fn each_value_leads_to_its_words() {
        let plan = AstraField { key: "plan".into(), label: "Plan".into(), ..AstraField::default() };
        let mut agent = Agent::default();
        agent.fields.push(plan);
        let c = conversation(vec![
            said(Role::Agent, "Which plan are you on?"),
            said(Role::Customer, "My plan is Growth and I'm Ana Ruiz, my PIN is 4711."),
            said(Role::Agent, "So that is ana@example.com?"),
            said(Role::Customer, "my email is ana@example.com"),
        ]);
        let tried = tried(&Extractor::new(&agent), &c);
        let lit = |key: &str| {
            let v = tried.value(key).unwrap();
            let text = &tried.messages[v.nth.unwrap()].text;
            v.lit.iter().map(|r| text[r.clone()].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            (lit("plan"), lit("last_name"), lit("email")),
            (vec!["Growth".into()], vec!["Ruiz".into()], vec!["ana@example.com".into()])
        );
        assert_eq!(tried.value("email").unwrap().nth, Some(3));
        assert!(tried.values.iter().all(|v| v.standing == Standing::Used && v.sure.is_some()));
        assert!(!tried.messages[1].text.contains("4711"), "{}", tried.messages[1].text);
    }

    #[test]
    fn what_is_in_doubt_and_what_was_captured_is_told() {
        let mut c = conversation(vec![said(Role::Customer, "I'm Ana Ruiz, ana@example.com")]);
        let strict = Extractor::default().with_threshold(1.0);
        assert!(tried(&strict, &c).values.iter().all(|v| v.standing == Standing::InDoubt));
        let name = "email".to_owned();
        c.attributes.push(crate::domain::conversation::Captured {
            at_ms: 0,
            name,
            value: " other@example.com ".into(),
        });
        let tried = tried(&strict, &c);
        let email = tried.value("email").unwrap();
        assert_eq!((email.value.as_str(), email.origin), ("other@example.com", Origin::Captured));
        let said = tried.values.iter().rfind(|v| v.key == "email").unwrap();
        assert_eq!((said.value.as_str(), said.standing), ("ana@example.com", Standing::Captured));
    }

    #[test]
    fn of_a_long_conversation_only_what_matters_is_shown() {
        let mut messages: Vec<_> =
            (0..5_000).map(|i| said(Role::Agent, &format!("{i} {}", "x".repeat(2_000)))).collect();
        messages[3_000] = (Role::Customer, format!("{} my email is ana@example.com", "é ".repeat(5_000)));
        let tried = tried(&Extractor::default(), &conversation(messages));
        assert_eq!((tried.total, tried.messages.len()), (5_000, START + 2 * AROUND + 1));
        assert!(tried.messages.iter().all(|m| m.text.chars().count() <= LONGEST + 2 && m.text.contains('…')));
        let v = tried.value("email").unwrap();
        let m = tried.messages.iter().find(|m| m.nth == 3_000).unwrap();
        assert_eq!(&m.text[v.lit[0].clone()], "ana@example.com");
    }
}
