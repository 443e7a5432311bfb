//! What to replay, and how: the form, the list of conversations to choose from, and the start. Must not know how a replay
//! is run.

use super::App;
use super::command::Command;
use super::edit::Editor;
use super::effect::{self, Effect, Source};
use super::form::{About, Form, Input, Line};
use super::layer::{Item, Layer, Pick, Picker};
use super::msg::{Generation, Heading};
use super::playing::{PACES, Playing, Wish, pace_in_words};
use crate::domain::action::State;
use crate::domain::field::EMAIL;
use crate::domain::text::is_blank;
use crate::domain::words::plural;

const FILE: &str = "a file";
const ONE: &str = "one, from a list";
const DRY: &str = "dry run: nothing is written";
const FRESH: &str = "put back to its start first";

/// The form, with what was wished the last time; `writes`: nothing keeps it from writing; `sandbox`: it can be put back.
fn form(wish: &Wish, writes: bool, sandbox: bool) -> Form {
    let line = |label: &str, hint: &str, input| Line { label: label.into(), hint: hint.into(), input, error: None };
    let choice = |options: &[&str], selected: usize| Input::Choice {
        options: options.iter().map(ToString::to_string).collect(),
        selected,
    };
    let (file, one) = match &wish.source {
        Source::Samples => (None, false),
        Source::Sample(_) => (None, true),
        Source::File(name) => (Some(name), false),
        Source::InFile { name, .. } => (Some(name), true),
    };
    let paces: Vec<String> = PACES.iter().map(|p| pace_in_words(*p)).collect();
    let pace = PACES.iter().position(|p| *p == wish.pace).unwrap_or(0);
    let (write, hint) = if writes {
        (choice(&["for real", DRY], usize::from(wish.dry_run)), "For real writes to the action's account")
    } else {
        (choice(&[DRY], 0), "Only an action that is saved as active writes")
    };
    let mut lines = vec![
        line(
            "Conversations",
            "Left and right choose; what is typed is a file's name",
            choice(&["the samples", FILE], usize::from(file.is_some())),
        ),
        line(
            "File",
            "JSON Lines, one conversation a line; ~ is your home folder",
            Input::Text(Editor::line(file.map_or("", String::as_str))),
        ),
        line("Which", "All of them, or one that you pick next", choice(&["all of them", ONE], usize::from(one))),
        line("Writes", hint, write),
        line("Speed", "At the start; + and - change it", Input::Choice { options: paces, selected: pace }),
    ];
    if sandbox && writes {
        let options = choice(&["goes on as it is", FRESH], usize::from(wish.fresh));
        lines.push(line("Sandbox", "Its start: the contacts it was made with, none created through Astra", options));
    }
    Form { title: "Replay".into(), about: About::Replay, lines, focus: 0, finding: String::new() }
}

/// What is wrong with a line of the form.
pub(super) fn check(form: &Form, line: usize) -> Option<String> {
    let value = |i: usize| form.lines.get(i).map_or("", |l| l.input.value());
    let missing = line == 1 && value(0) == FILE && is_blank(value(1));
    missing.then(|| "name the file, or choose the samples above".into())
}

/// Letters typed where a choice between samples and a file stands are a file's name.
pub(super) fn go_to_file(form: &mut Form, typed: bool) {
    if typed && form.about == About::Replay && form.focus == 0 {
        form.focus = 1;
    }
}

/// A file was named: it is what is to be replayed.
pub(super) fn choose_file(form: &mut Form) {
    let named =
        form.about == About::Replay && form.focus == 1 && form.lines.get(1).is_some_and(|l| !is_blank(l.input.value()));
    if let Some(Input::Choice { options, selected }) = form.lines.get_mut(0).filter(|_| named).map(|l| &mut l.input) {
        *selected = options.iter().position(|o| o == FILE).unwrap_or(*selected);
    }
}

fn wish(form: &Form) -> Wish {
    let value = |i: usize| form.lines.get(i).map_or("", |l| l.input.value());
    let source = if value(0) == FILE { Source::File(value(1).trim().to_owned()) } else { Source::Samples };
    let pace = PACES.into_iter().find(|p| pace_in_words(*p) == value(4)).unwrap_or(PACES[0]);
    Wish { source, pace, dry_run: value(3) == DRY, fresh: value(5) == FRESH }
}

