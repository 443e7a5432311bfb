//! What is understood of a chat of which only the customer's side is known.

use super::Listener;
use super::tests::text;
use crate::domain::conversation::{Channel, Message, Role};

fn heard(lines: &[&str]) -> Listener {
    let mut listener = Listener::new(Channel::Text);
    for (at_ms, text) in (0_i64..).zip(lines) {
        listener.hear(&Message { at_ms, role: Role::Customer, text: (*text).to_owned() });
    }
    listener
}

fn check(lines: &[&str], expected: &[(&str, Option<&str>)]) {
    let listener = heard(lines);
    for (key, value) in expected {
        assert_eq!(listener.get(key).map(|f| f.value.as_str()), *value, "{key} of {lines:?}");
    }
}

#[test]
fn a_name_stands_beside_the_number_that_goes_with_it() {
    for (wish, answer, first, last) in [
        ("i want to report my travel expenses", "kevin 5432", Some("kevin"), None),
        ("my credit card is lost", "selvi 4478", Some("selvi"), None),
        ("need proof of insurance for my car", "helen and 7785", Some("helen"), None),
        ("i need a proof of insurance", "sandy johnson 3331", Some("sandy"), Some("johnson")),
        ("can you change the address on my account", "kit marlon 4214", Some("kit"), Some("marlon")),
        ("i want to check my balance", "paul brown account 33356785 and ssn 7843", Some("paul"), Some("brown")),
        ("i cracked my screen and have insurance", "sure its jim adams", Some("jim"), Some("adams")),
        ("there is an error on my card", "anna maria kovacs born june 12 1953", Some("anna"), Some("kovacs")),
        ("i need reimbursement", "karthi and password is jhoan 359", Some("karthi"), None),
        ("i need a pizza", "peter flores 1516 holt street dover de 19901", Some("peter"), Some("flores")),
        ("i want to check my seat", "kumar lkj 784", Some("kumar"), None),
        ("i want to check my seat", "daniel gt 5678", Some("daniel"), None),
        ("i need a boarding pass", "robinson a 12345", None, Some("robinson")),
        // a town, a car, a program, an amount
        ("i want new cable service", "melur 625101", None, None),
        ("i need insurance for my car", "maruthi 1000 year 2010", None, None),
        ("i want to update my software", "outlook 2016", None, None),
        ("report my expenses", "lodging 2500", None, None),
        ("update my app", "rajsolutions 4445", None, None),
    ] {
        check(&["hi", wish, answer], &[("first_name", first), ("last_name", last)]);
    }
}

#[test]
fn the_next_message_tells_what_a_word_alone_was() {
    for (wish, word, next, expected) in [
        ("status of my claim", "sasikala", "pol 789456123", ("first_name", Some("sasikala"))),
        ("i lost my credit card", "franklyn", "9587 and 5454256987455895", ("first_name", Some("franklyn"))),
        ("i want a salad", "james", "6472349820", ("first_name", Some("james"))),
        ("i want a new cable service", "newyork", "78569", ("city", Some("newyork"))),
        ("i need internet", "coldwater", "zip code 49036", ("city", Some("coldwater"))),
        ("i want cable", "kerala", "10202", ("state", Some("kerala"))),
        ("i want cable", "usa", "10202", ("city", None)),
        ("i want cable", "usa", "10202", ("zip", Some("10202"))),
        ("i need a boarding pass", "nila", "4512", ("first_name", None)),
        ("i lost my credit card", "oky", "thank you", ("first_name", None)),
    ] {
        check(&["hi", wish, word, next], &[expected]);
    }
}

#[test]
fn the_code_of_a_booking_tells_who_travels() {
    let seat = "please check my seat";
    for (lines, first, last) in [
        // before it, beside it, after it
        (&["hi", seat, "velan", "rk 52 b"][..], Some("velan"), None),
        (&["hi", seat, "velan", "the confirmation number is b 52 k 9"], Some("velan"), None),
        (&["hi", seat, "velan confirmation numbr hju 65 y"], Some("velan"), None),
        (&["hi", seat, "orlin tavos and b 52 k 9"], Some("orlin"), Some("tavos")),
        (&["hi", seat, "rk 5 bt 2", "velan"], Some("velan"), None),
        (&["hi", seat, "s k velan menon", "rk 52 b"], Some("s k velan"), Some("menon")),
        (&["hi", seat, "robinson", "rk 52 b"], None, Some("robinson")),
        // the journey's own words, a place, an address whose signs are lost, a code nobody named
        (&["hi", seat, "aisle", "rk 52 b"], None, None),
        (&["hi", seat, "midle", "rk 52 b"], None, None),
        (&["hi", seat, "madurai", "rk 52 b"], None, None),
        (&["hi", seat, "rk 52 b", "velantarigooglecom"], None, None),
        (&["hi", seat, "velan", "thanks", "rk 52 b"], None, None),
        (&["hi", seat, "velan", "2 persons"], None, None),
        (&["hi", seat, "velan", "5 pm"], None, None),
        (&["hi martin", seat, "martin", "rk 52 b"], None, None),
        // another wish
        (&["hi", "book a flight", "velan", "rk 52 b"], None, None),
    ] {
        check(lines, &[("first_name", first), ("last_name", last)]);
    }
}

