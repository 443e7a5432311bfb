//! The loop: what comes goes to the app, what the app asks for goes to the world, and when nothing waits and something
//! changed a frame goes to the terminal.

use std::future::Future;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::front::{Event, Front};
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyCode};
use crate::app::msg::{Input, Msg};
use crate::app::{self, App};
use crate::ports::Clock;
use crate::term::{LastWords, Screen};
use crate::view;

/// How many messages may wait: whoever has more to tell waits itself.
const WAITING: usize = 256;
/// How many messages are taken before a frame is due all the same.
const MOST_BEFORE_A_FRAME: usize = 512;
/// At this key, which no keyboard has, a debug build breaks: what becomes of terminal and draft is tested on the program
/// itself, in its own loop. A release build knows nothing of it.
const BREAKS: Key = Key::plain(KeyCode::F(20));
/// How long the end waits for what was begun.
const LAST_WORK: Duration = Duration::from_millis(1500);

/// What comes back from the world.
#[derive(Debug)]
pub enum News {
    /// A message for the app.
    Msg(Msg),
    /// Bytes for the terminal that are no frame: a clipboard's escape code.
    Bytes(Vec<u8>),
}

/// Does one effect on the spot, whatever else is under way.
pub type Keeper = Arc<dyn Fn(Effect) + Send + Sync>;

/// Asks for the passphrase on the terminal as it is, and opens the accounts' secrets for this process; whether they are
/// open, or one sentence why not. Blocks.
pub type Unlocking = Arc<dyn Fn() -> Result<bool, String> + Send + Sync>;

/// Does what the app asks for.
pub trait World {
    /// Where answers go; told once, before the first effect.
    fn answer_to(&mut self, news: Sender<News>);
    /// Begins an effect, and returns at once.
    fn begin(&mut self, effect: Effect);
    /// What keeps a draft when the program breaks.
    fn keeper(&self) -> Keeper;
    /// How the accounts' secrets are opened.
    fn unlocking(&self) -> Unlocking;
    /// Waits until nothing that must not be lost is under way.
    fn finish(self) -> impl Future<Output = ()>;
}

struct Turn<'f, F, W> {
    front: &'f mut F,
    world: W,
    clock: Arc<dyn Clock>,
    app: App,
    screen: Screen,
    changed: bool,
    /// The shell has the terminal.
    away: bool,
    /// The line is gone: nothing is drawn any more.
    gone: bool,
    over: bool,
    /// Waiting for the frame before to be through.
    bytes: Vec<u8>,
    last_words: &'f LastWords,
}

/// Runs until the app quits. Gives what to say once the terminal is as it was; nothing where nobody is there to read it.
pub async fn turn(
    front: &mut impl Front,
    mut world: impl World,
    clock: Arc<dyn Clock>,
    options: app::Options,
    last_words: &LastWords,
) -> Option<String> {
    let (to, mut news) = channel(WAITING);
    world.answer_to(to);
    let size = front.size();
    let app = App::new(size, options);
    let screen = Screen::new(size);
    let mut turn = Turn {
        front,
        world,
        clock,
        app,
        screen,
        changed: true,
        away: false,
        gone: false,
        over: false,
        bytes: Vec::new(),
        last_words,
    };
    turn.show();
    let first = turn.app.start();
    turn.begin(first).await;
    turn.run(&mut news).await;
    let Turn { world, app, gone, .. } = turn;
    // answers are wanted no more, and nobody shall wait for room
    news.close();
    if tokio::time::timeout(LAST_WORK, world.finish()).await.is_err() {
        tracing::warn!("something was still under way when the program ended");
    }
    app.farewell().filter(|_| !gone)
}

