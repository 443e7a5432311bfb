//! An address that a bill goes to, or that of the house somebody works for, told beside the customer's own.
//!
//! Owns the words by which the two are told apart in one message. Must not know what an address looks like. Where only one is
//! told, it is left as it is: a bill may go to the customer.

use super::custom::without;
use super::words::{Said, listed};

const BILLS: &str = "invoice invoices invoiced invoicing bill bills billed billing rechnung rechnungsadresse rechnungsanschrift \
    facture facturation factura facturación fattura";
const HOUSES: &str = "office work company firm business employer company's firm's employer's";
const ADDRESSES: &str = "address adresse anschrift dirección indirizzo";
const MINE: &str = "my meine mon mi mio il";
/// Between "my" and "address": what leaves it the customer's own.
const OWN: &str = "own home private personal current new mailing postal delivery shipping house eigene private";

/// The message without addresses that are another's, of the same length; nothing where there are none.
pub(super) fn own(said: &Said<'_>) -> Option<String> {
    let n = said.words.len();
    let others = |i: usize| listed(BILLS, said.low(i)) || listed(HOUSES, said.low(i)) && is_address(said, i + 1);
    if !(0..n).any(others) {
        return None;
    }
    let numbered = |from: usize| said.words[from..].iter().any(|w| w.text.starts_with(|c: char| c.is_ascii_digit()));
    let mut places = Vec::new();
    let mut open = None;
    let mut any = false;
    for i in 0..n {
        if is_own(said, i) {
            any |= numbered(i);
            if let Some(from) = open.take() {
                places.push((from, said.words[i].start));
            }
        } else if others(i) && open.is_none() {
            open = Some(said.words[i].start);
        }
    }
    places.extend(open.map(|from| (from, said.words[n - 1].end)));
    any.then(|| without(said.text, &places).into_owned())
}

fn is_address(said: &Said<'_>, i: usize) -> bool {
    listed(ADDRESSES, said.low(i))
}

/// "my own address", "ship to me", "I live at": does the customer's own begin at word `i`?
fn is_own(said: &Said<'_>, i: usize) -> bool {
    let low = said.low(i);
    let addressed = || (i + 1..i + 4).find(|&k| !listed(OWN, said.low(k))).is_some_and(|k| is_address(said, k));
    let brought = || {
        listed("me us mich home", said.low(i + 1))
            && (i.saturating_sub(5)..i)
                .any(|k| listed("ship deliver delivery send post bring goods parcel liefern lieferung", said.low(k)))
    };
    // "send the lamp to my home"
    let home =
        || listed("home place flat house apartment", said.low(i + 1)) && listed("to at", said.low(i.wrapping_sub(1)));
    listed(MINE, low) && (addressed() || home())
        || low == "i" && listed("live reside", said.low(i + 1))
        || listed("to an", low) && brought()
}

#[cfg(test)]
mod tests {
    use super::super::tests::text;

    #[test]
    fn a_bill_goes_elsewhere() {
        let mine = [("city", "Hamburg"), ("street", "Lindenweg 3"), ("zip", "22301")];
        for line in [
            "C: Send the invoice to Studio Nord, Hauptstr. 5, 20095 Hamburg. Ship to me: Lindenweg 3, 22301 Hamburg.",
            "C: Invoice address: Studio Nord, Hauptstr. 5, 20095 Hamburg. My own address: Lindenweg 3, 22301 Hamburg",
            "C: My address is Lindenweg 3, 22301 Hamburg. The bill goes to Studio Nord, Hauptstr. 5, 20095 Hamburg.",
        ] {
            text(&["A: What's your address?", line], &mine);
        }
        text(
            &[
                "A: What's your address?",
                "C: Office address: 4 Dock Road, Liverpool, L3 4AB. I live at 8 Rose Lane, Reading, RG1 2AB.",
            ],
            &[("city", "Reading"), ("street", "8 Rose Lane"), ("zip", "RG1 2AB")],
        );
        let reading = [("city", "Reading"), ("street", "8 Rose Lane"), ("zip", "RG1 2AB")];
        for line in [
            "C: The bill goes to my firm, 5 High Street, London, SW1A 1AA. I live at 8 Rose Lane, Reading, RG1 2AB.",
            "C: Bill it to Acme, 5 High Street, London SW1A 1AA and send the lamp to my home, 8 Rose Lane, Reading, RG1 2AB",
        ] {
            text(&["A: What's your address?", line], &reading);
        }
        // the bill is the customer's own
        text(&["A: What's your address?", "C: Send the invoice to me: Lindenweg 3, 22301 Hamburg"], &mine);
        text(&["A: What's your address?", "C: Billing address is Lindenweg 3, 22301 Hamburg"], &mine);
    }
}
