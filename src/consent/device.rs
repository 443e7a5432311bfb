//! The device flow as a state machine: a code is shown, Zoho is asked from time to time whether it was typed, until it
//! was, was refused, or ended. It holds no secret: whoever carries out its wishes keeps the device code.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// How much longer the interval gets each time Zoho says `slow_down` (RFC 8628, section 3.5).
const SLOWER: Duration = Duration::from_secs(5);

/// A code as people are shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// What to type.
    pub user_code: String,
    /// Where.
    pub address: String,
    /// The same with the code in it, for a QR code.
    pub complete_address: Option<String>,
    /// How long to wait between two polls.
    pub interval: Duration,
    /// How long it can be used.
    pub lives: Duration,
}

/// What came of asking whether the code was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Not yet.
    Pending,
    /// Asked too soon.
    SlowDown,
    /// The user lives in another data centre.
    Elsewhere(Option<String>),
    /// Refused.
    Denied,
    /// The code ended.
    Expired,
    /// Approved: tokens are there.
    Granted,
    /// No answer, or none that helps.
    Failed {
        /// One sentence.
        message: String,
        /// Asking again may help.
        again: bool,
        /// How long the server asked to wait.
        after: Option<Duration>,
    },
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A code came, the one asked for by [`Wish::AskCode`] of this number.
    Code(u32, Code),
    /// None came, and why.
    NoCode(u32, String),
    /// The answer to [`Wish::Poll`] of this number.
    Answer(u32, Answer),
    /// The place that [`Wish::Move`] names cannot be asked, and why.
    CannotMove(String),
    /// The operator wants another code.
    NewCode,
    /// Time passed.
    Time,
}

/// What the machine wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Ask for a code, the one of this number.
    AskCode(u32),
    /// Ask whether the code of this number was typed.
    Poll(u32),
    /// Ask at the accounts server of this data centre from now on.
    Move(Option<String>),
}

/// Where the flow stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// A code was asked for.
    Asking,
    /// A code is shown.
    Waiting {
        /// The code.
        code: Code,
        /// When it ends.
        ends_at: Timestamp,
    },
    /// The code is of no more use, and why; another one can be asked for.
    Ended(String),
    /// Tokens are there.
    Connected,
    /// It cannot go on, and why.
    Failed(String),
}

/// The flow.
#[derive(Debug, Clone)]
pub struct Device {
    state: State,
    number: u32,
    interval: Duration,
    poll_at: Timestamp,
    polling: bool,
    /// An answer was lost, which may have been the one with the tokens.
    lost: bool,
    notice: Option<String>,
}

impl Device {
    /// Begins with asking for a code.
    pub fn begin() -> (Self, Vec<Wish>) {
        let machine = Self {
            state: State::Asking,
            number: 1,
            interval: Duration::ZERO,
            poll_at: Timestamp::UNIX_EPOCH,
            polling: false,
            lost: false,
            notice: None,
        };
        (machine, vec![Wish::AskCode(1)])
    }

    /// Where it stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// A sentence on what is in the way just now; the flow goes on.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// How long the code shown can still be used; zero where none is.
    pub fn left(&self, now: Timestamp) -> SignedDuration {
        match &self.state {
            State::Waiting { ends_at, .. } => ends_at.duration_since(now).max(SignedDuration::ZERO),
            _ => SignedDuration::ZERO,
        }
    }

    /// When it wants to hear of the time next.
    pub fn wakes_at(&self) -> Option<Timestamp> {
        match &self.state {
            State::Waiting { ends_at, .. } if self.polling => Some(*ends_at),
            State::Waiting { ends_at, .. } => Some(self.poll_at.min(*ends_at)),
            _ => None,
        }
    }

