//! An open action: what is edited, which pane has the focus, what is selected in each, and what is wrong with it. Must not
//! know keys.

use jiff::Timestamp;

use super::back::Place;
use super::drift::Choosing;
use super::editing::Editing;
use super::form::Form;
use super::hindsight::Hindsight;
use super::layout::Pane;
use super::log::LogView;
use super::mapping::{self, RowView};
use super::msg::{Heading, Located, Request, Revision, SaveRefused};
use super::plan::ExamplePlan;
use super::wording::spoken;
use super::world::{Connection, World};
use crate::domain::action::{Action, Permissions, Row, State};
use crate::domain::check::{check_action, check_fields};
use crate::domain::field::AstraField;
use crate::domain::health::ConnectionState;
use crate::domain::problem::{Problem, Severity, Step};
use crate::domain::text::is_blank;
use crate::domain::words::counted;

/// How long after the first change that was not kept a draft is kept, in milliseconds: no matter how much is typed
/// meanwhile, no more than this is ever lost.
pub const KEEP_AFTER_MS: i64 = 1_000;

/// How many characters an intent may have: a longer one is kept whole, and does not run.
pub const LONGEST_INTENT: usize = 8_000;

/// Which side of a row is under the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The Zoho field.
    Zoho,
    /// The Astra field.
    Astra,
}

/// An open action.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// What is edited.
    pub editing: Editing,
    /// Which pane has the focus.
    pub focus: Pane,
    /// What is selected in each pane; the log keeps its own.
    pub selected: [usize; 5],
    /// Which side of a row is under the cursor.
    pub side: Side,
    /// The Sync log.
    pub log: LogView,
    /// Which suggestion is shown.
    pub suggestion: usize,
    /// What is wrong or doubtful: what reading the file found and what the rules say.
    pub problems: Vec<Problem>,
    /// The rows as shown.
    pub rows: Vec<RowView>,
    /// Rows that could be added.
    pub suggestions: Vec<Row>,
    /// The save under way, and what was sent.
    pub saving: Option<(Request, Action)>,
    /// A save that somebody else's change stopped, and the state that was to be saved.
    pub conflict: Option<(SaveRefused, State)>,
    /// Which of somebody else's texts of the file was said to be there; `None` within: that it is gone.
    pub said_of: Option<Option<Revision>>,
    /// When the draft is to be kept.
    pub keep_at: Option<Timestamp>,
    /// What was kept last, with a new Astra field that was being typed, or nothing since the last save.
    pub kept: Option<(Action, Option<AstraField>)>,
    /// A form for a new field that was closed: what was typed is there again.
    pub parked: Option<Form>,
    /// A form for a row's options that was closed with half a pair of values.
    pub parked_options: Option<Form>,
    /// What is to be saved as active once the account's fields are known.
    pub activating: Option<Action>,
    /// The account just chosen, until it is known what no longer fits.
    pub choosing: Option<Choosing>,
    /// The runs of the log by which changed toggles are judged.
    pub hindsight: Hindsight,
    /// What it would do with the example conversation.
    pub plan: ExamplePlan,
    /// The review lies over the panes; the line selected in it.
    pub review: Option<usize>,
    /// The line of the review on which the cursor rested last: its run stands there field by field.
    pub reviewed: usize,
    /// How many rows the first pane would fill on this screen.
    pub first_pane_rows: u16,
    /// The line of the account pane on which the cursor rested last: what was found of its account stands there.
    pub looked_at: usize,
    /// Where one was led from, the last place at the end: Escape goes back there.
    pub behind: Vec<Place>,
    /// What rows and problems were made from: the action, what was told, the example.
    made_from: Option<(Action, u64, Option<String>)>,
}

impl Opened {
    /// An action, just opened.
    pub fn new(editing: Editing) -> Self {
        let log = LogView::of(&editing.action.id);
        Self {
            editing,
            focus: Pane::Action,
            selected: [0; 5],
            side: Side::Astra,
            log,
            suggestion: 0,
            problems: Vec::new(),
            rows: Vec::new(),
            suggestions: Vec::new(),
            saving: None,
            conflict: None,
            said_of: None,
            keep_at: None,
            kept: None,
            parked: None,
            parked_options: None,
            activating: None,
            choosing: None,
            hindsight: Hindsight::default(),
            plan: ExamplePlan::default(),
            review: None,
            reviewed: 0,
            first_pane_rows: 0,
            looked_at: 0,
            behind: Vec::new(),
            made_from: None,
        }
    }

