//! What is told of a conversation that was heard: which of it, and in what order.
//!
//! Owns the choice among matters, outcomes and what is open. Must not know how they were understood.

use super::alike::{shares, telling};
use super::answers;
use super::detail::{beside_address, is_only_data};
use super::matter::Matter;
use super::number::run_at;
use super::order;
use super::outcome::Outcome;
use super::reference::Reference;
use super::retell::{SENTENCE, cut, lowered, refused, sentence, shorten};
use super::sentences::sentences;
use super::stance::is_plea;
use super::summary::{SENTENCES, Story, is_figure_of_theirs};
use super::told::{Told, only_wanted, opened, things, together};
use super::wish::Wish;
use super::words::{Said, is_function, listed};
use crate::domain::conversation::Role;

impl Story {
    /// The sentences, of which there are at most three.
    pub(super) fn tell(&self) -> Vec<String> {
        let open = self.pending();
        let room = SENTENCES.saturating_sub(1 + usize::from(open.is_some())).max(1);
        // two in one sentence, as long as nothing is left out for them
        let outcomes = (room..=2 * room).rev().map(|most| self.outcomes(most)).find(|o| joined(o, room).is_some());
        let outcomes = outcomes.unwrap_or_else(|| self.outcomes(SENTENCES - 1));
        let mut out: Vec<String> = self.wanted(&outcomes).into_iter().collect();
        let unpromised = self.promise.is_none();
        let wanted = out.len();
        if out.is_empty() && outcomes.is_empty() && unpromised && self.asked.is_for_attribute() && self.customer_spoke {
            let asked = things(self.asked, self.asked_birth);
            // "And your name? ... Changed." was about what was asked for
            let done = self.matters.iter().find_map(|m| m.outcome.as_ref().filter(|(what, _)| *what == Outcome::Done));
            out.push(match done {
                Some((_, done)) => sentence(&format!("The agent asked for {asked}. {done}")),
                None => sentence(&format!("No request was made; the agent asked for {asked}")),
            });
        }
        if !self.customer_spoke {
            return out;
        }
        let settled = self.settled.then(|| "The customer said that it is settled.".to_owned());
        if outcomes.is_empty() && self.settled {
            out.extend(settled.clone());
        } else if self.let_be && self.matters.iter().all(|m| m.wish.is_none()) {
            let told = self.taken_back.as_ref().and_then(|m| Told::new(m, &self.matters, &[]));
            let told = told.map(|t| sentence(&format!("{}; the customer took that back", together(&[t]))));
            out.push(told.unwrap_or_else(|| "The customer took the request back.".to_owned()));
        }
        let room = SENTENCES.saturating_sub(out.len() + usize::from(open.is_some())).max(1);
        out.extend(in_room(&outcomes, room));
        if !outcomes.is_empty() && out.len() + usize::from(open.is_some()) < SENTENCES {
            out.extend(settled);
        }
        let room = out.len() + usize::from(open.is_some()) < SENTENCES
            && !out.iter().any(|o| o.starts_with("The agent asked"));
        if let Some(question) = self.declined.as_ref().filter(|_| room) {
            let told = refused(question).map(|t| sentence(&t));
            out.insert(wanted, told.unwrap_or_else(|| quoted("The customer said no to", &cut(question, 110))));
        }
        if let Some(Reference { noun, number }) = &self.reference
            && let Some(first) = out.first_mut()
            && !first.starts_with("No request")
        {
            let known = |text: &str| text.to_lowercase().contains(&number.to_lowercase());
            // "order number five five one two zero" in its digits
            let said = Said::new(first);
            let aloud = (0..said.words.len())
                .find_map(|k| run_at(&said, k).filter(|r| r.digits == *number).map(|r| said.words[k].start..r.to));
            if let Some(aloud) = aloud {
                first.replace_range(aloud, number);
            }
            if !known(first) && !outcomes.iter().any(|o| known(o)) && first.chars().count() < SENTENCE {
                let end = first.trim_end_matches('.').len();
                first.replace_range(end.., &format!(" ({noun} {number})."));
            }
        }
        if let Some(open) = open {
            // what was wanted is not told again as what nobody answered
            let told = matches!(self.open, Some((Role::Customer, _)))
                && out.len() == 1
                && telling(&open).iter().skip(3).all(|w| out[0].to_lowercase().contains(w.as_str()));
            out.push(if told { "Open: the agent has not answered yet.".to_owned() } else { open });
        }
        out.truncate(SENTENCES);
        out
    }

