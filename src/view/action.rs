//! An open action: header, strip, the first pane. The others and the replay have files of their own.

use unicode_width::UnicodeWidthStr;

use super::canvas::Canvas;
use super::theme::{Role, Sign};
use super::{account, beyond_on_rule, log, mapping, message, plan, replay, settings};
use crate::app::App;
use crate::app::command::Command;
use crate::app::edit::wrap;
use crate::app::layout::{self, Area, Pane};
use crate::app::opened::Opened;
use crate::app::settings::switch_in_words;
use crate::app::world::Connection;
use crate::domain::account::Account;
use crate::domain::action::State;
use crate::domain::health::ConnectionState;
use crate::domain::problem::{Problem, Severity};
use crate::domain::words::plural;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, opened: &Opened) {
    let layout = app.layout();
    header(canvas, app, opened, layout.header);
    if !layout.strip.is_empty() {
        strip(canvas, app, opened, layout.strip);
        canvas.rule(layout.strip.below(), 0);
    }
    for pane in Pane::ALL {
        let area = layout.panes[pane as usize];
        if area.is_empty() {
            continue;
        }
        let focused = opened.focus == pane;
        let inside = layout.pane(pane);
        let beyond = match pane {
            Pane::Mapping => mapping::seen(app, opened, inside).beyond(),
            Pane::Account => account::seen(app, opened, inside).beyond(),
            Pane::Settings => settings::seen(opened, inside).beyond(),
            _ => String::new(),
        };
        let note = if pane == Pane::Mapping { mapping::title(app, opened) } else { None };
        if !layout.framed {
            let rule = layout.strip.below();
            beyond_on_rule(canvas, rule, &beyond);
            if let Some((role, words)) = note {
                let left = rule.width.saturating_sub(u16::try_from(beyond.width()).unwrap_or(0) + 5);
                canvas.put_right(rule.columns(0, left), 0, left, role, &format!(" {words} "));
            }
        } else {
            let role = if focused { Role::Focus } else { Role::Dim };
            let mut title = vec![(
                if focused { Role::Focus } else { Role::Title },
                format!(" {} {} ", pane.number(), pane.title()),
            )];
            if pane == Pane::Log {
                title.push((Role::Dim, log::title(app, opened, inside)));
            }
            if let Some((role, words)) = note {
                title.push((role, format!(" {words} ")));
            }
            if !beyond.is_empty() {
                title.push((Role::Dim, format!(" {beyond} ")));
            }
            canvas.frame(area, &title, role);
        }
        match pane {
            Pane::Action => intent(canvas, app, opened, inside, focused),
            Pane::Account => account::draw(canvas, app, opened, inside, focused),
            Pane::Settings => settings::draw(canvas, app, opened, inside, focused),
            Pane::Mapping => mapping::draw(canvas, app, opened, inside, focused),
            Pane::Log => log::draw(canvas, app, opened, inside, focused),
        }
    }
    plan::boxed(canvas, app, opened, layout.plan);
    if !layout.run.is_empty() {
        log::explanation(canvas, app, opened, layout.run, layout.run_text());
    }
    if let Some(playing) = app.playing() {
        let close = app.keymap().shown(Command::StopReplay);
        replay::draw(canvas, playing, opened, layout.replay, &close);
    }
    message(canvas, app, about(app, opened));
}

