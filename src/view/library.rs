//! The Action Library: the template, and the operator's actions.

use super::canvas::Canvas;
use super::message;
use super::theme::{Role, Sign};
use crate::app::msg::ActionFile;
use crate::app::{App, Shelf};
use crate::domain::action::State;
use crate::domain::run::format_instant;

/// What the template does, in a sentence.
const TEMPLATE: &str =
    "Writes what the agent learned about a customer to Contacts in Zoho CRM, as far as you allow it.";

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App) {
    let layout = app.layout();
    let dot = canvas.theme.sign(Sign::Dot);
    canvas.pieces(layout.header, 1, 0, &[(Role::Title, "Action Library"), (Role::Dim, "  astra-zoho")]);
    let agent = &app.world().agent.name;
    canvas.put_right(
        layout.header.columns(0, layout.header.width - 1),
        0,
        30,
        Role::Dim,
        &format!("agent {dot} {agent}"),
    );
    canvas.rule(layout.header.below(), 0);
    let body = layout.body.columns(1, layout.body.width - 2);
    let mut y = 0;
    canvas.put(body, 0, y, body.width, Role::Title, "Templates");
    y += 1;
    let on = app.shelf() == Shelf::Template;
    line_start(canvas, body, y, on);
    let role = if on { Role::Selected } else { Role::Text };
    canvas.put(body, 2, y, body.width, role, "Zoho - create or update contact");
    y += 1;
    canvas.put(body, 4, y, body.width - 4, Role::Dim, TEMPLATE);
    y += 2;
    canvas.put(body, 0, y, body.width, Role::Title, "My actions");
    y += 1;
    let world = app.world();
    if let Some(trouble) = &world.trouble {
        canvas.paragraph(body.rows(y, body.height), 0, Role::Bad, trouble);
    } else if !world.loaded {
        canvas.put(body, 2, y, body.width, Role::Dim, "reading the workspace");
    } else if world.actions.is_empty() && world.begun().next().is_none() {
        let text = "None yet. Enter on the template makes one: a draft that nothing runs until you activate it. \
                    Everything can be tried on the sandbox, a Zoho CRM built into this program; nothing leaves this machine.";
        canvas.paragraph(body.columns(2, body.width).rows(y, body.height), 0, Role::Dim, text);
    } else {
        actions(canvas, app, body.rows(y, body.height));
    }
    message(canvas, app, about(app));
}

fn line_start(canvas: &mut Canvas<'_>, body: crate::app::layout::Area, y: u16, on: bool) {
    let sign = canvas.theme.sign(Sign::Cursor);
    canvas.put(body, 0, y, 1, Role::Focus, if on { sign } else { " " });
}

fn actions(canvas: &mut Canvas<'_>, app: &App, body: crate::app::layout::Area) {
    let wide = body.width >= 100;
    let name = if wide { 34 } else { body.width.saturating_sub(52).clamp(14, 28) };
    let mut columns =
        vec![("name", name), ("state", 9), ("account", if wide { 20 } else { 10 }), ("runs", 8), ("rows", 5)];
    columns.push(("last run", if wide { 30 } else { 10 }));
    let mut x = 2;
    for (title, width) in &columns {
        canvas.put(body, x, 0, *width, Role::Dim, title);
        x += width + 1;
    }
    let selected = match app.shelf() {
        Shelf::Mine(i) => Some(i),
        Shelf::Begun(i) => Some(app.world().actions.len() + i),
        Shelf::Template => None,
    };
    let room = usize::from(body.height.saturating_sub(1));
    let top = selected.unwrap_or(0).saturating_sub(room.saturating_sub(1));
    for (y, (i, file)) in (1..body.height).zip(app.world().actions.iter().enumerate().skip(top)) {
        line_start(canvas, body, y, selected == Some(i));
        let cells = cells(canvas, app, file, wide);
        let mut x = 2;
        for ((_, width), (role, text)) in columns.iter().zip(cells) {
            let role = if x == 2 && selected == Some(i) { Role::Selected } else { role };
            canvas.put(body, x, y, *width, role, &text);
            x += width + 1;
        }
        let errors = app.errors_of(i);
        if errors > 0 {
            let text = format!("{} {errors}", canvas.theme.sign(Sign::Bad));
            canvas.put(body, x, y, 5, Role::Bad, &text);
        }
    }
    begun(canvas, app, body, name);
}

fn cells(canvas: &Canvas<'_>, app: &App, file: &ActionFile, wide: bool) -> [(Role, String); 6] {
    let a = &file.action;
    let theme = canvas.theme;
    let state = match a.state {
        State::Active => (Role::Good, format!("{} active", theme.sign(Sign::On))),
        State::Draft => (Role::Dim, format!("{} draft", theme.sign(Sign::Off))),
    };
    let last = app.world().last_runs.get(&a.id).map_or((Role::Dim, "never".to_owned()), |run| {
        let word = if run.dry_run { format!("({})", run.outcome) } else { run.outcome.to_string() };
        let at = format_instant(run.at);
        (Role::Text, if wide { format!("{word} {} {}", &at[..10], &at[11..16]) } else { word })
    });
    let account = app.world().account(&a.account).map_or_else(|| a.account.clone(), |a| a.label.clone());
    [
        (Role::Text, a.name.clone()),
        state,
        (Role::Text, account),
        (Role::Text, if a.offline_sync { "at end" } else { "during" }.into()),
        (Role::Text, a.mapping.len().to_string()),
        last,
    ]
}

/// Those begun and never saved, below the others.
fn begun(canvas: &mut Canvas<'_>, app: &App, body: crate::app::layout::Area, name: u16) {
    let sign = canvas.theme.sign(Sign::Off);
    let first = 1 + u16::try_from(app.world().actions.len()).unwrap_or(u16::MAX);
    for (i, draft) in app.world().begun().enumerate() {
        let y = first.saturating_add(u16::try_from(i).unwrap_or(u16::MAX));
        let on = app.shelf() == Shelf::Begun(i);
        line_start(canvas, body, y, on);
        canvas.put(body, 2, y, name, if on { Role::Selected } else { Role::Text }, &draft.action.name);
        canvas.put(body, 3 + name, y, 30, Role::Doubtful, &format!("{sign} never saved"));
    }
}

/// What is selected, in a sentence.
fn about(app: &App) -> Option<(Role, String)> {
    match app.shelf() {
        Shelf::Template => Some((Role::Dim, "Enter makes a new action from this template, as a draft.".into())),
        Shelf::Begun(_) => Some((Role::Doubtful, "begun and never saved: open it to go on".into())),
        Shelf::Mine(i) => {
            let file = app.world().actions.get(i)?;
            let errors = app.errors_of(i);
            if errors > 0 {
                let first = file.problems.first().map(|p| format!("{}: {}", p.file, p.problem));
                let checked =
                    crate::domain::check::check_action(&file.action, &app.world().agent, &app.world().accounts);
                let text = first.or_else(|| checked.first().map(ToString::to_string))?;
                return Some((Role::Bad, text));
            }
            if app.world().drafts.contains_key(&file.action.id) {
                return Some((Role::Doubtful, "it has changes that were kept and not saved: open it to go on".into()));
            }
            Some((Role::Dim, file.action.intent.split_whitespace().collect::<Vec<_>>().join(" ")))
        }
    }
}
