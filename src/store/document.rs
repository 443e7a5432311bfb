//! A TOML file as it was read: its text, what it says, and what is wrong with it, by line and column.
//!
//! Must not know which keys a file has (`action_file`, `agent_file`, `account_file` do).

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::error::WorkspaceError;
use super::reader::{Reader, Section, UNKNOWN_KEY};
use crate::domain::problem::{Problem, Severity, Step};

/// The largest configuration file that is read, in bytes.
const LARGEST: u64 = 1 << 20;
/// After so many, further syntax errors of a file say nothing new.
const MOST_SYNTAX_ERRORS: usize = 10;
/// Every so many bytes of a text it is known at which line and column that is.
const MARKS: usize = 256;

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
                let (line, column) = Lines::of(&text).place(valid);
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
        let lines = Lines::of(source);
        let mut problems: Vec<Located> = if broken {
            // what the rest seems to say is no ground for further complaints
            errors.iter().take(MOST_SYNTAX_ERRORS).map(|e| syntax_error(path, &lines, e)).collect()
        } else {
            reader.problems.into_iter().map(|p| located(path, &lines, root.get_ref(), p)).collect()
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

    /// Tells this text from another: the same text has the same number. `None` where there is no file.
    pub fn revision(&self) -> Option<u64> {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let text = self.text.as_deref()?;
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Some(hasher.finish())
    }

    /// Finds a problem's line.
    pub fn locate(&self, problem: &Problem) -> Located {
        let (root, _) = DeTable::parse_recoverable(self.text());
        located(&self.path, &Lines::of(self.text()), root.get_ref(), problem.clone())
    }

    /// What reading found, and what was found out later, in the order of the lines. A later problem at a place of which
    /// reading complained already says nothing new and is left out; so is every one of a broken file.
    pub fn all_problems(&self, later: &[Problem]) -> Vec<Located> {
        let mut all = self.problems.clone();
        if !self.broken {
            let (root, _) = DeTable::parse_recoverable(self.text());
            let lines = Lines::of(self.text());
            let known: HashSet<&[Step]> = self.problems.iter().map(|k| k.problem.place.as_slice()).collect();
            let is_new = |p: &&Problem| !(1..=p.place.len()).any(|n| known.contains(&p.place[..n]));
            let new = later.iter().filter(is_new).cloned();
            all.extend(new.map(|p| located(&self.path, &lines, root.get_ref(), p)));
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

fn syntax_error(path: &Path, lines: &Lines<'_>, error: &toml::de::Error) -> Located {
    let (line, column) = lines.place(error.span().map_or(0, |s| s.start));
    let what = crate::domain::text::one_line(error.message());
    let problem = Problem::error("syntax", "", what, "mend the TOML at this line");
    Located { problem, file: path.to_owned(), line, column }
}

fn located(path: &Path, lines: &Lines<'_>, root: &DeTable<'_>, problem: Problem) -> Located {
    let (line, column) = lines.place(offset_of(root, &problem));
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
                let Some((key, value)) = table.and_then(|t| t.get_key_value(key.as_str())) else { break };
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

/// Where in a text a byte stands, whatever the lengths of its lines.
struct Lines<'t> {
    text: &'t str,
    /// Bytes, ascending, each with its line and column, from 1.
    marks: Vec<(usize, usize, usize)>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let (mut marks, mut line, mut column) = (vec![(0, 1, 1)], 1, 1);
        for (at, c) in text.char_indices() {
            if marks.last().is_some_and(|(last, ..)| at >= last + MARKS) {
                marks.push((at, line, column));
            }
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        Self { text, marks }
    }

    /// The line and the column in characters, from 1.
    fn place(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset);
        let before = self.marks.partition_point(|(at, ..)| *at <= offset).saturating_sub(1);
        let (from, line, column) = self.marks.get(before).copied().unwrap_or((0, 1, 1));
        let next = |(line, column), c| if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        self.text[from..offset].chars().fold((line, column), next)
    }
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
