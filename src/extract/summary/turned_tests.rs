//! What summaries say of what was taken back, put right, offered and refused, and of whom the agent speaks.

use super::lines::check;

#[test]
fn what_is_taken_back_and_what_takes_its_place() {
    check(&[
        (
            &[
                "C: I'd like to cancel my order please.",
                "A: I can cancel it for you.",
                "C: Actually no, leave it, just change the colour to green.",
                "A: The colour has been changed to green.",
            ],
            "Asked the agent to change the colour to green. The colour has been changed to green.",
        ),
        (
            &["C: I'd like to return my shoes.", "C: Hmm, actually I'll keep them.", "A: Okay."],
            "Wanted to return their shoes; the customer took that back.",
        ),
        (
            &[
                "C: I want to close my account",
                "A: May I ask why?",
                "C: no, I changed my mind",
                "A: The account stays open.",
            ],
            "Wanted to close their account; the customer took that back. The account stays open.",
        ),
        (
            &["C: Can you book me a table for four on Friday? Actually, make it Saturday."],
            "Asked the agent to book them a table for four on Saturday.",
        ),
        // nothing is taken back
        (
            &["C: I want to change my plan", "A: To Basic or Gold?", "C: leave it at the door please"],
            "Wanted to change their plan.",
        ),
    ]);
}

#[test]
fn offers_and_refusals_are_told() {
    check(&[
        (
            &[
                "C: I want to renew my plan.",
                "A: Would you like to upgrade to Gold?",
                "C: I'd rather not.",
                "A: It is renewed until May.",
            ],
            "Wanted to renew their plan. The customer declined to upgrade to Gold. It is renewed until May.",
        ),
        (
            &[
                "C: I want a refund for the kettle.",
                "A: I can offer you a voucher of 20 euros instead.",
                "C: No, I don't want a voucher.",
            ],
            "Wanted to get a refund for the kettle. The customer declined a voucher of 20 euros instead.",
        ),
        (
            &["C: I want a refund for the kettle.", "A: I'm afraid we can't refund it, you opened the box."],
            "Wanted to get a refund for the kettle. The agent can't refund it, the customer opened the box.",
        ),
        (
            &["C: I want a refund for the kettle.", "A: No, we don't do refunds on opened items, sorry."],
            "Wanted to get a refund for the kettle. The agent doesn't do refunds on opened items.",
        ),
    ]);
}

#[test]
fn what_is_spoken_of_beside_the_matter_is_not_its() {
    check(&[
        (
            &[
                "C: I want to book a hall for a party.",
                "A: When?",
                "C: What is the weather like on Tuesday?",
                "A: For what location would you like the weather forecast?",
                "C: Los Angeles.",
                "A: The hall is booked.",
            ],
            "Wanted to book a hall for a party. The hall is booked.",
        ),
        (
            &[
                "C: What's the weather in Chicago?",
                "A: It is sunny.",
                "C: Can you check Friday in New York City?",
                "A: It will be cloudy.",
            ],
            "Asked \"What's the weather in Chicago?\"; asked the agent to check the weather on Friday in New York City. It will be cloudy.",
        ),
        (&["C: i already have a ticket but i change this seat"], "Wanted to change this seat."),
        (
            &["C: hi i'm writing with you too my stove came with a broken valve"],
            "Reported: their stove came with a broken valve.",
        ),
        (
            &[
                "C: when are the red shoes back",
                "A: They will be back next week.",
                "A: Thanks, Bo. You will get a message.",
            ],
            "Asked \"when are the red shoes back\". They will be back next week. Open: the customer will get a message.",
        ),
        (
            &[
                "C: I can't find the parcel that you say was delivered.",
                "A: It was left at number 5.",
                "C: Found it, thanks!",
            ],
            "Reported: they can't find the parcel that the company says was delivered. It was left at number 5. The customer said that it is settled.",
        ),
    ]);
}

#[test]
fn the_agent_s_you_is_the_customer() {
    check(&[
        (
            &["C: my order is late", "A: We see that you placed it on Monday and we ship within 3 days."],
            "Reported: their order is late. The agent sees that the customer placed it on Monday and the company ships within 3 days.",
        ),
        (
            &["C: how much did I pay for my lamp?", "A: You paid forty euros for your lamp."],
            "Asked \"how much did I pay for my lamp?\" The customer paid forty euros for their lamp.",
        ),
    ]);
}

