//! The Sync log: one run a line, or two where there is little room; only the rows that are seen are drawn.

use unicode_width::UnicodeWidthStr;

use super::canvas::{Canvas, cut};
use super::theme::{Role, Sign};
use crate::app::App;
use crate::app::command::Command;
use crate::app::in_log::detail_rows;
use crate::app::layout::Area;
use crate::app::log::LogView;
use crate::app::msg::LoggedRun;
use crate::app::opened::Opened;
use crate::domain::conversation::Channel;
use crate::domain::run::{Outcome, format_instant};
use crate::domain::words::{rule_in_words, took};

/// The role and the sign of an outcome.
pub(super) fn look(canvas: &Canvas<'_>, outcome: Outcome) -> (Role, &'static str) {
    match outcome {
        Outcome::Created => (Role::Good, "+"),
        Outcome::Updated => (Role::Good, canvas.theme.sign(Sign::Good)),
        Outcome::Unchanged => (Role::Dim, "="),
        Outcome::Skipped => (Role::Doubtful, "-"),
        Outcome::Failed => (Role::Bad, canvas.theme.sign(Sign::Bad)),
    }
}

/// How many runs of the list are seen at once, and how many rows each takes.
fn room(list: Area) -> (usize, u16) {
    let each: u16 = if list.width < 72 { 2 } else { 1 };
    (usize::from((list.height / each).max(1)), each)
}

/// How many runs are above and below those seen; of a long log only those around are held, and `+` says that there are more.
fn beyond(log: &LogView, list: Area) -> String {
    let (room, _) = room(list);
    let top = super::first_line(log.selected, room, log.runs.len());
    let below = log.runs.len().saturating_sub(top + room);
    let held = u64::try_from(log.runs.len() - top.min(log.runs.len())).unwrap_or(u64::MAX);
    let above = match (log.earlier, log.later) {
        (false, _) => top.to_string(),
        // those held are the last ones
        (true, false) => format!("{}{}", log.total.runs.saturating_sub(held), if log.total.or_more { "+" } else { "" }),
        (true, true) => format!("{top}+"),
    };
    let below = match (log.new, log.later) {
        (0, true) => format!("{below}+"),
        (0, false) => below.to_string(),
        // said by itself
        _ => "0".to_owned(),
    };
    let parts = [(above, "above"), (below, "below")].into_iter().filter(|(n, _)| n != "0");
    parts.map(|(n, place)| format!("{n} {place}")).collect::<Vec<_>>().join(", ")
}

/// What is shown of the log in a list of this size, in a frame's title.
pub(super) fn title(app: &App, opened: &Opened, list: Area) -> String {
    let log = &opened.log;
    let list = if live_line(app, log, list, "").is_some() { list.rows(1, list.height) } else { list };
    let mut parts = Vec::new();
    let f = &log.filter;
    let filters = [
        f.outcome.map(|o| o.as_str().to_owned()),
        f.rule.map(|r| r.as_str().to_owned()),
        f.replay.map(|_| "one replay".to_owned()),
        f.conversation.clone(),
        f.search.as_ref().map(|s| format!("\"{s}\"")),
    ];
    let filters: Vec<String> = filters.into_iter().flatten().collect();
    if !filters.is_empty() {
        let more = if log.total.or_more { "+" } else { "" };
        let found = if log.is_searching() { "searching".to_owned() } else { format!("{}{more}", log.total.runs) };
        parts.push(format!("only {}: {found}", filters.join(", ")));
    }
    // how many there are is not known before they are found
    let beyond = if log.is_searching() { String::new() } else { beyond(log, list) };
    if !beyond.is_empty() {
        parts.push(beyond);
    }
    if f.live {
        parts.push("live".into());
    }
    // comes and goes as the cursor moves: last, so that nothing moves along
    if log.following {
        parts.push("follows new runs".into());
    } else if log.new > 0 {
        parts.push(format!("{} new below (f)", log.new));
    }
    if parts.is_empty() { String::new() } else { format!(" {} ", parts.join(", ")) }
}

