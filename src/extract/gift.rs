//! Where a gift goes: "roses to Ana Ruiz, 45 Mill Street, Leeds".
//!
//! Owns the words by which somebody else's address is told from the customer's own. Must not know what an address looks like.

use super::custom::without;
use super::proposal::is_person;
use super::words::{Said, listed};

const GIFTS: &str = "gift gifts present presents flower flowers rose roses tulips lilies orchid orchids bouquet bouquets wreath hamper \
    hampers chocolates balloons arrangement giftcard basket";
const SENDS: &str = "send sent sending ship deliver delivered delivery order ordered ordering go going want like";
/// How far behind what is sent "to" stands, in words.
const NEAR: usize = 6;

/// The message from the one who gets a gift up to where the customer speaks of themselves, blanked; nothing where there is none.
pub(super) fn own(said: &Said<'_>) -> Option<String> {
    let n = said.words.len();
    let gift = (0..n)
        .find(|&i| listed(GIFTS, said.low(i)) && (i.saturating_sub(NEAR)..i).any(|k| listed(SENDS, said.low(k))))?;
    let to = (gift + 1..n.min(gift + NEAR)).find(|&k| said.low(k) == "to" && is_another(said, k + 1))?;
    let mine = |k: usize| {
        let person = is_person(said.low(k + 1)) || is_person(said.low(k + 2));
        listed("my mine our", said.low(k)) && !person || listed("i i'm me", said.low(k))
    };
    let end = (to + 2..n).find(|&k| mine(k)).map_or(said.text.len(), |k| said.words[k].start);
    Some(without(said.text, &[(said.words[to].start, end)]).into_owned())
}

/// Somebody by name, or one of the customer's people; not the customer, and no place.
fn is_another(said: &Said<'_>, k: usize) -> bool {
    let person = |k: usize| is_person(said.low(k)) && !listed("your their they them", said.low(k));
    let named = said.cased && said.words.get(k).is_some_and(|w| w.is_capital() && w.is_alphabetic());
    named || person(k) || said.low(k) == "my" && (person(k + 1) || person(k + 2))
}

#[cfg(test)]
mod tests {
    use super::super::tests::text;

    #[test]
    fn a_gift_goes_to_somebody_else() {
        for line in [
            "C: I want to send roses to Lucía Hernández, 45 Calle Reforma, Puebla 72000.",
            "C: please deliver the flowers to my mother, 12 Oak Street, Denver, CO 80202",
            "C: I'd like a bouquet sent to Ana Ruiz at 12 Oak Street, Denver, CO 80202",
            "C: I'd like to order a gift basket to go to her, 12 Oak Street, Denver, CO 80202",
        ] {
            text(&["A: How can I help?", line], &[]);
        }
        let mine = [("city", "Denver"), ("state", "CO"), ("street", "12 Oak Street"), ("zip", "80202")];
        for line in [
            "C: I want to send roses to Ana Ruiz, 9 Elm Street, Boise, ID 83702. My address is 12 Oak Street, Denver, CO 80202",
            "C: please deliver the flowers to my address, 12 Oak Street, Denver, CO 80202",
            "C: can you send the flowers to me, 12 Oak Street, Denver, CO 80202",
        ] {
            text(&["A: How can I help?", line], &mine);
        }
        text(&["A: What's your address?", "C: I want to send flowers to 12 Oak Street, Denver, CO 80202"], &mine);
    }
}
