//! Which runs of a conversation are due by now, and when to look at it again. Pure.
//!
//! Owns what "by now" means while events still come. The moments themselves are `domain::moment`'s, the same that a replay
//! goes by, so that what runs live is what a replay of the same conversation runs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::What;
use crate::domain::action::Action;
use crate::domain::conversation::{Captured, Channel, Conversation, Message};
use crate::domain::moment::{Listen, Moment, moments};
use crate::domain::run::Trigger;

/// A call of which nothing was heard for this long is taken to have ended at its last sign: 30 minutes, in milliseconds.
pub const CALL_SILENCE_MS: i64 = 30 * 60_000;

/// How far an action's runs of a conversation were planned: everything up to it is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// Conversation time, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// The episode's end at that time too.
    pub end: bool,
}

/// A conversation as far as its events came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its id.
    pub id: String,
    /// How they talk.
    pub channel: Channel,
    /// Its events by time, then as they came; times are milliseconds since 1970 UTC.
    pub events: Vec<(i64, What)>,
    /// By action id: how far its runs were planned.
    pub marks: BTreeMap<String, Mark>,
}

/// A run to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// The action's id.
    pub action: String,
    /// When it counts, in conversation time.
    pub at: Timestamp,
    /// What is known then.
    pub moment: Moment,
}

/// What a look at a conversation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The runs that are due, in order of time.
    pub runs: Vec<NewRun>,
    /// How far each action's runs are planned now.
    pub marks: BTreeMap<String, Mark>,
    /// When the next run may be due, in event time; `None`: only an event can make one.
    pub wake: Option<Timestamp>,
}

impl Told {
    /// The conversation that these events make, and whether its source has closed it. `None` where there are none.
    pub fn conversation(&self) -> Option<(Conversation, bool)> {
        let start = self.events.first()?.0;
        let mut out = Conversation {
            id: self.id.clone(),
            channel: self.channel,
            started_at: Timestamp::from_millisecond(start).ok()?,
            messages: Vec::new(),
            attributes: Vec::new(),
            triggers: Vec::new(),
            ended_at_ms: None,
        };
        let mut closed = false;
        for (at, what) in &self.events {
            let at_ms = at - start;
            match what {
                What::Message { role, text } => {
                    out.messages.push(Message { at_ms, role: *role, text: text.clone() });
                }
                What::Attribute { name, value } => {
                    out.attributes.push(Captured { at_ms, name: name.clone(), value: value.clone() });
                }
                What::Trigger => out.triggers.push(at_ms),
                What::CallEnded => {
                    out.ended_at_ms.get_or_insert(at_ms);
                }
                What::ConversationClosed => closed = true,
            }
        }
        out.triggers.dedup();
        Some((out, closed))
    }

    /// The runs of `actions` that are due when everything up to `horizon` is known. `since` says from when on an action
    /// counts; `listen` makes a fresh understanding.
    pub fn plan<L: Listen>(
        &self,
        actions: &[(&Action, Timestamp)],
        horizon: Timestamp,
        listen: impl Fn(&Conversation) -> L,
    ) -> Planned {
        let mut planned = Planned { runs: Vec::new(), marks: self.marks.clone(), wake: None };
        let Some((conversation, closed)) = self.conversation() else { return planned };
        let horizon = horizon.as_millisecond();
        let start = conversation.started_at.as_millisecond();
        for (action, since) in actions {
            let before = self.marks.get(&action.id).copied();
            for moment in moments(&conversation, action, &mut listen(&conversation)) {
                let at_ms = start + moment.at_ms;
                let mark = Mark { at_ms, end: moment.trigger == Trigger::Offline };
                if before.is_some_and(|b| mark <= b) || at_ms < since.as_millisecond() {
                    continue;
                }
                // nobody hung up: the call may still go on
                let open = mark.end && self.channel == Channel::Voice && conversation.ended_at_ms.is_none() && !closed;
                let sure_at = if open { at_ms + CALL_SILENCE_MS } else { at_ms };
                let Ok(at) = Timestamp::from_millisecond(at_ms) else { continue };
                if sure_at > horizon {
                    let wake = Timestamp::from_millisecond(sure_at).ok();
                    planned.wake = planned.wake.into_iter().chain(wake).min();
                    break;
                }
                planned.marks.insert(action.id.clone(), mark);
                planned.runs.push(NewRun { action: action.id.clone(), at, moment });
            }
        }
        planned.runs.sort_by_key(|r| r.at);
        planned
    }
}

