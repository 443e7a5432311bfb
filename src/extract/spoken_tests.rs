//! Answers to a question for a name, on the phone and in writing.

use super::tests::{text, voice};

/// Each case: the question, the answer, the first and the last name ("" for none).
#[track_caller]
fn answers(cases: &[(&str, &str, &str, &str)]) {
    for (question, answer, first, last) in cases {
        let want: Vec<_> =
            [("first_name", *first), ("last_name", *last)].into_iter().filter(|(_, v)| !v.is_empty()).collect();
        voice(&[&format!("A: {question}"), &format!("C: {answer}")], &want);
    }
}

#[test]
fn words_are_never_glued_together() {
    let whole = "May I have your name, please?";
    answers(&[
        (whole, "peter james collins", "Peter", "Collins"),
        (whole, "mary beth sanders thanks", "Mary", "Sanders"),
        (whole, "pieter van der meer", "Pieter", "van der Meer"),
        (whole, "juan de la cruz", "Juan", "de la Cruz"),
        (whole, "abdullah bin salman", "Abdullah", "bin Salman"),
        (whole, "fatima al hashimi", "Fatima", "Al Hashimi"),
        (whole, "bjorn o brien", "Bjorn", "O'Brien"),
        (whole, "fiona mc allister", "Fiona", "McAllister"),
        (whole, "anna hyphen lena schulz", "Anna-Lena", "Schulz"),
        (whole, "victoria smith dash jones", "Victoria", "Smith-Jones"),
        (whole, "robert downey junior", "Robert", "Downey"),
        (whole, "j k rowling", "J. K.", "Rowling"),
        (whole, "Liam O'Neill, thanks.", "Liam", "O'Neill"),
    ]);
}

#[test]
fn said_twice_and_begun_anew() {
    let whole = "What is your name?";
    answers(&[
        (whole, "tom tom harris", "Tom", "Harris"),
        (whole, "um it's uh lucy um lucy grant", "Lucy", "Grant"),
        (whole, "okay so that's rebecca okay rebecca stone", "Rebecca", "Stone"),
        (whole, "taylor emma taylor", "Emma", "Taylor"),
        (whole, "o'connor sean o'connor", "Sean", "O'Connor"),
        (whole, "mcgregor ewan mcgregor", "Ewan", "McGregor"),
        (whole, "doctor singh priya singh", "Priya", "Singh"),
        (whole, "anna no sorry hannah lee", "Hannah", "Lee"),
        (whole, "steven miller no wait stephen muller", "Stephen", "Muller"),
    ]);
}

#[test]
fn each_part_announced_and_reversed() {
    let whole = "Can I get your full name?";
    answers(&[
        (whole, "last name torres first name miguel", "Miguel", "Torres"),
        (whole, "first name's soo last name's kim", "Soo", "Kim"),
        (whole, "my first name is lars and my last name is eriksen", "Lars", "Eriksen"),
        (whole, "eriksen is my last name lars is my first name", "Lars", "Eriksen"),
        (whole, "baker comma susan", "Susan", "Baker"),
        (whole, "Klein, Martin.", "Martin", "Klein"),
        (whole, "karl with a k last name meyer with an e y", "Karl", "Meyer"),
        (whole, "bob as in robert surname finch f i n c h", "Bob", "Finch"),
    ]);
}

#[test]
fn what_follows_the_name_is_another_thing() {
    let whole = "And your name?";
    answers(&[
        (whole, "ravi kumar calling about my bill", "Ravi", "Kumar"),
        (whole, "omar farouk and it's the fourth of may nineteen eighty", "Omar", "Farouk"),
        (whole, "sofia rossi from milan", "Sofia", "Rossi"),
        (whole, "daniel price but call me dan", "Daniel", "Price"),
        (whole, "it's under my father's name but i'm nina petrov", "Nina", "Petrov"),
        ("who am i speaking with", "her husband mark mark reynolds", "Mark", "Reynolds"),
    ]);
    let email = |answer: &str| {
        let want = [("email", "erik@lund.no"), ("first_name", "Erik"), ("last_name", "Lund")];
        voice(&["A: Your name and email please", &format!("C: {answer}")], &want);
    };
    email("erik lund erik@lund.no");
    email("erik lund and my email is erik at lund dot no");
    email("Erik Lund, erik@lund.no.");
}