#[test]
fn what_works_again_and_what_is_cancelled_of_an_order() {
    check(&[
        (
            &["C: my mail program is not working", "C: after updating it now it is working fine"],
            "Reported: their mail program is not working. The customer said that it is settled.",
        ),
        (&["C: I want to buy a pizza", "C: and two teas", "C: please cancel the pizza"], "Wanted to get two teas."),
        (
            &["C: i would like to have a coke", "C: i changed my mind please cancel the coke"],
            "Wanted to have a coke; the customer took that back.",
        ),
        (
            &[
                "C: could you check and let me know my seat",
                "C: george lind",
                "C: perfect could you send the boarding pass to me",
            ],
            "Wanted to know their seat; asked the agent to send the boarding pass to them.",
        ),
        (&["C: I need to play trivia", "A: A bird in the hand is worth ____", "C: two"], "Wanted to play trivia."),
    ]);
}

#[test]
fn what_was_booked_and_stands_no_longer() {
    check(&[
        (
            &[
                "C: I'd like to book a table at the Harbour Grill for Monday.",
                "A: Your table has been booked at the Harbour Grill on Monday at 7 pm.",
                "C: Sorry, I need to move it to another day. Could we try Tuesday instead?",
                "A: Your table has been booked at the Harbour Grill on Tuesday at 7 pm.",
            ],
            "Wanted to book a table at the Harbour Grill for Monday, and to move it to another day. \
             The customer's table has been booked at the Harbour Grill on Tuesday at 7 pm.",
        ),
        (
            &[
                "C: I'd like to book an appointment with Dr Weiss.",
                "A: Your appointment with Dr Weiss is booked at 9 am.",
                "C: And I'd like to book another appointment for my son.",
                "A: Your appointment with Dr Weiss is booked at 10 am.",
            ],
            "Wanted to book an appointment with Dr Weiss, and to book another appointment for their son. The customer's \
             appointment with Dr Weiss is booked at 9 am. The customer's appointment with Dr Weiss is booked at 10 am.",
        ),
        (
            &[
                "C: I need a taxi to the station",
                "A: Your taxi has been booked.",
                "C: please cancel that, my neighbour takes me",
                "A: No problem. We will cancel the taxi.",
            ],
            "Wanted to get a taxi to the station. Open: the agent will cancel the taxi.",
        ),
        (
            &["C: Somebody stole 80 euros from my card!", "A: Your report has been submitted."],
            "Reported: somebody stole 80 euros from their card. The customer's report has been submitted.",
        ),
    ]);
}

#[test]
fn what_the_customer_objects_to_does_not_stand() {
    check(&[
        (
            &[
                "C: I'd like a double room from the twelfth to the fifteenth of May.",
                "A: No problem. I have booked it without breakfast.",
                "C: No no, with breakfast please.",
                "A: With breakfast, noted.",
            ],
            "Wanted to get a double room from the twelfth to the fifteenth of May.",
        ),
        (
            &[
                "C: I need a table for two on Friday",
                "A: Your table is booked for two on Friday at 7.",
                "C: no thanks, that's all",
            ],
            "Wanted to get a table for two on Friday. The customer's table is booked for two on Friday at 7.",
        ),
        (
            &[
                "C: Hello, my card got declined at the petrol station and I want to know why.",
                "A: I have lifted the block.",
            ],
            "Reported: their card got declined at the petrol station. The agent has lifted the block.",
        ),
        (
            &["A: Hello", "C: If I sign up now, can I change the address later?", "A: Yes, in the settings."],
            "Asked \"If I sign up now, can I change the address later?\" Yes, in the settings.",
        ),
        (
            &[
                "C: Good morning, I need an invoice copy for INV-20931.",
                "A: I've sent it. Anything else?",
                "C: Please note the amount is wrong, we ordered 40 lamps and not 400.",
                "A: I have passed that on to accounting.",
            ],
            "Wanted to get an invoice copy for INV-20931; reported: the amount is wrong, they ordered 40 lamps and not 400. \
             The agent has passed that on to accounting.",
        ),
        (
            &[
                "A: Who's calling?",
                "C: Kateryna Shevchuk.",
                "A: And which course?",
                "C: The B2 German evening one, starting in September.",
            ],
            "The agent asked \"And which course?\"; the customer answered \"The B2 German evening one, starting in September.\"",
        ),
    ]);
}
