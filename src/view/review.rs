//! Review and activate: what is missing or doubtful, and what a dry run over the samples would do, run by run.

use super::canvas::Canvas;
use super::theme::{Role, Sign};
use super::{Seen, action, message, plan};
use crate::app::App;
use crate::app::layout::Area;
use crate::app::msg::{Ended, LoggedRun};
use crate::app::opened::Opened;
use crate::app::playing::{Playing, Stage};
use crate::domain::action::State;
use crate::domain::problem::Severity;
use crate::domain::run::{Outcome, format_instant};
use crate::domain::words::rule_in_words;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, opened: &Opened) {
    let layout = app.layout();
    action::header(canvas, app, opened, layout.header);
    canvas.rule(layout.header.below(), 0);
    let body = layout.body.columns(1, layout.body.width - 2);
    let roomy = body.height >= 16;
    canvas.put(body, 0, 0, body.width, Role::Title, "Review and activate");
    if let Some(model) = app.world().model_in_words() {
        let role = if app.world().model.as_ref().is_some_and(|m| m.here) { Role::Dim } else { Role::Doubtful };
        canvas.put(body, 21, 0, body.width.saturating_sub(21), role, &model);
    }
    let line = opened.review.unwrap_or(0);
    // the problems take what they need, up to a third where there are runs to show
    let n = u16::try_from(opened.problems.len()).unwrap_or(u16::MAX).max(1);
    let planned = app.rehearsed();
    let most = if planned.is_some() { (body.height / 3).max(2) } else { body.height.saturating_sub(4) };
    let list = body.rows(1 + u16::from(roomy), n.min(most));
    problems(canvas, app, opened, list, line);
    super::beyond_on_rule(canvas, layout.header.below(), &seen(opened, list, line).beyond());
    let used = 1 + u16::from(roomy) + list.height + u16::from(roomy);
    let rest = body.rows(used, body.height);
    canvas.put(rest, 0, 0, rest.width, Role::Title, "What the samples would do");
    let Some(planned) = planned else {
        let text = "r tells it by a dry run: Zoho is read, nothing is written";
        canvas.paragraph(rest.columns(2, rest.width).rows(1, 2), 0, Role::Dim, text);
        return message(canvas, app, about(app, opened));
    };
    let told = 27 + stage(canvas, app, planned, rest.columns(27, rest.width));
    let free = totals(canvas, planned, rest.rows(1, 1));
    let runs = rest.rows(2, rest.height);
    let selected = line.checked_sub(opened.problems.len());
    let (list, details) = if runs.width >= 110 {
        let list = runs.columns(0, runs.width * 11 / 20);
        (list, runs.columns(list.width + 2, runs.width))
    } else {
        let below = (runs.height * 2 / 5).clamp(2, 9).min(runs.height.saturating_sub(2));
        (runs.rows(0, runs.height - below), runs.rows(runs.height - below, below))
    };
    planned_runs(canvas, planned, list, selected);
    let beyond = runs_seen(planned, list, selected).beyond();
    // beside the totals, or where those take the whole row above them
    let fits = usize::from(list.width) >= usize::from(free) + beyond.len();
    let (row, used) = if fits { (1, free) } else { (0, told + 2) };
    let room = list.width.saturating_sub(used);
    canvas.put_right(rest.rows(row, 1).columns(0, list.width), 0, room, Role::Dim, &beyond);
    differences(canvas, app, details);
    message(canvas, app, about(app, opened));
}

fn problems(canvas: &mut Canvas<'_>, app: &App, opened: &Opened, area: Area, line: usize) {
    let account = &opened.editing.action.account;
    if opened.problems.is_empty() && app.world().fields(account).is_none() {
        let sign = canvas.theme.sign(Sign::Doubtful);
        let text = format!(" Nothing is missing as far as is known: the fields of {account} are not.");
        canvas.pieces(area, 0, 0, &[(Role::Doubtful, sign), (Role::Text, text.as_str())]);
        return;
    }
    if opened.problems.is_empty() {
        let sign = canvas.theme.sign(Sign::Good);
        let text = match opened.editing.saved.as_ref().map(|f| f.action.state) {
            Some(State::Active) if opened.editing.unsaved() == 0 => {
                " Nothing is missing: it is saved and active, and runs."
            }
            _ => " Nothing is missing. S saves the action and activates it.",
        };
        canvas.pieces(area, 0, 0, &[(Role::Good, sign), (Role::Text, text)]);
        return;
    }
    let top = seen(opened, area, line).top;
    for (y, (i, problem)) in (0..area.height).zip(opened.problems.iter().enumerate().skip(top)) {
        let look = action::start(canvas, area, y, line == i, true);
        let (role, sign) = match problem.severity {
            Severity::Error => (Role::Bad, Sign::Bad),
            Severity::Warning => (Role::Doubtful, Sign::Doubtful),
        };
        canvas.put(area, 2, y, 1, role, canvas.theme.sign(sign));
        let place = Opened::whereabouts(problem);
        canvas.put(area, 4, y, 13, if look == Role::Selected { look } else { Role::Dim }, place);
        canvas.put(area, 18, y, area.width.saturating_sub(18), Role::Text, &problem.what);
    }
}

