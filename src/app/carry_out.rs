//! What each command does. Whether it can be done was asked before (`ready`).

use super::command::{Command, Scope};
use super::editing::{Change, Editing};
use super::effect::{Effect, Steer};
use super::key::Key;
use super::layer::{Becomes, Confirm, Layer, Pick, Picker, Text, Then};
use super::layout::{self, Pane};
use super::opened::Opened;
use super::playing::{PACES, Stage};
use super::world::Connection;
use super::{App, Changing, edit::Editor, layer::Item};
use crate::domain::action::{Action, State};

impl App {
    pub(super) fn carry_out(&mut self, command: Command, key: Key, out: &mut Vec<Effect>) {
        use Command as C;
        if moves(command) {
            let until = self.now.checked_add(super::RESTS).unwrap_or(self.now);
            self.moving = Some(super::Moving { until, footer: Vec::new() });
        }
        match command {
            C::Quit => self.ask_quit(out),
            C::Suspend => out.push(Effect::Suspend),
            C::Palette => self.open_palette(),
            C::MoveUp => self.go(-1, out),
            C::MoveDown => self.go(1, out),
            C::PageUp => self.go(-(self.page()), out),
            C::PageDown => self.go(self.page(), out),
            C::First => self.jump(false, out),
            C::Last => self.jump(true, out),
            C::Open | C::New | C::Duplicate | C::Rename | C::Delete | C::Activate | C::BackToDraft => {
                self.in_library(command, out);
            }
            _ if command.is_about_fields() => self.in_agent(command, out),
            C::LibraryIntent | C::LibraryReplay | C::LibraryChanges => self.open_and(command, out),
            C::LibraryStop => self.steer(C::StopReplay, out),
            C::Redraw => out.push(Effect::Redraw),
            C::FormRecall => self.recall_field(),
            C::PutBack => self.put_back(out),
            C::ListProblems => self.list_findings(),
            C::ShowLive | C::OtherLog | C::RetryRun | C::RetryFailed | C::DropRun | C::DropFailed => {
                self.in_live(command, out);
            }
            C::LeaveLine if self.line_is_given_up() => self.give_up_line(),
            C::Yes | C::No | C::Take | C::ShowReasons | C::Accept | C::LeaveLine | C::AcceptArea | C::FormDone => {
                self.answer(command, out)
            }
            C::KeepActive => {
                self.layers.pop();
                self.activate_opened(out);
            }
            C::NewLine => drop(self.type_into_layer(Key::plain(super::key::KeyCode::Enter))),
            C::PickUp => self.pick_go(-1),
            C::PickDown => self.pick_go(1),
            C::PickPageUp => self.pick_go(-10),
            C::PickPageDown => self.pick_go(10),
            C::FormNext | C::FormPrevious => {
                let by = if command == C::FormNext { 1 } else { -1 };
                if let Some(Layer::Form(form)) = self.layers.last_mut() {
                    form.go(by, &self.world.agent);
                }
            }
            C::ClosePicker | C::ClosePage | C::ClosePlan => {
                self.layers.pop();
            }
            C::FormClose => {
                if let Some(Layer::Form(form)) = self.layers.pop() {
                    self.put_away(form);
                }
            }
            _ => self.in_action(command, key, out),
        }
    }

    fn pick_go(&mut self, by: isize) {
        if let Some(Layer::Picker(picker)) = self.layers.last_mut() {
            picker.go(by);
        }
    }

    fn ask_quit(&mut self, out: &mut Vec<Effect>) {
        let was_kept = self.is_kept();
        // where it cannot be kept that is known before the answer
        self.keep_draft(true, out);
        if was_kept && self.at_stake().is_none() {
            return self.quit(out);
        }
        self.ask_before_quitting();
    }

