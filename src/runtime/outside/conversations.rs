//! What can be replayed: the conversations of the samples or of a file, with what is known at the end of each.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};
use std::sync::Arc;

use super::Shared;
use crate::app::effect::Source;
use crate::app::msg::{Generation, Heading, Msg};
use crate::domain::conversation::Conversation;
use crate::domain::field::{CHANNEL, SUMMARY};
use crate::domain::text::non_blank;
use crate::extract::{Extractor, summarize};
use crate::feed::SAMPLES;
use crate::feed::conversations::Conversations;
use crate::play;

/// Nobody chooses from more; those after are replayed all the same.
const MOST: usize = 1000;

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
        Source::File(name) => {
            let file = File::open(name).map_err(|e| format!("{name} cannot be opened: {e}"))?;
            if file.metadata().is_ok_and(|m| m.is_dir()) {
                return Err(format!("{name} is a folder: name a file of conversations"));
            }
            Ok((name.clone(), Box::new(BufReader::with_capacity(1 << 18, file))))
        }
    }
}

fn headings(source: &Source, extractor: &Extractor) -> Result<Vec<Heading>, String> {
    let (name, input) = open(source)?;
    let mut conversations = Conversations::new(&name, input);
    let mut headings = Vec::new();
    while headings.len() < MOST {
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
        assert!(headings(&Source::File("/".into()), &Extractor::default()).unwrap_err().contains("folder"));
    }
}
