//! Which words of a message are hidden.

use super::*;

#[test]
fn hides_what_is_secret() {
    for (text, want) in [
        ("my card is 4111 1111 1111 1111 ok", "my card is **** ok"),
        ("pay with 4111 1111 1111 1111now", "pay with ****now"),
        ("PIN 4821, thanks", "PIN ****, thanks"),
        ("the password is h0rse! now", "the password is **** now"),
        ("my ssn number is 078-05-1120", "my ssn number is ****"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN **** please"),
        ("it is GB82WEST12345698765432", "it is ****"),
        ("my pin is four eight two one ok", "my pin is **** ok"),
        ("four one one one one one one one one one one one one one one one", "****"),
        ("el cvv es 123", "el cvv es ****"),
        ("mein Passwort lautet Sommer24!", "mein Passwort lautet ****"),
        // other labels
        ("pw: Regen2031", "pw: ****"),
        ("user/pass: mira/Regen!77", "user/pass: mira/****"),
        ("pwd=Regen2031;", "pwd=****;"),
        ("login mira, pass is regenbogen", "login mira, pass is ****"),
        ("CID 1234 and cvc 737", "CID **** and cvc ****"),
        ("the security code is 9 0 1", "the security code is ****"),
        ("my pin's 4719", "my pin's ****"),
        ("my pin's forty seven nineteen", "my pin's ****"),
        ("the code from the sms is 493021", "the code from the sms is ****"),
        ("verification code: 553-210", "verification code: ****"),
        ("my one time code is 55 32 10", "my one time code is ****"),
        ("the three digits on the back are 737", "the three digits on the back are ****"),
        ("memorable word: gooseberry", "memorable word: ****"),
        ("パスワードはRegen88です", "パスワードは****です"),
        // other wordings
        ("forgot my password, change it to MyDog!9", "forgot my password, change it to ****"),
        ("change my password to gooseberry please", "change my password to **** please"),
        ("my password was Regen31 to Hagel32", "my password was **** to ****"),
        ("the password was Regen31, now it's Hagel32", "the password was ****, now it's ****"),
        ("4719 is my pin", "**** is my pin"),
        ("set Regen31 as my password", "set **** as my password"),
        ("my password is #Regen_31$", "my password is ****"),
        ("my password is blue goose seven", "my password is ****"),
        ("password is capital w a s s e r eight eight thanks", "password is **** thanks"),
        ("i typed my password, Regen31, twice", "i typed my password, ****, twice"),
        // cards
        ("forty one eleven eleven eleven eleven eleven eleven eleven", "****"),
        ("fifty-five twenty-one double four oh one uh eighteen ten thirty six seventy", "****"),
        ("4111|1111|1111 / 1111 it is", "**** it is"),
        ("my amex 3782 822463 10005", "my amex ****"),
        ("card 4539 1488 0343 6467, valid until 09/27 and cvv 317", "card ****, valid until **** and cvv ****"),
        ("my debit card expires in oh nine twenty seven", "my debit card expires in ****"),
        // what opens something
        ("use 9083# at the door", "use ****# at the door"),
        ("lockbox 4417, thanks", "lockbox ****, thanks"),
        ("the key safe code is 2580", "the key safe code is ****"),
        ("the buzzer code is 4471", "the buzzer code is ****"),
        ("the combination is 4-17-33 for the bike lock", "the combination is **** for the bike lock"),
        // papers
        ("passport number is X1234567", "passport number is ****"),
        ("my driver's license is D1234567", "my driver's license is ****"),
        ("my NI number is QQ 12 34 56 C", "my NI number is ****"),
        ("tax id 219-09-9999", "tax id ****"),
        ("soc sec 219099999", "soc sec ****"),
        ("Barclays 20-45-67 12345678", "Barclays ****"),
        // words
        ("my secret is bluebird", "my secret is ****"),
        ("my pword is gooseberry", "my pword is ****"),
        ("the safe word is gooseberry", "the safe word is ****"),
        ("the answer to my security question is gooseberry", "the answer to my security question is ****"),
        ("my mother's maiden name is Kowalczyk", "my mother's maiden name is ****"),
        ("my two factor code is five five nine one", "my two factor code is ****"),
    ] {
        assert_eq!(mask_secrets(text), want, "{text}");
    }
}

#[test]
fn leaves_what_is_none() {
    for text in [
        "call me on +44 20 7946 0018 or (555) 010-9999",
        "double oh four four seven seven double oh nine hundred one two three",
        "it is 4821 or maybe 4822",
        "I forgot my password, please reset it",
        "I need to change my password to log in",
        "my password is not working",
        "the password is wrong again",
        "what is my password?",
        "my password for order AC-20419 expired",
        "my PIN is blocked since Monday, phone 555 0142",
        "the zip code is 60614",
        "my promo code is SAVE20",
        "the pin costs $125 and the annual pass is 300 euros",
        "my card ending in 4411 expired",
        "tracking number 1Z9990192837465",
        "the tan jacket in size 100",
        "my boarding pass is lost",
        "the door number is 45 and the garage is at 1200 Oak Street, building 4",
        "the keypad model is 4471 and costs 300 dollars",
        "press 1, then 4471# is my extension",
        "my passport expires 09/27 and my order 445566 is late",
        "I have a driver's license and I live at 12345 Main Street",
        "I paid by card on Monday and the amount was 445.50",
        "call 415-555-2671 or 078-051-1200",
    ] {
        assert_eq!(mask_secrets(text), text);
    }
}

#[test]
fn secrets_in_other_wordings() {
    for (text, secret) in [
        ("I can't log in with panther7blue as password, please help", "panther7blue"),
        ("I log in with Panther_44! as my password and it says wrong", "Panther_44"),
        ("can you check Green_17? that's my password", "Green_17"),
        ("Please reset my 2FA, the code is 590217 but it's not accepted", "590217"),
        ("My gift card code WXYZ-1190-KK07 does not work", "1190"),
        ("my recovery code: 4d2k-77aa-mno3 is refused", "77aa"),
        ("the wifi key is tulip-31-red and my laptop refuses it", "tulip-31-red"),
        ("I got charged twice on 4539-5787-6362-1486 exp 0927 731 on the back", "731"),
    ] {
        let masked = mask_secrets(text);
        assert!(!masked.contains(secret), "{masked}");
    }
    for text in ["The error code is 590217 on my oven", "I want a gift card for 50 euros, that's a present"] {
        assert_eq!(mask_secrets(text), text);
    }
}
