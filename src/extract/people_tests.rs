//! Names of many cultures, in the ways in which people give them.

use super::tests::{text, voice};
use super::{Channel, Listener, Message, Role, THRESHOLD};

fn named(lines: &[&str], first: &str, last: &str) {
    let mut want = Vec::new();
    if !first.is_empty() {
        want.push(("first_name", first));
    }
    if !last.is_empty() {
        want.push(("last_name", last));
    }
    text(lines, &want);
}

#[test]
fn stated_in_the_main_european_languages() {
    named(&["C: Hola, me llamo Lucía Fernández y necesito ayuda"], "Lucía", "Fernández");
    named(&["C: mi nombre es carlos ortega"], "carlos", "ortega");
    named(&["C: Guten Tag, ich heiße Jürgen Müller und habe eine Frage."], "Jürgen", "Müller");
    named(&["C: mein name ist sabine vogt"], "sabine", "vogt");
    named(&["C: Bonjour, je m'appelle Amélie de la Tour."], "Amélie", "de la Tour");
    named(&["C: Mi chiamo Giulia Di Stefano e vorrei un rimborso"], "Giulia", "Di Stefano");
    named(&["C: mijn naam is Pieter van den Heuvel"], "Pieter", "van den Heuvel");
    named(&["C: Olá, o meu nome é João dos Santos"], "João", "dos Santos");
    named(&["C: Hej, jag heter Astrid Lindqvist"], "Astrid", "Lindqvist");
    named(&["C: Nazywam się Wojciech Nowicki"], "Wojciech", "Nowicki");
    named(&["C: Здравствуйте, меня зовут Ольга Петрова"], "Ольга", "Петрова");
    named(&["C: मेरा नाम प्रिया शर्मा है"], "प्रिया", "शर्मा");
    named(&["C: اسمي خالد المنصور"], "خالد", "المنصور");
    named(&["C: Hola, soy Marta Gil."], "Marta", "Gil");
    named(&["C: Mi apellido es Quiroga"], "", "Quiroga");
}

#[test]
fn asked_in_other_languages() {
    named(&["A: ¿Cuál es su nombre completo?", "C: Ana García López"], "Ana", "García López");
    named(&["A: ¿Me puede decir sus apellidos?", "C: Ruiz Ortega"], "", "Ruiz Ortega");
    named(&["A: Wie heißen Sie?", "C: Heinrich von Stetten"], "Heinrich", "von Stetten");
    named(&["A: Comment vous appelez-vous ?", "C: Chloé Lefèvre"], "Chloé", "Lefèvre");
    named(&["A: 请问您的姓名？", "C: 王小明"], "小明", "王");
    text(&["A: ¿Cuál es su correo electrónico?", "C: ana@x.example"], &[("email", "ana@x.example")]);
    text(&["A: Ihre Telefonnummer, bitte?", "C: 030 1234567"], &[("phone", "030 1234567")]);
}

#[test]
fn what_other_languages_say_that_is_no_name() {
    for line in [
        "C: soy cliente desde hace años",
        "C: ich bin sehr unzufrieden",
        "C: je suis désolé",
        "C: sono molto arrabbiato",
        "C: ik ben boos",
        "C: mi hermana se llama Rosa",
        "C: necesito cambiar mi reserva",
        "C: mein Paket ist nicht angekommen",
    ] {
        text(&[line], &[]);
    }
}

