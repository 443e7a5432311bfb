//! What summaries say of what the agent put to the customer, and of what the customer wants in its place.

use super::lines::{check, told};

#[test]
fn what_was_put_to_the_customer_is_told_with_booked() {
    check(&[
        (
            &[
                "C: I need a boat to the island",
                "A: I found a Sailing boat for you from 'Pier 2' to 'Rock Island' for 30 euros. Should I book that for you?",
                "C: is it clean?",
                "A: Yes it is.",
                "C: ok go ahead and book it",
                "A: The boat is booked.",
            ],
            "Wanted to get a boat to the island. A Sailing boat from 'Pier 2' to 'Rock Island' for 30 euros; the boat is booked.",
        ),
        (
            &[
                "C: can you find me a campsite",
                "A: Alright, the Pine Camp ticks all of your boxes, can I book this place for you?",
                "C: yes please",
                "A: I've completed this booking for you!",
            ],
            "Asked the agent to find them a campsite. The Pine Camp ticks all of the customer's boxes; the agent has completed this booking \
             for the customer.",
        ),
        // what was refused is not what was booked
        (
            &[
                "C: can you find me a campsite",
                "A: The Pine Camp is free from May 2. Should I book it?",
                "C: no, too far",
                "A: Let me see.",
                "A: Your place is booked.",
            ],
            "Asked the agent to find them a campsite. The customer said no to \"The Pine Camp is free from May 2. Should I book it?\" The \
             customer's place is booked.",
        ),
        // nor what was put beside something else that was done
        (
            &[
                "C: can you find me a campsite",
                "A: The Pine Camp is free from May 2. Should I book it?",
                "C: first I want to file a complaint",
                "A: The complaint was filed.",
            ],
            "Asked the agent to find them a campsite; wanted to file a complaint. The complaint was filed.",
        ),
        // what the wish says already is not said again
        (
            &[
                "C: I'd like to see Dr. Weller on Monday at 10 am",
                "A: Dr. Weller is free on Monday. Should I book it?",
                "C: yes",
                "A: Your visit is booked.",
            ],
            "Wanted to see Dr. Weller on Monday at 10 am. The customer's visit is booked.",
        ),
    ]);
}

#[test]
fn what_takes_the_place_of_a_wish() {
    check(&[
        (
            &[
                "C: id like a large soup and two teas please",
                "C: nevermind id like to cancel all of that and just order the bean stew",
            ],
            "Asked the agent to order the bean stew.",
        ),
        (&["C: I want to rent a van", "C: never mind, I need a lorry"], "Wanted to get a lorry."),
        (
            &["C: i want to transfer 4000 from my checking account to my savings", "C: wait id rather transfer 5000"],
            "Wanted to transfer 5000 from their checking account to their savings.",
        ),
        // a booking that is there is cancelled in earnest
        (
            &["C: I want to cancel everything and close my account"],
            "Wanted to cancel everything and close their account.",
        ),
        (
            &["C: my lamp is broken", "C: never mind the scratch on it, that was there before"],
            "Reported: their lamp is broken.",
        ),
    ]);
}

#[test]
fn an_order_without_its_things_takes_them() {
    check(&[
        (
            &["C: please take my order", "C: one large soup", "C: and 2 teas"],
            "Asked the agent to take their order: one large soup and 2 teas.",
        ),
        (&["C: transfer 200 dollars from 2278 to 8989"], "Asked the agent to transfer 200 dollars from 2278 to 8989."),
    ]);
    let all = told(&["C: i want to check my balance 84318931431 pin 1596"]);
    assert_eq!(all, "Wanted to check their balance.");
    let all = told(&["C: i want to file a claim so i need a copy of my policy"]);
    assert_eq!(all, "Wanted to file a claim, and to get a copy of their policy.");
}