/// Which action, is it live, is anything unsaved or wrong, whose Zoho is written to.
pub(super) fn header(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area) {
    let theme = canvas.theme;
    let account = app.world().account(&opened.editing.action.account);
    let (role, whose) = whose(account, &opened.editing.action.account, theme.sign(Sign::Dot));
    let start = canvas.put_right(area.columns(0, area.width - 1), 0, area.width / 2, role, &whose);
    let state = match opened.editing.saved.as_ref().map(|f| f.action.state) {
        Some(State::Active) => (Role::Good, format!("{} active", theme.sign(Sign::On))),
        Some(State::Draft) => (Role::Dim, format!("{} draft", theme.sign(Sign::Off))),
        None => (Role::Doubtful, format!("{} new", theme.sign(Sign::Off))),
    };
    let mut facts = vec![state];
    let unsaved = opened.editing.unsaved();
    if unsaved > 0 {
        facts.push((Role::Doubtful, format!("{unsaved} unsaved")));
    }
    if let Some(host) = app.world().leaves_to() {
        facts.push((Role::Doubtful, format!("{} text to {host}", theme.sign(Sign::Doubtful))));
    }
    let count = |severity| opened.problems.iter().filter(|p| p.severity == severity).count();
    for (severity, role, sign) in
        [(Severity::Error, Role::Bad, Sign::Bad), (Severity::Warning, Role::Doubtful, Sign::Doubtful)]
    {
        if count(severity) > 0 {
            facts.push((role, format!("{} {}", theme.sign(sign), count(severity))));
        }
    }
    let width: usize = facts.iter().map(|(_, t)| t.chars().count() + 2).sum();
    let room = start.saturating_sub(u16::try_from(width).unwrap_or(u16::MAX)).saturating_sub(3);
    let mut x = 1;
    let name = match opened.editing.action.name.trim() {
        "" => format!("{}.toml", opened.editing.action.id),
        name => name.to_owned(),
    };
    // where one came from, as far as the name leaves room
    let left = usize::from(room).saturating_sub(name.width().max(12));
    let from = ["Action Library", "Library"].into_iter().find(|from| from.len() + 4 <= left);
    if let Some(from) = from {
        x = canvas.pieces(
            area,
            x,
            0,
            &[(Role::Dim, from), (Role::Dim, " "), (Role::Dim, theme.sign(Sign::Trail)), (Role::Dim, " ")],
        );
    }
    x += canvas.put(area, x, 0, room.saturating_sub(x).max(8), Role::Title, &name);
    for (role, text) in facts {
        x += 2;
        x += canvas.put(area, x, 0, start.saturating_sub(x), role, &text);
    }
}

/// The sandbox, or a real organisation: by word, never by colour alone.
fn whose(account: Option<&Account>, id: &str, dot: &str) -> (Role, String) {
    let Some(account) = account else { return (Role::Bad, format!("no account {id}")) };
    let organisation = account.organisation.as_ref().map(|o| o.name.as_str());
    if account.is_sandbox() {
        return (Role::Text, organisation.map_or_else(|| "sandbox".into(), |o| format!("sandbox {dot} {o}")));
    }
    if let Some(host) = account.own_server() {
        let name = organisation.unwrap_or(&account.label);
        return (Role::Doubtful, format!("own server {host} {dot} {name}"));
    }
    let place = account.data_center.as_deref().unwrap_or("own host").to_uppercase();
    (Role::Real, format!(" REAL ZOHO {dot} {} ({place}) ", organisation.unwrap_or(&account.label)))
}

/// How much the strip says, where it has little room: what is dropped first is told best in its pane.
struct Brevity {
    /// The cells between two panes; one is no place for the brackets of the focus.
    gap: u16,
    /// What the permissions come to.
    settings: bool,
    /// How many runs there are.
    runs: bool,
    /// How many rows there are.
    rows: bool,
    /// How much is wrong.
    problems: bool,
    /// The titles of the panes that are not in focus.
    titles: bool,
}

impl Brevity {
    const fn all(gap: u16) -> Self {
        Self { gap, settings: true, runs: true, rows: true, problems: true, titles: true }
    }

    /// The title alone of a pane that is not in focus, and whether something is wrong there.
    const BARE: Self = Self { settings: false, runs: false, rows: false, problems: false, ..Self::all(1) };
}

const STRIPS: [Brevity; 8] = [
    Brevity::all(3),
    Brevity::all(2),
    Brevity::all(1),
    Brevity { settings: false, ..Brevity::all(1) },
    Brevity { settings: false, rows: false, ..Brevity::all(1) },
    Brevity { problems: true, ..Brevity::BARE },
    Brevity::BARE,
    Brevity { problems: true, titles: false, ..Brevity::BARE },
];

/// A pane in the strip: its number and title, and how it stands.
type Tab = (Pane, String, Vec<(Role, String)>);

