//! A second opinion: a language model is asked what the customer said whenever a run is due, and what it points out is
//! believed as far as the conversation bears it out.
//!
//! Owns when it is asked, what is remembered of its answers, and what they are worth beside the rules' values. Must not know
//! where conversations come from nor what is done with the values. Where it gives no answer, the rules stand alone.

mod client;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};

pub use client::{Client, Endpoint};

use crate::domain::conversation::{Channel, Message, Role};
use crate::domain::field::Agent;
use crate::domain::moment::Listen;
use crate::domain::trace::{Asked, Doubt, Origin, Source};
use crate::extract::{self, Extractor, Found, Listener, Secrets};
use crate::ports::{Clock, KeptAnswers, LanguageModel, ModelAnswer, WallClock};

/// How much of a conversation is sent, in bytes: of a longer one the end.
const MOST_SENT: usize = 64 * 1024;
/// How many questions that got no answer are remembered, so that they are not asked again at every look.
const UNANSWERED: usize = 1_000;
/// After so many failures in a row the model is left alone for some questions.
const IN_A_ROW: u32 = 3;
/// For how many.
const LEFT_ALONE: u32 = 50;

/// A model, with what it takes to ask it.
pub struct Adviser {
    name: String,
    model: Box<dyn LanguageModel>,
    answers: Box<dyn KeptAnswers>,
    agent: Agent,
    extractor: Extractor,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// What a model was asked since the start, and what that took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    /// Questions, those included that were answered from before.
    pub questions: u64,
    /// Those answered from before: nothing was sent.
    pub kept: u64,
    /// Those without an answer: the built-in rules stood alone.
    pub unanswered: u64,
    /// Requests sent.
    pub sent: u64,
    /// Of those, how many gave no answer.
    pub failed: u64,
    /// How long all requests took, in milliseconds.
    pub ms: u64,
    /// Tokens of what was sent, as the model counts them.
    pub tokens_in: u64,
    /// Tokens of its answers.
    pub tokens_out: u64,
}

#[derive(Default)]
struct State {
    used: Used,
    unanswered: HashMap<String, String>,
    failures: u32,
    left_alone: u32,
}

impl Adviser {
    /// Asks `model`, called `name`, for the fields of an agent.
    pub fn new(
        name: &str,
        model: impl LanguageModel + 'static,
        answers: impl KeptAnswers + 'static,
        agent: Agent,
        extractor: Extractor,
    ) -> Self {
        let (model, answers) = (Box::new(model), Box::new(answers));
        let clock = Arc::new(WallClock);
        Self { name: name.to_owned(), model, answers, agent, extractor, clock, state: Mutex::default() }
    }

    /// With another clock to measure by.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// What was asked since the start.
    pub fn used(&self) -> Used {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).used
    }

    /// What it points out in these messages, and what that took.
    fn ask(&self, channel: Channel, messages: &[Message]) -> (Vec<Found>, Asked) {
        let (found, asked) = self.advice(channel, messages);
        let used = &mut self.state.lock().unwrap_or_else(PoisonError::into_inner).used;
        used.questions += 1;
        used.kept += u64::from(asked.kept);
        used.unanswered += u64::from(asked.trouble.is_some());
        used.tokens_in += asked.tokens_in;
        used.tokens_out += asked.tokens_out;
        (found, asked)
    }

    fn advice(&self, channel: Channel, messages: &[Message]) -> (Vec<Found>, Asked) {
        let question = extract::question(&self.name, &self.agent, messages);
        let digest = digest(&SHA256, question.to_string().as_bytes());
        let digest: String = digest.as_ref().iter().map(|b| format!("{b:02x}")).collect();
        let mut asked = Asked { model: self.name.clone(), ..Asked::default() };
        let kept = self.answers.recall(&digest);
        asked.kept = kept.is_some();
        let answer = match kept.map_or_else(|| self.ask_anew(&question, &digest), Ok) {
            Ok(answer) => answer,
            Err(why) => return (Vec::new(), Asked { trouble: Some(why), ..asked }),
        };
        if !asked.kept {
            (asked.tokens_in, asked.tokens_out) = (answer.tokens_in, answer.tokens_out);
        }
        match extract::accept(&self.extractor, &self.agent, channel, messages, &answer.content) {
            Ok(accepted) => (accepted.found, Asked { dropped: accepted.dropped, ..asked }),
            Err(why) => (Vec::new(), Asked { trouble: Some(why.to_string()), ..asked }),
        }
    }

    fn ask_anew(&self, question: &serde_json::Value, digest: &str) -> Result<ModelAnswer, String> {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(why) = state.unanswered.get(digest) {
                return Err(why.clone());
            }
            if state.left_alone > 0 {
                state.left_alone -= 1;
                return Err(format!("it failed {IN_A_ROW} times in a row and is left alone for a while"));
            }
        }
        let asked = self.clock.now();
        let answer = self.model.ask(question);
        let took = self.clock.now().as_millisecond() - asked.as_millisecond();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.used.sent += 1;
        state.used.failed += u64::from(answer.is_err());
        state.used.ms += u64::try_from(took).unwrap_or_default();
        match answer {
            Ok(answer) => {
                state.failures = 0;
                self.answers.keep(digest, &answer);
                Ok(answer)
            }
            Err(why) => {
                tracing::warn!("the language model gave no answer: {why}");
                state.failures += 1;
                if state.failures >= IN_A_ROW {
                    (state.failures, state.left_alone) = (0, LEFT_ALONE);
                }
                if state.unanswered.len() >= UNANSWERED {
                    state.unanswered.clear();
                }
                state.unanswered.insert(digest.to_owned(), why.to_string());
                Err(why.to_string())
            }
        }
    }
}

