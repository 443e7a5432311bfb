//! What is told of what was said in passing, on the phone without marks, and beside secrets.

use super::lines::check;

#[test]
fn no_fragment_is_an_outcome() {
    check(&[
        (
            &[
                "C: do you mend bicycles? my chain is off",
                "A: Hi! Yes. Which model?",
                "C: a city bike",
                "A: It's $40 with a new chain. Would you like to book a slot?",
                "C: yes please",
                "A: Booked, Nkechi. See you then!",
            ],
            "Asked \"do you mend bicycles?\" Yes; the customer agreed to book a slot; it was booked.",
        ),
        (
            &[
                "C: Do you engrave mugs? We need 80",
                "A: We do! I'm Tove from the workshop. Which company is this for?",
                "C: Larkfield Partners",
                "A: I'll email you a price list.",
            ],
            "Asked \"Do you engrave mugs?\" Yes. Open: the agent will email the customer a price list.",
        ),
        (
            &[
                "C: i want to move to the small plan",
                "A: okay and your date of birth",
                "C: april second nineteen ninety",
            ],
            "Wanted to move to the small plan.",
        ),
        (
            &["C: I want to move my visit", "A: the fourteenth at nine thirty", "C: that's perfect"],
            "Wanted to move their visit. Agreed: the fourteenth at nine thirty.",
        ),
    ]);
}

#[test]
fn what_was_sent_and_what_waits() {
    check(&[
        (
            &[
                "C: my invoice is wrong, our tax number is missing on it",
                "A: Thanks. Who may I send the corrected invoice to?",
                "C: to me, kim@example.com",
                "A: Sent!",
            ],
            "Reported: their invoice is wrong, their tax number is missing on it. The corrected invoice was sent.",
        ),
        (
            &[
                "C: I want to end my contract",
                "A: Where should I send the form?",
                "C: kim@example.com",
                "A: Sent. Once we have it back signed the contract ends in May.",
            ],
            "Wanted to end their contract. The form was sent. Open: once the agent has it back signed the contract ends in May.",
        ),
        (
            &[
                "C: my bill is way too high",
                "A: there's a ten dollar add on i can backdate it and credit you twenty dollars",
                "C: do it",
                "A: done",
            ],
            "Reported: their bill is way too high. Agreed: \"i can backdate it and credit you twenty dollars\".",
        ),
    ]);
}

#[test]
fn no_wish_is_lost_for_what_stands_beside_it() {
    check(&[
        (
            &["C: Booking 7731 please cancel", "A: Done. May I ask why?", "C: found it cheaper elsewhere"],
            "Wanted to cancel their booking (booking 7731). It was done.",
        ),
        (
            &["C: i'm calling about the dryer i bought from you", "C: it squeaks every time it turns", "C: thanks bye"],
            "Asked about the dryer; reported: it squeaks every time it turns.",
        ),
        (
            &[
                "C: Good day. We booked a van for tomorrow at seven, but our move is delayed. Please send the new papers to kim@example.com.",
                "A: Done, they are on their way.",
            ],
            "Reported: they booked a van for tomorrow at seven, but their move is delayed; asked the agent to send the new papers. They are on their way.",
        ),
        (
            &["C: Thinking of moving our phones to you guys", "A: Great! Our rate is 20 a month.", "C: ok"],
            "Was interested in moving their phones to the company. The rate is 20 a month.",
        ),
    ]);
}

#[test]
fn what_holds_no_more_is_not_told() {
    check(&[
        (
            &[
                "C: I'd like to speak to sales about your team plan",
                "A: Someone from sales will call you tomorrow at 10. Does that suit?",
                "C: 11 would be better",
                "A: 11 it is.",
            ],
            "Wanted to speak to sales about the team plan.",
        ),
        (
            &[
                "C: my account was closed and nobody told me why!!",
                "A: It was closed by mistake. I've reopened it and added a 15 euro credit.",
            ],
            "Reported: their account was closed and nobody told them why. The agent has reopened it and added a 15 euro credit.",
        ),
        (
            &["C: hello i've got a leak under the sink", "A: he can be there by four", "C: okay please send him"],
            "Reported: they have got a leak under the sink. He can be there by four.",
        ),
    ]);
}

#[test]
fn nothing_is_told_of_secrets() {
    check(&[
        (
            &[
                "C: My tax number is 612-04-3389 and my licence is D4471828",
                "A: The application is complete.",
                "C: is my PIN still 4471? or was it 4417",
                "A: We can't see it.",
            ],
            "The application is complete.",
        ),
        (
            &["C: i can't log in my password is Juniper!88 and it says wrong", "A: I've sent you a reset link."],
            "Reported: they can't log in. The agent has sent the customer a reset link.",
        ),
        (
            &["C: hey i forgot my memorable word i think it's thunder or maybe lightning bolt", "A: I've reset it."],
            "Reported: they forgot their memorable word. The agent has reset it.",
        ),
        (
            &["C: i'd like to order cheques the routing number is 026009593", "A: it's ordered"],
            "Wanted to order cheques. It's ordered.",
        ),
    ]);
}
