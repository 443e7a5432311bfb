//! The listener on conversations of our own: what is heard, and what must not be.

use proptest::prelude::*;

use super::*;
use crate::domain::field::{Agent, AstraField};
use crate::domain::moment::Listen;

/// Hears "A: ..." and "C: ..." lines, a second apart.
fn listen(channel: Channel, lines: &[&str]) -> Listener {
    let mut listener = Listener::new(channel);
    for (i, line) in lines.iter().enumerate() {
        let (role, text) = match line.split_at(3) {
            ("A: ", text) => (Role::Agent, text),
            (_, text) => (Role::Customer, text),
        };
        listener.hear(&Message { at_ms: i as i64 * 1000, role, text: text.to_owned() });
    }
    listener
}

fn values(channel: Channel, lines: &[&str]) -> Vec<(String, String)> {
    let listener = listen(channel, lines);
    let mut all: Vec<_> = listener.found().map(|f| (f.key.clone(), f.value.clone())).collect();
    all.sort();
    all
}

#[track_caller]
pub(super) fn text(lines: &[&str], want: &[(&str, &str)]) {
    let want: Vec<_> = want.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    assert_eq!(values(Channel::Text, lines), want, "{lines:?}");
}

#[track_caller]
pub(super) fn voice(lines: &[&str], want: &[(&str, &str)]) {
    let want: Vec<_> = want.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    assert_eq!(values(Channel::Voice, lines), want, "{lines:?}");
}

#[test]
fn bare_answers_to_a_question() {
    text(
        &["A: May I have your name, please?", "C: Greta Lindqvist"],
        &[("first_name", "Greta"), ("last_name", "Lindqvist")],
    );
    text(&["A: Your name?", "C: yes its pablo, for tonight"], &[("first_name", "pablo")]);
    text(&["A: What is your last name?", "C: Okonkwo"], &[("last_name", "Okonkwo")]);
    text(&["A: Your full name?", "C: Oduya, Samuel"], &[("first_name", "Samuel"), ("last_name", "Oduya")]);
    text(
        &["A: Your name?", "C: Anna-Lena van der Berg"],
        &[("first_name", "Anna-Lena"), ("last_name", "van der Berg")],
    );
    text(&["A: Your name?", "C: Mary J. Whitfield"], &[("first_name", "Mary"), ("last_name", "Whitfield")]);
    text(
        &["A: zip code and phone number please", "C: 60614", "C: (312) 555-0188"],
        &[("phone", "(312) 555-0188"), ("zip", "60614")],
    );
}

#[test]
fn statements_without_a_question() {
    text(
        &["C: hello my name is pieter brandt and i cant log in"],
        &[("first_name", "pieter"), ("last_name", "brandt")],
    );
    text(&["C: Hi, this is Farida from accounting"], &[("first_name", "Farida")]);
    text(&["C: Hey it's Jonas again."], &[("first_name", "Jonas")]);
    text(&["C: Ingrid Solheim here, my order is late"], &[("first_name", "Ingrid"), ("last_name", "Solheim")]);
    text(&["C: I'm Amara Diallo. I need a refund."], &[("first_name", "Amara"), ("last_name", "Diallo")]);
    text(&["C: first name Lucía, last name Ferrer"], &[("first_name", "Lucía"), ("last_name", "Ferrer")]);
}

#[test]
fn what_is_no_name() {
    for said in [
        "I'm looking for a hotel",
        "I'm fine",
        "this is urgent",
        "it's Friday",
        "I am Canadian",
        "I'm in Chicago",
        "this is about Paris",
    ] {
        text(&["A: How can I help?", &format!("C: {said}")], &[]);
    }
    for said in ["why do you need it?", "I already told you", "no", "Can I say no?", "153531981"] {
        text(&["A: May I have your name?", &format!("C: {said}")], &[]);
    }
}

#[test]
fn other_people_are_not_the_customer() {
    text(&["C: 2 seats, for me and my friend Roberto"], &[]);
    text(&["C: my friend's name is Mark and his email is mark@x.example"], &[]);
    text(&["A: Hi, my name is Lena, how can I help?", "C: Hi Lena, I lost my card"], &[]);
    text(&["A: What was your mother's maiden name?", "C: Costa"], &[]);
    text(&["A: Which doctor would you like to see?", "C: Dr. Morgan"], &[]);
    text(&["C: Her name is Sally, she is my boss", "C: my wife's number is 212 555 0123"], &[]);
}

#[test]
fn the_business_is_not_the_customer() {
    text(
        &[
            "A: You can write to help@shop.example or call 800 555 0199. We are at 5 Mill Road, Austin, TX 78701.",
            "C: thanks",
        ],
        &[],
    );
    text(&["A: Your account number?", "C: 9538190177", "A: And your PIN?", "C: 4455"], &[]);
    text(&["C: my order number is 4870952797 and booking 5551239876"], &[]);
    text(
        &[
            "C: I want to pay a bill",
            "A: what is the company name",
            "C: northern gas",
            "A: and its address",
            "C: 12 First Street",
        ],
        &[],
    );
}

