//! Drives the screen without a terminal: keys in, frames out, on a clock of its own, in a world that answers. After every
//! step it holds the app to what must always be so.

use std::collections::VecDeque;

use astra_zoho::app::command::Ready;
use astra_zoho::app::effect::Effect;
use astra_zoho::app::footer::Entry;
use astra_zoho::app::key::sequence;
use astra_zoho::app::msg::{Input, Msg};
use astra_zoho::app::{App, Options, Size};
use jiff::{SignedDuration, Timestamp};

use super::picture;
use super::world::{NOW, World};

/// A screen under test.
pub struct Harness {
    pub app: App,
    pub world: World,
    /// Every effect since the start, oldest first.
    pub asked: Vec<Effect>,
    pub now: Timestamp,
    answers: VecDeque<Msg>,
    /// Look at a frame after so many steps only.
    every: u64,
    steps: u64,
}

impl Harness {
    /// The screen after its first frame, nothing answered yet.
    pub fn new(width: u16, height: u16, world: World) -> Self {
        Self::with(width, height, world, Options::default())
    }

    /// The same with options.
    pub fn with(width: u16, height: u16, world: World, options: Options) -> Self {
        let app = App::new(Size { width, height }, options);
        let mut this = Self {
            app,
            world,
            asked: Vec::new(),
            now: NOW.parse().unwrap(),
            answers: VecDeque::new(),
            every: 1,
            steps: 0,
        };
        this.check();
        let effects = this.app.start();
        this.carry_out(effects);
        this
    }

    /// Presses keys one after the other; nothing is answered meanwhile.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in sequence(keys).unwrap() {
            self.tell(Msg::Input(Input::Key(key)));
        }
        self
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.tell(Msg::Input(Input::Paste(text.to_owned())));
        self
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.tell(Msg::Input(Input::Resize { width, height }));
        self
    }

    /// Gives the terminal another size and draws, once: for thousands of sizes.
    pub fn glance(&mut self, width: u16, height: u16) {
        let effects = self.app.update(Msg::Input(Input::Resize { width, height }), self.now);
        self.carry_out(effects);
        let (buffer, cursor) = picture::draw(&self.app);
        assert_eq!((buffer.area.width, buffer.area.height), (width, height));
        assert!(cursor.is_none_or(|at| at.x < width && at.y < height), "{cursor:?} at {width}x{height}");
    }

    /// Tells the app something.
    pub fn tell(&mut self, msg: Msg) -> &mut Self {
        let effects = self.app.update(msg, self.now);
        self.carry_out(effects);
        self.steps += 1;
        if self.steps.is_multiple_of(self.every) {
            self.check();
        }
        self
    }

    /// For very many steps: looks at every `n`th frame only, beginning with another one for each seed.
    pub fn looks_every(&mut self, n: u64, seed: u64) -> &mut Self {
        (self.every, self.steps) = (n, seed);
        self
    }

    /// Delivers every answer, and what they lead to.
    pub fn settle(&mut self) -> &mut Self {
        while let Some(msg) = self.answers.pop_front() {
            self.tell(msg);
        }
        self
    }

    /// Delivers the next `n` answers.
    pub fn answers(&mut self, n: usize) -> &mut Self {
        for _ in 0..n {
            if let Some(msg) = self.answers.pop_front() {
                self.tell(msg);
            }
        }
        self
    }

    /// Lets time pass, and tells the app when it wanted to be told.
    pub fn wait(&mut self, seconds: i64) -> &mut Self {
        self.wait_ms(1_000 * seconds)
    }

    /// The same in milliseconds.
    pub fn wait_ms(&mut self, ms: i64) -> &mut Self {
        let until = self.now.checked_add(SignedDuration::from_millis(ms)).unwrap();
        while let Some(due) = self.app.next_deadline().filter(|d| *d <= until) {
            self.now = due;
            self.tell(Msg::Due);
        }
        self.now = until;
        self
    }

    /// Files changed: the app is told what they say now.
    pub fn reload(&mut self) -> &mut Self {
        let snapshot = self.world.snapshot();
        self.tell(snapshot)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.asked.push(effect.clone());
            self.answers.extend(self.world.answer(effect, self.now));
        }
    }

    /// What must always be so.
    fn check(&self) {
        let (first, cursor) = picture::draw(&self.app);
        let (second, again) = picture::draw(&self.app);
        assert_eq!((&first, cursor), (&second, again), "drawn twice, it differs");
        for row in picture::rows(&first) {
            assert!(!row.chars().any(char::is_control), "a control character in {row:?}");
        }
        let scopes = self.app.scopes();
        for Entry { command, key: shown, .. } in self.app.footer() {
            assert_eq!(self.app.ready(command), Ready::Ready, "{command:?} in the footer");
            let key = self.app.keymap().keys(command)[0];
            let bound = self.app.keymap().bound(key, &scopes).find(|c| self.app.ready(*c) == Ready::Ready);
            assert_eq!(bound, Some(command), "{shown} in the footer does something else");
        }
    }

    /// The rows on the screen.
    pub fn rows(&self) -> Vec<String> {
        picture::rows(&picture::draw(&self.app).0)
    }

    /// The text on the screen.
    pub fn text(&self) -> String {
        self.rows().join("\n")
    }

    /// The picture of the screen.
    pub fn picture(&self) -> String {
        let (buffer, cursor) = picture::draw(&self.app);
        let scope = format!("{:?}", self.app.scopes().first().unwrap()).to_lowercase();
        let clock = self.now.strftime("%H:%M:%S");
        picture::picture(&self.app, &buffer, cursor, &format!("{scope}  {clock}"))
    }
}

/// Compares a screen with `snapshots/<the test's file>/<name>.snap`.
#[macro_export]
macro_rules! snapshot {
    ($harness:expr, $name:literal) => {{
        let mut settings = insta::Settings::clone_current();
        let file = module_path!().rsplit("::").next().unwrap();
        settings.set_snapshot_path(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(file));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let picture = $harness.picture();
        settings.bind(|| insta::assert_snapshot!($name, picture));
    }};
}
