//! A TOML file as it was read: its text, what it says, and what is wrong with it, by line and column.
//!
//! Owns the reading of keys with checked types; every mistake is collected, none ends the reading. Must not know which
//! keys a file has (`action_file`, `agent_file`, `account_file` do).

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::WorkspaceError;
use crate::domain::problem::{Problem, Severity, Step, did_you_mean};
use crate::domain::text::is_blank;

/// The largest configuration file that is read, in bytes.
const LARGEST: u64 = 1 << 20;
/// After so many, further syntax errors of a file say nothing new.
const MOST_SYNTAX_ERRORS: usize = 10;

/// A problem with the place in a file where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// What is wrong and how to mend it.
    pub problem: Problem,
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file.display(), self.line, self.column, self.problem)
    }
}

/// What a file says, what is wrong with it, and the text it was read from: what a later save is compared with.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// What the file says; defaults where it is silent or wrong.
    pub value: T,
    /// What reading found wrong, in the order of the lines.
    pub problems: Vec<Located>,
    /// The file, which need not exist.
    pub path: PathBuf,
    /// Its text; `None` where there is no file.
    pub(super) text: Option<String>,
    /// It could not be read as TOML: what it says is a guess, and it cannot be saved over.
    pub(super) broken: bool,
}

/// What a kind of file says, and how that is read from and written into its text.
pub trait Document: Clone + PartialEq {
    /// Reads what the file says; what is missing or wrong is complained of and takes its default.
    fn read(path: &Path, root: &Section<'_>, reader: &mut Reader) -> Self;

    /// Writes what differs between `old`, as read from `document`, and `self`; with no `old`, everything.
    fn write(&self, old: Option<&Self>, document: &mut toml_edit::DocumentMut);
}

impl<T: Document> Loaded<T> {
    /// Reads a file; a missing one says nothing.
    pub(super) fn read(path: &Path) -> Result<Self, WorkspaceError> {
        let bytes = match read_bounded(path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Self::from_text(path, None)),
            Err(e) => return Err(WorkspaceError::io("read", path)(e)),
        };
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::from_text(path, Some(text))),
            Err(e) => {
                let valid = e.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(e.as_bytes()).into_owned();
                let (line, column) = line_and_column(&text, valid);
                let problem = Problem::error("syntax", "", "this is not UTF-8 text", "save the file as UTF-8");
                Ok(Self::unreadable(path, Some(text), problem, (line, column)))
            }
        }
    }

    /// Like [`Loaded::read`], with a file that cannot be read as a problem, so that the others still can.
    pub(super) fn read_anyhow(path: &Path) -> Self {
        Self::read(path).unwrap_or_else(|e| {
            let (what, fix) = match &e {
                WorkspaceError::Io { source, .. } => {
                    ("the file cannot be read".to_owned(), super::error::reason(source))
                }
                other => (other.to_string(), "check the file".to_owned()),
            };
            Self::unreadable(path, None, Problem::error("unreadable", "", what, fix), (1, 1))
        })
    }

    fn unreadable(path: &Path, text: Option<String>, problem: Problem, (line, column): (usize, usize)) -> Self {
        let mut out = Self::from_text(path, None);
        out.problems = vec![Located { problem, file: path.to_owned(), line, column }];
        out.text = text;
        out.broken = true;
        out
    }

    pub(super) fn from_text(path: &Path, text: Option<String>) -> Self {
        let source = text.as_deref().unwrap_or_default();
        let (root, errors) = DeTable::parse_recoverable(source);
        let mut reader = Reader { missing_file: text.is_none(), ..Reader::default() };
        let value = T::read(path, &Section { table: root.get_ref(), place: Vec::new() }, &mut reader);
        let broken = !errors.is_empty();
        let mut problems: Vec<Located> = if broken {
            // what the rest seems to say is no ground for further complaints
            errors.iter().take(MOST_SYNTAX_ERRORS).map(|e| syntax_error(path, source, e)).collect()
        } else {
            reader.problems.into_iter().map(|p| locate(path, source, p)).collect()
        };
        problems.sort_by_key(|p| (p.line, p.column));
        problems.dedup_by_key(|p| (p.line, p.problem.clone()));
        Self { value, problems, path: path.to_owned(), text, broken }
    }
}

impl<T> Loaded<T> {
    /// There is a file.
    pub fn exists(&self) -> bool {
        self.text.is_some()
    }

    /// The file could not be read as TOML: what it says is a guess, and it cannot be saved over.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// The text that was read; empty where there is no file.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// Finds a problem's line.
    pub fn locate(&self, problem: &Problem) -> Located {
        locate(&self.path, self.text(), problem.clone())
    }