/// The selected run, explained beside the list.
pub(super) fn explanation(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, frame: Area, area: Area) {
    let run = opened.log.explained_run();
    let rows = detail_rows(&app.explain(run), area);
    let of = run.map_or_else(String::new, |r| format!(" {} ", r.record.conversation));
    let (from, room) = (opened.log.detail.min(rows.len()), usize::from(area.height));
    let mut hint = String::new();
    if rows.len() > room {
        let key = app.keymap().shown(Command::RunDetail);
        let on = if from + room < rows.len() { "reads on" } else { "back to the top" };
        hint = format!("{key} {on} ");
    }
    // the list has its name as well: the key is told whole
    let left = usize::from(frame.width).saturating_sub(9 + hint.width());
    let of = cut(&of, left, canvas.theme.sign(Sign::Cut)).into_owned();
    let title = [(Role::Title, " Run ".to_owned()), (Role::Dim, of), (Role::Dim, hint)];
    canvas.frame(frame, &title, Role::Dim);
    if rows.is_empty() {
        canvas.paragraph(area, 0, Role::Dim, "The decision of the selected run stands here, step by step.");
    }
    for (y, row) in (0..area.height).zip(rows.iter().skip(from)) {
        let role = if y == 0 && from == 0 { Role::Title } else { Role::Text };
        canvas.put(area, 0, y, area.width, role, row);
    }
}

/// What is to be said of live runs over the list, where that has room.
fn live_line(app: &App, log: &LogView, list: Area, dot: &str) -> Option<(bool, String)> {
    app.live_line(log.filter.action.as_deref(), dot).filter(|_| list.height > 3)
}

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area, focused: bool) {
    let log = &opened.log;
    let mut list = area;
    if !app.layout().framed {
        list = area.rows(1, area.height);
        let mut text = title(app, opened, list).trim().to_owned();
        text = if text.is_empty() { "all runs".into() } else { text };
        canvas.put(area, 0, 0, area.width, Role::Dim, &text);
    }
    let dot = canvas.theme.sign(Sign::Dot);
    if let Some((bad, text)) = live_line(app, log, list, dot) {
        let (role, sign) = if bad { (Role::Bad, canvas.theme.sign(Sign::Bad)) } else { (Role::Dim, "") };
        let text = format!("{sign} {text}");
        canvas.put(list, 1, 0, list.width.saturating_sub(2), role, text.trim_start());
        list = list.rows(1, list.height);
    }
    if let Some(trouble) = &log.trouble {
        let text = format!("{} {trouble}", canvas.theme.sign(Sign::Bad));
        canvas.paragraph(list.columns(1, list.width.saturating_sub(2)), 0, Role::Bad, &text);
        return;
    }
    if log.runs.is_empty() {
        let text = match (log.loaded, log.is_filtered()) {
            (false, _) => "reading the log".to_owned(),
            _ if log.is_searching() => "searching the log".to_owned(),
            (true, true) => "No run is like this. x shows all.".to_owned(),
            (true, false) => {
                let what = app.played_in_words();
                match app.world().leaves_to() {
                    Some(host) => format!("No runs yet. r replays {what} on this action; what is said goes to {host}."),
                    None => format!(
                        "No runs yet. r replays {what} on this action; nothing leaves this machine while the account is \
                         the sandbox."
                    ),
                }
            }
        };
        canvas.paragraph(list.columns(1, list.width.saturating_sub(2)), 0, Role::Dim, &text);
        return;
    }
    let (room, each) = room(list);
    let top = super::first_line(log.selected, room, log.runs.len());
    // the day where it is not the same for all: in the order of the log days may come again
    let day = |run: &LoggedRun| run.record.at.as_second().div_euclid(24 * 60 * 60);
    let dated = log.runs.iter().any(|r| day(r) != day(&log.runs[0]));
    for (n, (i, run)) in (0..).zip(log.runs.iter().enumerate().skip(top).take(room)) {
        let selected = log.selected == i;
        line(canvas, list.rows(n * each, each), run, selected, focused, dated);
    }
}

