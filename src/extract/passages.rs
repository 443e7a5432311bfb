//! What the customer says that is not about themselves: a supposition, what a paper shows, the shop's place.
//!
//! Owns where such a passage begins and ends. Must not know what is looked for in the rest.

use std::borrow::Cow;

use super::custom::without;
use super::words::{Gap, Said, listed};

const SAYS: &str = "said says told tells wrote writes claimed claims asked asks replied answered goes reads shows lists states stated like";
const PAPERS: &str = "invoice receipt letter label form bill email mail statement document contract ticket parcel package envelope \
    website app system page card account profile file record records screen confirmation";
const SHOPS: &str = "shop store office branch location warehouse depot showroom restaurant hotel clinic headquarters building salon studio";
const SUPPOSES: &[&[&str]] = &[
    &["what", "if"],
    &["suppose"],
    &["supposing"],
    &["imagine"],
    &["pretend"],
    &["let's", "say"],
    &["lets", "say"],
    &["for", "example"],
    &["for", "instance"],
    &["e", "g"],
    &["hypothetically"],
    &["if", "my"],
];
/// What a supposition must speak of to be one about a name or a place.
const ABOUT: &str = "name names i'm live lived moved surname address called";

/// The message without such passages, of the same length; nothing where there are none.
pub(super) fn own_words(said: &Said<'_>) -> Option<String> {
    let mut places = quotations(said);
    let mut i = 0;
    while i < said.words.len() {
        let end = passage(said, i);
        if let Some(end) = end.filter(|end| *end > i) {
            places.push((said.words[i].start, said.words[end - 1].end));
            i = end;
        } else {
            i += 1;
        }
    }
    places.extend(super::unsettled::places(said));
    match without(said.text, &places) {
        Cow::Owned(text) => Some(text),
        Cow::Borrowed(_) => None,
    }
}

/// "Congratulations! You won. Contact ...": nobody's own words, and nothing in them is the customer's.
pub(super) fn is_advert(said: &Said<'_>) -> bool {
    const WON: &[&[&str]] = &[
        &["you", "won"],
        &["you've", "won"],
        &["you", "have", "won"],
        &["you", "have", "been", "selected"],
        &["you", "are", "a", "winner"],
        &["claim", "your", "prize"],
        &["claim", "your", "reward"],
    ];
    let won = (0..said.words.len()).any(|k| WON.iter().any(|cue| said.has(k, cue)));
    won && !said.any(&["i", "i'm", "i've", "my", "me", "we", "our", "says", "said"])
}

/// Quotations in single marks, of three words and more, behind somebody's "said".
fn quotations(said: &Said<'_>) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut open: Option<(usize, char)> = None;
    let mut before = ' ';
    for (i, c) in said.text.char_indices() {
        let starts = !before.is_alphanumeric();
        let next = said.text[i + c.len_utf8()..].chars().next();
        let ends = next.is_none_or(|n| !n.is_alphanumeric());
        match open {
            Some((from, mark)) if c == mark && ends => {
                out.push((from, i + c.len_utf8()));
                open = None;
            }
            None if starts && !ends && c == '\'' => open = Some((i, c)),
            _ => {}
        }
        before = c;
    }
    out.retain(|&(from, to)| {
        let first = said.words.partition_point(|w| w.start < from);
        let words = said.words.partition_point(|w| w.start < to) - first;
        let told = (first.saturating_sub(4)..first).rev().find(|&k| listed(SAYS, said.low(k)));
        // "I said ..." are the customer's own
        words > 2 && told.is_some_and(|k| k == 0 || !matches!(said.low(k - 1), "i" | "we"))
    });
    out
}

/// Where the passage ends that begins at `i`.
fn passage(said: &Said<'_>, i: usize) -> Option<usize> {
    let low = said.low(i);
    if let Some(cue) = SUPPOSES.iter().find(|cue| said.has(i, cue)) {
        let end = sentence(said, i + cue.len(), &[]);
        let from = i + cue.len() - usize::from(cue.len() == 2 && cue[1] == "my");
        let near = (from..end.min(from + 4)).any(|k| listed(ABOUT, said.low(k)));
        return near.then_some(end);
    }
    // "the invoice says John Doe, 5 Mill Street, but ..."
    // and not "the bill goes to my firm"
    let told = listed(SAYS, said.low(i + 1)) && said.low(i + 1) != "like";
    if listed(PAPERS, low) && told && !said.has(i + 1, &["goes", "to"]) {
        return Some(sentence(
            said,
            i + 2,
            &["but", "instead", "however", "should", "i", "i'm", "my", "it's", "its", "we"],
        ));
    }
    // "your shop at 5 Main St", not what comes to "my office at ..."
    let theirs = i > 0 && matches!(said.low(i - 1), "your" | "the" | "their" | "ur");
    if theirs
        && listed(SHOPS, low)
        && (matches!(said.low(i + 1), "at" | "on" | "in")
            || said.breaks(i + 1) && said.low(i + 1).starts_with(|c: char| c.is_ascii_digit()))
    {
        return Some(sentence(said, i + 1, &["but", "and", "i", "i'll", "i'm", "my", "we"]));
    }
    None
}

/// The end of the sentence, or where one of these words or a dash stands.
fn sentence(said: &Said<'_>, from: usize, stops: &[&str]) -> usize {
    (from..said.words.len())
        .find(|&k| {
            let word = &said.words[k];
            let gap = k.checked_sub(1).map_or("", |b| &said.text[said.words[b].end..word.start]);
            // an abbreviation's full stop is none: "5 Main St. Denver"
            let ended = word.gap == Gap::Stop && !(gap.starts_with('.') && word.is_digits());
            k > from && (ended || gap.contains(" - ")) || stops.contains(&&*word.low)
        })
        .unwrap_or(said.words.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> String {
        let rest = own_words(&Said::new(text)).unwrap_or_else(|| text.to_owned());
        rest.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn other_peoples_words_are_left_out() {
        assert_eq!(own("She told me 'I'm Linda Moss from billing'"), "She told me ,");
        for kept in ["I said 'my name is Peter Fox'", "it's the O'Briens' and I'm Al"] {
            assert_eq!(own(kept), kept);
        }
    }

    #[test]
    fn adverts() {
        for (text, advert) in [
            ("CONGRATULATIONS!!! You won. Contact prize@winner.example or call 1-900-555-0100", true),
            ("You have been selected! Claim your prize at win@x.example", true),
            ("your mail says I am selected and you won a prize, is that real?", false),
            ("Contact jo@x.example", false),
        ] {
            assert_eq!(is_advert(&Said::new(text)), advert, "{text}");
        }
    }

    #[test]
    fn suppositions_papers_and_shops() {
        assert_eq!(own("what if my name is Bob Jones? I'm Al."), ", ? I'm Al.");
        assert_eq!(
            own("the receipt says 3 Wrong Way, Mesa but I live at 4 Right Rd"),
            "the , but I live at 4 Right Rd"
        );
        assert_eq!(own("your store at 12 Canal St, Dover - I'll be there"), "your , - I'll be there");
        for kept in
            ["what if I pay later?", "my office at 12 Canal St", "if my order is late, call", "for example the red one"]
        {
            assert_eq!(own(kept), kept);
        }
    }
}
