//! How a wish is taken in among the customer's matters, and taken back.
//!
//! Owns which matters there are. Must not know how a wish is understood, nor what came of it.

use super::super::alike::{same, telling};
use super::super::answers::Answer;
use super::super::matter::{DETAILS, Matter, REACHED};
use super::super::order;
use super::super::outcome::Outcome;
use super::super::told::{only_wanted, opened};
use super::super::wish::Wish;
use super::super::words::{Said, listed};
use super::{MATTERS, Story};

impl Story {
    /// What was wished for last and came to nothing yet is wanted no more; was there such a wish?
    pub(super) fn let_go(&mut self) -> bool {
        let before = self.matters.len();
        // "I can cancel it for you" is nothing that came of it
        let open = |m: &mut Matter| {
            m.outcome.is_none()
                || matches!(m.wish, Some(Wish::Do(_) | Wish::Ask(_)))
                    && !m.is_asked()
                    && matches!(m.outcome, Some((Outcome::Told, _)))
        };
        while let Some(matter) = self.matters.pop_if(open) {
            self.taken_back = Some(matter);
        }
        let wished = self.matters.len() < before;
        if self.matters.is_empty() {
            (self.opening, self.remark) = (None, None);
        }
        wished
    }

    /// Takes back what speaks of a thing that is not wanted, and says what was answered about it.
    pub(super) fn take_back(&mut self, thing: &str) -> Vec<Answer> {
        let speaks = |m: &Matter| {
            let text = m.wish.as_ref().map(|w| w.text().to_lowercase()).unwrap_or_default();
            m.outcome.is_none() && text.split(|c: char| !c.is_alphanumeric()).any(|w| w == thing)
        };
        let carried = self.matters.iter().filter(|m| speaks(m)).flat_map(|m| m.answers.clone()).collect();
        self.matters.retain(|m| !speaks(m));
        carried
    }

    /// Takes a wish in, unless it is known; `invited`: it was asked for.
    pub(super) fn want(&mut self, wish: Wish, invited: bool) {
        if order::is_order_itself(&wish) && self.matters.iter().any(Matter::is_order) {
            return;
        }
        // "wait, I'd rather transfer 5000"
        let open = self.matters.last_mut().filter(|m| m.outcome.is_none()).and_then(|m| m.wish.as_mut());
        if let Some((open, put_right)) = open.and_then(|o| o.with_number_of(&wish).map(|w| (o, w))) {
            *open = put_right;
            return;
        }
        // "actually, make it Saturday"
        if let Wish::Ask(text) | Wish::Do(text) = &wish
            && let Some(other) = ["make it ", "make that "].iter().find_map(|h| text.strip_prefix(h))
            && let Some(open) = self.matters.last_mut().filter(|m| m.outcome.is_none()).and_then(|m| m.wish.as_mut())
            && let Some(put_right) = open.with_other(other)
        {
            *open = put_right;
            return;
        }
        let wish = self.in_full(wish);
        let wishes = self.matters.iter().filter_map(|m| m.wish.as_ref());
        // what happened comes before what is wanted, or not at all
        let aside = matches!(wish, Wish::Trouble(_) | Wish::Question(_)) && wishes.clone().count() > 0 && !invited;
        // "my screen is cracked, is this covered?"
        let about_it = matches!(&wish, Wish::Question(q) if q.to_lowercase().starts_with("is this "));
        let first = matches!(&self.matters[..], [Matter { wish: Some(Wish::Trouble(_)), outcome: None, .. }]);
        // "I'm calling about the lamp. It flickers."
        let of_it = matches!(&wish, Wish::Trouble(t) if !t.bytes().any(|b| b.is_ascii_digit()))
            && matches!(&self.matters[..], [Matter { wish: Some(Wish::About(_)), outcome: None, .. }]);
        let aside = aside && !(about_it && first) && !of_it;
        if aside {
            if let Wish::Question(words) = wish
                && telling(&words).len() > 1
            {
                self.aside = Some(words);
            }
            return;
        }
        if let Some(known) = self.matters.iter_mut().find(|m| m.wish.as_ref().is_some_and(|w| same(w, &wish))) {
            // the same in more words
            let kind = known.wish.as_ref().map(std::mem::discriminant) == Some(std::mem::discriminant(&wish));
            let grows = known.wish.as_ref().is_some_and(|w| telling(w.text()).len() < telling(wish.text()).len());
            let verb = |w: &Wish| w.text().split(' ').next().map(str::to_owned);
            let kind = kind && known.wish.as_ref().is_some_and(|w| verb(w) == verb(&wish));
            let topic = matches!(known.wish, Some(Wish::About(_)));
            if known.outcome.is_none()
                && (kind && grows && matches!(wish, Wish::Do(_)) || topic && matches!(wish, Wish::Do(_) | Wish::Ask(_)))
            {
                known.wish = Some(wish);
            }
            return;
        }
        // what was told first is not lost for what is asked by the way
        let by_the_way = match &wish {
            Wish::Question(_) | Wish::About(_) => true,
            Wish::Ask(text) => listed(REACHED, text.split(' ').next().unwrap_or_default()),
            _ => false,
        };
        if by_the_way && self.matters.iter().all(|m| m.wish.is_none()) {
            let opening = self.opening.as_deref().filter(|o| {
                let first = o.split_whitespace().next().unwrap_or_default().to_lowercase();
                listed("someone somebody there my our", &first)
                    || matches!(wish, Wish::Ask(_)) && listed("i we", &first) && o.split_whitespace().count() >= 8
            });
            let told = opening.and_then(|o| opened(o).ok());
            if let Some(told) = told.filter(|t| !same(&Wish::Trouble(t.clone()), &wish)) {
                self.push(Matter::new(Some(Wish::Trouble(told))));
            }
        }
        self.push(Matter::new(Some(wish)));
    }

