//! What came of a matter, as the agent's sentences tell it one after another.
//!
//! Owns which of two outcomes stands. Must not know what is told of it in the end.

use super::super::alike::shares;
use super::super::answers;
use super::super::matter::Matter;
use super::super::number::run_at;
use super::super::outcome::{Outcome, bare_done, denies, is_bare, is_done, is_figure, is_finding, is_yes};
use super::super::retell::{SENTENCE, lowered, skip_interjections, told_by_agent};
use super::super::wish::Wish;
use super::super::words::{Said, listed};
use super::{MATTERS, Story};

impl Story {
    /// What came of the last matter, or of what was asked beside it.
    pub(super) fn came(&mut self, what: Outcome, said: &Said<'_>) {
        // "It is booked. The total is 218 euros."
        let done_now = std::mem::take(&mut self.done_now);
        let figure = what == Outcome::Told && is_figure(said);
        if let Some((Outcome::Done, text)) =
            self.matters.last_mut().filter(|_| done_now && figure).and_then(|m| m.outcome.as_mut())
        {
            let more = lowered(&told_by_agent(said, skip_interjections(said)));
            if text.chars().count() + more.chars().count() < SENTENCE - 10 && !more.contains('"') {
                text.push_str("; ");
                text.push_str(&more);
            }
            return;
        }
        let room = self.matters.len() < MATTERS;
        if let Some(aside) = self.aside.take_if(|aside| room && what == Outcome::Told && shares(aside, said)) {
            self.push(Matter::new(Some(Wish::Question(aside))));
        }
        // what speaks of nothing that the last one speaks of is another matter's, though nobody saw it begin
        let other = self.matters.last().is_some_and(|m| {
            let Some((was, text)) = &m.outcome else { return false };
            // "the customer's balance is 20" stays where other things are told behind it
            // "done" behind what was agreed is of that
            let of_it =
                text.starts_with("Agreed: ") && what == Outcome::Done && is_bare(said, skip_interjections(said));
            let figure = !of_it && what == Outcome::Told && is_figure_of_theirs(text);
            let settled = *was == Outcome::Done || figure && m.is_about(&Said::new(text));
            settled && !of_it && !shares(text, said) && !m.is_about(said)
        });
        if other && (what == Outcome::Told || what == Outcome::Failed && !room) {
            return;
        }
        if self.matters.is_empty() || other && room {
            self.push(Matter::new(None));
        }
        let one = self.wants_one();
        let Some(matter) = self.matters.last_mut() else { return };
        // "We can't see it." says of what came of it before only that something else was asked
        let bare_no = what != Outcome::Done
            && said.words.len() <= 5
            && said.any(&["can't", "cannot", "cant", "couldn't", "don't"])
            && said.words.last().is_some_and(|w| listed("it that", &w.low));
        if bare_no && matter.wish.is_none() && matter.outcome.is_some() {
            return;
        }
        // "The flight is booked. No hotel was booked."
        let denied = what == Outcome::Failed && denies(said, is_done);
        if let Some((Outcome::Done, text)) = matter.outcome.as_mut().filter(|_| denied) {
            let more = lowered(&told_by_agent(said, skip_interjections(said)));
            if text.chars().count() + more.chars().count() < SENTENCE - 10 {
                text.push_str("; ");
                text.push_str(&more);
                return;
            }
        }
        if let Some((Outcome::Told, text)) = matter.outcome.as_mut().filter(|(_, t)| self.answered_now && t == "Yes")
            && what == Outcome::Told
        {
            let more = told_by_agent(said, skip_interjections(said));
            text.push_str(", ");
            text.push_str(&lowered(&more));
            return;
        }
        let goes_on = self.answered_now && what == Outcome::Told && listed("it it's they they're that", said.low(0));
        let asked = match &matter.wish {
            Some(Wish::Question(words)) => Some(words),
            Some(Wish::Do(words)) if matter.is_asked() => Some(words),
            _ => None,
        };
        let knows = !matches!(matter.wish, Some(Wish::Question(_)));
        let short = answers::offered(said).is_some() || asked.is_some();
        let nothing = what == Outcome::Done && said.words.len().saturating_sub(skip_interjections(said)) < 4;
        // "It's 90 euros; the customer agreed", and then "Booked!"
        let bare_now = what == Outcome::Done && is_bare(said, skip_interjections(said));
        let figure = |t: &str| t.bytes().any(|b| b.is_ascii_digit());
        let arranged = bare_now
            && said.words.iter().any(|w| listed("booked scheduled ordered reserved cancelled canceled", &w.low));
        let agreed = |t: &str| {
            arranged && !t.contains(['"', ';'])
                || t.contains("; the customer ") && (bare_now || figure(t) && !figure(said.text) && self.put.is_none())
        };
        let asked_first = matches!(matter.wish, Some(Wish::Question(_)));
        if let Some((told, text)) = matter
            .outcome
            .as_mut()
            .filter(|(told, t)| asked_first && what == Outcome::Done && *told == Outcome::Told && agreed(t))
        {
            let from = skip_interjections(said);
            let done = bare_now.then(|| bare_done(said, from)).flatten().unwrap_or_else(|| told_by_agent(said, from));
            if joins_on(text, &done) {
                text.push_str("; ");
                text.push_str(&lowered(&done));
                *told = Outcome::Done;
                self.done_now = true;
                self.answered_now = true;
                return;
            }
        }
        let better = match (&matter.outcome, what) {
            // "from 20 euros ... sent": the answer says more
            (Some((Outcome::Told, _)), Outcome::Done) if asked.is_some() && is_bare(said, skip_interjections(said)) => {
                false
            }
            (Some((Outcome::Done, _)), Outcome::Done) if nothing => false,
            (None, Outcome::Told) => said.words.len() > 3 || short,
            // the answer to a question, and not what is told behind it
            (Some((Outcome::Told, t)), Outcome::Told)
                if asked.filter(|_| !knows).is_some_and(|q| q.is_ascii() && !shares(q, said)) =>
            {
                std::mem::take(&mut self.answered_now) && t.split_whitespace().count() <= 7
            }
            (None | Some(_), Outcome::Done | Outcome::Failed) => true,
            // what was told last, but not behind something done, nor what says less
            (Some((Outcome::Told, _)), Outcome::Told) => !is_less(said),
            (Some((Outcome::Failed, _)), Outcome::Told) => is_finding(said),
            (Some((Outcome::Done, _)), Outcome::Told) => false,
        };
        if better {
            let answer = asked.is_some() && listed("yes no", said.low(0));
            let from = if answer { 0 } else { skip_interjections(said) };
            let digits = said.text.bytes().any(|b| b.is_ascii_digit());
            let thats = listed("that's thats", said.low(from))
                && said.words.len() <= from + 7
                && !digits
                && answers::offered(said).is_none();
            let bare = what == Outcome::Done
                && (is_bare(said, from) && !digits && !listed("i've it's", said.low(from)) || thats);
            let text = match what {
                Outcome::Told if asked.is_some() && is_yes(said) => "Yes".to_owned(),
                _ => bare.then(|| bare_done(said, from)).flatten().unwrap_or_else(|| told_by_agent(said, from)),
            };
            let text = match self.sent.take_if(|_| text == "It was sent") {
                Some(thing) => format!("The {thing} was sent"),
                None if what == Outcome::Told && is_only_day(said) => format!("Proposed: {}", lowered(&text)),
                None => text,
            };
            // the day or price that was told before stays with what is told behind it
            let text = match &matter.outcome {
                Some((Outcome::Told, old))
                    if asked.is_none() && (keeps(old, what, &text) || goes_on && joins(old, &text)) =>
                {
                    format!("{}; {}", old.split("; ").next().unwrap_or_default(), lowered(&text))
                }
                _ => text,
            };
            // "Booked." says not what
            let known = matter.wish.as_ref().filter(|_| one).map_or("", Wish::text);
            let put = self.put.take_if(|p| what == Outcome::Done && p.done(&text, known).is_some());
            let text = put.as_ref().and_then(|p| p.done(&text, known)).unwrap_or(text);
            self.plan = None;
            self.done_now = what == Outcome::Done;
            matter.given_up = what == Outcome::Done && matter.failed && matter.is_elsewhere(said);
            matter.failed |= what == Outcome::Failed;
            matter.outcome = Some((what, text));
            self.moved();
            if let Some(put) = put {
                let twice = |m: &&mut Matter| m.outcome.as_ref().is_some_and(|(_, t)| t == put.text());
                self.matters.iter_mut().filter(twice).for_each(|m| m.outcome = None);
            }
            self.answered_now = true;
        }
    }
}

