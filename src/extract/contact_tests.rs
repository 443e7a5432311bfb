//! Email addresses and phone numbers in conversations of our own: spoken, corrected, read back, somebody else's, in doubt.

use super::tests::{text, voice};
use super::*;

fn hear(channel: Channel, lines: &[&str]) -> Listener {
    let mut listener = Listener::new(channel);
    for (i, line) in lines.iter().enumerate() {
        let role = if line.starts_with("A: ") { Role::Agent } else { Role::Customer };
        listener.hear(&Message { at_ms: i as i64 * 1000, role, text: line[3..].to_owned() });
    }
    listener
}

/// What is sure enough to be used.
fn used(channel: Channel, key: &str, lines: &[&str]) -> Option<String> {
    hear(channel, lines).found().find(|f| f.key == key).map(|f| f.value.clone())
}

#[track_caller]
fn said(key: &str, question: &str, cases: &[(&str, &str)]) {
    for (answer, want) in cases {
        let lines = [format!("A: {question}"), format!("C: {answer}")];
        let lines = [lines[0].as_str(), lines[1].as_str()];
        let want = Some(*want).filter(|w| !w.is_empty());
        assert_eq!(used(Channel::Voice, key, &lines).as_deref(), want, "{answer}");
    }
}

#[test]
fn numbers_in_a_spoken_address() {
    said(
        "email",
        "what's your email address",
        &[
            ("it's bruno seventy two at gmail dot com", "bruno72@gmail.com"),
            ("anita nineteen ninety one at yahoo dot com", "anita1991@yahoo.com"),
            ("k dot weber two thousand and nine at web dot de", "k.weber2009@web.de"),
            ("double oh nine kate at gmail dot com", "009kate@gmail.com"),
            ("r lopez the number five at me dot com", "rlopez5@me.com"),
            ("sunny dash thirty-three at gmail dot com", "sunny-33@gmail.com"),
            ("lou triple eight at icloud dot com", "lou888@icloud.com"),
            ("oh four fox at em six dot gov dot uk", "04fox@em6.gov.uk"),
            ("omar at four seasons dot com", ""),
        ],
    );
}

#[test]
fn where_a_spoken_address_begins() {
    said(
        "email",
        "what's your email address",
        &[
            ("you can use ivan dot petrov at mail dot bg", "ivan.petrov@mail.bg"),
            ("sure i'm at sofia dot ricci at libero dot it", "sofia.ricci@libero.it"),
            ("it should be under h dot ito at softbank dot jp", "h.ito@softbank.jp"),
            ("the letter m then chavez at live dot com", "mchavez@live.com"),
            ("all one word silver river at icloud dot com", "silverriver@icloud.com"),
            ("it's all lowercase rita dash may at gmail dot com", "rita-may@gmail.com"),
            ("my name is anna lind anna dot lind at gmail dot com", "anna.lind@gmail.com"),
            ("my email's hugo at tina's bakery dot com no apostrophe", "hugo@tinasbakery.com"),
            ("mo at the greenhouse dot org", "mo@thegreenhouse.org"),
            ("l e o at gmail com", "leo@gmail.com"),
            ("fred at b b c dot co dot u k", "fred@bbc.co.uk"),
            ("office manager dot kent at gmail dot com", ""),
            ("katherine with two t's at gmail dot com", ""),
            ("first name dot last name at company dot com", ""),
            ("it's at the bottom of the letter", ""),
            ("meet me at ten dot or noon", ""),
        ],
    );
}

#[test]
fn what_stands_around_a_spoken_address_is_none_of_it() {
    said(
        "email",
        "can i get an email for you",
        &[
            ("it's the letter b the letter g then nineteen seventy at gmail dot com", "bg1970@gmail.com"),
            ("let's use my gmail it's nora dot k dot two at gmail dot com", "nora.k.2@gmail.com"),
            ("use the hotmail one ken underscore sato at hotmail dot co dot jp", "ken_sato@hotmail.co.jp"),
            ("my name is oscar wilde o dot wilde at gmail dot com", "o.wilde@gmail.com"),
            ("brenda brenda dot lee at gmail dot com", "brenda.lee@gmail.com"),
            ("it's patricia p a t r i c i a at sbcglobal dot net", "patricia@sbcglobal.net"),
            ("lee at gmail dot com i mean lee dot s at gmail dot com", "lee.s@gmail.com"),
            ("rose at gmail dot co dot uk sorry dot com", "rose@gmail.com"),
            ("hello at brightside dot studio", "hello@brightside.studio"),
            ("tanya at the letter q studios dot com", "tanya@qstudios.com"),
            ("elle point martin arobase orange point fr", "elle.martin@orange.fr"),
            ("long hubert dot hagen at gmx dot de", ""),
            ("kris with a k at gmail dot com", ""),
            ("order at shop dot com was late", ""),
            ("i am on my laptop at outlook dot com", ""),
            ("my name at gmail dot com", ""),
            ("i signed up at hello fresh dot com", ""),
        ],
    );
}