/// Which problems are seen.
fn seen(opened: &Opened, area: Area, line: usize) -> Seen {
    let (room, total) = (area.height.into(), opened.problems.len());
    Seen { top: super::first_line(line.min(total.saturating_sub(1)), room, total), room, total }
}

/// How many would come out how; gives the column behind it.
fn totals(canvas: &mut Canvas<'_>, planned: &Playing, area: Area) -> u16 {
    let told = Outcome::ALL.iter().filter(|o| planned.came_out(**o) > 0);
    let cells: usize = told.map(|o| planned.came_out(*o).to_string().len() + o.as_str().len() + 6).sum();
    let mut x = 2;
    // where it has no room, the title above says so alone
    if cells > 0 && cells + 10 <= usize::from(area.width) {
        x += canvas.put(area, x, 0, area.width, Role::Text, "would be:") + 2;
    }
    for outcome in Outcome::ALL.iter().filter(|o| planned.came_out(**o) > 0) {
        let (role, sign) = super::log::look(canvas, *outcome);
        let text = format!(" {} {outcome}", planned.came_out(*outcome));
        x = canvas.pieces(area, x, 0, &[(role, sign), (Role::Text, text.as_str())]) + 3;
    }
    x
}

/// Why not everything is known, where that is so; gives the columns used.
fn stage(canvas: &mut Canvas<'_>, app: &App, planned: &Playing, area: Area) -> u16 {
    let (role, text) = match &planned.stage {
        Stage::Planning => (Role::Dim, "being planned".into()),
        Stage::Running | Stage::Paused => (Role::Dim, format!("{} of {} runs", planned.done(), planned.due)),
        Stage::Over(Ended::Failed(why)) => (Role::Bad, why.clone()),
        Stage::Refused(why) => (Role::Bad, why.join("; ")),
        Stage::Over(Ended::Stopped) => (Role::Doubtful, "stopped before the end".into()),
        Stage::Over(Ended::Finished) if app.rehearsed_is_old() => {
            (Role::Doubtful, "edited since: r tells it anew".into())
        }
        Stage::Over(Ended::Finished) => (Role::Dim, String::new()),
    };
    canvas.put(area, 0, 0, area.width, role, &text)
}

/// Which runs are seen.
fn runs_seen(planned: &Playing, area: Area, selected: Option<usize>) -> Seen {
    let (room, total) = (usize::from(area.height).max(1), planned.runs.len());
    Seen { top: super::first_line(selected.unwrap_or(0), room, total), room, total }
}

fn planned_runs(canvas: &mut Canvas<'_>, planned: &Playing, area: Area, selected: Option<usize>) {
    let top = runs_seen(planned, area, selected).top;
    for (y, (i, run)) in (0..area.height).zip(planned.runs.iter().enumerate().skip(top)) {
        planned_run(canvas, run, area, y, selected == Some(i));
    }
}

fn planned_run(canvas: &mut Canvas<'_>, run: &LoggedRun, area: Area, y: u16, selected: bool) {
    let name = action::start(canvas, area, y, selected, true);
    let r = &run.record;
    let (role, sign) = super::log::look(canvas, r.outcome);
    let wide = area.width >= 70;
    let id = if wide { 26 } else { 18 };
    canvas.put(area, 2, y, 8, Role::Dim, &format_instant(r.at)[11..19]);
    canvas.put(area, 11, y, id, name, &r.conversation);
    let x = 12 + id;
    canvas.put(area, x, y, 1, role, sign);
    canvas.put(area, x + 2, y, 10, role, r.outcome.as_str());
    let rule = r.rule.map_or_else(|| r.error.as_ref().map_or("", |e| e.code.as_str()), |r| r.as_str());
    canvas.put(area, x + 13, y, area.width.saturating_sub(x + 13), Role::Text, rule);
}

/// The planned run under the cursor, field by field.
fn differences(canvas: &mut Canvas<'_>, app: &App, area: Area) {
    let Some(run) = app.rested_run() else { return };
    let key = app.keymap().shown(crate::app::command::Command::GoToProblem);
    let mut lines = app.run_lines(run);
    // the list has its outcome, the message its rule
    if area.height < 8 {
        lines.retain(|l| !matches!(l.kind, crate::app::plan::Kind::Outcome(_) | crate::app::plan::Kind::Note));
    }
    plan::rows(canvas, area, &lines, &key);
}

fn about(app: &App, opened: &Opened) -> Option<(Role, String)> {
    if let Some(problem) = opened.problems.get(opened.review?) {
        let role = if problem.severity == Severity::Error { Role::Bad } else { Role::Doubtful };
        let enter = if Opened::is_elsewhere(problem) { "" } else { " Enter goes there." };
        return Some((role, format!("{problem}.{enter}")));
    }
    let run = &app.reviewed_run()?.record;
    Some((Role::Dim, format!("{}: {}.", run.conversation, rule_in_words(run.rule?))))
}