    /// Brings everything that is derived from the action and the world up to date.
    pub fn refresh(&mut self, world: &World, example: Option<&Heading>) {
        let fresh = self.made_from.as_ref().is_some_and(|(action, told, id)| {
            *action == self.editing.action && *told == world.told() && id.as_deref() == example.map(|e| e.id.as_str())
        });
        if !fresh {
            self.make(world, example);
            self.made_from = Some((self.editing.action.clone(), world.told(), example.map(|e| e.id.clone())));
        }
        for pane in Pane::ALL {
            let last = self.lines(pane, world).saturating_sub(1);
            let at = &mut self.selected[pane as usize];
            *at = (*at).min(last);
        }
    }

    fn make(&mut self, world: &World, example: Option<&Heading>) {
        let action = &self.editing.action;
        let mut found = written(action, world);
        found.extend(self.contested(world));
        found.extend(unreachable(&action.account, world));
        found.extend(read(action, world));
        found.extend(check_action(action, &world.agent, &world.accounts));
        let known = world.fields(&action.account);
        let fields = known.map(|k| &k.by_name);
        if let Some(fields) = fields {
            found.extend(check_fields(action, fields));
        }
        let mut problems: Vec<Problem> = world.in_the_way().map(elsewhere).collect();
        problems.extend(found.into_iter().map(|p| spoken(p, action, fields, &world.agent)));
        problems.sort_by_key(|p| std::cmp::Reverse(p.severity));
        self.rows = mapping::rows(action, fields, &world.agent, example, &problems);
        // doubtful by the example alone
        problems.extend((0..).zip(&self.rows).filter_map(|(i, row)| {
            let unfit = row.unfit.as_ref()?;
            let place = vec![Step::Key("mapping".into()), Step::Index(i)];
            let (what, fix) = (unfit.what.clone(), unfit.fix.clone());
            Some(Problem { severity: Severity::Warning, code: "example_unfit", place, what, fix })
        }));
        let list = known.map_or(&[][..], |k| &k.list.fields);
        self.suggestions = crate::domain::mapping::suggestions(&action.mapping, list, &world.agent);
        self.problems = problems;
        self.suggestion = self.suggestion.min(self.suggestions.len().saturating_sub(1));
    }

    /// The file is no longer what the action was edited from.
    fn contested(&self, world: &World) -> Option<Problem> {
        let saved = self.editing.saved.as_ref().filter(|_| self.saving.is_none())?;
        let (what, fix) = match world.action(&self.editing.action.id) {
            Some(now) if now.revision == saved.revision || now.broken => return None,
            Some(_) => ("somebody else changed this action since you began", "saving shows both sides"),
            None => ("somebody else deleted this action's file", "saving asks whether to make it anew"),
        };
        Some(Problem::warning("contested", "name", what, fix))
    }

    /// How many lines one can stand on in a pane.
    pub fn lines(&self, pane: Pane, world: &World) -> usize {
        match pane {
            Pane::Action => 3,
            Pane::Account => world.accounts.len() + 1,
            Pane::Settings => 2 + self.cases().len(),
            Pane::Mapping => self.rows.len() + 1,
            Pane::Log => self.log.runs.len(),
        }
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<(usize, &Row)> {
        let i = self.selected[Pane::Mapping as usize];
        self.editing.action.mapping.get(i).map(|r| (i, r))
    }

    /// What the toggles, changed and not saved, would have meant for the runs of the log; `None` where they are as saved.
    pub fn forecast(&self) -> Option<super::settings::Forecast> {
        let on = self.toggled()?;
        let runs = &self.hindsight.made.runs;
        (!runs.is_empty()).then(|| super::settings::forecast(runs, on))
    }

    /// The lines of the table under the toggles.
    pub fn cases(&self) -> Vec<super::settings::Case> {
        super::settings::cases(&self.editing.action, &self.hindsight.made.runs)
    }

    /// The toggles as they are here, where they are not as saved.
    pub fn toggled(&self) -> Option<Permissions> {
        let (saved, here) = (self.editing.saved.as_ref()?.action.contacts, self.editing.action.contacts);
        (saved != here).then_some(here)
    }

    /// Something keeps the action from running.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|p| p.severity == Severity::Error)
    }