#[test]
fn a_town_and_its_postcode_for_a_service_at_home() {
    for (answer, city, state, zip) in [
        ("current city solavantha and 91522", Some("solavantha"), None, Some("91522")),
        ("grand rapids 48231", Some("grand rapids"), None, Some("48231")),
        ("29650 greer sc", Some("greer"), Some("sc"), Some("29650")),
        ("meridian id 83646", Some("meridian"), Some("id"), Some("83646")),
        ("625106 ooty", Some("ooty"), None, Some("625106")),
        ("hilltown 8868788", Some("hilltown"), None, None),
        ("i am from texas and zipode is 73301", None, Some("texas"), Some("73301")),
        ("my city name is illinois and zip code is 61364", None, Some("illinois"), Some("61364")),
        ("oh great city name is naugatuck and zip code is 06770", Some("naugatuck"), None, Some("06770")),
        ("my city name and zip 741852", None, None, Some("741852")),
        ("10 gb", None, None, None),
    ] {
        let lines = ["hi", "i need a new cable connection", answer];
        check(&lines, &[("city", city), ("state", state), ("zip", zip)]);
    }
    check(&["hi", "i lost my card", "it was last used on 053018"], &[("zip", None), ("state", None)]);
    check(&["hi", "i want to book a flight", "delhi", "92018"], &[("zip", None), ("city", None)]);
}

#[test]
fn the_house_behind_somebody_who_reports_a_fault() {
    for (wish, who, answer, company) in [
        ("my outlook crashes", "bob sanders 4554", "bobs skateboards", Some("bobs skateboards")),
        ("update my skype", "kavin 6452", "star world software solution", Some("star world software solution")),
        ("i need a software update", "jack 9643", "hcl", Some("hcl")),
        ("i need a software update", "jack 9643", "great nmkj group of company", Some("nmkj group of company")),
        ("i want to buy a keyboard", "hello", "jazz musicals 4586", Some("jazz musicals")),
        ("i need a software update", "jack 9643", "windows 10", None),
        ("i need a software update", "jack 9643", "ok i will wait", None),
        ("my card is lost", "jack 9643", "hcl", None),
    ] {
        check(&["hi", wish, who, answer], &[("company", company)]);
    }
    check(&["hi", "my outlook crashes", "bob sanders 4554", "bobs skateboards"], &[("last_name", Some("sanders"))]);
}

#[test]
fn a_street_alone_where_something_is_brought_or_changed() {
    for (wish, answer, street) in [
        ("change the address on my card", "72 kandipudhur street", Some("72 kandipudhur street")),
        ("i want a pizza", "7819 rockaway drive", Some("7819 rockaway drive")),
        ("i want a pizza", "my address is 72 4 street", Some("72 4 street")),
        ("i want a pizza", "po box 8963 dover ma 02030", Some("po box 8963")),
        ("i want 5 gb", "2 drive", None),
    ] {
        check(&["hi", wish, answer], &[("street", street)]);
    }
    check(
        &["hi", "a pizza please", "37 teaticket hwy east falmouth ma 2536"],
        &[("zip", Some("2536")), ("state", Some("ma")), ("city", Some("east falmouth"))],
    );
    check(&["hi", "i like pizza", "nehru nagar madurai"], &[("city", Some("madurai"))]);
    check(&["hi", "i like pizza", "triple cheeseburger"], &[("first_name", None), ("last_name", None)]);
}

