//! What the customer says yes or no to: an offer, a question, a day.
//!
//! Owns what is kept of that. Must not know what was wanted, nor what else came of it.

use super::super::alike::shares;
use super::super::answers;
use super::super::outcome::Outcome;
use super::super::retell::{SENTENCE, agreed, cut, lowered, refused, shorten, skip_interjections, told_by_agent};
use super::super::sentences::sentences;
use super::super::stance::{agrees, declines};
use super::super::words::Said;
use super::{Story, is_figure_of_theirs};

impl Story {
    /// Takes in what a message says to what was put before it; `whole`: the message, cut into words.
    pub(super) fn hear_yes(&mut self, whole: &Said<'_>, text: &str) {
        let offer = self.offer.take();
        let unwanted = offer.clone().filter(|o| declines(whole) && refused(o).is_some());
        if let (Some(offer), Some(matter)) = (&unwanted, self.matters.last_mut()) {
            // what was declined did not come of it
            let said = Said::new(offer);
            let told = told_by_agent(&said, skip_interjections(&said));
            matter.outcome.take_if(|(what, text)| *what == Outcome::Told && *text == told);
        }
        self.declined = unwanted.or(self.declined.take());
        let offer = offer.filter(|o| agrees(whole) && (whole.words.len() <= 8 || shares(o, whole)));
        if let (Some(offer), Some(matter)) = (offer, self.matters.last_mut()) {
            matter.outcome = Some((Outcome::Done, format!("Agreed: \"{}\"", shorten(&offer))));
        }
        // "Yes. My name is ..."
        let says_yes = agrees(whole) && whole.words.len() <= 12
            || sentences(text).next().map(Said::new).is_some_and(|s| agrees(&s) && s.words.len() <= 3)
                && !whole.any(&["but", "not", "no", "instead", "don't", "rather"]);
        if let Some(proposal) = self.proposal.as_ref().filter(|_| says_yes)
            && let Some(matter) = self.matters.last_mut().filter(|m| !matches!(m.outcome, Some((Outcome::Done, _))))
        {
            let yes = agreed(proposal);
            let yes = yes.unwrap_or_else(|| format!("The customer said yes to \"{}\"", cut(&shorten(proposal), 110)));
            // "your balance is 20" offers nothing
            let offers = |old: &str| !is_figure_of_theirs(old) || shares(old, &Said::new(proposal));
            let told = match matter.outcome.take() {
                Some((Outcome::Told, old)) if !offers(&old) => old,
                // what was agreed to is another thing than what was told
                Some((Outcome::Told, old)) if agreed(proposal).is_some() && adds(&old, &yes, proposal) => {
                    format!("{old}; {}", lowered(&yes))
                }
                // what was offered says more than the question
                Some((Outcome::Told, old)) if old.len() + 30 < SENTENCE && !old.contains("the customer agreed") => {
                    format!("{old}; the customer agreed")
                }
                Some((Outcome::Told, old)) => old,
                _ => yes,
            };
            matter.outcome = Some((Outcome::Told, told));
        }
        // "Friday at two" "That's fine"
        if let Some((Outcome::Told, text)) = self.matters.last_mut().and_then(|m| m.outcome.as_mut())
            && agrees(whole)
            && whole.words.len() <= 8
            && let Some(taken) = ["Proposed: ", "The agent has ", "The company has "]
                .iter()
                .find_map(|h| text.strip_prefix(h))
                .filter(|t| {
                    let day = text.starts_with("Proposed: ") || answers::offered(&Said::new(t)).is_some();
                    day && !t.contains([';', '"'])
                })
        {
            *text = format!("Agreed: {taken}");
        }
        let declined = self.proposal.take().filter(|_| declines(whole));
        let took_day = self.offered.clone().filter(|_| self.wants_one() && agrees(whole));
        if let (Some(day), Some(matter)) =
            (took_day, self.matters.last_mut().filter(|m| m.wish.is_some() && !m.goes_on()))
        {
            matter.note(day);
        }
        self.declined = declined.or(self.declined.take());
    }
}

/// Is there room for what was agreed to behind what was told, which speaks of something else?
fn adds(old: &str, yes: &str, proposal: &str) -> bool {
    old.chars().count() + yes.chars().count() < SENTENCE - 10
        && !old.contains(['"', ';'])
        && !shares(old, &Said::new(proposal))
        && !yes.contains("the customer said")
}