/// The strip is whole at every size: the first wording that fits.
fn strip(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area) {
    let width = |tabs: &[Tab], gap: u16| {
        let of = |(_, name, state): &Tab| name.width() + state.iter().map(|(_, t)| 1 + t.width()).sum::<usize>();
        // a blank cell before them and the brackets of the focus
        3 + tabs.iter().map(of).sum::<usize>() + usize::from(gap) * (tabs.len() - 1)
    };
    let tabs = |how: &Brevity| Pane::ALL.map(|pane| tab(app, opened, pane, how, canvas));
    let fits = |(how, tabs): &(&Brevity, [Tab; 5])| width(tabs, how.gap) <= usize::from(area.width);
    let mut said = STRIPS.iter().map(|how| (how, tabs(how)));
    let Some((how, tabs)) = said.find(fits).or_else(|| STRIPS.last().map(|how| (how, tabs(how)))) else { return };
    let mut x = if how.gap == 1 { 1 } else { 2 };
    for (pane, name, state) in tabs {
        let focused = opened.focus == pane;
        let look = if focused { Role::Focus } else { Role::Text };
        let inserted = u16::from(focused && how.gap == 1);
        if focused {
            canvas.put(area, x - 1 + inserted, 0, 1, look, "[");
        }
        x = canvas.pieces(area, x + inserted, 0, &[(look, name)]);
        for (role, text) in state {
            x = canvas.pieces(area, x, 0, &[(look, " "), (role, text.as_str())]);
        }
        if focused {
            canvas.put(area, x, 0, 1, look, "]");
        }
        x += inserted + how.gap;
    }
}

fn tab(app: &App, opened: &Opened, pane: Pane, how: &Brevity, canvas: &Canvas<'_>) -> Tab {
    let title = match pane {
        Pane::Mapping => "Mapping",
        Pane::Log => "Log",
        _ => pane.title(),
    };
    let named = how.titles || opened.focus == pane;
    let name = if named { format!("{} {title}", pane.number()) } else { pane.number().to_string() };
    let mut state = in_short(app, opened, pane, canvas, how);
    if (pane == Pane::Settings && !how.settings) || (pane == Pane::Log && !how.runs) {
        state.clear();
    }
    (pane, name, state)
}

/// A pane's state in a few letters: above all how many problems it has.
fn in_short(app: &App, opened: &Opened, pane: Pane, canvas: &Canvas<'_>, how: &Brevity) -> Vec<(Role, String)> {
    let theme = canvas.theme;
    // how a connection stands has a sign of its own
    let counts = |p: &&Problem| Opened::place_of(p).0 == pane && p.code != "connection";
    let here = |severity| opened.problems.iter().filter(counts).filter(|p| p.severity == severity).count();
    let wrong = [(Severity::Error, Role::Bad, Sign::Bad), (Severity::Warning, Role::Doubtful, Sign::Doubtful)];
    let wrong = wrong.map(|(severity, role, sign)| (here(severity), role, theme.sign(sign)));
    let mut wrong = wrong.into_iter().filter(|(n, ..)| *n > 0).peekable();
    if wrong.peek().is_some() && pane != Pane::Settings && pane != Pane::Log {
        let all = if how.problems { 2 } else { 1 };
        let told = |(n, role, sign)| (role, if how.problems { format!("{sign} {n}") } else { String::from(sign) });
        return wrong.take(all).map(told).collect();
    }
    let state = match pane {
        Pane::Mapping if how.rows => {
            let n = opened.rows.len();
            (Role::Good, plural(n, "row"))
        }
        Pane::Action | Pane::Mapping => (Role::Good, theme.sign(Sign::Good).to_owned()),
        Pane::Log => (Role::Dim, opened.log.runs_in_all().to_string()),
        Pane::Settings => {
            let on = opened.editing.action.contacts;
            let text = match (on.create_and_update_new, on.update_existing) {
                (true, true) => "all",
                (true, false) => "new only",
                (false, true) => "existing",
                (false, false) => "none",
            };
            (Role::Dim, text.into())
        }
        Pane::Account => match app.world().connection(&opened.editing.action.account) {
            Connection::Fails(_) => (Role::Bad, theme.sign(Sign::Bad).to_owned()),
            Connection::Checked(health) if health.state != ConnectionState::Ok => {
                (Role::Bad, theme.sign(Sign::Bad).to_owned())
            }
            Connection::Checked(health) if health.failed().next().is_some() => {
                (Role::Doubtful, theme.sign(Sign::Doubtful).to_owned())
            }
            Connection::Checked(_) if app.world().run_failure(&opened.editing.action.account).is_some() => {
                (Role::Doubtful, theme.sign(Sign::Doubtful).to_owned())
            }
            Connection::Checked(_) => (Role::Good, "ok".into()),
            Connection::Unknown | Connection::Asked => return Vec::new(),
        },
    };
    vec![state]
}

