//! Live events: a line is one, or it is said why not; lines and bodies are read alike, and of bytes no line is lost.
#![no_main]

use astra_zoho::live::event::Event;
use astra_zoho::live::lines::{Piece, read};
use astra_zoho::ports::Clock;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::MAX
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

fuzz_target!(|data: &[u8]| {
    let (mut events, mut bad) = (0, 0);
    let whole = read(data, &Still, |piece| {
        match piece {
            Piece::Events(some) => events += some.len(),
            Piece::NotAnEvent { line, text, why } => {
                assert!(line > 0 && text.len() <= 2000 && !why.is_empty());
                bad += 1;
            }
        }
        true
    });
    assert!(matches!(whole, Ok(true)));
    let Ok(text) = std::str::from_utf8(data) else { return };
    let lines = text.split('\n').filter(|l| !l.trim().is_empty()).count();
    assert_eq!(events + bad, lines);
    for line in text.lines().take(8) {
        let Ok(event) = Event::from_json(line) else { continue };
        assert!(!event.id.trim().is_empty() && !event.conversation.trim().is_empty());
        if let Ok(value) = serde_json::from_str(line) {
            assert_eq!(Event::from_value(value).ok().as_ref(), Some(&event));
        }
    }
});
