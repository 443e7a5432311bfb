//! Made-up conversations in any number: the same seed gives the same people saying the same things.

use serde_json::{Value, json};

/// A small generator of its own, so that no library's change of algorithm changes a test (Steele, Lea, Flood: SplitMix).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

/// Contacts that were there before: `foreign-0@example.com` and so on. `Title` says that nobody of ours made them.
pub fn foreign(n: u64) -> Vec<Value> {
    let one = |i: u64| {
        json!({"id": format!("{}", 5_551_234_000_000_700_001 + i), "Email": format!("Foreign-{i}@example.com"),
               "Last_Name": format!("Before{i}"), "Phone": format!("+1 602 555 {:04}", 100 + i), "Title": "foreign",
               "Mailing_City": "Old Town", "Description": "kept by hand"})
    };
    (0..n).map(one).collect()
}

/// Conversations of new and known customers, with attributes as an agent captures them: most complete, some corrected,
/// some without an address or a name.
pub fn conversations(seed: u64, n: u64) -> String {
    let mut dice = Dice::new(seed);
    let mut out = String::new();
    for i in 0..n {
        let email = match dice.roll(10) {
            0..6 => format!("customer-{}@example.com", dice.roll(n.div_ceil(2))),
            6..9 => format!("foreign-{}@EXAMPLE.com", dice.roll(40)),
            _ => String::new(),
        };
        let name = if dice.roll(8) == 0 { String::new() } else { format!("Name{}", dice.roll(5)) };
        let mut attributes = vec![
            json!({"at_ms": 0, "name": "email", "value": email}),
            json!({"at_ms": 1000, "name": "last_name", "value": name}),
            json!({"at_ms": 1000, "name": "summary", "value": format!("wanted thing {}", dice.roll(50))}),
        ];
        if dice.roll(2) == 0 {
            attributes.push(json!({"at_ms": 2000, "name": "phone", "value": format!("555 01{:02}", dice.roll(100))}));
        }
        if dice.roll(3) == 0 {
            attributes.push(json!({"at_ms": 9000, "name": "city", "value": format!("City{}", dice.roll(9))}));
        }
        let voice = dice.roll(3) == 0;
        let conversation = json!({
            "id": format!("c-{i:04}"),
            "channel": if voice { "voice" } else { "text" },
            "started_at": format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + i / 1440 % 28, i / 60 % 24, i % 60),
            "messages": [{"at_ms": 0, "role": "agent", "text": "."}, {"at_ms": 1500, "role": "customer", "text": "ok"},
                         {"at_ms": 10_000, "role": "customer", "text": "ok"}],
            "attributes": attributes,
            "ended_at_ms": if voice { json!(12_000) } else { Value::Null },
        });
        out.push_str(&conversation.to_string());
        out.push('\n');
    }
    out
}
