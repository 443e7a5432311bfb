//! Review and activate: what is missing or doubtful, and what a dry run over the samples would do.

use super::canvas::Canvas;
use super::theme::{Role, Sign};
use super::{action, message};
use crate::app::App;
use crate::app::opened::Opened;
use crate::domain::problem::Severity;
use crate::domain::run::Outcome;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, opened: &Opened) {
    let layout = app.layout();
    action::header(canvas, app, opened, layout.header);
    canvas.rule(layout.header.below(), 0);
    let body = layout.body.columns(1, layout.body.width - 2);
    canvas.put(body, 0, 0, body.width, Role::Title, "Review and activate");
    let mut y = 2;
    if opened.problems.is_empty() {
        let sign = canvas.theme.sign(Sign::Good);
        canvas.pieces(
            body,
            0,
            y,
            &[(Role::Good, sign), (Role::Text, " Nothing is missing. S saves the action and activates it.")],
        );
        y += 1;
    }
    let line = opened.review.unwrap_or(0);
    let room = body.height.saturating_sub(7).max(1);
    let top = super::first_line(line, room.into(), opened.problems.len());
    for (i, problem) in opened.problems.iter().enumerate().skip(top).take(room.into()) {
        let look = action::start(canvas, body, y, line == i, true);
        let (role, sign) = match problem.severity {
            Severity::Error => (Role::Bad, Sign::Bad),
            Severity::Warning => (Role::Doubtful, Sign::Doubtful),
        };
        canvas.put(body, 2, y, 1, role, canvas.theme.sign(sign));
        let (pane, _) = Opened::place_of(problem);
        canvas.put(body, 4, y, 13, if look == Role::Selected { look } else { Role::Dim }, pane.title());
        canvas.put(body, 18, y, body.width.saturating_sub(18), Role::Text, &problem.what);
        y += 1;
    }
    y += 1;
    canvas.put(body, 0, y, body.width, Role::Title, "What the samples would do");
    y += 1;
    let Some(plan) = app.playing().filter(|p| p.dry_run && p.done() > 0) else {
        canvas.put(body, 2, y, body.width, Role::Dim, "r tells it by a dry run: Zoho is read, nothing is written");
        message(canvas, app, about(opened));
        return;
    };
    let mut x = 2;
    for outcome in Outcome::ALL.iter().filter(|o| plan.came_out(**o) > 0) {
        let (role, sign) = super::log::look(canvas, *outcome);
        let text = format!("{} would be {outcome}", plan.came_out(*outcome));
        x = canvas.pieces(
            body,
            x,
            y,
            &[(role, sign), (Role::Text, " "), (Role::Text, text.as_str()), (Role::Text, "   ")],
        );
    }
    message(canvas, app, about(opened));
}

fn about(opened: &Opened) -> Option<(Role, String)> {
    let problem = opened.problems.get(opened.review?)?;
    let role = if problem.severity == Severity::Error { Role::Bad } else { Role::Doubtful };
    Some((role, format!("{problem}. Enter goes there.")))
}
