//! What the screen says happened did happen, and what a key is said to do it does.

use astra_zoho::app::Options;
use astra_zoho::app::command::{Command, Ready};
use astra_zoho::app::layer::Layer;
use astra_zoho::app::msg::{Msg, ReplayEvent};
use astra_zoho::domain::action::State;
use astra_zoho::domain::run::{Outcome, RunError};
use astra_zoho::domain::trace::Trace;

use super::support::harness::Harness;
use super::support::world::World;

fn open(world: World) -> Harness {
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter>").settle();
    t
}

fn reason(t: &Harness, command: Command) -> String {
    match t.app.ready(command) {
        Ready::Disabled(why) => why,
        other => panic!("{command:?}: {other:?}"),
    }
}

/// A run of the replay that is shown failed because its account did not answer.
fn fails_by_network(t: &mut Harness) {
    let mut run = t.world.runs.last().unwrap().clone();
    let record = &mut run.record;
    (record.outcome, record.rule, record.matches) = (Outcome::Failed, None, 0);
    record.changes.clear();
    record.email = Some("x@example.com".into());
    record.error = Some(RunError { code: "network".into(), message: "account nordwind: nothing answers".into() });
    run.trace = Trace::default();
    t.world.runs.push(run.clone());
    let generation = t.app.playing().unwrap().generation;
    t.tell(Msg::Replay { generation, event: ReplayEvent::Ran(Box::new(run)) });
    t.tell(Msg::LogGrew).settle();
}

#[test]
fn a_run_without_an_answer_found_nothing_out_and_makes_its_account_doubtful() {
    let mut world = World::sample().with_a_real_account();
    world.actions[0].action.account = "nordwind".into();
    world.actions[0].action.mapping.retain(|r| r.zoho != "Lead_Source");
    let mut t = open(world);
    t.keys("2 j t").settle();
    assert!(t.text().contains("ok just now"), "{}", t.text());
    t.keys("R");
    assert!(t.text().contains("Nothing is missing: it is saved and active, and runs."), "{}", t.text());
    t.keys("<esc> r").settle();
    fails_by_network(&mut t);
    assert!(t.text().contains("! a run failed just now") && !t.text().contains("ok just now"), "{}", t.text());
    t.keys("R");
    assert!(t.text().contains("a run failed because Nordwind did not answer (network)"), "{}", t.text());
    assert!(!t.text().contains("Nothing is missing"));
    t.keys("1 <esc> 1 R <enter>");
    assert!(t.text().contains("A run failed: network: account nordwind: nothing answers"), "{}", t.text());
    t.keys("5 G <enter>");
    let Some(Layer::Page(page)) = t.app.layers().last() else { panic!("no explanation") };
    let told = page.lines.join("\n");
    assert!(told.contains("could not look up x@example.com") && !told.contains("no contact has it"), "{told}");
    assert!(told.contains("replay it again (r)") && !told.contains("run it again"), "{told}");
    // asked again, it answers
    t.keys("<esc> 2 t").settle();
    assert!(t.text().contains("ok just now"), "{}", t.text());
}

#[test]
fn keys_that_can_do_nothing_yet_say_why() {
    let mut t = open(World::sample());
    for key in [".", "+", "-", "p", "X"] {
        t.keys(key);
        assert_eq!(t.app.notice().unwrap().text, "no replay is under way: r starts one", "{key}");
    }
    t.keys("0");
    assert_eq!(t.app.notice().unwrap().text, "nothing was replayed yet: r starts a replay");
    t.keys("7");
    assert_eq!(t.app.notice().unwrap().text, "nobody made live runs here yet: `astra-zoho run` makes them");
    t.keys("5 f");
    assert_eq!(t.app.notice().unwrap().text, "it follows already: new runs come into sight");
    assert!(reason(&t, Command::RetryRun).contains("r replays again"));
    t.keys("<esc> <esc> X");
    assert_eq!(t.app.notice().unwrap().text, "no replay is under way: r starts one");
}

