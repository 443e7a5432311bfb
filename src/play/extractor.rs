//! How a workspace's conversations are understood: its agent's fields and its settings, put together, and a language model where
//! one is configured.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::conversation::Channel;
use crate::domain::field::Agent;
use crate::domain::words::plural;
use crate::extract::Extractor;
use crate::model::{Adviser, Client, Ear, Endpoint, Used};
use crate::ports::{LanguageModel, ModelAnswer, ModelTrouble};
use crate::store::{Config, Workspace, WorkspaceError};

/// The extraction as the workspace configures it. Mistakes in its files are not told here: what they say falls back to
/// what goes without saying.
///
/// # Errors
/// A file of the workspace cannot be read.
pub fn extractor(workspace: &Workspace) -> Result<Extractor, WorkspaceError> {
    extractor_for(workspace, &workspace.agent()?.value)
}

/// The same for an agent that is being edited.
///
/// # Errors
/// As [`extractor`].
pub fn extractor_for(workspace: &Workspace, agent: &Agent) -> Result<Extractor, WorkspaceError> {
    let config = Config::read(workspace.folders()).value;
    let mut extractor = Extractor::new(agent);
    if let Some(threshold) = config.extractor.threshold {
        extractor = extractor.with_threshold(threshold);
    }
    if let Some(country) = &config.extractor.country {
        extractor = extractor.with_country(country);
    }
    Ok(extractor)
}

/// How conversations are understood when actions run: by the rules, and by a language model where there is one.
#[derive(Clone, Default)]
pub struct Understanding {
    extractor: Extractor,
    adviser: Option<Arc<Adviser>>,
    /// What a million tokens cost, sent and received.
    prices: Option<(f64, f64)>,
}

impl Understanding {
    /// As the workspace configures it.
    ///
    /// # Errors
    /// A file of the workspace cannot be read.
    pub fn of(workspace: &Workspace) -> Result<Self, WorkspaceError> {
        let agent = workspace.agent()?.value;
        let extractor = extractor_for(workspace, &agent)?;
        let settings = Config::read(workspace.folders()).value.extractor.model;
        let prices = settings.as_ref().and_then(|s| s.prices);
        let adviser = settings.map(|settings| {
            let timeout = Duration::from_secs(settings.timeout_seconds);
            let key = workspace.model_key();
            let (name, address) = (settings.model, settings.address);
            let client = key.map_err(|e| e.to_string()).and_then(|key| {
                let client = Client::new(Endpoint { address, key, timeout });
                client.map_err(|e| format!("the system gives no thread: {e}"))
            });
            let (answers, extractor) = (workspace.answers(), extractor.clone());
            Arc::new(match client {
                Ok(client) => Adviser::new(&name, client, answers, agent, extractor),
                Err(why) => Adviser::new(&name, Unreachable(why), answers, agent, extractor),
            })
        });
        Ok(Self { extractor, adviser, prices })
    }

    /// By the rules alone.
    ///
    /// # Errors
    /// As [`Understanding::of`].
    pub fn by_rules(workspace: &Workspace) -> Result<Self, WorkspaceError> {
        Ok(Self { extractor: extractor(workspace)?, ..Self::default() })
    }

    /// What the language model was asked so far, and what that cost, where its prices are known; `None` where there is none.
    pub fn asked(&self) -> Option<(Used, Option<f64>)> {
        let used = self.adviser.as_ref()?.used();
        #[expect(clippy::cast_precision_loss, reason = "nobody sends as many tokens as a float cannot count")]
        let cost = |(a, b): (f64, f64)| (used.tokens_in as f64 * a + used.tokens_out as f64 * b) / 1e6;
        Some((used, self.prices.map(cost)))
    }

    /// What the language model was asked so far, as a sentence; `None` where it was not asked.
    pub fn used(&self) -> Option<String> {
        let (u, cost) = self.asked()?;
        (u.questions > 0).then(|| {
            let (questions, kept, alone) = (plural(u.questions, "question"), u.kept, u.unanswered);
            let cost = cost.map_or_else(String::new, |c| format!(", cost {c:.4} at the prices of config.toml"));
            format!(
                "language model: {questions} ({kept} answered from before, {alone} unanswered), {} tokens sent, {} \
                 received{cost}",
                u.tokens_in, u.tokens_out
            )
        })
    }

    /// A fresh understanding of a conversation over this channel.
    pub fn listen(&self, channel: Channel) -> Ear {
        Ear::new(&self.extractor, self.adviser.clone(), channel)
    }
}

/// A model that cannot be asked: every run says why.
struct Unreachable(String);

impl LanguageModel for Unreachable {
    fn ask(&self, _: &serde_json::Value) -> Result<ModelAnswer, ModelTrouble> {
        Err(ModelTrouble(self.0.clone()))
    }
}
