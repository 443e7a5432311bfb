//! Hostile text: whatever is said, understanding it ends, breaks nothing, and gives values that are values. A grammar of hostile
//! pieces stands in for a fuzzer; `EXTRACT_SEEDS=1000000 cargo test extract_hostile` runs it for long.

use std::time::Duration;

use astra_zoho::domain::conversation::{Channel, Conversation, Message, Role};
use astra_zoho::domain::field::{Agent, AstraField, AstraType};
use astra_zoho::domain::moment::Listen as _;
use astra_zoho::extract::{Extractor, Secrets, accept, mask_secrets, outgoing, summarize, tried};

const SEEDS: u64 = 150;

struct Dice(u64);

impl Dice {
    /// A number below `n` (splitmix64).
    fn roll(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(n).unwrap()).unwrap()
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.roll(of.len())]
    }
}

const SAID: &[&str] = &[
    "my email is",
    "it's",
    "my name is",
    "i'm",
    "call me at",
    "no,",
    "actually",
    "sorry,",
    "yes",
    "that's right",
    "spelled",
    "as in",
    "double",
    "triple",
    "at",
    "dot",
    "underscore",
    "dash",
    "my order number is",
    "order no:",
    "the plan I'm on is",
    "my plan is",
    "i live at",
    "zip code",
    "for my wife",
    "not",
    "don't",
    "password is",
    "PIN",
    "card number",
    "what's your",
    "could you tell me your name, email and phone?",
    "how do you spell that?",
    "So that is ana@example.com, correct?",
    "and your order number and your plan?",
    "may I have your",
    "thank you",
    "?",
    "!",
    ",",
    ".",
    ";",
    ":",
    "-",
    "\n",
    "\r\n",
    "\t",
];
const VALUES: &[&str] = &[
    "ana@example.com",
    "Ana Ruiz",
    "O'Neill-Smith",
    "(602) 555-0118",
    "+49 170 1234567",
    "A-1234",
    "85705",
    "12 Main Street",
    "Tucson, AZ",
    "Growth",
    "a b c",
    "r u i z",
    "john dot smith at gmail dot com",
    "five five five oh one two",
    "Müller",
    "Łukasz",
    "山田太郎",
    "محمد",
    "Ольга",
    "אבי",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "xn--bcher-kva.example",
    "ana@bücher.example",
    "http://example.com/?q=<script>",
    "let's me down",
    "2026-03-02",
    "02032026",
    "3rd of May",
];
const EVIL: &[&str] = &[
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{ad}",
    "e\u{301}\u{301}\u{301}\u{301}",
    "\u{0}",
    "\u{1b}[2J",
    "\u{9b}",
    "👩‍👧",
    "🇩🇪",
    "\u{fffd}",
    "@@@@",
    "....",
    "a@",
    "@a",
    "a@b@c@d.e",
    "((((((",
    "))))",
    "+++++",
    "----",
    "''''",
    "\u{2019}s",
    "%n%s",
    "$(x)",
    "\\",
    "\"",
    "ﷺ",
    "İ",
    "ß",
    "ﬃ",
    "\u{1d400}",
    "１２３４",
    "٤٥٦",
    "〇一二",
];

fn text(dice: &mut Dice) -> String {
    let mut out = String::new();
    for _ in 0..dice.roll(24) {
        match dice.roll(12) {
            0..=4 => out.push_str(dice.pick(SAID)),
            5..=7 => out.push_str(dice.pick(VALUES)),
            8..=9 => out.push_str(dice.pick(EVIL)),
            10 => {
                // long runs: what makes a backtracking expression explode
                let (piece, times) =
                    (dice.pick(&["a", "1", "a@", "1-", ". ", "((", "\u{301}", "a b "]), dice.roll(400));
                out.push_str(&piece.repeat(times));
            }
            _ => {
                let random = u32::try_from(dice.roll(0x11_0000)).unwrap();
                out.extend(char::from_u32(random));
            }
        }
        if dice.roll(8) > 0 {
            out.push(' ');
        }
    }
    out
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
        field("hobby", "Hobby", AstraType::Text, ""),
        field("birthday", "Birthday", AstraType::Text, ""),
        field("guests", "Number of guests", AstraType::Text, ""),
        field("site", "Website", AstraType::Url, ""),
        field("work_phone", "Work phone", AstraType::Phone, ""),
        field("evil", "((a+)+)+$ \u{202e}", AstraType::Text, "[[[ a or b, \u{0} or"),
    ]);
    agent
}

