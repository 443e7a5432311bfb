//! An open action: header, strip, the first and the third pane. The others and the replay have files of their own.

use unicode_width::UnicodeWidthStr;

use super::canvas::Canvas;
use super::theme::{Role, Sign};
use super::{account, log, mapping, message, plan, replay};
use crate::app::layout::{Area, Pane};
use crate::app::mapping::Mark;
use crate::app::opened::Opened;
use crate::app::settings::Forecast;
use crate::app::world::Connection;
use crate::app::{App, settings};
use crate::domain::account::Account;
use crate::domain::action::State;
use crate::domain::health::ConnectionState;
use crate::domain::problem::Severity;

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
        if layout.framed {
            let role = if focused { Role::Focus } else { Role::Dim };
            let mut title = vec![(
                if focused { Role::Focus } else { Role::Title },
                format!(" {} {} ", pane.number(), pane.title()),
            )];
            if pane == Pane::Log {
                title.push((Role::Dim, log::title(opened)));
            }
            if let (Pane::Mapping, Some((role, words, _))) = (pane, mapping::title(app, opened)) {
                title.push((role, format!("{words} ")));
            }
            canvas.frame(area, &title, role);
        }
        let inside = layout.pane(pane);
        match pane {
            Pane::Action => intent(canvas, opened, inside, focused),
            Pane::Account => account::draw(canvas, app, opened, inside, focused),
            Pane::Settings => permissions(canvas, app, opened, inside, focused),
            Pane::Mapping => mapping::draw(canvas, app, opened, inside, focused),
            Pane::Log => log::draw(canvas, app, opened, inside, focused),
        }
    }
    plan::boxed(canvas, app, opened, layout.plan);
    if !layout.run.is_empty() {
        log::explanation(canvas, app, opened, layout.run, layout.run_text());
    }
    if let Some(playing) = app.playing() {
        replay::draw(canvas, playing, opened, layout.replay);
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
    let place = account.data_center.as_deref().unwrap_or("own host").to_uppercase();
    (Role::Real, format!(" REAL ZOHO {dot} {} ({place}) ", organisation.unwrap_or(&account.label)))
}

fn strip(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area) {
    let mut x = 1;
    for pane in Pane::ALL {
        let (role, mut state) = in_short(app, opened, pane, canvas);
        let narrow = area.width < 76;
        if narrow && pane == Pane::Settings {
            state.clear();
        }
        let focused = opened.focus == pane;
        let title = if pane == Pane::Mapping {
            "Mapping"
        } else if pane == Pane::Log {
            "Log"
        } else {
            pane.title()
        };
        let (open, close) = if focused { ("[", "]") } else { (" ", " ") };
        let name = format!("{open}{} {title}", pane.number());
        let look = if focused { Role::Focus } else { Role::Text };
        x = canvas.pieces(
            area,
            x,
            0,
            &[(look, name), (look, if state.is_empty() { String::new() } else { " ".into() })],
        );
        x = canvas.pieces(area, x, 0, &[(role, state.as_str()), (look, close)]);
        x += u16::from(!narrow);
    }
}

/// A pane's state in a few letters.
fn in_short(app: &App, opened: &Opened, pane: Pane, canvas: &Canvas<'_>) -> (Role, String) {
    let theme = canvas.theme;
    let good = || (Role::Good, theme.sign(Sign::Good).to_owned());
    let here = opened.problems.iter().filter(|p| Opened::place_of(p).0 == pane);
    let worst = here.clone().map(|p| p.severity).max();
    let sign = match worst {
        Some(Severity::Error) => Some((Role::Bad, theme.sign(Sign::Bad))),
        Some(Severity::Warning) => Some((Role::Doubtful, theme.sign(Sign::Doubtful))),
        None => None,
    };
    match pane {
        Pane::Mapping => {
            let rows = opened.rows.len();
            let doubtful = opened.rows.iter().any(|r| r.mark == Mark::Doubtful);
            match sign {
                Some((role, sign)) => (role, format!("{sign} {rows}")),
                None if doubtful => (Role::Doubtful, format!("! {rows}")),
                None => (Role::Good, rows.to_string()),
            }
        }
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
            _ if sign.is_some() => sign.map_or_else(good, |(role, s)| (role, s.to_owned())),
            Connection::Fails(_) => (Role::Bad, theme.sign(Sign::Bad).to_owned()),
            Connection::Checked(health) if health.state != ConnectionState::Ok => {
                (Role::Bad, theme.sign(Sign::Bad).to_owned())
            }
            Connection::Checked(health) if health.failed().next().is_some() => {
                (Role::Doubtful, theme.sign(Sign::Doubtful).to_owned())
            }
            Connection::Checked(_) => (Role::Good, "ok".into()),
            Connection::Unknown | Connection::Asked => (Role::Dim, String::new()),
        },
        Pane::Action => sign.map_or_else(good, |(role, s)| (role, s.to_owned())),
    }
}

/// A line's cursor, and the role of what it says.
pub(super) fn start(canvas: &mut Canvas<'_>, area: Area, y: u16, selected: bool, focused: bool) -> Role {
    let sign = canvas.theme.sign(Sign::Cursor);
    canvas.put(area, 0, y, 1, if focused { Role::Focus } else { Role::Dim }, if selected { sign } else { " " });
    if selected && focused { Role::Selected } else { Role::Text }
}

