//! Whether the customer comes for themselves and not for the company they speak of.
//!
//! Owns the words that say so. Must not know how a company is named.

use super::words::{Said, listed};

const MATTERS: &str =
    "order purchase booking matter call request account visit trip delivery parcel subscription one use";
const HOUSES: &str = "company firm business work employer office job";

/// "this order is private", "it's for me personally, not for the company"
pub(super) fn is_private(said: &Said<'_>) -> bool {
    (0..said.words.len()).any(|i| {
        let own = match said.low(i) {
            "private" | "personal" => {
                let is = (i.saturating_sub(3)..i).any(|k| listed("is it's its that's this's", said.low(k)));
                let matter = listed(MATTERS, said.low(i + 1));
                let told = is || (i.saturating_sub(3)..i).any(|k| listed("for a as my", said.low(k)));
                is && (said.breaks(i + 1) || listed("and not so but", said.low(i + 1))) || told && matter
            }
            // "for me personally", and not "I call you personally"
            "privately" | "personally" => {
                let mine = (i.saturating_sub(3)..i).any(|k| listed("me for it's is order ordering", said.low(k)));
                mine && (said.breaks(i + 1) || listed("not and", said.low(i + 1)))
            }
            "myself" => said.low(i.wrapping_sub(1)) == "for" && (said.breaks(i + 1) || said.low(i + 1) == "not"),
            // "not for the company", "nothing to do with work"
            "for" | "with" => {
                let house = (i + 1..i + 4).find(|&k| !listed("my the our", said.low(k)));
                let not =
                    said.low(i.wrapping_sub(1)) == "not" || said.has(i.saturating_sub(3), &["nothing", "to", "do"]);
                not && house.is_some_and(|k| listed(HOUSES, said.low(k)) && (said.breaks(k + 1) || k > i + 1))
            }
            _ => false,
        };
        own && !said.text.contains('?')
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::text;

    #[test]
    fn the_company_is_left_out_of_a_private_matter() {
        let name = [("first_name", "Tom"), ("last_name", "Berg")];
        for line in [
            "C: I work at Acme Widgets but this order is private, not for the company. I'm Tom Berg.",
            "C: I work for Acme Widgets, but it's for me personally. I'm Tom Berg.",
            "C: I'm Tom Berg from Acme Widgets, though this is a personal matter.",
        ] {
            text(&["A: How can I help?", line], &name);
        }
        // said before, said later
        text(
            &[
                "A: Your name?",
                "C: Tom Berg from Acme Widgets GmbH",
                "A: And?",
                "C: It's a private order, not for the company.",
            ],
            &name,
        );
        for line in [
            "C: I'm Tom Berg from Acme Widgets GmbH, I need a private line",
            "C: I'm Tom Berg from Acme Widgets GmbH, my personal email is on file",
            "C: I'm Tom Berg from Acme Widgets GmbH and order for myself and my team",
        ] {
            text(
                &["A: Your name?", line],
                &[("company", "Acme Widgets GmbH"), ("first_name", "Tom"), ("last_name", "Berg")],
            );
        }
    }
}
