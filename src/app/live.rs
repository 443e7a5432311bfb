//! Live runs on the screen: how they stand in a line, that nobody works them, and what an operator does about those that
//! failed. Must not know where they are kept.

use jiff::Timestamp;

use super::App;
use super::command::{Command, Ready};
use super::effect::{Effect, QueueChange};
use super::layer::{Confirm, Layer, Page, Then};
use super::log::LogView;
use super::msg::{Generation, LastRun, Live, LiveStanding, LiveWorker};
use crate::domain::live::MISSED_MS;
use crate::domain::run::{Outcome, format_instant};
use crate::domain::words::plural;

/// The title of the page that lists what waits.
const WAITING: &str = "Live runs";

impl LiveWorker {
    fn is_gone_at(&self) -> Option<Timestamp> {
        let at = || Timestamp::from_millisecond(self.seen_at.as_millisecond() + MISSED_MS).ok();
        if self.ended { None } else { at() }
    }
}

impl LiveStanding {
    /// How many work, as far as anybody heard.
    pub fn at_work(&self, now: Timestamp) -> usize {
        self.workers.iter().filter(|w| w.is_gone_at().is_some_and(|at| at > now)).count()
    }

    /// When the last worker that is not heard of any more is taken for gone.
    fn gone_at(&self) -> Option<Timestamp> {
        self.workers.iter().filter_map(LiveWorker::is_gone_at).max()
    }

    /// Nobody works, and somebody should: something waits, or the last worker did not end by itself.
    fn missed(&self, now: Timestamp) -> Option<String> {
        let last = self.workers.iter().max_by_key(|w| w.seen_at);
        let died = last.is_some_and(|w| !w.ended);
        if self.at_work(now) > 0 || !(died || self.timers + self.due + self.arriving > 0) {
            return None;
        }
        let since = last.map_or(String::new(), |w| format!(" since {}", hour(w.seen_at)));
        let waiting: Vec<String> = [
            (self.arriving, plural(self.arriving, "event") + " by SQL"),
            (self.timers, plural(self.timers, "conversation")),
            (self.due, plural(self.due, "run")),
        ]
        .into_iter()
        .filter_map(|(n, told)| (n > 0).then_some(told))
        .collect();
        let waits = match waiting.len() {
            0 => "nothing waits yet".to_owned(),
            1 if self.arriving + self.timers + self.due == 1 => format!("{} waits", waiting[0]),
            _ => format!("{} wait", waiting.join(", ")),
        };
        Some(format!("no worker{since}: {waits}; start `astra-zoho run`"))
    }

    /// Workers, timers, what is due, of an action or of all.
    fn line(&self, action: Option<&str>, dot: &str, now: Timestamp) -> String {
        let of = |id: &str| self.actions.iter().find(|a| a.action == id).map_or((0, 0), |a| (a.due, a.failed));
        let (due, failed) = action.map_or((self.due, self.failed), of);
        let mut parts = vec![plural(self.at_work(now), "worker")];
        parts.push(match self.next_timer {
            Some(at) if self.timers > 0 => format!("{}, next {}", plural(self.timers, "timer"), hour(at)),
            _ => plural(self.timers, "timer"),
        });
        let behind = self.oldest.map_or(0, |at| (now.as_second() - at.as_second()).max(0));
        parts.push(match due {
            0 => "0 due".to_owned(),
            n => format!("{n} due, {} behind", lasted(behind)),
        });
        if failed > 0 {
            parts.push(format!("{failed} failed"));
        }
        parts.extend(self.parked.iter().map(|p| format!("{} rests until {}", p.account, hour(p.until))));
        parts.join(&format!(" {dot} "))
    }
}

fn hour(at: Timestamp) -> String {
    format_instant(at)[11..16].to_owned()
}

fn lasted(seconds: i64) -> String {
    match seconds {
        s if s < 120 => format!("{s} s"),
        s if s < 7_200 => format!("{} min", s / 60),
        s if s < 172_800 => format!("{} h", s / 3_600),
        s => format!("{} days", s / 86_400),
    }
}

impl App {
    /// The last run of an action, by whomever.
    pub fn last_run(&self, action: &str) -> Option<LastRun> {
        let live = self.live.as_ref().and_then(|l| l.last_runs.get(action));
        self.world.last_runs.get(action).into_iter().chain(live).max_by_key(|r| r.at).copied()
    }

    /// How live runs stand, in a line, and whether that is bad; `None` where nobody ever ran any.
    pub fn live_line(&self, action: Option<&str>, dot: &str) -> Option<(bool, String)> {
        let live = self.live.as_ref()?;
        let whose = live.database.as_ref().map_or(String::new(), |d| format!(" in {d}"));
        Some(match &live.standing {
            Err(why) => (true, format!("live runs cannot be seen: {why}")),
            Ok(standing) => match standing.missed(self.now) {
                Some(missed) => (true, missed),
                None => (false, format!("live{whose}: {}", standing.line(action, dot, self.now))),
            },
        })
    }

    /// When a worker that is not heard of any more is to be taken for gone.
    pub(super) fn live_deadline(&self) -> Option<Timestamp> {
        self.live.as_ref()?.standing.as_ref().ok()?.gone_at().filter(|at| *at > self.now)
    }