/// When an event counts that came when runs up to `settled` were planned: at its own time, or, where that is over, right
/// after it.
pub fn counts_at(at_ms: i64, settled: Option<Mark>) -> i64 {
    match settled {
        Some(mark) if at_ms < mark.at_ms || (at_ms == mark.at_ms && !mark.end) => mark.at_ms + 1,
        _ => at_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::Row;
    use crate::domain::conversation::Role;
    use crate::domain::moment::Deaf;

    const START: &str = "2026-03-02T09:00:00Z";

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(START.parse::<Timestamp>().unwrap().as_millisecond() + ms).unwrap()
    }

    fn told(channel: Channel, events: &[(i64, What)]) -> Told {
        let events = events.iter().map(|(ms, what)| (at(*ms).as_millisecond(), what.clone())).collect();
        Told { id: "c".into(), channel, events, marks: BTreeMap::new() }
    }

    fn hello() -> What {
        What::Message { role: Role::Customer, text: "hello".into() }
    }

    fn captured(name: &str, value: &str) -> What {
        What::Attribute { name: name.into(), value: value.into() }
    }

    fn action(offline_sync: bool) -> Action {
        Action {
            offline_sync,
            mapping: vec![Row::new("Email", "email"), Row::new("Last_Name", "last_name")],
            ..Action::new("a")
        }
    }

    fn planned(told: &Told, action: &Action, horizon: i64) -> (Vec<(i64, Trigger)>, Option<i64>, Planned) {
        let planned = told.plan(&[(action, Timestamp::MIN)], at(horizon), |_| Deaf);
        let ms = |t: Timestamp| t.as_millisecond() - at(0).as_millisecond();
        (planned.runs.iter().map(|r| (ms(r.at), r.moment.trigger)).collect(), planned.wake.map(ms), planned)
    }

    #[test]
    fn each_message_starts_the_ten_minutes_anew() {
        let minute = 60_000;
        let one = told(Channel::Text, &[(0, hello())]);
        let on = action(true);
        assert_eq!(planned(&one, &on, 5 * minute).0, []);
        assert_eq!(planned(&one, &on, 5 * minute).1, Some(10 * minute));
        let mut two = told(Channel::Text, &[(0, hello()), (9 * minute, hello())]);
        assert_eq!(planned(&two, &on, 10 * minute).1, Some(19 * minute));
        let (runs, wake, then) = planned(&two, &on, 19 * minute);
        assert_eq!((runs, wake), (vec![(19 * minute, Trigger::Offline)], None));
        two.marks = then.marks;
        assert_eq!(planned(&two, &on, 60 * minute).0, [], "once");
        two.events.push((at(19 * minute).as_millisecond(), hello()));
        assert_eq!(planned(&two, &on, 29 * minute).0, [(29 * minute, Trigger::Offline)], "the next episode");
    }

    #[test]
    fn during_the_conversation_what_is_known_counts_at_its_time() {
        let events = [
            (0, hello()),
            (1000, captured("email", "a@b.example")),
            (1500, captured("last_name", "B")),
            (2000, hello()),
        ];
        let mut told = told(Channel::Text, &events);
        let off = action(false);
        assert_eq!(planned(&told, &off, 1999).0, []);
        assert_eq!(planned(&told, &off, 1999).1, Some(2000));
        let (runs, wake, then) = planned(&told, &off, 2000);
        assert_eq!((runs, wake), (vec![(2000, Trigger::During)], None), "the end has nothing new to say");
        told.marks = then.marks;
        told.events.push((at(3000).as_millisecond(), captured("email", "c@b.example")));
        assert_eq!(planned(&told, &off, 5000).1, Some(602_000));
        assert_eq!(planned(&told, &off, 602_000).0, [(602_000, Trigger::Offline)]);
    }

    #[test]
    fn a_call_is_over_when_somebody_hangs_up_or_nothing_is_heard_for_long() {
        let open = told(Channel::Voice, &[(0, hello()), (5000, hello())]);
        let on = action(true);
        assert_eq!(planned(&open, &on, 6000).1, Some(5000 + CALL_SILENCE_MS));
        assert_eq!(planned(&open, &on, 5000 + CALL_SILENCE_MS).0, [(5000, Trigger::Offline)]);
        let closed = told(Channel::Voice, &[(0, hello()), (5000, hello()), (7000, What::ConversationClosed)]);
        assert_eq!(planned(&closed, &on, 7000).0, [(5000, Trigger::Offline)]);
        let ended = told(Channel::Voice, &[(0, hello()), (5000, hello()), (6000, What::CallEnded)]);
        assert_eq!(planned(&ended, &on, 6000).0, [(6000, Trigger::Offline)]);
    }

    #[test]
    fn an_action_counts_from_when_it_was_activated() {
        let told = told(Channel::Text, &[(0, hello()), (3_600_000, hello())]);
        let on = action(true);
        let planned = told.plan(&[(&on, at(1_000_000))], at(9_000_000), |_| Deaf);
        assert_eq!(planned.runs.iter().map(|r| r.at).collect::<Vec<_>>(), [at(4_200_000)]);
    }

    #[test]
    fn what_comes_too_late_counts_right_after_what_is_settled() {
        let mark = |end| Some(Mark { at_ms: 100, end });
        assert_eq!(counts_at(50, None), 50);
        assert_eq!(counts_at(50, mark(true)), 101);
        assert_eq!(
            (counts_at(100, mark(false)), counts_at(100, mark(true)), counts_at(101, mark(true))),
            (101, 100, 101)
        );
    }
}
