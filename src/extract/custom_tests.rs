//! The operator's own fields in conversations of our own.

use proptest::prelude::*;

use super::*;
use crate::domain::field::{Agent, AstraField, AstraType};
use crate::domain::moment::Listen;

fn agent() -> Agent {
    let mut agent = Agent::default();
    for (key, label, kind, description) in [
        ("order_number", "Order number", AstraType::Text, ""),
        (
            "plan",
            "Membership plan",
            AstraType::Text,
            "The plan the customer has or asks for: Starter, Growth or Enterprise",
        ),
        ("language", "Preferred language", AstraType::Text, ""),
        ("billing_email", "Billing email", AstraType::Email, ""),
        ("second_phone", "Second phone", AstraType::Phone, ""),
        ("website", "Website", AstraType::Url, ""),
        ("job_title", "Job title", AstraType::Text, "What the customer works as"),
        ("seats", "Number of seats", AstraType::Text, ""),
        ("birth", "Date of birth", AstraType::Text, ""),
        ("mail2", "Email", AstraType::Email, "would take the built-in field's values"),
    ] {
        agent.fields.push(AstraField {
            key: key.into(),
            label: label.into(),
            kind,
            description: description.into(),
            built_in: false,
        });
    }
    agent
}

#[track_caller]
fn hears(channel: Channel, lines: &[&str], want: &[(&str, &str)]) {
    let mut listener = Extractor::new(&agent()).listen(channel);
    for (i, line) in lines.iter().enumerate() {
        let (role, text) = line.split_at(3);
        let role = if role == "A: " { Role::Agent } else { Role::Customer };
        listener.hear(&Message { at_ms: i as i64 * 1000, role, text: text.to_owned() });
    }
    let mut got: Vec<(&str, &str)> = listener.found().map(|f| (f.key.as_str(), f.value.as_str())).collect();
    got.sort_unstable();
    let mut want = want.to_vec();
    want.sort_unstable();
    assert_eq!(got, want, "{lines:?}");
}

#[track_caller]
fn text(lines: &[&str], want: &[(&str, &str)]) {
    hears(Channel::Text, lines, want);
}

#[test]
fn the_agent_asks_by_the_labels_words() {
    text(&["A: Could you give me your order number?", "C: sure, it's A-10293"], &[("order_number", "A-10293")]);
    text(&["A: What's the order ID?", "C: 4870952797"], &[("order_number", "4870952797")]);
    text(&["A: Which plan are you on?", "C: the growth one I think"], &[("plan", "Growth")]);
    text(&["A: And your preferred language?", "C: Spanish please"], &[("language", "Spanish")]);
    text(&["A: What is your job title?", "C: I'm a senior buyer, thanks"], &[("job_title", "senior buyer")]);
    text(&["A: What number of seats do you need?", "C: about 25"], &[("seats", "25")]);
    text(&["A: Your date of birth, please?", "C: It's 24th March 1981."], &[("birth", "1981-03-24")]);
    text(&["C: I was born on March 24, 1981 in Leeds"], &[("birth", "1981-03-24")]);
    text(
        &["C: my date of birth is the third of march nineteen eighty four and I like tea"],
        &[("birth", "1984-03-03")],
    );
    text(&["A: When were you born?", "C: the twenty first of may, two thousand and one"], &[("birth", "2001-05-21")]);
    text(&["C: my son was born on the third of march nineteen eighty four"], &[]);
    text(
        &["A: What is your website?", "C: https://www.lindqvist.example/shop"],
        &[("website", "https://www.lindqvist.example/shop")],
    );
}

#[test]
fn the_customer_says_it_unasked() {
    text(&["C: hi, my order number is BX-7781-Q and it never came"], &[("order_number", "BX-7781-Q")]);
    text(&["C: Order no: 55120934"], &[("order_number", "55120934")]);
    text(&["C: 55120934 is my order number"], &[("order_number", "55120934")]);
    text(&["C: the plan I'm on is Starter"], &[("plan", "Starter")]);
    text(&["C: I'm on the Enterprise plan and want to leave"], &[("plan", "Enterprise")]);
    text(&["C: my preferred language would be French"], &[("language", "French")]);
    text(&["C: My job title is Head of Purchasing. Can you help?"], &[("job_title", "Head of Purchasing")]);
    text(&["C: my website is lindqvist.example"], &[("website", "lindqvist.example")]);
}