    /// The log of the open action is that of the database's live runs.
    pub(super) fn live_told(&mut self, live: Live, out: &mut Vec<Effect>) {
        let first = self.live.is_none() && live.database.is_some();
        self.live = Some(live);
        if self.layers.iter().any(|layer| matches!(layer, Layer::Page(page) if page.title == WAITING)) {
            self.ask_what_waits(out);
        }
        if first && let Some(opened) = &mut self.opened {
            opened.log.filter.live = true;
            self.reload_log(true, out);
        }
    }

    /// Live runs are kept in a database, and those of replays here.
    pub(super) fn has_two_logs(&self) -> bool {
        self.live.as_ref().is_some_and(|l| l.database.is_some())
    }

    /// Which live runs of an action wait, in a sentence with a blank behind it; empty where none do.
    pub(super) fn live_left(&self, action: &str) -> String {
        let standing = self.live.as_ref().and_then(|l| l.standing.as_ref().ok());
        let of = standing.and_then(|s| s.actions.iter().find(|a| a.action == action));
        let parts: Vec<String> = of.map_or(Vec::new(), |a| {
            let parts = [(a.due, "due"), (a.failed, "failed")];
            parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect()
        });
        if parts.is_empty() { String::new() } else { format!("Of its live runs, {}. ", parts.join(" and ")) }
    }

    /// No run of the log is a live one.
    pub(super) fn shows_replays(&self) -> bool {
        let live = self.opened.as_ref().is_some_and(|o| o.log.filter.live);
        self.live.is_none() || (self.has_two_logs() && !live)
    }

    fn ask_what_waits(&mut self, out: &mut Vec<Effect>) {
        let generation = self.generation();
        self.waiting = Some(generation);
        out.push(Effect::ListWaiting { generation });
    }

    /// What waits was told.
    pub(super) fn waiting_told(&mut self, generation: Generation, result: Result<Vec<String>, String>) {
        if self.waiting.take_if(|asked| *asked == generation).is_none() {
            return;
        }
        match result {
            Ok(lines) => {
                let open = self.layers.iter_mut().find_map(|layer| match layer {
                    Layer::Page(page) if page.title == WAITING => Some(page),
                    _ => None,
                });
                match open {
                    Some(page) => page.lines = lines,
                    None => self.layers.push(Layer::Page(Page { title: WAITING.into(), lines, top: 0 })),
                }
            }
            Err(why) => self.complain(why),
        }
    }

    pub(super) fn ready_live(&self, command: Command) -> Ready {
        use Command as C;
        const NONE: &str = "nobody made live runs here yet: `astra-zoho run` makes them";
        if command == C::ShowLive {
            return Ready::if_or(self.live.is_some(), NONE);
        }
        let Some(opened) = &self.opened else { return Ready::Hidden };
        match command {
            C::OtherLog => Ready::if_or(self.has_two_logs(), "no database keeps live runs: all runs are in this log"),
            _ if self.shows_replays() => {
                let replay = self.keymap.shown(C::Replay);
                Ready::Disabled(format!("it is for live runs, and these are a replay's: {replay} replays again"))
            }
            C::RetryRun | C::DropRun => {
                Ready::if_or(has_failed(&opened.log), "only a run that failed can be tried again, or be dropped")
            }
            _ => Ready::if_or(
                opened.log.counts.0.iter().any(|t| t.outcome == Outcome::Failed),
                "no run of this action failed",
            ),
        }
    }

    pub(super) fn in_live(&mut self, command: Command, out: &mut Vec<Effect>) {
        use Command as C;
        if command == C::ShowLive {
            return self.ask_what_waits(out);
        }
        let Some(opened) = &mut self.opened else { return };
        let filter = opened.log.filter.clone();
        let one = opened.log.run().map(|r| r.place);
        let these =
            if opened.log.is_filtered() { "every failed run that the filter leaves" } else { "every failed run" };
        let ask = |question: &str, detail: String, change| {
            Layer::Confirm(Confirm { question: question.into(), detail, then: Then::Queue(change) })
        };
        match command {
            C::OtherLog => {
                opened.log.filter.live = !filter.live;
                let words = if filter.live { "runs of replays, kept here" } else { "live runs, kept in the database" };
                self.say(format!("the log shows {words}"));
                self.reload_log(true, out);
            }
            C::RetryRun => out.push(Effect::ChangeQueue(QueueChange { retry: true, filter, one })),
            C::RetryFailed => self.layers.push(ask(
                "Try again?",
                format!("{these} is due again, with what was known then, behind what waits for the same address. Where a later conversation of a customer was written meanwhile, older values overwrite it."),
                QueueChange { retry: true, filter, one: None },
            )),
            C::DropRun => self.layers.push(ask(
                "Drop the failed run?",
                "Nobody can try it again; its record stays in the log.".into(),
                QueueChange { retry: false, filter, one },
            )),
            _ => self.layers.push(ask(
                "Drop failed runs?",
                format!("{these} is forgotten: nobody can try it again. The records stay in the log."),
                QueueChange { retry: false, filter, one: None },
            )),
        }
    }
}

fn has_failed(log: &LogView) -> bool {
    log.run().is_some_and(|r| r.record.outcome == Outcome::Failed && !r.record.dry_run)
}
