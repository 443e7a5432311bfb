//! What nobody asked for: names beside addresses, at the head of a message and as its signature, companies, addresses in a line.

use super::tests::{text, voice};

/// Each case: what is said, a `|` between the messages, and what is found, a `;` between the values.
fn each(cases: &[(&str, &str)], channel: fn(&[&str], &[(&str, &str)])) {
    for (lines, want) in cases {
        let lines: Vec<&str> = lines.split(" | ").collect();
        let want = want.split("; ").filter(|w| !w.is_empty()).map(|w| w.split_once(' ').unwrap());
        let mut want: Vec<_> = want
            .map(|(key, value)| match key {
                "first" => ("first_name", value),
                "last" => ("last_name", value),
                key => (key, value),
            })
            .collect();
        want.sort_unstable();
        channel(&lines, &want);
    }
}

fn hears(cases: &[(&str, &str)]) {
    each(cases, text);
}

fn hears_aloud(cases: &[(&str, &str)]) {
    each(cases, voice);
}

#[test]
fn names_companies_and_addresses_that_nobody_asked_for() {
    hears(&[
        (
            "A: How can I help? | C: I need a quote. Henrik Dahl, henrik.dahl@nordlys.example, +45 31 55 01 77",
            "email henrik.dahl@nordlys.example; first Henrik; last Dahl; phone +45 31 55 01 77",
        ),
        (
            "C: please cancel my order, oana ionescu oana.ionescu@posta.example",
            "email oana.ionescu@posta.example; first oana; last ionescu",
        ),
        (
            "C: o.ionescu@posta.example / Oana Ionescu / cancel my order",
            "email o.ionescu@posta.example; first Oana; last Ionescu",
        ),
        (
            "C: Can you send the catalogue to tveit@fjord.example? Ragnhild Tveit",
            "email tveit@fjord.example; first Ragnhild; last Tveit",
        ),
        (
            "C: My boiler leaks.\nThanks,\nPetra Němcová\npnemcova@dum.example",
            "email pnemcova@dum.example; first Petra; last Němcová",
        ),
        (
            "C: Guten Tag, ich möchte kündigen. Jürgen Groß, juergen.gross@kiel.example",
            "email juergen.gross@kiel.example; first Jürgen; last Groß",
        ),
        ("C: Sasha, sasha@kite.example, I want to change seats", "email sasha@kite.example; first Sasha"),
        (
            "C: Invoice to acct@kite.example please. Regards, Tomasz Wrona",
            "email acct@kite.example; first Tomasz; last Wrona",
        ),
        (
            "C: It's broken again. Noor Haddad (noor.h@lamp.example)",
            "email noor.h@lamp.example; first Noor; last Haddad",
        ),
        (
            "C: de Vries, Anouk - anouk.devries@tulp.example",
            "email anouk.devries@tulp.example; first Anouk; last de Vries",
        ),
        ("C: Anouk de Vries, a.devries@tulp.example", "email a.devries@tulp.example; first Anouk; last de Vries"),
        (
            "C: write to anouk.vandijk@tulp.example, Anouk van Dijk",
            "email anouk.vandijk@tulp.example; first Anouk; last van Dijk",
        ),
        ("C: Nakamura Yui, yui.nakamura@umi.example", "email yui.nakamura@umi.example; first Yui; last Nakamura"),
        (
            "C: Ingrid Moe from Moe Design AS. We need chairs. ingrid@moedesign.example",
            "company Moe Design AS; email ingrid@moedesign.example; first Ingrid; last Moe",
        ),
        ("C: Ines Prieto. I would like to cancel.", "first Ines; last Prieto"),
        ("C: I would like to cancel my gym. Ines Prieto", "first Ines; last Prieto"),
        ("C: Cancel my gym please\n\nBest,\nInes Prieto", "first Ines; last Prieto"),
        (
            "C: Henrik Dahl, Storgata 5, 0155 Oslo. Please collect it.",
            "city Oslo; first Henrik; last Dahl; street Storgata 5; zip 0155",
        ),
        ("C: Henrik here, order 4471 is late", "first Henrik"),
        ("C: Dahl Henrik here (Dahl is my surname)", "first Henrik; last Dahl"),
        ("C: I am Park Jisung, Park is my family name", "first Jisung; last Park"),
        ("C: my name is Minh Tran. Tran is the surname", "first Minh; last Tran"),
        ("A: Your zip? | C: 94110, sorry, 94117", "zip 94117"),
        ("C: we are Northwind Traders and need 40 licences", "company Northwind Traders"),
        ("C: Hello, I'm writing on behalf of Lindqvist & Sons", "company Lindqvist & Sons"),
        (
            "C: Contact: Ola Brekke, Brekke Bygg AS, ola@brekke.example",
            "company Brekke Bygg AS; email ola@brekke.example; first Ola; last Brekke",
        ),
        (
            "C: Company: Sunrise Solar\nName: Dina Katz\nEmail: dina@sunrisesolar.example",
            "company Sunrise Solar; email dina@sunrisesolar.example; first Dina; last Katz",
        ),
        (
            "C: Regards,\nPavel Dvořák\nKovo s.r.o.\npavel@kovo.example",
            "company Kovo s.r.o.; email pavel@kovo.example; first Pavel; last Dvořák",
        ),
        (
            "C: Green Leaf Foods here, we need 3 pallets. buy@greenleaffoods.example",
            "company Green Leaf Foods; email buy@greenleaffoods.example",
        ),
        (
            "C: Ship it to Herengracht 12, 1015 BK Amsterdam please",
            "city Amsterdam; street Herengracht 12; zip 1015 BK",
        ),
        (
            "C: Lena Graf, Lindenstr. 7, 50674 Köln, lena.graf@x.example",
            "city Köln; email lena.graf@x.example; first Lena; last Graf; street Lindenstr. 7; zip 50674",
        ),
        ("C: my address is 8 rue Victor Hugo, 69002 Lyon", "city Lyon; street 8 rue Victor Hugo; zip 69002"),
        ("C: Via Dante 4, 20121 Milano MI", "city Milano; state MI; street Via Dante 4; zip 20121"),
        ("C: deliver to PO Box 1180, Tulsa, OK 74101", "city Tulsa; state OK; street PO Box 1180; zip 74101"),
        ("C: I live in Ottawa, ON and need a new router", "city Ottawa; state ON"),
        ("C: I live in Ottawa on the river", "city Ottawa"),
        ("C: I'm in Portland, OR. Do you deliver?", "city Portland; state OR"),
        ("C: 22 King St, Hamilton, ON L8P 1A1", "city Hamilton; state ON; street 22 King St; zip L8P 1A1"),
        (
            "C: Mary Ann Jones, 12 Mill Lane, Leeds LS1 4AP",
            "city Leeds; first Mary; last Jones; street 12 Mill Lane; zip LS1 4AP",
        ),
        (
            "C: Deliver to Anna Berg, 5 Mill Lane, Leeds LS1 4AP. I am Pia Holm, pia.holm@x.example",
            "city Leeds; email pia.holm@x.example; first Pia; last Holm; street 5 Mill Lane; zip LS1 4AP",
        ),
        ("C: From: Anna Berg\nSubject: refund\nI want my money", "first Anna; last Berg"),
        ("C: To: Anna Berg\nI want my money. Pia Holm", "first Pia; last Holm"),
        ("A: This is Mark from Tidal. | C: Mark, my name is Pia Holm", "first Pia; last Holm"),
        (
            "C: I want to book with Dr. Anna Berg. pia.holm@x.example Pia Holm",
            "email pia.holm@x.example; first Pia; last Holm",
        ),
        ("C: I work at the University of Leeds", "company University of Leeds"),
        ("C: on behalf of Nordic Timber AB I ask for a quote", "company Nordic Timber AB"),
        (
            "C: Pia Holm, Nordic Timber AB\npia@nordictimber.example",
            "company Nordic Timber AB; email pia@nordictimber.example; first Pia; last Holm",
        ),
        (
            "C: Pia Holm here from Oak & Ash Furniture, when does it ship?",
            "company Oak & Ash Furniture; first Pia; last Holm",
        ),
        ("C: Hi, this is Pia from Leeds", "first Pia"),
        ("C: Hi, this is Pia from accounting", "first Pia"),
        ("C: This is Pia Holm of Kestrel Fitness. Can you call us?", "company Kestrel Fitness; first Pia; last Holm"),
        ("A: You are Anna Berg, correct? | C: that's me", "first Anna; last Berg"),
        ("C: We're in Mesa, AZ 85201 and need a roofer", "city Mesa; state AZ; zip 85201"),
    ]);
}

