//! A small form: lines to type and choices, each checked with a sentence. Must not know what becomes of it.

use super::edit::Editor;
use super::key::{Key, KeyCode};
use crate::domain::action::{Overwrite, Row};
use crate::domain::field::{Agent, AstraField, AstraType, EMAIL, TextKind, ZohoField};
use crate::domain::fit::fit;
use crate::domain::text::is_blank;
use crate::domain::words::reason_in_words;

/// A form.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// What it is about.
    pub title: String,
    /// What it is for.
    pub about: About,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Which has the focus.
    pub focus: usize,
    /// What was typed to find one of the focused line's list.
    pub finding: String,
}

/// What a form is for.
#[derive(Debug, Clone, PartialEq)]
pub enum About {
    /// A new Astra field.
    NewField,
    /// An Astra field as it is before the change.
    Field(Box<AstraField>),
    /// The options of the row at an index; the field it feeds, where it is known; the captured value that a pair was begun
    /// with and that nobody typed.
    Row(usize, Option<Box<ZohoField>>, Option<String>),
    /// What to replay, and how.
    Replay,
}

/// A line of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is.
    pub label: String,
    /// What to know about it.
    pub hint: String,
    /// What it holds.
    pub input: Input,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// What a line holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A text.
    Text(Editor),
    /// One of a list: left, right, space, or what it is called, as far as it is typed.
    Choice {
        /// The list.
        options: Vec<String>,
        /// Which.
        selected: usize,
    },
}

impl Input {
    fn text(text: &str) -> Self {
        Self::Text(Editor::line(text))
    }

    fn prefilled(text: &str) -> Self {
        Self::Text(Editor::prefilled(text))
    }

    /// What it says now.
    pub fn value(&self) -> &str {
        match self {
            Self::Text(editor) => editor.text(),
            Self::Choice { options, selected } => options.get(*selected).map_or("", String::as_str),
        }
    }
}

fn line(label: impl Into<String>, hint: impl Into<String>, input: Input) -> Line {
    Line { label: label.into(), hint: hint.into(), input, error: None }
}

const KEY: &str = "Key";
const TYPE: &str = "Type";
const DESCRIPTION: &str = "Description";

/// What is written instead of a captured value.
fn pair(from: Input, to: Input) -> [Line; 2] {
    [line("When captured", "A value as the agent captures it", from), line("  write", "What Zoho gets instead", to)]
}

/// The choice that stands for no value.
const NONE: &str = "(none)";
const TYPES: [(&str, AstraType); 4] =
    [("text", AstraType::Text), ("email", AstraType::Email), ("phone", AstraType::Phone), ("url", AstraType::Url)];
const OVERWRITES: [(&str, Overwrite); 2] =
    [("always", Overwrite::Always), ("only if Zoho's value is blank", Overwrite::IfEmpty)];

impl Form {
    /// For a new Astra field; the label is what was looked for, and gives way to what is typed.
    pub fn new_field(label: &str) -> Self {
        let kinds = TYPES.iter().map(|(name, _)| (*name).to_owned()).collect();
        let lines = vec![
            line("Label", "The name people see", Input::prefilled(label)),
            line(KEY, "The name in files; made from the label where blank", Input::text("")),
            line(TYPE, "What sort of text it is", Input::Choice { options: kinds, selected: 0 }),
            line(DESCRIPTION, "What the agent is told to collect", Input::text("")),
        ];
        let title = "Create new Astra field".into();
        Self { title, about: About::NewField, lines, focus: 0, finding: String::new() }
    }

    /// For changing a field: what it may be changed in, as it stands.
    pub fn field(was: &AstraField) -> Self {
        let mut form = Self::half_done(was);
        form.lines.retain(|l| l.label != KEY && !(was.built_in && l.label == TYPE));
        form.title = format!("Change {} ({})", was.label, was.key);
        form.about = About::Field(Box::new(was.clone()));
        form
    }

    /// With what was typed before into a form for a new field.
    pub fn half_done(field: &AstraField) -> Self {
        let mut form = Self::new_field(&field.label);
        for (i, text) in [(0, &field.label), (1, &field.key), (3, &field.description)] {
            form.lines[i].input = Input::text(text);
        }
        if let Input::Choice { selected, .. } = &mut form.lines[2].input {
            *selected = TYPES.iter().position(|(_, kind)| *kind == field.kind).unwrap_or(0);
        }
        form
    }

    /// What was typed into a form for a field, as it stands; `None` where nothing was, or it is another form.
    pub fn half_field(&self) -> Option<AstraField> {
        let typed = |i: usize| self.lines.get(i).map_or("", |l| l.input.value()).to_owned();
        if let About::Field(was) = &self.about {
            let now = self.astra_field();
            return (now != **was).then_some(now);
        }
        let something = self.about == About::NewField && [0, 1, 3].iter().any(|i| !is_blank(&typed(*i)));
        let kind = TYPES.iter().find(|(name, _)| *name == typed(2)).map_or(AstraType::Text, |(_, kind)| *kind);
        something.then(|| AstraField { label: typed(0), key: typed(1), kind, description: typed(3), built_in: false })
    }

