//! The agent's fields tried on a conversation: which one, when that is asked for, the last answer, and its rows. Must not
//! know who answers, nor how the rows look.

use std::ops::Range;

use super::App;
use super::agent::AgentScreen;
use super::edit::wrap;
use super::effect::{Effect, Source};
use super::layer::{Item, Layer, Pick, Picker};
use super::layout::Area;
use super::msg::{Generation, Heading};
use crate::domain::conversation::Role;
use crate::domain::field::{Agent, CHANNEL, SUMMARY};
use crate::domain::text::{is_blank, one_line, visible};
use crate::domain::trace::Origin;
use crate::domain::tried::{Standing, Tried, TriedMessage, TriedValue};
use crate::domain::words::plural;

/// The line under a file's conversations that leads away from them.
const ELSEWHERE: &str = "elsewhere";

/// What was found, of which fields and conversation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trial {
    answer: Option<Result<Box<Tried>, String>>,
    of: Option<(Agent, Source)>,
    waiting: Option<Generation>,
}

impl Trial {
    /// The last answer, which a change makes old but does not take away until the next one is there.
    pub fn answer(&self) -> Option<&Result<Box<Tried>, String>> {
        self.answer.as_ref()
    }

    /// What was found, where it is known.
    pub fn found(&self) -> Option<&Tried> {
        self.answer.as_ref()?.as_deref().ok()
    }

    /// A newer answer is on its way.
    pub fn is_old(&self) -> bool {
        self.waiting.is_some()
    }

    pub(super) fn take(&mut self, generation: Generation, result: Result<Box<Tried>, String>) {
        if self.waiting.take_if(|asked| *asked == generation).is_some() {
            self.answer = Some(result);
        }
    }
}

/// A row of the conversation as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub kind: Kind,
    /// What stands before the text: when and who.
    pub head: String,
    /// The text.
    pub text: String,
    /// The words that gave a value, in bytes of the text; whether it is the selected field's.
    pub lit: Vec<(Range<usize>, bool)>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A message, or how it goes on.
    Said,
    /// A value of the message above: sure enough or in doubt, of the selected field or not.
    Value {
        /// It is used, or why not.
        standing: Standing,
        /// It is the selected field's.
        selected: bool,
    },
    /// Messages that are not shown.
    Gap,
}

impl App {
    /// The samples to choose from, or those of a file.
    pub(super) fn choose_trial(&mut self, of: Option<(String, &[Heading])>) {
        let item = |h: &Heading| {
            let note = format!("{} · {}", h.channel.as_str(), plural(h.messages, "message"));
            Item { key: h.id.clone(), label: h.id.clone(), note, ..Item::default() }
        };
        let picker = match of {
            Some((file, found)) => {
                let other = Item {
                    key: ELSEWHERE.into(),
                    label: "The samples, or another file".into(),
                    creates: true,
                    ..Item::default()
                };
                let beyond = super::layer::beyond_listed(found.len());
                let items = found.iter().map(item).chain(beyond).chain([other]).collect();
                Picker::new(Pick::Trial(Some(file)), "Conversation", items)
            }
            None => {
                let mut items: Vec<Item> = self.world.examples.iter().map(item).collect();
                items.push(Item { label: "From a file: type its name".into(), creates: true, ..Item::default() });
                Picker::new(Pick::Trial(None), "Conversation", items)
            }
        };
        self.layers.push(Layer::Picker(picker));
    }

