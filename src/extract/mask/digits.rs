//! Which runs of digits are secret: by their length and check digit, by the label before them, as an answer.
//!
//! Owns that. Must not know of passwords.

use super::super::number::{Run, luhn};
use super::super::words::{Said, is_function, listed};
use super::{
    Before, CARD_DIGITS, CARD_GROUPS, CARD_PART, Kind, Look, PIN_DIGITS, SHORT_CARD, UNITS, account, entry, is_address,
};

impl Look<'_, '_> {
    /// Is a run of digits a secret?
    pub(super) fn is_secret(&self, i: usize, run: &Run, before: Before) -> bool {
        let said = self.said;
        let n = run.digits.len();
        let text = said.text[..said.words[i].start].trim_end_matches(['(', ' ']);
        let abroad =
            text.ends_with('+') || i > 0 && said.low(i - 1) == "plus" || run.digits.starts_with("00") && n <= 15;
        let parcel = (i.saturating_sub(4)..i).any(|k| listed("tracking parcel shipment waybill", said.low(k)));
        let checked = luhn(run.digits.bytes());
        if n >= CARD_DIGITS && !abroad && (checked || !parcel && run.is_even)
            || n >= SHORT_CARD && !abroad && checked
            || run.is_card
            || is_social(said, i)
            || account::is_sorted(said, i)
            || entry::is_by_itself(said, i, run)
        {
            return true;
        }
        let paid = text.ends_with(['$', '€', '£']) || listed(UNITS, said.low(run.end));
        if paid || text.ends_with('+') {
            return false;
        }
        let by_label = self.live.as_ref().is_some_and(|l| match l.kind {
            Kind::Card => {
                let told = l.strong || listed("card visa mastercard amex is was", said.low(i.wrapping_sub(1)));
                // "445.50" is an amount
                !said.text[said.words[i].start..run.to].contains('.')
                    && (n >= CARD_PART && told || n >= CARD_GROUPS && n != 10)
                    && !self.is_ending(i)
            }
            Kind::Account => n >= account::BEHIND_LABEL && !self.is_ending(i) && !account::is_of_other(said, i),
            Kind::Digits => n >= PIN_DIGITS,
            Kind::Entry => entry::is_code(said, i, run, false),
            Kind::Paper => false,
            Kind::Word => n >= PIN_DIGITS && (n >= CARD_PART || self.is_linked(i, l.found)),
        });
        // the whole, or a third of its groups
        let rest = matches!(before.card + n, 15 | 16 | 19)
            || before.card >= 2 * CARD_PART && before.card + n < 16 && n.is_multiple_of(CARD_PART);
        let goes_on = before.card > 0
            && rest
            && i < 5
            && self.ends_number(run)
            && !account::is_of_other(said, i)
            && !self.is_ending(i);
        // "..., and the last four are 8129", which makes it whole
        let last = (i.saturating_sub(4)..i).any(|k| said.low(k) == "last");
        let completes = last && before.card > 0 && matches!(before.card.max(self.out.card) + n, 15 | 16 | 19);
        by_label
            || goes_on
            || completes
            || match before.asked {
                Some(Kind::Account) => {
                    n >= account::ANSWERED
                        && self.ends_number(run)
                        && !self.is_ending(i)
                        && !account::is_of_other(said, i)
                        && !is_address(said, i)
                }
                Some(Kind::Card) => n >= PIN_DIGITS && !self.is_ending(i),
                Some(Kind::Entry) => entry::is_code(said, i, run, true),
                Some(Kind::Digits) => (PIN_DIGITS..=SHORT_CARD).contains(&n) && !self.is_account(i),
                Some(Kind::Word) => (CARD_PART..10).contains(&n),
                Some(Kind::Paper) | None => false,
            }
    }

    /// Does nothing follow that a few digits would belong to: "1692 Main Street"?
    pub(super) fn ends_number(&self, run: &Run) -> bool {
        let said = self.said;
        run.digits.len() > account::BEHIND_LABEL || said.breaks(run.end) || is_function(said.low(run.end))
    }

    /// "account is 68318931", told beside the PIN
    pub(super) fn is_account(&self, i: usize) -> bool {
        (i.saturating_sub(3)..i).any(|k| listed("account phone policy booking", self.said.low(k)))
    }

    /// "my card ending in 4411": what everybody may know of it.
    pub(super) fn is_ending(&self, i: usize) -> bool {
        (i.saturating_sub(4)..i).any(|k| listed("ending ends last end expires expiry exp", self.said.low(k)))
    }
}

/// "078-05-1120": written as a social security number is, and nothing else.
fn is_social(said: &Said<'_>, i: usize) -> bool {
    let parts: [(usize, &str); 3] = [(3, ""), (2, "-"), (4, "-")];
    let fits = parts.iter().enumerate().all(|(k, (len, sign))| {
        said.words.get(i + k).is_some_and(|w| {
            w.is_digits() && w.text.len() == *len && (k == 0 || said.text[said.words[i + k - 1].end..w.start] == **sign)
        })
    });
    // "claim 889-20-1144" numbers something else
    let other = i > 0 && listed("claim case order ticket policy reference ref invoice", said.low(i - 1));
    let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-');
    fits && !other
        && apart(said.text[..said.words[i].start].chars().next_back())
        && apart(said.text[said.words[i + 2].end..].chars().next())
}
