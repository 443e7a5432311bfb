//! Events as JSON Lines, from standard input or a file that grows.
//!
//! Owns how a file is followed. Must not know what an event means.

use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use super::event::Event;
use crate::feed::lines::Lines;
use crate::ports::Clock;

/// How many events are handed on together at most.
const AT_ONCE: usize = 512;
/// How often a file that is followed is looked at while nothing comes: once a second.
pub const LOOK: Duration = Duration::from_secs(1);

/// A piece of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Events in the order of their lines.
    Events(Vec<Event>),
    /// A line that is none.
    NotAnEvent {
        /// Its number, from 1.
        line: u64,
        /// The line, or its beginning.
        text: String,
        /// What is wrong.
        why: String,
    },
}

/// How much is read ahead, in bytes: room for more events than are handed on together.
const AHEAD: usize = 256 << 10;

/// Reads lines to the end of `input`; `take` says whether to go on. `false`: it said no. Nothing that came waits for more to
/// come: a pipe may stay silent for long.
///
/// # Errors
/// The input cannot be read.
pub fn read(input: impl io::Read, clock: &dyn Clock, take: impl FnMut(Piece) -> bool) -> io::Result<bool> {
    read_on(input, clock, &mut 0, take)
}

/// As [`read`]; `before`: how many lines came before, and then how many came in all.
fn read_on(
    input: impl io::Read,
    clock: &dyn Clock,
    before: &mut u64,
    mut take: impl FnMut(Piece) -> bool,
) -> io::Result<bool> {
    let base = *before;
    let mut lines = Lines::new(BufReader::with_capacity(AHEAD, input));
    let mut events = Vec::new();
    while let Some((line, text)) = lines.next(|_| {})? {
        let line = base + line;
        *before = line;
        let event = match text {
            Ok(text) if text.trim().is_empty() => continue,
            Ok(text) => Event::from_json(text).and_then(|e| e.not_ahead(clock.now())).map_err(|e| {
                let text = text[..text.floor_char_boundary(2000)].to_owned();
                Piece::NotAnEvent { line, text, why: e.to_string() }
            }),
            Err(bad) => Err(Piece::NotAnEvent { line, text: String::new(), why: bad.to_string() }),
        };
        let go_on = match event {
            Ok(event) => {
                events.push(event);
                (events.len() < AT_ONCE && lines.has_line()) || take(Piece::Events(std::mem::take(&mut events)))
            }
            // what came before it first
            Err(bad) => (events.is_empty() || take(Piece::Events(std::mem::take(&mut events)))) && take(bad),
        };
        if !go_on {
            return Ok(false);
        }
    }
    Ok(events.is_empty() || take(Piece::Events(events)))
}

/// A file that others append to. One that is made anew or cut is read from its beginning: events known already are
/// dropped by their ids.
pub struct Followed {
    path: std::path::PathBuf,
    file: Option<Open>,
    /// The one before, which whoever writes may not have left yet, and how many looks it has been quiet for.
    before: Option<(Open, u32)>,
    /// What it was found to be when it was looked at last.
    found: Found,
    /// How many times it was made anew or cut.
    times: u32,
}

/// For how many looks a file that was moved away must have been quiet to be left: a minute.
const QUIET: u32 = 60;

/// What a file that is followed was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Found {
    /// Not looked for yet.
    #[default]
    Unknown,
    /// It is not there.
    Missing,
    /// It is there; how many times it was made anew or cut since the first.
    There(u32),
}

/// An open file and how far it was read.
struct Open {
    inode: u64,
    file: BufReader<File>,
    /// How many bytes of whole lines were read.
    done: u64,
    /// How many lines these were.
    lines: u64,
}

/// What came of reading further.
#[derive(Default)]
struct Further {
    /// There was something new.
    new: bool,
    /// It had been cut.
    cut: bool,
    /// `take` said no.
    stop: bool,
}

impl Open {
    fn at(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        Ok(Self { inode: file.metadata()?.ino(), file: BufReader::new(file), done: 0, lines: 0 })
    }

    /// Reads what is new: whole lines; `all`: its last one too, which nobody will end.
    fn read_further(&mut self, all: bool, clock: &dyn Clock, take: impl FnMut(Piece) -> bool) -> io::Result<Further> {
        let len = self.file.get_ref().metadata()?.len();
        let cut = len < self.done;
        if cut {
            (self.done, self.lines) = (0, 0);
        }
        if len == self.done {
            return Ok(Further { cut, ..Further::default() });
        }
        // a line that is still being written is left for the next time
        let end = if all { len } else { last_line_break(&mut self.file, self.done, len)? };
        self.file.seek(SeekFrom::Start(self.done))?;
        let mut lines = self.lines;
        let go_on = read_on(io::Read::take(&mut self.file, end - self.done), clock, &mut lines, take)?;
        let new = end > self.done;
        if go_on {
            (self.done, self.lines) = (end, lines);
        }
        Ok(Further { new, cut, stop: !go_on })
    }
}