    /// Nothing but a notice is seen: nothing is done unseen but what the notice names. What is unsaved is kept there without
    /// a question; where it cannot be, or runs are under way, the notice asks and the same key is the answer.
    pub(super) fn key_unseen(&mut self, key: Key, out: &mut Vec<Effect>) {
        let command = self.keymap.bound(key, &[Scope::Global]).next();
        let asked = std::mem::take(&mut self.asked_unseen);
        match command {
            Some(Command::Quit) => {
                let due = self.opened.as_ref().and_then(|o| o.keep_at).or(self.fields.keep_at);
                let was_kept = self.is_kept() && due.is_none();
                self.keep_draft(true, out);
                self.keep_half(true, out);
                // whether it can be kept is known a moment later
                if asked || (was_kept && self.at_stake().is_none()) {
                    return self.quit(out);
                }
                self.asked_unseen = true;
            }
            Some(Command::Suspend) => out.push(Effect::Suspend),
            _ => {}
        }
    }

    /// What is lost or left half done if the program ends now, in sentences.
    pub(super) fn at_stake(&self) -> Option<String> {
        let parts: Vec<String> = [self.lost_in_words(), self.half_done_in_words()].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// What the notice of a terminal that is too small asks before the program ends.
    pub fn asks_unseen(&self) -> Option<String> {
        let quit = self.keymap().shown(Command::Quit);
        let stake = self.at_stake().unwrap_or_else(|| "Unsaved changes are kept as a draft.".to_owned());
        self.asked_unseen.then(|| format!("{stake} {quit} once more quits."))
    }

    /// What cannot be kept, and why.
    fn lost_in_words(&self) -> Option<String> {
        let drafts = self.world.unkept.values().next().map(|(draft, why)| {
            let (name, all) = (&draft.action.name, self.world.unkept.len());
            let more = if all > 1 { format!(" and {} more", all - 1) } else { String::new() };
            format!("The unsaved changes of {name}{more} are lost: {why}.")
        });
        drafts.or_else(|| {
            let why = self.half_unkept()?;
            Some(format!("The field that is being typed is lost: {why}."))
        })
    }

    /// Nothing is unsaved, or all of it was kept.
    pub(super) fn is_kept(&self) -> bool {
        let is_kept = |o: &Opened| {
            o.editing.unsaved() == 0 || o.kept.as_ref().is_some_and(|(action, _)| *action == o.editing.action)
        };
        self.opened.as_deref().is_none_or(is_kept)
    }

    /// Says what would be lost, what is half done and what is kept.
    pub(super) fn ask_before_quitting(&mut self) {
        let lost = self.lost_in_words();
        let unsaved = self.opened.as_ref().map_or(0, |o| o.editing.unsaved());
        let kept = match unsaved {
            _ if lost.is_some() => None,
            0 => None,
            1 => Some("1 unsaved change is kept as a draft and is there again next time.".to_owned()),
            n => Some(format!("{n} unsaved changes are kept as a draft and are there again next time.")),
        };
        let question = if lost.is_some() { "Quit and lose them?" } else { "Quit?" }.to_owned();
        let parts = [lost, self.half_done_in_words(), kept];
        let detail = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.layers.push(Layer::Confirm(Confirm { question, detail, then: Then::Quit }));
    }

    /// How far a replay is that writes and is not over.
    fn half_done_in_words(&self) -> Option<String> {
        let playing = self.playing.as_ref().filter(|p| p.is_on() && !p.dry_run)?;
        let resuming = playing.resuming();
        Some(format!("A replay that writes is under way. The runs it made stay; {resuming} goes on."))
    }

    /// Its file is active: it runs.
    pub(super) fn is_live(&self) -> bool {
        let saved = self.opened.as_ref().and_then(|o| o.editing.saved.as_ref());
        saved.is_some_and(|f| f.action.state == State::Active)
    }

    /// What runs is not taken out of service without a word.
    fn ask_save_as_draft(&mut self) {
        let Some(name) = self.opened.as_ref().map(|o| o.editing.action.name.clone()) else { return };
        let keeps = self.keymap.shown(Command::KeepActive);
        self.layers.push(Layer::Confirm(Confirm {
            question: "Save as draft?".into(),
            detail: format!(
                "{name} is active. As a draft it stops running and writes nothing until it is activated again. \
                 {keeps} saves it and keeps it active."
            ),
            then: Then::SaveAsDraft,
        }));
    }

    fn open_palette(&mut self) {
        let scopes = self.screen_scopes();
        let valid =
            super::command::BINDINGS.iter().filter(|b| scopes.contains(&b.scope) && b.command != Command::Palette);
        let item = |b: &super::command::Binding| {
            let reason = match self.ready(b.command) {
                super::command::Ready::Hidden => return None,
                super::command::Ready::Disabled(reason) => Some(reason),
                super::command::Ready::Ready => None,
            };
            let keys: Vec<String> = self.keymap.keys(b.command).iter().map(|k| super::keymap::shown(*k)).collect();
            // what was chosen to be replayed may be no samples
            let of_file = b.command == Command::Replay && self.wish() != super::playing::Wish::default();
            let label = if of_file { format!("Replay {}", self.played_in_words()) } else { b.title.to_owned() };
            let note = keys.join(" ");
            Some(Item {
                key: b.id.into(),
                help: b.help.into(),
                label,
                note,
                reason,
                command: Some(b.command),
                ..Item::default()
            })
        };
        let items = valid.filter_map(item).collect();
        self.layers.push(Layer::Picker(Picker::new(Pick::Command, "All commands", items)));
    }

    /// How far a page moves.
    fn page(&self) -> isize {
        let layout = self.layout();
        let pane = |o: &Opened| layout.pane(o.focus);
        let area = match &self.agent {
            Some(_) => self.trial_area(),
            None => self.opened.as_deref().map_or(layout.body, pane),
        };
        isize::try_from(area.height / 2).unwrap_or(1).max(1)
    }

    fn go(&mut self, by: isize, out: &mut Vec<Effect>) {
        if let Some(Layer::Plan(top)) = self.layers.last() {
            let lines = self.plan_lines();
            let last = layout::last_top(self.size, lines.iter().map(|l| l.text.as_str()), layout::PLAN_INDENT);
            let top = top.saturating_add_signed(by).min(last);
            self.layers.pop();
            self.layers.push(Layer::Plan(top));
            return;
        }
        if let Some(Layer::Page(page)) = self.layers.last_mut() {
            let last = layout::last_top(self.size, page.lines.iter().map(String::as_str), 0);
            page.top = page.top.saturating_add_signed(by).min(last);
            return;
        }
        if self.agent.is_some() {
            return self.go_in_agent(by);
        }
        let mut counter = self.counter;
        let mut next = || {
            counter += 1;
            super::msg::Generation(counter)
        };
        match &mut self.opened {
            None => {
                let last = self.world.actions.len() + self.world.begun().count();
                self.shelf = self.shelf.saturating_add_signed(by).min(last);
            }
            Some(opened) => match &mut opened.review {
                Some(line) => *line = line.saturating_add_signed(by),
                None if opened.focus == Pane::Log => opened.log.go(by, &mut next, out),
                None => {
                    let last = opened.lines(opened.focus, &self.world).saturating_sub(1);
                    let at = &mut opened.selected[opened.focus as usize];
                    *at = at.saturating_add_signed(by).min(last);
                }
            },
        }
        self.counter = counter;
    }

    pub(super) fn jump(&mut self, end: bool, out: &mut Vec<Effect>) {
        let log = self.layers.is_empty()
            && self.agent.is_none()
            && self.opened.as_ref().is_some_and(|o| o.focus == Pane::Log && o.review.is_none());
        if !log {
            return self.go(if end { isize::MAX } else { isize::MIN }, out);
        }
        let mut counter = self.counter;
        let mut next = || {
            counter += 1;
            super::msg::Generation(counter)
        };
        if let Some(opened) = &mut self.opened {
            opened.log.jump(end, &mut next, out);
        }
        self.counter = counter;
    }

    pub(super) fn open(&mut self, editing: Editing, out: &mut Vec<Effect>) {
        let mut opened = Opened::new(editing);
        opened.log.filter.live = self.has_two_logs();
        self.opened = Some(Box::new(opened));
        self.want_its_examples(out);
        self.want_fields(out);
        self.reload_log(true, out);
    }

    /// Saves an action other than the open one.
    pub(super) fn save(
        &mut self,
        action: Action,
        base: Option<super::msg::Revision>,
        overwrite: Option<super::msg::Revision>,
        said: &str,
        out: &mut Vec<Effect>,
    ) {
        let request = self.request();
        self.changing.push(Changing { request, said: said.to_owned(), action: Some(Box::new(action.clone())) });
        out.push(Effect::SaveAction { request, action: Box::new(action), base, overwrite });
    }

    /// Saves the open action in a state.
    pub(super) fn save_opened(&mut self, state: State, overwrite: Option<super::msg::Revision>, out: &mut Vec<Effect>) {
        let request = self.request();
        let Some(opened) = &mut self.opened else { return };
        let action = Action { state, ..opened.editing.action.clone() };
        opened.saving = Some((request, action.clone()));
        out.push(Effect::SaveAction { request, action: Box::new(action), base: opened.editing.base(), overwrite });
    }

    /// Makes a change of the open action; a refusal is said.
    pub(super) fn change(&mut self, title: impl Into<String>, change: Change) {
        let Some(opened) = &mut self.opened else { return };
        if let Err(refused) = opened.editing.change(title, change) {
            self.complain(refused.to_string());
        }
    }

    fn in_action(&mut self, command: Command, key: Key, out: &mut Vec<Effect>) {
        use Command as C;
        let live = self.is_live();
        let Some(opened) = &mut self.opened else { return };
        match command {
            C::PaneIntent => opened.go_to_pane(Pane::Action),
            C::PaneAccount => opened.go_to_pane(Pane::Account),
            C::PaneSettings => opened.go_to_pane(Pane::Settings),
            C::PaneMapping => opened.go_to_pane(Pane::Mapping),
            C::PaneLog => opened.go_to_pane(Pane::Log),
            C::NextPane => opened.go_to_pane(opened.focus.step(1)),
            C::PreviousPane => opened.go_to_pane(opened.focus.step(4)),
            C::BackToLibrary | C::CloseReview => self.go_back(out),
            C::OpenReview => {
                opened.leave_behind();
                opened.review = Some(0);
            }
            C::GoToProblem => self.go_from_review(),
            C::Undo => {
                let title = opened.editing.undo().unwrap_or_default();
                self.say(format!("undone: {title}"));
            }
            C::Redo => {
                let title = opened.editing.redo().unwrap_or_default();
                self.say(format!("done again: {title}"));
            }
            C::SaveDraft | C::ReviewDraft if live => self.ask_save_as_draft(),
            C::SaveDraft | C::ReviewDraft => self.save_opened(State::Draft, None, out),
            C::SaveActivate | C::ReviewActivate => self.activate_opened(out),
            C::EditIntent => self.type_intent(),
            C::EditRow => match opened.selected[Pane::Action as usize] {
                0 => {
                    let editor = Editor::line(&opened.editing.action.name);
                    let hint = "The name people see, in the Action Library and in the log";
                    let becomes = Becomes::Name;
                    self.layers.push(Layer::Text(Text { title: "Name", hint, editor, several_lines: false, becomes }));
                }
                1 => self.type_intent(),
                _ => self.toggle_offline(),
            },
            C::ToggleOffline | C::ToggleHere => self.toggle_offline(),
            C::RefreshFields => {
                let account = opened.editing.action.account.clone();
                self.fetch_fields(account, true, out);
                self.say("asking Zoho for the fields");
            }
            C::Replay | C::ReplayWith | C::Restart | C::ReviewDryRun => self.in_replays(command, out),
            C::ListChanges => self.list_changes(),
            C::ListUnsaved => self.list_unsaved(),
            C::ListDiffering => self.list_differing(),
            C::DiscardUnsaved => self.ask_discard(),
            C::Pause | C::Step | C::Faster | C::Slower | C::StopReplay => self.steer(command, out),
            C::Example | C::PlanNext => self.show_example(1),
            C::PreviousExample | C::PlanPrevious => self.show_example(self.world.examples.len().saturating_sub(1)),
            C::ShowPlan => self.layers.push(Layer::Plan(0)),
            C::AddAccount => self.choose_way(None),
            C::ReconnectAccount | C::CheckAccount | C::TestAccount | C::RemoveAccount => {
                self.with_account(command, out)
            }
            C::ChooseAccount => self.in_accounts(command, out),
            C::ToggleSetting | C::ToggleCreate | C::ToggleUpdate => self.in_settings(command, out),
            C::RunDetail
            | C::FilterLog
            | C::FilterOutcome
            | C::FilterRule
            | C::ThisConversation
            | C::FilterConversation
            | C::ClearFilter
            | C::Follow
            | C::ExportLog
            | C::ExportCsv
            | C::CopyRun
            | C::CopyExplanation => self.in_log(command, out),
            _ => self.in_mapping(command, key),
        }
    }

    pub(super) fn type_intent(&mut self) {
        let Some(opened) = &self.opened else { return };
        let editor = Editor::area(&opened.editing.action.intent);
        let hint = "Tells the agent, in your words, when to trigger this action";
        let becomes = Becomes::Intent;
        self.layers.push(Layer::Text(Text { title: "Edit action intent", hint, editor, several_lines: true, becomes }));
    }

    /// The example conversation `by` places on, around the end.
    fn show_example(&mut self, by: usize) {
        let all = self.world.examples.len().max(1);
        self.example = (self.example + by) % all;
        if let Some(Layer::Plan(top)) = self.layers.last_mut() {
            *top = 0;
        }
        if let Some(id) = self.example().map(|e| e.id.clone()) {
            self.say(format!("example {} of {all}: {id}", self.example + 1));
        }
    }

    fn toggle_offline(&mut self) {
        let Some(on) = self.opened.as_ref().map(|o| !o.editing.action.offline_sync) else { return };
        self.change("toggle Offline Sync", Change::OfflineSync(on));
        self.say(if on {
            "Offline Sync on: one run when a conversation has ended"
        } else {
            "Offline Sync off: runs during the conversation"
        });
    }

    fn steer(&mut self, command: Command, out: &mut Vec<Effect>) {
        let Some(playing) = &mut self.playing else { return };
        if !playing.is_on() {
            playing.closed = true;
            return;
        }
        let at = PACES.iter().position(|p| *p == playing.pace).unwrap_or(0);
        let steer = match command {
            Command::Pause if playing.stage == Stage::Paused => Steer::Resume,
            Command::Pause => Steer::Pause,
            Command::Step => Steer::Step,
            Command::Faster => Steer::Pace(PACES[(at + 1).min(PACES.len() - 1)]),
            Command::Slower => Steer::Pace(PACES[at.saturating_sub(1)]),
            _ => Steer::Stop,
        };
        if let Steer::Pace(pace) = steer {
            playing.pace = pace;
        }
        out.push(Effect::SteerReplay { generation: playing.generation, steer });
    }

    fn in_accounts(&mut self, command: Command, out: &mut Vec<Effect>) {
        let Some(opened) = &self.opened else { return };
        let account = self.world.accounts.get(opened.selected[Pane::Account as usize]).cloned();
        match (command, account) {
            (Command::ChooseAccount, Some(account)) => {
                self.choose_account(&account.id, &account.label, out);
                if self.world.connection(&account.id) == Connection::Unknown {
                    self.look_at(&account.id, out);
                }
            }
            _ => self.choose_way(None),
        }
    }

    fn in_settings(&mut self, command: Command, out: &mut Vec<Effect>) {
        let Some(opened) = &mut self.opened else { return };
        let line = match command {
            Command::ToggleCreate => 0,
            Command::ToggleUpdate => 1,
            _ => opened.selected[Pane::Settings as usize],
        };
        let mut contacts = opened.editing.action.contacts;
        match line {
            0 => {
                contacts.create_and_update_new = !contacts.create_and_update_new;
                self.change("toggle allow creating and updating new contacts", Change::Contacts(contacts));
            }
            1 => {
                contacts.update_existing = !contacts.update_existing;
                self.change("toggle allow updating existing fields", Change::Contacts(contacts));
            }
            line => {
                if let Some(case) = opened.cases().get(line - 2).copied() {
                    self.show_met(case, out);
                }
            }
        }
    }
}

/// It moves the cursor of a list.
fn moves(command: Command) -> bool {
    use Command as C;
    let in_lists = [C::MoveUp, C::MoveDown, C::PageUp, C::PageDown, C::First, C::Last];
    let in_layers = [C::PickUp, C::PickDown, C::PickPageUp, C::PickPageDown, C::FormNext, C::FormPrevious];
    in_lists.contains(&command) || in_layers.contains(&command)
}
