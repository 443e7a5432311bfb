//! Whether a command can be carried out now, and if not, why: asked by the key, the footer and the palette alike.

use super::command::{Command, Ready};
use super::layer::{Layer, Pick, Then};
use super::layout::Pane;
use super::opened::Opened;
use super::{App, Shelf};
use crate::domain::action::State;

impl App {
    /// Whether a command can be carried out now.
    pub fn ready(&self, command: Command) -> Ready {
        use Command as C;
        match command {
            C::Open | C::New => Ready::if_or(self.world.loaded, self.not_read()),
            C::LibraryIntent | C::LibraryReplay => match self.shelf() {
                Shelf::Mine(_) | Shelf::Begun(_) => Ready::Ready,
                Shelf::Template => Ready::Disabled("select one of My actions first".into()),
            },
            C::LibraryChanges => match self.selected_action().filter(|_| self.shelf() != Shelf::Template) {
                Some(id) if self.world.action(&id).is_none() => {
                    let delete = self.keymap.shown(C::Delete);
                    Ready::Disabled(format!("it was never saved: {delete} deletes it"))
                }
                Some(id) => {
                    let half = self.world.drafts.get(&id).is_some_and(|d| d.field.is_some());
                    Ready::if_or(half || self.world.is_edited(&id), "nothing of it is unsaved")
                }
                None => Ready::Disabled("select one of My actions first".into()),
            },
            C::LibraryStop => {
                let playing = self.playing.as_ref().is_some_and(super::playing::Playing::is_on);
                Ready::if_or(playing, self.no_replay())
            }
            // leaving the line or the form gives up what was typed already
            C::PutBack => match self.layers.last() {
                Some(Layer::Picker(picker)) => Ready::if_or(!picker.query.is_empty(), "nothing was typed"),
                _ => Ready::if_or_hidden(!self.line_is_given_up() && !self.closing_gives_up()),
            },
            C::FormRecall => Ready::if_or_hidden(self.typed_before().is_some()),
            C::ListProblems => Ready::if_or(self.findings().next().is_some(), "no file has a problem"),
            C::Duplicate | C::Rename | C::Delete => match self.shelf() {
                Shelf::Mine(_) => Ready::Ready,
                Shelf::Begun(_) if command == C::Delete => Ready::Ready,
                Shelf::Begun(_) => Ready::Disabled("it was never saved: open it and save it first".into()),
                Shelf::Template => Ready::Disabled("select one of My actions first".into()),
            },
            C::Activate | C::BackToDraft => match self.shelf() {
                Shelf::Mine(i) => match (command, self.world.actions[i].action.state) {
                    (C::Activate, State::Active) => Ready::Disabled("it is active already".into()),
                    (C::BackToDraft, State::Draft) => Ready::Disabled("it is a draft already".into()),
                    _ => Ready::Ready,
                },
                Shelf::Begun(_) => Ready::Disabled("it was never saved: open it and save it first".into()),
                Shelf::Template => Ready::Disabled("select one of My actions first".into()),
            },
            C::ShowReasons => match self.layers.last() {
                Some(Layer::Picker(p)) if matches!(p.pick, Pick::Zoho(_)) => Ready::Ready,
                _ => Ready::Hidden,
            },
            _ if command.is_about_fields() => self.ready_in_agent(command),
            C::Palette | C::Quit | C::Suspend | C::Redraw => Ready::Ready,
            C::ShowLive | C::OtherLog | C::RetryRun | C::RetryFailed | C::DropRun | C::DropFailed => {
                self.ready_live(command)
            }
            C::KeepActive => match self.layers.last() {
                Some(Layer::Confirm(c)) if c.then == Then::SaveAsDraft => self.ready(C::SaveActivate),
                _ => Ready::Hidden,
            },
            _ => match &self.opened {
                Some(opened) => self.ready_in_action(command, opened),
                None => Ready::Ready,
            },
        }
    }

    fn no_replay(&self) -> String {
        format!("no replay is under way: {} starts one", self.keymap.shown(Command::Replay))
    }

    fn not_read(&self) -> String {
        self.world.trouble.clone().unwrap_or_else(|| "the workspace is being read".into())
    }

