//! Standard output and standard error: colour where wanted, hostile text made visible, and how a command ends.

use std::error::Error;
use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Stderr, Stdout, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use tracing_subscriber::fmt::format::Writer;

use super::fold::{NARROWEST, fold, fold_at};
use crate::domain::text::visible;
use crate::ports::{Clock as _, WallClock};
use crate::store::harmless_json;

/// Why a command ends with another status than 0. Each line goes to standard error.
#[derive(Debug)]
pub struct Failure {
    /// 1: something ran and failed, or a check found problems. 2: wrong usage, or a workspace that cannot be read.
    pub status: u8,
    /// What to say, one sentence a line; may be empty where it was said already.
    pub lines: Vec<String>,
    /// The causes, for `--verbose`.
    pub causes: Vec<String>,
    /// The reader went away: nothing is to be said.
    quiet: bool,
    /// Zoho or a database is away: the same may work later.
    pub passes: bool,
}

impl Failure {
    /// Something that failed, in one sentence.
    pub fn new(status: u8, line: impl Into<String>) -> Self {
        Self { status, lines: vec![line.into()], causes: Vec::new(), quiet: false, passes: false }
    }

    /// Said already: only the status is left.
    pub fn silent(status: u8) -> Self {
        Self { status, lines: Vec::new(), causes: Vec::new(), quiet: false, passes: false }
    }

    /// Several sentences.
    pub fn lines(status: u8, lines: Vec<String>) -> Self {
        Self { status, lines, causes: Vec::new(), quiet: false, passes: false }
    }

    /// An error with its chain of causes.
    pub fn of(status: u8, error: &(dyn Error + 'static)) -> Self {
        let mut causes = Vec::new();
        let mut next = error.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        Self { status, lines: vec![error.to_string()], causes, quiet: false, passes: false }
    }

    /// It is wrong usage: status 2.
    pub fn usage(line: impl Into<String>) -> Self {
        Self::new(2, line)
    }

    /// The workspace cannot be read.
    pub fn unreadable(error: &(dyn Error + 'static)) -> Self {
        Self::of(2, error)
    }
}

impl From<io::Error> for Failure {
    /// Writing what was asked for failed. A pipe that was closed is the reader's way of saying "enough".
    fn from(e: io::Error) -> Self {
        let quiet = e.kind() == io::ErrorKind::BrokenPipe;
        Self { quiet, ..Self::new(1, format!("cannot write the output: {e}; check where it goes")) }
    }
}

/// What a piece of text is, and so how it looks on a terminal. Its words say the same without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// As it is.
    Plain,
    /// A heading.
    Strong,
    /// Of less weight.
    Dim,
    /// It went well.
    Good,
    /// It needs a look.
    Doubtful,
    /// It went wrong.
    Bad,
}

impl Role {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Dim => "2",
            Self::Good => "32",
            Self::Doubtful => "33",
            Self::Bad => "31",
        }
    }
}

/// Says on standard error that something is waited for, while records are being written.
pub fn waits(why: &str) {
    if let Err(e) = writeln!(io::stderr(), "waiting: {}", visible(why)) {
        tracing::debug!("standard error is gone: {e}");
    }
}

/// The time of day before what is told of for days, as RFC 3339 writes it.
///
/// # Errors
/// It cannot be written.
pub fn stamp(out: &mut Writer<'_>) -> fmt::Result {
    write!(out, "{:.0}", WallClock.now())
}

/// Says that something is waited for, and when.
fn waits_stamped(why: &str) {
    tracing::warn!("waiting: {}", visible(why));
}

/// Where a command's words go.
pub struct Out {
    stdout: BufWriter<Stdout>,
    stderr: Stderr,
    colour: bool,
    /// Standard output is a terminal.
    pub to_terminal: bool,
    /// Standard error is a terminal.
    pub errors_to_terminal: bool,
    /// How wide standard output is, where it is a terminal with room.
    cells: Option<usize>,
    /// The same of standard error.
    error_cells: Option<usize>,
    /// The time stands before each line on standard error.
    stamped: bool,
}

/// How wide a terminal is; `None` where it is none, or a very narrow one.
fn cells(of: impl AsFd) -> Option<usize> {
    let columns = rustix::termios::tcgetwinsize(of).ok()?.ws_col;
    Some(usize::from(columns)).filter(|cells| *cells >= NARROWEST)
}

/// Words for standard error, broken between words where that is a terminal: for what is said without an [`Out`].
pub fn in_rows(text: &str) -> String {
    cells(io::stderr()).map_or_else(|| text.to_owned(), |cells| fold(text, cells).join("\n"))
}

