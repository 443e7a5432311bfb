//! The account pane: the connections, how old the fields are, and what the last look at the selected connection found.

use super::Seen;
use super::action::start;
use super::canvas::Canvas;
use super::theme::{Role, Sign};
use crate::app::App;
use crate::app::command::Command;
use crate::app::edit::wrap;
use crate::app::layout::{Area, Pane};
use crate::app::msg::Trouble;
use crate::app::opened::Opened;
use crate::app::world::Connection;
use crate::domain::account::Account;
use crate::domain::health::{Check, ConnectionState, Health, Verdict};
use crate::domain::metadata::ago;

/// From this width on an account needs one row alone.
const WIDE: u16 = 100;
/// The columns of a check's subject.
const SUBJECT: u16 = 12;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area, focused: bool) {
    let accounts = &app.world().accounts;
    let at = opened.selected[Pane::Account as usize];
    let each = rows_of_one(area);
    let rows = |n: usize| u16::try_from(n).unwrap_or(u16::MAX).saturating_mul(each);
    let above = seen(app, opened, area).top;
    for (i, account) in accounts.iter().enumerate().skip(above) {
        let place = area.rows(rows(i - above), each);
        let chosen = opened.editing.action.account == account.id;
        one(canvas, app, account, place, (at == i, focused), chosen);
    }
    let last = area.rows(rows(accounts.len() - above), 1);
    let role = start(canvas, last, 0, at == accounts.len(), focused);
    canvas.put(last, 2, 0, last.width, role, "+ Add account");
    let mut below = area.rows(last.y + 1 - area.y, area.height);
    if below.height > 2 {
        below = below.rows(1, below.height);
    }
    let used = fields_of(canvas, app, &opened.editing.action.account, below);
    let below = below.rows(used + 1, below.height);
    let looked_at = accounts.get(opened.looked_at).or_else(|| app.world().account(&opened.editing.action.account));
    if let Some((account, health)) = looked_at.and_then(|a| Some((a, app.world().health(&a.id)?))) {
        found(canvas, app, account, health, below);
    }
}

fn rows_of_one(area: Area) -> u16 {
    if area.width < WIDE { 2 } else { 1 }
}

/// Which accounts are seen: what is selected stays in sight where there are more than rows.
pub(super) fn seen(app: &App, opened: &Opened, area: Area) -> Seen {
    let (at, total) = (opened.selected[Pane::Account as usize], app.world().accounts.len());
    let each = usize::from(rows_of_one(area));
    let height = usize::from(area.height);
    let selected_ends = at * each + if at < total { each } else { 1 };
    let top = selected_ends.saturating_sub(height).div_ceil(each);
    Seen { top, room: height.div_ceil(each), total }
}