#[test]
fn letters_of_an_address_by_example() {
    said(
        "email",
        "what's your email address",
        &[
            ("n as in nancy v as in victor patel at gmail dot com", "nvpatel@gmail.com"),
            ("s for sugar t for tango o n e at web dot de", "stone@web.de"),
            ("d as in dog m as in mary wright that's w r i g h t at att dot net", "dmwright@att.net"),
            ("claire that's c l a r e at eircom dot net", "clare@eircom.net"),
        ],
    );
}

#[test]
fn an_address_is_put_right() {
    said(
        "email",
        "what's your email address",
        &[
            ("nick at gmail dot con sorry dot com", "nick@gmail.com"),
            ("it's hanna at yahoo dot com no sorry hanna at gmail dot com", "hanna@gmail.com"),
            ("mike ninety eight no ninety nine at hotmail dot com", "mike99@hotmail.com"),
            ("john dot smit sorry smith at gmail dot com", "john.smith@gmail.com"),
            ("it was lee at oldmail dot com but now it's lee at newmail dot com", "lee@newmail.com"),
        ],
    );
    let email = |channel, lines: &[&str]| used(channel, "email", lines);
    let (text, voice) = (Channel::Text, Channel::Voice);
    for (answer, correction, want) in [
        ("pia.holt@gmial.com", "*gmail.com", "pia.holt@gmail.com"),
        ("pia.holt@hotmial.com", "oops hotmail.com", "pia.holt@hotmail.com"),
        ("rob@nord.com", "sorry, typo: rob@north.com", "rob@north.com"),
    ] {
        let lines = ["A: Email?", &format!("C: {answer}"), &format!("C: {correction}")].map(str::to_owned);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert_eq!(email(text, &lines).as_deref(), Some(want));
    }
    // a vague one gives way to a clear one, and does not take its place
    let vague = "C: maybe dana at gmail dot com i'm not sure";
    assert_eq!(email(voice, &["A: your email", vague]), None);
    assert_eq!(
        email(voice, &["A: your email", vague, "C: it's dana dot fox at gmail dot com"]).as_deref(),
        Some("dana.fox@gmail.com")
    );
    assert_eq!(
        email(
            voice,
            &[
                "A: your email",
                "C: kit dot moss at gmail dot com",
                "A: ok",
                "C: or was it kit moss at gmail i don't remember"
            ]
        )
        .as_deref(),
        Some("kit.moss@gmail.com")
    );
    assert_eq!(email(text, &["A: Email?", "C: ann@x.com", "A: Is ann@x.com right?", "C: no that's wrong"]), None);
}

