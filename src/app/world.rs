//! What the app was told of the workspace, the accounts and the samples. Must not know screens.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::effect::Source;
use super::msg::{
    ActionFile, Connected, Draft, FieldList, Generation, Heading, LastRun, Located, Model, Snapshot, Trouble,
};
use crate::domain::account::Account;
use crate::domain::decide::Fields;
use crate::domain::field::Agent;
use crate::domain::health::Health;
use crate::domain::problem::Severity;
use crate::domain::run::{RunError, RunRecord};
use crate::domain::text::is_blank;

/// The fields of an account, ready to be asked.
#[derive(Debug, Clone)]
pub struct Known {
    /// As Zoho told, in its order.
    pub list: FieldList,
    /// By api_name.
    pub by_name: Fields,
}

/// How a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection<'a> {
    /// Nobody asked, ever.
    Unknown,
    /// Being asked.
    Asked,
    /// This was found when somebody last looked, here or elsewhere.
    Checked(&'a Health),
    /// Nobody could be asked.
    Fails(&'a Trouble),
}

/// What was told.
#[derive(Debug, Default)]
pub struct World {
    /// The workspace was read at least once.
    pub loaded: bool,
    /// It cannot be read; one sentence.
    pub trouble: Option<String>,
    /// The actions, by name.
    pub actions: Vec<ActionFile>,
    /// The agent.
    pub agent: Agent,
    /// The accounts.
    pub accounts: Vec<Account>,
    /// What is wrong with files that are no action's.
    pub problems: Vec<Located>,
    /// What was kept of edits, by action id.
    pub drafts: BTreeMap<String, Draft>,
    /// What could not be kept of them, and why: it lives as long as the program.
    pub unkept: BTreeMap<String, (Draft, String)>,
    /// Last runs, by action id.
    pub last_runs: BTreeMap<String, LastRun>,
    /// The language model that is asked when a run is due.
    pub model: Option<Model>,
    /// The conversations whose values stand beside the mapping, each in turn.
    pub examples: Vec<Heading>,
    /// Where they are from, as a whole.
    pub examples_of: Source,
    /// Counted up whenever something that rows and problems are made from was told.
    told: u64,
    fields: BTreeMap<String, Asked>,
    kept_fields: BTreeMap<String, Fields>,
    healths: BTreeMap<String, Health>,
    /// What was seen to stand in a connection's way without a look at it.
    troubles: BTreeMap<String, Trouble>,
    /// The last run of a replay that its account did not answer, when that was, and why: by account.
    run_failures: BTreeMap<String, (Timestamp, RunError)>,
    /// The last question about each connection; `None` while it waits for its answer.
    asked: BTreeMap<String, (Generation, Option<Result<(), Trouble>>)>,
}

#[derive(Debug, Default)]
struct Asked {
    generation: Generation,
    waiting: bool,
    /// Somebody pressed a key for it.
    by_key: bool,
    known: Option<Known>,
    trouble: Option<Trouble>,
}

impl World {
    /// Takes the workspace in.
    pub fn take(&mut self, snapshot: Snapshot) {
        self.loaded = true;
        self.told += 1;
        self.trouble = None;
        self.actions = snapshot.actions;
        self.actions.sort_by_cached_key(|f| {
            let id = &f.action.id;
            // what has no name is shown by its file's
            let name = if is_blank(&f.action.name) { id } else { &f.action.name };
            (name.to_lowercase(), id.clone())
        });
        self.agent = snapshot.agent;
        let before = std::mem::replace(&mut self.accounts, snapshot.accounts);
        // what the sandbox said of itself stands in no file
        let said = before.into_iter().find(Account::is_sandbox);
        if let (Some(sandbox), Some(said)) = (self.accounts.iter_mut().find(|a| a.is_sandbox()), said) {
            sandbox.learn(said.organisation, said.user);
        }
        self.problems = snapshot.problems;
        self.drafts = snapshot.drafts;
        self.drafts.extend(self.unkept.iter().map(|(id, (draft, _))| (id.clone(), draft.clone())));
        self.last_runs = snapshot.last_runs;
        for (account, told) in snapshot.healths {
            self.take_health(account, told);
        }
        self.troubles = snapshot.troubles;
        let accounts = &self.accounts;
        self.healths.retain(|id, _| accounts.iter().any(|a| a.id == *id));
        self.model = snapshot.model;
    }

    /// Takes example conversations in.
    pub fn take_examples(&mut self, of: Source, examples: Vec<Heading>) {
        self.told += 1;
        (self.examples_of, self.examples) = (of, examples);
    }

    /// Another number whenever something that rows and problems are made from was told.
    pub fn told(&self) -> u64 {
        self.told
    }

    /// What is to be known of the language model, in a sentence: above all whether text leaves this machine.
    pub fn model_in_words(&self) -> Option<String> {
        let Model { name, host, here } = self.model.as_ref()?;
        Some(match here {
            true => format!("{name} on this machine is asked when a run is due"),
            false => format!("TEXT LEAVES THIS MACHINE: {name} at {host} is asked when a run is due"),
        })
    }

    /// Where what customers say is sent to: a language model's server that is not this machine.
    pub fn leaves_to(&self) -> Option<&str> {
        self.model.as_ref().filter(|m| !m.here).map(|m| m.host.as_str())
    }

    /// What is wrong with the agent's or the accounts' file: no action runs.
    pub fn in_the_way(&self) -> impl Iterator<Item = &Located> {
        self.problems.iter().filter(|l| l.problem.severity == Severity::Error)
    }

    /// The file of an action.
    pub fn action(&self, id: &str) -> Option<&ActionFile> {
        self.actions.iter().find(|f| f.action.id == id)
    }

    /// Actions that were begun and never saved: kept, with no file.
    pub fn begun(&self) -> impl Iterator<Item = &Draft> {
        self.drafts.values().filter(|d| self.action(&d.action.id).is_none())
    }

    /// What was kept of an action is not what the file said that it was edited from.
    pub fn is_edited(&self, id: &str) -> bool {
        let Some(draft) = self.drafts.get(id) else { return false };
        let from = draft.from.as_deref().or_else(|| self.action(id).map(|f| &f.action));
        from.is_some_and(|from| *from != draft.action)
    }

    /// Remembers what is being edited.
    pub fn put_draft(&mut self, draft: Draft) {
        let id = draft.action.id.clone();
        if let Some((unkept, _)) = self.unkept.get_mut(&id) {
            unkept.clone_from(&draft);
        }
        self.drafts.insert(id, draft);
    }

    /// Nothing is unsaved of an action any more.
    pub fn forget_draft(&mut self, id: &str) {
        self.drafts.remove(id);
        self.unkept.remove(id);
    }

    /// The id or the name belongs to an action, saved or not.
    pub fn is_taken(&self, id_or_name: &str) -> bool {
        let all = self.actions.iter().map(|f| &f.action).chain(self.drafts.values().map(|d| &d.action));
        all.into_iter().any(|a| a.id == id_or_name || a.name.trim() == id_or_name)
    }

    /// An account.
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|a| a.id == id)
    }

    /// What people call an account.
    pub fn label_of(&self, account: &str) -> String {
        self.account(account).map_or_else(|| account.to_owned(), |a| a.label.clone())
    }

    /// The fields of an account, once told.
    pub fn fields(&self, account: &str) -> Option<&Known> {
        self.fields.get(account)?.known.as_ref()
    }

    /// Why an account's fields are not known.
    pub fn fields_trouble(&self, account: &str) -> Option<&Trouble> {
        self.fields.get(account)?.trouble.as_ref()
    }

    /// The fields were asked for and have not come.
    pub fn fields_waiting(&self, account: &str) -> bool {
        self.fields.get(account).is_some_and(|a| a.waiting)
    }

    /// The fields are being asked for; an older answer no longer counts.
    pub fn ask_fields(&mut self, account: &str, generation: Generation, by_key: bool) {
        let asked = self.fields.entry(account.to_owned()).or_default();
        asked.generation = generation;
        asked.waiting = true;
        asked.by_key = by_key;
    }

    /// Takes fields in and says whether somebody pressed a key for them; an answer to an older question is dropped.
    pub fn take_fields(
        &mut self,
        account: &str,
        generation: Generation,
        result: Result<FieldList, Trouble>,
    ) -> Option<bool> {
        let asked = self.fields.get_mut(account).filter(|a| a.waiting && a.generation == generation)?;
        asked.waiting = result.as_ref().is_ok_and(|list| list.followed);
        self.told += 1;
        match result {
            Ok(list) => {
                asked.trouble = None;
                asked.known = Some(Known { by_name: list.fields.iter().cloned().collect(), list });
            }
            Err(trouble) => asked.trouble = Some(trouble),
        }
        Some(asked.by_key)
    }

    /// Nobody asked for an account's fields yet.
    pub fn has_not_asked_for_fields(&self, account: &str) -> bool {
        !self.fields.contains_key(account)
    }

    /// Takes in what is kept of an account's fields: by it the actions of the library are judged until they are told.
    pub fn take_kept_fields(&mut self, account: String, list: FieldList) {
        self.told += 1;
        self.kept_fields.insert(account, list.fields.into_iter().collect());
    }

    /// The fields of an account as they were told, or else as they are kept.
    pub fn fields_or_kept(&self, account: &str) -> Option<&Fields> {
        self.fields(account).map(|k| &k.by_name).or_else(|| self.kept_fields.get(account))
    }

    /// What changed about an account's fields, as told then, was seen.
    pub fn acknowledge_fields(&mut self, account: &str, fetched_at: Timestamp) {
        let known = self.fields.get_mut(account).and_then(|a| a.known.as_mut());
        if let Some(known) = known.filter(|k| k.list.fetched_at == fetched_at) {
            known.list.changed.clear();
        }
    }

    /// How a connection stands.
    pub fn connection(&self, account: &str) -> Connection<'_> {
        match self.asked.get(account) {
            Some((_, None)) => Connection::Asked,
            Some((_, Some(Err(trouble)))) => Connection::Fails(trouble),
            _ => match (self.troubles.get(account), self.health(account)) {
                (Some(trouble), _) => Connection::Fails(trouble),
                (None, Some(health)) => Connection::Checked(health),
                (None, None) => Connection::Unknown,
            },
        }
    }

    /// A run was made on an account: whether that answered is known of it as of a look.
    pub fn take_run(&mut self, account: &str, run: &RunRecord, now: Timestamp) {
        let silent = ["network", "timeout", "bad_response", "auth_expired", "auth_revoked"];
        match run.error.as_ref().filter(|e| silent.contains(&e.code.as_str())) {
            Some(error) => {
                let before = self.run_failures.insert(account.to_owned(), (now, error.clone()));
                self.told += u64::from(before.is_none());
            }
            None if run.rule.is_some() => self.told += u64::from(self.run_failures.remove(account).is_some()),
            None => {}
        }
    }

    /// When a run failed because this account did not answer, and why, where nothing said otherwise since.
    pub fn run_failure(&self, account: &str) -> Option<&(Timestamp, RunError)> {
        let looked = self.health(account).map(|h| h.checked_at);
        self.run_failures.get(account).filter(|(at, _)| looked.is_none_or(|looked| looked <= *at))
    }

    /// What was found when somebody last looked at a connection, though it may be asked again by now.
    pub fn health(&self, account: &str) -> Option<&Health> {
        self.healths.get(account)
    }

    /// The account whose connection was looked at last, if that was after a time.
    pub fn looked_at_since(&self, time: Timestamp) -> Option<&str> {
        let since = self.healths.iter().filter(|(_, health)| health.checked_at >= time);
        since.max_by_key(|(_, health)| health.checked_at).map(|(id, _)| id.as_str())
    }

    /// The connection is being asked; an older answer no longer counts.
    pub fn ask_connection(&mut self, account: &str, generation: Generation) {
        self.asked.insert(account.to_owned(), (generation, None));
    }

    /// The passphrase was given: nobody is known to be locked any more. The accounts whose fields are not known for that.
    pub fn unlocked(&mut self) -> Vec<String> {
        let is_locked = |trouble: &Trouble| trouble.code == Trouble::LOCKED;
        self.troubles.retain(|_, trouble| !is_locked(trouble));
        self.asked.retain(|_, (_, answer)| !matches!(answer, Some(Err(trouble)) if is_locked(trouble)));
        let mut locked = Vec::new();
        for (account, asked) in &mut self.fields {
            locked.extend(asked.trouble.take_if(|trouble| is_locked(trouble)).map(|_| account.clone()));
        }
        locked
    }

    /// Takes a connection's answer in, and says whether it was waited for: one to an older question is dropped.
    pub fn take_connection(
        &mut self,
        account: &str,
        generation: Generation,
        answer: Result<Connected, Trouble>,
    ) -> bool {
        let Some((_, waits)) = self.asked.get_mut(account).filter(|(asked, _)| *asked == generation) else {
            return false;
        };
        self.told += 1;
        self.run_failures.remove(account);
        match answer {
            Ok(Connected { account: told, health }) => {
                *waits = Some(Ok(()));
                self.troubles.remove(account);
                self.take_health(account.to_owned(), health);
                if let Some(known) = self.accounts.iter_mut().find(|a| a.id == account) {
                    (known.organisation, known.user, known.scopes) = (told.organisation, told.user, told.scopes);
                }
            }
            Err(trouble) => *waits = Some(Err(trouble)),
        }
        true
    }

    /// The files may have been read before the last answer came.
    fn take_health(&mut self, account: String, told: Health) {
        if self.healths.get(&account).is_none_or(|known| known.checked_at <= told.checked_at) {
            self.healths.insert(account, told);
        }
    }
}
