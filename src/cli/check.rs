//! `astra-zoho check`: every problem of the workspace, with its place and what to do.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::chosen::may_be_active;
use super::out::{Failure, Role};
use super::progress::while_waiting;
use super::{Context, RecordFormat, settings};
use crate::connect::{ConnectError, Link};
use crate::domain::account::Account;
use crate::domain::action::Action;
use crate::domain::check::{check_action, check_fields};
use crate::domain::decide::Fields;
use crate::domain::problem::{Problem, Severity};
use crate::domain::text::visible;
use crate::domain::words::plural;
use crate::ports::{Cost, JournalError};
use crate::sandbox;
use crate::store::{Loaded, Located, Log, Workspace};

/// Check the workspace: every problem with its file, its line, and what to do
///
/// Reads the actions, agent.toml, accounts.toml and config.toml, and compares each mapping with the fields of its account. Exit status
/// 1 where an active action could not run; what a draft still lacks is told and does no harm.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Check this action alone: the name of its file without .toml
    action: Option<String>,
    /// `text` for people, `json` for programs: one problem a line
    #[arg(long, value_enum, default_value_t)]
    format: RecordFormat,
}

/// A problem as it is told.
#[derive(Serialize)]
struct Finding {
    severity: &'static str,
    code: &'static str,
    file: String,
    /// `None` for a file without lines.
    line: Option<usize>,
    column: Option<usize>,
    what: String,
    fix: String,
}

impl From<Located> for Finding {
    fn from(l: Located) -> Self {
        Self {
            severity: l.problem.severity.as_str(),
            code: l.problem.code,
            file: l.file.display().to_string(),
            line: Some(l.line),
            column: Some(l.column),
            what: l.problem.what,
            fix: l.problem.fix,
        }
    }
}

/// Runs the command.
pub async fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    let actions: Vec<Loaded<Action>> = match &arguments.action {
        Some(id) => vec![workspace.action(id).map_err(|e| Failure::unreadable(&e))?],
        None => workspace.actions().map_err(|e| Failure::unreadable(&e))?,
    };
    let agent = workspace.agent().map_err(|e| Failure::unreadable(&e))?;
    let accounts = workspace.accounts().map_err(|e| Failure::unreadable(&e))?;
    let active = actions.iter().filter(|a| may_be_active(a)).count();
    let mut findings: Vec<Finding> = Vec::new();
    let mut stopped = active > 0 && (agent.has_errors() || accounts.has_errors());
    findings.extend(accounts.problems.iter().chain(&agent.problems).cloned().map(Finding::from));
    findings.extend(settings::read(workspace.folders()).1.into_iter().map(Finding::from));
    if let Err(why) = crate::live::database::of(None, &workspace) {
        stopped |= active > 0;
        findings.push(no_database(&workspace, why));
    }
    if let Err(e) = Log::open(&workspace.state_db()) {
        stopped |= active > 0;
        findings.push(unusable_log(&workspace, &e));
    }
    let mut looked = Looked { workspace: &workspace, context, answers: BTreeMap::new() };
    for action in &actions {
        let mut later = Vec::new();
        if !action.is_broken() {
            later = check_action(&action.value, &agent.value, &accounts.value);
            if let Some(account) = accounts.value.iter().find(|a| a.id == action.value.account) {
                match looked.fields(account).await {
                    Ok(fields) => later.extend(check_fields(&action.value, fields)),
                    Err(problem) => later.push(problem.clone()),
                }
            }
        }
        let problems = action.all_problems(&later);
        stopped |= may_be_active(action) && problems.iter().any(|p| p.problem.severity == Severity::Error);
        findings.extend(problems.into_iter().map(Finding::from));
    }
    tell(arguments.format, context, &findings, &summary(&findings, actions.len(), active, stopped))?;
    if stopped { Err(Failure::silent(1)) } else { Ok(()) }
}

/// What the accounts' fields are, each account asked once.
struct Looked<'a> {
    workspace: &'a Workspace,
    context: &'a Context,
    answers: BTreeMap<String, Result<Fields, Problem>>,
}

impl Looked<'_> {
    async fn fields(&mut self, account: &Account) -> &Result<Fields, Problem> {
        if !self.answers.contains_key(&account.id) {
            let answer = self.ask(account).await.map_err(|e| not_looked_at(account, &e));
            self.answers.insert(account.id.clone(), answer);
        }
        &self.answers[&account.id]
    }

    async fn ask(&self, account: &Account) -> Result<Fields, ConnectError> {
        if account.is_sandbox() {
            // the look below does without its data; a run does not
            sandbox::examine(&self.workspace.sandbox_db())?;
        }
        let link = Link::open_to_look(self.workspace, account, Arc::clone(&self.context.clock)).await?;
        let failed = |source| ConnectError::Zoho { account: account.id.clone(), source };
        let asked = async {
            link.confirm(link.little_patience()).await?;
            link.client.fields(true, link.little_patience(), &mut Cost::default()).await.map_err(failed)
        };
        let what = format!("asking account {} for its fields", account.id);
        let fields = while_waiting(&self.context.out, &what, asked).await;
        link.close().await;
        Ok(fields?.into_iter().collect())
    }
}

