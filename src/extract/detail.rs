//! What of the customer's words is about themselves: a name, an address, and no matter of its own.
//!
//! Must not know what the matter is.

use super::intro::past_intro;
use super::number::unit;
use super::wish::{is_substance, is_thanks, past_noise};
use super::words::{Gap, Said, Word, is_common, is_first_name, is_function, is_surname, listed};

/// "my name is ...", "it is ...": an answer to something, and no matter of its own.
pub(super) fn is_detail(said: &Said<'_>, from: usize) -> bool {
    let address = said.text.contains('@') && beside_address(said) < 2;
    let labelled = said.words.get(1).is_some_and(|w| w.gap == Gap::Colon)
        && listed(
            "name phone email e-mail mail mobile tel city state street address zip postcode company",
            said.low(0),
        );
    // "Leah Cohen from the bakery." and "In Spanish, please."
    let who = past_intro(said, from.min(said.words.len())) == Some(said.words.len()) && said.words.len() > from;
    let language = said.low(from) == "in" && said.words.len() <= from + 5 && said.any(&["please"]);
    let labelled = labelled || who || language;
    let domain = !said.text.trim().contains(' ') && said.text.contains('.') && said.words.len() <= 3;
    let address = address || labelled || domain;
    let names =
        said.words.windows(2).any(|w| listed("name number email address code pin", &w[0].low) && w[1].low == "is")
            || said.any(&["name's"]) && said.words.len() < 12;
    let names = names
        || said.words.len() <= from + 2
            && said.words[from..].iter().all(|w| is_first_name(&w.low) || is_surname(&w.low))
        || listed("i'm im", said.low(from))
            && !said.any(&["interested", "looking", "unable", "calling", "ringing", "writing"])
        || said.has(from, &["this", "is"]);
    names
        || address
        || listed("it it's its that that's name email phone number zip", said.low(from))
        || said.has(from, &["the", "amount"])
}

/// Nothing but names, numbers and what they are of: "ruiz ssn ****", "44 mill road".
pub(super) fn is_only_data(said: &Said<'_>) -> bool {
    const OF: &str = "name ssn password number no account ac id policy claim booking confirmation phone mobile contact email mail street st road rd \
        avenue ave lane drive box city state zip pin code and my the is";
    let labelled = said.words.iter().any(|w| listed(OF, &w.low) && !is_function(&w.low));
    let known = said.words.first().is_some_and(|w| is_first_name(&w.low) || w.is_digits());
    let telling = |w: &Word<'_>| is_common(&w.low) && !is_first_name(&w.low) && !listed(OF, &w.low) && w.low.len() > 2;
    said.text.is_ascii() && (labelled || known) && said.words.len() <= 12 && !said.words.iter().any(telling)
}

/// Is it more than a yes, a number or an address?
pub(super) fn answers_something(said: &Said<'_>, asked: bool) -> bool {
    let enough =
        is_substance(said) || asked && said.words.len() >= 2 && !listed("yes no yeah nope ok okay", said.low(0));
    enough && !said.text.contains('@') && !is_detail(said, past_noise(said)) && !is_thanks(said)
}

/// How many words stand beside an email address that say something.
pub(super) fn beside_address(said: &Said<'_>) -> usize {
    let within = |start: usize| {
        let from = start - said.text[..start].rsplit(char::is_whitespace).next().map_or(0, str::len);
        said.text[from..].split_whitespace().next().is_some_and(|t| t.contains('@'))
    };
    let says = |low: &str| !is_function(low) && !is_first_name(low) && !is_surname(low);
    said.words.iter().filter(|w| says(&w.low) && !w.is_digits() && !within(w.start)).count()
}

/// Nothing but a number, said aloud or written.
pub(super) fn is_only_number(said: &Said<'_>) -> bool {
    const BESIDE: &str = "double triple oh o plus dash point dot it it's its is the number my and hundred thousand that this yes sure for";
    let digits = |w: &Word<'_>| w.low.bytes().any(|b| b.is_ascii_digit()) || unit(&w.low).is_some();
    let (mut numbers, mut rest) = (0, 0);
    for w in &said.words {
        if digits(w) || listed("twenty thirty forty fifty sixty seventy eighty ninety", &w.low) {
            numbers += 1;
        } else if !(listed(BESIDE, &w.low) || w.low.chars().count() == 1) {
            rest += 1;
        }
    }
    numbers > 0 && rest == 0
}