#[test]
fn somebody_elses_or_nobodys() {
    hears(&[
        ("C: I spoke to Linda Moss of your team, linda.moss@shop.example, and she was rude", ""),
        ("C: My wife Anna Berg, anna.berg@x.example, will pick it up", ""),
        ("C: Please add my colleague: Peter Hale, peter.hale@x.example", ""),
        ("C: Thanks, Linda Moss. My email is pia@x.example", "email pia@x.example"),
        ("A: Hi, this is Linda Moss from Acme. | C: Thanks Linda, pia@x.example is mine", "email pia@x.example"),
        ("A: Hi, this is Linda from Acme. | C: Linda, can you write to me at pia@x.example?", "email pia@x.example"),
        ("C: Harry Potter, the book, is missing from my parcel. pia@x.example", "email pia@x.example"),
        ("C: I want tickets for Taylor Swift. My mail: pia@x.example", "email pia@x.example"),
        ("C: The booking is for Maria Lopez and Juan Lopez, I'm pia@x.example", "email pia@x.example"),
        ("C: Guests: Maria Lopez, Juan Lopez. Contact pia@x.example", "email pia@x.example"),
        ("C: Dr. Emil Sander was my doctor. Write to pia@x.example", "email pia@x.example"),
        ("A: What film would you like? | C: Forrest Gump", ""),
        ("C: Hello Maria Lopez, where is my order?", ""),
        ("C: Dear Maria Lopez, please write to pia@x.example", "email pia@x.example"),
        ("C: Santa Fe is nice. pia@x.example", "email pia@x.example"),
        ("C: Order for Mary Poppins Ltd, mail billing@poppins.example", ""),
        ("C: Regarding Martin Luther King Day: are you open? pia@x.example", "email pia@x.example"),
        ("C: I talked to Tom Fields. He promised a refund. pia@x.example", "email pia@x.example"),
        ("C: Tom Fields promised me a refund. pia@x.example", "email pia@x.example"),
        ("C: The singer is Ana Torres. Bye", ""),
        ("C: happy garden happygarden@mail.example", "email happygarden@mail.example"),
        ("A: Your zip? | C: 94110 or 94117, I just moved", ""),
        ("C: on behalf of my mother I want to cancel", ""),
        ("C: on behalf of Maria Lopez I want to cancel", ""),
        ("C: we are German tourists", ""),
        ("C: We are Maria and Juan Lopez", ""),
        ("C: We are Happy with it. pia@x.example", "email pia@x.example"),
        ("C: I'm calling from Leeds about my order", ""),
        ("C: I'm calling from New Zealand", ""),
        ("C: I'm from Stuttgart and need help", ""),
        ("C: I got a letter from Riverside Bank. pia@x.example", "email pia@x.example"),
        ("C: my husband works at Siemens AG. pia@x.example", "email pia@x.example"),
        ("C: I bought it at Blue River GmbH, write to pia@x.example", "email pia@x.example"),
        (
            "A: Welcome to Blue River GmbH! | C: Blue River GmbH, you sent me a wrong pump. pia@x.example",
            "email pia@x.example",
        ),
        ("C: I'm in trouble in Texas", ""),
        ("C: I'm in Accounting", ""),
        ("A: Anything else? | C: No, thanks. Bye Kevin", ""),
        ("C: I'm looking for a gift for Anna Berg. How long is delivery?", ""),
        ("C: Is Anna Berg still working with you?", ""),
        ("C: Anna Berg told me to write here. pia@x.example", "email pia@x.example"),
        ("C: My boss, Anna Berg, wants a refund. pia@x.example", "email pia@x.example"),
        ("C: Please cc Anna Berg, anna.berg@x.example", ""),
        ("C: My landlord: Anna Berg, 212 555 0143", ""),
        ("C: I read about it in Jane Austen. pia@x.example", "email pia@x.example"),
        ("C: Los Angeles. pia@x.example", "email pia@x.example"),
        ("C: Max Mustermann is the example in your form. pia@x.example", "email pia@x.example"),
        ("C: Cartier Love ring, size 52. pia@x.example", "email pia@x.example"),
        ("C: Victoria Secret gift card. pia@x.example", "email pia@x.example"),
        ("C: Ben Sherman shirt, size M, please. pia@x.example", "email pia@x.example"),
        ("C: Calvin Klein. pia@x.example", "email pia@x.example"),
        ("A: Which brand? | C: Calvin Klein, size M. pia@x.example", "email pia@x.example"),
        ("A: Who recommended us? | C: Anna Berg", ""),
        ("A: Who referred you? | C: Anna Berg, my mail is pia@x.example", "email pia@x.example"),
        ("C: Hello Anna! pia@x.example here", "email pia@x.example"),
        ("C: Hello Anna, pia@x.example here", "email pia@x.example"),
        ("C: hey anna can you help. pia@x.example", "email pia@x.example"),
        ("C: Merry Christmas. pia@x.example", "email pia@x.example"),
        ("C: Saint Laurent bag broken, pia@x.example", "email pia@x.example"),
        ("C: Ed Sheeran, two tickets, pia@x.example", "email pia@x.example"),
        ("C: Two tickets for Ed Sheeran, pia@x.example", "email pia@x.example"),
        ("C: Thanks for the quick help, Julia. Have a nice day", ""),
        ("C: Thank you. Julia was great!", ""),
        ("C: we are looking for a plumber", ""),
        ("C: We are Open Monday to Friday?", ""),
        ("C: I'm from Sales. pia@x.example", "email pia@x.example"),
        ("C: Calling from Building B, there is a leak", ""),
        ("C: We are a bakery in Leeds", ""),
        ("C: my son works for Nordic Timber AB, pia@x.example is mine", "email pia@x.example"),
        ("C: Is Nordic Timber AB your partner? pia@x.example", "email pia@x.example"),
        ("C: the invoice is from Nordic Timber AB. pia@x.example", "email pia@x.example"),
        ("C: I want to complain about Nordic Timber AB. pia@x.example", "email pia@x.example"),
        ("C: Flights to Austin, TX please", ""),
        ("C: I'm in Austin, TX for a trip", ""),
        ("C: Do you have a shop near Lindenstr. 7, 50674 Köln?", ""),
        ("C: Your shop in Lindenstr. 7, 50674 Köln was closed", ""),
        ("C: My order 4412 or 4413 is late", ""),
    ]);
}