#[test]
fn denials_and_examples() {
    text(&["A: What is your email?", "C: I don't have an email"], &[]);
    text(&["A: What is your email?", "C: something like name@example.com?"], &[]);
    text(&["A: What is your phone number?", "C: I'd rather not say"], &[]);
}

#[test]
fn the_last_one_counts() {
    text(&["C: my email is bo@x.example", "C: sorry, it is bob@x.example"], &[("email", "bob@x.example")]);
    text(
        &[
            "A: Your zip code?",
            "C: 98178",
            "A: Not found.",
            "C: I made a mistake with my zip code. It's actually 98187.",
        ],
        &[("zip", "98187")],
    );
    text(&["A: Your phone number?", "C: 212 555 0100", "C: no wait, 212 555 0111"], &[("phone", "212 555 0111")]);
    let listener = listen(Channel::Text, &["C: my email is bo@x.example", "A: ok", "C: sorry, it is bob@x.example"]);
    assert_eq!(listener.get("email").map(|f| f.at_ms), Some(2000));
}

#[test]
fn read_back_and_confirmed() {
    let lines =
        ["A: What is your email?", "C: its in my file", "A: So your email is kim@x.example, correct?", "C: yes"];
    text(&lines, &[("email", "kim@x.example")]);
    let found = listen(Channel::Text, &lines);
    let email = found.get("email").unwrap();
    assert_eq!((email.role, email.at_ms), (Role::Agent, 3000));
    assert!(email.text.contains("kim@x.example"));
    text(&[lines[0], lines[1], lines[2], "C: no, that is wrong"], &[]);
}

#[test]
fn addresses() {
    let whole = [("city", "Fort Wayne"), ("state", "IN"), ("street", "48 North Elm Street"), ("zip", "46802")];
    text(&["A: the new address please?", "C: 48 North Elm Street, Fort Wayne, IN 46802"], &whole);
    text(
        &["C: i live at 48 north elm st fort wayne in 46802"],
        &[("city", "fort wayne"), ("state", "in"), ("street", "48 north elm st"), ("zip", "46802")],
    );
    text(
        &["A: What is your address?", "C: 7 Harbour Lane, Whitby, YO21 3PU"],
        &[("city", "Whitby"), ("street", "7 Harbour Lane"), ("zip", "YO21 3PU")],
    );
    text(
        &["A: What is your address?", "C: Lindenweg 12, 50667 Köln"],
        &[("city", "Köln"), ("street", "Lindenweg 12"), ("zip", "50667")],
    );
    text(&["C: I'd like 2 rooms for 3 nights", "C: 24 hours drive"], &[]);
}

#[test]
fn companies() {
    text(&["A: Which company do you work for?", "C: Fjord Analytics"], &[("company", "Fjord Analytics")]);
    text(&["C: my company name is brightwater pvt ltd and account number 4431"], &[("company", "brightwater pvt ltd")]);
    text(&["C: I'm calling from Pinewood Ltd about an invoice"], &[("company", "Pinewood Ltd")]);
}

#[test]
fn spelled_in_writing() {
    text(
        &["A: Your name?", "C: Jon Smith", "A: How do you spell that?", "C: S-m-y-t-h"],
        &[("first_name", "Jon"), ("last_name", "Smyth")],
    );
}

#[test]
fn on_the_phone() {
    voice(
        &[
            "A: what is your full name",
            "C: catherine moor",
            "A: how do you spell that",
            "C: k a t h e r i n e m double o r e",
        ],
        &[("first_name", "Katherine"), ("last_name", "Moore")],
    );
    voice(
        &["A: What's your postcode?", "C: b b 3 6 v y l", "A: Can you repeat the postcode for me?", "C: b b 3 6 5 y l"],
        &[("zip", "BB36 5YL")],
    );
    voice(&["A: what is your email", "C: it's tom dot h at mail dot org"], &[("email", "tom.h@mail.org")]);
    voice(
        &["A: your phone number please", "C: five five five double one two three four nine oh"],
        &[("phone", "5551123490")],
    );
    voice(&["A: what is your zip code", "C: six zero two nine seven"], &[("zip", "60297")]);
}

#[test]
fn other_scripts() {
    text(&["A: Your name?", "C: Ольга Петрова"], &[("first_name", "Ольга"), ("last_name", "Петрова")]);
    text(&["C: 我的邮箱是 wei@x.example 谢谢 🙏"], &[("email", "wei@x.example")]);
    text(&["A: Your name?", "C: José Núñez 😊"], &[("first_name", "José"), ("last_name", "Núñez")]);
}

