//! What summaries of short conversations say.

use super::lines::told;
use super::summarize;
use crate::domain::conversation::{Message, Role};

#[test]
fn wish_and_outcome() {
    assert_eq!(
        told(&[
            "C: Hello, I would like to change my delivery address, please",
            "A: Sure. What is the new address?",
            "C: 5 Mill Road",
            "A: Great, I have updated your address! Is there anything else?",
            "C: no thanks",
            "A: Have a great day!"
        ]),
        "Wanted to change their delivery address. The agent has updated the customer's address."
    );
    assert_eq!(
        told(&["C: can you send me a receipt for order 55?", "A: Unfortunately I am not able to find it."]),
        "Asked the agent to send them a receipt for order 55. Unfortunately the agent is not able to find it."
    );
}

#[test]
fn what_is_open() {
    assert_eq!(
        told(&["C: my parcel was damaged", "A: When did it arrive at your home?"]),
        "Reported: their parcel was damaged. Open: the agent asked \"When did it arrive at your home?\""
    );
    assert_eq!(
        told(&["C: I want to cancel my booking", "A: It has been cancelled.", "C: Can I get a refund for it now?"]),
        "Wanted to cancel their booking, and to get a refund for it now. It was cancelled. \
         Open: the customer asked \"Can I get a refund for it now?\""
    );
}

#[test]
fn several_matters_each_with_what_came_of_it() {
    assert_eq!(
        told(&[
            "C: hi I want a green lamp and I need two chairs",
            "C: I'd like to 2 cushions",
            "C: can you change the delivery to Friday?",
            "A: Right, your delivery has been changed to the Friday.",
            "C: lets cancel order 7781",
            "A: So I am sorry, but order 7781 cannot be cancelled.",
            "C: ok bye",
        ]),
        "Wanted to get a green lamp and they need two chairs, and 2 cushions; asked the agent to change the delivery to Friday; \
         wanted to cancel order 7781. The customer's delivery has been changed to the Friday. Order 7781 \
         cannot be cancelled."
    );
    // twice the same is one matter; what came last counts
    assert_eq!(
        told(&[
            "C: I want to know the status of my repair",
            "C: please tell me the status of the repair",
            "A: Unfortunately I am unable to find it.",
            "A: Your repair is with the workshop in Lyon.",
        ]),
        "Wanted to know the status of their repair. The customer's repair is with the workshop in Lyon."
    );
}

#[test]
fn talk_is_no_wish() {
    for talk in [
        "I have to say no",
        "I need to go now",
        "haha I want to buy the moon",
        "i want to marry you :)",
        "give me a second, I need a minute",
        "no problem, I would like to thank you",
        "I need a bit more time to decide",
        "could I get back to you later",
        "can you believe it",
        "yes problem solved",
        "Do you remember my dog?",
    ] {
        let told = told(&["C: my kettle leaks and won't start", &format!("C: {talk}")]);
        assert!(
            !told.contains("Wanted") && told.starts_with("Reported: their kettle leaks and won't start."),
            "{told}"
        );
    }
    assert_eq!(
        told(&["C: hello my kettle won't start", "C: it works now"]),
        "Reported: their kettle won't start. The customer said that it is settled."
    );
}

#[test]
fn what_a_wish_speaks_of_is_told_with_it() {
    assert_eq!(
        told(&["C: I bought a tent last week, but I would like to exchange it for a larger one", "A: Done!"]),
        "Reported: they bought a tent last week, but they would like to exchange it for a larger one. It was done."
    );
    assert_eq!(
        told(&["C: i need to close due to personal", "C: to close my account"]),
        "Wanted to close their account."
    );
}

#[test]
fn slips_are_not_repeated() {
    assert_eq!(
        told(&[
            "C: check me balance please",
            "A: Oh well, I found the the that account, balance 20. Here are the choices:"
        ]),
        "Asked the agent to check their balance. The agent found that account, balance 20."
    );
    assert_eq!(
        told(&["C: please check me balance now", "A: Oh well, I found the that account."]),
        "Asked the agent to check their balance now. The agent found that account."
    );
    assert_eq!(
        told(&["C: I would like Thai noodles", "A: They are ready. If you like it hot, add pepper to your bowl."]),
        "Wanted to get Thai noodles."
    );
}

#[test]
fn no_secrets_no_lines() {
    let all = told(&["C: please block my card 4111 1111 1111 1111 now,\nits PIN is 4821"]);
    assert!(!all.contains("4111") && !all.contains("4821") && !all.contains('\n'), "{all}");
    let all = told(&["C: please block my card 4111 1111      1111|1111, ok", "A: `4111`1111 1111\t1111 is blocked."]);
    assert!(!all.contains("1111"), "{all}");
}