#[test]
fn who_orders_stands_before_where_it_is_brought() {
    for (answer, first, street, city) in [
        ("martin 88 cedar street dover de 19901", Some("martin"), Some("88 cedar street"), Some("dover")),
        ("martin k 88 cedar street dover de 19901", Some("martin"), Some("88 cedar street"), Some("dover")),
        ("martin 88 velur chennai", Some("martin"), None, Some("chennai")),
        ("my address is 8812 7 th ave madurai", None, Some("8812 7 th ave"), Some("madurai")),
        ("cedar street number 12", None, Some("cedar street number 12"), None),
        ("strawberry shakes", None, None, None),
        ("2 burgers", None, None, None),
        // the town is one that no list knows
        ("no 25 velu road bridge townal 60", None, Some("25 velu road"), None),
        ("25 velu road salem", None, Some("25 velu road"), Some("salem")),
        ("velar miller 25 tarno drive velport minnesota", Some("velar"), Some("25 tarno drive"), Some("velport")),
    ] {
        check(&["hi", "i want a pizza", answer], &[("first_name", first), ("street", street), ("city", city)]);
    }
    for (wish, answer, street) in [
        ("i want to change my address", "17 burger street", Some("17 burger street")),
        ("i want to change my address", "17 cedar street apt 4 b", Some("17 cedar street apt 4 b")),
        ("i want to change my address", "nice", None),
    ] {
        check(&["hi", wish, answer], &[("street", street), ("city", None)]);
    }
    // a known town tells a street whatever somebody came for
    check(&["hi", "proof of insurance", "25 velu nagar chennai"], &[("street", Some("25 velu nagar"))]);
    check(&["hi", "proof of insurance", "25 velu nagar"], &[("street", None)]);
}

#[test]
fn a_number_by_itself_in_an_order_is_to_be_called() {
    check(&["hi", "i want a pizza", "94556677123"], &[("phone", Some("94556677123"))]);
    check(&["hi", "i want a pizza", "945566771"], &[("phone", Some("945566771"))]);
    check(&["hi", "i want to pay for a pizza by card", "945566771"], &[("phone", None)]);
    check(&["hi", "status of my claim", "945566771"], &[("phone", None)]);
}

#[test]
fn towns_that_are_states_too_and_towns_behind_or_before_their_code() {
    for (lines, city, state, zip) in [
        (&["new york 10044"][..], Some("new york"), None, Some("10044")),
        (&["10044 new york"], Some("new york"), None, Some("10044")),
        (&["washington 20011"], Some("washington"), None, Some("20011")),
        (&["washington 98101"], None, Some("washington"), Some("98101")),
        (&["45121 velport oh"], Some("velport"), Some("oh"), Some("45121")),
        (&["currently i am living in velport and zip code is 06107"], Some("velport"), None, Some("06107")),
        (&["city name chennai", "code 600045"], Some("chennai"), None, Some("600045")),
        (&["city velport", "zip code 600045"], Some("velport"), None, Some("600045")),
        (&["zip code is 60045", "chicago"], Some("chicago"), None, Some("60045")),
        (&["zip code is 60045", "nice"], None, None, Some("60045")),
        (&["nice"], None, None, None),
        (&["my city name is velport", "the code is 600045"], Some("velport"), None, Some("600045")),
    ] {
        let lines: Vec<&str> = ["hi", "i want a new cable service"].into_iter().chain(lines.iter().copied()).collect();
        check(&lines, &[("city", city), ("state", state), ("zip", zip)]);
    }
}

#[test]
fn a_number_behind_a_name_is_a_houses() {
    let names = |company| [("first_name", Some("martin")), ("company", company)];
    check(&["hi", "i cannot send outgoing mails", "martin", "velox 3303"], &names(Some("velox")));
    check(&["hi", "my skype crashes", "martin", "outlook 2016"], &names(None));
    check(&["hi", "my skype crashes", "martin", "acc 4410"], &names(None));
    check(&["hi", "my skype crashes", "yes sureit is martin james 4410"], &names(None));
    let own = [("first_name", Some("velan")), ("last_name", Some("tarigo"))];
    check(&["hi", "proof of insurance", "i am velan tarigo"], &own);
    check(&["hi", "proof of insurance", "i am velan tarigoing"], &[("first_name", None)]);
}

#[test]
fn a_house_that_is_owned_or_named_beside_its_kind() {
    for (wish, who, answer, company) in [
        ("my skype crashes", "bob sanders 4554", "velo network", Some("velo network")),
        ("i want a keyboard", "hello", "tirso music company", Some("tirso music company")),
        ("i want a keyboard", "hello", "av musically", Some("av musically")),
        ("i want a keyboard", "hello", "i have a tirso musical instruments shop", Some("tirso musical instruments")),
        ("i want a keyboard", "hello", "i have a musical instruments shop", None),
        ("i want a keyboard", "hello", "i have a big music shop", None),
    ] {
        check(&["hi", wish, who, answer], &[("company", company)]);
    }
}