#[test]
fn whose_an_address_is() {
    said(
        "email",
        "what's your email address",
        &[
            ("my husband's is carl at carlson dot com", ""),
            ("send it to my sister nina dot lowe at gmail dot com", ""),
            ("it's my wife's email lucy at gmail dot com", ""),
        ],
    );
    let email = |lines: &[&str]| used(Channel::Text, "email", lines);
    for (line, want) in [
        ("C: please cc my lawyer sue@law.com", None),
        ("C: my email changed from ann@old.com to ann@new.com", Some("ann@new.com")),
        ("C: my login is kate@moss.com but contact me at kmoss@gmail.com", Some("kmoss@gmail.com")),
        ("C: use jd@work.com instead of my private jd@home.com", Some("jd@work.com")),
        ("C: ama [dot] osei [at] mail [dot] net", Some("ama.osei@mail.net")),
    ] {
        assert_eq!(email(&["A: Email?", line]).as_deref(), want, "{line}");
    }
    for question in ["And your manager's email?", "Who referred you?"] {
        assert_eq!(email(&["C: hi", &format!("A: {question}"), "C: nico@velvet.com"]), None, "{question}");
    }
    let eva = "A: Hi, I'm Eva from Acme. You can write to me at eva@acme.com any time.";
    assert_eq!(email(&[eva, "C: thanks, I'll write to eva@acme.com then"]), None);
    assert_eq!(
        email(&[eva, "C: eva@acme.com it is. I'll mail you from tina@tin.com"]).as_deref(),
        Some("tina@tin.com")
    );
    assert_eq!(
        email(&["C: which email is it?", "A: m.nowak@lumen.com", "C: yes that's mine"]).as_deref(),
        Some("m.nowak@lumen.com")
    );
    assert_eq!(email(&["C: bills go to ap@kite.com, my own is lee@kite.com"]).as_deref(), Some("lee@kite.com"));
    assert_eq!(email(&["A: Email?", "C: a@x.com, b@y.com"]), None);
    let many: String = (0..1000).map(|i| format!("u{i}@host{i}.com, ")).collect();
    assert_eq!(email(&["A: Email?", &format!("C: {many}")]), None);
    let voice = |lines: &[&str]| used(Channel::Voice, "email", lines);
    let on_file = "A: i have your email as p dot costa at gmail dot com is that still right";
    assert_eq!(voice(&[on_file, "C: yes it is"]).as_deref(), Some("p.costa@gmail.com"));
    assert_eq!(
        voice(&[on_file, "C: no it's pilar dot costa at gmail dot com"]).as_deref(),
        Some("pilar.costa@gmail.com")
    );
    assert_eq!(voice(&["A: is it ruben at gmail dot com", "C: no"]), None);
}

#[test]
fn numbers_as_they_are_said() {
    said(
        "phone",
        "and a number",
        &[
            ("three one two five five five twenty one forty three", "3125552143"),
            ("one eight hundred five five five oh one four four", "18005550144"),
            ("nine one seven five five five two thousand", "9175552000"),
            ("oh seven seven double oh nine hundred four five six", "07700900456"),
            ("plus four four seven seven double oh nine hundred one double two", "+447700900122"),
            ("area code five one two and then five five five oh one six one", "5125550161"),
            ("five oh three five five five oh one eight eight no sorry oh one eight nine", "5035550189"),
            ("four one five five five five oh one seven two extension twelve", "4155550172"),
            (
                "my old number was two one two five five five oh one two two it's now two one two five five five oh one double three",
                "2125550133",
            ),
            ("my sister's is four one five five five five oh one two two", ""),
            ("i was born in nineteen eighty two", ""),
            ("my account number is double eight three four two one nine nine two oh", ""),
        ],
    );
    let end = ["A: so 415 555 0171", "C: sorry no it's one seven two"];
    let lines = ["A: phone", "C: four one five five five five oh one seven one", end[0], end[1]];
    assert_eq!(used(Channel::Voice, "phone", &lines).as_deref(), Some("4155550172"));
}

#[test]
fn a_number_given_piece_by_piece() {
    let lines = [
        "A: your phone number",
        "C: oh one six one",
        "A: mm-hm",
        "C: four nine six",
        "A: okay",
        "C: oh double seven five",
    ];
    assert_eq!(used(Channel::Voice, "phone", &lines).as_deref(), Some("01614960775"));
    assert_eq!(used(Channel::Text, "phone", &["A: Phone?", "C: 206", "C: 555 0147"]).as_deref(), Some("2065550147"));
    for more in ["C: wait a moment", "A: Your order number?"] {
        assert_eq!(used(Channel::Text, "phone", &["A: Phone?", "C: 206", more, "C: 99"]), None, "{more}");
    }
}

#[test]
fn typed_numbers() {
    for (question, answer, want) in [
        ("Which number can we call?", "512 555 0161 (office)", "512 555 0161"),
        ("And a number?", "(512) 555-0160 x204", "(512) 555-0160"),
        ("How can I help?", "your guy said \"call me at 800 555 0100\" and never did", ""),
        ("How can I help?", "our fax is 512 555 0199", ""),
        ("Bonjour", "Appelez-moi au 06 12 34 56 78", "06 12 34 56 78"),
        ("お電話番号は?", "電話は03-5555-0123です", "03-5555-0123"),
        ("Which number is on the invoice?", "5550192837", ""),
    ] {
        let lines = [format!("A: {question}"), format!("C: {answer}")];
        let lines = [lines[0].as_str(), lines[1].as_str()];
        let want = Some(want).filter(|w| !w.is_empty());
        assert_eq!(used(Channel::Text, "phone", &lines).as_deref(), want, "{answer}");
    }
}

