//! `astra-zoho runs`: the log of runs as they were kept, one at a time however many there are.

use std::ops::ControlFlow;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, civil};

use super::describe::lines;
use super::out::{Failure, Out};
use super::{Context, database};
use crate::domain::run::{Outcome, UnknownWord};
use crate::store::{Filter, Log, Logged, Order, csv_header, csv_row};

/// Show the log of runs
///
/// Every run that was made, dry ones marked: the latest replay last, and in each the runs by the time of their
/// conversation.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only runs that came out so
    #[arg(long, value_parser = outcome())]
    outcome: Option<Outcome>,
    /// Only runs at this time of their conversation or later: a time stamp (2026-03-02T09:00:00Z), a date (2026-03-02), or
    /// back from now (2h, 3d)
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    /// Only runs with all of these words, or beginnings of words, whatever their case and accents, in the address, a value
    /// written, or any of the ids and words of the record
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// `text` for people, `json` and `csv` for programs: one record a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// After the workspace's own runs also the live ones in this PostgreSQL database (or config.toml: [run] database)
    #[arg(long, value_name = "postgres://USER@HOST/NAME")]
    database: Option<String>,
}

/// How runs are written.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
    /// For spreadsheets: a header, then one run a row.
    Csv,
}

fn outcome() -> impl TypedValueParser<Value = Outcome> {
    let words = PossibleValuesParser::new(Outcome::ALL.iter().map(|o| o.as_str()));
    words.try_map(|word| -> Result<Outcome, UnknownWord> { word.parse() })
}

/// The start of what is shown.
#[derive(Debug, Clone, Copy)]
enum Since {
    At(Timestamp),
    Back(Span),
}

impl FromStr for Since {
    type Err = &'static str;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        const WRONG: &str =
            "give a time stamp (2026-03-02T09:00:00Z), a date (2026-03-02), or a time back from now (2h)";
        // without an offset it is UTC, as records are printed
        let utc = |d: civil::DateTime| d.to_zoned(TimeZone::UTC).map(|z| Self::At(z.timestamp())).map_err(|_| WRONG);
        if let Ok(at) = s.parse::<Timestamp>() {
            return Ok(Self::At(at));
        }
        if let Ok(date) = s.parse::<civil::DateTime>() {
            return utc(date);
        }
        let back: Span = s.parse().map_err(|_| WRONG)?;
        Ok(Self::Back(back.abs()))
    }
}

impl Since {
    fn instant(self, now: Timestamp) -> Result<Timestamp, Failure> {
        match self {
            Self::At(at) => Ok(at),
            Self::Back(span) => {
                let start = now.to_zoned(TimeZone::UTC).checked_sub(span);
                let start = start.map_err(|_| Failure::usage("--since: that is longer ago than there are dates"))?;
                Ok(start.timestamp())
            }
        }
    }
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let since = arguments.since.map(|s| s.instant(context.clock.now())).transpose()?;
    let workspace = context.workspace()?;
    let there = database::of(arguments.database.as_deref(), &workspace)?;
    let log = Log::open(&workspace.state_db()).map_err(|e| Failure::unreadable(&e))?;
    let narrowed = arguments.outcome.is_some() || since.is_some() || arguments.search.is_some();
    let filter = Filter {
        outcome: arguments.outcome,
        since,
        search: arguments.search,
        order: Order::OldestFirst,
        ..Filter::default()
    };
    let out = &mut context.out;
    if let Format::Csv = arguments.format {
        out.exact(&csv_header())?;
    }
    let mut shown: u64 = 0;
    let mut failed = None;
    let several = workspace.action_ids().map_err(|e| Failure::unreadable(&e))?.len() > 1;
    let mut each = |run| match show(out, arguments.format, run, several) {
        Ok(()) => {
            shown += 1;
            ControlFlow::Continue(())
        }
        Err(e) => {
            failed = Some(e);
            ControlFlow::Break(())
        }
    };
    #[cfg_attr(not(feature = "postgres"), expect(unused_mut, reason = "there is no database to read on in"))]
    let mut read = log.runs(&filter, &mut each);
    match there {
        None => {}
        #[cfg(not(feature = "postgres"))]
        Some(none) => match none {},
        #[cfg(feature = "postgres")]
        Some(address) if read.is_ok() => {
            let there = crate::live::postgres::Postgres::look(&address).await;
            read = there.map_err(|e| Failure::unreadable(&e))?.runs(&filter, &mut each).await;
        }
        #[cfg(feature = "postgres")]
        Some(_) => {}
    }
    if let Some(failure) = failed {
        return Err(failure);
    }
    read.map_err(|e| Failure::unreadable(&e))?;
    if shown == 0 {
        out.notice(if narrowed {
            "no run is like that; without --outcome, --since and --search all are shown"
        } else {
            "nothing has run yet; `astra-zoho replay` runs the sample conversations through every active action"
        })?;
    }
    Ok(())
}

fn show(out: &mut Out, format: Format, run: Logged, several: bool) -> Result<(), Failure> {
    match format {
        Format::Text => {
            let record = run.record().map_err(|e| Failure::unreadable(&e))?;
            lines(out, &record, several).iter().try_for_each(|l| out.line(l))?;
        }
        Format::Json => out.json_text(run.json)?,
        Format::Csv => {
            out.exact(&csv_row(&run).map_err(|e| Failure::unreadable(&e))?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_an_instant_a_date_or_a_time_back() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let cases = [
            ("2026-03-01T10:00:00+01:00", "2026-03-01T09:00:00Z"),
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            ("2026-03-01T08:30:00", "2026-03-01T08:30:00Z"),
            ("2h", "2026-03-02T07:00:00Z"),
            ("3d", "2026-02-27T09:00:00Z"),
            ("1 month", "2026-02-02T09:00:00Z"),
            ("PT90M", "2026-03-02T07:30:00Z"),
            ("30m ago", "2026-03-02T08:30:00Z"),
        ];
        for (given, want) in cases {
            let got = given.parse::<Since>().unwrap().instant(now).unwrap();
            assert_eq!(got.to_string(), want, "{given}");
        }
        for wrong in ["", "yesterday", "2026-13-01", "9000"] {
            assert!(wrong.parse::<Since>().is_err(), "{wrong}");
        }
        assert!("19000y".parse::<Since>().unwrap().instant(now).is_err());
    }
}