#[test]
fn said_on_the_phone_unasked() {
    hears_aloud(&[
        ("A: Acme, this is Kevin. | C: hi kevin this is grace muller um i lost my card", "first Grace; last Muller"),
        (
            "C: hello it's lena vogt my email is lena dot vogt at posteo dot de i want a quote",
            "email lena.vogt@posteo.de; first Lena; last Vogt",
        ),
        ("C: omar haddad here i need a plumber", "first Omar; last Haddad"),
        ("C: good morning priya nair from chennai i have a question", "first Priya; last Nair"),
        ("C: hi it's tom again nobody called me back", "first Tom"),
        (
            "C: hi this is sofia petrov calling from harbour dental our chair is broken",
            "company harbour dental; first Sofia; last Petrov",
        ),
        (
            "C: yes hello diego ruiz diego dot ruiz at mail dot com my number is two one two five five five oh one four three",
            "email diego.ruiz@mail.com; first Diego; last Ruiz; phone 2125550143",
        ),
        ("A: Your email? | C: m demir m d e m i r at posta dot com", "email mdemir@posta.com"),
        ("A: Your email? | C: eva dot lund e v a dot l u n d at posta dot com", "email eva.lund@posta.com"),
        ("A: Your email? | C: demir d e m i r at posta dot com", "email demir@posta.com"),
        ("A: Your email? | C: kim two two k i m two two at posta dot com", "email kim22@posta.com"),
        ("A: What's your zip code? | C: nine four one one oh no wait nine four one one seven", "zip 94117"),
        ("A: What's your zip code? | C: nine four one one oh scratch that nine four one one seven", "zip 94117"),
        ("A: What's your zip code? | C: it's one oh oh two five sorry i mean one oh oh two six", "zip 10026"),
        (
            "C: hi this is pia holm from nordic timber stores we need saws",
            "company nordic timber stores; first Pia; last Holm",
        ),
        ("A: Am I speaking with Mrs Berg? | C: no this is peter her husband", "first Peter"),
        ("A: And you are Anna Berg? | C: yes", "first Anna; last Berg"),
        (
            "A: Your number? | C: two one two five five five oh one four three no wait oh one four four",
            "phone 2125550144",
        ),
        ("C: my number's two one two five five five oh one four three", "phone 2125550143"),
        ("A: How can I help? | C: my name is ann marie dupont", "first Ann; last Dupont"),
        ("C: i'm in austin texas do you have a store", "city austin; state texas"),
    ]);
}

