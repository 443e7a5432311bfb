//! A replay under way: the clock, what was said in the conversation, the episodes that wait for their end, and what came
//! of the runs so far.

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::canvas::{Canvas, cut};
use super::theme::{Role, Sign};
use crate::app::layout::Area;
use crate::app::msg::{Ended, Timer};
use crate::app::opened::Opened;
use crate::app::playing::{Playing, Stage, pace_in_words};
use crate::domain::conversation::{Channel, Role as Speaker};
use crate::domain::run::{Outcome, format_instant};

/// How wide the list of what waits is, where it has a place beside the messages.
const WAITING: u16 = 44;

/// `close`: the key that takes it off the screen once it is over.
pub(super) fn draw(canvas: &mut Canvas<'_>, playing: &Playing, opened: &Opened, area: Area, close: &str) {
    if area.is_empty() {
        return;
    }
    let used = head(canvas, playing, opened, area);
    let closes = format!(" {close} closes ");
    if !playing.is_on() && usize::from(area.width.saturating_sub(used + 2)) >= closes.width() {
        let rule = area.columns(0, area.width.saturating_sub(1));
        canvas.put_right(rule, 0, rule.width, Role::Dim, &closes);
    }
    let inside = area.columns(1, area.width.saturating_sub(2));
    let mut messages = inside.rows(1, area.height.saturating_sub(2));
    let beside = inside.width >= 2 * WAITING && !playing.timers.is_empty();
    if beside {
        let list = messages.columns(messages.width - WAITING, WAITING);
        messages = messages.columns(0, messages.width - WAITING - 1);
        waiting(canvas, playing, list);
    }
    let mut y = 0;
    for why in reasons(playing) {
        y += canvas.paragraph(messages.rows(y, messages.height), 0, Role::Bad, why);
    }
    messages = messages.rows(y, messages.height);
    let heard: Vec<_> = playing.conversation().collect();
    let skip = heard.len().saturating_sub(messages.height.into());
    for (y, heard) in (0..).zip(&heard[skip..]) {
        let who = if heard.role == Speaker::Customer { "customer" } else { "agent   " };
        let end = canvas.pieces(messages, 0, y, &[(Role::Key, who), (Role::Text, " ")]);
        canvas.put(messages, end, y, messages.width.saturating_sub(end), Role::Text, &heard.text);
    }
    let last = area.height.saturating_sub(1);
    let counts = Outcome::ALL.iter().filter(|o| playing.came_out(**o) > 0);
    let counts: Vec<String> = counts.map(|o| format!("{} {o}", playing.came_out(*o))).collect();
    let would = if playing.dry_run && !counts.is_empty() { "would be: " } else { "" };
    let used = canvas.put(inside, 0, last, inside.width, Role::Text, &format!("{would}{}", counts.join(", ")));
    if !beside && let (Some(first), Some(now)) = (playing.timers.first(), playing.clock) {
        let more = playing.timers.len() as u64 - 1 + playing.more_timers;
        let more = if more > 0 { format!(", {more} more") } else { String::new() };
        let room = inside.width.saturating_sub(used + 2);
        canvas.put_right(inside, last, room, Role::Dim, &format!("{}{more}", ends(first, now)));
    }
}

/// Why it was refused, or could not go on: each whole, below the head.
fn reasons(playing: &Playing) -> &[String] {
    match &playing.stage {
        Stage::Over(Ended::Failed(why)) => std::slice::from_ref(why),
        Stage::Refused(why) => why,
        _ => &[],
    }
}

/// How it stands; gives the column behind it.
fn head(canvas: &mut Canvas<'_>, playing: &Playing, opened: &Opened, area: Area) -> u16 {
    canvas.rule(area, 0);
    let (dot, cut_mark) = (canvas.theme.sign(Sign::Dot), canvas.theme.sign(Sign::Cut));
    let (role, stage) = match &playing.stage {
        Stage::Planning => (Role::Dim, "Replay is being planned".to_owned()),
        Stage::Running => (Role::Good, format!("Replay {}", pace_in_words(playing.pace))),
        Stage::Paused => (Role::Doubtful, format!("Replay paused {}", pace_in_words(playing.pace))),
        Stage::Over(Ended::Finished) => (Role::Good, "Replay finished".into()),
        Stage::Over(Ended::Stopped) => (Role::Doubtful, "Replay stopped".into()),
        Stage::Over(Ended::Failed(_)) => (Role::Bad, format!("{} Replay failed", canvas.theme.sign(Sign::Bad))),
        Stage::Refused(_) => (Role::Bad, format!("{} Replay refused", canvas.theme.sign(Sign::Bad))),
    };
    let mut facts = vec![(role, format!(" {stage} "))];
    let mut fact = |role, text: String| facts.push((role, format!("{dot} {text} ")));
    let other = Some(&playing.asked.action).filter(|a| a.id != opened.editing.action.id);
    if let Some(other) = other {
        fact(Role::Doubtful, format!("of {}", cut(&other.name, 24, cut_mark)));
    }
    if playing.dry_run {
        fact(Role::Text, "dry run".into());
    }
    // the other action's name has its place in a narrow line
    if let Some(clock) = playing.clock.filter(|_| other.is_none() || area.width >= 100) {
        fact(Role::Text, format_instant(clock)[11..19].to_owned());
    }
    if playing.due > 0 {
        fact(Role::Text, format!("{} of {} runs", playing.done(), playing.due));
    }
    match playing.unusable {
        0 => {}
        1 => fact(Role::Doubtful, "1 line passed over".into()),
        n => fact(Role::Doubtful, format!("{n} lines passed over")),
    }
    if let Some(heard) = playing.heard.back() {
        // its place is never cut off: its name gives way
        let place = format!(", {} of {}", heard.nth, playing.conversations);
        let used: usize = facts.iter().map(|(_, text)| text.width()).sum();
        let room = usize::from(area.width).saturating_sub(used + place.width() + 5);
        let id = cut(&heard.conversation, room.max(4), cut_mark);
        facts.push((Role::Text, format!("{dot} {id}{place} ")));
    }
    canvas.pieces(area, 1, 0, &facts)
}

/// When an episode ends: a text's by silence, counted down; a call's when somebody hangs up.
fn ends(timer: &Timer, now: Timestamp) -> String {
    let id = &timer.conversation;
    if timer.channel == Channel::Voice {
        return format!("{id} ends with the call");
    }
    let left = timer.at.duration_since(now).as_secs().max(0);
    format!("{id} ends if silent in {:02}:{:02}", left / 60, left % 60)
}

/// All that waits for its end, or as many as there is room for.
fn waiting(canvas: &mut Canvas<'_>, playing: &Playing, area: Area) {
    let Some(now) = playing.clock else { return };
    let all = playing.timers.len() as u64 + playing.more_timers;
    let room = u64::from(area.height);
    let rows = if all > room { area.height.saturating_sub(1) } else { area.height };
    let mut listed = 0;
    for (y, timer) in (0..rows).zip(&playing.timers) {
        canvas.put(area, 0, y, area.width, Role::Dim, &ends(timer, now));
        listed = y + 1;
    }
    if all > listed.into() {
        canvas.put(area, 0, listed, area.width, Role::Dim, &format!("{} more", all - u64::from(listed)));
    }
}
