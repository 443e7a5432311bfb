//! The operator's screen as data: what it shows, what a key does to it, what it asks of the world.
//!
//! Owns the state of every screen, layers, focus, the key map and the layout. Must not know how anything is drawn
//! (`view`), who reads the keyboard (`term`), nor who does what it asks for (`runtime`): [`App::update`] takes a message
//! and gives effects, both plain data, and time is what it is told.
//!
//! A key's way: [`keymap`] finds its command in the scopes of the top layer, or else of pane, screen and program;
//! [`ready`](App::ready) says whether it can be carried out; `carry_out` does it. Footer and palette ask the same two.

mod accounts;
pub mod agent;
mod answer;
pub mod back;
mod carry_out;
mod changes;
pub mod command;
mod differences;
mod drafting;
pub mod drift;
pub mod edit;
pub mod editing;
pub mod effect;
pub mod explain;
pub mod findings;
pub mod footer;
pub mod form;
mod fuzzy;
pub mod hindsight;
pub mod in_log;
pub mod key;
pub mod keymap;
pub mod layer;
pub mod layout;
mod library;
mod live;
pub mod log;
mod mapper;
pub mod mapping;
pub mod msg;
pub mod opened;
pub mod plan;
pub mod playing;
mod put_back;
mod ready;
mod replaying;
pub mod review;
pub mod settings;
mod told;
pub mod trying;
mod typed_ahead;
mod typing;
pub mod wording;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use command::{Command, Ready, Scope};
use effect::Effect;
use key::Key;
use keymap::Keymap;
use layer::Layer;
use layout::{Layout, Pane};
use msg::{Generation, Heading, Input, Msg, Request};
use opened::Opened;
use playing::Playing;
use world::World;

use crate::domain::action::Action;
use crate::domain::problem::Severity;

/// How long the cursor stays on a line before all about it is told.
pub const RESTS: SignedDuration = SignedDuration::from_millis(150);

/// The terminal's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// What is settled before the first frame.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// No colours: bold, dim, italic, underline and reverse video alone (`NO_COLOR`, `--mono`).
    pub mono: bool,
    /// No characters beyond ASCII in our own chrome.
    pub ascii: bool,
    /// Keys of `config.toml`: a command's id and the keys that replace its own.
    pub keys: Vec<(String, Vec<String>)>,
    /// The folder that was given as the workspace, where a command that is shown has to name it too.
    pub workspace: Option<String>,
    /// What is wrong with `config.toml`; the table's own keys stand in for what cannot be taken over.
    pub problems: Vec<msg::Located>,
}

/// What is said about the last thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// One sentence.
    pub text: String,
    /// It went wrong.
    pub bad: bool,
}

/// A change of files under way.
#[derive(Debug)]
struct Changing {
    request: Request,
    /// What to say once it is done.
    said: String,
    /// The action that is being saved, where it is not the open one.
    action: Option<Box<Action>>,
}

/// The cursor is on its way through a list.
#[derive(Debug)]
struct Moving {
    /// When it will have rested.
    until: Timestamp,
    /// The footer from before it set out.
    footer: Vec<footer::Entry>,
}

/// A template, or one of the actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// The template.
    Template,
    /// The action at an index.
    Mine(usize),
    /// One that was begun and never saved, at an index of those.
    Begun(usize),
}