#[test]
fn other_words_on_the_phone() {
    hears_aloud(&[
        ("A: How can I help you? | C: i want to speak to linda moss please", ""),
        ("A: How can I help you? | C: linda moss promised me a refund", ""),
        ("A: This is Linda. | C: linda i need help with my bill", ""),
        ("C: hi mark i need help", ""),
        ("C: hi i'm tired of waiting", ""),
        ("C: this is about my order", ""),
        ("C: this is grand", ""),
        ("C: grace period ended what now", ""),
        ("C: hi rose garden tickets please", ""),
        ("C: hello this is my third call", ""),
        ("C: is this anna speaking", ""),
        ("C: i bought shoes at zara dot com and they are broken", ""),
        ("C: i saw it at nike dot com", ""),
        ("C: i ordered from amazon dot com on monday", ""),
        ("C: look at the page at w w w dot shop dot com", ""),
        ("A: What's your zip code? | C: one oh oh two five or one oh oh two six i'm not sure", ""),
        ("C: i bought a table from nordic furniture and it broke", ""),
        ("C: i'm calling from my hotel room", ""),
        ("C: i'm calling from the hotel", ""),
        ("C: we got this from anna berg fashion", ""),
        ("C: i'm calling on behalf of my mother", ""),
        ("C: i'm calling from a coffee shop", ""),
        ("C: i'm calling about the bakery order", ""),
        ("C: anna berg from your sales team called me", ""),
        ("C: anna from sales called me yesterday", ""),
        ("C: maria lopez is my daughter she lost her card", ""),
        ("C: john wick is on tv tonight right", ""),
        ("C: chris brown tickets please", ""),
        ("C: peter called me and said i get a refund", ""),
        ("A: Is this about your car? | C: no this is about my house", ""),
        ("A: And you are Anna Berg? | C: no", ""),
        ("A: And you're from Leeds? | C: yes", ""),
        ("A: You are calling about the car? | C: yes", ""),
        ("A: And you are ready? | C: yes", ""),
        ("C: we paid five hundred no sorry six hundred dollars", ""),
        ("C: the reference number is two one two five five five oh one four three", ""),
        ("C: your number is two one two five five five oh one four three right", ""),
        ("C: the number is busy all day", ""),
        ("C: i have card number four one one one one one one one one one one one one one one one", ""),
        ("C: i'm in texas", ""),
        ("C: i flew to austin texas", ""),
    ]);
}