    /// "check Friday in New York" behind a question about the weather: it is the weather again.
    fn in_full(&self, wish: Wish) -> Wish {
        const DAYS: &str = "monday tuesday wednesday thursday friday saturday sunday today tomorrow";
        let (Wish::Do(text) | Wish::Ask(text)) = &wish else { return wish };
        let Some(rest) = text.strip_prefix("check ") else { return wish };
        let first = rest.split_whitespace().next().unwrap_or_default().to_lowercase();
        let day = listed(DAYS, &first);
        // "check for a flight" speaks of something else
        let place = |w: &str| w.starts_with(char::is_uppercase) || listed(DAYS, &w.to_lowercase());
        let only = rest.split_whitespace().all(|w| place(w) || listed("in for on and the", &w.to_lowercase()));
        let named = rest.split_whitespace().any(place);
        if !(day || listed("in for on", &first)) || !(only && named && self.weather) {
            return wish;
        }
        let joint = if day && !listed("today tomorrow", &first) { "on " } else { "" };
        let full = format!("check the weather {joint}{rest}");
        if matches!(wish, Wish::Do(_)) { Wish::Do(full) } else { Wish::Ask(full) }
    }

    pub(super) fn push(&mut self, mut matter: Matter) {
        if let Some(Wish::Trouble(told)) = &matter.wish
            && let Some(wanted) = only_wanted(told)
        {
            matter.wish = Some(wanted);
        }
        if self.matters.len() == MATTERS {
            if matter.is_game() {
                return;
            }
            let at = self.matters.iter().position(Matter::is_game).unwrap_or(MATTERS - 1);
            self.matters.remove(at);
        }
        self.matters.push(matter);
    }

    /// One more thing of an order, or one less.
    pub(super) fn takes_thing(&mut self, said: &Said<'_>) -> bool {
        let Some(matter) = self.matters.iter_mut().rev().find(|m| m.is_order()) else { return false };
        if order::takes_back(said) {
            let before = matter.things.len();
            matter.things.retain(|t| !order::speaks_of(said, t));
            if matter.things.len() < before {
                return true;
            }
            // "cancel the coke", which was the first thing: the next takes its place
            let first = matter.wish.as_ref().is_some_and(|w| order::speaks_of(said, w.text()));
            if !first || matter.outcome.is_some() || !said.any(&["cancel", "remove", "delete", "drop"]) {
                return false;
            }
            if !matter.things.is_empty() {
                matter.wish = Some(Wish::Do(format!("get {}", matter.things.remove(0))));
                return true;
            }
            let at = self.matters.iter().rposition(Matter::is_order);
            self.taken_back = at.map(|at| self.matters.remove(at));
            self.let_be = true;
            if self.matters.is_empty() {
                (self.opening, self.remark) = (None, None);
            }
            return true;
        }
        let Some(thing) = order::thing(said) else { return false };
        let known = matter.wish.as_ref().is_some_and(|w| w.text().to_lowercase().contains(&thing.to_lowercase()));
        if !known && !matter.things.contains(&thing) && matter.things.len() < DETAILS {
            matter.things.push(thing);
        }
        true
    }
}