#[test]
fn names_of_many_cultures_in_english() {
    named(&["A: Your name?", "C: María José Hernández de la Cruz"], "María José", "Hernández de la Cruz");
    named(&["C: my name is Nguyen Thi Mai Anh."], "Mai Anh", "Nguyen");
    named(&["A: Your full name?", "C: Ahmed bin Khalid Al Mansouri"], "Ahmed", "bin Khalid Al Mansouri");
    named(&["A: Your full name?", "C: Fatima Al-Zahra Haddad"], "Fatima", "Al-Zahra Haddad");
    named(&["C: this is Sanjay Ramachandran"], "Sanjay", "Ramachandran");
    named(&["A: Your name?", "C: S. Ramakrishnan"], "S.", "Ramakrishnan");
    named(&["A: Your name?", "C: Siobhán O'Brien-Walsh"], "Siobhán", "O'Brien-Walsh");
    named(&["A: Your name?", "C: Jean-Baptiste d'Aubigny"], "Jean-Baptiste", "d'Aubigny");
    named(&["A: Your name?", "C: Wang Xiaoming"], "Xiaoming", "Wang");
    named(&["A: Your name?", "C: Yuki Tanaka"], "Yuki", "Tanaka");
    named(&["A: Your name?", "C: Björk Guðmundsdóttir"], "Björk", "Guðmundsdóttir");
    named(&["A: Your name?", "C: chidinma okafor"], "chidinma", "okafor");
}

#[test]
fn names_that_are_words() {
    named(&["C: my name is Neil Young"], "Neil", "Young");
    named(&["A: Your name?", "C: grace park"], "grace", "park");
    named(&["A: Your last name?", "C: Rose"], "", "Rose");
    named(&["C: My name is Will Young."], "Will", "Young");
    named(&["A: Your name?", "C: Summer Day"], "Summer", "Day");
    text(&["C: I am Young enough to remember"], &[]);
    text(&["C: I'd like a rose from the park"], &[]);
}

#[test]
fn spelled_in_several_ways() {
    named(&["A: Your last name?", "C: Kowalczyk", "A: Could you spell that?", "C: K-O-W-A-L-C-Z-Y-K"], "", "Kowalczyk");
    voice(
        &["A: what is your name", "C: maria hernandez", "A: how do you spell your last name", "C: h e r n a n d e z"],
        &[("first_name", "Maria"), ("last_name", "Hernandez")],
    );
    voice(
        &["A: what is your full name", "C: phillip allan", "A: how do you spell that", "C: p h i l i p a double l e n"],
        &[("first_name", "Philip"), ("last_name", "Allen")],
    );
}

#[test]
fn given_over_several_turns_and_corrected() {
    named(&["A: First name?", "C: Ikaika", "A: Last name?", "C: Kahananui"], "Ikaika", "Kahananui");
    named(&["C: my name is Jon Price", "C: sorry, my name is John Price"], "John", "Price");
    named(&["A: Am I speaking with Ana Lima?", "C: yes that's me"], "Ana", "Lima");
    named(&["A: Am I speaking with Ana Lima?", "C: no, this is Rita Sousa"], "Rita", "Sousa");
}

#[test]
fn emails_of_all_kinds() {
    let email = |lines: &[&str], want: &str| text(lines, &[("email", want)]);
    email(&["C: my email is jürgen@müller.example"], "jürgen@müller.example");
    email(&["C: моя почта пётр@почта.рф спасибо"], "пётр@почта.рф");
    email(&["A: Your email?", "C: info@xn--e1aybc.xn--p1ai"], "info@xn--e1aybc.xn--p1ai");
    email(&["A: Your email?", "C: <Ana.Lima+news@mail.example>."], "Ana.Lima+news@mail.example");
    email(&["C: my old email was bo@x.example, my new one is bob@y.example"], "bob@y.example");
    text(&["C: my husband's email is tom@x.example"], &[]);
    text(&["A: You can write to us at hello@shop.example.", "C: ok"], &[]);
}

#[test]
fn spoken_on_the_phone() {
    voice(
        &["A: what is your email", "C: it's a n a underscore double five at web dot de"],
        &[("email", "ana_55@web.de")],
    );
    voice(
        &[
            "A: your email please",
            "C: marco dot rossi at libero dot it",
            "A: so marco dot rossi at libero dot it, is that right?",
            "C: yes",
        ],
        &[("email", "marco.rossi@libero.it")],
    );
    voice(
        &["A: what number can we reach you on", "C: oh seven nine double one one two three four five six"],
        &[("phone", "07911123456")],
    );
}

#[test]
fn somebody_elses_numbers() {
    text(&["C: the shop's phone is 212 555 0100"], &[]);
    text(&["C: call my wife on 212 555 0100, her name is Rosa"], &[]);
    text(&["A: Our number is 800 555 0199.", "C: ok"], &[]);
}

