//! A line of a file of conversations: it is one, in order and with times that are times, or it is said why not; and the moments
//! of an action in it are in order.
#![no_main]

use astra_zoho::domain::action::{Action, Row};
use astra_zoho::domain::conversation::{Conversation, MAX_AT_MS};
use astra_zoho::domain::moment::{episodes, moments};
use astra_zoho::extract::Extractor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    let read = match Conversation::from_json(line) {
        Ok(read) => read,
        Err(e) => {
            assert!(!e.to_string().is_empty());
            return;
        }
    };
    assert!(!read.id.trim().is_empty());
    assert!(read.messages.iter().all(|m| (0..=MAX_AT_MS).contains(&m.at_ms)));
    assert!(read.messages.is_sorted_by_key(|m| m.at_ms) && read.attributes.is_sorted_by_key(|a| a.at_ms));
    assert!(read.triggers.is_sorted_by(|a, b| a < b));
    let last = read.messages.last().map_or(0, |m| m.at_ms);
    assert!(read.instant(last) >= read.started_at);
    let stretches = episodes(&read);
    assert!(!stretches.is_empty());
    for offline_sync in [false, true] {
        let mut action = Action { offline_sync, ..Action::new("a") };
        action.mapping.push(Row { zoho: "Description".into(), astra: "summary".into(), ..Row::default() });
        let found = moments(&read, &action, &mut Extractor::default().listen(read.channel));
        assert!(found.is_sorted_by_key(|m| m.at_ms), "{found:?}");
        assert!(found.iter().all(|m| m.episode >= 1 && m.episode as usize <= stretches.len()));
        if offline_sync {
            assert_eq!(found.len(), stretches.len());
        }
    }
});
