//! The agent's fields: the list with what a conversation gives for each, what is to be known of the selected one, and the
//! conversation with the words lit that gave the values.

use super::action::start;
use super::canvas::Canvas;
use super::message;
use super::theme::{Role, Sign};
use crate::app::App;
use crate::app::agent::{AgentScreen, type_in_words};
use crate::app::command::Command;
use crate::app::layout::Area;
use crate::app::trying::{Kind, Row};
use crate::domain::field::AstraField;
use crate::domain::text::one_line;
use crate::domain::tried::{Standing, TriedValue};

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App) {
    let Some(screen) = app.agent_screen() else { return };
    let (plain, layout) = (app.layout(), app.agent_layout());
    header(canvas, app, plain.header);
    canvas.rule(plain.header.below(), 0);
    let (agent, key) = app.agent_as_typed();
    let typed = key.as_deref().and_then(|k| agent.fields.iter().position(|f| f.key == k));
    let at = if app.layers().is_empty() { screen.selected } else { typed.unwrap_or(screen.selected) };
    let beyond = beyond_fields(&agent.fields, at, layout.inside(layout.fields));
    if layout.framed {
        frame(canvas, layout.fields, "Astra fields", &beyond, !screen.reading);
        let (title, note) = trial_title(canvas, app, screen);
        frame(canvas, layout.trial, &title, &note, screen.reading);
    }
    if !layout.fields.is_empty() {
        if !layout.framed {
            let above = plain.header.below().columns(0, layout.fields.x + layout.fields.width);
            super::beyond_on_rule(canvas, above, &beyond);
        }
        list(canvas, app, screen, &agent.fields, at, layout.inside(layout.fields));
    }
    let field = key.as_deref().and_then(|k| agent.field(k));
    if !layout.details.is_empty() {
        let title = field.map_or_else(|| "Create new Astra field".to_owned(), |f| f.label.clone());
        frame(canvas, layout.details, &title, "", false);
        details(canvas, app, field, layout.inside(layout.details));
    }
    if !layout.trial.is_empty() {
        let inside = layout.inside(layout.trial);
        found(canvas, app, screen, field, inside.rows(0, app.found_rows()));
        let title = (!layout.framed).then(|| trial_title(canvas, app, screen));
        if let Some((title, note)) = title {
            let dim = if screen.reading { Role::Focus } else { Role::Dim };
            canvas.pieces(inside, 0, app.found_rows(), &[(dim, title), (Role::Dim, " ".into()), (Role::Dim, note)]);
        }
        let beyond = conversation(canvas, app);
        if layout.framed {
            canvas.put_right(inside.rows(app.found_rows(), 1), 0, inside.width, Role::Dim, &beyond);
        } else {
            let left = layout.trial.x;
            let above = plain.header.below().columns(left, layout.trial.width + 2);
            super::beyond_on_rule(canvas, above, &beyond);
        }
    }
    // beside the details it would be said twice
    let about = layout.details.is_empty().then(|| field.map_or_else(|| NEW.to_owned(), |f| about(app, f)));
    message(canvas, app, about.map(|text| (Role::Dim, text)));
}

const NEW: &str =
    "A field of your own: the agent collects it, it is looked for in every conversation, and every action can map it.";

fn header(canvas: &mut Canvas<'_>, app: &App, area: Area) {
    let trail = canvas.theme.sign(Sign::Trail);
    let above = match app.opened() {
        Some(opened) => opened.editing.action.name.as_str(),
        None => "Action Library",
    };
    let narrow = area.width < 76;
    let x = if narrow {
        1
    } else {
        canvas.pieces(area, 1, 0, &[(Role::Dim, above), (Role::Dim, " "), (Role::Dim, trail), (Role::Dim, " ")])
    };
    canvas.put(area, x, 0, area.width, Role::Title, "Astra fields");
    if let Some(model) = app.world().model_in_words() {
        let role = if app.world().model.as_ref().is_some_and(|m| m.here) { Role::Dim } else { Role::Real };
        let text = format!(" {model} ");
        canvas.put_right(area.columns(0, area.width - 1), 0, area.width.saturating_sub(x + 14), role, &text);
        return;
    }
    let agent = format!("agent {} {}", canvas.theme.sign(Sign::Dot), app.world().agent.name);
    canvas.put_right(area.columns(0, area.width - 1), 0, 40.min(area.width / 2), Role::Dim, &agent);
}

fn frame(canvas: &mut Canvas<'_>, area: Area, title: &str, note: &str, focused: bool) {
    let (line, name) = if focused { (Role::Focus, Role::Focus) } else { (Role::Dim, Role::Title) };
    let mut pieces = vec![(name, format!(" {title} "))];
    if !note.is_empty() {
        pieces.push((Role::Dim, format!("{note} ")));
    }
    canvas.frame(area, &pieces, line);
}