#[test]
fn in_the_form_of_the_country() {
    use crate::domain::conversation::{Channel, Message, Role};
    let phone = |country: &str, said: &str| {
        let extractor = super::Extractor::default().with_country(country);
        let mut listener = extractor.listen(Channel::Text);
        for (role, text) in [(Role::Agent, "Your phone number?"), (Role::Customer, said)] {
            listener.hear(&Message { at_ms: 0, role, text: text.into() });
        }
        listener.get("phone").map(|f| f.value.clone()).unwrap_or_default()
    };
    assert_eq!(phone("DE", "030 12345678"), "+49 30 12345678");
    assert_eq!(phone("GB", "07911123456"), "+44 7911 123456");
    assert_eq!(phone("DE", "+34 600 123 456"), "+34 600 12 34 56");
    assert_eq!(phone("US", "555 0100"), "555 0100", "no number of the country stays as typed");
    assert_eq!(phone("XX", "030 12345678"), "030 12345678");
    assert_eq!(phone("", "030 12345678"), "030 12345678");
}

#[test]
fn below_the_threshold_nothing_is_used() {
    use crate::domain::conversation::{Channel, Message, Role};
    use crate::domain::moment::Listen;
    let hear = |threshold: f32| {
        let mut listener = super::Extractor::default().with_threshold(threshold).listen(Channel::Text);
        Listen::hear(
            &mut listener,
            &Message { at_ms: 0, role: Role::Customer, text: "Hi, this is Farida from Oslo".into() },
        );
        listener
    };
    let (loose, strict) = (hear(0.5), hear(0.98));
    assert_eq!((loose.heard("first_name"), loose.doubt("first_name").is_some()), (Some("Farida"), false));
    assert_eq!((strict.heard("first_name"), strict.doubt("first_name").is_some()), (None, true));
    assert_eq!((strict.found().count(), strict.source("first_name").and_then(|s| s.sure)), (0, Some(75)));
}

#[track_caller]
fn sorted(hear: fn(&[&str], &[(&str, &str)]), lines: &[&str], want: &[(&str, &str)]) {
    let mut want = want.to_vec();
    want.sort_unstable();
    hear(lines, &want);
}

#[test]
fn a_company_or_postcode_beside_a_name() {
    let name = |first: &'static str, last: &'static str| [("first_name", first), ("last_name", last)];
    let with = |more: &[(&'static str, &'static str)]| -> Vec<(&'static str, &'static str)> {
        more.iter().copied().chain(name("Tom", "Becker")).collect()
    };
    let asks = "A: May I have your name and company, please?";
    for said in ["Tom Becker, Harbour & Sons", "Tom Becker from Harbour & Sons", "Tom Becker / Harbour & Sons"] {
        sorted(text, &[asks, &format!("C: {said}")], &with(&[("company", "Harbour & Sons")]));
    }
    sorted(text, &[asks, "C: Tom Becker", "C: Northlight Ltd"], &with(&[("company", "Northlight Ltd")]));
    for said in ["I'm Tom Becker from Blue Kite GmbH, my order is late", "My name is Tom Becker (Blue Kite GmbH)."] {
        sorted(text, &[&format!("C: Hello, {said}")], &with(&[("company", "Blue Kite GmbH")]));
    }
    for said in [
        "Tom Becker, thanks",
        "Tom Becker from Leeds",
        "Tom Becker and I need help",
        "Tom Becker, Amazon Inc charged me",
    ] {
        sorted(text, &[asks, &format!("C: {said}")], &with(&[]));
    }
    let asks = "A: May I have your name and zip code?";
    for said in ["Tom Becker, 60601", "Tom Becker 60601", "It's Tom Becker and 60601"] {
        sorted(text, &[asks, &format!("C: {said}")], &with(&[("zip", "60601")]));
    }
    sorted(text, &["A: May I have your name?", "C: Tom Becker, LS1 4AP"], &with(&[("zip", "LS1 4AP")]));
    sorted(text, &["A: May I have your name?", "C: Tom Becker, 60601"], &with(&[]));
    sorted(voice, &["A: Your name and postcode?", "C: tom becker l s one four a p"], &with(&[("zip", "LS1 4AP")]));
    sorted(voice, &["A: Your name and zip code?", "C: tom becker six oh six oh one"], &with(&[("zip", "60601")]));
}