#[test]
fn an_address_without_its_signs_is_cut_where_nobody_doubts() {
    for (answer, email) in [
        ("velangmailcom", Some("velan@gmail.com")),
        ("my email is velan 45 hotmailcom", Some("velan45@hotmail.com")),
        ("velanmailcom 9856781234", Some("velan@mail.com")),
        ("velan45emailcom", Some("velan45@email.com")),
        // ann or anne, another's mail, no house that is known
        ("annemailcom", None),
        ("velanrediffmailcom", None),
        ("velanfivestarcom", None),
        ("my email is gmailcom", None),
        ("welcom", None),
    ] {
        check(&["hi", "i need a boarding pass", answer], &[("email", email)]);
    }
}

#[test]
fn a_number_of_somebody_who_came_about_money_is_an_account() {
    check(&["hi", "report my lost credit card", "sonia watwani", "1256315154 and 1254"], &[("phone", None)]);
    check(&["hi", "report my lost credit card", "my phone is 7016547865"], &[("phone", Some("7016547865"))]);
    check(&["hi", "my screen cracked", "7016547865"], &[("phone", Some("7016547865"))]);
}

#[test]
fn names_said_in_passing() {
    text(&["C: Hey it's your boy Mark here, I need a table"], &[("first_name", "Mark")]);
    text(&["A: How can I help?", "C: Let me out. I am Kylo"], &[("first_name", "Kylo")]);
    text(&["A: May I have your name?", "C: Alexis is my name, Mark is the host"], &[("first_name", "Alexis")]);
    text(
        &["A: Your name and the restaurant?", "C: Nora is my name and the place is Legume"],
        &[("first_name", "Nora")],
    );
    text(&["A: Your name please?", "C: it was 590, Ben's the name"], &[("first_name", "Ben")]);
    text(&["A: Could I get your name?", "C: My doctors name is Dr. Johnson."], &[]);
    text(&["A: I can filter restaurants by name, location and food type", "C: That will work! I want the North"], &[]);
    text(&["A: How can I help?", "C: I need a table. I am Vegan."], &[]);
}

#[test]
fn an_address_tells_a_house_and_a_name_said_before_or_after_it() {
    let house = |value| ("company", value);
    text(
        &["C: Hi - Dom from Northforge again. The key stopped working", "A: Your email?", "C: d.asher@northforge.co"],
        &[house("Northforge"), ("email", "d.asher@northforge.co")],
    );
    text(
        &["C: This is Blue Bay Restaurant. We need salmon", "A: Which email?", "C: orders@bluebayrestaurant.com"],
        &[house("Blue Bay Restaurant"), ("email", "orders@bluebayrestaurant.com")],
    );
    text(
        &["C: an appointment? Aleksandra Jovanovic if you need it", "A: Email?", "C: aleksandra.jovanovic@gmail.com"],
        &[("email", "aleksandra.jovanovic@gmail.com"), ("first_name", "Aleksandra"), ("last_name", "Jovanovic")],
    );
    text(
        &["C: kofi.mensah@uni.example", "A: May I set it for you?", "C: yes pls. Kofi Mensah btw"],
        &[("email", "kofi.mensah@uni.example"), ("first_name", "Kofi"), ("last_name", "Mensah")],
    );
    // somebody else's
    text(
        &["C: My colleague Sofia Ruiz told me", "A: Email?", "C: sofia.ruiz@gmail.com"],
        &[("email", "sofia.ruiz@gmail.com")],
    );
}

#[test]
fn numbers_to_be_called_on_in_other_words() {
    for (asked, answer, phone) in [
        ("Shall we send it?", "the courier can ring me: 06 12 48 79 30", "06 12 48 79 30"),
        ("And a number for the courier?", "514-555-0166", "514-555-0166"),
        ("And the number you want to keep?", "206-555-0139", "206-555-0139"),
        ("A number in case of questions?", "070-555 01 34", "070-555 01 34"),
    ] {
        text(&["A: Hello", &format!("A: {asked}"), &format!("C: {answer}")], &[("phone", phone)]);
    }
    text(
        &["A: How can we reach you?", "C: julia.novak@gmx.example or 0664 5550123"],
        &[("email", "julia.novak@gmx.example"), ("phone", "0664 5550123")],
    );
    text(&["A: Your email and invoice?", "C: kim@x.example 30098812"], &[("email", "kim@x.example")]);
}

