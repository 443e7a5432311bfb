//! What answers do to the app. An answer to a question that is no longer the last of its kind changes nothing.

use std::collections::BTreeSet;

use super::changes::conflict_picker;
use super::effect::Effect;
use super::layer::Layer;
use super::msg::{ActionFile, Msg, Request, Revision, SaveRefused, Snapshot};
use super::{App, Changing, findings};
use crate::domain::action::State;
use crate::domain::metadata::is_old;

impl App {
    pub(super) fn told(&mut self, msg: Msg, out: &mut Vec<Effect>) {
        match msg {
            Msg::Input(_) | Msg::Due => {}
            Msg::Workspace(snapshot) => self.workspace(*snapshot, out),
            Msg::WorkspaceFailed(why) => {
                self.early.clear();
                self.world.trouble = Some(why);
            }
            Msg::Saved { request, action, result } => self.saved(request, &action, result, out),
            Msg::NotKept { draft, why } => self.not_kept(*draft, why),
            Msg::KeptAgain(id) => drop(self.world.unkept.remove(&id)),
            Msg::Changed { request, result } => self.changed(request, result),
            Msg::FieldChanged { request, result } => self.field_changed(request, result),
            Msg::Tried { generation, result } => {
                if let Some(agent) = &mut self.agent {
                    agent.trial.take(generation, result);
                }
            }
            Msg::KeptFields { account, list, .. } => {
                if let Some(list) = list {
                    self.world.take_kept_fields(account, *list);
                }
            }
            Msg::FieldKept(result) => self.half_kept(result),
            Msg::Fields { account, generation, result } => self.fields_told(&account, generation, result, out),
            Msg::AccountTested { account, generation, result } => {
                if self.world.take_connection(&account, generation, result.map(|c| *c)) {
                    self.connection_told(&account, out);
                }
            }
            Msg::Unlocked { account, result } => self.unlocked(&account, result, out),
            Msg::Runs { generation, result } => {
                if let Some(opened) = &mut self.opened {
                    opened.log.page(generation, result);
                }
            }
            Msg::RunsSoFar { generation, runs } => {
                if let Some(opened) = &mut self.opened {
                    opened.log.found(generation, runs);
                }
            }
            Msg::RunCounts { generation, result } => {
                if let Some(opened) = &mut self.opened {
                    opened.log.count(generation, result);
                }
            }
            Msg::LastRuns { generation, result } => {
                if let Some(opened) = &mut self.opened {
                    opened.hindsight.take(generation, result);
                }
            }
            Msg::Rehearsed { generation, result } => {
                if let Some(opened) = &mut self.opened {
                    opened.plan.take(generation, result);
                }
            }
            Msg::Live(live) => self.live_told(*live, out),
            Msg::Waiting { generation, result } => self.waiting_told(generation, result),
            Msg::LogGrew => {
                self.reload_log(false, out);
                if self.opened.is_none() {
                    out.push(Effect::LoadWorkspace);
                }
            }
            Msg::Replay { generation, event } => {
                let Some(playing) = self.playing.as_mut().filter(|p| p.generation == generation) else { return };
                if let (super::msg::ReplayEvent::Ran(run), Some(opened)) = (&event, &mut self.opened) {
                    opened.log.ran((**run).clone());
                    if run.record.action == opened.editing.action.id {
                        opened.hindsight.ran((**run).clone());
                    }
                }
                if let super::msg::ReplayEvent::Ran(run) = &event {
                    self.world.take_run(&playing.asked.action.account, &run.record, self.now);
                }
                let refused = playing.unusable;
                playing.take(event);
                if playing.unusable > refused {
                    let (n, first) = (playing.unusable, playing.rejected.first().cloned().unwrap_or_default());
                    let lines = if n == 1 { "1 line is" } else { &format!("{n} lines are") };
                    self.notice = Some(super::Notice { text: format!("{lines} passed over; {first}"), bad: true });
                }
                if !playing.is_on() {
                    self.written += u64::from(!playing.dry_run);
                    // how each action last came out stands in the library
                    out.push(Effect::LoadWorkspace);
                }
            }
            Msg::Conversations { generation, result } => {
                self.take_choice(generation, &result);
                self.take_trial_choice(generation, &result);
                self.take_examples(generation, result);
            }
            Msg::ErrandDone { title, result } => self.errand_done(&title, result, out),
            Msg::Copied(Ok(text)) | Msg::Exported(Ok(text)) | Msg::QueueChanged(Ok(text)) => self.say(text),
            Msg::Copied(Err(why)) | Msg::Exported(Err(why)) | Msg::QueueChanged(Err(why)) => self.complain(why),
        }
    }