    /// What is open: a question of the customer's before what was promised, and that before what the agent asked.
    fn pending(&self) -> Option<String> {
        let open = self.open.as_ref().filter(|_| self.agent_spoke);
        match (open, &self.promise, &self.request) {
            (Some((Role::Customer, words)), ..) if is_plea(words) => Some(quoted("Open: the customer asked", words)),
            // "we want to sign soon" asks nothing
            (Some((Role::Customer, words)), None, _) => Some(quoted("Open: the customer said", words)),
            (_, Some(promise), request) => {
                let both = request
                    .as_ref()
                    .map(|(r, _)| format!("Open: {}; the customer was asked to {}", lowered(promise), lowered(r)));
                let both = both.filter(|b| b.chars().count() < SENTENCE && !promise.contains('"'));
                Some(sentence(&both.unwrap_or_else(|| format!("Open: {}", lowered(promise)))))
            }
            (_, _, Some((request, _))) => {
                Some(sentence(&format!("Open: the customer was asked to {}", lowered(request))))
            }
            (Some((Role::Agent, words)), ..) => Some(quoted("Open: the agent asked", words)),
            (None, None, None) => {
                let plan = self.plan.as_ref().filter(|_| !self.matters.is_empty() || self.opening.is_some())?;
                // "wanted to visit the bank" says so already
                let known = |w: &String| {
                    self.matters.iter().filter_map(|m| m.wish.as_ref()).any(|m| telling(m.text()).contains(w))
                };
                let new = telling(plan).iter().any(|w| !known(w));
                new.then(|| sentence(&format!("Open: the customer will {}", lowered(plan))))
            }
        }
    }

    /// The matters that are told: a game is none beside business.
    fn told_of(&self) -> impl Iterator<Item = &Matter> {
        let business = self.matters.iter().any(|m| m.wish.is_some() && !m.is_game());
        self.matters.iter().filter(move |m| !business || !m.is_game())
    }

    /// The most telling outcomes, in the order in which they came.
    fn outcomes(&self, most: usize) -> Vec<&str> {
        let mut all: Vec<(usize, Outcome, &str)> = Vec::new();
        let latest = self.matters.iter().rposition(|m| m.outcome.is_some());
        let business = self.told_of().any(|m| m.wish.is_some() && !m.is_game());
        // what came of a game, and not what was told while it went on
        let of_game = |m: &Matter, text: &str| {
            m.is_game()
                && Said::new(text).any(&[
                    "answer",
                    "answers",
                    "answered",
                    "correct",
                    "question",
                    "questions",
                    "score",
                    "right",
                    "wrong",
                ])
        };
        for (i, matter) in self.matters.iter().enumerate() {
            let Some((what, text)) = &matter.outcome else { continue };
            if business && of_game(matter, text) {
                continue;
            }
            // what was said before there was a matter is of none
            let dated = answers::offered(&Said::new(text)).is_some();
            if *what == Outcome::Told
                && !dated
                && matter.wish.is_none()
                && self.matters.iter().any(|m| m.wish.is_some())
            {
                continue;
            }
            // of earlier matters only what can stand alone
            let last = Some(i) == latest;
            let said = Said::new(text);
            // "this" alone, not "this booking"
            let vague = (0..said.words.len()).any(|k| {
                let next = said.low(k + 1);
                // "a taxi that could come at nine"
                let joins = said.low(k) == "that" && k > 0 && !said.breaks(k) && listed("could can will would", next);
                !joins
                    && listed("that this it", said.low(k))
                    && (next.is_empty() || said.breaks(k + 1) || is_function(next))
            });
            // a figure that was asked for
            let figure = *what == Outcome::Told && text.contains(|c: char| c.is_ascii_digit());
            // "the flight is full" of what nobody speaks of any more
            let came_after = |m: &Matter| m.outcome.as_ref().is_some_and(|(w, t)| came_to(*w, t, &said));
            let failed =
                *what == Outcome::Failed && matter.wish.is_some() && !self.matters[i + 1..].iter().any(came_after);
            let asked_for = matter.is_about(&said) || matter.is_checked() && is_figure_of_theirs(text);
            let telling = *what == Outcome::Done || failed || figure && asked_for;
            let nothing =
                text.starts_with("It was ") && !text.contains(';') && matter.wish.is_none() && self.opening.is_none();
            if !nothing && (last || !vague && telling) && !all.iter().any(|(_, _, t)| t == text) {
                all.push((i, *what, text));
            }
        }
        all.sort_by_key(|(i, what, _)| std::cmp::Reverse((*what, *i)));
        all.truncate(most.max(1));
        all.sort_by_key(|(i, ..)| *i);
        all.into_iter().map(|(_, _, text)| text).collect()
    }

