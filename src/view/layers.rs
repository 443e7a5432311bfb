//! What lies over the screen: questions, pickers, texts being typed, forms, texts to read. Small, for slow lines.

use unicode_width::UnicodeWidthStr;

use super::canvas::Canvas;
use super::theme::{Role, Sign};
use crate::app::App;
use crate::app::command::Command;
use crate::app::edit::{Editor, wrap};
use crate::app::form::{Form, Input};
use crate::app::layer::{Becomes, Confirm, Layer, Page, Pick, Picker, Text};
use crate::app::layout::{self, Area};
use crate::app::opened::LONGEST_INTENT;
use crate::domain::words::counted;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, screen: Area) {
    // below the header, above the message: what a layer is about stays in sight
    let room = screen.rows(1, screen.height.saturating_sub(4));
    let Some(layer) = app.layers().last() else { return };
    match layer {
        Layer::Confirm(confirm) => question(canvas, app, confirm, room),
        Layer::Picker(picker) => list(canvas, picker, room, app),
        Layer::Text(text) => typing(canvas, text, room, app),
        Layer::Form(form) => {
            let rows = u16::try_from(form.lines.len()).unwrap_or(u16::MAX);
            let own = app.agent_screen().map(|_| app.agent_layout().form).filter(|a| !a.is_empty());
            let outer = own.unwrap_or_else(|| room.centred(74.min(room.width), rows.saturating_add(5)));
            form_lines(canvas, form, outer, app);
        }
        Layer::Page(page) => reading(canvas, page, room, app),
        Layer::Plan(top) => super::plan::layer(canvas, app, room, *top),
    }
}

pub(super) fn framed(canvas: &mut Canvas<'_>, area: Area, title: &str, note: &str) -> Area {
    let mut pieces = vec![(Role::Focus, format!(" {title} "))];
    if !note.is_empty() {
        pieces.push((Role::Dim, format!("{note} ")));
    }
    canvas.frame(area, &pieces, Role::Focus);
    let inside = area.inner();
    inside.columns(1, inside.width.saturating_sub(2))
}

fn question(canvas: &mut Canvas<'_>, app: &App, confirm: &Confirm, room: Area) {
    let width = 64.min(room.width);
    let rows = wrap(&confirm.detail, usize::from(width).saturating_sub(4)).len();
    let inside = framed(canvas, room.centred(width, 4 + u16::try_from(rows).unwrap_or(8)), &confirm.question, "");
    let used = canvas.paragraph(inside, 0, Role::Text, &confirm.detail);
    let mut x = 0;
    for entry in app.footer() {
        x = canvas.pieces(inside, x, used + 1, &[(Role::Key, entry.key), (Role::Text, format!(" {}   ", entry.words))]);
    }
}

