//! What summaries say of introductions, promises, requests and things taken back.

use super::lines::check;

#[test]
fn who_speaks_stands_before_the_matter() {
    check(&[
        (
            &["C: this is nina petrov from blue harbour foods our freezer is broken"],
            "Reported: their freezer is broken.",
        ),
        (&["C: Tom Becker, tom@example.com - need a price for two lamps"], "Wanted to get a price for two lamps."),
        (&["C: I am Grace Moore. Pls put me on the monthly plan."], "Asked the agent to put them on the monthly plan."),
        (&["C: hi robert here what's the price of the big tent"], "Asked \"what's the price of the big tent\"."),
        (
            &["C: peter again i wrote to you yesterday about the leak"],
            "Reported: they wrote to the company yesterday about the leak.",
        ),
        (
            &["C: Anna Nowak. Interested in your blue mixer. anna@example.com", "A: The offer has been sent."],
            "Was interested in the blue mixer. The offer has been sent.",
        ),
    ]);
}

#[test]
fn what_the_agent_asks_is_the_agents() {
    check(&[
        (
            &["A: Name?", "C: Jo Berg", "A: What is it about?", "C: the garden fence", "A: We'll call you back today."],
            "Asked about the garden fence. Open: the agent will call the customer back today.",
        ),
        (
            &["A: What's the problem?", "C: the oven door sticks", "A: A new one has been ordered."],
            "Reported: the oven door sticks. A new one has been ordered.",
        ),
        (&["A: And you'd like?", "C: a quote for the roof"], "Wanted to get a quote for the roof."),
        (
            &["A: How can I help?", "C: my radio has no sound since monday"],
            "Reported: their radio has no sound since monday.",
        ),
        (
            &["A: Which colour do you want for the door?", "C: dark green would be fine"],
            "The agent asked \"Which colour do you want for the door?\"; the customer answered \"dark green would be fine\".",
        ),
    ]);
}

#[test]
fn promises_and_requests_are_open() {
    check(&[
        (
            &[
                "C: my scarf never arrived, order 77120",
                "A: I have asked the carrier to search for it. You will hear from us on Friday.",
            ],
            "Reported: their scarf never arrived, order 77120. The agent has asked the carrier to search for it. \
             Open: the customer will hear from the company on Friday.",
        ),
        (
            &["C: one cup came broken", "A: Please send us a photo of the cup.", "C: later today"],
            "Reported: one cup came broken. Open: the customer was asked to send the company a photo of the cup.",
        ),
        // done later, and not open any more
        (
            &[
                "C: can you send me the manual for my drill",
                "A: I'll send the manual tonight.",
                "C: thanks",
                "A: The manual has been sent.",
            ],
            "Asked the agent to send them the manual for their drill. The manual has been sent.",
        ),
        (
            &["C: my drain is blocked", "A: I've passed it on, someone will call you."],
            "Reported: their drain is blocked. The agent has passed it on. Open: someone will call the customer.",
        ),
        (
            &["C: I'd like to rent a boat on Friday", "A: It will be sunny in Malta."],
            "Wanted to rent a boat on Friday. It will be sunny in Malta.",
        ),
        (
            &[
                "C: how much is the family card?",
                "A: 19.50 a month.",
                "C: ok I'll take it",
                "A: Great, please complete the order on our site.",
            ],
            "Asked \"how much is the family card?\"; wanted to take it. 19.50 a month. \
             Open: the customer was asked to complete the order on the site.",
        ),
        (&["A: hello", "C: i'd like to order a lamp"], "Wanted to order a lamp. Open: the agent has not answered yet."),
    ]);
}