#[test]
fn who_speaks_and_for_which_house() {
    text(
        &["C: Good day, Peter van der Merwe from Karoo Lodge. The card machine fails."],
        &[("company", "Karoo Lodge"), ("first_name", "Peter"), ("last_name", "van der Merwe")],
    );
    text(
        &["A: Who's the quote for?", "C: Greg Sanders, Sanders Electric"],
        &[("company", "Sanders Electric"), ("first_name", "Greg"), ("last_name", "Sanders")],
    );
    text(&["A: Whose name?", "C: To the business: El Tornillo Verde"], &[("company", "El Tornillo Verde")]);
}

#[test]
fn a_doctor_and_a_town_are_not_the_customer() {
    text(&["A: What is the name and number of your doctor?", "C: Dr. Karen Wells, 415-555-0122"], &[]);
    text(&["A: The name of your landlord?", "C: Karen Wells"], &[]);
    text(&["A: Who is the parcel for?", "C: Munich, Nina Roth"], &[("first_name", "Nina"), ("last_name", "Roth")]);
    text(&["A: Your name?", "C: Roth, Nina"], &[("first_name", "Nina"), ("last_name", "Roth")]);
}

#[test]
fn where_somebody_flies_what_houses_call_themselves_and_what_a_street_ends_with() {
    check(&["i want to book a ticket", "toledo oh", "salem nc"], &[("first_name", None), ("last_name", None)]);
    check(
        &["my program is slow", "i am walter", "vexa brightsoft 7781"],
        &[("company", Some("vexa brightsoft")), ("first_name", Some("walter"))],
    );
    check(
        &["i need phone service", "melur 625106"],
        &[("city", Some("melur")), ("zip", Some("625106")), ("first_name", None)],
    );
    check(&["a proof of insurance please", "irvinssn num 8276"], &[("first_name", None)]);
    check(&["change the address of my card", "12 tulip colony al 36001"], &[("city", None), ("zip", Some("36001"))]);
}

#[test]
fn a_name_in_two_messages_or_told_by_an_address() {
    check(
        &["my car needs insurance papers", "yes", "nathan", "kumar", "gty 658747859"],
        &[("first_name", Some("nathan")), ("last_name", Some("kumar"))],
    );
    check(
        &["hi", "kiara", "i want my boarding pass could you mail it", "kiara45@yahoo.example"],
        &[("first_name", Some("kiara"))],
    );
    check(&["hi", "jesse", "i want my boarding pass", "will.berg@yahoo.example"], &[("first_name", None)]);
    check(
        &["hi", "i want my boarding pass", "yes tolani my ph no is 2125550148", "tolani45@yahoo.example"],
        &[("first_name", Some("tolani"))],
    );
    check(&["hi", "i want my boarding pass tolani", "tolani45@yahoo.example"], &[("first_name", None)]);
    check(
        &["hi", "change the address of my card", "9 mill lane 79901 tx el paso ph 9155550148"],
        &[
            ("street", Some("9 mill lane")),
            ("city", Some("el paso")),
            ("zip", Some("79901")),
            ("phone", Some("9155550148")),
        ],
    );
    check(
        &["hai", "i want to report my expenses", "namejoseph and the password 2558"],
        &[("first_name", Some("joseph"))],
    );
    check(&["hello lindsay", "my program is slow", "okay lindsay i am johnson"], &[("first_name", Some("johnson"))]);
    check(
        &["hi", "i need my papers", "im fine thanks for asking im miley cyrus"],
        &[("first_name", Some("miley")), ("last_name", Some("cyrus"))],
    );
    check(&["hi", "i need my papers", "i am waiting", "im confused"], &[("first_name", None)]);
}

#[test]
fn a_place_that_ends_an_address() {
    check(&["hi", "my address is texas austin"], &[("city", Some("austin")), ("state", Some("texas"))]);
    check(&["hi", "i lost my card", "matias hartman", "63 1 st street"], &[("street", Some("63 1 st street"))]);
    check(
        &["hi", "i also want to change my adress to 24 th corolando street boston"],
        &[("street", Some("24 th corolando street")), ("city", Some("boston"))],
    );
}