#[test]
fn typed_fields_and_the_built_in_ones_do_not_steal_from_each_other() {
    text(
        &["A: What is your email?", "C: ana@x.example", "A: And the billing email?", "C: bills@y.example"],
        &[("email", "ana@x.example"), ("billing_email", "bills@y.example")],
    );
    text(
        &["C: my email is ana@x.example and my billing email is bills@y.example"],
        &[("email", "ana@x.example"), ("billing_email", "bills@y.example")],
    );
    text(&["A: Your email please?", "C: ana@x.example"], &[("email", "ana@x.example")]);
    text(
        &["A: What is your phone number?", "C: 212 555 0100", "A: Do you have a second phone?", "C: yes, 212 555 0111"],
        &[("phone", "212 555 0100"), ("second_phone", "212 555 0111")],
    );
    text(&["A: Your phone number?", "C: my order number is 2125550100"], &[("order_number", "2125550100")]);
}

#[test]
fn what_is_not_said_of_the_customers_own() {
    for line in [
        "C: what is my order number?",
        "C: I lost my order number",
        "C: my wife's order number is 1234567",
        "C: I don't have an order number",
        "C: which plan do you recommend?",
        "C: an order number like 123456?",
        "C: what's your website?",
        "C: I was not on the Growth plan",
    ] {
        text(&[line], &[]);
    }
    text(&["A: Your order number is 5512.", "C: thanks"], &[]);
    text(&["A: What is your job title?", "C: why do you ask?"], &[]);
    text(&["A: What is your job title?", "C: I don't know"], &[]);
    text(&["A: Which plan are you on?", "C: no idea"], &[]);
}

#[test]
fn corrected_and_read_back() {
    text(
        &["A: Your order number?", "C: A-10293", "C: sorry, my order number is A-10239"],
        &[("order_number", "A-10239")],
    );
    text(
        &[
            "A: Your order number?",
            "C: it's on the mail",
            "A: I see it. Is your order number A-77120, correct?",
            "C: yes",
        ],
        &[("order_number", "A-77120")],
    );
    text(&["A: Is your order number A-77120?", "C: no, that is wrong"], &[]);
}

#[test]
fn on_the_phone() {
    hears(
        Channel::Voice,
        &["A: can you tell me your order number", "C: it's a b one two double three"],
        &[("order_number", "AB1233")],
    );
    hears(Channel::Voice, &["A: what is your preferred language", "C: uh german"], &[("language", "german")]);
}

#[test]
fn evidence_names_the_message() {
    let mut listener = Extractor::new(&agent()).listen(Channel::Text);
    listener.hear(&Message { at_ms: 5, role: Role::Customer, text: "my order number is A-10293".into() });
    let found = listener.get("order_number").unwrap();
    assert_eq!((found.at_ms, found.role, found.text.as_str()), (5, Role::Customer, "my order number is A-10293"));
    assert!(found.sure > 0.9);
}

#[test]
fn hostile_messages_are_bounded() {
    let extractor = Extractor::new(&agent());
    for piece in [
        "order number ",
        "my order number is A-1 ",
        "the plan i'm on is ",
        "website a.b ",
        "9",
        "date of birth 1 may ",
        "je m'appelle ",
    ] {
        let text = piece.repeat(10_000_000 / piece.len());
        let mut listener = extractor.listen(Channel::Voice);
        let question = "Your order number, plan, language, website, job title, seats and birth?";
        listener.hear(&Message { at_ms: 0, role: Role::Agent, text: question.into() });
        listener.hear(&Message { at_ms: 0, role: Role::Customer, text: text.clone() });
        listener.hear(&Message { at_ms: 0, role: Role::Agent, text });
        assert!(listener.found().all(|f| f.value.chars().count() <= LONGEST));
    }
}

const PIECES: &str = "(my |the |your |order number |plan |is |I'm on |language |billing email |website |date of birth |job title |seats |\
    second phone |[A-Z]{1,3}-?[0-9]{1,9} |[0-9]{1,12}[ ,.]|growth |a@b.example |x.example/y |24th |march |1981 |, |\\. |: |\\? |'s |-|\
    double |five |alpha |me llamo |ich bin |soy |меня зовут |我叫王小明 |と申します|です|제 이름은 김|입니다|DE89 3704 |pin |ÄÖ|é|\u{301}|🙂|\u{202e}|\n)";