#[test]
fn short_words_of_what_was_done() {
    check(&[
        (
            &["C: please cancel my swimming lesson", "A: Cancelled. Get well soon!"],
            "Asked the agent to cancel their swimming lesson. It was cancelled.",
        ),
        (
            &["C: please extend my gym card by a year", "A: Extended until May."],
            "Asked the agent to extend their gym card by a year. Extended until May.",
        ),
        (
            &["C: delete me from the newsletter", "A: You are unsubscribed."],
            "Asked the agent to delete them from the newsletter. The customer is unsubscribed.",
        ),
        (
            &["A: New address?", "C: 5 Mill Road", "A: And your name?", "C: Jo Berg", "A: Changed."],
            "The agent asked for name and address. It was changed.",
        ),
        (
            &["C: does the guarantee cover rust?", "A: I am afraid not."],
            "Asked \"does the guarantee cover rust?\" The agent said no.",
        ),
        (
            &["C: do you deliver to Malta?", "A: Yes, we do. Shipping is 9 euros."],
            "Asked \"do you deliver to Malta?\" Yes, shipping is 9 euros.",
        ),
        (
            &["C: I'd like to order a drill", "A: Your order KT-50112 was placed. The total is 218 dollars."],
            "Wanted to order a drill. The customer's order KT-50112 was placed; the total is 218 dollars.",
        ),
        (
            &[
                "C: I want to check the price of a new lock",
                "A: I need the code we sent you by text.",
                "C: it's 4471",
                "A: The lock costs 60 euros.",
            ],
            "Wanted to check the price of a new lock. The lock costs 60 euros.",
        ),
    ]);
}

#[test]
fn what_is_taken_back_is_not_told() {
    check(&[
        (
            &[
                "C: I need to get a taxi to the airport.",
                "A: Where to?",
                "C: I actually need to go to the station, not the airport.",
                "A: Your taxi is booked.",
            ],
            "Wanted to go to the station. The customer's taxi is booked.",
        ),
        (
            &["C: I want to change my plan", "C: never mind", "A: All right."],
            "Wanted to change their plan; the customer took that back.",
        ),
        (
            &[
                "C: Please reserve a table at the Blue Door",
                "A: I am sorry, but they are full tonight.",
                "C: then the other one",
                "A: Your table at the Red Lion is confirmed.",
            ],
            "Asked the agent to reserve a table at the Blue Door (not possible). The customer's table at the Red Lion is confirmed.",
        ),
    ]);
}

#[test]
fn numbers_of_matters_are_told_and_ways_to_reach_are_not() {
    check(&[
        (
            &["C: The jacket is too small, I want to exchange it for a large one. Order number: B-7781-C"],
            "Reported: the jacket is too small, they want to exchange it for a large one (order B-7781-C).",
        ),
        (&["C: i'm calling about order number five five one two zero"], "Asked about order number 55120."),
        (&["C: call me at 555-0100 about the roof"], "Asked the agent to call them at 555-0100 about the roof."),
        (&["C: please send me the catalogue to jo@example.com"], "Asked the agent to send them the catalogue."),
        (
            &["C: can you text me the address to four one five five five five oh one nine two"],
            "Asked the agent to text them the address.",
        ),
        (&["C: I want to pay my bill", "C: the amount is 450"], "Wanted to pay their bill (amount: 450)."),
        (&["C: I think the order might be 77120", "C: I want to return a lamp"], "Wanted to return a lamp."),
    ]);
}

#[test]
fn you_is_the_business() {
    check(&[
        (&["C: The pump you fitted is leaking again."], "Reported: the pump the company fitted is leaking again."),
        (
            &["C: my bill is wrong, you charged me twice"],
            "Reported: their bill is wrong, the company charged them twice.",
        ),
        (
            &["C: When are you open on Sunday?", "A: We are open from 11 to 5."],
            "Asked \"When are you open on Sunday?\" The company is open from 11 to 5.",
        ),
        (
            &["C: ship it to 7 Bay Street, Portland ME 04101"],
            "Asked the agent to ship it to 7 Bay Street, Portland ME 04101.",
        ),
        (
            &["C: i dropped and cracked my phone is this covered by the insurance"],
            "Reported: they dropped and cracked their phone; asked \"is this covered by the insurance\".",
        ),
    ]);
}

#[test]
fn what_the_customer_has_to_bring_stays_open() {
    check(&[(
        &[
            "C: i'd like to view the loft",
            "A: The viewing is scheduled. Please bring a payslip with you.",
            "C: great. please book a van for tomorrow",
            "A: Your van is booked.",
        ],
        "Wanted to view the loft; asked the agent to book a van for tomorrow. The viewing is scheduled; the customer's van is booked. \
             Open: the customer was asked to bring a payslip.",
    )]);
}