impl Out {
    /// The process's own output.
    pub fn of_process() -> Self {
        let to_terminal = io::stdout().is_terminal();
        // https://no-color.org: set and not empty
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        Self {
            stdout: BufWriter::with_capacity(1 << 16, io::stdout()),
            stderr: io::stderr(),
            colour: to_terminal && wanted && !dumb,
            to_terminal,
            errors_to_terminal: io::stderr().is_terminal(),
            cells: cells(io::stdout()),
            error_cells: cells(io::stderr()),
            stamped: false,
        }
    }

    /// The same, with the time before each line on standard error.
    pub fn stamped(self) -> Self {
        Self { stamped: true, ..self }
    }

    /// How to say on standard error that something is waited for, while records are being written.
    pub fn waits(&self) -> fn(&str) {
        if self.stamped { waits_stamped } else { waits }
    }

    /// How wide standard output is, where it is a terminal with room.
    pub fn cells(&self) -> Option<usize> {
        self.cells
    }

    /// A line of words on standard output: the caller made hostile text visible. On a terminal it is broken between words.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn line(&mut self, line: &str) -> io::Result<()> {
        match self.cells {
            Some(cells) => fold(line, cells).iter().try_for_each(|row| self.exact(row)),
            None => self.exact(line),
        }
    }

    /// The same, its further rows below the column where its words begin.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn line_at(&mut self, line: &str, column: usize) -> io::Result<()> {
        match self.cells {
            Some(cells) => fold_at(line, cells, column).iter().try_for_each(|row| self.exact(row)),
            None => self.exact(line),
        }
    }

    /// A line on standard output, as it is, for another program: the caller made hostile text visible.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn exact(&mut self, line: &str) -> io::Result<()> {
        self.stdout.write_all(line.as_bytes())?;
        self.stdout.write_all(b"\n")?;
        // somebody watches: each line when it is there
        if self.to_terminal { self.stdout.flush() } else { Ok(()) }
    }

    /// A line on standard error.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn notice(&mut self, line: &str) -> io::Result<()> {
        self.stdout.flush()?;
        if self.stamped {
            let mut stamped = String::new();
            stamp(&mut Writer::new(&mut stamped)).map_err(io::Error::other)?;
            return self.say(&format!("{stamped} {line}"));
        }
        self.say(line)
    }

    fn say(&mut self, line: &str) -> io::Result<()> {
        let line = visible(line);
        match self.error_cells {
            Some(cells) => fold(&line, cells).iter().try_for_each(|row| writeln!(self.stderr, "{row}")),
            None => writeln!(self.stderr, "{line}"),
        }
    }

    /// A question on standard error; what is answered stands behind it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn ask(&mut self, question: &str) -> io::Result<()> {
        let question = visible(question);
        let rows = self.error_cells.map_or_else(|| vec![question.to_string()], |cells| fold(&question, cells - 1));
        self.part(&format!("{} ", rows.join("\n")))
    }

    /// A piece of a line on standard error, as it is: the caller made hostile text visible.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn part(&mut self, text: &str) -> io::Result<()> {
        self.stdout.flush()?;
        self.stderr.write_all(text.as_bytes())?;
        self.stderr.flush()
    }

    /// A record as one line of JSON, with nothing in it that a terminal would obey.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn json(&mut self, record: &impl serde::Serialize) -> io::Result<()> {
        self.json_text(serde_json::to_string(record)?)
    }

    /// A record that is JSON on one line already, as [`Out::json`].
    ///
    /// # Errors
    /// It cannot be written.
    pub fn json_text(&mut self, record: String) -> io::Result<()> {
        self.exact(&harmless_json(record))
    }

    /// The text in the look of its role.
    pub fn styled(&self, role: Role, text: &str) -> String {
        match role.code() {
            code if self.colour && !code.is_empty() => format!("\x1b[{code}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }

    /// Everything written so far is on its way.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }

    /// Ends the command: what went wrong is said, the status returned.
    pub fn end(mut self, result: Result<(), Failure>, verbose: bool) -> ExitCode {
        let failure = match (result, self.stdout.flush()) {
            (Ok(()), Ok(())) => return ExitCode::SUCCESS,
            (Err(failure), _) => failure,
            (Ok(()), Err(e)) => e.into(),
        };
        if !failure.quiet {
            let causes = failure.causes.iter().filter(|_| verbose).map(|c| format!("  caused by: {c}"));
            for line in failure.lines.iter().map(|l| format!("astra-zoho: {l}")).chain(causes) {
                // nowhere is left to say that standard error is gone
                if self.say(&line).is_err() {
                    break;
                }
            }
        }
        ExitCode::from(failure.status)
    }
}
