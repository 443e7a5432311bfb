//! What summaries say of what was not done, and of what an agent says beside the matter.

use super::lines::{check, told};

#[test]
fn what_was_not_done_is_never_done() {
    for (said, want) in [
        ("okay nothing was moved", "Nothing was moved."),
        ("Alright, it was not booked.", "It was not booked."),
        ("sure none of it was cancelled", "None of it was cancelled."),
        ("No problem, nothing changed.", "Nothing changed."),
        ("no problem, not cancelled", "Not cancelled."),
        ("Okay, it hasn't been sent.", "It hasn't been sent."),
        ("Of course, it isn\u{2019}t booked", "It isn't booked."),
        ("No Deposit was paid.", "No Deposit was paid."),
        ("You are no longer registered.", "The customer is no longer registered."),
        ("great then nobody is booked", "Nobody is booked."),
        ("that's not confirmed", "That's not confirmed."),
        ("It has yet to be approved.", "It has yet to be approved."),
        ("okay so nothing was sent thank you", "Nothing was sent."),
        // and what was, though "no" is said
        ("no problem, moved", "It was moved."),
        ("No worries, it was moved.", "It was moved."),
        ("No, it has been moved.", "It was moved."),
        ("Moved at no extra cost.", "Moved at no extra cost."),
    ] {
        let lines = ["C: i want to move my lesson of friday", "A: That is possible.", &format!("A: {said}")];
        assert_eq!(told(&lines), format!("Wanted to move their lesson of friday. {want}"), "{said}");
    }
    check(&[(
        &["C: please book the flight and the hotel", "A: The flight is booked.", "A: The hotel was not booked."],
        "Asked the agent to book the flight and the hotel. The flight is booked; the hotel was not booked.",
    )]);
}

#[test]
fn what_is_said_beside_the_matter_is_no_outcome() {
    check(&[
        (
            &[
                "C: parcel 4471120 never came",
                "A: Is your phone number still 0171 555019?",
                "C: no, 0171 555 0188",
                "A: Updated. A new one is on its way, it comes on Monday.",
            ],
            "Reported: parcel 4471120 never came. A new one is on its way, it comes on Monday.",
        ),
        (
            &["C: i'd like to change my address", "A: What is it?", "C: 5 Mill Lane, Leeds", "A: Updated."],
            "Wanted to change their address. It was updated.",
        ),
        (
            &[
                "C: my radio switches itself off, the password is Apple!77",
                "A: Please never share your password. I recommend changing it now.",
                "A: An engineer has been booked.",
            ],
            "Reported: their radio switches itself off. An engineer has been booked.",
        ),
        (
            &[
                "C: hi i want to see the flat in the mill street",
                "A: yes it is available can i have your name",
                "C: nora lind",
                "A: the viewing is on monday at six",
            ],
            "Wanted to see the flat in the mill street. The viewing is on monday at six.",
        ),
        (
            &[
                "C: my card is blocked",
                "A: what is the number of the account",
                "C: four four triple one nine oh two",
                "A: never tell anybody your pin i have unblocked the card",
            ],
            "Reported: their card is blocked. The agent has unblocked the card.",
        ),
        (
            &[
                "C: what about my rent rebate it never came",
                "A: that is enough thank you miss lowe it was sent on monday",
            ],
            "Asked about their rent rebate it never came. It was sent on monday.",
        ),
        // what is forbidden of the matter is no warning
        (
            &["C: the kettle came broken", "A: Please don't send it back. A new one was sent today."],
            "Reported: the kettle came broken. A new one was sent today.",
        ),
    ]);
}

#[test]
fn nothing_is_garbled() {
    check(&[
        (
            &["C: ja hello uh my heating is um cold since monday it makes noise"],
            "Reported: their heating is cold since monday it makes noise.",
        ),
        (
            &["C: my oven is not working", "A: Ein Monteur kommt morgen bei Ihnen an."],
            "Reported: their oven is not working. The agent said: \"Ein Monteur kommt morgen bei Ihnen an.\"",
        ),
        (
            &["C: yes hello my name georg hofer i left my gloves in your bus"],
            "Reported: they left their gloves in the bus.",
        ),
        (
            &[
                "C: the lamp is broken",
                "A: Do you have another?",
                "C: great, we want to buy two before winter",
                "A: I'll have an offer ready tomorrow.",
            ],
            "Reported: the lamp is broken; wanted to buy two before winter. Open: the agent will have an offer ready tomorrow.",
        ),
    ]);
}