#[test]
fn how_sure_a_value_is_tells_how_it_was_found() {
    let sure = |channel, answer: &str| {
        let found = hear(channel, &["A: What's your email?", &format!("C: {answer}")]);
        found.get("email").map_or(0, Found::percent)
    };
    let typed = sure(Channel::Text, "ana.ruiz@lumen.com");
    let clear = sure(Channel::Voice, "ana dot ruiz at lumen dot com");
    let joined = sure(Channel::Voice, "ana ruiz at lumen dot com");
    let guessed = sure(Channel::Voice, "ana ruiz at gmail");
    let vague = sure(Channel::Voice, "maybe ana at lumen dot com");
    assert!(
        typed > clear && clear > joined && joined > guessed && guessed > vague,
        "{typed} {clear} {joined} {guessed} {vague}"
    );
    assert!(vague < 60);
}

#[test]
fn a_number_to_call_back() {
    for asked in ["and a call back number", "what's a good number for you", "which number", "your name and number"] {
        let found = [("phone", "3125550119")];
        voice(&[&format!("A: {asked}"), "C: three one two five five five zero one one nine"], &found);
    }
    text(
        &["A: A technician can come by at 4 today. Your name and number?", "C: Nora Lind 020 7946 0855"],
        &[("first_name", "Nora"), ("last_name", "Lind"), ("phone", "020 7946 0855")],
    );
    voice(&["A: The number you're calling from, is it 312-555-0119?", "C: yes sir"], &[("phone", "312-555-0119")]);
    for asked in ["Are you calling about order number 3125550119?", "Is your account number 3125550119?"] {
        text(&[&format!("A: {asked}"), "C: yes"], &[]);
    }
}

#[test]
fn what_belongs_to_an_address_is_no_company() {
    voice(
        &[
            "A: how can I help",
            "C: hi this is ruth keller i'm with the green hills community center we need chairs",
            "A: what email address should i use",
            "C: rkeller at green hills dot org",
        ],
        &[
            ("company", "green hills community center"),
            ("email", "rkeller@greenhills.org"),
            ("first_name", "Ruth"),
            ("last_name", "Keller"),
        ],
    );
}

#[test]
fn the_town_before_the_street() {
    text(
        &["A: Your address?", "C: 1052 Budapest, Váci utca 12."],
        &[("city", "Budapest"), ("street", "Váci utca 12"), ("zip", "1052")],
    );
    text(
        &["A: Your new address?", "C: 880 Avenue Laurier, apt 3, Montréal, Quebec H2H 1V4"],
        &[("city", "Montréal"), ("state", "Quebec"), ("street", "880 Avenue Laurier, apt 3"), ("zip", "H2H 1V4")],
    );
    voice(
        &["A: what is your address", "C: nine oak street apartment nine f new york one oh oh oh nine"],
        &[("city", "new york"), ("street", "9 oak street apartment 9f"), ("zip", "10009")],
    );
}

#[test]
fn the_end_of_a_number_is_said_anew_where_it_was_spoken_of() {
    let known = "C: I'm Ruth Keller, 312-555-0119";
    for (agent, answer, want) in [
        ("Thanks. So your number ends in 0119?", "no, 0118", "312-555-0118"),
        ("I have 312-555-0119, right?", "sorry, it ends in 91", "312-555-0191"),
        ("Pickup at 4:30 is fine?", "no, 5:15 please", "312-555-0119"),
        (
            "It went to 200 Main St. Is that your shop?",
            "no thats the old one. we are at 1900 Church St",
            "312-555-0119",
        ),
        ("Is the house number 24?", "no, 42", "312-555-0119"),
        ("That makes 250 chairs?", "no, 205", "312-555-0119"),
    ] {
        let lines = [known, &format!("A: {agent}"), &format!("C: {answer}")];
        assert_eq!(used(Channel::Text, "phone", &lines).as_deref(), Some(want), "{answer}");
    }
}

#[test]
fn whose_bill_it_is() {
    text(
        &[
            "C: I want to pay my bill",
            "A: Your name and service address?",
            "C: Ruth Keller, 12 Oak Street, Salem OR 97301",
        ],
        &[
            ("city", "Salem"),
            ("first_name", "Ruth"),
            ("last_name", "Keller"),
            ("state", "OR"),
            ("street", "12 Oak Street"),
            ("zip", "97301"),
        ],
    );
}