impl App {
    pub(super) fn in_replays(&mut self, command: Command, out: &mut Vec<Effect>) {
        match command {
            Command::ReplayWith => {
                let sandbox = self.opened.as_ref().and_then(|o| self.world.account(&o.editing.action.account));
                let sandbox = sandbox.is_some_and(crate::domain::account::Account::is_sandbox);
                let form = form(&self.wish(), self.writes(), sandbox);
                self.layers.push(Layer::Form(form));
            }
            Command::ReviewDryRun => {
                let pace = effect::Pace::AtOnce;
                self.begin_replay(&Wish { pace, dry_run: true, ..Wish::default() }, out);
            }
            Command::Restart => {
                let Some(asked) = self.playing.as_ref().map(|p| &p.asked) else { return };
                let (source, pace) = (asked.source.clone(), asked.pace);
                let wish = Wish { source, pace, dry_run: asked.dry_run, fresh: asked.restart };
                self.begin_replay(&wish, out);
            }
            _ => self.begin_replay(&Wish { fresh: false, ..self.wish() }, out),
        }
    }

    /// What was chosen to be replayed on the open action.
    pub fn wish(&self) -> Wish {
        let id = self.opened.as_ref().map(|o| &o.editing.action.id);
        id.and_then(|id| self.wishes.get(id)).cloned().unwrap_or_default()
    }

    fn set_wish(&mut self, wish: Wish) {
        if let Some(opened) = &self.opened {
            self.wishes.insert(opened.editing.action.id.clone(), wish);
        }
    }

    /// An action was opened: its examples are those that were chosen for it.
    pub(super) fn want_its_examples(&mut self, out: &mut Vec<Effect>) {
        if self.asked_examples.1 != self.wish().source.whole() {
            self.want_examples(out);
        }
    }

    /// A replay of this action is under way.
    pub fn is_played(&self, id: &str) -> bool {
        self.playing.as_ref().is_some_and(|p| p.is_on() && p.asked.action.id == id)
    }

    /// Ends the replay of this action, where one is under way.
    pub(super) fn stop_replay_of(&mut self, id: &str, out: &mut Vec<Effect>) {
        if let Some(playing) = self.playing.as_ref().filter(|_| self.is_played(id)) {
            out.push(Effect::SteerReplay { generation: playing.generation, steer: effect::Steer::Stop });
        }
    }

    /// What a replay plays, in words: the samples, or a file.
    pub fn played_in_words(&self) -> String {
        match self.wish().source {
            Source::Samples => format!("{} sample conversations", self.world.examples.len()),
            Source::Sample(id) => format!("the sample conversation {id}"),
            Source::File(name) => format!("the conversations of {name}"),
            Source::InFile { name, id } => format!("conversation {id} of {name}"),
        }
    }

    /// The open action would write: it is active, and as it was saved.
    fn writes(&self) -> bool {
        let Some(opened) = &self.opened else { return false };
        let saved = opened.editing.saved.as_ref().map(|f| &f.action);
        saved.is_some_and(|a| a.state == State::Active && *a == opened.editing.action)
    }

    /// What filling in the form leads to: a list first, and whether anything is written, where to.
    pub(super) fn start_in_words(&self, form: &Form) -> String {
        let one = form.lines.get(2).is_some_and(|l| l.input.value() == ONE);
        let start = if one { "Choose one, then start" } else { "Start" };
        let account = self.opened.as_ref().map(|o| self.world.label_of(&o.editing.action.account));
        match account.filter(|_| self.writes() && !wish(form).dry_run) {
            Some(account) => format!("{start}, writes to {account}"),
            None => format!("{start}, dry run"),
        }
    }

    /// The form is filled in: plays, or lists what there is to choose from first.
    pub(super) fn replay_chosen(&mut self, form: &Form, out: &mut Vec<Effect>) {
        let wish = wish(form);
        let one = form.lines.get(2).is_some_and(|l| l.input.value() == ONE);
        match (&wish.source, one) {
            (_, false) => {
                self.begin_replay(&wish, out);
                self.set_wish(wish);
                self.want_examples(out);
            }
            (_, true) if self.world.examples_of != wish.source => {
                let generation = self.generation();
                out.push(Effect::ListConversations { generation, source: wish.source.clone() });
                self.say("reading the conversations");
                self.choosing = Some((generation, wish));
            }
            (_, true) => {
                let picker = picker(wish, &self.world.examples);
                self.layers.push(Layer::Picker(picker));
            }
        }
    }