impl Story {
    /// What came last takes the place of what says the same of another day or hour.
    fn moved(&mut self) {
        let Some((last, before)) = self.matters.split_last_mut() else { return };
        // "another appointment for my son" is a second one, "another day" is not
        let wished = Said::new(last.wish.as_ref().map_or("", Wish::text));
        let day = |k: usize| listed("day date time hour slot week", wished.low(k));
        let more =
            |k: usize| listed("both also too", wished.low(k)) || listed("another second", wished.low(k)) && !day(k + 1);
        if (0..wished.words.len()).any(more) {
            return;
        }
        let Some(now) = last.outcome.as_ref().filter(|o| is_booked(o)).map(|(_, text)| undated(text)) else { return };
        let same = |o: &(Outcome, String)| is_booked(o) && undated(&o.1) == now;
        before.iter_mut().for_each(|m| m.outcome = m.outcome.take().filter(|o| !same(o)));
    }
}

/// "The customer's table has been booked for Monday": is something arranged?
pub(super) fn is_booked((what, text): &(Outcome, String)) -> bool {
    let said = Said::new(text);
    *what == Outcome::Done && said.words.iter().any(|w| listed("booked reserved scheduled ordered arranged", &w.low))
}

/// The words without days and hours.
fn undated(text: &str) -> Vec<String> {
    let said = Said::new(text);
    let word = |k: &usize| !is_dated(&said, *k);
    (0..said.words.len()).filter(word).map(|k| said.low(k).to_owned()).collect()
}