    /// Where a problem is mended, in a word: a pane, or another file.
    pub fn whereabouts(problem: &Problem) -> &str {
        match problem.place.first() {
            Some(Step::Key(key)) if Self::is_elsewhere(problem) => key,
            _ => Self::place_of(problem).0.title(),
        }
    }

    /// It is mended in another file, on no screen.
    pub fn is_elsewhere(problem: &Problem) -> bool {
        matches!(problem.place.first(), Some(Step::Key(key)) if key.ends_with(".toml"))
    }

    /// The pane, and the line in it, where a problem is mended.
    pub fn place_of(problem: &Problem) -> (Pane, usize) {
        match problem.place.first() {
            Some(Step::Key(key)) => match key.as_str() {
                "name" => (Pane::Action, 0),
                "intent" => (Pane::Action, 1),
                "offline_sync" => (Pane::Action, 2),
                "account" => (Pane::Account, 0),
                "contacts" => (Pane::Settings, 0),
                // another file's
                key if key.ends_with(".toml") => (Pane::Action, 0),
                _ => (Pane::Mapping, mapping::place_of(problem).unwrap_or(usize::MAX)),
            },
            _ => (Pane::Action, 0),
        }
    }
}

/// What is wrong with a file that every action needs.
fn elsewhere(found: &Located) -> Problem {
    let Located { problem, .. } = found;
    let place = vec![Step::Key(super::findings::file_name(found).to_owned())];
    let what = format!("{}: {}", super::findings::place(found), problem.what);
    Problem { place, what, ..problem.clone() }
}

/// The account's connection does not stand, or is doubtful.
fn unreachable(account: &str, world: &World) -> Option<Problem> {
    let label = world.label_of(account);
    let state = match world.connection(account) {
        Connection::Fails(trouble) => trouble.state().to_string(),
        Connection::Checked(health) if health.state != ConnectionState::Ok => health.in_short(),
        _ => {
            let (_, error) = world.run_failure(account)?;
            let what = format!("a run failed because {label} did not answer ({})", error.code);
            return Some(Problem::warning("connection", "account", what, "test it there (t)"));
        }
    };
    let what = format!("the connection of {label} was found {state}: runs fail while it is so");
    Some(Problem::warning("connection", "account", what, "test it there (t)"))
}

/// What stands in the action's file and no edit here mends: keys nobody knows, values of the wrong type.
fn read(action: &Action, world: &World) -> Vec<Problem> {
    let found = world.action(&action.id).map(|f| f.problems.as_slice()).unwrap_or_default();
    let lasting =
        |p: &&Problem| matches!(p.code, "unknown_key" | "unknown_word" | "wrong_type" | "syntax" | "unreadable");
    let of_the_file = |l: &Located| matches!(l.problem.code, "syntax" | "unreadable");
    let told = |l: &Located| if of_the_file(l) { elsewhere(l) } else { l.problem.clone() };
    found.iter().filter(|l| lasting(&&l.problem)).map(told).collect()
}

/// What name and intent lack.
fn written(action: &Action, world: &World) -> Vec<Problem> {
    let mut out = Vec::new();
    if is_blank(&action.name) {
        out.push(Problem::error("no_name", "name", "the action has no name", "give it one"));
    }
    let same = |other: &Action| other.id != action.id && other.name.trim() == action.name.trim();
    if world.actions.iter().any(|f| same(&f.action)) {
        let what = format!("another action is called {}", action.name.trim());
        out.push(Problem::error("same_name", "name", what, "give this one another name"));
    }
    if is_blank(&action.intent) {
        let what = "the intent is empty: by it the agent decides when to trigger the action";
        out.push(Problem::error("no_intent", "intent", what, "write it (e)"));
    }
    let long = action.intent.chars().count();
    if long > LONGEST_INTENT {
        let (long, most) = (counted(long), counted(LONGEST_INTENT));
        let what = format!("the intent has {long} of {most} characters");
        out.push(Problem::error("long_intent", "intent", what, "shorten it (e)"));
    }
    out
}