    /// Takes what happened; what is to be done about it.
    pub fn update(&mut self, event: Event, now: Timestamp) -> Vec<Wish> {
        match event {
            Event::Code(number, code) if number == self.number && self.state == State::Asking => {
                self.interval = code.interval;
                self.poll_at = after(now, code.interval);
                self.polling = false;
                self.state = State::Waiting { ends_at: after(now, code.lives), code };
                Vec::new()
            }
            Event::NoCode(number, why) if number == self.number && self.state == State::Asking => {
                self.state = State::Failed(why);
                Vec::new()
            }
            // somebody approved: whichever code it was, these are the tokens
            Event::Answer(_, Answer::Granted) => {
                self.state = State::Connected;
                Vec::new()
            }
            Event::Answer(number, answer) if number == self.number => self.answered(answer, now),
            Event::CannotMove(why) => {
                self.state = State::Failed(why);
                Vec::new()
            }
            Event::NewCode if matches!(self.state, State::Waiting { .. } | State::Ended(_)) => {
                self.number += 1;
                self.state = State::Asking;
                self.notice = None;
                (self.polling, self.lost) = (false, false);
                vec![Wish::AskCode(self.number)]
            }
            Event::Time => self.time(now),
            _ => Vec::new(),
        }
    }

    fn time(&mut self, now: Timestamp) -> Vec<Wish> {
        let State::Waiting { ends_at, .. } = &self.state else { return Vec::new() };
        if now >= *ends_at {
            self.state = State::Ended("the code ended before anybody used it".to_owned());
            return Vec::new();
        }
        if self.polling || now < self.poll_at {
            return Vec::new();
        }
        self.polling = true;
        vec![Wish::Poll(self.number)]
    }

    fn answered(&mut self, answer: Answer, now: Timestamp) -> Vec<Wish> {
        if !matches!(self.state, State::Waiting { .. }) {
            return Vec::new();
        }
        self.polling = false;
        self.notice = None;
        let mut wishes = Vec::new();
        let mut wait = self.interval;
        match answer {
            Answer::Pending | Answer::Granted => {}
            Answer::SlowDown => {
                self.interval += SLOWER;
                wait = self.interval;
            }
            Answer::Elsewhere(location) => wishes.push(Wish::Move(location)),
            Answer::Denied => self.state = State::Ended("access was refused on Zoho's page".to_owned()),
            Answer::Expired if self.lost => {
                let why = "Zoho no longer knows the code: an answer that was lost may have used it up, and a new code is needed";
                self.state = State::Ended(why.to_owned());
            }
            Answer::Expired => self.state = State::Ended("the code ended, or is no longer known to Zoho".to_owned()),
            Answer::Failed { message, again: true, after } => {
                self.lost = true;
                wait = wait.max(after.unwrap_or_default());
                // what to do is done here already
                let what = message.rsplit_once("; ").map_or(message.as_str(), |(what, _)| what);
                self.notice = Some(format!("{what}; asking again by itself"));
            }
            Answer::Failed { message, again: false, .. } => self.state = State::Failed(message),
        }
        self.poll_at = after(now, wait);
        wishes
    }
}