#[test]
fn other_scripts_and_silence() {
    assert_eq!(
        told(&["C: Привет", "C: хочу поменять адрес доставки"]),
        "The customer: \"хочу поменять адрес доставки\"."
    );
    assert!(told(&["C: 请帮我修改收货地址。"]).contains("请帮我修改收货地址"));
    assert_eq!(told(&[]), "");
    assert_eq!(told(&["A: Hello?"]), "");
    assert_eq!(
        told(&["A: What is your postcode?", "C: k t 2 7 q w"]),
        "No request was made; the agent asked for postcode."
    );
}

#[test]
fn fits_the_field() {
    let long =
        [Message { at_ms: 0, role: Role::Customer, text: format!("I want to {}", "buy many things ".repeat(50)) }];
    for max in [0, 1, 10, 80, 255] {
        assert!(summarize(&long, Some(max)).chars().count() <= max);
    }
    assert!(summarize(&long, Some(80)).ends_with('…'));
}

#[test]
fn things_of_an_order_are_told_with_it() {
    assert_eq!(
        told(&[
            "C: hi I'd like 2 veggie pizzas",
            "C: 12 mill road dover 19901",
            "C: with extra cheese",
            "C: yes add 1 lemonade",
            "C: and one chocolate cake please",
            "C: add 2 cookies",
            "C: complete my order",
            "C: sorry, please remove the cookies",
            "C: cash",
        ]),
        "Wanted to get 2 veggie pizzas with extra cheese, 1 lemonade and one chocolate cake."
    );
    // what is no order has no things
    assert_eq!(
        told(&["C: I want the status of my claim", "C: 2 bumpers", "C: my car"]),
        "Wanted to get the status of their claim."
    );
}

#[test]
fn answers_about_a_wish_are_told_with_it() {
    assert_eq!(
        told(&[
            "C: I'd like to book a table",
            "A: Which restaurant would you like to go to?",
            "C: The Blue Door",
            "A: For how many people?",
            "C: Just the two of us.",
            "A: At what time?",
            "C: 7pm",
            "A: I am sorry, but they are not able to take you then.",
            "C: How about 9pm?",
            "A: Excellent, your table at the Blue Door is reserved!",
        ]),
        "Wanted to book a table (people: two, time: 9pm). The customer's table at the Blue Door is reserved."
    );
    // an account number is no such thing, nor what is answered once it is done
    assert_eq!(
        told(&[
            "C: I want to check my balance",
            "A: What is your account number?",
            "C: 4",
            "A: Your balance is 20 euros.",
            "C: I fancy some food now",
            "A: At what time?",
            "C: 7pm",
        ]),
        "Wanted to check their balance. The customer's balance is 20 euros."
    );
}

#[test]
fn what_happened_and_what_is_to_be_done_about_it() {
    assert_eq!(
        told(&["C: hello i lost my bank card yesterday could you please help me to block it", "C: my name is bo"]),
        "Reported: they lost their bank card yesterday; wanted to block it."
    );
    assert_eq!(
        told(&["C: I'd like to rent a van", "A: There is one in Lyon for 80 euros.", "C: Great, please book it!"]),
        "Wanted to rent a van; asked the agent to book it. There is one in Lyon for 80 euros. \
         Open: the customer asked \"Great, please book it!\""
    );
    assert_eq!(
        told(&["C: I'm interested in viewing a flat in Mill Road."]),
        "Was interested in viewing a flat in Mill Road."
    );
}

#[test]
fn who_the_customer_is_stands_in_no_wish() {
    assert_eq!(
        told(&["C: I'd like to check my balance my account number is 99319394, with PIN 1596"]),
        "Wanted to check their balance."
    );
    assert_eq!(told(&["C: Reserve my flight 327 my name is Jo"]), "Asked the agent to reserve their flight 327.");
    assert_eq!(told(&["C: I want to know what my account number is"]), "Wanted to know what their account number is.");
}

#[test]
fn an_outcome_is_its_own_matters() {
    assert_eq!(
        told(&[
            "C: I need to file a fraud report",
            "A: Your report has been submitted.",
            "C: and now a quiz!",
            "A: Unfortunately your answer was wrong.",
        ]),
        "Wanted to file a fraud report. The customer's report has been submitted. Unfortunately the customer's answer was wrong."
    );
    assert_eq!(
        told(&[
            "C: I want to check my balance",
            "A: Your balance is 20 euros.",
            "C: What is the weather like in Lyon?",
            "A: It will be sunny in Lyon.",
        ]),
        "Wanted to check their balance; asked \"What is the weather like in Lyon?\" The customer's balance is 20 euros. \
         It will be sunny in Lyon."
    );
}