    /// The conversations beside the mapping are those that were chosen to be replayed.
    fn want_examples(&mut self, out: &mut Vec<Effect>) {
        let source = self.wish().source;
        let of = source.whole();
        match source {
            Source::Sample(id) | Source::InFile { id, .. } => self.wanted_example = Some(id),
            Source::Samples | Source::File(_) => {}
        }
        self.asked_examples = (self.generation(), of.clone());
        out.push(Effect::ListConversations { generation: self.asked_examples.0, source: of });
    }

    /// They came. Where there are none (a replay tells why), those before stay.
    pub(super) fn take_examples(&mut self, generation: Generation, result: Result<Vec<Heading>, String>) {
        let (asked, of) = &self.asked_examples;
        if *asked != generation {
            return;
        }
        match result {
            Ok(examples) if !examples.is_empty() => {
                let here = self.example().map(|e| e.id.clone()).filter(|_| self.world.examples_of == *of);
                let wanted = self.wanted_example.take().or(here);
                let at = examples.iter().position(|e| Some(&e.id) == wanted.as_ref());
                self.example = at.unwrap_or(0);
                self.world.take_examples(of.clone(), examples);
            }
            Ok(_) => {}
            Err(why) => self.complain(why),
        }
    }

    /// The list of a file's conversations came.
    pub(super) fn take_choice(&mut self, generation: Generation, result: &Result<Vec<Heading>, String>) {
        let Some((_, wish)) = self.choosing.take_if(|(asked, _)| *asked == generation) else { return };
        if self.opened.is_none() {
            return;
        }
        match result {
            Ok(found) if found.is_empty() => self.complain("there is no conversation in it: W chooses another file"),
            Ok(found) => {
                self.notice = None;
                self.layers.push(Layer::Picker(picker(wish, found)));
            }
            Err(why) => {
                self.complain(why.clone());
                self.set_wish(wish);
            }
        }
    }

    /// One conversation is picked.
    pub(super) fn replay_one(&mut self, wish: Wish, id: String, out: &mut Vec<Effect>) {
        let wish = Wish { source: wish.source.one(&id), ..wish };
        self.begin_replay(&wish, out);
        self.set_wish(wish);
        self.want_examples(out);
    }

    fn begin_replay(&mut self, wish: &Wish, out: &mut Vec<Effect>) {
        let generation = self.generation();
        // what is not saved as active never writes
        let dry_run = wish.dry_run || !self.writes();
        let Some(opened) = &self.opened else { return };
        if let Some(first) = opened.problems.first().filter(|_| opened.has_errors()) {
            let (first, review) = (first.to_string(), self.keymap.shown(Command::OpenReview));
            return self.complain(format!("it cannot run yet: {first} ({review} shows all)"));
        }
        let action = opened.editing.action.clone();
        let restart = wish.fresh && !dry_run && self.world.account(&action.account).is_some_and(|a| a.is_sandbox());
        let replay =
            effect::Replay { generation, action, source: wish.source.clone(), pace: wish.pace, dry_run, restart };
        out.push(Effect::StartReplay(Box::new(replay.clone())));
        if let Some(opened) = self.opened.as_mut().filter(|o| o.log.filter.live) {
            opened.log.filter.live = false;
            self.reload_log(true, out);
        }
        self.playing = Some(Playing { workspace: self.options.workspace.clone(), ..Playing::new(replay) });
        if dry_run && !wish.dry_run {
            self.say("dry run: a draft, or unsaved changes, never write to Zoho");
        }
    }
}

fn picker(wish: Wish, found: &[Heading]) -> Picker {
    let item = |h: &Heading| {
        let email = h.values.get(EMAIL).or_else(|| h.values.get("email")).map_or("", String::as_str);
        let note = format!("{} · {} · {email}", h.channel.as_str(), plural(h.messages, "message"));
        Item { key: h.id.clone(), label: h.id.clone(), note, ..Item::default() }
    };
    let items = found.iter().map(item).chain(super::layer::beyond_listed(found.len())).collect();
    Picker::new(Pick::Conversation(wish), "Conversation", items)
}
