//! The plan for the example conversation: in a box of its own, under the mapper's rows, or as a layer over the screen.

use super::canvas::Canvas;
use super::layers::{framed, reads_on};
use super::log::look;
use super::theme::{Role, Sign};
use crate::app::App;
use crate::app::command::Command;
use crate::app::edit::wrap;
use crate::app::layout::{self, Area, PLAN_INDENT as INDENT};
use crate::app::opened::Opened;
use crate::app::plan::{Kind, Line};

/// What it is for, and which of how many; said to be old while another one is made.
fn title(app: &App, opened: &Opened, dot: &str) -> (String, String) {
    let of = app.example().map_or_else(String::new, |e| format!(" for {}", e.id));
    let next = app.keymap().shown(Command::Example);
    let more = app.example_of().map_or_else(String::new, |of| format!("{of}, {next} next"));
    let old = match opened.plan.answer() {
        Some(_) if opened.plan.is_old() => format!(" {dot} updating"),
        _ => String::new(),
    };
    (format!("Plan{of} (dry run)"), format!("{more}{old}"))
}

pub(super) fn boxed(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area) {
    if area.is_empty() {
        return;
    }
    let (title, note) = title(app, opened, canvas.theme.sign(Sign::Dot));
    canvas.frame(area, &[(Role::Title, format!(" {title} ")), (Role::Dim, format!("{note} "))], Role::Dim);
    let inside = area.inner();
    rows(canvas, inside.columns(1, inside.width.saturating_sub(2)), &app.plan_lines(), &key(app));
}

pub(super) fn under_rows(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area) {
    let (title, note) = title(app, opened, canvas.theme.sign(Sign::Dot));
    canvas.pieces(area, 2, 0, &[(Role::Title, title), (Role::Text, "  ".into()), (Role::Dim, note)]);
    let inside = area.columns(2, area.width.saturating_sub(4)).rows(1, area.height);
    rows(canvas, inside, &app.plan_lines(), &key(app));
}

fn key(app: &App) -> String {
    app.keymap().shown(Command::ShowPlan)
}

/// Every line whole where there is room; otherwise at least a row for each, and the last one says how many there are below, and the
/// key that shows them.
pub(super) fn rows(canvas: &mut Canvas<'_>, area: Area, lines: &[Line], key: &str) {
    let room = usize::from(area.height);
    if lines.len() == 1 || rows_of(lines, usize::from(area.width.saturating_sub(INDENT))) <= room {
        return whole(canvas, area, lines);
    }
    let shown = if lines.len() > room { room.saturating_sub(1) } else { lines.len() };
    // the rows that are left go to the first lines that have no room in one
    let (mut y, mut spare) = (0, room.saturating_sub(lines.len()));
    for line in &lines[..shown] {
        let more = (rows_of(std::slice::from_ref(line), usize::from(area.width.saturating_sub(INDENT))) - 1).min(spare);
        spare -= more;
        let (x, role) = head(canvas, area, y, line);
        let tall = 1 + u16::try_from(more).unwrap_or(0);
        match more {
            0 => drop(canvas.put(area, x, y, area.width, role, &line.text)),
            _ => drop(canvas.paragraph(area.columns(x, area.width).rows(y, tall), 0, role, &line.text)),
        }
        y += tall;
    }
    if shown < lines.len() && area.height > 0 {
        let text = format!("{} more lines ({key})", lines.len() - shown);
        canvas.put(area, INDENT, area.height - 1, area.width, Role::Dim, &text);
    }
}

/// How many rows lines take, broken between words, where each has so many cells.
fn rows_of(lines: &[Line], cells: usize) -> usize {
    lines.iter().map(|l| wrap(&l.text, cells).len().max(1)).sum()
}

/// Each line as a paragraph, as far as there is room.
fn whole(canvas: &mut Canvas<'_>, area: Area, lines: &[Line]) {
    let mut y = 0;
    for line in lines {
        if y >= area.height {
            break;
        }
        let (x, role) = head(canvas, area, y, line);
        y += canvas.paragraph(area.columns(x, area.width), y, role, &line.text).max(1);
    }
}

/// A line's sign; gives where its text begins, and its role.
fn head(canvas: &mut Canvas<'_>, area: Area, y: u16, line: &Line) -> (u16, Role) {
    match line.kind {
        Kind::Outcome(outcome) => {
            let (role, sign) = look(canvas, outcome);
            (canvas.put(area, 0, y, 1, role, sign) + 1, Role::Text)
        }
        Kind::Change => (INDENT, Role::Text),
        Kind::Beside | Kind::Note => (INDENT, Role::Dim),
        Kind::Wrong => {
            let sign = canvas.theme.sign(Sign::Bad);
            (canvas.put(area, 0, y, 1, Role::Bad, sign) + 1, Role::Bad)
        }
    }
}

pub(super) fn layer(canvas: &mut Canvas<'_>, app: &App, room: Area, top: usize) {
    let Some(opened) = app.opened() else { return };
    let lines = app.plan_lines();
    let (width, cells, most) = layout::reading(app.size(), INDENT);
    let height = u16::try_from(rows_of(&lines, cells)).unwrap_or(u16::MAX).min(most) + 2;
    let below = rows_of(&lines[top.min(lines.len())..], cells) > usize::from(height.saturating_sub(2));
    let (title, note) = title(app, opened, canvas.theme.sign(Sign::Dot));
    let note = [note, reads_on(app, below, top > 0)].into_iter().filter(|t| !t.is_empty());
    let note = note.collect::<Vec<_>>().join(", ");
    let inside = framed(canvas, room.centred(width, height), &title, &note);
    whole(canvas, inside, &lines[top.min(lines.len())..]);
}