impl Followed {
    /// Follows the file at `path`, which need not be there yet.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), file: None, before: None, found: Found::Unknown, times: 0 }
    }

    /// What it was found to be when it was read last.
    pub fn found(&self) -> Found {
        self.found
    }

    /// Reads the whole lines that are new; `take` says whether to go on. `false`: it said no.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&mut self, clock: &dyn Clock, mut take: impl FnMut(Piece) -> bool) -> io::Result<bool> {
        let inode = match std::fs::metadata(&self.path) {
            Ok(meta) => Some(meta.ino()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(e),
        };
        if let Some(file) = self.file.take_if(|open| inode.is_some_and(|i| i != open.inode)) {
            self.times += 1;
            if let Some((mut older, _)) = self.before.replace((file, 0))
                && older.read_further(true, clock, &mut take)?.stop
            {
                return Ok(false);
            }
        }
        if let Some((open, quiet)) = &mut self.before {
            let further = open.read_further(*quiet >= QUIET, clock, &mut take)?;
            if further.stop {
                return Ok(false);
            }
            if *quiet >= QUIET {
                self.before = None;
            } else {
                *quiet = if further.new { 0 } else { *quiet + 1 };
            }
        }
        if self.file.is_none() && inode.is_some() {
            self.file = Some(Open::at(&self.path)?);
        }
        if let Some(open) = &mut self.file {
            let further = open.read_further(false, clock, &mut take)?;
            self.times += u32::from(further.cut);
            if further.stop {
                return Ok(false);
            }
        }
        self.found = inode.map_or(Found::Missing, |_| Found::There(self.times));
        Ok(true)
    }
}

/// Where the last whole line ends between two places, looked for from the end.
fn last_line_break(file: &mut (impl io::Read + Seek), from: u64, to: u64) -> io::Result<u64> {
    let mut block = vec![0; 64 << 10];
    let mut end = to;
    while end > from {
        let start = end.saturating_sub(block.len() as u64).max(from);
        let part = &mut block[..usize::try_from(end - start).unwrap_or(0)];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(part)?;
        if let Some(i) = part.iter().rposition(|b| *b == b'\n') {
            return Ok(start + i as u64 + 1);
        }
        end = start;
    }
    Ok(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::clock::VirtualClock;
    use std::io::Write;

    fn line(id: &str) -> String {
        format!(
            r#"{{"event_id":"{id}","type":"trigger","conversation":"c","channel":"text","at":"2026-03-02T09:00:00Z"}}"#
        )
    }

    fn pieces(read: impl FnOnce(&dyn Clock, &mut dyn FnMut(Piece) -> bool)) -> Vec<String> {
        let clock = VirtualClock::at("2026-03-02T09:00:00Z".parse().unwrap());
        let mut out = Vec::new();
        read(&clock, &mut |piece| {
            match piece {
                Piece::Events(events) => out.extend(events.into_iter().map(|e| e.id)),
                Piece::NotAnEvent { line, .. } => out.push(format!("line {line}")),
            }
            true
        });
        out
    }

    #[test]
    fn a_bad_line_is_told_in_its_place() {
        let input = [line("1"), "{".into(), String::new(), line("2")].join("\n");
        let got = pieces(|clock, take| assert!(read(input.as_bytes(), clock, take).unwrap()));
        assert_eq!(got, ["1", "line 2", "2"]);
    }

    #[test]
    fn what_came_by_a_pipe_does_not_wait_for_more() {
        let (input, mut output) = io::pipe().unwrap();
        let clock = VirtualClock::at("2026-03-02T09:00:00Z".parse().unwrap());
        writeln!(output, "{}\n{}", line("1"), line("2")).unwrap();
        let mut output = Some(output);
        let mut batches = Vec::new();
        // the other end closes only after the first events were handed on: were they kept back, this would never end
        let all = read(input, &clock, |piece| {
            let Piece::Events(events) = piece else { return false };
            batches.push(events.len());
            drop(output.take());
            true
        });
        assert!(all.unwrap());
        assert_eq!(batches, [2]);
    }

    #[test]
    fn a_file_that_grows_is_read_line_by_whole_line_and_anew_when_it_is_another() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events");
        let mut followed = Followed::new(&path);
        let mut next = || pieces(|clock, take| assert!(followed.read(clock, take).unwrap()));
        assert_eq!(next(), [""; 0], "it need not be there");
        let mut file = File::create(&path).unwrap();
        writeln!(file, "{}", line("1")).unwrap();
        write!(file, "{}", &line("2")[..20]).unwrap();
        assert_eq!(next(), ["1"]);
        assert_eq!(next(), [""; 0], "half a line is none");
        writeln!(file, "{}", &line("2")[20..]).unwrap();
        assert_eq!(next(), ["2"]);
        writeln!(file, "\n{{").unwrap();
        assert_eq!(next(), ["line 4"], "its number in the file");
        let away = dir.path().join("events.1");
        std::fs::rename(&path, &away).unwrap();
        let mut old = File::options().append(true).open(&away).unwrap();
        writeln!(old, "{}", line("2a")).unwrap();
        assert_eq!(next(), ["2a"], "whoever writes has not heard of it yet");
        write!(old, "{}\n{}", line("2b"), line("2c")).unwrap();
        std::fs::write(&path, line("3") + "\n").unwrap();
        assert_eq!(next(), ["2b", "3"], "rotated");
        writeln!(old).unwrap();
        write!(old, "{}", line("2d")).unwrap();
        assert_eq!(next(), ["2c"], "whoever writes still has the old one");
        for _ in 0..QUIET {
            assert_eq!(next(), [""; 0]);
        }
        assert_eq!(next(), ["2d"], "nobody will end its last line");
        writeln!(old, "\n{}", line("2e")).unwrap();
        assert_eq!(next(), [""; 0], "it was left");
        std::fs::write(&path, "").unwrap();
        assert_eq!(next(), [""; 0]);
        std::fs::write(&path, line("4") + "\n").unwrap();
        assert_eq!(next(), ["4"], "cut and written anew");
    }
}