fn one(
    canvas: &mut Canvas<'_>,
    app: &App,
    account: &Account,
    area: Area,
    (selected, focused): (bool, bool),
    chosen: bool,
) {
    let theme = canvas.theme;
    let role = start(canvas, area, 0, selected, focused);
    let (mark, look) = if chosen { (Sign::On, Role::Good) } else { (Sign::Off, Role::Dim) };
    canvas.put(area, 2, 0, 1, look, theme.sign(mark));
    let organisation = account.organisation.as_ref().map_or("", |o| o.name.as_str());
    let user = account.user.as_deref().unwrap_or_default();
    let place = match &account.data_center {
        _ if account.is_sandbox() => "built in".to_owned(),
        Some(centre) => centre.to_uppercase(),
        None => "own host".to_owned(),
    };
    let failure = app.world().run_failure(&account.id);
    let (look, sign, words) = match app.world().connection(&account.id) {
        Connection::Unknown | Connection::Checked(_) if failure.is_some() => {
            let when = failure.map_or(String::new(), |(at, _)| ago(*at, app.now()));
            (Role::Doubtful, theme.sign(Sign::Doubtful), format!(" a run failed {when}"))
        }
        Connection::Unknown => (Role::Dim, "", "not checked".to_owned()),
        Connection::Asked => (Role::Dim, "", "asking".to_owned()),
        Connection::Checked(health) => {
            let (look, sign) = standing(health);
            (look, theme.sign(sign), format!(" {} {}", health.in_short(), ago(health.checked_at, app.now())))
        }
        Connection::Fails(trouble) if trouble.code == Trouble::LOCKED => {
            (Role::Bad, theme.sign(Sign::Bad), format!(" {} (locked)", trouble.state()))
        }
        Connection::Fails(trouble) => (Role::Bad, theme.sign(Sign::Bad), format!(" {}", trouble.state())),
    };
    let state = canvas.put_right(area, 0, 28, look, &format!("{sign}{words}"));
    canvas.put(area, 4, 0, state.saturating_sub(5).min(if area.height > 1 { 40 } else { 20 }), role, &account.label);
    if area.height > 1 {
        let known = [organisation, &place, user].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
        canvas.put(area, 4, 1, area.width, Role::Dim, &known.join("  "));
    } else if area.width >= WIDE {
        canvas.put(area, 25, 0, 20, Role::Text, organisation);
        canvas.put(area, 46, 0, 10, Role::Dim, &place);
        canvas.put(area, 57, 0, state.saturating_sub(58), Role::Dim, user);
    }
}

fn standing(health: &Health) -> (Role, Sign) {
    match (health.state, health.failed().next()) {
        (ConnectionState::Ok, None) => (Role::Good, Sign::Good),
        (ConnectionState::Ok, Some(_)) => (Role::Doubtful, Sign::Doubtful),
        _ => (Role::Bad, Sign::Bad),
    }
}

/// How old the fields of the account are, and whether something about them changed; the rows used.
fn fields_of(canvas: &mut Canvas<'_>, app: &App, account: &str, area: Area) -> u16 {
    let world = app.world();
    let label = world.label_of(account);
    let keys = |command| app.keymap().shown(command);
    let waiting = if world.fields_waiting(account) { "; Zoho is being asked" } else { "" };
    let Some(known) = world.fields(account) else {
        if world.account(account).is_none() {
            let sign = canvas.theme.sign(Sign::Bad);
            let (choose, add) = (keys(Command::ChooseAccount), keys(Command::AddAccount));
            let text = format!("{sign} No account is called {account}: {choose} chooses one of these, {add} adds one");
            return canvas.paragraph(area, 0, Role::Bad, &text);
        }
        let text = match world.fields_trouble(account) {
            Some(trouble) => format!("Fields of {label} not known: {}", trouble.message),
            None => format!("Fields of {label} not known yet{waiting}"),
        };
        return canvas.paragraph(area, 0, Role::Dim, &text);
    };
    let n = known.list.fields.len();
    let age = ago(known.list.fetched_at, app.now());
    let refresh =
        if waiting.is_empty() { format!("; {} asks again", keys(Command::RefreshFields)) } else { waiting.into() };
    let used = canvas.paragraph(area, 0, Role::Dim, &format!("{n} fields of {label}, read {age}{refresh}"));
    let changed = match known.list.changed.len() {
        0 => return used,
        1 => "1 field changed".to_owned(),
        n => format!("{n} fields changed"),
    };
    let text = format!("{changed}: {} lists what, and the rows it hits", keys(Command::ListChanges));
    used + canvas.paragraph(area, used, Role::Doubtful, &text)
}

/// How much of each check is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Much {
    /// All of it.
    Whole,
    /// A row of what is well, and all of what failed.
    Rows,
    /// What failed alone.
    Failed,
}