    /// The line that lacks its other half: of a pair of values, one side was filled in alone.
    pub fn half_a_pair(&self) -> Option<usize> {
        (2..self.lines.len()).find(|i| self.pair_trouble(*i).is_some_and(|(half, _)| half))
    }

    /// Why a line of a pair of values cannot be taken, and whether its other half is what is missing.
    fn pair_trouble(&self, i: usize) -> Option<(bool, String)> {
        let About::Row(_, _, begun) = &self.about else { return None };
        let first = i - i % 2;
        if first < 2 {
            return None;
        }
        let (from, to) = (self.value(first), self.value(first + 1));
        match (i == first, from.is_empty(), to.is_empty()) {
            (true, true, false) => Some((true, format!("captured as what? Without it \"{to}\" is never written"))),
            (false, false, true) if begun.as_deref().map(str::trim) != Some(from) => {
                Some((true, format!("what is written for \"{from}\"? Say it, or clear the line above")))
            }
            (true, false, _) => {
                let key = from.to_lowercase();
                let twice = (2..first).step_by(2).any(|j| self.value(j).to_lowercase() == key);
                twice.then(|| (false, format!("\"{from}\" stands above already: only one of the two can count")))
            }
            _ => None,
        }
    }

    /// For a row's options; `unfit`: a captured value that does not fit, which a pair is begun with.
    pub fn row(index: usize, row: &Row, field: Option<&ZohoField>, unfit: Option<&str>) -> Self {
        let label = field.map_or(row.zoho.as_str(), |f| f.label.as_str());
        let options: Option<Vec<String>> = field.filter(|f| f.text_kind() == Some(TextKind::Picklist)).map(|f| {
            let used = f.pick_list.iter().filter(|o| o.used && o.display != "-None-");
            std::iter::once(NONE.to_owned()).chain(used.map(|o| o.display.clone())).collect()
        });
        let value = |now: &str| match &options {
            None => Input::text(now),
            Some(options) => {
                let mut options = options.clone();
                let known = options.iter().position(|o| o.to_lowercase() == now.to_lowercase());
                let selected = known.unwrap_or_else(|| {
                    if now.is_empty() {
                        return 0;
                    }
                    options.push(now.to_owned());
                    options.len() - 1
                });
                Input::Choice { options, selected }
            }
        };
        let ways = OVERWRITES.iter().map(|(name, _)| (*name).to_owned()).collect();
        let way = OVERWRITES.iter().position(|(_, o)| *o == row.overwrite).unwrap_or(0);
        let default = row.default.as_deref().unwrap_or("");
        let default = if row.zoho == EMAIL {
            // none, and a way to be rid of one that the file has
            let options: Vec<String> =
                [NONE, default].iter().filter(|o| !o.is_empty()).map(ToString::to_string).collect();
            let selected = options.len() - 1;
            let why = "Email takes none: every customer would get the same address";
            line("Default", why, Input::Choice { options, selected })
        } else {
            line("Default", "Written where the conversation gave no value, never over a value", value(default))
        };
        let mut lines = vec![
            default,
            line("Overwrite", "What happens where Zoho has a value", Input::Choice { options: ways, selected: way }),
        ];
        lines.extend(row.values.iter().flat_map(|(from, to)| pair(Input::text(from), value(to))));
        lines.extend(pair(Input::prefilled(unfit.unwrap_or("")), value("")));
        let title = format!("Row options of {label}");
        let about = About::Row(index, field.map(|f| Box::new(f.clone())), unfit.map(str::to_owned));
        Self { title, about, lines, focus: 0, finding: String::new() }
    }

    /// Where the last pair of values is whole, there is room for one more.
    fn grow(&mut self) {
        let last = self.lines.len().saturating_sub(2);
        let whole =
            matches!(self.about, About::Row(..)) && !self.value(last).is_empty() && !self.value(last + 1).is_empty();
        if !whole {
            return;
        }
        let to = match &self.lines[last + 1].input {
            Input::Choice { options, .. } => Input::Choice { options: options.clone(), selected: 0 },
            Input::Text(_) => Input::text(""),
        };
        self.lines.extend(pair(Input::text(""), to));
    }

    /// Moves the focus; the line left is checked.
    pub fn go(&mut self, by: isize, agent: &Agent) {
        self.check(self.focus, agent);
        self.grow();
        self.finding.clear();
        if let Some(Line { input: Input::Text(editor), .. }) = self.lines.get_mut(self.focus) {
            editor.keep();
        }
        self.focus = self.focus.saturating_add_signed(by).min(self.lines.len() - 1);
    }