    pub(super) fn reload_log(&mut self, anyhow: bool, out: &mut Vec<Effect>) {
        let mut counter = self.counter;
        let mut next = || {
            counter += 1;
            super::msg::Generation(counter)
        };
        if let Some(opened) = self.opened.as_mut().filter(|o| anyhow || o.log.following) {
            opened.log.reload(&mut next, out);
        }
        self.counter = counter;
    }

    fn workspace(&mut self, snapshot: Snapshot, out: &mut Vec<Effect>) {
        let first = !self.world.loaded;
        let selected = self.selected_action();
        let half = snapshot.half_field.clone();
        self.world.take(snapshot);
        if first {
            self.take_half_field(half, out);
            self.shelf = self.last_shelf().min(1);
        } else if let Some(id) = selected {
            self.select_action(&id);
        }
        if let Some(id) = self.selecting.take_if(|id| self.world.action(id).is_some()) {
            self.select_action(&id);
        }
        self.follow_file();
        self.map_new_field();
        self.want_fields(out);
        self.want_kept_fields(out);
        self.look_at_new(out);
        for input in std::mem::take(&mut self.early) {
            self.refresh();
            self.input(input, out);
        }
    }

    /// The file of the open action changed: taken over where nothing was edited, said where something was.
    fn follow_file(&mut self) {
        let Some(opened) = &mut self.opened else { return };
        if opened.saving.is_some() {
            return;
        }
        let Some(saved) = &opened.editing.saved else { return };
        let now = self.world.action(&saved.action.id);
        if now.is_some_and(|now| now.revision == saved.revision) {
            return;
        }
        match now {
            // what it says is a guess: what is shown stays
            Some(now) if now.broken => {
                let first = now.problems.first();
                let what = first
                    .map_or_else(|| "it cannot be read".into(), |l| format!("{}: {}", findings::place(l), l.problem));
                self.complain(what);
            }
            Some(now) if opened.editing.unsaved() == 0 => {
                let theirs = super::editing::Editing::of(now.clone());
                let (_, history) = std::mem::replace(&mut opened.editing, theirs).parted();
                opened.editing.resume(history);
                self.say("somebody else changed this action: what is shown is theirs");
            }
            now => {
                let now = now.map(|n| n.revision);
                // once for each of their texts: it stays among the problems
                if opened.said_of.replace(now) == Some(now) {
                    return;
                }
                self.complain(match now {
                    Some(_) => "somebody else changed this action meanwhile: saving will show both sides",
                    None => "somebody else deleted this action's file: saving will ask",
                });
            }
        }
    }

    /// A field that was created for a row is there now: the row is made.
    fn map_new_field(&mut self) {
        let Some((_, key, _)) = &self.mapping_new_field else { return };
        if self.world.agent.field(key).is_none() {
            return;
        }
        if let Some((_, key, pick)) = self.mapping_new_field.take() {
            self.take_astra(&pick, &key);
        }
    }

    pub(super) fn changed_by(&mut self, request: Request) -> Option<Changing> {
        let i = self.changing.iter().position(|c| c.request == request)?;
        Some(self.changing.swap_remove(i))
    }

    fn changed(&mut self, request: Request, result: Result<(), String>) {
        let said = self.changed_by(request).map(|c| c.said);
        match (result, said) {
            (Ok(()), Some(said)) => self.say(said),
            (Ok(()), None) => {}
            (Err(why), _) => self.complain(why),
        }
    }