    fn ready_in_action(&self, command: Command, opened: &Opened) -> Ready {
        use Command as C;
        let account = &opened.editing.action.account;
        let none = match opened.log.runs_in_all() {
            0 => "no runs yet: r replays the sample conversations",
            _ => "the filter leaves no run",
        };
        let fields_known = || match (self.world.fields(account), self.world.fields_trouble(account)) {
            (Some(_), _) => Ready::Ready,
            (None, Some(trouble)) => {
                Ready::Disabled(format!("the fields of {account} are not known: {}", trouble.message))
            }
            (None, None) if self.world.account(account).is_none() => {
                let key = self.keymap.shown(C::PaneAccount);
                Ready::Disabled(format!("no account is called {account}: choose another one ({key})"))
            }
            (None, None) => Ready::Disabled(format!("the fields of {account} are being asked for")),
        };
        let playing = self.playing.as_ref().is_some_and(super::playing::Playing::is_on);
        match command {
            C::ListDiffering => match opened.forecast() {
                Some(forecast) => {
                    let of = super::settings::played_in_words(&opened.hindsight.made);
                    Ready::if_or(forecast.different + forecast.unknown > 0, format!("none of {of} would differ"))
                }
                None if opened.toggled().is_some() => Ready::Disabled("no runs yet: r replays the samples".into()),
                None => Ready::Disabled("both toggles are as saved".into()),
            },
            C::ListUnsaved | C::DiscardUnsaved => self.nothing_unsaved().map_or(Ready::Ready, Ready::Disabled),
            C::Undo => Ready::if_or(opened.editing.undoable().is_some(), "nothing to undo"),
            C::Redo => Ready::if_or(opened.editing.redoable().is_some(), "nothing to redo"),
            C::SaveDraft | C::ReviewDraft | C::SaveActivate | C::ReviewActivate if opened.saving.is_some() => {
                Ready::Disabled("it is being saved".into())
            }
            C::SaveActivate | C::ReviewActivate if opened.activating.is_some() => {
                Ready::Disabled(format!("the fields of {account} are being asked for: then it is saved"))
            }
            C::SaveActivate | C::ReviewActivate => match opened.problems.first() {
                Some(problem) if opened.has_errors() => Ready::Disabled(format!("not yet: {problem}")),
                _ => Ready::Ready,
            },
            C::ReconnectAccount | C::RemoveAccount => Ready::if_or(
                !self.on_the_sandbox(),
                "the sandbox is built in and always connected: select another account",
            ),
            C::CheckAccount | C::TestAccount => Ready::if_or(self.on_an_account(), "select an account first"),
            C::MapField => fields_known(),
            C::ListChanges => {
                let changed = self.world.fields(account).is_some_and(|k| !k.list.changed.is_empty());
                Ready::if_or(changed, format!("no field of {account} changed: F asks Zoho again"))
            }
            C::ChangeRow if opened.row().is_none() || opened.side == super::opened::Side::Zoho => fields_known(),
            C::RemoveRow => match opened.row() {
                Some((_, row)) if row.is_required() => {
                    Ready::Disabled(format!("{} is a required row: change its Astra field instead", row.zoho))
                }
                Some(_) => Ready::Ready,
                None => Ready::Disabled("select a row first".into()),
            },
            C::RowUp | C::RowDown => match opened.row() {
                Some((_, row)) if row.is_required() => Ready::Disabled("the required rows stay first".into()),
                Some(_) => Ready::Ready,
                None => Ready::Disabled("select a row first".into()),
            },
            C::RowOptions => Ready::if_or(opened.row().is_some(), "select a row first"),
            C::TakeSuggestion => Ready::if_or(!opened.suggestions.is_empty(), "no suggestion is left"),
            C::OtherSuggestion => Ready::if_or(opened.suggestions.len() > 1, "there is no other suggestion"),
            C::Example | C::PreviousExample | C::PlanNext | C::PlanPrevious => {
                Ready::if_or_hidden(self.world.examples.len() > 1)
            }
            C::ShowPlan => match fields_known() {
                Ready::Ready => Ready::if_or(!self.world.examples.is_empty(), "there is no example conversation"),
                unknown => unknown,
            },
            C::StopReplay if self.playing.as_ref().is_some_and(|p| !p.closed) => Ready::Ready,
            C::Pause | C::Step | C::StopReplay | C::Faster | C::Slower => Ready::if_or(playing, self.no_replay()),
            C::Restart => {
                let replay = self.keymap.shown(C::Replay);
                Ready::if_or(self.playing.is_some(), format!("nothing was replayed yet: {replay} starts a replay"))
            }
            C::Replay | C::ReplayWith | C::ReviewDryRun => {
                let stop = self.keymap.shown(C::StopReplay);
                let (how, go_on) = match self.is_paused() {
                    true => ("paused", format!("go on ({}) or ", self.keymap.shown(C::Pause))),
                    false => ("under way", String::new()),
                };
                Ready::if_or(!playing, format!("a replay is {how}: {go_on}stop it ({stop}) first"))
            }
            C::RunDetail | C::CopyRun | C::CopyExplanation => Ready::if_or(opened.log.run().is_some(), none),
            C::ThisConversation => {
                Ready::if_or(opened.log.run().is_some() || opened.log.filter.conversation.is_some(), none)
            }
            C::ExportLog | C::ExportCsv | C::FilterLog | C::FilterOutcome | C::FilterRule | C::FilterConversation
                if opened.log.runs_in_all() == 0 =>
            {
                Ready::Disabled("no runs yet: r replays the sample conversations".into())
            }
            C::ClearFilter => Ready::if_or(opened.log.is_filtered(), "no filter is set: all runs are shown"),
            C::Follow => Ready::if_or(!opened.log.following, "it follows already: new runs come into sight"),
            C::GoToProblem => Ready::if_or(self.review_lines() > 0, "nothing is missing or doubtful"),
            C::ToggleHere => Ready::if_or_hidden(opened.focus == Pane::Action),
            _ => Ready::Ready,
        }
    }
}
