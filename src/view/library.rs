//! The Action Library: the template, and the operator's actions.

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::canvas::Canvas;
use super::message;
use super::theme::{Role, Sign};
use crate::app::command::Command;
use crate::app::layout::Area;
use crate::app::{App, Shelf};
use crate::domain::action::{Action, State};
use crate::domain::problem::Severity;
use crate::domain::run::format_instant;
use crate::domain::text::is_blank;
use crate::domain::words::plural;

/// Narrower than this, an action has two rows.
const TWO_ROWS: u16 = 74;

/// What the template does, in a sentence.
const TEMPLATE: &str =
    "Writes what the agent learned about a customer to Contacts in Zoho CRM, as far as you allow it.";

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App) {
    let layout = app.layout();
    let dot = canvas.theme.sign(Sign::Dot);
    canvas.pieces(layout.header, 1, 0, &[(Role::Title, "Action Library"), (Role::Dim, "  astra-zoho")]);
    if app.world().loaded {
        let agent = format!("agent {dot} {}", app.world().agent.name);
        canvas.put_right(layout.header.columns(0, layout.header.width - 1), 0, 30, Role::Dim, &agent);
    }
    canvas.rule(layout.header.below(), 0);
    let mut body = layout.body.columns(1, layout.body.width - 2);
    if let Some((bad, text)) = app.live_line(None, dot) {
        let (role, sign) = if bad { (Role::Bad, canvas.theme.sign(Sign::Bad)) } else { (Role::Dim, "") };
        let text = format!("{sign} {text}");
        let rows = if crate::app::edit::wrap(text.trim_start(), body.width.into()).len() > 1 { 2 } else { 1 };
        canvas.paragraph(body.rows(body.height - rows, rows), 0, role, text.trim_start());
        body = body.rows(0, body.height - rows);
    }
    let mut y = 0;
    canvas.put(body, 0, y, body.width, Role::Title, "Templates");
    y += 1;
    // what is selected is not known before the workspace was read
    let on = app.world().loaded && app.shelf() == Shelf::Template;
    line_start(canvas, body, y, on);
    let role = if on { Role::Selected } else { Role::Text };
    canvas.put(body, 2, y, body.width, role, "Zoho - create or update contact");
    y += 1;
    let lines = if body.height >= 14 { 2 } else { 1 };
    y += canvas.paragraph(body.columns(4, body.width).rows(y, lines), 0, Role::Dim, TEMPLATE) + 1;
    let mine = body.rows(y, 1);
    canvas.put(mine, 0, 0, body.width, Role::Title, "My actions");
    let free = elsewhere(canvas, app, mine);
    y += 1;
    let world = app.world();
    if let Some(trouble) = &world.trouble {
        let text = format!("{} {trouble}", canvas.theme.sign(Sign::Bad));
        canvas.paragraph(body.columns(2, body.width).rows(y, body.height), 0, Role::Bad, &text);
    } else if !world.loaded {
        canvas.put(body, 2, y, body.width, Role::Dim, "reading the workspace");
    } else if world.actions.is_empty() && world.begun().next().is_none() {
        let leaves = match world.leaves_to() {
            Some(host) => format!("what is said goes to the language model at {host}"),
            None => "nothing leaves this machine".to_owned(),
        };
        let text = format!(
            "None yet. Enter on the template makes one: a draft that nothing runs until you activate it. Everything can be \
             tried on the sandbox, a Zoho CRM built into this program; {leaves}."
        );
        canvas.paragraph(body.columns(2, body.width).rows(y, body.height), 0, Role::Dim, &text);
    } else {
        let beyond = actions(canvas, app, body.rows(y, body.height));
        canvas.put(mine, 12, 0, free.saturating_sub(13), Role::Dim, &beyond);
    }
    message(canvas, app, about(app));
}

/// How much is wrong with files that are no action's; gives where that begins.
fn elsewhere(canvas: &mut Canvas<'_>, app: &App, area: Area) -> u16 {
    let n = app.findings().filter(|f| f.action.is_none()).count();
    if n == 0 {
        return area.width;
    }
    let (sign, key) = (canvas.theme.sign(Sign::Doubtful), app.keymap().shown(Command::ListProblems));
    let problems = plural(n, "problem");
    canvas.put_right(area, 0, 44, Role::Doubtful, &format!("{sign} {problems} in other files: {key} lists them"))
}