impl<F: Front, W: World> Turn<'_, F, W> {
    async fn run(&mut self, news: &mut Receiver<News>) {
        while !self.over {
            let due = self.app.next_deadline();
            let until = due.map(|at| Duration::try_from(at.duration_since(self.clock.now())).unwrap_or_default());
            let clock = Arc::clone(&self.clock);
            let waits = self.wants_to_show() && self.front.is_busy();
            let idle = self.front.idle();
            tokio::select! {
                biased;
                event = self.front.next() => self.event(event).await,
                Some(told) = news.recv() => self.told(told).await,
                () = clock.sleep(until.unwrap_or_default()), if until.is_some() => self.take(Msg::Due).await,
                () = idle, if waits => {}
            }
            for _ in 0..MOST_BEFORE_A_FRAME {
                if self.over {
                    return;
                }
                if let Some(event) = self.front.at_hand() {
                    self.event(event).await;
                } else if let Ok(told) = news.try_recv() {
                    self.told(told).await;
                } else {
                    break;
                }
            }
            self.show();
        }
    }

    fn wants_to_show(&self) -> bool {
        (self.changed || !self.bytes.is_empty()) && !self.away && !self.gone
    }

    fn show(&mut self) {
        if !self.wants_to_show() || self.front.is_busy() {
            return;
        }
        let mut bytes = std::mem::take(&mut self.bytes);
        if std::mem::take(&mut self.changed) {
            bytes.extend(self.screen.frame(|frame| view::draw(frame, &self.app)));
        }
        self.front.send(bytes);
    }

    async fn event(&mut self, event: Event) {
        match event {
            Event::Input(Input::Key(key)) if key == Key::ctrl('z') => self.suspend().await,
            Event::Suspend => self.suspend().await,
            Event::Continued => self.resume().await,
            Event::Input(input) => {
                debug_assert!(input != Input::Key(BREAKS), "asked to break by {BREAKS}");
                if let Input::Resize { width, height } = input {
                    self.screen.resize(app::Size { width, height });
                }
                self.gone |= input == Input::Hangup;
                self.take(Msg::Input(input)).await;
            }
        }
    }

    async fn told(&mut self, news: News) {
        match news {
            News::Msg(msg) => self.take(msg).await,
            News::Bytes(bytes) => self.bytes.extend(bytes),
        }
    }

    async fn take(&mut self, msg: Msg) {
        self.changed = true;
        let effects = self.app.update(msg, self.clock.now());
        let unkept = self.app.unkept();
        let unkept = (!unkept.is_empty()).then(|| -> Box<dyn FnOnce() + Send> {
            let keeper = self.world.keeper();
            Box::new(move || unkept.into_iter().for_each(|effect| keeper(effect)))
        });
        *self.last_words.lock().unwrap_or_else(PoisonError::into_inner) = unkept;
        self.begin(effects).await;
    }

    async fn begin(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Quit => self.over = true,
                Effect::Redraw => self.screen.forget(),
                Effect::Suspend => self.suspend().await,
                Effect::Errand { title, arguments } => self.lend(title, &arguments).await,
                Effect::Unlock { account } => self.unlock(account).await,
                effect => self.world.begin(effect),
            }
        }
    }

    async fn suspend(&mut self) {
        if !self.away && !self.gone {
            self.away = self.front.suspend().await;
        }
    }

    /// Nothing is drawn and no message taken while a command has the terminal: what comes waits.
    async fn lend(&mut self, title: String, arguments: &[String]) {
        if self.away || self.gone {
            return;
        }
        let result =
            self.front.lend(&title, arguments).await.map_err(|e| format!("the command could not be started: {e}"));
        Box::pin(self.resume()).await;
        Box::pin(self.take(Msg::ErrandDone { title, result })).await;
    }

    /// The same for a question of this process, which has to know the answer itself.
    async fn unlock(&mut self, account: String) {
        if self.away || self.gone {
            return;
        }
        let result = self.front.ask(self.world.unlocking()).await;
        Box::pin(self.resume()).await;
        Box::pin(self.take(Msg::Unlocked { account, result })).await;
    }

    /// Also after a stop that was nobody's wish of ours: the shell has set the terminal as it likes.
    async fn resume(&mut self) {
        self.away = false;
        self.front.resume();
        let size = self.front.size();
        self.screen.resize(size);
        self.screen.forget();
        self.take(Msg::Input(Input::Resize { width: size.width, height: size.height })).await;
        self.take(Msg::Input(Input::Resumed)).await;
    }
}
