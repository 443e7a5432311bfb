//! Secrets as people tell them, in conversations, and what only looks like one.

use crate::domain::conversation::{Message, Role};
use crate::extract::masked;

/// The messages of a conversation, the agent's behind "A: "; secrets stand in «».
const TOLD: &[&str] = &[
    "I use ana.ruiz@example.com and «Sparrow!417» as the password, can you try it?",
    "«Sparrow!417» as the password",
    "«Sparrow!417» is my password",
    "hi, «Sparrow!417» is my password and it fails",
    "«walnut sixty three» is the password",
    "uh yeah «walnut sixty three» is the password",
    "i think «walnut sixty three» is my password",
    "i use «walnut sixty three» as the password",
    "I set «gooseberry» as the password yesterday",
    "with «lantern ninety» as my password",
    "«Kestrel_2031» was my password",
    "so «maple river nine» is my old password",
    "A: What do you enter? || «gooseberry» is the password",
    "«Hagel#77»: that is my password",
    "can you check «Wren$4410»? that's the password",
    "my user is mira, «Regen!31» for the password",
    "i used «marmalade twelve» for my password",
    "okay «otter eighty eight» that's my password",
    "«P@ssw0rd99» is the password I use",
    "I tried «Otter!2291» as my passcode",
    "my username is mira44 and «Falcon-2020x» is the password",
    "A: Please send me the account number for the refund and your email || «35-1000472218/0300» jan@example.com",
    "I want a refund || A: Sure, what's your name? || Mira Holt || A: Thanks, and the number of the account? || uh it's «zero six one double four nine two eight»",
    "A: Please send me the account number for the refund and your email || sure it's «zero six one double four nine two eight» and my email is jan@example.com",
    "sort code «30-94-57» account «61820473»",
    "my routing «026009593» and checking account «5520917346»",
    "my routing number is «026009593»",
    "the bank account number is «0044 7713 2290»",
    "Account: «61820473», sort code: «30-94-57»",
    "please refund to account number «5520917346» at Wells Fargo",
    "IBAN: «DE12 3456 7890 1234 5678 90»",
    "iban is «CZ6508000000192000144859»",
    "BSB «062-000» account number «12345678»",
    "my checking account number is «four four one seven three three eight eight one two»",
    "Kontonummer «1234567» bitte",
    "my bank account is «5520917346» and my phone is 602-555-0142",
    "A: For the refund I need your account number. || «61820473», and my phone number is 602-555-0142",
    "I'd like a direct debit set up || A: OK. Your account number and sort code please || «61820473» and «201143»",
    "refund please || A: account number? || «7391» || A: go on || «5522»",
    "«61820473» is my bank account number",
    "my login is mira.holt@example.com / «Sparrow!417»",
    "my login is mira.holt@example.com / «gooseberry»",
    "i cannot log in with «Sparrow!417»",
    "I can't sign in using «Otter2291» any more",
    "login mira / «Regen!77» does not work",
    "credentials are mira@example.com | «Wren4410»",
    "my username is mira44 and «Otter!2291»",
    "mira.holt@example.com / «Sparrow!417»",
    "i want to change my password from «walnut sixty three» to «lantern ninety»",
    "please change my password from «Regen31» to «Hagel32»",
    "change the password from «sunrise» to «moonlight» please",
    "change my password to «lantern ninety»",
    "it says my password «walnut sixty three» is wrong",
    "my password «gooseberry» doesn't work",
    "the password «Otter!2291» is refused",
    "it says the password «lantern ninety one» was not accepted",
    "I cannot log in || A: What do you type? || «Sparrow!417»",
    "i keep typing «Sparrow!417» and I can't log in",
    "my password is «walnut sixty one» can you try",
    "my card is «4485 5521» || «3362 0017» and my email is ana@example.com",
    "my card number is «4485 5521» || A: yes || «3362 0017» and my email is ana@example.com, zip 85701",
    "the card is «four four eight five five five two one» || A: go on || «three three six two double oh one seven» and my email is ana at example dot com",
    "my visa «4485» || «1488 3362 0017», thanks",
    "my card is «4485 5521» || A: And your zip code? || 85701",
    "my card is «4485 5521» || sorry, my phone number is 602 555 0142",
    "«5555 5555» || «5555 4444» and my email is ana@example.com",
    "the card number is «4485» || the new address is 1692 main st",
    "card no «4556» ssn «3311» || 18062018",
    "A: account number for the refund? || 14 main st, «61820473»",
];

const NO_SECRETS: &[&str] = &[
    "the problem is my password",
    "my issue is the password",
    "the only thing I need is my password",
    "I never got the password reset link",
    "my login is slow",
    "I can't log in with Google",
    "i cannot log in with my phone",
    "I forgot what is the password",
    "it is the password that fails",
    "I use my email as the password recovery address",
    "is it as long as the password?",
    "I lost access, that's my password problem",
    "Please send the password reset link to ana@example.com",
    "my password manager is broken",
    "my password reset link is not working",
    "the password field is blank",
    "my password email never came",
    "I want to change my password from my phone",
    "I changed my password from home to be safe",
    "change my password to something stronger",
    "My password today is wrong",
    "i cannot log in with windows11",
    "I can't log in with AC-20419",
    "Order AC-20419 costs $125.50, call 555-0142 or +44 20 7946 0018",
    "my login is mira.holt@example.com and my order is AC-20419",
    "my login is mira.holt@example.com, order AC-20419",
    "Reach me at ana@example.com / 555-010-9999",
    "I live at 48 Birch Lane, Tucson, AZ 85701 since 12/03/2024",
    "my username is ana_77 and the page is blank",
    "Great!2 things: order#20419 and apt#4B, I cannot log in",
    "log in page / settings page is down",
    "it's about login/registration and billing",
    "my account number is 8834219920",
    "A: what's your account number || it's eight eight two one oh four five",
    "the order number is 8834219920, I want a refund",
    "I want a refund for order 20419, my phone is 602-555-0142",
    "I paid from my bank account on 12/03/2024, $12500",
    "A: We refunded 129.99 to your bank account || thanks, the customer number is 8834219920",
    "my booking number is 88342199, please refund to my bank account",
    "we sort this out, routing my parcel 88342199 to Boston",
    "A: Can I have the last four digits of your bank account? || 4411",
    "my bank account since 2019 has two cards",
    "a refund of 12500 dollars, phone 602 555 0142, zip 85701",
    "my card ending in 4411 || order 20419 please",
    "sure, our number is 4485 5521 || A: what is your date of birth? || 0343 1966",
    "refund please || A: account number? || my address is 3058 washington avenue",
];

#[test]
fn secrets_are_hidden_and_nothing_else() {
    for line in TOLD.iter().chain(NO_SECRETS) {
        let (mut messages, mut want) = (Vec::new(), Vec::new());
        for told in line.split(" || ") {
            let (role, text) = told.strip_prefix("A: ").map_or((Role::Customer, told), |t| (Role::Agent, t));
            let mut hidden = String::new();
            for (i, part) in text.split(['«', '»']).enumerate() {
                hidden.push_str(if i % 2 == 0 { part } else { "****" });
            }
            messages.push(Message { at_ms: 0, role, text: text.replace(['«', '»'], "") });
            want.push(hidden);
        }
        assert_eq!(masked(&messages), want, "{line}");
    }
}