#[test]
fn whom_a_present_goes_to() {
    for question in ["Lovely! Who should they go to?", "Who do we send it to?", "And the recipient's details?"] {
        text(
            &[
                "C: I'd like to send flowers to my aunt",
                &format!("A: {question}"),
                "C: Mrs. Dorothy Hale, 77 Elm Court, Savannah, GA 31401, phone 912-555-0143",
                "A: And your own name and email?",
                "C: Ruth Keller, ruth@example.com",
            ],
            &[("email", "ruth@example.com"), ("first_name", "Ruth"), ("last_name", "Keller")],
        );
    }
}

#[test]
fn where_somebody_was_born_is_asked_for_safety() {
    for question in [
        "For security, in what city were you born?",
        "What city did your parents meet in?",
        "Which town did you grow up in?",
    ] {
        voice(&[&format!("A: {question}"), "C: mcallen"], &[]);
        text(&[&format!("A: {question}"), "C: Portland"], &[]);
    }
}

#[test]
fn who_carries_the_mail_is_no_company() {
    for (said, email) in [
        ("d quigley at s b c global dot net", "dquigley@sbcglobal.net"),
        ("pip dot green at talk talk dot net", "pip.green@talktalk.net"),
        ("alan dot reed at bt internet dot com", "alan.reed@btinternet.com"),
    ] {
        let lines = ["A: and your email", &format!("C: {said}"), &format!("A: so {said}"), "C: yes"];
        let found = hear(Channel::Voice, &lines);
        assert_eq!(found.get("company").map(|f| &f.value), None, "{said}");
        assert_eq!(found.get("email").map(|f| f.value.as_str()), Some(email));
    }
}

#[test]
fn addresses_as_they_are_written_in_their_countries() {
    for (said, street, city, state, zip) in [
        ("62-10 Myrtle Ave, Glendale NY 11385", "62-10 Myrtle Ave", "Glendale", "NY", "11385"),
        ("455 S 900 E, Provo UT 84606", "455 S 900 E", "Provo", "UT", "84606"),
        ("9/2 Habibullah Road, T. Nagar, Chennai 600018", "9/2 Habibullah Road", "Chennai", "", "600018"),
        ("C-118, Lotus Residency, FC Road, Pune 411005", "C-118, Lotus Residency, FC Road", "Pune", "", "411005"),
        ("Unit 7, 210 Queen Street, Ponsonby, Auckland 1011", "Unit 7, 210 Queen Street", "Auckland", "", "1011"),
        ("Flat 3, 27 Elm Road, Leeds, LS6 1AB", "Flat 3, 27 Elm Road", "Leeds", "", "LS6 1AB"),
        ("4th Floor, 31 King Street, London EC2V 8EA", "4th Floor, 31 King Street", "London", "", "EC2V 8EA"),
        ("Rua do Ouro 61, 3.º Dto, 4150-553 Porto", "Rua do Ouro 61, 3.º Dto", "Porto", "", "4150-553"),
        (
            "Rua Oscar Freire, 725, apto 41, São Paulo - SP, 01426-001",
            "Rua Oscar Freire, 725, apto 41",
            "São Paulo",
            "SP",
            "01426-001",
        ),
        ("Brooksteinhof 12, 20457 Hamburg", "Brooksteinhof 12", "Hamburg", "", "20457"),
        ("14 ter rue Pasteur 69007 Lyon", "14 ter rue Pasteur", "Lyon", "", "69007"),
        ("6 passage Molière, 75003 Paris", "6 passage Molière", "Paris", "", "75003"),
        ("Dam 9 bis, 1012 JS Amsterdam", "Dam 9 bis", "Amsterdam", "", "1012 JS"),
        ("Tisza Lajos körút 44., 6720 Szeged", "Tisza Lajos körút 44", "Szeged", "", "6720"),
        ("İstiklal Caddesi No: 80 D: 3, 34433 Istanbul", "İstiklal Caddesi No: 80 D: 3", "Istanbul", "", "34433"),
        ("Storgatan 8 C, 411 38 Göteborg", "Storgatan 8 C", "Göteborg", "", "411 38"),
        ("Bulevardi 12 B 6, 00120 Helsinki", "Bulevardi 12 B 6", "Helsinki", "", "00120"),
        ("Školská 28, 110 00 Praha 1", "Školská 28", "Praha 1", "", "110 00"),
        (
            "Av. Insurgentes 90, Col. Roma, 06700 Ciudad de México",
            "Av. Insurgentes 90",
            "Ciudad de México",
            "",
            "06700",
        ),
        ("Av. Callao 512, C1022 Buenos Aires", "Av. Callao 512", "Buenos Aires", "", "C1022"),
        ("18 Dame Street, Dublin 2, D02 X3Y4", "18 Dame Street", "Dublin 2", "", "D02 X3Y4"),
        ("Strada Doamnei 17, București", "Strada Doamnei 17", "București", "", ""),
    ] {
        let all = [("city", city), ("state", state), ("street", street), ("zip", zip)];
        let want: Vec<(&str, &str)> = all.into_iter().filter(|(_, v)| !v.is_empty()).collect();
        text(&["A: What is your address, please?", &format!("C: {said}")], &want);
        text(&["A: How can I help?", &format!("C: Please change my address. We moved to {said}")], &want);
    }
}

