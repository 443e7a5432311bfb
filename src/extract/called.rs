//! A number to call that stands in the midst of an address: "9 mill lane dover ny 10019 212 555 0148".
//!
//! Owns which digits are such a number beside others. Must not know what an address looks like, nor what number counts.

use super::custom::without;
use super::words::{Gap, Said, listed};

/// What a number to call is called, and what joins it to its place.
const LABELS: &str = "ph phone mobile mob cell tel telephone contact call no number and my is";

/// The message without the numbers to call, a comma in the place of each, so that what stands around them is read by itself; nothing where
/// there are none beside other words.
pub(super) fn without_numbers(said: &Said<'_>) -> Option<String> {
    let n = said.words.len();
    let digits = |k: usize| said.words.get(k).filter(|w| w.is_digits()).map_or(0, |w| w.text.len());
    let joined = |k: usize| said.words.get(k).is_some_and(|w| matches!(w.gap, Gap::Space | Gap::Tight));
    let mut places = Vec::new();
    let mut k = 0;
    while k < n {
        let parts = match digits(k) {
            9..=12 => 1,
            3 if digits(k + 1) == 3 && digits(k + 2) == 4 && joined(k + 1) && joined(k + 2) => 3,
            _ => {
                k += 1;
                continue;
            }
        };
        // digits before or behind make it a card's or an account's
        let more = |i: usize| digits(i) > 2 && digits(i) != 5 && digits(i) != 6;
        if !(k > 0 && more(k - 1) || more(k + parts)) {
            let labels = (1..=k.min(4)).take_while(|back| listed(LABELS, said.low(k - back))).count();
            places.push((said.words[k - labels].start, said.words[k + parts - 1].end));
        }
        k += parts;
    }
    let rest = (0..n).any(|k| {
        said.words[k].is_alphabetic() && !places.iter().any(|&(from, to)| (from..to).contains(&said.words[k].start))
    });
    (!places.is_empty() && rest).then(|| without(said.text, &places).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> Option<String> {
        without_numbers(&Said::new(text)).map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_number_to_call_gives_way_to_the_address() {
        assert_eq!(left("9 mill lane dover ny 10019 212 555 0148").as_deref(), Some("9 mill lane dover ny 10019 ,"));
        assert_eq!(left("9 mill lane dover 2125550148 ny 10019").as_deref(), Some("9 mill lane dover , ny 10019"));
        assert_eq!(left("phone no 212-555-0148 9 mill lane dover").as_deref(), Some(", 9 mill lane dover"));
        assert_eq!((left("2125550148"), left("9 mill lane dover ny 10019")), (None, None));
        assert_eq!(left("card 4111 111 111 1111 9 mill lane"), None, "a card");
    }
}
