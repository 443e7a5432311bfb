use super::super::action::Row;
use super::super::conversation::{Captured, Role};
use super::*;

/// Hears `key=value` and nothing else; sums up by joining.
#[derive(Default)]
struct Plain {
    values: BTreeMap<String, String>,
    episode: Vec<String>,
}

impl Listen for Plain {
    fn hear(&mut self, m: &Message) {
        self.episode.push(m.text.clone());
        for word in m.text.split_whitespace() {
            if let Some((k, v)) = word.split_once('=') {
                self.values.insert(k.to_owned(), v.to_owned());
            }
        }
    }

    fn heard(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    fn doubt(&self, key: &str) -> Option<Doubt> {
        let value = self.values.get(&format!("{key}?"))?.clone();
        let (astra, words) = (key.to_owned(), format!("{key}?={value}"));
        let source = Source { astra, at_ms: 7, origin: Origin::Customer, words, sure: Some(40), by_model: false };
        Some(Doubt { value, source })
    }

    fn begin_episode(&mut self) {
        self.episode.clear();
    }

    fn summary(&self) -> String {
        self.episode.join("|")
    }
}

fn action(offline_sync: bool) -> Action {
    Action {
        offline_sync,
        mapping: vec![
            Row::new("Email", "email"),
            Row::new("Last_Name", "name"),
            Row::new("Phone", "phone"),
            Row::new("Lead_Source", "channel"),
            Row::new("Description", "summary"),
        ],
        ..Action::new("a")
    }
}

fn talk(channel: Channel, messages: &[(i64, &str)]) -> Conversation {
    Conversation {
        id: "c".into(),
        channel,
        started_at: "2026-03-02T09:00:00Z".parse().unwrap(),
        messages: messages
            .iter()
            .map(|&(at_ms, text)| Message { at_ms, role: Role::Customer, text: text.into() })
            .collect(),
        attributes: vec![],
        triggers: vec![],
        ended_at_ms: None,
    }
}

fn with(mut c: Conversation, attributes: &[(i64, &str, &str)]) -> Conversation {
    c.attributes = attributes
        .iter()
        .map(|&(at_ms, name, value)| Captured { at_ms, name: name.into(), value: value.into() })
        .collect();
    c
}

/// One line a moment: `at episode trigger email/name/phone warnings`.
fn said(c: &Conversation, offline: bool) -> Vec<String> {
    moments(c, &action(offline), &mut Plain::default())
        .iter()
        .map(|m| {
            let of = |k| m.attributes.get(k).unwrap_or("-");
            let warnings: String = m.warnings.iter().map(|w| format!(" {w}")).collect();
            format!("{} {} {} {}/{}/{}{warnings}", m.at_ms, m.episode, m.trigger, of("email"), of("name"), of("phone"))
        })
        .collect()
}

#[test]
fn during_at_the_first_message_that_completes_and_after_each_change() {
    let c = talk(
        Channel::Text,
        &[
            (0, "hi"),
            (10, "email=e"),
            (20, "name=n"),
            (30, "thanks"),
            (40, "phone=p"),
            (50, "phone=p"),
            (60, "email=f"),
        ],
    );
    assert_eq!(said(&c, false), ["20 1 during e/n/-", "40 1 during e/n/p", "60 1 during f/n/p"]);
}

#[test]
fn an_end_without_any_run_makes_one_and_later_ends_only_after_a_change() {
    let silent = SILENCE_MS;
    let c = talk(Channel::Text, &[(0, "email=e"), (silent, "back"), (3 * silent, "phone=p"), (3 * silent + 1, "bye")]);
    assert_eq!(said(&c, false), [format!("{silent} 1 offline e/-/-"), format!("{} 3 offline e/-/p", 4 * silent + 1)]);
    assert_eq!(said(&c, true).len(), 3, "offline sync: exactly one per episode");
}

#[test]
fn a_message_a_moment_before_the_end_keeps_the_episode_open() {
    let before = talk(Channel::Text, &[(0, "a"), (SILENCE_MS - 1, "b")]);
    assert_eq!(said(&before, true), [format!("{} 1 offline -/-/-", 2 * SILENCE_MS - 1)]);
    let at = talk(Channel::Text, &[(0, "a"), (SILENCE_MS, "b")]);
    assert_eq!(
        said(&at, true),
        [format!("{SILENCE_MS} 1 offline -/-/-"), format!("{} 2 offline -/-/-", 2 * SILENCE_MS)]
    );
    let ended = Conversation { ended_at_ms: Some(5), ..talk(Channel::Text, &[(0, "a")]) };
    assert_eq!(said(&ended, true), [format!("{SILENCE_MS} 1 offline -/-/-")], "the end of a text is silence");
}

#[test]
fn a_call_ends_when_somebody_hangs_up() {
    let c = Conversation {
        ended_at_ms: Some(25),
        ..talk(Channel::Voice, &[(0, "email=e"), (20, "name=n"), (30, "phone=p")])
    };
    assert_eq!(said(&c, true), ["25 1 offline e/n/-"], "what comes after the end does not count");
    assert_eq!(said(&c, false), ["20 1 during e/n/-"]);
    let endless = with(talk(Channel::Voice, &[(0, "email=e")]), &[(40, "phone", "p")]);
    assert_eq!(said(&endless, true), ["40 1 offline e/-/p no_call_end"]);
}

#[test]
fn triggers_are_the_moments_unless_offline_sync_is_on() {
    let mut c = with(talk(Channel::Text, &[(0, "email=e name=n"), (100, "phone=p")]), &[(40, "name", "m")]);
    c.triggers = vec![50];
    let end = 100 + SILENCE_MS;
    assert_eq!(
        said(&c, false),
        ["50 1 during e/m/-".to_owned(), format!("{end} 1 offline e/m/p")],
        "what was learnt after the last trigger is written at the end"
    );
    assert_eq!(said(&c, true), [format!("{end} 1 offline e/m/p trigger_ignored")]);
    c.triggers = vec![100, end + 5];
    assert_eq!(said(&c, false), ["100 1 during e/m/p".to_owned(), format!("{} 1 during e/m/p", end + 5)]);
}

#[test]
fn captured_counts_before_words_and_blank_never_counts() {
    let c = with(
        talk(Channel::Text, &[(0, "email=said name=n"), (10, "phone=1"), (20, "ok")]),
        &[(0, "email", " "), (5, "email", "captured"), (15, "email", ""), (15, "phone", "2"), (30, "phone", "3")],
    );
    let end = 20 + SILENCE_MS;
    assert_eq!(
        said(&c, false),
        [
            "0 1 during said/n/-".to_owned(),
            "10 1 during captured/n/1".to_owned(),
            "20 1 during captured/n/2".to_owned(),
            format!("{end} 1 offline captured/n/3"),
        ]
    );
}

#[test]
fn what_is_captured_after_the_end_waits_for_the_next_episode() {
    let later = 2 * SILENCE_MS;
    let c = with(
        talk(Channel::Text, &[(0, "email=e name=n"), (later, "me again")]),
        &[(SILENCE_MS, "phone", "1"), (SILENCE_MS + 1, "phone", "2")],
    );
    assert_eq!(
        said(&c, true),
        [format!("{SILENCE_MS} 1 offline e/n/1"), format!("{} 2 offline e/n/2", later + SILENCE_MS)]
    );
    assert_eq!(
        said(&c, false),
        ["0 1 during e/n/-".to_owned(), format!("{SILENCE_MS} 1 offline e/n/1"), format!("{later} 2 during e/n/2")]
    );
}

#[test]
fn the_summary_covers_the_episode_and_is_no_change() {
    let later = 2 * SILENCE_MS;
    let mut c = with(talk(Channel::Text, &[(0, "email=e"), (1, "a"), (later, "b")]), &[(2, "summary", "captured")]);
    let summaries = |c: &Conversation| -> Vec<String> {
        moments(c, &action(true), &mut Plain::default())
            .iter()
            .map(|m| m.attributes.get("summary").unwrap_or("-").to_owned())
            .collect()
    };
    assert_eq!(summaries(&c), ["captured", "b"]);
    c.attributes.clear();
    assert_eq!(summaries(&c), ["email=e|a", "b"]);
    assert_eq!(said(&c, false).len(), 1, "the summary alone is no change");
}

#[test]
fn every_conversation_has_a_moment() {
    for offline in [false, true] {
        assert_eq!(said(&talk(Channel::Text, &[]), offline), [format!("{SILENCE_MS} 1 offline -/-/-")]);
        assert_eq!(said(&talk(Channel::Voice, &[]), offline), ["0 1 offline -/-/- no_call_end"]);
    }
    let c = with(talk(Channel::Text, &[]), &[(7, "email", "e")]);
    assert_eq!(said(&c, false), [format!("{} 1 offline e/-/-", 7 + SILENCE_MS)]);
}

#[test]
fn the_channel_is_known_unless_the_agent_captured_one() {
    let channel = |c: &Conversation| {
        moments(c, &action(true), &mut Plain::default())[0].attributes.get("channel").map(str::to_owned)
    };
    assert_eq!(channel(&talk(Channel::Voice, &[])).as_deref(), Some("voice"));
    assert_eq!(channel(&with(talk(Channel::Text, &[]), &[(0, "channel", "WhatsApp")])).as_deref(), Some("WhatsApp"));
}

#[test]
fn what_is_in_doubt_is_told_until_it_is_known() {
    let c = talk(Channel::Text, &[(7, "email=a@b.co name=A phone?=12"), (9, "phone=345")]);
    let found = moments(&c, &action(false), &mut Plain::default());
    let doubt = &found[0].doubts[0];
    assert_eq!((doubt.source.astra.as_str(), doubt.value.as_str(), doubt.source.sure), ("phone", "12", Some(40)));
    assert_eq!(doubt.source.at_ms, c.instant(7).as_millisecond());
    assert_eq!(found[0].warnings, [Warning::ValueInDoubt]);
    assert!(found[1].doubts.is_empty() && found[1].warnings.is_empty(), "{:?}", found[1]);
}