proptest! {
    #[test]
    fn never_panics(turns in prop::collection::vec((any::<bool>(), prop::collection::vec(PIECES, 0..24)), 1..10), voice in any::<bool>()) {
        let channel = if voice { Channel::Voice } else { Channel::Text };
        let mut listener = Extractor::new(&agent()).with_country("DE").listen(channel);
        for (by_agent, pieces) in turns {
            let role = if by_agent { Role::Agent } else { Role::Customer };
            let text = pieces.concat();
            prop_assert!(mask_secrets(&text).chars().count() <= text.chars().count() + 4 * pieces.len());
            Listen::hear(&mut listener, &Message { at_ms: 0, role, text });
        }
        for f in listener.found() {
            prop_assert!(!f.value.trim().is_empty() && f.value.chars().count() <= LONGEST && !f.value.contains('\n'));
            prop_assert!((0.5..=1.0).contains(&f.sure) && f.text.chars().count() <= excerpt::EXCERPT);
        }
        prop_assert!(listener.story.summary(Some(200), &listener.secrets).chars().count() <= 200);
    }
}

#[test]
fn dates_heard_in_digits() {
    let birth = |answers: &[&str], want: &str| {
        let lines: Vec<String> =
            answers.iter().flat_map(|a| ["A: What is your date of birth?".to_owned(), format!("C: {a}")]).collect();
        hears(Channel::Voice, &lines.iter().map(String::as_str).collect::<Vec<_>>(), &[("birth", want)]);
    };
    birth(&["2511 1979"], "1979-11-25");
    birth(&["25111 979"], "1979-11-25");
    birth(&["07 07 1990"], "1990-07-07");
    // day or month: as said
    birth(&["03 04 1985"], "03 04 1985");
    birth(&["4th of May 1985", "0405 10085"], "1985-05-04");
    birth(&["4th of May 1985", "sorry, 5th of May 1985"], "1985-05-05");
    let both = ["A: What's your order number and date of birth?", "C: A-1234 25 11 1979"];
    hears(Channel::Text, &both, &[("order_number", "A-1234"), ("birth", "25 11 1979")]);
}

