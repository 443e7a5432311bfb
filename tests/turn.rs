//! The loop itself, on tokio's paused clock: keys go in, frames come out for a terminal that is only remembered, effects
//! are answered when the test says so.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use astra_zoho::app::effect::Effect;
use astra_zoho::app::key::{Key, sequence};
use astra_zoho::app::msg::{Input, Msg};
use astra_zoho::app::{Options, Size};
use astra_zoho::ports::Clock;
use astra_zoho::runtime::{Event, Front, Keeper, News, Unlocking, World, turn};
use astra_zoho::term::LastWords;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};
use tokio::task::{JoinHandle, LocalSet};
use tokio::time::Instant;

use super::support::world::{NOW, World as Answers};

/// tokio's own clock: it stands still while anybody works, and jumps while everybody waits.
struct Paused(Instant);

impl Clock for Paused {
    fn now(&self) -> Timestamp {
        NOW.parse::<Timestamp>().unwrap() + self.0.elapsed()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        tokio::time::sleep(time).boxed()
    }
}

/// What the test knows of the terminal, and decides about it.
#[derive(Default)]
struct Line {
    size: Mutex<Size>,
    /// How often the loop waited for something to happen.
    waits: AtomicUsize,
    stops: AtomicUsize,
    busy: AtomicBool,
    through: Notify,
}

/// A terminal of which only the two ends are there.
struct Ends {
    line: Arc<Line>,
    events: Receiver<Event>,
    frames: UnboundedSender<Vec<u8>>,
}

impl Front for Ends {
    fn size(&self) -> Size {
        *self.line.size.lock().unwrap()
    }

    async fn next(&mut self) -> Event {
        self.line.waits.fetch_add(1, Ordering::SeqCst);
        self.events.recv().await.unwrap_or(Event::Input(Input::Hangup))
    }

    fn at_hand(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    fn is_busy(&self) -> bool {
        self.line.busy.load(Ordering::SeqCst)
    }

    fn idle(&self) -> impl Future<Output = ()> + use<> {
        let line = Arc::clone(&self.line);
        async move {
            while line.busy.load(Ordering::SeqCst) {
                line.through.notified().await;
            }
        }
    }

    fn send(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.frames.send(bytes).unwrap();
        }
    }

    async fn suspend(&mut self) -> bool {
        self.line.stops.fetch_add(1, Ordering::SeqCst);
        true
    }

    fn resume(&mut self) {}

    async fn lend(&mut self, _: &str, _: &[String]) -> std::io::Result<bool> {
        self.line.stops.fetch_add(1, Ordering::SeqCst);
        Ok(true)
    }

    async fn ask(&mut self, question: Unlocking) -> Result<bool, String> {
        self.line.stops.fetch_add(1, Ordering::SeqCst);
        question()
    }
}

/// A world whose effects the test sees.
struct Seen(UnboundedSender<Effect>, UnboundedSender<Sender<News>>);

impl World for Seen {
    fn answer_to(&mut self, news: Sender<News>) {
        self.1.send(news).unwrap();
    }

    fn begin(&mut self, effect: Effect) {
        self.0.send(effect).unwrap();
    }

    fn keeper(&self) -> Keeper {
        let to = self.0.clone();
        Arc::new(move |effect| to.send(effect).unwrap())
    }

    fn unlocking(&self) -> Unlocking {
        Arc::new(|| Ok(true))
    }

    async fn finish(self) {}
}

/// The loop at work, and the test's ends of it.
struct Loop {
    line: Arc<Line>,
    events: Sender<Event>,
    frames: UnboundedReceiver<Vec<u8>>,
    effects: UnboundedReceiver<Effect>,
    news: Sender<News>,
    answers: Answers,
    last_words: LastWords,
    screen: vt100::Parser,
    task: JoinHandle<()>,
}