    /// Takes a key that is no command; whether it does something.
    pub fn key(&mut self, key: Key) -> bool {
        super::replaying::go_to_file(self, key.typed().is_some_and(|c| c != ' '));
        let Some(line) = self.lines.get_mut(self.focus) else { return false };
        line.error = None;
        let does = match &mut line.input {
            Input::Text(editor) => editor.key(key, usize::MAX),
            Input::Choice { options, selected } => {
                let n = options.len().max(1);
                match (key.code, key.typed()) {
                    _ if key.alt => {}
                    (KeyCode::Right, _) => {
                        self.finding.clear();
                        *selected = (*selected + 1) % n;
                    }
                    (KeyCode::Left, _) => {
                        self.finding.clear();
                        *selected = (*selected + n - 1) % n;
                    }
                    (_, Some(' ')) if self.finding.is_empty() => *selected = (*selected + 1) % n,
                    (_, Some(c)) if self.finding.chars().count() < LONGEST_SEARCH => self.finding.push(c),
                    (KeyCode::Backspace, _) => drop(self.finding.pop()),
                    _ => {}
                }
                if !self.finding.is_empty() {
                    match called(options, &self.finding) {
                        Some(found) => *selected = found,
                        // a choice of one is none
                        None if n == 1 => line.error = Some(line.hint.clone()),
                        None => {
                            line.error = Some(format!("no value has the letters \"{}\" in this order", self.finding))
                        }
                    }
                }
                !key.alt
            }
        };
        super::replaying::choose_file(self);
        does
    }

    /// The text that has the focus.
    pub fn editor(&self) -> Option<&Editor> {
        match &self.lines.get(self.focus)?.input {
            Input::Text(editor) => Some(editor),
            Input::Choice { .. } => None,
        }
    }

    /// Takes pasted text and gives how many characters of it had no room.
    pub fn paste(&mut self, text: &str) -> usize {
        super::replaying::go_to_file(self, true);
        let mut left = 0;
        if let Some(Line { input: Input::Text(editor), error, .. }) = self.lines.get_mut(self.focus) {
            left = editor.insert(text);
            *error = None;
        }
        super::replaying::choose_file(self);
        left
    }

    fn value(&self, i: usize) -> &str {
        let value = self.lines.get(i).map_or("", |l| l.input.value());
        if value == NONE { "" } else { value.trim() }
    }

    fn check(&mut self, i: usize, agent: &Agent) {
        let error = match &self.about {
            About::NewField => match i {
                0 if is_blank(self.value(0)) && is_blank(self.value(1)) => Some("give it a label".to_owned()),
                // a key that was typed is mended there, one that was made of the label by another label
                0 => self.key_trouble(agent).filter(|_| is_blank(self.value(1))),
                1 => self.key_trouble(agent).filter(|_| !is_blank(self.value(1))),
                _ => None,
            },
            About::Row(_, field, _) => self.pair_trouble(i).map(|(_, why)| why).or_else(|| {
                let field = field.as_ref().filter(|_| i == 0 || (i >= 2 && i % 2 == 1))?;
                let value = self.value(i);
                let unfit = (!is_blank(value)).then(|| fit(field, value).err()).flatten();
                unfit.map(|reason| format!("{}: it would be left out of every run", reason_in_words(reason)))
            }),
            About::Field(_) => None,
            About::Replay => super::replaying::check(self, i),
        };
        if let Some(line) = self.lines.get_mut(i) {
            line.error = error;
        }
    }

    /// The key that the field would get.
    pub fn field_key(&self) -> String {
        let typed = self.value(1);
        if is_blank(typed) { key_from_label(self.value(0)) } else { typed.to_owned() }
    }

    fn key_trouble(&self, agent: &Agent) -> Option<String> {
        let key = self.field_key();
        let good = key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if key.is_empty() || !good {
            return Some("a key is made of a-z, 0-9 and _: type one".into());
        }
        agent.field(&key).map(|f| format!("the key {key} belongs to {}: type another", f.label))
    }

    /// Checks every line; where one is wrong the focus goes there.
    pub fn is_right(&mut self, agent: &Agent) -> bool {
        let typed = !std::mem::take(&mut self.finding).is_empty();
        // what was typed and is none of the choices is not dropped without a word
        let choice = |l: &Line| matches!(&l.input, Input::Choice { .. });
        if typed && self.lines.get(self.focus).is_some_and(|l| l.error.is_some() && choice(l)) {
            return false;
        }
        for i in 0..self.lines.len() {
            self.check(i, agent);
        }
        // a value that does not fit is a warning of the row, not a reason to keep somebody in the form
        let wrong = match self.about {
            About::Row(..) => (0..self.lines.len()).find(|i| self.pair_trouble(*i).is_some()),
            _ => self.lines.iter().position(|l| l.error.is_some()),
        };
        match wrong {
            Some(i) => {
                self.focus = i;
                false
            }
            None => true,
        }
    }