/// Understands one conversation by the rules and, where there is a model, by what that points out.
pub struct Ear {
    rules: Listener,
    channel: Channel,
    adviser: Option<Arc<Adviser>>,
    /// As they may leave the machine; the last ones.
    messages: Vec<Message>,
    secrets: Secrets,
    bytes: usize,
    /// Something was heard since it was asked.
    news: bool,
    /// What it pointed out, with what the rules said then.
    advice: BTreeMap<String, (Found, Option<String>)>,
    asked: Option<Asked>,
}

impl Ear {
    /// A fresh understanding of a conversation over this channel.
    pub fn new(extractor: &Extractor, adviser: Option<Arc<Adviser>>, channel: Channel) -> Self {
        Self {
            rules: extractor.listen(channel),
            channel,
            adviser,
            messages: Vec::new(),
            secrets: Secrets::default(),
            bytes: 0,
            news: false,
            advice: BTreeMap::new(),
            asked: None,
        }
    }

    /// The model's value for a key, as long as the rules know nothing better and nothing newer.
    fn advised(&self, key: &str) -> Option<&Found> {
        let (found, then) = self.advice.get(key)?;
        (self.rules.heard(key) == then.as_deref()).then_some(found)
    }

    /// What stands now and is sure enough.
    pub fn found(&self) -> Vec<&Found> {
        let by_rules = self.rules.found().filter(|f| self.advised(&f.key).is_none());
        by_rules.chain(self.advice.keys().filter_map(|key| self.advised(key))).collect()
    }
}

impl Listen for Ear {
    fn hear(&mut self, message: &Message) {
        Listen::hear(&mut self.rules, message);
        if self.adviser.is_none() {
            return;
        }
        self.news = true;
        let message = extract::outgoing(&mut self.secrets, message);
        self.bytes += message.text.len();
        self.messages.push(message);
        let mut over = 0;
        while self.bytes > MOST_SENT && over + 1 < self.messages.len() {
            self.bytes -= self.messages[over].text.len();
            over += 1;
        }
        self.messages.drain(..over);
    }

    fn heard(&self, key: &str) -> Option<&str> {
        self.advised(key).map(|f| f.value.as_str()).or_else(|| self.rules.heard(key))
    }

    fn source(&self, key: &str) -> Option<Source> {
        let Some(found) = self.advised(key) else { return self.rules.source(key) };
        let origin = if found.role == Role::Agent { Origin::Agent } else { Origin::Customer };
        let (astra, words, sure) = (key.to_owned(), found.text.clone(), Some(found.percent()));
        Some(Source { astra, at_ms: found.at_ms, origin, words, sure, by_model: true })
    }

    fn doubt(&self, key: &str) -> Option<Doubt> {
        self.advised(key).is_none().then(|| self.rules.doubt(key)).flatten()
    }

    fn due(&mut self) -> Option<Asked> {
        let adviser = self.adviser.clone()?;
        if !std::mem::take(&mut self.news) {
            return self.asked.clone().map(|a| Asked { kept: a.trouble.is_none(), tokens_in: 0, tokens_out: 0, ..a });
        }
        let (found, asked) = adviser.ask(self.channel, &self.messages);
        for f in found {
            let then = self.rules.heard(&f.key).map(str::to_owned);
            let surer = self.rules.get(&f.key).is_none_or(|known| known.sure < f.sure);
            if surer && f.sure >= adviser.extractor.threshold() {
                self.advice.insert(f.key.clone(), (f, then));
            }
        }
        self.asked = Some(asked.clone());
        Some(asked)
    }

    fn begin_episode(&mut self) {
        self.rules.begin_episode();
    }

    fn summary(&self) -> String {
        self.rules.summary()
    }
}