    /// What reading found, and what was found out later, in the order of the lines. A later problem at a place of which
    /// reading complained already says nothing new and is left out; so is every one of a broken file.
    pub fn all_problems(&self, later: &[Problem]) -> Vec<Located> {
        let mut all = self.problems.clone();
        if !self.broken {
            let known = |p: &Problem| {
                self.problems.iter().any(|k| !k.problem.place.is_empty() && p.place.starts_with(&k.problem.place))
            };
            all.extend(later.iter().filter(|p| !known(p)).map(|p| self.locate(p)));
        }
        all.sort_by_key(|p| (p.line, p.column));
        all
    }

    /// Reading found something that stops an action.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|p| p.problem.severity == Severity::Error)
    }
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    use io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 MiB, which no configuration is"));
    }
    Ok(bytes)
}

fn syntax_error(path: &Path, text: &str, error: &toml::de::Error) -> Located {
    let (line, column) = line_and_column(text, error.span().map_or(0, |s| s.start));
    let what = crate::domain::text::one_line(error.message());
    let problem = Problem::error("syntax", "", what, "mend the TOML at this line");
    Located { problem, file: path.to_owned(), line, column }
}

fn locate(path: &Path, text: &str, problem: Problem) -> Located {
    let (root, _) = DeTable::parse_recoverable(text);
    let (line, column) = line_and_column(text, offset_of(root.get_ref(), &problem));
    Located { problem, file: path.to_owned(), line, column }
}

/// Where the value at the problem's place begins, or as far on the way to it as there is one. A table is shown by its
/// key, and so is a key that should not be there.
fn offset_of(root: &DeTable<'_>, problem: &Problem) -> usize {
    enum Node<'a> {
        Table(&'a DeTable<'a>),
        Value(&'a DeValue<'a>),
    }
    let mut node = Node::Table(root);
    let mut offset = 0;
    for step in &problem.place {
        let table = match node {
            Node::Table(t) => Some(t),
            Node::Value(v) => v.as_table(),
        };
        let value = match (step, &node) {
            (Step::Key(key), _) => {
                let Some((key, value)) = table.and_then(|t| t.iter().find(|(k, _)| k.get_ref() == key)) else { break };
                let by_key = problem.code == UNKNOWN_KEY || value.get_ref().is_table() || value.get_ref().is_array();
                offset = if by_key { key.span().start } else { value.span().start };
                value
            }
            (Step::Index(i), Node::Value(DeValue::Array(items))) => {
                let Some(value) = items.get(*i) else { break };
                offset = value.span().start;
                value
            }
            (Step::Index(_), _) => break,
        };
        node = Node::Value(value.get_ref());
    }
    offset
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

const UNKNOWN_KEY: &str = "unknown_key";

/// A table of the file and the way to it.
pub struct Section<'a> {
    pub table: &'a DeTable<'a>,
    pub place: Vec<Step>,
}

impl Section<'_> {
    pub fn at(&self, key: &str) -> Vec<Step> {
        let mut place = self.place.clone();
        place.push(Step::Key(key.to_owned()));
        place
    }
}

/// Reads keys and remembers what was wrong with them.
#[derive(Default)]
pub struct Reader {
    problems: Vec<Problem>,
    /// There is no file, so nothing in it is missing.
    missing_file: bool,
}

impl Reader {
    pub fn complain(&mut self, code: &'static str, place: Vec<Step>, what: impl Into<String>, fix: impl Into<String>) {
        self.problems.push(Problem { place, ..Problem::error(code, "", what, fix) });
    }