fn intent(canvas: &mut Canvas<'_>, opened: &Opened, area: Area, focused: bool) {
    let action = &opened.editing.action;
    let at = opened.selected[Pane::Action as usize];
    let text = area.columns(16, area.width);
    let role = start(canvas, area, 0, at == 0, focused);
    canvas.put(area, 2, 0, 13, role, "Name");
    canvas.put(text, 0, 0, text.width, Role::Text, &action.name);
    let role = start(canvas, area, 1, at == 1, focused);
    canvas.put(area, 2, 1, 13, role, "Intent");
    let room = if area.height >= 12 { area.height - 6 } else { area.height.saturating_sub(3).max(1) };
    let rows = if action.intent.trim().is_empty() {
        canvas.paragraph(text.rows(1, room), 0, Role::Bad, "none yet: e tells the agent when to trigger the action")
    } else {
        canvas.paragraph(text.rows(1, room), 0, Role::Text, action.intent.trim())
    };
    let y = 1 + rows.max(1);
    let role = start(canvas, area, y, at == 2, focused);
    canvas.put(area, 2, y, 13, role, "Offline Sync");
    let (mark, words) = if action.offline_sync {
        ("[x] on ", " one run when a conversation has ended: 10 minutes of silence, or the call's end")
    } else {
        ("[ ] off", " runs during the conversation")
    };
    canvas.put(text, 0, y, 7, Role::Text, mark);
    canvas.paragraph(text.columns(7, text.width).rows(y, area.height), 0, Role::Dim, words);
}

fn permissions(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area, focused: bool) {
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
    let (then, runs) = (21, area.width.min(60).saturating_sub(6));
    let header = area.rows(3, 1);
    canvas.put(header, 2, 0, 18, Role::Dim, "contact");
    canvas.put(header, then, 0, 14, Role::Dim, "then");
    canvas.put(header, runs, 0, 6, Role::Dim, "runs");
    // beside the log, the case of the run that the cursor rested on
    let run = if app.layout().framed { opened.log.explained_run() } else { opened.log.run() };
    let lit = run.and_then(|r| r.record.rule);
    for (i, case) in settings::cases(action).into_iter().enumerate() {
        let y = 4 + u16::try_from(i).unwrap_or(u16::MAX);
        let role = start(canvas, area, y, at == i + 2, focused);
        let is_lit = lit == Some(case.rule);
        let look = if is_lit && role == Role::Text { Role::Focus } else { role };
        canvas.put(area, 2, y, 18, look, case.contact);
        canvas.put(area, then, y, runs.saturating_sub(then + 1), Role::Text, case.then);
        let n = opened.log.decided_by(case.rule);
        canvas.put(area, runs, y, 6, if n > 0 { Role::Text } else { Role::Dim }, &format!("{n:>4}"));
    }
    if let Some(forecast) = opened.forecast() {
        let used = 5 + u16::try_from(settings::cases(action).len()).unwrap_or(u16::MAX);
        otherwise(canvas, &forecast, area.rows(used, area.height));
    }
}

/// What the toggles, changed and not saved, would have meant.
fn otherwise(canvas: &mut Canvas<'_>, forecast: &Forecast, area: Area) {
    if area.height < 6 {
        return;
    }
    let title = match forecast.different {
        0 => "not saved: no run would differ".to_owned(),
        1 => "not saved: 1 run would differ".to_owned(),
        n => format!("not saved: {n} runs would differ"),
    };
    canvas.put(area, 2, 0, area.width, Role::Doubtful, &title);
    for (y, (effect, (before, after))) in (1..).zip(settings::Effect::ALL.into_iter().zip(forecast.runs)) {
        let role = if before == after { Role::Dim } else { Role::Text };
        canvas.put(area, 2, y, 18, role, effect.name());
        canvas.put(area, 21, y, 20, role, &format!("{before:>5} -> {after}"));
    }
    if forecast.unknown > 0 {
        canvas.put(area, 2, 5, 18, Role::Dim, "cannot be told");
        canvas.put(area, 21, 5, 20, Role::Dim, &format!("{:>5}", forecast.unknown));
    }
}

/// The same in a sentence.
fn otherwise_in_words(forecast: &Forecast) -> String {
    let moved = settings::Effect::ALL.into_iter().zip(forecast.runs).filter(|(_, (before, after))| before != after);
    let moved: Vec<String> = moved.map(|(e, (before, after))| format!("{} {before} -> {after}", e.name())).collect();
    let unknown = match forecast.unknown {
        0 => String::new(),
        n => format!("; {n} cannot be told"),
    };
    let runs = if moved.is_empty() { "as they are".to_owned() } else { moved.join(", ") };
    format!("Not saved. The runs of the log, each with what it found then, would be: {runs}{unknown}.")
}

/// What is to be said about what is under the cursor.
fn about(app: &App, opened: &Opened) -> Option<(Role, String)> {
    match opened.focus {
        Pane::Mapping => mapping::about(app, opened),
        Pane::Log => log::about(opened),
        Pane::Account => account::about(app, opened),
        Pane::Settings => {
            let line = opened.selected[Pane::Settings as usize];
            if let Some(forecast) = opened.forecast().filter(|_| line < 2) {
                return Some((Role::Doubtful, otherwise_in_words(&forecast)));
            }
            let text = match line {
                0 => {
                    "A run may create a contact where none has the address, and update those that were created through Astra."
                }
                1 => {
                    "A run may change every mapped field of contacts that others made. Off: only the fields fed by the summary."
                }
                line => {
                    let case = settings::cases(&opened.editing.action).get(line - 2).copied()?;
                    let words = crate::domain::words::rule_in_words(case.rule);
                    return Some((Role::Dim, format!("{}: {words}. Enter shows these runs.", case.rule)));
                }
            };
            Some((Role::Dim, text.into()))
        }
        Pane::Action => {
            let here = opened.problems.iter().find(|p| Opened::place_of(p).0 == Pane::Action);
            here.map(|p| (Role::Bad, p.to_string()))
        }
    }
}