/// The state of the whole screen.
#[derive(Debug)]
pub struct App {
    size: Size,
    options: Options,
    keymap: Keymap,
    world: World,
    /// The line selected in the Action Library; the template is the first.
    shelf: usize,
    /// What was done to the actions that were opened and left, by action.
    histories: BTreeMap<String, editing::History>,
    opened: Option<Box<Opened>>,
    /// The agent's fields lie over the screen.
    agent: Option<Box<agent::AgentScreen>>,
    fields: agent::FieldChanges,
    layers: Vec<Layer>,
    playing: Option<Playing>,
    /// Live runs, once told of.
    live: Option<msg::Live>,
    /// The last question for what waits of them.
    waiting: Option<Generation>,
    /// What to replay, and how: by action, as it was chosen there.
    wishes: BTreeMap<String, playing::Wish>,
    /// What is wrong with each action of the library, and after how much was told.
    found: (u64, Vec<Vec<findings::Finding>>),
    /// The accounts of whose fields the kept ones were asked for.
    kept_asked: BTreeSet<String>,
    /// A list of conversations that is waited for, to choose one from.
    choosing: Option<(Generation, playing::Wish)>,
    /// How many replays wrote since the start.
    written: u64,
    /// Which of the examples stands beside the mapping.
    example: usize,
    /// The last question for examples, and where they are from.
    asked_examples: (Generation, effect::Source),
    /// The one to show once they are there.
    wanted_example: Option<String>,
    /// The row that a new field is for, once it is there.
    mapping_new_field: Option<(Request, String, layer::Pick)>,
    /// The action to select in the Action Library once it is there.
    selecting: Option<String>,
    /// What to say once a change of files is done.
    changing: Vec<Changing>,
    /// What was typed since a key that waits for the workspace: it waits behind that key, in its order.
    early: Vec<Input>,
    /// The action to activate once its account's fields have come.
    activating: Option<String>,
    /// The account that a command with the terminal connects.
    to_look_at: Option<String>,
    /// It is connected, and is looked at once the files are read.
    new_account: Option<String>,
    /// When the terminal was lent to a command last.
    lent_at: Timestamp,
    /// A key asked for a look at this account: where its secrets are locked, the passphrase is asked for.
    may_unlock: Option<String>,
    /// What the look at this account finds is to be read once it is there; any key is another wish.
    to_be_read: Option<String>,
    notice: Option<Notice>,
    /// The cursor was just moved.
    moving: Option<Moving>,
    counter: u64,
    now: Timestamp,
    quitting: bool,
    /// Where only a notice is seen it says what would be lost or is half done, and that the same key ends the program.
    asked_unseen: bool,
}

impl App {
    /// The app before anything was read: what the first frame shows.
    pub fn new(size: Size, options: Options) -> Self {
        let keymap = Keymap::new(&options.keys);
        let notice = options.problems.first().map(|first| {
            let n = options.problems.len();
            let more = if n > 1 { format!(" ({n} such problems)") } else { String::new() };
            let list = keymap.shown(Command::ListProblems);
            let text = format!("config.toml:{}: {}{more}; {list} lists them", first.line, first.problem);
            // as `check` has it
            Notice { text, bad: first.problem.severity == Severity::Error }
        });
        Self {
            size,
            options,
            keymap,
            world: World::default(),
            shelf: 1,
            histories: BTreeMap::new(),
            opened: None,
            agent: None,
            fields: agent::FieldChanges::default(),
            layers: Vec::new(),
            playing: None,
            live: None,
            waiting: None,
            wishes: BTreeMap::new(),
            found: (0, Vec::new()),
            kept_asked: BTreeSet::new(),
            choosing: None,
            written: 0,
            example: 0,
            asked_examples: (Generation(0), effect::Source::Samples),
            wanted_example: None,
            mapping_new_field: None,
            selecting: None,
            changing: Vec::new(),
            early: Vec::new(),
            activating: None,
            to_look_at: None,
            new_account: None,
            lent_at: Timestamp::UNIX_EPOCH,
            may_unlock: None,
            to_be_read: None,
            notice,
            moving: None,
            counter: 0,
            now: Timestamp::UNIX_EPOCH,
            quitting: false,
            asked_unseen: false,
        }
    }

    /// What to do once the first frame is drawn.
    pub fn start(&mut self) -> Vec<Effect> {
        let generation = self.generation();
        self.asked_examples.0 = generation;
        let samples = Effect::ListConversations { generation, source: effect::Source::Samples };
        vec![Effect::LoadWorkspace, Effect::WatchWorkspace, samples]
    }