    /// Complains of every key of the section that is not one of these.
    pub fn known(&mut self, section: &Section<'_>, keys: &[&'static str]) {
        for key in in_file_order(section.table).map(|(k, _)| k) {
            if keys.contains(&key) {
                continue;
            }
            let fix = match did_you_mean(key, keys.iter().copied()) {
                Some(k) => format!("did you mean `{k}`?"),
                None => format!("known here are {}", keys.join(", ")),
            };
            self.complain(UNKNOWN_KEY, section.at(key), format!("unknown key `{key}`"), fix);
        }
    }

    /// A text; `None` where missing or not a text.
    pub fn text(&mut self, section: &Section<'_>, key: &'static str) -> Option<String> {
        let value = section.table.get(key)?.get_ref();
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(section.at(key), key, value, "write text in quotes");
        }
        text
    }

    /// A text that must be there and not blank, with line breaks as `\n` and without outer white space; empty where it is
    /// not. `example` is what to write.
    pub fn required(&mut self, section: &Section<'_>, key: &'static str, example: &str) -> String {
        let text = self.text(section, key).map(|t| tidy(&t));
        if self.missing_file {
            return String::new();
        }
        let fix = || format!("write {key} = {example}");
        match section.table.get(key) {
            None => self.complain("missing_key", section.at(key), format!("`{key}` is missing"), fix()),
            Some(_) if text.as_deref().is_some_and(is_blank) => {
                self.complain("blank", section.at(key), format!("`{key}` is blank"), fix());
            }
            Some(_) => {}
        }
        text.unwrap_or_default()
    }

    pub fn flag(&mut self, section: &Section<'_>, key: &'static str, default: bool) -> bool {
        let Some(value) = section.table.get(key).map(Spanned::get_ref) else { return default };
        value.as_bool().unwrap_or_else(|| {
            self.wrong_type(section.at(key), key, value, "write true or false");
            default
        })
    }

    /// One of a list of words; the default where missing or wrong.
    pub fn choice<T: Default + Copy>(&mut self, section: &Section<'_>, key: &'static str, words: &[(&str, T)]) -> T {
        let Some(text) = self.text(section, key) else { return T::default() };
        if let Some((_, value)) = words.iter().find(|(w, _)| *w == text) {
            return *value;
        }
        let listed = words.iter().map(|(w, _)| format!("\"{w}\"")).collect::<Vec<_>>().join(", ");
        let fix = match did_you_mean(&text, words.iter().map(|(w, _)| *w)) {
            Some(w) => format!("did you mean \"{w}\"? (allowed: {listed})"),
            None => format!("allowed: {listed}"),
        };
        self.complain("unknown_word", section.at(key), format!("`{key}` is \"{text}\""), fix);
        T::default()
    }

    /// A table; `None` where missing or not a table.
    pub fn table<'a>(&mut self, section: &Section<'a>, key: &'static str, fix: &str) -> Option<Section<'a>> {
        let value = section.table.get(key)?.get_ref();
        match value.as_table() {
            Some(table) => Some(Section { table, place: section.at(key) }),
            None => {
                self.wrong_type(section.at(key), key, value, fix);
                None
            }
        }
    }

    /// The tables of a `[[key]]`; those that are none are empty tables, so that places keep their numbers.
    pub fn tables<'a>(&mut self, section: &Section<'a>, key: &'static str, empty: &'a DeTable<'a>) -> Vec<Section<'a>> {
        let Some(value) = section.table.get(key).map(Spanned::get_ref) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.wrong_type(section.at(key), key, value, &format!("write [[{key}]], a table for each"));
            return Vec::new();
        };
        let mut out = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let mut place = section.at(key);
            place.push(Step::Index(i));
            if !item.get_ref().is_table() {
                self.wrong_type(place.clone(), &format!("{key}[{i}]"), item.get_ref(), &format!("write [[{key}]]"));
            }
            out.push(Section { table: item.get_ref().as_table().unwrap_or(empty), place });
        }
        out
    }

    /// The texts of an array.
    pub fn texts(&mut self, section: &Section<'_>, key: &'static str) -> Vec<String> {
        let Some(value) = section.table.get(key).map(Spanned::get_ref) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.wrong_type(section.at(key), key, value, "write a list of texts: [\"...\", \"...\"]");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for (i, item) in items.iter().enumerate() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(text.to_owned()),
                None => {
                    let mut place = section.at(key);
                    place.push(Step::Index(i));
                    self.wrong_type(place, &format!("{key}[{i}]"), item.get_ref(), "write text in quotes");
                }
            }
        }
        texts
    }

    pub fn wrong_type(&mut self, place: Vec<Step>, key: &str, value: &DeValue<'_>, fix: &str) {
        let kind = match value {
            DeValue::Integer(_) => "an integer",
            DeValue::Array(_) => "an array",
            DeValue::String(_) => "a string",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Table(_) => "a table",
        };
        self.complain("wrong_type", place, format!("`{key}` is {kind}"), fix);
    }

    pub fn file_is_missing(&self) -> bool {
        self.missing_file
    }
}

/// A table's keys and values in the order of the file.
pub(super) fn in_file_order<'a>(table: &'a DeTable<'a>) -> impl Iterator<Item = (&'a str, &'a DeValue<'a>)> {
    let mut entries: Vec<(Range<usize>, &str, &DeValue<'_>)> =
        table.iter().map(|(k, v)| (k.span(), k.get_ref().as_ref(), v.get_ref())).collect();
    entries.sort_by_key(|(span, ..)| span.start);
    entries.into_iter().map(|(_, k, v)| (k, v))
}

/// Line breaks as `\n`, no outer white space: how a text of the file is compared and shown.
pub(super) fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

impl<T: Document> Loaded<T> {
    /// The file's text as it has to be to say `new`, everything else kept as written; `None` where the text is broken.
    pub(super) fn rewritten(&self, new: &T) -> Option<String> {
        if self.broken {
            return None;
        }
        if self.text.is_some() && self.value == *new {
            return self.text.clone();
        }
        // the library writes its own line ends
        let windows = self.text().contains("\r\n");
        let text = if windows { self.text().replace("\r\n", "\n") } else { self.text().to_owned() };
        let mut document: toml_edit::DocumentMut = text.parse().ok()?;
        new.write(Some(&self.value), &mut document);
        let out = document.to_string();
        Some(if windows { out.replace('\n', "\r\n") } else { out })
    }
}