#[test]
fn streets_and_postcodes_on_the_phone() {
    let address = "A: What is your address?";
    sorted(
        voice,
        &[address, "C: one twenty three oak street springfield illinois six two seven oh one"],
        &[("street", "123 oak street"), ("city", "springfield"), ("state", "illinois"), ("zip", "62701")],
    );
    sorted(voice, &[address, "C: it's four fifty two mill road"], &[("street", "452 mill road")]);
    sorted(voice, &["C: my postcode is l s one four a p"], &[("zip", "LS1 4AP")]);
    sorted(voice, &["C: my zip code is six oh six oh one"], &[("zip", "60601")]);
    let again = ["A: And the postcode?", "C: no not l s two it's l s one four a p"];
    sorted(voice, &again, &[("zip", "LS1 4AP")]);
    sorted(voice, &["C: my order is one two three four five"], &[]);
    sorted(voice, &["C: my wife's postcode is l s one four a p"], &[]);
    let both = ["A: The street and the zip code, please.", "C: it's 27 harbour street and the zip code is 04101"];
    sorted(voice, &both, &[("street", "27 harbour street"), ("zip", "04101")]);
    let both =
        ["A: The street and the zip code, please.", "C: it's twelve mill road and the zip code is oh four one oh one"];
    sorted(voice, &both, &[("street", "12 mill road"), ("zip", "04101")]);
}

#[test]
fn addresses_of_many_countries() {
    let at = |said: &str, street: &str, city: &str, state: &str, zip: &str| {
        let all = [("city", city), ("state", state), ("street", street), ("zip", zip)];
        let want: Vec<_> = all.into_iter().filter(|(_, v)| !v.is_empty()).collect();
        sorted(text, &["A: Your address?", &format!("C: {said}")], &want);
    };
    at("Flat 2, 9 Queens Road, Leeds LS6 1NY", "Flat 2, 9 Queens Road", "Leeds", "", "LS6 1NY");
    at("Unit 12/40 Beach Road, Brighton VIC 3186", "Unit 12/40 Beach Road", "Brighton", "VIC", "3186");
    at("400 Queen St W, Toronto, ON M5V 2A7, Canada", "400 Queen St W", "Toronto", "ON", "M5V 2A7");
    at("Via Dante 12, 20121 Milano MI", "Via Dante 12", "Milano", "MI", "20121");
    at("Rua das Flores 120, Curitiba - PR, 80010-000", "Rua das Flores 120", "Curitiba", "PR", "80010-000");
    at("Herengracht 182-184, 1016 BR Amsterdam", "Herengracht 182-184", "Amsterdam", "", "1016 BR");
    at("Calle de Alcalá 45, 3º B, 28014 Madrid", "Calle de Alcalá 45, 3º B", "Madrid", "", "28014");
    at("44 MG Road, Pune, Maharashtra 411001", "44 MG Road", "Pune", "Maharashtra", "411001");
    at("PO Box 220, Juneau, AK 99801", "PO Box 220", "Juneau", "AK", "99801");
    at("22 Park Avenue now, Tulsa OK 74103", "22 Park Avenue", "Tulsa", "OK", "74103");
    at("5th Avenue 350, New York, NY 10118", "5th Avenue 350", "New York", "NY", "10118");
    at("my card code is 4411 and the ref is 12 AB34", "", "", "", "");
    let lines = ["A: Your address?", "C: 15 avenue Victor Hugo", "C: 69003 Lyon"];
    sorted(text, &lines, &[("street", "15 avenue Victor Hugo"), ("city", "Lyon"), ("zip", "69003")]);
    let aloud =
        ["A: the address please", "C: two fifteen west forty second street new york new york one double oh three six"];
    let want = [("street", "215 west 42nd street"), ("city", "new york"), ("state", "new york"), ("zip", "10036")];
    sorted(voice, &aloud, &want);
    sorted(voice, &["A: which town", "C: evanston"], &[("city", "evanston")]);
}