#[test]
fn who_says_nothing_but_a_name_that_no_list_knows() {
    let arvo = [("first_name", "Arvo"), ("last_name", "Tepsa")];
    text(&["A: How can I help?", "C: I'm Arvo Tepsa."], &arvo);
    text(&["C: I’m Arvo Tepsa"], &arvo);
    text(
        &["C: I'm Arvo Tepsa, arvo@example.com"],
        &[("email", "arvo@example.com"), ("first_name", "Arvo"), ("last_name", "Tepsa")],
    );
    for none in ["C: I'm Home Alone", "C: I'm All Set", "C: I'm Super Annoyed", "C: I'M OVER THERE", "C: I'm New York"]
    {
        text(&[none], &[]);
    }
}

#[test]
fn a_name_asked_about_with_no_word_but_itself() {
    let grace = [("first_name", "Grace"), ("last_name", "Mbeki")];
    text(&["A: And your own name?", "C: Grace", "A: Grace Mbeki as well?", "C: Yes"], &grace);
    text(&["A: And your own name?", "C: Grace", "A: Grace Mbeki as well?", "C: No, Moyo"], &[("first_name", "Grace")]);
    text(
        &["A: Hello!", "C: Colin Abernathy, moving my broadband please"],
        &[("first_name", "Colin"), ("last_name", "Abernathy")],
    );
    text(&["A: Hello!", "C: Harry Potter, the last book, is it here?"], &[]);
}