/// A line's cursor, and the role of what it says.
pub(super) fn start(canvas: &mut Canvas<'_>, area: Area, y: u16, selected: bool, focused: bool) -> Role {
    let sign = canvas.theme.sign(Sign::Cursor);
    canvas.put(area, 0, y, 1, if focused { Role::Focus } else { Role::Dim }, if selected { sign } else { " " });
    if selected && focused { Role::Selected } else { Role::Text }
}

/// How much of an intent is shown where it has not a place of its own.
const FEW_LINES: u16 = 4;

fn intent(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area, focused: bool) {
    let action = &opened.editing.action;
    let at = opened.selected[Pane::Action as usize];
    let text = area.columns(layout::VALUES, area.width);
    let role = start(canvas, area, 0, at == 0, focused);
    canvas.put(area, 2, 0, 13, role, "Name");
    canvas.put(text, 0, 0, text.width, Role::Text, &action.name);
    let role = start(canvas, area, 1, at == 1, focused);
    canvas.put(area, 2, 1, 13, role, "Intent");
    let words = switch_in_words(action.offline_sync);
    let beside = text.columns(layout::SWITCH, text.width);
    let needed = u16::try_from(wrap(words, beside.width.into()).len()).unwrap_or(1);
    let mut room = text.rows(1, area.height.saturating_sub(1 + needed.min((area.height / 3).max(2))).max(1));
    let alone = !app.layout().framed;
    if alone {
        // what stands below it keeps its place, however long the intent
        room.height = room.height.min(FEW_LINES);
    }
    let key = app.keymap().shown(Command::EditIntent);
    let rows = if action.intent.trim().is_empty() {
        let none = format!("none yet: {key} tells the agent when to trigger the action");
        canvas.paragraph(room, 0, Role::Bad, &none)
    } else {
        let (intent, sign) = (action.intent.trim(), canvas.theme.sign(Sign::Cut));
        let below = wrap(intent, room.width.into()).len().saturating_sub(room.height.into());
        let more = match below {
            1 if alone => format!("{sign} 1 more line ({key} opens)"),
            n if alone => format!("{sign} {n} more lines ({key} opens)"),
            _ => format!("{sign} ({key} opens)"),
        };
        canvas.paragraph_or(room, 0, Role::Text, intent, &more)
    };
    let y = 1 + rows.max(1);
    let role = start(canvas, area, y, at == 2, focused);
    canvas.put(area, 2, y, 13, role, "Offline Sync");
    canvas.put(text, 0, y, layout::SWITCH, Role::Text, if action.offline_sync { "[x] on" } else { "[ ] off" });
    canvas.paragraph(beside.rows(y, area.height), 0, Role::Dim, words);
}

/// What is to be said about what is under the cursor.
fn about(app: &App, opened: &Opened) -> Option<(Role, String)> {
    match opened.focus {
        Pane::Mapping => mapping::about(app, opened),
        Pane::Log => log::about(opened),
        Pane::Account => account::about(app, opened),
        Pane::Settings => settings::about(app, opened),
        Pane::Action => {
            let here = opened.problems.iter().find(|p| Opened::place_of(p).0 == Pane::Action);
            let role = |p: &Problem| if p.severity == Severity::Error { Role::Bad } else { Role::Doubtful };
            here.map(|p| (role(p), p.to_string()))
        }
    }
}
