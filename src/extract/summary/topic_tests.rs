//! What summaries say of few words: things without a verb, orders without "I want", what somebody will do.

use super::lines::{check, told};

#[test]
fn a_thing_without_a_verb_is_asked_about() {
    check(&[
        (&["C: hi", "C: status of my claim", "C: Bo"], "Asked about status of their claim."),
        (&["C: my boarding pass"], "Asked about their boarding pass."),
        (&["C: claim status", "C: i want to know my claim status"], "Wanted to know their claim status."),
        (&["C: i need a new card", "C: 10 gb data plan"], "Wanted to get a new card."),
        (&["C: my parcel is lost"], "Reported: their parcel is lost."),
        (&["C: 14 mill road dover 10022"], ""),
        (&["C: ruiz ssn 4411 and password heron77"], ""),
        (&["C: 3 crispy tenders"], "Wanted to get 3 crispy tenders."),
    ]);
}

#[test]
fn what_one_was_told_to_ask() {
    check(&[
        (&["C: ask to cancel my booking"], "Wanted to cancel their booking."),
        (&["C: ask the agent about the status of my repair"], "Asked about the status of their repair."),
        (&["C: ask for a refund of my ticket"], "Wanted to get a refund of their ticket."),
        (&["C: please help to transfer the money to my sister"], "Wanted to transfer the money to their sister."),
        (&["C: i want to rent a van for a day"], "Wanted to rent a van for a day."),
        (&["C: i want to new phone connection"], "Wanted to get new phone connection."),
        (&["C: i want to RSVP to a party"], "Wanted to RSVP to a party."),
    ]);
}

#[test]
fn food_is_ordered_without_a_wish() {
    check(&[
        (&["C: hi", "C: double cheeseburger", "C: 2 coffees"], "Wanted to get double cheeseburger and 2 coffees."),
        (&["C: meat lover", "C: one tea", "C: cash"], "Wanted to get meat lover and one tea."),
        (&["C: i need a pizza", "C: i want to order many"], "Wanted to get a pizza."),
        (&["C: my card was stolen, help"], "Reported: their card was stolen."),
        (&["C: i like fruit salad"], "Wanted to get fruit salad."),
        (&["C: i prefer the 5 gb plan"], "Wanted to get the 5 gb plan."),
        (&["C: my pizza was cold"], "Reported: their pizza was cold."),
    ]);
}

#[test]
fn what_the_customer_will_do_is_open() {
    check(&[
        (
            &[
                "C: i want to change my plan",
                "A: You can do that in the shop.",
                "C: ok i will visit the shop then thanks",
            ],
            "Wanted to change their plan. The customer can do that in the shop. Open: the customer will visit the shop.",
        ),
        (&["C: i want a loan", "C: if anything i will call you"], "Wanted to get a loan."),
        (&["C: i want a loan", "C: i will wait"], "Wanted to get a loan."),
        (&["C: i want to visit the bank", "C: i will visit the bank"], "Wanted to visit the bank."),
    ]);
}

#[test]
fn what_is_asked_in_other_words() {
    check(&[
        (&["C: let me know my bill"], "Wanted to know their bill."),
        (&["C: i was wondering if you could find me a flat"], "Asked the agent to find them a flat."),
        (&["C: can you help me signing up for the course"], "Wanted to get help signing up for the course."),
        (&["C: search for a flight to Oslo"], "Asked the agent to search for a flight to Oslo."),
        (&["C: check seat assignment"], "Asked the agent to check seat assignment."),
        (&["C: great you've been very helpful that was my only trouble", "C: Bo"], ""),
    ]);
}

#[test]
fn a_game_is_no_business() {
    check(&[
        (
            &[
                "C: I want to book a table",
                "A: Your table is booked.",
                "C: let's play some trivia",
                "A: Your answer was correct!",
            ],
            "Wanted to book a table. The customer's table is booked.",
        ),
        (
            &["C: let's play some trivia", "A: Your answer was correct!"],
            "Wanted to play some trivia. The customer's answer was correct.",
        ),
        (
            &["C: I need a ride", "A: I found a car for 12 credits\nthat comes in ten minutes."],
            "Wanted to get a ride. The agent found a car for 12 credits that comes in ten minutes.",
        ),
    ]);
}

#[test]
fn what_is_said_beside_the_matter_is_none() {
    for talk in [
        "hopefully you can help me, but I doubt it",
        "I need to call my husband first",
        "how is your day?",
        "what's the weather like in your part of the world?",
        "I'm hoping the terrace is open, because of the virus and all",
        "I really like the service at the Blue Door",
        "I like to get it done before lunch",
        "see you later, sorry it is so late, good bye",
        "could you send me my email address",
        "please look into this matter",
    ] {
        let all = told(&["C: my kettle leaks and won't start", "A: A new one is on its way.", &format!("C: {talk}")]);
        assert!(!all.contains("anted") && !all.contains("sked"), "{talk}: {all}");
    }
    let all = told(&["C: hello", "C: see you later, sorry it is so late, good bye"]);
    assert!(!all.contains("Reported"), "{all}");
}

#[test]
fn what_somebody_has_in_hand_is_told() {
    check(&[
        (
            &[
                "C: my sister Rosa wants to rent a hall for May",
                "C: we expect 40 guests, some on crutches, nothing broken i hope",
            ],
            "Reported: their sister Rosa wants to rent a hall for May.",
        ),
        (
            &["C: Hi, I'm planning a picnic for my team. Can you help?", "A: Where would you like it?"],
            "Reported: they are planning a picnic for their team. Open: the agent asked \"Where would you like it?\"",
        ),
        (
            &["C: im trying to transfer money to my savings account", "C: my checking account is 12344321"],
            "Wanted to transfer money to their savings account.",
        ),
    ]);
}

#[test]
fn what_a_question_beside_the_matter_needs_is_no_detail_of_it() {
    check(&[(
        &[
            "C: I want to rent a hall",
            "C: What is the weather like on Tuesday?",
            "A: For what location would you like the weather forecast?",
            "C: Lyon",
        ],
        "Wanted to rent a hall.",
    )]);
}