/// An account that may answer later leaves a doubt; one that will not until somebody mends it stops the action.
fn not_looked_at(account: &Account, error: &ConnectError) -> Problem {
    let passing = match error {
        ConnectError::Zoho { source, .. } => matches!(
            source.code.as_str(),
            "network"
                | "timeout"
                | "bad_response"
                | "rate_limited"
                | "credits_exhausted"
                | "INTERNAL_ERROR"
                | "INTERNAL_SERVER_ERROR"
                | "SERVICE_UNAVAILABLE"
        ),
        ConnectError::Silent { .. } => true,
        ConnectError::Sandbox(_) | ConnectError::Workspace(_) | ConnectError::OtherOrganisation(_) => false,
    };
    let message = match error {
        ConnectError::Zoho { source, .. } => source.message.clone(),
        other => other.to_string(),
    };
    let (why, fix) = advice(&message);
    if passing {
        let what = format!("the fields of account `{}` could not be checked: {why}", account.id);
        Problem::warning("account_unreachable", "account", what, fix)
    } else {
        Problem::error("account_unusable", "account", why, fix)
    }
}

fn no_database(workspace: &Workspace, why: String) -> Finding {
    Finding {
        severity: Severity::Error.as_str(),
        code: "database_unknown",
        what: "the database with the queue cannot be used".to_owned(),
        file: workspace.config_path().display().to_string(),
        line: None,
        column: None,
        fix: why,
    }
}

fn unusable_log(workspace: &Workspace, error: &JournalError) -> Finding {
    let path = workspace.state_db().display().to_string();
    let (what, fix) = advice(&error.message);
    Finding {
        severity: Severity::Error.as_str(),
        code: "log_unusable",
        what: what.strip_prefix(&path).map_or_else(|| what.to_owned(), |rest| format!("the log of runs{rest}")),
        file: path,
        line: None,
        column: None,
        fix: fix.to_owned(),
    }
}

/// A sentence of ours taken apart: what is wrong, and what to do.
fn advice(sentence: &str) -> (&str, &str) {
    sentence
        .rsplit_once("; ")
        .or_else(|| sentence.rsplit_once(": "))
        .unwrap_or((sentence, "mend it and run `astra-zoho check` again"))
}

fn summary(findings: &[Finding], actions: usize, active: usize, stopped: bool) -> String {
    let is_error = |f: &&Finding| f.severity == Severity::Error.as_str();
    let errors = findings.iter().filter(is_error).count();
    let warnings = findings.len() - errors;
    let found = match (errors, warnings) {
        (0, 0) => "no problems".to_owned(),
        (e, 0) => plural(e, "error"),
        (0, w) => plural(w, "warning"),
        (e, w) => format!("{}, {}", plural(e, "error"), plural(w, "warning")),
    };
    let place = format!("{found} in {} ({active} active)", plural(actions, "action"));
    match (stopped, errors) {
        (true, _) => format!("not ok: {place}; an active action cannot run"),
        (false, 0) => format!("ok: {place}"),
        (false, _) if active == 0 => format!("{place}; nothing is active, so nothing is stopped"),
        (false, _) => format!("drafts have {place}; what is active can run"),
    }
}

fn tell(format: RecordFormat, context: &mut Context, findings: &[Finding], summary: &str) -> Result<(), Failure> {
    let out = &mut context.out;
    if let RecordFormat::Json = format {
        findings.iter().try_for_each(|f| out.json(f))?;
        out.notice(summary)?;
        return Ok(());
    }
    for f in findings {
        let mut place = visible(&f.file).into_owned();
        for n in [f.line, f.column].into_iter().flatten() {
            place.push_str(&format!(":{n}"));
        }
        let role = if f.severity == Severity::Error.as_str() { Role::Bad } else { Role::Doubtful };
        let line = format!(
            "{}: {}: {}; {}",
            out.styled(Role::Strong, &place),
            out.styled(role, f.severity),
            visible(&f.what),
            visible(&f.fix)
        );
        out.line(&line)?;
    }
    let role = if summary.starts_with("not ok") { Role::Bad } else { Role::Good };
    let summary = out.styled(role, summary);
    out.line(&summary)?;
    Ok(())
}