impl Loop {
    /// After the first frame; nothing was answered yet.
    async fn unanswered() -> Self {
        let line = Arc::new(Line { size: Mutex::new(Size { width: 80, height: 24 }), ..Line::default() });
        let (events, to_loop) = channel(64);
        let (to_frames, frames) = unbounded_channel();
        let (to_effects, effects) = unbounded_channel();
        let (to_news, mut news) = unbounded_channel();
        let last_words = LastWords::default();
        let mut front = Ends { line: Arc::clone(&line), events: to_loop, frames: to_frames };
        let words = Arc::clone(&last_words);
        let task = tokio::task::spawn_local(async move {
            let clock = Arc::new(Paused(Instant::now()));
            turn(&mut front, Seen(to_effects, to_news), clock, Options::default(), &words).await;
        });
        let news = news.recv().await.unwrap();
        let screen = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        let answers = Answers::sample();
        let mut this = Self { line, events, frames, effects, news, answers, last_words, screen, task };
        assert_eq!(this.frames().await, 1);
        this
    }

    /// In front of a workspace that was read.
    async fn start() -> Self {
        let mut this = Self::unanswered().await;
        this.settle().await;
        this.shows("Save contact to Zoho");
        this
    }

    /// Lets the loop do whatever it can without time passing, and gives how many frames came of it.
    async fn frames(&mut self) -> usize {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let mut n = 0;
        while let Ok(bytes) = self.frames.try_recv() {
            self.screen.process(&bytes);
            n += 1;
        }
        n
    }

    async fn event(&self, event: Event) {
        self.events.send(event).await.unwrap();
    }

    async fn keys(&self, keys: &str) {
        for key in sequence(keys).unwrap() {
            self.event(Event::Input(Input::Key(key))).await;
        }
    }

    async fn tell(&self, msg: Msg) {
        self.news.send(News::Msg(msg)).await.unwrap();
    }

    /// What was asked for since, answered by nobody.
    async fn asked(&mut self) -> Vec<Effect> {
        self.frames().await;
        std::iter::from_fn(|| self.effects.try_recv().ok()).collect()
    }

    /// Answers everything, and what that leads to.
    async fn settle(&mut self) {
        loop {
            let asked = self.asked().await;
            if asked.is_empty() {
                return;
            }
            for effect in asked {
                for msg in self.answers.answer(effect, NOW.parse().unwrap()) {
                    self.tell(msg).await;
                }
            }
        }
    }

    /// Settings changed and not saved.
    async fn with_a_change() -> Self {
        let mut this = Self::start().await;
        this.keys("<enter> 3").await;
        this.settle().await;
        this.keys("j <space>").await;
        this.frames().await;
        this.shows("1 unsaved");
        this
    }

    #[track_caller]
    fn shows(&self, text: &str) {
        let shown = self.screen.screen().contents();
        assert!(shown.contains(text), "{text:?} is not in:\n{shown}");
    }

    fn waits(&self) -> usize {
        self.line.waits.load(Ordering::SeqCst)
    }
}

fn kept(effects: &[Effect]) -> usize {
    effects.iter().filter(|e| matches!(e, Effect::KeepDraft { .. })).count()
}

async fn here(test: impl Future<Output = ()>) {
    LocalSet::new().run_until(test).await;
}

