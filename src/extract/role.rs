//! What somebody is at work, and where: "I'm the CTO at Kestrel Logistics".
//!
//! Owns how people say so. Must not know other ways to name a company (`company`).

use super::asked::Asked;
use super::company::{collect, is_suffix, names_house};
use super::proposal::{Key, Proposal, Scene, is_foreign, sure};
use super::several::is_role;
use super::words::{Said, is_city, is_first_name, listed};

/// How many words name what somebody is.
const MOST: usize = 5;

/// The company behind what the customer is there.
pub(super) fn employer(said: &Said<'_>, scene: &Scene) -> Option<Proposal> {
    if scene.payee {
        return None;
    }
    (0..said.words.len()).find_map(|i| {
        let from = match said.low(i) {
            "i'm" | "im" => i + 1,
            "i" if said.low(i + 1) == "am" => i + 2,
            _ => return None,
        };
        let from = from + usize::from(listed("the a an", said.low(from)));
        let link = (from + 1..(from + MOST + 1).min(said.words.len())).find(|&k| listed("at with for", said.low(k)))?;
        let role = is_role(said.words.get(from..link)?) && (from..=link + 1).all(|k| k == from || !said.breaks(k));
        if !role || is_foreign(said, i) {
            return None;
        }
        let words = collect(said, link + 1 + usize::from(said.low(link + 1) == "the"));
        let (first, last) = (words.first()?, words.last()?);
        let value = &said.text[first.start..last.end];
        let capital = said.cased && words.iter().all(|w| w.is_capital() || listed("of and the", &w.low));
        let other = is_city(&value.to_lowercase()) || words.len() == 1 && is_first_name(&first.low);
        let named = words.iter().any(|w| !is_suffix(&w.low));
        let told = capital || names_house(said, &words) && !scene.voice;
        let how = if scene.asked.has(Asked::COMPANY) { sure::ANSWERED } else { sure::LIKELY };
        (told && named && !other).then(|| Proposal::new(Key::Company, value, how, first.start))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::text;

    #[test]
    fn what_somebody_is_and_where() {
        let whole = [("company", "Kestrel Logistics"), ("first_name", "Olumide"), ("last_name", "Adeyemi")];
        for asked in [
            "Who do I have the pleasure of chatting with, and what company are you with?",
            "Who am I speaking with and which company is this for?",
            "Your name and company, please?",
        ] {
            text(&[&format!("A: {asked}"), "C: Olumide Adeyemi. I'm the CTO at Kestrel Logistics"], &whole);
        }
        text(&["C: Hi, I'm an office manager at Brightfold"], &[("company", "Brightfold")]);
        text(&["C: I am head of procurement for Harbour Lights Ltd."], &[("company", "Harbour Lights Ltd")]);
        text(&["C: I'm the owner at 12 Mill Road"], &[]);
        text(&["C: I'm the manager at the Leeds branch, I'm director for Monday"], &[]);
        text(&["C: my sister said I'm the owner with Mark"], &[]);
    }
}