    pub(super) fn trial_picked(&mut self, file: Option<String>, picker: &Picker, item: &Item, out: &mut Vec<Effect>) {
        let typed = picker.query.text().trim().to_owned();
        if item.creates && item.key == ELSEWHERE {
            self.layers.pop();
            // what was typed and is in no list is another file's name
            return if typed.is_empty() { self.choose_trial(None) } else { self.list_trials(typed, out) };
        }
        if item.creates && typed.is_empty() && file.is_some() {
            return self.complain("type the conversation's id first");
        }
        if item.creates && file.is_none() {
            let name = typed;
            if name.is_empty() {
                return self.complain("type the file's name first: conversations as JSON Lines");
            }
            self.layers.pop();
            return self.list_trials(name, out);
        }
        self.layers.pop();
        let place = self.world.examples.iter().position(|e| e.id == item.key);
        let Some(agent) = &mut self.agent else { return };
        agent.top = None;
        match file {
            Some(name) => {
                let id = if item.creates { typed } else { item.key.clone() };
                agent.source = Some(Source::InFile { name, id });
            }
            None => {
                agent.source = None;
                self.example = place.unwrap_or(self.example);
            }
        }
    }

    /// Another conversation: of the same file, where it is one of a file.
    pub(super) fn choose_another_trial(&mut self, out: &mut Vec<Effect>) {
        match self.agent.as_ref().and_then(|a| a.source.clone()) {
            Some(Source::InFile { name, .. }) => self.list_trials(name, out),
            _ => self.choose_trial(None),
        }
    }

    fn list_trials(&mut self, name: String, out: &mut Vec<Effect>) {
        let generation = self.generation();
        out.push(Effect::ListConversations { generation, source: Source::File(name.clone()) });
        if let Some(agent) = &mut self.agent {
            agent.listing = Some((generation, name));
        }
        self.say("reading the file");
    }

    /// The next conversation of the file, or the one before, round and round; whether it is one of a file.
    pub(super) fn step_in_file(&mut self, by: isize) -> bool {
        let Some(agent) = &mut self.agent else { return false };
        let Some(Source::InFile { name, id }) = &mut agent.source else { return false };
        let Some((_, ids)) = agent.listed.as_ref().filter(|(file, _)| file == name) else { return false };
        let Some(at) = ids.iter().position(|one| one == id) else { return false };
        let next = if by < 0 { at + ids.len() - 1 } else { at + 1 } % ids.len();
        id.clone_from(&ids[next]);
        agent.top = None;
        true
    }

    /// The list of a file's conversations came.
    pub(super) fn take_trial_choice(&mut self, generation: Generation, result: &Result<Vec<Heading>, String>) {
        let listing = self.agent.as_mut().and_then(|a| a.listing.take_if(|(asked, _)| *asked == generation));
        let Some((_, name)) = listing else { return };
        match result {
            Ok(found) if found.is_empty() => self.complain(format!("there is no conversation in {name}")),
            Ok(found) => {
                self.notice = None;
                if let Some(agent) = &mut self.agent {
                    agent.listed = Some((name.clone(), found.iter().map(|h| h.id.clone()).collect()));
                }
                self.choose_trial(Some((name, found)));
            }
            Err(why) => {
                self.complain(why.clone());
                // the file that is tried is gone: what else there is
                if self.agent.as_ref().is_some_and(|a| a.source.is_some()) {
                    self.choose_trial(None);
                }
            }
        }
    }

    /// Asks what the fields as they are being edited give, one question at a time.
    pub(super) fn want_trial(&mut self, out: &mut Vec<Effect>) {
        let Some(source) = self.trial_source() else { return };
        let (agent, _) = self.agent_as_typed();
        let next = Generation(self.counter + 1);
        let Some(screen) = &mut self.agent else { return };
        let trial = &mut screen.trial;
        let asked = trial.of.as_ref().is_some_and(|(a, s)| *a == agent && *s == source);
        if trial.waiting.is_some() || asked {
            return;
        }
        self.counter += 1;
        trial.waiting = Some(next);
        trial.of = Some((agent.clone(), source.clone()));
        out.push(Effect::TryFields { generation: next, agent: Box::new(agent), source });
    }

    fn trial_source(&self) -> Option<Source> {
        let of_file = self.agent.as_ref()?.source.clone();
        of_file.or_else(|| self.example().map(|e| self.world.examples_of.one(&e.id)))
    }