#[tokio::test(start_paused = true)]
async fn idle_writes_nothing_and_wakes_nothing() {
    here(async {
        let mut t = Loop::start().await;
        for way in ["", "<enter> 4", "?"] {
            t.keys(way).await;
            t.settle().await;
            // what was asked for in a moment is asked for
            tokio::time::sleep(Duration::from_secs(5)).await;
            t.settle().await;
            let waits = t.waits();
            tokio::time::sleep(Duration::from_secs(10)).await;
            assert_eq!((t.frames().await, t.waits()), (0, waits), "after {way:?}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_one_frame() {
    here(async {
        let mut t = Loop::start().await;
        t.keys("? m a p").await;
        assert_eq!(t.frames().await, 1);
        t.shows("> map");
        for _ in 0..40 {
            t.tell(Msg::Exported(Ok("done".into()))).await;
        }
        assert_eq!(t.frames().await, 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn keys_are_taken_while_nothing_is_answered() {
    here(async {
        let mut t = Loop::unanswered().await;
        t.shows("Action Library");
        t.keys("?").await;
        assert_eq!(t.frames().await, 1);
        t.shows("All commands");
        t.keys("<esc> q").await;
        t.frames().await;
        assert!(t.task.is_finished(), "it waits for the workspace");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_terminal_that_takes_nothing_gets_the_last_frame_alone() {
    here(async {
        let mut t = Loop::start().await;
        t.line.busy.store(true, Ordering::SeqCst);
        for key in ["?", "a", "b", "<backspace>", "c"] {
            t.keys(key).await;
            assert_eq!(t.frames().await, 0);
        }
        t.line.busy.store(false, Ordering::SeqCst);
        t.line.through.notify_one();
        assert_eq!(t.frames().await, 1);
        t.shows("> ac");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_draft_is_kept_shortly_after_the_last_change_and_once() {
    here(async {
        let mut t = Loop::with_a_change().await;
        assert_eq!(kept(&t.asked().await), 0, "not at once");
        assert!(t.last_words.lock().unwrap().is_some(), "a bug now would keep it");
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(kept(&t.asked().await), 1);
        assert!(t.last_words.lock().unwrap().is_none());
        let waits = t.waits();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!((kept(&t.asked().await), t.waits()), (0, waits));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn another_size_is_drawn() {
    here(async {
        let mut t = Loop::start().await;
        for (width, height, shows) in [(40, 10, "40x10"), (120, 40, "Save contact to Zoho")] {
            t.screen.screen_mut().set_size(height.try_into().unwrap(), width.try_into().unwrap());
            t.event(Event::Input(Input::Resize { width, height })).await;
            assert_eq!(t.frames().await, 1);
            t.shows(shows);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_shell_has_the_terminal_until_it_is_given_back() {
    here(async {
        let mut t = Loop::start().await;
        for suspend in [Event::Suspend, Event::Input(Input::Key(Key::ctrl('z')))] {
            let stops = t.line.stops.load(Ordering::SeqCst);
            t.event(suspend).await;
            t.tell(Msg::Exported(Ok("exported meanwhile".into()))).await;
            assert_eq!(t.frames().await, 0, "the terminal is the shell's");
            assert_eq!(t.line.stops.load(Ordering::SeqCst), stops + 1);
            // the shell left its own text there
            t.screen.process(b"\x1b[H\x1b[31m$ fg\x1b[5;5Hrubbish everywhere");
            t.event(Event::Continued).await;
            assert_eq!(t.frames().await, 1);
            t.shows("exported meanwhile");
            let shown = t.screen.screen().contents();
            assert!(!shown.contains("rubbish") && !shown.contains("$ fg"), "{shown}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_hang_up_keeps_the_draft_and_ends_without_a_byte() {
    here(async {
        let mut t = Loop::with_a_change().await;
        t.event(Event::Input(Input::Hangup)).await;
        assert_eq!(t.frames().await, 0);
        let asked: Vec<Effect> = std::iter::from_fn(|| t.effects.try_recv().ok()).collect();
        assert_eq!(kept(&asked), 1);
        assert!(t.task.is_finished());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_too_late_is_dropped() {
    here(async {
        let mut t = Loop::start().await;
        let log_of = |effects: Vec<Effect>| {
            let mut queries = effects.into_iter().filter_map(|e| match e {
                Effect::QueryRuns { generation, .. } => Some(generation),
                _ => None,
            });
            queries.next_back().unwrap()
        };
        t.keys("<enter> 5").await;
        let first = log_of(t.asked().await);
        t.keys("<esc> <enter> 5").await;
        let second = log_of(t.asked().await);
        let fails = |generation, why: &str| Msg::Runs { generation, result: Err(why.into()) };
        t.tell(fails(first, "of the one before")).await;
        t.frames().await;
        assert!(!t.screen.screen().contents().contains("of the one before"));
        t.tell(fails(second, "of this one")).await;
        t.frames().await;
        t.shows("of this one");
    })
    .await;
}