#[test]
fn said_in_other_words_than_the_labels() {
    let mut agent = agent();
    for (key, label, kind, description) in [
        ("mobile", "Mobile phone", AstraType::Phone, ""),
        ("tent", "Tent colour", AstraType::Text, "Which colour the customer wants: green or sand"),
        ("budget", "Budget", AstraType::Text, ""),
        ("delivery", "Delivery date", AstraType::Text, ""),
    ] {
        agent.fields.push(AstraField {
            key: key.into(),
            label: label.into(),
            kind,
            description: description.into(),
            built_in: false,
        });
    }
    let extractor = Extractor::new(&agent);
    for (channel, lines, key, want) in [
        (Channel::Text, &["C: where is my order 5550192837"][..], "order_number", "5550192837"),
        (Channel::Text, &["C: I bought a lamp (order AC-20771) and it broke"], "order_number", "AC-20771"),
        (Channel::Text, &["C: my order BX-20419 is late"], "order_number", "BX-20419"),
        (Channel::Text, &["C: a refund for order #A-99213, please"], "order_number", "A-99213"),
        (Channel::Text, &["C: I want to order 5000 chairs", "C: we order 12000 a year"], "order_number", ""),
        (
            Channel::Voice,
            &["A: your order number", "C: it's k t dash four four seven one nine"],
            "order_number",
            "KT-44719",
        ),
        (Channel::Voice, &["A: order number", "C: a c dash forty four nineteen"], "order_number", "AC-4419"),
        (
            Channel::Text,
            &["C: Do I need the Enterprise plan?", "C: then not Enterprise, make it Growth"],
            "plan",
            "Growth",
        ),
        (Channel::Text, &["C: please switch me to the Starter plan"], "plan", "Starter"),
        (Channel::Text, &["C: we have the Starter plan but want to switch to Growth"], "plan", "Growth"),
        (Channel::Text, &["A: Which plan?", "C: Not Starter, Growth."], "plan", "Growth"),
        (Channel::Voice, &["A: which plan", "C: um starter no wait growth"], "plan", "Growth"),
        (Channel::Text, &["A: Which plan?", "C: not Starter"], "plan", ""),
        (
            Channel::Voice,
            &["A: order number", "C: it's b as in boy k as in kite seven seven one"],
            "order_number",
            "BK771",
        ),
        (Channel::Text, &["A: Order number?", "C: none at hand, my phone is 206 555 0147"], "order_number", ""),
        (Channel::Text, &["A: Order number?", "C: my neighbour's is AC-1111, mine AC-2222"], "order_number", "AC-2222"),
        (Channel::Text, &["C: my last order was 2 weeks ago, order 3 for me"], "order_number", ""),
        (Channel::Text, &["C: could you reply in German please?"], "language", "German"),
        (Channel::Text, &["A: When should we deliver?", "C: next Tuesday please"], "delivery", "next Tuesday"),
        (Channel::Text, &["C: let's go with Growth"], "plan", "Growth"),
        (
            Channel::Text,
            &["C: is the Growth plan any good?", "C: what if I switch to Growth?", "C: I don't want to go with Growth"],
            "plan",
            "",
        ),
        (Channel::Voice, &["A: what's your budget", "C: no more than two thousand dollars"], "budget", "2000"),
        (Channel::Voice, &["A: how many seats", "C: twenty five people"], "seats", "25"),
        (Channel::Text, &["A: What's your website?", "C: none yet, my competitor is www.rival.com"], "website", ""),
        (Channel::Text, &["C: look at my shop, it's www.blue-pots.com"], "website", "www.blue-pots.com"),
        (Channel::Text, &["C: please write to me in Polish"], "language", "Polish"),
        (Channel::Text, &["C: do you have the manual in Italian?", "C: don't write to me in Dutch"], "language", ""),
        (Channel::Text, &["C: my cell is 917-555-0133, office 212-555-0144"], "mobile", "917-555-0133"),
        (Channel::Text, &["A: Your mobile number?", "C: 0151 5550 1234"], "mobile", "0151 5550 1234"),
        (Channel::Text, &["A: Which color would you like?", "C: Green, please."], "tent", "green"),
        (Channel::Text, &["A: When would you like it delivered?", "C: any day but Monday"], "delivery", ""),
    ] {
        let mut listener = extractor.listen(channel);
        for line in lines {
            let role = if line.starts_with("A: ") { Role::Agent } else { Role::Customer };
            listener.hear(&Message { at_ms: 0, role, text: line[3..].to_owned() });
        }
        let got = listener.found().find(|f| f.key == key).map_or("", |f| &f.value);
        assert_eq!(got, want, "{lines:?}");
    }
}

#[test]
fn the_one_that_is_wanted_last_counts() {
    for (line, plan) in [
        ("C: We want to move from Starter to Enterprise", "Enterprise"),
        ("C: let's go with growth then", "Growth"),
        ("C: we don't want Enterprise any more, put us on Starter", "Starter"),
        ("C: please upgrade me to the Growth plan", "Growth"),
        ("C: I'm paying for the Enterprise plan but I want the Starter plan", "Starter"),
        ("C: can you switch us from the Enterprise to the Growth plan?", "Growth"),
    ] {
        text(&[line], &[("plan", plan)]);
    }
    for line in [
        "C: what does the Growth plan cost?",
        "C: I don't want the Growth plan",
        "C: is the Growth plan better than the Starter plan?",
        "C: should we take Growth or Enterprise?",
        "C: let's go with Growth or Enterprise, you decide",
    ] {
        text(&[line], &[]);
    }
}