#[test]
fn on_the_phone_clauses_stand_apart() {
    for (lines, want) in [
        (
            &[
                "A: hello",
                "C: hi tom um my boiler is leaking and it's getting worse i need someone tonight",
                "A: okay someone will be there at eight",
            ][..],
            "Reported: their boiler is leaking and it's getting worse; wanted to get someone tonight. Open: someone will be there at eight.",
        ),
        (
            &[
                "C: i need to move my haircut it's on monday and i'm away",
                "A: great anna i've moved you to friday at two",
            ],
            "Wanted to move their haircut. The agent has moved the customer to friday at two.",
        ),
        (
            &["C: can you tell me how much i paid for my last order", "A: you paid forty euros for your last order"],
            "Wanted to know how much they paid for their last order. The customer paid forty euros for their last order.",
        ),
    ] {
        assert_eq!(told(lines), want, "{lines:?}");
    }
}

#[test]
fn questions_are_told_with_their_answers() {
    for (lines, want) in [
        (
            &[
                "C: how much is the monthly ticket?",
                "A: It's 49 euros. Can I have your email?",
                "C: no thanks, just looking",
                "A: Let me know.",
            ][..],
            "Asked \"how much is the monthly ticket?\" It's 49 euros.",
        ),
        (
            &["C: where is my parcel KT-5512", "A: It left our store this morning."],
            "Asked \"where is my parcel KT-5512\". It left the store this morning.",
        ),
        (
            &[
                "C: hello do you repair clocks",
                "A: Yes we do! A repair starts at 30 euros.",
                "C: ok i'll think about it",
            ],
            "Asked \"do you repair clocks\". Yes, a repair starts at 30 euros. Open: the customer will think about it.",
        ),
        (
            &["C: Question: do you deliver to Malta?", "A: Not yet, sorry."],
            "Asked \"do you deliver to Malta?\" Not yet.",
        ),
        (
            &["A: Which colour should the sofa be?", "C: dark green would be lovely", "A: Noted."],
            "The agent asked \"Which colour should the sofa be?\"; the customer answered \"dark green would be lovely\".",
        ),
    ] {
        assert_eq!(told(lines), want, "{lines:?}");
    }
}

#[test]
fn what_was_agreed_last_counts() {
    for (lines, want) in [
        (
            &[
                "C: I'd like to have my sofa delivered",
                "A: Your delivery will be on Tuesday.",
                "C: Tuesday doesn't work, how about Wednesday?",
                "A: Wednesday it is.",
            ][..],
            "Wednesday it is.",
        ),
        (
            &[
                "C: our router is dead",
                "A: I am sorry. I can send you a new one for free.",
                "C: yes please do that",
                "A: done anything else",
            ],
            "Agreed: \"I can send you a new one for free.\"",
        ),
        (
            &[
                "C: my phone is broken",
                "A: Your repair takes two days.",
                "A: Someone from the workshop will call you on Monday.",
                "C: ok",
            ],
            "Open: someone from the workshop will call the customer on Monday.",
        ),
    ] {
        let told = told(lines);
        assert!(told.ends_with(want) && !told.contains("Tuesday"), "{told}");
    }
}

#[test]
fn nothing_is_bent() {
    for (lines, want) in [
        (
            &["C: Ich kündige meinen Vertrag zum 30.6. dieses Jahres"][..],
            "The customer: \"Ich kündige meinen Vertrag zum 30.6. dieses Jahres\".",
        ),
        (
            &["C: we need 20 chairs, please send an offer.", "A: Thank you, we'll send the offer today."],
            "Wanted to get 20 chairs. Open: the agent will send the offer today.",
        ),
        (
            &[
                "A: who am i speaking with",
                "C: this is priya raman",
                "A: what can i do for you",
                "C: i want to close my account",
                "A: it's been closed",
            ],
            "Wanted to close their account. It's been closed.",
        ),
        (
            &["C: I need to log in but my account is locked", "A: You're back in, Nora."],
            "Wanted to log in but their account is locked. The customer is back in.",
        ),
        (
            &["C: I want a laptop for no more than two thousand dollars"],
            "Wanted to get a laptop for no more than two thousand dollars.",
        ),
        (
            &["C: hi I keep getting your letters, that is not me"],
            "The customer: \"I keep getting your letters, that is not me\".",
        ),
        (
            &["A: What's your email?", "C: ana@example.com", "A: OK, ana@example.com."],
            "No request was made; the agent asked for email.",
        ),
        (
            &["A: What number can we call you on?", "C: 555 0142", "A: A colleague will call you today."],
            "Open: a colleague will call the customer today.",
        ),
        (
            &["A: When do you want to come in?", "C: april or may", "A: and your name?", "C: june park"],
            "The agent asked \"When do you want to come in?\"; the customer answered \"april or may\".",
        ),
        (
            &["C: please confirm it and also send me the menu and also"],
            "Asked the agent to confirm it and also send them the menu.",
        ),
    ] {
        assert_eq!(told(lines), want, "{lines:?}");
    }
}