fn conversation(dice: &mut Dice) -> Conversation {
    let messages = (0..dice.roll(16)).map(|i| Message {
        at_ms: i64::try_from(i).unwrap() * 1000,
        role: if dice.roll(2) == 0 { Role::Agent } else { Role::Customer },
        text: text(dice),
    });
    let messages = messages.collect();
    Conversation {
        id: "c".into(),
        channel: if dice.roll(2) == 0 { Channel::Text } else { Channel::Voice },
        started_at: "2026-03-02T09:00:00Z".parse().unwrap(),
        messages,
        attributes: Vec::new(),
        triggers: Vec::new(),
        ended_at_ms: None,
    }
}

#[test]
fn nothing_that_is_said_breaks_anything() {
    let seeds = std::env::var("EXTRACT_SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(SEEDS);
    let agent = agent();
    let extractor = Extractor::new(&agent).with_threshold(0.0).with_country("DE");
    let (mut said, mut bytes, mut values) = (0_u64, 0_u64, 0_u64);
    for seed in 0..seeds {
        let mut dice = Dice(seed);
        let c = conversation(&mut dice);
        let mut listener = extractor.listen(c.channel);
        for m in &c.messages {
            listener.hear(m);
            said += 1;
            bytes += m.text.len() as u64;
            for f in listener.found() {
                assert!(!f.value.trim().is_empty() && f.value.chars().count() <= 120, "seed {seed}: {f:?}");
                assert!(!f.value.chars().any(char::is_control), "seed {seed}: {f:?}");
                assert!((0.0..=1.0).contains(&f.sure) && f.text.chars().count() <= 160, "seed {seed}: {f:?}");
                assert!(f.nth < c.messages.len(), "seed {seed}: {f:?}");
            }
        }
        values += listener.found().count() as u64;
        assert!(summarize(&c.messages, Some(80)).chars().count() <= 80, "seed {seed}");
        // the screen's words are where they are said to be
        let tried = tried(&extractor, &c);
        for v in &tried.values {
            let text = tried.messages.iter().find(|m| Some(m.nth) == v.nth).map_or("", |m| m.text.as_str());
            for r in &v.lit {
                assert!(r.start < r.end && text.get(r.clone()).is_some(), "seed {seed}: {v:?} in {text:?}");
            }
        }
        // whatever a model answers, what is believed was said
        let mut secrets = Secrets::default();
        let sent: Vec<Message> = c.messages.iter().map(|m| outgoing(&mut secrets, m)).collect();
        let said = text(&mut dice);
        let answer = serde_json::json!({"email": said, "first_name": dice.pick(VALUES), "hobby": dice.pick(EVIL),
            "order_number": dice.pick(VALUES), "plan": said, "phone": dice.pick(VALUES), "evil": dice.pick(SAID)});
        let accepted = accept(&extractor, &agent, c.channel, &sent, &answer.to_string()).unwrap();
        for f in accepted.found {
            assert!(f.nth < sent.len() && !f.value.chars().any(char::is_control), "seed {seed}: {f:?}");
        }
        assert!(mask_secrets(&said).len() <= said.len() + 4 * said.split_whitespace().count() + 8, "seed {seed}");
    }
    println!("{seeds} conversations, {said} messages, {bytes} bytes, {values} values");
}

#[test]
fn ten_megabytes_and_a_thousand_addresses_take_no_longer_than_they_must() {
    let say = |text: String| {
        let c = Message { at_ms: 0, role: Role::Customer, text };
        let started = std::time::Duration::ZERO;
        let clock = astra_zoho::ports::WallClock;
        let before = astra_zoho::ports::Clock::now(&clock);
        let mut listener = Extractor::new(&agent()).listen(Channel::Text);
        listener.hear(&c);
        let summary = listener.summary();
        assert!(summary.chars().count() < 2_000);
        let took = astra_zoho::ports::Clock::now(&clock).duration_since(before);
        let took = Duration::try_from(took).unwrap_or(started);
        // unoptimised, on a loaded machine: far more than it takes, far less than anything that is not linear
        assert!(took < Duration::from_secs(30), "{took:?}");
    };
    for piece in
        ["a", "a ", "1", "1 ", "@", "a@b.co ", "my name is ", "((((", "é", "\u{202e}", "x\u{301}", "no. ", "double a "]
    {
        say(piece.repeat(10_000_000 / piece.len()));
    }
    say((0..1_000).map(|i| format!("my email is user{i}@example.com. ")).collect());
}