/// Which conversation, and which of how many; the cursor stands before it while keys move in it.
fn trial_title(canvas: &Canvas<'_>, app: &App, screen: &AgentScreen) -> (String, String) {
    let Some(tried) = screen.trial.found() else { return ("Conversation".into(), String::new()) };
    let dot = canvas.theme.sign(Sign::Dot);
    let next = app.keymap().shown(Command::NextTrial);
    let which = match screen.source {
        Some(_) => format!("of your file, {next} next"),
        None => app.example_of().map_or_else(|| "the only one".to_owned(), |of| format!("{of}, {next} next")),
    };
    let old = if screen.trial.is_old() { format!(" {dot} updating") } else { String::new() };
    let sign = if screen.reading { format!("{} ", canvas.theme.sign(Sign::Cursor)) } else { String::new() };
    (format!("{sign}{}", tried.conversation), format!("{} {dot} {which}{old}", tried.channel.as_str()))
}

fn built_in(fields: &[AstraField]) -> usize {
    fields.iter().take_while(|f| f.built_in).count()
}

/// The first line seen of the list. Headings are lines as well: what one stands on is counted with them.
fn first_field_line(fields: &[AstraField], at: usize, area: Area) -> usize {
    let line = if at < built_in(fields) { at + 1 } else { at + 2 };
    super::first_line(line, area.height.into(), fields.len() + 3)
}

/// How many fields are above and below those seen, the line that creates one with them.
fn beyond_fields(fields: &[AstraField], at: usize, area: Area) -> String {
    let (own, top) = (built_in(fields), first_field_line(fields, at, area));
    let fields_to = |line: usize| line - usize::from(line > 0) - usize::from(line > own + 1);
    let (above, end) = (fields_to(top), fields_to((top + usize::from(area.height)).min(fields.len() + 3)));
    super::beyond(above, end - above, fields.len() + 1)
}

/// The fields, each with its value in the conversation and how sure it is.
fn list(canvas: &mut Canvas<'_>, app: &App, screen: &AgentScreen, fields: &[AstraField], at: usize, area: Area) {
    let mapped = |f: &AstraField| app.where_mapped(f).is_some();
    let label = (area.width / 3).clamp(14, 20);
    let kind = if area.width >= 56 { 7 } else { 0 };
    let value_at = 2 + label + 1 + kind;
    let value_room = area.width.saturating_sub(value_at + 8);
    let (own, total) = (built_in(fields), fields.len() + 3);
    let top = first_field_line(fields, at, area);
    for (y, line) in (0..area.height).zip(top..total) {
        if line == 0 || line == own + 1 {
            let (title, right) = if line == 0 { ("Built in", "value") } else { ("Yours", "") };
            canvas.put(area, 0, y, area.width, Role::Title, title);
            canvas.put(area, value_at, y, value_room, Role::Dim, right);
            if line == 0 {
                canvas.put_right(area, y, 10, Role::Dim, "m: mapped");
            }
            continue;
        }
        let i = if line <= own { line - 1 } else { line - 2 };
        let look = start(canvas, area, y, i == at, !screen.reading && app.layers().is_empty());
        let Some(field) = fields.get(i) else {
            canvas.put(area, 2, y, area.width, look, "+ Create new Astra field");
            continue;
        };
        canvas.put(area, 2, y, label, look, &field.label);
        canvas.put(area, 3 + label, y, kind, Role::Dim, type_in_words(field.kind));
        if let Some((value, how)) = App::tried_value(screen, &field.key) {
            let (role, sign, sure) = standing(canvas, how);
            canvas.put(
                area,
                value_at,
                y,
                value_room,
                if sign.is_empty() { Role::Text } else { role },
                &one_line(value),
            );
            let note = area.columns(area.width.saturating_sub(7), 7);
            canvas.put(note, 0, y, 4, role, &sure);
            canvas.put(note, 4, y, 1, role, sign);
        }
        if mapped(field) {
            canvas.put(area, area.width - 1, y, 1, Role::Dim, "m");
        }
    }
}

/// How a value stands: its role, the sign of doubt, how sure it is.
fn standing(canvas: &Canvas<'_>, how: Option<&TriedValue>) -> (Role, &'static str, String) {
    match how {
        Some(v) if v.standing == Standing::InDoubt => (Role::Doubtful, canvas.theme.sign(Sign::Doubtful), percent(v)),
        Some(v) => (Role::Good, "", percent(v)),
        None => (Role::Text, "", String::new()),
    }
}

fn percent(v: &TriedValue) -> String {
    v.sure.map_or_else(String::new, |s| format!("{s:>3}%"))
}

