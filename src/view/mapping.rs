//! The mapper: Zoho field, its type, the Astra field that feeds it, what the example conversation would put there.

use unicode_width::UnicodeWidthStr;

use super::action::start;
use super::canvas::Canvas;
use super::theme::{Role, Sign};
use super::{Seen, plan};
use crate::app::App;
use crate::app::command::Command;
use crate::app::layout::{Area, Pane};
use crate::app::mapping::{Mark, RowView};
use crate::app::opened::{Opened, Side};
use crate::domain::metadata::ago;
use crate::domain::words::plural;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area, focused: bool) {
    let theme = canvas.theme;
    let account = &opened.editing.action.account;
    let world = app.world();
    let at = opened.selected[Pane::Mapping as usize];
    // the columns: mark, Zoho field, type, arrow, Astra field, example, status. What they do not need the example has
    let most = if area.width >= 76 { 20 } else { 16 };
    let needed = |least: usize, of: fn(&RowView) -> &str, most: u16| {
        let cells = opened.rows.iter().map(|r| of(r).width()).fold(least, usize::max);
        u16::try_from(cells).unwrap_or(u16::MAX).min(most)
    };
    let name = needed(10, |r| &r.zoho, most);
    let kind = if area.width >= 64 { needed(4, |r| &r.kind, 12) } else { 0 };
    let astra = 4 + name + 1 + kind + 3;
    let fed = needed(11, |r| &r.astra, most - 1) + 1;
    let example = astra + fed;
    let rest = area.width.saturating_sub(example + 4);
    canvas.put(area, 4, 0, name, Role::Dim, "Zoho field");
    canvas.put(area, 5 + name, 0, kind, Role::Dim, "type");
    canvas.put(area, astra, 0, fed, Role::Dim, "Astra field");
    let title = app.example().map_or_else(|| "example".to_owned(), |e| format!("in {}", e.id));
    canvas.put(area, example, 0, rest, Role::Dim, &title);
    let Seen { top, room, total } = seen(app, opened, area);
    let foot = app.layout().mapper_foot();
    let mut y = 1;
    for (i, row) in opened.rows.iter().enumerate().skip(top).take(room) {
        let selected = at == i;
        start(canvas, area, y, selected, focused);
        let look = |side: Side| if selected && focused && opened.side == side { Role::Selected } else { Role::Text };
        canvas.put(area, 2, y, 1, Role::Dim, if row.required { "*" } else { " " });
        canvas.put(area, 4, y, name, look(Side::Zoho), &row.zoho);
        canvas.put(area, 5 + name, y, kind, Role::Dim, &row.kind);
        canvas.put(area, astra - 2, y, 2, Role::Dim, if theme.ascii { "<" } else { theme.sign(Sign::From) });
        canvas.put(area, astra, y, fed - 1, look(Side::Astra), &row.astra);
        let value = row.example.as_deref().unwrap_or("");
        canvas.put(
            area,
            example,
            y,
            rest.saturating_sub(1),
            if row.mark == Mark::Good { Role::Text } else { Role::Dim },
            value,
        );
        let (role, sign) = mark(canvas, row);
        if row.options {
            canvas.put(area, area.width.saturating_sub(4), y, 1, Role::Dim, "o");
        }
        canvas.put(area, area.width.saturating_sub(2), y, 1, role, sign);
        y += 1;
    }
    if top + room >= total {
        let role = start(canvas, area, y, at == opened.rows.len(), focused);
        canvas.put(area, 2, y, name + 2, role, "+ Map field");
        if opened.rows.len() <= 2 && area.width > 50 {
            canvas.put(area, 16, y, area.width - 16, Role::Dim, "adds a row: a Zoho field, and what feeds it");
        }
    }
    let under_rows = app.layout().under_rows(opened.rows.len());
    if !under_rows.is_empty() && world.fields(account).is_some() {
        plan::under_rows(canvas, app, opened, under_rows);
    }
    if foot > 0 && area.height > foot {
        suggestion(canvas, app, opened, area.rows(area.height - foot + 1, 1));
    }
    if let Some(trouble) = world.fields_trouble(account).filter(|_| world.fields(account).is_none()) {
        let text = format!("{} {}", canvas.theme.sign(Sign::Bad), trouble.message);
        canvas.paragraph(area.rows(area.height.saturating_sub(3), 3), 0, Role::Bad, &text);
    }
}

