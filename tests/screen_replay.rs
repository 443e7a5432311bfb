//! What to replay and how, what is seen of it, and the review's planned runs.

use astra_zoho::app::effect::{Effect, Pace, Replay, Source};
use astra_zoho::app::msg::{Ended, Msg, ReplayEvent, Timer};
use astra_zoho::app::playing::Heard;
use astra_zoho::domain::conversation::{Channel, Role};

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

fn open(width: u16, height: u16) -> Harness {
    let mut t = Harness::new(width, height, World::sample());
    t.settle().keys("<enter> 5").settle();
    t
}

fn asked(t: &Harness) -> &Replay {
    let found = t.asked.iter().rev().find_map(|e| if let Effect::StartReplay(r) = e { Some(&**r) } else { None });
    found.unwrap()
}

#[test]
fn what_to_replay_is_chosen_in_a_form() {
    let mut t = open(80, 24);
    t.keys("W");
    snapshot!(t, "form_80x24");
    t.keys("<right> <enter>");
    assert!(t.text().contains("name the file"), "{}", t.text());
    t.keys("~/c.jsonl <down> <down> <right> <down> <right> <right> <enter>");
    let replay = asked(&t);
    assert_eq!(replay.source, Source::File("~/c.jsonl".into()));
    assert_eq!((replay.dry_run, replay.pace, replay.restart), (true, Pace::AtOnce, false));
    t.settle();
    // r goes on with the same, and the same is played again from its beginning
    t.keys("r").settle().keys("0").settle();
    assert_eq!(asked(&t).source, Source::File("~/c.jsonl".into()));
}

#[test]
fn one_conversation_is_picked_from_a_list() {
    let mut t = open(80, 24);
    t.keys("W <down> <down> <right> <enter> tent");
    snapshot!(t, "pick_80x24");
    t.keys("<enter>");
    assert_eq!(asked(&t).source, Source::Sample("01-first-tent".into()));
    let mut t = open(60, 16);
    t.keys("W <right> <down> x <down> <right> <enter>").settle().keys("<enter>");
    let Source::InFile { name, id } = &asked(&t).source else { panic!("{:?}", asked(&t).source) };
    assert_eq!((name.as_str(), id.as_str()), ("x", "01-first-tent"));
}

#[test]
fn the_sandbox_is_put_back_where_that_is_chosen() {
    let mut t = open(60, 16);
    t.keys("W <end> <up> <down> <down> <down> <down> <down> <right>");
    snapshot!(t, "form_60x16");
    t.keys("<enter>");
    assert!(asked(&t).restart);
    t.settle().keys("r");
    assert!(!asked(&t).restart, "only once");
    // a draft never writes: there is nothing to put back
    let mut t = open(80, 24);
    t.keys("O W");
    assert!(!t.text().contains("Sandbox  "), "{}", t.text());
}

#[test]
fn all_that_waits_for_its_end_is_counted_down() {
    let mut t = open(80, 24);
    t.keys("r").answers(4);
    let generation = asked(&t).generation;
    let tell = |t: &mut Harness, event| {
        t.tell(Msg::Replay { generation, event });
    };
    let at = |text: &str| text.parse().unwrap();
    let timer = |id: &str, channel, end: &str| Timer { conversation: id.into(), channel, at: at(end) };
    let first = vec![
        timer("03-call", Channel::Voice, "2026-03-02T09:03:00Z"),
        timer("01-first-tent", Channel::Text, "2026-03-02T09:11:12Z"),
        timer("02-other", Channel::Text, "2026-03-02T09:12:00Z"),
    ];
    tell(&mut t, ReplayEvent::Clock(at("2026-03-02T09:02:30Z")));
    tell(&mut t, ReplayEvent::Timers { first, more: 7 });
    snapshot!(t, "waiting_80x24");
    t.resize(160, 48);
    snapshot!(t, "waiting_160x48");
    let heard = |text: &str| Heard { conversation: "09-last".into(), nth: 9, role: Role::Customer, text: text.into() };
    tell(&mut t, ReplayEvent::Recalled(vec![heard("one"), heard("two")]));
    assert!(t.text().contains("customer one") && t.text().contains("09-last, 9 of 20"), "{}", t.text());
}

#[test]
fn lines_that_are_no_conversation_are_counted() {
    let mut t = open(80, 24);
    t.keys("r");
    let generation = asked(&t).generation;
    let rejected = vec!["c.jsonl:3: not a conversation, passed over: it is empty".to_owned()];
    let event = ReplayEvent::Started { conversations: 5, runs: 9, rejected, unusable: 30 };
    t.tell(Msg::Replay { generation, event });
    assert!(t.text().contains("30 lines are passed over; c.jsonl:3"), "{}", t.text());
    assert!(t.text().contains("30 lines passed over"));
}

#[test]
fn the_review_lists_the_planned_runs_and_shows_each_field() {
    let mut t = open(80, 24);
    t.keys("R r").settle().keys("<down>").wait(1);
    snapshot!(t, "review_80x24");
    t.keys("<enter>");
    assert!(t.text().contains("(dry run)"));
    t.keys("<esc>").resize(160, 48);
    snapshot!(t, "review_160x48");
    t.resize(60, 16);
    snapshot!(t, "review_60x16");
    t.keys("<esc> 3 <space> R");
    assert!(t.text().contains("edited since"), "{}", t.text());
}

/// Zoho took the connection no more in the middle of it: what waits is counted, and who makes it is told.
#[test]
fn a_replay_that_broke_off_says_how_many_runs_wait_and_how_to_go_on() {
    for (dry, command) in
        [(false, "`astra-zoho replay save-contact --resume --conversations c.jsonl`"), (true, "begin the dry run anew")]
    {
        let mut t = open(80, 24);
        t.keys("W <right> <enter> c.jsonl");
        t.keys(if dry { "<down> <down> <right> <enter>" } else { "<enter>" });
        let generation = asked(&t).generation;
        assert_eq!((asked(&t).dry_run, asked(&t).source.clone()), (dry, Source::File("c.jsonl".into())));
        let why = "account main: Zoho no longer takes its refresh token (revoked, or of another data centre); \
                   reconnect it in the Account pane";
        let started = ReplayEvent::Started { conversations: 3, runs: 5, rejected: Vec::new(), unusable: 0 };
        for event in [started, ReplayEvent::Ended(Ended::Failed(why.to_owned()))] {
            t.tell(Msg::Replay { generation, event });
        }
        let told = t.rows().iter().map(|r| r.trim().to_owned()).collect::<Vec<_>>().join(" ");
        assert!(told.contains("reconnect it in the Account pane. 5 of 5 runs wait"), "{}", t.text());
        assert!(told.contains(command), "{}", t.text());
    }
}