    /// Takes a message and gives what is to be done outside. `now` is the wall clock.
    pub fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        let mut out = Vec::new();
        self.now = now;
        match msg {
            Msg::Input(input) => {
                let (footer, cursor) = (self.shown_footer(), self.cursor());
                self.moving = None;
                self.input(input, &mut out);
                if self.cursor() == cursor {
                    self.moving = None;
                }
                self.moving.iter_mut().for_each(|m| m.footer.clone_from(&footer));
            }
            Msg::Due => drop(self.moving.take_if(|m| m.until <= now)),
            told => self.told(told, &mut out),
        }
        self.refresh();
        let (framed, moving) = (self.layout().framed, self.moving.is_some());
        if let Some(opened) = &mut self.opened {
            opened.log.rest(now, framed);
            if !moving {
                opened.reviewed = opened.review.unwrap_or(0);
                opened.looked_at = opened.selected[Pane::Account as usize];
            }
        }
        self.keep_draft(false, &mut out);
        self.keep_half(false, &mut out);
        self.want_plan(&mut out);
        self.want_trial(&mut out);
        self.want_hindsight(&mut out);
        out
    }

    fn input(&mut self, input: Input, out: &mut Vec<Effect>) {
        if self.waits_for_workspace(&input) {
            return self.wait_for_workspace(input);
        }
        match input {
            Input::Resize { width, height } => {
                self.size = Size { width, height };
                self.asked_unseen = false;
            }
            Input::Resumed => {}
            Input::Hangup | Input::Terminate => {
                self.keep_draft(true, out);
                self.keep_half(true, out);
                self.quit(out);
            }
            Input::Key(key) => self.key(key, out),
            Input::Paste(text) => self.paste(&text),
        }
    }

    fn key(&mut self, key: Key, out: &mut Vec<Effect>) {
        // whatever lies on top, and whatever is typed
        if self.keymap.bound(key, &[Scope::Global]).next() == Some(Command::Redraw) && key.typed().is_none() {
            return out.push(Effect::Redraw);
        }
        if layout::too_small(self.size) {
            return self.key_unseen(key, out);
        }
        self.notice = None;
        self.to_be_read = None;
        let mut refused = None;
        let scopes = self.scopes();
        let commands: Vec<Command> = self.keymap.bound(key, &scopes).collect();
        for command in commands {
            match self.ready(command) {
                Ready::Ready
                    if command == Command::Yes && key.code == key::KeyCode::Enter && self.asks_to_take_away() =>
                {
                    return self.say("y does it, n leaves it: enter takes nothing away");
                }
                Ready::Ready => return self.carry_out(command, key, out),
                Ready::Disabled(reason) => refused = refused.or(Some(reason)),
                Ready::Hidden => {}
            }
        }
        match refused {
            Some(reason) => self.say(reason),
            None if self.takes_text() && self.type_into_layer(key) => {}
            // Escape and the key after it came together; the program is not ended by what may be a slip
            None if key.alt && !self.quits(Key { alt: false, ..key }) => {
                self.key(Key::plain(key::KeyCode::Esc), out);
                self.key(Key { alt: false, ..key }, out);
            }
            None if self.takes_text() => {}
            None => self.say_nothing_happens(key),
        }
    }

    /// The question is about something that is gone then; a key that was meant for something else must not answer it.
    fn asks_to_take_away(&self) -> bool {
        use layer::Then;
        match self.layers.last() {
            Some(Layer::Confirm(confirm)) => match &confirm.then {
                Then::Delete(_) | Then::Forget(_) | Then::DeleteField(_) | Then::Discard => true,
                Then::Queue(change) => !change.retry,
                Then::Activate(_) | Then::BackToDraft(_) | Then::SaveAsDraft | Then::Quit => false,
            },
            _ => false,
        }
    }

    /// What lies on top takes the keys that are no commands.
    fn takes_text(&self) -> bool {
        matches!(self.layers.last(), Some(Layer::Picker(_) | Layer::Text(_) | Layer::Form(_)))
    }

    /// A key that has no effect here says so, and where it has one.
    fn say_nothing_happens(&mut self, key: Key) {
        let shown = keymap::shown(key);
        let text = match self.scopes().first() {
            Some(Scope::Confirm | Scope::Page | Scope::Plan) => {
                let does = self.footer().into_iter().map(|e| format!("{} {}", e.key, e.words)).collect::<Vec<_>>();
                let colon = if does.is_empty() { "" } else { ": " };
                format!("{shown} does nothing here{colon}{}", does.join(", "))
            }
            _ if key == Key::ctrl('c') => {
                format!("{shown} does nothing: {} quits", self.keymap.shown(Command::Quit))
            }
            Some(Scope::Library) => match self.keymap.bound(key, &[Scope::Action]).next() {
                Some(command) => {
                    let open = self.keymap.shown(Command::Open);
                    format!("{shown}, {}, is for an open action: {open} opens one", command.binding().title)
                }
                None => self.not_here(&shown),
            },
            _ => self.not_here(&shown),
        };
        self.say(text);
    }

    fn not_here(&self, key: &str) -> String {
        format!("{key} does nothing here: {} lists what every key does", self.keymap.shown(Command::Palette))
    }

    fn quits(&self, key: Key) -> bool {
        self.keymap.bound(key, &[Scope::Global]).any(|c| c == Command::Quit)
    }

    /// Where a key is looked for now, the innermost first.
    pub fn scopes(&self) -> Vec<Scope> {
        if let Some(layer) = self.layers.last() {
            return layer.scopes().to_vec();
        }
        self.screen_scopes()
    }

    /// The same as if no layer lay over the screen.
    fn screen_scopes(&self) -> Vec<Scope> {
        if self.agent.is_some() {
            return vec![Scope::Agent, Scope::List, Scope::Global];
        }
        let Some(opened) = &self.opened else { return vec![Scope::Library, Scope::List, Scope::Global] };
        if opened.review.is_some() {
            return vec![Scope::Review, Scope::List, Scope::Global];
        }
        let pane = match opened.focus {
            Pane::Action => Scope::Intent,
            Pane::Account => Scope::Account,
            Pane::Settings => Scope::Settings,
            Pane::Mapping => Scope::Mapping,
            Pane::Log => Scope::Log,
        };
        vec![pane, Scope::Action, Scope::List, Scope::Global]
    }

    /// Brings what is derived up to date.
    fn refresh(&mut self) {
        self.find();
        if self.world.loaded {
            self.shelf = self.shelf.min(self.last_shelf());
        }
        let example = self.world.examples.get(self.example);
        if let Some(opened) = &mut self.opened {
            opened.refresh(&self.world, example);
            let action = &opened.editing.action;
            let switch = settings::switch_in_words(action.offline_sync);
            opened.first_pane_rows = layout::first_pane_rows(self.size, action.intent.trim(), switch);
        }
        if let Some(agent) = &mut self.agent {
            agent.refresh(&self.world.agent, self.moving.is_some());
        }
        let last = self.review_lines().saturating_sub(1);
        if let Some(line) = self.opened.as_mut().and_then(|o| o.review.as_mut()) {
            *line = (*line).min(last);
        }
    }

    fn quit(&mut self, out: &mut Vec<Effect>) {
        self.quitting = true;
        out.push(Effect::Quit);
    }

    fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), bad: false });
    }

    fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), bad: true });
    }

    fn generation(&mut self) -> Generation {
        self.counter += 1;
        Generation(self.counter)
    }

    fn request(&mut self) -> Request {
        self.counter += 1;
        Request(self.counter)
    }

    /// When `update` wants to be called with [`Msg::Due`]; `None` while nothing waits for time to pass.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let of_opened = |o: &Opened| [o.keep_at, o.plan.due(), o.log.rests_at()];
        let opened = self.opened.as_deref().map_or([None; 3], of_opened);
        let others = [self.moving.as_ref().map(|m| m.until), self.fields.keep_at, self.live_deadline()];
        opened.into_iter().chain(others).flatten().min()
    }

    /// The line of the list that keys move in.
    fn cursor(&self) -> usize {
        let agent = self.agent.as_ref().map(|a| a.selected);
        match (self.layers.last(), &self.opened) {
            (Some(Layer::Picker(picker)), _) => picker.selected,
            (Some(Layer::Form(form)), _) => form.focus,
            (Some(_), _) => 0,
            (None, _) if agent.is_some() => agent.unwrap_or(0),
            (None, None) => self.shelf,
            (None, Some(o)) => match o.review {
                Some(line) => line,
                None if o.focus == Pane::Log => o.log.selected,
                None => o.selected[o.focus as usize],
            },
        }
    }

    /// The cursor is on its way through a list: on a slow line, little is told about what it passes.
    pub fn is_moving(&self) -> bool {
        self.moving.is_some()
    }

    /// The wall clock when something last happened.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The terminal's cells.
    pub fn size(&self) -> Size {
        self.size
    }

    /// What was settled before the first frame.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The keys in force.
    pub fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// It asked to end.
    pub fn is_quitting(&self) -> bool {
        self.quitting
    }

    /// What was told of the workspace and the accounts.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The open action; `None` in the Action Library.
    pub fn opened(&self) -> Option<&Opened> {
        self.opened.as_deref()
    }

    /// What lies over the screen, the top one last.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The replay, also once it is over.
    pub fn playing(&self) -> Option<&Playing> {
        self.playing.as_ref()
    }

    /// What is to be said.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// The conversation whose values stand beside the mapping.
    pub fn example(&self) -> Option<&Heading> {
        self.world.examples.get(self.example)
    }

    /// Where everything stands.
    pub fn layout(&self) -> Layout {
        match &self.opened {
            _ if self.agent.is_some() => layout::plain(self.size),
            Some(opened) if opened.review.is_none() => {
                let replaying = self.playing.as_ref().is_some_and(|p| !p.closed);
                layout::action(self.size, opened.focus, replaying, opened.first_pane_rows, opened.rows.len())
            }
            _ => layout::plain(self.size),
        }
    }
}