#[test]
fn evidence_is_bounded_and_sure_in_range() {
    let long = format!("C: {} my email is ana@x.example {}", "word ".repeat(400), "word ".repeat(400));
    let found = listen(Channel::Text, &[&long]);
    let email = found.get("email").unwrap();
    assert!(email.text.chars().count() <= excerpt::EXCERPT && email.text.contains("ana@x.example"), "{}", email.text);
    assert!((0.5..=1.0).contains(&email.sure));
}

#[test]
fn hostile_messages_are_bounded() {
    let huge = [
        "a@b.example ".repeat(900_000),
        "1 a street ".repeat(900_000),
        "my name is ".repeat(900_000),
        "@".repeat(10_000_000),
        "9".repeat(10_000_000),
        "(".repeat(10_000_000),
        "at dot com ".repeat(900_000),
        "a".repeat(10_000_000),
        "\u{202e}é".repeat(2_000_000),
    ];
    for text in huge {
        for channel in [Channel::Text, Channel::Voice] {
            let mut listener = Listener::new(channel);
            for question in ["What is your name, email, phone, zip and address?", "How do you spell that?"] {
                listener.hear(&Message { at_ms: 0, role: Role::Agent, text: question.into() });
                listener.hear(&Message { at_ms: 0, role: Role::Customer, text: text.clone() });
            }
            assert!(listener.found().count() <= 9);
            assert!(listener.found().all(|f| f.value.chars().count() <= LONGEST));
        }
        let messages = [Message { at_ms: 0, role: Role::Customer, text: text.clone() }];
        assert!(summarize(&messages, None).chars().count() < 1000);
    }
}

proptest! {
    #[test]
    fn never_panics(turns in prop::collection::vec((any::<bool>(), "\\PC{0,60}|[a-z0-9 .,'@+#()\\-]{0,80}|(my name is |at |dot |double |st |12 |IN |🙂|é|\u{202e}|@)*"), 0..8), voice in any::<bool>(), max in 0usize..300) {
        let channel = if voice { Channel::Voice } else { Channel::Text };
        let mut listener = Listener::new(channel);
        let mut messages = Vec::new();
        for question in ["", "What is your full name, company and email?", "Can you spell your postcode?", "Your address and phone?"] {
            listener.hear(&Message { at_ms: 0, role: Role::Agent, text: question.into() });
            for (agent, text) in &turns {
                let message = Message { at_ms: 1, role: if *agent { Role::Agent } else { Role::Customer }, text: text.clone() };
                listener.hear(&message);
                messages.push(message);
            }
        }
        for f in listener.found() {
            prop_assert!(!f.value.trim().is_empty() && !f.value.contains('\n'));
            prop_assert!((0.5..=1.0).contains(&f.sure));
            prop_assert!(f.text.chars().count() <= excerpt::EXCERPT);
        }
        let summary = summarize(&messages, Some(max));
        prop_assert!(summary.chars().count() <= max);
        prop_assert!(!summary.chars().any(char::is_control));
    }
}

#[test]
fn a_doubt_names_its_message_and_hides_what_is_secret() {
    let agent = {
        let mut agent = Agent::default();
        agent.fields.push(AstraField { key: "pin".into(), label: "PIN".into(), ..AstraField::default() });
        agent
    };
    let mut strict = Extractor::new(&agent).with_threshold(1.0).listen(Channel::Text);
    for (at_ms, text) in [(5, "my email is ana@example.com"), (9, "my PIN is 4821")] {
        Listen::hear(&mut strict, &Message { at_ms, role: Role::Customer, text: text.into() });
    }
    let email = strict.doubt("email").unwrap();
    assert_eq!((email.value.as_str(), email.source.at_ms), ("ana@example.com", 5));
    assert_eq!(email.source.words, "my email is ana@example.com");
    assert!(email.source.sure.is_some_and(|s| s < 100) && strict.heard("email").is_none());
    let pin = strict.doubt("pin").unwrap();
    assert_eq!((pin.value.as_str(), pin.source.words.as_str()), ("****", "my PIN is ****"));
    assert!(strict.doubt("phone").is_none());
}

#[test]
fn several_things_asked_for_at_once() {
    let said =
        |question: &str, answer: &str| values(Channel::Text, &[&format!("A: {question}"), &format!("C: {answer}")]);
    let is = |got: Vec<(String, String)>, want: &[(&str, &str)]| {
        let got: std::collections::BTreeMap<_, _> = got.into_iter().collect();
        let want = want.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        assert_eq!(got, want);
    };
    is(
        said("What's your name and email?", "Vera Lind vera.lind@example.com"),
        &[("email", "vera.lind@example.com"), ("first_name", "Vera"), ("last_name", "Lind")],
    );
    is(said("Your city and zip code, please?", "85705 tucson"), &[("city", "tucson"), ("zip", "85705")]);
    is(said("What is your city and state?", "tucson arizona"), &[("city", "tucson"), ("state", "arizona")]);
}