#[test]
fn a_replay_that_is_over_is_closed_and_gives_its_rows_back() {
    let mut t = open(World::sample());
    let body = t.app.layout().body.height;
    t.keys("r").settle();
    assert!(t.app.layout().body.height < body && t.text().contains("Replay finished"), "{}", t.text());
    assert!(t.app.footer().iter().any(|e| e.key == "X" && e.words == "Close replay"));
    t.keys("X");
    assert!(t.app.layout().body.height == body && !t.text().contains("Replay finished"), "{}", t.text());
    t.keys("0").settle();
    assert!(t.text().contains("Replay finished"), "{}", t.text());
}

#[test]
fn the_way_to_go_on_names_the_workspace_that_was_given() {
    let options = Options { workspace: Some("/srv/our crm".into()), ..Options::default() };
    let mut t = Harness::with(80, 24, World::sample(), options);
    t.settle().keys("<enter>").settle().keys("r q");
    let Some(Layer::Confirm(asked)) = t.app.layers().last() else { panic!("no question") };
    let goes_on = "`astra-zoho replay save-contact --resume --workspace '/srv/our crm'` goes on.";
    assert_eq!(asked.detail, format!("A replay that writes is under way. The runs it made stay; {goes_on}"));
}

#[test]
fn deleting_says_what_stops_and_that_it_is_done() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("j d");
    let Some(Layer::Confirm(asked)) = t.app.layers().last() else { panic!("no question") };
    assert!(asked.detail.starts_with("It is active: it stops running and writes nothing any more."));
    assert!(asked.detail.contains("only a backup or git brings it back"), "{}", asked.detail);
    t.keys("n n").settle().keys("e Something <esc>").wait(2).settle().keys("<esc>").settle().keys("G d y").settle();
    assert_eq!(t.app.notice().unwrap().text, "Save contact to Zoho 2 is deleted");
}

#[test]
fn saving_says_whether_it_began_to_run() {
    let mut t = open(World::sample());
    t.keys("S").settle();
    assert_eq!(t.app.notice().unwrap().text, "nothing was changed: it is active, and runs as before");
    t.keys("O S").settle();
    assert_eq!(t.app.notice().unwrap().text, "saved: it stays active, and runs as it is now");
    t.world.actions[0].action.state = State::Draft;
    let mut t = open(t.world);
    t.keys("S").settle();
    assert_eq!(t.app.notice().unwrap().text, "saved and active: it runs from now on");
}

#[test]
fn a_full_row_of_the_intent_shows_its_last_letter() {
    let mut world = World::sample();
    world.actions[0].action.intent = format!("{}Z and more", "a".repeat(71));
    let mut t = open(world);
    t.keys("e");
    assert!(t.text().contains(&format!("{}Z", "a".repeat(71))), "{}", t.text());
}

#[test]
fn a_long_filter_follows_the_cursor_and_is_put_back() {
    let mut t = open(World::sample());
    t.keys("?").paste(&format!("{}end", "x".repeat(150)));
    assert!(t.text().contains("xxend"), "{}", t.text());
    t.keys("<c-g>");
    let Some(Layer::Picker(picker)) = t.app.layers().last() else { panic!("no list") };
    assert!(picker.query.is_empty() && !picker.hits.is_empty());
    t.keys("<c-g>");
    assert_eq!(t.app.notice().unwrap().text, "nothing was typed");
}

#[test]
fn a_default_that_no_row_takes_is_not_dropped_without_a_word() {
    let mut t = open(World::sample());
    t.keys("4 g o x <enter>");
    assert!(matches!(t.app.layers().last(), Some(Layer::Form(_))), "{}", t.text());
    assert!(t.text().contains("Email takes none: every customer would get the same address"), "{}", t.text());
    t.keys("<enter>");
    assert!(t.app.layers().is_empty());
}

#[test]
fn a_server_on_this_machine_is_not_called_zoho() {
    let mut world = World::sample().with_a_real_account();
    world.actions[0].action.account = "nordwind".into();
    let account = world.accounts.last_mut().unwrap();
    (account.accounts_url, account.api_url) = ("http://127.0.0.1:9".into(), "http://127.0.0.1:9".into());
    let mut t = open(world);
    assert!(t.rows()[0].contains("own server 127.0.0.1") && !t.rows()[0].contains("REAL"), "{}", t.rows()[0]);
    t.world.accounts.last_mut().unwrap().api_url = "https://www.zohoapis.eu".into();
    t.reload();
    assert!(t.rows()[0].contains("REAL ZOHO"), "{}", t.rows()[0]);
}
