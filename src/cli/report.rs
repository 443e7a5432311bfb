//! What a replay prints: each record as it is kept, and at the end what they came to.

use std::io;

use super::RecordFormat;
use super::describe::{Totals, lines};
use super::out::{Failure, Out, Role};
use super::progress::Progress;
use crate::domain::run::RunRecord;
use crate::domain::words::plural;

/// A replay's output.
pub struct Report<'o> {
    out: &'o mut Out,
    format: RecordFormat,
    progress: Progress,
    totals: Totals,
    /// More than one action runs: text says which.
    several: bool,
}

impl<'o> Report<'o> {
    /// A report of so many runs, of one action or `several`.
    pub fn new(out: &'o mut Out, format: RecordFormat, runs: u64, several: bool) -> Self {
        let progress = Progress::new(out, "replaying", Some(runs));
        Self { out, format, progress, totals: Totals::default(), several }
    }

    /// Where it stands, for whoever says something meanwhile.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// A run was kept.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn record(&mut self, record: &RunRecord) -> io::Result<()> {
        self.totals.add(record);
        let Self { out, format, progress, totals, several } = self;
        // only where both are the same terminal can one get into the other's way
        let shared = out.to_terminal && out.errors_to_terminal;
        let mut write = || {
            match format {
                RecordFormat::Json => out.json(record),
                RecordFormat::Text => lines(out, record, *several).iter().try_for_each(|l| out.line(l)),
            }?;
            // a record that is kept is also told: whoever reads the pipe sees how far it is
            out.flush()
        };
        if shared { progress.aside(write) } else { write() }?;
        progress.at(totals.runs());
        Ok(())
    }

    /// The end: the summary. Gives the number of failed runs.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn end(self, conversations: u64, passed_over: u64, dry_run: bool) -> Result<u64, Failure> {
        self.progress.end();
        let runs = self.totals.runs();
        let head = format!(
            "{}, {}{}{}",
            plural(conversations, "conversation"),
            plural(runs, "run"),
            match passed_over {
                0 => String::new(),
                n => format!(", {} passed over", plural(n, "line")),
            },
            if dry_run { " (dry run: nothing was written)" } else { "" }
        );
        match self.format {
            RecordFormat::Text => {
                let head = self.out.styled(Role::Strong, &head);
                self.out.line(&head)?;
                for line in self.totals.lines(|role, text| self.out.styled(role, text)) {
                    self.out.line(&line)?;
                }
            }
            RecordFormat::Json => {
                self.out.notice(&head)?;
                for line in self.totals.lines(|_, text| text.to_owned()) {
                    self.out.notice(&line)?;
                }
            }
        }
        Ok(self.totals.failed())
    }
}
