//! `astra-zoho extract`: what is found in the words of conversations, without running anything.

use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Map, Value};

use super::out::{Failure, Out, Role};
use super::progress::Progress;
use super::table::Table;
use super::{Context, RecordFormat, input};
use crate::domain::conversation::Conversation;
use crate::domain::moment::Listen as _;
use crate::domain::text::visible;
use crate::extract::{Found, summarize};
use crate::feed::conversations::Conversations;
use crate::play::Understanding;
use crate::store::Workspace;

/// Show what is found in the words of conversations, without running anything
///
/// Attributes and a summary of each conversation, with the words in which each was found and how sure it is. The fields
/// that the operator created are looked for where there is a workspace. What the agent itself captured is not looked at.
/// Without FILE the built-in samples.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Conversations as JSON Lines, `-` for standard input; may be given several times
    #[arg(long, value_name = "FILE")]
    conversations: Vec<PathBuf>,
    /// `text` for people, `json` for programs: one conversation a line
    #[arg(long, value_enum, default_value_t)]
    format: RecordFormat,
}

/// What was found; keys and order are the contract's.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    attributes: Map<String, Value>,
    summary: &'a str,
    evidence: Map<String, Value>,
}

#[derive(Serialize)]
struct Evidence<'a> {
    at_ms: i64,
    role: &'static str,
    text: &'a str,
    /// From 0 to 1, in hundredths.
    sure: f64,
}

/// Runs the command.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    if let Some(workspace) = Workspace::find(context.workspace.clone()).map_err(|e| Failure::unreadable(&e))? {
        context.tell_settings(&workspace)?;
    }
    context.unlock_model()?;
    let understanding = context.understanding()?;
    let out = &mut context.out;
    let (mut read, mut bad_lines): (u64, u64) = (0, 0);
    let progress = Progress::new(out, "reading", None);
    let result = input::each(&arguments.conversations, |name, input| {
        let mut conversations = Conversations::new(name, input);
        loop {
            let next = conversations.next(|_| {});
            let next = next.map_err(|e| Failure::new(1, format!("{name}: cannot be read: {e}; check the file")))?;
            match next {
                None => return Ok(()),
                Some((_, Err(bad))) => {
                    bad_lines += 1;
                    progress.aside(|| out.notice(&bad.to_string()))?;
                }
                Some((_, Ok(conversation))) => {
                    progress.beside(out, |out| show(out, arguments.format, &understanding, &conversation))?;
                    read += 1;
                    progress.at(read);
                }
            }
        }
    });
    progress.end();
    result?;
    if let Some(used) = understanding.used() {
        out.notice(&used)?;
    }
    if bad_lines > 0 { Err(Failure::silent(1)) } else { Ok(()) }
}

fn show(
    out: &mut Out,
    format: RecordFormat,
    understanding: &Understanding,
    conversation: &Conversation,
) -> Result<(), Failure> {
    let mut ear = understanding.listen(conversation.channel);
    conversation.messages.iter().for_each(|m| ear.hear(m));
    let asked = ear.due();
    let found = ear.found();
    let summary = summarize(&conversation.messages, None);
    if let Some(why) = asked.and_then(|a| a.trouble) {
        tracing::warn!("{}: the language model gave no answer: {why}", conversation.id);
    }
    match format {
        RecordFormat::Json => {
            let attributes = found.iter().map(|f| (f.key.clone(), Value::from(f.value.as_str()))).collect();
            let evidence = |f: &&Found| {
                let evidence = Evidence {
                    at_ms: f.at_ms,
                    role: f.role.as_str(),
                    text: &f.text,
                    sure: f64::from(f.percent()) / 100.0,
                };
                serde_json::to_value(evidence).map(|e| (f.key.clone(), e))
            };
            let evidence = found.iter().map(evidence).collect::<Result<_, _>>().map_err(|e| Failure::of(1, &e))?;
            out.json(&Line { id: &conversation.id, attributes, summary: &summary, evidence })?;
        }
        RecordFormat::Text => {
            let head = out.styled(Role::Strong, &visible(&conversation.id));
            out.line(&format!("{head}  {}", conversation.channel.as_str()))?;
            let mut table = Table::default();
            for f in &found {
                let said = format!("{} {}: {}", minutes(f.at_ms), f.role.as_str(), f.text);
                table.row([(Role::Plain, &f.key), (Role::Good, &f.value), (Role::Dim, &said)]);
            }
            for line in table.lines(out) {
                out.line(&format!("    {line}"))?;
            }
            let summary = if summary.is_empty() { "-".into() } else { visible(&summary) };
            out.line(&format!("    summary: {summary}"))?;
        }
    }
    Ok(())
}

/// A time of the conversation: minutes and seconds.
fn minutes(at_ms: i64) -> String {
    format!("{}:{:02}", at_ms / 60_000, at_ms / 1000 % 60)
}