/// Which rows are seen; the line that adds one is the last.
pub(super) fn seen(app: &App, opened: &Opened, area: Area) -> Seen {
    let total = opened.rows.len() + 1;
    let room = usize::from(area.height.saturating_sub(1 + app.layout().mapper_foot())).max(1);
    Seen { top: super::first_line(opened.selected[Pane::Mapping as usize], room, total), room, total }
}

/// What is to be known about the account's fields: that something changed, that they are being asked for, their age where
/// they are not of just now.
pub(super) fn title(app: &App, opened: &Opened) -> Option<(Role, String)> {
    let account = &opened.editing.action.account;
    let known = app.world().fields(account)?;
    let waiting = app.world().fields_waiting(account);
    let age = ago(known.list.fetched_at, app.now());
    match known.list.changed.len() {
        0 if waiting => Some((Role::Dim, "fields are being read".into())),
        0 if age == "just now" => None,
        0 => Some((Role::Dim, format!("fields read {age}"))),
        n => {
            let key = app.keymap().shown(Command::ListChanges);
            Some((Role::Doubtful, format!("{} changed, {key} lists them", plural(n, "field"))))
        }
    }
}

fn mark(canvas: &Canvas<'_>, row: &RowView) -> (Role, &'static str) {
    match row.mark {
        Mark::Good => (Role::Good, canvas.theme.sign(Sign::Good)),
        Mark::Unknown => (Role::Dim, "?"),
        Mark::Doubtful => (Role::Doubtful, canvas.theme.sign(Sign::Doubtful)),
        Mark::Broken => (Role::Bad, canvas.theme.sign(Sign::Bad)),
    }
}

fn suggestion(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area) {
    let Some(row) = opened.suggestions.get(opened.suggestion) else { return };
    let world = app.world();
    let zoho = world.fields(&opened.editing.action.account).and_then(|k| k.by_name.get(&row.zoho));
    let zoho = zoho.map_or(row.zoho.as_str(), |f| f.label.as_str());
    let astra = world.agent.field(&row.astra).map_or(row.astra.as_str(), |f| f.label.as_str());
    let keys = |c| app.keymap().shown(c);
    let (take, next) =
        (keys(crate::app::command::Command::TakeSuggestion), keys(crate::app::command::Command::OtherSuggestion));
    let n = opened.suggestions.len();
    let arrow = canvas.theme.sign(Sign::From);
    let more = if n > 1 { format!("; {next} shows another of {n}") } else { String::new() };
    let text = format!("Suggested: {zoho} {arrow} {astra}?");
    let mut how = format!("  {take} takes it{more}");
    if text.width() + how.width() + 3 > usize::from(area.width) && n > 1 {
        how = format!("  {take} takes it, {next} another");
    }
    canvas.pieces(area, 2, 0, &[(Role::Text, text), (Role::Dim, how)]);
}

pub(super) fn about(app: &App, opened: &Opened) -> Option<(Role, String)> {
    let account = &opened.editing.action.account;
    let at = opened.selected[Pane::Mapping as usize];
    if app.world().account(account).is_none() {
        let key = app.keymap().shown(Command::PaneAccount);
        return Some((Role::Bad, format!("no account is called {account}: choose another one ({key})")));
    }
    if app.world().fields_waiting(account) && app.world().fields(account).is_none() {
        return Some((Role::Dim, format!("asking {account} for its fields")));
    }
    let known = app.world().fields(&opened.editing.action.account);
    let row = opened.editing.action.mapping.get(at);
    let change = row.zip(known).and_then(|(row, k)| k.list.changed.iter().find(|c| c.api_name == row.zoho));
    let change = change.map(|c| (Role::Doubtful, format!("{} {}", c.label, c.what)));
    let (role, text) = match opened.rows.get(at) {
        Some(RowView { mark: Mark::Broken, sentence: Some(s), .. }) => (Role::Bad, s.clone()),
        Some(RowView { mark: Mark::Doubtful, sentence: Some(s), .. }) => (Role::Doubtful, s.clone()),
        Some(RowView { sentence: Some(s), .. }) => (Role::Dim, s.clone()),
        Some(_) if change.is_some() => change?,
        _ => {
            // nothing to say here: the first row that has something to say
            let other = opened.rows.iter().find(|r| matches!(r.mark, Mark::Doubtful | Mark::Broken))?;
            let role = if other.mark == Mark::Broken { Role::Bad } else { Role::Doubtful };
            let sentence = other.sentence.clone()?;
            (role, if sentence.contains(&other.zoho) { sentence } else { format!("{}: {sentence}", other.zoho) })
        }
    };
    Some((role, text))
}