#[test]
fn what_is_read_back_bare_and_denied_is_not_used() {
    let unsure = |lines: &[&str]| {
        let mut listener = Listener::new(Channel::Voice);
        for (i, line) in lines.iter().enumerate() {
            let role = if i % 2 == 0 { Role::Agent } else { Role::Customer };
            listener.hear(&Message { at_ms: i as i64 * 1000, role, text: (*line).to_owned() });
        }
        assert!(listener.found().all(|f| f.sure < THRESHOLD), "{lines:?}: {:?}", listener.found().collect::<Vec<_>>());
    };
    let number = "two one two five five five oh one nine nine";
    unsure(&["Your number?", number, "212 555 0199?", "no"]);
    unsure(&["Your number?", number, "(212) 555-0199, right?", "nope that's wrong"]);
    unsure(&["Your email?", "mila at example dot com", "mila@example.com?", "no with two l"]);
    voice(&["A: Your number?", &format!("C: {number}"), "A: 212 555 0199?", "C: yes"], &[("phone", "2125550199")]);
}

#[test]
fn whose_the_thing_is_asks_for_a_name() {
    for (asked, said) in [
        ("Who is the appointment for?", "Clara Vogel. Monday please"),
        ("We have a table at 8. Who's the reservation for?", "Clara Vogel, 4 people"),
        ("Sure. Who's requesting the refund?", "Clara Vogel"),
        ("Hello, who are you please?", "Clara Vogel, her lawyer"),
        ("Whose name is the booking under?", "Mine, Clara Vogel"),
        ("Is this Clara Vogel?", "yea thats me"),
        ("Is the account under Clara Vogel?", "yes sir"),
        ("Is the booking in the name of Clara Vogel?", "correct"),
    ] {
        text(&[&format!("A: {asked}"), &format!("C: {said}")], &[("first_name", "Clara"), ("last_name", "Vogel")]);
    }
    voice(&["A: okay whose name", "C: clara vogel"], &[("first_name", "Clara"), ("last_name", "Vogel")]);
    voice(&["A: is the name on it clara vogel", "C: yes"], &[("first_name", "Clara"), ("last_name", "Vogel")]);
    voice(
        &["A: your full name please", "C: jovana petkovic i spell it p e t k o v i c"],
        &[("first_name", "Jovana"), ("last_name", "Petkovic")],
    );
    for (asked, said) in [
        ("Who is the order for?", "my wife Clara"),
        ("Who is the gift for?", "Clara"),
        ("Who is responsible for the bill?", "Clara Vogel"),
        ("Whose name is on the contract?", "my father's, Otto Vogel"),
        ("Is the account under Clara Vogel?", "no"),
        ("Is it under warranty?", "yes"),
        ("Is the parcel under the tree?", "yes"),
        ("I found it under Luis Prieto's number, can you confirm the date?", "yes"),
    ] {
        text(&[&format!("A: {asked}"), &format!("C: {said}")], &[]);
    }
}

#[test]
fn the_given_name_is_told() {
    for said in
        ["Tanaka Yuki (Yuki is given name)", "Tanaka Yuki (Yuki is my given name)", "Tanaka Yuki. Yuki is first name"]
    {
        text(&["A: Your name?", &format!("C: {said}")], &[("first_name", "Yuki"), ("last_name", "Tanaka")]);
    }
    text(&["A: Your name?", "C: Anna Berg. Is first name enough?"], &[("first_name", "Anna"), ("last_name", "Berg")]);
}