#[test]
fn letters_say_how_a_word_is_written() {
    let whole = "Your name?";
    answers(&[
        (whole, "kristin bauer k r i s t i n", "Kristin", "Bauer"),
        (whole, "catherine lowe that's catherine with a k k a t h e r i n e", "Katherine", "Lowe"),
        (whole, "sean spelled s h a w n last name parker", "Shawn", "Parker"),
        (whole, "chidi okonkwo c h i d i o k o n k w o", "Chidi", "Okonkwo"),
        ("your last name please", "wisniewski w as in whiskey i s n i e w s k i", "", "Wisniewski"),
        ("last name?", "f r e n c h", "", "French"),
    ]);
    let spelled = |question: &str, letters: &str, first: &str, last: &str| {
        let want = [("first_name", first), ("last_name", last)];
        voice(&["A: your name", "C: mark stevens", &format!("A: {question}"), &format!("C: {letters}")], &want);
    };
    spelled("how do you spell stevens", "s t e p h e n s", "Mark", "Stephens");
    spelled("could you spell the first name", "m a r c", "Marc", "Stevens");
    spelled("could you spell that", "m a r k s t e v e n s", "Mark", "Stevens");
}

#[test]
fn the_part_that_was_asked_for() {
    answers(&[
        ("Can I take your last name?", "kowalski", "", "Kowalski"),
        ("surname please", "it's lindgren", "", "Lindgren"),
        ("family name?", "okafor", "", "Okafor"),
        ("your last name?", "garcia lopez", "", "Garcia Lopez"),
        ("what's your last name", "al masri", "", "Al Masri"),
        ("the name please", "gallagher", "", "Gallagher"),
        ("name?", "mrs dubois", "", "Dubois"),
        ("What is your last name?", "schmidt with a d t", "", "Schmidt"),
    ]);
    voice(
        &[
            "A: what's your last name",
            "C: one moment please",
            "A: sure",
            "C: it's abernathy",
            "A: and first?",
            "C: june",
        ],
        &[("first_name", "June"), ("last_name", "Abernathy")],
    );
    for answer in ["i want to cancel my subscription", "yes that's correct", "b as in boy", "why do you need that"] {
        let lines = ["A: your name?", "C: this is carlos", "A: and the last name", &format!("C: {answer}")];
        voice(&lines, &[("first_name", "Carlos")]);
    }
    let later = ["A: last name?", "C: hold on", "A: okay", "C: nine one seven five five five oh one two three"];
    voice(&later, &[]);
}

#[test]
fn what_is_said_in_place_of_a_name() {
    for answer in [
        "mhm",
        "yes",
        "uh huh",
        "anonymous",
        "i'd rather stay anonymous",
        "um let me think",
        "hang on a minute",
        "what for",
        "you have it on file",
        "sure can you hear me",
        "i'm calling for my mother",
        "it's under my husband's name george miller",
        "i already gave it to your colleague",
        "it's the second time i'm calling",
        "nobody you know",
    ] {
        answers(&[("May I have your name?", answer, "", "")]);
    }
}

/// The same in writing.
#[track_caller]
fn written(cases: &[(&str, &str, &str)]) {
    for (answer, first, last) in cases {
        let want: Vec<_> =
            [("first_name", *first), ("last_name", *last)].into_iter().filter(|(_, v)| !v.is_empty()).collect();
        text(&["A: Your name?", &format!("C: {answer}")], &want);
    }
}

#[test]
fn the_family_name_first() {
    written(&[
        ("Smith, Jane", "Jane", "Smith"),
        ("Van den Broek, Sanne", "Sanne", "Van den Broek"),
        ("Park Ji-woo, Ji-woo is my first name", "Ji-woo", "Park"),
        ("Tanaka Hiroshi (family name first)", "Hiroshi", "Tanaka"),
        ("Nagy Eszter, surname Nagy", "Eszter", "Nagy"),
        ("Mr. Lehmann, first name Karl", "Karl", "Lehmann"),
        ("Bond. James Bond.", "James", "Bond"),
        ("o'leary patrick o'leary", "patrick", "o'leary"),
    ]);
    let later = ["A: Your name?", "C: Ferenczi Katalin", "A: And which is your given name?", "C: Katalin"];
    text(&later, &[("first_name", "Katalin"), ("last_name", "Ferenczi")]);
}