#[test]
fn a_house_with_a_name_is_believed_where_it_was_asked_for() {
    let asked = "A: What is your address, please?";
    text(
        &[asked, "C: The Old Bakery, Mill Lane, Ludlow SY8 2PN"],
        &[("city", "Ludlow"), ("street", "The Old Bakery, Mill Lane"), ("zip", "SY8 2PN")],
    );
}

#[test]
fn what_looks_like_an_address_and_is_none() {
    for said in [
        "I moved the meeting to room 12, Friday 1400",
        "My address book has 3 entries, Anna 2024",
        "we have 2 cats, 3 dogs and 1 parrot",
        "I live on the 5th floor, there are 12 of us",
        "Flight 212, Gate 14, Thursday 0900",
    ] {
        text(&["A: How can I help?", &format!("C: {said}")], &[]);
    }
}

#[test]
fn a_street_beside_other_things() {
    text(
        &["C: hi", "C: delivery to 219 main street and my phone number is 3125550119"],
        &[("phone", "3125550119"), ("street", "219 main street")],
    );
    text(
        &["A: Your address?", "C: 20714 us hwy 78 leeds al 35094"],
        &[("city", "leeds"), ("state", "al"), ("street", "20714 us hwy 78"), ("zip", "35094")],
    );
}

#[test]
fn what_a_reference_has_is_not_the_customers() {
    text(
        &[
            "A: Email and phone please?",
            "C: emeka@example.ng / +234 802 555 0143",
            "A: Who is your reference?",
            "C: My former boss Mr. Peter Adeyemi at Dangote Logistics, peter.adeyemi@dangote.example",
        ],
        &[("email", "emeka@example.ng"), ("phone", "+234 802 555 0143")],
    );
    text(
        &[
            "A: How can I help?",
            "C: You won! Contact prize@winner.example or call 1-900-555-0100 ask for Mr. John Prize",
        ],
        &[],
    );
}

#[test]
fn a_country_said_before_a_number_stays() {
    voice(&["A: So plus 49 171 555 0147, is that your number?", "C: Correct."], &[("phone", "+49 171 555 0147")]);
}

#[test]
fn a_number_whose_area_is_told_behind_it() {
    voice(
        &["A: Best number?", "C: five five five oh one four two, area code three one two"],
        &[("phone", "3125550142")],
    );
    text(&["A: Best number?", "C: it's 555-0142, area code 312"], &[("phone", "312-555-0142")]);
    text(&["A: Best number?", "C: 212 555 0142, area code was 312 before"], &[("phone", "212 555 0142")]);
    text(
        &[
            "A: Who should the technician ask for?",
            "C: My tenant, Mr. Oduya, his number is 020 7946 0999",
            "A: And your own number?",
            "C: 020 7946 0111",
        ],
        &[("phone", "020 7946 0111")],
    );
}

#[test]
fn a_place_told_in_place_of_another() {
    text(&["A: Postcode?", "C: it's LS1 4AP... no hang on, LS1 4BP"], &[("zip", "LS1 4BP")]);
    voice(
        &[
            "A: May I have your address?",
            "C: 22 Harcourt Road, Sheffield, S10 1DG",
            "A: Sorry, was that 22?",
            "C: No, 20. Twenty Harcourt Road.",
        ],
        &[("city", "Sheffield"), ("street", "20 Harcourt Road"), ("zip", "S10 1DG")],
    );
    voice(
        &["A: Is this still your address: 14 Rue de la Paix?", "C: No, I moved to 3 Place Bellecour, 69002 Lyon"],
        &[("city", "Lyon"), ("street", "3 Place Bellecour"), ("zip", "69002")],
    );
    text(&["A: Your company?", "C: I'm self-employed"], &[]);
}
