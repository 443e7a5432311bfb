//! Conversations tried with the agent's fields as they are being edited: on a thread of its own, for a conversation may have
//! ten megabytes. The one tried last is not read again.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::{Shared, conversations};
use crate::app::effect::Source;
use crate::app::msg::{Generation, Msg};
use crate::domain::conversation::Conversation;
use crate::domain::field::Agent;
use crate::domain::tried::Tried;
use crate::extract::tried;
use crate::feed::conversations::Conversations;
use crate::play;

/// The thread.
pub struct Trials {
    asked: Sender<(Generation, Agent, Source)>,
}

impl Trials {
    pub fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let (asked, taken) = channel();
        std::thread::Builder::new().name("trial".into()).spawn(move || answer_all(&shared, &taken))?;
        Ok(Self { asked })
    }

    pub fn begin(&self, generation: Generation, agent: Agent, source: Source) {
        if self.asked.send((generation, agent, source)).is_err() {
            tracing::error!("the thread that tries fields broke off");
        }
    }
}

fn answer_all(shared: &Shared, asked: &Receiver<(Generation, Agent, Source)>) {
    let mut last = None;
    while let Ok((generation, agent, source)) = asked.recv() {
        let result = answer(shared, &agent, source, &mut last).map(Box::new);
        shared.tell(Msg::Tried { generation, result });
    }
}

fn answer(
    shared: &Shared,
    agent: &Agent,
    source: Source,
    last: &mut Option<(Source, Conversation)>,
) -> Result<Tried, String> {
    let conversation = match last.take().filter(|(of, _)| *of == source) {
        Some((_, conversation)) => conversation,
        None => read(&source)?,
    };
    let extractor = shared.workspace().and_then(|w| play::extractor_for(&w, agent)).map_err(|e| e.to_string())?;
    let tried = tried(&extractor, &conversation);
    *last = Some((source, conversation));
    Ok(tried)
}

fn read(source: &Source) -> Result<Conversation, String> {
    let (name, input) = conversations::open(source)?;
    let next = Conversations::new(&name, input).next(|_| {});
    match next.map_err(|e| format!("{name} cannot be read: {e}"))? {
        Some((_, Ok(conversation))) => Ok(conversation),
        Some((_, Err(bad))) => Err(bad.to_string()),
        None => Err(format!("{name} holds no conversation: choose another one")),
    }
}
