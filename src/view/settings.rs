//! The third pane: the two permissions, what they come to for each state of a contact, and, while they are changed and not
//! saved, what that would have meant for the runs of the log: at every size, if need be in words over a list that scrolls.

use super::action::start;
use super::canvas::Canvas;
use super::theme::Role;
use super::{Seen, first_line};
use crate::app::App;
use crate::app::command::Command;
use crate::app::edit::wrap;
use crate::app::layout::{Area, Pane};
use crate::app::opened::Opened;
use crate::app::settings::{Forecast, Met, counted_in_words, played_in_words};
use crate::domain::words::rule_in_words;

/// The rows of the permissions themselves.
const TOGGLES: u16 = 2;

/// What stands where, from the top: the permissions, the forecast in words, the list's head, the list, the forecast as a
/// table.
struct Rows {
    /// The forecast in words; empty where there is none, or a table of it.
    words: Vec<String>,
    head: u16,
    list: Seen,
    /// Where the forecast's table begins.
    table: Option<u16>,
}

fn rows(opened: &Opened, area: Area) -> Rows {
    let total = opened.cases().len();
    let lines = u16::try_from(total).unwrap_or(u16::MAX);
    let left = |used: u16| area.height.saturating_sub(used);
    let forecast = opened.forecast();
    let (mut words, mut table) = (Vec::new(), None);
    // a blank row over the head
    let mut head = TOGGLES + u16::from(left(TOGGLES + 1) > lines);
    if let Some(forecast) = &forecast {
        let needed = u16::try_from(1 + forecast.lines().len()).unwrap_or(u16::MAX);
        let used = TOGGLES + 2 + lines;
        if left(used) >= needed {
            table = Some(used + u16::from(left(used) > needed));
        } else {
            let text = format!("not saved: {}", forecast.moved());
            let room = usize::from(area.width.saturating_sub(3)).max(1);
            words = wrap(&text, room).into_iter().map(|r| text[r].trim().to_owned()).collect();
            // the head and a line of the list stay
            words.truncate(usize::from(left(TOGGLES + 2)));
            head = TOGGLES + u16::try_from(words.len()).unwrap_or(u16::MAX);
        }
    }
    let room = usize::from(left(head + 1));
    let selected = opened.selected[Pane::Settings as usize].saturating_sub(usize::from(TOGGLES));
    let top = first_line(selected, room, total);
    Rows { words, head, list: Seen { top, room, total }, table }
}

/// Which lines of the list are seen.
pub(super) fn seen(opened: &Opened, area: Area) -> Seen {
    rows(opened, area).list
}

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area, focused: bool) {
    let action = &opened.editing.action;
    let at = opened.selected[Pane::Settings as usize];
    let toggles = [
        (action.contacts.create_and_update_new, "Allow creating and updating new contacts"),
        (action.contacts.update_existing, "Allow updating existing fields"),
    ];
    for (y, (on, title)) in (0..).zip(toggles) {
        let role = start(canvas, area, y, at == usize::from(y), focused);
        canvas.put(area, 2, y, 3, role, if on { "[x]" } else { "[ ]" });
        canvas.put(area, 6, y, area.width, Role::Text, title);
    }
    let Rows { words, head, list, table } = rows(opened, area);
    for (y, line) in (TOGGLES..).zip(&words) {
        canvas.put(area, 2, y, area.width, Role::Doubtful, line);
    }
    let (then, runs) = (21, area.width.min(60).saturating_sub(6));
    let header = area.rows(head, 1);
    canvas.put(header, 2, 0, 18, Role::Dim, "contact");
    canvas.put(header, then, 0, 14, Role::Dim, "then");
    canvas.put_right(header.columns(0, runs + 4), 0, 18, Role::Dim, counted_in_words(&opened.hindsight.made));
    // beside the log, the case of the run that the cursor rested on
    let run = if app.layout().framed { opened.log.explained_run() } else { opened.log.run() };
    let shown = opened.cases().into_iter().enumerate().skip(list.top).take(list.room);
    for (y, (i, case)) in (head + 1..).zip(shown) {
        let role = start(canvas, area, y, at == i + usize::from(TOGGLES), focused);
        let is_lit = run.is_some_and(|r| case.met.holds(r));
        let look = if is_lit && role == Role::Text { Role::Focus } else { role };
        canvas.put(area, 2, y, 18, look, case.contact);
        canvas.put(area, then, y, runs.saturating_sub(then + 1), Role::Text, case.then);
        let n = opened.hindsight.those(case.met).count();
        let role = if n > 0 { Role::Text } else { Role::Dim };
        canvas.put_right(area.columns(0, runs + 4), y, 8, role, &n.to_string());
    }
    if let (Some(forecast), Some(y)) = (opened.forecast(), table) {
        otherwise(canvas, &forecast, area.rows(y, area.height));
    }
}

/// What the toggles, changed and not saved, would have meant.
fn otherwise(canvas: &mut Canvas<'_>, forecast: &Forecast, area: Area) {
    canvas.put(area, 2, 0, area.width, Role::Doubtful, &format!("not saved: {}", forecast.title()));
    for (y, (effect, runs, moves)) in (1..).zip(forecast.lines()) {
        let role = if moves { Role::Text } else { Role::Dim };
        canvas.put(area, 2, y, 18, role, effect);
        canvas.put(area, 21, y, 20, role, &runs);
    }
}

/// What is to be said about the line under the cursor.
pub(super) fn about(app: &App, opened: &Opened) -> Option<(Role, String)> {
    let line = opened.selected[Pane::Settings as usize];
    let key = app.keymap().shown(Command::ListDiffering);
    if let Some(forecast) = opened.forecast().filter(|_| line < usize::from(TOGGLES)) {
        let runs = played_in_words(&opened.hindsight.made);
        let judged = match (forecast.different, forecast.unknown) {
            (0, 0) => "none would differ".to_owned(),
            (0, n) if n == forecast.all() => format!("none can be told: {key} says why"),
            (0, n) => format!("{n} cannot be told ({key} says why); no other would differ"),
            (n, 0) => format!("{n} would differ: {key} lists them with why"),
            (n, untold) => format!("{n} would differ and {untold} cannot be told: {key} lists them with why"),
        };
        return Some((Role::Doubtful, format!("Not saved. Of {runs}, each with what it found then, {judged}.")));
    }
    let on = opened.editing.action.contacts;
    let text = match line {
        0 if !on.create_and_update_new => {
            "Off: no contact is created, and one that was created through Astra is treated like any other."
        }
        0 => "A run may create a contact where none has the address, and update those that were created through Astra.",
        1 if !on.update_existing => {
            "Off: of contacts that others made a run writes only the fields fed by the summary."
        }
        1 => "A run may change every mapped field of contacts that others made.",
        line => {
            let case = opened.cases().get(line - usize::from(TOGGLES)).copied()?;
            let of = played_in_words(&opened.hindsight.made);
            let runs = match opened.hindsight.those(case.met).count() {
                0 if opened.hindsight.made.runs.is_empty() => "No run was made yet.".to_owned(),
                0 => format!("None of {of} met this."),
                n => format!("{n} of {of} met this: Enter shows them."),
            };
            let text = match case.met {
                Met::Seen(_, rule) => format!("{rule}: {}. {runs}", rule_in_words(rule)),
                Met::Failed => format!("A run that failed may not have found out who is in Zoho. {runs}"),
                Met::NotKept => format!("What these runs found was not kept by the version that made them. {runs}"),
            };
            return Some((Role::Dim, text));
        }
    };
    Some((Role::Dim, text.into()))
}
