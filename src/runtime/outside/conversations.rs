//! What can be replayed: the conversations of the samples or of a file, with what is known at the end of each.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};
use std::path::{PathBuf, absolute};
use std::sync::Arc;

use super::Shared;
use crate::app::effect::{MOST_LISTED, Source};
use crate::app::msg::{Generation, Heading, Msg};
use crate::domain::conversation::Conversation;
use crate::domain::field::{CHANNEL, SUMMARY};
use crate::domain::text::non_blank;
use crate::extract::{Extractor, summarize};
use crate::feed::SAMPLES;
use crate::feed::conversations::Conversations;
use crate::feed::lines::Lines;
use crate::play;

/// Lists them on a thread of its own.
pub fn list(shared: Arc<Shared>, generation: Generation, source: Source) {
    let read = move || {
        // a workspace that cannot be read is told elsewhere: its own fields are then not known here
        let extractor = shared.workspace().and_then(|w| play::extractor(&w)).unwrap_or_default();
        let result = headings(&source, &extractor);
        shared.tell(Msg::Conversations { generation, result });
    };
    if let Err(e) = std::thread::Builder::new().name("conversations".into()).spawn(read) {
        tracing::error!("the system gives no thread: {e}");
    }
}

/// A source, opened, with the name that messages call it by.
pub fn open(source: &Source) -> Result<(String, Box<dyn BufRead>), String> {
    match source {
        Source::Samples => Ok(("built-in samples".into(), Box::new(SAMPLES.as_bytes()))),
        Source::Sample(id) => {
            let of = |line: &&str| Conversation::from_json(line).is_ok_and(|c| c.id == *id);
            match SAMPLES.lines().find(of) {
                Some(line) => Ok((format!("built-in sample {id}"), Box::new(Cursor::new(line.as_bytes())))),
                None => Err(format!("there is no sample `{id}`: choose one of the list")),
            }
        }
        Source::InFile { name, id } => {
            let (called, input) = open(&Source::File(name.clone()))?;
            let line = line_of(id, input).map_err(|e| format!("{name} cannot be read: {e}"))?;
            let line = line.ok_or_else(|| format!("{name} has no conversation `{id}` any more: choose another one"))?;
            Ok((format!("{called}, {id}"), Box::new(Cursor::new(line.into_bytes()))))
        }
        Source::File(name) => {
            let path = at_home(name);
            // the whole path: where it was looked for is what one cannot see
            let told =
                |e| format!("{} cannot be opened: {e}", absolute(&path).unwrap_or_else(|_| path.clone()).display());
            let file = File::open(&path).map_err(told)?;
            if file.metadata().is_ok_and(|m| m.is_dir()) {
                return Err(format!("{name} is a folder: name a file of conversations"));
            }
            Ok((name.clone(), Box::new(BufReader::with_capacity(1 << 18, file))))
        }
    }
}

/// A name as an operator writes it: `~` is the home folder.
fn at_home(name: &str) -> PathBuf {
    let rest = if name == "~" { Some("") } else { name.strip_prefix("~/") };
    match (rest, std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(name),
    }
}

/// The line of a conversation.
fn line_of(id: &str, input: impl BufRead) -> std::io::Result<Option<String>> {
    let mut lines = Lines::new(input);
    while let Some((_, line)) = lines.next(|_| {})? {
        if let Ok(line) = line
            && Conversation::from_json(line).is_ok_and(|c| c.id == id)
        {
            return Ok(Some(line.to_owned()));
        }
    }
    Ok(None)
}

fn headings(source: &Source, extractor: &Extractor) -> Result<Vec<Heading>, String> {
    let (name, input) = open(source)?;
    let mut conversations = Conversations::new(&name, input);
    let mut headings = Vec::new();
    while headings.len() < MOST_LISTED {
        match conversations.next(|_| {}).map_err(|e| format!("{name} cannot be read: {e}"))? {
            None => break,
            Some((_, Ok(conversation))) => headings.push(heading(&conversation, extractor)),
            // a replay tells which lines are none
            Some((_, Err(_))) => {}
        }
    }
    Ok(headings)
}

fn heading(c: &Conversation, extractor: &Extractor) -> Heading {
    let mut listener = extractor.listen(c.channel);
    c.messages.iter().for_each(|m| listener.hear(m));
    let summary = summarize(&c.messages, None);
    let mut values: BTreeMap<String, String> = listener.found().map(|f| (f.key.clone(), f.value.clone())).collect();
    values.insert(CHANNEL.to_owned(), c.channel.as_str().to_owned());
    values.extend(non_blank(&summary).map(|s| (SUMMARY.to_owned(), s.to_owned())));
    // what the agent captured counts before what was found in the words
    for captured in &c.attributes {
        values.extend(non_blank(&captured.value).map(|v| (captured.name.clone(), v.to_owned())));
    }
    Heading { id: c.id.clone(), channel: c.channel, started_at: c.started_at, messages: c.messages.len(), values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_listed_with_what_is_known_at_their_end() {
        let all = headings(&Source::Samples, &Extractor::default()).unwrap();
        assert!(all.len() > 5 && all.iter().any(|h| h.values.contains_key("email")));
        assert!(all.iter().all(|h| h.values["channel"] == h.channel.as_str() || h.values.contains_key("channel")));
        let one = headings(&Source::Sample(all[1].id.clone()), &Extractor::default()).unwrap();
        assert_eq!(one, [all[1].clone()]);
        assert!(headings(&Source::Sample("none".into()), &Extractor::default()).is_err());
        let of = |source| headings(&source, &Extractor::default());
        assert!(of(Source::File("/".into())).unwrap_err().contains("folder"));
        assert!(of(Source::File("~".into())).unwrap_err().contains("folder"), "the home folder");
        let dir = tempfile::tempdir().unwrap();
        let name = dir.path().join("c.jsonl").to_str().unwrap().to_owned();
        std::fs::write(&name, format!("no conversation\n{SAMPLES}")).unwrap();
        assert_eq!(of(Source::File(name.clone())).unwrap(), all);
        let third = Source::InFile { name: name.clone(), id: all[2].id.clone() };
        assert_eq!(of(third).unwrap(), [all[2].clone()]);
        assert!(of(Source::InFile { name, id: "none".into() }).unwrap_err().contains("no conversation `none`"));
    }
}