fn list(canvas: &mut Canvas<'_>, picker: &Picker, room: Area, app: &App) {
    let places = matches!(picker.pick, Pick::Places(_));
    let finding = places || matches!(picker.pick, Pick::Finding(_));
    let contest = matches!(picker.pick, Pick::Conflict | Pick::FieldConflict(_) | Pick::Unsaved);
    let wide = picker.pick == Pick::Command || finding || contest;
    let width = room.width.saturating_sub(2).min(if wide { 96 } else { 66 });
    let way = matches!(picker.pick, Pick::Way(_));
    let foot: u16 = match picker.pick {
        _ if finding || way || contest => 3,
        Pick::Command => 2,
        _ => 1,
    };
    let height = u16::try_from(picker.items.len() + 3 + usize::from(foot))
        .unwrap_or(u16::MAX)
        .min(room.height)
        .min(if wide { u16::MAX } else { 22 });
    let of = picker.items.iter().filter(|i| picker.lists(i)).count();
    let rows = usize::from(height.saturating_sub(2 + foot + 1));
    let top = super::first_line(picker.selected, rows, picker.hits.len());
    let beyond = super::beyond(top, rows, picker.hits.len());
    // what a long file holds beyond them is not listed
    let first = if picker.is_cut() { "the first " } else { "" };
    let note = [format!("{} of {first}{of}", picker.found()), beyond].into_iter().filter(|t| !t.is_empty());
    let note = note.collect::<Vec<_>>().join(", ");
    let inside = framed(canvas, room.centred(width, height), &picker.title, &note);
    let prompt = canvas.pieces(inside, 0, 0, &[(Role::Dim, "> ")]);
    one_line(canvas, inside.columns(prompt, inside.width), 0, &picker.query);
    let last = inside.height.saturating_sub(foot);
    let label = if finding {
        24.min(inside.width / 3)
    } else if contest {
        let longest = picker.items.iter().map(|i| i.label.width()).max().unwrap_or(0);
        u16::try_from(longest).unwrap_or(u16::MAX).min(inside.width * 2 / 5)
    } else if way {
        inside.width.saturating_sub(3)
    } else if wide {
        inside.width / 2
    } else {
        (inside.width / 2).min(30)
    };
    for (y, (i, hit)) in (1..last).zip(picker.hits.iter().enumerate().skip(top)) {
        let item = &picker.items[hit.index];
        let selected = i == picker.selected;
        // a long title has what its key leaves
        let label = if picker.pick == Pick::Command && item.reason.is_none() {
            let most = usize::from(inside.width).saturating_sub(3 + item.note.width());
            u16::try_from(item.label.width().min(most)).unwrap_or(u16::MAX).max(label)
        } else {
            label
        };
        let look = super::action::start(canvas, inside, y, selected, true);
        let look = if look == Role::Text && (item.reason.is_some() || item.mapped) { Role::Dim } else { look };
        if item.creates {
            let query = picker.query.text();
            if places {
                let sign = canvas.theme.sign(Sign::Good);
                canvas.pieces(inside, 2, y, &[(look, sign), (look, " "), (look, item.label.as_str())]);
                continue;
            }
            let text = if query.is_empty() { item.label.clone() } else { format!("{} \"{query}\"", item.label) };
            canvas.pieces(inside, 2, y, &[(look, "+ "), (look, text.as_str())]);
            continue;
        }
        if let Some((name, _)) = item.label.split_once(':').filter(|_| way) {
            // its name alone is lit: two sentences at every step are many bytes
            canvas.lit(inside, (2, y), label, (Role::Text, Role::Match), &item.label, &hit.label);
            canvas.lit(inside, (2, y), label, (look, Role::Match), name, &hit.label);
            continue;
        }
        canvas.lit(inside, (2, y), label, (look, Role::Match), &item.label, &hit.label);
        let x = label + 3;
        let room = inside.width.saturating_sub(x);
        match &item.reason {
            Some(reason) if picker.pick == Pick::Command => {
                let used = canvas.put(inside, x, y, 12, Role::Dim, &item.note);
                let text = format!("{} {reason}", canvas.theme.sign(Sign::Bad));
                let gap = if used > 0 { used + 1 } else { 0 };
                canvas.put(inside, x + gap, y, room.saturating_sub(gap), Role::Dim, &text);
            }
            Some(reason) => {
                let sign = if item.mapped { Sign::Good } else { Sign::Bad };
                let text = format!("{} {reason}", canvas.theme.sign(sign));
                canvas.put(inside, x, y, room, Role::Dim, &text);
            }
            None if item.mapped => {
                let used = canvas.put(inside, x, y, room.saturating_sub(8), Role::Dim, &item.note);
                canvas.put(inside, x + used + 2, y, 6, Role::Dim, "mapped");
            }
            None if hit.label.is_empty() && !hit.name.is_empty() && !wide => {
                canvas.lit(inside, (x, y), room, (Role::Dim, Role::Match), &item.key, &hit.name);
            }
            None => {
                canvas.put(
                    inside,
                    x,
                    y,
                    room,
                    if picker.pick == Pick::Command { Role::Key } else { Role::Dim },
                    &item.note,
                );
            }
        }
    }
    if picker.hits.is_empty() {
        let key = app.keymap().shown(Command::ShowReasons);
        let text = match picker.pick {
            Pick::Zoho(_) if !picker.with_reasons && picker.unlisted() > 0 => {
                format!("no field with these letters can be mapped; {key} tells why")
            }
            _ => "nothing has these letters in this order".to_owned(),
        };
        canvas.put(inside, 2, 1, inside.width, Role::Dim, &text);
    }
    let hint = match &picker.pick {
        Pick::Finding(_) | Pick::Way(_) | Pick::Places(_) => picker.item().map(|i| i.help.clone()),
        Pick::Conflict | Pick::FieldConflict(_) | Pick::Unsaved => {
            picker.item().map(|i| i.help.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        Pick::Command => picker.item().map(|i| {
            let text = i.reason.as_ref().unwrap_or(&i.help).trim_end_matches('.');
            format!("{text}. In config.toml: {}", i.key)
        }),
        Pick::Zoho(_) if picker.unlisted() > 0 => {
            let key = app.keymap().shown(Command::ShowReasons);
            let what = if picker.with_reasons {
                "hides the fields that cannot be mapped"
            } else {
                "shows why fields are missing"
            };
            Some(format!("{key} {what}"))
        }
        _ => None,
    };
    let hint = hint.unwrap_or_default();
    let hint = super::in_passing(canvas, app, &hint);
    canvas.paragraph(inside.rows(last, foot), 0, Role::Dim, &hint);
}

fn typing(canvas: &mut Canvas<'_>, text: &Text, room: Area, app: &App) {
    let width = app.text_width();
    let lines = if text.several_lines { wrap(text.editor.text(), width) } else { Vec::new() };
    let outer = u16::try_from(width + 4).unwrap_or(u16::MAX);
    let height = if text.several_lines {
        u16::try_from(lines.len()).unwrap_or(u16::MAX).clamp(6, room.height.saturating_sub(4).max(6))
    } else {
        1
    };
    let length = text.editor.text().chars().count();
    let note = match text.becomes {
        Becomes::Intent if length >= LONGEST_INTENT - LONGEST_INTENT / 10 => {
            format!("{} of {} characters", counted(length), counted(LONGEST_INTENT))
        }
        _ => String::new(),
    };
    let inside = framed(canvas, room.centred(outer, height + 4), text.title, &note);
    let area = inside.rows(0, inside.height.saturating_sub(2));
    if text.several_lines {
        let (row, column) = text.editor.position(width);
        let top = (row + 1).saturating_sub(area.height.into());
        for (y, range) in (0..area.height).zip(lines.iter().skip(top)) {
            // a space that hangs over is no reason to cut the word before it
            canvas.put(area, 0, y, area.width, Role::Text, text.editor.text()[range.clone()].trim_end_matches(' '));
        }
        canvas.point(area, column, row - top);
    } else {
        one_line(canvas, area, 0, &text.editor);
    }
    // the blank row above is the hint's where one is not enough
    let rows = u16::try_from(wrap(text.hint, inside.width.into()).len()).unwrap_or(1).clamp(1, 2);
    canvas.paragraph(inside.rows(inside.height.saturating_sub(rows), rows), 0, Role::Dim, text.hint);
}

/// A line being typed, scrolled so that the cursor is seen.
fn one_line(canvas: &mut Canvas<'_>, area: Area, y: u16, editor: &Editor) {
    let (text, cursor) = (editor.text(), editor.cursor());
    let width = usize::from(area.width).saturating_sub(1);
    let mut from = 0;
    while text[from..cursor].width() > width {
        from += text[from..].chars().next().map_or(1, char::len_utf8);
    }
    let role = if editor.is_selected() { Role::Selected } else { Role::Input };
    canvas.put(area, 0, y, area.width, role, &text[from..]);
    canvas.point(area, text[from..cursor].width(), y.into());
}

/// A list with more in it is not stepped through.
const FEW: usize = 5;

fn form_lines(canvas: &mut Canvas<'_>, form: &Form, outer: Area, app: &App) {
    let rows = usize::from(outer.height.saturating_sub(4));
    let top = (form.focus + 1).saturating_sub(rows);
    let inside = framed(canvas, outer, &form.title, &super::beyond(top, rows, form.lines.len()));
    let area = inside.rows(0, inside.height.saturating_sub(2));
    for (y, (i, line)) in (0..area.height).zip(form.lines.iter().enumerate().skip(top)) {
        let focused = i == form.focus;
        let look = super::action::start(canvas, area, y, focused, true);
        let look = if look == Role::Selected { Role::Focus } else { look };
        canvas.put(area, 2, y, 14, look, &line.label);
        let field = area.columns(17, area.width.saturating_sub(19));
        match &line.input {
            Input::Text(editor) if focused => one_line(canvas, field, y, editor),
            Input::Text(editor) => {
                canvas.put(field, 0, y, field.width, Role::Text, editor.text());
            }
            Input::Choice { .. } => {
                let value = line.input.value();
                let text = if focused { format!("< {value} >") } else { format!("  {value}") };
                let used =
                    canvas.put(field, 0, y, field.width, if focused { Role::Selected } else { Role::Text }, &text);
                if focused && !form.finding.is_empty() {
                    canvas.pieces(field, used + 2, y, &[(Role::Dim, "typed: "), (Role::Input, form.finding.as_str())]);
                }
            }
        }
        if line.error.is_some() {
            canvas.put(area, area.width - 1, y, 1, Role::Doubtful, canvas.theme.sign(Sign::Doubtful));
        }
    }
    let at = inside.rows(inside.height.saturating_sub(2), 2);
    if let Some(line) = form.lines.get(form.focus) {
        let (role, text) = match &line.error {
            Some(error) => (Role::Doubtful, format!("{} {error}", canvas.theme.sign(Sign::Doubtful))),
            None => match &line.input {
                Input::Choice { options, .. } if options.len() > FEW => {
                    (Role::Dim, format!("{}; letters find one", line.hint))
                }
                _ => (Role::Dim, line.hint.clone()),
            },
        };
        let text = super::in_passing(canvas, app, &text);
        canvas.paragraph(at, 0, role, &text);
    }
}

fn reading(canvas: &mut Canvas<'_>, page: &Page, room: Area, app: &App) {
    let (width, cells, most) = layout::reading(app.size(), 0);
    let rows_of = |lines: &[String]| lines.iter().map(|l| wrap(l, cells).len().max(1)).sum::<usize>();
    let height = u16::try_from(rows_of(&page.lines)).unwrap_or(u16::MAX).min(most) + 2;
    let below = rows_of(&page.lines[page.top.min(page.lines.len())..]) > usize::from(height.saturating_sub(2));
    let inside = framed(canvas, room.centred(width, height), &page.title, &reads_on(app, below, page.top > 0));
    let mut y = 0;
    for line in page.lines.iter().skip(page.top) {
        if y >= inside.height {
            break;
        }
        y += canvas.paragraph(inside, y, Role::Text, line).max(1);
    }
}

/// The key that shows more of a text, where there is more.
pub(super) fn reads_on(app: &App, below: bool, above: bool) -> String {
    let keys = app.keymap();
    match (below, above) {
        (true, _) => format!("{} reads on", keys.shown(Command::MoveDown)),
        (false, true) => format!("{} goes back", keys.shown(Command::MoveUp)),
        (false, false) => String::new(),
    }
}