fn line_start(canvas: &mut Canvas<'_>, body: Area, y: u16, on: bool) {
    let sign = canvas.theme.sign(Sign::Cursor);
    canvas.put(body, 0, y, 1, Role::Focus, if on { sign } else { " " });
}

/// The columns of the list where it is wide enough: title and cells; one of no cells is left out, so that names have room.
fn columns(app: &App, width: u16) -> [(&'static str, u16); 7] {
    let wide = width >= 100;
    let (account, last) = if wide { (20, 28) } else { (10, 17) };
    // what the others do not need is the names'
    let world = app.world();
    let needed = |texts: &mut dyn Iterator<Item = String>, least: usize, most: u16| {
        let cells = texts.map(|t| t.width()).max().unwrap_or(0).max(least);
        u16::try_from(cells).unwrap_or(u16::MAX).min(most)
    };
    let actions = || world.actions.iter().map(|f| &f.action);
    let account = needed(&mut actions().map(|a| world.label_of(&a.account)), 7, account);
    let last = needed(&mut actions().map(|a| last_run(app, &a.id, wide)), 8, last);
    let (mut account, mut offline, mut rows) = (account, 7, 4);
    let most = if wide { 60 } else { 40 };
    let named = |a: &Action| a.name.width() + if world.is_edited(&a.id) { 8 } else { 0 };
    let wanted = actions().map(named).max().unwrap_or(0).min(most);
    let room = |account: u16, offline: u16, rows: u16| {
        let column = |cells: u16| if cells > 0 { cells + 1 } else { 0 };
        width.saturating_sub(2 + 9 + column(account) + column(offline) + column(rows) + column(last) + 4 + 1)
    };
    for (o, r) in [(7, 4), (7, 0), (0, 0)] {
        (offline, rows) = (o, r);
        if usize::from(room(account, offline, rows)) >= wanted {
            break;
        }
    }
    let short = wanted.saturating_sub(room(account, offline, rows).into());
    account = account.saturating_sub(u16::try_from(short).unwrap_or(u16::MAX)).max(account.min(7));
    let name = room(account, offline, rows).min(u16::try_from(most).unwrap_or(u16::MAX));
    [
        ("name", name),
        ("state", 8),
        ("account", account),
        ("offline", offline),
        ("rows", rows),
        ("last run", last),
        ("", 4),
    ]
}

/// The list; gives in words what of it is not seen.
fn actions(canvas: &mut Canvas<'_>, app: &App, body: Area) -> String {
    let world = app.world();
    let shelves: Vec<Shelf> =
        (0..world.actions.len()).map(Shelf::Mine).chain((0..world.begun().count()).map(Shelf::Begun)).collect();
    let two_rows = body.width < TWO_ROWS;
    let columns = columns(app, body.width);
    let first = u16::from(!two_rows);
    if !two_rows {
        row(canvas, body, 0, &columns.map(|(title, width)| (width, Role::Dim, title.to_owned())));
    }
    let each = if two_rows { 2 } else { 1 };
    let room = usize::from(body.height.saturating_sub(first) / each);
    let selected = shelves.iter().position(|s| *s == app.shelf());
    let top = super::first_line(selected.unwrap_or(0), room, shelves.len());
    for (n, shelf) in (0..).zip(shelves.iter().skip(top).take(room)) {
        let y = first + n * each;
        let on = *shelf == app.shelf();
        line_start(canvas, body, y, on);
        let shown = match shelf {
            Shelf::Mine(i) => cells(canvas, app, *i, body.width >= 100),
            Shelf::Begun(i) => {
                let name = world.begun().nth(*i).map(|d| d.action.name.clone()).unwrap_or_default();
                let sign = canvas.theme.sign(Sign::Off);
                let mut cells: Cells = std::array::from_fn(|_| (Role::Dim, String::new()));
                cells[0] = (Role::Doubtful, format!("{sign} never saved"));
                Some((name, cells))
            }
            Shelf::Template => None,
        };
        let Some((name, mut cells)) = shown else { continue };
        let look = if on { Role::Selected } else { Role::Text };
        if two_rows {
            let (role, problems) = std::mem::replace(&mut cells[5], (Role::Dim, String::new()));
            named(canvas, body, y, body.width.saturating_sub(22), look, &name, is_edited(app, *shelf));
            let (state, text) = &cells[0];
            canvas.put(body, body.width - 18, y, 13, *state, text);
            canvas.put(body, body.width - 4, y, 4, role, &problems);
            if !cells[1].1.is_empty() {
                let dot = canvas.theme.sign(Sign::Dot);
                let [_, (_, account), (_, offline), (_, rows), (_, last), _] = &cells;
                let last = if last == NEVER { last.clone() } else { format!("last run: {last}") };
                let short = format!("{account} {dot} Offline Sync {offline} {dot} {last}");
                let whole = format!("{short} {dot} {rows} rows");
                let text = if whole.width() + 5 > usize::from(body.width) { short } else { whole };
                canvas.put(body, 4, y + 1, body.width, Role::Dim, &text);
            }
            continue;
        }
        named(canvas, body, y, columns[0].1, look, &name, is_edited(app, *shelf));
        let name = (columns[0].1, look, String::new());
        if let Shelf::Begun(_) = shelf {
            row(canvas, body, y, &[name, (20, cells[0].0, cells[0].1.clone())]);
            continue;
        }
        let cells = cells.into_iter().zip(&columns[1..]).map(|((role, text), (_, width))| (*width, role, text));
        row(canvas, body, y, &std::iter::once(name).chain(cells).collect::<Vec<_>>());
    }
    super::beyond(top, room, shelves.len())
}

/// An action's name, and that it has edits that were not saved.
fn named(canvas: &mut Canvas<'_>, body: Area, y: u16, width: u16, look: Role, name: &str, edited: bool) {
    const EDITED: &str = "unsaved";
    let room = if edited { width.saturating_sub(8) } else { width };
    let used = canvas.put(body, 2, y, room, look, name);
    if edited {
        canvas.put(body, 3 + used, y, 7, Role::Doubtful, EDITED);
    }
}

/// Cells side by side.
fn row(canvas: &mut Canvas<'_>, body: Area, y: u16, cells: &[(u16, Role, String)]) {
    let mut x = 2;
    for (width, role, text) in cells.iter().filter(|(width, ..)| *width > 0) {
        canvas.put(body, x, y, *width, *role, text);
        x += width + 1;
    }
}

/// State, account, Offline Sync, rows, last run, problems.
type Cells = [(Role, String); 6];

fn cells(canvas: &Canvas<'_>, app: &App, i: usize, wide: bool) -> Option<(String, Cells)> {
    let file = app.world().actions.get(i)?;
    let a = &file.action;
    let theme = canvas.theme;
    let state = match a.state {
        State::Active => (Role::Good, format!("{} active", theme.sign(Sign::On))),
        State::Draft => (Role::Dim, format!("{} draft", theme.sign(Sign::Off))),
    };
    let role = if app.last_run(&a.id).is_some() { Role::Text } else { Role::Dim };
    let last = (role, last_run(app, &a.id, wide));
    let account = app.world().label_of(&a.account);
    let found = app.findings_of(i);
    let errors = app.errors_of(i);
    let problems = match (errors, found.len() + app.world().in_the_way().count()) {
        (_, 0) => (Role::Dim, String::new()),
        (0, n) => (Role::Doubtful, format!("{} {n}", theme.sign(Sign::Doubtful))),
        (n, _) => (Role::Bad, format!("{} {n}", theme.sign(Sign::Bad))),
    };
    let cells = [
        state,
        (Role::Text, account),
        (Role::Text, if a.offline_sync { "on" } else { "off" }.into()),
        (Role::Text, a.mapping.len().to_string()),
        last,
        problems,
    ];
    // a file that cannot be read has no name but its own
    let name = if is_blank(&a.name) { format!("{}.toml", a.id) } else { a.name.clone() };
    Some((name, cells))
}

/// Of what no run was made yet.
const NEVER: &str = "never run";

/// How the last run came out, and when.
fn last_run(app: &App, action: &str, wide: bool) -> String {
    if let Some(playing) = app.playing().filter(|_| app.is_played(action)) {
        return format!("replay {} of {}", playing.done(), playing.due);
    }
    app.last_run(action).map_or_else(
        || NEVER.to_owned(),
        |run| {
            let word = if run.dry_run { format!("({})", run.outcome) } else { run.outcome.to_string() };
            format!("{word} {}", when(app, run.at, wide))
        },
    )
}

/// It has edits that were kept and not saved.
fn is_edited(app: &App, shelf: Shelf) -> bool {
    let Shelf::Mine(i) = shelf else { return false };
    let world = app.world();
    world.actions.get(i).is_some_and(|f| world.is_edited(&f.action.id))
}

/// The hour of today, else the day; both where there is room.
fn when(app: &App, at: Timestamp, wide: bool) -> String {
    let (text, now) = (format_instant(at), format_instant(app.now()));
    match (wide, text[..10] == now[..10]) {
        (true, _) => format!("{} {}", &text[..10], &text[11..16]),
        (false, true) => text[11..16].to_owned(),
        (false, false) => text[5..10].to_owned(),
    }
}

/// What of an action has no column here.
fn without_column(app: &App, action: &Action) -> String {
    let width = app.layout().body.width.saturating_sub(2);
    if width < TWO_ROWS {
        return String::new();
    }
    let columns = columns(app, width);
    let is_out = |title: &str| columns.iter().any(|(t, cells)| *t == title && *cells == 0);
    let offline = is_out("offline").then(|| format!("Offline Sync {}", if action.offline_sync { "on" } else { "off" }));
    let rows = is_out("rows").then(|| format!("{} rows", action.mapping.len()));
    let out: Vec<String> = offline.into_iter().chain(rows).collect();
    if out.is_empty() { String::new() } else { format!("{}. ", out.join(", ")) }
}

/// What was kept of an action, or could not be.
fn kept(app: &App, id: &str) -> Option<String> {
    let (world, keys) = (app.world(), app.keymap());
    let draft = world.drafts.get(id)?;
    let (open, list) = (keys.shown(Command::Open), keys.shown(Command::LibraryChanges));
    let edited = world.is_edited(id);
    let what = match &draft.field {
        _ if edited => "it has changes that were not saved".to_owned(),
        Some(field) => format!("the new field {} was being typed there and is not created", field.label),
        None => return None,
    };
    Some(match world.unkept.get(id) {
        Some(_) => format!("{what} and cannot be kept: they are here until the program ends; {open} goes on"),
        None => format!("{what}: {open} goes on, {list} lists and discards"),
    })
}

/// What is selected, in a sentence.
fn about(app: &App) -> Option<(Role, String)> {
    match app.shelf() {
        _ if !app.world().loaded => None,
        Shelf::Template => Some((Role::Dim, "Enter makes a new action from this template, as a draft.".into())),
        Shelf::Begun(_) => Some((Role::Doubtful, "begun and never saved: open it to go on".into())),
        Shelf::Mine(i) => {
            let file = app.world().actions.get(i)?;
            if let Some(first) = app.first_of(i) {
                let role = if first.problem.severity == Severity::Error { Role::Bad } else { Role::Doubtful };
                let all = app.findings_of(i).len() + app.world().in_the_way().count();
                let more = match all {
                    1 => String::new(),
                    n => format!(" ({n} problems, {} lists them)", app.keymap().shown(Command::ListProblems)),
                };
                return Some((role, format!("{}: {}{more}", first.place, first.problem)));
            }
            if let Some(kept) = kept(app, &file.action.id) {
                return Some((Role::Doubtful, kept));
            }
            let intent = file.action.intent.split_whitespace().collect::<Vec<_>>().join(" ");
            Some((Role::Dim, format!("{}{intent}", without_column(app, &file.action))))
        }
    }
}