#[test]
fn a_name_and_a_company_in_one_list() {
    for (asked, said, first, last, company) in [
        (
            "Your company and your name?",
            "Harbour Dental, Nina Roth, practice manager",
            "Nina",
            "Roth",
            "Harbour Dental",
        ),
        ("Your name and company?", "Nina Roth, Harbour Dental", "Nina", "Roth", "Harbour Dental"),
        ("Your company and name?", "Quantilo, Oyelaran Adeyinka", "Oyelaran", "Adeyinka", "Quantilo"),
        ("Your name and your company?", "Oyelaran Adeyinka, Quantilo", "Oyelaran", "Adeyinka", "Quantilo"),
        (
            "Which clinic is this, and who is speaking?",
            "Abel Care Clinic, Dr. Hana Roth",
            "Hana",
            "Roth",
            "Abel Care Clinic",
        ),
        (
            "Your company name and a contact?",
            "Blue Fern Foods. I'm the owner, Nina Roth",
            "Nina",
            "Roth",
            "Blue Fern Foods",
        ),
        ("Your company and name?", "Miller & Sons, Paul Miller", "Paul", "Miller", "Miller & Sons"),
    ] {
        let want = [("company", company), ("first_name", first), ("last_name", last)];
        text(&[&format!("A: {asked}"), &format!("C: {said}")], &want);
    }
    for (asked, said) in [
        ("Your company and name?", "Nina Roth, CEO"),
        ("Your name and company?", "Roth, Nina"),
        ("Your name and company?", "I'm Nina Roth, no company"),
        ("Your name and company?", "Nina Roth, Berlin"),
        ("Your name and company?", "Nina Roth, Private"),
    ] {
        named(&[&format!("A: {asked}"), &format!("C: {said}")], "Nina", "Roth");
    }
}

#[test]
fn two_first_names_that_the_address_tells() {
    for (said, first) in [
        ("Amina Noor Yusuf amina.noor.yusuf@mail.example", "Amina Noor"),
        ("Amina Noor Yusuf, amina-noor-yusuf@mail.example", "Amina Noor"),
        ("Amina Noor Yusuf amina.n.yusuf@mail.example", "Amina"),
    ] {
        let email = said.split([' ', ',']).next_back().unwrap_or_default();
        let want = [("email", email), ("first_name", first), ("last_name", "Yusuf")];
        text(&["A: Your name and email?", &format!("C: {said}")], &want);
    }
}

#[test]
fn where_somebody_works_behind_a_name_that_is_heard() {
    let hears = |said: &str, want: &[(&str, &str)]| voice(&["A: how can i help", &format!("C: {said}")], want);
    hears("hey it's tom at hartley plumbing i need pipes", &[("company", "hartley plumbing"), ("first_name", "Tom")]);
    hears(
        "hi this is nina roth with roth catering we need chairs",
        &[("company", "roth catering"), ("first_name", "Nina"), ("last_name", "Roth")],
    );
    hears(
        "hi it's peter becker becker dairy the robot stopped",
        &[("company", "becker dairy"), ("first_name", "Peter"), ("last_name", "Becker")],
    );
    hears("i met tom at hartley plumbing yesterday", &[]);
    hears("hi it's tom at the plumbing counter", &[("first_name", "Tom")]);
    hears("this is anna with a question about electric heating", &[("first_name", "Anna")]);
}

#[test]
fn what_stands_before_a_spelling_is_no_letter() {
    let keller = &[("first_name", "ruth"), ("last_name", "keller")];
    for answer in [
        "how do you spell that? r u t h k e l l e r",
        "I spell that k e l l e r",
        "it's spelled like this: k e l l e r",
    ] {
        text(&["A: What is your name?", "C: ruth keller", &format!("C: {answer}")], keller);
    }
    text(
        &["A: What is your name?", "C: ruth keler", "C: I spell that k e l l e r"],
        &[("first_name", "ruth"), ("last_name", "Keller")],
    );
}

#[test]
fn an_errand_is_no_answer_to_a_question_for_the_name() {
    for errand in ["just text my sister, she knows when i'm home", "leave it with my neighbour, i'm at work"] {
        text(&["A: And your name?", &format!("C: {errand}")], &[]);
    }
    text(&["A: And your name?", "C: it's white, i'm at work"], &[("last_name", "white")]);
}

