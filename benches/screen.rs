//! What the operator waits for: a frame, a key, a letter typed into a long list.

use std::time::Duration;

use astra_zoho::app::effect::Effect;
use astra_zoho::app::key::{Key, sequence};
use astra_zoho::app::msg::{FieldList, Input, Msg};
use astra_zoho::app::{App, Options, Size};
use astra_zoho::domain::field::ZohoField;
use astra_zoho::term::Screen;
use astra_zoho::view;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use jiff::Timestamp;

#[path = "../tests/support/world.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "the tests need more of it, and fail by it")]
mod world;

const SIZE: Size = Size { width: 160, height: 48 };

fn now() -> Timestamp {
    world::NOW.parse().unwrap_or_default()
}

/// The screen after these keys, everything answered.
fn after(keys: &[&str], fields: Option<&[ZohoField]>) -> App {
    let mut world = world::World::sample();
    let mut app = App::new(SIZE, Options::default());
    let mut effects = app.start();
    settle(&mut app, &mut world, &mut effects, fields);
    for key in keys.iter().flat_map(|k| sequence(k).unwrap_or_default()) {
        let mut effects = app.update(Msg::Input(Input::Key(key)), now());
        settle(&mut app, &mut world, &mut effects, fields);
    }
    app
}

fn settle(app: &mut App, world: &mut world::World, effects: &mut Vec<Effect>, fields: Option<&[ZohoField]>) {
    while !effects.is_empty() {
        let mut next = Vec::new();
        for effect in effects.drain(..) {
            let answers = match (effect, fields) {
                (Effect::FetchFields { account, generation, .. }, Some(fields)) => {
                    let list =
                        FieldList { followed: false, fields: fields.to_vec(), fetched_at: now(), changed: Vec::new() };
                    vec![Msg::Fields { account, generation, result: Ok(list) }]
                }
                (effect, _) => world.answer(effect, now()),
            };
            for msg in answers {
                next.extend(app.update(msg, now()));
            }
        }
        *effects = next;
    }
}

fn shown(app: &App) -> Screen {
    let mut screen = Screen::new(SIZE);
    screen.frame(|frame| view::draw(frame, app));
    screen
}

fn five_thousand() -> Vec<ZohoField> {
    let first = world::World::sample().fields.remove("sandbox").and_then(Result::ok).unwrap_or_default();
    let city = first.iter().find(|f| f.api_name == "Mailing_City").cloned();
    let more = (0..5_000_usize.saturating_sub(first.len())).filter_map(|n| {
        let words = ["Delivery", "Billing", "Project", "Contract", "Loyalty", "Service", "Region"];
        let label = format!("{} {} {n}", words[n % 7], words[n / 7 % 7]);
        Some(ZohoField { api_name: label.replace(' ', "_"), label, custom: true, ..city.clone()? })
    });
    first.iter().cloned().chain(more).collect()
}

fn frames(c: &mut Criterion) {
    let open = after(&["<enter>", "r", "4"], None);
    c.bench_function("a frame at 160x48, whole", |b| {
        b.iter_batched_ref(
            || Screen::new(SIZE),
            |screen| screen.frame(|frame| view::draw(frame, &open)),
            BatchSize::SmallInput,
        );
    });
    let mut screen = shown(&open);
    c.bench_function("a frame at 160x48, unchanged", |b| {
        b.iter(|| screen.frame(|frame| view::draw(frame, &open)));
    });
}

fn keys(c: &mut Criterion) {
    let mut app = after(&["<enter>", "r", "4"], None);
    let mut screen = shown(&app);
    let mut down = true;
    c.bench_function("a key to its frame, at 160x48", |b| {
        b.iter(|| {
            let key = Key::char(if down { 'j' } else { 'k' });
            down = !down;
            app.update(Msg::Input(Input::Key(key)), now());
            screen.frame(|frame| view::draw(frame, &app))
        });
    });
}

fn pickers(c: &mut Criterion) {
    let mut app = after(&["<enter>", "4", "a"], Some(&five_thousand()));
    let mut screen = shown(&app);
    let mut typed = false;
    c.bench_function("a letter typed over 5,000 fields, to its frame", |b| {
        b.iter(|| {
            let key = if typed { sequence("<backspace>").unwrap_or_default() } else { vec![Key::char('c')] };
            typed = !typed;
            for key in key {
                app.update(Msg::Input(Input::Key(key)), now());
            }
            screen.frame(|frame| view::draw(frame, &app))
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_millis(500));
    targets = frames, keys, pickers
}
criterion_main!(benches);