    /// What a field's value is in the conversation, as a list shows it, with how it became known.
    pub fn tried_value<'a>(screen: &'a AgentScreen, key: &str) -> Option<(&'a str, Option<&'a TriedValue>)> {
        let tried = screen.trial.found()?;
        if let Some(found) = tried.value(key) {
            return Some((found.value.as_str(), Some(found)));
        }
        match key {
            SUMMARY => Some(tried.summary.as_str()).filter(|s| !is_blank(s)).map(|s| (s, None)),
            CHANNEL => Some((tried.channel.as_str(), None)),
            _ => None,
        }
    }

    /// Where the conversation's rows are drawn: below what is said of the selected field.
    pub fn trial_area(&self) -> Area {
        let layout = self.agent_layout();
        let inside = layout.inside(layout.trial);
        inside.rows(1 + self.found_rows(), inside.height)
    }

    /// What the conversation gives for the selected field; `None` where it gives nothing, or has not answered.
    pub fn found_in_words(&self) -> Option<Found> {
        let screen = self.agent.as_ref()?;
        let tried = screen.trial.found()?;
        let (agent, key) = self.agent_as_typed();
        let field = agent.field(key.as_deref()?)?;
        let (value, how) = Self::tried_value(screen, &field.key)?;
        let in_doubt = how.is_some_and(|v| v.standing == Standing::InDoubt);
        let note = how.map_or_else(String::new, |v| {
            let sure = v.sure.unwrap_or_default();
            match v.origin {
                Origin::Captured => "captured by the agent".to_owned(),
                _ if in_doubt => format!("{sure} %: in doubt, not used (from {} %)", tried.threshold),
                _ => format!("{sure} % sure"),
            }
        });
        Some(Found { in_doubt, text: format!("{}: {}", field.label, one_line(value)), note })
    }

    /// How many rows over the conversation say that: a value is told whole, in at most half of the rows there are.
    pub fn found_rows(&self) -> u16 {
        let layout = self.agent_layout();
        let area = layout.inside(layout.trial);
        let Some(found) = self.found_in_words() else { return 1 };
        let rows = wrap(&found.told(), found_width(area)).len();
        u16::try_from(rows).unwrap_or(u16::MAX).clamp(1, (area.height / 2).max(1))
    }

    /// The conversation's rows, and how many of them there is room for.
    pub fn trial_rows(&self) -> (Vec<Row>, u16) {
        let area = self.trial_area();
        let tried = self.agent.as_ref().and_then(|a| a.trial.found());
        let Some(tried) = tried.filter(|_| area.width > 0) else { return (Vec::new(), area.height) };
        let (agent, key) = self.agent_as_typed();
        (rows(tried, &agent, key.as_deref(), area.width), area.height)
    }

    /// The first row shown: where one has read to, or so that the selected field's words are seen.
    pub fn trial_top(&self, rows: &[Row], room: u16) -> usize {
        let most = rows.len().saturating_sub(room.into());
        let read = self.agent.as_ref().and_then(|a| a.top);
        let selected =
            |r: &Row| matches!(r.kind, Kind::Value { selected: true, .. }) || r.lit.iter().any(|(_, of)| *of);
        let first = || rows.iter().position(selected).unwrap_or(0);
        // what was asked just before is worth a look as well
        read.unwrap_or_else(|| first().saturating_sub(usize::from(room) / 2)).min(most)
    }
}

/// What was found for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// It is not used.
    pub in_doubt: bool,
    /// The field's label and the value.
    pub text: String,
    /// How sure it is, or who says so; empty where there is nothing to be sure of.
    pub note: String,
}

impl Found {
    /// All of it.
    pub fn told(&self) -> String {
        format!("{}  {}", self.text, self.note).trim_end().to_owned()
    }
}

