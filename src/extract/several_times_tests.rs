//! Names and postcodes that are heard several times and spelled, each time with other mistakes.

use super::tests::voice;

/// Each case: what was heard when the name was asked for, how it was spelled, the first and the last name ("" for none).
#[track_caller]
fn names(cases: &[(&[&str], &str, &str, &str)]) {
    for (heard, spelled, first, last) in cases {
        let mut lines: Vec<String> = Vec::new();
        for answer in *heard {
            lines.extend(["A: Can I take your first and last name, please?".to_owned(), format!("C: {answer}")]);
        }
        if !spelled.is_empty() {
            lines.extend(["A: How do you spell that?".to_owned(), format!("C: {spelled}")]);
        }
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let want: Vec<_> =
            [("first_name", *first), ("last_name", *last)].into_iter().filter(|(_, v)| !v.is_empty()).collect();
        voice(&lines, &want);
    }
}

/// Each case: the tries, and the postcode ("" for none).
#[track_caller]
fn postcodes(cases: &[(&[&str], &str)]) {
    for (tries, code) in cases {
        let lines: Vec<String> =
            tries.iter().flat_map(|t| ["A: What's your postcode?".to_owned(), format!("C: {t}")]).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let want: Vec<_> = [("zip", *code)].into_iter().filter(|(_, v)| !v.is_empty()).collect();
        voice(&lines, &want);
    }
}

#[test]
fn a_spelling_with_mistakes_changes_no_name_heard_twice() {
    names(&[
        (&["Bernard Wolski", "Bernard Wolski"], "d e r n a r t w o l s k e", "Bernard", "Wolski"),
        (&["Tobiasz Grzelak", "Tobiasz Grzelak"], "t o b i a s g r e l a k", "Tobiasz", "Grzelak"),
        (&["Ignacy Mroczek", "Ignacy Mroczek"], "e g n a c y m r o z e k", "Ignacy", "Mroczek"),
        (&["Zuzanna Pióro", "Zuzanna pióro"], "z u z a n n n a p i ó r o o o", "Zuzanna", "Pióro"),
        (&["Marcelina Bąk", "Marcelina bąk"], "m a r c e l i n a b a k", "Marcelina", "Bąk"),
        (&["Wanda Kosińska", "Wanda kosińska"], "w a n d a k z r t", "Wanda", "Kosińska"),
        (&["Peter Dawson", "Peter Dawson"], "t e t e r d a w s o n", "Peter", "Dawson"),
        (&["Daniel Reed", "Daniel Reed"], "t a n i e l r e e d d d", "Daniel", "Reed"),
        (&["Leon Kubiak", "Leon Kubiak"], "leonek1987", "Leon", "Kubiak"),
    ]);
}

#[test]
fn a_spelling_tells_how_a_sound_is_written() {
    names(&[
        (&["Catherine Lowe", "Catherine Lowe"], "k a th e r i n e l o w e", "Katherine", "Lowe"),
        (&["Tracy Stone", "Tracy Stone"], "t RA c e y s t o n e", "Tracey", "Stone"),
        (&["Max Lipiec", "Max Lipiec"], "m a k s l i p i e c", "Maks", "Lipiec"),
        (&["Steven Marsh", "Steven Marsh"], "s t e p h e n m a r s h", "Stephen", "Marsh"),
        (&["Hugh grey", "Hugh grey"], "h u g h g r a y", "Hugh", "Gray"),
        (&["Linda Frost", "Linda Frost"], "Lima Yankee November Delta Alpha", "Lynda", "Frost"),
    ]);
}

#[test]
fn what_was_heard_in_two_ways() {
    names(&[
        (&["Eliza Mora", "Eliza Morawa"], "e l i z a m o r a w a", "Eliza", "Morawa"),
        (&["Jan krzywiec", "Jan Krzywieć", "Jan krzywiec"], "", "Jan", "Krzywiec"),
        (&["call Benson", "Carl Benson"], "c a r l", "Carl", "Benson"),
        (&["Lidia Kosmala", "Liwia Kosmala"], "l i w i a k o s m a l a", "Liwia", "Kosmala"),
        // two names that differ and nothing that tells which
        (&["Emil Duda", "Kamil Duda"], "", "", "Duda"),
    ]);
}

#[test]
fn polish_words_are_no_names() {
    names(&[
        (&["Filip Zdun"], "nie wiem jak", "Filip", "Zdun"),
        (&["moje imię i nazwisko to Hanna Żak", "Hanna żak"], "", "Hanna", "Żak"),
        (&["nazywam się Rafał Bury"], "", "Rafał", "Bury"),
        (&["no i nazwisko to Marta Łoś", "Marta łoś"], "", "Marta", "Łoś"),
        (&["nie", "Klara Sowa"], "", "Klara", "Sowa"),
        (&["tak"], "", "", ""),
    ]);
}

#[test]
fn a_name_said_again_to_tell_how_it_is_written() {
    names(&[
        (&["hannah mcarthur hannah with an h m c a r t h u r"], "", "Hannah", "McArthur"),
        (&["jon smythe jon with an n s m y t h e"], "", "Jon", "Smythe"),
        (&["rita olsen olsen with an e"], "", "Rita", "Olsen"),
        (&["smith emma smith"], "", "Emma", "Smith"),
    ]);
}

#[test]
fn towns_and_postcodes_behind_a_street() {
    let address = |said: &str, want: &[(&str, &str)]| voice(&["A: What's the address?", &format!("C: {said}")], want);
    let code = [("city", "selby"), ("street", "6 orchard close"), ("zip", "YO8 3PF")];
    address("it's six orchard close selby y o eight three p f", &code);
    address("forty one cedar road in medford", &[("city", "medford"), ("street", "41 cedar road")]);
    address("forty one cedar road thank you", &[("street", "41 cedar road")]);
    address("twelve park lane near the church", &[("street", "12 park lane")]);
}

#[test]
fn marks_of_polish_letters_are_no_letters() {
    names(&[(&["Adam Żuraw", "Adam Żuraw"], "a d a m z kropką u r a w", "Adam", "Żuraw")]);
}

#[test]
fn postcodes_of_digits() {
    postcodes(&[
        (&["1 3 1 2 3", "7 3 1 2 3", "7 3 1 2 3"], "73123"),
        (&["9400", "to jest 9400", "5 9 4 0 0"], "59400"),
        (&["sześć 4615", "64 pauza 615", "646 115"], "64615"),
        (&["kod pocztowy to 08 039"], "08039"),
        (&["a 3 1 1 1 7"], "31117"),
        (&["41234", "41284", "47234"], "41234"),
        // no two agree
        (&["41234", "98765"], ""),
        (&["nine oh two one oh"], "90210"),
    ]);
}

#[test]
fn british_postcodes_begin_with_a_place() {
    postcodes(&[
        (&["n a 6 v 2 f h", "n e 6 v 2 f h"], "NE6V 2FH"),
        (&["they d 4 0 a h", "d d 4 0 a h"], "DD4 0AH"),
        (&["k t 2 7 q w"], "KT2 7QW"),
        // letters among digits are no code of digits
        (&["and 12 1 1 has have papa"], ""),
    ]);
}