/// What the conversation gives for the selected field, and how sure that is.
fn found(canvas: &mut Canvas<'_>, app: &App, screen: &AgentScreen, field: Option<&AstraField>, area: Area) {
    let Some(answer) = screen.trial.answer() else {
        let text = if app.world().examples.is_empty() { "there is no conversation to try on" } else { "reading" };
        canvas.put(area, 0, 0, area.width, Role::Dim, text);
        return;
    };
    if let Err(why) = answer {
        let text = format!("{} {why}", canvas.theme.sign(Sign::Bad));
        canvas.put(area, 0, 0, area.width, Role::Bad, &text);
        return;
    }
    let Some(field) = field else { return };
    let Some(found) = app.found_in_words() else {
        let sign = canvas.theme.sign(Sign::Off);
        let text = format!("{sign} {}: nothing was found", field.label);
        canvas.put(area, 0, 0, area.width, Role::Dim, &text);
        return;
    };
    let (role, sign) = if found.in_doubt { (Role::Doubtful, Sign::Doubtful) } else { (Role::Good, Sign::Good) };
    canvas.put(area, 0, 0, 1, role, canvas.theme.sign(sign));
    let rest = area.columns(2, area.width);
    if area.height > 1 {
        canvas.paragraph(rest, 0, role, &found.told());
        return;
    }
    let x = canvas.put(rest, 0, 0, rest.width, role, &found.text);
    canvas.put(rest, x + 2, 0, rest.width, Role::Dim, &found.note);
}

/// The conversation; gives in words how many rows of it are not seen.
fn conversation(canvas: &mut Canvas<'_>, app: &App) -> String {
    let area = app.trial_area();
    let (rows, room) = app.trial_rows();
    let top = app.trial_top(&rows, room);
    for (y, row) in (0..room).zip(rows.iter().skip(top)) {
        draw_row(canvas, area, y, row);
    }
    super::beyond(top, room.into(), rows.len())
}

fn draw_row(canvas: &mut Canvas<'_>, area: Area, y: u16, row: &Row) {
    match row.kind {
        Kind::Gap => {
            canvas.put(area, 2, y, area.width, Role::Dim, &row.text);
        }
        Kind::Value { standing, selected } => {
            let (role, sign) = match (standing, selected) {
                (Standing::InDoubt, _) => (Role::Doubtful, Sign::Doubtful),
                (Standing::Captured, _) => (Role::Dim, Sign::Dot),
                (Standing::Used, true) => (Role::Good, Sign::Good),
                (Standing::Used, false) => (Role::Dim, Sign::Good),
            };
            let x = canvas.put(area, 2, y, 1, role, canvas.theme.sign(sign));
            canvas.put(area, 3 + x, y, area.width, if selected { role } else { Role::Dim }, &row.text);
        }
        Kind::Said => {
            let mut x = canvas.put(area, 0, y, area.width, Role::Dim, &row.head);
            let mut at = 0;
            for (range, selected) in &row.lit {
                x += canvas.put(area, x, y, area.width, Role::Text, &row.text[at..range.start]);
                let role = if *selected { Role::Match } else { Role::Key };
                x += canvas.put(area, x, y, area.width, role, &row.text[range.clone()]);
                at = range.end;
            }
            canvas.put(area, x, y, area.width, Role::Text, row.text[at..].trim_end());
        }
    }
}

fn details(canvas: &mut Canvas<'_>, app: &App, field: Option<&AstraField>, area: Area) {
    let Some(field) = field else {
        canvas.paragraph(area, 0, Role::Dim, NEW);
        return;
    };
    let built_in = if field.built_in { ", built in" } else { "" };
    let mut y = 0;
    canvas.pieces(area, 0, y, &[(Role::Dim, "key   "), (Role::Text, field.key.as_str())]);
    y += 1;
    let kind = format!("{}{built_in}", type_in_words(field.kind));
    canvas.pieces(area, 0, y, &[(Role::Dim, "type  "), (Role::Text, kind.as_str())]);
    y += 1;
    let description = if field.description.is_empty() { "no description yet" } else { &field.description };
    y += canvas.paragraph(area.rows(y, 3), 0, Role::Text, description);
    let places = app.where_mapped(field).unwrap_or_else(|| "No action maps it.".into());
    canvas.paragraph(area.rows(y, area.height), 0, Role::Dim, &places);
}

/// A field in a sentence.
fn about(app: &App, field: &AstraField) -> String {
    let mapped = app.where_mapped(field).unwrap_or_else(|| "No action maps it".into());
    let description = field.description.trim();
    let head = format!("{}, {}", field.key, type_in_words(field.kind));
    match description {
        "" => format!("{head}. {mapped}."),
        d if d.ends_with('.') => format!("{head}: {d} {mapped}."),
        d => format!("{head}: {d}. {mapped}."),
    }
}
