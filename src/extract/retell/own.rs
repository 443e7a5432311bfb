//! What a customer says of themselves beside a wish, and to whom.
//!
//! Owns where that begins. Must not know how the wish is told.

use super::super::mask::MASK;
use super::super::words::{Gap, Said, is_first_name, is_surname, listed};

/// What a customer says of themselves beside a wish: "my account number is".
const OWN: &str = "name number email id pin code address phone mobile password ssn dob account";

/// Where a customer begins to say who they are, behind word `from`.
pub(super) fn own_details(said: &Said<'_>, from: usize) -> Option<usize> {
    let at = (from + 2..said.words.len()).find(|&k| {
        let noun = (k + 1..k + 4).find(|&j| listed(OWN, said.low(j)) && !listed(OWN, said.low(j + 1)));
        let told = |j: usize| {
            // "my account is locked" is the matter itself
            let value = said.words.get(j + 2).is_some_and(|w| {
                w.text.bytes().any(|b| b.is_ascii_digit())
                    || w.is_capital()
                    || is_first_name(&w.low)
                    || is_surname(&w.low)
            });
            let at = said
                .words
                .get(j + 3)
                .is_some_and(|w| said.text[..w.start].ends_with('@') || w.low == "at" || w.low == "dot");
            let masked = said.words.get(j + 1).is_some_and(|w| said.text[w.end..].trim_start().starts_with(MASK));
            said.low(j + 1) == "is" && (value || at || masked || said.low(j) == "name")
                || said.words.get(j + 1).is_some_and(|w| w.gap == Gap::Colon || w.is_digits() && w.text.len() > 3)
        };
        said.low(k) == "my" && noun.is_some_and(told) && !listed(ABOUT, said.low(k - 1))
    })?;
    Some(if listed("and with", said.low(at - 1)) { at - 1 } else { at })
}

/// "..., I'm Petra Novotna, petra@...": who says so.
pub(super) fn own_name(said: &Said<'_>, from: usize) -> Option<usize> {
    (from + 3..said.words.len()).find(|&k| {
        let len = if listed("i'm im", said.low(k)) { 1 } else { usize::from(said.has(k, &["i", "am"])) * 2 };
        let name = said.words.get(k + len).is_some_and(|w| w.is_capital() && said.cased || is_first_name(&w.low));
        len > 0 && said.breaks(k) && name && said.words[k].gap != Gap::Start
    })
}
/// Behind these it is what the wish is about: "check what my account number is".
const ABOUT: &str = "what if whether that where why how because for since of";

/// Is "you" the business, as in "the lamp you sent", "a kettle from you"?
pub(super) fn is_company(said: &Said<'_>, k: usize) -> bool {
    const PAST: &str = "sent sold gave told said made did got took had left couldn't didn't wouldn't were owe still never always put lost broke built";
    let (before, next) = (if k > 0 { said.low(k - 1) } else { "" }, said.low(k + 1));
    // "the parcel that you say was delivered"
    let says = listed("that which what as where", before) && listed("say claim promise advertise offer sell", next);
    let did = says || next.ends_with("ed") && next.len() > 4 || listed(PAST, next);
    let with = listed("from with by at to", before) && !listed("are have can will do", next);
    !listed("if do did can could will would are thank when what see know", before) && (did || with)
}