/// The columns for it, behind its sign.
pub fn found_width(area: Area) -> usize {
    usize::from(area.width.saturating_sub(2))
}

fn rows(tried: &Tried, agent: &Agent, selected: Option<&str>, width: u16) -> Vec<Row> {
    let mut out = Vec::new();
    let mut next = 0;
    for message in &tried.messages {
        gap(message.nth - next.min(message.nth), &mut out);
        next = message.nth + 1;
        let values: Vec<&TriedValue> = tried.values.iter().filter(|v| v.nth == Some(message.nth)).collect();
        said(message, &values, selected, width, &mut out);
        for v in values {
            let label = agent.field(&v.key).map_or(v.key.as_str(), |f| f.label.as_str());
            let sure = v.sure.map_or_else(String::new, |s| format!("  {s} %"));
            let how = if v.origin == Origin::Agent { ", read back and confirmed" } else { "" };
            let doubt = match v.standing {
                Standing::Used => "",
                Standing::InDoubt => ", in doubt: not used",
                Standing::Captured => ", not used: captured by the agent",
            };
            out.push(Row {
                kind: Kind::Value { standing: v.standing, selected: selected == Some(v.key.as_str()) },
                head: String::new(),
                text: format!("{label}: {}{sure}{how}{doubt}", v.value),
                lit: Vec::new(),
            });
        }
    }
    gap(tried.total - next.min(tried.total), &mut out);
    out
}

fn gap(messages: usize, out: &mut Vec<Row>) {
    if messages > 0 {
        let text = format!("{messages} messages in which nothing was found");
        out.push(Row { kind: Kind::Gap, head: String::new(), text, lit: Vec::new() });
    }
}

/// A message in rows of the width, the words that gave a value lit.
fn said(message: &TriedMessage, values: &[&TriedValue], selected: Option<&str>, width: u16, out: &mut Vec<Row>) {
    let (minutes, seconds) = (message.at_ms / 60_000, message.at_ms / 1_000 % 60);
    let who = if message.role == Role::Customer { "customer" } else { "agent" };
    let head = if width >= 60 { format!("{minutes:>3}:{seconds:02} {who:<9}") } else { format!("{who:<9}") };
    let mut lit: Vec<(Range<usize>, bool)> =
        values.iter().flat_map(|v| v.lit.iter().map(|r| (r.clone(), selected == Some(v.key.as_str())))).collect();
    lit.sort_by_key(|(r, of)| (r.start, !of));
    // made harmless piece by piece, so that what is lit stays lit
    let (mut text, mut shown, mut at) = (String::new(), Vec::new(), 0);
    let put = |text: &mut String, piece: &str| text.push_str(&visible(&piece.replace(['\n', '\r', '\t'], " ")));
    for (range, of) in lit {
        let Some(piece) = message.text.get(range.start.max(at)..range.end.max(at)).filter(|p| !p.is_empty()) else {
            continue;
        };
        put(&mut text, message.text.get(at..range.start.max(at)).unwrap_or_default());
        let from = text.len();
        put(&mut text, piece);
        shown.push((from..text.len(), of));
        at = range.end;
    }
    put(&mut text, message.text.get(at..).unwrap_or_default());
    let cells = usize::from(width).saturating_sub(head.len()).max(8);
    for (i, row) in wrap(&text, cells).into_iter().enumerate() {
        // the space at which it was broken hangs over
        let row = row.start..row.start + text[row.clone()].trim_end().len();
        let within = |(r, of): &(Range<usize>, bool)| {
            let (from, to) = (r.start.max(row.start), r.end.min(row.end));
            (from < to).then(|| (from - row.start..to - row.start, *of))
        };
        let lit = shown.iter().filter_map(within).collect();
        let head = if i == 0 { head.clone() } else { " ".repeat(head.len()) };
        out.push(Row { kind: Kind::Said, head, text: text[row.clone()].to_owned(), lit });
    }
}