fn line(canvas: &mut Canvas<'_>, area: Area, run: &LoggedRun, selected: bool, focused: bool, dated: bool) {
    let start = super::action::start(canvas, area, 0, selected, focused);
    // the time alone is lit: two addresses at every step are many bytes
    let time = if start == Role::Selected { start } else { Role::Dim };
    let r = &run.record;
    let (role, sign) = look(canvas, r.outcome);
    let instant = format_instant(r.at);
    let at = if dated { format!("{} {}", &instant[5..10], &instant[11..16]) } else { instant[11..19].to_owned() };
    let who_at = if dated { 14 } else { 11 };
    let word = if r.dry_run { format!("({})", r.outcome) } else { r.outcome.to_string() };
    let rule = r.rule.map_or_else(|| r.error.as_ref().map_or("", |e| e.code.as_str()), |r| r.as_str());
    let fields = match r.outcome {
        Outcome::Created | Outcome::Updated if r.changes.len() == 1 => "1 field".to_owned(),
        Outcome::Created | Outcome::Updated => format!("{} fields", r.changes.len()),
        _ => String::new(),
    };
    // runs that were asked for together share what it cost
    let whole = r.requests.fract() == 0.0;
    let requests = if whole { format!("{:.0}", r.requests) } else { format!("{:.2}", r.requests.max(0.01)) };
    let cost = format!("{requests} req {}", took(r));
    let who = r.email.as_deref().unwrap_or("-");
    canvas.put(area, 2, 0, 11, time, &at);
    let channel = run.trace.channel.map_or("", Channel::as_str);
    if area.height == 2 {
        let fits = |gap: &str| 6 + word.width() + gap.len() + rule.width() < usize::from(area.width.saturating_sub(5));
        let gap = if fits("  ") { "  " } else { " " };
        // where an outcome and its rule are too long for it, nothing was changed, and the line above has room
        let beside = if fields.is_empty() && !fits(gap) { channel } else { &fields };
        let start = canvas.put_right(area, 0, 12, Role::Dim, beside);
        canvas.put(area, who_at, 0, start.saturating_sub(who_at + 1), Role::Text, who);
        canvas.put(area, 4, 1, 1, role, sign);
        let end = canvas.pieces(area, 6, 1, &[(role, word.as_str()), (Role::Text, gap), (Role::Text, rule)]);
        if fits(gap) {
            canvas.put_right(area, 1, 5, Role::Dim, channel);
        }
        if area.width > end + 22 {
            canvas.put_right(area.columns(0, area.width - 7), 1, area.width - end - 9, Role::Dim, &cost);
        }
        return;
    }
    // all but the address, and what it cost where there is room for that
    let others = if dated { 65 } else { 62 };
    let with_cost = others + 17;
    let wide = area.width >= with_cost + 18;
    let email = if wide { (area.width - with_cost).min(34) } else { 80 - others };
    canvas.put(area, who_at, 0, 5, Role::Dim, channel);
    canvas.put(area, who_at + 6, 0, email, Role::Text, who);
    let mut x = who_at + 7 + email;
    canvas.put(area, x, 0, 1, role, sign);
    canvas.put(area, x + 2, 0, 11, role, &word);
    x += 14;
    canvas.put(area, x, 0, 20, Role::Text, rule);
    x += 21;
    canvas.put(area, x, 0, 9, Role::Dim, &fields);
    if wide {
        canvas.put_right(area, 0, 16, Role::Dim, &cost);
    }
}

pub(super) fn about(opened: &Opened) -> Option<(Role, String)> {
    let run = &opened.log.run()?.record;
    if let Some(error) = &run.error {
        return Some((Role::Bad, format!("{}: {}", error.code, error.message)));
    }
    let rule = run.rule?;
    let dry = if run.dry_run { ", in brackets: a dry run, nothing was written" } else { "" };
    let (day, words) = (&format_instant(run.at)[..10], rule_in_words(rule));
    Some((Role::Dim, format!("{}: {words}. {day}{dry}", run.conversation)))
}