#[test]
fn what_something_is_called_is_not_the_customers_name() {
    let asks = ["A: Could I get your full name?", "C: Brian White", "A: And what was the name of your first pet?"];
    for answer in ["its Rosie", "oh okay, its Rosie", "um, well, it's Rosie"] {
        let answer = format!("C: {answer}");
        text(&[&asks[..], &[&answer]].concat(), &[("first_name", "Brian"), ("last_name", "White")]);
    }
}

#[test]
fn how_somebody_feels_and_how_a_name_is_written_are_no_names() {
    for said in
        ["I'm Frustrated. Nothing works.", "I'm Curious. Do you ship to Malta?", "My name's misspelled on the bill."]
    {
        text(&[&format!("C: {said}")], &[]);
    }
}

#[test]
fn an_address_spelled_back_is_taken_or_denied() {
    let told = ["A: your email", "C: it's h a n z at example dot c h", "A: h a n z at example dot c h"];
    let again = ["C: no that's wrong it's h a n t z with a t", "A: h a n t z at example dot c h"];
    let right = ("email", "hantz@example.ch");
    voice(&[&told[..], &again, &["C: right"]].concat(), &[right]);
    voice(&[&told[..], &["C: right"]].concat(), &[("email", "hanz@example.ch")]);
    voice(&[&told[..], &["C: no that's wrong"]].concat(), &[]);
}

#[test]
fn given_names_of_two_words() {
    let luis = [("first_name", "José Luis"), ("last_name", "Hernández Gutiérrez")];
    text(&["C: my name is José Luis Hernández Gutiérrez and my wife is Carmen Solís"], &luis);
    voice(&["A: your name", "C: juan carlos ortega"], &[("first_name", "Juan Carlos"), ("last_name", "Ortega")]);
    text(&["A: Your name?", "C: Ana Paula Ribeiro"], &[("first_name", "Ana Paula"), ("last_name", "Ribeiro")]);
    text(&["A: Your name?", "C: José Hernández"], &[("first_name", "José"), ("last_name", "Hernández")]);
}

#[test]
fn a_name_with_a_word_on_how_it_sounds() {
    let last = [("last_name", "Whitehorse")];
    voice(&["A: and last name", "C: whitehorse like white and horse one word"], &last);
    voice(&["A: and last name", "C: whitehorse like the animal in white"], &last);
    voice(&["A: and your last name", "C: rose like the flower"], &[("last_name", "Rose")]);
    let dana = [("first_name", "Dana"), ("last_name", "Pruitt")];
    voice(&["A: what's your name", "C: dana like dana scully but i'm dana pruitt"], &dana);
}

#[test]
fn a_name_in_two_scripts_is_not_mixed() {
    text(&["A: Hello?", "C: I'm Eve", "C: 名前は田中です"], &[("first_name", "Eve")]);
    text(&["A: Hello?", "C: I'm Eve", "C: 我叫王小明"], &[("first_name", "小明"), ("last_name", "王")]);
}

#[test]
fn no_town_of_an_address_or_of_a_move() {
    let both = |mail| [("email", mail), ("zip", "85281")];
    text(&["A: Great, your email and zip?", "C: joseluis.hg@gmail.com 85281"], &both("joseluis.hg@gmail.com"));
    text(&["A: Your email and zip?", "C: jo@mail.example.ca 85281"], &both("jo@mail.example.ca"));
    text(&["A: Email and zip please", "C: jo@example.com, zip 85281"], &both("jo@example.com"));
    text(&["C: I'm moving to Portland next month, so I want to cancel"], &[]);
    text(&["C: we're moving to Denver"], &[]);
    text(&["C: I moved to Portland"], &[("city", "Portland")]);
}

#[test]
fn numbers_said_in_one_within_a_postcode() {
    for (said, code) in [
        ("l s twenty nine eight p q", "LS29 8PQ"),
        ("it's e h twelve nine d n", "EH12 9DN"),
        ("s w nineteen five x y", "SW19 5XY"),
        ("n ten one l t", "N10 1LT"),
    ] {
        voice(&["A: what's your postcode", &format!("C: {said}")], &[("zip", code)]);
    }
}