#[test]
fn a_plan_that_no_list_names() {
    let mut agent = Agent::default();
    let (kind, description) = (AstraType::Text, "What the customer has or asks for".to_owned());
    agent.fields.push(AstraField { key: "plan".into(), label: "Plan".into(), kind, description, built_in: false });
    for (line, want) in [
        ("we'd like to move from Silver to the Platinum plan", Some("Platinum")),
        ("pls put me on the silver plan", Some("silver")),
        ("i just want the basic plan", Some("basic")),
        ("I'm on the Silver plan but want to switch to the Gold plan", Some("Gold")),
        ("I want a better plan", None),
        ("i want to change the plan", None),
        ("we need a new payment plan", None),
        ("I won't go to the gold plan", None),
        ("cancel the gold plan", None),
        ("how is the silver plan?", None),
    ] {
        let mut listener = Extractor::new(&agent).listen(Channel::Text);
        listener.hear(&Message { at_ms: 0, role: Role::Customer, text: line.into() });
        assert_eq!(listener.get("plan").map(|f| f.value.as_str()), want, "{line}");
    }
}

#[test]
fn what_is_left_open_is_no_value() {
    for (asked, line) in [
        ("A: Which plan?", "C: either Starter or Growth"),
        ("A: Which plan?", "C: Starter or Growth, I don't know"),
        ("A: What is your order number?", "C: 4412 or 4413"),
        ("A: What is your order number?", "C: it's AC-4412 or maybe AC-4413"),
        ("A: Which language do you prefer?", "C: English or German"),
        ("A: How many seats?", "C: 42 or 43"),
    ] {
        text(&[asked, line], &[]);
    }
    text(&["A: What is your order number?", "C: AC-4412, no wait, AC-4413"], &[("order_number", "AC-4413")]);
    hears(
        Channel::Voice,
        &["A: What is your order number?", "C: b as in bravo x as in x ray four four zero one"],
        &[("order_number", "BX4401")],
    );
}

#[test]
fn a_language_in_passing() {
    for (line, language) in [
        ("C: I prefer Italian if somebody can", "Italian"),
        ("C: is there anyone who speaks portuguese", "portuguese"),
        ("C: In Spanish, please.", "Spanish"),
        ("C: Could we do this in Dutch please?", "Dutch"),
    ] {
        text(&[line], &[("language", language)]);
    }
    for line in [
        "C: I don't speak Italian",
        "C: the manual is in Chinese",
        "C: my mother speaks Polish",
        "C: an English breakfast",
    ] {
        text(&[line], &[]);
    }
}

#[test]
fn asked_whether_it_is_the_one() {
    text(&["A: Is AC-40917 your order number?", "C: yes"], &[("order_number", "AC-40917")]);
    text(&["A: Is AC-40917 your order number?", "C: no"], &[]);
    text(&["C: I paid order 2024/5518 twice by mistake"], &[("order_number", "2024/5518")]);
    text(&["C: I want to order 24/7 support"], &[]);
    hears(
        Channel::Voice,
        &["A: okay do you have the order number", "C: t x nine zero eight four"],
        &[("order_number", "TX9084")],
    );
}

#[test]
fn the_language_in_a_short_answer() {
    text(&["A: Which language do you prefer?", "C: Zulu"], &[("language", "Zulu")]);
    text(&["A: Do you want to be written to in Welsh or English?", "C: Welsh please"], &[("language", "Welsh")]);
    text(&["C: Can you send reminders in Korean? My English is slow"], &[("language", "Korean")]);
    hears(
        Channel::Voice,
        &["A: hello mobile money support english or french", "C: french please but i can speak english a little"],
        &[("language", "french")],
    );
    for lines in [
        &["A: Is the manual in English or German?", "C: I only found a French one"][..],
        &["C: Could you send me the invoice in Korean?"],
        &["C: I don't get messages in French"],
    ] {
        text(lines, &[]);
    }
}

#[test]
fn what_is_pointed_at_has_no_name() {
    let mut free = agent();
    free.fields.iter_mut().filter(|f| f.key == "plan").for_each(|f| f.description = "The plan".into());
    let plan = |asked: &str, said: &str| {
        let mut listener = Extractor::new(&free).listen(Channel::Voice);
        for (role, text) in [(Role::Agent, asked), (Role::Customer, said)] {
            listener.hear(&Message { at_ms: 0, role, text: text.to_owned() });
        }
        listener.found().find(|f| f.key == "plan").map(|f| f.value.clone())
    };
    for said in ["well put me on that one then", "put me on the cheapest one", "the cheapest one", "that one"] {
        assert_eq!(plan("Which plan do you want?", said), None, "{said}");
    }
    assert_eq!(plan("Which plan do you want?", "put me on gold").as_deref(), Some("gold"));
    assert_eq!(plan("Which plan do you want?", "switch me to the family plan please").as_deref(), Some("family"));
    assert_eq!(plan("Your Basic plan went up in May.", "well put me on that one then"), None);
    text(&["C: We're on the Starter plan and want to move up to Growth, how is it billed?"], &[("plan", "Growth")]);
}

