//! The plan of a replay: every run that its input asks for, in order of conversation time.
//!
//! Owns the order (time; ties: earlier line, episode, action) and that memory stays bounded: planned runs wait in a
//! temporary SQLite database, which keeps them sorted and spills to disk.

use std::io::{self, BufRead};

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::conversations::{Conversations, Rejected};
use crate::domain::action::Action;
use crate::domain::conversation::{Channel, Conversation, Message, Role};
use crate::domain::moment::{Listen, Moment, episodes, moments};
use crate::engine::run::Due;

/// A plan could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The input broke off.
    #[error("{name}: cannot be read: {source}")]
    Input {
        /// The file, or `standard input`.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// The temporary database failed.
    #[error("the planned runs cannot be sorted on disk: {0}; make room in the temporary folder, or set TMPDIR")]
    Spool(#[from] rusqlite::Error),
    /// A planned run came back other than it went in.
    #[error("a planned run cannot be read back: {0}")]
    Moment(#[from] serde_json::Error),
}

/// Plans and keeps runs in order.
pub struct Plan {
    spool: Connection,
    digest: Context,
    lines: u64,
    conversations: u64,
    runs: u64,
    messages: Option<Shown>,
}

/// A message, as it is shown to somebody who watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// The conversation's id.
    pub conversation: String,
    /// Its place among the conversations of the input, from 1.
    pub place: u64,
    /// Text or voice.
    pub channel: Channel,
    /// When the call ends; `None` for text.
    pub call_ends: Option<Timestamp>,
    /// Who.
    pub role: Role,
    /// What; of a long text the beginning.
    pub text: String,
}

/// The texts of a conversation's messages as they may be shown, in their order.
pub type Shown = fn(&[Message]) -> Vec<String>;

/// The longest text that is kept to be shown, in bytes.
const SHOWN: usize = 4096;

/// The place of a run in the order, and what it is: one row of the spool.
type Row = (Key, String, String);
type Key = (i64, i64, i64, i64, i64);
/// The place of a message in the order.
type Spot = (i64, i64, i64);

impl Plan {
    /// An empty plan.
    ///
    /// # Errors
    /// The temporary database cannot be made.
    pub fn new() -> Result<Self, PlanError> {
        // an empty name is SQLite's private temporary database: on disk once it outgrows its cache, gone when closed
        let spool = Connection::open("")?;
        spool.execute_batch(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16384;
             CREATE TABLE run(
                 at INTEGER, line INTEGER, episode INTEGER, action INTEGER, nth INTEGER,
                 conversation TEXT NOT NULL, moment TEXT NOT NULL,
                 PRIMARY KEY(at, line, episode, action, nth)) STRICT, WITHOUT ROWID;
             CREATE TABLE message(
                 at INTEGER, line INTEGER, nth INTEGER, conversation TEXT NOT NULL, place INTEGER NOT NULL,
                 call_ends INTEGER, agent INTEGER NOT NULL, text TEXT NOT NULL,
                 PRIMARY KEY(at, line, nth)) STRICT, WITHOUT ROWID;",
        )?;
        let digest = Context::new(&SHA256);
        Ok(Self { spool, digest, lines: 0, conversations: 0, runs: 0, messages: None })
    }

    /// An empty plan that also keeps what is said, as `shown` gives it, for somebody who watches.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn with_messages(shown: Shown) -> Result<Self, PlanError> {
        Ok(Self { messages: Some(shown), ..Self::new()? })
    }

    /// Plans every conversation of `input` for every action. Lines that are no conversation go to `rejected`; `listen`
    /// makes a fresh understanding for a conversation.
    ///
    /// # Errors
    /// The input or the temporary database failed.
    pub fn read<L: Listen>(
        &mut self,
        name: &str,
        input: impl BufRead,
        actions: &[&Action],
        listen: impl Fn(&Conversation) -> L,
        mut rejected: impl FnMut(Rejected),
        mut progress: impl FnMut(u64),
    ) -> Result<(), PlanError> {
        let Self { spool, digest, lines: before, conversations, runs, messages } = self;
        let transaction = spool.transaction()?;
        let mut insert = transaction.prepare("INSERT INTO run VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        let mut keep = transaction.prepare("INSERT INTO message VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        let mut input = Conversations::new(name, input);
        let mut read = 0;
        loop {
            let next = input.next(|bytes| digest.update(bytes));
            let Some((number, next)) = next.map_err(|source| PlanError::Input { name: name.to_owned(), source })?
            else {
                break;
            };
            read = number;
            let conversation = match next {
                Ok(conversation) => conversation,
                Err(bad) => {
                    rejected(bad);
                    continue;
                }
            };
            *conversations += 1;
            let call = conversation.channel == Channel::Voice && messages.is_some();
            let call_ends = call.then(|| episodes(&conversation).pop()).flatten();
            let call_ends = call_ends.map(|e| conversation.instant(e.end_ms).as_millisecond());
            let kept = messages.map(|shown| shown(&conversation.messages)).unwrap_or_default();
            for (nth, (message, text)) in conversation.messages.iter().zip(kept).enumerate() {
                keep.execute(params![
                    conversation.instant(message.at_ms).as_millisecond(),
                    i64::try_from(*before + number).unwrap_or(i64::MAX),
                    i64::try_from(nth).unwrap_or(i64::MAX),
                    conversation.id,
                    i64::try_from(*conversations).unwrap_or(i64::MAX),
                    call_ends,
                    message.role == Role::Agent,
                    &text[..text.floor_char_boundary(SHOWN)],
                ])?;
            }
            for (a, action) in actions.iter().enumerate() {
                for (nth, moment) in moments(&conversation, action, &mut listen(&conversation)).iter().enumerate() {
                    insert.execute(params![
                        conversation.instant(moment.at_ms).as_millisecond(),
                        i64::try_from(*before + number).unwrap_or(i64::MAX),
                        i64::from(moment.episode),
                        i64::try_from(a).unwrap_or(i64::MAX),
                        i64::try_from(nth).unwrap_or(i64::MAX),
                        conversation.id,
                        serde_json::to_string(moment)?,
                    ])?;
                    *runs += 1;
                }
            }
            progress(*conversations);
        }
        drop((insert, keep));
        transaction.commit()?;
        *before += read;
        // two files one after the other are not one file
        digest.update(b"\0");
        Ok(())
    }

    /// How many conversations were planned.
    pub fn conversations(&self) -> u64 {
        self.conversations
    }

    /// How many runs there are.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// A digest of the bytes read, in hexadecimal: the same input gives the same.
    pub fn input_digest(&self) -> String {
        self.digest.clone().finish().as_ref().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// The planned runs in order, with the index of their action.
    pub fn due(&self) -> DueRuns<'_> {
        DueRuns { plan: self, page: Vec::new().into_iter(), after: None, seq: 0 }
    }

    /// What is said, in order of time; nothing unless the plan keeps it.
    pub fn said(&self) -> Messages<'_> {
        Messages { plan: self, page: Vec::new().into_iter(), after: (i64::MIN, 0, 0) }
    }

    fn page_of_messages(&self, after: Spot) -> Result<Vec<(Spot, Said)>, PlanError> {
        const PAGE: i64 = 256;
        let mut select = self.spool.prepare_cached(
            "SELECT at, line, nth, conversation, place, call_ends, agent, text FROM message
             WHERE (at, line, nth) > (?1, ?2, ?3) ORDER BY at, line, nth LIMIT ?4",
        )?;
        let rows = select.query_map(params![after.0, after.1, after.2, PAGE], said)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The last `most` messages of a conversation, in order of time; nothing unless the plan keeps what is said.
    ///
    /// # Errors
    /// The temporary database failed.
    pub fn said_in(&self, conversation: &str, most: u32) -> Result<Vec<Said>, PlanError> {
        let mut select = self.spool.prepare_cached(
            "SELECT at, line, nth, conversation, place, call_ends, agent, text FROM message
             WHERE conversation = ?1 ORDER BY at DESC, line DESC, nth DESC LIMIT ?2",
        )?;
        let rows = select.query_map(params![conversation, most], said)?;
        let mut out = rows.map(|row| Ok(row?.1)).collect::<Result<Vec<_>, PlanError>>()?;
        out.reverse();
        Ok(out)
    }

    fn page(&self, after: Option<Key>) -> Result<Vec<Row>, PlanError> {
        const PAGE: i64 = 256;
        let (at, line, episode, action, nth) = after.unwrap_or((i64::MIN, 0, 0, 0, 0));
        let mut select = self.spool.prepare_cached(
            "SELECT at, line, episode, action, nth, conversation, moment FROM run
             WHERE (at, line, episode, action, nth) > (?1, ?2, ?3, ?4, ?5)
             ORDER BY at, line, episode, action, nth LIMIT ?6",
        )?;
        let rows = select.query_map(params![at, line, episode, action, nth, PAGE], |r| {
            Ok(((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?), r.get(5)?, r.get(6)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn said(r: &rusqlite::Row<'_>) -> rusqlite::Result<(Spot, Said)> {
    let instant = |ms| Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    let key: Spot = (r.get(0)?, r.get(1)?, r.get(2)?);
    let call_ends = r.get::<_, Option<i64>>(5)?.map(instant);
    let said = Said {
        at: instant(key.0),
        conversation: r.get(3)?,
        place: r.get::<_, i64>(4)?.cast_unsigned(),
        channel: if call_ends.is_some() { Channel::Voice } else { Channel::Text },
        call_ends,
        role: if r.get(6)? { Role::Agent } else { Role::Customer },
        text: r.get(7)?,
    };
    Ok((key, said))
}

/// The runs of a plan, read page by page.
pub struct DueRuns<'a> {
    plan: &'a Plan,
    page: std::vec::IntoIter<Row>,
    after: Option<Key>,
    seq: u64,
}

impl DueRuns<'_> {
    fn read(&mut self) -> Result<Option<(usize, Due)>, PlanError> {
        if self.page.len() == 0 {
            self.page = self.plan.page(self.after)?.into_iter();
        }
        let Some((key, conversation, moment)) = self.page.next() else { return Ok(None) };
        self.after = Some(key);
        let moment: Moment = serde_json::from_str(&moment)?;
        let at = Timestamp::from_millisecond(key.0).unwrap_or(Timestamp::MAX);
        let due = Due { seq: self.seq, conversation, at, moment };
        self.seq += 1;
        Ok(Some((usize::try_from(key.3).unwrap_or(usize::MAX), due)))
    }
}

impl Iterator for DueRuns<'_> {
    type Item = Result<(usize, Due), PlanError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// What is said, read page by page.
pub struct Messages<'a> {
    plan: &'a Plan,
    page: std::vec::IntoIter<(Spot, Said)>,
    after: Spot,
}

impl Iterator for Messages<'_> {
    type Item = Result<Said, PlanError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.len() == 0 {
            self.page = match self.plan.page_of_messages(self.after) {
                Ok(page) => page.into_iter(),
                Err(e) => return Some(Err(e)),
            };
        }
        let (key, said) = self.page.next()?;
        self.after = key;
        Some(Ok(said))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::Row as MappingRow;
    use crate::domain::moment::Deaf;

    fn action(id: &str, offline_sync: bool) -> Action {
        Action {
            offline_sync,
            mapping: vec![MappingRow::new("Email", "email"), MappingRow::new("Last_Name", "last_name")],
            ..Action::new(id)
        }
    }

    fn line(id: &str, start: &str, trigger: u64) -> String {
        format!(
            r#"{{"id":"{id}","channel":"text","started_at":"{start}","messages":[{{"at_ms":0,"role":"agent","text":"x"}}],"triggers":[{{"at_ms":{trigger}}}]}}"#
        )
    }

    fn planned(inputs: &[String], actions: &[&Action]) -> (Vec<String>, Vec<Rejected>, Plan) {
        let mut plan = Plan::new().unwrap();
        let mut bad = Vec::new();
        for (i, input) in inputs.iter().enumerate() {
            plan.read(&format!("f{i}"), input.as_bytes(), actions, |_| Deaf, |r| bad.push(r), |_| {}).unwrap();
        }
        let got = plan
            .due()
            .map(|d| {
                let (a, d) = d.unwrap();
                format!("{} {} {} {} {}", d.seq, d.at, d.conversation, actions[a].id, d.moment.trigger)
            })
            .collect();
        (got, bad, plan)
    }

    #[test]
    fn in_order_of_time_whatever_the_order_of_lines_files_and_actions() {
        let first =
            [line("late", "2026-03-02T10:00:00Z", 5), "{".into(), line("tie", "2026-03-02T09:00:00.0004Z", 7000)]
                .join("\n");
        let second = line("early", "2026-03-02T09:00:07Z", 0);
        let (a, b) = (action("a", false), action("b", true));
        let (got, bad, plan) = planned(&[first.clone(), second.clone()], &[&a, &b]);
        assert_eq!(
            got,
            [
                "0 2026-03-02T09:00:07Z tie a during",
                "1 2026-03-02T09:00:07Z early a during",
                "2 2026-03-02T09:10:00Z tie b offline",
                "3 2026-03-02T09:10:07Z early b offline",
                "4 2026-03-02T10:00:00.005Z late a during",
                "5 2026-03-02T10:10:00Z late b offline",
            ],
            "the earlier line goes first"
        );
        assert_eq!((bad.len(), bad[0].line, bad[0].name.as_str()), (1, 2, "f0"));
        assert_eq!((plan.runs(), plan.conversations()), (6, 3));
        let again = planned(&[first.clone(), second.clone()], &[&a]).2.input_digest();
        assert_eq!(plan.input_digest(), again);
        assert_ne!(again, planned(&[format!("{first}\n{second}")], &[&a]).2.input_digest());
    }

    #[test]
    fn what_is_said_comes_in_order_of_time_if_it_is_kept() {
        let lines: Vec<String> = (0..300)
            .rev()
            .map(|i| line(&format!("c{i}"), &format!("2026-03-02T09:{:02}:{:02}Z", i / 60, i % 60), 0))
            .collect();
        let mut plan = Plan::with_messages(|all| all.iter().map(|m| m.text.clone()).collect()).unwrap();
        plan.read("f", lines.join("\n").as_bytes(), &[&action("a", false)], |_| Deaf, |r| panic!("{r}"), |_| {})
            .unwrap();
        let said: Vec<Said> = plan.said().map(Result::unwrap).collect();
        assert_eq!(said.len(), 300);
        assert!(said.windows(2).all(|w| w[0].at < w[1].at));
        let first = &said[0];
        assert_eq!(
            (first.conversation.as_str(), first.place, first.role, first.text.as_str()),
            ("c0", 300, Role::Agent, "x")
        );
        assert_eq!(planned(&lines, &[&action("a", false)]).2.said().count(), 0);
        let one: Vec<Said> = plan.said_in("c7", 9).unwrap();
        assert_eq!((one.len(), one[0].conversation.as_str(), one[0].call_ends), (1, "c7", None));
    }

    #[test]
    fn more_than_a_page() {
        let input: Vec<String> =
            (0..1000).rev().map(|i| line(&format!("c{i:04}"), "2026-03-02T09:00:00Z", i)).collect();
        let (got, _, _) = planned(&[input.join("\n")], &[&action("a", false)]);
        assert_eq!(got.len(), 1000);
        assert!(got.windows(2).all(|w| w[0].split(' ').nth(1) <= w[1].split(' ').nth(1) || w[0].len() != w[1].len()));
        assert!(got[999].contains("c0999") && got[999].starts_with("999 "), "{}", got[999]);
    }
}