    /// The Astra field that the form describes.
    pub fn astra_field(&self) -> AstraField {
        let of = |label: &str| self.lines.iter().position(|l| l.label == label).map(|i| self.value(i));
        let (key, was) = match &self.about {
            About::Field(was) => (was.key.clone(), Some(was)),
            _ => (self.field_key(), None),
        };
        let label = self.value(0);
        let label = if is_blank(label) { crate::domain::field::label_from_key(&key) } else { label.to_owned() };
        let typed = of(TYPE).and_then(|name| TYPES.iter().find(|(n, _)| *n == name)).map(|(_, kind)| *kind);
        let kind = typed.or(was.map(|w| w.kind)).unwrap_or_default();
        let description = of(DESCRIPTION).unwrap_or_default().to_owned();
        AstraField { key, label, kind, description, built_in: was.is_some_and(|w| w.built_in) }
    }

    /// The row with the options that the form describes.
    pub fn options_of(&self, row: &Row) -> Row {
        let overwrite = OVERWRITES.iter().find(|(name, _)| *name == self.value(1)).map_or(row.overwrite, |(_, o)| *o);
        let pairs = (2..self.lines.len()).step_by(2).map(|i| (self.value(i), self.value(i + 1)));
        let values = pairs.filter(|(from, to)| !from.is_empty() && !to.is_empty());
        Row {
            default: Some(self.value(0)).filter(|v| !v.is_empty()).map(str::to_owned),
            overwrite,
            values: values.map(|(a, b)| (a.to_owned(), b.to_owned())).collect(),
            ..row.clone()
        }
    }
}

/// How much is typed at most to find one of a list, in characters.
const LONGEST_SEARCH: usize = 60;

/// Which of a list is meant by what was typed so far: one that begins so, else the best of those that have its letters.
fn called(options: &[String], typed: &str) -> Option<usize> {
    let typed = typed.to_lowercase();
    let begins = options.iter().position(|o| o.to_lowercase().starts_with(&typed));
    let names = options.iter().map(|o| (o.as_str(), ""));
    begins.or_else(|| super::fuzzy::search(&typed, names).first().map(|hit| hit.index))
}

/// A key for a label: `Order number` becomes `order_number`.
fn key_from_label(label: &str) -> String {
    let mut out = String::new();
    for c in label.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    out
}

#[cfg(test)]
mod tests {
    use super::super::key::sequence;
    use super::*;

    #[test]
    fn a_new_field_gets_a_key_of_its_own() {
        let agent = Agent::default();
        let mut form = Form::new_field("  Order Number! ");
        assert_eq!(form.field_key(), "order_number");
        assert!(form.is_right(&agent));
        let mut form = Form::new_field("Email");
        assert!(!form.is_right(&agent));
        assert_eq!(form.lines[0].error.as_deref(), Some("the key email belongs to Email: type another"));
        let mut form = Form::new_field("電話");
        assert!(!form.is_right(&agent));
        form.go(1, &agent);
        for key in sequence("tel").unwrap() {
            form.key(key);
        }
        assert!(form.is_right(&agent));
        assert_eq!(form.astra_field().label, "電話");
    }

    #[test]
    fn a_type_that_there_is_not_is_told_and_makes_no_field() {
        let agent = Agent::default();
        let mut form = Form::new_field("Seats");
        form.go(2, &agent);
        for key in sequence("xyz").unwrap() {
            form.key(key);
        }
        assert!(form.lines[2].error.is_some() && !form.is_right(&agent) && form.focus == 2);
        // as it stands, once that was seen
        assert!(form.is_right(&agent) && form.astra_field().kind == AstraType::Text);
    }

    #[test]
    fn one_of_a_list_is_found_by_all_that_was_typed() {
        let options = ["(none)", "Advertisement", "Cold Call", "Chat", "Web Download"].map(str::to_owned);
        let at = |typed| called(&options, typed);
        assert_eq!((at("c"), at("co"), at("ch"), at("cold c")), (Some(2), Some(2), Some(3), Some(2)));
        assert_eq!((at("down"), at("wd"), at("xyz")), (Some(4), Some(4), None));
    }

    #[test]
    fn row_options_come_out_as_they_went_in() {
        let row = Row {
            default: Some("Chat".into()),
            overwrite: Overwrite::IfEmpty,
            values: vec![("text".into(), "Chat".into()), ("voice".into(), "Call".into())],
            ..Row::new("Lead_Source", "channel")
        };
        assert_eq!(Form::row(3, &row, None, None).options_of(&row), row);
    }
}