/// "Friday at two": a day and time, and nothing said of it.
fn is_only_day(said: &Said<'_>) -> bool {
    const NAMED: &str = "monday tuesday wednesday thursday friday saturday sunday today tomorrow am pm noon";
    let named = (0..said.words.len())
        .any(|k| listed(NAMED, said.low(k)) || said.low(k).ends_with("th") && said.low(k).len() > 3);
    named && (2..=8).contains(&said.words.len()) && (0..said.words.len()).all(|k| is_dated(said, k))
}

/// Is word `k` one of those that days and hours are told with?
fn is_dated(said: &Said<'_>, k: usize) -> bool {
    const DAYS: &str = "the on at of in next this or and around monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight \
        noon morning afternoon evening am pm o'clock half past quarter to january february march april may june july august september october \
        november december thirty fifteen ten eleven twelve";
    let low = said.low(k);
    let ordinal = low.len() > 3 && (low.ends_with("th") || listed("first second third", low) || low.ends_with("ieth"));
    listed(DAYS, low) || ordinal || run_at(said, k).is_some()
}

/// Is there room for what was done behind what was agreed?
fn joins_on(old: &str, new: &str) -> bool {
    old.chars().count() + new.chars().count() < SENTENCE - 10 && !new.contains('"')
}

/// Is there room for both in one sentence?
fn joins(old: &str, new: &str) -> bool {
    old.chars().count() + new.chars().count() < SENTENCE - 10 && !old.contains(['"', ';']) && !new.contains('"')
}

/// "No need to return it", "you can call the shop at 555 0100", "see you Friday": told beside the matter.
fn is_less(said: &Said<'_>) -> bool {
    let from = skip_interjections(said);
    let digits = said.text.bytes().filter(u8::is_ascii_digit).count();
    said.has(from, &["no", "need"])
        || said.has(from, &["we'll", "keep", "your"])
        || said.has(from, &["see", "you"])
        || said.has(from, &["you", "can"]) && listed("call reach ring phone text email write", said.low(from + 2))
        || digits >= 7 && said.any(&["call", "phone", "reach", "questions"])
}

/// Does what was told first stay, and `new` join it: a day, a time or a price, of which `new` has no other?
fn keeps(old: &str, what: Outcome, new: &str) -> bool {
    const PRICES: &str = "euro euros dollar dollars pounds rupees sar usd eur gbp francs naira pesos";
    let (was, now) = (Said::new(old), Said::new(new));
    let dated = |said: &Said<'_>| answers::offered(said).is_some();
    let priced =
        |said: &Said<'_>| said.text.contains(['€', '£', '$']) || said.words.iter().any(|w| listed(PRICES, &w.low));
    // "the agent can come on Friday", "Monday or Tuesday": what was only offered is not what was done
    let offered = was.any(&["can", "could", "have", "has", "available", "free", "or", "would", "possible", "opening"]);
    let stays = dated(&was) && !dated(&now) && what != Outcome::Failed && !offered
        || priced(&was) && !priced(&now) && what == Outcome::Told;
    let room = old.chars().count() + new.chars().count() < SENTENCE - 10;
    stays && room && !old.contains('"') && !new.contains('"') && !old.to_lowercase().contains(&new.to_lowercase())
}

/// "The customer's balance is 20"
pub(in super::super) fn is_figure_of_theirs(text: &str) -> bool {
    text.to_lowercase().starts_with("the customer's ") && text.contains(|c: char| c.is_ascii_digit())
}