#[test]
fn a_day_a_price_and_a_no_are_told() {
    check(&[
        (
            &[
                "C: i need a room for two",
                "A: It costs 90 euros a night.",
                "A: Breakfast is served in the garden room.",
            ],
            "Wanted to get a room for two. It costs 90 euros a night; breakfast is served in the garden room.",
        ),
        (
            &["C: my tap drips", "A: The plumber comes on Tuesday.", "A: The water must be turned off before."],
            "Reported: their tap drips. The plumber comes on Tuesday; the water must be turned off before.",
        ),
        (
            &["C: I need to move my lesson", "A: Would Friday the 6th at 4pm work?", "C: yes", "A: See you then!"],
            "Wanted to move their lesson (when: Friday the 6th at 4pm).",
        ),
        // what was asked of the past is no appointment
        (&["C: I need to return my lamp", "A: Did you buy it on Monday?", "C: yes"], "Wanted to return their lamp."),
        (
            &[
                "C: please cancel my club card",
                "A: Would you like to pause it instead?",
                "C: no, cancel",
                "A: Cancelled.",
            ],
            "Asked the agent to cancel their club card. The customer declined to pause it instead. It was cancelled.",
        ),
        (
            &[
                "A: Am I speaking with Mr Dow?",
                "C: no and take this number off your list please",
                "A: I will. Apologies.",
            ],
            "Asked the agent to take this number off the list.",
        ),
        (&["C: how do i pay?", "A: Grazie Ada! By card, in the app."], "Asked \"how do i pay?\" By card, in the app."),
    ]);
}

#[test]
fn what_was_decided_is_told_before_what_stands_beside_it() {
    check(&[
        (
            &["C: I need a flat", "A: I found one on level 4. It has a balcony and costs 900 euros."],
            "Wanted to get a flat. The agent found one on level 4; it has a balcony and costs 900 euros.",
        ),
        (
            &["C: my lamp came broken", "A: I'm sending a new one. No need to return the old one."],
            "Reported: their lamp came broken. The agent is sending a new one.",
        ),
        (
            &["C: my lamp never came", "A: Please ask your neighbour.", "C: he had it all good"],
            "Reported: their lamp never came. The customer said that it is settled.",
        ),
        (
            &["C: I'd like the test results", "A: I'll send the form to you.", "A: The form was sent."],
            "Wanted to get the test results. The form was sent.",
        ),
        (
            &[
                "C: i need to pay my bill",
                "A: Thank you. The payment went through. Is there a phone number I can add?",
                "C: 212 555 0100",
            ],
            "Wanted to pay their bill. The payment went through.",
        ),
        (
            &[
                "C: hi i'm moving and i want to bring my account with me",
                "A: You are registered.",
                "C: thanks a million",
            ],
            "Wanted to bring their account with them. The customer is registered.",
        ),
        (
            &["C: I want to add my wife to my account", "A: I've sent the form to both of you."],
            "Wanted to add their wife to their account. The agent has sent the form to both of them.",
        ),
    ]);
}

#[test]
fn what_failed_is_told_of_earlier_matters_too() {
    check(&[
        // nobody speaks of the bike any more
        (
            &[
                "C: i want to rent a bike for sunday",
                "A: I'm very sorry, but there is no bike left for Sunday.",
                "C: ok. and please book a boat for two",
                "A: The boat is booked.",
            ],
            "Wanted to rent a bike for sunday; asked the agent to book a boat for two. There is no bike left for Sunday. The boat is \
             booked.",
        ),
        // and what came about in the end did not fail
        (
            &[
                "C: i want to rent a bike for sunday",
                "A: I'm sorry, but there is no bike left for Sunday.",
                "C: please book it for monday then",
                "A: The bike is booked for Monday.",
            ],
            "Wanted to rent a bike for sunday; asked the agent to book it for monday. The bike is booked for Monday.",
        ),
    ]);
}

#[test]
fn a_figure_that_was_asked_for_is_told_beside_what_was_done() {
    check(&[
        (
            &[
                "C: can you check my savings account",
                "A: Your current balance is 310 in credit.",
                "C: ok then please order a new card",
                "A: The card has been ordered.",
            ],
            "Asked the agent to check their savings account, and to order a new card. The customer's current balance is 310 in \
             credit. The card has been ordered.",
        ),
        // a yes to something else says nothing of the figure
        (
            &[
                "C: please check my balance",
                "A: Your current balance is 310 in credit.",
                "A: Do you want to open a complaint?",
                "C: yes please",
            ],
            "Asked the agent to check their balance. The customer's current balance is 310 in credit.",
        ),
    ]);
}

#[test]
fn where_it_lies_is_told_with_what_was_found() {
    check(&[(
        &[
            "C: i'm looking for a campsite",
            "A: I have found the 'Pine Camp', located North. It is cheap and has a rating of 3.",
            "C: thanks bye",
            "A: Would that be all?",
        ],
        "Wanted to get a campsite. The agent has found the 'Pine Camp', located North; it is cheap and has a rating of 3.",
    )]);
}

#[test]
fn what_is_read_back_is_no_outcome() {
    check(&[(
        &[
            "C: i want to change my address",
            "A: h a n t z at example dot c h",
            "C: right",
            "A: zero two oh seven nine four",
        ],
        "Wanted to change their address.",
    )]);
}