fn after(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait).ok().and_then(|w| now.checked_add(w).ok()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn code() -> Code {
        Code {
            user_code: "ABCDEFGHIJ".into(),
            address: "https://accounts.zoho.eu/oauth/v3/device".into(),
            complete_address: None,
            interval: Duration::from_secs(30),
            lives: Duration::from_secs(300),
        }
    }

    fn waiting() -> Device {
        let (mut device, wishes) = Device::begin();
        assert_eq!(wishes, [Wish::AskCode(1)]);
        assert_eq!(device.update(Event::Code(1, code()), at(0)), []);
        device
    }

    #[test]
    fn it_polls_at_the_interval_until_it_is_approved() {
        let mut device = waiting();
        assert_eq!(device.wakes_at(), Some(at(30)));
        assert_eq!(device.update(Event::Time, at(29)), []);
        assert_eq!(device.update(Event::Time, at(30)), [Wish::Poll(1)]);
        assert_eq!(device.update(Event::Time, at(31)), [], "one at a time");
        assert_eq!(device.update(Event::Answer(1, Answer::Pending), at(32)), []);
        assert_eq!(device.update(Event::Time, at(61)), []);
        assert_eq!(device.update(Event::Time, at(62)), [Wish::Poll(1)]);
        device.update(Event::Answer(1, Answer::SlowDown), at(62));
        assert_eq!(device.wakes_at(), Some(at(97)), "five seconds slower");
        device.update(Event::Time, at(97));
        assert_eq!(
            device.update(Event::Answer(1, Answer::Elsewhere(Some("eu".into()))), at(97)),
            [Wish::Move(Some("eu".into()))]
        );
        assert_eq!(device.update(Event::Time, at(132)), [Wish::Poll(1)]);
        device.update(Event::Answer(1, Answer::Granted), at(133));
        assert_eq!((device.state(), device.wakes_at()), (&State::Connected, None));
    }

    #[test]
    fn it_ends_refused_or_unused_and_another_code_can_be_had() {
        for (event, when, why) in [
            (Event::Answer(1, Answer::Denied), 30, "refused"),
            (Event::Answer(1, Answer::Expired), 30, "ended"),
            (Event::Time, 300, "ended before anybody"),
        ] {
            let mut device = waiting();
            device.update(Event::Time, at(30));
            device.update(event, at(when));
            assert!(matches!(device.state(), State::Ended(w) if w.contains(why)), "{:?}", device.state());
            assert_eq!(device.update(Event::NewCode, at(301)), [Wish::AskCode(2)]);
            assert_eq!(device.update(Event::Code(1, code()), at(302)), [], "the first one's answer is late");
            assert_eq!(device.state(), &State::Asking);
            device.update(Event::Code(2, code()), at(302));
            assert_eq!(device.left(at(303)).as_secs(), 299);
            device.update(Event::Answer(1, Answer::Denied), at(304));
            assert!(matches!(device.state(), State::Waiting { .. }), "the first one's answer is late");
        }
    }

    #[test]
    fn trouble_on_the_way_is_told_and_passes() {
        let mut device = waiting();
        device.update(Event::Time, at(30));
        let after = Some(Duration::from_secs(60));
        device.update(
            Event::Answer(1, Answer::Failed { message: "no line; try later".into(), again: true, after }),
            at(30),
        );
        assert_eq!((device.notice(), device.wakes_at()), (Some("no line; asking again by itself"), Some(at(90))));
        device.update(Event::Time, at(90));
        device.update(Event::Answer(1, Answer::Pending), at(90));
        assert_eq!(device.notice(), None);
        let wrong = Answer::Failed { message: "wrong secret".into(), again: false, after: None };
        device.update(Event::Answer(1, wrong), at(91));
        assert_eq!(device.state(), &State::Failed("wrong secret".into()));
    }

    proptest! {
        #[test]
        fn two_polls_are_never_closer_than_the_interval(steps in prop::collection::vec((0..7u8, 0..40i64), 1..200)) {
            let (mut device, _) = Device::begin();
            let (mut now, mut last, mut number) = (0, None::<i64>, 1);
            let mut interval = 30;
            device.update(Event::Code(1, code()), at(0));
            for (what, seconds) in steps {
                now += seconds;
                let event = match what {
                    0 => Event::NewCode,
                    1 => Event::Answer(number, Answer::Pending),
                    2 => Event::Answer(number, Answer::SlowDown),
                    3 => Event::Answer(number, Answer::Elsewhere(None)),
                    4 => Event::Code(number, code()),
                    _ => Event::Time,
                };
                for wish in device.update(event, at(now)) {
                    match wish {
                        Wish::AskCode(n) => { number = n; last = None; interval = 30 }
                        Wish::Poll(n) => {
                            prop_assert_eq!(n, number);
                            prop_assert!(last.is_none_or(|l| now - l >= interval), "{:?} {}", last, now);
                            last = Some(now);
                        }
                        Wish::Move(_) => {}
                    }
                }
            }
        }
    }
}