/// Check by check; where there is no room for all, those that failed.
fn found(canvas: &mut Canvas<'_>, app: &App, account: &Account, health: &Health, area: Area) {
    let failed = health.failed().count();
    let rows = usize::from(area.height);
    if rows < 2 {
        return;
    }
    let width = usize::from(area.width.saturating_sub(4 + SUBJECT));
    let of = |text: &str| wrap(text, width).len().max(1);
    let whole = |c: &Check| of(&c.found) + c.todo.as_ref().map_or(0, |todo| of(&format!("to do: {todo}")));
    let row = |c: &Check| if c.todo.is_some() { whole(c) } else { 1 };
    let read = format!("; {} reads it all", app.keymap().shown(Command::CheckAccount));
    let (much, read) = if health.checks.iter().map(whole).sum::<usize>() < rows {
        (Much::Whole, String::new())
    } else if health.checks.iter().map(row).sum::<usize>() < rows {
        (Much::Rows, read)
    } else {
        (Much::Failed, read)
    };
    let when = ago(health.checked_at, app.now());
    let (role, told) = match failed {
        0 => (Role::Dim, format!("{} checks of {} {when}, none failed{read}", health.checks.len(), account.label)),
        n => {
            (Role::Doubtful, format!("{n} of {} checks of {} failed {when}{read}", health.checks.len(), account.label))
        }
    };
    let mut y = canvas.paragraph(area, 0, role, &told);
    for check in health.checks.iter().filter(|c| much != Much::Failed || c.verdict == Verdict::Fail) {
        y += line(canvas, check, area, y, much);
    }
}

fn line(canvas: &mut Canvas<'_>, check: &Check, area: Area, y: u16, much: Much) -> u16 {
    let (role, sign) = match check.verdict {
        Verdict::Pass => (Role::Good, Sign::Good),
        Verdict::Fail => (Role::Bad, Sign::Bad),
        Verdict::NotTold => (Role::Dim, Sign::Dot),
    };
    let sign = canvas.theme.sign(sign);
    canvas.put(area, 2, y, 2, role, sign);
    canvas.put(area, 4, y, SUBJECT, Role::Text, check.subject.as_str());
    let rest = area.columns(4 + SUBJECT, area.width);
    match &check.todo {
        None if much == Much::Whole => canvas.paragraph(rest, y, Role::Dim, &check.found).max(1),
        None => {
            canvas.put(rest, 0, y, rest.width, Role::Dim, &check.found);
            1
        }
        Some(todo) => {
            let used = canvas.paragraph(rest, y, role, &check.found);
            used + canvas.paragraph(rest, y + used, Role::Text, &format!("to do: {todo}"))
        }
    }
}

/// What is to be said about the account under the cursor.
pub(super) fn about(app: &App, opened: &Opened) -> Option<(Role, String)> {
    let account = app.world().accounts.get(opened.selected[Pane::Account as usize])?;
    match app.world().connection(&account.id) {
        Connection::Fails(trouble) => Some((Role::Bad, trouble.message.clone())),
        Connection::Checked(health) if health.failed().next().is_some() => {
            let first = health.failed().next()?;
            let todo = first.todo.as_ref().map_or_else(String::new, |todo| format!("; {todo}"));
            Some((Role::Bad, format!("{}: {}{todo}", first.subject, first.found)))
        }
        Connection::Checked(_) | Connection::Unknown if app.world().run_failure(&account.id).is_some() => {
            let (_, error) = app.world().run_failure(&account.id)?;
            Some((Role::Doubtful, format!("A run failed: {}", error.sentence())))
        }
        _ if account.is_sandbox() && app.world().leaves_to().is_some() => {
            Some((Role::Doubtful, app.world().model_in_words().unwrap_or_default()))
        }
        _ if account.is_sandbox() => {
            Some((Role::Dim, "The sandbox is a Zoho CRM built into this program: nothing leaves this machine.".into()))
        }
        _ => Some(match account.own_server() {
            Some(host) => {
                (Role::Text, format!("A server of your own at {host}, not Zoho: an active action writes there."))
            }
            None => (Role::Doubtful, "A real organisation: an active action writes to its contacts.".into()),
        }),
    }
}