#[test]
fn who_is_asked_in_a_chat() {
    let ravi = [("first_name", "Ravi")];
    for asked in ["Thanks, and who am I chatting with?", "Who's messaging, please?", "Who am I assisting today?"] {
        text(&[&format!("A: {asked}"), "C: Ravi"], &ravi);
    }
    let company = [("company", "Meridian Actuarial Partners")];
    for asked in
        ["Hi, I'm Ellie from Box & Bow. Which company is this for?", "Hello! This is Piotr. Which company is it?"]
    {
        text(&[&format!("A: {asked}"), "C: Meridian Actuarial Partners"], &company);
    }
    text(&["A: Which company is delivering it to you, do you know that?", "C: Meridian Actuarial Partners"], &[]);
}

#[test]
fn a_name_beside_a_number_or_a_secret() {
    let asked = "A: May I have the phone number on the account and your name?";
    text(&[asked, "C: 07700 900461, sean"], &[("first_name", "sean"), ("phone", "07700 900461")]);
    let zhang = [("first_name", "Xiaoyu"), ("last_name", "Zhang"), ("phone", "(415) 555-0172")];
    text(&["A: Your name and number?", "C: (415) 555-0172 - Xiaoyu Zhang"], &zhang);
    let holger = [("first_name", "Holger"), ("last_name", "Stein")];
    for said in ["Holger Stein, DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00, Holger Stein"] {
        text(&["A: Sure, please send account holder and IBAN.", &format!("C: {said}")], &holger);
    }
    text(
        &["A: Name and card number please", "C: Tom Delaney 4539 1488 0343 6467"],
        &[("first_name", "Tom"), ("last_name", "Delaney")],
    );
    text(&["A: Your name?", "C: 07700 900461"], &[]);
}

#[test]
fn somebodys_name_and_then_theirs() {
    let jamal = [("first_name", "Jamal"), ("last_name", "Whitaker")];
    voice(&["A: what's his name", "C: cooper", "A: and yours", "C: jamal whitaker"], &jamal);
    voice(
        &["A: and what's your last name", "C: same vartanian v as in victor a r t a n i a n"],
        &[("last_name", "Vartanian")],
    );
    voice(&["A: and your last name", "C: same"], &[]);
}

#[test]
fn an_address_in_the_place_of_another() {
    let mail = [("email", "eleanorvance@gmail.com")];
    let asked = "A: should we keep the email evance@sbcglobal.example?";
    text(&[asked, "C: no i don't use that anymore use eleanorvance@gmail.com"], &mail);
    text(&[asked, "C: I don't use that one, it's eleanorvance@gmail.com"], &mail);
    voice(
        &[
            "A: and should we keep the email e vance at sbcglobal dot net",
            "C: no i don't use that anymore use eleanor vance one word at gmail dot com",
        ],
        &mail,
    );
    text(&[asked, "C: no, don't use eleanorvance@gmail.com"], &[]);
}

#[test]
fn where_something_is_sent() {
    let dublin = [("city", "Dublin 2"), ("street", "3rd Floor, 21 Fitzwilliam Place")];
    text(&["A: The delivery address please?", "C: 3rd Floor, 21 Fitzwilliam Place, Dublin 2"], &dublin);
    text(&["A: I'll send samples. Where to?", "C: 3rd Floor, 21 Fitzwilliam Place, Dublin 2"], &dublin);
    text(&["A: Where to?", "C: the airport"], &[]);
}

#[test]
fn addresses_of_callers_who_are_heard_alone() {
    voice(
        &[
            "C: hello i'm calling about the washing machine",
            "C: it's twelve willow court flat three bristol",
            "C: b s six five q t",
        ],
        &[("city", "bristol"), ("street", "12 willow court flat 3"), ("zip", "BS6 5QT")],
    );
    voice(
        &["C: i want to cancel", "C: uh right now it's nine one two pine street oakland", "C: nine four six oh seven"],
        &[("city", "oakland"), ("street", "912 pine street"), ("zip", "94607")],
    );
    voice(&["C: hi", "C: it took two hours to get down the street", "C: one two three four five"], &[]);
}