#[test]
fn what_ran_together_or_came_apart_is_read_all_the_same() {
    let placed = |street, city, state| [("street", Some(street)), ("city", Some(city)), ("state", state)];
    check(
        &["hi", "a pizza", "7 rose avenuebostonmassachusetts"],
        &placed("7 rose avenue", "boston", Some("massachusetts")),
    );
    check(&["hi", "a pizza", "7 rose roadchennai"], &placed("7 rose road", "chennai", None));
    let home = |city, zip| [("city", Some(city)), ("zip", Some(zip))];
    check(&["hi", "i need internet", "salem 636 007"], &home("salem", "636007"));
    check(&["hi", "a pizza", "7 b velupur 636 007"], &[("zip", Some("636007")), ("phone", None)]);
    check(&["hi", "my expenses", "travel 150 200"], &[("zip", None)]);
    // a town with a letter wrong, a town behind a name that is spoken to, "in" left out
    check(&["hi", "i need internet", "new yprk 10044"], &home("new yprk", "10044"));
    check(&["hi", "i need internet", "it is ok mr drew denver 80204"], &home("denver", "80204"));
    check(&["hi", "i need internet", "i am living toronto"], &[("city", Some("toronto"))]);
    check(&["hi", "i need internet", "i am living alone"], &[("city", None)]);
}

#[test]
fn a_street_and_what_stands_around_it() {
    let street = |street, city| [("street", Some(street)), ("city", city)];
    check(&["a pizza", "velur tarno street 98765432109"], &street("velur tarno street", None));
    check(&["a pizza", "chennai tarno street 98765432109"], &street("tarno street", Some("chennai")));
    check(&["a pizza", "small cheese street 98765432109"], &[("street", None)]);
    check(&["a pizza", "address 40 summit mall dover de 19901"], &street("40 summit mall", Some("dover")));
    check(&["a pizza", "12 tarno road near vela school dallas tx"], &street("12 tarno road", Some("dallas")));
    // a house number put right
    check(&["my card's address", "105 mill road", "sorry 1005"], &street("1005 mill road", None));
    check(&["my card's address", "105 mill road", "sorry 4470"], &street("105 mill road", None));
    check(&["my card's address", "105 mill road", "1005"], &street("105 mill road", None));
}

#[test]
fn names_beside_codes_and_labels() {
    let name = |first, last| [("first_name", first), ("last_name", last)];
    check(&["a pizza", "name velan adress 88 cedar street dover de 19901"], &name(Some("velan"), None));
    check(&["a pizza", "name velan phonee 9876543210"], &name(Some("velan"), None));
    check(&["i want to change my seat", "velan", "li 5467"], &name(Some("velan"), None));
    check(&["i need a boarding pass", "velan", "th 67 y 6"], &name(Some("velan"), None));
    check(&["hi", "report my expenses", "peter flores and k 84 bwepl 63"], &name(Some("peter"), Some("flores")));
    check(&["hi", "report my expenses", "peter and password is peterpan"], &name(Some("peter"), None));
    check(&["my balance please", "myself velan tarigo"], &name(Some("velan"), Some("tarigo")));
    check(&["my balance please", "myself and my wife"], &name(None, None));
    check(
        &["my boarding pass", "carl", "sorry my full name is actually carl tarigo"],
        &name(Some("carl"), Some("tarigo")),
    );
    check(&["a pizza", "ram", "9876543210"], &name(Some("ram"), None));
    check(&["change my address please", "velanaru", "1256"], &name(Some("velanaru"), None));
}

#[test]
fn a_house_where_nobody_said_why_they_came() {
    check(&["hi", "velan and 4410", "tarno computer systems"], &[("company", Some("tarno computer systems"))]);
    check(&["hi", "velan and 4410", "tarno"], &[("company", None)]);
}

#[test]
fn names_between_other_answers() {
    let name = |first, last| [("first_name", first), ("last_name", last)];
    // long after the code, and only one that is known to be a name
    check(&["i need a boarding pass", "rk 52 b", "are you there", "ravi"], &name(Some("ravi"), None));
    check(&["i need a boarding pass", "rk 52 b", "are you there", "velan"], &name(None, None));
    check(&["hi ravi", "i need a boarding pass", "rk 52 b", "are you there", "ravi"], &name(None, None));
    // a town, a name, a postcode
    check(&["hi", "i want cable", "chennai", "ravi", "60045"], &name(Some("ravi"), None));
    check(&["hi", "i want cable", "ravi", "60045"], &name(None, None));
    // letters of a code, and a code like a word
    check(&["hi", "report my expenses", "ravi dmqt 829"], &[("last_name", None)]);
    check(&["hi", "report my expenses", "ravi and ravu 123"], &name(Some("ravi"), None));
}
