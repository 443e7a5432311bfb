//! How customers answer for the fields of a shop, a club and an insurer: in few words, of somebody, put right.

use super::*;
use crate::domain::field::{Agent, AstraField, AstraType};

fn agent() -> Agent {
    let mut agent = Agent::default();
    for (key, label, description) in [
        ("plan", "Plan", "The plan the customer has or wants: Basic, Family, Premium, Starter, Growth or Enterprise"),
        ("order_number", "Order number", "The number of the order the customer is talking about"),
        ("preferred_language", "Preferred language", "The language the customer would like to be written or spoken to"),
        ("seats", "Seats", "How many users or seats the customer needs"),
        ("vehicle", "Vehicle", "Make, model and year of the customer's car"),
        ("license_plate", "License plate", "The licence plate of the customer's car"),
        ("allergies", "Allergies", "What the customer or their guests are allergic to"),
        ("how_heard", "How did you hear about us", "Where the customer heard about the business"),
        ("cancel_reason", "Cancellation reason", "Why the customer cancels"),
        ("job_title", "Job title", "The customer's role in the company"),
        ("contact_time", "Best time to call", "When the customer can be reached"),
    ] {
        agent.fields.push(AstraField {
            key: key.into(),
            label: label.into(),
            kind: AstraType::Text,
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
fn answers_that_speak_of_somebody() {
    let asked = "A: Great! Any allergies?";
    text(
        &[asked, "C: my husband is allergic to peanuts, and one of us is vegetarian"],
        &[("allergies", "my husband is allergic to peanuts")],
    );
    text(&[asked, "C: my son can't eat gluten"], &[("allergies", "my son can't eat gluten")]);
    text(&[asked, "C: shellfish"], &[("allergies", "shellfish")]);
    text(&[asked, "C: none"], &[]);
    for said in ["a friend told me", "friend", "a friend recommended you"] {
        text(&["A: How did you hear about us?", &format!("C: {said}")], &[("how_heard", "friend")]);
    }
}

#[test]
fn a_code_that_the_agent_puts_right() {
    let order = [("order_number", "5521")];
    text(&["C: Order 5512 please cancel", "A: Do you mean order 5521?", "C: yes 5521 sorry"], &order);
    text(&["C: I want to cancel order 5512", "A: I see order 5521, is that right?", "C: yes"], &order);
    text(&["C: Order 5521 please cancel", "A: Do you mean order 5512?", "C: no"], &order);
}

#[test]
fn one_of_several_that_is_looked_at_had_or_decided_on() {
    text(
        &["C: Hello, we're looking at the Growth plan for our firm, 35 seats"],
        &[("plan", "Growth"), ("seats", "35")],
    );
    text(&["C: we need 12 seats on the Premium plan"], &[("plan", "Premium"), ("seats", "12")]);
    text(&["C: Would 12 seats cost more?"], &[]);
    text(&["C: we are looking at the Growth plan and the Premium plan"], &[]);
    for said in ["I'm on Basic now and happy with it", "we're still on Basic", "we are currently on Basic"] {
        text(&[&format!("C: {said}")], &[("plan", "Basic")]);
    }
    text(&["C: is it better if I'm on Premium?"], &[]);
    text(&["C: ok then growth it is"], &[("plan", "Growth")]);
}

#[test]
fn what_is_asked_in_other_words() {
    text(
        &["A: Done. May I ask the reason?", "C: found it cheaper elsewhere"],
        &[("cancel_reason", "found it cheaper elsewhere")],
    );
    text(&["A: Can you tell me the reason for leaving?", "C: too expensive"], &[("cancel_reason", "too expensive")]);
    for asked in ["What's your reason for calling today?", "What's the reason for the delay?"] {
        text(&[&format!("A: {asked}"), "C: my router is broken"], &[]);
    }
    text(&["A: Lovely. Your role?", "C: head of ops"], &[("job_title", "head of ops")]);
    text(&["A: And what's your position there?", "C: I'm a buyer"], &[("job_title", "buyer")]);
    text(&["A: What's your position in the queue?", "C: 12"], &[]);
    text(&["A: What time would you like us to come by today", "C: 4pm if possible"], &[]);
    text(&["A: Good job! What is it for?", "C: my interview on Friday"], &[]);
}

#[test]
fn the_language_that_suits() {
    text(&["C: I'd like my invoices in French going forward"], &[("preferred_language", "French")]);
    text(&["C: i speak english and a bit of italian but english is fine"], &[("preferred_language", "english")]);
    text(&["C: my english is fine, what about the order"], &[]);
    text(&["C: is english ok?"], &[]);
}

#[test]
fn a_car_and_its_plate() {
    let plate = ("license_plate", "7XKL902");
    hears(Channel::Voice, &["A: and the license plate", "C: seven x k l nine oh two"], &[plate]);
    text(&["A: What's the license plate?", "C: ABC 1234"], &[("license_plate", "ABC 1234")]);
    let car = ("vehicle", "twenty nineteen honda civic");
    hears(Channel::Voice, &["A: what kind of vehicle do you drive", "C: it's a twenty nineteen honda civic"], &[car]);
}