#[test]
fn capitals_at_the_head_of_a_call() {
    let kaz = [("first_name", "Kaz"), ("last_name", "Okafor")];
    voice(&["A: How can I help?", "C: hi it's Kaz Okafor. I need a new card"], &kaz);
    voice(&["A: How can I help?", "C: Hello, this is Kaz Okafor, my order is late."], &kaz);
    for line in
        ["hi it's Kestrel Logistics. We need a quote", "hi it's Monday Okafor. Sorry", "it's Toyota. I need one"]
    {
        voice(&["A: How can I help?", &format!("C: {line}")], &[]);
    }
}

#[test]
fn a_name_spelled_in_bits_is_the_one_that_was_said() {
    voice(
        &[
            "A: Can I take your first and last name, please?",
            "C: Irene Dodd",
            "A: Could you spell your name for me, please?",
            "C: I re n e d o d d",
        ],
        &[("first_name", "Irene"), ("last_name", "Dodd")],
    );
}

#[test]
fn a_small_letter_of_a_name_stays() {
    let von = [("first_name", "Hans-Jürgen"), ("last_name", "von Ahlefeld")];
    voice(&["A: Your name?", "C: My name is Hans-Jürgen von Ahlefeld."], &von);
}

#[test]
fn who_somebody_is_to_another() {
    for who in ["This is Peter's wife, Ingrid.", "I'm Peter's wife Ingrid", "Ms Halvorsen. Ingrid."] {
        let lines = ["A: Who am I speaking with?", &format!("C: {who}")].map(str::to_owned);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        for channel in [text, voice] {
            let all = [("first_name", "Ingrid"), ("last_name", "Halvorsen")];
            channel(&lines, if who.contains("Ms") { &all } else { &all[..1] });
        }
    }
    for channel in [text, voice] {
        channel(&["A: Your name?", "C: I'm Tom's father"], &[]);
        let chow = "C: Mrs Chow. The policy is in my husband's name, Raymond Chow.";
        let all = [("first_name", "Mei-Ling"), ("last_name", "Chow")];
        channel(&["A: Who do I speak to?", chow, "A: And your first name?", "C: Mei-Ling."], &all);
    }
}
