//! The screen: reads the app, draws it with ratatui, changes nothing. The same app gives the same cells. Must not know
//! where messages come from nor what effects do.

mod account;
mod action;
mod agent;
pub mod canvas;
mod layers;
mod library;
mod log;
mod mapping;
pub mod picture;
mod plan;
mod replay;
mod review;
mod settings;
mod svg;
pub mod theme;

use std::borrow::Cow;

use ratatui::Frame;

use crate::app::App;
use crate::app::command::Command;
use crate::app::footer::Entry;
use crate::app::layer::Layer;
use crate::app::layout::{self, Area};
use canvas::Canvas;
use theme::{Role, Sign, Theme};

/// How much is told about what the cursor passes, in cells.
const IN_PASSING: usize = 40;

/// Draws the app into the frame's whole area.
pub fn draw(frame: &mut Frame<'_>, app: &App) {
    let theme = Theme { mono: app.options().mono, ascii: app.options().ascii };
    let area = frame.area();
    let screen = Area { x: area.x, y: area.y, width: area.width, height: area.height };
    let mut canvas = Canvas::new(frame.buffer_mut(), theme);
    if layout::too_small(app.size()) {
        too_small(&mut canvas, screen, app);
    } else {
        match app.opened() {
            _ if app.agent_screen().is_some() => agent::draw(&mut canvas, app),
            None => library::draw(&mut canvas, app),
            Some(opened) if opened.review.is_some() => review::draw(&mut canvas, app, opened),
            Some(opened) => action::draw(&mut canvas, app, opened),
        }
        footer(&mut canvas, app);
        layers::draw(&mut canvas, app, screen);
    }
    if let Some(cursor) = canvas.cursor {
        frame.set_cursor_position(cursor);
    }
}

fn too_small(canvas: &mut Canvas<'_>, screen: Area, app: &App) {
    let size = app.size();
    if let Some(question) = app.asks_unseen() {
        canvas.paragraph(screen, 0, Role::Doubtful, &question);
        return;
    }
    let text = format!(
        "astra-zoho needs {}x{} cells; this terminal has {}x{}. Make it larger, or {} quits.",
        layout::SMALLEST.width,
        layout::SMALLEST.height,
        size.width,
        size.height,
        app.keymap().shown(Command::Quit)
    );
    canvas.paragraph(screen, 0, Role::Text, &text);
}

/// The first line shown of a list, so that the selected one is among the `room` lines there are. It goes on by half a
/// page: on a slow line every step of a list that scrolls is all of its lines.
fn first_line(selected: usize, room: usize, total: usize) -> usize {
    let room = room.max(1);
    let step = room.div_ceil(2);
    let top = selected.checked_sub(room).map_or(0, |over| (over / step + 1) * step);
    top.min(total.saturating_sub(room))
}

/// Which lines of a list are seen.
#[derive(Clone, Copy)]
struct Seen {
    /// The first one.
    top: usize,
    /// How many there is room for.
    room: usize,
    /// How many there are.
    total: usize,
}

impl Seen {
    fn beyond(self) -> String {
        beyond(self.top, self.room, self.total)
    }
}

/// How much of a list is above and below the `room` lines shown from `top` on, in words; empty where all of it is seen.
fn beyond(top: usize, room: usize, total: usize) -> String {
    match (top, total.saturating_sub(top + room)) {
        (0, 0) => String::new(),
        (above, 0) => format!("{above} above"),
        (0, below) => format!("{below} below"),
        (above, below) => format!("{above} above, {below} below"),
    }
}

/// The same on a line across, at its end.
fn beyond_on_rule(canvas: &mut Canvas<'_>, rule: Area, beyond: &str) {
    if !beyond.is_empty() {
        let room = rule.columns(0, rule.width.saturating_sub(2));
        canvas.put_right(room, 0, room.width, Role::Dim, &format!(" {beyond} "));
    }
}

/// The commands that fit, in order; the list of all of them always.
fn footer(canvas: &mut Canvas<'_>, app: &App) {
    let area = app.layout().footer;
    let entries = app.shown_footer();
    let width = |e: &Entry| e.key.chars().count() + 1 + e.words.chars().count() + 3;
    let mut room = usize::from(area.width).saturating_sub(1);
    let last = entries.last().filter(|_| app.layers().is_empty());
    room = room.saturating_sub(last.map_or(0, width));
    let mut shown = Vec::new();
    let most = entries.len() - usize::from(last.is_some());
    for entry in &entries[..most] {
        if width(entry) > room {
            break;
        }
        room -= width(entry);
        shown.push(entry);
    }
    shown.extend(last);
    let mut x = 1;
    for Entry { key, words, .. } in shown {
        x = canvas.pieces(area, x, 0, &[(Role::Key, key.as_str()), (Role::Text, " "), (Role::Text, words.as_ref())]);
        x += 3;
    }
}

/// What was said last, or else what is to be said about what is selected.
fn message(canvas: &mut Canvas<'_>, app: &App, about: Option<(Role, String)>) {
    let area = app.layout().message;
    let inside = area.columns(1, area.width.saturating_sub(2));
    let said = app.notice().map(|n| (if n.bad { Role::Bad } else { Role::Text }, n.text.clone()));
    // what the text being typed is about is judged once it is there
    let about = about.filter(|_| !matches!(app.layers().last(), Some(Layer::Text(_))));
    let Some((role, text)) = said.or(about) else { return };
    let sign = match role {
        Role::Bad => canvas.theme.sign(Sign::Bad),
        Role::Doubtful => canvas.theme.sign(Sign::Doubtful),
        _ => "",
    };
    let text = if sign.is_empty() { text } else { format!("{sign} {text}") };
    let text = if app.notice().is_some() { text.into() } else { in_passing(canvas, app, &text) };
    canvas.paragraph(inside, 0, role, &text);
}

/// What is told about a line under the cursor: its beginning while the cursor moves, all of it once it rests. Every step
/// writes it, and lines are slow.
fn in_passing<'t>(canvas: &Canvas<'_>, app: &App, text: &'t str) -> Cow<'t, str> {
    if app.is_moving() { canvas::cut(text, IN_PASSING, canvas.theme.sign(Sign::Cut)) } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::{beyond, first_line};

    #[test]
    fn what_is_not_seen_is_counted() {
        assert_eq!(beyond(0, 5, 5), "");
        assert_eq!(beyond(0, 5, 7), "2 below");
        assert_eq!(beyond(2, 5, 7), "2 above");
        assert_eq!(beyond(1, 5, 7), "1 above, 1 below");
        assert_eq!(beyond(0, 0, 0), "");
    }

    #[test]
    fn the_selected_line_is_always_among_those_shown() {
        for room in 1..9 {
            for total in 1..30 {
                for selected in 0..total {
                    let top = first_line(selected, room, total);
                    assert!((top..top + room).contains(&selected), "{selected} of {total} in {room}: {top}");
                    assert!(top + room <= total.max(room), "no empty line below");
                }
            }
        }
    }
}
