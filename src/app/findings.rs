//! Everything that is wrong in the workspace's files, as one list: what reading them found, and what the rules say of the
//! actions. Must not know how files are read.

use std::borrow::Cow;
use std::collections::HashSet;

use super::App;
use super::effect::Effect;
use super::layer::{Item, Layer, Page, Pick, Picker};
use super::msg::{ActionFile, Located};
use super::opened::Opened;
use super::wording::spoken;
use crate::domain::check::{check_action, check_fields};
use crate::domain::problem::{Problem, Severity, Step};

/// What no screen mends.
pub(super) const IN_THE_FILE: &str = "It is mended in the file, with any editor. What is saved there is read at once; \
                                      config.toml is read when the program starts.";

/// A problem, and where it is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong and how to mend it.
    pub problem: Problem,
    /// The pane of an action where it is mended; else the file with its line: `agent.toml:7`.
    pub place: String,
    /// The action whose file it is.
    pub action: Option<String>,
}

impl App {
    /// Everything wrong or doubtful in the workspace's files: the program's settings, the agent, the accounts, the actions.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        let files = self.options.problems.iter().chain(&self.world.problems);
        let files = files.map(|l| Finding { problem: l.problem.clone(), place: place(l), action: None });
        files.chain((0..self.world.actions.len()).flat_map(|i| self.findings_of(i).into_owned()))
    }

    /// Brings what is wrong with the actions up to date with what was told of them: it is read at every frame.
    pub(super) fn find(&mut self) {
        if self.found.0 != self.world.told() {
            self.found = (self.world.told(), (0..self.world.actions.len()).map(|i| self.find_in(i)).collect());
        }
    }

    /// What is wrong with the file of an action and with what it says, as far as is known: the account's fields may not be.
    /// Errors come first.
    pub fn findings_of(&self, action: usize) -> Cow<'_, [Finding]> {
        match self.found.1.get(action).filter(|_| self.found.0 == self.world.told()) {
            Some(found) => found.into(),
            // something was told a moment ago
            None => self.find_in(action).into(),
        }
    }

    fn find_in(&self, action: usize) -> Vec<Finding> {
        let Some(file) = self.world.actions.get(action) else { return Vec::new() };
        let id = &file.action.id;
        let found = |problem: Problem, place: String| Finding { problem, place, action: Some(id.clone()) };
        let (action, agent) = (&file.action, &self.world.agent);
        let fields = self.world.fields_or_kept(&action.account);
        let here = |problem: Problem| {
            let problem = spoken(problem, action, fields, agent);
            let place = Opened::whereabouts(&problem).to_owned();
            found(problem, place)
        };
        let told = file.problems.iter().map(|l| match file.broken || is_of_the_file(&l.problem) {
            true => found(l.problem.clone(), place(l)),
            false => here(l.problem.clone()),
        });
        let mut out: Vec<Finding> = told.collect();
        if !file.broken {
            let mut checked = check_action(action, agent, &self.world.accounts);
            checked.extend(fields.map(|f| check_fields(action, f)).unwrap_or_default());
            let told: HashSet<&[Step]> = file.problems.iter().map(|l| l.problem.place.as_slice()).collect();
            checked.retain(|p| !is_told(file, &told, p));
            out.extend(checked.into_iter().map(here));
        }
        out.sort_by_key(|f| std::cmp::Reverse(f.problem.severity));
        out
    }

    /// How many problems keep an action of the library from running, as far as is known: its own, and those of the files
    /// that every action needs.
    pub fn errors_of(&self, action: usize) -> usize {
        let own = self.findings_of(action).iter().filter(|f| f.problem.severity == Severity::Error).count();
        own + self.world.in_the_way().count()
    }

    /// The first thing that keeps an action of the library from running, or else the first that is doubtful.
    pub fn first_of(&self, action: usize) -> Option<Finding> {
        let shared = self.world.in_the_way().next();
        let shared = shared.map(|l| Finding { problem: l.problem.clone(), place: place(l), action: None });
        shared.or_else(|| self.findings_of(action).first().cloned())
    }

    pub(super) fn list_findings(&mut self) {
        let mut all: Vec<Finding> = self.findings().collect();
        all.sort_by_key(|f| std::cmp::Reverse(f.problem.severity));
        let item = |(i, f): (usize, &Finding)| Item {
            // what is wrong is searched too
            key: format!("{i} {}", f.problem.what),
            label: self.name_of(f),
            note: f.problem.what.clone(),
            help: format!("{}: {}", f.place, f.problem),
            ..Item::default()
        };
        let items = all.iter().enumerate().map(item).collect();
        self.layers.push(Layer::Picker(Picker::new(Pick::Finding(all), "Problems", items)));
    }

    /// What people call what a problem is about: the action, or the file with its line.
    fn name_of(&self, finding: &Finding) -> String {
        let file = finding.action.as_ref().and_then(|id| self.world.action(id));
        let file = file.filter(|f| !f.broken && !is_of_the_file(&finding.problem));
        file.map_or_else(|| finding.place.clone(), |f| f.action.name.clone())
    }

    /// To where a problem is mended: the action's pane and line. What no screen mends is told in full.
    pub(super) fn go_to_finding(&mut self, finding: Finding, out: &mut Vec<Effect>) {
        let file = finding.action.as_ref().and_then(|id| self.world.action(id)).filter(|f| !f.broken).cloned();
        let Some(file) = file else {
            let lines = vec![
                format!("{}: {}", finding.problem.severity.as_str(), finding.problem),
                String::new(),
                IN_THE_FILE.into(),
            ];
            return self.layers.push(Layer::Page(Page { title: finding.place, lines, top: 0 }));
        };
        self.layers.clear();
        self.open_file(file, out);
        if let Some(opened) = &mut self.opened {
            let (pane, line) = Opened::place_of(&finding.problem);
            opened.focus = pane;
            opened.selected[pane as usize] = line;
        }
        self.say(format!("{}: {}", finding.place, finding.problem));
    }
}

/// It is about words of the file that no screen shows: where they stand says its line.
fn is_of_the_file(problem: &Problem) -> bool {
    let template = problem.place.first() == Some(&Step::Key("template".into()));
    template || matches!(problem.code, "unknown_key" | "unknown_word" | "wrong_type" | "syntax" | "unreadable")
}

/// Reading the file told the same, with its line; `told`: the places of which it told.
fn is_told(file: &ActionFile, told: &HashSet<&[Step]>, problem: &Problem) -> bool {
    let covered = (1..=problem.place.len()).any(|n| told.contains(&problem.place[..n]));
    covered || (problem.place.is_empty() && file.problems.iter().any(|l| l.problem == *problem))
}

/// The file's own name and the line.
pub(super) fn place(l: &Located) -> String {
    format!("{}:{}", file_name(l), l.line)
}

/// The file's own name.
pub(super) fn file_name(l: &Located) -> &str {
    l.file.rsplit(['/', '\\']).next().unwrap_or(&l.file)
}