#[test]
fn a_number_of_two_groups_behind_its_noun_is_a_code() {
    text(&["C: hi!! my order 30-44718 says delivered but nothing came"], &[("order_number", "30-44718")]);
    text(&["C: I bought a desk, order 5210-118, and the motor is broken"], &[("order_number", "5210-118")]);
    text(&["C: my order 250 chairs is late"], &[]);
}

#[test]
fn what_is_settled_on_after_a_talk() {
    for said in [
        "okay let's do Growth",
        "oh nice, then Growth please",
        "I signed up for Starter by mistake, I only wanted Growth",
    ] {
        text(&[&format!("C: {said}")], &[("plan", "Growth")]);
    }
    hears(
        Channel::Voice,
        &[
            "C: i want to change my plan i'm on the starter one and i keep running out",
            "A: we have growth and enterprise",
            "C: okay let's do growth",
        ],
        &[("plan", "Growth")],
    );
    for said in ["why would I do Growth?", "how much is it then, Growth?"] {
        text(&[&format!("C: {said}")], &[]);
    }
}

#[test]
fn a_language_is_wished_for() {
    for said in [
        "I would rather be contacted in French",
        "i got a letter in english but i want my letters in French",
        "Hello, can I speak French?",
    ] {
        text(&[&format!("C: {said}")], &[("language", "French")]);
    }
    for said in ["can your robot speak French", "I like that you have a page in French"] {
        text(&[&format!("C: {said}")], &[]);
    }
}

#[track_caller]
fn hears_of(label: &str, lines: &[&str], want: Option<&str>) {
    let mut agent = Agent::default();
    agent.fields.push(AstraField {
        key: "field".into(),
        label: label.into(),
        kind: AstraType::Text,
        description: String::new(),
        built_in: false,
    });
    let mut listener = Extractor::new(&agent).listen(Channel::Text);
    for line in lines {
        let (role, text) = line.split_at(3);
        let role = if role == "A: " { Role::Agent } else { Role::Customer };
        listener.hear(&Message { at_ms: 0, role, text: text.to_owned() });
    }
    let got = listener.found().find(|f| f.key == "field").map(|f| f.value.as_str());
    assert_eq!(got, want, "{label} {lines:?}");
}

#[test]
fn a_word_that_many_things_are_called_by() {
    // the password of something else
    for asked in ["What is your account password?", "Your password?", "What's the password of your account?"] {
        hears_of("Wifi password", &[&format!("A: {asked}"), "C: BlueFox22"], None);
    }
    hears_of("Wifi password", &["A: What's your wifi password?", "C: BlueFox22"], Some("BlueFox22"));
    hears_of("Wifi password", &["C: my wifi password is BlueFox22"], Some("BlueFox22"));
    // spoken of and not asked for
    for (label, asked, said) in [
        ("Device", "Did you restart the device?", "yes twice already"),
        ("Model", "Is the model new?", "bought last week"),
        ("Color", "The color is sold out. Anything else?", "ok cancel the order"),
        ("Device", "What is wrong with the device?", "cracked screen"),
    ] {
        hears_of(label, &[&format!("A: {asked}"), &format!("C: {said}")], None);
    }
    hears_of("Pet", &["A: Do you have a pet?", "C: yes, a cat"], Some("cat"));
    hears_of("Color", &["A: Which color?", "C: dark green please"], Some("dark green"));
    hears_of("Device", &["A: Your device?", "C: Kindle"], Some("Kindle"));
    // how it fares
    for (label, said) in [("Pet", "my pet is sick"), ("Color", "the color is wrong"), ("Team", "our team is waiting")] {
        hears_of(label, &[&format!("C: {said}")], None);
    }
    hears_of("Pet", &["C: my pet is a golden retriever"], Some("golden retriever"));
}