    fn saved(&mut self, request: Request, id: &str, result: Result<Revision, SaveRefused>, out: &mut Vec<Effect>) {
        let change = self.changed_by(request);
        let mine = self.opened.as_mut().filter(|o| o.saving.as_ref().is_some_and(|(r, _)| *r == request));
        let sent = mine.and_then(|o| o.saving.take()).map(|(_, action)| action);
        match result {
            Ok(revision) => {
                let active = sent.as_ref().is_some_and(|a| a.state == State::Active);
                let before = self.opened.as_ref().and_then(|o| o.editing.saved.as_ref()).map(|f| &f.action);
                let as_before = before.is_some() && before == sent.as_ref();
                let ran = before.is_some_and(|a| a.state == State::Active);
                if let (Some(sent), Some(opened)) = (sent, &mut self.opened) {
                    opened.editing.action.state = sent.state;
                    opened.editing.saved =
                        Some(ActionFile { action: sent, revision, problems: Vec::new(), broken: false });
                    opened.conflict = None;
                    opened.kept = None;
                    self.world.forget_draft(id);
                    out.push(Effect::DropDraft { action: id.to_owned() });
                } else {
                    if let Some(saved) = change.as_ref().and_then(|c| c.action.as_deref()) {
                        self.carry_over(saved, revision, out);
                    }
                }
                let words = match (active, ran, as_before) {
                    (true, _, true) => "nothing was changed: it is active, and runs as before",
                    (false, _, true) => "nothing was changed: it is a draft, as it was saved",
                    (true, false, _) => "saved and active: it runs from now on",
                    (true, true, _) => "saved: it stays active, and runs as it is now",
                    (false, ..) => "saved as draft",
                };
                self.say(change.map_or_else(|| words.to_owned(), |c| c.said));
            }
            Err(SaveRefused::Failed(why)) => self.complain(why),
            Err(conflict) => {
                if let (Some(sent), Some(opened)) = (sent, &mut self.opened) {
                    let fields = self.world.fields(&sent.account).map(|k| &k.by_name);
                    let picker = conflict_picker(&conflict, &sent, opened.editing.saved.as_ref(), fields);
                    self.layers.push(Layer::Picker(picker));
                    opened.conflict = Some((conflict, sent.state));
                } else {
                    self.complain("somebody else changed the action meanwhile: look at it and try again");
                }
            }
        }
    }

    /// Asks for the fields of the open action's account where they are not known, or old.
    pub(super) fn want_fields(&mut self, out: &mut Vec<Effect>) {
        let Some(account) = self.opened.as_ref().map(|o| o.editing.action.account.clone()) else { return };
        let known = self.world.fields(&account).is_some_and(|k| !is_old(k.list.fetched_at, self.now));
        let asked = known || self.world.fields_waiting(&account);
        if !asked && self.world.fields_trouble(&account).is_none() && self.world.account(&account).is_some() {
            self.fetch_fields(account, false, out);
        }
    }

    /// Asks for what is kept of the fields of the other actions' accounts: what is wrong with those actions is marked before
    /// anybody opens them.
    fn want_kept_fields(&mut self, out: &mut Vec<Effect>) {
        let accounts: BTreeSet<&String> = self.world.actions.iter().map(|f| &f.action.account).collect();
        let unknown = |a: &&String| self.world.account(a).is_some() && self.world.has_not_asked_for_fields(a);
        let accounts: Vec<String> = accounts.into_iter().filter(unknown).cloned().collect();
        for account in accounts {
            if self.kept_asked.insert(account.clone()) {
                let generation = self.generation();
                out.push(Effect::KeptFields { account, generation });
            }
        }
    }

    pub(super) fn fetch_fields(&mut self, account: String, force: bool, out: &mut Vec<Effect>) {
        let generation = self.generation();
        self.world.ask_fields(&account, generation, force);
        out.push(Effect::FetchFields { account, generation, force });
    }
}
