//! Secrets that are given digit by digit, read back by the agent, or told by the agent, and keys of programs; and what only looks
//! like one.

/// As in `told_tests`: the agent's messages behind "A: ", secrets in «».
pub(super) const TURNS: &[&str] = &[
    "A: Your customer PIN, please digit by digit. || okay it's «nine» || A: «nine» || «two» || A: «two» || «two» || A: and the last? || \
     «six» || A: Thank you, «nine two two six».",
    "A: Please say your PIN. || «one» || A: Okay. || «seven» || A: Go on. || «three three» || \
     A: Thanks, that's «one seven three three», correct? || Yes. I need a new statement.",
    "A: I texted you a six digit code. || «four four one» || A: okay || «nine oh two» || A: I have «four four one nine oh two». || yes",
    "A: Your PUK is «48201957». || «four eight two zero one nine five seven», got it.",
    "my puk is «48201957»",
    "my pin for the blue card is «1122», for the red one «3344»",
    "the pin of the visa is «1122» and for the other «9753»",
    "my api key is «sk-live-9fA83kdL02» and it fails with 401, i want to rotate it",
    "the deploy fails with «ghp_16C7e42F292c6912E7710c838347Ae178B4a» in the header",
    "we use «xoxb-263594206564-FGqddMF8t08v8N7Oq4i57vs1» for the bot",
    "key: «AKIAIOSFODNN7EXAMPLE», region eu-west-1",
    "Authorization: Bearer «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U»",
    "the token is «1000.8cb99dxxxxxxxxxxxxx9be93.9b8xxxxxxxxxxxxxxxf3» I think",
    "-----«BEGIN PRIVATE KEY----- MIIEvQIBADANBgkqhkiG9w0BAQEFAASC -----END PRIVATE KEY-----» is that right?",
    "my access token is «Zx81kQ77pp» since monday",
    "client secret: «Ab12Cd34Ef»",
    "A: On which account should we refund? || «IT sixty, X zero five four two, eight one one one, zero one zero, zero zero zero zero, zero \
     zero one two three four five six».",
    "A: The long number, please || «five two two four» || A: yep || «oh nine one seven» || A: mhm || \
     «three three six six», and the last four are «eight one two nine»",
    "my pass is «hunter2» and the recovery phrase is «apple river stone candle moon»",
    "seed phrase: «legal winner thank year wave sausage worth useful legal winner thank yellow» and it fails",
    "A: Passport number? || it's «K 1 2 3 4 5 6 7» || A: «K1234567», right? || yes",
    "A: What's your last name, and the answer to your secret question? || Keller, and it's «Biscuit»",
    "A: please confirm your date of birth and mother's maiden name || 4 july «1988», it's «Novakova»",
    "please refund to my bank, iban «D E eight nine three seven oh four double oh four four oh five three two oh one three oh double oh»",
];

/// No secrets, however like.
pub(super) const LOOKS: &[&str] = &[
    "A: Your phone number, digit by digit please || six || A: six || one || A: one || two",
    "A: How many seats? || two || A: two || yes",
    "A: What's your PIN? || one moment || A: sure",
    "A: And the last four of your social? || «412 68 1903» || A: What's the new address? || 1187 Magnolia Avenue, Macon, Georgia, 31201",
    "I need a sk-2 skateboard and an AKIA plant",
    "my token of thanks is small",
    "the access key is broken",
    "please send an API key to ana@example.com",
    "my api key is not working since monday",
    "A: What is your password? || sorry, it's wrong",
    "IT sixty people came",
    "it cost 1000. Thanks",
    "sk- and SG. and eyJ and 1000.",
    "it's for the red one, room 3344",
    "A: Your PIN? || «2580» || A: Thanks. Two tickets for 25 euros?",
];