    /// What the customer wanted, as one sentence; as much of it as it has room for. What the outcomes say is left to them.
    fn wanted(&self, outcomes: &[&str]) -> Option<String> {
        let mut told: Vec<Told<'_>> = self.told_of().filter_map(|m| Told::new(m, &self.matters, outcomes)).collect();
        if told.is_empty() {
            let long = |d: &&String| {
                !self.agent_spoke
                    || self.remark.is_none() && d.starts_with(['I', 'i', 'w', 'W']) && d.split_whitespace().count() >= 8
            };
            // an email address and nothing beside it
            let reach = |d: &&String| !d.contains('@') || beside_address(&Said::new(d)) > 0;
            return match self.opening.as_ref().or(self.detail.as_ref().filter(long).filter(reach)) {
                Some(opening) if order::counted(opening).is_some() => {
                    order::counted(opening).map(|thing| sentence(&format!("Wanted to get {thing}")))
                }
                Some(opening) if is_only_data(&Said::new(opening)) => None,
                Some(opening) => Some(match opened(opening) {
                    Ok(told) => {
                        let wish = only_wanted(&told).unwrap_or(Wish::Trouble(told));
                        let matter = Matter::new(Some(wish));
                        sentence(&together(&Told::new(&matter, &[], &[]).into_iter().collect::<Vec<_>>()))
                    }
                    Err(words)
                        if words.trim_end().ends_with(['?', '\u{ff1f}', '\u{61f}'])
                            && sentences(words).count() == 1 =>
                    {
                        quoted("Asked", words)
                    }
                    Err(words) => quoted("The customer:", words),
                }),
                None => match self.remark.as_ref()? {
                    (Some(question), answer) => {
                        let (question, answer) = (cut(&shorten(question), 80), cut(&shorten(answer), 80));
                        Some(sentence(&format!("The agent asked \"{question}\"; the customer answered \"{answer}\"")))
                    }
                    (None, answer) => Some(quoted("The customer:", answer)),
                },
            };
        }
        loop {
            let text = together(&told);
            let long = text.chars().count() >= SENTENCE;
            if !long {
                return Some(sentence(&text));
            }
            // what it is about before its details; of several matters the first and the last say most
            if let Some(one) = told.iter_mut().rev().find(|t| !t.answers.is_empty()) {
                one.answers.pop();
            } else if told.len() > 1
                && told.iter_mut().any(|t| matches!(t.wish, Wish::Do(_) | Wish::Ask(_)) && t.shorten())
            {
                continue;
            } else if told.len() > 1 {
                told.remove(if told.len() > 2 { told.len() - 2 } else { 1 });
            } else if told[0].things.pop().is_none() {
                return Some(sentence(&text));
            }
        }
    }
}

fn quoted(who: &str, words: &str) -> String {
    sentence(&format!("{who} \"{}\"", shorten(words)))
}

/// The outcomes in so many sentences: two in one where both are short, else those that came last.
fn in_room(outcomes: &[&str], room: usize) -> Vec<String> {
    let from = (0..outcomes.len()).find(|&from| joined(&outcomes[from..], room).is_some());
    from.and_then(|from| joined(&outcomes[from..], room)).unwrap_or_default()
}

/// All of them in so many sentences; `None` where they are too long for it.
fn joined(outcomes: &[&str], room: usize) -> Option<Vec<String>> {
    let mut all: Vec<String> = outcomes.iter().map(|o| sentence(o)).collect();
    while all.len() > room {
        let length = |k: usize| all[k].chars().count() + all[k + 1].chars().count();
        let whole = |one: &str| one.ends_with('.') && !one.ends_with('…');
        let (_, at) = (0..all.len() - 1)
            .filter(|&k| whole(&all[k]))
            .map(|k| (length(k), k))
            .min()
            .filter(|(n, _)| *n < SENTENCE)?;
        let next = all.remove(at + 1);
        all[at] = format!("{}; {}", all[at].trim_end_matches('.'), lowered(&next));
    }
    Some(all)
}

/// Did what had failed come about in the end: "no viewing at that time", then "the viewing is scheduled"?
fn came_to(what: Outcome, text: &str, failed: &Said<'_>) -> bool {
    what != Outcome::Failed && shares(text, failed)
}