#[test]
fn titles_initials_and_what_is_no_name() {
    written(&[
        ("Mrs Tan", "", "Tan"),
        ("Capt. Luis Romero Jr.", "Luis", "Romero"),
        ("Prof. Dr. Anja Krüger", "Anja", "Krüger"),
        ("J. R. Ewing", "J. R.", "Ewing"),
        ("Siti Aminah binti Yusof", "Siti Aminah", "binti Yusof"),
        ("aoife o connor aoife.oc@", "aoife", "o connor"),
        ("As I said before: Viktor", "Viktor", ""),
        ("Just Madonna", "Madonna", ""),
        ("Myself Arjun Mehta from Pune", "Arjun", "Mehta"),
        ("sounds good. Kwame Mensah btw", "Kwame", "Mensah"),
        ("Batman. lol just kidding it's Eric Stone", "Eric", "Stone"),
        ("anonymous", "", ""),
        ("n/a", "", ""),
        ("mhm", "", ""),
        ("let me check with my boss first", "", ""),
        ("Dr. Lee saw me yesterday", "", ""),
    ]);
}

#[test]
fn a_name_that_nobody_asked_for() {
    let name = [("first_name", "Annika"), ("last_name", "Holm")];
    text(&["C: Please send an offer.\nBest regards,\nAnnika Holm"], &name);
    text(&["C: I'm Anika Holm. sorry, Annika"], &name);
    text(&["C: I'd like to book a table under the name Annika Holm"], &name);
    voice(&["C: a table for two under the name kaplan"], &[("last_name", "Kaplan")]);
    let whom = ["A: Where should we ship it?", "C: Annika Holm, 14 Mill Lane, Dover, DE 19901"];
    let at = [("city", "Dover"), ("first_name", "Annika"), ("last_name", "Holm"), ("state", "DE")];
    text(&whom, &[&at[..], &[("street", "14 Mill Lane"), ("zip", "19901")]].concat());
    for other in [
        r#"the guy said "my name is Peter Fox, trust me" and hung up"#,
        "She told me 'I'm Linda Moss from billing'",
        "what if my name is Bob Jones, does your form accept it?",
        "for example, my name is John Doe and I live at 1 Main St",
        "is your office at 99 Broadway, Oakland CA 94607 open today?",
    ] {
        text(&[&format!("C: {other}")], &[]);
    }
}

#[test]
fn a_guess_is_less_sure_than_an_answer() {
    use super::{Key, proposal::sure};
    let shown = |weight| sure::shown(Key::FirstName, weight);
    assert!(shown(sure::DOUBTFUL) < super::THRESHOLD && super::THRESHOLD < shown(sure::GUESSED));
    assert!(shown(sure::GUESSED) < shown(sure::LIKELY) && shown(sure::LIKELY) < shown(sure::ANSWERED));
}

#[test]
fn ranks_and_names_of_two_parts() {
    let whole = "May I have your name, please?";
    answers(&[
        (whole, "lieutenant harris", "", "Harris"),
        (whole, "um lieutenant tom harris", "Tom", "Harris"),
        (whole, "double barrelled smith hyphen taylor", "", "Smith-Taylor"),
        (whole, "jane smith hyphen taylor double barrelled", "Jane", "Smith-Taylor"),
        (whole, "jean paul mercier", "Jean-Paul", "Mercier"),
        (whole, "marie claire fontaine", "Marie-Claire", "Fontaine"),
    ]);
    voice(&["C: my name is kim min jun kim is the surname"], &[("first_name", "Min-Jun"), ("last_name", "Kim")]);
    text(&["C: my manager said call me Bob"], &[]);
    text(&["A: お電話番号は？", "C: ０９０ １２３４ ５６７８"], &[("phone", "090 1234 5678")]);
}
