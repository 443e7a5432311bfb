//! A street with its number in a sentence: "number seven Kirchweg in Bonn", "Kirchweg 7 in Bonn".
//!
//! Owns that order of words. Must not know what was asked (`address`), nor addresses between commas (`postal`).

use super::address::city_end;
use super::postal;
use super::proposal::{Key, Proposal};
use super::words::{Gap, Said, Word, is_common, is_everyday, is_function, listed, state_at};

/// How many words a street's name has at most.
const MOST: usize = 4;

/// The street and the town behind "in".
pub(super) fn find(said: &Said<'_>, how: f32) -> Vec<Proposal> {
    (1..said.words.len()).filter(|&k| said.low(k) == "in").find_map(|k| at(said, k, how)).unwrap_or_default()
}

fn at(said: &Said<'_>, k: usize, how: f32) -> Option<Vec<Proposal>> {
    let number = |i: usize| {
        said.words.get(i).is_some_and(|w| {
            let digits = w.low.bytes().take_while(u8::is_ascii_digit).count();
            (1..=5).contains(&digits) && w.low.len() - digits <= 1
        })
    };
    let word = |w: &Word<'_>| w.is_alphabetic() && !is_function(&w.low) || listed("of the am an der de la", &w.low);
    // "Kirchweg 7" or "7 Kirchweg"
    let (from, to) = if number(k - 1) {
        let from = (k.saturating_sub(1 + MOST)..k - 1).find(|&i| {
            (i..k - 1).all(|n| word(&said.words[n]))
                && !is_common(said.low(i))
                && postal::is_street(&said.words[i..k - 1])
        })?;
        // "Am Kirchweg", "An der Mühle"
        let before =
            from > 0 && said.words[from - 1].is_capital() && listed("am im zum zur auf unter", said.low(from - 1));
        (from - usize::from(before), k)
    } else {
        let n = (k.saturating_sub(MOST + 1)..k - 1).rev().find(|&i| number(i))?;
        let name = &said.words[n + 1..k];
        (name.iter().all(word) && postal::is_street(name)).then_some((n, k))?
    };
    if said.words[from + 1..to].iter().any(|w| w.gap != Gap::Space) {
        return None;
    }
    let end = city_end(said, k + 1);
    let town = said.words.get(k + 1..end).filter(|t| !t.is_empty() && !is_everyday(&t[0].low))?;
    // "in Texas" is no town
    if state_at(said, k + 1).is_some_and(|(len, short)| !short && k + 1 + len == end) {
        return None;
    }
    let text = |words: &[Word<'_>]| Some(said.text[words.first()?.start..words.last()?.end].to_owned());
    Some(vec![
        Proposal::new(Key::Street, text(&said.words[from..to])?, how, said.words[from].start),
        Proposal::new(Key::City, text(town)?, how, town[0].start),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{text, voice};

    #[test]
    fn a_street_in_a_sentence() {
        let bonn = |street| [("city", "Bonn"), ("street", street)];
        text(&["A: And the address?", "C: number 7 Kirchweg in Bonn"], &bonn("7 Kirchweg"));
        text(&["A: And the address?", "C: it's Kirchweg 7 in Bonn"], &bonn("Kirchweg 7"));
        text(&["A: Hello", "C: I live at Am Kirchweg 7 in Bonn"], &bonn("Am Kirchweg 7"));
        voice(
            &["A: Where do you live?", "C: number seven kirchweg in bonn"],
            &[("city", "bonn"), ("street", "7 kirchweg")],
        );
        text(&["A: And the address?", "C: I waited 7 weeks in Bonn"], &[]);
        text(&["A: And the address?", "C: my friend's is Kirchweg 7 in Bonn"], &[]);
    }

    #[test]
    fn an_irish_postcode() {
        voice(&["A: What's your eircode?", "C: d oh two x two eight five"], &[("zip", "D02 X285")]);
        text(&["A: What's your eircode?", "C: D02 X285"], &[("zip", "D02 X285")]);
    }
}
